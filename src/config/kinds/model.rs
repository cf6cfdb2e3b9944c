//! The declaration of a kind.

use crate::text::{Decimal, MAX_DECIMALS, MONEY_DECIMALS};

/// A declared kind: its position in [`Kinds`](super::Kinds).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(u16);

impl KindId {
    /// Returns the kind at a position. Returns `None` above 65,535.
    pub(crate) fn at(position: usize) -> Option<Self> {
        position.try_into().ok().map(Self)
    }
}

impl From<KindId> for usize {
    fn from(id: KindId) -> Self {
        Self::from(id.0)
    }
}

/// A text in several languages, by language code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Label(Vec<(String, String)>);

impl Label {
    /// Returns the text in a language. If there is none, that of the site's own language, else the first.
    pub fn in_language(&self, language: &str, own: &str) -> &str {
        let text = |code: &str| self.0.iter().find(|(other, _)| other == code);
        let found = text(language).or_else(|| text(own)).or(self.0.first());
        found.map_or("", |(_, text)| text)
    }

    /// Returns all texts with their languages, sorted by language.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (language.as_str(), text.as_str()))
    }

    /// Returns whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the text in a language.
    pub(super) fn set(&mut self, language: &str, text: String) {
        match self.0.binary_search_by(|(code, _)| code.as_str().cmp(language)) {
            Ok(place) => self.0[place].1 = text,
            Err(place) => self.0.insert(place, (language.to_owned(), text)),
        }
    }
}

/// What a value is. Each type is a word in `type` of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// `text`: one line.
    Text,
    /// `lines`: several lines of plain text.
    Lines,
    /// `integer`: a whole number.
    Integer,
    /// `decimal`: a number with up to six decimals.
    Decimal,
    /// `money`: an amount in the portal's currency, with up to two decimals.
    Money,
    /// `percent`: a number with up to six decimals, shown with a percent sign.
    Percent,
    /// `date`: a day.
    Date,
    /// `datetime`: a day with a time, or a whole day.
    DateTime,
    /// `boolean`: yes or no.
    Boolean,
    /// `choice`: one of `choices`.
    Choice(Vec<Choice>),
    /// `person`: an id under `[people]`.
    Person,
    /// `unit`: the name of a part of the office.
    Unit,
    /// `item`: another item, written as in a link.
    Item,
    /// `url`: a page of another site.
    Url,
    /// `phone`: a telephone number.
    Phone,
    /// `email`: the address of a mailbox.
    Email,
    /// `file`: a file of the item's own folder, offered for download.
    File,
    /// `picture`: a picture of the item's own folder.
    Picture,
    /// `group`: a map with `fields` of its own.
    Group(Vec<Field>),
}

impl FieldType {
    /// The words used in site.toml. Closed lists and groups are empty.
    pub const WORDS: [(&'static str, Self); 19] = [
        ("text", Self::Text),
        ("lines", Self::Lines),
        ("integer", Self::Integer),
        ("decimal", Self::Decimal),
        ("money", Self::Money),
        ("percent", Self::Percent),
        ("date", Self::Date),
        ("datetime", Self::DateTime),
        ("boolean", Self::Boolean),
        ("choice", Self::Choice(Vec::new())),
        ("person", Self::Person),
        ("unit", Self::Unit),
        ("item", Self::Item),
        ("url", Self::Url),
        ("phone", Self::Phone),
        ("email", Self::Email),
        ("file", Self::File),
        ("picture", Self::Picture),
        ("group", Self::Group(Vec::new())),
    ];

    /// Returns the word used in site.toml.
    pub fn as_str(&self) -> &'static str {
        let is_same = |other: &Self| std::mem::discriminant(self) == std::mem::discriminant(other);
        Self::WORDS.iter().find(|(_, other)| is_same(other)).map_or("", |(word, _)| word)
    }

    /// Returns an example of a value, with `{today}` and `{person}` to be filled in. It is empty for texts and
    /// for what the declaration of the field decides.
    pub(crate) fn example(&self) -> &'static str {
        match self {
            Self::Integer => "1",
            Self::Decimal => "1.5",
            Self::Money => "50000",
            Self::Percent => "7.5",
            Self::Date => "{today}",
            Self::DateTime => "{today}T12:00",
            Self::Boolean => "true",
            Self::Person => "{person}",
            Self::Item => "../news/flood.md",
            Self::Url => "https://www.example.go.th/",
            Self::Phone => "0 5600 0160",
            Self::Email => "office@example.go.th",
            Self::File => "notice.pdf",
            Self::Picture => "photo.jpg",
            Self::Text | Self::Lines | Self::Unit | Self::Choice(_) | Self::Group(_) => "",
        }
    }

    /// Returns the maximum number of decimals, if the values are numbers.
    pub(crate) fn decimals(&self) -> Option<usize> {
        match self {
            Self::Integer => Some(0),
            Self::Money => Some(MONEY_DECIMALS),
            Self::Decimal | Self::Percent => Some(MAX_DECIMALS),
            _ => None,
        }
    }
}

/// One of the words of a closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The word in front matter, which is also its part of an address.
    pub id: String,
    /// The text on pages.
    pub label: Label,
}

/// What a field means to prakat beyond being shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldRole {
    /// `deadline`: the item is open up to this instant, and closed from it on.
    Deadline,
    /// `thread`: items with the same value are steps of one procedure.
    Thread,
    /// `amount`: the amount of money that the item is about. Linked data names it.
    Amount,
    /// `place`: where it happens. Linked data names it.
    Place,
}

impl FieldRole {
    /// The words used in site.toml.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("deadline", Self::Deadline),
        ("thread", Self::Thread),
        ("amount", Self::Amount),
        ("place", Self::Place),
    ];

    /// Returns the word used in site.toml.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, role)| *role == self).map_or("", |(word, _)| word)
    }
}

/// The smallest or greatest value: a number, or the number of letters of a text.
pub type Bound = Decimal;

/// A field of a kind, or of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key under `extra`.
    pub id: String,
    /// The name on pages.
    pub label: Label,
    /// What to write, for editors. May be empty.
    pub help: Label,
    /// The type of the value, or of each entry of a list.
    pub field_type: FieldType,
    /// Whether the value is a list of values of this type.
    pub is_list: bool,
    /// Whether it must be there.
    pub is_required: bool,
    /// What it means to prakat.
    pub role: Option<FieldRole>,
    /// `min`: the smallest value, or the fewest letters or entries.
    pub min: Option<Bound>,
    /// `max`: the greatest value, or the most letters or entries.
    pub max: Option<Bound>,
    /// `requires`: fields of the same map that must be there if this one is.
    pub requires: Vec<String>,
    /// `not_before`: a date of the same map. This one must not be earlier.
    pub not_before: Option<String>,
    /// `within = "fiscal_year"`: whether the day must be in the item's fiscal year.
    pub is_within_fiscal_year: bool,
    /// `alt`: the text of the same map with the alternative text of a picture.
    pub alt: Option<String>,
    /// `total`: whether amounts of this field are summed up.
    pub is_summed: bool,
}

impl Field {
    /// Returns a field without an id and without any other key.
    #[cfg(test)]
    pub(in crate::config) fn of_type(field_type: FieldType) -> Self {
        Self {
            id: String::new(),
            label: Label::default(),
            help: Label::default(),
            field_type,
            is_list: false,
            is_required: false,
            role: None,
            min: None,
            max: None,
            requires: Vec::new(),
            not_before: None,
            is_within_fiscal_year: false,
            alt: None,
            is_summed: true,
        }
    }

    /// Returns the fields of a group. Other types have none.
    pub fn inner(&self) -> &[Self] {
        match &self.field_type {
            FieldType::Group(fields) => fields,
            _ => &[],
        }
    }

    /// Returns whether another field has the same type, whatever its choices, and is a list if this one is.
    pub(crate) fn has_type_of(&self, other: &Self) -> bool {
        self.is_list == other.is_list && self.field_type.as_str() == other.field_type.as_str()
    }

    /// Returns whether a value is short and single, so that it fits into a cell.
    pub fn is_scalar(&self) -> bool {
        use FieldType::{File, Group, Lines, Picture};
        !self.is_list && !matches!(self.field_type, Lines | File | Picture | Group(_))
    }
}

/// A declared kind of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// The word under `kind` in front matter.
    pub id: String,
    /// The name on pages, of one such item.
    pub title: Label,
    /// Its place among the steps of a procedure, for kinds with a field that is a thread.
    pub step: Option<u16>,
    /// Whether a procedure may go without this step.
    pub is_optional_step: bool,
    /// The fields under `extra`, in the order in which pages show them.
    pub fields: Vec<Field>,
    /// Whether the portal declares it, and not prakat.
    pub is_own: bool,
}

impl Kind {
    /// Returns a field with its position.
    pub fn field(&self, id: &str) -> Option<(u16, &Field)> {
        (0..).zip(&self.fields).find(|(_, field)| field.id == id)
    }

    /// Returns the field with a role, with its position.
    pub fn field_of_role(&self, role: FieldRole) -> Option<(u16, &Field)> {
        (0..).zip(&self.fields).find(|(_, field)| field.role == Some(role))
    }
}
