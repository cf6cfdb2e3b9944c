//! Finds out whether a rendered body may contain a number, without building its text.

use crate::build::seen_text::tags::{INLINE, is_near, seen_attributes, tag_name};
use crate::markdown::HtmlTag;
use crate::text::{
    ByteTable, FEWEST, FEWEST_PRINTED, MAX_GAP, digits_and_rare, is_invisible, is_separator,
    next_marked, seen_digit,
};

/// Counts the digits that may belong to one number, in one pass over a rendered body and without
/// building its text. Where it does not follow `SeenTextReader` exactly, it counts too many digits.
#[derive(Default)]
pub(super) struct DigitScan {
    /// The digits with only separators between them.
    plain: usize,
    /// The separators after the last digit.
    gap: u32,
    /// The digits without letters between them.
    loose: usize,
    /// The digits of the line.
    of_line: usize,
    /// Whether the following white space is joined with the preceding one.
    after_space: bool,
    /// Whether the following letters may belong to an escape.
    in_escape: bool,
    /// Whether cells have been read, but not yet the end of their row.
    in_row: bool,
    in_footnote_mark: bool,
}

/// The bytes at which a scan stops even without preceding digits: digits, tags, escapes, and
/// characters that are neither ASCII nor Thai.
const SPECIAL: ByteTable = digits_and_rare(b"<&%\\");

/// Whether a number may have been found, which ends the scan.
type NumberFound = bool;

impl DigitScan {
    /// Returns whether `SeenTextReader` may find a number.
    pub(super) fn finds_number(html: &str) -> bool {
        let bytes = html.as_bytes();
        let mut scan = Self::default();
        let mut at = 0;
        while at < bytes.len() {
            if scan.in_footnote_mark {
                let Some(tag) = memchr::memchr(b'<', &bytes[at..]) else { return false };
                at += tag;
            } else if scan.loose == 0 && !scan.in_escape {
                at = next_marked(bytes, at, &SPECIAL);
            }
            let found = match bytes[at..] {
                [] => return false,
                [b'<', ..] => {
                    // Unclosed tags are rare.
                    let Some(tag) = HtmlTag::read(&html[at..]) else { return true };
                    at += tag.source.len() + 2;
                    if at > bytes.len() {
                        return true;
                    }
                    scan.tag(tag.source)
                }
                [b'&', ..] => {
                    let (len, found) = scan.entity(&bytes[at..]);
                    at += len;
                    found
                }
                [byte, ..] if byte.is_ascii() => {
                    at += 1;
                    scan.ascii(byte)
                }
                [0xE0, 0xB8, 0x81..=0xBA, ..] | [0xE0, 0xB9, 0x80..=0x86, ..] => {
                    at += 3;
                    scan.letter()
                }
                _ => {
                    let Some(c) = html[at..].chars().next() else { return false };
                    at += c.len_utf8();
                    scan.other(c)
                }
            };
            if found {
                return true;
            }
        }
        false
    }

    fn digits(&mut self, count: usize) -> NumberFound {
        self.plain += count;
        self.loose += count;
        self.of_line += count;
        (self.gap, self.after_space) = (0, false);
        self.plain >= FEWEST || self.loose >= FEWEST_PRINTED
    }

    fn letter(&mut self) -> NumberFound {
        (self.plain, self.loose, self.after_space, self.in_escape) = (0, 0, false, false);
        false
    }

    fn sign(&mut self) -> NumberFound {
        (self.plain, self.after_space, self.in_escape) = (0, false, false);
        false
    }

    fn separator(&mut self) -> NumberFound {
        self.gap += 1;
        if self.gap > MAX_GAP {
            self.plain = 0;
        }
        (self.after_space, self.in_escape) = (false, false);
        false
    }

    fn space(&mut self) -> NumberFound {
        if !self.after_space {
            self.separator();
        }
        self.after_space = true;
        false
    }

    fn ascii(&mut self, byte: u8) -> NumberFound {
        match byte {
            b'0'..=b'9' => self.digits(1),
            b'a'..=b'z' | b'A'..=b'Z' => self.in_escape || self.letter(),
            b'#' if self.in_escape => true,
            b'-' | b'_' | b'(' | b')' => self.separator(),
            // The address of a link or the name of a footnote is not visible.
            b'[' | b']' if self.loose > 0 => true,
            b'%' | b'\\' => {
                self.in_escape = true;
                false
            }
            b'*' | b'~' | b'`' => false,
            _ if char::from(byte).is_whitespace() => self.space(),
            _ => self.sign(),
        }
    }

    /// Returns how many bytes an escape takes.
    fn entity(&mut self, bytes: &[u8]) -> (usize, NumberFound) {
        let is = |escape: &[u8]| bytes.starts_with(escape);
        if is(b"&nbsp;") {
            (6, self.space())
        } else if is(b"&lt;") {
            // Text in the form of a tag is invisible to `SeenTextReader`.
            (4, self.loose > 0 || self.sign())
        } else if is(b"&gt;") {
            (4, self.sign())
        } else if is(b"&quot;") || is(b"&#x27;") {
            (6, self.sign())
        } else if is(b"&#39;") {
            (5, self.sign())
        } else {
            self.in_escape = true;
            (if is(b"&amp;") { 5 } else { 1 }, false)
        }
    }

    fn other(&mut self, c: char) -> NumberFound {
        if seen_digit(c).is_some() {
            self.digits(1)
        } else if c.is_whitespace() {
            self.space()
        } else if is_separator(c) {
            self.separator()
        } else if is_invisible(c) {
            false
        } else {
            self.sign()
        }
    }

    fn tag(&mut self, tag: &str) -> NumberFound {
        // Without preceding digits, only the tags of footnotes and cells matter.
        if self.of_line > 0 || matches!(tag.as_bytes(), [b's' | b't', ..] | [b'/', b's' | b't', ..])
        {
            let (name, closes) = tag_name(tag);
            match name {
                "sup" => self.in_footnote_mark = !closes && tag.contains("\"fn\""),
                "td" | "th" if closes => (self.in_row, self.after_space) = (true, true),
                "tr" if closes => *self = Self::default(),
                "wbr" | "img" => {}
                _ if self.in_row || INLINE.contains(&name) => {}
                _ => *self = Self { in_footnote_mark: self.in_footnote_mark, ..Self::default() },
            }
        }
        match memchr::memchr(b'"', tag.as_bytes()) {
            Some(at) if next_marked(tag.as_bytes(), at, &SPECIAL) < tag.len() => {
                !tag_name(tag).1 && self.attributes(tag)
            }
            _ => false,
        }
    }

    fn attributes(&mut self, tag: &str) -> NumberFound {
        for (key, value) in seen_attributes(tag) {
            if key == "href" && is_near(tag) {
                continue;
            }
            // Each encoded character needs a digit or the sign of an escape.
            let is_one = |c: &char| *c == '%' || seen_digit(*c).is_some();
            let count = value.chars().filter(is_one).count();
            if self.of_line + count >= FEWEST || (key == "alt" && self.digits(count)) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::build::seen_text::reader::read_body;
    use crate::privacy::{Checker, Context};

    /// Fragments of a body: numbers, parts of them, and what may separate them.
    const PIECES: [&str; 64] = [
        "1",
        "2001",
        "00412",
        "34",
        "0",
        "081",
        "234",
        "5678",
        "12001",
        "00412340",
        "๑",
        "๒๐๐๑",
        "１",
        "²",
        "-",
        " ",
        "\n",
        "_",
        "(",
        ")",
        ".",
        ",",
        "|",
        "*",
        "\\",
        "\u{200B}",
        "\u{A0}",
        "\u{2013}",
        "ก",
        "ก็",
        "ๆ",
        "a",
        "é",
        "x31",
        "%31",
        "%E0%B9%91",
        "u0031",
        "[^",
        "](",
        "]",
        "&nbsp;",
        "&amp;",
        "&lt;",
        "&gt;",
        "&#49;",
        "ndash;",
        "#49;",
        "<b>",
        "</b>",
        "<wbr>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<sup class=\"fn\">",
        "</sup>",
        "<img alt=\"ก 2001\">",
        "<a href=\"/1/\" title=\"00412\">",
        "<a href=\"https://a.th/%E0%B9%91/2001/\">",
        "<li id=\"34\">",
        "<br>",
    ];

    /// Returns whether the reader finds a number.
    fn is_found(html: &str) -> bool {
        let text = read_body(html);
        !Checker::everything().find_seen(&text, |_| near()).is_empty()
    }

    fn near() -> Context {
        let near = "เลขประชาชน เลขที่บัญชี โทร".to_owned();
        Context { near, ..Context::default() }
    }

    /// Generates a number with a valid check digit, grouped, with random fragments between the
    /// groups.
    fn numbers() -> impl Strategy<Value = String> {
        let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..3);
        let groups = prop::sample::select(vec![
            &["1", "2001", "00412", "34", "0"][..],
            &["081", "234", "5678"],
            &["1", "2", "0", "0", "1", "0", "0", "4", "1", "2", "3", "4", "0"],
        ]);
        (groups, prop::collection::vec(pieces, 13)).prop_map(|(groups, pieces)| {
            groups
                .iter()
                .zip(pieces)
                .map(|(group, pieces)| format!("{group}{}", pieces.concat()))
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

        #[test]
        fn the_scan_overlooks_no_number_between_pieces(html in numbers()) {
            prop_assert!(DigitScan::finds_number(&html) || !is_found(&html), "{html:?}");
        }

        #[test]
        fn the_scan_overlooks_no_number(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24),
        ) {
            let html = pieces.concat();
            prop_assert!(DigitScan::finds_number(&html) || !is_found(&html), "{html:?}");
        }
    }

    #[test]
    fn ordinary_bodies_are_not_read() {
        for html in [
            "<p>หมู่ที่ ๕ ถนน ๙ วันที่ 25 มิถุนายน 2569 งบประมาณ 12,500,000 บาท</p>\n",
            "<ol>\n<li id=\"1\">ก\n<ol>\n<li id=\"1(1)\">ข</li>\n<li id=\"1(2)\">ค</li>\n</ol>\n</li>\n</ol>",
            "<p><a href=\"../../plans/plan-0000036/\">ครั้งที่ 69</a></p>",
        ] {
            assert!(!DigitScan::finds_number(html), "{html}");
        }
    }
}
