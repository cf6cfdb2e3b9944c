//! The portal at the repository's root: it builds, its links resolve, at a root and under a path.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::{NOW, Run, program, tree};

/// Builds the demonstration portal into a temporary folder.
fn build(arguments: &str) -> (Run, BTreeMap<String, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("site");
    let mut command = program();
    command.args(["--root", env!("CARGO_MANIFEST_DIR"), "build", "--at", NOW]);
    command.arg("-o").arg(&output).args(arguments.split_whitespace());
    let run = Run::of(command.output().unwrap(), Path::new(env!("CARGO_MANIFEST_DIR")));
    (run, tree(&output))
}

/// All values of an attribute in a page.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let start = format!(" {name}=\"");
    let pieces = page.split(start.as_str()).skip(1);
    pieces.map(|piece| piece.split('"').next().unwrap()).collect()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace("&amp;", "&"))
        .decode_utf8()
        .unwrap()
        .into_owned()
}

/// Where a link from a page leads, as a path in the output; `None` if it leads outside.
fn target(page: &str, link: &str, base_path: &str) -> Option<(String, Option<String>)> {
    if link.starts_with("http") || link.starts_with("mailto:") || link.starts_with("tel:") {
        return None;
    }
    let (path, fragment) =
        link.split_once('#').map_or((link, None), |(p, f)| (p, Some(decoded(f))));
    let path = decoded(path);
    let mut parts: Vec<&str> = match path.strip_prefix(base_path) {
        Some(_) if path.starts_with('/') => Vec::new(),
        _ => page.split('/').collect::<Vec<_>>()[..page.matches('/').count()].to_vec(),
    };
    let relative = if path.starts_with('/') { &path[base_path.len()..] } else { &path };
    if path.is_empty() {
        return Some((page.to_owned(), fragment));
    }
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => assert!(parts.pop().is_some(), "{page}: {link} climbs out of the site"),
            name => parts.push(name),
        }
    }
    let mut file = parts.join("/");
    if path.ends_with('/') || file.is_empty() {
        file = if file.is_empty() { "index.html".to_owned() } else { format!("{file}/index.html") };
    }
    Some((file, fragment))
}

/// Follows every link of every page.
fn crawl(files: &BTreeMap<String, Vec<u8>>, base_path: &str) -> usize {
    let mut count = 0;
    for (page, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).unwrap();
        let links = attributes(html, "href").into_iter().chain(attributes(html, "src"));
        for link in links {
            let Some((file, fragment)) = target(page, link, base_path) else { continue };
            let Some(found) = files.get(&file) else { panic!("{page}: {link}: no {file}") };
            if let Some(fragment) = fragment {
                let ids = attributes(std::str::from_utf8(found).unwrap(), "id");
                assert!(ids.contains(&fragment.as_str()), "{page}: {link}: no such id");
            }
            count += 1;
        }
        let ids = attributes(html, "id");
        let unique: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{page}: an id appears twice");
    }
    count
}

#[test]
fn the_demonstration_portal_builds_and_every_link_resolves() {
    let (run, files) = build("");
    run.expect_status(0);
    assert!(crawl(&files, "/") > 500);
    assert!(files.contains_key("index.html") && files.contains_key("en/index.html"));
    assert!(files.contains_key("news/ลอยกระทง/index.html"), "a Thai slug stays Thai");
}

#[test]
fn the_same_bytes_stand_under_a_path() {
    let (_, at_root) = build("");
    let (run, under_path) = build("--base-url https://www.example.go.th/open/data/");
    run.expect_status(0);
    crawl(&under_path, "/open/data/");
    let differ: Vec<&String> = at_root
        .iter()
        .filter(|(path, bytes)| {
            let neutral =
                |bytes: &[u8], base: &str| String::from_utf8_lossy(bytes).replace(base, "BASE/");
            let page = path.ends_with(".html") && *path != "404.html";
            page && neutral(bytes, "https://saithara.example.go.th/")
                != neutral(&under_path[*path], "https://www.example.go.th/open/data/")
        })
        .map(|(path, _)| path)
        .collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn nothing_is_fetched_from_elsewhere_and_nothing_stands_inline() {
    let (_, files) = build("");
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).unwrap();
        assert!(!html.contains(" style=\"") && !html.contains("<style"), "{path}");
        assert!(!html.contains("<script>") && !html.contains(" onclick="), "{path}");
        for source in attributes(html, "src") {
            assert!(!source.contains("://") && !source.starts_with("data:"), "{path}: {source}");
        }
    }
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".css")) {
        let css = std::str::from_utf8(bytes).unwrap();
        assert!(!css.contains("://") && !css.contains("data:"), "{path}");
    }
}

/// `tests/demo-verdicts.txt` has a line for every item; `UPDATE=1` writes it.
#[test]
fn the_verdict_of_every_item_is_as_it_should_be() {
    let (run, _) = build("--format json");
    let report = run.json();
    let mut found = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in report["items"].as_array().unwrap() {
        let (verdict, file) = (item["verdict"].as_str().unwrap(), item["file"].as_str().unwrap());
        *counts.entry(verdict).or_default() += 1;
        found += &format!("{verdict:<11}{file}\n");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo-verdicts.txt");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, fs::read_to_string(&path).unwrap_or_default());
    for verdict in ["expired", "scheduled", "unapproved", "withdrawn"] {
        assert!(counts[verdict] >= 3, "{verdict}: {counts:?}");
    }
    assert!(counts["published"] >= 120 && !counts.contains_key("invalid"), "{counts:?}");
    let warnings = report["diagnostics"].as_array().unwrap();
    assert!(warnings.iter().all(|w| w["code"] == "links/withheld"), "{warnings:?}");
}

/// Atom (RFC 4287) and the sitemap: well-formed, ordered, with what they must have.
#[test]
fn feeds_and_sitemap_hold_what_they_must() {
    let (_, files) = build("");
    let text = |path: &str| std::str::from_utf8(&files[path]).unwrap();
    let feed = text("news/feed.xml");
    for part in ["<id>", "<title>", "<updated>", "<author><name>", "<link rel=\"self\""] {
        assert!(feed.contains(part), "{part}");
    }
    let dates: Vec<&str> =
        feed.split("<published>").skip(1).map(|s| s.split('<').next().unwrap()).collect();
    let mut sorted = dates.clone();
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(dates, sorted, "newest first");
    let newest = feed
        .split("<entry>")
        .skip(1)
        .map(|e| e.split("<updated>").nth(1).unwrap().split('<').next().unwrap())
        .max();
    assert_eq!(feed.split("<updated>").nth(1).unwrap().split('<').next(), newest);
    let sitemap = text("sitemap.xml");
    assert!(sitemap.contains("%E0%B8%A5%E0%B8%AD%E0%B8%A2"), "Thai slugs are encoded");
    for url in sitemap.split("<loc>").skip(1).map(|s| s.split('<').next().unwrap()) {
        let path = decoded(url.strip_prefix("https://saithara.example.go.th/").unwrap());
        assert!(files.contains_key(&format!("{path}index.html")), "{url}");
    }
    assert!(text("robots.txt").contains("Sitemap: https://saithara.example.go.th/sitemap.xml"));
}

/// Which tenders close soon, for how much, and who won the last one: each two links from the home page, without a script.
#[test]
fn a_journalist_finds_tenders_and_winners_in_two_clicks() {
    let (_, files) = build("");
    let text = |path: &str| std::str::from_utf8(&files[path]).unwrap();
    let leads = |page: &str, to: &str| {
        let mut links = attributes(text(page), "href").into_iter();
        links.any(|link| target(page, link, "/").is_some_and(|(file, _)| file == to))
    };
    assert!(leads("index.html", "procurement/index.html"));
    let rows = |to: &str| -> Vec<String> {
        assert!(leads("procurement/index.html", to), "{to}");
        let body = text(to).split("<tbody").nth(1).unwrap().split("</tbody>").next().unwrap();
        body.split("<tr").skip(1).map(str::to_owned).collect()
    };
    let open = rows("procurement/by/state/open/index.html");
    let soonest = ["truck-tire-tender/", "2026-11-26T12:00", "460,000"];
    assert!(soonest.iter().all(|part| open[0].contains(part)), "{}", open[0]);
    let draft = ["cctv-review/", "2026-11-27", "15,300,000"];
    assert!(draft.iter().all(|part| open[1].contains(part)), "{}", open[1]);
    let next = ["drain-tender/", "2026-12-01T12:00", "8,750,000"];
    assert!(next.iter().all(|part| open[2].contains(part)), "{}", open[2]);
    let winners = rows("procurement/by/kind/winner/index.html");
    let last = ["road-winner/", "ห้างหุ้นส่วนจำกัด", "11,480,000"];
    assert!(last.iter().all(|part| winners[0].contains(part)), "{}", winners[0]);
}

/// The pages of a project show its steps in order, and those that are not on the site.
#[test]
fn projects_show_their_steps() {
    let (_, files) = build("");
    let steps = |item: &str| -> Vec<Option<String>> {
        let page = std::str::from_utf8(&files[&format!("procurement/{item}/index.html")]).unwrap();
        let Some(list) = page.split("class=\"steps\"").nth(1) else { return Vec::new() };
        let list = list.split("</ol>").next().unwrap();
        let steps = list.split("<li").skip(1);
        steps.map(|step| attributes(step, "href").first().map(|link| (*link).to_owned())).collect()
    };
    assert_eq!(steps("road-contract").len(), 5);
    assert_eq!(steps("waste-truck-winner").len(), 4);
    assert_eq!(steps("computer-winner-2569").len(), 4);
    assert_eq!(steps("waste-truck-cancellation").len(), 2);
    // Neither the withdrawn award nor the withdrawn draft is a step.
    assert!(steps("playground-tender").is_empty() && steps("cctv-review").is_empty());
    let old = steps("footpath-thawang-winner");
    assert_eq!(old, [None, None], "the invitation is missing, the award is this page");
}

/// The manifest lists every other file, with size and digest, and says when pages end.
#[test]
fn the_manifest_is_true() {
    use sha2::Digest;
    let (_, files) = build("");
    let manifest: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len(), files.len() - 1);
    for entry in listed {
        let bytes = &files[entry["path"].as_str().unwrap()];
        assert_eq!(entry["size"], bytes.len());
        let digest: String =
            sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(entry["sha256"], digest.as_str());
    }
    let of = |path: &str| listed.iter().find(|e| e["path"] == path).unwrap();
    assert_eq!(of("procurement/drain-tender/index.html")["until"], "2028-09-30T16:30:00+07:00");
    assert!(of("index.html").get("until").is_none());
}

/// `docs/requirements.md` has a row for every requirement, in order, and names files that are there.
#[test]
fn the_table_of_requirements_is_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("docs/requirements.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| R"));
    let numbers: Vec<usize> =
        rows.filter_map(|row| row.split([' ', '|']).next()?.parse().ok()).collect();
    assert_eq!(numbers, (1..=207).collect::<Vec<_>>());
    for link in text.split("](../").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
        assert!(root.join(link).exists(), "{link}");
    }
}
