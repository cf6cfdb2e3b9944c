//! The types of the values that templates get. `docs/themes.md` documents their fields.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Value;

use crate::config::{Channel, LanguageId};
use crate::markdown::Heading;
use crate::render::kinds::{
    CoverageValue, DivisionValue, LocationValue, PictureValue, PlanValue, StaffValue,
};
use crate::render::theme::Theme;
use crate::site::{Site, encode, list_url};
use crate::text::{ShownDate, arabic_digit, era};

/// The values that all pages of a language share.
#[derive(Debug)]
pub(crate) struct LanguageContext {
    pub(crate) code: String,
    pub(crate) site: Value,
    pub(crate) words: Value,
    pub(crate) categories: Vec<Value>,
}

#[derive(Serialize)]
pub(crate) struct SiteValue<'a> {
    pub(crate) title: &'a str,
    pub(crate) tagline: &'a str,
    pub(crate) base_url: &'a str,
    pub(crate) era: &'static str,
    pub(crate) home_url: String,
    pub(crate) contact: ContactValue<'a>,
    pub(crate) search: bool,
    pub(crate) list: bool,
    pub(crate) feed: bool,
}

#[derive(Serialize)]
pub(crate) struct ContactValue<'a> {
    pub(crate) address: &'a str,
    pub(crate) phone: &'a str,
    pub(crate) email: &'a str,
    pub(crate) hours: &'a str,
    pub(crate) complaints: Option<ChannelValue>,
}

#[derive(Serialize)]
pub(crate) struct ChannelValue {
    pub(crate) url: String,
    pub(crate) text: String,
    pub(crate) is_page: bool,
}

#[derive(Serialize)]
pub(crate) struct LinkValue<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) url: String,
    pub(crate) current: bool,
}

#[derive(Serialize)]
pub(crate) struct PageValue<'a> {
    pub(crate) kind: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) url: String,
    pub(crate) canonical: String,
    pub(crate) noindex: bool,
    pub(crate) until: String,
    pub(crate) linked_data: String,
    pub(crate) feed: String,
    pub(crate) feed_title: String,
    pub(crate) translations: Vec<TranslationValue<'a>>,
}

#[derive(Serialize)]
pub(crate) struct TranslationValue<'a> {
    pub(crate) lang: &'a str,
    pub(crate) name: &'a str,
    pub(crate) url: String,
    pub(crate) canonical: String,
    pub(crate) current: bool,
    pub(crate) exact: bool,
}

#[derive(Serialize)]
pub(crate) struct EntryValue<'a> {
    pub(crate) title: &'a str,
    pub(crate) url: String,
    pub(crate) summary: &'a str,
    pub(crate) date: ShownDate,
    pub(crate) until: Option<ShownDate>,
    pub(crate) category: Value,
    pub(crate) tags: &'a [Box<str>],
    pub(crate) files: usize,
    pub(crate) kind: &'a str,
    pub(crate) kind_title: &'a str,
    pub(crate) unit: &'a str,
    pub(crate) document_number: &'a str,
    pub(crate) fiscal_year: String,
    pub(crate) issued_on: Option<ShownDate>,
    pub(crate) valid_until: Option<ShownDate>,
    pub(crate) fields: BTreeMap<&'a str, ListedValue<'a>>,
    pub(crate) cells: Vec<Value>,
    pub(crate) picture: Option<PictureValue<'a>>,
    pub(crate) state: &'static str,
    pub(crate) deadline: Option<ShownDate>,
    pub(crate) deadline_label: &'a str,
}

/// The value of a field in the entry of a list.
#[derive(Serialize)]
pub(crate) struct ListedValue<'a> {
    pub(crate) id: &'a str,
    pub(crate) label: &'a str,
    #[serde(rename = "type")]
    pub(crate) type_word: &'static str,
    pub(crate) text: String,
    pub(crate) short: String,
    pub(crate) iso: String,
    pub(crate) url: String,
}

#[derive(Serialize)]
pub(crate) struct ItemValue<'a> {
    pub(crate) title: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) category: Value,
    pub(crate) unit: &'a str,
    pub(crate) unit_url: String,
    pub(crate) document_number: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) kind_title: &'a str,
    pub(crate) fiscal_year: String,
    pub(crate) dated_in: String,
    pub(crate) tags: &'a [Box<str>],
    pub(crate) tag_links: Value,
    pub(crate) meets: &'a [Box<str>],
    pub(crate) publish_from: ShownDate,
    pub(crate) publish_until: Option<ShownDate>,
    pub(crate) issued_on: Option<ShownDate>,
    pub(crate) valid_until: Option<ShownDate>,
    pub(crate) state: &'static str,
    pub(crate) deadline: Option<ShownDate>,
    pub(crate) deadline_label: &'a str,
    pub(crate) approved_on: Option<ShownDate>,
    pub(crate) approver: Option<PersonValue<'a>>,
    pub(crate) prepared_by: Option<PersonValue<'a>>,
    pub(crate) reviewed_by: Option<PersonValue<'a>>,
    pub(crate) changes: Vec<ChangeValue<'a>>,
    pub(crate) replaces: Value,
    pub(crate) replaced_by: Value,
    pub(crate) thread: Value,
    pub(crate) files: Vec<FileValue<'a>>,
    pub(crate) fields: Vec<ShownValue<'a>>,
    pub(crate) person: Option<StaffValue<'a>>,
    pub(crate) plan: Option<PlanValue<'a>>,
    pub(crate) division: Option<DivisionValue<'a>>,
    pub(crate) location: Option<LocationValue<'a>>,
    pub(crate) coverage: Option<CoverageValue<'a>>,
    pub(crate) toc: Vec<TocValue<'a>>,
    pub(crate) extra: &'a serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
pub(crate) struct PersonValue<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) position: &'a str,
    pub(crate) unit: &'a str,
}

#[derive(Serialize)]
pub(crate) struct ChangeValue<'a> {
    pub(crate) on: ShownDate,
    pub(crate) note: &'a str,
}

#[derive(Serialize)]
pub(crate) struct FileValue<'a> {
    pub(crate) title: &'a str,
    pub(crate) name: &'a str,
    pub(crate) url: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) mime: &'static str,
    pub(crate) size: u64,
    pub(crate) size_text: String,
}

/// A field with its value. Parts that its type does not have are empty.
#[derive(Serialize)]
pub(crate) struct ShownValue<'a> {
    /// The key under `extra`.
    pub(crate) id: &'a str,
    /// The name, in the language of the page.
    pub(crate) label: &'a str,
    /// The word of the type in site.toml.
    #[serde(rename = "type")]
    pub(crate) type_word: &'static str,
    /// Whether it is a list.
    pub(crate) list: bool,
    /// The value in words. That of a list: all of them.
    pub(crate) text: String,
    /// A date with a short name of the month, a person without the position.
    pub(crate) short: String,
    /// The value for machines: a date, a number, the id of a choice or a person, `yes` or `no`.
    pub(crate) iso: String,
    /// The link.
    pub(crate) url: String,
    /// An item, as an entry of a list.
    pub(crate) entry: Value,
    /// A file or picture.
    pub(crate) file: Option<FileValue<'a>>,
    /// The alternative text of a picture.
    pub(crate) alt: &'a str,
    /// The values of a list, other than a list of groups.
    pub(crate) values: Vec<Self>,
    /// The fields of a list of groups.
    pub(crate) columns: Vec<ColumnValue<'a>>,
    /// The entries of a list of groups: a value for each column.
    pub(crate) rows: Vec<Vec<Self>>,
    /// The sums of the columns with money, empty for the others. Empty if there are none.
    pub(crate) totals: Vec<String>,
    /// The values of a group that is not a list.
    pub(crate) fields: Vec<Self>,
}

/// A column of a table of values.
#[derive(Serialize)]
pub(crate) struct ColumnValue<'a> {
    pub(crate) id: &'a str,
    pub(crate) label: &'a str,
    #[serde(rename = "type")]
    pub(crate) type_word: &'static str,
}

#[derive(Serialize)]
pub(crate) struct TocValue<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) children: Vec<TocValue<'a>>,
}

#[derive(Serialize)]
pub(crate) struct PagerValue {
    pub(crate) number: usize,
    pub(crate) total: usize,
    pub(crate) prev: String,
    pub(crate) next: String,
    pub(crate) links: Vec<PagerLink>,
}

#[derive(Serialize)]
pub(crate) struct PagerLink {
    pub(crate) number: usize,
    pub(crate) url: String,
    pub(crate) current: bool,
    pub(crate) gap: bool,
}

impl LanguageContext {
    pub(crate) fn new(site: &Site, theme: &Theme, language: LanguageId) -> Self {
        let config = &site.config;
        let settings = &config.languages[usize::from(language)];
        let contact = config.contact_in(language);
        let complaints = contact.complaints.as_ref();
        let categories = config
            .policy
            .categories()
            .map(|(id, category)| {
                map([
                    ("id", Value::from(category.id.as_str())),
                    ("title", Value::from(config.category_title(id, language))),
                    ("url", Value::from(encode(&config.category_url(language, id)))),
                ])
            })
            .collect();
        let value = SiteValue {
            title: &settings.title,
            tagline: &settings.tagline,
            base_url: &config.base_url.full,
            era: era(config.calendar, &settings.code),
            home_url: encode(&config.home_url(language)),
            contact: ContactValue {
                address: &contact.address,
                phone: &contact.phone,
                email: &contact.email,
                hours: &contact.hours,
                complaints: complaints.and_then(|channel| channel_value(site, channel, language)),
            },
            search: config.has_search,
            list: config.has_list,
            feed: site.has_feed(language, None),
        };
        Self {
            code: settings.code.clone(),
            site: Value::from_serializable(&value),
            words: theme.words[usize::from(language)].clone(),
            categories,
        }
    }
}

impl<'a> PageValue<'a> {
    /// Returns the values of a page that is only rehearsed: without description, feed and translations.
    pub(crate) fn unlinked(kind: &'a str, title: &'a str, url: String) -> Self {
        PageValue {
            kind,
            title,
            description: "",
            url,
            canonical: String::new(),
            noindex: false,
            until: String::new(),
            linked_data: String::new(),
            feed: String::new(),
            feed_title: String::new(),
            translations: Vec::new(),
        }
    }
}

/// Returns where readers of a language complain. Returns `None` if it is a page that is not published.
fn channel_value(site: &Site, channel: &Channel, language: LanguageId) -> Option<ChannelValue> {
    let is_page = matches!(channel, Channel::Page(_));
    let (url, text) = match channel {
        Channel::Page(page) => {
            let id = site.complaints_page(page)?;
            (encode(&site.item(site.translation(id, language).unwrap_or(id)).url), "")
        }
        Channel::Web(url) => (url.clone(), ""),
        Channel::Phone(number) => (dial_url(number), number.as_str()),
        Channel::Email(address) => (format!("mailto:{address}"), address.as_str()),
    };
    Some(ChannelValue { url, text: text.to_owned(), is_page })
}

/// Returns the link that dials a telephone number.
pub(crate) fn dial_url(number: &str) -> String {
    let dialled = |c: &char| c.is_ascii_digit() || "+*#".contains(*c);
    let dialled: String = number.chars().map(arabic_digit).filter(dialled).collect();
    format!("tel:{}", encode(&dialled))
}

/// Returns a map for templates.
pub(crate) fn map<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::from(BTreeMap::from(entries))
}

/// Returns the headings of the second level, each with those of the third level below it. Returns nothing
/// for a single heading.
pub(crate) fn contents(headings: &[Heading]) -> Vec<TocValue<'_>> {
    if headings.len() < 2 {
        return Vec::new();
    }
    let mut toc: Vec<TocValue> = Vec::new();
    for heading in headings {
        let entry = TocValue { id: &heading.id, title: &heading.title, children: Vec::new() };
        match toc.last_mut().filter(|_| heading.level > 2) {
            Some(parent) => parent.children.push(entry),
            None => toc.push(entry),
        }
    }
    toc
}

/// Returns the links between the pages of a list: at most nine, to the first page, the last, and those
/// around the current one.
pub(crate) fn pager(list: &str, number: usize, total: usize) -> PagerValue {
    let url = |n| encode(&list_url(list, n));
    let near = |n: usize| n == 1 || n == total || n.abs_diff(number) <= 2;
    let mut links: Vec<PagerLink> = Vec::new();
    // The first page, and one on each side that stands for those that are left out.
    let around = number.saturating_sub(2)..=number.saturating_add(3);
    let mut listed: Vec<usize> = [1, 2, total].into_iter().chain(around).collect();
    listed.retain(|n| (1..=total).contains(n));
    listed.sort_unstable();
    listed.dedup();
    for n in listed {
        let gap = !near(n);
        if gap && links.last().is_some_and(|last| last.gap) {
            continue;
        }
        links.push(PagerLink { number: n, url: url(n), current: n == number, gap });
    }
    PagerValue {
        number,
        total,
        prev: if number > 1 { url(number - 1) } else { String::new() },
        next: if number < total { url(number + 1) } else { String::new() },
        links: if total > 1 { links } else { Vec::new() },
    }
}

/// Returns the name of a language in that language.
pub(crate) fn language_name(code: &str) -> &str {
    match code {
        "th" => "ไทย",
        "en" => "English",
        "lo" => "ລາວ",
        "km" => "ខ្មែរ",
        "my" => "မြန်မာ",
        "ms" => "Bahasa Melayu",
        "vi" => "Tiếng Việt",
        "zh" => "中文",
        "ja" => "日本語",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of the links, `-` for those that stand for several.
    fn links(number: usize, total: usize) -> String {
        let links = pager("news/", number, total).links;
        let shown = |link: &PagerLink| match link.gap {
            true => "-".to_owned(),
            false => link.number.to_string(),
        };
        links.iter().map(shown).collect::<Vec<String>>().join(" ")
    }

    #[test]
    fn a_pager_has_the_ends_and_what_is_near() {
        for (number, total, shown) in [
            (1, 1, ""),
            (1, 2, "1 2"),
            (1, 4, "1 2 3 4"),
            (1, 5, "1 2 3 - 5"),
            (4, 7, "1 2 3 4 5 6 7"),
            (5, 9, "1 - 3 4 5 6 7 - 9"),
            (6, 100, "1 - 4 5 6 7 8 - 100"),
            (100, 100, "1 - 98 99 100"),
            (40_000, 2_000_000, "1 - 39998 39999 40000 40001 40002 - 2000000"),
        ] {
            assert_eq!(links(number, total), shown, "{number} of {total}");
        }
    }
}
