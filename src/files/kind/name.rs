//! Types of files by their names.

use crate::files::active::Markup;
use crate::files::kind::content::Content;
use crate::files::kind::obeyed::{is_obeyed, is_run};

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
        "csv" | "tsv" => &[Text, Json, Calendar],
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
