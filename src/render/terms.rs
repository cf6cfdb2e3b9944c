//! Pages of terms and indexes of them, and the links that lead there.

use tera::Value;

use crate::config::{Facet, Field, FieldType, LanguageId};
use crate::content::Item;
use crate::render::context::{map, pager};
use crate::render::{PageContent, PageTarget, Renderer};
use crate::site::{PageKey, Taxonomy, Term, TermId, declared_field, encode};

impl Renderer<'_> {
    /// Returns the content of a page of a term.
    pub(super) fn term(&self, target: &PageTarget, id: TermId, number: u32) -> PageContent<'_> {
        let site = self.site;
        let Term { language, taxonomy, items, .. } = site.term(id);
        let mut context = self.context(target);
        let (number, per_page) = (number as usize, site.per_page_of_term(id));
        let shown = items.chunks(per_page).nth(number - 1).unwrap_or_default();
        let category = taxonomy.category();
        context.insert_value("category", self.category_value(*language, category));
        context.insert_value("entries", self.entries_with_cells(*language, category, shown));
        context.insert_value("total", Value::from(items.len()));
        context.insert("pager", &pager(&site.term_url(id), number, site.term_pages(id)));
        context.insert_value("list", self.list_of_term(id));
        PageContent { context, title: self.term_page_title(id).into(), description: "" }
    }

    /// Returns the content of the index of all tags or units.
    pub(super) fn terms(&self, target: &PageTarget, taxonomy: Taxonomy) -> PageContent<'_> {
        let language = target.layout.language;
        let mut context = self.context(target);
        let terms = self.site.terms_of(language, taxonomy);
        let links = terms.iter().map(|id| self.term_link(*id, false));
        context.insert_value("terms", Value::from(links.collect::<Vec<Value>>()));
        context.insert_value("total", Value::from(terms.len()));
        let title = self.index_title(language, taxonomy).into();
        PageContent { context, title, description: "" }
    }

    /// Returns links to the indexes of a language, as far as they exist.
    pub(super) fn indexes(&self, language: LanguageId) -> Value {
        let has_terms = |taxonomy: &Taxonomy| !self.site.terms_of(language, *taxonomy).is_empty();
        let indexes = [Taxonomy::Tag, Taxonomy::Unit].into_iter().filter(has_terms);
        let links = indexes.map(|taxonomy| self.index_of(language, taxonomy));
        Value::from(links.collect::<Vec<Value>>())
    }

    /// Returns a link to the index that has the terms of a taxonomy. Returns none for facets, whose terms are
    /// linked in the list of their category.
    pub(super) fn index_of(&self, language: LanguageId, taxonomy: Taxonomy) -> Value {
        if !matches!(taxonomy, Taxonomy::Tag | Taxonomy::Unit) {
            return Value::none();
        }
        map([
            ("title", Value::from(self.index_title(language, taxonomy))),
            ("url", Value::from(encode(&self.site.url(PageKey::Terms(language, taxonomy))))),
            ("count", Value::from(self.site.terms_of(language, taxonomy).len())),
        ])
    }

    fn index_title(&self, language: LanguageId, taxonomy: Taxonomy) -> String {
        let is_tag = matches!(taxonomy, Taxonomy::Tag);
        self.word(language, if is_tag { "all_tags" } else { "all_units" })
    }

    /// Returns a link to a term's page, with the number of its items.
    pub(super) fn term_link(&self, id: TermId, is_current: bool) -> Value {
        map([
            ("title", Value::from(self.term_title(id))),
            ("url", Value::from(encode(&self.site.term_url(id)))),
            ("count", Value::from(self.site.term(id).items.len())),
            ("current", Value::from(is_current)),
        ])
    }

    /// Returns a term as readers see it.
    pub(super) fn term_title(&self, id: TermId) -> String {
        let Term { language, taxonomy, slug, title, .. } = self.site.term(id);
        let config = &self.site.config;
        let word = match self.facet_of(*taxonomy) {
            Some(Facet::State) => slug,
            Some(Facet::Field(field)) if is_boolean(declared_field(config, field)) => slug,
            Some(Facet::FiscalYear) => {
                let code = &config.languages[usize::from(*language)].code;
                return config.digits.shown(title.to_string(), code);
            }
            _ => return title.to_string(),
        };
        self.word(*language, word)
    }

    /// Returns the title of a term's page: before the term, that of its category, or what it is.
    pub(super) fn term_page_title(&self, id: TermId) -> String {
        let Term { language, taxonomy, .. } = self.site.term(id);
        let mut title = self.term_title(id);
        if matches!(self.facet_of(*taxonomy), Some(Facet::FiscalYear)) {
            title = format!("{} {title}", self.word(*language, "fiscal_year"));
        }
        match taxonomy.category() {
            Some(category) => {
                format!("{} – {title}", self.site.config.category_title(category, *language))
            }
            None => format!("{}: {title}", self.taxonomy_label(*language, *taxonomy)),
        }
    }

    /// Returns what the terms of a taxonomy are called.
    pub(super) fn taxonomy_label(&self, language: LanguageId, taxonomy: Taxonomy) -> String {
        let word = match (self.facet_of(taxonomy), taxonomy) {
            (Some(Facet::Field(id)), Taxonomy::Facet(category, _)) => {
                return self.field_label(language, category, id).to_owned();
            }
            (None, Taxonomy::Unit) | (Some(Facet::Unit), _) => "unit",
            (None, _) | (Some(Facet::Tag | Facet::Field(_)), _) => "tags",
            (Some(Facet::Kind), _) => "document_kind",
            (Some(Facet::FiscalYear), _) => "fiscal_year",
            (Some(Facet::State), _) => "status",
        };
        self.word(language, word)
    }

    fn facet_of(&self, taxonomy: Taxonomy) -> Option<&Facet> {
        let Taxonomy::Facet(category, n) = taxonomy else { return None };
        let category = &self.site.config.policy.categories[usize::from(category)];
        category.list.facets.get(usize::from(n))
    }

    /// Returns the tags of an item, each with the page that gathers the items with it.
    pub(super) fn tag_links(&self, item: &Item) -> Value {
        let links = item.tags.iter().map(|tag| {
            let url = self.term_url(item.language, Taxonomy::Tag, tag);
            map([("title", Value::from(tag.as_ref())), ("url", Value::from(url))])
        });
        Value::from(links.collect::<Vec<Value>>())
    }

    /// Returns the page that gathers the items of a unit. Returns an empty text if there is none.
    pub(super) fn unit_url(&self, language: LanguageId, unit: &str) -> String {
        self.term_url(language, Taxonomy::Unit, unit)
    }

    fn term_url(&self, language: LanguageId, taxonomy: Taxonomy, value: &str) -> String {
        let id = self.site.term_of(language, taxonomy, value);
        id.map_or(String::new(), |id| encode(&self.site.term_url(id)))
    }

    /// Returns the same term in another language.
    pub(super) fn term_in(&self, id: TermId, language: LanguageId) -> Option<TermId> {
        let Term { taxonomy, slug, .. } = self.site.term(id);
        self.site.term_with_slug(language, *taxonomy, slug)
    }
}

fn is_boolean(field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.field_type == FieldType::Boolean)
}
