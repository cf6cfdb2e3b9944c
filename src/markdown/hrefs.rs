//! Destinations of links and pictures become what stands in the page; what leads nowhere is told.

use std::ops::Range;

use crate::content::nfc;
use crate::diagnostics::{Code, Place};
use crate::markdown::file_size::type_and_size;
use crate::markdown::findings::TextFindings;
use crate::markdown::images;
use crate::markdown::images::{Picture, Size};
use crate::site::{BrokenLink, ItemId, LinkTarget, Resolver, encode};
use crate::source::Portal;
use crate::text::is_picture;

/// Another item that a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkedItem {
    /// One that is on the site.
    Item(ItemId),
    /// One that is withheld, by its number.
    Stub(u32),
}

/// A heading of another item that a link wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedHeading {
    /// The other item.
    pub other: LinkedItem,
    /// The link's destination as written.
    pub link: String,
    /// The id of the heading.
    pub anchor: String,
    /// The link.
    pub place: Place,
}

/// A link that may stand in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Href {
    /// The attribute's value, not yet escaped.
    pub url: String,
    /// Whether it leads to another site.
    pub is_outside: bool,
    /// Where it leads to a file beside the item, what is said of that: `(PDF, 412 kB)`.
    pub file: Option<String>,
}

impl Href {
    /// An address within the portal.
    pub(super) fn inside(url: String) -> Self {
        Self { url, is_outside: false, file: None }
    }
}

/// A picture that may stand in a page.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct ImageSource {
    /// The attribute's value, not yet escaped.
    pub url: String,
    /// How large it is, if known.
    pub size: Option<Size>,
}

/// The destinations of one page.
pub(super) struct Destinations<'s> {
    portal: &'s Portal,
    resolver: Resolver<'s>,
    /// The relative path to the site's root.
    root: &'s str,
    /// The folder URL under which the item's own files stand, from the root.
    files_at: &'s str,
    /// Headings of others that it links to.
    pub wanted: Vec<WantedHeading>,
    /// Numbers of the item's own files that it refers to.
    pub files: Vec<usize>,
    /// Links to headings of this very page, judged when all are known.
    pub here: Vec<(String, Range<usize>)>,
}

impl<'s> Destinations<'s> {
    /// No destinations yet.
    pub(super) fn new(
        portal: &'s Portal,
        resolver: Resolver<'s>,
        root: &'s str,
        files_at: &'s str,
    ) -> Self {
        let (wanted, files, here) = (Vec::new(), Vec::new(), Vec::new());
        Self { portal, resolver, root, files_at, wanted, files, here }
    }

    /// Where a link leads; `None` where none may stand.
    pub(super) fn link(
        &mut self,
        dest: &str,
        range: Range<usize>,
        found: &mut TextFindings,
    ) -> Option<Href> {
        let inside = |url| Some(Href::inside(url));
        match self.resolver.resolve(dest) {
            LinkTarget::Outside(url) => {
                let is_outside = url.starts_with("http");
                Some(Href { url, is_outside, file: None })
            }
            LinkTarget::Here(anchor) => {
                let anchor = nfc(&anchor);
                let url = format!("#{}", encode(&anchor));
                self.here.push((anchor, range));
                inside(url)
            }
            LinkTarget::Item(item, fragment) => {
                let url = self.below_root(&self.resolver.site.item(item).url, fragment.as_deref());
                self.want(LinkedItem::Item(item), fragment, dest, range, found);
                inside(url)
            }
            LinkTarget::Page(url, fragment) => {
                let page = self.below_root(&url, fragment.as_deref());
                if let Some(text) = self.text_on(&url).filter(|_| fragment.is_some()) {
                    self.want(text, fragment, dest, range, found);
                }
                inside(page)
            }
            LinkTarget::File(number) => {
                let file = &self.resolver.from.files[number];
                let config = &self.resolver.site.config;
                let language = &config.languages[usize::from(self.resolver.from.language)].code;
                let said = type_and_size(&file.name, file.size, config.digits, language);
                Some(Href { file: Some(said), ..Href::inside(self.own_file(number)) })
            }
            LinkTarget::Withheld(stub, fragment) => {
                let withheld = &self.resolver.site.withheld;
                let opens = stub.is_none_or(|n| withheld[n as usize].will_open);
                let help = if opens { "help" } else { "help-gone" };
                found
                    .warning(Code::WithheldLink, range.clone(), |d| d.arg("link", dest).help(help));
                if let Some(stub) = stub {
                    self.want(LinkedItem::Stub(stub), fragment, dest, range, found);
                }
                None
            }
            LinkTarget::Broken(broken) => {
                report_broken(&broken, dest, range, found);
                None
            }
        }
    }

    /// Whether an address leads to an item that is not to be seen.
    pub(super) fn is_withheld(&self, dest: &str) -> bool {
        matches!(self.resolver.resolve(dest), LinkTarget::Withheld(..))
    }

    /// The item that is the text of a page, seen or not: a category's, or the home page's.
    fn text_on(&self, url: &str) -> Option<LinkedItem> {
        let site = self.resolver.site;
        let text = site.by_url(url).map(LinkedItem::Item);
        text.or_else(|| site.withheld_at(url).map(LinkedItem::Stub))
    }

    fn below_root(&self, url: &str, fragment: Option<&str>) -> String {
        let fragment = fragment.map_or(String::new(), |f| format!("#{}", encode(f)));
        format!("{}{}{fragment}", self.root, encode(url))
    }

    fn want(
        &mut self,
        other: LinkedItem,
        anchor: Option<String>,
        dest: &str,
        range: Range<usize>,
        found: &TextFindings,
    ) {
        if let Some(anchor) = anchor {
            let place = found.place(range);
            self.wanted.push(WantedHeading { other, link: dest.to_owned(), anchor, place });
        }
    }

    fn own_file(&mut self, number: usize) -> String {
        self.files.push(number);
        let name = &self.resolver.from.files[number].name;
        format!("{}{}{}", self.root, encode(self.files_at), encode(&nfc(name)))
    }

    /// Pictures come from beside the item or from `static/`; nothing is fetched from elsewhere.
    pub(super) fn picture(
        &mut self,
        dest: &str,
        range: Range<usize>,
        found: &mut TextFindings,
    ) -> Option<ImageSource> {
        match self.resolver.resolve(dest) {
            LinkTarget::File(number) => {
                let from = self.resolver.from;
                let path = format!("{}{}", from.folder(), from.files[number].name);
                let size = self.measure(&path, dest, range, found)?;
                Some(ImageSource { url: self.own_file(number), size })
            }
            LinkTarget::Page(url, None) if self.is_asset(&url) => {
                let size = self.measure(&format!("static/{url}"), dest, range, found)?;
                Some(ImageSource { url: self.below_root(&url, None), size })
            }
            LinkTarget::Outside(_) => {
                found.mistake(Code::ImageElsewhere, range, |d| d.arg("link", dest));
                None
            }
            LinkTarget::Broken(broken) => {
                report_broken(&broken, dest, range, found);
                None
            }
            // The same is told of a feed whether or not it is empty now.
            LinkTarget::Page(..) | LinkTarget::Withheld(None, _) => {
                found.mistake(Code::NotPicture, range, |d| d.arg("link", dest));
                None
            }
            LinkTarget::Item(..) | LinkTarget::Here(_) | LinkTarget::Withheld(Some(_), _) => {
                found.mistake(Code::MissingFile, range, |d| d.arg("value", dest));
                None
            }
        }
    }

    /// Whether a URL is that of a file that stands in every output.
    fn is_asset(&self, url: &str) -> bool {
        self.resolver.site.assets.binary_search_by(|asset| asset.as_str().cmp(url)).is_ok()
    }

    /// The size of a picture, if it says so; what is no picture is told.
    fn measure(
        &self,
        path: &str,
        dest: &str,
        range: Range<usize>,
        found: &mut TextFindings,
    ) -> Option<Option<Size>> {
        let help = match is_picture(path).then(|| images::probe_image(self.portal, path)) {
            Some(Some(Picture::Sized(size))) => return Some(Some(size)),
            // A file of the theme, which is not among the portal's.
            Some(None | Some(Picture::Unsized)) => return Some(None),
            Some(Some(Picture::Foreign)) => "help-content",
            None => "help",
        };
        found.mistake(Code::NotPicture, range, |d| d.arg("link", dest).help(help));
        None
    }
}

/// Tells of a link that leads nowhere.
pub(super) fn report_broken(
    broken: &BrokenLink,
    dest: &str,
    range: Range<usize>,
    found: &mut TextFindings,
) {
    let suggestion = broken.suggestion.clone();
    found.mistake(broken.code, range, |diagnostic| {
        let diagnostic = diagnostic.arg("link", dest).arg("value", dest);
        match &suggestion {
            Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
            None => diagnostic,
        }
    });
}
