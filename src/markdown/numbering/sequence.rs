//! Decides whether a number follows another one.
//!
//! Papers number matters, and matters have numbers inside: 1, 1, 2, 3, 2. So a number may go on from
//! any number above it, not only from the last one.

use crate::diagnostics::Code;
use crate::markdown::numbering::clause::ClauseNumber;

/// How many rows of numbers may be open. Of more, the outermost are forgotten.
const MAX_ROWS: usize = 40;

/// A number that follows no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slip {
    /// The code that it is reported with.
    pub code: Code,
    /// The number before it.
    pub after: ClauseNumber,
    /// The number that is missing, or that was found.
    pub number: ClauseNumber,
    /// The offset of the number before it.
    pub since: usize,
}

/// Numbers that may go on.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    /// The last number of each row, with its offset, outermost first.
    rows: Vec<(ClauseNumber, usize)>,
}

impl Sequence {
    /// Reads the next number, which is at an offset. `is_adjacent` says that nothing is between it and
    /// another number of its series, so that it cannot begin another row.
    pub(crate) fn read(
        &mut self,
        number: ClauseNumber,
        at: usize,
        is_adjacent: bool,
    ) -> Option<Slip> {
        let row = self.rows.iter().rposition(|(last, _)| last.next() == number);
        if let Some(row) = row {
            self.go_on(row, number, at);
            return None;
        }
        let is_sibling = |(last, _): &(ClauseNumber, usize)| last.is_sibling(&number);
        let nearest = self.rows.iter().rposition(is_sibling);
        if number.last() == 1 && !(is_adjacent && nearest.is_some()) {
            self.begin(number, at);
            return None;
        }
        // `2.3` right after `2.`
        let Some(nearest) = nearest else {
            let parent = self.rows.iter().rfind(|(last, _)| number.is_below(last)).copied();
            self.begin(number, at);
            let (after, since) = parent?;
            return Some(Slip {
                code: Code::MissingNumber,
                after,
                number: number.with_last(1),
                since,
            });
        };
        let is_smaller =
            |row: &(ClauseNumber, usize)| is_sibling(row) && row.0.last() < number.last();
        let smaller = self.rows.iter().rposition(is_smaller);
        let row = smaller.unwrap_or(nearest);
        let (after, since) = self.rows[row];
        self.go_on(row, number, at);
        Some(match smaller {
            Some(_) => Slip { code: Code::MissingNumber, after, number: after.next(), since },
            None => Slip { code: Code::RepeatedNumber, after, number, since },
        })
    }

    /// Forgets all numbers.
    pub(crate) fn reset(&mut self) {
        self.rows.clear();
    }

    fn go_on(&mut self, row: usize, number: ClauseNumber, at: usize) {
        self.rows.truncate(row);
        self.rows.push((number, at));
    }

    fn begin(&mut self, number: ClauseNumber, at: usize) {
        if self.rows.len() == MAX_ROWS {
            self.rows.remove(0);
        }
        self.rows.push((number, at));
    }
}
