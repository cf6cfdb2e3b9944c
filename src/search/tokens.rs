//! Normalizes text for search and cuts it into grams.
//!
//! Thai is written without spaces, and no two programs segment it into the same words. The index
//! therefore does not use words: every run of up to eight *clusters* (a letter with the signs above,
//! below or after it) is a gram, and a query is looked up by its grams.
//!
//! The script of the search page does the same in the reader's browser. `tests/js/vectors.json` has
//! examples that both must satisfy.

use crate::text::{
    arabic_digit, digit_value, is_alphanumeric, is_mark, is_thai_tone, is_zero_width, nfc,
};

/// The most characters in a cluster. Signs beyond these, which no language stacks, begin a new one.
const LONGEST_CLUSTER: usize = 4;

/// The most clusters in a gram. With fewer, more documents contain all grams of a word but not the
/// word itself, and each of these is loaded in vain.
const LONGEST_GRAM: usize = 8;
/// How many clusters of a gram decide its shard. Grams of lengths between this and the longest need
/// no lines of their own: a search finds them as prefixes of longer ones in the same shard.
pub(super) const CLUSTERS_IN_KEY: usize = 4;

/// Documents for each shard of a large index. A shard is then a few kilobytes. In a small index,
/// grams take more space than postings, and there is a shard for each document.
const DOCUMENTS_PER_SHARD: usize = 4;
/// The most shards of a small index.
const MAX_SMALL_SHARDS: usize = 1024;
/// The most shards of an index.
const MAX_SHARDS: u32 = 1 << 18;

/// Normalizes a text for search: words in lower case, with one space between them.
///
/// A word is a run of letters, their signs, and digits. Thai digits become Arabic ones. Sara am and
/// sara ae typed as two characters become one. Invisible characters and commas between digits are
/// removed. ฯ ends a word, as a full stop does.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = Gap::None;
    for c in nfc(text).chars() {
        if is_zero_width(c) {
            continue;
        }
        if !is_word_character(c) {
            let is_in_number = gap == Gap::None && folded.ends_with(|c: char| c.is_ascii_digit());
            gap = if c == ',' && is_in_number { Gap::Comma } else { Gap::Word };
            continue;
        }
        let is_separated = match std::mem::take(&mut gap) {
            Gap::None => false,
            Gap::Comma => digit_value(c).is_none(),
            Gap::Word => !folded.is_empty(),
        };
        if is_separated {
            folded.push(' ');
        }
        push_folded(c, &mut folded);
    }
    folded
}

/// What was skipped since the last letter or digit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    /// A comma after a digit. It does not separate numbers.
    Comma,
    /// Anything that separates words.
    Word,
}

fn is_word_character(c: char) -> bool {
    c != 'ฯ' && (is_alphanumeric(c) || is_mark(c))
}

fn push_folded(c: char, folded: &mut String) {
    match c {
        '๐'..='๙' => folded.push(arabic_digit(c)),
        'า' => push_sara_aa(folded),
        'เ' if folded.ends_with('เ') => {
            folded.pop();
            folded.push('แ');
        }
        'ก'..='๎' => folded.push(c),
        _ => folded.extend(c.to_lowercase()),
    }
}

/// Adds `า`. After a nikhahit, also with a tone mark between, it is the second half of `ำ`.
fn push_sara_aa(folded: &mut String) {
    let tone = folded.chars().next_back().filter(|c| is_thai_tone(*c));
    let before = folded.len() - tone.map_or(0, char::len_utf8);
    let Some(at) = folded[..before].ends_with('ํ').then(|| before - 'ํ'.len_utf8()) else {
        return folded.push('า');
    };
    folded.truncate(at);
    folded.extend(tone);
    folded.push('ำ');
}

/// Returns the offsets at which the clusters of a folded word begin.
fn cluster_starts(word: &str) -> impl Iterator<Item = usize> {
    let mut length = 0;
    word.char_indices().filter_map(move |(at, c)| {
        let continues = (1..LONGEST_CLUSTER).contains(&length) && is_sign(c);
        length = if continues { length + 1 } else { 1 };
        (!continues).then_some(at)
    })
}

/// Returns the first `count` clusters of a folded word, or all of it if it has fewer.
pub(super) fn first_clusters(word: &str, count: usize) -> &str {
    &word[..cluster_starts(word).nth(count).unwrap_or(word.len())]
}

/// Returns whether a character belongs to the letter before it.
fn is_sign(c: char) -> bool {
    c == 'ำ' || is_mark(c)
}

/// Calls `is_new` with every gram of a folded text.
///
/// At each cluster of a word, these are the longest run of clusters, the runs of three and two, the
/// cluster, and each prefix of it. The longest comes first. If `is_new` returns `false`, the shorter
/// grams at this position, which have occurred with it, are skipped.
pub(super) fn grams<'t>(folded: &'t str, mut is_new: impl FnMut(&'t str) -> bool) {
    let mut starts = Vec::new();
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        starts.clear();
        starts.extend(cluster_starts(word));
        starts.push(word.len());
        for (n, cluster) in starts.windows(2).enumerate() {
            let start = cluster[0];
            let ends = &starts[n + 1..];
            let longest = ends.len().min(LONGEST_GRAM);
            let long = (longest >= CLUSTERS_IN_KEY).then(|| ends[longest - 1]);
            let short = ends.iter().take(CLUSTERS_IN_KEY - 1).skip(1).rev().copied();
            let characters = word[start..cluster[1]].char_indices().rev();
            let prefixes = characters.map(|(at, c)| start + at + c.len_utf8());
            let all = long.into_iter().chain(short).chain(prefixes);
            let _ = all.map(|end| &word[start..end]).all(&mut is_new);
        }
    }
}

/// Returns the number of shards for an index. It is a power of two, so that it rarely changes.
pub(crate) fn shard_count(documents: usize) -> u32 {
    let wanted = (documents / DOCUMENTS_PER_SHARD).max(documents.min(MAX_SMALL_SHARDS));
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    wanted.clamp(1, MAX_SHARDS).next_power_of_two()
}

/// Returns the shard of a gram, which depends on its first clusters.
pub(super) fn shard_of(gram: &str, shards: u32) -> u32 {
    shard_of_prefix(gram, CLUSTERS_IN_KEY, shards)
}

/// Returns which of `shards` files has a gram, by a hash of its first `clusters` clusters.
///
/// The signs of the last of these clusters do not count, as a reader may not have typed them yet.
/// Those of a single cluster do, as its prefixes are grams, too. The hash is FNV-1a over UTF-16,
/// which is what scripts see.
pub(super) fn shard_of_prefix(gram: &str, clusters: usize, shards: u32) -> u32 {
    let last = cluster_starts(gram).take(clusters).last().filter(|last| *last > 0);
    let end = last.and_then(|last| Some(last + gram[last..].chars().next()?.len_utf8()));
    let hashed = &gram[..end.unwrap_or(gram.len())];
    let hash = hashed
        .encode_utf16()
        .fold(0x811C_9DC5_u32, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 15)) & (shards - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vectors {
        fold: Vec<(String, String)>,
        grams: Vec<(String, Vec<String>)>,
        shards: Vec<(String, u32, u32)>,
    }

    #[test]
    fn folds_as_the_script_does() {
        let vectors: Vectors =
            serde_json::from_str(include_str!("../../tests/js/vectors.json")).unwrap();
        for (text, folded) in vectors.fold {
            assert_eq!(fold(&text), folded, "{text:?}");
            assert_eq!(fold(&folded), folded, "twice: {text:?}");
        }
        for (folded, wanted) in vectors.grams {
            let mut new_grams = Vec::new();
            grams(&folded, |gram| {
                new_grams.push(gram);
                true
            });
            assert_eq!(new_grams, wanted, "{folded:?}");
        }
        for (gram, shards, shard) in vectors.shards {
            assert_eq!(shard_of(&gram, shards), shard, "{gram:?}");
        }
    }
}
