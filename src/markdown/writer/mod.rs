//! Writes the events of a parse as HTML: headings, lists, tables and footnotes; texts, links and raw
//! HTML in the files below.

mod links;
mod raw_html;
mod text;

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Tag, TagEnd};

use crate::config::closest;
use crate::diagnostics::{Code, Diagnostics};
use crate::markdown::anchors::{Ids, heading_id};
use crate::markdown::bare_urls::{has, left_out_words, without_words};
use crate::markdown::body::{Body, BodyContext, Facts, Heading};
use crate::markdown::findings::TextFindings;
use crate::markdown::footnotes::Footnotes;
use crate::markdown::hrefs::{Destinations, Href, report_broken};
use crate::markdown::html::escape;
use crate::markdown::lists::{Lists, is_bracketed};
use crate::markdown::numbering::{Numbered, NumberingSlip};
use crate::markdown::sanitize::{OPEN, TICKED};
use crate::markdown::table::{TableState, caption};
use crate::markdown::typos::{Quotes, has_mixed_digits};
use crate::site::{BrokenLink, may_hold_address, spells_addresses};

/// Headings among which a misspelt one is looked for.
const MAX_SUGGESTING: usize = 200;

/// The most tags in a body that is cleaned: the time grows with the square of their nesting. Where
/// there are more, HTML is refused.
const MAX_TAGS: usize = 5_000;

/// In how many pieces of a text addresses are looked for where no link stands.
const MAX_PIECES: usize = 5_000;

/// About as many bytes of text make one event.
const BYTES_AN_EVENT: usize = 10;

/// A heading being written: where its tag stands among the events.
struct OpenHeading {
    start: usize,
    level: HeadingLevel,
    id: Option<String>,
    /// What stands in braces at its end and names nothing: `{ร่าง}` is text.
    lost: Option<String>,
    /// Its text for the id: where a link's text begins and ends among the events, and what counts
    /// of it.
    texts: Vec<(Range<usize>, String)>,
    /// Whether it holds a link in raw HTML.
    has_raw_link: bool,
}

/// A link being written.
struct OpenLink {
    /// Where its text begins among the events.
    text: usize,
    /// Whether its tag was written: not where it leads to what is withheld.
    is_written: bool,
    /// Where it leads, as written.
    dest: String,
    /// Type and size, where it leads to a file.
    file: Option<String>,
}

/// An image being written.
struct OpenImage {
    range: Range<usize>,
    /// The attributes `src`, `width` and `height`.
    source: String,
    alt: String,
    title: String,
    /// Images inside its alternative text.
    depth: usize,
}

/// The line below a table that describes it.
struct OpenCaption {
    /// Where the table begins among the events, and where the caption does.
    table: usize,
    from: usize,
    /// Whether the words that mark it still stand before it.
    is_marked: bool,
}

pub(super) struct Writer<'a, 's> {
    setting: &'s BodyContext<'s>,
    numbered: &'s Numbered<'s>,
    found: TextFindings<'s>,
    destinations: Destinations<'s>,
    events: Vec<Event<'a>>,
    open: Option<OpenHeading>,
    headings: Vec<Heading>,
    ids: Ids,
    /// For each open link, what was written of it.
    links: Vec<OpenLink>,
    /// The HTML of an open block of it.
    html_block: Option<String>,
    image: Option<OpenImage>,
    in_code: bool,
    lists: Lists,
    /// The number of a clause, to be written where its text begins.
    number: Option<String>,
    /// How many items have such a number.
    pub(super) numbered_items: usize,
    table: TableState,
    /// How many tables there are so far.
    tables: usize,
    /// Where the last table begins among the events, and where it ends.
    last_table: (usize, usize),
    caption: Option<OpenCaption>,
    footnotes: Footnotes<'a>,
    /// Footnotes being defined: where their events begin.
    notes: Vec<(CowStr<'a>, usize)>,
    quotes: Quotes,
    has_mixed_digits: bool,
    has_comments: bool,
    /// Whether addresses of the portal may stand in it where no link does.
    spells_addresses: bool,
    /// In how many more pieces of it they are looked for.
    addresses_left: usize,
    /// Whether a link of raw HTML is open.
    in_raw_link: bool,
    /// Names of the tags that were refused.
    refused_tags: Vec<String>,
    /// Addresses of links and pictures, kept apart while the body is cleaned.
    guarded: Option<Vec<Href>>,
}

impl<'a, 's> Writer<'a, 's> {
    pub(super) fn new(
        markdown: &'s str,
        setting: &'s BodyContext<'s>,
        numbered: &'s Numbered<'s>,
        sink: &'s mut Diagnostics,
    ) -> Self {
        let BodyContext { portal, resolver, root, files_at, severity, .. } = *setting;
        let allows = resolver.site.config.allows_html
            && (1..=MAX_TAGS).contains(&markdown.matches('<').count());
        let mut found = TextFindings::new(markdown, resolver.from, severity, sink);
        for slip in &numbered.slips {
            found.warning(slip.code, slip.range.clone(), |d| {
                d.arg("after", &slip.after).arg("number", &slip.number)
            });
        }
        Self {
            setting,
            numbered,
            found,
            destinations: Destinations::new(portal, resolver, root, files_at),
            events: Vec::with_capacity(markdown.len() / BYTES_AN_EVENT),
            open: None,
            headings: Vec::new(),
            ids: Ids::default(),
            links: Vec::new(),
            html_block: None,
            image: None,
            in_code: false,
            lists: Lists::default(),
            number: None,
            numbered_items: 0,
            table: TableState::default(),
            tables: 0,
            last_table: (0, usize::MAX),
            caption: None,
            footnotes: Footnotes::default(),
            notes: Vec::new(),
            quotes: Quotes::default(),
            has_mixed_digits: has_mixed_digits(markdown),
            has_comments: has(markdown, "<!--") || has(markdown, "-->"),
            spells_addresses: spells_addresses(markdown, resolver.site.config.base_url.host()),
            addresses_left: MAX_PIECES,
            in_raw_link: false,
            refused_tags: Vec::new(),
            guarded: allows.then(Vec::new),
        }
    }

    pub(super) fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        if self.number.is_some() && !matches!(event, Event::Start(Tag::Paragraph)) {
            self.write_number();
        }
        match event {
            _ if self.image.is_some() => self.in_image(event),
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Html(html) | Event::InlineHtml(html) => match &mut self.html_block {
                Some(block) => block.push_str(&html),
                None => self.raw_html(&html, range),
            },
            Event::TaskListMarker(done) => self.task_box(done),
            Event::Text(text) => self.text(text, range),
            Event::Code(text) => {
                self.report_addresses(&text, &range);
                self.events.push(Event::Code(text));
            }
            Event::HardBreak => self.events.push(Event::InlineHtml(CowStr::Borrowed("<br>\n"))),
            Event::Rule => self.events.push(Event::Html(CowStr::Borrowed("<hr>\n"))),
            event => self.events.push(event),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, id, classes, attrs } => {
                let id = id.map(|id| heading_id(&id)).filter(|id| !id.is_empty());
                let start = self.events.len();
                let is_lost = id.is_none() && !(classes.is_empty() && attrs.is_empty());
                let written = &self.found.markdown[range];
                let braces = written.rfind('{').filter(|_| is_lost);
                let lost = braces.map(|at| format!(" {}", written[at..].trim_end()));
                let (texts, has_raw_link) = (Vec::new(), false);
                self.open = Some(OpenHeading { start, level, id, lost, texts, has_raw_link });
                self.events.push(Event::Html(CowStr::Borrowed("")));
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_link(link_type, &dest_url, &title, range);
            }
            Tag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title, range),
            Tag::HtmlBlock => self.html_block = Some(String::new()),
            Tag::List(first) => self.start_list(first, range),
            Tag::Item => self.start_item(range),
            Tag::FootnoteDefinition(name) => {
                self.last_table = (0, usize::MAX);
                self.notes.push((name, self.events.len()));
            }
            Tag::Table(_) => {
                self.last_table = (self.events.len(), usize::MAX);
                let name = self.table_name();
                let frame = self.table.start(tag, &name);
                self.events.push(Event::Html(frame));
            }
            Tag::TableRow if self.is_caption(&range) => self.start_caption(),
            Tag::TableCell if self.caption.is_some() => {}
            Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                let html = self.table.start(tag, "");
                self.events.push(Event::Html(html));
            }
            Tag::Paragraph => {
                if self.last_table.1 == self.events.len() && self.is_caption(&range) {
                    self.start_caption();
                } else {
                    self.events.push(Event::Start(tag));
                }
                self.write_number();
            }
            tag => {
                self.in_code |= matches!(tag, Tag::CodeBlock(_));
                self.events.push(Event::Start(tag));
            }
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Link => self.end_link(),
            TagEnd::HtmlBlock => {
                let html = self.html_block.take().unwrap_or_default();
                self.raw_html(&html, range);
            }
            TagEnd::List(_) => {
                self.end_list();
                self.events.push(Event::End(tag));
            }
            TagEnd::FootnoteDefinition => {
                if let Some((name, from)) = self.notes.pop() {
                    self.last_table = (0, usize::MAX);
                    let events = self.events.split_off(from.min(self.events.len()));
                    self.footnotes.define(&name, events, range);
                }
            }
            TagEnd::TableRow | TagEnd::Paragraph if self.caption.is_some() => self.end_caption(),
            TagEnd::TableCell if self.caption.is_some() => {}
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => {
                let html = self.table.end(tag);
                self.events.push(Event::Html(html));
                if tag == TagEnd::Table {
                    self.last_table.1 = self.events.len();
                }
            }
            _ => {
                self.in_code &= tag != TagEnd::CodeBlock;
                self.events.push(Event::End(tag));
            }
        }
        let ends_text = matches!(
            tag,
            TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::Heading(_)
                | TagEnd::TableCell
                | TagEnd::DefinitionListTitle
                | TagEnd::DefinitionListDefinition
        );
        if ends_text {
            self.quotes.end(&mut self.found);
        }
    }

    /// The text of the events since one.
    fn text_since(&self, start: usize) -> String {
        self.text_of(start..self.events.len())
    }

    /// The text of some of the events.
    fn text_of(&self, events: Range<usize>) -> String {
        let texts = self.events[events].iter().filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        });
        texts.collect()
    }

    /// Where a piece of a text stands in the source.
    fn written_at(&self, piece: &str, range: &Range<usize>) -> Range<usize> {
        match self.found.markdown[range.clone()].find(piece) {
            Some(at) => range.start + at..range.start + at + piece.len(),
            None => range.clone(),
        }
    }

    fn end_heading(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        if let Some(lost) = open.lost.take() {
            self.events.push(Event::Text(lost.into()));
        }
        let title = self.heading_title(&open);
        let given = open.id.take();
        let wanted = given.unwrap_or_else(|| heading_id(&self.heading_text(&open)));
        let id = self.ids.take(wanted);
        self.events[open.start] = Event::Start(Tag::Heading {
            level: open.level,
            id: Some(self.own_heading(&id)),
            classes: Vec::new(),
            attrs: Vec::new(),
        });
        self.events.push(Event::End(TagEnd::Heading(open.level)));
        self.headings.push(Heading { level: open.level as u8, id, title });
    }

    /// The text of a heading that its id is made from. The source alone decides it, so that no link
    /// to the heading dies when an item opens or ends.
    fn heading_text(&self, open: &OpenHeading) -> String {
        let mut text = String::new();
        let mut from = open.start;
        for (range, counted) in &open.texts {
            text += &self.text_of(from..range.start);
            text += counted;
            from = range.end;
        }
        text += &self.text_of(from..self.events.len());
        if !open.has_raw_link {
            return text;
        }
        // Which words belong to a link of raw HTML is known only when the body is cleaned.
        left_out_words(&text, may_hold_address).unwrap_or(text)
    }

    /// The text of a heading in lists of contents: what the page shows of it.
    fn heading_title(&self, open: &OpenHeading) -> String {
        let text = self.text_since(open.start);
        let resolver = self.setting.resolver;
        let is_withheld =
            |word: &str| may_hold_address(word) && resolver.withheld_at(word).is_some();
        let shown = open.has_raw_link.then(|| without_words(&text, is_withheld)).flatten();
        shown.unwrap_or(text).trim().to_owned()
    }

    fn start_list(&mut self, first: Option<u64>, range: Range<usize>) {
        let is_official = first.is_some() && self.numbered.clause_at(range.start).is_some();
        self.lists.start(first, is_official);
        let is_bracketed = first.is_some() && is_bracketed(&self.found.markdown[range]);
        self.events.push(if is_official || is_bracketed {
            Event::Html(CowStr::Borrowed("<ol class=\"num\">\n"))
        } else {
            Event::Start(Tag::List(first))
        });
    }

    fn start_item(&mut self, range: Range<usize>) {
        let written = &self.found.markdown[range.clone()];
        let clause = self.numbered.clause_at(range.start);
        let clause = clause.map(|clause| (clause, &self.found.markdown[clause.label.clone()]));
        let event = self.events.len();
        let item = self.lists.item(event, (written, range.start), clause, &mut self.ids);
        let Some(item) = item else { return self.events.push(Event::Start(Tag::Item)) };
        self.numbered_items += usize::from(clause.is_some());
        self.number = item.number;
        self.events.push(Event::Html(self.own_id(item.tag).into()));
    }

    /// Numbers that are not the next ones stand as written.
    fn end_list(&mut self) {
        for item in self.lists.end(self.numbered) {
            if let Some(Event::Html(tag)) = self.events.get_mut(item.event) {
                *tag = format!("{} value=\"{}\">", tag.trim_end_matches('>'), item.number).into();
            }
            if let Some(NumberingSlip { code, range, after, number }) = item.slip {
                self.found.warning(code, range, |d| d.arg("after", &after).arg("number", &number));
            }
        }
    }

    /// The number of a clause as written, where its text begins.
    fn write_number(&mut self) {
        if let Some(number) = self.number.take() {
            self.events.push(Event::InlineHtml(number.into()));
        }
    }

    fn task_box(&mut self, done: bool) {
        let html = match &self.guarded {
            // A box of raw HTML would be a field to fill in: none passes, and ours comes after.
            Some(_) => CowStr::from(String::from(if done { TICKED } else { OPEN })),
            None => self.task_tag(done).into(),
        };
        self.events.push(Event::InlineHtml(html));
    }

    fn task_tag(&self, done: bool) -> String {
        let words = self.setting.words;
        let (state, word) =
            if done { (" checked", words.task_done) } else { ("", words.task_open) };
        let mut tag = format!("<input type=\"checkbox\" disabled{state} aria-label=\"");
        escape(word, &mut tag);
        tag + "\"> "
    }

    /// What a screen reader says of a table: its number, and the heading it stands under.
    fn table_name(&mut self) -> String {
        self.tables += 1;
        let name = format!("{} {}", self.setting.words.table, self.tables);
        match self.headings.last() {
            Some(heading) => format!("{name}: {}", heading.title),
            None => name,
        }
    }

    /// Whether what begins here is the caption of the table just written.
    fn is_caption(&self, range: &Range<usize>) -> bool {
        let line = self.found.markdown[range.clone()].lines().next().unwrap_or("");
        self.caption.is_none() && caption(line).is_some() && !line.contains('|')
    }

    fn start_caption(&mut self) {
        let (table, from) = (self.last_table.0, self.events.len());
        self.last_table.1 = usize::MAX;
        self.caption = Some(OpenCaption { table, from, is_marked: true });
    }

    /// A caption stands below its table in the source, and first in it on the page.
    fn end_caption(&mut self) {
        let Some(open) = self.caption.take() else { return };
        let mut events = vec![Event::Html(CowStr::Borrowed("<caption>"))];
        events.extend(self.events.drain(open.from..));
        events.push(Event::Html(CowStr::Borrowed("</caption>")));
        self.events.splice(open.table + 1..open.table + 1, events);
    }

    pub(super) fn finish(mut self) -> Body {
        let words = self.setting.words;
        let footnotes = std::mem::take(&mut self.footnotes);
        let mut events = std::mem::take(&mut self.events);
        let idle = footnotes.finish(&mut events, words.footnotes, words.footnote_back);
        for range in idle {
            self.found.warning(Code::UnusedFootnote, range, |d| d);
        }
        // The page's own title is its only `h1`: where a body uses the first level, all move down.
        let shift = u8::from(self.headings.iter().any(|h| h.level == 1));
        if shift > 0 {
            events.iter_mut().for_each(move_down);
        }
        let mut html = String::with_capacity(self.found.markdown.len() * 5 / 4);
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        if let Some(own) = self.guarded.take() {
            html = self.cleaned(&html, &own);
        }
        self.check_links_here();
        let headings = self.headings.into_iter().filter_map(|heading| {
            let level = heading.level + shift;
            (level <= 3).then_some(Heading { level, ..heading })
        });
        let headings = headings.collect();
        let Destinations { wanted, files, .. } = self.destinations;
        let facts = Facts { anchors: self.ids.into_hashes(), wanted, files };
        Body { html, headings, facts }
    }

    /// Links to headings and clauses of this very page.
    fn check_links_here(&mut self) {
        for (anchor, range) in std::mem::take(&mut self.destinations.here) {
            if anchor.is_empty() || self.ids.has(&anchor) {
                continue;
            }
            let ids = self.headings.iter().take(MAX_SUGGESTING).map(|h| h.id.as_str());
            let suggestion = closest(&anchor, ids).map(|near| format!("#{near}"));
            let broken = BrokenLink { code: Code::DeadAnchor, suggestion };
            report_broken(&broken, &format!("#{anchor}"), range, &mut self.found);
        }
    }
}

/// Moves a heading down by one level.
fn move_down(event: &mut Event) {
    if let Event::Start(Tag::Heading { level, .. }) | Event::End(TagEnd::Heading(level)) = event {
        *level = match level {
            HeadingLevel::H1 => HeadingLevel::H2,
            HeadingLevel::H2 => HeadingLevel::H3,
            HeadingLevel::H3 => HeadingLevel::H4,
            HeadingLevel::H4 => HeadingLevel::H5,
            _ => HeadingLevel::H6,
        };
    }
}
