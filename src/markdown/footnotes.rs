//! Footnotes: numbered in the order of their first references, listed at the end of the text, each
//! with links back to all its references.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, TagEnd};

use crate::markdown::html::escape;

/// The footnotes of one text.
#[derive(Debug, Default)]
pub(super) struct Footnotes<'a> {
    /// Names in the order of their first references.
    names: Vec<String>,
    /// How many references each of these has.
    references: Vec<u32>,
    numbers: HashMap<String, usize>,
    definitions: Vec<Footnote<'a>>,
}

/// The definition of a footnote.
#[derive(Debug)]
struct Footnote<'a> {
    name: String,
    events: Vec<Event<'a>>,
    place: Range<usize>,
}

/// Returns the key of a name. Names are compared without regard to case.
fn key(name: &str) -> String {
    name.to_lowercase()
}

impl<'a> Footnotes<'a> {
    /// Adds a definition.
    pub(super) fn define(&mut self, name: &str, events: Vec<Event<'a>>, place: Range<usize>) {
        self.definitions.push(Footnote { name: key(name), events, place });
    }

    /// Turns the references in a text into links, and adds the list of footnotes. Returns the places
    /// of definitions without a reference. `title` labels the list, `back` the links back.
    pub(super) fn finish(
        mut self,
        text: &mut Vec<Event<'a>>,
        title: &str,
        back: &str,
    ) -> Vec<Range<usize>> {
        self.number_references(text);
        let mut list: Vec<(usize, Vec<Event<'a>>)> = Vec::new();
        // A footnote may refer to others, which get the numbers after those of the text.
        let mut next = 0;
        while let Some(name) = self.names.get(next).cloned() {
            next += 1;
            let Some(n) = self.definitions.iter().position(|note| note.name == name) else {
                continue;
            };
            let mut events = self.definitions.remove(n).events;
            self.number_references(&mut events);
            list.push((next, events));
        }
        if !list.is_empty() {
            let mut open = String::from("<section class=\"fns\"");
            if !title.is_empty() {
                open.push_str(" aria-label=\"");
                escape(title, &mut open);
                open.push('"');
            }
            text.push(html(open + "><ol>\n"));
            for (number, mut events) in list {
                text.push(html(format!("<li id=\"fn-{number}\" value=\"{number}\">")));
                let links = backlinks(number, self.references[number - 1], back);
                let ends_in_paragraph = events.last() == Some(&Event::End(TagEnd::Paragraph));
                let at = events.len() - usize::from(ends_in_paragraph);
                events.insert(at, Event::InlineHtml(links.into()));
                text.extend(events);
                text.push(html("</li>\n".to_owned()));
            }
            text.push(html("</ol></section>\n".to_owned()));
        }
        // Of two definitions with one name, the second has no references.
        self.definitions.into_iter().map(|note| note.place).collect()
    }

    /// Numbers the references in some events, in their order.
    fn number_references(&mut self, events: &mut [Event<'a>]) {
        for event in events {
            if let Event::FootnoteReference(name) = event {
                let reference = self.reference(name);
                *event = Event::InlineHtml(reference.into());
            }
        }
    }

    /// Returns the link for a reference.
    fn reference(&mut self, name: &str) -> String {
        let number = *self.numbers.entry(key(name)).or_insert_with(|| {
            self.names.push(key(name));
            self.references.push(0);
            self.references.len()
        });
        self.references[number - 1] += 1;
        let id = reference_id(number, self.references[number - 1]);
        format!("<sup class=\"fn\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>")
    }
}

fn html<'a>(text: String) -> Event<'a> {
    Event::Html(CowStr::from(text))
}

/// Returns the id of a reference.
fn reference_id(number: usize, reference: u32) -> String {
    if reference == 1 { format!("fn-{number}-at") } else { format!("fn-{number}-at-{reference}") }
}

/// Returns the links back to all references of a footnote.
fn backlinks(number: usize, references: u32, back: &str) -> String {
    let mut links = String::new();
    for reference in 1..=references {
        let mark = if reference == 1 { String::new() } else { format!("<sup>{reference}</sup>") };
        let _ = write!(links, " <a href=\"#{}\" aria-label=\"", reference_id(number, reference));
        escape(back, &mut links);
        let which = if references == 1 { String::new() } else { format!("-{reference}") };
        let _ = write!(links, " {number}{which}\">↩{mark}</a>");
    }
    links
}
