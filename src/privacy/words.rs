//! Compares texts with the words of rules.

use crate::text::is_invisible;

/// Words, normalized for comparison with a text.
#[derive(Debug, Default)]
pub(super) struct ContextWords(Vec<String>);

impl ContextWords {
    pub(super) fn new(words: Vec<String>) -> Self {
        let squeeze = |word: String| if word.is_ascii() { word } else { squeezed(&word) };
        Self(words.into_iter().map(squeeze).collect())
    }

    pub(super) fn are_in(&self, text: &NormalizedText) -> bool {
        self.0.iter().any(|word| text.has(word))
    }
}

impl ContextWords {
    /// Returns whether one of the words is all that a text contains.
    pub(super) fn are_all_of(&self, text: &NormalizedText) -> bool {
        self.0.iter().any(|word| {
            let is_ascii = word.is_ascii();
            if is_ascii { text.plain.trim() == word } else { text.squeezed == *word }
        })
    }
}

/// A text, normalized for comparison with words.
pub(super) struct NormalizedText {
    /// Without spaces, for Thai.
    squeezed: String,
    /// In lower case, with one space for each run of characters other than letters and digits, for
    /// Latin.
    plain: String,
}

impl NormalizedText {
    pub(super) fn new(text: &str) -> Self {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
        let letters: String = text.chars().map(letter).collect();
        let plain = letters.split_whitespace().fold(" ".to_owned(), |text, word| text + word + " ");
        Self { squeezed: squeezed(text), plain }
    }

    fn has(&self, word: &str) -> bool {
        if word.is_ascii() {
            self.plain.match_indices(word).any(|(at, _)| {
                let is_letter = |b: u8| b.is_ascii_alphabetic();
                let bytes = self.plain.as_bytes();
                !is_letter(bytes[at - 1]) && !is_letter(bytes[at + word.len()])
            })
        } else {
            self.squeezed.contains(word)
        }
    }
}

/// Removes spaces and invisible characters, and composes sara am.
pub(super) fn squeezed(text: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    let text: String = text.chars().filter(is_kept).flat_map(char::to_lowercase).collect();
    if text.contains('\u{E4D}') { text.replace("\u{E4D}\u{E32}", "\u{E33}") } else { text }
}

/// Puts spaces between the words of a name as programmers write it: `createdAt`, `EANCode`.
pub(super) fn with_parted_words(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let begins = before.is_ascii_lowercase()
            || before.is_ascii_uppercase() && chars.peek().is_some_and(char::is_ascii_lowercase);
        if c.is_ascii_uppercase() && begins {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    out
}
