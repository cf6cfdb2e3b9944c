//! Tips for command lines of other generators: what prakat has instead.

use clap::error::{ContextKind, ErrorKind};

/// Commands that do not exist, and the sentence that says what to do instead.
const COMMANDS: [(&str, &[&str]); 11] = [
    ("@tip/init", &["setup", "scaffold", "quickstart"]),
    ("@tip/new", &["create", "add", "post"]),
    ("@tip/clean", &["clean", "clear", "rebuild"]),
    ("@tip/deploy", &["deploy", "publish", "release", "upload", "push", "sync"]),
    ("@tip/version", &["version"]),
    ("@tip/serve", &["server", "dev", "start", "watch", "run", "preview", "open"]),
    ("@tip/check", &["test", "validate", "verify", "lint", "doctor"]),
    ("@tip/withdraw", &["withdraw", "unpublish", "retract", "delete", "remove", "rm"]),
    ("@tip/approve", &["sign", "seal", "accept"]),
    ("@tip/kinds", &["kind", "types", "type", "fields", "schema"]),
    ("@tip/status", &["list", "ls", "show"]),
];

/// Flags that do not exist, and the sentence that says what to do instead.
const FLAGS: [(&str, &[&str]); 6] = [
    (
        "@tip/preview",
        &[
            "--drafts",
            "--draft",
            "-D",
            "--buildDrafts",
            "--unpublished",
            "--future",
            "-F",
            "--buildFuture",
        ],
    ),
    ("@tip/clean", &["--clean", "--cleanDestinationDir", "--force", "-f", "--incremental"]),
    (
        "@tip/root",
        &["--source", "-s", "--src", "--config", "-c", "--contentDir", "--dir", "--input"],
    ),
    ("@tip/output", &["--destination", "-d", "--dist", "--out", "--out-dir", "--publishDir"]),
    ("@tip/interface", &["--host", "--bind", "--address", "--listen"]),
    ("@tip/date", &["--date", "--now", "--time"]),
];

/// Commands that take no file: a word after them is probably meant as the portal's folder.
const COMMANDS_ON_PORTALS: [&str; 4] =
    ["prakat build", "prakat check", "prakat status", "prakat serve"];

/// Returns the name of the sentence that says what prakat has instead of what was typed. `command` is
/// `prakat` and the command, if it exists.
pub(super) fn tip(error: &clap::Error, command: &str) -> Option<&'static str> {
    let typed = |kind| error.get(kind).map(ToString::to_string);
    let known = |table: &[(&'static str, &[&str])], word: &str| {
        let mut entries = table.iter();
        entries.find(|(_, words)| words.contains(&word)).map(|(tip, _)| *tip)
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            known(&COMMANDS, &typed(ContextKind::InvalidSubcommand)?.to_lowercase())
        }
        ErrorKind::UnknownArgument => {
            let argument = typed(ContextKind::InvalidArg)?;
            if argument.starts_with('-') {
                return known(&FLAGS, argument.split('=').next().unwrap_or(&argument));
            }
            COMMANDS_ON_PORTALS.contains(&command).then_some("@tip/root")
        }
        _ => None,
    }
}
