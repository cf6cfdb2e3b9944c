//! Explains the verdict on one item, rule by rule.

use jiff::Timestamp;
use serde::Serialize;

use crate::build::{ItemEntry, ItemStatus};
use crate::config::{Config, Person};
use crate::content::{Approval, Seal, Signature};
use crate::diagnostics::Diagnostic;
use crate::gate::{Reason, Rule, State, Verdict};
use crate::report::json::json_of_one;
use crate::report::reporter::Reporter;
use crate::ssh::fingerprint;

/// Whether an item meets a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RuleResult {
    Met,
    Broken,
    /// The rule asks nothing of the item.
    NotAsked,
}

impl RuleResult {
    /// Returns the mark for people.
    fn mark(self) -> &'static str {
        match self {
            Self::Met => "✓",
            Self::Broken => "✗",
            Self::NotAsked => "–",
        }
    }

    /// Returns the word for programs.
    fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Broken => "broken",
            Self::NotAsked => "not-asked",
        }
    }
}

/// A rule, and whether an item meets it. A rule that is broken for several reasons is there for each of them.
struct ExplainedRule {
    rule: &'static str,
    result: RuleResult,
    text: String,
    /// What else is known of a broken rule.
    detail: Option<String>,
}

#[derive(Serialize)]
struct JsonRule {
    rule: &'static str,
    result: &'static str,
    text: String,
    detail: Option<String>,
}

/// An item that is explained.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExplainedItem<'a> {
    /// Its status.
    pub status: &'a ItemStatus,
    /// Whether it has errors, or would have some if it were approved.
    pub has_mistakes: bool,
}

/// Returns the rules of the gate in their order, and for each whether an item meets it.
pub(crate) fn explain(reporter: &Reporter, config: &Config, item: &ExplainedItem) -> String {
    let status = item.status;
    let path = reporter.path(&status.path, status.verdict() == Verdict::Published);
    let mut out = format!("{path}: {}\n", reporter.verdict(status.verdict()));
    let (Some(judgement), Some(entry)) = (&status.judgement, &status.entry) else { return out };
    let strength = config.policy.strength(entry.category).as_str();
    let required = reporter.text(&format!("required/{strength}"), Vec::new());
    out.push_str(&format!("  {required}\n"));
    for ExplainedRule { result, text, detail, .. } in explained_rules(reporter, config, item) {
        out.push_str(&format!("  {} {text}\n", result.mark()));
        out.extend(detail.map(|detail| format!("    {detail}\n")));
    }
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

/// Returns the same as one JSON document, with the diagnostics of the item.
pub(crate) fn explain_json(
    reporter: &Reporter,
    config: &Config,
    item: &ExplainedItem,
    at: Timestamp,
    diagnostics: &[Diagnostic],
) -> String {
    let rules = explained_rules(reporter, config, item).into_iter().map(|explained| {
        let ExplainedRule { rule, result, text, detail } = explained;
        JsonRule { rule, result: result.as_str(), text, detail }
    });
    let rules: Vec<JsonRule> = rules.collect();
    json_of_one(reporter, config, item.status, &rules, at, diagnostics)
}

/// Returns every rule with its result. Returns none for an item that could not be read.
fn explained_rules(
    reporter: &Reporter,
    config: &Config,
    item: &ExplainedItem,
) -> Vec<ExplainedRule> {
    let status = item.status;
    let (Some(judgement), Some(entry)) = (&status.judgement, &status.entry) else {
        return Vec::new();
    };
    let explanation = Explanation { reporter, config, entry };
    let mut rules = Vec::new();
    for rule in Rule::ALL {
        let reasons = judgement.reasons.iter().filter(|reason| reason.rule() == rule);
        let broken = reasons.map(|reason| ExplainedRule {
            rule: rule.as_str(),
            result: RuleResult::Broken,
            text: reporter.reason(config, *reason),
            detail: explanation.detail(status, *reason),
        });
        let broken: Vec<ExplainedRule> = broken.collect();
        if broken.is_empty() {
            let (result, text) = explanation.kept(rule);
            rules.push(ExplainedRule { rule: rule.as_str(), result, text, detail: None });
        }
        rules.extend(broken);
    }
    let (result, text) = if item.has_mistakes {
        (RuleResult::Broken, "reason/invalid")
    } else {
        (RuleResult::Met, "rule/no-mistakes")
    };
    let text = reporter.text(text, Vec::new());
    rules.push(ExplainedRule { rule: "no-mistakes", result, text, detail: None });
    rules
}

/// The explanation of one item.
struct Explanation<'a> {
    reporter: &'a Reporter<'a>,
    config: &'a Config,
    entry: &'a ItemEntry,
}

impl Explanation<'_> {
    /// Returns the result and the sentence of a rule that the item does not break.
    fn kept(&self, rule: Rule) -> (RuleResult, String) {
        let met = |key: &str| (RuleResult::Met, self.reporter.text(key, Vec::new()));
        let not_asked = |key: &str| (RuleResult::NotAsked, self.reporter.text(key, Vec::new()));
        let Approval { approver, .. } = self.entry.approval;
        match rule {
            Rule::NotWithdrawn => met("rule/not-withdrawn"),
            Rule::NotExpired => met("rule/not-over"),
            Rule::Approver => (RuleResult::Met, self.approver()),
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

    /// Returns the result and the sentence about who prepared and who proofread the item.
    fn duties(&self) -> (RuleResult, String) {
        let Approval { prepared_by, reviewed_by, .. } = self.entry.approval;
        let text = |key: &str| self.reporter.text(key, Vec::new());
        if self.config.policy.separate_duties {
            return (RuleResult::Met, text("rule/duties-separate"));
        }
        match prepared_by.or(reviewed_by) {
            Some(_) => (RuleResult::Met, text("rule/duties")),
            None => (RuleResult::NotAsked, text("rule/no-duties")),
        }
    }

    /// Returns the result and the sentence about a signature that the item does not break.
    fn signature(&self) -> (RuleResult, String) {
        match self.signer() {
            Some((person, key)) => {
                let args = vec![("person", person), ("key", key)];
                (RuleResult::Met, self.reporter.text("rule/signature", args))
            }
            None => (RuleResult::NotAsked, self.reporter.text("rule/no-signature", Vec::new())),
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
