//! Reads a command line as far as possible, also if the parser refuses it.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, ValueEnum};

use crate::cli::args::{Cli, MessageLanguage, OutputFormat, When};
use crate::cli::session::site_language;
use crate::cli::terminal::message_language;
use crate::report::Catalog;
use crate::source::Portal;

/// How a command line asks for texts, and the command that it names.
#[derive(Debug, Default)]
pub(super) struct Requested {
    pub(super) format: OutputFormat,
    pub(super) color: When,
    pub(super) redact: bool,
    lang: Option<MessageLanguage>,
    root: Option<PathBuf>,
    /// The names of the command and of its subcommand, as far as they exist.
    pub(super) command: Vec<String>,
}

impl Requested {
    /// Reads a command line, which begins with the program's name. `--format` is ignored if the command
    /// does not take it.
    pub(super) fn of(arguments: &[OsString]) -> Self {
        let mut program = Cli::command();
        program.build();
        let mut requested = Self::default();
        // The command so far. `None` after a word that is no command.
        let mut command = Some(&program);
        let mut formats = Vec::new();
        let texts = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
        let mut texts = texts.take_while(|text| text != "--").peekable();
        while let Some(text) = texts.next() {
            if !text.starts_with('-') {
                if let Some(parent) = command.filter(|command| command.has_subcommands()) {
                    command = parent.find_subcommand(&*text);
                    requested.command.extend(command.map(|command| command.get_name().to_owned()));
                }
                continue;
            }
            let (name, joined) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (&*text, None),
            };
            let takes_next = joined.is_none() && takes_value(&program, name);
            let next = texts.next_if(|next| takes_next && !next.starts_with('-'));
            let value = joined.or(next.map(Cow::into_owned)).unwrap_or_default();
            match name {
                "--format" => formats.extend(OutputFormat::from_str(&value, false)),
                "--lang" => requested.lang = MessageLanguage::from_str(&value, false).ok(),
                "--color" => requested.color = When::from_str(&value, false).unwrap_or_default(),
                "--root" => requested.root = Some(PathBuf::from(value)),
                "--redact" => requested.redact = true,
                _ => {}
            }
        }
        let has_format = |command: &clap::Command| {
            command.get_arguments().any(|argument| argument.get_id() == "format")
        };
        if requested.command.is_empty() || command.is_some_and(has_format) {
            let of_two = [OutputFormat::Json, OutputFormat::Github];
            let format = of_two.into_iter().find(|format| formats.contains(format));
            requested.format = format.unwrap_or_default();
        }
        requested
    }

    /// Returns the folder of the portal that is named, or the current one.
    pub(super) fn root(&self) -> &Path {
        self.root.as_deref().unwrap_or(".".as_ref())
    }

    /// Returns the messages in the language of all reports: the one asked for, that of the environment, or
    /// that of the site.
    pub(super) fn catalog(&self) -> Catalog {
        let of_site = site_language(&Portal::at(self.root()));
        Catalog::new(message_language(self.lang, of_site.as_deref()))
    }

    /// Returns `prakat` and the command, such as `prakat theme eject`.
    pub(super) fn full_name(&self) -> String {
        let names = self.command.iter().map(String::as_str);
        std::iter::once("prakat").chain(names).collect::<Vec<_>>().join(" ")
    }
}

/// Whether a flag of any command takes a value: `--root`, `-j`, `-qj`.
fn takes_value(command: &clap::Command, flag: &str) -> bool {
    let mut valued =
        command.get_arguments().filter(|argument| argument.get_action().takes_values());
    let is_of_command = match flag.strip_prefix("--") {
        Some(long) => valued.any(|argument| argument.get_long() == Some(long)),
        None => {
            let short = flag.chars().last();
            valued.any(|argument| argument.get_short() == short && short.is_some())
        }
    };
    is_of_command || command.get_subcommands().any(|command| takes_value(command, flag))
}
