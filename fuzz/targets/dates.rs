//! Dates: what is read is shown, and a day ends after it begins.
#![no_main]

use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use prakat::text::{Calendar, Moment};

fuzz_target!(|text: &str| {
    for calendar in [Calendar::Buddhist, Calendar::Gregorian] {
        let Ok(moment) = Moment::parse(text, calendar) else { continue };
        for zone in ["Asia/Bangkok", "America/St_Johns", "Pacific/Apia"] {
            let zone = TimeZone::get(zone).expect("a zone");
            if let (Ok(opens), Ok(closes)) = (moment.opens(&zone), moment.closes(&zone)) {
                assert!(opens <= closes, "{text}");
            }
            let _ = moment.shown(&zone, calendar, "th");
        }
    }
});
