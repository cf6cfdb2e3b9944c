//! Files whose parts are not separated: TIFF, HEIF, AVIF, films, and data after pictures.

use crate::files::picture_metadata::exif::{Work, is_tiff, of_exif, of_tiff};
use crate::files::picture_metadata::film::{is_film, of_film};
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::xmp::of_xmp;

/// The maximum number of EXIF structures searched for in a file whose parts are not separated.
const MAX_TRIES: usize = 64;

/// Returns what such bytes reveal.
pub(super) fn of_others(bytes: &[u8]) -> Metadata {
    if is_film(bytes) {
        return of_film(bytes);
    }
    let mut found = of_xmp(bytes);
    let mut tries = 0;
    let mut work = Work::of(bytes);
    if is_tiff(bytes) {
        return found | of_tiff(bytes, &mut work);
    }
    let has_item =
        bytes.get(4..8) == Some(b"ftyp") && memchr::memmem::find(bytes, b"Exif").is_some();
    for at in memchr::memchr2_iter(b'I', b'M', bytes) {
        let rest = &bytes[at..];
        if is_tiff(rest) && tries < MAX_TRIES {
            // The bytes may also occur by chance in the picture data.
            let before = &bytes[at.saturating_sub(16)..at];
            let is_named = before.windows(4).any(|before| before == b"Exif")
                || has_item && before.ends_with(b"\0\0\0\0");
            if is_named {
                tries += 1;
                found |= of_exif(rest, &mut work).0;
            }
        }
    }
    found
}
