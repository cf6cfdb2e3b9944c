//! Checks lines that look like the rows of a table, but are none.

use std::ops::Range;

use crate::diagnostics::Code;
use crate::markdown::lints::lint::Lint;
use crate::markdown::lints::text_block::{TextBlock, TextLine};
use crate::markdown::prescan::has;
use crate::text::{is_alphanumeric, line_start};

/// How the cells of a row are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Pipe,
    Tab,
}

/// A line that looks like a row of a table.
struct Row<'m> {
    line: TextLine<'m>,
    separator: Separator,
    cells: Vec<&'m str>,
}

impl Row<'_> {
    /// Returns whether it is the line of hyphens under the head of a table.
    fn is_delimiter(&self) -> bool {
        let is_rule = |cell: &&str| {
            let hyphens = cell.trim_start_matches(':').trim_end_matches(':');
            !hyphens.is_empty() && hyphens.bytes().all(|byte| byte == b'-')
        };
        self.cells.iter().all(is_rule)
    }

    fn is_piped(&self) -> bool {
        self.line.text.starts_with('|') && self.line.text.ends_with('|')
    }

    /// Returns whether it is a line of `=` or of dashes, as other programs write below the head.
    fn is_ruling(&self) -> bool {
        let is_rule = |cell: &&str| {
            !cell.is_empty() && cell.chars().all(|c| matches!(c, '=' | '—' | '–' | '-'))
        };
        self.cells.iter().all(is_rule)
    }

    /// Writes the row as Markdown.
    fn markdown(&self) -> String {
        let cell = |cell: &&str| match self.separator {
            Separator::Tab => cell.replace('|', "\\|"),
            Separator::Pipe => (*cell).to_owned(),
        };
        format!("| {} |", self.cells.iter().map(cell).collect::<Vec<_>>().join(" | "))
    }
}

/// Reports the rows of a text block that are no table.
pub(super) fn check(block: &TextBlock, found: &mut Vec<Lint>) {
    let lines = &block.lines;
    let mut at = 0;
    while at < lines.len() {
        let first = row(&lines[at]);
        let Some(first) = first else {
            at += 1;
            continue;
        };
        let mut rows = vec![first];
        while let Some(next) = lines.get(at + rows.len()).and_then(row)
            && next.separator == rows[0].separator
        {
            rows.push(next);
        }
        let is_after_blank = at == 0 && block.is_after_blank;
        at += rows.len();
        let around = Around {
            is_after_blank,
            is_last: at == lines.len(),
            is_top: block.is_top && !block.depends_on_order(),
            follows_table: block.follows_table,
        };
        found.extend(table_lint(&rows, around));
    }
}

/// Reads a line as a row: two cells or more, or hyphens between pipes.
fn row<'m>(line: &TextLine<'m>) -> Option<Row<'m>> {
    let text = line.text;
    memchr::memchr2(b'\t', b'|', text.as_bytes())?;
    let separator = match text.contains('\t') {
        true => Separator::Tab,
        false if is_in_link(text) => return None,
        false => Separator::Pipe,
    };
    let cells: Vec<&str> = match separator {
        Separator::Tab => text.split('\t').map(str::trim).collect(),
        Separator::Pipe => pipe_cells(text),
    };
    // A bullet of a word processor has a tab behind it.
    let is_bullet = separator == Separator::Tab && !cells[0].chars().any(is_alphanumeric);
    let row = Row { line: *line, separator, cells };
    ((row.cells.len() > 1 && !is_bullet) || row.is_delimiter()).then_some(row)
}

/// Returns whether a line has pipes in the destination of a link or in the markup of another program.
fn is_in_link(text: &str) -> bool {
    !text.starts_with('|') && (has(text, "](") || has(text, "{{"))
}

/// Returns whether a cell is the number of a clause, which has a tab behind it: `5`, `a)`.
fn is_label(cell: &str) -> bool {
    const LONGEST: usize = 6;
    let number = cell.trim_end_matches(['.', ')']);
    let is_number = number.chars().all(|c| c.is_numeric() || c == '.');
    cell.len() <= LONGEST && (is_number || (number.len() < cell.len() && number.len() <= 3))
}

/// Splits a row at each `|` that is not escaped. Code makes no difference (GitHub Flavored Markdown,
/// section 4.10).
fn pipe_cells(text: &str) -> Vec<&str> {
    let inner = text.strip_prefix('|').unwrap_or(text);
    let is_closed = inner.ends_with('|') && !inner.ends_with("\\|");
    let inner = if is_closed { &inner[..inner.len() - 1] } else { inner };
    let (mut cells, mut from) = (Vec::new(), 0);
    for (at, _) in inner.match_indices('|') {
        if !inner[..at].ends_with('\\') {
            cells.push(inner[from..at].trim());
            from = at + 1;
        }
    }
    cells.push(inner[from..].trim());
    cells
}

/// Reports a row right above a table: the line of hyphens is not below the first row.
pub(super) fn check_above(markdown: &str, table: &Range<usize>, found: &mut Vec<Lint>) {
    let before = markdown[..table.start].trim_end_matches([' ', '\t', '>']);
    let Some(before) = before.strip_suffix('\n') else { return };
    let start = line_start(before, before.len());
    let block = TextBlock::new(markdown, start..before.len(), false);
    if let Some(row) = block.lines.first().and_then(row)
        && row.separator == Separator::Pipe
        && row.line.text.starts_with('|')
    {
        found.push(Lint::new(Code::NoTable, row.line.range()).help("help-hyphens"));
    }
}

/// What is around the rows.
#[derive(Debug, Clone, Copy)]
struct Around {
    /// Whether a blank line is above them.
    is_after_blank: bool,
    /// Whether no line of the text block is below them.
    is_last: bool,
    /// Whether they may be corrected: they are in no list and no quotation.
    is_top: bool,
    /// Whether a table is above them, with a blank line between.
    follows_table: bool,
}

/// Returns a lint for rows that were meant as a table.
fn table_lint(rows: &[Row], around: Around) -> Option<Lint> {
    let first = &rows[0];
    let lint = Lint::new(Code::NoTable, first.line.range());
    match rows.iter().position(Row::is_delimiter) {
        Some(at) => Some(beside_delimiter(lint, rows, at, around)),
        None if around.follows_table && first.is_piped() => Some(lint.help("help-row")),
        None if is_table(rows) => Some(without_delimiter(lint, rows, around)),
        None => None,
    }
}

/// Returns whether rows without a line of hyphens look like a table.
fn is_table(rows: &[Row]) -> bool {
    let columns = rows[0].cells.len();
    let is_list = rows[0].separator == Separator::Tab
        && columns == 2
        && rows.iter().all(|row| is_label(row.cells[0]));
    rows.len() > 1 && !is_list && (is_even(rows) || rows.iter().all(Row::is_piped))
}

fn is_even(rows: &[Row]) -> bool {
    rows.iter().all(|row| row.cells.len() == rows[0].cells.len())
}

/// Explains why rows with a line of hyphens are no table.
fn beside_delimiter(lint: Lint, rows: &[Row], at: usize, around: Around) -> Lint {
    let Some(head) = at.checked_sub(1).map(|head| rows[head].cells.len()) else {
        return lint.help("help-head");
    };
    let (hyphens, start) = (rows[at].cells.len(), rows[0].line.at);
    if head != hyphens {
        lint.arg("head", head).arg("hyphens", hyphens).help("help-columns")
    } else if around.is_after_blank {
        lint.help("help-columns-above")
    } else if around.is_top {
        lint.help("help-blank").fix(start..start, "\n")
    } else {
        lint.help("help-blank")
    }
}

/// Corrects rows without a line of hyphens, where they certainly are a table.
fn without_delimiter(lint: Lint, rows: &[Row], around: Around) -> Lint {
    let is_certain = match rows[0].separator {
        // Two columns are as often labels and texts.
        Separator::Tab => rows[0].cells.len() > 2,
        // Contacts in a line are separated by `|`, too.
        Separator::Pipe => rows.iter().all(Row::is_piped) && !rows.iter().any(Row::is_ruling),
    };
    let lint = if rows[0].separator == Separator::Tab { lint.help("help-tabs") } else { lint };
    if !(is_certain && is_even(rows) && around.is_top) {
        return lint;
    }
    let end = rows.last().map_or(0, |last| last.line.range().end);
    lint.fix(rows[0].line.at..end, table(rows, around))
}

/// Writes rows as a table whose head is the first row.
fn table(rows: &[Row], around: Around) -> String {
    let hyphens = vec!["---"; rows[0].cells.len()].join(" | ");
    let mut lines = vec![rows[0].markdown(), format!("| {hyphens} |")];
    lines.extend(rows[1..].iter().map(Row::markdown));
    let before = if around.is_after_blank { "" } else { "\n" };
    let after = if around.is_last { "" } else { "\n" };
    format!("{before}{}{after}", lines.join("\n"))
}
