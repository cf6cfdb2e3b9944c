//! The search of the site: for each document a file with its text, and an index from grams to
//! documents. A script in the reader's browser looks grams up, reads the texts of those documents
//! that have them all, and shows where the words stand. There is no server.
//!
//! Documents are numbered by the day on which they were published and a hash of their URL. So the
//! index is sorted by date as it stands, and a new document changes only the files with its grams.

mod plain_text;
mod postings;
mod scsu;
mod shard;
mod tokens;

pub(crate) use plain_text::{tag_end, unescaped};
pub(crate) use tokens::shard_count;

use std::collections::HashSet;

use jiff::civil::{Date, date};
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use crate::config::LanguageId;
use crate::content::{Item, KindData, nfc};
use crate::diagnostics::Failure;
use crate::markdown::Body;
use crate::output::Stage;
use crate::search::plain_text::{TextPart, parts};
use crate::search::postings::Postings;
use crate::search::scsu::pack;
use crate::search::shard::{DocumentNumber, Field, LAST_DAY};
use crate::search::tokens::fold;
use crate::site::{ItemId, Site, encode};
use crate::text::Moment;

/// The search of a site under construction: an index for each language.
#[derive(Debug)]
pub struct Search<'a> {
    indexes: Vec<IndexFiles<'a>>,
    /// The place of each item in the order of its index.
    places: Vec<u32>,
}

#[derive(Debug)]
struct IndexFiles<'a> {
    postings: Postings<'a>,
    /// The numbers of its documents, the newest first.
    numbers: Vec<DocumentNumber>,
    /// Its documents in this order.
    ids: Vec<ItemId>,
}

impl<'a> Search<'a> {
    /// Numbers what is published. What does not fit in memory goes to the stage, if there is one.
    pub fn new(site: &Site, stage: Option<&'a Stage>) -> Self {
        let mut places = vec![0; site.items.len()];
        let languages = (0..).zip(&site.config.languages);
        let indexes = languages.map(|(language, _)| {
            let numbered = numbered(site, language);
            for (place, (_, id)) in (0..).zip(&numbered) {
                places[*id as usize] = place;
            }
            let shards = shard_count(site.everything(language).len());
            let (numbers, ids) = numbered.into_iter().unzip();
            IndexFiles { postings: Postings::new(stage, shards), numbers, ids }
        });
        let indexes = indexes.collect();
        Self { indexes, places }
    }

    /// The number of a published item in the index of its language.
    fn number(&self, site: &Site, id: ItemId) -> DocumentNumber {
        let index = &self.indexes[usize::from(site.item(id).language)];
        index.numbers[self.places[id as usize] as usize]
    }

    /// Where the text of a published item stands.
    fn path(&self, site: &Site, id: ItemId) -> String {
        let folder = site.config.search_url(site.item(id).language);
        let DocumentNumber { day, slot } = self.number(site, id);
        // A folder for about a month.
        format!("{folder}text/{}/{day}-{slot}.txt", day >> 5)
    }

    /// The published item whose text stands at a path.
    pub fn text_at(&self, site: &Site, path: &str) -> Option<ItemId> {
        let (_, name) = path.strip_suffix(".txt")?.rsplit_once('/')?;
        let (day, slot) = name.split_once('-')?;
        let number = DocumentNumber { day: day.parse().ok()?, slot: slot.parse().ok()? };
        let found = self.indexes.iter().filter_map(|index| {
            let place = index.numbers.iter().position(|known| *known == number)?;
            Some(index.ids[place])
        });
        found.into_iter().find(|id| self.path(site, *id) == path)
    }

    /// The bytes of the file with the text of an item.
    pub fn text(site: &Site, id: ItemId, body: &Body) -> Vec<u8> {
        pack(&Document::new(site.item(id), body).json(site))
    }

    /// Takes a published item into the index. Returns the path and the bytes of its file.
    pub fn add(&self, site: &Site, id: ItemId, body: &Body) -> Result<(String, Vec<u8>), Failure> {
        let item = site.item(id);
        let (index, place) = (&self.indexes[usize::from(item.language)], self.places[id as usize]);
        let document = Document::new(item, body);
        index.postings.add(place, &document.folded())?;
        Ok((self.path(site, id), pack(&document.json(site))))
    }

    /// Writes the index files.
    pub fn finish<T: Send>(
        self,
        site: &Site,
        write: impl Fn(String, &[u8]) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let mut files = Vec::new();
        for (language, index) in (0..).zip(self.indexes) {
            let folder = site.config.search_url(language);
            let path = |name: &str| format!("{folder}index/{name}.txt");
            let own = index.postings.finish(&index.numbers, |name, text| write(path(name), text));
            files.extend(own?);
        }
        Ok(files)
    }
}

/// The items of a language with their numbers, in the order of these: newest first.
fn numbered(site: &Site, language: LanguageId) -> Vec<(DocumentNumber, ItemId)> {
    let items = (0..).zip(&site.items).filter(|(_, item)| item.language == language);
    let mut items: Vec<(u32, u64, ItemId)> =
        items.map(|(id, item)| (day_of(item, site), xxh3_64(item.url.as_bytes()), id)).collect();
    items.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut numbered = Vec::with_capacity(items.len());
    for same_day in items.chunk_by(|a, b| a.0 == b.0) {
        // Four times as many slots as documents: those that collide are few, and a document more
        // or less changes the slots of no others.
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

/// Days from 1900-01-01 to that on which an item was first seen.
fn day_of(item: &Item, site: &Site) -> u32 {
    let Moment::Day(day) = item.window.from_written.day(&site.config.zone) else { return 0 };
    u32::try_from(days_between(date(1900, 1, 1), day)).unwrap_or(0).min(LAST_DAY)
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// What is known of a document: what the script shows, and what it searches in.
struct Document<'a> {
    item: &'a Item,
    /// Number, unit, tags, titles of attachments, names and the like of special kinds.
    details: Vec<&'a str>,
    parts: Vec<TextPart>,
}

impl<'a> Document<'a> {
    fn new(item: &'a Item, body: &Body) -> Self {
        let known = &item.details;
        let mut details = vec![known.document_number.as_ref(), known.unit.as_ref()];
        details.extend(item.tags.iter().map(AsRef::as_ref));
        details.extend(known.attachments.iter().map(|named| named.title.as_ref()));
        details.extend(known.special.as_deref().into_iter().flat_map(KindData::texts));
        details.retain(|text| !text.is_empty());
        let text = item.summary.to_string();
        let summary = (!text.is_empty()).then(|| TextPart { text, ..TextPart::default() });
        Self { item, details, parts: summary.into_iter().chain(parts(&body.html)).collect() }
    }

    /// Its texts as they are searched, the best first.
    fn folded(&self) -> Vec<(Field, String)> {
        let mut folded = vec![(Field::Title, fold(&self.item.title))];
        let headings = self.parts.iter().map(|part| part.heading.as_str());
        let headings = self.details.iter().copied().chain(headings);
        folded.extend(headings.map(|text| (Field::Heading, fold(text))));
        folded.extend(self.parts.iter().map(|part| (Field::Text, fold(&part.text))));
        folded
    }

    /// URL, title, category, date for machines and for people, details, parts.
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
        ]);
        format!("{whole}\n")
    }
}
