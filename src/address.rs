//! URLs and output paths: how they are written, and that no two items claim the same.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::card::{Card, Role, folded};
use crate::config::{Config, SETTINGS};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};

/// What may stand in a URL path unencoded (RFC 3986, `pchar` and `/`), less what HTML and shells
/// trip over.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'+')
    .remove(b',')
    .remove(b'=');

/// The path of the file that says whom to tell of a hole in the site's security (RFC 9116).
pub const SECURITY: &str = ".well-known/security.txt";

/// A path as it stands in a link.
pub fn encode(path: &str) -> String {
    Cow::from(utf8_percent_encode(path, PATH)).into_owned()
}

/// The relative path from a page to the site's root: `../../` for `news/flood/`.
pub fn root_of(url: &str) -> String {
    match url.matches('/').count() {
        0 => "./".to_owned(),
        depth => "../".repeat(depth),
    }
}

/// The output file of a page's URL.
pub fn output_of(url: &str) -> String {
    if url.is_empty() || url.ends_with('/') { format!("{url}index.html") } else { url.to_owned() }
}

/// The URL of page `number` of a list.
pub fn list_url(list: &str, number: usize) -> String {
    if number == 1 { list.to_owned() } else { format!("{list}page/{number}/") }
}

/// Whether an output file is page 2 or a later one of a list.
pub fn is_further_list_page(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, number, page) = (parts.next(), parts.next(), parts.next());
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    file == Some("index.html") && number.is_some_and(is_number) && page == Some("page")
}

/// Somebody's claim on an output path.
struct Claim<'a> {
    owner: &'a str,
    path: String,
}

/// Finds output paths that two claim, whatever the verdict on either, letter case and
/// normalisation aside. `fixed` are files that stand in every output: those of `static/` and of the theme.
pub fn check_collisions(
    cards: &[Card],
    config: &Config,
    fixed: &[(String, String)],
    diagnostics: &mut Diagnostics,
) {
    let mut claims = Claims::default();
    for name in ["404.html", "feed.xml", "sitemap.xml", "robots.txt", "manifest.json"] {
        claims.add(SETTINGS, name.to_owned(), diagnostics);
    }
    if config.security.is_some() {
        claims.add(SETTINGS, SECURITY.to_owned(), diagnostics);
    }
    for (language, _) in (0..).zip(&config.languages) {
        for (category, _) in (0..).zip(&config.policy.categories) {
            let list = config.category_url(language, category);
            claims.reserve(SETTINGS, output_of(&list));
            claims.add(SETTINGS, format!("{list}feed.xml"), diagnostics);
            claims.lists.insert(list.trim_end_matches('/').to_owned());
        }
        let home = config.home_url(language);
        claims.reserve(SETTINGS, output_of(&home));
        if language > 0 {
            claims.add(SETTINGS, format!("{home}feed.xml"), diagnostics);
        }
        claims.add(SETTINGS, output_of(&config.search_url(language)), diagnostics);
        claims.searches.push(config.search_url(language));
        claims.add(SETTINGS, output_of(&config.site_map_url(language)), diagnostics);
    }
    for (owner, path) in fixed {
        claims.check_search(owner, path, diagnostics);
        claims.add(owner, path.clone(), diagnostics);
    }
    for card in cards {
        claims.add_card(card, diagnostics);
    }
    claims.check_folders(diagnostics);
}

/// The claims made so far. Paths are kept by a hash of their folded form: a million are many.
#[derive(Default)]
struct Claims<'a> {
    by_hash: HashMap<u64, usize>,
    files: HashMap<u64, usize>,
    lists: HashSet<String>,
    /// Folders of the search.
    searches: Vec<String>,
    claims: Vec<Claim<'a>>,
}

impl<'a> Claims<'a> {
    fn add_card(&mut self, card: &'a Card, diagnostics: &mut Diagnostics) {
        let page = output_of(&card.url);
        // A category's page stands anyway; its `_index.md` takes it over.
        match self.by_hash.get(&hash_of(&folded(&page))) {
            Some(&first) if card.role == Role::Index && self.claims[first].owner == SETTINGS => {
                self.claims[first].owner = &card.path;
            }
            _ => {
                self.check_search(&card.path, &page, diagnostics);
                self.add(&card.path, page, diagnostics);
            }
        }
        for alias in &card.details.aliases {
            self.add(&card.path, output_of(alias), diagnostics);
            self.check_list_page(&card.path, alias, diagnostics);
            self.check_search(&card.path, alias, diagnostics);
        }
        if card.original_path().is_none() {
            for file in &card.files {
                let path = format!("{}{}", card.url, file.name);
                self.check_list_page(&card.path, &path, diagnostics);
                self.add(&card.path, path, diagnostics);
            }
        }
    }

    /// A page that stands by itself, and whose text an `_index.md` may claim.
    fn reserve(&mut self, owner: &'a str, path: String) {
        let hash = hash_of(&folded(&path));
        self.claims.push(Claim { owner, path });
        self.by_hash.entry(hash).or_insert(self.claims.len() - 1);
    }

    fn add(&mut self, owner: &'a str, path: String, diagnostics: &mut Diagnostics) {
        let hash = hash_of(&folded(&path));
        if let Some(&first) = self.by_hash.get(&hash) {
            let first = &self.claims[first];
            if folded(&first.path) == folded(&path) {
                collide(first.owner, owner, &path, diagnostics);
            }
        }
        self.claims.push(Claim { owner, path });
        let number = self.claims.len() - 1;
        self.by_hash.entry(hash).or_insert(number);
        if !self.claims[number].path.ends_with("/index.html") {
            self.files.insert(hash, number);
        }
    }

    /// `news/page/2/` is a page of the list `news/`, today or when the list has grown: nobody may
    /// claim it, nor a file of that name.
    fn check_list_page(&self, owner: &str, path: &str, diagnostics: &mut Diagnostics) {
        let Some((list, rest)) = path.split_once("/page/") else { return };
        let number = rest.split('/').next().unwrap_or("");
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        if is_number && self.lists.contains(&folded(list)) {
            collide(SETTINGS, owner, path, diagnostics);
        }
    }

    /// What stands below the page of a search is its own.
    fn check_search(&self, owner: &str, path: &str, diagnostics: &mut Diagnostics) {
        let path = folded(path);
        let mut inside = self.searches.iter().filter_map(|folder| path.strip_prefix(folder));
        if inside.any(|rest| !rest.is_empty() && rest != "index.html") {
            collide(SETTINGS, owner, &path, diagnostics);
        }
    }

    /// Finds files that stand where another claim needs a folder.
    fn check_folders(&self, diagnostics: &mut Diagnostics) {
        for claim in &self.claims {
            let path = folded(&claim.path);
            for (at, _) in path.match_indices('/') {
                let Some(&file) = self.files.get(&hash_of(&path[..at])) else { continue };
                let file = &self.claims[file];
                if folded(&file.path) == path[..at] {
                    collide(file.owner, claim.owner, &claim.path, diagnostics);
                }
            }
        }
    }
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Told at the second of the two, or at the first where the second is not an item.
fn collide(first: &str, second: &str, path: &str, diagnostics: &mut Diagnostics) {
    let (at, other) = if second.ends_with(".md") { (second, first) } else { (first, second) };
    let url = path.strip_suffix("index.html").unwrap_or(path);
    let diagnostic = Diagnostic::error(Code::SameUrl, Place::file(at));
    let diagnostic = diagnostic.arg("url", url).arg("other", other);
    diagnostics.push(if other == SETTINGS { diagnostic.help("help-fixed") } else { diagnostic });
}
