//! Reads lists in JSON files: of objects, whose keys are the columns, or of lists, the first of which is the head.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::files::sheet::model::{
    Sheet, SheetCell, SheetError, SheetLimit, SheetOptions, SheetRow, SheetSource,
};
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
            Some(Refusal::SameKey) => SheetError::SameKey { entry: rows.next_line() },
            Some(Refusal::NoRows) => SheetError::NoRows,
            Some(Refusal::Text) => SheetError::Broken,
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
    SameKey,
    NoRows,
    /// A text has an escape that is no character.
    Text,
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
        let (mut cells, mut keys) = (Vec::new(), BTreeSet::new());
        while let Some(key) = map.next_key::<String>()? {
            let column = self.rows.column(key.trim())?;
            if !keys.insert(column) {
                return Err(self.rows.refuse(Refusal::SameKey));
            }
            let cell = map.next_value_seed(ValueSeed { refusal: self.rows.refusal })?;
            if cells.len() <= column {
                cells.resize(column + 1, SheetCell::Empty);
            }
            cells[column] = cell;
        }
        self.rows.push(cells)
    }
}

/// Reads a value of an entry. Numbers keep all their digits.
#[derive(Clone, Copy)]
struct ValueSeed<'r> {
    refusal: &'r Cell<Option<Refusal>>,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = SheetCell;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<SheetCell, D::Error> {
        let json = <&RawValue>::deserialize(deserializer)?.get();
        let refused = |refusal| {
            self.refusal.set(Some(refusal));
            D::Error::custom("refused")
        };
        match json.as_bytes().first() {
            Some(b'"') => match serde_json::from_str::<String>(json) {
                Ok(text) => Ok(SheetCell::of_text(&text)),
                Err(_) => Err(refused(Refusal::Text)),
            },
            Some(b'{' | b'[') => Err(refused(Refusal::Nested)),
            Some(b'n') => Ok(SheetCell::Empty),
            Some(first @ (b't' | b'f')) => Ok(SheetCell::Boolean(*first == b't')),
            _ => Ok(SheetCell::Number(plain_number(json).into())),
        }
    }
}

/// Returns a number of JSON in digits, without zeros at its end. One with a large exponent stays as it is written.
fn plain_number(json: &str) -> String {
    const MAX_EXPONENT: i32 = 30;
    let (number, exponent) = json.split_once(['e', 'E']).unwrap_or((json, "0"));
    let Some(exponent) = exponent.parse().ok().filter(|e: &i32| e.abs() <= MAX_EXPONENT) else {
        return json.to_owned();
    };
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut digits = format!("{whole}{part}");
    let mut point = i32::try_from(whole.len()).unwrap_or(i32::MAX).saturating_add(exponent);
    while point < 1 {
        digits.insert(0, '0');
        point += 1;
    }
    let point = usize::try_from(point).unwrap_or(usize::MAX);
    while digits.len() < point {
        digits.push('0');
    }
    let (whole, part) = digits.split_at(point);
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    match (whole, part) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", part) => format!("{sign}0.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}
