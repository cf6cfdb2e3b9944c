//! Rows of digits as a reader may see them: with markup, escapes or signs between the digits.

use super::chars::{is_alphanumeric, is_invisible};
use super::digits::{Digit, DigitGap, DigitRow, DigitRun, FEWEST, seen_digit};

/// How the markup between digits is read. Escapes are resolved in every reading of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LooseReading {
    /// Tags, addresses of links, labels and footnote marks show nothing.
    Shown,
    /// Same, but the addresses of links are read.
    Addresses,
    /// Nothing is markup: tags and labels are read as the characters that they consist of.
    Literal,
    /// The text is not a source: it has neither markup nor escapes.
    Rendered,
    /// Tags are read, but their letters separate nothing. Letters of the text between them do.
    InTags,
    /// Letters separate nothing.
    Everything,
    /// Same, and there are no escapes.
    EveryCharacter,
}

impl LooseReading {
    fn skips_markup(self) -> bool {
        matches!(self, Self::Shown | Self::Addresses)
    }
}

/// Returns rows of digits that only letters and other numbers separate, with every sign as good as
/// a dash. Their ranges are those of the text.
pub(crate) fn loose_runs(text: &str, reading: LooseReading) -> Vec<DigitRun> {
    let mut runs = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if has_digits(line, FEWEST) {
            runs.extend(loose_runs_of_line(line, reading).into_iter().map(|run| run.moved(at)));
        }
        at += line.len();
    }
    runs
}

/// Returns whether a text has so many digits. An escape of a digit has a digit itself.
pub(crate) fn has_digits(text: &str, count: usize) -> bool {
    text.chars().filter(|c| seen_digit(*c).is_some()).nth(count - 1).is_some()
}

fn loose_runs_of_line(text: &str, reading: LooseReading) -> Vec<DigitRun> {
    let mut runs = Vec::new();
    let mut row = DigitRow::default();
    let mut tags = Tags::of(text, reading);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let separates = |shown| tags.separates(shown);
        let (len, shown) = unit(&text[at..], c, reading);
        // What shows nothing is markup: it may be seen as nothing, or as a gap.
        match shown.map(|shown| (shown, seen_digit(shown))) {
            Some((_, Some(value))) => runs.extend(row.push(value, at..at + len)),
            Some((shown, None)) if c == '\n' || separates(shown) => runs.extend(row.finish()),
            // In a loose row any sign is as good as a dash.
            Some((shown, None)) if !is_invisible(shown) && !"*~`".contains(shown) => {
                row.gap = DigitGap::Dash;
            }
            _ => {}
        }
        tags.follow(c);
        at += len;
    }
    runs.extend(row.finish());
    runs
}

/// Follows a line in and out of tags.
struct Tags {
    reading: LooseReading,
    is_inside: bool,
}

impl Tags {
    /// A line may begin inside a tag: then it contains the end of one first, or attributes alone.
    fn of(line: &str, reading: LooseReading) -> Self {
        let first = line.find(['<', '>']).map(|at| line.as_bytes()[at]);
        Self { reading, is_inside: first.map_or(line.contains('='), |first| first == b'>') }
    }

    fn separates(&self, shown: char) -> bool {
        let is_nothing = match self.reading {
            LooseReading::Everything | LooseReading::EveryCharacter => true,
            LooseReading::InTags => self.is_inside,
            _ => false,
        };
        !is_nothing && is_alphanumeric(shown)
    }

    fn follow(&mut self, c: char) {
        match c {
            '<' => self.is_inside = true,
            '>' => self.is_inside = false,
            _ => {}
        }
    }
}

/// Returns all digits of a text as a reader may see them, whatever is between them. `reading` says
/// what is markup.
pub(crate) fn every_digit(text: &str, reading: LooseReading) -> Vec<Digit> {
    let mut digits = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let (len, shown) = unit(&text[at..], c, reading);
        if let Some(value) = shown.and_then(seen_digit) {
            digits.push(Digit { value, range: at..at + len, gap: DigitGap::None });
        }
        at += len;
    }
    digits
}

/// Returns the length in bytes of the unit at the start of a text (a character, a tag, an escape),
/// and the character that a reader sees there, if any.
fn unit(text: &str, c: char, reading: LooseReading) -> (usize, Option<char>) {
    /// Longer ones are not searched for: they would be searched for again and again.
    const MAX_UNIT: usize = 400;
    if !matches!(c, '<' | '[' | ']' | '&' | '\\' | '%') {
        return (c.len_utf8(), Some(c));
    }
    let mut end = text.len().min(MAX_UNIT);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let near = &text[..end];
    let unit = match c {
        '<' | '[' | ']' if reading.skips_markup() => markup(near, reading).map(|len| (len, None)),
        _ if matches!(reading, LooseReading::Rendered | LooseReading::EveryCharacter) => None,
        '&' => reference(near),
        '\\' => escape(near),
        '%' => percent_encoded(near).map(|(len, shown)| (len, Some(shown))),
        _ => None,
    };
    unit.unwrap_or((c.len_utf8(), Some(c)))
}

/// Returns the length of the markup at the start of a text.
fn markup(near: &str, reading: LooseReading) -> Option<usize> {
    let marks = [("<!--", "-->"), ("<", ">"), ("[^", "]"), ("](", ")"), ("][", "]")];
    let (open, close) = marks.into_iter().find(|(open, _)| near.starts_with(open))?;
    if open == "](" && reading == LooseReading::Addresses {
        return None;
    }
    near[open.len()..].find(close).map(|at| open.len() + at + close.len())
}

fn character(digits: &str, radix: u32) -> Option<char> {
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32)
}

/// Reads a character reference of HTML.
fn reference(near: &str) -> Option<(usize, Option<char>)> {
    const LONGEST: usize = 32;
    let len = near.find(';').map(|at| at + 1).filter(|len| *len <= LONGEST)?;
    let name = &near[1..len - 1];
    let hex = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X"));
    let shown = match (hex, name.strip_prefix('#')) {
        (Some(hex), _) => character(hex, 16),
        (None, Some(decimal)) => character(decimal, 10),
        (None, None) => Some(' '),
    };
    Some((len, shown))
}

/// Reads an escape of YAML and JSON.
fn escape(near: &str) -> Option<(usize, Option<char>)> {
    let digits = match near.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        _ => return None,
    };
    let shown = character(near.get(2..2 + digits)?, 16)?;
    Some((2 + digits, Some(shown)))
}

/// Returns the length of the percent-encoded character at the start of a text, and the character.
fn percent_encoded(text: &str) -> Option<(usize, char)> {
    let triplets = text.as_bytes().chunks_exact(3).take(4);
    let byte = |triplet: &[u8]| {
        let hex = triplet.strip_prefix(b"%").and_then(|hex| std::str::from_utf8(hex).ok());
        hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())
    };
    let bytes: Vec<u8> = triplets.map_while(byte).collect();
    let valid = (1..=bytes.len()).find_map(|n| std::str::from_utf8(&bytes[..n]).ok());
    valid.and_then(|valid| valid.chars().next()).map(|c| (3 * c.len_utf8(), c))
}
