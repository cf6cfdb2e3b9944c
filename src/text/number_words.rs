//! Reads numbers that are written in Thai words: `หนึ่งล้านสองแสนสามหมื่น` is 1,230,000.

use super::chars::is_zero_width;

/// The words of the digits.
const DIGITS: [(&str, u128); 10] = [
    ("ศูนย์", 0),
    ("หนึ่ง", 1),
    ("สอง", 2),
    ("สาม", 3),
    ("สี่", 4),
    ("ห้า", 5),
    ("หก", 6),
    ("เจ็ด", 7),
    ("แปด", 8),
    ("เก้า", 9),
];

/// The words of the places below a million, from high to low.
const PLACES: [(&str, u128); 5] =
    [("แสน", 100_000), ("หมื่น", 10_000), ("พัน", 1_000), ("ร้อย", 100), ("สิบ", TEN)];

const TEN: u128 = 10;

const MILLION: (&str, u128) = ("ล้าน", 1_000_000);

/// Returns the words of the places from tens to a million, with their values.
pub(crate) fn place_words() -> impl Iterator<Item = (&'static str, u128)> {
    std::iter::once(MILLION).chain(PLACES)
}

/// Returns whether a text ends in a digit or a place in words, so that a number after it goes on.
pub(crate) fn ends_in_number_word(text: &str) -> bool {
    let others = [TWO_OF_TWENTY, ONE_AFTER_TENS].into_iter();
    let words = place_words().chain(DIGITS).map(|(word, _)| word).chain(others);
    let text = text.trim_end();
    words.into_iter().any(|word| text.ends_with(word))
}

/// The two in twenty, and the one after tens.
const TWO_OF_TWENTY: &str = "ยี่";
const ONE_AFTER_TENS: &str = "เอ็ด";

/// Reads the number in words at the start of a text. Returns it with the length of its words. Spaces
/// between the words count for nothing. Returns `None` if no number is there, or if it is too large.
///
/// ```
/// use prakat::text::number_in_words;
///
/// assert_eq!(number_in_words("ยี่สิบเอ็ด").map(|(value, _)| value), Some(21));
/// assert_eq!(number_in_words("หนึ่งล้านสองแสนบาท"), Some((1_200_000, "หนึ่งล้านสองแสน".len())));
/// assert_eq!(number_in_words("บาท"), None);
/// ```
pub fn number_in_words(text: &str) -> Option<(u128, usize)> {
    let mut words = Words { text, at: 0 };
    let (mut total, mut any) = (0_u128, false);
    loop {
        let group = words.group();
        any |= group.is_some();
        total = total.checked_add(group.unwrap_or(0))?;
        // Millions of millions are said as one million after the other: the word multiplies all before it.
        if !any || !words.eat(MILLION.0) {
            return any.then_some((total, words.at));
        }
        total = total.checked_mul(MILLION.1)?;
    }
}

/// Reads the words that multiply a number before them, at the start of a text: `แสน`, `พันล้าน`. Returns
/// what they multiply it by, and their length.
pub(crate) fn multiplier_in_words(text: &str) -> Option<(u128, usize)> {
    let mut words = Words { text, at: 0 };
    let mut value = words.place().unwrap_or(1);
    for _ in 0..2 {
        value *= if words.eat(MILLION.0) { MILLION.1 } else { 1 };
    }
    (value > 1).then_some((value, words.at))
}

/// Takes words from the start of a text.
struct Words<'t> {
    text: &'t str,
    /// Where the last word ended.
    at: usize,
}

impl Words<'_> {
    /// Takes a word if it is next.
    fn eat(&mut self, word: &str) -> bool {
        let rest = &self.text[self.at..];
        let next = match self.at {
            0 => rest,
            _ => rest.trim_start_matches(|c: char| c.is_whitespace() || is_zero_width(c)),
        };
        let is_next = next.starts_with(word);
        if is_next {
            self.at = self.text.len() - next.len() + word.len();
        }
        is_next
    }

    fn digit(&mut self) -> Option<u128> {
        DIGITS.iter().find(|(word, _)| self.eat(word)).map(|(_, value)| *value)
    }

    /// Takes a number below a million. Its places descend.
    fn group(&mut self) -> Option<u128> {
        let (mut value, mut any, mut below) = (0, false, MILLION.1);
        loop {
            let start = self.at;
            if any && self.eat(ONE_AFTER_TENS) {
                return Some(value + 1);
            }
            let is_twenty = self.eat(TWO_OF_TWENTY);
            let digit = if is_twenty { Some(2) } else { self.digit() };
            match (digit, self.place()) {
                // A place without a digit counts once: `ร้อยห้าสิบ`.
                (_, Some(place)) if place < below && (!is_twenty || place == TEN) => {
                    value += digit.unwrap_or(1) * place;
                    (any, below) = (true, place);
                }
                (Some(digit), None) if !is_twenty => return Some(value + digit),
                _ => {
                    self.at = start;
                    return any.then_some(value);
                }
            }
        }
    }

    fn place(&mut self) -> Option<u128> {
        PLACES.iter().find(|(word, _)| self.eat(word)).map(|(_, value)| *value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes a number as officials do (Royal Society, `หลักเกณฑ์การอ่านตัวเลข`).
    fn written(number: u128) -> String {
        let (millions, rest) = (number / MILLION.1, number % MILLION.1);
        let mut text = String::new();
        if millions > 0 {
            text = written(millions) + MILLION.0;
        }
        if rest > 0 || millions == 0 {
            text += &group_written(rest, millions > 0);
        }
        text
    }

    fn group_written(number: u128, follows: bool) -> String {
        let word = |digit| DIGITS[usize::try_from(digit).unwrap()].0;
        let mut text = String::new();
        for (place, value) in PLACES {
            match (number / value % 10, value) {
                (0, _) => {}
                (1, 10) => text += place,
                (2, 10) => text += &format!("{TWO_OF_TWENTY}{place}"),
                (digit, _) => text += &format!("{}{place}", word(digit)),
            }
        }
        match number % 10 {
            0 if number > 0 || follows => {}
            1 if number > 10 => text += ONE_AFTER_TENS,
            digit => text += word(digit),
        }
        text
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(number in prop_oneof![0..200_u128, 0..2_000_000_u128, 0..10_u128.pow(24)]) {
            let text = written(number);
            prop_assert_eq!(number_in_words(&text), Some((number, text.len())), "{}", text);
            let spaced = text.replace("ล้าน", " ล้าน ") + "บาท";
            prop_assert_eq!(number_in_words(&spaced).map(|(value, _)| value), Some(number));
        }

        #[test]
        fn any_text_is_read(text in "(หนึ่ง|ยี่|สิบ|แสน|ล้าน|เอ็ด|บาท| |ศูนย์|a){0,40}") {
            if let Some((_, len)) = number_in_words(&text) {
                prop_assert!(text.is_char_boundary(len));
            }
        }
    }

    #[test]
    fn numbers_are_read() {
        for (text, value) in [
            ("ห้าแสน", 500_000),
            ("หนึ่งล้านสองแสนสามหมื่น", 1_230_000),
            ("สามล้านล้าน", 3_000_000_000_000),
            ("หนึ่งล้านสองแสนล้าน", 1_200_000_000_000),
            ("หนึ่งร้อยเอ็ด", 101),
            ("หนึ่งร้อยหนึ่ง", 101),
            ("ร้อยห้าสิบ", 150),
            ("สิบเอ็ด", 11),
            ("ศูนย์", 0),
            ("สิบสอง ล้าน\nห้าร้อย", 12_000_500),
        ] {
            assert_eq!(number_in_words(text), Some((value, text.len())), "{text}");
        }
    }

    #[test]
    fn words_end_where_no_number_goes_on() {
        for (text, read) in
            [("ห้าแสนห้าแสน", "ห้าแสน"), ("สองสาม", "สอง"), ("เก้าบาท", "เก้า"), ("สิบ ", "สิบ")]
        {
            assert_eq!(number_in_words(text).map(|(_, len)| len), Some(read.len()), "{text}");
        }
        for text in ["", "เอ็ด", "ล้าน", "บาท", "ยี่"] {
            assert_eq!(number_in_words(text), None, "{text}");
        }
        assert_eq!(number_in_words(&format!("หนึ่ง{}", "ล้าน".repeat(9))), None);
    }
}
