//! Whether digits are part of a web address or of the name of a file, as programs make them.

use std::ops::Range;

/// How much of the text before and after is searched, in bytes.
const FAR: usize = 400;

/// Extensions of files that texts refer to.
const EXTENSIONS: [&str; 38] = [
    "jpg", "jpeg", "jfif", "png", "gif", "webp", "avif", "svg", "bmp", "tif", "tiff", "heic",
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "csv", "tsv", "txt",
    "rtf", "json", "xml", "htm", "html", "zip", "rar", "7z", "mp3", "mp4", "mov", "avi", "md",
];

/// Returns whether a range is inside a web address or the name of a file. Addresses of telephones
/// and of mail are none.
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
    is_target || lead.contains("://") || lead.contains("www.") || names_file(&text[range.end..])
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
        ] {
            let at = text.find("88").unwrap();
            assert_eq!(is_in_address(text, &(at..at + 2)), expected, "{text}");
        }
    }
}
