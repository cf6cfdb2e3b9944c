//! Type and size of a linked file, so that nobody downloads 40 MB by surprise.

use crate::text::{Digits, media_type};

/// Returns the type of a file as people call it, such as `PDF`, and its media type.
pub(crate) fn file_type(name: &str) -> (String, &'static str) {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    (extension.to_ascii_uppercase(), media_type(name))
}

/// Formats a size. 1 kB is 1,000 bytes.
pub(crate) fn size_text(bytes: u64) -> String {
    let tenths = |unit: u64| (bytes * 10 + unit / 2) / unit;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..999_500 => format!("{} kB", (bytes + 500) / 1_000),
        _ => {
            let tenths = tenths(1_000_000);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// Formats type and size for the end of a link: `(PDF, 412 kB)`, with a no-break space.
pub(super) fn type_and_size(name: &str, bytes: u64, digits: Digits, language: &str) -> String {
    let (kind, _) = file_type(name);
    let comma = if kind.is_empty() { "" } else { ", " };
    let size = digits.shown(size_text(bytes).replace(' ', "\u{a0}"), language);
    format!("({kind}{comma}{size})")
}
