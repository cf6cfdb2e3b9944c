//! Finds and fixes typos in Thai text that look right on the screen, but are wrong for search and
//! screen readers: split vowels, invisible characters, marks in the wrong order.
//!
//! The whole source of a file is checked, front matter included. Most typos have only one fix.

use std::borrow::Cow;
use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::markdown::options::OPTIONS;
use crate::text::{
    digit_value, is_alphanumeric, is_in_thai_block, is_joiner, is_thai_tone, is_thai_vowel_mark,
    is_zero_width, turns_direction,
};
use memchr::memmem;
use pulldown_cmark::{Event, LinkType, Parser, Tag};

/// A typo in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typo {
    /// The kind of typo.
    pub code: Code,
    /// Its range in the text.
    pub range: Range<usize>,
    /// The right text. `None` if a person must decide.
    pub fix: Option<String>,
}

/// Finds the typos in a text, in order.
pub fn typos(text: &str) -> Vec<Typo> {
    let mut typos = Vec::new();
    if !has_suspects(text.as_bytes()) {
        return typos;
    }
    let mut next = 0;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if at >= next
            && let Some((code, len, fix)) = typo_at(&text[at..], before)
        {
            typos.push(Typo { code, range: at..at + len, fix });
            next = at + len;
        }
        before = c;
    }
    typos
}

/// Reports the first typo of each kind in a file, with their count.
pub(crate) fn report_typos(
    text: &str,
    path: &str,
    severity: Severity,
    diagnostics: &mut Diagnostics,
) {
    let typos = typos(text);
    let mut reported = Vec::new();
    for typo in &typos {
        if reported.contains(&typo.code) {
            continue;
        }
        reported.push(typo.code);
        let count = typos.iter().filter(|other| other.code == typo.code).count();
        let place = Place::of_range(path, text, typo.range.clone());
        let severity = if typo.fix.is_some() { Severity::Warning } else { severity };
        let character = text[typo.range.clone()].chars().next().map_or(0, u32::from);
        let diagnostic = Diagnostic { severity, ..Diagnostic::error(typo.code, place) };
        let diagnostic = diagnostic.arg("character", format!("U+{character:04X}"));
        diagnostics.push(diagnostic.arg("count", count.to_string()));
    }
}

/// Fixes the typos that have only one fix, outside of the `protected` ranges. Returns `None` if there
/// are none.
pub fn fix_typos(text: &str, protected: &[Range<usize>]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in protected.iter().filter(|range| range.start < range.end) {
        if range.start < from {
            continue;
        }
        out.push_str(&fixed_piece(&text[from..range.start]));
        out.push_str(&text[range.clone()]);
        from = range.end;
    }
    out.push_str(&fixed_piece(&text[from..]));
    (out != text).then_some(out)
}

/// Returns the ranges of Markdown that are not prose: code, HTML, the destinations of links and
/// pictures.
pub(crate) fn fixed_parts(markdown: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    let definitions = events.reference_definitions().iter();
    let mut parts: Vec<Range<usize>> = definitions.map(|(_, link)| link.span.clone()).collect();
    for (event, range) in events {
        match event {
            Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Start(Tag::CodeBlock(_)) => parts.push(range),
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                let written = &markdown[range.clone()];
                let text = match link_type {
                    LinkType::Inline => written.rfind("]("),
                    LinkType::Reference | LinkType::ReferenceUnknown => written.rfind("]["),
                    // In all others, the text is the address, or the name of the reference.
                    _ => None,
                };
                parts.push(range.start + text.unwrap_or(0)..range.end);
            }
            _ => {}
        }
    }
    parts.sort_by_key(|range| range.start);
    parts
}

fn fixed_piece(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    // A fix may reveal another typo: doubled marks after an invisible character.
    for _ in 0..MAX_PASSES {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for typo in typos(&text) {
            let Some(fix) = typo.fix else { continue };
            out.push_str(&text[from..typo.range.start]);
            out.push_str(&fix);
            from = typo.range.end;
        }
        if from == 0 {
            break;
        }
        out.push_str(&text[from..]);
        text = out.into();
    }
    text
}

/// How often a text is fixed again.
const MAX_PASSES: usize = 4;

const NIKHAHIT: char = '\u{E4D}';
const SARA_AA: char = '\u{E32}';
const SARA_E: char = '\u{E40}';
const NO_BREAK: char = '\u{A0}';
/// No-break spaces as Word and websites write them.
const NO_BREAK_ENTITIES: &str = "&nbsp;&nbsp;";

/// Finds a typo at the start of a text. Returns its code, its length in bytes, and the fix.
fn typo_at(text: &str, before: char) -> Option<(Code, usize, Option<String>)> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next().unwrap_or(' '));
    let both = first.len_utf8() + second.len_utf8();
    match first {
        NIKHAHIT if second == SARA_AA => Some((Code::SplitSaraAm, both, Some("ำ".to_owned()))),
        NIKHAHIT if is_thai_tone(second) && chars.next() == Some(SARA_AA) => {
            Some((Code::SplitSaraAm, both + SARA_AA.len_utf8(), Some(format!("{second}ำ"))))
        }
        // The tone mark is typed first: `น้ํา`.
        _ if is_thai_tone(first) && second == NIKHAHIT && chars.next() == Some(SARA_AA) => {
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
        _ if is_useless(first, before, second) => {
            Some((Code::ZeroWidth, first.len_utf8(), Some(String::new())))
        }
        _ if is_single_mark(first) && first == second => {
            let run = text.len() - text.trim_start_matches(first).len();
            Some((Code::DoubledMark, run, Some(first.to_string())))
        }
        _ if is_thai_tone(first) && is_thai_vowel_mark(second) => {
            Some((Code::MarkOrder, both, Some(format!("{second}{first}"))))
        }
        _ => None,
    }
}

/// Returns whether a character is invisible and useless. Joiners are useful in emoji and in other
/// scripts.
fn is_useless(c: char, before: char, after: char) -> bool {
    let is_plain = |c: char| c.is_ascii() || is_in_thai_block(c);
    is_zero_width(c) && (!is_joiner(c) || (is_plain(before) && is_plain(after)))
}

/// Returns whether a character is a Thai mark that no letter has twice.
fn is_single_mark(c: char) -> bool {
    is_thai_vowel_mark(c) || matches!(c, '\u{E47}'..='\u{E4C}')
}

/// Returns whether a text may have typos. This is a fast scan: most texts have none.
fn has_suspects(bytes: &[u8]) -> bool {
    has_invisible(bytes)
        || has_thai_suspects(bytes)
        || memmem::find(bytes, NO_BREAK_ENTITIES.as_bytes()).is_some()
}

/// Returns whether a text may have invisible characters. Their first bytes are rare in Thai and
/// English texts.
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

/// Classes of Thai characters, as bits.
mod kind {
    /// A vowel above or below.
    pub(super) const VOWEL: u8 = 1;
    /// A tone mark or another sign above.
    pub(super) const SIGN: u8 = 2;
    pub(super) const SARA_E: u8 = 4;
    pub(super) const NIKHAHIT: u8 = 8;
}

/// Returns whether a text may have marks that must not follow each other, `เเ`, or nikhahit. Compares
/// the last two bytes of adjacent Thai characters, in a loop that the compiler vectorizes.
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
        neighbours.fold(0, |clashes, (first, second)| clashes | clash(*first, *second)) != 0
    })
}

fn kind_of(p: u8, q: u8) -> u8 {
    let is_vowel = (p == 0xB8) & (0xB1..=0xBA).contains(&q) & (q != 0xB2) & (q != 0xB3);
    let is_sign = (p == 0xB9) & (0x87..=0x8E).contains(&q);
    let is_sara_e = (p == 0xB9) & (q == 0x80);
    let is_nikhahit = (p == 0xB9) & (q == 0x8D);
    let when = |is_kind: bool, kind: u8| if is_kind { kind } else { 0 };
    when(is_vowel, kind::VOWEL)
        | when(is_sign, kind::SIGN)
        | when(is_sara_e, kind::SARA_E)
        | when(is_nikhahit, kind::NIKHAHIT)
}

/// Returns a value other than zero if the second character must not follow the first: both are of
/// one kind, or a vowel follows a sign.
fn clash(first: u8, second: u8) -> u8 {
    let same = first & second;
    let vowel_after_sign = (first >> 1) & second & kind::VOWEL;
    same | vowel_after_sign | (first & kind::NIKHAHIT)
}

/// Returns whether a text has a number with digits of two scripts.
pub(super) fn has_mixed_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_suspect = |(a, b): (&u8, &u8)| {
        (a.is_ascii_digit() & (*b == 0xE0)) | ((0x90..=0x99).contains(a) & b.is_ascii_digit())
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |is_found, pair| is_found | is_suspect(pair)) && mixed_digits(text).is_some()
}

/// Finds a number with digits of two scripts: `2๕69`.
pub(super) fn mixed_digits(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_thai_at = |at: usize| matches!(bytes.get(at..at + 3), Some([0xE0, 0xB9, 0x90..=0x99]));
    let is_mixed = |at: &usize| {
        bytes[*at].is_ascii_digit()
            && (is_thai_at(at + 1) || at.checked_sub(3).is_some_and(is_thai_at))
    };
    let at = (0..bytes.len()).find(is_mixed)?;
    let is_digit = |c: char| digit_value(c).is_some();
    let run = text[..at].chars().rev().take_while(|c| is_digit(*c));
    let start = at - run.map(char::len_utf8).sum::<usize>();
    let len: usize = text[start..].chars().take_while(|c| is_digit(*c)).map(char::len_utf8).sum();
    Some(&text[start..start + len])
}

/// Counts the quotation marks of a paragraph.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    straight: usize,
    opening: usize,
    closing: usize,
    /// Marks without letters, as in a table that repeats the line above, are not quotations.
    has_letters: bool,
    /// The range of the text with the last mark, in the source.
    last: Range<usize>,
}

impl Quotes {
    /// Counts the marks in a text, which is at a range of the source.
    pub(super) fn read(&mut self, text: &str, range: &Range<usize>) {
        let mut before = ' ';
        for c in text.chars() {
            match c {
                // 5" is a length, unless a quotation is open.
                '"' if !before.is_numeric() || self.straight % 2 == 1 => self.straight += 1,
                '“' => self.opening += 1,
                '”' => self.closing += 1,
                _ => {
                    self.has_letters |= is_alphanumeric(c);
                    before = c;
                    continue;
                }
            }
            before = c;
            self.last = range.clone();
        }
    }

    /// Ends a paragraph. Reports a mark without its partner.
    pub(super) fn end(&mut self, diagnostics: &mut BodyDiagnostics) {
        let quotes = std::mem::take(self);
        let is_even = quotes.straight.is_multiple_of(2) && quotes.opening == quotes.closing;
        if is_even || !quotes.has_letters {
            return;
        }
        let written = &diagnostics.markdown[quotes.last.clone()];
        let at = written.rfind(['"', '“', '”']).unwrap_or(0);
        let len = written[at..].chars().next().map_or(0, char::len_utf8);
        let start = quotes.last.start + at;
        diagnostics.warn(Code::UnmatchedQuote, start..start + len, |d| d);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn typos_are_fixed() {
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
    fn correct_text_is_not_changed() {
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
        /// The fast scan finds everything that the slow one finds.
        #[test]
        fn no_typo_is_missed(text in "[กาทเแ่้ิีึุํ์็\u{200B}\u{A0}\u{202E}\u{AD} a]{0,12}") {
            let bytes = text.as_bytes();
            let slow = text.char_indices().any(|(at, _)| {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                typo_at(&text[at..], before).is_some()
            });
            prop_assert!(!slow || has_suspects(bytes));
        }

        #[test]
        fn fixes_leave_no_typos(text in "[กาทเแ่้ิีึุํ์็\u{200B}\u{A0}\u{202E}\u{AD} a]{0,12}") {
            if let Some(text) = fix_typos(&text, &[]) {
                prop_assert!(typos(&text).iter().all(|typo| typo.fix.is_none()), "{text:?}");
            }
        }
    }
}
