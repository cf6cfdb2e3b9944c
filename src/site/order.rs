//! The order of lists.

use std::cmp::{Ordering, Reverse};

use icu_collator::options::CollatorOptions;
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use jiff::Timestamp;

use crate::config::{Column, Config, FieldType, LanguageId, Sort};
use crate::content::FieldValue;
use crate::gate::{Admitted, State};
use crate::site::ItemId;
use crate::site::listed_values::{field_of, is_deadline, kind_title};
use crate::text::{Decimal, Moment, compare_paths};

/// The order of a list in a language.
pub(crate) struct ListOrder<'a> {
    config: &'a Config,
    sort: &'a Sort,
    items: &'a [Admitted],
    collator: CollatorBorrowed<'static>,
}

/// What items are sorted by. All keys of a list are of one sort, but for fields that are a deadline in one kind
/// only.
enum SortKey<'a> {
    /// A text, in the dictionary order of the language.
    Text(&'a str),
    /// A place in a declared order.
    Place(u32),
    /// A number.
    Number(Decimal),
    /// A date.
    Instant(Timestamp),
    /// A deadline: the soonest open one first, then the latest closed one.
    Deadline(State, Timestamp),
}

impl<'a> ListOrder<'a> {
    /// Returns the order of lists of these items, which must be sorted by path.
    pub(crate) fn new(
        config: &'a Config,
        language: LanguageId,
        sort: &'a Sort,
        items: &'a [Admitted],
    ) -> Self {
        let collator = collator(&config.languages[usize::from(language)].code);
        Self { config, sort, items, collator }
    }

    /// Puts a list in order.
    pub(crate) fn sort(&self, list: &mut [ItemId]) {
        let item = |id: ItemId| &self.items[usize::from(id)];
        let Sort::Column { column, .. } = self.sort else {
            return list.sort_by(|a, b| self.compare(item(*a), item(*b)));
        };
        let mut keyed: Vec<(Option<SortKey>, ItemId)> =
            list.iter().map(|id| (self.key(item(*id), column), *id)).collect();
        keyed.sort_by(|(a, first), (b, second)| {
            let by_key = self.compare_keys(a.as_ref(), b.as_ref());
            by_key.then_with(|| self.compare_rest(item(*first), item(*second)))
        });
        for (place, (_, id)) in list.iter_mut().zip(keyed) {
            *place = id;
        }
    }

    /// Compares two items.
    pub(super) fn compare(&self, a: &Admitted, b: &Admitted) -> Ordering {
        let by_key = match self.sort {
            Sort::Column { column, .. } => {
                self.compare_keys(self.key(a, column).as_ref(), self.key(b, column).as_ref())
            }
            Sort::Weight => {
                let weight = |item: &Admitted| item.weight.unwrap_or(i64::MAX);
                weight(a).cmp(&weight(b))
            }
            Sort::Date | Sort::Title => Ordering::Equal,
        };
        by_key.then_with(|| self.compare_rest(a, b))
    }

    /// Compares items whose keys are equal: newest first, then by title, unless the list is sorted by title.
    fn compare_rest(&self, a: &Admitted, b: &Admitted) -> Ordering {
        let by_title =
            || self.collator.compare(&a.title, &b.title).then_with(|| a.path.cmp(&b.path));
        match self.sort {
            Sort::Title => by_title(),
            Sort::Weight | Sort::Date | Sort::Column { .. } => {
                b.window.from.cmp(&a.window.from).then_with(by_title)
            }
        }
    }

    /// Compares keys. Items without one come last, also if the greatest comes first.
    fn compare_keys(&self, a: Option<&SortKey>, b: Option<&SortKey>) -> Ordering {
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => return Ordering::Equal,
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
        };
        let is_descending = matches!(self.sort, Sort::Column { is_descending: true, .. });
        if is_descending {
            self.compare_values(b, a, true)
        } else {
            self.compare_values(a, b, false)
        }
    }

    fn compare_values(&self, a: &SortKey, b: &SortKey, is_descending: bool) -> Ordering {
        match (a, b) {
            (SortKey::Text(a), SortKey::Text(b)) => self.collator.compare(a, b),
            (SortKey::Place(a), SortKey::Place(b)) => a.cmp(b),
            (SortKey::Number(a), SortKey::Number(b)) => a.compare(*b),
            (SortKey::Instant(a), SortKey::Instant(b)) => a.cmp(b),
            (SortKey::Deadline(_, a), SortKey::Deadline(_, b)) if is_descending => a.cmp(b),
            (SortKey::Deadline(state, a), SortKey::Deadline(other, b)) => {
                state.cmp(other).then_with(|| match state {
                    State::Open => a.cmp(b),
                    State::Closed => Reverse(a).cmp(&Reverse(b)),
                })
            }
            _ => a.rank().cmp(&b.rank()),
        }
    }

    /// Returns the key of an item in a column. Returns `None` without a value.
    fn key<'i>(&'i self, item: &'i Admitted, column: &Column) -> Option<SortKey<'i>> {
        let details = &item.details;
        let text = |text: &'i str| (!text.is_empty()).then_some(SortKey::Text(text));
        match column {
            Column::Title => text(&item.title),
            Column::DocumentNumber => text(&details.document_number),
            Column::Kind => text(kind_title(self.config, item)),
            Column::Unit => text(&details.unit),
            Column::Tags => text(item.tags.first()?),
            Column::FiscalYear => Some(SortKey::Place(u32::try_from(details.fiscal_year?).ok()?)),
            Column::IssuedOn => self.instant(details.issued_on?),
            Column::PublishFrom => Some(SortKey::Instant(item.window.from)),
            Column::PublishUntil => Some(SortKey::Instant(item.window.until?)),
            Column::ValidUntil => self.instant(details.valid_until?),
            Column::State => Some(SortKey::Place(u32::from(item.state()? == State::Closed))),
            Column::Deadline => deadline_key(item),
            Column::Field(id) => self.field_key(item, id),
        }
    }

    fn field_key<'i>(&'i self, item: &'i Admitted, id: &str) -> Option<SortKey<'i>> {
        let (field, value) = field_of(self.config, item, id)?;
        if let (true, Some(key)) = (is_deadline(field), deadline_key(item)) {
            return Some(key);
        }
        match value {
            FieldValue::Text(text) => Some(SortKey::Text(text)),
            FieldValue::Item(path) => Some(SortKey::Text(&self.admitted_at(path)?.title)),
            FieldValue::Number(number) => Some(SortKey::Number(*number)),
            FieldValue::Moment(moment) => self.instant(*moment),
            FieldValue::Boolean(is_so) => Some(SortKey::Place(u32::from(!is_so))),
            FieldValue::Choice(place) => Some(SortKey::Place(u32::from(*place))),
            FieldValue::Person(id) => {
                let person = self.config.policy.people.get(usize::from(*id))?;
                Some(SortKey::Text(&person.name))
            }
            FieldValue::File(_) | FieldValue::Group(_) | FieldValue::List(_) => None,
        }
    }

    /// Returns the published item of a path. What is not published has no place in an order.
    fn admitted_at(&self, path: &str) -> Option<&'a Admitted> {
        let place = self.items.binary_search_by(|item| compare_paths(&item.path, path)).ok()?;
        Some(&self.items[place])
    }

    fn instant<'i>(&self, moment: Moment) -> Option<SortKey<'i>> {
        moment.opens(&self.config.zone).ok().map(SortKey::Instant)
    }
}

impl SortKey<'_> {
    fn rank(&self) -> u8 {
        match self {
            Self::Deadline(..) => 0,
            Self::Instant(_) => 1,
            Self::Number(_) => 2,
            Self::Place(_) => 3,
            Self::Text(_) => 4,
        }
    }
}

/// Returns the deadline of an item, with what it says about it now.
fn deadline_key<'i>(item: &Admitted) -> Option<SortKey<'i>> {
    Some(SortKey::Deadline(item.state()?, item.details.deadline?.at))
}

/// Returns whether the order of a list may change when the deadline of an item passes.
pub(super) fn depends_on_state(config: &Config, sort: &Sort) -> bool {
    match sort {
        Sort::Column { column: Column::State, .. }
        | Sort::Column { column: Column::Deadline, is_descending: false } => true,
        Sort::Column { column: Column::Field(id), is_descending: false } => config
            .kinds
            .all()
            .filter_map(|(_, kind)| kind.field(id))
            .any(|(_, field)| is_deadline(field)),
        _ => false,
    }
}

/// Returns whether the order of a list depends on the titles of other items.
pub(super) fn depends_on_titles(config: &Config, sort: &Sort) -> bool {
    let Sort::Column { column: Column::Field(id), .. } = sort else { return false };
    let mut fields = config.kinds.all().filter_map(|(_, kind)| kind.field(id));
    fields.any(|(_, field)| field.field_type == FieldType::Item)
}

/// Sorts by title, in the dictionary order of a language.
pub fn sort_by_title<T>(list: &mut [T], language: &str, title: impl Fn(&T) -> &str) {
    let collator = collator(language);
    list.sort_by(|a, b| collator.compare(title(a), title(b)));
}

/// Returns the order of a language. Numbers are ordered by value, in all digits.
pub(super) fn collator(language: &str) -> CollatorBorrowed<'static> {
    let locale =
        language.parse::<icu_locale_core::Locale>().unwrap_or(icu_locale_core::Locale::UNKNOWN);
    let by_value = |mut preferences: CollatorPreferences| {
        preferences.numeric_ordering = Some(CollationNumericOrdering::True);
        Collator::try_new(preferences, CollatorOptions::default())
    };
    by_value((&locale).into()).unwrap_or_else(|_| {
        by_value(CollatorPreferences::default()).expect("the root collation is compiled in")
    })
}
