//! Extracts the texts of files that are published unchanged: cells of CSV files and workbooks,
//! paragraphs of documents, pages of PDF files, lines of text, each with its place. Files inside
//! files are included.
//!
//! The files are untrusted. Everything that is inflated or scanned is charged to one budget. Panics
//! of a parser are caught here and nowhere else.

mod decode;
mod format;
mod texts;

use std::borrow::Cow;
use std::cell::Cell as Flag;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::files::extract::decode::{decoded, has_controls, with_letters, without_fractions};
use crate::files::extract::texts::{read_csv, read_json, read_lines, read_mail, read_markup};
use crate::files::fragment::{Budget, Fragment, FragmentPlace, Unreadable};
use crate::files::markup::{Token, Tokens};
use crate::files::markup_lines::{Dialect, lines};
use crate::files::picture_metadata::{Metadata, picture_metadata, unpacked_at_most};
use crate::files::workbook::{Shared, read_sheet, sheet_names};
use crate::files::{data_url, pdf};
use crate::text::{has_long_number, is_picture, runs};

pub use crate::files::extract::format::FileFormat;

/// The maximum size of a file that is read, in bytes.
pub(crate) const MAX_FILE: u64 = 64_000_000;

/// The maximum number of bytes inflated and scanned for one file.
pub const MAX_WORK: u64 = 200_000_000;

/// The maximum size of a part of an archive.
const MAX_PART: usize = 64_000_000;

/// The maximum number of files in an archive, and the cost of each, whatever its size.
const MAX_PARTS: usize = 10_000;
const COST_OF_PART: usize = 1_000;

/// What it costs to look at a place where a number may begin.
const COST_OF_NUMBER: usize = 200;

/// The maximum nesting of files in files.
const MAX_DEPTH: usize = 3;

/// Reads a file and passes on the texts that may contain long numbers.
pub fn extract_text(
    format: FileFormat,
    bytes: &[u8],
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    read_within(format, bytes, &mut Budget::new(MAX_WORK), each)
}

/// Same as [`extract_text`], but within a budget.
pub fn read_within(
    format: FileFormat,
    bytes: &[u8],
    budget: &mut Budget,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    if bytes.len() as u64 > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    // Numbers are looked at while the file is read, and are paid from what the budget has now.
    let mut numbers = Budget::new(budget.left() as u64);
    let mut careful = |piece: &Fragment| {
        if piece.metadata().is_some() {
            each(piece);
        } else if has_long_number(piece.text) {
            let cost = cost_of_numbers(piece.text, numbers.left());
            if numbers.take(cost).is_ok() {
                each(piece);
            }
        }
    };
    let work = || read_file(format, bytes, 0, budget, &mut careful);
    let read = carefully(work).unwrap_or(Err(Unreadable::Broken));
    let _ = budget.take(usize::try_from(numbers.taken()).unwrap_or(usize::MAX));
    let unpaid = (numbers.left() == 0).then_some(Unreadable::TooLarge);
    worst(read.err(), unpaid).map_or(Ok(()), Err)
}

/// What it costs to look at the numbers that may begin in a text; little more than a limit if it is above.
fn cost_of_numbers(text: &str, limit: usize) -> usize {
    let mut cost = 0;
    for run in runs(text) {
        cost += run.starts().count() * COST_OF_NUMBER;
        if cost > limit {
            break;
        }
    }
    cost
}

/// Runs a parser of untrusted bytes. Returns `None` if it panicked.
pub(crate) fn carefully<T>(work: impl FnOnce() -> T) -> Option<T> {
    IS_READING.set(true);
    let read = catch_unwind(AssertUnwindSafe(work));
    IS_READING.set(false);
    read.ok()
}

thread_local! {
    static IS_READING: Flag<bool> = const { Flag::new(false) };
}

/// Returns whether this thread is parsing an untrusted file. A panic is caught then, and must not
/// be printed, because its message could repeat text of the file.
pub fn is_extracting() -> bool {
    IS_READING.get()
}

/// Reads a file at a depth of nesting.
fn read_file(
    format: FileFormat,
    bytes: &[u8],
    depth: usize,
    budget: &mut Budget,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    let format = if format == FileFormat::Unknown { FileFormat::of_bytes(bytes) } else { format };
    budget.take(bytes.len())?;
    match format {
        FileFormat::Pdf => {
            let mut embedded = Vec::new();
            let read = pdf::read(bytes, budget, &mut embedded, each);
            let mut unread = read.err();
            for (name, bytes) in embedded {
                let read = read_inside(&name, &bytes, depth, budget, each);
                unread = worst(unread, read.err());
            }
            unread.map_or(Ok(()), Err)
        }
        FileFormat::Archive => Archive::open(bytes)?.read(depth, budget, each),
        FileFormat::Closed | FileFormat::Unknown => Err(Unreadable::Format),
        _ => {
            let text = decoded(bytes);
            let is_markup = format == FileFormat::Markup;
            let contained = read_contained(&text, is_markup, depth, budget, each);
            let is_data = !matches!(format, FileFormat::Text | FileFormat::Mail);
            let each = &mut |piece: &Fragment| {
                if !is_data {
                    return each(piece);
                }
                let text = &without_fractions(piece.text);
                let (head, spot) = (piece.head.clone(), piece.spot.clone());
                let column = piece.column.clone();
                each(&Fragment { text, head, spot, column, ..*piece });
            };
            match format {
                FileFormat::Csv => read_csv(&text, each)?,
                FileFormat::Json => read_json(&with_letters(&text), each),
                FileFormat::Mail => read_mail(&text, each)?,
                FileFormat::Markup => read_markup(&text, each),
                _ => read_lines(&text, each),
            }
            let broken = has_controls(&text).then_some(Unreadable::Broken);
            worst(contained.err(), broken).map_or(Ok(()), Err)
        }
    }
}

/// Reads a file inside another.
fn read_inside(
    name: &str,
    bytes: &[u8],
    depth: usize,
    budget: &mut Budget,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    if is_picture_inside(name) {
        budget.take(unpacked_at_most(bytes))?;
        tell_metadata(name, picture_metadata(bytes), each);
        return Ok(());
    }
    let Some(format) = FileFormat::of_name(name) else { return Ok(()) };
    if depth >= MAX_DEPTH {
        return Err(Unreadable::Format);
    }
    read_file(format, bytes, depth + 1, budget, &mut |piece: &Fragment| {
        let spot = match piece.metadata() {
            Some(metadata) => FragmentPlace::Picture(name.to_owned(), metadata),
            None => FragmentPlace::Inside(name.to_owned()),
        };
        each(&Fragment {
            text: piece.text,
            head: piece.head.clone(),
            spot,
            is_whole: piece.is_whole,
            column: piece.column.clone().map(|column| column.inside(name)),
        });
    })
}

/// Reads the files that a text contains. Of pictures only a position is reported, because nearly every
/// picture names a program.
fn read_contained(
    text: &str,
    is_markup: bool,
    depth: usize,
    budget: &mut Budget,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    let mut each = |piece: &Fragment| {
        if piece.metadata().is_none_or(|metadata| metadata.position) {
            each(piece);
        }
    };
    if is_markup && text.contains("<svg") {
        tell_metadata("svg", picture_metadata(text.as_bytes()), &mut each);
    }
    let mut unread = None;
    data_url::contained(text, is_markup, &mut |file| {
        let Some(name) = file.name() else { return };
        let paid = budget.take(file.bytes.len());
        let read = paid.and_then(|()| read_inside(&name, &file.bytes, depth, budget, &mut each));
        unread = worst(unread, read.err());
    });
    unread.map_or(Ok(()), Err)
}

fn tell_metadata(name: &str, metadata: Metadata, each: &mut dyn FnMut(&Fragment)) {
    if metadata != Metadata::default() {
        let spot = FragmentPlace::Picture(name.to_owned(), metadata);
        each(&Fragment { text: "", head: String::new(), spot, is_whole: false, column: None });
    }
}

/// Returns whether a file is a film or a sound, by its name.
pub(crate) fn is_recording(name: &str) -> bool {
    const RECORDINGS: [&str; 20] = [
        "mp4", "m4v", "mov", "3gp", "3g2", "m4a", "webm", "weba", "mkv", "avi", "mpg", "mpeg",
        "wmv", "ogv", "ogg", "oga", "opus", "mp3", "wav", "flac",
    ];
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    RECORDINGS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Returns whether a file inside another is a picture or a film whose metadata is looked at.
fn is_picture_inside(name: &str) -> bool {
    const FURTHER: [&str; 8] = ["jfif", "bmp", "tif", "tiff", "heic", "heif", "avif", "ico"];
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_further = FURTHER.iter().any(|further| extension.eq_ignore_ascii_case(further));
    is_further || is_recording(name) || is_picture(name) && !extension.eq_ignore_ascii_case("svg")
}

/// Returns whether a file inside another is read.
fn is_read(name: &str) -> bool {
    FileFormat::of_name(name).is_some() || is_picture_inside(name)
}

/// Returns the first of two reasons, in their order, why something was not read.
fn worst(one: Option<Unreadable>, other: Option<Unreadable>) -> Option<Unreadable> {
    one.into_iter().chain(other).min()
}

/// A ZIP archive.
struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
    /// The names of its files.
    names: Vec<String>,
}

impl<'b> Archive<'b> {
    fn open(bytes: &'b [u8]) -> Result<Self, Unreadable> {
        const OLE: &[u8] = b"\xD0\xCF\x11\xE0";
        const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";
        if bytes.starts_with(OLE) && memchr::memmem::find(bytes, ENCRYPTED).is_some() {
            return Err(Unreadable::Locked);
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Broken)?;
        if zip.len() > MAX_PARTS {
            return Err(Unreadable::TooLarge);
        }
        let name = |n| zip.name_for_index(n).and_then(Result::ok).map(Cow::into_owned);
        let names = (0..zip.len()).map(|n| name(n).unwrap_or_default()).collect();
        Ok(Self { zip, names })
    }

    /// Returns whether the archive is a single document made of parts.
    fn is_document(&self) -> bool {
        self.names.iter().any(|name| name == "[Content_Types].xml" || name == "mimetype")
    }

    /// Inflates a file. Its declared size is not trusted.
    fn inflate(&mut self, number: usize, budget: &mut Budget) -> Result<Vec<u8>, Unreadable> {
        budget.take(COST_OF_PART)?;
        let entry = self.zip.by_index(number).map_err(|error| match error {
            ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
                Unreadable::Locked
            }
            ZipError::UnsupportedArchive(_) => Unreadable::Format,
            _ => Unreadable::Broken,
        })?;
        let limit = budget.left().min(MAX_PART);
        let mut bytes = Vec::new();
        let read = entry.take(limit as u64 + 1).read_to_end(&mut bytes);
        budget.take(bytes.len())?;
        if bytes.len() > limit {
            return Err(Unreadable::TooLarge);
        }
        read.map(|_| bytes).map_err(|_| Unreadable::Broken)
    }

    /// Returns a part by its name. It is empty if there is none.
    fn part(&mut self, name: &str, budget: &mut Budget) -> Result<String, Unreadable> {
        let number = self.names.iter().position(|known| known.eq_ignore_ascii_case(name));
        let Some(number) = number else { return Ok(String::new()) };
        Ok(decoded(&self.inflate(number, budget)?).into_owned())
    }

    fn read(
        mut self,
        depth: usize,
        budget: &mut Budget,
        each: &mut dyn FnMut(&Fragment),
    ) -> Result<(), Unreadable> {
        let names = std::mem::take(&mut self.names);
        for name in &names {
            let spot = FragmentPlace::Inside(name.clone());
            each(&Fragment {
                text: name,
                head: String::new(),
                spot,
                is_whole: false,
                column: None,
            });
        }
        self.names = names;
        if self.is_document() {
            return self.read_document(depth, budget, each);
        }
        let mut unread = None;
        for number in 0..self.names.len() {
            let name = self.names[number].clone();
            if name.ends_with('/') || !is_read(&name) {
                continue;
            }
            let bytes = self.inflate(number, budget);
            let read = bytes.and_then(|b| read_inside(&name, &b, depth, budget, each));
            unread = worst(unread, read.err());
            if unread == Some(Unreadable::TooLarge) && budget.left() == 0 {
                break;
            }
        }
        unread.map_or(Ok(()), Err)
    }

    /// Reads a workbook or a document, part by part.
    fn read_document(
        mut self,
        depth: usize,
        budget: &mut Budget,
        each: &mut dyn FnMut(&Fragment),
    ) -> Result<(), Unreadable> {
        const MANIFEST: &str = "META-INF/manifest.xml";
        const STRINGS: &str = "xl/sharedStrings.xml";
        if self.part(MANIFEST, budget)?.contains("encryption-data") {
            return Err(Unreadable::Locked);
        }
        let relations = self.part("xl/_rels/workbook.xml.rels", budget)?;
        let sheets = sheet_names(&self.part("xl/workbook.xml", budget)?, &relations);
        let mut shared = Shared::read(&self.part(STRINGS, budget)?);
        let mut unread = None;
        for number in 0..self.names.len() {
            let name = self.names[number].clone();
            let format = FileFormat::of_name(&name);
            if name.eq_ignore_ascii_case(STRINGS) || !is_read(&name) || is_looks(&name) {
                continue;
            }
            let read = self.inflate(number, budget).and_then(|bytes| match format {
                Some(FileFormat::Markup) => {
                    let text = decoded(&bytes);
                    let contained = read_contained(&text, true, depth, budget, each);
                    let read = read_part(&name, &text, &sheets, &mut shared, budget, each);
                    worst(read.err(), contained.err()).map_or(Ok(()), Err)
                }
                _ => read_inside(&name, &bytes, depth, budget, &mut |piece| {
                    // Nearly every picture of a document names a program.
                    if piece.metadata().is_none_or(|metadata| metadata.position) {
                        each(piece);
                    }
                }),
            });
            if read == Err(Unreadable::TooLarge) {
                return read;
            }
            unread = worst(unread, read.err());
        }
        shared.report_unused(each);
        unread.map_or(Ok(()), Err)
    }
}

/// Returns whether a part of a document only affects its appearance: thumbnails, fonts, printer
/// settings.
fn is_looks(name: &str) -> bool {
    const PLACES: [&str; 4] =
        ["printerSettings", "Thumbnails/", "ObjectReplacements/", "layout-cache"];
    const ENDS: [&str; 9] =
        [".emf", ".wmf", ".wdp", ".odttf", ".fntdata", ".ttf", ".otf", ".woff", ".woff2"];
    name.ends_with('/')
        || PLACES.iter().any(|place| name.contains(place))
        || ENDS.iter().any(|end| name.to_ascii_lowercase().ends_with(end))
}

/// Reads an XML part of a document.
fn read_part(
    name: &str,
    text: &str,
    sheets: &BTreeMap<String, String>,
    shared: &mut Shared,
    budget: &mut Budget,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    let mut tokens = Tokens::new(text);
    let root = tokens.find_map(|token| match token {
        Token::Tag { name, .. } => Some(name),
        _ => None,
    });
    let mut rest = text;
    if root == Some("worksheet") {
        let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".xml");
        let sheet = sheets.get(name).map_or(stem, String::as_str);
        read_sheet(text, sheet, shared, budget, each)?;
        // What follows the cells: headers and footers, links, lists of allowed values.
        rest = text.rfind("sheetData").map_or("", |at| &text[at..]);
    }
    let mut all = String::new();
    lines(rest, Dialect::Office, &mut |line, _| all.extend([line, "\n"]));
    let spot = FragmentPlace::Inside(name.to_owned());
    each(&Fragment { text: &all, head: String::new(), spot, is_whole: true, column: None });
    Ok(())
}
