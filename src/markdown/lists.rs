//! Numbered lists: every item has its number for an id, and the number as written is the one that
//! stands on the page.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::anchors::Ids;
use crate::markdown::html::escape;
use crate::markdown::numbering::{Clause, ClauseForm, Numbered, NumberingSlip};

/// The longest id that goes before the number of an item, in bytes: a text may nest lists without
/// end.
const MAX_PREFIX: usize = 120;

/// The lists around the place that is being written.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<OpenList>,
}

#[derive(Debug)]
struct OpenList {
    /// The number at which Markdown begins it; `None` in a list with bullets.
    first: Option<u64>,
    is_official: bool,
    /// The id of the numbered item around the list, and of its own open item.
    above: String,
    item: String,
    items: Vec<ListItem>,
}

/// An item that Markdown numbered.
#[derive(Debug)]
struct ListItem {
    event: usize,
    number: u64,
    label: Range<usize>,
}

/// An item's opening tag, and its number where that is written as text.
#[derive(Debug)]
pub(super) struct ItemTag {
    /// `<li id="…">`
    pub tag: String,
    /// `<span class="n">๑.</span> `
    pub number: Option<String>,
}

/// An item whose number is not the next one.
#[derive(Debug)]
pub(super) struct OutOfTurn {
    /// Where its tag stands among the events.
    pub event: usize,
    /// Its number.
    pub number: u64,
    /// What is told of it; `None` if that was told otherwise.
    pub slip: Option<NumberingSlip>,
}

impl Lists {
    /// A list begins.
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

    /// An item begins, as the event with this number; `None` in a list with bullets. `written` is
    /// the item in the source, which begins at `at`.
    pub(super) fn item(
        &mut self,
        event: usize,
        (written, at): (&str, usize),
        clause: Option<(&Clause, &str)>,
        ids: &mut Ids,
    ) -> Option<ItemTag> {
        let list = self.open.last_mut()?;
        let first = list.first?;
        let mut number = None;
        list.item = match clause.filter(|_| list.is_official) {
            Some((clause, label)) => {
                let plain = label.trim_matches(['.', '(', ')']);
                let mut text = String::from("<span class=\"n\">");
                escape(label, &mut text);
                number = Some(text + "</span> ");
                let is_whole =
                    clause.number.form == ClauseForm::Dotted && clause.number.parts().len() > 1;
                if is_whole { plain.to_owned() } else { below(&list.above, plain) }
            }
            None => {
                let lead = written.len() - written.trim_start().len();
                let digits = written.trim_start();
                let len =
                    digits.len() - digits.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let next = first + list.items.len() as u64;
                let value = digits[..len].parse().unwrap_or(next);
                let label = at + lead..at + lead + len;
                list.items.push(ListItem { event, number: value, label });
                // Browsers write `1.` by themselves, and nothing else.
                if is_bracketed(written) {
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

    /// A list ends: the items whose numbers are out of turn. Those who write `1.` before every item
    /// let Markdown count.
    pub(super) fn end(&mut self, numbered: &Numbered) -> Vec<OutOfTurn> {
        let Some(list) = self.open.pop() else { return Vec::new() };
        let mut found = Vec::new();
        let Some(start) = list.first else { return found };
        if list.items.iter().all(|item| item.number == start) {
            return found;
        }
        let mut expected = start;
        let mut since = 0;
        for item in list.items {
            if item.number != expected {
                let is_missing = item.number > expected;
                let (code, told) = if is_missing {
                    (Code::MissingNumber, expected)
                } else {
                    (Code::RepeatedNumber, item.number)
                };
                let (after, number) = ((expected - 1).to_string(), told.to_string());
                let is_told = is_missing && numbered.is_swallowed(&number, since..item.label.start);
                let range = item.label.clone();
                let slip = (!is_told).then_some(NumberingSlip { code, range, after, number });
                found.push(OutOfTurn { event: item.event, number: item.number, slip });
            }
            expected = item.number.saturating_add(1);
            since = item.label.start;
        }
        found
    }
}

/// Whether an item of Markdown's own is numbered `1)`.
pub(super) fn is_bracketed(written: &str) -> bool {
    written.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(')')
}

/// The id of an item below another: `3.1(2)`.
fn below(above: &str, number: &str) -> String {
    if above.is_empty() { number.to_owned() } else { format!("{above}({number})") }
}
