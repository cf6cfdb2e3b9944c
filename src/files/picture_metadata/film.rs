//! The position in films and sound: boxes of MP4 and QuickTime (ISO/IEC 14496-12), and texts of other
//! containers.

use std::ops::Range;

use crate::files::picture_metadata::bytes::array;
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::xmp::{of_xmp, position_in_words};

/// How many bytes at the beginning and at the end of other containers are searched.
const EDGE: usize = 4_000_000;

/// The maximum number of boxes, and of words, that are looked at.
const MAX_BOXES: usize = 100_000;

/// Returns whether the bytes are a film or a sound, as far as this is known here.
pub(super) fn is_film(bytes: &[u8]) -> bool {
    const PICTURES: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"hevc", b"mif1", b"avif", b"avis"];
    const STARTS: [&[u8]; 7] =
        [b"RIFF", b"\x1A\x45\xDF\xA3", b"OggS", b"fLaC", b"ID3", b"\0\0\x01\xBA", b"\0\0\x01\xB3"];
    const BOXES: [&[u8; 4]; 6] = [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"];
    match kind_of(bytes) {
        Some(kind) if kind == *b"ftyp" => {
            let brands = &bytes[8..bytes.len().min(48)];
            !PICTURES.iter().any(|brand| memchr::memmem::find(brands, brand).is_some())
        }
        Some(kind) if BOXES.contains(&&kind) => true,
        _ => STARTS.iter().any(|start| bytes.starts_with(start)),
    }
}

fn kind_of(bytes: &[u8]) -> Option<[u8; 4]> {
    array(bytes, 4)
}

/// Returns what a film or a sound reveals. Only a position is looked for.
pub(super) fn of_film(bytes: &[u8]) -> Metadata {
    let has_boxes = kind_of(bytes).is_some_and(|kind| kind.iter().all(u8::is_ascii_alphabetic));
    let is_located = if has_boxes && !bytes.starts_with(b"RIFF") {
        boxes(bytes).into_iter().any(|range| says_where(&bytes[range]))
    } else {
        let end = bytes.len().saturating_sub(EDGE).max(EDGE.min(bytes.len()));
        says_where(&bytes[..bytes.len().min(EDGE)]) || says_where(&bytes[end..])
    };
    if is_located { Metadata::POSITION } else { Metadata::NONE }
}

/// Returns the outer boxes that do not hold the film itself. What cannot be read counts as one.
fn boxes(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = at..bytes.len();
        let Some((size, kind)) = box_at(bytes, at).filter(|_| found.len() < MAX_BOXES) else {
            found.push(rest);
            break;
        };
        let end = at.saturating_add(size).min(bytes.len());
        if kind != *b"mdat" {
            found.push(at..end);
        }
        at = end;
    }
    found
}

/// Returns the size and the kind of the box at an offset.
fn box_at(bytes: &[u8], at: usize) -> Option<(usize, [u8; 4])> {
    let kind = array(bytes, at + 4)?;
    let size = match u32::from_be_bytes(array(bytes, at)?) {
        // To the end of the file.
        0 => bytes.len() - at,
        1 => usize::try_from(u64::from_be_bytes(array(bytes, at + 8)?)).ok()?,
        size => usize::try_from(size).ok()?,
    };
    (size >= 8).then_some((size, kind))
}

/// Returns whether metadata contains a position.
fn says_where(bytes: &[u8]) -> bool {
    has_box(bytes, b"\xA9xyz")
        || has_box(bytes, b"loci")
        || has_location(bytes)
        || (of_xmp(bytes) | position_in_words(bytes)).position
}

/// Returns whether there is a box of a kind that is not empty.
fn has_box(bytes: &[u8], kind: &[u8; 4]) -> bool {
    /// Size, kind, and at least a degree.
    const LEAST: usize = 12;
    memchr::memmem::find_iter(bytes, kind).take(MAX_BOXES).any(|at| {
        let size = at.checked_sub(4).and_then(|start| array(bytes, start)).map(u32::from_be_bytes);
        let size = size.and_then(|size| usize::try_from(size).ok());
        size.is_some_and(|size| (LEAST..=bytes.len() + 4 - at).contains(&size))
    })
}

/// Returns whether a key `location` is followed by a position (ISO 6709), or the keys of QuickTime say
/// that there is one.
fn has_location(bytes: &[u8]) -> bool {
    const NEAR: usize = 64;
    let has = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
    if has(b"com.apple.quicktime.location.ISO6709") {
        return true;
    }
    memchr::memchr2_iter(b'o', b'O', bytes).any(|at| {
        let is_word = at > 0
            && bytes.get(at - 1..at + 7).is_some_and(|w| w.eq_ignore_ascii_case(b"location"));
        is_word && has_position(&bytes[at + 7..bytes.len().min(at + 7 + NEAR)])
    })
}

/// Returns whether some bytes contain a position as ISO 6709 writes it: `+13.7563+100.5018/`.
fn has_position(bytes: &[u8]) -> bool {
    let degrees = |bytes: &[u8], least: usize| {
        let is_signed = matches!(bytes.first(), Some(b'+' | b'-'));
        let is_digit = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
        let count = bytes.iter().skip(1).take_while(is_digit).count();
        (is_signed && count >= least).then_some(1 + count)
    };
    (0..bytes.len()).any(|at| {
        let latitude = degrees(&bytes[at..], 2);
        latitude.is_some_and(|length| degrees(&bytes[at + length..], 3).is_some())
    })
}
