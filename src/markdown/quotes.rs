//! Finds quotation marks without a partner.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::text::is_alphanumeric;

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
