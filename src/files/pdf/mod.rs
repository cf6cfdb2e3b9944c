//! Extracts the text of PDF files: the text painted on each page, and all strings.
//!
//! Text is read in the order in which it is painted. Texts on one line are joined by spaces. Forms
//! (`Do`) are followed, because tools that stamp or combine pages use them. Forms that no page
//! paints are the appearances of annotations and fields. Earlier versions contained in the file are
//! read too.

mod fonts;
mod page;
mod pen;
mod pictures;
mod reader;
mod revisions;

use std::borrow::Cow;
use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Error, LoadOptions, Object};
use memchr::memmem;
use xxhash_rust::xxh3::xxh3_64;

use crate::files::fragment::{Budget, Fragment, FragmentPlace, Unreadable};
use crate::files::pdf::page::{PdfPage, area_of};
use crate::files::pdf::reader::{MAX_STREAM, PdfReader};
use crate::files::pdf::revisions::{Revision, earlier_revisions};

/// The maximum size of all inflated streams of a file, in bytes.
const MAX_INFLATED: usize = 64_000_000;

/// The maximum number of streams in a file.
const MAX_STREAMS: usize = 40_000;

/// The maximum number of earlier versions to read.
const MAX_VERSIONS: usize = 10;

/// Reads the pages and other strings of a file. Returns embedded files in `embedded`.
pub(super) fn read(
    bytes: &[u8],
    budget: &mut Budget,
    embedded: &mut Vec<(String, Vec<u8>)>,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    let mut told = BTreeSet::new();
    let mut unread = read_version(bytes, budget, embedded, &mut |piece| {
        told.insert(key_of(piece));
        each(piece);
    })?;
    let (revisions, is_more) = earlier_revisions(bytes, MAX_VERSIONS);
    if is_more {
        unread = least(unread, Some(Unreadable::TooLarge));
    }
    for revision in revisions {
        budget.take(revision.end)?;
        let is_part = revision.is_part;
        let earlier = read_revision(bytes, &revision, budget, embedded, &mut |piece| {
            if told.insert(key_of(piece)) {
                let is_picture = piece.metadata().is_some();
                let spot = if is_picture { piece.spot.clone() } else { FragmentPlace::Earlier };
                each(&Fragment { text: piece.text, head: piece.head.clone(), spot, ..*piece });
            }
        });
        let earlier = earlier.unwrap_or_else(Some);
        let is_expected = is_part && earlier == Some(Unreadable::Broken);
        unread = least(unread, earlier.filter(|_| !is_expected));
    }
    let mut files = BTreeSet::new();
    embedded.retain(|(_, bytes)| files.insert(xxh3_64(bytes)));
    unread.map_or(Ok(()), Err)
}

fn least(one: Option<Unreadable>, other: Option<Unreadable>) -> Option<Unreadable> {
    one.into_iter().chain(other).min()
}

/// Returns what two texts or pictures have in common if they are the same.
fn key_of(piece: &Fragment) -> u64 {
    let kind = if piece.metadata().is_some() { format!("{:?}", piece.spot) } else { String::new() };
    xxh3_64(piece.text.as_bytes()) ^ xxh3_64(kind.as_bytes())
}

/// Reads an earlier version. Returns why any of it could not be read.
fn read_revision(
    bytes: &[u8],
    revision: &Revision,
    budget: &mut Budget,
    embedded: &mut Vec<(String, Vec<u8>)>,
    each: &mut dyn FnMut(&Fragment),
) -> Result<Option<Unreadable>, Unreadable> {
    let mut part = Cow::Borrowed(&bytes[..revision.end]);
    for at in &revision.hidden {
        // A comment is not the beginning of an object.
        part.to_mut()[*at] = b'%';
    }
    let document = load(&part, revision.is_rebuilt, budget)?;
    read_document(&document, budget, embedded, each)
}

/// Reads the newest version of a file. Returns why any of it could not be read.
fn read_version(
    bytes: &[u8],
    budget: &mut Budget,
    embedded: &mut Vec<(String, Vec<u8>)>,
    each: &mut dyn FnMut(&Fragment),
) -> Result<Option<Unreadable>, Unreadable> {
    let document = load(bytes, false, budget)?;
    read_document(&document, budget, embedded, each)
}

fn read_document(
    document: &Document,
    budget: &mut Budget,
    embedded: &mut Vec<(String, Vec<u8>)>,
    each: &mut dyn FnMut(&Fragment),
) -> Result<Option<Unreadable>, Unreadable> {
    let mut reader = PdfReader::new(document, budget);
    reader.report_strings(each);
    reader.report_streams(embedded, each);
    reader.report_pictures(each);
    let mut count = 0;
    for (n, id) in document.page_iter().enumerate() {
        let mut page = PdfPage::default();
        reader.read_page(id, &mut page);
        if let Some(why) = page.unread(area_of(document, id)) {
            reader.missed(why);
        }
        page.tell(FragmentPlace::Page(n + 1), each);
        count += 1;
        if reader.budget.left() == 0 {
            break;
        }
    }
    reader.report_unpainted(each);
    if count == 0 {
        reader.missed(Unreadable::Broken);
    }
    Ok(reader.unread)
}

fn load(bytes: &[u8], is_rebuilt: bool, budget: &mut Budget) -> Result<Document, Unreadable> {
    /// The maximum ratio of inflated to compressed size.
    const DEFLATED: usize = 1_032;
    // Object streams are inflated when the file is loaded. Together they must stay within the
    // limit.
    let count = |mark: &[u8]| memmem::find_iter(bytes, mark).count();
    let streams = count(b"stream") / 2 + 1;
    if streams > MAX_STREAMS {
        return Err(Unreadable::TooLarge);
    }
    let each = (MAX_INFLATED / streams).min(MAX_STREAM);
    let inflated = (count(b"/ObjStm") + count(b"/XRef") + 1) * each;
    budget.take(inflated.min(bytes.len().saturating_mul(DEFLATED)).min(MAX_INFLATED))?;
    let limited = LoadOptions::with_max_decompressed_size(each);
    let options = LoadOptions { force_reconstruct: is_rebuilt, ..limited };
    let loaded = Document::load_mem_with_options(bytes, options);
    let document = loaded.map_err(|error| match error {
        Error::Decryption(_) | Error::InvalidPassword => Unreadable::Locked,
        Error::Decompress(_) => Unreadable::TooLarge,
        _ => Unreadable::Broken,
    })?;
    if document.is_encrypted() { Err(Unreadable::Locked) } else { Ok(document) }
}

/// Decodes a text string (ISO 32000-1, 7.9.2.2), even if it is invalid.
fn text_of(bytes: &[u8]) -> String {
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
fn strings<'o>(object: &'o Object, each: &mut dyn FnMut(&'o [u8], &'o [u8])) {
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
