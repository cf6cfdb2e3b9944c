//! Decides which numbers at the starts of lines are clauses.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::markdown::numbering::clause::{ClauseForm, ClauseLabel, ClauseNumber};
use crate::markdown::numbering::lines::{LineKind, NumberedLine};

/// How far a number may be from the number before it in the same series.
const MAX_LEAP: u16 = 5;

/// Returns the labels of the lines that begin a clause.
pub(super) fn accepted_labels(lines: &[NumberedLine]) -> Vec<Option<ClauseLabel>> {
    let index = NumberIndex::new(lines);
    let mut before: Option<ClauseNumber> = None;
    let labels = lines.iter().enumerate().map(|(n, line)| {
        let label = line.label?;
        let number = label.number;
        let begins = n == 0 || lines[n - 1].kind != LineKind::Text || lines[n - 1].label.is_some();
        let is_first = number.last() == 1;
        let needs_relatives = matches!(
            number.form,
            ClauseForm::Letter
                | ClauseForm::BracketedLetter
                | ClauseForm::HalfBracketedLetter
                | ClauseForm::Article
        );
        let follows = before.is_some_and(|before| before.next() == number);
        let is_child = before.is_some_and(|before| number.is_below(&before) && is_first);
        if label.is_quantity {
            before = Some(number);
            let continues = lines[n + 1..].iter().find_map(|line| line.label);
            let continues = continues.is_some_and(|next| next.number == number.next());
            return (follows || is_child || continues).then_some(label);
        }
        let is_clause = follows
            || (begins && !needs_relatives && (is_first || label.is_markdown))
            || (label.is_markdown && is_first)
            || index.has_relatives(&number, n);
        before = Some(number);
        is_clause.then_some(label)
    });
    labels.collect()
}

/// The first and the last line with a number.
#[derive(Debug, Clone, Copy)]
struct LineSpan {
    first: usize,
    last: usize,
}

/// Indexes the numbers of a section by the first and last line with each. The index is created when
/// it is needed: most numbers follow the one on the line before.
struct NumberIndex<'l> {
    lines: &'l [NumberedLine<'l>],
    numbers: OnceCell<HashMap<ClauseNumber, LineSpan>>,
}

impl<'l> NumberIndex<'l> {
    fn new(lines: &'l [NumberedLine<'l>]) -> Self {
        Self { lines, numbers: OnceCell::new() }
    }

    fn lines_of(&self, number: &ClauseNumber) -> Option<LineSpan> {
        let numbers = self.numbers.get_or_init(|| {
            let mut numbers = HashMap::new();
            for (n, line) in self.lines.iter().enumerate() {
                if let Some(label) = &line.label {
                    let span =
                        numbers.entry(label.number).or_insert(LineSpan { first: n, last: n });
                    span.last = n;
                }
            }
            numbers
        });
        numbers.get(number).copied()
    }

    /// Returns whether a number occurs before a line.
    fn is_before(&self, number: &ClauseNumber, n: usize) -> bool {
        self.lines_of(number).is_some_and(|span| span.first < n)
    }

    /// Returns whether a number occurs after a line.
    fn is_after(&self, number: &ClauseNumber, n: usize) -> bool {
        self.lines_of(number).is_some_and(|span| span.last > n)
    }

    /// Returns whether the section has a number of the same series before or after a line, a child
    /// after it, or the parent before it.
    fn has_relatives(&self, number: &ClauseNumber, n: usize) -> bool {
        let mut leaps = 1..=MAX_LEAP.min(number.last().saturating_sub(1));
        leaps.any(|leap| self.is_before(&number.with_last(number.last() - leap), n))
            || self.is_after(&number.next(), n)
            || number.first_child().is_some_and(|child| self.is_after(&child, n))
            || (number.last() == 1 && number.parent().is_some_and(|p| self.is_before(&p, n)))
    }
}

/// Returns for each line the next number after it.
pub(super) fn next_numbers(labels: &[Option<ClauseLabel>]) -> Vec<Option<ClauseNumber>> {
    let mut next = None;
    let mut numbers = Vec::with_capacity(labels.len());
    for label in labels.iter().rev() {
        numbers.push(next);
        next = label.map(|label| label.number).or(next);
    }
    numbers.reverse();
    numbers
}
