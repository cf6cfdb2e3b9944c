//! Private numbers in what the program says: no excerpt of a source repeats one, wherever in markup its
//! digits are.

use proptest::prelude::*;

use crate::support::{NOW, Portal, SITE};

/// A number with a right check digit, which belongs to nobody.
const ID: &str = "1200100412340";
const GROUPS: [&str; 5] = ["1", "2001", "00412", "34", "0"];
const INDEX: &str = "content/news/list/index.md";

/// What commands say.
fn said(portal: &Portal) -> String {
    let mut said = String::new();
    for command in [
        "check --lang th",
        "check --fix",
        "check --format json",
        "check --format github",
        "build --keep-going --allow-empty",
        "status",
        "explain content/news/list/index.md",
        "report form content/news/list/index.md",
    ] {
        let run = portal.run(&format!("{command} --at {NOW}"));
        said += &format!("{}\n{}\n", run.stdout, run.stderr);
    }
    said
}

/// Whether a text has a row of these digits, in any script, with anything but digits between.
fn repeats(said: &str, digits: &str) -> bool {
    let digits: Vec<char> = digits.chars().collect();
    let shown = said.chars().filter_map(prakat::text::seen_digit);
    let shown: Vec<char> = shown.filter_map(|digit| char::from_digit(digit, 10)).collect();
    shown.windows(digits.len()).any(|window| window == digits)
}

/// Sources of an element, which contain the number in their tags.
fn elements() -> Vec<String> {
    let mut elements = Vec::new();
    for sign in [".", "·", "/", ":", "|", "~", ", ", " . ", "&#46;", "%2D", "&quot;", "&#x22;"] {
        let number = GROUPS.join(sign);
        elements.extend([
            format!("<text data-x=\"{number}\">ก</text>"),
            format!("<text data-x='{number}'>ก</text>"),
            format!("<!-- {number} --><text>ก</text>"),
            format!("<text>{number}</text>"),
            format!("<text data-x=\"a>{number}\">ก</text>"),
        ]);
    }
    let [a, b, c, d, e] = GROUPS;
    elements.extend([
        format!("<text data-a=\"{a}\" data-b=\"{b}\" data-c=\"{c}\" data-d=\"{d}\" data-e=\"{e}\">ก</text>"),
        "<text data-x=\"12001\" data-y=\"00412340\">ก</text>".to_owned(),
        "<text data-x=\"12001\"><tspan data-y=\"00412340\">ก</tspan></text>".to_owned(),
        "<text>12001<!-- ก -->00412<tspan>340</tspan></text>".to_owned(),
        "<text>12001<!-- 00412 --></text><!-- 340 -->".to_owned(),
        format!("<text id=\"x{a}\">{b}<!-- {c} -->{d}<tspan id=\"y{e}\"/></text>"),
        format!("<text class=\"n{}\">ก</text>", ID.replace("", " ").trim().replace(' ', " n")),
        "<text data-x=\"&#49;&#50;00100412340\">ก</text>".to_owned(),
    ]);
    elements
}

/// A drawing with a handler, so that a message quotes the line.
#[test]
fn lines_of_drawings_are_quoted_without_numbers() {
    for element in elements() {
        let handler = element.replacen("<text", "<text onclick=\"a()\"", 1);
        let drawing =
            format!("<svg xmlns=\"http://www.w3.org/2000/svg\">\n{handler}<script/>\n</svg>\n");
        let portal = Portal::new()
            .item_with(INDEX, "attachments: [{ file: a.svg }]", "")
            .file("content/news/list/a.svg", drawing);
        let said = said(&portal);
        assert!(said.contains("files/active"), "{element}: {said}");
        assert!(!repeats(&said, &ID[1..]), "{element}: {said}");
    }
}

/// The same in the body, with a link that leads nowhere.
#[test]
fn lines_of_bodies_are_quoted_without_numbers() {
    let site = format!("{SITE}\n[markdown]\nraw_html = \"allow\"\n");
    for element in elements() {
        let body = format!("<b>ก</b> {element} [ก](none.md) นํ้า");
        let portal = Portal::new().item(INDEX, &body).file("site.toml", &site);
        let said = said(&portal);
        assert!(said.contains("links/dead"), "{element}: {said}");
        assert!(!repeats(&said, &ID[1..]), "{element}: {said}");
    }
}

/// Words in brackets may be labels of links, or what readers see.
#[test]
fn brackets_hide_no_number() {
    for number in [
        "[1][2001][00412][34][0]",
        "[1](2001)[00412](34)0",
        "1[^2001]00412[^34]0",
        "[1]: 2001 00412 34 0",
    ] {
        let portal = Portal::new().item(INDEX, &format!("ก {number} [ก](none.md)"));
        let said = said(&portal);
        assert!(!repeats(&said, &ID[1..]), "{number}: {said}");
    }
}

#[test]
fn ordinary_lines_are_quoted_as_they_are() {
    for line in [
        "<rect x=\"120\" y=\"340\" width=\"1024\" height=\"768\" onclick=\"a()\"/>",
        "<path d=\"M 120 340 L 560 780 L 120 340 Z\" onclick=\"a()\"/>",
        "<text x=\"10\" y=\"20\" onclick=\"a()\">วันที่ 25 มิถุนายน 2569 เวลา 09.30 น. โทร 0 5600 0111</text>",
        "<g transform=\"matrix(1.5 0 0 1.5 120.25 340.75)\" onclick=\"a()\"/>",
    ] {
        let drawing = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">\n{line}\n</svg>\n");
        let portal = Portal::new()
            .item_with(INDEX, "attachments: [{ file: a.svg }]", "")
            .file("content/news/list/a.svg", drawing);
        let said = portal.run(&format!("check --at {NOW}")).stderr;
        assert!(said.contains(line), "{line}: {said}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Anything of markup between the digits of a number, and around it.
    #[test]
    fn a_thorough_excerpt_never_repeats_a_number(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "", "", "", "", "\" y=\"", "<b>", "</b>", "<!-- ", " -->", "<a x=\"", "\"/>", ">", "<", "&quot;", ".", "%2D",
            "](", ")", "[", "][", "]", "[^", " ก ", "a", "\\", "&nbsp;",
        ]), 14),
    ) {
        let checker = prakat::privacy::Checker::everything();
        let line: String = ID.chars().map(String::from).zip(&pieces).map(|(c, piece)| format!("{c}{piece}")).collect();
        let line = format!("{}{line}", pieces[13]);
        let masked = checker.masked(&line, prakat::privacy::Masking::Thorough);
        prop_assert_eq!(masked.chars().count(), line.chars().count());
        prop_assert!(!repeats(&masked, &ID[1..]), "{} {}", line, masked);
    }
}
