//! `prakat kinds`.

use crate::build::read_config;
use crate::cli::args::{DataFormat, KindsArgs};
use crate::cli::exit_code::{DONE, ERRORS};
use crate::cli::session::Session;
use crate::commands;
use crate::config::{Kinds, SETTINGS};
use crate::diagnostics::Diagnostics;

/// Lists the kinds, or prints the declaration of one. Without a portal, those that prakat brings.
pub(super) fn kinds(session: &Session, args: &KindsArgs) -> u8 {
    let portal = &session.source.portal;
    let mut diagnostics = Diagnostics::default();
    let config = if portal.has(SETTINGS) { read_config(portal, &mut diagnostics) } else { None };
    let catalog = session.catalog(config.as_ref());
    let reporter = session.reporter(&catalog);
    if diagnostics.has_errors() {
        session.report_early(&reporter, &diagnostics.sorted());
        return ERRORS;
    }
    let language = catalog.language.tag();
    let (kinds, own): (Kinds, String) = match config {
        Some(config) => {
            let own = config.languages.first().map(|language| language.code.clone());
            (config.kinds, own.unwrap_or_default())
        }
        None => (Kinds::built_in(), language.to_owned()),
    };
    let text = match (&args.id, args.format) {
        (None, DataFormat::Human) => commands::list_kinds(&reporter, &kinds, &own),
        (None, DataFormat::Json) => commands::kinds_json(&kinds, language, &own),
        (Some(id), format) => match commands::declared_kind(&kinds, id) {
            Ok(kind) if format == DataFormat::Json => commands::kind_json(kind, &own),
            Ok(kind) => commands::kind_toml(kind, &own),
            Err(failure) => return session.fail(&catalog, &failure),
        },
    };
    session.terminal.data(&text);
    DONE
}
