//! Finds private numbers in a file of an item and in its name, and what a picture reveals.

use std::ops::Range;

use sha2::{Digest as _, Sha256};

use crate::build::columns::ColumnNumbers;
use crate::build::inspected_item::{FindingCounts, InspectedItem, count, number};
use crate::build::seen_text;
use crate::build::text_layout::near_in;
use crate::content::ItemPart;
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::files::{self, FileFormat, Fragment, FragmentPlace, MAX_FILE, Metadata, Unreadable};
use crate::privacy::Context;
use crate::source::Sha256Digest;
use crate::text::is_picture;

/// What was found in a file of an item.
pub(super) struct FileFindings {
    pub counts: FindingCounts,
    /// The digest of the file, if its bytes were read.
    pub digest: Option<Sha256Digest>,
}

/// Inspects a file of an item, by its number. Returns an error if it cannot be read.
pub(super) fn inspect_file(
    subject: &InspectedItem,
    number: usize,
) -> Result<FileFindings, Diagnostic> {
    let file = &subject.item.files[number];
    let mut inspection = FileInspection {
        subject,
        name: &file.name,
        path: format!("{}{}", subject.item.folder(), file.name),
        is_too_large: file.size > MAX_FILE,
        part: ItemPart::File(number),
        counts: FindingCounts::new(),
    };
    inspection.look_at_names();
    let digest = inspection.look_at_contents()?;
    Ok(FileFindings { counts: inspection.counts, digest })
}

/// A file of an item while it is inspected.
struct FileInspection<'a> {
    subject: &'a InspectedItem<'a>,
    name: &'a str,
    path: String,
    is_too_large: bool,
    part: ItemPart,
    counts: FindingCounts,
}

/// A number that is reported unless enough others of its column are of another kind.
struct DeferredNumber {
    found: Diagnostic,
    /// Whether none of its kind was counted before.
    is_first: bool,
}

impl FileInspection<'_> {
    fn add(&mut self, found: Diagnostic) {
        count((found.code, self.part, found.severity), || found, &mut self.counts);
    }

    /// Creates a warning about the whole file.
    fn warning(&self, code: Code) -> Diagnostic {
        Diagnostic::warning(code, Place::file(&self.path))
    }

    /// Inspects the name of the file, and its title among the attachments.
    fn look_at_names(&mut self) {
        let InspectedItem { checker, item, .. } = *self.subject;
        let name = self.name;
        let is_own = |file: usize| self.part == ItemPart::File(file);
        let named = item.details.attachments.iter().find(|named| is_own(named.file));
        let title = named.map_or("", |named| named.title.as_ref());
        let near = |_| {
            let near = format!("{name} {title}");
            Context { near, is_file_name: true, ..Context::default() }
        };
        for found in checker.find_seen(&seen_text::of_address(name), near) {
            self.add(number(self.subject, &found, Place::file(&self.path)).help("help-name"));
        }
        if checker.names_document(name) || checker.names_document(title) {
            self.add(self.warning(Code::IdentityDocument));
        }
    }

    /// Inspects the bytes of the file, and returns their digest if they were read.
    fn look_at_contents(&mut self) -> Result<Option<Sha256Digest>, Diagnostic> {
        if self.subject.checker.is_idle() {
            return Ok(None);
        }
        let is_media = is_photograph(self.name) || files::is_recording(self.name);
        let format = FileFormat::of_name(self.name).filter(|_| !is_media);
        if !is_media && format.is_none() {
            return Ok(None);
        }
        if format == Some(FileFormat::Closed) {
            self.add(self.unchecked(Unreadable::Format));
            return Ok(None);
        }
        if self.is_too_large {
            self.add(self.unchecked(Unreadable::TooLarge));
            return Ok(None);
        }
        let bytes = self.subject.portal.read_whole(&self.path, MAX_FILE)?;
        match format {
            Some(format) => self.look_for_numbers(format, &bytes),
            None => self.look_at_metadata(&bytes),
        }
        Ok(Some(Sha256::digest(&bytes).into()))
    }

    fn unchecked(&self, why: Unreadable) -> Diagnostic {
        self.warning(Code::Unchecked).arg("why", format!("@privacy/{}", word_for(why)))
    }

    /// Inspects the metadata of a picture or a recording.
    fn look_at_metadata(&mut self, bytes: &[u8]) {
        let metadata = files::carefully(|| files::picture_metadata(bytes));
        let help = match self.subject.item.approval.covers_text() {
            _ if files::is_recording(self.name) => "help-film",
            true => "help-sealed",
            false => "help",
        };
        for code in codes_of(metadata.unwrap_or_default()) {
            self.add(self.warning(code).help(help));
        }
    }

    /// Counts the private numbers in the text of a file, and the pictures in it that say where they were
    /// taken.
    fn look_for_numbers(&mut self, format: FileFormat, bytes: &[u8]) {
        let mut columns = ColumnNumbers::new();
        let read = files::extract_text(format, bytes, &mut |piece| match piece.metadata() {
            Some(metadata) => self.look_at_picture(piece, metadata),
            None => self.look_at_fragment(piece, &mut columns),
        });
        for number in columns.remaining() {
            self.count_earlier(number);
        }
        if let Err(why) = read {
            self.add(self.unchecked(why));
        }
    }

    /// Inspects a picture in the file.
    fn look_at_picture(&mut self, piece: &Fragment, metadata: Metadata) {
        let (_, spot) = shown(&piece.spot);
        let is_on_page = matches!(piece.spot, FragmentPlace::PictureOnPage(..));
        let help = if is_on_page { "help-page" } else { "help-inside" };
        for code in codes_of(metadata) {
            self.add(self.warning(code).help(help).arg("spot", spot.trim_start()));
        }
    }

    /// Inspects a text in the file.
    fn look_at_fragment(&mut self, piece: &Fragment, columns: &mut ColumnNumbers<DeferredNumber>) {
        let checker = self.subject.checker;
        let column = piece.column.as_ref();
        let (header, left) = column.map_or(("", ""), |c| (c.header.as_str(), c.left.as_str()));
        let context = |range: Range<usize>| Context {
            near: format!("{} {}", piece.head, near_in(piece.text, &range)),
            column: header.to_owned(),
            left: left.to_owned(),
            ..Context::default()
        };
        if let Some(column) = column {
            columns.count(checker, column, piece.text);
        }
        // The header of a column may be anywhere on a page.
        let far = if piece.is_whole { piece.text } else { "" };
        let (unit, spot) = shown(&piece.spot);
        for private in checker.find(piece.text, far, context) {
            let found = number(self.subject, &private, Place::file(&self.path)).help("help-file");
            let found = found.arg("unit", unit).arg("spot", spot.as_str());
            match column.zip(private.column_kind) {
                Some((column, kind)) => {
                    let key = (found.code, self.part, found.severity);
                    let is_first = !self.counts.contains_key(&key);
                    columns.defer(column, kind, DeferredNumber { found, is_first });
                }
                None => self.add(found),
            }
        }
    }

    /// Counts a number that was deferred, and comes before those counted since.
    fn count_earlier(&mut self, DeferredNumber { found, is_first }: DeferredNumber) {
        let key = (found.code, self.part, found.severity);
        count(key, || found.clone(), &mut self.counts);
        if is_first && let Some(known) = self.counts.get_mut(&key) {
            let count = known.args.iter().find(|(name, _)| *name == "count").cloned();
            *known = found;
            known.args.extend(count);
        }
    }
}

/// Returns whether a file is a picture that may have metadata, by its name. SVG drawings are texts.
pub(crate) fn is_photograph(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    let further = ["tif", "tiff", "heic", "heif", "hif", "jpe", "jfif", "apng", "jxl", "dng"];
    is_picture(name) && extension != "svg" || further.contains(&extension.as_str())
}

/// Returns the codes of the diagnostics about a picture's metadata.
fn codes_of(metadata: Metadata) -> impl Iterator<Item = Code> {
    let position = metadata.position.then_some(Code::PicturePosition);
    position.into_iter().chain(metadata.device.then_some(Code::PictureDevice))
}

/// Returns the message key for a place in a file, and its number.
fn shown(spot: &FragmentPlace) -> (&'static str, String) {
    match spot {
        FragmentPlace::Cell(cell) => ("@privacy/cell", format!(" {cell}")),
        FragmentPlace::Page(page) | FragmentPlace::PictureOnPage(page, _) => {
            ("@privacy/page", format!(" {page}"))
        }
        FragmentPlace::Line(line) => ("@privacy/line", format!(" {line}")),
        FragmentPlace::Properties => ("@privacy/properties", String::new()),
        FragmentPlace::Earlier => ("@privacy/earlier", String::new()),
        FragmentPlace::Inside(name) | FragmentPlace::Picture(name, _) => {
            ("@privacy/inside", format!(" {}", name.replace(char::is_control, "\u{FFFD}")))
        }
    }
}

/// Returns the word of the messages for a reason.
fn word_for(why: Unreadable) -> &'static str {
    match why {
        Unreadable::NoText => "no-text",
        Unreadable::NoLetters => "no-letters",
        Unreadable::TooLarge => "too-large",
        Unreadable::Locked => "locked",
        Unreadable::Broken => "broken",
        Unreadable::Format => "format",
    }
}
