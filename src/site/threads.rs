//! Threads: items that are steps of one procedure, because they have the same value in a field. They are
//! made from published items alone.

use jiff::Timestamp;

use crate::config::{Field, FieldRole, KindId, Kinds};
use crate::content::{FieldValue, Item, Role};
use crate::gate::Admitted;
use crate::site::{ItemId, Site};
use crate::text::title_key;

/// The place of a kind that is no step, after all steps.
const NO_STEP: u32 = u32::MAX;

/// The thread of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread<'a> {
    /// The field that the items share.
    pub field: &'a Field,
    /// Its value, as the item has it.
    pub value: &'a str,
    /// The steps in their order, at least two. The item is one of them.
    pub steps: Vec<Step>,
}

/// A step of a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// An item.
    Item(ItemId),
    /// A step that comes before an item of the thread, of which no item is published. It is an item of
    /// this kind.
    Missing(KindId),
}

/// The threads of a site, in all languages.
#[derive(Debug, Default)]
pub(super) struct Threads {
    /// The items of each thread, in the order of the steps.
    groups: Vec<Vec<ItemId>>,
    /// The number of the thread of each item that has one, by item.
    places: Vec<(ItemId, usize)>,
}

impl Threads {
    /// Groups the items that have a value in a field for threads.
    pub(super) fn of(items: &[Admitted], kinds: &Kinds) -> Self {
        let mut keyed: Vec<((&str, String), ItemId)> = ItemId::of(items)
            .filter_map(|(id, item)| {
                let (field, value) = value_of(item, kinds)?;
                Some(((field.id.as_str(), title_key(value)), id))
            })
            .collect();
        keyed.sort_unstable();
        let item = |id: &ItemId| &items[usize::from(*id)];
        let mut threads = Self::default();
        for same in keyed.chunk_by(|(a, _), (b, _)| a == b) {
            let number = threads.groups.len();
            let mut group: Vec<ItemId> = same.iter().map(|(_, id)| *id).collect();
            threads.places.extend(group.iter().map(|id| (*id, number)));
            group.sort_by_cached_key(|id| order(item(id), kinds));
            threads.groups.push(group);
        }
        threads.places.sort_unstable();
        threads
    }

    /// Returns the thread of an item in the item's language. Returns `None` if there is nothing but the
    /// item.
    pub(super) fn thread<'a>(
        &self,
        id: ItemId,
        items: &'a [Admitted],
        kinds: &'a Kinds,
    ) -> Option<Thread<'a>> {
        let place = self.places.binary_search_by_key(&id, |(other, _)| *other).ok()?;
        let group = &self.groups[self.places[place].1];
        let item = |id: &ItemId| &items[usize::from(*id)];
        let (field, value) = value_of(item(&id), kinds)?;
        let language = item(&id).language;
        let step = |id: &ItemId| step_of(item(id), kinds);
        let shown = group.iter().filter(|other| item(other).language == language);
        let mut steps: Vec<(u32, Step)> =
            shown.map(|other| (step(other), Step::Item(*other))).collect();
        let known: Vec<u32> = group.iter().map(step).collect();
        steps.extend(missing(field, &steps, &known, kinds));
        steps.sort_by_key(|(step, _)| *step);
        let steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
        (steps.len() > 1).then_some(Thread { field, value, steps })
    }
}

impl Site {
    /// Returns the thread of an item.
    pub fn thread(&self, id: ItemId) -> Option<Thread<'_>> {
        self.threads.thread(id, &self.items, &self.config.kinds)
    }
}

/// Returns the steps before the last shown one that must not be left out and are not among the known ones:
/// the steps of all languages, because what is not translated is not missing.
fn missing(field: &Field, shown: &[(u32, Step)], known: &[u32], kinds: &Kinds) -> Vec<(u32, Step)> {
    let last = shown.iter().map(|(step, _)| *step).filter(|step| *step != NO_STEP).max();
    let Some(last) = last else { return Vec::new() };
    let mut missing: Vec<(u32, Step)> = Vec::new();
    for (id, kind) in kinds.all().filter(|(_, kind)| !kind.is_optional_step) {
        let Some(step) = kind.step.map(u32::from) else { continue };
        let of_kind = kind.field_of_role(FieldRole::Thread);
        let is_step = of_kind.is_some_and(|(_, other)| other.id == field.id);
        let is_listed = missing.iter().any(|(other, _)| *other == step);
        if is_step && step < last && !known.contains(&step) && !is_listed {
            missing.push((step, Step::Missing(id)));
        }
    }
    missing
}

/// Returns the field for threads of an item's kind, and its value.
fn value_of<'a>(item: &'a Item, kinds: &'a Kinds) -> Option<(&'a Field, &'a str)> {
    let kind = kinds.kind(item.details.declared.filter(|_| item.role == Role::Item)?);
    let (position, field) = kind.field_of_role(FieldRole::Thread)?;
    match item.details.fields.get(position)? {
        FieldValue::Text(value) => Some((field, value.trim())).filter(|(_, v)| !v.is_empty()),
        _ => None,
    }
}

/// Returns the place of an item among the steps of a procedure.
fn step_of(item: &Item, kinds: &Kinds) -> u32 {
    let step = item.details.declared.and_then(|kind| kinds.kind(kind).step);
    step.map_or(NO_STEP, u32::from)
}

/// Returns the order of items in a thread: by step, then by deadline, or else the day of publication.
fn order(item: &Item, kinds: &Kinds) -> (u32, Timestamp, Box<str>) {
    let date = item.details.deadline.map_or(item.window.from, |deadline| deadline.at);
    (step_of(item, kinds), date, item.url.clone())
}

/// Returns whether two versions of an item have the same place in the same thread.
pub(super) fn has_same_place(old: &Item, new: &Item, kinds: &Kinds) -> bool {
    let place = |item: &Item| (item.details.declared, item.details.deadline);
    place(old) == place(new) && value_of(old, kinds) == value_of(new, kinds)
}
