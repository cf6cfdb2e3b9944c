//! Reads the tables under `[people]`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use unicode_normalization::UnicodeNormalization;

use crate::config::policy::{Category, CategoryId, Entitlement, Person, PersonId, PublicKey, Term};
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::{Code, unknown_id};
use crate::ssh::normal_key;
use crate::text::Calendar;

const PERSON_KEYS: &[&str] =
    &["name", "position", "unit", "prepares", "reviews", "approves", "terms", "keys"];
/// Reads the tables under `[people]`, sorted by id.
pub(super) fn read_people(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    categories: &[Category],
    calendar: Calendar,
    zone: &TimeZone,
) -> Vec<Person> {
    let Some(table) = top.table(file, "people") else { return Vec::new() };
    let mut people = BTreeMap::new();
    for (id, mut table) in table.named_tables(file) {
        let name = table.required(file, "name");
        let position = table.string(file, "position").map_or(String::new(), |at| at.value);
        let unit = table.string(file, "unit").map_or(String::new(), |at| at.value);
        let [prepares, reviews] = ["prepares", "reviews"].map(|duty| {
            let is_limited = table.has(duty);
            let listed = table.strings(file, duty);
            let entitlement = read_entitlement(file, listed, categories);
            is_limited.then_some(entitlement)
        });
        let approves = table.strings(file, "approves");
        let approves = read_entitlement(file, approves, categories);
        let terms = table.tables(file, "terms");
        let terms = terms.into_iter().filter_map(|t| read_term(file, t, calendar, zone)).collect();
        let keys = table.strings_or_tables(file, "keys", "key");
        let keys = keys.into_iter().filter_map(|t| read_key(file, t, calendar, zone)).collect();
        table.finish(file, PERSON_KEYS);
        if PersonId::at(people.len()).is_none() {
            file.too_many("people", people.len(), id.span);
            break;
        }
        if let Some(name) = name {
            file.check_exported(&name);
            let (id, name) = (id.value, name.value);
            let identity = identity(&name);
            let person = Person {
                id,
                name,
                position,
                unit,
                identity,
                prepares,
                reviews,
                approves,
                terms,
                keys,
            };
            people.insert(person.id.clone(), person);
        }
    }
    people.into_values().collect()
}

/// Returns a name without white space, in normalised letters of lower case.
fn identity(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// Reads a public key: a text, or a table that also says when the key is valid.
fn read_key(
    file: &mut SettingsFile,
    mut table: SettingsTable,
    calendar: Calendar,
    zone: &TimeZone,
) -> Option<PublicKey> {
    let text = table.required(file, "key");
    let is_revoked = table.boolean(file, "revoked").is_some_and(|at| at.value);
    let has_term = table.has("from") || table.has("until");
    let from = table.moment(file, "from", calendar, zone);
    let until = table.moment(file, "until", calendar, zone);
    table.finish(file, &["key", "from", "until", "revoked"]);
    let text = text?;
    let Some(public) = normal_key(&text.value) else {
        file.error(Code::PublicKey, text.span, &[]);
        return None;
    };
    if !has_term {
        return Some(PublicKey { public, term: None, is_revoked });
    }
    let from = match from {
        Some(from) => file.instant(from, |m| m.opens(zone))?,
        None => Timestamp::MIN,
    };
    let until = match until {
        Some(until) => Some(file.instant(until, |m| m.closes(zone))?),
        None => None,
    };
    Some(PublicKey { public, term: Some(Term { from, until }), is_revoked })
}

/// Reads a list of categories; `*` means everything.
fn read_entitlement(
    file: &mut SettingsFile,
    listed: Vec<At<String>>,
    categories: &[Category],
) -> Entitlement {
    let mut entitlement = Entitlement { everything: false, categories: Vec::new() };
    for id in listed {
        if id.value == "*" {
            entitlement.everything = true;
        } else if let Some(n) = categories.iter().position(|c| c.id == id.value) {
            entitlement.categories.extend(CategoryId::at(n));
        } else {
            report_unknown_category(file, id, categories);
        }
    }
    entitlement
}

/// Reads a term of office.
fn read_term(
    file: &mut SettingsFile,
    mut table: SettingsTable,
    calendar: Calendar,
    zone: &TimeZone,
) -> Option<Term> {
    let missing = !table.has("from");
    let from = table.moment(file, "from", calendar, zone);
    let until = table.moment(file, "until", calendar, zone);
    if missing {
        let key = "terms.from".to_owned();
        file.error(Code::SettingMissing, table.span.clone(), &[("key", key)]);
    }
    table.finish(file, &["from", "until"]);
    let from = file.instant(from?, |m| m.opens(zone))?;
    let until = match until {
        Some(at) => Some((at.span.clone(), file.instant(at, |m| m.closes(zone))?)),
        None => None,
    };
    if let Some((span, end)) = &until
        && *end <= from
    {
        file.error(Code::TermEmpty, span.clone(), &[]);
        return None;
    }
    Some(Term { from, until: until.map(|(_, end)| end) })
}

/// Reports a category that site.toml does not declare.
pub(super) fn report_unknown_category(
    file: &mut SettingsFile,
    id: At<String>,
    categories: &[Category],
) {
    let place = file.place(id.span);
    let ids = || categories.iter().map(|c| c.id.as_str());
    let by_title = categories.iter().find(|c| c.title == id.value).map(|c| c.id.as_str());
    file.diagnostics.push(unknown_id(
        Code::SettingsUnknownCategory,
        place,
        &id.value,
        ids,
        by_title,
    ));
}
