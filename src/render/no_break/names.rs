//! Finds names in a text.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::markdown::escape;
use crate::render::no_break::scan::{first_char, last_char};
use crate::text::{is_alphanumeric, leans_back, leans_forward, runs_on};

/// The number of bytes that make the key of a name.
const KEY: usize = 6;

/// Names with the same key, as HTML. There may be thousands, but they have few lengths.
#[derive(Debug, Default)]
struct NamesByPrefix {
    names: HashSet<Box<[u8]>>,
    lengths: BTreeSet<usize>,
}

/// Names, by their first bytes. Nearly no place in a text begins a name, so a bit filter comes before the
/// map.
///
/// An automaton of aho-corasick 1.1 was measured instead. In a build of the demonstration portal (3,000 million
/// instructions), all of `NoBreak::set` apart from what it calls takes 40 million, and looking names up takes
/// 23 million; making this filter takes 6 million. The automaton takes 55 million for a scan alone and 162
/// million to be made (as a DFA), or 106 and 22 million (as a contiguous NFA). The text must be read once more all the
/// same, for spaces, tags and numbers.
#[derive(Debug)]
pub(super) struct Names {
    /// A bit for each hashed key.
    bits: Box<[u64; 1024]>,
    /// The names, by key.
    by_key: HashMap<u64, NamesByPrefix>,
    /// Whether a name begins with an ASCII character.
    pub(super) have_ascii: bool,
}

impl Names {
    pub(super) fn new(names: &BTreeSet<&str>) -> Self {
        let mut this =
            Self { bits: Box::new([0; 1024]), by_key: HashMap::new(), have_ascii: false };
        for name in names {
            let mut html = String::with_capacity(name.len());
            escape(name, &mut html);
            let Some(key) = key_at(html.as_bytes(), 0) else { continue };
            this.have_ascii |= name.starts_with(|c: char| c.is_ascii());
            let bit = bit_of(key);
            this.bits[bit / 64] |= 1 << (bit % 64);
            let same_key = this.by_key.entry(key).or_default();
            same_key.lengths.insert(html.len());
            same_key.names.insert(html.into_bytes().into());
        }
        this
    }

    /// Returns the next position where a name may begin, or where a character begins that is neither Thai nor
    /// Lao.
    pub(super) fn next_at(&self, text: &[u8], from: usize) -> usize {
        let mut rest = &text[from..];
        while let [0xE0, _, _, after @ ..] = rest
            && let Some(key) = rest.first_chunk().map(|bytes| key_of(*bytes))
            && !self.may_begin(key)
        {
            rest = after;
        }
        text.len() - rest.len()
    }

    fn may_begin(&self, key: u64) -> bool {
        let bit = bit_of(key);
        self.bits[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// Returns the end of the longest name that begins at `at`. Returns `None` if no name begins there.
    pub(super) fn end_at(&self, text: &[u8], start: usize, at: usize) -> Option<usize> {
        let key = key_at(text, at)?;
        if !self.may_begin(key) {
            return None;
        }
        let names = self.by_key.get(&key)?;
        let before = last_char(&text[start..at]);
        let rest = &text[at..];
        let fits = |name: &&[u8]| {
            names.names.contains(*name) && is_whole(name, before, first_char(&rest[name.len()..]))
        };
        let lengths = names.lengths.iter().rev();
        let end = at + lengths.filter_map(|length| rest.get(..*length)).find(fits)?.len();
        // In กองวิชาการฯ the sign belongs to the name, in ฯลฯ it does not.
        let (sign, list) = ("ฯ".as_bytes(), "ฯลฯ".as_bytes());
        let has_sign = text[end..].starts_with(sign) && !text[end..].starts_with(list);
        Some(if has_sign { end + sign.len() } else { end })
    }
}

/// Returns whether a name is complete: not part of a syllable, nor of a word in a script that puts spaces
/// between words. `before` and `after` are the characters around it.
fn is_whole(name: &[u8], before: Option<char>, after: Option<char>) -> bool {
    let is_word = |c: Option<char>| {
        c.is_some_and(|c| is_alphanumeric(c) && !runs_on(c.encode_utf8(&mut [0; 4])))
    };
    let parts_word = |edge: Option<char>, next: Option<char>| is_word(edge) && is_word(next);
    !before.is_some_and(leans_forward)
        && !after.is_some_and(leans_back)
        && !parts_word(first_char(name), before)
        && !parts_word(last_char(name), after)
}

/// Returns the key at a position of a text. Returns `None` if the text is too short.
fn key_at(text: &[u8], at: usize) -> Option<u64> {
    let text = text.get(at..)?;
    let mut bytes = [0; 8];
    bytes[..KEY].copy_from_slice(text.get(..KEY)?);
    Some(key_of(bytes))
}

fn key_of(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes) & ((1 << (8 * KEY)) - 1)
}

/// Hashes a key to one of 65,536 bits.
fn bit_of(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}
