//! Addresses that are written as text.

use crate::text::{ThaiInPath, address_end};

/// Splits what the link finder takes for one address, with whether each part is an address. Thai has
/// no space between two addresses, nor before a quotation mark, nor between an address and a word.
pub(super) fn split_addresses(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_url = rest.starts_with("http://") || rest.starts_with("https://");
        let end = if is_url { address_end(rest, ThaiInPath::BelongsToAddress) } else { rest.len() };
        let next_url = rest.match_indices("http").map(|(at, _)| at).find(|at| {
            let rest = &rest[*at..];
            *at > 0 && (rest.starts_with("http://") || rest.starts_with("https://"))
        });
        let (piece, after) = rest.split_at(next_url.map_or(end, |next| next.min(end)));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_end_where_a_reader_sees_their_end() {
        for end in ["\u{2028}", "\u{2003}", "\u{200B}", "\u{A0}", "”", "ได้ที่"] {
            let text = format!("https://a.go.th{end}ก");
            let pieces = split_addresses(&text);
            assert_eq!(pieces[0], ("https://a.go.th", true), "{text:?}");
            assert!(pieces[1..].iter().all(|(_, is_url)| !is_url), "{text:?}");
        }
        for whole in ["https://a.go.th/ประกาศ/แผน", "https://a.go.th/?q=ก", "https://ไทย.ไทย/a"]
        {
            assert_eq!(split_addresses(whole), [(whole, true)]);
        }
        let two = "https://a.go.thhttps://b.go.th";
        assert_eq!(split_addresses(two), [("https://a.go.th", true), ("https://b.go.th", true)]);
    }
}
