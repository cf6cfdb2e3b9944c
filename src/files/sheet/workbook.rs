//! Reads sheets of workbooks.

use std::io::{Cursor, Read, copy, sink};

use calamine::{
    CellErrorType, Data, DataRef, DataType, ExcelDateTime, Ods, Reader, SheetType, SheetVisible,
    Xlsx,
};
use jiff::civil::{Date, DateTime};
use zip::ZipArchive;

use crate::files::extract::{MAX_PART, MAX_PARTS, MAX_WORK};
use crate::files::sheet::excel_marks::ExcelMarks;
use crate::files::sheet::layout::head_of;
use crate::files::sheet::model::{
    MergedCells, Sheet, SheetCell, SheetError, SheetLimit, SheetOptions, SheetRow,
};
use crate::files::sheet::numbers::{NumberFormat, number_text};
use crate::files::sheet::ods_size::OdsSheets;
use crate::files::sheet::{MAX_CELLS, MAX_COLUMNS, MAX_MERGED, MAX_ROWS};
use crate::files::workbook::sheet_names;

/// How many rows may stand above the head.
const MAX_TITLES: usize = 100;

/// A value of a sheet with its row and column, from 0.
type Placed = (u32, u32, SheetCell);

/// Reads a sheet of an Excel workbook.
pub(super) fn read_excel(bytes: &[u8], options: &SheetOptions) -> Result<Sheet, SheetError> {
    check_archive(bytes, "")?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken)?;
    let all = book.sheets_metadata().to_vec();
    let name = chosen(&all, options.sheet, |name| {
        // A sheet without values does not count.
        let mut cells = book.worksheet_cells_reader(name).ok()?;
        while let Ok(Some(cell)) = cells.next_cell() {
            if !cell.get_value().is_empty() {
                return Some(());
            }
        }
        None
    })?;
    let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
    let merged = merged.iter().take(MAX_MERGED).map(|cells| MergedCells {
        rows: (cells.start.0.saturating_add(1), cells.end.0.saturating_add(1)),
        columns: (cells.start.1 as usize, cells.end.1 as usize),
    });
    let merged: Vec<MergedCells> = merged.collect();
    let mut reader = book.worksheet_cells_reader(&name).map_err(|_| SheetError::Broken)?;
    let format_of = |style: &calamine::Style| {
        let format = style.number_format.as_ref();
        NumberFormat::parse(format.map_or("", |format| &format.format_code))
    };
    let formats: Vec<NumberFormat> = reader.styles().iter().map(format_of).collect();
    let general = NumberFormat::parse("");
    let mut placed: Vec<Placed> = Vec::new();
    while let Some((cell, style)) =
        reader.next_cell_with_style_id().map_err(|_| SheetError::Broken)?
    {
        let value = of_excel(cell.get_value(), formats.get(style).unwrap_or(&general));
        push(&mut placed, cell.get_position(), value)?;
    }
    let ExcelMarks { hidden, unsaved } = excel_marks(bytes, &name);
    let sheet = laid_out(&name, placed, merged, options)?;
    Ok(Sheet { hidden, unsaved, ..sheet })
}

/// Reads a sheet of an OpenDocument workbook.
pub(super) fn read_open_document(
    bytes: &[u8],
    options: &SheetOptions,
) -> Result<Sheet, SheetError> {
    let content = check_archive(bytes, "content.xml")?;
    let mut sheets = OdsSheets::read(&String::from_utf8_lossy(&content))?;
    let mut book = Ods::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken)?;
    let all = book.sheets_metadata().to_vec();
    let has_values = |name: &str| {
        let range = book.worksheet_range(name).ok()?;
        range.used_cells().next().map(|_| ())
    };
    let name = chosen(&all, options.sheet, has_values)?;
    let range = book.worksheet_range(&name).map_err(|_| SheetError::Broken)?;
    let known = sheets.sheet(&name);
    let (first_row, first_column) = range.start().unwrap_or_default();
    let mut placed: Vec<Placed> = Vec::new();
    for (row, column, value) in range.used_cells() {
        let row = first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        let column = first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
        if known.is_covered(row, column) {
            continue;
        }
        let value = of_open_document(value, known.is_percent(row, column));
        push(&mut placed, (row, column), value)?;
    }
    let sheet = laid_out(&name, placed, known.merged, options)?;
    Ok(Sheet { hidden: known.hidden, ..sheet })
}

/// Returns what the reader does not tell of a sheet of an Excel workbook.
fn excel_marks(bytes: &[u8], sheet: &str) -> ExcelMarks {
    let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes)) else { return ExcelMarks::default() };
    let mut part = |name: &str| {
        let mut content = Vec::new();
        let part = zip.by_name(name).ok()?;
        part.take(MAX_PART as u64).read_to_end(&mut content).ok()?;
        Some(String::from_utf8_lossy(&content).into_owned())
    };
    let book = part("xl/workbook.xml").unwrap_or_default();
    let relations = part("xl/_rels/workbook.xml.rels").unwrap_or_default();
    let names = sheet_names(&book, &relations);
    let path = names.iter().find(|(_, name)| *name == sheet).map(|(path, _)| path);
    let xml = path.and_then(|path| part(path));
    xml.map_or_else(ExcelMarks::default, |xml| ExcelMarks::read(&xml))
}

/// Inflates all parts of an archive once, so that no part is larger than declared when it is read. Returns the
/// bytes of the part with a name.
fn check_archive(bytes: &[u8], wanted: &str) -> Result<Vec<u8>, SheetError> {
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
    if bytes.starts_with(OLE) {
        return Err(SheetError::Locked);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Broken)?;
    let too_large = SheetError::TooLarge(SheetLimit::Bytes);
    if zip.len() > MAX_PARTS {
        return Err(too_large);
    }
    let (mut left, mut found) = (MAX_WORK, Vec::new());
    for number in 0..zip.len() {
        let part = zip.by_index(number).map_err(|_| SheetError::Broken)?;
        let limit = left.min(MAX_PART as u64);
        let is_wanted = part.name().is_ok_and(|name| name == wanted);
        let mut part = part.take(limit + 1);
        let read = match is_wanted {
            true => part.read_to_end(&mut found).map(|read| read as u64),
            false => copy(&mut part, &mut sink()),
        };
        left = match read {
            Ok(read) if read <= limit => left - read,
            Ok(_) => return Err(too_large),
            Err(_) => return Err(SheetError::Broken),
        };
    }
    Ok(found)
}

/// Returns the name of the sheet that is read: the named one, or the only one that is shown and has a value.
fn chosen(
    sheets: &[calamine::Sheet],
    named: Option<&str>,
    mut has_values: impl FnMut(&str) -> Option<()>,
) -> Result<String, SheetError> {
    let tables: Vec<&calamine::Sheet> =
        sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let names = || tables.iter().map(|sheet| sheet.name.as_str().into()).collect();
    if let Some(named) = named {
        let same = tables.iter().find(|sheet| sheet.name.trim() == named.trim());
        return same.map(|sheet| sheet.name.clone()).ok_or_else(|| SheetError::NoSheet(names()));
    }
    let filled: Vec<&str> = tables
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.as_str())
        .filter(|name| has_values(name).is_some())
        .collect();
    match filled.as_slice() {
        [] => Err(SheetError::Empty),
        [only] => Ok((*only).to_owned()),
        several => Err(SheetError::ManySheets(several.iter().map(|name| (*name).into()).collect())),
    }
}

/// Keeps a value with its place.
fn push(
    placed: &mut Vec<Placed>,
    (row, column): (u32, u32),
    value: SheetCell,
) -> Result<(), SheetError> {
    if value.is_empty() {
        return Ok(());
    }
    if column as usize >= MAX_COLUMNS {
        return Err(SheetError::TooLarge(SheetLimit::Columns));
    }
    if placed.len() >= MAX_CELLS {
        return Err(SheetError::TooLarge(SheetLimit::Cells));
    }
    placed.push((row, column, value));
    Ok(())
}

/// Makes rows of values.
fn laid_out(
    name: &str,
    mut placed: Vec<Placed>,
    merged: Vec<MergedCells>,
    options: &SheetOptions,
) -> Result<Sheet, SheetError> {
    placed.sort_by_key(|(row, column, _)| (*row, *column));
    let mut rows: Vec<SheetRow> = Vec::new();
    let mut values = placed.into_iter().peekable();
    while let Some((row, _, _)) = values.peek() {
        let row = *row;
        let mut cells: Vec<SheetCell> = Vec::new();
        while let Some((_, column, value)) = values.next_if(|(other, _, _)| *other == row) {
            cells.resize((column as usize).max(cells.len()), SheetCell::Empty);
            // A place that is given twice has the last value.
            cells.truncate(column as usize);
            cells.push(value);
        }
        rows.push(SheetRow { line: row.saturating_add(1), at: 0, cells: cells.into() });
        if rows.len() > MAX_ROWS + MAX_TITLES {
            return Err(SheetError::TooLarge(SheetLimit::Rows));
        }
    }
    let skipped = head_of(rows.iter(), options.head)?;
    let head = rows.drain(..=skipped).next_back().ok_or(SheetError::Empty)?;
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(head.cells.len());
    if rows.len() > MAX_ROWS {
        return Err(SheetError::TooLarge(SheetLimit::Rows));
    }
    if width.saturating_mul(rows.len()) > MAX_CELLS {
        return Err(SheetError::TooLarge(SheetLimit::Cells));
    }
    Ok(Sheet {
        name: Some(name.into()),
        skipped,
        merged,
        head: head.with_width(width),
        rows: rows.into_iter().map(|row| row.with_width(width)).collect(),
        ..Sheet::default()
    })
}

fn of_excel(value: &DataRef, format: &NumberFormat) -> SheetCell {
    match value {
        DataRef::Int(number) => SheetCell::Number(number.to_string().into()),
        DataRef::Float(number) => format.cell(*number),
        DataRef::String(text) => SheetCell::of_text(text),
        DataRef::SharedString(text) => SheetCell::of_text(text),
        DataRef::Bool(value) => SheetCell::Boolean(*value),
        DataRef::DateTime(moment) => of_moment(moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => of_iso(text),
        DataRef::Error(error) => of_error(error),
        DataRef::Empty => SheetCell::Empty,
    }
}

fn of_open_document(value: &Data, is_percent: bool) -> SheetCell {
    match value {
        Data::Int(number) => SheetCell::Number(number.to_string().into()),
        Data::Float(number) if is_percent => SheetCell::Percent(number_text(*number * 100.0)),
        Data::Float(number) => SheetCell::Number(number_text(*number)),
        Data::Bool(value) => SheetCell::Boolean(*value),
        Data::DateTime(moment) => of_moment(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => of_iso(text),
        Data::Error(error) => of_error(error),
        Data::Empty => SheetCell::Empty,
        other => other.get_string().map_or(SheetCell::Empty, SheetCell::of_text),
    }
}

fn of_error(error: &CellErrorType) -> SheetCell {
    SheetCell::Error(error.to_string().into())
}

/// Returns a date of Excel. A time without a day is a text.
fn of_moment(moment: &ExcelDateTime) -> SheetCell {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.is_duration() || moment.as_f64() < 1.0 {
        let minutes = (moment.as_f64() * 24.0 * 60.0).round();
        return match minutes {
            0.0..1e9 => {
                let (hours, minutes) = ((minutes / 60.0).floor(), minutes % 60.0);
                SheetCell::Text(format!("{hours:02}:{minutes:02}").into())
            }
            _ => SheetCell::Number(number_text(moment.as_f64())),
        };
    }
    let part = |part: u8| i8::try_from(part).unwrap_or(0);
    let date = i16::try_from(year).ok().and_then(|y| Date::new(y, part(month), part(day)).ok());
    match date.map(|date| date.at(part(hour), part(minute), part(second), 0)) {
        Some(moment) => SheetCell::Date(moment),
        None => SheetCell::Number(number_text(moment.as_f64())),
    }
}

/// Returns the date of a text in ISO 8601. Another text, such as a duration, stays a text.
fn of_iso(text: &str) -> SheetCell {
    let text = text.trim();
    let moment = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
    moment.map_or_else(|_| SheetCell::of_text(text), SheetCell::Date)
}
