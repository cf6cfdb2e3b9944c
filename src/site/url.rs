//! URLs and output paths: how they are written, and that no two claim the same.
//!
//! [`Claims`] is the model of the output: whatever a build may write at any instant is a claim, or
//! stands in a folder that is one. No claim equals another, none is a folder of another.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::{Config, SETTINGS};
use crate::content::{Item, Role, compare_paths, folded, nfc};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};

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
pub(crate) const SECURITY: &str = ".well-known/security.txt";

/// The folder of the preview's own files, which are in no build.
pub(crate) const PREVIEW: &str = "_prakat/";

/// The longest path of a file in the output, in bytes: with the output folder before it, a path must
/// stay below what systems take (4,096 on Linux, 1,024 on macOS).
pub(super) const MAX_OUTPUT: usize = 620;

/// A path as it stands in a link.
pub fn encode(path: &str) -> String {
    Cow::from(utf8_percent_encode(path, PATH)).into_owned()
}

/// The relative path from a page to the site's root: `../../` for `news/flood/`.
pub(crate) fn root_of(url: &str) -> String {
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
pub(super) fn is_further_list_page(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let (file, number, page) = (parts.next(), parts.next(), parts.next());
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    file == Some("index.html") && number.is_some_and(is_number) && page == Some("page")
}

/// Stands for any number: of a page of a list, of a part. No file name holds it.
const ANY_NUMBER: &str = "\0";

/// Files of every site, at its root.
const ROOT_FILES: [&str; 7] = [
    "404.html",
    "feed.xml",
    "sitemap.xml",
    "robots.txt",
    "manifest.json",
    "sitemap-\0.xml",
    "manifest-\0.json",
];

/// Finds output paths that exclude each other, whatever the verdicts and the instant, letter case
/// and normalisation aside. `cards` are sorted by path; `fixed` are the files of `static/` and of the
/// theme, each with its source.
pub(crate) fn check_collisions(
    cards: &[Item],
    config: &Config,
    fixed: &[(String, String)],
    diagnostics: &mut Diagnostics,
) {
    Claims::of(cards, config, fixed, diagnostics).check_folders(diagnostics);
}

/// Who claims a path.
#[derive(Debug, Clone, Copy)]
enum By<'a> {
    /// The site, whatever its content.
    Site,
    /// The site, with everything below.
    SiteFolder,
    /// A file of `static/` or of the theme.
    Asset(&'a str),
    /// An item, for its page or an old address.
    Item(&'a Item),
    /// An item, for the file with a number among its files.
    File(&'a Item, u32),
}

impl By<'_> {
    /// The file to which the claim goes back.
    fn source(self) -> String {
        match self {
            By::Site | By::SiteFolder => SETTINGS.to_owned(),
            By::Asset(path) => path.to_owned(),
            By::Item(card) => card.path.to_string(),
            By::File(card, number) => {
                format!("{}{}", card.folder(), card.files[number as usize].name)
            }
        }
    }

    /// The Markdown file of the item that claims.
    fn item(self) -> Option<String> {
        match self {
            By::Item(card) | By::File(card, _) => Some(card.path.to_string()),
            By::Site | By::SiteFolder | By::Asset(_) => None,
        }
    }

    /// Who is to give way, the first first: what is easily given another name.
    fn rank(self) -> u8 {
        match self {
            By::File(..) => 0,
            By::Item(_) => 1,
            By::Asset(path) if path.starts_with("static/") => 2,
            By::Asset(_) => 3,
            By::Site | By::SiteFolder => 4,
        }
    }
}

/// A claim on an output path.
#[derive(Debug)]
struct Claim<'a> {
    by: By<'a>,
    path: Box<str>,
}

impl<'a> Claim<'a> {
    fn new(by: By<'a>, path: impl Into<Box<str>>) -> Self {
        Self { by, path: path.into() }
    }

    /// Its address, as a message has it.
    fn url(&self) -> &str {
        match self.by {
            By::File(..) | By::Asset(_) => &self.path,
            By::Site | By::SiteFolder | By::Item(_) => {
                self.path.strip_suffix("index.html").unwrap_or(&self.path)
            }
        }
    }
}

/// Every file that may ever be written, and the folders in which everything is the site's own. Paths
/// are found by a hash of their folded form: a million are many.
#[derive(Debug, Default)]
pub struct Claims<'a> {
    /// Keyed anew in every run: nobody can make two paths that have one hash.
    hasher: RandomState,
    by_hash: HashMap<u64, u32>,
    /// Lists, folded, without the last `/`.
    lists: HashSet<String>,
    claims: Vec<Claim<'a>>,
}

impl<'a> Claims<'a> {
    /// What items, settings, theme and `static/` claim. What two claim is told.
    pub fn of(
        cards: &'a [Item],
        config: &Config,
        fixed: &'a [(String, String)],
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let mut claims = Self::default();
        claims.claims.reserve(cards.len() + fixed.len());
        claims.by_hash.reserve(cards.len() + fixed.len());
        claims.add_site(config, diagnostics);
        for (source, path) in fixed {
            if path.len() > MAX_OUTPUT {
                let found = Diagnostic::error(Code::LongName, Place::file(source));
                diagnostics.push(found.arg("limit", MAX_OUTPUT.to_string()).help("help-path"));
            }
            claims.add(Claim::new(By::Asset(source), path.as_str()), diagnostics);
        }
        for card in cards {
            claims.add_card(card, cards, diagnostics);
        }
        claims
    }

    /// Whether a file is one of those claimed.
    pub fn covers(&self, path: &str) -> bool {
        let shape = self.shape(path);
        let is_own = |claim: &Claim| matches!(claim.by, By::SiteFolder);
        let mut folders = shape.match_indices('/').map(|(at, _)| &shape[..at]);
        self.at(&shape).is_some() || folders.any(|folder| self.at(folder).is_some_and(is_own))
    }

    /// What is in every site.
    fn add_site(&mut self, config: &Config, diagnostics: &mut Diagnostics) {
        let mut own: Vec<String> = ROOT_FILES.map(str::to_owned).into();
        let mut folders = vec![PREVIEW.trim_end_matches('/').to_owned()];
        own.extend(config.security.as_ref().map(|_| SECURITY.to_owned()));
        for (language, _) in (0..).zip(&config.languages) {
            let home = config.home_url(language);
            own.push(output_of(&home));
            if language > 0 {
                own.push(format!("{home}feed.xml"));
            }
            for (category, _) in (0..).zip(&config.policy.categories) {
                let list = config.category_url(language, category);
                self.lists.insert(list.trim_end_matches('/').to_owned());
                own.push(output_of(&list));
                own.push(format!("{list}feed.xml"));
                folders.push(format!("{list}page/{ANY_NUMBER}"));
            }
            own.push(output_of(&config.site_map_url(language)));
            folders.push(config.search_url(language).trim_end_matches('/').to_owned());
        }
        for path in own {
            self.add(Claim::new(By::Site, path), diagnostics);
        }
        for path in folders {
            self.add(Claim::new(By::SiteFolder, path), diagnostics);
        }
    }

    fn add_card(&mut self, card: &'a Item, cards: &'a [Item], diagnostics: &mut Diagnostics) {
        let page = output_of(&card.url);
        // A category's page stands anyway; its `_index.md` takes it over.
        let standing = self.by_hash.get(&self.hasher.hash_one(self.shape(&page)));
        let standing = standing.map(|number| &mut self.claims[*number as usize]);
        match standing.filter(|_| card.role == Role::Index) {
            Some(claim) if matches!(claim.by, By::Site) => claim.by = By::Item(card),
            _ => self.add(Claim::new(By::Item(card), page), diagnostics),
        }
        for alias in &card.details.aliases {
            self.add(Claim::new(By::Item(card), output_of(alias)), diagnostics);
        }
        let Some(files_at) = files_url(card, cards) else { return };
        for (number, file) in (0..).zip(&card.files) {
            let path = format!("{files_at}{}", nfc(&file.name));
            self.add(Claim::new(By::File(card, number), path), diagnostics);
        }
    }

    fn add(&mut self, claim: Claim<'a>, diagnostics: &mut Diagnostics) {
        let shape = self.shape(&claim.path);
        if let Some(first) = self.at(&shape) {
            collide(first, &claim, Clash::Same, diagnostics);
        }
        let number = u32::try_from(self.claims.len()).unwrap_or(u32::MAX);
        self.claims.push(claim);
        self.by_hash.entry(self.hasher.hash_one(shape)).or_insert(number);
    }

    /// The first claim on a path, which is given by its shape.
    fn at(&self, shape: &str) -> Option<&Claim<'a>> {
        let claim = &self.claims[*self.by_hash.get(&self.hasher.hash_one(shape))? as usize];
        (self.shape(&claim.path) == shape).then_some(claim)
    }

    /// A path as file systems and readers may confuse it, without the number of a page of a list or
    /// of a part: there will be as many of these as are needed.
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

    /// Finds claims that stand where another needs a folder.
    fn check_folders(&self, diagnostics: &mut Diagnostics) {
        for claim in &self.claims {
            let shape = self.shape(&claim.path);
            for (at, _) in shape.match_indices('/') {
                if let Some(above) = self.at(&shape[..at]) {
                    collide(above, claim, Clash::Below, diagnostics);
                }
            }
        }
    }
}

/// Where the files of a card are published: those of a translation at the original's, which has
/// claimed them already if they stand in the same folder.
fn files_url<'c>(card: &'c Item, cards: &'c [Item]) -> Option<&'c str> {
    let Some(path) = card.original_path() else { return Some(&card.url) };
    if card.files.is_empty() {
        return None;
    }
    let found = cards.binary_search_by(|other| compare_paths(&other.path, &path)).ok()?;
    let original = &cards[found];
    (original.folder() != card.folder()).then_some(&original.url)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a name is that of a part, whose number is left open in `known`.
fn is_part(known: &str, name: &str) -> bool {
    let Some((start, end)) = known.split_once(ANY_NUMBER) else { return false };
    name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(is_number)
}

/// How two claims exclude each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clash {
    /// Both are for one path.
    Same,
    /// The second is below the first.
    Below,
}

/// Told at the one that is easier to change, else at the second.
fn collide(first: &Claim, second: &Claim, clash: Clash, diagnostics: &mut Diagnostics) {
    let (at, other) =
        if first.by.rank() < second.by.rank() { (first, second) } else { (second, first) };
    let both_by_site = matches!(at.by, By::Site | By::SiteFolder);
    // Its page tells of a category; its feed and its further pages need not.
    if both_by_site && !at.path.ends_with("index.html") {
        return;
    }
    let (item, other_item) = (at.by.item(), other.by.item());
    let is_page = matches!(at.by, By::Item(_));
    let help = match (at.by, other.by) {
        (By::Site | By::SiteFolder, _) => "help-category",
        (By::File(..) | By::Asset(_), _) => "help-file",
        (By::Item(_), By::Site | By::SiteFolder) => "help-fixed",
        (By::Item(_), By::Item(_) | By::File(..)) if clash == Clash::Below => "help-below",
        (By::Item(_), By::Item(_)) if item == other_item => "help-own",
        (By::Item(_), _) => "help",
    };
    let place = Place::file(&at.by.source());
    let mut found = Diagnostic::error(Code::SameUrl, place).help(help);
    found = found.arg("url", at.url()).arg("other", other.by.source());
    // Who is concerned, where a file of an item stands for it.
    if let Some(item) = item.filter(|_| !is_page) {
        found = found.arg("item", item);
    }
    if let (By::File(..), Some(item)) = (other.by, other_item) {
        found = found.arg("other_item", item);
    }
    diagnostics.push(found);
}
