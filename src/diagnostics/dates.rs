//! Diagnostics of dates: what cannot be read, and years that are probably slips.

use super::{Code, Diagnostic, Failure, Place, Severity};
use crate::text::{Calendar, DateError, YearSpan, accepted_form, buddhist_year};

/// Creates the diagnostic of a text that is not a valid date.
pub(crate) fn date_diagnostic(
    error: DateError,
    place: Place,
    text: &str,
    calendar: Calendar,
    used_as: DateUse,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(date_code(error), place).arg("value", text);
    match corrected_date(error, text, calendar, used_as) {
        Some(better) => diagnostic.arg("suggestion", better).help("help-suggestion"),
        None => diagnostic,
    }
}

/// Returns what to write instead of a text that has none of the accepted forms of a date.
pub(crate) fn corrected_date(
    error: DateError,
    text: &str,
    calendar: Calendar,
    used_as: DateUse,
) -> Option<String> {
    let has_other_form = error == DateError::Form;
    has_other_form.then(|| accepted_form(text, calendar, used_as.years())).flatten()
}

/// What depends on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateUse {
    /// It decides from when until when readers see something.
    Window,
    /// It says when something happened to what is on the portal.
    Publication,
    /// It is that of a document, an office or a task.
    Document,
}

impl DateUse {
    /// Returns the years in which the date can lie.
    pub(crate) fn years(self) -> YearSpan {
        match self {
            Self::Window | Self::Publication => YearSpan::Web,
            Self::Document => YearSpan::Documents,
        }
    }
}

/// Creates the diagnostic of a date whose year, Common Era, is outside of the expected ones. It is an
/// error where the date decides what readers see: a slip would publish at once what was to wait.
pub(crate) fn far_year_diagnostic(
    year: i16,
    used_as: DateUse,
    place: Place,
    text: &str,
) -> Diagnostic {
    let (severity, help) = match used_as {
        DateUse::Window => (Severity::Error, "help-window"),
        DateUse::Publication | DateUse::Document => (Severity::Warning, "help"),
    };
    let args = std::iter::once(("value", text.to_owned())).chain(far_year_args(year, used_as));
    let args = args.collect();
    Diagnostic { severity, args, ..Diagnostic::error(Code::FarYear, place) }.help(help)
}

/// Creates the failure of a date on the command line whose year is outside of the expected ones.
pub(crate) fn far_year_failure(year: i16, used_as: DateUse, text: String) -> Failure {
    let failure = Failure::new(Code::FarYear).arg("value", text);
    far_year_args(year, used_as).fold(failure, |failure, (name, year)| failure.arg(name, year))
}

/// Returns what a message says about a year outside of the expected ones, except the text.
fn far_year_args(year: i16, used_as: DateUse) -> impl Iterator<Item = (&'static str, String)> {
    let years = used_as.years().years();
    let (first, last) = (*years.start(), *years.end());
    [
        ("year", year),
        ("buddhist", buddhist_year(year)),
        ("first", first),
        ("last", last),
        ("first_buddhist", buddhist_year(first)),
        ("last_buddhist", buddhist_year(last)),
    ]
    .into_iter()
    .map(|(name, year)| (name, year.to_string()))
}

/// Returns the code of an error in a date.
pub(crate) fn date_code(error: DateError) -> Code {
    match error {
        DateError::Form => Code::DateForm,
        DateError::NoSuchDay => Code::DateNoSuchDay,
        DateError::BuddhistYear => Code::DateBuddhistYear,
        DateError::DoubtfulYear => Code::DateDoubtfulYear,
        DateError::Skipped => Code::DateSkipped,
        DateError::Repeated => Code::DateRepeated,
    }
}
