//! Digits, Thai or Arabic: how they are shown, and rows of them in a text with nothing but separators between.

use std::ops::Range;

use super::chars::is_invisible;

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

    /// Converts a text of the program itself for a page in a language.
    pub fn shown(self, text: String, language: &str) -> String {
        if self == Self::Arabic || language != "th" {
            return text;
        }
        thai_digits(&text)
    }
}

/// The fewest digits of a row. Shorter ones are never examined.
pub(crate) const FEWEST: usize = 9;

/// The fewest digits of a number that counts with any signs between its groups.
pub(crate) const FEWEST_PRINTED: usize = 13;

/// How many separators may be between two digits of a number.
pub(crate) const MAX_GAP: u32 = 3;

/// A digit of a text.
#[derive(Debug, Clone)]
pub(crate) struct Digit {
    /// Its value, 0 to 9.
    pub value: u32,
    /// Its place in the text.
    pub range: Range<usize>,
    /// What separates it from the digit before it.
    pub gap: DigitGap,
}

/// What is between two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DigitGap {
    /// Nothing.
    None,
    /// A hyphen, a dash or a low line, perhaps with spaces.
    Dash,
    /// Spaces or brackets.
    Other,
}

impl Digit {
    /// Returns whether something is between it and the digit before it.
    pub(crate) fn begins_group(&self) -> bool {
        self.gap != DigitGap::None
    }

    /// Returns it as an Arabic digit.
    pub(crate) fn shown(&self) -> char {
        char::from_digit(self.value, 10).unwrap_or('0')
    }
}

/// How many digits of a group are kept. No number has so many, so the rest of a longer group changes nothing.
const MAX_GROUP: usize = 40;

/// How many digits a piece of a long row has, and how many of the next piece follow them.
const MAX_RUN: usize = 512;
const OVERLAP: usize = 40;

/// Digits with nothing but separators between them. A long row comes in pieces.
#[derive(Debug)]
pub(crate) struct DigitRun {
    /// The digits.
    pub digits: Vec<Digit>,
    /// How many of them belong to this piece. The others are the first of the next piece.
    own: usize,
}

impl DigitRun {
    /// Moves the row further on in a text.
    pub(super) fn moved(mut self, by: usize) -> Self {
        for digit in &mut self.digits {
            digit.range = digit.range.start + by..digit.range.end + by;
        }
        self
    }

    /// Returns the digits at which a number may begin. Over all pieces of a row, each is returned once.
    pub(crate) fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        let own = self.digits[..self.own].iter().enumerate();
        own.filter(|(_, digit)| digit.begins_group()).map(|(start, _)| start)
    }

    /// Returns the place of some of its digits.
    pub(crate) fn range(&self, digits: &Range<usize>) -> Range<usize> {
        self.digits[digits.start].range.start..self.digits[digits.end - 1].range.end
    }
}

/// Counts the digits between separators: `1-4-5-2-1`.
pub(crate) fn grouping(digits: &[Digit]) -> String {
    let mut groups: Vec<usize> = Vec::new();
    for (n, digit) in digits.iter().enumerate() {
        match groups.last_mut() {
            Some(last) if n > 0 && !digit.begins_group() => *last += 1,
            _ => groups.push(1),
        }
    }
    groups.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
}

/// Returns the value of a digit, Thai or Arabic.
pub(crate) fn digit_value(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| ('๐'..='๙').contains(&c).then(|| u32::from(c) - u32::from('๐')))
}

/// Replaces a Thai digit with the Arabic one. Returns any other character as it is.
pub(crate) fn arabic_digit(c: char) -> char {
    digit_value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// Replaces Thai digits with Arabic ones.
pub(crate) fn arabic_digits(text: &str) -> String {
    text.chars().map(arabic_digit).collect()
}

/// Replaces Arabic digits with Thai ones.
pub(crate) fn thai_digits(text: &str) -> String {
    let thai = |c: char| c.to_digit(10).and_then(|value| char::from_u32(u32::from('๐') + value));
    text.chars().map(|c| thai(c).unwrap_or(c)).collect()
}

/// Returns the value of whatever a reader takes for a digit: also those of other scripts, raised, circled and
/// wide ones.
pub fn seen_digit(c: char) -> Option<u32> {
    /// The zeros of scripts whose ten digits follow each other.
    const ZEROS: [u32; 14] = [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810,
        0x2080, 0x1A80, 0xFF10,
    ];
    /// The ones of rows that begin with it: circled, in brackets, with a full stop, and so on.
    const ONES: [u32; 8] = [0x2460, 0x2474, 0x2488, 0x24F5, 0x2776, 0x2780, 0x278A, 0x1F102];
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = u32::from(c);
    match code {
        0x0E50..=0x0E59 => Some(code - 0x0E50),
        0x0E00..=0x0E7F => None,
        0xB2 | 0xB3 => Some(code - 0xB0),
        0xB9 => Some(1),
        0x2070 | 0x24EA | 0x24FF | 0x1F100 | 0x1F101 => Some(0),
        0x2074..=0x2079 => Some(code - 0x2070),
        0x1D7CE..=0x1D7FF => Some((code - 0x1D7CE) % 10),
        0x1FBF0..=0x1FBF9 => Some(code - 0x1FBF0),
        _ => {
            let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code));
            let one = || ONES.iter().find(|one| (**one..**one + 9).contains(&code));
            zero.map(|zero| code - zero).or_else(|| one().map(|one| code - one + 1))
        }
    }
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '_' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}'
    )
}

/// Returns whether a character may separate two digits of a number.
pub(crate) fn is_separator(c: char) -> bool {
    is_dash(c) || is_space(c)
}

fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '(' | ')' | '\u{A0}' | '\u{2000}'
            ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Returns the rows of digits in a text that are long enough to be examined.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = DigitRun> + '_ {
    Runs { text, at: 0, row: DigitRow::default() }
}

/// Reads rows of digits one after the other. It holds one piece of a row at a time.
struct Runs<'t> {
    text: &'t str,
    at: usize,
    row: DigitRow,
}

impl Iterator for Runs<'_> {
    type Item = DigitRun;

    fn next(&mut self) -> Option<DigitRun> {
        const ENTITY: &str = "&nbsp;";
        let mut separators = 0;
        while let Some(c) = self.text[self.at..].chars().next() {
            let mut len = c.len_utf8();
            let mut piece = None;
            if let Some(value) = seen_digit(c) {
                piece = self.row.push(value, self.at..self.at + len);
                separators = 0;
            } else if self.row.digits.is_empty() {
                // Nothing begun.
            } else if is_dash(c) || is_space(c) || self.text[self.at..].starts_with(ENTITY) {
                len = if c == '&' { ENTITY.len() } else { len };
                let is_dashed = is_dash(c) || self.row.gap == DigitGap::Dash;
                self.row.gap = if is_dashed { DigitGap::Dash } else { DigitGap::Other };
                separators += 1;
            } else if !is_invisible(c) {
                separators = MAX_GAP + 1;
            }
            if separators > MAX_GAP {
                piece = self.row.finish();
                separators = 0;
            }
            self.at += len;
            if piece.is_some() {
                return piece;
            }
        }
        self.row.finish()
    }
}

/// A row of digits that is being read.
pub(super) struct DigitRow {
    digits: Vec<Digit>,
    /// How many digits the last group has.
    group: usize,
    /// What separates the last digit from the next.
    pub(super) gap: DigitGap,
}

impl Default for DigitRow {
    fn default() -> Self {
        Self { digits: Vec::new(), group: 0, gap: DigitGap::Other }
    }
}

impl DigitRow {
    /// Adds a digit. Returns a piece of the row when there is one.
    pub(super) fn push(&mut self, value: u32, range: Range<usize>) -> Option<DigitRun> {
        let gap = std::mem::replace(&mut self.gap, DigitGap::None);
        self.group = if gap == DigitGap::None { self.group + 1 } else { 1 };
        if self.group > MAX_GROUP {
            return None;
        }
        self.digits.push(Digit { value, range, gap });
        if self.digits.len() < MAX_RUN + OVERLAP {
            return None;
        }
        let next = self.digits[MAX_RUN..].to_vec();
        Some(DigitRun { digits: std::mem::replace(&mut self.digits, next), own: MAX_RUN })
    }

    /// Ends the row. Returns its last piece if it has enough digits.
    pub(super) fn finish(&mut self) -> Option<DigitRun> {
        let digits = std::mem::take(self).digits;
        let own = digits.len();
        (own >= FEWEST).then_some(DigitRun { digits, own })
    }
}

/// Returns whether a text has enough digits with nothing but separators between them, or a digit that is
/// neither Arabic nor Thai. This is quick, and `false` for most texts.
pub(crate) fn has_long_number(text: &str) -> bool {
    has_number(text, follow)
}

/// The same of HTML, where tags and line ends may be between digits, too, and of numbers whose groups
/// are joined by signs.
pub(crate) fn has_long_number_in_html(html: &str) -> bool {
    has_number(html, follow_in_html)
}

fn has_number(text: &str, follow: impl Fn(&[u8], usize) -> (usize, usize)) -> bool {
    const MARKED: ByteTable = digits_and_rare(b"");
    let bytes = text.as_bytes();
    let (mut at, mut end) = (0, 0);
    loop {
        at = next_marked(bytes, at, &MARKED);
        let Some(c) = text[at..].chars().next() else { return false };
        if digit_value(c).is_none() {
            if seen_digit(c).is_some() {
                return true;
            }
        } else if at >= end {
            let count;
            (count, end) = follow(bytes, at);
            if count >= FEWEST {
                return true;
            }
        }
        at += c.len_utf8();
    }
}

/// Bytes that a search stops at.
pub(crate) type ByteTable = [bool; 256];

/// Arabic digits, the first bytes of whatever is neither ASCII nor Thai, and further bytes of ASCII. Thai
/// digits are known by all of their bytes.
pub(crate) const fn digits_and_rare(further: &[u8]) -> ByteTable {
    let mut table = [false; 256];
    let mut byte = 0xC2;
    while byte < table.len() {
        table[byte] = true;
        byte += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        table[digit as usize] = true;
        digit += 1;
    }
    let mut n = 0;
    while n < further.len() {
        table[further[n] as usize] = true;
        n += 1;
    }
    table
}

/// Returns where the next character begins that is a Thai digit, or whose first byte is marked and which is
/// not Thai; at the end of the text if there is none.
pub(crate) fn next_marked(bytes: &[u8], from: usize, marked: &ByteTable) -> usize {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        if !marked[usize::from(*byte)] {
            at += 1;
            continue;
        }
        match bytes[at..] {
            [0xE0, 0xB8, _, ..] => at += 3,
            [0xE0, 0xB9, last, ..] if !(0x90..=0x99).contains(&last) => at += 3,
            _ => return at,
        }
    }
    bytes.len()
}

/// Counts the digits that follow, and returns where something else follows.
fn follow(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut count, mut at) = (0, start);
    loop {
        match bytes[at..] {
            [b'0'..=b'9', ..] => (count, at) = (count + 1, at + 1),
            [0xE0, 0xB9, 0x90..=0x99, ..] => (count, at) = (count + 1, at + 3),
            [b'&', b'n', b'b', b's', b'p', b';', ..] => at += 6,
            // Other separators: begun by these bytes are all that are not in ASCII.
            [b' ' | b'\t' | b'-' | b'_' | b'(' | b')' | b'\\' | 0xC2 | 0xCD | 0xD8, ..] => at += 1,
            [0xE1 | 0xE2 | 0xE3 | 0xEF | 0xF3 | 0x80..=0xBF, ..] => at += 1,
            _ => return (count, at),
        }
    }
}

/// The same in HTML.
fn follow_in_html(html: &[u8], start: usize) -> (usize, usize) {
    let (mut count, mut at) = (0, start);
    loop {
        match html[at..] {
            [b'0'..=b'9', ..] => (count, at) = (count + 1, at + 1),
            [0xE0, 0xB9, 0x90..=0x99, ..] => (count, at) = (count + 1, at + 3),
            [b'<', ..] => match memchr::memchr(b'>', &html[at..]) {
                Some(len) => at += len + 1,
                None => return (count, at),
            },
            [b'&', b'n', b'b', b's', b'p', b';', ..] => at += 6,
            [b'&', b'a', b'm', b'p', b';', ..] => at += 5,
            [b'\t' | b'\n' | b'\r' | b' '..=b'/' | b':'..=b'@' | b'['..=b'`' | b'{'..=b'~', ..] => {
                at += 1
            }
            [0xC2 | 0xCD | 0xD8 | 0xE1 | 0xE2 | 0xE3 | 0xEF | 0xF3 | 0x80..=0xBF, ..] => at += 1,
            _ => return (count, at),
        }
        if count >= FEWEST {
            return (count, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The quick check never overlooks what the slow one finds.
        #[test]
        fn nothing_is_overlooked(text in "[0-9๐-๙ก\u{200B}\u{A0}\u{2011}\u{3000}\u{34F}\u{FE0F}０-９²⁵①() a.+_-]{0,200}") {
            prop_assert!(runs(&text).next().is_none() || has_long_number(&text), "{text:?}");
        }
    }

    /// However long a row is, little of it is held at a time, and each digit is a start once.
    #[test]
    fn long_rows_come_in_pieces() {
        let solid = "1".repeat(100_000);
        assert_eq!(runs(&solid).map(|run| run.digits.len()).sum::<usize>(), MAX_GROUP);
        let parted = "1 ".repeat(100_000);
        let pieces: Vec<DigitRun> = runs(&parted).collect();
        assert!(pieces.iter().all(|run| run.digits.len() <= MAX_RUN + OVERLAP));
        let starts =
            pieces.iter().flat_map(|run| run.starts().map(|start| run.digits[start].range.start));
        assert!(starts.eq((0..100_000).map(|n| 2 * n)));
    }
}
