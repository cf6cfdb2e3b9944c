//! Reports a command line that cannot be parsed.

use std::ffi::OsString;
use std::io::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, ValueEnum};

use crate::cli::args::{Cli, MessageLanguage, OutputFormat};
use crate::cli::exit_code::{DONE, FAILED};
use crate::cli::terminal::message_language;
use crate::cli::tips::tip;
use crate::diagnostics::{Code, Failure};
use crate::report;
use crate::report::{Catalog, Reporter};

/// Reports an error of the parser in the format that the command line asks for, and returns the exit
/// code. Texts of the command line are shown without private numbers and without characters that could
/// control a terminal.
pub(super) fn report_wrong_use(arguments: &[OsString], mut error: clap::Error) -> u8 {
    if !error.use_stderr() {
        // Help and version are not errors. Write errors are ignored: the reader may have gone away.
        let _ = error.print();
        return DONE;
    }
    let requested = RequestedFormat::of(arguments);
    let catalog = Catalog::new(message_language(requested.lang, None));
    let reporter = Reporter { catalog: &catalog, colour: false, redact: requested.redact };
    let tip = tip(&error, &requested.command);
    if requested.format == OutputFormat::Human {
        if let Some(tip) = tip {
            add_tip(&mut error, catalog.text(tip.trim_start_matches('@'), &[]));
        }
        print_error(error, &reporter);
        return FAILED;
    }
    let WrongUse { sentence, value, suggestion } = WrongUse::of(&error, &requested);
    let failure = Failure::new(Code::WrongUse).arg("what", sentence).arg("value", value);
    let failure = match (tip, suggestion) {
        (Some(tip), _) => failure.arg("tip", tip).help("help-tip"),
        (None, Some(suggestion)) => failure.arg("suggestion", suggestion).help("help-suggestion"),
        (None, None) => failure.arg("command", requested.command),
    };
    let failure = reporter.shown_failure(&failure);
    let _ = if requested.format == OutputFormat::Json {
        std::io::stdout().write_all(report::json_early(&reporter, &[], Some(&failure)).as_bytes())
    } else {
        std::io::stderr().write_all(report::github_failure(&reporter, &failure).as_bytes())
    };
    FAILED
}

/// Replaces the parser's suggestions, which are words of similar spelling, by a tip.
fn add_tip(error: &mut clap::Error, tip: String) {
    for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg] {
        error.remove(kind);
    }
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
}

/// Prints an error of the parser. Colours are lost if something had to be hidden.
fn print_error(mut error: clap::Error, reporter: &Reporter) {
    let original = error.to_string();
    map_context(&mut error, |text| reporter.shown_value(text));
    let lines = error.to_string();
    let lines: Vec<String> = lines.lines().map(|line| reporter.catalog.discreet(line)).collect();
    let shown = lines.join("\n") + "\n";
    if shown == original {
        let _ = error.print();
    } else {
        let _ = std::io::stderr().write_all(shown.as_bytes());
    }
}

/// How a command line that cannot be parsed asks for reports.
#[derive(Debug, Default)]
struct RequestedFormat {
    format: OutputFormat,
    lang: Option<MessageLanguage>,
    redact: bool,
    /// `prakat`, followed by the name of the command if it exists.
    command: String,
}

impl RequestedFormat {
    /// Reads a command line, which begins with the program's name, as far as possible. `--format` is
    /// ignored if the command does not take it.
    fn of(arguments: &[OsString]) -> Self {
        let program = Cli::command();
        let mut requested = Self { command: "prakat".to_owned(), ..Self::default() };
        let mut command = None;
        let mut formats = Vec::new();
        let texts = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
        let mut texts = texts.take_while(|text| text != "--").peekable();
        while let Some(text) = texts.next() {
            if !text.starts_with('-') {
                command.get_or_insert(text.into_owned());
                continue;
            }
            let (name, joined) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (&*text, None),
            };
            let takes_next = joined.is_none() && takes_value(&program, name);
            let next = texts.next_if(|next| takes_next && !next.starts_with('-'));
            let value = joined.or(next.map(std::borrow::Cow::into_owned)).unwrap_or_default();
            match name {
                "--format" => formats.extend(OutputFormat::from_str(&value, false)),
                "--lang" => requested.lang = MessageLanguage::from_str(&value, false).ok(),
                "--redact" => requested.redact = true,
                _ => {}
            }
        }
        let command = command.and_then(|name| program.find_subcommand(name));
        let has_format = |command: &clap::Command| {
            command.get_arguments().any(|argument| argument.get_id() == "format")
        };
        requested.command.extend(command.map(|command| format!(" {}", command.get_name())));
        if command.is_none_or(has_format) {
            let of_two = [OutputFormat::Json, OutputFormat::Github];
            let format = of_two.into_iter().find(|format| formats.contains(format));
            requested.format = format.unwrap_or_default();
        }
        requested
    }
}

/// Whether a flag of any command takes a value: `--root`, `-j`, `-qj`.
fn takes_value(program: &clap::Command, flag: &str) -> bool {
    let commands = std::iter::once(program).chain(program.get_subcommands());
    let arguments = commands.flat_map(clap::Command::get_arguments);
    let mut valued = arguments.filter(|argument| argument.get_action().takes_values());
    match flag.strip_prefix("--") {
        Some(long) => valued.any(|argument| argument.get_long() == Some(long)),
        None => {
            let short = flag.chars().last();
            valued.any(|argument| argument.get_short() == short && short.is_some())
        }
    }
}

/// An error of the parser, as the arguments of a message.
#[derive(Debug)]
struct WrongUse {
    /// The name of the sentence that says what is wrong.
    sentence: &'static str,
    /// The part of the command line that is wrong.
    value: String,
    /// What was probably meant.
    suggestion: Option<String>,
}

impl WrongUse {
    fn of(error: &clap::Error, requested: &RequestedFormat) -> Self {
        let context = |kind: ContextKind| {
            error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty())
        };
        let argument = context(ContextKind::InvalidArg);
        let value = context(ContextKind::InvalidValue);
        let flag = argument.as_deref().map(|text| text.split(' ').next().unwrap_or(text));
        let prior = context(ContextKind::PriorArg);
        let (sentence, value) = match error.kind() {
            ErrorKind::UnknownArgument => ("@usage/unknown-argument", argument),
            ErrorKind::InvalidSubcommand => {
                ("@usage/unknown-command", context(ContextKind::InvalidSubcommand))
            }
            ErrorKind::InvalidValue if value.is_none() => ("@usage/value-missing", argument),
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
                let parts = [flag.map(str::to_owned), value];
                let parts: Vec<String> = parts.into_iter().flatten().collect();
                ("@usage/value", Some(parts.join(" ")))
            }
            ErrorKind::MissingRequiredArgument => ("@usage/missing", argument),
            ErrorKind::ArgumentConflict if prior.is_none() || prior == argument => {
                ("@usage/twice", argument)
            }
            ErrorKind::ArgumentConflict => {
                let parts: Vec<String> = argument.into_iter().chain(prior).collect();
                ("@usage/conflict", Some(parts.join(", ")))
            }
            ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                ("@usage/no-command", Some(requested.command.clone()))
            }
            _ => ("@usage/other", None),
        };
        let first_line = || {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            line.strip_prefix("error: ").unwrap_or(line).to_owned()
        };
        let suggestions = [
            ContextKind::SuggestedArg,
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedValue,
        ];
        let suggestion = suggestions.into_iter().find_map(context);
        Self { sentence, value: value.unwrap_or_else(first_line), suggestion }
    }
}

/// Changes the parts of the command line that an error repeats.
fn map_context(error: &mut clap::Error, change: impl Fn(&str) -> String) {
    let parts: Vec<(ContextKind, ContextValue)> =
        error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in parts {
        let value = match value {
            ContextValue::String(text) => ContextValue::String(change(&text)),
            ContextValue::Strings(texts) => {
                ContextValue::Strings(texts.iter().map(|text| change(text)).collect())
            }
            other => other,
        };
        error.insert(kind, value);
    }
}
