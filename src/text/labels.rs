//! What a text calls its numbers: the key before a value, or the words right before a number.

use std::ops::Range;

use super::chars::{is_alphanumeric, is_thai};
use super::digits::seen_digit;

/// The fewest digits that end a label. Shorter numbers may be part of it: `เลข 13 หลัก`.
const NUMBER: usize = 7;

/// How far behind its label the first number may be, in bytes.
const NEAR: usize = 48;

/// How many characters of a label are kept.
const MAX_LABEL: usize = 80;

/// What a text calls a number.
#[derive(Debug, Clone)]
pub(crate) struct FoundLabel<'t> {
    /// The words.
    pub text: &'t str,
    /// Whether `:` or `=` follows the words, as after a key.
    pub is_key: bool,
    /// Whether no other number is between the words and this one.
    pub is_direct: bool,
    /// The range of the text in which the words apply.
    pub holds: Range<usize>,
}

/// The labels of a text. A label applies to all numbers up to the next words, so that it names each
/// member of a list. Brackets of a map, cells of a table and empty lines end it.
#[derive(Debug)]
pub(crate) struct Labels<'t> {
    text: &'t str,
    spans: Vec<LabelSpan>,
}

#[derive(Debug, Clone)]
struct LabelSpan {
    words: Range<usize>,
    is_key: bool,
    holds: Range<usize>,
}

impl<'t> Labels<'t> {
    /// Reads the labels of a text, in one pass.
    pub(crate) fn of(text: &'t str) -> Self {
        let mut reader = LabelReader::default();
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            reader.read(at, c, chars.peek().map(|(_, next)| *next));
        }
        reader.end(text.len());
        Self { text, spans: reader.spans }
    }

    /// Returns the label of the number that begins at a place.
    pub(crate) fn at(&self, place: usize) -> Option<FoundLabel<'t>> {
        let after = self.spans.partition_point(|span| span.holds.start <= place);
        let span = self.spans[..after].last().filter(|span| place < span.holds.end)?;
        let between = span.words.end..place;
        let words = &self.text[span.words.clone()];
        let last = last_of(words, MAX_LABEL);
        let digits = |text: &str| text.chars().filter(|c| seen_digit(*c).is_some()).count();
        let is_direct = between.len() <= NEAR && digits(&self.text[between]) < NUMBER;
        Some(FoundLabel {
            text: last,
            is_key: span.is_key && last.len() == words.len(),
            is_direct,
            holds: span.holds.clone(),
        })
    }

    /// Returns the words that still apply at the end of the text.
    pub(crate) fn last(&self) -> Option<&'t str> {
        let last = self.spans.last().filter(|last| last.holds.end == self.text.len())?;
        Some(last_of(&self.text[last.words.clone()], MAX_LABEL))
    }
}

/// Returns the last characters of a text.
pub(crate) fn last_of(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at);
    &text[start..]
}

/// Reads a text character by character.
#[derive(Default)]
struct LabelReader {
    spans: Vec<LabelSpan>,
    words: Option<LabelSpan>,
    /// Whether the next letter begins a new label.
    is_over: bool,
    /// The digits since the last letter.
    digits: usize,
    /// Whether the line has several values, as in a table.
    has_columns: bool,
}

impl LabelReader {
    fn read(&mut self, at: usize, c: char, next: Option<char>) {
        let after = at + c.len_utf8();
        match c {
            _ if seen_digit(c).is_some() => self.digits += 1,
            _ if is_thai(c) || is_alphanumeric(c) => self.letter(at, after),
            ',' | ';' | '\t' => (self.is_over, self.has_columns) = (true, true),
            '/' | '?' | '&' => self.is_over = true,
            ':' | '=' => {
                if let Some(words) =
                    self.words.as_mut().filter(|_| !self.is_over && self.digits == 0)
                {
                    words.is_key = true;
                }
                self.is_over = true;
            }
            '{' | '}' | ']' | '<' | '>' => self.end(at),
            '|' => {
                self.end(at);
                self.has_columns = true;
            }
            '\n' => {
                if self.has_columns || next == Some('\n') {
                    self.end(at);
                }
                (self.is_over, self.has_columns) = (true, false);
            }
            _ => {}
        }
    }

    fn letter(&mut self, at: usize, after: usize) {
        if self.is_over || self.digits >= NUMBER || self.words.is_none() {
            self.end(at);
            self.words = Some(LabelSpan { words: at..after, is_key: false, holds: after..after });
            self.is_over = false;
        } else if let Some(words) = &mut self.words {
            (words.words.end, words.holds.start) = (after, after);
        }
        self.digits = 0;
    }

    fn end(&mut self, at: usize) {
        if let Some(mut span) = self.words.take() {
            span.holds.end = at;
            self.spans.push(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> String {
        let place = text.find('8').unwrap();
        let labels = Labels::of(text);
        labels.at(place).map_or(String::new(), |label| {
            format!("{}{}{}", label.text, [" ", ": "][usize::from(label.is_key)], label.is_direct)
        })
    }

    #[test]
    fn a_number_belongs_to_the_words_before_it() {
        for (text, expected) in [
            ("บาร์โค้ด 8", "บาร์โค้ด true"),
            ("เลข 13 หลัก 8", "เลข 13 หลัก true"),
            ("{\"a\": 1234567, \"b\": 8}", "b: true"),
            ("{\"a\": [1234567, 8]}", "a: false"),
            ("{\"a\": \"n\", \"b\": \"8\"}", "b: true"),
            ("{\"a\": {\"8\": 1}}", ""),
            ("a=1&pid=8", "pid: true"),
            ("| a | 8 |", ""),
            ("a,b\n8", ""),
            ("a\n8", "a true"),
            ("a\n\n8", ""),
            ("โทร 0 2205 4174 เลขที่บัญชี 8", "เลขที่บัญชี true"),
        ] {
            assert_eq!(label(text), expected, "{text}");
        }
    }

    #[test]
    fn a_label_may_go_on_after_the_end() {
        assert_eq!(Labels::of("\"a\": [").last(), Some("a"));
        assert_eq!(Labels::of("\"a\": [1],").last(), None);
    }
}
