//! Finds text that Markdown reads as something else than the writer meant, or does not show at all.
//!
//! Each check looks at one kind of construct. All read the events of the parse that renders the body,
//! so that they cost little. Where only one correction is possible, a lint contains it, and
//! `check --fix` applies it.

mod blocks;
mod foreign;
mod lines;
mod lint;
mod links;
mod rows;
mod swallowed;
mod text_block;

pub use lint::Lint;

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::markdown::emphasis::Repaired;
use crate::markdown::lints::blocks::Headings;
use crate::markdown::lints::links::LinkLints;
use crate::markdown::lints::lint::{COUNT, Replacement};
use crate::markdown::lints::text_block::TextBlock;
use crate::markdown::numbering::Numbered;
use crate::markdown::options::OPTIONS;
use crate::markdown::prescan::has;

/// The block whose text is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenBlock {
    /// None, or a list item whose text is not in a paragraph: its start.
    Item(Option<usize>),
    Paragraph,
    /// A heading, a table, code or HTML.
    Other,
}

/// A block that contains other blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    List,
    Quote,
    Footnote,
    Definition,
}

/// Collects the lints of a body from the events of its parse.
pub(super) struct Lints<'m> {
    markdown: &'m str,
    found: Vec<Lint>,
    block: OpenBlock,
    /// The end of the last event inside a list item.
    end: usize,
    /// The open lists, quotations, definitions and footnotes, outermost first.
    containers: Vec<Container>,
    /// The columns of the open table.
    columns: usize,
    /// The end of the last table.
    table_end: usize,
    /// The text of the last definition, until the next term.
    definition: Option<Range<usize>>,
    headings: Headings,
    /// The term whose definitions are being read.
    term: Range<usize>,
    links: LinkLints,
}

impl<'m> Lints<'m> {
    /// Starts a body.
    pub(super) fn new(markdown: &'m str) -> Self {
        Self {
            markdown,
            found: Vec::new(),
            block: OpenBlock::Item(None),
            end: 0,
            containers: Vec::new(),
            columns: 0,
            table_end: 0,
            definition: None,
            headings: Headings::default(),
            term: 0..0,
            links: LinkLints::new(markdown),
        }
    }

    /// Reads an event, which is at a range of the source.
    pub(super) fn event(&mut self, event: &Event, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(*tag),
            Event::Text(text) => {
                self.links.text(text, range, self.markdown, &mut self.found);
                self.headings.text(text);
                self.inline(range);
            }
            Event::Code(text) => {
                self.links.shown();
                self.headings.text(text);
                self.inline(range);
            }
            _ => self.inline(range),
        }
    }

    fn inline(&mut self, range: &Range<usize>) {
        if let OpenBlock::Item(start) = &mut self.block {
            start.get_or_insert(range.start);
            self.end = range.end;
        }
    }

    fn start(&mut self, tag: &Tag, range: &Range<usize>) {
        match tag {
            Tag::Link { .. } | Tag::Image { .. } => {
                self.inline(range);
                return self.links.start(tag, range);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => return self.inline(range),
            _ => self.end_item_text(),
        }
        match tag {
            Tag::Paragraph => {
                self.text_block(range.clone());
                self.block = OpenBlock::Paragraph;
            }
            Tag::Heading { level, .. } => {
                blocks::underlined_heading(self.markdown, range, &mut self.found);
                self.headings.start(*level as u8, range);
                self.block = OpenBlock::Other;
            }
            Tag::CodeBlock(kind) => {
                let is_top = self.containers.is_empty();
                blocks::code(self.markdown, kind, range, is_top, &mut self.found);
                self.links.block(range);
                self.block = OpenBlock::Other;
            }
            Tag::HtmlBlock => {
                self.links.block(range);
                self.block = OpenBlock::Other;
            }
            Tag::Table(columns) => {
                rows::check_above(self.markdown, range, &mut self.found);
                self.columns = columns.len();
                self.table_end = range.end;
                self.block = OpenBlock::Other;
            }
            Tag::TableRow => {
                let is_top = self.containers.is_empty();
                swallowed::row(self.markdown, range, self.columns, is_top, &mut self.found);
            }
            Tag::DefinitionListDefinition => {
                blocks::definition(self.markdown, &self.term, range, &mut self.found);
                if let Some(former) = self.definition.take() {
                    let is_top = self.containers.is_empty();
                    swallowed::term(self.markdown, former, is_top, &mut self.found);
                }
                self.containers.push(Container::Definition);
            }
            Tag::DefinitionListTitle => {
                self.term = range.clone();
                self.definition = None;
                self.block = OpenBlock::Paragraph;
            }
            Tag::BlockQuote(_) => self.containers.push(Container::Quote),
            Tag::List(_) => self.containers.push(Container::List),
            Tag::FootnoteDefinition(_) => self.containers.push(Container::Footnote),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link | TagEnd::Image => self.links.end(self.markdown, &mut self.found),
            TagEnd::Heading(_) => {
                self.headings.end(self.markdown, &mut self.found);
                self.block = OpenBlock::Item(None);
            }
            TagEnd::Paragraph
            | TagEnd::Table
            | TagEnd::HtmlBlock
            | TagEnd::CodeBlock
            | TagEnd::DefinitionListTitle => self.block = OpenBlock::Item(None),
            TagEnd::Item => self.end_item_text(),
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListDefinition => {
                self.end_item_text();
                self.containers.pop();
            }
            _ => {}
        }
    }

    /// Ends the text of a list item that has no paragraph of its own.
    fn end_item_text(&mut self) {
        if let OpenBlock::Item(Some(start)) = self.block {
            self.text_block(start..self.end.max(start));
            self.block = OpenBlock::Item(None);
        }
    }

    /// Reads the source of a paragraph, or of the text of a list item.
    fn text_block(&mut self, range: Range<usize>) {
        let container = self.containers.last();
        if container == Some(&Container::Definition) {
            self.definition = Some(range.clone());
        }
        let start = range.start;
        let mut block = TextBlock::new(self.markdown, range, container.is_none());
        block.is_in_list = container == Some(&Container::List);
        block.follows_table = self.table_end > 0
            && self.markdown.get(self.table_end..start).is_some_and(|gap| gap.trim().is_empty());
        if container == Some(&Container::Footnote) {
            swallowed::note(&block, self.containers.len() == 1, &mut self.found);
        }
        rows::check(&block, &mut self.found);
        lines::check(&block, &mut self.found);
    }

    /// Ends the body. Returns the lints in the order of the text.
    pub(super) fn finish(mut self) -> Vec<Lint> {
        self.headings.finish(&mut self.found);
        self.links.finish(self.markdown, &mut self.found);
        self.found.sort_by_key(|lint| (lint.range.start, lint.code));
        self.found
    }
}

/// Reports lints. One that counts its places is reported at the first, with their number. A sealed body
/// is not offered to be fixed.
pub(super) fn report(lints: &[Lint], is_sealed: bool, diagnostics: &mut BodyDiagnostics) {
    let mut counted = Vec::new();
    for lint in lints {
        let (mut count, mut is_offered) = (1, !lint.fix.is_empty());
        if lint.is_counted() {
            if counted.contains(&lint.code) {
                continue;
            }
            counted.push(lint.code);
            let alike = lints.iter().filter(|other| other.code == lint.code);
            is_offered = alike.clone().any(|other| !other.fix.is_empty());
            count = alike.count();
        }
        let help = lint.help_key(is_offered && !is_sealed);
        let count = count.to_string();
        diagnostics.warn(lint.code, lint.range.clone(), |diagnostic| {
            lint.args.iter().fold(diagnostic.help(help), |diagnostic, (name, value)| {
                diagnostic.arg(name, if *name == COUNT { &count } else { value })
            })
        });
    }
}

/// Finds the lints of a body that is not rendered.
pub fn lints(markdown: &str) -> Vec<Lint> {
    let numbered = Numbered::new(markdown);
    let repaired = Repaired::new(&numbered.text);
    let mut lints = Lints::new(markdown);
    let events = Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter();
    for (event, range) in pulldown_cmark::TextMergeWithOffset::new(events) {
        lints.event(&event, &numbered.original(repaired.original(range)));
    }
    lints.finish()
}

/// How often a body is corrected again: one correction may show another.
const MAX_PASSES: usize = 4;

/// Corrects the lints that have only one correction. Returns `None` if there are none.
pub fn fix_lints(markdown: &str) -> Option<String> {
    let mut text = markdown.to_owned();
    for _ in 0..MAX_PASSES {
        let fixed = fixed_once(&text);
        if fixed == text {
            break;
        }
        text = fixed;
    }
    (text != markdown).then_some(text)
}

fn fixed_once(markdown: &str) -> String {
    let lints = lints(markdown);
    let mut fixes: Vec<&Replacement> = lints.iter().flat_map(|lint| &lint.fix).collect();
    fixes.sort_by_key(|fix| (fix.range.start, fix.range.end));
    let line_end = if has(markdown, "\r\n") { "\r\n" } else { "\n" };
    let (mut out, mut from) = (String::with_capacity(markdown.len()), 0);
    for fix in fixes {
        if fix.range.start < from {
            continue;
        }
        out.push_str(&markdown[from..fix.range.start]);
        out.push_str(&fix.text.replace('\n', line_end));
        from = fix.range.end;
    }
    out + &markdown[from..]
}
