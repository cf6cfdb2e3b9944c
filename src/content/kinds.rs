//! Reads and checks `extra` for the kinds of items that prakat knows. For all other kinds, `extra`
//! is a free map for themes.

use std::collections::{HashMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Map, Value};
use url::Url;

use crate::config::{Config, is_email};
use crate::content::front_matter_source::FrontMatterSource;
use crate::content::kind_data::{
    Activity, Colleague, ContactDetails, Coverage, Days, Division, KindData, MapLocation,
    Obligation, PersonDetails, Photo, Plan,
};
use crate::content::yaml::YamlStep;
use crate::diagnostics::{Code, DateUse, Diagnostic, Diagnostics, closest, date_diagnostic};
use crate::text::{Moment, ends_line, is_picture};

/// The number of months in a fiscal year.
pub(super) const MONTHS: i32 = 12;
/// The maximum budget in 1/100 of the currency. The sum of many such budgets fits into 64 bits.
const MAX_BUDGET: i64 = 100_000_000_000_000;

/// The Markdown file of an item. Otherwise the path that was looked up, if it could be that of an item.
pub(super) type FoundItem = Result<Box<str>, Option<String>>;

/// Reads `extra` for the kinds that prakat knows.
pub(super) struct KindReader<'a> {
    /// The front matter.
    pub source: &'a FrontMatterSource<'a>,
    /// The settings.
    pub config: &'a Config,
    /// `fiscal_year`, in the Common Era.
    pub fiscal_year: Option<i16>,
    /// Returns the number of one of the item's files.
    pub file: &'a dyn Fn(&str) -> Option<usize>,
    /// Returns another item, by its path as written in a link.
    pub item: &'a dyn Fn(&str) -> FoundItem,
    /// `kind`.
    pub kind: &'a str,
    /// Where errors are reported.
    pub diagnostics: &'a mut Diagnostics,
}

impl KindReader<'_> {
    /// Reads `extra`. Returns `None` after an error, which is reported. Returns `Some(None)` for an
    /// unknown kind or if there is nothing to show.
    pub(super) fn read(mut self, extra: &Map<String, Value>) -> Option<Option<KindData>> {
        let mut before = Diagnostics::default();
        std::mem::swap(self.diagnostics, &mut before);
        let special = match self.kind {
            "person" => self.person(extra).map(KindData::Person),
            "plan" => self.plan(extra).map(KindData::Plan),
            "division" => self.division(extra).map(KindData::Division),
            "map" => self.location(extra).map(KindData::Location),
            "coverage" => self.coverage(extra).map(KindData::Coverage),
            _ => None,
        };
        let failed = self.diagnostics.has_errors();
        std::mem::swap(self.diagnostics, &mut before);
        self.diagnostics.append(before);
        (!failed).then_some(special)
    }

    fn person(&mut self, extra: &Map<String, Value>) -> Option<PersonDetails> {
        let keys = ["name", "position", "office", "phone", "email", "hours", "photo", "photo_alt"];
        if keys.iter().all(|key| extra.get(*key).is_none_or(Value::is_null)) {
            return None;
        }
        Some(PersonDetails {
            name: self.text(extra, &[], "name"),
            position: self.text(extra, &[], "position"),
            contact: self.contact(extra),
            photo: self.photo(extra),
        })
    }

    fn photo(&mut self, extra: &Map<String, Value>) -> Option<Photo> {
        let (name, alt) = (self.text(extra, &[], "photo"), self.text(extra, &[], "photo_alt"));
        if name.is_empty() {
            return None;
        }
        let file = (self.file)(&name);
        if !is_picture(&name) {
            self.wrong(&[YamlStep::Key("photo")], "help-picture");
        } else if file.is_none() {
            let missing =
                Diagnostic::error(Code::MissingFile, self.place(&[YamlStep::Key("photo")]));
            self.diagnostics.push(missing.arg("value", name));
        } else if alt.is_empty() {
            self.wrong(&[YamlStep::Key("photo")], "help-alt");
        }
        file.map(|file| Photo { file, alt })
    }

    fn contact(&mut self, extra: &Map<String, Value>) -> ContactDetails {
        ContactDetails {
            office: self.text(extra, &[], "office"),
            phone: self.text(extra, &[], "phone"),
            email: self.email(extra),
            hours: self.text(extra, &[], "hours"),
        }
    }

    fn email(&mut self, extra: &Map<String, Value>) -> Box<str> {
        let email = self.text(extra, &[], "email");
        if !email.is_empty() && !is_email(&email) {
            self.wrong(&[YamlStep::Key("email")], "help-email");
        }
        email
    }

    fn plan(&mut self, extra: &Map<String, Value>) -> Option<Plan> {
        let entries = self.entries(extra, "activities");
        if entries.is_empty() {
            return None;
        }
        let Some(year) = self.fiscal_year else {
            self.wrong(&[YamlStep::Key("activities")], "help-year");
            return None;
        };
        let firsts = months_of(year, self.config.fiscal_year_begins())?;
        let known = ["name", "unit", "budget", "from", "until"];
        let mut activities = Vec::new();
        for (n, entry) in entries.into_iter().enumerate() {
            let steps = [YamlStep::Key("activities"), YamlStep::Index(n)];
            self.known_only(entry, &steps, &known);
            activities.push(Activity {
                name: self.needed(entry, &steps, "name"),
                unit: self.text(entry, &steps, "unit"),
                budget: self.budget(entry, &steps),
                days: self.days(entry, &steps, &firsts),
            });
        }
        Some(Plan { firsts, activities })
    }

    fn budget(&mut self, entry: &Map<String, Value>, steps: &[YamlStep]) -> Option<i64> {
        let value = entry.get("budget").filter(|value| !value.is_null())?;
        let budget = value.as_number().and_then(|number| hundredths(&number.to_string()));
        if budget.is_none() {
            self.wrong(&below(steps, "budget"), "help-number");
        }
        budget
    }

    /// Reads the days of an activity, either both or none.
    fn days(
        &mut self,
        entry: &Map<String, Value>,
        steps: &[YamlStep],
        firsts: &[Date],
    ) -> Option<Days> {
        let day = |this: &mut Self, key| {
            let text = this.text(entry, steps, key);
            if text.is_empty() {
                return None;
            }
            let read = Moment::parse(&text, this.config.calendar);
            match read.map(|moment| moment.day(&this.config.zone)) {
                Ok(Moment::Day(day)) => Some(day),
                Ok(_) => None,
                Err(error) => {
                    let place = this.place(&below(steps, key));
                    this.diagnostics.push(date_diagnostic(
                        error,
                        place,
                        &text,
                        this.config.calendar,
                        DateUse::Document,
                    ));
                    None
                }
            }
        };
        let (from, until) = (day(self, "from"), day(self, "until"));
        let written = |key| entry.get(key).is_some_and(|value| !value.is_null());
        match (from, until) {
            (Some(from), Some(until)) => {
                let (first, next) = (firsts.first()?, firsts.last()?);
                if from > until || from < *first || until >= *next {
                    self.wrong_period(&below(steps, "until"), *first, *next);
                }
                Some(Days { from, until })
            }
            (Some(_), None) if !written("until") => {
                self.missing(steps, "until");
                None
            }
            (None, Some(_)) if !written("from") => {
                self.missing(steps, "from");
                None
            }
            _ => None,
        }
    }

    fn division(&mut self, extra: &Map<String, Value>) -> Option<Division> {
        let contact = self.contact(extra);
        let known = ["name", "position", "phone"];
        let mut people = Vec::new();
        for (n, entry) in self.entries(extra, "people").into_iter().enumerate() {
            let steps = [YamlStep::Key("people"), YamlStep::Index(n)];
            self.known_only(entry, &steps, &known);
            let name = self.needed(entry, &steps, "name");
            let [position, phone] = ["position", "phone"].map(|key| self.text(entry, &steps, key));
            people.push(Colleague { name, position, phone });
        }
        let documents = self.documents(extra);
        let is_empty = [&contact.office, &contact.phone, &contact.email, &contact.hours]
            .iter()
            .all(|text| text.is_empty());
        let is_empty = is_empty && people.is_empty() && documents.is_empty();
        (!is_empty).then_some(Division { contact, people, documents })
    }

    fn documents(&mut self, extra: &Map<String, Value>) -> Vec<Box<str>> {
        let mut documents = Vec::new();
        for (n, value) in self.list(extra, "documents").iter().enumerate() {
            let steps = [YamlStep::Key("documents"), YamlStep::Index(n)];
            match value.as_str().map(|written| (self.item)(written)) {
                Some(Ok(path)) => documents.push(path),
                Some(Err(Some(sought))) => {
                    let diagnostic = self.finding(&steps).arg("key", written(&steps));
                    self.diagnostics.push(diagnostic.arg("path", sought).help("help-no-item"));
                }
                Some(Err(None)) | None => self.wrong(&steps, "help-item"),
            }
        }
        documents
    }

    fn location(&mut self, extra: &Map<String, Value>) -> Option<MapLocation> {
        let is_there = |key| extra.get(key).is_some_and(|value| !value.is_null());
        if !["latitude", "longitude", "map_url"].into_iter().any(is_there) {
            return None;
        }
        let latitude = self.degrees(extra, "latitude", 90.0, "help-latitude");
        let longitude = self.degrees(extra, "longitude", 180.0, "help-longitude");
        let url = self.text(extra, &[], "map_url");
        let base = &self.config.base_url;
        // Links within the portal belong in the text, where they are checked.
        let elsewhere = |url: &Url| {
            let names_nobody = url.username().is_empty() && url.password().is_none();
            matches!(url.scheme(), "http" | "https") && names_nobody && !base.is_on_host(url)
        };
        if !url.is_empty() && !Url::parse(&url).is_ok_and(|url| elsewhere(&url)) {
            self.wrong(&[YamlStep::Key("map_url")], "help-url");
        }
        Some(MapLocation { latitude: latitude?, longitude: longitude?, url })
    }

    fn degrees(
        &mut self,
        extra: &Map<String, Value>,
        key: &'static str,
        most: f64,
        help: &'static str,
    ) -> Option<f64> {
        let Some(value) = extra.get(key).filter(|value| !value.is_null()) else {
            self.missing(&[], key);
            return None;
        };
        let degrees = value.as_f64().filter(|degrees| degrees.abs() <= most);
        if degrees.is_none() {
            self.wrong(&[YamlStep::Key(key)], help);
        }
        degrees
    }

    fn coverage(&mut self, extra: &Map<String, Value>) -> Option<Coverage> {
        let known = ["id", "title", "unit", "group"];
        let (mut obligations, mut ids) = (Vec::new(), HashSet::new());
        let mut places: HashMap<Box<str>, usize> = HashMap::from([("".into(), 0)]);
        for (n, entry) in self.entries(extra, "obligations").into_iter().enumerate() {
            let steps = [YamlStep::Key("obligations"), YamlStep::Index(n)];
            self.known_only(entry, &steps, &known);
            let id = self.needed(entry, &steps, "id");
            if !id.is_empty() && !ids.insert(id.clone()) {
                self.wrong(&below(&steps, "id"), "help-twice");
            }
            let title = self.needed(entry, &steps, "title");
            let [unit, group] = ["unit", "group"].map(|key| self.text(entry, &steps, key));
            let place = *places.entry(group.clone()).or_insert(n + 1);
            obligations.push((place, Obligation { id, title, unit, group }));
        }
        obligations.sort_by_key(|(place, _)| *place);
        let obligations: Vec<_> = obligations.into_iter().map(|(_, o)| o).collect();
        (!obligations.is_empty()).then_some(Coverage { obligations })
    }

    /// Returns a text of one line. Reports a missing one, and returns an empty text.
    fn needed(
        &mut self,
        of: &Map<String, Value>,
        steps: &[YamlStep],
        key: &'static str,
    ) -> Box<str> {
        let is_blank = |value: &Value| value.is_null() || value.as_str().is_some_and(is_white);
        if of.get(key).is_none_or(is_blank) {
            self.missing(steps, key);
            return "".into();
        }
        self.text(of, steps, key)
    }

    /// Returns a text of one line. It is empty if the key is missing.
    fn text(&mut self, of: &Map<String, Value>, steps: &[YamlStep], key: &'static str) -> Box<str> {
        match of.get(key) {
            None | Some(Value::Null) => "".into(),
            Some(Value::String(text)) if !text.trim().contains(ends_line) => text.trim().into(),
            Some(_) => {
                self.wrong(&below(steps, key), "help-text");
                "".into()
            }
        }
    }

    fn list<'m>(&mut self, of: &'m Map<String, Value>, key: &'static str) -> &'m [Value] {
        match of.get(key) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.wrong(&[YamlStep::Key(key)], "help-list");
                &[]
            }
        }
    }

    /// Returns a list of maps.
    fn entries<'m>(
        &mut self,
        of: &'m Map<String, Value>,
        key: &'static str,
    ) -> Vec<&'m Map<String, Value>> {
        let list = self.list(of, key);
        let entries: Option<Vec<_>> = list.iter().map(Value::as_object).collect();
        entries.unwrap_or_else(|| {
            self.wrong(&[YamlStep::Key(key)], "help-list");
            Vec::new()
        })
    }

    fn known_only(&mut self, entry: &Map<String, Value>, steps: &[YamlStep], known: &[&str]) {
        let unknown = entry.keys().filter(|key| !known.contains(&key.as_str()));
        for key in unknown {
            let diagnostic = Diagnostic::error(Code::UnknownKey, self.place(steps));
            let diagnostic = diagnostic.arg("key", key.as_str());
            self.diagnostics.push(match closest(key, known.iter().copied()) {
                Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
                None => diagnostic.arg("known", known.join(", ")).help("help-inner"),
            });
        }
    }

    fn missing(&mut self, steps: &[YamlStep], key: &'static str) {
        let diagnostic = Diagnostic::error(Code::MissingKey, self.place(steps));
        self.diagnostics.push(diagnostic.arg("key", written(&below(steps, key))).help("help-kind"));
    }

    fn wrong(&mut self, steps: &[YamlStep], help: &'static str) {
        let diagnostic = self.finding(steps).arg("key", written(steps));
        self.diagnostics.push(diagnostic.help(help));
    }

    fn wrong_period(&mut self, steps: &[YamlStep], first: Date, next: Date) {
        let language = &self.config.languages[0].code;
        let (zone, calendar) = (&self.config.zone, self.config.calendar);
        let shown = |date| Moment::Day(date).shown(zone, calendar, language).short;
        let last = next.checked_sub(1.day()).unwrap_or(next);
        let year = self.fiscal_year.unwrap_or(0);
        let year = crate::text::shown_year(year, calendar, language).to_string();
        let diagnostic = self.finding(steps).arg("key", written(steps)).arg("year", year);
        let diagnostic = diagnostic.arg("first", shown(first)).arg("last", shown(last));
        self.diagnostics.push(diagnostic.help("help-period"));
    }

    fn finding(&self, steps: &[YamlStep]) -> Diagnostic {
        Diagnostic::error(Code::Extra, self.place(steps)).arg("kind", self.kind)
    }

    fn place(&self, steps: &[YamlStep]) -> crate::diagnostics::Place {
        let whole: Vec<YamlStep> =
            std::iter::once(YamlStep::Key("extra")).chain(copied(steps)).collect();
        self.source.place(&whole)
    }
}

fn is_white(text: &str) -> bool {
    text.trim().is_empty()
}

/// Returns the first days of the months of a fiscal year, and the first day of the next one. A
/// fiscal year is named after the year in which it ends, unless it begins on 1 January.
fn months_of(year: i16, (month, day): (i8, i8)) -> Option<Vec<Date>> {
    let begins = if (month, day) == (1, 1) { year } else { year - 1 };
    let first = Date::new(begins, month, 1).ok()?;
    let nth = |n: i32| {
        let date = first.checked_add(n.months()).ok()?;
        Date::new(date.year(), date.month(), day.min(date.days_in_month())).ok()
    };
    (0..=MONTHS).map(nth).collect()
}

/// Parses a JSON number into hundredths. It must not be negative or have more than two decimals.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|n| (0..=MAX_BUDGET / 100).contains(n))?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(whole * 100 + part)
}

fn copied(steps: &[YamlStep]) -> impl Iterator<Item = YamlStep> {
    steps.iter().map(|step| match step {
        YamlStep::Key(key) => YamlStep::Key(key),
        YamlStep::Index(n) => YamlStep::Index(*n),
    })
}

fn below(steps: &[YamlStep], key: &'static str) -> Vec<YamlStep> {
    copied(steps).chain([YamlStep::Key(key)]).collect()
}

/// Formats a path to a value for users: `extra.activities 2.from`.
fn written(steps: &[YamlStep]) -> String {
    let mut text = "extra".to_owned();
    for step in steps {
        match step {
            YamlStep::Key(key) => text += &format!(".{key}"),
            YamlStep::Index(n) => text += &format!(" {}", n + 1),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_read_to_the_hundredth() {
        assert_eq!(hundredths("130000"), Some(13_000_000));
        assert_eq!(hundredths("0.5"), Some(50));
        assert_eq!(hundredths("12.05"), Some(1205));
        for wrong in ["-1", "1e9", "0.125", "1000000000001", "1.-5"] {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_fiscal_year_has_twelve_months() {
        let year = |start| {
            let firsts = months_of(2027, start).unwrap();
            assert_eq!(firsts.len(), 13);
            (firsts[0].to_string(), firsts[5].to_string(), firsts[12].to_string())
        };
        let days = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(year((10, 1)), days("2026-10-01", "2027-03-01", "2027-10-01"));
        assert_eq!(year((1, 1)), days("2027-01-01", "2027-06-01", "2028-01-01"));
        assert_eq!(year((9, 30)), days("2026-09-30", "2027-02-28", "2027-09-30"));
    }
}
