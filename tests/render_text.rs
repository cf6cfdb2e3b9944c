//! Names on one line, digits, fiscal years, and `security.txt`.

use crate::support::{NOW, Portal, SITE};

const SEARCH: &str = "[search]\nenabled = false";

fn with(lines: &str, tables: &str) -> String {
    SITE.replace("[site]", &format!("[site]\n{lines}")) + tables
}

impl Portal {
    fn html(&self, path: &str) -> String {
        std::fs::read_to_string(self.path("site").join(path)).unwrap().replace('\u{A0}', "~")
    }
}

/// A page's parts that people read, and what is for machines.
fn parts(html: &str) -> (&str, &str) {
    html.split_once("</head>").map(|(head, body)| (body, head)).unwrap()
}

fn named() -> Portal {
    Portal::new()
        .file("site.toml", SITE.replace(SEARCH, ""))
        .item_with(
            "content/news/tower.md",
            "title: ซ่อมหอเตือนภัยบ้านน้ำใส 2 แห่ง\nsummary: รวมบ้านน้ำใส 3 ครั้ง\nunit: กองช่างใหญ่\ntags: [บ้านน้ำใส]",
            "## ที่บ้านน้ำใส\n\nกองช่างใหญ่ประชุมครั้งที่ 4 ที่บ้านน้ำใส `บ้านน้ำใส 2 แห่ง` [บ้านน้ำใส](#ที่บ้านน้ำใส)\n\n| บ้านน้ำใส | ข |\n|---|---|\n| บ้านน้ำใส | 5 คน |",
        )
}

#[test]
fn names_are_kept_on_one_line_in_all_that_people_read() {
    let portal = named();
    portal.build();
    let without = portal.output();
    let text = "\n[text]\nprotected = [\"บ้านน้ำใส\", \"หอเตือนภัย\"]\n";
    portal.write("site.toml", SITE.replace(SEARCH, "") + text);
    portal.build();
    let with = portal.output();
    let changed: Vec<&str> = with
        .iter()
        .filter(|(path, bytes)| without[*path] != **bytes && *path != "manifest.json")
        .map(|(path, _)| path.as_str())
        .collect();
    let pages = [
        "index.html",
        "news/index.html",
        "news/tower/index.html",
        "search/index.html",
        "tags/index.html",
        "tags/บ้านน้ำใส/index.html",
        "units/กองช่างใหญ่/index.html",
    ];
    assert_eq!(changed, pages, "feeds, search and all else are as written");
    let item = portal.html("news/tower/index.html");
    let (read, machine) = parts(&item);
    assert!(!machine.contains("class=\"nb\"") && !machine.contains('~'), "{machine}");
    let name = "<span class=\"nb\">บ้านน้ำใส</span>";
    for part in [
        format!(
            "<h1 data-prakat=\"title\">ซ่อม<wbr><span class=\"nb w\">หอเตือนภัย</span><wbr>{name} 2~แห่ง</h1>"
        ),
        format!("data-prakat=\"summary\">รวม<wbr>{name} 3~ครั้ง</p>"),
        format!("<h2 id=\"ที่บ้านน้ำใส\">ที่<wbr>{name}</h2>"),
        format!(
            "<p><span class=\"nb w\">กองช่างใหญ่</span><wbr>ประชุม<wbr><span class=\"nb\">ครั้งที่~4</span> ที่<wbr>{name} <code>บ้านน้ำใส 2 แห่ง</code>"
        ),
        format!(">{name}</a></p>"),
        format!("aria-label=\"ตาราง 1: ที่บ้านน้ำใส\"><table><thead><tr><th scope=\"col\">{name}</th>"),
        "<td>5~คน</td>".to_owned(),
        "<span class=\"nb w\">กองช่างใหญ่</span></a></dd>".to_owned(),
        "data-prakat=\"approver\"><span class=\"nb w\">นางสมใจ ทดสอบ</span>".to_owned(),
        "<span class=\"nb w\">เทศบาลทดสอบ</span>".to_owned(),
        format!("/\">{name}</a> </dd>"),
    ] {
        assert!(read.contains(&part), "{part}\n{read}");
    }
    let list = portal.html("news/index.html");
    assert!(list.contains(&format!("{name} 2~แห่ง</a></h3>")), "{list}");
}

/// Names are those of the settings and of what is published: a withheld item gives none.
#[test]
fn a_withheld_item_names_nothing() {
    let portal = Portal::new().item("content/news/a.md", "กองช่างใหญ่").item_with(
        "content/news/b.md",
        "unit: กองช่างใหญ่\npublish_from: 2570-01-01",
        "",
    );
    portal.build();
    assert!(portal.html("news/a/index.html").contains("<p>กองช่างใหญ่</p>"));
}

#[test]
fn thai_digits_stand_on_thai_pages_only() {
    let languages = "\n[languages.en]\ntitle = \"Test\"\n";
    let lines = "digits = \"thai\"\nfiscal_year_start = \"10-01\"";
    let build = |settings: String| {
        let front = "publish_until: 2569-12-31\nissued_on: 2569-10-02\nattachments: [{ file: a.csv, title: ก }]";
        let portal = Portal::new()
            .file("site.toml", settings.replace(SEARCH, ""))
            .item_with(
                "content/news/a/index.md",
                front,
                "ครบ 3 แห่ง [ไฟล์](a.csv)\n\n| ก |\n|---|\n| 12 |",
            )
            .item_with("content/news/a/index.en.md", front, "All 3 [file](a.csv)")
            .item_with("content/news/b.md", "fiscal_year: 2568\npublish_from: 2569-11-01T08:30", "")
            .file("content/news/a/a.csv", "ก\n1\n");
        portal.build();
        portal
    };
    let (thai, arabic) =
        (build(with(lines, languages)), build(with("fiscal_year_start = \"10-01\"", languages)));
    let item = thai.html("news/a/index.html");
    for part in [
        "<time datetime=\"2026-01-01\">๑~มกราคม~๒๕๖๙</time>",
        "<time datetime=\"2026-12-31\">๓๑~ธันวาคม~๒๕๖๙</time>",
        "<span>ปีงบประมาณ พ.ศ.~๒๕๗๐</span>",
        "(CSV, ๖ B)",
        "(CSV, ๖~B)",
        ">๑&nbsp;ไฟล์</a>",
        "ครบ 3~แห่ง",
        "<td>12</td>",
    ] {
        assert!(
            item.contains(&part.replace("ปีงบประมาณ", "<span class=\"nb w\">ปีงบประมาณ</span>")),
            "{part}\n{item}"
        );
    }
    assert!(thai.html("news/index.html").contains("๒&nbsp;รายการ"));
    let b = thai.html("news/b/index.html");
    assert!(
        b.contains("<time datetime=\"2026-11-01T08:30\">๑~พฤศจิกายน~๒๕๖๙ เวลา~๐๘.๓๐~น.</time>"),
        "{b}"
    );
    assert!(b.contains("data-prakat=\"fiscal-year\">พ.ศ.~๒๕๖๘</dd>"), "{b}");
    let thai_digit = |text: &str| text.contains(|c| ('๐'..='๙').contains(&c));
    let (ours, theirs) = (thai.output(), arabic.output());
    for (path, bytes) in ours.iter().filter(|(path, _)| *path != "manifest.json") {
        // What the search reads is what the page says, sizes of files included.
        let is_read = path.ends_with(".html") || path.starts_with("search/text/");
        let thai_page = is_read && !path.starts_with("en/");
        assert!(thai_page || *bytes == theirs[path], "{path}");
        let (_, head) = if path.ends_with(".html") && !path.starts_with("assets") {
            let html = std::str::from_utf8(bytes).unwrap();
            html.split_once("</head>").map(|(head, body)| (body, head)).unwrap()
        } else {
            continue;
        };
        assert!(!thai_digit(head), "{path}");
    }
    assert!(
        !theirs.iter().any(|(path, bytes)| path.ends_with(".html")
            && thai_digit(std::str::from_utf8(bytes).unwrap()))
    );
}

/// The fiscal year turns at midnight in the portal's zone, not in Greenwich's.
#[test]
fn the_fiscal_year_turns_on_its_first_day() {
    let dates = [
        ("2569-09-30", "2569"),
        ("2569-09-30T23:59", "2569"),
        ("2026-09-30T16:59:59Z", "2569"),
        ("2026-09-30T17:00:00Z", "2570"),
        ("2569-10-01", "2570"),
        ("2569-12-31", "2570"),
        ("2569-01-01", "2569"),
    ];
    let mut portal = Portal::new().file("site.toml", with("fiscal_year_start = \"10-01\"", ""));
    for (n, (date, _)) in dates.iter().enumerate() {
        portal =
            portal.item_with(&format!("content/news/{n}.md"), &format!("issued_on: {date}"), "");
    }
    portal =
        portal.item_with("content/news/own.md", "issued_on: 2569-09-30\nfiscal_year: 2570", "");
    portal = portal.item("content/news/undated.md", "");
    portal.build();
    let said =
        |year: &str| format!("<span><span class=\"nb w\">ปีงบประมาณ</span> พ.ศ.~{year}</span></dd>");
    for (n, (date, year)) in dates.iter().enumerate() {
        let html = portal.html(&format!("news/{n}/index.html"));
        assert!(html.contains(&said(year)), "{date} is not in {year}: {html}");
    }
    let own = portal.html("news/own/index.html");
    assert!(own.contains("data-prakat=\"fiscal-year\">พ.ศ.~2570</dd>"), "{own}");
    assert!(!own.contains(&said("2569")), "what the item says counts: {own}");
    assert!(!portal.html("news/undated/index.html").contains("พ.ศ."));
    portal.write("site.toml", with("fiscal_year_start = \"01-01\"", ""));
    portal.build();
    assert!(portal.html("news/4/index.html").contains(&said("2569")), "a calendar year");
    portal.write("site.toml", SITE);
    portal.build();
    assert!(!portal.html("news/4/index.html").contains("ปีงบประมาณ"), "nothing is said unasked");
}

/// A theme may ask for the fiscal year of any item.
#[test]
fn a_theme_is_given_the_fiscal_year_of_publication() {
    let portal = Portal::new()
        .file("site.toml", with("fiscal_year_start = \"10-01\"", ""))
        .file(
            "themes/default/templates/item.html",
            "[{{ item.dated_in }}|{{ item.fiscal_year }}|{{ site.era }}]",
        )
        .item_with("content/news/a.md", "publish_from: 2026-09-30T17:00:00Z", "");
    portal.build();
    assert!(portal.html("news/a/index.html").contains("[2570||พ.ศ.]"));
}

#[test]
fn the_unit_of_a_person_is_shown() {
    let settings = SITE
        .replace("position = \"นายกเทศมนตรี\"", "position = \"นายกเทศมนตรี\"\nunit = \"สำนักปลัด\"");
    let portal = Portal::new().file("site.toml", settings).item("content/news/a.md", "");
    portal.build();
    let html = portal.html("news/a/index.html");
    assert!(
        html.contains(
            "<span><span class=\"nb w\">นายกเทศมนตรี</span></span><span><span class=\"nb\">สำนักปลัด</span></span></dd>"
        ),
        "{html}"
    );
    let form = portal.run(&format!("report form content/news/a.md --at {NOW}")).expect_status(0);
    assert!(form.stdout.contains("นายกเทศมนตรี สำนักปลัด</p>"), "{}", form.stdout);
}

const SECURITY: &str = "
[security]
contact = [\"mailto:security@example.go.th\", \"https://report.example.go.th/\"]
expires = \"2570-09-30\"
policy = \"https://report.example.go.th/policy\"

[languages.en]
title = \"Test\"
";

#[test]
fn security_txt_is_made_until_it_ends() {
    let portal =
        Portal::new().file("site.toml", SITE.to_owned() + SECURITY).item("content/news/a.md", "");
    portal.build();
    let path = ".well-known/security.txt";
    let expected = "Contact: mailto:security@example.go.th
Contact: https://report.example.go.th/
Expires: 2027-10-01T00:00:00+07:00
Policy: https://report.example.go.th/policy
Preferred-Languages: th, en
Canonical: https://test.example.go.th/.well-known/security.txt
";
    assert_eq!(String::from_utf8_lossy(&portal.output()[path]), expected);
    let manifest: serde_json::Value =
        serde_json::from_slice(&portal.output()["manifest.json"]).unwrap();
    let listed =
        manifest["files"].as_array().unwrap().iter().find(|file| file["path"] == path).unwrap();
    assert_eq!(listed["until"], "2027-10-01T00:00:00+07:00");
    for (at, made, said) in [
        ("2570-08-31T23:59:59", true, None),
        ("2570-09-01", true, Some("[settings/security-ends]: security.txt ends within 30 days")),
        ("2570-09-30T23:59:59", true, Some("[settings/security-ends]")),
        (
            "2570-10-01",
            false,
            Some("[settings/security-ended]: security.txt has ended and is left out"),
        ),
    ] {
        let run = portal.run(&format!("build -o later --at {at}")).expect_status(0);
        assert_eq!(portal.path("later").join(path).exists(), made, "{at}");
        let warned = run.stderr.lines().find(|line| line.contains("settings/security"));
        let fits = match said {
            Some(said) => {
                warned.is_some_and(|line| line.starts_with("warning") && line.contains(said))
            }
            None => warned.is_none(),
        };
        assert!(fits, "{at}: {}", run.stderr);
    }
}

#[test]
fn one_security_txt_is_enough() {
    let portal = Portal::new()
        .file("site.toml", SITE.to_owned() + SECURITY)
        .file("static/.well-known/security.txt", "Contact: mailto:x@example.go.th\n")
        .item("content/news/a.md", "");
    portal
        .run(&format!("check -q --at {NOW}"))
        .expect_status(1)
        .expect_in_stderr("error[content/same-url]")
        .expect_in_stderr("static/.well-known/security.txt");
}
