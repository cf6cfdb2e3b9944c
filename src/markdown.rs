//! Markdown becomes HTML: CommonMark with tables, footnotes, strikethrough, task lists and
//! definition lists. Headings get ids, links go through the resolver, raw HTML is refused.

use std::collections::HashMap;
use std::ops::Range;

use crate::address::encode;
use crate::anchor::{anchor_hash, footnote_id, heading_id};
use crate::card::nfc;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::emphasis::{Repaired, stray_mark, without_helpers};
use crate::html::{escape, html_help, is_comments, is_picture};
use crate::links::{Broken, Resolver, Target};
use crate::settings_file::closest;
use crate::site::ItemId;
use linkify::{LinkFinder, LinkKind};
use memchr::memmem::{self, Finder};
use pulldown_cmark::{
    Alignment, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeWithOffset,
};

const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST);

/// The page that a body is rendered into.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Judges links.
    pub resolver: Resolver<'a>,
    /// The relative path to the site's root.
    pub root: &'a str,
    /// The folder URL under which the item's own files stand, from the root.
    pub files_at: &'a str,
    /// What a screen reader says of a box that is ticked, and of one that is not.
    pub task_words: [&'a str; 2],
    /// Whether mistakes stop the build. In items that nobody will see they are only warnings.
    pub severity: Severity,
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

/// Another item that a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// One that is on the site.
    Item(ItemId),
    /// One that is withheld, by its number.
    Stub(u32),
}

/// A heading of another item that a link wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The other item.
    pub other: Other,
    /// The link's destination as written.
    pub link: String,
    /// The id of the heading.
    pub anchor: String,
    /// The link.
    pub place: Place,
}

/// What a body has and wants, to be compared when all are rendered.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Its anchors, hashed by [`anchor_hash`](crate::anchor::anchor_hash).
    pub anchors: Box<[u64]>,
    /// Headings of others that it links to.
    pub wanted: Vec<Wanted>,
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

/// Renders a Markdown body.
pub fn render(markdown: &str, setting: &Setting, diagnostics: &mut Diagnostics) -> Body {
    let repaired = Repaired::new(markdown);
    let mut writer = Writer::new(markdown, setting, diagnostics);
    let events = Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter();
    let mut take = |(event, range)| writer.event(without_helpers(event), repaired.original(range));
    if needs_whole_texts(markdown) {
        TextMergeWithOffset::new(events).for_each(&mut take);
    } else {
        events.for_each(&mut take);
    }
    writer.finish()
}

/// The parser hands over a text in pieces, cut where a mark could have been. Only bare addresses,
/// and marks that came to nothing, need it whole.
fn needs_whole_texts(markdown: &str) -> bool {
    let marks = ["**", "~~"].map(Finder::new);
    let odd = |text: &[u8]| marks.iter().any(|mark| mark.find_iter(text).count() % 2 == 1);
    let bytes = markdown.as_bytes();
    let mut start = 0;
    let ends = memmem::find_iter(bytes, "\n\n").chain(std::iter::once(bytes.len()));
    let mut paragraphs = ends.map(|end| &bytes[std::mem::replace(&mut start, end)..end]);
    markdown.contains("://")
        || markdown.contains('_')
        || paragraphs.any(odd)
        || memmem::find_iter(bytes, "](").any(|at| is_cut_by_space(&markdown[at + 2..]))
}

/// Whether the destination of a link holds a space, so that it is no link: `](a b.pdf)`.
fn is_cut_by_space(rest: &str) -> bool {
    let destination = rest.split([')', '\n']).next().unwrap_or("");
    destination.contains(' ') && !destination.starts_with('<') && !destination.contains('"')
}

/// A heading being written: where its tags stand among the events.
struct OpenHeading {
    start: usize,
    level: HeadingLevel,
    id: Option<String>,
    text: String,
}

/// A heading that is done, except that its level may still move.
struct DoneHeading {
    start: usize,
    end: usize,
    level: u8,
    id: String,
    text: String,
}

struct Writer<'a, 's> {
    markdown: &'s str,
    /// Where the lines of the text begin.
    lines: Vec<usize>,
    setting: &'s Setting<'s>,
    sink: &'s mut Diagnostics,
    events: Vec<Event<'a>>,
    open: Option<OpenHeading>,
    headings: Vec<DoneHeading>,
    /// Ids in use, with the number that the next equal heading gets.
    used_ids: HashMap<String, u32>,
    /// For each open link, whether its tag was written.
    links: Vec<bool>,
    /// Where the text of a link that was left out begins among the events.
    unlinked: Option<usize>,
    /// The HTML of an open block of it.
    html_block: Option<String>,
    /// Where an open image began, and whether it has alternative text yet.
    image: Option<(Range<usize>, bool)>,
    /// Links to headings of this very page, judged at the end.
    here: Vec<(String, Range<usize>)>,
    in_code: bool,
    /// The columns of the open table, the one being written, and whether it is in the head.
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    facts: Facts,
}

impl<'a, 's> Writer<'a, 's> {
    fn new(markdown: &'s str, setting: &'s Setting<'s>, sink: &'s mut Diagnostics) -> Self {
        let newlines = memchr::memchr_iter(b'\n', markdown.as_bytes());
        Self {
            markdown,
            lines: std::iter::once(0).chain(newlines.map(|at| at + 1)).collect(),
            setting,
            sink,
            events: Vec::with_capacity(markdown.len() / 32),
            open: None,
            headings: Vec::new(),
            used_ids: HashMap::new(),
            links: Vec::new(),
            unlinked: None,
            html_block: None,
            image: None,
            here: Vec::new(),
            in_code: false,
            columns: Vec::new(),
            column: 0,
            in_head: false,
            facts: Facts::default(),
        }
    }

    fn place(&self, range: Range<usize>) -> Place {
        let card = self.setting.resolver.from;
        // Only the lines around the place are looked at: a text may have a hundred thousand links.
        let line = self.lines.partition_point(|start| *start <= range.start) - 1;
        let start = self.lines[line];
        let end =
            self.markdown[range.end..].find('\n').map_or(self.markdown.len(), |n| range.end + n);
        let within = range.start - start..range.end - start;
        let place = Place::of_range(&card.path, &self.markdown[start..end], within);
        let above = u32::try_from(line).unwrap_or(u32::MAX);
        Place { line: place.line + above + card.body_line - 1, ..place }
    }

    fn tell(&mut self, code: Code, range: Range<usize>, fill: impl Fn(Diagnostic) -> Diagnostic) {
        let place = self.place(range);
        let severity = self.setting.severity;
        self.sink.push(fill(Diagnostic { severity, ..Diagnostic::error(code, place) }));
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                let id = id.map(|id| heading_id(&id)).filter(|id| !id.is_empty());
                self.open =
                    Some(OpenHeading { start: self.events.len(), level, id, text: String::new() });
                self.events.push(Event::Html(CowStr::Borrowed("")));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Link { .. }) | Event::End(TagEnd::Link) if self.image.is_some() => {}
            Event::Start(Tag::Link { link_type, dest_url, title, .. }) => {
                self.start_link(link_type, &dest_url, &title, range);
            }
            Event::End(TagEnd::Link) => self.end_link(),
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let dest_url = self.image_source(&dest_url, range.clone());
                self.image = Some((range, false));
                self.events.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::End(TagEnd::Image) => self.end_image(),
            Event::Html(html) | Event::InlineHtml(html) => match &mut self.html_block {
                Some(block) => block.push_str(&html),
                None => self.raw_html(&html, range),
            },
            Event::TaskListMarker(done) => {
                let (state, [ticked, open]) =
                    (if done { " checked" } else { "" }, self.setting.task_words);
                let word = if done { ticked } else { open };
                let mut tag = format!("<input type=\"checkbox\" disabled{state} aria-label=\"");
                escape(word, &mut tag);
                self.events.push(Event::InlineHtml((tag + "\"> ").into()));
            }
            Event::Start(
                tag @ (Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell),
            ) => self.start_table_part(tag),
            Event::End(
                tag @ (TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell),
            ) => self.end_table_part(tag),
            Event::Start(Tag::HtmlBlock) => self.html_block = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let html = self.html_block.take().unwrap_or_default();
                self.raw_html(&html, range);
            }
            Event::FootnoteReference(name) => {
                self.events.push(Event::FootnoteReference(footnote_id(&name).into()));
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.events.push(Event::Start(Tag::FootnoteDefinition(footnote_id(&name).into())));
            }
            Event::Text(text) => self.text(text, range),
            event => {
                self.in_code |= matches!(event, Event::Start(Tag::CodeBlock(_)));
                self.in_code &= !matches!(event, Event::End(TagEnd::CodeBlock));
                self.push(event);
            }
        }
    }

    /// Adds an event. Its text counts for the id of an open heading and for the alternative text
    /// of an open image.
    fn push(&mut self, event: Event<'a>) {
        if let Event::Text(text) | Event::Code(text) = &event {
            if let Some(heading) = &mut self.open {
                heading.text.push_str(text);
            }
            if let Some((_, has_text)) = &mut self.image {
                *has_text |= !text.trim().is_empty();
            }
        }
        self.events.push(event);
    }

    fn text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if self.in_code || self.image.is_some() || !self.links.is_empty() {
            return self.push(Event::Text(text));
        }
        self.check_text(&text, range.clone());
        if !text.contains("://") {
            return self.push(Event::Text(text));
        }
        for span in LinkFinder::new().kinds(&[LinkKind::Url]).spans(&text) {
            if span.kind().is_some() {
                self.bare_url(span.as_str(), range.clone());
            } else {
                self.push(Event::Text(span.as_str().to_owned().into()));
            }
        }
    }

    /// An address in the text becomes a link; that of a withheld item is left out.
    fn bare_url(&mut self, url: &str, range: Range<usize>) {
        let at = self.markdown[range.clone()]
            .find(url)
            .map_or(range.clone(), |at| range.start + at..range.start + at + url.len());
        self.start_link(LinkType::Autolink, url, "", at);
        self.push(Event::Text(url.to_owned().into()));
        self.end_link();
    }

    /// Marks of emphasis that came to nothing.
    fn check_text(&mut self, text: &str, range: Range<usize>) {
        let Some(stray) = stray_mark(text) else { return };
        let written = &self.markdown[range.clone()];
        let mut places = written.match_indices(stray.mark).map(|(at, _)| at);
        let Some(at) = places.find(|at| !written[..*at].ends_with('\\')) else { return };
        let start = range.start + at;
        let place = self.place(start..start + stray.mark.len());
        self.sink.push(Diagnostic::warning(stray.code, place).arg("mark", stray.mark));
    }

    fn end_heading(&mut self) {
        let Some(open) = self.open.take() else { return };
        let wanted = open.id.unwrap_or_else(|| heading_id(&open.text));
        let id = self.unused_id(wanted);
        let (start, end) = (open.start, self.events.len());
        let (level, text) = (open.level as u8, open.text.trim().to_owned());
        self.events.push(Event::Html(CowStr::Borrowed("")));
        self.headings.push(DoneHeading { start, end, level, id, text });
    }

    /// The second of equal headings gets `-1`, the third `-2`, as on GitHub.
    fn unused_id(&mut self, wanted: String) -> String {
        let base = if wanted.is_empty() { "section".to_owned() } else { wanted };
        let mut id = base.clone();
        while self.used_ids.contains_key(&id) {
            let next = self.used_ids.entry(base.clone()).or_insert(0);
            *next += 1;
            id = format!("{base}-{next}");
        }
        self.used_ids.insert(id.clone(), 0);
        id
    }

    /// Tables are written here: columns are aligned by class, as a `style` would break a strict
    /// content security policy, and head cells say what they head.
    fn start_table_part(&mut self, tag: Tag<'a>) {
        let html = match tag {
            Tag::Table(alignments) => {
                self.columns = alignments;
                CowStr::Borrowed("<table tabindex=\"0\">")
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                CowStr::Borrowed("<thead><tr>")
            }
            Tag::TableRow => {
                self.column = 0;
                CowStr::Borrowed("<tr>")
            }
            _ => {
                let class = match self.columns.get(self.column) {
                    Some(Alignment::Right) => " class=\"r\"",
                    Some(Alignment::Center) => " class=\"c\"",
                    _ => "",
                };
                self.column += 1;
                let cell = if self.in_head { "th scope=\"col\"" } else { "td" };
                format!("<{cell}{class}>").into()
            }
        };
        self.events.push(Event::Html(html));
    }

    fn end_table_part(&mut self, tag: TagEnd) {
        let html = match tag {
            TagEnd::Table => "</tbody></table>\n",
            TagEnd::TableHead => "</tr></thead><tbody>\n",
            TagEnd::TableRow => "</tr>\n",
            _ if self.in_head => "</th>",
            _ => "</td>",
        };
        self.in_head &= tag != TagEnd::TableHead;
        self.events.push(Event::Html(CowStr::Borrowed(html)));
    }

    fn start_link(&mut self, kind: LinkType, dest: &str, title: &str, range: Range<usize>) {
        let dest = if kind == LinkType::Email { format!("mailto:{dest}") } else { dest.to_owned() };
        let target = self.setting.resolver.resolve(&dest);
        let href = self.href(target, &dest, range);
        self.links.push(href.is_some());
        let Some((href, outside)) = href else {
            self.unlinked = Some(self.events.len());
            return;
        };
        let mut tag = String::from("<a href=\"");
        escape(&href, &mut tag);
        tag.push('"');
        if !title.is_empty() {
            tag.push_str(" title=\"");
            escape(title, &mut tag);
            tag.push('"');
        }
        tag.push_str(if outside { " rel=\"noopener\">" } else { ">" });
        self.events.push(Event::InlineHtml(tag.into()));
    }

    fn end_link(&mut self) {
        if self.links.pop() == Some(true) {
            self.events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
        } else if let Some(start) = self.unlinked.take() {
            self.hide_address(start);
        }
    }

    /// The text of a link that was left out stays, unless it is an address itself: that would
    /// give away what is withheld.
    fn hide_address(&mut self, start: usize) {
        let texts = self.events[start..].iter().filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        });
        let text: String = texts.collect();
        let is_address = text.contains('/') && !text.trim().contains(char::is_whitespace);
        if is_address || text.contains("://") {
            self.events.truncate(start);
            self.events.push(Event::Text(CowStr::Borrowed("…")));
        }
    }

    /// The `href` for a target and whether it leads outside; `None` where no link may stand.
    fn href(&mut self, target: Target, dest: &str, range: Range<usize>) -> Option<(String, bool)> {
        let root = self.setting.root;
        let with = |url: &str, fragment: Option<&str>| {
            let fragment = fragment.map_or(String::new(), |f| format!("#{}", encode(f)));
            (format!("{root}{}{fragment}", encode(url)), false)
        };
        match target {
            Target::Outside(url) => {
                let web = url.starts_with("http");
                Some((url, web))
            }
            Target::Here(anchor) => {
                let anchor = nfc(&anchor);
                let href = format!("#{}", encode(&anchor));
                self.here.push((anchor, range));
                Some((href, false))
            }
            Target::Item(item, fragment) => {
                let url = &self.setting.resolver.site.item(item).url;
                let href = with(url, fragment.as_deref());
                self.want(Other::Item(item), fragment, dest, range);
                Some(href)
            }
            Target::Page(url, fragment) => Some(with(&url, fragment.as_deref())),
            Target::File(number) => Some((self.own_file(number), false)),
            Target::Withheld(stub, fragment) => {
                let place = self.place(range.clone());
                let opens =
                    stub.is_none_or(|n| self.setting.resolver.site.withheld[n as usize].will_open);
                let help = if opens { "help" } else { "help-gone" };
                let warning = Diagnostic::warning(Code::WithheldLink, place).arg("link", dest);
                self.sink.push(warning.help(help));
                if let Some(stub) = stub {
                    self.want(Other::Stub(stub), fragment, dest, range);
                }
                None
            }
            Target::Broken(broken) => {
                self.broken(&broken, dest, range);
                None
            }
        }
    }

    fn want(&mut self, other: Other, anchor: Option<String>, dest: &str, range: Range<usize>) {
        if let Some(anchor) = anchor {
            let (place, link) = (self.place(range), dest.to_owned());
            self.facts.wanted.push(Wanted { other, link, anchor, place });
        }
    }

    fn own_file(&mut self, number: usize) -> String {
        self.facts.files.push(number);
        let name = &self.setting.resolver.from.files[number].name;
        format!("{}{}{}", self.setting.root, encode(self.setting.files_at), encode(&nfc(name)))
    }

    fn broken(&mut self, broken: &Broken, dest: &str, range: Range<usize>) {
        let suggestion = broken.suggestion.clone();
        self.tell(broken.code, range, |diagnostic| {
            let diagnostic = diagnostic.arg("link", dest).arg("value", dest);
            match &suggestion {
                Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
                None => diagnostic,
            }
        });
    }

    /// Pictures come from beside the item or from `static/`; nothing is fetched from elsewhere.
    fn image_source(&mut self, dest: &str, range: Range<usize>) -> CowStr<'a> {
        match self.setting.resolver.resolve(dest) {
            Target::File(number) if self.is_picture(number) => self.own_file(number).into(),
            Target::Page(url, None) if is_picture(&url) => {
                format!("{}{}", self.setting.root, encode(&url)).into()
            }
            Target::Outside(_) => {
                self.tell(Code::ImageElsewhere, range, |d| d.arg("link", dest));
                CowStr::Borrowed("")
            }
            Target::Broken(broken) => {
                self.broken(&broken, dest, range);
                CowStr::Borrowed("")
            }
            Target::File(_) | Target::Page(..) => {
                self.tell(Code::NotPicture, range, |d| d.arg("link", dest));
                CowStr::Borrowed("")
            }
            Target::Item(..) | Target::Here(_) | Target::Withheld(..) => {
                self.tell(Code::MissingFile, range, |d| d.arg("value", dest));
                CowStr::Borrowed("")
            }
        }
    }

    fn is_picture(&self, number: usize) -> bool {
        is_picture(&self.setting.resolver.from.files[number].name)
    }

    fn end_image(&mut self) {
        self.events.push(Event::End(TagEnd::Image));
        if let Some((range, false)) = self.image.take() {
            self.tell(Code::ImageAlt, range, |d| d);
        }
    }

    /// Comments are left out, `<br>` passes, everything else is refused.
    fn raw_html(&mut self, html: &str, range: Range<usize>) {
        let text = html.trim();
        if is_comments(text) {
            return;
        }
        if matches!(text.to_ascii_lowercase().as_str(), "<br>" | "<br/>" | "<br />") {
            self.events.push(Event::InlineHtml(CowStr::Borrowed("<br>")));
            return;
        }
        if text.starts_with("</") && text.matches('<').count() == 1 && text.ends_with('>') {
            return; // Its opening tag is told.
        }
        let mut shown: String = text.lines().next().unwrap_or("").chars().take(40).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        let help = html_help(text);
        self.tell(Code::RawHtml, range, |d| d.arg("html", shown.as_str()).help(help));
        self.events.push(Event::Text(text.to_owned().into()));
    }

    fn finish(mut self) -> Body {
        for (anchor, range) in std::mem::take(&mut self.here) {
            if !anchor.is_empty() && !self.used_ids.contains_key(&anchor) {
                let ids = self.headings.iter().take(MAX_SUGGESTING).map(|h| h.id.as_str());
                let near = closest(&anchor, ids);
                let suggestion = near.map(|near| format!("#{near}"));
                let broken = Broken { code: Code::DeadAnchor, suggestion };
                self.broken(&broken, &format!("#{anchor}"), range);
            }
        }
        // The page's own title is its only `h1`: where a body uses the first level, all move down.
        let shift = u8::from(self.headings.iter().any(|h| h.level == 1));
        for heading in &self.headings {
            let level = (heading.level + shift).min(6);
            let mut tag = format!("<h{level} id=\"");
            escape(&heading.id, &mut tag);
            tag.push_str("\">");
            self.events[heading.start] = Event::Html(tag.into());
            self.events[heading.end] = Event::Html(format!("</h{level}>\n").into());
        }
        let anchors = self.headings.iter().map(|h| anchor_hash(&h.id)).collect();
        let mut html = String::with_capacity(self.markdown.len() * 5 / 4);
        pulldown_cmark::html::push_html(&mut html, self.events.into_iter());
        let headings = self.headings.into_iter().filter_map(|h| {
            let level = h.level + shift;
            (level <= 3).then_some(Heading { level, id: h.id, title: h.text })
        });
        let headings = headings.collect();
        Body { html, headings, facts: Facts { anchors, ..self.facts } }
    }
}
