//! Threads: items that are steps of one procedure, because they have the same value in a field. They are
//! made from published items alone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::config::{Field, FieldRole, KindId, Kinds, LanguageId};
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

/// How many items of a thread a page lists at most: those around its own. Nothing else would bound the pages
/// of a thread that thousands of items share by mistake.
const MOST: usize = 100;

/// The threads of a site, in all languages.
#[derive(Debug, Default)]
pub(super) struct Threads {
    groups: Vec<Group>,
    /// The places of the items that have one, by item.
    places: Vec<(ItemId, Place)>,
}

/// The place of an item in its thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    group: usize,
    /// The position among the members of the item's language.
    number: usize,
}

/// The items of a thread.
#[derive(Debug)]
struct Group {
    /// In the order of the steps, by language.
    members: BTreeMap<LanguageId, Vec<Member>>,
    /// The steps of all of them.
    steps: BTreeSet<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    id: ItemId,
    step: u32,
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
        let mut threads = Self::default();
        for same in keyed.chunk_by(|(a, _), (b, _)| a == b) {
            let group = Group::of(same.iter().map(|(_, id)| *id), items, kinds);
            let number = threads.groups.len();
            for members in group.members.values() {
                let places = (0..).map(|n| Place { group: number, number: n });
                threads.places.extend(members.iter().map(|member| member.id).zip(places));
            }
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
        let item = &items[usize::from(id)];
        let (field, value) = value_of(item, kinds)?;
        let Place { group, number } = self.places[place].1;
        let steps = self.groups[group].steps(number, item.language, field, kinds);
        (steps.len() > 1).then_some(Thread { field, value, steps })
    }
}

impl Group {
    fn of(ids: impl Iterator<Item = ItemId>, items: &[Admitted], kinds: &Kinds) -> Self {
        let item = |id: ItemId| &items[usize::from(id)];
        let mut members: BTreeMap<LanguageId, Vec<Member>> = BTreeMap::new();
        for id in ids {
            let member = Member { id, step: step_of(item(id), kinds) };
            members.entry(item(id).language).or_default().push(member);
        }
        for same in members.values_mut() {
            same.sort_by_cached_key(|member| (member.step, order(item(member.id))));
        }
        let steps = members.values().flatten().map(|member| member.step).collect();
        Self { members, steps }
    }

    /// Returns the steps for the page of the member with a number among those of its language.
    fn steps(&self, place: usize, language: LanguageId, field: &Field, kinds: &Kinds) -> Vec<Step> {
        let all = self.members.get(&language).map_or(&[][..], Vec::as_slice);
        // Those without a step are last.
        let with_step = &all[..all.partition_point(|member| member.step != NO_STEP)];
        let last = with_step.last().map(|member| member.step);
        let first = place.saturating_sub(MOST / 2).min(all.len().saturating_sub(MOST));
        let mut steps: Vec<(u32, Step)> = missing(field, last.unwrap_or(0), &self.steps, kinds);
        let shown = all.iter().skip(first).take(MOST);
        steps.extend(shown.map(|member| (member.step, Step::Item(member.id))));
        steps.sort_by_key(|(step, _)| *step);
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

impl Site {
    /// Returns the thread of an item.
    pub fn thread(&self, id: ItemId) -> Option<Thread<'_>> {
        self.threads.thread(id, &self.items, &self.config.kinds)
    }
}

/// Returns the steps before the last one of a page that must not be left out and are not among the known ones:
/// the steps of all languages, because what is not translated is not missing.
fn missing(field: &Field, last: u32, known: &BTreeSet<u32>, kinds: &Kinds) -> Vec<(u32, Step)> {
    let mut missing: Vec<(u32, Step)> = Vec::new();
    for (id, kind) in kinds.all().filter(|(_, kind)| !kind.is_optional_step) {
        let Some(step) = kind.step.map(u32::from).filter(|step| *step < last) else { continue };
        let of_kind = kind.field_of_role(FieldRole::Thread);
        let is_step = of_kind.is_some_and(|(_, other)| other.id == field.id);
        let is_listed = missing.iter().any(|(other, _)| *other == step);
        if is_step && !known.contains(&step) && !is_listed {
            missing.push((step, Step::Missing(id)));
        }
    }
    missing
}

/// Returns the field for threads of an item's kind, and its value. Returns `None` for a value without a letter
/// or a digit, such as `-`.
fn value_of<'a>(item: &'a Item, kinds: &'a Kinds) -> Option<(&'a Field, &'a str)> {
    let kind = kinds.kind(item.details.declared.filter(|_| item.role == Role::Item)?);
    let (position, field) = kind.field_of_role(FieldRole::Thread)?;
    match item.details.fields.get(position)? {
        FieldValue::Text(value) if value.contains(char::is_alphanumeric) => {
            Some((field, value.trim()))
        }
        _ => None,
    }
}

/// Returns the place of an item among the steps of a procedure.
fn step_of(item: &Item, kinds: &Kinds) -> u32 {
    let step = item.details.declared.and_then(|kind| kinds.kind(kind).step);
    step.map_or(NO_STEP, u32::from)
}

/// Returns the order of items of one step: by deadline, or else the day of publication.
fn order(item: &Item) -> (Timestamp, Box<str>) {
    let date = item.details.deadline.map_or(item.window.from, |deadline| deadline.at);
    (date, item.url.clone())
}

/// Returns whether two versions of an item have the same place in the same thread.
pub(super) fn has_same_place(old: &Item, new: &Item, kinds: &Kinds) -> bool {
    let place = |item: &Item| (item.details.declared, item.details.deadline);
    place(old) == place(new) && value_of(old, kinds) == value_of(new, kinds)
}
