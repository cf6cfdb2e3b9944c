//! What characters mean for emphasis next to them.

use crate::text::is_thai;

/// What a character means for emphasis next to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flanking {
    /// A Thai letter, vowel, tone mark or digit, or the zero-width space that Thai texts carry.
    Thai,
    /// Punctuation or a symbol.
    Punctuation,
    /// White space and everything else. The rules of CommonMark are sufficient.
    Other,
}

impl Flanking {
    /// Returns what a character means.
    pub(super) fn of(c: char) -> Self {
        match c {
            '\u{200B}' => Self::Thai,
            c if is_thai(c) => Self::Thai,
            // ฿ ๏ ๚ ๛
            '\u{E3F}' | '\u{E4F}' | '\u{E5A}' | '\u{E5B}' => Self::Punctuation,
            c if c.is_ascii_punctuation() => Self::Punctuation,
            c if c.is_ascii() || c.is_alphanumeric() || c.is_whitespace() => Self::Other,
            // Typographic quotation marks, dashes, dots, brackets, currency and other symbols.
            '\u{A1}'..='\u{BF}' | '\u{2010}'..='\u{205E}' | '\u{20A0}'..='\u{2BFF}' => {
                Self::Punctuation
            }
            '\u{3001}'..='\u{3030}' | '\u{FF01}'..='\u{FF0F}' => Self::Punctuation,
            _ => Self::Other,
        }
    }
}
