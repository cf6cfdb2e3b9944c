//! Finds private numbers in the text of an item: in its front matter and body, as they are written
//! and as readers see them.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::build::inspected_item::InspectedItem;
use crate::build::seen_text;
use crate::build::text_layout::{TextLayout, near_in};
use crate::content::{self, FrontMatterSource, ItemPart, YamlStep};
use crate::diagnostics::{Code, Place, Severity};
use crate::privacy::{Context, PrivateNumber};
use crate::text::{Digit, DigitRun, LooseReading, every_digit, line_start, runs};

/// Keys of front matter that no page shows.
const UNPUBLISHED: [&str; 4] = ["seal", "approvals", "withdrawn", "waive"];

/// Used in place of a key for a number found in the source.
const WRITTEN: &str = "-";

/// The maximum number of visible numbers that are compared with those in the source.
const MAX_COMPARED: usize = 200;

/// A private number in the text of an item.
pub(super) struct TextNumber<'a> {
    pub part: ItemPart,
    pub found: PrivateNumber<'a>,
    /// The key whose value contains it, or [`WRITTEN`].
    key: &'static str,
}

/// What makes two numbers the same: their part, their code and their digits.
type NumberIdentity = (ItemPart, Code, String);

impl TextNumber<'_> {
    fn identity(&self) -> NumberIdentity {
        (self.part, self.found.code, self.found.number.clone())
    }

    /// Returns where it is in the Markdown file.
    pub(super) fn place(&self, subject: &InspectedItem) -> Place {
        match self.key {
            WRITTEN => Place::of_range(&subject.item.path, subject.text, self.found.range.clone()),
            key => place_of_seen(subject, self.part, &self.found, key),
        }
    }
}

/// Returns the numbers in the text of an item, each once.
pub(super) fn numbers_in_text<'a>(subject: &InspectedItem<'a>) -> Vec<TextNumber<'a>> {
    let source = MarkdownFile { subject, unpublished: OnceCell::new() };
    let mut all = source.numbers();
    let mut known: BTreeMap<NumberIdentity, usize> = BTreeMap::new();
    for (n, number) in all.iter().enumerate() {
        known.entry(number.identity()).or_insert(n);
    }
    let runs = OnceCell::new();
    for (n, number) in seen_numbers(subject).into_iter().enumerate() {
        let identity = number.identity();
        if let Some(known) = known.get(&identity).map(|known| &mut all[*known].found) {
            known.severity = known.severity.min(number.found.severity);
            continue;
        }
        let runs = runs.get_or_init(|| source.published_runs());
        let mut runs = runs.iter().filter(|run| source.part_of(run) == number.part);
        let is_written = n < MAX_COMPARED && runs.any(|run| has_number(run, &number.found.number));
        // A number that is written out in the source has been judged there.
        let is_error = number.found.severity == Severity::Error;
        if !is_written || (number.part == ItemPart::Body && is_error) {
            known.insert(identity, all.len());
            all.push(number);
        }
    }
    all
}

/// The Markdown file of an item.
struct MarkdownFile<'s, 'a> {
    subject: &'s InspectedItem<'a>,
    /// The ranges of the keys that are not published, in the YAML.
    unpublished: OnceCell<Vec<Range<usize>>>,
}

impl<'a> MarkdownFile<'_, 'a> {
    fn part_at(&self, at: usize) -> ItemPart {
        let is_yaml = at < self.subject.parts.body.start;
        if is_yaml { ItemPart::FrontMatter } else { ItemPart::Body }
    }

    fn part_of(&self, run: &DigitRun) -> ItemPart {
        self.part_at(run.digits[0].range.start)
    }

    /// Returns whether an offset is in a value that is not published.
    fn is_hidden(&self, at: usize) -> bool {
        let InspectedItem { text, parts, .. } = *self.subject;
        let keys = self.unpublished.get_or_init(|| unpublished_keys(&text[parts.yaml.clone()]));
        let in_yaml = at.saturating_sub(parts.yaml.start);
        at < parts.body.start && keys.iter().any(|range| range.contains(&in_yaml))
    }

    /// Returns the private numbers in the published part, as they are written.
    fn numbers(&self) -> Vec<TextNumber<'a>> {
        let InspectedItem { checker, item, text, .. } = *self.subject;
        let layout = OnceCell::new();
        let written = checker.find(text, "", |range| {
            layout.get_or_init(|| TextLayout::new(text)).context(checker, range, &item.title)
        });
        let published = written.into_iter().filter(|found| !self.is_hidden(found.range.start));
        let number = |found: PrivateNumber<'a>| TextNumber {
            part: self.part_at(found.range.start),
            found,
            key: WRITTEN,
        };
        published.map(number).collect()
    }

    /// Returns the runs of digits in the published part.
    fn published_runs(&self) -> Vec<DigitRun> {
        let is_published = |run: &DigitRun| {
            run.digits.first().is_some_and(|first| !self.is_hidden(first.range.start))
        };
        runs(self.subject.text).filter(is_published).collect()
    }
}

/// Returns the numbers in the body as shown, and in the values of the front matter.
fn seen_numbers<'a>(subject: &InspectedItem<'a>) -> Vec<TextNumber<'a>> {
    let InspectedItem { checker, item, html, is_own_address, .. } = *subject;
    if checker.is_idle() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if let Some(text) = seen_text::of_body(html) {
        let layout = OnceCell::new();
        let context = |range| {
            layout.get_or_init(|| TextLayout::new(&text)).context(checker, range, &item.title)
        };
        // A line may hold thousands of numbers: it is examined once.
        let (mut line, mut depends) = (0..0, false);
        for mut found in checker.find_seen(&text, context) {
            if !line.contains(&found.range.start) {
                line = line_around(&text, &found.range);
                depends = depends_on_links(&text, &line, is_own_address);
            }
            if depends {
                found.severity = Severity::Warning;
            }
            all.push(TextNumber { part: ItemPart::Body, found, key: "" });
        }
    }
    for (key, text) in seen_text::of_values(item) {
        let context = |range| Context { near: near_in(&text, &range), ..Context::default() };
        let found = checker.find_seen(&text, context).into_iter();
        let part = ItemPart::FrontMatter;
        all.extend(found.map(|found| TextNumber { part, found, key }));
    }
    all
}

/// Returns the line of a range, without its line break.
fn line_around(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = line_start(text, range.start);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    start..end
}

/// Returns whether what a line and the line above show can change when another item is published or withheld.
/// Addresses of the portal are shown or replaced by `…`, and titles of links appear and disappear.
/// The mere passing of time must not turn this into an error.
fn depends_on_links(
    text: &str,
    line: &Range<usize>,
    is_own_address: &(dyn Fn(&str) -> bool + Sync),
) -> bool {
    let above = line_start(text, line.start.saturating_sub(1));
    let lines = &text[above..line.end];
    lines.contains(['…', seen_text::TITLE_OF_LINK]) || lines.split_whitespace().any(is_own_address)
}

/// Returns where a visible number is in the source: at its digits in sequence, with anything
/// between them, or else at its key or on the first line of the body.
fn place_of_seen(
    subject: &InspectedItem,
    part: ItemPart,
    found: &PrivateNumber,
    key: &'static str,
) -> Place {
    let InspectedItem { item, text, parts, .. } = *subject;
    let area = if part == ItemPart::Body { parts.body.clone() } else { parts.yaml.clone() };
    // The address and the title of a link are skipped, unless the number is in them.
    let written = &text[area.clone()];
    for reading in [
        LooseReading::Shown,
        LooseReading::Addresses,
        LooseReading::Literal,
        LooseReading::Rendered,
    ] {
        let digits = every_digit(written, reading);
        let shown: String = digits.iter().map(Digit::shown).collect();
        if let Some(first) = shown.find(&found.number) {
            let last = &digits[first + found.number.len() - 1];
            let range = area.start + digits[first].range.start..area.start + last.range.end;
            return Place::of_range(&item.path, text, range);
        }
    }
    if part == ItemPart::Body {
        let blank = text[area.clone()].len() - text[area.clone()].trim_start().len();
        let start = area.start + blank;
        return Place { column: 0, ..Place::of_range(&item.path, text, start..start) };
    }
    let (path, yaml) = (item.path.as_ref(), parts.yaml.clone());
    FrontMatterSource::new(path, text, yaml).place(&[YamlStep::Key(key)])
}

/// Returns whether a number is in a run of digits, and not part of a longer one.
fn has_number(run: &DigitRun, number: &str) -> bool {
    run.starts().any(|start| {
        let end = start + number.len();
        let digits = run.digits.get(start..end);
        digits.is_some_and(|digits| digits.iter().map(Digit::shown).eq(number.chars()))
            && run.digits.get(end).is_none_or(Digit::begins_group)
    })
}

/// Returns the ranges of the keys of front matter that are not published.
fn unpublished_keys(yaml: &str) -> Vec<Range<usize>> {
    let keys = content::yaml_keys(yaml).unwrap_or_default();
    let place = |n: usize| content::place_of_key(yaml, n).unwrap_or(yaml.len());
    let chosen = keys.iter().enumerate().filter(|(_, key)| UNPUBLISHED.contains(&key.as_str()));
    chosen.map(|(n, _)| place(n)..place(n + 1)).collect()
}
