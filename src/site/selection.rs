//! Selects published items by what they are.

use crate::config::{CategoryId, LanguageId};
use crate::gate::{Admitted, State};
use crate::site::{ItemId, Site};
use crate::text::folded;

/// Which items are wanted. Without a value, all are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    /// The category.
    pub category: Option<CategoryId>,
    /// `kind`.
    pub kind: Option<String>,
    /// `unit`.
    pub unit: Option<String>,
    /// One of the `tags`.
    pub tag: Option<String>,
    /// `fiscal_year`, in the Common Era.
    pub fiscal_year: Option<i16>,
    /// Whether its deadline is to come or has passed.
    pub state: Option<State>,
}

impl Selection {
    /// Returns whether an item is wanted. Ignores letter case and normalisation of texts.
    pub(crate) fn includes(&self, item: &Admitted) -> bool {
        let details = &item.details;
        let is_same = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| folded(wanted) == folded(text))
        };
        let has_tag = |wanted: &String| item.tags.iter().any(|tag| folded(tag) == folded(wanted));
        self.category.is_none_or(|category| item.category == Some(category))
            && is_same(&self.kind, &details.kind)
            && is_same(&self.unit, &details.unit)
            && self.tag.as_ref().is_none_or(has_tag)
            && self.fiscal_year.is_none_or(|year| details.fiscal_year == Some(year))
            && self.state.is_none_or(|state| item.state() == Some(state))
    }
}

impl Site {
    /// Returns the wanted items of a language that have a page, newest first.
    pub(crate) fn select(
        &self,
        language: LanguageId,
        selection: &Selection,
    ) -> impl Iterator<Item = ItemId> {
        let all = self.everything(language).iter().copied();
        all.filter(|id| selection.includes(self.item(*id)))
    }
}
