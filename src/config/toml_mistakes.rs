//! Finds the slip behind an error of the TOML parser, which knows no Word and no Thai keyboard.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic, Place};

/// Quotation marks that TOML does not know. Word writes the curly ones by itself.
const ODD_QUOTES: [char; 12] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '＂', '＇', '`'];
/// Full-width signs, as an East Asian keyboard writes them.
const FULL_WIDTH: [char; 8] = ['＝', '［', '］', '｛', '｝', '，', '＃', '．'];

/// Returns a diagnostic for each line in which a parser found errors. An error is a message and its
/// span.
pub(crate) fn toml_diagnostics(
    path: &str,
    text: &str,
    errors: &[(&str, Option<Range<usize>>)],
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut last: Option<(Line, TomlMistake)> = None;
    let mut errors: Vec<_> =
        errors.iter().map(|(m, span)| (m, span.clone().unwrap_or(0..0))).collect();
    errors.sort_by_key(|(_, span)| span.start);
    for (message, span) in errors {
        let line = Line::at(text, span.start);
        let mistake = line.mistake(message, &span);
        if last.as_ref().is_some_and(|(before, slip)| slip.explains(before, &line, &mistake)) {
            continue;
        }
        let place = Place::of_range(path, text, mistake.span.clone());
        let cause = match mistake.sentence {
            "" => (*message).to_owned(),
            sentence => format!("@toml/{sentence}"),
        };
        let diagnostic = Diagnostic::error(Code::TomlSyntax, place).arg("cause", cause);
        diagnostics.push(diagnostic.help(mistake.help));
        last = Some((line, mistake));
    }
    diagnostics
}

/// A slip in a TOML file.
struct TomlMistake {
    /// The bytes to underline.
    span: Range<usize>,
    /// The name of the sentence that says what is wrong. Empty if there is none.
    sentence: &'static str,
    /// Which help text applies.
    help: &'static str,
}

impl TomlMistake {
    /// Returns whether a later error is a consequence of this slip: it is in the same line, in the rest
    /// of a text that was not closed, or in a table that is there twice.
    fn explains(&self, line: &Line, other: &Line, mistake: &Self) -> bool {
        let is_rest = self.sentence == "unclosed-text" && other.start == line.end();
        let is_in_table = self.sentence == "twice" && mistake.sentence == "twice";
        let is_header = |line: &Line| line.text.trim_start().starts_with('[');
        line.start == other.start
            || is_rest
            || (is_in_table && is_header(line) && !is_header(other))
    }
}

/// The line on which an error was noticed.
struct Line<'a> {
    /// The whole file.
    file: &'a str,
    /// Its text, without the line end.
    text: &'a str,
    /// Its offset in the file.
    start: usize,
}

impl<'a> Line<'a> {
    fn at(file: &'a str, offset: usize) -> Self {
        let offset = (0..=offset.min(file.len())).rev().find(|at| file.is_char_boundary(*at));
        let offset = offset.unwrap_or(0);
        let start = file[..offset].rfind('\n').map_or(0, |at| at + 1);
        Line { file, text: file[start..].lines().next().unwrap_or(""), start }
    }

    /// Returns the offset of the next line.
    fn end(&self) -> usize {
        let rest = &self.file[self.start..];
        self.start + rest.find('\n').map_or(rest.len(), |at| at + 1)
    }

    fn mistake(&self, message: &str, span: &Range<usize>) -> TomlMistake {
        if let Some((span, sentence, help)) = self.odd_sign() {
            return TomlMistake { span, sentence, help };
        }
        let kind = KINDS.iter().find(|(beginning, ..)| message.starts_with(beginning));
        let Some((_, sentence, help)) = kind else {
            return TomlMistake { span: span.clone(), sentence: "", help: "help" };
        };
        let (sentence, help) = self.in_context(sentence, help, span);
        TomlMistake { span: self.underlined(sentence, span), sentence, help }
    }

    /// Returns what a sentence and its help are for this line.
    fn in_context(
        &self,
        sentence: &'static str,
        help: &'static str,
        span: &Range<usize>,
    ) -> (&'static str, &'static str) {
        let text = self.text.trim();
        let has_equals = text.contains('=');
        let is_header = text.starts_with('[');
        match sentence {
            "name" | "equals" if text.starts_with("//") || text.starts_with(';') => {
                ("remark", "help-rest")
            }
            "name" if !has_equals && !is_header => ("equals", "help"),
            "equals" if has_equals => ("name", "help-name"),
            "bracket" if text.ends_with(']') && text.contains(' ') => ("name", "help-name"),
            "bare-text" if span.is_empty() => ("no-value", help),
            "bare-text" if self.is_yes_or_no(span) => ("boolean", "help-boolean"),
            "rest" if self.has_inner_quote(span) => ("inner-quote", "help-inner-quote"),
            _ => (sentence, help),
        }
    }

    /// Returns whether a value is a yes or no that is not written as TOML wants it.
    fn is_yes_or_no(&self, span: &Range<usize>) -> bool {
        let value = self.file.get(span.clone()).unwrap_or_default().to_ascii_lowercase();
        ["true", "false", "yes", "no", "on", "off"].contains(&value.as_str())
    }

    /// Returns whether what follows a text contains its quotation mark again: the text had one inside.
    fn has_inner_quote(&self, span: &Range<usize>) -> bool {
        let parts = self.text.split_at_checked(span.start - self.start);
        let mark = |before: &str| before.chars().next_back().filter(|c| matches!(c, '"' | '\''));
        parts.is_some_and(|(before, rest)| mark(before).is_some_and(|mark| rest.contains(mark)))
    }

    /// Returns the first sign outside texts and comments that only looks like one of TOML.
    fn odd_sign(&self) -> Option<(Range<usize>, &'static str, &'static str)> {
        let mut opened = None;
        for (at, c) in self.text.char_indices() {
            let found = match (c, opened) {
                ('"' | '\'', None) => {
                    opened = Some(c);
                    None
                }
                (_, Some(mark)) => {
                    opened = opened.filter(|_| c != mark);
                    None
                }
                ('#', None) => break,
                (_, None) => kind_of_sign(c),
            };
            if let Some((sentence, help)) = found {
                return Some((self.range(at, c), sentence, help));
            }
        }
        // A text that begins with a straight mark and ends with a curly one.
        let text = self.text.trim_end();
        let last =
            text.chars().next_back().filter(|c| opened.is_some() && ODD_QUOTES.contains(c))?;
        Some((self.range(text.len() - last.len_utf8(), last), "quote", "help-quote"))
    }

    fn range(&self, at: usize, c: char) -> Range<usize> {
        self.start + at..self.start + at + c.len_utf8()
    }

    /// Returns the part of the file to underline.
    fn underlined(&self, sentence: &str, span: &Range<usize>) -> Range<usize> {
        let Some(before) = self.text.get(..span.start - self.start) else { return span.clone() };
        let until = |from: usize, ends: &[char]| {
            let rest = &self.text[from..];
            let end = rest.find(ends).unwrap_or(rest.len());
            let start = self.start + from;
            start..start + rest[..end].trim_end().len()
        };
        let has_equals = self.text.contains('=');
        match sentence {
            "unclosed-text" => match before.rfind(['"', '\'']) {
                Some(opening) => until(opening, &[]),
                None => self.last_long_text().unwrap_or(span.clone()),
            },
            "name" if has_equals => until(0, &['=']),
            "name" => until(before.rfind(['[', '.']).map_or(0, |at| at + 1), &[']', '.']),
            "remark" | "equals" => until(0, &[]),
            "bare-text" => until(before.len(), &['#']),
            _ => span.clone(),
        }
    }

    /// Returns the marks that open the last text of several lines.
    fn last_long_text(&self) -> Option<Range<usize>> {
        let marks = ["\"\"\"", "'''"];
        let at = marks.iter().filter_map(|mark| self.file.rfind(mark)).max()?;
        Some(at..at + marks[0].len())
    }
}

/// Returns what is wrong with a sign outside texts and comments.
fn kind_of_sign(c: char) -> Option<(&'static str, &'static str)> {
    if ODD_QUOTES.contains(&c) {
        return Some(("quote", "help-quote"));
    }
    if FULL_WIDTH.contains(&c) {
        return Some(("full-width", "help-full-width"));
    }
    let is_space = c.is_whitespace() && !c.is_ascii();
    (is_space || c == '\u{200B}' || c == '\u{FEFF}').then_some(("space", "help-space"))
}

/// The beginnings of the parser's messages, the sentences for them, and their help texts.
const KINDS: [(&str, &str, &str); 44] = [
    ("invalid basic string, expected `\"`", "unclosed-text", "help-close"),
    ("invalid literal string", "unclosed-text", "help-close"),
    ("invalid multi-line", "unclosed-text", "help-close"),
    ("missing escaped value", "backslash", "help-backslash"),
    ("too few unicode value digits", "backslash", "help-backslash"),
    ("invalid unquoted key", "name", "help-name"),
    ("unquoted keys cannot be empty", "no-name", "help-name"),
    ("missing key for inline table element", "no-name", "help-name"),
    ("duplicate key", "twice", "help-twice"),
    ("cannot extend value", "twice", "help-twice"),
    ("unclosed array table", "bracket", "help-bracket"),
    ("unclosed table", "bracket", "help-bracket"),
    ("missing table open", "bracket", "help-bracket"),
    ("unclosed array", "list", "help-list"),
    ("missing comma between array elements", "comma", "help-list"),
    ("extra comma in array", "comma", "help-list"),
    ("missing array opening", "list", "help-list"),
    ("unexpected `=` in array", "list", "help-list"),
    ("unclosed inline table", "braces", "help-braces"),
    ("missing inline table opening", "braces", "help-braces"),
    ("invalid inline table element", "braces", "help-braces"),
    ("missing comma between key-value pairs", "comma", "help-braces"),
    ("extra comma in inline table", "comma", "help-braces"),
    ("missing assignment between key-value pairs", "equals", "help"),
    ("key with no value", "equals", "help"),
    ("missing value", "no-value", "help"),
    ("extra assignment between key-value pairs", "equals-twice", "help"),
    ("extra `=`", "equals-twice", "help"),
    ("string values must be quoted", "bare-text", "help"),
    ("missing opening quote", "bare-text", "help"),
    ("invalid value", "bare-text", "help"),
    ("invalid boolean", "bare-text", "help"),
    ("invalid integer", "bare-text", "help"),
    ("invalid date", "date", "help"),
    ("invalid time", "date", "help"),
    ("invalid float", "bare-text", "help"),
    ("invalid mantissa", "bare-text", "help"),
    ("invalid fraction", "bare-text", "help"),
    ("unexpected leading zero", "zero", "help"),
    ("`_` may only go between digits", "bare-text", "help"),
    ("unexpected key or value", "rest", "help-rest"),
    ("unexpected content", "rest", "help-rest"),
    ("invalid comment character", "control", "help-control"),
    ("carriage return must be followed by newline", "control", "help-control"),
];
