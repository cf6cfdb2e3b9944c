//! What editors show of keys, in Thai and in English.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::commands::bilingual::Bilingual;
use crate::report::ReportLanguage;

const TEXTS: Bilingual =
    Bilingual { thai: include_str!("texts/th.toml"), english: include_str!("texts/en.toml") };

/// The sentences about keys.
#[derive(Debug)]
pub(super) struct Texts {
    /// The language.
    pub language: ReportLanguage,
    tables: BTreeMap<String, BTreeMap<String, String>>,
}

impl Texts {
    /// Returns the sentences of a language.
    ///
    /// # Panics
    ///
    /// Panics if the file that is compiled into the program is not TOML. A test reads both files.
    pub(super) fn of(language: ReportLanguage) -> Self {
        let tables = toml::from_str(TEXTS.in_language(language)).expect("the texts are valid TOML");
        Self { language, tables }
    }

    /// Returns the sentence about a key.
    pub(super) fn of_key(&self, table: &str, key: &str) -> &str {
        let text = self.tables.get(table).and_then(|keys| keys.get(key));
        text.map_or("", String::as_str)
    }

    /// Adds the sentence about a key to its schema. Editors of YAML also show it in place of a pattern.
    pub(super) fn describe(&self, table: &str, key: &str, mut schema: Value) -> Value {
        let text = json!(self.of_key(table, key));
        if schema.get("pattern").is_some() {
            schema["patternErrorMessage"] = text.clone();
        }
        schema["description"] = text;
        schema
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::{SETTINGS_TABLE, Shape, Table};
    use crate::content::{KEY_SHAPES, KeyShape, OBLIGATION_KEYS};

    type Keys = BTreeSet<(String, String)>;

    fn add_table(keys: &mut Keys, table: &Table) {
        for key in table.keys() {
            if keys.insert((table.name.to_owned(), key.name.to_owned())) {
                add_shape(keys, &key.shape);
            }
        }
    }

    fn add_shape(keys: &mut Keys, shape: &Shape) {
        match shape {
            Shape::Table(table) | Shape::TextOr(table) => add_table(keys, table),
            Shape::List(inner) | Shape::Named(inner) => add_shape(keys, inner),
            _ => {}
        }
    }

    #[test]
    fn every_key_has_a_sentence_and_every_sentence_a_key() {
        let mut keys = Keys::new();
        add_table(&mut keys, &SETTINGS_TABLE);
        let mut add = |table: &str, key: &str| keys.insert((table.to_owned(), key.to_owned()));
        for (name, shape) in KEY_SHAPES {
            add("item", name);
            if let KeyShape::Map(inner) | KeyShape::Entries(inner) = shape {
                let table = format!("item-{name}");
                for key in *inner {
                    add(&table, key.name);
                }
            }
        }
        for key in OBLIGATION_KEYS {
            add("obligations", key);
        }
        add("coverage", "obligations");
        for word in ["required", "title-site", "title-item"] {
            add("words", word);
        }
        for language in [ReportLanguage::Thai, ReportLanguage::English] {
            let texts = Texts::of(language).tables;
            let described: Keys = texts
                .iter()
                .flat_map(|(table, keys)| keys.keys().map(|key| (table.clone(), key.clone())))
                .collect();
            assert_eq!(keys.difference(&described).collect::<Vec<_>>(), Vec::<&_>::new());
            assert_eq!(described.difference(&keys).collect::<Vec<_>>(), Vec::<&_>::new());
        }
    }
}
