//! Texts that a spreadsheet would run as a formula.

use crate::text::chars::{is_alphabetic, is_odd_space};
use crate::text::digits::{arabic_digit, digit_value};
use crate::text::normal::plain_form;

/// Returns the sign for which a spreadsheet that opens a list of texts would take one for a formula. Returns `None`
/// if it would not: a telephone number (`+66 43 000 000`), a range or a lone hyphen is not one.
///
/// White space and invisible characters before the sign do not count: programs remove them. A wide or small form of
/// a sign counts as the sign.
pub(crate) fn formula_sign(text: &str) -> Option<char> {
    let text = text.trim_start_matches([' ', '\n']);
    if let Some(sign) = text.chars().next().filter(|c| matches!(c, '\t' | '\r')) {
        return Some(sign);
    }
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || is_odd_space(c));
    let sign = text.chars().next()?;
    let is_of_number = |c: char| {
        arabic_digit(c).is_ascii_digit()
            || c == ' '
            || "-()+.,/–#*%°~:\u{A0}\u{202F}\u{2011}".contains(c)
    };
    let is_formula = match plain_form(sign) {
        Some('=' | '@') => true,
        Some('+' | '-' | '−') => !text.chars().skip(1).all(is_of_number),
        _ => false,
    };
    is_formula.then_some(sign)
}

/// Returns whether a telephone number begins with a plus sign and a digit, and words follow, which are not the
/// functions or cells of a formula: `+66 5600 0111 ext. 12`.
pub(crate) fn is_dialled_with_words(phone: &str) -> bool {
    let Some(number) = phone.trim().strip_prefix('+') else { return false };
    let mut before = ' ';
    let mut is_word = false;
    for c in number.chars() {
        let begins_word = is_alphabetic(c) && !is_word;
        if c == '+' || (begins_word && "+-*/:,;".contains(before)) || (is_word && c == '(') {
            return false;
        }
        is_word = is_alphabetic(c) || (is_word && !c.is_ascii_punctuation() && c != ' ');
        if !c.is_whitespace() {
            before = c;
        }
    }
    number.starts_with(|c| digit_value(c).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_sheet_would_run_is_a_formula() {
        for text in [
            "=1+1",
            "@SUM(A1)",
            "+cmd|x",
            "-2+A1",
            "- ข้อ",
            "\tx",
            "\rx",
            " \t=1",
            "＝1",
            "＋a",
            "－a",
            "＠a",
            "−a",
            "﹦1",
            "﹣a",
        ] {
            assert!(formula_sign(text).is_some(), "{text:?}");
        }
        for text in [
            "",
            "-",
            "+66 43 000 000",
            "+66\u{A0}43\u{2011}000 000",
            "-5%",
            "- 0.10 %",
            "-1,250.50",
            "+๖๖ (๐๔๓) ๐๐๐–๐๐๑",
            "ก=1",
            "1+1",
            "–",
            "\u{A0}ก",
        ] {
            assert_eq!(formula_sign(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_programs_remove_hides_no_sign() {
        for c in '\0'..=char::MAX {
            let text = format!(" {c}=1");
            if text.trim() == "=1" || is_odd_space(c) {
                assert!(formula_sign(&text).is_some(), "{c:?}");
            }
        }
        assert_eq!(formula_sign("\u{3000}\u{200B}\u{FEFF}@SUM(1)"), Some('@'));
    }

    #[test]
    fn words_behind_a_telephone_number_are_no_formula() {
        for phone in
            ["+66 5600 0111 ต่อ 12", "+66 5600 0111 (ในเวลาราชการ)", "+๖๖ ๕๖๐๐ ๐๑๑๑ ext. 12, 13"]
        {
            assert!(is_dialled_with_words(phone), "{phone}");
        }
        for phone in [
            "-2 ต่อ 1",
            "+SUM(A1:B100)",
            "+2+cmd 123",
            "+1*A100",
            "+1 - SUM(100)",
            "+1 / A100",
            "+123 SUM(1)",
        ] {
            assert!(!is_dialled_with_words(phone), "{phone}");
        }
    }
}
