//! Terms: values by which admitted items are gathered on pages of their own, and the items of each.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use crate::config::{CategoryId, Config, Facet, FieldType, LanguageId};
use crate::content::{FieldValue, Item, value_slug};
use crate::gate::{Admitted, State};
use crate::site::ItemId;
use crate::site::listed_values::{counted_year, field_of, kind_title};
use crate::site::order::collator;
use crate::text::shown_year;

/// What the items of a term have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Taxonomy {
    /// The value of a facet in the list of a category: its position among the facets.
    Facet(CategoryId, u8),
    /// A tag.
    Tag,
    /// A unit.
    Unit,
}

impl Taxonomy {
    /// Returns the category whose list has the facet.
    pub fn category(self) -> Option<CategoryId> {
        match self {
            Self::Facet(category, _) => Some(category),
            Self::Tag | Self::Unit => None,
        }
    }
}

/// A term of a site: its position among all terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(u32);

impl TermId {
    /// Returns the terms of a site that has so many.
    pub(super) fn all(count: usize) -> impl Iterator<Item = Self> {
        (0..).take(count).map(Self)
    }
}

impl From<TermId> for usize {
    fn from(id: TermId) -> Self {
        id.0 as Self
    }
}

/// A value that published items of a language share, with those items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The language of the items.
    pub language: LanguageId,
    /// What kind of value it is.
    pub taxonomy: Taxonomy,
    /// The part of its address.
    pub slug: Box<str>,
    /// The value as most items write it. For a state, and for yes and no, the same as the slug.
    pub title: Box<str>,
    /// The items: of a facet in the order of the list, of a tag or a unit newest first.
    pub items: Box<[ItemId]>,
    /// Its place among the terms of its taxonomy, if the settings decide it.
    rank: u32,
}

/// All terms of a site.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// Sorted by language, taxonomy and slug.
    all: Vec<Term>,
    /// The same, but those of one language and taxonomy as readers see them.
    shown: Vec<TermId>,
    groups: Vec<((LanguageId, Taxonomy), Range<usize>)>,
}

impl Terms {
    /// Gathers the items of a site. `list` returns the items of a category in order, and `everything` all items
    /// of a language, newest first.
    pub(super) fn gather<'a>(
        config: &Config,
        items: &[Admitted],
        list: impl Fn(LanguageId, CategoryId) -> &'a [ItemId],
        everything: impl Fn(LanguageId) -> &'a [ItemId],
    ) -> Self {
        let mut all = Vec::new();
        for (language, _) in config.languages() {
            for (category, settings) in config.policy.categories() {
                for (n, facet) in (0..).zip(&settings.list.facets) {
                    let mut gatherer = Gatherer::new(language, Taxonomy::Facet(category, n));
                    for id in list(language, category) {
                        gatherer.add_facet(config, *id, &items[usize::from(*id)], facet);
                    }
                    all.extend(gatherer.terms);
                }
            }
            let mut tags = Gatherer::new(language, Taxonomy::Tag);
            let mut units = Gatherer::new(language, Taxonomy::Unit);
            for id in everything(language) {
                let item = &items[usize::from(*id)];
                item.tags.iter().for_each(|tag| tags.add_text(*id, tag));
                units.add_text(*id, &item.details.unit);
            }
            all.extend(tags.terms);
            all.extend(units.terms);
        }
        let all = all.into_iter().map(GatheredTerm::finish).collect();
        Self::in_order(config, all)
    }

    fn in_order(config: &Config, mut all: Vec<Term>) -> Self {
        let group = |term: &Term| (term.language, term.taxonomy);
        all.sort_by(|a, b| group(a).cmp(&group(b)).then_with(|| a.slug.cmp(&b.slug)));
        let mut shown: Vec<TermId> = TermId::all(all.len()).collect();
        let mut groups = Vec::new();
        let mut start = 0;
        for terms in all.chunk_by(|a, b| group(a) == group(b)) {
            let range = start..start + terms.len();
            let collator = collator(&config.languages[usize::from(terms[0].language)].code);
            shown[range.clone()].sort_by(|a, b| {
                let (a, b) = (&all[usize::from(*a)], &all[usize::from(*b)]);
                let by_title = || collator.compare(&a.title, &b.title);
                a.rank.cmp(&b.rank).then_with(by_title).then_with(|| a.slug.cmp(&b.slug))
            });
            start = range.end;
            groups.push((group(&terms[0]), range));
        }
        Self { all, shown, groups }
    }

    /// Returns a term.
    pub(super) fn term(&self, id: TermId) -> &Term {
        &self.all[usize::from(id)]
    }

    /// Returns how many terms there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Returns the terms of a taxonomy in a language, as readers see them.
    pub(super) fn of(&self, language: LanguageId, taxonomy: Taxonomy) -> &[TermId] {
        let place = self.groups.binary_search_by_key(&(language, taxonomy), |(group, _)| *group);
        place.map_or(&[], |place| &self.shown[self.groups[place].1.clone()])
    }

    /// Returns the term with a slug.
    pub(super) fn with_slug(
        &self,
        language: LanguageId,
        taxonomy: Taxonomy,
        slug: &str,
    ) -> Option<TermId> {
        let compare = |term: &Term| {
            let by_group = (term.language, term.taxonomy).cmp(&(language, taxonomy));
            by_group.then_with(|| term.slug.as_ref().cmp(slug))
        };
        self.all.binary_search_by(compare).ok()?.try_into().ok().map(TermId)
    }
}

/// Returns whether an edit leaves an item with the terms that it had.
pub(super) fn has_same_terms(old: &Item, new: &Item) -> bool {
    let terms = |item: &Item| {
        let details = &item.details;
        (details.declared, details.fiscal_year, details.deadline.map(|deadline| deadline.at))
    };
    terms(old) == terms(new)
        && old.tags == new.tags
        && old.details.unit == new.details.unit
        && old.details.kind == new.details.kind
        && old.details.fields == new.details.fields
}

/// The place of a term whose taxonomy is sorted by title.
const BY_TITLE: u32 = u32::MAX;

/// A term while its items are collected.
struct GatheredTerm {
    term: Term,
    items: Vec<ItemId>,
    /// How the items write the value, and how many write it so.
    spellings: Vec<(Box<str>, u32)>,
}

impl GatheredTerm {
    /// Chooses the spelling that most items have. Of several, the first in the order of characters.
    fn finish(self) -> Term {
        let Self { term, items, spellings } = self;
        let compare = |(a, n): &&(Box<str>, u32), (b, m): &&(Box<str>, u32)| -> Ordering {
            n.cmp(m).then_with(|| b.cmp(a))
        };
        let title = spellings.iter().max_by(compare).map(|(spelling, _)| spelling.clone());
        Term { title: title.unwrap_or_default(), items: items.into(), ..term }
    }
}

/// Collects the items of one taxonomy in a language.
struct Gatherer {
    language: LanguageId,
    taxonomy: Taxonomy,
    terms: Vec<GatheredTerm>,
    by_slug: HashMap<Box<str>, usize>,
    /// The term of every spelling. `None` for one without a slug.
    by_spelling: HashMap<Box<str>, Option<usize>>,
}

impl Gatherer {
    fn new(language: LanguageId, taxonomy: Taxonomy) -> Self {
        let (by_slug, by_spelling) = (HashMap::new(), HashMap::new());
        Self { language, taxonomy, terms: Vec::new(), by_slug, by_spelling }
    }

    /// Adds an item to the term of a text, whose slug is looked up once for every spelling.
    fn add_text(&mut self, id: ItemId, text: &str) {
        if text.is_empty() {
            return;
        }
        let known = self.by_spelling.get(text).copied();
        let term = known.unwrap_or_else(|| {
            let term = value_slug(text).map(|slug| self.with_slug(&slug, BY_TITLE));
            self.by_spelling.insert(text.into(), term);
            term
        });
        if let Some(term) = term {
            self.add(term, id, text);
        }
    }

    fn add_facet(&mut self, config: &Config, id: ItemId, item: &Admitted, facet: &Facet) {
        let details = &item.details;
        match facet {
            Facet::Kind => match details.declared {
                None => self.add_text(id, &details.kind),
                Some(kind) => {
                    let place = u32::try_from(usize::from(kind)).unwrap_or(BY_TITLE);
                    let slug = &config.kinds.kind(kind).id;
                    self.add_declared(id, slug, kind_title(config, item), place);
                }
            },
            Facet::Unit => self.add_text(id, &details.unit),
            Facet::Tag => item.tags.iter().for_each(|tag| self.add_text(id, tag)),
            Facet::FiscalYear => {
                let Some(year) = details.fiscal_year else { return };
                let language = &config.languages[usize::from(item.language)].code;
                let slug = counted_year(config, year).to_string();
                let title = shown_year(year, config.calendar, language).to_string();
                // The latest year first.
                let place = u32::from(u16::MAX) - u32::try_from(year).unwrap_or(0);
                self.add_declared(id, &slug, &title, place);
            }
            Facet::State => {
                let Some(state) = item.state() else { return };
                let word = state.as_str();
                self.add_declared(id, word, word, u32::from(state == State::Closed));
            }
            Facet::Field(field) => self.add_field(config, id, item, field),
        }
    }

    fn add_field(&mut self, config: &Config, id: ItemId, item: &Admitted, field: &str) {
        let Some((field, value)) = field_of(config, item, field) else { return };
        match (value, &field.field_type) {
            (FieldValue::Boolean(is_so), _) => {
                let word = if *is_so { "yes" } else { "no" };
                self.add_declared(id, word, word, u32::from(!is_so));
            }
            (FieldValue::Choice(place), FieldType::Choice(choices)) => {
                let Some(choice) = choices.get(usize::from(*place)) else { return };
                let title = config.text(&choice.label, item.language);
                self.add_declared(id, &choice.id, title, u32::from(*place));
            }
            _ => {}
        }
    }

    /// Adds an item to the term of a declared value.
    fn add_declared(&mut self, id: ItemId, slug: &str, title: &str, rank: u32) {
        let term = self.with_slug(slug, rank);
        self.add(term, id, title);
    }

    fn add(&mut self, term: usize, id: ItemId, spelling: &str) {
        let GatheredTerm { items, spellings, .. } = &mut self.terms[term];
        // An item may write a value twice.
        if items.last() == Some(&id) {
            return;
        }
        items.push(id);
        match spellings.iter_mut().find(|(known, _)| known.as_ref() == spelling) {
            Some((_, count)) => *count += 1,
            None => spellings.push((spelling.into(), 1)),
        }
    }

    fn with_slug(&mut self, slug: &str, rank: u32) -> usize {
        if let Some(term) = self.by_slug.get(slug) {
            let known = &mut self.terms[*term].term.rank;
            *known = rank.min(*known);
            return *term;
        }
        let Self { language, taxonomy, .. } = *self;
        let (title, items) = (Box::default(), Box::default());
        let term = Term { language, taxonomy, slug: slug.into(), title, items, rank };
        self.by_slug.insert(slug.into(), self.terms.len());
        self.terms.push(GatheredTerm { term, items: Vec::new(), spellings: Vec::new() });
        self.terms.len() - 1
    }
}
