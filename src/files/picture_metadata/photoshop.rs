//! The resources of Photoshop.

use crate::files::picture_metadata::bytes::array;
use crate::files::picture_metadata::exif::{Work, of_exif};
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::xmp::{of_iptc, of_xmp};

/// Returns what Photoshop resources reveal.
pub(super) fn of_photoshop(resources: &[u8]) -> Metadata {
    let mut found = Metadata::NONE;
    let mut rest = resources;
    while let Some(after) = rest.strip_prefix(b"8BIM") {
        let read = || {
            let id = u16::from_be_bytes(array(after, 0)?);
            let name = 1 + usize::from(*after.get(2)?);
            let start = 2 + name + name % 2;
            let length = usize::try_from(u32::from_be_bytes(array(after, start)?)).ok()?;
            let data = after.get(start + 4..(start + 4).checked_add(length)?)?;
            Some((id, data, start + 4 + length + length % 2))
        };
        let Some((id, data, next)) = read() else { return found | Metadata::DEVICE };
        found |= match id {
            0x0404 if data.is_empty() => Metadata::NONE,
            0x0404 => Metadata::DEVICE | of_iptc(data),
            0x0422 | 0x0423 => of_exif(data, &mut Work::of(data)).0,
            0x0424 => of_xmp(data),
            // Captions, thumbnails, URLs, versions of programs.
            0x03F0 | 0x0409 | 0x040A | 0x040B | 0x040C | 0x041E | 0x0421 => Metadata::DEVICE,
            _ => Metadata::NONE,
        };
        rest = after.get(next..).unwrap_or_default();
    }
    found
}
