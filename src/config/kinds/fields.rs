//! Reads the fields of a kind, and those of groups.

use crate::config::ids::{is_plain_id, is_taken};
use crate::config::kinds::bounds::read_bounds;
use crate::config::kinds::id::report_id;
use crate::config::kinds::label::read_label;
use crate::config::kinds::model::{Choice, Field, FieldRole, FieldType, Label};
use crate::config::kinds::references::{References, check_references};
use crate::config::kinds::type_check::OfType;
use crate::config::table::{At, SettingsFile, SettingsTable, Span};
use crate::diagnostics::{Code, Diagnostic};
use crate::source::MAX_PART;

/// The maximum number of fields of a kind, and of words of a closed list.
const MAX_ENTRIES: usize = 1000;
/// The maximum length of the id of a field.
const MAX_ID: usize = 60;

/// Words that stand for values of every item under `columns`, `facets` and `sort`, and in `list.json`.
pub(in crate::config) const RESERVED: [&str; 20] = [
    "title",
    "document_number",
    "kind",
    "unit",
    "fiscal_year",
    "tag",
    "tags",
    "issued_on",
    "publish_from",
    "publish_until",
    "valid_until",
    "state",
    "weight",
    "date",
    "url",
    "summary",
    "kind_title",
    "deadline",
    "files",
    "fields",
];

const FIELD_KEYS: &[&str] = &[
    "id",
    "label",
    "help",
    "type",
    "list",
    "required",
    "choices",
    "min",
    "max",
    "role",
    "requires",
    "not_before",
    "within",
    "alt",
    "total",
    "fields",
];

/// A field with its place.
pub(super) struct ReadField {
    /// The field.
    pub field: Field,
    /// The place of its id.
    pub span: Span,
    /// The same fields as those of its group, with their places.
    pub inner: Vec<Self>,
}

/// Reads fields.
pub(super) struct DeclaredFieldReader<'a> {
    /// The site's own language.
    pub own: &'a str,
    /// Whether the fields are those of a group.
    pub is_group: bool,
}

impl DeclaredFieldReader<'_> {
    /// Reads all fields of a kind or a group.
    pub(super) fn fields(&self, file: &mut SettingsFile, of: &mut SettingsTable) -> Vec<ReadField> {
        let (mut fields, mut references): (Vec<ReadField>, Vec<References>) = Default::default();
        for table in of.tables(file, "fields") {
            let span = table.span.clone();
            let Some((read, names)) = self.named_field(file, table) else { continue };
            if fields.iter().any(|other| other.field.id == read.field.id) {
                file.error(Code::KindTwice, read.span, &[("value", read.field.id)]);
            } else if fields.len() == MAX_ENTRIES {
                file.too_many(&of.dotted("fields"), MAX_ENTRIES, span);
                break;
            } else {
                let has_role = |other: &ReadField| other.field.role == read.field.role;
                let role = read.field.role.filter(|_| fields.iter().any(has_role));
                if let (Some(role), Some(span)) = (role, &names.role) {
                    let place = file.place(span.clone());
                    let twice = Diagnostic::error(Code::KindTwice, place).help("help-role");
                    file.diagnostics.push(twice.arg("value", role.as_str()));
                }
                fields.push(read);
                references.push(names);
            }
        }
        let known: Vec<&Field> = fields.iter().map(|read| &read.field).collect();
        check_references(file, &known, &references);
        fields
    }

    /// Reads a field. Errors about keys that are missing name it.
    fn named_field(
        &self,
        file: &mut SettingsFile,
        table: SettingsTable,
    ) -> Option<(ReadField, References)> {
        let others = std::mem::take(&mut *file.diagnostics);
        let id = table.peeked("id").map(str::to_owned);
        let read = self.field(file, table);
        let mut found = std::mem::replace(&mut *file.diagnostics, others);
        if let Some(id) = id {
            found.amend(Code::SettingMissing, |missing| name_field(missing, &id));
        }
        file.diagnostics.append(found);
        read
    }

    fn field(
        &self,
        file: &mut SettingsFile,
        mut table: SettingsTable,
    ) -> Option<(ReadField, References)> {
        let id = table.required(file, "id").filter(|id| self.is_field_id(file, id));
        let label = read_label(file, &mut table, "label", self.own, true);
        let help = read_label(file, &mut table, "help", self.own, false);
        let is_list = table.boolean(file, "list").is_some_and(|at| at.value);
        let is_required = table.boolean(file, "required").is_some_and(|at| at.value);
        let field_type = self.field_type(file, &mut table);
        let of = field_type.clone().map(|field_type| OfType { field_type, is_list });
        let choices = self.choices(file, &mut table, of.as_ref());
        let inner = self.inner(file, &mut table, of.as_ref());
        let role = self.role(file, &mut table, of.as_ref());
        let [min, max] = read_bounds(file, &mut table, of.as_ref());
        let is_summed = read_total(file, &mut table, of.as_ref());
        let references = References::read(file, &mut table, of.as_ref(), role.as_ref());
        table.finish(file, FIELD_KEYS);
        let (id, field_type) = (id?, field_type?);
        let field = Field {
            id: id.value,
            label,
            help,
            field_type: match field_type {
                FieldType::Choice(_) => FieldType::Choice(choices),
                FieldType::Group(_) => {
                    FieldType::Group(inner.iter().map(|read| read.field.clone()).collect())
                }
                simple => simple,
            },
            is_list,
            is_required,
            role: role.map(|at| at.value),
            min,
            max,
            requires: references.requires.iter().map(|at| at.value.clone()).collect(),
            not_before: references.not_before.as_ref().map(|at| at.value.clone()),
            is_within_fiscal_year: references.is_within,
            alt: references.alt.as_ref().map(|at| at.value.clone()),
            is_summed,
        };
        Some((ReadField { field, span: id.span, inner }, references))
    }

    /// Returns whether a text can be the id of a field. Reports it otherwise.
    fn is_field_id(&self, file: &mut SettingsFile, id: &At<String>) -> bool {
        let is_letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        let begins = id.value.starts_with(|c: char| c.is_ascii_lowercase());
        let fits = begins
            && id.value.bytes().all(is_letter)
            && id.value.len() <= MAX_ID
            && !is_taken(&id.value);
        let is_taken = !self.is_group && RESERVED.contains(&id.value.as_str());
        if fits && !is_taken {
            return true;
        }
        report_id(file, id, if is_taken { "help-taken" } else { "help-field" });
        false
    }

    fn field_type(&self, file: &mut SettingsFile, table: &mut SettingsTable) -> Option<FieldType> {
        if !table.has("type") {
            table.missing(file, "type");
            return None;
        }
        let words = FieldType::WORDS;
        let words = if self.is_group { &words[..words.len() - 1] } else { &words[..] };
        let read = table.choice(file, "type", words)?;
        Some(read.value)
    }

    fn choices(
        &self,
        file: &mut SettingsFile,
        table: &mut SettingsTable,
        of: Option<&OfType>,
    ) -> Vec<Choice> {
        let is_choice = of.is_some_and(|of| matches!(of.field_type, FieldType::Choice(_)));
        if !table.has("choices") {
            if is_choice {
                table.missing(file, "choices");
            }
            return Vec::new();
        }
        let span = table.span_of("choices");
        if let Some(of) = of.filter(|_| !is_choice) {
            of.report(file, "choices", &["choice"], span.clone());
        }
        let mut choices: Vec<Choice> = Vec::new();
        let tables = table.strings_or_tables(file, "choices", "id");
        if tables.is_empty() && is_choice {
            file.error(Code::SettingMissing, span, &[("key", table.dotted("choices"))]);
        }
        for choice in tables {
            let Some((id, label)) = self.choice(file, choice) else { continue };
            if choices.iter().any(|other| other.id == id.value) {
                file.error(Code::KindTwice, id.span, &[("value", id.value)]);
            } else if choices.len() == MAX_ENTRIES {
                file.too_many(&table.dotted("choices"), MAX_ENTRIES, id.span);
                break;
            } else {
                choices.push(Choice { id: id.value, label });
            }
        }
        choices
    }

    /// Reads a word of a closed list and its label.
    fn choice(
        &self,
        file: &mut SettingsFile,
        mut table: SettingsTable,
    ) -> Option<(At<String>, Label)> {
        let id = table.required(file, "id");
        let label = read_label(file, &mut table, "label", self.own, false);
        table.finish(file, &["id", "label"]);
        let id = id?;
        if !is_plain_id(&id.value) || id.value.len() > MAX_PART {
            report_id(file, &id, "help-choice");
            return None;
        }
        let label = if label.is_empty() { self.label_of(&id.value) } else { label };
        Some((id, label))
    }

    /// Returns the label of a word that has none.
    fn label_of(&self, id: &str) -> Label {
        let mut label = Label::default();
        label.set(self.own, id.to_owned());
        label
    }

    fn inner(
        &self,
        file: &mut SettingsFile,
        table: &mut SettingsTable,
        of: Option<&OfType>,
    ) -> Vec<ReadField> {
        let is_group = of.is_some_and(|of| matches!(of.field_type, FieldType::Group(_)));
        if table.has("fields") {
            if let Some(of) = of.filter(|_| !is_group) {
                of.report(file, "fields", &["group"], table.span_of("fields"));
            }
            return DeclaredFieldReader { own: self.own, is_group: true }.fields(file, table);
        }
        if is_group {
            table.missing(file, "fields");
        }
        Vec::new()
    }

    fn role(
        &self,
        file: &mut SettingsFile,
        table: &mut SettingsTable,
        of: Option<&OfType>,
    ) -> Option<At<FieldRole>> {
        let role = table.choice(file, "role", &FieldRole::WORDS)?;
        let types: &[&str] = match role.value {
            FieldRole::Deadline => &["date", "datetime"],
            FieldRole::Thread | FieldRole::Place => &["text"],
            FieldRole::Amount => &["money"],
        };
        let key = format!("role = \"{}\"", role.value.as_str());
        if self.is_group {
            let diagnostic = Diagnostic::error(Code::KindField, file.place(role.span.clone()));
            file.diagnostics.push(diagnostic.arg("key", key).help("help-group"));
        } else if let Some(of) = of {
            of.check_single(file, &key, types, role.span.clone());
        }
        Some(role)
    }
}

/// Reads `total`: whether amounts are summed up.
fn read_total(file: &mut SettingsFile, table: &mut SettingsTable, of: Option<&OfType>) -> bool {
    let total = table.boolean(file, "total");
    if let (Some(at), Some(of)) = (&total, of) {
        of.check_single(file, "total", &["money"], at.span.clone());
    }
    total.is_none_or(|at| at.value)
}

/// Adds to an error about a missing key the field that needs it, and a line with the key. Errors inside a
/// group name its field.
fn name_field(missing: &mut Diagnostic, id: &str) {
    let key = missing.value("key").and_then(|key| key.rsplit('.').next());
    let line = match key {
        Some("label") => "label = \"…\"",
        Some("type") => "type = \"text\"",
        Some("choices") => "choices = [\"yes\", \"no\"]",
        Some("alt") => "alt = \"picture_text\"",
        Some("fields") => "[[kinds.fields.fields]]",
        _ => return,
    };
    if missing.value("field").is_none() {
        missing.args.extend([("field", id.to_owned()), ("line", line.to_owned())]);
        missing.help = "help-field";
    }
}
