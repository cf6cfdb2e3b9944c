//! Detects contents by the first bytes, and the names in a ZIP archive by the last ones.

use crate::files::kind::content::Content;

/// The first bytes of OLE files.
pub(super) const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Detects the contents from the first bytes, if they are those of a format.
pub(super) fn by_magic(head: &[u8]) -> Option<Content> {
    use Content::*;
    let starts: [(&[u8], Content); 36] = [
        (b"%PDF-", Pdf),
        (OLE, Ole),
        (b"PK\x03\x04", Zip),
        (b"PK\x05\x06", Zip),
        (b"PK\x07\x08", Zip),
        (b"{\\rtf", Rtf),
        (b"\x89PNG\r\n\x1A\n", Png),
        (b"\xFF\xD8\xFF", Jpeg),
        (b"GIF87a", Gif),
        (b"GIF89a", Gif),
        (b"II*\0", Tiff),
        (b"MM\0*", Tiff),
        (b"II+\0", Tiff),
        (b"MM\0+", Tiff),
        (b"ID3\x02", Mp3),
        (b"ID3\x03", Mp3),
        (b"ID3\x04", Mp3),
        (b"OggS", Ogg),
        (b"fLaC", Flac),
        (b"\x1A\x45\xDF\xA3", Matroska),
        (b"\0\0\x01\xBA", Mpeg),
        (b"\0\0\x01\xB3", Mpeg),
        (b"Rar!\x1A\x07", Archive),
        (b"7z\xBC\xAF\x27\x1C", Archive),
        (b"\x1F\x8B", Archive),
        (b"BZh91AY&SY", Archive),
        (b"\xFD7zXZ\0", Archive),
        (b"\x7FELF", Program),
        (b"MZ\x90\0", Program),
        (b"\xCA\xFE\xBA\xBE", Program),
        (b"\xCF\xFA\xED\xFE", Program),
        (b"\0asm", Program),
        (b"\x09\0\x04\0", OldExcel),
        (b"\x09\x02\x06\0", OldExcel),
        (b"\x09\x04\x06\0", OldExcel),
        (b"\x09\x08\x08\0", OldExcel),
    ];
    if let Some((_, content)) = starts.into_iter().find(|(start, _)| head.starts_with(start)) {
        return Some(content);
    }
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, rest @ ..] => match rest.get(..4)? {
            b"WEBP" => Some(Webp),
            b"WAVE" => Some(Wav),
            b"AVI " => Some(Avi),
            _ => None,
        },
        [_, _, _, _, b'f', b't', b'y', b'p', brands @ ..] => {
            let brands = &brands[..brands.len().min(40)];
            let has = |brand: &[u8]| memchr::memmem::find(brands, brand).is_some();
            Some(if has(b"avif") || has(b"avis") {
                Avif
            } else if ["heic", "heix", "heim", "hevc", "mif1"].iter().any(|b| has(b.as_bytes())) {
                Heic
            } else {
                Mp4
            })
        }
        // QuickTime files may begin with any of their parts.
        [0, _, _, _, part @ ..]
            if ["moov", "mdat", "wide", "free", "skip", "pnot"]
                .iter()
                .any(|known| part.starts_with(known.as_bytes())) =>
        {
            Some(Mp4)
        }
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => Some(Aac),
        [0xFF, second, ..] if second & 0xE0 == 0xE0 && second & 0x06 != 0 && *second != 0xFE => {
            Some(Mp3)
        }
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Bmp),
        _ => None,
    }
}

/// Returns the size declared by a RIFF file.
pub(super) fn riff_size(head: &[u8]) -> Option<u64> {
    let size = head.get(4..8)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(size)) + 8)
}

/// Returns whether a browser that does not know the type of a file takes it for HTML (MIME
/// Sniffing, section 7.1). Also checks tags with which saved pages begin.
pub(super) fn is_web_page(text: &[u8]) -> bool {
    const TAGS: &[&str] = &[
        "!doctype html",
        "html",
        "head",
        "script",
        "iframe",
        "h1",
        "h2",
        "h3",
        "div",
        "font",
        "table",
        "a",
        "style",
        "title",
        "b",
        "body",
        "br",
        "p",
        "meta",
        "link",
        "form",
        "center",
        "frameset",
        "img",
        "span",
        "input",
        "base",
        "object",
        "embed",
        "video",
        "ul",
        "ol",
    ];
    let Some(rest) = text.strip_prefix(b"<") else { return false };
    rest.starts_with(b"!--")
        || TAGS.iter().any(|tag| {
            let start = rest.get(..tag.len());
            let ends = rest.get(tag.len()).is_none_or(|next| !next.is_ascii_alphanumeric());
            ends && start.is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
        })
}

/// Returns whether bytes are text in any encoding: they contain no NUL, except in UTF-16.
pub(super) fn is_text(head: &[u8]) -> bool {
    let has_mark = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let places = |odd: usize| head.iter().skip(odd).step_by(2).any(|byte| *byte == 0);
    has_mark || !(places(0) && places(1))
}

/// Returns the names of the files in a ZIP archive, given its end (APPNOTE.TXT, 4.3.12 and 4.3.16).
/// Returns `None` if the directory is longer than that. Archives inside the archive have
/// directories of their own.
pub(super) fn names_in_directory(tail: &[u8]) -> Option<Vec<&[u8]>> {
    let end = memchr::memmem::rfind(tail, b"PK\x05\x06")?;
    let u16_at =
        |at: usize| Some(usize::from(u16::from_le_bytes(tail.get(at..at + 2)?.try_into().ok()?)));
    let size = u32::from_le_bytes(tail.get(end + 12..end + 16)?.try_into().ok()?);
    let mut at = end.checked_sub(usize::try_from(size).ok()?)?;
    let mut names = Vec::new();
    while at < end && tail.get(at..at + 4)? == b"PK\x01\x02" {
        let (name, extra, remark) = (u16_at(at + 28)?, u16_at(at + 30)?, u16_at(at + 32)?);
        names.push(tail.get(at + 46..at + 46 + name)?);
        at += 46 + name + extra + remark;
    }
    (at == end && !names.is_empty()).then_some(names)
}
