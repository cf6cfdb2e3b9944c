//! Collects what a page shows: its text in the order of painting, and how much of it is pictures.

use std::collections::BTreeSet;

use lopdf::{Document, Object, ObjectId};

use crate::files::fragment::{Fragment, FragmentPlace, Unreadable};
use crate::files::pdf::fonts::Letters;
use crate::files::pdf::pen::{Matrix, Pen, PenPlace};
use crate::files::pdf::strings::text_of;
use crate::text::{FEWEST, has_long_number};

/// The maximum vertical distance of two texts on one line, relative to the font size.
const SAME_LINE: f32 = 0.3;

/// The maximum distance of two letters in one word, if each is placed separately.
const SAME_WORD: f32 = 0.9;

/// A page is taken for a scan if a picture covers half of it and it has fewer letters than this.
const SCANNED_LETTERS: usize = 40;
const SCANNED_AREA: f32 = 0.5;

/// A page without letters is taken for drawn text if it has more paths than this.
const DRAWN_PATHS: usize = 50;

/// How many different codes without known letters may form a number.
const FEW_CODES: usize = 3;
/// Returns the area of a page.
pub(super) fn area_of(document: &Document, page: ObjectId) -> f32 {
    const DEPTH: usize = 32;
    const USUAL: f32 = 595.0 * 842.0;
    let mut node = document.get_dictionary(page).ok();
    for _ in 0..DEPTH {
        let Some(dictionary) = node else { break };
        let corners = dictionary.get_deref(b"MediaBox", document).and_then(Object::as_array);
        if let Some(Matrix([left, low, right, high, ..])) = corners.ok().and_then(|corners| {
            let more = [Object::Integer(0), Object::Integer(0)];
            Matrix::of(&corners.iter().cloned().chain(more).collect::<Vec<_>>())
        }) {
            return ((right - left) * (high - low)).abs();
        }
        node = dictionary.get_deref(b"Parent", document).and_then(Object::as_dict).ok();
    }
    USUAL
}

/// The contents of a page.
#[derive(Debug, Default)]
pub(super) struct PdfPage {
    text: String,
    /// Alternative texts of its parts, for reading aloud.
    asides: Vec<String>,
    pictures: usize,
    /// The area covered by pictures.
    pictured: f32,
    /// The number of lines and shapes.
    pub(super) paths: usize,
    /// Codes without known letters: how many in all, in the current row, and which ones in that
    /// row.
    codes: usize,
    row: usize,
    different: BTreeSet<u32>,
    /// Whether such a row is as long as a number.
    pub(super) has_hidden_row: bool,
    /// The place of the last painted text, and its number of letters.
    last: Option<(PenPlace, usize)>,
}

impl PdfPage {
    /// Returns why the page cannot be checked, or `None` if it can.
    pub(super) fn unread(&self, area: f32) -> Option<Unreadable> {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        let is_scanned = self.pictured >= SCANNED_AREA * area && letters < SCANNED_LETTERS;
        let is_drawn = self.pictures > 0 || self.paths > DRAWN_PATHS;
        if self.has_hidden_row || self.codes > letters {
            Some(Unreadable::NoLetters)
        } else {
            (is_scanned || (letters == 0 && is_drawn)).then_some(Unreadable::NoText)
        }
    }

    /// Passes on the texts of the page.
    pub(super) fn report(&self, spot: FragmentPlace, each: &mut dyn FnMut(&Fragment)) {
        for text in self.asides.iter().chain([&self.text]) {
            let is_whole = std::ptr::eq(text, &raw const self.text);
            each(&Fragment {
                text,
                head: String::new(),
                spot: spot.clone(),
                is_whole,
                column: None,
            });
        }
    }

    /// Adds a text painted at a position. Separates it from the last text if they are apart.
    pub(super) fn paint(&mut self, pen: &Pen, text: &str) {
        let place = pen.place();
        if let Some((last, letters)) = self.last {
            let step = place.from(last);
            if !step.is_straight || step.across.abs() > SAME_LINE * place.size {
                self.text.push('\n');
            } else if pen.has_moved && (letters > 1 || step.along.abs() > SAME_WORD * place.size) {
                self.text.push(' ');
            }
        }
        self.text.push_str(text);
        self.last = Some((place, text.chars().count()));
    }

    /// Adds an alternative text.
    pub(super) fn aside(&mut self, bytes: &[u8]) {
        let text = text_of(bytes);
        if has_long_number(&text) {
            self.asides.push(text);
        }
    }

    /// Counts a picture.
    pub(super) fn picture(&mut self, pen: &Pen) {
        let Matrix([a, b, c, d, ..]) = pen.page;
        self.pictures += 1;
        self.pictured += (a * d - b * c).abs();
    }

    /// Decodes painted text. A large offset inside it becomes a space.
    pub(super) fn decode(
        &mut self,
        font: Option<&Letters>,
        operands: &[Object],
        text: &mut String,
    ) {
        const WIDE: f32 = -100.0;
        for operand in operands {
            match operand {
                Object::String(bytes, _) => {
                    let mut each = |code: u32, letters: Option<&str>| match letters {
                        Some(letters) => {
                            text.push_str(letters);
                            if letters.chars().any(char::is_alphanumeric) {
                                self.row = 0;
                                self.different.clear();
                            }
                        }
                        None => {
                            text.push(char::REPLACEMENT_CHARACTER);
                            self.codes += 1;
                            self.row += 1;
                            self.different.insert(code);
                            self.has_hidden_row |=
                                self.row >= FEWEST && self.different.len() >= FEW_CODES;
                        }
                    };
                    match font {
                        Some(font) => font.decode(bytes, &mut each),
                        None => bytes.iter().for_each(|code| each(u32::from(*code), None)),
                    }
                }
                Object::Array(parts) => self.decode(font, parts, text),
                step => {
                    if step.as_float().is_ok_and(|step| step < WIDE) {
                        text.push(' ');
                    }
                }
            }
        }
    }
}
