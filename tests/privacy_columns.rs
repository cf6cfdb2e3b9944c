//! Numbers of other kinds that have as many digits as private ones: times, numbers of goods, digits in
//! addresses. Their key, their header or the words before them tell them apart.

use proptest::prelude::*;

use crate::privacy::{found, with_file};
use crate::support::Portal;

/// Numbers with a right check digit, which belong to nobody. The last ones are times as well, or
/// numbers of goods.
const ID: &str = "1200100412340";
const TIMES: [&str; 6] = [
    "1422000540001",
    "1422000540079",
    "1422000540141",
    "1422000540214",
    "1422000540281",
    "1422000540354",
];
const GOODS: [&str; 6] = [
    "8850006325155",
    "8850006325261",
    "8850006325384",
    "8850006325414",
    "8850006325490",
    "8850006325520",
];

/// What is found in a body.
fn in_body(body: &str) -> Vec<String> {
    found(&Portal::new().item("content/news/a.md", body))
}

/// What is found in a file.
fn in_file(name: &str, text: &str) -> Vec<String> {
    found(&with_file(name, text))
}

fn column(header: &str, cells: &[&str]) -> String {
    let rows: Vec<String> = cells.iter().map(|cell| format!("ก,{cell}\n")).collect();
    format!("ชื่อ,{header}\n{}", rows.concat())
}

#[test]
fn a_header_tells_what_a_column_has() {
    for header in ["timestamp", "createdAt", "Time", "updated_at", "เวลา", "ประทับเวลา (ms)"]
    {
        assert_eq!(in_file("a.csv", &column(header, &TIMES)), [""; 0], "{header}");
        assert_eq!(in_file("a.csv", &column(header, &[ID])).len(), 1, "{header}");
    }
    for header in ["บาร์โค้ด", "EANCode", "gtin", "ISBN", "รหัสสินค้า", "barcode_13"]
    {
        assert_eq!(in_file("a.csv", &column(header, &GOODS)), [""; 0], "{header}");
        assert_eq!(in_file("a.csv", &column(header, &TIMES)).len(), 1, "{header}");
    }
    for header in
        ["เลขประจำตัวประชาชน", "national_id", "nationalId", "pid", "citizen", "no", "", "pid / time"]
    {
        assert_eq!(in_file("a.csv", &column(header, &TIMES)).len(), 1, "{header}");
        assert_eq!(in_file("a.csv", &column(header, &GOODS)).len(), 1, "{header}");
    }
}

#[test]
fn a_column_needs_others_of_the_form() {
    let report = |cells: &[&str]| in_file("a.csv", &column("timestamp", cells));
    assert_eq!(report(&TIMES[..4]), ["warning privacy/national-id a.csv"]);
    assert_eq!(report(&TIMES[..5]), [""; 0]);
    // A number without the form is told whatever the others are.
    let mut cells = TIMES.to_vec();
    cells.push("5102000540007");
    assert_eq!(report(&cells), ["warning privacy/national-id a.csv"]);
    let all = column("timestamp", &TIMES[..4]);
    let portal = with_file("a.csv", all);
    let report = crate::privacy::advice(&portal);
    assert!(report.contains("found here: 4") && report.contains("first in cell B2"), "{report}");
}

#[test]
fn tables_in_a_text_are_read_like_those_of_files() {
    let table = |header: &str, cells: &[&str]| {
        let rows: Vec<String> = cells.iter().map(|cell| format!("| ก | {cell} |\n")).collect();
        in_body(&format!("| ชื่อ | {header} |\n| --- | --- |\n{}", rows.concat()))
    };
    assert_eq!(table("บาร์โค้ด", &GOODS), [""; 0]);
    assert_eq!(table("บาร์โค้ด", &GOODS[..4]), ["warning privacy/national-id a.md"]);
    assert_eq!(table("timestamp", &TIMES), [""; 0]);
    assert_eq!(table("เลขประจำตัวประชาชน", &GOODS), ["error privacy/national-id a.md"]);
    // Two columns: what the number is, and the number.
    assert_eq!(in_body(&format!("| ก | ข |\n| --- | --- |\n| บาร์โค้ด | {} |\n", GOODS[0])), [""; 0]);
    assert_eq!(in_file("a.csv", &format!("ก,ข\nบาร์โค้ด,{}\n", GOODS[0])), [""; 0]);
}

#[test]
fn another_key_hides_nothing() {
    let time = TIMES[0];
    for text in [
        format!("{{\"timestamp\": {time}, \"x\": {ID}}}"),
        format!("{{\"timestamp\": {time}, \"x\": \"{ID}\"}}"),
        format!("{{\"x\": {ID}, \"timestamp\": {time}}}"),
        format!("{{\"timestamp\": \"\", \"x\": {ID}}}"),
        format!("{{\"timestamp\": {{\"{ID}\": 1}}}}"),
        format!("[{{\"timestamp\": 1}}, {ID}]"),
        format!("{{\n  \"timestamp\": {time},\n  \"x\": {ID}\n}}"),
        format!("{{\n  \"timestamp\": [\n    1\n  ],\n  \"x\": [\n    {ID}\n  ]\n}}"),
    ] {
        assert_eq!(in_file("a.json", &text), ["warning privacy/national-id a.json"], "{text}");
    }
    for text in [
        format!("timestamp: {time}, x: {ID}"),
        format!("timestamp={time}&x={ID}"),
        format!("บาร์โค้ด {}, ข {ID}", GOODS[0]),
        format!("pid,timestamp\n{ID},{time}"),
    ] {
        assert_eq!(in_file("a.txt", &text), ["warning privacy/national-id a.txt"], "{text}");
        assert_eq!(in_body(&text), ["warning privacy/national-id a.md"], "{text}");
    }
}

#[test]
fn keys_of_data_tell_what_their_values_are() {
    let list = TIMES.join(",\n    ");
    for text in [
        format!("{{\"timestamp\": {}}}", TIMES[0]),
        format!("{{\"national_id\": \"-\", \"createdAt\": \"{}\"}}", TIMES[0]),
        format!("[{{\"time\": {}}}, {{\"time\": {}}}]", TIMES[0], TIMES[1]),
        format!("{{\"timestamps\": 0, \"timestamp\": [{}]}}", TIMES.join(", ")),
        format!("{{\n  \"timestamp\": [\n    {list}\n  ]\n}}"),
        format!("{{\"ean\": \"{}\"}}", GOODS[0]),
    ] {
        assert_eq!(in_file("a.json", &text), [""; 0], "{text}");
    }
    for text in [
        format!("{{\"pid\": {}}}", TIMES[0]),
        format!("{{\"timestamp\": [{}, {}]}}", TIMES[0], TIMES[1]),
        format!("{{\n  \"timestamp\": [\n    {}\n  ]\n}}", TIMES[0]),
        format!("{{\"x\": [\n    {list}\n  ]\n}}"),
        format!("{{\"ean\": \"{}\"}}", TIMES[0]),
        format!("{{\"time\": \"{}\"}}", GOODS[0]),
    ] {
        assert_eq!(in_file("a.json", &text).len(), 1, "{text}");
    }
}

#[test]
fn digits_in_addresses_and_names_of_files_need_a_label() {
    for text in [
        format!("https://example.go.th/posts/{ID}"),
        format!("[ก](https://example.go.th/?id={ID})"),
        "ธนาคาร https://example.go.th/posts/123456789012345".to_owned(),
        "ธนาคาร https://example.go.th/posts/1234567890/0812345678".to_owned(),
        format!("แฟ้ม {ID}.pdf และ photo_{ID}_n.jpg"),
    ] {
        assert_eq!(in_body(&text), [""; 0], "{text}");
    }
    for text in [
        format!("https://example.go.th/?national_id={ID}"),
        format!("[เลขประจำตัวประชาชน](https://example.go.th/{ID})"),
        format!("บัตรประชาชน {ID}.pdf"),
    ] {
        assert_eq!(in_body(&text), ["error privacy/national-id a.md"], "{text}");
    }
    for text in [
        "https://example.go.th/1-2001-00412-34-0".to_owned(),
        format!("https://example.go.th/?pid={ID}"),
        "โทร [โทร](tel:0812345678)".to_owned(),
    ] {
        assert_eq!(in_body(&text).len(), 1, "{text}");
    }
    let name = format!("{ID}.txt");
    assert_eq!(in_file(&name, "ก"), [""; 0]);
    assert!(!in_file(&format!("บัตรประชาชน-{ID}.txt"), "ก").is_empty());
}

#[test]
fn a_number_right_behind_a_telephones_word_is_no_account() {
    for text in [
        "ธนาคารออมสิน โทร. 0 2208 4174-8",
        "ธนาคารออมสิน โทรศัพท์ 0 2208 4174-8, 0 2208 4180-1 โทรสาร 0 2208 4174-9",
        "สอบถามธนาคาร Tel: 0220841748",
    ] {
        assert_eq!(in_body(text), [""; 0], "{text}");
    }
    for text in [
        "โทร. 0 2208 4174 เลขที่บัญชี 1234567890",
        "โทร. 0 2208 4174 ธนาคารออมสิน 1234567890",
        "โทรแจ้งเลขที่บัญชี 1234567890",
        "แจ้งทางโทรศัพท์แล้วโอนเข้าธนาคารที่บัญชีนี้ 1234567890",
    ] {
        assert_eq!(in_body(text), ["warning privacy/bank-account a.md"], "{text}");
    }
}

/// Generates a number with a right check digit.
fn valid_id() -> impl Strategy<Value = String> {
    "[1-8][0-9]{11}".prop_map(|digits| {
        let weighted = (2..=13).rev().zip(digits.bytes()).map(|(w, d)| w * u32::from(d - b'0'));
        format!("{digits}{}", (11 - weighted.sum::<u32>() % 11) % 10)
    })
}

/// What may stand around a number. The last words of persons are always the nearest.
const AROUND: [&str; 14] = [
    "timestamp",
    "บาร์โค้ด",
    "ean:",
    "1422000540001",
    "8850006325155",
    "https://example.go.th/1",
    "a.jpg",
    "โทร.",
    "บริษัท ก จำกัด",
    ",",
    "|",
    "{\"time\":",
    "}",
    "เลขที่สัญญา",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// A number with a right check digit under a person's label is found, whatever is around.
    #[test]
    fn a_number_under_a_persons_label_is_found(
        id in valid_id(),
        before in prop::collection::vec(prop::sample::select(&AROUND[..]), 0..5),
        after in prop::collection::vec(prop::sample::select(&AROUND[..]), 0..5),
        label in prop::sample::select(vec!["เลขประจำตัวประชาชน", "national_id:", "pid=", "citizen id "]),
    ) {
        let line = format!("{} {label} {id} {}", before.join(" "), after.join(" "));
        prop_assert!(in_body(&line).iter().any(|f| f.contains("national-id")), "{line}");
        prop_assert!(in_file("a.txt", &line).iter().any(|f| f.contains("national-id")), "{line}");
        let label = label.trim_end_matches([':', '=', ' ']);
        let json = format!("{{\"timestamp\": 1422000540001, \"{label}\": \"{id}\", \"ean\": 1}}");
        prop_assert!(in_file("a.json", &json).iter().any(|f| f.contains("national-id")), "{json}");
        let csv = format!("timestamp,{label},barcode\n1422000540001,{id},8850006325155\n");
        prop_assert!(in_file("a.csv", &csv).iter().any(|f| f.contains("national-id")), "{csv}");
    }
}
