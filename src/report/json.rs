//! Reports as one JSON document.

use serde::Serialize;

use crate::build::{ItemEntry, ItemStatus, WaivedFinding};
use crate::config::{Config, Person, PersonId};
use crate::content::{Seal, Signature};
use crate::diagnostics::{Diagnostic, Failure};
use crate::gate::{State, Verdict};
use crate::publish::Changes;
use crate::report::data::Report;
use crate::report::reporter::Reporter;
use crate::site::encode;
use crate::source::hex;
use crate::ssh::fingerprint;
use crate::text::rfc3339;

/// The version of the format, for programs that read it.
const FORMAT: u32 = 1;

#[derive(Default, Serialize)]
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
    #[serde(flatten)]
    entry: JsonEntry,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waived: Vec<JsonWaived>,
}

/// What an item says, and what proves its approval. All `None` if the item could not be read or is
/// hidden.
#[derive(Default, Serialize)]
struct JsonEntry {
    title: Option<String>,
    category: Option<String>,
    publish_from: Option<String>,
    publish_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    approver: Option<String>,
    approved_on: Option<String>,
    required: Option<&'static str>,
    seal: Option<&'static str>,
    signature: Option<&'static str>,
    signer: Option<JsonSigner>,
}

#[derive(Serialize)]
struct JsonSigner {
    person: String,
    name: String,
    key: Option<String>,
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

/// Returns the report of a run that judged the items.
pub(crate) fn json(reporter: &Reporter, report: &Report) -> String {
    let Report { config, at, build, changes, trust, fixed, .. } = *report;
    let no_changes = Changes::default();
    let changes = changes.unwrap_or(&no_changes);
    let (published, invalid) = (build.count(Verdict::Published), build.count(Verdict::Invalid));
    let path = |path: &String| reporter.path(path, false);
    to_json(&JsonReport {
        format: FORMAT,
        at: Some(rfc3339(at, &config.zone)),
        published,
        withheld: build.records.len() - published - invalid,
        invalid,
        pages: build.pages,
        files: build.file_count,
        written: changes.written,
        unchanged: changes.unchanged,
        removed: changes.removed,
        foreign: changes.foreign.iter().map(path).collect(),
        next_change: build.next_change().map(|at| rfc3339(at, &config.zone)),
        overdue: report.overdue().iter().map(|url| reporter.url(url)).collect(),
        trust: Some(format!("sha256:{}", hex(&trust))),
        mended: fixed.map(|paths| paths.iter().map(path).collect()),
        items: build.records.iter().map(|status| json_item(reporter, config, status)).collect(),
        diagnostics: json_diagnostics(reporter, &reporter.shown_diagnostics(build)),
        failure: None,
    })
}

/// Returns the report of a run that ended before it could judge.
pub(crate) fn json_early(
    reporter: &Reporter,
    diagnostics: &[Diagnostic],
    failure: Option<&Failure>,
) -> String {
    let failure = failure.map(|failure| {
        let (message, help) = reporter.catalog.failure(failure);
        JsonFailure { code: failure.code.as_str(), message, help }
    });
    let diagnostics = json_diagnostics(reporter, diagnostics);
    to_json(&JsonReport { format: FORMAT, diagnostics, failure, ..JsonReport::default() })
}

fn to_json(report: &JsonReport) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default() + "\n"
}

fn json_item(reporter: &Reporter, config: &Config, status: &ItemStatus) -> JsonItem {
    let verdict = status.verdict();
    let is_published = verdict == Verdict::Published;
    let url = status.url.as_deref().filter(|_| is_published || !reporter.redact);
    let shown = status.entry.as_ref().filter(|_| is_published || !reporter.redact);
    JsonItem {
        file: reporter.path(&status.path, is_published),
        url: url.map(|url| encode(&reporter.catalog.discreet(url))),
        verdict: verdict.as_str(),
        reasons: reporter.reasons(config, status),
        next_change: status.next_change().map(|change| rfc3339(change.at, &config.zone)),
        entry: shown.map_or_else(JsonEntry::default, |entry| JsonEntry {
            state: status.judgement.as_ref().and_then(|judged| judged.state).map(State::as_str),
            ..json_entry(reporter, config, entry)
        }),
        waived: status.waived.iter().map(|waived| json_waived(reporter, waived)).collect(),
    }
}

fn json_entry(reporter: &Reporter, config: &Config, entry: &ItemEntry) -> JsonEntry {
    let ItemEntry { title, category, window, deadline, approval, .. } = entry;
    let policy = &config.policy;
    let person = |id: PersonId| policy.people.get(usize::from(id));
    let instant = |at| rfc3339(at, &config.zone);
    JsonEntry {
        title: Some(reporter.catalog.discreet(title)),
        category: category.map(|id| policy.categories[usize::from(id)].id.clone()),
        publish_from: Some(instant(window.from)),
        publish_until: window.until.map(instant),
        deadline: deadline.map(|deadline| instant(deadline.at)),
        state: None,
        approver: approval.approver.and_then(person).map(|person| person.id.clone()),
        approved_on: approval.on.map(|on| instant(on.at)),
        required: Some(policy.strength(*category).as_str()),
        seal: Some(seal_word(approval.seal)),
        signature: Some(signature_word(approval.signature)),
        signer: match approval.signature {
            Signature::By(id, key) => person(id).map(|person| json_signer(person, key)),
            _ => None,
        },
    }
}

fn json_signer(person: &Person, key: u16) -> JsonSigner {
    let key = person.keys.get(usize::from(key)).and_then(|key| fingerprint(&key.public));
    JsonSigner { person: person.id.clone(), name: person.name.clone(), key }
}

fn seal_word(seal: Seal) -> &'static str {
    match seal {
        Seal::Absent => "none",
        Seal::Matches => "matches",
        Seal::Differs | Seal::Rewritten => "differs",
    }
}

fn signature_word(signature: Signature) -> &'static str {
    match signature {
        Signature::Absent => "none",
        Signature::By(..) => "matches",
        Signature::Stranger => "unknown-key",
        Signature::Broken => "differs",
        Signature::Rsa => "rsa",
    }
}

fn json_waived(reporter: &Reporter, waived: &WaivedFinding) -> JsonWaived {
    let [part, by, reason] = reporter.waived_texts(waived);
    JsonWaived { rule: waived.rule, part, by, reason }
}

fn json_diagnostics(reporter: &Reporter, diagnostics: &[Diagnostic]) -> Vec<JsonDiagnostic> {
    let to_json = |diagnostic: &Diagnostic| JsonDiagnostic {
        severity: diagnostic.severity.as_str(),
        code: diagnostic.code.as_str(),
        file: reporter.catalog.discreet(&diagnostic.place.file),
        line: diagnostic.place.line,
        column: diagnostic.place.column,
        message: reporter.catalog.message(diagnostic),
        help: reporter.catalog.help(diagnostic),
    };
    diagnostics.iter().map(to_json).collect()
}
