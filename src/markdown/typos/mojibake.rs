//! Finds Thai text that was read in the wrong encoding.

use memchr::memmem;

/// `“`, `”`, `’` and `–` in UTF-8, read as Windows-1252, begin with this.
const PUNCTUATION: &str = "â€";

/// The fewest characters that are taken for Thai read as Latin-1.
const FEWEST: usize = 4;

/// Which encoding a text was read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misread {
    /// UTF-8 was read as Windows-1252: `à¸›à¸£`.
    Utf8,
    /// TIS-620 or Windows-874 was read as Windows-1252: `»ÃÐ¡ÒÈ`.
    Tis620,
    /// A letter could not be read and was lost: U+FFFD.
    Lost,
}

impl Misread {
    /// Returns how a text was misread whose first character is not what was written.
    pub(super) fn of(text: &str) -> Self {
        if text.starts_with('\u{FFFD}') {
            Self::Lost
        } else if utf8_len(text).is_some() {
            Self::Utf8
        } else {
            Self::Tis620
        }
    }
}

/// Returns whether a text may have misread letters. This is a fast scan.
pub(super) fn may_have_mojibake(bytes: &[u8]) -> bool {
    let is_after_letter = |at: usize| at >= 2 && bytes[at - 2] == 0xC3;
    memchr::memchr_iter(0xC2, bytes).any(is_after_letter)
        || memmem::find(bytes, PUNCTUATION.as_bytes()).is_some()
        || memmem::find(bytes, "\u{FFFD}".as_bytes()).is_some()
}

/// Returns the length of the misread letters at the start of a text. Returns `None` if there are none.
/// `before` is the character before the text.
pub(super) fn mojibake_len(text: &str, before: char) -> Option<usize> {
    let first = text.chars().next()?;
    match first {
        '\u{FFFD}' => Some(text.len() - text.trim_start_matches('\u{FFFD}').len()),
        'à' | 'â' | '\u{A1}'..='\u{FB}' if !is_latin_1(before) => {
            utf8_len(text).or_else(|| tis620_len(text))
        }
        _ => None,
    }
}

/// Returns the length of UTF-8 that was read as Windows-1252.
fn utf8_len(text: &str) -> Option<usize> {
    // `à¹` alone may be a French word with a footnote: `voilà¹`.
    let third = text.chars().nth(2).map_or(0, char::len_utf8);
    let is_thai = text.starts_with("à¸")
        || (text.starts_with("à¹") && text["à¹".len() + third..].starts_with('à'));
    if !is_thai && !text.starts_with(PUNCTUATION) {
        return None;
    }
    let run = text.chars().take_while(|c| !c.is_ascii() && !c.is_whitespace());
    Some(run.map(char::len_utf8).sum())
}

/// Returns the length of TIS-620 that was read as Windows-1252. All Thai letters become signs and
/// letters with accents, so that signs are between letters: `Ð¡Ò`. No language writes that.
fn tis620_len(text: &str) -> Option<usize> {
    let run: Vec<char> = text.chars().take_while(|c| is_latin_1(*c)).collect();
    let is_letter: Vec<bool> = run.iter().map(|c| *c >= '\u{C0}').collect();
    let first = is_letter.iter().position(|is_letter| *is_letter)?;
    let last = is_letter.iter().rposition(|is_letter| *is_letter)?;
    let is_mixed = is_letter[first..last].contains(&false);
    (run.len() >= FEWEST && is_mixed).then(|| run.iter().map(|c| c.len_utf8()).sum())
}

/// Returns whether a character of Windows-1252 has the code of a Thai letter in TIS-620.
fn is_latin_1(c: char) -> bool {
    matches!(c, '\u{A1}'..='\u{DA}' | '\u{DF}'..='\u{FB}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(&str, Misread)> {
        let mut before = ' ';
        text.char_indices().find_map(|(at, c)| {
            let len = mojibake_len(&text[at..], std::mem::replace(&mut before, c))?;
            Some((&text[at..at + len], Misread::of(&text[at..])))
        })
    }

    #[test]
    fn thai_in_the_wrong_encoding_is_found() {
        for (text, expected, misread) in [
            ("เรื่อง »ÃÐ¡ÒÈ à·Èº ", "»ÃÐ¡ÒÈ", Misread::Tis620),
            ("à·ÈºÒÅµÓºÅ", "à·ÈºÒÅµÓºÅ", Misread::Tis620),
            ("¡ÒÃ»ÃÐªØÁ", "¡ÒÃ»ÃÐªØÁ", Misread::Tis620),
            ("x à¸›à¸£à¸°à¸à¸²à¸¨ y", "à¸›à¸£à¸°à¸à¸²à¸¨", Misread::Utf8),
            ("à¹€à¸—à¸¨", "à¹€à¸—à¸¨", Misread::Utf8),
            ("the mayorâ€™s", "â€™", Misread::Utf8),
            ("ก\u{FFFD}\u{FFFD}ข", "\u{FFFD}\u{FFFD}", Misread::Lost),
        ] {
            assert_eq!(found(text), Some((expected, misread)), "{text}");
            assert!(may_have_mojibake(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn words_of_other_languages_are_not_found() {
        for text in [
            "«À Noël, où êtes-vous ? Là-bas, déjà¹ voilà² ça» «É»",
            "»ÄÖÜ« äöüß ÄÖÜß 5 µm 20 °C § 3 · ½ ¼ m² größer",
            "NÃO AÇÕES IRMÃ «MAÇû 1.º 2.ª São João, coração, àquele",
            "¡Ámbito! ¿Él? año, niño, pingüino; col·lecció, paral·lel",
            "ääää öööö Århus Ærø smørrebrød œuvre",
            "© 2569 ® ™ ± × ÷ £100 ¥ € ¢ ¦ ¬ ¶",
            "đường phố Hà Nội à¹",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
