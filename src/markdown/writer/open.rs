//! Blocks that are read as a whole before they are written.

use std::ops::Range;

/// A caption that is being written. In the source, it follows its table.
pub(super) struct OpenCaption {
    /// The index of the first event of the table.
    pub table: usize,
    /// The index of the first event of the caption.
    pub start: usize,
    /// Whether the word that marks it still has to be removed.
    pub is_marked: bool,
}

/// The word after the fence of a block that describes a table.
const FENCE: &str = "table";

/// A block that describes a table, while it is read.
pub(super) struct OpenTableBlock {
    /// The text between its fences.
    pub text: String,
    /// Its range in the body.
    pub range: Range<usize>,
}

/// Returns whether a fence begins a block that describes a table.
pub(super) fn is_table_fence(info: &str) -> bool {
    info.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case(FENCE))
}
