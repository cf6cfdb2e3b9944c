//! Ids of headings, clauses and footnotes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::text::{is_alphanumeric, is_mark, is_thai, nfc};

/// Hashes an anchor. A portal may have a million headings, so that only hashes are kept.
pub(crate) fn anchor_hash(anchor: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    anchor.hash(&mut hasher);
    hasher.finish()
}

/// Returns the id of a heading, as on GitHub: lower case, with hyphens for white space and without
/// punctuation. Thai vowels and tone marks are kept.
pub fn heading_id(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in nfc(text.trim()).chars() {
        if c.is_whitespace() {
            id.push('-');
        } else if is_thai(c) {
            // A fast path: the general rule has the same result.
            id.push(c);
        } else if c == '-' || c == '_' || is_alphanumeric(c) || is_mark(c) {
            id.extend(c.to_lowercase());
        }
    }
    not_reserved(id)
}

/// Returns the braces at the end of the text of a heading.
pub(super) fn braces_at_end(heading: &str) -> Option<&str> {
    let is_underline = |c| matches!(c, '=' | '-' | '#' | ' ' | '\t' | '\r' | '\n');
    let text = heading.trim_end_matches(is_underline);
    let start = text.rfind('{').filter(|_| text.ends_with('}'))?;
    Some(&text[start..])
}

/// Returns whether braces contain one id and nothing else.
pub(super) fn is_only_id(braces: &str) -> bool {
    let words = braces.trim_matches(['{', '}']).split_whitespace();
    words.clone().count() == 1 && words.clone().all(|word| word.starts_with('#'))
}

/// Returns whether an anchor leads to the top of the page (HTML, section 7.4.6.4).
pub(crate) fn leads_to_top(anchor: &str) -> bool {
    anchor.is_empty() || anchor.eq_ignore_ascii_case("top")
}

/// Returns an id, with a prefix if it is reserved: `pk-` for the theme, `fn-` for footnotes.
fn not_reserved(id: String) -> String {
    if id.starts_with("pk-") || id.starts_with("fn-") { format!("h-{id}") } else { id }
}

/// Returns an id of raw HTML as the page may have it. Returns `None` if it is none.
pub(super) fn html_id(id: &str) -> Option<String> {
    let id = nfc(id);
    let is_id = !id.is_empty() && !id.contains(char::is_whitespace);
    is_id.then(|| not_reserved(id))
}

/// The ids of a page. Each is used only once.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Hashes of the ids in use, with the last number that was added to each.
    used: HashMap<u64, u32>,
}

impl Ids {
    /// Reserves an id. If it is in use, adds a number: the second gets `-1`, the third `-2`, as on
    /// GitHub.
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

    /// Returns whether an id is in use.
    pub(super) fn has(&self, id: &str) -> bool {
        self.used.contains_key(&anchor_hash(id))
    }

    /// Returns the hashes of all ids.
    pub(super) fn into_hashes(self) -> Box<[u64]> {
        self.used.into_keys().collect()
    }
}
