//! Reads single values under `extra`, by their types.

use serde_json::{Number, Value};

use crate::config::{Choice, Field, FieldType, is_email};
use crate::content::field_value::FieldValue;
use crate::content::kinds::extra::{ExtraReader, NoItem};
use crate::content::yaml::YamlStep;
use crate::diagnostics::{
    Code, DateUse, closest, date_diagnostic, far_year_diagnostic, unknown_id,
};
use crate::text::{
    Decimal, DecimalError, MAX_DECIMALS, Moment, digit_value, ends_line, folded, is_alphabetic,
    is_mark, is_picture, nfc, web_address,
};

/// How many digits of a number without quotation marks are kept exactly.
const EXACT_DIGITS: usize = 15;
/// The fewest digits of a telephone number.
const FEWEST_PHONE_DIGITS: usize = 3;

impl ExtraReader<'_> {
    /// Reads a value, or an entry of a list. Returns `None` after an error, which is reported.
    pub(super) fn single(
        &mut self,
        field: &Field,
        value: &Value,
        steps: &[YamlStep],
    ) -> Option<FieldValue> {
        let text = |read: Option<&str>| read.map(|text| FieldValue::Text(text.into()));
        match &field.field_type {
            FieldType::Text | FieldType::Unit => text(self.line(value, steps, "help-text")),
            FieldType::Lines => self.lines(value, steps),
            FieldType::Integer => self.number(field, value, steps, "help-integer"),
            FieldType::Money => self.number(field, value, steps, "help-money"),
            FieldType::Decimal => self.number(field, value, steps, "help-number"),
            FieldType::Percent => self.number(field, value, steps, "help-percent"),
            FieldType::Date => self.date(field, value, steps),
            FieldType::DateTime => self.moment(field, value, steps, "help-datetime"),
            FieldType::Boolean => self.boolean(value, steps),
            FieldType::Choice(choices) => self.choice(choices, value, steps),
            FieldType::Person => self.person(value, steps),
            FieldType::Item => self.item(value, steps),
            FieldType::Url => text(self.text_that(value, steps, "help-url", Self::is_elsewhere)),
            FieldType::Phone => {
                text(self.text_that(value, steps, "help-phone", |_, phone| is_phone(phone)))
            }
            FieldType::Email => {
                text(self.text_that(value, steps, "help-email", |_, email| is_email(email)))
            }
            FieldType::File => self.file(value, steps, "help-file", |_| true),
            FieldType::Picture => self.file(value, steps, "help-picture", is_picture),
            FieldType::Group(fields) => match value {
                Value::Object(map) => Some(FieldValue::Group(self.map(fields, map, steps))),
                _ => {
                    let known: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
                    let error = self.report.error(steps).arg("known", known.join(", "));
                    self.report.diagnostics.push(error.help("help-group"));
                    None
                }
            },
        }
    }

    /// Reads a text of one line.
    fn line<'v>(
        &mut self,
        value: &'v Value,
        steps: &[YamlStep],
        help: &'static str,
    ) -> Option<&'v str> {
        let text = value.as_str().map(str::trim);
        let line = text.filter(|text| !text.is_empty() && !text.contains(ends_line));
        if line.is_none() {
            self.report.wrong(steps, help);
        }
        line
    }

    /// Reads a text of one line that has a certain form.
    fn text_that<'v>(
        &mut self,
        value: &'v Value,
        steps: &[YamlStep],
        help: &'static str,
        has_form: impl Fn(&Self, &str) -> bool,
    ) -> Option<&'v str> {
        let text = self.line(value, steps, help)?;
        if !has_form(self, text) {
            self.report.wrong(steps, help);
            return None;
        }
        Some(text)
    }

    fn lines(&mut self, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        let Some(text) = value.as_str() else {
            self.report.wrong(steps, "help-lines");
            return None;
        };
        let lines: Vec<&str> = text.trim().split(ends_line).map(str::trim_end).collect();
        Some(FieldValue::Text(lines.join("\n").into()))
    }

    fn number(
        &mut self,
        field: &Field,
        value: &Value,
        steps: &[YamlStep],
        help: &'static str,
    ) -> Option<FieldValue> {
        let decimals = field.field_type.decimals().unwrap_or(0);
        let is_percent = matches!(field.field_type, FieldType::Percent);
        let read = match value {
            Value::Number(number) => number_of(number, decimals),
            Value::String(text) => {
                let text = text.trim();
                let number = text.strip_suffix('%').filter(|_| is_percent).unwrap_or(text);
                parse_number(number, decimals)
            }
            _ => Err(DecimalError::Form),
        };
        match read {
            Ok(number) => Some(FieldValue::Number(number)),
            Err(error) => {
                let is_large = error == DecimalError::Size;
                self.report.wrong(steps, if is_large { "help-large" } else { help });
                None
            }
        }
    }

    fn date(&mut self, field: &Field, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        let read = self.moment(field, value, steps, "help-date")?;
        if !matches!(read, FieldValue::Moment(Moment::Day(_))) {
            self.report.wrong(steps, "help-date");
            return None;
        }
        Some(read)
    }

    /// Reads a day, or a day with a time. Reports a year that is probably a slip.
    fn moment(
        &mut self,
        field: &Field,
        value: &Value,
        steps: &[YamlStep],
        help: &'static str,
    ) -> Option<FieldValue> {
        let text = self.line(value, steps, help)?;
        let config = self.context.config;
        let used_as = DateUse::Document;
        let read = Moment::parse(text, config.calendar);
        match read.and_then(|moment| moment.closes(&config.zone).map(|_| moment)) {
            Ok(moment) => {
                let far_year = used_as.years().far_year(moment, &config.zone);
                if let Some(year) = far_year.filter(|_| !field.is_within_fiscal_year) {
                    let place = self.report.source.place(steps);
                    let warning = far_year_diagnostic(year, used_as, place, text);
                    self.report.diagnostics.push(warning);
                }
                Some(FieldValue::Moment(moment))
            }
            Err(error) => {
                let place = self.report.source.place(steps);
                let error = date_diagnostic(error, place, text, config.calendar, used_as);
                self.report.diagnostics.push(error);
                None
            }
        }
    }

    fn boolean(&mut self, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        if value.as_bool().is_none() {
            self.report.wrong(steps, "help-boolean");
        }
        value.as_bool().map(FieldValue::Boolean)
    }

    fn choice(
        &mut self,
        choices: &[Choice],
        value: &Value,
        steps: &[YamlStep],
    ) -> Option<FieldValue> {
        let written = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => String::new(),
        };
        let found = (0..).zip(choices).find(|(_, choice)| choice.id == written);
        if let Some((position, _)) = found {
            return Some(FieldValue::Choice(position));
        }
        let ids = || choices.iter().map(|choice| choice.id.as_str());
        let config = self.context.config;
        let is_meant = |choice: &&Choice| {
            let mut labels = config.languages().map(|(id, _)| config.text(&choice.label, id));
            labels.any(|label| folded(label) == folded(&written))
        };
        let meant = choices.iter().find(is_meant).map(|choice| choice.id.as_str());
        let known: Vec<&str> = ids().collect();
        let error = self.report.error(steps).arg("known", known.join(", "));
        self.report.diagnostics.push(match meant.or_else(|| closest(&written, ids())) {
            Some(near) => error.arg("suggestion", near).help("help-choice-suggestion"),
            None => error.help("help-choice"),
        });
        None
    }

    fn person(&mut self, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        let policy = &self.context.config.policy;
        let id = self.line(value, steps, "help-person")?;
        let person = policy.person(id);
        if person.is_none() {
            let known = || policy.people.iter().map(|person| person.id.as_str());
            let by_name = policy.people.iter().find(|person| person.name == id);
            let by_name = by_name.map(|person| person.id.as_str());
            let place = self.report.source.place(steps);
            let error = unknown_id(Code::UnknownPerson, place, id, known, by_name);
            self.report.diagnostics.push(error);
        }
        person.map(FieldValue::Person)
    }

    fn item(&mut self, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        let written = self.line(value, steps, "help-item")?;
        match (self.context.item)(written) {
            Ok(path) => return Some(FieldValue::Item(path)),
            Err(NoItem::Missing(sought)) => {
                let error = self.report.error(steps).arg("path", sought).help("help-no-item");
                self.report.diagnostics.push(error);
            }
            Err(NoItem::Itself) => self.report.wrong(steps, "help-itself"),
            Err(NoItem::Other) => self.report.wrong(steps, "help-item"),
        }
        None
    }

    /// Returns whether a text is the address of a page of another site. Links within the portal belong in
    /// the text, where they are checked.
    fn is_elsewhere(&self, text: &str) -> bool {
        let base = &self.context.config.base_url;
        web_address(text).is_some_and(|url| {
            let names_nobody = url.username().is_empty() && url.password().is_none();
            names_nobody && !base.is_on_host(&url)
        })
    }

    /// Reads the name of a file in the item's own folder.
    fn file(
        &mut self,
        value: &Value,
        steps: &[YamlStep],
        help: &'static str,
        is_allowed: impl Fn(&str) -> bool,
    ) -> Option<FieldValue> {
        let name = nfc(self.line(value, steps, help)?);
        if !is_allowed(&name) {
            self.report.wrong(steps, help);
            return None;
        }
        let files = self.context.files;
        let found = files.iter().position(|file| nfc(&file.name) == name);
        if found.is_none() {
            let known = || files.iter().map(|file| file.name.as_ref());
            let same = known().find(|known| folded(known) == folded(&name));
            let place = self.report.source.place(steps);
            let error = unknown_id(Code::MissingFile, place, &name, known, same);
            self.report.diagnostics.push(error);
        }
        found.and_then(|number| u32::try_from(number).ok()).map(FieldValue::File)
    }
}

/// Returns the number of a YAML number. YAML keeps a number with decimals as a binary one, which has no
/// more than so many digits.
fn number_of(number: &Number, decimals: usize) -> Result<Decimal, DecimalError> {
    let text = number.to_string();
    let read = parse_number(&text, decimals)?;
    let digits = read.to_string().trim_start_matches(['-', '0', '.']).len();
    let is_exact = !number.is_f64() || digits <= EXACT_DIGITS + 1;
    if is_exact { Ok(read) } else { Err(DecimalError::Size) }
}

/// Parses a number. One with more decimals than numbers keep is rounded.
fn parse_number(text: &str, decimals: usize) -> Result<Decimal, DecimalError> {
    let read = Decimal::parse(text, decimals);
    if read != Err(DecimalError::Decimals) || decimals < MAX_DECIMALS {
        return read;
    }
    let point = text.find('.').ok_or(DecimalError::Form)?;
    let (kept, cut) = match text[point + 1..].char_indices().nth(MAX_DECIMALS) {
        Some((at, _)) => text.split_at(point + 1 + at),
        None => return read,
    };
    let number = Decimal::parse(kept, MAX_DECIMALS)?;
    if cut.chars().next().and_then(digit_value).is_none_or(|digit| digit < 5) {
        return Ok(number);
    }
    let step = if text.trim_start().starts_with(['-', '−']) { "-0.000001" } else { "0.000001" };
    Ok(number.plus(Decimal::parse(step, MAX_DECIMALS)?))
}

/// Returns whether a text can be a telephone number, with words such as those before an extension.
fn is_phone(text: &str) -> bool {
    let may_stand = |c: char| {
        digit_value(c).is_some()
            || c.is_whitespace()
            || is_alphabetic(c)
            || is_mark(c)
            || "-–+()#*,./;:".contains(c)
    };
    text.chars().all(may_stand)
        && text.chars().filter(|c| digit_value(*c).is_some()).count() >= FEWEST_PHONE_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_or_refused() {
        let read = |text: &str, decimals| {
            let number: Number = serde_json::from_str(text).unwrap();
            number_of(&number, decimals).map(|number| number.to_string())
        };
        assert_eq!(read("130000", 2).as_deref(), Ok("130000"));
        assert_eq!(read("0.5", 2).as_deref(), Ok("0.5"));
        assert_eq!(read("999999999999999", 0).as_deref(), Ok("999999999999999"));
        assert_eq!(read("1234567890123.45", 2).as_deref(), Ok("1234567890123.45"));
        assert_eq!(read("15.688237453213123", MAX_DECIMALS).as_deref(), Ok("15.688237"));
        assert_eq!(read("99999999999999.99", 2), Err(DecimalError::Size));
        assert_eq!(read("0.125", 2), Err(DecimalError::Decimals));
        assert_eq!(read("1e300", 2), Err(DecimalError::Form));
    }

    #[test]
    fn further_decimals_are_rounded() {
        let read = |text| parse_number(text, MAX_DECIMALS).map(|number| number.to_string());
        assert_eq!(read("13.7563309").as_deref(), Ok("13.756331"));
        assert_eq!(read("-0.0000005").as_deref(), Ok("-0.000001"));
        assert_eq!(read("๐.๙๙๙๙๙๙๙").as_deref(), Ok("1.000000"));
        assert_eq!(read("0.0000004x"), Err(DecimalError::Form));
        assert_eq!(read("1.5.000000"), Err(DecimalError::Form));
    }

    #[test]
    fn telephone_numbers_may_have_words() {
        for phone in ["1567", "+66 5600 0111", "0 5600 0111 ต่อ 12, 13", "๐ ๕๖๐๐ ๐๑๑๑", "*123#"]
        {
            assert!(is_phone(phone), "{phone}");
        }
        for other in ["12", "-", "กองคลัง", "<b>1567</b>", "1567?body=x"] {
            assert!(!is_phone(other), "{other}");
        }
    }
}
