//! The words of the interface that stand in the tables for spreadsheets.

/// The words that head the first columns of a table. The second column has the addresses.
pub(super) const HEADS: [&str; 11] = [
    "subject",
    "document_kind",
    "unit",
    "document_number",
    "fiscal_year",
    "tags",
    "issued_on",
    "publish_from",
    "publish_until",
    "valid_until",
    "deadline",
];

/// Returns whether a word stands in a table: at its head, or as the value of a field.
pub(super) fn is_exported(key: &str) -> bool {
    HEADS.contains(&key) || matches!(key, "yes" | "no")
}
