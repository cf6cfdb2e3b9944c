//! Says in words what a chart shows.

use crate::content::{CellValue, DataColumn};
use crate::markdown::charts::context::ChartContext;
use crate::markdown::charts::series::Series;
use crate::text::Decimal;

/// A value and the head of its row.
type Point<'a> = (Decimal, &'a str);

/// Returns sentences on each series: the highest value and the lowest, the first and the last, and the sum if the
/// table has one.
pub(super) fn description(series: &Series, context: &ChartContext) -> String {
    let sentences = series.columns.iter().flat_map(|(column, values)| {
        let points = values.iter().zip(&series.heads);
        let points: Vec<Point> =
            points.filter_map(|(value, head)| Some(((*value)?, head.as_str()))).collect();
        sentences_on(column, &points, context)
    });
    sentences.collect::<Vec<String>>().join(" ")
}

fn sentences_on(column: &DataColumn, points: &[Point], context: &ChartContext) -> Vec<String> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    // Of equal values the first one counts.
    let highest = points.iter().rev().max_by(|a, b| a.0.compare(b.0)).unwrap_or(first);
    let lowest = points.iter().min_by(|a, b| a.0.compare(b.0)).unwrap_or(first);
    let shown = |number: Decimal| (context.shown)(column, &CellValue::Number(number));
    let words = &context.words;
    let at = |sentence: &str, (value, head): &Point| {
        fill(sentence, &[("series", &column.label), ("value", &shown(*value)), ("at", head)])
    };
    let mut sentences = vec![at(words.highest, highest)];
    if highest.0.compare(lowest.0).is_ne() {
        sentences.push(at(words.lowest, lowest));
        let course = [
            ("series", &*column.label),
            ("first", &shown(first.0)),
            ("from", first.1),
            ("last", &shown(last.0)),
            ("to", last.1),
        ];
        sentences.push(fill(words.course, &course));
    }
    if let Some(total) = column.total {
        let total = [("series", &*column.label), ("value", &shown(total))];
        sentences.push(fill(words.total, &total));
    }
    sentences
}

/// Puts values in place of their names in braces. What looks like a name in a value stays as it is.
fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        let value = values.iter().find(|(other, _)| *other == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}
