//! Parts of lists that many pages share. Each is made when the first page needs it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use tera::Value;

use crate::config::{Column, KindId};
use crate::site::{ItemId, Site, Taxonomy, TermId};

/// Shared parts of lists, each made when the first page needs it.
#[derive(Debug)]
pub(super) struct ListCache {
    /// By language and category.
    pub(super) facets: Vec<OnceLock<Vec<FacetParts>>>,
    /// The declared kinds of the items, by language and category.
    pub(super) kinds: Vec<OnceLock<Vec<KindId>>>,
    /// By language and category.
    pub(super) columns: Vec<OnceLock<Vec<ShownColumn>>>,
    /// By language and category.
    pub(super) categories: Vec<OnceLock<Sums>>,
    /// By term.
    pub(super) terms: Vec<OnceLock<Sums>>,
    /// The items that are rehearsed for all that are like them.
    pub(super) examples: OnceLock<BTreeSet<ItemId>>,
}

/// A column of a list.
#[derive(Debug)]
pub(super) struct ShownColumn {
    pub(super) column: Column,
    pub(super) label: String,
    pub(super) type_word: &'static str,
}

/// A facet with links to its terms.
#[derive(Debug)]
pub(super) struct FacetParts {
    pub(super) taxonomy: Taxonomy,
    pub(super) id: Value,
    pub(super) label: Value,
    pub(super) links: Vec<(TermId, Value)>,
}

/// What is computed from all items of a list.
#[derive(Debug)]
pub(super) struct Sums {
    pub(super) columns: Value,
    pub(super) totals: Value,
    pub(super) closed_before: Value,
}

impl ListCache {
    pub(super) fn new(site: &Site) -> Self {
        let lists = site.config.languages.len() * site.config.policy.categories.len();
        Self {
            facets: unfilled(lists),
            kinds: unfilled(lists),
            columns: unfilled(lists),
            categories: unfilled(lists),
            terms: unfilled(site.terms().count()),
            examples: OnceLock::new(),
        }
    }
}

fn unfilled<T>(count: usize) -> Vec<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}
