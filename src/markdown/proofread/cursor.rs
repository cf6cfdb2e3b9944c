//! Reads words and numbers of a text one after the other.

use crate::text::{digit_value, is_zero_width};

/// A place in a text, from which reading goes on.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The offset of the next character.
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    /// Starts at an offset of a text.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    /// Returns the text that is not read yet.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Returns the text that has been read.
    pub(super) fn before(&self) -> &'t str {
        &self.text[..self.at]
    }

    /// Reads a word. Returns whether it was next.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let is_next = self.rest().starts_with(word);
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// Reads the first of some words that is next.
    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// Reads a word that has a meaning, and returns that.
    pub(super) fn choose<T: Copy>(&mut self, words: &[(&str, T)]) -> Option<T> {
        words.iter().find(|(word, _)| self.eat(word)).map(|(_, meaning)| *meaning)
    }

    /// Reads a word that `reader` finds at the start of a text, with the length that it returns.
    pub(super) fn read_with<T>(
        &mut self,
        reader: impl Fn(&str) -> Option<(T, usize)>,
    ) -> Option<T> {
        let (meaning, len) = reader(self.rest())?;
        self.at += len;
        Some(meaning)
    }

    /// Reads a word, whatever spaces are inside it. Returns whether it was next.
    pub(super) fn eat_spaced(&mut self, word: &str) -> bool {
        let start = self.at;
        for c in word.chars().filter(|c| !c.is_whitespace()) {
            if self.at > start {
                self.skip_spaces();
            }
            if !self.rest().starts_with(c) {
                self.at = start;
                return false;
            }
            self.at += c.len_utf8();
        }
        true
    }

    /// Reads white space and characters that are invisible.
    pub(super) fn skip_spaces(&mut self) {
        self.skip(|c| c.is_whitespace() || is_zero_width(c));
    }

    /// Reads characters of a kind.
    pub(super) fn skip(&mut self, is_skipped: impl Fn(char) -> bool) {
        self.at = self.text.len() - self.rest().trim_start_matches(is_skipped).len();
    }

    /// Reads a whole number of at most `most` digits, Thai or Arabic. Returns it with the count of its
    /// digits. Reads nothing if no digit is next, or too many.
    pub(super) fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let digits = self.rest().chars().map_while(|c| Some((digit_value(c)?, c.len_utf8())));
        let (mut value, mut count, mut len) = (0, 0, 0);
        for (digit, width) in digits.take(most + 1) {
            value = value * 10 + digit;
            (count, len) = (count + 1, len + width);
        }
        if count == 0 || count > most {
            return None;
        }
        self.at += len;
        Some((value, count))
    }

    /// Reads what `read` reads. Reads nothing if that fails.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let start = self.at;
        let result = read(self);
        if result.is_none() {
            self.at = start;
        }
        result
    }
}
