//! Numbers in columns of files whose header names another kind of number. A column is read cell by
//! cell, so that such a number waits until enough others of its form follow.

use std::collections::BTreeMap;

use crate::files::FragmentColumn;
use crate::privacy::Checker;

/// The numbers of the columns of a file. `T` is what is reported of one.
pub(super) struct ColumnNumbers<T> {
    /// How many numbers of a kind a column has, by its id.
    counts: BTreeMap<(String, usize), usize>,
    deferred: Vec<((String, usize), T)>,
}

impl<T> ColumnNumbers<T> {
    pub(super) fn new() -> Self {
        Self { counts: BTreeMap::new(), deferred: Vec::new() }
    }

    /// Counts the numbers of a cell, or of a line of a list, that are of the kind that the header
    /// names.
    pub(super) fn count(&mut self, checker: &Checker, column: &FragmentColumn, text: &str) {
        let kinds = text.split(',').filter_map(|one| checker.kind_in_column(&column.header, one));
        for kind in kinds {
            *self.counts.entry((column.id.clone(), kind)).or_insert(0) += 1;
        }
    }

    /// Defers the decision about a number until the others of its column are counted.
    pub(super) fn defer(&mut self, column: &FragmentColumn, kind: usize, number: T) {
        let key = (column.id.clone(), kind);
        if !self.is_of_kind(&key) {
            self.deferred.push((key, number));
        }
    }

    /// Returns the numbers whose columns have too few others, the last one first.
    pub(super) fn remaining(mut self) -> impl Iterator<Item = T> {
        let deferred = std::mem::take(&mut self.deferred).into_iter().rev();
        deferred.filter(move |(key, _)| !self.is_of_kind(key)).map(|(_, number)| number)
    }

    fn is_of_kind(&self, key: &(String, usize)) -> bool {
        self.counts.get(key).is_some_and(|count| *count > Checker::MIN_OTHERS)
    }
}
