//! The values that templates get for the kinds that prakat knows. `docs/themes.md` documents their fields.

use jiff::civil::Date;
use serde::Serialize;
use tera::Value;

use crate::config::{Config, Field, Kinds};
use crate::content::{FieldMap, FieldValue, Item, Obligation};
use crate::site::encode;
use crate::text::{
    Decimal, Moment, ShownDate, months_of_fiscal_year, nfc, shown_month, shown_year,
};

#[derive(Serialize)]
pub(crate) struct StaffValue<'a> {
    name: &'a str,
    position: &'a str,
    contact: ContactDetailsValue<'a>,
    photo: Option<PictureValue<'a>>,
}

#[derive(Serialize)]
pub(crate) struct PictureValue<'a> {
    url: String,
    alt: &'a str,
}

impl<'a> PictureValue<'a> {
    /// Returns the values of a picture in a field. `folder` is the URL of the item's files. Returns `None` if
    /// the value is no file.
    pub(super) fn of(
        item: &'a Item,
        map: FieldMap<'a>,
        (field, value): (&'a Field, &'a FieldValue),
        folder: &str,
    ) -> Option<Self> {
        let FieldValue::File(number) = value else { return None };
        let url = file_url(folder, &item.files[*number as usize].name);
        Some(Self { url, alt: map.alternative(field) })
    }
}

/// Returns the encoded URL of a file. `folder` is the URL of the item's files.
pub(super) fn file_url(folder: &str, name: &str) -> String {
    encode(&format!("{folder}{}", nfc(name)))
}

#[derive(Serialize)]
struct ContactDetailsValue<'a> {
    office: &'a str,
    phone: &'a str,
    email: &'a str,
    hours: &'a str,
}

#[derive(Serialize)]
pub(crate) struct PlanValue<'a> {
    from: ShownDate,
    until: ShownDate,
    months: Vec<MonthValue>,
    activities: Vec<ActivityValue<'a>>,
    total: String,
}

#[derive(Serialize)]
struct MonthValue {
    text: String,
    short: String,
    year: String,
}

#[derive(Serialize)]
struct ActivityValue<'a> {
    name: &'a str,
    unit: &'a str,
    budget: String,
    from: Option<ShownDate>,
    until: Option<ShownDate>,
    months: Vec<bool>,
}

#[derive(Serialize)]
pub(crate) struct DivisionValue<'a> {
    contact: ContactDetailsValue<'a>,
    people: Vec<MemberValue<'a>>,
    documents: Value,
}

#[derive(Serialize)]
struct MemberValue<'a> {
    name: &'a str,
    position: &'a str,
    phone: &'a str,
}

#[derive(Serialize)]
pub(crate) struct LocationValue<'a> {
    latitude: String,
    longitude: String,
    url: &'a str,
}

#[derive(Serialize)]
pub(crate) struct CoverageValue<'a> {
    total: usize,
    met: usize,
    groups: Vec<GroupValue<'a>>,
}

#[derive(Serialize)]
struct GroupValue<'a> {
    title: &'a str,
    obligations: Vec<ObligationValue<'a>>,
}

#[derive(Serialize)]
struct ObligationValue<'a> {
    id: &'a str,
    title: &'a str,
    unit: &'a str,
    met_by: Value,
    more: usize,
}

/// Returns the fields of a person. Returns `None` for other items, and if none of them is given.
fn person<'a>(item: &'a Item, kinds: &'a Kinds) -> Option<FieldMap<'a>> {
    let person = item.typed_as("person", kinds)?;
    let known = ["name", "position", "office", "phone", "email", "hours", "photo", "photo_alt"];
    known.iter().any(|id| person.value(id).is_some()).then_some(person)
}

/// Returns the name of a person: that of the field, or the title of the page.
pub(crate) fn shown_name<'a>(item: &'a Item, kinds: &'a Kinds) -> Option<&'a str> {
    let name = person(item, kinds)?.text_of("name");
    Some(if name.is_empty() { &item.title } else { name })
}

/// Returns the values of a person. `folder` is the URL of the item's files.
pub(crate) fn staff<'a>(item: &'a Item, kinds: &'a Kinds, folder: &str) -> Option<StaffValue<'a>> {
    let person = person(item, kinds)?;
    let photo = person.iter().find(|(field, _)| field.id == "photo");
    let photo = photo.and_then(|photo| PictureValue::of(item, person, photo, folder));
    Some(StaffValue {
        name: shown_name(item, kinds)?,
        position: person.text_of("position"),
        contact: contact(person),
        photo,
    })
}

/// Returns the values of a plan.
pub(crate) fn plan<'a>(item: &'a Item, config: &'a Config) -> Option<PlanValue<'a>> {
    let plan = item.typed_as("plan", &config.kinds)?;
    let firsts = months_of_fiscal_year(item.details.fiscal_year?, config.fiscal_year_begins())?;
    let language = &config.languages[usize::from(item.language)].code;
    let shown = |date| Moment::Day(date).shown(&config.zone, config.calendar, language);
    let (first, next) = (*firsts.first()?, *firsts.last()?);
    let months = firsts.windows(2).map(|month| {
        let (text, short) = shown_month(month[0], language);
        let year = shown_year(month[0].year(), config.calendar, language).to_string();
        MonthValue { text, short, year }
    });
    let budget = |activity: FieldMap| activity.number("budget");
    let activity = |activity: FieldMap<'a>| {
        let (from, until) = (activity.day("from"), activity.day("until"));
        ActivityValue {
            name: activity.text_of("name"),
            unit: activity.text_of("unit"),
            budget: budget(activity).map_or(String::new(), |budget| budget.shown(true)),
            from: from.map(shown),
            until: until.map(shown),
            months: firsts.windows(2).map(|month| runs_in(month, from, until)).collect(),
        }
    };
    let activities: Vec<ActivityValue> = plan.groups("activities").map(activity).collect();
    if activities.is_empty() {
        return None;
    }
    let total = plan.groups("activities").filter_map(budget).reduce(Decimal::plus);
    Some(PlanValue {
        from: shown(first),
        until: shown(next.yesterday().unwrap_or(next)),
        months: months.collect(),
        activities,
        total: total.map_or(String::new(), |total| total.shown(true)),
    })
}

/// Returns the first and the last day of a plan with activities.
pub(crate) fn plan_period(item: &Item, config: &Config) -> Option<(Date, Date)> {
    item.typed_as("plan", &config.kinds)?.groups("activities").next()?;
    let firsts = months_of_fiscal_year(item.details.fiscal_year?, config.fiscal_year_begins())?;
    Some((*firsts.first()?, firsts.last()?.yesterday().ok()?))
}

/// Returns whether an activity takes place in a month, which is given by its first day and that of the
/// next one.
fn runs_in(month: &[Date], from: Option<Date>, until: Option<Date>) -> bool {
    from.zip(until).is_some_and(|(from, until)| from < month[1] && month[0] <= until)
}

/// Returns the values of a division. `entries` returns links to those documents that are published.
pub(crate) fn division<'a>(
    item: &'a Item,
    kinds: &'a Kinds,
    entries: impl FnOnce(&[&str]) -> Value,
) -> Option<DivisionValue<'a>> {
    let division = item.typed_as("division", kinds)?;
    let people = division.groups("people").map(|person| MemberValue {
        name: person.text_of("name"),
        position: person.text_of("position"),
        phone: person.text_of("phone"),
    });
    let people: Vec<MemberValue> = people.collect();
    let documents = division.list("documents").iter().filter_map(|document| match document {
        FieldValue::Item(path) => Some(path.as_ref()),
        _ => None,
    });
    let documents: Vec<&str> = documents.collect();
    let contact = contact(division);
    if contact.is_empty() && people.is_empty() && documents.is_empty() {
        return None;
    }
    Some(DivisionValue { contact, people, documents: entries(&documents) })
}

/// Returns the values of a place on a map.
pub(crate) fn location<'a>(item: &'a Item, kinds: &'a Kinds) -> Option<LocationValue<'a>> {
    let map = item.typed_as("map", kinds)?;
    // Five decimal places are about a metre.
    let degrees = |id: &str| Some(format!("{:.5}", map.number(id)?.to_f64()));
    Some(LocationValue {
        latitude: degrees("latitude")?,
        longitude: degrees("longitude")?,
        url: map.text_of("map_url"),
    })
}

/// Returns the values of a list of obligations. `met_by` returns links to the newest items that meet each
/// obligation, and the number of the others.
pub(crate) fn coverage(
    item: &Item,
    met_by: impl FnOnce(&[Obligation]) -> Vec<(Value, usize)>,
) -> Option<CoverageValue<'_>> {
    let obligations = &item.details.coverage.as_deref()?.obligations;
    let mut met_by = met_by(obligations).into_iter();
    let mut met = 0;
    let mut groups = Vec::new();
    for group in obligations.chunk_by(|a, b| a.group == b.group) {
        let rows = group.iter().zip(&mut met_by).map(|(obligation, (met_by, more))| {
            met += usize::from(met_by.is_truthy());
            let Obligation { id, title, unit, .. } = obligation;
            ObligationValue { id, title, unit, met_by, more }
        });
        groups.push(GroupValue { title: &group[0].group, obligations: rows.collect() });
    }
    Some(CoverageValue { total: obligations.len(), met, groups })
}

fn contact(fields: FieldMap<'_>) -> ContactDetailsValue<'_> {
    let [office, phone, email, hours] =
        ["office", "phone", "email", "hours"].map(|id| fields.text_of(id));
    ContactDetailsValue { office, phone, email, hours }
}

impl ContactDetailsValue<'_> {
    fn is_empty(&self) -> bool {
        [self.office, self.phone, self.email, self.hours].iter().all(|text| text.is_empty())
    }
}
