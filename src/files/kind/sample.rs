//! The bytes of a file that identify its contents.

use crate::files::kind::content::Content;
use crate::files::kind::magic::{
    OLE, by_magic, is_text, is_web_page, names_in_directory, riff_size,
};
use crate::files::kind::name::Kind;
use crate::files::kind::prose::{has_object, is_json, is_plain, is_prose};

/// How many of the first bytes of a file are examined.
const HEAD: usize = 65_536;

/// How many of the last bytes are examined. The end of a ZIP archive is within the last 65,557.
const TAIL: usize = 66_000;

/// The bytes of a file that identify its contents.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    /// The first bytes.
    pub head: Vec<u8>,
    /// The last bytes.
    pub tail: Vec<u8>,
    /// The size of the file.
    pub size: u64,
    /// Whether the file contains a marker anywhere. In a PDF file it marks the table of objects. In
    /// an OLE file it marks an encrypted document.
    pub is_marked: bool,
    last: Vec<u8>,
}

/// The markers of [`Sample::is_marked`], and the longest of them.
const PDF_ENDS: [&[u8]; 2] = [b"%%EOF", b"startxref"];

const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

impl Sample {
    /// Adds the next bytes.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        self.size += piece.len() as u64;
        let missing = (HEAD - self.head.len()).min(piece.len());
        self.head.extend_from_slice(&piece[..missing]);
        self.tail.extend_from_slice(piece);
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
        if self.is_marked {
            return;
        }
        // A marker may begin in one chunk and end in the next.
        self.last.extend_from_slice(piece);
        let has = |mark: &[u8]| memchr::memmem::find(&self.last, mark).is_some();
        self.is_marked = if self.head.starts_with(OLE) {
            has(ENCRYPTED)
        } else {
            PDF_ENDS.iter().any(|mark| has(mark))
        };
        self.last.drain(..self.last.len().saturating_sub(ENCRYPTED.len()));
    }

    /// Returns whether the file contains only white space.
    pub(crate) fn is_blank(&self) -> bool {
        self.size == self.head.len() as u64 && self.head.trim_ascii().is_empty()
    }

    /// Returns whether the file is a Git LFS pointer.
    pub(crate) fn is_lfs_pointer(&self) -> bool {
        let start = b"version https://git-lfs.github.com/spec/";
        let old = b"version https://hawser.github.com/spec/";
        self.size < 2_048 && (self.head.starts_with(start) || self.head.starts_with(old))
    }

    /// Returns whether the end of the file is missing, as far as this can be seen cheaply.
    pub(crate) fn is_cut_off(&self, content: Content) -> bool {
        let ends_with = |mark: &[u8]| memchr::memmem::rfind(&self.tail, mark).is_some();
        match content {
            Content::Pdf => {
                !self.is_marked || self.length_of_linearized().is_some_and(|n| n > self.size)
            }
            content if content.is_zip() => !ends_with(b"PK\x05\x06"),
            Content::Png => !ends_with(b"IEND"),
            Content::Webp => riff_size(&self.head).is_some_and(|size| size > self.size),
            _ => false,
        }
    }

    /// Returns the length declared by a linearized PDF file (ISO 32000-1, annex F).
    fn length_of_linearized(&self) -> Option<u64> {
        let head = &self.head[..self.head.len().min(2_048)];
        let at = memchr::memmem::find(head, b"/Linearized")?;
        let rest = &head[at..];
        let rest = &rest[..memchr::memmem::find(rest, b">>")?];
        let mut lengths = memchr::memmem::find_iter(rest, b"/L").filter_map(|at| {
            let digits = rest[at + 2..].trim_ascii_start();
            let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
            std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
        });
        lengths.next()
    }

    /// Returns what the bytes are, in a file of a kind: a text may begin like another format.
    pub(crate) fn content(&self, kind: Kind) -> Content {
        let head = self.head.as_slice();
        let is_expected = |content| match kind {
            Kind::Of(contents) => contents.contains(&content),
            Kind::Markup(_) | Kind::Other => true,
        };
        let may_be_text = is_expected(Content::Text) || is_expected(Content::Json);
        let is_other =
            |content| may_be_text && !is_expected(content) && is_prose(content, head, &self.tail);
        let magic = by_magic(head).filter(|content| !is_other(*content));
        if let Some(content) = magic {
            return match content {
                Content::Zip => self.content_of_zip(),
                Content::Ole if self.is_marked => Content::Locked,
                content => content,
            };
        }
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        if is_web_page(text) && !is_other(Content::WebPage) {
            return Content::WebPage;
        }
        let starts_with = |word: &str| {
            text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        let is_xml = starts_with("<?xml") || starts_with("<svg") || starts_with("<kml");
        if !is_xml && self.is_pdf_after_junk() {
            return Content::Pdf;
        }
        if is_xml && !is_other(Content::Xml) {
            Content::Xml
        } else if !is_text(head) {
            Content::Unknown
        } else if starts_with("BEGIN:VCALENDAR") {
            Content::Calendar
        } else if is_json(text) || head.contains(&0) {
            Content::Json
        } else {
            Content::Text
        }
    }

    /// Returns whether a PDF file begins after other bytes. A text may speak of its header.
    fn is_pdf_after_junk(&self) -> bool {
        let head = self.head.as_slice();
        let start = memchr::memmem::find(&head[..head.len().min(1_029)], b"%PDF-");
        start.is_some_and(|at| {
            at > 0 && (!is_plain(head) || has_object(head) || has_object(&self.tail))
        })
    }

    /// The names of the parts are at the beginning of each, and all of them at the end.
    fn content_of_zip(&self) -> Content {
        let head = self.head.as_slice();
        let of_mimetype = |kind: &str| {
            let mark = format!("mimetypeapplication/vnd.oasis.opendocument.{kind}");
            memchr::memmem::find(&head[..head.len().min(200)], mark.as_bytes()).is_some()
        };
        for (kind, content) in
            [("text", Content::Odt), ("spreadsheet", Content::Ods), ("presentation", Content::Odp)]
        {
            if of_mimetype(kind) {
                return content;
            }
        }
        let names = names_in_directory(&self.tail);
        let has = |mark: &[u8]| match &names {
            Some(names) => names.iter().any(|name| name.starts_with(mark)),
            None => {
                [head, &self.tail].iter().any(|part| memchr::memmem::find(part, mark).is_some())
            }
        };
        if !has(b"[Content_Types].xml") {
            return Content::Zip;
        }
        let parts: [(&[u8], Content); 3] =
            [(b"word/", Content::Word), (b"xl/", Content::Excel), (b"ppt/", Content::PowerPoint)];
        let found = parts.into_iter().find(|(folder, _)| has(folder));
        found.map_or(Content::Zip, |(_, content)| content)
    }
}
