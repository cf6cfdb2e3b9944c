//! Postings: which documents contain which gram. Collected in bounded memory, then written as the
//! files of an index.
//!
//! Each worker collects into a buffer of its own. A full buffer is sorted and written to disk as a
//! run. At the end, all runs are merged, one partition of the files at a time.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::diagnostics::Failure;
use crate::output::{Scratch, Stage};
use crate::search::shard::{DocumentNumber, Field, PostingRecord, Shard, number_from};
use crate::search::tokens::{grams, shard_of};

/// How many postings the buffers of all workers hold together: about 30 MB.
const MAX_IN_MEMORY: usize = 4 << 20;
/// Memory that a gram itself takes, counted in postings.
const GRAM_WEIGHT: usize = 24;
/// The number of partitions. Each is merged by one task.
const MAX_PARTITIONS: u32 = 256;

/// The postings of one index.
#[derive(Debug)]
pub(super) struct Postings<'a> {
    /// Where runs are written. If there is none, they stay in memory.
    stage: Option<&'a Stage>,
    shards: u32,
    max_in_buffer: usize,
    /// One for each thread.
    buffers: Vec<Mutex<Buffer>>,
    runs: Mutex<Vec<SortedRun>>,
    scratch: Mutex<Option<Scratch>>,
}

/// For each gram the documents that contain it. A posting is the position of a document in the
/// index, with the field in the two lowest bits.
#[derive(Debug, Default)]
struct Buffer {
    lists: HashMap<Box<str>, PostingList, BuildHasherDefault<GramHasher>>,
    count: usize,
}

/// The postings of a gram. The last one has a field of its own because every new posting is
/// compared with it.
#[derive(Debug)]
struct PostingList {
    last: u32,
    others: Vec<u32>,
}

/// Hashes grams, which are a few bytes long, with a single call.
#[derive(Debug, Default)]
struct GramHasher(u64);

impl Hasher for GramHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 ^= xxh3_64(bytes);
    }

    /// Ignores the byte that ends a text.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The contents of a buffer, sorted by shard and gram.
#[derive(Debug)]
struct SortedRun {
    bytes: RunBytes,
    /// The offset at which each partition begins, followed by the length of the run.
    partitions: Vec<u64>,
}

/// Where the bytes of a run are.
#[derive(Debug)]
enum RunBytes {
    /// In memory.
    Memory(Vec<u8>),
    /// In the scratch file, from this offset on.
    Scratch(u64),
}

impl<'a> Postings<'a> {
    /// Creates empty postings for an index of `shards` files.
    pub(super) fn new(stage: Option<&'a Stage>, shards: u32) -> Self {
        Self {
            stage,
            shards,
            max_in_buffer: MAX_IN_MEMORY / rayon::current_num_threads(),
            buffers: (0..=rayon::current_num_threads()).map(|_| Mutex::default()).collect(),
            runs: Mutex::default(),
            scratch: Mutex::default(),
        }
    }

    /// Adds the folded texts of a document, the best field first. `position` is the document's
    /// position in the index.
    pub(super) fn add(&self, position: u32, fields: &[(Field, String)]) -> Result<(), Failure> {
        let thread = rayon::current_thread_index().unwrap_or(self.buffers.len() - 1);
        let mut buffer = lock(&self.buffers[thread]);
        for (field, text) in fields {
            grams(text, |gram| buffer.add(gram, position, *field));
        }
        if buffer.count >= self.max_in_buffer {
            let mut run = self.sorted_run(std::mem::take(&mut *buffer));
            if let (RunBytes::Memory(bytes), Some(stage)) = (&run.bytes, self.stage) {
                let mut scratch = lock(&self.scratch);
                let file = match scratch.take() {
                    Some(file) => file,
                    None => stage.scratch()?,
                };
                run.bytes = RunBytes::Scratch(scratch.insert(file).append(bytes)?);
            }
            lock(&self.runs).push(run);
        }
        Ok(())
    }

    fn partition_of(&self, shard: u32) -> usize {
        (shard / (self.shards / self.partition_count())) as usize
    }

    fn partition_count(&self) -> u32 {
        self.shards.min(MAX_PARTITIONS)
    }

    fn sort_key(&self, gram: &str) -> SortKey {
        (shard_of(gram, self.shards), first_bytes(gram))
    }

    fn sorted_run(&self, buffer: Buffer) -> SortedRun {
        let lists = buffer.lists.iter();
        let mut lists: Vec<(SortKey, &str, &PostingList)> =
            lists.map(|(gram, list)| (self.sort_key(gram), &**gram, list)).collect();
        lists.sort_unstable_by_key(|(key, gram, _)| (*key, *gram));
        let mut bytes = Vec::with_capacity(buffer.count * 4);
        let mut partitions = Vec::new();
        for ((shard, _), gram, list) in lists {
            partitions.resize(self.partition_of(shard) + 1, bytes.len() as u64);
            for length in [gram.len(), list.others.len() + 1] {
                bytes.extend(u32::try_from(length).unwrap_or(0).to_le_bytes());
            }
            bytes.extend(gram.as_bytes());
            let postings = list.others.iter().chain([&list.last]);
            postings.for_each(|posting| bytes.extend(posting.to_le_bytes()));
        }
        partitions.resize(self.partition_count() as usize + 1, bytes.len() as u64);
        SortedRun { bytes: RunBytes::Memory(bytes), partitions }
    }

    /// Writes the files of the index with `write`, which gets their names. Every shard is written,
    /// also an empty one, so that a search for an unknown gram is not a failed request. `numbers`
    /// are the documents in the order of the index.
    pub(super) fn finish<T: Send>(
        self,
        numbers: &[DocumentNumber],
        write: impl Fn(&str, &[u8]) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let last = |buffer: &Mutex<Buffer>| self.sorted_run(std::mem::take(&mut *lock(buffer)));
        let rest: Vec<SortedRun> = self.buffers.par_iter().map(last).collect();
        let mut runs = std::mem::take(&mut *lock(&self.runs));
        runs.extend(rest);
        let scratch = lock(&self.scratch).take();
        let partitions: Result<Vec<Vec<T>>, Failure> = (0..self.partition_count())
            .into_par_iter()
            .map(|partition| {
                let blocks = blocks(&runs, partition as usize, scratch.as_ref())?;
                let texts = self.merge(partition, &blocks, numbers);
                texts.iter().map(|(name, text)| write(name, text.as_bytes())).collect()
            })
            .collect();
        Ok(partitions?.into_iter().flatten().collect())
    }

    /// Merges a partition of all runs. Returns the names and texts of its files.
    fn merge(
        &self,
        partition: u32,
        blocks: &[PostingBlock],
        numbers: &[DocumentNumber],
    ) -> Vec<(String, String)> {
        let records = blocks.iter().flat_map(|block| records(block));
        let mut records: Vec<(SortKey, PostingRecord)> =
            records.map(|record| (self.sort_key(record.0), record)).collect();
        records.sort_by_key(|(key, (gram, _))| (*key, *gram));
        let width = self.shards / self.partition_count();
        let mut rest = records.as_slice();
        let mut texts = Vec::new();
        for shard in partition * width..(partition + 1) * width {
            let end = rest.partition_point(|((other, _), _)| *other == shard);
            let (in_shard, others) = rest.split_at(end);
            rest = others;
            let records = in_shard.iter().map(|(_, record)| *record).collect();
            texts.extend(Shard::new(numbers, records).files(shard));
        }
        texts
    }
}

impl Buffer {
    /// Adds a posting. Returns `false` if the document is already listed, in the same or a better field.
    fn add(&mut self, gram: &str, position: u32, field: Field) -> bool {
        let posting = (position << 2) | field as u32;
        match self.lists.get_mut(gram) {
            // The best field comes first.
            Some(list) if list.last >> 2 == position => return false,
            Some(list) => list.others.push(std::mem::replace(&mut list.last, posting)),
            None => {
                self.lists.insert(gram.into(), PostingList { last: posting, others: Vec::new() });
                self.count += GRAM_WEIGHT;
            }
        }
        self.count += 1;
        true
    }
}

/// The shard of a gram and its first bytes. Grams are compared only where the keys are equal.
type SortKey = (u32, u64);

fn first_bytes(gram: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = gram.len().min(bytes.len());
    bytes[..length].copy_from_slice(&gram.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

/// The part of a run that belongs to one partition.
type PostingBlock<'r> = std::borrow::Cow<'r, [u8]>;

fn blocks<'r>(
    runs: &'r [SortedRun],
    partition: usize,
    scratch: Option<&Scratch>,
) -> Result<Vec<PostingBlock<'r>>, Failure> {
    let block = |run: &'r SortedRun| {
        let (from, to) = (run.partitions[partition], run.partitions[partition + 1]);
        Ok(match (&run.bytes, scratch) {
            (RunBytes::Memory(bytes), _) => bytes[from as usize..to as usize].into(),
            (RunBytes::Scratch(start), Some(scratch)) => {
                scratch.read(start + from, (to - from) as usize)?.into()
            }
            (RunBytes::Scratch(_), None) => Vec::new().into(),
        })
    };
    runs.iter().map(block).collect()
}

/// Reads the grams of a block, each with its postings.
fn records(mut block: &[u8]) -> impl Iterator<Item = PostingRecord<'_>> {
    std::iter::from_fn(move || {
        let (gram, list) = (number_from(block.get(..4)?), number_from(block.get(4..8)?));
        let (gram, list) = (gram as usize, list as usize * 4);
        let record = &block[8..8 + gram + list];
        block = &block[8 + gram + list..];
        Some((std::str::from_utf8(&record[..gram]).ok()?, &record[gram..]))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn built(max_in_buffer: usize) -> BTreeMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let wait = std::time::Duration::from_secs(1);
        let stage = Stage::begin(&folder.path().join("site"), wait).unwrap();
        let mut postings = Postings::new(Some(&stage), 1024);
        postings.max_in_buffer = max_in_buffer;
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
            assert_eq!(in_memory, built(most), "{most} in a buffer");
        }
    }
}
