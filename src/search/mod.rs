//! The search of a site: an index from grams to documents, and a file with the text of each
//! document.
//!
//! There is no server. A script in the reader's browser looks up the grams of a query, loads the
//! texts of the documents that contain all of them, and shows the matches.
//!
//! Documents are numbered by their day of publication and a hash of their URL. The index is thereby
//! sorted by date, and a new document changes only the files of its grams.

mod plain_text;
mod postings;
mod scsu;
mod shard;
mod synonyms;
mod titles;
mod tokens;

pub(crate) use tokens::shard_count;

use std::collections::HashSet;

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::config::{Config, FieldType, LanguageId};
use crate::content::{FieldValue, Item};
use crate::diagnostics::Failure;
use crate::markdown::Body;
use crate::output::Stage;
use crate::search::plain_text::{TextPart, text_parts};
use crate::search::postings::Postings;
use crate::search::shard::{DocumentNumber, Field, day_number};
use crate::search::synonyms::Words;
use crate::search::tokens::fold;
use crate::site::{ItemId, Site, encode, kind_title};
use crate::text::{Moment, nfc};

/// Builds the search of a site: an index for each language.
#[derive(Debug)]
pub struct Search<'a> {
    indexes: Vec<LanguageIndex<'a>>,
    /// The position of each item in the index of its language.
    positions: Vec<u32>,
}

#[derive(Debug)]
struct LanguageIndex<'a> {
    postings: Postings<'a>,
    /// The numbers of its documents, the newest first.
    numbers: Vec<DocumentNumber>,
    /// The items, in the same order.
    ids: Vec<ItemId>,
}

impl<'a> Search<'a> {
    /// Numbers the published items. What does not fit in memory is written to the stage, if there
    /// is one.
    pub fn new(site: &Site, stage: Option<&'a Stage>) -> Self {
        let mut positions = vec![0; site.items.len()];
        let languages = site.config.languages();
        let indexes = languages.map(|(language, _)| {
            let numbered = number_items(site, language);
            for (position, (_, id)) in (0..).zip(&numbered) {
                positions[usize::from(*id)] = position;
            }
            let shards = shard_count(site.everything(language).len());
            let (numbers, ids) = numbered.into_iter().unzip();
            LanguageIndex { postings: Postings::new(stage, shards), numbers, ids }
        });
        let indexes = indexes.collect();
        Self { indexes, positions }
    }

    /// Returns the number of a published item in the index of its language.
    fn number(&self, site: &Site, id: ItemId) -> DocumentNumber {
        let index = &self.indexes[usize::from(site.item(id).language)];
        index.numbers[self.positions[usize::from(id)] as usize]
    }

    /// Returns the path of the file with the text of a published item.
    fn path(&self, site: &Site, id: ItemId) -> String {
        let folder = site.config.search_url(site.item(id).language);
        let DocumentNumber { day, slot } = self.number(site, id);
        // One folder for about a month.
        format!("{folder}text/{}/{day}-{slot}.txt", day >> 5)
    }

    /// Finds the published item whose text is at a path.
    pub fn text_at(&self, site: &Site, path: &str) -> Option<ItemId> {
        let (_, name) = path.strip_suffix(".txt")?.rsplit_once('/')?;
        let (day, slot) = name.split_once('-')?;
        let number = DocumentNumber { day: day.parse().ok()?, slot: slot.parse().ok()? };
        let ids = self.indexes.iter().filter_map(|index| {
            let position = index.numbers.iter().position(|other| *other == number)?;
            Some(index.ids[position])
        });
        ids.into_iter().find(|id| self.path(site, *id) == path)
    }

    /// Returns the bytes of the file with the text of an item.
    pub fn text(site: &Site, id: ItemId, body: &Body) -> Vec<u8> {
        scsu::encode(&Document::new(site, site.item(id), body).json(site))
    }

    /// Adds a published item to the index. Returns the path and the bytes of its text file.
    pub fn add(&self, site: &Site, id: ItemId, body: &Body) -> Result<(String, Vec<u8>), Failure> {
        let item = site.item(id);
        let index = &self.indexes[usize::from(item.language)];
        let document = Document::new(site, item, body);
        index.postings.add(self.positions[usize::from(id)], &document.folded())?;
        Ok((self.path(site, id), scsu::encode(&document.json(site))))
    }

    /// Writes the index files.
    pub fn finish<T: Send>(
        self,
        site: &Site,
        write: impl Fn(String, &[u8]) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let mut files = Vec::new();
        for ((language, _), index) in site.config.languages().zip(self.indexes) {
            let LanguageIndex { postings, numbers, ids } = index;
            let folder = site.config.search_url(language);
            let path = |name: &str| format!("{folder}index/{name}.txt");
            let written = postings.finish(&numbers, |name, text| write(path(name), text));
            files.extend(written?);
            let code = &site.config.languages[usize::from(language)].code;
            let words = Words::of(code, &site.config.synonyms);
            let titles = titles::content(site, language, &numbers, &ids, &words.weak());
            for (name, text) in [("titles", titles), ("words", words.content())] {
                files.push(write(path(name), &scsu::encode(&text))?);
            }
        }
        Ok(files)
    }
}

/// Returns the words of the fields of an item's kind: texts, names, and the labels of choices.
fn typed_texts<'a>(item: &'a Item, config: &'a Config) -> Vec<&'a str> {
    let coverage = item.details.coverage.iter().flat_map(|coverage| &coverage.obligations);
    let mut texts: Vec<&str> = coverage.map(|obligation| obligation.title.as_ref()).collect();
    let Some(typed) = item.typed(&config.kinds) else { return texts };
    typed.each(&mut |field, value| match (&field.field_type, value) {
        (FieldType::Text | FieldType::Lines | FieldType::Unit, FieldValue::Text(text)) => {
            texts.push(text);
        }
        (FieldType::Choice(choices), FieldValue::Choice(position)) => {
            let label = &choices[usize::from(*position)].label;
            texts.push(config.text(label, item.language));
        }
        (_, FieldValue::Person(id)) => {
            texts.push(&config.policy.people[usize::from(*id)].name);
        }
        _ => {}
    });
    texts
}

/// Numbers the items of a language, the newest first.
fn number_items(site: &Site, language: LanguageId) -> Vec<(DocumentNumber, ItemId)> {
    let items = site.items().filter(|(_, item)| item.language == language);
    let mut items: Vec<(u32, u64, ItemId)> =
        items.map(|(id, item)| (day_of(item, site), xxh3_64(item.url.as_bytes()), id)).collect();
    items.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut numbered = Vec::with_capacity(items.len());
    for same_day in items.chunk_by(|a, b| a.0 == b.0) {
        // Four times as many slots as documents: few documents collide, and one more or less does
        // not change the slots of the others.
        let slots = (same_day.len() * 4).next_power_of_two().max(64) as u64;
        let mut taken = HashSet::new();
        let mut day: Vec<(DocumentNumber, ItemId)> = Vec::with_capacity(same_day.len());
        for (day_number, hash, id) in same_day {
            let mut slot = hash % slots;
            while !taken.insert(slot) {
                slot = (slot + 1) % slots;
            }
            day.push((DocumentNumber { day: *day_number, slot: slot as u32 }, *id));
        }
        day.sort_unstable_by_key(|(number, _)| number.slot);
        numbered.extend(day);
    }
    numbered
}

/// Returns the days from 1900-01-01 to the day of publication.
fn day_of(item: &Item, site: &Site) -> u32 {
    let Moment::Day(day) = item.window.from_written.day(&site.config.zone) else { return 0 };
    day_number(day)
}

/// The content of a document: what the script searches and shows.
struct Document<'a> {
    item: &'a Item,
    /// Document number, unit, tags, keywords, titles of attachments, and texts of the data of its kind.
    details: Vec<&'a str>,
    parts: Vec<TextPart>,
}

impl<'a> Document<'a> {
    fn new(site: &'a Site, item: &'a Item, body: &Body) -> Self {
        let fields = &item.details;
        let mut details = vec![fields.document_number.as_ref(), fields.unit.as_ref()];
        details.extend(item.tags.iter().chain(&fields.keywords).map(AsRef::as_ref));
        details.extend(fields.attachments.iter().map(|attachment| attachment.title.as_ref()));
        details.extend(typed_texts(item, &site.config));
        details.retain(|text| !text.is_empty());
        let text = item.summary.to_string();
        let summary = (!text.is_empty()).then(|| TextPart { text, ..TextPart::default() });
        Self { item, details, parts: summary.into_iter().chain(text_parts(&body.html)).collect() }
    }

    /// Returns its folded texts, the best field first.
    fn folded(&self) -> Vec<(Field, String)> {
        let mut folded = vec![(Field::Title, fold(&self.item.title))];
        let headings = self.parts.iter().map(|part| part.heading.as_str());
        let headings = self.details.iter().copied().chain(headings);
        folded.extend(headings.map(|text| (Field::Heading, fold(text))));
        folded.extend(self.parts.iter().map(|part| (Field::Text, fold(&part.text))));
        folded
    }

    /// Returns what the script reads: URL, title, category, date for machines and for people, details,
    /// parts, kind and year.
    fn json(&self, site: &Site) -> String {
        let (item, config) = (self.item, &site.config);
        let language = &config.languages[usize::from(item.language)].code;
        let date = item.window.from_written.day(&config.zone);
        let date = date.shown(&config.zone, config.calendar, language);
        let title = |category| config.category_title(category, item.language);
        let parts = self.parts.iter().map(|part| json!([part.id, part.heading, nfc(&part.text)]));
        let whole = json!([
            encode(&item.url),
            nfc(&item.title),
            item.category.map_or("", title),
            date.iso,
            date.short,
            self.details,
            parts.collect::<Vec<Value>>(),
            kind_title(config, item),
            titles::shown_year_of(item, site),
        ]);
        format!("{whole}\n")
    }
}
