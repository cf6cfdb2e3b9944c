//! WebP files (RFC 9649).

use crate::files::picture_metadata::bytes::array;
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::others::of_others;
use crate::files::picture_metadata::part::{FilePart, trailing};
use crate::files::picture_metadata::xmp::of_xmp;

/// WebP (RFC 9649): chunks in a RIFF container.
pub(super) fn of_webp(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
    let length = usize::try_from(u32::from_le_bytes(array(bytes, 4)?)).ok()?;
    let end = length.checked_add(8)?.min(bytes.len());
    pieces.push(FilePart::keep(0..12));
    let mut at = 12;
    while at < end {
        let kind: [u8; 4] = array(bytes, at)?;
        let length = usize::try_from(u32::from_le_bytes(array(bytes, at + 4)?)).ok()?;
        let next = at.checked_add(8)?.checked_add(length)?;
        let payload = bytes.get(at + 8..next)?;
        // Chunks of odd length are padded. The padding of the last one may be missing.
        let next = (next + length % 2).min(bytes.len());
        pieces.push(match &kind {
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" | b"ICCP" => {
                FilePart::keep(at..next)
            }
            b"EXIF" => {
                FilePart::exif(at..next, payload.strip_prefix(b"Exif\0\0").unwrap_or(payload))
            }
            b"XMP " => FilePart::drop(at..next, of_xmp(payload)),
            _ => FilePart::drop(at..next, Metadata::DEVICE | of_others(payload)),
        });
        at = next;
    }
    trailing(bytes, at.max(end), pieces)
}

/// Adds the orientation, and corrects length and flags.
pub(super) fn finish_webp(out: &mut Vec<u8>, exif: Option<&[u8]>) {
    const EXIF_AND_XMP: u8 = 0b1100;
    const EXIF: u8 = 0b1000;
    let is_extended = out.get(12..16) == Some(b"VP8X") && out.len() > 20;
    if is_extended {
        out[20] &= !EXIF_AND_XMP;
        if let Some(exif) = exif {
            out[20] |= EXIF;
            write_exif(exif, out);
        }
    }
    let length = u32::try_from(out.len().saturating_sub(8)).unwrap_or(0);
    if let Some(place) = out.get_mut(4..8) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// Writes an EXIF structure.
fn write_exif(exif: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"EXIF");
    out.extend_from_slice(&u32::try_from(exif.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(exif);
}
