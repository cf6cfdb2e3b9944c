//! Finds typos, with their fixes.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::typos::mojibake::mojibake_len;
use crate::markdown::typos::private_use::{is_bullet, is_private_use, real_letter};
use crate::markdown::typos::surroundings::SourceLine;
use crate::markdown::typos::suspects::{NO_BREAK_ENTITIES, has_suspects};
use crate::text::{
    is_in_thai_block, is_joiner, is_thai_tone, is_thai_vowel_mark, is_zero_width, turns_direction,
};

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
    let mut before = '\n';
    let mut line = SourceLine::at(text, 0);
    for (at, c) in text.char_indices() {
        if at >= next
            && let Some(found) = typo_at(&text[at..], before)
        {
            if at >= line.end() {
                line = SourceLine::at(text, at);
            }
            let typo = placed(found, at, &line);
            next = typo.range.end;
            typos.push(typo);
        }
        before = c;
    }
    typos
}

/// A typo at the start of a text.
struct Found {
    code: Code,
    /// Its length in bytes.
    len: usize,
    fix: Option<String>,
}

impl Found {
    fn new(code: Code, len: usize, fix: impl Into<String>) -> Option<Self> {
        Some(Self { code, len, fix: Some(fix.into()) })
    }

    fn without_fix(code: Code, len: usize) -> Option<Self> {
        Some(Self { code, len, fix: None })
    }
}

/// Turns what was found at an offset into a typo. White space is replaced only where Markdown reads
/// the rest of the line as before.
fn placed(found: Found, at: usize, line: &SourceLine) -> Typo {
    let Found { code, len, fix } = found;
    let range = at..at + len;
    let (range, fix) = match code {
        Code::ZeroWidth => line.without(range, ""),
        Code::NoBreakSpaces => line.without(range, " "),
        _ => (range, fix),
    };
    Typo { code, range, fix }
}

const NIKHAHIT: char = '\u{E4D}';
const SARA_AA: char = '\u{E32}';
const SARA_E: char = '\u{E40}';
const NO_BREAK: char = '\u{A0}';

/// Finds a typo at the start of a text.
fn typo_at(text: &str, before: char) -> Option<Found> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next().unwrap_or(' '));
    let both = first.len_utf8() + second.len_utf8();
    let with_aa = both + SARA_AA.len_utf8();
    match first {
        NIKHAHIT if second == SARA_AA => Found::new(Code::SplitSaraAm, both, "ำ"),
        NIKHAHIT if is_thai_tone(second) && chars.next() == Some(SARA_AA) => {
            Found::new(Code::SplitSaraAm, with_aa, format!("{second}ำ"))
        }
        // The tone mark is typed first: `น้ํา`.
        _ if is_thai_tone(first) && second == NIKHAHIT && chars.next() == Some(SARA_AA) => {
            Found::new(Code::SplitSaraAm, with_aa, format!("{first}ำ"))
        }
        SARA_E if second == SARA_E => Found::new(Code::DoubledVowel, both, "แ"),
        '&' if text.starts_with(NO_BREAK_ENTITIES) => {
            let run = text.len() - text.trim_start_matches("&nbsp;").len();
            Found::new(Code::NoBreakSpaces, run, " ")
        }
        NO_BREAK if second == NO_BREAK => {
            let run = text.len() - text.trim_start_matches([NO_BREAK, ' ']).len();
            Found::new(Code::NoBreakSpaces, run, " ")
        }
        _ if turns_direction(first) => Found::without_fix(Code::BidiControl, first.len_utf8()),
        _ if is_useless(first, before, second) => {
            let run = if is_joiner(first) { first.len_utf8() } else { zero_width_len(text) };
            Found::new(Code::ZeroWidth, run, "")
        }
        _ if is_single_mark(first) && first == second => {
            let run = text.len() - text.trim_start_matches(first).len();
            Found::new(Code::DoubledMark, run, first)
        }
        _ if is_thai_tone(first) && !is_thai_tone(before) => tone_before_vowel(text),
        _ => foreign_at(text, before),
    }
}

/// Finds a character that came from a font or an encoding that nobody has any more.
fn foreign_at(text: &str, before: char) -> Option<Found> {
    let first = text.chars().next()?;
    if let Some(letter) = real_letter(first) {
        return Found::new(Code::PrivateUse, first.len_utf8(), letter);
    }
    if is_private_use(first) && !(is_bullet(first) && (before.is_whitespace())) {
        return Found::without_fix(Code::PrivateUse, first.len_utf8());
    }
    mojibake_len(text, before).and_then(|len| Found::without_fix(Code::Mojibake, len))
}

/// Finds a tone mark that was typed before the vowel of its letter, and puts the vowel first.
fn tone_before_vowel(text: &str) -> Option<Found> {
    let is_mark = |c: &char| is_thai_tone(*c) || is_thai_vowel_mark(*c);
    let marks: Vec<char> = text.chars().take_while(is_mark).collect();
    let (vowels, tones): (Vec<char>, Vec<char>) =
        marks.into_iter().partition(|c| is_thai_vowel_mark(*c));
    if vowels.is_empty() {
        return None;
    }
    let right: String = vowels.into_iter().chain(tones).collect();
    Found::new(Code::MarkOrder, right.len(), right)
}

/// Returns whether a character is invisible and useless. Joiners are useful in emoji and in other
/// scripts.
fn is_useless(c: char, before: char, after: char) -> bool {
    let is_plain = |c: char| c.is_ascii() || is_in_thai_block(c);
    is_zero_width(c) && (!is_joiner(c) || (is_plain(before) && is_plain(after)))
}

/// Returns the length of the characters without width at the start of a text, up to a joiner.
fn zero_width_len(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c| is_zero_width(c) && !is_joiner(c)).len()
}

/// Returns whether a character is a Thai mark that no letter has twice.
fn is_single_mark(c: char) -> bool {
    is_thai_vowel_mark(c) || matches!(c, '\u{E47}'..='\u{E4C}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The fast scan finds everything that the slow one finds.
        #[test]
        fn no_typo_is_missed(text in "[กทาเแ่้ิีึุํ์็\u{200B}\u{A0}\u{202E}\u{AD}\u{F70A}\u{E000}\u{FFFD}à¸¹Ð¡Òâ€ a]{0,12}") {
            let bytes = text.as_bytes();
            let slow = text.char_indices().any(|(at, _)| {
                let before = text[..at].chars().next_back().unwrap_or(' ');
                typo_at(&text[at..], before).is_some()
            });
            prop_assert!(!slow || has_suspects(bytes));
        }
    }
}
