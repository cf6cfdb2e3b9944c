//! Compares the year of a law with its name: there is no `พระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. 2550`.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::markdown::proofread::cursor::Cursor;
use crate::text::{Era, era_in_words, era_of_year, year_in_text};

/// A law with a year in which no such law was made.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongYear {
    /// Where name and year are.
    pub range: Range<usize>,
    /// The name of the law.
    pub law: String,
    /// The year as written.
    pub written: u32,
    /// The year of the law, of several the last.
    pub right: u32,
}

/// The table of laws, as its file contains it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LawTable {
    known_until: u32,
    acts: Vec<String>,
    laws: Vec<Law>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Law {
    /// What is before the name, if it is no act.
    kind: Option<String>,
    name: String,
    /// Other names of the same law.
    #[serde(default)]
    also: Vec<String>,
    english: Option<String>,
    years: Vec<u32>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static TABLE: LazyLock<LawTable> = LazyLock::new(|| {
    toml::from_str(include_str!("laws.toml")).expect("the table of laws is valid")
});

/// For how many years after the table was made a year is not judged: a new law may have an old name.
const YEARS_AHEAD: u32 = 20;

/// Finds laws with years in which they were not made.
pub(super) fn wrong_years(text: &str) -> Vec<WrongYear> {
    let mut wrong = Vec::new();
    let mut next = 0;
    for (at, c) in text.char_indices() {
        if at < next || !may_begin_name(c) {
            continue;
        }
        if let Some((end, found)) = law_at(text, at) {
            next = end;
            wrong.extend(found);
        }
    }
    wrong
}

/// Returns whether a character begins the name of a law. Most do not.
fn may_begin_name(c: char) -> bool {
    matches!(c, 'พ' | 'ร') || c.is_ascii_uppercase()
}

/// Reads the name and the year of a law. Returns where they end, and what is wrong.
fn law_at(text: &str, at: usize) -> Option<(usize, Option<WrongYear>)> {
    let table = &*TABLE;
    let mut after_act = Cursor::new(text, at);
    let is_act = table.acts.iter().any(|act| after_act.eat_spaced(act));
    after_act.skip(is_space_or_quote);
    let mut found = table.laws.iter().filter_map(|law| {
        let mut cursor = Cursor::new(text, at);
        let name = if is_act && law.kind.is_none() {
            cursor = after_act.clone();
            law.read_name(&mut cursor).then(|| law.full_name(table))
        } else {
            law.read_other_name(&mut cursor)
        };
        let year = read_year(&mut cursor)?;
        Some((law, name?, cursor.at, year))
    });
    let (law, name, end, written) = found.next()?;
    let is_draft = text[..at].trim_end().ends_with("ร่าง");
    let is_later = (table.known_until + 1..=table.known_until + YEARS_AHEAD).contains(&written);
    if law.years.contains(&written) || is_later || is_draft || is_amendment(&text[end..]) {
        return Some((end, None));
    }
    let right = *law.years.last()?;
    Some((end, Some(WrongYear { range: at..end, law: name, written, right })))
}

/// Returns whether a text begins with the number of an amendment: `(ฉบับที่ 14)`, `(No. 2)`.
fn is_amendment(rest: &str) -> bool {
    let rest = rest.trim_start().trim_start_matches('(');
    ["ฉบับที่", "No."].iter().any(|word| rest.starts_with(word))
}

impl Law {
    /// Returns the whole name of an act.
    fn full_name(&self, table: &LawTable) -> String {
        format!("{}{}", table.acts.first().map_or("", String::as_str), self.name)
    }

    /// Reads the name of an act, after the word for an act.
    fn read_name(&self, cursor: &mut Cursor) -> bool {
        cursor.eat_spaced(&self.name) || self.also.iter().any(|name| cursor.eat_spaced(name))
    }

    /// Reads the name of a law of another kind, or the English name. Returns the whole name.
    fn read_other_name(&self, cursor: &mut Cursor) -> Option<String> {
        if let Some(kind) = self.kind.as_ref().filter(|kind| cursor.eat_spaced(kind)) {
            cursor.skip(is_space_or_quote);
            return self.read_name(cursor).then(|| format!("{kind}{}", self.name));
        }
        self.english.clone().filter(|english| cursor.eat_spaced(english))
    }
}

fn is_space_or_quote(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '“' | '”' | '\'')
}

/// Reads the year after the name of a law. It has its era: `ปี 2568` after a name is rather the year of
/// what the text is about, and so are years in a range.
fn read_year(cursor: &mut Cursor) -> Option<u32> {
    cursor.skip(|c| is_space_or_quote(c) || c == ',');
    let is_bracketed = cursor.eat("(");
    cursor.skip_spaces();
    cursor.read_with(era_in_words).filter(|era| *era == Era::Buddhist)?;
    cursor.skip_spaces();
    let (year, digits) = cursor.number(4)?;
    let is_whole = !is_bracketed || cursor.clone().eat(")");
    let is_year = digits == 4 && is_buddhist_year(year);
    (is_year && is_whole && !is_range_next(cursor)).then_some(year)
}

fn is_buddhist_year(year: u32) -> bool {
    let era = i16::try_from(year).ok().and_then(era_of_year);
    era == Some(Era::Buddhist) && year_in_text(year).is_some()
}

/// Returns whether another year follows, up to which a range goes: `พ.ศ. 2566 - 2570`.
fn is_range_next(cursor: &Cursor) -> bool {
    let mut cursor = cursor.clone();
    cursor.skip_spaces();
    let is_joined = cursor.eat_any(&["-", "–", "—", "ถึง", "/", "to "]);
    cursor.skip_spaces();
    cursor.eat("ปี");
    cursor.skip_spaces();
    cursor.read_with(era_in_words);
    cursor.skip_spaces();
    is_joined && cursor.number(4).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_valid() {
        for law in &TABLE.laws {
            assert!(law.years.is_sorted() && !law.years.is_empty(), "{}", law.name);
            assert!(
                law.years.iter().all(|year| is_buddhist_year(*year) && *year <= TABLE.known_until)
            );
        }
    }

    #[test]
    fn wrong_years_are_found() {
        for (text, written, right) in [
            ("ตามพระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. 2550 มาตรา 9", 2550, 2540),
            ("พ.ร.บ.ข้อมูลข่าวสารของราชการ พ.ศ.๒๕๕๐", 2550, 2540),
            ("พ.ร.บ. ข้อมูลข่าวสาร\nพ.ศ. 2550", 2550, 2540),
            ("พระราชบัญญัติเทศบาล พุทธศักราช 2498 และที่แก้ไขเพิ่มเติม", 2498, 2496),
            ("พระราชบัญญัติการผังเมือง พ.ศ. 2519", 2519, 2562),
            ("พระราชบัญญัติ “เทศบาล” (พ.ศ. 2498)", 2498, 2496),
            ("พระราชบัญญัติการจัดซื้อจัดจ้าง และการบริหารพัสดุภาครัฐ พ.ศ. 2561", 2561, 2560),
            ("the Official Information Act, B.E. 2550 (2007)", 2550, 2540),
            ("ระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2561", 2561, 2560),
        ] {
            let found: Vec<_> =
                wrong_years(text).into_iter().map(|w| (w.written, w.right)).collect();
            assert_eq!(found, [(written, right)], "{text}");
        }
    }

    #[test]
    fn right_years_and_other_laws_are_not_reported() {
        for text in [
            "พระราชบัญญัติข้อมูลข่าวสารของราชการ พ.ศ. ๒๕๔๐",
            "พระราชบัญญัติเทศบาล (ฉบับที่ 14) พ.ศ. 2562",
            "พระราชบัญญัติเทศบาล พ.ศ. 2562 (ฉบับที่ 14)",
            "ร่างพระราชบัญญัติการผังเมือง พ.ศ. 2560",
            "พระราชบัญญัติเทศบาล พ.ศ. 2575",
            "พระราชบัญญัติเทศบาลตำบล พ.ศ. 2550",
            "ผลการดำเนินงานตาม พ.ร.บ.ข้อมูลข่าวสารของราชการ ปี 2563",
            "ผลการดำเนินงานตาม พ.ร.บ.ข้อมูลข่าวสารของราชการ ปี พ.ศ. 2563",
            "ผลการดำเนินงานตาม พ.ร.บ.ข้อมูลข่าวสารของราชการ 2563",
            "แผนตาม พ.ร.บ.ข้อมูลข่าวสารของราชการ พ.ศ. 2560 - 2564",
            "แผนตาม พ.ร.บ.ข้อมูลข่าวสารของราชการ (พ.ศ. 2560 ถึง พ.ศ. 2564)",
            "Official Information Act B.E. 2542 (No. 2)",
            "พระราชบัญญัติเทศบาล พ.ศ. 2569",
            "พระราชบัญญัติประกอบรัฐธรรมนูญว่าด้วยการป้องกันและปราบปรามการทุจริต พ.ศ. 2542",
            "พระราชบัญญัติว่าด้วยการกระทำความผิดเกี่ยวกับคอมพิวเตอร์ พ.ศ. 2550",
        ] {
            assert_eq!(wrong_years(text), [], "{text}");
        }
    }
}
