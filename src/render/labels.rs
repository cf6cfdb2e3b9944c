//! The labels of declarations, in the language of a page.

use crate::config::{Config, FieldRole};
use crate::content::Item;

/// Returns the label of the field that is an item's deadline. Returns an empty text if the item has none.
pub(super) fn deadline_label<'a>(config: &'a Config, item: &Item) -> &'a str {
    let kind = item.details.declared.filter(|_| item.details.deadline.is_some());
    let field = kind.and_then(|kind| config.kinds.kind(kind).field_of_role(FieldRole::Deadline));
    field.map_or("", |(_, field)| config.text(&field.label, item.language))
}
