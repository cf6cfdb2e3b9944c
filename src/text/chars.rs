//! Classes of characters: those not allowed in pages, feeds and reports, and those kept on one
//! line.

use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthStr;

/// Returns whether a character is allowed in a page, a feed or a report.
///
/// Not allowed are control characters other than white space (XML 1.0, section 2.2, excludes them),
/// characters that change the direction of text, and noncharacters: U+FFFE, U+FFFF, and U+FDD0 to
/// U+FDEF, some of which mark placeholders while pages are put together.
pub fn may_stand(c: char) -> bool {
    !matches!(c,
        '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{84}'
        | '\u{86}'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFE}' | '\u{FFFF}')
        && !turns_direction(c)
}

/// Returns whether a character changes the direction of text, so that it reads differently than it
/// is stored (Trojan Source, CVE-2021-42574), or is an invisible letter of the tags block.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' | '\u{E0000}'..='\u{E007F}')
}

/// Returns whether a character ends a line (Unicode Standard Annex 14, classes BK, CR, LF and NL).
pub fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Returns whether YAML, or a program that shows the text, takes a character for the end of a line,
/// although it does not end a line of front matter. Only LF and CRLF do that.
pub(crate) fn breaks_line_oddly(c: char) -> bool {
    ends_line(c) && c != '\n'
}

/// Returns `false` if no character of a text can satisfy [`breaks_line_oddly`]. Looks at single
/// bytes only, so `true` is not certain.
pub(crate) fn may_break_line_oddly(text: &str) -> bool {
    let may_begin_one = |b: u8| (0x0B..=0x0D).contains(&b) | (b == 0xC2) | (b == 0xE2);
    text.bytes().fold(false, |is_found, b| is_found | may_begin_one(b))
}

/// Returns the last character boundary at or before an offset.
pub(crate) fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Returns where the line begins that contains an offset, which is a character boundary.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// Returns the width of a text in columns (Unicode Standard Annex 11): marks above and below and
/// invisible characters take none, ideographs and emoji take two.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Returns whether a character is in the Thai block, assigned or not.
pub(crate) fn is_in_thai_block(c: char) -> bool {
    ('\u{E00}'..='\u{E7F}').contains(&c)
}

/// Returns whether a character is a Thai letter, vowel, tone mark or digit, but not ฿ ๏ ๚ ๛.
pub(crate) fn is_thai(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E50}'..='\u{E59}')
}

/// Returns whether a Thai syllable can begin with a character: a consonant, or a vowel written before
/// its consonant.
pub(crate) fn begins_thai_syllable(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E2E}' | '\u{E40}'..='\u{E44}')
}

/// Returns whether a character is a Thai tone mark.
pub(crate) fn is_thai_tone(c: char) -> bool {
    ('\u{E48}'..='\u{E4B}').contains(&c)
}

/// Returns whether a character is a Thai vowel above or below its consonant.
pub(crate) fn is_thai_vowel_mark(c: char) -> bool {
    matches!(c, '\u{E31}' | '\u{E34}'..='\u{E39}')
}

/// Returns whether a character is a mark above or below the letter before it. Same as
/// [`is_combining_mark`], without the Unicode tables for ASCII and Thai.
pub(crate) fn is_mark(c: char) -> bool {
    match c {
        '\0'..='\x7F' => false,
        '\u{E00}'..='\u{E7F}' => {
            is_thai_vowel_mark(c) || matches!(c, '\u{E3A}' | '\u{E47}'..='\u{E4E}')
        }
        _ => is_combining_mark(c),
    }
}

/// Returns whether a character is a joiner. Joiners show nothing themselves, but change letters of some
/// scripts, and emoji.
pub(crate) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// Returns whether a character is a soft hyphen, zero-width space, joiner or byte order mark: those
/// that texts carry unseen.
pub(crate) fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}') || is_joiner(c)
}

/// Returns whether a character may show nothing: all of [`is_zero_width`], marks of direction, variation
/// selectors, enclosing marks, tags, and the backslash, which Markdown removes.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}'
        | '\u{20DD}'..='\u{20E3}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}' | '\\')
}

/// Returns whether a character looks like a space or like nothing, and is none of the spaces that front
/// matter and settings know.
pub(crate) fn is_odd_space(c: char) -> bool {
    let is_plain = matches!(c, ' ' | '\t' | '\n' | '\r');
    let is_blank_letter =
        matches!(c, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}');
    let shows_nothing = c.is_control() || is_blank_letter || (is_invisible(c) && c != '\\');
    !is_plain && (c.is_whitespace() || shows_nothing)
}

/// Returns whether a letter belongs to the one before it: a mark, or a vowel written after its
/// consonant (Thai and Lao).
pub(crate) fn leans_back(c: char) -> bool {
    is_mark(c)
        || matches!(c, '\u{E30}' | '\u{E32}' | '\u{E33}' | '\u{E45}')
        || matches!(c, '\u{EB0}' | '\u{EB2}' | '\u{EB3}')
}

/// Returns whether a letter belongs to the one after it: a vowel written before its consonant (Thai
/// and Lao).
pub(crate) fn leans_forward(c: char) -> bool {
    matches!(c, '\u{E40}'..='\u{E44}' | '\u{EC0}'..='\u{EC4}')
}

/// Returns whether a text contains a script without spaces between words: Thai, Lao, Myanmar,
/// Khmer.
pub(crate) fn runs_on(text: &str) -> bool {
    text.contains(
        |c| matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'),
    )
}

/// Returns whether a character is a letter. Same as [`char::is_alphabetic`], which is slow for Thai.
pub(crate) fn is_alphabetic(c: char) -> bool {
    match c {
        '\0'..='\x7F' => c.is_ascii_alphabetic(),
        '\u{E00}'..='\u{E7F}' => {
            matches!(c, '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E46}' | '\u{E4D}')
        }
        _ => c.is_alphabetic(),
    }
}

/// Returns whether a character is a letter or a number. Same as [`char::is_alphanumeric`], which is
/// slow for Thai.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\x7F' => c.is_ascii_alphanumeric(),
        '\u{E00}'..='\u{E7F}' => is_alphabetic(c) || ('\u{E50}'..='\u{E59}').contains(&c),
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_numbers_are_those_of_unicode() {
        for c in '\0'..='\u{2FFF}' {
            assert_eq!(is_alphabetic(c), c.is_alphabetic(), "{c:?}");
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn marks_take_no_width() {
        for (text, expected) in [
            ("ที่ทำการ", 6),
            ("ผู้ใหญ่บ้าน", 7),
            ("ນ້ຳ", 2),
            ("a\u{301}\u{200B}b", 2),
            ("เทศ\u{AD}บาล", 6),
            ("東京", 4),
        ] {
            assert_eq!(width(text), expected, "{text}");
        }
    }

    #[test]
    fn marks_are_those_of_unicode() {
        for c in '\0'..='\u{2FFF}' {
            assert_eq!(is_mark(c), is_combining_mark(c), "{c:?}");
            let is_of_word = is_alphanumeric(c) || is_mark(c);
            assert_eq!(is_thai(c), is_in_thai_block(c) && is_of_word, "{c:?}");
            assert!(is_invisible(c) || !is_zero_width(c), "{c:?}");
            assert!(is_odd_space(c) || !is_zero_width(c), "{c:?}");
        }
    }
}
