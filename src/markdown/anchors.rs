//! Ids of headings, clauses and footnotes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::char::is_combining_mark;

use crate::content::nfc;

/// How anchors are kept: a million headings are many.
pub(crate) fn anchor_hash(anchor: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    anchor.hash(&mut hasher);
    hasher.finish()
}

/// The id of a heading, as on GitHub: small letters, white space to hyphens, punctuation dropped.
/// Thai vowels and tone marks stay.
pub fn heading_id(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in nfc(text.trim()).chars() {
        if c.is_whitespace() {
            id.push('-');
        } else if is_thai(c) {
            id.push(c);
        } else if c == '-' || c == '_' || c.is_alphanumeric() || is_combining_mark(c) {
            id.extend(c.to_lowercase());
        }
    }
    // Ids that begin with `pk-` are the theme's own, those with `fn-` are footnotes.
    if id.starts_with("pk-") || id.starts_with("fn-") { format!("h-{id}") } else { id }
}

/// Thai letters, vowels, tone marks and digits, without ฿ ๏ ๚ ๛: what the general rule says of
/// them, said quickly.
fn is_thai(c: char) -> bool {
    matches!(c, '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E50}'..='\u{E59}')
}

/// The ids of one page, each once.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Ids in use, hashed, with the number that the next equal one gets.
    used: HashMap<u64, u32>,
}

impl Ids {
    /// Takes an id, or one with a number: the second of equal ones gets `-1`, the third `-2`, as
    /// on GitHub.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let base = if wanted.is_empty() { "section".to_owned() } else { wanted };
        let first = anchor_hash(&base);
        let Some(mut next) = self.used.get(&first).copied() else {
            self.used.insert(first, 0);
            return base;
        };
        let id = loop {
            next += 1;
            let id = format!("{base}-{next}");
            if let Entry::Vacant(free) = self.used.entry(anchor_hash(&id)) {
                free.insert(0);
                break id;
            }
        };
        self.used.insert(first, next);
        id
    }

    /// Whether an id is in use.
    pub(super) fn has(&self, id: &str) -> bool {
        self.used.contains_key(&anchor_hash(id))
    }

    /// All of them, hashed.
    pub(super) fn into_hashes(self) -> Box<[u64]> {
        self.used.into_keys().collect()
    }
}
