//! Numbers of other kinds that have as many digits as private ones: times, and numbers of goods.

use serde::Deserialize;

use crate::privacy::words::{ContextWords, NormalizedText, with_parted_words};
use crate::text::{Digit, digit_value, last_of};

/// A number of another kind may be called that only right before it: within so many characters.
const RIGHT_BEFORE: usize = 24;

/// How many other numbers of the same form make a column or a list one of their kind.
pub(super) const MIN_OTHERS: usize = 4;

/// The ranges of prefixes that are assigned to an organisation or a use (GS1 General Specifications,
/// section 1.4).
const GS1_PREFIXES: [(u32, u32); 48] = [
    (0, 139),
    (200, 380),
    (383, 383),
    (385, 385),
    (387, 387),
    (389, 390),
    (400, 440),
    (450, 471),
    (474, 509),
    (520, 521),
    (528, 531),
    (535, 535),
    (539, 549),
    (560, 560),
    (569, 579),
    (590, 590),
    (594, 594),
    (599, 601),
    (603, 611),
    (613, 613),
    (615, 632),
    (640, 649),
    (680, 681),
    (690, 709),
    (729, 746),
    (750, 750),
    (754, 755),
    (759, 771),
    (773, 773),
    (775, 775),
    (777, 780),
    (784, 784),
    (786, 786),
    (789, 790),
    (800, 850),
    (858, 860),
    (865, 865),
    (867, 881),
    (883, 885),
    (888, 888),
    (890, 890),
    (893, 894),
    (896, 896),
    (899, 919),
    (930, 951),
    (955, 955),
    (958, 969),
    (977, 999),
];

/// Another kind of number, and what it is called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OtherKind {
    form: OtherForm,
    /// Words that name the kind.
    words: Vec<String>,
    /// Words that name the kind only if they are the whole key or header.
    #[serde(default)]
    keys: Vec<String>,
}

/// The form of numbers of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OtherForm {
    /// Seconds or milliseconds since 1970, of a time from 1990 to 2099.
    UnixTime,
    /// A number of goods with a check digit: EAN, UPC, GTIN, ISBN.
    Gs1,
}

impl OtherForm {
    fn fits(self, digits: &[u32]) -> bool {
        match self {
            Self::UnixTime => is_unix_time(digits),
            Self::Gs1 => is_of_goods(digits),
        }
    }
}

fn is_unix_time(digits: &[u32]) -> bool {
    /// The first seconds of 1990 and of 2100.
    const SECONDS: (u64, u64) = (631_152_000, 4_102_444_800);
    let number = digits.iter().fold(0_u64, |number, digit| number * 10 + u64::from(*digit));
    let seconds = match digits.len() {
        9 | 10 => number,
        12 | 13 => number / 1000,
        _ => return false,
    };
    digits[0] != 0 && (SECONDS.0..SECONDS.1).contains(&seconds)
}

fn is_of_goods(digits: &[u32]) -> bool {
    if !(12..=14).contains(&digits.len()) {
        return false;
    }
    let weighted = digits.iter().rev().zip([1, 3].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| digit * weight).sum();
    let padded = std::iter::repeat_n(0, 13_usize.saturating_sub(digits.len()));
    let from = digits.len().saturating_sub(13);
    let mut prefix = padded.chain(digits[from..].iter().copied()).take(3);
    let prefix = prefix.by_ref().fold(0, |number, digit| number * 10 + digit);
    sum.is_multiple_of(10)
        && GS1_PREFIXES.iter().any(|(first, last)| (*first..=*last).contains(&prefix))
}

/// The other kinds of a country, prepared for use.
#[derive(Debug, Default)]
pub(super) struct OtherKinds(Vec<ReadyKind>);

#[derive(Debug)]
struct ReadyKind {
    form: OtherForm,
    words: ContextWords,
    keys: ContextWords,
}

impl OtherKinds {
    pub(super) fn add(&mut self, kind: OtherKind) {
        let (words, keys) = (ContextWords::new(kind.words), ContextWords::new(kind.keys));
        self.0.push(ReadyKind { form: kind.form, words, keys });
    }

    /// Returns the kind that a label names and whose form the digits have. `is_key` tells that the
    /// label is a whole key or header.
    pub(super) fn named(&self, label: &str, is_key: bool, digits: &[u32]) -> Option<usize> {
        if label.is_empty() || digits.is_empty() {
            return None;
        }
        let parted = with_parted_words(label);
        let whole = NormalizedText::new(&parted);
        let end = NormalizedText::new(last_of(&parted, RIGHT_BEFORE));
        self.0.iter().position(|kind| {
            let is_named = kind.words.are_in(if is_key { &whole } else { &end })
                || is_key && kind.keys.are_all_of(&whole);
            is_named && kind.form.fits(digits)
        })
    }

    /// Returns whether a label right before a number names goods, whose numbers have a check digit.
    pub(super) fn names_goods(&self, label: &str, digits: &[u32]) -> bool {
        self.named(label, false, digits).is_some_and(|kind| self.0[kind].form == OtherForm::Gs1)
    }
}

/// Returns the values of digits.
pub(super) fn values(digits: &[Digit]) -> Vec<u32> {
    digits.iter().map(|digit| digit.value).collect()
}

/// Returns the digits of a text that is one number without separators. Returns no digits of other texts.
pub(super) fn digits_of(text: &str) -> Vec<u32> {
    let written = text.trim_matches(|c: char| c.is_whitespace() || "\"'[],".contains(c));
    written.chars().map(digit_value).collect::<Option<Vec<u32>>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_other_kinds() {
        let is = |form: OtherForm, number: &str| form.fits(&digits_of(number));
        for time in ["1422000541822", "631152000000", "1422000541", "4102444799999"] {
            assert!(is(OtherForm::UnixTime, time), "{time}");
        }
        for other in ["4102444800000", "0631152000000", "5100600123456", "142200054182"] {
            assert!(!is(OtherForm::UnixTime, other), "{other}");
        }
        for goods in ["8850006325636", "4006381333931", "036000291452", "9783161484100"] {
            assert!(is(OtherForm::Gs1, goods), "{goods}");
        }
        for other in ["8850006325637", "1410000000006", "1200100412340"] {
            assert!(!is(OtherForm::Gs1, other), "{other}");
        }
    }
}
