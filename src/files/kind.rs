//! Types of files that may be published in an item's folder, by their names and by their first and
//! last bytes. Types that a server would run or a browser would execute are not included.

use crate::files::active::Markup;

/// How many of the first bytes of a file are examined.
const HEAD: usize = 65_536;

/// How many of the last bytes are examined. The end of a ZIP archive is within the last 65,557.
const TAIL: usize = 66_000;

/// What a file contains, judging by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Pdf,
    Ole,
    Locked,
    Rtf,
    OldExcel,
    Word,
    Excel,
    PowerPoint,
    Odt,
    Ods,
    Odp,
    Zip,
    Png,
    Jpeg,
    Gif,
    Webp,
    Avif,
    Heic,
    Tiff,
    Bmp,
    Mp3,
    Aac,
    Mp4,
    Ogg,
    Wav,
    Flac,
    Matroska,
    Mpeg,
    Avi,
    Archive,
    Program,
    WebPage,
    Xml,
    Json,
    Calendar,
    Text,
    Unknown,
}

impl Content {
    /// Returns whether it is a kind of ZIP archive.
    pub fn is_zip(self) -> bool {
        use Content::{Excel, Odp, Ods, Odt, PowerPoint, Word, Zip};
        matches!(self, Word | Excel | PowerPoint | Odt | Ods | Odp | Zip)
    }

    /// Returns the key of its name in the messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pdf => "file/pdf",
            Self::Ole => "file/ole",
            Self::Locked => "file/locked",
            Self::Rtf => "file/rtf",
            Self::OldExcel => "file/old-excel",
            Self::Word => "file/word",
            Self::Excel => "file/excel",
            Self::PowerPoint => "file/power-point",
            Self::Odt | Self::Ods | Self::Odp => "file/open-document",
            Self::Zip => "file/zip",
            Self::Png => "file/png",
            Self::Jpeg => "file/jpeg",
            Self::Gif => "file/gif",
            Self::Webp => "file/webp",
            Self::Avif | Self::Heic => "file/avif",
            Self::Tiff | Self::Bmp => "file/tiff",
            Self::Mp3 | Self::Aac | Self::Ogg | Self::Wav | Self::Flac => "file/sound",
            Self::Mp4 | Self::Matroska | Self::Mpeg | Self::Avi => "file/film",
            Self::Archive => "file/archive",
            Self::Program => "file/program",
            Self::WebPage => "file/web-page",
            Self::Xml => "file/xml",
            Self::Json => "file/json",
            Self::Calendar | Self::Text => "file/text",
            Self::Unknown => "file/unknown",
        }
    }
}

/// How the contents of a file are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The contents must be one of these.
    Of(&'static [Content]),
    /// The file is parsed.
    Markup(Markup),
    /// The settings allow the extension, which prakat does not know.
    Other,
}

/// Why a file must not be published under its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadName {
    /// Hosting services, servers and browsers look for this name and obey the contents.
    Obeyed,
    /// The name contains, before its end, an extension that makes servers run the file.
    Inside(String),
    /// The type is not on the list. Contains the key of the help text.
    Kind(&'static str),
}

/// Returns the extension of a name in lower case. It is empty if there is none.
pub(crate) fn ending(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_lowercase())
}

/// Returns the kind of a file by its name. `allowed` are extensions added by the settings.
pub fn by_name(name: &str, allowed: &[String]) -> Result<Kind, BadName> {
    let lower = name.to_lowercase();
    let lower = lower.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    if is_obeyed(lower) {
        return Err(BadName::Obeyed);
    }
    if lower.len() != name.to_lowercase().len() {
        return Err(BadName::Kind("help-end"));
    }
    let is_allowed = |name: &str| {
        allowed
            .iter()
            .find(|kind| name.strip_suffix(kind.as_str()).is_some_and(|n| n.ends_with('.')))
    };
    let extra = is_allowed(lower);
    let cut = extra.map_or_else(|| ending(lower).len(), String::len);
    let stem = &lower[..lower.len() - cut];
    let inner = stem.split(['.', ';', ':', '%']).skip(1);
    let mut inner = inner.map(|part| part.trim_end_matches(|c: char| !c.is_alphanumeric()));
    if let Some(part) = inner.find(|part| is_run(part) && !allowed.iter().any(|a| a == part)) {
        return Err(BadName::Inside(part.to_owned()));
    }
    let ending = ending(lower);
    match (known(&ending), extra) {
        (Some(kind), _) => Ok(kind),
        (None, Some(_)) => Ok(Kind::Other),
        (None, None) => Err(BadName::Kind(match ending.as_str() {
            "" => "help-none",
            "html" | "htm" | "xhtml" | "xht" | "mht" | "mhtml" => "help-page",
            "docm" | "dotm" | "xlsm" | "xltm" | "xlsb" | "xlam" | "pptm" | "potm" | "ppsm" => {
                "help-macro"
            }
            "rar" | "7z" | "gz" | "tgz" | "tar" | "bz2" | "xz" | "zst" => "help-archive",
            "svgz" => "help-svgz",
            _ => "help",
        })),
    }
}

/// Returns the contents expected for a known extension.
fn known(ending: &str) -> Option<Kind> {
    use Content::*;
    Some(Kind::Of(match ending {
        "pdf" => &[Pdf],
        "doc" => &[Ole, Rtf],
        "docx" => &[Word, Locked],
        "odt" => &[Odt],
        "rtf" => &[Rtf],
        "txt" => &[Text, Json, Calendar],
        "xls" => &[Ole, OldExcel],
        "xlsx" => &[Excel, Locked],
        "ods" => &[Ods],
        "csv" | "tsv" => &[Text, Json],
        "json" | "geojson" => &[Json],
        "ics" => &[Calendar],
        "ppt" => &[Ole],
        "pptx" => &[PowerPoint, Locked],
        "odp" => &[Odp],
        "zip" => &[Zip, Word, Excel, PowerPoint, Odt, Ods, Odp],
        "png" => &[Png],
        "jpg" | "jpeg" => &[Jpeg],
        "gif" => &[Gif],
        "webp" => &[Webp],
        "avif" => &[Avif],
        "heic" | "heif" => &[Heic, Avif],
        "tif" | "tiff" => &[Tiff],
        "bmp" => &[Bmp],
        "mp3" => &[Mp3, Aac],
        "aac" => &[Aac, Mp3],
        "m4a" => &[Mp4],
        "ogg" | "oga" | "opus" | "ogv" => &[Ogg],
        "wav" => &[Wav],
        "flac" => &[Flac],
        "mp4" | "m4v" | "mov" => &[Mp4],
        "webm" | "weba" | "mkv" => &[Matroska],
        "mpg" | "mpeg" => &[Mpeg],
        "avi" => &[Avi],
        "svg" => return Some(Kind::Markup(Markup::Svg)),
        "xml" | "kml" => return Some(Kind::Markup(Markup::Xml)),
        _ => return None,
    }))
}

/// Extensions for which servers have handlers, anywhere in a name (Apache `AddHandler`, IIS).
fn is_run(ending: &str) -> bool {
    const RUN: &[&str] = &[
        "php", "phtml", "pht", "phps", "phar", "cgi", "fcgi", "fpl", "pl", "py", "pyc", "wsgi",
        "rb", "lua", "tcl", "sh", "asp", "aspx", "ashx", "asmx", "asax", "ascx", "asa", "axd",
        "cer", "cdx", "cshtml", "vbhtml", "svc", "jsp", "jspx", "jspf", "jhtml", "cfm", "cfml",
        "cfc", "shtml", "shtm", "stm", "html", "htm", "xhtml", "xht", "var", "asis", "imap",
        "htaccess", "htpasswd", "exe", "dll", "bat", "cmd", "ps1", "vbs", "hta", "js", "mjs",
        "cjs", "svgz", "swf",
    ];
    let is_php = ending
        .strip_prefix("php")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    is_php || RUN.contains(&ending)
}

/// Names that hosting services, servers, crawlers and browsers look for, in lower case without a
/// leading dot.
const OBEYED: &[&str] = &[
    "_headers",
    "_redirects",
    "_routes.json",
    "_worker.js",
    "_worker.mjs",
    "_middleware.js",
    "_config.yml",
    "_config.yaml",
    "_config.toml",
    "_error.html",
    "cname",
    "auth",
    "cors",
    "router",
    "nojekyll",
    "htaccess",
    "htpasswd",
    "user.ini",
    "php.ini",
    "web.config",
    "app.config",
    "machine.config",
    "global.asax",
    "netlify.toml",
    "vercel.json",
    "now.json",
    "render.yaml",
    "amplify.yml",
    "customhttp.yml",
    "staticwebapp.config.json",
    "routes.json",
    "firebase.json",
    "wrangler.toml",
    "wrangler.json",
    "wrangler.jsonc",
    "fly.toml",
    "static.json",
    "serve.json",
    "static.yaml",
    "app.yaml",
    "cloudbuild.yaml",
    "edgeone.json",
    "package.json",
    "deno.json",
    "deno.jsonc",
    "composer.json",
    "procfile",
    "dockerfile",
    "caddyfile",
    "nginx.conf",
    "nginx.conf.erb",
    "httpd.conf",
    "lighttpd.conf",
    "staticfile",
    "buildpack.yml",
    "manifest.yml",
    "cgi-bin",
    "robots.txt",
    "ads.txt",
    "app-ads.txt",
    "sellers.json",
    "security.txt",
    "crossdomain.xml",
    "clientaccesspolicy.xml",
    "browserconfig.xml",
    "bingsiteauth.xml",
    "apple-app-site-association",
    "assetlinks.json",
    "manifest.webmanifest",
    "site.webmanifest",
    "favicon.ico",
    "p3p.xml",
    "opensearch.xml",
    "labels.rdf",
    "iisstart.htm",
    "silverlight.config",
    "sw.js",
    "service-worker.js",
    "serviceworker.js",
    "service_worker.js",
    "firebase-messaging-sw.js",
    "onesignalsdkworker.js",
    "ngsw-worker.js",
    "ngsw.json",
    "workbox-sw.js",
];

/// Names, without extensions, of pages that servers send for a folder or for an error.
const INDEXES: &[&str] = &[
    "index", "default", "home", "welcome", "200", "400", "401", "403", "404", "405", "500", "503",
    "50x",
];

/// Returns whether hosting services, servers, crawlers or browsers look for a name.
fn is_obeyed(name: &str) -> bool {
    let name = name.trim_start_matches('.');
    let (stem, rest) = name.split_once('.').unwrap_or((name, ""));
    let is_verification = |prefix: &str, end: &str| name.starts_with(prefix) && name.ends_with(end);
    OBEYED.contains(&name)
        || (INDEXES.contains(&stem) && rest.split('.').any(is_run))
        || ((name.starts_with("sw.")
            || name.contains("service-worker")
            || name.contains("serviceworker"))
            && (name.ends_with("js")))
        || is_verification("google", ".html")
        || is_verification("yandex_", ".html")
        || is_verification("yandex_", ".txt")
}

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

    /// Returns what the bytes are.
    pub(crate) fn content(&self) -> Content {
        let head = self.head.as_slice();
        if let Some(content) = by_magic(head) {
            return match content {
                Content::Zip => self.content_of_zip(),
                Content::Ole if self.is_marked => Content::Locked,
                content => content,
            };
        }
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        if is_web_page(text) {
            return Content::WebPage;
        }
        if memchr::memmem::find(&head[..head.len().min(1_029)], b"%PDF-").is_some() {
            return Content::Pdf;
        }
        let starts_with = |word: &str| {
            text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        };
        if starts_with("<?xml") || starts_with("<svg") || starts_with("<kml") {
            Content::Xml
        } else if !is_text(head) {
            Content::Unknown
        } else if starts_with("BEGIN:VCALENDAR") {
            Content::Calendar
        } else if text.first().is_some_and(|byte| b"{[\"-0123456789tfn".contains(byte))
            || head.contains(&0)
        {
            Content::Json
        } else {
            Content::Text
        }
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

/// Returns the names of the files in a ZIP archive, given its end (APPNOTE.TXT, 4.3.12 and 4.3.16).
/// Returns `None` if the directory is longer than that. Archives inside the archive have
/// directories of their own.
fn names_in_directory(tail: &[u8]) -> Option<Vec<&[u8]>> {
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

const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Detects the contents from the first bytes, if they are those of a format.
fn by_magic(head: &[u8]) -> Option<Content> {
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
fn riff_size(head: &[u8]) -> Option<u64> {
    let size = head.get(4..8)?.try_into().ok()?;
    Some(u64::from(u32::from_le_bytes(size)) + 8)
}

/// Returns whether a browser that does not know the type of a file takes it for HTML (MIME
/// Sniffing, section 7.1). Also checks tags with which saved pages begin.
fn is_web_page(text: &[u8]) -> bool {
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
fn is_text(head: &[u8]) -> bool {
    let has_mark = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    let places = |odd: usize| head.iter().skip(odd).step_by(2).any(|byte| *byte == 0);
    has_mark || !(places(0) && places(1))
}
