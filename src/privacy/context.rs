//! What is around a number.

/// The text around a number.
#[derive(Debug, Default)]
pub struct Context {
    /// The nearby text: the line, the column's header.
    pub near: String,
    /// The nearest heading above.
    pub heading: String,
    /// The header of the column, or the key of the list, if the number is a member of one.
    pub column: String,
    /// How many others of the column have the form of numbers of another kind that its header names.
    pub others: usize,
    /// The text of the cell to the left.
    pub left: String,
    /// Whether the text is the name of a file.
    pub is_file_name: bool,
}
