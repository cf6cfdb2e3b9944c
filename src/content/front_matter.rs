//! Reads the YAML between two `---` lines into typed values, or reports every mistake in it.
//!
//! One reader decides what an item contains: the typed one in [`read`]. If it rejects a file, the
//! file is read again key by key, to find all mistakes and their places. The second pass can only
//! add errors, never accept a file. Places come from the YAML parser itself: a probe fails on
//! purpose at the value in question ([`yaml::place_of`]).

use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::content::front_matter_source::FrontMatterSource;
use crate::content::lines::{check_lines, false_comment, line_break, stray_line};
use crate::content::yaml::{self, YamlError};
use crate::content::yaml_slips::{
    OddSign, backslash_in_path, odd_sign, odd_sign_by_key, quoted_line, unindented_below,
    unknown_escape, without_odd_signs,
};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, closest};
use crate::text::{breaks_line_oddly, floor_char, line_start, may_stand};

/// The maximum number of bytes between the two `---` lines.
pub(super) const MAX_FRONT_MATTER: usize = 64 * 1024;

/// Defines [`FrontMatter`], [`KEYS`] and [`fill_field`] from one list: key, type, how a single
/// value is read, and the help text for a value of the wrong type.
macro_rules! front_matter {
    ($($(#[$attribute:meta])* $key:ident: $type:ty, $read:ident, $help:literal;)*) => {
        /// The front matter of an item, as written. See `docs/front-matter.md`.
        #[derive(Debug, Default, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "the keys are documented in docs/front-matter.md")]
        pub struct FrontMatter {
            $($(#[$attribute])* pub $key: Option<$type>,)*
        }

        /// The keys of [`FrontMatter`].
        pub const KEYS: &[&str] = &[$(stringify!($key)),*];

        /// Reads the value of one key. The second result is the help text for a value of the wrong
        /// type.
        fn fill_field(
            yaml: &str,
            index: usize,
            key: &str,
            into: &mut FrontMatter,
        ) -> (Result<(), YamlError>, &'static str) {
            match key {
                $(stringify!($key) => {
                    ($read(yaml, index).map(|value| into.$key = value), $help)
                })*
                _ => (Ok(()), "help"),
            }
        }
    };
}

front_matter! {
    title: String, value, "help-text";
    category: String, value, "help-text";
    approver: String, value, "help-text";
    #[serde(default, deserialize_with = "text_or_empty")]
    publish_from: String, value_or_empty, "help-text";
    #[serde(default, deserialize_with = "text_or_empty")]
    publish_until: String, value_or_empty, "help-text";
    approved_on: String, value, "help-text";
    prepared_by: String, value, "help-text";
    reviewed_by: String, value, "help-text";
    seal: String, value, "help-text";
    approvals: Vec<FormerApproval>, skip_value, "help";
    #[serde(default, deserialize_with = "present")]
    withdrawn: Withdrawn, required_value, "help-withdrawn";
    changes: Vec<ChangeEntry>, value, "help-changes";
    attachments: Vec<AttachmentEntry>, value, "help-attachments";
    waive: Vec<WaiverEntry>, value, "help-waive";
    summary: String, value, "help-text";
    slug: String, value, "help-text";
    aliases: Vec<String>, value, "help-list";
    tags: Vec<String>, value, "help-list";
    unit: String, value, "help-text";
    fiscal_year: String, value, "help-text";
    issued_on: String, value, "help-text";
    document_number: String, value, "help-text";
    valid_until: String, value, "help-text";
    weight: i64, value, "help-number";
    urgent: bool, value, "help-boolean";
    kind: String, value, "help-text";
    meets: Vec<String>, value, "help-list";
    replaces: String, value, "help-text";
    extra: serde_json::Map<String, serde_json::Value>, value, "help-map";
}

/// Deserializes a text that is empty if its key has no value. So `publish_until:` with nothing after it is
/// distinguished from a line that is not there: without an end, the item would never end.
fn text_or_empty<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    Option::deserialize(deserializer).map(|text: Option<String>| Some(text.unwrap_or_default()))
}

/// Deserializes a value that must not be empty if its key is present. An empty `withdrawn:` would
/// leave the item published.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads the value of a key that may be empty.
fn value<T: DeserializeOwned>(yaml: &str, index: usize) -> Result<Option<T>, YamlError> {
    yaml::entry(yaml, index)
}

/// Reads the value of a key that must not be empty.
fn required_value<T: DeserializeOwned>(yaml: &str, index: usize) -> Result<Option<T>, YamlError> {
    yaml::entry(yaml, index).map(Some)
}

/// Reads the text of a key that is empty if it has no value.
fn value_or_empty(yaml: &str, index: usize) -> Result<Option<String>, YamlError> {
    yaml::entry(yaml, index).map(|text: Option<String>| Some(text.unwrap_or_default()))
}

/// Skips the value of a key that only `prakat approve` writes.
fn skip_value<T>(_yaml: &str, _index: usize) -> Result<Option<T>, YamlError> {
    Ok(None)
}

/// Keys of other generators, with the help text for each.
const FOREIGN_KEYS: &[(&str, &str)] = &[
    ("draft", "help-draft"),
    ("published", "help-draft"),
    ("expiryDate", "help-until"),
    ("expirydate", "help-until"),
    ("expires", "help-until"),
    ("unpublishdate", "help-until"),
    ("publishDate", "help-from"),
    ("publishdate", "help-from"),
    ("pubdate", "help-from"),
    ("date", "help-from"),
    ("lastmod", "help-changes"),
    ("updated", "help-changes"),
    ("categories", "help-category"),
    ("section", "help-category"),
    ("description", "help-summary"),
    ("excerpt", "help-summary"),
    ("author", "help-people"),
    ("url", "help-slug"),
    ("path", "help-slug"),
    ("permalink", "help-slug"),
    ("layout", "help-extra"),
    ("template", "help-extra"),
    ("params", "help-extra"),
];

/// `withdrawn: {on, by, reason}`.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    pub on: String,
    pub by: Option<String>,
    pub reason: Option<String>,
}

/// One public correction.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeEntry {
    pub on: String,
    pub note: String,
}

/// An approval that was replaced by another.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerApproval {
    pub by: String,
    pub on: Option<String>,
    pub seal: Option<String>,
}

/// One attachment.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentEntry {
    pub file: String,
    pub title: Option<String>,
}

/// A person's decision to accept a diagnostic.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    pub rule: String,
    #[serde(rename = "where")]
    pub part: String,
    pub reason: String,
    pub by: String,
}

/// The ranges of the parts of a Markdown file in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The YAML.
    pub yaml: Range<usize>,
    /// The Markdown after it.
    pub body: Range<usize>,
}

/// Finds the front matter. It begins on the first line with `---` and ends at the next line that is
/// `---`. Everything after that is the body, including further `---` lines.
///
/// Reports texts that people and YAML split into lines differently: line breaks other than LF and
/// CRLF, and a map in braces.
pub fn split_front_matter(path: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Parts> {
    let first = text.lines().next().unwrap_or("");
    if let Some(at) = first.find(breaks_line_oddly).filter(|at| first[..*at].trim_end() == "---") {
        diagnostics.push(line_break(path, text, at));
        return None;
    }
    if first.trim_end() != "---" {
        let help = if first.trim_end() == "+++" { "help-toml" } else { "help" };
        let place = Place { line: 1, column: 1, ..Place::file(path) };
        diagnostics.push(Diagnostic::error(Code::FrontMatterMissing, place).help(help));
        return None;
    }
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            let parts = Parts { yaml: start..at, body: at + line.len()..text.len() };
            let parts = check_size(path, parts, diagnostics)?;
            return check_lines(path, text, parts.yaml.clone(), diagnostics).then_some(parts);
        }
        at += line.len();
    }
    // Readers may take it for closed.
    let mut marks = text.match_indices("---").map(|(at, _)| text[..at].char_indices().next_back());
    if let Some((at, _)) = marks.find_map(|before| before.filter(|(_, c)| breaks_line_oddly(*c))) {
        diagnostics.push(line_break(path, text, at));
        return None;
    }
    let place = Place { line: 1, column: 1, width: 3, ..Place::file(path) };
    diagnostics.push(Diagnostic::error(Code::FrontMatterUnclosed, place));
    None
}

fn check_size(path: &str, parts: Parts, diagnostics: &mut Diagnostics) -> Option<Parts> {
    if parts.yaml.len() <= MAX_FRONT_MATTER {
        return Some(parts);
    }
    let place = Place { line: 1, column: 1, width: 3, ..Place::file(path) };
    diagnostics.push(Diagnostic::error(Code::FrontMatterTooLarge, place));
    None
}

/// The result of reading front matter.
#[derive(Debug, Default)]
pub struct Reading {
    /// The values. If there are mistakes, only the valid ones.
    pub front_matter: FrontMatter,
    /// Keys whose errors have been reported.
    pub broken: Vec<String>,
    /// Whether the typed reader accepted all of it.
    pub accepted: bool,
}

/// Reads front matter. Reports every error.
pub fn read(source: &FrontMatterSource, diagnostics: &mut Diagnostics) -> Reading {
    if source.yaml().trim().is_empty() {
        return Reading { accepted: true, ..Reading::default() };
    }
    if let Some(problem) = dangerous(source) {
        diagnostics.push(problem);
        let broken = KEYS.iter().map(ToString::to_string).collect();
        return Reading { broken, ..Reading::default() };
    }
    match yaml::parse_with_keys(source.yaml()) {
        Ok((front_matter, keys)) => {
            let yaml = source.yaml();
            let stray = stray_line(yaml, &keys).or_else(|| false_comment(yaml));
            let repeated = repeated_in_extra(source);
            let accepted = stray.is_none() && repeated.is_none();
            if let Some(line) = stray {
                let start = source.yaml.start;
                let line = start + line.start..start + line.end;
                let place = Place::of_range(source.path, source.text, line);
                diagnostics.push(Diagnostic::error(Code::FrontMatterLine, place));
            }
            if let Some(repeated) = repeated {
                diagnostics.push(repeated);
            }
            Reading { front_matter, broken: Vec::new(), accepted }
        }
        Err(error) => explain(source, &error, diagnostics),
    }
}

/// The maximum nesting of brackets in front matter. The time of the YAML parser grows with the
/// square of the nesting.
const MAX_NESTING: usize = 100;

/// Returns an error for YAML that is rejected before parsing or although it parses: nesting and
/// aliases that would take too long, tags, and characters produced by escapes such as `\x01`.
fn dangerous(source: &FrontMatterSource) -> Option<Diagnostic> {
    let yaml = source.yaml();
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in yaml.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > MAX_NESTING || yaml::is_bomb(yaml) {
        let place = Place::of_range(source.path, source.text, source.yaml.start..source.yaml.start);
        return Some(Diagnostic::error(Code::FrontMatterTooDeep, place));
    }
    if let Some(at) = backslash_in_path(yaml) {
        return Some(source.backslash(at));
    }
    if let Some(at) = yaml::first_tag(yaml) {
        let len = yaml[at..].find([' ', '\t', '\r', '\n', ',', ']', '}']).unwrap_or(1);
        let start = source.yaml.start + at;
        let place = Place::of_range(source.path, source.text, start..start + len);
        return Some(Diagnostic::error(Code::YamlTag, place));
    }
    let first_escape = yaml.find('\\')?;
    let bad = yaml::values(yaml)?.text.chars().find(|c| !may_stand(*c))?;
    let start = source.yaml.start + first_escape;
    let place = Place::of_range(source.path, source.text, start..start + 1);
    let diagnostic = Diagnostic::error(Code::ForbiddenCharacter, place);
    Some(diagnostic.arg("character", format!("U+{:04X}", u32::from(bad))))
}

/// Finds every mistake in front matter that the typed reader rejected.
fn explain(
    source: &FrontMatterSource,
    refusal: &YamlError,
    diagnostics: &mut Diagnostics,
) -> Reading {
    let mut of_entries = Diagnostics::default();
    let mut reading = Reading::default();
    let keys = match yaml::yaml_keys(source.yaml()) {
        Ok(keys) => keys,
        Err(error) => {
            diagnostics.push(explain_syntax(source, &error));
            reading.broken = KEYS.iter().map(ToString::to_string).collect();
            return reading;
        }
    };
    for (index, key) in keys.iter().enumerate() {
        let problem = if keys[..index].contains(key) {
            let place = source.place_of_nth_key(index, key);
            Some(Diagnostic::error(Code::DuplicateKey, place).arg("key", key))
        } else if KEYS.contains(&key.as_str()) {
            read_entry(source, index, key, &mut reading.front_matter)
                .or_else(|| if key == "extra" { repeated_in_extra(source) } else { None })
        } else {
            Some(unknown_key(source, index, key))
        };
        if let Some(problem) = problem {
            reading.broken.push(without_odd_signs(key));
            of_entries.push(problem);
        }
    }
    if !of_entries.has_errors() {
        of_entries.push(explain_syntax(source, refusal));
    }
    diagnostics.append(of_entries);
    reading
}

/// Reports a key that is written twice inside `extra`, at any depth. The typed reader keeps the last one.
fn repeated_in_extra(source: &FrontMatterSource) -> Option<Diagnostic> {
    // The key may be written with escapes.
    if !source.yaml().contains("extra") && !source.yaml().contains('\\') {
        return None;
    }
    let (key, at) = yaml::repeated_key(source.yaml(), "extra")?;
    let place = source.place_of_key(source.yaml.start + at, &key);
    Some(Diagnostic::error(Code::DuplicateKey, place).arg("key", key))
}

fn unknown_key(source: &FrontMatterSource, index: usize, key: &str) -> Diagnostic {
    let place = source.place_of_nth_key(index, key);
    if let Some(sign) = source.odd_sign_in_key(index, key) {
        return source.odd_sign(sign);
    }
    let diagnostic = Diagnostic::error(Code::UnknownKey, place).arg("key", key);
    if let Some((_, help)) = FOREIGN_KEYS.iter().find(|(foreign, _)| *foreign == key) {
        return diagnostic.help(help);
    }
    match closest(key, KEYS.iter().copied()) {
        Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
        None => match unindented_in_extra(source) {
            Some(first) if first.line <= diagnostic.place.line => diagnostic.help("help-indent"),
            _ => diagnostic,
        },
    }
}

/// Returns the place of the first line below `extra:` that should be indented.
fn unindented_in_extra(source: &FrontMatterSource) -> Option<Place> {
    let at = unindented_below(source.yaml(), "extra", KEYS)?;
    Some(source.place_of_value(source.yaml.start + at))
}

/// Reads one entry with its own type into its field, or reports what is wrong with it.
fn read_entry(
    source: &FrontMatterSource,
    index: usize,
    key: &str,
    into: &mut FrontMatter,
) -> Option<Diagnostic> {
    let (result, help) = fill_field(source.yaml(), index, key, into);
    let error = result.err()?;
    let Some(at) = error.at else {
        return Some(wrong_type(source.place_of_nth_key(index, key), key).help(help));
    };
    let start = source.yaml.start + at;
    let cause = &error.message;
    let line_start = line_start(source.yaml(), at);
    let line = source.yaml()[line_start..].lines().next().unwrap_or("");
    if let Some((column, character)) = odd_sign(line) {
        return Some(source.odd_sign(OddSign { at: line_start + column, character }));
    }
    let named = |before: &str| {
        let rest = cause.split_once(before)?.1;
        rest.split('`').next().map(str::to_owned)
    };
    if let Some(inner) = named("unknown field `") {
        let known: Vec<&str> = cause.split('`').skip(3).step_by(2).collect();
        let place = source.place_of_key(start, &inner);
        let diagnostic = Diagnostic::error(Code::UnknownKey, place).arg("key", inner.as_str());
        return Some(match closest(&inner, known.iter().copied()) {
            Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
            None => diagnostic.arg("known", known.join(", ")).help("help-inner"),
        });
    }
    let place = source.place_of_value(start);
    if let Some(inner) = named("missing field `") {
        let key = format!("{key}: {inner}");
        return Some(Diagnostic::error(Code::MissingKey, place).arg("key", key).help(help));
    }
    let entry = line.trim_start().strip_prefix("- ").filter(|_| key == "attachments");
    match entry.map(str::trim).filter(|entry| !entry.is_empty()) {
        Some(entry) => Some(wrong_type(place, key).arg("entry", entry).help("help-attachment")),
        None => Some(wrong_type(place, key).help(help)),
    }
}

fn wrong_type(place: Place, key: &str) -> Diagnostic {
    Diagnostic::error(Code::ValueType, place).arg("key", key)
}

/// Parts of the parser's messages, with the help texts for them.
const SYNTAX_HELPS: [(&str, &str); 9] = [
    ("invalid type: string", "help-space"),
    ("alias", "help-star"),
    ("anchor", "help-star"),
    ("expected key", "help-quotes"),
    ("could not find expected ':'", "help-no-colon"),
    ("cannot start any token", "help-start"),
    ("expected ',' or", "help-bracket"),
    ("expected '-' indicator", "help-dash"),
    ("sequence entries are not allowed", "help-dash"),
];

/// Turns an error of the YAML parser into a helpful diagnostic.
fn explain_syntax(source: &FrontMatterSource, error: &YamlError) -> Diagnostic {
    let cause = &error.message;
    let yaml = source.yaml();
    let at = floor_char(yaml, error.at.unwrap_or(0));
    let line_start = line_start(yaml, at);
    let line = yaml[line_start..].lines().next().unwrap_or("");
    if let Some(column) = tab_at_fault(line, cause) {
        let start = source.yaml.start + line_start + column;
        let place = Place::of_range(source.path, source.text, start..start + 1);
        return Diagnostic::error(Code::YamlTab, place);
    }
    if let Some(sign) = odd_sign_by_key(yaml, at) {
        return source.odd_sign(sign);
    }
    let start = source.yaml.start + at;
    let place = source.place_of_value(start);
    if cause.contains("escape") {
        let escape = unknown_escape(line).map_or(at, |column| line_start + column);
        return source.backslash(escape);
    }
    if cause.contains("mapping values are not allowed") {
        if let Some(place) = unindented_in_extra(source) {
            let error = Diagnostic::error(Code::YamlSyntax, place);
            return error.arg("cause", cause.as_str()).help("help-indent");
        }
        return bare_colon(place, line);
    }
    if cause.contains("quoted scalar") {
        let opened = error.opened.map(|at| source.yaml.start + at);
        let place = opened.map_or(place, |at| source.place_of_value(at));
        return Diagnostic::error(Code::YamlQuote, place);
    }
    let help = SYNTAX_HELPS.iter().find(|(part, _)| cause.contains(part));
    let help = help.map_or("help", |(_, help)| help);
    let noticed_late = match help {
        "help-no-colon" => line_before(yaml, line_start),
        "help-bracket" => error.opened,
        _ => None,
    };
    let place = noticed_late.map_or(place, |at| source.place_of_value(source.yaml.start + at));
    Diagnostic::error(Code::YamlSyntax, place).arg("cause", cause.as_str()).help(help)
}

/// Returns the error for a colon in a text without quotation marks.
fn bare_colon(place: Place, line: &str) -> Diagnostic {
    let error = Diagnostic::error(Code::YamlColon, place);
    if line.contains(['“', '”']) {
        return error.help("help-curly");
    }
    match quoted_line(line) {
        Some(quoted) => error.arg("line", quoted).help("help-line"),
        None => error,
    }
}

/// Returns the tab that made a line wrong: one before its text, or one that the parser complains about.
fn tab_at_fault(line: &str, cause: &str) -> Option<usize> {
    let tab = line.find('\t')?;
    let is_indent = line[..tab].trim().is_empty();
    (is_indent || cause.contains("found character that cannot start")).then_some(tab)
}

/// Returns where the line before another begins, if it is not empty and has no colon.
fn line_before(yaml: &str, line: usize) -> Option<usize> {
    let before = yaml[..line].trim_end_matches(['\r', '\n']);
    let start = line_start(before, before.len());
    let line = &before[start..];
    (!line.trim().is_empty() && !line.contains(':')).then_some(start)
}
