//! What the office must publish: the typed `extra` of `kind: coverage`.

/// What the office must publish. Whether an obligation is met is not written here: items name the
/// obligations that they meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// The obligations by group. Groups are in the order in which they are written, after the
    /// obligations without a group.
    pub obligations: Vec<Obligation>,
}

/// Something that must be published.
#[derive(Debug, Clone, PartialEq)]
pub struct Obligation {
    /// The value of `meets` in items.
    pub id: Box<str>,
    /// The title.
    pub title: Box<str>,
    /// The division responsible, or empty.
    pub unit: Box<str>,
    /// The heading of the group, or empty.
    pub group: Box<str>,
}
