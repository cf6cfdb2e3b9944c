//! Reads files that are texts: lines, mail, XML and HTML, tables.

use crate::files::extract::decode::decoded;
use crate::files::fragment::{Fragment, FragmentColumn, FragmentPlace, Unreadable};
use crate::files::markup_lines::{Dialect, lines};
use crate::files::workbook::Sheet;
use crate::text::{self, Labels, has_long_number};

/// How many characters of the line above count as near.
const ABOVE: usize = 60;

/// Reads the lines of a text.
pub(super) fn read_lines(text: &str, each: &mut dyn FnMut(&Fragment)) {
    let mut above = "";
    for (n, line) in text.lines().enumerate() {
        if has_long_number(line) {
            let spot = FragmentPlace::Line(n + 1);
            each(&Fragment {
                text: line,
                head: above.to_owned(),
                spot,
                is_whole: false,
                column: None,
            });
        }
        above = last_of(line);
    }
}

/// Reads the lines of JSON. Members of a list that goes over several lines belong to its key.
pub(super) fn read_json(text: &str, each: &mut dyn FnMut(&Fragment)) {
    let mut above = "";
    let mut list = None;
    for (n, line) in text.lines().enumerate() {
        if has_long_number(line) {
            let (head, spot) = (above.to_owned(), FragmentPlace::Line(n + 1));
            each(&Fragment { text: line, head, spot, is_whole: false, column: list.clone() });
        }
        if line.contains(|c: char| c.is_alphabetic() || "{}]".contains(c)) {
            let key = Labels::of(line).last().map(str::to_owned);
            list =
                key.map(|header| FragmentColumn { id: n.to_string(), header, left: String::new() });
        }
        above = last_of(line);
    }
}

/// Returns the end of a line.
fn last_of(line: &str) -> &str {
    text::last_of(line, ABOVE)
}

/// Reads mail, cards and calendars. Joins continued lines and decodes `=31`.
pub(super) fn read_mail(text: &str, each: &mut dyn FnMut(&Fragment)) -> Result<(), Unreadable> {
    let mut joined: Vec<u8> = Vec::new();
    let mut is_closed = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let lower = line.to_ascii_lowercase();
        is_closed |=
            lower.contains("base64") || lower.contains("encoding=b") || lower.contains("?b?");
        let goes_on =
            line.ends_with('=') || lines.peek().is_some_and(|l| l.starts_with([' ', '\t']));
        let mut bytes = line.strip_suffix('=').unwrap_or(line).trim_start_matches(' ').as_bytes();
        while let [first, rest @ ..] = bytes {
            let code = rest.get(..2).and_then(|code| std::str::from_utf8(code).ok());
            let code = code.filter(|_| *first == b'=').and_then(|c| u8::from_str_radix(c, 16).ok());
            joined.push(code.unwrap_or(*first));
            bytes = if code.is_some() { &rest[2..] } else { rest };
        }
        if !goes_on {
            joined.push(b'\n');
        }
    }
    read_lines(&decoded(&joined), each);
    if is_closed { Err(Unreadable::Format) } else { Ok(()) }
}

/// Reads the lines of XML or HTML.
pub(super) fn read_markup(text: &str, each: &mut dyn FnMut(&Fragment)) {
    let mut above = String::new();
    lines(text, Dialect::of(text), &mut |line, number| {
        if has_long_number(line) {
            let spot = FragmentPlace::Line(number);
            each(&Fragment {
                text: line,
                head: above.clone(),
                spot,
                is_whole: false,
                column: None,
            });
        }
        if !line.trim().is_empty() {
            last_of(line).clone_into(&mut above);
        }
    });
}

/// Reads the cells of a table.
pub(super) fn read_csv(text: &str, each: &mut dyn FnMut(&Fragment)) -> Result<(), Unreadable> {
    const FIRST: usize = 10;
    let has_mark = |line: &&str| line.contains([',', ';', '\t', '|']);
    let first = text.lines().take(FIRST).find(has_mark).unwrap_or("");
    let often = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    let delimiter = *b",;\t|".iter().rev().max_by_key(|mark| often(mark)).unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter);
    let mut reader = reader.from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut sheet = Sheet::default();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(|_| Unreadable::Broken)? {
        for (column, cell) in record.iter().enumerate() {
            sheet.cell(row, column, cell, each);
        }
        row += 1;
    }
    Ok(())
}
