//! `prakat kinds`: lists the declared kinds, and prints a declaration in the form of `site.toml`.

use std::fmt::Write;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::config::{Bound, Choice, Field, FieldType, Kind, Kinds, Label};
use crate::diagnostics::{Code, Failure, closest};
use crate::report::Reporter;
use crate::text::width;

/// The version of the JSON that scripts may rely on.
const FORMAT: u8 = 1;

/// The keys of a table with their values, in the order in which they are written.
type Entries = Vec<(&'static str, Value)>;

/// Returns the kind of an id. Suggests the most similar one.
pub(crate) fn declared_kind<'k>(kinds: &'k Kinds, id: &str) -> Result<&'k Kind, Failure> {
    if let Some((_, kind)) = kinds.named(id) {
        return Ok(kind);
    }
    let ids = kinds.ids();
    let failure = Failure::new(Code::NewKind).arg("value", id);
    Err(match closest(&id.to_lowercase(), ids) {
        Some(near) => failure.arg("suggestion", near).help("help-suggestion"),
        None => failure.help("help-declare"),
    })
}

/// Returns a line for each kind: its id, its title, how many fields it has, and where it is declared.
pub(crate) fn list_kinds(reporter: &Reporter, kinds: &Kinds, own: &str) -> String {
    let language = reporter.catalog.language.tag();
    let rows = kinds.all().map(|(_, kind)| {
        let count = vec![("count", kind.fields.len().to_string())];
        [
            kind.id.clone(),
            kind.title.in_language(language, own).to_owned(),
            reporter.text("kinds/fields", count),
            origin(kind).to_owned(),
        ]
    });
    let rows: Vec<[String; 4]> =
        rows.map(|row| row.map(|cell| reporter.catalog.discreet(&cell))).collect();
    let widest = |n: usize| rows.iter().map(|row| width(&row[n])).max().unwrap_or(0);
    let widths = [widest(0), widest(1), widest(2)];
    let mut lines = String::new();
    for row in &rows {
        for (cell, most) in row.iter().zip(widths) {
            lines.push_str(cell);
            lines.push_str(&" ".repeat(most + 2 - width(cell)));
        }
        lines.push_str(&row[3]);
        lines.push('\n');
    }
    lines
}

/// Returns the same list as JSON.
pub(crate) fn kinds_json(kinds: &Kinds, language: &str, own: &str) -> String {
    let kind = |kind: &Kind| Table {
        entries: vec![
            ("id", json!(kind.id)),
            ("title", json!(kind.title.in_language(language, own))),
            ("declared_in", json!(origin(kind))),
            ("fields", json!(kind.fields.len())),
        ],
        fields: Vec::new(),
    };
    let kinds = kinds.all().map(|(_, declared)| kind(declared)).collect();
    pretty(&Printed::List { format: FORMAT, kinds })
}

fn origin(kind: &Kind) -> &'static str {
    if kind.is_own { "site.toml" } else { "prakat" }
}

/// What is printed as JSON.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Printed {
    List { format: u8, kinds: Vec<Table> },
    One { format: u8, kind: Table },
}

fn pretty(printed: &Printed) -> String {
    serde_json::to_string_pretty(printed).unwrap_or_default() + "\n"
}

/// A table of a declaration.
struct Table {
    /// The keys with their values, in the order in which they are written.
    entries: Entries,
    /// The tables under `fields`.
    fields: Vec<Self>,
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &self.entries {
            map.serialize_entry(key, value)?;
        }
        if !self.fields.is_empty() {
            map.serialize_entry("fields", &self.fields)?;
        }
        map.end()
    }
}

impl Table {
    fn of_kind(kind: &Kind, own: &str) -> Self {
        let fields = kind.fields.iter().map(|field| Self::of_field(field, own)).collect();
        Self { entries: kind_entries(kind, own), fields }
    }

    fn of_field(field: &Field, own: &str) -> Self {
        let fields = field.inner().iter().map(|field| Self::of_field(field, own)).collect();
        Self { entries: field_entries(field, own), fields }
    }

    /// Writes the table and those under `fields` as TOML.
    fn write(&self, toml: &mut String, name: &str) {
        let _ = writeln!(toml, "[[{name}]]");
        write_entries(toml, &self.entries);
        for field in &self.fields {
            toml.push('\n');
            field.write(toml, &format!("{name}.fields"));
        }
    }
}

/// Returns a declaration as TOML, which `site.toml` may contain as it is. `own` is the site's own language.
pub(crate) fn kind_toml(kind: &Kind, own: &str) -> String {
    let mut toml = String::new();
    Table::of_kind(kind, own).write(&mut toml, "kinds");
    toml
}

/// Returns the same declaration as JSON.
pub(crate) fn kind_json(kind: &Kind, own: &str) -> String {
    pretty(&Printed::One { format: FORMAT, kind: Table::of_kind(kind, own) })
}

fn kind_entries(kind: &Kind, own: &str) -> Entries {
    let mut entries = vec![("id", json!(kind.id)), ("title", label_value(&kind.title, own))];
    entries.extend(kind.step.map(|step| ("step", json!(step))));
    entries.extend(kind.is_optional_step.then_some(("optional_step", json!(true))));
    entries
}

/// Returns the entries of a field but for the fields of a group.
fn field_entries(field: &Field, own: &str) -> Entries {
    let mut entries = vec![("id", json!(field.id)), ("label", label_value(&field.label, own))];
    if !field.help.is_empty() {
        entries.push(("help", label_value(&field.help, own)));
    }
    entries.push(("type", json!(field.field_type.as_str())));
    let switches = [("list", field.is_list), ("required", field.is_required)];
    entries.extend(switches.into_iter().filter(|(_, on)| *on).map(|(key, on)| (key, json!(on))));
    if let FieldType::Choice(choices) = &field.field_type {
        let choices = choices.iter().map(|choice| choice_value(choice, own)).collect();
        entries.push(("choices", choices));
    }
    let bounds = [("min", field.min), ("max", field.max)];
    entries.extend(bounds.iter().filter_map(|(key, bound)| Some((*key, bound_value((*bound)?)))));
    entries.extend(field.role.map(|role| ("role", json!(role.as_str()))));
    if !field.requires.is_empty() {
        entries.push(("requires", json!(field.requires)));
    }
    entries.extend(field.not_before.as_ref().map(|other| ("not_before", json!(other))));
    entries.extend(field.is_within_fiscal_year.then_some(("within", json!("fiscal_year"))));
    entries.extend(field.alt.as_ref().map(|other| ("alt", json!(other))));
    entries.extend((!field.is_summed).then_some(("total", json!(false))));
    entries
}

/// Returns a text in the site's own language, or else one for each language.
fn label_value(label: &Label, own: &str) -> Value {
    let texts: Vec<(&str, &str)> = label.texts().collect();
    match texts.as_slice() {
        [(language, text)] if *language == own => json!(text),
        texts => texts.iter().map(|(code, text)| ((*code).to_owned(), json!(text))).collect(),
    }
}

fn choice_value(choice: &Choice, own: &str) -> Value {
    match label_value(&choice.label, own) {
        Value::String(text) if text == choice.id => Value::String(text),
        label => json!({ "id": choice.id, "label": label }),
    }
}

fn bound_value(bound: Bound) -> Value {
    let text = bound.to_string();
    text.parse::<i64>().map_or(Value::String(text), Value::from)
}

fn write_entries(toml: &mut String, entries: &Entries) {
    for (key, value) in entries {
        match value {
            Value::Array(values) if *key == "choices" => {
                toml.push_str("choices = [\n");
                for value in values {
                    let _ = writeln!(toml, "  {},", toml_value(value));
                }
                toml.push_str("]\n");
            }
            value => {
                let _ = writeln!(toml, "{key} = {}", toml_value(value));
            }
        }
    }
}

/// Returns a value of TOML on one line.
fn toml_value(value: &Value) -> String {
    match value {
        Value::String(text) => toml_text(text),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(toml_value).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Object(entries) => {
            let entry = |(key, value): (&String, &Value)| format!("{key} = {}", toml_value(value));
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        plain => plain.to_string(),
    }
}

/// Returns a text of TOML in quotation marks.
fn toml_text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, read_settings};
    use crate::diagnostics::Diagnostics;

    /// A kind with every type and every key.
    const RICH: &str = r#"
        [[kinds]]
        id = "asset"
        title = "ครุภัณฑ์ \"ใหม่\" \\ เก่า"
        step = 0
        optional_step = true
        [[kinds.fields]]
        id = "number"
        label = { en = "Number", lo = "ເລກທີ" }
        help = "เลขครุภัณฑ์ ตามทะเบียน"
        type = "text"
        required = true
        role = "thread"
        min = 2
        max = 40
        [[kinds.fields]]
        id = "price"
        label = "ราคา"
        type = "money"
        min = "-0.50"
        max = 1_000_000
        role = "amount"
        total = false
        requires = ["number", "bought"]
        [[kinds.fields]]
        id = "share"
        label = "สัดส่วน"
        type = "percent"
        max = 0.125
        [[kinds.fields]]
        id = "bought"
        label = "วันที่ซื้อ"
        type = "date"
        within = "fiscal_year"
        [[kinds.fields]]
        id = "due"
        label = "กำหนด"
        type = "datetime"
        role = "deadline"
        not_before = "bought"
        [[kinds.fields]]
        id = "colour"
        label = "สี"
        type = "choice"
        choices = ["red", { id = "dark-blue", label = "กรมท่า" }, { id = "x", label = { en = "X" } }]
        [[kinds.fields]]
        id = "photo"
        label = "ภาพ"
        type = "picture"
        alt = "number"
        [[kinds.fields]]
        id = "parts"
        label = "ส่วนประกอบ"
        type = "group"
        list = true
        min = 1
        [[kinds.fields.fields]]
        id = "name"
        label = "ชื่อ"
        type = "text"
        required = true
        [[kinds.fields.fields]]
        id = "label"
        label = "ป้าย"
        type = "boolean"
        [languages.en]
        title = "Office"
        [languages.en.kinds.asset]
        title = "Asset"
        parts.label = { label = "Tag", help = "Whether it has one." }
        parts.help = "All parts."
        parts.name.label = "Name"
        colour = { label = "Colour", choices = { dark-blue = "Navy", red = "Red" } }
    "#;

    fn config(language: &str, kinds: &str) -> Config {
        let site = format!(
            "[site]\ntitle = 'A'\nbase_url = 'https://a.example/'\nlanguage = '{language}'\n\
             timezone = 'Asia/Bangkok'\n{kinds}"
        );
        let mut diagnostics = Diagnostics::default();
        let config = read_settings(&site, &mut diagnostics);
        config.unwrap_or_else(|| panic!("{:?}\n{site}", diagnostics.sorted()))
    }

    #[test]
    fn a_printed_declaration_is_read_as_the_same() {
        for language in ["th", "my"] {
            let before = config(language, RICH);
            assert!(before.kinds.named("asset").is_some());
            for (_, kind) in before.kinds.all() {
                let printed = kind_toml(kind, language);
                let after = config(language, &printed);
                let (_, read) = after.kinds.named(&kind.id).unwrap();
                assert_eq!(*read, Kind { is_own: true, ..kind.clone() }, "{printed}");
            }
        }
    }

    #[test]
    fn texts_stand_in_the_sites_own_language() {
        let kinds = config("th", RICH).kinds;
        let printed = kind_toml(kinds.named("asset").unwrap().1, "th");
        for line in [
            "title = { en = \"Asset\", th = \"ครุภัณฑ์ \\\"ใหม่\\\" \\\\ เก่า\" }",
            "label = \"สัดส่วน\"",
            "max = \"0.125\"",
            "  { id = \"red\", label = { en = \"Red\", th = \"red\" } },",
            "help = { en = \"Whether it has one.\" }",
        ] {
            assert!(printed.lines().any(|printed| printed == line), "{line}\n{printed}");
        }
    }
}
