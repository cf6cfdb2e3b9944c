//! Finds lines that become a part of the block right above them: a table, a footnote or a definition.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::lints::lint::Lint;
use crate::markdown::lints::text_block::{TextBlock, TextLine};
use crate::markdown::table::caption;
use crate::text::width;

/// A shorter line was ended by its writer, not broken by an editor.
const SHORT_LINE: usize = 70;

fn swallowed(line: &TextLine, above: &str, is_top: bool) -> Lint {
    let lint = Lint::new(Code::SwallowedLine, line.range()).arg("above", above);
    if is_top { lint.fix(line.start..line.start, "\n") } else { lint }
}

/// Reports a row of a table without any `|`: a line of text right below the table.
pub(super) fn row(
    markdown: &str,
    range: &Range<usize>,
    columns: usize,
    is_top: bool,
    found: &mut Vec<Lint>,
) {
    let written = markdown[range.clone()].trim();
    if columns > 1 && !written.is_empty() && !written.contains('|') && caption(written).is_none() {
        let block = TextBlock::new(markdown, range.clone(), is_top);
        found.extend(block.lines.first().map(|line| swallowed(line, "@block/table", is_top)));
    }
}

/// Reports a line right below a footnote that is not indented as its text.
pub(super) fn note(block: &TextBlock, is_top: bool, found: &mut Vec<Lint>) {
    let pairs = block.lines.iter().zip(block.lines.iter().skip(1));
    let mut below =
        pairs.filter(|(above, line)| line.at == line.start && width(above.text) < SHORT_LINE);
    found.extend(below.next().map(|(_, line)| swallowed(line, "@block/footnote", is_top)));
}

/// Reports the last line of a definition if another definition follows: it was meant as its term.
pub(super) fn term(markdown: &str, definition: Range<usize>, is_top: bool, found: &mut Vec<Lint>) {
    let block = TextBlock::new(markdown, definition, is_top);
    if let [_, .., last] = &block.lines[..] {
        found.push(swallowed(last, "@block/definition", is_top));
    }
}
