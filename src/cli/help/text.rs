//! The help of a command as text for a terminal.

use crate::cli::help::{ArgumentHelp, CommandHelp};
use crate::cli::terminal::TextStyle;
use crate::report::Catalog;
use crate::text::width;

/// Longer names of flags have their text on the next line. In columns.
const MAX_NAME: usize = 30;
/// Texts on the next line begin in this column.
const NEXT_LINE_INDENT: usize = 10;
/// Texts narrower than this are written on the next line. In columns.
const MIN_TEXT: usize = 34;

/// Stands for a space at which a line is broken only if there is no other way.
const NO_BREAK: char = '\u{a0}';

/// A command or an argument with its text.
struct Entry {
    /// What is typed, as it is.
    name: String,
    /// The word for its value.
    value: String,
    text: String,
    /// Its values, with a text for each.
    values: Vec<String>,
}

impl Entry {
    fn width(&self) -> usize {
        width(&self.name) + width(&self.value)
    }
}

/// Returns the help of a command, in lines that fit into the terminal. They can be longer only if a word is:
/// texts are broken at spaces, which in Thai are between phrases.
pub(in crate::cli) fn help_text(help: &CommandHelp, catalog: &Catalog, style: TextStyle) -> String {
    let word = |key: &str| catalog.text(key, &[]);
    let mut out = String::new();
    for line in wrapped(&help.about, style.columns) {
        out.push_str(&format!("{line}\n"));
    }
    let usage = help.usage.replacen(&help.name, &style.literal(&help.name), 1);
    out.push_str(&format!("\n{} {usage}\n", style.heading(&format!("{}:", word("help/usage")))));
    let commands: Vec<Entry> = help.commands.iter().map(command_entry).collect();
    let of_kind = |is_wanted: fn(&ArgumentHelp) -> bool| -> Vec<Entry> {
        let arguments = help.arguments.iter().filter(|argument| is_wanted(argument));
        arguments.map(|argument| argument_entry(argument, catalog)).collect()
    };
    let sections = [
        (word("help/commands"), commands),
        (word("help/arguments"), of_kind(|argument| argument.long.is_none())),
        (word("help/options"), of_kind(|argument| argument.long.is_some() && !argument.global)),
        (word("help/global-options"), of_kind(|argument| argument.global)),
    ];
    for (heading, entries) in sections.into_iter().filter(|(_, entries)| !entries.is_empty()) {
        out.push_str(&format!("\n{}\n", style.heading(&format!("{heading}:"))));
        out.push_str(&section(&entries, style));
    }
    out
}

fn command_entry(command: &CommandHelp) -> Entry {
    let name = command.last_name().to_owned();
    Entry { name, value: String::new(), text: command.about.clone(), values: Vec::new() }
}

fn argument_entry(argument: &ArgumentHelp, catalog: &Catalog) -> Entry {
    let mut name = argument.flags();
    if argument.short.is_none() && argument.long.is_some() {
        name.insert_str(0, "    ");
    }
    let separator = if name.is_empty() { "" } else { " " };
    let value = argument.value().map(|value| format!("{separator}{value}")).unwrap_or_default();
    let mut text = argument.help.clone();
    if let Some(default) = &argument.default {
        let default = catalog.text("help/default", &[("value", default.clone())]);
        text.push_str(&kept_together(&default));
    }
    let has_texts = argument.values.iter().any(|value| value.help.is_some());
    let mut values = Vec::new();
    if has_texts {
        values.extend(argument.values.iter().map(|value| match &value.help {
            Some(help) => format!("- {}: {help}", value.name),
            None => format!("- {}", value.name),
        }));
    } else if !argument.values.is_empty() {
        let names: Vec<&str> = argument.values.iter().map(|value| value.name.as_str()).collect();
        let names = catalog.text("help/values", &[("values", names.join(", "))]);
        text.push_str(&kept_together(&names));
    }
    Entry { name, value, text, values }
}

/// Returns a remark in brackets, to be written on one line if it fits.
fn kept_together(remark: &str) -> String {
    format!(" [{}]", remark.replace(' ', &NO_BREAK.to_string()))
}

/// Returns the lines of entries: names in the first column, texts in the second.
fn section(entries: &[Entry], style: TextStyle) -> String {
    let widths = entries.iter().map(Entry::width).filter(|width| *width <= MAX_NAME);
    let indent = widths.max().unwrap_or(0) + 4;
    let is_narrow = style.columns < indent + MIN_TEXT;
    let indent = if is_narrow { NEXT_LINE_INDENT } else { indent };
    let columns = style.columns.saturating_sub(indent);
    let mut out = String::new();
    for entry in entries {
        out.push_str(&format!("  {}{}", style.literal(&entry.name), entry.value));
        if is_narrow || entry.width() > MAX_NAME {
            out.push_str(&format!("\n{}", " ".repeat(indent)));
        } else {
            out.push_str(&" ".repeat(indent - 2 - entry.width()));
        }
        let mut lines = wrapped(&entry.text, columns);
        for value in &entry.values {
            let mut of_value = wrapped(value, columns - 2).into_iter();
            lines.extend(of_value.next());
            lines.extend(of_value.map(|line| format!("  {line}")));
        }
        out.push_str(&lines.join(&format!("\n{}", " ".repeat(indent))));
        out.push('\n');
    }
    out
}

/// Breaks a text at spaces into lines of so many columns.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let words = text.split(' ').flat_map(|word| {
        let is_wide = width(word) > columns;
        word.split(move |c| is_wide && c == NO_BREAK)
    });
    let mut lines = vec![String::new()];
    for word in words {
        let word = word.replace(NO_BREAK, " ");
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(&word),
            Some(line) if width(line) + 1 + width(&word) <= columns => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Catalog, CommandHelp, TextStyle, help_text, width};
    use crate::report::ReportLanguage;

    fn check(help: &CommandHelp, catalog: &Catalog) {
        for line in help_text(help, catalog, TextStyle::PLAIN).lines() {
            assert!(width(line) <= 80, "{}: {line}", help.name);
            assert!(line == line.trim_end(), "{}: {line:?}", help.name);
        }
        help.commands.iter().for_each(|help| check(help, catalog));
    }

    #[test]
    fn every_line_fits_into_80_columns() {
        for language in [ReportLanguage::Thai, ReportLanguage::English] {
            let catalog = Catalog::new(language);
            check(&CommandHelp::of_program(&catalog), &catalog);
        }
    }

    #[test]
    fn names_with_marks_above_and_below_keep_the_columns() {
        let entry = |name: &str| super::Entry {
            name: name.to_owned(),
            value: String::new(),
            text: "x".to_owned(),
            values: Vec::new(),
        };
        let lines = super::section(&[entry("ที่ตั้ง"), entry("สี่")], TextStyle::PLAIN);
        let columns: Vec<usize> = lines.lines().map(width).collect();
        assert_eq!(columns, [2 + 3 + 2 + 1; 2], "{lines}");
    }
}
