//! The parts of a picture file: those of the picture, and those of its metadata.

use std::ops::Range;

use crate::files::picture_metadata::exif::{Work, of_exif};
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::others::of_others;

/// A part of a picture file.
#[derive(Debug)]
pub(super) struct FilePart {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// What becomes of it when metadata is removed.
    pub(super) fate: Fate,
}

/// What becomes of a part when metadata is removed.
#[derive(Debug)]
pub(super) enum Fate {
    /// The part belongs to the picture.
    Keep,
    /// The part is metadata. Contains what it reveals and the orientation, if it has one.
    Drop(Metadata, Option<u16>),
}

impl FilePart {
    /// Creates a part of the picture itself.
    pub(super) fn keep(range: Range<usize>) -> Self {
        Self { range, fate: Fate::Keep }
    }

    /// Creates a part that is metadata.
    pub(super) fn drop(range: Range<usize>, metadata: Metadata) -> Self {
        Self { range, fate: Fate::Drop(metadata, None) }
    }

    /// Creates a part that is an EXIF structure.
    pub(super) fn exif(range: Range<usize>, exif: &[u8]) -> Self {
        let (metadata, turned) = of_exif(exif, &mut Work::of(exif));
        Self { range, fate: Fate::Drop(metadata, Some(turned.unwrap_or(1))) }
    }
}

/// Handles the bytes after the end of a picture: more pictures, films, an earlier version.
pub(super) fn trailing(bytes: &[u8], at: usize, pieces: &mut Vec<FilePart>) -> Option<()> {
    let rest = bytes.get(at..)?;
    if !rest.is_empty() {
        let is_filling = rest.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n' | b' ' | 0xFF));
        let metadata = if is_filling { Metadata::NONE } else { Metadata::DEVICE | of_others(rest) };
        pieces.push(FilePart::drop(at..bytes.len(), metadata));
    }
    Some(())
}
