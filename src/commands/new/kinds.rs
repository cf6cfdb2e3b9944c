//! The lines of front matter for the kinds that prakat knows.

use crate::commands::bilingual::Bilingual;

/// A kind that `prakat new` can begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewKind {
    /// Its name in front matter.
    pub name: &'static str,
    /// Its lines of front matter.
    pub lines: Bilingual,
    /// Whether such an item usually has files.
    pub has_files: bool,
}

macro_rules! kind {
    ($name:literal, $has_files:literal) => {
        NewKind {
            name: $name,
            lines: Bilingual {
                thai: include_str!(concat!("th/", $name, ".yaml")),
                english: include_str!(concat!("en/", $name, ".yaml")),
            },
            has_files: $has_files,
        }
    };
}

/// All kinds.
pub(super) const KINDS: [NewKind; 5] = [
    kind!("person", true),
    kind!("plan", false),
    kind!("division", false),
    kind!("map", true),
    kind!("coverage", false),
];
