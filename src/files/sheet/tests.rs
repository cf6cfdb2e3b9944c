//! Tests of the readers of tables, and workbooks for other tests.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::model::RaggedRow;
use super::{MAX_ROWS, Sheet, SheetCell, SheetError, SheetLimit, SheetOptions, read_sheet};

/// Returns an archive with these parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A cell of a workbook that is made for a test.
#[derive(Debug, Clone)]
pub(crate) enum MadeCell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number as XML has it.
    Number(String),
    /// A number that is shown as a percentage.
    Percent(String),
    /// A day, as Excel counts them.
    Day(u32),
}

/// Returns an Excel workbook with these sheets. `after` follows the cells of each sheet.
pub(crate) fn excel(sheets: &[(&str, Vec<Vec<MadeCell>>)], after: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut book = String::new();
    let mut relations =
        format!(r#"<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/>"#);
    let mut parts: Vec<(String, String)> = Vec::new();
    for (n, (name, rows)) in (1..).zip(sheets) {
        book += &format!(r#"<sheet name="{}" sheetId="{n}" r:id="r{n}"/>"#, escaped(name));
        relations += &format!(
            r#"<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
        let mut cells = String::new();
        for (row, values) in (1..).zip(rows) {
            cells += &format!(r#"<row r="{row}">"#);
            for (column, value) in values.iter().enumerate() {
                let at = format!("{}{row}", crate::files::workbook::column_name(column));
                cells += &match value {
                    MadeCell::Empty => String::new(),
                    MadeCell::Text(text) => format!(
                        r#"<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                        escaped(text)
                    ),
                    MadeCell::Number(number) => format!(r#"<c r="{at}"><v>{number}</v></c>"#),
                    MadeCell::Percent(number) => {
                        format!(r#"<c r="{at}" s="2"><v>{number}</v></c>"#)
                    }
                    MadeCell::Day(day) => format!(r#"<c r="{at}" s="1"><v>{day}</v></c>"#),
                };
            }
            cells += "</row>";
        }
        let sheet = format!(
            r#"<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{after}</worksheet>"#
        );
        parts.push((format!("xl/worksheets/sheet{n}.xml"), sheet));
    }
    let styles = format!(
        r#"<styleSheet xmlns="{MAIN}"><numFmts count="0"/><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/></cellXfs></styleSheet>"#
    );
    parts.extend([
        (
            "[Content_Types].xml".to_owned(),
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#.to_owned(),
        ),
        (
            "_rels/.rels".to_owned(),
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="b" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{book}</sheets></workbook>"#),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!(r#"<Relationships xmlns="{PACKAGE}">{relations}</Relationships>"#),
        ),
        ("xl/styles.xml".to_owned(), styles),
    ]);
    let parts: Vec<(&str, &str)> =
        parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    archive(&parts)
}

/// Returns an OpenDocument workbook whose tables are this XML.
fn open_document(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
         <office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ])
}

fn read(name: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    read_sheet(name, bytes, &SheetOptions::default())
}

/// The values of the head and the rows, for comparisons: texts, and other values in angle brackets.
fn values(sheet: &Sheet) -> Vec<Vec<String>> {
    let value = |cell: &SheetCell| match cell {
        SheetCell::Empty => String::new(),
        SheetCell::Text(text) => text.to_string(),
        SheetCell::Number(number) => format!("<{number}>"),
        SheetCell::Percent(number) => format!("<{number}%>"),
        SheetCell::Date(moment) => format!("<{moment}>"),
        SheetCell::Boolean(value) => format!("<{value}>"),
        SheetCell::Error(error) => format!("<{error}>"),
    };
    let rows = std::iter::once(&sheet.head).chain(&sheet.rows);
    rows.map(|row| row.cells.iter().map(value).collect()).collect()
}

fn lines(sheet: &Sheet) -> Vec<u32> {
    std::iter::once(&sheet.head).chain(&sheet.rows).map(|row| row.line).collect()
}

#[test]
fn a_text_is_read_in_all_its_encodings() {
    let text = "งาน,วงเงิน\nซื้อ,\"1,000\"\nจ้าง,2\n";
    let wanted = vec![vec!["งาน", "วงเงิน"], vec!["ซื้อ", "1,000"], vec!["จ้าง", "2"]];
    let utf16 =
        |order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    let thai = |c: char| match u32::from(c) {
        code @ 0xE01..=0xE5B => u8::try_from(code - 0xE01 + 0xA1).unwrap(),
        code => u8::try_from(code).unwrap(),
    };
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), None),
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), None),
        ([b"\xFF\xFE".to_vec(), utf16(u16::to_le_bytes)].concat(), Some("UTF-16LE")),
        ([b"\xFE\xFF".to_vec(), utf16(u16::to_be_bytes)].concat(), Some("UTF-16BE")),
        (utf16(u16::to_le_bytes), Some("UTF-16LE")),
        (text.chars().map(thai).collect(), Some("windows-874")),
    ] {
        let sheet = read("a.csv", &bytes).unwrap();
        assert_eq!(sheet.encoding, encoding);
        assert_eq!(values(&sheet), wanted, "{encoding:?}");
    }
}

#[test]
fn damaged_letters_are_not_guessed() {
    let mut bytes = "งาน,วงเงิน\nซื้อของใช้,1\nจ้าง,2\n".as_bytes().to_vec();
    let at = bytes.len() - 5;
    bytes[at] = 0x80;
    assert_eq!(read("a.csv", &bytes), Err(SheetError::Letters(3)));
    assert_eq!(read("a.csv", b"a,b\n1,\xFF\n"), Err(SheetError::Letters(2)));
}

#[test]
fn the_delimiter_is_found() {
    for (text, delimiter) in [
        ("a,b\n1,2\n", None),
        ("a;b\n1,5;2,5\n3,5;4,5\n", Some(';')),
        ("a\tb\n1,5\t2\n", Some('\t')),
        ("sep=;\na;b\n1;2\n", Some(';')),
        ("a\n1\n2\n", None),
        ("\"a;b;c\",d\n1,2\n", None),
    ] {
        let sheet = read("a.csv", text.as_bytes()).unwrap();
        assert_eq!(sheet.delimiter, delimiter, "{text:?}");
    }
    let sheet = read("a.csv", b"sep=;\r\na;b\r\n1;2\r\n").unwrap();
    assert_eq!(values(&sheet), [["a", "b"], ["1", "2"]]);
    assert_eq!(lines(&sheet), [2, 3]);
}

#[test]
fn lines_are_those_of_an_editor() {
    let sheet = read("a.csv", b"\r\ntitle\r\n\r\na,b\r\n\"x\r\ny\",1\r\n,\r\n\r\nz,2\r\n").unwrap();
    assert_eq!(values(&sheet), [["a", "b"], ["x\r\ny", "1"], ["z", "2"]]);
    assert_eq!((lines(&sheet), sheet.skipped), (vec![4, 5, 9], 1));
    let place = sheet.place("f", &sheet.rows[1], 1);
    assert_eq!((place.place.line, place.place.column, place.name.as_str()), (9, 3, "B9"));
    let options = SheetOptions { head: Some(5), ..SheetOptions::default() };
    let sheet = read_sheet("a.csv", b"\n\na,b\n\nc,d\n1,2\n", &options).unwrap();
    assert_eq!(values(&sheet), [["c", "d"], ["1", "2"]]);
    let options = SheetOptions { head: Some(4), ..SheetOptions::default() };
    assert_eq!(read_sheet("a.csv", b"\n\na,b\n\nc,d\n", &options), Err(SheetError::NoHead(4)));
}

#[test]
fn ragged_rows_are_told_with_their_places() {
    let ragged = |text: &str| {
        let told = |row: &RaggedRow| (row.line, row.column, row.cells, row.is_unclosed);
        read("a.csv", text.as_bytes()).unwrap().ragged.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(ragged("a,b\n1,2,,\n3,4\n"), []);
    assert_eq!(ragged("a,b,\n1,2\n3,4,\n"), [(2, 4, 2, false)]);
    assert_eq!(ragged("ก,ข\n1,000,ค\n3\n4,5\n"), [(2, 7, 3, false), (3, 2, 1, false)]);
    assert_eq!(ragged("a,b\n1,\"2\n3,4\n5,6\n"), [(2, 3, 2, true)]);
    assert_eq!(ragged("a,b\n1,\"2\n\"\n5,6\n"), []);
}

#[test]
fn a_sheet_of_excel_is_read() {
    use MadeCell::{Day, Empty, Number, Percent, Text};
    let text = |text: &str| Text(text.to_owned());
    let number = |number: &str| Number(number.to_owned());
    let rows = vec![
        vec![text("สรุปผล")],
        vec![],
        vec![Empty, text("งาน"), text("วงเงิน"), text("วันที่"), text("ร้อยละ"), Empty],
        vec![
            Empty,
            text("ซื้อ "),
            number("0.30000000000000004"),
            Day(46_296),
            Percent("0.125".into()),
        ],
        vec![Empty, Empty, Empty, text("  ")],
        vec![Empty, text("#N/A"), number("1234567890123.45"), Empty, Percent("1.1".into())],
    ];
    let sheet = read("a.xlsx", &excel(&[("ตุลาคม", rows)], "")).unwrap();
    assert_eq!(
        values(&sheet),
        [
            ["", "งาน", "วงเงิน", "วันที่", "ร้อยละ"],
            ["", "ซื้อ", "<0.3>", "<2026-10-01T00:00:00>", "<12.5%>"],
            ["", "<#N/A>", "<1234567890123.45>", "", "<110%>"],
        ]
    );
    assert_eq!((lines(&sheet), sheet.skipped), (vec![3, 4, 6], 1));
    let place = sheet.place("f", &sheet.rows[0], 2);
    assert_eq!((place.place.line, place.name.as_str()), (0, "ตุลาคม!C4"));
}

#[test]
fn a_sheet_is_chosen_by_its_name() {
    let rows = |name: &str| {
        let text = |text: &str| MadeCell::Text(text.to_owned());
        vec![vec![text("a"), text("b")], vec![text(name), text("1")]]
    };
    let both = excel(&[("ก", rows("x")), ("ข", rows("y"))], "");
    let names: Vec<Box<str>> = vec!["ก".into(), "ข".into()];
    assert_eq!(read("a.xlsx", &both), Err(SheetError::ManySheets(names.clone())));
    let named = |name| SheetOptions { sheet: Some(name), head: None };
    let sheet = read_sheet("a.xlsx", &both, &named("ข")).unwrap();
    assert_eq!(values(&sheet), [["a", "b"], ["y", "1"]]);
    assert_eq!(read_sheet("a.xlsx", &both, &named("ค")), Err(SheetError::NoSheet(names)));
    assert_eq!(read_sheet("a.csv", b"a,b\n1,2\n", &named("ค")), Err(SheetError::NoSheets));
    let one = excel(&[("ก", Vec::new()), ("ข", rows("y"))], "");
    assert_eq!(read("a.xlsx", &one).unwrap().name.as_deref(), Some("ข"));
    assert_eq!(read("a.xlsx", &excel(&[("ก", Vec::new())], "")), Err(SheetError::Empty));
}

#[test]
fn a_sheet_of_open_document_is_read() {
    let text = |text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let tables = format!(
        r#"<table:table table:name="a&amp;b"><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row>{}{}{}{}</table:table-row>
        <table:table-row>{}<table:table-cell office:value-type="float" office:value="1250.5"><text:p>1,250.50</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-10-01"/><table:table-cell office:value-type="percentage" office:value="0.125"/></table:table-row>
        <table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>"#,
        text("ก"),
        text("ข"),
        text("ค"),
        text("ง"),
        text("จ")
    );
    let sheet = read("a.ods", &open_document(&tables)).unwrap();
    assert_eq!(
        values(&sheet),
        [["ก", "ข", "ค", "ง"], ["จ", "<1250.5>", "<2026-10-01T00:00:00>", "<12.5%>"]]
    );
    assert_eq!((lines(&sheet), sheet.name.as_deref()), (vec![3, 4], Some("a&b")));
}

#[test]
fn a_workbook_that_grows_is_refused() {
    let cell = r#"<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>"#;
    let wide = format!(
        r#"<table:table table:name="a"><table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row></table:table>"#
    );
    assert_eq!(read("a.ods", &open_document(&wide)), Err(SheetError::TooLarge(SheetLimit::Cells)));
    let spaces = |tags: &str| {
        format!(
            r#"<table:table table:name="a"><table:table-row><table:table-cell office:value-type="string" table:number-columns-repeated="2"><text:p>a{tags}</text:p></table:table-cell></table:table-row></table:table>"#
        )
    };
    let too_large = Err(SheetError::TooLarge(SheetLimit::Bytes));
    for tags in [
        r#"<text:s text:c="150000000"/>"#.to_owned(),
        r#"<text:s text:c="&#49;50000000"/>"#.to_owned(),
        r#"<text:s a:c="1" text:c="150000000"/>"#.to_owned(),
        r#"<text:s text:c="75000000"/><text:s text:c="75000000"/>"#.to_owned(),
    ] {
        assert_eq!(read("a.ods", &open_document(&spaces(&tags))), too_large, "{tags}");
    }
    let far = r#"<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>"#;
    let sheet = excel(&[("ก", Vec::new())], "");
    let far = replaced(&sheet, "<sheetData>", &format!(r#"<sheetData><row r="1">{far}</row>"#));
    assert_eq!(read("a.xlsx", &far), Err(SheetError::TooLarge(SheetLimit::Columns)));
    let zeros = "0".repeat(70_000_000);
    let bomb = archive(&[("xl/workbook.xml", &zeros)]);
    assert!(bomb.len() < 100_000);
    assert_eq!(read("a.xlsx", &bomb), Err(SheetError::TooLarge(SheetLimit::Bytes)));
}

/// Returns a workbook with these parts in place of its own.
pub(crate) fn with_parts(workbook: &[u8], by: &[(&str, String)]) -> Vec<u8> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut parts = Vec::new();
    for number in 0..zip.len() {
        let mut part = zip.by_index(number).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        let other = by.iter().find(|(other, _)| *other == name);
        parts.push((name, other.map_or(content, |(_, other)| other.clone())));
    }
    let parts: Vec<(&str, &str)> = parts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    archive(&parts)
}

/// Returns a workbook with a text in its first sheet replaced.
fn replaced(workbook: &[u8], text: &str, by: &str) -> Vec<u8> {
    use std::io::Read;
    let mut zip = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut parts = Vec::new();
    for number in 0..zip.len() {
        let mut part = zip.by_index(number).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        parts.push((name, content.replace(text, by)));
    }
    let parts: Vec<(&str, &str)> = parts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    archive(&parts)
}

#[test]
fn what_is_no_workbook_is_refused() {
    assert_eq!(read("a.xlsx", b"a,b\n1,2\n"), Err(SheetError::Broken));
    assert_eq!(read("a.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), Err(SheetError::Locked));
    assert_eq!(read("a.ods", &archive(&[("a", "b")])), Err(SheetError::Broken));
    assert_eq!(read("a.xls", b""), Err(SheetError::Format));
    assert_eq!(read("a.csv", b""), Err(SheetError::Empty));
    assert_eq!(read("a.csv", b"a,b\n,\n"), Err(SheetError::Empty));
}

#[test]
fn a_list_in_json_is_read() {
    let sheet =
        read("a.json", "[{\"ข\": 1, \"ก\": \"x\"}, {}, {\"ก\": true, \"ค\": 2.50}]".as_bytes());
    let sheet = sheet.unwrap();
    assert_eq!(values(&sheet), [["ข", "ก", "ค"], ["<1>", "x", ""], ["", "<true>", "<2.5>"]]);
    assert_eq!(sheet.place("f", &sheet.rows[1], 2).name, "3.ค");
    let sheet = read("a.json", b"\xEF\xBB\xBF[[\"a\", \"b\"], [1, null], [2]]").unwrap();
    assert_eq!(values(&sheet), [["a", "b"], ["<1>", ""], ["<2>", ""]]);
    for (text, error) in [
        ("{\"a\": 1}", SheetError::NoRows),
        ("[1, 2]", SheetError::NoRows),
        ("[{\"a\": 1}, [2]]", SheetError::NoRows),
        ("[{\"a\": 1}, {\"a\": [2]}]", SheetError::Nested { entry: 2 }),
        ("[{\"a\": 1}, {\"a\": 1, \"a\": 2}]", SheetError::SameKey { entry: 2 }),
        ("[{\"a\": 1},\n {\"a\" 2}]", SheetError::Syntax { line: 2, column: 7 }),
        ("[]", SheetError::Empty),
    ] {
        assert_eq!(read("a.json", text.as_bytes()), Err(error), "{text}");
    }
}

#[test]
fn too_many_rows_are_refused() {
    let rows = "1,2\n".repeat(MAX_ROWS);
    assert_eq!(read("a.csv", format!("a,b\n{rows}").as_bytes()).unwrap().rows.len(), MAX_ROWS);
    let one_more = format!("a,b\n{rows}1,2\n");
    assert_eq!(read("a.csv", one_more.as_bytes()), Err(SheetError::TooLarge(SheetLimit::Rows)));
    let wide = format!("{}\n1\n", "a,".repeat(500));
    assert_eq!(read("a.csv", wide.as_bytes()), Err(SheetError::TooLarge(SheetLimit::Columns)));
}

#[test]
fn cells_that_a_merge_covers_have_no_value() {
    let cell = |tag: &str, more: &str, text: &str| {
        format!(
            r#"<table:{tag} office:value-type="string"{more}><text:p>{text}</text:p></table:{tag}>"#
        )
    };
    let plain = |text: &str| cell("table-cell", "", text);
    let spanned = |text: &str| {
        let spans = r#" table:number-rows-spanned="2" table:number-columns-spanned="1""#;
        cell("table-cell", spans, text)
    };
    let tables = format!(
        r#"<table:table table:name="a"><table:table-row>{}{}</table:table-row><table:table-row>{}{}</table:table-row><table:table-row>{}{}</table:table-row></table:table>"#,
        plain("งาน"),
        plain("ผู้รับจ้าง"),
        plain("ก"),
        spanned("บริษัท"),
        plain("ข"),
        cell("covered-table-cell", "", "ลับ"),
    );
    let sheet = read("a.ods", &open_document(&tables)).unwrap();
    assert_eq!(values(&sheet), [["งาน", "ผู้รับจ้าง"], ["ก", "บริษัท"], ["ข", ""]]);
    let names: Vec<String> = sheet.merged.iter().map(super::MergedCells::name).collect();
    assert_eq!(names, ["B2:B3"]);
}

/// Returns the number `value` with a number format, as it is read.
fn formatted(format: &str, value: &str) -> String {
    let rows = vec![
        vec![MadeCell::Text("a".into()), MadeCell::Text("b".into())],
        vec![MadeCell::Text("x".into()), MadeCell::Percent(value.into())],
    ];
    let book = excel(&[("a", rows)], "");
    let formats = format!(
        r#"<numFmts count="1"><numFmt numFmtId="200" formatCode="{}"/></numFmts>"#,
        escaped(format)
    );
    let book = replaced(&book, r#"<numFmts count="0"/>"#, &formats);
    let book = replaced(&book, r#"numFmtId="10""#, r#"numFmtId="200""#);
    values(&read("a.xlsx", &book).unwrap())[1][1].clone()
}

#[test]
fn only_a_percent_sign_that_multiplies_makes_a_percentage() {
    for (format, value, read) in [
        ("0.00%", "0.075", "<7.5%>"),
        ("General", "7.5", "<7.5>"),
        (r#"0.0"%""#, "7.5", "<7.5%>"),
        (r"0.0\%", "7.5", "<7.5%>"),
        (r"0.0\ \%", "7.5", "<7.5%>"),
        (r#"0" (100% = all)""#, "7.5", "<7.5>"),
        ("0_%", "7.5", "<7.5>"),
        ("0*%", "7.5", "<7.5>"),
        ("[$%-41E]0", "7.5", "<7.5>"),
        ("0%%", "7.5", "<7.5>"),
        (r#"0"%";0%"#, "7.5", "<7.5%>"),
        (r#"0"%";0%"#, "-0.075", "<-7.5%>"),
        ("0;0%;0", "7.5", "<7.5>"),
        ("0;0%;0", "-0.5", "<-50%>"),
        ("0%;0%;0", "0", "<0>"),
        (r#"0%;"%""#, "-7.5", "<-7.5>"),
        (r#"[>1]0" %";0%"#, "7.5", "<7.5%>"),
        (r#"[>1]0" %";0%"#, "0.075", "<7.5%>"),
        ("[Red][<=0.5]0%;0", "0.5", "<50%>"),
        ("[Red][<=0.5]0%;0", "0.6", "<0.6>"),
        ("[<1]0%;[<2]0", "3", "<3>"),
        ("[<1]0;[<2]0%;0;@", "1.5", "<150%>"),
        ("0%;-0%;0%;@", "0.5", "<50%>"),
        (r#"0%" of"#, "0.5", "<50%>"),
    ] {
        assert_eq!(formatted(format, value), read, "{format} {value}");
    }
}

#[test]
fn numbers_of_json_keep_all_their_digits() {
    let one = |number: &str| {
        let text = format!("[{{\"a\": \"x\", \"b\": {number}}}]");
        values(&read("a.json", text.as_bytes()).unwrap())[1][1].clone()
    };
    for (number, read) in [
        ("1234567890123.45", "<1234567890123.45>"),
        ("12345678901234.56", "<12345678901234.56>"),
        ("99999999999999999999", "<99999999999999999999>"),
        ("0.10000000000000000555", "<0.10000000000000000555>"),
        ("2.50", "<2.5>"),
        ("100.00", "<100>"),
        ("-0", "<0>"),
        ("-0.0", "<0>"),
        ("-12", "<-12>"),
        ("1.5e3", "<1500>"),
        ("1.25E+1", "<12.5>"),
        ("-125e-2", "<-1.25>"),
        ("1e-3", "<0.001>"),
        ("1e999999999999", "<1e999999999999>"),
    ] {
        assert_eq!(one(number), read, "{number}");
    }
    assert_eq!(read("a.json", b"[{\"a\": 01}]"), Err(SheetError::Syntax { line: 1, column: 9 }));
    assert_eq!(read("a.json", b"[{\"a\": \"\\ud800\"}]"), Err(SheetError::Broken));
    let text = values(&read("a.json", br#"[{"a": "\u0e01\n\"", "b": 1}]"#).unwrap());
    assert_eq!(text[1][0], "ก\n\"");
}

#[test]
fn numbers_of_sheets_are_not_rounded_to_other_amounts() {
    let one = |number: &str| {
        let text = |text: &str| MadeCell::Text(text.into());
        let rows =
            vec![vec![text("a"), text("b")], vec![text("x"), MadeCell::Number(number.into())]];
        values(&read("a.xlsx", &excel(&[("a", rows)], "")).unwrap())[1][1].clone()
    };
    for (number, read) in [
        ("0.30000000000000004", "<0.3>"),
        ("1234567890123.45", "<1234567890123.45>"),
        ("12345678901234.502", "<12345678901234.5>"),
        ("12345678901234.56", "<12345678901234.56>"),
        ("1234567890123456", "<1234567890123456>"),
        ("-12345678901234.56", "<-12345678901234.56>"),
    ] {
        assert_eq!(one(number), read, "{number}");
    }
}

#[test]
fn hidden_rows_and_columns_of_open_document_are_seen() {
    let row = |more: &str| {
        let cell = r#"<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="3"/>"#;
        format!("<table:table-row{more}>{cell}</table:table-row>")
    };
    let tables = format!(
        r#"<table:table table:name="a"><table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>{}{}{}{}</table:table>"#,
        row(""),
        row(r#" table:visibility="filter""#),
        row(r#" table:visibility="collapse" table:number-rows-repeated="2""#),
        row(""),
    );
    let sheet = read("a.ods", &open_document(&tables)).unwrap();
    assert_eq!(sheet.hidden.rows.into_iter().collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(sheet.hidden.columns.into_iter().collect::<Vec<_>>(), [1, 2]);
}
