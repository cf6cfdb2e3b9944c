//! The typed values of the fields under `extra`.

use jiff::civil::Date;

use crate::config::{Field, FieldType, PersonId};
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

    /// Passes on every single value: those inside groups and lists, too.
    pub(crate) fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a FieldValue)) {
        self.0.iter().for_each(|(_, value)| value.each(visit));
    }

    /// Returns whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FieldValue {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        match self {
            Self::List(entries) => entries.iter().for_each(|entry| entry.each(visit)),
            Self::Group(values) => values.each(visit),
            single => visit(single),
        }
    }
}

/// The fields of a kind or of a group, with the values of one item.
#[derive(Debug, Clone, Copy)]
pub struct FieldMap<'a> {
    /// The declared fields.
    pub fields: &'a [Field],
    /// Their values.
    pub values: &'a FieldValues,
}

impl<'a> FieldMap<'a> {
    /// Returns the fields that have a value, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = (&'a Field, &'a FieldValue)> {
        let field = move |position: u16| self.fields.get(usize::from(position));
        self.values.iter().filter_map(move |(position, value)| Some((field(position)?, value)))
    }

    /// Returns the first field with a picture.
    pub fn first_picture(self) -> Option<(&'a Field, &'a FieldValue)> {
        let is_picture = |field: &Field| field.field_type == FieldType::Picture && !field.is_list;
        self.iter().find(|(field, _)| is_picture(field))
    }

    /// Returns whether no field has a value.
    pub fn is_empty(self) -> bool {
        self.values.is_empty()
    }

    /// Returns the value of a field.
    pub fn value(self, id: &str) -> Option<&'a FieldValue> {
        self.iter().find(|(field, _)| field.id == id).map(|(_, value)| value)
    }

    /// Returns the text of a field. It is empty if the field has no text.
    pub fn text_of(self, id: &str) -> &'a str {
        match self.value(id) {
            Some(FieldValue::Text(text)) => text,
            _ => "",
        }
    }

    /// Returns the number of a field.
    pub fn number(self, id: &str) -> Option<Decimal> {
        match self.value(id) {
            Some(FieldValue::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Returns the day of a field.
    pub fn day(self, id: &str) -> Option<Date> {
        match self.value(id) {
            Some(FieldValue::Moment(Moment::Day(day))) => Some(*day),
            _ => None,
        }
    }

    /// Returns the entries of a field that is a list.
    pub fn list(self, id: &str) -> &'a [FieldValue] {
        match self.value(id) {
            Some(FieldValue::List(entries)) => entries,
            _ => &[],
        }
    }

    /// Returns the entries of a field that is a list of groups.
    pub fn groups(self, id: &str) -> impl Iterator<Item = Self> {
        let field = self.fields.iter().find(|field| field.id == id);
        let fields = field.map_or(&[][..], Field::inner);
        self.list(id).iter().filter_map(|entry| match entry {
            FieldValue::Group(values) => Some(Self { fields, values }),
            _ => None,
        })
    }

    /// Returns the alternative text of a picture.
    pub fn alternative(self, picture: &Field) -> &'a str {
        picture.alt.as_deref().map_or("", |id| self.text_of(id))
    }

    /// Passes on every single value with its field: those inside groups and lists, too.
    pub fn each(self, visit: &mut dyn FnMut(&'a Field, &'a FieldValue)) {
        for (field, value) in self.iter() {
            each_in(field, value, visit);
        }
    }
}

fn each_in<'a>(
    field: &'a Field,
    value: &'a FieldValue,
    visit: &mut dyn FnMut(&'a Field, &'a FieldValue),
) {
    match (value, &field.field_type) {
        (FieldValue::List(entries), _) => {
            entries.iter().for_each(|entry| each_in(field, entry, visit));
        }
        (FieldValue::Group(values), FieldType::Group(fields)) => {
            FieldMap { fields, values }.each(visit);
        }
        (FieldValue::Group(_), _) => {}
        _ => visit(field, value),
    }
}

/// Returns whether a field of the same map is the alternative text of a picture. It is shown with that.
pub(crate) fn is_alternative(field: &Field, fields: &[Field]) -> bool {
    fields.iter().any(|other| other.alt.as_deref() == Some(&field.id))
}
