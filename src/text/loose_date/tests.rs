use proptest::prelude::*;

use super::*;

fn accepted_form(text: &str, calendar: Calendar) -> Option<String> {
    super::accepted_form(text, calendar, YearSpan::Documents)
}

#[track_caller]
fn check(calendar: Calendar, cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let found = accepted_form(text, calendar);
        assert_eq!(found.as_deref(), Some(*expected), "{text}");
    }
}

#[test]
fn dates_in_other_forms_get_the_line_to_write() {
    check(
        Calendar::Buddhist,
        &[
            ("25/11/2569", "2569-11-25"),
            ("2569/11/25", "2569-11-25"),
            ("2569-6-5", "2569-06-05"),
            ("25.11.2569", "2569-11-25"),
            ("25 – 11 – 2569", "2569-11-25"),
            ("31/12/69", "2569-12-31"),
            ("69-12-31", "2569-12-31"),
            ("๖๙-๑๒-๓๑", "2569-12-31"),
            ("12/31/2026", "2569-12-31"),
            ("25 พ.ย. ๒๕๖๙", "2569-11-25"),
            ("25พ.ย.69", "2569-11-25"),
            ("25 พ.ย 2569", "2569-11-25"),
            ("25 พฤศจิกายน พ.ศ. 2569", "2569-11-25"),
            ("วันพุธที่ 25 พฤศจิกายน 2569", "2569-11-25"),
            ("พฤหัสที่ 26 พฤศจิกายน 2569", "2569-11-26"),
            ("วันพฤหัส 26 พ.ย. พุทธศักราช 2569", "2569-11-26"),
            ("Thurs, 26 Nov 2026", "2569-11-26"),
            ("25 พฤศจิกายน ค.ศ. 2026", "2569-11-25"),
            ("Nov 25, 2026", "2569-11-25"),
            ("November 25th, 2026", "2569-11-25"),
            ("Wed, 25 Nov 2026", "2569-11-25"),
            ("25 Sept. 2569 B.E.", "2569-09-25"),
            ("25-Nov-2026", "2569-11-25"),
            ("2026 Nov 25", "2569-11-25"),
            ("29 ก.พ. 2567", "2567-02-29"),
        ],
    );
    check(
        Calendar::Gregorian,
        &[
            ("25/11/2569", "2026-11-25"),
            ("31/12/26", "2026-12-31"),
            ("25 พ.ย. ๒๕๖๙", "2026-11-25"),
            ("25 พ.ย. พ.ศ. 69", "2026-11-25"),
            ("Nov 25, 2026", "2026-11-25"),
        ],
    );
}

#[test]
fn times_keep_their_meaning() {
    let cases = [
        ("8:30", "T08:30"),
        ("8:30 PM", "T20:30"),
        ("8:30pm", "T20:30"),
        ("08:30 p.m.", "T20:30"),
        ("8 PM", "T20:00"),
        ("12:00 AM", "T00:00"),
        ("12:15 pm", "T12:15"),
        ("16.30 น.", "T16:30"),
        ("เวลา 16.30น.", "T16:30"),
        ("16 น.", "T16:00"),
        ("at 16:30", "T16:30"),
        (", 16:30:15.5", "T16:30:15.5"),
        ("16:30 UTC", "T16:30Z"),
        ("8:30 PM UTC", "T20:30Z"),
        ("16:30 GMT+7", "T16:30+07:00"),
        ("16:30 UTC-03:30", "T16:30-03:30"),
        ("16:30+0700", "T16:30+07:00"),
        ("T9:30z", "T09:30Z"),
    ];
    for (clock, expected) in cases {
        let found = accepted_form(&format!("2569-06-25 {clock}"), Calendar::Buddhist);
        assert_eq!(found, Some(format!("2569-06-25{expected}")), "{clock}");
    }
}

#[test]
fn what_is_not_understood_or_ambiguous_gets_no_suggestion() {
    let texts = [
        "พรุ่งนี้",
        "25 พ.ย.",
        "2569",
        "25/11/26",
        "05/06/2026",
        "25 พ.ย. 26",
        "32 พ.ย. 2569",
        "31/06/2569",
        "25/13/2569",
        "25-11/2569",
        "25 11 2569",
        "25 พ.ย. พ.ศ. 2026",
        "25 Nov AD 2569",
        "25 Nov 2300",
        "1 ม.ค. 1570",
        "Tue, 25 Nov 2026",
        "ประมาณ 25 พ.ย. 2569",
        "25 พ.ย. 2569 (พุธ)",
        "25 พ.ย. 2569 ?",
        "24-25 พ.ย. 2569",
        "25 พ.ย. 2569 – 30 พ.ย. 2569",
        "2569-06-25 8:30 PM ICT",
        "2569-06-25 13:30 PM",
        "2569-06-25 0:30 AM",
        "2569-06-25 8:30 AM PM",
        "2569-06-25 8:30 น. PM",
        "2569-06-25 16",
        "2569-06-25 16:3",
        "2569-06-25 24:00",
        "2569-06-25 24.00 น.",
        "2569-06-25 08:30-12:00 น.",
        "2569-06-25 8:30-12:00",
        "2569-06-25 8:30 - 16:30 น.",
        "2569-06-25 16:30 น. เป็นต้นไป",
        "16:30 2569-06-25",
    ];
    for text in texts {
        assert_eq!(accepted_form(text, Calendar::Buddhist), None, "{text}");
    }
    for text in ["26-11-25", "05/06/26", "25/11/69"] {
        assert_eq!(accepted_form(text, Calendar::Gregorian), None, "{text}");
    }
}

/// How a date, or a time of day with its offset, is written, and what it means.
type WrittenForm<T> = (String, T);

fn written_dates() -> impl Strategy<Value = WrittenForm<Date>> {
    const THAI: [&str; 12] = [
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
        "ธันวาคม",
    ];
    const ENGLISH: [&str; 12] = [
        "Jan", "february", "MAR", "Apr.", "May", "June", "jul", "August", "Sep", "oct", "Nov",
        "December",
    ];
    // From 2533 to 2599: of later years, nobody would write two digits yet.
    let parts = (1990..2057_i16, 1..=12_i8, 1..=28_i8, 0..12_u8);
    parts.prop_map(|(year, month, day, form)| {
        let (thai, english) = (THAI[month as usize - 1], ENGLISH[month as usize - 1]);
        let buddhist = year + 543;
        let short = buddhist % 100;
        let text = match form {
            0 => format!("{day}/{month}/{buddhist}"),
            1 => format!("{day:02}.{month:02}.{year}"),
            2 => format!("{buddhist}-{month}-{day}"),
            3 => format!("{day} {thai} {buddhist}"),
            4 => format!("วันที่ {day} {thai} พ.ศ. {buddhist}"),
            5 => format!("{day} {thai} พ.ศ. {short:02}"),
            6 => format!("{english} {day}, {year}"),
            7 => format!("{day} {english} {buddhist} BE"),
            8 => format!("{year} {english} {day}"),
            9 => format!("{day}-{month}-{buddhist}"),
            10 => format!("{month}/{day}/{year}"),
            _ => format!("{day}/{month}/{short:02}"),
        };
        (text, Date::new(year, month, day).unwrap())
    })
}

/// Minutes after midnight, and minutes east of UTC.
fn written_clocks() -> impl Strategy<Value = WrittenForm<Option<(i32, Option<i32>)>>> {
    let parts = (0..24_i32, 0..60_i32, 0..9_u8, 0..15_i32);
    parts.prop_map(|(hour, minute, form, east)| {
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let half = if hour < 12 { "AM" } else { "PM" };
        let text = match form {
            0 => return (String::new(), None),
            1 => format!(" {hour}:{minute:02}"),
            2 => format!(" เวลา {hour:02}.{minute:02} น."),
            3 => format!(" {twelve}:{minute:02} {half}"),
            4 => format!(", {twelve}.{minute:02}{}", half.to_lowercase()),
            5 => format!(" {hour}:{minute:02} UTC"),
            6 => format!("T{hour}:{minute:02}Z"),
            7 => format!(" {hour}:{minute:02} UTC+{east}"),
            _ => format!(" {twelve}:{minute:02} {half} +{east:02}00"),
        };
        let offset = match form {
            5 | 6 => Some(0),
            7 | 8 => Some(east * 60),
            _ => None,
        };
        (text, Some((hour * 60 + minute, offset)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_suggestion_is_read_and_means_what_was_written(
        (date, day) in written_dates(),
        (clock, time) in written_clocks(),
        is_buddhist: bool,
    ) {
        let calendar = if is_buddhist { Calendar::Buddhist } else { Calendar::Gregorian };
        let text = format!("{date}{clock}");
        let Some(form) = accepted_form(&text, calendar) else { return Ok(()) };
        let midnight = day.to_datetime(jiff::civil::Time::midnight());
        let expected = match time {
            None => Moment::Day(day),
            Some((minutes, offset)) => {
                let local = midnight + jiff::SignedDuration::from_mins(minutes.into());
                let utc = |east: i32| local - jiff::SignedDuration::from_mins(east.into());
                let exact = |east| utc(east).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
                offset.map_or(Moment::Local(local), |east| Moment::Exact(exact(east)))
            }
        };
        prop_assert_eq!(Moment::parse(&form, calendar), Ok(expected), "{} for {}", form, text);
    }

    #[test]
    fn nothing_is_left_over(
        (date, _) in written_dates(),
        (clock, _) in written_clocks(),
        more in "( ?[a-zก-ฮ]{2,6}| ?[0-9]{1,4}| ?[?!~(\\[#-])",
    ) {
        let text = format!("{date}{clock}{more}");
        let words = ["st", "nd", "rd", "th", "be", "ad", "ce", "am", "pm", "utc", "gmt", "พศ", "คศ"];
        prop_assume!(!words.contains(&more.trim()));
        if let Some(form) = accepted_form(&text, Calendar::Buddhist) {
            // A further number may be a part of the date, the time or the offset.
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            prop_assert!(digits(&more) > 0, "{} for {}", form, text);
        }
    }
}
