//! What lines and stacked columns have in common: title, description, axis, heads and legend.

use crate::content::{CellValue, ColumnType};
use crate::markdown::charts::axis::Axis;
use crate::markdown::charts::context::ChartContext;
use crate::markdown::charts::sentences::description;
use crate::markdown::charts::series::Series;
use crate::markdown::html::escape;
use crate::text::Decimal;

/// The height of a chart, and of the parts above and below its shapes, in pixels.
const HEIGHT: f64 = 320.0;
const ABOVE: f64 = 28.0;
const BELOW: f64 = 28.0;

/// The height of the shapes.
pub(super) const SHAPES: f64 = HEIGHT - ABOVE - BELOW;

/// The width of the shapes, in units that are stretched to the width of the page.
pub(super) const WIDTH: f64 = 1_000.0;

/// How many letters have room below a chart on a wide screen, and on a phone.
const LETTERS: usize = 90;
const LETTERS_ON_PHONES: usize = 30;

/// A chart without its shapes.
pub(super) struct Frame<'a> {
    pub context: &'a ChartContext<'a>,
    pub series: &'a Series<'a>,
}

/// The shapes of a chart, and the axis that they stand on.
pub(super) struct Shapes {
    pub axis: Axis,
    /// The shapes in a box of [`WIDTH`] by [`SHAPES`].
    pub svg: String,
    /// Definitions that they refer to.
    pub definitions: String,
    /// Where the head of a row stands, as a part of the width.
    pub place_of_row: fn(usize, usize) -> f64,
}

impl Frame<'_> {
    /// Returns the whole chart.
    pub(super) fn around(&self, shapes: &Shapes) -> String {
        let ChartContext { id, title, .. } = *self.context;
        let mut out = format!(
            "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-t\" aria-describedby=\"{id}-d\" width=\"100%\" height=\"{HEIGHT}\"><title id=\"{id}-t\">"
        );
        escape(title, &mut out);
        out += &format!("</title><desc id=\"{id}-d\">");
        escape(&description(self.series, self.context), &mut out);
        out += "</desc>";
        out += &shapes.definitions;
        let mut numbers = String::new();
        self.draw_axis(shapes, &mut out, &mut numbers);
        out += &format!(
            "<svg y=\"{ABOVE}\" width=\"100%\" height=\"{SHAPES}\" viewBox=\"0 0 {WIDTH} {SHAPES}\" preserveAspectRatio=\"none\" overflow=\"visible\">"
        );
        out += &shapes.svg;
        out += "</svg>";
        out += &numbers;
        self.draw_heads(shapes, &mut out);
        out += "</svg>\n";
        self.write_legend(&mut out);
        out
    }

    /// Draws a line for each mark of the axis, and its number, which stands above the line and before the shapes.
    fn draw_axis(&self, shapes: &Shapes, lines: &mut String, numbers: &mut String) {
        let Some((column, _)) = self.series.columns.first() else { return };
        let decimals = decimals_of(shapes.axis.step);
        for mark in shapes.axis.marks() {
            let y = ABOVE + (1.0 - shapes.axis.part(mark)) * SHAPES;
            let class = if mark.abs() < shapes.axis.step / 2.0 { " class=\"zero\"" } else { "" };
            *lines += &format!("<line{class} x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
            let Ok(number) = Decimal::parse(&format!("{mark:.decimals$}"), decimals) else {
                continue;
            };
            *numbers += &format!("<text class=\"mark\" y=\"{:.1}\">", y - 5.0);
            escape(&(self.context.shown)(column, &CellValue::Number(number)), numbers);
            *numbers += "</text>";
        }
    }

    /// Writes heads of rows below the shapes: all that have room.
    fn draw_heads(&self, shapes: &Shapes, out: &mut String) {
        let count = self.series.heads.len();
        let heads: Vec<String> = self.series.heads.iter().map(|head| shortened(head)).collect();
        let longest = heads.iter().map(|head| head.chars().count()).max().unwrap_or(0) + 2;
        let wide = every(count, LETTERS / longest);
        // Each head on a phone is one of those on a wide screen.
        let narrow = every(count, LETTERS_ON_PHONES / longest).next_multiple_of(wide);
        for (n, head) in heads.iter().enumerate().filter(|(n, _)| n % wide == 0) {
            let x = (shapes.place_of_row)(n, count) * 100.0;
            let anchor = match x {
                x if x < 5.0 => "start",
                x if x > 95.0 => "end",
                _ => "middle",
            };
            let class = if n % narrow == 0 { "" } else { " class=\"more\"" };
            *out += &format!(
                "<text{class} x=\"{x:.1}%\" y=\"{}\" text-anchor=\"{anchor}\">",
                HEIGHT - 6.0
            );
            escape(head, out);
            *out += "</text>";
        }
    }

    /// Names the columns. One column is named by the title.
    fn write_legend(&self, out: &mut String) {
        if self.series.columns.len() < 2 {
            return;
        }
        *out += "<ul class=\"legend\">";
        for (n, (column, _)) in self.series.columns.iter().enumerate() {
            *out += &format!(
                "<li><svg class=\"chart swatch\" aria-hidden=\"true\" width=\"32\" height=\"12\">{}</svg> ",
                self.key(n)
            );
            escape(&column.label, out);
            if let Some(unit) =
                column.unit.as_ref().filter(|_| column.column_type != ColumnType::Percent)
            {
                *out += " (";
                escape(unit, out);
                out.push(')');
            }
            *out += "</li>";
        }
        *out += "</ul>\n";
    }

    /// Returns what stands for a column in the legend: a piece of its line, which has its colour and its dashes, or
    /// of its pattern.
    fn key(&self, n: usize) -> String {
        let id = self.context.id;
        if self.series.is_stacked {
            format!("<rect width=\"32\" height=\"12\" fill=\"url(#{id}-p{n})\"/>")
        } else {
            format!("<path class=\"s{n}\" d=\"M0 6H32\"/>")
        }
    }
}

/// Returns the distance of two heads that are shown, so that at most `limit` are.
fn every(count: usize, limit: usize) -> usize {
    count.div_ceil(limit.max(2)).max(1)
}

/// Returns the number of decimals that the steps of an axis need.
fn decimals_of(step: f64) -> usize {
    (0..=6).find(|n| (step * 10_f64.powi(*n)).fract().abs() < 1e-6).map_or(6, |n| n as usize)
}

/// The longest head of a row below a chart, in characters.
const MAX_HEAD: usize = 14;

/// Returns the head of a row, shortened if it is long. The table below the chart has the whole.
fn shortened(head: &str) -> String {
    match head.char_indices().nth(MAX_HEAD) {
        Some((end, _)) => format!("{}…", &head[..end]),
        None => head.to_owned(),
    }
}
