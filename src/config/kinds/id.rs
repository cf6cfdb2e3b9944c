//! Reports the ids of kinds, fields and choices.

use crate::config::ids::is_taken;
use crate::config::table::{At, SettingsFile};
use crate::diagnostics::{Code, Diagnostic};

/// Reports an id. `help` says how it is written.
pub(super) fn report_id(file: &mut SettingsFile, id: &At<String>, help: &'static str) {
    let help = if is_taken(&id.value) { "help-reserved" } else { help };
    let diagnostic = Diagnostic::error(Code::KindId, file.place(id.span.clone()));
    file.diagnostics.push(diagnostic.arg("value", id.value.as_str()).help(help));
}
