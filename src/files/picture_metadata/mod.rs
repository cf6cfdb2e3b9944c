//! Finds and removes the metadata of pictures: position, device, person, time, program.
//!
//! Metadata is removed from JPEG, PNG, WebP and GIF files without changing the picture itself.
//! TIFF, HEIF and AVIF files and films are only inspected. The metadata formats are EXIF (a TIFF structure),
//! XMP (XML) and IPTC.
//!
//! The files are untrusted: every read is checked, every loop advances, and decompression is
//! limited. Parts that are not known to be needed count as metadata.

mod bytes;
mod exif;
mod film;
mod gif;
mod jpeg;
mod metadata;
mod others;
mod part;
mod photoshop;
mod png;
mod webp;
mod xmp;

use std::ops::BitOr;

use crate::files::picture_metadata::others::of_others;
use crate::files::picture_metadata::part::{Fate, FilePart};
use crate::files::picture_metadata::png::MAX_UNPACKED;

pub use crate::files::picture_metadata::metadata::Metadata;

/// A container whose parts can be separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Jpeg,
    Png,
    WebP,
    Gif,
}

impl Container {
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\xFF\xD8\xFF") {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            Some(Self::WebP)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else {
            None
        }
    }

    /// Returns the parts, and whether the whole file could be read.
    fn pieces(self, bytes: &[u8]) -> (Vec<FilePart>, bool) {
        let mut pieces = Vec::new();
        let whole = match self {
            Self::Jpeg => jpeg::of_jpeg(bytes, &mut pieces),
            Self::Png => png::of_png(bytes, &mut pieces),
            Self::WebP => webp::of_webp(bytes, &mut pieces),
            Self::Gif => gif::of_gif(bytes, &mut pieces),
        };
        (pieces, whole.is_some())
    }

    /// Writes an EXIF structure into a file after its first part.
    fn write_exif(self, exif: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Jpeg => jpeg::write_exif(exif, out),
            Self::Png => png::write_exif(exif, out),
            // Written when the file is finished, or never.
            Self::WebP | Self::Gif => {}
        }
    }
}

/// Returns what the metadata of a picture reveals. Returns no metadata for unknown formats.
pub fn picture_metadata(bytes: &[u8]) -> Metadata {
    let Some(container) = Container::of(bytes) else { return of_others(bytes) };
    let (pieces, _) = container.pieces(bytes);
    let metadata = pieces.iter().map(|piece| match piece.fate {
        Fate::Keep => Metadata::NONE,
        Fate::Drop(metadata, _) => metadata,
    });
    metadata.fold(Metadata::NONE, BitOr::bitor)
}

/// Returns an upper bound of the bytes that [`picture_metadata`] unpacks.
pub(super) fn unpacked_at_most(bytes: &[u8]) -> usize {
    /// No text is packed tighter.
    const MAX_RATIO: usize = 1_032;
    let has = |kind: &[u8]| memchr::memmem::find(bytes, kind).is_some();
    let may_unpack = Container::of(bytes) == Some(Container::Png) && (has(b"zTXt") || has(b"iTXt"));
    let limit = usize::try_from(MAX_UNPACKED).unwrap_or(usize::MAX);
    if may_unpack { bytes.len().saturating_mul(MAX_RATIO).min(limit) } else { 0 }
}

/// Returns the picture without metadata, but with its orientation. Returns `None` if it has no
/// metadata, is broken, or has a format that cannot be changed.
pub fn without_metadata(bytes: &[u8]) -> Option<Vec<u8>> {
    let container = Container::of(bytes)?;
    let (pieces, is_whole) = container.pieces(bytes);
    if !is_whole || picture_metadata(bytes) == Metadata::NONE {
        return None;
    }
    // Browsers use the first structure, even if its orientation is upright.
    let turned = pieces.iter().find_map(|piece| match piece.fate {
        Fate::Drop(_, turned) => turned,
        Fate::Keep => None,
    });
    let turned = turned.filter(|turned| (2..=8).contains(turned));
    let kept = pieces.iter().filter(|piece| matches!(piece.fate, Fate::Keep));
    let mut out = Vec::with_capacity(bytes.len());
    let mut exif = turned.map(minimal_exif);
    for (n, piece) in kept.enumerate() {
        // The first part is the header of the file.
        if n == 1
            && container != Container::WebP
            && let Some(exif) = exif.take()
        {
            container.write_exif(&exif, &mut out);
        }
        out.extend_from_slice(bytes.get(piece.range.clone())?);
    }
    if container == Container::WebP {
        webp::finish_webp(&mut out, exif.as_deref());
    }
    Some(out)
}

/// Returns an EXIF structure that contains only the orientation.
fn minimal_exif(turned: u16) -> Vec<u8> {
    // Byte order and offset of the directory, its length, tag, type and count.
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&u32::from(turned).to_le_bytes());
    exif.extend_from_slice(&[0; 4]);
    exif
}
