//! Compares days of the week with the dates next to them.

use std::ops::Range;

use jiff::civil::Weekday;

use crate::markdown::proofread::cursor::Cursor;
use crate::markdown::proofread::dates::{Joint, WrittenDate, read_end_of_range, read_joint};
use crate::text::{digit_value, is_alphabetic, is_alphanumeric, is_mark, weekday_in_words};

/// A day of the week that the date does not have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongWeekday {
    /// Where both are.
    pub range: Range<usize>,
    /// The day of the week as written.
    pub written: Weekday,
    /// The day of the week that the date has.
    pub right: Weekday,
    /// Where the date is, or the list that it is in.
    pub date: Range<usize>,
}

/// The first letters of the names, and of the word before them.
const FIRST_LETTERS: &str = "วจอพศสเMTWFS";

/// `วัน`, the word before the name of a day.
const DAY: &str = "วัน";

/// Finds days of the week that do not match the dates next to them.
pub(super) fn wrong_weekdays(text: &str) -> Vec<WrongWeekday> {
    let mut wrong = Vec::new();
    let mut next = 0;
    for (at, c) in text.char_indices() {
        let found = match c {
            _ if at < next => None,
            _ if digit_value(c).is_some() => weekday_after_date(text, at),
            _ if FIRST_LETTERS.contains(c) => weekday_before_date(text, at),
            _ => None,
        };
        if let Some((end, more)) = found {
            wrong.extend(more);
            next = end;
        }
    }
    wrong
}

/// What was read from a place on: where it ends, and what is wrong in it.
type ReadWeekdays = (usize, Vec<WrongWeekday>);

/// A date with the days of the week before it.
struct Entry {
    weekdays: Vec<Weekday>,
    date: WrittenDate,
    /// Whether the date lacks its month or its year.
    is_part: bool,
    /// Whether the days of the week are surely those of the date. They are not if the date is a period in
    /// which they return: `วันเสาร์ (1-30 มิถุนายน 2569)`.
    is_certain: bool,
    /// Where the entry begins.
    start: usize,
}

impl Entry {
    fn new(weekdays: Vec<Weekday>, date: WrittenDate, start: usize) -> Self {
        Self { weekdays, is_part: !date.is_whole(), is_certain: true, date, start }
    }
}

/// How many dates are read that share the year of the last.
const MAX_ENTRIES: usize = 12;

/// Reads `วันจันทร์ที่ 25 พฤศจิกายน 2569`, or several such dates of which only the last has a year.
fn weekday_before_date(text: &str, at: usize) -> Option<ReadWeekdays> {
    weekday_name(&mut Cursor::new(text, at))?;
    let before = text[..at].trim_end();
    let has_day = before.ends_with(DAY);
    let start = if has_day { before.len() - DAY.len() } else { at };
    if is_every(&text[..start]) || !has_day && !may_begin(text, at) {
        return None;
    }
    let cursor = &mut Cursor::new(text, at);
    let mut entries = vec![Entry { start, ..read_entry(cursor)? }];
    while entries.last().is_some_and(|last| !last.date.has_year()) {
        if entries.len() == MAX_ENTRIES {
            return None;
        }
        let next = cursor.attempt(|cursor| {
            read_joint(cursor)?;
            cursor.attempt(read_entry).or_else(|| {
                let start = cursor.at;
                let date = WrittenDate::read(cursor)?;
                Some(Entry::new(Vec::new(), date, start))
            })
        });
        entries.push(next?);
    }
    for n in (1..entries.len()).rev() {
        let (earlier, later) = entries.split_at_mut(n);
        earlier[n - 1].date.complete(&later[0].date);
    }
    Some((cursor.at, entries.iter().filter_map(|entry| wrong_in(entry, cursor.at)).collect()))
}

/// Reads the days of the week and the date after them.
fn read_entry(cursor: &mut Cursor) -> Option<Entry> {
    let start = cursor.at;
    let weekdays = WrittenWeekdays::read(cursor)?;
    let is_latin = cursor.before()[start..].is_ascii();
    let gap = cursor.at;
    cursor.skip(|c| c.is_whitespace() || matches!(c, ',' | '(' | ')'));
    let is_bracketed = cursor.before()[gap..].ends_with('(');
    let is_joined = cursor.eat("ที่") || is_latin;
    if cursor.eat_any(&["ตรงกับวันที่", "วันที่", "the "]) || is_joined
    {
        cursor.skip_spaces();
    }
    let date = WrittenDate::read(cursor)?;
    let is_followed = cursor.clone().attempt(read_end_of_range).is_some();
    let is_period = date.has_range || is_followed;
    let is_certain = !is_period || is_joined && !is_bracketed && weekdays.may_begin(&date);
    Some(Entry { is_certain, ..Entry::new(weekdays.names, date, start) })
}

/// Days of the week, one after the other.
struct WrittenWeekdays {
    names: Vec<Weekday>,
    /// Whether some are the first and the last of a range.
    has_range: bool,
}

impl WrittenWeekdays {
    fn read(cursor: &mut Cursor) -> Option<Self> {
        let mut weekdays = Self { names: vec![weekday_name(cursor)?], has_range: false };
        while weekdays.names.len() < 7 {
            let next = cursor.attempt(|cursor| {
                // Nothing but a space may be between them: `วันเสาร์ วันอาทิตย์`.
                let joint = read_joint(cursor).unwrap_or(Joint::List);
                Some((joint, weekday_name(cursor)?))
            });
            let Some((joint, weekday)) = next else { break };
            weekdays.names.push(weekday);
            weekdays.has_range |= joint == Joint::Range;
        }
        Some(weekdays)
    }

    /// Returns whether they are surely those of the first and the last day of a period.
    fn may_begin(&self, date: &WrittenDate) -> bool {
        let is_week = match date.days[..] {
            [first, last] => (1..7).contains(&(last - first)),
            _ => true,
        };
        is_week && (self.names.len() == 1 || self.has_range && date.has_range)
    }
}

/// Compares the days of the week of an entry with its date.
fn wrong_in(entry: &Entry, end: usize) -> Option<WrongWeekday> {
    let Entry { weekdays, date, is_part, is_certain, start } = entry;
    if !is_certain || weekdays.len() != 1 && weekdays.len() != date.days.len() {
        return None;
    }
    let (written, right) = weekdays.iter().zip(&date.days).find_map(|(written, day)| {
        let meanings = date.meanings(*day);
        let right = meanings.first()?.weekday();
        let fits = meanings.iter().any(|date| date.weekday() == *written);
        (!fits).then_some((*written, right))
    })?;
    let end = if *is_part { end } else { date.range.end };
    Some(WrongWeekday { range: *start..end, written, right, date: date.range.start..end })
}

/// Reads `25 พฤศจิกายน 2569 (วันพุธ)` or `25 พฤศจิกายน 2569 ซึ่งตรงกับวันพุธ`.
fn weekday_after_date(text: &str, at: usize) -> Option<ReadWeekdays> {
    if text[..at].ends_with(|c: char| is_alphanumeric(c) && !is_alphabetic(c) || ".,/:".contains(c))
    {
        return None;
    }
    let cursor = &mut Cursor::new(text, at);
    let date = WrittenDate::read(cursor)?;
    if date.has_month() && cursor.attempt(read_end_of_range).is_some() {
        // The days of the week of a period are those on which something returns.
        return Some((cursor.at, Vec::new()));
    }
    if !date.is_whole() {
        return None;
    }
    let end = cursor.at;
    let written = cursor.attempt(weekday_in_brackets).or_else(|| cursor.attempt(weekday_in_clause));
    let written = written.filter(|_| date.days.len() == 1);
    let Some(written) = written else { return Some((end, Vec::new())) };
    let entry = Entry::new(vec![written], date, at);
    let wrong =
        wrong_in(&entry, cursor.at).map(|wrong| WrongWeekday { range: at..cursor.at, ..wrong });
    Some((cursor.at, wrong.into_iter().collect()))
}

fn weekday_in_brackets(cursor: &mut Cursor) -> Option<Weekday> {
    cursor.skip_spaces();
    if !cursor.eat("(") {
        return None;
    }
    cursor.eat_any(&["ซึ่งตรงกับ", "ตรงกับ"]);
    let weekday = weekday_name(cursor)?;
    cursor.skip_spaces();
    cursor.eat(")").then_some(weekday)
}

fn weekday_in_clause(cursor: &mut Cursor) -> Option<Weekday> {
    cursor.skip_spaces();
    if !cursor.eat_any(&["ซึ่งตรงกับวัน", "ซึ่งเป็นวัน", "ตรงกับวัน", "เป็นวัน", "is a ", "was a "])
    {
        return None;
    }
    let weekday = weekday_name(cursor)?;
    // `ตรงกับวันพุธที่ 25` begins another date.
    let is_other = cursor.clone().attempt(|cursor| {
        cursor.skip_spaces();
        cursor.eat("ที่").then_some(())
    });
    is_other.is_none().then_some(weekday)
}

/// Reads the name of a day, perhaps with `วัน` before it. No letter follows it.
fn weekday_name(cursor: &mut Cursor) -> Option<Weekday> {
    cursor.attempt(|cursor| {
        if cursor.eat(DAY) {
            cursor.skip_spaces();
        }
        // `sat` and `sun` are other words.
        let may_be_name = cursor.rest().starts_with(|c: char| FIRST_LETTERS.contains(c));
        let (weekday, len) = weekday_in_words(cursor.rest()).filter(|_| may_be_name)?;
        cursor.at += len;
        Some(weekday)
    })
}

/// Returns whether the name of a day at an offset is a word of its own, without `วัน` before it.
/// `อาทิตย์` alone may be a week.
fn may_begin(text: &str, at: usize) -> bool {
    let before = &text[..at];
    let is_of_word =
        |c: char| is_alphanumeric(c) || is_mark(c) || matches!(c, '.' | '/' | 'ๆ' | 'ฯ');
    let is_last_of_range = before.trim_end().ends_with(['-', '–', '—']);
    !before.ends_with(is_of_word) && !is_last_of_range && !text[at..].starts_with("อาทิตย์")
}

/// Returns whether a text ends in a word for every week, whose dates are the first and the last.
fn is_every(before: &str) -> bool {
    ["ทุก", "ทุกๆ", "ทุก ๆ", "every", "Every"].iter().any(|word| before.trim_end().ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what is wrong: the date, and the number of the right day from Monday.
    fn wrong(text: &str) -> Vec<(&str, i8)> {
        let found = wrong_weekdays(text).into_iter();
        found.map(|w| (&text[w.date], w.right.to_monday_one_offset())).collect()
    }

    #[test]
    fn wrong_weekdays_are_found() {
        for (text, date, right) in [
            ("ประชุมวันจันทร์ที่ 25 พฤศจิกายน 2569 เวลา 09.00 น.", "25 พฤศจิกายน 2569", 3),
            ("วันจันทร์ที่ ๒๕ พฤศจิกายน พ.ศ. ๒๕๖๙", "๒๕ พฤศจิกายน พ.ศ. ๒๕๖๙", 3),
            ("วันจันทร์ ที่ 25 เดือนพฤศจิกายน พุทธศักราช 2569", "25 เดือนพฤศจิกายน พุทธศักราช 2569", 3),
            ("วันจันทร์ที่ 25 พ.ย. 2569", "25 พ.ย. 2569", 3),
            ("วันจันทร์ที่ 25 พ.ย. 69", "25 พ.ย. 69", 3),
            ("(จ. 25 พย. 69)", "25 พย. 69", 3),
            ("วันจันทร์ที่ 25/11/2569", "25/11/2569", 3),
            ("วันพฤหัสที่ 25 พฤศจิกายน ค.ศ. 2026", "25 พฤศจิกายน ค.ศ. 2026", 3),
            ("วันที่ 25 พฤศจิกายน 2569 (วันจันทร์)", "25 พฤศจิกายน 2569", 3),
            ("25 พฤศจิกายน 2569 ซึ่งตรงกับวันจันทร์", "25 พฤศจิกายน 2569", 3),
            ("Monday, 25 November 2026", "25 November 2026", 3),
            ("Monday 25th of November 2026", "25th of November 2026", 3),
            ("Mon 25 Nov 2026", "25 Nov 2026", 3),
            ("Mon., Nov. 25, 2026", "Nov. 25, 2026", 3),
            ("MONDAY, NOVEMBER 25, 2026", "NOVEMBER 25, 2026", 3),
            ("Monday 2026-11-25", "2026-11-25", 3),
            ("on 25 November 2026 (Monday)", "25 November 2026", 3),
            ("วันอังคารที่ 13 และวันพุธที่ 23 ตุลาคม 2569", "23 ตุลาคม 2569", 5),
            ("วันพุธที่ 13 และวันศุกร์ที่ 23 ตุลาคม 2569", "13 และวันศุกร์ที่ 23 ตุลาคม 2569", 2),
            ("วันเสาร์–อาทิตย์ที่ 6–8 มีนาคม 2569", "6–8 มีนาคม 2569", 5),
            ("วันจันทร์ที่ 2 - 6 มีนาคม 2570", "2 - 6 มีนาคม 2570", 2),
            ("วันจันทร์และวันพุธที่ 2 และ 5 มีนาคม 2569", "2 และ 5 มีนาคม 2569", 4),
            ("วันศุกร์ที่ 31 ตุลาคม 2569 - 4 พฤศจิกายน 2569", "31 ตุลาคม 2569", 6),
            ("(เสาร์ 31 ต.ค. - จันทร์ 1 พ.ย. 2569)", "1 พ.ย. 2569", 7),
            ("ถึงวันที่ 30 กันยายน 2569 (วันเสาร์)", "30 กันยายน 2569", 3),
        ] {
            assert_eq!(wrong(text), [(date, right)], "{text}");
        }
    }

    #[test]
    fn right_weekdays_and_other_texts_are_not_reported() {
        for text in [
            "วันพุธที่ 25 พฤศจิกายน 2569",
            "วันพุธที่ ๒๕ พ.ย. ๖๙",
            "Wednesday, 25 November 2026",
            "Wed 11/25/2026",
            "Wednesday, 25 November B.E. 2569",
            "วันจันทร์ที่ 25 พฤศจิกายน",
            "วันจันทร์ที่ 25 พฤศจิกายน เวลา 12.00 น. ปี 2569",
            "วันพฤหัสบดีที่ 31 ธันวาคม ถึงวันเสาร์ที่ 2 มกราคม 2570",
            "วันเสาร์ที่ 31 ตุลาคม และวันอาทิตย์ที่ 1 พฤศจิกายน 2569",
            "วันจันทร์–ศุกร์ที่ 2–6 มีนาคม 2569",
            "วันจันทร์-ศุกร์ที่ 9-13, 16-20 มีนาคม 2569",
            "ทุกวันศุกร์ 1 มกราคม 2569 - 31 มีนาคม 2569",
            "อาทิตย์ที่ 2 พฤศจิกายน 2569",
            "วันเสาร์ที่ 2 ของเดือนพฤศจิกายน 2569",
            "1-30 เมษายน 2569 (วันจันทร์)",
            "2 มีนาคม 2569 ตรงกับวันพุธที่ 25 พฤศจิกายน 2569",
            "อ. 25 ถนนพฤศจิกายน 2569",
            "เกิดวันพุธที่ 1 มกราคม 2483",
            "วันอังคารที่ 31 พฤศจิกายน 2569",
            "วันจันทร์และวันพุธที่ 2–30 มีนาคม 2569",
            "วันจันทร์ วันพุธที่ 2 ถึง 30 มีนาคม 2569",
            "วันเสาร์ และวันอาทิตย์ (1-30 มิถุนายน 2569)",
            "วันเสาร์-อาทิตย์ (2-7 มิถุนายน 2569)",
            "วันเสาร์ วันอาทิตย์ที่ 6-7 มิถุนายน 2569",
            "วันเสาร์-อาทิตย์ที่ 1-30 มิถุนายน 2569",
            "เรียนวันเสาร์ (1 มิถุนายน 2569 - 30 กันยายน 2569)",
            "เรียนวันเสาร์ (1 มิถุนายน - 30 กันยายน 2569)",
            "เรียนวันเสาร์ (1 มิ.ย. 69 ถึงวันที่ 30 ก.ย. 69)",
            "เรียนวันเสาร์ 1 มิถุนายน 2569 - 30 กันยายน 2569",
            "Saturday (1 June 2026 to 30 September 2026)",
            "1 มิถุนายน 2569 - 30 กันยายน 2569 (วันเสาร์)",
            "1 มิถุนายน - 30 กันยายน 2569 (วันเสาร์)",
            "1 มิถุนายน 2569 ถึงวันที่ 30 กันยายน 2569 (วันเสาร์)",
        ] {
            assert_eq!(wrong(text), [], "{text}");
        }
    }
}
