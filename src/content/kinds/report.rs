//! Diagnostics of values under `extra`, with their places.

use crate::content::front_matter_source::FrontMatterSource;
use crate::content::yaml::YamlStep;
use crate::content::yaml_numbers::{push_entry, push_key};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity, closest};

/// Reports mistakes in the values under `extra`.
pub(in crate::content) struct ExtraReport<'a> {
    /// The front matter.
    pub source: &'a FrontMatterSource<'a>,
    /// Whether the item names an approver. Without one it may still be filled in.
    pub has_approver: bool,
    /// Where errors are reported.
    pub diagnostics: &'a mut Diagnostics,
}

impl ExtraReport<'_> {
    /// Returns an error at a value.
    pub(super) fn error(&self, steps: &[YamlStep]) -> Diagnostic {
        Diagnostic::error(Code::Extra, self.source.place(steps)).arg("key", path(steps))
    }

    /// Reports a value, and how to write it.
    pub(super) fn wrong(&mut self, steps: &[YamlStep], help: &'static str) {
        let error = self.error(steps).help(help);
        self.diagnostics.push(error);
    }

    /// Returns the diagnostic of a required field that is missing in a map: a warning as long as the item
    /// names no approver. `is_there` says whether its key is there, without a value.
    pub(super) fn unfilled(&self, map: &[YamlStep], key: &str, is_there: bool) -> Diagnostic {
        let severity = if self.has_approver { Severity::Error } else { Severity::Warning };
        let missing = Diagnostic { severity, ..self.missing(map, key) };
        if !is_there {
            return missing;
        }
        Diagnostic { place: self.source.place_of_inner_key(&below(map, key), key), ..missing }
    }

    /// Returns an error for a key that is missing in a map.
    pub(super) fn missing(&self, map: &[YamlStep], key: &str) -> Diagnostic {
        let error = Diagnostic::error(Code::MissingKey, self.source.place(map));
        error.arg("key", path(&below(map, key)))
    }

    /// Reports keys of a map that are not known. `named` returns the key whose label a text is.
    pub(super) fn unknown<'k>(
        &mut self,
        map: &[YamlStep],
        keys: impl Iterator<Item = &'k String>,
        known: &[&str],
        named: &dyn Fn(&str) -> Option<String>,
    ) {
        for key in keys.filter(|key| !known.contains(&key.as_str())) {
            let place = self.source.place_of_inner_key(&below(map, key), key);
            let error = Diagnostic::error(Code::UnknownKey, place).arg("key", key.as_str());
            let near = closest(key, known.iter().copied()).map(str::to_owned);
            self.diagnostics.push(match named(key).or(near) {
                Some(near) => error.arg("suggestion", near).help("help-suggestion"),
                None => error.arg("known", known.join(", ")).help("help-inner"),
            });
        }
    }
}

/// Returns the steps to the value of a key in a map.
pub(super) fn below<'k>(map: &[YamlStep<'k>], key: &'k str) -> Vec<YamlStep<'k>> {
    map.iter().copied().chain([YamlStep::Key(key)]).collect()
}

/// Returns the steps to an entry of a list.
pub(super) fn entry<'k>(list: &[YamlStep<'k>], number: usize) -> Vec<YamlStep<'k>> {
    list.iter().copied().chain([YamlStep::Index(number)]).collect()
}

/// Formats a path to a value for users: `extra.activities 2.from`.
pub(super) fn path(steps: &[YamlStep]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            YamlStep::Key(key) if text.is_empty() => text.push_str(key),
            YamlStep::Key(key) => push_key(&mut text, key),
            YamlStep::Index(n) => push_entry(&mut text, *n),
        }
    }
    text
}
