//! The home page, and the blocks that it consists of if `site.toml` has any.

use std::borrow::Cow;

use serde::Serialize;
use tera::Value;

use crate::config::{BlockKind, Figure, HomeBlock, LanguageId};
use crate::content::Role;
use crate::gate::State;
use crate::render::{PageContent, PageTarget, Renderer};
use crate::site::{ItemId, Selection, WantedText, amount_of, encode};
use crate::text::Decimal;

/// How many of the newest items the home page shows, of all and of each category.
const LATEST: usize = 10;

#[derive(Serialize)]
struct BlockValue<'a> {
    kind: &'static str,
    title: Cow<'a, str>,
    entries: Value,
    more: String,
    figures: Vec<FigureValue<'a>>,
    coverage: Option<CoverageBlockValue<'a>>,
}

#[derive(Serialize)]
struct FigureValue<'a> {
    label: &'a str,
    text: String,
    is_amount: bool,
    url: String,
}

#[derive(Serialize)]
struct CoverageBlockValue<'a> {
    title: &'a str,
    url: String,
    met: usize,
    total: usize,
}

impl Renderer<'_> {
    pub(super) fn home(&self, target: &PageTarget) -> PageContent<'_> {
        let site = self.site;
        let language = target.layout.language;
        let mut context = self.context(target);
        context.insert_value("latest", self.entries(&site.newest(language, None, LATEST)));
        let latest = |category| self.entries(&site.newest(language, Some(category), LATEST));
        let categories = self.categories(language, |category| ("latest", latest(category)));
        context.insert_value("categories", categories);
        let blocks = site.config.home.iter().map(|block| self.block(language, block));
        context.insert("blocks", &blocks.collect::<Vec<BlockValue>>());
        let index = site.index(language, None).map(|id| site.item(id));
        let site_title = site.config.languages[usize::from(language)].title.as_str();
        let title = Cow::Borrowed(index.map_or(site_title, |item| &item.title));
        let description = index.map_or("", |item| &item.summary);
        PageContent { context, title, description }
    }

    fn block<'v>(&'v self, language: LanguageId, block: &'v HomeBlock) -> BlockValue<'v> {
        let config = &self.site.config;
        let kind = block.kind.as_str();
        let title = match config.text(&block.title, language) {
            "" => self.word(language, &format!("block_{kind}")).into(),
            title => title.into(),
        };
        let more = block.category.map(|category| config.category_url(language, category));
        let figures = block.figures.iter().map(|figure| FigureValue {
            label: config.text(&figure.label, language),
            text: self.figure(language, figure),
            is_amount: figure.sum.is_some(),
            url: figure
                .category
                .map_or(String::new(), |id| encode(&config.category_url(language, id))),
        });
        BlockValue {
            kind,
            title,
            entries: self.entries(&self.items_of_block(language, block)),
            more: more.map_or(String::new(), |url| encode(&url)),
            figures: figures.collect(),
            coverage: (block.kind == BlockKind::Coverage)
                .then(|| self.coverage_of_site(language))
                .flatten(),
        }
    }

    /// Returns the items that a block shows.
    fn items_of_block(&self, language: LanguageId, block: &HomeBlock) -> Vec<ItemId> {
        let site = self.site;
        let selection = Selection {
            category: block.category,
            kind: block.item_kind.as_deref().map(WantedText::new),
            ..Selection::default()
        };
        let mut items: Vec<ItemId> = match block.kind {
            BlockKind::Services if !block.items.is_empty() => {
                let path = |(path, _): &(String, _)| site.by_path(&format!("content/{path}"));
                let chosen = block.items.iter().filter_map(path);
                chosen.filter_map(|id| site.translation(id, language)).collect()
            }
            BlockKind::Services => {
                block.category.map_or(Vec::new(), |id| site.list(language, id).to_vec())
            }
            BlockKind::ClosingSoon => self.closing_soon(language, &selection),
            BlockKind::Latest => self.select(language, &selection).collect(),
            BlockKind::Pictures => {
                let has_picture = |id: &ItemId| {
                    let typed = site.item(*id).typed(&site.config.kinds);
                    typed.is_some_and(|typed| typed.first_picture().is_some())
                };
                self.select(language, &selection).filter(has_picture).collect()
            }
            BlockKind::Text | BlockKind::Figures | BlockKind::Coverage | BlockKind::Complaints => {
                Vec::new()
            }
        };
        items.truncate(block.limit);
        items
    }

    /// Returns the wanted items of a language that have a page, newest first.
    fn select(&self, language: LanguageId, selection: &Selection) -> impl Iterator<Item = ItemId> {
        let all = self.site.everything(language).iter().copied();
        all.filter(|id| {
            let item = self.site.item(*id);
            selection.includes(item, self.state_of(item))
        })
    }

    /// Returns the open items among some, the soonest deadline first.
    fn closing_soon(&self, language: LanguageId, selection: &Selection) -> Vec<ItemId> {
        let site = self.site;
        let selection = Selection { state: Some(State::Open), ..selection.clone() };
        let mut open: Vec<ItemId> = self.select(language, &selection).collect();
        open.sort_by_key(|id| site.item(*id).details.deadline.map(|deadline| deadline.at));
        open
    }

    /// Returns the number of the selected items, or the sum of their amounts.
    fn figure(&self, language: LanguageId, figure: &Figure) -> String {
        let site = self.site;
        let (category, kind) = (figure.category, figure.kind.as_deref().map(WantedText::new));
        let selection = Selection { category, kind, ..Selection::default() };
        let items = self.select(language, &selection).map(|id| site.item(id));
        let Some(sum) = &figure.sum else { return items.count().to_string() };
        let amounts = items.filter_map(|item| amount_of(&site.config, item, sum));
        amounts.fold(Decimal::ZERO, Decimal::plus).shown(true)
    }

    /// Returns how many obligations of a language's list are met.
    fn coverage_of_site(&self, language: LanguageId) -> Option<CoverageBlockValue<'_>> {
        let site = self.site;
        let lists = site.items().filter(|(_, item)| item.language == language);
        let mut lists = lists.filter(|(_, item)| item.role == Role::Item);
        lists.find_map(|(_, item)| {
            let coverage = item.details.coverage.as_deref()?;
            let ids: Vec<&str> = coverage.obligations.iter().map(|o| o.id.as_ref()).collect();
            let met = site.meeting(language, &ids).iter().filter(|items| !items.is_empty()).count();
            let (title, url) = (item.title.as_ref(), encode(&item.url));
            Some(CoverageBlockValue { title, url, met, total: ids.len() })
        })
    }
}
