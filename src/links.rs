//! One resolver judges every link, however it is written: as the path of a Markdown file, as a
//! URL, as an address under `base_url`.

use percent_encoding::percent_decode_str;
use url::Url;

use crate::card::{Card, folded, folder_of, join, nfc};
use crate::config::{Channel, OwnPage};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::gate::Verdict;
use crate::settings_file::closest;
use crate::site::{ItemId, PageKey, Site};

/// In larger portals nothing is suggested for a dead link: every suggestion looks at every path.
const MAX_SUGGESTING: usize = 2_000;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To an address outside the portal, or a mail or telephone link: as written.
    Outside(String),
    /// To a heading of the same page.
    Here(String),
    /// To an item, perhaps to a heading of it.
    Item(ItemId, Option<String>),
    /// To a page or file of the portal that is always there: its URL from the root.
    Page(String, Option<String>),
    /// To a file beside the item, by its number.
    File(usize),
    /// To what is not to be seen: a withheld item by its number, or a feed that is empty now.
    Withheld(Option<u32>, Option<String>),
    /// To nothing, or to what may not be linked to.
    Broken(Broken),
}

/// What is wrong with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The kind of mistake.
    pub code: Code,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// A broken link without a suggestion.
fn broken(code: Code) -> Target {
    Target::Broken(Broken { code, suggestion: None })
}

/// Resolves the links of one item.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'a> {
    /// The site.
    pub site: &'a Site<'a>,
    /// The item whose links these are.
    pub from: &'a Card,
}

impl Resolver<'_> {
    /// Judges a link's destination.
    pub fn resolve(&self, destination: &str) -> Target {
        // Browsers drop control characters before they look for a scheme, and so must we.
        let dest: String = destination.chars().filter(|c| !c.is_control()).collect();
        let dest = dest.trim();
        if dest.is_empty() {
            return broken(Code::EmptyLink);
        }
        if let Some(fragment) = dest.strip_prefix('#') {
            return Target::Here(decode(fragment));
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
                "http" | "https" | "mailto" | "tel" => Target::Outside(dest.to_owned()),
                _ => broken(Code::LinkScheme),
            },
            None if dest.starts_with("//") || dest.starts_with('\\') => broken(Code::LinkScheme),
            None => self.inside(dest),
        }
    }

    /// The path of an address under `base_url`, however it is spelled: what a browser would take
    /// for the portal is the portal (URL Standard, whatwg.org). The inner `None`: no file can stand
    /// there.
    fn own_address(&self, dest: &str) -> Option<Option<String>> {
        let url = Url::parse(dest).ok()?;
        let base = Url::parse(&self.site.config.base_url.full).ok()?;
        if !is_web(&url) || !self.site.config.base_url.is_on_site(&url) {
            return None;
        }
        let Some(path) = join("", &nfc(&decode(url.path()))) else { return Some(None) };
        let prefix = nfc(&decode(base.path().trim_matches('/')));
        let inside = path.trim_start_matches('/').strip_prefix(&prefix)?;
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let query = url.query().map_or(String::new(), |query| format!("?{query}"));
        let fragment = url.fragment().map_or(String::new(), |fragment| format!("#{fragment}"));
        Some(Some(format!("{}{query}{fragment}", crate::address::encode(inside))))
    }

    fn inside(&self, dest: &str) -> Target {
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

    fn markdown_path(&self, path: &str, fragment: Option<String>) -> Target {
        let base = if path.starts_with('/') { "content/" } else { self.from.folder() };
        let Some(full) = join(base, path.trim_start_matches('/')) else {
            return broken(Code::LinkOutside);
        };
        if let Some(id) = self.site.by_path(&full) {
            return Target::Item(id, fragment);
        }
        if let Some(stub) = self.site.withheld_by_path(&full).or_else(|| self.unread(&full)) {
            return Target::Withheld(Some(stub), fragment);
        }
        Target::Broken(Broken { code: Code::DeadLink, suggestion: self.near_path(&full) })
    }

    /// A path that differs in letter case only, or a file name that was probably meant.
    fn near_path(&self, full: &str) -> Option<String> {
        let published = self.site.items.iter().map(|item| item.path.as_ref());
        let mut paths = published.chain(self.site.withheld.iter().map(|stub| stub.path.as_ref()));
        if self.site.items.len() + self.site.withheld.len() > MAX_SUGGESTING {
            return None;
        }
        let same = folded(full);
        let found = paths.clone().find(|path| folded(path) == same);
        let found = found.or_else(|| {
            let name = full.rsplit('/').next()?;
            paths.find(|path| path.rsplit('/').next() == Some(name) && name != "index.md")
        });
        let folder = folder_of(full);
        let beside = || {
            let published = self.site.items.iter().map(|item| item.path.as_ref());
            let withheld = self.site.withheld.iter().map(|stub| stub.path.as_ref());
            let here = published.chain(withheld).filter(|path| folder_of(path) == folder);
            let names: Vec<&str> = here.map(|path| &path[folder.len()..]).collect();
            let near = closest(&full[folder.len()..], names.iter().copied())?;
            Some(format!("{folder}{near}"))
        };
        let found = found.map(str::to_owned).or_else(beside)?;
        found.strip_prefix("content").map(str::to_owned)
    }

    fn own_file(&self, path: &str) -> Option<Target> {
        let path = path.strip_prefix("./").unwrap_or(path);
        let number = self.from.file_number(path)?;
        Some(Target::File(number))
    }

    /// A destination as a URL: from the root, or from the item's own page.
    fn portal_url(&self, dest: &str) -> Target {
        let (path, fragment) = split_fragment(dest);
        let path = nfc(&decode(path));
        let absolute = path.strip_prefix('/');
        let base = if absolute.is_some() { "" } else { self.from.url.as_ref() };
        let Some(url) = join(base, absolute.unwrap_or(&path)) else {
            return broken(Code::LinkOutside);
        };
        let prefix = self.site.config.base_url.path().trim_start_matches('/');
        let under_base =
            absolute.and_then(|_| url.strip_prefix(prefix)).filter(|_| !prefix.is_empty());
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
            return Target::Broken(Broken { code: Code::MissingFile, suggestion });
        }
        if dest.starts_with("www.") {
            let suggestion = Some(format!("https://{dest}"));
            return Target::Broken(Broken { code: Code::DeadLink, suggestion });
        }
        broken(match (climbs, looks_like_file(&url)) {
            (true, _) => Code::LinkOutside,
            (false, true) => Code::MissingFile,
            (false, false) => Code::DeadLink,
        })
    }

    /// A folder in `content/` that holds an item: `../tender/`.
    fn folder_path(&self, path: &str, fragment: Option<String>) -> Option<Target> {
        let folder = path.trim_end_matches('/');
        let base = if path.starts_with('/') { "content/" } else { self.from.folder() };
        let full = join(base, folder.trim_start_matches('/'))?;
        let index = format!("{}/index.md", full.trim_end_matches('/'));
        if let Some(id) = self.site.by_path(&index) {
            return Some(Target::Item(id, fragment));
        }
        let stub = self.site.withheld_by_path(&index).or_else(|| self.unread(&index))?;
        Some(Target::Withheld(Some(stub), fragment))
    }

    /// The folder around a path that could not be read: what is in it is not known.
    fn unread(&self, path: &str) -> Option<u32> {
        let mut ends = path.match_indices('/').map(|(at, _)| &path[..=at]);
        ends.find_map(|folder| self.site.withheld_by_path(folder))
    }
}

/// What stands at a URL from the root.
fn at_url(site: &Site, url: &str, fragment: Option<&String>) -> Option<Target> {
    let plain = url.strip_suffix("index.html").unwrap_or(url);
    let slashed = if plain.is_empty() || plain.ends_with('/') {
        plain.to_owned()
    } else {
        format!("{plain}/")
    };
    let fragment = fragment.cloned();
    let found =
        site.by_url(&slashed).or_else(|| site.by_alias(&slashed)).or_else(|| site.by_alias(plain));
    if let Some(id) = found {
        return Some(Target::Item(id, fragment));
    }
    if always_there(site, &slashed, plain) {
        let is_folder = url.ends_with('/') || !looks_like_file(plain);
        return Some(Target::Page(if is_folder { slashed } else { plain.to_owned() }, fragment));
    }
    if let Some(written) = feed_is_written(site, plain) {
        let page = Target::Page(plain.to_owned(), None);
        return Some(if written { page } else { Target::Withheld(None, None) });
    }
    let stub = site.withheld_at(&slashed).or_else(|| site.withheld_at(plain))?;
    Some(Target::Withheld(Some(stub), fragment))
}

/// Home, site map, list of everything, categories, and files of `static/` and of the theme.
fn always_there(site: &Site, slashed: &str, plain: &str) -> bool {
    site.assets.binary_search_by(|asset| asset.as_str().cmp(plain)).is_ok()
        || (0..).zip(&site.config.languages).any(|(language, _)| {
            let category_page = |category| site.config.category_url(language, category) == slashed;
            site.config.home_url(language) == slashed.trim_start_matches('/')
                || site.config.site_map_url(language) == slashed
                || (site.config.has_list && site.config.search_url(language) == slashed)
                || (0..).zip(&site.config.policy.categories).any(|(c, _)| category_page(c))
        })
}

/// Whether a feed is written now; `None` if the URL is not a feed's. A feed that is empty
/// today is no mistake: it comes and goes with its items.
fn feed_is_written(site: &Site, url: &str) -> Option<bool> {
    let categories = (0..).zip(&site.config.policy.categories).map(|(c, _)| Some(c));
    let feeds: Vec<_> = std::iter::once(None).chain(categories).collect();
    (0..).zip(&site.config.languages).find_map(|(language, _)| {
        let of_url = |c: &&Option<u16>| site.url(PageKey::Feed(language, **c)) == url;
        feeds.iter().find(of_url).map(|category| site.has_feed(language, *category))
    })
}

/// Whether what the settings name may be named to readers: it is there, and may be seen.
pub fn may_be_named(site: &Site, own: &OwnPage) -> bool {
    matches!(at_url(site, &own.url, None), Some(Target::Item(..) | Target::Page(..)))
}

/// Tells of pages and files of the portal that the settings name and readers are not told of: they are
/// withheld, or not there.
pub fn check_named_pages(site: &Site, diagnostics: &mut Diagnostics) {
    let config = site.config;
    let of_languages = config.languages.iter().map(|language| &language.contact);
    for contact in std::iter::once(&config.contact).chain(of_languages) {
        let Some(Channel::Page(own)) = &contact.complaints else { continue };
        if site.complaints_page(own).is_none() {
            diagnostics.push(unnamed(site, own, Code::ComplaintsPage));
        }
    }
    let Some(security) = &config.security else { return };
    let addresses = security.contact.iter().chain(&security.policy).chain(&security.encryption);
    for own in addresses.filter_map(|address| address.own.as_ref()) {
        if !may_be_named(site, own) {
            diagnostics.push(unnamed(site, own, Code::SecurityPage));
        }
    }
}

fn unnamed(site: &Site, own: &OwnPage, code: Code) -> Diagnostic {
    let warning = Diagnostic::warning(code, own.place.clone()).arg("url", &own.written);
    let Some(Target::Withheld(Some(stub), _)) = at_url(site, &own.url, None) else {
        return warning.arg("why", "@standing/missing");
    };
    let stub = &site.withheld[stub as usize];
    let why = match stub.verdict {
        Verdict::Withdrawn => "@standing/withdrawn",
        Verdict::Expired => "@standing/expired",
        Verdict::Unapproved => "@standing/unapproved",
        Verdict::Scheduled => "@standing/scheduled",
        Verdict::Invalid | Verdict::Published => "@standing/invalid",
    };
    let is_over = matches!(stub.verdict, Verdict::Withdrawn | Verdict::Expired);
    let help = if is_over { "help-gone" } else { "help-withheld" };
    warning.arg("why", why).arg("path", stub.path.as_ref()).help(help)
}

/// Whether a web address has no `//` after its scheme: browsers take `https:news/a/` for a path
/// of the site they are on, if its scheme is the same (URL Standard, "special relative or authority
/// state").
fn lacks_slashes(dest: &str) -> bool {
    let scheme = scheme(dest).filter(|scheme| scheme == "http" || scheme == "https");
    let is_slash = |c: &char| matches!(c, '/' | '\\');
    scheme.is_some_and(|scheme| dest[scheme.len() + 1..].chars().take_while(is_slash).count() < 2)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether a web address is one to browsers: what they refuse may still show where it leads.
fn is_unreadable(dest: &str) -> bool {
    let scheme = scheme(dest).filter(|scheme| scheme == "http" || scheme == "https");
    scheme.is_some() && Url::parse(dest).is_err()
}

/// Whether the last part of a path has an extension.
fn looks_like_file(url: &str) -> bool {
    let name = url.rsplit('/').next().unwrap_or("");
    name.rsplit_once('.').is_some_and(|(_, extension)| {
        (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// The scheme of a URL (RFC 3986, section 3.1), in small letters.
fn scheme(dest: &str) -> Option<String> {
    let (scheme, _) = dest.split_once(':')?;
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (starts && scheme.chars().all(legal)).then(|| scheme.to_ascii_lowercase())
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Cuts off query and fragment; the fragment is decoded.
fn split_fragment(dest: &str) -> (&str, Option<String>) {
    let (path, fragment) = match dest.split_once('#') {
        Some((path, fragment)) => (path, Some(nfc(&decode(fragment))).filter(|f| !f.is_empty())),
        None => (dest, None),
    };
    (path.split('?').next().unwrap_or(path), fragment)
}
