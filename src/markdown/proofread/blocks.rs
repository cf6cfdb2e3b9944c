//! Reads a body as texts: paragraphs, headings, items of lists and cells of tables, with the place of
//! every character in the source.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::markdown::emphasis::{Repaired, without_helpers};
use crate::markdown::numbering::Numbered;
use crate::markdown::options::OPTIONS;
use crate::markdown::table::caption;

/// Stands for something inside a text that is not read: code, or a text that is struck through.
const UNREAD: &str = "\u{FFFC}";

/// A text without breaks other than those of lines.
#[derive(Debug, Default)]
pub(super) struct MappedText {
    pub text: String,
    pieces: Vec<MappedPiece>,
}

/// A part of a text that is contiguous in the source.
#[derive(Debug)]
struct MappedPiece {
    /// Its offset in the text.
    at: usize,
    source: Range<usize>,
    /// Whether the source has the same characters.
    is_verbatim: bool,
}

impl MappedText {
    fn push(&mut self, text: &str, source: Range<usize>, markdown: &str) {
        let is_verbatim = markdown.get(source.clone()) == Some(text);
        self.pieces.push(MappedPiece { at: self.text.len(), source, is_verbatim });
        self.text.push_str(text);
    }

    /// Returns the range of the source that a range of the text comes from.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let piece_at = |at: usize| {
            let number = self.pieces.partition_point(|piece| piece.at <= at).checked_sub(1)?;
            self.pieces.get(number)
        };
        let start = piece_at(range.start).map_or(0, |piece| match piece.is_verbatim {
            true => piece.source.start + range.start - piece.at,
            false => piece.source.start,
        });
        let last = range.end.saturating_sub(1).max(range.start);
        let end = piece_at(last).map_or(start, |piece| match piece.is_verbatim {
            true => piece.source.start + range.end - piece.at,
            false => piece.source.end,
        });
        start..end.max(start)
    }
}

/// A table: its head and its rows.
#[derive(Debug, Default)]
pub(super) struct TypedTable {
    /// The text before the table, which may say in what unit its numbers are.
    pub before: String,
    pub head: Vec<MappedText>,
    pub rows: Vec<Vec<MappedText>>,
}

/// The texts of a body.
#[derive(Debug, Default)]
pub(super) struct BodyTexts {
    /// Texts outside tables.
    pub blocks: Vec<MappedText>,
    pub tables: Vec<TypedTable>,
}

impl BodyTexts {
    /// Returns every text, those of cells included.
    pub(super) fn all(&self) -> impl Iterator<Item = &MappedText> {
        let of_tables = self
            .tables
            .iter()
            .flat_map(|table| table.head.iter().chain(table.rows.iter().flatten()));
        self.blocks.iter().chain(of_tables)
    }
}

/// Reads the texts of a body.
pub(super) fn read_texts(markdown: &str) -> BodyTexts {
    let numbered = Numbered::new(markdown);
    let repaired = Repaired::new(&numbered.text);
    let mut collector = TextCollector { markdown, ..TextCollector::default() };
    for (event, range) in Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter() {
        let event = if repaired.has_helpers() { without_helpers(event) } else { event };
        collector.event(event, numbered.original(repaired.original(range)));
    }
    collector.end_block();
    collector.texts
}

/// Collects the texts of a body.
#[derive(Default)]
struct TextCollector<'m> {
    markdown: &'m str,
    texts: BodyTexts,
    block: MappedText,
    /// The cells of the open row.
    row: Vec<MappedText>,
    in_table: bool,
    /// How many elements are open whose text is not read.
    unread: usize,
}

impl TextCollector<'_> {
    fn event(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag),
            _ if self.unread > 0 => {}
            Event::Text(text) => self.block.push(&text, range, self.markdown),
            Event::SoftBreak | Event::HardBreak => self.block.push("\n", range, self.markdown),
            Event::InlineHtml(html) if html.starts_with("<br") => {
                self.block.push("\n", range, self.markdown);
            }
            Event::Code(_) => self.block.push(UNREAD, range, self.markdown),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag, range: Range<usize>) {
        match tag {
            Tag::CodeBlock(_) | Tag::HtmlBlock => {
                self.end_block();
                self.unread += 1;
            }
            Tag::Strikethrough | Tag::Image { .. } => {
                self.block.push(UNREAD, range, self.markdown);
                self.unread += 1;
            }
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } => {}
            Tag::Table(_) => {
                self.end_block();
                self.in_table = true;
                let before = self.texts.blocks.last().map_or("", |block| &block.text);
                let before = before.to_owned();
                self.texts.tables.push(TypedTable { before, ..TypedTable::default() });
            }
            _ => self.end_block(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strikethrough | TagEnd::Image | TagEnd::CodeBlock | TagEnd::HtmlBlock => {
                self.unread -= 1;
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link => {}
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.block)),
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(tag == TagEnd::TableHead),
            TagEnd::Table => self.in_table = false,
            _ => self.end_block(),
        }
    }

    fn end_row(&mut self, is_head: bool) {
        let row = std::mem::take(&mut self.row);
        let is_caption = row.first().is_some_and(|cell| caption(&cell.text).is_some());
        match self.texts.tables.last_mut() {
            _ if is_caption && !is_head => self.texts.blocks.extend(row),
            Some(table) if is_head => table.head = row,
            Some(table) => table.rows.push(row),
            None => {}
        }
    }

    /// Ends a text outside tables.
    fn end_block(&mut self) {
        if !self.in_table && !self.block.text.is_empty() {
            self.texts.blocks.push(std::mem::take(&mut self.block));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(markdown: &str) -> Vec<String> {
        read_texts(markdown).all().map(|block| block.text.clone()).collect()
    }

    #[test]
    fn texts_are_read() {
        assert_eq!(texts("ก **ข**ค\nง [จ](x)<br>ฉ\n\n## ช\n"), ["ก ขค\nง จ\nฉ", "ช"]);
        assert_eq!(texts("- ก\n  - ข\n- ค ~~ง~~ `จ`"), ["ก", "ข", "ค \u{FFFC} \u{FFFC}"]);
        assert_eq!(texts("๑.๑ ก\n๑.๒ ข"), ["ก", "ข"]);
        assert_eq!(texts("```\nก\n```\n<p>ข</p>\n\n![ค](x.png)ง"), ["\u{FFFC}ง"]);
        let tables = read_texts("ก\n\n| ข |\n| - |\n| ค |\nตาราง: ง\n").tables;
        assert_eq!((tables[0].before.as_str(), tables[0].rows.len()), ("ก", 1));
    }

    #[test]
    fn places_are_those_of_the_source() {
        let markdown = "๑.๑ ก **หมายเหตุ:**ข &amp; ค\\*ง";
        let texts = read_texts(markdown);
        let block = &texts.blocks[0];
        let place = |part: &str| {
            let at = block.text.find(part).unwrap();
            &markdown[block.source(&(at..at + part.len()))]
        };
        assert_eq!(place("หมายเหตุ:ข"), "หมายเหตุ:**ข");
        assert_eq!(place("ข & ค"), "ข &amp; ค");
        assert_eq!(place("*ง"), "*ง");
    }

    proptest! {
        #[test]
        fn places_are_in_the_source(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "ก", "วัน", " ", "\n", "\n\n", "**", "~~", "| ", "|\n|-|-|\n", "1. ", "๑.๑ ", "- ",
                    "&amp;", "\\*", "`", "[", "](x)", "<br>", "<b>", "(5)", "ตาราง: ", ": ", "    ", "\u{200B}",
                ]),
                0..24,
            ),
        ) {
            let markdown = pieces.concat();
            for block in read_texts(&markdown).all() {
                let starts: Vec<usize> = block.text.char_indices().map(|(at, _)| at).collect();
                for start in &starts {
                    let source = block.source(&(*start..block.text.len()));
                    prop_assert!(markdown.get(source).is_some(), "{markdown:?}");
                    let source = block.source(&(0..*start));
                    prop_assert!(markdown.get(source).is_some(), "{markdown:?}");
                }
            }
        }
    }
}
