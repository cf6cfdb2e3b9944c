//! Events for real edits in a portal. Nothing sleeps: the tests wait for events. If none is expected, a
//! last edit shows that all events before it have arrived.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use prakat::serve::{Next, Watch};

use crate::support::Portal;

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const SENTINEL: &str = "content/sentinel.md";

/// A portal that is watched.
struct Scene {
    portal: Portal,
    watch: Watch,
}

impl Scene {
    fn new() -> Self {
        Self::of(|root| Watch::begin(root, &[]))
    }

    fn of(watch: impl FnOnce(&Path) -> Watch) -> Self {
        let portal = Portal::new().file("content/news/a.md", "a").file("content/news/b.md", "b");
        let watch = watch(portal.root());
        Self { portal, watch }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.portal.path(path)
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Returns all changes until one of a path.
    #[track_caller]
    fn until(&mut self, path: &str) -> BTreeSet<String> {
        let end = Instant::now() + PATIENCE;
        let mut reported = BTreeSet::new();
        while !reported.contains(path) {
            match self.watch.next(Some(end)) {
                Next::Changed(change) => {
                    assert!(!change.rescan, "{reported:?} {change:?}");
                    let paths = change.paths.iter().map(|path| path.to_str().unwrap().to_owned());
                    reported.extend(paths);
                }
                Next::Settled => {}
                other => panic!("{other:?} instead of {path}, after {reported:?}"),
            }
        }
        reported
    }

    /// Returns all changes so far.
    #[track_caller]
    fn reported(&mut self) -> BTreeSet<String> {
        self.portal.write(SENTINEL, "");
        let mut reported = self.until(SENTINEL);
        fs::remove_file(self.path(SENTINEL)).unwrap();
        reported.extend(self.until(SENTINEL));
        reported.remove(SENTINEL);
        reported
    }

    #[track_caller]
    fn expect(&mut self, paths: &[&str]) {
        let expected: BTreeSet<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        assert_eq!(self.reported(), expected);
    }
}

/// Returns whether a path, or a folder around it, was reported.
fn covers(reported: &BTreeSet<String>, path: &str) -> bool {
    Path::new(path).ancestors().any(|path| reported.contains(path.to_str().unwrap()))
}

#[test]
fn files_that_are_made_changed_renamed_and_removed_are_told() {
    let mut scene = Scene::new();
    scene.portal.write("content/news/c.md", "c");
    scene.expect(&["content/news/c.md"]);
    fs::OpenOptions::new()
        .append(true)
        .open(scene.path("content/news/a.md"))
        .unwrap()
        .write_all(b"more")
        .unwrap();
    scene.expect(&["content/news/a.md"]);
    scene.rename("content/news/a.md", "content/news/d.md");
    scene.expect(&["content/news/a.md", "content/news/d.md"]);
    scene.rename("content/news/d.md", "content/news/D.md");
    scene.expect(&["content/news/d.md", "content/news/D.md"]);
    fs::remove_file(scene.path("content/news/b.md")).unwrap();
    scene.expect(&["content/news/b.md"]);
    scene.rename("content/news/c.md", "away.md");
    scene.expect(&["content/news/c.md"]);
}

#[test]
fn reading_is_no_change() {
    let mut scene = Scene::new();
    for _ in 0..100 {
        assert_eq!(crate::support::tree(scene.portal.root()).len(), 3);
    }
    scene.expect(&[]);
}

#[test]
fn what_the_portal_passes_over_is_passed_over() {
    let mut scene = Scene::new();
    let clutter = [
        "content/news/.a.md.swp",
        "content/news/a.md~",
        "content/news/~$plan.docx",
        "content/news/.git/index",
        "content/.obsidian/workspace.json",
        "content/Thumbs.db",
        "static/.style.css.swp",
        "public/index.html",
        ".public.prakat/x",
        ".git/index",
        "target/debug/prakat",
        "README.md",
        ".site.toml.swp",
        "site.toml~",
    ];
    fs::create_dir(scene.path("static")).unwrap();
    scene.expect(&["static"]);
    for path in clutter {
        scene.portal.write(path, "");
    }
    scene.expect(&[]);
    scene.portal.write("static/.well-known/security.txt", "");
    assert!(covers(&scene.reported(), "static/.well-known/security.txt"));
}

/// Three times each: a watch on the file itself would be lost at the first.
#[test]
fn files_are_saved_in_the_ways_of_editors() {
    let mut scene = Scene::new();
    let item = "content/news/a.md";
    for _ in 0..3 {
        // Vim, which also tries whether it may write; nano with backups.
        fs::write(scene.path("content/news/4913"), "").unwrap();
        fs::remove_file(scene.path("content/news/4913")).unwrap();
        scene.rename(item, "content/news/a.md~");
        scene.portal.write(item, "saved by vim");
        fs::remove_file(scene.path("content/news/a.md~")).unwrap();
        let reported = scene.reported();
        assert!(reported.contains(item), "{reported:?}");
        // Written next to it, then renamed.
        for (target, temporary) in
            [(item, "content/news/.a.md.tmp"), ("site.toml", "site.toml.new")]
        {
            scene.portal.write(temporary, "saved aside");
            scene.rename(temporary, target);
            scene.expect(&[target]);
        }
        // Emptied and written.
        scene.portal.write(item, "saved in place");
        scene.expect(&[item]);
    }
}

#[test]
fn new_folders_are_told_with_all_that_came_into_them() {
    let mut scene = Scene::new();
    for round in 0..30 {
        let folder = format!("content/news/{round}/b/c/d");
        let files = (0..5).map(|number| format!("{folder}/{number}.md")).collect::<Vec<_>>();
        files.iter().for_each(|file| scene.portal.write(file, "x"));
        let reported = scene.reported();
        for file in &files {
            assert!(covers(&reported, file), "{file} not in {reported:?}");
        }
        scene.portal.write(&files[0], "later");
        scene.expect(&[&files[0]]);
    }
}

#[test]
fn folders_that_are_renamed_are_watched_where_they_are() {
    let mut scene = Scene::new();
    scene.portal.write("elsewhere/bundle/deep/index.md", "x");
    scene.expect(&[]);
    scene.rename("content/news", "content/old");
    let reported = scene.reported();
    assert!(reported.contains("content/news") && reported.contains("content/old"), "{reported:?}");
    scene.portal.write("content/old/a.md", "later");
    scene.expect(&["content/old/a.md"]);
    scene.rename("elsewhere/bundle", "content/bundle");
    scene.expect(&["content/bundle"]);
    scene.portal.write("content/bundle/deep/index.md", "later");
    scene.expect(&["content/bundle/deep/index.md"]);
    scene.rename("content/bundle", "elsewhere/bundle");
    scene.expect(&["content/bundle"]);
    scene.portal.write("elsewhere/bundle/deep/index.md", "nobody's");
    scene.expect(&[]);
    fs::remove_dir_all(scene.path("content/old")).unwrap();
    let reported = scene.reported();
    assert!(reported.contains("content/old"), "{reported:?}");
}

/// The system may report the removal of a folder after its replacement is watched.
#[test]
fn a_folder_that_is_removed_and_made_again_is_watched() {
    let mut scene = Scene::new();
    let item = "content/news/a.md";
    for round in 0..40 {
        fs::remove_dir_all(scene.path("content/news")).unwrap();
        scene.portal.write(item, "again");
        let reported = scene.reported();
        assert!(covers(&reported, item), "{round}: {reported:?}");
        scene.portal.write(item, format!("later {round}"));
        scene.until(item);
    }
}

#[test]
fn parts_of_the_portal_may_come_and_go() {
    let mut scene = Scene::new();
    fs::create_dir(scene.path("static")).unwrap();
    scene.expect(&["static"]);
    scene.portal.write("static/a.css", "x");
    scene.expect(&["static/a.css"]);
    scene.portal.write("themes/mine/templates/home.html", "x");
    assert!(covers(&scene.reported(), "themes/mine/templates/home.html"));
    scene.portal.write("themes/mine/templates/home.html", "later");
    scene.expect(&["themes/mine/templates/home.html"]);
    for round in 0..5 {
        scene.rename("content", "aside");
        scene.until("content");
        scene.portal.write("aside/news/a.md", "nobody's");
        if round % 2 == 0 {
            scene.rename("aside", "content");
        } else {
            fs::remove_dir_all(scene.path("aside")).unwrap();
            scene.portal.write("content/news/a.md", "new");
        }
        scene.until("content");
        scene.portal.write("content/news/a.md", "later");
        scene.until("content/news/a.md");
    }
    fs::remove_file(scene.path("site.toml")).unwrap();
    scene.expect(&["site.toml"]);
}

#[test]
fn a_file_elsewhere_is_told_as_it_was_given() {
    let elsewhere = tempfile::tempdir().unwrap();
    let trust = elsewhere.path().join("trust.toml");
    let mut scene = Scene::of(|root| Watch::begin(root, std::slice::from_ref(&trust)));
    let shown = trust.to_str().unwrap().to_owned();
    for _ in 0..2 {
        fs::write(elsewhere.path().join("other.toml"), "").unwrap();
        fs::write(&trust, "x").unwrap();
        scene.expect(&[&shown]);
        fs::write(elsewhere.path().join("new"), "y").unwrap();
        fs::rename(elsewhere.path().join("new"), &trust).unwrap();
        scene.expect(&[&shown]);
    }
}

/// Thousands of files at once, as when a branch is checked out: each is reported, or its folder, or that
/// everything has to be looked at.
#[test]
fn thousands_of_changes_are_told_in_few_pieces() {
    let mut scene = Scene::new();
    let files: Vec<String> =
        (0..3_000).map(|number| format!("content/{}/{number}.md", number % 200)).collect();
    files.iter().for_each(|file| scene.portal.write(file, "x"));
    scene.portal.write(SENTINEL, "");
    let (mut reported, mut rescan, mut pieces) = (BTreeSet::new(), false, 0);
    let end = Instant::now() + PATIENCE;
    while !(rescan || reported.contains(SENTINEL)) {
        let change = match scene.watch.next(Some(end)) {
            Next::Changed(change) => change,
            Next::Settled => continue,
            other => panic!("{other:?}: not all reported"),
        };
        rescan |= change.rescan;
        reported.extend(change.paths.iter().map(|path| path.to_str().unwrap().to_owned()));
        pieces += 1;
    }
    let missing = files.iter().find(|file| !covers(&reported, file));
    assert!(rescan || missing.is_none(), "{missing:?} of {}", reported.len());
    assert!(pieces < 300, "{pieces}");
}

#[test]
fn a_deadline_ends_the_waiting() {
    let mut scene = Scene::new();
    let deadline = Instant::now() + Duration::from_millis(100);
    assert_eq!(scene.watch.next(Some(deadline)), Next::DeadlinePassed);
    assert!(Instant::now() >= deadline);
    assert_eq!(scene.watch.next(Some(deadline)), Next::DeadlinePassed, "one that is over");
    let deadline = Instant::now() + PATIENCE;
    scene.portal.write("content/news/a.md", "x");
    assert!(matches!(scene.watch.next(Some(deadline)), Next::Changed(_)));
    assert!(Instant::now() < deadline);
}

#[test]
fn a_portal_that_is_moved_away_is_looked_at_again_when_it_is_back() {
    let above = tempfile::tempdir().unwrap();
    let (here, aside) = (above.path().join("portal"), above.path().join("aside"));
    fs::create_dir_all(here.join("content")).unwrap();
    fs::write(here.join("content/a.md"), "x").unwrap();
    let mut watch = Watch::begin(&here, &[]);
    fs::rename(&here, &aside).unwrap();
    let end = Some(Instant::now() + PATIENCE);
    assert!(matches!(watch.next(end), Next::Changed(change) if change.rescan));
    assert!(matches!(watch.next(end), Next::Polling { .. }));
    fs::rename(&aside, &here).unwrap();
    let Next::Changed(change) = watch.next(end) else { panic!("not reported") };
    assert_eq!(change.paths, BTreeSet::from([PathBuf::from("content/a.md")]));
}

#[test]
fn looking_finds_what_telling_would() {
    let mut scene = Scene::of(|root| Watch::polling(root, &[]));
    let item = "content/news/a.md";
    // Twice within a second, of the same size.
    for text in ["1", "2"] {
        scene.portal.write(item, text);
        assert!(scene.until(item).contains(item));
    }
    scene.portal.write("content/x/y/z.md", "x");
    scene.portal.write("content/news/.a.md.swp", "x");
    scene.portal.write("public/index.html", "x");
    scene.portal.write("static/.well-known/security.txt", "x");
    fs::remove_file(scene.path("content/news/b.md")).unwrap();
    scene.rename("site.toml", "settings.toml");
    let expected =
        ["content/news/b.md", "content/x/y/z.md", "site.toml", "static/.well-known/security.txt"];
    assert_eq!(scene.until("site.toml"), BTreeSet::from(expected.map(str::to_owned)));
    crate::support::tree(scene.portal.root());
    let deadline = Instant::now() + Duration::from_millis(2_500);
    assert_eq!(scene.watch.next(Some(deadline)), Next::DeadlinePassed, "reading is no change");
    // Deadlines that are closer together than looks do not keep it from looking.
    scene.portal.write(item, "3");
    let end = Instant::now() + PATIENCE;
    let tick = || Some(Instant::now() + Duration::from_millis(50));
    while scene.watch.next(tick()) == Next::DeadlinePassed {
        assert!(Instant::now() < end, "never looked");
    }
}
