//! Resolves the destinations of links and pictures, and reports those that are broken.

use std::ops::Range;

use crate::diagnostics::{Code, Place};
use crate::markdown::body_diagnostics::BodyDiagnostics;
use crate::markdown::file_size::type_and_size;
use crate::markdown::images;
use crate::markdown::images::{Picture, Size};
use crate::markdown::link_advice::{LinkAdvice, advise};
use crate::site::{BrokenLink, ItemId, LinkTarget, Resolver, encode};
use crate::source::Portal;
use crate::text::{is_picture, nfc};

/// Another item that a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkedItem {
    /// A published item.
    Item(ItemId),
    /// A withheld item, by its index.
    Stub(u32),
}

/// A link to a heading of another item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedHeading {
    /// The other item.
    pub other: LinkedItem,
    /// The destination as written.
    pub link: String,
    /// The id of the heading.
    pub anchor: String,
    /// The place of the link.
    pub place: Place,
}

/// The resolved destination of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Href {
    /// The value of the attribute, not yet escaped.
    pub url: String,
    /// Whether it leads to another site.
    pub is_outside: bool,
    /// Type and size, if it leads to one of the item's own files: `(PDF, 412 kB)`.
    pub file: Option<String>,
}

impl Href {
    /// Creates a link within the portal.
    pub(super) fn inside(url: String) -> Self {
        Self { url, is_outside: false, file: None }
    }
}

/// The resolved source of an image.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct ImageSource {
    /// The value of the attribute, not yet escaped.
    pub url: String,
    /// Its size, if known.
    pub size: Option<Size>,
}

/// Resolves the destinations of one page, and collects what they refer to.
pub(super) struct Destinations<'s> {
    portal: &'s Portal,
    resolver: Resolver<'s>,
    /// The relative path to the site's root.
    root: &'s str,
    /// The URL of the folder with the item's own files, from the root.
    files_at: &'s str,
    /// Headings of other items that it links to.
    pub wanted: Vec<WantedHeading>,
    /// Indexes of the item's own files that it refers to.
    pub files: Vec<usize>,
    /// Links to headings of this page. They are checked when all headings are known.
    pub here: Vec<(String, Range<usize>)>,
}

impl<'s> Destinations<'s> {
    /// Starts a page.
    pub(super) fn new(
        portal: &'s Portal,
        resolver: Resolver<'s>,
        root: &'s str,
        files_at: &'s str,
    ) -> Self {
        let (wanted, files, here) = (Vec::new(), Vec::new(), Vec::new());
        Self { portal, resolver, root, files_at, wanted, files, here }
    }

    /// Resolves a link. Returns `None` if the page must not have the link.
    pub(super) fn link(
        &mut self,
        dest: &str,
        range: Range<usize>,
        diagnostics: &mut BodyDiagnostics,
    ) -> Option<Href> {
        let inside = |url| Some(Href::inside(url));
        match self.resolver.resolve(dest) {
            LinkTarget::Outside(url) => {
                self.report_inner_address(&url, &range, diagnostics);
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
                self.want_heading(LinkedItem::Item(item), fragment, dest, range, diagnostics);
                inside(url)
            }
            LinkTarget::Page(url, fragment) => {
                let page = self.below_root(&url, fragment.as_deref());
                if let Some(fragment) = &fragment {
                    self.report_inner_address(&format!("#{fragment}"), &range, diagnostics);
                }
                if let Some(item) = self.item_at(&url).filter(|_| fragment.is_some()) {
                    self.want_heading(item, fragment, dest, range, diagnostics);
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
                diagnostics
                    .warn(Code::WithheldLink, range.clone(), |d| d.arg("link", dest).help(help));
                if let Some(stub) = stub {
                    self.want_heading(LinkedItem::Stub(stub), fragment, dest, range, diagnostics);
                }
                None
            }
            LinkTarget::Broken(broken) => {
                report_broken(&broken, dest, range, diagnostics);
                None
            }
        }
    }

    /// Reports the address of a withheld item inside the address of a link, which is published.
    fn report_inner_address(
        &self,
        url: &str,
        range: &Range<usize>,
        diagnostics: &mut BodyDiagnostics,
    ) {
        let Some(inner) = self.resolver.withheld_inside(url) else { return };
        let written = &diagnostics.markdown[range.clone()];
        let at = written.find(&inner).map(|at| range.start + at);
        let range = at.map_or_else(|| range.clone(), |at| at..at + inner.len());
        diagnostics.warn(Code::WithheldAddress, range, |d| d.arg("link", inner.as_str()));
    }

    /// Returns whether an address leads to a withheld item.
    pub(super) fn is_withheld(&self, dest: &str) -> bool {
        matches!(self.resolver.resolve(dest), LinkTarget::Withheld(..))
    }

    /// Finds the item with the text of a category page or of the home page, published or not.
    fn item_at(&self, url: &str) -> Option<LinkedItem> {
        let site = self.resolver.site;
        let item = site.by_url(url).map(LinkedItem::Item);
        item.or_else(|| site.withheld_at(url).map(LinkedItem::Stub))
    }

    fn below_root(&self, url: &str, fragment: Option<&str>) -> String {
        let fragment = fragment.map_or(String::new(), |f| format!("#{}", encode(f)));
        format!("{}{}{fragment}", self.root, encode(url))
    }

    fn want_heading(
        &mut self,
        other: LinkedItem,
        anchor: Option<String>,
        dest: &str,
        range: Range<usize>,
        diagnostics: &BodyDiagnostics,
    ) {
        if let Some(anchor) = anchor {
            let place = diagnostics.place(range);
            self.wanted.push(WantedHeading { other, link: dest.to_owned(), anchor, place });
        }
    }

    fn own_file(&mut self, number: usize) -> String {
        self.files.push(number);
        let name = &self.resolver.from.files[number].name;
        format!("{}{}{}", self.root, encode(self.files_at), encode(&nfc(name)))
    }

    /// Resolves a picture. It must be one of the item's own files, or in `static/`.
    pub(super) fn picture(
        &mut self,
        dest: &str,
        range: Range<usize>,
        diagnostics: &mut BodyDiagnostics,
    ) -> Option<ImageSource> {
        match self.resolver.resolve(dest) {
            LinkTarget::File(number) => {
                let from = self.resolver.from;
                let path = format!("{}{}", from.folder(), from.files[number].name);
                let size = self.measure(&path, dest, range, diagnostics)?;
                Some(ImageSource { url: self.own_file(number), size })
            }
            LinkTarget::Page(url, None) if self.is_asset(&url) => {
                let size = self.measure(&format!("static/{url}"), dest, range, diagnostics)?;
                Some(ImageSource { url: self.below_root(&url, None), size })
            }
            LinkTarget::Outside(_) => {
                diagnostics.report(Code::ImageElsewhere, range, |d| d.arg("link", dest));
                None
            }
            LinkTarget::Broken(broken) => {
                report_broken(&broken, dest, range, diagnostics);
                None
            }
            // A link to a feed gets the same diagnostic whether or not the feed is empty now.
            LinkTarget::Page(..) | LinkTarget::Withheld(None, _) => {
                diagnostics.report(Code::NotPicture, range, |d| d.arg("link", dest));
                None
            }
            LinkTarget::Item(..) | LinkTarget::Here(_) | LinkTarget::Withheld(Some(_), _) => {
                diagnostics.report(Code::MissingFile, range, |d| d.arg("value", dest));
                None
            }
        }
    }

    /// Returns whether a URL is that of a file in every output.
    fn is_asset(&self, url: &str) -> bool {
        self.resolver.site.assets.binary_search_by(|asset| asset.as_str().cmp(url)).is_ok()
    }

    /// Measures a picture. Reports a file that is not a picture and returns `None` for it.
    fn measure(
        &self,
        path: &str,
        dest: &str,
        range: Range<usize>,
        diagnostics: &mut BodyDiagnostics,
    ) -> Option<Option<Size>> {
        let help = match is_picture(path).then(|| images::probe_image(self.portal, path)) {
            Some(Some(Picture::Sized(size))) => return Some(Some(size)),
            // A file of the theme, which is not in the portal.
            Some(None | Some(Picture::Unsized)) => return Some(None),
            Some(Some(Picture::Foreign)) => "help-content",
            None => "help",
        };
        diagnostics.report(Code::NotPicture, range, |d| d.arg("link", dest).help(help));
        None
    }
}

/// Reports a broken link.
pub(super) fn report_broken(
    broken: &BrokenLink,
    dest: &str,
    range: Range<usize>,
    diagnostics: &mut BodyDiagnostics,
) {
    let LinkAdvice { code, help, suggestion } = advise(broken, dest);
    diagnostics.report(code, range, |diagnostic| {
        let diagnostic = diagnostic.arg("link", dest).arg("value", dest).help(help);
        match &suggestion {
            Some(near) => diagnostic.arg("suggestion", near),
            None => diagnostic,
        }
    });
}
