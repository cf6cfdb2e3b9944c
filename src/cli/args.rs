//! The command line's words: commands, flags, their meanings.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

/// Publish what is approved and in its window; refuse the rest.
#[derive(Debug, Parser)]
#[command(name = "prakat", version, about, propagate_version = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The portal's folder (the one with site.toml)
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(crate) root: PathBuf,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto")]
    pub(crate) color: When,
    /// Language of messages; else LC_ALL, LC_MESSAGES or LANG, else the site's
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<MessageLanguage>,
    /// How many threads; 0 for one per processor
    #[arg(short, long, global = true, value_name = "N", default_value = "0",
          value_parser = clap::value_parser!(u16).range(0..=512))]
    pub(crate) jobs: u16,
    /// Tell errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Tell more: how long the parts of a build took, and the steps of publishing
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageLanguage {
    Th,
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum OutputFormat {
    #[default]
    Human,
    Json,
    Github,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the site
    Build(BuildArgs),
    /// Check everything a build checks, and more; write nothing, unless --fix is given
    Check {
        #[command(flatten)]
        check: CheckArgs,
        /// First mend slips of typing in the Markdown files, where no choice is needed
        #[arg(long)]
        fix: bool,
    },
    /// List every item with its verdict, its reasons and its next change
    Status {
        #[command(flatten)]
        check: CheckArgs,
        /// Show instead what changed in this sealed item since it was approved, as Git knows it
        #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "redact"])]
        diff: Option<PathBuf>,
    },
    /// Tell of one item, rule by rule, why it is or is not published
    Explain(ItemArgs),
    /// Approve items: write approver, date and seal (and a signature), and nothing else
    Approve(ApproveArgs),
    /// Print the statement that an approval of an item stands for, to be signed with ssh-keygen
    Statement {
        /// The item's Markdown file
        file: PathBuf,
        #[command(flatten)]
        trusting: Trusting,
    },
    /// Preview the site in a browser; nothing is written
    Serve(ServeArgs),
    /// Write a report
    #[command(subcommand)]
    Report(ReportCommand),
    /// Work on the portal's theme
    #[command(subcommand)]
    Theme(ThemeCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// One item's publication form: HTML that prints on an A4 page, to be signed on paper
    Form(ItemArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ThemeCommand {
    /// Copy a file of the built-in theme into the theme that site.toml names, to be changed there
    Eject {
        /// The file, such as item.html; without one, print the names of all
        file: Option<String>,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Judging {
    /// Judge as of this instant: RFC 3339, a local date-time, or a date (its first instant)
    #[arg(long, value_name = "INSTANT")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Trusting {
    /// Take people, keys, policy and strengths from this file, kept outside the portal
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Refuse to go on if settings, theme, static or trust file differ from this digest
    #[arg(long, value_name = "SHA256")]
    pub(crate) trust_digest: Option<String>,
}

/// What commands on one item take.
#[derive(Debug, Args)]
pub(crate) struct ItemArgs {
    /// The item's Markdown file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) trusting: Trusting,
}

impl ItemArgs {
    /// The same as the arguments of a check for people.
    pub(crate) fn plain(&self) -> CheckArgs {
        let (judging, trusting) = (self.judging.clone(), self.trusting.clone());
        CheckArgs { judging, trusting, ..CheckArgs::default() }
    }
}

#[derive(Debug, Default, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// How to report
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: OutputFormat,
    /// Hide names and texts of items that are not published (for public logs)
    #[arg(long)]
    pub(crate) redact: bool,
    #[command(flatten)]
    pub(crate) trusting: Trusting,
}

#[derive(Debug, Args)]
pub(crate) struct ApproveArgs {
    /// The items' Markdown files: all are approved, or none
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Who approves: an id under [people] in site.toml
    #[arg(long = "as", value_name = "PERSON")]
    pub(crate) person: String,
    /// Sign with this private SSH key (ed25519 or P-256), by ssh-keygen
    #[arg(long, value_name = "PATH")]
    pub(crate) key: Option<PathBuf>,
    /// The day of the approval; default: today
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// What changed since the last approval; stands on the page
    #[arg(long, value_name = "TEXT", conflicts_with = "no_note")]
    pub(crate) note: Option<String>,
    /// Approve again without a note on what changed
    #[arg(long)]
    pub(crate) no_note: bool,
    #[command(flatten)]
    pub(crate) trusting: Trusting,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Show every change of a file at once
    #[arg(short, long)]
    pub(crate) watch: bool,
    /// The port; 0 takes a free one
    #[arg(short, long, value_name = "N", default_value = "1111")]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub(crate) interface: std::net::IpAddr,
    /// Open the browser
    #[arg(long)]
    pub(crate) open: bool,
    /// Show withheld items too, each with a band that says why it is withheld
    #[arg(long)]
    pub(crate) preview: bool,
    /// Let others on the network read withheld items
    #[arg(long, requires = "preview")]
    pub(crate) allow_remote_preview: bool,
    #[command(flatten)]
    pub(crate) judging: Judging,
    #[command(flatten)]
    pub(crate) trusting: Trusting,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    #[command(flatten)]
    pub(crate) check: CheckArgs,
    /// The output folder; default: `public` in the portal's folder
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output_dir: Option<PathBuf>,
    /// Where the site will stand, in place of base_url in site.toml
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// An item that is not approved is an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Leave out items with errors and publish the rest (exit code 3)
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// Publish a site without items
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Change the output file by file, where it is a mount point (not atomic)
    #[arg(long)]
    pub(crate) in_place: bool,
}

/// How a command line that cannot be parsed wants its mistake reported.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) format: OutputFormat,
    pub(crate) lang: Option<MessageLanguage>,
    pub(crate) redact: bool,
    /// `prakat`, and the command's name if there is such a command.
    pub(crate) command: String,
}

impl Wanted {
    /// Reads what can be read of a command line, the program's name included. A format counts unless
    /// the command that was given takes none.
    pub(crate) fn of(arguments: &[OsString]) -> Self {
        let program = Cli::command();
        let mut wanted = Self { command: "prakat".to_owned(), ..Self::default() };
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
                "--lang" => wanted.lang = MessageLanguage::from_str(&value, false).ok(),
                "--redact" => wanted.redact = true,
                _ => {}
            }
        }
        let command = command.and_then(|name| program.find_subcommand(name));
        let has_format = |command: &clap::Command| {
            command.get_arguments().any(|argument| argument.get_id() == "format")
        };
        wanted.command.extend(command.map(|command| format!(" {}", command.get_name())));
        if command.is_none_or(has_format) {
            let of_two = [OutputFormat::Json, OutputFormat::Github];
            let format = of_two.into_iter().find(|format| formats.contains(format));
            wanted.format = format.unwrap_or_default();
        }
        wanted
    }
}

/// Whether a flag, of whatever command, takes a value: `--root`, `-j`, `-qj`.
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

/// What is wrong with a command line: the name of a sentence, what it is about, and what was
/// probably meant.
#[derive(Debug)]
pub(crate) struct WrongUse {
    pub(crate) sentence: &'static str,
    pub(crate) value: String,
    pub(crate) suggestion: Option<String>,
}

impl WrongUse {
    pub(crate) fn of(error: &clap::Error, wanted: &Wanted) -> Self {
        let named = |kind: ContextKind| {
            error.get(kind).map(ToString::to_string).filter(|text| !text.is_empty())
        };
        let argument = named(ContextKind::InvalidArg);
        let value = named(ContextKind::InvalidValue);
        let flag = argument.as_deref().map(|text| text.split(' ').next().unwrap_or(text));
        let prior = named(ContextKind::PriorArg);
        let (sentence, value) = match error.kind() {
            ErrorKind::UnknownArgument => ("@usage/unknown-argument", argument),
            ErrorKind::InvalidSubcommand => {
                ("@usage/unknown-command", named(ContextKind::InvalidSubcommand))
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
                ("@usage/no-command", Some(wanted.command.clone()))
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
        let suggestion = suggestions.into_iter().find_map(named);
        Self { sentence, value: value.unwrap_or_else(first_line), suggestion }
    }
}

/// Changes what an error repeats of the command line.
pub(crate) fn amend(error: &mut clap::Error, change: impl Fn(&str) -> String) {
    let given: Vec<(ContextKind, ContextValue)> =
        error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in given {
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
