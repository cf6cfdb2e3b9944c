//! A fast scan for characters that may be typos. Most texts have none.

use memchr::memmem;

use crate::markdown::typos::mojibake::may_have_mojibake;

/// No-break spaces as Word and websites write them.
pub(super) const NO_BREAK_ENTITIES: &str = "&nbsp;&nbsp;";

/// Returns whether a text may have typos. This is a fast scan: most texts have none.
pub(super) fn has_suspects(bytes: &[u8]) -> bool {
    has_invisible(bytes)
        || has_thai_suspects(bytes)
        || memmem::find(bytes, NO_BREAK_ENTITIES.as_bytes()).is_some()
        || may_have_mojibake(bytes)
}

/// Returns whether a text may have invisible characters or characters for private use. Their first
/// bytes are rare in Thai and English texts.
fn has_invisible(bytes: &[u8]) -> bool {
    let is_suspect = |at: usize| match bytes[at..] {
        [0xC2, b, c, ..] => b == 0xAD || (b == 0xA0 && c == 0xC2),
        [0xE2, b, c, ..] => {
            (b == 0x80 && matches!(c, 0x8B..=0x8F | 0xAA..=0xAE))
                || (b == 0x81 && matches!(c, 0xA0..=0xA9))
        }
        [0xEF, b, c, ..] => (0x80..=0xA3).contains(&b) || (b == 0xBB && c == 0xBF),
        _ => true,
    };
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes).any(is_suspect)
        || memchr::memchr2(0xD8, 0xF3, bytes).is_some()
        || memchr::memchr2(0xEE, 0xF4, bytes).is_some()
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
