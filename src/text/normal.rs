//! Normal forms of texts and paths: Unicode normalization form C, and letter case folded.

use std::cmp::Ordering;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::text::chars::{is_invisible, is_thai_tone};
use crate::text::digits::{arabic_digit, arabic_digits};

/// Converts a text to Unicode normalization form C.
pub(crate) fn nfc(text: &str) -> String {
    if is_plain_nfc(text) {
        return text.to_owned();
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}

/// Returns whether a text is in NFC, without the Unicode tables. Accepts only Latin letters, common
/// punctuation and Thai, none of which compose any further. Of the Thai marks, only `ุ` and `ู`
/// must not follow a tone mark, and the rare `ฺ` must not follow any mark (their combining classes
/// are 103, 107 and 9). `false` is not certain.
fn is_plain_nfc(text: &str) -> bool {
    let mut after_tone = false;
    text.chars().all(|c| {
        let is_plain = match c {
            '\u{E38}' | '\u{E39}' => !after_tone,
            '\u{E3A}' => false,
            '\0'..='\u{2FF}' | '\u{E00}'..='\u{E7F}' | '\u{2010}'..='\u{2027}' => true,
            _ => false,
        };
        after_tone = is_thai_tone(c);
        is_plain
    })
}

/// Returns the plain form of a wide, small or otherwise marked sign (Unicode normalization form KC).
pub(super) fn plain_form(sign: char) -> Option<char> {
    std::iter::once(sign).nfkc().next()
}

/// Returns a text with single spaces between its words.
pub(crate) fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the form of a path by which file systems and readers may confuse it with another:
/// normalized and with letter case folded (as Unicode folds it, so that `ß` is `SS` and both small
/// sigmas are equal).
pub(crate) fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(path.len());
    if is_plain_nfc(path) {
        path.chars().for_each(|c| fold(c, &mut folded));
    } else {
        path.nfd().for_each(|c| fold(c, &mut folded));
    }
    nfc(&folded)
}

/// Returns what two titles have in common that readers take for the same: a title without white space,
/// letter case, invisible characters and the kind of digits.
pub(crate) fn title_key(title: &str) -> String {
    if let Some(key) = plain_title_key(title) {
        return key;
    }
    any_title_key(title)
}

fn any_title_key(title: &str) -> String {
    let mut key = arabic_digits(&folded(title));
    key.retain(|c| !c.is_whitespace() && !is_invisible(c));
    key
}

/// Returns the key of a title in ASCII and Thai, without the Unicode tables. Returns `None` for all others,
/// and if [`is_plain_nfc`] would not be certain.
fn plain_title_key(title: &str) -> Option<String> {
    let mut key = String::with_capacity(title.len());
    let mut after_tone = false;
    for c in title.chars() {
        match c {
            ' ' | '\t'..='\r' => continue,
            // A backslash shows nothing in some texts.
            '\\' => return None,
            '\0'..='\u{7E}' => key.push(c.to_ascii_lowercase()),
            '๐'..='๙' => key.push(arabic_digit(c)),
            '\u{E38}' | '\u{E39}' if after_tone => return None,
            '\u{E01}'..='\u{E39}' | '\u{E3F}'..='\u{E5B}' => key.push(c),
            _ => return None,
        }
        after_tone = is_thai_tone(c);
    }
    Some(key)
}

/// Appends a letter with its case folded. Thai has no case, and a dotless `ı` is not `i`.
fn fold(letter: char, out: &mut String) {
    match letter {
        '\0'..='\u{7F}' => out.push(letter.to_ascii_lowercase()),
        '\u{131}' | '\u{E00}'..='\u{E7F}' => out.push(letter),
        _ => out.extend(
            letter.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase),
        ),
    }
}

/// Orders paths by their normalized forms, because a file system may spell a name differently than
/// a link.
pub(crate) fn compare_paths(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.nfc().cmp(b.nfc()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_that_readers_take_for_the_same_have_one_key() {
        for other in
            ["แผน Flood ๒๕๖๙", " แผน  flood 2569", "แผนFLOOD\u{A0}2569", "แผน\u{200B} flood 2569"]
        {
            assert_eq!(title_key(other), title_key("แผน flood 2569"), "{other}");
        }
        assert_ne!(title_key("แผน flood 2570"), title_key("แผน flood 2569"));
    }

    proptest! {
        /// The quick check never accepts a text that is not in NFC.
        #[test]
        fn only_normal_text_is_plain(text in "[aé\u{80}-\u{2FF}\u{301}\u{E00}-\u{E7F}\u{2000}-\u{2040}]{0,8}") {
            prop_assert!(!is_plain_nfc(&text) || text.nfc().eq(text.chars()), "{text:?}");
        }

        /// The quick key of a title is the same as the slow one.
        #[test]
        fn quick_keys_are_the_same(title in "[a-cA-Z0-9 \\\\\t\u{0}-\u{7F}\u{E00}-\u{E7F}]{0,8}") {
            if let Some(key) = plain_title_key(&title) {
                prop_assert_eq!(key, any_title_key(&title));
            }
        }

        /// Folded paths do not depend on case or normalisation.
        #[test]
        fn folded_paths_know_no_case(text in "[a-cA-CéÉßẞıİſςσΣǰŉﬁᾳก-ด\u{301}\u{345}\u{323}\u{212A}]{0,8}") {
            let wanted = folded(&text);
            prop_assert_eq!(&folded(&wanted), &wanted);
            prop_assert_eq!(&folded(&text.nfc().collect::<String>()), &wanted);
            prop_assert_eq!(&folded(&text.nfd().collect::<String>()), &wanted);
            prop_assert_eq!(&folded(&text.to_lowercase()), &wanted);
            // These two become other letters in upper case.
            if !text.contains(['ı', 'ᾳ', '\u{345}']) {
                prop_assert_eq!(&folded(&text.to_uppercase()), &wanted);
            }
        }
    }
}
