//! Words that stay on one line with their neighbours.

use serde::Deserialize;

/// The length of a Thai letter in bytes.
const LETTER: usize = 3;

/// The Thai words of `th.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoBreakWords {
    pub(super) terms: Vec<String>,
    pub(super) before_numbers: Edges,
    pub(super) after_numbers: Edges,
    pub(super) numbers: Vec<String>,
    pub(super) months: Edges,
    pub(super) eras: Edges,
    pub(super) month_word: Edges,
    pub(super) marks: Edges,
    pub(super) titles: Vec<String>,
    pub(super) persons: Edges,
}

impl NoBreakWords {
    /// Reads the words.
    pub(super) fn thai() -> Self {
        toml::from_str(include_str!("th.toml")).expect("the file is part of the program")
    }

    /// Returns numbers in words together with their units, such as สองแห่ง.
    pub(super) fn counted(&self) -> impl Iterator<Item = String> {
        let counts =
            |number| self.after_numbers.words.iter().map(move |word| format!("{number}{word}"));
        let numbers = self.numbers.iter().flat_map(counts);
        numbers.filter(|counted| !counted.ends_with('.'))
    }
}

/// Words to find at the start or at the end of a text. Most texts have another letter there, which one
/// look in a table shows.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub(super) struct Edges {
    words: Vec<String>,
    /// Whether a word has this byte as the last one of its first letter.
    has_first: Box<[bool; 256]>,
    /// Whether a word has this byte as its last.
    has_last: Box<[bool; 256]>,
}

impl From<Vec<String>> for Edges {
    fn from(words: Vec<String>) -> Self {
        let mut has = [[false; 256], [false; 256]];
        for word in words.iter().map(String::as_bytes) {
            for (place, has) in [LETTER - 1, word.len() - 1].into_iter().zip(&mut has) {
                has[usize::from(word[place])] = true;
            }
        }
        let [has_first, has_last] = has.map(Box::new);
        Self { words, has_first, has_last }
    }
}

impl Edges {
    /// Returns the words with which a text begins.
    pub(super) fn at_start<'e>(&'e self, text: &'e [u8]) -> impl Iterator<Item = &'e String> {
        let is_possible =
            text.get(LETTER - 1).is_some_and(|byte| self.has_first[usize::from(*byte)]);
        let words = if is_possible { &self.words[..] } else { &[] };
        words.iter().filter(|word| text.starts_with(word.as_bytes()))
    }

    /// Returns whether a text begins with a word.
    pub(super) fn begins(&self, text: &[u8]) -> bool {
        self.at_start(text).next().is_some()
    }

    /// Returns whether a text ends with a word.
    pub(super) fn ends(&self, text: &[u8]) -> bool {
        let is_possible = text.last().is_some_and(|byte| self.has_last[usize::from(*byte)]);
        is_possible && self.words.iter().any(|word| text.ends_with(word.as_bytes()))
    }
}
