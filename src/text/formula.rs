//! Texts that a spreadsheet would run as a formula.

use crate::text::digits::arabic_digit;

/// Returns whether a spreadsheet that opens a list of texts would take one for a formula. A telephone number
/// (`+66 43 000 000`), a range or a lone hyphen is not one.
pub(crate) fn is_formula(text: &str) -> bool {
    let mut letters = text.chars();
    let is_of_number =
        |c: char| arabic_digit(c).is_ascii_digit() || c == ' ' || "-()+.,/–#*".contains(c);
    match letters.next() {
        Some('=' | '@' | '\t' | '\r' | '＝' | '＠') => true,
        Some('+' | '-' | '＋' | '－') => !letters.all(is_of_number),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_sheet_would_run_is_a_formula() {
        for text in ["=1+1", "@SUM(A1)", "+cmd|x", "-2+A1", "- ข้อ", "\tx", "\rx", "＝1", "＋a"]
        {
            assert!(is_formula(text), "{text:?}");
        }
        for text in ["", "-", "+66 43 000 000", "-1,250.50", "+๖๖ (๐๔๓) ๐๐๐–๐๐๑", "ก=1", "1+1", "–"]
        {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
