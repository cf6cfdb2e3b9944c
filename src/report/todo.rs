//! What to write first: the obligations that no published item meets.

use std::collections::HashSet;

use serde::Serialize;

use crate::build::OpenObligation;
use crate::content::Seal;
use crate::report::data::Report;
use crate::report::reporter::Reporter;
use crate::text::shell_word;

/// How many obligations a report for people names.
const MAX_SHOWN: usize = 10;

/// The list whose obligations [`PLACES`] knows.
const LIST: &str = "oit-2569/";
/// Where items that meet obligations of the Thai disclosure list may stand, and of which kind they are. Lists that
/// the portal declares will take the place of this table.
const PLACES: [(&str, &str, &str); 26] = [
    ("O1", "duties/structure", "division"),
    ("O2", "people/executives", "person"),
    ("O3", "about/contact", "map"),
    ("O4", "news/first-news", ""),
    ("O5", "plans/development-plan", "plan"),
    ("O6", "plans/annual-plan", "plan"),
    ("O7", "plans/annual-report", ""),
    ("O8", "services/staff-manuals", ""),
    ("O9", "services/first-service", "service"),
    ("O10", "services/online-services", "service"),
    ("O11", "procurement/monthly-results", "monthly-summary"),
    ("O12", "procurement/annual-report", ""),
    ("O13", "personnel/plan", ""),
    ("O14", "personnel/report", ""),
    ("O15", "personnel/code-of-ethics", ""),
    ("O16", "transparency/complaint-procedure", ""),
    ("O17", "transparency/complaint-channel", "complaint-channel"),
    ("O18", "transparency/complaint-statistics", "statistics"),
    ("O19", "transparency/participation", ""),
    ("O20", "integrity/no-gift-policy", ""),
    ("O21", "integrity/risk-assessment", ""),
    ("O22", "integrity/risk-results", ""),
    ("O23", "integrity/action-plan", "plan"),
    ("O24", "integrity/action-plan-results", ""),
    ("O25", "integrity/use-of-assessment", ""),
    ("O26", "integrity/integrity-results", ""),
];

/// An open obligation, and the command that brings it nearer.
#[derive(Debug, Serialize)]
pub(super) struct Todo {
    id: String,
    title: String,
    page: String,
    /// The unapproved item that would meet it.
    written_in: Option<String>,
    command: Option<String>,
}

impl Todo {
    fn of(reporter: &Reporter, report: &Report, open: &OpenObligation) -> Self {
        let command = match &open.written_in {
            Some(path) => Some(approve(report, path)),
            None => begin(report, &open.id),
        };
        let shown = |text: &str| reporter.catalog.discreet(text);
        Self {
            id: shown(&open.id),
            title: shown(&open.title),
            page: shown(&open.page),
            written_in: open.written_in.as_deref().map(shown),
            command,
        }
    }
}

/// Returns the id of an obligation that items of a category may meet. Returns `None` for a category that
/// no place of the list names.
pub(crate) fn obligation_of(category: &str) -> Option<String> {
    let is_of = |place: &str| place.split_once('/').is_some_and(|(first, _)| first == category);
    let (number, ..) = PLACES.into_iter().find(|(_, place, _)| is_of(place))?;
    Some(format!("{LIST}{number}"))
}

/// Returns the command that approves an item. One that was approved before needs a note on what changed.
fn approve(report: &Report, path: &str) -> String {
    let mut records = report.build.records.iter();
    let entry = records.find(|status| status.path == path).and_then(|status| status.entry.as_ref());
    let category = entry.and_then(|entry| entry.category);
    let person = report.config.policy.approvers(category).first().map(|person| person.id.as_str());
    let was_approved = entry.is_some_and(|entry| {
        let approval = &entry.approval;
        approval.approver.is_some() && (approval.on.is_some() || approval.seal != Seal::Absent)
    });
    let note = if was_approved { " --note \"…\"" } else { "" };
    let person = shell_word(person.unwrap_or("PERSON"));
    format!("prakat approve {} --as {person}{note}", shell_word(path))
}

/// Returns the command that begins an item for an obligation. Returns `None` if no place is known for it, or if
/// there is an item already.
fn begin(report: &Report, id: &str) -> Option<String> {
    let number = id.strip_prefix(LIST)?;
    let (_, place, kind) = PLACES.into_iter().find(|(known, ..)| *known == number)?;
    let (category, _) = place.split_once('/')?;
    report.config.policy.category(category)?;
    let paths = [format!("content/{place}.md"), format!("content/{place}/index.md")];
    if report.build.records.iter().any(|status| paths.contains(&status.path)) {
        return None;
    }
    let kind = if kind.is_empty() { String::new() } else { format!(" --kind {kind}") };
    Some(format!("prakat new {place}{kind}"))
}

/// Returns the open obligations: those with an item first, then those with a place for one. Returns none if
/// names are hidden.
pub(super) fn todos(reporter: &Reporter, report: &Report) -> Vec<Todo> {
    if reporter.redact {
        return Vec::new();
    }
    let open = report.build.obligations.iter();
    let mut todos: Vec<Todo> = open.map(|open| Todo::of(reporter, report, open)).collect();
    todos.sort_by_key(|todo| (todo.written_in.is_none(), todo.command.is_none()));
    todos
}

/// Returns what to write first, for people. It is empty if no obligation is open.
pub(crate) fn todo(reporter: &Reporter, report: &Report) -> String {
    let todos = todos(reporter, report);
    if todos.is_empty() {
        return String::new();
    }
    let mut named = HashSet::new();
    let pages = todos.iter().map(|todo| todo.page.as_str()).filter(|page| named.insert(*page));
    let pages = pages.collect::<Vec<_>>().join(", ");
    let args = vec![("count", todos.len().to_string()), ("pages", pages)];
    let mut out = format!("\n{}\n", reporter.text("todo/heading", args));
    for Todo { id, title, written_in, command, .. } in todos.iter().take(MAX_SHOWN) {
        out.push_str(&format!("  {id}  {title}\n"));
        let command = command.clone().unwrap_or_default();
        match written_in {
            Some(path) => {
                let args = vec![("path", path.clone()), ("command", command)];
                out.push_str(&format!("    {}\n", reporter.text("todo/written", args)));
            }
            None if command.is_empty() => {}
            None => out.push_str(&format!("    {command}\n")),
        }
    }
    let more = todos.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        let args = vec![("count", more.to_string())];
        out.push_str(&format!("  {}\n", reporter.text("todo/more", args)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::PLACES;
    use crate::config::Kinds;

    #[test]
    fn every_kind_of_a_place_is_one_that_prakat_brings() {
        let kinds = Kinds::built_in();
        for (_, place, kind) in PLACES {
            assert!(kind.is_empty() || kinds.named(kind).is_some(), "{place}");
        }
    }
}
