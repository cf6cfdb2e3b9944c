//! What a table of `site.toml` may contain. Each reader declares the keys of its table; unknown keys are reported
//! by that declaration, and `prakat export schema` is made from it.

use std::ops::RangeInclusive;

/// A table of `site.toml`.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name, under which its keys are described: `site`, `categories`.
    pub name: &'static str,
    /// Its keys.
    pub keys: &'static [&'static [Key]],
}

impl Table {
    /// Returns all keys.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|keys| keys.iter())
    }

    /// Returns the names of all keys.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.keys().map(|key| key.name).collect()
    }
}

/// A key of a table.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub name: &'static str,
    /// What may stand under it.
    pub shape: Shape,
    /// Whether it must be there.
    pub is_required: bool,
}

/// Declares a key that may be left out.
pub(super) const fn key(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: false }
}

/// Declares a key that must be there.
pub(super) const fn needed(name: &'static str, shape: Shape) -> Key {
    Key { name, shape, is_required: true }
}

/// What may stand under a key. The reader may be stricter.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A text.
    Text,
    /// A text of a form, as a regular expression.
    Form(&'static str),
    /// A text in the site's own language, or a table with one for each language.
    Label,
    /// A date, as text or as a date of TOML.
    Date,
    /// Yes or no.
    Boolean,
    /// A whole number within bounds.
    Count(RangeInclusive<i64>),
    /// A number, also in quotation marks.
    Number,
    /// One of a few words.
    Words(fn() -> Vec<&'static str>),
    /// A list.
    List(&'static Self),
    /// A table.
    Table(&'static Table),
    /// A text, which is short for a table with one key, or such a table.
    TextOr(&'static Table),
    /// A table whose keys are ids.
    Named(&'static Self),
    /// A table that other parts of the settings decide.
    Open,
}

/// The form of a text that is not empty.
pub(super) const FILLED: Shape = Shape::Form(r"\S");
/// The form of a plain id.
pub(super) const PLAIN_ID: Shape = Shape::Form("^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$");
/// The form of a language tag.
pub(super) const LANGUAGE_TAG: Shape = Shape::Form("^[a-z]{2,3}$");
/// A list of texts.
pub(super) const TEXTS: Shape = Shape::List(&Shape::Text);

/// Returns the words of a closed list.
pub(super) fn words_of<T>(choices: &[(&'static str, T)]) -> Vec<&'static str> {
    choices.iter().map(|(word, _)| *word).collect()
}
