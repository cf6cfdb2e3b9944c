//! Selects published items by what they are.

use crate::config::CategoryId;
use crate::gate::{Admitted, State};
use crate::text::folded;

/// Which items are wanted. Without a value, all are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The category.
    pub category: Option<CategoryId>,
    /// `kind`.
    pub kind: Option<WantedText>,
    /// `unit`.
    pub unit: Option<WantedText>,
    /// One of the `tags`.
    pub tag: Option<WantedText>,
    /// `fiscal_year`, in the Common Era.
    pub fiscal_year: Option<i16>,
    /// Whether its deadline is to come or has passed.
    pub state: Option<State>,
}

/// A text to look for, whatever the letter case and the normalisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WantedText(String);

impl WantedText {
    /// Returns a text to look for.
    pub(crate) fn new(text: &str) -> Self {
        Self(folded(text))
    }

    fn is(&self, text: &str) -> bool {
        self.0 == text || self.0 == folded(text)
    }
}

impl Selection {
    /// Returns whether an item is wanted that is shown in a state. A rehearsal shows items in another state
    /// than their own.
    pub(crate) fn includes(&self, item: &Admitted, state: Option<State>) -> bool {
        let details = &item.details;
        let is_same = |wanted: &Option<WantedText>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.is(text))
        };
        self.category.is_none_or(|category| item.category == Some(category))
            && self.fiscal_year.is_none_or(|year| details.fiscal_year == Some(year))
            && self.state.is_none_or(|wanted| state == Some(wanted))
            && is_same(&self.kind, &details.kind)
            && is_same(&self.unit, &details.unit)
            && self.tag.as_ref().is_none_or(|tag| item.tags.iter().any(|text| tag.is(text)))
    }
}
