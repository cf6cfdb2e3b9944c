//! Reads lists in JSON files: of objects, whose keys are the columns, or of lists, the first of which is the head.

use std::cell::Cell;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::files::sheet::model::{
    Sheet, SheetCell, SheetError, SheetLimit, SheetOptions, SheetRow, SheetSource,
};
use crate::files::sheet::workbook::number_text;
use crate::files::sheet::{MAX_CELLS, MAX_COLUMNS, MAX_ROWS};

/// Reads a list.
pub(super) fn read(bytes: &[u8], options: &SheetOptions) -> Result<Sheet, SheetError> {
    if let Some(head) = options.head.filter(|head| *head != 1) {
        return Err(SheetError::NoHead(head));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = simdutf8::basic::from_utf8(bytes).map_err(|_| SheetError::Broken)?;
    let refusal = Cell::new(None);
    let mut rows = Rows { refusal: &refusal, keys: Keys::default(), rows: Vec::new(), cells: 0 };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = (&mut rows).deserialize(&mut deserializer).and_then(|()| deserializer.end());
    if let Err(error) = read {
        return Err(match refusal.take() {
            Some(Refusal::Size(limit)) => SheetError::TooLarge(limit),
            Some(Refusal::Nested) => SheetError::Nested { entry: rows.next_line() },
            Some(Refusal::NoRows) => SheetError::NoRows,
            // Another value than a list, or another entry than a list or an object.
            None if error.is_data() => SheetError::NoRows,
            None => {
                let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                SheetError::Syntax { line: count(error.line()), column: count(error.column()) }
            }
        });
    }
    rows.into_sheet()
}

/// Why a list is not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Size(SheetLimit),
    Nested,
    NoRows,
}

/// The keys of the entries, in the order in which they first appear.
#[derive(Default)]
struct Keys {
    names: Vec<Box<str>>,
    columns: HashMap<Box<str>, usize>,
}

/// The rows read so far.
struct Rows<'r> {
    /// Why the rest is not read. It must be told apart from errors of the parser.
    refusal: &'r Cell<Option<Refusal>>,
    keys: Keys,
    rows: Vec<SheetRow>,
    cells: usize,
}

impl Rows<'_> {
    fn refuse<E: Error>(&self, refusal: Refusal) -> E {
        self.refusal.set(Some(refusal));
        E::custom("refused")
    }

    fn next_line(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn column<E: Error>(&mut self, key: &str) -> Result<usize, E> {
        if let Some(column) = self.keys.columns.get(key) {
            return Ok(*column);
        }
        let column = self.keys.names.len();
        if column >= MAX_COLUMNS {
            return Err(self.refuse(Refusal::Size(SheetLimit::Columns)));
        }
        self.keys.names.push(key.into());
        self.keys.columns.insert(key.into(), column);
        Ok(column)
    }

    fn push<E: Error>(&mut self, cells: Vec<SheetCell>) -> Result<(), E> {
        self.cells += cells.len();
        if cells.len() > MAX_COLUMNS {
            return Err(self.refuse(Refusal::Size(SheetLimit::Columns)));
        }
        // A list of lists has its head among them.
        if self.rows.len() > MAX_ROWS {
            return Err(self.refuse(Refusal::Size(SheetLimit::Rows)));
        }
        if self.cells > MAX_CELLS {
            return Err(self.refuse(Refusal::Size(SheetLimit::Cells)));
        }
        self.rows.push(SheetRow { line: self.next_line(), at: 0, cells: cells.into() });
        Ok(())
    }

    fn into_sheet(mut self) -> Result<Sheet, SheetError> {
        let head = if self.keys.names.is_empty() {
            let first = self.rows.iter().position(has_value).ok_or(SheetError::Empty)?;
            self.rows.drain(..=first).next_back().ok_or(SheetError::Empty)?
        } else {
            let names = self.keys.names.iter().map(|name| SheetCell::of_text(name));
            SheetRow { line: 0, at: 0, cells: names.collect() }
        };
        self.rows.retain(has_value);
        let width = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let width = width.max(head.cells.len());
        if self.rows.is_empty() {
            return Err(SheetError::Empty);
        }
        if width.saturating_mul(self.rows.len()) > MAX_CELLS {
            return Err(SheetError::TooLarge(SheetLimit::Cells));
        }
        let rows = self.rows.into_iter().map(|row| row.with_width(width)).collect();
        let source = SheetSource::Entries;
        Ok(Sheet { head: head.with_width(width), rows, source, ..Sheet::default() })
    }
}

fn has_value(row: &SheetRow) -> bool {
    row.cells.iter().any(|cell| !cell.is_empty())
}

impl<'de> DeserializeSeed<'de> for &mut Rows<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Rows<'_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a list")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(EntrySeed { rows: self })?.is_some() {}
        Ok(())
    }
}

/// Reads an entry of the list.
struct EntrySeed<'s, 'r> {
    rows: &'s mut Rows<'r>,
}

impl<'de> DeserializeSeed<'de> for EntrySeed<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EntrySeed<'_, '_> {
    type Value = ();
    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a row")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        // A file is either a list of lists or a list of objects.
        if !self.rows.keys.names.is_empty() {
            return Err(self.rows.refuse(Refusal::NoRows));
        }
        let mut cells = Vec::new();
        while let Some(cell) = list.next_element_seed(ValueSeed { refusal: self.rows.refusal })? {
            cells.push(cell);
            if cells.len() > MAX_COLUMNS {
                break;
            }
        }
        self.rows.push(cells)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.rows.keys.names.is_empty() && !self.rows.rows.is_empty() {
            return Err(self.rows.refuse(Refusal::NoRows));
        }
        let mut cells = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let column = self.rows.column(key.trim())?;
            let cell = map.next_value_seed(ValueSeed { refusal: self.rows.refusal })?;
            if cells.len() <= column {
                cells.resize(column + 1, SheetCell::Empty);
            }
            cells[column] = cell;
        }
        self.rows.push(cells)
    }
}

/// Reads a value of an entry.
#[derive(Clone, Copy)]
struct ValueSeed<'r> {
    refusal: &'r Cell<Option<Refusal>>,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = SheetCell;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SheetCell, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = SheetCell;
    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a text, a number, true, false or null")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<SheetCell, E> {
        Ok(SheetCell::of_text(text))
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<SheetCell, E> {
        Ok(SheetCell::Boolean(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<SheetCell, E> {
        Ok(SheetCell::Number(value.to_string().into()))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<SheetCell, E> {
        Ok(SheetCell::Number(value.to_string().into()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<SheetCell, E> {
        Ok(SheetCell::Number(number_text(value)))
    }
    fn visit_unit<E: Error>(self) -> Result<SheetCell, E> {
        Ok(SheetCell::Empty)
    }
    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<SheetCell, A::Error> {
        self.refusal.set(Some(Refusal::Nested));
        Err(A::Error::custom("refused"))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<SheetCell, A::Error> {
        self.refusal.set(Some(Refusal::Nested));
        Err(A::Error::custom("refused"))
    }
}
