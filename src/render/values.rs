//! The values that templates get, made from the site.

use tera::Value;

use crate::config::{CategoryId, LanguageId, PersonId};
use crate::content::{Correction, Item, ItemFile, Obligation};
use crate::gate::{Admitted, State};
use crate::markdown::{Heading, file_type, size_text};
use crate::render::context::{
    ChangeValue, FileValue, ItemValue, LinkValue, PageValue, PersonValue, TranslationValue,
    contents, language_name,
};
use crate::render::feeds::feed_title;
use crate::render::labels::deadline_label;
use crate::render::layout::LayoutKey;
use crate::render::{PageTarget, Renderer, json_ld, kinds};
use crate::site::{ItemId, PageKey, encode};
use crate::text::{Moment, ShownDate, rfc3339, shown_year};

/// How many items are named with an obligation that they meet. Of the others, the number is shown.
const MET_BY: usize = 3;

/// What the page of an item shows that depends on the instant or on other items.
pub(super) struct ItemParts<'v> {
    pub(super) corrections: &'v [Correction],
    pub(super) state: Option<State>,
    pub(super) thread: Value,
    pub(super) replaced_by: Vec<ItemId>,
    pub(super) headings: &'v [Heading],
}

impl<'a> Renderer<'a> {
    pub(super) fn page_value<'p>(
        &self,
        target: &PageTarget,
        title: &'p str,
        description: &'p str,
    ) -> PageValue<'p>
    where
        'a: 'p,
    {
        let site = self.site;
        let page = target.page;
        let language = target.layout.language;
        let url = encode(&target.url);
        let (feed, feed_title) = self.feed_of(target);
        PageValue {
            kind: target.layout.kind.word(),
            title,
            description,
            canonical: format!("{}{url}", site.config.base_url.full),
            url,
            noindex: matches!(page, PageKey::NotFound | PageKey::Notice(_)),
            until: self.until(page),
            linked_data: self.linked_data(page),
            feed: encode(&feed),
            feed_title,
            translations: self.translations(page, language),
        }
    }

    /// Returns the URL of the feed that a page names, and its title: that of the term, otherwise of the
    /// category, otherwise of the site. The URL is empty if there is none.
    fn feed_of(&self, target: &PageTarget) -> (String, String) {
        let site = self.site;
        if let PageKey::Term(id, _) = target.page {
            return (site.url(PageKey::TermFeed(id)), self.feed_title_of_term(id));
        }
        let LayoutKey { language, section, .. } = target.layout;
        let feed_of = section.filter(|category| site.has_feed(language, Some(*category)));
        let has_feed = site.has_feed(language, feed_of);
        let url = if has_feed { site.url(PageKey::Feed(language, feed_of)) } else { String::new() };
        (url, feed_title(site, language, feed_of))
    }

    /// Returns the first instant at which the page may no longer be seen. Returns an empty text if there
    /// is none.
    fn until(&self, page: PageKey) -> String {
        let PageKey::Item(id) = page else { return String::new() };
        let until = self.site.item(id).window.until;
        until.map_or(String::new(), |until| rfc3339(until, &self.site.config.zone))
    }

    fn linked_data(&self, page: PageKey) -> String {
        if !self.theme.asks_for_linked_data {
            return String::new();
        }
        match page {
            PageKey::Home(language) => json_ld::office(self.site, language),
            PageKey::List(language, category, _) => {
                json_ld::category(self.site, language, category)
            }
            PageKey::Item(id) => json_ld::item(self.site, self.site.item(id)),
            _ => String::new(),
        }
    }

    /// Returns the page in each language, or the home page of a language in which it is not published.
    fn translations(&self, page: PageKey, own_language: LanguageId) -> Vec<TranslationValue<'a>> {
        let site = self.site;
        if site.config.languages.len() < 2 {
            return Vec::new();
        }
        let in_language = |language| match page {
            PageKey::Home(_) => Some(PageKey::Home(language)),
            PageKey::List(_, category, 1) => Some(PageKey::List(language, category, 1)),
            PageKey::Term(id, 1) => self.term_in(id, language).map(|id| PageKey::Term(id, 1)),
            PageKey::Terms(_, taxonomy) => {
                let has_terms = !site.terms_of(language, taxonomy).is_empty();
                has_terms.then_some(PageKey::Terms(language, taxonomy))
            }
            PageKey::Search(_, 1) => Some(PageKey::Search(language, 1)),
            PageKey::SiteMap(_) => Some(PageKey::SiteMap(language)),
            PageKey::Item(id) => site.translation(id, language).map(PageKey::Item),
            _ => None,
        };
        site.config
            .languages()
            .map(|(language, settings)| {
                let exact =
                    if language == own_language { Some(page) } else { in_language(language) };
                let url = encode(&site.url(exact.unwrap_or(PageKey::Home(language))));
                TranslationValue {
                    lang: &settings.code,
                    name: language_name(&settings.code),
                    canonical: format!("{}{url}", site.config.base_url.full),
                    url,
                    current: language == own_language,
                    exact: exact.is_some(),
                }
            })
            .collect()
    }

    /// Returns a text of the theme's interface.
    pub(super) fn word(&self, language: LanguageId, key: &str) -> String {
        let words = &self.cache.languages[usize::from(language)].words;
        words.get_from_path(key).and_then(Value::as_str).unwrap_or("").to_owned()
    }

    /// Returns links to the pages outside categories.
    pub(super) fn pages_outside(&self, language: LanguageId) -> Vec<LinkValue<'a>> {
        let link = |item: &'a Admitted| LinkValue {
            id: "",
            title: &item.title,
            url: encode(&item.url),
            current: false,
        };
        self.site.outside(language).map(link).collect()
    }

    pub(super) fn category_value(
        &self,
        language: LanguageId,
        category: Option<CategoryId>,
    ) -> Value {
        let categories = &self.cache.languages[usize::from(language)].categories;
        category.map_or(Value::none(), |category| categories[usize::from(category)].clone())
    }

    /// Returns whether an item is open or closed. A rehearsal shows all items with a deadline in one
    /// state.
    pub(super) fn state_of(&self, item: &Admitted) -> Option<State> {
        item.state().map(|state| self.rehearsed_state.unwrap_or(state))
    }

    pub(super) fn shown(&self, item: &Item, moment: Moment) -> ShownDate {
        let config = &self.site.config;
        let language = &config.languages[usize::from(item.language)].code;
        let shown = moment.shown(&config.zone, config.calendar, language);
        shown.in_digits(config.digits, language)
    }

    pub(super) fn item_value<'v>(&'v self, item: &'v Item, parts: ItemParts<'v>) -> ItemValue<'v> {
        let ItemParts { corrections, state, thread, replaced_by, headings } = parts;
        let config = &self.site.config;
        let language = &config.languages[usize::from(item.language)].code;
        let details = &item.details;
        let shown = |moment: Option<_>| moment.map(|moment| self.shown(item, moment));
        let dated = details.issued_on.unwrap_or(item.window.from_written);
        let dated_in = config.fiscal_year_start.map(|start| dated.fiscal_year(&config.zone, start));
        let year = |year| shown_year(year, config.calendar, language).to_string();
        ItemValue {
            title: &item.title,
            summary: &item.summary,
            category: self.category_value(item.language, item.category),
            unit: &details.unit,
            unit_url: self.unit_url(item.language, &details.unit),
            document_number: &details.document_number,
            kind: &details.kind,
            kind_title: self.kind_title(item),
            fiscal_year: self.fiscal_year(item),
            dated_in: dated_in.map_or(String::new(), year),
            tags: &item.tags,
            tag_links: self.tag_links(item),
            meets: &details.meets,
            publish_from: self.shown(item, item.window.from_written),
            publish_until: shown(item.window.until_written),
            issued_on: shown(details.issued_on),
            valid_until: shown(details.valid_until),
            state: state.map_or("", State::as_str),
            deadline: shown(details.deadline.map(|deadline| deadline.written)),
            deadline_label: deadline_label(config, item),
            approved_on: shown(item.approval.on.map(|on| on.written)),
            approver: self.person(item.approval.approver),
            prepared_by: self.person(item.approval.prepared_by),
            reviewed_by: self.person(item.approval.reviewed_by),
            changes: corrections
                .iter()
                .map(|change| ChangeValue {
                    on: self.shown(item, change.on.written),
                    note: &change.note,
                })
                .collect(),
            replaces: self.site.replaces(item).map_or(Value::none(), |id| self.entry(id)),
            replaced_by: self.entries(&replaced_by),
            thread,
            files: self.files(item),
            fields: self.shown_fields(item),
            person: kinds::staff(item, &config.kinds, &self.site.files_url(item)),
            plan: kinds::plan(item, config),
            division: kinds::division(item, &config.kinds, |paths| self.published(paths)),
            location: kinds::location(item, &config.kinds),
            coverage: kinds::coverage(item, |owed| self.met_by(item.language, owed)),
            toc: contents(headings),
            extra: &details.extra,
        }
    }

    /// Returns links to those of these items that are published.
    fn published(&self, paths: &[&str]) -> Value {
        let published = paths.iter().filter_map(|path| self.site.by_path(path));
        self.entries(&published.collect::<Vec<ItemId>>())
    }

    /// Returns the newest published items that meet each of these obligations, and how many more do.
    fn met_by(&self, language: LanguageId, obligations: &[Obligation]) -> Vec<(Value, usize)> {
        let ids: Vec<&str> = obligations.iter().map(|obligation| obligation.id.as_ref()).collect();
        let shown = |items: &Vec<ItemId>| {
            let (shown, more) = items.split_at(items.len().min(MET_BY));
            (self.entries(shown), more.len())
        };
        self.site.meeting(language, &ids).iter().map(shown).collect()
    }

    fn person(&self, id: Option<PersonId>) -> Option<PersonValue<'_>> {
        let person = self.site.config.policy.people.get(usize::from(id?))?;
        Some(PersonValue {
            id: &person.id,
            name: &person.name,
            position: &person.position,
            unit: &person.unit,
        })
    }

    fn files<'v>(&self, item: &'v Item) -> Vec<FileValue<'v>> {
        let folder = self.site.files_url(item);
        item.details
            .attachments
            .iter()
            .map(|attachment| file_value(&item.files[attachment.file], &attachment.title, &folder))
            .collect()
    }
}

/// Returns the values of a file. `folder` is the URL of the item's files.
pub(super) fn file_value<'v>(file: &'v ItemFile, title: &'v str, folder: &str) -> FileValue<'v> {
    let (kind, mime) = file_type(&file.name);
    FileValue {
        title,
        name: &file.name,
        url: kinds::file_url(folder, &file.name),
        kind,
        mime,
        size: file.size,
        size_text: size_text(file.size),
    }
}
