//! Formats of files by their names and their first bytes.

use crate::files::extract::decode::is_text;

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
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
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
