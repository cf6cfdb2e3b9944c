//! `prakat new`: what it writes is right, withheld and published once it is approved; nothing else is
//! touched.

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{NOW, Portal, Run, SITE, tree};

/// Kinds of which nothing is required.
const KINDS: [&str; 4] = ["person", "plan", "division", "coverage"];

/// A portal with one published item, so that it is not empty.
fn portal() -> Portal {
    Portal::new().item("content/news/first.md", "Text.")
}

fn new(portal: &Portal, arguments: &[&str]) -> Run {
    let mut command = portal.command("new");
    Run::of(command.args(arguments).args(["--at", NOW]).output().unwrap(), portal.root())
}

#[test]
fn every_kind_is_right_and_withheld_and_can_be_approved() {
    for lang in ["th", "en"] {
        let portal = portal();
        let mut paths = Vec::new();
        for kind in KINDS {
            let place = format!("news/a-{kind}");
            let run = new(&portal, &[&place, "--kind", kind, "--lang", lang]).expect_status(0);
            paths.push(run.stdout.trim().to_owned());
        }
        let run = new(&portal, &["news/plain", "--bundle", "--lang", lang]).expect_status(0);
        paths.push(run.stdout.trim().to_owned());
        let checked = portal.run(&format!("check --at {NOW}")).expect_status(0);
        assert!(checked.stderr.starts_with("No mistakes found\n"), "{}", checked.stderr);
        portal.run(&format!("build -o site --at {NOW}")).expect_status(0);
        assert!(!portal.path("site/news/a-plan").exists());

        let files = paths.join(" ");
        portal.run(&format!("approve {files} --as mayor --on 2569-11-22")).expect_status(0);
        portal.run(&format!("build -o site --at {NOW}")).expect_status(0);
        for path in &paths {
            let url = path.trim_start_matches("content/").trim_end_matches(".md");
            let url = url.trim_end_matches("/index");
            assert!(portal.path(&format!("site/{url}/index.html")).is_file(), "{url}");
        }
    }
}

/// Every declared kind can be begun. What it requires is missing until it is filled in, and nothing else is wrong.
#[test]
fn only_what_a_kind_requires_is_missing() {
    for lang in ["th", "en"] {
        let portal = portal();
        let listed = portal.run("kinds --format json").expect_status(0).stdout;
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        let kinds = listed["kinds"].as_array().unwrap();
        assert!(kinds.len() >= 21, "{}", kinds.len());
        for kind in kinds {
            let id = kind["id"].as_str().unwrap();
            let place = format!("news/a-{id}");
            let run = new(&portal, &[&place, "--kind", id, "--lang", lang]).expect_status(0);
            let text = fs::read_to_string(portal.path(run.stdout.trim())).unwrap();
            assert!(text.contains(&format!("\nkind: {id}\n")), "{text}");
            let fields = text.lines().filter(|line| line.starts_with("  ") && !line.contains("#-"));
            let keys = fields.filter(|line| !line.trim_start().starts_with('#')).count();
            assert_eq!(keys as u64, kind["fields"].as_u64().unwrap(), "{text}");
        }
        let checked = portal.run(&format!("check --at {NOW} --format json --lang en"));
        let checked: serde_json::Value = serde_json::from_str(&checked.stdout).unwrap();
        for diagnostic in checked["diagnostics"].as_array().unwrap() {
            let code = diagnostic["code"].as_str().unwrap();
            assert_eq!(code, "front-matter/missing-key", "{diagnostic}");
        }
    }
}

/// A clerk who removes the `#` before a line gets a line that is right.
#[test]
fn lines_are_right_without_their_mark() {
    for lang in ["th", "en"] {
        for kind in ["", "plan", "coverage"] {
            let portal = portal();
            let mut arguments = vec!["news/bridge", "--lang", lang];
            if !kind.is_empty() {
                arguments.extend(["--kind", kind]);
            }
            new(&portal, &arguments).expect_status(0);
            let path = "content/news/bridge.md";
            let text = fs::read_to_string(portal.path(path)).unwrap();
            let is_twice = |line: &&str| kind == "plan" && line.starts_with("#fiscal_year");
            let lines = text.lines().filter(|line| !is_twice(line)).map(|line| {
                let is_key = line.trim_start().strip_prefix('#').is_some_and(|rest| {
                    rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '-')
                        || line.starts_with("  #  ")
                });
                if is_key { line.replacen('#', "", 1) } else { line.to_owned() }
            });
            let text = lines.collect::<Vec<_>>().join("\n") + "\n";
            assert!(text.contains("\nsummary: ") && text.contains("\npublish_until: "), "{text}");
            portal.write(path, &text);
            let checked = portal.run(&format!("check --at {NOW}")).expect_status(0);
            assert!(checked.stderr.starts_with("No mistakes found\n"), "{text}{}", checked.stderr);
        }
    }
}

#[test]
fn the_first_day_is_the_day_in_the_zone_and_calendar_of_the_site() {
    let first_day = |portal: &Portal, at: &str| {
        portal.run(&format!("new news/a --at {at}")).expect_status(0);
        let text = fs::read_to_string(portal.path("content/news/a.md")).unwrap();
        let line = text.lines().find(|line| line.starts_with("publish_from")).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    assert_eq!(first_day(&portal(), "2026-11-22T16:59:59Z"), "2569-11-22");
    assert_eq!(first_day(&portal(), "2026-11-22T17:00:00Z"), "2569-11-23");
    assert_eq!(first_day(&portal(), "2570-02-01"), "2570-02-01");
    let site = SITE.replace("buddhist", "gregorian").replace("2568-", "2025-");
    let site = site.replace("2569-", "2026-");
    let gregorian = Portal::new().file("site.toml", site);
    assert_eq!(first_day(&gregorian, "2026-11-22"), "2026-11-22");
}

#[test]
fn a_category_that_limits_windows_gets_an_end() {
    let limited = SITE.replacen("id = \"news\"", "id = \"news\"\nmax_days = 30", 1);
    let portal = Portal::new().file("site.toml", limited);
    new(&portal, &["news/a"]).expect_status(0);
    let text = fs::read_to_string(portal.path("content/news/a.md")).unwrap();
    assert!(text.contains("\npublish_until: 2569-12-21\n"), "{text}");
    portal.run(&format!("check --at {NOW}")).expect_status(0);
}

#[test]
fn titles_are_kept_whatever_they_contain() {
    for title in ["ประกาศ: งดจ่ายน้ำ #2", "\"A\" \\ 'B'", "2569", "true", "* a", "{today}", "[x", "~"]
    {
        let portal = portal();
        new(&portal, &["news/a", &format!("--title={title}")]).expect_status(0);
        let run = portal.run("approve content/news/a.md --as mayor --on 2569-11-22");
        run.expect_status(0).expect_in_stderr(&format!("title: {title}\n"));
    }
}

#[test]
fn addresses_that_are_taken_are_refused() {
    let portal = Portal::new()
        .item_with("content/news/first.md", "aliases: [/news/old/]", "")
        .item_with("content/elsewhere.md", "category: news\nslug: ลอยกระทง", "")
        .item_with("content/news/draft.md", "approver: -", "");
    let before = tree(portal.root());
    for place in
        ["news/old", "news/OLD", "news/ลอยกระทง", "news/Draft", "news/first", "news/2569/first"]
    {
        let run = new(&portal, &[place]).expect_status(2);
        let is_told = ["new-taken", "new-there"].iter().any(|code| run.stderr.contains(code));
        assert!(is_told, "{place}: {}", run.stderr);
    }
    assert_eq!(tree(portal.root()), before);
}

#[test]
fn places_outside_the_portal_and_names_that_are_not_listed_are_refused() {
    let portal = portal();
    let before = tree(portal.root());
    for place in [
        "",
        "/",
        "news",
        "news/",
        "news//",
        "news/..",
        "news/../../x",
        "../news/x",
        "/etc/x",
        "news/.x",
        "news/.git/x",
        "news/x~",
        "news/~$x",
        "news/index",
        "news/Index",
        "news/a\u{200b}b",
        "news/_index",
        "news/a\\b",
        "news/a\u{7}b",
        "news/a/\u{7}/b",
        "news/CON",
        "news/…",
        "news/Thumbs.db",
        "news/x.md.md",
    ] {
        let run = new(&portal, &[place]);
        assert_eq!(run.status, 2, "{place}: {}{}", run.stdout, run.stderr);
    }
    for long in ["ก".repeat(66), "a".repeat(198), format!("{}/a", "a".repeat(201))] {
        new(&portal, &[&format!("news/{long}")]).expect_status(2);
    }
    assert_eq!(tree(portal.root()), before);
    new(&portal, &[&format!("news/{}", "ก".repeat(65))]).expect_status(0);
    portal.run(&format!("check --at {NOW}")).expect_status(0);
}

#[test]
fn the_path_of_the_file_is_understood() {
    for (place, path) in [
        ("content/news/a.md", "content/news/a.md"),
        ("news/a/index.md", "content/news/a/index.md"),
        ("/news/a/", "content/news/a.md"),
        ("news/a.MD", "content/news/a.md"),
        ("news/two words", "content/news/two-words.md"),
    ] {
        let run = new(&portal(), &[place]).expect_status(0);
        assert_eq!(run.stdout, format!("{path}\n"));
    }
}

#[test]
fn links_are_not_followed() {
    let (portal, other) = (Portal::new(), Portal::empty());
    symlink(other.root(), portal.path("content/news")).unwrap();
    new(&portal, &["news/a"]).expect_status(2).expect_in_stderr("environment/in-the-way");
    assert!(tree(other.root()).is_empty());
}

#[test]
fn mistakes_elsewhere_do_not_matter() {
    let portal = portal().file("content/news/broken.md", "---\ntitle: A\nbogus: 1\n---\n");
    new(&portal, &["news/a"]).expect_status(0);
}

#[test]
fn commands_name_the_portal_from_elsewhere() {
    let outside = Portal::empty();
    outside.run("init portal -q").expect_status(0);
    let run = outside.run("new news/a --root portal").expect_status(0);
    assert_eq!(run.stdout, "portal/content/news/a.md\n");
    let command = "prakat approve portal/content/news/a.md --as PERSON --root portal";
    run.expect_in_stderr(command);
    let approve = command.trim_start_matches("prakat ").replace("PERSON", "clerk");
    outside.run(&approve).expect_status(0);
}

/// Whatever name is accepted, a check finds nothing wrong with the item.
#[test]
fn a_name_that_is_accepted_is_right() {
    let names = [
        "_draft",
        "it's",
        "a(b)",
        "a;b",
        "a$b",
        "a@b",
        "~a",
        "-a",
        "README",
        "page",
        "feed",
        "search",
        "๒๕๖๙",
        "flood copy",
        "v1.0",
        "a{b}",
        "é",
        "manifest",
        "Copy of flood",
        "lpt1",
        "x.orig",
        "flood (2)",
        "a.",
        "con.txt",
        "INDEX",
        "ก ข",
    ];
    let mut accepted = 0;
    for name in names {
        for folder in [false, true] {
            let portal = portal();
            let place = format!("news/{name}");
            let flags: &[&str] = if folder { &["--bundle"] } else { &[] };
            let run = new(&portal, &[&[place.as_str()], flags].concat());
            if run.status == 0 {
                accepted += 1;
                let path = run.stdout.trim();
                portal.run(&format!("check --at {NOW}")).expect_status(0);
                portal.run(&format!("explain {path} --at {NOW}")).expect_status(0);
            }
        }
    }
    assert!(accepted > 30, "{accepted}");
}
