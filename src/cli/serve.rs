//! `prakat serve`.

#![expect(clippy::disallowed_methods, reason = "a preview follows the clock")]

use std::io::Write;

use jiff::Timestamp;

use crate::build::ProjectError;
use crate::cli::args::ServeArgs;
use crate::cli::exit_code::{DONE, FAILED};
use crate::cli::session::{Session, instant};
use crate::config::{Config, SETTINGS};
use crate::diagnostics::{Code, Failure};
use crate::report::Catalog;
use crate::serve;
use crate::serve::{Listen, ServeOptions, Server, Watch};

/// Serves the preview until it is interrupted.
pub(super) fn serve(session: &Session, args: &ServeArgs) -> u8 {
    // The settings are read here for the language of messages. The preview shows their errors.
    let config = match session.source.load() {
        Ok(project) => Some(project.config),
        Err(ProjectError::Mistakes(mistakes)) if !session.source.portal.has(SETTINGS) => {
            // Most likely the wrong folder. While the preview runs, the file may go and come back.
            let catalog = session.catalog(None);
            session.report_early(&session.reporter(&catalog), &mistakes.sorted());
            return FAILED;
        }
        Err(ProjectError::Mistakes(_)) => None,
        Err(ProjectError::Failure(failure)) => {
            return session.fail(&session.catalog(None), &failure);
        }
    };
    let catalog = session.catalog(config.as_deref());
    match try_serve(session, args, config.as_deref(), &catalog) {
        Ok(()) => DONE,
        Err(failure) => session.fail(&catalog, &failure),
    }
}

fn try_serve(
    session: &Session,
    args: &ServeArgs,
    config: Option<&Config>,
    catalog: &Catalog,
) -> Result<(), Failure> {
    let is_remote = !args.interface.is_loopback();
    if args.preview && is_remote && !args.allow_remote_preview {
        let address = args.interface.to_string();
        return Err(Failure::new(Code::RemotePreview).arg("address", address));
    }
    if let Some(config) = config {
        session.instant(config)?;
    }
    let (interface, port, language) = (args.interface, args.port, catalog.language);
    let server = Server::bind(Listen { interface, port, hosts: Vec::new(), language })?;
    let base = config.map_or("/", |config| config.base_url.path());
    let address = format!("http://{}{base}", server.address());
    let print = |key: &str| {
        let text = catalog.text(key, &[("address", address.clone())]);
        session.terminal.message(&format!("{text}\n"));
    };
    print("serve/listening");
    print(if args.watch { "serve/watching" } else { "serve/not-watching" });
    if is_remote {
        print("serve/remote");
    }
    let source = session.source.clone();
    let further_files = move || source.further_files();
    let watch = args.watch.then(|| Watch::begin(&session.global.root, &further_files()));
    if args.open {
        serve::open_browser(&address);
    }
    let (source, judging) = (session.source.clone(), args.judging.clone());
    let options = ServeOptions {
        portal: source.portal.clone(),
        prepare: Box::new(move || source.load()),
        further: Box::new(further_files),
        instant: Box::new(move |config| instant(&judging, config, Timestamp::now())),
        catalog: Catalog::new(language),
        print: Box::new(|text| {
            let _ = std::io::stderr().write_all(text.as_bytes());
        }),
        shows_withheld: args.preview,
        is_open_to_others: is_remote && !args.allow_remote_preview,
    };
    serve::serve(server, watch, options)
}
