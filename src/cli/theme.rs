//! `prakat theme`.

use crate::build::read_config;
use crate::cli::exit_code::{DONE, ERRORS};
use crate::cli::session::Session;
use crate::commands;
use crate::diagnostics::Diagnostics;

/// Copies a file of the built-in theme into the portal. Reads the settings alone: the theme may have
/// errors, or not exist yet.
pub(super) fn eject(session: &Session, file: &str) -> u8 {
    let portal = &session.source.portal;
    let mut diagnostics = Diagnostics::default();
    let config = read_config(portal, &mut diagnostics);
    let catalog = session.catalog(config.as_ref());
    let Some(config) = config else {
        session.report_diagnostics(&session.reporter(&catalog), &diagnostics.sorted());
        return ERRORS;
    };
    match commands::eject(portal, &config.theme, file) {
        Ok(path) => {
            session.terminal.data(&format!("{path}\n"));
            DONE
        }
        Err(failure) => session.fail(&catalog, &failure),
    }
}
