//! Codes and their arguments become sentences, in Thai or in English.
//!
//! The sentences stand in `src/messages/LANGUAGE.toml`, one table per code. A test keeps the two
//! files complete and their placeholders equal.

use crate::character::turns_direction;
use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Failure};

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Thai.
    Thai,
    /// English.
    English,
}

impl Language {
    /// The language that a tag such as `th`, `th_TH.UTF-8` or `en-GB` begins with.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['_', '-', '.']).next()? {
            "th" => Some(Self::Thai),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Its tag in BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Thai => "th",
            Self::English => "en",
        }
    }

    /// The text of the catalog.
    pub fn catalog_text(self) -> &'static str {
        match self {
            Self::Thai => include_str!("messages/th.toml"),
            Self::English => include_str!("messages/en.toml"),
        }
    }
}

/// All sentences of one language.
#[derive(Debug)]
pub struct Catalog {
    /// The language.
    pub language: Language,
    entries: BTreeMap<String, BTreeMap<String, String>>,
}

impl Catalog {
    /// The catalog of a language.
    ///
    /// # Panics
    ///
    /// If the file compiled into the program is not TOML; a test reads both.
    pub fn new(language: Language) -> Self {
        let entries = toml::from_str(language.catalog_text()).expect("the catalog is valid TOML");
        Self { language, entries }
    }

    /// The sentence `key` of `code`, with its values filled in; `None` if there is none.
    pub fn find(&self, code: &str, key: &str, args: &[(&'static str, String)]) -> Option<String> {
        let text = self.entries.get(code)?.get(key)?;
        let named = |(name, value): &(&'static str, String)| (*name, self.value(value));
        Some(fill(text, &args.iter().map(named).collect::<Vec<_>>()))
    }

    /// A value as it stands in a sentence; `@kind/list` stands for a sentence of its own.
    fn value(&self, value: &str) -> String {
        let own = value.strip_prefix('@').and_then(|code| self.entries.get(code));
        own.and_then(|keys| keys.get("text")).cloned().unwrap_or_else(|| discreet(value))
    }

    /// A sentence that is known to be there: one of prakat's own reports.
    pub fn text(&self, code: &str, args: &[(&'static str, String)]) -> String {
        self.find(code, "text", args).unwrap_or_else(|| code.to_owned())
    }

    /// What a finding says.
    pub fn message(&self, diagnostic: &Diagnostic) -> String {
        let code = diagnostic.code.as_str();
        self.find(code, "message", &diagnostic.args).unwrap_or_else(|| code.to_owned())
    }

    /// What to do about a finding.
    pub fn help(&self, diagnostic: &Diagnostic) -> Option<String> {
        self.find(diagnostic.code.as_str(), diagnostic.help, &diagnostic.args)
    }

    /// What a failure says, and what to do about it.
    pub fn failure(&self, failure: &Failure) -> (String, Option<String>) {
        let code = failure.code.as_str();
        let message = self.find(code, "message", &failure.args).unwrap_or_else(|| code.to_owned());
        (message, self.find(code, "help", &failure.args))
    }

    /// All words under a name.
    pub fn words(&self, code: &str) -> impl Iterator<Item = (&str, &str)> {
        let words = self.entries.get(code).into_iter().flatten();
        words.map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// Every sentence, as (code, key, text): for tests of completeness.
    pub fn sentences(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.entries.iter().flat_map(|(code, keys)| {
            keys.iter().map(move |(key, text)| (code.as_str(), key.as_str(), text.as_str()))
        })
    }
}

/// A text of somebody's as a message may show it: control characters, which could steer a
/// terminal, and those that turn the direction of text are replaced, and of Thai national ID numbers only the first digit stays. Character
/// for character, so that columns stay right.
pub fn discreet(text: &str) -> String {
    let replace = |c: char| {
        let hides = (c.is_control() && c != '\t') || turns_direction(c);
        if hides { '\u{FFFD}' } else { c }
    };
    let mut shown: Vec<char> = text.chars().map(replace).collect();
    let mut start = 0;
    while start < shown.len() {
        let digits = id_number_at(&shown, start);
        for place in digits.iter().skip(1) {
            shown[*place] = 'x';
        }
        start = digits.last().map_or(start + 1, |last| last + 1);
    }
    shown.into_iter().collect()
}

/// The places of the digits of a Thai national ID number that begins at a place: 13 digits, Thai
/// or Arabic, perhaps with separators, no further digit on either side, and a right check digit
/// (weights 13 to 2, modulo 11).
fn id_number_at(text: &[char], start: usize) -> Vec<usize> {
    let value =
        |c: char| c.to_digit(10).or(('๐'..='๙').contains(&c).then(|| u32::from(c) - 0x0E50));
    let separator =
        |c: char| matches!(c, '-' | ' ' | '\u{A0}' | '\u{200B}'..='\u{200D}' | '\u{FEFF}');
    let mut places = Vec::new();
    let mut sum = 0;
    if start > 0 && value(text[start - 1]).is_some() {
        return places;
    }
    for (place, c) in text.iter().enumerate().skip(start) {
        match value(*c) {
            Some(_) if places.len() == 13 => return Vec::new(),
            Some(digit) => {
                let weight = 13_u32.saturating_sub(u32::try_from(places.len()).unwrap_or(13));
                sum += if places.len() < 12 { digit * weight } else { 0 };
                places.push(place);
                let right = places.len() < 13 || digit == (11 - sum % 11) % 10;
                if !right {
                    return Vec::new();
                }
            }
            None if !places.is_empty() && places.len() < 13 && separator(*c) => {}
            None => break,
        }
    }
    if places.len() == 13 { places } else { Vec::new() }
}

/// Puts values where `{name}` stands. Values are not read again: a title with braces stays.
fn fill(text: &str, args: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match args.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::discreet;

    #[test]
    fn national_id_numbers_are_hidden_and_nothing_else() {
        // 1200100412340 has a right check digit and belongs to nobody.
        assert_eq!(discreet("เลข 1200100412340 ของ"), "เลข 1xxxxxxxxxxxx ของ");
        assert_eq!(discreet("1-2001-00412-34-0"), "1-xxxx-xxxxx-xx-x");
        assert_eq!(discreet("๑๒๐๐๑๐๐๔๑๒๓๔๐"), "๑xxxxxxxxxxxx");
        for harmless in ["1200100412349", "12001004123401", "120010041234", "2569-06-25T16:30", ""]
        {
            assert_eq!(discreet(harmless), harmless);
        }
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        assert_eq!(discreet("a\u{1b}[31m\nb\tc"), "a\u{FFFD}[31m\u{FFFD}b\tc");
    }
}
