//! Explains TOML errors by their usual cause, such as curly quotation marks from Word.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostic, Place};
use crate::text::{floor_char, is_odd_space, line_start};

/// Quotation marks that TOML does not know. Word writes the curly ones by itself.
const ODD_QUOTES: [char; 12] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '＂', '＇', '`'];
/// Full-width signs, as an East Asian keyboard writes them.
const FULL_WIDTH: [char; 8] = ['＝', '［', '］', '｛', '｝', '，', '＃', '．'];

/// An error of the TOML parser.
pub(crate) struct TomlError<'a> {
    pub message: &'a str,
    pub span: Range<usize>,
}

impl<'a> From<&'a toml::de::Error> for TomlError<'a> {
    fn from(error: &'a toml::de::Error) -> Self {
        Self { message: error.message(), span: error.span().unwrap_or(0..0) }
    }
}

/// Returns a diagnostic for each line in which the parser found errors.
pub(crate) fn toml_diagnostics<'e>(
    path: &str,
    text: &str,
    errors: impl Iterator<Item = &'e toml::de::Error>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut last: Option<(TomlLine, TomlMistake)> = None;
    let mut errors: Vec<TomlError> = errors.map(TomlError::from).collect();
    errors.sort_by_key(|error| error.span.start);
    for error in &errors {
        let line = TomlLine::at(text, error.span.start);
        let mistake = line.mistake(error);
        if last.as_ref().is_some_and(|(before, slip)| slip.explains(before, &line, &mistake)) {
            continue;
        }
        diagnostics.push(mistake.diagnostic(path, text, error));
        last = Some((line, mistake));
    }
    diagnostics
}

/// A slip in a TOML file.
struct TomlMistake {
    /// The bytes to underline.
    span: Range<usize>,
    cause: Cause,
}

/// What is wrong, and what to do.
#[derive(Clone, Copy)]
struct Cause {
    /// The name of the sentence that says what is wrong. Empty if there is none.
    sentence: &'static str,
    /// Which help text applies.
    help: &'static str,
}

impl TomlMistake {
    fn diagnostic(&self, path: &str, text: &str, error: &TomlError) -> Diagnostic {
        let place = Place::of_range(path, text, self.span.clone());
        let cause = match self.cause.sentence {
            "" => error.message.to_owned(),
            sentence => format!("@toml/{sentence}"),
        };
        let found = Diagnostic::error(Code::TomlSyntax, place).arg("cause", cause);
        let found = found.help(self.cause.help);
        let character = text[self.span.clone()].chars().next();
        match character.filter(|_| self.cause.sentence == "space") {
            Some(character) => found.arg("character", format!("U+{:04X}", u32::from(character))),
            None => found,
        }
    }

    /// Returns whether a later error is a consequence of this slip: it is in the same line, in the rest
    /// of a text that was not closed, or in a table that is there twice.
    fn explains(&self, line: &TomlLine, other: &TomlLine, mistake: &Self) -> bool {
        let is_rest = self.cause.sentence == "unclosed-text" && other.start == line.end();
        let are_twice = [self, mistake].iter().all(|slip| slip.cause.sentence == "twice");
        let is_header = |line: &TomlLine| line.text.trim_start().starts_with('[');
        line.start == other.start || is_rest || (are_twice && is_header(line) && !is_header(other))
    }
}

/// The line on which an error was noticed.
struct TomlLine<'a> {
    /// The whole file.
    file: &'a str,
    /// Its text, without the line end.
    text: &'a str,
    /// Its offset in the file.
    start: usize,
}

impl<'a> TomlLine<'a> {
    fn at(file: &'a str, offset: usize) -> Self {
        let start = line_start(file, floor_char(file, offset));
        TomlLine { file, text: file[start..].lines().next().unwrap_or(""), start }
    }

    /// Returns the offset of the next line.
    fn end(&self) -> usize {
        let rest = &self.file[self.start..];
        self.start + rest.find('\n').map_or(rest.len(), |at| at + 1)
    }

    fn mistake(&self, error: &TomlError) -> TomlMistake {
        if let Some(mistake) = self.odd_sign() {
            return mistake;
        }
        let Some(kind) = KINDS.iter().find(|kind| error.message.starts_with(kind.prefix)) else {
            let cause = Cause { sentence: "", help: "help" };
            return TomlMistake { span: error.span.clone(), cause };
        };
        let cause = self.cause_in_context(kind, &error.span);
        TomlMistake { span: self.underlined(cause.sentence, &error.span), cause }
    }

    /// Returns the cause of a kind of error in this line.
    fn cause_in_context(&self, kind: &ErrorKind, span: &Range<usize>) -> Cause {
        let ErrorKind { sentence, help, .. } = *kind;
        let text = self.text.trim();
        let has_equals = text.contains('=');
        let is_header = text.starts_with('[');
        let (sentence, help) = match sentence {
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
        };
        Cause { sentence, help }
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
    fn odd_sign(&self) -> Option<TomlMistake> {
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
                (_, None) => cause_of_sign(c),
            };
            if let Some(cause) = found {
                return Some(TomlMistake { span: self.range(at, c), cause });
            }
        }
        // A text that begins with a straight mark and ends with a curly one.
        let text = self.text.trim_end();
        let last =
            text.chars().next_back().filter(|c| opened.is_some() && ODD_QUOTES.contains(c))?;
        Some(TomlMistake { span: self.range(text.len() - last.len_utf8(), last), cause: QUOTE })
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

const QUOTE: Cause = Cause { sentence: "quote", help: "help-quote" };
const FULL_WIDTH_SIGN: Cause = Cause { sentence: "full-width", help: "help-full-width" };
const ODD_SPACE: Cause = Cause { sentence: "space", help: "help-space" };

/// Returns what is wrong with a sign outside texts and comments.
fn cause_of_sign(c: char) -> Option<Cause> {
    match c {
        c if ODD_QUOTES.contains(&c) => Some(QUOTE),
        c if FULL_WIDTH.contains(&c) => Some(FULL_WIDTH_SIGN),
        c if is_odd_space(c) => Some(ODD_SPACE),
        _ => None,
    }
}

/// A kind of errors of the parser.
struct ErrorKind {
    /// The beginning of the parser's message.
    prefix: &'static str,
    sentence: &'static str,
    help: &'static str,
}

const fn kind(prefix: &'static str, sentence: &'static str, help: &'static str) -> ErrorKind {
    ErrorKind { prefix, sentence, help }
}

const KINDS: [ErrorKind; 44] = [
    kind("invalid basic string, expected `\"`", "unclosed-text", "help-close"),
    kind("invalid literal string", "unclosed-text", "help-close"),
    kind("invalid multi-line", "unclosed-text", "help-close"),
    kind("missing escaped value", "backslash", "help-backslash"),
    kind("too few unicode value digits", "backslash", "help-backslash"),
    kind("invalid unquoted key", "name", "help-name"),
    kind("unquoted keys cannot be empty", "no-name", "help-name"),
    kind("missing key for inline table element", "no-name", "help-name"),
    kind("duplicate key", "twice", "help-twice"),
    kind("cannot extend value", "twice", "help-twice"),
    kind("unclosed array table", "bracket", "help-bracket"),
    kind("unclosed table", "bracket", "help-bracket"),
    kind("missing table open", "bracket", "help-bracket"),
    kind("unclosed array", "list", "help-list"),
    kind("missing comma between array elements", "comma", "help-list"),
    kind("extra comma in array", "comma", "help-list"),
    kind("missing array opening", "list", "help-list"),
    kind("unexpected `=` in array", "list", "help-list"),
    kind("unclosed inline table", "braces", "help-braces"),
    kind("missing inline table opening", "braces", "help-braces"),
    kind("invalid inline table element", "braces", "help-braces"),
    kind("missing comma between key-value pairs", "comma", "help-braces"),
    kind("extra comma in inline table", "comma", "help-braces"),
    kind("missing assignment between key-value pairs", "equals", "help"),
    kind("key with no value", "equals", "help"),
    kind("missing value", "no-value", "help"),
    kind("extra assignment between key-value pairs", "equals-twice", "help"),
    kind("extra `=`", "equals-twice", "help"),
    kind("string values must be quoted", "bare-text", "help"),
    kind("missing opening quote", "bare-text", "help"),
    kind("invalid value", "bare-text", "help"),
    kind("invalid boolean", "bare-text", "help"),
    kind("invalid integer", "bare-text", "help"),
    kind("invalid date", "date", "help"),
    kind("invalid time", "date", "help"),
    kind("invalid float", "bare-text", "help"),
    kind("invalid mantissa", "bare-text", "help"),
    kind("invalid fraction", "bare-text", "help"),
    kind("unexpected leading zero", "zero", "help"),
    kind("`_` may only go between digits", "bare-text", "help"),
    kind("unexpected key or value", "rest", "help-rest"),
    kind("unexpected content", "rest", "help-rest"),
    kind("invalid comment character", "control", "help-control"),
    kind("carriage return must be followed by newline", "control", "help-control"),
];
