//! The values of an item that lists show, sort by and gather items by.

use crate::config::{Config, Field, FieldRole, FieldType};
use crate::content::{FieldValue, Item};
use crate::text::{Calendar, Decimal, buddhist_year};

/// Returns what the kind of an item is called in the item's language. Returns the word of the front matter for
/// a kind that is not declared.
pub(crate) fn kind_title<'a>(config: &'a Config, item: &'a Item) -> &'a str {
    item.details
        .declared
        .map_or(&item.details.kind, |id| config.text(&config.kinds.kind(id).title, item.language))
}

/// Returns the field of an item's kind with an id, and its value. Returns `None` if the kind has no such field
/// or the item has no value.
pub(crate) fn field_of<'a>(
    config: &'a Config,
    item: &'a Item,
    id: &str,
) -> Option<(&'a Field, &'a FieldValue)> {
    let (position, field) = config.kinds.kind(item.details.declared?).field(id)?;
    Some((field, item.details.fields.get(position)?))
}

/// Returns the amount in a field with money. Returns `None` for a field of another type, and without a value.
pub(crate) fn amount_of(config: &Config, item: &Item, id: &str) -> Option<Decimal> {
    match field_of(config, item, id)? {
        (Field { field_type: FieldType::Money, is_summed: true, .. }, FieldValue::Number(n)) => {
            Some(*n)
        }
        _ => None,
    }
}

/// Returns a year as the portal counts it in addresses and exports, in any language.
pub(crate) fn counted_year(config: &Config, year: i16) -> i16 {
    if config.calendar == Calendar::Buddhist { buddhist_year(year) } else { year }
}

/// Returns the first declared field with an id, one of the portal's own kinds if they have it. All of these, or
/// else all kinds, agree on its type.
pub(crate) fn declared_field<'a>(config: &'a Config, id: &str) -> Option<&'a Field> {
    let having = || config.kinds.all().filter(|(_, kind)| kind.field(id).is_some());
    let (_, kind) = having().find(|(_, kind)| kind.is_own).or_else(|| having().next())?;
    kind.field(id).map(|(_, field)| field)
}

/// Returns whether a field is a deadline.
pub(crate) fn is_deadline(field: &Field) -> bool {
    field.role == Some(FieldRole::Deadline)
}
