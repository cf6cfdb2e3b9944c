//! Reads `extra` of an item of a declared kind.

use serde_json::{Map, Value};

use crate::config::{Choice, Config, Field, FieldType, Kind, LanguageId};
use crate::content::field_value::{FieldMap, FieldValue, FieldValues};
use crate::content::item::ItemFile;
use crate::content::kinds::report::{ExtraReport, below, entry, path};
use crate::content::listed_texts::report_formula;
use crate::content::yaml::YamlStep;
use crate::content::yaml_numbers::odd_numbers;
use crate::text::{Calendar, folded, is_dialled_with_words};

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

/// What stands under `fiscal_year`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::content) enum FiscalYear {
    /// Nothing.
    Missing,
    /// What is no year. That is reported where it is read.
    Wrong,
    /// A year of the Common Era.
    Given(i16),
}

/// What the values under `extra` may name, and what they are compared with.
#[derive(Clone, Copy)]
pub(in crate::content) struct KindContext<'a> {
    /// The settings.
    pub config: &'a Config,
    /// `fiscal_year`.
    pub fiscal_year: FiscalYear,
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
    /// The paths of numbers that are not written in digits.
    odd_numbers: Vec<String>,
}

impl<'a> ExtraReader<'a> {
    /// Creates a reader.
    pub(in crate::content) fn new(context: KindContext<'a>, report: ExtraReport<'a>) -> Self {
        Self { context, report, odd_numbers: Vec::new() }
    }

    /// Reads `extra`. Returns what could be read; errors are reported.
    pub(in crate::content) fn read(
        &mut self,
        kind: &Kind,
        extra: &Map<String, Value>,
    ) -> FieldValues {
        let steps = [YamlStep::Key("extra")];
        self.odd_numbers = odd_numbers(self.report.source.yaml(), "extra", extra);
        self.check_fiscal_year(&kind.fields, extra);
        let values = self.map(&kind.fields, extra, &steps);
        self.check_exported(&kind.fields, &values);
        values
    }

    /// Reports texts that lists export and that a spreadsheet would run.
    fn check_exported(&mut self, fields: &[Field], values: &FieldValues) {
        let exported = FieldMap { fields, values };
        for (field, value) in exported.iter().filter(|(field, _)| field.is_scalar()) {
            if let FieldValue::Text(text) = value
                && !(field.field_type == FieldType::Phone && is_dialled_with_words(text))
            {
                let steps = [YamlStep::Key("extra"), YamlStep::Key(&field.id)];
                let place = || self.report.source.place(&steps);
                report_formula(text, place, self.report.diagnostics);
            }
        }
    }

    /// Reads the values of a kind or of a group.
    pub(super) fn map(
        &mut self,
        fields: &[Field],
        written: &Map<String, Value>,
        steps: &[YamlStep],
    ) -> FieldValues {
        let known: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
        let config = self.context.config;
        let named = |label: &str| field_labelled(fields, label, config);
        self.report.unknown(steps, written.keys(), &known, &named);
        let mut values = Vec::new();
        for (position, field) in (0..).zip(fields) {
            let inner = below(steps, &field.id);
            let value = written.get(&field.id);
            let is_odd = |reader: &mut Self| {
                value.is_some_and(|value| reader.is_odd_number(field, value, &inner))
            };
            match given(written, &field.id) {
                _ if self.naming(field, is_odd) => {}
                Some(value) => {
                    let value = self.naming(field, |reader| reader.field(field, value, &inner));
                    values.extend(value.map(|value| (position, value)));
                }
                None if field.is_required => self.report_unfilled(field, written, steps),
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
        let read = |(n, value)| {
            let steps = entry(steps, n);
            if self.is_odd_number(field, value, &steps) {
                None
            } else {
                self.single(field, value, &steps)
            }
        };
        let read: Box<[FieldValue]> = list.iter().enumerate().filter_map(read).collect();
        let list = FieldValue::List(read);
        self.check_bounds(field, &list, steps);
        Some(list)
    }

    /// Returns whether a value is a number that is not written in digits, and would be read. Reports it.
    fn is_odd_number(&mut self, field: &Field, value: &Value, steps: &[YamlStep]) -> bool {
        let of = &field.field_type;
        let is_read =
            value.is_null() || of.decimals().is_some() || matches!(of, FieldType::Choice(_));
        let is_odd =
            is_read && !self.odd_numbers.is_empty() && self.odd_numbers.contains(&path(steps));
        if is_odd {
            self.report.wrong(steps, "help-digits");
        }
        is_odd
    }

    /// Reports a required field without a value.
    fn report_unfilled(&mut self, field: &Field, written: &Map<String, Value>, steps: &[YamlStep]) {
        let is_there = written.contains_key(&field.id);
        let missing = self.report.unfilled(steps, &field.id, is_there);
        let missing = missing.arg("name", field.id.as_str()).arg("label", self.label(field));
        let missing = match &field.field_type {
            FieldType::Choice(choices) => missing.arg("known", self.known(choices)),
            _ => missing.arg("example", self.example(field)),
        };
        self.report.diagnostics.push(missing.help(match (&field.field_type, is_there) {
            (FieldType::Choice(_), false) => "help-extra-choice",
            (FieldType::Choice(_), true) => "help-extra-empty-choice",
            (FieldType::Text | FieldType::Lines | FieldType::Unit, true) => "help-extra-empty-text",
            (_, true) => "help-extra-empty",
            (_, false) => "help-extra",
        }));
    }

    /// Returns the words of a closed list with their labels.
    pub(super) fn known(&self, choices: &[Choice]) -> String {
        let config = self.context.config;
        let shown = |choice: &Choice| match config.text(&choice.label, LanguageId::OWN) {
            label if label == choice.id => label.to_owned(),
            label => format!("{} ({label})", choice.id),
        };
        choices.iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    /// Returns what a value may look like.
    fn example(&self, field: &Field) -> String {
        let config = self.context.config;
        let day = match config.calendar {
            Calendar::Buddhist => "2569-06-25",
            Calendar::Gregorian => "2026-06-25",
        };
        let example = field.field_type.example();
        let person = config.policy.people.first().map_or("…", |person| &person.id);
        let example = example.replace("{today}", day).replace("{person}", person);
        let example = if example.is_empty() { "…".to_owned() } else { example };
        if field.is_list { format!("[{example}]") } else { example }
    }

    /// Returns the name of a field in the site's own language.
    pub(super) fn label(&self, field: &Field) -> String {
        self.context.config.text(&field.label, LanguageId::OWN).to_owned()
    }
}

/// Returns the id of the field with a label, in any language of the site.
fn field_labelled(fields: &[Field], label: &str, config: &Config) -> Option<String> {
    let own = &config.languages[0].code;
    let is_so = |text: &str| folded(text) == folded(label);
    let has_label = |field: &&Field| {
        config.languages.iter().any(|language| is_so(field.label.in_language(&language.code, own)))
    };
    fields.iter().find(has_label).map(|field| field.id.clone())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::read_settings;
    use crate::content::front_matter_source::FrontMatterSource;
    use crate::content::kinds::NoItem;
    use crate::diagnostics::Diagnostics;

    const SETTINGS: &str = include_str!("../../../tests/cases/fields-shown/in/site.toml");

    /// Generates what may stand under `extra`: mostly keys and values that mean something there.
    fn values() -> impl Strategy<Value = Value> {
        let words = [
            "",
            " ",
            "text",
            "หลาย\nบรรทัด",
            "12",
            "1,250.50",
            "๑๒",
            "-0.0000005",
            "99%",
            "1e9",
            "2569-10-12",
            "2569-13-40",
            "2569-10-12T08:30",
            "9999-12-31",
            "e-bidding",
            "post",
            "mayor",
            "news/a.md",
            "b.md",
            "a.md",
            "https://example.com/",
            "https://[",
            "0 5600 0111",
            "a@example.go.th",
            "a.pdf",
            "map.png",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            prop::sample::select(words.to_vec()).prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                maps(inner).prop_map(Value::Object),
            ]
        })
    }

    fn maps(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
        let keys = [
            "subject", "note", "copies", "area", "budget", "done", "begins", "closes", "online",
            "method", "contact", "owner", "basis", "form", "phone", "email", "agenda", "map",
            "map_alt", "days", "methods", "place", "bids", "building", "floor", "bidder", "price",
            "paper", "other",
        ];
        let keys = prop::sample::select(keys.to_vec()).prop_map(str::to_owned);
        prop::collection::btree_map(keys, values, 0..12).prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        #[test]
        fn all_values_are_read_or_reported(
            extra in maps(values()),
            year in prop::sample::select(vec![
                FiscalYear::Wrong,
                FiscalYear::Missing,
                FiscalYear::Given(2027),
            ]),
        ) {
            let config = read_settings(SETTINGS, &mut Diagnostics::default()).unwrap();
            let (_, kind) = config.kinds.named("everything").unwrap();
            // JSON is YAML, but for some escapes: then places are those of the end.
            let yaml = format!("extra: {}\n", Value::Object(extra.clone()));
            let text = format!("---\n{yaml}---\n");
            let source = FrontMatterSource::new("content/news/a.md", &text, 4..4 + yaml.len());
            let files: Vec<ItemFile> = ["a.pdf", "map.png"]
                .map(|name| ItemFile { name: name.into(), size: 1, digest: None })
                .into();
            let item = |path: &str| match path {
                "b.md" => Ok("content/news/b.md".into()),
                "a.md" => Err(NoItem::Itself),
                other => Err(NoItem::Missing(other.to_owned())),
            };
            let mut diagnostics = Diagnostics::default();
            let report = ExtraReport {
                source: &source,
                has_approver: true,
                diagnostics: &mut diagnostics,
            };
            let context = KindContext { config: &config, fiscal_year: year, files: &files, item: &item };
            let read = ExtraReader::new(context, report).read(kind, &extra);
            for (position, _) in read.iter() {
                prop_assert!(usize::from(position) < kind.fields.len());
            }
            for field in &kind.fields {
                let is_read = kind.field(&field.id).is_some_and(|(n, _)| read.get(n).is_some());
                let is_missing = field.is_required && given(&extra, &field.id).is_none();
                prop_assert!(!is_missing || diagnostics.has_errors());
                let is_given = given(&extra, &field.id).is_some();
                prop_assert!(is_read || !is_given || diagnostics.has_errors(), "{}", field.id);
            }
        }
    }
}
