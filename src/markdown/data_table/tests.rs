use std::collections::BTreeMap;

use crate::config::{Config, read_settings};
use crate::content::{
    CellValue, ColumnType, DataColumn, DataRow, DataTable, TableBlock, TableSpec, read_spec,
};
use crate::diagnostics::{Diagnostics, Severity};
use crate::markdown::data_table::{
    ItemLink, TableAddresses, TableFile, TableFormat, TablePage, TableWords, downloads, figure,
};
use crate::text::{Calendar, Decimal, Moment};

const SITE: &str = "[site]\ntitle = \"เทศบาล\"\nbase_url = \"https://town.example/\"\nlanguage = \"th\"\n\
    timezone = \"Asia/Bangkok\"\ncalendar = \"buddhist\"\nDIGITS\n[[categories]]\nid = \"news\"\ntitle = \"ข่าว\"\n\
    [people.mayor]\nname = \"ก\"\napproves = [\"*\"]\n";

fn config(digits: &str) -> Config {
    let mut diagnostics = Diagnostics::default();
    let config = read_settings(&SITE.replace("DIGITS", digits), &mut diagnostics);
    config.unwrap_or_else(|| panic!("{:?}", diagnostics.sorted()))
}

fn column(label: &str, column_type: ColumnType, unit: Option<&str>) -> DataColumn {
    DataColumn {
        name: label.into(),
        label: label.into(),
        column_type,
        is_inferred: true,
        unit: unit.map(Into::into),
        is_row_head: false,
        total: None,
    }
}

fn number(text: &str) -> CellValue {
    CellValue::Number(Decimal::parse(text, 6).unwrap())
}

/// A table with a column of each type.
fn table() -> DataTable {
    let day = |text| CellValue::Date(Moment::parse(text, Calendar::Buddhist).unwrap());
    let text = |text: &str| CellValue::Text(text.into());
    let item = |path: &str| CellValue::Item(path.into());
    let row = |line, cells: Vec<CellValue>| DataRow { line, is_total: false, cells: cells.into() };
    let mut columns = [
        column("ลำดับ", ColumnType::Integer, None),
        column("งาน", ColumnType::Text, None),
        column("วงเงิน", ColumnType::Money, Some("บาท")),
        column("ร้อยละ", ColumnType::Percent, None),
        column("ปี", ColumnType::Text, None),
        column("วันที่", ColumnType::Date, None),
        column("ประกาศ", ColumnType::Item, None),
    ];
    columns[1].is_row_head = true;
    columns[2].total = Some(Decimal::parse("1300.50", 2).unwrap());
    let rows = vec![
        row(
            2,
            vec![
                number("1"),
                text("ซ่อม <ถนน>, \"สายหลัก\""),
                number("1250.50"),
                number("12.5"),
                text("2569"),
                day("2569-10-01"),
                item("a.md"),
            ],
        ),
        row(
            3,
            vec![
                number("1000"),
                text("ท่อ"),
                number("50.00"),
                number("7"),
                CellValue::Empty,
                CellValue::Empty,
                item("withheld.md"),
            ],
        ),
    ];
    DataTable {
        file: 0,
        origin: Default::default(),
        columns: columns.into(),
        rows,
        total_label: Some("รวม".into()),
        notes: vec!["ที่มา".into()],
    }
}

fn spec(rows: Option<u32>) -> TableSpec {
    let rows = rows.map_or(String::new(), |rows| format!("rows: {rows}\n"));
    let yaml = format!("file: a.csv\ncaption: งาน & เงิน\nnotes: [หมายเหตุ <1>]\n{rows}");
    let block = TableBlock {
        path: "content/news/x/index.md",
        body: &yaml,
        body_line: 1,
        range: 0..yaml.len(),
        yaml: 0..yaml.len(),
        severity: Severity::Error,
    };
    read_spec(&block, &mut Diagnostics::default()).expect("a block without mistakes")
}

fn items() -> BTreeMap<&'static str, ItemLink> {
    let link = ItemLink {
        title: "ประกาศ ก".to_owned(),
        href: "../../news/a/".to_owned(),
        url: "https://town.example/news/a/".to_owned(),
    };
    BTreeMap::from([("a.md", link)])
}

fn files(config: &Config) -> [TableFile; 2] {
    let table = table();
    let format = TableFormat::new(&table, config, "th", items());
    downloads("tables/a", ("https://town.example/news/x/", "a.csv"), &spec(None), &table, &format)
}

fn html(config: &Config, rows: Option<u32>) -> String {
    let (table, spec) = (table(), spec(rows));
    let format = TableFormat::new(&table, config, "th", items());
    let words = TableWords {
        first_rows: "{n}/{total}",
        download: "ดาวน์โหลด",
        original: "ต้นฉบับ",
        csv: "Excel",
        json: "โปรแกรม",
        ..TableWords::default()
    };
    let page = TablePage { config, language: "th", root: "../../", words, number: 1, chart: "" };
    let downloads = files(config);
    let addresses = TableAddresses {
        folder: "../../news/x/",
        encoded: "a.csv",
        size: 1_234,
        downloads: &downloads,
        paths: &["tables/a.csv".to_owned(), "tables/a.json".to_owned()],
    };
    let (html, is_cut) = figure(&spec, &table, &format, &page, &addresses);
    assert_eq!(is_cut, rows == Some(1));
    html
}

#[test]
fn a_table_is_a_figure_with_heads_sums_and_downloads() {
    let wanted = "<figure class=\"table\" data-prakat=\"table\">\n\
        <figcaption id=\"pk-table-1\">งาน &amp; เงิน</figcaption>\n\
        <div class=\"wide\" role=\"group\" tabindex=\"0\" aria-labelledby=\"pk-table-1\">\
        <table class=\"cards\" aria-labelledby=\"pk-table-1\"><thead><tr><th scope=\"col\" class=\"r\">ลำดับ</th>\
        <th scope=\"col\">งาน</th><th scope=\"col\" class=\"r\">วงเงิน (บาท)</th>\
        <th scope=\"col\" class=\"r\">ร้อยละ</th><th scope=\"col\">ปี</th>\
        <th scope=\"col\">วันที่</th><th scope=\"col\">ประกาศ</th></tr></thead>\n<tbody>\n\
        <tr><td class=\"r\" data-l=\"ลำดับ\">1</td><th scope=\"row\" data-l=\"งาน\">ซ่อม &lt;ถนน&gt;, &quot;สายหลัก&quot;</th>\
        <td class=\"r\" data-l=\"วงเงิน (บาท)\">1,250.50</td><td class=\"r\" data-l=\"ร้อยละ\">12.5%</td><td data-l=\"ปี\">2569</td>\
        <td data-l=\"วันที่\"><time datetime=\"2026-10-01\">1 ต.ค. 2569</time></td>\
        <td data-l=\"ประกาศ\"><a href=\"../../news/a/\">ประกาศ ก</a></td></tr>\n\
        <tr><td class=\"r\" data-l=\"ลำดับ\">1,000</td><th scope=\"row\" data-l=\"งาน\">ท่อ</th><td class=\"r\" data-l=\"วงเงิน (บาท)\">50.00</td>\
        <td class=\"r\" data-l=\"ร้อยละ\">7.0%</td><td data-l=\"ปี\">–</td><td data-l=\"วันที่\">–</td><td data-l=\"ประกาศ\">–</td></tr>\n</tbody>\n\
        <tfoot><tr><th scope=\"row\" colspan=\"2\">รวม</th><td class=\"r\" data-l=\"วงเงิน (บาท)\">1,300.50</td>\
        <td class=\"r\" data-l=\"ร้อยละ\"></td><td data-l=\"ปี\"></td><td data-l=\"วันที่\"></td><td data-l=\"ประกาศ\"></td></tr></tfoot></table></div>\n\
        <ul class=\"notes\">\n<li>ที่มา</li>\n<li>หมายเหตุ &lt;1&gt;</li>\n</ul>\n\
        <p class=\"data\" data-prakat=\"table-files\">ดาวน์โหลด \
        <a href=\"../../news/x/a.csv\" type=\"text/csv\">ต้นฉบับ (CSV, 1\u{a0}kB)</a> \
        <a href=\"../../news/x/tables/a.csv\" type=\"text/csv\">Excel (CSV, 261\u{a0}B)</a> \
        <a href=\"../../news/x/tables/a.json\" type=\"application/json\">โปรแกรม (JSON, 895\u{a0}B)</a></p>\n\
        </figure>\n";
    assert_eq!(html(&config(""), None), wanted);
}

#[test]
fn a_long_table_says_how_many_rows_it_shows_and_what_the_script_needs() {
    let html = html(&config(""), Some(1));
    assert!(html.contains("role=\"status\">1/2</p>"), "{html}");
    assert_eq!(html.matches("<tr>").count(), 3, "head, one row, sums");
    for data in [
        "data-json=\"../../news/x/tables/a.json\"",
        "data-rows=\"1\" data-total=\"2\" data-base=\"https://town.example/\" data-root=\"../../\"",
        "data-months=\"ม.ค.|ก.พ.|",
        "data-era=\"543\" data-digits=\"arabic\"",
    ] {
        assert!(html.contains(data), "{data}\n{html}");
    }
}

#[test]
fn numbers_have_the_digits_of_the_site() {
    let html = html(&config("digits = \"thai\""), Some(1));
    for shown in ["๑,๒๕๐.๕๐", "๑๒.๕%", ">๑ ต.ค. ๒๕๖๙<", "๑/๒", "data-digits=\"thai\""]
    {
        assert!(html.contains(shown), "{shown}\n{html}");
    }
    assert!(html.contains("datetime=\"2026-10-01\""));
}

#[test]
fn a_spreadsheet_gets_plain_numbers_and_no_sums() {
    let [csv, _] = files(&config("digits = \"thai\""));
    let wanted = "\u{FEFF}ลำดับ,งาน,วงเงิน (บาท),ร้อยละ,ปี,วันที่,ประกาศ\r\n\
        1,\"ซ่อม <ถนน>, \"\"สายหลัก\"\"\",1250.50,12.5,2569,2026-10-01,ประกาศ ก\r\n\
        1000,ท่อ,50.00,7,,,\r\n";
    assert_eq!(String::from_utf8(csv.bytes).unwrap(), wanted);
    assert_eq!(csv.path, "tables/a.csv");
}

#[test]
fn programs_get_numbers_types_and_sums() {
    let [_, json] = files(&config("digits = \"thai\""));
    let read: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
    assert_eq!(read["format"], 1);
    assert_eq!(read["title"], "งาน & เงิน");
    assert_eq!(read["url"], "https://town.example/news/x/");
    let types: Vec<&str> =
        read["columns"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["integer", "text", "money", "percent", "text", "date", "item"]);
    assert_eq!(read["columns"][2]["unit"], "บาท");
    assert_eq!(read["columns"][2]["decimals"], 2);
    assert_eq!(read["rows"][0][5], "2026-10-01");
    assert_eq!(read["rows"][0][6]["url"], "https://town.example/news/a/");
    assert!(read["rows"][1][6].is_null());
    let text = String::from_utf8(json.bytes).unwrap();
    assert!(text.contains("\n[1000,\"ท่อ\",50.00,7,null,null,null]\n"), "{text}");
    assert!(text.contains("\"totals\":[null,null,1300.50,null,null,null,null]}\n"), "{text}");
    assert!(!text.contains("withheld"), "{text}");
}
