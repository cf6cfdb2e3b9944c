//! While a build publishes, something else replaces the output, a folder in it, the hidden folder next
//! to it or their parent. The build never writes to the replacement, nor removes anything in it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use prakat::build;
use prakat::build::{BuildOptions, OnError, Progress, Scope};
use prakat::diagnostics::{Code, Failure};
use prakat::output::Stage;
use prakat::publish::{PublishMode, PublishStep, publish};
use prakat::report::{Catalog, ReportLanguage};

use crate::support::{NOW, Portal, copy_tree, tree};

/// Three states of a site: pages that change, that go, that stay and that come.
fn state(number: usize) -> Portal {
    let word = ["one", "two", "three"][number];
    Portal::new()
        .item("content/news/stay.md", "")
        .item("content/news/change.md", word)
        .item(&format!("content/news/only-{word}.md"), word)
        .item(&format!("content/procurement/only-{word}.md"), word)
}

/// Builds in this process. `act` is called before publishing begins, and before every step.
fn build(
    portal: &Portal,
    output: &Path,
    mode: PublishMode,
    act: &mut dyn FnMut(Option<PublishStep>),
) -> Result<(), Failure> {
    let prepared = build::Project::load(&prakat::source::Portal::at(portal.root()), None).unwrap();
    let stage = Stage::begin(output, Duration::ZERO)?;
    let order =
        BuildOptions { at: NOW.parse().unwrap(), scope: Scope::Build, faults: OnError::Fail };
    let mut build = build::build(&prepared, &order, Some(&stage), &Progress::default())?;
    let release = build.release().unwrap();
    act(None);
    publish(&stage, &release, mode, &mut |step| {
        act(Some(step));
        Ok(())
    })?;
    Ok(())
}

/// Everything in a folder: kinds, file numbers, times of change and bytes.
fn whole(root: &Path) -> BTreeMap<String, (u32, u64, i64, i64, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(root).into_iter().map(Result::unwrap);
    let seen = entries.map(|entry| {
        let metadata = entry.path().symlink_metadata().unwrap();
        let bytes = fs::read(entry.path()).unwrap_or_default();
        let name = entry.path().strip_prefix(root).unwrap().display().to_string();
        let times = (metadata.mtime(), metadata.mtime_nsec());
        (name, (metadata.mode(), metadata.ino(), times.0, times.1, bytes))
    });
    seen.collect()
}

/// A shelf with an output (built so many times before), and the work of somebody else next to it, with the
/// names of prakat's own files. It is made once and then copied, links of files to each other included.
fn shelf(builds: usize) -> Portal {
    static SHELVES: LazyLock<Vec<Portal>> = LazyLock::new(|| (0..3).map(new_shelf).collect());
    let shelf = Portal::empty();
    let copied =
        Command::new("cp").arg("-a").arg(SHELVES[builds].path(".")).arg(shelf.root()).status();
    assert!(copied.unwrap().success());
    shelf
}

fn new_shelf(builds: usize) -> Portal {
    let shelf = Portal::empty();
    let output = shelf.path("out/site");
    fs::create_dir(shelf.path("out")).unwrap();
    for n in 0..builds {
        build(&state(n), &output, PublishMode::Exchange, &mut |_| ()).unwrap();
    }
    build(&state(0), &shelf.path("victim"), PublishMode::Exchange, &mut |_| ()).unwrap();
    fs::remove_dir_all(shelf.path(".victim.prakat")).unwrap();
    copy_tree(&shelf.path("victim/news"), &shelf.path("victim/twin/news"));
    copy_tree(&shelf.path("victim/news"), &shelf.path("victim/staged/news"));
    fs::create_dir_all(shelf.path("victim/former/news")).unwrap();
    for file in ["synced", "scratch", "lock", "thesis.txt", "news/thesis.txt"] {
        shelf.write(&format!("victim/{file}"), "years of work");
    }
    shelf
}

/// The site of a state, built where nothing was.
fn clean(number: usize) -> &'static BTreeMap<String, Vec<u8>> {
    static SITES: LazyLock<Vec<BTreeMap<String, Vec<u8>>>> = LazyLock::new(|| {
        let build = |number| {
            let shelf = Portal::empty();
            build(&state(number), &shelf.path("site"), PublishMode::Exchange, &mut |_| ()).unwrap();
            tree(&shelf.path("site"))
        };
        (0..3).map(build).collect()
    });
    &SITES[number]
}

type Swap = fn(&Portal);

fn set_aside(shelf: &Portal, name: &str) {
    if shelf.path(name).symlink_metadata().is_ok() {
        fs::rename(shelf.path(name), shelf.path("aside")).unwrap();
    }
}

fn link_output(shelf: &Portal) {
    set_aside(shelf, "out/site");
    symlink(shelf.path("victim"), shelf.path("out/site")).unwrap();
}

/// The work itself is moved there, and looked for where it is.
fn move_output(shelf: &Portal) {
    set_aside(shelf, "out/site");
    fs::rename(shelf.path("victim"), shelf.path("out/site")).unwrap();
}

fn file_for_output(shelf: &Portal) {
    set_aside(shelf, "out/site");
    shelf.write("out/site", "years of work");
}

fn link_folder(shelf: &Portal) {
    for folder in ["out/site/news", "out/.site.prakat/twin/news", "out/.site.prakat/staged/news"] {
        if shelf.path(folder).is_dir() {
            fs::rename(
                shelf.path(folder),
                shelf.path(&format!("aside-{}", folder.replace('/', "-"))),
            )
            .unwrap();
            symlink(shelf.path("victim/news"), shelf.path(folder)).unwrap();
        }
    }
}

fn link_hidden(shelf: &Portal) {
    set_aside(shelf, "out/.site.prakat");
    symlink(shelf.path("victim"), shelf.path("out/.site.prakat")).unwrap();
}

fn link_in_hidden(shelf: &Portal) {
    for name in ["twin", "staged", "former"] {
        let path = shelf.path(&format!("out/.site.prakat/{name}"));
        let _ = fs::rename(&path, shelf.path(&format!("aside-{name}")));
        symlink(shelf.path("victim"), path).unwrap();
    }
}

fn link_parent(shelf: &Portal) {
    fs::rename(shelf.path("out"), shelf.path("aside")).unwrap();
    symlink(shelf.path("victim"), shelf.path("out")).unwrap();
}

#[test]
fn what_is_put_in_the_place_of_an_output_is_left_alone() {
    let swaps: [(&str, Swap); 7] = [
        ("link", link_output),
        ("folder", move_output),
        ("file", file_for_output),
        ("link inside", link_folder),
        ("hidden folder", link_hidden),
        ("inside the hidden folder", link_in_hidden),
        ("parent", link_parent),
    ];
    for (name, swap) in swaps {
        for (builds, mode) in [
            (0, PublishMode::Exchange),
            (1, PublishMode::Exchange),
            (2, PublishMode::Exchange),
            (1, PublishMode::InPlace),
        ] {
            // At every step, until there are no more.
            for at in 0.. {
                let shelf = shelf(builds);
                let victim = whole(&shelf.path("victim"));
                let (mut calls, mut when) = (0, None);
                let result = build(&state(builds), &shelf.path("out/site"), mode, &mut |step| {
                    if calls == at {
                        when = step;
                        swap(&shelf);
                    }
                    calls += 1;
                });
                let case =
                    format!("{name}, {builds} builds before, {mode:?}, at {when:?}: {result:?}");
                if calls <= at {
                    result.unwrap_or_else(|failure| panic!("{case}: {failure}"));
                    break;
                }
                let now = if name == "folder" { "out/site" } else { "victim" };
                assert!(whole(&shelf.path(now)) == victim, "{case}");
                match name {
                    "link" | "folder" | "file" => {
                        let failure = result.expect_err(&case);
                        assert_eq!(failure.code, Code::OutputSwapped, "{case}");
                        let (message, _) = Catalog::new(ReportLanguage::English).failure(&failure);
                        assert!(message.ends_with("site was replaced by something else while the site was being built; that was left as it is"), "{message}");
                        let kept = shelf.path("out/site").symlink_metadata().unwrap();
                        assert!(kept.is_symlink() == (name == "link"), "{case}");
                        if name == "file" {
                            assert_eq!(fs::read(shelf.path("out/site")).unwrap(), b"years of work");
                        }
                    }
                    // The open folders are where they were moved to.
                    "parent" => {
                        assert!(result.is_ok(), "{case}");
                        assert!(shelf.path("aside/site/news/stay/index.html").exists(), "{case}");
                    }
                    _ => {}
                }
                // Whatever happened, the next build has a whole site.
                if name == "link inside" {
                    build(&state(builds), &shelf.path("out/site"), mode, &mut |_| ()).unwrap();
                    assert!(whole(&shelf.path("victim")) == victim, "{case}: afterwards");
                    assert!(tree(&shelf.path("out/site")) == *clean(builds), "{case}");
                }
            }
        }
    }
}

/// A link that somebody put into an output is foreign: it goes as a link.
#[test]
fn a_link_in_the_place_of_a_folder_goes_as_a_link() {
    for mode in [PublishMode::Exchange, PublishMode::InPlace] {
        let shelf = shelf(2);
        let victim = whole(&shelf.path("victim"));
        link_folder(&shelf);
        build(&state(2), &shelf.path("out/site"), mode, &mut |_| ()).unwrap();
        assert!(whole(&shelf.path("victim")) == victim, "{mode:?}");
        assert!(tree(&shelf.path("out/site")) == *clean(2), "{mode:?}");
        let links = walkdir::WalkDir::new(shelf.path("out")).into_iter().map(Result::unwrap);
        assert_eq!(links.filter(|entry| entry.path_is_symlink()).count(), 0, "{mode:?}");
    }
}
