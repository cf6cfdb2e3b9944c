//! Finds numbers with digits of two scripts.

use crate::text::digit_value;

/// Returns whether a text has a number with digits of two scripts.
pub(super) fn has_mixed_digits(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_suspect = |(a, b): (&u8, &u8)| {
        (a.is_ascii_digit() & (*b == 0xE0)) | ((0x90..=0x99).contains(a) & b.is_ascii_digit())
    };
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    pairs.fold(false, |is_found, pair| is_found | is_suspect(pair)) && mixed_digits(text).is_some()
}

/// Finds a number with digits of two scripts: `2๕69`.
pub(super) fn mixed_digits(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let is_thai_at = |at: usize| matches!(bytes.get(at..at + 3), Some([0xE0, 0xB9, 0x90..=0x99]));
    let is_mixed = |at: &usize| {
        bytes[*at].is_ascii_digit()
            && (is_thai_at(at + 1) || at.checked_sub(3).is_some_and(is_thai_at))
    };
    let at = (0..bytes.len()).find(is_mixed)?;
    let is_digit = |c: char| digit_value(c).is_some();
    let run = text[..at].chars().rev().take_while(|c| is_digit(*c));
    let start = at - run.map(char::len_utf8).sum::<usize>();
    let len: usize = text[start..].chars().take_while(|c| is_digit(*c)).map(char::len_utf8).sum();
    Some(&text[start..start + len])
}

#[cfg(test)]
mod tests {
    use super::mixed_digits;

    #[test]
    fn a_number_in_two_scripts_is_found() {
        assert_eq!(mixed_digits("พ.ศ. 2๕69 ก"), Some("2๕69"));
        assert_eq!(mixed_digits("๒๕69"), Some("๒๕69"));
        assert_eq!(mixed_digits("พ.ศ. ๒๕๖๙ (2026)"), None);
        assert_eq!(mixed_digits("ข้อ1"), None);
    }
}
