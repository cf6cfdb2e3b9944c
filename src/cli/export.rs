//! `prakat export`.

use crate::build::read_config;
use crate::cli::args::SchemaArgs;
use crate::cli::exit_code::{DONE, ERRORS};
use crate::cli::session::Session;
use crate::commands;
use crate::diagnostics::{Diagnostics, Failure};
use crate::source::Portal;

/// Prints JSON Schemas, or writes them into a folder. Reads the settings alone.
pub(super) fn schema(session: &Session, args: &SchemaArgs) -> u8 {
    let mut diagnostics = Diagnostics::default();
    let config = read_config(&session.source.portal, &mut diagnostics);
    let catalog = session.catalog(config.as_ref());
    let Some(config) = config else {
        session.report_diagnostics(&session.reporter(&catalog), &diagnostics.sorted());
        return ERRORS;
    };
    let language = catalog.language;
    let text = match &args.output_dir {
        Some(folder) => {
            let folder = Portal::at(folder);
            let written = commands::write_schemas(&folder, &args.names, &config, language);
            written.map(|paths| paths.iter().map(|path| format!("{}\n", path.display())).collect())
        }
        None if args.names.is_empty() => Ok(commands::schema_names(&config).join("\n") + "\n"),
        None => {
            let schemas = args.names.iter().map(|name| commands::schema(name, &config, language));
            schemas.collect::<Result<String, Failure>>()
        }
    };
    match text {
        Ok(text) => {
            session.terminal.data(&text);
            DONE
        }
        Err(failure) => session.fail(&catalog, &failure),
    }
}
