//! Decides how a table is laid out where its frame is too narrow for it.
//!
//! Style sheets know how wide a frame is, but not how wide a table has to be. That is estimated here,
//! from the text of the cells, and told by classes.

use crate::text::{is_thai, width};

/// A hundredth of the font size of the page. Widths are in this unit.
type Hundredths = usize;

/// The mean width of a character in the font of tables.
const CHARACTER: Hundredths = 52;
/// The padding of a cell, on both sides.
const PADDING: Hundredths = 130;
/// The widest table that phones show as it is.
const WIDEST_ON_PHONES: Hundredths = 2_150;
/// The widest table that tablets show as it is.
const WIDEST_ON_TABLETS: Hundredths = 3_700;
/// The widest table that has room beside the facts of an item.
const WIDEST_IN_TEXT: Hundredths = 4_000;
/// The widest table that small screens show as it is, over their whole width.
const WIDEST_ON_SCREENS: Hundredths = 6_000;
/// In how many characters a Thai word ends, for no space separates them.
const LONGEST_THAI_WORD: usize = 12;
/// Titles of persons, whose names stay on one line.
const PERSON_TITLES: [&str; 3] = ["นาย", "นาง", "เด็ก"];
/// The most characters of the number of a row.
const LONGEST_NUMBER: usize = 3;

/// What the cells of a column need.
#[derive(Debug, Default, Clone)]
struct Column {
    head: String,
    /// The width of its widest cell, in characters, when long texts are broken into lines.
    characters: usize,
    is_empty: bool,
    /// Whether none of its cells has a letter.
    has_figures_only: bool,
    /// Whether its cells are short enough for the numbers of rows.
    is_short: bool,
}

/// The columns of a table, while its cells are read.
#[derive(Debug, Default)]
pub(crate) struct TableColumns {
    columns: Vec<Column>,
}

/// The narrowest place that shows a table as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    Phone,
    Tablet,
    Text,
    Screen,
    More,
}

/// The classes and labels of a table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TableLayout {
    /// The classes of its frame.
    pub frame: &'static str,
    /// The classes of the table: empty, or `cards` and how wide a frame must be to show it as a table.
    pub table: &'static str,
    /// By column: what its cells are labelled with when rows are shown as cards. Empty for a column of
    /// titles, and if the table is never shown so.
    pub labels: Vec<String>,
    /// Whether the first column has the numbers of the rows.
    pub is_numbered: bool,
}

impl TableColumns {
    /// Adds a column with its head.
    pub(crate) fn add_head(&mut self, text: &str) {
        let head = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let characters = characters(&head);
        let (is_empty, has_figures_only, is_short) = (true, true, true);
        self.columns.push(Column { head, characters, is_empty, has_figures_only, is_short });
    }

    /// Adds a cell of a row. `index` is that of its column.
    pub(crate) fn add_cell(&mut self, index: usize, text: &str) {
        let Some(column) = self.columns.get_mut(index) else { return };
        let text = text.trim();
        column.characters = column.characters.max(characters(text));
        column.is_empty &= text.is_empty();
        column.has_figures_only &= !text.contains(char::is_alphabetic);
        column.is_short &= text.chars().count() <= LONGEST_NUMBER;
    }

    /// Returns whether the first column has the numbers of the rows, and the second their titles.
    fn is_numbered(&self) -> bool {
        let [first, second, _, ..] = &self.columns[..] else { return false };
        !first.is_empty && first.has_figures_only && first.is_short && !second.has_figures_only
    }

    /// Returns how the table is laid out.
    pub(crate) fn layout(&self) -> TableLayout {
        let need = self.need();
        let is_numbered = self.is_numbered();
        let title = usize::from(is_numbered);
        // Without their heads, values cannot be told apart. Only a title in words needs none.
        let is_clear = |index: usize, column: &Column| index == title && !column.has_figures_only;
        let mut columns = self.columns.iter().enumerate();
        let has_heads = columns.all(|(index, column)| {
            column.is_empty || !column.head.is_empty() || is_clear(index, column)
        });
        let is_cards = need > Need::Phone && has_heads;
        let labels = self.columns.iter().enumerate().map(|(index, column)| {
            let is_needed = is_cards && !is_clear(index, column);
            if is_needed { column.head.clone() } else { String::new() }
        });
        let labels = labels.collect();
        TableLayout {
            frame: if need > Need::Text { "wide out" } else { "wide" },
            table: match need {
                _ if !is_cards => "",
                Need::Phone | Need::Tablet => "cards",
                Need::Text | Need::Screen => "cards large",
                Need::More => "cards broad",
            },
            labels,
            is_numbered,
        }
    }

    fn need(&self) -> Need {
        let widths = self.columns.iter().map(|column| column.characters * CHARACTER + PADDING);
        match widths.sum::<Hundredths>() {
            width if width <= WIDEST_ON_PHONES => Need::Phone,
            width if width <= WIDEST_ON_TABLETS => Need::Tablet,
            width if width <= WIDEST_IN_TEXT => Need::Text,
            width if width <= WIDEST_ON_SCREENS => Need::Screen,
            _ => Need::More,
        }
    }
}

/// Returns how many characters wide a cell should be. A long text gets more lines before it gets wider:
/// it is four times as wide as it has lines.
fn characters(text: &str) -> usize {
    let in_lines = width(text).min((4 * width(text)).isqrt());
    longest_word(text).max(in_lines)
}

/// Returns the longest part of a text that is on one line, in characters. A number stays with the words
/// beside it, a first name with the surname.
fn longest_word(text: &str) -> usize {
    let (mut longest, mut before, mut joins) = (0, 0, false);
    for word in text.split([' ', '\n', '/', '-']) {
        let (is_number, is_thai) = (is_number(word), word.contains(is_thai));
        let is_person = PERSON_TITLES.iter().any(|title| word.starts_with(title));
        let whole = width(word);
        let own = if is_thai && !is_person { whole.min(LONGEST_THAI_WORD) } else { whole };
        let is_joined = before > 0 && (joins || is_number);
        longest = longest.max(own + if is_joined { before + 1 } else { 0 });
        (before, joins) = (if is_thai || is_number { own } else { 0 }, is_number || is_person);
    }
    longest
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::TableColumns;

    fn layout(rows: &[&[&str]]) -> super::TableLayout {
        let mut columns = TableColumns::default();
        rows[0].iter().for_each(|head| columns.add_head(head));
        for row in &rows[1..] {
            row.iter().enumerate().for_each(|(index, cell)| columns.add_cell(index, cell));
        }
        columns.layout()
    }

    #[test]
    fn what_a_phone_shows_stays_a_table() {
        let found = layout(&[&["เขต", "ชาย", "หญิง", "รวม"], &["1", "6,120", "6,480", "12,600"]]);
        assert_eq!((found.frame, found.table), ("wide", ""));
        assert!(found.labels.iter().all(String::is_empty));
    }

    #[test]
    fn cards_are_labelled_by_all_heads_but_that_of_their_title() {
        let long = "บริษัท ก่อสร้างสมมติ จำกัด";
        let head = ["ลำดับ", "ผู้ยื่น  ข้อเสนอ", "ราคา (บาท)", "ผล", "เหตุผล"];
        let numbered = layout(&[&head, &["1", long, "7,300,000", "ผ่าน", long]]);
        assert_eq!(numbered.table, "cards");
        assert!(numbered.is_numbered);
        assert_eq!(numbered.labels, ["ลำดับ", "", "ราคา (บาท)", "ผล", "เหตุผล"]);
        let years = layout(&[&["ปี", "a", "b", "c", "d"], &["2569", long, long, long, long]]);
        assert_eq!((years.is_numbered, &*years.labels[0]), (false, "ปี"));
        let named = layout(&[&head, &["ก", long, "7,300,000", "ผ่าน", long]]);
        assert!(!named.is_numbered);
        assert_eq!(named.labels[..2], ["", "ผู้ยื่น ข้อเสนอ"]);
    }

    #[test]
    fn a_column_without_a_head_leaves_no_cards() {
        let long = "บริษัท ก่อสร้างสมมติ จำกัด";
        let rows: &[&[&str]] = &[&["ก", "ข", "", "ค", "ง"], &[long, long, long, long, long]];
        assert_eq!(layout(rows).table, "");
        // The title needs none, nor does a column without texts.
        let rows: &[&[&str]] = &[&["", "ข", "", "ค", "ง"], &[long, long, "", long, long]];
        assert_eq!(layout(rows).table, "cards");
    }

    #[test]
    fn the_wider_a_table_the_more_room_it_asks_for() {
        let row = vec!["1,234,567.00"; 16];
        let by_columns = |count: usize| {
            let found = layout(&[&row[..count], &row[..count]]);
            (found.frame, found.table)
        };
        assert_eq!(by_columns(2), ("wide", ""));
        assert_eq!(by_columns(4), ("wide", "cards"));
        assert_eq!(by_columns(6), ("wide out", "cards large"));
        assert_eq!(by_columns(9), ("wide out", "cards broad"));
    }

    #[test]
    fn a_number_and_its_unit_are_one_word() {
        assert_eq!(super::longest_word("8,750,000 บาท"), 13);
        assert_eq!(super::longest_word("ค่าก่อสร้างและปรับปรุงอาคาร"), 12);
        assert_eq!(super::longest_word("นางอารี สมมติเมตตา"), 16);
        assert_eq!(super::longest_word("ปีงบประมาณ 2568"), 14);
        assert_eq!(super::longest_word("Land and buildings tax"), 9);
        assert_eq!(super::longest_word("clerk@nakhon.example"), 20);
    }
}
