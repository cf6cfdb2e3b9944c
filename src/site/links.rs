//! Resolves links, whether written as the path of a Markdown file, as a URL, or as an address under
//! `base_url`.

use memchr::memmem;
use percent_encoding::percent_decode_str;
use url::Url;

use crate::content::{Item, Role, folder_of, join};
use crate::diagnostics::{Code, closest};
use crate::site::{ItemId, Site};
use crate::text::{folded, nfc};

/// The number of items above which no suggestions are made. Each suggestion compares every path.
const MAX_SUGGESTING: usize = 2_000;

/// The target of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// An address outside the portal, or a mail or telephone link, as written.
    Outside(String),
    /// A heading of the same page.
    Here(String),
    /// An item, optionally with a heading in it.
    Item(ItemId, Option<String>),
    /// A page or file of the portal that always exists, by its URL from the root.
    Page(String, Option<String>),
    /// A file of the item, by its number.
    File(usize),
    /// A target that readers cannot see: a withheld item by its index, or a feed that is currently
    /// empty.
    Withheld(Option<u32>, Option<String>),
    /// A target that does not exist or must not be linked to.
    Broken(BrokenLink),
}

/// Describes a broken link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenLink {
    /// The code of the diagnostic.
    pub code: Code,
    /// The target that was probably meant.
    pub suggestion: Option<String>,
}

/// Returns a broken link without a suggestion.
fn broken(code: Code) -> LinkTarget {
    LinkTarget::Broken(BrokenLink { code, suggestion: None })
}

/// Resolves the links of one item.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'a> {
    /// The site.
    pub site: &'a Site,
    /// The item that contains the links.
    pub from: &'a Item,
}

impl Resolver<'_> {
    /// Resolves the destination of a link. Suggests a target if it leads nowhere.
    pub fn resolve(&self, destination: &str) -> LinkTarget {
        match self.judge(destination) {
            LinkTarget::Broken(BrokenLink { code: Code::DeadLink, suggestion: None }) => {
                let suggestion = self.near_markdown(destination);
                LinkTarget::Broken(BrokenLink { code: Code::DeadLink, suggestion })
            }
            target => target,
        }
    }

    /// Same as [`Self::resolve`], but without suggestions, which compare every path of the portal.
    fn judge(&self, destination: &str) -> LinkTarget {
        // Browsers remove control characters before they look for a scheme.
        let dest: String = destination.chars().filter(|c| !c.is_control()).collect();
        let dest = dest.trim();
        if dest.is_empty() {
            return broken(Code::EmptyLink);
        }
        if let Some(fragment) = dest.strip_prefix('#') {
            return LinkTarget::Here(decode(fragment));
        }
        if lacks_slashes(dest) {
            return broken(Code::LinkScheme);
        }
        if is_unreadable(dest) {
            return broken(Code::DeadLink);
        }
        if let Some(path) = self.own_address(dest) {
            let target = |path: String| self.portal_url(&format!("/{path}"));
            return path.map_or_else(|| broken(Code::DeadLink), target);
        }
        match scheme(dest) {
            Some(scheme) => match scheme.as_str() {
                "http" | "https" | "mailto" | "tel" => LinkTarget::Outside(dest.to_owned()),
                _ => broken(Code::LinkScheme),
            },
            None if dest.starts_with("//") || dest.starts_with('\\') => broken(Code::LinkScheme),
            None => self.inside(dest),
        }
    }

    /// Returns the path of an address under `base_url`, in any spelling that a browser resolves to
    /// the portal (URL Standard, whatwg.org). Returns `None` for addresses outside the portal, and
    /// `Some(None)` if no file can have that path.
    fn own_address(&self, dest: &str) -> Option<Option<String>> {
        let url = Url::parse(dest).ok()?;
        let base = Url::parse(&self.site.config.base_url.full).ok()?;
        if !is_web(&url) || !self.site.config.base_url.is_on_site(&url) {
            return None;
        }
        let Some(path) = join("", &nfc(&decode(url.path()))) else { return Some(None) };
        let inside = below(path.trim_start_matches('/'), &base_path(base.path()))?;
        let query = url.query().map_or(String::new(), |query| format!("?{query}"));
        let fragment = url.fragment().map_or(String::new(), |fragment| format!("#{fragment}"));
        Some(Some(format!("{}{query}{fragment}", crate::site::url::encode(inside))))
    }

    fn inside(&self, dest: &str) -> LinkTarget {
        let (path, fragment) = split_fragment(dest);
        let path = nfc(&decode(path));
        if path.ends_with(".md") {
            return self.markdown_path(&path, fragment);
        }
        if let Some(target) = self.own_file(&path) {
            return target;
        }
        self.portal_url(dest)
    }

    fn markdown_path(&self, path: &str, fragment: Option<String>) -> LinkTarget {
        let base = if path.starts_with('/') { "content/" } else { self.from.folder() };
        let Some(full) = join(base, path.trim_start_matches('/')) else {
            return broken(Code::LinkOutside);
        };
        if let Some(id) = self.site.by_path(&full) {
            return LinkTarget::Item(id, fragment);
        }
        if let Some(stub) = self.site.withheld_by_path(&full).or_else(|| self.unread(&full)) {
            return LinkTarget::Withheld(Some(stub), fragment);
        }
        broken(Code::DeadLink)
    }

    /// Returns the path that was probably meant by the path of a missing Markdown file.
    fn near_markdown(&self, destination: &str) -> Option<String> {
        let dest: String = destination.chars().filter(|c| !c.is_control()).collect();
        let path = nfc(&decode(split_fragment(dest.trim()).0));
        if scheme(&dest).is_some() || !path.ends_with(".md") {
            return None;
        }
        let base = if path.starts_with('/') { "content/" } else { self.from.folder() };
        self.near_path(&join(base, path.trim_start_matches('/'))?)
    }

    /// Returns a path that differs only in letter case, or whose file name is similar.
    fn near_path(&self, full: &str) -> Option<String> {
        if self.site.items.len() + self.site.withheld.len() > MAX_SUGGESTING {
            return None;
        }
        let published = self.site.items.iter().map(|item| item.path.as_ref());
        let withheld = self.site.withheld.iter().map(|stub| stub.path.as_ref());
        let mut paths: Vec<&str> = published.chain(withheld).collect();
        // Suggestions must not depend on what is published.
        paths.sort_unstable();
        let same = folded(full);
        let found = paths.iter().find(|path| folded(path) == same);
        let found = found.or_else(|| {
            let name = full.rsplit('/').next()?;
            paths.iter().find(|path| path.rsplit('/').next() == Some(name) && name != "index.md")
        });
        let folder = folder_of(full);
        let in_folder = || {
            let here = paths.iter().filter(|path| folder_of(path) == folder);
            let near = closest(&full[folder.len()..], here.map(|path| &path[folder.len()..]))?;
            Some(format!("{folder}{near}"))
        };
        let found = found.map(|path| (*path).to_owned()).or_else(in_folder)?;
        found.strip_prefix("content").map(str::to_owned)
    }

    fn own_file(&self, path: &str) -> Option<LinkTarget> {
        let path = path.strip_prefix("./").unwrap_or(path);
        let number = self.from.file_number(path)?;
        Some(LinkTarget::File(number))
    }

    /// Resolves a destination as a URL relative to the root or to the item's page.
    fn portal_url(&self, dest: &str) -> LinkTarget {
        let (path, fragment) = split_fragment(dest);
        let path = nfc(&decode(path));
        let absolute = path.strip_prefix('/');
        let base = if absolute.is_some() { "" } else { self.from.url.as_ref() };
        let Some(url) = join(base, absolute.unwrap_or(&path)) else {
            return broken(Code::LinkOutside);
        };
        let prefix = base_path(self.site.config.base_url.path());
        let under_base = absolute.and_then(|_| below(&url, &prefix)).filter(|_| !prefix.is_empty());
        let candidates = [Some(url.as_str()), under_base];
        for url in candidates.into_iter().flatten() {
            if let Some(target) = at_url(self.site, url, fragment.as_ref()) {
                return target;
            }
        }
        if let Some(target) = self.folder_path(&path, fragment) {
            return target;
        }
        let climbs = absolute.is_none() && join(self.from.folder(), &path).is_none();
        if let Some(file) = self.from.files.iter().find(|f| folded(&f.name) == folded(&path)) {
            let suggestion = Some(file.name.to_string());
            return LinkTarget::Broken(BrokenLink { code: Code::MissingFile, suggestion });
        }
        broken(match (climbs, looks_like_file(&url)) {
            (true, _) => Code::LinkOutside,
            (false, true) => Code::MissingFile,
            (false, false) => Code::DeadLink,
        })
    }

    /// Resolves the path of a folder in `content/` that contains an item: `../tender/`.
    fn folder_path(&self, path: &str, fragment: Option<String>) -> Option<LinkTarget> {
        let folder = path.trim_end_matches('/');
        let base = if path.starts_with('/') { "content/" } else { self.from.folder() };
        let full = join(base, folder.trim_start_matches('/'))?;
        let index = format!("{}/index.md", full.trim_end_matches('/'));
        if let Some(id) = self.site.by_path(&index) {
            return Some(LinkTarget::Item(id, fragment));
        }
        let stub = self.site.withheld_by_path(&index).or_else(|| self.unread(&index))?;
        Some(LinkTarget::Withheld(Some(stub), fragment))
    }

    /// Returns the index of the unreadable folder that contains a path. What the folder contains is
    /// unknown.
    fn unread(&self, path: &str) -> Option<u32> {
        let mut ends = path.match_indices('/').map(|(at, _)| &path[..=at]);
        ends.find_map(|folder| self.site.withheld_by_path(folder))
    }
}

/// Classifies words of texts: whether they are addresses of the portal, and of which target.
impl Resolver<'_> {
    /// Returns whether a word has the form of an address that may lead into the portal: a web
    /// address of its host, with or without a scheme; a path that begins with `/`, `./` or `../` or
    /// ends with `/`; or the path of a Markdown file. Only the spelling decides, not what exists or
    /// is published.
    pub fn is_own_address(&self, word: &str) -> bool {
        let word = bare(word);
        if !may_hold_address(word) {
            return false;
        }
        if is_too_long(word) {
            return true;
        }
        let is_own = |url: &Url| is_web(url) && self.site.config.base_url.is_on_site(url);
        // An address that browsers reject may still reveal its target.
        let mut web = web_addresses_in(word).map(Url::parse);
        if let Some(first) = web.next() {
            return std::iter::once(first).chain(web).any(|url| url.as_ref().map_or(true, is_own));
        }
        let path = nfc(&decode(word.split(['?', '#']).next().unwrap_or(word)));
        let is_path = path.starts_with(['/', '\\'])
            || path.starts_with("./")
            || path.starts_with("../")
            || path.ends_with('/')
            || path.to_ascii_lowercase().ends_with(".md");
        (is_path && path.len() > 1) || self.with_scheme(word).is_some()
    }

    /// Returns whether a word names the item that a link leads to: by its URL, alias, file or
    /// folder.
    pub fn names_target(&self, word: &str, dest: &str) -> bool {
        let word = bare(word);
        if !may_hold_address(word) {
            return false;
        }
        if is_too_long(word) {
            return true;
        }
        let target = self.judge(dest);
        let (path, urls): (&str, Vec<&str>) = match (&target, self.judge(word)) {
            (LinkTarget::Item(id, _), named) => {
                if matches!(named, LinkTarget::Item(other, _) if other == *id) {
                    return true;
                }
                let item = self.site.item(*id);
                let aliases = item.details.aliases.iter().map(AsRef::as_ref);
                (&item.path, std::iter::once(item.url.as_ref()).chain(aliases).collect())
            }
            (LinkTarget::Withheld(Some(n), _), named) => {
                if matches!(named, LinkTarget::Withheld(Some(other), _) if other == *n) {
                    return true;
                }
                let stub = &self.site.withheld[*n as usize];
                (&stub.path, stub.urls.iter().map(AsRef::as_ref).collect())
            }
            _ => return false,
        };
        let word = folded(&decode(word));
        let file = word.split(['?', '#']).next().unwrap_or("").trim_matches(['/', '.']);
        if file.ends_with(".md") && folded(path).ends_with(&format!("/{file}")) {
            return true;
        }
        let folder = path.strip_prefix("content/").and_then(|path| path.strip_suffix("/index.md"));
        urls.into_iter().chain(folder).any(|address| {
            let address = address.strip_suffix("index.html").unwrap_or(address).trim_matches('/');
            address.contains('/') && holds_path(&word, &folded(address))
        })
    }

    /// Returns the target that readers cannot see and that a word is an address of: a withheld item
    /// by its index, or a feed that is currently empty. Everything under the URL of an item belongs
    /// to the item. A word that is too long to look up counts as such an address.
    pub fn withheld_at(&self, word: &str) -> Option<Option<u32>> {
        let word = bare(word);
        if is_too_long(word) {
            return Some(None);
        }
        let mut spellings: Vec<String> = vec![word.to_owned()];
        let repository = word.trim_start_matches("./");
        spellings.extend(web_addresses_in(word).map(str::to_owned));
        if spellings.len() == 1 {
            spellings.extend(self.with_scheme(word));
            // Relative to `content/`, to the root of the repository, and after a text without a
            // space.
            let path = repository.trim_start_matches('/');
            spellings.push(format!("/{path}"));
            spellings.extend(path.strip_prefix("content/").map(|path| format!("/{path}")));
            spellings.extend(word.find('/').map(|at| word[at..].to_owned()));
        }
        spellings.iter().find_map(|spelling| self.withheld_around(spelling))
    }

    /// Returns the words of a text that are addresses of withheld items other than its own, or that
    /// are too long to look up and may be such addresses.
    pub fn withheld_in<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let is_end = |c: char| c.is_whitespace() || "()[]{}<>\"'`|,;".contains(c);
        let words = text.split(is_end).filter(|word| may_hold_address(word));
        let has_none = self.site.withheld.is_empty() || !may_hold_address(text);
        let most = if has_none { 0 } else { MAX_WORDS };
        words.take(most).filter(|word| {
            let found = self.is_own_address(word).then(|| self.withheld_at(word)).flatten();
            let stub = found.flatten().map(|n| &self.site.withheld[n as usize]);
            is_too_long(bare(word))
                || stub.is_some_and(|stub| stub.path != self.from.path)
                || self.withheld_inside(word).is_some()
        })
    }

    /// Returns the withheld item that an address leads to, or that an ancestor of the address leads
    /// to.
    fn withheld_around(&self, address: &str) -> Option<Option<u32>> {
        let mut address = address;
        for _ in 0..MAX_DEPTH {
            match self.judge(address) {
                LinkTarget::Withheld(stub, _) => return Some(stub),
                LinkTarget::Broken(_) => {}
                _ => return None,
            }
            let path = address.split(['?', '#']).next().unwrap_or(address);
            let folder = path.trim_end_matches('/').rfind('/').map_or("", |at| &path[..=at]);
            if folder.trim_matches(['/', '.']).is_empty() {
                return None;
            }
            address = folder;
        }
        None
    }

    /// Turns a word that begins with the portal's host into a whole address.
    pub(super) fn with_scheme(&self, word: &str) -> Option<String> {
        let host = self.site.config.base_url.host();
        let lower = word.to_ascii_lowercase();
        let at = lower.find(&host.to_ascii_lowercase()).filter(|at| {
            let before = word[..*at].chars().next_back();
            let after = word[*at + host.len()..].chars().next();
            let is_whole = before.is_none_or(|c| !c.is_ascii_alphanumeric() && !".-".contains(c));
            is_whole && after.is_some_and(|c| ":/?#".contains(c))
        });
        let start = at.unwrap_or(0);
        let whole = format!("https://{}", word[start..].trim_start_matches('/'));
        let is_own = |url: Url| self.site.config.base_url.is_on_site(&url);
        (at.is_some() || Url::parse(&whole).is_ok_and(is_own)).then_some(whole)
    }
}

/// How many levels above an address an item is searched for. Files are just under its URL.
const MAX_DEPTH: usize = 4;
/// The maximum number of words of a text that are looked up.
const MAX_WORDS: usize = 500;

/// The longest word that is looked up, in bytes, and the most web addresses in it. What is behind one of
/// them is part of it, so that the work for a word grows with both.
const MAX_WORD: usize = 2_048;
const MAX_ADDRESSES: usize = 8;

/// Whether a word is too long to look up every address that it may hold.
fn is_too_long(word: &str) -> bool {
    word.len() > MAX_WORD || web_addresses_in(word).nth(MAX_ADDRESSES).is_some()
}

/// Returns whether a text may contain an address of the portal with a path. This is a quick check.
pub(crate) fn may_hold_address(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_slash = || memchr::memchr2(b'/', b'\\', bytes).is_some();
    // Encoded addresses and names of Markdown files.
    let begins = |at: usize| bytes[at..].starts_with(b"%2") || bytes[at..].starts_with(b".md");
    is_slash() || memchr::memchr2_iter(b'%', b'.', bytes).any(begins)
}

/// Returns whether a Markdown text may contain an address of the portal on this host.
pub(crate) fn spells_addresses(markdown: &str, host: &str) -> bool {
    let bytes = markdown.as_bytes();
    let begins_path = |at: usize| {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        let may_follow = !before.is_ascii_alphanumeric() && !matches!(before, b'<' | b'/' | b':');
        may_follow && !after.is_ascii_whitespace()
    };
    memmem::find(bytes, b".md").is_some()
        || memmem::find(bytes, b"%2").is_some()
        || memmem::find(bytes, host.as_bytes()).is_some()
        || memchr::memchr_iter(b'/', bytes).any(begins_path)
}

/// Removes punctuation around a word.
pub(super) fn bare(word: &str) -> &str {
    let word = word.trim_start_matches(|c: char| "([{<\"'“‘«".contains(c));
    word.trim_end_matches(|c: char| ")]}>\"'”’»,;:!?.…ฯ".contains(c))
}

/// Returns the parts of a word that follow the beginning of a web address in it.
pub(super) fn web_addresses_in(word: &str) -> impl Iterator<Item = &str> {
    let lower = word.to_ascii_lowercase();
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = ["http:", "https:"].iter().filter_map(|scheme| lower[from..].find(scheme));
        let at = from + found.min()?;
        from = at + 1;
        Some(&word[at..])
    })
}

/// Returns whether a text contains a path that is not part of a longer one in Latin letters.
fn holds_path(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let is_part = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
        let before = text[..at].chars().next_back().filter(is_part);
        before.is_none() && text[at + path.len()..].chars().next().filter(is_part).is_none()
    })
}

/// Returns the target at a URL from the root.
pub(super) fn at_url(site: &Site, url: &str, fragment: Option<&String>) -> Option<LinkTarget> {
    let plain = url.strip_suffix("index.html").unwrap_or(url);
    let slashed = if plain.is_empty() || plain.ends_with('/') {
        plain.to_owned()
    } else {
        format!("{plain}/")
    };
    let fragment = fragment.cloned();
    // The page of a category exists whether or not a text for it is published.
    let item = site.by_url(&slashed).filter(|id| site.item(*id).role == Role::Item);
    let found = item.or_else(|| site.by_alias(&slashed)).or_else(|| site.by_alias(plain));
    if let Some(id) = found {
        return Some(LinkTarget::Item(id, fragment));
    }
    if always_there(site, &slashed, plain) {
        let is_folder = url.ends_with('/') || !looks_like_file(plain);
        return Some(LinkTarget::Page(
            if is_folder { slashed } else { plain.to_owned() },
            fragment,
        ));
    }
    for url in [slashed.as_str(), plain] {
        if let Some(is_written) = site.is_written(url) {
            let page = LinkTarget::Page(url.to_owned(), None);
            return Some(if is_written { page } else { LinkTarget::Withheld(None, None) });
        }
    }
    let stub = site.withheld_at(&slashed).or_else(|| site.withheld_at(plain))?;
    Some(LinkTarget::Withheld(Some(stub), fragment))
}

/// Returns the part of a path under another path, component by component. Returns the whole path if
/// the other is empty.
fn below<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    if prefix.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(prefix)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Returns the path of `base_url` without slashes around it, as it is compared with paths of links.
fn base_path(path: &str) -> String {
    nfc(&decode(path.trim_matches('/')))
}

/// Returns whether a URL always exists: home, site map, list of all items, categories, and files of
/// `static/` and of the theme.
fn always_there(site: &Site, slashed: &str, plain: &str) -> bool {
    site.assets.binary_search_by(|asset| asset.as_str().cmp(plain)).is_ok()
        || site.config.languages().any(|(language, _)| {
            let category_page = |category| site.config.category_url(language, category) == slashed;
            site.config.home_url(language) == slashed.trim_start_matches('/')
                || site.config.site_map_url(language) == slashed
                || (site.config.has_list && site.config.search_url(language) == slashed)
                || site.config.policy.categories().any(|(c, _)| category_page(c))
        })
}

/// Returns whether a web address has no `//` after its scheme. Browsers take `https:news/a/` for a
/// path of the current site if the scheme is the same (URL Standard, "special relative or authority
/// state").
fn lacks_slashes(dest: &str) -> bool {
    let scheme = scheme(dest).filter(|scheme| scheme == "http" || scheme == "https");
    let is_slash = |c: &char| matches!(c, '/' | '\\');
    scheme.is_some_and(|scheme| dest[scheme.len() + 1..].chars().take_while(is_slash).count() < 2)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Returns whether browsers reject a web address. It may still reveal its target.
fn is_unreadable(dest: &str) -> bool {
    let scheme = scheme(dest).filter(|scheme| scheme == "http" || scheme == "https");
    scheme.is_some() && Url::parse(dest).is_err()
}

/// Returns whether the last component of a path has an extension.
fn looks_like_file(url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap_or("");
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Returns the scheme of a URL (RFC 3986, section 3.1) in lower case.
fn scheme(dest: &str) -> Option<String> {
    let (scheme, _) = dest.split_once(':')?;
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts && scheme.chars().all(legal)).then(|| scheme.to_ascii_lowercase())
}

pub(super) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Removes query and fragment. Returns the fragment decoded.
fn split_fragment(dest: &str) -> (&str, Option<String>) {
    let (path, fragment) = match dest.split_once('#') {
        Some((path, fragment)) => (path, Some(nfc(&decode(fragment))).filter(|f| !f.is_empty())),
        None => (dest, None),
    };
    (path.split('?').next().unwrap_or(path), fragment)
}
