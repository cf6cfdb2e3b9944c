//! Finds texts of front matter that YAML cuts at `#` although a number sign was probably meant:
//! `title: ประกาศ #2`.

use std::ops::Range;

use crate::content::front_matter_source::FrontMatterSource;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};

/// How many cut texts are reported in one file.
const MOST: usize = 20;

/// Keys whose values are dates, ids, numbers and paths. A comment after them is one.
const CODE_KEYS: [&str; 24] = [
    "aliases",
    "approvals",
    "approved_on",
    "approver",
    "by",
    "category",
    "fiscal_year",
    "from",
    "issued_on",
    "meets",
    "on",
    "prepared_by",
    "publish_from",
    "publish_until",
    "replaces",
    "reviewed_by",
    "rule",
    "seal",
    "signed_by",
    "until",
    "urgent",
    "valid_until",
    "weight",
    "where",
];

/// Warns about cut texts.
pub fn report_cut_texts(source: &FrontMatterSource, diagnostics: &mut Diagnostics) {
    let yaml = source.yaml();
    if !yaml.contains('#') {
        return;
    }
    for cut in Scanner::new(yaml).cut_texts().into_iter().take(MOST) {
        let range = source.yaml.start + cut.comment.start..source.yaml.start + cut.comment.end;
        let place = Place::of_range(source.path, source.text, range);
        let warning = Diagnostic::warning(Code::CutByComment, place).help(cut.help);
        diagnostics.push(warning.arg("key", cut.key));
    }
}

/// A text that ends at a comment.
struct CutText<'y> {
    key: &'y str,
    comment: Range<usize>,
    help: &'static str,
}

/// What continues on the next line.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    /// A text in these quotation marks.
    Quoted(char),
    /// A text of lines with more indentation than this.
    Block(usize),
}

/// Reads front matter as far as is needed to tell texts from comments.
struct Scanner<'y> {
    yaml: &'y str,
    open: Open,
    /// How many brackets are open.
    depth: usize,
    /// The key in the first column.
    top: &'y str,
    /// The key of the current value: the one in the first column, or one below it.
    key: &'y str,
    /// Whether the current value is an entry of a list and has no key.
    is_entry: bool,
}

/// A part of a line that is a value, or the beginning of one.
#[derive(Debug, Clone, Copy)]
struct Token {
    /// Where it begins.
    start: usize,
    /// Where it ended, if it is in quotation marks.
    closed: Option<usize>,
    has_begun: bool,
}

impl Token {
    fn at(start: usize) -> Self {
        Self { start, closed: None, has_begun: false }
    }
}

impl<'y> Scanner<'y> {
    fn new(yaml: &'y str) -> Self {
        Self { yaml, open: Open::Nothing, depth: 0, top: "", key: "", is_entry: false }
    }

    fn cut_texts(mut self) -> Vec<CutText<'y>> {
        let mut found = Vec::new();
        let mut start = 0;
        for line in self.yaml.split_inclusive('\n') {
            let text = line.trim_end();
            if !self.is_in_block(text) {
                found.extend(self.read_line(start, text));
            }
            start += line.len();
        }
        found
    }

    /// Returns whether a line belongs to a block of text.
    fn is_in_block(&mut self, line: &str) -> bool {
        let Open::Block(indent) = self.open else { return false };
        let is_inside = line.is_empty() || indent_of(line) > indent;
        if !is_inside {
            self.open = Open::Nothing;
        }
        is_inside
    }

    fn read_line(&mut self, start: usize, line: &'y str) -> Option<CutText<'y>> {
        let mut token = self.begin_line(line);
        let mut before = None;
        for (at, c) in line.char_indices() {
            if let Open::Quoted(mark) = self.open {
                let is_escaped = mark == '"' && is_escaped(&line[..at]);
                if c == mark && !is_escaped {
                    self.open = Open::Nothing;
                    token.closed = Some(at + 1);
                }
                before = Some(c);
                continue;
            }
            let is_apart = before.is_none_or(|c: char| c == ' ' || c == '\t');
            match c {
                _ if at < token.start => {}
                '#' if is_apart || token.closed == Some(at) => {
                    return self.comment(start, line, at, token);
                }
                '"' | '\'' if !token.has_begun || token.closed == Some(at) => {
                    self.open = Open::Quoted(c);
                    token.has_begun = true;
                }
                '[' | '{' if !token.has_begun => {
                    self.depth += 1;
                    token = Token::at(at + 1);
                }
                ']' | '}' | ',' if self.depth > 0 => {
                    self.depth -= usize::from(c != ',');
                    token = Token::at(at + 1);
                }
                ':' if line[at + 1..].is_empty() || line[at + 1..].starts_with([' ', '\t']) => {
                    self.begin_value(line, token.start..at);
                    token = Token::at(at + 1);
                }
                c => token.has_begun |= !c.is_whitespace(),
            }
            before = Some(c);
        }
        if line[token.start..].trim_start().starts_with(['|', '>']) && self.depth == 0 {
            self.open = Open::Block(indent_of(line));
        }
        None
    }

    /// Returns where the first value or key of a line begins.
    fn begin_line(&mut self, line: &str) -> Token {
        let mut start = indent_of(line);
        while self.open == Open::Nothing && self.depth == 0 && line[start..].starts_with("- ") {
            start += 2;
            (self.key, self.is_entry) = (self.top, true);
        }
        Token { has_begun: self.open != Open::Nothing, ..Token::at(start) }
    }

    fn begin_value(&mut self, line: &'y str, key: Range<usize>) {
        self.key = line[key.clone()].trim_matches([' ', '\t', '"', '\'']);
        self.is_entry = false;
        if key.start == 0 {
            self.top = self.key;
        }
    }

    /// Judges a comment after a value.
    fn comment(
        &mut self,
        start: usize,
        line: &'y str,
        at: usize,
        token: Token,
    ) -> Option<CutText<'y>> {
        let value = line[token.start..at].trim();
        let is_adjacent = token.closed == Some(at);
        if value.starts_with(['|', '>']) && self.depth == 0 {
            self.open = Open::Block(indent_of(line));
            return None;
        }
        let next = line[at + 1..].chars().next().filter(|c| c.is_alphanumeric())?;
        let is_quoted = token.closed.is_some() && !is_adjacent;
        let is_cut = match value {
            "" => token.start > indent_of(line) && !self.goes_on(start + line.len(), line),
            value => self.is_text(value, next),
        };
        let help = match (is_adjacent, self.is_entry) {
            (true, _) => "help-quoted",
            (false, true) => "help-entry",
            (false, false) => "help",
        };
        let comment = start + at..start + line.len();
        (is_cut && !is_quoted).then_some(CutText { key: self.key, comment, help })
    }

    /// Returns whether the value before a comment is a text, and not a date, an id or a number.
    fn is_text(&self, value: &str, next: char) -> bool {
        let is_code = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        let is_free = self.top == "extra" && value.chars().all(is_code) && !next.is_numeric();
        ![self.top, self.key].iter().any(|key| CODE_KEYS.contains(key)) && !is_free
    }

    /// Returns whether a value continues below the line of its key.
    fn goes_on(&self, line_end: usize, line: &str) -> bool {
        let mut below = self.yaml[line_end..].lines().map(str::trim_end);
        let next = below.find(|line| !line.trim_start().is_empty());
        let is_list = |next: &str| !self.is_entry && next.trim_start().starts_with('-');
        next.is_some_and(|next| indent_of(next) > indent_of(line) || is_list(next))
    }
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns whether the character after a text is escaped by a backslash.
fn is_escaped(before: &str) -> bool {
    let backslashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
    backslashes % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(yaml: &str) -> Vec<(&str, &str)> {
        let found = Scanner::new(yaml).cut_texts();
        found.into_iter().map(|cut| (cut.key, &yaml[cut.comment])).collect()
    }

    #[test]
    fn cut_texts_are_found() {
        for (yaml, key, comment) in [
            ("title: ประกาศ #2\n", "title", "#2"),
            ("title: ประกาศ\t#2\r\n", "title", "#2"),
            ("title: \"ประกาศ\"#ครั้งที่ 2\n", "title", "#ครั้งที่ 2"),
            ("title: 'it''s'#2\n", "title", "#2"),
            ("title: #2 ประกาศ\n", "title", "#2 ประกาศ"),
            ("document_number: 1 #2\n", "document_number", "#2"),
            ("unit: กองช่าง #๒\n", "unit", "#๒"),
            ("kind: flood #2\n", "kind", "#2"),
            ("slug: flood #2\n", "slug", "#2"),
            ("summary: ก\n  ข #3 ค\nunit: ง\n", "summary", "#3 ค"),
            (
                "changes:\n  - on: 2569-06-25 #วันศุกร์\n    note: แก้ #3 เป็น 5,000\n",
                "note",
                "#3 เป็น 5,000",
            ),
            ("changes:\n- note: แก้ #3\n", "note", "#3"),
            ("attachments:\n  - file: a.pdf\n    title: แบบ #1\n", "title", "#1"),
            ("tags:\n  - โครงการ #2\n", "tags", "#2"),
            ("tags:\n- #2\n- ก\n", "tags", "#2"),
            ("tags: [ก #2,\n  ข]\n", "tags", "#2,"),
            ("extra:\n  office: ชั้น 2 #201\n", "office", "#201"),
            ("extra:\n  room: 12 #201\n", "room", "#201"),
            ("summary: |\n  ก #1\n  \nunit: ข #2\n", "unit", "#2"),
            ("withdrawn:\n  on: 2569-06-25\n  reason: ซ้ำกับ #2\n", "reason", "#2"),
        ] {
            assert_eq!(keys(yaml), [(key, comment)], "{yaml}");
        }
    }

    #[test]
    fn other_comments_are_no_cuts() {
        for yaml in [
            "#2\ntitle: ก\n  #3\n",
            "title: ก # 2\n",
            "title: ก#2\n",
            "title: \"ก #2\"\n",
            "title: 'ก #2'\n",
            "title: \"ก\" #หมายเหตุ\n",
            "summary: \"ก\n  ข #2\n  \\\" #3\"\n",
            "summary: >\n  ก #2\n",
            "summary: | #หมายเหตุ\n  ก #2\n",
            "category: news #ข่าว\n",
            "publish_from: 2569-06-25 #วันแรก\n",
            "urgent: true #ด่วน\n",
            "changes: #ประวัติ\n  - on: 2569-06-25 #วันแรก\n",
            "tags: #ป้าย\n- ก\n",
            "extra:\n  budget: 5000 #บาท\n  start: 2569-06-25 #วันแรก\n",
            "extra: { url: \"https://a.go.th/#2\" }\n",
        ] {
            assert_eq!(keys(yaml), [], "{yaml}");
        }
    }
}
