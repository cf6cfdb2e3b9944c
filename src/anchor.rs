//! Ids of headings and footnotes.

use std::hash::{DefaultHasher, Hash, Hasher};

use unicode_normalization::char::is_combining_mark;

use crate::card::nfc;

/// How anchors are kept: a million headings are many.
pub fn anchor_hash(anchor: &str) -> u64 {
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

/// The id of a footnote: apart from those of headings.
pub fn footnote_id(name: &str) -> String {
    format!("fn-{}", heading_id(name))
}
