//! Reads a version of a document: its pages, forms, strings and streams.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Error, Object, ObjectId, Stream};

use crate::files::fragment::{Budget, Fragment, FragmentPlace, Unreadable};
use crate::files::markup_lines::{Dialect, lines};
use crate::files::pdf::fonts::{Letters, base_letters};
use crate::files::pdf::page::PdfPage;
use crate::files::pdf::pen::{Matrix, Pen};
use crate::files::pdf::strings::{strings, text_of};
use crate::text::has_long_number;

/// The maximum size of an inflated stream, in bytes.
pub(super) const MAX_STREAM: usize = 4_000_000;

/// The maximum nesting of forms, and the maximum number of forms painted in a file.
const MAX_DEPTH: usize = 8;
const MAX_FORMS: usize = 20_000;

/// The fixed cost of a page or a form, the cost of a font available to it, and the factor by which
/// a byte of painting operations costs more than other bytes.
const COST_OF_PAGE: usize = 2_000;
const COST_OF_FONT: usize = 100;
const COST_OF_BYTE: usize = 3;

type Fonts<'d> = BTreeMap<Vec<u8>, &'d Dictionary>;

/// What a content stream refers to by name.
#[derive(Clone, Copy)]
struct Scope<'s, 'd> {
    fonts: &'s Fonts<'d>,
    /// Dictionaries of resources, the nearest first.
    resources: &'s [&'d Dictionary],
    /// How many forms are around it.
    depth: usize,
}

/// An operator appended to the content of a page, to detect whether all of it was parsed. No PDF
/// operator has this name.
const END_OF_CONTENT: &str = "prakatEnd";

/// Reads a version of a document within the limits.
pub(super) struct PdfReader<'d, 'b> {
    pub(super) document: &'d Document,
    /// Fonts by their addresses in memory, because pages share them.
    fonts: BTreeMap<usize, Option<Rc<Letters>>>,
    /// Painted forms, by their addresses in memory.
    painted: BTreeSet<usize>,
    pub(super) budget: &'b mut Budget,
    forms_left: usize,
    /// Why something could not be read.
    pub(super) unread: Option<Unreadable>,
}

/// Returns the name for a key of a dictionary.
pub(super) fn name_in<'d>(dictionary: &'d Dictionary, key: &[u8]) -> Option<&'d [u8]> {
    dictionary.get(key).and_then(Object::as_name).ok()
}

/// Returns the address of an object in memory.
fn place_of<T>(thing: &T) -> usize {
    std::ptr::from_ref(thing) as usize
}

impl<'d, 'b> PdfReader<'d, 'b> {
    /// Creates a reader of a document.
    pub(super) fn new(document: &'d Document, budget: &'b mut Budget) -> Self {
        Self {
            document,
            fonts: BTreeMap::new(),
            painted: BTreeSet::new(),
            budget,
            forms_left: MAX_FORMS,
            unread: None,
        }
    }

    /// Notes why something could not be read.
    pub(super) fn missed(&mut self, why: Unreadable) {
        self.unread = least(self.unread, Some(why));
    }

    /// Returns the maximum inflated size of the next stream.
    pub(super) fn limit(&self) -> usize {
        self.budget.left().min(MAX_STREAM)
    }

    /// Passes on all strings: author, title, bookmarks, annotations, fields and choices,
    /// descriptions of pictures.
    pub(super) fn report_strings(&mut self, each: &mut dyn FnMut(&Fragment)) {
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
                        column: None,
                    });
                }
            });
        }
    }

    /// Reads the streams that contain text (XMP, XFA forms, scripts, long values), and collects
    /// embedded files.
    pub(super) fn report_streams(
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
                lines(&text_or_utf8(content), Dialect::Any, &mut |text, _| {
                    let (head, spot) = (String::new(), FragmentPlace::Properties);
                    each(&Fragment { text, head, spot, is_whole: false, column: None });
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
    pub(super) fn inflated(&mut self, stream: &Stream) -> Option<Vec<u8>> {
        let content = stream.get_plain_content_with_limit(self.limit());
        let content = content.map_err(|error| why(&error)).and_then(|content| {
            self.budget.take(content.len())?;
            Ok(content)
        });
        content.map_err(|why| self.missed(why)).ok()
    }

    /// Reads forms that no page paints: appearances of annotations and fields, and patterns.
    pub(super) fn report_unpainted(&mut self, each: &mut dyn FnMut(&Fragment)) {
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
            let scope = Scope { fonts: &fonts, resources: &[], depth: 0 };
            self.read_form(stream, scope, &pen, &mut page);
            if page.has_hidden_row {
                self.missed(Unreadable::NoLetters);
            }
            page.report(FragmentPlace::Properties, each);
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

    /// Reads a page.
    pub(super) fn read_page(&mut self, id: ObjectId, page: &mut PdfPage) {
        let document = self.document;
        match document.get_page_content_with_limit(id, self.limit()) {
            Ok(content) => {
                let fonts = document.get_page_fonts(id).unwrap_or_default();
                let (own, inherited) = document.get_page_resources(id).unwrap_or_default();
                let inherited = inherited.iter().filter_map(|id| document.get_dictionary(*id).ok());
                let resources: Vec<&Dictionary> = own.into_iter().chain(inherited).collect();
                let mut pen = Pen::new(Matrix::NONE);
                let scope = Scope { fonts: &fonts, resources: &resources, depth: 0 };
                self.read_content(&content, scope, &mut pen, page);
            }
            Err(error) => self.missed(why(&error)),
        }
    }

    fn read_content(
        &mut self,
        content: &[u8],
        scope: Scope<'_, 'd>,
        pen: &mut Pen,
        page: &mut PdfPage,
    ) {
        let cost = content.len() * COST_OF_BYTE + COST_OF_PAGE + scope.fonts.len() * COST_OF_FONT;
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
                    font = name
                        .and_then(|name| scope.fonts.get(name))
                        .and_then(|font| self.font(font));
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
                "Do" => self.paint(operands, scope, pen, page),
                _ => {}
            }
        }
    }

    /// Paints a form or a picture.
    fn paint(&mut self, operands: &[Object], scope: Scope<'_, 'd>, pen: &Pen, page: &mut PdfPage) {
        let document = self.document;
        let Some(name) = operands.first().and_then(|name| name.as_name().ok()) else { return };
        let of_name = |resources: &&'d Dictionary| {
            let objects =
                resources.get_deref(b"XObject", document).and_then(Object::as_dict).ok()?;
            objects.get_deref(name, document).and_then(Object::as_stream).ok()
        };
        let Some(stream) = scope.resources.iter().find_map(of_name) else { return };
        if name_in(&stream.dict, b"Subtype") == Some(b"Form") {
            self.read_form(stream, scope, pen, page);
        } else {
            page.picture(pen);
        }
    }

    fn read_form(
        &mut self,
        stream: &'d Stream,
        scope: Scope<'_, 'd>,
        pen: &Pen,
        page: &mut PdfPage,
    ) {
        let document = self.document;
        if scope.depth >= MAX_DEPTH || self.forms_left == 0 {
            return self.missed(Unreadable::TooLarge);
        }
        self.forms_left -= 1;
        self.painted.insert(place_of(stream));
        let Some(content) = self.inflated(stream) else { return };
        let own = stream.dict.get_deref(b"Resources", document).and_then(Object::as_dict).ok();
        let mut fonts = scope.fonts.clone();
        own.into_iter().for_each(|own| self.add_fonts(own, &mut fonts));
        let resources: Vec<&Dictionary> =
            own.into_iter().chain(scope.resources.iter().copied()).collect();
        let place = stream.dict.get_deref(b"Matrix", document).and_then(Object::as_array).ok();
        let place = place.and_then(|numbers| Matrix::of(numbers)).unwrap_or(Matrix::NONE);
        let mut pen = Pen::new(place.then(pen.page));
        let scope = Scope { fonts: &fonts, resources: &resources, depth: scope.depth + 1 };
        self.read_content(&content, scope, &mut pen, page);
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

/// Returns the first of two reasons, in their order.
pub(super) fn least(one: Option<Unreadable>, other: Option<Unreadable>) -> Option<Unreadable> {
    one.into_iter().chain(other).min()
}
