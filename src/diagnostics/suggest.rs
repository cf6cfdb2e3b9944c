//! Suggests what was probably meant by unknown words.

use super::{Code, Diagnostic, Failure, Place};

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
