//! Addresses that are written as text.

use crate::text::{is_invisible, is_thai};

/// Returns whether a character ends an address in a text, although the link finder takes it for a part
/// of the address.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || matches!(c, '“' | '”' | '‘' | '’' | '—' | '…')
}

/// Splits what the link finder takes for one address, with whether each part is an address. Thai has
/// no space between two addresses, nor before a quotation mark, nor between an address and a word.
pub(super) fn split_addresses(text: &str) -> Vec<(&str, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_url = rest.starts_with("http://") || rest.starts_with("https://");
        let host_end = host_end(rest);
        let end = rest.char_indices().skip(1).find_map(|(at, c)| {
            let begins_url = c == 'h'
                && ["http://", "https://"].iter().any(|scheme| rest[at..].starts_with(scheme));
            (begins_url || (is_url && (ends_address(c) || at == host_end))).then_some(at)
        });
        let (piece, after) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push((piece, is_url));
        rest = after;
    }
    pieces
}

/// Returns where the host of an address ends if a Thai word follows it at once. In a path, Thai letters
/// may belong to the address.
fn host_end(address: &str) -> usize {
    let host = address.find("://").map_or(0, |at| at + 3);
    let path = address[host..].find(['/', '?', '#']).map_or(address.len(), |at| host + at);
    let mut chars = address[host..path].char_indices();
    let mut before = ' ';
    let end = chars.find_map(|(at, c)| {
        let is_end = before.is_ascii_alphanumeric() && is_thai(c);
        before = c;
        is_end.then_some(host + at)
    });
    end.unwrap_or(usize::MAX)
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
