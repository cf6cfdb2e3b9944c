//! Links to files whose names contain spaces: `[text](a b.pdf)`. Markdown does not read them as links.

use std::ops::Range;

use crate::text::nfc;

/// Returns the length of a file's name at the start of a text, if a `)` follows it.
pub(super) fn own_file_len(destination: &str, name: &str) -> Option<usize> {
    let written = [name, &nfc(name)]
        .into_iter()
        .find_map(|name| destination.starts_with(&format!("{name})")).then_some(name.len()));
    written.filter(|_| name.contains(' '))
}

/// Puts the names of an item's own files into angle brackets, where they are destinations of links
/// and contain spaces. Code and all other `fixed` parts stay. Returns `None` if there are none.
pub(crate) fn fix_spaced_links<'n>(
    text: &str,
    fixed: &[Range<usize>],
    names: impl Iterator<Item = &'n str> + Clone,
) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut from = 0;
    for (at, mark) in text.match_indices("](") {
        let start = at + mark.len();
        if fixed.iter().any(|range| range.contains(&at)) {
            continue;
        }
        let len = names.clone().find_map(|name| own_file_len(&text[start..], name));
        if let Some(len) = len {
            out.push_str(&text[from..start]);
            out.push('<');
            out.push_str(&text[start..start + len]);
            out.push('>');
            from = start + len;
        }
    }
    out.push_str(&text[from..]);
    (from > 0).then_some(out)
}
