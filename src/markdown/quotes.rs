//! Finds quotation marks without a partner.
//!
//! A speech may go on over several paragraphs: the first opens it and the last closes it. Many writers
//! open it again at the start of each paragraph. So marks are counted over neighbouring paragraphs.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::text::is_alphanumeric;

/// How many paragraphs may be between the marks of a speech.
const MAX_BETWEEN: usize = 4;

/// Counts the quotation marks of a paragraph, and remembers a speech that goes on in the next.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    straight: usize,
    opening: usize,
    closing: usize,
    /// Marks without letters, as in a table that repeats the line above, are not quotations.
    has_letters: bool,
    /// The range of the text with the last mark, in the source.
    last: Range<usize>,
    /// A `“` of a former paragraph that is not closed yet.
    curly: Option<OpenSpeech>,
    /// A `"` of a former paragraph that has no partner yet.
    plain: Option<OpenSpeech>,
}

/// A speech that no mark has ended yet.
#[derive(Debug)]
struct OpenSpeech {
    /// The range of its mark in the source.
    mark: Range<usize>,
    /// How many paragraphs have passed.
    passed: usize,
}

impl Quotes {
    /// Counts the marks in a text, which is at a range of the source. `begins_line` says that nothing
    /// is before it on its line.
    pub(super) fn read(&mut self, text: &str, range: &Range<usize>, begins_line: bool) {
        let mut before = ' ';
        let goes_on = self.curly.is_some() || self.opening > self.closing;
        // The speech is opened again at the start of a paragraph.
        let repeats = begins_line && goes_on && text.starts_with('“');
        for c in text.chars().skip(usize::from(repeats)) {
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

    /// Ends a paragraph. Reports a mark that has no partner there or in a paragraph near by.
    pub(super) fn end_paragraph(&mut self, diagnostics: &mut BodyDiagnostics) {
        let (opening, closing) = (self.opening + usize::from(self.curly.is_some()), self.closing);
        let is_odd = !self.straight.is_multiple_of(2);
        let mark = mark_in(diagnostics.markdown, &self.last);
        let has_letters = std::mem::take(&mut self.has_letters);
        (self.straight, self.opening, self.closing) = (0, 0, 0);
        if !has_letters {
            return;
        }
        // `“ … "` is a slip whatever follows.
        if opening.abs_diff(closing) > 1 || closing > opening || (is_odd && opening != closing) {
            (self.curly, self.plain) = (None, None);
            return diagnostics.warn(Code::UnmatchedQuote, mark, |d| d);
        }
        let curly = self.curly.take();
        if opening > closing {
            self.curly = carried(curly, mark.clone(), diagnostics);
        }
        let plain = self.plain.take();
        if is_odd != plain.is_some() {
            self.plain = carried(plain, mark, diagnostics);
        }
    }

    /// Ends a cell, a heading or another text in which no speech goes on.
    pub(super) fn end(&mut self, diagnostics: &mut BodyDiagnostics) {
        let is_even = self.straight.is_multiple_of(2) && self.opening == self.closing;
        if !is_even && self.has_letters {
            let mark = mark_in(diagnostics.markdown, &self.last);
            diagnostics.warn(Code::UnmatchedQuote, mark, |d| d);
        }
        (self.straight, self.opening, self.closing, self.has_letters) = (0, 0, 0, false);
    }

    /// Ends a section. Reports speeches that were not closed.
    pub(super) fn finish(&mut self, diagnostics: &mut BodyDiagnostics) {
        for speech in [self.curly.take(), self.plain.take()].into_iter().flatten() {
            diagnostics.warn(Code::UnmatchedQuote, speech.mark, |d| d);
        }
    }
}

/// Carries a speech over to the next paragraph, or reports it if it has gone on for too long.
fn carried(
    open: Option<OpenSpeech>,
    mark: Range<usize>,
    diagnostics: &mut BodyDiagnostics,
) -> Option<OpenSpeech> {
    let speech = match open {
        None => OpenSpeech { mark, passed: 0 },
        Some(OpenSpeech { mark, passed }) => OpenSpeech { mark, passed: passed + 1 },
    };
    if speech.passed <= MAX_BETWEEN {
        return Some(speech);
    }
    diagnostics.warn(Code::UnmatchedQuote, speech.mark, |d| d);
    None
}

/// Returns the range of the last mark in a text of the source.
fn mark_in(markdown: &str, text: &Range<usize>) -> Range<usize> {
    let written = &markdown[text.clone()];
    let at = written.rfind(['"', '“', '”']).unwrap_or(0);
    let len = written[at..].chars().next().map_or(0, char::len_utf8);
    text.start + at..text.start + at + len
}
