//! Writes the files of the index. A shard lists, for each of its grams, the documents that contain
//! it.
//!
//! Every search loads shards, and most searches need only the best documents. Three rules keep
//! shards small:
//!
//! * A shard has the beginning of a long list. The whole list has a file of its own.
//! * Long grams with a common prefix share a line if few documents contain them: reading a few
//!   texts more costs less than a line for each gram.
//! * Where so many grams have a common prefix that the shard would grow large, they are moved to
//!   files of their own.

use std::fmt::Write as _;

use jiff::civil::{Date, date};

use crate::search::tokens::{CLUSTERS_IN_KEY, first_clusters, shard_of_prefix};

/// The part of a document that contains a gram. The best field comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    /// The title.
    Title,
    /// A heading, or details such as tags and the document number.
    Heading,
    /// The text.
    Text,
}

impl Field {
    /// All fields, the best first.
    pub(super) const ALL: [Self; 3] = [Self::Title, Self::Heading, Self::Text];
}

/// Identifies a document within an index. The order is newest first. Only documents of the same day
/// can change the number of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DocumentNumber {
    /// Days from 1900-01-01 to the day of publication.
    pub day: u32,
    /// Its position within the day.
    pub slot: u32,
}

impl DocumentNumber {
    /// Returns the number by which the script knows the document: the newer, the smaller.
    pub(super) fn id(self) -> u64 {
        u64::from(LAST_DAY - self.day) << 24 | u64::from(self.slot)
    }
}

/// The latest day. Lists count back from the day after it.
pub(super) const LAST_DAY: u32 = 110_000;

/// Returns the days from 1900-01-01 to a day.
pub(super) fn day_number(day: Date) -> u32 {
    let days = date(1900, 1, 1).until(day).map_or(0, |span| span.get_days());
    u32::try_from(days).unwrap_or(0).min(LAST_DAY)
}

/// Longer lists than this have a file of their own.
const LONG_LIST: usize = 512;
/// How many documents of a long list the shard keeps. A frequent gram has many extensions by one
/// cluster, and all of them are in the same shard.
const HEAD_LENGTH: usize = 128;

/// The most documents for which grams with a common prefix share a line.
const MAX_SHARED: usize = 16;
/// Follows the common prefix of grams that share a line.
const SHARED_MARK: char = '+';
/// The most bytes of lines with a common prefix. More are moved to files of their own.
const MAX_PREFIX_BYTES: usize = 6 << 10;
/// The approximate size of such a file, in bytes.
const PART_BYTES: usize = 4 << 10;
/// Follows the common prefix of grams in files of their own.
const PARTS_MARK: char = '>';
/// The size of a posting, in bytes.
const POSTING_BYTES: usize = size_of::<u32>();

/// A gram and its postings. A posting is the position of a document in the index, with the field in
/// the two lowest bits.
pub(super) type PostingRecord<'r> = (&'r str, &'r [u8]);

/// A shard under construction, with the other files that belong to it.
#[derive(Debug)]
pub(super) struct Shard<'n> {
    /// The documents in the order of the index.
    numbers: &'n [DocumentNumber],
    /// The lines of the shard.
    text: String,
    /// The other files: whole lists, and grams with a common prefix.
    others: Vec<String>,
}

impl<'n> Shard<'n> {
    /// Creates the shard of some grams. `numbers` are the documents in the order of the index.
    pub(super) fn new(numbers: &'n [DocumentNumber], records: Vec<PostingRecord>) -> Self {
        let mut shard = Self { numbers, text: String::new(), others: Vec::new() };
        let is_short =
            |record: &PostingRecord| first_clusters(record.0, CLUSTERS_IN_KEY - 1) == record.0;
        let (short, long): (Vec<PostingRecord>, Vec<PostingRecord>) =
            records.into_iter().partition(is_short);
        shard.add_each(&short);
        shard.add_by_prefix(long, CLUSTERS_IN_KEY);
        shard
    }

    /// Returns the names and texts of the files.
    pub(super) fn files(self, number: u32) -> impl Iterator<Item = (String, String)> {
        let others = self.others.into_iter().enumerate();
        let others = others.map(move |(n, text)| (format!("{number}-{n}"), text));
        others.chain([(number.to_string(), self.text)])
    }

    /// Adds a line for each gram.
    fn add_each(&mut self, records: &[PostingRecord]) {
        for same in records.chunk_by(|a, b| a.0 == b.0) {
            self.add_line(same[0].0, None, &merged(same));
        }
    }

    /// Adds grams of at least `clusters` clusters, grouped by the prefix of this length.
    fn add_by_prefix(&mut self, mut records: Vec<PostingRecord>, clusters: usize) {
        records.sort_by_key(|(gram, _)| (first_clusters(gram, clusters), *gram));
        let has_same_prefix = |a: &PostingRecord, b: &PostingRecord| {
            first_clusters(a.0, clusters) == first_clusters(b.0, clusters)
        };
        for group in records.chunk_by(has_same_prefix) {
            let prefix = first_clusters(group[0].0, clusters);
            let start = self.text.len();
            self.add_group(prefix, group, clusters);
            if self.text.len() - start > MAX_PREFIX_BYTES {
                let lines = self.text.split_off(start);
                self.move_to_parts(prefix, clusters, group, &lines);
            }
        }
    }

    /// Adds grams with a common prefix of `clusters` clusters.
    fn add_group(&mut self, prefix: &str, records: &[PostingRecord], clusters: usize) {
        let may_share = records.iter().all(|(_, list)| list.len() / POSTING_BYTES <= MAX_SHARED);
        let shared = may_share.then(|| merged(records)).filter(|list| list.len() <= MAX_SHARED);
        if let Some(list) = shared {
            return self.add_line(prefix, Some(SHARED_MARK), &list);
        }
        let (whole, longer): (Vec<PostingRecord>, Vec<PostingRecord>) =
            records.iter().partition(|(gram, _)| *gram == prefix);
        self.add_each(&whole);
        if !longer.is_empty() {
            self.add_by_prefix(longer, clusters + 1);
        }
    }

    /// Distributes lines with a common prefix over files of their own, by their next cluster, and
    /// adds a line for the prefix.
    fn move_to_parts(
        &mut self,
        prefix: &str,
        clusters: usize,
        records: &[PostingRecord],
        lines: &str,
    ) {
        let count = (lines.len() / PART_BYTES).next_power_of_two();
        let mut parts = vec![String::new(); count];
        for line in lines.split_inclusive('\n') {
            let gram = line.split(['\t', SHARED_MARK, PARTS_MARK]).next().unwrap_or_default();
            let count = u32::try_from(count).unwrap_or(1);
            parts[shard_of_prefix(gram, clusters + 1, count) as usize].push_str(line);
        }
        let first = self.others.len();
        self.others.append(&mut parts);
        self.add_line(prefix, Some(PARTS_MARK), &merged(records));
        self.text.pop();
        let _ = writeln!(self.text, "\t{first}\t{count}");
    }

    /// Adds a gram and the documents that contain it. Of a long list, it adds the beginning, the
    /// length, and the number of the file with the whole list.
    fn add_line(&mut self, gram: &str, mark: Option<char>, list: &[u32]) {
        let is_long = list.len() > LONG_LIST;
        self.text.push_str(gram);
        self.text.extend(mark);
        write_fields(
            if is_long { &list[..HEAD_LENGTH] } else { list },
            self.numbers,
            &mut self.text,
        );
        if is_long {
            let _ = write!(self.text, "\t{}\t{}", list.len(), self.others.len());
            let mut whole = String::new();
            write_fields(list, self.numbers, &mut whole);
            self.others.push(whole);
        } else if mark == Some(PARTS_MARK) {
            self.text.push_str("\t\t");
        }
        self.text.push('\n');
    }
}

/// Merges the postings of several records. Each document is listed in its best field only. The
/// order is by field, then newest first.
fn merged(records: &[PostingRecord]) -> Vec<u32> {
    let bytes = records.iter().flat_map(|(_, list)| list.chunks_exact(POSTING_BYTES));
    let mut list: Vec<u32> = bytes.map(number_from).collect();
    list.sort_unstable();
    list.dedup_by_key(|posting| *posting >> 2);
    list.sort_unstable_by_key(|posting| (*posting & 3, *posting >> 2));
    list
}

/// Reads a little-endian number of four bytes.
pub(super) fn number_from(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_le_bytes)
}

/// Writes the documents of a gram: those with the gram in the title, in a heading, in the text.
fn write_fields(list: &[u32], numbers: &[DocumentNumber], out: &mut String) {
    for field in Field::ALL {
        out.push('\t');
        let in_field = list.iter().filter(|posting| **posting & 3 == field as u32);
        write_list(in_field.map(|posting| numbers[(posting >> 2) as usize]), out);
    }
}

/// Writes documents as differences, newest first. With `d` days since the document before, these
/// are `2(d - 1)` and the slot; on the same day, with `s` slots since it, `2(s - 1) + 1`.
fn write_list(list: impl Iterator<Item = DocumentNumber>, out: &mut String) {
    let mut last = DocumentNumber { day: LAST_DAY + 1, slot: 0 };
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

/// Writes a number in visible ASCII: the last digit is one of 60 characters, the digits before it
/// are of 30 others.
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

    /// The files of a shard for some documents, each with the grams that `grams` returns for it.
    fn files(documents: u32, grams: impl Fn(u32) -> Vec<String>) -> Vec<(String, String)> {
        let mut lists = std::collections::BTreeMap::<String, Vec<u8>>::new();
        for position in 0..documents {
            for gram in grams(position) {
                let posting = (position << 2) | Field::Text as u32;
                lists.entry(gram).or_default().extend(posting.to_le_bytes());
            }
        }
        let numbers: Vec<DocumentNumber> =
            (0..documents).map(|slot| DocumentNumber { day: 1, slot }).collect();
        let records = lists.iter().map(|(gram, list)| (gram.as_str(), list.as_slice())).collect();
        Shard::new(&numbers, records).files(7).collect()
    }

    fn grams(text: &str) -> Vec<&str> {
        text.lines().map(|line| line.split('\t').next().unwrap()).collect()
    }

    #[test]
    fn a_shard_has_the_beginning_of_a_long_list() {
        let files = files(1000, |n| vec!["abc".into(), format!("x{}", n % 2)]);
        let (name, text) = files.last().unwrap();
        assert_eq!((name.as_str(), files.len()), ("7", 2));
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [6, 4, 4], "{text}");
        let [gram, "", "", head, "1000", "0"] = lines[0][..] else { panic!("{text}") };
        let whole = files[0].1.strip_prefix("\t\t\t").unwrap();
        assert_eq!((gram, files[0].0.as_str()), ("abc", "7-0"));
        assert!(whole.starts_with(head) && head.len() < whole.len() / 5, "{head} {whole}");
    }

    #[test]
    fn long_grams_of_few_documents_share_a_line() {
        // Ten documents contain klmno. A hundred contain abcd, twenty of these abcde, each with an
        // end of its own.
        let files = files(100, |n| {
            let letter = if n < 20 { 'e' } else { 'f' };
            let word = format!("abcd{letter}{n:02}");
            if n < 10 { vec![word, "klm".into(), "klmno".into()] } else { vec![word] }
        });
        let grams_of_last = grams(&files.last().unwrap().1);
        let wanted = ["klm", "abcde0+", "abcde1+", "abcdf2+", "abcdf3+"];
        assert_eq!(grams_of_last[..5], wanted);
        assert_eq!(grams_of_last[grams_of_last.len() - 2..], ["abcdf9+", "klmn+"]);
        assert_eq!(grams_of_last.len(), 12);
    }

    #[test]
    fn many_grams_with_a_common_prefix_have_their_own_files() {
        let files = files(3000, |n| vec![format!("abcd{n:04}"), "abce".into()]);
        let text = &files.last().unwrap().1;
        assert_eq!(grams(text), ["abcd>", "abce"]);
        let line: Vec<&str> = text.lines().next().unwrap().split('\t').collect();
        let [_, _, _, _, "3000", whole, first, count] = line[..] else { panic!("{line:?}") };
        let (whole, first): (usize, usize) = (whole.parse().unwrap(), first.parse().unwrap());
        let count: usize = count.parse().unwrap();
        assert_eq!((first, whole), (0, count));
        assert!(count >= 2 && files.len() == count + 3, "{}", files.len());
        for (n, (name, part)) in files[first..first + count].iter().enumerate() {
            assert_eq!(*name, format!("7-{n}"));
            let part_of = |gram: &str| shard_of_prefix(gram, 5, count as u32) as usize;
            assert!(
                grams(part).iter().all(|gram| part_of(gram.trim_end_matches('+')) == n),
                "{part}"
            );
        }
        let all = files[first..first + count].iter().flat_map(|(_, part)| grams(part));
        assert_eq!(all.count(), 3000 / 10, "shared by tens");
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
