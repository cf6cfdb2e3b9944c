//! Reads numbers and dates of cells.

use crate::files::SheetCell;
use crate::text::{
    Calendar, Decimal, DecimalError, MAX_DECIMALS, MONEY_DECIMALS, Moment, digit_value,
};

/// A number of a cell, and how it is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct CellNumber {
    /// The number.
    pub number: Decimal,
    /// Whether the cell is a percentage: `12.5%`.
    pub is_percent: bool,
    /// How many decimals it has.
    pub decimals: usize,
}

/// Returns whether a cell has no value: it is empty, or a hyphen or a dash says so.
pub(in crate::content) fn is_blank(cell: &SheetCell) -> bool {
    match cell {
        SheetCell::Empty => true,
        SheetCell::Text(text) => text.chars().all(|c| "-–—".contains(c)),
        _ => false,
    }
}

/// Returns the number of a cell with up to six decimals. Further decimals of a number of a sheet are rounded.
pub(super) fn number_of(cell: &SheetCell) -> Result<CellNumber, DecimalError> {
    let (text, is_percent) = match cell {
        SheetCell::Number(text) => (text.as_ref(), false),
        SheetCell::Percent(text) => (text.as_ref(), true),
        SheetCell::Text(text) => match text.strip_suffix('%') {
            Some(number) => (number.trim_end(), true),
            None => (text.as_ref(), false),
        },
        _ => return Err(DecimalError::Form),
    };
    // Most texts are no numbers.
    let begins = |c: char| digit_value(c).is_some() || matches!(c, '-' | '−');
    if !text.starts_with(begins) {
        return Err(DecimalError::Form);
    }
    if matches!(cell, SheetCell::Number(_)) && significant_digits(text) > MAX_DIGITS {
        return Err(DecimalError::Size);
    }
    let is_of_sheet = matches!(cell, SheetCell::Number(_) | SheetCell::Percent(_));
    let number = match Decimal::parse(text, MAX_DECIMALS) {
        Err(DecimalError::Decimals) if is_of_sheet => rounded(text)?,
        read => read?,
    };
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.chars().count());
    Ok(CellNumber { number, is_percent, decimals })
}

/// The maximum number of digits of a number in a workbook or in JSON, from the first one that is no zero.
const MAX_DIGITS: usize = 15;

fn significant_digits(number: &str) -> usize {
    let digits = number.trim_start_matches(['-', '0', '.']);
    digits.bytes().filter(u8::is_ascii_digit).count()
}

/// Returns the negative number that a text in brackets is in accounts: `(1,250.00)`.
pub(super) fn in_brackets(cell: &SheetCell) -> Option<Decimal> {
    let SheetCell::Text(text) = cell else { return None };
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?.trim();
    if !inner.starts_with(|c: char| digit_value(c).is_some()) {
        return None;
    }
    Decimal::parse(&format!("-{inner}"), MAX_DECIMALS).ok()
}

/// Returns whether the number of a cell has more decimals than are kept.
pub(super) fn is_rounded(cell: &SheetCell) -> bool {
    let (SheetCell::Number(text) | SheetCell::Percent(text)) = cell else { return false };
    text.split_once('.').is_some_and(|(_, decimals)| decimals.len() > MAX_DECIMALS)
}

/// Returns the amount of money of a cell.
pub(super) fn money_of(cell: &SheetCell) -> Result<Decimal, DecimalError> {
    let CellNumber { number, is_percent, decimals } = number_of(cell)?;
    if is_percent {
        return Err(DecimalError::Form);
    }
    if decimals > MONEY_DECIMALS {
        return Err(DecimalError::Decimals);
    }
    Ok(number)
}

/// Returns a number with six decimals, of which the last is rounded.
fn rounded(text: &str) -> Result<Decimal, DecimalError> {
    let (whole, decimals) = text.split_once('.').ok_or(DecimalError::Form)?;
    let (kept, cut) = decimals.split_at_checked(MAX_DECIMALS).ok_or(DecimalError::Form)?;
    let number = Decimal::parse(&format!("{whole}.{kept}"), MAX_DECIMALS)?;
    if cut.as_bytes().first().is_none_or(|digit| *digit < b'5') {
        return Ok(number);
    }
    let step = if text.starts_with('-') { "-0.000001" } else { "0.000001" };
    Ok(number.plus(Decimal::parse(step, MAX_DECIMALS)?))
}

/// Returns the day of a cell. A date with a time is none.
pub(super) fn day_of(cell: &SheetCell, calendar: Calendar) -> Option<Moment> {
    const LETTERS: usize = "2569-06-25".len();
    let text = match cell {
        SheetCell::Text(text) if text.chars().take(LETTERS + 1).count() == LETTERS => {
            text.to_string()
        }
        // The year may have been typed in the Buddhist Era.
        SheetCell::Date(moment) if moment.time() == jiff::civil::Time::MIN => {
            moment.date().to_string()
        }
        _ => return None,
    };
    match Moment::parse(&text, calendar) {
        Ok(day @ Moment::Day(_)) => Some(day),
        _ => None,
    }
}

/// Returns the text of a cell that is no text, as a reader of the sheet sees it.
pub(in crate::content) fn text_of(cell: &SheetCell) -> String {
    match cell {
        SheetCell::Empty => String::new(),
        SheetCell::Text(text) | SheetCell::Number(text) | SheetCell::Error(text) => {
            text.to_string()
        }
        SheetCell::Percent(text) => format!("{text}%"),
        SheetCell::Date(moment) if moment.time() == jiff::civil::Time::MIN => {
            moment.date().to_string()
        }
        SheetCell::Date(moment) => {
            format!("{} {:02}:{:02}", moment.date(), moment.hour(), moment.minute())
        }
        SheetCell::Boolean(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
    }
}

/// Returns whether the digits of a cell are a name, such as those of a telephone or a citizen, and not a number: they
/// begin with a zero, or are so many without commas.
pub(super) fn is_digits_of_name(cell: &SheetCell) -> bool {
    const MANY: usize = 10;
    let SheetCell::Text(text) = cell else {
        return matches!(cell, SheetCell::Number(text) if text.len() >= MANY && !text.contains('.'));
    };
    let digits: Option<Vec<u32>> = text.chars().map(digit_value).collect();
    digits.is_some_and(|digits| {
        digits.len() >= MANY || (digits.len() > 1 && digits.first() == Some(&0))
    })
}
