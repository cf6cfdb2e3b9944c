//! Turns the events of a parse into HTML. This file writes headings, lists and tables.

mod html_report;
mod links;
mod raw_html;
mod text;

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd};

use crate::diagnostics::{Code, Diagnostics, closest};
use crate::markdown::anchors::{Ids, braces_at_end, heading_id, is_only_id, leads_to_top};
use crate::markdown::bare_urls::{redact_words, remove_words};
use crate::markdown::body::{Body, BodyContext, Facts, Heading};
use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::markdown::footnotes::Footnotes;
use crate::markdown::hrefs::{Destinations, Href, report_broken};
use crate::markdown::html::escape;
use crate::markdown::lints::{self, Lint};
use crate::markdown::lists::{ItemSource, LabelledClause, Lists, NumberStyle, is_spelled};
use crate::markdown::mixed_digits::has_mixed_digits;
use crate::markdown::numbering::{ClauseForm, Numbered, NumberingProblem};
use crate::markdown::prescan::has;
use crate::markdown::quotes::Quotes;
use crate::markdown::sanitize::{TICKED_BOX, UNTICKED_BOX};
use crate::markdown::table::{ExtraCells, TableState, caption};
use crate::markdown::writer::html_report::HtmlReport;
use crate::site::{BrokenLink, may_hold_address, spells_addresses};

/// How many headings are compared with the anchor of a broken link.
const MAX_SUGGESTIONS: usize = 200;

/// The most tags in a body that is cleaned, which takes quadratic time in their nesting. In a body
/// with more, HTML is refused.
const MAX_TAGS: usize = 5_000;

/// In how many texts of a body addresses without links are searched for.
const MAX_ADDRESS_CHECKS: usize = 5_000;

/// An estimate of the bytes of text for one event.
const BYTES_PER_EVENT: usize = 10;

/// A heading that is being written.
struct OpenHeading {
    /// The index of its tag among the events.
    start: usize,
    level: HeadingLevel,
    id: Option<String>,
    /// Braces at its end that contain no id, and are text: `{ร่าง}`.
    braces: Option<String>,
    /// Texts of its links that count only in part for its id.
    link_texts: Vec<LinkText>,
    /// Whether it contains a link in raw HTML.
    has_raw_link: bool,
}

/// The text of a link in a heading.
struct LinkText {
    /// Its events.
    events: Range<usize>,
    /// The part that counts for the id of the heading.
    for_id: String,
}

/// A link that is being written.
struct OpenLink {
    /// The index of the first event of its text.
    text: usize,
    /// Whether it has a tag. A link to a withheld item has none.
    is_written: bool,
    /// The destination as written.
    dest: String,
    /// Type and size, if it leads to a file.
    file: Option<String>,
}

/// An image that is being written.
struct OpenImage {
    range: Range<usize>,
    /// The attributes `src`, `width` and `height`.
    source: String,
    alt: String,
    title: String,
    /// How many images are open inside its alternative text.
    depth: usize,
}

/// A definition of a footnote that is being written.
struct OpenFootnote<'a> {
    name: CowStr<'a>,
    /// The index of its first event.
    start: usize,
}

/// A caption that is being written. In the source, it follows its table.
struct OpenCaption {
    /// The index of the first event of the table.
    table: usize,
    /// The index of the first event of the caption.
    start: usize,
    /// Whether the word that marks it still has to be removed.
    is_marked: bool,
}

/// Writes the events of a body. `'a` is the lifetime of the parsed text, `'s` that of everything else.
pub(super) struct Writer<'a, 's> {
    context: &'s BodyContext<'s>,
    numbered: &'s Numbered<'s>,
    diagnostics: BodyDiagnostics<'s>,
    destinations: Destinations<'s>,
    events: Vec<Event<'a>>,
    heading: Option<OpenHeading>,
    headings: Vec<Heading>,
    ids: Ids,
    /// The open links.
    links: Vec<OpenLink>,
    /// The HTML of the open block of raw HTML.
    html_block: Option<String>,
    image: Option<OpenImage>,
    in_code: bool,
    lists: Lists,
    /// The number of a clause, until its text begins.
    number: Option<String>,
    /// How many list items are clauses.
    pub(super) numbered_items: usize,
    table: TableState,
    /// How many tables were written.
    tables: usize,
    /// The events of the last table. Its end is `usize::MAX` if no caption may follow.
    last_table: Range<usize>,
    caption: Option<OpenCaption>,
    footnotes: Footnotes<'a>,
    /// The open definitions of footnotes.
    open_footnotes: Vec<OpenFootnote<'a>>,
    quotes: Quotes,
    has_mixed_digits: bool,
    has_comments: bool,
    /// Whether the body may contain addresses of the portal that are not links.
    spells_addresses: bool,
    /// In how many more texts these are searched for.
    address_checks_left: usize,
    /// Whether a link in raw HTML is open.
    in_raw_link: bool,
    /// HTML that is refused or removed, by the name of its tag.
    html_reports: BTreeMap<(Code, String), HtmlReport>,
    /// If the body will be cleaned: the resolved links and pictures, which have placeholders in the
    /// events.
    placeholders: Option<Vec<Href>>,
}

impl<'a, 's> Writer<'a, 's> {
    /// Starts a body.
    pub(super) fn new(
        markdown: &'s str,
        context: &'s BodyContext<'s>,
        numbered: &'s Numbered<'s>,
        diagnostics: &'s mut Diagnostics,
    ) -> Self {
        let BodyContext { portal, resolver, root, files_at, severity, .. } = *context;
        let allows_html = resolver.site.config.allows_html
            && (1..=MAX_TAGS).contains(&markdown.matches('<').count());
        let mut diagnostics = BodyDiagnostics::new(markdown, resolver.from, severity, diagnostics);
        for problem in &numbered.problems {
            diagnostics.warn(problem.code, problem.range.clone(), |d| {
                d.arg("after", &problem.after).arg("number", &problem.number)
            });
        }
        Self {
            context,
            numbered,
            diagnostics,
            destinations: Destinations::new(portal, resolver, root, files_at),
            events: Vec::with_capacity(markdown.len() / BYTES_PER_EVENT),
            heading: None,
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
            last_table: 0..usize::MAX,
            caption: None,
            footnotes: Footnotes::default(),
            open_footnotes: Vec::new(),
            quotes: Quotes::default(),
            has_mixed_digits: has_mixed_digits(markdown),
            has_comments: has(markdown, "<!--"),
            spells_addresses: spells_addresses(markdown, resolver.site.config.base_url.host()),
            address_checks_left: MAX_ADDRESS_CHECKS,
            in_raw_link: false,
            html_reports: BTreeMap::new(),
            placeholders: allows_html.then(Vec::new),
        }
    }

    /// Writes an event, which is at a range of the source.
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
            Tag::Heading { level, id, .. } => {
                self.lists.begin_section();
                let start = self.events.len();
                let braces = braces_at_end(&self.diagnostics.markdown[range]);
                // Braces with anything but an id are text: `{ร่าง}` `{#ก .ข}`.
                let is_id = braces.is_some_and(is_only_id);
                let id = id.map(|id| heading_id(&id)).filter(|id| is_id && !id.is_empty());
                let braces = braces.filter(|_| id.is_none()).map(str::to_owned);
                let (link_texts, has_raw_link) = (Vec::new(), false);
                self.heading =
                    Some(OpenHeading { start, level, id, braces, link_texts, has_raw_link });
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
                self.last_table = 0..usize::MAX;
                self.open_footnotes.push(OpenFootnote { name, start: self.events.len() });
            }
            Tag::Table(_) => {
                self.last_table = self.events.len()..usize::MAX;
                let name = self.table_name();
                let frame = self.table.start(tag, &name);
                self.events.push(Event::Html(frame));
            }
            Tag::TableRow if self.is_caption(&range) => self.start_caption(),
            Tag::TableCell if self.caption.is_some() => {}
            Tag::TableHead | Tag::TableRow | Tag::TableCell => {
                if tag == Tag::TableRow {
                    self.report_extra_cells(&range);
                }
                let html = self.table.start(tag, "");
                self.events.push(Event::Html(html));
            }
            Tag::Paragraph => {
                if self.last_table.end == self.events.len() && self.is_caption(&range) {
                    self.start_caption();
                } else {
                    self.events.push(Event::Start(tag));
                }
                self.write_number();
            }
            tag => {
                self.in_code |= matches!(tag, Tag::CodeBlock(_));
                if let Tag::CodeBlock(CodeBlockKind::Fenced(info)) = &tag {
                    // The language is an attribute of the page.
                    self.report_addresses(info, &range);
                }
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
                if let Some(OpenFootnote { name, start }) = self.open_footnotes.pop() {
                    self.last_table = 0..usize::MAX;
                    let events = self.events.split_off(start.min(self.events.len()));
                    self.footnotes.define(&name, events, range);
                }
            }
            TagEnd::TableRow | TagEnd::Paragraph if self.caption.is_some() => self.end_caption(),
            TagEnd::TableCell if self.caption.is_some() => {}
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => {
                let html = self.table.end(tag);
                self.events.push(Event::Html(html));
                if tag == TagEnd::Table {
                    self.last_table.end = self.events.len();
                }
            }
            _ => {
                self.in_code &= tag != TagEnd::CodeBlock;
                self.events.push(Event::End(tag));
            }
        }
        let ends_text = matches!(
            tag,
            TagEnd::Item
                | TagEnd::Heading(_)
                | TagEnd::TableCell
                | TagEnd::DefinitionListTitle
                | TagEnd::DefinitionListDefinition
        );
        if tag == TagEnd::Paragraph {
            self.quotes.end_paragraph(&mut self.diagnostics);
        } else if ends_text {
            self.quotes.end(&mut self.diagnostics);
        }
        if matches!(tag, TagEnd::Heading(_)) {
            self.quotes.finish(&mut self.diagnostics);
        }
    }

    /// Returns the text of the events from `start` on.
    fn text_since(&self, start: usize) -> String {
        self.text_of(start..self.events.len())
    }

    /// Returns the text of some events.
    fn text_of(&self, events: Range<usize>) -> String {
        let texts = self.events[events].iter().filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        });
        texts.collect()
    }

    /// Finds a part of a text in the source. Returns the range of the text if it is written
    /// differently there.
    fn range_of(&self, part: &str, range: &Range<usize>) -> Range<usize> {
        match self.diagnostics.markdown[range.clone()].find(part) {
            Some(at) => range.start + at..range.start + at + part.len(),
            None => range.clone(),
        }
    }

    fn end_heading(&mut self) {
        let Some(mut open) = self.heading.take() else { return };
        // The parser drops what it reads as attributes.
        if let Some(braces) = open.braces.take()
            && !self.text_since(open.start).trim_end().ends_with('}')
        {
            self.events.push(Event::Text(format!(" {braces}").into()));
        }
        let title = self.heading_title(&open);
        let id = open.id.take();
        let id = id.unwrap_or_else(|| heading_id(&self.heading_text(&open)));
        let id = self.ids.take(id);
        self.events[open.start] = Event::Start(Tag::Heading {
            level: open.level,
            id: Some(self.mark_heading_id(&id)),
            classes: Vec::new(),
            attrs: Vec::new(),
        });
        self.events.push(Event::End(TagEnd::Heading(open.level)));
        self.headings.push(Heading { level: open.level as u8, id, title });
    }

    /// Returns the text that the id of a heading is made from. It depends on the source alone, so that
    /// links to the heading still work when another item is published or expires.
    fn heading_text(&self, open: &OpenHeading) -> String {
        let mut text = String::new();
        let mut from = open.start;
        for link in &open.link_texts {
            text += &self.text_of(from..link.events.start);
            text += &link.for_id;
            from = link.events.end;
        }
        text += &self.text_of(from..self.events.len());
        if !open.has_raw_link {
            return text;
        }
        // Which words belong to a link of raw HTML is known only when the body is cleaned.
        remove_words(&text, may_hold_address).unwrap_or(text)
    }

    /// Returns the text of a heading in the table of contents, as the page shows it.
    fn heading_title(&self, open: &OpenHeading) -> String {
        let text = self.text_since(open.start);
        let resolver = self.context.resolver;
        let is_withheld =
            |word: &str| may_hold_address(word) && resolver.withheld_at(word).is_some();
        let redacted = open.has_raw_link.then(|| redact_words(&text, is_withheld)).flatten();
        redacted.unwrap_or(text).trim().to_owned()
    }

    fn start_list(&mut self, first: Option<u64>, range: Range<usize>) {
        let clause = self.numbered.clause_at(range.start).filter(|_| first.is_some());
        let style = match clause {
            Some(_) => NumberStyle::Official,
            None if first.is_some() && is_spelled(&self.diagnostics.markdown[range]) => {
                NumberStyle::Spelled
            }
            None => NumberStyle::Counted,
        };
        self.lists.start(first, style);
        self.events.push(
            if clause.is_some_and(|clause| clause.number.form == ClauseForm::Article) {
                Event::Html(CowStr::Borrowed("<ol class=\"num articles\">\n"))
            } else if style != NumberStyle::Counted {
                Event::Html(CowStr::Borrowed("<ol class=\"num\">\n"))
            } else {
                Event::Start(Tag::List(first))
            },
        );
    }

    fn start_item(&mut self, range: Range<usize>) {
        let markdown = self.diagnostics.markdown;
        let source = ItemSource { text: &markdown[range.clone()], start: range.start };
        let clause = self.numbered.clause_at(range.start).map(|clause| {
            let label = &markdown[clause.label.clone()];
            LabelledClause { clause, label }
        });
        let item = self.lists.item(self.events.len(), source, clause, &mut self.ids);
        let Some(item) = item else { return self.events.push(Event::Start(Tag::Item)) };
        self.numbered_items += usize::from(clause.is_some());
        self.number = item.number;
        self.events.push(Event::Html(self.mark_id(item.tag).into()));
    }

    /// Ends a list. Items whose numbers are out of sequence keep them.
    fn end_list(&mut self) {
        for item in self.lists.end(self.numbered) {
            if let (Some(Event::Html(tag)), Some(value)) =
                (self.events.get_mut(item.event), item.value)
            {
                *tag = format!("{} value=\"{value}\">", tag.trim_end_matches('>')).into();
            }
            if let Some(NumberingProblem { code, range, after, number }) = item.problem {
                self.diagnostics
                    .warn(code, range, |d| d.arg("after", &after).arg("number", &number));
            }
        }
    }

    /// Writes the number of a clause before its text.
    fn write_number(&mut self) {
        if let Some(number) = self.number.take() {
            self.events.push(Event::InlineHtml(number.into()));
        }
    }

    fn task_box(&mut self, done: bool) {
        let html = match &self.placeholders {
            // Cleaning removes all input fields. The boxes are inserted after it.
            Some(_) => CowStr::from(String::from(if done { TICKED_BOX } else { UNTICKED_BOX })),
            None => self.task_tag(done).into(),
        };
        self.events.push(Event::InlineHtml(html));
    }

    fn task_tag(&self, done: bool) -> String {
        let words = self.context.words;
        let (state, word) =
            if done { (" checked", words.task_done) } else { ("", words.task_open) };
        let mut tag = format!("<input type=\"checkbox\" disabled{state} aria-label=\"");
        escape(word, &mut tag);
        tag + "\"> "
    }

    /// Returns the label of a table for screen readers: its number, and the heading above it.
    fn table_name(&mut self) -> String {
        self.tables += 1;
        let name = format!("{} {}", self.context.words.table, self.tables);
        match self.headings.last() {
            Some(heading) => format!("{name}: {}", heading.title),
            None => name,
        }
    }

    /// Reports cells of a row that the parser drops, because the head has no column for them.
    fn report_extra_cells(&mut self, row: &Range<usize>) {
        let columns = self.table.columns();
        let written = &self.diagnostics.markdown[row.clone()];
        let Some(extra) = ExtraCells::of_row(written, columns) else { return };
        let range = row.start + extra.range.start..row.start + extra.range.end;
        self.diagnostics.report(Code::ExtraCells, range, |diagnostic| {
            let diagnostic = diagnostic.arg("cells", extra.count.to_string());
            diagnostic.arg("columns", columns.to_string())
        });
    }

    /// Returns whether a range is the caption of the table before it.
    fn is_caption(&self, range: &Range<usize>) -> bool {
        let line = self.diagnostics.markdown[range.clone()].lines().next().unwrap_or("");
        self.caption.is_none() && caption(line).is_some() && !line.contains('|')
    }

    fn start_caption(&mut self) {
        let (table, start) = (self.last_table.start, self.events.len());
        self.last_table.end = usize::MAX;
        self.caption = Some(OpenCaption { table, start, is_marked: true });
    }

    /// Ends a caption and moves it to the start of its table.
    fn end_caption(&mut self) {
        let Some(open) = self.caption.take() else { return };
        let mut events = vec![Event::Html(CowStr::Borrowed("<caption>"))];
        events.extend(self.events.drain(open.start..));
        events.push(Event::Html(CowStr::Borrowed("</caption>")));
        self.events.splice(open.table + 1..open.table + 1, events);
    }

    /// Ends the body, and reports its lints.
    pub(super) fn finish(mut self, lints: &[Lint]) -> Body {
        let is_sealed = self.context.resolver.from.approval.covers_text();
        lints::report(lints, is_sealed, &mut self.diagnostics);
        let words = self.context.words;
        self.quotes.finish(&mut self.diagnostics);
        let footnotes = std::mem::take(&mut self.footnotes);
        let mut events = std::mem::take(&mut self.events);
        let unused = footnotes.finish(&mut events, words.footnotes, words.footnote_back);
        for range in unused {
            self.diagnostics.warn(Code::UnusedFootnote, range, |d| d);
        }
        // The only `h1` is the title of the page. If a body has headings of level 1, all are lowered.
        let shift = u8::from(self.headings.iter().any(|h| h.level == 1));
        if shift > 0 {
            events.iter_mut().for_each(lower_level);
        }
        let mut html = String::with_capacity(self.diagnostics.markdown.len() * 5 / 4);
        pulldown_cmark::html::push_html(&mut html, events.into_iter());
        if let Some(hrefs) = self.placeholders.take() {
            html = self.clean(&html, &hrefs);
        }
        self.report_html();
        self.check_own_anchors();
        let headings = self.headings.into_iter().filter_map(|heading| {
            let level = heading.level + shift;
            (level <= 3).then_some(Heading { level, ..heading })
        });
        let headings = headings.collect();
        let Destinations { wanted, files, .. } = self.destinations;
        let facts = Facts { anchors: self.ids.into_hashes(), wanted, files };
        Body { html, headings, facts }
    }

    /// Checks the links to headings and clauses of this page.
    fn check_own_anchors(&mut self) {
        for (anchor, range) in std::mem::take(&mut self.destinations.here) {
            if leads_to_top(&anchor) || self.ids.has(&anchor) {
                continue;
            }
            let ids = self.headings.iter().take(MAX_SUGGESTIONS).map(|h| h.id.as_str());
            let suggestion = closest(&anchor, ids).map(|near| format!("#{near}"));
            let broken = BrokenLink { code: Code::DeadAnchor, suggestion };
            report_broken(&broken, &format!("#{anchor}"), range, &mut self.diagnostics);
        }
    }
}

/// Lowers the level of a heading by one.
fn lower_level(event: &mut Event) {
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
