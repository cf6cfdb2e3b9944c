//! Finds characters, numbers and tags in HTML.

use std::ops::Range;

use memchr::memmem;

use crate::markdown::tag_end;
use crate::render::layout::SLOT_MARK;

/// The dash between two numbers.
pub(super) const DASH: &[u8] = "–".as_bytes();

/// Elements whose text is not prose, or which cannot contain other elements.
const UNTOUCHED: [&[u8]; 12] = [
    b"code",
    b"pre",
    b"kbd",
    b"samp",
    b"script",
    b"style",
    b"title",
    b"textarea",
    b"option",
    b"select",
    b"svg",
    b"math",
];

pub(super) fn first_char(text: &[u8]) -> Option<char> {
    let end = text.len().min(text.first().map_or(0, |first| length(*first)));
    std::str::from_utf8(&text[..end]).ok()?.chars().next()
}

pub(super) fn last_char(text: &[u8]) -> Option<char> {
    let start = (0..text.len()).rev().take(4).find(|n| text[*n] & 0xC0 != 0x80)?;
    first_char(&text[start..])
}

/// Returns the length of a character from its first byte.
pub(super) fn length(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    }
}

pub(super) fn digit_at_start(text: &[u8]) -> bool {
    matches!(text, [b'0'..=b'9', ..] | [0xE0, 0xB9, 0x90..=0x99, ..])
}

pub(super) fn digit_at_end(text: &[u8]) -> bool {
    matches!(text, [.., b'0'..=b'9'] | [.., 0xE0, 0xB9, 0x90..=0x99])
}

/// Returns whether a text ends with the first digits of a telephone number, such as 0 5600 before 0165.
pub(super) fn telephone_at_end(text: &[u8]) -> bool {
    let belongs = |byte: &u8| byte.is_ascii_digit() || *byte == b' ';
    let length = text.iter().rev().take_while(|byte| belongs(byte)).count();
    text[text.len() - length..].trim_ascii_start().starts_with(b"0")
}

/// Returns the range of two numbers around the dash at a position: 2566–2570, 08.30–16.30. Returns `None`
/// if there is no such dash.
pub(super) fn numbers_around(html: &[u8], from: usize, at: usize) -> Option<Range<usize>> {
    let (before, after) = (html.get(from..at)?, html[at..].strip_prefix(DASH)?);
    if !digit_at_end(before) || !digit_at_start(after) {
        return None;
    }
    let mut start = at;
    while let Some(c) = last_char(&html[from..start]).filter(|c| is_of_number(*c)) {
        start -= c.len_utf8();
    }
    Some(start..number_end(html, at + DASH.len()))
}

/// Returns the end of the number, or range of numbers, that begins at a position.
pub(super) fn number_end(html: &[u8], at: usize) -> usize {
    let mut end = at;
    let mut next = at;
    while let Some(c) = first_char(&html[next..]).filter(|c| is_of_number(*c) || *c == '–') {
        next += c.len_utf8();
        if c.is_numeric() {
            end = next;
        }
    }
    end
}

fn is_of_number(c: char) -> bool {
    c.is_numeric() || matches!(c, '.' | ',' | ':' | '/')
}

/// Returns whether a text ends with a year. A year does not count what follows it.
pub(super) fn is_year(text: &[u8]) -> bool {
    let (mut rest, mut digits) = (text, [0; 4]);
    for digit in digits.iter_mut().rev() {
        let (shorter, last) = match rest {
            [shorter @ .., d @ b'0'..=b'9'] => (shorter, d - b'0'),
            [shorter @ .., 0xE0, 0xB9, d @ 0x90..=0x99] => (shorter, d - 0x90),
            _ => return false,
        };
        (rest, *digit) = (shorter, last);
    }
    let is_number = digit_at_end(rest) || rest.ends_with(b",") || rest.ends_with(b".");
    !is_number && matches!(digits, [1, 9, ..] | [2, 0 | 4..=6, ..])
}

/// Returns the position after the tag that begins at `at`, or after its element if that is not prose.
pub(super) fn past_markup(html: &[u8], at: usize) -> usize {
    let Some(tag) = html.get(at + 1..) else { return html.len() };
    let past =
        |mark: &[u8]| memmem::find(tag, mark).map_or(html.len(), |n| at + 1 + n + mark.len());
    if tag.starts_with(b"!--") {
        return past(b"-->");
    }
    let past_tag = |at: usize| tag_end(&html[at..]).map_or(html.len(), |n| at + n + 1);
    let end = past_tag(at);
    // Nearly all tags of a text: short ones such as `a` and `td`, and closing tags.
    if tag.iter().take(3).any(|b| !b.is_ascii_alphanumeric()) {
        return end;
    }
    let name = tag.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = &tag[..name];
    let Some(name) = UNTOUCHED.iter().find(|element| element.eq_ignore_ascii_case(name)) else {
        return end;
    };
    if html[..end].ends_with(b"/>") {
        return end;
    }
    let closing = [b"</", *name].concat();
    memmem::find(&html[end..], &closing).map_or(html.len(), |n| past_tag(end + n))
}

/// Returns the position after the character reference that begins at `at`, or after its `&` if it is none.
/// No name begins inside.
pub(super) fn past_entity(html: &[u8], at: usize) -> usize {
    let name = html[at + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'#');
    let end = at + 1 + name.count();
    if html.get(end) == Some(&b';') { end + 1 } else { at + 1 }
}

/// Returns the position after the slot of a layout that begins at `at`.
pub(super) fn past_slot(html: &[u8], at: usize) -> usize {
    let mut mark = [0; 4];
    let mark = SLOT_MARK.encode_utf8(&mut mark).as_bytes();
    let name = at + mark.len();
    memmem::find(&html[name..], mark).map_or(name, |n| name + n + mark.len())
}
