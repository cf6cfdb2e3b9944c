//! Reads texts for pages, in one or several languages.

use crate::config::ids::is_language_tag;
use crate::config::kinds::model::Label;
use crate::config::table::{SettingsFile, SettingsTable};
use crate::diagnostics::Code;

/// Reads a text in the site's own language, or one for each language. Lists may export all but `help`.
pub(in crate::config) fn read_label(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    key: &str,
    own: &str,
    is_required: bool,
) -> Label {
    let mut label = Label::default();
    if !table.has_table(key) {
        let text = if is_required { table.required(file, key) } else { table.string(file, key) };
        if let Some(text) = text.filter(|at| !at.value.trim().is_empty()) {
            if key != "help" {
                file.check_exported(&text);
            }
            label.set(own, text.value.trim().to_owned());
        }
        return label;
    }
    let Some(texts) = table.table(file, key) else { return label };
    let (span, name) = (texts.span.clone(), texts.name.clone());
    for (code, text) in texts.named_strings(file) {
        if !is_language_tag(&code.value) {
            file.error(Code::LanguageTag, code.span, &[("value", code.value)]);
        } else if text.value.trim().is_empty() {
            let key = format!("{name}.{}", code.value);
            file.error(Code::SettingMissing, text.span, &[("key", key)]);
        } else {
            if key != "help" {
                file.check_exported(&text);
            }
            label.set(&code.value, text.value.trim().to_owned());
        }
    }
    if label.is_empty() && is_required {
        file.error(Code::SettingMissing, span, &[("key", name)]);
    }
    label
}
