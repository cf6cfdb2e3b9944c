//! The schema of front matter.

use serde_json::{Map, Value, json};

use crate::commands::export::field::{FieldSchema, is_given, required_values, written_values};
use crate::commands::export::pattern::{DateForm, date, one_of, padded, padded_or_empty, year};
use crate::commands::export::texts::Texts;
use crate::config::{COVERAGE, Config, Kind};
use crate::content::{KEY_SHAPES, KeyShape, MapKey, OBLIGATION_KEYS};
use crate::diagnostics::Code;

/// Of which kinds the items are.
#[derive(Clone, Copy)]
pub(super) enum Kinds<'a> {
    /// Of any kind, also without one.
    All,
    /// Of one declared kind.
    One(&'a Kind),
    /// `coverage`.
    Coverage,
}

/// Makes the schema of front matter.
pub(super) struct ItemSchema<'a> {
    /// The settings.
    pub config: &'a Config,
    /// What editors show of keys.
    pub texts: &'a Texts,
    /// Of which kinds the items are.
    pub kinds: Kinds<'a>,
}

impl ItemSchema<'_> {
    /// Returns the schema.
    pub(super) fn schema(&self) -> Value {
        let described = |(name, shape): &(&str, KeyShape)| {
            let schema = self.texts.describe("item", name, self.shape(name, *shape));
            ((*name).to_owned(), schema)
        };
        let mut properties: Map<String, Value> = KEY_SHAPES.iter().map(described).collect();
        let mut required = vec!["title", "publish_from"];
        let rules: Vec<Value> = match self.kinds {
            Kinds::All => {
                let declared = self.config.kinds.all().map(|(_, kind)| self.rule_of(kind));
                declared.chain([self.coverage_rule()]).collect()
            }
            Kinds::One(kind) => {
                properties["kind"]["enum"] = json!(written_values(&kind.id));
                vec![self.rules_of_kind(kind)]
            }
            Kinds::Coverage => {
                properties["kind"]["enum"] = json!([COVERAGE]);
                vec![json!({ "properties": { "extra": self.coverage() } })]
            }
        };
        if !matches!(self.kinds, Kinds::All) {
            required.push("kind");
        }
        json!({
            "title": self.texts.of_key("words", "title-item"),
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
            "allOf": rules,
        })
    }

    /// Returns the schema of the value of a key.
    fn shape(&self, name: &str, shape: KeyShape) -> Value {
        let calendar = Some(self.config.calendar);
        let moment = date(DateForm::Moment, calendar);
        match shape {
            KeyShape::Text => text(),
            KeyShape::Filled => {
                json!({ "type": ["string", "number", "boolean"], "pattern": "\\S" })
            }
            KeyShape::Category => {
                let ids = self.config.policy.categories.iter().map(|c| c.id.as_str());
                one_or_nothing(ids, "")
            }
            KeyShape::Person => {
                let ids = self.config.policy.people.iter().map(|person| person.id.as_str());
                one_or_nothing(ids.clone(), &one_of(ids))
            }
            KeyShape::Unit => {
                let units = self.config.policy.people.iter().map(|person| person.unit.as_str());
                suggested(units.filter(|unit| !unit.is_empty()))
            }
            KeyShape::Kind => suggested(self.config.kinds.ids().chain([COVERAGE])),
            KeyShape::Rule => {
                let rules = Code::WAIVABLE.into_iter().map(Code::as_str);
                json!({ "anyOf": [
                    { "enum": rules.clone().collect::<Vec<_>>() },
                    { "type": "string", "pattern": padded(&one_of(rules)) },
                ] })
            }
            KeyShape::Date => {
                json!({ "type": ["string", "null"], "pattern": padded_or_empty(&moment) })
            }
            KeyShape::NeededDate => json!({ "type": "string", "pattern": padded(&moment) }),
            // Four digits: `70` is no year. A year before 1000 has to be in quotation marks.
            KeyShape::Year => json!({
                "type": ["integer", "string", "null"],
                "minimum": 1000,
                "maximum": 9999,
                "pattern": padded_or_empty(&year(calendar)),
            }),
            KeyShape::Integer => json!({ "type": ["integer", "null"] }),
            KeyShape::Boolean => json!({ "type": ["boolean", "null"] }),
            KeyShape::Texts => json!({ "type": ["array", "null"], "items": text() }),
            KeyShape::Extra => json!({ "type": ["object", "null"] }),
            KeyShape::Map(keys) => self.map(name, keys),
            KeyShape::Entries(keys) => {
                json!({ "type": ["array", "null"], "items": self.map(name, keys) })
            }
        }
    }

    fn map(&self, name: &str, keys: &[MapKey]) -> Value {
        let described = |key: &MapKey| {
            let schema = self.shape(key.name, key.shape);
            let table = format!("item-{name}");
            (key.name.to_owned(), self.texts.describe(&table, key.name, schema))
        };
        let properties: Map<String, Value> = keys.iter().map(described).collect();
        let required: Vec<&str> =
            keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }

    /// Returns the rule for items of a kind among those of all kinds.
    fn rule_of(&self, kind: &Kind) -> Value {
        json!({ "if": has_kind(&kind.id), "then": self.rules_of_kind(kind) })
    }

    /// Returns the rules for items of a kind. What the kind requires may be missing until somebody approves.
    fn rules_of_kind(&self, kind: &Kind) -> Value {
        let fields = FieldSchema {
            config: self.config,
            language: self.texts.language,
            required: self.texts.of_key("words", "required"),
        };
        let mut extra = fields.map(&kind.fields);
        extra["type"] = json!(["object", "null"]);
        let mut rule = json!({ "properties": { "extra": extra } });
        if let Some(values) = required_values(&kind.fields) {
            let needs_extra = values["required"].as_array().is_some_and(|keys| !keys.is_empty());
            let required: &[&str] = if needs_extra { &["extra"] } else { &[] };
            let types: &[&str] = if needs_extra { &["object"] } else { &["object", "null"] };
            let mut extra = values;
            extra["type"] = json!(types);
            rule["if"] = is_approved();
            rule["then"] = json!({ "required": required, "properties": { "extra": extra } });
        }
        rule
    }

    fn coverage_rule(&self) -> Value {
        json!({ "if": has_kind(COVERAGE), "then": { "properties": { "extra": self.coverage() } } })
    }

    /// Returns the schema of `extra` of `kind: coverage`.
    fn coverage(&self) -> Value {
        let line = padded_or_empty("[^\\n\\r]*");
        let filled = padded("[^\\n\\r]*\\S[^\\n\\r]*");
        let described = |key: &str| {
            let schema = match key {
                "id" | "title" => json!({ "type": "string", "pattern": filled }),
                _ => json!({ "type": ["string", "null"], "pattern": line }),
            };
            (key.to_owned(), self.texts.describe("obligations", key, schema))
        };
        let properties: Map<String, Value> = OBLIGATION_KEYS.into_iter().map(described).collect();
        let obligations = json!({
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "properties": properties,
                "required": ["id", "title"],
                "additionalProperties": false,
            },
        });
        let obligations = self.texts.describe("coverage", "obligations", obligations);
        json!({ "type": ["object", "null"], "properties": { "obligations": obligations } })
    }
}

fn text() -> Value {
    json!({ "type": ["string", "number", "boolean", "null"] })
}

/// Returns the schema of one of some words, or of nothing. The pattern is for texts with spaces around them.
fn one_or_nothing<'w>(words: impl Iterator<Item = &'w str>, pattern: &str) -> Value {
    let words: Vec<Value> = words.flat_map(written_values).collect();
    let others = json!({ "type": ["string", "null"], "pattern": padded_or_empty(pattern) });
    if words.is_empty() { others } else { json!({ "anyOf": [{ "enum": words }, others] }) }
}

/// Returns the schema of a text, with words to choose from.
fn suggested<'w>(words: impl Iterator<Item = &'w str>) -> Value {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    if words.is_empty() {
        return text();
    }
    json!({ "anyOf": [{ "enum": words }, text()] })
}

/// Returns a schema that accepts items of a kind.
fn has_kind(id: &str) -> Value {
    json!({ "required": ["kind"], "properties": { "kind": { "enum": written_values(id) } } })
}

/// Returns a schema that accepts items that name an approver.
fn is_approved() -> Value {
    let mut given = is_given("approver");
    given["properties"]["approver"]["pattern"] = json!("\\S");
    given
}
