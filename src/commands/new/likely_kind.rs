//! Finds the kind that a new item in a category probably has.

use std::collections::BTreeSet;

use crate::config::{CategoryId, Column, Config, Kind, KindId};
use crate::content::{Item, Role};

/// Returns the only kind of the items in a category, or else the only one with all the fields that its list
/// shows.
pub(super) fn likely_kind<'c>(
    config: &'c Config,
    category: CategoryId,
    items: &[Item],
) -> Option<&'c Kind> {
    let listed = items
        .iter()
        .filter(|item| item.category == Some(category) && matches!(item.role, Role::Item));
    let kinds: BTreeSet<Option<KindId>> = listed.map(|item| item.details.declared).collect();
    match (kinds.len(), kinds.first()) {
        (1, Some(Some(kind))) => Some(config.kinds.kind(*kind)),
        (0, _) => kind_of_columns(config, category),
        _ => None,
    }
}

/// Returns the only kind, one of the portal's own if there is one, that has all fields among the columns of a
/// category.
fn kind_of_columns(config: &Config, category: CategoryId) -> Option<&Kind> {
    let columns = &config.policy.categories[usize::from(category)].list.columns;
    let fields: Vec<&str> = columns
        .iter()
        .filter_map(|column| match column {
            Column::Field(id) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    if fields.is_empty() {
        return None;
    }
    let has_all = |kind: &&Kind| fields.iter().all(|id| kind.field(id).is_some());
    let fitting = || config.kinds.all().map(|(_, kind)| kind).filter(has_all);
    let mut own = fitting().filter(|kind| kind.is_own);
    let mut fitting = fitting();
    match own.next() {
        Some(kind) => own.next().is_none().then_some(kind),
        None => fitting.next().filter(|_| fitting.next().is_none()),
    }
}
