//! How the list of a category is shown: columns, facets, order and size.

use crate::config::kinds::{Field, Kind, Kinds};

/// How a list is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// Entries below each other.
    #[default]
    List,
    /// A table of `columns`.
    Table,
    /// Cards next to each other.
    Cards,
}

impl View {
    /// The words used in site.toml.
    pub const WORDS: [(&'static str, Self); 3] =
        [("list", Self::List), ("table", Self::Table), ("cards", Self::Cards)];
}

/// A value of items that lists show as a column, or sort by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Column {
    /// `title`.
    Title,
    /// `document_number`.
    DocumentNumber,
    /// `kind`.
    Kind,
    /// `unit`.
    Unit,
    /// `fiscal_year`.
    FiscalYear,
    /// `tags`.
    Tags,
    /// `issued_on`.
    IssuedOn,
    /// `publish_from`.
    PublishFrom,
    /// `publish_until`.
    PublishUntil,
    /// `valid_until`.
    ValidUntil,
    /// `state`: open or closed.
    State,
    /// `deadline`: until when an item is open, whatever the field is called.
    Deadline,
    /// A field of the kinds in the category, by its id.
    Field(String),
}

impl Column {
    /// The words used in site.toml, but for fields of kinds.
    pub const WORDS: [(&'static str, Self); 12] = [
        ("title", Self::Title),
        ("document_number", Self::DocumentNumber),
        ("kind", Self::Kind),
        ("unit", Self::Unit),
        ("fiscal_year", Self::FiscalYear),
        ("tags", Self::Tags),
        ("issued_on", Self::IssuedOn),
        ("publish_from", Self::PublishFrom),
        ("publish_until", Self::PublishUntil),
        ("valid_until", Self::ValidUntil),
        ("state", Self::State),
        ("deadline", Self::Deadline),
    ];

    /// Returns the column that a word stands for: one of [`Self::WORDS`], or a field of a declared kind.
    pub(super) fn of_word<'k>(word: &str, kinds: &'k Kinds) -> Result<Self, NoField<'k>> {
        if let Some((_, column)) = Self::WORDS.into_iter().find(|(known, _)| *known == word) {
            return Ok(column);
        }
        field_named(word, kinds, Field::is_scalar).map(|_| Self::Field(word.to_owned()))
    }

    /// Returns the word used in site.toml.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Field(id) => id,
            other => Self::WORDS.iter().find(|(_, c)| c == other).map_or("", |(word, _)| word),
        }
    }
}

/// Why a word is no field that fits.
pub(super) enum NoField<'k> {
    /// No kind has such a field.
    Unknown,
    /// These kinds have it, with different types.
    Differs(Vec<&'k str>),
    /// It is of a type that does not fit.
    Unfit(&'k Field),
}

/// Returns the field of declared kinds that a word names, if it fits and all kinds that have it agree on its
/// type. If kinds of the portal have it, those of prakat do not count.
pub(super) fn field_named<'k>(
    word: &str,
    kinds: &'k Kinds,
    fits: impl Fn(&Field) -> bool,
) -> Result<&'k Field, NoField<'k>> {
    let having = kinds.all().filter_map(|(_, kind)| Some((kind, kind.field(word)?.1)));
    let mut having: Vec<(&Kind, &Field)> = having.collect();
    if having.iter().any(|(kind, _)| kind.is_own) {
        having.retain(|(kind, _)| kind.is_own);
    }
    let Some((_, first)) = having.first() else { return Err(NoField::Unknown) };
    if having.iter().any(|(_, field)| !field.has_type_of(first)) {
        return Err(NoField::Differs(having.iter().map(|(kind, _)| kind.id.as_str()).collect()));
    }
    if fits(first) { Ok(first) } else { Err(NoField::Unfit(first)) }
}

/// A value by which readers narrow a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Facet {
    /// `kind`.
    Kind,
    /// `unit`.
    Unit,
    /// `fiscal_year`.
    FiscalYear,
    /// `tag`.
    Tag,
    /// `state`: open or closed.
    State,
    /// A field of type `choice` or `boolean` of the kinds in the category, by its id.
    Field(String),
}

impl Facet {
    /// The words used in site.toml, but for fields of kinds.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("kind", Self::Kind),
        ("unit", Self::Unit),
        ("fiscal_year", Self::FiscalYear),
        ("tag", Self::Tag),
        ("state", Self::State),
    ];

    /// Returns the word used in site.toml, which is also the part of its pages' addresses.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Field(id) => id,
            other => Self::WORDS.iter().find(|(_, f)| f == other).map_or("", |(word, _)| word),
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sort {
    /// `weight`, then newest, then title.
    #[default]
    Weight,
    /// Newest, then title.
    Date,
    /// Title.
    Title,
    /// By a column. Items without a value come last. By a deadline, open items come first, the soonest of
    /// them at the top; then the closed ones, the latest at the top.
    Column {
        /// The column.
        column: Column,
        /// Whether the greatest value comes first: `sort = "-budget"`.
        is_descending: bool,
    },
}

impl Sort {
    /// Returns the words used in site.toml.
    pub fn to_word(&self) -> String {
        match self {
            Self::Weight => "weight".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Title => "title".to_owned(),
            Self::Column { column, is_descending: false } => column.as_str().to_owned(),
            Self::Column { column, is_descending: true } => format!("-{}", column.as_str()),
        }
    }

    /// The words used in site.toml that are not columns.
    pub const WORDS: [(&'static str, Self); 3] =
        [("weight", Self::Weight), ("date", Self::Date), ("title", Self::Title)];

    /// Returns the order that a word stands for: one of [`Self::WORDS`], or a column or a field of a declared
    /// kind, with `-` before it for the opposite direction.
    pub(crate) fn of_word(word: &str, kinds: &Kinds) -> Option<Self> {
        Self::with_column(word, |word| Column::of_word(word, kinds).ok())
    }

    /// The same, with a function that returns the column of a word without the `-`.
    pub(super) fn with_column(
        word: &str,
        column: impl FnOnce(&str) -> Option<Column>,
    ) -> Option<Self> {
        if let Some((_, sort)) = Self::WORDS.into_iter().find(|(known, _)| *known == word) {
            return Some(sort);
        }
        let (word, is_descending) = word.strip_prefix('-').map_or((word, false), |w| (w, true));
        column(word).map(|column| Self::Column { column, is_descending })
    }
}

/// How many items a page of a list has, unless a category says otherwise.
pub const PER_PAGE: usize = 50;

/// How the list of a category is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSettings {
    /// The view.
    pub view: View,
    /// The columns of a table, and the values that cards and entries show.
    pub columns: Vec<Column>,
    /// The values by which readers narrow it.
    pub facets: Vec<Facet>,
    /// The order.
    pub sort: Sort,
    /// The number of items on a page.
    pub per_page: usize,
    /// Whether entries show their dates of publication.
    pub has_dates: bool,
}

impl Default for ListSettings {
    fn default() -> Self {
        Self {
            view: View::List,
            columns: Vec::new(),
            facets: Vec::new(),
            sort: Sort::Weight,
            per_page: PER_PAGE,
            has_dates: true,
        }
    }
}
