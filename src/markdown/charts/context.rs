//! What a chart needs besides its table.

use crate::content::{CellValue, DataColumn};

/// The sentences and labels of a chart, with names in braces.
#[derive(Debug, Default, Clone, Copy)]
pub struct ChartWords<'a> {
    /// `{series}`, `{value}`, `{at}`: the highest value.
    pub highest: &'a str,
    /// `{series}`, `{value}`, `{at}`: the lowest value.
    pub lowest: &'a str,
    /// `{series}`, `{first}`, `{from}`, `{last}`, `{to}`: the first value and the last.
    pub course: &'a str,
    /// `{series}`, `{value}`: the sum.
    pub total: &'a str,
}

/// What a chart needs besides its table.
#[derive(Clone, Copy)]
pub(crate) struct ChartContext<'a> {
    /// The beginning of all ids in it, which no other chart of the page has.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The sentences of its description.
    pub words: ChartWords<'a>,
    /// A value of a column as the page shows it.
    pub shown: &'a dyn Fn(&DataColumn, &CellValue) -> String,
}
