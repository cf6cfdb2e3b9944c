//! The settings of a portal, as the rest of the program uses them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::config::home::HomeBlock;
use crate::config::kinds::{Kinds, Label};
use crate::config::policy::{CategoryId, Policy};
use crate::diagnostics::Place;
use crate::text::{Calendar, Digits};

/// The name of the settings file.
pub(crate) const SETTINGS: &str = "site.toml";

/// A language of a [`Config`]: its position in site.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageId(u8);

impl LanguageId {
    /// The site's own language, whose pages are not in a folder of the language.
    pub const OWN: Self = Self(0);

    /// Returns the language at a position. Returns `None` above 255.
    pub(crate) fn at(position: usize) -> Option<Self> {
        position.try_into().ok().map(Self)
    }
}

impl From<LanguageId> for usize {
    fn from(id: LanguageId) -> Self {
        Self::from(id.0)
    }
}

/// One of the portal's languages.
#[derive(Debug, Clone)]
pub struct Language {
    /// BCP 47 primary tag: `th`.
    pub code: String,
    /// The site's title in this language.
    pub title: String,
    /// The line below the title in this language.
    pub tagline: String,
    /// The titles of the categories in this language, by category number.
    pub categories: Vec<String>,
    /// The contact details that differ from the site's own.
    pub contact: Contact,
}

/// How to reach the publisher. Each field is empty if it is not set.
#[derive(Debug, Clone, Default)]
pub struct Contact {
    /// Postal address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Office hours.
    pub hours: String,
    /// Where to complain. `None` if it is not set.
    pub complaints: Option<Channel>,
}

/// A page or file of the portal itself that the settings name. It is judged like any other item and
/// may be withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPage {
    /// The decoded URL, from the root.
    pub url: String,
    /// The address as written in the settings.
    pub written: String,
    /// The place in the settings.
    pub place: Place,
}

/// A way to reach someone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A page of the portal.
    Page(OwnPage),
    /// A page of another site, by its absolute URL.
    Web(String),
    /// A telephone number, as written.
    Phone(String),
    /// An e-mail address.
    Email(String),
}

/// An address in `security.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityAddress {
    /// The URI in ASCII (RFC 3986).
    pub uri: String,
    /// The page that it leads to, if that is part of the portal itself.
    pub own: Option<OwnPage>,
}

/// Returns whether a text can be the address of one mailbox in a `mailto:` link. Other characters could
/// add recipients or headers (RFC 6068).
pub(crate) fn is_email(text: &str) -> bool {
    let has_parts = |(name, host): (&str, &str)| !name.is_empty() && host.contains('.');
    let is_wrong =
        |c: char| c.is_whitespace() || c.is_control() || "?&<>\"':/%,;()[]\\".contains(c);
    text.split_once('@').is_some_and(has_parts)
        && text.matches('@').count() == 1
        && !text.contains(is_wrong)
}

/// Where to report vulnerabilities of the site (RFC 9116).
#[derive(Debug, Clone)]
pub struct Security {
    /// The addresses, most preferred first.
    pub contact: Vec<SecurityAddress>,
    /// The first instant at which these details are no longer valid.
    pub expires: Timestamp,
    /// The place of `expires` in the settings.
    pub expires_at: Place,
    /// The disclosure policy.
    pub policy: Option<SecurityAddress>,
    /// An encryption key.
    pub encryption: Option<SecurityAddress>,
}

/// The maximum width of a protected name, in columns. A wider one may not fit on a line.
pub(crate) const MAX_PROTECTED: usize = 20;

/// The URL under which the site will be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme, host and path. Ends with `/`.
    pub full: String,
}

impl BaseUrl {
    /// Parses an absolute `http` or `https` URL. Returns `None` if it has a user, a query or a fragment.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        let host = rest.split('/').next().unwrap_or("");
        let bad = |c: char| c.is_whitespace() || c.is_control() || "?#\"<>\\".contains(c);
        if host.is_empty() || host.contains('@') || text.contains(bad) {
            return None;
        }
        let full = if text.ends_with('/') { text.to_owned() } else { format!("{text}/") };
        Some(Self { full })
    }

    /// Returns the host, and the port if there is one.
    pub fn host(&self) -> &str {
        self.after_scheme().split('/').next().unwrap_or("")
    }

    /// Returns the path. Begins and ends with `/`.
    pub fn path(&self) -> &str {
        &self.after_scheme()[self.host().len()..]
    }

    /// Returns whether a URL is on the host of the site, whatever its port and spelling. Compares hosts
    /// as browsers do (URL Standard, whatwg.org).
    pub fn is_on_host(&self, url: &Url) -> bool {
        let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
        Url::parse(&self.full).is_ok_and(|base| host(url) == host(&base))
    }

    /// Returns whether a URL is on the host and port of the site. The default ports of both schemes count
    /// as the site's; any other port is another site.
    pub fn is_on_site(&self, url: &Url) -> bool {
        let base = Url::parse(&self.full).ok().and_then(|base| base.port());
        self.is_on_host(url) && (url.port().is_none() || url.port() == base)
    }

    fn after_scheme(&self) -> &str {
        self.full.split_once("://").map_or("", |(_, rest)| rest)
    }
}

/// The settings in `site.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The URL under which the site will be published.
    pub base_url: BaseUrl,
    /// The fixed name of the portal in seals and signatures.
    pub id: String,
    /// The time zone of dates.
    pub zone: TimeZone,
    /// The calendar in which years are written.
    pub calendar: Calendar,
    /// The first day of the fiscal year as month and day, if it is set.
    pub fiscal_year_start: Option<(i8, i8)>,
    /// The digits of dates and counts on pages.
    pub digits: Digits,
    /// Names and words that must not be broken across lines.
    pub protected: Vec<String>,
    /// The name of the folder under `themes/`.
    pub theme: String,
    /// The declared kinds of items.
    pub kinds: Kinds,
    /// The blocks of the home page. Empty if it is that of the theme.
    pub home: Vec<HomeBlock>,
    /// Who may approve what.
    pub policy: Policy,
    /// The languages, the site's own first.
    pub languages: Vec<Language>,
    /// An OpenSSH `allowed_signers` file with further keys: its path from the folder of the file that
    /// names it, and the place where it is named.
    pub allowed_signers: Option<(String, Place)>,
    /// How to reach the publisher.
    pub contact: Contact,
    /// The contents of `security.txt`. `None` if there is none.
    pub security: Option<Security>,
    /// Additional files allowed in `static/`, as paths from there.
    pub static_allow: Vec<String>,
    /// Additional extensions allowed for files of items, in lower case.
    pub attachments_allow: Vec<String>,
    /// Whether the site has a search.
    pub has_search: bool,
    /// The portal's own sets of words that mean the same, each as written: `a = b`.
    pub synonyms: Vec<String>,
    /// Whether the site has a list of all items. The search is part of that page.
    pub has_list: bool,
    /// Whether raw HTML is sanitised and kept. Otherwise it is an error.
    pub allows_html: bool,
    /// What `prakat check` compares in texts.
    pub proofreading: Proofreading,
}

/// What `prakat check` compares in texts. By default everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proofreading {
    /// Days of the week with dates.
    pub weekdays: bool,
    /// Amounts in figures with amounts in words.
    pub amounts: bool,
    /// Totals of tables with their rows.
    pub totals: bool,
    /// Years of laws with their names.
    pub laws: bool,
}

impl Default for Proofreading {
    fn default() -> Self {
        Self { weekdays: true, amounts: true, totals: true, laws: true }
    }
}

impl Config {
    /// Returns the first day of the fiscal year as month and day. If it is not set, the calendar decides:
    /// the Thai fiscal year begins on 1 October (Budget Procedure Act B.E. 2561, section 4).
    pub fn fiscal_year_begins(&self) -> (i8, i8) {
        self.fiscal_year_start.unwrap_or(match self.calendar {
            Calendar::Buddhist => (10, 1),
            Calendar::Gregorian => (1, 1),
        })
    }

    /// Returns the number of the language with a code.
    pub fn language(&self, code: &str) -> Option<LanguageId> {
        self.languages.iter().position(|l| l.code == code).and_then(LanguageId::at)
    }

    /// Returns all languages with their ids. The site's own language is first.
    pub(crate) fn languages(&self) -> impl Iterator<Item = (LanguageId, &Language)> + Clone {
        let at = |(n, language)| Some((LanguageId::at(n)?, language));
        self.languages.iter().enumerate().filter_map(at)
    }

    /// Returns the title of a category in a language.
    pub fn category_title(&self, category: CategoryId, language: LanguageId) -> &str {
        &self.languages[usize::from(language)].categories[usize::from(category)]
    }

    /// Returns the place of a category's list among the lists of all languages.
    pub(crate) fn place_of_list(&self, language: LanguageId, category: CategoryId) -> usize {
        usize::from(language) * self.policy.categories.len() + usize::from(category)
    }

    /// Returns a text of a declaration in a language.
    pub(crate) fn text<'a>(&self, label: &'a Label, language: LanguageId) -> &'a str {
        let code = |language| self.languages[usize::from(language)].code.as_str();
        label.in_language(code(language), code(LanguageId::OWN))
    }

    /// Returns how to reach the publisher, for readers of a language.
    pub fn contact_in(&self, language: LanguageId) -> Contact {
        let (own, general) = (&self.languages[usize::from(language)].contact, &self.contact);
        let text = |own: &String, general: &String| {
            if own.is_empty() { general.clone() } else { own.clone() }
        };
        Contact {
            address: text(&own.address, &general.address),
            phone: text(&own.phone, &general.phone),
            email: text(&own.email, &general.email),
            hours: text(&own.hours, &general.hours),
            complaints: own.complaints.clone().or_else(|| general.complaints.clone()),
        }
    }

    /// Returns the URL of the home page of a language.
    pub fn home_url(&self, language: LanguageId) -> String {
        if language == LanguageId::OWN {
            return String::new();
        }
        format!("{}/", self.languages[usize::from(language)].code)
    }

    /// Returns the URL of the list of all items in a language, which is also its search page. The files of
    /// the search index are below it.
    pub fn search_url(&self, language: LanguageId) -> String {
        format!("{}search/", self.home_url(language))
    }

    /// Returns the URL of the site map of a language.
    pub fn site_map_url(&self, language: LanguageId) -> String {
        format!("{}sitemap/", self.home_url(language))
    }

    /// Returns the URL of the page of a category.
    pub fn category_url(&self, language: LanguageId, category: CategoryId) -> String {
        let id = &self.policy.categories[usize::from(category)].id;
        format!("{}{id}/", self.home_url(language))
    }
}
