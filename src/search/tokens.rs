//! Text as a search compares it, and the pieces under which it is found. The script of the search
//! page does the same in the reader's browser; `tests/js/vectors.json` holds both to it.
//!
//! Thai is written without spaces, and no two programs part it into the same words. So nothing is
//! parted into words: every run of up to eight *clusters* (a letter with the signs that stand
//! over, under or behind it) is a gram, and what a reader types is looked up by its grams.

use unicode_normalization::char::is_combining_mark;

use crate::content::nfc;
use crate::text::digit_value;

/// The most characters in a cluster: signs piled higher than any language does begin a new one.
const LONGEST_CLUSTER: usize = 4;

/// The most clusters in a gram. With fewer, more documents hold all grams of a word but not the
/// word, and each is read in vain.
const LONGEST_GRAM: usize = 8;
/// So many clusters say in which file a gram is. Grams that agree in them stand together, so those
/// between the two lengths need no lines of their own: they are found as beginnings of longer ones.
pub(super) const CLUSTERS_IN_KEY: usize = 4;

/// Documents for each file of a large index: a file is then a few kilobytes. In a small one the
/// grams weigh more than what holds them, and there is a file for each document.
const DOCUMENTS_PER_SHARD: usize = 4;
/// The most files of a small index.
const FEW_SHARDS: usize = 1024;
/// The most files of an index.
const MOST_SHARDS: u32 = 1 << 18;

/// A text without what a search passes over: words in small letters, one space between them. A
/// word is a run of letters, their signs, and digits; Thai digits become Arabic ones, sara am and
/// sara ae typed in two pieces become one letter, invisible characters go, and so does a comma
/// between digits; ฯ ends a word as a full stop does.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut gap = Gap::None;
    for c in nfc(text).chars() {
        if is_invisible(c) {
            continue;
        }
        if !stands_in_word(c) {
            let is_in_number = gap == Gap::None && folded.ends_with(|c: char| c.is_ascii_digit());
            gap = if c == ',' && is_in_number { Gap::Comma } else { Gap::Word };
            continue;
        }
        let parts = match std::mem::take(&mut gap) {
            Gap::None => false,
            Gap::Comma => digit_value(c).is_none(),
            Gap::Word => !folded.is_empty(),
        };
        if parts {
            folded.push(' ');
        }
        add(c, &mut folded);
    }
    folded
}

/// What was passed over since the last letter or digit.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    /// A comma behind a digit, which parts no number.
    Comma,
    /// What parts words.
    Word,
}

/// Soft hyphen, zero-width space, joiners, word joiner, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

fn stands_in_word(c: char) -> bool {
    match c {
        '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' => c != 'ฯ',
        _ if c.is_ascii() => c.is_ascii_alphanumeric(),
        _ => c.is_alphanumeric() || is_combining_mark(c),
    }
}

fn add(c: char, folded: &mut String) {
    match c {
        '๐'..='๙' => folded.push(char::from(b'0' + (c as u32 - '๐' as u32) as u8)),
        'า' => add_sara_aa(folded),
        'เ' if folded.ends_with('เ') => {
            folded.pop();
            folded.push('แ');
        }
        'ก'..='๎' => folded.push(c),
        _ => folded.extend(c.to_lowercase()),
    }
}

/// After a ring above, also with a tone mark between, `า` is the second half of `ำ`.
fn add_sara_aa(folded: &mut String) {
    let tone = folded.chars().next_back().filter(|c| matches!(c, '่'..='๋'));
    let before = folded.len() - tone.map_or(0, char::len_utf8);
    let Some(at) = folded[..before].ends_with('ํ').then(|| before - 'ํ'.len_utf8()) else {
        return folded.push('า');
    };
    folded.truncate(at);
    folded.extend(tone);
    folded.push('ำ');
}

/// Where the clusters of a folded word begin.
fn cluster_starts(word: &str) -> impl Iterator<Item = usize> {
    let mut length = 0;
    word.char_indices().filter_map(move |(at, c)| {
        let goes_on = (1..LONGEST_CLUSTER).contains(&length) && is_sign(c);
        length = if goes_on { length + 1 } else { 1 };
        (!goes_on).then_some(at)
    })
}

/// The beginning of a folded word: so many of its clusters, or all there are.
pub(super) fn first_clusters(word: &str, count: usize) -> &str {
    &word[..cluster_starts(word).nth(count).unwrap_or(word.len())]
}

/// What belongs to the letter before it.
fn is_sign(c: char) -> bool {
    match c {
        '\u{E31}' | '\u{E33}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}' => true,
        '\u{E01}'..='\u{E5B}' => false,
        _ => !c.is_ascii() && is_combining_mark(c),
    }
}

/// Every gram of a folded text: from each place in a word the longest run of clusters, the runs of
/// two and three, the cluster itself, and each beginning of it. At each place the longest comes
/// first; where `is_new` has seen it in this text, the shorter ones at that place, which stood there
/// too, are passed over.
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
            let beginnings = characters.map(|(at, c)| start + at + c.len_utf8());
            let all = long.into_iter().chain(short).chain(beginnings);
            let _ = all.map(|end| &word[start..end]).all(&mut is_new);
        }
    }
}

/// How many files an index of so many documents has: a power of two, so that it rarely changes.
pub(crate) fn shard_count(documents: usize) -> u32 {
    let wanted = (documents / DOCUMENTS_PER_SHARD).max(documents.min(FEW_SHARDS));
    let wanted = u32::try_from(wanted).unwrap_or(u32::MAX);
    wanted.clamp(1, MOST_SHARDS).next_power_of_two()
}

/// The file of the index that holds a gram, by its first clusters.
pub(super) fn shard_of(gram: &str, shards: u32) -> u32 {
    shard_of_first(gram, CLUSTERS_IN_KEY, shards)
}

/// Which of so many files holds a gram, by so many of its clusters. The signs of the last of these
/// do not count: a reader may not have typed them yet. Of a single cluster they do, as its
/// beginnings are grams, too. (FNV-1a over UTF-16, which is what scripts see.)
pub(super) fn shard_of_first(gram: &str, clusters: usize, shards: u32) -> u32 {
    let last = cluster_starts(gram).take(clusters).last().filter(|last| *last > 0);
    let bare = last.and_then(|last| Some(last + gram[last..].chars().next()?.len_utf8()));
    let counts = &gram[..bare.unwrap_or(gram.len())];
    let hash = counts
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
            let mut found = Vec::new();
            grams(&folded, |gram| {
                found.push(gram);
                true
            });
            assert_eq!(found, wanted, "{folded:?}");
        }
        for (gram, shards, shard) in vectors.shards {
            assert_eq!(shard_of(&gram, shards), shard, "{gram:?}");
        }
    }
}
