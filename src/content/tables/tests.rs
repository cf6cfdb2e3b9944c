//! Tests of tables from files, from the block to the values.

use proptest::prelude::*;

use super::{
    CellValue, ColumnType, DataTable, TableBlock, TableInput, TableSpec, read_spec, read_table,
};
use crate::config::{Config, read_settings};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::files::sheet_tests::{MadeCell, excel, with_parts};
use crate::text::{Decimal, Moment};

const SETTINGS: &str = include_str!("../../../tests/cases/site.toml");

fn config() -> Config {
    read_settings(SETTINGS, &mut Diagnostics::default()).unwrap()
}

/// Reads a block whose fences stand on the first and the last line of a body that begins on line 8.
fn spec_of(yaml: &str) -> (Option<TableSpec>, Vec<Diagnostic>) {
    let body = format!("```table\n{yaml}\n```\n");
    let block = TableBlock {
        path: "content/news/a/index.md",
        body: &body,
        body_line: 8,
        range: 0..body.len() - 1,
        yaml: 9..9 + yaml.len() + 1,
        severity: Severity::Error,
    };
    let mut diagnostics = Diagnostics::default();
    let spec = read_spec(&block, &mut diagnostics);
    (spec, diagnostics.sorted())
}

fn read_file(yaml: &str, name: &str, bytes: &[u8]) -> (Option<DataTable>, Vec<Diagnostic>) {
    let config = config();
    let (spec, found) = spec_of(&format!("file: {name}\ncaption: ก\n{yaml}"));
    assert_eq!(found, [], "{yaml}");
    let mut diagnostics = Diagnostics::default();
    let item = |path: &str| path.ends_with(".md").then(|| path.into());
    let input = TableInput {
        config: &config,
        path: &format!("content/news/a/{name}"),
        file: 0,
        bytes,
        severity: Severity::Error,
        item: &item,
    };
    let table = read_table(&spec.unwrap(), &input, &mut diagnostics);
    (table, diagnostics.sorted())
}

fn table(yaml: &str, csv: &str) -> DataTable {
    let (table, found) = read_file(yaml, "a.csv", csv.as_bytes());
    assert_eq!(told(&found), Vec::<String>::new(), "{csv}");
    table.unwrap()
}

/// The places, codes and values of diagnostics.
fn told(found: &[Diagnostic]) -> Vec<String> {
    let line = |d: &Diagnostic| {
        let args = d.args.iter().map(|(name, value)| format!(" {name}={value}"));
        let place = format!("{}:{}:{}", d.place.line, d.place.column, d.place.width);
        format!("{place} {} {}{}", d.code.as_str(), d.help, args.collect::<String>())
    };
    found.iter().map(line).collect()
}

/// The beginnings of what is told of a file.
fn codes(yaml: &str, csv: &str) -> Vec<String> {
    let (_, found) = read_file(yaml, "a.csv", csv.as_bytes());
    let short = |d: &Diagnostic| {
        format!("{}:{} {} {}", d.place.line, d.place.column, d.code.as_str(), d.help)
    };
    found.iter().map(short).collect()
}

fn types(csv: &str) -> Vec<ColumnType> {
    table("", csv).columns.iter().map(|column| column.column_type).collect()
}

fn totals(table: &DataTable) -> Vec<String> {
    let total = |total: Option<Decimal>| total.map_or("-".to_owned(), |t| t.to_string());
    table.columns.iter().map(|column| total(column.total)).collect()
}

#[test]
fn a_block_is_read_whole() {
    let (spec, found) = spec_of(
        "file: a.xlsx\nsheet: 2569\nhead: 4\ncaption: \"ผล: จัดซื้อ\"\ncolumns:\n  - ลำดับ\n  - {name: วงเงิน, label: วงเงิน (บาท), type: money, total: true, unit: บาท}\n\
         total: sum\nchart: bar\nrows: 50\nrow_head: งาน\nunit: คน\nnotes: [ก, ข]",
    );
    assert_eq!(found, []);
    let spec = spec.unwrap();
    assert_eq!(spec.sheet.as_ref().map(|sheet| sheet.name.as_ref()), Some("2569"));
    assert_eq!((spec.head, spec.rows, spec.notes.len()), (Some(4), Some(50), 2));
    let [first, second] = &spec.columns[..] else { panic!("two columns") };
    assert_eq!((first.name.name.as_ref(), first.name.place.line), ("ลำดับ", 14));
    assert_eq!(second.column_type, Some(ColumnType::Money));
    assert_eq!((second.has_total, second.unit.as_deref()), (Some(true), Some("บาท")));
    assert_eq!((spec.file.place.line, spec.file.place.column), (9, 7));
}

#[test]
fn mistakes_in_a_block_are_told_with_their_lines() {
    let codes = |yaml: &str| -> Vec<String> {
        let (spec, found) = spec_of(yaml);
        assert!(spec.is_none(), "{yaml}");
        let short = |d: &Diagnostic| {
            format!("{}:{} {} {}", d.place.line, d.place.column, d.code.as_str(), d.help)
        };
        found.iter().map(short).collect()
    };
    let named = |more: &str| codes(&format!("file: a.csv\ncaption: ก\n{more}"));
    assert_eq!(codes(""), ["8:1 table/syntax help-empty"]);
    assert_eq!(
        codes("chart: bar"),
        ["8:1 table/block help-no-caption", "8:1 table/block help-no-file"]
    );
    assert_eq!(named("chrat: bar"), ["11:1 table/block help-suggestion"]);
    assert_eq!(named("colour: red"), ["11:1 table/block help-unknown"]);
    assert_eq!(named("chart: pie"), ["11:8 table/block help-choice"]);
    assert_eq!(named("total: yes"), ["11:8 table/block help-choice"]);
    assert_eq!(named("rows: 0"), ["11:7 table/block help-rows"]);
    assert_eq!(named("rows: many"), ["11:7 table/block help-rows"]);
    assert_eq!(named("notes: {a: b}"), ["11:8 table/block help-notes"]);
    assert_eq!(named("columns: ก"), ["11:10 table/block help-columns"]);
    assert_eq!(named("columns: [{label: ก}]"), ["11:11 table/block help-column-name"]);
    assert_eq!(named("columns: [{name: ก, typ: money}]"), ["11:21 table/block help-suggestion"]);
    assert_eq!(named("columns: [{name: ก, type: moni}]"), ["11:27 table/block help-choice"]);
    assert_eq!(named("columns: [{name: ก, label: =1+1}]"), ["11:28 table/block help-formula"]);
    assert_eq!(named("columns: [ก, ก]"), ["11:14 table/block help-column-twice"]);
    assert_eq!(named("columns: [{name: ก, total: sum}]"), ["11:28 table/block help-column-total"]);
    assert_eq!(named("columns: [{name: ก, name: ข}]"), ["11:21 table/block help-twice"]);
    assert_eq!(named("caption: ข"), ["11:1 table/block help-twice"]);
    assert_eq!(named("notes: [ก"), ["11:8 table/syntax help"]);
    assert_eq!(named("notes: !x ก"), ["11:8 front-matter/tag help"]);
}

#[test]
fn types_are_inferred_from_all_rows() {
    use ColumnType::{Date, Integer, Money, Percent, Text};
    let numbers = ColumnType::Decimal;
    for (csv, wanted) in [
        ("ก,ข\nx,1\ny,๑๒\nz,-\n", [Text, Integer]),
        ("ก,ข\nx,1\ny,\"1,200\"\n", [Text, Integer]),
        ("ก,ข\nx,1\ny,1.5\n", [Text, numbers]),
        ("ก,ข\nx,1.00\ny,1200.50\n", [Text, Money]),
        ("ก,วงเงิน (บาท)\nx,1\ny,1200\n", [Text, Money]),
        ("ก,ราคา\nx,1.125\ny,1200\n", [Text, numbers]),
        ("ก,ข\nx,1%\ny,12.5 %\n", [Text, Percent]),
        ("ก,ร้อยละ\nx,1\ny,12.5\n", [Text, Percent]),
        ("ก,ข\nx,2569-10-01\ny,2026-10-01\n", [Text, Date]),
        ("ก,ปี\nx,2569\ny,2570\n", [Text, Text]),
        ("ก,จำนวน\nx,2569\ny,2570\n", [Text, Integer]),
        ("ก,โทรศัพท์\nx,056000111\ny,056000112\n", [Text, Text]),
        ("ก,เลข\nx,3101200100412\ny,1\n", [Text, Text]),
        ("ก,งบประมาณ\nx,3101200100412\ny,1\n", [Text, Money]),
        ("ก,ข\nx,1\ny,ไม่มี\n", [Text, Text]),
        ("ก,ข\nx,\ny,-\n", [Text, Text]),
    ] {
        assert_eq!(types(csv), wanted, "{csv}");
    }
    let csv = "ก,ข\nx,1\nx,2\nx,3\nx,4\nx,l5\n";
    assert_eq!(codes("", csv), ["6:3 table/mixed help"]);
}

#[test]
fn totals_are_checked_or_computed() {
    let rows = "งาน,จำนวน,วงเงิน (บาท)\nก,1,1000.50\nข,2,\"2,000\"\n";
    let read = |yaml, last| table(yaml, &format!("{rows}{last}"));
    let none = read("", "");
    assert_eq!(
        (totals(&none), none.total_label),
        (vec!["-".into(), "-".into(), "-".to_owned()], None)
    );
    let computed = read("total: sum", "");
    assert_eq!(
        (totals(&computed)[2].as_str(), computed.total_label.as_deref()),
        ("3000.50", Some(""))
    );
    let checked = read("", "**รวมทั้งสิ้น**,,\"3,000.50\"\n");
    assert_eq!(totals(&checked), ["-", "-", "3000.50"]);
    assert_eq!((checked.rows.len(), checked.total_label.as_deref()), (2, Some("รวมทั้งสิ้น")));
    let plain = read("total: none", "รวม,9,9\n");
    assert_eq!((plain.rows.len(), plain.total_label), (3, None));
    let (_, found) = read_file("", "a.csv", format!("{rows}รวม,3,3000\n").as_bytes());
    assert_eq!(
        told(&found),
        ["4:7:4 table/total help cell=C4 column=วงเงิน (บาท) total=3,000 sum=3,000.50"]
    );
    let counted = "ลำดับ,บาท\n1,9\n2,4\nรวม,13\n";
    assert_eq!(totals(&table("", counted)), ["-", "13"]);
    let without = "columns: [งาน, {name: วงเงิน (บาท), total: false}]";
    assert_eq!(totals(&read(without, "รวม,3,3000\n")), ["-", "-"]);
    let parts = "งาน,บาท\n1. ก,9\n1.1 ข,4\n1.2 ค,5\n";
    assert_eq!(codes("total: sum", parts), ["9:7 table/block help-doubtful"]);
    assert_eq!(totals(&table("", &format!("{parts}รวม,9\n"))), ["-", "9"]);
}

#[test]
fn totals_among_the_rows_are_checked() {
    let read = |rows: &str| codes("", &format!("งาน,บาท\n{rows}"));
    for (rows, wrong) in [
        ("ก,1\nข,2\nรวม,9\nลงชื่อ นาย ก,\n", "4"),
        ("ก,1\nข,2\nรวม,9\nผู้จัดทำ,นาย ก\n", "4"),
        ("ก,1\nรวม,9\nข,2\n", "3"),
        ("ก,1\nรวม,1\nข,2\nรวม,3\nค,1\nรวม,2\n", "7"),
        ("ก,1\nรวม,9\nข,2\nรวม,3\n", "3"),
    ] {
        let found = read(rows);
        assert_eq!(found.len(), 1, "{rows}: {found:?}");
        assert!(found[0].starts_with(&format!("{wrong}:")), "{rows}: {found:?}");
        assert!(found[0].contains(" table/total help"), "{rows}: {found:?}");
    }
    for rows in [
        "ก,1\nข,2\nรวม,3\nค,4\nรวม,4\nรวมทั้งสิ้น,7\n",
        "ก,1\nรวม,1\nข,2\nรวม,2\nรวมทั้งสิ้น,3\nค,5\nรวม,5\nง,1\nรวม,1\nรวมทั้งสิ้น,6\nจ,0\n",
        "รวม,3\nก,1\nข,2\n",
        "รวมทั้งสิ้น,6\nรวม,3\nก,1\nข,2\nรวม,3\nค,3\n",
        "ก,5\nหัก ข,2\nรวม,3\nค,1\n",
    ] {
        assert_eq!(read(rows), Vec::<String>::new(), "{rows}");
    }
    let signed = table("", "งาน,บาท\nก,1\nข,2\nรวม,3\nผู้จัดทำ,นาย ก\nหมายเหตุ: ข,\n");
    assert_eq!(signed.notes, ["ผู้จัดทำ นาย ก".into(), "หมายเหตุ: ข".into()]);
    assert_eq!((signed.rows.len(), totals(&signed)[1].as_str()), (2, "3"));
    let among = table("", "งาน,บาท\nก,1\nรวม,1\nข,2\n");
    let are_totals: Vec<bool> = among.rows.iter().map(|row| row.is_total).collect();
    assert_eq!(are_totals, [false, true, false]);
    let none = table("total: none", "งาน,บาท\nก,1\nรวม,9\nข,2\n");
    assert!(none.rows.iter().all(|row| !row.is_total));
}

#[test]
fn rounded_numbers_of_a_workbook_may_miss_the_total_a_little() {
    let text = |text: &str| MadeCell::Text(text.to_owned());
    let row = |name: &str, number: &str| vec![text(name), MadeCell::Number(number.to_owned())];
    let of = |total: &str| {
        let mut rows = vec![vec![text("งาน"), text("ระยะ")]];
        rows.extend(["ก", "ข", "ค"].map(|name| row(name, "0.33333333333")));
        rows.push(row("รวม", total));
        told(&read_file("", "a.xlsx", &excel(&[("ก", rows)], "")).1)
    };
    assert_eq!(of("1"), Vec::<String>::new());
    assert!(of("1.000002")[0].contains("table/total"), "{:?}", of("1.000002"));
}

#[test]
fn a_total_of_a_column_of_texts_stays_a_row() {
    let csv = "งาน,จำนวน\nก,1\nข,x\nค,3\nง,4\nจ,5\nฉ,6\nรวม,999\n";
    let (read, found) = read_file("", "a.csv", csv.as_bytes());
    let read = read.unwrap();
    assert_eq!((found.len(), read.rows.len()), (1, 7), "{found:?}");
    assert_eq!(read.rows[6].cells[1], CellValue::Text("999".into()));
    let brackets = "งาน,จำนวน\nก,100\nข,(50)\nค,20\nรวม,999\n";
    let (_, found) = read_file("", "a.csv", brackets.as_bytes());
    assert_eq!(
        told(&found),
        [
            "3:3:4 table/value help-figures cell=B3 value=(50) type=@table-type/integer column=จำนวน suggestion=-50"
        ]
    );
    assert_eq!(types("ข้อ,ก\n(1),x\n(2),y\n"), [ColumnType::Text; 2]);
}

#[test]
fn years_of_a_first_column_are_heads_of_rows() {
    use ColumnType::{Integer, Text};
    assert_eq!(types("งวด,ค่า\n2567,10\n2568,20\n"), [Text, Integer]);
    assert_eq!(types("คน,ค่า\n2567,10\n2500,20\n2501,20\n"), [Integer, Integer]);
    assert_eq!(types("ค่า\n2567\n2568\n"), [Integer]);
}

#[test]
fn columns_are_chosen_ordered_and_named() {
    let csv = "ลำดับ,งาน,เพราะ\n1,ซื้อ,../a.md\n2,จ้าง,/news/b.md\n";
    let yaml = "columns: [{name: เพราะ, label: เรื่อง, type: item}, งาน]\nrow_head: งาน";
    let read = table(yaml, csv);
    let heads: Vec<(&str, bool)> =
        read.columns.iter().map(|column| (column.label.as_ref(), column.is_row_head)).collect();
    assert_eq!(heads, [("เรื่อง", false), ("งาน", true)]);
    assert_eq!(read.rows[1].cells[0], CellValue::Item("/news/b.md".into()));
    assert_eq!(codes("columns: [ผู้รับจ้าง]", csv), ["11:11 table/column help"]);
    assert_eq!(codes("columns: [ลำดัย]", csv), ["11:11 table/column help-suggestion"]);
    assert_eq!(codes("row_head: เหตุ", csv), ["11:11 table/column help"]);
    assert_eq!(
        codes("columns: [{name: งาน, total: true}]", csv),
        ["11:18 table/block help-no-numbers"]
    );
    assert_eq!(
        codes("columns: [{name: งาน, type: item}]", csv),
        ["2:3 table/value help-item", "3:3 table/value help-item"]
    );
}

#[test]
fn wrong_cells_are_told_with_their_places() {
    let of = |word: &str, value: &str| {
        codes(&format!("columns: [{{name: ข, type: {word}}}]"), &format!("ก,ข\nx,{value}\n"))
    };
    for (word, value, help) in [
        ("integer", "1.5", "help-integer"),
        ("integer", "1234567890123456", "help-large"),
        ("decimal", "1%", "help-decimal"),
        ("money", "ฟรี", "help-money"),
        ("money", "1.125", "help-cents"),
        ("money", "\"1,000 บาท\"", "help-figures"),
        ("percent", "ครึ่ง", "help-percent"),
        ("date", "1 ต.ค. 2569", "help-date-suggestion"),
        ("date", "ตุลาคม", "help-date"),
        ("text", "#DIV/0!", "help-error"),
    ] {
        assert_eq!(of(word, value), [format!("2:3 table/value {help}")], "{value}");
    }
    assert_eq!(
        codes("", "ก,ข\nx,=1+1\n-ค,+66 43 000 000\n"),
        ["2:3 table/formula help", "3:1 table/formula help"]
    );
    assert_eq!(codes("", "ก,ข\nx,1\nรวม,1\nลงชื่อ,=1+1\nหมายเหตุ,\n"), ["4:8 table/formula help"]);
    assert_eq!(codes("", "=ก,ข\nx,1\n"), ["1:1 table/formula help"]);
    assert_eq!(codes("", "ก,ข\nx,a\u{202E}b\n"), ["2:3 table/value help-character"]);
    let many = format!("ก,ข\n{}", "x,@a\n".repeat(30));
    let found = codes("", &many);
    assert_eq!((found.len(), found[0].as_str()), (21, "0:0 table/more help"));
}

#[test]
fn heads_must_name_each_column() {
    assert_eq!(codes("", "ก,ก\n1,2\n"), ["1:3 table/head help-twice"]);
    assert_eq!(codes("", "ก,,ข\n1,2,3\n"), ["1:3 table/head help-missing"]);
    assert_eq!(table("", "ก,,ข\n1,,3\n").columns.len(), 2);
    assert_eq!(codes("", "ก,ข\n1\n"), ["2:2 table/ragged help"]);
    let text = |text: &str| MadeCell::Text(text.to_owned());
    let rows = vec![
        vec![text("งาน"), text("ราคา")],
        vec![text("ก"), text("1")],
        vec![text("ข"), text("2")],
    ];
    let merged = |area: &str| {
        let after = format!(r#"<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>"#);
        let book = excel(&[("ต.ค.", rows.clone())], &after);
        told(&read_file("", "a.xlsx", &book).1)
    };
    assert!(merged("A1:B1")[0].starts_with("0:0:0 table/head"), "{:?}", merged("A1:B1"));
    assert!(merged("A1:B1")[0].contains("ต.ค.!A1:B1"));
    assert!(merged("A2:A3")[0].starts_with("0:0:0 table/merged"), "{:?}", merged("A2:A3"));
    assert_eq!(merged("D1:E1"), Vec::<String>::new());
}

#[test]
fn numbers_with_too_many_digits_are_refused() {
    let yaml = "columns: [ก, {name: ข, type: money}]";
    let json = |number: &str| {
        let text = format!("[{{\"ก\": \"x\", \"ข\": {number}}}]");
        told(&read_file(yaml, "a.json", text.as_bytes()).1)
    };
    let excel = |number: &str| {
        let text = |text: &str| MadeCell::Text(text.into());
        let rows =
            vec![vec![text("ก"), text("ข")], vec![text("x"), MadeCell::Number(number.into())]];
        told(&read_file(yaml, "a.xlsx", &excel(&[("a", rows)], "")).1)
    };
    for number in ["1234567890123.45", "0.05", "999999999999999"] {
        assert_eq!((json(number), excel(number)), (Vec::new(), Vec::new()), "{number}");
    }
    for number in ["12345678901234.56", "9007199254740991", "-12345678901234.56"] {
        for told in [json(number), excel(number)] {
            assert!(told[0].starts_with("0:0:0 table/value help-large"), "{told:?}");
            assert!(told[0].contains(number), "{told:?}");
        }
    }
}

#[test]
fn plain_numbers_beside_percentages_are_told() {
    let told = |yaml: &str, head: &str| codes(yaml, &format!("ก,{head}\nx,7.5%\ny,0.5\nz,-\n"));
    let warning = ["3:3 table/value help-beside-percents"];
    assert_eq!(told("", "ร้อยละ"), warning);
    assert_eq!(told("", "สัดส่วน"), warning);
    assert_eq!(told("columns: [{name: ข, type: percent}]", "ข"), warning);
    assert_eq!(told("columns: [{name: ข, type: text}]", "ข"), Vec::<String>::new());
    assert_eq!(codes("", "ก,ร้อยละ\nx,7.5%\ny,8%\n"), Vec::<String>::new());
    assert_eq!(codes("", "ก,ร้อยละ\nx,7.5\ny,8\n"), Vec::<String>::new());
}

#[test]
fn what_a_sheet_hides_is_not_published() {
    let read = |yaml: &str, row: &str, columns: &str, last: &str| {
        let sheet = [(
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{columns}<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>ก</t></is></c><c r="B1" t="inlineStr"><is><t>ข</t></is></c></row><row r="2"{row}><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2">{last}</c></row><row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>1</v></c></row></sheetData></worksheet>"#
            ),
        )];
        let book = with_parts(&excel(&[("a", Vec::new())], ""), &sheet);
        told(&read_file(yaml, "a.xlsx", &book).1)
    };
    let hidden = r#"<cols><col min="2" max="2" hidden="1"/></cols>"#;
    assert_eq!(read("", "", "", "<v>1</v>"), Vec::<String>::new());
    let told = read("", r#" hidden="1""#, "", "<v>1</v>");
    assert_eq!(told, ["0:0:0 table/file help-hidden-row line=2 count=1"]);
    let told = read("", "", hidden, "<v>1</v>");
    assert_eq!(told, ["0:0:0 table/file help-hidden-column cell=a!B1 column=ข"]);
    assert_eq!(read("columns: [ก]", "", hidden, "<v>1</v>"), Vec::<String>::new());
    assert_eq!(read("columns: [ก, ข]", "", hidden, "<v>1</v>"), Vec::<String>::new());
    let told = read("", "", "", "<f>1+1</f>");
    assert!(told[0].starts_with("0:0:0 table/value help-unsaved cell=a!B2"), "{told:?}");
}

#[test]
fn remarks_below_a_table_are_notes() {
    let read = table("", "ก,ข\nx,1\ny,2\nรวม,3\nหมายเหตุ: ปัดเศษ,\nที่มา: สำนักคลัง,\n");
    assert_eq!(read.notes, ["หมายเหตุ: ปัดเศษ".into(), "ที่มา: สำนักคลัง".into()]);
    assert_eq!((read.rows.len(), totals(&read)[1].as_str()), (2, "3"));
}

#[test]
fn the_encoding_is_told() {
    let bytes: Vec<u8> = "a,b\nx,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (read, found) = read_file("", "a.csv", &[b"\xFF\xFE".to_vec(), bytes].concat());
    assert_eq!(read.unwrap().origin.encoding, Some("UTF-16LE"));
    assert!(told(&found)[0].starts_with("0:0:0 table/encoding help encoding=UTF-16LE"));
}

/// A typed value of the random tables.
#[derive(Debug, Clone)]
enum Made {
    Empty,
    Text(String),
    Amount(i64),
    Day(u16),
}

/// The first day of random tables as Excel counts: 2026-10-01.
const FIRST_DAY: u32 = 46_296;

fn day(offset: u16) -> jiff::civil::Date {
    jiff::civil::date(2026, 10, 1).checked_add(jiff::Span::new().days(i64::from(offset))).unwrap()
}

fn amount(satang: i64) -> String {
    let (sign, satang) = if satang < 0 { ("-", -satang) } else { ("", satang) };
    format!("{sign}{}.{:02}", satang / 100, satang % 100)
}

impl Made {
    fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Amount(satang) => amount(*satang),
            Self::Day(offset) => day(*offset).to_string(),
        }
    }

    fn cell(&self) -> MadeCell {
        match self {
            Self::Empty => MadeCell::Empty,
            Self::Text(text) => MadeCell::Text(text.clone()),
            Self::Amount(satang) => MadeCell::Number(amount(*satang)),
            Self::Day(offset) => MadeCell::Day(FIRST_DAY + u32::from(*offset)),
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Empty => "null".to_owned(),
            Self::Amount(satang) => amount(*satang),
            other => serde_json::Value::from(other.text()).to_string(),
        }
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', ';', '\t']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn made_rows() -> impl Strategy<Value = Vec<[Made; 3]>> {
    let text = prop::sample::select(vec![
        "ซื้อวัสดุ",
        "จ้างเหมา, 2 ราย",
        "ท่อ 2\" ยาว",
        "งาน\nสองบรรทัด",
        "a;b",
        "ก\tข",
        "“คำ”",
        "&<>",
        "เช่า",
    ]);
    let text = text.prop_map(|text| Made::Text(text.to_owned()));
    let amount = prop_oneof![
        8 => (-99_999_999_999_i64..99_999_999_999).prop_map(Made::Amount),
        1 => Just(Made::Empty),
    ];
    let day = prop_oneof![8 => (0_u16..800).prop_map(Made::Day), 1 => Just(Made::Empty)];
    prop::collection::vec((text, amount, day).prop_map(|(a, b, c)| [a, b, c]), 1..20)
}

/// Thai letters in the encoding of Thai Windows. The few other signs of the random tables are those of it.
fn thai_windows(text: &str) -> Vec<u8> {
    let byte = |c: char| match u32::from(c) {
        code @ 0xE01..=0xE5B => u8::try_from(code - 0xE01 + 0xA1).unwrap(),
        0x201C => 0x93,
        0x201D => 0x94,
        code => u8::try_from(code).unwrap(),
    };
    text.chars().map(byte).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_is_the_same_in_every_format(rows in made_rows()) {
        let heads = ["งาน", "วงเงิน (บาท)", "วันที่"];
        let yaml = "columns:\n  - งาน\n  - {name: วงเงิน (บาท), type: money}\n  - {name: วันที่, type: date}\ntotal: sum";
        let mut csv = format!("{}\r\n", heads.join(","));
        let mut json = format!("[{}", serde_json::to_string(&heads).unwrap());
        let mut cells = vec![heads.map(|head| MadeCell::Text(head.to_owned())).to_vec()];
        for row in &rows {
            csv += &format!("{}\r\n", row.each_ref().map(|cell| quoted(&cell.text())).join(","));
            json += &format!(",[{}]", row.each_ref().map(Made::json).join(","));
            cells.push(row.each_ref().map(Made::cell).to_vec());
        }
        json.push(']');
        let wide: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let files = [
            ("a.csv", csv.clone().into_bytes()),
            ("a.csv", [b"\xEF\xBB\xBF", csv.as_bytes()].concat()),
            ("a.csv", [b"\xFF\xFE".to_vec(), wide].concat()),
            ("a.csv", thai_windows(&csv)),
            ("a.xlsx", excel(&[("ต.ค.", cells)], "")),
            ("a.json", json.into_bytes()),
        ];
        let sum: i64 = rows.iter().map(|row| if let Made::Amount(n) = row[1] { n } else { 0 }).sum();
        for (name, bytes) in &files {
            let (read, found) = read_file(yaml, name, bytes);
            prop_assert!(read.is_some(), "{name} {:?}", told(&found));
            let read = read.unwrap();
            let sum = Decimal::parse(&amount(sum), 2).unwrap();
            let total = read.columns[1].total.unwrap_or(Decimal::ZERO);
            prop_assert!(total.compare(sum).is_eq(), "{total} {sum}");
            prop_assert_eq!(read.rows.len(), rows.len());
            for (row, made) in read.rows.iter().zip(&rows) {
                for (value, made) in row.cells.iter().zip(made) {
                    let is_same = match (value, made) {
                        (CellValue::Empty, Made::Empty) => true,
                        (CellValue::Text(text), Made::Text(made)) => **text == *made,
                        (CellValue::Number(number), Made::Amount(made)) => {
                            number.compare(Decimal::parse(&amount(*made), 2).unwrap()).is_eq()
                        }
                        (CellValue::Date(Moment::Day(date)), Made::Day(made)) => *date == day(*made),
                        _ => false,
                    };
                    prop_assert!(is_same, "{} {:?} {:?}", name, value, made);
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0_usize..4) {
        let name = ["a.csv", "a.xlsx", "a.ods", "a.json"][kind];
        let (read, found) = read_file("", name, &bytes);
        prop_assert!(read.is_some() || !found.is_empty());
    }

    #[test]
    fn any_lines_are_read_or_refused(text in "[ก-ฮ0-9,;\"\n\t=. -]{0,80}", yaml in "[a-z:ก-ฮ \n\\[\\]{},-]{0,40}") {
        let (read, found) = read_file("", "a.csv", text.as_bytes());
        prop_assert!(read.is_some() || !found.is_empty(), "{text:?}");
        let (spec, found) = spec_of(&yaml);
        prop_assert!(spec.is_some() || !found.is_empty(), "{yaml:?}");
    }
}
