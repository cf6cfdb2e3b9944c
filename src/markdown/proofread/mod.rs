//! Reads texts a second time, as a colleague would: finds what contradicts itself. Dates with the day of the
//! week of another date, amounts in figures that differ from those in words, totals of tables, years of laws.
//!
//! Only `prakat check` does this. What is found are warnings, because a text may quote a mistake.

mod amounts;
mod blocks;
mod cursor;
mod dates;
mod figures;
mod laws;
mod totals;
mod weekdays;

use std::ops::Range;

use jiff::civil::Weekday;

use crate::config::Proofreading;
use crate::content::{Document, Item, YamlStep};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::markdown::proofread::amounts::WrongAmount;
use crate::markdown::proofread::blocks::{MappedText, TypedTable, read_texts};
use crate::text::single_spaced;

/// Something in a text that contradicts itself.
struct Contradiction {
    code: Code,
    range: Range<usize>,
    args: Vec<(&'static str, String)>,
}

impl Contradiction {
    fn fill(&self, diagnostic: Diagnostic) -> Diagnostic {
        Diagnostic { args: self.args.clone(), ..diagnostic }
    }
}

/// Reports what contradicts itself in the published texts of the front matter and in the body of an item.
pub(crate) fn proofread(
    document: &Document,
    item: &Item,
    checks: Proofreading,
    diagnostics: &mut Diagnostics,
) {
    let notes = item.details.changes.all().iter().map(|change| ("changes", &change.note));
    let files = item.details.attachments.iter().map(|file| ("attachments", &file.title));
    let texts = [("title", &item.title), ("summary", &item.summary)].into_iter();
    for (key, text) in texts.chain(notes).chain(files) {
        for found in contradictions(text, checks) {
            let front_matter = document.before_body();
            let place = match front_matter.find(text.as_ref()) {
                Some(at) => {
                    let range = at + found.range.start..at + found.range.end;
                    Place::of_range(document.path(), front_matter, range)
                }
                // The text is written with escapes, or over several lines.
                None => document.front_matter().place(&[YamlStep::Key(key)]),
            };
            diagnostics.push(found.fill(Diagnostic::warning(found.code, place)));
        }
    }
    let texts = read_texts(document.body());
    let sink = &mut BodyDiagnostics::new(document.body(), item, Severity::Warning, diagnostics);
    for block in texts.all() {
        for found in contradictions(&block.text, checks) {
            sink.warn(found.code, block.source(&found.range), |diagnostic| found.fill(diagnostic));
        }
    }
    for table in &texts.tables {
        for (cell, found) in contradictions_of_cells(table, checks) {
            sink.warn(found.code, cell.source(&found.range), |diagnostic| found.fill(diagnostic));
        }
    }
}

/// Finds cells of a table that contradict others.
fn contradictions_of_cells(
    table: &TypedTable,
    checks: Proofreading,
) -> Vec<(&MappedText, Contradiction)> {
    let mut found = Vec::new();
    for row in table.rows.iter().filter(|_| checks.amounts) {
        let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
        let heads: Vec<&str> = table.head.iter().map(|cell| cell.text.as_str()).collect();
        let wrong = amounts::wrong_in_row(&heads, &cells);
        found.extend(wrong.map(|(n, wrong)| (&row[n], wrong_amount(wrong))));
    }
    for wrong in totals::wrong_totals(table).into_iter().filter(|_| checks.totals) {
        let cell = &table.rows[wrong.cell.0][wrong.cell.1];
        let args = vec![("column", wrong.column), ("total", wrong.total), ("sum", wrong.sum)];
        let range = 0..cell.text.len();
        found.push((cell, Contradiction { code: Code::WrongTotal, range, args }));
    }
    found
}

/// Finds what contradicts itself in a text.
fn contradictions(text: &str, checks: Proofreading) -> Vec<Contradiction> {
    let mut found = Vec::new();
    if checks.weekdays {
        found.extend(weekdays::wrong_weekdays(text).into_iter().map(|wrong| Contradiction {
            code: Code::WrongWeekday,
            range: wrong.range,
            args: vec![
                ("date", single_spaced(&text[wrong.date])),
                ("written", weekday_word(wrong.written)),
                ("right", weekday_word(wrong.right)),
            ],
        }));
    }
    if checks.amounts {
        found.extend(amounts::wrong_amounts(text).into_iter().map(wrong_amount));
    }
    if checks.laws {
        found.extend(laws::wrong_years(text).into_iter().map(|wrong| Contradiction {
            code: Code::WrongLawYear,
            range: wrong.range,
            args: vec![
                ("law", wrong.law),
                ("written", wrong.written.to_string()),
                ("right", wrong.right.to_string()),
            ],
        }));
    }
    found
}

fn wrong_amount(wrong: WrongAmount) -> Contradiction {
    let WrongAmount { range, figures, words } = wrong;
    let args = vec![("figures", amount(figures)), ("words", amount(words))];
    Contradiction { code: Code::WrongAmount, range, args }
}

/// Returns the key of a weekday's name in the messages.
fn weekday_word(weekday: Weekday) -> String {
    let name = match weekday {
        Weekday::Monday => "monday",
        Weekday::Tuesday => "tuesday",
        Weekday::Wednesday => "wednesday",
        Weekday::Thursday => "thursday",
        Weekday::Friday => "friday",
        Weekday::Saturday => "saturday",
        Weekday::Sunday => "sunday",
    };
    format!("@weekday/{name}")
}

/// Writes hundredths as an amount, without decimals if it is whole.
fn amount(hundredths: i128) -> String {
    match hundredths % 100 {
        0 => figures::shown(hundredths / 100, 0),
        _ => figures::shown(hundredths, 2),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a text consists of, it is read without a panic, and places are inside it.
        #[test]
        fn any_text_is_read(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "วัน", "จันทร์", "พ.", "Monday", "ที่", " ", "25", "๒", "/", "-", "พ.ย.", "March", "2569", "พ.ศ.", "(", ")",
                    "500,000", ".50", ".-", "บาท", "หนึ่ง", "สิบ", "ล้าน", "เอ็ด", "สตางค์", "ถ้วน", "พระราชบัญญัติ", "เทศบาล", "ร่าง",
                    "และ", ",", "\u{200B}", "9999999999999999999", "\n",
                ]),
                0..20,
            ),
        ) {
            let text = pieces.concat();
            for found in contradictions(&text, Proofreading::default()) {
                prop_assert!(text.get(found.range.clone()).is_some_and(|found| !found.is_empty()), "{text:?}");
            }
        }

        #[test]
        fn any_table_is_read(
            cells in prop::collection::vec(
                prop::sample::select(vec![
                    "", "-", "รวม", "รวมเป็นเงิน (ห้าบาทถ้วน)", "หัก", "1", "2569", "(5)", "-0.000001", "999999999999999999", "5%", "๓ บาท",
                    "1.1 ก", "ก",
                ]),
                0..40,
            ),
        ) {
            let rows: String = cells.chunks(2).map(|row| format!("| {} |\n", row.join(" | "))).collect();
            for table in read_texts(&format!("| ก | บาท |\n|-|-|\n{rows}")).tables {
                contradictions_of_cells(&table, Proofreading::default());
            }
        }
    }
}
