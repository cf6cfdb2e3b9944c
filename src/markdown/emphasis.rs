//! Emphasis that touches Thai letters, repaired before Markdown is parsed.
//!
//! CommonMark wants a space or punctuation outside where punctuation stands inside:
//! `**หมายเหตุ:**ข้อความ` is not bold, as Thai writes no space there. Where a run of `*` or `~`
//! stands between a Thai letter and punctuation, a character that is neither space nor punctuation
//! is put on the side of the punctuation, so that the run may open and close (CommonMark 0.31,
//! section 6.2). The character is one that Unicode reserves for programs (U+FDD2); it is taken out
//! of every event again, and sources that contain it are refused. So text never changes: only
//! which stars are emphasis.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

use crate::diagnostics::Code;
use crate::text::may_stand;

/// The helper character.
pub(super) const HELPER: char = '\u{FDD2}';

/// A text with helpers, and the means to find places of the original.
#[derive(Debug)]
pub struct Repaired<'a> {
    /// The text to parse.
    pub text: Cow<'a, str>,
    /// Where helpers stand in it, in bytes, ascending.
    helpers: Vec<usize>,
}

impl<'a> Repaired<'a> {
    /// Puts helpers where emphasis needs them.
    pub fn new(source: &'a str) -> Self {
        let places = places(source);
        if places.is_empty() {
            return Self { text: Cow::Borrowed(source), helpers: places };
        }
        let width = HELPER.len_utf8();
        let mut text = String::with_capacity(source.len() + places.len() * width);
        let mut helpers = Vec::with_capacity(places.len());
        let mut from = 0;
        for place in places {
            text.push_str(&source[from..place]);
            helpers.push(text.len());
            text.push(HELPER);
            from = place;
        }
        text.push_str(&source[from..]);
        Self { text: Cow::Owned(text), helpers }
    }

    /// Whether there are any: then events must be rid of them.
    pub fn has_helpers(&self) -> bool {
        !self.helpers.is_empty()
    }

    /// A range of the parsed text as a range of the original.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.original_place(range.start)..self.original_place(range.end)
    }

    fn original_place(&self, place: usize) -> usize {
        place - self.helpers.partition_point(|helper| *helper < place) * HELPER.len_utf8()
    }
}

/// An event without helpers.
pub fn without_helpers(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Text(text) => Event::Text(without_helper(text)),
        Event::Code(text) => Event::Code(without_helper(text)),
        Event::Html(text) => Event::Html(without_helper(text)),
        Event::InlineHtml(text) => Event::InlineHtml(without_helper(text)),
        Event::FootnoteReference(name) => Event::FootnoteReference(without_helper(name)),
        Event::Start(tag) => Event::Start(without_helpers_in_tag(tag)),
        other => other,
    }
}

fn without_helpers_in_tag(tag: Tag<'_>) -> Tag<'_> {
    match tag {
        Tag::Link { link_type, dest_url, title, id } => Tag::Link {
            link_type,
            dest_url: without_helper(dest_url),
            title: without_helper(title),
            id,
        },
        Tag::Image { link_type, dest_url, title, id } => Tag::Image {
            link_type,
            dest_url: without_helper(dest_url),
            title: without_helper(title),
            id,
        },
        Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
            Tag::CodeBlock(CodeBlockKind::Fenced(without_helper(info)))
        }
        Tag::FootnoteDefinition(name) => Tag::FootnoteDefinition(without_helper(name)),
        other => other,
    }
}

/// Whether no byte of a text can belong to a character that may not stand: said of most texts, and
/// at once.
fn plainly_fine(text: &str) -> bool {
    let suspect = |byte: u8| byte < 0x20 || matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF | 0xF3);
    !text.bytes().fold(false, |found, byte| found | suspect(byte))
}

/// Entities such as `&#xFDD0;` bring in what sources may not hold: it is left out, too.
fn without_helper(text: CowStr<'_>) -> CowStr<'_> {
    if plainly_fine(&text) || text.chars().all(may_stand) {
        text
    } else {
        text.chars().filter(|c| may_stand(*c)).collect::<String>().into()
    }
}

/// A mark of emphasis that stands in the text, as nothing matched it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StrayMark {
    /// What it is told as.
    pub code: Code,
    /// The mark as written.
    pub mark: &'static str,
}

/// Finds a mark that was surely meant: `](` of a link, `[^` of a footnote, `**` and `~~`, and a pair of `_` of which one
/// touches a Thai letter.
pub(super) fn stray_mark(text: &str) -> Option<StrayMark> {
    if !text.contains(['*', '~', '_', ']', '[']) {
        return None;
    }
    if text.contains("[^") {
        return Some(StrayMark { code: Code::MissingFootnote, mark: "[^" });
    }
    if text.contains("](") {
        return Some(StrayMark { code: Code::BrokenLink, mark: "](" });
    }
    let doubled = ["**", "~~"].into_iter().find(|mark| text.contains(mark));
    if let Some(mark) = doubled {
        return Some(StrayMark { code: Code::StrayMark, mark });
    }
    let chars: Vec<char> = text.chars().collect();
    let underscores = chars.iter().filter(|c| **c == '_').count();
    let beside_thai = chars.windows(2).any(|pair| match *pair {
        [a, b] => {
            (a == '_' && Flanking::of(b) == Flanking::Thai)
                || (b == '_' && Flanking::of(a) == Flanking::Thai)
        }
        _ => false,
    });
    // A row of them is a line to write on.
    let is_blank = text.contains("___");
    (underscores >= 2 && beside_thai && !is_blank)
        .then_some(StrayMark { code: Code::Underscore, mark: "_" })
}

/// Where helpers belong: byte offsets, ascending.
fn places(source: &str) -> Vec<usize> {
    let bytes = source.as_bytes();
    let mut places = Vec::new();
    let mut next = 0;
    for start in memchr::memchr2_iter(b'*', b'~', bytes) {
        if start < next {
            continue;
        }
        let mark = bytes[start];
        let length = bytes[start..].iter().take_while(|byte| **byte == mark).count();
        next = start + length;
        let escaped =
            bytes[..start].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
        if escaped {
            continue;
        }
        let before = source[..start].chars().next_back();
        let after = source[next..].chars().next();
        if let (Some(before), Some(after)) = (before, after) {
            let place = place_in_run(before, after, start, length);
            places.extend(place.filter(|_| length != 4 || stands_between(source, start..next)));
        }
    }
    places
}

/// Whether a run of four marks ends one span and begins the next: a pair is open before it on its
/// line, and one comes after it. A mask such as `นาย****สมชาย` stays as it is.
fn stands_between(source: &str, run: Range<usize>) -> bool {
    let line = source[..run.start].rfind('\n').map_or(0, |at| at + 1);
    let rest = source[run.end..].split('\n').next().unwrap_or("");
    let mark = source.as_bytes()[run.start];
    let pairs = |text: &str| {
        let runs = text.as_bytes().chunk_by(|a, b| (*a == mark) == (*b == mark));
        runs.filter(|run| run[0] == mark && run.len() == 2).count()
    };
    pairs(&source[line..run.start]) % 2 == 1 && pairs(rest) > 0
}

/// Where a run of marks between two characters needs a helper, if it does.
fn place_in_run(before: char, after: char, start: usize, length: usize) -> Option<usize> {
    match (Flanking::of(before), Flanking::of(after)) {
        (Flanking::Thai, Flanking::Punctuation) => Some(start + length),
        (Flanking::Punctuation, Flanking::Thai) => Some(start),
        // `**ก****ข**`: the end of one and the start of the next.
        (Flanking::Thai, Flanking::Thai) if length == 4 => Some(start + 2),
        _ => None,
    }
}

/// What a character is to emphasis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flanking {
    /// A Thai letter, vowel, tone mark or digit, or the zero-width space that Thai texts carry.
    Thai,
    /// Punctuation or a symbol.
    Punctuation,
    /// White space and everything else: CommonMark's own rules do.
    Other,
}

impl Flanking {
    fn of(c: char) -> Self {
        match c {
            '\u{E01}'..='\u{E3A}' | '\u{E40}'..='\u{E4E}' | '\u{E50}'..='\u{E59}' | '\u{200B}' => {
                Self::Thai
            }
            // ฿ ๏ ๚ ๛
            '\u{E3F}' | '\u{E4F}' | '\u{E5A}' | '\u{E5B}' => Self::Punctuation,
            c if c.is_ascii_punctuation() => Self::Punctuation,
            c if c.is_ascii() || c.is_alphanumeric() || c.is_whitespace() => Self::Other,
            // Typographic quotation marks, dashes, dots, brackets, currency and other symbols.
            '\u{A1}'..='\u{BF}' | '\u{2010}'..='\u{205E}' | '\u{20A0}'..='\u{2BFF}' => {
                Self::Punctuation
            }
            '\u{3001}'..='\u{3030}' | '\u{FF01}'..='\u{FF0F}' => Self::Punctuation,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Options, Parser, html};

    use super::*;

    const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH;

    fn rendered(source: &str) -> String {
        let repaired = Repaired::new(source);
        let events = Parser::new_ext(&repaired.text, OPTIONS).map(without_helpers);
        let mut out = String::new();
        html::push_html(&mut out, events);
        out.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
    }

    #[test]
    fn emphasis_beside_thai_is_emphasis() {
        for (source, expected) in [
            ("**ข้อความ:**ต่อ", "<strong>ข้อความ:</strong>ต่อ"),
            ("**ข้อ ๑.**ให้", "<strong>ข้อ ๑.</strong>ให้"),
            ("ก่อน**(x)**ต่อ", "ก่อน<strong>(x)</strong>ต่อ"),
            ("**ราคา 10%**ของ", "<strong>ราคา 10%</strong>ของ"),
            ("**บาท฿**ต่อ", "<strong>บาท฿</strong>ต่อ"),
            ("ตอน**๛**จบ", "ตอน<strong>๛</strong>จบ"),
            ("~~ราคา:~~ใหม่", "<del>ราคา:</del>ใหม่"),
            ("**หมายเหตุ:**ข้อความ", "<strong>หมายเหตุ:</strong>ข้อความ"),
            ("ประกาศ**(ร่าง)**ฉบับ", "ประกาศ<strong>(ร่าง)</strong>ฉบับ"),
            ("**มาตรา ๙ (๘)**กำหนด", "<strong>มาตรา ๙ (๘)</strong>กำหนด"),
            ("ถือ**“ข้อมูล”**เป็น", "ถือ<strong>“ข้อมูล”</strong>เป็น"),
            ("ค่า**๑๐%**ต่อ", "ค่า<strong>๑๐%</strong>ต่อ"),
            ("จำนวน**๕๐๐฿**ต่อ", "จำนวน<strong>๕๐๐฿</strong>ต่อ"),
            ("*หมายเหตุ:*ข้อความ", "<em>หมายเหตุ:</em>ข้อความ"),
            ("ก่อน*(ร่าง)*ต่อ", "ก่อน<em>(ร่าง)</em>ต่อ"),
            ("***สำคัญ!***อ่าน", "<em><strong>สำคัญ!</strong></em>อ่าน"),
            ("**ก:**\u{200B}ข", "<strong>ก:</strong>\u{200B}ข"),
            ("ดู**[ลิงก์](x)**ต่อ", "ดู<strong><a href=\"x\">ลิงก์</a></strong>ต่อ"),
            ("ก่อน**`รหัส`**ต่อ", "ก่อน<strong><code>รหัส</code></strong>ต่อ"),
            ("ราคา**—**ต่อ", "ราคา<strong>—</strong>ต่อ"),
            // What would swallow the words between two spans.
            ("**ก:**ข **ค**ง", "<strong>ก:</strong>ข <strong>ค</strong>ง"),
            ("ข**(ก)**ค**(ง)**จ", "ข<strong>(ก)</strong>ค<strong>(ง)</strong>จ"),
            // Adjacent and nested runs.
            ("**ก****ข**", "<strong>ก</strong><strong>ข</strong>"),
            ("**ก *(ข)*ค:**ง", "<strong>ก <em>(ข)</em>ค:</strong>ง"),
            // What worked before still works.
            ("ตาม**มาตรา ๙**กำหนด", "ตาม<strong>มาตรา ๙</strong>กำหนด"),
            ("กอง**วิชาการฯ**ต่อ", "กอง<strong>วิชาการฯ</strong>ต่อ"),
            ("**ต่าง ๆ**และ", "<strong>ต่าง ๆ</strong>และ"),
            // Escaped marks and code stay as they are.
            (r"ราคา\*\*(ไม่เน้น)\*\*ต่อ", "ราคา**(ไม่เน้น)**ต่อ"),
            ("`ก**(ข)**ค`", "<code>ก**(ข)**ค</code>"),
            ("๒ * ๓ * ๔", "๒ * ๓ * ๔"),
            ("นาย****สมชาย", "นาย****สมชาย"),
        ] {
            assert_eq!(rendered(source), expected, "{source}");
        }
    }

    #[test]
    fn ranges_lead_back_to_the_source() {
        let source = "ก่อน**(ร่าง)**ต่อ **ข้อ:**จบ";
        let repaired = Repaired::new(source);
        for (event, range) in Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter() {
            if let Event::Text(text) = event {
                assert_eq!(&source[repaired.original(range)], &*without_helper(text));
            }
        }
    }

    /// The text of a parse, without the marks of emphasis.
    fn plain(source: &str) -> String {
        let events = Parser::new_ext(source, OPTIONS);
        let text: String = events
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.to_string()),
                Event::SoftBreak | Event::HardBreak => Some("\n".to_owned()),
                _ => None,
            })
            .collect();
        text.replace([HELPER, '*', '~'], "")
    }

    proptest! {
        #[test]
        fn text_never_changes(source in "([กขาิ่๑ฯ฿๛\u{200B} a1.:()\"“*~`\\\\\n]|\\*\\*){0,40}") {
            // Lists, rules and fences hang on whole lines of marks, not on flanks.
            prop_assume!(!source.lines().any(|line| line.trim_start().starts_with(['*', '~', '`'])));
            let repaired = Repaired::new(&source);
            prop_assert_eq!(plain(&repaired.text), plain(&source));
            prop_assert_eq!(repaired.text.replace(HELPER, ""), source);
        }
    }
}
