//! Finds items whose kind was probably misspelt or forgotten: nothing checks their `extra`.

use serde_json::{Map, Value};

use crate::config::{COVERAGE, Kind, Kinds};
use crate::content::front_matter_source::FrontMatterSource;
use crate::content::yaml::YamlStep;
use crate::diagnostics::{Code, Diagnostic, closest};

/// How many entries of `extra` make its kind recognizable.
const FEWEST_ENTRIES: usize = 2;

/// Returns a warning for an item of no declared kind whose word is close to that of one, or whose entries
/// under `extra` are all fields of one.
pub(in crate::content) fn unknown_kind(
    source: &FrontMatterSource,
    kind: &str,
    extra: &Map<String, Value>,
    kinds: &Kinds,
) -> Option<Diagnostic> {
    let warning = |suggestion: &str, help| {
        let key = if kind.is_empty() { "extra" } else { "kind" };
        let place = source.place(&[YamlStep::Key(key)]);
        Diagnostic::warning(Code::UnknownKind, place).arg("suggestion", suggestion).help(help)
    };
    let near = || closest(kind, kinds.ids().chain([COVERAGE]));
    if let Some(near) = (!kind.is_empty()).then(near).flatten() {
        return Some(warning(near, "help-suggestion"));
    }
    if extra.len() < FEWEST_ENTRIES {
        return None;
    }
    let has_all = |kind: &&Kind| extra.keys().all(|key| kind.field(key).is_some());
    let fitting = kinds.all().map(|(_, kind)| kind).filter(has_all);
    let nearest = fitting.min_by_key(|kind| (!kind.is_own, kind.fields.len()))?;
    Some(warning(&nearest.id, "help-fields"))
}
