//! The values that templates get for the kinds that prakat knows. `docs/themes.md` documents their fields.

use jiff::civil::Date;
use serde::Serialize;
use tera::Value;

use crate::config::{Config, Field, Kinds, LanguageId};
use crate::content::{
    FieldMap, FieldValue, Item, Obligation, PlanLevel, months_of_row, plan_total,
};
use crate::site::encode;
use crate::text::{Moment, ShownDate, months_of_fiscal_year, nfc, shown_month, shown_year};

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
    has_numbers: bool,
    has_outputs: bool,
    has_areas: bool,
    /// After how many months the plan says what became of an activity.
    progress_after: Vec<u8>,
}

#[derive(Serialize)]
struct MonthValue {
    text: String,
    short: String,
    year: String,
}

#[derive(Serialize)]
struct ActivityValue<'a> {
    level: &'static str,
    /// Whether the rows below it belong to it: it is a strategy, a guideline or a project.
    is_head: bool,
    number: &'a str,
    name: &'a str,
    output: &'a str,
    quantity: String,
    area: &'a str,
    unit: &'a str,
    cooperating: Vec<&'a str>,
    budget: String,
    progress: Vec<ProgressValue<'a>>,
    from: Option<ShownDate>,
    until: Option<ShownDate>,
    months: Vec<bool>,
}

/// The fields that say what became of an activity, and after how many months.
const PROGRESS: [(u8, &str, &str); 2] = [(6, "status_6", "spent_6"), (12, "status_12", "spent_12")];

/// What a plan says of an activity after some months.
#[derive(Serialize)]
struct ProgressValue<'a> {
    months: u8,
    status: &'a str,
    spent: String,
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
    let activity = |activity: FieldMap<'a>| {
        let level = PlanLevel::of(activity);
        let (from, until) = (activity.day("from"), activity.day("until"));
        ActivityValue {
            level: level.word(),
            is_head: level < PlanLevel::Activity,
            number: activity.text_of("number"),
            name: activity.text_of("name"),
            output: activity.text_of("output"),
            quantity: quantity(activity),
            area: activity.text_of("area"),
            unit: activity.text_of("unit"),
            cooperating: cooperating(activity),
            budget: amount(activity, "budget"),
            progress: progress(activity, config, item.language),
            from: from.map(shown),
            until: until.map(shown),
            months: months_of_row(activity, &firsts, config),
        }
    };
    let activities: Vec<ActivityValue> = plan.groups("activities").map(activity).collect();
    if activities.is_empty() {
        return None;
    }
    Some(PlanValue {
        from: shown(first),
        until: shown(next.yesterday().unwrap_or(next)),
        months: months.collect(),
        has_numbers: activities.iter().any(|activity| !activity.number.is_empty()),
        has_areas: activities.iter().any(|activity| !activity.area.is_empty()),
        has_outputs: activities
            .iter()
            .any(|activity| !activity.output.is_empty() || !activity.quantity.is_empty()),
        progress_after: progress_after(&activities),
        activities,
        total: plan_total(plan).map_or(String::new(), |total| total.shown(true)),
    })
}

/// Returns after how many months something is said of an activity.
fn progress_after(activities: &[ActivityValue]) -> Vec<u8> {
    let is_said = |months: &u8| {
        let mut progress = activities.iter().flat_map(|activity| &activity.progress);
        progress.any(|after| after.months == *months)
    };
    PROGRESS.map(|(months, ..)| months).into_iter().filter(is_said).collect()
}

/// Returns the first and the last day of a plan with activities.
pub(crate) fn plan_period(item: &Item, config: &Config) -> Option<(Date, Date)> {
    item.typed_as("plan", &config.kinds)?.groups("activities").next()?;
    let firsts = months_of_fiscal_year(item.details.fiscal_year?, config.fiscal_year_begins())?;
    Some((*firsts.first()?, firsts.last()?.yesterday().ok()?))
}

/// Returns an amount, or an empty text if there is none.
fn amount(activity: FieldMap, id: &str) -> String {
    activity.number(id).map_or(String::new(), |amount| amount.shown(true))
}

/// Returns the units that take part.
fn cooperating<'a>(activity: FieldMap<'a>) -> Vec<&'a str> {
    let text = |unit: &'a FieldValue| match unit {
        FieldValue::Text(text) => Some(&**text),
        _ => None,
    };
    activity.list("cooperating").iter().filter_map(text).collect()
}

/// Returns the quantity of an output with what is counted.
fn quantity(activity: FieldMap) -> String {
    let Some(quantity) = activity.number("quantity") else { return String::new() };
    format!("{} {}", quantity.shown(false), activity.text_of("quantity_unit")).trim_end().to_owned()
}

/// Returns what became of an activity after 6 and after 12 months.
fn progress<'a>(
    activity: FieldMap<'a>,
    config: &'a Config,
    language: LanguageId,
) -> Vec<ProgressValue<'a>> {
    let after = |(months, status, spent): (u8, &str, &str)| {
        let label = activity.choice(status).map(|choice| config.text(&choice.label, language));
        let spent = amount(activity, spent);
        let status = label.unwrap_or("");
        (!status.is_empty() || !spent.is_empty()).then_some(ProgressValue { months, status, spent })
    };
    PROGRESS.into_iter().filter_map(after).collect()
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
