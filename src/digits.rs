//! Digits, Thai or Arabic: how they are shown, and rows of them in a text with nothing but separators between.

use std::ops::Range;

/// The digits of dates and counts that pages show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digits {
    /// 0123456789.
    Arabic,
    /// ๐๑๒๓๔๕๖๗๘๙, on Thai pages.
    Thai,
}

impl Digits {
    /// The words in site.toml.
    pub const WORDS: [(&'static str, Self); 2] = [("arabic", Self::Arabic), ("thai", Self::Thai)];

    /// A text of the program's own on a page in a language.
    pub fn shown(self, text: String, language: &str) -> String {
        if self == Self::Arabic || language != "th" {
            return text;
        }
        let thai = |c: char| c.to_digit(10).and_then(|n| char::from_u32(u32::from('๐') + n));
        text.chars().map(|c| thai(c).unwrap_or(c)).collect()
    }
}

/// The fewest digits of a row: shorter ones are never looked at.
pub const FEWEST: usize = 9;

/// How many separators may stand between two digits of a number.
const MAX_GAP: u32 = 3;

/// A digit of a text.
#[derive(Debug)]
pub struct Digit {
    /// Its value, 0 to 9.
    pub value: u32,
    /// Where it stands.
    pub range: Range<usize>,
    /// What separates it from the digit before it.
    pub gap: Gap,
}

/// What stands between two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing.
    None,
    /// A hyphen, a dash or a low line, perhaps with spaces.
    Dash,
    /// Spaces or brackets.
    Other,
}

impl Digit {
    /// Whether something stands between it and the one before.
    pub fn begins_group(&self) -> bool {
        self.gap != Gap::None
    }

    /// It as an Arabic digit.
    pub fn shown(&self) -> char {
        char::from_digit(self.value, 10).unwrap_or('0')
    }
}

/// Digits with nothing but separators between them.
#[derive(Debug)]
pub struct Run {
    /// The digits.
    pub digits: Vec<Digit>,
}

impl Run {
    /// Where some of its digits stand.
    pub fn range(&self, digits: &Range<usize>) -> Range<usize> {
        self.digits[digits.start].range.start..self.digits[digits.end - 1].range.end
    }
}

/// How many digits stand between separators: `1-4-5-2-1`.
pub fn grouping(digits: &[Digit]) -> String {
    let mut groups: Vec<usize> = Vec::new();
    for (n, digit) in digits.iter().enumerate() {
        match groups.last_mut() {
            Some(last) if n > 0 && !digit.begins_group() => *last += 1,
            _ => groups.push(1),
        }
    }
    groups.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
}

/// The value of a digit, Thai or Arabic.
pub fn digit_value(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| ('๐'..='๙').contains(&c).then(|| u32::from(c) - u32::from('๐')))
}

/// Characters that show nothing, and the backslash that Markdown takes away.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\\')
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '(' | ')' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}')
}

/// The rows of digits in a text that are long enough to be looked at.
pub fn runs(text: &str) -> Vec<Run> {
    const ENTITY: &str = "&nbsp;";
    let mut runs = Vec::new();
    let mut digits: Vec<Digit> = Vec::new();
    let (mut gap, mut separators) = (Gap::Other, 0);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let mut len = c.len_utf8();
        if let Some(value) = digit_value(c) {
            digits.push(Digit { value, range: at..at + len, gap });
            (gap, separators) = (Gap::None, 0);
        } else if digits.is_empty() {
            // Nothing begun.
        } else if is_dash(c) || is_space(c) || text[at..].starts_with(ENTITY) {
            len = if c == '&' { ENTITY.len() } else { len };
            let is_dashed = is_dash(c) || gap == Gap::Dash;
            gap = if is_dashed { Gap::Dash } else { Gap::Other };
            separators += 1;
        } else if !is_invisible(c) {
            separators = MAX_GAP + 1;
        }
        if separators > MAX_GAP {
            runs.extend(finished(&mut digits));
            (gap, separators) = (Gap::Other, 0);
        }
        at += len;
    }
    runs.extend(finished(&mut digits));
    runs
}

/// The digits gathered, if there are enough.
fn finished(digits: &mut Vec<Digit>) -> Option<Run> {
    let digits = std::mem::take(digits);
    (digits.len() >= FEWEST).then_some(Run { digits })
}

/// Whether a text has enough digits with nothing but separators between them: said of most texts, and
/// at once.
pub fn has_long_number(bytes: &[u8]) -> bool {
    let mut from = 0;
    while let Some(start) = next_digit(bytes, from) {
        let (count, end) = follow(bytes, start);
        if count >= FEWEST {
            return true;
        }
        from = end;
    }
    false
}

/// How many digits follow, and where something else stands.
fn follow(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut count, mut at) = (0, start);
    loop {
        match bytes[at..] {
            [b'0'..=b'9', ..] => (count, at) = (count + 1, at + 1),
            [0xE0, 0xB9, 0x90..=0x99, ..] => (count, at) = (count + 1, at + 3),
            [b'&', b'n', b'b', b's', b'p', b';', ..] => at += 6,
            // Other separators: begun by these bytes are all that are not in ASCII.
            [
                b' ' | b'\t' | b'-' | b'_' | b'(' | b')' | b'\\' | 0xC2 | 0xE2 | 0xEF | 0x80..=0xBF,
                ..,
            ] => {
                at += 1;
            }
            _ => return (count, at),
        }
    }
}

/// Where the next digit begins. Pieces without one are passed over in a way that the compiler makes
/// wide instructions of.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    const PIECE: usize = 32;
    let is_digit = |a: u8, b: u8| a.is_ascii_digit() | ((a == 0xB9) & (0x90..=0x99).contains(&b));
    let mut at = from;
    while at < bytes.len() {
        let end = bytes.len().min(at + PIECE);
        let (piece, after) = (&bytes[at..end], &bytes[at + 1..bytes.len().min(end + 1)]);
        let mut pairs = piece.iter().zip(after);
        let has_digit = pairs.clone().fold(false, |found, (a, b)| found | is_digit(*a, *b));
        if has_digit && let Some(n) = pairs.position(|(a, b)| is_digit(*a, *b)) {
            let found = at + n;
            if bytes[found].is_ascii_digit() {
                return Some(found);
            }
            if found > from && bytes[found - 1] == 0xE0 {
                return Some(found - 1);
            }
            at = found + 1;
            continue;
        }
        at = end;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The quick look never overlooks what the slow one finds.
        #[test]
        fn nothing_is_overlooked(text in "[0-9๐-๙ก\u{200B}\u{A0}\u{2011}\u{FF0D}() a.+_-]{0,200}") {
            prop_assert!(runs(&text).is_empty() || has_long_number(text.as_bytes()), "{text:?}");
        }
    }
}
