//! Reads the declaration of a kind.

use crate::config::ids::is_plain_id;
use crate::config::kinds::built_in::BUILT_IN;
use crate::config::kinds::fields::{DeclaredFieldReader, ReadField};
use crate::config::kinds::id::report_id;
use crate::config::kinds::label::read_label;
use crate::config::kinds::model::{Field, FieldRole, Kind};
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::{Code, Diagnostics};
use crate::source::MAX_PART;

/// The document that describes declarations.
pub(super) const GUIDE: &str = "docs/kinds.md";
/// The kinds whose fields themes and other formats rely on.
const RELIED_ON: [&str; 4] = ["person", "plan", "division", "map"];
/// The only kind that is not declared as data and has typed values.
pub(crate) const COVERAGE: &str = "coverage";

const KIND_KEYS: &[&str] = &["id", "title", "step", "optional_step", "fields"];

/// Returns a kind that prakat brings, by its id.
pub(super) fn built_in_kind(id: &str) -> Option<Kind> {
    let (path, text) = BUILT_IN.iter().find(|(path, _)| *path == id)?;
    read_file(path, text, &mut Diagnostics::default()).pop()
}

/// Reads a file that contains nothing but kinds.
fn read_file(path: &str, text: &str, diagnostics: &mut Diagnostics) -> Vec<Kind> {
    let file = &mut SettingsFile { path, text, diagnostics, guide: GUIDE };
    let Some(mut top) = file.parse() else { return Vec::new() };
    let tables = top.tables(file, "kinds");
    top.finish(file, &["kinds"]);
    let kinds = tables.into_iter().filter_map(|table| read_kind(file, table, "th"));
    kinds.map(|(_, kind)| Kind { is_own: false, ..kind }).collect()
}

/// Reads a kind. Returns it with the place of its id.
pub(super) fn read_kind(
    file: &mut SettingsFile,
    mut table: SettingsTable,
    own: &str,
) -> Option<(std::ops::Range<usize>, Kind)> {
    let id = table.required(file, "id");
    let id = id.filter(|id| {
        let fits = is_plain_id(&id.value) && id.value.len() <= MAX_PART && id.value != COVERAGE;
        if !fits {
            report_id(file, id, "help");
        }
        fits
    });
    let title = read_label(file, &mut table, "title", own, true);
    let step = read_step(file, &mut table);
    let is_optional_step = table.boolean(file, "optional_step");
    let fields = DeclaredFieldReader { own, is_group: false }.fields(file, &mut table);
    let thread = fields.iter().any(|read| read.field.role == Some(FieldRole::Thread));
    let has_step = step.is_some();
    if let Some(step) = step.as_ref().filter(|_| !thread) {
        file.error(Code::KindStep, step.span.clone(), &[("key", "step".to_owned())]);
    }
    if let Some(optional) = is_optional_step.as_ref().filter(|_| !has_step) {
        let key = "optional_step".to_owned();
        file.error(Code::KindStep, optional.span.clone(), &[("key", key)]);
    }
    table.finish(file, KIND_KEYS);
    let id = id?;
    report_changed_types(file, &id.value, &fields);
    let kind = Kind {
        id: id.value,
        title,
        step: step.map(|at| at.value),
        is_optional_step: is_optional_step.is_some_and(|at| at.value),
        fields: fields.into_iter().map(|read| read.field).collect(),
        is_own: true,
    };
    Some((id.span, kind))
}

fn read_step(file: &mut SettingsFile, table: &mut SettingsTable) -> Option<At<u16>> {
    if !table.has("step") {
        return None;
    }
    let At { value, span } = table.number(file, "step")?;
    match u16::try_from(value) {
        Ok(value) => Some(At { value, span }),
        Err(_) => {
            let wanted = ("wanted", "@kind/step".to_owned());
            file.error(Code::SettingType, span, &[("key", table.dotted("step")), wanted]);
            None
        }
    }
}

/// Reports fields of a kind that prakat knows, whose types are not those that themes rely on.
fn report_changed_types(file: &mut SettingsFile, id: &str, fields: &[ReadField]) {
    let is_built_in = file.path == id;
    if is_built_in || !RELIED_ON.contains(&id) {
        return;
    }
    let Some(built_in) = built_in_kind(id) else { return };
    for read in fields {
        let Some((_, known)) = built_in.field(&read.field.id) else { continue };
        report_changed_type(file, id, read, known);
    }
}

fn report_changed_type(file: &mut SettingsFile, kind: &str, read: &ReadField, known: &Field) {
    if !read.field.has_type_of(known) {
        let list = if known.is_list { ", list = true" } else { "" };
        let wanted = format!("type = \"{}\"{list}", known.field_type.as_str());
        let args = [("value", known.id.clone()), ("kind", kind.to_owned()), ("wanted", wanted)];
        file.error(Code::KindRelied, read.span.clone(), &args);
        return;
    }
    for inner in &read.inner {
        if let Some(known) = known.inner().iter().find(|known| known.id == inner.field.id) {
            report_changed_type(file, kind, inner, known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_that_prakat_brings_have_no_mistakes() {
        for (id, text) in BUILT_IN {
            let mut diagnostics = Diagnostics::default();
            let kinds = read_file(id, text, &mut diagnostics);
            assert_eq!(diagnostics.sorted(), [], "{id}");
            let ids: Vec<&str> = kinds.iter().map(|kind| kind.id.as_str()).collect();
            assert_eq!(ids, [*id], "each file has the kind after which it is named");
        }
    }
}
