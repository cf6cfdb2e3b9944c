//! Turns reasons, verdicts, dates and paths into text, and hides what must not be shown.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::build::{Build, ItemStatus, WaivedFinding, WithdrawalNote};
use crate::config::{CategoryId, Config, PersonId};
use crate::content::{BODY, FRONT_MATTER};
use crate::diagnostics::{Diagnostic, Failure};
use crate::gate::{Change, Event, Reason, Verdict};
use crate::privacy::Masking;
use crate::report::messages::Catalog;
use crate::site::encode;
use crate::source::hex;
use crate::text::Moment;

/// Writes reports in one language and style.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reporter<'a> {
    /// The sentences of the language.
    pub catalog: &'a Catalog,
    /// Whether terminal colours are wanted.
    pub colour: bool,
    /// Whether names and texts of withheld items are hidden.
    pub redact: bool,
}

/// The values of a sentence's placeholders, by name.
pub(super) type Args = Vec<(&'static str, String)>;

impl Reporter<'_> {
    /// Returns a sentence of the catalog.
    pub(crate) fn text(&self, code: &str, args: Args) -> String {
        self.catalog.text(code, &args)
    }

    /// Returns a reason to withhold an item as a sentence.
    pub(super) fn reason(&self, config: &Config, reason: Reason) -> String {
        let person = |id: PersonId| {
            let person = config.policy.people.get(usize::from(id));
            ("person", person.map_or(String::new(), |person| person.id.clone()))
        };
        let date = |at: Timestamp| ("date", self.date(config, at));
        match reason {
            Reason::Withdrawn(on) => self.text("reason/withdrawn", vec![date(on)]),
            Reason::Expired(end) => {
                self.text("reason/expired", vec![("date", self.end(config, end))])
            }
            Reason::NoApprover(category) => {
                let missing = self.text("reason/no-approver", Vec::new());
                missing + &self.approvers(config, category)
            }
            Reason::NotEntitled(id, Some(category)) => {
                let name = config.policy.categories[usize::from(category)].id.clone();
                let args = vec![person(id), ("category", name)];
                let refused = self.text("reason/not-entitled", args);
                refused + &self.approvers(config, Some(category))
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
            Reason::Rewritten => self.text("reason/rewritten", Vec::new()),
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

    /// Returns the advice to name somebody who may approve a category. Returns nothing if redaction
    /// hides the category.
    fn approvers(&self, config: &Config, category: Option<CategoryId>) -> String {
        if self.redact {
            return String::new();
        }
        let approvers = config.policy.approvers(category);
        let ids: Vec<&str> = approvers.iter().map(|person| person.id.as_str()).collect();
        match &ids[..] {
            [] => self.text("reason/approvers-none", Vec::new()),
            [id] => self.text("reason/approvers-one", vec![("person", (*id).to_owned())]),
            _ => self.text("reason/approvers", vec![("people", ids.join(", "))]),
        }
    }

    /// Returns why an item is withheld, one sentence for each reason.
    pub(crate) fn reasons(&self, config: &Config, status: &ItemStatus) -> Vec<String> {
        if status.verdict() == Verdict::Invalid {
            return vec![self.text("reason/invalid", Vec::new())];
        }
        let mut sentences: Vec<String> = Vec::new();
        for reason in status.judgement.iter().flat_map(|judgement| &judgement.reasons) {
            sentences.push(self.reason(config, *reason));
            if matches!(reason, Reason::Withdrawn(_)) && !self.redact {
                sentences.extend(self.withdrawal(status));
            }
        }
        sentences
    }

    /// Returns reasons in one line.
    pub(crate) fn sentences(&self, config: &Config, reasons: &[Reason]) -> String {
        let sentences: Vec<String> =
            reasons.iter().map(|reason| self.reason(config, *reason)).collect();
        sentences.join("; ")
    }

    /// Returns who withdrew an item and why. Returns `None` if the item says neither.
    pub(super) fn withdrawal(&self, status: &ItemStatus) -> Option<String> {
        let WithdrawalNote { by, why } = &status.withdrawal;
        let args = vec![("by", by.clone()), ("reason", why.clone())];
        match (by.is_empty(), why.is_empty()) {
            (true, true) => None,
            (true, false) => Some(self.text("reason/withdrawn-why", args)),
            (false, true) => Some(self.text("reason/withdrawn-by", args)),
            (false, false) => Some(self.text("reason/withdrawn-by-why", args)),
        }
    }

    /// Returns the word for a verdict.
    pub(crate) fn verdict(&self, verdict: Verdict) -> String {
        self.text(&format!("verdict/{}", verdict.as_str()), Vec::new())
    }

    /// Returns an instant as people write it. Midnight is written as a date alone.
    pub(crate) fn date(&self, config: &Config, at: Timestamp) -> String {
        let local = at.to_zoned(config.zone.clone()).datetime();
        let midnight = local.time() == jiff::civil::Time::midnight();
        self.moment(config, if midnight { Moment::Day(local.date()) } else { Moment::Exact(at) })
    }

    /// Returns the end of a window as people count it, from the first instant after it: the last day,
    /// or the time if the window ends within a day.
    pub(crate) fn end(&self, config: &Config, at: Timestamp) -> String {
        let moment = Moment::ending_at(at, &config.zone);
        self.moment(config, moment)
    }

    /// Returns a date of the front matter as people write it.
    pub(crate) fn moment(&self, config: &Config, moment: Moment) -> String {
        let language = self.catalog.language.tag();
        moment.shown(&config.zone, config.calendar, language).text
    }

    /// Returns what the passing of time changes next of an item, and when.
    pub(crate) fn change(&self, config: &Config, change: Change) -> String {
        let date = || vec![("date", self.date(config, change.at))];
        match change.event {
            Event::Correction => self.text("report/corrected-on", date()),
            Event::Deadline => self.closed_after(config, change.at),
            Event::Verdict(Verdict::Expired) => self.open_until(config, change.at),
            Event::Verdict(_) => self.text("report/changes-on", date()),
        }
    }

    /// Returns until when an item is open, from the first instant at which it is closed.
    pub(super) fn closed_after(&self, config: &Config, at: Timestamp) -> String {
        self.text("report/closed-after", vec![("date", self.end(config, at))])
    }

    /// Returns when an item closed, from the first instant at which it was.
    pub(super) fn closed_since(&self, config: &Config, at: Timestamp) -> String {
        self.text("report/closed-since", vec![("date", self.end(config, at))])
    }

    /// Returns until when a window is open, from the first instant after it.
    pub(super) fn open_until(&self, config: &Config, at: Timestamp) -> String {
        self.text("report/open-until", vec![("date", self.end(config, at))])
    }

    /// Returns where a waiver applies, who answers for it and why. Hides what must not be shown.
    pub(super) fn waived_texts(&self, waived: &WaivedFinding) -> [String; 3] {
        let WaivedFinding { part, by, reason, .. } = waived;
        let is_name = part != FRONT_MATTER && part != BODY;
        let hide = |text: &str| self.catalog.masked(text, Masking::Thorough);
        match self.redact {
            true if is_name => [redacted(part), by.clone(), "…".to_owned()],
            true => [part.clone(), by.clone(), "…".to_owned()],
            false => [hide(part), by.clone(), hide(reason)],
        }
    }

    /// Returns the waived findings of an item, one a line.
    pub(super) fn waived_lines(&self, status: &ItemStatus) -> String {
        let lines = status.waived.iter().map(|waived| {
            let [part, by, reason] = self.waived_texts(waived);
            let args = [("rule", waived.rule.to_owned()), ("where", part), ("person", by)];
            let args = args.into_iter().chain([("reason", reason)]).collect();
            format!("    {}\n", self.text("report/waived", args))
        });
        lines.collect()
    }

    /// Returns a path as it may be shown. Redaction hides the paths of items that are not published.
    pub(crate) fn path(&self, path: &str, is_published: bool) -> String {
        if self.redact && !is_published { redacted(path) } else { self.catalog.discreet(path) }
    }

    /// Returns a URL of an item that is not published, percent-encoded, as it may be shown.
    pub(super) fn url(&self, url: &str) -> String {
        if self.redact { redacted(&encode(url)) } else { encode(&self.catalog.discreet(url)) }
    }

    /// Returns a failure as it may be shown. Redaction hides the names of items.
    pub(crate) fn shown_failure(&self, failure: &Failure) -> Failure {
        let mut shown = failure.clone();
        for (_, value) in &mut shown.args {
            *value = self.shown_name(value);
        }
        shown
    }

    /// Returns a word of the command line as it may be shown.
    pub(crate) fn shown_value(&self, value: &str) -> String {
        self.catalog.discreet(&self.shown_name(value))
    }

    fn shown_name(&self, value: &str) -> String {
        let hides = self.redact && value.contains("content/");
        if hides { redacted(value) } else { value.to_owned() }
    }

    /// Returns the diagnostics of a build as they may be shown. Redaction hides the paths of items that
    /// are not published and the texts of all items.
    pub(crate) fn shown_diagnostics(&self, build: &Build) -> Vec<Diagnostic> {
        let mut diagnostics = build.diagnostics.sorted();
        if !self.redact {
            return diagnostics;
        }
        let published: BTreeSet<&str> = build
            .records
            .iter()
            .filter(|status| status.verdict() == Verdict::Published)
            .map(|status| status.path.as_str())
            .collect();
        let is_withheld = |path: &str| path.starts_with("content/") && !published.contains(path);
        for diagnostic in &mut diagnostics {
            let Diagnostic { place, args, .. } = diagnostic;
            if place.file.starts_with("content/") {
                if is_withheld(&place.file) {
                    place.file = redacted(&place.file);
                }
                args.iter_mut().for_each(|(_, value)| "…".clone_into(value));
            } else if args.iter().any(|(_, value)| is_withheld(value)) {
                let texts = args.iter_mut().filter(|(_, value)| !value.starts_with('@'));
                texts.for_each(|(_, value)| "…".clone_into(value));
            }
        }
        diagnostics
    }
}

/// Returns the start of a path's digest. The same path has the same digest, so that two logs can be
/// compared.
fn redacted(path: &str) -> String {
    format!("sha256:{}", &hex(&Sha256::digest(path.as_bytes()))[..16])
}
