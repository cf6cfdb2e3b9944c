//! Bars inside the cells of a table: table and chart are one thing.

use crate::content::DataTable;
use crate::markdown::charts::series::{is_drawn, is_same_unit, numbers_of};
use crate::text::Decimal;

/// The scales of the bars in a table, by column. Columns of the same unit have one scale, so that their bars can be
/// compared.
#[derive(Debug)]
pub(crate) struct BarScale(Vec<Option<(f64, f64)>>);

impl BarScale {
    /// Returns the scales of the columns with numbers.
    pub(crate) fn of(table: &DataTable) -> Self {
        let span_of = |n: usize| {
            let numbers = numbers_of(table, n).into_iter().flatten().map(Decimal::to_f64);
            numbers.fold((0.0_f64, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)))
        };
        let spans: Vec<Option<(f64, f64)>> = (table.columns.iter().enumerate())
            .map(|(n, _)| is_drawn(table, n).then(|| span_of(n)))
            .collect();
        let shared = |n: usize| {
            let alike = |(other, span): (usize, &Option<(f64, f64)>)| {
                let is_alike = is_same_unit(&table.columns[n], &table.columns[other]);
                span.filter(|_| is_alike)
            };
            let alike = spans.iter().enumerate().filter_map(alike);
            alike.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        let columns = spans.iter().enumerate();
        Self(columns.map(|(n, span)| span.and_then(|_| shared(n))).collect())
    }

    /// Returns the bar of a number in a column as HTML. Returns an empty text if the column has no bars. The number
    /// beside it says the same, so screen readers pass over it.
    pub(crate) fn bar(&self, column: usize, number: Decimal) -> String {
        let Some((low, high)) = self.0.get(column).copied().flatten() else { return String::new() };
        let span = if high > low { high - low } else { 1.0 };
        let number = number.to_f64();
        let (from, to) = (number.min(0.0), number.max(0.0));
        let (x, width) = ((from - low) / span * 100.0, (to - from) / span * 100.0);
        let class = if number < 0.0 { "bars neg" } else { "bars" };
        let x = if low < 0.0 { format!(" x=\"{x:.1}%\"") } else { String::new() };
        format!(
            "<svg class=\"{class}\" aria-hidden=\"true\" width=\"100%\" height=\"8\"><rect{x} width=\"{width:.1}%\" height=\"8\"/></svg>"
        )
    }
}
