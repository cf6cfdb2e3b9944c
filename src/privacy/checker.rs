//! Finds private numbers in a text: identity cards, private telephones, bank accounts.
//!
//! The rules are data, one file per country in `src/privacy/`. One finder serves two purposes: to
//! refuse private numbers in published text, and to mask them in diagnostics ([`Checker::masked`]).

use std::ops::Range;

use crate::diagnostics::{Code, Severity};
use crate::privacy::candidate::{Candidate, CompiledRule, Surroundings};
use crate::privacy::context::Context;
use crate::privacy::rules::{COUNTRIES, Country};
use crate::privacy::words::{ContextWords, NormalizedText};
use crate::text::{Digit, DigitRun, Reading, has_long_number, loose_runs, runs};

/// A private number found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateNumber<'c> {
    /// The code of the diagnostic.
    pub code: Code,
    /// The severity if the text is published.
    pub severity: Severity,
    /// The position of the number.
    pub range: Range<usize>,
    /// The key of its name in the messages.
    pub name: &'c str,
    /// Its digits, to distinguish it from other numbers. Never shown.
    pub number: String,
}

/// Finds private numbers of some countries.
#[derive(Debug, Default)]
pub struct Checker {
    rules: Vec<CompiledRule>,
    documents: ContextWords,
    /// The office's own numbers, which may be published.
    own: Vec<String>,
}

impl Checker {
    /// Creates a checker for countries, by the names that `[policy] privacy` accepts. `contact` is
    /// the contact information in the settings, whose numbers are never reported.
    ///
    /// # Panics
    ///
    /// Panics if the file of a country, which is compiled into the program, is invalid. A test
    /// reads all of them.
    pub fn new<'n>(countries: impl Iterator<Item = &'n str>, contact: &str) -> Self {
        let mut checker = Self::default();
        let mut documents = Vec::new();
        for wanted in countries {
            let files = COUNTRIES.iter().filter(|(name, _)| *name == wanted);
            for (_, text) in files {
                let country: Country = toml::from_str(text).expect("a country's file is valid");
                documents.extend(country.documents);
                for rule in country.rules {
                    checker.rules.push(CompiledRule::new(checker.rules.len(), rule));
                }
            }
        }
        checker.documents = ContextWords::new(documents);
        let digits = |run: &DigitRun| run.digits.iter().map(|digit| digit.shown()).collect();
        checker.own = runs(contact).map(|run| digits(&run)).collect();
        checker
    }

    /// Creates a checker for all countries.
    pub fn everything() -> Self {
        Self::new(COUNTRIES.iter().map(|(name, _)| *name), "")
    }

    /// Returns whether the checker has no rules.
    pub fn is_idle(&self) -> bool {
        self.rules.is_empty()
    }

    /// Returns whether a name or a title suggests a copy of a personal document.
    pub fn names_document(&self, text: &str) -> bool {
        self.documents.are_in(&NormalizedText::new(text))
    }

    /// Returns the private numbers in a text, in order. `context` is called only where the digits
    /// fit a rule. Words in `far` count only for numbers with a check digit.
    ///
    /// ```
    /// use prakat::privacy::{Checker, Context};
    ///
    /// let checker = Checker::everything();
    /// let line = "เลขประจำตัวประชาชน 1-2001-00412-34-0";
    /// let context = |_| Context { near: line.to_owned(), ..Context::default() };
    /// let numbers = checker.find(line, line, context);
    ///
    /// assert_eq!(numbers.len(), 1);
    /// assert_eq!(&line[numbers[0].range.clone()], "1-2001-00412-34-0");
    /// ```
    pub fn find(
        &self,
        text: &str,
        far: &str,
        context: impl Fn(Range<usize>) -> Context,
    ) -> Vec<PrivateNumber<'_>> {
        if self.rules.is_empty() || !has_long_number(text) {
            return Vec::new();
        }
        self.find_in(text, (runs(text), far), |_| true, context)
    }

    /// Returns the private numbers in a text as readers see it: a rendered text, an address. Any sign
    /// may separate the groups of a number there. Such a number counts only if it has a check digit
    /// and is grouped as it is printed, or spelled digit by digit.
    pub fn find_seen(
        &self,
        text: &str,
        context: impl Fn(Range<usize>) -> Context,
    ) -> Vec<PrivateNumber<'_>> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut lists = vec![self.find_in(text, (runs(text), ""), |_| true, &context)];
        for reading in [Reading::Shown, Reading::Literal, Reading::Rendered] {
            let runs = loose_runs(text, reading).into_iter();
            let mut further =
                self.find_in(text, (runs, ""), |candidate| candidate.is_printed(), &context);
            further.retain(|found| lists.iter().all(|list| !is_in(list, &found.range)));
            lists.push(further);
        }
        lists.into_iter().flatten().collect()
    }

    fn find_in(
        &self,
        text: &str,
        (runs, far): (impl Iterator<Item = DigitRun>, &str),
        counts: impl Fn(&Candidate) -> bool,
        context: impl Fn(Range<usize>) -> Context,
    ) -> Vec<PrivateNumber<'_>> {
        let far = Surroundings::new(far);
        let mut found: Vec<PrivateNumber> = Vec::new();
        for run in runs {
            for candidate in self.candidates(text, &run).into_iter().filter(&counts) {
                let range = run.range(&candidate.digits);
                if self.is_own(&run.digits[candidate.digits.clone()]) {
                    continue;
                }
                let context = context(range.clone());
                let Some(severity) = candidate.ready.judge(&candidate, &context, &far) else {
                    continue;
                };
                let (code, name) = (candidate.ready.code, candidate.ready.rule.name.as_str());
                let number =
                    run.digits[candidate.digits.clone()].iter().map(Digit::shown).collect();
                // Of two overlapping numbers, keep the more severe. If they are equal, keep the
                // first.
                match found.last_mut().filter(|last| last.range.end > range.start) {
                    Some(last) if last.severity <= severity => {}
                    Some(last) => *last = PrivateNumber { code, severity, range, name, number },
                    None => found.push(PrivateNumber { code, severity, range, name, number }),
                }
            }
        }
        found
    }

    /// Returns the possible private numbers in a run of digits, judged by the digits alone.
    pub(super) fn candidates<'c>(&'c self, text: &str, run: &DigitRun) -> Vec<Candidate<'c>> {
        let mut found = Vec::new();
        for start in run.starts() {
            for ready in &self.rules {
                let forms = ready.rule.forms.iter();
                found.extend(forms.filter_map(|form| ready.fit(text, run, start, form)));
            }
        }
        found
    }

    /// Returns whether a number is the office's own. The country code or the leading 0 is ignored.
    fn is_own(&self, digits: &[Digit]) -> bool {
        const OWN: usize = 8;
        let last = digits[digits.len().saturating_sub(OWN)..].iter();
        let last: String = last.map(Digit::shown).collect();
        self.own.iter().any(|own| own.contains(&last))
    }
}

/// Returns whether a range overlaps one of the numbers, which are sorted by position and do not
/// overlap each other.
fn is_in(numbers: &[PrivateNumber], range: &Range<usize>) -> bool {
    let after = numbers.partition_point(|number| number.range.end <= range.start);
    numbers.get(after).is_some_and(|number| number.range.start < range.end)
}
