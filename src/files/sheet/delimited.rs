//! Reads texts whose lines are rows of cells: CSV, also with semicolons or tabs.

use csv::{ReaderBuilder, StringRecord};

use crate::diagnostics::Place;
use crate::files::extract::{Decoded, decoded_with_encoding};
use crate::files::sheet::cell_range::cell_range;
use crate::files::sheet::layout::head_of;
use crate::files::sheet::model::{
    RaggedRow, Sheet, SheetCell, SheetError, SheetLimit, SheetOptions, SheetRow, SheetSource,
};
use crate::files::sheet::{MAX_CELLS, MAX_COLUMNS, MAX_ROWS};

/// What separates cells. The comma comes first, because it is the one of CSV.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// How many rows are looked at to find the delimiter.
const SAMPLE: usize = 30;
/// How many rows with too many or too few cells are told.
const MAX_RAGGED: usize = 20;

/// A row as it is written.
struct WrittenRow {
    row: SheetRow,
    /// How many cells it has, empty ones included.
    cells: usize,
    /// Whether a quotation mark in it is never closed.
    is_unclosed: bool,
}

/// Reads a text.
pub(super) fn read(bytes: &[u8], options: &SheetOptions) -> Result<Sheet, SheetError> {
    let Decoded { text, encoding } = decoded_with_encoding(bytes);
    check_letters(bytes, &text, encoding)?;
    let (text, named) = without_separator_line(&text);
    let delimiter = named.unwrap_or_else(|| delimiter_of(text));
    let mut rows = read_rows(text, delimiter)?;
    let skipped = head_of(rows.iter().map(|written| &written.row), options.head)?;
    let head = rows.drain(..=skipped).next_back().ok_or(SheetError::Empty)?;
    let width = head.cells;
    let mut sheet = Sheet {
        encoding,
        delimiter: Some(char::from(delimiter)).filter(|delimiter| *delimiter != ','),
        skipped,
        source: SheetSource::Text { text: text.into(), delimiter },
        ..Sheet::default()
    };
    sheet.head = head.row.with_width(width);
    for written in rows {
        let filled = written.row.cells.len();
        if filled > width || written.cells < width || written.is_unclosed {
            if sheet.ragged.len() < MAX_RAGGED {
                sheet.ragged.push(ragged(text, delimiter, &written, width));
            }
        } else {
            sheet.rows.push(written.row.with_width(width));
        }
    }
    if sheet.rows.len() > MAX_ROWS {
        return Err(SheetError::TooLarge(SheetLimit::Rows));
    }
    let is_empty = sheet.rows.is_empty() && sheet.ragged.is_empty();
    if is_empty { Err(SheetError::Empty) } else { Ok(sheet) }
}

/// Checks that the bytes are letters of the encoding.
fn check_letters(
    bytes: &[u8],
    text: &str,
    encoding: Option<&'static str>,
) -> Result<(), SheetError> {
    let lines = |before: usize| SheetError::Letters(u32::try_from(before + 1).unwrap_or(u32::MAX));
    let is_single = encoding.is_some_and(|name| !name.starts_with("UTF-16"));
    if let Some(before) = damaged_line(bytes).filter(|_| is_single) {
        return Err(lines(before));
    }
    // A control character of Windows-874 is no letter, either.
    let is_no_letter =
        |c: char| c == char::REPLACEMENT_CHARACTER || ('\u{80}'..'\u{A0}').contains(&c);
    match text.find(is_no_letter) {
        Some(at) => Err(lines(text[..at].matches('\n').count())),
        None => Ok(()),
    }
}

/// Returns how many lines stand before the first damaged byte of a text in UTF-8. Returns `None` if the text is in
/// another encoding: there, bytes that are letters of UTF-8 are rare.
fn damaged_line(bytes: &[u8]) -> Option<usize> {
    let (mut thai, mut damaged, mut lines, mut first) = (0, 0, 0, None);
    for chunk in bytes.utf8_chunks() {
        thai += chunk.valid().chars().filter(|c| ('\u{E01}'..='\u{E5B}').contains(c)).count();
        lines += chunk.valid().matches('\n').count();
        if !chunk.invalid().is_empty() {
            damaged += 1;
            first = first.or(Some(lines));
        }
    }
    first.filter(|_| thai > damaged)
}

/// Removes the line `sep=;` that Excel reads in place of a setting. Returns its delimiter.
fn without_separator_line(text: &str) -> (&str, Option<u8>) {
    let Some(rest) = text.strip_prefix("sep=") else { return (text, None) };
    let Some(delimiter) = rest.bytes().next().filter(|b| DELIMITERS.contains(b)) else {
        return (text, None);
    };
    match rest[1..].strip_prefix("\r\n").or_else(|| rest[1..].strip_prefix('\n')) {
        Some(_) => (text, Some(delimiter)),
        None => (text, None),
    }
}

/// Returns the delimiter with which most of the first rows have the same number of cells, and then the one with
/// most cells.
fn delimiter_of(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let mut counts: Vec<usize> = records(text, delimiter)
            .take(SAMPLE)
            .map(|(_, record)| record.len())
            .filter(|cells| *cells > 1)
            .collect();
        counts.sort_unstable();
        let same = counts.chunk_by(|a, b| a == b).map(|run| (run.len(), run[0]));
        same.max().unwrap_or((0, 0))
    };
    let best = DELIMITERS.map(|delimiter| (score(delimiter), delimiter));
    let best = best.into_iter().rev().max_by_key(|(score, _)| *score);
    best.map_or(b',', |(_, delimiter)| delimiter)
}

/// Returns the records of a text with the bytes at which they begin.
fn records(text: &str, delimiter: u8) -> impl Iterator<Item = (usize, StringRecord)> {
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    std::iter::from_fn(move || {
        // The reader skips empty lines.
        let from = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        let blank = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let mut record = StringRecord::new();
        let is_read = reader.read_record(&mut record).unwrap_or(false);
        is_read.then_some((from + blank, record))
    })
}

/// Reads the rows that have a value.
fn read_rows(text: &str, delimiter: u8) -> Result<Vec<WrittenRow>, SheetError> {
    let mut rows: Vec<WrittenRow> = Vec::new();
    let (mut counted, mut line, mut cells) = (0, 1, 0);
    let mut starts = Vec::new();
    let is_separator = |record: &StringRecord| {
        record.get(0).is_some_and(|first| first.starts_with("sep=")) && record.len() <= 2
    };
    for (at, record) in records(text, delimiter) {
        line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..at]).count();
        counted = at;
        starts.push(at);
        if starts.len() == 1 && is_separator(&record) {
            continue;
        }
        if record.len() > MAX_COLUMNS
            && record.iter().skip(MAX_COLUMNS).any(|c| !c.trim().is_empty())
        {
            return Err(SheetError::TooLarge(SheetLimit::Columns));
        }
        let is_filled = |column: &usize| !record[*column].trim().is_empty();
        let Some(last) = (0..record.len()).rev().find(is_filled) else { continue };
        let row = SheetRow {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            at,
            cells: record.iter().take(last + 1).map(SheetCell::of_text).collect(),
        };
        cells += row.cells.len();
        rows.push(WrittenRow { row, cells: record.len(), is_unclosed: false });
        // The head, and a few lines above it.
        if rows.len() > MAX_ROWS + SAMPLE {
            return Err(SheetError::TooLarge(SheetLimit::Rows));
        }
        if cells > MAX_CELLS {
            return Err(SheetError::TooLarge(SheetLimit::Cells));
        }
    }
    if let Some(last) = rows.last_mut() {
        let written = text[last.row.at..].trim_end();
        // A closed cell has an even number of quotation marks. One that is not closed takes all lines below it.
        let marks = memchr::memchr_iter(b'"', written.as_bytes()).count();
        last.is_unclosed = marks % 2 == 1 && written.contains('\n');
    }
    Ok(rows)
}

fn ragged(text: &str, delimiter: u8, written: &WrittenRow, width: usize) -> RaggedRow {
    let WrittenRow { row, cells, is_unclosed } = written;
    let column = if *is_unclosed { row.cells.len() - 1 } else { width.min(*cells) };
    let place = Place::of_range("", text, cell_range(text, row.at, delimiter, column));
    RaggedRow {
        line: place.line,
        column: place.column,
        cells: (*cells).max(row.cells.len()),
        is_unclosed: *is_unclosed,
    }
}
