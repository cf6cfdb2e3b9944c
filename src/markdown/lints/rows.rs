//! Checks lines that look like the rows of a table, but are none.

use crate::diagnostics::Code;
use crate::markdown::lints::lines::{TextBlock, TextLine};
use crate::markdown::lints::lint::Lint;
use crate::markdown::prescan::has;
use crate::text::is_alphanumeric;

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
        let around = Around { is_after_blank, is_last: at == lines.len(), is_top: block.is_top };
        found.extend(table_lint(&rows, around));
    }
}

/// Reads a line as a row: two cells or more, or hyphens between pipes.
fn row<'m>(line: &TextLine<'m>) -> Option<Row<'m>> {
    let text = line.text;
    let separator = if memchr::memchr(b'\t', text.as_bytes()).is_some() {
        Separator::Tab
    } else if memchr::memchr(b'|', text.as_bytes()).is_some() && !is_in_link(text) {
        Separator::Pipe
    } else {
        return None;
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

/// What is around the rows.
#[derive(Debug, Clone, Copy)]
struct Around {
    /// Whether a blank line is above them.
    is_after_blank: bool,
    /// Whether no line of the text block is below them.
    is_last: bool,
    /// Whether they are in no list and no quotation.
    is_top: bool,
}

fn table_lint(rows: &[Row], around: Around) -> Option<Lint> {
    let delimiter = rows.iter().position(Row::is_delimiter);
    let columns = rows[0].cells.len();
    let is_even = rows.iter().all(|row| row.cells.len() == columns);
    let is_list = columns == 2 && rows.iter().all(|row| is_label(row.cells[0]));
    let is_piped = |row: &Row| row.line.text.starts_with('|') && row.line.text.ends_with('|');
    let is_table = delimiter.is_some()
        || (rows.len() > 1 && !is_list && (is_even || rows.iter().all(is_piped)));
    if !is_table {
        return None;
    }
    let last = rows.last()?;
    let range = rows[0].line.range();
    let whole = rows[0].line.at..last.line.at + last.line.text.len();
    let lint = Lint::new(Code::NoTable, range.clone());
    let lint = match (delimiter, rows[0].separator) {
        (Some(0), _) => return Some(lint.help("help-head")),
        (Some(at), _) if rows[at].cells.len() != rows[at - 1].cells.len() => {
            let (head, hyphens) = (rows[at - 1].cells.len(), rows[at].cells.len());
            return Some(lint.arg("head", head).arg("hyphens", hyphens).help("help-columns"));
        }
        (Some(_), _) if !around.is_after_blank => {
            let lint = lint.help("help-blank");
            return Some(if around.is_top {
                lint.fix(range.start..range.start, "\n")
            } else {
                lint
            });
        }
        (Some(_), _) => return Some(lint.help("help-columns-above")),
        (None, Separator::Tab) => lint.help("help-tabs"),
        (None, Separator::Pipe) => lint,
    };
    // Lines of contacts are separated by `|`, too.
    let is_certain = rows[0].separator == Separator::Tab || rows.iter().all(is_piped);
    Some(if is_even && is_certain && around.is_top {
        lint.fix(whole, table(rows, around))
    } else {
        lint
    })
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
