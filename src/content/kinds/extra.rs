//! Reads `extra` of an item of a declared kind.

use serde_json::{Map, Value};

use crate::config::{Config, Field, FieldType, Kind};
use crate::content::field_value::{FieldValue, FieldValues};
use crate::content::item::ItemFile;
use crate::content::kinds::places::{ExtraReport, below, entry};
use crate::content::yaml::YamlStep;

/// The Markdown file of an item. Otherwise the path that was looked up, if it could be that of an item.
pub(in crate::content) type FoundItem = Result<Box<str>, Option<String>>;

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
                    let missing = missing.arg("label", self.label(field)).help("help-field");
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

    /// Returns the name of a field in the site's own language.
    pub(super) fn label(&self, field: &Field) -> String {
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
