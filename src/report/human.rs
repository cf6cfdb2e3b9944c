//! Reports for people: diagnostics with their source lines, the summary of a run, lists of items.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::build::{Build, ItemStatus};
use crate::config::Config;
use crate::diagnostics::{Diagnostic, Failure, Place, Severity};
use crate::gate::{Change, Event, Verdict};
use crate::privacy::Masking;
use crate::publish::Changes;
use crate::report::data::Report;
use crate::report::reporter::Reporter;
use crate::source::hex;

/// How many removed pages a report names.
const MAX_REMOVED_SHOWN: usize = 20;

/// Longer source lines are not shown. In characters.
const MAX_LINE: usize = 400;

impl Reporter<'_> {
    /// Returns a diagnostic with the source line that it is about, if there is one. The masking says
    /// how much of the line is hidden.
    pub(crate) fn diagnostic(
        &self,
        diagnostic: &Diagnostic,
        line: Option<(&str, Masking)>,
    ) -> String {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let name = self.text(&format!("report/{}", diagnostic.severity.as_str()), Vec::new());
        let message = self.catalog.message(diagnostic);
        let title = level.with_name(name).primary_title(message).id(diagnostic.code.as_str());
        let line_text = line.filter(|(text, _)| text.chars().count() <= MAX_LINE);
        let line_text = line_text.map(|(text, masking)| self.catalog.masked(text, masking));
        let Place { file, line, column, width } = &diagnostic.place;
        let file = self.catalog.discreet(file);
        let mut group = match line_text {
            Some(text) => {
                let span = byte_span(&text, *column as usize, *width as usize);
                let snippet = Snippet::source(text).line_start(*line as usize).path(file.as_str());
                title.element(snippet.annotation(AnnotationKind::Primary.span(span)))
            }
            None => {
                let mut origin = annotate_snippets::Origin::path(file.as_str());
                if *line > 0 {
                    origin = origin.line(*line as usize);
                }
                if *column > 0 {
                    origin = origin.char_column(*column as usize);
                }
                title.element(origin)
            }
        };
        if let Some(help) = self.catalog.help(diagnostic) {
            let name = self.text("report/help", Vec::new());
            group = group.element(Level::HELP.with_name(name).message(help));
        }
        let mut rendered = renderer.render(&[group]);
        rendered.push('\n');
        rendered
    }
}

/// Returns the byte range of the characters `column..column + width` of a line.
fn byte_span(line: &str, column: usize, width: usize) -> std::ops::Range<usize> {
    let at = |n: usize| line.char_indices().nth(n).map_or(line.len(), |(at, _)| at);
    let start = column.saturating_sub(1);
    at(start)..at(start + width.max(1))
}

/// Returns a failure with its help.
pub(crate) fn failure(reporter: &Reporter, failure: &Failure) -> String {
    let (message, help) = reporter.catalog.failure(failure);
    let word = |code: &str| reporter.text(code, Vec::new());
    let mut out = format!("{}[{}]: {message}\n", word("report/error"), failure.code.as_str());
    if let Some(help) = help {
        out.push_str(&format!("  {}: {help}\n", word("report/help")));
    }
    out
}

/// Returns the end of a report: what is published, what is withheld and why, and what changes next.
pub(crate) fn summary(reporter: &Reporter, report: &Report) -> String {
    let build = report.build;
    let published = build.count(Verdict::Published);
    let counts = vec![("count", published.to_string()), ("pages", build.pages.to_string())];
    let mut out = match report.changes {
        Some(changes) => {
            let published = reporter.text("report/published", counts);
            format!("{published}\n{}", changes_lines(reporter, changes))
        }
        None => {
            let published = reporter.text("report/would-publish", counts);
            format!("{}{published}\n", diagnostic_counts(reporter, build))
        }
    };
    out.push_str(&withheld_lines(reporter, report));
    for url in report.overdue() {
        let args = vec![("url", reporter.url(&url))];
        out.push_str(&format!("{}\n", reporter.text("report/overdue", args)));
    }
    out.push_str(&next_change_lines(reporter, report));
    let digest = hex(&report.trust)[..16].to_owned();
    out.push_str(&format!("{}\n", reporter.text("report/trust", vec![("digest", digest)])));
    out.push_str(&first_error(reporter, build));
    out
}

/// Returns how many errors stand above, and where the first is. The list of items may be so long that they are
/// out of sight.
fn first_error(reporter: &Reporter, build: &Build) -> String {
    let shown = reporter.shown_diagnostics(build);
    let mut errors = shown.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let Some(Diagnostic { place, .. }) = errors.next() else { return String::new() };
    let mut written = reporter.catalog.discreet(&place.file);
    for number in [place.line, place.column].into_iter().take_while(|number| *number > 0) {
        written.push_str(&format!(":{number}"));
    }
    let count = (errors.count() + 1).to_string();
    let args = vec![("count", count), ("place", written)];
    format!("{}\n", reporter.text("report/first-error", args))
}

/// Returns what a run changed in the output.
fn changes_lines(reporter: &Reporter, changes: &Changes) -> String {
    let counts = vec![
        ("written", changes.written.to_string()),
        ("unchanged", changes.unchanged.to_string()),
        ("removed", changes.removed.to_string()),
    ];
    let mut out = format!("{}\n", reporter.text("report/files", counts));
    for path in changes.ended.iter().take(MAX_REMOVED_SHOWN).filter(|_| !reporter.redact) {
        let url = path.strip_suffix("index.html").unwrap_or(path).to_owned();
        out.push_str(&format!("{}\n", reporter.text("report/removed", vec![("url", url)])));
    }
    for path in &changes.foreign {
        let args = vec![("path", reporter.path(path, false))];
        out.push_str(&format!("{}\n", reporter.text("report/foreign", args)));
    }
    out
}

/// Returns how many errors and warnings a build found.
fn diagnostic_counts(reporter: &Reporter, build: &Build) -> String {
    let diagnostics = build.diagnostics.sorted();
    if diagnostics.is_empty() {
        return format!("{}\n", reporter.text("report/no-mistakes", Vec::new()));
    }
    let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Severity::Error;
    let errors = diagnostics.iter().filter(is_error).count();
    let warnings = diagnostics.len() - errors;
    let counts = vec![("errors", errors.to_string()), ("warnings", warnings.to_string())];
    format!("{}\n", reporter.text("report/mistakes", counts))
}

/// Returns when the first items change without an edit, and which.
fn next_change_lines(reporter: &Reporter, report: &Report) -> String {
    let Some(next) = report.build.next_change() else {
        return format!("{}\n", reporter.text("report/no-next-change", Vec::new()));
    };
    let changes = |status: &ItemStatus| status.next_change().filter(|change| change.at == next);
    let statuses = report.build.records.iter();
    let changing: Vec<(&ItemStatus, Change)> =
        statuses.filter_map(|status| Some((status, changes(status)?))).collect();
    let is_end = |change: &Change| change.event == Event::Verdict(Verdict::Expired);
    let are_ends = changing.iter().all(|(_, change)| is_end(change));
    let (key, date) = match are_ends {
        true => ("report/next-end", reporter.end(report.config, next)),
        false => ("report/next-change", reporter.date(report.config, next)),
    };
    let mut out = format!("{}\n", reporter.text(key, vec![("date", date)]));
    for (status, change) in changing {
        let path = reporter.path(&status.path, status.verdict() == Verdict::Published);
        out.push_str(&format!("  {path}"));
        if (is_end(&change) && !are_ends) || change.event == Event::Deadline {
            out.push_str(&format!(": {}", reporter.change(report.config, change)));
        }
        out.push('\n');
    }
    out
}

/// Returns the withheld items with their reasons. Items that were published until now and have lost
/// their approval, or have errors, come first.
fn withheld_lines(reporter: &Reporter, report: &Report) -> String {
    let is_lost = |status: &&ItemStatus| {
        let verdict = status.verdict();
        matches!(verdict, Verdict::Unapproved | Verdict::Invalid) && report.was_published(status)
    };
    let statuses = report.build.records.iter();
    let withheld = statuses.filter(|status| status.verdict() != Verdict::Published);
    let (lost, others): (Vec<&ItemStatus>, Vec<&ItemStatus>) = withheld.partition(is_lost);
    let count = lost.len() + others.len();
    if count == 0 {
        return String::new();
    }
    let args = vec![("count", count.to_string())];
    let mut out = format!("{}\n", reporter.text("report/withheld", args));
    for status in lost {
        out.push_str(&item_lines(reporter, report.config, status));
        let was_published = reporter.text("report/was-published", Vec::new());
        out.push_str(&format!("    {was_published}\n"));
    }
    for status in others {
        out.push_str(&item_lines(reporter, report.config, status));
    }
    out
}

/// Returns the lines about one item: path, verdict, reasons, next change and waivers.
fn item_lines(reporter: &Reporter, config: &Config, status: &ItemStatus) -> String {
    let verdict = status.verdict();
    let path = reporter.path(&status.path, verdict == Verdict::Published);
    let mut out = format!("  {path}: {}\n", reporter.verdict(verdict));
    for reason in reporter.reasons(config, status) {
        out.push_str(&format!("    {reason}\n"));
    }
    if matches!(verdict, Verdict::Published | Verdict::Scheduled)
        && let Some(change) = status.next_change()
    {
        out.push_str(&format!("    {}\n", reporter.change(config, change)));
    }
    out.push_str(&reporter.waived_lines(status));
    out
}

/// Returns every item with its verdict.
pub(crate) fn status(reporter: &Reporter, report: &Report) -> String {
    let statuses = report.build.records.iter();
    statuses.map(|status| item_lines(reporter, report.config, status)).collect()
}
