//! Finds what the reader of Excel workbooks does not tell: hidden rows and columns, and formulas without a value.

use crate::files::markup::{Token, Tokens, attribute};
use crate::files::sheet::MAX_COLUMNS;
use crate::files::sheet::model::HiddenCells;

/// How many formulas without a value are kept.
const MAX_UNSAVED: usize = 1000;

/// What is known of a sheet.
#[derive(Debug, Default)]
pub(super) struct ExcelMarks {
    /// The rows and columns that are not shown.
    pub hidden: HiddenCells,
    /// The names of cells with a formula whose value was not saved.
    pub unsaved: Vec<Box<str>>,
}

impl ExcelMarks {
    /// Reads the part with a sheet.
    pub(super) fn read(xml: &str) -> Self {
        let mut marks = Self::default();
        let (mut row, mut cell) = (0_u32, "");
        let (mut has_formula, mut has_value) = (false, false);
        for token in Tokens::new(xml) {
            let Token::Tag { name, attributes, is_end, .. } = token else { continue };
            match (name, is_end) {
                ("col", false) => marks.column(attributes),
                ("row", false) => {
                    let number = attribute(attributes, "r").and_then(|row| row.parse().ok());
                    row = number.unwrap_or(row.saturating_add(1));
                    if is_hidden(attributes) {
                        marks.hidden.rows.insert(row);
                    }
                }
                ("c", false) => {
                    cell = attribute(attributes, "r").unwrap_or("");
                    (has_formula, has_value) = (false, false);
                }
                ("f", false) => has_formula = true,
                ("v" | "is", false) => has_value = true,
                ("c", true) if has_formula && !has_value && marks.unsaved.len() < MAX_UNSAVED => {
                    marks.unsaved.push(cell.into());
                }
                _ => {}
            }
        }
        marks
    }

    fn column(&mut self, attributes: &str) {
        let number = |name| attribute(attributes, name).and_then(|text| text.parse().ok());
        let (Some(first), Some(last)) = (number("min"), number("max")) else { return };
        let last: usize = last;
        if is_hidden(attributes) {
            self.hidden
                .columns
                .extend((first..=last.min(MAX_COLUMNS)).map(|n: usize| n.max(1) - 1));
        }
    }
}

fn is_hidden(attributes: &str) -> bool {
    matches!(attribute(attributes, "hidden"), Some("1" | "true"))
}
