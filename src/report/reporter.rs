//! What a run tells: for people, as JSON, as annotations of a pull request.
//!
//! Nothing is printed here; every function returns text.

use std::collections::BTreeSet;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::build::{Build, ItemStatus, WaivedFinding};
use crate::config::Config;
use crate::content::{BODY, FRONT_MATTER};
use crate::diagnostics::{Diagnostic, Failure, Place, Severity};
use crate::gate::{Reason, Rule, Verdict};
use crate::output::CurrentOutput;
use crate::privacy::Masking;
use crate::publish::Changes;
use crate::report::messages::Catalog;
use crate::site::{encode, output_of};
use crate::source::{Sha256Digest, hex};
use crate::text::{Moment, rfc3339};

/// How many removed pages a report names.
const MAX_REMOVED_SHOWN: usize = 20;

/// How a report is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reporter<'a> {
    /// The sentences.
    pub catalog: &'a Catalog,
    /// Whether terminal colours are wanted.
    pub colour: bool,
    /// Whether names and texts of withheld items are hidden.
    pub redact: bool,
}

/// Everything that a report is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The instant of judgement.
    pub at: Timestamp,
    /// What was built.
    pub build: &'a Build,
    /// What was written, if anything was.
    pub changes: Option<&'a Changes>,
    /// The output as it stood before.
    pub live: &'a CurrentOutput,
    /// Digest of settings, theme and `static/`.
    pub trust: Sha256Digest,
    /// Paths of the files that `check --fix` changed, if it was asked for.
    pub fixed: Option<&'a [String]>,
}

/// Names and values that a sentence is filled with.
pub(super) type Args = Vec<(&'static str, String)>;

impl Reporter<'_> {
    /// A sentence of the catalogue.
    pub(crate) fn text(&self, code: &str, args: Args) -> String {
        self.catalog.text(code, &args)
    }

    /// A finding with the line it is about, of which more or less is hidden.
    pub(crate) fn diagnostic(&self, found: &Diagnostic, line: Option<(&str, Masking)>) -> String {
        let renderer = if self.colour { Renderer::styled() } else { Renderer::plain() };
        let level = match found.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let name = self.text(&format!("report/{}", found.severity.as_str()), Vec::new());
        let message = self.catalog.message(found);
        let title = level.with_name(name).primary_title(message).id(found.code.as_str());
        let shown = line.filter(|(text, _)| text.chars().count() <= 400);
        let shown = shown.map(|(text, masking)| self.catalog.masked(text, masking));
        let Place { file, line, column, width } = &found.place;
        let file = self.catalog.discreet(file);
        let mut group = match shown {
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
        if let Some(help) = self.catalog.help(found) {
            let name = self.text("report/help", Vec::new());
            group = group.element(Level::HELP.with_name(name).message(help));
        }
        let mut rendered = renderer.render(&[group]);
        rendered.push('\n');
        rendered
    }

    /// One reason to withhold, as a sentence.
    fn reason(&self, config: &Config, reason: Reason) -> String {
        let person = |id: u16| {
            let person = config.policy.people.get(usize::from(id));
            ("person", person.map_or(String::new(), |p| p.id.clone()))
        };
        let date = |at: Timestamp| ("date", self.date(config, at));
        match reason {
            Reason::Withdrawn(on) => self.text("reason/withdrawn", vec![date(on)]),
            Reason::Expired(until) => self.text("reason/expired", vec![date(until)]),
            Reason::NoApprover => self.text("reason/no-approver", Vec::new()),
            Reason::NotEntitled(id, Some(category)) => {
                let category = config.policy.categories[usize::from(category)].id.clone();
                self.text("reason/not-entitled", vec![person(id), ("category", category)])
            }
            Reason::NotEntitled(id, None) => {
                self.text("reason/not-entitled-outside", vec![person(id)])
            }
            Reason::NoApprovalDate(id) => self.text("reason/no-approval-date", vec![person(id)]),
            Reason::NotInOffice(id, on) => {
                self.text("reason/not-in-office", vec![person(id), date(on)])
            }
            Reason::ApprovedLater(on) => self.text("reason/approved-later", vec![date(on)]),
            Reason::DutiesNotNamed => self.text("reason/duties-not-named", Vec::new()),
            Reason::DutiesNotSeparate => self.text("reason/duties-not-separate", Vec::new()),
            Reason::MayNotPrepare(id) => self.text("reason/may-not-prepare", vec![person(id)]),
            Reason::MayNotReview(id) => self.text("reason/may-not-review", vec![person(id)]),
            Reason::NoPreparer => self.text("reason/no-preparer", Vec::new()),
            Reason::NoReviewer => self.text("reason/no-reviewer", Vec::new()),
            Reason::NoSeal => self.text("reason/no-seal", Vec::new()),
            Reason::Changed(Some(on)) => self.text("reason/changed-since", vec![date(on)]),
            Reason::Changed(None) => self.text("reason/changed", Vec::new()),
            Reason::NoSignature => self.text("reason/no-signature", Vec::new()),
            Reason::BadSignature => self.text("reason/bad-signature", Vec::new()),
            Reason::RsaSignature => self.text("reason/rsa-signature", Vec::new()),
            Reason::ForeignKey => self.text("reason/foreign-key", Vec::new()),
            Reason::KeyRevoked(id) => self.text("reason/key-revoked", vec![person(id)]),
            Reason::KeyOutOfTerm(id, on) => {
                self.text("reason/key-out-of-term", vec![person(id), date(on)])
            }
            Reason::Scheduled(from) => self.text("reason/scheduled", vec![date(from)]),
            Reason::OriginalWithheld(verdict) => {
                let word = self.verdict(verdict);
                self.text("reason/original-withheld", vec![("verdict", word)])
            }
        }
    }

    /// Why an item is withheld, in sentences.
    pub(crate) fn reasons(&self, config: &Config, record: &ItemStatus) -> Vec<String> {
        if record.verdict() == Verdict::Invalid {
            return vec![self.text("reason/invalid", Vec::new())];
        }
        let reasons = record.judgement.iter().flat_map(|judgement| &judgement.reasons);
        let mut told: Vec<String> = Vec::new();
        for reason in reasons {
            told.push(self.reason(config, *reason));
            if matches!(reason, Reason::Withdrawn(_)) && !self.redact {
                told.extend(self.withdrawal(record));
            }
        }
        told
    }

    /// Reasons, in one line.
    pub(crate) fn sentences(&self, config: &Config, reasons: &[Reason]) -> String {
        let told: Vec<String> = reasons.iter().map(|r| self.reason(config, *r)).collect();
        told.join("; ")
    }

    /// Who withdrew an item and why, as far as the item says.
    fn withdrawal(&self, record: &ItemStatus) -> Option<String> {
        let (by, why) = &record.withdrawal;
        let args = vec![("by", by.clone()), ("reason", why.clone())];
        match (by.is_empty(), why.is_empty()) {
            (true, true) => None,
            (true, false) => Some(self.text("reason/withdrawn-why", args)),
            (false, true) => Some(self.text("reason/withdrawn-by", args)),
            (false, false) => Some(self.text("reason/withdrawn-by-why", args)),
        }
    }

    /// The word for a verdict.
    pub(crate) fn verdict(&self, verdict: Verdict) -> String {
        self.text(&format!("verdict/{}", verdict.as_str()), Vec::new())
    }

    /// An instant for people: without the time where it is midnight.
    pub(crate) fn date(&self, config: &Config, at: Timestamp) -> String {
        let language = self.catalog.language.tag();
        let local = at.to_zoned(config.zone.clone()).datetime();
        let midnight = local.time() == jiff::civil::Time::midnight();
        let moment = if midnight { Moment::Day(local.date()) } else { Moment::Exact(at) };
        moment.shown(&config.zone, config.calendar, language).text
    }

    /// Where a waiver counts, whose it is and why: as far as they may be shown.
    fn waived_texts(&self, waived: &WaivedFinding) -> [String; 3] {
        let WaivedFinding { part, by, reason, .. } = waived;
        let is_name = part != FRONT_MATTER && part != BODY;
        let hide = |text: &str| self.catalog.masked(text, Masking::Thorough);
        match self.redact {
            true if is_name => [redacted(part), by.clone(), "…".to_owned()],
            true => [part.clone(), by.clone(), "…".to_owned()],
            false => [hide(part), by.clone(), hide(reason)],
        }
    }

    /// What waivers of an item answered for, a line each.
    fn waived_lines(&self, record: &ItemStatus) -> String {
        let lines = record.waived.iter().map(|waived| {
            let [part, by, reason] = self.waived_texts(waived);
            let args = [("rule", waived.rule.to_owned()), ("where", part), ("person", by)];
            let args = args.into_iter().chain([("reason", reason)]).collect();
            format!("    {}\n", self.text("report/waived", args))
        });
        lines.collect()
    }

    /// A path as it may be shown: that of an item which is not published may have to be hidden.
    pub(crate) fn path(&self, path: &str, published: bool) -> String {
        if self.redact && !published { redacted(path) } else { self.catalog.discreet(path) }
    }

    /// A failure as it may be shown: without the name of an item.
    pub(crate) fn shown_failure(&self, failure: &Failure) -> Failure {
        let mut shown = failure.clone();
        for (_, value) in &mut shown.args {
            *value = self.shown_name(value);
        }
        shown
    }

    /// A word of the command line as it may be shown.
    pub(crate) fn shown_value(&self, value: &str) -> String {
        self.catalog.discreet(&self.shown_name(value))
    }

    fn shown_name(&self, value: &str) -> String {
        let hides = self.redact && value.contains("content/");
        if hides { redacted(value) } else { value.to_owned() }
    }

    /// Findings as they may be shown: of items that are not published, without their words.
    pub(crate) fn shown_diagnostics(&self, build: &Build) -> Vec<Diagnostic> {
        let published: BTreeSet<&str> = build
            .records
            .iter()
            .filter(|record| record.verdict() == Verdict::Published)
            .map(|record| record.path.as_str())
            .collect();
        let is_withheld = |path: &str| path.starts_with("content/") && !published.contains(path);
        let mut all = build.diagnostics.sorted();
        for found in all.iter_mut().filter(|_| self.redact) {
            if found.place.file.starts_with("content/") {
                if !published.contains(found.place.file.as_str()) {
                    found.place.file = redacted(&found.place.file);
                }
                found.args.iter_mut().for_each(|(_, value)| "…".clone_into(value));
            } else if found.args.iter().any(|(_, value)| is_withheld(value)) {
                let told = found.args.iter_mut().filter(|(_, value)| !value.starts_with('@'));
                told.for_each(|(_, value)| "…".clone_into(value));
            }
        }
        all
    }
}

/// A path by its digest: the same path is the same digest, so that two logs can be compared.
fn redacted(path: &str) -> String {
    format!("sha256:{}", &hex(&Sha256::digest(path.as_bytes()))[..16])
}

/// Characters `column..column + width` of a line, as bytes.
fn byte_span(line: &str, column: usize, width: usize) -> std::ops::Range<usize> {
    let at = |n: usize| line.char_indices().nth(n).map_or(line.len(), |(at, _)| at);
    let start = column.saturating_sub(1);
    at(start)..at(start + width.max(1))
}

/// A failure, for people.
pub(crate) fn failure(style: &Reporter, failure: &Failure) -> String {
    let (message, help) = style.catalog.failure(failure);
    let word = |code: &str| style.text(code, Vec::new());
    let mut out = format!("{}[{}]: {message}\n", word("report/error"), failure.code.as_str());
    if let Some(help) = help {
        out.push_str(&format!("  {}: {help}\n", word("report/help")));
    }
    out
}

/// A failure as an annotation of GitHub Actions.
pub(crate) fn github_failure(style: &Reporter, failure: &Failure) -> String {
    let (message, help) = style.catalog.failure(failure);
    let text = help.map_or(message.clone(), |help| format!("{message}\n{help}"));
    format!("::error title={}::{}\n", failure.code.as_str(), annotation_data(&text))
}

/// Text in an annotation: what would end the line is escaped.
fn annotation_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Findings as annotations of GitHub Actions.
pub(crate) fn github(style: &Reporter, build: &Build) -> String {
    github_lines(style, &style.shown_diagnostics(build))
}

/// Findings as annotations of GitHub Actions.
pub(crate) fn github_lines(style: &Reporter, found: &[Diagnostic]) -> String {
    let data = annotation_data;
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut out = String::new();
    for diagnostic in found {
        let place = &diagnostic.place;
        let mut message = style.catalog.message(diagnostic);
        if let Some(help) = style.catalog.help(diagnostic) {
            message = format!("{message}\n{help}");
        }
        let mut at = format!("file={}", property(&style.catalog.discreet(&place.file)));
        if place.line > 0 {
            at.push_str(&format!(",line={}", place.line));
        }
        if place.column > 0 {
            at.push_str(&format!(",col={}", place.column));
        }
        let (severity, code) = (diagnostic.severity.as_str(), diagnostic.code.as_str());
        out.push_str(&format!("::{severity} {at},title={}::{}\n", property(code), data(&message)));
    }
    out
}

#[derive(Serialize)]
struct JsonReport {
    format: u32,
    at: Option<String>,
    published: usize,
    withheld: usize,
    invalid: usize,
    pages: usize,
    files: usize,
    written: usize,
    unchanged: usize,
    removed: usize,
    foreign: Vec<String>,
    next_change: Option<String>,
    overdue: Vec<String>,
    trust: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mended: Option<Vec<String>>,
    items: Vec<JsonItem>,
    diagnostics: Vec<JsonDiagnostic>,
    failure: Option<JsonFailure>,
}

#[derive(Serialize)]
struct JsonItem {
    file: String,
    url: Option<String>,
    verdict: &'static str,
    reasons: Vec<String>,
    next_change: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waived: Vec<JsonWaived>,
}

#[derive(Serialize)]
struct JsonWaived {
    rule: &'static str,
    #[serde(rename = "where")]
    part: String,
    by: String,
    reason: String,
}

#[derive(Serialize)]
struct JsonDiagnostic {
    severity: &'static str,
    code: &'static str,
    file: String,
    line: u32,
    column: u32,
    message: String,
    help: Option<String>,
}

#[derive(Serialize)]
struct JsonFailure {
    code: &'static str,
    message: String,
    help: Option<String>,
}

/// One JSON document about a run that went as far as judging.
pub(crate) fn json(style: &Reporter, subject: &Report) -> String {
    let Report { config, at, build, changes, trust, fixed, .. } = *subject;
    let none = Changes::default();
    let changes = changes.unwrap_or(&none);
    let (published, invalid) = (build.count(Verdict::Published), build.count(Verdict::Invalid));
    let report = JsonReport {
        format: 1,
        at: Some(rfc3339(at, &config.zone)),
        published,
        withheld: build.records.len() - published - invalid,
        invalid,
        pages: build.pages,
        files: build.file_count,
        written: changes.written,
        unchanged: changes.unchanged,
        removed: changes.removed,
        foreign: changes.foreign.iter().map(|path| style.path(path, false)).collect(),
        next_change: build.next_change().map(|at| rfc3339(at, &config.zone)),
        overdue: overdue(style, subject),
        trust: Some(format!("sha256:{}", hex(&trust))),
        mended: fixed.map(|paths| paths.iter().map(|path| style.path(path, false)).collect()),
        items: build.records.iter().map(|record| json_item(style, config, record)).collect(),
        diagnostics: json_diagnostics(style, &style.shown_diagnostics(build)),
        failure: None,
    };
    to_json(&report)
}

/// One JSON document about a run that ended before it could judge.
pub(crate) fn json_early(
    style: &Reporter,
    found: &[Diagnostic],
    failure: Option<&Failure>,
) -> String {
    to_json(&JsonReport {
        format: 1,
        at: None,
        published: 0,
        withheld: 0,
        invalid: 0,
        pages: 0,
        files: 0,
        written: 0,
        unchanged: 0,
        removed: 0,
        foreign: Vec::new(),
        next_change: None,
        overdue: Vec::new(),
        trust: None,
        mended: None,
        items: Vec::new(),
        diagnostics: json_diagnostics(style, found),
        failure: failure.map(|failure| {
            let (message, help) = style.catalog.failure(failure);
            JsonFailure { code: failure.code.as_str(), message, help }
        }),
    })
}

fn to_json(report: &JsonReport) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

fn json_item(style: &Reporter, config: &Config, record: &ItemStatus) -> JsonItem {
    let verdict = record.verdict();
    let published = verdict == Verdict::Published;
    JsonItem {
        file: style.path(&record.path, published),
        url: record
            .url
            .as_deref()
            .filter(|_| published || !style.redact)
            .map(|url| encode(&style.catalog.discreet(url))),
        verdict: verdict.as_str(),
        reasons: style.reasons(config, record),
        next_change: next_change(record).map(|at| rfc3339(at, &config.zone)),
        waived: record.waived.iter().map(|waived| json_waived(style, waived)).collect(),
    }
}

fn json_waived(style: &Reporter, waived: &WaivedFinding) -> JsonWaived {
    let [part, by, reason] = style.waived_texts(waived);
    JsonWaived { rule: waived.rule, part, by, reason }
}

fn json_diagnostics(style: &Reporter, found: &[Diagnostic]) -> Vec<JsonDiagnostic> {
    let one = |d: &Diagnostic| JsonDiagnostic {
        severity: d.severity.as_str(),
        code: d.code.as_str(),
        file: style.catalog.discreet(&d.place.file),
        line: d.place.line,
        column: d.place.column,
        message: style.catalog.message(d),
        help: style.catalog.help(d),
    };
    found.iter().map(one).collect()
}

/// URLs that stand in the present output though they have ended, in a run that wrote nothing.
fn overdue(style: &Reporter, subject: &Report) -> Vec<String> {
    if subject.changes.is_some() {
        return Vec::new();
    }
    let ended = |until: &str| until.parse::<Timestamp>().is_ok_and(|until| until <= subject.at);
    let mut overdue: BTreeSet<String> = subject
        .live
        .manifest
        .values()
        .filter(|file| file.until.as_deref().is_some_and(ended))
        .map(|file| file.path.strip_suffix("index.html").unwrap_or(&file.path).to_owned())
        .collect();
    for record in &subject.build.records {
        let over = matches!(record.verdict(), Verdict::Withdrawn | Verdict::Expired);
        if over && was_published(subject, record) && !is_notice(subject, record) {
            overdue.extend(record.url.clone());
        }
    }
    let shown = |url: String| {
        if style.redact { redacted(&encode(&url)) } else { encode(&style.catalog.discreet(&url)) }
    };
    overdue.into_iter().map(shown).collect()
}

/// Whether what stands at an item's address is the notice that it has ended.
fn is_notice(subject: &Report, record: &ItemStatus) -> bool {
    let path = output_of(record.url.as_deref().unwrap_or(""));
    let there = subject.live.manifest.get(&path);
    there.is_some_and(|file| subject.build.makes_same(&path, &file.sha256))
}

fn was_published(subject: &Report, record: &ItemStatus) -> bool {
    let url = record.url.as_deref().filter(|url| !url.is_empty());
    url.is_some_and(|url| subject.live.manifest.contains_key(&output_of(url)))
}

/// The end of a run, for people: what is published, what is not and why, what comes next.
pub(crate) fn summary(style: &Reporter, subject: &Report) -> String {
    let build = subject.build;
    let number = |n: usize| n.to_string();
    let published = build.count(Verdict::Published);
    let counts = vec![("count", number(published)), ("pages", number(build.pages))];
    let first = match subject.changes {
        Some(_) => style.text("report/published", counts),
        None => style.text("report/would-publish", counts),
    };
    let mut out = format!("{}{first}\n", mistakes_line(style, subject));
    if let Some(changes) = subject.changes {
        let counts = vec![
            ("written", number(changes.written)),
            ("unchanged", number(changes.unchanged)),
            ("removed", number(changes.removed)),
        ];
        out.push_str(&format!("{}\n", style.text("report/files", counts)));
        for path in changes.ended.iter().take(MAX_REMOVED_SHOWN).filter(|_| !style.redact) {
            let url = path.strip_suffix("index.html").unwrap_or(path).to_owned();
            out.push_str(&format!("{}\n", style.text("report/removed", vec![("url", url)])));
        }
        for path in &changes.foreign {
            let args = vec![("path", style.path(path, false))];
            out.push_str(&format!("{}\n", style.text("report/foreign", args)));
        }
    }
    out.push_str(&withheld_lines(style, subject));
    for url in overdue(style, subject) {
        out.push_str(&format!("{}\n", style.text("report/overdue", vec![("url", url)])));
    }
    out.push_str(&next_lines(style, subject));
    out.push_str(
        &style.text("report/trust", vec![("digest", hex(&subject.trust)[..16].to_owned())]),
    );
    out.push('\n');
    out
}

/// How many mistakes there are, in a run that wrote nothing.
fn mistakes_line(style: &Reporter, subject: &Report) -> String {
    if subject.changes.is_some() {
        return String::new();
    }
    let found = subject.build.diagnostics.sorted();
    let errors = found.iter().filter(|d| d.severity == Severity::Error).count();
    let text = if found.is_empty() {
        style.text("report/no-mistakes", Vec::new())
    } else {
        let counts = [("errors", errors), ("warnings", found.len() - errors)];
        style.text("report/mistakes", counts.map(|(name, n)| (name, n.to_string())).to_vec())
    };
    format!("{text}\n")
}

/// When the first verdict changes by itself, and whose.
fn next_lines(style: &Reporter, subject: &Report) -> String {
    let Some(next) = subject.build.next_change() else {
        return format!("{}\n", style.text("report/no-next-change", Vec::new()));
    };
    let args = vec![("date", style.date(subject.config, next))];
    let mut out = format!("{}\n", style.text("report/next-change", args));
    for record in &subject.build.records {
        if next_change(record) == Some(next) {
            let path = style.path(&record.path, record.verdict() == Verdict::Published);
            out.push_str(&format!("  {path}\n"));
        }
    }
    out
}

/// When the verdict on an item changes by itself; never for one with mistakes.
fn next_change(record: &ItemStatus) -> Option<Timestamp> {
    record.judgement.as_ref().filter(|_| !record.invalid)?.next_change
}

/// Withheld items with their reasons: first what was published until now.
fn withheld_lines(style: &Reporter, subject: &Report) -> String {
    let mut withheld: Vec<(bool, &ItemStatus)> = subject
        .build
        .records
        .iter()
        .filter(|record| record.verdict() != Verdict::Published)
        .map(|record| (was_published(subject, record), record))
        .collect();
    if withheld.is_empty() {
        return String::new();
    }
    let lost = |(was, record): &(bool, &ItemStatus)| {
        *was && matches!(record.verdict(), Verdict::Unapproved | Verdict::Invalid)
    };
    withheld.sort_by_key(|entry| !lost(entry));
    let count = vec![("count", withheld.len().to_string())];
    let mut out = format!("{}\n", style.text("report/withheld", count));
    for entry in &withheld {
        out.push_str(&item_line(style, subject.config, entry.1));
        if lost(entry) {
            out.push_str(&format!("    {}\n", style.text("report/was-published", Vec::new())));
        }
    }
    out
}

fn item_line(style: &Reporter, config: &Config, record: &ItemStatus) -> String {
    let verdict = record.verdict();
    let path = style.path(&record.path, verdict == Verdict::Published);
    let mut out = format!("  {path}: {}\n", style.verdict(verdict));
    for reason in style.reasons(config, record) {
        out.push_str(&format!("    {reason}\n"));
    }
    let moves = matches!(verdict, Verdict::Published | Verdict::Scheduled);
    if let Some(at) = next_change(record).filter(|_| moves) {
        let args = vec![("date", style.date(config, at))];
        out.push_str(&format!("    {}\n", style.text("report/changes-on", args)));
    }
    out.push_str(&style.waived_lines(record));
    out
}

/// Every item with its verdict.
pub(crate) fn status(style: &Reporter, subject: &Report) -> String {
    let lines = subject.build.records.iter();
    lines.map(|record| item_line(style, subject.config, record)).collect()
}

/// Returns the key of the sentence that states a rule.
fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::NotWithdrawn => "rule/not-withdrawn",
        Rule::NotOver => "rule/not-over",
        Rule::Approver => "rule/approver",
        Rule::Entitled => "rule/entitled",
        Rule::InOffice => "rule/in-office",
        Rule::Duties => "rule/duties",
        Rule::Seal => "rule/seal",
        Rule::Signature => "rule/signature",
        Rule::Begun => "rule/begun",
        Rule::Original => "rule/original",
    }
}

/// One item, rule by rule, in the order of the gate.
pub(crate) fn explain(style: &Reporter, subject: &Report, record: &ItemStatus) -> String {
    let config = subject.config;
    let path = style.path(&record.path, record.verdict() == Verdict::Published);
    let mut out = format!("{path}: {}\n", style.verdict(record.verdict()));
    let Some(judgement) = &record.judgement else { return out };
    let nobody = judgement.reasons.contains(&Reason::NoApprover);
    for rule in Rule::ALL {
        let broken: Vec<&Reason> = judgement.reasons.iter().filter(|r| r.rule() == rule).collect();
        let idle = nobody && matches!(rule, Rule::Entitled | Rule::InOffice);
        if broken.is_empty() {
            let mark = if idle { "–" } else { "✓" };
            out.push_str(&format!("  {mark} {}\n", style.text(rule_key(rule), Vec::new())));
        }
        for reason in broken {
            out.push_str(&format!("  ✗ {}\n", style.reason(config, *reason)));
            let withdrawn = matches!(reason, Reason::Withdrawn(_));
            let who = style.withdrawal(record).filter(|_| withdrawn);
            out.extend(who.map(|who| format!("    {who}\n")));
        }
    }
    let (mark, text) =
        if record.invalid { ("✗", "reason/invalid") } else { ("✓", "rule/no-mistakes") };
    out.push_str(&format!("  {mark} {}\n", style.text(text, Vec::new())));
    out.push_str(&style.waived_lines(record));
    out
}
