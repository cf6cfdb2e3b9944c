//! The typed fields of an item, as templates get them. `docs/themes.md` documents their parts.

use tera::Value;

use crate::config::{Field, FieldType};
use crate::content::{FieldMap, FieldValue, FieldValues, Item, is_alternative};
use crate::render::Renderer;
use crate::render::context::{ColumnValue, ShownValue, dial_url};
use crate::render::values::file_value;
use crate::site::{encode, kind_title};
use crate::text::{Decimal, is_alphabetic, web_address};

/// The most digits of a telephone number (ITU-T E.164).
const MAX_DIGITS: usize = 15;
/// The fewest digits of a whole telephone number before the end of a range of lines.
const LINE_DIGITS: usize = 9;

/// The texts of a short value, as [`ShownValue`] has them.
#[derive(Default)]
pub(super) struct Texts {
    pub(super) text: String,
    pub(super) short: String,
    pub(super) iso: String,
    pub(super) url: String,
}

impl Renderer<'_> {
    /// Returns the title of an item's kind in the item's language, or the kind as written.
    pub(super) fn kind_title<'v>(&'v self, item: &'v Item) -> &'v str {
        kind_title(&self.site.config, item)
    }

    /// Returns the fields of an item that have a value, in the order of their declaration. Returns none
    /// if its kind is not declared.
    pub(super) fn shown_fields<'v>(&'v self, item: &'v Item) -> Vec<ShownValue<'v>> {
        let typed = item.typed(&self.site.config.kinds);
        typed.map_or_else(Vec::new, |typed| self.shown_map(item, typed))
    }

    /// Returns the value of a field. It is without text if it names an item that is not published.
    pub(super) fn shown_field<'v>(
        &'v self,
        item: &'v Item,
        field: &'v Field,
        value: &'v FieldValue,
    ) -> ShownValue<'v> {
        match (value, &field.field_type) {
            (FieldValue::List(entries), FieldType::Group(fields)) => {
                self.shown_table(item, field, fields, entries)
            }
            (FieldValue::List(entries), _) => {
                let values = entries.iter().map(|entry| self.shown_single(item, field, entry));
                let values: Vec<ShownValue> = values.filter(|v| !v.text.is_empty()).collect();
                let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
                ShownValue { text: texts.join(", "), values, ..self.empty(item, field) }
            }
            _ => self.shown_single(item, field, value),
        }
    }

    /// Returns the values of a kind or a group. Leaves out what is not published, and the alternative
    /// texts of pictures.
    fn shown_map<'v>(&'v self, item: &'v Item, map: FieldMap<'v>) -> Vec<ShownValue<'v>> {
        let shown = map.iter().filter(|(field, _)| !is_alternative(field, map.fields));
        let shown = shown.map(|(field, value)| ShownValue {
            alt: map.alternative(field),
            ..self.shown_field(item, field, value)
        });
        shown.filter(|value| !value.is_empty()).collect()
    }

    /// Returns a list of groups as a table, without the columns that no entry fills.
    fn shown_table<'v>(
        &'v self,
        item: &'v Item,
        field: &'v Field,
        fields: &'v [Field],
        entries: &'v [FieldValue],
    ) -> ShownValue<'v> {
        let entries = entries.iter().filter_map(|entry| match entry {
            FieldValue::Group(values) => Some(values),
            _ => None,
        });
        let entries: Vec<&FieldValues> = entries.collect();
        let mut shown: Vec<(u16, &Field)> =
            (0..).zip(fields).filter(|(_, inner)| !is_alternative(inner, fields)).collect();
        let row =
            |values: &&'v FieldValues| self.shown_row(item, FieldMap { fields, values }, &shown);
        let mut rows: Vec<Vec<ShownValue>> = entries.iter().map(row).collect();
        // An entry that has nothing but withheld items would show that there are some.
        rows.retain(|cells| !cells.iter().all(ShownValue::is_empty));
        // What no entry shows has no column: also values that lead to withheld items.
        let has_value = |n: usize| rows.iter().any(|cells| !cells[n].is_empty());
        let is_kept: Vec<bool> = (0..shown.len()).map(has_value).collect();
        keep(&mut shown, &is_kept);
        rows.iter_mut().for_each(|cells| keep(cells, &is_kept));
        let columns = shown.iter().map(|(_, inner)| ColumnValue {
            id: &inner.id,
            label: self.label(item, inner),
            type_word: inner.field_type.as_str(),
        });
        ShownValue {
            columns: columns.collect(),
            totals: self.totals(item, &shown, &entries),
            rows,
            ..self.empty(item, field)
        }
    }

    /// Returns a value for each column, which is empty where the entry has none.
    fn shown_row<'v>(
        &'v self,
        item: &'v Item,
        entry: FieldMap<'v>,
        columns: &[(u16, &'v Field)],
    ) -> Vec<ShownValue<'v>> {
        let cell = |(position, inner): &(u16, &'v Field)| match entry.values.get(*position) {
            Some(value) => {
                ShownValue { alt: entry.alternative(inner), ..self.shown_field(item, inner, value) }
            }
            None => self.empty(item, inner),
        };
        columns.iter().map(cell).collect()
    }

    /// Returns the sums of the columns with money, empty for the others. Returns nothing if there are none.
    fn totals(
        &self,
        item: &Item,
        columns: &[(u16, &Field)],
        entries: &[&FieldValues],
    ) -> Vec<String> {
        let total = |(position, inner): &(u16, &Field)| match inner.field_type {
            FieldType::Money if !inner.is_list && inner.is_summed => sum(entries, *position),
            _ => None,
        };
        let totals: Vec<Option<Decimal>> = columns.iter().map(total).collect();
        if totals.iter().all(Option::is_none) {
            return Vec::new();
        }
        let shown = |total: Decimal| self.in_digits(item, total.shown(true));
        totals.into_iter().map(|total| total.map_or(String::new(), shown)).collect()
    }

    /// Returns a value that is not a list.
    fn shown_single<'v>(
        &'v self,
        item: &'v Item,
        field: &'v Field,
        value: &'v FieldValue,
    ) -> ShownValue<'v> {
        let empty = self.empty(item, field);
        match (value, &field.field_type) {
            (FieldValue::File(number), _) => {
                let number = *number as usize;
                let file = &item.files[number];
                let mut attachments = item.details.attachments.iter();
                let attachment = attachments.find(|attachment| attachment.file == number);
                let title = attachment.map_or(&*file.name, |attachment| &attachment.title);
                let file = file_value(file, title, &self.site.files_url(item));
                let (text, url) = (title.to_owned(), file.url.clone());
                ShownValue { text, url, file: Some(file), ..empty }
            }
            (FieldValue::Group(values), FieldType::Group(fields)) => {
                let fields = self.shown_map(item, FieldMap { fields, values });
                ShownValue { fields, ..empty }
            }
            _ => {
                let Texts { text, short, iso, url } = self.texts(item, field, value);
                let entry = match value {
                    FieldValue::Item(path) => {
                        self.site.by_path(path).map_or(Value::none(), |id| self.entry(id))
                    }
                    _ => Value::none(),
                };
                ShownValue { text, short, iso, url, entry, ..empty }
            }
        }
    }

    /// Returns the texts of a short value. They are empty for an item that is not published, and for other
    /// values.
    pub(super) fn texts(&self, item: &Item, field: &Field, value: &FieldValue) -> Texts {
        match (value, &field.field_type) {
            (FieldValue::Text(text), of) => {
                let url = self.url_of_text(item, of, text);
                Texts { text: text.to_string(), url, ..Texts::default() }
            }
            (FieldValue::Number(number), of) => {
                let sign = if matches!(of, FieldType::Percent) { "%" } else { "" };
                let text = number.shown(matches!(of, FieldType::Money));
                let text = format!("{}{sign}", self.in_digits(item, text));
                Texts { text, iso: number.to_string(), ..Texts::default() }
            }
            (FieldValue::Moment(moment), _) => {
                let shown = self.shown(item, *moment);
                Texts { text: shown.text, short: shown.short, iso: shown.iso, url: String::new() }
            }
            (FieldValue::Boolean(is_so), _) => {
                let word = if *is_so { "yes" } else { "no" };
                let text = self.word(item.language, word);
                Texts { text, iso: word.to_owned(), ..Texts::default() }
            }
            (FieldValue::Choice(position), FieldType::Choice(choices)) => {
                let choice = &choices[usize::from(*position)];
                let label = self.site.config.text(&choice.label, item.language);
                Texts { text: label.to_owned(), iso: choice.id.clone(), ..Texts::default() }
            }
            (FieldValue::Person(id), _) => {
                let person = &self.site.config.policy.people[usize::from(*id)];
                let text = match person.position.is_empty() {
                    true => person.name.clone(),
                    false => format!("{} ({})", person.name, person.position),
                };
                let (short, iso) = (person.name.clone(), person.id.clone());
                Texts { text, short, iso, url: String::new() }
            }
            (FieldValue::Item(path), _) => {
                let Some(id) = self.site.by_path(path) else { return Texts::default() };
                let other = self.site.item(id);
                let (text, url) = (other.title.to_string(), encode(&other.url));
                Texts { text, url, ..Texts::default() }
            }
            _ => Texts::default(),
        }
    }

    /// Returns where a text leads.
    fn url_of_text(&self, item: &Item, of: &FieldType, text: &str) -> String {
        match of {
            FieldType::Url => web_address(text).map_or(String::new(), Into::into),
            FieldType::Phone => match first_number(text) {
                number if number.is_empty() => String::new(),
                number => dial_url(&number),
            },
            FieldType::Email => format!("mailto:{}", text.replace('#', "%23")),
            FieldType::Unit => self.unit_url(item.language, text),
            _ => String::new(),
        }
    }

    fn empty<'v>(&'v self, item: &Item, field: &'v Field) -> ShownValue<'v> {
        ShownValue {
            id: &field.id,
            label: self.label(item, field),
            type_word: field.field_type.as_str(),
            list: field.is_list,
            text: String::new(),
            short: String::new(),
            iso: String::new(),
            url: String::new(),
            entry: Value::none(),
            file: None,
            alt: "",
            values: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            totals: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Returns the name of a field in the language of an item.
    pub(super) fn label<'v>(&'v self, item: &Item, field: &'v Field) -> &'v str {
        self.site.config.text(&field.label, item.language)
    }

    fn in_digits(&self, item: &Item, text: String) -> String {
        self.site.config.digits.shown(text, self.code(item))
    }

    fn code(&self, item: &Item) -> &str {
        &self.site.config.languages[usize::from(item.language)].code
    }
}

impl ShownValue<'_> {
    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.rows.is_empty() && self.fields.is_empty()
    }
}

/// Returns the sum of the amounts in a field of groups. Returns `None` if none has one.
fn sum(entries: &[&FieldValues], position: u16) -> Option<Decimal> {
    let amounts = entries.iter().filter_map(|values| match values.get(position) {
        Some(FieldValue::Number(number)) => Some(*number),
        _ => None,
    });
    amounts.reduce(Decimal::plus)
}

/// Keeps the elements at positions that are kept.
fn keep<T>(elements: &mut Vec<T>, is_kept: &[bool]) {
    let mut marks = is_kept.iter();
    elements.retain(|_| marks.next().is_some_and(|is_kept| *is_kept));
}

/// Returns the first number of a text with telephone numbers: up to a comma, or a word such as that
/// before an extension. Leaves out what is not dialled: `(0)` of an international number, and the end of a range
/// of lines such as `0-2123-4567-9`. Returns an empty text if it is too long for one number (ITU-T E.164).
fn first_number(text: &str) -> String {
    let start = text.find(|c: char| c.is_numeric() || "+*".contains(c)).unwrap_or(0);
    let ends = |c: char| is_alphabetic(c) || ",;/–~:&".contains(c);
    let end = text[start..].find(ends).map_or(text.len(), |at| start + at);
    let mut number = text[start..end].to_owned();
    if !number.starts_with('*') {
        number.truncate(number.find('#').unwrap_or(number.len()));
    }
    if number.starts_with('+') {
        number = number.replace("(0)", "");
    }
    let digits = |text: &str| text.chars().filter(|c| c.is_numeric()).count();
    if let Some((line, last)) = number.trim().rsplit_once('-')
        && digits(last) < 3
        && digits(line) >= LINE_DIGITS
    {
        number = line.to_owned();
    }
    if digits(&number) > MAX_DIGITS { String::new() } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_dialled() {
        for (text, number) in [
            ("0 2123 4567 ต่อ 12", "tel:021234567"),
            ("โทร. 0-2123-4567-9", "tel:021234567"),
            ("0-2123-4567-90", "tel:021234567"),
            ("+66 (0) 2 123 4567", "tel:+6621234567"),
            ("0 2123 4567 #12", "tel:021234567"),
            ("0-2123-4567 : 12", "tel:021234567"),
            ("1111", "tel:1111"),
        ] {
            assert_eq!(dial_url(first_number(text).as_str()), number, "{text}");
        }
        assert_eq!(first_number("*123#"), "*123#");
        assert_eq!(first_number("0 2123 4567 0 2123 4568"), "", "two numbers");
    }
}
