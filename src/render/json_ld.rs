//! Linked data in the head of a page: schema.org, as JSON-LD. It names a person only on the page of that
//! person.

use serde_json::{Value, json};

use crate::config::{CategoryId, FieldRole, LanguageId};
use crate::content::{FieldMap, FieldValue, Item};
use crate::gate::Admitted;
use crate::markdown::{file_type, size_text};
use crate::render::kinds::{plan_period, shown_name};
use crate::render::labels::deadline_label;
use crate::site::Site;
use crate::text::{Decimal, nfc, rfc3339};

/// Describes the office that publishes the portal, for home pages.
pub(super) fn office(site: &Site, language: LanguageId) -> String {
    let contact = site.config.contact_in(language);
    let mut office = publisher(site, language);
    let given =
        [("address", &contact.address), ("telephone", &contact.phone), ("email", &contact.email)];
    for (name, value) in given {
        if !value.is_empty() {
            office[name] = json!(value);
        }
    }
    script_text(office)
}

/// Describes a category, for its lists.
pub(super) fn category(site: &Site, language: LanguageId, category: CategoryId) -> String {
    let mut page = collection(site, language, category);
    page["inLanguage"] = json!(site.config.languages[usize::from(language)].code);
    page["publisher"] = publisher(site, language);
    script_text(page)
}

/// Describes an item, for its page.
pub(super) fn item(site: &Site, item: &Admitted) -> String {
    let config = &site.config;
    let details = &item.details;
    let instant = |at| json!(rfc3339(at, &config.zone));
    let mut work = json!({
        "@type": "CreativeWork",
        "name": item.title,
        "url": site.absolute(&item.url),
        "inLanguage": config.languages[usize::from(item.language)].code,
        "datePublished": instant(item.window.from),
        "dateModified": instant(item.updated()),
        "publisher": publisher(site, item.language),
    });
    if let Some(until) = item.window.until {
        work["expires"] = instant(until);
    }
    if let Some(deadline) = details.deadline {
        // An action that readers may take until then. No type of schema.org fits all kinds.
        work["potentialAction"] = json!({
            "@type": "Action",
            "name": deadline_label(config, item),
            "endTime": instant(deadline.at),
        });
    }
    for (name, text) in [("description", &item.summary), ("identifier", &details.document_number)] {
        if !text.is_empty() {
            work[name] = json!(text);
        }
    }
    if !item.tags.is_empty() {
        work["keywords"] = json!(item.tags);
    }
    if let Some(category) = item.category {
        work["isPartOf"] = collection(site, item.language, category);
    }
    if !details.attachments.is_empty() {
        work["encoding"] = files(site, item);
    }
    add_roles(&mut work, site, item);
    add_subject(&mut work, site, item);
    script_text(work)
}

/// Adds the amount of money that an item is about, and the place.
fn add_roles(work: &mut Value, site: &Site, item: &Item) {
    let Some(declared) = item.details.declared else { return };
    let kind = site.config.kinds.kind(declared);
    let with_role = |role| {
        let (position, field) = kind.field_of_role(role)?;
        Some((field, item.details.fields.get(position)?))
    };
    if let Some((field, FieldValue::Number(amount))) = with_role(FieldRole::Amount) {
        let name = site.config.text(&field.label, item.language);
        // As a text, an amount keeps all its digits.
        let value = amount.to_string();
        work["about"] = json!({ "@type": "MonetaryAmount", "name": name, "value": value });
    }
    if let Some((_, FieldValue::Text(place))) = with_role(FieldRole::Place) {
        work["contentLocation"] = json!({ "@type": "Place", "name": place });
    }
}

/// Adds the subject of a page about a person, a division or a place, and the period of a plan. Leaves out
/// pictures of people.
fn add_subject(work: &mut Value, site: &Site, item: &Item) {
    let config = &site.config;
    let kinds = &config.kinds;
    let office = || publisher(site, item.language);
    if let (Some(person), Some(name)) = (item.typed_as("person", kinds), shown_name(item, kinds)) {
        let mut about = json!({ "@type": "Person", "name": name, "worksFor": office() });
        add_text(&mut about, "jobTitle", person.text_of("position"));
        add_contact(&mut about, person);
        set_subject(work, "ProfilePage", about);
    } else if let Some(division) = item.typed_as("division", kinds).filter(|d| !d.is_empty()) {
        let mut about = json!({
            "@type": "GovernmentOrganization",
            "name": item.title,
            "parentOrganization": office(),
        });
        add_contact(&mut about, division);
        set_subject(work, "WebPage", about);
    } else if let Some(map) = item.typed_as("map", kinds) {
        let degrees = |id| map.number(id).map(Decimal::to_f64);
        let (Some(latitude), Some(longitude)) = (degrees("latitude"), degrees("longitude")) else {
            return;
        };
        let at = json!({
            "@type": "GeoCoordinates",
            "latitude": latitude,
            "longitude": longitude,
        });
        let mut about = json!({ "@type": "Place", "name": item.title, "geo": at });
        add_text(&mut about, "hasMap", map.text_of("map_url"));
        set_subject(work, "WebPage", about);
    } else if let Some((first, last)) = plan_period(item, config) {
        work["temporalCoverage"] = json!(format!("{first}/{last}"));
    }
}

fn set_subject(work: &mut Value, page: &str, about: Value) {
    work["@type"] = json!(page);
    work["mainEntity"] = about;
}

fn add_contact(about: &mut Value, fields: FieldMap) {
    for (name, id) in [("telephone", "phone"), ("email", "email")] {
        add_text(about, name, fields.text_of(id));
    }
}

fn add_text(about: &mut Value, name: &str, text: &str) {
    if !text.is_empty() {
        about[name] = json!(text);
    }
}

fn files(site: &Site, item: &Item) -> Value {
    let folder = site.files_url(item);
    let files = item.details.attachments.iter().map(|attachment| {
        let file = &item.files[attachment.file];
        let title = if attachment.title.is_empty() { &file.name } else { &attachment.title };
        json!({
            "@type": "MediaObject",
            "name": title,
            "contentUrl": site.absolute(&format!("{folder}{}", nfc(&file.name))),
            "encodingFormat": file_type(&file.name).1,
            "contentSize": size_text(file.size),
        })
    });
    files.collect()
}

fn publisher(site: &Site, language: LanguageId) -> Value {
    json!({
        "@type": "GovernmentOrganization",
        "name": site.config.languages[usize::from(language)].title,
        "url": site.config.base_url.full,
    })
}

fn collection(site: &Site, language: LanguageId, category: CategoryId) -> Value {
    json!({
        "@type": "CollectionPage",
        "name": site.config.category_title(category, language),
        "url": site.absolute(&site.config.category_url(language, category)),
    })
}

/// Returns the text of a script element. No `<` in it can end the script.
fn script_text(mut thing: Value) -> String {
    thing["@context"] = json!("https://schema.org");
    thing.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_ends_the_script() {
        let text = script_text(json!({ "name": "</script><script>alert(1)</script>" }));
        assert!(!text.contains('<'), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], "</script><script>alert(1)</script>");
    }
}
