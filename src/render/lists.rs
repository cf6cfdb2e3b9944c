//! What lists show beyond their entries: columns and cells, facets, totals. Parts that many pages share are made
//! once.

use std::collections::BTreeSet;

use tera::Value;

use crate::config::{CategoryId, Column, Field, KindId, LanguageId, ListSettings, PER_PAGE, View};
use crate::content::FieldValue;
use crate::gate::{Admitted, State};
use crate::render::Renderer;
use crate::render::context::map;
use crate::render::fields::Texts;
use crate::render::list_cache::{FacetParts, ShownColumn, Sums};
use crate::site::{
    ItemId, PageKey, Taxonomy, Term, TermId, amount_of, declared_field, encode, field_of,
};
use crate::text::{Decimal, Moment, rfc3339};

/// How many values of a facet pages show, but for the first page of the list, which shows all. With a value for
/// every item, all pages together would grow with the square of the list.
const FACET_VALUES: usize = 40;

/// What a page says of the part of a list that it shows.
struct ListPart<'s> {
    sums: &'s Sums,
    facets: Value,
    /// The term whose items the part has, or nothing.
    term: Value,
}

/// What a cell shows.
#[derive(Default)]
struct Cell {
    text: String,
    iso: String,
    url: String,
}

impl Cell {
    fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl Renderer<'_> {
    /// Returns the value `list` of a page of a category's list.
    pub(super) fn list_of_category(
        &self,
        language: LanguageId,
        category: CategoryId,
        number: usize,
    ) -> Value {
        let sums = self.sums_of_category(language, category);
        let most = if number == 1 { usize::MAX } else { FACET_VALUES };
        let facets = self.facets(language, category, None, most);
        let part = ListPart { sums, facets, term: Value::none() };
        self.list_value(language, Some(category), part)
    }

    fn sums_of_category(&self, language: LanguageId, category: CategoryId) -> &Sums {
        let place = self.site.config.place_of_list(language, category);
        let list = self.site.list(language, category);
        self.lists.categories[place].get_or_init(|| self.sums(language, category, list))
    }

    /// Returns the value `list` of a page of a term.
    pub(super) fn list_of_term(&self, id: TermId) -> Value {
        let Term { language, taxonomy, items, .. } = self.site.term(id);
        let category = taxonomy.category();
        let sums = self.lists.terms[usize::from(id)].get_or_init(|| match category {
            Some(category) => {
                let closed_before =
                    self.sums_of_category(*language, category).closed_before.clone();
                Sums { closed_before, ..self.sums(*language, category, items) }
            }
            None => {
                let none = Value::from(Vec::<Value>::new());
                Sums {
                    columns: none.clone(),
                    totals: none,
                    closed_before: self.closed_before(items),
                }
            }
        });
        let facets = category.map_or_else(
            || Value::from(Vec::<Value>::new()),
            |category| self.facets(*language, category, Some(id), FACET_VALUES),
        );
        let part = ListPart { sums, facets, term: self.term_value(id) };
        self.list_value(*language, category, part)
    }

    fn term_value(&self, id: TermId) -> Value {
        let Term { language, taxonomy, .. } = self.site.term(id);
        map([
            ("title", Value::from(self.term_title(id))),
            ("facet_label", Value::from(self.taxonomy_label(*language, *taxonomy))),
            ("url", Value::from(encode(&self.site.term_url(id)))),
            ("index", self.index_of(*language, *taxonomy)),
        ])
    }

    /// Returns the value `list` of a page that shows a part of a list.
    fn list_value(
        &self,
        language: LanguageId,
        category: Option<CategoryId>,
        part: ListPart,
    ) -> Value {
        let ListPart { sums, facets, term } = part;
        let settings = self.list_settings(category);
        let view = settings.map_or(View::List, |list| list.view);
        let view =
            View::WORDS.iter().find(|(_, known)| *known == view).map_or("", |(word, _)| word);
        let file = |key: fn(LanguageId, CategoryId) -> PageKey| {
            let has_items = |category: &CategoryId| !self.site.list(language, *category).is_empty();
            let category = category.filter(has_items);
            category.map_or(String::new(), |id| encode(&self.site.url(key(language, id))))
        };
        map([
            ("view", Value::from(view)),
            ("dates", Value::from(settings.is_none_or(|list| list.has_dates))),
            ("columns", sums.columns.clone()),
            ("sort", Value::from(settings.map_or_else(String::new, |list| list.sort.to_word()))),
            (
                "sorted_by_state",
                Value::from(category.is_some_and(|id| self.site.is_sorted_by_state(id))),
            ),
            ("per_page", Value::from(settings.map_or(PER_PAGE, |list| list.per_page))),
            ("facets", facets),
            ("totals", sums.totals.clone()),
            ("csv", Value::from(file(PageKey::ListCsv))),
            ("json", Value::from(file(PageKey::ListJson))),
            ("exported", Value::from(category.map_or(0, |id| self.site.list(language, id).len()))),
            ("closed_before", sums.closed_before.clone()),
            ("term", term),
        ])
    }

    fn list_settings(&self, category: Option<CategoryId>) -> Option<&ListSettings> {
        let categories = &self.site.config.policy.categories;
        category.map(|category| &categories[usize::from(category)].list)
    }

    /// Returns the facets of a category with links to their terms. Those of the term that the page shows are
    /// marked.
    fn facets(
        &self,
        language: LanguageId,
        category: CategoryId,
        current: Option<TermId>,
        most: usize,
    ) -> Value {
        let place = self.site.config.place_of_list(language, category);
        let facets = self.lists.facets[place].get_or_init(|| self.facet_parts(language, category));
        let shown = facets.iter().filter(|facet| !facet.links.is_empty()).map(|facet| {
            let current = current.filter(|id| self.site.term(*id).taxonomy == facet.taxonomy);
            let first = facet.links.iter().take(most);
            let is_first = first.clone().any(|(id, _)| current == Some(*id));
            let further = current.filter(|_| !is_first).map(|id| self.term_link(id, true));
            let links = first.map(|(id, link)| {
                if current == Some(*id) { self.term_link(*id, true) } else { link.clone() }
            });
            let links: Vec<Value> = links.chain(further).collect();
            map([
                ("id", facet.id.clone()),
                ("label", facet.label.clone()),
                ("more", Value::from(facet.links.len() - links.len())),
                ("values", Value::from(links)),
            ])
        });
        Value::from(shown.collect::<Vec<Value>>())
    }

    fn facet_parts(&self, language: LanguageId, category: CategoryId) -> Vec<FacetParts> {
        let settings = &self.site.config.policy.categories[usize::from(category)].list;
        let parts = (0..).zip(&settings.facets).map(|(n, facet)| {
            let taxonomy = Taxonomy::Facet(category, n);
            let terms = self.site.terms_of(language, taxonomy);
            FacetParts {
                taxonomy,
                id: Value::from(facet.as_str()),
                label: Value::from(self.taxonomy_label(language, taxonomy)),
                links: terms.iter().map(|id| (*id, self.term_link(*id, false))).collect(),
            }
        });
        parts.collect()
    }

    /// Returns the columns of a category's list. There are none outside categories.
    pub(super) fn columns(
        &self,
        language: LanguageId,
        category: Option<CategoryId>,
    ) -> &[ShownColumn] {
        let Some(category) = category else { return &[] };
        self.lists.columns[self.site.config.place_of_list(language, category)].get_or_init(|| {
            let settings = &self.site.config.policy.categories[usize::from(category)].list;
            let columns = settings.columns.iter();
            columns.map(|column| self.shown_column(language, category, column)).collect()
        })
    }

    /// Returns columns for templates. Those in which no item of the list has a value are marked.
    fn columns_value(&self, columns: &[ShownColumn], items: &[ItemId]) -> Value {
        let columns = columns.iter().map(|shown| {
            let has_text = |id: &ItemId| !self.cell(self.site.item(*id), &shown.column).is_empty();
            map([
                ("id", Value::from(shown.column.as_str())),
                ("label", Value::from(shown.label.as_str())),
                ("type", Value::from(shown.type_word)),
                ("empty", Value::from(!items.iter().any(has_text))),
            ])
        });
        Value::from(columns.collect::<Vec<Value>>())
    }

    /// Returns a column with its label.
    pub(super) fn shown_column(
        &self,
        language: LanguageId,
        category: CategoryId,
        column: &Column,
    ) -> ShownColumn {
        let (word, type_word) = match column {
            Column::Title => ("subject", "text"),
            Column::DocumentNumber => ("document_number", "text"),
            Column::Kind => ("document_kind", "kind"),
            Column::Unit => ("unit", "unit"),
            Column::FiscalYear => ("fiscal_year", "year"),
            Column::Tags => ("tags", "text"),
            Column::IssuedOn => ("issued_on", "date"),
            Column::PublishFrom => ("publish_from", "date"),
            Column::PublishUntil => ("publish_until", "date"),
            Column::ValidUntil => ("valid_until", "date"),
            Column::State => ("status", "state"),
            Column::Deadline => ("deadline", "date"),
            Column::Field(id) => {
                let field = self.listed_field(language, category, id);
                let type_word = field.map_or("text", |field| field.field_type.as_str());
                let label = self.field_label(language, category, id).to_owned();
                return ShownColumn { column: column.clone(), label, type_word };
            }
        };
        ShownColumn { column: column.clone(), label: self.word(language, word), type_word }
    }

    /// Returns the label of a field in the list of a category.
    pub(super) fn field_label(&self, language: LanguageId, category: CategoryId, id: &str) -> &str {
        let field = self.listed_field(language, category, id);
        field.map_or("", |field| self.site.config.text(&field.label, language))
    }

    /// Returns the field with an id: that of a kind of the items in the list, or of any kind. Each has a label
    /// of its own.
    fn listed_field(&self, language: LanguageId, category: CategoryId, id: &str) -> Option<&Field> {
        let config = &self.site.config;
        let listed = self.listed_kinds(language, category).iter();
        let declared = declared_field(config, id)?;
        let is_alike = |field: &&Field| field.field_type.as_str() == declared.field_type.as_str();
        let fields = listed.filter_map(|kind| config.kinds.kind(*kind).field(id));
        Some(fields.map(|(_, field)| field).find(is_alike).unwrap_or(declared))
    }

    /// Returns the declared kinds of the items in the list of a category, in the order of their declaration.
    pub(super) fn listed_kinds(&self, language: LanguageId, category: CategoryId) -> &[KindId] {
        self.lists.kinds[self.site.config.place_of_list(language, category)].get_or_init(|| {
            let items = self.site.list(language, category).iter();
            let kinds: BTreeSet<KindId> =
                items.filter_map(|id| self.site.item(*id).details.declared).collect();
            kinds.into_iter().collect()
        })
    }

    /// Returns the entries of a list, with the cells of its columns.
    pub(super) fn entries_with_cells(
        &self,
        language: LanguageId,
        category: Option<CategoryId>,
        shown: &[ItemId],
    ) -> Value {
        let columns = self.columns(language, category);
        let entries = shown.iter().map(|id| self.entry_with(*id, self.cells(*id, columns)));
        Value::from(entries.collect::<Vec<Value>>())
    }

    fn cells(&self, id: ItemId, columns: &[ShownColumn]) -> Vec<Value> {
        let item = self.site.item(id);
        let cells = columns.iter().map(|shown| {
            let Cell { text, iso, url } = self.cell(item, &shown.column);
            map([
                ("id", Value::from(shown.column.as_str())),
                ("label", Value::from(shown.label.as_str())),
                ("type", Value::from(shown.type_word)),
                ("text", Value::from(text)),
                ("iso", Value::from(iso)),
                ("url", Value::from(url)),
            ])
        });
        cells.collect()
    }

    /// Returns the value of an item in a column.
    fn cell(&self, item: &Admitted, column: &Column) -> Cell {
        let details = &item.details;
        let date = |moment: Moment| {
            let date = self.shown(item, moment);
            Cell { text: date.short, iso: date.iso, url: String::new() }
        };
        let of_date = |moment: Option<Moment>| moment.map(date).unwrap_or_default();
        match column {
            Column::Title => Cell::of(&item.title),
            Column::DocumentNumber => Cell::of(&details.document_number),
            Column::Kind => Cell::of(self.kind_title(item)),
            Column::Unit => Cell::of(&details.unit),
            Column::FiscalYear => Cell::of(&self.fiscal_year(item)),
            Column::Tags => Cell::of(&item.tags.join(", ")),
            Column::IssuedOn => of_date(details.issued_on),
            Column::PublishFrom => of_date(Some(item.window.from_written)),
            Column::PublishUntil => of_date(item.window.until_written),
            Column::ValidUntil => of_date(details.valid_until),
            Column::State => {
                let word = self.state_of(item).map(State::as_str);
                word.map(|word| Cell::of(&self.word(item.language, word))).unwrap_or_default()
            }
            Column::Deadline => of_date(details.deadline.map(|deadline| deadline.written)),
            Column::Field(id) => self.cell_of_field(item, id),
        }
    }

    /// Returns text, date and link of a field for a cell.
    fn cell_of_field(&self, item: &Admitted, id: &str) -> Cell {
        let Some((field, value)) = field_of(&self.site.config, item, id) else {
            return Cell::default();
        };
        let Texts { text, short, iso, url } = self.texts(item, field, value);
        match value {
            FieldValue::Moment(_) => Cell { text: short, iso, url: String::new() },
            FieldValue::Person(_) => Cell { text: short, ..Cell::default() },
            _ => Cell { text, iso: String::new(), url },
        }
    }

    /// Returns the totals of the columns with money, and the latest deadline that has passed.
    fn sums(&self, language: LanguageId, category: CategoryId, items: &[ItemId]) -> Sums {
        let columns = self.columns(language, Some(category));
        let money = || columns.iter().filter(|shown| shown.type_word == "money");
        let ids: Vec<&str> = money().map(|shown| shown.column.as_str()).collect();
        let is_summed = self.is_of_one_kind(items, &ids);
        let money = money().filter(|_| is_summed);
        let totals = money.filter_map(|shown| {
            let total = self.total(items, shown.column.as_str())?;
            let code = &self.site.config.languages[usize::from(language)].code;
            let text = self.site.config.digits.shown(total.shown(true), code);
            Some(map([
                ("id", Value::from(shown.column.as_str())),
                ("label", Value::from(shown.label.as_str())),
                ("text", Value::from(text)),
            ]))
        });
        let totals = Value::from(totals.collect::<Vec<Value>>());
        let columns = self.columns_value(columns, items);
        Sums { columns, totals, closed_before: self.closed_before(items) }
    }

    /// Returns the sum of a field with money. Returns `None` if no item has a value.
    fn total(&self, items: &[ItemId], id: &str) -> Option<Decimal> {
        let amount = |item: &ItemId| amount_of(&self.site.config, self.site.item(*item), id);
        items.iter().filter_map(amount).reduce(Decimal::plus)
    }

    /// Returns whether all items with an amount in some of the fields are of one kind. Steps of a procedure name
    /// the same money again.
    fn is_of_one_kind(&self, items: &[ItemId], money: &[&str]) -> bool {
        let items = items.iter().map(|id| self.site.item(*id));
        let amounts = items
            .filter(|item| money.iter().any(|id| amount_of(&self.site.config, item, id).is_some()));
        let mut kinds = amounts.map(|item| item.details.declared);
        let first = kinds.next();
        kinds.all(|kind| Some(kind) == first)
    }

    /// Returns the latest deadline that has passed, or an empty text.
    fn closed_before(&self, items: &[ItemId]) -> Value {
        let passed = items.iter().filter_map(|id| {
            let item = self.site.item(*id);
            let is_closed = item.state() == Some(State::Closed);
            item.details.deadline.filter(|_| is_closed).map(|deadline| deadline.at)
        });
        let latest = passed.max().map(|at| rfc3339(at, &self.site.config.zone));
        Value::from(latest.unwrap_or_default())
    }
}
