//! What a body is rendered from and into.

use crate::diagnostics::Severity;
use crate::markdown::hrefs::WantedHeading;
use crate::site::Resolver;
use crate::source::Portal;

/// The page that a body is rendered into.
#[derive(Debug, Clone, Copy)]
pub struct BodyContext<'a> {
    /// Where pictures are.
    pub portal: &'a Portal,
    /// Judges links.
    pub resolver: Resolver<'a>,
    /// The relative path to the site's root.
    pub root: &'a str,
    /// The folder URL under which the item's own files stand, from the root.
    pub files_at: &'a str,
    /// What a screen reader says of parts of a text.
    pub words: BodyWords<'a>,
    /// Whether mistakes stop the build. In items that nobody will see they are only warnings.
    pub severity: Severity,
}

/// What a screen reader says of parts of a text.
#[derive(Debug, Default, Clone, Copy)]
pub struct BodyWords<'a> {
    /// Of a box that is ticked.
    pub task_done: &'a str,
    /// Of one that is not.
    pub task_open: &'a str,
    /// Of a table.
    pub table: &'a str,
    /// Of the list of footnotes.
    pub footnotes: &'a str,
    /// Of the way back from a footnote.
    pub footnote_back: &'a str,
}

/// A heading of the contents list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// The id.
    pub id: String,
    /// Its text.
    pub title: String,
}

/// What a body has and wants, to be compared when all are rendered.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its anchors, hashed by [`anchor_hash`](crate::markdown::anchors::anchor_hash).
    pub anchors: Box<[u64]>,
    /// Headings of others that it links to.
    pub wanted: Vec<WantedHeading>,
    /// Numbers of the item's own files that it refers to.
    pub files: Vec<usize>,
}

/// A body, rendered.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML.
    pub html: String,
    /// Headings of the second and third level.
    pub headings: Vec<Heading>,
    /// What it has and wants.
    pub facts: Facts,
}
