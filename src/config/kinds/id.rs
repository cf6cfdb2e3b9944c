//! Reports the ids of kinds, fields and choices.

use crate::config::table::{At, SettingsFile};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::is_device_name;

/// Reports an id. `help` says how it is written.
pub(super) fn report_id(file: &mut SettingsFile, id: &At<String>, help: &'static str) {
    let help = if is_device_name(&id.value) { "help-device" } else { help };
    let diagnostic = Diagnostic::error(Code::KindId, file.place(id.span.clone()));
    file.diagnostics.push(diagnostic.arg("value", id.value.as_str()).help(help));
}
