//! Masks private numbers in texts that reports show.

use std::borrow::Cow;
use std::ops::Range;

use crate::privacy::candidate::{Candidate, Surroundings};
use crate::privacy::checker::Checker;
use crate::text::{DigitRun, FEWEST, LooseReading, has_digits, loose_runs, runs};

/// How much is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masking {
    /// Numbers that are private judging by the text alone.
    Plain,
    /// Every number that could be private.
    Thorough,
}

/// How many groups of digits a number inside tags may have, unless each group is a single digit.
/// Coordinates have more.
const MAX_GROUPS_IN_TAGS: usize = 5;

impl Checker {
    /// Masks every digit of a private number except the first, character for character. `Thorough`
    /// also masks numbers that are private only because of words elsewhere, and reads all digits of
    /// the text as one number after the other, whatever is between them.
    pub fn masked<'t>(&self, text: &'t str, masking: Masking) -> Cow<'t, str> {
        if self.is_idle() || !has_digits(text, FEWEST) {
            return Cow::Borrowed(text);
        }
        let mut hidden = Hidden::default();
        self.hide_written(text, masking, &mut hidden);
        for reading in [
            LooseReading::Shown,
            LooseReading::Addresses,
            LooseReading::Literal,
            LooseReading::Rendered,
        ] {
            self.hide(text, reading, &mut hidden, |candidate| {
                candidate.has_check_digit() || candidate.is_grouped
            });
        }
        if text.contains(['<', '>', '=']) {
            self.hide(text, LooseReading::InTags, &mut hidden, |candidate| {
                let groups = candidate.groups;
                let is_likely = groups <= MAX_GROUPS_IN_TAGS || candidate.is_spelled();
                candidate.has_check_digit() && is_likely
            });
        }
        if masking == Masking::Thorough {
            for reading in [LooseReading::Everything, LooseReading::EveryCharacter] {
                self.hide(text, reading, &mut hidden, |candidate| candidate.has_check_digit());
            }
        }
        hidden.replaced(text)
    }

    /// Hides the numbers that the source contains without escapes.
    fn hide_written(&self, text: &str, masking: Masking, hidden: &mut Hidden) {
        let whole = Surroundings::new(text);
        for run in runs(text) {
            for candidate in self.candidates(text, &run) {
                let hides = candidate.has_check_digit()
                    || !candidate.needs_words
                    || masking == Masking::Thorough
                    || whole.has_words_of(candidate.ready);
                if hides {
                    hidden.number(&run, &candidate);
                }
            }
        }
    }

    /// Hides the numbers that a reading of the text shows.
    fn hide(
        &self,
        text: &str,
        reading: LooseReading,
        hidden: &mut Hidden,
        hides: impl Fn(&Candidate) -> bool,
    ) {
        for run in loose_runs(text, reading) {
            for candidate in self.candidates(text, &run).iter().filter(|found| hides(found)) {
                hidden.number(&run, candidate);
            }
        }
    }
}

/// The digits to hide.
#[derive(Default)]
struct Hidden(Vec<Range<usize>>);

impl Hidden {
    /// Adds the digits of a number, except the first.
    fn number(&mut self, run: &DigitRun, candidate: &Candidate) {
        let digits = run.digits[candidate.digits.clone()].iter().skip(1);
        self.0.extend(digits.map(|digit| digit.range.clone()));
    }

    fn replaced(mut self, text: &str) -> Cow<'_, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        self.0.sort_by_key(|range| range.start);
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for range in self.0 {
            if range.start >= from {
                out.push_str(&text[from..range.start]);
                out.extend(text[range.clone()].chars().map(|_| 'x'));
                from = range.end;
            }
        }
        out.push_str(&text[from..]);
        Cow::Owned(out)
    }
}
