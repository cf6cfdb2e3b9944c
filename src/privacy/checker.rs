//! Finds private numbers in a text: identity cards, private telephones, bank accounts.
//!
//! The rules are data, one file per country in `src/privacy/`. One finder serves two purposes: to
//! refuse private numbers in published text, and to mask them in diagnostics ([`Checker::masked`]).

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use crate::diagnostics::{Code, Severity};
use crate::text::{
    Digit, DigitRun, Separator, grouping, has_long_number, has_long_number_in_html, is_invisible,
    loose_runs, runs,
};

/// The countries with rules, by the names that `[policy] privacy` accepts.
pub(crate) const COUNTRIES: &[(&str, &str)] = &[("th", include_str!("th.toml"))];

/// A number with more Latin letters and digits next to it is part of a digest or of an address.
const MAX_ATTACHED: usize = 10;

/// The rules of a country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    /// Words in names and titles of files that are probably copies of personal documents.
    documents: Vec<String>,
    rules: Vec<PrivacyRule>,
}

/// The rule for one kind of number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrivacyRule {
    /// The code of the diagnostic.
    code: String,
    /// The key of its name in the messages.
    name: String,
    /// How the number may be written.
    forms: Vec<NumberForm>,
    #[serde(default)]
    checksum: Option<Checksum>,
    /// Whether digits may also be grouped in other ways, if no other digits are next to them.
    #[serde(default)]
    any_grouping: bool,
    /// Words that indicate this kind of number.
    words: Vec<String>,
    /// Words that indicate another kind of number, unless one of `words` also appears.
    #[serde(default)]
    not_near: Vec<String>,
    /// Words near which the number may be published.
    #[serde(default)]
    allowed_near: Vec<String>,
    /// Words in a heading under which the number may be published.
    #[serde(default)]
    allowed_under: Vec<String>,
    /// The severity if one of `words` is near.
    with_words: RuleLevel,
    /// The severity otherwise.
    without_words: RuleLevel,
}

/// A form in which a number is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberForm {
    digits: usize,
    /// The prefixes of the number. If there are none, any prefix is accepted.
    #[serde(default)]
    starts: Vec<String>,
    /// Whether a `+` precedes the number.
    #[serde(default)]
    plus: bool,
    /// Sizes of the groups of digits between separators: `1-4-5-2-1`.
    groupings: Vec<String>,
    /// Whether the form counts only if one of the rule's words is near.
    #[serde(default)]
    words_needed: bool,
}

/// How the check digit is computed from the other digits.
#[derive(Debug, Deserialize)]
#[serde(tag = "scheme", rename_all = "kebab-case", deny_unknown_fields)]
enum Checksum {
    /// `(modulus - sum of digit × weight mod modulus) mod 10`.
    Weighted { weights: Vec<u32>, modulus: u32 },
}

impl Checksum {
    fn is_right(&self, digits: &[Digit]) -> bool {
        let Self::Weighted { weights, modulus } = self;
        let Some((last, others)) = digits.split_last() else { return false };
        let sum: u32 = others.iter().zip(weights).map(|(digit, weight)| digit.value * weight).sum();
        last.value == (modulus - sum % modulus) % 10
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RuleLevel {
    Error,
    Warning,
}

/// Words, normalized for comparison with a text.
#[derive(Debug, Default)]
struct ContextWords(Vec<String>);

impl ContextWords {
    fn new(words: Vec<String>) -> Self {
        let squeeze = |word: String| if word.is_ascii() { word } else { squeezed(&word) };
        Self(words.into_iter().map(squeeze).collect())
    }

    fn are_in(&self, text: &NormalizedText) -> bool {
        self.0.iter().any(|word| text.has(word))
    }
}

/// A text, normalized for comparison with words.
struct NormalizedText {
    /// Without spaces, for Thai.
    squeezed: String,
    /// In lower case, with one space for each run of characters other than letters and digits, for
    /// Latin.
    plain: String,
}

impl NormalizedText {
    fn new(text: &str) -> Self {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
        let letters: String = text.chars().map(letter).collect();
        let plain = letters.split_whitespace().fold(" ".to_owned(), |text, word| text + word + " ");
        Self { squeezed: squeezed(text), plain }
    }

    fn has(&self, word: &str) -> bool {
        if word.is_ascii() {
            self.plain.match_indices(word).any(|(at, _)| {
                let is_letter = |b: u8| b.is_ascii_alphabetic();
                let bytes = self.plain.as_bytes();
                !is_letter(bytes[at - 1]) && !is_letter(bytes[at + word.len()])
            })
        } else {
            self.squeezed.contains(word)
        }
    }
}

/// Removes spaces and invisible characters, and composes sara am.
fn squeezed(text: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && !c.is_control() && !is_invisible(*c);
    let text: String = text.chars().filter(is_kept).flat_map(char::to_lowercase).collect();
    if text.contains('\u{E4D}') { text.replace("\u{E4D}\u{E32}", "\u{E33}") } else { text }
}

/// The text around a number.
#[derive(Debug, Default)]
pub struct Context {
    /// The nearby text: the line, the column's header.
    pub near: String,
    /// The nearest heading above.
    pub heading: String,
}

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

/// A rule, prepared for use.
#[derive(Debug)]
struct CompiledRule {
    /// The index of the rule in the checker.
    number: usize,
    rule: PrivacyRule,
    code: Code,
    words: ContextWords,
    not_near: ContextWords,
    allowed_near: ContextWords,
    allowed_under: ContextWords,
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

    /// Returns the private numbers in a rendered text, where any sign may also separate the groups
    /// of a number. Such a number counts only if it has a check digit and is grouped as it is
    /// printed.
    pub fn find_seen(
        &self,
        text: &str,
        context: impl Fn(Range<usize>) -> Context,
    ) -> Vec<PrivateNumber<'_>> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut found = self.find_in(text, (runs(text), ""), |_| true, &context);
        let first = found.len();
        let is_sure = |candidate: &Candidate| candidate.is_printed();
        for other in self.find_in(text, (loose_runs(text).into_iter(), ""), is_sure, context) {
            // The first pass is sorted by position, and its numbers do not overlap.
            let after =
                found[..first].partition_point(|known| known.range.end <= other.range.start);
            let is_known =
                found[..first].get(after).is_some_and(|known| known.range.start < other.range.end);
            if !is_known {
                found.push(other);
            }
        }
        found
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

    /// Masks every digit of a private number except the first, character for character. `Thorough`
    /// also masks numbers that are private only because of words elsewhere.
    pub fn masked<'t>(&self, text: &'t str, masking: Masking) -> Cow<'t, str> {
        let has_plain = has_long_number(text);
        // Escapes may hide digits.
        let may_hide = text.contains(['&', '\\', '%']) || has_long_number_in_html(text);
        if !has_plain && !may_hide {
            return Cow::Borrowed(text);
        }
        let whole = Surroundings::new(text);
        let mut hidden: Vec<Range<usize>> = Vec::new();
        for run in runs(text) {
            for candidate in self.candidates(text, &run) {
                let hides = candidate.ready.rule.checksum.is_some()
                    || !candidate.needs_words
                    || masking == Masking::Thorough
                    || whole.has_words_of(candidate.ready);
                let digits = &run.digits[candidate.digits.clone()];
                let ranges = digits.iter().skip(1).map(|digit| digit.range.clone());
                hidden.extend(ranges.filter(|_| hides));
            }
        }
        // An address is skipped as markup and then searched. The replacement keeps its length in
        // bytes.
        let mut loose = loose_runs(text);
        if text.contains("](") {
            loose.extend(loose_runs(&text.replace("](", "]|")));
        }
        for run in loose {
            for candidate in self.candidates(text, &run) {
                let hides = candidate.ready.rule.checksum.is_some() || candidate.is_grouped;
                let digits = &run.digits[candidate.digits.clone()];
                hidden.extend(digits.iter().skip(1).map(|d| d.range.clone()).filter(|_| hides));
            }
        }
        hidden.sort_by_key(|range| range.start);
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for range in hidden {
            if range.start >= from {
                out.push_str(&text[from..range.start]);
                out.extend(text[range.clone()].chars().map(|_| 'x'));
                from = range.end;
            }
        }
        out.push_str(&text[from..]);
        Cow::Owned(out)
    }

    /// Returns the possible private numbers in a run of digits, judged by the digits alone.
    fn candidates<'c>(&'c self, text: &str, run: &DigitRun) -> Vec<Candidate<'c>> {
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

/// How much is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masking {
    /// Numbers that are private judging by the text alone.
    Plain,
    /// Every number that could be private.
    Thorough,
}

impl CompiledRule {
    fn new(number: usize, mut rule: PrivacyRule) -> Self {
        let code = Code::ALL.iter().find(|(_, word)| *word == rule.code);
        let code = code.expect("the code of a rule is one of the program's").0;
        let mut take = |list: fn(&mut PrivacyRule) -> &mut Vec<String>| {
            ContextWords::new(std::mem::take(list(&mut rule)))
        };
        let words = take(|rule| &mut rule.words);
        let not_near = take(|rule| &mut rule.not_near);
        let allowed_near = take(|rule| &mut rule.allowed_near);
        let allowed_under = take(|rule| &mut rule.allowed_under);
        Self { number, rule, code, words, not_near, allowed_near, allowed_under }
    }

    /// Returns the candidate if a form fits the digits starting at an index.
    fn fit<'c>(
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
        let is_firm = is_alone || chosen[1..].iter().all(|digit| digit.gap != Separator::Other);
        let is_listed = form.groupings.contains(&grouping) && is_firm;
        let is_shaped = is_listed || (self.rule.any_grouping && is_alone);
        // In a longer run any digits would fit: only a check digit or the grouping is evidence.
        let is_bare = !is_alone && self.rule.checksum.is_none();
        if is_bare && !form.groupings.contains(&grouping) {
            return None;
        }
        let needs_words = form.words_needed || attached || !is_shaped;
        let is_grouped = form.groupings.contains(&grouping) && grouping.contains('-');
        Some(Candidate { ready: self, digits, needs_words, is_grouped })
    }

    /// Returns the severity of a candidate in its context. Returns `None` if it is harmless.
    fn judge(
        &self,
        candidate: &Candidate,
        context: &Context,
        far: &Surroundings,
    ) -> Option<Severity> {
        let near = NormalizedText::new(&context.near);
        let is_allowed = self.allowed_near.are_in(&near)
            || self.allowed_under.are_in(&NormalizedText::new(&context.heading));
        if is_allowed {
            return None;
        }
        let is_far = || self.rule.checksum.is_some() && far.has_words_of(self);
        let level = if self.words.are_in(&near) || is_far() {
            self.rule.with_words
        } else if candidate.needs_words || self.not_near.are_in(&near) {
            return None;
        } else {
            self.rule.without_words
        };
        Some(match level {
            RuleLevel::Error => Severity::Error,
            RuleLevel::Warning => Severity::Warning,
        })
    }
}

/// A text that is searched repeatedly for the words of rules.
struct Surroundings<'t> {
    text: &'t str,
    readable: OnceCell<NormalizedText>,
    /// Cached answers, by index of the rule.
    answers: RefCell<BTreeMap<usize, bool>>,
}

impl<'t> Surroundings<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, readable: OnceCell::new(), answers: RefCell::default() }
    }

    fn has_words_of(&self, ready: &CompiledRule) -> bool {
        let readable = || self.readable.get_or_init(|| NormalizedText::new(self.text));
        let ask = || ready.words.are_in(readable());
        *self.answers.borrow_mut().entry(ready.number).or_insert_with(ask)
    }
}

/// Digits that fit a rule.
struct Candidate<'c> {
    ready: &'c CompiledRule,
    /// The range of digits in the run.
    digits: Range<usize>,
    /// Whether it counts only if one of the rule's words is near.
    needs_words: bool,
    /// Whether its digits are grouped as in a form, rather than in one piece.
    is_grouped: bool,
}

impl Candidate<'_> {
    /// Returns whether the check digit and the grouping together identify the number.
    fn is_printed(&self) -> bool {
        self.is_grouped && self.ready.rule.checksum.is_some()
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::{FEWEST, FEWEST_PRINTED, digit_value};

    fn thai() -> Checker {
        Checker::new(["th"].into_iter(), "โทร 0 5600 0111, 081-999-9999")
    }

    /// Returns what is found in a line, as words: `national-id error`.
    fn found(line: &str) -> Vec<String> {
        found_under(line, "")
    }

    fn found_under(line: &str, heading: &str) -> Vec<String> {
        let (near, heading) = (line.to_owned(), heading.to_owned());
        let context = |_| Context { near: near.clone(), heading: heading.clone() };
        let checker = thai();
        let found = checker.find(line, "", context);
        let word = |found: &PrivateNumber| {
            let code = found.code.as_str().trim_start_matches("privacy/");
            format!("{code} {}", found.severity.as_str())
        };
        found.iter().map(word).collect()
    }

    #[test]
    fn every_country_can_be_read() {
        assert!(!Checker::everything().is_idle());
        for (_, text) in COUNTRIES {
            let country: Country = toml::from_str(text).unwrap();
            for (rule, form) in country
                .rules
                .iter()
                .flat_map(|rule| rule.forms.iter().map(move |form| (rule, form)))
            {
                assert!(form.digits >= FEWEST, "{form:?}");
                assert!(form.digits >= FEWEST_PRINTED || rule.checksum.is_none(), "{form:?}");
                for grouping in &form.groupings {
                    let digits = grouping.split('-').map(|n| n.parse::<usize>().unwrap());
                    assert_eq!(digits.sum::<usize>(), form.digits, "{grouping}");
                }
            }
        }
    }

    // 1200100412340 and 0105559999996 have valid check digits and belong to nobody.
    #[test]
    fn numbers_are_found_in_every_dressing() {
        let id = ["national-id error"];
        for line in [
            "เลขประจำตัวประชาชน 1-2001-00412-34-0",
            "บัตร ปชช. ๑๒๐๐๑๐๐๔๑๒๓๔๐",
            "บัตรประชาชนเลขที่ 1 2001 00412 34 0",
            "เลขประจ\u{E4D}าตัวประชาชน 1\u{A0}2001\u{A0}00412\u{A0}34\u{A0}0",
            "ID card: 1\u{200B}2001\u{200B}00412340",
            "เลข 13 หลัก 1 2 0 0 1 0 0 4 1 2 3 4 0",
            r"เลขประชาชน 1\-2001\-00412\-34\-0",
            "บัตรประชาชน 1_2001_00412_34_0",
            "id_card_1200100412340",
            "บัตรประชาชน_1200100412340_0812345678",
            "เลขประชาชน 1&nbsp;2001&nbsp;00412&nbsp;34&nbsp;0",
            "เลขประจำตัวผู้เสียภาษี 12001 00412340 081-234-5678x",
        ] {
            assert_eq!(found(line)[..1], id, "{line}");
        }
        let phone = ["phone warning"];
        for line in [
            "0812345678",
            "081-234-5678",
            "(081) 234-5678",
            "๐๘๑-๒๓๔๕๖๗๘",
            "06 1234 5678",
            "+66812345678",
            "+66 (0)81 234 5678",
            "0066-81-234-5678",
            "โทร 812345678",
            "tel:+66812345678",
            "มือถือ 08 123 45 678",
        ] {
            assert_eq!(found(line), phone, "{line}");
        }
        for line in ["เลขที่บัญชี 1234567890", "123-4-56789-0", "พร้อมเพย์ 020-1-2345678-9 ธ.ก.ส."]
        {
            assert_eq!(found(line)[..1], ["bank-account warning"], "{line}");
        }
    }

    #[test]
    fn what_is_not_certain_is_a_warning() {
        assert_eq!(found("1200100412340"), ["national-id warning"]);
        assert_eq!(found("รหัส 1200100412340 ลำดับ"), ["national-id warning"]);
        assert_eq!(found("เลขประจำตัวประชาชน 0105559999996"), ["national-id warning"]);
        assert_eq!(found("0105559999996"), ["national-id warning"]);
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for line in [
            "เลขประจำตัวประชาชน 1200100412349",
            "เลขประจำตัวประชาชน 12001004123401",
            "บาร์โค้ด 1200100412340",
            "บริษัท ก จำกัด เลขประจำตัวผู้เสียภาษี 0105559999996",
            "โทรศัพท์ 0 5600 0111 ต่อ 112",
            "โทร. 0-2345-6789",
            "โทร 081 999 9999",
            "สายด่วน 081-234-5678",
            "เลขที่โครงการ 68089012345",
            "1234567890",
            "วันที่ 08-12-2569 10:30",
            "เวลา 08.30–16.30 น. วันที่ 25 มิถุนายน 2569",
            "งบประมาณ 12,000,100,412,340 บาท",
            "2569 2570 2571 2572 2573 2574",
            "seal: 7b647b695caef006f02d11a93e2a1200100412340a273037e0a81acb553f0800917383535",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
        assert_eq!(found_under("081-234-5678", "## ช่องทางการติดต่อ"), [""; 0]);
        assert_eq!(found_under("081-234-5678", "## รายชื่อผู้สมัคร"), ["phone warning"]);
    }

    #[test]
    fn copies_of_papers_are_known_by_their_names() {
        let checker = thai();
        assert!(checker.names_document("สำเนาบัตรประจำตัวประชาชน นาย ก.pdf"));
        assert!(checker.names_document("สำเนา ทะเบียนบ้าน.jpg"));
        assert!(!checker.names_document("แบบคำขอมีบัตรประจำตัวประชาชน.pdf"));
    }

    /// Long runs of digits, and texts full of numbers. A quadratic algorithm would take minutes.
    #[test]
    fn many_digits_are_read_in_time() {
        let checker = thai();
        for unit in ["1 2 3 ", "0812345678 ", "1-2001-00412-34-0 ", "1234567890, "] {
            let text = unit.repeat(60_000 / unit.len());
            let found = checker.find(&text, &text, |_| Context::default());
            let masked = checker.masked(&text, Masking::Plain);
            assert!(found.len() < text.len() && masked.len() == text.len(), "{unit}");
        }
    }

    /// A long row is read in pieces: a number counts wherever it is, and once.
    #[test]
    fn a_number_in_a_long_row_is_found_once() {
        let checker = thai();
        for before in 480..600 {
            let row = format!("{}1-2001-00412-34-0{}", "9 ".repeat(before), " 9".repeat(before));
            let found = checker.find(&row, "", |_| Context::default());
            let ids = found.iter().filter(|found| found.number == "1200100412340");
            assert_eq!(ids.count(), 1, "{before}");
        }
    }

    /// Generates a number with a valid check digit.
    fn valid_id() -> impl Strategy<Value = String> {
        ("[1-8][0-9]{11}").prop_map(|digits| {
            let sum: u32 =
                (2..=13).rev().zip(digits.bytes()).map(|(w, d)| w * u32::from(d - b'0')).sum();
            format!("{digits}{}", (11 - sum % 11) % 10)
        })
    }

    /// Inserts random separators into a number, in Thai or Arabic digits.
    fn dressed(id: &str, thai: bool, gaps: &[usize]) -> String {
        const GAPS: [&str; 9] = ["", "", "-", " ", "\u{A0}", "\u{200B}", " - ", "\u{2011}", "_"];
        let mut out = String::new();
        for (n, c) in id.chars().enumerate() {
            if n > 0 {
                out.push_str(GAPS[gaps[n - 1]]);
            }
            let thai_digit = || c.to_digit(10).and_then(|d| char::from_u32(0x0E50 + d));
            out.push(if thai { thai_digit().unwrap() } else { c });
        }
        out
    }

    /// Returns the digits of a text, in Arabic.
    fn digits_of(text: &str) -> String {
        text.chars().filter_map(digit_value).filter_map(|d| char::from_digit(d, 10)).collect()
    }

    proptest! {
        #[test]
        fn a_right_number_is_found_and_hidden(
            id in valid_id(), thai_digits: bool, gaps in prop::collection::vec(0..9_usize, 12),
        ) {
            let written = dressed(&id, thai_digits, &gaps);
            let line = format!("เลขประจำตัวประชาชน {written} ของนาย ก");
            prop_assert_eq!(found(&line), ["national-id error"], "{}", line);
            prop_assert_eq!(found(&written), ["national-id warning"], "{}", written);
            let masked = Checker::everything().masked(&line, Masking::Plain).into_owned();
            prop_assert_eq!(masked.chars().count(), line.chars().count());
            prop_assert_eq!(digits_of(&masked), &id[..1]);
        }

        #[test]
        fn a_wrong_check_digit_is_no_number(
            id in valid_id(), by in 1..10_u32, gaps in prop::collection::vec(0..9_usize, 12),
        ) {
            let last = id[12..].parse::<u32>().unwrap();
            let wrong = format!("{}{}", &id[..12], (last + by) % 10);
            let line = format!("เลขประจำตัวประชาชน {}", dressed(&wrong, false, &gaps));
            prop_assert!(!found(&line).iter().any(|told| told.starts_with("national-id")), "{line}");
        }

        /// Masked text contains no number that the checker finds, whatever the words.
        #[test]
        fn what_is_found_is_hidden(text in "[0-9๐-๙]{0,4}[0689๐][0-9๐-๙ -]{8,24}") {
            let near = "เลขประชาชน เลขที่บัญชี โทร";
            let checker = Checker::everything();
            let masked = checker.masked(&text, Masking::Thorough);
            let context = |_| Context { near: near.to_owned(), ..Context::default() };
            for found in checker.find(&text, "", context) {
                let shown = |text: &str| text.chars().filter(|c| digit_value(*c).is_some()).count();
                let places = text[..found.range.start].chars().count();
                let width = text[found.range].chars().count();
                let hidden: String = masked.chars().skip(places).take(width).collect();
                prop_assert!(shown(&hidden) <= 2, "{text} {masked}");
            }
        }
    }
}
