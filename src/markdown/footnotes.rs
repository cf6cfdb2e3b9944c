//! Footnotes: numbered as they are first called, gathered at the end of the text, each with a way
//! back to every place that calls it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, TagEnd};

use crate::markdown::html::escape;

/// The footnotes of one text.
#[derive(Debug, Default)]
pub(super) struct Footnotes<'a> {
    /// Names in the order in which they are called, and how often each was.
    called: Vec<String>,
    calls: Vec<u32>,
    numbers: HashMap<String, usize>,
    notes: Vec<Note<'a>>,
}

/// A footnote's own text.
#[derive(Debug)]
struct Note<'a> {
    name: String,
    events: Vec<Event<'a>>,
    place: Range<usize>,
}

/// Names are compared without regard to capitals.
fn key(name: &str) -> String {
    name.to_lowercase()
}

impl<'a> Footnotes<'a> {
    /// Keeps the text of a footnote.
    pub(super) fn define(&mut self, name: &str, events: Vec<Event<'a>>, place: Range<usize>) {
        self.notes.push(Note { name: key(name), events, place });
    }

    /// Turns the calls in a text into links, and adds the list of the footnotes that it calls.
    /// Returns the places of those that nothing calls. `title` names the list, `back` the way back.
    pub(super) fn finish(
        mut self,
        text: &mut Vec<Event<'a>>,
        title: &str,
        back: &str,
    ) -> Vec<Range<usize>> {
        self.number_calls(text);
        let mut list: Vec<(usize, Vec<Event<'a>>)> = Vec::new();
        // A footnote may call others, which are numbered after all that were called before.
        let mut next = 0;
        while let Some(name) = self.called.get(next).cloned() {
            next += 1;
            let Some(n) = self.notes.iter().position(|note| note.name == name) else { continue };
            let mut events = self.notes.remove(n).events;
            self.number_calls(&mut events);
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
                let ways = ways_back(number, self.calls[number - 1], back);
                let ends_in_paragraph = events.last() == Some(&Event::End(TagEnd::Paragraph));
                let at = events.len() - usize::from(ends_in_paragraph);
                events.insert(at, Event::InlineHtml(ways.into()));
                text.extend(events);
                text.push(html("</li>\n".to_owned()));
            }
            text.push(html("</ol></section>\n".to_owned()));
        }
        // The second of two with one name is called by nothing.
        self.notes.into_iter().map(|note| note.place).collect()
    }

    /// Numbers the calls in a stretch of text, in their order.
    fn number_calls(&mut self, events: &mut [Event<'a>]) {
        for event in events {
            if let Event::FootnoteReference(name) = event {
                let call = self.call(name);
                *event = Event::InlineHtml(call.into());
            }
        }
    }

    /// The mark that calls a footnote.
    fn call(&mut self, name: &str) -> String {
        let number = *self.numbers.entry(key(name)).or_insert_with(|| {
            self.called.push(key(name));
            self.calls.push(0);
            self.calls.len()
        });
        self.calls[number - 1] += 1;
        let id = call_id(number, self.calls[number - 1]);
        format!("<sup class=\"fn\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>")
    }
}

fn html<'a>(text: String) -> Event<'a> {
    Event::Html(CowStr::from(text))
}

/// The id of a place that calls a footnote.
fn call_id(number: usize, call: u32) -> String {
    if call == 1 { format!("fn-{number}-at") } else { format!("fn-{number}-at-{call}") }
}

/// Links back to every place that calls a footnote.
fn ways_back(number: usize, calls: u32, back: &str) -> String {
    let mut ways = String::new();
    for call in 1..=calls {
        let mark = if call == 1 { String::new() } else { format!("<sup>{call}</sup>") };
        let _ = write!(ways, " <a href=\"#{}\" aria-label=\"", call_id(number, call));
        escape(back, &mut ways);
        let which = if calls == 1 { String::new() } else { format!("-{call}") };
        let _ = write!(ways, " {number}{which}\">↩{mark}</a>");
    }
    ways
}
