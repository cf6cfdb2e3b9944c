//! Looks for marker words: the output and the folder around it contain nothing of a withheld item,
//! under any name, and everything of a published one. Again after half of the items have expired.

use std::collections::BTreeSet;

use crate::support::{Portal, SITE, tree};

/// Items of every kind of verdict: so many each.
const PER_KIND: usize = 60;

/// A word that occurs nowhere else: latin, so that no escaping hides it.
fn marker(kind: &str, n: usize, part: &str) -> String {
    format!("zq{kind}{n:03}{part}qz")
}

/// The kinds with the lines that make them so at the first instant.
const KINDS: [(&str, &str); 9] = [
    ("live", ""),
    ("ending", "publish_until: 2569-11-30"),
    ("noapprover", "approver: -"),
    ("notoffice", "approver: clerk\napproved_on: 2569-11-01"),
    ("wrongcat", "approver: clerk\napproved_on: 2569-01-05\ncategory: procurement"),
    ("future", "publish_from: 2570-06-01"),
    ("over", "publish_until: 2569-05-01"),
    ("taken", "withdrawn: { on: 2569-02-01, by: mayor, reason: zqtakenreasonqz }"),
    ("sealed", "seal: 0123"),
];

const PARTS: [&str; 15] = [
    "title",
    "summary",
    "body",
    "tag",
    "unit",
    "number",
    "slug",
    "file",
    "content",
    "filetitle",
    "alias",
    "field",
    "cell",
    "paper",
    "papercontent",
];

/// A kind with fields that print texts, files and other items.
const RECORD: &str = r#"
[[kinds]]
id = "record"
title = "ทะเบียน"
fields = [
    { id = "subject", label = "หัวข้อ", type = "text", required = true },
    { id = "paper", label = "หนังสือ", type = "file" },
    { id = "basis", label = "เรื่องเดิม", type = "item", list = true },
    { id = "rows", label = "รายการ", type = "group", list = true, fields = [
        { id = "name", label = "ชื่อ", type = "text", required = true },
        { id = "basis", label = "เรื่องเดิม", type = "item" },
    ] },
]
"#;

/// The part of every item that is public from 15 December on: the note of a correction.
const LATER: &str = "later";

/// The settings with lists that show, gather and count everything, and a kind with a field.
fn with_lists(settings: &str) -> String {
    let list = "facets = [\"kind\", \"unit\", \"fiscal_year\", \"tag\", \"state\"]\n\
                columns = [\"document_number\", \"subject\", \"amount\", \"tags\"]\nview = \"table\"\nper_page = 20";
    let settings = settings.replacen("id = \"news\"", &format!("id = \"news\"\n{list}"), 1);
    settings
        + "\n[[kinds]]\nid = \"case\"\ntitle = \"เรื่อง\"\n\
           [[kinds.fields]]\nid = \"amount\"\nlabel = \"เงิน\"\ntype = \"money\"\n"
}

fn portal() -> Portal {
    let settings = SITE.replace("[search]\nenabled = false", "[search]\nenabled = true");
    let portal = Portal::new().file("site.toml", with_lists(&settings) + RECORD);
    for (kind, lines) in KINDS {
        for n in 0..PER_KIND {
            add(&portal, kind, n, lines);
        }
    }
    // Published items that speak of the others: links in every spelling, neighbours in lists.
    let mut body = String::new();
    for (kind, _) in KINDS {
        let slug = marker(kind, 0, "slug");
        let b = r"\\"; // One backslash to a reader of Markdown.
        let category = if kind == "wrongcat" { "procurement" } else { "news" };
        body += &format!(
            "[a]({kind}-000/index.md) [b](/news/{kind}-000/index.md#heading) [c](/{category}/{slug}/) \
             [d](https://test.example.go.th/{category}/{slug}/) \
             <https://test.example.go.th/{category}/{slug}/> [e][{kind}] \
             [f](../../{category}/{slug}/ \"{kind}\") bare \
             https://test.example.go.th/{category}/{slug}/ and again \
             [g](<https://test.example.go.th:443/{category}/{slug}/>) \
             [h](http://user@TEST.example.go.th.:80/{category}/{slug}/index.html) \
             [i](<https:{b}{b}test.example.go.th{b}{category}{b}{slug}>) \
             [j](https:///test.example.go.th/{category}/x/../{slug}/) \
             [k](https://%74est.example.go.th/{category}/{slug}) \
             [https://test.example.go.th/{category}/{slug}/](/{category}/{slug}/) \
             [/{category}/{slug}/]({kind}-000/index.md)\n\n\
             [{kind}]: /{category}/{slug}/\n\n"
        );
    }
    // Fields that name the others.
    let names = KINDS.map(|(kind, _)| format!("{kind}-000/index.md")).join(", ");
    let rows = KINDS.map(|(kind, _)| format!("{{ name: {kind}, basis: {kind}-000/index.md }}"));
    let rows = rows.join(", ");
    let named = format!("kind: record\nextra: {{ subject: ก, basis: [{names}], rows: [{rows}] }}");
    let portal = portal.item_with("content/news/namer.md", &named, "");
    // A table that names the newest items of each kind.
    let owed = KINDS.map(|(kind, _)| format!("{{ id: {kind}, title: of it }}")).join(", ");
    let owed = format!("kind: coverage\nextra: {{ obligations: [{owed}] }}");
    portal.item("content/news/speaker.md", &body).item_with("content/coverage.md", &owed, "")
}

fn add(portal: &Portal, kind: &str, n: usize, lines: &str) {
    let m = |part| marker(kind, n, part);
    let folder = format!("content/news/{kind}-{n:03}");
    let front = format!(
        "title: {}\nurgent: {}\nsummary: {}\ntags: [{}]\nslug: {}\nattachments: [{{ file: {}.txt, title: {} }}]\n\
         aliases: [/old/{}/]\nmeets: [{kind}]\nunit: {}\ndocument_number: {}\n\
         changes: [{{ on: 2569-01-02, note: {} }}, {{ on: 2569-12-15, note: {} }}]\n\
         kind: record\nextra: {{ subject: {}, paper: {}.txt, rows: [{{ name: {} }}] }}\n{lines}",
        m("title"),
        n.is_multiple_of(20),
        m("summary"),
        m("tag"),
        m("slug"),
        m("file"),
        m("filetitle"),
        m("alias"),
        m("unit"),
        m("number"),
        m("body"),
        m(LATER),
        m("field"),
        m("paper"),
        m("cell"),
    );
    let path = format!("{folder}/index.md");
    let text = crate::support::item(&path, &front, &format!("## heading\n\n{}\n", m("body")));
    portal.write(&path, text);
    portal.write(&format!("{folder}/{}.txt", m("file")), m("content"));
    portal.write(&format!("{folder}/{}.txt", m("paper")), m("papercontent"));
}

/// All markers in the names or the bytes of a tree.
fn markers_in(files: &std::collections::BTreeMap<String, Vec<u8>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (path, bytes) in files {
        for text in [path.as_str(), &String::from_utf8_lossy(bytes)] {
            let mut rest = text;
            while let Some(at) = rest.find("zq") {
                let word = rest[at..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap();
                let end = word.find("qz").map(|end| end + 2);
                found.extend(end.map(|end| word[..end].to_owned()));
                rest = &rest[at + end.unwrap_or(2)..];
            }
        }
    }
    found
}

/// The grams of an index file that begin as markers do.
fn grams_in(file: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(file);
    let grams = text.lines().map(|line| line.split('\t').next().unwrap().trim_end_matches('+'));
    grams.filter(|gram| gram.starts_with("zq")).map(str::to_owned).collect()
}

/// Folders too have names, also empty ones.
fn folders(root: &std::path::Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_dir());
    folders.map(|entry| (entry.path().display().to_string(), Vec::new())).collect()
}

#[track_caller]
fn expect_only(portal: &Portal, kinds: &[&str]) {
    expect_parts(portal, &kinds.iter().map(|kind| (*kind, &PARTS[..])).collect::<Vec<_>>());
}

/// Of each kind, these parts and nothing else are in the output.
#[track_caller]
fn expect_parts(portal: &Portal, kinds: &[(&str, &[&str])]) {
    let mut files = tree(&portal.path("site"));
    files.extend(folders(&portal.path("site")));
    files.extend(folders(&portal.path(".site.prakat")));
    let expected: BTreeSet<String> = kinds
        .iter()
        .flat_map(|(kind, parts)| {
            (0..PER_KIND).flat_map(move |n| parts.iter().map(move |part| marker(kind, n, part)))
        })
        .collect();
    let scratch = tree(&portal.path(".site.prakat"));
    files.extend(scratch.into_iter().map(|(path, bytes)| (format!("scratch/{path}"), bytes)));
    let found = markers_in(&files);
    let leaked: Vec<&String> = found.difference(&expected).collect();
    assert!(leaked.is_empty(), "leaked: {leaked:?}");
    // The index of the search has beginnings of words.
    let index: Vec<_> = files.iter().filter(|(path, _)| path.contains("search/index/")).collect();
    let grams: BTreeSet<String> = index.iter().flat_map(|(_, bytes)| grams_in(bytes)).collect();
    let leaked = grams.iter().filter(|gram| !expected.iter().any(|word| word.starts_with(*gram)));
    assert_eq!(leaked.collect::<Vec<_>>(), Vec::<&String>::new());
    assert!(index.is_empty() || grams.iter().any(|gram| gram.len() > 5), "{grams:?}");
    let missing: Vec<&String> = expected.difference(&found).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn nothing_of_a_withheld_item_is_anywhere() {
    let portal = portal();
    portal.run("build -q -o site --at 2026-11-22T09:00:00+07:00").expect_status(0);
    expect_only(&portal, &["live", "ending"]);
    let texts = tree(&portal.path("site/search/text"));
    assert_eq!(
        markers_in(&texts).len(),
        2 * PER_KIND * 10,
        "the files of the search are looked at"
    );
    // The window of one kind closes: its files are gone under every name, twin included.
    portal.run("build -q -o site --at 2026-12-01").expect_status(0);
    expect_only(&portal, &["live"]);
    // Corrections become public at the start of their day, in the zone of the portal.
    portal.run("build -q -o site --at 2026-12-14T16:59:59.999Z").expect_status(0);
    expect_only(&portal, &["live"]);
    let corrected = [&PARTS[..], &[LATER]].concat();
    portal.run("build -q -o site --at 2026-12-14T17:00:00Z").expect_status(0);
    expect_parts(&portal, &[("live", &corrected)]);
    // Another opens.
    portal.run("build -q -o site --at 2027-06-01").expect_status(0);
    expect_parts(&portal, &[("live", &corrected), ("future", &corrected)]);
    // And back: a build knows only its instant.
    portal.run("build -q -o site --at 2026-11-22T09:00:00+07:00").expect_status(0);
    expect_only(&portal, &["live", "ending"]);
}

/// What has ended leaves what its category orders; what nobody stood for leaves nothing.
#[test]
fn notices_give_away_what_is_ordered_and_no_more() {
    for (ordered, parts) in [("bare", &["slug"][..]), ("titled", &["slug", "title"][..])] {
        let portal = portal();
        let order = format!("id = \"news\"\nnotice_page = \"{ordered}\"");
        portal.write("site.toml", with_lists(SITE).replacen("id = \"news\"", &order, 1) + RECORD);
        portal.run("build -q -o site --at 2026-11-22T09:00:00+07:00").expect_status(0);
        let live = [("live", &PARTS[..]), ("ending", &PARTS)];
        let over = [("over", parts), ("taken", parts)];
        expect_parts(&portal, &[&live[..], &over].concat());
        portal.run("build -q -o site --at 2026-12-01").expect_status(0);
        expect_parts(&portal, &[&live[..1], &over, &[("ending", parts)]].concat());

        let page = portal.output().remove("news/zqover000slugqz/index.html").unwrap();
        let page = String::from_utf8(page).unwrap();
        assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"), "{page}");
        for list in ["news/index.html", "feed.xml", "sitemap.xml", "index.html"] {
            let text = String::from_utf8(portal.output().remove(list).unwrap()).unwrap();
            assert!(!text.contains("zqover"), "{list}: {text}");
        }
    }
}

/// A correction dated ahead changes no date of its item before its day.
#[test]
fn a_correction_dated_ahead_updates_nothing_before_its_day() {
    let corrections = "changes: [{ on: 2569-11-10, note: x }, { on: 2569-12-15, note: y }]";
    let portal = Portal::new().item_with("content/news/a.md", corrections, "text");
    for (at, updated) in [
        ("2026-12-14T16:59:59Z", "2026-11-10T00:00:00+07:00"),
        ("2026-12-14T17:00:00Z", "2026-12-15T00:00:00+07:00"),
    ] {
        portal.run(&format!("build -q -o site --at {at}")).expect_status(0);
        let output = portal.output();
        let has = |path: &str, text: String| {
            let found = String::from_utf8_lossy(&output[path]).into_owned();
            assert!(found.contains(&text), "{at}: {path} has no {text}");
        };
        has("feed.xml", format!("<updated>{updated}</updated>"));
        has("news/feed.xml", format!("<updated>{updated}</updated>"));
        has("sitemap.xml", format!("<lastmod>{}</lastmod>", &updated[..10]));
        has("news/a/index.html", format!("\"dateModified\":\"{updated}\""));
    }
    let next = |at: &str| {
        let run = portal.run(&format!("status --format json --at {at}"));
        let json: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(json["next_change"], json["items"][0]["next_change"], "{at}");
        json["next_change"].as_str().map(str::to_owned)
    };
    assert_eq!(next("2026-11-22").as_deref(), Some("2026-12-15T00:00:00+07:00"));
    assert_eq!(next("2026-12-15"), None);
}

#[test]
fn redacted_reports_name_nothing_that_is_withheld() {
    let portal = portal();
    portal.write(
        "content/news/broken.md",
        "---\ntitle: zqbroken000titleqz\nfoo: zqbroken000bodyqz\n---\n",
    );
    for format in ["json", "human", "github"] {
        let run = portal.run(&format!("check --redact --format {format} --at 2026-11-22"));
        let all = format!("{}{}", run.stdout, run.stderr);
        for (kind, _) in KINDS.into_iter().skip(2) {
            assert!(!all.contains(&format!("zq{kind}")), "{kind} in {format}");
            assert!(!all.contains(&format!("{kind}-0")), "path of {kind} in {format}");
        }
        assert!(!all.contains("zqbroken"), "{format}: {all}");
    }
}

/// A word with more addresses than are looked up, or longer than any, is hidden with the link that is
/// removed. The text of a link that stays is not changed.
#[test]
fn long_words_are_hidden_with_a_removed_link() {
    let many = "http://elsewhere.example/zqmanyqz/".repeat(12);
    let long = format!("http://elsewhere.example/{}", "zqlongqz/".repeat(400));
    let few = "http://elsewhere.example/zqfewqz/".repeat(3);
    let text =
        |target: &str| format!("[{many}]({target})\n\n[{long}]({target})\n\n[{few}]({target})");
    let portal = Portal::new()
        .item_with("content/news/draft.md", "approver: -", "")
        .item("content/news/there.md", "")
        .item("content/news/removed.md", &text("draft.md"))
        .item("content/news/kept.md", &text("there.md"));
    portal.build();
    let output = portal.output();
    let has = |page: &str, word: &str| {
        let html =
            String::from_utf8_lossy(&output[&format!("news/{page}/index.html")]).into_owned();
        html.contains(word)
    };
    for word in ["zqmanyqz", "zqlongqz"] {
        assert!(!has("removed", word), "{word}");
        assert!(has("kept", word), "{word}");
    }
    assert!(has("removed", "zqfewqz"));
}

/// Whether an address is inside a tag of raw HTML is known from all of the text before it.
#[test]
fn addresses_of_raw_html_are_hidden_outside_tags() {
    let settings = SITE.to_owned() + "\n[markdown]\nraw_html = \"allow\"\n";
    let draft = "https://test.example.go.th/news/draft/";
    let body = format!(
        "<div title=\"{draft}zqone {draft}zqtwo\">\n{draft}\nzqthree {draft} zqfour\n</div>"
    );
    let portal = Portal::new()
        .file("site.toml", settings)
        .item_with("content/news/draft.md", "approver: -", "")
        .item("content/news/a.md", &body);
    portal.build();
    let html = String::from_utf8(portal.output()["news/a/index.html"].clone()).unwrap();
    assert!(html.contains("…\nzqthree … zqfour"), "{html}");
}

/// Counts, totals and values of lists follow from what is published at the instant, however the sum of a value or
/// the only item of a term comes and goes.
#[test]
fn counts_totals_and_terms_are_of_published_items() {
    let lines = |amount: &str, tag: &str, more: &str| {
        format!("kind: case\nextra: {{ amount: {amount} }}\ntags: [{tag}]\nunit: {tag}\n{more}")
    };
    let portal = Portal::new()
        .file("site.toml", with_lists(SITE) + RECORD)
        .item_with("content/news/a.md", &lines("1000.25", "all", ""), "")
        .item_with("content/news/b.md", &lines("20", "all", "publish_until: 2569-11-30"), "")
        .item_with("content/news/c.md", &lines("300", "later", "publish_from: 2569-12-01"), "")
        .item_with(
            "content/news/d.md",
            &lines("4000", "draft", "approver: -\nfiscal_year: 2560"),
            "",
        );
    let text = |path: &str| {
        portal
            .output()
            .remove(path)
            .map(|page| String::from_utf8(page).unwrap())
            .unwrap_or_default()
    };
    let is_there = |path: &str| portal.path(&format!("site/{path}")).exists();
    for (at, total, all, later) in
        [("2026-11-22", "1,020.25", 2, false), ("2026-12-01", "1,300.25", 1, true)]
    {
        portal.run(&format!("build -q -o site --at {at}")).expect_status(0);
        let list = text("news/index.html");
        assert!(
            list.contains(total) && !list.contains("draft") && !list.contains("2560"),
            "{list}"
        );
        assert_eq!(text("news/list.csv").lines().count(), 3, "{at}");
        assert_eq!(text("news/list.json").matches("\"title\"").count(), 3, "{at}");
        assert_eq!(text("tags/all/feed.xml").matches("<entry>").count(), all, "{at}");
        let terms = |value: &str| {
            [format!("tags/{value}"), format!("units/{value}"), format!("news/by/tag/{value}")]
        };
        for (value, wanted) in [("all", true), ("later", later), ("draft", false)] {
            for folder in terms(value) {
                assert_eq!(is_there(&folder), wanted, "{folder} at {at}");
            }
        }
        assert_eq!(text("sitemap.xml").contains("/later/"), later);
        assert!(!is_there("news/by/fiscal_year"), "{at}");
    }
}

/// A list sorted by the items that its items name: the order tells nothing of a name that is not published.
#[test]
fn an_order_by_other_items_tells_nothing_of_withheld_ones() {
    let list = "sort = \"basis\"\ncolumns = [\"basis\"]";
    let settings = SITE.replacen("id = \"news\"", &format!("id = \"news\"\n{list}"), 1);
    let settings = settings
        + "\n[[kinds]]\nid = \"case\"\ntitle = \"เรื่อง\"\n\
           [[kinds.fields]]\nid = \"basis\"\nlabel = \"เรื่องเดิม\"\ntype = \"item\"\n";
    let names = |name: &str| format!("kind: case\nextra: {{ basis: {name}.md }}");
    let order = |withheld: [&str; 2]| {
        let portal = Portal::new()
            .file("site.toml", &settings)
            .item_with("content/news/a.md", &names(withheld[0]), "")
            .item_with("content/news/b.md", &names(withheld[1]), "")
            .item_with("content/news/c.md", &names("z-shown"), "")
            .item_with("content/news/d.md", &names("y-shown"), "")
            .item_with("content/news/y-shown.md", "title: ข", "")
            .item_with("content/news/z-shown.md", "title: ก", "");
        for name in withheld {
            portal.write(
                &format!("content/news/{name}.md"),
                crate::support::item(&format!("content/news/{name}.md"), "approver: -", ""),
            );
        }
        portal.build();
        let list = String::from_utf8(portal.output().remove("news/list.json").unwrap()).unwrap();
        let json: serde_json::Value = serde_json::from_str(&list).unwrap();
        let urls = json["items"].as_array().unwrap().iter().map(|item| item["url"].to_string());
        urls.collect::<Vec<String>>()
    };
    let first = order(["x-draft", "w-draft"]);
    assert_eq!(first, order(["w-draft", "x-draft"]));
    // By the titles of the published ones; the others last.
    let place = |name: &str| first.iter().position(|url| url.contains(name)).unwrap();
    assert!(place("/c/") < place("/d/") && place("/d/") < place("/a/"), "{first:?}");
}
