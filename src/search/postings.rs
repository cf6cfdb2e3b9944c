//! Which documents hold which gram: gathered in bounded memory, written as the files of an index.
//!
//! Workers gather into piles. A pile that has grown is sorted and put aside on the disk as a run;
//! at the end the runs are merged, a stretch of files at a time.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostics::Failure;
use crate::output::{Scratch, Stage};
use crate::search::shard::{DocumentNumber, Field, PostingRecord, Shard, number_from};
use crate::search::tokens::{grams, shard_of};

/// Postings that are kept in memory, by all workers together: about thirty megabytes.
const MOST_IN_MEMORY: usize = 4 << 20;
/// What a gram itself takes in memory, in postings.
const GRAM_WEIGHT: usize = 24;
/// Stretches of files that are merged at a time.
const MOST_STRETCHES: u32 = 256;

/// The postings of one index.
#[derive(Debug)]
pub(super) struct Postings<'a> {
    /// Where what does not fit in memory is put; without one, all of it stays there.
    stage: Option<&'a Stage>,
    shards: u32,
    most_in_pile: usize,
    /// One for each thread.
    piles: Vec<Mutex<Buffer>>,
    runs: Mutex<Vec<SortedRun>>,
    scratch: Mutex<Option<Scratch>>,
}

/// For each gram the documents that hold it, by their place in the order of the index and, in the
/// lowest two bits, the field.
#[derive(Debug, Default)]
struct Buffer {
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
struct SortedRun {
    /// Where its bytes are: in memory, or from a place in the scratch file on.
    bytes: Result<Vec<u8>, u64>,
    /// Where each stretch begins in it; and its end.
    stretches: Vec<u64>,
}

impl<'a> Postings<'a> {
    /// No postings, for an index of so many files.
    pub(super) fn new(stage: Option<&'a Stage>, shards: u32) -> Self {
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
    pub(super) fn add(&self, place: u32, fields: &[(Field, String)]) -> Result<(), Failure> {
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

    fn order(&self, gram: &str) -> SortKey {
        (shard_of(gram, self.shards), first_bytes(gram))
    }

    fn run(&self, pile: Buffer) -> SortedRun {
        let lists = pile.lists.iter();
        let mut lists: Vec<(SortKey, &str, &List)> =
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
        SortedRun { bytes: Ok(bytes), stretches }
    }

    /// Writes the files of the index by their names: those with a number, all of them, also empty
    /// ones, so that looking for what is nowhere is no error; and those of long lists. `numbers` has
    /// the documents in their order.
    pub(super) fn finish<T: Send>(
        self,
        numbers: &[DocumentNumber],
        write: impl Fn(&str, &[u8]) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let last = |pile: &Mutex<Buffer>| self.run(std::mem::take(&mut *held(pile)));
        let rest: Vec<SortedRun> = self.piles.par_iter().map(last).collect();
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
    fn merged(
        &self,
        stretch: u32,
        blocks: &[PostingBlock],
        numbers: &[DocumentNumber],
    ) -> Vec<(String, String)> {
        let records = blocks.iter().flat_map(|block| records(block));
        let mut records: Vec<(SortKey, PostingRecord)> =
            records.map(|record| (self.order(record.0), record)).collect();
        records.sort_by_key(|(order, (gram, _))| (*order, *gram));
        let width = self.shards / self.stretch_count();
        let mut rest = records.as_slice();
        let mut texts = Vec::new();
        for shard in stretch * width..(stretch + 1) * width {
            let (own, others) = rest.split_at(rest.partition_point(|record| record.0.0 == shard));
            rest = others;
            let own = own.iter().map(|(_, record)| *record).collect();
            texts.extend(Shard::new(numbers, own).files(shard));
        }
        texts
    }
}

impl Buffer {
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
type SortKey = (u32, u64);

fn first_bytes(gram: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = gram.len().min(bytes.len());
    bytes[..length].copy_from_slice(&gram.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// A stretch of a run.
type PostingBlock<'r> = std::borrow::Cow<'r, [u8]>;

fn blocks<'r>(
    runs: &'r [SortedRun],
    stretch: usize,
    scratch: Option<&Scratch>,
) -> Result<Vec<PostingBlock<'r>>, Failure> {
    let block = |run: &'r SortedRun| {
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
fn records(mut block: &[u8]) -> impl Iterator<Item = PostingRecord<'_>> {
    std::iter::from_fn(move || {
        let (gram, list) = (number_from(block.get(..4)?), number_from(block.get(4..8)?));
        let (gram, list) = (gram as usize, list as usize * 4);
        let record = &block[8..8 + gram + list];
        block = &block[8 + gram + list..];
        Some((std::str::from_utf8(&record[..gram]).ok()?, &record[gram..]))
    })
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let numbers: Vec<DocumentNumber> =
            (0..count).map(|n| DocumentNumber { day: 46_000 - n / 3, slot: n % 3 * 5 }).collect();
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
}
