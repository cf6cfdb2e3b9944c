//! Reads keys from an OpenSSH `allowed_signers` file, which can be shared with Git.
//!
//! A line contains principals (here the ids of people), options and a public key, as described in
//! ssh-keygen(1) under ALLOWED SIGNERS.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::config::policy::{Policy, PublicKey, Term};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::ssh::{NAMESPACE, normal_key};

/// Adds the keys of a file to the people it names. Skips a line that cannot be used, with a warning:
/// other programs may use the file too, and a skipped line grants nothing.
pub(crate) fn add_signers(
    policy: &mut Policy,
    zone: &TimeZone,
    path: &str,
    text: &str,
    diagnostics: &mut Diagnostics,
) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        let entry = line.trim();
        if entry.is_empty() || entry.starts_with('#') {
            continue;
        }
        let place = |range: Range<usize>| Place::of_range(path, text, range);
        match SignerLine::read(entry, zone) {
            Ok(line) if !line.counts_here => {}
            Ok(line) => line.give_to(policy, &place(range), diagnostics),
            Err(code) => diagnostics.push(Diagnostic::warning(code, place(range))),
        }
    }
}

/// The contents of a line.
struct SignerLine<'l> {
    principals: Vec<&'l str>,
    /// Whether its namespaces include prakat's.
    counts_here: bool,
    key: PublicKey,
}

impl<'l> SignerLine<'l> {
    fn read(line: &'l str, zone: &TimeZone) -> Result<Self, Code> {
        let (principals, rest) = line.split_once([' ', '\t']).ok_or(Code::SignersLine)?;
        let rest = rest.trim_start();
        let has_options = normal_key(rest).is_none() && !rest.starts_with("ssh-");
        let (options, key) = if has_options { cut_options(rest) } else { ("", rest) };
        let mut line = SignerLine {
            principals: principals.split(',').filter(|name| !name.is_empty()).collect(),
            counts_here: true,
            key: PublicKey { public: String::new(), term: None, is_revoked: false },
        };
        let mut names = BTreeSet::new();
        for option in split_outside_quotes(options, ',') {
            let name = option.split('=').next().unwrap_or("").to_ascii_lowercase();
            let is_read = names.insert(name) && line.read_option(option, zone).is_some();
            is_read.then_some(()).ok_or(Code::SignersLine)?;
        }
        if principals.contains(['!', '*', '?', '"']) {
            return Err(Code::SignersLine);
        }
        line.key.public = normal_key(key).ok_or(Code::PublicKey)?;
        Ok(line)
    }

    fn read_option(&mut self, option: &str, zone: &TimeZone) -> Option<()> {
        let (name, value) = option.split_once('=')?;
        let value = value.strip_prefix('"')?.strip_suffix('"')?;
        let always = Term { from: Timestamp::MIN, until: None };
        match name.to_ascii_lowercase().as_str() {
            "namespaces" if value.contains('!') => return None,
            "namespaces" => {
                self.counts_here = value.split(',').any(|name| name == NAMESPACE || name == "*");
            }
            "valid-after" => {
                self.key.term.get_or_insert(always).from = instant(value, zone)?;
            }
            "valid-before" => {
                self.key.term.get_or_insert(always).until = Some(instant(value, zone)?);
            }
            // Also `cert-authority`: certificates are not supported.
            _ => return None,
        }
        Some(())
    }

    fn give_to(self, policy: &mut Policy, place: &Place, diagnostics: &mut Diagnostics) {
        for name in &self.principals {
            match policy.people.iter_mut().find(|person| person.id == *name) {
                Some(person) => person.keys.push(self.key.clone()),
                None => {
                    let warning = Diagnostic::warning(Code::SignersUnknown, place.clone());
                    diagnostics.push(warning.arg("value", *name));
                }
            }
        }
    }
}

/// Splits off the options, which end at the first space outside quotation marks.
fn cut_options(text: &str) -> (&str, &str) {
    let options = split_outside_quotes(text, ' ').next().unwrap_or("");
    (options, text[options.len()..].trim_start())
}

fn split_outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let is_end = move |c: char| {
        quoted ^= c == '"';
        !quoted && c == separator
    };
    text.split(is_end).filter(|piece| !piece.is_empty())
}

/// Parses `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, in the site's time zone or, with `Z`, in UTC.
fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (digits, zone) = match text.strip_suffix('Z') {
        Some(digits) => (digits, TimeZone::UTC),
        None => (text, zone.clone()),
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) || !matches!(digits.len(), 8 | 12 | 14) {
        return None;
    }
    let whole = format!("{digits:0<14}");
    let moment = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    zone.to_timestamp(moment).ok()
}
