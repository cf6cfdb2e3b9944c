//! Finds `<br>` on a line of its own with text below.
//!
//! For CommonMark such a line may begin a block of HTML (0.31, section 4.6, condition 7), to which the
//! lines below belong. Writers mean an empty line and a text.

/// The spellings of the tag.
const TAGS: [&str; 3] = ["<br>", "<br/>", "<br />"];

/// Returns the offsets of the tags.
pub(super) fn lone_line_breaks(source: &str) -> impl Iterator<Item = usize> {
    memchr::memchr_iter(b'<', source.as_bytes()).filter(|at| is_lone(source, *at))
}

fn is_lone(source: &str, at: usize) -> bool {
    let bytes = &source.as_bytes()[at..];
    let is_tag = |tag: &&&str| {
        bytes.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
    };
    let Some(tag) = TAGS.iter().find(is_tag) else { return false };
    let Some((rest, below)) = source[at + tag.len()..].split_once('\n') else { return false };
    let below = below.lines().next().unwrap_or("");
    // Marks of quotations and lists.
    let before = source[..at].rsplit('\n').next().unwrap_or("");
    let begins = before.chars().all(|c| " \t>-*+.)".contains(c) || c.is_ascii_digit());
    begins && rest.trim().is_empty() && !below.trim_matches([' ', '\t', '>', '\r']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_above_a_text_are_found() {
        for source in
            ["<br>\nก", "ก\n\n<BR />  \r\nข", "> <br/>\n> ก", "- <br>\n  ก", "1. <br>\n   ก"]
        {
            assert_eq!(lone_line_breaks(source).count(), 1, "{source}");
        }
        for source in
            ["<br>", "<br>\n", "<br>\n\nก", "> <br>\n>\n> ก", "ก<br>\nข", "<br>ก\nข", "<b>\nก"]
        {
            assert_eq!(lone_line_breaks(source).count(), 0, "{source}");
        }
    }
}
