//! Suggests what was probably meant by unknown words and invalid dates.

use super::{Code, Diagnostic, Failure, Place};
use crate::text::{Calendar, DateError, Moment, arabic_digits};

/// Creates the diagnostic of a text that is not a valid date.
pub(crate) fn date_diagnostic(error: DateError, place: Place, text: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(date_code(error), place).arg("value", text);
    match corrected_date(text).filter(|_| error == DateError::Form) {
        Some(better) => diagnostic.arg("suggestion", better).help("help-suggestion"),
        None => diagnostic,
    }
}

/// Rewrites a date with another order or other separators. Returns `None` if it cannot be read.
fn corrected_date(text: &str) -> Option<String> {
    let text = arabic_digits(text.trim());
    let numbers: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).collect();
    let (day, clock) = numbers.split_at_checked(3)?;
    let [year, month, day] = match day {
        [y, m, d] if y.len() == 4 => [*y, *m, *d],
        [d, m, y] if y.len() == 4 => [*y, *m, *d],
        _ => return None,
    };
    let mut better = format!("{year}-{month:0>2}-{day:0>2}");
    if let [hour, minute] = clock {
        better.push_str(&format!("T{hour:0>2}:{minute:0>2}"));
    }
    let readable = clock.len() % 2 == 0 && clock.len() < 3;
    (readable && Moment::parse(&better, Calendar::Buddhist).is_ok()).then_some(better)
}

/// Returns the code of an error in a date.
pub(crate) fn date_code(error: DateError) -> Code {
    match error {
        DateError::Form => Code::DateForm,
        DateError::NoSuchDay => Code::DateNoSuchDay,
        DateError::BuddhistYear => Code::DateBuddhistYear,
        DateError::DoubtfulYear => Code::DateDoubtfulYear,
        DateError::Skipped => Code::DateSkipped,
        DateError::Repeated => Code::DateRepeated,
    }
}

/// Creates the diagnostic of an unknown id. Suggests `meant` if it is given, or else the closest known
/// id.
pub(crate) fn unknown_id<'c, I: Iterator<Item = &'c str>>(
    code: Code,
    place: Place,
    value: &str,
    known: impl Fn() -> I,
    meant: Option<&str>,
) -> Diagnostic {
    let names: Vec<&str> = known().collect();
    let diagnostic =
        Diagnostic::error(code, place).arg("value", value).arg("known", names.join(", "));
    match meant.or_else(|| closest(value, known())) {
        Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
        None => diagnostic,
    }
}

/// How many items are compared with a path that no item has.
const MAX_COMPARED: usize = 20_000;

/// Creates the failure for a path that is not that of an item. Suggests the most similar path.
pub(crate) fn no_such_item<'i>(
    shown: &str,
    path: &str,
    items: impl Iterator<Item = &'i str>,
) -> Failure {
    let failure = Failure::new(Code::NoSuchItem).arg("path", shown);
    let wanted = format!("content/{}", path.trim_start_matches("content/"));
    match closest(&wanted, items.take(MAX_COMPARED)) {
        Some(path) => failure.arg("suggestion", path).help("help-suggestion"),
        None => failure,
    }
}

/// Returns the words closest to a misspelt one, closest first.
pub(crate) fn nearest<'w>(
    word: &str,
    words: impl IntoIterator<Item = &'w str>,
    count: usize,
) -> Vec<&'w str> {
    let distance = |candidate: &str| distance(word, candidate);
    let mut ranked: Vec<(usize, &str)> =
        words.into_iter().map(|candidate| (distance(candidate), candidate)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(count).map(|(_, candidate)| candidate).collect()
}

/// Returns how many letters must be changed to get from one word to the other. Capital and small
/// letters count as the same.
fn distance(word: &str, candidate: &str) -> usize {
    strsim::damerau_levenshtein(&word.trim().to_lowercase(), &candidate.to_lowercase())
}

/// Returns the word closest to a misspelt one. Returns `None` if no word is close enough.
pub(crate) fn closest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (word.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}
