//! Reads the cells of Excel workbooks (ECMA-376, part 1, 18.3). Each part is read once, however
//! many sheets share it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::files::fragment::{Budget, Fragment, FragmentColumn, FragmentPlace, Unreadable};
use crate::files::markup::{Token, Tokens, attribute, push_text};
use crate::text::has_long_number;

/// How many rows may contain column headers.
const HEAD_ROWS: usize = 10;

/// The maximum length of the headers remembered for a column, in bytes.
const MAX_HEAD: usize = 300;

/// The longest shared text, in bytes, that is looked at in each of its cells.
const MAX_REPEATED: usize = 200;

/// The maximum number of columns of a sheet in Excel.
const MAX_COLUMNS: usize = 16_384;

/// A table, read cell by cell and row by row.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// Its name followed by `!`, or empty.
    pub name: String,
    /// The headers of the columns.
    heads: Vec<String>,
    /// The last cell with words in the current row, with the numbers of that row and its column.
    last_words: (usize, usize, String),
}

impl Sheet {
    /// Creates a table with a name.
    pub(super) fn named(name: &str) -> Self {
        let name = if name.is_empty() { String::new() } else { format!("{name}!") };
        Self { name, ..Self::default() }
    }

    /// Reads a cell.
    pub(super) fn cell(
        &mut self,
        row: usize,
        column: usize,
        text: &str,
        each: &mut dyn FnMut(&Fragment),
    ) {
        let text = without_thousands(text);
        let text = text.as_ref();
        if has_long_number(text) {
            let head = self.heads.get(column).map_or("", String::as_str);
            let (words_row, words_column, words) = &self.last_words;
            let words = if *words_row == row { words.as_str() } else { "" };
            let left = if words_column + 1 == column { words } else { "" };
            let id = format!("{}{}", self.name, column_name(column));
            let spot = FragmentPlace::Cell(format!("{id}{}", row + 1));
            let (header, left) = (head.trim().to_owned(), left.to_owned());
            let column = Some(FragmentColumn { id, header, left });
            let head = format!("{head} {words}");
            each(&Fragment { text, head, spot, is_whole: false, column });
        } else if text.chars().any(char::is_alphabetic) {
            let start: String = text.chars().take(MAX_HEAD / 3).collect();
            if row < HEAD_ROWS && column < MAX_COLUMNS {
                self.heads.resize(self.heads.len().max(column + 1), String::new());
                let head = &mut self.heads[column];
                if head.len() + start.len() <= MAX_HEAD {
                    head.push(' ');
                    head.push_str(&start);
                }
            }
            self.last_words = (row, column, start);
        }
    }
}

/// Removes the thousands separators that a spreadsheet wrote into a number: `1,200,100,412,340.00`.
/// Round amounts stay unchanged.
fn without_thousands(text: &str) -> Cow<'_, str> {
    let written = text.trim();
    let number = written.split_once('.').map_or(written, |(number, cents)| {
        if cents.bytes().all(|b| b == b'0') { number } else { written }
    });
    let mut groups = number.split(',');
    let begins = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_number = begins
        && number.len() > 3
        && groups.all(|group| group.len() == 3)
        && digits(&number.replace(',', ""))
        && !number.ends_with("000,000");
    if is_number { Cow::Owned(number.replace(',', "")) } else { Cow::Borrowed(text) }
}

/// Returns the letters of a column: 0 is `A`, 26 is `AA`.
fn column_name(column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    let before = if column < 26 { String::new() } else { column_name(column / 26 - 1) };
    format!("{before}{letter}")
}

/// Parses a cell reference into column and row, from 0: `B7` is (1, 6).
fn place_of(reference: &str) -> Option<(usize, usize)> {
    const MAX_LETTERS: usize = 3;
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = reference.split_at_checked(letters)?;
    let letter = |b: u8| usize::from(b.to_ascii_uppercase() - b'A') + 1;
    if letters.is_empty() || letters.len() > MAX_LETTERS {
        return None;
    }
    let column = letters.bytes().fold(0, |column, b| column * 26 + letter(b));
    let row = row.parse::<u32>().ok()?.checked_sub(1)?;
    Some((column - 1, row as usize))
}

/// The shared strings, to which cells refer by number.
#[derive(Debug, Default)]
pub(super) struct Shared {
    text: String,
    ends: Vec<usize>,
    is_used: Vec<bool>,
}

impl Shared {
    /// Reads the part that contains them.
    pub(super) fn read(xml: &str) -> Self {
        let mut shared = Self::default();
        let mut strings = Strings::default();
        for token in Tokens::new(xml) {
            if let Some("si") = strings.follow(&token, &mut shared.text) {
                shared.ends.push(shared.text.len());
            }
        }
        shared.is_used = vec![false; shared.ends.len()];
        shared
    }

    /// Passes on the strings that no cell refers to, because they are published with the file.
    pub(super) fn report_unused(&self, each: &mut dyn FnMut(&Fragment)) {
        for number in (0..self.ends.len()).filter(|number| !self.is_used[*number]) {
            let spot = FragmentPlace::Inside("xl/sharedStrings.xml".to_owned());
            let (text, head) = (self.get(number), String::new());
            if has_long_number(text) {
                each(&Fragment { text, head, spot, is_whole: false, column: None });
            }
        }
    }

    fn get(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(number).copied());
        range.map_or("", |(start, end)| &self.text[start..end])
    }
}

/// Collects the text of strings: that of `t`, but not of phonetic hints.
#[derive(Debug, Default)]
struct Strings {
    in_text: bool,
    in_phonetic: bool,
}

impl Strings {
    /// Processes a token. Returns the name of the tag that it closes, if it closes one.
    fn follow<'t>(&mut self, token: &Token<'t>, out: &mut String) -> Option<&'t str> {
        match *token {
            Token::Text(text) if self.in_text && !self.in_phonetic => push_text(text, out),
            Token::Tag { name, is_end, is_empty, .. } => {
                let is_start = !is_end && !is_empty;
                match name {
                    "t" => self.in_text = is_start,
                    "rPh" => self.in_phonetic = is_start,
                    _ => {}
                }
                return (!is_start).then_some(name);
            }
            _ => {}
        }
        None
    }
}

/// Reads the cells of a part. Other text, such as headers, is read elsewhere.
pub(super) fn read_sheet(
    xml: &str,
    name: &str,
    shared: &mut Shared,
    budget: &mut Budget,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    let mut sheet = Sheet::named(name);
    let (mut row, mut column) = (0, 0);
    let mut cell = Cell::default();
    for token in Tokens::new(xml) {
        match token {
            Token::Tag { name: "row", attributes, is_end: false, .. } => {
                let given = attribute(attributes, "r").and_then(|row| row.trim().parse().ok());
                row = given.map_or(row + 1, |row: u32| row as usize).max(1);
                column = 0;
            }
            Token::Tag { name: "c", attributes, is_end: false, is_empty } => {
                let given = attribute(attributes, "r").and_then(place_of);
                let (given_column, given_row) = given.unwrap_or((column, row.max(1) - 1));
                column = given_column + 1;
                cell = Cell { row: given_row, column: given_column, ..Cell::default() };
                cell.is_shared = attribute(attributes, "t") == Some("s");
                cell.is_open = !is_empty;
            }
            Token::Tag { name: "c", is_end: true, .. } if cell.is_open => {
                cell.is_open = false;
                if cell.is_repeated(shared) {
                    continue;
                }
                let text = cell.text(shared);
                budget.take(text.len())?;
                sheet.cell(cell.row, cell.column, &text, each);
            }
            _ if cell.is_open => cell.follow(&token),
            _ => {}
        }
    }
    Ok(())
}

/// The cell that is being read.
#[derive(Debug, Default)]
struct Cell {
    row: usize,
    column: usize,
    is_open: bool,
    is_shared: bool,
    in_value: bool,
    strings: Strings,
    in_formula: bool,
    value: String,
    inline: String,
    formula: String,
}

impl Cell {
    fn follow(&mut self, token: &Token) {
        match *token {
            Token::Tag { name: "v", is_end, is_empty, .. } => self.in_value = !is_end && !is_empty,
            Token::Tag { name: "f", is_end, is_empty, .. } => {
                self.in_formula = !is_end && !is_empty;
            }
            Token::Text(text) if self.in_value => push_text(text, &mut self.value),
            Token::Text(text) if self.in_formula => push_text(text, &mut self.formula),
            _ => {
                self.strings.follow(token, &mut self.inline);
            }
        }
    }

    /// Marks the shared text as used. Returns whether it was used before and is long: a short one is looked
    /// at in each cell, as other words are near.
    fn is_repeated(&self, shared: &mut Shared) -> bool {
        let number = self.value.trim().parse::<usize>().ok();
        let number = number.filter(|_| self.is_shared && self.inline.is_empty());
        let used = number.and_then(|number| shared.is_used.get_mut(number));
        let was_used = used.is_some_and(|used| std::mem::replace(used, true));
        was_used && number.is_some_and(|number| shared.get(number).len() > MAX_REPEATED)
    }

    fn text<'c>(&'c self, shared: &'c Shared) -> Cow<'c, str> {
        let value = self.value.trim();
        if value.is_empty() && self.inline.is_empty() {
            // The formula was never computed.
            return Cow::Borrowed(&self.formula);
        }
        if !self.inline.is_empty() {
            unescaped(&self.inline)
        } else if self.is_shared {
            unescaped(value.parse().map_or("", |number| shared.get(number)))
        } else {
            number(value).map_or_else(|| unescaped(&self.value), Cow::Owned)
        }
    }
}

/// Formats a number as shown: `1.20010041234E+12` is `1200100412340`.
fn number(value: &str) -> Option<String> {
    /// The limit up to which a float represents every integer.
    const EXACT: f64 = 1e15;
    let is_other = value.contains(['e', 'E', '.']);
    let number: f64 = value.parse().ok().filter(|_| is_other)?;
    (number.fract() == 0.0 && number.abs() < EXACT).then(|| format!("{number:.0}"))
}

/// Resolves escapes such as `_x0031_` (ECMA-376, part 1, 22.9.2.19).
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let digits = rest.get(2..6).filter(|_| rest.as_bytes().get(6) == Some(&b'_'));
        let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let (c, len) = number.and_then(char::from_u32).map_or(('_', 1), |c| (c, 7));
        out.push(c);
        rest = &rest[len..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Returns the names of sheets, by the path of the part that contains them. If sheets share a part,
/// the first name is used.
pub(super) fn sheet_names(book: &str, relations: &str) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for token in Tokens::new(relations) {
        if let Token::Tag { name: "Relationship", attributes, .. } = token
            && let (Some(id), Some(target)) =
                (attribute(attributes, "Id"), attribute(attributes, "Target"))
        {
            let inside = target.strip_prefix('/').map(str::to_owned);
            paths.insert(id, inside.unwrap_or_else(|| format!("xl/{target}")));
        }
    }
    let mut names = BTreeMap::new();
    for token in Tokens::new(book) {
        if let Token::Tag { name: "sheet", attributes, .. } = token
            && let (Some(id), Some(name)) =
                (attribute(attributes, "id"), attribute(attributes, "name"))
            && let Some(path) = paths.get(id)
        {
            let mut text = String::new();
            push_text(name, &mut text);
            names.entry(path.clone()).or_insert(text);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_cells() {
        assert_eq!(place_of("B7"), Some((1, 6)));
        assert_eq!(place_of("XFD1048576"), Some((16_383, 1_048_575)));
        for wrong in ["", "7", "B", "B0", "ABCD1", "ก1"] {
            assert_eq!(place_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn numbers_as_spreadsheets_write_them() {
        assert_eq!(without_thousands("1,200,100,412,340"), "1200100412340");
        assert_eq!(without_thousands(" 1,200,100,412,340.00 "), "1200100412340");
        for other in
            ["1,200,100,000,000", "12,34", "1,2345,678", "1,200.50", "123", ",123", "a,123"]
        {
            assert_eq!(without_thousands(other), other);
        }
        assert_eq!(number("1.20010041234E+12").as_deref(), Some("1200100412340"));
        assert_eq!(unescaped("_x0031_2_x00_"), "12_x00_");
    }
}
