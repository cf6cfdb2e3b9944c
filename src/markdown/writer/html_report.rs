//! Counts the places of refused or removed HTML.

use std::ops::Range;

/// HTML that is refused or removed.
pub(super) struct HtmlReport {
    /// The first place.
    pub range: Range<usize>,
    pub help: &'static str,
    /// The HTML as the message shows it.
    pub shown: String,
    /// In how many places it is.
    pub places: usize,
}
