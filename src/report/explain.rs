//! Explains the verdict on one item, rule by rule.

use crate::build::{ItemEntry, ItemStatus};
use crate::config::{Config, Person};
use crate::content::{Approval, Seal, Signature};
use crate::gate::{Reason, Rule, State, Verdict};
use crate::report::reporter::Reporter;
use crate::ssh::fingerprint;

/// The mark of a rule that an item meets.
const MET: &str = "✓";
/// The mark of a rule that an item breaks.
const BROKEN: &str = "✗";
/// The mark of a rule that asks nothing of an item.
const NOT_ASKED: &str = "–";

/// Returns the rules of the gate in their order, and for each whether an item meets it.
pub(crate) fn explain(reporter: &Reporter, config: &Config, status: &ItemStatus) -> String {
    let path = reporter.path(&status.path, status.verdict() == Verdict::Published);
    let mut out = format!("{path}: {}\n", reporter.verdict(status.verdict()));
    let (Some(judgement), Some(entry)) = (&status.judgement, &status.entry) else { return out };
    let explanation = Explanation { reporter, config, entry };
    let strength = config.policy.strength(entry.category).as_str();
    let required = reporter.text(&format!("required/{strength}"), Vec::new());
    out.push_str(&format!("  {required}\n"));
    for rule in Rule::ALL {
        let mut broken = judgement.reasons.iter().filter(|reason| reason.rule() == rule).peekable();
        if broken.peek().is_none() {
            let (mark, text) = explanation.kept(rule);
            out.push_str(&format!("  {mark} {text}\n"));
        }
        for reason in broken {
            out.push_str(&format!("  {BROKEN} {}\n", reporter.reason(config, *reason)));
            out.extend(explanation.detail(status, *reason).map(|text| format!("    {text}\n")));
        }
    }
    let (mark, text) =
        if status.invalid { (BROKEN, "reason/invalid") } else { (MET, "rule/no-mistakes") };
    out.push_str(&format!("  {mark} {}\n", reporter.text(text, Vec::new())));
    if let (Some(state), Some(deadline)) = (judgement.state, entry.deadline) {
        let text = match state {
            State::Open => reporter.closed_after(config, deadline.at),
            State::Closed => reporter.closed_since(config, deadline.at),
        };
        out.push_str(&format!("  {text}\n"));
    }
    out.push_str(&reporter.waived_lines(status));
    out
}

/// The explanation of one item.
struct Explanation<'a> {
    reporter: &'a Reporter<'a>,
    config: &'a Config,
    entry: &'a ItemEntry,
}

impl Explanation<'_> {
    /// Returns the mark and the sentence of a rule that the item does not break.
    fn kept(&self, rule: Rule) -> (&'static str, String) {
        let met = |key: &str| (MET, self.reporter.text(key, Vec::new()));
        let not_asked = |key: &str| (NOT_ASKED, self.reporter.text(key, Vec::new()));
        let Approval { approver, .. } = self.entry.approval;
        match rule {
            Rule::NotWithdrawn => met("rule/not-withdrawn"),
            Rule::NotExpired => met("rule/not-over"),
            Rule::Approver => (MET, self.approver()),
            Rule::Entitled if approver.is_none() => not_asked("rule/no-approver"),
            Rule::Entitled => met("rule/entitled"),
            Rule::InOffice if approver.is_none() => not_asked("rule/no-approver-in-office"),
            Rule::InOffice if !self.has_terms() => not_asked("rule/no-terms"),
            Rule::InOffice => met("rule/in-office"),
            Rule::Duties => self.duties(),
            Rule::Seal if self.entry.approval.seal == Seal::Absent => not_asked("rule/no-seal"),
            Rule::Seal => met("rule/seal"),
            Rule::Signature => self.signature(),
            Rule::Started => met("rule/begun"),
            Rule::Original if !self.entry.is_translation => not_asked("rule/no-translation"),
            Rule::Original => met("rule/original"),
        }
    }

    /// Returns what else is known of a broken rule.
    fn detail(&self, status: &ItemStatus, reason: Reason) -> Option<String> {
        match reason {
            Reason::Withdrawn(_) => self.reporter.withdrawal(status),
            Reason::ForeignKey | Reason::KeyRevoked(_) | Reason::KeyOutOfTerm(..) => {
                let (person, key) = self.signer()?;
                Some(self.reporter.text("rule/key", vec![("person", person), ("key", key)]))
            }
            _ => None,
        }
    }

    /// Returns who approved the item and when.
    fn approver(&self) -> String {
        let approver = self.person();
        let id = ("person", approver.map_or_else(String::new, |person| person.id.clone()));
        let name = ("name", approver.map_or_else(String::new, |person| person.name.clone()));
        match self.entry.approval.on {
            Some(on) => {
                let date = ("date", self.reporter.date(self.config, on.at));
                self.reporter.text("rule/approver", vec![id, name, date])
            }
            None => self.reporter.text("rule/approver-undated", vec![id, name]),
        }
    }

    fn person(&self) -> Option<&Person> {
        let approver = self.entry.approval.approver?;
        self.config.policy.people.get(usize::from(approver))
    }

    fn has_terms(&self) -> bool {
        self.person().is_some_and(|person| !person.terms.is_empty())
    }

    /// Returns the mark and the sentence about who prepared and who proofread the item.
    fn duties(&self) -> (&'static str, String) {
        let Approval { prepared_by, reviewed_by, .. } = self.entry.approval;
        let text = |key: &str| self.reporter.text(key, Vec::new());
        if self.config.policy.separate_duties {
            return (MET, text("rule/duties-separate"));
        }
        match prepared_by.or(reviewed_by) {
            Some(_) => (MET, text("rule/duties")),
            None => (NOT_ASKED, text("rule/no-duties")),
        }
    }

    /// Returns the mark and the sentence about a signature that the item does not break.
    fn signature(&self) -> (&'static str, String) {
        match self.signer() {
            Some((person, key)) => {
                let args = vec![("person", person), ("key", key)];
                (MET, self.reporter.text("rule/signature", args))
            }
            None => (NOT_ASKED, self.reporter.text("rule/no-signature", Vec::new())),
        }
    }

    /// Returns the id of who made the signature, and the fingerprint of the key. Returns `None` if there
    /// is no signature, or none by a known key.
    fn signer(&self) -> Option<(String, String)> {
        let Signature::By(id, key) = self.entry.approval.signature else { return None };
        let person = self.config.policy.people.get(usize::from(id))?;
        let key = fingerprint(&person.keys.get(usize::from(key))?.public)?;
        Some((person.id.clone(), key))
    }
}
