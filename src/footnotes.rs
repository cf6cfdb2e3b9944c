//! Footnotes: numbered as they are first called, gathered at the end of the text, each with a way
//! back to every place that calls it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, TagEnd};

use crate::html::escape;

/// The footnotes of one text.
#[derive(Debug, Default)]
pub struct Footnotes<'a> {
    /// How often each was called, by number.
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
    /// The mark that calls a footnote.
    pub fn call(&mut self, name: &str) -> String {
        let calls = &mut self.calls;
        let number = *self.numbers.entry(key(name)).or_insert_with(|| {
            calls.push(0);
            calls.len()
        });
        calls[number - 1] += 1;
        let id = call_id(number, calls[number - 1]);
        format!("<sup class=\"fn\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>")
    }

    /// Keeps the text of a footnote.
    pub fn define(&mut self, name: &str, events: Vec<Event<'a>>, place: Range<usize>) {
        self.notes.push(Note { name: key(name), events, place });
    }

    /// The list of footnotes, and the places of those that nothing calls. `title` names the list,
    /// `back` the way back.
    pub fn finish(self, title: &str, back: &str) -> (Vec<Event<'a>>, Vec<Range<usize>>) {
        let (mut called, mut idle) = (Vec::new(), Vec::new());
        for note in self.notes {
            match self.numbers.get(&note.name) {
                Some(number) => called.push((*number, note)),
                None => idle.push(note.place),
            }
        }
        called.sort_by_key(|(number, _)| *number);
        called.dedup_by_key(|(number, _)| *number);
        let mut out = Vec::new();
        if called.is_empty() {
            return (out, idle);
        }
        let mut open = String::from("<section class=\"fns\"");
        if !title.is_empty() {
            open.push_str(" aria-label=\"");
            escape(title, &mut open);
            open.push('"');
        }
        out.push(html(open + "><ol>\n"));
        for (number, note) in called {
            out.push(html(format!("<li id=\"fn-{number}\" value=\"{number}\">")));
            let ways = ways_back(number, self.calls[number - 1], back);
            let mut events = note.events;
            let ends_in_paragraph = events.last() == Some(&Event::End(TagEnd::Paragraph));
            let at = events.len() - usize::from(ends_in_paragraph);
            events.insert(at, Event::InlineHtml(ways.into()));
            out.extend(events);
            out.push(html("</li>\n".to_owned()));
        }
        out.push(html("</ol></section>\n".to_owned()));
        (out, idle)
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
