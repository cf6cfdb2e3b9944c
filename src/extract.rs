//! The texts in a file that is published as it is: cells of CSV files and workbooks, pages of PDF
//! files, each with its place.
//!
//! Files come from anywhere. What would inflate beyond a limit is refused before it is read, and a
//! reader that panics is caught here, and here alone.

use std::borrow::Cow;
use std::cell::Cell as Flag;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx, open_workbook_from_rs};

use crate::digits::has_long_number;
use crate::pdf;
use crate::piece::{Piece, Spot, Unread};

/// The largest file that is looked into, in bytes.
pub const MAX_FILE: u64 = 64_000_000;

/// What a workbook may come to when it is inflated, in bytes.
const MAX_INFLATED: u64 = 64_000_000;

/// What may be inflated in all: sheets may share their parts, and each is read anew.
const MAX_WORK: u64 = 4_000_000_000;

/// How many rows may hold the heads of columns.
const HEAD_ROWS: usize = 10;

/// How many bytes of heads are remembered for a column.
const MAX_HEAD: usize = 300;

/// The most columns that a sheet has in Excel.
const MAX_COLUMNS: usize = 16_384;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cells, separated by commas, semicolons or tabs.
    Csv,
    /// Lines of text.
    Text,
    /// An Excel workbook of 2007 and later.
    Workbook,
    /// Pages.
    Pdf,
    /// A document that cannot be looked into.
    Closed,
}

impl Format {
    /// The format that a file's name tells; `None` for pictures and the like, which hold no text.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Self::Csv,
            "txt" | "json" | "geojson" | "xml" | "md" | "html" | "htm" => Self::Text,
            "xlsx" | "xlsm" => Self::Workbook,
            "pdf" => Self::Pdf,
            "doc" | "docx" | "odt" | "rtf" | "xls" | "xlsb" | "ods" | "ppt" | "pptx" | "odp"
            | "zip" | "rar" | "7z" => Self::Closed,
            _ => return None,
        })
    }
}

/// Reads a file and hands on the texts that may hold long numbers.
pub fn read(format: Format, bytes: &[u8], each: &mut dyn FnMut(&Piece)) -> Result<(), Unread> {
    let mut careful = |piece: &Piece| {
        if has_long_number(piece.text.as_bytes()) {
            each(piece);
        }
    };
    if bytes.len() as u64 > MAX_FILE {
        return Err(Unread::TooLarge);
    }
    let work = || match format {
        Format::Csv => read_csv(bytes, &mut careful),
        Format::Text => read_lines(bytes, &mut careful),
        Format::Workbook => read_workbook(bytes, &mut careful),
        Format::Pdf => pdf::read(bytes, &mut careful),
        Format::Closed => Err(Unread::Format),
    };
    carefully(work).unwrap_or(Err(Unread::Broken))
}

/// Runs a reader of foreign bytes; `None` if it panicked.
pub fn carefully<T>(work: impl FnOnce() -> T) -> Option<T> {
    IS_READING.set(true);
    let read = catch_unwind(AssertUnwindSafe(work));
    IS_READING.set(false);
    read.ok()
}

thread_local! {
    static IS_READING: Flag<bool> = const { Flag::new(false) };
}

/// Whether this thread is in a foreign file: a panic there is caught, and nobody need hear of it. It
/// could repeat the file's text.
pub fn is_reading() -> bool {
    IS_READING.get()
}

/// A text in UTF-8 or UTF-16, else in the old encoding of Thai Windows.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let (encoding, from) = encoding_rs::Encoding::for_bom(bytes).unwrap_or_else(|| {
        let is_utf8 = simdutf8::basic::from_utf8(bytes).is_ok();
        (if is_utf8 { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_874 }, 0)
    });
    encoding.decode_without_bom_handling(&bytes[from..]).0
}

fn read_lines(bytes: &[u8], each: &mut dyn FnMut(&Piece)) -> Result<(), Unread> {
    let text = decoded(bytes);
    for (n, line) in text.lines().enumerate() {
        each(&Piece { text: line, head: String::new(), spot: Spot::Line(n + 1) });
    }
    Ok(())
}

fn read_csv(bytes: &[u8], each: &mut dyn FnMut(&Piece)) -> Result<(), Unread> {
    let text = decoded(bytes);
    if !has_long_number(text.as_bytes()) {
        return Ok(());
    }
    let first = text.lines().next().unwrap_or("");
    let often = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    let delimiter = *b",;\t".iter().max_by_key(|mark| often(mark)).unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter);
    let mut reader = reader.from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut sheet = Sheet::default();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(|_| Unread::Broken)? {
        for (column, cell) in record.iter().enumerate() {
            sheet.cell(row, column, cell, each);
        }
        row += 1;
    }
    Ok(())
}

/// A table that is read cell by cell, row by row.
#[derive(Debug, Default)]
struct Sheet {
    /// Its name with `!`, if it has one.
    name: String,
    /// What stands over a column.
    heads: Vec<String>,
    /// The last cell with words, and its row.
    beside: (usize, String),
}

impl Sheet {
    fn cell(&mut self, row: usize, column: usize, text: &str, each: &mut dyn FnMut(&Piece)) {
        if has_long_number(text.as_bytes()) {
            let head = self.heads.get(column).map_or("", String::as_str);
            let beside = if self.beside.0 == row { self.beside.1.as_str() } else { "" };
            let head = format!("{head} {beside}");
            let place = format!("{}{}{}", self.name, column_name(column), row + 1);
            each(&Piece { text, head, spot: Spot::Cell(place) });
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
            self.beside = (row, start);
        }
    }
}

/// A column's letters: 0 is `A`, 26 is `AA`.
fn column_name(column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    let before = if column < 26 { String::new() } else { column_name(column / 26 - 1) };
    format!("{before}{letter}")
}

fn read_workbook(bytes: &[u8], each: &mut dyn FnMut(&Piece)) -> Result<(), Unread> {
    let inflated = inflated_size(bytes)?;
    let broken = |_| Unread::Broken;
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(broken)?;
    let names = workbook.sheet_names();
    if inflated.saturating_mul(names.len() as u64) > MAX_WORK {
        return Err(Unread::TooLarge);
    }
    for name in names {
        let mut sheet = Sheet { name: format!("{name}!"), ..Sheet::default() };
        // What is no sheet of cells, a chart say, has none.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            let text = cell_text(cell.get_value());
            sheet.cell(row as usize, column as usize, &text, each);
        }
    }
    Ok(())
}

fn cell_text<'c>(value: &'c DataRef<'c>) -> Cow<'c, str> {
    /// Up to here a float holds every whole number.
    const EXACT: f64 = 1e15;
    match value {
        DataRef::String(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < EXACT => {
            Cow::Owned(format!("{number:.0}"))
        }
        _ => Cow::Borrowed(""),
    }
}

/// What a ZIP archive comes to when it is inflated, found by doing it: what it says of itself may be
/// a lie.
fn inflated_size(bytes: &[u8]) -> Result<u64, Unread> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Broken)?;
    let mut total = 0;
    for n in 0..archive.len() {
        let entry = archive.by_index(n).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(why)
                if why == zip::result::ZipError::PASSWORD_REQUIRED =>
            {
                Unread::Locked
            }
            _ => Unread::Broken,
        })?;
        let mut entry = entry.take(MAX_INFLATED + 1 - total);
        total += std::io::copy(&mut entry, &mut std::io::sink()).map_err(|_| Unread::Broken)?;
        if total > MAX_INFLATED {
            return Err(Unread::TooLarge);
        }
    }
    Ok(total)
}
