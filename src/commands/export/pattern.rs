//! Regular expressions for texts, as all editors read them: without look-around, and without the flags of one
//! language.

use crate::text::Calendar;

/// A digit, of either kind.
const DIGIT: &str = "[0-9๐-๙]";

/// What a date must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateForm {
    /// A day.
    Day,
    /// A day, or a day with a time.
    Moment,
}

/// Returns the pattern of a date, without its ends. `None` allows the years of either era.
pub(super) fn date(form: DateForm, calendar: Option<Calendar>) -> String {
    let year = year(calendar);
    let month = "(?:[0๐][1-9๑-๙]|[1๑][0-2๐-๒])";
    let day = "(?:[0๐][1-9๑-๙]|[12๑๒][0-9๐-๙]|[3๓][01๐๑])";
    let two = format!("{DIGIT}{DIGIT}");
    match form {
        DateForm::Day => format!("{year}-{month}-{day}"),
        DateForm::Moment => format!(
            "{year}-{month}-{day}(?:[Tt ]{two}:{two}(?::{two}(?:[.]{DIGIT}+)?)?\\s*(?:[Zz]|[+-]{two}:{two})?)?"
        ),
    }
}

/// Returns the pattern of a year. Years from 2200 to 2399 are of neither era; from 2400 on they are those of the
/// Buddhist Era.
pub(super) fn year(calendar: Option<Calendar>) -> String {
    let common = format!("[01๐๑]{DIGIT}{DIGIT}{DIGIT}|[2๒][01๐๑]{DIGIT}{DIGIT}");
    match calendar {
        Some(Calendar::Gregorian) => format!("(?:{common})"),
        Some(Calendar::Buddhist) | None => {
            format!("(?:{common}|[2๒][4-9๔-๙]{DIGIT}{DIGIT}|[3-9๓-๙]{DIGIT}{DIGIT}{DIGIT})")
        }
    }
}

/// Returns the pattern of a number that is written as text. `decimals` is `None` for any number of them.
pub(super) fn number(decimals: Option<usize>) -> String {
    let part = match decimals {
        Some(0) => String::new(),
        Some(most) => format!("(?:[.]{DIGIT}{{1,{most}}})?"),
        None => format!("(?:[.]{DIGIT}+)?"),
    };
    format!("[-−]?{DIGIT}+(?:,{DIGIT}+)*{part}")
}

/// Returns a pattern for a whole text, which may have spaces around it.
pub(super) fn padded(pattern: &str) -> String {
    format!("^\\s*(?:{pattern})\\s*$")
}

/// Returns the same for a text that may also be empty.
pub(super) fn padded_or_empty(pattern: &str) -> String {
    format!("^\\s*(?:(?:{pattern})\\s*)?$")
}

/// Returns the pattern of one of some words.
pub(super) fn one_of<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(escaped).collect::<Vec<_>>().join("|")
}

/// Returns a text as a pattern that stands for itself.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        // Of other characters, a regular expression in JavaScript allows no backslash before it.
        if "\\^$.*+?()[]{}|/".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
