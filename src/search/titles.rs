//! The file with the titles of an index, by which the script ranks what it finds, parts what is typed without
//! spaces, and recognises a slip of the finger.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::config::{CategoryId, LanguageId};
use crate::content::{Item, Role};
use crate::search::shard::{DocumentNumber, day_number};
use crate::search::tokens::fold;
use crate::site::{ItemId, Site, kind_title};
use crate::text::{Moment, shown_year};

/// The most titles in the file: some thirty kilobytes. A larger portal has those that lead to the rest.
const MOST: usize = 400;

/// An older one of a series, such as the budget of a year before.
const OLDER: u8 = 1;
/// Its deadline or validity is over.
const ENDED: u8 = 2;
/// It may be answered, or is in force, until a day that is not over.
const OPEN: u8 = 8;
/// The page of a category, or one outside all categories.
const LEADS_ON: u8 = 4;

/// A title with what ranks it.
struct TitleRow<'s> {
    item: &'s Item,
    number: DocumentNumber,
    year: i16,
    flags: u8,
}

/// Returns the content of the file: the names of categories, those of kinds, and for each title the number of its
/// document as in the index, flags, the positions of its category and kind in these, its year, and three folded texts: the
/// title without what is weak in it, its keywords, and other words for it, such as tags.
///
/// What is over is told by the newest day of the index, not by the clock: the file changes only with what is published.
pub(super) fn content(
    site: &Site,
    language: LanguageId,
    numbers: &[DocumentNumber],
    ids: &[ItemId],
    weak: &[String],
) -> String {
    let newest = numbers.first().map_or(0, |number| number.day);
    let rows = rows(site, numbers, ids, newest);
    // The first is that of items without.
    let (mut categories, mut kinds) = (vec![""], vec![""]);
    let shown: Vec<Value> = rows
        .iter()
        .take(MOST)
        .map(|TitleRow { item, number, flags, .. }| {
            let category =
                item.category.map_or("", |category| site.config.category_title(category, language));
            let category = position(category, &mut categories);
            let kind = position(kind_title(&site.config, item), &mut kinds);
            let year = shown_year_of(item, site);
            let mut title = fold(&item.title);
            for words in weak {
                title = title.replacen(words, "", 1);
            }
            let own = fold(&item.details.keywords.join(" "));
            let also = fold(&[&item.tags.join(" "), " ", position_of(site, item)].concat());
            json!([number.id(), flags, category, kind, year, title, own, also])
        })
        .collect();
    format!("{}\n", json!([categories, kinds, shown]))
}

/// Returns the position of a name, and adds it if it is new.
fn position<'s>(name: &'s str, names: &mut Vec<&'s str>) -> usize {
    let known = names.iter().position(|known| *known == name);
    known.unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    })
}

/// Returns the titles, those that lead to others first: with keywords, not dated, the newest of their series.
fn rows<'s>(
    site: &'s Site,
    numbers: &[DocumentNumber],
    ids: &[ItemId],
    newest: u32,
) -> Vec<TitleRow<'s>> {
    let mut series = HashMap::new();
    let mut rows: Vec<TitleRow> = numbers
        .iter()
        .zip(ids)
        .map(|(number, id)| {
            let item: &Item = site.item(*id);
            let year = year_of(item, site);
            let newest_of: &mut (i16, u32) =
                series.entry(series_of(item)).or_insert((year, number.day));
            *newest_of = (*newest_of).max((year, number.day));
            TitleRow { item, number: *number, year, flags: 0 }
        })
        .collect();
    for row in &mut rows {
        let is_older = series[&series_of(row.item)] > (row.year, row.number.day);
        let last_day = last_day(row.item, site).map(day_number);
        let is_ended = last_day.is_some_and(|day| day < newest);
        let is_open = last_day.is_some() && !is_ended;
        let leads_on = row.item.role == Role::Index || row.item.category.is_none();
        row.flags = u8::from(is_older) * OLDER
            + u8::from(is_ended) * ENDED
            + u8::from(is_open) * OPEN
            + u8::from(leads_on) * LEADS_ON;
    }
    rows.sort_by_key(|TitleRow { item, number, flags, .. }| {
        let is_dated =
            item.title.contains(|c: char| c.is_ascii_digit() || ('๐'..='๙').contains(&c));
        let rank = (item.details.keywords.is_empty(), flags & (OLDER | ENDED), is_dated);
        (rank, Reverse(number.day), number.slot)
    });
    rows
}

/// Returns what the titles of a series have in common: the category and the title without numbers.
fn series_of(item: &Item) -> (Option<CategoryId>, String) {
    (item.category, item.title.chars().filter(|c| !c.is_numeric()).collect())
}

/// Returns the fiscal year of an item, or else that of its publication.
fn year_of(item: &Item, site: &Site) -> i16 {
    let published = || match item.window.from_written.day(&site.config.zone) {
        Moment::Day(day) => day.year(),
        _ => 0,
    };
    item.details.fiscal_year.unwrap_or_else(published)
}

/// Returns the year of an item as readers of its language count it.
pub(super) fn shown_year_of(item: &Item, site: &Site) -> i16 {
    let code = &site.config.languages[usize::from(item.language)].code;
    shown_year(year_of(item, site), site.config.calendar, code)
}

/// Returns the last day on which an item is in force or may be answered.
fn last_day(item: &Item, site: &Site) -> Option<Date> {
    let deadline = item.details.deadline.map(|deadline| deadline.written);
    match deadline.or(item.details.valid_until)?.day(&site.config.zone) {
        Moment::Day(day) => Some(day),
        _ => None,
    }
}

/// Returns the position of a person. It is empty for other items.
fn position_of<'s>(site: &'s Site, item: &'s Item) -> &'s str {
    item.typed_as("person", &site.config.kinds).map_or("", |person| person.text_of("position"))
}
