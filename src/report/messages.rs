//! Turns codes and their arguments into sentences, in Thai or in English.
//!
//! The sentences are in `messages/LANGUAGE.toml`, one table for each code. `tests/layers.rs` checks that
//! both files have the same sentences with the same placeholders.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::diagnostics::{Diagnostic, Failure};
use crate::privacy::{Checker, Masking};
use crate::text::turns_direction;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportLanguage {
    /// Thai.
    Thai,
    /// English.
    English,
}

impl ReportLanguage {
    /// Returns the language of a tag such as `th`, `th_TH.UTF-8` or `en-GB`. Returns `None` for other
    /// languages.
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['_', '-', '.']).next()? {
            "th" => Some(Self::Thai),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Returns the BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Thai => "th",
            Self::English => "en",
        }
    }

    /// Returns the TOML file of the sentences.
    pub fn catalog_text(self) -> &'static str {
        match self {
            Self::Thai => include_str!("messages/th.toml"),
            Self::English => include_str!("messages/en.toml"),
        }
    }
}

/// The sentences of each code, by their keys.
type Entries = BTreeMap<String, BTreeMap<String, String>>;

/// All sentences of one language.
#[derive(Debug)]
pub struct Catalog {
    /// The language.
    pub language: ReportLanguage,
    /// Read when the first sentence is needed: a quiet build needs none.
    entries: OnceLock<Entries>,
    private: Checker,
}

impl Catalog {
    /// Creates the catalog of a language.
    pub fn new(language: ReportLanguage) -> Self {
        Self { language, entries: OnceLock::new(), private: Checker::everything() }
    }

    /// Returns all sentences.
    ///
    /// # Panics
    ///
    /// Panics if the file that is compiled into the program is not TOML. A test reads both files.
    fn entries(&self) -> &Entries {
        let read = || toml::from_str(self.language.catalog_text());
        self.entries.get_or_init(|| read().expect("the catalog is valid TOML"))
    }

    /// Returns the sentence `key` of `code` with its placeholders replaced. Returns `None` if there is
    /// no such sentence.
    pub fn find(&self, code: &str, key: &str, args: &[(&'static str, String)]) -> Option<String> {
        let text = self.entries().get(code)?.get(key)?;
        let shown = |(name, value): &(&'static str, String)| (*name, self.value(value));
        Some(fill(text, &args.iter().map(shown).collect::<Vec<_>>()))
    }

    /// Returns a value as it appears in a sentence. A value such as `@kind/list` names another sentence.
    fn value(&self, value: &str) -> String {
        let sentence = value.strip_prefix('@').and_then(|code| self.entries().get(code));
        let text = sentence.and_then(|keys| keys.get("text"));
        text.cloned().unwrap_or_else(|| self.discreet(value))
    }

    /// Returns a sentence of a report. Returns `code` if there is no such sentence.
    pub fn text(&self, code: &str, args: &[(&'static str, String)]) -> String {
        self.find(code, "text", args).unwrap_or_else(|| code.to_owned())
    }

    /// Returns the message of a diagnostic.
    pub fn message(&self, diagnostic: &Diagnostic) -> String {
        let code = diagnostic.code.as_str();
        self.find(code, "message", &diagnostic.args).unwrap_or_else(|| code.to_owned())
    }

    /// Returns the help of a diagnostic. Returns `None` if it has none.
    pub fn help(&self, diagnostic: &Diagnostic) -> Option<String> {
        self.find(diagnostic.code.as_str(), diagnostic.help, &diagnostic.args)
    }

    /// Returns the message of a failure, and its help if it has one.
    pub fn failure(&self, failure: &Failure) -> (String, Option<String>) {
        let code = failure.code.as_str();
        let message = self.find(code, "message", &failure.args).unwrap_or_else(|| code.to_owned());
        (message, self.find(code, failure.help, &failure.args))
    }

    /// Returns all sentences of a code with their keys.
    pub fn words(&self, code: &str) -> impl Iterator<Item = (&str, &str)> {
        let words = self.entries().get(code).into_iter().flatten();
        words.map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// Returns a foreign text as a message may show it. Replaces characters that could control a
    /// terminal, and all digits of private numbers but the first. The number of characters does not
    /// change, so that columns stay right.
    pub fn discreet(&self, text: &str) -> String {
        self.masked(text, Masking::Plain)
    }

    /// Returns a foreign text as a message may show it. The masking says how much is hidden.
    pub fn masked(&self, text: &str, masking: Masking) -> String {
        self.private.masked(&harmless(text), masking).into_owned()
    }

    /// Returns every sentence as code, key and text. For tests of completeness.
    pub fn sentences(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.entries().iter().flat_map(|(code, keys)| {
            keys.iter().map(move |(key, text)| (code.as_str(), key.as_str(), text.as_str()))
        })
    }
}

/// Replaces characters that could control a terminal or change the direction of text.
fn harmless(text: &str) -> String {
    let hides = |c: char| (c.is_control() && c != '\t') || turns_direction(c);
    text.chars().map(|c| if hides(c) { '\u{FFFD}' } else { c }).collect()
}

/// Replaces the placeholders `{name}` of a sentence by their values. Braces within a value are kept.
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
    use super::{Catalog, Masking, ReportLanguage};

    #[test]
    fn private_numbers_are_hidden_and_nothing_else() {
        let catalog = Catalog::new(ReportLanguage::English);
        // 1200100412340 has a right check digit and belongs to nobody.
        for (written, shown) in [
            ("เลข 1200100412340 ของ", "เลข 1xxxxxxxxxxxx ของ"),
            ("1-2001-00412-34-0", "1-xxxx-xxxxx-xx-x"),
            ("๑๒๐๐๑๐๐๔๑๒๓๔๐", "๑xxxxxxxxxxxx"),
            ("081-234-5678", "0xx-xxx-xxxx"),
            ("+66 81 234 5678", "+6x xx xxx xxxx"),
            ("เลขที่บัญชี 1234567890", "เลขที่บัญชี 1xxxxxxxxx"),
        ] {
            assert_eq!(catalog.discreet(written), shown);
        }
        for harmless in [
            "1200100412349",
            "12001004123401",
            "120010041234",
            "2569-06-25T16:30",
            "1234567890",
            "0 5600 0111",
            "",
        ] {
            assert_eq!(catalog.discreet(harmless), harmless);
        }
        assert_eq!(catalog.masked("| 1234567890 |", Masking::Thorough), "| 1xxxxxxxxx |");
    }

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        let catalog = Catalog::new(ReportLanguage::English);
        assert_eq!(catalog.discreet("a\u{1b}[31m\nb\tc"), "a\u{FFFD}[31m\u{FFFD}b\tc");
    }
}
