//! Rows of totals: what they are called, and what they can be the sum of.
//!
//! A total may be of all rows, of the subtotals, of the rows since the last subtotal, or of groups of
//! which only some rows count. It is wrong if none of these is its value.

use std::ops::Range;

use super::chars::is_alphabetic;
use super::digits::digit_value;

/// How many parts of a row are looked for below it.
const MAX_PARTS: usize = 100;

/// How many totals back the rows of a total may begin.
const MAX_TOTALS_BACK: usize = 20;

/// After so many wrong totals among the rows the others are not checked.
const MAX_WRONG: usize = 20;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKind {
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
    /// Returns what the row with these cells is.
    pub(crate) fn of<'t>(cells: impl Iterator<Item = &'t str> + Clone) -> Self {
        let texts = || cells.clone().map(str::trim);
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
    let digits = |text: &str| text.chars().take_while(|c| digit_value(*c).is_some()).count();
    let is_short = |count| (1..=2).contains(&count);
    let Some((before, after)) = text.split_once('.') else { return false };
    let first = digits(before);
    is_short(first) && before.chars().count() == first && is_short(digits(after))
}

/// The numbers of a column above a total, without their points.
#[derive(Debug)]
pub(crate) struct SummedValues {
    /// The numbers by row. `None` for an empty cell.
    pub values: Vec<Option<i128>>,
    /// The total.
    pub total: i128,
    /// How far a sum may be from the total because numbers were rounded.
    pub tolerance: i128,
}

impl SummedValues {
    /// Returns what the rows add up to, if no way to add them gives the total.
    pub(crate) fn differing_sum(&self, kinds: &[RowKind]) -> Option<i128> {
        let fits = |sum: i128| self.fits(sum, self.total);
        let since = kinds.iter().rposition(|kind| *kind == RowKind::Total).map_or(0, |row| row + 1);
        let subtotals = Some(self.subtotals(kinds, since));
        let sums = [0, since].into_iter().flat_map(|from| self.sums(kinds, from)).flatten();
        let mut all = sums.chain(subtotals.flatten()).peekable();
        let first = *all.peek()?;
        (!all.any(fits)).then_some(first)
    }

    /// Returns the totals among the rows that are no sum of rows above them, by row, each with the sum. If the first
    /// number is that of a total, totals may also stand above their rows.
    pub(crate) fn wrong_subtotals(&self, kinds: &[RowKind]) -> Vec<(usize, i128)> {
        let is_total = |row: &usize| kinds[*row] == RowKind::Total;
        let totals: Vec<usize> = (0..kinds.len()).filter(is_total).collect();
        let first_number = self.values.iter().position(Option::is_some);
        let is_above = first_number.is_some_and(|row| is_total(&row));
        let mut wrong = Vec::new();
        for (n, row) in totals.iter().copied().enumerate() {
            let Some(total) = self.values[row] else { continue };
            let next = totals.get(n + 1).copied().unwrap_or(kinds.len());
            let below = || {
                let whole = (n == 0 && next < kinds.len()).then_some(kinds.len());
                let ends = std::iter::once(next).chain(whole);
                ends.map(|end| self.plain_sum(kinds, row + 1..end)).any(|sum| self.fits(sum, total))
            };
            let from = n.checked_sub(MAX_TOTALS_BACK).map_or(0, |first| totals[first] + 1);
            if self.is_sum_since_a_total(kinds, from..row, total) || (is_above && below()) {
                continue;
            }
            let values = self.values[from..row].to_vec();
            let above = Self { values, total, tolerance: self.tolerance };
            wrong.extend(above.differing_sum(&kinds[from..row]).map(|sum| (row, sum)));
            if wrong.len() >= MAX_WRONG {
                break;
            }
        }
        wrong
    }

    /// Returns whether the rows up to a total, back to one of the totals above it, add up to it.
    fn is_sum_since_a_total(&self, kinds: &[RowKind], rows: Range<usize>, total: i128) -> bool {
        let mut sum = 0;
        for row in rows.rev() {
            let value = self.values[row].unwrap_or(0);
            match kinds[row] {
                RowKind::Total if self.fits(sum, total) => return true,
                RowKind::Total => {}
                RowKind::Minus => sum -= value,
                _ => sum += value,
            }
        }
        false
    }

    fn plain_sum(&self, kinds: &[RowKind], rows: Range<usize>) -> i128 {
        let kept = rows.filter(|row| kinds[*row] != RowKind::Total);
        kept.filter_map(|row| self.values[row]).sum()
    }

    fn fits(&self, sum: i128, total: i128) -> bool {
        (sum - total).abs() <= self.tolerance
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
pub(crate) fn is_unsummed(head: &str) -> bool {
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
