//! What files contain.

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
