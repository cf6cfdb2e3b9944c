//! Codes and their arguments become sentences, in Thai or in English.
//!
//! The sentences stand in `src/messages/LANGUAGE.toml`, one table per code. A test keeps the two
//! files complete and their placeholders equal.

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
        self.entries.get(code)?.get(key).map(|text| fill(text, args))
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

    /// Every sentence, as (code, key, text): for tests of completeness.
    pub fn sentences(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.entries.iter().flat_map(|(code, keys)| {
            keys.iter().map(move |(key, text)| (code.as_str(), key.as_str(), text.as_str()))
        })
    }
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
