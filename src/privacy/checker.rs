//! Finds private numbers in a text: identity cards, private telephones, bank accounts.
//!
//! The rules are data, one file per country in `src/privacy/`. One finder serves two purposes: to
//! refuse private numbers in published text, and to mask them in diagnostics ([`Checker::masked`]).

use std::cell::OnceCell;
use std::ops::Range;

use crate::diagnostics::{Code, Severity};
use crate::privacy::candidate::{Candidate, CompiledRule, NumberEvidence, Surroundings};
use crate::privacy::context::Context;
use crate::privacy::other_kinds::{MIN_OTHERS, OtherKinds, digits_of, values};
use crate::privacy::rules::{COUNTRIES, Country};
use crate::privacy::words::{ContextWords, NormalizedText};
use crate::text::{
    Digit, DigitRun, FoundLabel, Labels, LooseReading, has_long_number, is_in_address, loose_runs,
    runs,
};

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
    /// The kind of number that the header of the column names, if this number has its form. Then
    /// it is private only if fewer than [`Checker::MIN_OTHERS`] others of the column have the form.
    pub column_kind: Option<usize>,
}

/// A text to search.
struct SearchedText<'t, R> {
    text: &'t str,
    /// The runs of digits in it.
    runs: R,
    /// A text whose words count for numbers with a check digit.
    far: &'t str,
}

/// Digits of a text that fit a rule.
struct WrittenNumber<'t> {
    text: &'t str,
    range: Range<usize>,
    digits: &'t [Digit],
}

/// Finds private numbers of some countries.
#[derive(Debug, Default)]
pub struct Checker {
    rules: Vec<CompiledRule>,
    documents: ContextWords,
    others: OtherKinds,
    /// The office's own numbers, which may be published.
    own: Vec<String>,
}

impl Checker {
    /// How many other numbers of the same form make a column one of their kind.
    pub const MIN_OTHERS: usize = MIN_OTHERS;

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
                country.others.into_iter().for_each(|kind| checker.others.add(kind));
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
        self.find_in(SearchedText { text, runs: runs(text), far }, |_| true, context)
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
        let plain = SearchedText { text, runs: runs(text), far: "" };
        let mut lists = vec![self.find_in(plain, |_| true, &context)];
        for reading in [LooseReading::Shown, LooseReading::Literal, LooseReading::Rendered] {
            let runs = loose_runs(text, reading).into_iter();
            let loose = SearchedText { text, runs, far: "" };
            let mut further = self.find_in(loose, |candidate| candidate.is_printed(), &context);
            further.retain(|found| lists.iter().all(|list| !is_in(list, &found.range)));
            lists.push(further);
        }
        lists.into_iter().flatten().collect()
    }

    fn find_in(
        &self,
        searched: SearchedText<impl Iterator<Item = DigitRun>>,
        counts: impl Fn(&Candidate) -> bool,
        context: impl Fn(Range<usize>) -> Context,
    ) -> Vec<PrivateNumber<'_>> {
        let SearchedText { text, runs, far } = searched;
        let far = Surroundings::new(far);
        let labels = OnceCell::new();
        let mut found: Vec<PrivateNumber> = Vec::new();
        for run in runs {
            for candidate in self.candidates(text, &run).into_iter().filter(&counts) {
                let range = run.range(&candidate.digits);
                let digits = &run.digits[candidate.digits.clone()];
                if self.is_own(digits) {
                    continue;
                }
                let context = &context(range.clone());
                let label = labels.get_or_init(|| Labels::of(text)).at(range.start);
                let label = label.as_ref();
                let is_bare_in_address =
                    is_bare(text, digits) && (context.is_file_name || is_in_address(text, &range));
                let evidence = NumberEvidence { context, label, far: &far, is_bare_in_address };
                let written = WrittenNumber { text, range, digits };
                if let Some(number) = self.private_number(&candidate, written, &evidence) {
                    add_number(number, &mut found);
                }
            }
        }
        found
    }

    /// Returns a candidate as a private number. Returns `None` if it is harmless.
    fn private_number<'c>(
        &'c self,
        candidate: &Candidate<'c>,
        written: WrittenNumber,
        evidence: &NumberEvidence,
    ) -> Option<PrivateNumber<'c>> {
        let CompiledRule { code, rule, .. } = candidate.ready;
        let severity = candidate.ready.judge(candidate, evidence)?;
        let is_excusable =
            !candidate.is_printed() && !evidence.labels().any(|label| candidate.ready.names(label));
        let values = values(written.digits);
        if is_excusable && self.is_of_other_kind(&written, &values, evidence) {
            return None;
        }
        let kind = self.others.named(&evidence.context.column, true, &values);
        let column_kind = kind.filter(|_| is_excusable && evidence.label.is_none());
        Some(PrivateNumber {
            code: *code,
            severity,
            range: written.range,
            name: rule.name.as_str(),
            number: written.digits.iter().map(Digit::shown).collect(),
            column_kind,
        })
    }

    /// Returns whether label and form identify digits as a number of another kind.
    fn is_of_other_kind(
        &self,
        written: &WrittenNumber,
        digits: &[u32],
        evidence: &NumberEvidence,
    ) -> bool {
        let Context { column, others, left, .. } = evidence.context;
        let Some(label) = evidence.label else {
            let is_in_column = || self.others.named(column, true, digits).is_some();
            return *others >= MIN_OTHERS && is_in_column()
                || self.others.names_goods(left, digits);
        };
        let Some(kind) = self.others.named(label.text, label.is_key, digits) else { return false };
        label.is_direct || {
            let is_one = |run: &DigitRun| {
                let values = values(&run.digits);
                self.others.named(label.text, label.is_key, &values) == Some(kind)
            };
            let list = near_in_list(written.text, label, written.range.start);
            runs(list).filter(is_one).take(MIN_OTHERS + 1).count() > MIN_OTHERS
        }
    }

    /// Returns the kind of number that the header of a column names, if the text of a cell is such a
    /// number.
    pub fn kind_in_column(&self, header: &str, cell: &str) -> Option<usize> {
        self.others.named(header, true, &digits_of(cell))
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

/// Adds a number behind the others. Of two that overlap, keeps the more severe one. If they are equally
/// severe, keeps the first.
fn add_number<'c>(number: PrivateNumber<'c>, found: &mut Vec<PrivateNumber<'c>>) {
    match found.last_mut().filter(|last| last.range.end > number.range.start) {
        Some(last) if last.severity <= number.severity => {}
        Some(last) => *last = number,
        None => found.push(number),
    }
}

/// Returns the part of a list that is near a place, so that the work does not grow with its square.
fn near_in_list<'t>(text: &'t str, label: &FoundLabel, place: usize) -> &'t str {
    const NEAR: usize = 1000;
    let (mut start, mut end) =
        (label.holds.start.max(place.saturating_sub(NEAR)), label.holds.end.min(place + NEAR));
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[start..end]
}

/// Returns whether digits are written in one piece and as programs write them.
fn is_bare(text: &str, digits: &[Digit]) -> bool {
    let (Some(first), Some(last)) = (digits.first(), digits.last()) else { return false };
    text[first.range.start..last.range.end].bytes().all(|b| b.is_ascii_digit())
}

/// Returns whether a range overlaps one of the numbers, which are sorted by position and do not
/// overlap each other.
fn is_in(numbers: &[PrivateNumber], range: &Range<usize>) -> bool {
    let after = numbers.partition_point(|number| number.range.end <= range.start);
    numbers.get(after).is_some_and(|number| number.range.start < range.end)
}
