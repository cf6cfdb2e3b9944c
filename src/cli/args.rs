//! The commands and their arguments. Doc comments of fields are the texts of `--help`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Publish items that are approved and in their window; withhold the rest.
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
    /// Language of messages; default: LC_ALL, LC_MESSAGES or LANG, then the site's language
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<MessageLanguage>,
    /// Number of threads; 0 for one per processor
    #[arg(short, long, global = true, value_name = "N", default_value = "0",
          value_parser = clap::value_parser!(u16).range(0..=512))]
    pub(crate) jobs: u16,
    /// Report errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Report more: how long each part of a build took, and the steps of publishing
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

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataFormat {
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begin a portal: settings and examples, none of which is approved
    Init(InitArgs),
    /// Begin an item, which is withheld until it is approved
    New(NewArgs),
    /// Build the site
    Build(BuildArgs),
    /// Check everything a build checks, and more; write nothing, unless --fix is given
    Check {
        #[command(flatten)]
        check: CheckArgs,
        /// First correct typing errors in the Markdown files that need no choice
        #[arg(long)]
        fix: bool,
    },
    /// List every item with its verdict, its reasons and its next change
    Status {
        #[command(flatten)]
        check: CheckArgs,
        /// Show instead what changed in this sealed item since it was approved, from the Git history
        #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "redact"])]
        diff: Option<PathBuf>,
    },
    /// Explain, rule by rule, why one item is or is not published
    Explain(ItemArgs),
    /// Approve items: write approver, date and seal (and a signature), and nothing else
    Approve(ApproveArgs),
    /// Print the statement that an approval of an item covers, to be signed with ssh-keygen
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
    /// List the declared kinds of items, or print the declaration of one
    Kinds(KindsArgs),
    /// Work on the portal's theme
    #[command(subcommand)]
    Theme(ThemeCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder of the new portal, made if it does not exist; default: the current one
    pub(crate) dir: Option<PathBuf>,
    /// What the portal begins with
    #[arg(long, value_enum, default_value = "municipality")]
    pub(crate) template: TemplateName,
    /// The title of the portal
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// The public address of the portal
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// A category of site.toml and the name for the address, such as news/flood
    #[arg(value_name = "CATEGORY/SLUG")]
    pub(crate) place: String,
    /// What the item is: a kind that `prakat kinds` lists, or coverage
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// The title; default: made from the name
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Make a folder for the item, so that it can have files
    #[arg(long)]
    pub(crate) bundle: bool,
    /// The first day on which the item may be seen; default: today
    #[arg(long, value_name = "INSTANT")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplateName {
    /// Categories of the Thai disclosure list (OIT), with an example of each kind of item
    Municipality,
    /// Categories of an office, with an example of each kind of item
    Office,
    /// One category and one item
    Minimal,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Print one item's publication form: HTML that prints on an A4 page, to be signed on paper
    Form(ItemArgs),
}

#[derive(Debug, Args)]
pub(crate) struct KindsArgs {
    /// The kind, such as tender: its declaration is printed in the form of site.toml
    pub(crate) id: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "human")]
    pub(crate) format: DataFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ThemeCommand {
    /// Copy a file of the built-in theme into the theme that site.toml names, to be changed there
    Eject {
        /// The file, such as item.html; without one, all names are printed
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
    /// Stop if settings, theme, static or trust file differ from this digest
    #[arg(long, value_name = "SHA256")]
    pub(crate) trust_digest: Option<String>,
}

/// The arguments of commands on one item.
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
    /// Returns the arguments of a check with the same instant and trust file.
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
    /// The id of the person who approves
    // The help is not the comment: in a comment, `[people]` would be a link.
    #[arg(
        long = "as",
        value_name = "PERSON",
        help = "Who approves: an id under [people] in site.toml"
    )]
    pub(crate) person: String,
    /// Sign with this private SSH key (ed25519 or P-256), by ssh-keygen
    #[arg(long, value_name = "PATH")]
    pub(crate) key: Option<PathBuf>,
    /// The day of the approval; default: today
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// What changed since the last approval; shown on the page
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
    /// Update the pages whenever a file changes
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
    /// The address of the site, instead of base_url in site.toml
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
    /// Change the output file by file, if it is a mount point (not atomic)
    #[arg(long)]
    pub(crate) in_place: bool,
}
