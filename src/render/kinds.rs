//! The values that templates get for the kinds that prakat knows. `docs/themes.md` documents their fields.

use serde::Serialize;
use tera::Value;

use crate::config::Config;
use crate::content::{Activity, Colleague, ContactDetails, Item, KindData, Obligation};
use crate::site::encode;
use crate::text::{Moment, ShownDate, nfc, shown_month, shown_year};

#[derive(Serialize)]
pub(crate) struct StaffValue<'a> {
    name: &'a str,
    position: &'a str,
    contact: ContactDetailsValue<'a>,
    photo: Option<PhotoValue<'a>>,
}

#[derive(Serialize)]
struct PhotoValue<'a> {
    url: String,
    alt: &'a str,
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

/// Returns the values of a person. `folder` is the URL of the item's files.
pub(crate) fn staff<'a>(item: &'a Item, folder: &str) -> Option<StaffValue<'a>> {
    let Some(KindData::Person(person)) = item.details.special.as_deref() else { return None };
    let photo = person.photo.as_ref().map(|photo| PhotoValue {
        url: encode(&format!("{folder}{}", nfc(&item.files[photo.file].name))),
        alt: &photo.alt,
    });
    let name = if person.name.is_empty() { &item.title } else { &person.name };
    Some(StaffValue { name, position: &person.position, contact: contact(&person.contact), photo })
}

/// Returns the values of a plan.
pub(crate) fn plan<'a>(item: &'a Item, config: &Config) -> Option<PlanValue<'a>> {
    let Some(KindData::Plan(plan)) = item.details.special.as_deref() else { return None };
    let language = &config.languages[usize::from(item.language)].code;
    let shown = |date| Moment::Day(date).shown(&config.zone, config.calendar, language);
    let (first, next) = (*plan.firsts.first()?, *plan.firsts.last()?);
    let months = plan.firsts.windows(2).map(|month| {
        let (text, short) = shown_month(month[0], language);
        let year = shown_year(month[0].year(), config.calendar, language).to_string();
        MonthValue { text, short, year }
    });
    let activity = |activity: &'a Activity| ActivityValue {
        name: &activity.name,
        unit: &activity.unit,
        budget: activity.budget.map_or(String::new(), amount),
        from: activity.days.map(|days| shown(days.from)),
        until: activity.days.map(|days| shown(days.until)),
        months: plan.runs_in(activity),
    };
    Some(PlanValue {
        from: shown(first),
        until: shown(next.yesterday().unwrap_or(next)),
        months: months.collect(),
        activities: plan.activities.iter().map(activity).collect(),
        total: plan.total().map_or(String::new(), amount),
    })
}

/// Returns the values of a division. `entries` returns links to those documents that are published.
pub(crate) fn division(
    item: &Item,
    entries: impl FnOnce(&[Box<str>]) -> Value,
) -> Option<DivisionValue<'_>> {
    let Some(KindData::Division(division)) = item.details.special.as_deref() else { return None };
    let people = division.people.iter();
    let people =
        people.map(|Colleague { name, position, phone }| MemberValue { name, position, phone });
    Some(DivisionValue {
        contact: contact(&division.contact),
        people: people.collect(),
        documents: entries(&division.documents),
    })
}

/// Returns the values of a place on a map.
pub(crate) fn location(item: &Item) -> Option<LocationValue<'_>> {
    let Some(KindData::Location(location)) = item.details.special.as_deref() else { return None };
    // Five decimal places are about a metre.
    let degrees = |degrees: f64| format!("{degrees:.5}");
    let (latitude, longitude) = (location.latitude, location.longitude);
    Some(LocationValue {
        latitude: degrees(latitude),
        longitude: degrees(longitude),
        url: &location.url,
    })
}

/// Returns the values of a list of obligations. `met_by` returns links to the newest items that meet each
/// obligation, and the number of the others.
pub(crate) fn coverage(
    item: &Item,
    met_by: impl FnOnce(&[Obligation]) -> Vec<(Value, usize)>,
) -> Option<CoverageValue<'_>> {
    let Some(KindData::Coverage(coverage)) = item.details.special.as_deref() else { return None };
    let obligations = &coverage.obligations;
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

fn contact(contact: &ContactDetails) -> ContactDetailsValue<'_> {
    let ContactDetails { office, phone, email, hours } = contact;
    ContactDetailsValue { office, phone, email, hours }
}

/// Formats an amount given in hundredths: `130,000`, `1,250.50`.
fn amount(hundredths: i64) -> String {
    let digits = (hundredths / 100).to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match hundredths % 100 {
        0 => text,
        part => format!("{text}.{part:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_have_commas() {
        let shown = [0, 99, 45_800_000, 100_000_050, 12_345].map(amount);
        assert_eq!(shown, ["0", "0.99", "458,000", "1,000,000.50", "123.45"]);
    }
}
