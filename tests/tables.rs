//! Tables from files: what is published with them, in every language, and what the preview answers.

use std::collections::BTreeMap;

use crate::serve::PreviewProcess;
use crate::support::{NOW, Portal, SITE};

const ITEM: &str = "content/news/jobs/index.md";
const CSV: &str = "ลำดับ,งาน,วงเงิน\n1,ซ่อมถนน,\"1,250.50\"\n2,วางท่อ,50.00\n3,ติดตั้งไฟ,100\n";

fn block(more: &str) -> String {
    format!("```table\nfile: jobs.csv\ncaption: ผลการจัดซื้อจัดจ้าง\n{more}```\n")
}

/// A portal with a table.
fn portal(more: &str) -> Portal {
    Portal::new().item(ITEM, &block(more)).file("content/news/jobs/jobs.csv", CSV)
}

fn text(files: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(files.get(path).unwrap_or_else(|| panic!("no {path}")).clone()).unwrap()
}

/// The paths of the downloads.
fn downloads(portal: &Portal) -> Vec<String> {
    let output = portal.output();
    output.into_keys().filter(|path| path.contains("/tables/")).collect()
}

#[test]
fn downloads_are_made_from_typed_values_whatever_the_number_of_threads() {
    let portal = portal("total: sum\n");
    portal.build();
    let output = portal.output();
    let csv = text(&output, "news/jobs/tables/jobs.csv");
    assert_eq!(
        csv,
        "\u{FEFF}ลำดับ,งาน,วงเงิน\r\n1,ซ่อมถนน,1250.50\r\n2,วางท่อ,50.00\r\n3,ติดตั้งไฟ,100\r\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&text(&output, "news/jobs/tables/jobs.json")).unwrap();
    assert_eq!(json["totals"][2].to_string(), "1400.5");
    portal.run(&format!("build -q -j 1 -o again --at {NOW}")).expect_status(0);
    assert_eq!(crate::support::tree(&portal.path("again")), output);
    let page = text(&output, "news/jobs/index.html");
    let size = format!("(CSV, {}\u{a0}B)", csv.len());
    assert!(page.contains(&size), "{size}\n{page}");
    assert!(text(&output, "manifest.json").contains("news/jobs/tables/jobs.csv"));
}

#[test]
fn translations_have_downloads_of_their_own() {
    let settings = SITE.replacen("[[cat", "[languages.en]\ntitle = \"Test\"\n\n[[cat", 1);
    let english = block("columns: [{name: งาน, label: Work}, {name: วงเงิน, label: Baht}]\n");
    let portal = portal("").file("site.toml", settings);
    let portal = portal.item("content/news/jobs/index.en.md", &english);
    portal.build();
    let names = ["jobs.csv", "jobs.en.csv", "jobs.en.json", "jobs.json"];
    assert_eq!(downloads(&portal), names.map(|name| format!("news/jobs/tables/{name}")));
    let output = portal.output();
    assert!(text(&output, "news/jobs/tables/jobs.en.csv").starts_with("\u{FEFF}Work,Baht\r\n"));
    assert!(text(&output, "en/news/jobs/index.html").contains("tables/jobs.en.json"));
    // The translation goes, and its downloads with it.
    std::fs::remove_file(portal.path("content/news/jobs/index.en.md")).unwrap();
    portal.build();
    assert_eq!(downloads(&portal).len(), 2);
}

#[test]
fn downloads_leave_with_the_window_and_by_withdrawal() {
    let lines = "publish_until: 2569-11-30";
    let portal = portal("").item_with(ITEM, lines, &block("")).item("content/news/z.md", "");
    portal.build();
    assert_eq!(downloads(&portal).len(), 2);
    let manifest = text(&portal.output(), "manifest.json");
    let line = manifest.lines().find(|line| line.contains("tables/jobs.json")).unwrap();
    assert!(line.contains("\"until\":\"2026-12-01T00:00:00+07:00\""), "{line}");
    portal.run("build -q -o site --at 2026-12-01").expect_status(0);
    assert_eq!(downloads(&portal), Vec::<String>::new());
}

#[test]
fn a_table_of_which_the_file_changed_since_it_was_sealed_is_withheld() {
    let portal = portal("").item("content/news/z.md", "");
    portal.run(&format!("approve {ITEM} --as mayor --on 2569-11-01")).expect_status(0);
    portal.build();
    assert_eq!(downloads(&portal).len(), 2);
    portal.write("content/news/jobs/jobs.csv", CSV.replace("ติดตั้งไฟ", "zqchanged"));
    let run = portal.run(&format!("build -o site --at {NOW}")).expect_status(0);
    run.expect_in_stderr("content/news/jobs/index.md: not approved");
    assert_eq!(downloads(&portal), Vec::<String>::new());
    let says = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("zqchanged");
    assert!(!portal.output().values().any(says));
}

#[test]
fn a_mistake_in_a_file_leaves_out_the_item_that_shows_it() {
    let portal = portal("columns: [{name: วงเงิน, type: integer}]\n").item("content/news/z.md", "");
    let run = portal.run(&format!("build -o site --at {NOW}")).expect_status(1);
    run.expect_in_stderr("content/news/jobs/jobs.csv:2");
    portal.run(&format!("build --keep-going -o site --at {NOW}")).expect_status(3);
    let output = portal.output();
    assert!(output.contains_key("news/z/index.html"));
    assert!(!output.keys().any(|path| path.contains("jobs")), "{:?}", output.keys());
}

#[test]
fn a_body_that_is_cleaned_keeps_its_tables() {
    let settings = SITE.to_owned() + "\n[markdown]\nraw_html = \"allow\"\n";
    let body = format!("<div>\n\n{}\n\n</div>\n\n{}", block(""), block("rows: 1\n"));
    let portal = portal("").file("site.toml", settings).item(ITEM, &body);
    portal.build();
    let page = text(&portal.output(), "news/jobs/index.html");
    assert_eq!(page.matches("<figure class=\"table\"").count(), 2, "{page}");
    assert!(page.contains("data-json=\"../../news/jobs/tables/jobs-2.json\""), "{page}");
    assert!(!page.contains('\u{FDD9}'), "{page}");
}

#[test]
fn blocks_may_be_in_lists_and_footnotes_but_not_in_quotations() {
    let indented = |indent: &str| block("").replace('\n', &format!("\n{indent}"));
    let body =
        format!("1. ก\n\n   {}\n\nข[^1]\n\n[^1]: ค\n\n    {}\n", indented("   "), indented("    "));
    let portal = portal("").item(ITEM, &body);
    portal.build();
    let page = text(&portal.output(), "news/jobs/index.html");
    assert_eq!(page.matches("<figure class=\"table\"").count(), 2, "{page}");
    portal.write(ITEM, crate::support::item(ITEM, "", &format!("> {}", indented("> "))));
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("error[table/syntax]").expect_in_stderr("quotation");
}

#[test]
fn items_in_cells_are_links_only_if_they_are_published() {
    let body = "```table\nfile: items.csv\ncaption: ก\ncolumns: [{name: เรื่อง, type: item}, {name: x}]\n```";
    let portal = Portal::new()
        .item(ITEM, body)
        .file("content/news/jobs/items.csv", "เรื่อง,x\n../open.md,1\n../zqdraft.md,2\n")
        .item_with("content/news/open.md", "title: เปิดเผย", "")
        .item_with("content/news/zqdraft.md", "title: ปกปิด\napprover: -", "");
    portal.build();
    let output = portal.output();
    let page = text(&output, "news/jobs/index.html");
    assert!(page.contains("<td><a href=\"../../news/open/\">เปิดเผย</a></td>"), "{page}");
    for path in
        ["news/jobs/index.html", "news/jobs/tables/items.csv", "news/jobs/tables/items.json"]
    {
        let text = text(&output, path);
        assert!(!text.contains("zqdraft") && !text.contains("ปกปิด"), "{path}: {text}");
    }
    portal.write("content/news/jobs/items.csv", "เรื่อง,x\n../gone.md,1\n");
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("content/news/jobs/items.csv:2");
}

#[test]
fn the_search_finds_the_rows_that_a_page_shows() {
    let settings = SITE.replace("[search]\nenabled = false", "[search]\nenabled = true");
    let portal = portal("rows: 2\n").file("site.toml", settings);
    portal.write("content/news/jobs/jobs.csv", "work,baht\nroad,5\npipe,6\nlamp,7\n");
    portal.build();
    let texts = crate::support::tree(&portal.path("site/search/text"));
    let all: String = texts.values().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    assert!(all.contains("road") && all.contains("pipe") && !all.contains("lamp"), "{all}");
    assert!(!all.contains("JSON"), "links to downloads are no text: {all}");
}

#[test]
fn a_file_that_is_not_there_is_told_at_the_block() {
    let portal = Portal::new().item(ITEM, &block(""));
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("error[files/missing]").expect_in_stderr("index.md:8:7");
    let flat =
        Portal::new().item("content/news/jobs.md", &block("")).file("content/news/jobs.csv", CSV);
    let run = flat.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("content/news/jobs/index.md");
}

#[test]
fn the_preview_shows_an_edit_of_the_file_and_answers_downloads() {
    let settings = SITE.replacen("[[cat", "[languages.en]\ntitle = \"Test\"\n\n[[cat", 1);
    let portal = portal("").file("site.toml", settings);
    let portal = portal.item("content/news/jobs/index.en.md", &block(""));
    let preview = PreviewProcess::start(&portal, &format!("--watch --at {NOW}"));
    let mut events = preview.events();
    let build = |state: &serde_json::Value| state["build"].as_str().unwrap().to_owned();
    let before = build(&events.next().unwrap());
    assert!(preview.get("/news/jobs/").1.contains("ติดตั้งไฟ"));
    let (status, csv) = preview.get("/news/jobs/tables/jobs.csv");
    assert!(status == "200" && csv.contains("1,ซ่อมถนน,1250.50\r\n"), "{status} {csv}");
    assert!(preview.get("/news/jobs/tables/jobs.en.json").1.contains("/en/news/jobs/"));
    assert_eq!(preview.get("/news/jobs/tables/other.csv").0, "404");
    let (_, head) = preview.head("/news/jobs/tables/jobs.json", "");
    assert!(head.to_lowercase().contains("content-type: application/json"), "{head}");

    portal.write("content/news/jobs/jobs.csv", CSV.replace("ติดตั้งไฟ", "zqchanged"));
    events.find(|state| build(state) != before).unwrap();
    assert!(preview.get("/news/jobs/").1.contains("zqchanged"));
    assert!(preview.get("/news/jobs/tables/jobs.csv").1.contains("zqchanged"));
}
