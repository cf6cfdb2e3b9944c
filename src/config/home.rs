//! The blocks of the home page: `[[home]]`.

use crate::config::kinds::{FieldType, Kinds, Label, read_label};
use crate::config::people::report_unknown_category;
use crate::config::policy::{Category, CategoryId};
use crate::config::table::{SettingsFile, SettingsTable};
use crate::diagnostics::Place;

/// How many items a block shows by default. It shows all chosen items by default.
const LIMIT: usize = 5;
/// How many items a block may show.
const LIMIT_BOUNDS: std::ops::RangeInclusive<i64> = 1..=50;

/// What a block of the home page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// `text`: the text of `content/_index.md`.
    Text,
    /// `services`: links to chosen items, or to those of a category.
    Services,
    /// `closing_soon`: open items, the soonest deadline first.
    ClosingSoon,
    /// `latest`: the newest items.
    Latest,
    /// `figures`: counts and sums.
    Figures,
    /// `coverage`: how many obligations are met.
    Coverage,
    /// `pictures`: the newest items with a picture.
    Pictures,
    /// `complaints`: where to complain.
    Complaints,
}

impl BlockKind {
    /// The words used in site.toml.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("text", Self::Text),
        ("services", Self::Services),
        ("closing_soon", Self::ClosingSoon),
        ("latest", Self::Latest),
        ("figures", Self::Figures),
        ("coverage", Self::Coverage),
        ("pictures", Self::Pictures),
        ("complaints", Self::Complaints),
    ];

    /// Returns the word used in site.toml.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// The keys that a block of this kind may have, besides `block` and `title`.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Text | Self::Coverage | Self::Complaints => &[],
            Self::Services => &["items", "category", "limit"],
            Self::ClosingSoon | Self::Latest | Self::Pictures => &["category", "kind", "limit"],
            Self::Figures => &["figures"],
        }
    }
}

/// A block of the home page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeBlock {
    /// What it shows.
    pub kind: BlockKind,
    /// Its heading. If empty, the theme's.
    pub title: Label,
    /// The category of its items.
    pub category: Option<CategoryId>,
    /// The kind of its items.
    pub item_kind: Option<String>,
    /// The paths of chosen items, below `content/`, with their places in the settings.
    pub items: Vec<(String, Place)>,
    /// The most items that it shows.
    pub limit: usize,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// A number about the published items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it counts.
    pub label: Label,
    /// The category of the items.
    pub category: Option<CategoryId>,
    /// The kind of the items.
    pub kind: Option<String>,
    /// The field whose values are added. Without one, the items are counted.
    pub sum: Option<String>,
}

/// What blocks refer to.
pub(super) struct BlockReader<'a> {
    /// The categories.
    pub categories: &'a [Category],
    /// The declared kinds.
    pub kinds: &'a Kinds,
    /// The site's own language.
    pub own: &'a str,
}

impl BlockReader<'_> {
    /// Reads the blocks in their order. Without any, the home page is that of the theme.
    pub(super) fn read(&self, file: &mut SettingsFile, top: &mut SettingsTable) -> Vec<HomeBlock> {
        let tables = top.tables(file, "home");
        tables.into_iter().filter_map(|table| self.block(file, table)).collect()
    }

    fn block(&self, file: &mut SettingsFile, mut table: SettingsTable) -> Option<HomeBlock> {
        if !table.has("block") {
            table.missing(file, "block");
            return None;
        }
        let kind = table.choice(file, "block", &BlockKind::WORDS)?.value;
        let title = read_label(file, &mut table, "title", self.own, false);
        let mut block = HomeBlock {
            kind,
            title,
            category: None,
            item_kind: None,
            items: Vec::new(),
            limit: LIMIT,
            figures: Vec::new(),
        };
        let keys = kind.keys();
        if keys.contains(&"items") {
            block.items = chosen_items(file, &mut table);
        }
        if keys.contains(&"category") {
            block.category = self.category(file, &mut table);
        }
        if keys.contains(&"kind") {
            block.item_kind = self.kind(file, &mut table);
        }
        if keys.contains(&"limit") {
            let usual = if block.items.is_empty() { LIMIT } else { block.items.len() };
            block.limit = table.number_within(file, "limit", &LIMIT_BOUNDS).unwrap_or(usual);
        }
        if kind == BlockKind::Figures {
            block.figures = self.figures(file, &mut table);
        }
        table.finish(file, &[&["block", "title"], keys].concat());
        Some(block)
    }

    fn category(&self, file: &mut SettingsFile, table: &mut SettingsTable) -> Option<CategoryId> {
        let id = table.string(file, "category")?;
        let place = self.categories.iter().position(|category| category.id == id.value);
        if place.is_none() {
            report_unknown_category(file, id, self.categories);
        }
        place.and_then(CategoryId::at)
    }

    fn kind(&self, file: &mut SettingsFile, table: &mut SettingsTable) -> Option<String> {
        let kinds: Vec<(&str, &str)> = self.kinds.ids().map(|id| (id, id)).collect();
        table.choice(file, "kind", &kinds).map(|at| at.value.to_owned())
    }

    fn figures(&self, file: &mut SettingsFile, table: &mut SettingsTable) -> Vec<Figure> {
        if table.has_none("figures") {
            table.missing(file, "figures");
        }
        let tables = table.tables(file, "figures");
        tables.into_iter().filter_map(|table| self.figure(file, table)).collect()
    }

    fn figure(&self, file: &mut SettingsFile, mut table: SettingsTable) -> Option<Figure> {
        let label = read_label(file, &mut table, "label", self.own, true);
        let category = self.category(file, &mut table);
        let kind = self.kind(file, &mut table);
        let kinds = self.kinds.all().map(|(_, kind)| kind);
        let kinds = kinds.filter(|other| kind.as_ref().is_none_or(|kind| other.id == *kind));
        let fields = kinds.flat_map(|kind| &kind.fields);
        let amounts = fields.filter(|field| field.field_type == FieldType::Money && !field.is_list);
        let mut words: Vec<(&str, &str)> =
            amounts.map(|field| (field.id.as_str(), field.id.as_str())).collect();
        words.sort_unstable();
        words.dedup();
        let sum = table.choice(file, "sum", &words).map(|at| at.value.to_owned());
        table.finish(file, &["label", "category", "kind", "sum"]);
        (!label.is_empty()).then_some(Figure { label, category, kind, sum })
    }
}

/// Reads the paths of items: `["services/water.md"]`.
fn chosen_items(file: &mut SettingsFile, table: &mut SettingsTable) -> Vec<(String, Place)> {
    let paths = table.strings(file, "items").into_iter();
    let path = |text: &str| text.trim_start_matches('/').trim_start_matches("content/").to_owned();
    paths.map(|at| (path(&at.value), file.place(at.span))).collect()
}
