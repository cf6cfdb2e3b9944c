//! Reads dates as texts write them: `25 พฤศจิกายน 2569`, `2–6 มี.ค. 69`, `November 25, 2026`, `25/11/2569`.

use std::ops::Range;

use jiff::civil::Date;

use crate::markdown::proofread::cursor::Cursor;
use crate::text::{Era, era_in_words, era_of_year, month_in_words, year_in_text};

/// The year of the Buddhist Era in which the new year was moved from April to January. The dates of
/// January to March before belong to the year before.
const NEW_YEAR_MOVED: i16 = 2484;

/// Returns the years of the Common Era that a written year may mean for a month.
fn common_years(year: i16, month: i8) -> Vec<i16> {
    let Some(common) = u32::try_from(year).ok().and_then(year_in_text) else { return Vec::new() };
    let is_of_old_year =
        era_of_year(year) == Some(Era::Buddhist) && year < NEW_YEAR_MOVED && month < 4;
    if is_of_old_year { vec![common, common + 1] } else { vec![common] }
}

/// A date as written: one day or several, of which the month or the year may be missing.
#[derive(Debug, Clone)]
pub(super) struct WrittenDate {
    pub days: Vec<i8>,
    /// Whether some of the days are the first and the last of a range.
    pub has_range: bool,
    month: Option<i8>,
    year: Option<i16>,
    /// Whether day and month may be swapped: `11/25/2026`.
    may_be_swapped: bool,
    /// Whether the year before may be meant: `31 ธันวาคม ถึง 2 มกราคม 2570`.
    may_be_year_before: bool,
    /// Where it is in the text.
    pub range: Range<usize>,
}

/// The most days that are written one after the other.
const MAX_DAYS: usize = 31;

/// What joins two days or dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// All days from the first to the second are meant: `2–6`.
    Range,
    /// Both are meant, or one of them: `2 และ 6`.
    List,
}

/// Words that join days or dates. A word comes before those that it begins with.
const JOINTS: [(&str, Joint); 15] = [
    ("ถึงวันที่", Joint::Range),
    ("ถึง", Joint::Range),
    ("-", Joint::Range),
    ("–", Joint::Range),
    ("—", Joint::Range),
    ("to", Joint::Range),
    ("และวันที่", Joint::List),
    ("และ", Joint::List),
    ("หรือ", Joint::List),
    ("กับ", Joint::List),
    (",", Joint::List),
    ("/", Joint::List),
    ("&", Joint::List),
    ("and", Joint::List),
    ("or", Joint::List),
];

impl WrittenDate {
    /// Reads a date.
    pub(super) fn read(cursor: &mut Cursor) -> Option<Self> {
        let start = cursor.at;
        let date = cursor
            .attempt(Self::read_numbers)
            .or_else(|| cursor.attempt(Self::read_month_first))
            .or_else(|| cursor.attempt(Self::read_day_first))?;
        Some(Self { range: start..cursor.at, ..date })
    }

    /// Returns whether month and year are written.
    pub(super) fn is_whole(&self) -> bool {
        self.month.is_some() && self.year.is_some()
    }

    /// Returns whether the month is written.
    pub(super) fn has_month(&self) -> bool {
        self.month.is_some()
    }

    /// Returns whether the year is written.
    pub(super) fn has_year(&self) -> bool {
        self.year.is_some()
    }

    /// Completes a date with the month and the year of the date after it: `2 และวันศุกร์ที่ 6 มีนาคม 2569`.
    pub(super) fn complete(&mut self, next: &Self) {
        self.month = self.month.or(next.month);
        if self.year.is_none() {
            self.year = next.year;
            self.may_be_year_before = next.may_be_year_before || self.month > next.month;
        }
    }

    /// Returns the dates that one of its days may mean.
    pub(super) fn meanings(&self, day: i8) -> Vec<Date> {
        let (Some(month), Some(year)) = (self.month, self.year) else { return Vec::new() };
        let orders = [(month, day), (day, month)];
        let orders = &orders[..1 + usize::from(self.may_be_swapped)];
        let mut years = common_years(year, month);
        if self.may_be_year_before {
            years.extend(years.clone().iter().map(|year| year - 1));
        }
        let of_year =
            |year: i16| orders.iter().filter_map(move |(m, d)| Date::new(year, *m, *d).ok());
        years.into_iter().flat_map(of_year).collect()
    }

    /// Reads `25/11/2569`, `25-11-2026`, `25.11.69` or `2026-11-25`.
    fn read_numbers(cursor: &mut Cursor) -> Option<Self> {
        if let Some(date) = cursor.attempt(Self::read_iso) {
            return Some(date);
        }
        let day = cursor.attempt(day_number)?;
        let sign = ["/", "-", "."].into_iter().find(|sign| cursor.eat(sign))?;
        let (month, _) = cursor.number(2).filter(|(month, _)| (1..=31).contains(month))?;
        if !cursor.eat(sign) {
            return None;
        }
        let year = cursor.attempt(|cursor| year_number(cursor, true))?;
        let month = i8::try_from(month).ok()?;
        Some(Self { may_be_swapped: true, ..Self::of(vec![day], Some(month), Some(year)) })
    }

    fn read_iso(cursor: &mut Cursor) -> Option<Self> {
        let year = year_number(cursor, false).filter(|_| cursor.eat("-"))?;
        let (month, _) = cursor.number(2).filter(|_| cursor.eat("-"))?;
        let day = day_number(cursor)?;
        Some(Self::of(vec![day], Some(i8::try_from(month).ok()?), Some(year)))
    }

    /// Reads `November 25, 2026`.
    fn read_month_first(cursor: &mut Cursor) -> Option<Self> {
        let month = cursor.read_with(month_in_words)?;
        cursor.skip_spaces();
        let (days, has_range) = day_list(cursor)?;
        let year = cursor.attempt(year_after_month(false));
        Some(Self { has_range, ..Self::of(days, Some(month), year) })
    }

    /// Reads `25 พฤศจิกายน 2569`, `2–6 มี.ค. 69` or `25th of November 2026`.
    fn read_day_first(cursor: &mut Cursor) -> Option<Self> {
        let (days, has_range) = day_list(cursor)?;
        let month = cursor.attempt(|cursor| {
            cursor.skip_spaces();
            if cursor.eat_any(&["เดือน", "of ", "/"]) {
                cursor.skip_spaces();
            }
            let start = cursor.at;
            let month = cursor.read_with(month_in_words)?;
            let name = &cursor.before()[start..];
            Some((month, name.contains('.') && !name.is_ascii()))
        });
        let year = month.and_then(|(_, is_short)| cursor.attempt(year_after_month(is_short)));
        Some(Self { has_range, ..Self::of(days, month.map(|(month, _)| month), year) })
    }

    fn of(days: Vec<i8>, month: Option<i8>, year: Option<i16>) -> Self {
        Self {
            days,
            has_range: false,
            month,
            year,
            may_be_swapped: false,
            may_be_year_before: false,
            range: 0..0,
        }
    }
}

fn day_number(cursor: &mut Cursor) -> Option<i8> {
    let (day, _) = cursor.number(2).filter(|(day, _)| (1..=31).contains(day))?;
    i8::try_from(day).ok()
}

/// Reads days: `25`, `25th`, `2–6`, `2, 9 และ 16`. Returns them, and whether some are of a range.
fn day_list(cursor: &mut Cursor) -> Option<(Vec<i8>, bool)> {
    let read = |cursor: &mut Cursor| {
        let day = day_number(cursor)?;
        cursor.eat_any(&["st", "nd", "rd", "th"]);
        Some(day)
    };
    let (mut days, mut has_range) = (vec![read(cursor)?], false);
    while days.len() < MAX_DAYS {
        let next = cursor.attempt(|cursor| Some((read_joint(cursor)?, read(cursor)?)));
        let Some((joint, day)) = next else { break };
        days.push(day);
        has_range |= joint == Joint::Range;
    }
    Some((days, has_range))
}

/// Reads what joins two days or dates.
pub(super) fn read_joint(cursor: &mut Cursor) -> Option<Joint> {
    cursor.skip_spaces();
    let mut joint = cursor.choose(&JOINTS)?;
    if cursor.before().ends_with(',') {
        cursor.skip_spaces();
        joint = cursor.choose(&JOINTS).unwrap_or(joint);
    }
    cursor.skip_spaces();
    Some(joint)
}

/// Reads the end of a range of dates: `- 30 กันยายน 2569`.
pub(super) fn read_end_of_range(cursor: &mut Cursor) -> Option<WrittenDate> {
    read_joint(cursor).filter(|joint| *joint == Joint::Range)?;
    cursor.eat("วันที่");
    cursor.skip_spaces();
    WrittenDate::read(cursor).filter(WrittenDate::has_month)
}

/// Reads the year after a month. After the short name of a month it may have two digits.
fn year_after_month(may_be_short: bool) -> impl Fn(&mut Cursor) -> Option<i16> {
    move |cursor| {
        cursor.skip(|c| c.is_whitespace() || c == ',');
        cursor.eat("ปี");
        cursor.skip_spaces();
        cursor.read_with(era_in_words);
        cursor.skip_spaces();
        year_number(cursor, may_be_short)
    }
}

/// Reads a year of four digits, or the last two of a year of the Buddhist Era.
fn year_number(cursor: &mut Cursor, may_be_short: bool) -> Option<i16> {
    /// Two digits below are rather an hour, a day, or of the other era.
    const LEAST_SHORT: i16 = 50;
    let (year, digits) = cursor.number(4)?;
    let year = i16::try_from(year).ok()?;
    let may_be_short = may_be_short && !cursor.rest().starts_with([':', '.']);
    match digits {
        4 => Some(year),
        2 if may_be_short && year >= LEAST_SHORT => Some(2500 + year),
        _ => None,
    }
}
