//! `prakat init`.

use crate::cli::args::{InitArgs, TemplateName};
use crate::cli::exit_code::DONE;
use crate::cli::session::Session;
use crate::commands;
use crate::commands::{InitOptions, Template};
use crate::source::Portal;

/// Begins a portal. The folder is relative to the one of `--root`.
pub(super) fn init(session: &Session, args: &InitArgs) -> u8 {
    let root = &session.global.root;
    let folder = args.dir.as_ref().map_or_else(|| root.clone(), |dir| root.join(dir));
    // As people write it: without `./`.
    let shown = folder.strip_prefix(".").unwrap_or(&folder);
    let catalog = session.catalog(None);
    let options = InitOptions {
        portal: &Portal::at(&folder),
        template: match args.template {
            TemplateName::Municipality => Template::Municipality,
            TemplateName::Office => Template::Office,
            TemplateName::Minimal => Template::Minimal,
        },
        language: catalog.language,
        title: args.title.as_deref(),
        base_url: args.base_url.as_deref(),
        now: session.now,
    };
    let portal = match commands::init(&options) {
        Ok(portal) => portal,
        Err(failure) => return session.fail(&catalog, &failure),
    };
    for path in &portal.made {
        session.terminal.data(&format!("{}\n", shown.join(path).display()));
    }
    if !session.terminal.quiet {
        let shown = shown.display().to_string();
        let folder = Some(shown.as_str()).filter(|shown| !shown.is_empty());
        let reporter = session.reporter(&catalog);
        session.terminal.message(&commands::describe_portal(&reporter, &portal, folder));
    }
    DONE
}
