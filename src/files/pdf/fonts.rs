//! Maps the codes of a PDF font to letters.
//!
//! Codes of a simple font are one byte each, whatever its ToUnicode table says about their length
//! (ISO 32000-1, 9.6). Codes of a composite font usually have two bytes.

use lopdf::{Dictionary, Document, Object};

/// The mapping of a font's codes to letters.
#[derive(Debug)]
pub(super) enum Letters {
    /// Letters by byte.
    Simple(Vec<Option<Box<str>>>),
    /// The ToUnicode table, and whether all codes are two bytes long.
    Wide(Table, bool),
    /// The codes are UTF-16.
    Utf16,
}

/// Private-use letters of Thai fonts: marks shifted to the left or down.
const THAI_PRIVATE: std::ops::RangeInclusive<char> = '\u{F700}'..='\u{F71F}';

/// Returns whether the letters are the ones shown.
fn is_known(letters: &str) -> bool {
    let is_private = |c: char| ('\u{E000}'..='\u{F8FF}').contains(&c) && !THAI_PRIVATE.contains(&c);
    let is_unknown = |c: char| c == '\0' || c == char::REPLACEMENT_CHARACTER || is_private(c);
    !letters.chars().any(is_unknown)
}

impl Letters {
    /// Creates the mapping of a simple font from its ToUnicode table, or else from its encoding.
    pub(super) fn simple(table: Option<&[u8]>, base: Vec<Option<Box<str>>>) -> Self {
        let table = table.map(Table::read).unwrap_or_default();
        let of_code = |(code, base): (u32, Option<Box<str>>)| {
            let known = table.letters(code).filter(|letters| is_known(letters));
            known.map(Box::from).or(base)
        };
        Self::Simple((0..).zip(base).map(of_code).collect())
    }

    /// Creates the mapping of a composite font from its ToUnicode table and the name of its
    /// encoding.
    pub(super) fn wide(table: Option<&[u8]>, name: Option<&[u8]>) -> Self {
        let is_utf16 = name.is_some_and(|name| {
            let name = String::from_utf8_lossy(name);
            name.starts_with("Uni") && (name.contains("UCS2") || name.contains("UTF16"))
        });
        match table {
            None if is_utf16 => Self::Utf16,
            None => Self::Wide(Table::default(), true),
            Some(table) => {
                let is_identity = name.is_some_and(|name| name.starts_with(b"Identity"));
                Self::Wide(Table::read(table), is_identity)
            }
        }
    }

    /// Passes on each code of a painted string with its letters. The letters are `None` if they are
    /// unknown.
    pub(super) fn decode(&self, bytes: &[u8], each: &mut dyn FnMut(u32, Option<&str>)) {
        match self {
            Self::Simple(letters) => {
                for code in bytes {
                    each(u32::from(*code), letters[usize::from(*code)].as_deref());
                }
            }
            Self::Wide(table, is_two) => {
                let mut rest = bytes;
                while !rest.is_empty() {
                    let len = if *is_two { 2 } else { table.length(rest) }.min(rest.len());
                    let code = rest[..len].iter().fold(0, |code, b| code << 8 | u32::from(*b));
                    let letters = table.letters(code).filter(|letters| is_known(letters));
                    each(code, letters.as_deref());
                    rest = &rest[len..];
                }
            }
            Self::Utf16 => {
                let units = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair));
                for letter in char::decode_utf16(units) {
                    let letter = letter.ok().map(String::from);
                    each(0, letter.as_deref());
                }
            }
        }
    }
}

/// Returns the letters of a simple font's encoding.
pub(super) fn base_letters(
    encoding: Option<&Object>,
    document: &Document,
) -> Vec<Option<Box<str>>> {
    const NAMES: [&[u8]; 3] = [b"WinAnsiEncoding", b"MacRomanEncoding", b"MacExpertEncoding"];
    let table = encoding.and_then(|encoding| encoding.as_dict().ok());
    let base = table.and_then(|table| table.get(b"BaseEncoding").ok()).or(encoding);
    let base = base.and_then(|base| base.as_name().ok()).filter(|name| NAMES.contains(name));
    let base = base.unwrap_or(b"StandardEncoding");
    let mut letters = decoded(Object::Name(base.to_vec()), document, 0..=u8::MAX);
    let differences = table.and_then(|table| table.get_deref(b"Differences", document).ok());
    let mut code = 0;
    for part in differences.and_then(|parts| parts.as_array().ok()).into_iter().flatten() {
        match part {
            Object::Name(name) => {
                if let Some(place) = letters.get_mut(code) {
                    *place = named(name, document);
                }
                code += 1;
            }
            part => code = part.as_i64().ok().and_then(|n| n.try_into().ok()).unwrap_or(code),
        }
    }
    letters
}

/// Returns the letters of the codes in an encoding.
fn decoded(
    encoding: Object,
    document: &Document,
    codes: std::ops::RangeInclusive<u8>,
) -> Vec<Option<Box<str>>> {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    let encoding = font.get_font_encoding_with_limit(document, 0).ok();
    let of_code = |code: u8| {
        let mut letters = String::new();
        encoding.as_ref()?.write_to_string(&[code], &mut letters).ok()?;
        (!letters.is_empty() && is_known(&letters)).then(|| letters.into())
    };
    codes.map(of_code).collect()
}

/// Returns the letter for a glyph name: `one`, `uni0E01`, `u0E01`, `one.alt`.
fn named(name: &[u8], document: &Document) -> Option<Box<str>> {
    let text = String::from_utf8_lossy(name);
    let text = text.split('.').next().filter(|text| !text.is_empty())?;
    let digits = text.strip_prefix("uni").or_else(|| text.strip_prefix('u'));
    let digits = digits.filter(|digits| (4..=6).contains(&digits.len()));
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if let Some(letter) = number.and_then(char::from_u32) {
        let letters = String::from(letter);
        return is_known(&letters).then(|| letters.into());
    }
    let mut encoding = Dictionary::new();
    let name = Object::Name(text.as_bytes().to_vec());
    encoding.set("Differences", vec![Object::Integer(0), name]);
    decoded(Object::Dictionary(encoding), document, 0..=0).pop().flatten()
}

/// A ToUnicode table (ISO 32000-1, 9.10.3).
#[derive(Debug, Default)]
pub(super) struct Table {
    /// First and last code, and the letters of the first code in UTF-16.
    ranges: Vec<(u32, u32, Vec<u16>)>,
    /// First and last code of each length, byte by byte.
    spaces: Vec<(Vec<u8>, Vec<u8>)>,
}

/// The maximum number of ranges of code lengths that are read. Real tables have a few.
const MAX_SPACES: usize = 100;

/// A token of the table's syntax.
enum Word<'t> {
    Hex(Vec<u8>),
    Array(Vec<Vec<u8>>),
    Other(&'t [u8]),
}

impl Table {
    /// Parses a table, even if it is invalid.
    pub(super) fn read(content: &[u8]) -> Self {
        let mut table = Self::default();
        let mut words: Vec<Word> = Vec::new();
        let mut rest = content;
        while let Some(word) = next_word(&mut rest) {
            if let Word::Other(name) = word {
                match name {
                    b"endcodespacerange" => table.add_spaces(&words),
                    b"endbfchar" => words.chunks_exact(2).for_each(|pair| table.add_char(pair)),
                    b"endbfrange" => words.chunks_exact(3).for_each(|one| table.add_range(one)),
                    _ => {}
                }
                words.clear();
            } else {
                words.push(word);
            }
        }
        table.ranges.sort_by_key(|(first, _, _)| *first);
        table
    }

    fn add_spaces(&mut self, words: &[Word]) {
        for pair in words.chunks_exact(2) {
            if let [Word::Hex(low), Word::Hex(high)] = pair
                && low.len() == high.len()
                && (1..=4).contains(&low.len())
                && self.spaces.len() < MAX_SPACES
            {
                self.spaces.push((low.clone(), high.clone()));
            }
        }
    }

    fn add_char(&mut self, pair: &[Word]) {
        if let [Word::Hex(code), Word::Hex(letters)] = pair {
            self.ranges.push((number(code), number(code), units(letters)));
        }
    }

    fn add_range(&mut self, words: &[Word]) {
        match words {
            [Word::Hex(first), Word::Hex(last), Word::Hex(letters)] => {
                self.ranges.push((number(first), number(last), units(letters)));
            }
            [Word::Hex(first), Word::Hex(_), Word::Array(all)] => {
                for (code, letters) in (number(first)..=u32::MAX).zip(all) {
                    self.ranges.push((code, code, units(letters)));
                }
            }
            _ => {}
        }
    }

    /// Returns the letters of a code.
    pub(super) fn letters(&self, code: u32) -> Option<String> {
        let after = self.ranges.partition_point(|(first, _, _)| *first <= code);
        let (first, last, letters) = self.ranges.get(after.checked_sub(1)?)?;
        let mut letters = letters.clone();
        if let Some(end) = letters.last_mut() {
            *end = end.wrapping_add(u16::try_from((code - first) & 0xFFFF).unwrap_or(0));
        }
        (code <= *last && !letters.is_empty()).then(|| String::from_utf16_lossy(&letters))
    }

    /// Returns the length of the first code.
    fn length(&self, bytes: &[u8]) -> usize {
        let fits = |(low, high): &&(Vec<u8>, Vec<u8>)| {
            let mut codes = bytes.iter().zip(low.iter().zip(high));
            bytes.len() >= low.len() && codes.all(|(b, (low, high))| (low..=high).contains(&b))
        };
        let fitting = self.spaces.iter().filter(fits).map(|(low, _)| low.len()).min();
        fitting.or_else(|| self.spaces.iter().map(|(low, _)| low.len()).min()).unwrap_or(2)
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().fold(0, |number, b| number << 8 | u32::from(*b))
}

/// The maximum number of UTF-16 units to which one code maps. Ligatures have up to four. More would
/// let a few bytes expand to gigabytes.
const MAX_LETTERS: usize = 8;

fn units(letters: &[u8]) -> Vec<u16> {
    let pairs = letters.as_chunks::<2>().0.iter().take(MAX_LETTERS);
    match letters {
        [one] => vec![u16::from(*one)],
        _ => pairs.map(|pair| u16::from_be_bytes(*pair)).collect(),
    }
}

fn next_word<'t>(rest: &mut &'t [u8]) -> Option<Word<'t>> {
    let is_space = |b: &u8| b.is_ascii_whitespace() || *b == 0;
    while let [first, ..] = *rest {
        if *first == b'%' {
            let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            *rest = &rest[end..];
        } else if is_space(first) {
            *rest = &rest[1..];
        } else {
            break;
        }
    }
    match *rest {
        [] => None,
        [b'<', inside @ ..] if inside.first() != Some(&b'<') => {
            let end = memchr::memchr(b'>', inside).unwrap_or(inside.len());
            *rest = &inside[inside.len().min(end + 1)..];
            Some(Word::Hex(hex(&inside[..end])))
        }
        [b'[', inside @ ..] => {
            let end = memchr::memchr(b']', inside).unwrap_or(inside.len());
            *rest = &inside[inside.len().min(end + 1)..];
            let parts = inside[..end].split(|b| *b == b'<').skip(1);
            Some(Word::Array(parts.map(hex).collect()))
        }
        all => {
            let is_end = |b: &u8| is_space(b) || b"<[(/%".contains(b);
            let len = all[1..].iter().position(is_end).map_or(all.len(), |at| at + 1);
            let (word, after) = all.split_at(len);
            *rest = after;
            Some(Word::Other(word))
        }
    }
}

fn hex(digits: &[u8]) -> Vec<u8> {
    let value = |b: &u8| char::from(*b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits: Vec<u8> = digits.iter().filter_map(value).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}
