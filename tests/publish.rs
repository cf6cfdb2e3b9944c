//! Publishing: all or nothing, equal files untouched, what ended gone from every tree, foreign
//! folders left alone, killed builds harmless.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use prakat::build;
use prakat::build::{BuildOptions, OnError, Progress, Scope};
use prakat::diagnostics::{Code, Failure};
use prakat::output::Stage;
use prakat::publish::{PublishMode, PublishStep, publish};

use crate::support::{NOW, Portal, item, tree};

fn few_items(count: usize, word: &str) -> Portal {
    let portal = Portal::new();
    for n in 0..count {
        let path = format!("content/news/{word}-{n}.md");
        portal.write(
            &path,
            item(&path, &format!("title: {word} {n}"), &format!("## {word}\n\n{word} {n}")),
        );
    }
    let bundle = "content/procurement/file/index.md";
    portal.write(bundle, item(bundle, "attachments: [{ file: a.csv, title: a }]", ""));
    portal.write("content/procurement/file/a.csv", word.repeat(5_000));
    portal
}

type Times = BTreeMap<String, (i64, i64, u64)>;

fn times(root: &Path) -> Times {
    tree(root)
        .into_keys()
        .map(|path| {
            let metadata = fs::metadata(root.join(&path)).unwrap();
            (path, (metadata.mtime(), metadata.mtime_nsec(), metadata.ino()))
        })
        .collect()
}

#[test]
fn a_rebuild_in_which_nothing_changed_writes_no_file() {
    let portal = few_items(60, "x");
    portal.build();
    let before = times(&portal.path("site"));
    portal.build().expect_in_stderr("Files: 0 written, ");
    assert_eq!(times(&portal.path("site")), before);
}

#[test]
fn verbose_tells_how_long_each_part_took_in_their_order() {
    let run = few_items(2, "x").run("build -v -o site").expect_status(0);
    let report = run.stderr.lines().filter_map(|line| line.strip_prefix("build: "));
    let parts: Vec<&str> = report
        .map(|line| {
            let (part, time) = line.split_once(' ').unwrap();
            assert!(time.strip_suffix(" ms").unwrap().parse::<f64>().unwrap() >= 0.0, "{line}");
            part
        })
        .collect();
    assert_eq!(parts, ["Survey", "Judge", "Pages", "Files"]);
}

#[test]
fn one_change_writes_what_shows_it_and_nothing_else() {
    let portal = few_items(60, "x");
    portal.build();
    for round in 0..3 {
        let before = times(&portal.path("site"));
        let path = "content/news/x-30.md";
        portal.write(path, item(path, "title: x 30", &format!("changed {round}")));
        portal.build().expect_in_stderr("Files: 2 written, ");
        let after = times(&portal.path("site"));
        let changed: Vec<&String> =
            after.keys().filter(|p| before.get(*p) != after.get(*p)).collect();
        assert_eq!(changed, ["manifest.json", "news/x-30/index.html"]);
        let twin = tree(&portal.path(".site.prakat/twin"));
        assert_eq!(twin, portal.output(), "the twin has the same state");
    }
}

/// The hidden folder may contain what was public before. It is not in the manifest.
#[test]
fn git_ignores_the_hidden_folder() {
    let portal = few_items(3, "x");
    portal.build();
    let ignored = portal.path(".site.prakat/.gitignore");
    assert_eq!(fs::read(&ignored).unwrap(), b"*\n");
    assert!(!portal.output().keys().any(|path| path.contains(".git")));
    fs::write(&ignored, "").unwrap();
    portal.build();
    assert_eq!(fs::read(&ignored).unwrap(), b"*\n");
    let git = |arguments: &[&str]| {
        std::process::Command::new("git").current_dir(portal.root()).args(arguments).output()
    };
    if git(&["init", "-q"]).is_err() {
        eprintln!("skipped: there is no git");
        return;
    }
    let status = git(&["status", "--porcelain", "-uall"]).unwrap().stdout;
    let status = String::from_utf8(status).unwrap();
    assert!(status.contains("site.toml") && !status.contains(".site.prakat"), "{status}");
}

#[test]
fn what_ended_is_gone_under_every_name() {
    let portal = few_items(10, "x").item_with(
        "content/news/short.md",
        "publish_until: 2569-11-30\ntitle: zqshort",
        "zqshort",
    );
    let holds = |root: &Path| {
        tree(root).iter().any(|(path, bytes)| {
            path.contains("short") || bytes.windows(7).any(|window| window == b"zqshort")
        })
    };
    let root = portal.root();
    portal.build();
    assert!(holds(&portal.path("site")));
    portal.run("build -o site --at 2569-12-01").expect_status(0);
    assert!(!holds(&portal.path("site")) && !holds(&portal.path(".site.prakat")));
    portal.build();
    portal.run("build -o site --at 2569-12-01").expect_status(0);
    assert!(!holds(&portal.path("site")) && !holds(&portal.path(".site.prakat")));
    assert!(!root.join("site/news/short").exists(), "no empty folder stays");
}

#[test]
fn a_tampered_twin_never_becomes_the_output() {
    let portal = few_items(5, "x");
    portal.build();
    portal.write("content/news/x-1.md", item("content/news/x-1.md", "title: x 1", "second"));
    portal.build();
    let twin = portal.path(".site.prakat/twin/news/x-2/index.html");
    fs::remove_file(&twin).unwrap();
    fs::write(&twin, "gambling").unwrap();
    fs::write(portal.path(".site.prakat/twin/extra.html"), "gambling").unwrap();
    portal.write("content/news/x-1.md", item("content/news/x-1.md", "title: x 1", "third"));
    portal.build();
    let anywhere = |files: BTreeMap<String, Vec<u8>>| {
        files.values().any(|bytes| bytes.starts_with(b"gambling"))
    };
    assert!(!anywhere(portal.output()));
    assert!(!anywhere(tree(&portal.path(".site.prakat"))));
}

#[test]
fn a_defaced_output_is_mended_and_foreign_files_are_named() {
    let portal = few_items(5, "x");
    portal.build();
    let clean = portal.output();
    fs::write(portal.path("site/news/x-3/index.html"), "gambling").unwrap();
    fs::write(portal.path("site/casino.html"), "gambling").unwrap();
    fs::create_dir_all(portal.path("site/deep/er")).unwrap();
    fs::write(portal.path("site/deep/er/slots.html"), "gambling").unwrap();
    std::os::unix::fs::symlink("/etc", portal.path("site/etc")).unwrap();
    fs::remove_file(portal.path("site/robots.txt")).unwrap();
    let run = portal.build();
    for name in ["casino.html", "deep/er/slots.html", "etc"] {
        assert!(run.stderr.contains(&format!("Removed, as prakat did not write it: {name}\n")));
    }
    assert_eq!(portal.output(), clean);
    assert!(!portal.path("site/deep").exists() && Path::new("/etc").exists());
}

#[test]
fn a_folder_that_prakat_did_not_make_is_left_alone() {
    let portal = few_items(2, "x").file("site/thesis.txt", "years of work");
    portal.run(&format!("build -o site --at {NOW}")).expect_status(2).expect_stderr(
        "error[environment/output-foreign]: ROOT/site is not empty and was not made by prakat, so it is left alone\n  help: choose another folder with -o DIR, or empty this one yourself",
    );
    assert_eq!(fs::read_to_string(portal.path("site/thesis.txt")).unwrap(), "years of work");
    for output in [".", "..", "/", "content", "content/public", "themes/x", "static"] {
        let run = portal.run(&format!("build -o {output} --at {NOW}"));
        assert_eq!(run.status, 2, "{output}: {}", run.stderr);
    }
    let other = portal.file("git/.git/HEAD", "ref").file("plain", "a file");
    other
        .run(&format!("build -o git --at {NOW}"))
        .expect_status(2)
        .expect_in_stderr("Git repository");
    other
        .run(&format!("build -o plain --at {NOW}"))
        .expect_status(2)
        .expect_in_stderr("is not a folder");
    std::os::unix::fs::symlink(other.path("content"), other.path("link")).unwrap();
    other.run(&format!("build -o link --at {NOW}")).expect_status(2);
}

#[test]
fn an_empty_folder_may_be_used() {
    let portal = few_items(2, "x");
    fs::create_dir(portal.path("site")).unwrap();
    portal.build();
    assert!(portal.path("site/index.html").exists());
}

#[test]
fn a_failing_build_leaves_the_output_as_it_was() {
    let portal = few_items(5, "x");
    portal.build();
    let before = times(&portal.path("site"));
    portal.write("content/news/bad.md", "---\ntitle: [\n---\n");
    portal.write("content/news/x-1.md", item("content/news/x-1.md", "", "other"));
    portal.run(&format!("build -o site --at {NOW}")).expect_status(1);
    assert_eq!(times(&portal.path("site")), before);
    assert!(tree(&portal.path(".site.prakat/staged")).is_empty());
    portal.write("content/news/bad.md", item("content/news/bad.md", "", ""));
    portal.write("themes/default/templates/item.html", "{{ item.nothing }}");
    portal
        .run(&format!("build -o site --at {NOW}"))
        .expect_status(1)
        .expect_in_stderr("themes/default/templates/item.html:1:");
    assert_eq!(times(&portal.path("site")), before);
}

#[test]
fn threads_and_folders_make_no_difference() {
    let portal = few_items(80, "x");
    portal.run(&format!("build -j 1 -o one --at {NOW}")).expect_status(0);
    portal.run(&format!("build -j 8 -o deep/er/eight --at {NOW}")).expect_status(0);
    let moved = Portal::empty();
    crate::support::copy_tree(&portal.path("content"), &moved.path("content"));
    fs::copy(portal.path("site.toml"), moved.path("site.toml")).unwrap();
    moved.build();
    assert_eq!(tree(&portal.path("one")), tree(&portal.path("deep/er/eight")));
    assert_eq!(tree(&portal.path("one")), moved.output());
}

#[test]
fn two_builds_at_once_take_turns() {
    let portal = few_items(40, "x");
    let start = || portal.command(&format!("build -q -o site --at {NOW}")).spawn().unwrap();
    let children = [start(), start(), start()];
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let output = portal.output();
    fs::remove_dir_all(portal.path("site")).unwrap();
    portal.build();
    assert_eq!(output, portal.output());
}

#[test]
fn a_held_lock_is_waited_for_and_then_told() {
    let portal = few_items(2, "x");
    let output = portal.path("site");
    let held = Stage::begin(&output, Duration::ZERO).unwrap();
    let refused = Stage::begin(&output, Duration::ZERO).unwrap_err();
    assert_eq!(refused.code, Code::Locked);
    let mut waiting = portal.command(&format!("build -q -o site --at {NOW}")).spawn().unwrap();
    assert!(waiting.try_wait().unwrap().is_none());
    drop(held);
    assert!(waiting.wait().unwrap().success());
    let catalog = prakat::report::Catalog::new(prakat::report::ReportLanguage::English);
    let (message, _) = catalog.failure(&refused);
    assert!(message.starts_with("another build has been working on"), "{message}");
}

/// Builds in this process and stops before the step with a number, as if the disk had failed.
fn build_until(
    portal: &Portal,
    output: &Path,
    at: &str,
    stop: usize,
) -> Result<Vec<PublishStep>, Failure> {
    let prepared = build::Project::load(&prakat::source::Portal::at(portal.root()), None).unwrap();
    let stage = Stage::begin(output, Duration::ZERO)?;
    let order =
        BuildOptions { at: at.parse().unwrap(), scope: Scope::Build, faults: OnError::Fail };
    let mut build = build::build(&prepared, &order, Some(&stage), &Progress::default())?;
    let release = build.release().unwrap();
    let mut steps = Vec::new();
    publish(&stage, &release, PublishMode::Exchange, &mut |step| {
        steps.push(step);
        if steps.len() > stop { Err(Failure::new(Code::Io)) } else { Ok(()) }
    })?;
    Ok(steps)
}

#[test]
fn a_build_that_stops_before_any_step_leaves_one_whole_site() {
    let (a, b) = (few_items(20, "aaa"), few_items(15, "bbb"));
    let shelf = Portal::empty();
    let (site_a, site_b) = (shelf.path("a"), shelf.path("b"));
    build_until(&a, &site_a, NOW, usize::MAX).unwrap();
    build_until(&b, &site_b, NOW, usize::MAX).unwrap();
    let (site_a, site_b) = (tree(&site_a), tree(&site_b));
    let output = shelf.path("site");
    let mut stopped = 0;
    for (portal, wanted, other) in
        [(&a, &site_a, None), (&b, &site_b, Some(&site_a)), (&a, &site_a, Some(&site_b))]
    {
        for stop in 0.. {
            let result = build_until(portal, &output, NOW, stop);
            let found = tree(&output);
            let whole = found == *wanted
                || other.is_some_and(|other| found == *other)
                || (other.is_none() && found.is_empty());
            assert!(whole, "stopped before step {stop}: {:?}", found.keys());
            if result.is_ok() {
                assert_eq!(found, *wanted);
                break;
            }
            stopped += 1;
        }
        // Nothing of the former site is left next to it.
        let word = if std::ptr::eq(portal, &a) { "bbb" } else { "aaa" };
        let scratch = tree(&shelf.path(".site.prakat"));
        assert!(!scratch.keys().any(|path| path.contains(word)), "{:?}", scratch.keys());
    }
    assert!(stopped >= 8, "only {stopped} steps");
}

#[test]
fn a_build_killed_at_any_moment_leaves_one_whole_site() {
    const KILLS: u32 = 200;
    let (a, b) = (few_items(30, "aaa"), few_items(25, "bbb"));
    let shelf = Portal::empty();
    let output = shelf.path("site");
    let build = |portal: &Portal| {
        let arguments = format!("build -q -o {} --at {NOW}", output.display());
        portal.command(&arguments).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut sites = Vec::new();
    let mut longest = Duration::ZERO;
    for portal in [&a, &b, &a, &b] {
        let start = Instant::now();
        assert!(build(portal).wait().unwrap().success());
        longest = longest.max(start.elapsed());
        sites.push(tree(&output));
    }
    let mut seen = [0, 0];
    for kill in 0..KILLS {
        let mut child = build(if kill % 2 == 0 { &a } else { &b });
        // Spread evenly over a build and a little more, in an order that mixes early and late.
        std::thread::sleep(longest * (kill * 89 % KILLS) / KILLS * 11 / 10);
        let _ = child.kill();
        child.wait().unwrap();
        let found = tree(&output);
        let site = sites[..2].iter().position(|site| *site == found);
        let Some(site) = site else { panic!("kill {kill}: {:?}", found.keys()) };
        seen[site] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "kills came too early or too late: {seen:?}");
    assert!(build(&a).wait().unwrap().success());
    assert_eq!(tree(&output), sites[0]);
}

#[test]
fn in_place_does_the_same_file_by_file() {
    let portal =
        few_items(10, "x").item_with("content/news/short.md", "publish_until: 2569-11-30", "");
    portal.run(&format!("build --in-place -o site --at {NOW}")).expect_status(0);
    let inode = fs::metadata(portal.path("site")).unwrap().ino();
    portal.run("build --in-place -o site --at 2569-12-01").expect_status(0);
    assert_eq!(fs::metadata(portal.path("site")).unwrap().ino(), inode, "the folder stays");
    portal.run("build -o other --at 2569-12-01").expect_status(0);
    assert_eq!(portal.output(), tree(&portal.path("other")));
}

/// Runs a script in a mount namespace of its own; `None` where that is not allowed.
fn in_namespace(portal: &Portal, script: &str) -> Option<crate::support::Run> {
    let run = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "--map-root-user", "sh", "-ec", script])
            .current_dir(portal.root());
        command.env("LANG", "en_US.UTF-8").env("PRAKAT", env!("CARGO_BIN_EXE_prakat"));
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES");
        command.output().ok()
    };
    let probe = run("mkdir -p probe && mount -t tmpfs none probe")?;
    if !probe.status.success() {
        let why = String::from_utf8_lossy(&probe.stderr);
        std::io::Write::write_all(&mut std::io::stderr(), format!("skipped: {why}").as_bytes())
            .unwrap();
        return None;
    }
    Some(crate::support::Run::of(run(script)?, portal.root()))
}

#[test]
fn a_full_disk_leaves_the_output_as_it_was() {
    let portal = few_items(60, "x");
    let script = format!(
        "mkdir disk && mount -t tmpfs -o size=400k none disk
         $PRAKAT build -q -o disk/site --at {NOW} --base-url https://a.example/ && exit 9
         test ! -e disk/site || exit 8
         rm -rf content/news && $PRAKAT build -q -o disk/site --at {NOW}
         cp -r disk/site before
         cp -r full content/news
         code=0; $PRAKAT build -q -o disk/site --at {NOW} || code=$?
         diff -r before disk/site >&2
         exit $code"
    );
    crate::support::copy_tree(&portal.path("content/news"), &portal.path("full"));
    let Some(run) = in_namespace(&portal, &script) else { return };
    run.expect_status(2).expect_in_stderr(
        "error[environment/disk-full]: the disk is full: ROOT/disk/.site.prakat/staged/",
    );
}

#[test]
fn a_mount_point_is_refused_with_advice_and_served_in_place() {
    let portal = few_items(5, "x");
    let script = format!(
        "mkdir site && mount -t tmpfs none site
         code=0; $PRAKAT build -q -o site --at {NOW} || code=$?
         test $code = 2
         $PRAKAT build -q --in-place -o site --at {NOW}
         $PRAKAT build -q -o other --at {NOW}
         diff -r site other >&2"
    );
    let Some(run) = in_namespace(&portal, &script) else { return };
    run.expect_status(0).expect_in_stderr("is a mount point, so it cannot be replaced in one step");
}

/// A folder of a lower layer of an overlay cannot be renamed, but it is no mount point.
#[test]
fn an_output_in_the_image_of_a_container_is_told() {
    let portal = few_items(5, "x");
    let script = format!(
        "mkdir upper work merged lower && cp -r site.toml content lower
         $PRAKAT build -q --root lower --at {NOW}
         mount -t tmpfs none upper && mkdir upper/u upper/w
         mount -t overlay overlay -o lowerdir=lower,upperdir=upper/u,workdir=upper/w merged || exit 2
         rm merged/content/news/x-1.md
         code=0; $PRAKAT build -q --root merged --at {NOW} || code=$?
         test $code = 2
         $PRAKAT build -q --in-place --root merged --at {NOW} && test ! -e merged/public/news/x-1/index.html"
    );
    let Some(run) = in_namespace(&portal, &script) else { return };
    run.expect_status(0).expect_in_stderr("error[environment/output-layer]");
}

#[test]
fn a_read_only_disk_is_told() {
    let portal = few_items(5, "x");
    let script = format!(
        "mkdir disk && mount -t tmpfs none disk && $PRAKAT build -q -o disk/site --at {NOW}
         cp -r disk/site before && rm content/news/x-1.md && mount -o remount,ro disk
         code=0; $PRAKAT build -q -o disk/site --at {NOW} || code=$?
         diff -r before disk/site >&2
         exit $code"
    );
    let Some(run) = in_namespace(&portal, &script) else { return };
    run.expect_status(2)
        .expect_in_stderr("error[environment/not-allowed]: not allowed: ROOT/disk/.site.prakat");
}

#[test]
fn a_site_may_become_empty_by_ending_and_not_by_losing_its_items() {
    let path = "content/news/a.md";
    let lines = "publish_until: 2569-11-30\naliases: [/old/a/]";
    let portal = Portal::new().item_with(path, lines, "");
    portal.build();
    // What ended may go, and the next nightly builds have nothing to say.
    portal.run("build -q -o site --at 2569-12-01").expect_status(0);
    portal.run("build -q -o site --at 2569-12-02").expect_status(0);
    portal.build();
    // The item is unapproved, or its file is gone: the live site is not emptied in silence.
    let before = portal.output();
    portal.write(path, item(path, "approver: -\npublish_until: 2569-11-30", ""));
    portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    fs::remove_file(portal.path(path)).unwrap();
    portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    portal.run(&format!("build -q -o site --keep-going --at {NOW}")).expect_status(1);
    assert_eq!(portal.output(), before);
    portal.run(&format!("build -q -o site --allow-empty --at {NOW}")).expect_status(0);
    assert!(!portal.output().contains_key("news/a/index.html"));
}

/// Whatever belongs to an item that is over goes with it: old addresses, files of any kind, its
/// translation, also where its end was moved, and what it had was edited, at the same time.
#[test]
fn the_last_item_can_always_be_taken_back() {
    let settings = format!("{}\n[languages.en]\ntitle = \"Test\"\n", crate::support::SITE);
    let path = "content/news/a/index.md";
    let before = "category: news\naliases: [/old/x, /old.html]\nattachments: [{ file: r.csv }, { file: m.pdf }]\npublish_until: 2570-06-01";
    let over = [
        format!("{before}\nwithdrawn: {{ on: 2569-11-01 }}"),
        before.replace("2570-06-01", "2569-10-01"),
        "category: news\naliases: [/old/x, /old.html]\nwithdrawn: { on: 2569-11-01 }".to_owned(),
        // Its old addresses were dropped, or moved with its own.
        "category: news\nwithdrawn: { on: 2569-11-01 }".to_owned(),
        "category: news\naliases: [/new/x]\nslug: other\nwithdrawn: { on: 2569-11-01 }".to_owned(),
        "category: procurement\nslug: other\nwithdrawn: { on: 2569-11-01 }".to_owned(),
        // It has no approver any more, and it is over.
        format!("{before}\napprover: -\nwithdrawn: {{ on: 2569-11-01 }}"),
    ];
    let lost = [
        format!("{before}\napprover: -"),
        // Its end was moved away, and it has no approver.
        format!("{}\napprover: -", before.replace("2570", "2590")),
        format!("{before}\npublish_from: 2570-01-01"),
        format!("{before}\nslug: other"),
    ];
    let start = || {
        let portal = Portal::new()
            .file("site.toml", &settings)
            .item_with(path, before, "")
            .file("content/news/a/r.csv", "a,b\n1,2\n")
            .file("content/news/a/m.pdf", "%PDF-1.4\n%%EOF")
            .item_with("content/news/a/index.en.md", "category: news\ntitle: A", "[f](r.csv)");
        portal.build();
        portal
    };
    let is_online = |portal: &Portal| {
        portal.output().keys().any(|path| path.contains("news/a/") || path.starts_with("old"))
    };
    for flag in ["", "--keep-going"] {
        for lines in &over {
            let portal = start();
            portal.write(path, item(path, lines, ""));
            if !lines.contains("r.csv") {
                fs::remove_file(portal.path("content/news/a/r.csv")).unwrap();
                fs::remove_file(portal.path("content/news/a/index.en.md")).unwrap();
            }
            let run = portal.run(&format!("build -q -o site {flag} --at {NOW}"));
            run.expect_status(0);
            assert!(!is_online(&portal), "{lines}");
        }
        for lines in &lost[..3] {
            let portal = start();
            portal.write(path, item(path, lines, ""));
            let run = portal.run(&format!("build -q -o site {flag} --at {NOW}"));
            run.expect_status(1).expect_in_stderr("content/empty-site");
            assert!(is_online(&portal), "{lines}");
        }
        // One of two is over, the other one is lost: what stood there stays.
        let portal = start().item("content/news/b.md", "");
        portal.build();
        portal.write(path, item(path, &over[0], ""));
        portal.write("content/news/b.md", item("content/news/b.md", "approver: -", ""));
        portal.run(&format!("build -q -o site {flag} --at {NOW}")).expect_status(1);
        assert!(is_online(&portal));
        // Another address alone does not make it ended.
        fs::remove_file(portal.path("content/news/b.md")).unwrap();
        portal.write(path, item(path, &format!("{}\napprover: -", lost[3]), ""));
        portal.run(&format!("build -q -o site {flag} --at {NOW}")).expect_status(1);
    }
}

/// A mistake in an item that is over does not keep the site from running empty.
#[test]
fn an_item_that_is_over_goes_though_a_mistake_left_it_out() {
    let path = "content/news/a/index.md";
    let portal = Portal::new().item_with(path, "category: news", "");
    portal.build();
    portal.write(path, item(path, "category: news\nwithdrawn: { on: 2569-11-01 }", ""));
    std::os::unix::fs::symlink("/etc/hostname", portal.path("content/news/a/link")).unwrap();
    portal.run(&format!("build -q -o site --at {NOW}")).expect_status(1);
    portal.run(&format!("build -q --keep-going -o site --at {NOW}")).expect_status(3);
    assert!(!portal.output().contains_key("news/a/index.html"));
}

#[test]
fn an_output_that_came_from_elsewhere_makes_the_twin_untrusted() {
    let portal = few_items(5, "x").item_with(
        "content/news/short.md",
        "publish_until: 2569-11-30",
        "zqshort",
    );
    portal.build();
    portal.write("content/news/x-1.md", item("content/news/x-1.md", "title: x 1", "second"));
    portal.build();
    // The output is replaced by one built elsewhere, in which the short notice has ended.
    portal.run("build -q -o other --at 2569-12-01").expect_status(0);
    fs::remove_dir_all(portal.path("site")).unwrap();
    fs::rename(portal.path("other"), portal.path("site")).unwrap();
    portal.run("build -o site --at 2569-12-01").expect_in_stderr("Files: 0 written");
    let scratch = tree(&portal.path(".site.prakat"));
    assert!(!scratch.keys().any(|path| path.contains("short")), "{:?}", scratch.keys());
}

#[test]
fn foreign_files_with_any_name_go() {
    use std::os::unix::ffi::OsStrExt;
    let portal = few_items(3, "x");
    portal.build();
    let odd = portal.path("site").join(std::ffi::OsStr::from_bytes(b"casino-\xff.html"));
    fs::write(&odd, "gambling").unwrap();
    fs::write(portal.path("site/manifest-evil.json"), "gambling").unwrap();
    portal.build().expect_in_stderr("did not write it: manifest-evil.json");
    assert!(!odd.exists() && !portal.path("site/manifest-evil.json").exists());
    assert!(!tree(&portal.path(".site.prakat")).values().any(|bytes| bytes == b"gambling"));
}

#[test]
fn a_planted_link_beside_the_output_is_refused() {
    let portal = few_items(2, "x").file("victim/former/work.txt", "years of work");
    std::os::unix::fs::symlink("victim", portal.path(".site.prakat")).unwrap();
    portal.run(&format!("build -q -o site --at {NOW}")).expect_status(2);
    assert!(portal.path("victim/former/work.txt").exists());
    assert_eq!(fs::read_dir(portal.path("victim")).unwrap().count(), 1);
}

#[test]
fn an_output_inside_another_is_refused() {
    let portal = few_items(2, "x");
    portal.build();
    for output in ["site/inner", ".site.prakat/inner"] {
        let run = portal.run(&format!("build -q -o {output} --at {NOW}"));
        run.expect_status(2).expect_in_stderr("is inside the output");
    }
    std::os::unix::fs::symlink("site", portal.path("link")).unwrap();
    portal
        .run(&format!("build -q -o link --at {NOW}"))
        .expect_status(2)
        .expect_in_stderr("symbolic link");
}

/// The manifest says when each page ends: a translation with its original, a file with the last
/// item that shows it.
#[test]
fn the_manifest_says_when_pages_end() {
    let settings = format!("{}\n[languages.en]\ntitle = \"Test\"\n", crate::support::SITE);
    let portal = Portal::new()
        .file("site.toml", settings)
        .item_with(
            "content/news/a/index.md",
            "publish_until: 2569-12-31\nattachments: [{ file: f.csv }]\ncategory: news",
            "",
        )
        .item_with("content/news/a/index.en.md", "category: news\ntitle: A", "[f](f.csv)")
        .file("content/news/a/f.csv", "a");
    portal.build();
    let manifest: serde_json::Value =
        serde_json::from_slice(&portal.output()["manifest.json"]).unwrap();
    for path in ["news/a/index.html", "en/news/a/index.html", "news/a/f.csv"] {
        let files = manifest["files"].as_array().unwrap();
        let entry = files.iter().find(|entry| entry["path"] == path).unwrap();
        assert_eq!(entry["until"], "2027-01-01T00:00:00+07:00", "{path}");
    }
}

#[test]
fn of_items_at_one_url_the_unapproved_one_goes() {
    let portal = few_items(2, "x");
    for (name, lines) in [("a", "approver: -"), ("b", ""), ("c", "")] {
        let path = format!("content/news/{name}.md");
        portal.write(&path, item(&path, &format!("slug: same\n{lines}"), ""));
    }
    // Two approved ones are left: both go, and the rest goes out.
    portal.run(&format!("build -q --keep-going -o site --at {NOW}")).expect_status(3);
    assert!(!portal.output().contains_key("news/same/index.html"));
    assert!(portal.output().contains_key("news/x-0/index.html"));
    // One approved, one unapproved and long over: the approved one stays.
    fs::remove_file(portal.path("content/news/c.md")).unwrap();
    let over = "slug: same\napprover: -\npublish_until: 2569-02-01";
    portal.write("content/news/a.md", item("content/news/a.md", over, ""));
    portal.run(&format!("build -q --keep-going -o site --at {NOW}")).expect_status(3);
    assert!(portal.output().contains_key("news/same/index.html"));
}

/// Foreign folders may be deeper than any path that the system takes.
#[test]
fn a_foreign_tree_that_is_too_deep_for_a_path_is_removed() {
    for mode in ["", "--in-place"] {
        let portal = few_items(1, "x");
        portal.build();
        let before = portal.output();
        let name = "d".repeat(200);
        let script = format!(
            "for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25
             do mkdir {name}; cd -P {name}; done; echo x > f.txt"
        );
        let mut shell = Command::new("sh");
        let status = shell.args(["-ec", &script]).current_dir(portal.path("site")).status();
        assert!(status.unwrap().success());
        portal.run(&format!("build {mode} -o site --at {NOW}")).expect_status(0);
        assert_eq!(portal.output(), before);
        assert!(!portal.path(&format!("site/{name}")).exists());
    }
}
