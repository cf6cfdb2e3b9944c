//! The input and the result of rendering a body.

use crate::diagnostics::Severity;
use crate::markdown::hrefs::WantedHeading;
use crate::site::Resolver;
use crate::source::Portal;

/// The page that a body is rendered for.
#[derive(Debug, Clone, Copy)]
pub struct BodyContext<'a> {
    /// The portal, whose pictures are measured.
    pub portal: &'a Portal,
    /// Resolves links.
    pub resolver: Resolver<'a>,
    /// The relative path to the site's root.
    pub root: &'a str,
    /// The URL of the folder with the item's own files, from the root.
    pub files_at: &'a str,
    /// Labels for screen readers.
    pub words: BodyWords<'a>,
    /// The severity of mistakes. In items that nobody will see, they are only warnings.
    pub severity: Severity,
}

/// Labels for screen readers.
#[derive(Debug, Default, Clone, Copy)]
pub struct BodyWords<'a> {
    /// A ticked box of a task list.
    pub task_done: &'a str,
    /// A box that is not ticked.
    pub task_open: &'a str,
    /// A table. Its number follows.
    pub table: &'a str,
    /// The list of footnotes.
    pub footnotes: &'a str,
    /// The link back from a footnote.
    pub footnote_back: &'a str,
}

/// A heading in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The level: 2 or 3.
    pub level: u8,
    /// The id of its element.
    pub id: String,
    /// Its text.
    pub title: String,
}

/// What links of other bodies may lead to, and what the links of this one need. Compared when all
/// bodies are rendered.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its anchors, hashed by `anchor_hash`.
    pub anchors: Box<[u64]>,
    /// Headings of other items that it links to.
    pub wanted: Vec<WantedHeading>,
    /// Indexes of the item's own files that it refers to.
    pub files: Vec<usize>,
}

/// A rendered body.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML.
    pub html: String,
    /// The headings of levels 2 and 3.
    pub headings: Vec<Heading>,
    /// Facts that are compared with other bodies.
    pub facts: Facts,
}
