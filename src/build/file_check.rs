//! Checks the published files of an item against their names. The verdict depends on name and bytes
//! alone. The digest identifies the bytes that were checked.

use crate::files;
use sha2::{Digest, Sha256};

use crate::content::Item;
use crate::diagnostics::{Code, Diagnostic, Place, Severity};
use crate::files::{BadName, Content, Fault, Kind, MAX_MARKUP, Markup, Sample, by_name, ending};
use crate::source::{ConflictFinder, Portal, Sha256Digest};

/// An item whose files are checked.
#[derive(Debug, Clone, Copy)]
pub(super) struct FilesOfItem<'a> {
    /// The portal that contains the files.
    pub portal: &'a Portal,
    /// Extensions that the settings allow in addition to the known ones.
    pub allowed: &'a [String],
    /// The item.
    pub item: &'a Item,
    /// The severity of an error. In items that are never published it is a warning.
    pub severity: Severity,
}

/// The verdict on a file.
#[derive(Debug, Default)]
pub(super) struct FileVerdict {
    /// The problems found.
    pub found: Vec<Diagnostic>,
    /// The digest of the checked bytes. Only these may be published.
    pub digest: Option<Sha256Digest>,
}

/// Checks one of the item's files.
pub(super) fn judge(subject: &FilesOfItem, number: usize) -> FileVerdict {
    let name = subject.item.files[number].name.as_ref();
    let path = format!("{}{name}", subject.item.folder());
    let mut verdict = FileVerdict::default();
    match by_name(name, subject.allowed) {
        Err(bad) => verdict.found.push(bad_name(name, &bad, &path)),
        Ok(kind) => match read(subject.portal, &path, kind) {
            Ok(Read { sample, digest, markup, conflict }) => {
                verdict.digest = Some(digest);
                verdict.found = match conflict {
                    Some(conflict) => vec![conflict],
                    None => compare(name, &path, kind, &sample),
                };
                if let (Kind::Markup(of), true) = (kind, verdict.found.is_empty()) {
                    verdict.found = look_through(&path, of, markup.as_deref());
                }
            }
            Err(unreadable) => verdict.found.push(unreadable),
        },
    }
    for found in &mut verdict.found {
        found.severity = subject.severity;
    }
    verdict
}

/// A file that was read to its end.
struct Read {
    sample: Sample,
    digest: Sha256Digest,
    /// The bytes of a file that is parsed, if it is not too large.
    markup: Option<Vec<u8>>,
    /// An error if the file contains an unresolved Git conflict.
    conflict: Option<Diagnostic>,
}

fn read(portal: &Portal, path: &str, kind: Kind) -> Result<Read, Diagnostic> {
    let mut sample = Sample::default();
    let mut finder = may_be_text(kind).then(|| ConflictFinder::of(path));
    let mut take = |piece: &[u8]| {
        sample.take(piece);
        if let Some(finder) = &mut finder {
            finder.take(piece);
        }
    };
    let whole = match kind {
        Kind::Markup(_) => Some(portal.read_whole(path, MAX_MARKUP)?),
        Kind::Of(_) | Kind::Other => None,
    };
    let markup = whole.filter(|bytes| bytes.len() as u64 <= MAX_MARKUP);
    let digest = match &markup {
        Some(bytes) => {
            take(bytes);
            Sha256::digest(bytes).into()
        }
        None => portal.read_pieces(path, take)?,
    };
    let conflict = finder.and_then(|finder| finder.finish(path));
    Ok(Read { sample, digest, markup, conflict })
}

/// Returns whether files of a kind are texts, in which Git may have written two versions.
fn may_be_text(kind: Kind) -> bool {
    let is_text =
        |content: &Content| matches!(content, Content::Text | Content::Json | Content::Calendar);
    match kind {
        Kind::Of(contents) => contents.iter().any(is_text),
        Kind::Markup(_) | Kind::Other => true,
    }
}

fn bad_name(name: &str, bad: &BadName, path: &str) -> Diagnostic {
    let of = |code| Diagnostic::error(code, Place::file(path)).arg("name", name);
    match bad {
        BadName::Obeyed => of(Code::FileObeyed),
        BadName::Inside(part) => of(Code::FileKind).arg("part", part.as_str()).help("help-inside"),
        BadName::Kind(help) => of(Code::FileKind).arg("kind", ending(name)).help(help),
    }
}

/// Compares the name of a file with its contents.
fn compare(name: &str, path: &str, kind: Kind, sample: &Sample) -> Vec<Diagnostic> {
    let of = |code| Diagnostic::error(code, Place::file(path)).arg("name", name);
    if sample.is_blank() {
        return vec![of(Code::FileEmpty)];
    }
    if sample.is_lfs_pointer() {
        return vec![of(Code::LfsPointer)];
    }
    let content = sample.content(kind);
    let is_page = content == Content::WebPage;
    let is_right = match kind {
        Kind::Of(contents) => contents.contains(&content),
        // The file may begin with a comment. The rest is checked when it is parsed.
        Kind::Markup(_) => {
            let starts_with_comment = sample.head.trim_ascii_start().starts_with(b"<!--");
            let may_be = [Content::Xml, Content::Text, Content::Json, Content::Unknown];
            may_be.contains(&content) || (is_page && starts_with_comment)
        }
        Kind::Other => !is_page || is_name_of_page(name),
    };
    let is_cut_off = sample.is_cut_off(content);
    // A truncated archive does not show its contents.
    let is_part = is_cut_off
        && content == Content::Zip
        && matches!(kind, Kind::Of(contents) if contents.iter().any(|content| content.is_zip()));
    if !is_right && !is_part {
        let help = match content {
            Content::WebPage => "help-page",
            Content::Ole | Content::Locked => "help-ole",
            _ => "help",
        };
        let word = format!("@{}", content.word());
        return vec![of(Code::FileContent).arg("content", word).help(help)];
    }
    if is_cut_off && kind != Kind::Other {
        return vec![of(Code::FileCutOff)];
    }
    Vec::new()
}

/// Returns whether the extension of a file allowed by the settings is that of a page.
fn is_name_of_page(name: &str) -> bool {
    let pages = ["html", "htm", "xhtml", "xht", "shtml", "php", "md", "vue", "tpl"];
    pages.contains(&ending(name).as_str())
}

/// Finds what a browser would run or load.
fn look_through(path: &str, markup: Markup, bytes: Option<&[u8]>) -> Vec<Diagnostic> {
    let Some(bytes) = bytes else {
        let found = Diagnostic::error(Code::FileActive, Place::file(path));
        return vec![found.arg("what", "@active/too-large").arg("part", "").help("help-large")];
    };
    let findings = files::find_active(path, bytes, markup);
    let report = |finding: files::Finding| {
        let (what, help) = match finding.fault {
            Fault::Broken | Fault::NotSvg => {
                let word =
                    if finding.fault == Fault::NotSvg { "file/xml" } else { "file/broken-xml" };
                let found = Diagnostic::error(Code::FileContent, finding.place);
                let name = path.rsplit('/').next().unwrap_or(path);
                let found = found.arg("name", name).arg("content", format!("@{word}"));
                return found.help(if markup == Markup::Svg { "help-svg" } else { "help-xml" });
            }
            Fault::TooLarge => ("too-large", "help-large"),
            Fault::Entities => ("entities", "help-entities"),
            Fault::Sheet => ("sheet", "help"),
            Fault::Element => ("element", "help"),
            Fault::Handler => ("handler", "help"),
            Fault::Reference => ("reference", "help"),
            Fault::Style => ("style", "help"),
        };
        let help = match (markup, help) {
            (Markup::Xml, "help") => "help-xml",
            (_, help) => help,
        };
        let found = Diagnostic::error(Code::FileActive, finding.place);
        let part =
            if finding.name.is_empty() { finding.name } else { format!(" `{}`", finding.name) };
        found.arg("what", format!("@active/{what}")).arg("part", part).help(help)
    };
    findings.into_iter().map(report).collect()
}
