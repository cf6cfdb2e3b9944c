//! Gives values of cells the type of their column.

use crate::content::tables::input::TableInput;
use crate::content::tables::model::{CellValue, ColumnType};
use crate::content::tables::numbers::{day_of, in_brackets, money_of, number_of, text_of};
use crate::diagnostics::DateUse;
use crate::files::SheetCell;
use crate::text::{Calendar, Decimal, DecimalError, accepted_form};

/// What people write beside the figures of an amount.
const CURRENCY: [&str; 7] = ["บาทถ้วน", "บาท", "฿", "baht", "thb", ".-", "บ."];

/// Why a cell has no value of the type of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrongValue {
    /// The help that says what to write.
    pub help: &'static str,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl From<&'static str> for WrongValue {
    fn from(help: &'static str) -> Self {
        Self { help, suggestion: None }
    }
}

/// Returns the value of a cell that is not blank.
pub(super) fn value_of(
    cell: &SheetCell,
    column_type: ColumnType,
    input: &TableInput,
) -> Result<CellValue, WrongValue> {
    if matches!(cell, SheetCell::Error(_)) {
        return Err("help-error".into());
    }
    let number = |read: Result<Decimal, DecimalError>, help: &'static str| {
        read.map(CellValue::Number).map_err(|error| wrong_number(cell, error, help))
    };
    match column_type {
        ColumnType::Text => Ok(CellValue::Text(lines_of(&text_of(cell)).into())),
        ColumnType::Money => number(money_of(cell), "help-money"),
        ColumnType::Integer => {
            let read = number_of(cell).and_then(|read| match (read.is_percent, read.decimals) {
                (false, 0) => Ok(read.number),
                _ => Err(DecimalError::Form),
            });
            number(read, "help-integer")
        }
        ColumnType::Decimal => {
            let read = number_of(cell);
            let read = read.and_then(|read| match read.is_percent {
                false => Ok(read.number),
                true => Err(DecimalError::Form),
            });
            number(read, "help-decimal")
        }
        ColumnType::Percent => number(number_of(cell).map(|read| read.number), "help-percent"),
        ColumnType::Date => {
            let calendar = input.config.calendar;
            day_of(cell, calendar).map(CellValue::Date).ok_or_else(|| wrong_date(cell, calendar))
        }
        ColumnType::Item => {
            let text = text_of(cell);
            (input.item)(&text).map(CellValue::Item).ok_or_else(|| "help-item".into())
        }
    }
}

fn wrong_number(cell: &SheetCell, error: DecimalError, help: &'static str) -> WrongValue {
    let bare = match cell {
        SheetCell::Text(text) => in_brackets(cell).or_else(|| without_currency(text)),
        _ => None,
    };
    match bare {
        Some(figures) => WrongValue { help: "help-figures", suggestion: Some(figures.to_string()) },
        None if error == DecimalError::Size => "help-large".into(),
        None if error == DecimalError::Decimals && help == "help-money" => "help-cents".into(),
        None => help.into(),
    }
}

/// Returns the number of an amount that is written with its currency.
fn without_currency(text: &str) -> Option<Decimal> {
    let text = text.trim().to_lowercase();
    let bare = CURRENCY.iter().find_map(|word| {
        text.strip_suffix(word).or_else(|| text.strip_prefix(word)).map(str::trim)
    })?;
    Decimal::parse(bare, crate::text::MONEY_DECIMALS).ok()
}

fn wrong_date(cell: &SheetCell, calendar: Calendar) -> WrongValue {
    let suggestion = match cell {
        SheetCell::Text(text) => accepted_form(text, calendar, DateUse::Document.years()),
        _ => None,
    };
    let help = if suggestion.is_some() { "help-date-suggestion" } else { "help-date" };
    WrongValue { help, suggestion }
}

/// Returns a text with plain line ends, and without spaces at the ends of its lines.
fn lines_of(text: &str) -> String {
    if !text.contains(['\n', '\r']) {
        return text.to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n")
}
