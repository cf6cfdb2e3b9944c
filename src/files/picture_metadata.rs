//! Finds and removes the metadata of pictures: position, device, person, time, program.
//!
//! Metadata is removed from JPEG, PNG, WebP and GIF files without changing the picture itself.
//! TIFF, HEIF and AVIF files are only inspected. The metadata formats are EXIF (a TIFF structure),
//! XMP (XML) and IPTC.
//!
//! The files are untrusted: every read is checked, every loop advances, and decompression is
//! limited. Parts that are not known to be needed count as metadata.

use std::io::Read;
use std::ops::{BitOr, BitOrAssign, Range};

use flate2::read::ZlibDecoder;

/// The maximum size of all decompressed texts of a file, in bytes.
const MAX_UNPACKED: u64 = 4_000_000;

/// The maximum number of directories of an EXIF structure, and of entries in one, that are read.
const MAX_DIRECTORIES: usize = 16;
const MAX_ENTRIES: u16 = 2_000;

/// The maximum number of EXIF structures searched for in a file whose parts are not separated.
const MAX_TRIES: usize = 64;

/// What the metadata of a picture reveals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The position where it was taken.
    pub position: bool,
    /// A device, a person, a time, a program or another picture.
    pub device: bool,
}

impl Metadata {
    const NONE: Self = Self { position: false, device: false };
    const POSITION: Self = Self { position: true, device: false };
    const DEVICE: Self = Self { position: false, device: true };
    const BOTH: Self = Self { position: true, device: true };
}

impl BitOr for Metadata {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self { position: self.position | other.position, device: self.device | other.device }
    }
}

impl BitOrAssign for Metadata {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}

/// A part of a picture file.
#[derive(Debug)]
struct FilePart {
    range: Range<usize>,
    fate: Fate,
}

#[derive(Debug)]
enum Fate {
    /// The part belongs to the picture.
    Keep,
    /// The part is metadata. Contains what it reveals and the orientation, if it has one.
    Drop(Metadata, Option<u16>),
}

impl FilePart {
    fn keep(range: Range<usize>) -> Self {
        Self { range, fate: Fate::Keep }
    }

    fn drop(range: Range<usize>, told: Metadata) -> Self {
        Self { range, fate: Fate::Drop(told, None) }
    }

    fn exif(range: Range<usize>, exif: &[u8]) -> Self {
        let (told, turned) = of_exif(exif, &mut Work::of(exif));
        Self { range, fate: Fate::Drop(told, Some(turned.unwrap_or(1))) }
    }
}

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
            Self::Jpeg => of_jpeg(bytes, &mut pieces),
            Self::Png => of_png(bytes, &mut pieces),
            Self::WebP => of_webp(bytes, &mut pieces),
            Self::Gif => of_gif(bytes, &mut pieces),
        };
        (pieces, whole.is_some())
    }
}

/// Returns what the metadata of a picture reveals. Returns no metadata for unknown formats.
pub fn picture_metadata(bytes: &[u8]) -> Metadata {
    let Some(container) = Container::of(bytes) else { return of_others(bytes) };
    let (pieces, _) = container.pieces(bytes);
    let told = pieces.iter().map(|piece| match piece.fate {
        Fate::Keep => Metadata::NONE,
        Fate::Drop(told, _) => told,
    });
    told.fold(Metadata::NONE, BitOr::bitor)
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
        finish_webp(&mut out, exif.as_deref());
    }
    Some(out)
}

impl Container {
    fn write_exif(self, exif: &[u8], out: &mut Vec<u8>) {
        let length = |n: usize| u32::try_from(n).unwrap_or(0);
        match self {
            Self::Jpeg => {
                // Marker, length including itself, name, structure.
                out.extend_from_slice(b"\xFF\xE1");
                out.extend_from_slice(&length(exif.len() + 8).to_be_bytes()[2..]);
                out.extend_from_slice(b"Exif\0\0");
                out.extend_from_slice(exif);
            }
            Self::Png => {
                let start = out.len() + 4;
                out.extend_from_slice(&length(exif.len()).to_be_bytes());
                out.extend_from_slice(b"eXIf");
                out.extend_from_slice(exif);
                let mut sum = flate2::Crc::new();
                sum.update(&out[start..]);
                out.extend_from_slice(&sum.sum().to_be_bytes());
            }
            Self::WebP => {
                out.extend_from_slice(b"EXIF");
                out.extend_from_slice(&length(exif.len()).to_le_bytes());
                out.extend_from_slice(exif);
            }
            Self::Gif => {}
        }
    }
}

/// Returns an EXIF structure that contains only the orientation.
fn minimal_exif(turned: u16) -> Vec<u8> {
    // Byte order and offset of the directory, its length, tag, type and count.
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&u32::from(turned).to_le_bytes());
    exif.extend_from_slice(&[0; 4]);
    exif
}

// ---- containers

/// JPEG (ITU-T T.81, annex B): segments with the picture data between them.
fn of_jpeg(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
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

/// Handles the bytes after the end of a picture: more pictures, films, an earlier version.
fn trailing(bytes: &[u8], at: usize, pieces: &mut Vec<FilePart>) -> Option<()> {
    let rest = bytes.get(at..)?;
    if !rest.is_empty() {
        let is_filling = rest.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n' | b' ' | 0xFF));
        let told = if is_filling { Metadata::NONE } else { Metadata::DEVICE | of_others(rest) };
        pieces.push(FilePart::drop(at..bytes.len(), told));
    }
    Some(())
}

/// PNG (W3C, third edition): chunks.
fn of_png(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
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

/// WebP (RFC 9649): chunks in a RIFF container.
fn of_webp(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
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
fn finish_webp(out: &mut Vec<u8>, exif: Option<&[u8]>) {
    const EXIF_AND_XMP: u8 = 0b1100;
    const EXIF: u8 = 0b1000;
    let is_extended = out.get(12..16) == Some(b"VP8X") && out.len() > 20;
    if is_extended {
        out[20] &= !EXIF_AND_XMP;
        if let Some(exif) = exif {
            out[20] |= EXIF;
            Container::WebP.write_exif(exif, out);
        }
    }
    let length = u32::try_from(out.len().saturating_sub(8)).unwrap_or(0);
    if let Some(place) = out.get_mut(4..8) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

/// GIF (version 89a): blocks.
fn of_gif(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + table(*bytes.get(10)?);
    pieces.push(FilePart::keep(0..at));
    loop {
        let start = at;
        match bytes.get(at)? {
            0x3B => {
                pieces.push(FilePart::keep(at..at + 1));
                return trailing(bytes, at + 1, pieces);
            }
            0x2C => {
                let data = at + 10 + table(*bytes.get(at + 9)?) + 1;
                at = end_of_blocks(bytes, data)?;
                pieces.push(FilePart::keep(start..at));
            }
            0x21 => {
                let kind = *bytes.get(at + 1)?;
                at = end_of_blocks(bytes, at + 2)?;
                let content = bytes.get(start + 2..at)?;
                let is_kept = kind == 0xF9
                    || kind == 0x01
                    || [&b"NETSCAPE2.0"[..], b"ANIMEXTS1.0", b"ICCRGBG1012"]
                        .iter()
                        .any(|name| content.get(1..12) == Some(name));
                pieces.push(match is_kept {
                    true => FilePart::keep(start..at),
                    false => FilePart::drop(start..at, Metadata::DEVICE | of_xmp(content)),
                });
            }
            _ => return None,
        }
    }
}

/// Returns the offset after the last of a series of blocks, each preceded by its length.
fn end_of_blocks(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// Inspects files whose parts are not separated: TIFF, HEIF, AVIF, and data after pictures.
fn of_others(bytes: &[u8]) -> Metadata {
    let is_tiff = |bytes: &[u8]| bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*");
    let mut told = of_xmp(bytes);
    let mut tries = 0;
    let mut work = Work::of(bytes);
    let has_item =
        bytes.get(4..8) == Some(b"ftyp") && memchr::memmem::find(bytes, b"Exif").is_some();
    for at in memchr::memchr2_iter(b'I', b'M', bytes) {
        let rest = &bytes[at..];
        if is_tiff(rest) && tries < MAX_TRIES {
            // The bytes may also occur by chance in the picture data.
            let before = &bytes[at.saturating_sub(16)..at];
            let is_named = at == 0
                || before.windows(4).any(|before| before == b"Exif")
                || has_item && before.ends_with(b"\0\0\0\0");
            if is_named {
                tries += 1;
                told |= of_exif(rest, &mut work).0;
            }
        }
    }
    told
}

// ---- metadata formats

/// How many bytes of texts in EXIF structures may still be searched. All entries may refer to the
/// same bytes.
struct Work(usize);

impl Work {
    /// Returns the work allowed for metadata in some bytes.
    fn of(bytes: &[u8]) -> Self {
        Self(bytes.len().saturating_mul(2))
    }
}

/// Returns what an EXIF structure reveals, and the orientation.
fn of_exif(exif: &[u8], work: &mut Work) -> (Metadata, Option<u16>) {
    let is_big = exif.starts_with(b"MM");
    let mut reader = Exif { bytes: exif, is_big, turned: None, left: MAX_DIRECTORIES, work };
    let told = match reader.u32(4) {
        Some(first) if exif.starts_with(b"II*\0") || exif.starts_with(b"MM\0*") => {
            reader.directories(first, Directory::Image)
        }
        _ => None,
    };
    // Metadata that cannot be read may reveal anything.
    (told.unwrap_or(Metadata::DEVICE), reader.turned)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Directory {
    Image,
    Details,
    Position,
}

struct Exif<'e> {
    bytes: &'e [u8],
    is_big: bool,
    turned: Option<u16>,
    left: usize,
    work: &'e mut Work,
}

impl Exif<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        let bytes = array(self.bytes, at)?;
        Some(if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    fn u32(&self, at: usize) -> Option<usize> {
        let bytes = array(self.bytes, at)?;
        let value = if self.is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
        usize::try_from(value).ok()
    }

    /// Reads a directory and those that follow it.
    fn directories(&mut self, first: usize, kind: Directory) -> Option<Metadata> {
        let mut told = Metadata::NONE;
        let mut at = first;
        while at != 0 {
            self.left = self.left.checked_sub(1)?;
            let count = self.u16(at)?.min(MAX_ENTRIES);
            for n in 0..usize::from(count) {
                told |= self.entry(at + 2 + 12 * n, kind)?;
            }
            // A second picture: a thumbnail.
            let next = self.u32(at + 2 + 12 * usize::from(count)).unwrap_or(0);
            if next != 0 && kind == Directory::Image {
                told |= Metadata::DEVICE;
            }
            at = if kind == Directory::Image { next } else { 0 };
        }
        Some(told)
    }

    fn entry(&mut self, at: usize, kind: Directory) -> Option<Metadata> {
        let tag = self.u16(at)?;
        let value = self.u32(at + 8)?;
        Some(match (kind, tag) {
            (Directory::Image, 0x0112) => {
                self.turned = self.turned.or(self.u16(at + 8));
                Metadata::NONE
            }
            (Directory::Image, 0x8769) => self.directories(value, Directory::Details)?,
            (Directory::Image, 0x8825) => self.directories(value, Directory::Position)?,
            (Directory::Image, 0x02BC) => self.blob(at).map_or(Metadata::DEVICE, of_xmp),
            (Directory::Image, 0x83BB) => Metadata::DEVICE | self.blob(at).map_or(Metadata::NONE, of_iptc),
            // Sizes, colours, resolution, and how a TIFF file stores its picture.
            (Directory::Image, 0x00FE..=0x0103 | 0x0106 | 0x0107 | 0x010A | 0x0111 | 0x0115..=0x011C)
            | (Directory::Image, 0x0120..=0x0129 | 0x012D | 0x013D..=0x0147)
            | (Directory::Image, 0x014C..=0x015B | 0x0200..=0x0214 | 0x8773 | 0xEA1C)
            | (Directory::Details, 0x9000 | 0x9101 | 0x9102 | 0xA000..=0xA003 | 0xA005 | 0xEA1C)
            // The version of the position data.
            | (Directory::Position, 0) => Metadata::NONE,
            // Satellite time and date are not a position.
            (Directory::Position, 7 | 29) => Metadata::DEVICE,
            (Directory::Position, _) => Metadata::POSITION,
            _ => Metadata::DEVICE,
        })
    }

    /// Returns the bytes that an entry refers to, of any type. Returns `None` if they are missing,
    /// or if too much has been searched.
    fn blob(&mut self, at: usize) -> Option<&[u8]> {
        let size = if matches!(self.u16(at + 2)?, 4 | 9) { 4 } else { 1 };
        let (length, start) = (self.u32(at + 4)?.checked_mul(size)?, self.u32(at + 8)?);
        self.work.0 = self.work.0.checked_sub(length)?;
        self.bytes.get(start..start.checked_add(length)?)
    }
}

/// Returns what XMP reveals. Any XMP reveals a device or a program, and some of it a position.
fn of_xmp(xmp: &[u8]) -> Metadata {
    const BEGINNINGS: [&str; 3] = ["<x:xmpmeta", "<rdf:RDF", "ns.adobe.com/xmp/"];
    // UTF-16 and UTF-32 are searched too.
    let plain: Vec<u8>;
    let has_nul = xmp.len() >= 4
        && xmp.iter().take(4_000).filter(|byte| **byte == 0).count() > xmp.len().min(4_000) / 4;
    let text = if has_nul {
        plain = xmp.iter().copied().filter(|byte| *byte != 0).collect();
        &plain
    } else {
        xmp
    };
    let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    if !BEGINNINGS.iter().any(|word| has(word)) && !has("ns.adobe.com/xap/") {
        return Metadata::NONE;
    }
    Metadata::DEVICE | position_in_words(text)
}

/// Returns whether a text contains a key for a position.
fn position_in_words(text: &[u8]) -> Metadata {
    const WORDS: [&str; 12] = [
        "GPSLatitude",
        "GPSLongitude",
        "GPSDest",
        "GPSCoordinates",
        "gpslatitude",
        "Iptc4xmpCore:Location",
        "LocationShown",
        "LocationCreated",
        "photoshop:City",
        "geo:lat",
        "GPano:PoseHeading",
        "GeoTag",
    ];
    let has = |word: &&str| memchr::memmem::find(text, word.as_bytes()).is_some();
    if WORDS.iter().any(has) { Metadata::POSITION } else { Metadata::NONE }
}

/// Returns what Photoshop resources reveal.
fn of_photoshop(resources: &[u8]) -> Metadata {
    let mut told = Metadata::NONE;
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
        let Some((id, data, next)) = read() else { return told | Metadata::DEVICE };
        told |= match id {
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
    told
}

/// Returns what IPTC reveals about the position: city, district, province.
fn of_iptc(records: &[u8]) -> Metadata {
    let is_place = |record: &[u8]| matches!(record, [0x1C, 2, 90 | 92 | 95, high, low] if *high != 0 || *low != 0);
    if records.windows(5).any(is_place) { Metadata::BOTH } else { Metadata::NONE }
}

/// A comment. An empty one reveals nothing.
fn text_of(text: &[u8]) -> Metadata {
    let is_empty = text.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n'));
    if is_empty { Metadata::NONE } else { Metadata::DEVICE }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
