//! PNG files (W3C, third edition).

use std::io::Read;
use std::ops::Range;

use flate2::read::ZlibDecoder;

use crate::files::picture_metadata::bytes::array;
use crate::files::picture_metadata::exif::{Work, of_exif};
use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::others::of_others;
use crate::files::picture_metadata::part::{FilePart, trailing};
use crate::files::picture_metadata::xmp::{of_iptc, of_xmp, position_in_words};

/// The maximum size of all decompressed texts of a file, in bytes.
pub(super) const MAX_UNPACKED: u64 = 4_000_000;

/// PNG (W3C, third edition): chunks.
pub(super) fn of_png(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
    const KEPT: [&[u8; 4]; 18] = [
        b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"mDCv", b"cLLI",
        b"cLLi", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
    ];
    pieces.push(FilePart::keep(0..8));
    let mut at = 8;
    let mut is_first = true;
    let mut unpackable = MAX_UNPACKED;
    loop {
        let length = usize::try_from(u32::from_be_bytes(array(bytes, at)?)).ok()?;
        let kind: [u8; 4] = array(bytes, at + 4)?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let payload = bytes.get(at + 8..end - 4)?;
        let range = at..end;
        bytes.get(range.clone())?;
        at = end;
        if std::mem::take(&mut is_first) {
            // The header of the file is one part, because added parts follow it.
            pieces.clear();
            pieces.push(FilePart::keep(0..end));
            continue;
        }
        let is_needed = kind[0].is_ascii_uppercase() || KEPT.contains(&&kind);
        pieces.push(match &kind {
            _ if is_needed => FilePart::keep(range),
            b"eXIf" | b"zxIf" => FilePart::exif(range, payload),
            b"tEXt" | b"zTXt" | b"iTXt" => png_text(&kind, payload, range, &mut unpackable),
            // Data for faster decoding by Apple's programs, and page offsets.
            b"iDOT" | b"oFFs" | b"vpAg" => FilePart::drop(range, Metadata::NONE),
            _ => FilePart::drop(range, Metadata::DEVICE | of_others(payload)),
        });
        if &kind == b"IEND" {
            return trailing(bytes, at, pieces);
        }
    }
}

/// A text of a PNG file: a keyword and a value, which may be compressed.
fn png_text(kind: &[u8; 4], payload: &[u8], range: Range<usize>, unpackable: &mut u64) -> FilePart {
    let unpacked = png_text_of(kind, payload, unpackable);
    let (word, text) = unpacked.unwrap_or_default();
    if word.starts_with(b"Raw profile type") {
        // Hexadecimal after a name and a length, as ImageMagick writes it.
        let lines = text.split(|byte| *byte == b'\n').skip(3);
        let digits: Vec<u8> = lines.flatten().copied().filter(u8::is_ascii_hexdigit).collect();
        let pair = |pair: &[u8]| {
            std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok())
        };
        let bytes: Vec<u8> = digits.chunks_exact(2).filter_map(pair).collect();
        if let Some(exif) = bytes.strip_prefix(b"Exif\0\0") {
            // No browser applies an orientation from a text.
            return FilePart::drop(range, of_exif(exif, &mut Work::of(exif)).0);
        }
        return FilePart::drop(range, Metadata::DEVICE | of_xmp(&bytes) | of_iptc(&bytes));
    }
    FilePart::drop(range, Metadata::DEVICE | of_xmp(&text) | position_in_words(&word))
}

fn png_text_of(kind: &[u8; 4], payload: &[u8], unpackable: &mut u64) -> Option<(Vec<u8>, Vec<u8>)> {
    let end = memchr::memchr(0, payload)?;
    let (word, rest) = (payload[..end].to_vec(), payload.get(end + 1..)?);
    let text = match kind {
        b"tEXt" => rest.to_vec(),
        b"zTXt" => unpacked(rest.get(1..)?, unpackable),
        _ => {
            let is_packed = *rest.first()? == 1;
            let rest = rest.get(2..)?;
            let language = memchr::memchr(0, rest)?;
            let rest = rest.get(language + 1..)?;
            let translated = memchr::memchr(0, rest)?;
            let text = rest.get(translated + 1..)?;
            if is_packed { unpacked(text, unpackable) } else { text.to_vec() }
        }
    };
    Some((word, text))
}

/// Decompresses up to the limit, and lowers the limit by the result's size.
fn unpacked(packed: &[u8], unpackable: &mut u64) -> Vec<u8> {
    let mut text = Vec::new();
    let _ = ZlibDecoder::new(packed).take(*unpackable).read_to_end(&mut text);
    *unpackable = unpackable.saturating_sub(text.len() as u64);
    text
}

/// Writes an EXIF structure.
pub(super) fn write_exif(exif: &[u8], out: &mut Vec<u8>) {
    let start = out.len() + 4;
    out.extend_from_slice(&u32::try_from(exif.len()).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(b"eXIf");
    out.extend_from_slice(exif);
    let mut sum = flate2::Crc::new();
    sum.update(&out[start..]);
    out.extend_from_slice(&sum.sum().to_be_bytes());
}
