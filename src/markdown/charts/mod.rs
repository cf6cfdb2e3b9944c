//! Draws tables: bars inside the cells of a table, and one SVG for lines and for stacked columns.
//!
//! Colours, patterns and fonts come from the theme's stylesheet by class, because a strict content security policy
//! forbids `style`. Texts have the size of the page on every screen: they stand at percentages of the width, and
//! only the shapes between them are stretched.

mod axis;
mod bars;
mod frame;
mod lines;
mod sentences;
mod series;
mod stacked;

pub(super) use bars::BarScale;
pub(super) use series::{ChartProblem, Series};

use crate::content::{CellValue, ChartKind, DataColumn, DataTable};
use crate::markdown::charts::frame::Frame;

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
pub(super) struct ChartContext<'a> {
    /// The beginning of all ids in it, which no other chart of the page has.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The sentences of its description.
    pub words: ChartWords<'a>,
    /// A value of a column as the page shows it.
    pub shown: &'a dyn Fn(&DataColumn, &CellValue) -> String,
}

/// Returns the chart of a table as HTML, or why it cannot be drawn. Bars stand in the cells: they have no chart of
/// their own.
pub(super) fn chart(
    table: &DataTable,
    kind: ChartKind,
    context: &ChartContext,
) -> Result<String, ChartProblem> {
    let series = Series::of(table, kind, context.shown)?;
    let frame = Frame { context, series: &series };
    Ok(match kind {
        ChartKind::Bar => String::new(),
        ChartKind::Line => frame.around(&lines::lines(&frame)),
        ChartKind::Stacked => frame.around(&stacked::columns(&frame)),
    })
}

#[cfg(test)]
mod tests;
