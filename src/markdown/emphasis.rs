//! Repairs emphasis next to Thai letters, before Markdown is parsed.
//!
//! In CommonMark, emphasis that ends in punctuation must be followed by a space or punctuation. Thai
//! has no space there, so that `**หมายเหตุ:**ข้อความ` is not bold.
//!
//! Where a run of `*` or `~` is between a Thai letter and punctuation, a *helper* is inserted on the
//! side of the punctuation: a character that is neither space nor punctuation, so that the run can
//! open and close emphasis (CommonMark 0.31, section 6.2). The helper is a noncharacter (U+FDD2).
//! It is removed from every event, and sources that contain it are refused. The text itself never
//! changes, only which stars are emphasis.
//!
//! Characters that look like marks and are text, such as the stars of `60*120*75`, are replaced by other
//! noncharacters (U+FDD3 to U+FDD6). `plain_marks` finds them. They become what they were in the events.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

use crate::diagnostics::Code;
use crate::markdown::flanking::Flanking;
use crate::markdown::line_breaks::lone_line_breaks;
use crate::markdown::plain_marks::plain_marks;
use crate::text::{line_start, may_stand};

/// The helper character.
pub(super) const HELPER: char = '\u{FDD2}';

/// Marks that are text, with the characters that stand for them.
const STAND_INS: [(char, char); 4] =
    [('~', '\u{FDD3}'), ('*', '\u{FDD4}'), ('_', '\u{FDD5}'), ('\\', '\u{FDD6}')];

/// Returns the character that stands for a mark.
fn stand_in(mark: u8) -> char {
    let is_mark = |(m, _): &&(char, char)| *m == char::from(mark);
    STAND_INS.iter().find(is_mark).map_or(HELPER, |(_, stand_in)| *stand_in)
}

/// Returns the mark that a character stands for.
fn stood_for(c: char) -> char {
    STAND_INS.iter().find(|(_, stand_in)| *stand_in == c).map_or(c, |(mark, _)| *mark)
}

/// A text with helpers. It maps ranges back to the original.
#[derive(Debug)]
pub struct Repaired<'a> {
    /// The text to parse.
    pub text: Cow<'a, str>,
    /// The offsets behind which the text is longer than the original, ascending, with by how much in
    /// all.
    shifts: Vec<(usize, usize)>,
}

impl<'a> Repaired<'a> {
    /// Inserts helpers where emphasis needs them.
    pub fn new(source: &'a str) -> Self {
        let repairs = repairs(source);
        if repairs.is_empty() {
            return Self { text: Cow::Borrowed(source), shifts: Vec::new() };
        }
        let mut text = String::with_capacity(source.len() + repairs.len() * HELPER.len_utf8());
        let mut shifts = Vec::with_capacity(repairs.len());
        let mut from = 0;
        for repair in repairs {
            let (at, replacement) = match repair {
                Repair::Helper(at) => (at..at, HELPER),
                Repair::Plain(at) => (at..at + 1, stand_in(source.as_bytes()[at])),
            };
            text.push_str(&source[from..at.start]);
            let begins = text.len() + at.len();
            text.push(replacement);
            shifts.push((begins, text.len() - at.end));
            from = at.end;
        }
        text.push_str(&source[from..]);
        Self { text: Cow::Owned(text), shifts }
    }

    /// Returns whether there are helpers, which have to be removed from the events.
    pub fn has_helpers(&self) -> bool {
        !self.shifts.is_empty()
    }

    /// Maps a range of the parsed text to the original.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        self.original_offset(range.start)..self.original_offset(range.end)
    }

    fn original_offset(&self, offset: usize) -> usize {
        let before = self.shifts.partition_point(|(begins, _)| *begins < offset);
        offset - before.checked_sub(1).map_or(0, |last| self.shifts[last].1)
    }
}

/// A change of the text to parse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Repair {
    /// A helper before an offset.
    Helper(usize),
    /// A mark that is text.
    Plain(usize),
}

impl Repair {
    fn at(self) -> usize {
        match self {
            Self::Helper(at) | Self::Plain(at) => at,
        }
    }
}

/// Returns the changes that a text needs, in order.
fn repairs(source: &str) -> Vec<Repair> {
    let plain = plain_marks(source);
    let helpers = helper_offsets(source, &plain).into_iter().map(Repair::Helper);
    let mut repairs: Vec<Repair> =
        helpers.chain(plain.iter().copied().map(Repair::Plain)).collect();
    // With a helper before it, `<br>` is part of a paragraph.
    repairs.extend(lone_line_breaks(source).map(Repair::Helper));
    repairs.sort_by_key(|repair| repair.at());
    repairs
}

/// Removes helpers from an event.
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
        Tag::Heading { level, id, classes, attrs } => Tag::Heading {
            level,
            id: id.map(without_helper),
            classes: classes.into_iter().map(without_helper).collect(),
            attrs,
        },
        Tag::FootnoteDefinition(name) => Tag::FootnoteDefinition(without_helper(name)),
        other => other,
    }
}

/// Returns whether no byte of a text can belong to a forbidden character. This is a fast scan: it is
/// true for most texts.
fn has_only_plain_bytes(text: &str) -> bool {
    let suspect = |byte: u8| byte < 0x20 || matches!(byte, 0x7F | 0xC2 | 0xD8 | 0xE2 | 0xEF | 0xF3);
    !text.bytes().fold(false, |is_found, byte| is_found | suspect(byte))
}

/// Removes helpers and other forbidden characters, which entities such as `&#xFDD0;` bring in.
fn without_helper(text: CowStr<'_>) -> CowStr<'_> {
    if has_only_plain_bytes(&text) || text.chars().all(may_stand) {
        text
    } else {
        text.chars().map(stood_for).filter(|c| may_stand(*c)).collect::<String>().into()
    }
}

/// A mark of Markdown that is left in the text, because nothing matched it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StrayMark {
    /// The code that it is reported with.
    pub code: Code,
    /// The mark as written.
    pub mark: &'static str,
}

/// Finds a mark that was certainly meant as one: `](` of a link, `[^` of a footnote, `**`, `~~`, or a
/// pair of `_` of which one is next to a Thai letter.
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
    let doubled = ["**", "~~"].into_iter().find(|mark| has_doubled(text, mark));
    if let Some(mark) = doubled {
        return Some(StrayMark { code: Code::StrayMark, mark });
    }
    // A hash tag has underscores for spaces.
    let chars: Vec<char> = text
        .split_inclusive(char::is_whitespace)
        .filter(|word| !word.contains('#'))
        .flat_map(str::chars)
        .collect();
    let underscores = chars.iter().filter(|c| **c == '_').count();
    let is_near_thai = chars.windows(2).any(|pair| match *pair {
        [a, b] => {
            (a == '_' && Flanking::of(b) == Flanking::Thai)
                || (b == '_' && Flanking::of(a) == Flanking::Thai)
        }
        _ => false,
    });
    // A row of underscores is a line to write on.
    let is_blank = text.contains("___");
    (underscores >= 2 && is_near_thai && !is_blank)
        .then_some(StrayMark { code: Code::Underscore, mark: "_" })
}

/// Returns whether a text has a doubled mark. A row of more is drawn as a line.
fn has_doubled(text: &str, doubled: &str) -> bool {
    let mark = doubled.as_bytes()[0];
    let mut runs = text.as_bytes().chunk_by(|a, b| (*a == mark) == (*b == mark));
    runs.any(|run| run[0] == mark && run.len() == doubled.len())
}

/// Returns the offsets at which helpers are needed, ascending.
fn helper_offsets(source: &str, plain: &[usize]) -> Vec<usize> {
    let bytes = source.as_bytes();
    let mut offsets = Vec::new();
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
        if escaped || plain.binary_search(&start).is_ok() {
            continue;
        }
        let before = source[..start].chars().next_back();
        let after = source[next..].chars().next();
        if let (Some(before), Some(after)) = (before, after) {
            let offset = helper_offset(before, after, start, length);
            offsets.extend(offset.filter(|_| length != 4 || separates_spans(source, start..next)));
        }
    }
    offsets
}

/// Returns whether a run of four marks ends one span and begins the next: on its line, a pair is open
/// before it and another follows. A mask such as `นาย****สมชาย` is not changed.
fn separates_spans(source: &str, run: Range<usize>) -> bool {
    let line = line_start(source, run.start);
    let rest = source[run.end..].split('\n').next().unwrap_or("");
    let mark = source.as_bytes()[run.start];
    let pairs = |text: &str| {
        let runs = text.as_bytes().chunk_by(|a, b| (*a == mark) == (*b == mark));
        runs.filter(|run| run[0] == mark && run.len() == 2).count()
    };
    pairs(&source[line..run.start]) % 2 == 1 && pairs(rest) > 0
}

/// Returns the offset at which a run of marks between two characters needs a helper. `None` if it
/// needs none.
fn helper_offset(before: char, after: char, start: usize, length: usize) -> Option<usize> {
    match (Flanking::of(before), Flanking::of(after)) {
        // Nothing opens before `)`: the stars of `ปี**)` are the mark of a note.
        (Flanking::Thai, Flanking::Punctuation) if !CLOSING.contains(after) => Some(start + length),
        (Flanking::Punctuation, Flanking::Thai) if !OPENING.contains(before) => Some(start),
        // `**ก****ข**`: one span ends, and the next begins.
        (Flanking::Thai, Flanking::Thai) if length == 4 => Some(start + 2),
        _ => None,
    }
}

/// Punctuation that ends something.
const CLOSING: &str = ")]}”’».,;:!?…";

/// Punctuation that begins something.
const OPENING: &str = "([{“‘«";

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Options, Parser, html};

    use super::*;

    const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH;

    fn rendered(source: &str) -> String {
        rendered_with(OPTIONS, source)
    }

    /// Renders a paragraph, without its tags.
    pub(in crate::markdown) fn rendered_with(options: Options, source: &str) -> String {
        let repaired = Repaired::new(source);
        let events = Parser::new_ext(&repaired.text, options).map(without_helpers);
        let mut out = String::new();
        html::push_html(&mut out, events);
        out.trim().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
    }

    #[test]
    fn emphasis_next_to_thai_is_emphasis() {
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
            // Without helpers, the words between two spans would be emphasized.
            ("**ก:**ข **ค**ง", "<strong>ก:</strong>ข <strong>ค</strong>ง"),
            ("ข**(ก)**ค**(ง)**จ", "ข<strong>(ก)</strong>ค<strong>(ง)</strong>จ"),
            // Adjacent and nested runs.
            ("**ก****ข**", "<strong>ก</strong><strong>ข</strong>"),
            ("**ก *(ข)*ค:**ง", "<strong>ก <em>(ข)</em>ค:</strong>ง"),
            // Emphasis that needs no helpers.
            ("ตาม**มาตรา ๙**กำหนด", "ตาม<strong>มาตรา ๙</strong>กำหนด"),
            ("กอง**วิชาการฯ**ต่อ", "กอง<strong>วิชาการฯ</strong>ต่อ"),
            ("**ต่าง ๆ**และ", "<strong>ต่าง ๆ</strong>และ"),
            // Escaped marks and code.
            (r"ราคา\*\*(ไม่เน้น)\*\*ต่อ", "ราคา**(ไม่เน้น)**ต่อ"),
            ("`ก**(ข)**ค`", "<code>ก**(ข)**ค</code>"),
            ("๒ * ๓ * ๔", "๒ * ๓ * ๔"),
            ("นาย****สมชาย", "นาย****สมชาย"),
            // Tildes inside addresses.
            (
                "https://a.th/#:~:text=ก และ https://b.th/#:~:text=ข",
                "https://a.th/#:~:text=ก และ https://b.th/#:~:text=ข",
            ),
            ("www.a.th/~b www.a.th/~c", "www.a.th/~b www.a.th/~c"),
            (
                "[ก](https://a.th/~b) https://a.th/~c",
                "<a href=\"https://a.th/~b\">ก</a> https://a.th/~c",
            ),
            ("~~https://a.th/b~~ ต่อ", "<del>https://a.th/b</del> ต่อ"),
            ("~https://a.th/b~ ต่อ", "<del>https://a.th/b</del> ต่อ"),
            ("`https://a.th/~b`", "<code>https://a.th/~b</code>"),
            // Marks of notes.
            ("ปี**) และปี**)", "ปี**) และปี**)"),
            ("ปี*) และปี*)", "ปี*) และปี*)"),
        ] {
            assert_eq!(rendered(source), expected, "{source}");
        }
    }

    #[test]
    fn ranges_are_mapped_to_the_source() {
        let source = "ก่อน**(ร่าง)**ต่อ **ข้อ:**จบ";
        let repaired = Repaired::new(source);
        for (event, range) in Parser::new_ext(&repaired.text, OPTIONS).into_offset_iter() {
            if let Event::Text(text) = event {
                assert_eq!(&source[repaired.original(range)], &*without_helper(text));
            }
        }
    }

    /// The text of a parse, without the marks of emphasis and without backslashes.
    fn plain(source: &str) -> String {
        let events = Parser::new_ext(source, OPTIONS);
        let text: String = events
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.to_string()),
                Event::SoftBreak | Event::HardBreak => Some("\n".to_owned()),
                _ => None,
            })
            .collect();
        let text: String = text.chars().map(stood_for).collect();
        text.replace([HELPER, '*', '~', '\\'], "")
    }

    proptest! {
        #[test]
        fn text_never_changes(source in "([กขาิ่๑ฯ฿๛\u{200B} a1.:()\"“*~`\\\\\n]|\\*\\*){0,40}") {
            // Lists, rules and fences depend on whole lines of marks.
            prop_assume!(!source.lines().any(|line| line.trim_start().starts_with(['*', '~', '`'])));
            let repaired = Repaired::new(&source);
            prop_assert_eq!(plain(&repaired.text), plain(&source));
            let restored: String = repaired.text.chars().map(stood_for).collect();
            prop_assert_eq!(restored.replace(HELPER, ""), source);
        }
    }
}
