//! Where a web address ends in a text, and whether digits are part of an address or of the name of a
//! file, as programs make them.

use std::ops::Range;

use crate::text::chars::{is_invisible, is_thai};

/// How much of the text before and after is searched, in bytes.
const FAR: usize = 400;

/// Extensions of files that texts refer to.
const EXTENSIONS: [&str; 38] = [
    "jpg", "jpeg", "jfif", "png", "gif", "webp", "avif", "svg", "bmp", "tif", "tiff", "heic",
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "csv", "tsv", "txt",
    "rtf", "json", "xml", "htm", "html", "zip", "rar", "7z", "mp3", "mp4", "mov", "avi", "md",
];

/// What a Thai letter right behind an ASCII letter or digit means in the path of an address. In the
/// host it always begins the text behind the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ThaiInPath {
    /// It belongs to the address, so that no address is cut.
    BelongsToAddress,
    /// It ends the address, so that nothing behind the address is taken for a part of it.
    EndsAddress,
}

/// Returns where the address ends that a text begins with, with its scheme or without. Thai has no space
/// between an address and the next word, nor before a quotation mark.
pub(crate) fn address_end(text: &str, thai: ThaiInPath) -> usize {
    let scheme = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let host = if text[scheme..].starts_with("://") { scheme + "://".len() } else { 0 };
    let mut is_path = false;
    let mut before = ' ';
    let mut chars = text[host..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let may_begin_word = !is_path || thai == ThaiInPath::EndsAddress;
        let begins_word = may_begin_word && before.is_ascii_alphanumeric() && is_thai(c);
        let next = chars.peek().map(|(_, next)| *next);
        if begins_word || is_outside_addresses(c, next) {
            return host + at;
        }
        is_path |= matches!(c, '/' | '?' | '#');
        before = c;
    }
    text.len()
}

/// Returns whether a character is never part of an address. A backslash is skipped where it escapes the
/// next character.
fn is_outside_addresses(c: char, next: Option<char>) -> bool {
    if c == '\\' {
        return next.is_none_or(|next| !next.is_ascii_punctuation());
    }
    let is_mark = matches!(c, '<' | '>' | '"' | '`' | '“' | '”' | '‘' | '’' | '—' | '…');
    c.is_whitespace() || is_invisible(c) || is_mark
}

/// Returns whether a range is inside a web address or the name of a file. Addresses of telephones
/// and of mail are none. In case of doubt a number is outside, so that it is found.
pub(crate) fn is_in_address(text: &str, range: &Range<usize>) -> bool {
    let ends = |c: char| c.is_whitespace() || "\"'<>()[]{}|`".contains(c);
    let mut start = range.start.saturating_sub(FAR);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let before = &text[start..range.start];
    let word = start + before.rfind(ends).map_or(0, |at| at + ends_len(before, at));
    let lead = text[word..range.start].to_ascii_lowercase();
    if ["tel:", "sms:", "callto:", "mailto:"].iter().any(|scheme| lead.contains(scheme)) {
        return false;
    }
    let is_target = text[..word].ends_with("](") || text[..word].ends_with("](<");
    is_target || goes_on_in_address(&lead) || names_file(&text[range.end..])
}

/// Returns whether the last web address in a text goes on behind the text. A number right behind a Thai
/// letter belongs to the word, such as that for telephone.
fn goes_on_in_address(lead: &str) -> bool {
    let Some(start) = lead.rfind("://").max(lead.rfind("www.")) else { return false };
    let address = &lead[start..];
    address_end(address, ThaiInPath::EndsAddress) == address.len()
        && !address.trim_end_matches(['.', ':', ',']).ends_with(is_thai)
}

fn ends_len(before: &str, at: usize) -> usize {
    before[at..].chars().next().map_or(0, char::len_utf8)
}

/// Returns whether a word goes on to the extension of a file.
fn names_file(after: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_~.%@+=&?/".contains(c);
    let end = after.char_indices().find(|(at, c)| *at > FAR || !is_part(*c));
    let word = &after[..end.map_or(after.len(), |(at, _)| at)];
    word.match_indices('.').any(|(dot, _)| {
        let rest = &word[dot + 1..];
        let len = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        EXTENSIONS.iter().any(|known| rest[..len].eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_of_files_are_known() {
        for (text, expected) in [
            ("https://example.go.th/posts/88", true),
            ("ดูhttps://example.go.th/?id=88", true),
            ("www.example.go.th/88", true),
            ("![ก](88.jpg)", true),
            ("[ก](../88/)", true),
            ("ภาพ 88.jpgค่ะ", true),
            ("88_n.jpg", true),
            ("<img src=\"a/88.png\">", true),
            ("88", false),
            ("88.", false),
            ("88.5", false),
            ("tel:88", false),
            ("[โทร](tel:88)", false),
            ("https://example.go.th/ 88", false),
            ("(https://example.go.th/) 88", false),
            ("https://a.go.thหรือโทรศัพท์มือถือ88", false),
            ("www.a.go.thหรือโทร.88", false),
            ("https://a.go.th/newsเลขบัญชีธนาคาร:88", false),
            ("https://a.go.th/ข่าวโทร88", false),
            ("https://ไทย.ไทยโทร88", false),
            ("https://a.go.th\u{200B}88", false),
            ("https://a.go.th/…88", false),
            ("https://a.go.th/ข่าว/88", true),
            ("https://a.go.th/ข่าว-88", true),
            ("https://a.go.th/a\\_b/88", true),
            ("ดูที่https://a.go.thและhttps://b.go.th/88", true),
        ] {
            let at = text.find("88").unwrap();
            assert_eq!(is_in_address(text, &(at..at + 2)), expected, "{text}");
        }
    }

    #[test]
    fn addresses_end_where_a_reader_sees_their_end() {
        use ThaiInPath::{BelongsToAddress, EndsAddress};
        for (address, after) in [
            ("https://a.go.th", "ได้ที่"),
            ("www.a.go.th", "หรือ"),
            ("://a.go.th", "หรือ"),
            ("https://a.go.th/ข่าว", "\u{2060}"),
            ("https://a.go.th/a\\_b", "”"),
            ("https://ไทย.ไทย/a", " "),
        ] {
            let text = format!("{address}{after}");
            assert_eq!(address_end(&text, BelongsToAddress), address.len(), "{text}");
        }
        let path = "https://a.go.th/newsหรือ";
        assert_eq!(address_end(path, BelongsToAddress), path.len());
        assert_eq!(&path[..address_end(path, EndsAddress)], "https://a.go.th/news");
    }
}
