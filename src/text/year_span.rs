//! The years in which dates of a portal can lie.

use std::ops::RangeInclusive;

use jiff::tz::TimeZone;

use super::calendar::{Calendar, Moment, common_era};

/// The first year in which something can be published on the web. The web became public in 1991.
const FIRST_WEB_YEAR: i16 = 1990;
/// The first year of documents that a portal may show. Scanned decrees and treaties of the 19th
/// century exist; a year before it is a slip (0570 or 1570 for 2570, 1483 for 2569).
const FIRST_DOCUMENT_YEAR: i16 = 1800;
/// The last year of any date. Retention periods and leases of our time end before it, and slips of
/// the era or of two digits are after it: 3112 for 2569 is 2569 CE, and 2659 for 2569 is 2116 CE.
const LAST_YEAR: i16 = 2100;

/// The years in which a date can lie, Common Era. They are constants and do not depend on the
/// clock, so that a portal without errors stays without errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum YearSpan {
    /// When something happens on the portal: from 1990 to 2100.
    Web,
    /// What a document says: from 1800 to 2100.
    Documents,
}

impl YearSpan {
    /// Returns the first and the last year.
    pub(crate) fn years(self) -> RangeInclusive<i16> {
        match self {
            Self::Web => FIRST_WEB_YEAR..=LAST_YEAR,
            Self::Documents => FIRST_DOCUMENT_YEAR..=LAST_YEAR,
        }
    }

    /// Returns the year of a moment in a zone if it lies outside.
    pub(crate) fn far_year(self, moment: Moment, zone: &TimeZone) -> Option<i16> {
        let Moment::Day(date) = moment.day(zone) else { return None };
        self.outside(date.year())
    }

    /// Returns a year if it lies outside.
    pub(crate) fn outside(self, year: i16) -> Option<i16> {
        (!self.years().contains(&year)).then_some(year)
    }
}

/// Returns the year of the Common Era that a number of four digits in a text may mean, whatever the era.
pub(crate) fn year_in_text(number: u32) -> Option<i16> {
    let year = common_era(i16::try_from(number).ok()?, Calendar::Buddhist).ok()?;
    YearSpan::Documents.outside(year).is_none().then_some(year)
}
