//! The shell: everything around a page's own part, rendered once for many pages, with holes.

/// Stands around the name of a hole in the shell. Sources that hold it are refused.
pub(super) const SLOT_MARK: char = '\u{FDD1}';

/// A hole in the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The title.
    Title,
    /// What `head.html` makes.
    Head,
    /// What `languages.html` makes.
    Languages,
    /// The page's own part.
    Main,
    /// Its absolute address.
    Url,
    /// Not a hole any more: a filter has changed its name.
    Changed,
}

/// Everything around a page's own part.
#[derive(Debug)]
pub(super) struct Layout(pub Vec<(String, Option<Slot>)>);

impl Slot {
    /// The holes by name.
    pub(super) const NAMES: [(&'static str, Self); 5] = [
        ("title", Self::Title),
        ("head", Self::Head),
        ("languages", Self::Languages),
        ("main", Self::Main),
        ("url", Self::Url),
    ];
}

impl Layout {
    /// Cuts a rendered shell at its holes.
    pub(super) fn cut(text: &str) -> Self {
        let mut parts = Vec::new();
        let mut pieces = text.split(SLOT_MARK);
        while let Some(piece) = pieces.next() {
            let name = pieces.next();
            let slot = name.map(|name| {
                let known = Slot::NAMES.iter().find(|(known, _)| *known == name);
                known.map_or(Slot::Changed, |(_, slot)| *slot)
            });
            parts.push((piece.to_owned(), slot));
        }
        Self(parts)
    }

    /// A hole that was changed by a filter, or the one that no page can do without.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let has = |wanted: Slot| self.0.iter().any(|(_, slot)| *slot == Some(wanted));
        if has(Slot::Changed) {
            return Some("slot");
        }
        (!has(Slot::Main)).then_some("slot.main")
    }
}
