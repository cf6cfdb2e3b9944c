//! Checks of values: their size, and what they need of the others in the same map.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::config::Field;
use crate::content::field_value::{FieldMap, FieldValue, FieldValues};
use crate::content::kinds::extra::{ExtraReader, FiscalYear, given};
use crate::content::kinds::report::below;
use crate::content::yaml::YamlStep;
use crate::text::{Decimal, Moment, months_of_fiscal_year, shown_year};

impl ExtraReader<'_> {
    /// Checks `min` and `max`.
    pub(super) fn check_bounds(&mut self, field: &Field, value: &FieldValue, steps: &[YamlStep]) {
        let count = |count: usize| Decimal::from(u32::try_from(count).unwrap_or(u32::MAX));
        let (size, helps) = match value {
            FieldValue::Number(number) => (*number, ["help-between", "help-least", "help-most"]),
            FieldValue::Text(text) => {
                let helps = ["help-between-letters", "help-least-letters", "help-most-letters"];
                (count(text.chars().count()), helps)
            }
            FieldValue::List(entries) => {
                let helps = ["help-between-entries", "help-least-entries", "help-most-entries"];
                (count(entries.len()), helps)
            }
            _ => return,
        };
        let is_below = field.min.is_some_and(|min| size.compare(min).is_lt());
        let is_above = field.max.is_some_and(|max| size.compare(max).is_gt());
        if !is_below && !is_above {
            return;
        }
        let help = match (field.min, field.max) {
            (Some(_), Some(_)) => helps[0],
            _ if is_below => helps[1],
            _ => helps[2],
        };
        let shown = |bound: Option<Decimal>| bound.map_or(String::new(), |b| b.shown(false));
        let error = self.report.error(steps).help(help);
        let error = error.arg("least", shown(field.min)).arg("most", shown(field.max));
        self.report.diagnostics.push(error);
    }

    /// Checks what fields of a map need of each other.
    pub(super) fn check_together(
        &mut self,
        fields: &[Field],
        written: &Map<String, Value>,
        values: &FieldValues,
        steps: &[YamlStep],
    ) {
        let map = FieldMap { fields, values };
        let mut reported: Vec<&str> = Vec::new();
        for field in fields.iter().filter(|field| given(written, &field.id).is_some()) {
            for other in field.requires.iter().filter(|id| given(written, id).is_none()) {
                if reported.contains(&other.as_str()) {
                    continue;
                }
                reported.push(other);
                let missing = self.report.missing(steps, other);
                let missing = missing.arg("by", field.id.as_str()).help("help-requires");
                self.report.diagnostics.push(missing);
            }
            if let Some(alt) = field.alt.as_deref().filter(|id| given(written, id).is_none()) {
                self.naming(field, |reader| {
                    let error = reader.report.error(&below(steps, &field.id)).arg("alt", alt);
                    reader.report.diagnostics.push(error.help("help-alt"));
                });
            }
        }
        for (field, value) in map.iter() {
            let steps = below(steps, &field.id);
            for moment in moments(value) {
                self.naming(field, |reader| {
                    reader.check_order(field, *moment, map, &steps);
                    reader.check_year(field, *moment, &steps);
                });
            }
        }
    }

    /// Checks `not_before`.
    fn check_order(&mut self, field: &Field, moment: Moment, map: FieldMap, steps: &[YamlStep]) {
        let config = self.context.config;
        let zone = &config.zone;
        let Some(id) = &field.not_before else { return };
        let Some(FieldValue::Moment(other)) = map.value(id) else { return };
        let (Ok(first), Ok(end)) = (other.opens(zone), moment.closes(zone)) else { return };
        let is_day = matches!(moment, Moment::Day(_));
        if end > first || (end == first && !is_day) {
            return;
        }
        let shown = other.shown(zone, config.calendar, &config.languages[0].code).short;
        let error = self.report.error(steps).arg("other", id.as_str()).arg("day", shown);
        self.report.diagnostics.push(error.help("help-order"));
    }

    /// Checks `within = "fiscal_year"`.
    fn check_year(&mut self, field: &Field, moment: Moment, steps: &[YamlStep]) {
        let config = self.context.config;
        let FiscalYear::Given(year) = self.context.fiscal_year else { return };
        let Moment::Day(day) = moment.day(&config.zone) else { return };
        let months = months_of_fiscal_year(year, config.fiscal_year_begins());
        let Some((first, next)) = months.as_deref().and_then(|m| m.first().zip(m.last())) else {
            return;
        };
        if !field.is_within_fiscal_year || (*first..*next).contains(&day) {
            return;
        }
        let language = &config.languages[0].code;
        let shown = |day: Date| Moment::Day(day).shown(&config.zone, config.calendar, language);
        let year = shown_year(year, config.calendar, language).to_string();
        let last = next.yesterday().unwrap_or(*next);
        let error = self.report.error(steps).arg("year", year).help("help-period");
        let error = error.arg("first", shown(*first).short).arg("last", shown(last).short);
        self.report.diagnostics.push(error);
    }

    /// Reports the first value that needs `fiscal_year`, if that is missing.
    pub(super) fn check_fiscal_year(&mut self, fields: &[Field], extra: &Map<String, Value>) {
        if self.context.fiscal_year != FiscalYear::Missing {
            return;
        }
        let needs_year = |field: &&Field| {
            let mut compared = std::iter::once(*field).chain(field.inner());
            given(extra, &field.id).is_some() && compared.any(|f| f.is_within_fiscal_year)
        };
        if let Some(field) = fields.iter().find(needs_year) {
            let steps = [YamlStep::Key("extra"), YamlStep::Key(&field.id)];
            self.naming(field, |reader| reader.report.wrong(&steps, "help-year"));
        }
    }
}

/// Returns the dates of a field: one, or those of a list.
fn moments(value: &FieldValue) -> impl Iterator<Item = &Moment> {
    let entries = match value {
        FieldValue::List(entries) => entries,
        other => std::slice::from_ref(other),
    };
    entries.iter().filter_map(|entry| match entry {
        FieldValue::Moment(moment) => Some(moment),
        _ => None,
    })
}
