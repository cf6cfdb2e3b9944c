//! Finds the marks between which Git writes two versions of a text.

use crate::diagnostics::{Code, Diagnostic, Place};

/// How many bytes of a line are looked at: a mark, and the name of a branch or a commit.
const LONGEST: usize = 200;

/// How many `<`, `|`, `=` or `>` a mark consists of.
const SIGNS: usize = 7;

/// A line of a text.
#[derive(Debug, Clone, Copy)]
struct MarkLine {
    number: u32,
    width: u32,
}

/// What follows the signs of a mark.
#[derive(Debug)]
struct Label<'a> {
    text: &'a [u8],
    /// Whether its end may be missing, because its line is long.
    is_cut: bool,
}

impl Label<'_> {
    /// Returns whether it may be the name of a branch.
    fn is_name(&self) -> bool {
        self.is_commit() || self.text.iter().all(u8::is_ascii_graphic)
    }

    /// Returns whether it is a single word, such as the name of a branch in Thai.
    fn is_word(&self) -> bool {
        !self.text.is_empty() && !self.text.iter().any(u8::is_ascii_whitespace)
    }

    /// Returns whether it is that of a commit or of a branch that was pulled: `1a2b3c4`,
    /// `1a2b3c4 (news: fees)`, `1a2b3c4... news: fees`, `branch 'road' of https://git.example.org/a`.
    fn is_commit(&self) -> bool {
        let word = self.text.split(|byte| *byte == b' ').next().unwrap_or_default();
        let rest = &self.text[word.len()..];
        let old_form = word.strip_suffix(b"...");
        let name = old_form.unwrap_or(word);
        let is_hex = (4..=40).contains(&name.len())
            && name.iter().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
            && name.iter().any(u8::is_ascii_digit);
        // A short one may be a year.
        let is_digest = is_hex && (name.len() >= 7 || name.iter().any(u8::is_ascii_lowercase));
        let is_title = rest.starts_with(b" (") && (rest.ends_with(b")") || self.is_cut);
        let is_whole = rest.is_empty() && name.len() >= 7;
        let is_pulled = self.text.starts_with(b"branch '") || self.text.starts_with(b"branch \"");
        is_digest && (old_form.is_some() || is_title || is_whole)
            || is_pulled
            || self.text == b"Stashed changes"
    }
}

/// Finds the marks of an unresolved conflict in a text that comes in pieces.
///
/// One mark may be a piece of documentation, the line below a title or a quotation. It counts if it
/// begins a version (`<<<<<<<`), which nothing else looks like, or ends one (`>>>>>>> branch` right below
/// text). Other marks count only after an earlier mark. In a fence, which shows a text as it is, only a
/// whole conflict counts.
#[derive(Debug, Default)]
pub(crate) struct ConflictFinder {
    /// Whether the text may contain fences.
    has_fences: bool,
    /// Whether the text is UTF-16. The marks consist of ASCII: without NUL they are the same.
    is_utf16: bool,
    /// The beginning of the current line.
    line: Vec<u8>,
    /// The number of lines before it.
    lines: u32,
    /// Whether the line before the current one is text: no quotation and no line of signs.
    is_in_text: bool,
    /// The character of the open fence, and its length.
    fence: Option<(u8, usize)>,
    begins: Option<MarkLine>,
    base: Option<MarkLine>,
    /// The first line between two versions, and whether a version begins before it.
    middle: Option<(MarkLine, bool)>,
    found: Option<MarkLine>,
}

impl ConflictFinder {
    /// Creates a finder for a file with this name.
    pub(crate) fn of(path: &str) -> Self {
        Self { has_fences: path.ends_with(".md"), ..Self::default() }
    }

    /// Adds the next bytes.
    pub(crate) fn take(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.extend_line(&rest[..end]);
            self.finish_line();
            rest = &rest[end + 1..];
        }
        self.extend_line(rest);
    }

    /// Returns an error at the first mark. Returns `None` if there is no conflict.
    pub(crate) fn finish(mut self, path: &str) -> Option<Diagnostic> {
        self.finish_line();
        let MarkLine { number, width } = self.found?;
        // A letter of UTF-16 may contain the byte of a line end, so that lines are not counted there.
        let place = match self.is_utf16 {
            true => Place::file(path),
            false => Place { file: path.to_owned(), line: number, column: 1, width },
        };
        Some(Diagnostic::error(Code::ConflictMark, place))
    }

    fn extend_line(&mut self, bytes: &[u8]) {
        let missing = (LONGEST - self.line.len()).min(bytes.len());
        self.line.extend_from_slice(&bytes[..missing]);
    }

    fn finish_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        let is_cut = line.len() == LONGEST;
        if self.lines == 0 {
            let mark = [b"\xFF\xFE", b"\xFE\xFF"].into_iter().find(|mark| line.starts_with(*mark));
            self.is_utf16 = mark.is_some();
            line.drain(..mark.map_or(0, |mark| mark.len()));
        }
        if self.is_utf16 {
            line.retain(|byte| *byte != 0);
        }
        let bytes = line.strip_suffix(b"\r").unwrap_or(&line);
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        self.lines = self.lines.saturating_add(1);
        if self.found.is_none() {
            match mark(bytes) {
                Some((sign, label)) => self.judge(sign, &Label { text: label, is_cut }, bytes),
                None if self.has_fences => self.follow_fence(bytes),
                None => {}
            }
        }
        let has_letters = bytes.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii());
        self.is_in_text = has_letters && !bytes.starts_with(b">");
        line.clear();
        self.line = line;
    }

    fn judge(&mut self, sign: u8, label: &Label, bytes: &[u8]) {
        let width = String::from_utf8_lossy(bytes).chars().count();
        let line = MarkLine { number: self.lines, width: u32::try_from(width).unwrap_or(u32::MAX) };
        let is_open = self.fence.is_none();
        match sign {
            b'<' if is_open => self.found = Some(line),
            b'<' => self.begins = Some(line),
            b'|' => self.base = self.base.or(Some(line)),
            b'=' if label.text.is_empty() => {
                self.middle = self.middle.or(Some((line, false)));
                if self.begins.is_some() {
                    self.middle = Some((line, true));
                }
                self.found = self.base.filter(|_| is_open);
            }
            b'>' => {
                let whole = self.middle.filter(|(_, begins)| *begins).and(self.begins);
                // A line below a title may come before a quotation.
                let is_end = label.is_name() || (self.is_in_text && label.is_word());
                let middle = self.middle.filter(|_| is_end).map(|(line, _)| line);
                let ends_text = label.is_commit() || (self.is_in_text && label.is_name());
                let half = self.base.or(middle).or_else(|| ends_text.then_some(line));
                self.found = whole.or(half.filter(|_| is_open));
            }
            _ => {}
        }
    }

    /// Opens or closes a fence.
    fn follow_fence(&mut self, line: &[u8]) {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let rest = &line[indent..];
        let Some(sign) = rest.first().copied().filter(|sign| b"`~".contains(sign)) else { return };
        let count = rest.iter().take_while(|byte| **byte == sign).count();
        if indent > 3 || count < 3 {
            return;
        }
        let after = &rest[count..];
        match self.fence {
            None if sign == b'~' || !after.contains(&b'`') => self.fence = Some((sign, count)),
            Some((open, least))
                if open == sign && count >= least && after.trim_ascii().is_empty() =>
            {
                self.fence = None;
            }
            _ => {}
        }
    }
}

/// Returns the sign of a mark and what follows it.
fn mark(line: &[u8]) -> Option<(u8, &[u8])> {
    let sign = *line.first().filter(|sign| b"<|=>".contains(sign))?;
    let count = line.iter().take_while(|byte| **byte == sign).count();
    let label = &line[count..];
    let is_mark = count == SIGNS && (label.is_empty() || label.starts_with(b" "));
    is_mark.then(|| (sign, label.trim_ascii()))
}

/// Returns an error at the first mark of an unresolved conflict in a text.
pub(crate) fn conflict_in(path: &str, text: &str) -> Option<Diagnostic> {
    // Without one of these there is no conflict. To look for them is quick.
    let bytes = text.as_bytes();
    let is_mark = |at: usize| bytes[at..].starts_with(&[bytes[at]; SIGNS]);
    if !memchr::memchr3_iter(b'<', b'>', b'|', bytes).any(is_mark) {
        return None;
    }
    let mut finder = ConflictFinder::of(path);
    finder.take(text.as_bytes());
    finder.finish(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(text: &str) -> Option<u32> {
        // The pieces make no difference.
        let mut by_bytes = ConflictFinder::of("a.md");
        text.as_bytes().iter().for_each(|byte| by_bytes.take(&[*byte]));
        let line = by_bytes.finish("a.md").map(|found| found.place.line);
        assert_eq!(conflict_in("a.md", text).map(|found| found.place.line), line, "{text}");
        line
    }

    #[test]
    fn conflicts_are_found() {
        for (text, line) in [
            ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n", 2),
            ("a\r\n<<<<<<< HEAD\r\nb\r\n=======\r\nc\r\n>>>>>>> main\r\n", 2),
            ("\u{FEFF}<<<<<<< HEAD\n", 1),
            ("<<<<<<< ours\na\n||||||| base\nb\n=======\nc\n>>>>>>> theirs", 1),
            ("a\n||||||| base\nb\n=======\nc\n", 2),
            ("a\n||||||| base\nb\n>>>>>>> theirs\n", 2),
            ("a\n=======\nc\n>>>>>>> main\n", 2),
            ("ราคา 100\n=======\nราคา 200\n>>>>>>> งานใหม่", 2),
            ("a\n\n>>>>>>> a1b2c3d... แก้ราคา\n", 3),
            ("a\n\n>>>>>>> 1a2b3c (แก้ราคา)\n", 3),
            ("a\n\n>>>>>>> branch \"x\"\n", 3),
            ("a\n\n>>>>>>> branch 'x' of https://git.example.org/a\n", 3),
            ("a\n>>>>>>> road\n", 2),
            ("a\n\n>>>>>>> 1a2b3c4\n", 3),
            ("a\n>>>>>>> 1a2b3c4 (ค่าธรรมเนียม)\n", 2),
            ("```\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main\n```\n", 2),
            ("```\na\n```\n<<<<<<< HEAD\n", 4),
        ] {
            assert_eq!(line_of(text), Some(line), "{text}");
        }
    }

    #[test]
    fn the_title_of_a_commit_may_be_long() {
        let title = "ก".repeat(70);
        for label in [format!("1a2b3c4 ({title})"), format!("1a2b3c4... {title}")] {
            let text = format!("a\n=======\nc\n>>>>>>> {label}\n");
            assert_eq!(line_of(&text), Some(2), "{text}");
        }
        assert_eq!(line_of(&format!("a\n=======\nc\n>>>>>>> 1a2b3c4 {title}\n")), None);
    }

    #[test]
    fn conflicts_are_found_in_utf_16() {
        let text = "ช่อง,ราคา\r\nช,1\r\n<<<<<<< HEAD\r\n";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let mut finder = ConflictFinder::of("a.csv");
            for unit in "\u{FEFF}".encode_utf16().chain(text.encode_utf16()) {
                finder.take(&bytes(unit));
            }
            assert!(finder.finish("a.csv").is_some());
        }
    }

    #[test]
    fn other_lines_are_no_conflicts() {
        for text in [
            "a\n=======\nb\n",
            ">>>>>>> text\n",
            "a\n\n>>>>>>> text\n",
            ">>>>>> a\n>>>>>>> text\n",
            "a\n>>>>>>> a text\n",
            "a\n=======\n\n>>>>>>> ข้อความ\n",
            "a\n=======\n\n>>>>>>> a text\n",
            ">>>>>>> ข้อความ ที่อ้าง\n",
            "a\n\n>>>>>>> 2569 (ปีงบประมาณ)\n",
            "a\n>>>>>>> งานใหม่\n",
            "a\n\n>>>>>>> branch offices\n",
            ">>>>>>> a\n>>>>>>> ข้อความ\n",
            "|||||||\n",
            "||||||| a\n",
            "```\n<<<<<<< HEAD\n```\n",
            "~~~~ text\n<<<<<<< HEAD\n~~~\n~~~~\n",
            "```\n>>>>>>> 1a2b3c4\n```\n",
            "<<<<<<<<\n",
            " <<<<<<< HEAD\n",
            "<<<<<<<HEAD\n",
            "a\n========\n>>>>>>> b\n",
            "",
        ] {
            assert_eq!(line_of(text), None, "{text}");
        }
    }
}
