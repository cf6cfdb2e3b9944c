//! Parts of lists that many pages share. Each is made when the first page needs it.

use std::sync::OnceLock;

use tera::Value;

use crate::config::KindId;
use crate::site::{Site, Taxonomy, TermId};

/// Shared parts of lists, each made when the first page needs it.
#[derive(Debug)]
pub(super) struct ListCache {
    /// By language and category.
    pub(super) facets: Vec<OnceLock<Vec<FacetParts>>>,
    /// The declared kinds of the items, by language and category.
    pub(super) kinds: Vec<OnceLock<Vec<KindId>>>,
    /// By language and category.
    pub(super) categories: Vec<OnceLock<Sums>>,
    /// By term.
    pub(super) terms: Vec<OnceLock<Sums>>,
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
            categories: unfilled(lists),
            terms: unfilled(site.terms().count()),
        }
    }
}

fn unfilled<T>(count: usize) -> Vec<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}
