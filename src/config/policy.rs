//! Who may approve what, and how strongly: the part of the settings that the gate sees.

use jiff::Timestamp;

use crate::config::lists::ListSettings;

/// How strong an approval must be. A category may require more than the site, but not less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// An entitled person is named.
    Named,
    /// A seal is required.
    Sealed,
    /// A signature of the approver is required.
    Signed,
}

impl Strength {
    /// The words used in site.toml.
    pub const WORDS: [(&'static str, Self); 3] =
        [("named", Self::Named), ("sealed", Self::Sealed), ("signed", Self::Signed)];

    /// Returns the word used in site.toml.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, s)| *s == self).map_or("", |(word, _)| word)
    }
}

/// A category of a [`Policy`]: its position in site.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CategoryId(u16);

impl CategoryId {
    /// Returns the category at a position. Returns `None` above 65,535.
    pub(crate) fn at(position: usize) -> Option<Self> {
        position.try_into().ok().map(Self)
    }
}

impl From<CategoryId> for usize {
    fn from(id: CategoryId) -> Self {
        Self::from(id.0)
    }
}

/// A person of a [`Policy`]: the position among all people, sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(u16);

impl PersonId {
    /// Returns the person at a position. Returns `None` above 65,535.
    pub(crate) fn at(position: usize) -> Option<Self> {
        position.try_into().ok().map(Self)
    }
}

impl From<PersonId> for usize {
    fn from(id: PersonId) -> Self {
        Self::from(id.0)
    }
}

/// Whom the items of a category must name in addition to the approver.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Requires {
    /// `prepared_by`.
    pub prepared_by: bool,
    /// `reviewed_by`.
    pub reviewed_by: bool,
}

/// What is left at the URL of a published item that has expired or was withdrawn.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum NoticePage {
    /// Nothing.
    #[default]
    None,
    /// A page with fixed text that contains nothing of the item.
    Bare,
    /// The same, with the item's title.
    Titled,
}

impl NoticePage {
    /// The words used in site.toml.
    pub const WORDS: [(&'static str, Self); 3] =
        [("none", Self::None), ("bare", Self::Bare), ("titled", Self::Titled)];
}

/// Limits for the length of publication windows, in days.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct WindowDays {
    /// The fewest days.
    pub min: Option<i64>,
    /// The most days.
    pub max: Option<i64>,
}

/// A category.
#[derive(Debug, Clone)]
pub struct Category {
    /// The id, which is the first part of its items' URLs.
    pub id: String,
    /// Title in the site's language.
    pub title: String,
    /// How strong the approvals of its items must be.
    pub approval: Strength,
    /// What is left at the URLs of its items when they end.
    pub notice_page: NoticePage,
    /// How its list is shown.
    pub list: ListSettings,
    /// Whom its items must name in addition to the approver.
    pub requires: Requires,
    /// The limits for the publication windows of its items.
    pub days: WindowDays,
}

/// A term of office, or the term of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The first instant of the first day.
    pub from: Timestamp,
    /// The first instant after the last day. `None` if the term has no end.
    pub until: Option<Timestamp>,
}

impl Term {
    /// Returns whether an instant lies within the term.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|end| at < end)
    }
}

/// A public key with which a person signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The key in the form of [`normal_key`](crate::ssh::normal_key).
    pub public: String,
    /// When the key is valid: an approval must be dated within. `None` if it is always valid.
    pub term: Option<Term>,
    /// Whether the key was revoked. A revoked key is never valid, whatever the date.
    pub is_revoked: bool,
}

/// A person under `[people]`.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id in front matter.
    pub id: String,
    /// The name shown on pages.
    pub name: String,
    /// The position shown on pages.
    pub position: String,
    /// The unit shown on pages.
    pub unit: String,
    /// The name without spaces and in normalised letters. Two entries with the same name are the same
    /// person.
    pub identity: String,
    /// Which categories the person may prepare. `None` for all.
    pub prepares: Option<Entitlement>,
    /// Which categories the person may proofread. `None` for all.
    pub reviews: Option<Entitlement>,
    /// Which categories the person may approve.
    pub approves: Entitlement,
    /// The terms of office. Empty if the person is always in office.
    pub terms: Vec<Term>,
    /// The keys for signatures.
    pub keys: Vec<PublicKey>,
}

/// The categories for which a person may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// All categories, and pages outside categories.
    pub everything: bool,
    /// These categories.
    pub categories: Vec<CategoryId>,
}

impl Entitlement {
    /// Returns whether it includes a category. Pages outside categories require `*`.
    pub fn covers(&self, category: Option<CategoryId>) -> bool {
        self.everything || category.is_some_and(|id| self.categories.contains(&id))
    }
}

/// Who may approve what, and how strongly: everything that the gate knows of the settings.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The strength for pages outside categories, and the minimum for every category.
    pub approval: Strength,
    /// Whether preparer, reviewer and approver must be three different people.
    pub separate_duties: bool,
    /// The countries whose private numbers are searched for.
    pub privacy: Vec<String>,
    /// The categories, in the order of site.toml.
    pub categories: Vec<Category>,
    /// The people, sorted by id.
    pub people: Vec<Person>,
}

impl Policy {
    /// Returns the number of the category with an id.
    pub fn category(&self, id: &str) -> Option<CategoryId> {
        self.categories.iter().position(|c| c.id == id).and_then(CategoryId::at)
    }

    /// Returns all categories with their ids.
    pub(crate) fn categories(&self) -> impl Iterator<Item = (CategoryId, &Category)> + Clone {
        let at = |(n, category)| Some((CategoryId::at(n)?, category));
        self.categories.iter().enumerate().filter_map(at)
    }

    /// Returns all people with their ids.
    pub(crate) fn people(&self) -> impl Iterator<Item = (PersonId, &Person)> + Clone {
        let at = |(n, person)| Some((PersonId::at(n)?, person));
        self.people.iter().enumerate().filter_map(at)
    }

    /// Returns the number of the person with an id.
    pub fn person(&self, id: &str) -> Option<PersonId> {
        self.people.binary_search_by(|p| p.id.as_str().cmp(id)).ok().and_then(PersonId::at)
    }

    /// Returns who may approve items of a category. People whose last term of office has an end are
    /// left out if there are others.
    pub(crate) fn approvers(&self, category: Option<CategoryId>) -> Vec<&Person> {
        let entitled = self.people.iter().filter(|person| person.approves.covers(category));
        let stays = |person: &&Person| {
            person.terms.is_empty() || person.terms.iter().any(|term| term.until.is_none())
        };
        let (staying, leaving): (Vec<&Person>, Vec<&Person>) = entitled.partition(stays);
        if staying.is_empty() { leaving } else { staying }
    }

    /// Returns whether two ids belong to the same person. The names decide, not the ids.
    pub fn is_one_person(&self, a: PersonId, b: PersonId) -> bool {
        let identity = |id: PersonId| self.people.get(usize::from(id)).map(|p| &p.identity);
        a == b || identity(a) == identity(b)
    }

    /// Returns how strong an approval in a category must be.
    pub fn strength(&self, category: Option<CategoryId>) -> Strength {
        category.map_or(self.approval, |id| self.categories[usize::from(id)].approval)
    }
}
