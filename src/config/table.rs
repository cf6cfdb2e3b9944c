//! Reads TOML tables. Knows the place of every value and reports all errors at once.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::config::toml_mistakes::toml_diagnostics;
use crate::diagnostics::{
    Code, DateUse, Diagnostic, Diagnostics, Place, closest, date_code, date_diagnostic,
    far_year_diagnostic,
};
use crate::source::conflict_in;
use crate::text::{Calendar, DateError, Moment, formula_sign, may_stand};

/// The file being read, and where its mistakes go.
#[derive(Debug)]
pub(crate) struct SettingsFile<'a> {
    /// Path from the portal's root.
    pub path: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// Where errors are reported.
    pub diagnostics: &'a mut Diagnostics,
    /// The document that describes its keys.
    pub guide: &'static str,
}

/// Bytes in the file.
pub(super) type Span = std::ops::Range<usize>;

impl<'a> SettingsFile<'a> {
    /// Parses the file. Reports syntax errors and unresolved Git conflicts, and returns `None` if there are any.
    pub(crate) fn parse(&mut self) -> Option<SettingsTable<'a>> {
        if let Some(conflict) = conflict_in(self.path, self.text) {
            self.diagnostics.push(conflict);
            return None;
        }
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let span = table.span();
        let whole = errors.is_empty();
        for diagnostic in toml_diagnostics(self.path, self.text, errors.iter()) {
            self.diagnostics.push(diagnostic);
        }
        whole.then(|| SettingsTable { entries: table.into_inner(), span, name: String::new() })
    }

    /// The place of a span.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::of_range(self.path, self.text, span)
    }

    /// Reports an error at a span.
    pub(crate) fn error(&mut self, code: Code, span: Span, args: &[(&'static str, String)]) {
        let place = self.place(span);
        let diagnostic = Diagnostic { args: args.to_vec(), ..Diagnostic::error(code, place) };
        self.diagnostics.push(diagnostic.arg("guide", self.guide));
    }

    /// Reports a text that lists export and that a spreadsheet would run.
    pub(super) fn check_exported(&mut self, text: &At<String>) {
        if let Some(sign) = formula_sign(text.value.trim()) {
            self.error(Code::Formula, text.span.clone(), &[("sign", sign.to_string())]);
        }
    }

    /// Reports the first entry of a table for which there is no number left.
    pub(super) fn too_many(&mut self, key: &str, limit: usize, span: Span) {
        let args = [("key", key.to_owned()), ("limit", limit.to_string())];
        self.error(Code::TooManyEntries, span, &args);
    }

    /// Converts a date to an instant. Reports a date that `reading` refuses.
    pub(super) fn instant(
        &mut self,
        at: At<Moment>,
        reading: impl Fn(Moment) -> Result<Timestamp, DateError>,
    ) -> Option<Timestamp> {
        match reading(at.value) {
            Ok(instant) => Some(instant),
            Err(error) => {
                let place = self.place(at.span.clone());
                let text = self.text[at.span].trim_matches('"').to_owned();
                let diagnostic = Diagnostic::error(date_code(error), place);
                self.diagnostics.push(diagnostic.arg("value", text));
                None
            }
        }
    }
}

/// A table whose keys are taken out one by one; what is left at the end is unknown.
#[derive(Debug)]
pub(crate) struct SettingsTable<'t> {
    entries: DeTable<'t>,
    /// Its place in the file.
    pub span: Span,
    /// Its name, for messages: `site`, `people.mayor`.
    pub name: String,
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At<T> {
    /// The value.
    pub value: T,
    /// Its place in the file.
    pub span: Span,
}

impl<'t> SettingsTable<'t> {
    fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'t>>> {
        self.entries.remove(key)
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether a key is there and has a table.
    pub(crate) fn has_table(&self, key: &str) -> bool {
        self.entries.get(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// The place of the value of a key. Without it, the table's.
    pub(super) fn span_of(&self, key: &str) -> Span {
        self.entries.get(key).map_or_else(|| self.span.clone(), |value| value.span())
    }

    /// Reports that a key is missing.
    pub(super) fn missing(&self, file: &mut SettingsFile, key: &str) {
        file.error(Code::SettingMissing, self.span.clone(), &[("key", self.dotted(key))]);
    }

    fn wrong_type(&self, file: &mut SettingsFile, key: &str, kind: &str, span: Span) {
        let key = self.dotted(key);
        file.error(Code::SettingType, span, &[("key", key), ("wanted", format!("@kind/{kind}"))]);
    }

    /// The name of a key, for messages.
    pub(super) fn dotted(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// A text.
    pub(crate) fn string(&mut self, file: &mut SettingsFile, key: &str) -> Option<At<String>> {
        let value = self.take(key)?;
        let span = value.span();
        match value.get_ref().as_str() {
            Some(text) => {
                if let Some(bad) = text.chars().find(|c| !may_stand(*c)) {
                    let character = format!("U+{:04X}", u32::from(bad));
                    file.error(Code::ForbiddenCharacter, span.clone(), &[("character", character)]);
                }
                Some(At { value: text.to_owned(), span })
            }
            None => {
                self.wrong_type(file, key, "string", span);
                None
            }
        }
    }

    /// A text that must be there and must not be empty.
    pub(crate) fn required(&mut self, file: &mut SettingsFile, key: &str) -> Option<At<String>> {
        let there = self.entries.contains_key(key);
        let text = self.string(file, key);
        let empty = text.as_ref().is_some_and(|at| at.value.trim().is_empty());
        if !there || empty {
            let span = text.map_or(self.span.clone(), |at| at.span);
            file.error(Code::SettingMissing, span, &[("key", self.dotted(key))]);
            return None;
        }
        text
    }

    /// A whole number.
    pub(crate) fn number(&mut self, file: &mut SettingsFile, key: &str) -> Option<At<i64>> {
        let value = self.take(key)?;
        let span = value.span();
        let integer = value.get_ref().as_integer();
        match integer.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok()) {
            Some(value) => Some(At { value, span }),
            None => {
                self.wrong_type(file, key, "number", span);
                None
            }
        }
    }

    /// A whole number within bounds.
    pub(super) fn number_within(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
        bounds: &RangeInclusive<i64>,
    ) -> Option<usize> {
        if !self.has(key) {
            return None;
        }
        let At { value, span } = self.number(file, key)?;
        if !bounds.contains(&value) {
            let choices = format!("{}–{}", bounds.start(), bounds.end());
            let args =
                [("key", self.dotted(key)), ("value", value.to_string()), ("choices", choices)];
            file.error(Code::SettingChoice, span, &args);
            return None;
        }
        usize::try_from(value).ok()
    }

    /// A whole number that must be there.
    pub(crate) fn needed_number(&mut self, file: &mut SettingsFile, key: &str) -> Option<At<i64>> {
        if !self.has(key) {
            self.missing(file, key);
        }
        self.number(file, key)
    }

    /// A number as written, also in quotation marks.
    pub(super) fn written_number(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
    ) -> Option<At<String>> {
        let value = self.take(key)?;
        let span = value.span();
        let written = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(_) | DeValue::Float(_) => file.text[span.clone()].replace('_', ""),
            _ => {
                self.wrong_type(file, key, "number", span);
                return None;
            }
        };
        Some(At { value: written, span })
    }

    /// A yes or no.
    pub(crate) fn boolean(&mut self, file: &mut SettingsFile, key: &str) -> Option<At<bool>> {
        let value = self.take(key)?;
        let span = value.span();
        let Some(value) = value.get_ref().as_bool() else {
            self.wrong_type(file, key, "boolean", span);
            return None;
        };
        Some(At { value, span })
    }

    /// One of a few words.
    pub(crate) fn choice<T: Clone>(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<At<T>> {
        let At { value, span } = self.string(file, key)?;
        match choices.iter().find(|(word, _)| *word == value) {
            Some((_, choice)) => Some(At { value: choice.clone(), span }),
            None => {
                let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
                let diagnostic = Diagnostic::error(Code::SettingChoice, file.place(span))
                    .arg("key", self.dotted(key))
                    .arg("value", value.as_str())
                    .arg("choices", words.join(", "));
                file.diagnostics.push(match closest(&value, words) {
                    Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
                    None => diagnostic,
                });
                None
            }
        }
    }

    /// A list of texts.
    pub(crate) fn strings(&mut self, file: &mut SettingsFile, key: &str) -> Vec<At<String>> {
        let Some(list) = self.array(file, key) else { return Vec::new() };
        let mut texts = Vec::new();
        for entry in list.iter() {
            match entry.get_ref().as_str() {
                Some(text) => texts.push(At { value: text.to_owned(), span: entry.span() }),
                None => self.wrong_type(file, key, "string", entry.span()),
            }
        }
        texts
    }

    /// A list of texts that must be there and must not be empty.
    pub(crate) fn required_strings(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
    ) -> Vec<At<String>> {
        if self.has_none(key) {
            self.missing(file, key);
        }
        self.strings(file, key)
    }

    /// Returns a text, which stays in the table.
    pub(super) fn peeked(&self, key: &str) -> Option<&str> {
        self.entries.get(key)?.get_ref().as_str()
    }

    /// Whether a list is missing or empty.
    pub(super) fn has_none(&self, key: &str) -> bool {
        let list = self.entries.get(key).map(|value| value.get_ref().as_array());
        list.is_none_or(|list| list.is_some_and(|list| list.is_empty()))
    }

    fn array(&mut self, file: &mut SettingsFile, key: &str) -> Option<DeArray<'t>> {
        let value = self.take(key)?;
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(list) => Some(list),
            _ => {
                self.wrong_type(file, key, "list", span);
                None
            }
        }
    }

    /// A table.
    pub(crate) fn table(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
    ) -> Option<SettingsTable<'t>> {
        let value = self.take(key)?;
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(entries) => {
                Some(SettingsTable { entries, span, name: self.dotted(key) })
            }
            _ => {
                self.wrong_type(file, key, "table", span);
                None
            }
        }
    }

    /// A list of tables.
    pub(crate) fn tables(&mut self, file: &mut SettingsFile, key: &str) -> Vec<SettingsTable<'t>> {
        let Some(list) = self.array(file, key) else { return Vec::new() };
        let name = self.dotted(key);
        let mut tables = Vec::new();
        for entry in list {
            let span = entry.span();
            match entry.into_inner() {
                DeValue::Table(entries) => {
                    tables.push(SettingsTable { entries, span, name: name.clone() })
                }
                _ => self.wrong_type(file, key, "table", span),
            }
        }
        tables
    }

    /// A list of tables. A text is short for a table that contains only the key `inner`.
    pub(crate) fn strings_or_tables(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
        inner: &'static str,
    ) -> Vec<SettingsTable<'t>> {
        let Some(list) = self.array(file, key) else { return Vec::new() };
        let name = self.dotted(key);
        let mut tables = Vec::new();
        for entry in list {
            let span = entry.span();
            let entries = match entry.into_inner() {
                DeValue::Table(entries) => entries,
                text @ DeValue::String(_) => {
                    let value = Spanned::new(span.clone(), text);
                    [(Spanned::new(span.clone(), inner.into()), value)].into_iter().collect()
                }
                _ => {
                    self.wrong_type(file, key, "string", span);
                    continue;
                }
            };
            tables.push(SettingsTable { entries, span, name: name.clone() });
        }
        tables
    }

    /// Every entry as a table of its own: `[people.mayor]`, `[people.clerk]` … with its name.
    pub(crate) fn named_tables(
        mut self,
        file: &mut SettingsFile,
    ) -> Vec<(At<String>, SettingsTable<'t>)> {
        let names: Vec<At<String>> = self
            .entries
            .iter()
            .map(|(key, _)| At { value: key.get_ref().to_string(), span: key.span() })
            .collect();
        let mut tables: Vec<_> = names
            .into_iter()
            .filter_map(|name| self.table(file, &name.value).map(|table| (name, table)))
            .collect();
        tables.sort_by_key(|(name, _)| name.span.start);
        tables
    }

    /// Every entry as a text, with its name.
    pub(crate) fn named_strings(
        mut self,
        file: &mut SettingsFile,
    ) -> Vec<(At<String>, At<String>)> {
        let names: Vec<At<String>> = self
            .entries
            .iter()
            .map(|(key, _)| At { value: key.get_ref().to_string(), span: key.span() })
            .collect();
        names
            .into_iter()
            .filter_map(|name| self.string(file, &name.value).map(|text| (name, text)))
            .collect()
    }

    /// A date, written as text or as a TOML date. Warns about a year that is probably a slip.
    pub(crate) fn moment(
        &mut self,
        file: &mut SettingsFile,
        key: &str,
        calendar: Calendar,
        zone: &TimeZone,
    ) -> Option<At<Moment>> {
        let value = self.take(key)?;
        let span = value.span();
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => {
                self.wrong_type(file, key, "date", span);
                return None;
            }
        };
        let used_as = DateUse::Document;
        match Moment::parse(&text, calendar) {
            Ok(moment) => {
                if let Some(year) = used_as.years().far_year(moment, zone) {
                    let place = file.place(span.clone());
                    file.diagnostics.push(far_year_diagnostic(year, used_as, place, &text));
                }
                Some(At { value: moment, span })
            }
            Err(error) => {
                let place = file.place(span);
                file.diagnostics.push(date_diagnostic(error, place, &text, calendar, used_as));
                None
            }
        }
    }

    /// Reports every key that was not read.
    pub(crate) fn finish(self, file: &mut SettingsFile, known: &[&str]) {
        let mut left: Vec<_> = self.entries.iter().map(|(key, _)| key.clone()).collect();
        left.sort_by_key(|key| key.span().start);
        for key in left {
            let place = file.place(key.span());
            let name = key.get_ref().as_ref();
            let at =
                if self.name.is_empty() { file.path.into() } else { format!("[{}]", self.name) };
            let mut diagnostic = Diagnostic::error(Code::SettingUnknown, place)
                .arg("key", name)
                .arg("table", at)
                .arg("known", known.join(", "));
            if let Some(near) = closest(name, known.iter().copied()) {
                diagnostic = diagnostic.arg("suggestion", near).help("help-suggestion");
            }
            file.diagnostics.push(diagnostic);
        }
    }
}
