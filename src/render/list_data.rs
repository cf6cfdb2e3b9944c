//! The lists of categories as files: a table for spreadsheets, and JSON for programs. They contain what published
//! items say, deadlines included, and nothing that passes with time alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;

use crate::config::{CategoryId, Column, Facet, Field, FieldRole, FieldType, LanguageId, Sort};
use crate::content::{FieldValue, Item};
use crate::gate::Admitted;
use crate::render::Renderer;
use crate::render::exported_words::HEADS;
use crate::render::list_cache::ShownColumn;
use crate::site::{ItemId, Taxonomy, counted_year, field_of};
use crate::text::{Moment, rfc3339};

/// What a spreadsheet needs to read a file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// The parts of addresses of an item's values, by facet.
type ItemTerms<'a> = BTreeMap<&'a str, Vec<&'a str>>;

impl Renderer<'_> {
    /// Writes the list of a category as a table for spreadsheets.
    pub(super) fn list_csv(&self, language: LanguageId, category: CategoryId, out: &mut Vec<u8>) {
        let list = self.site.exported(language, category);
        let items = || list.iter().map(|id| self.site.item(*id));
        let fields = self.exported_fields(language, category);
        out.extend_from_slice(BYTE_ORDER_MARK.as_bytes());
        let mut table =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut head: Vec<String> = HEADS.iter().map(|word| self.word(language, word)).collect();
        head.insert(1, "URL".to_owned());
        head.extend(fields.iter().map(|field| self.head_of_field(language, field)));
        let rows = items().map(|item| self.row(item, &fields));
        for row in std::iter::once(head).chain(rows) {
            table.write_record(row).expect("memory takes every row, and all rows are equally long");
        }
        table.flush().expect("memory takes every row");
    }

    /// Returns the name of a field, with the currency of its amounts.
    fn head_of_field(&self, language: LanguageId, field: &Field) -> String {
        let label = self.site.config.text(&field.label, language);
        match field.field_type {
            FieldType::Money => format!("{label} ({})", self.word(language, "currency")),
            _ => label.to_owned(),
        }
    }

    fn row(&self, item: &Admitted, columns: &[&Field]) -> Vec<String> {
        let config = &self.site.config;
        let details = &item.details;
        let date = |moment: Option<Moment>| moment.map_or(String::new(), |moment| self.iso(moment));
        let year = |year| counted_year(config, year).to_string();
        let mut row = vec![
            item.title.to_string(),
            self.site.absolute(&item.url),
            self.kind_title(item).to_owned(),
            details.unit.to_string(),
            details.document_number.to_string(),
            details.fiscal_year.map_or(String::new(), year),
            item.tags.join("; "),
            date(details.issued_on),
            date(Some(item.window.from_written)),
            date(item.window.until_written),
            date(details.valid_until),
            date(details.deadline.map(|deadline| deadline.written)),
        ];
        let text = |column: &&Field| match field_of(config, item, &column.id) {
            Some((field, value)) if is_same_column(field, column) => {
                self.exported_text(item, field, value)
            }
            _ => String::new(),
        };
        row.extend(columns.iter().map(text));
        row
    }

    /// Writes the list of a category for programs.
    pub(super) fn list_json(&self, language: LanguageId, category: CategoryId, out: &mut Vec<u8>) {
        let config = &self.site.config;
        let shown = self.columns(language, Some(category));
        let ids: BTreeSet<&str> = self
            .exported_fields(language, category)
            .iter()
            .map(|field| field.id.as_str())
            .collect();
        let fields = ids.into_iter().map(|id| Column::Field(id.to_owned()));
        let others = fields.filter(|column| shown.iter().all(|shown| shown.column != *column));
        let others = others.map(|column| self.shown_column(language, category, &column));
        let others: Vec<ShownColumn> = others.collect();
        let columns = shown.iter().chain(&others);
        let columns = columns.map(|shown| self.exported_column(language, shown));
        let columns: Vec<serde_json::Value> = columns.collect();
        let sort = match &config.policy.categories[usize::from(category)].list.sort {
            Sort::Column { column, .. } => {
                self.exported_column(language, &self.shown_column(language, category, column))
            }
            Sort::Weight | Sort::Date | Sort::Title => serde_json::Value::Null,
        };
        let head = [
            ("format", json!(1)),
            ("title", json!(config.category_title(category, language))),
            ("url", json!(self.site.absolute(&config.category_url(language, category)))),
            ("language", json!(config.languages[usize::from(language)].code)),
            ("columns", json!(columns)),
            ("sort", sort),
        ];
        let mut json = String::from("{");
        for (key, value) in head {
            push_member(&mut json, key, &value.to_string());
        }
        json.push_str(",\n\"items\":[");
        let mut terms = self.terms_of_items(language, category);
        for (n, id) in self.site.exported(language, category).into_iter().enumerate() {
            json.push_str(if n == 0 { "\n" } else { ",\n" });
            self.push_item(&mut json, self.site.item(id), terms.remove(&id).unwrap_or_default());
        }
        json.push_str("\n]}\n");
        out.extend_from_slice(json.as_bytes());
    }

    /// Returns a column with what a program needs to show it and to sort by it: the choices of each kind in their
    /// order, and the kinds in which the field is the deadline.
    fn exported_column(&self, language: LanguageId, shown: &ShownColumn) -> serde_json::Value {
        let mut column = json!({
            "id": shown.column.as_str(),
            "label": shown.label,
            "type": shown.type_word,
        });
        let Column::Field(id) = &shown.column else { return column };
        let (config, kinds) = (&self.site.config, &self.site.config.kinds);
        let having = || kinds.all().filter_map(|(_, kind)| Some((kind, kind.field(id)?.1)));
        let choices: serde_json::Map<String, serde_json::Value> = having()
            .filter_map(|(kind, field)| match &field.field_type {
                FieldType::Choice(choices) => {
                    let named = choices.iter().map(|choice| {
                        json!({ "id": choice.id, "label": config.text(&choice.label, language) })
                    });
                    Some((kind.id.clone(), json!(named.collect::<Vec<_>>())))
                }
                _ => None,
            })
            .collect();
        if !choices.is_empty() {
            column["choices"] = json!(choices);
        }
        let of_deadline = having().filter(|(_, field)| field.role == Some(FieldRole::Deadline));
        let kinds: Vec<&str> = of_deadline.map(|(kind, _)| kind.id.as_str()).collect();
        if !kinds.is_empty() {
            column["deadline_of"] = json!(kinds);
        }
        column
    }

    /// Returns the parts of addresses by which the facets of a category gather each item. A state, which changes
    /// with time, is left out.
    fn terms_of_items(
        &self,
        language: LanguageId,
        category: CategoryId,
    ) -> HashMap<ItemId, ItemTerms<'_>> {
        let mut of_items: HashMap<ItemId, ItemTerms> = HashMap::new();
        let facets = &self.site.config.policy.categories[usize::from(category)].list.facets;
        for (n, facet) in (0..).zip(facets).filter(|(_, facet)| **facet != Facet::State) {
            for id in self.site.terms_of(language, Taxonomy::Facet(category, n)) {
                let term = self.site.term(*id);
                for item in &term.items {
                    let terms = of_items.entry(*item).or_default();
                    terms.entry(facet.as_str()).or_default().push(&term.slug);
                }
            }
        }
        of_items
    }

    fn push_item(&self, json: &mut String, item: &Admitted, terms: ItemTerms) {
        let (config, details) = (&self.site.config, &item.details);
        let date = |moment: Option<Moment>| json!(moment.map(|moment| self.iso(moment)));
        let deadline = details.deadline.map(|deadline| rfc3339(deadline.at, &config.zone));
        let year = details.fiscal_year.map(|year| counted_year(config, year));
        json.push('{');
        for (key, value) in [
            ("title", json!(item.title)),
            ("url", json!(self.site.absolute(&item.url))),
            ("summary", json!(item.summary)),
            ("kind", json!(details.kind)),
            ("kind_title", json!(self.kind_title(item))),
            ("unit", json!(details.unit)),
            ("document_number", json!(details.document_number)),
            ("fiscal_year", json!(year)),
            ("tags", json!(item.tags)),
            ("issued_on", date(details.issued_on)),
            ("publish_from", date(Some(item.window.from_written))),
            ("publish_until", date(item.window.until_written)),
            ("valid_until", date(details.valid_until)),
            ("deadline", json!(deadline)),
            ("files", json!(details.attachments.len())),
            ("terms", json!(terms)),
        ] {
            push_member(json, key, &value.to_string());
        }
        let (mut fields, mut titles) = (String::from("{"), String::from("{"));
        for (field, value) in item.typed(&config.kinds).iter().flat_map(|typed| typed.iter()) {
            if field.is_scalar() {
                let exported = self.exported_json(field, value);
                exported.iter().for_each(|value| push_member(&mut fields, &field.id, value));
            }
            if let (FieldValue::Item(path), false) = (value, field.is_list)
                && let Some(id) = self.site.by_path(path)
            {
                push_member(&mut titles, &field.id, &json!(self.site.item(id).title).to_string());
            }
        }
        fields.push('}');
        push_member(json, "fields", &fields);
        if titles.len() > 1 {
            titles.push('}');
            push_member(json, "titles", &titles);
        }
        json.push('}');
    }

    /// Returns the fields that the table has as columns, in the order of their declaration: those of the kinds of
    /// the items. Fields of several kinds share a column if they have the same id and type.
    fn exported_fields(&self, language: LanguageId, category: CategoryId) -> Vec<&Field> {
        let kinds = self.listed_kinds(language, category).iter();
        let mut fields: Vec<&Field> = Vec::new();
        for kind in kinds.map(|kind| self.site.config.kinds.kind(*kind)) {
            for field in kind.fields.iter().filter(|field| field.is_scalar()) {
                if !fields.iter().any(|known| is_same_column(known, field)) {
                    fields.push(field);
                }
            }
        }
        fields
    }

    /// Returns the value of a field for a cell of the table.
    fn exported_text(&self, item: &Item, field: &Field, value: &FieldValue) -> String {
        match value {
            FieldValue::Number(number) => number.to_string(),
            FieldValue::Moment(moment) => self.iso(*moment),
            FieldValue::Item(path) => self.url_of_item(path).unwrap_or_default(),
            FieldValue::Person(_) => self.texts(item, field, value).short,
            _ => self.texts(item, field, value).text,
        }
    }

    /// Returns the value of a field in JSON. Returns `None` for an item that is not published.
    fn exported_json(&self, field: &Field, value: &FieldValue) -> Option<String> {
        let value = match value {
            // A number keeps the decimals that were written.
            FieldValue::Number(number) => return Some(number.to_string()),
            FieldValue::Text(text) => json!(text),
            FieldValue::Moment(moment) => json!(self.iso(*moment)),
            FieldValue::Boolean(is_so) => json!(is_so),
            FieldValue::Choice(place) => json!(choice_id(field, *place)?),
            FieldValue::Person(id) => {
                json!(self.site.config.policy.people.get(usize::from(*id))?.name)
            }
            FieldValue::Item(path) => json!(self.url_of_item(path)?),
            FieldValue::File(_) | FieldValue::Group(_) | FieldValue::List(_) => return None,
        };
        Some(value.to_string())
    }

    fn url_of_item(&self, path: &str) -> Option<String> {
        let id = self.site.by_path(path)?;
        Some(self.site.absolute(&self.site.item(id).url))
    }

    /// Returns a day, or an instant with its offset (RFC 3339).
    fn iso(&self, moment: Moment) -> String {
        let zone = &self.site.config.zone;
        match (moment, moment.opens(zone)) {
            (Moment::Local(_) | Moment::Exact(_), Ok(at)) => rfc3339(at, zone),
            _ => moment.shown(zone, self.site.config.calendar, "en").iso,
        }
    }
}

fn is_same_column(field: &Field, other: &Field) -> bool {
    field.id == other.id && field.has_type_of(other)
}

fn choice_id(field: &Field, place: u16) -> Option<&str> {
    match &field.field_type {
        FieldType::Choice(choices) => {
            choices.get(usize::from(place)).map(|choice| choice.id.as_str())
        }
        _ => None,
    }
}

/// Appends a member to a JSON object that was begun.
fn push_member(json: &mut String, key: &str, value: &str) {
    if !json.ends_with('{') {
        json.push(',');
    }
    json.push('"');
    json.push_str(key);
    json.push_str("\":");
    json.push_str(value);
}
