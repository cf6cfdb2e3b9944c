//! Which documents hold which gram: gathered in bounded memory, written as the files of an index.
//!
//! Workers gather into piles. A pile that has grown is sorted and put aside on the disk as a run;
//! at the end the runs are merged, a stretch of files at a time.
//!
//! Most searches need the best documents only. So of a long list the index file has the first
//! documents, and the whole list stands in a file of its own. Of long grams those that begin alike
//! share a line where few documents hold them: to read these costs less than to tell them apart.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostic::Failure;
use crate::fold::{CLUSTERS_IN_KEY, first_clusters, grams, shard_of};
use crate::tree::{Scratch, Stage};

/// Where in a document a gram stands; the best place comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// In the title.
    Title,
    /// In a heading, or among what a list says of the document.
    Heading,
    /// In the text.
    Text,
}

impl Field {
    /// All of them, the best first.
    pub const ALL: [Self; 3] = [Self::Title, Self::Heading, Self::Text];
}

/// The name of a document within an index: newest first, and no other document changes it but one
/// of the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Days from 1900-01-01 to that on which it was published.
    pub day: u32,
    /// Its place within the day.
    pub slot: u32,
}

/// The day before all lists begin: later than any that is read.
pub const LAST_DAY: u32 = 110_000;

/// A list of more documents than these is long,
const LONG_LIST: usize = 512;
/// and only so many of it stand in the index file. Grams that many documents hold have many that
/// are longer by a cluster, all in one file.
const HEAD: usize = 128;

/// Grams that begin alike share a line if no more documents than these hold them.
const FEW: usize = 16;
/// Stands behind what they share.
const AND_LONGER: char = '+';

/// Postings that are kept in memory, by all workers together: about thirty megabytes.
const MOST_IN_MEMORY: usize = 4 << 20;
/// What a gram itself takes in memory, in postings.
const GRAM_WEIGHT: usize = 24;
/// Stretches of files that are merged at a time.
const MOST_STRETCHES: u32 = 256;

/// The postings of one index.
#[derive(Debug)]
pub struct Postings<'a> {
    /// Where what does not fit in memory is put; without one, all of it stays there.
    stage: Option<&'a Stage>,
    shards: u32,
    most_in_pile: usize,
    /// One for each thread.
    piles: Vec<Mutex<Pile>>,
    runs: Mutex<Vec<Run>>,
    scratch: Mutex<Option<Scratch>>,
}

/// For each gram the documents that hold it, by their place in the order of the index and, in the
/// lowest two bits, the field.
#[derive(Debug, Default)]
struct Pile {
    lists: HashMap<Box<str>, List, BuildHasherDefault<GramHasher>>,
    count: usize,
}

/// The postings of a gram. The last one is looked at far more often than the others are written.
#[derive(Debug)]
struct List {
    last: u32,
    others: Vec<u32>,
}

/// Grams are a few bytes long: one call hashes them.
#[derive(Debug, Default)]
struct GramHasher(u64);

impl Hasher for GramHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= xxh3_64(bytes);
    }

    /// Only ends a text.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A pile, sorted by file and gram.
#[derive(Debug)]
struct Run {
    /// Where its bytes are: in memory, or from a place in the scratch file on.
    bytes: Result<Vec<u8>, u64>,
    /// Where each stretch begins in it; and its end.
    stretches: Vec<u64>,
}

impl<'a> Postings<'a> {
    /// No postings, for an index of so many files.
    pub fn new(stage: Option<&'a Stage>, shards: u32) -> Self {
        Self {
            stage,
            shards,
            most_in_pile: MOST_IN_MEMORY / rayon::current_num_threads(),
            piles: (0..=rayon::current_num_threads()).map(|_| Mutex::default()).collect(),
            runs: Mutex::default(),
            scratch: Mutex::default(),
        }
    }

    /// Adds a document, by its place in the order of the index, with its texts, folded, the best
    /// field first.
    pub fn add(&self, place: u32, fields: &[(Field, String)]) -> Result<(), Failure> {
        let own = rayon::current_thread_index().unwrap_or(self.piles.len() - 1);
        let mut pile = held(&self.piles[own]);
        for (field, text) in fields {
            grams(text, |gram| pile.add(gram, place, *field));
        }
        if pile.count >= self.most_in_pile {
            let mut run = self.run(std::mem::take(&mut *pile));
            if let (Ok(bytes), Some(stage)) = (&run.bytes, self.stage) {
                let mut scratch = held(&self.scratch);
                let open = match scratch.take() {
                    Some(open) => open,
                    None => stage.scratch()?,
                };
                run.bytes = Err(scratch.insert(open).append(bytes)?);
            }
            held(&self.runs).push(run);
        }
        Ok(())
    }

    fn stretch_of(&self, shard: u32) -> usize {
        (shard / (self.shards / self.stretch_count())) as usize
    }

    fn stretch_count(&self) -> u32 {
        self.shards.min(MOST_STRETCHES)
    }

    fn order(&self, gram: &str) -> Order {
        (shard_of(gram, self.shards), first_bytes(gram))
    }

    fn run(&self, pile: Pile) -> Run {
        let lists = pile.lists.iter();
        let mut lists: Vec<(Order, &str, &List)> =
            lists.map(|(gram, list)| (self.order(gram), &**gram, list)).collect();
        lists.sort_unstable_by_key(|(order, gram, _)| (*order, *gram));
        let mut bytes = Vec::with_capacity(pile.count * 4);
        let mut stretches = Vec::new();
        for ((shard, _), gram, list) in lists {
            stretches.resize(self.stretch_of(shard) + 1, bytes.len() as u64);
            for length in [gram.len(), list.others.len() + 1] {
                bytes.extend(u32::try_from(length).unwrap_or(0).to_le_bytes());
            }
            bytes.extend(gram.as_bytes());
            let postings = list.others.iter().chain([&list.last]);
            postings.for_each(|posting| bytes.extend(posting.to_le_bytes()));
        }
        stretches.resize(self.stretch_count() as usize + 1, bytes.len() as u64);
        Run { bytes: Ok(bytes), stretches }
    }

    /// Writes the files of the index by their names: those with a number, all of them, also empty
    /// ones, so that looking for what is nowhere is no error; and those of long lists. `numbers` has
    /// the documents in their order.
    pub fn finish<T: Send>(
        self,
        numbers: &[Number],
        write: impl Fn(&str, &[u8]) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let last = |pile: &Mutex<Pile>| self.run(std::mem::take(&mut *held(pile)));
        let rest: Vec<Run> = self.piles.par_iter().map(last).collect();
        let mut runs = std::mem::take(&mut *held(&self.runs));
        runs.extend(rest);
        let scratch = held(&self.scratch).take();
        let stretches: Result<Vec<Vec<T>>, Failure> = (0..self.stretch_count())
            .into_par_iter()
            .map(|stretch| {
                let blocks = blocks(&runs, stretch as usize, scratch.as_ref())?;
                let texts = self.merged(stretch, &blocks, numbers);
                texts.iter().map(|(name, text)| write(name, text.as_bytes())).collect()
            })
            .collect();
        Ok(stretches?.into_iter().flatten().collect())
    }

    /// The files of a stretch, by their names.
    fn merged(&self, stretch: u32, blocks: &[Block], numbers: &[Number]) -> Vec<(String, String)> {
        let records = blocks.iter().flat_map(|block| records(block));
        let mut records: Vec<(Order, Record)> =
            records.map(|record| (self.order(record.0), record)).collect();
        records.sort_by_key(|(order, (gram, _))| (*order, *gram));
        let width = self.shards / self.stretch_count();
        let mut rest = records.as_slice();
        let mut texts = Vec::new();
        for shard in stretch * width..(stretch + 1) * width {
            let (own, others) = rest.split_at(rest.partition_point(|record| record.0.0 == shard));
            rest = others;
            let own = own.iter().map(|(_, record)| *record).collect();
            let mut file = File { shard, numbers, text: String::new(), whole_lists: Vec::new() };
            file.add(own);
            texts.append(&mut file.whole_lists);
            texts.push((shard.to_string(), file.text));
        }
        texts
    }
}

/// A gram and its postings.
type Record<'r> = (&'r str, &'r [u8]);

/// A file of the index, as it is written.
struct File<'n> {
    shard: u32,
    /// The documents in their order.
    numbers: &'n [Number],
    text: String,
    /// The files of its long lists, by their names.
    whole_lists: Vec<(String, String)>,
}

impl File<'_> {
    /// Adds grams in any order.
    fn add(&mut self, records: Vec<Record>) {
        let is_short = |record: &&Record| first_clusters(record.0, CLUSTERS_IN_KEY - 1) == record.0;
        let (short, long): (Vec<Record>, Vec<Record>) = records.iter().partition(is_short);
        self.whole(&short);
        self.long(long, CLUSTERS_IN_KEY);
    }

    /// Adds grams in order, a line each.
    fn whole(&mut self, records: &[Record]) {
        for same in records.chunk_by(|a, b| a.0 == b.0) {
            self.line(same[0].0, None, &merged_list(same));
        }
    }

    /// Adds grams that begin alike, in all clusters before this.
    fn long(&mut self, mut records: Vec<Record>, clusters: usize) {
        records.sort_by_key(|(gram, _)| (first_clusters(gram, clusters), *gram));
        let begin_alike =
            |a: &Record, b: &Record| first_clusters(a.0, clusters) == first_clusters(b.0, clusters);
        for alike in records.chunk_by(begin_alike) {
            let shared = first_clusters(alike[0].0, clusters);
            let may_be_few = alike.iter().all(|(_, list)| list.len() / 4 <= FEW);
            let few = may_be_few.then(|| merged_list(alike)).filter(|list| list.len() <= FEW);
            if let Some(list) = few {
                self.line(shared, Some(AND_LONGER), &list);
                continue;
            }
            let (whole, longer): (Vec<Record>, Vec<Record>) =
                alike.iter().partition(|(gram, _)| *gram == shared);
            self.whole(&whole);
            if !longer.is_empty() {
                self.long(longer, clusters + 1);
            }
        }
    }

    /// A gram, and the documents that hold it; of a long list the first, then the length and the
    /// name of the file with the whole list.
    fn line(&mut self, gram: &str, mark: Option<char>, list: &[u32]) {
        let is_long = list.len() > LONG_LIST;
        self.text.push_str(gram);
        self.text.extend(mark);
        write_fields(if is_long { &list[..HEAD] } else { list }, self.numbers, &mut self.text);
        if is_long {
            let name = format!("{}-{}", self.shard, self.whole_lists.len());
            let _ = write!(self.text, "\t{}\t{name}", list.len());
            let mut whole = String::new();
            write_fields(list, self.numbers, &mut whole);
            self.whole_lists.push((name, whole));
        }
        self.text.push('\n');
    }
}

/// The postings of several records: a document only in its best field, the best field first, then
/// the newest.
fn merged_list(records: &[Record]) -> Vec<u32> {
    let bytes = records.iter().flat_map(|(_, list)| list.chunks_exact(4));
    let mut list: Vec<u32> = bytes.map(number_from).collect();
    list.sort_unstable();
    list.dedup_by_key(|posting| *posting >> 2);
    list.sort_unstable_by_key(|posting| (*posting & 3, *posting >> 2));
    list
}

impl Pile {
    /// Adds a posting; `false` if it is there already.
    fn add(&mut self, gram: &str, place: u32, field: Field) -> bool {
        let posting = (place << 2) | field as u32;
        match self.lists.get_mut(gram) {
            // The best field came first.
            Some(list) if list.last >> 2 == place => return false,
            Some(list) => list.others.push(std::mem::replace(&mut list.last, posting)),
            None => {
                self.lists.insert(gram.into(), List { last: posting, others: Vec::new() });
                self.count += GRAM_WEIGHT;
            }
        }
        self.count += 1;
        true
    }
}

/// The number of a gram's file, and its first bytes: what is not the same in both is in order
/// already.
type Order = (u32, u64);

fn first_bytes(gram: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = gram.len().min(bytes.len());
    bytes[..length].copy_from_slice(&gram.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// A stretch of a run.
type Block<'r> = std::borrow::Cow<'r, [u8]>;

fn blocks<'r>(
    runs: &'r [Run],
    stretch: usize,
    scratch: Option<&Scratch>,
) -> Result<Vec<Block<'r>>, Failure> {
    let block = |run: &'r Run| {
        let (from, to) = (run.stretches[stretch], run.stretches[stretch + 1]);
        Ok(match (&run.bytes, scratch) {
            (Ok(bytes), _) => bytes[from as usize..to as usize].into(),
            (Err(start), Some(scratch)) => scratch.read(start + from, (to - from) as usize)?.into(),
            (Err(_), None) => Vec::new().into(),
        })
    };
    runs.iter().map(block).collect()
}

/// The grams of a block, each with its postings.
fn records(mut block: &[u8]) -> impl Iterator<Item = Record<'_>> {
    std::iter::from_fn(move || {
        let (gram, list) = (number_from(block.get(..4)?), number_from(block.get(4..8)?));
        let (gram, list) = (gram as usize, list as usize * 4);
        let record = &block[8..8 + gram + list];
        block = &block[8 + gram + list..];
        Some((std::str::from_utf8(&record[..gram]).ok()?, &record[gram..]))
    })
}

fn number_from(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_le_bytes)
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What an index file has of a gram: the documents that hold it in their title, in a heading, in
/// their text, each only once.
fn write_fields(list: &[u32], numbers: &[Number], out: &mut String) {
    for field in Field::ALL {
        out.push('\t');
        let own = list.iter().filter(|posting| **posting & 3 == field as u32);
        write_list(own.map(|posting| numbers[(posting >> 2) as usize]), out);
    }
}

/// Documents, newest first: twice the days since the one before less one, then the slot; or, on
/// the same day, twice the slots since the one before less one, and one.
fn write_list(list: impl Iterator<Item = Number>, out: &mut String) {
    let mut last = Number { day: LAST_DAY + 1, slot: 0 };
    for number in list {
        if number.day == last.day {
            write_number((number.slot - last.slot - 1) * 2 + 1, out);
        } else {
            write_number((last.day - number.day - 1) * 2, out);
            write_number(number.slot, out);
        }
        last = number;
    }
}

/// A number in visible ASCII: sixty digits that end it, before them thirty that do not.
fn write_number(mut number: u32, out: &mut String) {
    while number >= 60 {
        out.push(char::from(b'!' + 60 + ((number - 60) % 30) as u8));
        number = (number - 60) / 30;
    }
    out.push(char::from(b'!' + number as u8));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn built(most_in_pile: usize) -> BTreeMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let wait = std::time::Duration::from_secs(1);
        let stage = Stage::begin(&folder.path().join("site"), wait).unwrap();
        let mut postings = Postings::new(Some(&stage), 1024);
        postings.most_in_pile = most_in_pile;
        let count = 700;
        (0..count).into_par_iter().for_each(|n: u32| {
            let text = format!("ประกาศจัดซื้อจัดจ้าง ครั้งที่ {n} สัญญา {}", n * 7919 % 1000);
            let fields = [(Field::Title, format!("จัดซื้อ {}", n % 9)), (Field::Text, text)];
            postings.add(n, &fields).unwrap();
        });
        let numbers: Vec<Number> =
            (0..count).map(|n| Number { day: 46_000 - n / 3, slot: n % 3 * 5 }).collect();
        let files = postings.finish(&numbers, |name, text| {
            Ok((name.to_owned(), String::from_utf8(text.to_vec()).unwrap()))
        });
        files.unwrap().into_iter().collect()
    }

    #[test]
    fn runs_on_disk_make_the_same_files() {
        let in_memory = built(usize::MAX);
        assert!(
            in_memory.values().any(|text| text.starts_with("จัดซื้\t") || text.contains("\nจัดซื้\t"))
        );
        for most in [1, 1_000] {
            assert_eq!(in_memory, built(most), "{most} in a pile");
        }
    }

    /// The line of a gram, in columns.
    fn line<'f>(files: &'f BTreeMap<String, String>, gram: &str) -> Vec<&'f str> {
        let lines = files.values().flat_map(|text| text.lines());
        let mut found = lines.filter(|line| line.split('\t').next() == Some(gram));
        let line = found.next().unwrap_or_else(|| panic!("no {gram}"));
        assert_eq!(found.next(), None, "{gram}");
        line.split('\t').collect()
    }

    #[test]
    fn of_a_long_list_the_beginning_stands_in_the_index() {
        let files = built(usize::MAX);
        let long = line(&files, "จัดซื้");
        assert_eq!(long[4], "700");
        let whole: Vec<&str> = files[long[5]].split('\t').collect();
        assert!(long[1].len() >= HEAD && whole[1].starts_with(long[1]), "{long:?}");
        assert!(long[2..4] == ["", ""] && whole[1].len() > long[1].len(), "{whole:?}");
        assert_eq!(
            files.len() - 1024,
            files.values().flat_map(|f| f.lines()).filter(|l| l.split('\t').count() == 6).count()
        );
    }

    #[test]
    fn long_grams_of_few_documents_share_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let stage =
            Stage::begin(&folder.path().join("site"), std::time::Duration::from_secs(1)).unwrap();
        let postings = Postings::new(Some(&stage), 1);
        let numbers: Vec<Number> = (0..100).map(|slot| Number { day: 46_000, slot }).collect();
        for place in 0..100 {
            let text =
                format!("abcd{}{place:02} wxyz{place:02}", if place < 20 { "e" } else { "f" });
            let text = if place < 10 { text + " klmno" } else { text + " klm" };
            postings.add(place, &[(Field::Text, text)]).unwrap();
        }
        let files = postings.finish(&numbers, |name, text| {
            Ok((name.to_owned(), String::from_utf8(text.to_vec()).unwrap()))
        });
        let files: BTreeMap<String, String> = files.unwrap().into_iter().collect();
        let lines = files["0"].lines().map(|line| line.split('\t').next().unwrap());
        let long: Vec<&str> = lines.filter(|gram| gram.len() > 3).collect();
        // Ten documents: the line says only how their grams begin. A hundred hold abcd, twenty of
        // these abcde: such grams go on until ten are left.
        for gram in ["klmn+", "abcde0+", "abcde1+", "abcdf9+", "wxyz5+"] {
            assert_eq!(long.iter().filter(|own| **own == gram).count(), 1, "{gram} {long:?}");
        }
        let unknown = |gram: &&str| ["klmno", "abcd", "abcd+", "abcde", "abcde+"].contains(gram);
        assert_eq!(long.iter().find(|gram| unknown(gram)), None);
    }

    #[test]
    fn numbers_are_short() {
        let coded = |number| {
            let mut text = String::new();
            write_number(number, &mut text);
            text
        };
        assert_eq!(coded(0), "!");
        assert_eq!(coded(59), "\\");
        assert_eq!(coded(60), "]!");
        assert_eq!(coded(1859), "z\\");
        assert_eq!(coded(1860), "]]!");
    }
}
