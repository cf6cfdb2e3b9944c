//! What no line may part: names and official words, a number and what it counts, the parts of a date.
//!
//! Scripts without spaces are parted by a dictionary in the browser, which knows no names. So a page
//! that is ready gets `<span class="nb">` around each name, and no-break spaces in the place of
//! spaces. Code, attributes and what is for machines stay as they are. It is done here and not in
//! texts: search, feeds and data are made of the texts.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::iter;
use std::ops::Range;

use memchr::{memchr, memmem};
use serde::Deserialize;

use crate::config::MAX_PROTECTED;
use crate::content::KindData;
use crate::markdown::escape;
use crate::render::layout::SLOT_MARK;
use crate::site::Site;
use crate::text::{leans_back, leans_forward, runs_on, width};

/// Narrower names of places and units are common words as a rule, which browsers know.
const MIN_WIDTH: usize = 7;
/// Narrower names of people are rarely parted at all.
const MIN_PERSON: usize = 4;
/// A wider name may not fit on a line of a narrow screen in large letters: its class lets the style
/// sheet part it there.
const MAX_NARROW: usize = 7;
/// The same for a name with its number: as far as วันที่ 25, which a month may follow.
const MAX_JOINED: usize = 10;
/// How many bytes of a name are looked up.
const KEY: usize = 6;

/// Elements whose text is not prose, or may hold no other element.
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

/// The words of Thai.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoBreakWords {
    terms: Vec<String>,
    before_numbers: Edges,
    after_numbers: Edges,
    numbers: Vec<String>,
    months: Edges,
    eras: Edges,
    month_word: Edges,
    marks: Edges,
    titles: Vec<String>,
    persons: Edges,
}

impl NoBreakWords {
    fn thai() -> Self {
        toml::from_str(include_str!("no_break_th.toml")).expect("the file is part of the program")
    }

    /// Numbers in words with what they count: สองแห่ง.
    fn counted(&self) -> impl Iterator<Item = String> {
        let counts =
            |number| self.after_numbers.words.iter().map(move |word| format!("{number}{word}"));
        let numbers = self.numbers.iter().flat_map(counts);
        numbers.filter(|counted| !counted.ends_with('.'))
    }
}

/// Stands between two numbers.
const DASH: &[u8] = "–".as_bytes();

/// The end of the tag that keeps a name on one line.
const CLOSING: &[u8] = b"</span>";

/// How many bytes a Thai letter has.
const LETTER: usize = 3;

/// Words that are looked for at the start or at the end of a text. Most have another letter there,
/// and are asked no more.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
struct Edges {
    words: Vec<String>,
    /// By the last byte of the first letter, and by the last byte of all: whether a word has it.
    has_first: Box<[bool; 256]>,
    has_last: Box<[bool; 256]>,
}

impl From<Vec<String>> for Edges {
    fn from(words: Vec<String>) -> Self {
        let mut has = [[false; 256], [false; 256]];
        for word in words.iter().map(String::as_bytes) {
            for (place, has) in [LETTER - 1, word.len() - 1].into_iter().zip(&mut has) {
                has[usize::from(word[place])] = true;
            }
        }
        let [has_first, has_last] = has.map(Box::new);
        Self { words, has_first, has_last }
    }
}

impl Edges {
    /// The words with which a text begins.
    fn at_start<'e>(&'e self, text: &'e [u8]) -> impl Iterator<Item = &'e String> {
        let known = text.get(LETTER - 1).is_some_and(|byte| self.has_first[usize::from(*byte)]);
        let words = if known { &self.words[..] } else { &[] };
        words.iter().filter(|word| text.starts_with(word.as_bytes()))
    }

    fn begins(&self, text: &[u8]) -> bool {
        self.at_start(text).next().is_some()
    }

    fn ends(&self, text: &[u8]) -> bool {
        let known = text.last().is_some_and(|byte| self.has_last[usize::from(*byte)]);
        known && self.words.iter().any(|word| text.ends_with(word.as_bytes()))
    }
}

/// Sets pages so that names and numbers stay whole.
#[derive(Debug)]
pub struct NoBreak {
    names: Names,
    words: NoBreakWords,
}

impl NoBreak {
    /// Takes names from the settings and from what is published.
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
        let found = texts.iter().flat_map(|text| pieces(text));
        let found = found.flat_map(|piece| iter::once(piece).chain(bare(piece)));
        let found = found.filter(|piece| fits(piece, MIN_WIDTH));
        let shown = site.items.iter().filter_map(|item| match item.details.special.as_deref() {
            Some(KindData::Person(person)) if person.name.is_empty() => Some(&*item.title),
            Some(KindData::Person(person)) => Some(&*person.name),
            _ => None,
        });
        let names = people.iter().map(|person| person.name.as_str()).chain(shown);
        let names = names.flat_map(|name| iter::once(name).chain(pieces(name)));
        let names = names.filter(|piece| fits(piece, MIN_PERSON));
        let protected = config.protected.iter().map(String::as_str);
        Self::with(words, found.chain(names).chain(protected))
    }

    /// Takes names as given.
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

    /// Writes a piece of a page to `out`. It begins and ends outside of tags.
    pub fn set(&self, html: &[u8], out: &mut Vec<u8>) {
        let mut page = HtmlPiece { html, out, written: 0 };
        let (mut start, mut at) = (0, 0);
        while let Some(&first) = html.get(at) {
            match first {
                // Thai and Lao: most of a page, and most of it begins no name.
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

    /// How long the text is that begins here, if it is the name of a person and nothing else.
    fn person_at(&self, html: &[u8]) -> Option<usize> {
        self.words.persons.at_start(html).next()?;
        let length = memchr(b'<', html)?;
        let text = std::str::from_utf8(&html[..length]).ok()?;
        let is_name = |piece: &str| piece.chars().all(|c| c.is_alphabetic() || leans_back(c));
        let (first, last) = text.split_once(' ')?;
        let office = "นายก";
        (is_name(first) && is_name(last) && !first.starts_with(office) && fits(text, MIN_PERSON))
            .then_some(length)
    }

    /// Whether what stands before and after a space belongs on one line.
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

    /// Whether a text begins with what a number counts.
    fn counts(&self, after: &[u8]) -> bool {
        let ordinal = "ที่".as_bytes();
        let mut found = self.words.after_numbers.at_start(after);
        // Not 4 ปี of ไตรมาสที่ 4 ปีงบประมาณ 2569.
        let others = self.words.before_numbers.at_start(after).map(String::len);
        let longest = others.max().unwrap_or(0);
        found.any(|word| word.len() >= longest && !after[word.len()..].starts_with(ordinal))
    }
}

/// A name in the tag that keeps it on one line. Browsers may not see that a word ends before it or
/// behind it: between letters they are told.
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

/// What stands between the spaces of a text, without brackets.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().map(|piece| piece.trim_matches(|c: char| c.is_ascii_punctuation()))
}

/// Whether a name is of a script without spaces, and of a width that is kept on one line.
fn fits(name: &str, least: usize) -> bool {
    runs_on(name) && (least..=MAX_PROTECTED).contains(&width(name))
}

/// A piece of a page, of which some parts are written otherwise.
struct HtmlPiece<'p> {
    html: &'p [u8],
    out: &'p mut Vec<u8>,
    /// How much of it is written.
    written: usize,
}

impl HtmlPiece<'_> {
    fn copy_to(&mut self, end: usize) {
        self.out.extend_from_slice(&self.html[self.written..end]);
        self.written = end;
    }

    /// Keeps a name of the text that begins at `start` on one line, with the brackets and signs that
    /// touch it: where a name is a box of its own, lines may end at its edges. Tells where it ends.
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
        // Two names in a row: the first has told where it ends.
        let is_told = self.written == first && self.out.ends_with(b"<wbr>");
        let before = last_char(&self.html[start..first]).filter(|_| !is_told);
        let after = first_char(&self.html[end..]);
        let kept = kept(before, &self.html[first..end], after);
        self.replace(first..end, &kept);
        end
    }

    /// Puts a no-break space in the place of a space, and the number behind it into the tag of the
    /// name before it: at the edge of a box, not even a no-break space keeps what follows. Tells where
    /// it ends.
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

    /// Gives the tag that is open its class for wide names if a number has made it wide.
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

/// Names with the same first bytes, as HTML. Thousands of offices may begin alike, but names have
/// few lengths.
#[derive(Debug, Default)]
struct NamesByPrefix {
    names: HashSet<Box<[u8]>>,
    lengths: BTreeSet<usize>,
}

/// Names, found by their first bytes.
#[derive(Debug)]
struct Names {
    /// A bit for each first bytes, hashed: nearly every place of a text is no beginning of a name.
    bits: Box<[u64; 1024]>,
    /// The names that begin with some bytes.
    by_key: HashMap<u64, NamesByPrefix>,
    /// Whether one begins with a letter of ASCII.
    have_ascii: bool,
}

impl Names {
    fn new(names: &BTreeSet<&str>) -> Self {
        let mut this =
            Self { bits: Box::new([0; 1024]), by_key: HashMap::new(), have_ascii: false };
        for name in names {
            let mut html = String::with_capacity(name.len());
            escape(name, &mut html);
            let Some(key) = key_at(html.as_bytes(), 0) else { continue };
            this.have_ascii |= name.starts_with(|c: char| c.is_ascii());
            let bit = bit_of(key);
            this.bits[bit / 64] |= 1 << (bit % 64);
            let alike = this.by_key.entry(key).or_default();
            alike.lengths.insert(html.len());
            alike.names.insert(html.into_bytes().into());
        }
        this
    }

    /// Where a name may begin, or where letters that begin with another byte stand.
    fn next_at(&self, text: &[u8], from: usize) -> usize {
        let mut rest = &text[from..];
        while let [0xE0, _, _, after @ ..] = rest
            && let Some(key) = rest.first_chunk().map(|bytes| key_of(*bytes))
            && !self.may_begin(key)
        {
            rest = after;
        }
        text.len() - rest.len()
    }

    fn may_begin(&self, key: u64) -> bool {
        let bit = bit_of(key);
        self.bits[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// Where the longest name ends that begins at a place of a text.
    fn end_at(&self, text: &[u8], start: usize, at: usize) -> Option<usize> {
        let key = key_at(text, at)?;
        if !self.may_begin(key) {
            return None;
        }
        let names = self.by_key.get(&key)?;
        let before = last_char(&text[start..at]);
        let rest = &text[at..];
        let fits = |name: &&[u8]| {
            names.names.contains(*name) && is_whole(name, before, first_char(&rest[name.len()..]))
        };
        let lengths = names.lengths.iter().rev();
        let end = at + lengths.filter_map(|length| rest.get(..*length)).find(fits)?.len();
        // กองวิชาการฯ, but not what stands before ฯลฯ.
        let (sign, list) = ("ฯ".as_bytes(), "ฯลฯ".as_bytes());
        let has_sign = text[end..].starts_with(sign) && !text[end..].starts_with(list);
        Some(if has_sign { end + sign.len() } else { end })
    }
}

/// Whether a name between two letters is no part of a syllable, nor of a word of a script with
/// spaces between words.
fn is_whole(name: &[u8], before: Option<char>, after: Option<char>) -> bool {
    let is_word = |c: Option<char>| {
        c.is_some_and(|c| c.is_alphanumeric() && !runs_on(c.encode_utf8(&mut [0; 4])))
    };
    let parts_word = |edge: Option<char>, next: Option<char>| is_word(edge) && is_word(next);
    !before.is_some_and(leans_forward)
        && !after.is_some_and(leans_back)
        && !parts_word(first_char(name), before)
        && !parts_word(last_char(name), after)
}

fn first_char(text: &[u8]) -> Option<char> {
    let end = text.len().min(text.first().map_or(0, |first| length(*first)));
    std::str::from_utf8(&text[..end]).ok()?.chars().next()
}

fn last_char(text: &[u8]) -> Option<char> {
    let start = (0..text.len()).rev().take(4).find(|n| text[*n] & 0xC0 != 0x80)?;
    first_char(&text[start..])
}

/// The first bytes of a name, or of what stands at a place.
fn key_at(text: &[u8], at: usize) -> Option<u64> {
    let text = text.get(at..)?;
    let mut bytes = [0; 8];
    bytes[..KEY].copy_from_slice(text.get(..KEY)?);
    Some(key_of(bytes))
}

fn key_of(bytes: [u8; 8]) -> u64 {
    u64::from_le_bytes(bytes) & ((1 << (8 * KEY)) - 1)
}

/// One of 65,536 bits.
fn bit_of(key: u64) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}

/// How many bytes the letter has that begins with one.
fn length(first: u8) -> usize {
    match first {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    }
}

fn digit_at_start(text: &[u8]) -> bool {
    matches!(text, [b'0'..=b'9', ..] | [0xE0, 0xB9, 0x90..=0x99, ..])
}

fn digit_at_end(text: &[u8]) -> bool {
    matches!(text, [.., b'0'..=b'9'] | [.., 0xE0, 0xB9, 0x90..=0x99])
}

/// Whether a text ends with the first digits of a telephone number: 0 5600, which 0165 follows.
fn telephone_at_end(text: &[u8]) -> bool {
    let belongs = |byte: &u8| byte.is_ascii_digit() || *byte == b' ';
    let length = text.iter().rev().take_while(|byte| belongs(byte)).count();
    text[text.len() - length..].trim_ascii_start().starts_with(b"0")
}

/// The two numbers around a dash that stands at a place: 2566–2570, 08.30–16.30.
fn numbers_around(html: &[u8], from: usize, at: usize) -> Option<Range<usize>> {
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

/// Where the number or the range of numbers ends that begins at a place.
fn number_end(html: &[u8], at: usize) -> usize {
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

/// Whether a text ends with a year: what follows it is not counted by it.
fn is_year(text: &[u8]) -> bool {
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

/// Where text begins again behind the tag that begins at a place, and behind its element if that is
/// not prose.
fn past_markup(html: &[u8], at: usize) -> usize {
    let Some(tag) = html.get(at + 1..) else { return html.len() };
    let past =
        |mark: &[u8]| memmem::find(tag, mark).map_or(html.len(), |n| at + 1 + n + mark.len());
    if tag.starts_with(b"!--") {
        return past(b"-->");
    }
    let end = tag_end(html, at);
    // Nearly all tags of a text: `a`, `td`, and what closes others.
    if tag.iter().take(3).any(|b| !b.is_ascii_alphanumeric()) {
        return end;
    }
    let name = tag.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = &tag[..name];
    let Some(name) = UNTOUCHED.iter().find(|known| known.eq_ignore_ascii_case(name)) else {
        return end;
    };
    if html[..end].ends_with(b"/>") {
        return end;
    }
    let closing = [b"</", *name].concat();
    memmem::find(&html[end..], &closing).map_or(html.len(), |n| tag_end(html, end + n))
}

/// Behind the character reference that begins at a place, or behind its `&` if it is none: no name
/// begins inside.
fn past_entity(html: &[u8], at: usize) -> usize {
    let name = html[at + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'#');
    let end = at + 1 + name.count();
    if html.get(end) == Some(&b';') { end + 1 } else { at + 1 }
}

/// Behind the `>` of the tag that begins at a place: one within quotes does not end it.
fn tag_end(html: &[u8], at: usize) -> usize {
    let mut at = at;
    while let Some(byte) = html.get(at) {
        at += 1;
        match byte {
            b'>' => return at,
            b'"' | b'\'' => at += memchr(*byte, &html[at..]).map_or(html.len() - at, |n| n + 1),
            _ => {}
        }
    }
    html.len()
}

/// Behind a hole of the shell, whose name is for the program.
fn past_slot(html: &[u8], at: usize) -> usize {
    let mut mark = [0; 4];
    let mark = SLOT_MARK.encode_utf8(&mut mark).as_bytes();
    let name = at + mark.len();
    memmem::find(&html[name..], mark).map_or(name, |n| name + n + mark.len())
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
