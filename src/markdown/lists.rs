//! Numbered lists. The page shows the numbers as written, and each number is the id of its item.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::anchors::Ids;
use crate::markdown::html::escape;
use crate::markdown::numbering::{
    Clause, ClauseForm, ClauseNumber, Numbered, NumberingProblem, Sequence, Slip, is_space,
};

/// The longest id, in bytes, that becomes a prefix of the ids below it. Lists may be nested without
/// limit.
const MAX_PREFIX: usize = 120;

/// The lists that are open.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<OpenList>,
    /// The numbers of the lists of the section that are in no other list.
    sequence: Sequence,
}

#[derive(Debug)]
struct OpenList {
    /// The first number. `None` in a bullet list.
    first: Option<u64>,
    /// How its numbers are written.
    style: NumberStyle,
    /// The id of the numbered item around the list.
    above: String,
    /// The id of its last item.
    item: String,
    items: Vec<ListItem>,
}

/// How the numbers of a list are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberStyle {
    /// By browsers.
    Counted,
    /// As text, because browsers write neither `1)` nor `01.`.
    Spelled,
    /// As text, because they are those of official clauses.
    Official,
}

/// An item with a Markdown number.
#[derive(Debug)]
struct ListItem {
    /// The index of its tag among the events.
    event: usize,
    number: u64,
    /// The range of the number in the source.
    label: Range<usize>,
    /// Whether lines of text follow its first one, below which other numbers may begin.
    has_more_lines: bool,
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
    /// Its number, if Markdown would count another one.
    pub value: Option<u64>,
    /// The problem. `None` if it is already reported.
    pub problem: Option<NumberingProblem>,
}

impl Lists {
    /// Begins a list.
    pub(super) fn start(&mut self, first: Option<u64>, style: NumberStyle) {
        let above = match self.open.last() {
            Some(list) if list.first.is_some() => list.item.clone(),
            Some(list) => list.above.clone(),
            None => String::new(),
        };
        let above = if above.len() > MAX_PREFIX { String::new() } else { above };
        let (item, items) = (String::new(), Vec::new());
        self.open.push(OpenList { first, style, above, item, items });
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
        list.item = match clause.filter(|_| list.style == NumberStyle::Official) {
            Some(LabelledClause { clause, label }) => {
                let plain = label.trim_matches(['.', '(', ')', ' ']);
                let plain = plain.split(is_space).filter(|word| !word.is_empty());
                let plain = &plain.collect::<Vec<_>>().join("-");
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
                let (label, has_more_lines) = (start..start + len, has_more_lines(text));
                list.items.push(ListItem { event, number: value, label, has_more_lines });
                let written = if len == 0 { value.to_string() } else { text[..len].to_owned() };
                if list.style == NumberStyle::Spelled || is_bracketed(text) {
                    let mark = if is_bracketed(text) { ')' } else { '.' };
                    number = Some(format!("<span class=\"n\">{written}{mark}</span> "));
                }
                below(&list.above, &written)
            }
        };
        let mut tag = String::with_capacity(32);
        tag.push_str("<li id=\"");
        escape(&ids.take(list.item.clone()), &mut tag);
        tag.push_str("\">");
        Some(ItemTag { tag, number })
    }

    /// Forgets the numbers of the lists above: a heading begins.
    pub(super) fn begin_section(&mut self) {
        self.sequence.reset();
    }

    /// Ends a list. Returns the items whose numbers are out of sequence. There are none if all items
    /// have the same number, because Markdown then counts them.
    pub(super) fn end(&mut self, numbered: &Numbered) -> Vec<MisnumberedItem> {
        let Some(list) = self.open.pop() else { return Vec::new() };
        let mut misnumbered = Vec::new();
        let Some(start) = list.first else { return misnumbered };
        if list.items.iter().all(|item| item.number == start) {
            self.read(&list.items[..list.items.len().min(1)]);
            return misnumbered;
        }
        let slips = self.read(&list.items);
        let is_counted = is_counted(&list.items);
        let (mut expected, mut is_warned) = (start, false);
        for (item, slip) in list.items.into_iter().zip(slips) {
            let range = item.label.clone();
            let problem = slip.and_then(|Slip { code, after, number, since }| {
                let (after, number) = (after.written(false), number.written(false));
                let is_missing = code == Code::MissingNumber;
                let is_reported = is_missing && numbered.is_swallowed(&number, since..range.start);
                (!is_reported).then_some(NumberingProblem { code, range, after, number })
            });
            // In a list that is counted, one warning says enough.
            let problem = problem.filter(|_| !(is_counted && is_warned));
            is_warned |= problem.is_some();
            let number = if is_counted { expected } else { item.number };
            let value = (number != expected).then_some(number);
            if value.is_some() || problem.is_some() {
                misnumbered.push(MisnumberedItem { event: item.event, value, problem });
            }
            expected = number.saturating_add(1);
        }
        misnumbered
    }

    /// Compares the numbers of a list with each other and, outside of other lists, with those of the
    /// lists above it.
    fn read(&mut self, items: &[ListItem]) -> Vec<Option<Slip>> {
        let mut inner = Sequence::default();
        let is_outermost = self.open.is_empty();
        let sequence = if is_outermost { &mut self.sequence } else { &mut inner };
        let slips = items.iter().enumerate().map(|(n, item)| {
            let number = ClauseNumber::of_list(item.number)?;
            let is_adjacent = n > 0 && !items[n - 1].has_more_lines;
            sequence.read(number, item.label.start, is_adjacent)
        });
        slips.collect()
    }
}

/// Returns whether a line of text follows the first line of an item.
fn has_more_lines(item: &str) -> bool {
    let rest = memchr::memchr(b'\n', item.as_bytes()).map_or("", |end| &item[end..]);
    let next = rest.trim_start();
    !next.is_empty() && !next.starts_with(|c: char| c.is_ascii_digit() || "-*+>|".contains(c))
}

/// Returns whether the items of a list are counted, whatever their numbers: most are 1, as where
/// writers leave the counting to Markdown.
fn is_counted(items: &[ListItem]) -> bool {
    let ones = items.iter().filter(|item| item.number == 1).count();
    items.first().is_some_and(|item| item.number == 1) && ones * 2 > items.len()
}

/// Returns whether browsers would write the numbers of a list otherwise: `1)` `01.`.
pub(super) fn is_spelled(list: &str) -> bool {
    let is_padded = |line: &str| {
        let number = line.trim_start_matches([' ', '\t', '>', '-', '+', '*']);
        let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
        number.starts_with('0') && number.len() - rest.len() > 1 && rest.starts_with(['.', ')'])
    };
    let may_be_padded = memchr::memchr(b'0', list.as_bytes()).is_some();
    is_bracketed(list) || (may_be_padded && list.lines().any(is_padded))
}

/// Returns whether an item has a number such as `1)`.
fn is_bracketed(written: &str) -> bool {
    written.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(')')
}

/// Returns the id of an item below another: `3.1(2)`.
fn below(above: &str, number: &str) -> String {
    if above.is_empty() { number.to_owned() } else { format!("{above}({number})") }
}
