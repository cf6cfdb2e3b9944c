//! What would stop a build if certain items were approved. Nothing is rendered or written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::build::arrange::{Arranged, Arrangement, arrange, check_translations};
use crate::build::examine::{Examined, ItemFacts, Scope, WriteContext, examine};
use crate::build::progress::Progress;
use crate::build::project::Project;
use crate::build::write::dead_anchors;
use crate::build::{BuildOptions, Builder, OnError};
use crate::content::{Approval, Item, Seal};
use crate::diagnostics::{Diagnostic, Diagnostics, Severity};
use crate::gate::{Verdict, judge_all};
use crate::markdown::LinkedItem;
use crate::site::ItemId;

/// An item that may be approved.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    /// Its Markdown file.
    pub path: &'a str,
    /// The approval that it would have. `None` if it is not known who will approve it.
    pub approval: Option<Approval>,
}

/// Returns the errors in text, files and tables of items that would stop a build at an instant if they were
/// approved. Items that would stay withheld because they ended or were withdrawn have none.
pub(crate) fn errors_if_approved(
    project: &Project,
    at: Timestamp,
    candidates: &[Candidate],
) -> Diagnostics {
    let options = BuildOptions { at, scope: Scope::Build, faults: OnError::Fail };
    let progress = Progress::default();
    let mut builder = Builder::new(project, &options, &progress);
    let mut items = builder.load_items();
    for candidate in candidates {
        let item = items.iter_mut().find(|item| *item.path == *candidate.path);
        if let Some(item) = item {
            item.approval = candidate.approval.unwrap_or_else(|| likely_approval(item));
        }
    }
    builder.check_conflicts(&items);
    check_translations(&items, &builder.inventory, &mut builder.diagnostics);
    let is_chosen = |path: &str| candidates.iter().any(|candidate| candidate.path == path);
    let mut errors = Diagnostics::default();
    let concerns = |error: &&Diagnostic| {
        let mut alone = Diagnostics::default();
        alone.push((*error).clone());
        builder.invalid(&alone, &items).iter().any(|path| is_chosen(path))
    };
    let found = builder.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    found.filter(concerns).for_each(|error| errors.push(error.clone()));
    let (excluded, invalid) = (&[][..], &BTreeSet::new());
    let arrangement = Arrangement { project, at, judge: judge_all, excluded, invalid };
    let context = WriteContext {
        portal: &project.portal,
        theme: project.theme.as_ref(),
        assets: &project.assets,
        files: &builder.inventory.files,
        checker: Some(&project.checker),
        scope: Scope::Build,
        at,
        progress: &progress,
    };
    let arranged = arrange(items, &arrangement);
    let found = examine_chosen(&context, &arranged, is_chosen);
    let found = found.iter().filter(|found| found.severity == Severity::Error);
    found.for_each(|error| errors.push(error.clone()));
    errors
}

/// Returns the approval that lets the waivers of an item count, as they will when who gave them approves it.
fn likely_approval(item: &Item) -> Approval {
    let by = item.details.waivers.first().map(|waiver| waiver.by);
    let approver = item.approval.approver.or(by);
    Approval { approver, seal: Seal::Matches, ..item.approval }
}

/// Examines the chosen items that a build would examine, and those that are not approved.
fn examine_chosen(
    context: &WriteContext,
    arranged: &Arranged,
    is_chosen: impl Fn(&str) -> bool,
) -> Diagnostics {
    let Arranged { site, withheld, .. } = arranged;
    let mut diagnostics = Diagnostics::default();
    let (mut facts, mut stub_facts) = (BTreeMap::new(), BTreeMap::new());
    let examined = |item: &Item, diagnostics: &mut Diagnostics| {
        let (examined, found) = match examine(context, site, item, Severity::Error) {
            Ok((examined, found)) => (Some(examined), found),
            Err(found) => (None, found),
        };
        diagnostics.append(found);
        examined.map(Examined::into_facts)
    };
    for (id, item) in site.items().filter(|(_, item)| is_chosen(&item.path)) {
        facts.extend(examined(item, &mut diagnostics).map(|found| (id, found)));
    }
    let unapproved = |verdict| verdict == Verdict::Unapproved;
    for withheld in withheld.iter().filter(|withheld| is_chosen(&withheld.item.path)) {
        let stub = site.withheld_by_path(&withheld.item.path);
        if withheld.will_open || unapproved(withheld.verdict) {
            let found = examined(&withheld.item, &mut diagnostics);
            stub_facts.extend(stub.zip(found));
        }
    }
    // Headings that links of these items lead to.
    let linked: BTreeSet<ItemId> =
        facts.values().chain(stub_facts.values()).flat_map(linked).collect();
    for id in linked.into_iter().filter(|id| !is_chosen(&site.item(*id).path)) {
        // Its own links are no matter of these items.
        if let Some(mut found) = examined(site.item(id), &mut Diagnostics::default()) {
            found.body.wanted.clear();
            facts.insert(id, found);
        }
    }
    dead_anchors(site, &facts, &stub_facts).into_iter().for_each(|dead| diagnostics.push(dead));
    diagnostics
}

/// Returns the items of the site whose headings a body links to.
fn linked(facts: &ItemFacts) -> impl Iterator<Item = ItemId> {
    facts.body.wanted.iter().filter_map(|wanted| match wanted.other {
        LinkedItem::Item(id) => Some(id),
        LinkedItem::Stub(_) => None,
    })
}
