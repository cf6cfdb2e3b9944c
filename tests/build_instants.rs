//! Checks that errors never depend on the instant: a portal that builds today does not fail tonight
//! because a window opened or closed.

use std::collections::{BTreeMap, BTreeSet};

use prakat::build;
use prakat::build::{BuildOptions, OnError, Progress, Scope};
use prakat::diagnostics::Severity;
use prakat::markdown::heading_id;
use proptest::prelude::*;

use crate::support::{Portal, SITE, STEPS, item};

const ITEMS: usize = 5;

/// One item: who approved it and when, its window, what it links to.
#[derive(Debug, Clone)]
struct Sketch {
    lines: String,
    links: Vec<String>,
}

fn day() -> impl Strategy<Value = String> {
    (1..=12_u32, 1..=28_u32).prop_map(|(m, d)| format!("2569-{m:02}-{d:02}"))
}

fn link() -> impl Strategy<Value = String> {
    let other = 0..ITEMS + 1;
    prop_oneof![
        3 => other.clone().prop_map(|n| format!("[x](i{n}.md)")),
        2 => other.clone().prop_map(|n| format!("[x](i{n}.md#heading)")),
        1 => other.clone().prop_map(|n| format!("[x](i{n}.md#no-such)")),
        1 => other.clone().prop_map(|n| format!("[x](/news/i{n}/)")),
        1 => other.clone().prop_map(|n| format!("[x](/old/i{n}/)")),
        1 => other.clone().prop_map(|n| format!("[x](i{n}.en.md)")),
        1 => other.prop_map(|n| format!("![x](/news/i{n}/p.png)")),
        1 => Just("[x](/news/feed.xml)".to_owned()),
        1 => Just("![x](/news/feed.xml) ![x](/news/)".to_owned()),
        1 => Just("[x](/news/page/2/) [x](/sitemap.xml)".to_owned()),
        2 => Just("[x](/tags/) [x](/units/t1/) [x](/news/by/unit/t2/) [x](/en/tags/t1/)".to_owned()),
        1 => Just("[x](/news/list.csv) [x](/news/by/tag/t1/feed.xml) [x](/news/by/state/open/)".to_owned()),
        1 => Just("[x](/news/by/unit/) [x](/news/by/kind/x/) [x](/tags/t1/page/2/)".to_owned()),
        1 => Just("[x](/news/#no-such) [x](/news/#note)".to_owned()),
        1 => Just("## [ก/ข](i1.md)\n\n[x](#กข)".to_owned()),
        1 => Just("[x](#no-such-heading)".to_owned()),
    ]
}

/// Lines of no kind, or of a step of a procedure, with a deadline or without.
fn kind() -> impl Strategy<Value = String> {
    let moment = (day(), proptest::option::of(0..24_u8)).prop_map(|(day, hour)| match hour {
        Some(hour) => format!("{day}T{hour:02}:30"),
        None => day,
    });
    let step = |kind: &'static str| {
        (0..2_u8).prop_map(move |n| format!("kind: {kind}\nextra: {{ project: \"{n}\" }}\n"))
    };
    let call = (0..2_u8, moment).prop_map(|(n, closes)| {
        format!("kind: call\nextra: {{ project: \"{n}\", closes: {closes} }}\n")
    });
    prop_oneof![
        2 => Just(String::new()),
        4 => call,
        1 => step("intent"),
        1 => step("winner"),
        1 => step("note"),
    ]
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let until = proptest::option::of(day());
    let approval = prop_oneof![
        3 => Just(String::new()),
        1 => Just("approver: -\n".to_owned()),
        2 => day().prop_map(|d| format!("approved_on: {d}\n")),
        1 => day().prop_map(|d| format!("approver: clerk\napproved_on: {d}\n")),
        1 => day().prop_map(|d| format!("withdrawn: {{ on: {d} }}\n")),
    ];
    let links = proptest::collection::vec(link(), 0..3);
    let term =
        prop_oneof![Just(""), Just("tags: [t1]\nunit: t2\n"), Just("tags: [T2, t1]\nunit: t1\n")];
    (day(), until, approval, (kind(), term), links).prop_map(
        |(from, until, approval, (kind, term), links)| {
            // A window that would be empty has no end instead.
            let until = until
                .filter(|until| *until >= from)
                .map_or(String::new(), |d| format!("publish_until: {d}\n"));
            Sketch { lines: format!("publish_from: {from}\n{until}{approval}{term}{kind}"), links }
        },
    )
}

/// The errors of a portal at an instant, as text.
fn errors(portal: &Portal, at: &str) -> BTreeSet<String> {
    let prepared = build::Project::load(&prakat::source::Portal::at(portal.root()), None).unwrap();
    let order =
        BuildOptions { at: at.parse().unwrap(), scope: Scope::Build, faults: OnError::Fail };
    let build = build::build(&prepared, &order, None, &Progress::default()).unwrap();
    let found = build.diagnostics.sorted();
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    errors.map(|d| format!("{:?} {} {:?}", d.place, d.code.as_str(), d.args)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn time_alone_brings_no_error(
        sketches in proptest::collection::vec((sketch(), proptest::bool::weighted(0.3)), ITEMS),
        days in proptest::collection::vec(0..365_i64, 4),
    ) {
        let lists = "id = \"news\"\nfacets = [\"unit\", \"tag\", \"state\"]\nsort = \"closes\"";
        let site = SITE.replacen("id = \"news\"", lists, 1);
        let settings = format!("{site}{STEPS}\n[languages.en]\ntitle = \"Test\"\n");
        let portal = Portal::new().file("site.toml", settings);
        for (n, (sketch, translated)) in sketches.iter().enumerate() {
            let body = format!("## heading\n\n{}\n", sketch.links.join("\n\n"));
            let path = format!("content/news/i{n}.md");
            let lines = format!("{}aliases: [/old/i{n}/]\n", sketch.lines);
            portal.write(&path, item(&path, &lines, &body));
            // The first sketch is the text of the category's page, too.
            if n == 0 {
                portal.write("content/news/_index.md", item(&path, &sketch.lines, "## note\n"));
            }
            if *translated {
                let path = format!("content/news/i{n}.en.md");
                portal.write(&path, item(&path, &sketch.lines, &body));
            }
        }
        let mut days = days;
        days.sort_unstable();
        let start: jiff::Timestamp = "2026-01-01T00:00:00+07:00".parse().unwrap();
        let at = |day: i64| (start + jiff::SignedDuration::from_hours(24 * day)).to_string();
        let mut before: Option<BTreeSet<String>> = None;
        for day in days {
            let now = errors(&portal, &at(day));
            if let Some(before) = &before {
                let new: Vec<&String> = now.difference(before).collect();
                prop_assert!(new.is_empty(), "new on day {}: {:?}", day, new);
            }
            before = Some(now);
        }
    }
}

/// A theme that prints the state of items wherever it gets it.
fn print_states(portal: &Portal) {
    let print = |list: &str| format!("{{% for e in {list} %}}{{{{ e.state }}}}{{% endfor %}}\n");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/templates");
    for (name, list) in [("item", "[item]"), ("category", "entries"), ("home", "latest")] {
        let built_in = std::fs::read_to_string(root.join(format!("{name}.html"))).unwrap();
        let path = format!("themes/default/templates/{name}.html");
        portal.write(&path, built_in + &print(list));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Between two change points that reports declare, no byte of the output changes.
    #[test]
    fn pages_change_at_declared_change_points_only(
        sketches in proptest::collection::vec((sketch(), proptest::bool::weighted(0.3)), ITEMS),
        correction in day(),
        minutes in proptest::collection::vec(0..365 * 24 * 60_i64, 3),
    ) {
        let listed = "id = \"news\"\nfacets = [\"kind\", \"state\"]\nview = \"table\"\n\
                      columns = [\"title\", \"closes\", \"state\"]\nsort = \"closes\"";
        let site = SITE.replace("id = \"news\"", listed);
        let settings = format!("{site}{STEPS}\n[languages.en]\ntitle = \"Test\"\n");
        let portal = Portal::new().file("site.toml", settings);
        print_states(&portal);
        for (n, (sketch, is_translated)) in sketches.iter().enumerate() {
            let lines = format!("{}changes: [{{ on: {correction}, note: ก }}]\n", sketch.lines);
            let suffixes = if *is_translated { &["", ".en"][..] } else { &[""] };
            for suffix in suffixes {
                let path = format!("content/news/i{n}{suffix}.md");
                portal.write(&path, item(&path, &lines, "ข้อความ"));
            }
        }
        let start: jiff::Timestamp = "2026-01-01T00:00:00+07:00".parse().unwrap();
        let output_at = |at: jiff::Timestamp| {
            let run = portal.run(&format!("build --format json -o site --allow-empty --at {at}"));
            assert_eq!(run.status, 0, "{at}: {}", run.stdout);
            let next = run.json()["next_change"].as_str().map(|next| next.parse().unwrap());
            (portal.output(), next)
        };
        for minutes in minutes {
            let at = start + jiff::SignedDuration::from_mins(minutes);
            let (output, next): (_, Option<jiff::Timestamp>) = output_at(at);
            let last = next.map(|next| next - jiff::SignedDuration::from_nanos(1));
            let last = last.unwrap_or_else(|| "2030-01-01T00:00:00Z".parse().unwrap());
            prop_assert!(output == output_at(last).0, "something changes between {} and {}", at, last);
        }
    }
}

/// Texts of links, of which some are addresses of item `n` in the portal.
fn label() -> impl Strategy<Value = String> {
    let words = [
        "ประกาศ/คำสั่ง",
        "RSS/Atom",
        "ที่ 1/2569",
        "**หนา**/บาง",
        "`a/b`",
        "คำ",
        "https://example.org/a",
    ];
    let address = (0..ITEMS).prop_flat_map(|n| {
        proptest::sample::select(vec![
            format!("https://test.example.go.th/news/i{n}/"),
            format!("test.example.go.th/news/i{n}/"),
            format!("/news/i{n}/"),
            format!("news/i{n}"),
            format!("/old/i{n}/"),
            format!("../news/i{n}.md"),
            format!("i{n}.md"),
            format!("content/news/i{n}.md"),
            format!("ดู /news/%69{n}/ ประกอบ"),
            format!("/news/*i{n}*/"),
        ])
    });
    prop_oneof![
        2 => proptest::sample::select(words.to_vec()).prop_map(str::to_owned),
        1 => address
    ]
}

/// Where a link may lead without a mistake, whatever the instant.
fn destination() -> impl Strategy<Value = String> {
    let item = (0..ITEMS).prop_flat_map(|n| {
        proptest::sample::select(vec![
            format!("i{n}.md"),
            format!("i{n}.md#heading"),
            format!("/news/i{n}/#heading"),
            format!("/old/i{n}/"),
            format!("https://test.example.go.th/news/i{n}/"),
        ])
    });
    let pages = [
        "/jobs/",
        "/jobs/#note",
        "/jobs/feed.xml",
        "/feed.xml",
        "/news/feed.xml",
        "/en/",
        "/en/feed.xml",
        "/jobs/_index.md",
        "/jobs/_index.md#note",
        "#heading",
        "https://example.org/",
    ];
    prop_oneof![
        2 => item,
        1 => proptest::sample::select(pages.to_vec()).prop_map(str::to_owned)
    ]
}

/// A part of a text with a link in it, and the id of the heading that it makes, if any.
fn part() -> impl Strategy<Value = (String, Option<String>)> {
    (label(), destination(), 0..9_u8).prop_map(|(label, dest, form)| {
        let is_plain = !label.contains(['.', '*', '`', ':']) && !label.contains("/i");
        let is_plain = is_plain && !label.contains("%69");
        let id = |text: String| is_plain.then(|| heading_id(&text));
        match form {
            0 | 1 => (format!("## [{label}]({dest})"), id(label)),
            2 => (format!("### ก [{label}]({dest}) ข"), id(format!("ก {label} ข"))),
            3 => (format!("ก [{label}]({dest})\n---"), id(format!("ก {label}"))),
            4 => (format!("| ก | ข |\n|---|---|\n| [{label}]({dest}) | ค |"), None),
            5 => (format!("1. ก [{label}]({dest})[^n]\n\n[^n]: [{label}]({dest})"), None),
            6 => (format!("## [{label}][r]\n\n[r]: {dest}"), id(label)),
            7 => (
                "## ดู https://test.example.go.th/news/i1/ และ https://example.org/".to_owned(),
                None,
            ),
            _ => (format!("## <a href=\"{dest}\">{label}</a>"), None),
        }
    })
}

/// The ids of the headings on every page of the items.
fn heading_ids(portal: &Portal) -> BTreeMap<String, Vec<String>> {
    let pages = portal.output().into_iter().filter(|(path, _)| path.starts_with("news/i"));
    let ids = |bytes: Vec<u8>| {
        let page = String::from_utf8(bytes).unwrap();
        let headings = page.split("<h").skip(1).filter(|tag| tag.starts_with(['2', '3']));
        let ids = headings.filter_map(|tag| tag.split('>').next()?.split("id=\"").nth(1));
        ids.map(|id| id.split('"').next().unwrap_or_default().to_owned()).collect()
    };
    pages.map(|(path, bytes)| (path, ids(bytes))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn ids_of_headings_and_links_to_them_outlast_every_instant(
        parts in proptest::collection::vec(part(), ITEMS),
        windows in proptest::collection::vec((day(), proptest::option::of(day())), ITEMS + 2),
        mut days in proptest::collection::vec(0..365_i64, 3),
    ) {
        let settings = format!(
            "{}\n[languages.en]\ntitle = \"Test\"\n[[categories]]\nid = \"jobs\"\ntitle = \"Jobs\"\n\
             [markdown]\nraw_html = \"allow\"\n",
            SITE,
        );
        let portal = Portal::new().file("site.toml", settings);
        let lines = |n: usize| {
            let (from, until) = &windows[n];
            let until = until.as_ref().filter(|until| *until >= from);
            let until = until.map_or(String::new(), |until| format!("publish_until: {until}\n"));
            format!("publish_from: {from}\n{until}")
        };
        // An item that never ends, and links to every heading.
        let mut links = String::from("text\n");
        for (n, (part, id)) in parts.iter().enumerate() {
            let path = format!("content/news/i{n}.md");
            let aliases = format!("{}aliases: [/old/i{n}/]\n", lines(n));
            portal.write(&path, item(&path, &aliases, &format!("## heading\n\n{part}\n")));
            if let Some(id) = id {
                links += &format!("\n[x](i{n}.md#{id}) [x](/news/i{n}/#{id})\n");
            }
        }
        for (n, path) in [(ITEMS, "content/jobs/j.md"), (ITEMS + 1, "content/jobs/_index.md")] {
            portal.write(path, item(path, &lines(n), "## note\n"));
        }
        let portal = portal.item("content/news/always.md", &links);
        days.sort_unstable();
        let start: jiff::Timestamp = "2026-01-01T00:00:00+07:00".parse().unwrap();
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for day in days {
            let at = start + jiff::SignedDuration::from_hours(24 * day);
            let run = portal.run(&format!("build -q -o site --at {at}"));
            prop_assert_eq!(run.status, 0, "day {}: {}", day, run.stderr);
            for (path, found) in heading_ids(&portal) {
                let before = ids.entry(path).or_insert_with(|| found.clone());
                prop_assert_eq!(&*before, &found);
            }
        }
    }
}

/// Text near a number must not make it an error on the night when another item ends or opens: then its
/// address becomes `…`, and titles of links come and go.
#[test]
fn what_other_items_show_makes_no_error_of_a_number() {
    let slug = "prakat-rap-samak-sorb-khad-lueak-phanak-ngan-chang-2569-khrang-thi-1";
    let address = format!("https://test.example.go.th/news/{slug}/");
    let bodies = [
        format!("เลขบัตรประชาชนใช้เมื่อยื่นคำขอ ตามประกาศ {address} รหัสโครงการ 1200100412340"),
        format!("เลขประชาชน 1-2001 {address} 00412-34-0"),
        "เลขประชาชน [x](b.md \"1-2001-00412-3&#52;-0\")".to_owned(),
    ];
    for body in bodies {
        let window = "publish_from: 2569-06-01\npublish_until: 2569-12-31";
        let portal = Portal::new()
            .item_with("content/news/b.md", &format!("slug: {slug}\n{window}"), "")
            .item("content/news/a.md", &body);
        for at in ["2026-05-01", "2026-07-01", "2027-02-01"] {
            portal.run(&format!("build -q -o site-{at} --at {at}")).expect_status(0);
        }
    }
}
