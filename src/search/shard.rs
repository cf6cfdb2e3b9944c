//! Files of the search's index: of every gram the documents that hold it.
//!
//! Most searches need the best documents only, and every search loads these files. So of a long
//! list the file has the first documents, and the whole list stands in a file of its own. Long
//! grams that begin alike share a line where few documents hold them: to read these costs less than
//! to tell them apart. Where so many begin alike that the file would grow large, they go into
//! files of their own.

use std::fmt::Write as _;

use crate::search::tokens::{CLUSTERS_IN_KEY, first_clusters, shard_of_first};

/// Where in a document a gram stands; the best place comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    /// In the title.
    Title,
    /// In a heading, or among what a list says of the document.
    Heading,
    /// In the text.
    Text,
}

impl Field {
    /// All of them, the best first.
    pub(super) const ALL: [Self; 3] = [Self::Title, Self::Heading, Self::Text];
}

/// The name of a document within an index: newest first, and no other document changes it but one
/// of the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DocumentNumber {
    /// Days from 1900-01-01 to that on which it was published.
    pub day: u32,
    /// Its place within the day.
    pub slot: u32,
}

/// The day before all lists begin: later than any that is read.
pub(super) const LAST_DAY: u32 = 110_000;

/// A list of more documents than these is long,
const LONG_LIST: usize = 512;
/// and only so many of it stand in the index file. Grams that many documents hold have many that
/// are longer by a cluster, all in one file.
const HEAD: usize = 128;

/// Grams that begin alike share a line if no more documents than these hold them.
const FEW: usize = 16;
/// Stands behind what they share.
const AND_LONGER: char = '+';
/// Lines of long grams that begin alike and are more bytes than these go into files of their own,
const MOST_THAT_BEGIN_ALIKE: usize = 6 << 10;
/// each of about so many bytes.
const PART: usize = 4 << 10;
/// Stands behind what they share.
const APART: char = '>';
/// Bytes of a posting.
const POSTING: usize = size_of::<u32>();

/// A gram and its postings: each the place of a document in the order of the index and, in the
/// lowest two bits, the field.
pub(super) type PostingRecord<'r> = (&'r str, &'r [u8]);

/// A file of the index in the making, with those that belong to it.
#[derive(Debug)]
pub(super) struct Shard<'n> {
    /// The documents in their order.
    numbers: &'n [DocumentNumber],
    /// The lines.
    text: String,
    /// Whole lists, and parts that would be too much for the file itself.
    others: Vec<String>,
}

impl<'n> Shard<'n> {
    /// The file of these grams. `numbers` has the documents in their order.
    pub(super) fn new(numbers: &'n [DocumentNumber], records: Vec<PostingRecord>) -> Self {
        let mut shard = Self { numbers, text: String::new(), others: Vec::new() };
        let is_short =
            |record: &PostingRecord| first_clusters(record.0, CLUSTERS_IN_KEY - 1) == record.0;
        let (short, long): (Vec<PostingRecord>, Vec<PostingRecord>) =
            records.into_iter().partition(is_short);
        shard.whole(&short);
        shard.begun(long, CLUSTERS_IN_KEY);
        shard
    }

    /// The files by their names.
    pub(super) fn files(self, number: u32) -> impl Iterator<Item = (String, String)> {
        let others = self.others.into_iter().enumerate();
        let others = others.map(move |(n, text)| (format!("{number}-{n}"), text));
        others.chain([(number.to_string(), self.text)])
    }

    /// Adds grams in order, a line each.
    fn whole(&mut self, records: &[PostingRecord]) {
        for same in records.chunk_by(|a, b| a.0 == b.0) {
            self.line(same[0].0, None, &merged(same));
        }
    }

    /// Adds grams that agree in all clusters but the last of so many, and those that are longer.
    fn begun(&mut self, mut records: Vec<PostingRecord>, clusters: usize) {
        records.sort_by_key(|(gram, _)| (first_clusters(gram, clusters), *gram));
        let begin_alike = |a: &PostingRecord, b: &PostingRecord| {
            first_clusters(a.0, clusters) == first_clusters(b.0, clusters)
        };
        for alike in records.chunk_by(begin_alike) {
            let shared = first_clusters(alike[0].0, clusters);
            let start = self.text.len();
            self.alike(shared, alike, clusters);
            if self.text.len() - start > MOST_THAT_BEGIN_ALIKE {
                let lines = self.text.split_off(start);
                self.apart(shared, clusters, alike, &lines);
            }
        }
    }

    /// Adds grams that begin with so many clusters.
    fn alike(&mut self, shared: &str, records: &[PostingRecord], clusters: usize) {
        let may_be_few = records.iter().all(|(_, list)| list.len() / POSTING <= FEW);
        let few = may_be_few.then(|| merged(records)).filter(|list| list.len() <= FEW);
        if let Some(list) = few {
            return self.line(shared, Some(AND_LONGER), &list);
        }
        let (whole, longer): (Vec<PostingRecord>, Vec<PostingRecord>) =
            records.iter().partition(|(gram, _)| *gram == shared);
        self.whole(&whole);
        if !longer.is_empty() {
            self.begun(longer, clusters + 1);
        }
    }

    /// Adds lines that begin with so many clusters, in files of their own by the next cluster, and
    /// a line for what they share.
    fn apart(&mut self, shared: &str, clusters: usize, records: &[PostingRecord], lines: &str) {
        let count = (lines.len() / PART).next_power_of_two();
        let mut parts = vec![String::new(); count];
        for line in lines.split_inclusive('\n') {
            let gram = line.split(['\t', AND_LONGER, APART]).next().unwrap_or_default();
            let count = u32::try_from(count).unwrap_or(1);
            parts[shard_of_first(gram, clusters + 1, count) as usize].push_str(line);
        }
        let first = self.others.len();
        self.others.append(&mut parts);
        self.line(shared, Some(APART), &merged(records));
        self.text.pop();
        let _ = writeln!(self.text, "\t{first}\t{count}");
    }

    /// A gram, and the documents that hold it; of a long list the first, then the length and the
    /// number of the file with the whole list.
    fn line(&mut self, gram: &str, mark: Option<char>, list: &[u32]) {
        let is_long = list.len() > LONG_LIST;
        self.text.push_str(gram);
        self.text.extend(mark);
        write_fields(if is_long { &list[..HEAD] } else { list }, self.numbers, &mut self.text);
        if is_long {
            let _ = write!(self.text, "\t{}\t{}", list.len(), self.others.len());
            let mut whole = String::new();
            write_fields(list, self.numbers, &mut whole);
            self.others.push(whole);
        } else if mark == Some(APART) {
            self.text.push_str("\t\t");
        }
        self.text.push('\n');
    }
}

/// The postings of several records: a document only in its best field, the best field first, then
/// the newest.
fn merged(records: &[PostingRecord]) -> Vec<u32> {
    let bytes = records.iter().flat_map(|(_, list)| list.chunks_exact(POSTING));
    let mut list: Vec<u32> = bytes.map(number_from).collect();
    list.sort_unstable();
    list.dedup_by_key(|posting| *posting >> 2);
    list.sort_unstable_by_key(|posting| (*posting & 3, *posting >> 2));
    list
}

/// A number of four bytes, the lowest first.
pub(super) fn number_from(bytes: &[u8]) -> u32 {
    bytes.try_into().map_or(0, u32::from_le_bytes)
}

/// What an index file has of a gram: the documents that hold it in their title, in a heading, in
/// their text, each only once.
fn write_fields(list: &[u32], numbers: &[DocumentNumber], out: &mut String) {
    for field in Field::ALL {
        out.push('\t');
        let own = list.iter().filter(|posting| **posting & 3 == field as u32);
        write_list(own.map(|posting| numbers[(posting >> 2) as usize]), out);
    }
}

/// Documents, newest first: twice the days since the one before less one, then the slot; or, on
/// the same day, twice the slots since the one before less one, and one.
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

    /// The files of a shard for so many documents, in each of which stand some grams.
    fn files(documents: u32, grams: impl Fn(u32) -> Vec<String>) -> Vec<(String, String)> {
        let mut lists = std::collections::BTreeMap::<String, Vec<u8>>::new();
        for place in 0..documents {
            for gram in grams(place) {
                let posting = (place << 2) | Field::Text as u32;
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
    fn of_a_long_list_the_beginning_stands_in_the_file() {
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
        // Ten documents hold klmno. A hundred hold abcd, twenty of these abcde, each with an end of
        // its own.
        let files = files(100, |n| {
            let letter = if n < 20 { 'e' } else { 'f' };
            let own = format!("abcd{letter}{n:02}");
            if n < 10 { vec![own, "klm".into(), "klmno".into()] } else { vec![own] }
        });
        let found = grams(&files.last().unwrap().1);
        let wanted = ["klm", "abcde0+", "abcde1+", "abcdf2+", "abcdf3+"];
        assert_eq!(found[..5], wanted);
        assert_eq!(found[found.len() - 2..], ["abcdf9+", "klmn+"]);
        assert_eq!(found.len(), 12);
    }

    #[test]
    fn many_grams_that_begin_alike_stand_apart() {
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
            let own = |gram: &str| shard_of_first(gram, 5, count as u32) as usize;
            assert!(grams(part).iter().all(|gram| own(gram.trim_end_matches('+')) == n), "{part}");
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
