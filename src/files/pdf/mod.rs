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
mod strings;

use std::borrow::Cow;
use std::collections::BTreeSet;

use lopdf::{Document, Error, LoadOptions};
use memchr::memmem;
use xxhash_rust::xxh3::xxh3_64;

use crate::files::fragment::{Budget, Fragment, FragmentPlace, Unreadable};
use crate::files::pdf::page::{PdfPage, area_of};
use crate::files::pdf::reader::{MAX_STREAM, PdfReader, least};
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
    let mut reported = BTreeSet::new();
    let mut unread = read_version(bytes, budget, embedded, &mut |piece| {
        reported.insert(key_of(piece));
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
            if reported.insert(key_of(piece)) {
                let is_picture = piece.metadata().is_some();
                let spot = if is_picture { piece.spot.clone() } else { FragmentPlace::Earlier };
                let (head, column) = (piece.head.clone(), piece.column.clone());
                each(&Fragment { text: piece.text, head, spot, column, ..*piece });
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
        page.report(FragmentPlace::Page(n + 1), each);
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
