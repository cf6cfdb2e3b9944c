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

/// Returns how many letters of the word that has more of them are not in the other word, wherever they stand.
/// The edit distance is at least that, and this is counted much faster.
fn letters_that_differ(a: &str, b: &str) -> usize {
    let mut left: Vec<char> = b.chars().collect();
    let mut missing = 0;
    for letter in a.chars() {
        match left.iter().position(|other| *other == letter) {
            Some(place) => {
                left.swap_remove(place);
            }
            None => missing += 1,
        }
    }
    missing.max(left.len())
}

/// Returns the word closest to a misspelt one. Returns `None` if no word is close enough.
pub(crate) fn closest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let limit = (word.chars().count() / 3).max(1);
    let word = word.trim().to_lowercase();
    words
        .into_iter()
        .map(|candidate| (candidate.to_lowercase(), candidate))
        .filter(|(lower, _)| letters_that_differ(&word, lower) <= limit)
        .map(|(lower, candidate)| (strsim::damerau_levenshtein(&word, &lower), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_at_most_the_distance() {
        let words = ["tender", "tedner", "winner", "ประกาศ", "ประกาส", "", "plan", "planet"];
        for (a, b) in words.iter().flat_map(|a| words.map(|b| (*a, b))) {
            assert!(letters_that_differ(a, b) <= distance(a, b), "{a} {b}");
        }
        assert_eq!(closest("tedner", words), Some("tedner"));
        assert_eq!(closest("tendr", ["winner", "tender"]), Some("tender"));
        assert_eq!(closest("budget", ["winner", "tender"]), None);
    }
}
