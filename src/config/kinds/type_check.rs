//! Whether the keys of a field's declaration fit its type.

use crate::config::kinds::model::FieldType;
use crate::config::table::{SettingsFile, Span};
use crate::diagnostics::{Code, Diagnostic};

/// The type of a field, to which its other keys must fit.
pub(super) struct OfType {
    /// The type.
    pub field_type: FieldType,
    /// Whether the value is a list.
    pub is_list: bool,
}

impl OfType {
    /// Reports a key that is for fields of other types, or for single values.
    pub(super) fn check_single(
        &self,
        file: &mut SettingsFile,
        key: &str,
        types: &[&str],
        span: Span,
    ) {
        if !types.contains(&self.field_type.as_str()) {
            self.report(file, key, types, span);
        } else if self.is_list {
            let diagnostic = Diagnostic::error(Code::KindField, file.place(span));
            file.diagnostics.push(diagnostic.arg("key", key).help("help-list"));
        }
    }

    /// Reports a key that is for fields of other types.
    pub(super) fn report(&self, file: &mut SettingsFile, key: &str, types: &[&str], span: Span) {
        let word = self.field_type.as_str().to_owned();
        let args = [("key", key.to_owned()), ("type", word), ("types", types.join(", "))];
        file.error(Code::KindField, span, &args);
    }
}
