//! Compares the totals of typed tables with the rows above them.
//!
//! A total may be of all rows, of the subtotals, of the rows since the last subtotal, or of groups of
//! which only some rows count. It is wrong if none of these is its value.

use crate::markdown::proofread::blocks::{MappedText, TypedTable};
use crate::markdown::proofread::cursor::Cursor;
use crate::markdown::proofread::figures::{Decimal, shown};
use crate::text::{digit_value, is_alphabetic, place_words, single_spaced, year_in_text};

/// A total that its rows do not add up to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongTotal {
    /// The row and the column of the total.
    pub cell: (usize, usize),
    /// The head of the column.
    pub column: String,
    /// The total as written, without its unit.
    pub total: String,
    /// What the rows add up to.
    pub sum: String,
}

/// How many totals of a table are compared. For each, all rows above are read.
const MAX_TOTALS: usize = 100;

/// How many parts of a row are looked for below it.
const MAX_PARTS: usize = 100;

/// Finds the totals of a table that are wrong.
pub(super) fn wrong_totals(table: &TypedTable) -> Vec<WrongTotal> {
    let kinds: Vec<RowKind> = table.rows.iter().map(|row| RowKind::of(row)).collect();
    let mut wrong = Vec::new();
    let totals = (0..kinds.len()).filter(|row| kinds[*row] == RowKind::Total);
    for total in totals.take(MAX_TOTALS) {
        for column in 0..table.head.len() {
            wrong.extend(SummedColumn::read(table, column, total).and_then(|read| {
                let sum = read.differing_sum(&kinds[..total])?;
                let decimals = read.decimals;
                Some(WrongTotal {
                    cell: (total, column),
                    column: single_spaced(&table.head[column].text),
                    total: shown(read.total, decimals),
                    sum: shown(sum, decimals),
                })
            }));
        }
    }
    wrong
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowKind {
    /// A row of its own.
    Plain,
    /// A part of the row above, such as `- ในจำนวนนี้…`, or one with a number such as 1.1.
    Part,
    /// A row that is subtracted.
    Minus,
    /// A row whose name begins like that of a total: `รวมงบบุคลากร`, but also `รวมพลังรักษ์น้ำ`.
    Perhaps,
    /// A total.
    Total,
}

/// The names of totals. What follows may only be a unit, a number or a remark in brackets.
const TOTALS: [&str; 28] = [
    "รวมเป็นเงินทั้งสิ้น",
    "รวมเป็นเงิน",
    "รวมเงินทั้งสิ้น",
    "รวมเงิน",
    "รวมงบประมาณทั้งสิ้น",
    "รวมงบประมาณ",
    "รวมจำนวนเงินทั้งสิ้น",
    "รวมจำนวนเงิน",
    "รวมจำนวน",
    "รวมทั้งสิ้น",
    "รวมทั้งหมด",
    "รวมทุกรายการ",
    "รวมราคา",
    "รวมสุทธิ",
    "รวมยอด",
    "รวม",
    "ยอดรวมทั้งสิ้น",
    "ยอดรวม",
    "ผลรวม",
    "จำนวนรวม",
    "จำนวนเงินรวม",
    "ราคารวม",
    "เป็นเงินทั้งสิ้น",
    "total",
    "grand total",
    "subtotal",
    "sub-total",
    "sum",
];

impl RowKind {
    fn of(row: &[MappedText]) -> Self {
        let texts = || row.iter().map(|cell| cell.text.trim());
        let name = texts().find(|text| text.contains(is_alphabetic)).unwrap_or("").to_lowercase();
        let is_total = TOTALS
            .iter()
            .any(|total| name.strip_prefix(total).is_some_and(|rest| is_remark(rest.trim_start())));
        let begins = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
        if is_total {
            Self::Total
        } else if begins(&["รวม", "ยอดรวม", "total "]) {
            Self::Perhaps
        } else if begins(&["หัก", "ลบ", "ส่วนลด", "less", "discount", "minus"])
        {
            Self::Minus
        } else if begins(&["-", "–", "•", "ในจำนวนนี้", "of which"])
            || texts().next().is_some_and(is_nested_number)
        {
            Self::Part
        } else {
            Self::Plain
        }
    }
}

/// Returns whether the rest of a name says no more than what is added up: `รายรับทั้งสิ้น (บาท)`, but not
/// `รายรับ - รายจ่าย`.
fn is_remark(rest: &str) -> bool {
    let rest = skip_words(rest, &QUALIFIERS);
    let rest = SUBJECTS.iter().find_map(|subject| rest.strip_prefix(subject)).unwrap_or(rest);
    let rest = skip_words(rest, &QUALIFIERS);
    !rest.starts_with(is_alphabetic) && !is_calculation(rest)
}

/// What is added up.
const SUBJECTS: [&str; 17] = [
    "รายรับ",
    "รายจ่าย",
    "รายได้",
    "ค่าใช้จ่าย",
    "ค่าจ้าง",
    "คะแนน",
    "costs",
    "cost",
    "prices",
    "price",
    "expenses",
    "expense",
    "revenues",
    "revenue",
    "income",
    "budget",
    "points",
];

/// Words before or after it that change nothing.
const QUALIFIERS: [&str; 8] = ["บาท", "ทั้งสิ้น", "ทั้งหมด", "ทั้งปี", "มูลค่า", "จำนวน", "amount", "baht"];

/// Returns a text without some words at its start, and without the spaces around them.
fn skip_words<'t>(text: &'t str, words: &[&str]) -> &'t str {
    let mut rest = text.trim_start();
    while let Some(next) = words.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next.trim_start();
    }
    rest
}

/// Returns whether the rest of a name says that something is added or left out: `(รายรับ - รายจ่าย)`,
/// `(ไม่รวมภาษี)`.
fn is_calculation(rest: &str) -> bool {
    const WORDS: [&str; 13] = [
        "หัก",
        "ลบ",
        "ไม่รวม",
        "ยกเว้น",
        "เฉพาะ",
        "และ",
        "ถึง",
        "ข้อ",
        "less",
        "minus",
        "net",
        "without",
        "excluding",
    ];
    let is_sign = |c: char| "-–—−+×*".contains(c);
    let counts = |text: &str| text.contains(|c| is_alphabetic(c) || digit_value(c).is_some());
    let joins = |at: usize| counts(&rest[at..]);
    rest.match_indices(is_sign).any(|(at, _)| joins(at))
        || WORDS.iter().any(|word| rest.contains(word))
}

/// Returns whether a text begins with a number such as 1.1.
fn is_nested_number(text: &str) -> bool {
    let cursor = &mut Cursor::new(text, 0);
    cursor.number(2).is_some() && cursor.eat(".") && cursor.number(2).is_some()
}

/// The numbers of a column above a total, without their points.
#[derive(Debug)]
struct SummedColumn {
    /// The numbers by row. `None` for an empty cell.
    values: Vec<Option<i128>>,
    total: i128,
    decimals: u32,
    /// How far a sum may be from the total because numbers were rounded.
    tolerance: i128,
}

impl SummedColumn {
    /// Reads a column. Returns `None` if it cannot be added up.
    fn read(table: &TypedTable, column: usize, total: usize) -> Option<Self> {
        let head = single_spaced(&table.head[column].text).to_lowercase();
        if is_unsummed(&head) {
            return None;
        }
        let cells = table.rows[..=total].iter().map(|row| SummedCell::read(&row.get(column)?.text));
        let cells: Vec<SummedCell> = cells.collect::<Option<_>>()?;
        let unit = common_unit(&cells)?;
        let numbers = cells.iter().filter_map(|cell| cell.number);
        let decimals = numbers.map(|(_, number)| number.decimals).max()?;
        let value = |cell: &SummedCell| {
            let (is_negative, number) = cell.number?;
            let value = number.with_decimals(decimals);
            Some(if is_negative { -value } else { value })
        };
        let mut values: Vec<Option<i128>> = cells.iter().map(value).collect();
        let total = values.pop()??;
        let filled: Vec<i128> = values.iter().copied().flatten().collect();
        if filled.is_empty() || is_order(&filled, total) || is_years(&cells) {
            return None;
        }
        let is_rounded = is_multiplied(&head)
            || is_multiplied(unit)
            || table.before.contains("หน่วย") && is_multiplied(&table.before);
        let is_of_baht = [&head, unit].iter().any(|text| is_of_baht(text));
        let is_exact = !is_rounded && (decimals == 0 || is_of_baht);
        if is_average(&filled, total, !is_exact) {
            return None;
        }
        let rows = i128::try_from(filled.len()).ok()?;
        let tolerance = if is_exact { 0 } else { rows / 2 + 1 };
        Some(Self { values, total, decimals, tolerance })
    }

    /// Returns what the rows add up to, if no way to add them gives the total.
    fn differing_sum(&self, kinds: &[RowKind]) -> Option<i128> {
        let fits = |sum: i128| (sum - self.total).abs() <= self.tolerance;
        let since = kinds.iter().rposition(|kind| *kind == RowKind::Total).map_or(0, |row| row + 1);
        let subtotals = Some(self.subtotals(kinds, since));
        let sums = [0, since].into_iter().flat_map(|from| self.sums(kinds, from)).flatten();
        let mut all = sums.chain(subtotals.flatten()).peekable();
        let first = *all.peek()?;
        (!all.any(fits)).then_some(first)
    }

    /// Returns the sums of the rows from one on: first of the rows that are no totals, then with other
    /// readings of the rows in doubt.
    fn sums(&self, kinds: &[RowKind], from: usize) -> [Option<i128>; 6] {
        use RowKind::{Minus, Part, Perhaps, Plain};
        let sum = |counted: &[RowKind], sign_of_minus: i128| {
            let rows = kinds.iter().zip(&self.values).skip(from);
            let values = rows.filter_map(|(kind, value)| {
                let sign = if *kind == Minus { sign_of_minus } else { 1 };
                (counted.contains(kind)).then_some(sign * (*value)?)
            });
            let values: Vec<i128> = values.collect();
            (!values.is_empty()).then(|| values.iter().sum())
        };
        [
            sum(&[Plain, Part, Minus], -1),
            sum(&[Plain, Part, Perhaps, Minus], 1),
            sum(&[Plain, Part, Minus], 1),
            sum(&[Plain, Minus], -1),
            sum(&[Perhaps], 1),
            self.sum_of_groups(kinds, from),
        ]
    }

    /// Returns the sum of the totals above and of the rows after the last of them.
    fn subtotals(&self, kinds: &[RowKind], since: usize) -> Option<i128> {
        let rows = kinds.iter().zip(&self.values).enumerate();
        let counted = rows.filter(|(row, (kind, _))| *row >= since || **kind == RowKind::Total);
        (since > 0).then(|| counted.filter_map(|(_, (_, value))| *value).sum())
    }

    /// Returns the sum without the rows that are the parts of the row above them: those that follow a
    /// row and add up to it.
    fn sum_of_groups(&self, kinds: &[RowKind], from: usize) -> Option<i128> {
        let rows = kinds.iter().zip(&self.values).skip(from);
        let plain = rows.filter(|(kind, _)| **kind != RowKind::Total);
        let values: Vec<i128> = plain.filter_map(|(_, value)| *value).collect();
        let (mut sum, mut row) = (0, 0);
        while let Some(value) = values.get(row) {
            let mut of_parts = 0;
            let parts = values[row + 1..].iter().take(MAX_PARTS).position(|part| {
                of_parts += part;
                of_parts == *value && *value != 0
            });
            sum += value;
            row += 1 + parts.map_or(0, |last| last + 1);
        }
        Some(sum)
    }
}

/// Returns whether the numbers below a head are shares, rates, averages or ordinal numbers, which are not
/// added up.
fn is_unsummed(head: &str) -> bool {
    const PARTS: [&str; 29] = [
        "ร้อยละ",
        "%",
        "เปอร์เซ็นต์",
        "สัดส่วน",
        "ดัชนี",
        "เฉลี่ย",
        "สะสม",
        "ลำดับ",
        "เลขที่",
        "อัตราการ",
        "อัตราส่วน",
        "อัตราร้อย",
        "อัตราดอก",
        "อัตราภาษี",
        "อัตราค่า",
        "อัตราเพิ่ม",
        "หน่วยละ",
        "ต่อหน่วย",
        "ต่อคน",
        "ต่อหัว",
        "ต่อวัน",
        "ต่อเดือน",
        "ต่อปี",
        "ต่อครั้ง",
        "ต่อชิ้น",
        "/หน่วย",
        "/คน",
        "/วัน",
        "/เดือน",
    ];
    const WORDS: [&str; 12] = [
        "percent",
        "percentage",
        "average",
        "avg",
        "mean",
        "median",
        "rate",
        "share",
        "ratio",
        "per",
        "unit",
        "rank",
    ];
    let mut words = head.split(|c| !is_alphabetic(c));
    PARTS.iter().any(|part| head.contains(part)) || words.any(|word| WORDS.contains(&word))
}

/// Returns the unit of the cells that have one. Returns `None` if there are several.
fn common_unit<'t>(cells: &[SummedCell<'t>]) -> Option<&'t str> {
    let mut units = cells.iter().map(|cell| cell.unit).filter(|unit| !unit.is_empty());
    let first = units.next().unwrap_or("");
    units.all(|unit| unit == first).then_some(first)
}

/// Returns whether a total is rather the average of its rows: near their mean, or, if they may be
/// rounded, between the least and the greatest of them.
fn is_average(values: &[i128], total: i128, may_be_rounded: bool) -> bool {
    let (Some(least), Some(greatest)) = (values.iter().min(), values.iter().max()) else {
        return false;
    };
    let rows = i128::try_from(values.len()).unwrap_or(1);
    let sum: i128 = values.iter().sum();
    let is_between = rows > 1 && (*least..=*greatest).contains(&total);
    is_between && (may_be_rounded || (total * rows - sum).abs() * 10 <= sum.abs())
}

/// Returns whether amounts are in thousands or millions, and probably rounded.
fn is_multiplied(head: &str) -> bool {
    // `ร้อยละ` is a share.
    let places = place_words().filter(|(_, value)| *value >= 1_000).map(|(word, _)| word);
    places.chain(["million", "thousand"]).any(|word| head.contains(word))
}

/// Returns whether amounts are in baht, and never rounded.
fn is_of_baht(text: &str) -> bool {
    ["บาท", "เงิน", "ราคา", "baht", "thb", "amount"].iter().any(|word| text.contains(word))
}

/// Returns whether numbers count rows, and the total goes on or says how many there are: 1, 2, 3.
fn is_order(values: &[i128], total: i128) -> bool {
    let rows = i128::try_from(values.len()).unwrap_or(0);
    let are_counted = values.iter().zip(1..).all(|(value, n)| *value == n);
    rows > 1 && are_counted && (rows..=rows + 1).contains(&total)
}

/// Returns whether all numbers of a column but the total are years.
fn is_years(cells: &[SummedCell]) -> bool {
    let numbers = cells[..cells.len() - 1].iter().filter_map(|cell| cell.number);
    let mut years = numbers.map(|(_, number)| {
        let is_year = u32::try_from(number.mantissa).ok().and_then(year_in_text).is_some();
        is_year && number.decimals == 0 && !number.is_grouped
    });
    years.all(|is_year| is_year)
}

/// A cell of a column: a number and its unit, or nothing.
struct SummedCell<'t> {
    /// Whether it is negative, and the number.
    number: Option<(bool, Decimal)>,
    unit: &'t str,
}

impl<'t> SummedCell<'t> {
    /// Reads a cell. Returns `None` if it is neither empty nor a number.
    fn read(text: &'t str) -> Option<Self> {
        let text = text.trim();
        if text.chars().all(|c| "-–—".contains(c)) {
            return Some(Self { number: None, unit: "" });
        }
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
        let cursor = &mut Cursor::new(inner.unwrap_or(text), 0);
        let is_negative = cursor.eat_any(&["-", "−", "–"]) || inner.is_some();
        cursor.eat("+");
        cursor.eat("฿");
        cursor.skip_spaces();
        let number = Decimal::read(cursor)?;
        cursor.eat_any(&[".-", ",-"]);
        let unit = cursor.rest().trim();
        let is_word =
            |c: char| !c.is_whitespace() && digit_value(c).is_none() && !"()%/:+-–".contains(c);
        unit.chars().all(is_word).then_some(Self { number: Some((is_negative, number)), unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::proofread::blocks::read_texts;

    fn wrong(table: &str) -> Vec<(String, String)> {
        let texts = read_texts(table);
        wrong_totals(&texts.tables[0]).into_iter().map(|w| (w.total, w.sum)).collect()
    }

    fn one(total: &str, sum: &str) -> Vec<(String, String)> {
        vec![(total.to_owned(), sum.to_owned())]
    }

    #[test]
    fn wrong_totals_are_found() {
        for (rows, total, sum) in [
            ("| ก | 1,000 |\n| ข | 2,500 |\n| รวม | 3,600 |", "3,600", "3,500"),
            ("| ก | ๑,๐๐๐ |\n| ข | ๒,๕๐๐ |\n| **รวมทั้งสิ้น** | **๓,๖๐๐** |", "3,600", "3,500"),
            ("| ก | 1.10 |\n| ข | 2.25 |\n| Grand total | 3.36 |", "3.36", "3.35"),
            ("| ก | 1,000 บาท |\n| ข | - |\n| รวมเป็นเงิน | 1,001 บาท |", "1,001", "1,000"),
            ("| ก | 5 |\n| รวม | 5 |\n| ข | 7 |\n| รวมทั้งสิ้น | 13 |", "13", "12"),
            ("| ก | 5 |\n| ข | 1 |\n| รวมค่าใช้จ่าย | 6 |\n| ค | 7 |\n| รวม (บาท) | 14 |", "14", "13"),
            ("| ก | 500 |\n| หัก ข | 20 |\n| รวม | 490 |", "490", "480"),
            ("| ก | (500) |\n| ข | 700 |\n| รวม | 300 |", "300", "200"),
            ("| ก | -500 |\n| ข | +500 |\n| รวม | 9 |", "9", "0"),
            ("| ก | 1 |\n| ข | 2 |\n| ค | 3 |\n| รวม | 9 |", "9", "6"),
            ("| ก | 5 |\n| ข | 7 |\n| รวมรายรับทั้งสิ้น (บาท) | 13 |", "13", "12"),
            ("| ก | 5 |\n| ข | 7 |\n| รวมค่าใช้จ่ายทั้งปี 2569 | 13 |", "13", "12"),
            ("| ก | 5 |\n| ข | 7 |\n| รวม 2 รายการ | 13 |", "13", "12"),
            ("| ก | 5 |\n| ข | 7 |\n| Total expenses: | 13 |", "13", "12"),
        ] {
            let table = format!("| รายการ | จำนวนเงิน |\n| --- | ---: |\n{rows}\n");
            assert_eq!(wrong(&table), one(total, sum), "{rows}");
        }
    }

    #[test]
    fn right_totals_and_other_columns_are_not_reported() {
        for table in [
            "| ที่ | ก | ปี | ร้อยละ |\n|-|-|-|-|\n| 1 | 5 | 2569 | 40 |\n| 2 | 6 | 2570 | 60 |\n| รวม | 11 | 2570 | 99 |",
            "| รายการ | บาท |\n|-|-|\n| ก | 5 |\n| รวม ก | 5 |\n| ข | 7 |\n| รวม ข | 7 |\n| รวม | 12 |",
            "| รายการ | บาท |\n|-|-|\n| 1. ก | 9 |\n| 1.1 ข | 4 |\n| 1.2 ค | 5 |\n| 2. ง | 1 |\n| รวม | 10 |",
            "| รายการ | บาท |\n|-|-|\n| ก | 9 |\n| ข | 4 |\n| ค | 5 |\n| ง | 1 |\n| รวม | 10 |",
            "| รายการ | ล้านบาท |\n|-|-|\n| ก | 9.4 |\n| ข | 4.3 |\n| ค | 5.1 |\n| รวม | 18.9 |",
            "| รายการ | บาท |\n|-|-|\n| ก | 100 |\n| รวม | 100 |\n| ภาษี | 7 |\n| รวมทั้งสิ้น | 107 |",
            "| รายการ | บาท |\n|-|-|\n| ก | 100 |\n| ข | ไม่มี |\n| รวม | 101 |",
            "| # | ก |\n|-|-|\n| 1 | ข |\n| 2 | ค |\n| 3 | รวม |",
            "| รายการ | บาท |\n|-|-|\n| ก | 100 |\n| รวมพลัง | 20 |\n| รวม | 120 |",
            "| รายการ | บาท |\n|-|-|\n| รวม | 101 |\n| ก | 100 |",
            "| ด้าน | คะแนน |\n|-|-|\n| ก | 4.52 |\n| ข | 4.31 |\n| รวม | 4.44 |",
            "| ด้าน | คะแนน |\n|-|-|\n| ก | 90 |\n| ข | 94 |\n| รวม | 92 |",
            "(หน่วย : ล้านบาท)\n\n| รายการ | จำนวนเงิน |\n|-|-|\n| ก | 12 |\n| ข | 13 |\n| รวม | 26 |",
            "| รายการ | บาท |\n|-|-|\n| รายรับ | 50 |\n| รายจ่าย | 20 |\n| รวมรายรับ - รายจ่าย | 30 |",
            "| รายการ | บาท |\n|-|-|\n| รายรับ | 50 |\n| รายจ่าย | 20 |\n| รวม (รายรับ – รายจ่าย) | 30 |",
            "| รายการ | บาท |\n|-|-|\n| รายรับ | 50 |\n| รายจ่าย | 20 |\n| รวมรายรับสูงกว่ารายจ่าย | 30 |",
            "| รายการ | บาท |\n|-|-|\n| รายรับ | 50 |\n| รายจ่าย | 20 |\n| รวมรายรับหลังหักรายจ่าย | 30 |",
            "| รายการ | บาท |\n|-|-|\n| รายรับ | 50 |\n| รายจ่าย | 20 |\n| รวมทั้งสิ้น (รายรับหักรายจ่าย) | 30 |",
            "| รายการ | บาท |\n|-|-|\n| ก | 50 |\n| ข | 20 |\n| ค | 9 |\n| รวม 1 - 2 | 70 |",
            "| รายการ | บาท |\n|-|-|\n| ก | 50 |\n| ข | 20 |\n| ค | 9 |\n| รวม (ข้อ 1 และ 2) | 70 |",
            "| Item | Baht |\n|-|-|\n| Income | 50 |\n| Expenses | 20 |\n| Total income less expenses | 30 |",
            "| รายการ | บาท |\n|-|-|\n| รวมพลังรักษ์น้ำ | 101 |\n| ก | 100 |\n| ร้อยละ | 5 |",
        ] {
            assert_eq!(wrong(table), [], "{table}");
        }
    }
}
