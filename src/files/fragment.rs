//! Texts found in files that are published as they are, and why some files have none.

use crate::files::picture_metadata::Metadata;

/// Why a file, or a part of it, could not be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unreadable {
    /// Pictures of text without the text.
    NoText,
    /// Text in letters that its font does not name.
    NoLetters,
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
pub enum FragmentPlace {
    /// `B7`, or `Sheet1!B7`.
    Cell(String),
    /// A page, from 1.
    Page(usize),
    /// A line, from 1.
    Line(usize),
    /// What a PDF file says beside its pages: author, title, remarks, fields that were filled in.
    Properties,
    /// An earlier version of a PDF file, kept in it.
    Earlier,
    /// A file or a part inside the file.
    Inside(String),
    /// A picture inside the file, by its name. What its metadata tells is in place of a text.
    Picture(String, Metadata),
}

/// How much work a file may cost, in bytes that are looked at. What looks takes from it first, so
/// that no file, however it is made, costs more.
#[derive(Debug)]
pub struct Budget {
    all: u64,
    left: u64,
}

impl Budget {
    /// A budget of so many bytes.
    pub fn new(all: u64) -> Self {
        Self { all, left: all }
    }

    /// Takes from it.
    pub fn take(&mut self, bytes: usize) -> Result<(), Unreadable> {
        let left = self.left.checked_sub(bytes as u64);
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Unreadable::TooLarge)
    }

    /// What is left.
    pub fn left(&self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX)
    }

    /// What was taken so far.
    pub fn taken(&self) -> u64 {
        self.all - self.left
    }
}

/// A text in a file.
#[derive(Debug)]
pub struct Fragment<'p> {
    /// The text.
    pub text: &'p str,
    /// What stands over and beside it in a table.
    pub head: String,
    /// Where it stands.
    pub spot: FragmentPlace,
    /// Whether words anywhere in it say what a number in it is, as on a page.
    pub is_whole: bool,
}
