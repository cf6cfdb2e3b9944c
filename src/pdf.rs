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

/// How far apart two texts on one line may stand, in height.
const SAME_LINE: f32 = 0.5;

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
    /// The height at which the last text stands, if it is known.
    height: Option<f32>,
}

impl Page {
    /// Whether there are letters, and more of them than codes that nobody can read.
    fn is_readable(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).count();
        let codes = self.text.chars().filter(|c| *c == '\u{FFFD}').count();
        letters > codes
    }

    fn move_to(&mut self, height: Option<f32>) {
        let is_same = self.height.zip(height).is_some_and(|(a, b)| (a - b).abs() < SAME_LINE);
        self.text.push(if is_same { ' ' } else { '\n' });
        self.height = height;
    }

    fn move_down(&mut self, by: f32) {
        self.move_to(self.height.map(|height| height + by));
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
                self.read_content(&content, &fonts, &resources, 0, page);
            }
            Err(error) => self.missed(why(&error)),
        }
    }

    fn read_content(
        &mut self,
        content: &[u8],
        fonts: &Fonts<'d>,
        resources: &[&'d Dictionary],
        depth: usize,
        page: &mut Page,
    ) {
        self.left = self.left.saturating_sub(content.len());
        let Ok(content) = Content::decode(content) else { return self.missed(Unread::Broken) };
        let mut font: Option<Rc<Encoding>> = None;
        for operation in &content.operations {
            let operands = operation.operands.as_slice();
            match operation.operator.as_str() {
                "Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    font = name.and_then(|name| fonts.get(name)).and_then(|font| self.font(font));
                }
                "Tm" => page.move_to(operands.get(5).and_then(|y| y.as_float().ok())),
                "Td" | "TD" => {
                    page.move_down(operands.get(1).and_then(|y| y.as_float().ok()).unwrap_or(0.0));
                }
                // The page itself is moved: heights before and after cannot be compared.
                "cm" => page.height = None,
                "T*" => page.text.push('\n'),
                "'" | "\"" => {
                    page.text.push('\n');
                    show(font.as_deref(), operands, page);
                }
                "Tj" | "TJ" => show(font.as_deref(), operands, page),
                "BI" => page.pictures += 1,
                "Do" => self.paint(operands, fonts, resources, depth, page),
                _ => {}
            }
        }
    }

    /// Paints a form, or a picture.
    fn paint(
        &mut self,
        operands: &[Object],
        fonts: &Fonts<'d>,
        resources: &[&'d Dictionary],
        depth: usize,
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
        page.height = None;
        self.read_content(&content, &fonts, &resources, depth + 1, page);
        page.height = None;
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

/// Adds painted text to a page. A wide step within it is a space.
fn show(font: Option<&Encoding>, operands: &[Object], page: &mut Page) {
    const WIDE: f32 = -100.0;
    for operand in operands {
        match operand {
            Object::String(bytes, _) => match font {
                Some(font) => {
                    let _ = font.write_to_string(bytes, &mut page.text);
                }
                None => page.text.push('\u{FFFD}'),
            },
            Object::Array(parts) => show(font, parts, page),
            step => {
                if step.as_float().is_ok_and(|step| step < WIDE) {
                    page.text.push(' ');
                }
            }
        }
    }
}
