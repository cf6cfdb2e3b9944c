//! Decides whether digits fit a rule, and how severe they are in their context.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostics::{Code, Severity};
use crate::privacy::context::Context;
use crate::privacy::rules::{NumberForm, PrivacyRule, RuleLevel};
use crate::privacy::words::{ContextWords, NormalizedText, with_parted_words};
use crate::text::{Digit, DigitGap, DigitRun, FoundLabel, grouping, last_of};

/// A number with more Latin letters and digits next to it is part of a digest or of an address.
const MAX_ATTACHED: usize = 10;

/// A rule, prepared for use.
#[derive(Debug)]
pub(super) struct CompiledRule {
    /// The index of the rule in the checker.
    pub(super) number: usize,
    pub(super) rule: PrivacyRule,
    pub(super) code: Code,
    pub(super) words: ContextWords,
    labels: ContextWords,
    not_after: ContextWords,
    pub(super) allowed_near: ContextWords,
    pub(super) allowed_under: ContextWords,
}

impl CompiledRule {
    pub(super) fn new(number: usize, mut rule: PrivacyRule) -> Self {
        let code = Code::ALL.iter().find(|(_, word)| *word == rule.code);
        let code = code.expect("the code of a rule is one of the program's").0;
        let mut take = |list: fn(&mut PrivacyRule) -> &mut Vec<String>| {
            ContextWords::new(std::mem::take(list(&mut rule)))
        };
        let words = take(|rule| &mut rule.words);
        let labels = take(|rule| &mut rule.labels);
        let not_after = take(|rule| &mut rule.not_after);
        let allowed_near = take(|rule| &mut rule.allowed_near);
        let allowed_under = take(|rule| &mut rule.allowed_under);
        Self { number, rule, code, words, labels, not_after, allowed_near, allowed_under }
    }

    /// Returns the candidate if a form fits the digits starting at an index.
    pub(super) fn fit<'c>(
        &'c self,
        text: &str,
        run: &DigitRun,
        start: usize,
        form: &NumberForm,
    ) -> Option<Candidate<'c>> {
        let digits = start..start + form.digits;
        let chosen = run.digits.get(digits.clone())?;
        if !run.digits.get(digits.end).is_none_or(Digit::begins_group) {
            return None;
        }
        let begins =
            form.starts.is_empty() || form.starts.iter().any(|start| begins(chosen, start));
        if !begins || !self.rule.checksum.as_ref().is_none_or(|sum| sum.is_right(chosen)) {
            return None;
        }
        let range = run.range(&digits);
        if form.plus != text[..range.start].ends_with('+') {
            return None;
        }
        let attached = attached(text, &range)?;
        let grouping = grouping(chosen);
        let is_alone = digits == (0..run.digits.len());
        let is_firm = is_alone || chosen[1..].iter().all(|digit| digit.gap != DigitGap::Other);
        let is_listed = form.groupings.contains(&grouping) && is_firm;
        let is_shaped = is_listed || (self.rule.any_grouping && is_alone);
        // In a longer run any digits would fit: only a check digit or the grouping is evidence.
        let is_bare = !is_alone && self.rule.checksum.is_none();
        if is_bare && !form.groupings.contains(&grouping) {
            return None;
        }
        let needs_words = form.words_needed || attached || !is_shaped;
        let is_grouped = form.groupings.contains(&grouping) && grouping.contains('-');
        let groups = grouping.split('-').count();
        Some(Candidate { ready: self, digits, needs_words, is_grouped, groups, is_alone })
    }

    /// Returns whether a label says that a number with a check digit is one of this kind.
    pub(super) fn names(&self, label: &str) -> bool {
        if self.rule.checksum.is_none() || label.is_empty() {
            return false;
        }
        let label = NormalizedText::new(&with_parted_words(label));
        let is_named = self.words.are_in(&label) || self.labels.are_in(&label);
        is_named && !self.allowed_near.are_in(&label)
    }

    /// Returns whether the words right before a number say that it is one of another kind: whether
    /// they are nearer than the words of the rule.
    fn is_after_another(&self, label: &str) -> bool {
        /// How many characters before the number are compared.
        const BEFORE: usize = 20;
        let nearest = |words: &ContextWords| {
            (1..=BEFORE).find(|n| words.are_in(&NormalizedText::new(last_of(label, *n))))
        };
        let own = nearest(&self.words).unwrap_or(usize::MAX);
        nearest(&self.not_after).is_some_and(|other| other < own)
    }

    /// Returns the severity of a candidate in its context. Returns `None` if it is harmless.
    pub(super) fn judge(
        &self,
        candidate: &Candidate,
        evidence: &NumberEvidence,
    ) -> Option<Severity> {
        let near = NormalizedText::new(&evidence.context.near);
        let is_named = evidence.labels().any(|label| self.names(label));
        let is_allowed = !is_named
            && (self.allowed_near.are_in(&near)
                || self.allowed_under.are_in(&NormalizedText::new(&evidence.context.heading)));
        if is_allowed {
            return None;
        }
        let is_far = || self.rule.checksum.is_some() && evidence.far.has_words_of(self);
        let has_words = self.words.are_in(&near)
            || is_named && evidence.labels().any(|l| self.words.are_in(&NormalizedText::new(l)))
            || is_far();
        let is_evident = is_named || has_words;
        if evidence.is_bare_in_address && !(is_evident && candidate.has_check_digit()) {
            return None;
        }
        let is_other = || evidence.labels().any(|label| self.is_after_another(label));
        let level = if candidate.needs_words && (!is_evident || is_other()) {
            return None;
        } else if has_words {
            self.rule.with_words
        } else {
            self.rule.without_words
        };
        Some(match level {
            RuleLevel::Error => Severity::Error,
            RuleLevel::Warning => Severity::Warning,
        })
    }
}

/// What a number is judged by.
pub(super) struct NumberEvidence<'a> {
    pub(super) context: &'a Context,
    /// The words right before the number.
    pub(super) label: Option<&'a FoundLabel<'a>>,
    /// A text whose words count for numbers with a check digit.
    pub(super) far: &'a Surroundings<'a>,
    /// Whether it is digits in one piece inside an address or the name of a file.
    pub(super) is_bare_in_address: bool,
}

impl NumberEvidence<'_> {
    /// Returns the label in the text and the header of the column.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        let label = self.label.map(|label| label.text);
        label.into_iter().chain([self.context.column.as_str()])
    }
}

/// Digits that fit a rule.
pub(super) struct Candidate<'c> {
    pub(super) ready: &'c CompiledRule,
    /// The range of digits in the run.
    pub(super) digits: Range<usize>,
    /// Whether it counts only if one of the rule's words is near.
    pub(super) needs_words: bool,
    /// Whether its digits are grouped as in a form, rather than in one piece.
    pub(super) is_grouped: bool,
    /// The number of groups of its digits.
    pub(super) groups: usize,
    /// Whether its run has no other digits.
    pub(super) is_alone: bool,
}

impl Candidate<'_> {
    /// Returns whether a check digit confirms it.
    pub(super) fn has_check_digit(&self) -> bool {
        self.ready.rule.checksum.is_some()
    }

    /// Returns whether each of its digits is a group, as in boxes of a form.
    pub(super) fn is_spelled(&self) -> bool {
        self.groups == self.digits.len()
    }

    /// Returns whether check digit and grouping together identify the number.
    pub(super) fn is_printed(&self) -> bool {
        self.has_check_digit() && (self.is_grouped || self.is_spelled() && self.is_alone)
    }
}

fn begins(digits: &[Digit], start: &str) -> bool {
    digits.len() >= start.len() && start.chars().zip(digits).all(|(c, digit)| c == digit.shown())
}

/// Returns whether a Latin letter is adjacent to a number. Returns `None` if the number is part of
/// something longer.
fn attached(text: &str, range: &Range<usize>) -> Option<bool> {
    let is_letter = |c: &char| c.is_ascii_alphanumeric();
    let before = text[..range.start].chars().rev().take(MAX_ATTACHED + 1).take_while(is_letter);
    let after = text[range.end..].chars().take(MAX_ATTACHED + 1).take_while(is_letter);
    let count = before.count() + after.count();
    (count <= MAX_ATTACHED).then_some(count > 0)
}

/// A text that is searched repeatedly for the words of rules.
pub(super) struct Surroundings<'t> {
    text: &'t str,
    readable: OnceCell<NormalizedText>,
    /// Cached answers, by index of the rule.
    answers: RefCell<BTreeMap<usize, bool>>,
}

impl<'t> Surroundings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, readable: OnceCell::new(), answers: RefCell::default() }
    }

    pub(super) fn has_words_of(&self, ready: &CompiledRule) -> bool {
        let readable = || self.readable.get_or_init(|| NormalizedText::new(self.text));
        let ask = || ready.words.are_in(readable());
        *self.answers.borrow_mut().entry(ready.number).or_insert_with(ask)
    }
}
