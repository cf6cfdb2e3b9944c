//! `prakat help` and `prakat man`.

use std::path::Path;

use crate::cli::args::{DataFormat, HelpArgs};
use crate::cli::exit_code::DONE;
use crate::cli::help::{CommandHelp, help_json, help_text, manual_name, manual_page};
use crate::cli::session::Session;
use crate::cli::terminal::TextStyle;
use crate::commands;
use crate::diagnostics::{Code, Failure, closest};
use crate::report::Catalog;

/// Prints the help of a command.
pub(super) fn help(session: &Session, args: &HelpArgs) -> u8 {
    let catalog = session.catalog(None);
    let program = CommandHelp::of_program(&catalog);
    let help = match program.find(&args.command) {
        Ok(help) => help,
        Err(name) => return session.fail(&catalog, &unknown_command(&program, name, &catalog)),
    };
    let text = match args.format {
        DataFormat::Human => help_text(help, &catalog, TextStyle::of_output(session.global.color)),
        DataFormat::Json => help_json(help, &catalog),
    };
    session.terminal.data(&text);
    DONE
}

fn unknown_command(program: &CommandHelp, name: &str, catalog: &Catalog) -> Failure {
    let what = catalog.text("usage/unknown-command", &[("argument", name.to_owned())]);
    let failure = Failure::new(Code::WrongUse).arg("what", what);
    let names = program.commands.iter().map(CommandHelp::last_name);
    match closest(name, names) {
        Some(near) => failure.arg("suggestion", near).help("help-suggestion"),
        None => failure.arg("command", "prakat"),
    }
}

/// Prints the manual page of the program, or writes those of all commands into a folder.
pub(super) fn manual(session: &Session, folder: Option<&Path>) -> u8 {
    let catalog = session.catalog(None);
    let program = CommandHelp::of_program(&catalog);
    let Some(folder) = folder else {
        session.terminal.data(&manual_page(&program, None, &catalog));
        return DONE;
    };
    let mut pages = Vec::new();
    add_pages(&program, None, &catalog, &mut pages);
    for (name, text) in pages {
        let file = folder.join(name);
        if let Err(error) = commands::create_or_replace(&file, text.as_bytes()) {
            return session.fail(&catalog, &Failure::io(&file, &error));
        }
        session.terminal.data(&format!("{}\n", file.display()));
    }
    DONE
}

/// Adds the pages of a command and of those below it, with the names of their files.
fn add_pages(
    help: &CommandHelp,
    parent: Option<&str>,
    catalog: &Catalog,
    pages: &mut Vec<(String, String)>,
) {
    let name = manual_name(help);
    pages.push((format!("{name}.1"), manual_page(help, parent, catalog)));
    for command in &help.commands {
        add_pages(command, Some(&name), catalog, pages);
    }
}
