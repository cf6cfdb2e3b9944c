//! Whether a text can be a telephone number.

use crate::text::{digit_value, is_alphabetic, is_mark};

/// The fewest digits of a telephone number.
const FEWEST_DIGITS: usize = 3;
/// The beginnings of words that may stand right beside digits.
const WORDS: [&str; 14] = [
    "ต่อ",
    "โทร",
    "กด",
    "ถึง",
    "หรือ",
    "และ",
    "ภายใน",
    "เบอร์",
    "หมายเลข",
    "สายด่วน",
    "ext",
    "tel",
    "fax",
    "to",
];

/// Returns whether a text can be a telephone number, with words such as those before an extension. Letters
/// that stand for hidden digits make it none: `02-xxx-1234`.
pub(super) fn is_phone(text: &str) -> bool {
    text.chars().all(may_stand) && has_number(text) && words(text).all(|word| word.is_allowed())
}

fn may_stand(c: char) -> bool {
    digit_value(c).is_some() || c.is_whitespace() || is_of_word(c) || "-–+()#*,./;:".contains(c)
}

fn is_of_word(c: char) -> bool {
    is_alphabetic(c) || is_mark(c)
}

/// Returns whether the first digits, up to a word, are enough.
fn has_number(text: &str) -> bool {
    let is_digit = |c: &char| digit_value(*c).is_some();
    let number = text.chars().skip_while(|c| !is_digit(c)).take_while(|c| !is_of_word(*c));
    number.filter(is_digit).count() >= FEWEST_DIGITS
}

/// A word of a text with a telephone number.
struct Word<'a> {
    text: &'a str,
    /// Whether a digit, or a hyphen between digits, stands right beside it.
    is_beside_digits: bool,
}

impl Word<'_> {
    fn is_allowed(&self) -> bool {
        let word = self.text.to_lowercase();
        let is_hidden = word.chars().all(|c| c == 'x');
        let is_known = WORDS.iter().any(|known| word.starts_with(known));
        is_known || (!is_hidden && !self.is_beside_digits)
    }
}

/// Returns the words of a text.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let joins = |c: char| digit_value(c).is_some() || "-–".contains(c);
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_of_word)?;
        let rest = &text[start..];
        let end = start + rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        at = end;
        let is_beside_digits = text[..start].ends_with(joins) || text[end..].starts_with(joins);
        Some(Word { text: &text[start..end], is_beside_digits })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_may_have_words() {
        for phone in [
            "1567",
            "+66 5600 0111",
            "0 5600 0111 ต่อ 12, 13",
            "0 5600 0111ต่อ12",
            "โทร. 0 5600 0111 กด 0",
            "โทรศัพท์0 5600 0111",
            "0 5600 0111 Ext. 12",
            "0 5600 0111 (กองคลัง)",
            "๐ ๕๖๐๐ ๐๑๑๑",
            "*123#",
        ] {
            assert!(is_phone(phone), "{phone}");
        }
        for other in [
            "12",
            "-",
            "กองคลัง",
            "<b>1567</b>",
            "1567?body=x",
            "โทร 02-xxx-1234",
            "0 5600 xxxx",
            "08x 123 4567",
            "056-ooo-1234",
            "02 สาม 1234",
        ] {
            assert!(!is_phone(other), "{other}");
        }
    }
}
