use proptest::prelude::*;

use crate::content::{CellValue, ChartKind, ColumnType, DataColumn, DataRow, DataTable};
use crate::markdown::charts::{BarScale, ChartContext, ChartProblem, ChartWords, chart};
use crate::text::Decimal;

const WORDS: ChartWords = ChartWords {
    highest: "{series}: highest {value} ({at}).",
    lowest: "Lowest {value} ({at}).",
    course: "From {first} ({from}) to {last} ({to}).",
    total: "Total {value}.",
};

fn number(text: &str) -> CellValue {
    if text.is_empty() {
        CellValue::Empty
    } else {
        CellValue::Number(Decimal::parse(text, 2).unwrap())
    }
}

fn column(label: &str, column_type: ColumnType) -> DataColumn {
    DataColumn {
        name: label.into(),
        label: label.into(),
        column_type,
        is_inferred: true,
        unit: None,
        is_row_head: column_type == ColumnType::Text,
        total: None,
    }
}

/// Makes a table with a column of heads and columns of numbers.
fn table(labels: &[&str], rows: &[(&str, &[&str])]) -> DataTable {
    let heads = std::iter::once(column("year", ColumnType::Text));
    let columns = labels.iter().map(|label| column(label, ColumnType::Integer));
    let row = |(line, (head, numbers)): (u32, &(&str, &[&str]))| DataRow {
        line,
        is_total: false,
        cells: std::iter::once(CellValue::Text((*head).into()))
            .chain(numbers.iter().map(|text| number(text)))
            .collect(),
    };
    DataTable {
        file: 0,
        origin: Default::default(),
        columns: heads.chain(columns).collect(),
        rows: (2..).zip(rows).map(row).collect(),
        total_label: None,
        notes: Vec::new(),
    }
}

fn draw(table: &DataTable, kind: ChartKind) -> Result<String, ChartProblem> {
    let shown = |column: &DataColumn, value: &CellValue| match value {
        CellValue::Number(number) => number.shown(column.column_type == ColumnType::Money),
        CellValue::Text(text) => text.to_string(),
        _ => String::new(),
    };
    chart(table, kind, &ChartContext { id: "c1", title: "a < b", words: WORDS, shown: &shown })
}

#[test]
fn a_chart_says_in_words_what_it_shows() {
    let mut years =
        table(&["births"], &[("2567", &["410"]), ("2568", &["395"]), ("2569", &["402"])]);
    years.columns[1].total = Some(Decimal::from(1_207));
    let html = draw(&years, ChartKind::Line).unwrap();
    assert!(html.contains("<title id=\"c1-t\">a &lt; b</title>"), "{html}");
    let words = "births: highest 410 (2567). Lowest 395 (2568). From 410 (2567) to 402 (2569). Total 1,207.";
    assert!(html.contains(&format!("<desc id=\"c1-d\">{words}</desc>")), "{html}");
    assert!(!html.contains("legend"), "one series needs no legend");
}

#[test]
fn a_value_with_braces_is_no_name() {
    let braces = table(&["{value}"], &[("{at}", &["1"]), ("b", &["1"])]);
    let html = draw(&braces, ChartKind::Line).unwrap();
    assert!(html.contains("{value}: highest 1 ({at}).</desc>"), "{html}");
}

#[test]
fn a_missing_number_interrupts_a_line() {
    let rows: [(&str, &[&str]); 4] = [("a", &["0"]), ("b", &[""]), ("c", &["5"]), ("d", &["10"])];
    let html = draw(&table(&["n"], &rows), ChartKind::Line).unwrap();
    assert!(
        html.contains("<path class=\"s0\" d=\"M0.0 264.0M666.7 132.0L1000.0 0.0\"/>"),
        "{html}"
    );
}

#[test]
fn parts_of_a_column_stand_on_each_other() {
    let html =
        draw(&table(&["a", "b"], &[("x", &["30", "70"]), ("y", &["50", ""])]), ChartKind::Stacked);
    let html = html.unwrap();
    for part in [
        "x=\"175.0\" y=\"184.8\" width=\"330.0\" height=\"79.2\" fill=\"url(#c1-p0)\"",
        "x=\"175.0\" y=\"0.0\" width=\"330.0\" height=\"184.8\" fill=\"url(#c1-p1)\"",
        "x=\"615.0\" y=\"132.0\" width=\"330.0\" height=\"132.0\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(html.matches("<rect x=").count(), 3, "nothing is drawn for an empty cell");
    assert!(html.contains("<ul class=\"legend\">"));
}

#[test]
fn numbers_of_rows_and_totals_are_not_drawn() {
    let mut counted = table(&["n"], &[("", &["5"]), ("", &["8"]), ("", &["13"])]);
    counted.columns[0] = column("no", ColumnType::Integer);
    for (row, n) in counted.rows.iter_mut().zip(["1", "2", "3"]) {
        row.cells[0] = number(n);
    }
    let html = draw(&counted, ChartKind::Line).unwrap();
    assert!(!html.contains("legend") && html.contains("13 (3)"), "{html}");
    counted.rows[2].is_total = true;
    let html = draw(&counted, ChartKind::Line).unwrap();
    assert!(html.contains("highest 8 (2)"), "{html}");
    assert!(BarScale::of(&counted).bar(1, Decimal::from(8)).contains("width=\"100.0%\""));
}

#[test]
fn what_cannot_be_drawn_is_told() {
    let two: [(&str, &[&str]); 2] = [("x", &["1", "-2"]), ("y", &["3", "4"])];
    let mut mixed = table(&["a", "b"], &two);
    let negative = draw(&mixed, ChartKind::Stacked).unwrap_err();
    assert_eq!(negative, ChartProblem::Negative { column: "b".into(), line: 2 });
    assert!(draw(&mixed, ChartKind::Line).is_ok());
    mixed.columns[2].column_type = ColumnType::Percent;
    let units = draw(&mixed, ChartKind::Line).unwrap_err();
    assert_eq!(units, ChartProblem::Units { column: "a".into(), other: "b".into() });
    assert!(draw(&mixed, ChartKind::Bar).is_ok(), "bars have a scale for each unit");
    assert_eq!(
        draw(&table(&[], &[("x", &[]), ("y", &[])]), ChartKind::Bar),
        Err(ChartProblem::NoNumbers)
    );
    let one = draw(&table(&["a"], &[("x", &["1"])]), ChartKind::Line);
    assert_eq!(one, Err(ChartProblem::Points { count: 1, limit: 120 }));
    let many = draw(
        &table(&["1", "2", "3", "4", "5", "6", "7"], &[("x", &[]), ("y", &[])]),
        ChartKind::Line,
    );
    assert_eq!(many, Err(ChartProblem::ManySeries { limit: 6 }));
}

#[test]
fn bars_of_one_unit_have_one_scale() {
    let mut budget = table(
        &["budget", "spent", "share"],
        &[("a", &["200", "50", "25"]), ("b", &["0", "-50", "0"])],
    );
    budget.columns[3].column_type = ColumnType::Percent;
    let scale = BarScale::of(&budget);
    let bar = |column, n: &str| scale.bar(column, Decimal::parse(n, 2).unwrap());
    assert!(bar(1, "200").contains("<rect x=\"20.0%\" width=\"80.0%\""), "{}", bar(1, "200"));
    assert!(bar(2, "50").contains("<rect x=\"20.0%\" width=\"20.0%\""));
    assert!(
        bar(2, "-50").contains("class=\"bars neg\"")
            && bar(2, "-50").contains("<rect x=\"0.0%\" width=\"20.0%\"")
    );
    assert!(bar(3, "25").contains("<rect width=\"100.0%\""));
    assert_eq!(bar(0, "1"), "", "a head of a row has no bar");
}

/// Returns every number after an attribute or a command of a path.
fn coordinates(html: &str) -> Vec<f64> {
    let svg = html.split("<svg y=").nth(1).unwrap_or("");
    let paths = svg.split(" d=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let numbers =
        paths.flat_map(|path| path.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-'));
    numbers.filter_map(|text| text.parse().ok()).collect()
}

proptest! {
    #[test]
    fn whatever_the_numbers_a_chart_stays_in_its_box(
        rows in proptest::collection::vec(proptest::collection::vec(-1_000_000_000_000_i64..1_000_000_000_000, 3), 2..40),
    ) {
        let written: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|n| format!("{}.{:02}", n / 100, n.abs() % 100)).collect()).collect();
        let texts: Vec<Vec<&str>> = written.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<(&str, &[&str])> = texts.iter().map(|row| ("x", row.as_slice())).collect();
        let html = draw(&table(&["a", "b", "c"], &rows), ChartKind::Line).unwrap();
        let found = coordinates(&html);
        prop_assert!(found.len() >= rows.len() * 2);
        prop_assert!(found.iter().all(|n| (-0.1..=1000.1).contains(n)), "{}", html);
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), count);
    }
}
