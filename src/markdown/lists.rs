//! Numbered lists. The page shows the numbers as written, and each number is the id of its item.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::anchors::Ids;
use crate::markdown::html::escape;
use crate::markdown::numbering::{Clause, ClauseForm, Numbered, NumberingProblem};

/// The longest id, in bytes, that becomes a prefix of the ids below it. Lists may be nested without
/// limit.
const MAX_PREFIX: usize = 120;

/// The lists that are open.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<OpenList>,
}

#[derive(Debug)]
struct OpenList {
    /// The first number. `None` in a bullet list.
    first: Option<u64>,
    /// Whether it was made of official clauses.
    is_official: bool,
    /// The id of the numbered item around the list.
    above: String,
    /// The id of its last item.
    item: String,
    items: Vec<ListItem>,
}

/// An item with a Markdown number.
#[derive(Debug)]
struct ListItem {
    /// The index of its tag among the events.
    event: usize,
    number: u64,
    /// The range of the number in the source.
    label: Range<usize>,
}

/// The opening tag of an item, and its number if that is written as text.
#[derive(Debug)]
pub(super) struct ItemTag {
    /// `<li id="…">`
    pub tag: String,
    /// `<span class="n">๑.</span> `
    pub number: Option<String>,
}

/// An item in the source.
#[derive(Debug, Clone, Copy)]
pub(super) struct ItemSource<'t> {
    /// Its Markdown.
    pub text: &'t str,
    /// Where it begins.
    pub start: usize,
}

/// A clause with its number as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct LabelledClause<'t> {
    /// The clause.
    pub clause: &'t Clause,
    /// The number.
    pub label: &'t str,
}

/// An item whose number is not the next one.
#[derive(Debug)]
pub(super) struct MisnumberedItem {
    /// The index of its tag among the events.
    pub event: usize,
    /// Its number.
    pub number: u64,
    /// The problem. `None` if it is already reported.
    pub problem: Option<NumberingProblem>,
}

impl Lists {
    /// Begins a list.
    pub(super) fn start(&mut self, first: Option<u64>, is_official: bool) {
        let above = match self.open.last() {
            Some(list) if list.first.is_some() => list.item.clone(),
            Some(list) => list.above.clone(),
            None => String::new(),
        };
        let above = if above.len() > MAX_PREFIX { String::new() } else { above };
        let (item, items) = (String::new(), Vec::new());
        self.open.push(OpenList { first, is_official, above, item, items });
    }

    /// Begins an item, whose tag will be the event with index `event`. Returns `None` in a bullet
    /// list.
    pub(super) fn item(
        &mut self,
        event: usize,
        source: ItemSource,
        clause: Option<LabelledClause>,
        ids: &mut Ids,
    ) -> Option<ItemTag> {
        let list = self.open.last_mut()?;
        let first = list.first?;
        let mut number = None;
        list.item = match clause.filter(|_| list.is_official) {
            Some(LabelledClause { clause, label }) => {
                let plain = label.trim_matches(['.', '(', ')']);
                let mut text = String::from("<span class=\"n\">");
                escape(label, &mut text);
                number = Some(text + "</span> ");
                let is_whole =
                    clause.number.form == ClauseForm::Dotted && clause.number.parts().len() > 1;
                if is_whole { plain.to_owned() } else { below(&list.above, plain) }
            }
            None => {
                let text = source.text.trim_start();
                let start = source.start + source.text.len() - text.len();
                let len = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let next = first + list.items.len() as u64;
                let value = text[..len].parse().unwrap_or(next);
                list.items.push(ListItem { event, number: value, label: start..start + len });
                // Browsers write `1.`, but not `1)`.
                if is_bracketed(source.text) {
                    number = Some(format!("<span class=\"n\">{value})</span> "));
                }
                below(&list.above, &value.to_string())
            }
        };
        let mut tag = String::with_capacity(32);
        tag.push_str("<li id=\"");
        escape(&ids.take(list.item.clone()), &mut tag);
        tag.push_str("\">");
        Some(ItemTag { tag, number })
    }

    /// Ends a list. Returns the items whose numbers are out of sequence. There are none if all items
    /// have the same number, because Markdown then counts them.
    pub(super) fn end(&mut self, numbered: &Numbered) -> Vec<MisnumberedItem> {
        let Some(list) = self.open.pop() else { return Vec::new() };
        let mut misnumbered = Vec::new();
        let Some(start) = list.first else { return misnumbered };
        if list.items.iter().all(|item| item.number == start) {
            return misnumbered;
        }
        let mut expected = start;
        let mut since = 0;
        for item in list.items {
            if item.number != expected {
                let is_missing = item.number > expected;
                let (code, number) = if is_missing {
                    (Code::MissingNumber, expected)
                } else {
                    (Code::RepeatedNumber, item.number)
                };
                let (after, number) = ((expected - 1).to_string(), number.to_string());
                let is_reported =
                    is_missing && numbered.is_swallowed(&number, since..item.label.start);
                let range = item.label.clone();
                let problem =
                    (!is_reported).then_some(NumberingProblem { code, range, after, number });
                misnumbered.push(MisnumberedItem {
                    event: item.event,
                    number: item.number,
                    problem,
                });
            }
            expected = item.number.saturating_add(1);
            since = item.label.start;
        }
        misnumbered
    }
}

/// Returns whether an item has a number such as `1)`.
pub(super) fn is_bracketed(written: &str) -> bool {
    written.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(')')
}

/// Returns the id of an item below another: `3.1(2)`.
fn below(above: &str, number: &str) -> String {
    if above.is_empty() { number.to_owned() } else { format!("{above}({number})") }
}
