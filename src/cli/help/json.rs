//! `prakat help --format json`.

use serde::Serialize;

use crate::cli::help::CommandHelp;
use crate::report::Catalog;

/// The version of the format, for programs that read it.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct JsonHelp<'a> {
    format: u32,
    version: &'static str,
    language: &'static str,
    command: &'a CommandHelp,
}

/// Returns the help of a command and of those below it as one JSON document.
pub(in crate::cli) fn help_json(help: &CommandHelp, catalog: &Catalog) -> String {
    let language = catalog.language.tag();
    let version = env!("CARGO_PKG_VERSION");
    let document = JsonHelp { format: FORMAT, version, language, command: help };
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
