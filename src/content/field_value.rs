//! The typed values of the fields under `extra`.

use crate::config::PersonId;
use crate::text::{Decimal, Moment};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A text: also the name of a unit, an address of a web page or a mailbox, a telephone number.
    Text(Box<str>),
    /// A number of any type.
    Number(Decimal),
    /// A day, or a day with a time.
    Moment(Moment),
    /// Yes or no.
    Boolean(bool),
    /// The position of a word in the closed list.
    Choice(u16),
    /// A person under `[people]`.
    Person(PersonId),
    /// The Markdown file of an item.
    Item(Box<str>),
    /// The number of a file among the item's files.
    File(u32),
    /// The values of a group.
    Group(FieldValues),
    /// The entries of a list.
    List(Box<[FieldValue]>),
}

/// The values of a kind's fields, or of a group's: by position of the field. Fields without a value are
/// left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldValues(Box<[(u16, FieldValue)]>);

impl FieldValues {
    /// Collects values, given in the order of the fields.
    pub(super) fn new(values: Vec<(u16, FieldValue)>) -> Self {
        Self(values.into())
    }

    /// Returns the value of the field at a position.
    pub fn get(&self, position: u16) -> Option<&FieldValue> {
        let place = self.0.binary_search_by_key(&position, |(other, _)| *other).ok()?;
        Some(&self.0[place].1)
    }

    /// Returns all values with the positions of their fields.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &FieldValue)> {
        self.0.iter().map(|(position, value)| (*position, value))
    }

    /// Returns whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
