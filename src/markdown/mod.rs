//! Markdown becomes HTML: CommonMark with tables, footnotes, strikethrough, task lists and
//! definition lists. Headings and clauses get ids, links go through the resolver, raw HTML is
//! refused or cleaned.

mod anchors;
mod bare_urls;
mod clause;
mod emphasis;
mod file_size;
mod findings;
mod footnotes;
mod hrefs;
mod html;
mod images;
mod lists;
mod numbering;
mod sanitize;
mod table;
mod typos;

pub(crate) use anchors::anchor_hash;
pub use anchors::heading_id;
pub(crate) use bare_urls::fixed_parts;
pub use emphasis::{Repaired, without_helpers};
pub(crate) use file_size::{file_type, size_text};
pub(crate) use hrefs::LinkedItem;
pub(crate) use html::escape;
pub(crate) use images::{Picture, probe_image};
pub use numbering::{Numbered, OPTIONS};
pub(crate) use typos::report_typos;
pub use typos::{fix_typos, typos};

use std::ops::Range;

use crate::config::closest;
use crate::diagnostics::{Code, Diagnostics, Severity};
use crate::markdown::anchors::Ids;
use crate::markdown::bare_urls::{
    Marks, addresses, has, left_out_words, needs_whole_texts, without_words,
};
use crate::markdown::emphasis::stray_mark;
use crate::markdown::findings::TextFindings;
use crate::markdown::footnotes::Footnotes;
use crate::markdown::hrefs::{Destinations, Href, WantedHeading, report_broken};
use crate::markdown::html::{html_help, is_comments, lost_parts, tag_name};
use crate::markdown::images::Size;
use crate::markdown::lists::{Lists, is_bracketed};
use crate::markdown::numbering::NumberingSlip;
use crate::markdown::sanitize::{
    CleanedAddress, HOLE, OPEN, OWN_ID, OWN_LINK, OWN_PICTURE, TICKED,
};
use crate::markdown::table::{TableState, caption};
use crate::markdown::typos::{Quotes, has_mixed_digits, mixed_digits};
use crate::site::{BrokenLink, Resolver, may_hold_address, spells_addresses};
use crate::source::Portal;
use crate::text::FEWEST;
use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{
    CowStr, Event, HeadingLevel, LinkType, Parser, Tag, TagEnd, TextMergeWithOffset,
};

/// The page that a body is rendered into.
#[derive(Debug, Clone, Copy)]
pub struct BodyContext<'a> {
    /// Where pictures are.
    pub portal: &'a Portal,
    /// Judges links.
    pub resolver: Resolver<'a>,
    /// The relative path to the site's root.
    pub root: &'a str,
    /// The folder URL under which the item's own files stand, from the root.
    pub files_at: &'a str,
    /// What a screen reader says of parts of a text.
    pub words: BodyWords<'a>,
    /// Whether mistakes stop the build. In items that nobody will see they are only warnings.
    pub severity: Severity,
}

/// What a screen reader says of parts of a text.
#[derive(Debug, Default, Clone, Copy)]
pub struct BodyWords<'a> {
    /// Of a box that is ticked.
    pub task_done: &'a str,
    /// Of one that is not.
    pub task_open: &'a str,
    /// Of a table.
    pub table: &'a str,
    /// Of the list of footnotes.
    pub footnotes: &'a str,
    /// Of the way back from a footnote.
    pub footnote_back: &'a str,
}

/// A heading of the contents list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// The id.
    pub id: String,
    /// Its text.
    pub title: String,
}

/// What a body has and wants, to be compared when all are rendered.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its anchors, hashed by [`anchor_hash`](crate::markdown::anchors::anchor_hash).
    pub anchors: Box<[u64]>,
    /// Headings of others that it links to.
    pub wanted: Vec<WantedHeading>,
    /// Numbers of the item's own files that it refers to.
    pub files: Vec<usize>,
}

/// A body, rendered.
#[derive(Debug, Default)]
pub struct Body {
    /// The HTML.
    pub html: String,
    /// Headings of the second and third level.
    pub headings: Vec<Heading>,
    /// What it has and wants.
    pub facts: Facts,
}

/// Headings among which a misspelt one is looked for.
const MAX_SUGGESTING: usize = 200;

/// The most tags in a body that is cleaned: the time grows with the square of their nesting. Where
/// there are more, HTML is refused.
const MAX_TAGS: usize = 5_000;

/// In how many pieces of a text addresses are looked for where no link stands.
const MAX_PIECES: usize = 5_000;

/// About as many bytes of text make one event.
const BYTES_AN_EVENT: usize = 10;

/// Renders a Markdown body.
pub fn render(markdown: &str, setting: &BodyContext, diagnostics: &mut Diagnostics) -> Body {
    let numbered = Numbered::new(markdown);
    let mut found = Diagnostics::default();
    let (mut body, items) = attempt(markdown, &numbered, setting, &mut found);
    if items != numbered.clause_count() {
        // Better no lists than another text.
        let numbered = Numbered::as_written(markdown, numbered.slips);
        found = Diagnostics::default();
        (body, _) = attempt(markdown, &numbered, setting, &mut found);
    }
    diagnostics.append(found);
    body
}

/// Renders with numbers as found; the body, and how many of them became items of lists.
fn attempt(
    markdown: &str,
    numbered: &Numbered,
    setting: &BodyContext,
    found: &mut Diagnostics,
) -> (Body, usize) {
    let repaired = Repaired::new(&numbered.text);
    let needs_cleaning = repaired.has_helpers() || has(markdown, "&#");
    let mut writer = Writer::new(markdown, setting, numbered, found);
    let events = Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter();
    let mut take = |(event, range)| {
        let event = if needs_cleaning { without_helpers(event) } else { event };
        writer.event(event, numbered.original(repaired.original(range)));
    };
    if needs_whole_texts(markdown) {
        TextMergeWithOffset::new(events).for_each(&mut take);
    } else {
        events.for_each(&mut take);
    }
    let items = writer.numbered_items;
    (writer.finish(), items)
}

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

struct Writer<'a, 's> {
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
    numbered_items: usize,
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
    fn new(
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

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
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

    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        let is_marked =
            self.caption.as_mut().is_some_and(|open| std::mem::take(&mut open.is_marked));
        let text = match caption(&text).filter(|_| is_marked) {
            Some(rest) => rest.to_owned().into(),
            None => text,
        };
        if self.in_code {
            self.report_addresses(&text, &range);
            return self.events.push(Event::Text(text));
        }
        if self.has_comments {
            self.check_comment(&text, &range);
        }
        let marks = Marks::of(&text);
        if marks.worth_a_look || self.has_mixed_digits {
            self.check_text(&text, range.clone());
        }
        if !marks.colon || !self.links.is_empty() || !has(&text, "://") {
            self.report_addresses(&text, &range);
            return self.events.push(Event::Text(text));
        }
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(&text) {
            if span.kind().is_some() {
                for (piece, is_url) in addresses(span.as_str()) {
                    if is_url {
                        self.bare_url(piece, range.clone());
                    } else {
                        self.events.push(Event::Text(piece.to_owned().into()));
                    }
                }
            } else {
                self.report_addresses(span.as_str(), &range);
                self.events.push(Event::Text(span.as_str().to_owned().into()));
            }
        }
    }

    /// Addresses of withheld items that stand where no link does, and so are shown: in code, in a
    /// title, among other words.
    fn report_addresses(&mut self, text: &str, range: &Range<usize>) {
        let is_left_out = self.in_raw_link || self.links.last().is_some_and(|l| !l.is_written);
        if !self.spells_addresses || is_left_out || !may_hold_address(text) {
            return;
        }
        // A text may be made to be slow.
        self.addresses_left -= 1;
        self.spells_addresses = self.addresses_left > 0;
        for word in self.setting.resolver.withheld_in(text) {
            let at = self.written_at(word, range);
            self.found.warning(Code::WithheldAddress, at, |d| d.arg("link", word));
        }
    }

    /// An address in the text becomes a link; that of a withheld item is left out.
    fn bare_url(&mut self, url: &str, range: Range<usize>) {
        let at = self.written_at(url, &range);
        self.start_link(LinkType::Autolink, url, "", at);
        self.events.push(Event::Text(url.to_owned().into()));
        self.end_link();
    }

    /// Marks of emphasis that came to nothing, quotation marks, numbers in two scripts.
    fn check_text(&mut self, text: &str, range: Range<usize>) {
        self.quotes.read(text, &range);
        if let Some(number) = mixed_digits(text).filter(|_| self.has_mixed_digits) {
            let at = self.written_at(number, &range);
            // Of a long one only the beginning: a piece of a private number is not known as one.
            let is_long = number.chars().nth(FEWEST - 1).is_some();
            let beginning: String = number.chars().take(4).chain(['…']).collect();
            let shown = if is_long { beginning.as_str() } else { number };
            self.found.warning(Code::MixedDigits, at, |d| d.arg("number", shown));
        }
        if let Some(mark) = self.doubled_mark(text, &range) {
            let at = range.start..range.start + mark.len();
            return self.found.warning(Code::StrayMark, at, |d| d.arg("mark", mark));
        }
        let Some(stray) = stray_mark(text).filter(|_| self.links.is_empty()) else { return };
        let written = &self.found.markdown[range.clone()];
        let mut places = written.match_indices(stray.mark).map(|(at, _)| at);
        let Some(at) = places.find(|at| !written[..*at].ends_with('\\')) else { return };
        let start = range.start + at;
        let mark = stray.mark;
        self.found.warning(stray.code, start..start + mark.len(), |d| d.arg("mark", mark));
    }

    /// A comment that Markdown does not take for one would be printed.
    fn check_comment(&mut self, text: &str, range: &Range<usize>) {
        let begins =
            text.starts_with('<') && self.found.markdown[range.start..].starts_with("<!--");
        if begins || text.contains("<!--") || text.contains("-->") {
            let range = range.clone();
            self.found
                .mistake(Code::RawHtml, range, |d| d.arg("html", "<!--").help("help-comment"));
        }
    }

    /// The parser hands over a mark that came to nothing by itself, doubled ones one by one.
    fn doubled_mark(&self, text: &str, range: &Range<usize>) -> Option<&'static str> {
        let doubled = ["**", "~~"].into_iter().find(|mark| mark.starts_with(text))?;
        let is_piece = !text.is_empty() && self.links.is_empty();
        let written = &self.found.markdown[range.start..];
        let begins =
            !self.found.markdown[..range.start].ends_with(|c| doubled.starts_with(c) || c == '\\');
        (is_piece && begins && written.starts_with(doubled)).then_some(doubled)
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

    fn start_link(&mut self, kind: LinkType, dest: &str, title: &str, range: Range<usize>) {
        let dest = if kind == LinkType::Email { format!("mailto:{dest}") } else { dest.to_owned() };
        let at = range.clone();
        let href = self.destinations.link(&dest, range, &mut self.found);
        let Some(href) = href else {
            let text = self.events.len();
            return self.links.push(OpenLink { text, is_written: false, dest, file: None });
        };
        self.report_addresses(title, &at);
        let file = href.file.clone();
        let mut tag = String::from("<a href=\"");
        let is_outside = href.is_outside;
        escape(&self.guard(OWN_LINK, href), &mut tag);
        tag.push('"');
        if !title.is_empty() {
            tag.push_str(" title=\"");
            escape(title, &mut tag);
            tag.push('"');
        }
        tag.push_str(if is_outside { " rel=\"noopener\">" } else { ">" });
        self.events.push(Event::InlineHtml(tag.into()));
        self.links.push(OpenLink { text: self.events.len(), is_written: true, dest, file });
    }

    fn own_heading(&self, id: &str) -> CowStr<'a> {
        if self.guarded.is_none() { id.to_owned().into() } else { format!("{OWN_ID}{id}").into() }
    }

    /// While a body is cleaned, ids of prakat's own are marked: all others go.
    fn own_id(&self, tag: String) -> String {
        if self.guarded.is_none() {
            tag
        } else {
            tag.replacen("id=\"", &format!("id=\"{OWN_ID}"), 1)
        }
    }

    /// While a body is cleaned, an address that was judged stands there as a number.
    fn guard(&mut self, scheme: &str, href: Href) -> String {
        let Some(guarded) = &mut self.guarded else { return href.url };
        guarded.push(href);
        format!("{scheme}:{}", guarded.len() - 1)
    }

    fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        let text = self.text_since(link.text);
        if may_hold_address(&text) {
            let for_id = self.open.is_some().then(|| self.text_for_id(&text, &link.dest));
            if !link.is_written {
                self.hide_addresses(&link);
            }
            if let (Some(heading), Some(for_id)) = (&mut self.open, for_id) {
                heading.texts.push((link.text..self.events.len(), for_id));
            }
        }
        if !link.is_written {
            return;
        }
        if let Some(file) = link.file {
            // No text of the author's: a heading with such a link keeps its id when the file grows.
            let mut said = String::from(" ");
            escape(&file, &mut said);
            self.events.push(Event::InlineHtml(said.into()));
        }
        self.events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
    }

    /// What of a link's text counts for the id of the heading around it. The same at every instant:
    /// whatever could be hidden at one is left out, by how it is written and where the link leads.
    fn text_for_id(&self, text: &str, dest: &str) -> String {
        let resolver = self.setting.resolver;
        let is_address =
            |word: &str| resolver.is_own_address(word) || resolver.names_target(word, dest);
        left_out_words(text, is_address).unwrap_or_else(|| text.to_owned())
    }

    /// The text of a link that was left out stays, but for addresses of what is withheld.
    fn hide_addresses(&mut self, link: &OpenLink) {
        let resolver = self.setting.resolver;
        let is_hidden = |word: &str| is_hidden(&resolver, word, &link.dest);
        for event in &mut self.events[link.text..] {
            if let Event::Text(text) | Event::Code(text) = event
                && let Some(shown) = without_words(text, is_hidden)
            {
                *text = shown.into();
            }
        }
        // An address in pieces, as emphasis makes them.
        if without_words(&self.text_since(link.text), is_hidden).is_some() {
            self.events.truncate(link.text);
            self.events.push(Event::Text(CowStr::Borrowed("…")));
        }
    }

    fn start_image(&mut self, dest: &str, title: &str, range: Range<usize>) {
        let picture = self.destinations.picture(dest, range.clone(), &mut self.found);
        let picture = picture.unwrap_or_default();
        let mut source = String::from("src=\"");
        let href = Href::inside(picture.url);
        escape(&self.guard(OWN_PICTURE, href), &mut source);
        source.push('"');
        if let Some(Size { width, height }) = picture.size {
            source.push_str(&format!(" width=\"{width}\" height=\"{height}\""));
        }
        let (alt, title) = (String::new(), title.to_owned());
        self.image = Some(OpenImage { range, source, alt, title, depth: 0 });
    }

    /// What stands between the brackets of an image is its alternative text.
    fn in_image(&mut self, event: Event<'a>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => self.end_image(),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        let Some(image) = self.image.take() else { return };
        for text in [&image.alt, &image.title] {
            self.report_addresses(text, &image.range);
        }
        if image.alt.trim().is_empty() {
            self.found.mistake(Code::ImageAlt, image.range, |d| d);
        }
        let mut tag = format!("<img {} alt=\"", image.source);
        escape(&image.alt, &mut tag);
        if !image.title.is_empty() {
            tag.push_str("\" title=\"");
            escape(&image.title, &mut tag);
        }
        self.events.push(Event::InlineHtml((tag + "\">").into()));
    }

    /// Comments are left out, `<br>` passes, everything else is refused, or cleaned at the end
    /// where the portal allows it.
    fn raw_html(&mut self, html: &str, range: Range<usize>) {
        let text = html.trim();
        if is_comments(text) {
            return;
        }
        if matches!(text.to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />") {
            self.events.push(Event::InlineHtml(CowStr::Borrowed("<br>")));
            return;
        }
        if self.guarded.is_some() {
            return self.allowed_html(html, range);
        }
        let name = tag_name(text);
        if text.starts_with("</") && self.refused_tags.contains(&name) {
            return; // Its opening tag is told.
        }
        self.refused_tags.push(name);
        let mut shown: String = text.lines().next().unwrap_or("").chars().take(40).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        let help = html_help(text);
        self.found.mistake(Code::RawHtml, range, |d| d.arg("html", shown.as_str()).help(help));
        self.events.push(Event::Text(text.to_owned().into()));
    }

    /// What cleaning will take away is told now, as long as its place is known.
    fn allowed_html(&mut self, html: &str, range: Range<usize>) {
        for lost in lost_parts(html, sanitize::may_stay) {
            self.found.warning(Code::HtmlRemoved, range.clone(), |d| d.arg("html", lost.as_str()));
        }
        let images = html.to_ascii_lowercase();
        let mut tags = images.split("<img").skip(1).map(|tag| tag.split('>').next().unwrap_or(tag));
        if tags.any(|tag| !tag.contains("alt=")) {
            self.found.mistake(Code::ImageAlt, range.clone(), |d| d);
        }
        if let Some(heading) = &mut self.open {
            heading.has_raw_link |= images.contains("<a");
        }
        let shown = self.without_hidden_addresses(html);
        self.report_addresses_in_html(&shown, &range);
        self.events.push(Event::Html(shown.into()));
    }

    /// The same of the text in raw HTML. What stands in links is judged when the body is cleaned.
    fn report_addresses_in_html(&mut self, html: &str, range: &Range<usize>) {
        for (text, mark) in html.split_inclusive(['<', '>']).map(cut_mark) {
            if mark != ">" {
                self.report_addresses(text, range);
            } else if matches!(tag_name(text).as_str(), "a") {
                self.in_raw_link = !text.starts_with('/');
            }
        }
    }

    /// HTML in whose text addresses of withheld items are left out.
    fn without_hidden_addresses(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(html) {
            let inside_tag = html[..span.start()].rfind('<') > html[..span.start()].rfind('>');
            for (piece, is_url) in addresses(span.as_str()) {
                let is_shown = span.kind().is_some() && is_url && !inside_tag;
                let hides = is_shown && self.destinations.is_withheld(piece);
                out.push_str(if hides { "…" } else { piece });
            }
        }
        out
    }

    fn finish(mut self) -> Body {
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

    /// A body with raw HTML, cleaned, its addresses judged.
    fn cleaned(&mut self, html: &str, own: &[Href]) -> String {
        let (clean, addresses) = sanitize::clean(html);
        let mut out = String::with_capacity(clean.len());
        // Where the link leads that was left out and has not ended yet.
        let mut dropped: Option<&str> = None;
        let mut is_quoted = false;
        for (n, piece) in clean.split(HOLE).enumerate() {
            if n % 2 == 0 {
                let piece = if is_quoted { piece.trim_start_matches('"') } else { piece };
                let end = piece.find("</a>").filter(|_| dropped.is_some());
                let (text, rest) = piece.split_at(end.unwrap_or(piece.len()));
                match dropped {
                    Some(dest) => out.push_str(&self.without_hidden_words(text, dest)),
                    None => out.push_str(text),
                }
                out.push_str(rest);
                dropped = dropped.filter(|_| end.is_none());
                continue;
            }
            let address = piece.parse().ok().and_then(|n: usize| addresses.get(n));
            let href = address.and_then(|address| self.judged(address, own));
            is_quoted = href.is_none();
            if let (Some(CleanedAddress::Link(dest)), None) = (address, &href) {
                dropped = Some(dest);
            }
            match href {
                Some(href) => {
                    escape(&href.url, &mut out);
                    out.push_str(if href.is_outside { "\" rel=\"noopener" } else { "" });
                }
                // ` href="` goes, too, and the quotation mark after it.
                None => out.truncate(out.rfind(' ').unwrap_or(out.len())),
            }
        }
        for (mark, done) in [(TICKED, true), (OPEN, false)] {
            if out.contains(mark) {
                out = out.replace(mark, &self.task_tag(done));
            }
        }
        out
    }

    /// The text of a link of raw HTML that was left out, without addresses of what is withheld. It
    /// begins with what is left of the link's tag.
    fn without_hidden_words(&self, html: &str, dest: &str) -> String {
        let resolver = self.setting.resolver;
        let is_hidden = |word: &str| is_hidden(&resolver, &word.replace("&amp;", "&"), dest);
        let pieces: Vec<(&str, &str)> = html.split_inclusive(['<', '>']).map(cut_mark).collect();
        let texts = pieces.iter().filter(|(_, mark)| *mark != ">").map(|(text, _)| *text);
        let shown: Vec<Option<String>> =
            texts.clone().map(|text| without_words(text, is_hidden)).collect();
        let whole: String =
            shown.iter().zip(texts).map(|(s, text)| s.as_deref().unwrap_or(text)).collect();
        // An address in pieces.
        let hides_all = without_words(&whole, is_hidden).is_some();
        let mut shown = shown.into_iter();
        let mut out = String::with_capacity(html.len());
        for (text, mark) in pieces {
            match (mark, hides_all) {
                (">", _) => out.push_str(text),
                (_, true) => out.push_str(if text.trim().is_empty() { text } else { "…" }),
                (_, false) => out.push_str(shown.next().flatten().as_deref().unwrap_or(text)),
            }
            out.push_str(mark);
        }
        out
    }

    /// An address of a cleaned body: where it leads, if it may.
    fn judged(&mut self, address: &CleanedAddress, own: &[Href]) -> Option<Href> {
        let everywhere = 0..self.found.markdown.len();
        match address {
            CleanedAddress::Own(n) => own.get(*n).cloned(),
            CleanedAddress::Link(dest) if dest.starts_with("#fn-") => {
                Some(Href::inside(dest.clone()))
            }
            CleanedAddress::Link(dest) => {
                let range = self.written_at(dest, &everywhere);
                self.destinations.link(dest, range, &mut self.found)
            }
            CleanedAddress::Picture(dest) => {
                let range = self.written_at(dest, &everywhere);
                let picture = self.destinations.picture(dest, range, &mut self.found);
                picture.map(|picture| Href::inside(picture.url))
            }
        }
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

/// A piece of HTML that ends with `<`, or with `>` where it is a tag: what is before that, and that.
fn cut_mark(piece: &str) -> (&str, &str) {
    piece.split_at(piece.len() - usize::from(piece.ends_with(['<', '>'])))
}

/// Whether a word in the text of a link that was left out is an address of what is withheld: to show
/// it would give that away.
fn is_hidden(resolver: &Resolver, word: &str, dest: &str) -> bool {
    resolver.names_target(word, dest)
        || (resolver.is_own_address(word) && resolver.withheld_at(word).is_some())
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
