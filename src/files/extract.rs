//! Extracts the texts of files that are published unchanged: cells of CSV files and workbooks,
//! paragraphs of documents, pages of PDF files, lines of text, each with its place. Files inside
//! files are included.
//!
//! The files are untrusted. Everything that is inflated or scanned is charged to one budget. Panics
//! of a parser are caught here and nowhere else.

use std::borrow::Cow;
use std::cell::Cell as Flag;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::files::fragment::{Budget, Fragment, FragmentPlace, Unreadable};
use crate::files::markup::{Token, Tokens};
use crate::files::markup_lines::{Dialect, lines};
use crate::files::picture_metadata::{Metadata, picture_metadata, unpacked_at_most};
use crate::files::workbook::{Shared, Sheet, read_sheet, sheet_names};
use crate::files::{data_url, pdf};
use crate::text::{FEWEST, has_long_number, is_picture, runs};

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

/// How many characters of the line above count as near.
const ABOVE: usize = 60;

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Cells separated by commas, semicolons or tabs.
    Csv,
    /// Lines of text.
    Text,
    /// Lines of text with escapes such as `\u0E01`.
    Json,
    /// Lines of text that may continue on the next line, as in mail and calendars.
    Mail,
    /// XML and HTML.
    Markup,
    /// A ZIP archive: a workbook, a document, or any files.
    Archive,
    /// A PDF file.
    Pdf,
    /// A document that cannot be read.
    Closed,
    /// Unknown by the file name.
    Unknown,
}

impl FileFormat {
    /// Returns the format for the name of a file. Returns `None` for pictures, audio and video.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.').unwrap_or_default();
        Some(match extension.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" => Self::Csv,
            "txt" | "md" | "log" | "yaml" | "yml" | "css" | "js" | "sql" => Self::Text,
            "json" | "geojson" | "topojson" | "jsonl" | "ndjson" | "jsonld" => Self::Json,
            "eml" | "vcf" | "ics" | "mht" | "mhtml" | "ldif" => Self::Mail,
            "xml" | "html" | "htm" | "xhtml" | "svg" | "kml" | "gml" | "gpx" | "rss" | "atom"
            | "xsd" | "xsl" | "rels" | "vml" | "rdf" | "fodt" | "fods" | "fodp" | "fodg" => {
                Self::Markup
            }
            "docx" | "docm" | "dotx" | "dotm" | "xlsx" | "xlsm" | "xltx" | "xltm" | "xlam"
            | "pptx" | "pptm" | "ppsx" | "ppsm" | "potx" | "potm" | "sldx" | "odt" | "ott"
            | "odm" | "ods" | "ots" | "odp" | "otp" | "odg" | "otg" | "odf" | "epub" | "kmz"
            | "zip" => Self::Archive,
            "pdf" => Self::Pdf,
            "doc" | "dot" | "rtf" | "xls" | "xlt" | "xlsb" | "ppt" | "pps" | "pot" | "mdb"
            | "accdb" | "odb" | "rar" | "7z" | "gz" | "tgz" | "bz2" | "xz" | "tar" | "ps"
            | "eps" => Self::Closed,
            "png" | "jpg" | "jpeg" | "jfif" | "gif" | "webp" | "avif" | "bmp" | "tif" | "tiff"
            | "heic" | "heif" | "ico" | "mp3" | "m4a" | "ogg" | "oga" | "opus" | "wav" | "flac"
            | "aac" | "mp4" | "m4v" | "mov" | "webm" | "ogv" | "avi" | "mkv" | "mpg" | "mpeg"
            | "wmv" | "3gp" => return None,
            _ => Self::Unknown,
        })
    }

    /// Detects the format from the bytes of a file.
    fn of_bytes(bytes: &[u8]) -> Self {
        let start = bytes.trim_ascii_start();
        let begins = |marks: &[&[u8]]| marks.iter().any(|mark| start.starts_with(mark));
        if begins(&[b"%PDF-"]) {
            Self::Pdf
        } else if begins(&[b"PK\x03\x04", b"PK\x05\x06"]) {
            Self::Archive
        } else if begins(&[b"{\\rtf", b"%!PS"]) || !is_text(bytes) {
            Self::Closed
        } else if begins(&[b"<", b"\xEF\xBB\xBF<"]) {
            Self::Markup
        } else {
            Self::Text
        }
    }
}

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
    let work = || read_file(format, bytes, (0, budget), &mut careful);
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
    (depth, budget): (usize, &mut Budget),
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
                let read = read_inside(&name, &bytes, (depth, budget), each);
                unread = worst(unread, read.err());
            }
            unread.map_or(Ok(()), Err)
        }
        FileFormat::Archive => Archive::open(bytes)?.read((depth, budget), each),
        FileFormat::Closed | FileFormat::Unknown => Err(Unreadable::Format),
        _ => {
            let text = decoded(bytes);
            let is_markup = format == FileFormat::Markup;
            let contained = read_contained(&text, is_markup, (depth, budget), each);
            let is_data = !matches!(format, FileFormat::Text | FileFormat::Mail);
            let each = &mut |piece: &Fragment| {
                if !is_data {
                    return each(piece);
                }
                let text = &without_fractions(piece.text);
                let (head, spot) = (piece.head.clone(), piece.spot.clone());
                each(&Fragment { text, head, spot, ..*piece });
            };
            match format {
                FileFormat::Csv => read_csv(&text, each)?,
                FileFormat::Json => read_lines(&with_letters(&text), each),
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
    (depth, budget): (usize, &mut Budget),
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
    read_file(format, bytes, (depth + 1, budget), &mut |piece: &Fragment| {
        let spot = match piece.metadata() {
            Some(metadata) => FragmentPlace::Picture(name.to_owned(), metadata),
            None => FragmentPlace::Inside(name.to_owned()),
        };
        each(&Fragment {
            text: piece.text,
            head: piece.head.clone(),
            spot,
            is_whole: piece.is_whole,
        });
    })
}

/// Reads the files that a text contains. Of pictures only a position is reported, because nearly every
/// picture names a program.
fn read_contained(
    text: &str,
    is_markup: bool,
    (depth, budget): (usize, &mut Budget),
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
        let read = paid.and_then(|()| read_inside(&name, &file.bytes, (depth, budget), &mut each));
        unread = worst(unread, read.err());
    });
    unread.map_or(Ok(()), Err)
}

fn tell_metadata(name: &str, metadata: Metadata, each: &mut dyn FnMut(&Fragment)) {
    if metadata != Metadata::default() {
        let spot = FragmentPlace::Picture(name.to_owned(), metadata);
        each(&Fragment { text: "", head: String::new(), spot, is_whole: false });
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

/// Returns whether bytes are text in any known encoding.
fn is_text(bytes: &[u8]) -> bool {
    let text = decoded(bytes);
    let is_strange =
        |c: char| ('\u{80}'..'\u{A0}').contains(&c) || c == char::REPLACEMENT_CHARACTER;
    !has_controls(&text) && !text.contains(is_strange)
}

/// Returns whether a text has control characters that text files do not have. The end-of-file mark
/// of DOS is allowed.
fn has_controls(text: &str) -> bool {
    text.bytes().any(|b| b < b' ' && !b"\t\n\x0B\x0C\r\x1A\x1B".contains(&b))
}

/// Decodes a text as UTF-8 or UTF-16, or else as the legacy encoding of Thai Windows.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, from)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[from..]).0;
    }
    if let Some(text) = decoded_utf16(bytes) {
        return Cow::Owned(text);
    }
    let is_utf8 = simdutf8::basic::from_utf8(bytes).is_ok();
    let encoding = if is_utf8 { encoding_rs::UTF_8 } else { encoding_rs::WINDOWS_874 };
    encoding.decode_without_bom_handling(bytes).0
}

/// Decodes UTF-16 without a byte order mark, Thai or Latin. Digits, separators and line ends
/// contain a zero byte there, which no other encoding has.
fn decoded_utf16(bytes: &[u8]) -> Option<String> {
    memchr::memchr(0, bytes)?;
    let (pairs, _) = bytes.as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let encoding = if zeros(1) >= zeros(0) { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
    let text =
        encoding.decode_without_bom_handling_and_without_replacement(pairs.as_flattened())?;
    let is_usual =
        |c: &char| matches!(c, ..'\u{250}' | '\u{E00}'..='\u{E7F}' | '\u{2000}'..='\u{2BFF}');
    let (usual, all) = (text.chars().filter(is_usual).count(), text.chars().count());
    (usual * 10 >= all * 9 && !has_controls(&text)).then(|| text.into_owned())
}

fn read_lines(text: &str, each: &mut dyn FnMut(&Fragment)) {
    let mut above = "";
    for (n, line) in text.lines().enumerate() {
        if has_long_number(line) {
            let spot = FragmentPlace::Line(n + 1);
            each(&Fragment { text: line, head: above.to_owned(), spot, is_whole: false });
        }
        above = last_of(line);
    }
}

/// A text of a data file with full stops in place of the fractions of decimals, as coordinates have them.
fn without_fractions(text: &str) -> Cow<'_, str> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut out = String::new();
    let mut from = 0;
    for (dot, _) in text.match_indices('.') {
        let whole = text[..dot].trim_end_matches(is_digit);
        let fraction = &text[dot + 1..];
        let after = fraction.trim_start_matches(is_digit);
        let count = fraction.len() - after.len();
        let before = whole.strip_suffix('-').unwrap_or(whole).trim_end();
        let begins = before.is_empty()
            || before.ends_with([',', ';', ':', '[', '(', '"', '\'', '.'])
            || before.ends_with(is_digit);
        let after = after.trim_start();
        let ends = after.is_empty()
            || after.starts_with([',', ';', ']', ')', '}', '"', '\'', '-'])
            || after.starts_with(is_digit);
        if count >= FEWEST && whole.len() < dot && begins && ends {
            out.push_str(&text[from..=dot]);
            out.extend(std::iter::repeat_n('.', count));
            from = dot + 1 + count;
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Returns the end of a line.
fn last_of(line: &str) -> &str {
    let start = line.char_indices().rev().nth(ABOVE - 1).map_or(0, |(at, _)| at);
    &line[start..]
}

/// Resolves escapes such as `\u0E01`.
fn with_letters(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split("\\u");
    out.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        let digits = piece.get(..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let letter = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match letter.and_then(char::from_u32) {
            // A line end here would shift the numbers of the following lines.
            Some(letter) => {
                out.push(if letter.is_control() { ' ' } else { letter });
                out.push_str(&piece[4..]);
            }
            None => out.extend(["\\u", piece]),
        }
    }
    Cow::Owned(out)
}

/// Reads mail, cards and calendars. Joins continued lines and decodes `=31`.
fn read_mail(text: &str, each: &mut dyn FnMut(&Fragment)) -> Result<(), Unreadable> {
    let mut joined: Vec<u8> = Vec::new();
    let mut is_closed = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let lower = line.to_ascii_lowercase();
        is_closed |=
            lower.contains("base64") || lower.contains("encoding=b") || lower.contains("?b?");
        let goes_on =
            line.ends_with('=') || lines.peek().is_some_and(|l| l.starts_with([' ', '\t']));
        let mut bytes = line.strip_suffix('=').unwrap_or(line).trim_start_matches(' ').as_bytes();
        while let [first, rest @ ..] = bytes {
            let code = rest.get(..2).and_then(|code| std::str::from_utf8(code).ok());
            let code = code.filter(|_| *first == b'=').and_then(|c| u8::from_str_radix(c, 16).ok());
            joined.push(code.unwrap_or(*first));
            bytes = if code.is_some() { &rest[2..] } else { rest };
        }
        if !goes_on {
            joined.push(b'\n');
        }
    }
    read_lines(&decoded(&joined), each);
    if is_closed { Err(Unreadable::Format) } else { Ok(()) }
}

fn read_markup(text: &str, each: &mut dyn FnMut(&Fragment)) {
    let mut above = String::new();
    lines(text, Dialect::of(text), &mut |line, number| {
        if has_long_number(line) {
            let spot = FragmentPlace::Line(number);
            each(&Fragment { text: line, head: above.clone(), spot, is_whole: false });
        }
        if !line.trim().is_empty() {
            last_of(line).clone_into(&mut above);
        }
    });
}

fn read_csv(text: &str, each: &mut dyn FnMut(&Fragment)) -> Result<(), Unreadable> {
    const FIRST: usize = 10;
    let has_mark = |line: &&str| line.contains([',', ';', '\t', '|']);
    let first = text.lines().take(FIRST).find(has_mark).unwrap_or("");
    let often = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    let delimiter = *b",;\t|".iter().rev().max_by_key(|mark| often(mark)).unwrap_or(&b',');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).delimiter(delimiter);
    let mut reader = reader.from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut sheet = Sheet::default();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(|_| Unreadable::Broken)? {
        for (column, cell) in record.iter().enumerate() {
            sheet.cell(row, column, cell, each);
        }
        row += 1;
    }
    Ok(())
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
        (depth, budget): (usize, &mut Budget),
        each: &mut dyn FnMut(&Fragment),
    ) -> Result<(), Unreadable> {
        let names = std::mem::take(&mut self.names);
        for name in &names {
            let spot = FragmentPlace::Inside(name.clone());
            each(&Fragment { text: name, head: String::new(), spot, is_whole: false });
        }
        self.names = names;
        if self.is_document() {
            return self.read_document((depth, budget), each);
        }
        let mut unread = None;
        for number in 0..self.names.len() {
            let name = self.names[number].clone();
            if name.ends_with('/') || !is_read(&name) {
                continue;
            }
            let bytes = self.inflate(number, budget);
            let read = bytes.and_then(|b| read_inside(&name, &b, (depth, budget), each));
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
        (depth, budget): (usize, &mut Budget),
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
                    let contained = read_contained(&text, true, (depth, budget), each);
                    let read = read_part(&name, &text, (&sheets, &mut shared), budget, each);
                    worst(read.err(), contained.err()).map_or(Ok(()), Err)
                }
                _ => read_inside(&name, &bytes, (depth, budget), &mut |piece| {
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
    (sheets, shared): (&BTreeMap<String, String>, &mut Shared),
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
        read_sheet(text, (sheet, shared), budget, each)?;
        // What follows the cells: headers and footers, links, lists of allowed values.
        rest = text.rfind("sheetData").map_or("", |at| &text[at..]);
    }
    let mut all = String::new();
    lines(rest, Dialect::Office, &mut |line, _| all.extend([line, "\n"]));
    let spot = FragmentPlace::Inside(name.to_owned());
    each(&Fragment { text: &all, head: String::new(), spot, is_whole: true });
    Ok(())
}
