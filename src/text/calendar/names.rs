//! The names of months, days of the week and eras, in Thai and English.

use jiff::civil::{Time, Weekday};

use crate::text::chars::is_alphabetic;

/// The era of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Era {
    Buddhist,
    Common,
}

/// The usual name of the Buddhist Era.
pub(super) const BUDDHIST_ERA_NAME: &str = "พ.ศ.";

/// The names of eras. Full stops may be left out.
const ERAS: [(&str, Era); 7] = [
    ("พุทธศักราช", Era::Buddhist),
    (BUDDHIST_ERA_NAME, Era::Buddhist),
    ("คริสต์ศักราช", Era::Common),
    ("ค.ศ.", Era::Common),
    ("B.E.", Era::Buddhist),
    ("A.D.", Era::Common),
    ("C.E.", Era::Common),
];

/// Reads the name of an era at the start of a text. Returns the era and the length of its name.
pub(crate) fn era_in_words(text: &str) -> Option<(Era, usize)> {
    ERAS.iter().find_map(|(name, era)| Some((*era, name_len(text, name)?)))
}

/// The names of the days of the week from Monday on, without `วัน`. The full stops of these Thai
/// abbreviations are never left out.
const WEEKDAYS: [(&[&str], &str, &[&str]); 7] = [
    (&["จันทร์"], "จ.", &["Monday", "Mon"]),
    (&["อังคาร"], "อ.", &["Tuesday", "Tues", "Tue"]),
    (&["พุธ"], "พ.", &["Wednesday", "Wed"]),
    (&["พฤหัสบดี", "พฤหัสฯ", "พฤหัส"], "พฤ.", &["Thursday", "Thurs", "Thur", "Thu"]),
    (&["ศุกร์"], "ศ.", &["Friday", "Fri"]),
    (&["เสาร์"], "ส.", &["Saturday", "Sat"]),
    (&["อาทิตย์"], "อา.", &["Sunday", "Sun"]),
];

/// Reads the name of a day of the week at the start of a text, in Thai or English, in full or
/// abbreviated. Returns the day and the length of its name.
pub(crate) fn weekday_in_words(text: &str) -> Option<(Weekday, usize)> {
    (0..).zip(&WEEKDAYS).find_map(|(number, (thai, thai_short, english))| {
        let mut in_thai = thai.iter().chain(std::iter::once(thai_short));
        let len = in_thai.find(|name| text.starts_with(**name)).map(|name| name.len());
        let len = len.or_else(|| english.iter().find_map(|name| name_len(text, name)))?;
        Some((Weekday::from_monday_zero_offset(number).ok()?, len))
    })
}

/// Reads the name of a month at the start of a text, in Thai or English, in full or abbreviated.
/// Returns the month and the length of its name.
pub(crate) fn month_in_words(text: &str) -> Option<(i8, usize)> {
    let numbered = |names: &'static [&'static str; 12]| (1..).zip(names);
    let full = [&THAI, &ENGLISH].into_iter().flat_map(|months| numbered(&months.full));
    let short = [&THAI, &ENGLISH].into_iter().flat_map(|months| numbered(&months.short));
    // Also a common abbreviation that no page shows.
    let mut names = full.chain([(9, &"Sept")]).chain(short);
    names.find_map(|(month, name)| Some((month, name_len(text, name)?)))
}

/// Returns the length of a name at the start of a text. Full stops may be left out or added: `มค.`,
/// `Nov.`. A letter may not follow, unless the name is Thai and written in full.
fn name_len(text: &str, name: &str) -> Option<usize> {
    let mut rest = text;
    for letter in name.chars().filter(|c| *c != '.') {
        let found = rest.chars().next().filter(|c| c.eq_ignore_ascii_case(&letter))?;
        rest = &rest[found.len_utf8()..];
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    let goes_on = rest.starts_with(is_alphabetic) && (name.is_ascii() || name.contains('.'));
    (!goes_on).then(|| text.len() - rest.len())
}

/// The names of the months in a language.
pub(super) struct Months {
    pub full: [&'static str; 12],
    pub short: [&'static str; 12],
    thai: bool,
}

impl Months {
    /// Returns the names in a language, if they are known.
    pub(super) fn of(language: &str) -> Option<&'static Self> {
        match language {
            "th" => Some(&THAI),
            "en" => Some(&ENGLISH),
            _ => None,
        }
    }

    /// Returns the time of day as it follows a date.
    pub(super) fn clock(&self, t: Time) -> String {
        if self.thai {
            format!(" เวลา {:02}.{:02} น.", t.hour(), t.minute())
        } else {
            format!(", {:02}:{:02}", t.hour(), t.minute())
        }
    }
}

static THAI: Months = Months {
    full: [
        "มกราคม",
        "กุมภาพันธ์",
        "มีนาคม",
        "เมษายน",
        "พฤษภาคม",
        "มิถุนายน",
        "กรกฎาคม",
        "สิงหาคม",
        "กันยายน",
        "ตุลาคม",
        "พฤศจิกายน",
        "ธันวาคม",
    ],
    short: [
        "ม.ค.",
        "ก.พ.",
        "มี.ค.",
        "เม.ย.",
        "พ.ค.",
        "มิ.ย.",
        "ก.ค.",
        "ส.ค.",
        "ก.ย.",
        "ต.ค.",
        "พ.ย.",
        "ธ.ค.",
    ],
    thai: true,
};

static ENGLISH: Months = Months {
    full: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    thai: false,
};
