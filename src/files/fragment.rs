//! Texts found in published files, and reasons why some files have none.

use crate::files::picture_metadata::Metadata;

/// Why a file, or a part of it, could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unreadable {
    /// It contains pictures of text, but no text.
    NoText,
    /// Its font does not map the text to letters.
    NoLetters,
    /// It is too large, or would be once inflated.
    TooLarge,
    /// It needs a password.
    Locked,
    /// It is broken, or does not match its name.
    Broken,
    /// The format is not supported.
    Format,
}

/// The place of a text in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FragmentPlace {
    /// `B7`, or `Sheet1!B7`.
    Cell(String),
    /// A page, from 1.
    Page(usize),
    /// A line, from 1.
    Line(usize),
    /// Properties of a PDF file outside its pages: author, title, annotations, form fields.
    Properties,
    /// An earlier version of a PDF file that it still contains.
    Earlier,
    /// A file or part inside the file.
    Inside(String),
    /// A picture inside the file, by its name. The fragment holds what its metadata contains instead of text.
    Picture(String, Metadata),
    /// A picture on a page of a PDF file, from 1. The fragment holds what its metadata contains instead of text.
    PictureOnPage(usize, Metadata),
}

/// The work allowed for a file, in bytes to scan. Every reader takes its share before it starts, so
/// no file can cost more.
#[derive(Debug)]
pub struct Budget {
    all: u64,
    left: u64,
}

impl Budget {
    /// Creates a budget of a number of bytes.
    pub fn new(all: u64) -> Self {
        Self { all, left: all }
    }

    /// Takes a number of bytes from the budget. Returns an error if not enough is left.
    pub fn take(&mut self, bytes: usize) -> Result<(), Unreadable> {
        let left = self.left.checked_sub(bytes as u64);
        self.left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Unreadable::TooLarge)
    }

    /// Returns how many bytes are left.
    pub fn left(&self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX)
    }

    /// Returns how many bytes have been taken.
    pub fn taken(&self) -> u64 {
        self.all - self.left
    }
}

/// The column or the list that a text is a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FragmentColumn {
    /// Distinguishes it from others in the file.
    pub id: String,
    /// The header, or the key of the list.
    pub header: String,
    /// The text of the cell to the left, if it has words.
    pub left: String,
}

impl FragmentColumn {
    /// Returns the same column of a file inside another.
    pub(super) fn inside(self, file: &str) -> Self {
        Self { id: format!("{file}/{}", self.id), ..self }
    }
}

/// A text found in a file.
#[derive(Debug)]
pub struct Fragment<'p> {
    /// The text.
    pub text: &'p str,
    /// The headers of its column and row in a table.
    pub head: String,
    /// Its place in the file.
    pub spot: FragmentPlace,
    /// Whether words anywhere in the text can identify a number in it, as on a page.
    pub is_whole: bool,
    /// Its column or list, if it is in one.
    pub column: Option<FragmentColumn>,
}

impl Fragment<'_> {
    /// Returns what the metadata of a picture contains, if this is a picture.
    pub fn metadata(&self) -> Option<Metadata> {
        match self.spot {
            FragmentPlace::Picture(_, metadata) | FragmentPlace::PictureOnPage(_, metadata) => {
                Some(metadata)
            }
            _ => None,
        }
    }
}
