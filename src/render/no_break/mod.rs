//! Keeps names, official terms, dates, and numbers with their units on one line.
//!
//! Browsers break lines of scripts without spaces by a dictionary, which lacks names. So rendered pages
//! get `<span class="nb">` around each name, and no-break spaces instead of some spaces. Code,
//! attributes and machine-readable parts do not change. Texts do not change either: search, feeds and
//! data are made from them.

mod names;
mod scan;
mod words;

use std::collections::BTreeSet;
use std::iter;
use std::ops::Range;

use memchr::{memchr, memmem};

use crate::config::MAX_PROTECTED;
use crate::render::kinds::shown_name;
use crate::render::layout::SLOT_MARK;
use crate::render::no_break::names::Names;
use crate::render::no_break::scan::{
    DASH, digit_at_end, digit_at_start, first_char, is_year, last_char, length, number_end,
    numbers_around, past_entity, past_markup, past_slot, telephone_at_end,
};
use crate::render::no_break::words::NoBreakWords;
use crate::site::Site;
use crate::text::{is_alphabetic, leans_back, runs_on, width};

/// The least width of names of places and units. Narrower ones are mostly common words, which browsers
/// know.
const MIN_WIDTH: usize = 7;
/// The least width of names of people. Browsers rarely break narrower ones.
const MIN_PERSON: usize = 4;
/// Wider names get a second class. They may not fit on a line of a narrow screen in large letters, so the
/// style sheet allows a break there.
const MAX_NARROW: usize = 7;
/// The same for a name together with its number: วันที่ 25 still gets one class, since a month may follow.
const MAX_JOINED: usize = 10;
/// The end of the tag that keeps a name on one line.
const CLOSING: &[u8] = b"</span>";

/// Marks names and numbers in pages that must stay on one line.
#[derive(Debug)]
pub struct NoBreak {
    names: Names,
    words: NoBreakWords,
}

impl NoBreak {
    /// Collects names from the settings and from published items.
    pub fn new(site: &Site) -> Self {
        let words = NoBreakWords::thai();
        let config = &site.config;
        let mut texts: BTreeSet<&str> = [config.contact.address.as_str()].into();
        for language in &config.languages {
            texts.insert(&language.title);
            texts.extend(language.categories.iter().map(String::as_str));
        }
        let people = &config.policy.people;
        texts.extend(people.iter().map(|person| person.unit.as_str()));
        texts.extend(site.items.iter().map(|item| item.details.unit.as_ref()));
        let titles = words.titles.clone();
        let bare = |piece| titles.iter().filter_map(move |title| str::strip_prefix(piece, title));
        let places = texts.iter().flat_map(|text| pieces(text));
        let places = places.flat_map(|piece| iter::once(piece).chain(bare(piece)));
        let places = places.filter(|piece| fits(piece, MIN_WIDTH));
        let shown_people = site.items.iter().filter_map(|item| shown_name(item, &config.kinds));
        let names = people.iter().map(|person| person.name.as_str()).chain(shown_people);
        let names = names.flat_map(|name| iter::once(name).chain(pieces(name)));
        let names = names.filter(|piece| fits(piece, MIN_PERSON));
        let protected = config.protected.iter().map(String::as_str);
        Self::with(words, places.chain(names).chain(protected))
    }

    /// Uses the given names.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self::with(NoBreakWords::thai(), names)
    }

    fn with<'n>(words: NoBreakWords, names: impl IntoIterator<Item = &'n str>) -> Self {
        let counted: Vec<String> = words.counted().collect();
        let fixed = words.terms.iter().chain(&counted);
        let mut all: BTreeSet<&str> = fixed.map(String::as_str).collect();
        for name in names {
            all.insert(name);
        }
        let names = Names::new(&all);
        Self { names, words }
    }

    /// Appends a part of a page to `out`. The part begins and ends outside of tags.
    pub fn set(&self, html: &[u8], out: &mut Vec<u8>) {
        let mut page = HtmlPiece { html, out, written: 0 };
        let (mut start, mut at) = (0, 0);
        while let Some(&first) = html.get(at) {
            match first {
                // Thai and Lao: most of a page. Most of it begins no name.
                0xE0 => {
                    at = self.names.next_at(html, at);
                    if let Some(end) = self.names.end_at(html, start, at) {
                        at = page.keep(start, at..end);
                    } else if html.get(at) == Some(&0xE0) {
                        at += length(0xE0);
                    }
                }
                b'<' => {
                    at = past_markup(html, at);
                    start = at;
                    if let Some(length) = self.person_at(&html[at..]) {
                        at = page.keep(start, at..at + length);
                    }
                }
                b' ' => {
                    if self.joins(&html[start..at], &html[at + 1..]) {
                        at = page.join(at);
                    } else {
                        at += 1;
                    }
                }
                0..0x80 if !self.names.have_ascii => at += 1,
                b'&' => match self.names.end_at(html, start, at) {
                    Some(end) => {
                        page.keep(start, at..end);
                        at = end;
                    }
                    None => at = past_entity(html, at),
                },
                0xEF if first_char(&html[at..]) == Some(SLOT_MARK) => at = past_slot(html, at),
                _ => {
                    if let Some(end) = self.names.end_at(html, start, at) {
                        at = page.keep(start, at..end);
                    } else if let Some(range) = numbers_around(html, start.max(page.written), at) {
                        at = range.end;
                        page.keep_numbers(range);
                    } else {
                        at += length(first);
                    }
                }
            }
        }
        page.copy_to(html.len());
    }

    /// Returns the length of the text up to the next tag if it is the name of a person and nothing else.
    fn person_at(&self, html: &[u8]) -> Option<usize> {
        self.words.persons.at_start(html).next()?;
        let length = memchr(b'<', html)?;
        let text = std::str::from_utf8(&html[..length]).ok()?;
        let is_name = |piece: &str| piece.chars().all(|c| is_alphabetic(c) || leans_back(c));
        let (first, last) = text.split_once(' ')?;
        let office = "นายก";
        (is_name(first) && is_name(last) && !first.starts_with(office) && fits(text, MIN_PERSON))
            .then_some(length)
    }

    /// Returns whether the texts before and after a space belong on one line.
    fn joins(&self, before: &[u8], after: &[u8]) -> bool {
        let words = &self.words;
        let Some(&first) = after.first() else { return false };
        if before.is_empty() || !(first.is_ascii_digit() || first >= 0x80) {
            return false;
        }
        if digit_at_start(after) {
            return if digit_at_end(before) {
                telephone_at_end(before)
            } else {
                words.before_numbers.ends(before) || words.months.ends(before)
            };
        }
        if digit_at_end(before) {
            return words.months.begins(after)
                || (!is_year(before) && self.counts(after))
                || words.marks.begins(after);
        }
        words.marks.begins(after)
            || (words.eras.begins(after) && words.months.ends(before))
            || (words.month_word.ends(before) && words.months.begins(after))
    }

    /// Returns whether a text begins with a unit that a number counts.
    fn counts(&self, after: &[u8]) -> bool {
        let ordinal = "ที่".as_bytes();
        let mut units = self.words.after_numbers.at_start(after);
        // In ไตรมาสที่ 4 ปีงบประมาณ 2569, 4 does not count ปี.
        let others = self.words.before_numbers.at_start(after).map(String::len);
        let longest = others.max().unwrap_or(0);
        units.any(|word| word.len() >= longest && !after[word.len()..].starts_with(ordinal))
    }
}

/// Returns a name in the tag that keeps it on one line. Browsers may not see the word boundaries around it,
/// so `<wbr>` marks those between letters.
fn kept(before: Option<char>, name: &[u8], after: Option<char>) -> String {
    let name = String::from_utf8_lossy(name);
    let class = if width(&name) > MAX_NARROW { "nb w" } else { "nb" };
    let break_at = |edge: Option<char>| {
        let parts = |c: char| !matches!(c, 'ๆ' | 'ฯ') && !c.is_numeric();
        let is_letter = |c: &char| parts(*c) && runs_on(c.encode_utf8(&mut [0; 4]));
        if edge.filter(is_letter).is_some() { "<wbr>" } else { "" }
    };
    format!("{}<span class=\"{class}\">{name}</span>{}", break_at(before), break_at(after))
}

/// Returns the words of a text without punctuation around them.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|piece| piece.trim_matches(|c: char| c.is_ascii_punctuation()))
}

/// Returns whether a name is in a script without spaces, and between `least` and the greatest width that
/// stays on one line.
fn fits(name: &str, least: usize) -> bool {
    runs_on(name) && (least..=MAX_PROTECTED).contains(&width(name))
}

/// A part of a page that is copied to the output with changes.
struct HtmlPiece<'p> {
    html: &'p [u8],
    out: &'p mut Vec<u8>,
    /// The position up to which `html` is written.
    written: usize,
}

impl HtmlPiece<'_> {
    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(&self.html[self.written..end]);
        self.written = end;
    }

    /// Keeps a name on one line, together with the brackets and signs that touch it: lines may break at the
    /// edges of its box. `start` is the start of the text that contains it. Returns the end of the box.
    fn keep(&mut self, start: usize, name: Range<usize>) -> usize {
        let Range { start: mut first, mut end } = name;
        while let Some(c) = last_char(&self.html[start.max(self.written)..first])
            && matches!(c, '(' | '[' | '“' | '‘')
        {
            first -= c.len_utf8();
        }
        while let Some(c) = first_char(&self.html[end..])
            && matches!(c, ')' | ']' | '”' | '’' | '.' | ',' | ':' | '%')
        {
            end += c.len_utf8();
        }
        // The name before this one has marked the boundary.
        let is_marked = self.written == first && self.out.ends_with(b"<wbr>");
        let before = last_char(&self.html[start..first]).filter(|_| !is_marked);
        let after = first_char(&self.html[end..]);
        let kept = kept(before, &self.html[first..end], after);
        self.replace(first..end, &kept);
        end
    }

    /// Replaces a space by a no-break space. Moves a number after it into the box of a name before it,
    /// because lines may break at the edge of a box even at a no-break space. Returns the end of what is
    /// written.
    fn join(&mut self, space: usize) -> usize {
        let end = number_end(self.html, space + 1);
        let is_range = self.html[space..end].contains(&DASH[0]);
        if self.written == space && end > space + 1 && !is_range && self.out.ends_with(CLOSING) {
            self.out.truncate(self.out.len() - CLOSING.len());
            self.replace(space..space + 1, "\u{A0}");
            self.copy_to(end);
            self.mark_wide();
            self.out.extend_from_slice(CLOSING);
            return end;
        }
        self.replace(space..space + 1, "\u{A0}");
        space + 1
    }

    /// Adds the class for wide names to the open tag if a number has made it wide.
    fn mark_wide(&mut self) {
        let opening = b"<span class=\"nb\">";
        let Some(at) = memmem::rfind(self.out, opening) else { return };
        let (class_end, inside) = (at + opening.len() - 2, at + opening.len());
        let inside = String::from_utf8_lossy(&self.out[inside..]);
        if !inside.contains('<') && width(&inside) > MAX_JOINED {
            self.out.splice(class_end..class_end, *b" w");
        }
    }

    /// Keeps a range of numbers on one line.
    fn keep_numbers(&mut self, range: Range<usize>) {
        let kept = format!(
            "<span class=\"nb\">{}</span>",
            String::from_utf8_lossy(&self.html[range.clone()])
        );
        self.replace(range, &kept);
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        self.copy_to(range.start);
        self.out.extend_from_slice(with.as_bytes());
        self.written = range.end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(names: &[&str], html: &str) -> String {
        let no_break = NoBreak::of(names.iter().copied());
        let mut out = Vec::new();
        no_break.set(html.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[track_caller]
    fn expect(html: &str, expected: &str) {
        let found = set(&["สายธารา", "สายธาราพัฒนา", "Nakhon Sai", "รถ A&B"], html);
        assert_eq!(found.replace('\u{A0}', "~"), expected);
    }

    #[test]
    fn names_are_kept_whole() {
        expect("<p>ในสายธารา</p>", "<p>ใน<wbr><span class=\"nb\">สายธารา</span></p>");
        expect("ถนนสายธาราพัฒนา", "ถนน<wbr><span class=\"nb w\">สายธาราพัฒนา</span>");
        expect("รถ A&amp;B", "<span class=\"nb w\">รถ A&amp;B</span>");
        expect("of Nakhon Sai.", "of <span class=\"nb w\">Nakhon Sai.</span>");
        expect("(สายธารา) ๆ", "<span class=\"nb w\">(สายธารา)</span>~ๆ");
        expect("ราชกิจจานุเบกษา", "<span class=\"nb w\">ราชกิจจานุเบกษา</span>");
        expect("กองวิชาการฯ", "<span class=\"nb w\">กองวิชาการฯ</span>");
        let twice = "<span class=\"nb\">สายธารา</span><wbr><span class=\"nb\">สายธารา</span>";
        expect("สายธาราสายธาราและ", &format!("{twice}<wbr>และ"));
        expect(
            "สายธารา ๆ 2สายธารา๓",
            "<span class=\"nb\">สายธารา</span>~ๆ 2<span class=\"nb\">สายธารา</span>๓",
        );
        expect("กองวิชาการฯลฯ", "<span class=\"nb w\">กองวิชาการ</span>ฯลฯ");
    }

    #[test]
    fn no_syllable_and_no_word_is_parted() {
        for text in ["สายธาราำ", "สายธารา์", "เสายธารา", "Nakhon Saint"]
        {
            expect(text, text);
        }
    }

    #[test]
    fn what_is_no_prose_stays() {
        for html in [
            "<a href=\"สายธารา/ครั้งที่ 3\" title='a>สายธารา'>",
            "<code>สายธารา <b>สายธารา</b></code>",
            "<pre><code>ครั้งที่ 3</code></pre>",
            "<title>สายธารา</title><!-- สายธารา > สายธารา -->",
            "<p title=\"สายธารา",
            "<svg><text>สายธารา</text></svg>",
            "\u{FDD1}สายธารา\u{FDD1}",
        ] {
            expect(html, html);
        }
        for html in ["a &middot; b", "&quot;กอง&quot;"] {
            assert_eq!(set(&["middot", "quot;กอง"], html), html);
        }
        expect("<code>1</code>สายธารา", "<code>1</code><span class=\"nb\">สายธารา</span>");
        expect("<br>สายธารา", "<br><span class=\"nb\">สายธารา</span>");
    }

    #[test]
    fn numbers_stay_with_their_words() {
        for (html, expected) in [
            ("ข้อ ๔ พื้นที่ 5 ไร่", "ข้อ~๔ พื้นที่~5~ไร่"),
            ("รวม 2 แห่ง 1,250 บาท", "รวม 2~แห่ง 1,250~บาท"),
            ("ประชุม 2 ครั้งที่ 3", "ประชุม 2 <span class=\"nb\">ครั้งที่~3</span>"),
            (
                "คืนวันที่ 25 มิถุนายน พ.ศ. 2569 โครงการ",
                "คืน<wbr><span class=\"nb\">วันที่~25</span>~มิถุนายน~พ.ศ.~2569 โครงการ",
            ),
            ("รวมสองแห่งและ", "รวม<wbr><span class=\"nb\">สองแห่ง</span><wbr>และ"),
            ("โทร. 0 5600 0165 ต่อ 9", "โทร.~0~5600~0165 ต่อ 9"),
            ("10 20", "10 20"),
            ("ปี 2566–2570.", "ปี~<span class=\"nb\">2566–2570</span>."),
            ("๐๘.๓๐–๑๖.๓๐ น.", "<span class=\"nb\">๐๘.๓๐–๑๖.๓๐</span>~น."),
            ("จันทร์–ศุกร์ 1 – 2", "จันทร์–ศุกร์ 1~– 2"),
            ("25 มิ.ย. 2569", "25~มิ.ย.~2569"),
            ("๒๕ เดือน มิถุนายน พ.ศ. ๒๕๖๙", "๒๕~เดือน~มิถุนายน~พ.ศ.~๒๕๖๙"),
            ("ปี 2569 โครงการ 12,569 โครงการ", "ปี~2569 โครงการ 12,569~โครงการ"),
            ("ต่าง ๆ และกองคลัง ฯ", "ต่าง~ๆ และกองคลัง~ฯ"),
            ("ครั้งที่ 1/2570", "<span class=\"nb w\">ครั้งที่~1/2570</span>"),
            ("วันที่ 1–25.", "<span class=\"nb\">วันที่</span>~<span class=\"nb\">1–25</span>."),
            (
                "ครั้งที่ 4 ปีงบประมาณ",
                "<span class=\"nb\">ครั้งที่~4</span> <span class=\"nb w\">ปีงบประมาณ</span>",
            ),
            ("มาตรา <b>3</b>", "มาตรา <b>3</b>"),
            ("มาตรา  3 มาตรา\n3", "มาตรา  3 มาตรา\n3"),
            ("Room 3 is 2 km", "Room 3 is 2 km"),
            (" ๆ", " ๆ"),
        ] {
            expect(html, expected);
        }
    }

    #[test]
    fn cells_that_are_names_of_people_are_kept_whole() {
        expect("<td>นายร่มรื่น ใจดี</td>", "<td><span class=\"nb w\">นายร่มรื่น ใจดี</span></td>");
        for html in [
            "<td>นายก ใจดี</td>",
            "<td>นาย ก. ข</td>",
            "<td>นายร่มรื่น ใจดี ชื่น</td>",
            "<td>ร่มรื่น ใจดี</td>",
        ] {
            expect(html, html);
        }
    }

    proptest! {
        /// Nothing is lost, whatever the page: without our tags and with plain spaces it is the same.
        #[test]
        fn nothing_else_changes(html in "([สายธราเำ์ฯๆก ]|สายธารา|กองวิชาการ|<b>|</b>|<code>|</code>|\"|'|<|>|ครั้งที่ |<td>นายก|นายสา |–|[0-9๐-๙]|\u{FDD1}|&amp;){0,40}") {
            let set = set(&["สายธารา"], &html).replace("<wbr>", "");
            let back = set.replace("<span class=\"nb w\">", "").replace("<span class=\"nb\">", "");
            prop_assert_eq!(back.replace("</span>", "").replace('\u{A0}', " "), html);
        }

        /// No name begins inside a character reference, nor ends there.
        #[test]
        fn character_references_stay_whole(html in "([สา; ]|&amp;|&quot;|&middot;|&lt;|middot|quot;|<b>){0,30}") {
            let names = ["middot", "middot;ส", "quot;ส", "quot;quot", "ส&mid", "&สา"];
            let set = set(&names, &html);
            for reference in ["&amp;", "&quot;", "&middot;", "&lt;"] {
                prop_assert_eq!(set.matches(reference).count(), html.matches(reference).count());
            }
        }
    }
}
