//! The source of a paragraph, line by line.

use std::ops::Range;

/// The text of a paragraph or of a list item, as it is in the source.
pub(super) struct TextBlock<'m> {
    pub lines: Vec<TextLine<'m>>,
    /// Whether it is in no list and no quotation.
    pub is_top: bool,
    /// Whether the line above it is blank.
    pub is_after_blank: bool,
    /// Whether it is the text of a list item.
    pub is_in_list: bool,
    /// Whether nothing but blank lines is between a table and this block.
    pub follows_table: bool,
}

/// A line of a text block.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextLine<'m> {
    /// Without the marks of quotations, indentation and trailing white space.
    pub text: &'m str,
    /// The offset of the line in the source. Of the first line of a block, that of its text.
    pub start: usize,
    /// The offset of the text in the source.
    pub at: usize,
    /// Whether the line ends with a line break of Markdown.
    pub is_broken: bool,
}

impl TextLine<'_> {
    /// Returns the range of a part of the text.
    pub(super) fn part(&self, part: Range<usize>) -> Range<usize> {
        self.at + part.start..self.at + part.end
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.part(0..self.text.len())
    }
}

impl<'m> TextBlock<'m> {
    pub(super) fn new(markdown: &'m str, range: Range<usize>, is_top: bool) -> Self {
        let mut start = range.start;
        let lines = markdown[range.clone()].split_inclusive('\n').map(|line| {
            let body = line.trim_start_matches([' ', '\t', '>']);
            let at = start + line.len() - body.len();
            let line_start = start;
            start += line.len();
            let whole = body.trim_end_matches(['\n', '\r']);
            let text = whole.trim_end_matches([' ', '\t']);
            let is_broken = whole.len() >= text.len() + 2 || text.ends_with('\\');
            TextLine { text, start: line_start, at, is_broken }
        });
        let lines = lines.collect();
        let above = markdown[..range.start].trim_end_matches([' ', '\t', '>']);
        let is_after_blank =
            above.is_empty() || above.ends_with("\n\n") || above.ends_with("\n\r\n");
        Self { lines, is_top, is_after_blank, is_in_list: false, follows_table: false }
    }

    /// Returns whether lines of the block could become something else if another line is changed: a
    /// definition of an address, or HTML. Nothing in it is corrected then.
    pub(super) fn depends_on_order(&self) -> bool {
        self.lines.iter().any(|line| line.text.starts_with(['[', '<']))
    }
}
