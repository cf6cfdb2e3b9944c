//! Checks that no two pages or files claim the same output path.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use crate::config::{Config, LanguageId, SETTINGS};
use crate::content::{Item, Role};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::site::pages::{FACETS, LIST_CSV, LIST_JSON, TAGS, UNITS};
use crate::site::url::{PREVIEW, SECURITY, is_number, output_of};
use crate::text::{compare_paths, folded, nfc};

/// The longest output path in bytes. With the output folder before it, a path must stay below the limits
/// of file systems (4,096 bytes on Linux, 1,024 on macOS).
const MAX_OUTPUT: usize = 620;

/// A placeholder for the number of a list page or of a part. No file name contains it.
const ANY_NUMBER: &str = "\0";

/// Files that every site has at its root.
const ROOT_FILES: [&str; 7] = [
    "404.html",
    "feed.xml",
    "sitemap.xml",
    "robots.txt",
    "manifest.json",
    "sitemap-\0.xml",
    "manifest-\0.json",
];

/// Reports output paths that conflict, whatever the verdicts and the instant. Ignores letter case and
/// normalisation. `items` must be sorted by path; `fixed` are the files of `static/` and of the theme,
/// each with its source.
pub(crate) fn check_collisions(
    items: &[Item],
    config: &Config,
    fixed: &[(String, String)],
    diagnostics: &mut Diagnostics,
) {
    Claims::of(items, config, fixed, diagnostics).check_folders(diagnostics);
}

/// The owner of a claim.
#[derive(Debug, Clone, Copy)]
enum Owner<'a> {
    /// The site, whatever its content.
    Site,
    /// The site, including everything below the path.
    SiteFolder,
    /// A file of `static/` or of the theme, by its source.
    Asset(&'a str),
    /// An item, for its page or an alias.
    Item(&'a Item),
    /// An item, for one of its files, by number.
    File(&'a Item, u32),
}

impl Owner<'_> {
    /// Returns the file that causes the claim.
    fn source(self) -> String {
        match self {
            Owner::Site | Owner::SiteFolder => SETTINGS.to_owned(),
            Owner::Asset(path) => path.to_owned(),
            Owner::Item(item) => item.path.to_string(),
            Owner::File(item, number) => {
                format!("{}{}", item.folder(), item.files[number as usize].name)
            }
        }
    }

    /// Returns the Markdown file of the item that owns the claim.
    fn item(self) -> Option<String> {
        match self {
            Owner::Item(item) | Owner::File(item, _) => Some(item.path.to_string()),
            Owner::Site | Owner::SiteFolder | Owner::Asset(_) => None,
        }
    }

    /// Returns a rank: of two conflicting owners, the lower one is easier to rename.
    fn rank(self) -> u8 {
        match self {
            Owner::File(..) => 0,
            Owner::Item(_) => 1,
            Owner::Asset(path) if path.starts_with("static/") => 2,
            Owner::Asset(_) => 3,
            Owner::Site | Owner::SiteFolder => 4,
        }
    }
}

/// A claim on an output path.
#[derive(Debug)]
struct Claim<'a> {
    by: Owner<'a>,
    path: Box<str>,
}

impl<'a> Claim<'a> {
    fn new(by: Owner<'a>, path: impl Into<Box<str>>) -> Self {
        Self { by, path: path.into() }
    }

    /// Returns the URL used in messages.
    fn url(&self) -> &str {
        match self.by {
            Owner::File(..) | Owner::Asset(_) => &self.path,
            Owner::Site | Owner::SiteFolder | Owner::Item(_) => {
                self.path.strip_suffix("index.html").unwrap_or(&self.path)
            }
        }
    }
}

/// Every file that a build may write at any instant, and the folders that belong to the site entirely.
///
/// No claim equals another, and none is a folder of another. Paths are looked up by a hash of their
/// folded form, which saves memory for large portals.
#[derive(Debug, Default)]
pub struct Claims<'a> {
    /// Keyed randomly in every run, so that nobody can construct two paths with the same hash.
    hasher: RandomState,
    by_hash: HashMap<u64, u32>,
    /// The folded URLs of lists, without the last `/`.
    lists: HashSet<String>,
    claims: Vec<Claim<'a>>,
}

impl<'a> Claims<'a> {
    /// Collects the claims of items, settings, theme and `static/`. Reports paths claimed twice.
    pub fn of(
        items: &'a [Item],
        config: &Config,
        fixed: &'a [(String, String)],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut claims = Self::default();
        claims.claims.reserve(items.len() + fixed.len());
        claims.by_hash.reserve(items.len() + fixed.len());
        claims.add_site(config, diagnostics);
        for (source, path) in fixed {
            if path.len() > MAX_OUTPUT {
                let diagnostic = Diagnostic::error(Code::LongName, Place::file(source));
                diagnostics.push(diagnostic.arg("limit", MAX_OUTPUT.to_string()).help("help-path"));
            }
            claims.add(Claim::new(Owner::Asset(source), path.as_str()), diagnostics);
        }
        for item in items {
            claims.add_item(item, items, diagnostics);
        }
        claims
    }

    /// Returns whether a file is claimed.
    pub fn covers(&self, path: &str) -> bool {
        let shape = self.shape(path);
        let is_own = |claim: &Claim| matches!(claim.by, Owner::SiteFolder);
        let mut folders = shape.match_indices('/').map(|(at, _)| &shape[..at]);
        self.at(&shape).is_some() || folders.any(|folder| self.at(folder).is_some_and(is_own))
    }

    /// Adds the files of every site.
    fn add_site(&mut self, config: &Config, diagnostics: &mut Diagnostics) {
        let mut outputs: Vec<String> = ROOT_FILES.map(str::to_owned).into();
        let mut folders = vec![PREVIEW.trim_end_matches('/').to_owned()];
        outputs.extend(config.security.as_ref().map(|_| SECURITY.to_owned()));
        for (language, _) in config.languages() {
            let home = config.home_url(language);
            outputs.push(output_of(&home));
            if language != LanguageId::OWN {
                outputs.push(format!("{home}feed.xml"));
            }
            for (category, _) in config.policy.categories() {
                let list = config.category_url(language, category);
                self.lists.insert(list.trim_end_matches('/').to_owned());
                outputs.push(output_of(&list));
                outputs.push(format!("{list}feed.xml"));
                outputs.extend([LIST_CSV, LIST_JSON].map(|name| format!("{list}{name}")));
                folders.push(format!("{list}page/{ANY_NUMBER}"));
                folders.push(format!("{list}{}", FACETS.trim_end_matches('/')));
            }
            for terms in [TAGS, UNITS] {
                folders.push(format!("{home}{}", terms.trim_end_matches('/')));
            }
            outputs.push(output_of(&config.site_map_url(language)));
            folders.push(config.search_url(language).trim_end_matches('/').to_owned());
        }
        for path in outputs {
            self.add(Claim::new(Owner::Site, path), diagnostics);
        }
        for path in folders {
            self.add(Claim::new(Owner::SiteFolder, path), diagnostics);
        }
    }

    fn add_item(&mut self, item: &'a Item, items: &'a [Item], diagnostics: &mut Diagnostics) {
        let page = output_of(&item.url);
        // The page of a category exists anyway; its `_index.md` takes over the claim.
        let standing = self.by_hash.get(&self.hasher.hash_one(self.shape(&page)));
        let standing = standing.map(|number| &mut self.claims[*number as usize]);
        match standing.filter(|_| item.role == Role::Index) {
            Some(claim) if matches!(claim.by, Owner::Site) => claim.by = Owner::Item(item),
            _ => self.add(Claim::new(Owner::Item(item), page), diagnostics),
        }
        for alias in &item.details.aliases {
            self.add(Claim::new(Owner::Item(item), output_of(alias)), diagnostics);
        }
        let Some(files_at) = files_url(item, items) else { return };
        for (number, file) in (0..).zip(&item.files) {
            let path = format!("{files_at}{}", nfc(&file.name));
            self.add(Claim::new(Owner::File(item, number), path), diagnostics);
        }
    }

    fn add(&mut self, claim: Claim<'a>, diagnostics: &mut Diagnostics) {
        let shape = self.shape(&claim.path);
        if let Some(first) = self.at(&shape) {
            report_collision(first, &claim, Clash::Same, diagnostics);
        }
        let number = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
        self.claims.push(claim);
        self.by_hash.entry(self.hasher.hash_one(shape)).or_insert(number);
    }

    /// Returns the first claim on a path, given by its shape.
    fn at(&self, shape: &str) -> Option<&Claim<'a>> {
        let claim = &self.claims[*self.by_hash.get(&self.hasher.hash_one(shape))? as usize];
        (self.shape(&claim.path) == shape).then_some(claim)
    }

    /// Returns the folded form of a path. Numbers of list pages and of parts become a placeholder,
    /// because there will be as many of them as needed.
    fn shape(&self, path: &str) -> String {
        let folded = folded(path);
        if folded.starts_with("sitemap-") || folded.starts_with("manifest-") {
            let (file, rest) = folded.split_at(folded.find('/').unwrap_or(folded.len()));
            if let Some(part) = ROOT_FILES.iter().find(|known| is_part(known, file)) {
                return format!("{part}{rest}");
            }
        }
        if folded.contains("/page/") {
            let ends = folded.match_indices('/').map(|(at, _)| at);
            let list = ends.into_iter().find(|at| {
                folded[*at..].starts_with("/page/") && self.lists.contains(&folded[..*at])
            });
            let start = list.map_or(folded.len(), |at| at + "/page/".len());
            let number = folded[start..].split('/').next().unwrap_or("");
            if is_number(number) {
                let rest = &folded[start + number.len()..];
                return format!("{}{ANY_NUMBER}{rest}", &folded[..start]);
            }
        }
        folded
    }

    /// Reports claims on a path that another claim needs as a folder.
    fn check_folders(&self, diagnostics: &mut Diagnostics) {
        for claim in &self.claims {
            let shape = self.shape(&claim.path);
            for (at, _) in shape.match_indices('/') {
                if let Some(above) = self.at(&shape[..at]) {
                    report_collision(above, claim, Clash::Below, diagnostics);
                }
            }
        }
    }
}

/// Returns the URL below which the files of an item are published. Those of a translation are published
/// with the original. Returns `None` if there are none or the original claims the same files.
fn files_url<'c>(item: &'c Item, items: &'c [Item]) -> Option<&'c str> {
    let Some(path) = item.original_path() else { return Some(&item.url) };
    if item.files.is_empty() {
        return None;
    }
    let place = items.binary_search_by(|other| compare_paths(&other.path, &path)).ok()?;
    let original = &items[place];
    (original.folder() != item.folder()).then_some(&original.url)
}

/// Returns whether a name is that of a part. `known` contains the placeholder for its number.
fn is_part(known: &str, name: &str) -> bool {
    let Some((start, end)) = known.split_once(ANY_NUMBER) else { return false };
    name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(is_number)
}

/// How two claims conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clash {
    /// Both claim the same path.
    Same,
    /// The second is below the first, which is a file.
    Below,
}

/// Reports a conflict at the claim that is easier to rename, else at the second.
fn report_collision(first: &Claim, second: &Claim, clash: Clash, diagnostics: &mut Diagnostics) {
    let (at, other) =
        if first.by.rank() < second.by.rank() { (first, second) } else { (second, first) };
    let both_by_site = matches!(at.by, Owner::Site | Owner::SiteFolder);
    // For a category, the conflict of its page is enough: feed and further pages are not reported.
    if both_by_site && !at.path.ends_with("index.html") {
        return;
    }
    let (item, other_item) = (at.by.item(), other.by.item());
    let is_page = matches!(at.by, Owner::Item(_));
    let help = match (at.by, other.by) {
        (Owner::Site | Owner::SiteFolder, _) => "help-category",
        (Owner::File(..) | Owner::Asset(_), _) => "help-file",
        (Owner::Item(_), Owner::Site | Owner::SiteFolder) => "help-fixed",
        (Owner::Item(_), Owner::Item(_) | Owner::File(..)) if clash == Clash::Below => "help-below",
        (Owner::Item(_), Owner::Item(_)) if item == other_item => "help-own",
        (Owner::Item(_), _) => "help",
    };
    let place = Place::file(&at.by.source());
    let mut diagnostic = Diagnostic::error(Code::SameUrl, place).help(help);
    diagnostic = diagnostic.arg("url", at.url()).arg("other", other.by.source());
    // Names the item if the conflict is at one of its files.
    if let Some(item) = item.filter(|_| !is_page) {
        diagnostic = diagnostic.arg("item", item);
    }
    if let (Owner::File(..), Some(item)) = (other.by, other_item) {
        diagnostic = diagnostic.arg("other_item", item);
    }
    diagnostics.push(diagnostic);
}
