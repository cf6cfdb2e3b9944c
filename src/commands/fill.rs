//! Placeholders in the texts of new files.

use jiff::{Timestamp, ToSpan};

use crate::commands::approve::written_day;
use crate::config::Config;
use crate::text::{Moment, shown_year};

/// The hours from now to the later date in the texts.
const LATER_HOURS: i32 = 30 * 24;

/// The values of placeholders, by name.
pub(super) type Values = Vec<(&'static str, String)>;

/// Replaces `{name}` by its value, in one pass, so that a value may contain braces.
pub(super) fn fill(text: &str, values: &[(&'static str, String)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        let value = values.iter().find_map(|(name, value)| {
            let after = rest[1..].strip_prefix(name)?.strip_prefix('}')?;
            Some((value, after))
        });
        match value {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled + rest
}

/// Returns the dates at an instant, as the portal writes them.
pub(super) fn dates(at: Timestamp, config: &Config) -> Values {
    let later = at.checked_add(LATER_HOURS.hours()).unwrap_or(at);
    let fiscal_year = Moment::Exact(at).fiscal_year(&config.zone, config.fiscal_year_begins());
    // The calendar decides how years are written, whatever the language.
    let year = |year: i16| shown_year(year, config.calendar, "th").to_string();
    vec![
        ("today", written_day(at, config)),
        ("next_month", written_day(later, config)),
        ("fiscal_year", year(fiscal_year)),
        ("fiscal_start", year(fiscal_year - 1)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::diagnostics::Diagnostics;

    #[test]
    fn dates_change_with_the_day_and_the_fiscal_year_of_the_portal() {
        let settings = r#"
            [site]
            title = "A"
            base_url = "https://portal.example.go.th/"
            language = "th"
            timezone = "Asia/Bangkok"
            calendar = "buddhist"
            fiscal_year_start = "10-01"
            [people.mayor]
            name = "A"
            approves = ["*"]
        "#;
        let config = config::read_settings(settings, &mut Diagnostics::default()).unwrap();
        let at = |at: &str| -> Vec<String> {
            dates(at.parse().unwrap(), &config).into_iter().map(|(_, value)| value).collect()
        };
        let last = at("2026-09-30T16:59:59Z");
        assert_eq!(last, ["2569-09-30", "2569-10-30", "2569", "2568"]);
        let first = at("2026-09-30T17:00:00Z");
        assert_eq!(first, ["2569-10-01", "2569-10-31", "2570", "2569"]);
    }

    #[test]
    fn values_with_braces_are_not_filled_again() {
        let values = [("title", "{id}".to_owned()), ("id", "a".to_owned())];
        assert_eq!(fill("{title} {id} {other} {", &values), "{id} a {other} {");
    }
}
