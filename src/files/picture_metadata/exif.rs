//! EXIF, which is a TIFF structure, and TIFF files themselves (TIFF 6.0, and BigTIFF with its wide
//! offsets).

use std::collections::BTreeSet;

use crate::files::picture_metadata::bytes::array;
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::xmp::{of_iptc, of_xmp};

/// The maximum number of directories of an EXIF structure and of a TIFF file, in which each page has
/// one, and of entries in a directory, that are read.
const MAX_DIRECTORIES: usize = 16;
const MAX_PAGES: usize = 4_000;
const MAX_ENTRIES: usize = 2_000;

/// The maximum number of smaller copies of a picture that are read.
const MAX_COPIES: usize = 16;

/// How many bytes of texts in EXIF structures may still be searched. All entries may refer to the
/// same bytes.
pub(super) struct Work(usize);

impl Work {
    /// Returns the work allowed for metadata in some bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(bytes.len().saturating_mul(2))
    }
}

/// Returns whether a TIFF structure begins here.
pub(super) fn is_tiff(bytes: &[u8]) -> bool {
    [b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|start| bytes.starts_with(*start))
}

/// Returns what an EXIF structure reveals, and the orientation.
pub(super) fn of_exif(exif: &[u8], work: &mut Work) -> (Metadata, Option<u16>) {
    read(exif, false, work)
}

/// Returns what a TIFF file reveals. Its further directories are pages.
pub(super) fn of_tiff(file: &[u8], work: &mut Work) -> Metadata {
    read(file, true, work).0
}

fn read(bytes: &[u8], is_file: bool, work: &mut Work) -> (Metadata, Option<u16>) {
    let is_big = bytes.starts_with(b"MM");
    let is_wide = is_tiff(bytes) && bytes[2..4].contains(&b'+');
    let left = if is_file { MAX_PAGES } else { MAX_DIRECTORIES };
    let seen = BTreeSet::new();
    let mut reader = Exif { bytes, is_big, is_wide, is_file, turned: None, left, seen, work };
    let first = reader.offset(if is_wide { 8 } else { 4 }).filter(|_| is_tiff(bytes));
    let metadata = first.and_then(|first| reader.directories(first, Directory::Image));
    // Metadata that cannot be read may reveal anything.
    (metadata.unwrap_or(Metadata::DEVICE), reader.turned)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directory {
    Image,
    /// A smaller copy of a picture.
    Copy,
    Details,
    Position,
}

struct Exif<'e> {
    bytes: &'e [u8],
    is_big: bool,
    /// Whether offsets and counts have eight bytes.
    is_wide: bool,
    /// Whether it is a whole file, and not a part of another one.
    is_file: bool,
    turned: Option<u16>,
    left: usize,
    /// The offsets of the directories that were read.
    seen: BTreeSet<usize>,
    work: &'e mut Work,
}

impl Exif<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = array(self.bytes, at)?;
        Some(if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    /// Reads an offset or a count, which have the same width.
    fn offset(&self, at: usize) -> Option<usize> {
        let value = if self.is_wide {
            let bytes = array(self.bytes, at)?;
            if self.is_big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) }
        } else {
            let bytes = array(self.bytes, at)?;
            u64::from(if self.is_big {
                u32::from_be_bytes(bytes)
            } else {
                u32::from_le_bytes(bytes)
            })
        };
        usize::try_from(value).ok()
    }

    /// The width of an offset.
    fn width(&self) -> usize {
        if self.is_wide { 8 } else { 4 }
    }

    /// The place of the value in an entry at a place.
    fn value_of(&self, at: usize) -> Option<usize> {
        at.checked_add(4 + self.width())
    }

    /// Reads a directory and those that follow it.
    fn directories(&mut self, first: usize, kind: Directory) -> Option<Metadata> {
        let mut metadata = Metadata::NONE;
        let mut at = first;
        while at != 0 {
            self.left = self.left.checked_sub(1)?;
            if kind == Directory::Image && !self.seen.insert(at) {
                return None;
            }
            let (entries, count) = if self.is_wide {
                (at.checked_add(8)?, self.offset(at)?)
            } else {
                (at.checked_add(2)?, usize::from(self.u16(at)?))
            };
            let count = count.min(MAX_ENTRIES);
            let size = 4 + 2 * self.width();
            for n in 0..count {
                metadata |= self.entry(entries.checked_add(size * n)?, kind)?;
            }
            let next = self.offset(entries.checked_add(size * count)?).unwrap_or(0);
            // A second picture in EXIF is a thumbnail. In a file it is the next page.
            if next != 0 && kind == Directory::Image && !self.is_file {
                metadata |= Metadata::DEVICE;
            }
            at = if kind == Directory::Image { next } else { 0 };
        }
        Some(metadata)
    }

    fn entry(&mut self, at: usize, kind: Directory) -> Option<Metadata> {
        let tag = self.u16(at)?;
        let place = self.value_of(at)?;
        let value = self.offset(place)?;
        let is_image = matches!(kind, Directory::Image | Directory::Copy);
        Some(match (kind, tag) {
            (Directory::Image, 0x0112) => {
                self.turned = self.turned.or(self.u16(place));
                Metadata::NONE
            }
            (Directory::Image, 0x014A) => Metadata::DEVICE | self.copies(at)?,
            // The lowest bit marks a small copy of another page.
            (Directory::Image, 0x00FE) if self.is_file && value % 2 == 1 => Metadata::DEVICE,
            (_, 0x8769) if is_image => self.directories(value, Directory::Details)?,
            (_, 0x8825) if is_image => self.directories(value, Directory::Position)?,
            (_, 0x02BC) if is_image => self.blob(at).map_or(Metadata::DEVICE, of_xmp),
            (_, 0x83BB) if is_image => {
                Metadata::DEVICE | self.blob(at).map_or(Metadata::NONE, of_iptc)
            }
            // Sizes, colours, resolution, the number of the page, and how a TIFF file stores its
            // picture.
            (
                Directory::Image,
                0x00FE..=0x0103
                | 0x0106
                | 0x0107
                | 0x010A
                | 0x0111
                | 0x0115..=0x011C
                | 0x011E..=0x0129
                | 0x012D
                | 0x013D..=0x0147
                | 0x014C..=0x015B
                | 0x0200..=0x0214
                | 0x8773
                | 0xEA1C,
            )
            | (
                Directory::Details,
                0x9000 | 0x9101 | 0x9102 | 0xA000..=0xA003 | 0xA005 | 0xEA1C,
            )
            // The version of the position data.
            | (Directory::Position, 0) => Metadata::NONE,
            // Satellite time and date are not a position.
            (Directory::Position, 7 | 29) => Metadata::DEVICE,
            (Directory::Position, _) => Metadata::POSITION,
            _ => Metadata::DEVICE,
        })
    }

    /// Reads the directories of smaller copies.
    fn copies(&mut self, at: usize) -> Option<Metadata> {
        let (count, place) = (self.offset(at.checked_add(4)?)?, self.value_of(at)?);
        if count == 1 {
            return self.directories(self.offset(place)?, Directory::Copy);
        }
        let list = self.offset(place)?;
        let mut metadata = Metadata::NONE;
        for n in 0..count.min(MAX_COPIES) {
            let copy = self.offset(list.checked_add(self.width() * n)?)?;
            metadata |= self.directories(copy, Directory::Copy)?;
        }
        Some(metadata)
    }

    /// Returns the bytes that an entry refers to, of any type. Returns `None` if they are missing,
    /// or if too much has been searched.
    fn blob(&mut self, at: usize) -> Option<&[u8]> {
        let size = if matches!(self.u16(at.checked_add(2)?)?, 4 | 9) { 4 } else { 1 };
        let length = self.offset(at.checked_add(4)?)?.checked_mul(size)?;
        let start = self.offset(self.value_of(at)?)?;
        self.work.0 = self.work.0.checked_sub(length)?;
        self.bytes.get(start..start.checked_add(length)?)
    }
}
