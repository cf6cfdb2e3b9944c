//! From items to a site: checks items against each other, judges them and puts them in order. Builds
//! and the preview share this.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::build::project::Project;
use crate::config::Policy;
use crate::content::{Item, addresses_of_unread};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::gate::{Judged, Judgement, Verdict, Withheld};
use crate::output::Written;
use crate::site::{Absent, Claims, Site, Stub, check_collisions, check_named_pages};
use crate::source::Inventory;
use crate::text::{compare_paths, nfc};

/// How items are judged and arranged.
pub(crate) struct Arrangement<'a> {
    /// The settings and the theme.
    pub project: &'a Project,
    /// The instant of judgement.
    pub at: Timestamp,
    /// The function of the gate that judges.
    pub judge: fn(Vec<Item>, &Policy, Timestamp) -> Judged,
    /// Items that were read, but are left out because of errors.
    pub excluded: &'a [Item],
    /// Paths of Markdown files with errors.
    pub invalid: &'a BTreeSet<String>,
}

/// Items after judgement.
pub(crate) struct Arranged {
    /// The admitted items in order.
    pub site: Site,
    /// The other items, by path.
    pub withheld: Vec<Withheld>,
    /// The judgement on each item, in the order of the input.
    pub judgements: Vec<Judgement>,
    /// Warnings about pages that the settings name and readers cannot see.
    pub diagnostics: Diagnostics,
}

/// Judges items, which are sorted by path, and assembles the site from those that are admitted.
pub(crate) fn arrange(items: Vec<Item>, arrangement: &Arrangement) -> Arranged {
    let Arrangement { project, at, judge, .. } = *arrangement;
    let Judged { admitted, withheld, notices, judgements } =
        judge(items, &project.config.policy, at);
    let absent = Absent { withheld: stubs(&withheld, arrangement), notices };
    let assets = project.assets.iter().map(|asset| asset.output.clone()).collect();
    let site = Site::assemble(Arc::clone(&project.config), admitted, absent, assets);
    let mut diagnostics = Diagnostics::default();
    check_named_pages(&site, &mut diagnostics);
    Arranged { site, withheld, judgements, diagnostics }
}

/// What links need to know of items that are not on the site.
fn stubs(withheld: &[Withheld], arrangement: &Arrangement) -> Vec<Stub> {
    let Arrangement { project, excluded, invalid, .. } = *arrangement;
    let stub = |item: &Item, verdict: Verdict, will_open: bool| {
        let aliases = item.details.aliases.iter().cloned();
        let urls = std::iter::once(item.url.clone()).chain(aliases).collect();
        Stub { path: item.path.clone(), urls, verdict, will_open }
    };
    let judged = withheld.iter().map(|w| stub(&w.item, w.verdict, w.will_open));
    let mut stubs: Vec<Stub> = judged.collect();
    stubs.extend(excluded.iter().map(|item| stub(item, Verdict::Invalid, false)));
    let paths: HashSet<Box<str>> = stubs.iter().map(|stub| stub.path.clone()).collect();
    for path in invalid.iter().filter(|path| !paths.contains(path.as_str())) {
        let urls = addresses_of_unread(&project.portal, &project.config, path);
        let (path, verdict) = (path.as_str().into(), Verdict::Invalid);
        stubs.push(Stub { path, urls, verdict, will_open: false });
    }
    stubs.sort_by(|a, b| compare_paths(&a.path, &b.path));
    stubs
}

/// Reports URLs and output paths that are claimed twice.
pub(crate) fn check_urls(project: &Project, items: &[Item], diagnostics: &mut Diagnostics) {
    check_collisions(items, &project.config, &project.asset_paths(), diagnostics);
}

/// Returns files of an output that no item or asset claims. There must be none.
pub(super) fn unclaimed<'f>(
    project: &Project,
    items: &[Item],
    files: &'f [Written],
) -> Vec<&'f str> {
    let assets = project.asset_paths();
    let claims = Claims::of(items, &project.config, &assets, &mut Diagnostics::default());
    let files = files.iter().map(|file| file.path.as_str());
    files.filter(|path| !claims.covers(path)).collect()
}

/// Returns the items whose paths are the same in Unicode normalization form C. Items are sorted by
/// path.
fn same_paths<'i>(items: &'i [Item], path: &str) -> &'i [Item] {
    let first = items.partition_point(|item| compare_paths(&item.path, path) == Ordering::Less);
    let same = |item: &&Item| compare_paths(&item.path, path) == Ordering::Equal;
    let count = items[first..].iter().take_while(same).count();
    &items[first..first + count]
}

/// Returns the item of a Markdown file. The path is spelled as in the file system.
pub(super) fn find_item<'i>(items: &'i [Item], path: &str) -> Option<&'i Item> {
    same_paths(items, path).iter().find(|item| item.path.as_ref() == path)
}

/// Reports paths that differ in their code points only. Links and reports could not distinguish
/// them.
pub(crate) fn check_names(items: &[Item], diagnostics: &mut Diagnostics) {
    for pair in items.windows(2) {
        if compare_paths(&pair[0].path, &pair[1].path) == Ordering::Equal {
            for (at, other) in [(0, 1), (1, 0)] {
                let place = Place::file(&pair[at].path);
                let other = pair[other].path.as_ref();
                diagnostics.push(Diagnostic::error(Code::SameName, place).arg("other", other));
            }
        }
    }
}

/// Converts a path to Unicode normalization form C.
fn normal(path: &str) -> Cow<'_, str> {
    if path.is_ascii() { path.into() } else { nfc(path).into() }
}

/// Reports translations without an original in the same category.
pub(crate) fn check_translations(
    items: &[Item],
    inventory: &Inventory,
    diagnostics: &mut Diagnostics,
) {
    let documents: LazyCell<HashSet<Cow<str>>, _> =
        LazyCell::new(|| inventory.documents.iter().map(|listed| normal(&listed.path)).collect());
    for item in items {
        let Some(path) = item.original_path() else { continue };
        let place = Place::file(&item.path);
        match same_paths(items, &path).first() {
            Some(original) if original.category != item.category => diagnostics
                .push(Diagnostic::error(Code::TranslationCategory, place).arg("original", path)),
            Some(_) => {}
            // The original exists and has errors of its own, which are reported there.
            None if documents.contains(nfc(&path).as_str()) => {}
            None => {
                diagnostics.push(Diagnostic::error(Code::NoOriginal, place).arg("original", path));
            }
        }
    }
}
