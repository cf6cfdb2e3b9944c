//! Reads single values under `extra`, by their types.

use std::borrow::Cow;

use serde_json::{Number, Value};

use crate::config::{Choice, Field, FieldType, is_email};
use crate::content::field_value::FieldValue;
use crate::content::kinds::extra::{ExtraReader, NoItem};
use crate::content::kinds::phone::is_phone;
use crate::content::people::known_person;
use crate::content::yaml::YamlStep;
use crate::diagnostics::{
    Code, DateUse, closest, date_diagnostic, far_year_diagnostic, unknown_id,
};
use crate::text::{
    Decimal, DecimalError, MAX_DECIMALS, Moment, digit_value, ends_line, folded, is_picture, nfc,
    web_address,
};

/// How many digits of a number without quotation marks are kept exactly.
const EXACT_DIGITS: usize = 15;

/// The fewest letters of a part of a label that stand for it.
const FEWEST_LETTERS: usize = 3;
/// What people write beside the figures of an amount.
const CURRENCY: [&str; 7] = ["บาท", "บาทถ้วน", "฿", "baht", "thb", ".-", "บ."];

impl ExtraReader<'_> {
    /// Reads a value, or an entry of a list. Returns `None` after an error, which is reported.
    pub(super) fn single(
        &mut self,
        field: &Field,
        value: &Value,
        steps: &[YamlStep],
    ) -> Option<FieldValue> {
        let text = |read: Option<Cow<str>>| read.map(|text| FieldValue::Text(text.as_ref().into()));
        match &field.field_type {
            FieldType::Text | FieldType::Unit => text(self.words(value, steps, "help-text")),
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

    /// Reads a text of one line. Digits need no quotation marks.
    fn words<'v>(
        &mut self,
        value: &'v Value,
        steps: &[YamlStep],
        help: &'static str,
    ) -> Option<Cow<'v, str>> {
        if let Value::Number(_) | Value::Bool(_) = value {
            return self.digits(value, steps).map(Cow::Owned);
        }
        self.line(value, steps, help).map(Cow::Borrowed)
    }

    /// Returns the digits of a text that YAML takes for a number, as they are written. Reports other
    /// numbers, whose form YAML does not keep.
    fn digits(&mut self, value: &Value, steps: &[YamlStep]) -> Option<String> {
        let is_plain = value.is_u64() && !self.report.source.may_have_number_signs();
        if is_plain {
            return Some(value.to_string());
        }
        let written = self.report.source.written_value(steps).unwrap_or_default();
        if value.is_u64() && written.bytes().all(|b| b.is_ascii_digit()) && !written.is_empty() {
            return Some(written.to_owned());
        }
        let quoted = if written.is_empty() { value.to_string() } else { written.to_owned() };
        let error = self.report.error(steps).arg("text", quoted).help("help-quote");
        self.report.diagnostics.push(error);
        None
    }

    /// Reads a text of one line that has a certain form.
    fn text_that<'v>(
        &mut self,
        value: &'v Value,
        steps: &[YamlStep],
        help: &'static str,
        has_form: impl Fn(&Self, &str) -> bool,
    ) -> Option<Cow<'v, str>> {
        let text = self.words(value, steps, help)?;
        if !has_form(self, &text) {
            self.report.wrong(steps, help);
            return None;
        }
        Some(text)
    }

    fn lines(&mut self, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        if let Value::Number(_) | Value::Bool(_) = value {
            return self.digits(value, steps).map(|digits| FieldValue::Text(digits.into()));
        }
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
                let figures = value.as_str().and_then(|text| without_currency(text, decimals));
                match figures.filter(|_| field.field_type == FieldType::Money) {
                    Some(figures) => {
                        let error = self.report.error(steps).arg("figures", figures.to_string());
                        self.report.diagnostics.push(error.help("help-figures"));
                    }
                    None if error == DecimalError::Size => self.report.wrong(steps, "help-large"),
                    None => self.report.wrong(steps, help),
                }
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
        let error = self.report.error(steps).arg("known", self.known(choices));
        self.report.diagnostics.push(match self.meant_choice(choices, &written) {
            Some(near) => error.arg("suggestion", near).help("help-choice-suggestion"),
            None => error.help("help-choice"),
        });
        None
    }

    /// Returns the id of the choice that was probably meant: that of a label, of the only label that contains
    /// the text, or the closest id.
    fn meant_choice<'c>(&self, choices: &'c [Choice], written: &str) -> Option<&'c str> {
        let languages = &self.context.config.languages;
        let own = &languages[0].code;
        let written = folded(written);
        let having = |fits: &dyn Fn(&str) -> bool| {
            let has = |choice: &&Choice| {
                languages.iter().any(|l| fits(&folded(choice.label.in_language(&l.code, own))))
            };
            let mut having = choices.iter().filter(has);
            having.next().filter(|_| having.next().is_none()).map(|choice| choice.id.as_str())
        };
        let is_long = written.chars().count() >= FEWEST_LETTERS;
        let ids = choices.iter().map(|choice| choice.id.as_str());
        having(&|label| label == written)
            .or_else(|| having(&|label| label.contains(&written)).filter(|_| is_long))
            .or_else(|| closest(&written, ids))
    }

    fn person(&mut self, value: &Value, steps: &[YamlStep]) -> Option<FieldValue> {
        let policy = &self.context.config.policy;
        let id = self.line(value, steps, "help-person")?;
        let place = || self.report.source.place(steps);
        known_person(policy, id, place, self.report.diagnostics).map(FieldValue::Person)
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

/// Returns the number of an amount that is written with its currency.
fn without_currency(text: &str, decimals: usize) -> Option<Decimal> {
    let text = text.trim().to_lowercase();
    let bare = CURRENCY.iter().find_map(|word| {
        text.strip_suffix(word).or_else(|| text.strip_prefix(word)).map(str::trim)
    })?;
    parse_number(bare, decimals).ok()
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
}
