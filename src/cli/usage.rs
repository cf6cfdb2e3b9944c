//! Reports a command line that cannot be parsed, and prints help and version.

use std::ffi::OsString;
use std::io::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::args::OutputFormat;
use crate::cli::exit_code::{DONE, FAILED};
use crate::cli::help::{CommandHelp, help_text, localised_usage};
use crate::cli::requested::Requested;
use crate::cli::terminal::TextStyle;
use crate::cli::tips::tip;
use crate::diagnostics::{Code, Failure, closest};
use crate::report;
use crate::report::{Catalog, Reporter};

/// Prints help or version, or reports an error of the parser in the format that the command line asks
/// for, and returns the exit code. Texts of the command line are shown without private numbers and
/// without characters that could control a terminal.
pub(super) fn report_wrong_use(arguments: &[OsString], error: &clap::Error) -> u8 {
    if error.kind() == ErrorKind::DisplayVersion {
        // Write errors are ignored, here and below: the reader may have gone away.
        let _ = error.print();
        return DONE;
    }
    let requested = Requested::of(arguments);
    let catalog = requested.catalog();
    if error.kind() == ErrorKind::DisplayHelp {
        let style = TextStyle::of_output(requested.color);
        let _ = std::io::stdout().write_all(help(&requested, &catalog, style).as_bytes());
        return DONE;
    }
    let reporter = Reporter { catalog: &catalog, colour: false, redact: requested.redact };
    let is_for_people = requested.format == OutputFormat::Human;
    if is_for_people && error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let style = TextStyle::of_errors(requested.color);
        let _ = std::io::stderr().write_all(help(&requested, &catalog, style).as_bytes());
        return FAILED;
    }
    let failure = wrong_use(error, &requested, &reporter);
    let _ = match requested.format {
        OutputFormat::Human => {
            let usage = error.get(ContextKind::Usage).map(ToString::to_string);
            let usage = usage.map(|usage| localised_usage(&catalog, &usage));
            let style = TextStyle::of_errors(requested.color);
            let text = error_text(&failure, usage.as_deref(), &requested, &catalog, style);
            std::io::stderr().write_all(text.as_bytes())
        }
        OutputFormat::Json => {
            let document = report::json_early(&reporter, &[], Some(&failure));
            std::io::stdout().write_all(document.as_bytes())
        }
        OutputFormat::Github => {
            let line = report::github_failure(&reporter, &failure);
            std::io::stderr().write_all(line.as_bytes())
        }
    };
    FAILED
}

/// Returns the help of the command that a command line names.
fn help(requested: &Requested, catalog: &Catalog, style: TextStyle) -> String {
    let program = CommandHelp::of_program(catalog);
    help_text(program.find(&requested.command).unwrap_or(&program), catalog, style)
}

/// Returns an error for people: what is wrong, what was probably meant, how the command is used, and
/// where to read more.
fn error_text(
    failure: &Failure,
    usage: Option<&str>,
    requested: &Requested,
    catalog: &Catalog,
    style: TextStyle,
) -> String {
    let word = |key: &str| catalog.text(key, &[]);
    let what = failure.args.iter().find(|(name, _)| *name == "what");
    let what = what.map_or("", |(_, what)| what.as_str());
    let mut out = format!("{}: {what}\n", style.error(&word("report/error")));
    let command = ("command", requested.full_name());
    let more = catalog.find(Code::WrongUse.as_str(), "help", &[command]).unwrap_or_default();
    let advice = catalog.failure(failure).1.filter(|advice| *advice != more);
    if let Some(advice) = advice {
        out.push_str(&format!("  {}: {advice}\n", style.literal(&word("report/help"))));
    }
    if let Some(usage) = usage {
        let heading = style.heading(&format!("{}:", word("help/usage")));
        out.push_str(&format!("\n{heading} {usage}\n"));
    }
    out.push_str(&format!("\n{more}\n"));
    out
}

/// Returns an error of the parser as a failure: a sentence that says what is wrong, and advice.
fn wrong_use(error: &clap::Error, requested: &Requested, reporter: &Reporter) -> Failure {
    let failure = Failure::new(Code::WrongUse).arg("what", sentence(error, requested, reporter));
    if let Some(tip) = tip(error, &requested.full_name()) {
        return failure.arg("tip", tip).help("help-tip");
    }
    match suggestion(error, requested, reporter.catalog) {
        Some(suggestion) => {
            let suggestion = reporter.shown_value(&suggestion);
            failure.arg("suggestion", suggestion).help("help-suggestion")
        }
        None => failure.arg("command", requested.full_name()),
    }
}

/// Returns what was probably meant.
fn suggestion(error: &clap::Error, requested: &Requested, catalog: &Catalog) -> Option<String> {
    let kinds =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let mut suggestions = kinds.into_iter().filter_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        ContextValue::Strings(words) if !words.is_empty() => Some(words.join("`, `")),
        _ => None,
    });
    let found = suggestions.next().or_else(|| suggested_elsewhere(error, requested));
    found.or_else(|| near_command(error, requested, catalog))
}

/// Returns the command that a misspelt one is closest to. The parser finds none for short words such as `nwe`.
fn near_command(error: &clap::Error, requested: &Requested, catalog: &Catalog) -> Option<String> {
    let ContextValue::String(word) = error.get(ContextKind::InvalidSubcommand)? else {
        return None;
    };
    let program = CommandHelp::of_program(catalog);
    let command = program.find(&requested.command).ok()?;
    let names = command.commands.iter().map(CommandHelp::last_name);
    closest(word, names).map(ToOwned::to_owned)
}

/// Returns the words that the parser knows in another place: `'build --strict' exists`, or a command that is
/// written after `--`. Its third sentence, on values that begin with a hyphen, is left out: no file of a
/// portal does.
fn suggested_elsewhere(error: &clap::Error, requested: &Requested) -> Option<String> {
    let ContextValue::StyledStrs(texts) = error.get(ContextKind::Suggested)? else { return None };
    texts.iter().find_map(|text| {
        let text = text.to_string();
        let (before, rest) = text.split_once('\'')?;
        let (words, after) = rest.split_once('\'')?;
        match before {
            _ if !after.trim_start().starts_with("exists") => None,
            "subcommand " => Some(format!("{} {words}", requested.full_name())),
            _ => Some(words.to_owned()),
        }
    })
}

/// Returns the sentence that says what is wrong.
fn sentence(error: &clap::Error, requested: &Requested, reporter: &Reporter) -> String {
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::Strings(parts)) => Some(parts.join("`, `")),
        Some(other) => Some(other.to_string()),
        None => None,
    };
    let shown = |kind| context(kind).map(|text| reporter.shown_value(&text)).unwrap_or_default();
    let text = |key: &str, args| reporter.text(key, args);
    let argument = ("argument", shown(ContextKind::InvalidArg));
    let value = ("value", shown(ContextKind::InvalidValue));
    match error.kind() {
        ErrorKind::UnknownArgument => text("usage/unknown-argument", vec![argument]),
        ErrorKind::InvalidSubcommand => {
            let argument = ("argument", shown(ContextKind::InvalidSubcommand));
            text("usage/unknown-command", vec![argument])
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let values = possible_values(error, reporter.catalog);
            match (value.1.is_empty(), values) {
                (true, None) => text("usage/value-missing", vec![argument]),
                (true, Some(values)) => {
                    text("usage/value-missing-of", vec![argument, ("values", values)])
                }
                (false, None) => text("usage/value", vec![argument, value]),
                (false, Some(values)) => {
                    text("usage/value-of", vec![argument, value, ("values", values)])
                }
            }
        }
        ErrorKind::TooManyValues => text("usage/takes-no-value", vec![argument, value]),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            text("usage/number-of-values", vec![argument])
        }
        ErrorKind::NoEquals => text("usage/equals", vec![argument]),
        ErrorKind::MissingRequiredArgument => text("usage/missing", vec![argument]),
        ErrorKind::ArgumentConflict => {
            let other = ("other", shown(ContextKind::PriorArg));
            if other.1.is_empty() || other.1 == argument.1 {
                return text("usage/twice", vec![argument]);
            }
            text("usage/conflict", vec![argument, other])
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            text("usage/no-command", vec![("command", requested.full_name())])
        }
        ErrorKind::InvalidUtf8 => text("usage/not-utf8", Vec::new()),
        _ => text("usage/other", Vec::new()),
    }
}

/// Returns the values that an argument takes: a list, or a description.
fn possible_values(error: &clap::Error, catalog: &Catalog) -> Option<String> {
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue) {
        let list = catalog.text("usage/one-of", &[("values", values.join(", "))]);
        return (!values.is_empty()).then_some(list);
    }
    let argument = error.get(ContextKind::InvalidArg)?.to_string();
    let long = argument.strip_prefix("--")?.split([' ', '=']).next()?;
    let key = match long {
        "jobs" => "usage/jobs",
        "port" => "usage/port",
        "interface" => "usage/interface",
        _ => return None,
    };
    Some(catalog.text(key, &[]))
}
