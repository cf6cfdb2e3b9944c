//! The settings of a portal, as the rest of the program uses them.
//!
//! [`Policy`] is the part that the gate may see.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::diagnostics::Place;
use crate::text::{Calendar, Digits};

/// The settings file's name.
pub(crate) const SETTINGS: &str = "site.toml";

/// How strong an approval has to be. A category may ask for more than the site, never for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// An entitled person is named.
    Named,
    /// The seal matches what was approved.
    Sealed,
    /// The approver has signed it.
    Signed,
}

impl Strength {
    /// The words in site.toml.
    pub const WORDS: [(&'static str, Self); 3] =
        [("named", Self::Named), ("sealed", Self::Sealed), ("signed", Self::Signed)];

    /// The word in site.toml.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, s)| *s == self).map_or("", |(word, _)| word)
    }
}

/// A category's number: its place in site.toml.
pub(crate) type CategoryId = u16;
/// A person's number.
pub(crate) type PersonId = u16;
/// A language's number; 0 is the site's own.
pub(crate) type LanguageId = u8;

/// How the items of a category are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// `weight`, then newest, then title.
    Weight,
    /// Newest, then title.
    Date,
    /// Title.
    Title,
}

/// Whom the items of a category must name beside the approver.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Requires {
    /// `prepared_by`.
    pub prepared_by: bool,
    /// `reviewed_by`.
    pub reviewed_by: bool,
}

/// What stands at the address of an item that was published and has ended.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum NoticePage {
    /// Nothing.
    #[default]
    None,
    /// A page with fixed words, and nothing of the item.
    Bare,
    /// The same, with the item's title.
    Titled,
}

impl NoticePage {
    /// The words in site.toml.
    pub const WORDS: [(&'static str, Self); 3] =
        [("none", Self::None), ("bare", Self::Bare), ("titled", Self::Titled)];
}

/// A category.
#[derive(Debug, Clone)]
pub struct Category {
    /// The id: first part of its items' URLs.
    pub id: String,
    /// Title in the site's language.
    pub title: String,
    /// How strong its items' approvals must be.
    pub approval: Strength,
    /// What stays at the addresses of its items when they end.
    pub notice_page: NoticePage,
    /// The order of its items.
    pub sort: Sort,
    /// Whether its items must name who prepared and who proofread them.
    pub requires: Requires,
    /// The fewest and the most days that its items may stand.
    pub days: (Option<i64>, Option<i64>),
}

/// A term of office, as two instants: first of the first day, first after the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// First instant in office.
    pub from: Timestamp,
    /// First instant out of office; `None` without end.
    pub until: Option<Timestamp>,
}

impl Term {
    /// Whether an instant lies within.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|end| at < end)
    }
}

/// A public key with which a person signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// As [`normal_key`](crate::ssh::normal_key) writes it.
    pub public: String,
    /// When it counts: an approval must be dated within; empty for always.
    pub term: Option<Term>,
    /// Whether it was taken back: then it never counts, whatever the date.
    pub is_revoked: bool,
}

/// A person under `[people]`.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id in front matter.
    pub id: String,
    /// Name, for pages.
    pub name: String,
    /// Position, for pages.
    pub position: String,
    /// Unit, for pages.
    pub unit: String,
    /// The name without regard to spaces and spelling of letters: two entries with one name are one
    /// person.
    pub identity: String,
    /// Which categories the person may prepare; `None` for all.
    pub prepares: Option<Entitlement>,
    /// Which categories the person may proofread; `None` for all.
    pub reviews: Option<Entitlement>,
    /// Which categories the person may approve.
    pub approves: Entitlement,
    /// Terms of office; empty for always.
    pub terms: Vec<Term>,
    /// Keys for signatures.
    pub keys: Vec<PublicKey>,
}

/// What a person may approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// Everything, pages outside categories too.
    pub everything: bool,
    /// These categories.
    pub categories: Vec<CategoryId>,
}

impl Entitlement {
    /// Whether it covers a category; pages outside categories need `*`.
    pub fn covers(&self, category: Option<CategoryId>) -> bool {
        self.everything || category.is_some_and(|id| self.categories.contains(&id))
    }
}

/// Who may approve what, and how strongly: all that the gate knows of the settings.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Strength for pages outside categories, and the least for every category.
    pub approval: Strength,
    /// Whether preparer, reviewer and approver must be three people.
    pub separate_duties: bool,
    /// The countries whose private numbers are looked for.
    pub privacy: Vec<String>,
    /// Categories in the order of site.toml.
    pub categories: Vec<Category>,
    /// People, by id.
    pub people: Vec<Person>,
}

impl Policy {
    /// The number of a category.
    pub fn category(&self, id: &str) -> Option<CategoryId> {
        self.categories.iter().position(|c| c.id == id).and_then(|n| n.try_into().ok())
    }

    /// The number of a person.
    pub fn person(&self, id: &str) -> Option<PersonId> {
        self.people.binary_search_by(|p| p.id.as_str().cmp(id)).ok().and_then(|n| n.try_into().ok())
    }

    /// Whether two ids stand for one person: the names decide, not the ids.
    pub fn is_one_person(&self, a: PersonId, b: PersonId) -> bool {
        let identity = |id: PersonId| self.people.get(usize::from(id)).map(|p| &p.identity);
        a == b || identity(a) == identity(b)
    }

    /// How strong an approval in a category must be.
    pub fn strength(&self, category: Option<CategoryId>) -> Strength {
        category.map_or(self.approval, |id| self.categories[usize::from(id)].approval)
    }
}

/// One of the portal's languages.
#[derive(Debug, Clone)]
pub struct Language {
    /// BCP 47 primary tag: `th`.
    pub code: String,
    /// Title of the site in it.
    pub title: String,
    /// The line under the title in it.
    pub tagline: String,
    /// Titles of categories in it, by category number.
    pub categories: Vec<String>,
    /// How to reach the publisher in it, as far as it differs from the site's own.
    pub contact: Contact,
}

/// How to reach the body that publishes; each empty if not given.
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
    /// Where to complain.
    pub complaints: Option<Channel>,
}

/// A page or a file of the portal itself that the settings name. What stands there is judged, and may
/// be withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPage {
    /// Its URL from the root, decoded.
    pub url: String,
    /// The address as the settings have it.
    pub written: String,
    /// Where that stands in the settings.
    pub place: Place,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    /// A page of the portal, by its URL as an item has it.
    Page(OwnPage),
    /// A page elsewhere, by its whole address.
    Web(String),
    /// A telephone number as written.
    Phone(String),
    /// An e-mail address.
    Email(String),
}

/// An address in `security.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityAddress {
    /// In letters of ASCII (RFC 3986).
    pub uri: String,
    /// What it leads to, if that is on the portal itself.
    pub own: Option<OwnPage>,
}

/// Whether a text can be the address of one mailbox in a link: other characters could make a link
/// write to somebody else, or say more (RFC 6068).
pub(crate) fn is_email(text: &str) -> bool {
    let has_parts = |(name, host): (&str, &str)| !name.is_empty() && host.contains('.');
    text.split_once('@').is_some_and(has_parts)
        && !text.contains(|c: char| c.is_whitespace() || "?&<>\"':/%".contains(c))
}

/// Whom to tell of a hole in the site's security (RFC 9116).
#[derive(Debug, Clone)]
pub struct Security {
    /// Addresses, the best first.
    pub contact: Vec<SecurityAddress>,
    /// The first instant at which all this may no longer be relied on.
    pub expires: Timestamp,
    /// Where that stands in the settings.
    pub expires_at: Place,
    /// The rules for those who look for holes.
    pub policy: Option<SecurityAddress>,
    /// A key.
    pub encryption: Option<SecurityAddress>,
}

/// How wide a protected name may be, in letters: a wider one may not fit on a line.
pub(crate) const MAX_PROTECTED: usize = 20;

/// Where the site will stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// With scheme, host and path; ends with `/`.
    pub full: String,
}

impl BaseUrl {
    /// Reads an absolute `http` or `https` URL without query and fragment.
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

    /// The host, with the port if there is one.
    pub fn host(&self) -> &str {
        self.after_scheme().split('/').next().unwrap_or("")
    }

    /// The path: begins and ends with `/`.
    pub fn path(&self) -> &str {
        &self.after_scheme()[self.host().len()..]
    }

    /// Whether an address is on the host of the site, whatever the port and however it is spelled:
    /// what a browser would take for that host (URL Standard, whatwg.org).
    pub fn is_on_host(&self, url: &Url) -> bool {
        let host = |url: &Url| url.host_str().map(|host| host.trim_end_matches('.').to_owned());
        Url::parse(&self.full).is_ok_and(|base| host(url) == host(&base))
    }

    /// Whether it is on the host, and on a port of the site: another port is another site, but the
    /// usual ports of both schemes are this one.
    pub fn is_on_site(&self, url: &Url) -> bool {
        let base = Url::parse(&self.full).ok().and_then(|base| base.port());
        self.is_on_host(url) && (url.port().is_none() || url.port() == base)
    }

    fn after_scheme(&self) -> &str {
        self.full.split_once("://").map_or("", |(_, rest)| rest)
    }
}

/// Everything that site.toml says.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the site will stand.
    pub base_url: BaseUrl,
    /// Fixed name of the portal in seals and signatures.
    pub id: String,
    /// The zone in which dates are meant.
    pub zone: TimeZone,
    /// How years are counted.
    pub calendar: Calendar,
    /// The first day of the fiscal year as month and day, if the office counts in such years.
    pub fiscal_year_start: Option<(i8, i8)>,
    /// The digits of dates and counts on pages.
    pub digits: Digits,
    /// Names and words that no line may part.
    pub protected: Vec<String>,
    /// Name of the folder under `themes/`.
    pub theme: String,
    /// Who may approve what.
    pub policy: Policy,
    /// The site's own language first.
    pub languages: Vec<Language>,
    /// An OpenSSH `allowed_signers` file with further keys, as a path from the folder of the file
    /// that names it, with the place where it is named.
    pub allowed_signers: Option<(String, Place)>,
    /// How to reach the publisher.
    pub contact: Contact,
    /// What `security.txt` says, if there is to be one.
    pub security: Option<Security>,
    /// Further files that `static/` may hold, as paths under it.
    pub static_allow: Vec<String>,
    /// Endings of files, in small letters, that items may have though prakat does not know them.
    pub attachments_allow: Vec<String>,
    /// Whether the site has a search.
    pub has_search: bool,
    /// Whether it has a list of all items, in which the search stands if there is one.
    pub has_list: bool,
    /// Whether raw HTML in a text is cleaned and passes; else it is refused.
    pub allows_html: bool,
}

impl Config {
    /// The first day of the fiscal year as month and day, also where the settings do not say. The
    /// Thai one begins on 1 October (Budget Procedure Act B.E. 2561, section 4).
    pub fn fiscal_year_begins(&self) -> (i8, i8) {
        self.fiscal_year_start.unwrap_or(match self.calendar {
            Calendar::Buddhist => (10, 1),
            Calendar::Gregorian => (1, 1),
        })
    }

    /// The number of a language.
    pub fn language(&self, code: &str) -> Option<LanguageId> {
        self.languages.iter().position(|l| l.code == code).and_then(|n| n.try_into().ok())
    }

    /// The title of a category in a language.
    pub fn category_title(&self, category: CategoryId, language: LanguageId) -> &str {
        &self.languages[usize::from(language)].categories[usize::from(category)]
    }

    /// How to reach the publisher, for readers of a language.
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

    /// The URL of a language's home page.
    pub fn home_url(&self, language: LanguageId) -> String {
        if language == 0 {
            return String::new();
        }
        format!("{}/", self.languages[usize::from(language)].code)
    }

    /// The URL of the list of everything in a language, which is the page of its search; the files of
    /// the search stand below it.
    pub fn search_url(&self, language: LanguageId) -> String {
        format!("{}search/", self.home_url(language))
    }

    /// The URL of a language's site map.
    pub fn site_map_url(&self, language: LanguageId) -> String {
        format!("{}sitemap/", self.home_url(language))
    }

    /// The URL of a category's page.
    pub fn category_url(&self, language: LanguageId, category: CategoryId) -> String {
        let id = &self.policy.categories[usize::from(category)].id;
        format!("{}{id}/", self.home_url(language))
    }
}

/// Two or three small letters (BCP 47 primary language subtag).
pub(crate) fn is_language_tag(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}
