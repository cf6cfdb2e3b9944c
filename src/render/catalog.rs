//! The functions with which templates ask for items: `items(…)` and `item_url(…)`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use serde::Deserialize;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::config::{Column, Config, LanguageId, Sort};
use crate::content::join;
use crate::diagnostics::closest;
use crate::gate;
use crate::gate::Admitted;
use crate::site::{ItemId, ListOrder, Selection, Site, WantedText, encode};
use crate::text::{nfc, parse_year};

/// The functions. A theme that calls one makes a catalog of every site.
const FUNCTIONS: [&str; 2] = ["items", "item_url"];

/// The published items, as functions of templates see them.
#[derive(Debug)]
pub(super) struct Catalog {
    config: Arc<Config>,
    items: Vec<Admitted>,
    /// The entries of items that have a page, by item.
    entries: HashMap<ItemId, Value>,
    /// The items that have a page, newest first, by language.
    everything: Vec<Vec<ItemId>>,
    /// The encoded URLs of items, by path. `None` if the item is not published.
    urls: HashMap<String, Option<String>>,
    /// The state in which a rehearsal shows items with a deadline.
    rehearsed_state: Option<gate::State>,
    /// The answers so far. Most pages ask the same.
    answers: RwLock<HashMap<(LanguageId, ItemQuery), Value>>,
}

/// The arguments of `items`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemQuery {
    category: Option<String>,
    kind: Option<String>,
    unit: Option<String>,
    tag: Option<String>,
    fiscal_year: Option<i64>,
    state: Option<String>,
    sort: Option<String>,
    limit: Option<usize>,
}

/// The argument of `item_url`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemPath {
    path: String,
}

/// What the value of an argument must be.
#[derive(Clone, Copy)]
enum Type {
    Text,
    Number,
}

/// The arguments of `items`.
const ITEMS_ARGUMENTS: [(&str, Type); 8] = [
    ("category", Type::Text),
    ("kind", Type::Text),
    ("unit", Type::Text),
    ("tag", Type::Text),
    ("fiscal_year", Type::Number),
    ("state", Type::Text),
    ("sort", Type::Text),
    ("limit", Type::Number),
];

/// Reports an argument that a function does not know, or with a value of another type. None stands for an
/// argument that is not there.
fn check_arguments(function: &str, known: &[(&str, Type)], given: &Kwargs) -> TeraResult<()> {
    let given: BTreeMap<String, &Value> =
        given.iter().map(|(name, value)| (name.to_string(), value)).collect();
    for (name, value) in given {
        let wanted = match known.iter().find(|(known, _)| *known == name) {
            None => {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                let names = names.join(", ");
                let text = format!("{function}: there is no argument `{name}`, only {names}");
                return Err(Error::message(text));
            }
            Some((_, Type::Text)) if !value.is_string() => "a text",
            Some((_, Type::Number)) if value.as_u64().is_none() => "a whole number",
            Some(_) => continue,
        };
        if !value.is_none() {
            return Err(Error::message(format!("{function}: `{name}` must be {wanted}")));
        }
    }
    Ok(())
}

/// Returns whether a template calls a function of the catalog.
pub(super) fn asks_for_items(template: &str) -> bool {
    FUNCTIONS.iter().any(|name| {
        let mut calls = template.split(name).skip(1);
        calls.any(|behind| behind.trim_start().starts_with('('))
    })
}

/// Adds the functions to an engine, for a theme that does not call them.
pub(super) fn register_names(engine: &mut Tera) {
    for name in FUNCTIONS {
        engine.register_function(name, |_: Kwargs, _: &State| Value::none());
    }
}

impl Catalog {
    /// Collects the items of a site. `entry` returns what templates get of an item. A rehearsal shows items
    /// with a deadline in one state.
    pub(super) fn new(
        site: &Site,
        rehearsed_state: Option<gate::State>,
        entry: impl Fn(ItemId) -> Value,
    ) -> Self {
        let languages = site.config.languages();
        let everything: Vec<Vec<ItemId>> =
            languages.map(|(language, _)| site.everything(language).to_vec()).collect();
        let withheld = site.withheld.iter().map(|stub| (nfc(&stub.path), None));
        let published = site.items().map(|(_, item)| (nfc(&item.path), Some(encode(&item.url))));
        Self {
            config: Arc::clone(&site.config),
            items: site.items.clone(),
            entries: everything.iter().flatten().map(|id| (*id, entry(*id))).collect(),
            urls: withheld.chain(published).collect(),
            everything,
            rehearsed_state,
            answers: RwLock::default(),
        }
    }

    /// Replaces the functions of an engine by those that know these items.
    pub(super) fn register(self, engine: &mut Tera) {
        let catalog = Arc::new(self);
        let [items, item_url] = FUNCTIONS;
        let of_items = Arc::clone(&catalog);
        engine.register_function(items, move |arguments: Kwargs, state: &State| {
            let language = state.get::<String>("lang")?.unwrap_or_default();
            check_arguments(items, &ITEMS_ARGUMENTS, &arguments)?;
            of_items.answer(&language, arguments.deserialize()?)
        });
        engine.register_function(item_url, move |arguments: Kwargs, _: &State| {
            check_arguments(item_url, &[("path", Type::Text)], &arguments)?;
            catalog.item_url(&arguments.deserialize::<ItemPath>()?.path)
        });
    }

    /// Returns the items of a language that a query asks for. Looks for them once.
    fn answer(&self, language: &str, query: ItemQuery) -> TeraResult<Value> {
        let language = self.config.language(language).unwrap_or(LanguageId::OWN);
        let question = (language, query);
        let known = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = known.get(&question) {
            return Ok(answer.clone());
        }
        drop(known);
        let answer = self.items(language, &question.1)?;
        let mut known = self.answers.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(question, answer.clone());
        Ok(answer)
    }

    fn items(&self, language: LanguageId, query: &ItemQuery) -> TeraResult<Value> {
        let selection = self.selection(query)?;
        let is_wanted = |id: &ItemId| {
            let item = &self.items[usize::from(*id)];
            let state = item.state().map(|state| self.rehearsed_state.unwrap_or(state));
            selection.includes(item, state)
        };
        let all = self.everything[usize::from(language)].iter().copied();
        let mut ids: Vec<ItemId> = all.filter(is_wanted).collect();
        if let Some(word) = &query.sort {
            let sort = Sort::of_word(word, &self.config.kinds);
            let sort = sort.ok_or_else(|| self.unknown_sort(word))?;
            ListOrder::new(&self.config, language, &sort, &self.items).sort(&mut ids);
        }
        ids.truncate(query.limit.unwrap_or(usize::MAX));
        let entries = ids.iter().filter_map(|id| self.entries.get(id).cloned());
        Ok(Value::from(entries.collect::<Vec<Value>>()))
    }

    fn unknown_sort(&self, word: &str) -> Error {
        let words = Sort::WORDS.iter().map(|(word, _)| *word);
        let words: BTreeSet<&str> = words.chain(Column::WORDS.iter().map(|(w, _)| *w)).collect();
        let kinds = self.config.kinds.all();
        let scalars = kinds.flat_map(|(_, kind)| &kind.fields).filter(|field| field.is_scalar());
        let known = words.iter().copied().chain(scalars.map(|field| field.id.as_str()));
        let near = closest(word.trim_start_matches('-'), known);
        let near = near.map_or(String::new(), |near| format!(" (similar: `{near}`)"));
        let words: Vec<&str> = words.into_iter().collect();
        Error::message(format!(
            "items: there is no sort `{word}`{near}. It is {}, or a field of a kind; with `-` before it, the other \
             way round",
            words.join(", ")
        ))
    }

    /// Reports a kind that is not declared, but close to one that is. Items may have other kinds, too.
    fn check_kind(&self, word: &str) -> TeraResult<()> {
        let declared = || self.config.kinds.ids();
        let is_declared = |id: &str| id.eq_ignore_ascii_case(word.trim());
        match closest(word, declared()) {
            Some(near) if !declared().any(is_declared) => {
                Err(Error::message(format!("items: there is no kind `{word}` (similar: `{near}`)")))
            }
            _ => Ok(()),
        }
    }

    fn selection(&self, query: &ItemQuery) -> TeraResult<Selection> {
        let unknown =
            |what, word: &str| Error::message(format!("items: there is no {what} `{word}`"));
        let category = query
            .category
            .as_ref()
            .map(|id| self.config.policy.category(id).ok_or_else(|| unknown("category", id)));
        let year = query.fiscal_year.map(|year| {
            let text = year.to_string();
            parse_year(&text, self.config.calendar).map_err(|_| unknown("fiscal_year", &text))
        });
        let state = query.state.as_ref().map(|word| {
            let state = gate::State::ALL.into_iter().find(|state| state.as_str() == word);
            state.ok_or_else(|| unknown("state", word))
        });
        query.kind.as_ref().map_or(Ok(()), |word| self.check_kind(word))?;
        let wanted = |text: &Option<String>| text.as_deref().map(WantedText::new);
        Ok(Selection {
            category: category.transpose()?,
            kind: wanted(&query.kind),
            unit: wanted(&query.unit),
            tag: wanted(&query.tag),
            fiscal_year: year.transpose()?,
            state: state.transpose()?,
        })
    }

    /// Returns the encoded URL of an item by its path below `content/`, or none if it is not published.
    fn item_url(&self, written: &str) -> TeraResult<Value> {
        let missing = || Error::message(format!("item_url: there is no content/{written}"));
        let path = join("content/", &nfc(written.trim_start_matches('/'))).ok_or_else(missing)?;
        let url = self.urls.get(&path).ok_or_else(missing)?;
        Ok(url.as_ref().map_or_else(Value::none, |url| Value::from(url.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_found_however_they_are_spaced() {
        for template in [
            "{{ items(limit=1) }}",
            "{% for e in items (tag='x') %}",
            "{{ item_url\n(path='a.md') }}",
        ] {
            assert!(asks_for_items(template), "{template}");
        }
        for template in ["{{ items }}", "{{ items[0] }} (", "{{ item.items }}", ""] {
            assert!(!asks_for_items(template), "{template}");
        }
    }
}
