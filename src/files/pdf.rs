//! Extracts the text of PDF files: the text painted on each page, and all strings.
//!
//! Text is read in the order in which it is painted. Texts on one line are joined by spaces. Forms
//! (`Do`) are followed, because tools that stamp or combine pages use them. Forms that no page
//! paints are the appearances of annotations and fields. Earlier versions contained in the file are
//! read too.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};
use memchr::memmem;
use xxhash_rust::xxh3::xxh3_64;

use crate::files::fragment::{Budget, Fragment, FragmentPlace, Unreadable};
use crate::files::markup;
use crate::files::pdf_fonts::{Letters, base_letters};
use crate::text::{FEWEST, has_long_number};

/// The maximum size of inflated streams, in bytes: all streams of a file together, and each one.
const MAX_INFLATED: usize = 64_000_000;
const MAX_STREAM: usize = 4_000_000;

/// The maximum number of streams in a file.
const MAX_STREAMS: usize = 40_000;

/// The maximum nesting of forms, and the maximum number of forms painted in a file.
const MAX_DEPTH: usize = 8;
const MAX_FORMS: usize = 20_000;

/// The maximum number of earlier versions to read.
const MAX_VERSIONS: usize = 10;

/// The fixed cost of a page or a form, the cost of a font available to it, and the factor by which
/// a byte of painting operations costs more than other bytes.
const COST_OF_PAGE: usize = 2_000;
const COST_OF_FONT: usize = 100;
const COST_OF_BYTE: usize = 3;

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

/// Reads the pages and other strings of a file. Returns embedded files in `embedded`.
pub(super) fn read(
    bytes: &[u8],
    budget: &mut Budget,
    embedded: &mut Vec<(String, Vec<u8>)>,
    each: &mut dyn FnMut(&Fragment),
) -> Result<(), Unreadable> {
    let mut told = BTreeSet::new();
    let mut unread = read_version(bytes, budget, embedded, &mut |piece| {
        told.insert(xxh3_64(piece.text.as_bytes()));
        each(piece);
    })?;
    let versions = earlier_versions(bytes);
    if versions.len() > MAX_VERSIONS {
        unread = least(unread, Some(Unreadable::TooLarge));
    }
    for end in versions.into_iter().rev().take(MAX_VERSIONS) {
        budget.take(end)?;
        let earlier = read_version(&bytes[..end], budget, embedded, &mut |piece| {
            if told.insert(xxh3_64(piece.text.as_bytes())) {
                let head = piece.head.clone();
                each(&Fragment { text: piece.text, head, spot: FragmentPlace::Earlier, ..*piece });
            }
        });
        unread = least(unread, earlier.unwrap_or_else(Some));
    }
    let mut files = BTreeSet::new();
    embedded.retain(|(_, bytes)| files.insert(xxh3_64(bytes)));
    unread.map_or(Ok(()), Err)
}

fn least(one: Option<Unreadable>, other: Option<Unreadable>) -> Option<Unreadable> {
    one.into_iter().chain(other).min()
}

/// Returns where earlier versions end, to which later ones were appended (ISO 32000-1, 7.5.6).
fn earlier_versions(bytes: &[u8]) -> Vec<usize> {
    const END: &[u8] = b"%%EOF";
    const START: usize = 2_048;
    let mut ends: Vec<usize> = memmem::find_iter(bytes, END).map(|at| at + END.len()).collect();
    ends.pop();
    // The first part of a linearized file ends like an earlier version.
    let start = &bytes[..bytes.len().min(START)];
    if !ends.is_empty() && memmem::find(start, b"/Linearized").is_some() {
        ends.remove(0);
    }
    ends
}

/// Reads a version of a file. Returns why any of it could not be read.
fn read_version(
    bytes: &[u8],
    budget: &mut Budget,
    embedded: &mut Vec<(String, Vec<u8>)>,
    each: &mut dyn FnMut(&Fragment),
) -> Result<Option<Unreadable>, Unreadable> {
    let document = load(bytes, budget)?;
    let mut reader = PdfReader {
        document: &document,
        fonts: BTreeMap::new(),
        painted: BTreeSet::new(),
        budget,
        forms_left: MAX_FORMS,
        unread: None,
    };
    reader.report_strings(each);
    reader.report_streams(embedded, each);
    let mut count = 0;
    for (n, id) in document.page_iter().enumerate() {
        let mut page = PdfPage::default();
        reader.read_page(id, &mut page);
        if let Some(why) = page.unread(area_of(&document, id)) {
            reader.missed(why);
        }
        page.tell(FragmentPlace::Page(n + 1), each);
        count += 1;
        if reader.budget.left() == 0 {
            break;
        }
    }
    reader.report_unpainted(each);
    if count == 0 {
        reader.missed(Unreadable::Broken);
    }
    Ok(reader.unread)
}

fn load(bytes: &[u8], budget: &mut Budget) -> Result<Document, Unreadable> {
    /// The maximum ratio of inflated to compressed size.
    const DEFLATED: usize = 1_032;
    // Object streams are inflated when the file is loaded. Together they must stay within the
    // limit.
    let count = |mark: &[u8]| memmem::find_iter(bytes, mark).count();
    let streams = count(b"stream") / 2 + 1;
    if streams > MAX_STREAMS {
        return Err(Unreadable::TooLarge);
    }
    let each = (MAX_INFLATED / streams).min(MAX_STREAM);
    let inflated = (count(b"/ObjStm") + count(b"/XRef") + 1) * each;
    budget.take(inflated.min(bytes.len().saturating_mul(DEFLATED)).min(MAX_INFLATED))?;
    let options = LoadOptions::with_max_decompressed_size(each);
    let loaded = Document::load_mem_with_options(bytes, options);
    let document = loaded.map_err(|error| match error {
        Error::Decryption(_) | Error::InvalidPassword => Unreadable::Locked,
        Error::Decompress(_) => Unreadable::TooLarge,
        _ => Unreadable::Broken,
    })?;
    if document.is_encrypted() { Err(Unreadable::Locked) } else { Ok(document) }
}

/// Decodes a text string (ISO 32000-1, 7.9.2.2), even if it is invalid.
fn text_of(bytes: &[u8]) -> String {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
        let letters = char::decode_utf16(units);
        letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => {
            let string = Object::string_literal(bytes);
            lopdf::decode_text_string(&string)
                .unwrap_or_else(|_| String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

/// Passes on every string in an object, with the key that it belongs to. Names are included,
/// because choices are written as names.
fn strings<'o>(object: &'o Object, each: &mut dyn FnMut(&'o [u8], &'o [u8])) {
    let mut left: Vec<(&Object, &[u8])> = vec![(object, b"")];
    let label = |dictionary: &'o Dictionary| {
        let names = [b"TU".as_slice(), b"T"].into_iter();
        names.filter_map(|name| dictionary.get(name).and_then(Object::as_str).ok()).next()
    };
    while let Some((object, head)) = left.pop() {
        let dictionary = match object {
            Object::String(bytes, _) | Object::Name(bytes) => {
                each(bytes, head);
                continue;
            }
            Object::Array(objects) => {
                left.extend(objects.iter().map(|object| (object, head)));
                continue;
            }
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        let head = label(dictionary).unwrap_or(head);
        // The bytes of a signature are not text.
        let is_signature = dictionary.has(b"ByteRange");
        for (key, value) in dictionary.iter() {
            each(key, head);
            if key != b"ID" && !(is_signature && key == b"Contents") {
                left.push((value, head));
            }
        }
    }
}

/// Returns the area of a page.
fn area_of(document: &Document, page: ObjectId) -> f32 {
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
struct PdfPage {
    text: String,
    /// Alternative texts of its parts, for reading aloud.
    asides: Vec<String>,
    pictures: usize,
    /// The area covered by pictures.
    pictured: f32,
    /// The number of lines and shapes.
    paths: usize,
    /// Codes without known letters: how many in all, in the current row, and which ones in that
    /// row.
    codes: usize,
    row: usize,
    different: BTreeSet<u32>,
    /// Whether such a row is as long as a number.
    has_hidden_row: bool,
    /// The position of the last painted text, and its number of letters.
    last: Option<(f32, f32, usize)>,
}

impl PdfPage {
    /// Returns why the page cannot be checked, or `None` if it can.
    fn unread(&self, area: f32) -> Option<Unreadable> {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        let is_scanned = self.pictured >= SCANNED_AREA * area && letters < SCANNED_LETTERS;
        let is_drawn = self.pictures > 0 || self.paths > DRAWN_PATHS;
        if self.has_hidden_row || self.codes > letters {
            Some(Unreadable::NoLetters)
        } else {
            (is_scanned || (letters == 0 && is_drawn)).then_some(Unreadable::NoText)
        }
    }

    fn tell(&self, spot: FragmentPlace, each: &mut dyn FnMut(&Fragment)) {
        for text in self.asides.iter().chain([&self.text]) {
            let is_whole = std::ptr::eq(text, &raw const self.text);
            each(&Fragment { text, head: String::new(), spot: spot.clone(), is_whole });
        }
    }

    /// Adds a text painted at a position. Separates it from the last text if they are apart.
    fn paint(&mut self, pen: &Pen, text: &str) {
        let (x, y, size) = pen.place();
        if let Some((last_x, last_y, letters)) = self.last {
            let (right, up) = (x - last_x, y - last_y);
            if up.abs() > SAME_LINE * size {
                self.text.push('\n');
            } else if pen.has_moved && (letters > 1 || right.abs() > SAME_WORD * size) {
                self.text.push(' ');
            }
        }
        self.text.push_str(text);
        self.last = Some((x, y, text.chars().count()));
    }

    fn aside(&mut self, bytes: &[u8]) {
        let text = text_of(bytes);
        if has_long_number(&text) {
            self.asides.push(text);
        }
    }

    fn picture(&mut self, pen: &Pen) {
        let Matrix([a, b, c, d, ..]) = pen.page;
        self.pictures += 1;
        self.pictured += (a * d - b * c).abs();
    }

    /// Decodes painted text. A large offset inside it becomes a space.
    fn decode(&mut self, font: Option<&Letters>, operands: &[Object], text: &mut String) {
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

/// A transformation matrix, as six numbers (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const NONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Reads a matrix from the operands of an operation.
    fn of(operands: &[Object]) -> Option<Self> {
        let mut numbers = [0.0; 6];
        for (number, operand) in numbers.iter_mut().zip(operands) {
            *number = operand.as_float().ok()?;
        }
        (operands.len() == numbers.len()).then_some(Self(numbers))
    }

    /// Returns the matrix that applies this one first, then another.
    fn then(self, Self([a, b, c, d, e, f]): Self) -> Self {
        let Self([p, q, r, s, t, u]) = self;
        Self([
            p * a + q * c,
            p * b + q * d,
            r * a + s * c,
            r * b + s * d,
            t * a + u * c + e,
            t * b + u * d + f,
        ])
    }
}

/// The state that determines where the next text is painted.
#[derive(Debug, Clone)]
struct Pen {
    page: Matrix,
    kept: Vec<Matrix>,
    line: Matrix,
    size: f32,
    has_moved: bool,
}

impl Pen {
    fn new(page: Matrix) -> Self {
        Self { page, kept: Vec::new(), line: Matrix::NONE, size: 1.0, has_moved: true }
    }

    /// Returns the position and size of letters on the page.
    fn place(&self) -> (f32, f32, f32) {
        let Matrix([a, b, _, _, x, y]) = self.line.then(self.page);
        (x, y, self.size.abs() * a.hypot(b))
    }

    fn move_by(&mut self, right: f32, up: f32) {
        self.line = Matrix([1.0, 0.0, 0.0, 1.0, right, up]).then(self.line);
        self.has_moved = true;
    }

    /// Applies an operation that moves the text position.
    fn follow(&mut self, operator: &str, operands: &[Object]) {
        let number = |n: usize| operands.get(n).and_then(|n| n.as_float().ok()).unwrap_or(0.0);
        match operator {
            "q" => self.kept.push(self.page),
            "Q" => self.page = self.kept.pop().unwrap_or(self.page),
            "cm" => self.page = Matrix::of(operands).unwrap_or(Matrix::NONE).then(self.page),
            "BT" => (self.line, self.has_moved) = (Matrix::NONE, true),
            "Tf" => self.size = number(1),
            "Tm" => {
                (self.line, self.has_moved) = (Matrix::of(operands).unwrap_or(Matrix::NONE), true);
            }
            "Td" | "TD" => self.move_by(number(0), number(1)),
            "T*" | "'" | "\"" => self.move_by(0.0, -self.size),
            _ => {}
        }
    }
}

type Fonts<'d> = BTreeMap<Vec<u8>, &'d Dictionary>;

/// An operator appended to the content of a page, to detect whether all of it was parsed. No PDF
/// operator has this name.
const END_OF_CONTENT: &str = "prakatEnd";

/// Reads a version of a document within the limits.
struct PdfReader<'d, 'b> {
    document: &'d Document,
    /// Fonts by their addresses in memory, because pages share them.
    fonts: BTreeMap<usize, Option<Rc<Letters>>>,
    /// Painted forms, by their addresses in memory.
    painted: BTreeSet<usize>,
    budget: &'b mut Budget,
    forms_left: usize,
    unread: Option<Unreadable>,
}

/// Returns the name for a key of a dictionary.
fn name_in<'d>(dictionary: &'d Dictionary, key: &[u8]) -> Option<&'d [u8]> {
    dictionary.get(key).and_then(Object::as_name).ok()
}

/// Returns the address of an object in memory.
fn place_of<T>(thing: &T) -> usize {
    std::ptr::from_ref(thing) as usize
}

impl<'d> PdfReader<'d, '_> {
    fn missed(&mut self, why: Unreadable) {
        self.unread = least(self.unread, Some(why));
    }

    /// Returns the maximum inflated size of the next stream.
    fn limit(&self) -> usize {
        self.budget.left().min(MAX_STREAM)
    }

    /// Passes on all strings: author, title, bookmarks, annotations, fields and choices,
    /// descriptions of pictures.
    fn report_strings(&mut self, each: &mut dyn FnMut(&Fragment)) {
        let document = self.document;
        let trailer = document.trailer.iter();
        let trailer = trailer.filter(|(key, _)| *key != b"ID").map(|(_, value)| value);
        for object in document.objects.values().chain(trailer) {
            strings(object, &mut |bytes, head| {
                let text = text_of(bytes);
                if has_long_number(&text) {
                    let head = text_of(head);
                    each(&Fragment {
                        text: &text,
                        head,
                        spot: FragmentPlace::Properties,
                        is_whole: false,
                    });
                }
            });
        }
    }

    /// Reads the streams that contain text (XMP, XFA forms, scripts, long values), and collects
    /// embedded files.
    fn report_streams(
        &mut self,
        embedded: &mut Vec<(String, Vec<u8>)>,
        each: &mut dyn FnMut(&Fragment),
    ) {
        const TEXTS: [&[u8]; 6] = [b"Metadata", b"XFA", b"JS", b"RC", b"V", b"DV"];
        let mut texts = BTreeSet::new();
        let mut files = BTreeMap::new();
        for object in self.document.objects.values() {
            let mut left = vec![object];
            while let Some(object) = left.pop() {
                let dictionary = match object {
                    Object::Array(objects) => {
                        left.extend(objects);
                        continue;
                    }
                    Object::Dictionary(dictionary) => dictionary,
                    Object::Stream(stream) => &stream.dict,
                    _ => continue,
                };
                for key in TEXTS {
                    let value = dictionary.get(key).and_then(|v| self.document.dereference(v));
                    match value {
                        Ok((Some(id), Object::Stream(_))) => texts.extend([id]),
                        Ok((_, Object::Array(parts))) => {
                            texts.extend(parts.iter().filter_map(|part| part.as_reference().ok()));
                        }
                        _ => {}
                    }
                }
                self.note_files(dictionary, &mut files);
                left.extend(dictionary.iter().map(|(_, value)| value));
            }
        }
        for id in texts {
            let Ok(Object::Stream(stream)) = self.document.get_object(id) else { continue };
            if let Some(content) = self.inflated(stream) {
                let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&content);
                markup::lines(&text_or_utf8(content), &mut |text, _| {
                    let (head, spot) = (String::new(), FragmentPlace::Properties);
                    each(&Fragment { text, head, spot, is_whole: false });
                });
            }
        }
        for (id, name) in files {
            let Ok(Object::Stream(stream)) = self.document.get_object(id) else { continue };
            if let Some(content) = self.inflated(stream) {
                embedded.push((name, content));
            }
        }
    }

    /// Collects the streams of embedded files with their names (ISO 32000-1, 7.11.3).
    fn note_files(&self, dictionary: &Dictionary, files: &mut BTreeMap<ObjectId, String>) {
        let streams = dictionary.get_deref(b"EF", self.document).and_then(Object::as_dict);
        let Ok(streams) = streams else { return };
        let names = [b"UF".as_slice(), b"F"].into_iter();
        let name = names.filter_map(|key| dictionary.get(key).and_then(Object::as_str).ok()).next();
        for (_, stream) in streams.iter() {
            if let Ok(id) = stream.as_reference() {
                files.insert(id, name.map(text_of).unwrap_or_default());
            }
        }
    }

    /// Inflates a stream, and charges it to the budget.
    fn inflated(&mut self, stream: &Stream) -> Option<Vec<u8>> {
        let content = stream.get_plain_content_with_limit(self.limit());
        let content = content.map_err(|error| why(&error)).and_then(|content| {
            self.budget.take(content.len())?;
            Ok(content)
        });
        content.map_err(|why| self.missed(why)).ok()
    }

    /// Reads forms that no page paints: appearances of annotations and fields, and patterns.
    fn report_unpainted(&mut self, each: &mut dyn FnMut(&Fragment)) {
        let document = self.document;
        let fonts = self.fonts_of_fields();
        for object in document.objects.values() {
            let Object::Stream(stream) = object else { continue };
            let is_form = name_in(&stream.dict, b"Subtype") == Some(b"Form")
                || stream.dict.get(b"PatternType").and_then(Object::as_i64).ok() == Some(1);
            if !is_form || self.painted.contains(&place_of(stream)) {
                continue;
            }
            let mut page = PdfPage::default();
            let pen = Pen::new(Matrix::NONE);
            self.read_form(stream, (&fonts, &[]), (0, &pen), &mut page);
            if page.has_hidden_row {
                self.missed(Unreadable::NoLetters);
            }
            page.tell(FragmentPlace::Properties, each);
        }
    }

    /// Returns the fonts that all fields may use (ISO 32000-1, 12.7.2).
    fn fonts_of_fields(&self) -> Fonts<'d> {
        let document = self.document;
        let inner = |from: &'d Dictionary, key: &[u8]| {
            from.get_deref(key, document).and_then(Object::as_dict).ok()
        };
        let form = document.catalog().ok().and_then(|catalog| inner(catalog, b"AcroForm"));
        let resources = form.and_then(|form| inner(form, b"DR"));
        let mut fonts = Fonts::new();
        resources.into_iter().for_each(|resources| self.add_fonts(resources, &mut fonts));
        fonts
    }

    /// Adds the fonts of a resource dictionary.
    fn add_fonts(&self, resources: &'d Dictionary, fonts: &mut Fonts<'d>) {
        let own = resources.get_deref(b"Font", self.document).and_then(Object::as_dict).ok();
        for (name, font) in own.into_iter().flat_map(Dictionary::iter) {
            let font = self.document.dereference(font).and_then(|(_, font)| font.as_dict());
            let _ = font.map(|font| fonts.insert(name.clone(), font));
        }
    }

    fn read_page(&mut self, id: ObjectId, page: &mut PdfPage) {
        let document = self.document;
        match document.get_page_content_with_limit(id, self.limit()) {
            Ok(content) => {
                let fonts = document.get_page_fonts(id).unwrap_or_default();
                let (own, inherited) = document.get_page_resources(id).unwrap_or_default();
                let inherited = inherited.iter().filter_map(|id| document.get_dictionary(*id).ok());
                let resources: Vec<&Dictionary> = own.into_iter().chain(inherited).collect();
                let mut pen = Pen::new(Matrix::NONE);
                self.read_content(&content, &fonts, &resources, (0, &mut pen), page);
            }
            Err(error) => self.missed(why(&error)),
        }
    }

    fn read_content(
        &mut self,
        content: &[u8],
        fonts: &Fonts<'d>,
        resources: &[&'d Dictionary],
        (depth, pen): (usize, &mut Pen),
        page: &mut PdfPage,
    ) {
        let cost = content.len() * COST_OF_BYTE + COST_OF_PAGE + fonts.len() * COST_OF_FONT;
        if let Err(why) = self.budget.take(cost) {
            return self.missed(why);
        }
        // The parser stops without an error at invalid content. The operator at the end is missing
        // then.
        let marked = [content, b"\n", END_OF_CONTENT.as_bytes(), b"\n"].concat();
        let Ok(content) = Content::decode(&marked) else { return self.missed(Unreadable::Broken) };
        if content.operations.last().is_none_or(|last| last.operator != END_OF_CONTENT) {
            self.missed(Unreadable::Broken);
        }
        let mut font: Option<Rc<Letters>> = None;
        for operation in &content.operations {
            let operands = operation.operands.as_slice();
            pen.follow(&operation.operator, operands);
            match operation.operator.as_str() {
                "Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    font = name.and_then(|name| fonts.get(name)).and_then(|font| self.font(font));
                }
                "Tj" | "TJ" | "'" | "\"" => {
                    let mut text = String::new();
                    page.decode(font.as_deref(), operands, &mut text);
                    // One code may map to several letters.
                    if let Err(why) = self.budget.take(text.len()) {
                        return self.missed(why);
                    }
                    page.paint(pen, &text);
                    pen.has_moved = false;
                }
                "BI" => page.picture(pen),
                "BDC" | "DP" => operands.iter().for_each(|operand| {
                    strings(operand, &mut |bytes, _| page.aside(bytes));
                }),
                "m" | "re" => page.paths += 1,
                "Do" => self.paint(operands, (fonts, resources), (depth, pen), page),
                _ => {}
            }
        }
    }

    /// Paints a form or a picture.
    fn paint(
        &mut self,
        operands: &[Object],
        (fonts, resources): (&Fonts<'d>, &[&'d Dictionary]),
        (depth, pen): (usize, &Pen),
        page: &mut PdfPage,
    ) {
        let document = self.document;
        let Some(name) = operands.first().and_then(|name| name.as_name().ok()) else { return };
        let of_name = |resources: &&'d Dictionary| {
            let objects =
                resources.get_deref(b"XObject", document).and_then(Object::as_dict).ok()?;
            objects.get_deref(name, document).and_then(Object::as_stream).ok()
        };
        let Some(stream) = resources.iter().find_map(of_name) else { return };
        if name_in(&stream.dict, b"Subtype") == Some(b"Form") {
            self.read_form(stream, (fonts, resources), (depth, pen), page);
        } else {
            page.picture(pen);
        }
    }

    fn read_form(
        &mut self,
        stream: &'d Stream,
        (fonts, resources): (&Fonts<'d>, &[&'d Dictionary]),
        (depth, pen): (usize, &Pen),
        page: &mut PdfPage,
    ) {
        let document = self.document;
        if depth >= MAX_DEPTH || self.forms_left == 0 {
            return self.missed(Unreadable::TooLarge);
        }
        self.forms_left -= 1;
        self.painted.insert(place_of(stream));
        let Some(content) = self.inflated(stream) else { return };
        let own = stream.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        let mut fonts = fonts.clone();
        own.into_iter().for_each(|own| self.add_fonts(own, &mut fonts));
        let resources: Vec<&Dictionary> =
            own.into_iter().chain(resources.iter().copied()).collect();
        let place = stream.dict.get_deref(b"Matrix", document).and_then(Object::as_array).ok();
        let place = place.and_then(|numbers| Matrix::of(numbers)).unwrap_or(Matrix::NONE);
        let mut pen = Pen::new(place.then(pen.page));
        self.read_content(&content, &fonts, &resources, (depth + 1, &mut pen), page);
    }

    fn font(&mut self, font: &'d Dictionary) -> Option<Rc<Letters>> {
        let place = place_of(font);
        if let Some(known) = self.fonts.get(&place) {
            return known.clone();
        }
        let table = font.get_deref(b"ToUnicode", self.document).and_then(Object::as_stream).ok();
        let table = table.and_then(|table| self.inflated(table));
        let is_simple = name_in(font, b"Subtype") != Some(b"Type0");
        let named = font.get_deref(b"Encoding", self.document).ok();
        let letters = if is_simple {
            let base = base_letters(named, self.document);
            Letters::simple(table.as_deref(), base)
        } else {
            Letters::wide(table.as_deref(), named.and_then(|name| name.as_name().ok()))
        };
        let letters = Some(Rc::new(letters));
        self.fonts.insert(place, letters.clone());
        letters
    }
}

/// Decodes a text stream as UTF-8, unless a byte order mark says otherwise.
fn text_or_utf8(content: &[u8]) -> String {
    match content {
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => text_of(content),
        _ => String::from_utf8_lossy(content).into_owned(),
    }
}

fn why(error: &Error) -> Unreadable {
    if matches!(error, Error::Decompress(_)) { Unreadable::TooLarge } else { Unreadable::Broken }
}
