//! Dates in forms that prakat does not accept, for suggestions: `25 พ.ย. ๒๕๖๙`, `Nov 25, 2026 8:30 PM`.
//!
//! A suggestion must mean what was written. So nothing of a text is skipped, and a date that can be
//! read in two ways is not read at all.

use jiff::civil::{Date, Weekday};

use super::calendar::{
    Calendar, Era, Moment, buddhist_year, common_era, era_in_words, era_of_year, month_in_words,
    weekday_in_words,
};
use super::chars::{is_alphanumeric, is_mark};
use super::digits::arabic_digits;
use super::normal::nfc;
use super::year_span::YearSpan;

/// A year of two digits is of the Buddhist Era from this one on (69 is 2569), if the portal counts in
/// that era or the text names it.
const FIRST_SHORT_BUDDHIST_YEAR: i16 = 50;
/// It is of the Common Era up to this one (26 is 2026), if the portal counts in that era. Later ones
/// could be of the Buddhist Era: 33 is 2533, 1990 CE.
const LAST_SHORT_COMMON_YEAR: i16 = 32;

/// Returns a date in an accepted form and in the site's calendar. Returns `None` if anything in the
/// text is not understood or could be understood in two ways, or if the year lies outside of `years`.
pub(crate) fn accepted_form(text: &str, calendar: Calendar, years: YearSpan) -> Option<String> {
    let text = nfc(&arabic_digits(text.trim())).to_lowercase();
    let tokens = tokens(&text);
    let mut reader = DateReader { tokens: &tokens, calendar };
    let date = reader.date()?;
    let clock = reader.clock()?;
    let year = match calendar {
        Calendar::Buddhist => buddhist_year(date.year()),
        Calendar::Gregorian => date.year(),
    };
    let form = format!("{year:04}-{:02}-{:02}{clock}", date.month(), date.day());
    let is_read = reader.tokens.is_empty() && Moment::parse(&form, calendar).is_ok();
    (is_read && years.outside(date.year()).is_none()).then_some(form)
}

/// A part of a text. White space only separates parts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum DateToken {
    /// A row of digits.
    Number(String),
    /// A word or an abbreviation, without its dots.
    Word(String),
    /// Any other character. All dashes are `-`.
    Sign(char),
}

fn tokens(text: &str) -> Vec<DateToken> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_letter = |c: char| !c.is_ascii_digit() && (is_alphanumeric(c) || is_mark(c));
        let length =
            |is_part: &dyn Fn(char) -> bool| rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (token, end) = if first.is_ascii_digit() {
            let end = length(&|c| c.is_ascii_digit());
            (DateToken::Number(rest[..end].to_owned()), end)
        } else if is_letter(first) {
            let end = length(&|c| is_letter(c) || c == '.');
            (DateToken::Word(rest[..end].replace('.', "")), end)
        } else {
            let dash = matches!(first, '\u{2010}'..='\u{2015}' | '\u{2212}').then_some('-');
            (DateToken::Sign(dash.unwrap_or(first)), first.len_utf8())
        };
        tokens.push(token);
        rest = rest[end..].trim_start();
    }
    tokens
}

/// Reads a date and a time of day, token by token.
struct DateReader<'t> {
    tokens: &'t [DateToken],
    calendar: Calendar,
}

impl DateReader<'_> {
    /// Takes the next token if `meaning` knows it.
    fn take<T>(&mut self, meaning: impl Fn(&DateToken) -> Option<T>) -> Option<T> {
        let (first, rest) = self.tokens.split_first()?;
        let meant = meaning(first)?;
        self.tokens = rest;
        Some(meant)
    }

    fn sign(&mut self, signs: &[char]) -> Option<char> {
        self.take(|token| match token {
            DateToken::Sign(sign) => signs.contains(sign).then_some(*sign),
            _ => None,
        })
    }

    fn word<T>(&mut self, meaning: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.take(|token| match token {
            DateToken::Word(word) => meaning(word),
            _ => None,
        })
    }

    fn one_of(&mut self, words: &[&str]) -> Option<()> {
        self.word(|word| words.contains(&word).then_some(()))
    }

    /// Takes a number of at least `min` and at most `max` digits.
    fn number(&mut self, min: usize, max: usize) -> Option<String> {
        self.take(|token| match token {
            DateToken::Number(digits) => {
                (min..=max).contains(&digits.len()).then(|| digits.clone())
            }
            _ => None,
        })
    }

    /// Reads a date. A day of the week must be the right one.
    fn date(&mut self) -> Option<Date> {
        self.one_of(&["วันที่"]);
        let weekday = self.word(weekday_of);
        if weekday.is_some() {
            self.sign(&[',']);
            self.one_of(&["ที่"]);
        }
        let date = if let Some(month) = self.word(month_of) {
            self.month_first(month)?
        } else {
            self.number_first()?
        };
        weekday.is_none_or(|weekday| weekday == date.weekday()).then_some(date)
    }

    /// Reads `Nov 25, 2026` after the month.
    fn month_first(&mut self, month: i8) -> Option<Date> {
        let day = small(&self.number(1, 2)?)?;
        self.one_of(&ORDINALS);
        self.sign(&[',']);
        let year = self.year()?;
        Date::new(year, month, day).ok()
    }

    /// Reads a date that begins with a number: `25 พ.ย. 2569`, `2026 Nov 25`, `25/11/2569`.
    fn number_first(&mut self) -> Option<Date> {
        let first = self.number(1, 4)?;
        self.one_of(&ORDINALS);
        let sign = self.sign(&['-', '/', '.']);
        let Some(month) = self.word(month_of) else {
            let second = self.number(1, 2)?;
            self.sign(&[sign?])?;
            let third = self.number(1, 4)?;
            return self.in_numbers(sign?, [&first, &second, &third]);
        };
        self.sign(&[sign.unwrap_or(',')]);
        if first.len() == 4 {
            let year = self.common_era(&first, None)?;
            return Date::new(year, month, small(&self.number(1, 2)?)?).ok();
        }
        let year = self.year()?;
        Date::new(year, month, small(&first)?).ok()
    }

    /// Reads a year, with the name of its era before or after it.
    fn year(&mut self) -> Option<i16> {
        let before = self.word(era_of);
        let digits = self.number(2, 4)?;
        let after = if before.is_none() { self.word(era_of) } else { None };
        self.common_era(&digits, before.or(after))
    }

    /// Converts a year to the Common Era.
    fn common_era(&self, digits: &str, era: Option<Era>) -> Option<i16> {
        let year: i16 = digits.parse().ok()?;
        let is_late = year >= FIRST_SHORT_BUDDHIST_YEAR;
        let is_early = year <= LAST_SHORT_COMMON_YEAR;
        let (year, is_buddhist) = match (digits.len(), era) {
            (4, _) => (year, era_of_year(year)? == Era::Buddhist),
            (2, Some(Era::Buddhist)) if is_late => (2500 + year, true),
            (2, None) if self.calendar == Calendar::Buddhist && is_late => (2500 + year, true),
            (2, None) if self.calendar == Calendar::Gregorian && is_early => (2000 + year, false),
            _ => return None,
        };
        let is_of_era = era.is_none_or(|era| is_buddhist == (era == Era::Buddhist));
        common_era(year, Calendar::Buddhist).ok().filter(|_| is_of_era)
    }

    /// Returns the one date that three numbers can be.
    fn in_numbers(&self, sign: char, [first, second, third]: [&str; 3]) -> Option<Date> {
        let date = |year: &str, month: &str, day: &str| {
            let year = self.common_era(year, None)?;
            Date::new(year, small(month)?, small(day)?).ok()
        };
        if first.len() == 4 {
            return date(first, second, third);
        }
        let day_first = date(third, second, first);
        // Years of the Buddhist Era are written by people who write the day first.
        let is_buddhist = third.parse::<i16>().is_ok_and(|year| match third.len() {
            4 => era_of_year(year) == Some(Era::Buddhist),
            _ => self.calendar == Calendar::Buddhist,
        });
        let other = match sign {
            '/' if is_buddhist && day_first.is_some() => None,
            '/' => date(third, first, second),
            '-' if third.len() == 2 && first.len() == 2 => date(first, second, third),
            _ => None,
        };
        match (day_first, other) {
            (Some(one), Some(other)) => (one == other).then_some(one),
            (one, other) => one.or(other),
        }
    }

    /// Reads the time of day, if there is one, and returns it as it follows a date: `T16:30Z`.
    fn clock(&mut self) -> Option<String> {
        if self.tokens.is_empty() {
            return Some(String::new());
        }
        self.sign(&[',']);
        self.one_of(&["t", "เวลา", "at"]);
        let hour: u8 = self.number(1, 2)?.parse().ok()?;
        let minute = match self.sign(&[':', '.']) {
            Some(_) => Some(self.number(2, 2)?),
            None => None,
        };
        let seconds = if minute.is_some() { self.seconds()? } else { String::new() };
        let half = self.word(half_of_day);
        let hour = match half {
            Some(half) => half.hour(hour)?,
            None => hour,
        };
        let is_whole_hour = half.is_some() || self.one_of(&["น", "นาฬิกา"]).is_some();
        // A number alone may be anything.
        let minute = minute.or_else(|| is_whole_hour.then(|| "00".to_owned()))?;
        let offset = self.offset()?;
        Some(format!("T{hour:02}:{minute}{seconds}{offset}"))
    }

    /// Reads seconds and their fraction: `:15.5`. Returns an empty text if there are none.
    fn seconds(&mut self) -> Option<String> {
        if self.sign(&[':']).is_none() {
            return Some(String::new());
        }
        let seconds = self.number(2, 2)?;
        if self.sign(&['.']).is_none() {
            return Some(format!(":{seconds}"));
        }
        Some(format!(":{seconds}.{}", self.number(1, 9)?))
    }

    /// Reads an offset: `Z`, `UTC`, `+07:00`, `UTC+7`. Returns an empty text if there is none.
    fn offset(&mut self) -> Option<String> {
        if self.tokens.is_empty() {
            return Some(String::new());
        }
        let is_named = self.one_of(&["utc", "gmt"]).is_some();
        if is_named && self.tokens.is_empty() || self.one_of(&["z"]).is_some() {
            return Some("Z".to_owned());
        }
        // Without a name, `08:30-12:00` may be two times of day.
        let sign = self.sign(if is_named { &['+', '-'] } else { &['+'] })?;
        let digits = self.number(1, 4)?;
        let (hours, minutes) = match digits.len() {
            1 | 2 => match self.sign(&[':']) {
                Some(_) => (digits, self.number(2, 2)?),
                None => (digits, "00".to_owned()),
            },
            4 => (digits[..2].to_owned(), digits[2..].to_owned()),
            _ => return None,
        };
        Some(format!("{sign}{hours:0>2}:{minutes}"))
    }
}

/// The half of the day that a time on a clock of twelve hours is in.
#[derive(Clone, Copy)]
enum HalfOfDay {
    Morning,
    Afternoon,
}

impl HalfOfDay {
    /// Converts an hour of a clock of twelve hours: 12 AM is the first hour of the day.
    fn hour(self, hour: u8) -> Option<u8> {
        let first = match self {
            Self::Morning => 0,
            Self::Afternoon => 12,
        };
        (1..=12).contains(&hour).then(|| first + hour % 12)
    }
}

fn half_of_day(word: &str) -> Option<HalfOfDay> {
    match word {
        "am" => Some(HalfOfDay::Morning),
        "pm" => Some(HalfOfDay::Afternoon),
        _ => None,
    }
}

const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];

fn small(digits: &str) -> Option<i8> {
    digits.parse().ok()
}

/// Returns what the whole of a word means.
fn whole<T>(word: &str, read: impl Fn(&str) -> Option<(T, usize)>) -> Option<T> {
    read(word).filter(|(_, len)| *len == word.len()).map(|(meaning, _)| meaning)
}

fn month_of(word: &str) -> Option<i8> {
    whole(word, month_in_words)
}

fn era_of(word: &str) -> Option<Era> {
    whole(word, era_in_words)
}

/// Returns the day of the week with a name: `Wed`, `วันพุธ`, `วันพุธที่`.
fn weekday_of(word: &str) -> Option<Weekday> {
    let word = word.strip_suffix("ที่").unwrap_or(word);
    whole(word.strip_prefix("วัน").unwrap_or(word), weekday_in_words)
}

#[cfg(test)]
mod tests;
