//! Looks at the metadata of the pictures in a document: photographs as cameras wrote them (`DCTDecode`,
//! `JPXDecode`), and XMP.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object, ObjectId, Stream};

use crate::files::fragment::{Fragment, FragmentPlace, Unreadable};
use crate::files::pdf::reader::PdfReader;
use crate::files::picture_metadata::{Metadata, picture_metadata};

/// Filters whose data are the bytes of a picture file.
const PICTURES: [&[u8]; 3] = [b"DCTDecode", b"DCT", b"JPXDecode"];

/// The cost of a name of a picture that a page may use.
const COST_OF_NAME: usize = 100;

impl PdfReader<'_, '_> {
    /// Passes on the pictures whose metadata contains a position.
    pub(super) fn report_pictures(&mut self, each: &mut dyn FnMut(&Fragment)) {
        let document = self.document;
        let mut found: BTreeMap<ObjectId, Metadata> = BTreeMap::new();
        for (id, object) in &document.objects {
            let Object::Stream(stream) = object else { continue };
            if let Some(metadata) = self.metadata_of(stream).filter(|metadata| metadata.position) {
                found.insert(*id, metadata);
            }
        }
        if found.is_empty() {
            return;
        }
        let pages = self.pages_of_pictures();
        for (id, metadata) in found {
            let spot = match pages.get(&id) {
                Some(page) => FragmentPlace::PictureOnPage(*page, metadata),
                None => FragmentPlace::Picture(format!("{} {} obj", id.0, id.1), metadata),
            };
            each(&Fragment { text: "", head: String::new(), spot, is_whole: false, column: None });
        }
    }

    /// Returns the metadata of a picture, or of the XMP that describes one.
    fn metadata_of(&mut self, stream: &Stream) -> Option<Metadata> {
        if stream.dict.has_type(b"Metadata") {
            let content = self.inflated(stream)?;
            return Some(picture_metadata(&content));
        }
        let filters = stream.filters().ok()?;
        let (last, before) = filters.split_last()?;
        if !PICTURES.contains(last) {
            return None;
        }
        if let Err(why) = self.budget.take(stream.content.len()) {
            self.missed(why);
            return None;
        }
        if before.is_empty() {
            return Some(picture_metadata(&stream.content));
        }
        // The picture file itself is packed.
        let names = before.iter().map(|name| Object::Name(name.to_vec())).collect();
        let mut dictionary = Dictionary::new();
        dictionary.set("Filter", Object::Array(names));
        let packed = Stream::new(dictionary, stream.content.clone());
        let Ok(content) = packed.get_plain_content_with_limit(self.limit_of_picture()) else {
            self.missed(Unreadable::TooLarge);
            return None;
        };
        if let Err(why) = self.budget.take(content.len()) {
            self.missed(why);
            return None;
        }
        Some(picture_metadata(&content))
    }

    fn limit_of_picture(&self) -> usize {
        const MAX_PICTURE: usize = 64_000_000;
        self.budget.left().min(MAX_PICTURE)
    }

    /// Returns the first page on which each picture may be shown, and that of its XMP.
    fn pages_of_pictures(&mut self) -> BTreeMap<ObjectId, usize> {
        let document = self.document;
        let mut pages = BTreeMap::new();
        for (n, id) in document.page_iter().enumerate() {
            let (own, inherited) = document.get_page_resources(id).unwrap_or_default();
            let inherited = inherited.iter().filter_map(|id| document.get_dictionary(*id).ok());
            for resources in own.into_iter().chain(inherited) {
                let objects = resources.get_deref(b"XObject", document).and_then(Object::as_dict);
                for (_, object) in objects.into_iter().flat_map(Dictionary::iter) {
                    if self.budget.take(COST_OF_NAME).is_err() {
                        return pages;
                    }
                    let Ok(id) = object.as_reference() else { continue };
                    pages.entry(id).or_insert(n + 1);
                    let picture = document.get_object(id).and_then(Object::as_stream);
                    let xmp = picture.and_then(|picture| picture.dict.get(b"Metadata"));
                    if let Ok(xmp) = xmp.and_then(Object::as_reference) {
                        pages.entry(xmp).or_insert(n + 1);
                    }
                }
            }
        }
        pages
    }
}
