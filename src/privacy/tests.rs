//! Tests of the finder as a whole.

use proptest::prelude::*;

use super::rules::{COUNTRIES, Country};
use super::{Checker, Context, Masking, PrivateNumber};
use crate::text::{FEWEST, FEWEST_PRINTED, digit_value};

fn thai() -> Checker {
    Checker::new(["th"].into_iter(), "โทร 0 5600 0111, 081-999-9999")
}

/// Returns what is found in a line, as words: `national-id error`.
fn found(line: &str) -> Vec<String> {
    found_under(line, "")
}

fn found_under(line: &str, heading: &str) -> Vec<String> {
    let (near, heading) = (line.to_owned(), heading.to_owned());
    let context =
        |_| Context { near: near.clone(), heading: heading.clone(), ..Context::default() };
    let checker = thai();
    let found = checker.find(line, "", context);
    let word = |found: &PrivateNumber| {
        let code = found.code.as_str().trim_start_matches("privacy/");
        format!("{code} {}", found.severity.as_str())
    };
    found.iter().map(word).collect()
}

#[test]
fn numbers_behind_an_address_are_found() {
    for address in [
        "https://a.go.th",
        "https://a.go.th/news",
        "www.a.go.th",
        "https://a.go.th/ข่าว",
        "https://ไทย.ไทย",
    ] {
        for between in ["", " ", "หรือ", "\u{200B}", "—"] {
            let line = format!("ดูที่{address}{between}โทรศัพท์มือถือ0812345678");
            assert_eq!(found(&line), ["phone warning"], "{line}");
            let line = format!("ดูที่{address}{between}เลขบัญชีธนาคาร1234567890");
            assert_eq!(found(&line), ["bank-account warning"], "{line}");
        }
        let line = format!("โทรศัพท์มือถือ {address}/0812345678");
        assert!(found(&line).is_empty(), "{line}");
    }
}

#[test]
fn every_country_can_be_read() {
    assert!(!Checker::everything().is_idle());
    for (_, text) in COUNTRIES {
        let country: Country = toml::from_str(text).unwrap();
        for (rule, form) in
            country.rules.iter().flat_map(|rule| rule.forms.iter().map(move |form| (rule, form)))
        {
            assert!(form.digits >= FEWEST, "{form:?}");
            assert!(form.digits >= FEWEST_PRINTED || rule.checksum.is_none(), "{form:?}");
            for grouping in &form.groupings {
                let digits = grouping.split('-').map(|n| n.parse::<usize>().unwrap());
                assert_eq!(digits.sum::<usize>(), form.digits, "{grouping}");
            }
        }
    }
}

// 1200100412340 and 0105559999996 have valid check digits and belong to nobody.
#[test]
fn numbers_are_found_in_every_dressing() {
    let id = ["national-id error"];
    for line in [
        "เลขประจำตัวประชาชน 1-2001-00412-34-0",
        "บัตร ปชช. ๑๒๐๐๑๐๐๔๑๒๓๔๐",
        "บัตรประชาชนเลขที่ 1 2001 00412 34 0",
        "เลขประจ\u{E4D}าตัวประชาชน 1\u{A0}2001\u{A0}00412\u{A0}34\u{A0}0",
        "ID card: 1\u{200B}2001\u{200B}00412340",
        "เลข 13 หลัก 1 2 0 0 1 0 0 4 1 2 3 4 0",
        r"เลขประชาชน 1\-2001\-00412\-34\-0",
        "บัตรประชาชน 1_2001_00412_34_0",
        "id_card_1200100412340",
        "บัตรประชาชน_1200100412340_0812345678",
        "เลขประชาชน 1&nbsp;2001&nbsp;00412&nbsp;34&nbsp;0",
        "เลขประจำตัวผู้เสียภาษี 12001 00412340 081-234-5678x",
    ] {
        assert_eq!(found(line)[..1], id, "{line}");
    }
    let phone = ["phone warning"];
    for line in [
        "0812345678",
        "081-234-5678",
        "(081) 234-5678",
        "๐๘๑-๒๓๔๕๖๗๘",
        "06 1234 5678",
        "+66812345678",
        "+66 (0)81 234 5678",
        "0066-81-234-5678",
        "โทร 812345678",
        "tel:+66812345678",
        "มือถือ 08 123 45 678",
    ] {
        assert_eq!(found(line), phone, "{line}");
    }
    for line in ["เลขที่บัญชี 1234567890", "123-4-56789-0", "พร้อมเพย์ 020-1-2345678-9 ธ.ก.ส."]
    {
        assert_eq!(found(line)[..1], ["bank-account warning"], "{line}");
    }
}

#[test]
fn what_is_not_certain_is_a_warning() {
    assert_eq!(found("1200100412340"), ["national-id warning"]);
    assert_eq!(found("รหัส 1200100412340 ลำดับ"), ["national-id warning"]);
    assert_eq!(found("เลขประจำตัวประชาชน 0105559999996"), ["national-id warning"]);
    assert_eq!(found("0105559999996"), ["national-id warning"]);
}

#[test]
fn other_numbers_are_left_alone() {
    for line in [
        "เลขประจำตัวประชาชน 1200100412349",
        "เลขประจำตัวประชาชน 12001004123401",
        "บาร์โค้ด 8850006325155",
        "EAN-13: 8850006325155",
        "timestamp 1422000540001",
        "{\"createdAt\": 1422000540001, \"x\": 1}",
        "https://example.go.th/posts/1200100412340",
        "ภาพ 1200100412340.jpg ภาพ 0812345678_n.png",
        "ธนาคาร https://example.go.th/posts/123456789012345",
        "ธนาคาร โทร. 0 2208 4174-8",
        "ธนาคาร โทรศัพท์หมายเลข 1234567890, 1234567891",
        "บริษัท ก จำกัด เลขประจำตัวผู้เสียภาษี 0105559999996",
        "โทรศัพท์ 0 5600 0111 ต่อ 112",
        "โทร. 0-2345-6789",
        "โทร 081 999 9999",
        "สายด่วน 081-234-5678",
        "เลขที่โครงการ 68089012345",
        "1234567890",
        "วันที่ 08-12-2569 10:30",
        "เวลา 08.30–16.30 น. วันที่ 25 มิถุนายน 2569",
        "งบประมาณ 12,000,100,412,340 บาท",
        "2569 2570 2571 2572 2573 2574",
        "seal: 7b647b695caef006f02d11a93e2a1200100412340a273037e0a81acb553f0800917383535",
    ] {
        assert_eq!(found(line), [""; 0], "{line}");
    }
    assert_eq!(found_under("081-234-5678", "## ช่องทางการติดต่อ"), [""; 0]);
    assert_eq!(found_under("081-234-5678", "## รายชื่อผู้สมัคร"), ["phone warning"]);
}

#[test]
fn copies_of_papers_are_known_by_their_names() {
    let checker = thai();
    assert!(checker.names_document("สำเนาบัตรประจำตัวประชาชน นาย ก.pdf"));
    assert!(checker.names_document("สำเนา ทะเบียนบ้าน.jpg"));
    assert!(!checker.names_document("แบบคำขอมีบัตรประจำตัวประชาชน.pdf"));
}

/// Long runs of digits, and texts full of numbers. A quadratic algorithm would take minutes.
#[test]
fn many_digits_are_read_in_time() {
    let checker = thai();
    for unit in ["1 2 3 ", "0812345678 ", "1-2001-00412-34-0 ", "1234567890, "] {
        let text = unit.repeat(60_000 / unit.len());
        let found = checker.find(&text, &text, |_| Context::default());
        let masked = checker.masked(&text, Masking::Plain);
        assert!(found.len() < text.len() && masked.len() == text.len(), "{unit}");
    }
}

/// A long row is read in pieces: a number counts wherever it is, and once.
#[test]
fn a_number_in_a_long_row_is_found_once() {
    let checker = thai();
    for before in 480..600 {
        let row = format!("{}1-2001-00412-34-0{}", "9 ".repeat(before), " 9".repeat(before));
        let found = checker.find(&row, "", |_| Context::default());
        let ids = found.iter().filter(|found| found.number == "1200100412340");
        assert_eq!(ids.count(), 1, "{before}");
    }
}

/// Generates a number with a valid check digit.
fn valid_id() -> impl Strategy<Value = String> {
    ("[1-8][0-9]{11}").prop_map(|digits| {
        let sum: u32 =
            (2..=13).rev().zip(digits.bytes()).map(|(w, d)| w * u32::from(d - b'0')).sum();
        format!("{digits}{}", (11 - sum % 11) % 10)
    })
}

/// Inserts random separators into a number, in Thai or Arabic digits.
fn dressed(id: &str, thai: bool, gaps: &[usize]) -> String {
    const GAPS: [&str; 9] = ["", "", "-", " ", "\u{A0}", "\u{200B}", " - ", "\u{2011}", "_"];
    let mut out = String::new();
    for (n, c) in id.chars().enumerate() {
        if n > 0 {
            out.push_str(GAPS[gaps[n - 1]]);
        }
        let thai_digit = || c.to_digit(10).and_then(|d| char::from_u32(0x0E50 + d));
        out.push(if thai { thai_digit().unwrap() } else { c });
    }
    out
}

/// Returns the digits of a text, in Arabic.
fn digits_of(text: &str) -> String {
    text.chars().filter_map(digit_value).filter_map(|d| char::from_digit(d, 10)).collect()
}

proptest! {
    #[test]
    fn a_right_number_is_found_and_hidden(
        id in valid_id(), thai_digits: bool, gaps in prop::collection::vec(0..9_usize, 12),
    ) {
        let written = dressed(&id, thai_digits, &gaps);
        let line = format!("เลขประจำตัวประชาชน {written} ของนาย ก");
        prop_assert_eq!(found(&line), ["national-id error"], "{}", line);
        prop_assert_eq!(found(&written), ["national-id warning"], "{}", written);
        let masked = Checker::everything().masked(&line, Masking::Plain).into_owned();
        prop_assert_eq!(masked.chars().count(), line.chars().count());
        prop_assert_eq!(digits_of(&masked), &id[..1]);
    }

    #[test]
    fn a_wrong_check_digit_is_no_number(
        id in valid_id(), by in 1..10_u32, gaps in prop::collection::vec(0..9_usize, 12),
    ) {
        let last = id[12..].parse::<u32>().unwrap();
        let wrong = format!("{}{}", &id[..12], (last + by) % 10);
        let line = format!("เลขประจำตัวประชาชน {}", dressed(&wrong, false, &gaps));
        prop_assert!(!found(&line).iter().any(|told| told.starts_with("national-id")), "{line}");
    }

    /// Masked text contains no number that the checker finds, whatever the words.
    #[test]
    fn what_is_found_is_hidden(text in "[0-9๐-๙]{0,4}[0689๐][0-9๐-๙ -]{8,24}") {
        let near = "เลขประชาชน เลขที่บัญชี โทร";
        let checker = Checker::everything();
        let masked = checker.masked(&text, Masking::Thorough);
        let context = |_| Context { near: near.to_owned(), ..Context::default() };
        for found in checker.find(&text, "", context) {
            let shown = |text: &str| text.chars().filter(|c| digit_value(*c).is_some()).count();
            let places = text[..found.range.start].chars().count();
            let width = text[found.range].chars().count();
            let hidden: String = masked.chars().skip(places).take(width).collect();
            prop_assert!(shown(&hidden) <= 2, "{text} {masked}");
        }
    }
}
