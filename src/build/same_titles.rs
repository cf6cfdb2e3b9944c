//! Warns about items that readers cannot tell apart. A notice that was copied by mistake, or published
//! again without `replaces`, would stay when the other is withdrawn.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::config::{CategoryId, LanguageId};
use crate::content::{Item, Role, may_be_copy};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::text::title_key;

/// What the items of a group have in common.
type Group = (Option<CategoryId>, LanguageId, Option<i16>, [String; 2]);

/// Warns about an item with the title, the document number and the year of another one of its category
/// and language, if both may be seen at one instant and neither replaces the other. The verdicts make no
/// difference. Translations are compared with translations.
pub(crate) fn check_titles(items: &[Item], diagnostics: &mut Diagnostics) {
    let mut groups: BTreeMap<Group, Vec<&Item>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.role == Role::Item && end(item) > item.window.from)
    {
        let texts = [&item.title, &item.details.document_number].map(|text| title_key(text));
        let group = (item.category, item.language, item.details.fiscal_year, texts);
        groups.entry(group).or_default().push(item);
    }
    for mut group in groups.into_values().filter(|group| group.len() > 1) {
        group.sort_by_key(|item| (item.window.from, may_be_copy(&item.path)));
        check_group(&group, diagnostics);
    }
}

/// Compares each item with the two earlier ones that can be seen longest. Two, because an item may be
/// related to one of them.
fn check_group(group: &[&Item], diagnostics: &mut Diagnostics) {
    let chains = ReplacementChains::of(group);
    let mut latest: Vec<(&Item, usize)> = Vec::new();
    for (number, item) in group.iter().enumerate() {
        let chain = chains.chain(number);
        let ends_after = |other: &Item| end(other) > item.window.from;
        let same = latest.iter().map(|(other, chain)| (*other, *chain));
        let same = same.filter(|(other, other_chain)| *other_chain != chain && ends_after(other));
        if let Some((other, _)) = same.min_by_key(|(other, _)| other.window.from) {
            let found = Diagnostic::warning(Code::SameTitle, Place::file(&item.path));
            diagnostics.push(found.arg("other", other.path.as_ref()));
        }
        let own = latest.iter().position(|(_, other_chain)| *other_chain == chain);
        match own {
            Some(own) if end(latest[own].0) >= end(item) => {}
            Some(own) => latest[own] = (item, chain),
            None => latest.push((item, chain)),
        }
        latest.sort_by_key(|(other, _)| std::cmp::Reverse(end(other)));
        latest.truncate(2);
    }
}

/// Returns when an item can last be seen.
fn end(item: &Item) -> Timestamp {
    [item.window.until, item.withdrawn].into_iter().flatten().min().unwrap_or(Timestamp::MAX)
}

/// Chains of items, each of which replaces the one before.
struct ReplacementChains(Vec<usize>);

impl ReplacementChains {
    /// Gives the items of a group that replace each other the same chain. If two replace one item, only
    /// the first is in its chain: the other may be a copy of the first.
    fn of(group: &[&Item]) -> Self {
        let numbers: HashMap<&str, usize> =
            group.iter().enumerate().map(|(number, item)| (&*item.path, number)).collect();
        let replaced = |number: usize| {
            let path = group[number].details.replaces.as_deref()?;
            numbers.get(path).copied().filter(|other| *other != number)
        };
        let mut successors: HashMap<usize, usize> = HashMap::new();
        for number in 0..group.len() {
            if let Some(former) = replaced(number) {
                successors.entry(former).or_insert(number);
            }
        }
        let mut chains: Vec<Option<usize>> = vec![None; group.len()];
        let has_former = |number: &usize| {
            replaced(*number).is_some_and(|former| successors.get(&former) == Some(number))
        };
        // Those that begin a chain come first. What is left replaces itself in a circle.
        let beginnings = (0..group.len()).filter(|number| !has_former(number));
        for beginning in beginnings.chain(0..group.len()).collect::<Vec<_>>() {
            let mut next = Some(beginning);
            while let Some(number) = next.filter(|number| chains[*number].is_none()) {
                chains[number] = Some(beginning);
                next = successors.get(&number).copied();
            }
        }
        Self(chains.into_iter().map(Option::unwrap_or_default).collect())
    }

    fn chain(&self, number: usize) -> usize {
        self.0[number]
    }
}
