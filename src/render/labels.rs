//! The labels of declarations, in the language of a page.

use crate::config::{Config, FieldRole, Label, LanguageId};
use crate::content::Item;

/// Returns a label in a language of the site.
pub(super) fn label<'a>(config: &'a Config, language: LanguageId, label: &'a Label) -> &'a str {
    let code = |language: LanguageId| config.languages[usize::from(language)].code.as_str();
    label.in_language(code(language), code(LanguageId::OWN))
}

/// Returns the label of the field that is an item's deadline. Returns an empty text if the item has none.
pub(super) fn deadline_label<'a>(config: &'a Config, item: &Item) -> &'a str {
    let kind = item.details.declared.filter(|_| item.details.deadline.is_some());
    let field = kind.and_then(|kind| config.kinds.kind(kind).field_of_role(FieldRole::Deadline));
    field.map_or("", |(_, field)| label(config, item.language, &field.label))
}
