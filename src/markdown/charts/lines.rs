//! A line for each column of numbers.

use std::fmt::Write;

use crate::markdown::charts::axis::Axis;
use crate::markdown::charts::frame::{Frame, SHAPES, Shapes, WIDTH};
use crate::text::Decimal;

/// Draws the lines. Where a number is missing, a line is interrupted.
pub(super) fn lines(frame: &Frame) -> Shapes {
    let numbers: Vec<f64> = frame.series.numbers().map(Decimal::to_f64).collect();
    let axis = Axis::over(
        numbers.iter().copied().fold(f64::INFINITY, f64::min),
        numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        frame.series.is_whole(),
    );
    let mut svg = String::new();
    for (n, (_, values)) in frame.series.columns.iter().enumerate() {
        let (mut line, mut dots) = (String::new(), String::new());
        let mut is_open = false;
        for (row, value) in values.iter().enumerate() {
            let Some(value) = value else {
                is_open = false;
                continue;
            };
            let x = place_of_row(row, values.len()) * WIDTH;
            let y = (1.0 - axis.part(value.to_f64())) * SHAPES;
            let _ = write!(line, "{}{x:.1} {y:.1}", if is_open { 'L' } else { 'M' });
            // A line without length is drawn as a dot, which is not stretched.
            let _ = write!(dots, "M{x:.1} {y:.1}h0");
            is_open = true;
        }
        let _ = write!(
            svg,
            "<path class=\"s{n}\" d=\"{line}\"/><path class=\"s{n} dots\" d=\"{dots}\"/>"
        );
    }
    Shapes { axis, svg, definitions: String::new(), place_of_row }
}

/// Returns where a row stands: the first at the left edge, the last at the right one.
fn place_of_row(row: usize, rows: usize) -> f64 {
    row as f64 / (rows.max(2) - 1) as f64
}
