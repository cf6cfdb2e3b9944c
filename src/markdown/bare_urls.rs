//! Addresses that are written as text.

/// Characters that end an address in a text, although an address may contain them.
const AFTER_ADDRESS: [char; 8] = ['\u{A0}', '\u{3000}', '“', '”', '‘', '’', '—', '…'];

/// Splits what the link finder takes for one address, with whether each part is an address. Thai has
/// no space between two addresses, nor before a quotation mark.
pub(super) fn split_addresses(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_url = rest.starts_with("http://") || rest.starts_with("https://");
        let end = rest.char_indices().skip(1).find_map(|(at, c)| {
            let begins_url = c == 'h'
                && ["http://", "https://"].iter().any(|scheme| rest[at..].starts_with(scheme));
            (begins_url || (is_url && AFTER_ADDRESS.contains(&c))).then_some(at)
        });
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push((piece, is_url));
        rest = after;
    }
    pieces
}

/// Replaces words by `…`. Returns `None` if no word is hidden.
pub(super) fn redact_words(text: &str, is_hidden: impl Fn(&str) -> bool) -> Option<String> {
    replace_words(text, "…", is_hidden)
}

/// Removes words. Returns `None` if no word is removed.
pub(super) fn remove_words(text: &str, is_removed: impl Fn(&str) -> bool) -> Option<String> {
    replace_words(text, "", is_removed)
}

fn replace_words(
    text: &str,
    replacement: &str,
    is_replaced: impl Fn(&str) -> bool,
) -> Option<String> {
    let mut out = String::new();
    let mut has_replaced = false;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let replaces = !word.is_empty() && is_replaced(word);
        has_replaced |= replaces;
        out.push_str(if replaces { replacement } else { word });
        out.push_str(&piece[word.len()..]);
    }
    has_replaced.then_some(out)
}
