//! What is around a number.

/// The text around a number.
#[derive(Debug, Default)]
pub struct Context {
    /// The nearby text: the line, the column's header.
    pub near: String,
    /// The nearest heading above.
    pub heading: String,
}
