//! Completes words that are typed in a shell: commands and flags, and values from the portal.
//!
//! The script of a shell runs the program with [`VARIABLE`] set and the words after `--`. Mistakes in the
//! portal are not reported then: there are only no completions.

mod values;

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::{Arg, Command, CommandFactory};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use crate::cli::args::Cli;
use crate::cli::completions::values::{PortalValues, described};
use crate::cli::help::{ArgumentHelp, CommandHelp};
use crate::cli::paths;
use crate::cli::requested::Requested;

/// The variable of the environment by which a script asks for completions.
const VARIABLE: &str = "PRAKAT_COMPLETE";

/// Returns the script that makes a shell ask this program for completions.
pub(super) fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(&shell.to_string()) {
        // Writing to memory does not fail.
        let _ = shell.write_registration(VARIABLE, "prakat", "prakat", "prakat", &mut script);
    }
    String::from_utf8_lossy(&script).trim().to_owned() + "\n"
}

/// Answers a shell that asks for completions. Returns `false` if the command line is an ordinary one.
pub(super) fn answer_shell(arguments: &[OsString]) -> bool {
    // Otherwise the variable alone could make a build do nothing.
    if arguments.get(1).is_none_or(|argument| argument != "--") {
        return false;
    }
    let here = paths::current_folder();
    let shell = CompleteEnv::with_factory(|| program(&arguments[2..])).var(VARIABLE);
    shell.try_complete(arguments, here.as_deref()).unwrap_or(true)
}

/// Returns the commands with what they are completed with. `words` are those of the command line.
fn program(words: &[OsString]) -> Command {
    let requested = Requested::of(words);
    let catalog = requested.catalog();
    let help = CommandHelp::of_program(&catalog);
    let values = Arc::new(PortalValues::new(&requested, catalog));
    let commands: Vec<(String, String)> = help
        .commands
        .iter()
        .map(|command| (command.last_name().to_owned(), command.about.clone()))
        .collect();
    let mut program = Cli::command();
    program.build();
    with_values(program, &help, &values).mut_subcommand("help", |command| {
        let names = ArgValueCandidates::new(move || described(&commands));
        command.mut_arg("command", |argument| argument.add(names))
    })
}

/// Adds to a built command, and to those below it, the texts in the language of the help and the values
/// of the portal.
fn with_values(command: Command, help: &CommandHelp, values: &Arc<PortalValues>) -> Command {
    let command = command.about(help.about.clone()).mut_args(|argument| {
        let of_argument = |text: &&ArgumentHelp| argument.get_id() == text.id.as_str();
        let Some(text) = help.arguments.iter().find(of_argument) else { return argument };
        // Hidden words are offered if there are no others: flags after `-`, or if nothing else can follow.
        let argument = argument.help(text.help.clone()).hide(text.long.is_some());
        let named = text.values.iter().map(|value| (value.name.clone(), value.help.clone()));
        let explained: Vec<_> = named.filter_map(|(name, help)| Some((name, help?))).collect();
        if !explained.is_empty() {
            return argument.add(ArgValueCandidates::new(move || described(&explained)));
        }
        with_portal_values(argument, &help.name, values)
    });
    command.mut_subcommands(|command| {
        match help.commands.iter().find(|help| help.last_name() == command.get_name()) {
            Some(help) => with_values(command, help, values),
            None => command,
        }
    })
}

/// Adds to an argument the values that the portal has for it.
fn with_portal_values(argument: Arg, command: &str, values: &Arc<PortalValues>) -> Arg {
    let values = values.clone();
    match (command, argument.get_id().as_str()) {
        ("prakat theme eject", "file") => {
            argument.add(ArgValueCandidates::new(PortalValues::theme_files))
        }
        (_, "file" | "files" | "diff") => {
            argument.add(ArgValueCompleter::new(move |typed: &OsStr| values.items(typed)))
        }
        (_, "person") => argument.add(ArgValueCandidates::new(move || values.people())),
        (_, "place") => {
            argument.add(ArgValueCompleter::new(move |typed: &OsStr| values.places(typed)))
        }
        ("prakat new", "kind") => {
            argument.add(ArgValueCandidates::new(move || values.kinds_of_new_items()))
        }
        ("prakat export schema", "names") => {
            argument.add(ArgValueCandidates::new(move || values.schemas()))
        }
        (_, "kind" | "kinds" | "id") => {
            argument.add(ArgValueCandidates::new(move || values.kinds()))
        }
        _ => argument,
    }
}
