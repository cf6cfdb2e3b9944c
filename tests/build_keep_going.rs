//! `--keep-going`, with files under `content/` that change or disappear while they are listed, read
//! and copied. The items concerned are left out, everything else is published, and expired items are
//! removed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use prakat::build;
use prakat::build::{Build, BuildOptions, BuildPhase, OnError, Progress, Scope};
use prakat::diagnostics::{Code, Failure, Severity};
use prakat::output::Stage;
use prakat::publish::{PublishMode, publish};
use prakat::report::{Catalog, ReportLanguage};

use crate::support::{Portal, item};

/// A day on which `short.md` has ended.
const LATER: &str = "2027-01-02T00:00:00+07:00";

/// An archive without files: its directory alone.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Items of every verdict with a file each, a translation, one that ended and one that stays.
fn portal() -> Portal {
    let settings = format!("{}\n[languages.en]\ntitle = \"Test\"\n", crate::support::SITE);
    let portal = Portal::new()
        .file("site.toml", settings)
        .item_with("content/news/short.md", "publish_until: 2569-12-31", "")
        .item("content/news/stay.md", "[a](a/index.md) [c](c/index.md)");
    let files = "attachments: [{ file: f.csv }, { file: f.zip }]\ncategory: news";
    let portal = [("a", ""), ("b", "publish_from: 2570-06-01"), ("c", "approver: -")]
        .into_iter()
        .fold(portal, |portal, (name, lines)| {
            let folder = format!("content/news/{name}");
            portal
                .item_with(
                    &format!("{folder}/index.md"),
                    &format!("{files}\n{lines}"),
                    "![p](p.png)",
                )
                .file(&format!("{folder}/f.csv"), "a,b\n1,2\n")
                .file(&format!("{folder}/f.zip"), EMPTY_ZIP)
                .file(
                    &format!("{folder}/p.png"),
                    include_bytes!("../content/publications/journal-11-4/cover-11-4.png"),
                )
        });
    portal.item_with("content/news/a/index.en.md", "title: A\ncategory: news", "[f](f.csv)")
}

/// Builds, and does something as soon as a part begins for the first time.
fn build_and(
    portal: &Portal,
    faults: OnError,
    when: BuildPhase,
    change: impl Fn(&Path) + Send + Sync + 'static,
) -> Result<Build, Failure> {
    let prepared = build::Project::load(&prakat::source::Portal::at(portal.root()), None).unwrap();
    let stage = Stage::begin(&portal.path("site"), Duration::ZERO)?;
    let order = BuildOptions { at: LATER.parse().unwrap(), scope: Scope::Build, faults };
    let (root, done) = (portal.root().to_owned(), AtomicBool::new(false));
    let progress = Progress::watched(move |part| {
        if part == when && !done.swap(true, Ordering::Relaxed) {
            change(&root);
        }
    });
    let mut build = build::build(&prepared, &order, Some(&stage), &progress)?;
    if let Some(release) = build.release() {
        publish(&stage, &release, PublishMode::Exchange, &mut |_| Ok(()))?;
    }
    Ok(build)
}

/// The output after a build with faults: the item left out is named by an error, what
/// ended is gone, the rest is there.
#[track_caller]
fn expect_left_out(portal: &Portal, build: &Build, file: &str, gone: &[&str]) {
    let errors = || build.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    assert!(errors().any(|found| found.place.file == file), "{file}: {:?}", build.diagnostics);
    assert!(build.left_out, "{file}");
    let output = portal.output();
    assert!(!output.contains_key("news/short/index.html"), "{file}: what ended is gone");
    assert!(output.contains_key("news/stay/index.html"), "{file}: {:?}", build.diagnostics);
    for path in ["news/a/index.html", "en/news/a/index.html", "news/a/f.csv", "news/a/f.zip"] {
        let is_gone = gone.iter().any(|gone| path.contains(gone));
        assert_eq!(output.contains_key(path), !is_gone, "{file}: {path}: {:?}", build.diagnostics);
    }
    // A report has everything once.
    let reported = build.diagnostics.sorted();
    let places = |code: Code| reported.iter().filter(move |found| found.code == code);
    assert!(places(Code::Changed).count() <= 1, "{reported:?}");
}

type Way = (&'static str, fn(&Path));

/// Ways in which a file is another one than it was.
const SPOILED: [Way; 6] = [
    ("gone", |path| fs::remove_file(path).unwrap()),
    ("a folder", |path| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    }),
    ("a link", |path| {
        fs::remove_file(path).unwrap();
        symlink("/etc/hostname", path).unwrap();
    }),
    ("a FIFO", |path| {
        fs::remove_file(path).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }),
    ("longer", |path| {
        let mut bytes = fs::read(path).unwrap();
        bytes.extend(b"\nmore");
        fs::write(path, bytes).unwrap();
    }),
    ("empty", |path| fs::write(path, "").unwrap()),
];

#[test]
fn a_file_that_changes_while_building_leaves_its_item_out() {
    for (how, spoil) in SPOILED {
        for (when, file, gone) in [
            (BuildPhase::Judge, "content/news/a/f.csv", "news/a/"),
            (BuildPhase::Judge, "content/news/a/f.zip", "news/a/"),
            (BuildPhase::Judge, "content/news/a/index.md", "news/a/"),
            (BuildPhase::Judge, "content/news/a/index.en.md", "en/news/a/"),
            (BuildPhase::Files, "content/news/a/f.csv", "news/a/"),
            (BuildPhase::Files, "content/news/a/f.zip", "news/a/"),
        ] {
            let portal = portal();
            portal.build();
            let spoil = move |root: &Path| spoil(&root.join(file));
            let build = build_and(&portal, OnError::SkipItems, when, spoil)
                .unwrap_or_else(|failure| panic!("{how}: {file}: {failure}"));
            expect_left_out(&portal, &build, file, &[gone]);
        }
    }
    let catalog = Catalog::new(ReportLanguage::English);
    let reported = catalog.find(Code::Changed.as_str(), "message", &[]).unwrap();
    let reported = format!("[{}]: {reported}", Code::Changed.as_str());
    assert_eq!(reported, "[source/changed]: this file changed while the site was being built");
}

/// The file of an item that is still to come must be readable today, so that no night fails.
#[test]
fn a_file_of_an_item_to_come_that_cannot_be_read_is_an_error_today() {
    for (how, spoil) in &SPOILED[..4] {
        for name in ["f.csv", "f.zip", "p.png", "index.md"] {
            let portal = portal();
            portal.build();
            let (file, spoil) = (format!("content/news/b/{name}"), *spoil);
            let path = file.clone();
            let spoil = move |root: &Path| spoil(&root.join(&path));
            let build = build_and(&portal, OnError::SkipItems, BuildPhase::Judge, spoil)
                .unwrap_or_else(|failure| panic!("{how}: {file}: {failure}"));
            expect_left_out(&portal, &build, &file, &[]);
        }
    }
}

/// What nobody approved is not looked into by a build, and its files stop nothing.
#[test]
fn a_file_of_a_draft_that_cannot_be_read_stops_nothing() {
    for (_, spoil) in &SPOILED[..4] {
        for name in ["f.csv", "p.png", "index.md"] {
            let (portal, spoil) = (portal(), *spoil);
            let path = format!("content/news/c/{name}");
            let spoil = move |root: &Path| spoil(&root.join(&path));
            let build = build_and(&portal, OnError::Fail, BuildPhase::Judge, spoil).unwrap();
            assert!(!build.diagnostics.has_errors(), "{:?}", build.diagnostics);
            assert!(portal.output().contains_key("news/a/f.csv"));
        }
    }
}

/// Without `--keep-going` nothing is published.
#[test]
fn a_file_that_changes_while_building_stops_the_build() {
    for (file, when) in [
        ("content/news/a/index.md", BuildPhase::Judge),
        ("content/news/b/index.md", BuildPhase::Judge),
        ("content/news/a/f.zip", BuildPhase::Files),
        ("content/news/a/f.csv", BuildPhase::Files),
    ] {
        let portal = portal();
        portal.build();
        let before = portal.output();
        let longer = move |root: &Path| (SPOILED[4].1)(&root.join(file));
        let failure = build_and(&portal, OnError::Fail, when, longer).unwrap_err();
        assert_eq!(failure.code, Code::ChangedWhileBuilding, "{file}");
        assert_eq!(failure.args, [("path", file.to_owned())]);
        // One that is gone is a finding like any other that was there when the build began.
        let gone = move |root: &Path| (SPOILED[0].1)(&root.join(file));
        portal.write(file, "");
        portal.write("content/news/a/f.csv", "a,b\n1,2\n");
        portal.write("content/news/a/f.zip", "PK");
        for name in ["a", "b"] {
            let path = format!("content/news/{name}/index.md");
            let lines = if name == "a" { "" } else { "\npublish_from: 2570-06-01" };
            let lines = format!(
                "attachments: [{{ file: f.csv }}, {{ file: f.zip }}]\ncategory: news{lines}"
            );
            portal.write(&path, item(&path, &lines, ""));
        }
        let build = build_and(&portal, OnError::Fail, when, gone).unwrap();
        let found = build.diagnostics.sorted();
        assert!(found.iter().any(|d| d.code == Code::Unreadable && d.place.file == file));
        assert_eq!(portal.output(), before, "{file}");
    }
}

/// A file of the theme or of `static/` is not under `content/`: nothing can be left out for it.
#[test]
fn a_static_file_that_changes_stops_the_build_always() {
    for faults in [OnError::Fail, OnError::SkipItems] {
        let portal = portal().file("static/logo.png", "x");
        portal.build();
        let before = portal.output();
        let longer = |root: &Path| (SPOILED[4].1)(&root.join("static/logo.png"));
        let failure = build_and(&portal, faults, BuildPhase::Files, longer).unwrap_err();
        assert_eq!(failure.code, Code::ChangedWhileBuilding);
        let gone = |root: &Path| (SPOILED[0].1)(&root.join("static/logo.png"));
        let mut build = build_and(&portal, faults, BuildPhase::Files, gone).unwrap();
        assert!(build.release().is_none());
        assert_eq!(portal.output(), before);
    }
}

/// Names that cannot be used, in the folder of an item or anywhere else.
#[test]
fn a_bad_name_concerns_the_item_in_whose_folder_it_is() {
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 4] = [b"bad\nname.csv", b"bad\xffname.csv", &[b'x'; 210], b"link"];
    for name in names {
        for (folder, gone) in [("content/news/a", true), ("content/loose", false)] {
            let portal = portal().item("content/loose/x.md", "").file("content/loose/y.csv", "a");
            portal.write("content/loose/x.md", item("content/news/x.md", "", ""));
            portal.build();
            let path = portal.path(folder).join(std::ffi::OsStr::from_bytes(name));
            if name == b"link" {
                symlink("/etc/hostname", path).unwrap();
            } else {
                fs::write(path, "a,b").unwrap();
            }
            portal.run(&format!("build -q --keep-going -o site --at {LATER}")).expect_status(3);
            let output = portal.output();
            assert!(!output.contains_key("news/short/index.html"));
            assert!(output.contains_key("news/stay/index.html"));
            assert!(output.contains_key("news/x/index.html"));
            assert_eq!(output.contains_key("news/a/index.html"), !gone);
        }
    }
}

/// A folder with a bad name is nobody's file: the text of the home page stays.
#[test]
fn a_folder_with_a_bad_name_concerns_no_item_around_it() {
    let portal = portal().item_with("content/_index.md", "", "zqhome");
    portal.write("content/ba\nd/x.md", item("content/news/x.md", "", ""));
    portal.run(&format!("build -q --keep-going -o site --at {LATER}")).expect_status(3);
    let home = String::from_utf8(portal.output()["index.html"].clone()).unwrap();
    assert!(home.contains("zqhome"));
}

#[test]
fn what_may_not_be_read_is_left_out_with_its_item() {
    use std::os::unix::fs::PermissionsExt;
    let cases: [(&str, &[&str]); 7] = [
        ("content/news/a/f.csv", &["news/a/"]),
        ("content/news/a/f.zip", &["news/a/"]),
        ("content/news/a/p.png", &["news/a/"]),
        ("content/news/a/index.md.sig", &["news/a/"]),
        ("content/news/a/index.en.md.sig", &["en/news/a/"]),
        ("content/news/a", &["news/a/"]),
        ("content/news/b/f.zip", &[]),
    ];
    for (file, gone) in cases {
        let portal = portal();
        portal.build();
        if file.ends_with(".sig") {
            portal.write(file, "");
        }
        let path = portal.path(file);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let is_open = fs::File::open(&path).is_ok();
        let run = portal.run(&format!("build --keep-going -o site --at {LATER}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        if is_open {
            return; // Who runs the tests may read everything.
        }
        let run = run.expect_status(3).expect_in_stderr(&format!("--> {file}"));
        let output = portal.output();
        assert!(!output.contains_key("news/short/index.html"), "{file}");
        assert!(output.contains_key("news/stay/index.html"), "{file}: {}", run.stderr);
        for page in ["news/a/index.html", "en/news/a/index.html"] {
            let is_gone = gone.iter().any(|gone| page.contains(gone));
            assert_eq!(output.contains_key(page), !is_gone, "{file}: {page}: {}", run.stderr);
        }
        // Without `--keep-going` it is a mistake like others, and nothing is written.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
        let run = portal.run(&format!("build -q -o site --at {LATER}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        run.expect_status(1);
        assert_eq!(portal.output(), output);
    }
}

/// Front matter that cannot be read, each with the addresses `news/zqslug/` and `old/zq/`. The last two
/// are not even split from the text.
const UNREAD: [&str; 9] = [
    "slug: zqslug\naliases: [/old/zq/]\nsumary: x",
    "slug: zqslug\nalises: [/old/zq/]",
    "slgu: zqslug\naliases:\n  - /old/zq/",
    "slug: zqslug\naliases: [/old/zq/]\ncategory: nwes",
    "slug: zqslug\naliases: [/old/zq/]\ntags: [x",
    "slug: zqslug\nslug: zqslug\naliases: [/old/zq/, 'b?']",
    "slug: zqslug\naliases: [/old/zq/]\npublish_from: 2569-13-01",
    "slug: zqslug\naliases: [/old/zq/]\ntitle: \u{202e}x",
    "slug: zqslug\naliases: [/old/zq/]\n--- x",
];

/// What the front matter of an item that cannot be read says of its address is not forgotten: links to
/// it are withheld and not dead, and the address of an item that ended stays hidden.
#[test]
fn an_item_that_cannot_be_read_keeps_its_addresses() {
    let ended = "publish_until: 2569-02-01\nslug: zqslug\naliases: [/old/zq/]";
    let links = ["b.md", "/news/zqslug/", "https://test.example.go.th/news/zqslug/", "/old/zq/"];
    let text = |link: &str| {
        let address = "test.example.go.th/news/zqslug/";
        format!("see [https://{address} x]({link})\n\n## [news/zqslug]({link}) heading")
    };
    let mut portal = Portal::new().item("content/news/c.md", "[x](l0.md#heading) [y](l3.md)");
    for (n, link) in links.iter().enumerate() {
        portal = portal.item(&format!("content/news/l{n}.md"), &text(link));
    }
    let portal = portal.item("content/_index.md", "[x](/news/zqslug/)");
    portal.write("content/_index.md", item("content/x.md", "", "[x](/news/zqslug/) zqhome"));
    portal.write("content/news/b.md", item("content/news/b.md", ended, ""));
    portal.run(&format!("build -q --keep-going -o site --at {LATER}")).expect_status(0);
    let right = portal.output();
    assert!(right.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("zqslug")));
    for lines in UNREAD {
        let mut unread = item("content/news/b.md", lines, "");
        if lines.ends_with("--- x") {
            unread = unread.replacen("\n---\n", "\n", 1);
        }
        portal.write("content/news/b.md", unread);
        portal.run(&format!("build -q --keep-going -o site --at {LATER}")).expect_status(3);
        assert_eq!(portal.output(), right, "{lines}");
    }
}

/// A mistake in a file leaves out the items that refer to it, and a report names it once.
#[test]
fn a_bad_file_concerns_the_items_that_refer_to_it() {
    let settings = format!("{}\n[languages.en]\ntitle = \"Test\"\n", crate::support::SITE);
    let scheduled = "publish_from: 2570-06-01";
    let refer = "[x](bad.csv)";
    for (lines, original, translation, gone) in [
        ("", "", refer, &["en"][..]),
        (scheduled, "", refer, &["en"]),
        ("", refer, refer, &["th", "en"]),
        (scheduled, refer, refer, &["th", "en"]),
        // A translation is published with its original only.
        ("", refer, "", &["th", "en"]),
    ] {
        let portal = Portal::new()
            .file("site.toml", &settings)
            .item("content/news/stay.md", "")
            .item("content/news/a/index.md", original)
            .item_with("content/news/a/index.en.md", lines, translation)
            .file("content/news/a/bad.csv", "");
        let run = portal.run(&format!("build --keep-going -o site --at {LATER}")).expect_status(3);
        assert_eq!(run.stderr.matches("--> content/news/a/bad.csv").count(), 1, "{}", run.stderr);
        let output = portal.output();
        let is_there = |page: &str| output.contains_key(page);
        assert_eq!(is_there("news/a/index.html"), !gone.contains(&"th"), "{}", run.stderr);
        let is_open = lines.is_empty() && !gone.contains(&"en");
        assert_eq!(is_there("en/news/a/index.html"), is_open, "{}", run.stderr);
    }
}

/// What static files, theme and settings claim twice is reported before anything is written.
#[test]
fn a_static_file_with_the_path_of_a_page_stops_the_build_always() {
    for path in ["feed.xml", "robots.txt", "news/index.html", "404.html", "assets", "news"] {
        let settings = format!("{}\n[static]\nallow = [\"{path}\"]\n", crate::support::SITE);
        let portal = Portal::new().item("content/news/a.md", "").item("content/stay.md", "");
        portal.build();
        let before = portal.output();
        portal.write("site.toml", settings);
        portal.write(&format!("static/{path}"), "x");
        let run = |arguments: &str| {
            let run = portal.run(&format!("build {arguments} -o site --at {LATER}"));
            run.expect_status(1).expect_in_stderr("--> static/").stderr
        };
        assert_eq!(run("--keep-going"), run(""), "{path}");
        assert_eq!(portal.output(), before, "{path}");
    }
}

/// A signature that is no file concerns its own item, whoever runs the tests.
#[test]
fn a_signature_that_is_a_link_concerns_its_own_item() {
    for (file, gone) in
        [("content/news/x.md.sig", "news/x/"), ("content/news/a/index.md.sig", "news/a/")]
    {
        let portal = portal().item("content/news/x.md", "");
        portal.build();
        symlink("/etc/hostname", portal.path(file)).unwrap();
        let build = build_and(&portal, OnError::SkipItems, BuildPhase::Judge, |_| ()).unwrap();
        expect_left_out(&portal, &build, file, &[gone]);
        assert!(!portal.output().contains_key(&format!("{gone}index.html")));
    }
}

/// The addresses of a file whose language is not declared are known: links to them are left out.
#[test]
fn links_to_a_file_of_an_undeclared_language_are_links_to_a_withheld_item() {
    let body = "[x](b.de.md) [y](/news/b.de/) [z](/de/news/b/) [w](/old/secret/)";
    let portal = Portal::new().item("content/news/a.md", body).item_with(
        "content/news/b.de.md",
        "aliases: [/old/secret/]",
        "zqsecret",
    );
    let now = crate::support::NOW;
    portal.run(&format!("build -q -o site --keep-going --at {now}")).expect_status(3);
    let page = String::from_utf8(portal.output()["news/a/index.html"].clone()).unwrap();
    for address in ["b.de", "news/b/", "old/secret", "zqsecret"] {
        assert!(!page.contains(address), "{address}");
    }
}

/// How much work is done after the items are loaded: a unit for each page.
fn pages_rendered(portal: &Portal, faults: OnError) -> usize {
    let prepared = build::Project::load(&prakat::source::Portal::at(portal.root()), None).unwrap();
    let _ = fs::remove_dir_all(portal.path("site"));
    let stage = Stage::begin(&portal.path("site"), Duration::ZERO).unwrap();
    let options = BuildOptions { at: LATER.parse().unwrap(), scope: Scope::Build, faults };
    let progress = Progress::default();
    let built = build::build(&prepared, &options, Some(&stage), &progress).unwrap();
    progress.done.load(Ordering::Relaxed) - built.records.len()
}

/// Bad items are found before pages are rendered, so that no page is rendered twice.
#[test]
fn pages_are_rendered_once_whatever_is_left_out() {
    let plain = (0..120).fold(Portal::new(), |portal, n| {
        portal
            .item(&format!("content/news/n{n}.md"), &format!("## ก\n\n[ข](n{}.md)", (n + 1) % 120))
    });
    let whole = pages_rendered(&plain, OnError::SkipItems);
    assert_eq!(whole, pages_rendered(&plain, OnError::Fail));
    for bad in
        ["<font>ก</font>", "[ก](nowhere.md)", "[ก](n1.md#nowhere)", "เลขประชาชน 1200100412340"]
    {
        plain.write("content/news/bad.md", item("content/news/bad.md", "", bad));
        assert_eq!(pages_rendered(&plain, OnError::SkipItems), whole, "{bad}");
    }
    // An error in an item to come.
    let lines = "publish_from: 2570-06-01";
    plain.write("content/news/bad.md", item("content/news/bad.md", lines, "<font>ก</font>"));
    assert_eq!(pages_rendered(&plain, OnError::SkipItems), whole);
}
