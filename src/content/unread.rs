//! The addresses of an item whose front matter contains errors.

use crate::config::{CategoryId, Config, LanguageId};
use crate::content::document::Document;
use crate::content::front_matter::{self, FrontMatter, KEYS, MAX_FRONT_MATTER};
use crate::content::path::{folder_of, stem_of};
use crate::content::slug::{normal_alias, slug_problem};
use crate::diagnostics::Diagnostics;
use crate::diagnostics::closest;
use crate::source::Portal;
use crate::text::nfc;

/// Returns the addresses that a Markdown file with errors would have: its URL, and its old addresses.
///
/// Path and front matter are used as far as they can be read. If they leave open which category or
/// slug is meant, all that are possible are returned. Links to these addresses are links to the item,
/// and must not become dead links or show the address of an item that has ended.
pub(crate) fn addresses_of_unread(portal: &Portal, config: &Config, path: &str) -> Box<[Box<str>]> {
    let Some((stem, tag)) = stem_of(path) else { return Box::default() };
    let language = tag.map_or(Some(LanguageId::OWN), |tag| config.language(tag));
    // The language is still to be declared, or the file is no translation and is to be renamed.
    let undeclared = tag.filter(|_| language.is_none());
    let language = language.unwrap_or(LanguageId::OWN);
    let document = Document::read(portal, path, &mut Diagnostics::default());
    let beginning;
    let (yaml, front_matter) = match &document {
        Some(document) => {
            let source = document.front_matter();
            let reading = front_matter::read(&source, &mut Diagnostics::default());
            (document.yaml(), reading.front_matter)
        }
        None => {
            let bytes = portal.read_whole(path, MAX_FRONT_MATTER as u64).unwrap_or_default();
            beginning = String::from_utf8_lossy(&bytes).into_owned();
            (beginning.as_str(), FrontMatter::default())
        }
    };
    let categories = categories(config, path, yaml, &front_matter);
    let mut slugs =
        if stem == "_index" { Vec::new() } else { slugs(path, stem, yaml, &front_matter) };
    if let Some(tag) = undeclared {
        let whole =
            slugs.iter().flat_map(|slug| [format!("{slug}.{tag}"), format!("{slug}-{tag}")]);
        slugs.extend(whole.collect::<Vec<_>>());
    }
    let mut urls: Vec<Box<str>> = Vec::new();
    for category in categories {
        let place = match category {
            Some(category) => config.category_url(language, category),
            None => config.home_url(language),
        };
        urls.extend(slugs.iter().map(|slug| format!("{place}{slug}/").into()));
        if let Some(tag) = undeclared {
            urls.extend(slugs.iter().map(|slug| format!("{tag}/{place}{slug}/").into()));
        }
    }
    let aliases = aliases(yaml, &front_matter);
    urls.extend(aliases.iter().filter_map(|alias| normal_alias(alias)).map(Into::into));
    urls.sort();
    urls.dedup();
    urls.into()
}

/// Returns the categories in which an item may be. `None` among them is a page outside categories.
fn categories(
    config: &Config,
    path: &str,
    yaml: &str,
    front_matter: &FrontMatter,
) -> Vec<Option<CategoryId>> {
    let known = |id: &str| config.policy.category(id.trim());
    if let Some(category) = front_matter.category.as_deref().and_then(known) {
        return vec![Some(category)];
    }
    let written: Vec<CategoryId> =
        values_of(yaml, "category").iter().filter_map(|id| known(id)).collect();
    if !written.is_empty() {
        return written.into_iter().map(Some).collect();
    }
    let all = config.policy.categories().map(|(id, _)| Some(id));
    // Only directly in `content/`, or as a folder there, an item is outside categories.
    all.chain((path.matches('/').count() <= 2).then_some(None)).collect()
}

/// Returns the slugs that an item may have.
fn slugs(path: &str, stem: &str, yaml: &str, front_matter: &FrontMatter) -> Vec<String> {
    let folder = folder_of(path).trim_end_matches('/');
    let of_path = if stem == "index" { folder.rsplit('/').next().unwrap_or("") } else { stem };
    let written = front_matter.slug.iter().cloned().chain(values_of(yaml, "slug"));
    let normal = |slug: String| nfc(&slug).split_whitespace().collect::<Vec<_>>().join("-");
    let is_slug = |slug: &String| slug_problem(slug).is_none();
    let slugs: Vec<String> = written.map(normal).filter(is_slug).collect();
    if slugs.is_empty() { vec![normal(of_path.to_owned())] } else { slugs }
}

/// Returns the old addresses of an item, as written. If they cannot be read as a list, they are all
/// paths from the site's root in the front matter.
fn aliases(yaml: &str, front_matter: &FrontMatter) -> Vec<String> {
    if let Some(aliases) = &front_matter.aliases {
        return aliases.clone();
    }
    let is_end = |c: char| c.is_whitespace() || "[]{},\"'".contains(c);
    let words = yaml.split(is_end).filter(|word| word.starts_with('/') && word.len() > 1);
    words.take(MAX_ALIASES).map(str::to_owned).collect()
}

/// How many old addresses are looked for in front matter that cannot be read.
const MAX_ALIASES: usize = 100;

/// Returns the values of lines whose key is `key`, or is written like it. YAML is not parsed here: it
/// has errors.
fn values_of(yaml: &str, key: &str) -> Vec<String> {
    let lines = yaml.lines().filter_map(|line| line.split_once(':'));
    let is_key = |written: &str| {
        let written = written.trim();
        written == key
            || (!KEYS.contains(&written) && closest(written, KEYS.iter().copied()) == Some(key))
    };
    let values = lines.filter(|(written, _)| written.len() < 40 && is_key(written));
    let value = |value: &str| {
        let value = value.split(" #").next().unwrap_or(value);
        value.trim().trim_matches(['"', '\'']).to_owned()
    };
    let values = values.map(|(_, text)| value(text)).filter(|value| !value.is_empty());
    values.take(MAX_VALUES).collect()
}

/// How many lines of one key are looked at.
const MAX_VALUES: usize = 4;
