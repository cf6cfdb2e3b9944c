//! Characters: which may not stand in a page, a feed or a report, and which belong together.

use unicode_normalization::char::is_combining_mark;

/// Whether a character may stand in a page, a feed or a report. Refused are control characters
/// but white space (XML 1.0, section 2.2, has no place for them), those that turn the direction of
/// text, and those that Unicode keeps for programs: U+FDD0 to U+FDEF, of which some mark holes while
/// pages are put together, and U+FFFE, U+FFFF.
pub fn may_stand(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}'
        | '\u{86}'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}')
        && !turns_direction(c)
}

/// Characters that turn the direction of text, so that it reads otherwise than it is (Trojan
/// Source, CVE-2021-42574), and the invisible letters of the tags block.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' | '\u{E0000}'..='\u{E007F}')
}

/// Whether a character ends a line (Unicode Standard Annex 14, classes BK, CR, LF and NL).
pub fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character ends a line to YAML or to a program that shows the text, but is not the end of
/// a line of front matter: that is LF, or CRLF.
pub(crate) fn breaks_line_oddly(c: char) -> bool {
    ends_line(c) && c != '\n'
}

/// Returns `false` if no character of a text breaks a line oddly: this is known from single bytes.
pub(crate) fn may_break_line_oddly(text: &str) -> bool {
    let may_begin_one = |b: u8| (0x0B..=0x0D).contains(&b) | (b == 0xC2) | (b == 0xE2);
    text.bytes().fold(false, |found, b| found | may_begin_one(b))
}

/// How many letters wide a text is, about: marks above and below take no room.
pub(crate) fn width(text: &str) -> usize {
    text.chars().filter(|c| !is_combining_mark(*c)).count()
}

/// Whether a letter belongs to the one before it: a mark, or a vowel that is written behind its
/// consonant (Thai and Lao).
pub(crate) fn leans_back(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '\u{E30}' | '\u{E32}' | '\u{E33}' | '\u{E45}')
        || matches!(c, '\u{EB0}' | '\u{EB2}' | '\u{EB3}')
}

/// Whether a letter belongs to the one after it: a vowel that is written before its consonant (Thai
/// and Lao).
pub(crate) fn leans_forward(c: char) -> bool {
    matches!(c, '\u{E40}'..='\u{E44}' | '\u{EC0}'..='\u{EC4}')
}

/// Whether a text is of a script that has no spaces between words: Thai, Lao, Myanmar, Khmer.
pub(crate) fn runs_on(text: &str) -> bool {
    text.contains(
        |c| matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'),
    )
}

/// Whether a character is a letter or a number, as [`char::is_alphanumeric`] has it, which takes long
/// for Thai.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\x7F' => c.is_ascii_alphanumeric(),
        '\u{E00}'..='\u{E7F}' => matches!(c,
            '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E46}' | '\u{E4D}' | '\u{E50}'..='\u{E59}'),
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_those_of_unicode() {
        for c in '\0'..='\u{2FFF}' {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }
}
