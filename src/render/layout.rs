//! Layouts: everything around the content of a page, rendered once for many pages and cut at its
//! slots.

use memchr::memmem;

use crate::config::{CategoryId, LanguageId};
use crate::content::Item;

/// Encloses the name of a slot in a rendered layout. Sources that contain it are refused.
pub(super) const SLOT_MARK: char = '\u{FDD1}';

/// Marks the place of the body in rendered content. Sources that contain it are refused.
pub(super) const BODY_SLOT: char = '\u{FDD0}';

/// The kind of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PageKind {
    Home,
    Category,
    Term,
    Terms,
    Item,
    Page,
    Notice,
    Search,
    SiteMap,
    NotFound,
}

impl PageKind {
    /// Returns the kind of an item's page.
    pub(super) fn of(item: &Item) -> Self {
        if item.category.is_some() { Self::Item } else { Self::Page }
    }

    /// Returns the value of `kind` in templates.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Category => "category",
            Self::Term => "term",
            Self::Terms => "terms",
            Self::Item => "item",
            Self::Page => "page",
            Self::Notice => "notice",
            Self::Search => "search",
            Self::SiteMap => "sitemap",
            Self::NotFound => "404",
        }
    }

    /// Returns the template of the content.
    pub(super) fn template(self) -> &'static str {
        match self {
            Self::Home => "home.html",
            Self::Category => "category.html",
            Self::Term => "term.html",
            Self::Terms => "terms.html",
            Self::Item => "item.html",
            Self::Page => "page.html",
            Self::Notice => "notice.html",
            Self::Search => "search.html",
            Self::SiteMap => "sitemap.html",
            Self::NotFound => "404.html",
        }
    }
}

/// Everything that a layout depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LayoutKey {
    pub(super) language: LanguageId,
    pub(super) kind: PageKind,
    pub(super) section: Option<CategoryId>,
    /// The number of folders between the site's root and the page.
    pub(super) depth: usize,
}

/// A slot in a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// The title.
    Title,
    /// The output of `head.html`.
    Head,
    /// The output of `languages.html`.
    Languages,
    /// The content of the page.
    Main,
    /// The canonical URL.
    Url,
    /// A slot whose name was changed by a filter.
    Changed,
}

/// The names of the slots in templates.
const SLOTS: [(&str, Slot); 5] = [
    ("title", Slot::Title),
    ("head", Slot::Head),
    ("languages", Slot::Languages),
    ("main", Slot::Main),
    ("url", Slot::Url),
];

/// A rendered layout: texts, each with the slot that follows it.
#[derive(Debug)]
pub(super) struct Layout(Vec<(String, Option<Slot>)>);

/// What fills the slots of a layout.
pub(super) struct PageParts<'p> {
    /// The title, escaped.
    pub(super) title: &'p str,
    pub(super) head: &'p [u8],
    pub(super) languages: &'p [u8],
    /// The rendered content, with [`BODY_SLOT`] where the body belongs.
    pub(super) content: &'p [u8],
    pub(super) body: &'p str,
    pub(super) url: &'p str,
}

impl Layout {
    /// Returns what templates print for each slot, by name.
    pub(super) fn slot_marks() -> [(&'static str, String); 5] {
        SLOTS.map(|(name, _)| (name, format!("{SLOT_MARK}{name}{SLOT_MARK}")))
    }

    /// Cuts a rendered layout at its slots.
    pub(super) fn cut(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut pieces = text.split(SLOT_MARK);
        while let Some(piece) = pieces.next() {
            let slot = pieces.next().map(|name| {
                let slot = SLOTS.iter().find(|(slot_name, _)| *slot_name == name);
                slot.map_or(Slot::Changed, |(_, slot)| *slot)
            });
            parts.push((piece.to_owned(), slot));
        }
        Self(parts)
    }

    /// Returns the name of what is wrong: a slot that a filter has changed, or the main slot if it is
    /// missing.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let has = |wanted: Slot| self.0.iter().any(|(_, slot)| *slot == Some(wanted));
        if has(Slot::Changed) {
            return Some("slot");
        }
        (!has(Slot::Main)).then_some("slot.main")
    }

    /// Writes the layout with its slots filled. `typeset` writes content and body.
    pub(super) fn fill(
        &self,
        parts: &PageParts,
        typeset: impl Fn(&[u8], &mut Vec<u8>),
        out: &mut Vec<u8>,
    ) {
        for (text, slot) in &self.0 {
            out.extend_from_slice(text.as_bytes());
            match slot {
                Some(Slot::Title) => out.extend_from_slice(parts.title.as_bytes()),
                Some(Slot::Head) => out.extend_from_slice(parts.head),
                Some(Slot::Languages) => out.extend_from_slice(parts.languages),
                Some(Slot::Url) => out.extend_from_slice(parts.url.as_bytes()),
                Some(Slot::Main) => splice(parts.content, parts.body, &typeset, out),
                Some(Slot::Changed) | None => {}
            }
        }
    }
}

/// Writes the content of a page, with the body in its slot.
fn splice(content: &[u8], body: &str, typeset: impl Fn(&[u8], &mut Vec<u8>), out: &mut Vec<u8>) {
    let mut slot = [0; 4];
    let slot = BODY_SLOT.encode_utf8(&mut slot).as_bytes();
    let mut rest = content;
    while let Some(at) = memmem::find(rest, slot) {
        typeset(&rest[..at], out);
        typeset(body.as_bytes(), out);
        rest = &rest[at + slot.len()..];
    }
    typeset(rest, out);
}
