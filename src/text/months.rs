//! Months of a fiscal year, written as words: `ธ.ค.–ก.พ., พ.ค.`

use jiff::civil::Date;

use crate::text::calendar::{Calendar, buddhist_year, month_in_words, parse_year};
use crate::text::digits::arabic_digit;

/// Signs and words between two months of which all months in between are meant.
const UNTIL: [&str; 6] = ["–", "-", "—", "ถึง", "until", "to"];

/// Signs and words between months.
const AND: [&str; 5] = [",", ";", "/", "และ", "and"];

/// Returns which months of a fiscal year a text names. `firsts` are the first days of its months, and that of the
/// next year. A year may follow a month, and must then be the year in which it is. Returns `None` for other texts, and
/// for a span that ends before it begins.
pub(crate) fn months_in_text(text: &str, firsts: &[Date], calendar: Calendar) -> Option<Vec<bool>> {
    let mut named = vec![false; firsts.len().saturating_sub(1)];
    let mut rest = text.trim();
    loop {
        let (from, after) = month(rest, firsts, calendar)?;
        let (last, after) = match word_of(&UNTIL, after) {
            Some(after) => month(after, firsts, calendar)?,
            None => (from, after),
        };
        named.get_mut(from..=last)?.fill(true);
        if after.is_empty() {
            return Some(named);
        }
        rest = word_of(&AND, after)?;
    }
}

/// Returns the position of the month at the start of a text, and the text after it and its year.
fn month<'t>(text: &'t str, firsts: &[Date], calendar: Calendar) -> Option<(usize, &'t str)> {
    let (month, length) = month_in_words(text)?;
    let place = firsts.iter().position(|first| first.month() == month)?;
    let rest = text[length..].trim_start();
    let digits = rest.char_indices().find(|(_, c)| !arabic_digit(*c).is_ascii_digit());
    let end = digits.map_or(rest.len(), |(at, _)| at);
    let is_right = end == 0 || is_year(&rest[..end], firsts[place].year(), calendar);
    is_right.then(|| (place, rest[end..].trim_start()))
}

/// Returns whether digits are a year, whole or its last two.
fn is_year(digits: &str, year: i16, calendar: Calendar) -> bool {
    let shown = match calendar {
        Calendar::Buddhist => buddhist_year(year),
        Calendar::Gregorian => year,
    };
    let written: String = digits.chars().map(arabic_digit).collect();
    written == format!("{:02}", shown % 100) || parse_year(digits, calendar) == Ok(year)
}

/// Returns whether a text that names one month, with or without a year, names one of a fiscal year. `firsts` are as in
/// [`months_in_text`]. Returns `None` for other texts.
pub(crate) fn names_month_of(text: &str, firsts: &[Date], calendar: Calendar) -> Option<bool> {
    let text = text.trim();
    let (_, length) = month_in_words(text)?;
    let is_year = |c: char| c.is_whitespace() || arabic_digit(c).is_ascii_digit();
    let is_month = text[length..].chars().all(is_year);
    is_month.then(|| month(text, firsts, calendar).is_some_and(|(_, rest)| rest.is_empty()))
}

/// Returns the text after one of some words at its start.
fn word_of<'t>(words: &[&str], text: &'t str) -> Option<&'t str> {
    words.iter().find_map(|word| text.strip_prefix(word)).map(str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::months_of_fiscal_year;

    /// Writes the months that a text names in the fiscal year 2570 as numbers: October is 1.
    fn named(text: &str) -> Option<String> {
        let firsts = months_of_fiscal_year(2027, (10, 1)).unwrap();
        let months = months_in_text(text, &firsts, Calendar::Buddhist)?;
        let months =
            (1..).zip(months).filter(|(_, named)| *named).map(|(n, _): (u8, _)| n.to_string());
        Some(months.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn months_are_single_or_spans() {
        for (text, months) in [
            ("ต.ค.", "1"),
            ("ธ.ค.–ก.พ., พ.ค.", "3 4 5 8"),
            ("ก.พ. พ.ค.", ""),
            ("ก.พ., พ.ค. และ ส.ค.", "5 8 11"),
            ("ตุลาคม 2569 - มกราคม 2570", "1 2 3 4"),
            ("ต.ค.๒๕๖๙ถึงพ.ย.๒๕๖๙", "1 2"),
            ("Feb, May and Aug 2027", "5 8 11"),
            ("ต.ค. 69, ธ.ค.69–ม.ค. 70", "1 3 4"),
            ("ต.ค.-ก.ย.", "1 2 3 4 5 6 7 8 9 10 11 12"),
        ] {
            assert_eq!(named(text).unwrap_or_default(), months, "{text}");
        }
    }

    #[test]
    fn other_texts_name_no_months() {
        for text in
            ["", "ตลอดปี", "ก.พ.-ธ.ค.", "ต.ค. 2570", "ต.ค.,", "ต.ค. 1", "ต.ค. 70", "10-12", "ต.ค.–"]
        {
            assert_eq!(named(text), None, "{text}");
        }
    }

    #[test]
    fn heads_name_months_of_the_year_or_of_another() {
        let firsts = months_of_fiscal_year(2027, (10, 1)).unwrap();
        for (head, expected) in [
            ("ต.ค.", Some(true)),
            ("ต.ค. ๒๕๖๙", Some(true)),
            ("ต.ค. 69", Some(true)),
            ("Oct 2026", Some(true)),
            ("ต.ค. 2570", Some(false)),
            ("ม.ค. 69", Some(false)),
            ("เดือน", None),
            ("พ.ค.–ก.ค.", None),
        ] {
            assert_eq!(names_month_of(head, &firsts, Calendar::Buddhist), expected, "{head}");
        }
    }
}
