//! Manual pages: the help of a command in the language of `man`, and what else belongs on such a page.

use crate::cli::help::{ArgumentHelp, CommandHelp};
use crate::report::{Catalog, ReportLanguage};

/// The exit codes that a page explains.
const EXIT_CODES: [(&str, &str); 4] = [
    ("0", "manual/exit-0"),
    ("1", "manual/exit-1"),
    ("2", "manual/exit-2"),
    ("3", "manual/exit-3"),
];

/// The variables that the page of the program explains.
const VARIABLES: [(&str, &str); 2] =
    [("LC_ALL, LC_MESSAGES, LANG", "manual/language"), ("NO_COLOR", "manual/no-color")];

/// Returns the name of a command's page: `prakat-theme-eject`.
pub(in crate::cli) fn manual_name(help: &CommandHelp) -> String {
    help.name.replace(' ', "-")
}

/// Returns the page of a command, which belongs to section 1. It has no date, so that it depends on the
/// version alone. `parent` is the name of the page that lists the command.
pub(in crate::cli) fn manual_page(
    help: &CommandHelp,
    parent: Option<&str>,
    catalog: &Catalog,
) -> String {
    let word = |key: &str| catalog.text(key, &[]);
    let name = manual_name(help);
    let mut page = Page::default();
    let (title, version) = (escaped(&name.to_uppercase()), env!("CARGO_PKG_VERSION"));
    let manual = escaped(&word("manual/title"));
    page.line(&format!(".TH \"{title}\" \"1\" \"\" \"prakat {version}\" \"{manual}\""));
    // Thai has spaces between phrases only: lines that are stretched would be full of gaps.
    page.line(".ad l\n.nh");
    if catalog.language == ReportLanguage::Thai {
        // Terminals print bold letters twice, one over the other. Pagers then lose marks above and below.
        page.line(".ds HF R");
    }
    page.section(&word("manual/name"));
    page.text(&format!("{name} - {}", help.about));
    page.section(&word("manual/synopsis"));
    page.line(&format!("{}{}", bold(&help.name), escaped(&help.usage[help.name.len()..])));
    page.section(&word("manual/description"));
    page.text(&help.about);
    if parent.is_none() {
        page.line(".PP");
        page.text(&word("manual/about"));
    }
    page.commands(&word("help/commands"), help);
    page.arguments(&word("help/arguments"), help, catalog, |argument| argument.long.is_none());
    page.arguments(&word("help/options"), help, catalog, |argument| {
        argument.long.is_some() && !argument.global
    });
    page.arguments(&word("help/global-options"), help, catalog, |argument| argument.global);
    page.section(&word("manual/exit-codes"));
    for (code, key) in EXIT_CODES {
        page.entry(&bold(code), &word(key));
    }
    if parent.is_none() {
        page.section(&word("manual/environment"));
        for (variable, key) in VARIABLES {
            page.entry(&bold(variable), &word(key));
        }
    }
    page.section(&word("manual/see-also"));
    let pages = help.commands.iter().map(manual_name);
    let pages = parent.map(str::to_owned).into_iter().chain(pages);
    let pages: Vec<String> = pages.map(|page| format!("{}(1)", bold(&page))).collect();
    if !pages.is_empty() {
        page.line(&pages.join(",\n"));
        page.line(".PP");
    }
    page.text(&word("manual/documentation"));
    page.0
}

/// A page in the language of `man`.
#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn section(&mut self, heading: &str) {
        self.line(&format!(".SH \"{}\"", escaped(&heading.to_uppercase())));
    }

    /// Adds a paragraph. Words in backquotes are bold.
    fn text(&mut self, text: &str) {
        let parts = text.split('`').enumerate();
        let parts = parts.map(|(n, part)| if n % 2 == 1 { bold(part) } else { escaped(part) });
        let text: String = parts.collect();
        // A full stop or an apostrophe at the beginning of a line would be a request.
        let guard = if text.starts_with(['.', '\'']) { "\\&" } else { "" };
        self.line(&format!("{guard}{text}"));
    }

    /// Adds a paragraph below its name, which is already in the language of `man`.
    fn entry(&mut self, name: &str, text: &str) {
        self.line(&format!(".TP\n{name}"));
        self.text(text);
    }

    fn commands(&mut self, heading: &str, help: &CommandHelp) {
        if help.commands.is_empty() {
            return;
        }
        self.section(heading);
        for command in &help.commands {
            self.entry(&format!("{}(1)", bold(&manual_name(command))), &command.about);
        }
    }

    fn arguments(
        &mut self,
        heading: &str,
        help: &CommandHelp,
        catalog: &Catalog,
        is_wanted: impl Fn(&ArgumentHelp) -> bool,
    ) {
        let mut arguments = help.arguments.iter().filter(|argument| is_wanted(argument)).peekable();
        if arguments.peek().is_none() {
            return;
        }
        self.section(heading);
        for argument in arguments {
            self.argument(argument, catalog);
        }
    }

    fn argument(&mut self, argument: &ArgumentHelp, catalog: &Catalog) {
        let flags = argument.flags();
        let value = argument.value().map(|value| format!("\\fI{}\\fR", escaped(&value)));
        let name = if flags.is_empty() { None } else { Some(bold(&flags)) };
        let parts: Vec<String> = name.into_iter().chain(value).collect();
        self.entry(&parts.join(" "), &argument.help);
        if let Some(default) = &argument.default {
            self.line(".br");
            self.text(&catalog.text("help/default", &[("value", default.clone())]));
        }
        if argument.values.is_empty() {
            return;
        }
        let names: Vec<&str> = argument.values.iter().map(|value| value.name.as_str()).collect();
        self.line(".br");
        self.text(&catalog.text("help/values", &[("values", names.join(", "))]));
        for value in &argument.values {
            let Some(help) = &value.help else { continue };
            self.line(".RS");
            self.entry(&bold(&value.name), help);
            self.line(".RE");
        }
    }
}

fn bold(text: &str) -> String {
    format!("\\fB{}\\fR", escaped(text))
}

/// Returns a text with the characters replaced that `man` would read or change.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            '"' => out.push_str("\\(dq"),
            '`' => out.push_str("\\(ga"),
            '^' => out.push_str("\\(ha"),
            '~' => out.push_str("\\(ti"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Page, escaped};

    #[test]
    fn no_text_becomes_a_request() {
        assert_eq!(escaped("a\\b-c'd\"e"), "a\\eb\\-c\\(aqd\\(dqe");
        let mut page = Page::default();
        page.text(".br and `--flag`");
        assert_eq!(page.0, "\\&.br and \\fB\\-\\-flag\\fR\n");
    }
}
