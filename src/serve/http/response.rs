//! Turns an answer into a response: status, headers and the requested part of the content.

use std::fs::File;
use std::net::SocketAddr;
use std::ops::Range;
use std::os::unix::fs::{FileExt, MetadataExt};

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY_NAME, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, LOCATION,
};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use xxhash_rust::xxh3::xxh3_128;

use crate::report::Catalog;
use crate::serve::http::request::{AccessRefusal, ByteRange, is_cached, requested_range};
use crate::site::encode;
use crate::text::is_text;

/// The policy for pages: they may load content of the site only.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The policy for files of items: they run no scripts and load nothing. Such a file has an origin of
/// its own, so that it cannot read pages.
pub(crate) const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Headers of every response: browsers revalidate content, do not guess its type, send no referrer,
/// and do not let other sites read it.
const ALWAYS: [(&str, &str); 6] = [
    ("cache-control", "no-cache"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// What a path leads to.
#[derive(Debug)]
pub enum Answer {
    /// A page or file that is in memory.
    Page {
        /// What the page is.
        status: PageStatus,
        /// The media type without `charset`.
        media_type: &'static str,
        /// Its bytes.
        bytes: Bytes,
    },
    /// An open file, sent while it is read.
    File {
        /// A regular file.
        file: File,
        /// The media type without `charset`.
        media_type: &'static str,
    },
    /// A file of an item. It may not be approved yet, so it is sandboxed.
    Attachment {
        /// A regular file.
        file: File,
        /// The media type without `charset`.
        media_type: &'static str,
    },
    /// A redirect to another path of the site, as in [`RequestPath`](super::RequestPath).
    Redirect(String),
    /// A stream of [`Events`](super::Events).
    Events,
}

/// What a page is, which decides the status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStatus {
    /// The requested page: 200.
    Found,
    /// A page that says that there is no such page: 404.
    NotFound,
    /// A page that says that the file changed after it was checked: 409.
    Changed,
    /// A page that shows the errors of the portal: 500.
    Broken,
}

/// A response before it is sent.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) content: ReplyBody,
}

/// The content of a response.
#[derive(Debug)]
pub(crate) enum ReplyBody {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A range of a file.
    File(File, Range<u64>),
    /// A stream of events.
    Events,
}

impl Reply {
    /// Creates the response to a request from the answer for its path.
    pub(crate) fn to(
        head: &Parts,
        answer: Answer,
        catalog: &Catalog,
    ) -> Result<Self, AccessRefusal> {
        let asked = FileRequest { head, catalog };
        Ok(match answer {
            Answer::Page { status: PageStatus::Found, media_type, bytes } => {
                let etag = format!("\"{:032x}\"", xxh3_128(&bytes));
                asked.part_of(ReplyBody::Bytes(bytes), &etag, media_type)
            }
            Answer::Page { status, media_type, bytes } => {
                let status = match status {
                    PageStatus::NotFound => StatusCode::NOT_FOUND,
                    PageStatus::Changed => StatusCode::CONFLICT,
                    PageStatus::Found | PageStatus::Broken => StatusCode::INTERNAL_SERVER_ERROR,
                };
                Self::new(status, ReplyBody::Bytes(bytes)).media_type(media_type).sized()
            }
            Answer::File { file, media_type } => asked.file(file, media_type)?,
            Answer::Attachment { file, media_type } => {
                asked.file(file, media_type)?.sandboxed(media_type)
            }
            Answer::Redirect(path) => {
                // With two slashes it would redirect to another host.
                let path = format!("/{}", encode(path.trim_start_matches('/')));
                Self::empty(StatusCode::TEMPORARY_REDIRECT).header(LOCATION, path).sized()
            }
            Answer::Events => {
                Self::new(StatusCode::OK, ReplyBody::Events).media_type("text/event-stream")
            }
        })
    }

    /// Creates the response to a refused request.
    pub(crate) fn refusal(refusal: AccessRefusal, address: SocketAddr, catalog: &Catalog) -> Self {
        let text = catalog.text(refusal.sentence(), &[("address", address.to_string())]);
        let reply = Self::text(refusal.status(), text);
        match refusal {
            AccessRefusal::Method => reply.header(ALLOW, HeaderValue::from_static("GET, HEAD")),
            _ => reply,
        }
    }

    fn new(status: StatusCode, content: ReplyBody) -> Self {
        let always = ALWAYS
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Self { status, headers: always.into(), content }
    }

    fn empty(status: StatusCode) -> Self {
        Self::new(status, ReplyBody::Bytes(Bytes::new()))
    }

    fn text(status: StatusCode, text: String) -> Self {
        Self::new(status, ReplyBody::Bytes(Bytes::from(text + "\n")))
            .media_type("text/plain")
            .sized()
    }

    /// Adds a header, unless the value is invalid.
    fn header(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        self.headers.extend(value.try_into().ok().map(|value| (name, value)));
        self
    }

    /// Adds the type of a text in UTF-8, or of another file.
    fn media_type(self, media_type: &'static str) -> Self {
        self.media_type_in(media_type, true)
    }

    /// Adds the type. The encoding of a text that is not UTF-8 is left to the browser.
    fn media_type_in(self, media_type: &'static str, is_utf8: bool) -> Self {
        if is_utf8 && is_text(media_type) {
            self.header(CONTENT_TYPE, format!("{media_type}; charset=utf-8"))
        } else {
            self.header(CONTENT_TYPE, HeaderValue::from_static(media_type))
        }
    }

    /// Adds the sandbox. PDF files are excepted: browsers show them in a separate viewer, and not at
    /// all in a sandbox.
    fn sandboxed(mut self, media_type: &str) -> Self {
        if media_type != "application/pdf" {
            for (name, value) in &mut self.headers {
                if *name == CONTENT_SECURITY_POLICY_NAME {
                    *value = HeaderValue::from_static(SANDBOX);
                }
            }
        }
        self
    }

    fn sized(self) -> Self {
        match self.content.size() {
            Some(size) => self.header(CONTENT_LENGTH, size),
            None => self,
        }
    }
}

impl ReplyBody {
    /// The size in bytes. `None` for events.
    fn size(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(_, range) => Some(range.end - range.start),
            Self::Events => None,
        }
    }

    /// Returns whether the content is UTF-8 as a whole.
    fn is_utf8(&self) -> bool {
        match self {
            Self::Bytes(bytes) => std::str::from_utf8(bytes).is_ok(),
            Self::File(file, range) => is_file_utf8(file, range.end),
            Self::Events => true,
        }
    }

    fn slice(self, range: &Range<u64>) -> Self {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            Self::Bytes(bytes) => Self::Bytes(bytes.slice(place(range.start)..place(range.end))),
            Self::File(file, _) => Self::File(file, range.clone()),
            Self::Events => Self::Events,
        }
    }
}

/// Returns whether a file is UTF-8. The place from which it is sent does not move.
fn is_file_utf8(file: &File, size: u64) -> bool {
    /// The maximum size of a file that is examined. Larger ones are sent without an encoding.
    const MAX_SIZE: u64 = 64_000_000;
    const PIECE: usize = 65_536;
    let mut piece = vec![0; PIECE];
    let (mut at, mut kept) = (0, 0);
    if size > MAX_SIZE {
        return false;
    }
    loop {
        let Ok(read) = file.read_at(&mut piece[kept..], at) else { return false };
        if read == 0 {
            return kept == 0;
        }
        at += read as u64;
        let end = kept + read;
        let valid = match std::str::from_utf8(&piece[..end]) {
            Ok(_) => end,
            // A letter may end in the next piece.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return false,
        };
        piece.copy_within(valid..end, 0);
        kept = end - valid;
    }
}

/// A request for a page or file.
struct FileRequest<'a> {
    head: &'a Parts,
    catalog: &'a Catalog,
}

impl FileRequest<'_> {
    fn file(&self, file: File, media_type: &'static str) -> Result<Reply, AccessRefusal> {
        let seen = file.metadata().map_err(|_| AccessRefusal::Broken)?;
        let (time, part) = (seen.mtime(), seen.mtime_nsec());
        let etag = format!("\"{:x}-{:x}-{time:x}.{part:x}\"", seen.ino(), seen.len());
        Ok(self.part_of(ReplyBody::File(file, 0..seen.len()), &etag, media_type))
    }

    /// Returns the requested part of the content, or 304 if the browser has it.
    fn part_of(&self, content: ReplyBody, etag: &str, media_type: &'static str) -> Reply {
        if is_cached(&self.head.headers, etag) {
            return Reply::empty(StatusCode::NOT_MODIFIED).header(ETAG, etag);
        }
        let size = content.size().unwrap_or(0);
        let is_utf8 = is_text(media_type) && content.is_utf8();
        let asked = match self.head.method {
            Method::GET => requested_range(&self.head.headers, etag, size),
            _ => ByteRange::Whole,
        };
        let reply = match asked {
            ByteRange::Whole => Reply::new(StatusCode::OK, content),
            ByteRange::Part(range) => {
                let place = format!("bytes {}-{}/{size}", range.start, range.end - 1);
                Reply::new(StatusCode::PARTIAL_CONTENT, content.slice(&range))
                    .header(CONTENT_RANGE, place)
            }
            ByteRange::Beyond => {
                let text = self.catalog.text("serve/no-such-range", &[("size", size.to_string())]);
                return Reply::text(StatusCode::RANGE_NOT_SATISFIABLE, text)
                    .header(CONTENT_RANGE, format!("bytes */{size}"));
            }
        };
        reply
            .header(ETAG, etag)
            .header(ACCEPT_RANGES, HeaderValue::from_static("bytes"))
            .media_type_in(media_type, is_utf8)
            .sized()
    }
}
