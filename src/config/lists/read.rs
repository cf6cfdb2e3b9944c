//! Reads the keys of a category that say how its list is shown.

use crate::config::kinds::{Field, FieldType, Kind, Kinds};
use crate::config::lists::model::{Column, Facet, ListSettings, PER_PAGE, Sort, View};
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::{Code, Diagnostic, closest};

/// The keys of a category that this module reads.
pub(in crate::config) const LIST_KEYS: &[&str] =
    &["sort", "view", "columns", "facets", "per_page", "dates"];

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
    let sort = table.string(file, "sort").and_then(|at| sort(file, at, kinds));
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
    let mut columns = Vec::new();
    for at in table.strings(file, "columns") {
        let Some(column) = column(file, "columns", &at, &at.value, kinds) else { continue };
        if columns.contains(&column) {
            report_twice(file, "columns", at);
        } else {
            columns.push(column);
        }
    }
    columns
}

/// Returns the column of a word. Reports a word that stands for none.
fn column(
    file: &mut SettingsFile,
    key: &'static str,
    at: &At<String>,
    word: &str,
    kinds: &Kinds,
) -> Option<Column> {
    if let Some((_, column)) = Column::WORDS.iter().find(|(known, _)| *known == word) {
        return Some(column.clone());
    }
    let mut known: Vec<&str> = Column::WORDS.iter().map(|(word, _)| *word).collect();
    if key == "sort" {
        known.extend(["weight", "date"]);
    }
    let allowed = Allowed { key, known, types: &SCALARS, fits: Field::is_scalar };
    allowed.is_field(file, at, word, kinds).then(|| Column::Field(word.to_owned()))
}

/// The types whose values are short.
const SCALARS: [&str; 15] = [
    "text", "integer", "decimal", "money", "percent", "date", "datetime", "boolean", "choice",
    "person", "unit", "item", "url", "phone", "email",
];

fn facets(file: &mut SettingsFile, table: &mut SettingsTable, kinds: &Kinds) -> Vec<Facet> {
    let mut facets = Vec::new();
    for at in table.strings(file, "facets") {
        let Some(facet) = facet(file, &at, kinds) else { continue };
        if facets.contains(&facet) {
            report_twice(file, "facets", at);
        } else {
            facets.push(facet);
        }
    }
    facets
}

fn facet(file: &mut SettingsFile, at: &At<String>, kinds: &Kinds) -> Option<Facet> {
    if let Some((_, facet)) = Facet::WORDS.iter().find(|(known, _)| *known == at.value) {
        return Some(facet.clone());
    }
    let known = Facet::WORDS.iter().map(|(word, _)| *word).collect();
    let is_closed =
        |field: &Field| matches!(field.field_type, FieldType::Choice(_) | FieldType::Boolean);
    let fits = |field: &Field| is_closed(field) && !field.is_list;
    let allowed = Allowed { key: "facets", known, types: &["choice", "boolean"], fits };
    allowed.is_field(file, at, &at.value, kinds).then(|| Facet::Field(at.value.clone()))
}

/// Reads an order: a word, or a column, with `-` before it for the opposite direction.
fn sort(file: &mut SettingsFile, at: At<String>, kinds: &Kinds) -> Option<Sort> {
    if let Some((_, sort)) = Sort::WORDS.iter().find(|(word, _)| *word == at.value) {
        return Some(sort.clone());
    }
    let (word, is_descending) = match at.value.strip_prefix('-') {
        Some(word) => (word, true),
        None => (at.value.as_str(), false),
    };
    let column = column(file, "sort", &at, word, kinds)?;
    Some(Sort::Column { column, is_descending })
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
    /// Returns whether a word is a field of a declared kind that fits, and whether all kinds that have it
    /// agree on its type. Reports it otherwise.
    fn is_field(
        &self,
        file: &mut SettingsFile,
        at: &At<String>,
        word: &str,
        kinds: &Kinds,
    ) -> bool {
        let place = file.place(at.span.clone());
        let diagnostic = Diagnostic::error(Code::ListField, place);
        let diagnostic = diagnostic.arg("value", at.value.as_str()).arg("key", self.key);
        let having = kinds.all().filter_map(|(_, kind)| Some((kind, kind.field(word)?.1)));
        let having: Vec<(&Kind, &Field)> = having.collect();
        let Some((_, first)) = having.first() else {
            let all = kinds.all().flat_map(|(_, kind)| &kind.fields).filter(|f| (self.fits)(f));
            let words = all.map(|field| field.id.as_str()).chain(self.known.iter().copied());
            file.diagnostics.push(match closest(word, words) {
                Some(near) => {
                    let near = at.value.replacen(word, near, 1);
                    diagnostic.arg("suggestion", near).help("help-suggestion")
                }
                None => diagnostic.arg("known", self.known.join(", ")),
            });
            return false;
        };
        let shape = |field: &Field| (field.field_type.as_str(), field.is_list);
        if having.iter().any(|(_, field)| shape(field) != shape(first)) {
            let kinds: Vec<&str> = having.iter().map(|(kind, _)| kind.id.as_str()).collect();
            let diagnostic = diagnostic.arg("kinds", kinds.join(", "));
            file.diagnostics.push(diagnostic.help("help-differs"));
            return false;
        }
        if !(self.fits)(first) {
            let list = if first.is_list { ", list = true" } else { "" };
            let diagnostic = diagnostic
                .arg("type", format!("\"{}\"{list}", first.field_type.as_str()))
                .arg("types", self.types.join(", "));
            file.diagnostics.push(diagnostic.help("help-type"));
            return false;
        }
        true
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
