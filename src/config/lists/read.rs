//! Reads the keys of a category that say how its list is shown.

use crate::config::kinds::{Field, FieldType, Kinds};
use crate::config::lists::model::{
    Column, Facet, ListSettings, NoField, PER_PAGE, Sort, View, field_named,
};
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::{Code, Diagnostic, closest};

/// The keys of a category that this module reads.
pub(in crate::config) const LIST_KEYS: &[&str] =
    &["sort", "view", "columns", "facets", "per_page", "dates"];

/// How many columns and how many facets a list has at most.
const MOST_FIELDS: usize = 100;
/// How few and how many items a page of a list may have.
const PER_PAGE_BOUNDS: std::ops::RangeInclusive<i64> = 5..=500;

/// Reads how the list of a category is shown. Its columns and facets may be fields of the declared kinds.
pub(in crate::config) fn read_list(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    kinds: &Kinds,
) -> ListSettings {
    let view = table.choice(file, "view", &View::WORDS);
    let columns = columns(file, table, kinds);
    let facets = facets(file, table, kinds);
    let sort = table.string(file, "sort").and_then(|at| sort(file, &at, kinds));
    let per_page = table.number_within(file, "per_page", &PER_PAGE_BOUNDS);
    let dates = table.boolean(file, "dates");
    ListSettings {
        view: view.map_or(View::List, |at| at.value),
        columns,
        facets,
        sort: sort.unwrap_or(Sort::Weight),
        per_page: per_page.unwrap_or(PER_PAGE),
        has_dates: dates.is_none_or(|at| at.value),
    }
}

fn columns(file: &mut SettingsFile, table: &mut SettingsTable, kinds: &Kinds) -> Vec<Column> {
    let column =
        |file: &mut SettingsFile, at: &At<String>| column(file, "columns", at, &at.value, kinds);
    different(file, table, "columns", column)
}

/// Reads a list of words. Reports one that stands there twice, and one too many.
fn different<T: PartialEq>(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    key: &str,
    read: impl Fn(&mut SettingsFile, &At<String>) -> Option<T>,
) -> Vec<T> {
    let mut values = Vec::new();
    for at in table.strings(file, key) {
        let Some(value) = read(file, &at) else { continue };
        if values.contains(&value) {
            report_twice(file, key, at);
        } else if values.len() == MOST_FIELDS {
            file.too_many(&table.dotted(key), MOST_FIELDS, at.span);
            break;
        } else {
            values.push(value);
        }
    }
    values
}

/// Returns the column of a word. Reports a word that stands for none.
fn column(
    file: &mut SettingsFile,
    key: &'static str,
    at: &At<String>,
    word: &str,
    kinds: &Kinds,
) -> Option<Column> {
    let why = match Column::of_word(word, kinds) {
        Ok(column) => return Some(column),
        Err(why) => why,
    };
    let mut known: Vec<&str> = Column::WORDS.iter().map(|(word, _)| *word).collect();
    if key == "sort" {
        known.extend(["weight", "date"]);
    }
    let allowed = Allowed { key, known, types: &SCALARS, fits: Field::is_scalar };
    allowed.report(file, at, word, kinds, why);
    None
}

/// The types whose values are short.
const SCALARS: [&str; 15] = [
    "text", "integer", "decimal", "money", "percent", "date", "datetime", "boolean", "choice",
    "person", "unit", "item", "url", "phone", "email",
];

fn facets(file: &mut SettingsFile, table: &mut SettingsTable, kinds: &Kinds) -> Vec<Facet> {
    different(file, table, "facets", |file, at| facet(file, at, kinds))
}

fn facet(file: &mut SettingsFile, at: &At<String>, kinds: &Kinds) -> Option<Facet> {
    if let Some((_, facet)) = Facet::WORDS.iter().find(|(known, _)| *known == at.value) {
        return Some(facet.clone());
    }
    let is_closed =
        |field: &Field| matches!(field.field_type, FieldType::Choice(_) | FieldType::Boolean);
    let fits = |field: &Field| is_closed(field) && !field.is_list;
    let why = match field_named(&at.value, kinds, fits) {
        Ok(field) => return Some(Facet::Field(field.id.clone())),
        Err(why) => why,
    };
    let known = Facet::WORDS.iter().map(|(word, _)| *word).collect();
    let allowed = Allowed { key: "facets", known, types: &["choice", "boolean"], fits };
    allowed.report(file, at, &at.value, kinds, why);
    None
}

/// Reads an order: a word, or a column, with `-` before it for the opposite direction.
fn sort(file: &mut SettingsFile, at: &At<String>, kinds: &Kinds) -> Option<Sort> {
    Sort::with_column(&at.value, |word| column(file, "sort", at, word, kinds))
}

fn report_twice(file: &mut SettingsFile, key: &str, at: At<String>) {
    let diagnostic = Diagnostic::error(Code::ListField, file.place(at.span));
    let diagnostic = diagnostic.arg("value", at.value).arg("key", key);
    file.diagnostics.push(diagnostic.help("help-twice"));
}

/// Which fields may be named under a key.
struct Allowed<'a, F> {
    key: &'a str,
    /// The words that are not fields.
    known: Vec<&'a str>,
    /// The types of fields that fit.
    types: &'a [&'a str],
    /// Whether a field fits.
    fits: F,
}

impl<F: Fn(&Field) -> bool> Allowed<'_, F> {
    /// Reports a word that is no field that fits.
    fn report(
        &self,
        file: &mut SettingsFile,
        at: &At<String>,
        word: &str,
        kinds: &Kinds,
        why: NoField,
    ) {
        if matches!(why, NoField::Unknown) && kinds.is_incomplete() {
            return;
        }
        let diagnostic = Diagnostic::error(Code::ListField, file.place(at.span.clone()));
        let diagnostic = diagnostic.arg("value", at.value.as_str()).arg("key", self.key);
        file.diagnostics.push(match why {
            NoField::Unknown => {
                let all = kinds.all().flat_map(|(_, kind)| &kind.fields).filter(|f| (self.fits)(f));
                let words = all.map(|field| field.id.as_str()).chain(self.known.iter().copied());
                match closest(word, words) {
                    Some(near) => {
                        let near = at.value.replacen(word, near, 1);
                        diagnostic.arg("suggestion", near).help("help-suggestion")
                    }
                    None => diagnostic.arg("known", self.known.join(", ")),
                }
            }
            NoField::Differs(kinds) => {
                diagnostic.arg("kinds", kinds.join(", ")).help("help-differs")
            }
            NoField::Unfit(field) => {
                let list = if field.is_list { ", list = true" } else { "" };
                diagnostic
                    .arg("type", format!("\"{}\"{list}", field.field_type.as_str()))
                    .arg("types", self.types.join(", "))
                    .help("help-type")
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::kinds::RESERVED;

    #[test]
    fn no_field_has_the_name_of_a_column_or_an_order() {
        let columns = Column::WORDS.map(|(word, _)| word);
        let facets = Facet::WORDS.map(|(word, _)| word);
        let sorts = Sort::WORDS.map(|(word, _)| word);
        for word in columns.iter().chain(&facets).chain(&sorts) {
            assert!(RESERVED.contains(word), "{word}");
        }
    }

    #[test]
    fn the_types_that_are_listed_are_those_that_fit() {
        for (word, field_type) in FieldType::WORDS {
            let mut field = Field::of_type(field_type);
            assert_eq!(SCALARS.contains(&word), field.is_scalar(), "{word}");
            field.is_list = true;
            assert!(!field.is_scalar());
        }
    }
}
