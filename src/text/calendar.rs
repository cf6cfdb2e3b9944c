//! Parses and formats dates as officials write them: Buddhist Era, Thai digits, a named time zone.
//!
//! A date is read in two steps. [`Moment::parse`] reads the text; [`Moment::opens`] and
//! [`Moment::closes`] turn it into an instant in a zone. The zone's rules are those compiled into
//! the program, never the machine's.

mod names;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan, Zoned};
use serde::Serialize;

use names::Months;
pub(crate) use names::{Era, era_in_words, month_in_words, weekday_in_words};

use crate::text::digits::{Digits, arabic_digits};

/// How many years the Buddhist Era is ahead of the Common Era, as counted in Thailand since 1941.
const BUDDHIST_ERA: i16 = 543;
/// The first number that is always read as a year of the Buddhist Era.
const FIRST_BUDDHIST_YEAR: i16 = 2400;
/// From this number up to [`FIRST_BUDDHIST_YEAR`], a year is ambiguous.
const FIRST_DOUBTFUL_YEAR: i16 = 2200;

/// The offsets that clocks have, in minutes east of UTC. In `08:30-16:30`, the second part is another
/// time of day.
const OFFSETS: std::ops::RangeInclusive<i64> = -12 * 60..=14 * 60;

/// The era in which a portal counts its years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// Years from 2400 up are Buddhist Era. Dates are shown in that era where the language is Thai.
    Buddhist,
    /// Common Era only.
    Gregorian,
}

/// A point in time as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A whole day.
    Day(Date),
    /// A date and time without an offset, in the site's zone.
    Local(DateTime),
    /// A date and time with an offset (RFC 3339).
    Exact(Timestamp),
}

/// Why a text is not a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// The text has none of the accepted forms.
    Form,
    /// The calendar has no such day, or the clock no such time.
    NoSuchDay,
    /// A Buddhist Era year in a portal that counts in the Common Era.
    BuddhistYear,
    /// A year from 2200 to 2399: neither era is likely.
    DoubtfulYear,
    /// A clock change skips this local time.
    Skipped,
    /// A clock change repeats this local time.
    Repeated,
}

impl Moment {
    /// Parses `2569-06-25`, `2569-06-25T16:30`, `2569-06-25 16:30:00.5` or
    /// `2569-06-25T16:30:00+07:00`, in Thai or Arabic digits.
    ///
    /// ```
    /// use prakat::text::{Calendar, Moment};
    ///
    /// let thai = Moment::parse("๒๕๖๙-๐๖-๒๕", Calendar::Buddhist);
    /// assert_eq!(thai, Moment::parse("2026-06-25", Calendar::Gregorian));
    /// assert!(Moment::parse("2569-06-25", Calendar::Gregorian).is_err());
    /// ```
    pub fn parse(text: &str, calendar: Calendar) -> Result<Self, DateError> {
        let text = arabic_digits(text.trim());
        let (day, rest) = match text.char_indices().nth(10) {
            Some((at, _)) => text.split_at(at),
            None => (text.as_str(), ""),
        };
        let date = parse_date(day, calendar)?;
        if rest.is_empty() {
            return Ok(Self::Day(date));
        }
        let rest = rest.strip_prefix(['T', 't', ' ']).ok_or(DateError::Form)?;
        let at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let (clock, offset) = rest.split_at(at);
        let local = date.to_datetime(parse_time(clock.trim_end())?);
        if offset.is_empty() {
            return Ok(Self::Local(local));
        }
        let minutes = parse_offset(offset)?;
        let utc = local.checked_sub(minutes.minutes()).map_err(|_| DateError::NoSuchDay)?;
        TimeZone::UTC.to_timestamp(utc).map(Self::Exact).map_err(|_| DateError::NoSuchDay)
    }

    /// Returns the first instant of the day or time.
    pub fn opens(self, zone: &TimeZone) -> Result<Timestamp, DateError> {
        match self {
            Self::Day(date) => first_instant(date, zone),
            Self::Local(local) => local_instant(local, zone),
            Self::Exact(instant) => Ok(instant),
        }
    }

    /// Returns the first instant after the day or time: the start of the next day for a day, the
    /// instant itself for a time.
    pub fn closes(self, zone: &TimeZone) -> Result<Timestamp, DateError> {
        match self {
            Self::Day(date) => {
                first_instant(date.tomorrow().map_err(|_| DateError::NoSuchDay)?, zone)
            }
            other => other.opens(zone),
        }
    }

    /// Returns the moment of an end from the first instant after it, in a zone: the last whole day, or
    /// the instant itself if it is within a day. The reverse of [`Moment::closes`].
    pub(crate) fn ending_at(at: Timestamp, zone: &TimeZone) -> Self {
        let date = at.to_zoned(zone.clone()).date();
        let last = date.yesterday().ok().filter(|_| first_instant(date, zone) == Ok(at));
        last.map_or(Self::Exact(at), Self::Day)
    }

    /// Returns the day on which the moment falls in a zone.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> Self {
        match self {
            Self::Day(date) => Self::Day(date),
            Self::Local(local) => Self::Day(local.date()),
            Self::Exact(instant) => Self::Day(instant.to_zoned(zone.clone()).date()),
        }
    }

    /// Returns the fiscal year of the moment in a zone, as the Common Era year in which the fiscal
    /// year ends. `start` is the month and day on which a fiscal year begins.
    pub fn fiscal_year(self, zone: &TimeZone, start: (i8, i8)) -> i16 {
        let Self::Day(date) = self.day(zone) else { return 0 };
        let ends_next_year = start != (1, 1) && (date.month(), date.day()) >= start;
        date.year() + i16::from(ends_next_year)
    }

    /// Formats the moment for readers, in the site's zone, calendar and language.
    pub fn shown(self, zone: &TimeZone, calendar: Calendar, language: &str) -> ShownDate {
        match self {
            Self::Day(date) => ShownDate::new(date, None, calendar, language),
            Self::Local(local) => {
                ShownDate::new(local.date(), Some(local.time()), calendar, language)
            }
            Self::Exact(instant) => {
                let local = instant.to_zoned(zone.clone()).datetime();
                ShownDate::new(local.date(), Some(local.time()), calendar, language)
            }
        }
    }
}

/// A date as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownDate {
    /// ISO 8601, Common Era: for `<time datetime>`.
    pub iso: String,
    /// In full: `25 มิถุนายน 2569`.
    pub text: String,
    /// Shortened: `25 มิ.ย. 2569`.
    pub short: String,
}

impl ShownDate {
    /// Returns the same date in the digits of a language.
    #[must_use]
    pub fn in_digits(self, digits: Digits, language: &str) -> Self {
        let Self { iso, text, short } = self;
        Self { iso, text: digits.shown(text, language), short: digits.shown(short, language) }
    }

    fn new(date: Date, time: Option<Time>, calendar: Calendar, language: &str) -> Self {
        let mut iso = String::with_capacity(16);
        push_number(&mut iso, date.year(), 4);
        for part in [date.month(), date.day()] {
            iso.push('-');
            push_number(&mut iso, i16::from(part), 2);
        }
        if let Some(time) = time {
            iso.push_str(&format!("T{:02}:{:02}", time.hour(), time.minute()));
        }
        let Some(months) = Months::of(language) else {
            let plain = iso.replace('T', " ");
            return Self { iso, text: plain.clone(), short: plain };
        };
        let month = usize::from(date.month().unsigned_abs()) - 1;
        let year = shown_year(date.year(), calendar, language);
        let in_words = |month: &str| {
            let mut text = String::with_capacity(48);
            push_number(&mut text, i16::from(date.day()), 1);
            text.push(' ');
            text.push_str(month);
            text.push(' ');
            push_number(&mut text, year, 1);
            if let Some(time) = time {
                text.push_str(&months.clock(time));
            }
            text
        };
        Self { iso, text: in_words(months.full[month]), short: in_words(months.short[month]) }
    }
}

/// Appends a number from 0 to 9999, padded with zeros to a width. Avoids `format!`, because pages
/// show tens of thousands of dates.
fn push_number(text: &mut String, number: i16, width: usize) {
    let mut digits = [b'0'; 4];
    let mut rest = number.unsigned_abs().min(9999);
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    let first = digits.iter().position(|digit| *digit != b'0').unwrap_or(3);
    text.extend(digits[first.min(4 - width)..].iter().map(|digit| char::from(*digit)));
}

/// The number of months in a fiscal year.
const MONTHS: i32 = 12;

/// Returns the first days of the months of a fiscal year, and the first day of the next one. A fiscal
/// year is named after the year in which it ends, unless it begins on 1 January.
pub(crate) fn months_of_fiscal_year(year: i16, (month, day): (i8, i8)) -> Option<Vec<Date>> {
    let begins = if (month, day) == (1, 1) { year } else { year - 1 };
    let first = Date::new(begins, month, 1).ok()?;
    let nth = |n: i32| {
        let date = first.checked_add(n.months()).ok()?;
        Date::new(date.year(), date.month(), day.min(date.days_in_month())).ok()
    };
    (0..=MONTHS).map(nth).collect()
}

/// Returns a Common Era year in the Buddhist Era.
pub(crate) fn buddhist_year(year: i16) -> i16 {
    year.saturating_add(BUDDHIST_ERA)
}

/// Returns a Common Era year as readers of a language count it: in the Buddhist Era for Thai.
pub(crate) fn shown_year(year: i16, calendar: Calendar, language: &str) -> i16 {
    if calendar == Calendar::Buddhist && language == "th" { year + BUDDHIST_ERA } else { year }
}

/// Returns the name of a month and its abbreviation. Returns the form `2026-10` for unknown
/// languages.
pub(crate) fn shown_month(date: Date, language: &str) -> (String, String) {
    let Some(months) = Months::of(language) else {
        let plain = format!("{:04}-{:02}", date.year(), date.month());
        return (plain.clone(), plain);
    };
    let month = usize::from(date.month().unsigned_abs()) - 1;
    (months.full[month].to_owned(), months.short[month].to_owned())
}

/// Returns the word that precedes a year of this calendar. It is empty if there is none.
pub(crate) fn era(calendar: Calendar, language: &str) -> &'static str {
    if calendar == Calendar::Buddhist && language == "th" { names::BUDDHIST_ERA_NAME } else { "" }
}

/// Parses a single year (a fiscal year) in Thai or Arabic digits, and returns it as a Common Era
/// year.
pub(crate) fn parse_year(text: &str, calendar: Calendar) -> Result<i16, DateError> {
    common_era(digits(&arabic_digits(text.trim()), 4)?, calendar)
}

/// Formats an instant as RFC 3339 with the zone's offset. A fraction of a second is kept.
pub(crate) fn rfc3339(instant: Timestamp, zone: &TimeZone) -> String {
    let zoned = instant.to_zoned(zone.clone());
    // RFC 3339 has no seconds in offsets, but local mean times before standard time may have some.
    let zoned =
        if zoned.offset().seconds() % 60 == 0 { zoned } else { instant.to_zoned(TimeZone::UTC) };
    zoned.strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}

fn parse_date(text: &str, calendar: Calendar) -> Result<Date, DateError> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(DateError::Form);
    };
    let year = common_era(digits(year, 4)?, calendar)?;
    let (month, day) = (digits(month, 2)?, digits(day, 2)?);
    let small = |n: i16| i8::try_from(n).map_err(|_| DateError::Form);
    Date::new(year, small(month)?, small(day)?).map_err(|_| DateError::NoSuchDay)
}

/// Converts a year to the Common Era. This comes before the day is checked: 29 February 2567
/// exists, because 2024 is a leap year.
pub(super) fn common_era(year: i16, calendar: Calendar) -> Result<i16, DateError> {
    match (era_of_year(year), calendar) {
        (_, _) if year < 1 => Err(DateError::NoSuchDay),
        (Some(Era::Buddhist), Calendar::Buddhist) => Ok(year - BUDDHIST_ERA),
        (Some(Era::Buddhist), Calendar::Gregorian) => Err(DateError::BuddhistYear),
        (Some(Era::Common), _) => Ok(year),
        (None, _) => Err(DateError::DoubtfulYear),
    }
}

/// Returns the era to which a year belongs. Returns `None` if neither era is likely.
pub(crate) fn era_of_year(year: i16) -> Option<Era> {
    match year {
        FIRST_BUDDHIST_YEAR.. => Some(Era::Buddhist),
        FIRST_DOUBTFUL_YEAR.. => None,
        _ => Some(Era::Common),
    }
}

fn parse_time(text: &str) -> Result<Time, DateError> {
    let mut parts = text.split(':');
    let hour = digits(parts.next().unwrap_or(""), 2)?;
    let minute = digits(parts.next().unwrap_or(""), 2)?;
    let (second, nanosecond) = parts.next().map_or(Ok((0, 0)), parse_seconds)?;
    if parts.next().is_some() {
        return Err(DateError::Form);
    }
    let small = |n: i16| i8::try_from(n).map_err(|_| DateError::Form);
    Time::new(small(hour)?, small(minute)?, small(second)?, nanosecond)
        .map_err(|_| DateError::NoSuchDay)
}

/// Parses seconds and nanoseconds. RFC 3339 allows any number of digits; finer ones are cut off.
fn parse_seconds(text: &str) -> Result<(i16, i32), DateError> {
    let Some((whole, fraction)) = text.split_once('.') else { return Ok((digits(text, 2)?, 0)) };
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DateError::Form);
    }
    let nanoseconds = format!("{:0<9}", &fraction[..fraction.len().min(9)]);
    Ok((digits(whole, 2)?, nanoseconds.parse().map_err(|_| DateError::Form)?))
}

/// Parses an offset into minutes east of UTC.
fn parse_offset(text: &str) -> Result<i64, DateError> {
    if text.eq_ignore_ascii_case("z") {
        return Ok(0);
    }
    let (sign, rest) = match text.split_at(1) {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return Err(DateError::Form),
    };
    let (hours, minutes) = rest.split_once(':').ok_or(DateError::Form)?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let offset = sign * (i64::from(hours) * 60 + i64::from(minutes));
    let is_real = minutes < 60 && OFFSETS.contains(&offset);
    is_real.then_some(offset).ok_or(DateError::NoSuchDay)
}

/// Parses exactly `len` ASCII digits.
fn digits(text: &str, len: usize) -> Result<i16, DateError> {
    if text.len() != len || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DateError::Form);
    }
    text.parse().map_err(|_| DateError::Form)
}

fn first_instant(date: Date, zone: &TimeZone) -> Result<Timestamp, DateError> {
    date.to_zoned(zone.clone())
        .and_then(|noon_or_midnight: Zoned| noon_or_midnight.start_of_day())
        .map(|start| start.timestamp())
        .map_err(|_| DateError::NoSuchDay)
}

fn local_instant(local: DateTime, zone: &TimeZone) -> Result<Timestamp, DateError> {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } => {
            ambiguous.compatible().map_err(|_| DateError::NoSuchDay)
        }
        AmbiguousOffset::Gap { .. } => Err(DateError::Skipped),
        AmbiguousOffset::Fold { .. } => Err(DateError::Repeated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fiscal_year_has_twelve_months() {
        let year = |start| {
            let firsts = months_of_fiscal_year(2027, start).unwrap();
            assert_eq!(firsts.len(), 13);
            (firsts[0].to_string(), firsts[5].to_string(), firsts[12].to_string())
        };
        let days = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(year((10, 1)), days("2026-10-01", "2027-03-01", "2027-10-01"));
        assert_eq!(year((1, 1)), days("2027-01-01", "2027-06-01", "2028-01-01"));
        assert_eq!(year((9, 30)), days("2026-09-30", "2027-02-28", "2027-09-30"));
    }

    #[test]
    fn an_end_is_the_day_or_the_time_that_was_written() {
        let zones = ["Asia/Bangkok", "Europe/Berlin", "Africa/Cairo", "America/Santiago", "UTC"];
        for zone in zones.map(|zone| TimeZone::get(zone).unwrap()) {
            let mut day = Date::constant(2026, 1, 1);
            while day.year() == 2026 {
                let written = Moment::Day(day);
                let end = written.closes(&zone).unwrap();
                assert_eq!(Moment::ending_at(end, &zone), written, "{zone:?}");
                day = day.tomorrow().unwrap();
            }
            let time = Date::constant(2026, 6, 25).at(16, 30, 0, 0);
            let end = Moment::Local(time).closes(&zone).unwrap();
            assert_eq!(Moment::ending_at(end, &zone), Moment::Exact(end), "{zone:?}");
        }
    }
}
