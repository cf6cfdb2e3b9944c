//! The text layer of PDF files, page by page.
//!
//! Text is taken in the order in which it is painted; what stands on one line is joined by spaces.
//! Forms (`Do`) are followed, as tools that stamp or put together pages wrap them so.

use std::collections::BTreeMap;
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Encoding, Error, LoadOptions, Object, ObjectId};

use crate::piece::{Piece, Spot, Unread};

/// What the streams of a file may come to when they are inflated, in bytes: together, and each.
const MAX_INFLATED: usize = 64_000_000;
const MAX_STREAM: usize = 4_000_000;

/// The most streams in a file.
const MAX_STREAMS: usize = 40_000;

/// How deep forms may stand in forms, and how many are painted in a file.
const MAX_DEPTH: usize = 8;
const MAX_FORMS: usize = 5_000;

/// How far apart in height two texts on one line may stand, in parts of the letters' size.
const SAME_LINE: f32 = 0.3;

/// How far apart two letters of one word may stand, if each is placed by itself.
const SAME_WORD: f32 = 0.9;

/// Reads the text layer, and what a file says beside its pages.
pub fn read(bytes: &[u8], each: &mut dyn FnMut(&Piece)) -> Result<(), Unread> {
    let mut document = load(bytes)?;
    prefer_unicode(&mut document);
    tell_properties(&document, each);
    let mut reader = Reader {
        document: &document,
        fonts: BTreeMap::new(),
        left: MAX_INFLATED,
        forms_left: MAX_FORMS,
        unread: None,
    };
    let mut count = 0;
    for (n, id) in document.page_iter().enumerate() {
        let mut page = Page::default();
        reader.read_page(id, &mut page);
        if page.pictures > 0 && !page.is_readable() {
            reader.missed(Unread::NoText);
        }
        each(&Piece { text: &page.text, head: String::new(), spot: Spot::Page(n + 1) });
        count += 1;
    }
    match reader.unread {
        Some(unread) => Err(unread),
        None if count == 0 => Err(Unread::Broken),
        None => Ok(()),
    }
}

fn load(bytes: &[u8]) -> Result<Document, Unread> {
    // Streams of objects are inflated as the file is loaded: all of them must stay in the limit.
    let streams = memchr::memmem::find_iter(bytes, b"stream").count() / 2 + 1;
    if streams > MAX_STREAMS {
        return Err(Unread::TooLarge);
    }
    let each = (MAX_INFLATED / streams).min(MAX_STREAM);
    let options = LoadOptions::with_max_decompressed_size(each);
    let loaded = Document::load_mem_with_options(bytes, options);
    let document = loaded.map_err(|error| match error {
        Error::Decryption(_) | Error::InvalidPassword => Unread::Locked,
        Error::Decompress(_) => Unread::TooLarge,
        _ => Unread::Broken,
    })?;
    if document.is_encrypted() { Err(Unread::Locked) } else { Ok(document) }
}

/// Where a font says which letters its codes are, its other table is not asked.
fn prefer_unicode(document: &mut Document) {
    for object in document.objects.values_mut() {
        if let Object::Dictionary(font) = object
            && font.has_type(b"Font")
            && font.has(b"ToUnicode")
        {
            font.remove(b"Encoding");
        }
    }
}

/// Author, title, fields that were filled in, remarks.
fn tell_properties(document: &Document, each: &mut dyn FnMut(&Piece)) {
    let mut tell = |object: &Object| {
        if let Ok(text) = lopdf::decode_text_string(object) {
            each(&Piece { text: &text, head: String::new(), spot: Spot::Properties });
        }
    };
    let info = document.trailer.get(b"Info").and_then(|info| document.dereference(info));
    if let Ok((_, Object::Dictionary(info))) = info {
        info.iter().for_each(|(_, value)| tell(value));
    }
    let dictionaries = document.objects.values().filter_map(|object| object.as_dict().ok());
    for dictionary in dictionaries {
        for key in [b"V".as_slice(), b"Contents"] {
            dictionary.get(key).into_iter().for_each(&mut tell);
        }
    }
}

/// What was read of a page.
#[derive(Debug, Default)]
struct Page {
    text: String,
    pictures: usize,
    /// Where the last text was painted, and how many letters it has.
    last: Option<(f32, f32, usize)>,
}

impl Page {
    /// Whether there are letters, and more of them than codes that nobody can read.
    fn is_readable(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        let codes = self.text.chars().filter(|c| *c == '\u{FFFD}').count();
        letters > codes
    }

    /// Adds text painted at a place: apart from the last, if it stands apart.
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
}

/// A change of place and size, as six numbers (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy)]
struct Matrix([f32; 6]);

impl Matrix {
    const NONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Of the operands of an operation.
    fn of(operands: &[Object]) -> Option<Self> {
        let mut numbers = [0.0; 6];
        for (number, operand) in numbers.iter_mut().zip(operands) {
            *number = operand.as_float().ok()?;
        }
        (operands.len() == numbers.len()).then_some(Self(numbers))
    }

    /// This one, then another.
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

/// Where on a page the next text will be painted.
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

    /// Place and size of letters on the page.
    fn place(&self) -> (f32, f32, f32) {
        let Matrix([a, b, _, _, x, y]) = self.line.then(self.page);
        (x, y, self.size.abs() * a.hypot(b))
    }

    fn move_by(&mut self, right: f32, up: f32) {
        self.line = Matrix([1.0, 0.0, 0.0, 1.0, right, up]).then(self.line);
        self.has_moved = true;
    }

    /// Follows an operation that moves the pen.
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

/// Reads the pages of a document within its limits.
struct Reader<'d> {
    document: &'d Document,
    /// The encodings of fonts, by where these stand in memory: pages share them.
    fonts: BTreeMap<usize, Option<Rc<Encoding<'d>>>>,
    left: usize,
    forms_left: usize,
    unread: Option<Unread>,
}

impl<'d> Reader<'d> {
    fn missed(&mut self, why: Unread) {
        self.unread = Some(self.unread.map_or(why, |known| known.min(why)));
    }

    fn read_page(&mut self, id: ObjectId, page: &mut Page) {
        let document = self.document;
        let limit = self.left.min(MAX_STREAM);
        match document.get_page_content_with_limit(id, limit) {
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
        page: &mut Page,
    ) {
        self.left = self.left.saturating_sub(content.len());
        let Ok(content) = Content::decode(content) else { return self.missed(Unread::Broken) };
        let mut font: Option<Rc<Encoding>> = None;
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
                    decode(font.as_deref(), operands, &mut text);
                    page.paint(pen, &text);
                    pen.has_moved = false;
                }
                "BI" => page.pictures += 1,
                "Do" => self.paint(operands, (fonts, resources), (depth, pen), page),
                _ => {}
            }
        }
    }

    /// Paints a form, or a picture.
    fn paint(
        &mut self,
        operands: &[Object],
        (fonts, resources): (&Fonts<'d>, &[&'d Dictionary]),
        (depth, pen): (usize, &Pen),
        page: &mut Page,
    ) {
        let document = self.document;
        let inner = |from: &'d Dictionary, key: &[u8]| {
            let found = from.get(key).and_then(|object| document.dereference(object));
            found.map(|(_, object)| object)
        };
        let Some(name) = operands.first().and_then(|name| name.as_name().ok()) else { return };
        let of_name = |resources: &&'d Dictionary| {
            let objects = inner(resources, b"XObject").and_then(Object::as_dict).ok()?;
            inner(objects, name).and_then(Object::as_stream).ok()
        };
        let Some(stream) = resources.iter().find_map(of_name) else { return };
        if stream.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Form") {
            page.pictures += 1;
            return;
        }
        if depth >= MAX_DEPTH || self.forms_left == 0 {
            return self.missed(Unread::TooLarge);
        }
        self.forms_left -= 1;
        let limit = self.left.min(MAX_STREAM);
        let content = match stream.get_plain_content_with_limit(limit) {
            Ok(content) => content,
            Err(error) => return self.missed(why(&error)),
        };
        let own = inner(&stream.dict, b"Resources").and_then(Object::as_dict).ok();
        let mut fonts = fonts.clone();
        let own_fonts = own.and_then(|own| inner(own, b"Font").and_then(Object::as_dict).ok());
        for (name, _) in own_fonts.into_iter().flat_map(Dictionary::iter) {
            let font = own_fonts.and_then(|own| inner(own, name).and_then(Object::as_dict).ok());
            font.map(|font| fonts.insert(name.clone(), font));
        }
        let resources: Vec<&Dictionary> =
            own.into_iter().chain(resources.iter().copied()).collect();
        let place = inner(&stream.dict, b"Matrix").and_then(Object::as_array).ok();
        let place = place.and_then(|numbers| Matrix::of(numbers)).unwrap_or(Matrix::NONE);
        let mut pen = Pen::new(place.then(pen.page));
        self.read_content(&content, &fonts, &resources, (depth + 1, &mut pen), page);
    }

    fn font(&mut self, font: &'d Dictionary) -> Option<Rc<Encoding<'d>>> {
        let place = std::ptr::from_ref(font) as usize;
        if let Some(known) = self.fonts.get(&place) {
            return known.clone();
        }
        let limit = self.left.min(MAX_STREAM);
        let encoding = match font.get_font_encoding_with_limit(self.document, limit) {
            Ok(encoding) => Some(Rc::new(encoding)),
            Err(error) => {
                self.missed(why(&error));
                None
            }
        };
        self.fonts.insert(place, encoding.clone());
        encoding
    }
}

fn why(error: &Error) -> Unread {
    if matches!(error, Error::Decompress(_)) { Unread::TooLarge } else { Unread::Broken }
}

/// The letters of painted text. A wide step within it is a space.
fn decode(font: Option<&Encoding>, operands: &[Object], text: &mut String) {
    const WIDE: f32 = -100.0;
    for operand in operands {
        match operand {
            Object::String(bytes, _) => match font {
                Some(font) => {
                    let _ = font.write_to_string(bytes, text);
                }
                None => text.push('\u{FFFD}'),
            },
            Object::Array(parts) => decode(font, parts, text),
            step => {
                if step.as_float().is_ok_and(|step| step < WIDE) {
                    text.push(' ');
                }
            }
        }
    }
}
