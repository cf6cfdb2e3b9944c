//! Entries: an item as lists show it.

use std::collections::BTreeMap;

use tera::Value;

use crate::content::Item;
use crate::gate::State;
use crate::render::Renderer;
use crate::render::context::{EntryValue, ListedValue};
use crate::render::fields::Texts;
use crate::render::kinds::PictureValue;
use crate::render::labels::deadline_label;
use crate::site::{ItemId, encode};
use crate::text::shown_year;

impl Renderer<'_> {
    /// Returns items as entries.
    pub(super) fn entries(&self, ids: &[ItemId]) -> Value {
        Value::from(ids.iter().map(|id| self.entry(*id)).collect::<Vec<Value>>())
    }

    /// Returns an item as an entry of a list without columns.
    pub(super) fn entry(&self, id: ItemId) -> Value {
        self.entry_with(id, Vec::new())
    }

    /// Returns an item as an entry, with the cells of a list.
    pub(super) fn entry_with(&self, id: ItemId, cells: Vec<Value>) -> Value {
        let item = self.site.item(id);
        let details = &item.details;
        let shown = |moment: Option<_>| moment.map(|moment| self.shown(item, moment));
        Value::from_serializable(&EntryValue {
            title: &item.title,
            url: encode(&item.url),
            summary: &item.summary,
            date: self.shown(item, item.window.from_written.day(&self.site.config.zone)),
            until: shown(item.window.until_written),
            category: self.category_value(item.language, item.category),
            tags: &item.tags,
            files: details.attachments.len(),
            kind: &details.kind,
            kind_title: self.kind_title(item),
            unit: &details.unit,
            document_number: &details.document_number,
            fiscal_year: self.fiscal_year(item),
            issued_on: shown(details.issued_on),
            valid_until: shown(details.valid_until),
            fields: self.listed_fields(item),
            cells,
            picture: self.picture(item),
            state: self.state_of(item).map_or("", State::as_str),
            deadline: shown(details.deadline.map(|deadline| deadline.written)),
            deadline_label: deadline_label(&self.site.config, item),
        })
    }

    /// Returns the fiscal year of an item, as readers of its language count it. Returns an empty text without
    /// one.
    pub(super) fn fiscal_year(&self, item: &Item) -> String {
        let config = &self.site.config;
        let code = &config.languages[usize::from(item.language)].code;
        let shown = |year| shown_year(year, config.calendar, code).to_string();
        item.details.fiscal_year.map_or(String::new(), shown)
    }

    /// Returns the values of an item's fields that fit into a cell, by id.
    fn listed_fields<'v>(&'v self, item: &'v Item) -> BTreeMap<&'v str, ListedValue<'v>> {
        let Some(typed) = item.typed(&self.site.config.kinds) else { return BTreeMap::new() };
        let fitting = typed.iter().filter(|(field, _)| field.is_scalar());
        let listed = fitting.filter_map(|(field, value)| {
            let Texts { text, short, iso, url } = self.texts(item, field, value);
            let listed = ListedValue {
                id: &field.id,
                label: self.label(item, field),
                type_word: field.field_type.as_str(),
                text,
                short,
                iso,
                url,
            };
            (!listed.text.is_empty()).then_some((listed.id, listed))
        });
        listed.collect()
    }

    /// Returns the first picture among the fields of an item.
    fn picture<'v>(&'v self, item: &'v Item) -> Option<PictureValue<'v>> {
        let typed = item.typed(&self.site.config.kinds)?;
        PictureValue::of(item, typed, typed.first_picture()?, &self.site.files_url(item))
    }
}
