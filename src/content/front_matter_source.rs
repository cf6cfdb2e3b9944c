//! The text of front matter, and the places of its values.

use std::cell::Cell;
use std::ops::Range;

use crate::content::yaml::{self, YamlStep};
use crate::content::yaml_slips::{OddSign, odd_sign};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::text::line_start;

/// Front matter that can look up the places of its values.
#[derive(Debug)]
pub struct FrontMatterSource<'a> {
    /// The path of the file.
    pub(super) path: &'a str,
    /// The text of the file.
    pub(super) text: &'a str,
    /// The range of the YAML.
    pub(super) yaml: Range<usize>,
    /// How many places have been looked up. Each lookup parses the YAML again, so past a limit all
    /// errors are placed at the end of the front matter.
    looked_up: Cell<u32>,
}

/// The maximum number of places looked up in one file.
const MAX_LOOKUPS: u32 = 100;

impl<'a> FrontMatterSource<'a> {
    /// Creates a source for the YAML in a range of a text.
    pub(crate) fn new(path: &'a str, text: &'a str, yaml: Range<usize>) -> Self {
        Self { path, text, yaml, looked_up: Cell::new(0) }
    }

    /// Returns the YAML.
    pub(super) fn yaml(&self) -> &str {
        &self.text[self.yaml.clone()]
    }

    fn look_up(&self, find: impl Fn(&str) -> Option<usize>) -> Option<usize> {
        self.looked_up.set(self.looked_up.get() + 1);
        if self.looked_up.get() > MAX_LOOKUPS { None } else { find(self.yaml()) }
    }

    /// Returns the place of a value, as found by the YAML parser.
    pub fn place(&self, steps: &[YamlStep]) -> Place {
        match self.look_up(|yaml| yaml::place_of(yaml, steps)) {
            Some(at) => self.place_of_value(self.yaml.start + at),
            None => self.end_place(),
        }
    }

    /// Returns a value as it is written, up to the end of its line.
    pub(super) fn written_value(&self, steps: &[YamlStep]) -> Option<&'a str> {
        let start = self.yaml.start + self.look_up(|yaml| yaml::place_of(yaml, steps))?;
        let line = self.text[start..self.yaml.end].lines().next().unwrap_or("");
        let before = &self.text[self.yaml.start..start];
        let before = &before[line_start(before, before.len())..];
        Some(&line[..value_width(line, before.contains(['{', '[']))])
    }

    /// Returns whether whole numbers may be written with more than decimal digits: `0x1f`, `+5`.
    pub(super) fn may_have_number_signs(&self) -> bool {
        ["0x", "0o", "0b", "+"].iter().any(|sign| self.yaml().contains(sign))
    }

    /// Returns the place of the closing `---`, where missing keys are reported.
    pub fn end_place(&self) -> Place {
        Place::of_range(self.path, self.text, self.yaml.end..self.yaml.end + 3)
    }

    /// Returns the place of a value, from its first character to its end or to the end of the line.
    pub(super) fn place_of_value(&self, start: usize) -> Place {
        let line = self.text[start..self.yaml.end].lines().next().unwrap_or("");
        let before = &self.text[self.yaml.start..start];
        let before = &before[line_start(before, before.len())..];
        let width = value_width(line, before.contains(['{', '[']));
        Place::of_range(self.path, self.text, start..start + width)
    }

    /// Returns the first character of a key that only looks like a space or a colon.
    pub(super) fn odd_sign_in_key(&self, index: usize, key: &str) -> Option<OddSign> {
        let (column, character) = odd_sign(key)?;
        let start = self.look_up(|yaml| yaml::place_of_key(yaml, index))?;
        Some(OddSign { at: start + column, character })
    }

    /// Returns the place of the key with a number.
    pub(super) fn place_of_nth_key(&self, index: usize, key: &str) -> Place {
        match self.look_up(|yaml| yaml::place_of_key(yaml, index)) {
            Some(at) => self.place_of_key(self.yaml.start + at, key),
            None => self.end_place(),
        }
    }

    /// Returns the place of a key below the top. If it is not written right before its value, returns the
    /// place of the value.
    pub(super) fn place_of_inner_key(&self, steps: &[YamlStep], key: &str) -> Place {
        let Some(at) = self.look_up(|yaml| yaml::place_of(yaml, steps)) else {
            return self.end_place();
        };
        let before = self.yaml()[..at].trim_end_matches(|c: char| c.is_whitespace());
        let before = before.strip_suffix(':').map(|b| b.trim_end_matches(['"', '\'']).trim_end());
        match before.and_then(|before| before.strip_suffix(key)) {
            Some(before) => self.place_of_key(self.yaml.start + before.len(), key),
            None => self.place_of_value(self.yaml.start + at),
        }
    }

    /// Returns the place of the character at an offset in the YAML.
    pub(super) fn place_of_character(&self, at: usize) -> Place {
        let start = self.yaml.start + at;
        let len = self.text[start..].chars().next().map_or(0, char::len_utf8);
        Place::of_range(self.path, self.text, start..start + len)
    }

    /// Returns the diagnostic for a backslash that is the beginning of an escape for YAML.
    pub(super) fn backslash(&self, at: usize) -> Diagnostic {
        Diagnostic::error(Code::YamlBackslash, self.place_of_character(at))
    }

    /// Returns the diagnostic for a character that only looks like one of YAML.
    pub(super) fn odd_sign(&self, sign: OddSign) -> Diagnostic {
        let place = self.place_of_character(sign.at);
        match sign.is_colon() {
            true => Diagnostic::error(Code::YamlSyntax, place).help("help-full-width"),
            false => {
                let character = format!("U+{:04X}", u32::from(sign.character));
                Diagnostic::error(Code::YamlSpace, place).arg("character", character)
            }
        }
    }

    /// Returns the place of a key that begins at an offset in the file.
    pub(super) fn place_of_key(&self, start: usize, key: &str) -> Place {
        Place::of_range(self.path, self.text, start..start + key.len())
    }
}

/// Returns how many bytes of a line belong to its value. The value ends at the closing quotation
/// mark, in a list or map on one line at the next comma or bracket, and otherwise before a comment.
fn value_width(line: &str, inside_brackets: bool) -> usize {
    let quoted = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(end) = quoted.and_then(|quote| line[1..].find(quote)) {
        return end + 2;
    }
    let value = match line.find([',', '}', ']']).filter(|_| inside_brackets) {
        Some(end) => &line[..end],
        None => line.split(" #").next().unwrap_or(line),
    };
    value.trim_end().len()
}
