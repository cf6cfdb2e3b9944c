//! Slips of typing in Thai text that look right on the screen and are wrong for search, for screen
//! readers and for the law: split vowels, invisible characters, marks in the wrong order.
//!
//! Found in the source of a file, front matter included; most can be mended without a choice.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::markdown::findings::TextFindings;
use crate::text::turns_direction;
use memchr::memmem;

/// A slip in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typo {
    /// What kind.
    pub code: Code,
    /// Where.
    pub range: Range<usize>,
    /// What should stand there instead; `None` if a person must decide.
    pub mended: Option<String>,
}

/// Finds slips, in their order.
pub fn typos(text: &str) -> Vec<Typo> {
    let mut found = Vec::new();
    if !has_suspects(text.as_bytes()) {
        return found;
    }
    let mut next = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if at >= next
            && let Some((code, len, mended)) = slip_at(&text[at..], before)
        {
            found.push(Typo { code, range: at..at + len, mended });
            next = at + len;
        }
        before = c;
    }
    found
}

/// Tells of the slips in a file: of each kind the first, with their number.
pub(crate) fn report_typos(text: &str, path: &str, severity: Severity, sink: &mut Diagnostics) {
    let slips = typos(text);
    let mut told = Vec::new();
    for slip in &slips {
        if told.contains(&slip.code) {
            continue;
        }
        told.push(slip.code);
        let count = slips.iter().filter(|other| other.code == slip.code).count();
        let place = Place::of_range(path, text, slip.range.clone());
        let severity = if slip.mended.is_some() { Severity::Warning } else { severity };
        let name = text[slip.range.clone()].chars().next().map_or(0, u32::from);
        let found = Diagnostic { severity, ..Diagnostic::error(slip.code, place) };
        sink.push(found.arg("character", format!("U+{name:04X}")).arg("count", count.to_string()));
    }
}

/// A text with the slips mended that need no choice; `None` if there are none. What is protected
/// stays as it is: `protected` lists it by place.
pub fn fix_typos(text: &str, protected: &[Range<usize>]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in protected.iter().filter(|range| range.start < range.end) {
        if range.start < from {
            continue;
        }
        out.push_str(&mended_piece(&text[from..range.start]));
        out.push_str(&text[range.clone()]);
        from = range.end;
    }
    out.push_str(&mended_piece(&text[from..]));
    (out != text).then_some(out)
}

fn mended_piece(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // Mending one slip may show another: doubled marks behind an invisible character.
    for _ in 0..MAX_ROUNDS {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for slip in typos(&text) {
            let Some(mended) = slip.mended else { continue };
            out.push_str(&text[from..slip.range.start]);
            out.push_str(&mended);
            from = slip.range.end;
        }
        if from == 0 {
            break;
        }
        out.push_str(&text[from..]);
        text = out.into();
    }
    text
}

/// Rounds of mending.
const MAX_ROUNDS: usize = 4;

const NIKHAHIT: char = '\u{E4D}';
const SARA_AA: char = '\u{E32}';
const SARA_E: char = '\u{E40}';
const NO_BREAK: char = '\u{A0}';
/// A row of them as Word and websites write it.
const NO_BREAK_ENTITIES: &str = "&nbsp;&nbsp;";

/// A slip at the start of a text: its kind, its bytes, what should stand there.
fn slip_at(text: &str, before: char) -> Option<(Code, usize, Option<String>)> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next().unwrap_or(' '));
    let both = first.len_utf8() + second.len_utf8();
    match first {
        NIKHAHIT if second == SARA_AA => Some((Code::SplitSaraAm, both, Some("ำ".to_owned()))),
        NIKHAHIT if is_tone(second) && chars.next() == Some(SARA_AA) => {
            Some((Code::SplitSaraAm, both + SARA_AA.len_utf8(), Some(format!("{second}ำ"))))
        }
        // The same with the tone mark typed first: `น้ํา`.
        _ if is_tone(first) && second == NIKHAHIT && chars.next() == Some(SARA_AA) => {
            Some((Code::SplitSaraAm, both + SARA_AA.len_utf8(), Some(format!("{first}ำ"))))
        }
        SARA_E if second == SARA_E => Some((Code::DoubledVowel, both, Some("แ".to_owned()))),
        '&' if text.starts_with(NO_BREAK_ENTITIES) => {
            let run = text.len() - text.trim_start_matches("&nbsp;").len();
            Some((Code::NoBreakSpaces, run, Some(" ".to_owned())))
        }
        NO_BREAK if second == NO_BREAK => {
            // Spaces at the end of a line may be a line break of Markdown.
            let run = text.len() - text.trim_start_matches([NO_BREAK, ' ']).len();
            let run = text[..run].trim_end_matches(' ').len();
            Some((Code::NoBreakSpaces, run, Some(" ".to_owned())))
        }
        _ if turns_direction(first) => Some((Code::BidiControl, first.len_utf8(), None)),
        _ if is_invisible(first, before, second) => {
            Some((Code::ZeroWidth, first.len_utf8(), Some(String::new())))
        }
        _ if is_mark(first) && first == second => {
            let run = text.len() - text.trim_start_matches(first).len();
            Some((Code::DoubledMark, run, Some(first.to_string())))
        }
        _ if is_tone(first) && is_vowel_mark(second) => {
            Some((Code::MarkOrder, both, Some(format!("{second}{first}"))))
        }
        _ => None,
    }
}

/// Characters of no width. Joiners are left where they join: in emoji and in other scripts.
fn is_invisible(c: char, before: char, after: char) -> bool {
    let plain = |c: char| c.is_ascii() || ('\u{E00}'..='\u{E7F}').contains(&c);
    match c {
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' => true,
        '\u{200C}' | '\u{200D}' => plain(before) && plain(after),
        _ => false,
    }
}

fn is_tone(c: char) -> bool {
    ('\u{E48}'..='\u{E4B}').contains(&c)
}

/// Vowels above and below.
fn is_vowel_mark(c: char) -> bool {
    matches!(c, '\u{E31}' | '\u{E34}'..='\u{E39}')
}

fn is_mark(c: char) -> bool {
    is_vowel_mark(c) || matches!(c, '\u{E47}'..='\u{E4C}')
}

/// Whether a text may have slips: said of most texts, and at once.
fn has_suspects(bytes: &[u8]) -> bool {
    has_invisible(bytes)
        || has_thai_suspects(bytes)
        || memmem::find(bytes, NO_BREAK_ENTITIES.as_bytes()).is_some()
}

/// First bytes of what is invisible or turns the direction are rare in Thai and English texts.
fn has_invisible(bytes: &[u8]) -> bool {
    let is_suspect = |at: usize| match bytes[at..] {
        [0xC2, b, c, ..] => b == 0xAD || (b == 0xA0 && c == 0xC2),
        [0xE2, b, c, ..] => {
            (b == 0x80 && matches!(c, 0x8B..=0x8F | 0xAA..=0xAE))
                || (b == 0x81 && matches!(c, 0xA0..=0xA9))
        }
        [0xEF, b, c, ..] => b == 0xBB && c == 0xBF,
        _ => true,
    };
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(is_suspect)
        || memchr::memchr2(0xD8, 0xF3, bytes).is_some()
}

/// What the last two bytes of a Thai letter say of it, a bit each.
mod kind {
    /// A vowel above or below.
    pub(super) const VOWEL: u8 = 1;
    /// A tone mark or another sign above.
    pub(super) const SIGN: u8 = 2;
    pub(super) const SARA_E: u8 = 4;
    pub(super) const NIKHAHIT: u8 = 8;
}

/// Looks at the last two bytes of every two Thai letters that stand side by side, in a way that the
/// compiler makes wide instructions of: marks that may not follow each other, `เเ`, and nikhahit.
fn has_thai_suspects(bytes: &[u8]) -> bool {
    const BLOCK: usize = 256;
    const LETTER: usize = 3;
    let mut kinds = [0; BLOCK + LETTER];
    (0..bytes.len()).step_by(BLOCK).any(|start| {
        let block = &bytes[start..bytes.len().min(start + BLOCK + LETTER + 1)];
        let pairs = block.iter().zip(&block[1..]);
        kinds.fill(0);
        for (kind, (p, q)) in kinds.iter_mut().zip(pairs) {
            *kind = kind_of(*p, *q);
        }
        let neighbours = kinds[..BLOCK].iter().zip(&kinds[LETTER..]);
        neighbours.fold(0, |found, (first, second)| found | clash(*first, *second)) != 0
    })
}

fn kind_of(p: u8, q: u8) -> u8 {
    let is_vowel = (p == 0xB8) & (0xB1..=0xBA).contains(&q) & (q != 0xB2) & (q != 0xB3);
    let is_sign = (p == 0xB9) & (0x87..=0x8E).contains(&q);
    let is_sara_e = (p == 0xB9) & (q == 0x80);
    let is_nikhahit = (p == 0xB9) & (q == 0x8D);
    let when = |is_it: bool, kind: u8| if is_it { kind } else { 0 };
    when(is_vowel, kind::VOWEL)
        | when(is_sign, kind::SIGN)
        | when(is_sara_e, kind::SARA_E)
        | when(is_nikhahit, kind::NIKHAHIT)
}

/// Not zero if the second letter may not follow the first: two of a kind, or a vowel behind a sign.
fn clash(first: u8, second: u8) -> u8 {
    let same = first & second;
    let vowel_behind_sign = (first >> 1) & second & kind::VOWEL;
    same | vowel_behind_sign | (first & kind::NIKHAHIT)
}

/// Whether a number of a text has digits of two scripts.
pub(super) fn has_mixed_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_suspect = |(a, b): (&u8, &u8)| {
        (a.is_ascii_digit() & (*b == 0xE0)) | ((0x90..=0x99).contains(a) & b.is_ascii_digit())
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |found, pair| found | is_suspect(pair)) && mixed_digits(text).is_some()
}

/// A number whose digits are of two scripts: `2๕69`.
pub(super) fn mixed_digits(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_thai_at = |at: usize| matches!(bytes.get(at..at + 3), Some([0xE0, 0xB9, 0x90..=0x99]));
    let is_mixed = |at: &usize| {
        bytes[*at].is_ascii_digit()
            && (is_thai_at(at + 1) || at.checked_sub(3).is_some_and(is_thai_at))
    };
    let at = (0..bytes.len()).find(is_mixed)?;
    let is_digit = |c: char| c.is_ascii_digit() || ('๐'..='๙').contains(&c);
    let run = text[..at].chars().rev().take_while(|c| is_digit(*c));
    let start = at - run.map(char::len_utf8).sum::<usize>();
    let len: usize = text[start..].chars().take_while(|c| is_digit(*c)).map(char::len_utf8).sum();
    Some(&text[start..start + len])
}

/// Quotation marks of a paragraph, counted.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    straight: usize,
    opening: usize,
    closing: usize,
    /// Marks alone, as in a table that repeats the line above, quote nothing.
    has_letters: bool,
    /// Where the last one stands, in the source.
    last: Range<usize>,
}

impl Quotes {
    /// Counts the marks in a piece of text that stands at a range of the source.
    pub(super) fn read(&mut self, text: &str, range: &Range<usize>) {
        let mut before = ' ';
        for c in text.chars() {
            match c {
                // 5" is a length, unless a quotation is open.
                '"' if !before.is_numeric() || self.straight % 2 == 1 => self.straight += 1,
                '“' => self.opening += 1,
                '”' => self.closing += 1,
                _ => {
                    self.has_letters |= c.is_alphanumeric();
                    before = c;
                    continue;
                }
            }
            before = c;
            self.last = range.clone();
        }
    }

    /// At the end of a paragraph: a mark without its partner is told of.
    pub(super) fn end(&mut self, found: &mut TextFindings) {
        let quotes = std::mem::take(self);
        let is_even = quotes.straight.is_multiple_of(2) && quotes.opening == quotes.closing;
        if is_even || !quotes.has_letters {
            return;
        }
        let written = &found.markdown[quotes.last.clone()];
        let at = written.rfind(['"', '“', '”']).unwrap_or(0);
        let len = written[at..].chars().next().map_or(0, char::len_utf8);
        let start = quotes.last.start + at;
        found.warning(Code::UnmatchedQuote, start..start + len, |d| d);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_mended() {
        for (wrong, right) in [
            ("จัดทําแผน", "จัดทำแผน"),
            ("น้ําประปา", "น้ำประปา"),
            ("นํ้าประปา", "น้ำประปา"),
            ("เเผนงาน", "แผนงาน"),
            ("ข้อ\u{200B}ความ", "ข้อความ"),
            ("ข้อ\u{AD}ความ\u{FEFF}", "ข้อความ"),
            ("ก\u{200D}ข", "กข"),
            ("ที่่ดิน", "ที่ดิน"),
            ("ท่ีดิน", "ที่ดิน"),
            ("ก\u{A0}\u{A0} \u{A0}ข", "ก ข"),
            ("ก&nbsp;&nbsp;&nbsp;ข", "ก ข"),
            ("ที\u{200B}่่", "ที่"),
            ("ที่่่่่่่่่่่่่่่่่่่่่่่", "ที่"),
        ] {
            assert_eq!(fix_typos(wrong, &[]).as_deref(), Some(right), "{wrong}");
            assert_eq!(fix_typos(right, &[]), None, "{right}");
        }
    }

    #[test]
    fn what_is_right_stays() {
        for text in ["สิทธิ์ พันธุ์ ที่นี่ เก็บ น้ำ แผน ก็ได้ กตฺวา ทั้งนี้", "👩‍👩‍👧", "ก\u{A0}ข", "1\u{A0}000"]
        {
            assert_eq!(typos(text), [], "{text}");
        }
    }

    #[test]
    fn a_number_in_two_scripts_is_found() {
        assert_eq!(mixed_digits("พ.ศ. 2๕69 ก"), Some("2๕69"));
        assert_eq!(mixed_digits("๒๕69"), Some("๒๕69"));
        assert_eq!(mixed_digits("พ.ศ. ๒๕๖๙ (2026)"), None);
        assert_eq!(mixed_digits("ข้อ1"), None);
    }

    proptest! {
        /// The quick look never overlooks what the slow one finds.
        #[test]
        fn nothing_is_overlooked(text in "[กาทเแ่้ิีึุํ์็\u{200B}\u{A0}\u{202E}\u{AD} a]{0,12}") {
            let bytes = text.as_bytes();
            let slow = text.char_indices().any(|(at, _)| {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                slip_at(&text[at..], before).is_some()
            });
            prop_assert!(!slow || has_suspects(bytes));
        }

        #[test]
        fn mending_ends(text in "[กาทเแ่้ิีึุํ์็\u{200B}\u{A0}\u{202E}\u{AD} a]{0,12}") {
            if let Some(text) = fix_typos(&text, &[]) {
                prop_assert!(typos(&text).iter().all(|slip| slip.mended.is_none()), "{text:?}");
            }
        }
    }
}
