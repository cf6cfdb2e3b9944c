//! Slugs and old addresses: what may be part of a URL and of a path on any disk.

use crate::diagnostics::Code;
use crate::source::{MAX_PART, is_device_name};
use crate::text::{folded, is_alphanumeric, is_mark, nfc};

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

/// Returns the part of an address that stands for a value by which items are gathered: a tag, a unit, a kind.
/// Values that differ only in letter case, normalisation or signs have the same one. Returns `None` if the
/// value has no letter and no digit, is too long, or gives a name that no file may have.
pub(crate) fn value_slug(value: &str) -> Option<String> {
    let folded = folded(value);
    let mut slug = String::with_capacity(folded.len());
    for letter in folded.chars() {
        let is_kept = is_alphanumeric(letter) || is_mark(letter) || "_.".contains(letter);
        if is_kept {
            slug.push(letter);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches(['-', '.']);
    let may_be = slug_problem(slug).is_none() && slug != "index.html";
    may_be.then(|| slug.to_owned())
}

fn part_problem(part: &str) -> Option<Code> {
    let bad_character =
        |c: char| c.is_control() || c.is_whitespace() || "/\\:*?\"<>|%#&".contains(c);
    if part.len() > MAX_PART {
        Some(Code::LongPart)
    } else if part.is_empty()
        || part.starts_with('.')
        || part.ends_with('.')
        || part.contains(bad_character)
        || is_device_name(part)
    {
        Some(Code::BadSlug)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_that_differ_in_signs_alone_have_one_slug() {
        for (value, slug) in [
            ("Road Works", "road-works"),
            ("ROAD  works!", "road-works"),
            ("e-bidding", "e-bidding"),
            ("งบ  2569 (ครั้งที่ 1)", "งบ-2569-ครั้งที่-1"),
            ("กองช่าง", "กองช่าง"),
            ("../a/b", "a-b"),
            ("Cafe\u{301}", "café"),
        ] {
            assert_eq!(value_slug(value).as_deref(), Some(slug), "{value}");
        }
        for value in ["", "!!!", "..", "con", "Index.html", "\u{301}", &"ก".repeat(67)] {
            assert_eq!(value_slug(value), None, "{value}");
        }
    }

    proptest! {
        /// A slug is one part of a path, and its own slug.
        #[test]
        fn a_slug_is_its_own_slug(value in "\\PC{0,12}|[a-cA-Cกิ่-้ .\\-_/%#\u{301}\u{200B}]{0,8}") {
            if let Some(slug) = value_slug(&value) {
                prop_assert!(slug_problem(&slug).is_none(), "{slug:?}");
                prop_assert_eq!(value_slug(&slug), Some(slug));
            }
        }
    }
}
