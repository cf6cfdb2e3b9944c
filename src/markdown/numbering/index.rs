//! Which numbers at the starts of lines count.

use std::cell::OnceCell;
use std::collections::HashMap;

use crate::markdown::numbering::clause::{ClauseForm, ClauseLabel, ClauseNumber};
use crate::markdown::numbering::lines::{LineKind, SourceLine};

/// Below this a number that follows another may be one of the same series.
const MAX_LEAP: u16 = 5;

/// Which numbers at the starts of lines count.
pub(super) fn accepted(lines: &[SourceLine]) -> Vec<Option<ClauseLabel>> {
    let company = NumberIndex::of(lines);
    let mut before: Option<ClauseNumber> = None;
    let judged = lines.iter().enumerate().map(|(n, line)| {
        let label = line.label?;
        let number = label.number;
        let begins = n == 0 || lines[n - 1].kind != LineKind::Text || lines[n - 1].label.is_some();
        let is_first = number.last() == 1;
        let is_letter = matches!(
            number.form,
            ClauseForm::Letter | ClauseForm::BracketedLetter | ClauseForm::HalfBracketedLetter
        );
        let follows = before.is_some_and(|before| before.next() == number);
        let is_child = before.is_some_and(|before| number.parent() == Some(before) && is_first);
        if label.is_quantity {
            before = Some(number);
            let goes_on = lines[n + 1..].iter().find_map(|line| line.label);
            let goes_on = goes_on.is_some_and(|next| next.number == number.next());
            return (follows || is_child || goes_on).then_some(label);
        }
        let counts = follows
            || (begins && !is_letter && (is_first || label.is_markdown))
            || (label.is_markdown && is_first)
            || company.keeps(&number, n);
        before = Some(number);
        counts.then_some(label)
    });
    judged.collect()
}

/// The numbers of a section, with the lines on which each stands first and last. Made when it is
/// asked: most numbers follow the one on the line before.
struct NumberIndex<'l> {
    lines: &'l [SourceLine<'l>],
    found: OnceCell<HashMap<ClauseNumber, (usize, usize)>>,
}

impl<'l> NumberIndex<'l> {
    fn of(lines: &'l [SourceLine<'l>]) -> Self {
        Self { lines, found: OnceCell::new() }
    }

    fn lines_of(&self, number: &ClauseNumber) -> Option<(usize, usize)> {
        let found = self.found.get_or_init(|| {
            let mut found = HashMap::new();
            for (n, line) in self.lines.iter().enumerate() {
                if let Some(label) = &line.label {
                    found.entry(label.number).or_insert((n, n)).1 = n;
                }
            }
            found
        });
        found.get(number).copied()
    }

    fn is_before(&self, number: &ClauseNumber, n: usize) -> bool {
        self.lines_of(number).is_some_and(|(first, _)| first < n)
    }

    fn is_after(&self, number: &ClauseNumber, n: usize) -> bool {
        self.lines_of(number).is_some_and(|(_, last)| last > n)
    }

    /// Whether a number stands among its like: one before it, one after it, or its parent.
    fn keeps(&self, number: &ClauseNumber, n: usize) -> bool {
        let mut leaps = 1..=MAX_LEAP.min(number.last().saturating_sub(1));
        leaps.any(|leap| self.is_before(&number.with_last(number.last() - leap), n))
            || self.lines_of(&number.next()).is_some_and(|(_, last)| last > n)
            || number.first_child().is_some_and(|child| self.is_after(&child, n))
            || (number.last() == 1 && number.parent().is_some_and(|p| self.is_before(&p, n)))
    }
}

/// For each line, the next number after it.
pub(super) fn coming(labels: &[Option<ClauseLabel>]) -> Vec<Option<ClauseNumber>> {
    let mut next = None;
    let mut coming = Vec::with_capacity(labels.len());
    for label in labels.iter().rev() {
        coming.push(next);
        next = label.map(|label| label.number).or(next);
    }
    coming.reverse();
    coming
}
