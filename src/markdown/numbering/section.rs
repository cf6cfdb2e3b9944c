//! Collects what numbering finds in a text, and searches for numbers that were not put on a line of
//! their own.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::numbering::clause::{ClauseForm, ClauseLabel, ClauseNumber, is_space};
use crate::markdown::numbering::lines::{LineKind, NumberedLine};
use crate::text::begins_thai_syllable;

/// A numbered clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The range of its number in the source.
    pub label: Range<usize>,
    /// The number.
    pub(crate) number: ClauseNumber,
}

/// A number that is missing, repeated or swallowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberingProblem {
    /// The code that it is reported with.
    pub code: Code,
    /// Its range in the source.
    pub range: Range<usize>,
    /// The number before it, or of the clause in whose text it was found.
    pub after: String,
    /// The number that is missing, or that was found.
    pub number: String,
}

/// Replaces a range of the source.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// The offset of the source that the new text is mapped to.
    pub(super) source: usize,
}

/// A number inside the text of a clause.
#[derive(Debug)]
pub(super) struct SwallowedNumber {
    /// Its offset in the source.
    start: usize,
    number: String,
}

/// Collects what is found in all sections.
pub(super) struct ClauseFindings<'a> {
    pub(super) source: &'a str,
    pub(super) edits: Vec<Edit>,
    pub(super) clauses: Vec<Clause>,
    pub(super) problems: Vec<NumberingProblem>,
    /// Numbers inside the text of clauses, in the order of the source.
    pub(super) swallowed: Vec<SwallowedNumber>,
}

/// Returns whether a number was found inside the text of a clause, within a range of the source.
pub(super) fn is_swallowed(
    swallowed: &[SwallowedNumber],
    number: &str,
    within: Range<usize>,
) -> bool {
    let first = swallowed.partition_point(|other| other.start < within.start);
    let mut inside = swallowed[first..].iter().take_while(|other| other.start < within.end);
    inside.any(|other| other.number == number)
}

impl<'a> ClauseFindings<'a> {
    /// Starts a text.
    pub(super) fn new(source: &'a str) -> Self {
        let (edits, clauses, problems, swallowed) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { source, edits, clauses, problems, swallowed }
    }

    /// Returns whether a number was found inside the text of a clause, within a range of the source.
    pub(super) fn is_swallowed(&self, number: &str, within: Range<usize>) -> bool {
        is_swallowed(&self.swallowed, number, within)
    }

    /// Finds numbers that are inside the text of a clause, although they should begin the next one:
    /// `1. ซื้อ 2. จ้าง`.
    pub(super) fn find_swallowed(
        &mut self,
        lines: &[NumberedLine],
        labels: &[Option<ClauseLabel>],
        next_numbers: &[Option<ClauseNumber>],
    ) {
        let mut current: Option<ClauseLabel> = None;
        for (n, line) in lines.iter().enumerate() {
            let mut text = line.text;
            let mut at = line.body;
            match labels[n] {
                Some(label) => {
                    current = Some(label);
                    text = &text[label.len + label.gap..];
                    at += label.len + label.gap;
                }
                None if line.kind == LineKind::Text => {}
                None => current = None,
            }
            let Some(label) = current else { continue };
            if let Some(inner) = swallowed_number(text, &label, next_numbers[n]) {
                let range = at + inner.start..at + inner.end;
                let number = text[inner].trim_matches(['.', '(', ')']).to_owned();
                let after = label.number.written(label.is_thai);
                self.swallowed.push(SwallowedNumber { start: range.start, number: number.clone() });
                self.problems.push(NumberingProblem {
                    code: Code::SwallowedNumber,
                    range,
                    after,
                    number,
                });
                current = None;
            }
        }
    }
}

/// Finds a number inside the text of a clause that should begin a line of its own. `coming` is the
/// number of the next clause.
fn swallowed_number(
    text: &str,
    label: &ClauseLabel,
    coming: Option<ClauseNumber>,
) -> Option<Range<usize>> {
    let number = label.number;
    let wanted = [Some(number.next()), number.first_child(), number.parent().map(|p| p.next())];
    let top =
        (number.form == ClauseForm::Dotted && number.parts().len() > 1).then(|| number.parts()[0]);
    for space in memchr::memchr2_iter(b' ', 0xA0, text.as_bytes()) {
        let at = space + 1;
        let rest = &text.as_bytes()[at..];
        let starts = matches!(rest, [b'0'..=b'9' | b'(', ..] | [0xE0, 0xB9, 0x90..=0x99, ..]);
        // The second byte of a no-break space is also the last byte of some Thai letters.
        if !starts || !text[..at].ends_with(is_space) || is_cited(&text[..at]) {
            continue;
        }
        let rest = &text[at..];
        if let Some(inner) = ClauseLabel::read(rest).filter(|inner| inner.gap > 0) {
            let expected = wanted.iter().flatten().any(|wanted| *wanted == inner.number);
            if expected && coming != Some(inner.number) {
                return Some(at..at + inner.len);
            }
        }
        // `… กาญจนบุรี 3  กลยุทธ์`: a number without its dot, but with the gap.
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let gap = rest[digits..].chars().take_while(|c| is_space(*c)).count();
        let next = rest[digits..].trim_start_matches(is_space).chars().next();
        let is_top = rest[..digits]
            .parse()
            .is_ok_and(|n: u16| top.is_some_and(|top| n == top || n == top + 1));
        if is_top && gap >= 2 && next.is_some_and(begins_thai_syllable) {
            return Some(at..at + digits);
        }
    }
    None
}

/// Returns whether the text before a number cites it: `ตามข้อ 2. ของ`.
fn is_cited(before: &str) -> bool {
    let before = before.trim_end_matches(is_space);
    // `มาตรา ๙ (๓)`
    if before.ends_with(char::is_numeric) {
        return true;
    }
    ["ข้อ", "มาตรา", "ที่", "หมวด", "วรรค", "และ", "หรือ", "ถึง", "ฉบับ", "เลข"]
        .iter()
        .any(|word| before.ends_with(word))
}
