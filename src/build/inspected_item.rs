//! An item while private numbers are looked for in it, and the diagnostics of those found.

use std::collections::BTreeMap;

use crate::content::{Item, ItemPart, Parts};
use crate::diagnostics::{Code, Diagnostic, Place, Severity};
use crate::privacy::{Checker, PrivateNumber};
use crate::source::Portal;

/// An item to inspect.
#[derive(Clone, Copy)]
pub(super) struct InspectedItem<'a> {
    /// The portal that contains its files.
    pub portal: &'a Portal,
    /// Finds private numbers.
    pub checker: &'a Checker,
    /// The item.
    pub item: &'a Item,
    /// The text of its Markdown file.
    pub text: &'a str,
    /// The ranges of front matter and body in the text.
    pub parts: &'a Parts,
    /// The rendered body.
    pub html: &'a str,
    /// The numbers of its files that would be published.
    pub files: &'a [usize],
    /// Returns whether a word has the form of an address of the portal.
    pub is_own_address: &'a (dyn Fn(&str) -> bool + Sync),
    /// The severity of an error. In items that are never published it is a warning.
    pub severity: Severity,
}

/// Diagnostics of one kind in one part: the first one, and how many there are.
pub(super) type FindingCounts = BTreeMap<(Code, ItemPart, Severity), Diagnostic>;

/// Returns the severity of a private number in this item.
pub(super) fn severity(subject: &InspectedItem, found: &PrivateNumber) -> Severity {
    match found.severity {
        Severity::Error => subject.severity,
        Severity::Warning => Severity::Warning,
    }
}

/// Creates the diagnostic of a private number.
pub(super) fn number(subject: &InspectedItem, found: &PrivateNumber, place: Place) -> Diagnostic {
    let severity = severity(subject, found);
    let diagnostic = Diagnostic { severity, ..Diagnostic::error(found.code, place) };
    diagnostic.arg("name", format!("@{}", found.name))
}

/// Adds a diagnostic, or counts it with the first of its kind.
pub(super) fn count(
    key: (Code, ItemPart, Severity),
    found: impl FnOnce() -> Diagnostic,
    counts: &mut FindingCounts,
) {
    let known = counts.entry(key).or_insert_with(|| found().arg("count", "0"));
    for (_, value) in known.args.iter_mut().filter(|(name, _)| *name == "count") {
        *value = (value.parse().unwrap_or(0) + 1).to_string();
    }
}
