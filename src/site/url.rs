//! URLs and output paths.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters that are not encoded in a URL path: `pchar` and `/` of RFC 3986, without those
/// that have a meaning in HTML or in a shell.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'+')
    .remove(b',')
    .remove(b'=');

/// The path of `security.txt` (RFC 9116).
pub(crate) const SECURITY: &str = ".well-known/security.txt";

/// The folder of the preview's own files, which no build writes.
pub(crate) const PREVIEW: &str = "_prakat/";

/// Encodes a path for use in a link.
pub fn encode(path: &str) -> String {
    Cow::from(utf8_percent_encode(path, PATH)).into_owned()
}

/// Returns the relative path from a page to the site's root: `../../` for `news/flood/`.
pub(crate) fn root_of(url: &str) -> String {
    match url.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// Returns the output file of a page's URL.
pub fn output_of(url: &str) -> String {
    if url.is_empty() || url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() }
}

/// Returns the URL of page `number` of a list.
pub fn list_url(list: &str, number: usize) -> String {
    if number == 1 { list.to_owned() } else { format!("{list}page/{number}/") }
}

/// Returns whether an output file is page 2 or later of a list.
pub(super) fn is_further_list_page(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, number, page) = (parts.next(), parts.next(), parts.next());
    file == Some("index.html") && number.is_some_and(is_number) && page == Some("page")
}

/// Returns whether a text consists of ASCII digits.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
