//! Writes numbers as spreadsheets show them, and finds which a number format shows as percentages (ECMA-376, part 1, 18.8.31).

use crate::files::sheet::model::SheetCell;

/// How many digits of a number spreadsheets keep. Further ones are noise of binary numbers.
const DIGITS: usize = 15;

/// How many sections of a format are for numbers. The fourth one is for texts.
const NUMBER_SECTIONS: usize = 3;

/// A number format.
#[derive(Debug, Default)]
pub(super) struct NumberFormat {
    sections: Vec<Section>,
}

/// What a section of a format shows.
#[derive(Debug, Default)]
struct Section {
    /// The numbers it is for, if it says so: `[>1]`.
    condition: Option<Condition>,
    /// How many percent signs multiply the number by a hundred.
    signs: usize,
    /// What stands as text behind the digits.
    text: String,
    /// Whether it shows a number.
    has_digits: bool,
}

/// The condition of a section.
#[derive(Debug)]
struct Condition {
    operator: String,
    limit: f64,
}

impl Condition {
    /// Returns the condition in brackets. Returns `None` if it is a colour or a currency.
    fn parse(inside: &str) -> Option<Self> {
        let end = inside.find(|c: char| !"<>=".contains(c))?;
        let (operator, limit) = inside.split_at(end);
        let limit = limit.trim().parse().ok()?;
        (!operator.is_empty()).then(|| Self { operator: operator.to_owned(), limit })
    }

    fn holds(&self, number: f64) -> Option<bool> {
        let order = number.partial_cmp(&self.limit)?;
        Some(match self.operator.as_str() {
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "=" => order.is_eq(),
            "<>" => order.is_ne(),
            _ => return None,
        })
    }
}

impl NumberFormat {
    /// Reads the code of a format.
    pub(super) fn parse(code: &str) -> Self {
        let mut sections = vec![Section::default()];
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            let last = sections.len() - 1;
            let section = &mut sections[last];
            match c {
                ';' => sections.push(Section::default()),
                '"' => section.text.extend(chars.by_ref().take_while(|c| *c != '"')),
                '\\' | '!' => section.text.extend(chars.next()),
                // A space as wide as a character, and a character that fills the cell.
                '_' | '*' => _ = chars.next(),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    section.condition = section.condition.take().or(Condition::parse(&inside));
                }
                '%' => section.signs += 1,
                '0' | '#' | '?' => {
                    section.has_digits = true;
                    section.text.clear();
                }
                _ => {}
            }
        }
        Self { sections }
    }

    /// Returns the cell with a number. What the format leaves in doubt stays as it is.
    pub(super) fn cell(&self, number: f64) -> SheetCell {
        match self.section(number) {
            Some(section) if section.signs == 1 => SheetCell::Percent(number_text(number * 100.0)),
            // The sign is a text behind the number as it is: 7.5 is shown as 7.5%.
            Some(section)
                if section.signs == 0 && section.has_digits && section.text.trim() == "%" =>
            {
                SheetCell::Percent(number_text(number))
            }
            _ => SheetCell::Number(number_text(number)),
        }
    }

    /// Returns the section that shows a number. Returns `None` if that is not clear.
    fn section(&self, number: f64) -> Option<&Section> {
        let sections = &self.sections[..self.sections.len().min(NUMBER_SECTIONS)];
        if sections.iter().any(|section| section.condition.is_some()) {
            return conditional(sections, number);
        }
        match sections {
            [_, negative, ..] if number < 0.0 => Some(negative),
            [_, _, zero] if number == 0.0 => Some(zero),
            _ => sections.first(),
        }
    }
}

/// Returns the first section whose condition holds, or the last one, which is for all other numbers.
fn conditional(sections: &[Section], number: f64) -> Option<&Section> {
    let (last, before) = sections.split_last()?;
    for section in before {
        if section.condition.as_ref()?.holds(number)? {
            return Some(section);
        }
    }
    let holds = last.condition.as_ref().map_or(Some(true), |condition| condition.holds(number));
    holds?.then_some(last)
}

/// Returns a number in digits, without the noise of binary numbers: spreadsheets show and keep 15 digits. A number that
/// is another amount of money with 15 digits has all its digits, which are too many to be read as a number.
pub(super) fn number_text(number: f64) -> Box<str> {
    const LARGE: f64 = 1e12;
    let rounded: f64 = format!("{number:.*e}", DIGITS - 1).parse().unwrap_or(number);
    let rounded = if rounded == 0.0 { 0.0 } else { rounded };
    let is_other = rounded.abs() >= LARGE && format!("{number:.2}") != format!("{rounded:.2}");
    if is_other { number } else { rounded }.to_string().into()
}
