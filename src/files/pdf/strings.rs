//! Decodes the text strings of a PDF file.

use lopdf::{Dictionary, Object};

/// Decodes a text string (ISO 32000-1, 7.9.2.2), even if it is invalid.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        let letters = char::decode_utf16(units);
        letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => {
            let string = Object::string_literal(bytes);
            lopdf::decode_text_string(&string)
                .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

/// Passes on every string in an object, with the key that it belongs to. Names are included,
/// because choices are written as names.
pub(super) fn strings<'o>(object: &'o Object, each: &mut dyn FnMut(&'o [u8], &'o [u8])) {
    let mut left: Vec<(&Object, &[u8])> = vec![(object, b"")];
    let label = |dictionary: &'o Dictionary| {
        let names = [b"TU".as_slice(), b"T"].into_iter();
        names.filter_map(|name| dictionary.get(name).and_then(Object::as_str).ok()).next()
    };
    while let Some((object, head)) = left.pop() {
        let dictionary = match object {
            Object::String(bytes, _) | Object::Name(bytes) => {
                each(bytes, head);
                continue;
            }
            Object::Array(objects) => {
                left.extend(objects.iter().map(|object| (object, head)));
                continue;
            }
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        let head = label(dictionary).unwrap_or(head);
        // The bytes of a signature are not text.
        let is_signature = dictionary.has(b"ByteRange");
        for (key, value) in dictionary.iter() {
            each(key, head);
            if key != b"ID" && !(is_signature && key == b"Contents") {
                left.push((value, head));
            }
        }
    }
}
