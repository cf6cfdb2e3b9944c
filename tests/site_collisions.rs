//! Collisions of output paths: every path that a build may ever write is claimed from the start, and a
//! portal that passes `check` can be written at any instant.

use prakat::output;
use prakat::render;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use prakat::config::{Config, LanguageId};
use prakat::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use prakat::site::{Claims, list_url, output_of};

use prakat::build;
use prakat::build::{Build, BuildOptions, OnError, Progress, Scope};
use prakat::output::{Stage, Written};
use prakat::publish::{PublishMode, publish};
use prakat::site::{Absent, PageKey, Site};
use prakat::source;
use proptest::prelude::*;

use crate::support::{NOW, Portal, SITE, item, tree};

/// Small letter e with an acute accent, as one character and as two.
const E: [&str; 2] = ["caf\u{e9}", "cafe\u{301}"];

/// Settings with a second language, a search, and notices for what has ended.
fn settings() -> String {
    let settings = SITE.replace("enabled = false", "enabled = true");
    let settings = settings.replacen("[[cat", "[languages.en]\ntitle = \"Test\"\n\n[[cat", 1);
    let facets = "facets = [\"unit\", \"tag\"]\nper_page = 5";
    settings.replace("id = \"news\"", &format!("id = \"news\"\nnotice_page = \"bare\"\n{facets}"))
}

/// Items with further lines, further files, where the clash is found, what it is with.
type Clash =
    (&'static [(&'static str, &'static str)], &'static [&'static str], &'static str, &'static str);

/// Paths that exclude each other.
const CLASHES: &[Clash] = &[
    (&[("content/news/a.md", "slug: index.html")], &[], "content/news/a.md", "site.toml"),
    (&[("content/news/a.md", "slug: INDEX.html")], &[], "content/news/a.md", "site.toml"),
    (&[("content/a.md", "slug: index.html")], &[], "content/a.md", "site.toml"),
    (&[("content/a.md", "slug: manifest-1.json")], &[], "content/a.md", "site.toml"),
    (&[("content/a.md", "slug: Sitemap-20.xml")], &[], "content/a.md", "site.toml"),
    (&[("content/a.md", "slug: _prakat")], &[], "content/a.md", "site.toml"),
    (&[("content/a.md", "slug: search")], &[], "content/a.md", "site.toml"),
    (&[("content/news/a.md", "slug: feed.xml")], &[], "content/news/a.md", "site.toml"),
    (
        &[("content/news/a.en.md", "slug: feed.xml"), ("content/news/a.md", "")],
        &[],
        "content/news/a.en.md",
        "site.toml",
    ),
    (&[("content/news/a.md", "aliases: [/404.html/x]")], &[], "content/news/a.md", "site.toml"),
    (&[("content/news/a.md", "aliases: [/Index.HTML/x]")], &[], "content/news/a.md", "site.toml"),
    (&[("content/news/a.md", "aliases: [/en/index.html]")], &[], "content/news/a.md", "site.toml"),
    (&[("content/news/a.md", "aliases: [/NEWS/Page/2]")], &[], "content/news/a.md", "site.toml"),
    (
        &[("content/news/a.md", "aliases: [/en/news/page/999999]")],
        &[],
        "content/news/a.md",
        "site.toml",
    ),
    (
        &[("content/news/a.md", "aliases: [/news/page/2.html, /news/page/2/index.html]")],
        &[],
        "content/news/a.md",
        "site.toml",
    ),
    (&[("content/news/a.md", "aliases: [/search/page/2]")], &[], "content/news/a.md", "site.toml"),
    (
        &[("content/news/a.md", "aliases: [/en/search/index/0.txt]")],
        &[],
        "content/news/a.md",
        "site.toml",
    ),
    (
        &[("content/news/a.md", "aliases: [/assets/prakat.css/x]")],
        &[],
        "content/news/a.md",
        "themes/default/static/assets/prakat.css",
    ),
    (
        &[("content/news/a.md", "aliases: [/news/b/index.html/x]"), ("content/news/b.md", "")],
        &[],
        "content/news/a.md",
        "content/news/b.md",
    ),
    (
        &[
            ("content/news/a.md", "aliases: [/x.html/y]"),
            ("content/news/b.md", "aliases: [/X.html]"),
        ],
        &[],
        "content/news/",
        "content/news/",
    ),
    (
        &[("content/news/a.md", "aliases: [/old/, /OLD]")],
        &[],
        "content/news/a.md",
        "content/news/a.md",
    ),
    (
        &[("content/news/a.md", "slug: STRASSE"), ("content/news/b.md", "slug: straße")],
        &[],
        "content/news/b.md",
        "content/news/a.md",
    ),
    (
        &[("content/news/a.md", "slug: ΛΟΓΟΣ"), ("content/news/b.md", "slug: λογοσ")],
        &[],
        "content/news/b.md",
        "content/news/a.md",
    ),
    (&[("content/news/_index.md", "")], &["content/news/page"], "content/news/page", "site.toml"),
    (&[("content/news/_index.md", "")], &["content/news/PAGE"], "content/news/PAGE", "site.toml"),
    (
        &[("content/news/_index.md", "")],
        &["content/news/feed.xml"],
        "content/news/feed.xml",
        "site.toml",
    ),
    (
        &[("content/news/_index.md", "")],
        &["content/news/index.html"],
        "content/news/index.html",
        "content/news/_index.md",
    ),
    (
        &[("content/news/_index.en.md", ""), ("content/news/_index.md", "")],
        &["content/news/Index.html"],
        "content/news/Index.html",
        "content/news/_index.md",
    ),
    (&[("content/_index.md", "")], &["content/news"], "content/news", "site.toml"),
    (
        &[("content/_index.md", "")],
        &["content/sitemap-1.xml"],
        "content/sitemap-1.xml",
        "site.toml",
    ),
    (
        &[("content/_index.md", "")],
        &["content/Manifest-77.json"],
        "content/Manifest-77.json",
        "site.toml",
    ),
    (&[("content/_index.md", "")], &["content/en"], "content/en", "site.toml"),
    (
        &[("content/news/form/index.md", "")],
        &["content/news/form/index.html"],
        "content/news/form/index.html",
        "content/news/form/index.md",
    ),
    (
        &[("content/news/form/index.md", "")],
        &["content/news/form/a.csv", "content/news/form/A.csv"],
        "content/news/form/a.csv",
        "content/news/form/A.csv",
    ),
    (
        &[("content/news/x/index.md", "slug: page")],
        &["content/news/x/2"],
        "content/news/x/2",
        "site.toml",
    ),
    (
        &[
            ("content/news/x/index.md", "slug: y"),
            ("content/news/a.md", "aliases: [/news/y/A.csv/z]"),
        ],
        &["content/news/x/a.csv"],
        "content/news/x/a.csv",
        "content/news/a.md",
    ),
    (
        &[("content/news/_index.md", ""), ("content/news/x.md", "slug: a.csv")],
        &["content/news/a.csv"],
        "content/news/a.csv",
        "content/news/x.md",
    ),
    (&[], &["static/NEWS/page/3/x.css"], "static/NEWS/page/3/x.css", "site.toml"),
    (
        &[],
        &["static/assets/Prakat.css"],
        "static/assets/Prakat.css",
        "themes/default/static/assets/prakat.css",
    ),
    (
        &[],
        &["static/x.css/y.css", "themes/default/static/X.css"],
        "static/x.css/y.css",
        "themes/default/static/X.css",
    ),
];

#[test]
fn paths_that_exclude_each_other_are_told_whatever_the_verdicts() {
    for (items, files, place, other) in CLASHES {
        for state in
            ["", "publish_from: 2570-01-01\n", "approver: -\n", "publish_until: 2569-02-01\n"]
        {
            let mut portal =
                Portal::new().file("site.toml", settings()).item("content/news/z.md", "");
            if items.iter().any(|(path, _)| path.starts_with("content/news/_index")) {
                portal = portal.item("content/procurement/z.md", "");
                let _ = fs::remove_file(portal.path("content/news/z.md"));
            }
            for (path, lines) in *items {
                let lines = match path.starts_with("content/_") {
                    true => format!("category: -\n{state}{lines}"),
                    false => format!("{state}{lines}"),
                };
                portal = portal.item_with(path, &lines, "");
            }
            for file in *files {
                // A file may have the name of a folder.
                let _ = fs::remove_dir_all(portal.path(file));
                portal = portal.file(file, "a,b\n1,2\n");
            }
            let run = portal.run(&format!("check -q --at {NOW}"));
            let found: Vec<&str> = run.stderr.split("\n\n").collect();
            let is_reported = found.iter().any(|found| {
                found.starts_with("error[content/same-url]")
                    && found.contains(&format!("address of `{other}"))
                    && found.contains(&format!("--> {place}"))
            });
            assert!(
                is_reported && run.status == 1,
                "{items:?} {files:?} {state}: {}\n{}",
                run.status,
                run.stderr
            );
        }
    }
}

#[test]
fn what_only_looks_like_another_address_may_stay() {
    let portal = Portal::new()
        .file("site.toml", settings())
        .item_with(
            "content/news/a.md",
            "slug: page\naliases: [/news/page/2x, /x/page/2, /sitemap-1]",
            "",
        )
        .item_with(
            "content/b.md",
            "slug: kirmizi\naliases: [/manifest.json.html, /news/x/sitemap-1.xml]",
            "",
        )
        .item_with("content/c.md", "slug: kırmızı\naliases: [/Assets/x]", "")
        .item("content/news/feed/index.md", "[a](feed.csv)")
        .file("content/news/feed/feed.csv", "a\n1\n");
    portal.run(&format!("check -q --at {NOW}")).expect_status(0);
}

#[test]
fn the_attachment_is_named_and_not_the_slug() {
    let portal = Portal::new()
        .item_with("content/news/form/index.md", "attachments: [{ file: index.html }]", "")
        .file("content/news/form/index.html", "<p>x</p>");
    portal
        .run(&format!("check -q --at {NOW}"))
        .expect_status(1)
        .expect_in_stderr("--> content/news/form/index.html")
        .expect_in_stderr("help: rename this file");
}

/// U+FB2C has three bytes in a name and six in normalization form C.
#[test]
fn names_are_measured_as_they_are_published() {
    let long = "\u{fb2c}".repeat(40);
    let bundle = Portal::new()
        .item("content/news/x/index.md", "")
        .file(&format!("content/news/x/{long}.csv"), "a\n1\n");
    let flat = Portal::new().item(&format!("content/news/{long}.md"), "");
    let folder = Portal::new().item_with(&format!("content/news/{long}/index.md"), "slug: x", "");
    let asset = Portal::new().file(&format!("static/{long}.css"), "");
    for portal in [bundle, flat, folder, asset] {
        let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
        run.expect_in_stderr("error[source/long-name]");
    }
}

#[test]
fn long_paths_are_told_of_static_files_and_categories() {
    let deep = vec!["a".repeat(150); 5].join("/");
    let portal = Portal::new().file(&format!("static/{deep}/x.css"), "");
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("is longer than 620 bytes")
        .expect_in_stderr("help: the names of its folders count");
    let id = "a".repeat(201);
    let portal = Portal::new().file("site.toml", SITE.replace("procurement", &id));
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("error[settings/category-id]").expect_in_stderr("200 characters at most");
}

#[test]
fn two_static_files_with_one_name_are_told() {
    for folder in ["static", "themes/default/static"] {
        let portal = Portal::new()
            .file(&format!("{folder}/{}.css", E[0]), "")
            .file(&format!("{folder}/{}.css", E[1]), "");
        let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
        run.expect_in_stderr("error[content/same-name]");
    }
}

// ---- of two with one name

const DRAFT: &str = "approver: -";

/// What `--keep-going` publishes of the items named.
fn kept(portal: &Portal, urls: &[&str]) -> Vec<bool> {
    let _ = fs::remove_dir_all(portal.path("site"));
    portal.run(&format!("build -q --keep-going -o site --at {NOW}")).expect_status(3);
    urls.iter().map(|url| portal.path(&format!("site/{url}index.html")).exists()).collect()
}

#[test]
fn a_draft_does_not_take_an_approved_item_of_its_name_off() {
    // Whichever of the two comes first.
    for (a, b) in [(E[0], E[1]), (E[1], E[0])] {
        let flat = |dir: &str, name: &str| format!("content/{dir}{name}.md");
        let bundle = |name: &str| format!("content/news/{name}/index.md");
        let index = |name: &str| format!("content/{name}/_index.md");
        let news = "category: news\n";
        let pairs = [
            (flat("news/", a), flat("news/", b)),
            (bundle(a), bundle(b)),
            (index(a), index(b)),
            (format!("content/news/{a}/x.md"), format!("content/news/{b}/x.md")),
        ];
        for (approved, draft) in &pairs {
            for lines in ["slug: one", ""] {
                let is_index = approved.ends_with("_index.md");
                let own = if is_index { String::new() } else { lines.to_owned() };
                let text = format!("{news}title: Approved\n{own}");
                let portal = Portal::new()
                    .item("content/news/other.md", "")
                    .item_with(approved, &text, "")
                    .item_with(draft, &format!("{news}{DRAFT}\n"), "");
                kept(&portal, &[]);
                let output = portal.output();
                let stands =
                    output.values().any(|b| String::from_utf8_lossy(b).contains("Approved"));
                let is_there = is_index || stands;
                assert!(is_there, "{approved} {lines}");
                if is_index {
                    let page = String::from_utf8_lossy(&output["news/index.html"]).into_owned();
                    assert!(page.contains("Approved"), "{approved}");
                }
                // Both approved: neither.
                portal.write(draft, item(draft, news, ""));
                kept(&portal, &[]);
                let stands = |b: &Vec<u8>| String::from_utf8_lossy(b).contains("Approved");
                assert!(!portal.output().values().any(stands), "{approved} {lines}");
            }
        }
    }
}

#[test]
fn of_more_than_two_with_one_name_only_the_approved_one_stays() {
    let [a, b] = E;
    let names = [format!("{a}{a}"), format!("{a}{b}"), format!("{b}{a}"), format!("{b}{b}")];
    for approved in 0..names.len() {
        for second in [None, Some((approved + 2) % names.len())] {
            let mut portal = Portal::new().item("content/news/other.md", "");
            for (n, name) in names.iter().enumerate() {
                let state = if n == approved || Some(n) == second { "" } else { DRAFT };
                portal = portal.item_with(&format!("content/news/{name}.md"), state, "");
            }
            let url = format!("news/{}/", names[0]);
            assert_eq!(
                kept(&portal, &[&url, "news/other/"]),
                [second.is_none(), true],
                "{approved}"
            );
        }
    }
}

#[test]
fn a_draft_does_not_take_a_translation_off() {
    let [a, b] = E;
    let path = |name: &str, end: &str| format!("content/news/{name}{end}");
    let portal = || Portal::new().file("site.toml", settings()).item(&path(a, ".md"), "");
    let (url, english) = (format!("news/{a}/"), format!("en/news/{a}/"));
    // Its own twin.
    let twin = portal().item(&path(a, ".en.md"), "").item_with(&path(b, ".en.md"), DRAFT, "");
    assert_eq!(kept(&twin, &[&url, &english]), [true, true]);
    // A twin of its original, of another category; the translation is written as that.
    for written in [a, b] {
        let other = portal().item(&path(written, ".en.md"), "").item_with(
            &path(b, ".md"),
            &format!("{DRAFT}\ncategory: procurement"),
            "",
        );
        assert_eq!(kept(&other, &[&url, &english]), [true, true], "{written}");
    }
}

/// The files of a translation have the addresses of those of its original, also if its folder is written
/// in other code points.
#[test]
fn a_draft_translation_does_not_take_the_place_of_a_file() {
    let [a, b] = E;
    let portal = Portal::new()
        .file("site.toml", settings())
        .item(&format!("content/news/{a}/index.md"), "[x](x.csv)")
        .file(&format!("content/news/{a}/x.csv"), "a\n1\n")
        .item_with(&format!("content/news/{b}/index.en.md"), DRAFT, "[x](x.csv)")
        .file(&format!("content/news/{b}/x.csv"), "a\n2\n");
    let run = portal.run(&format!("check -q --at {NOW}")).expect_status(1);
    run.expect_in_stderr("error[content/same-url]").expect_in_stderr("x.csv");
    assert_eq!(kept(&portal, &[&format!("news/{a}/")]), [true]);
    assert_eq!(portal.output()[&format!("news/{a}/x.csv")], b"a\n1\n");
}

#[test]
fn a_draft_that_stands_in_the_way_is_left_out() {
    let cases = [
        ("content/news/Flood.md", "", "content/news/flood.md", "", "news/flood/"),
        ("content/news/_index.md", "title: x", "content/x/_index.md", "category: news", "news/"),
        (
            "content/news/a.md",
            "aliases: [/news/b/index.html/x]",
            "content/news/b.md",
            "",
            "news/b/",
        ),
        (
            "content/news/b/index.md",
            "",
            "content/news/a.md",
            "aliases: [/news/b/x.csv/y]",
            "news/a/",
        ),
        ("content/news/_index.md", "", "content/news/x.md", "slug: x.csv", "news/x.csv/"),
    ];
    for (draft, lines, approved, other, url) in cases {
        let portal = Portal::new()
            .item("content/news/other.md", "")
            .item_with(draft, &format!("{DRAFT}\n{lines}"), "[x](x.csv)")
            .item_with(approved, other, "");
        let folder = draft.rsplit_once('/').unwrap().0;
        let portal = portal.file(&format!("{folder}/x.csv"), "a\n1\n");
        assert_eq!(kept(&portal, &[url, "news/other/"]), [true, true], "{draft} {approved}");
    }
}

// ---- the model

fn config(text: &str) -> Config {
    prakat::config::read_settings(text, &mut Diagnostics::default()).unwrap()
}

/// However many items there will be.
#[test]
fn every_number_of_a_page_or_a_part_is_claimed() {
    let more = ["page", "sitemap-x", "manifest-1", "sitemap-2"];
    let more = more.map(|id| format!("\n[[categories]]\nid = \"{id}\"\ntitle = \"x\"\n"));
    let config = config(&(settings() + &more.concat()));
    let claims = Claims::of(&[], &config, &[], &mut Diagnostics::default());
    for number in [1, 2, 3, 10, 999, 1_000_000, usize::MAX] {
        for list in [
            "news/",
            "procurement/",
            "en/news/",
            "search/",
            "en/search/",
            "page/",
            "en/page/",
            "sitemap-x/",
            "en/sitemap-x/",
            "manifest-1/",
            "sitemap-2/",
            "news/by/unit/x/",
            "en/news/by/tag/x/",
            "tags/x/",
            "en/units/x/",
        ] {
            let path = output_of(&list_url(list, number));
            assert!(claims.covers(&path), "{path}");
        }
    }
    for path in ["news/x/index.html", "other/page/2/index.html", "404.html/x", "_prakat"] {
        assert_eq!(claims.covers(path), path == "_prakat", "{path}");
    }
    let site = Site::assemble(Arc::new(config.clone()), Vec::new(), Absent::default(), Vec::new());
    let pages = vec![PageKey::Home(LanguageId::OWN); 120_000];
    let file = Written { path: "x".to_owned(), size: 0, digest: [0; 32], until: None, item: None };
    let files = vec![file; 120_000];
    let parts =
        render::sitemap(&site, &pages).into_iter().chain(output::manifest(&files, &config.zone));
    let paths: Vec<String> = parts.map(|(path, _)| path).collect();
    assert_eq!(paths.len(), 8, "{paths:?}");
    assert!(paths.iter().all(|path| claims.covers(path)), "{paths:?}");
}

// ---- whatever passes can be written

fn build(portal: &Portal, output: &Path, at: &str, faults: OnError, mode: PublishMode) -> Build {
    let prepared = build::Project::load(&source::Portal::at(portal.root()), None).unwrap();
    let stage = Stage::begin(output, Duration::ZERO).unwrap();
    let order = BuildOptions { at: at.parse().unwrap(), scope: Scope::Build, faults };
    // A build of this profile compares all paths with the claims.
    let mut build = build::build(&prepared, &order, Some(&stage), &Progress::default()).unwrap();
    if let Some(release) = build.release() {
        publish(&stage, &release, mode, &mut |_| Ok(())).unwrap();
    }
    build
}

/// All errors but those about names that hosts obey: they concern the files of items that are not over.
fn errors(build: &Build) -> BTreeSet<String> {
    let found = build.diagnostics.sorted();
    let is_obeyed = |d: &Diagnostic| d.code == Code::FileObeyed;
    let errors = found.iter().filter(|d| d.severity == Severity::Error && !is_obeyed(d));
    errors.map(|d| format!("{} {:?} {:?}", d.code.as_str(), d.place, d.args)).collect()
}

/// Names that may get into each other's way; the more harmless ones come first.
const NAMES: &[&str] = &[
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "ประกาศ",
    "น้ำ",
    "x.html",
    "x.csv",
    "old",
    "A",
    "X.CSV",
    "caf\u{e9}",
    "cafe\u{301}",
    "CAFE\u{301}",
    "stra\u{df}e",
    "STRASSE",
    "\u{212a}",
    "k",
    "λογος",
    "ΛΟΓΟΣ",
    "page",
    "Page",
    "2",
    "02",
    "3",
    "index.html",
    "INDEX.HTML",
    "feed.xml",
    "404.html",
    "sitemap-1.xml",
    "manifest-1.json",
    "news",
    "en",
    "search",
    "text",
    "sitemap",
    "assets",
    "prakat.css",
    "_prakat",
    "by",
    "x",
    "X",
];

fn name() -> impl Strategy<Value = String> {
    let rare = (0..NAMES.len()).prop_map(|n| NAMES[n].to_owned());
    prop_oneof![
        16 => (0..30_u32).prop_map(|n| format!("n{n}")),
        5 => rare,
        1 => (20..40_usize).prop_map(|n| "\u{fb2c}".repeat(n)),
        1 => "[a-cA-Cé\u{301}ก-ด\u{e38}\u{e48}ß]{1,5}".prop_map(|text| format!("n{text}")),
    ]
}

fn day() -> impl Strategy<Value = String> {
    (1..=12_u32, 1..=28_u32).prop_map(|(month, day)| format!("2569-{month:02}-{day:02}"))
}

/// The path of a Markdown file, its lines of front matter, the names of its files.
type Sketch = (String, String, Vec<String>);

fn sketch() -> impl Strategy<Value = Sketch> {
    let category = prop_oneof![4 => Just("news"), 1 => Just("procurement"), 1 => Just("assets"), 1 => Just("")];
    let form = prop_oneof![3 => Just(""), 3 => Just("/index"), 1 => Just("_index")];
    let alias = proptest::collection::vec(name(), 1..4)
        .prop_map(|parts| format!("\"/{}\"", parts.join("/")));
    let aliases = prop_oneof![3 => Just(Vec::new()).boxed(), 2 => proptest::collection::vec(alias, 1..3).boxed()];
    let slug = proptest::option::weighted(0.3, name());
    // Names without an ending are no files that may be published.
    let file =
        name().prop_map(|name| if name.contains('.') { name } else { format!("{name}.csv") });
    let files = proptest::collection::vec(file, 0..3);
    let state = prop_oneof![4 => Just(""), 1 => Just("approver: -\n"), 1 => Just("withdrawn: { on: 2569-06-01 }\n")];
    let window = (day(), proptest::option::of(day()));
    let language = prop_oneof![4 => Just(""), 1 => Just(".en")];
    (name(), category, form, language, slug, aliases, files, state, window).prop_map(
        |(name, category, form, language, slug, aliases, files, state, (from, until))| {
            let folder = if category.is_empty() {
                "content".to_owned()
            } else {
                format!("content/{category}")
            };
            let path = match form {
                "_index" => format!("{folder}/_index{language}.md"),
                form => format!("{folder}/{name}{form}{language}.md"),
            };
            let mut lines = format!("category: {category}\npublish_from: {from}\n{state}");
            if category.is_empty() {
                lines = lines.replace("category: ", "category: -");
            }
            if let Some(until) = until.filter(|until| *until >= from) {
                lines += &format!("publish_until: {until}\n");
            }
            if let Some(slug) = slug.filter(|_| form != "_index") {
                lines += &format!("slug: \"{slug}\"\n");
            }
            lines += &format!("aliases: [{}]\n", aliases.join(", "));
            let values: Vec<String> = files.iter().map(|file| format!("\"{file}\"")).collect();
            lines += &format!("tags: [{}]\nunit: \"{name}\"\n", values.join(", "));
            (path, lines, if form.is_empty() { Vec::new() } else { files })
        },
    )
}

/// Writes what can be written: one name may be needed as a file and as a folder.
fn put(portal: &Portal, path: &str, text: &str) -> bool {
    let path = portal.path(path);
    fs::create_dir_all(path.parent().unwrap()).is_ok()
        && !path.exists()
        && fs::write(path, text).is_ok()
}

fn portal_of(sketches: &[Sketch], fillers: usize) -> Portal {
    let further = "\n[attachments]\nallow = [\"html\", \"css\"]\n";
    let settings = settings() + "\n[[categories]]\nid = \"assets\"\ntitle = \"x\"\n" + further;
    let portal = Portal::new().file("site.toml", settings);
    for n in 0..fillers {
        let path = format!("content/news/filler{n}.md");
        let from = format!("publish_from: 2569-{:02}-01", n % 12 + 1);
        portal.write(&path, item(&path, &from, ""));
    }
    for (path, lines, files) in sketches {
        let refers = files.iter().map(|file| format!("[x](<{file}>)\n\n")).collect::<String>();
        if !put(&portal, path, &item(path, lines, &refers)) {
            continue;
        }
        if let Some(original) = path.strip_suffix(".en.md").filter(|path| !path.ends_with("_index"))
        {
            let category = lines.lines().next().unwrap_or("");
            put(&portal, &format!("{original}.md"), &item(path, category, &refers));
        }
        for file in files {
            let folder = path.rsplit_once('/').unwrap().0;
            let text = match file.rsplit_once('.').map_or("", |(_, ending)| ending) {
                "html" | "HTML" => "<p>x</p>",
                "xml" => "<x/>",
                "json" => "{}",
                _ => "a,b\n1,2\n",
            };
            put(&portal, &format!("{folder}/{file}"), text);
        }
    }
    portal
}

const INSTANTS: [&str; 3] =
    ["2026-03-15T00:00:00+07:00", "2026-07-15T00:00:00+07:00", "2026-12-31T00:00:00+07:00"];

fn writable(sketches: &[Sketch], fillers: usize) -> Result<(), TestCaseError> {
    let portal = portal_of(sketches, fillers);
    let mut before: Option<BTreeSet<String>> = None;
    for (n, at) in INSTANTS.into_iter().enumerate() {
        let (fresh, mode) = (
            portal.path(&format!("fresh{n}")),
            [PublishMode::InPlace, PublishMode::Exchange][n % 2],
        );
        let built = build(&portal, &portal.path("old"), at, OnError::Fail, mode);
        let again = build(&portal, &fresh, at, OnError::Fail, PublishMode::Exchange);
        let now = errors(&built);
        prop_assert_eq!(&errors(&again), &now);
        if let Some(before) = before.replace(now.clone()) {
            prop_assert_eq!(before, now, "{}", at);
        }
        prop_assert_eq!(tree(&portal.path("old")), tree(&fresh), "{}", at);
        // What is wrong is left out, and the rest can be written.
        let kept = build(&portal, &portal.path("kept"), at, OnError::SkipItems, mode);
        let outside = |error: &String| !error.contains("file: \"content/");
        prop_assert!(!errors(&kept).iter().any(outside), "{:?}", errors(&kept));
        prop_assert!(portal.path("kept/manifest.json").exists());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn whatever_passes_can_be_written(sketches in proptest::collection::vec(sketch(), 1..7)) {
        writable(&sketches, 2)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    /// Lists grow to a second page between the instants.
    #[test]
    fn whatever_passes_can_be_written_when_lists_grow(
        sketches in proptest::collection::vec(sketch(), 1..5),
    ) {
        writable(&sketches, 70)?;
    }
}
