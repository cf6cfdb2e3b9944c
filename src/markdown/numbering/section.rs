//! What is found in the sections of a text.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::numbering::clause::{ClauseForm, ClauseLabel, ClauseNumber, is_space};
use crate::markdown::numbering::lines::{LineKind, SourceLine};

/// A numbered clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Where its number stands in the source.
    pub label: Range<usize>,
    /// The number.
    pub(crate) number: ClauseNumber,
}

/// A number that is missing, repeated or swallowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberingSlip {
    /// What it is told as.
    pub code: Code,
    /// Where, in the source.
    pub range: Range<usize>,
    /// The number that stands before, or the one in whose text it was found.
    pub after: String,
    /// The number that was expected, or that was found.
    pub number: String,
}

/// A range of the source with what takes its place.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    /// The place of the source that the new text stands for.
    pub(super) source: usize,
}

/// What is found so far.
pub(super) struct SectionFindings<'a> {
    pub(super) source: &'a str,
    pub(super) edits: Vec<Edit>,
    pub(super) clauses: Vec<Clause>,
    pub(super) slips: Vec<NumberingSlip>,
    /// Numbers inside the text of clauses, by their place.
    pub(super) swallowed: Vec<(usize, String)>,
}

/// Whether a number is among those that were swallowed within a stretch of the source.
pub(super) fn is_swallowed(
    swallowed: &[(usize, String)],
    number: &str,
    within: Range<usize>,
) -> bool {
    let first = swallowed.partition_point(|(at, _)| *at < within.start);
    let found = swallowed[first..].iter().take_while(|(at, _)| *at < within.end);
    found.into_iter().any(|(_, known)| known == number)
}

impl<'a> SectionFindings<'a> {
    /// Nothing found yet.
    pub(super) fn new(source: &'a str) -> Self {
        let (edits, clauses, slips, swallowed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { source, edits, clauses, slips, swallowed }
    }

    /// Whether a number was found inside the text of a clause within a stretch of the source.
    pub(super) fn is_swallowed(&self, number: &str, within: Range<usize>) -> bool {
        is_swallowed(&self.swallowed, number, within)
    }

    /// Numbers that stand inside the text of a clause, though they should begin the next:
    /// `1. ซื้อ 2. จ้าง`.
    pub(super) fn find_swallowed(
        &mut self,
        lines: &[SourceLine],
        labels: &[Option<ClauseLabel>],
        coming: &[Option<ClauseNumber>],
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
            if let Some((range, number)) = swallowed(text, &label, coming[n]) {
                let range = at + range.start..at + range.end;
                let after = label.number.written(label.is_thai);
                self.swallowed.push((range.start, number.clone()));
                self.slips.push(NumberingSlip {
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

/// A number inside the text of a clause that should begin a line of its own.
fn swallowed(
    text: &str,
    label: &ClauseLabel,
    coming: Option<ClauseNumber>,
) -> Option<(Range<usize>, String)> {
    let number = label.number;
    let wanted = [Some(number.next()), number.first_child(), number.parent().map(|p| p.next())];
    let top =
        (number.form == ClauseForm::Dotted && number.parts().len() > 1).then(|| number.parts()[0]);
    for space in memchr::memchr2_iter(b' ', 0xA0, text.as_bytes()) {
        let at = space + 1;
        let rest = &text.as_bytes()[at..];
        let starts = matches!(rest, [b'0'..=b'9' | b'(', ..] | [0xE0, 0xB9, 0x90..=0x99, ..]);
        // The second byte of a no-break space ends some Thai letters, too.
        if !starts || !text[..at].ends_with(is_space) || is_cited(&text[..at]) {
            continue;
        }
        let rest = &text[at..];
        if let Some(inner) = ClauseLabel::read(rest).filter(|inner| inner.gap > 0) {
            let expected = wanted.iter().flatten().any(|wanted| *wanted == inner.number);
            if expected && coming != Some(inner.number) {
                return Some((
                    at..at + inner.len,
                    rest[..inner.len].trim_matches(['.', '(', ')']).to_owned(),
                ));
            }
        }
        // `… กาญจนบุรี 3  กลยุทธ์`: the dot was lost, the gap remained.
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let gap = rest[digits..].chars().take_while(|c| is_space(*c)).count();
        let next = rest[digits..].trim_start_matches(is_space).chars().next();
        let is_top = rest[..digits]
            .parse()
            .is_ok_and(|n: u16| top.is_some_and(|top| n == top || n == top + 1));
        if is_top && gap >= 2 && next.is_some_and(|c| ('\u{E01}'..='\u{E44}').contains(&c)) {
            return Some((at..at + digits, rest[..digits].to_owned()));
        }
    }
    None
}

/// Whether a number is called by what stands before it: `ตามข้อ 2. ของ`.
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
