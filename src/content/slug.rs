//! Slugs and old addresses: what may be part of a URL and of a path on any disk.

use crate::diagnostics::Code;
use crate::source::MAX_PART;
use crate::text::nfc;

/// The longest old address in bytes. With the output folder before it, a path must stay below the
/// limits of file systems (4,096 bytes on Linux, 1,024 on macOS).
const MAX_PATH: usize = 600;

/// Normalises an old path to the form of an item's URL: `/old/page/` and `/old/page` become
/// `old/page/`, `/old.html` becomes `old.html`. Returns `None` if it cannot be a path of the site.
pub(super) fn normal_alias(alias: &str) -> Option<String> {
    let path = nfc(alias.strip_prefix('/').unwrap_or(alias));
    let path = path.strip_suffix('/').unwrap_or(&path);
    let bad = path.is_empty()
        || path.len() > MAX_PATH
        || path.split('/').any(|part| part_problem(part).is_some());
    let is_file = path.ends_with(".html") || path.ends_with(".htm");
    match (bad, is_file) {
        (true, _) => None,
        (false, true) => Some(path.to_owned()),
        (false, false) => Some(format!("{path}/")),
    }
}

/// Returns why a slug cannot be part of a URL and of a path on any disk. Returns `None` if it can.
pub(super) fn slug_problem(slug: &str) -> Option<Code> {
    let letters = slug.chars().any(char::is_alphanumeric);
    if !letters { Some(Code::EmptySlug) } else { part_problem(slug) }
}

fn part_problem(part: &str) -> Option<Code> {
    const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];
    let stem = part.split('.').next().unwrap_or("").to_ascii_lowercase();
    let bad_character =
        |c: char| c.is_control() || c.is_whitespace() || "/\\:*?\"<>|%#&".contains(c);
    if part.len() > MAX_PART {
        Some(Code::LongPart)
    } else if part.is_empty()
        || part.starts_with('.')
        || part.ends_with('.')
        || part.contains(bad_character)
        || RESERVED.contains(&stem.as_str())
    {
        Some(Code::BadSlug)
    } else {
        None
    }
}
