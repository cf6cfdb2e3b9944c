//! Draws tables: bars inside the cells of a table, and one SVG for lines and for stacked columns.
//!
//! Colours, patterns and fonts come from the theme's stylesheet by class, because a strict content security policy
//! forbids `style`. Texts have the size of the page on every screen: they stand at percentages of the width, and
//! only the shapes between them are stretched.

mod axis;
mod bars;
mod context;
mod frame;
mod lines;
mod sentences;
mod series;
mod stacked;

pub(super) use bars::BarScale;
pub(super) use context::ChartContext;
pub use context::ChartWords;
pub(super) use series::{ChartProblem, Series};

use crate::content::{ChartKind, DataTable};
use crate::markdown::charts::frame::Frame;

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
