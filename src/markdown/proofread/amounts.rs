//! Compares amounts in figures with the same amounts in words: `500,000 บาท (ห้าแสนบาทถ้วน)`.

use std::ops::Range;

use crate::markdown::proofread::cursor::Cursor;
use crate::markdown::proofread::figures::Figure;
use crate::text::{digit_value, ends_in_number_word, is_zero_width, number_in_words, place_words};

/// Figures that say something else than the words next to them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongAmount {
    /// Where both are.
    pub range: Range<usize>,
    /// The value of the figures, in hundredths.
    pub figures: i128,
    /// The value of the words, in hundredths.
    pub words: i128,
}

/// Finds amounts in figures that differ from the words next to them.
pub(super) fn wrong_amounts(text: &str) -> Vec<WrongAmount> {
    let mut wrong = Vec::new();
    let mut next = 0;
    for (at, c) in text.char_indices() {
        let pair = match c {
            _ if at < next => None,
            '(' => words_then_figures(text, at),
            _ if digit_value(c).is_some() => figures_then_words(text, at),
            _ => None,
        };
        if let Some(Pair { range, figure, words }) = pair {
            next = range.end;
            if let Some(figures) = figure.differs_from(words) {
                wrong.push(WrongAmount { range, figures, words });
            }
        }
    }
    wrong
}

/// Words in the head of a column of amounts.
const MONEY_HEADS: [&str; 3] = [BAHT, "เงิน", "ราคา"];

/// Compares the amount in words in one cell of a row with the figures in the others:
/// `| รวม (ห้าแสนบาทถ้วน) | 500,000 |`. Returns the number of the cell with the words.
pub(super) fn wrong_in_row(heads: &[&str], cells: &[&str]) -> Option<(usize, WrongAmount)> {
    let mut of_cells = cells.iter().map(|cell| words_alone(cell)).enumerate();
    let (cell, (range, words)) = of_cells.find_map(|(n, found)| Some((n, found?)))?;
    let is_of_money = |head: &str| MONEY_HEADS.iter().any(|word| head.contains(word));
    let figures = heads.iter().zip(cells).filter_map(|(head, cell)| {
        figure_alone(cell).filter(|figure| figure.looks_like_money() || is_of_money(head))
    });
    let figures: Vec<Figure> = figures.collect();
    let last = figures.last()?;
    if figures.iter().any(|figure| figure.differs_from(words).is_none()) {
        return None;
    }
    Some((cell, WrongAmount { range, figures: last.differs_from(words)?, words }))
}

/// Finds the amount in words that fills a cell without figures, or brackets in it.
fn words_alone(cell: &str) -> Option<(Range<usize>, i128)> {
    if cell.contains(|c| digit_value(c).is_some()) {
        return None;
    }
    let brackets = cell.match_indices('(').map(|(at, _)| at + 1);
    std::iter::once(0).chain(brackets).find_map(|start| {
        let cursor = &mut Cursor::new(cell, start);
        skip_ornaments(cursor);
        let first = cursor.at;
        let money = MoneyInWords::read(cursor)?;
        let range = first..cursor.at;
        let is_alone = if start > 0 { is_closed(cursor) } else { cursor.rest().trim().is_empty() };
        is_alone.then_some((range, money.hundredths))
    })
}

/// Reads the figure that fills a cell.
fn figure_alone(cell: &str) -> Option<Figure> {
    let cursor = &mut Cursor::new(cell.trim(), 0);
    let figure = Figure::read(cursor)?;
    let unit = Unit::read(cursor);
    (cursor.rest().is_empty() && (unit.is_money || unit.name.is_empty())).then_some(figure)
}

/// An amount in figures and in words.
struct Pair {
    range: Range<usize>,
    figure: Figure,
    /// The value of the words, in hundredths.
    words: i128,
}

const BAHT: &str = "บาท";
const SATANG: &str = "สตางค์";
/// `ถ้วน`, "exactly", ends an amount in words.
const EXACTLY: &str = "ถ้วน";
/// `ตัวอักษร`, "in letters", begins one.
const IN_LETTERS: &str = "ตัวอักษร";

/// Reads `500,000 บาท (ห้าแสนบาทถ้วน)` or `30 (สามสิบ) วัน` from the figures on.
fn figures_then_words(text: &str, at: usize) -> Option<Pair> {
    if is_part_of_more(&text[..at]) {
        return None;
    }
    let cursor = &mut Cursor::new(text, at);
    let figure = Figure::read(cursor)?;
    let unit = Unit::read(cursor);
    if unit.is_money {
        cursor.attempt(skip_remark);
    }
    let is_in_letters = cursor.eat(IN_LETTERS);
    cursor.skip_spaces();
    let is_bracketed = cursor.eat_any(&["(", "["]);
    skip_ornaments(cursor);
    let is_in_letters = cursor.eat(IN_LETTERS) || is_in_letters;
    skip_ornaments(cursor);
    let is_money = unit.is_money || unit.name.is_empty() && figure.looks_like_money();
    let words = match cursor.attempt(MoneyInWords::read) {
        Some(money) => {
            let may_follow = money.is_exact || is_in_letters || is_bracketed && is_closed(cursor);
            (is_money && may_follow).then_some(money.hundredths)?
        }
        None if !is_bracketed => return None,
        None => plain_number(cursor, &unit, &text[..at])?,
    };
    is_closed(cursor);
    Some(Pair { range: at..cursor.at, figure, words })
}

/// Reads `ห้าแสนบาทถ้วน (500,000 บาท)` from the bracket on.
fn words_then_figures(text: &str, bracket: usize) -> Option<Pair> {
    let before = text[..bracket].trim_end();
    if ![BAHT, EXACTLY, SATANG].iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let cursor = &mut Cursor::new(text, bracket + 1);
    skip_ornaments(cursor);
    let figure = Figure::read(cursor)?;
    let unit = Unit::read(cursor);
    // A number alone may be that of a clause: `ปรับไม่เกินห้าพันบาท (2)`.
    let is_money = unit.is_money || unit.name.is_empty() && figure.looks_like_money();
    if !is_money || !is_closed(cursor) {
        return None;
    }
    let (start, words) = match money_before(before)? {
        (start, Amount::InWords(hundredths)) => (start, hundredths),
        (_, Amount::Mixed(mixed)) if mixed.may_round(figure.hundredths()?) => return None,
        (start, Amount::Mixed(mixed)) => (start, mixed.hundredths()?),
    };
    Some(Pair { range: start..cursor.at, figure, words })
}

/// Returns whether a number after this text is only a part of one, or of something else: `2/2569`,
/// `1 ล้าน 2 แสน`.
fn is_part_of_more(before: &str) -> bool {
    let is_joined = before.ends_with(|c: char| {
        digit_value(c).is_some() || c.is_ascii_alphabetic() || matches!(c, '.' | ',' | '/')
    });
    let before = before.trim_end();
    is_joined || place_words().any(|(place, _)| before.ends_with(place))
}

/// Reads a remark between figures and words: `รวมภาษีมูลค่าเพิ่ม`.
fn skip_remark(cursor: &mut Cursor) -> Option<()> {
    let is_bracketed = cursor.eat("(");
    let start = cursor.at;
    cursor.skip(|c| !"()[]".contains(c) && digit_value(c).is_none());
    let remark = &cursor.before()[start..];
    let is_remark = ["ภาษี", "ค่าใช้จ่าย", "VAT", "เป็นตัวอักษร"].iter().any(|word| remark.contains(word));
    let is_closed = !is_bracketed || cursor.eat(")");
    cursor.skip_spaces();
    (is_remark && is_closed && remark.len() <= MAX_REMARK).then_some(())
}

/// The most bytes of a remark.
const MAX_REMARK: usize = 240;

/// What is counted.
struct Unit<'t> {
    name: &'t str,
    is_money: bool,
}

impl<'t> Unit<'t> {
    /// Reads the unit after a figure, as far as the next space.
    fn read(cursor: &mut Cursor<'t>) -> Self {
        /// Longer words are no units.
        const MAX_LEN: usize = 60;
        cursor.skip_spaces();
        let is_closed = cursor.eat_any(&[".-", ",-", ".–", "-"]);
        cursor.skip_spaces();
        let rest = cursor.rest();
        let ends = |c: char| c.is_whitespace() || "()[]".contains(c) || digit_value(c).is_some();
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let is_words = name.starts_with(IN_LETTERS) || number_in_words(name).is_some();
        let name = if name.len() > MAX_LEN || is_words { "" } else { name };
        cursor.at += name.len();
        cursor.skip_spaces();
        let is_money = name.starts_with(BAHT) || is_closed && name.is_empty();
        if is_money && cursor.eat(EXACTLY) {
            cursor.skip_spaces();
        }
        Self { name, is_money }
    }
}

/// An amount of money in words.
struct MoneyInWords {
    hundredths: i128,
    /// Whether it ends in `ถ้วน` or `สตางค์`, as only amounts do that repeat figures.
    is_exact: bool,
}

impl MoneyInWords {
    /// Reads `ห้าแสนบาทถ้วน`, `ห้าบาทห้าสิบสตางค์` or `ห้าสิบสตางค์`.
    fn read(cursor: &mut Cursor) -> Option<Self> {
        let satang = cursor.attempt(read_satang);
        if let Some(hundredths) = satang {
            return Some(Self { hundredths, is_exact: true });
        }
        let baht = number(cursor)?;
        if !cursor.eat(BAHT) {
            return None;
        }
        let satang = cursor.attempt(|cursor| {
            cursor.skip_spaces();
            read_satang(cursor)
        });
        let is_whole = cursor.attempt(|cursor| {
            cursor.skip_spaces();
            cursor.eat(EXACTLY).then_some(())
        });
        let is_exact = satang.is_some() || is_whole.is_some();
        let hundredths = baht.checked_mul(100)?.checked_add(satang.unwrap_or(0))?;
        Some(Self { hundredths, is_exact })
    }
}

fn read_satang(cursor: &mut Cursor) -> Option<i128> {
    number(cursor).filter(|satang| *satang < 100 && cursor.eat(SATANG))
}

/// Reads a number in words and the spaces after it. It begins with a digit or with `สิบ`: `พันบาท` may be
/// a unit, or the end of `หลายพันบาท`.
fn number(cursor: &mut Cursor) -> Option<i128> {
    /// The place that is written without its digit.
    const TENS: &str = "สิบ";
    let mut places = place_words().filter(|(place, _)| *place != TENS);
    if places.any(|(place, _)| cursor.rest().starts_with(place)) {
        return None;
    }
    let (value, len) = number_in_words(cursor.rest())?;
    cursor.at += len;
    cursor.skip_spaces();
    i128::try_from(value).ok()
}

/// Reads a number in words that fills brackets, with the unit of the figures: `15 วัน (สิบห้าวัน)`. The
/// unit may be after the brackets instead: `30 (สามสิบ) วัน`. Returns the number in hundredths.
fn plain_number(cursor: &mut Cursor, unit: &Unit, before: &str) -> Option<i128> {
    let value = number(cursor)?;
    let is_same = cursor.eat(unit.name);
    cursor.eat(EXACTLY);
    if !is_same || !is_closed(cursor) {
        return None;
    }
    let is_share = before.trim_end().ends_with("ร้อยละ");
    let is_counted = is_share || is_unit_next(cursor) && !ends_in_label(before);
    let has_unit = !unit.name.is_empty() || is_counted;
    has_unit.then(|| value.checked_mul(100))?
}

/// Returns whether a unit follows the brackets. Without one, a number is the name of something: `อาคาร 5`.
fn is_unit_next(cursor: &Cursor) -> bool {
    const UNITS: [&str; 33] = [
        BAHT,
        "วินาที",
        "นาที",
        "ชั่วโมง",
        "ชม.",
        "วัน",
        "สัปดาห์",
        "เดือน",
        "ปี",
        "ครั้ง",
        "คน",
        "ราย",
        "ท่าน",
        "ครัวเรือน",
        "คัน",
        "เครื่อง",
        "ชุด",
        "ฉบับ",
        "แผ่น",
        "เล่ม",
        "ตัว",
        "ใบ",
        "ลูก",
        "หลัง",
        "แห่ง",
        "เมตร",
        "ตารางเมตร",
        "กิโลเมตร",
        "กิโลกรัม",
        "ลิตร",
        "ไร่",
        "เปอร์เซ็นต์",
        "%",
    ];
    let mut cursor = cursor.clone();
    cursor.skip_spaces();
    // `วันที่` begins something else.
    cursor.eat_any(&UNITS) && !cursor.rest().starts_with("ที่")
}

/// Returns whether a number after this text counts nothing: `ข้อ 5`, `กลุ่มที่ 1`.
fn ends_in_label(before: &str) -> bool {
    const LABELS: [&str; 17] = [
        "ที่",
        "ข้อ",
        "มาตรา",
        "วรรค",
        "อนุมาตรา",
        "อาคาร",
        "ห้อง",
        "ชั้น",
        "หมู่",
        "กลุ่ม",
        "เลข",
        "รุ่น",
        "ตอน",
        "บท",
        "หน้า",
        "แบบ",
        "ประเภท",
    ];
    LABELS.iter().any(|label| before.trim_end().ends_with(label))
}

/// An amount before the same one in figures.
enum Amount {
    /// In words, in hundredths: `ห้าแสนบาท`.
    InWords(i128),
    /// In figures and words: `5 แสนบาท`, `20 ล้าน 5 แสนบาท`.
    Mixed(Figure),
}

impl Amount {
    fn read(cursor: &mut Cursor) -> Option<Self> {
        let in_words = cursor.attempt(MoneyInWords::read).map(|money| money.hundredths);
        in_words.map(Self::InWords).or_else(|| cursor.attempt(Self::read_mixed))
    }

    fn read_mixed(cursor: &mut Cursor) -> Option<Self> {
        let figure = Figure::read(cursor).filter(Figure::is_multiplied)?;
        cursor.skip_spaces();
        let is_money = cursor.eat(BAHT);
        cursor.eat(EXACTLY);
        is_money.then_some(Self::Mixed(figure))
    }
}

/// Finds the amount at the end of a text. Returns it with its start, unless what is before changes it.
fn money_before(text: &str) -> Option<(usize, Amount)> {
    /// The most bytes of an amount.
    const MAX_LEN: usize = 400;
    let first = text.len().saturating_sub(MAX_LEN);
    let starts = (first..text.len()).filter(|at| text.is_char_boundary(*at));
    let (start, amount) = starts.into_iter().find_map(|start| {
        let cursor = &mut Cursor::new(text, start);
        let amount = Amount::read(cursor)?;
        cursor.rest().is_empty().then_some((start, amount))
    })?;
    may_begin_amount(&text[..start]).then_some((start, amount))
}

/// Returns whether an amount after this text is whole and exact. It is not in `สองสามพันบาท`, `4-5 แสนบาท`,
/// `หนึ่งจุดห้าล้านบาท` and `กว่าห้าแสนบาท`.
fn may_begin_amount(before: &str) -> bool {
    /// Words before a number that is a part of another, or not exact.
    const WORDS: [&str; 19] = [
        "จุด",
        "ถึง",
        "หรือ",
        "หลาย",
        "กี่",
        "นับ",
        "หลัก",
        "เรือน",
        "กว่า",
        "ประมาณ",
        "ราว",
        "ราวๆ",
        "ราว ๆ",
        "เกือบ",
        "ร่วม",
        "เฉียด",
        "เศษ",
        "ครึ่ง",
        "คูณ",
    ];
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || is_zero_width(c));
    let is_sign = |c: char| digit_value(c).is_some() || "-–—−~≈+*×/.,x".contains(c);
    !before.ends_with(is_sign)
        && !ends_in_number_word(before)
        && !WORDS.iter().any(|word| before.ends_with(word))
}

/// Reads signs that decorate amounts in words: `(-ห้าแสนบาทถ้วน-)`.
fn skip_ornaments(cursor: &mut Cursor) {
    cursor.skip(|c| c.is_whitespace() || is_zero_width(c) || "-–—=*:.\"'“”".contains(c));
}

/// Reads the closing bracket, if it is next.
fn is_closed(cursor: &mut Cursor) -> bool {
    let closed = cursor.attempt(|cursor| {
        skip_ornaments(cursor);
        cursor.eat_any(&[")", "]"]).then_some(())
    });
    closed.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_that_differ_are_found() {
        for (text, figures, words) in [
            ("เป็นเงิน 500,000 บาท (ห้าหมื่นบาทถ้วน)", 50_000_000, 5_000_000),
            ("๕๐๐,๐๐๐ บาท (ห้าหมื่นบาทถ้วน)", 50_000_000, 5_000_000),
            ("500,000.- (-ห้าหมื่นบาทถ้วน-)", 50_000_000, 5_000_000),
            ("500000 บาท\n(ห้าหมื่นบาท)", 50_000_000, 5_000_000),
            ("500,000 บาท รวมภาษีมูลค่าเพิ่ม (ห้าหมื่นบาทถ้วน)", 50_000_000, 5_000_000),
            ("500,000 บาท (รวมภาษีแล้ว) (ห้าหมื่นบาทถ้วน)", 50_000_000, 5_000_000),
            ("500,000 บาท เป็นตัวอักษร (ห้าหมื่นบาทถ้วน)", 50_000_000, 5_000_000),
            ("500,000 บาท ตัวอักษร ห้าหมื่นบาท", 50_000_000, 5_000_000),
            ("500,000 บาท (ตัวอักษร: ห้าหมื่นบาทถ้วน)", 50_000_000, 5_000_000),
            ("500,000 บาทถ้วน ห้าหมื่นบาทถ้วน", 50_000_000, 5_000_000),
            ("1.25 ล้านบาท (หนึ่งล้านสองแสนบาทถ้วน)", 125_000_000, 120_000_000),
            ("เป็นเงินห้าหมื่นบาทถ้วน (500,000 บาท)", 50_000_000, 5_000_000),
            ("ราคาห้าหมื่นบาท (500,000.00)", 50_000_000, 5_000_000),
            ("1,230,000.50 บาท (หนึ่งล้านสองแสนสามหมื่นบาทถ้วน)", 123_000_050, 123_000_000),
            ("ภายใน 30 (สามสิบเอ็ด) วัน", 3_000, 3_100),
            ("ภายใน 15 วัน (ห้าวัน)", 1_500, 500),
            ("ร้อยละ 5 (สิบ) ของราคา", 500, 1_000),
            ("ภายใน 30 (สามสิบเอ็ด) วันนับแต่วันลงนาม", 3_000, 3_100),
            ("5 แสนบาท (50,000 บาท)", 5_000_000, 50_000_000),
            ("เงิน 20 ล้าน 5 แสนบาท (25,000,000 บาท)", 2_500_000_000, 2_050_000_000),
            ("20 ล้าน 5 แสนบาท (ยี่สิบล้านห้าหมื่นบาทถ้วน)", 2_050_000_000, 2_005_000_000),
            ("๑.๕ แสนบาท (๑๕,๐๐๐ บาท)", 1_500_000, 15_000_000),
            ("เป็นเงินสิบห้าบาท (150 บาท)", 15_000, 1_500),
            ("ค่าปรับ 50 บาท/วัน (ห้าร้อยบาทถ้วน)", 5_000, 50_000),
        ] {
            let found: Vec<_> =
                wrong_amounts(text).into_iter().map(|w| (w.figures, w.words)).collect();
            assert_eq!(found, [(figures, words)], "{text}");
        }
    }

    #[test]
    fn words_and_figures_in_cells_of_a_row_are_compared() {
        let heads = ["รายการ", "จำนวน", "เป็นเงิน"];
        let found =
            |cells: &[&str]| wrong_in_row(&heads, cells).map(|(n, w)| (n, w.figures, w.words));
        assert_eq!(found(&["รวม (สามร้อยบาทถ้วน)", "6", "350"]), Some((0, 35_000, 30_000)));
        let wrong = Some((0, 50_000_000, 5_000_000));
        assert_eq!(found(&["รวมเป็นเงิน (ห้าหมื่นบาทถ้วน)", "", "500,000"]), wrong);
        assert_eq!(found(&["ห้าหมื่นบาทถ้วน", "๕๐๐,๐๐๐.๐๐ บาท"]), wrong);
        assert_eq!(found(&["รวม (ห้าแสนบาทถ้วน)", "10", "500,000.-"]), None);
        assert_eq!(found(&["รวม (ห้าแสนบาทถ้วน)", "3", "ก 500"]), None);
        assert_eq!(found(&["รวม", "500,000 บาท (ห้าแสนบาทถ้วน)"]), None);
        assert_eq!(found(&["รวม (พันบาท)", "", "5,000"]), None);
    }

    #[test]
    fn amounts_that_agree_or_are_no_pair_are_not_reported() {
        for text in [
            "500,000 บาท (ห้าแสนบาทถ้วน)",
            "๑,๒๓๐,๐๐๐.๕๐ บาท (หนึ่งล้านสองแสนสามหมื่นบาทห้าสิบสตางค์)",
            "0.50 บาท (ห้าสิบสตางค์)",
            "1.2 แสนล้านบาท (หนึ่งแสนสองหมื่นล้านบาท)",
            "1 ล้าน 2 แสนบาท (หนึ่งล้านสองแสนบาทถ้วน)",
            "500 บาท 50 สตางค์ (ห้าร้อยบาทห้าสิบสตางค์)",
            "ภายใน 30 (สามสิบ) วัน",
            "ร้อยละ 0.5 (ศูนย์จุดห้า)",
            "มาตรา 5 วรรค (สอง)",
            "ปรับไม่เกินห้าพันบาท (2) ผู้ใด",
            "รางวัลที่ 1 (หนึ่งหมื่นบาทถ้วน)",
            "งบประมาณปี 2569 (หนึ่งล้านบาทถ้วน)",
            "5,000 บาท (ห้าร้อยบาทต่อคน)",
            "ชุดละ 5,000 บาท รวมเป็นเงิน (ห้าหมื่นบาทถ้วน)",
            "400,000 - 500,000 บาท (สี่แสนบาทถึงห้าแสนบาท)",
            "ครั้งที่ 2/2569 (หนึ่ง)",
            "ห้าแสนบาทถ้วน 2. ข้อต่อไป",
            "5 แสนบาท (500,000 บาท)",
            "2 หมื่นบาท (20,000 บาท)",
            "1.5 แสนบาท (150,000 บาท)",
            "20 ล้าน 5 แสนบาท (20,500,000 บาท)",
            "20 ล้าน5แสนบาท (20,500,000 บาท)",
            "20 ล้านห้าแสนบาท (20,500,000 บาท)",
            "20,500 ล้านบาทถ้วน (20,500,000,000 บาท)",
            "5.2 ล้านบาท (5,234,000 บาท)",
            "5 ล้านบาท (5,234,000 บาท)",
            "หลายพันบาท (5,000 บาท)",
            "หลายสิบล้านบาท (50,000,000 บาท)",
            "หลายพันห้าร้อยบาท (5,500 บาท)",
            "สองสามพันบาท (2,500 บาท)",
            "หนึ่งจุดห้าล้านบาท (1,500,000 บาท)",
            "กว่าห้าแสนบาท (520,000 บาท)",
            "4-5 แสนบาท (400,000 บาท)",
            "สี่แสนถึงห้าแสนบาท (450,000 บาท)",
            "งบประมาณ 5,000 (พันบาท)",
            "อาคาร 5 (หนึ่ง)",
            "อาคาร 5 (หนึ่ง) วันจันทร์",
            "กลุ่มที่ 1 (สอง)",
            "กลุ่มที่ 1 (สอง) คน",
            "ข้อ 5 (หนึ่ง) ผู้ใด",
            "ห้อง 12 (สอง) และ",
            "โครงการ 12 (สอง) วันที่ 5",
        ] {
            assert_eq!(wrong_amounts(text), [], "{text}");
        }
    }
}
