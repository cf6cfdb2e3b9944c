//! A column that is shown, and where it stands in the file.

use crate::content::tables::spec::{ColumnSpec, PlacedName};

/// A column that is shown.
#[derive(Debug, Clone)]
pub(in crate::content) struct ChosenColumn<'s> {
    /// Its number in the file, from 0.
    pub number: usize,
    /// Its head in the file.
    pub name: Box<str>,
    /// What the block says of it.
    pub spec: Option<&'s ColumnSpec>,
}

/// Returns the column with a name.
pub(super) fn named<'c, 's>(
    name: &PlacedName,
    columns: &'c [ChosenColumn<'s>],
) -> Option<&'c ChosenColumn<'s>> {
    columns.iter().find(|column| column.name == name.name)
}
