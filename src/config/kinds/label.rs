//! Reads texts for pages, in one or several languages.

use crate::config::ids::is_language_tag;
use crate::config::kinds::model::Label;
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::Code;
use crate::text::{ends_line, may_stand};

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
            check_text(file, &table.dotted(key), &text, key != "help");
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
            check_text(file, &name, &text, key != "help");
            label.set(&code.value, text.value.trim().to_owned());
        }
    }
    if label.is_empty() && is_required {
        file.error(Code::SettingMissing, span, &[("key", name)]);
    }
    label
}

/// Reports a text of several lines, which new items could not have in a comment. Reports one that lists export and
/// that a spreadsheet would run.
pub(super) fn check_text(file: &mut SettingsFile, key: &str, text: &At<String>, is_exported: bool) {
    let is_bad = |c: char| may_stand(c) && (ends_line(c) || c.is_control());
    if text.value.trim().contains(is_bad) {
        let args = [("key", key.to_owned()), ("wanted", "@kind/line".to_owned())];
        file.error(Code::SettingType, text.span.clone(), &args);
    } else if is_exported {
        file.check_exported(text);
    }
}
