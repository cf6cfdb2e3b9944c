//! GIF files (version 89a).

use crate::files::picture_metadata::metadata::Metadata;
use crate::files::picture_metadata::part::{FilePart, trailing};
use crate::files::picture_metadata::xmp::of_xmp;

/// GIF (version 89a): blocks.
pub(super) fn of_gif(bytes: &[u8], pieces: &mut Vec<FilePart>) -> Option<()> {
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
