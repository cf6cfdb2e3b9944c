//! `prakat init` and `prakat new`.

use std::path::Path;

use crate::cli::args::{InitArgs, NewArgs, TemplateName};
use crate::cli::exit_code::DONE;
use crate::cli::session::Session;
use crate::commands;
use crate::commands::{InitOptions, NewOptions, Template};
use crate::source::Portal;

/// Begins a portal. The folder is relative to the one of `--root`.
pub(super) fn init(session: &Session, args: &InitArgs) -> u8 {
    let root = &session.global.root;
    let folder = args.dir.as_ref().map_or_else(|| root.clone(), |dir| root.join(dir));
    let shown = plain(&folder);
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

/// Begins an item.
pub(super) fn new(session: &Session, args: &NewArgs) -> u8 {
    let project = match session.load() {
        Ok(project) => project,
        Err(code) => return code,
    };
    let (config, catalog) = (&project.config, session.catalog(Some(&project.config)));
    let begun = session.instant(config).and_then(|at| {
        let options = NewOptions {
            place: &args.place,
            kind: args.kind.as_deref(),
            title: args.title.as_deref(),
            bundle: args.bundle,
            language: catalog.language,
            at,
        };
        commands::new(&project, &options)
    });
    let item = match begun {
        Ok(item) => item,
        Err(failure) => return session.fail(&catalog, &failure),
    };
    let root = plain(&session.global.root);
    let file = root.join(&item.path).display().to_string();
    session.terminal.data(&format!("{file}\n"));
    if !session.terminal.quiet {
        let root = root.display().to_string();
        let root = Some(root.as_str()).filter(|root| !root.is_empty());
        let reporter = session.reporter(&catalog);
        let text = commands::describe_item(&reporter, config, &item, &file, root);
        session.terminal.message(&text);
    }
    DONE
}

/// Returns a path as people write it: without `./`.
fn plain(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}
