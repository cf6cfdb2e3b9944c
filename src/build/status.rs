//! The status of each item after a build, as reports show it.

use std::collections::BTreeMap;

use crate::config::{CategoryId, Person};
use crate::content::{Approval, Item, Window, WrittenInstant};
use crate::gate::{Judgement, Verdict};

/// The status of one item.
#[derive(Debug, Clone)]
pub struct ItemStatus {
    /// Its Markdown file.
    pub path: String,
    /// Its URL. `None` if its front matter could not be read.
    pub url: Option<String>,
    /// The judgement of the gate. `None` if the item was never judged.
    pub judgement: Option<Judgement>,
    /// Whether errors make it invalid, whatever the gate says.
    pub invalid: bool,
    /// Who withdrew it and why, as far as its front matter says.
    pub withdrawal: WithdrawalNote,
    /// Findings that waivers allow.
    pub waived: Vec<WaivedFinding>,
    /// What its front matter says. `None` if it could not be read.
    pub entry: Option<ItemEntry>,
}

/// What the front matter of an item says, and what proves its approval.
#[derive(Debug, Clone)]
pub struct ItemEntry {
    /// Its title.
    pub title: Box<str>,
    /// Its category. `None` for pages outside categories.
    pub category: Option<CategoryId>,
    /// When it may be seen.
    pub window: Window,
    /// Its deadline.
    pub deadline: Option<WrittenInstant>,
    /// Who approved it, and what proves it.
    pub approval: Approval,
    /// Whether it is a translation.
    pub is_translation: bool,
}

impl ItemEntry {
    fn of(item: &Item) -> Self {
        Self {
            title: item.title.clone(),
            category: item.category,
            window: item.window,
            deadline: item.details.deadline,
            approval: item.approval,
            is_translation: item.original_path().is_some(),
        }
    }
}

/// Who withdrew an item and why. Both are empty if it was not withdrawn.
#[derive(Debug, Clone, Default)]
pub struct WithdrawalNote {
    /// The id of the person.
    pub by: String,
    /// The reason, as the person wrote it.
    pub why: String,
}

/// A finding that a person takes responsibility for.
#[derive(Debug, Clone)]
pub struct WaivedFinding {
    /// The code of the finding.
    pub rule: &'static str,
    /// Where it is: `front matter`, `body` or the name of a file.
    pub part: String,
    /// The id of the person.
    pub by: String,
    /// The reason they give.
    pub reason: String,
}

impl ItemStatus {
    /// The status of an item that was read. Without a judgement it is invalid.
    pub(crate) fn of(item: &Item, judgement: Option<Judgement>) -> Self {
        let details = &item.details;
        Self {
            path: item.path.to_string(),
            url: Some(item.url.to_string()),
            invalid: judgement.is_none(),
            judgement,
            withdrawal: WithdrawalNote {
                by: details.withdrawn_by.to_string(),
                why: details.withdrawn_why.to_string(),
            },
            waived: Vec::new(),
            entry: Some(ItemEntry::of(item)),
        }
    }

    /// The status of a Markdown file that could not be read.
    fn unreadable(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            url: None,
            judgement: None,
            invalid: true,
            withdrawal: WithdrawalNote::default(),
            waived: Vec::new(),
            entry: None,
        }
    }

    /// The verdict, errors included.
    pub fn verdict(&self) -> Verdict {
        match &self.judgement {
            Some(judgement) if !self.invalid => judgement.verdict,
            _ => Verdict::Invalid,
        }
    }

    /// Adds the findings that the item's waivers allow. `waivers` are their numbers.
    pub(super) fn add_waived(&mut self, item: &Item, waivers: &[usize], people: &[Person]) {
        let waivers = waivers.iter().map(|number| &item.details.waivers[*number]);
        let waived = waivers.map(|waiver| WaivedFinding {
            rule: waiver.rule.as_str(),
            part: item.part_name(waiver.part).to_owned(),
            by: people[usize::from(waiver.by)].id.clone(),
            reason: waiver.reason.to_string(),
        });
        self.waived = waived.collect();
    }
}

/// The status of every item, sorted by path. `documents` are all Markdown files, also those that
/// could not be read; `is_invalid` checks whether errors make an item invalid.
pub(crate) fn statuses<'a>(
    items: impl Iterator<Item = (&'a Item, Option<Judgement>)>,
    documents: impl Iterator<Item = &'a str>,
    is_invalid: impl Fn(&str) -> bool,
) -> Vec<ItemStatus> {
    let mut statuses: BTreeMap<&str, ItemStatus> = items
        .map(|(item, judgement)| (item.path.as_ref(), ItemStatus::of(item, judgement)))
        .collect();
    for (path, status) in &mut statuses {
        status.invalid |= is_invalid(path);
    }
    for path in documents {
        statuses.entry(path).or_insert_with(|| ItemStatus::unreadable(path));
    }
    statuses.into_values().collect()
}
