//! Texts found in files that are published as they are, and why some files have none.

/// Why a file, or a part of it, could not be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unread {
    /// Pictures of text without the text.
    NoText,
    /// It is, or would become, too large.
    TooLarge,
    /// It wants a password.
    Locked,
    /// It is not what its name says, or broken.
    Broken,
    /// Nothing here reads this format.
    Format,
}

/// Where in a file a text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// `B7`, or `Sheet1!B7`.
    Cell(String),
    /// A page, from 1.
    Page(usize),
    /// A line, from 1.
    Line(usize),
    /// What a PDF file says beside its pages: author, title, remarks, fields that were filled in.
    Properties,
}

/// A text in a file.
#[derive(Debug)]
pub struct Piece<'p> {
    /// The text.
    pub text: &'p str,
    /// What stands over and beside it in a table.
    pub head: String,
    /// Where it stands.
    pub spot: Spot,
}
