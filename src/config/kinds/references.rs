//! The names of other fields in a field's declaration.

use crate::config::kinds::model::{Field, FieldRole, FieldType};
use crate::config::kinds::type_check::OfType;
use crate::config::table::{At, SettingsFile, SettingsTable, Span};
use crate::diagnostics::{Code, Diagnostic, closest};

/// What a field says about others of the same map.
#[derive(Default)]
pub(super) struct References {
    /// `requires`.
    pub requires: Vec<At<String>>,
    /// `not_before`.
    pub not_before: Option<At<String>>,
    /// `alt`.
    pub alt: Option<At<String>>,
    /// `within = "fiscal_year"`.
    pub is_within: bool,
    /// The place of `role`.
    pub role: Option<Span>,
}

const DATES: &[&str] = &["date", "datetime"];

impl References {
    /// Reads them. Reports those that do not fit the type.
    pub(super) fn read(
        file: &mut SettingsFile,
        table: &mut SettingsTable,
        of: Option<&OfType>,
        role: Option<&At<FieldRole>>,
    ) -> Self {
        let requires = table.strings(file, "requires");
        let not_before = table.string(file, "not_before");
        let within = table.choice(file, "within", &[("fiscal_year", true)]);
        let alt = table.string(file, "alt");
        if let Some(of) = of {
            if let Some(at) = &not_before {
                of.check_single(file, "not_before", DATES, at.span.clone());
            }
            if let Some(at) = &within {
                of.check_single(file, "within", DATES, at.span.clone());
            }
            check_alt(file, table, of, alt.as_ref());
        }
        let is_within = within.is_some();
        Self { requires, not_before, alt, is_within, role: role.map(|at| at.span.clone()) }
    }
}

/// Checks that a picture has an alternative text. Only a single picture can have one.
fn check_alt(
    file: &mut SettingsFile,
    table: &SettingsTable,
    of: &OfType,
    alt: Option<&At<String>>,
) {
    let is_picture = of.field_type == FieldType::Picture;
    match alt {
        Some(at) if !is_picture => of.report(file, "alt", &["picture"], at.span.clone()),
        None if is_picture && !of.is_list => {
            table.missing(file, "alt");
        }
        _ if is_picture && of.is_list => {
            let diagnostic = Diagnostic::error(Code::KindField, file.place(table.span.clone()));
            file.diagnostics.push(diagnostic.arg("key", "list").help("help-pictures"));
        }
        _ => {}
    }
}

/// Reports names that are not those of other fields of the same map, or of fields with another type.
pub(super) fn check_references(
    file: &mut SettingsFile,
    fields: &[&Field],
    references: &[References],
) {
    for (field, names) in fields.iter().zip(references) {
        let others: Vec<&Field> =
            fields.iter().filter(|other| other.id != field.id).copied().collect();
        let reference = |key, name| Reference { key, field: &field.id, name };
        for name in &names.requires {
            reference("requires", name).check(file, &others, &[]);
        }
        if let Some(name) = &names.not_before {
            reference("not_before", name).check(file, &others, DATES);
        }
        if let Some(name) = &names.alt {
            reference("alt", name).check(file, &others, &["text"]);
        }
    }
}

/// The name of another field under a key of a field.
struct Reference<'a> {
    key: &'static str,
    field: &'a str,
    name: &'a At<String>,
}

impl Reference<'_> {
    /// Reports a name that is not that of a single value of some types. No types stand for any value.
    fn check(&self, file: &mut SettingsFile, others: &[&Field], types: &[&str]) {
        let Self { key, field, name } = *self;
        let fits = |field: &&&Field| {
            types.is_empty() || (types.contains(&field.field_type.as_str()) && !field.is_list)
        };
        let found = others.iter().find(|field| field.id == name.value);
        if found.is_some_and(|field| fits(&field)) {
            return;
        }
        let known: Vec<&str> = others.iter().filter(fits).map(|field| field.id.as_str()).collect();
        let diagnostic = Diagnostic::error(Code::KindReference, file.place(name.span.clone()));
        let diagnostic = diagnostic.arg("key", key).arg("value", name.value.as_str());
        let near = closest(&name.value, known.iter().copied());
        file.diagnostics.push(match near {
            Some(near) if found.is_none() && name.value != field => {
                diagnostic.arg("suggestion", near).help("help-suggestion")
            }
            _ if known.is_empty() => diagnostic.arg("types", types.join(", ")).help("help-none"),
            _ => diagnostic.arg("known", known.join(", ")),
        });
    }
}
