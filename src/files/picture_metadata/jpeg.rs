//! JPEG files (ITU-T T.81, annex B).

use std::ops::Range;

use crate::files::picture_metadata::bytes::array;
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::part::{FilePart, trailing};
use crate::files::picture_metadata::photoshop::of_photoshop;
use crate::files::picture_metadata::xmp::{of_xmp, text_of};

/// JPEG (ITU-T T.81, annex B): segments with the picture data between them.
pub(super) fn of_jpeg(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
    pieces.push(FilePart::keep(0..2));
    let mut at = 2;
    let mut has_scan = false;
    loop {
        if has_scan && at == bytes.len() {
            return Some(());
        }
        // Any number of FF bytes may precede a marker.
        let start = at;
        while bytes.get(at..at + 2)? == b"\xFF\xFF" {
            at += 1;
        }
        let marker = match bytes.get(at..at + 2)? {
            [0xFF, marker] => *marker,
            _ => return None,
        };
        at += 2;
        match marker {
            0xD9 => {
                pieces.push(FilePart::keep(start..at));
                return trailing(bytes, at, pieces);
            }
            0x01 | 0xD0..=0xD8 => {
                pieces.push(FilePart::keep(start..at));
                continue;
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(array(bytes, at)?));
        let payload = bytes.get(at + 2..at + length)?;
        at += length;
        if marker == 0xDA {
            has_scan = true;
            // Some cameras omit the end marker.
            at = end_of_scan(bytes, at).unwrap_or(bytes.len());
        }
        pieces.push(jpeg_segment(marker, payload, start..at));
    }
}

/// Returns the offset of the next marker after the data of a scan.
fn end_of_scan(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}

fn jpeg_segment(marker: u8, payload: &[u8], range: Range<usize>) -> FilePart {
    match marker {
        // The header may contain a thumbnail.
        0xE0 if payload.starts_with(b"JFIF\0") && payload.len() <= 14 => FilePart::keep(range),
        0xE0 if payload.starts_with(b"JFXX\0") => FilePart::drop(range, Metadata::DEVICE),
        0xE0 if payload.starts_with(b"JFIF\0") => FilePart::drop(range, Metadata::DEVICE),
        0xE1 if payload.starts_with(b"Exif\0") => {
            FilePart::exif(range, payload.get(6..).unwrap_or_default())
        }
        0xE1 if payload.starts_with(b"http://ns.adobe.com/") => {
            FilePart::drop(range, of_xmp(payload))
        }
        0xE2 if payload.starts_with(b"ICC_PROFILE\0") => FilePart::keep(range),
        // The colour transform.
        0xEE if payload.starts_with(b"Adobe") => FilePart::keep(range),
        // The compression quality.
        0xEC if payload.starts_with(b"Ducky") => FilePart::keep(range),
        0xED if payload.starts_with(b"Photoshop 3.0\0") => {
            FilePart::drop(range, of_photoshop(payload.get(14..).unwrap_or_default()))
        }
        0xE0..=0xEF => FilePart::drop(range, Metadata::DEVICE),
        0xFE => FilePart::drop(range, text_of(payload)),
        _ => FilePart::keep(range),
    }
}

/// Writes an EXIF structure: marker, length including itself, name, structure.
pub(super) fn write_exif(exif: &[u8], out: &mut Vec<u8>) {
    let length = u32::try_from(exif.len() + 8).unwrap_or(0);
    out.extend_from_slice(b"\xFF\xE1");
    out.extend_from_slice(&length.to_be_bytes()[2..]);
    out.extend_from_slice(b"Exif\0\0");
    out.extend_from_slice(exif);
}
