//! What the portal must publish and has not: the open obligations of its pages of `kind: coverage`.

use std::collections::{HashMap, HashSet};

use crate::build::status::ItemStatus;
use crate::config::LanguageId;
use crate::content::{Item, Role};
use crate::gate::Verdict;

/// An obligation that no published item meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenObligation {
    /// The word under `meets`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The Markdown file of the page that lists it.
    pub page: String,
    /// The Markdown file of the first unapproved item that would meet it.
    pub written_in: Option<String>,
}

/// Returns the open obligations, in the order of the pages that list them. Those that a scheduled item will meet
/// are not open. Translations do not count.
pub(super) fn open_obligations(items: &[Item], statuses: &[ItemStatus]) -> Vec<OpenObligation> {
    let own = || items.iter().filter(|item| item.language == LanguageId::OWN);
    let pages =
        || own().filter(|item| matches!(item.role, Role::Item) && item.details.coverage.is_some());
    if pages().next().is_none() {
        return Vec::new();
    }
    let verdicts: HashMap<&str, Verdict> =
        statuses.iter().map(|status| (status.path.as_str(), status.verdict())).collect();
    let verdict = |item: &Item| verdicts.get(item.path.as_ref()).copied();
    let (mut met, mut written): (HashSet<&str>, HashMap<&str, &str>) = Default::default();
    for item in own() {
        for id in &item.details.meets {
            match verdict(item) {
                Some(Verdict::Published | Verdict::Scheduled) => {
                    met.insert(id.as_ref());
                }
                Some(Verdict::Unapproved) => {
                    written.entry(id.as_ref()).or_insert(item.path.as_ref());
                }
                _ => {}
            }
        }
    }
    let is_over =
        |item: &&Item| matches!(verdict(item), Some(Verdict::Expired | Verdict::Withdrawn));
    let pages = pages().filter(|page| !is_over(page));
    let listed = pages.flat_map(|page| {
        let obligations = page.details.coverage.iter().flat_map(|coverage| &coverage.obligations);
        obligations.map(move |obligation| (page, obligation))
    });
    let open = listed.filter(|(_, obligation)| !met.contains(obligation.id.as_ref()));
    open.map(|(page, obligation)| OpenObligation {
        id: obligation.id.to_string(),
        title: obligation.title.to_string(),
        page: page.path.to_string(),
        written_in: written.get(obligation.id.as_ref()).map(|path| (*path).to_owned()),
    })
    .collect()
}
