//! Private numbers as readers see them: however a number is written, where it is read whole it is
//! found, and no report repeats it.

use proptest::prelude::*;

use crate::support::{NOW, Portal, SITE};

/// A number with a right check digit, which belongs to nobody.
const ID: &str = "1200100412340";
const PATH: &str = "content/news/a.md";

/// Severity, code and line of what `check` finds.
fn found(portal: &Portal) -> Vec<String> {
    let json = portal.run(&format!("check --format json --at {NOW}")).json();
    let all = json["diagnostics"].as_array().unwrap().iter();
    let private = all.filter(|d| d["code"].as_str().unwrap().starts_with("privacy/"));
    private
        .map(|d| {
            let code = d["code"].as_str().unwrap().trim_start_matches("privacy/");
            format!("{} {code} {}", d["severity"].as_str().unwrap(), d["line"])
        })
        .collect()
}

fn in_body(body: &str) -> Vec<String> {
    found(&Portal::new().item(PATH, body))
}

/// What commands say.
fn report(portal: &Portal, path: &str) -> String {
    let mut report = String::new();
    for command in [
        "check --fix",
        "check --format json",
        "build --keep-going --allow-empty --format github",
        &format!("explain {path}"),
        &format!("report form {path}"),
    ] {
        let run = portal.run(&format!("{command} --at {NOW}"));
        report += &format!("{}\n{}\n", run.stdout, run.stderr);
    }
    let run = portal.run(&format!("approve {path} --as mayor --on 2569-06-20"));
    report + &run.stdout + &run.stderr
}

/// Whether a text has a row of these digits, in any script, with anything but digits between.
fn repeats(report: &str, digits: &str) -> bool {
    let digits: Vec<char> = digits.chars().collect();
    let shown = report.chars().filter_map(prakat::text::seen_digit);
    let shown: Vec<char> = shown.filter_map(|digit| char::from_digit(digit, 10)).collect();
    shown.windows(digits.len()).any(|window| window == digits)
}

/// What Markdown, HTML and browsers take away between the digits.
const BODIES: [&str; 48] = [
    "[1][2001][00412][34][0]",
    "`[1][2001][00412][34][0]`",
    "[1][a][2001][a][00412][a][34][a][0][a]\n\n[a]: https://example.com/",
    "1 < 2001 < 00412 < 34 < 0",
    "1%2001%00412%34%0",
    "&lt;1&gt;&lt;2001&gt;&lt;00412&gt;&lt;34&gt;&lt;0&gt;",
    "1.2.0.0.1.0.0.4.1.2.3.4.0",
    "1, 2, 0, 0, 1, 0, 0, 4, 1, 2, 3, 4, 0",
    "1&ndash;2001&ndash;00412&ndash;34&ndash;0",
    "1&#8211;2001&#x2013;00412&#8211;34&#8211;0",
    "&#49;200100412340",
    "&#x31;&#x32;00100412340",
    "**1**200100412340",
    "1*2001*00412**34**0",
    "~~1~~2001~~00412~~340",
    "12001[00412](https://example.com/a-1)340",
    "12001[00412](<https://example.com/x y> \"ก 5\")340",
    "12001[00412][a]340\n\n[a]: https://example.com/",
    "12001<!-- 7 -->00412340",
    "12001[^1]00412340\n\n[^1]: หมายเหตุ",
    "1\\-2001\\-00412\\-34\\-0",
    "1\\_2001\\_00412\\_34\\_0",
    "1_2001_00412_34_0",
    "1.2001.00412.34.0",
    "1/2001/00412/34/0",
    "1·2001·00412·34·0",
    "1 • 2001 • 00412 • 34 • 0",
    "1-2001\n00412-34-0",
    "1-2001-\n00412-34-0",
    "1  –  2001  –  00412  –  34  –  0",
    "1&nbsp;&nbsp;–&nbsp;&nbsp;2001&nbsp;&nbsp;–&nbsp;&nbsp;00412 34 0",
    "1\u{200E}2001\u{200F}00412\u{2063}34\u{FE0F}0",
    "1\u{3000}2001\u{3000}00412\u{3000}34\u{3000}0",
    "1\u{2043}2001\u{FF0D}00412\u{FE63}34\u{2212}0",
    "1๒๐๐1๐๐๔12๓4๐",
    "１２００１００４１２３４０",
    "¹²⁰⁰¹⁰⁰⁴¹²³⁴⁰",
    "₁₂₀₀₁₀₀₄₁₂₃₄₀",
    "①②⓪⓪①⓪⓪④①②③④⓪",
    "𝟏𝟐𝟎𝟎𝟏𝟎𝟎𝟒𝟏𝟐𝟑𝟒𝟎",
    "໑໒໐໐໑໐໐໔໑໒໓໔໐",
    "`1-2001` `00412-34-0`",
    "| 1 | 2001 | 00412 | 34 | 0 |\n| --- | --- | --- | --- | --- |\n| ก | ข | ค | ง | จ |",
    "| ก | ก | ก | ก | ก |\n| --- | --- | --- | --- | --- |\n| 1 | 2001 | 00412 | 34 | 0 |",
    "![1&ndash;2001&ndash;00412 34 0](https://example.com/)",
    "[ก](https://example.com/ \"1&ndash;2001&ndash;00412 34 0\")",
    "# 1&ndash;2001&ndash;00412&ndash;34&ndash;0",
    "- 1&ndash;2001&ndash;00412&ndash;34&ndash;0",
];

#[test]
fn numbers_that_readers_see_are_found_in_the_body_and_never_repeated() {
    let mut wrong = Vec::new();
    for body in BODIES {
        let portal = Portal::new().item(PATH, &format!("ประกาศ\n\n{body}"));
        let seen = found(&portal);
        let one = |line: &String| line.starts_with("warning national-id ");
        let line = |line: &String| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap();
        let is_found = seen.len() == 1 && seen.iter().all(one);
        if !is_found || !(9..=12).contains(&line(&seen[0])) {
            wrong.push(format!("{body}: {seen:?}"));
        }
        if repeats(&report(&portal, PATH), &ID[1..]) {
            wrong.push(format!("{body}: repeated"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    // Thirteen boxes, and a number in words that markup parts.
    let boxes: Vec<String> = ID.chars().map(String::from).collect();
    let table = format!("|{}\n|{}\n", "ก|".repeat(13), "---|".repeat(13));
    assert_eq!(in_body(&format!("{table}|{}|", boxes.join("|"))), ["warning national-id 9"]);
    let near = format!("เลขประจำ**ตัว**ประชาชน {ID}");
    assert_eq!(in_body(&near), ["error national-id 7"]);
}

#[test]
fn html_that_is_allowed_hides_nothing() {
    let site = format!("{SITE}\n[markdown]\nraw_html = \"allow\"\n");
    for body in [
        "12001<wbr>00412<wbr>340",
        "12001<span>00412</span>340",
        "<span>12001</span><b>00412</b>340",
        "<sup>12001</sup>00412340",
        "<p title=\"1&ndash;2001&ndash;00412&ndash;34&ndash;0\">ก</p>",
        "<table><tr><td>1</td><td>2001</td><td>00412</td><td>34</td><td>0</td></tr></table>",
    ] {
        let portal = Portal::new().item(PATH, body).file("site.toml", &site);
        let seen = found(&portal);
        assert!(seen.len() == 1 && seen[0].starts_with("warning national-id"), "{body}: {seen:?}");
    }
}

#[test]
fn values_of_the_front_matter_are_looked_at_as_they_are_read() {
    let mut wrong = Vec::new();
    for line in [
        r#"title: "\x31200100412340""#,
        r#"title: "\u0031200100412340""#,
        r#"summary: "1-2001-\
  00412-34-0""#,
        "summary: >-\n  1-2001\n  00412-34-0",
        "summary: 1-2001\n  00412-34-0",
        "summary: |\n  1-2001\n  00412-34-0",
        "title: 1  –  2001  –  00412  –  34  –  0",
        "document_number: 1200100412340",
        "document_number: 1_2001_00412_34_0",
        "document_number: 1:2001:00412:34:0",
        "tags: [\"\\x31200100412340\"]",
        "unit: \"\\x31200100412340\"",
        "kind: \"\\x31200100412340\"",
        "extra: { a: { b: [{ c: \"\\x31200100412340\" }] } }",
        "extra: { a: 0x1176B8F0BB4 }",
        "extra: { a: 0o21355343605664 }",
        "extra: { a: 1.20010041234e12 }",
        "extra: { a: 1200100412340.0 }",
        "extra: { a: 1_200_100_412_340 }",
        "extra: { \"\\x31200100412340\": a }",
        "changes: [{ on: 2569-06-20, note: \"\\x31200100412340\" }]",
        "aliases: [\"/\\x31200100412340/\"]",
        "title: １２００１００４１２３４０",
        "title: \"<1><2001><00412><34><0>\"",
        "title: \"[1][2001][00412][34][0]\"",
        "aliases: [/1.2001.00412.34.0/]",
        "aliases: [/1~2001~00412~34~0/]",
        "slug: 1.2001.00412.34.0",
        "slug: 1~2001~00412~34~0",
        "slug: ๑.๒๐๐๑.๐๐๔๑๒.๓๔.๐",
        "slug: \"\\x31200100412340\"",
    ] {
        let portal = Portal::new().item_with(PATH, line, "ก");
        let seen = found(&portal);
        if seen.len() != 1 || !seen[0].starts_with("warning national-id") {
            wrong.push(format!("{line}: {seen:?}"));
        }
        if repeats(&report(&portal, PATH), &ID[1..]) {
            wrong.push(format!("{line}: repeated"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    // What is on no page is not looked at.
    let waiver =
        "waive: [{ rule: privacy/phone, where: body, reason: \"\\x31200100412340\", by: mayor }]";
    let seen = found(&Portal::new().item_with(PATH, waiver, "ก"));
    assert_eq!(seen, ["warning waiver-void 6"]);
}

/// Signs between the groups of a number, in addresses and names.
const NAMES: [&str; 9] = [
    "1.2001.00412.34.0",
    "1_2001_00412_34_0",
    "1~2001~00412~34~0",
    "1+2001+00412+34+0",
    "1%2D2001%2D00412%2D34%2D0",
    "1%2D2001.00412~34_0",
    "%31%32%30%30%31%30%30%34%31%32%33%34%30",
    "%E0%B9%91%E0%B9%92%E0%B9%90%E0%B9%90%E0%B9%91%E0%B9%90%E0%B9%90%E0%B9%94%E0%B9%91%E0%B9%92%E0%B9%93%E0%B9%94%E0%B9%90",
    "1.2.0.0.1.0.0.4.1.2.3.4.0",
];

#[test]
fn addresses_are_examined_as_readers_see_them() {
    let index = "content/news/a/index.md";
    for name in NAMES {
        let mut portals = vec![
            Portal::new()
                .item_with(
                    index,
                    &format!("attachments: [{{ file: \"{name}.txt\", title: ข }}]"),
                    "ก",
                )
                .file(&format!("content/news/a/{name}.txt"), "ก"),
            Portal::new()
                .item(index, &format!("[ก](<{}.txt>)", name.replace('%', "%25")))
                .file(&format!("content/news/a/{name}.txt"), "ก"),
        ];
        for link in [
            "https://example.com/NAME",
            "https://example.com/?a=NAME&b=c",
            "mailto:NAME@example.com",
        ] {
            let link = link.replace("NAME", name);
            portals.push(Portal::new().item(PATH, &format!("[ก]({link})")));
            portals.push(Portal::new().item(PATH, &format!("[ก]\n\n[ก]: <{link}>")));
            portals.push(Portal::new().item(PATH, &format!("<{link}>")));
        }
        // An encoded sign is not allowed in the address of an item.
        if !name.contains('%') {
            portals.push(Portal::new().item_with(
                &format!("content/news/{name}.md"),
                "title: ก",
                "ก",
            ));
            portals.push(Portal::new().item_with(
                &format!("content/news/{name}/index.md"),
                "title: ก",
                "ก",
            ));
        }
        for (n, portal) in portals.iter().enumerate() {
            let seen = found(portal);
            assert!(!seen.is_empty(), "{name} {n}");
            assert!(
                seen.iter().all(|line| line.starts_with("warning national-id")),
                "{name} {n}: {seen:?}"
            );
            let said = report(portal, if n < 2 { index } else { PATH });
            assert!(!repeats(&said, &ID[1..]), "{name} {n}: {said}");
        }
    }
}

#[test]
fn ordinary_addresses_are_none() {
    for name in [
        "2569.06.25",
        "แผน-2566-2570",
        "v1.2.3.4",
        "120.01.004.12340",
        "๒๕๖๙-๐๖-๒๕",
        "10.0.0.1-8080-2569",
    ] {
        let portal = Portal::new().item_with(
            &format!("content/news/{name}.md"),
            "title: ก",
            &format!("[ก](https://example.com/{name}?a=12001.00412340)"),
        );
        assert_eq!(found(&portal), [""; 0], "{name}");
    }
}

/// The number of the row has a header of its own; the boxes have none.
#[test]
fn boxes_after_the_number_of_the_row_are_one_number() {
    let boxes: Vec<String> = ID.chars().map(String::from).collect();
    let table = |head: &str| format!("|{head}\n|{}\n|7|{}|", "---|".repeat(14), boxes.join("|"));
    assert_eq!(in_body(&table(&format!("ที่|{}", " |".repeat(13)))), ["warning national-id 9"]);
    let points: Vec<String> = (1..=14).map(|n| format!("ข้อ {n}|")).collect();
    assert_eq!(in_body(&table(&points.concat())), [""; 0]);
}

#[test]
fn titles_of_attachments_are_looked_at_as_they_are_read() {
    let lines = "attachments: [{ file: a.txt, title: \"\\x31200100412340\" }]";
    let portal = Portal::new()
        .item_with("content/news/a/index.md", lines, "ก")
        .file("content/news/a/a.txt", "ก");
    assert_eq!(found(&portal).len(), 1);
    let report = report(&portal, "content/news/a/index.md");
    assert!(!repeats(&report, &ID[1..]), "{report}");
}

#[test]
fn what_is_seen_is_waived_as_what_is_written() {
    let waive =
        "waive: [{ rule: privacy/national-id, where: body, reason: กฎหมายกำหนด, by: mayor }]";
    let portal = Portal::new().item_with(PATH, waive, "เลขประชาชน **1**200100412340");
    portal.run(&format!("approve {PATH} --as mayor --on 2569-06-20")).expect_status(0);
    assert_eq!(found(&portal), [""; 0]);
}

#[test]
fn what_readers_do_not_see_as_one_number_is_none() {
    for body in [
        "12001 บาท 00412340",
        "ปี 2566, 2567, 2568 และ 2569",
        "12,000,100,412,340 บาท",
        "| 2566 | 2567 | 2568 |\n| --- | --- | --- |\n| 1200 | 1004 | 12340 |",
        "- 1-2001\n- 00412-34-0",
        "1-2001\n\n00412-34-0",
        "โทร 0 5600 0111\nโทรสาร 0 5600 0112",
        "# ช่องทางการติดต่อ\n\nโทร **081**-234-5678",
    ] {
        assert_eq!(in_body(body), [""; 0], "{body}");
    }
}

/// The same number twice, once hidden, is report once; two numbers are counted.
#[test]
fn what_is_written_is_not_told_again() {
    let twice = format!("{ID}\n\n**1**200100412340\n");
    let portal = Portal::new().item(PATH, &twice);
    assert_eq!(found(&portal), ["warning national-id 7"]);
    let run = portal.run(&format!("check --at {NOW}"));
    assert!(run.stderr.contains("found here: 1"), "{}", run.stderr);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Any markup at any place between the digits of a number.
    #[test]
    fn no_markup_hides_a_number(
        digits in "[1-8][0-9]{11}",
        dressings in prop::collection::vec(0..12_usize, 13),
    ) {
        let weighted = (2..=13).rev().zip(digits.bytes()).map(|(w, d)| w * u32::from(d - b'0'));
        let id = format!("{digits}{}", (11 - weighted.sum::<u32>() % 11) % 10);
        let dress = |(digit, dressing): (char, &usize)| match dressing {
            0 => format!("&#{};", u32::from(digit)),
            1 => format!("&#x{:x};", u32::from(digit)),
            2 => format!("{digit}\u{200B}"),
            3 => format!("<!-- ก -->{digit}"),
            4 => format!("**\u{2060}{digit}**"),
            5 => char::from_u32(u32::from(digit) + 0xFEE0).unwrap().to_string(),
            6 => char::from_u32(u32::from(digit) + 0x0E20).unwrap().to_string(),
            _ => digit.to_string(),
        };
        let written: String = id.chars().zip(&dressings).map(dress).collect();
        let portal = Portal::new().item(PATH, &format!("เลขประชาชน {written}"));
        let seen = found(&portal);
        prop_assert!(seen.iter().any(|line| line.contains("national-id")), "{written}: {seen:?}");
        let report = report(&portal, PATH);
        prop_assert!(!repeats(&report, &id[1..]), "{written}: {report}");
    }
}
