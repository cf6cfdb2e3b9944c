//! Reads `extra` of an item of a declared kind.

use serde_json::{Map, Value};

use crate::config::{Config, Field, FieldType, Kind};
use crate::content::field_value::{FieldValue, FieldValues};
use crate::content::item::ItemFile;
use crate::content::kinds::places::{ExtraReport, below, entry};
use crate::content::yaml::YamlStep;
use crate::text::Calendar;

/// The Markdown file of another item, or why there is none.
pub(in crate::content) type FoundItem = Result<Box<str>, NoItem>;

/// Why a path is not that of another item.
pub(in crate::content) enum NoItem {
    /// There is no file at this path.
    Missing(String),
    /// It is the path of the item itself.
    Itself,
    /// It is not that of an item.
    Other,
}

/// What the values under `extra` may name, and what they are compared with.
#[derive(Clone, Copy)]
pub(in crate::content) struct KindContext<'a> {
    /// The settings.
    pub config: &'a Config,
    /// `fiscal_year`, in the Common Era. The outer `None` means that it is written wrongly.
    pub fiscal_year: Option<Option<i16>>,
    /// The item's files.
    pub files: &'a [ItemFile],
    /// Returns another item, by its path as written in a link.
    pub item: &'a dyn Fn(&str) -> FoundItem,
}

/// Reads the values of a declared kind.
pub(in crate::content) struct ExtraReader<'a> {
    /// What the values are compared with.
    pub context: KindContext<'a>,
    /// Where errors are reported.
    pub report: ExtraReport<'a>,
}

impl ExtraReader<'_> {
    /// Reads `extra`. Returns what could be read; errors are reported.
    pub(in crate::content) fn read(
        &mut self,
        kind: &Kind,
        extra: &Map<String, Value>,
    ) -> FieldValues {
        let steps = [YamlStep::Key("extra")];
        self.check_fiscal_year(&kind.fields, extra);
        self.map(&kind.fields, extra, &steps)
    }

    /// Reads the values of a kind or of a group.
    pub(super) fn map(
        &mut self,
        fields: &[Field],
        written: &Map<String, Value>,
        steps: &[YamlStep],
    ) -> FieldValues {
        let known: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
        self.report.unknown(steps, written.keys(), &known);
        let mut values = Vec::new();
        for (position, field) in (0..).zip(fields) {
            match given(written, &field.id) {
                Some(value) => {
                    let value = self.field(field, value, &below(steps, &field.id));
                    values.extend(value.map(|value| (position, value)));
                }
                None if field.is_required => {
                    let missing = self.report.missing(steps, &field.id);
                    let missing = missing.arg("name", field.id.as_str()).help("help-extra");
                    let missing = missing.arg("label", self.label(field));
                    let missing = missing.arg("example", self.example(field));
                    self.report.diagnostics.push(missing);
                }
                None => {}
            }
        }
        let values = FieldValues::new(values);
        self.check_together(fields, written, &values, steps);
        values
    }

    fn field(&mut self, field: &Field, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        if !field.is_list {
            let read = self.single(field, value, steps)?;
            self.check_bounds(field, &read, steps);
            return Some(read);
        }
        let Value::Array(list) = value else {
            let is_group = matches!(field.field_type, FieldType::Group(_));
            self.report.wrong(steps, if is_group { "help-entries" } else { "help-list" });
            return None;
        };
        let read = |(n, value)| self.single(field, value, &entry(steps, n));
        let read: Box<[FieldValue]> = list.iter().enumerate().filter_map(read).collect();
        let list = FieldValue::List(read);
        self.check_bounds(field, &list, steps);
        Some(list)
    }

    /// Returns what a value may look like.
    fn example(&self, field: &Field) -> String {
        let config = self.context.config;
        let day = match config.calendar {
            Calendar::Buddhist => "2569-06-25",
            Calendar::Gregorian => "2026-06-25",
        };
        let example = match &field.field_type {
            FieldType::Text | FieldType::Lines | FieldType::Unit | FieldType::Group(_) => "…",
            FieldType::Integer => "10",
            FieldType::Decimal => "12.5",
            FieldType::Money => "130000.50",
            FieldType::Percent => "7.5",
            FieldType::Date => day,
            FieldType::DateTime => &format!("{day}T16:30"),
            FieldType::Boolean => "true",
            FieldType::Choice(choices) => choices.first().map_or("…", |choice| &choice.id),
            FieldType::Person => config.policy.people.first().map_or("…", |person| &person.id),
            FieldType::Item => "../news/flood.md",
            FieldType::Url => "https://example.go.th/",
            FieldType::Phone => "\"0 5600 0111\"",
            FieldType::Email => "office@example.go.th",
            FieldType::File => "agenda.pdf",
            FieldType::Picture => "photo.jpg",
        };
        if field.is_list { format!("[{example}]") } else { example.to_owned() }
    }

    /// Returns the name of a field in the site's own language.
    fn label(&self, field: &Field) -> String {
        let own = &self.context.config.languages[0].code;
        field.label.in_language(own, own).to_owned()
    }
}

/// Returns the value of a key. An empty one is not given.
pub(super) fn given<'m>(map: &'m Map<String, Value>, key: &str) -> Option<&'m Value> {
    map.get(key).filter(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    })
}
