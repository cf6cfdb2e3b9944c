//! Infers the types of columns from all their values.

use crate::content::tables::model::ColumnType;
use crate::content::tables::numbers::{
    day_of, in_brackets, is_blank, is_digits_of_name, number_of,
};
use crate::files::SheetCell;
use crate::text::{Calendar, MONEY_DECIMALS};

/// A column whose type is inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inferred {
    /// The type of all its values.
    pub column_type: ColumnType,
    /// How many values are no numbers, if most are.
    pub exceptions: usize,
    /// The row of the first of these.
    pub first_exception: usize,
}

/// What the values of a column are.
#[derive(Default)]
struct Counts {
    filled: usize,
    numbers: usize,
    percents: usize,
    /// How many are numbers in brackets.
    bracketed: usize,
    days: usize,
    names: usize,
    years: usize,
    whole: usize,
    /// How many have exactly as many decimals as money, and how many have more.
    cents: usize,
    finer: usize,
    first_other: Option<usize>,
}

/// Returns the type of the column with a head.
pub(super) fn inferred<'c>(
    head: &str,
    cells: impl Iterator<Item = &'c SheetCell>,
    calendar: Calendar,
) -> Inferred {
    let mut counts = counted(cells, calendar);
    let of = |column_type| Inferred { column_type, exceptions: 0, first_exception: 0 };
    let head = head.to_lowercase();
    let is_of_money = says(&head, &MONEY_HEADS);
    if counts.filled == 0 {
        return of(ColumnType::Text);
    }
    if counts.days == counts.filled {
        return of(ColumnType::Date);
    }
    // Among numbers these are negative ones. They are told when the values are read.
    if counts.bracketed > 0 && counts.numbers >= counts.bracketed {
        counts.filled -= counts.bracketed;
    }
    if counts.numbers < counts.filled {
        let exceptions = counts.filled - counts.numbers;
        // A few texts among many numbers are rather slips.
        let is_slip = exceptions * 5 <= counts.filled && counts.names == 0;
        return Inferred {
            exceptions: if is_slip { exceptions } else { 0 },
            first_exception: counts.first_other.unwrap_or(0),
            ..of(ColumnType::Text)
        };
    }
    let are_years = counts.years == counts.filled && says(&head, &YEAR_HEADS);
    if are_years || (counts.names > 0 && !is_of_money) {
        return of(ColumnType::Text);
    }
    if counts.percents == counts.filled || says(&head, &PERCENT_HEADS) {
        return of(ColumnType::Percent);
    }
    if counts.percents > 0 {
        return of(ColumnType::Text);
    }
    let is_money = is_of_money || (counts.cents == counts.filled);
    of(match () {
        () if is_money && counts.finer == 0 => ColumnType::Money,
        () if counts.whole == counts.filled => ColumnType::Integer,
        () => ColumnType::Decimal,
    })
}

/// Returns the row of the first plain number in a column that has percentages, too, and how many there are.
pub(super) fn plain_beside_percents<'c>(
    cells: impl Iterator<Item = &'c SheetCell>,
) -> Option<(usize, usize)> {
    let (mut first, mut plain, mut percents) = (None, 0, 0);
    for (row, cell) in cells.enumerate() {
        match number_of(cell) {
            Ok(read) if read.is_percent => percents += 1,
            Ok(_) => {
                first = first.or(Some(row));
                plain += 1;
            }
            Err(_) => {}
        }
    }
    first.filter(|_| percents > 0).map(|row| (row, plain))
}

/// Parts of heads of amounts of money.
const MONEY_HEADS: [&str; 12] = [
    "บาท",
    "baht",
    "thb",
    "จำนวนเงิน",
    "วงเงิน",
    "ราคา",
    "งบประมาณ",
    "เป็นเงิน",
    "เบิกจ่าย",
    "amount",
    "price",
    "budget",
];
/// Parts of heads of years.
const YEAR_HEADS: [&str; 4] = ["ปี", "พ.ศ.", "ค.ศ.", "year"];
/// Parts of heads of percentages.
const PERCENT_HEADS: [&str; 4] = ["ร้อยละ", "%", "เปอร์เซ็นต์", "percent"];

fn says(head: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| head.contains(part))
}

fn counted<'c>(cells: impl Iterator<Item = &'c SheetCell>, calendar: Calendar) -> Counts {
    let mut counts = Counts::default();
    for (row, cell) in cells.enumerate().filter(|(_, cell)| !is_blank(cell)) {
        counts.filled += 1;
        counts.days += usize::from(day_of(cell, calendar).is_some());
        let Ok(read) = number_of(cell) else {
            let is_bracketed = in_brackets(cell).is_some();
            counts.bracketed += usize::from(is_bracketed);
            if !is_bracketed {
                counts.first_other = counts.first_other.or(Some(row));
            }
            continue;
        };
        counts.numbers += 1;
        counts.percents += usize::from(read.is_percent);
        counts.names += usize::from(is_digits_of_name(cell));
        counts.years += usize::from(is_year(cell));
        counts.whole += usize::from(read.decimals == 0);
        counts.cents += usize::from(read.decimals == MONEY_DECIMALS);
        counts.finer += usize::from(read.decimals > MONEY_DECIMALS);
    }
    counts
}

/// Returns whether cells are years one after another, as the first column of a table has them.
pub(super) fn are_years_in_order<'c>(cells: impl Iterator<Item = &'c SheetCell>) -> bool {
    let year = |cell| is_year(cell).then(|| number_of(cell).ok()).flatten();
    let years: Option<Vec<_>> = cells.map(year).collect();
    let Some(years) = years.filter(|years| years.len() > 1) else { return false };
    let are_all = |order: std::cmp::Ordering| {
        years.windows(2).all(|two| two[0].number.compare(two[1].number) == order)
    };
    are_all(std::cmp::Ordering::Less) || are_all(std::cmp::Ordering::Greater)
}

/// Returns whether a number has the form of a year of either era.
fn is_year(cell: &SheetCell) -> bool {
    let (SheetCell::Text(text) | SheetCell::Number(text)) = cell else { return false };
    let year = crate::text::year_in_text;
    crate::text::single_spaced(text).parse::<u32>().ok().and_then(year).is_some()
}
