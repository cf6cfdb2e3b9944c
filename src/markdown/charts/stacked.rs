//! A column for each row, whose parts are the numbers of the row.

use std::fmt::Write;

use crate::markdown::charts::axis::Axis;
use crate::markdown::charts::frame::{Frame, SHAPES, Shapes, WIDTH};
use crate::text::Decimal;

/// How much of the room for a column is left empty.
const GAP: f64 = 0.25;

/// How much of the width is left to the numbers of the axis, which would cover the first columns.
const START: f64 = 0.12;

/// Draws the columns. Parts differ by colour and by pattern, so that they can be told apart without colours.
pub(super) fn columns(frame: &Frame) -> Shapes {
    let rows = frame.series.heads.len();
    let sum_of = |row: usize| {
        let values = frame.series.columns.iter().filter_map(|(_, values)| values[row]);
        values.fold(Decimal::ZERO, Decimal::plus).to_f64()
    };
    let highest = (0..rows).map(sum_of).fold(0.0, f64::max);
    let axis = Axis::over(0.0, highest, frame.series.is_whole());
    let room = WIDTH * (1.0 - START) / rows as f64;
    let mut svg = String::new();
    for row in 0..rows {
        let mut below = Decimal::ZERO;
        for (n, (_, values)) in frame.series.columns.iter().enumerate() {
            let Some(value) = values[row] else { continue };
            let above = below.plus(value);
            let (top, foot) = (axis.part(above.to_f64()), axis.part(below.to_f64()));
            let (x, y) = (WIDTH * START + room * (row as f64 + GAP / 2.0), (1.0 - top) * SHAPES);
            let (width, height) = (room * (1.0 - GAP), (top - foot) * SHAPES);
            let id = frame.context.id;
            let _ = write!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"url(#{id}-p{n})\"/>"
            );
            below = above;
        }
    }
    Shapes { axis, svg, definitions: patterns(frame), place_of_row }
}

/// Returns where a row stands: in the middle of its column.
fn place_of_row(row: usize, rows: usize) -> f64 {
    START + (1.0 - START) * (row as f64 + 0.5) / rows.max(1) as f64
}

/// What is drawn over the colour of each part, in a square of 8 by 8: nothing, stripes, dots …
const MARKS: [&str; 6] = [
    "",
    "<path d=\"M-2 10 10 -2M-2 2 2 -2M6 10 10 6\"/>",
    "<path d=\"M4 4h0\"/>",
    "<path d=\"M0 4h8\"/>",
    "<path d=\"M4 0v8\"/>",
    "<path d=\"M0 4h8M4 0v8\"/>",
];

fn patterns(frame: &Frame) -> String {
    let mut out = String::from("<defs>");
    for (n, mark) in MARKS.iter().enumerate().take(frame.series.columns.len()) {
        let id = frame.context.id;
        let _ = write!(
            out,
            "<pattern id=\"{id}-p{n}\" class=\"p{n}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\"/>{mark}</pattern>"
        );
    }
    out + "</defs>"
}
