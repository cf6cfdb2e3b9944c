//! The schema of `site.toml`. It does not depend on a portal's settings, which are what it describes.

use serde_json::{Map, Value, json};

use crate::commands::export::pattern::{DateForm, date, number, padded};
use crate::commands::export::texts::Texts;
use crate::config::{Key, SETTINGS_TABLE, Shape, Table};

/// The fields of a kind, which may have fields themselves.
const RECURSIVE: &str = "fields";

/// Returns the schema.
pub(super) fn site_schema(texts: &Texts) -> Value {
    let site = SiteSchema { texts };
    let mut schema = site.table(&SETTINGS_TABLE);
    schema["title"] = json!(texts.of_key("words", "title-site"));
    let mut definitions = Map::new();
    site.define(&SETTINGS_TABLE, &mut definitions);
    schema["definitions"] = Value::Object(definitions);
    schema
}

struct SiteSchema<'a> {
    texts: &'a Texts,
}

impl SiteSchema<'_> {
    fn table(&self, table: &Table) -> Value {
        let described = |key: &Key| {
            let schema = self.texts.describe(table.name, key.name, self.shape(&key.shape));
            (key.name.to_owned(), schema)
        };
        let properties: Map<String, Value> = table.keys().map(described).collect();
        let required: Vec<&str> =
            table.keys().filter(|key| key.is_required).map(|key| key.name).collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    fn shape(&self, shape: &Shape) -> Value {
        match shape {
            Shape::Text => json!({ "type": "string" }),
            Shape::Form(pattern) => json!({ "type": "string", "pattern": pattern }),
            Shape::Label => json!({
                "type": ["string", "object"],
                "additionalProperties": { "type": "string" },
            }),
            Shape::Date => {
                json!({ "type": "string", "pattern": padded(&date(DateForm::Moment, None)) })
            }
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::Count(bounds) => {
                let mut schema = json!({ "type": "integer", "minimum": bounds.start() });
                if *bounds.end() < i64::MAX {
                    schema["maximum"] = json!(bounds.end());
                }
                schema
            }
            Shape::Number => {
                json!({ "type": ["number", "string"], "pattern": padded(&number(None)) })
            }
            Shape::Words(words) => json!({ "type": "string", "enum": words() }),
            Shape::List(entry) => json!({ "type": "array", "items": self.entry(entry) }),
            Shape::Table(table) => self.table(table),
            Shape::TextOr(table) => {
                let mut schema = self.table(table);
                schema["type"] = json!(["string", "object"]);
                schema
            }
            Shape::Named(entry) => {
                json!({ "type": "object", "additionalProperties": self.shape(entry) })
            }
            Shape::Open => json!({ "type": "object" }),
        }
    }

    fn entry(&self, shape: &Shape) -> Value {
        match shape {
            Shape::Table(table) if table.name == RECURSIVE => {
                json!({ "$ref": format!("#/definitions/{RECURSIVE}") })
            }
            other => self.shape(other),
        }
    }

    /// Adds the tables that contain themselves.
    fn define(&self, of: &Table, definitions: &mut Map<String, Value>) {
        for key in of.keys() {
            let Shape::List(Shape::Table(table)) = key.shape else { continue };
            if table.name != RECURSIVE {
                self.define(table, definitions);
            } else if !definitions.contains_key(RECURSIVE) {
                definitions.insert(RECURSIVE.to_owned(), self.table(table));
            }
        }
    }
}
