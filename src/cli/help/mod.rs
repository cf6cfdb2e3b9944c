//! The help of commands, as data in the language of messages.
//!
//! English texts are the doc comments in `args.rs`, Thai ones are in `th.toml`. Both become
//! [`CommandHelp`], which is printed as text, as JSON, and as manual pages.

mod json;
mod manual;
mod text;

use std::collections::BTreeMap;

use clap::CommandFactory;
use serde::Serialize;

use crate::cli::args::Cli;
use crate::report::{Catalog, ReportLanguage};

pub(super) use json::help_json;
pub(super) use manual::{manual_name, manual_page};
pub(super) use text::help_text;

/// The table of [`ThaiTexts`] with texts of arguments that several commands have.
const SHARED: &str = "shared";

/// The help of one command.
#[derive(Debug, Serialize)]
pub(super) struct CommandHelp {
    /// What is typed: `prakat theme eject`.
    pub(super) name: String,
    /// What it does.
    pub(super) about: String,
    /// How it is typed with its arguments.
    pub(super) usage: String,
    /// The arguments, in the order of the help.
    pub(super) arguments: Vec<ArgumentHelp>,
    /// The commands below it.
    pub(super) commands: Vec<CommandHelp>,
}

/// The help of one argument.
#[derive(Debug, Serialize)]
pub(super) struct ArgumentHelp {
    /// Its name in the program.
    pub(super) id: String,
    /// Its flag without hyphens, such as `output-dir`. `None` for an argument without a flag.
    pub(super) long: Option<String>,
    /// Its flag of one letter.
    pub(super) short: Option<char>,
    /// The word that stands for its value. `None` if it takes none.
    pub(super) value_name: Option<String>,
    /// Whether it must be given.
    pub(super) required: bool,
    /// Whether several values may be given.
    pub(super) repeatable: bool,
    /// Whether all commands take it.
    pub(super) global: bool,
    /// Its value if it is not given.
    pub(super) default: Option<String>,
    /// The values that it takes. Empty if there is no fixed list.
    pub(super) values: Vec<ValueHelp>,
    /// What it does.
    pub(super) help: String,
}

/// The help of one value of an argument.
#[derive(Debug, Serialize)]
pub(super) struct ValueHelp {
    /// The value.
    pub(super) name: String,
    /// What it means. `None` if the name says it.
    pub(super) help: Option<String>,
}

impl CommandHelp {
    /// Returns the help of the program in the language of a catalog.
    pub(super) fn of_program(catalog: &Catalog) -> Self {
        let mut program = Cli::command();
        program.build();
        let thai = match catalog.language {
            ReportLanguage::Thai => Some(ThaiTexts::new()),
            ReportLanguage::English => None,
        };
        Describer { catalog, thai }.command(&program)
    }

    /// Returns the help of a command below this one. Fails with the first name that is not a command.
    pub(super) fn find<'n>(&self, names: &'n [String]) -> Result<&Self, &'n str> {
        let Some((name, rest)) = names.split_first() else { return Ok(self) };
        let found = self.commands.iter().find(|command| command.last_name() == name);
        found.ok_or(name.as_str())?.find(rest)
    }

    /// Returns the last word of the name.
    pub(super) fn last_name(&self) -> &str {
        self.name.rsplit(' ').next().unwrap_or(&self.name)
    }
}

impl ArgumentHelp {
    /// Returns the flags with their hyphens: `-o, --output-dir`.
    fn flags(&self) -> String {
        let short = self.short.map(|short| format!("-{short}"));
        let long = self.long.as_ref().map(|long| format!("--{long}"));
        short.into_iter().chain(long).collect::<Vec<_>>().join(", ")
    }

    /// Returns the word for the value as it is typed: `<DIR>`, or `[DIR]...` if it may be left out.
    fn value(&self) -> Option<String> {
        let name = self.value_name.as_ref()?;
        let is_optional = self.long.is_none() && !self.required;
        let word = if is_optional { format!("[{name}]") } else { format!("<{name}>") };
        Some(if self.repeatable { format!("{word}...") } else { word })
    }
}

/// Describes commands in one language.
struct Describer<'a> {
    catalog: &'a Catalog,
    thai: Option<ThaiTexts>,
}

impl Describer<'_> {
    fn command(&self, command: &clap::Command) -> CommandHelp {
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
        let about = command.get_about().map(ToString::to_string);
        let arguments = command.get_arguments().filter(|argument| !argument.is_hide_set());
        CommandHelp {
            about: self.text(&name, "about", about),
            usage: self.usage(command),
            arguments: arguments.map(|argument| self.argument(&name, argument)).collect(),
            commands: command.get_subcommands().map(|command| self.command(command)).collect(),
            name,
        }
    }

    /// Returns the usage with its placeholders in the language.
    fn usage(&self, command: &clap::Command) -> String {
        let usage = command.clone().render_usage().to_string();
        localised_usage(self.catalog, &usage)
    }

    fn argument(&self, command: &str, argument: &clap::Arg) -> ArgumentHelp {
        let id = argument.get_id().as_str();
        let takes_values = argument.get_action().takes_values();
        let names = argument.get_value_names().filter(|_| takes_values);
        let defaults = argument.get_default_values().iter().filter(|_| takes_values);
        let values = argument.get_possible_values().into_iter().filter(|_| takes_values);
        let english = argument.get_help().map(ToString::to_string);
        // The parser has a longer help, which is not used: `Print help (see more with '--help')`.
        let english = english.map(|text| text.split(" (see ").next().unwrap_or("").to_owned());
        ArgumentHelp {
            id: id.to_owned(),
            long: argument.get_long().map(str::to_owned),
            short: argument.get_short(),
            value_name: names.and_then(<[_]>::first).map(ToString::to_string),
            required: argument.is_required_set(),
            repeatable: matches!(argument.get_action(), clap::ArgAction::Append)
                || argument.get_num_args().is_some_and(|count| count.max_values() > 1),
            global: argument.is_global_set() || ["help", "version"].contains(&id),
            default: defaults.map(|value| value.to_string_lossy().into_owned()).next(),
            values: values.map(|value| self.value(command, id, &value)).collect(),
            help: self.text(command, id, english),
        }
    }

    fn value(&self, command: &str, id: &str, value: &clap::builder::PossibleValue) -> ValueHelp {
        let name = value.get_name();
        let english = value.get_help().map(ToString::to_string);
        let help = english.map(|text| self.text(command, &format!("{id}={name}"), Some(text)));
        ValueHelp { name: name.to_owned(), help }
    }

    fn text(&self, command: &str, key: &str, english: Option<String>) -> String {
        let thai = self.thai.as_ref().and_then(|thai| thai.find(command, key));
        thai.map(str::to_owned).or(english).unwrap_or_default()
    }
}

/// Returns a usage line of the parser, without its heading and with placeholders in the language of a
/// catalog.
pub(super) fn localised_usage(catalog: &Catalog, usage: &str) -> String {
    let usage = usage.strip_prefix("Usage: ").unwrap_or(usage);
    let options = format!("[{}]", catalog.text("help/any-option", &[]));
    let command = format!("<{}>", catalog.text("help/a-command", &[]));
    usage.replace("[OPTIONS]", &options).replace("<COMMAND>", &command)
}

/// The Thai texts of the command line: a table for each command, with a text for each argument.
#[derive(Debug)]
struct ThaiTexts(BTreeMap<String, BTreeMap<String, String>>);

impl ThaiTexts {
    /// Reads all texts.
    ///
    /// # Panics
    ///
    /// Panics if the file that is compiled into the program is not TOML. A test reads it.
    fn new() -> Self {
        Self(toml::from_str(include_str!("th.toml")).expect("the Thai texts are valid TOML"))
    }

    /// Returns the text of a command for a key: `about`, the id of an argument, or `id=value`.
    fn find(&self, command: &str, key: &str) -> Option<&str> {
        let mut tables = [command, SHARED].into_iter();
        tables.find_map(|table| self.0.get(table)?.get(key)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::{Cli, SHARED, ThaiTexts};

    /// Adds the keys of a command and those below it, and which table has the text of each.
    fn keys(
        command: &clap::Command,
        thai: &ThaiTexts,
        used: &mut BTreeSet<(String, String)>,
        missing: &mut Vec<(String, String)>,
    ) {
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
        let mut wanted = vec!["about".to_owned()];
        for argument in command.get_arguments() {
            let id = argument.get_id().to_string();
            assert!(argument.get_help().is_some(), "{name}: {id} has no English text");
            for value in argument.get_possible_values() {
                wanted.extend(value.get_help().map(|_| format!("{id}={}", value.get_name())));
            }
            wanted.push(id);
        }
        for key in wanted {
            let mut tables = [name.as_str(), SHARED].into_iter();
            let table = tables
                .find(|table| thai.0.get(*table).is_some_and(|texts| texts.contains_key(&key)));
            match table {
                Some(table) => {
                    used.insert((table.to_owned(), key));
                }
                None => missing.push((name.clone(), key)),
            }
        }
        command.get_subcommands().for_each(|command| keys(command, thai, used, missing));
    }

    #[test]
    fn every_command_argument_and_value_has_a_thai_text() {
        let thai = ThaiTexts::new();
        let mut program = Cli::command();
        program.build();
        let (mut used, mut missing) = (BTreeSet::new(), Vec::new());
        keys(&program, &thai, &mut used, &mut missing);
        assert!(used.len() > 50 && missing.is_empty(), "without a Thai text: {missing:?}");
        let all = thai
            .0
            .iter()
            .flat_map(|(table, texts)| texts.keys().map(move |key| (table.clone(), key.clone())));
        let unused: Vec<_> = all.filter(|key| !used.contains(key)).collect();
        assert!(unused.is_empty(), "texts of nothing: {unused:?}");
        let is_thai = |c: char| ('\u{e00}'..'\u{e7f}').contains(&c);
        for (key, text) in thai.0.values().flatten() {
            assert!(text.contains(is_thai) && !text.ends_with('.'), "{key}: {text}");
        }
    }
}
