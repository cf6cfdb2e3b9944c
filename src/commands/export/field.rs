//! The schema of a field of a kind.

use serde_json::{Map, Value, json};

use crate::commands::export::pattern::{DateForm, date, number, one_of, padded, padded_or_empty};
use crate::commands::new::hint;
use crate::config::{Bound, Choice, Config, Field, FieldType, Label};
use crate::report::ReportLanguage;
use crate::text::Calendar;

/// A text of one line.
const LINE: &str = "[^\\n\\r]*";
/// A text of one line that is not empty.
const FILLED_LINE: &str = "[^\\n\\r]*\\S[^\\n\\r]*";
/// The most letters for which a pattern counts them. Longer patterns are slow.
const COUNTED: i64 = 500;
/// What counts as no value.
const NOTHING: fn() -> Value = || json!([null, "", [], {}]);
/// Half of the last decimal that numbers keep: they are rounded.
const ROUNDING: f64 = 0.000_000_5;

/// Makes the schemas of fields.
pub(super) struct FieldSchema<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The language of descriptions.
    pub language: ReportLanguage,
    /// The word for a value that must be there.
    pub required: &'a str,
}

impl FieldSchema<'_> {
    /// Returns the schema of a map of fields, whatever is missing.
    pub(super) fn map(&self, fields: &[Field]) -> Value {
        let described = |field: &Field| (field.id.clone(), self.described(field));
        let properties: Map<String, Value> = fields.iter().map(described).collect();
        let mut schema = json!({
            "type": "object",
            "properties": properties,
            "additionalProperties": false,
        });
        let needs: Vec<Value> = fields.iter().flat_map(needs_of).collect();
        if !needs.is_empty() {
            schema["allOf"] = json!(needs);
        }
        schema
    }

    fn described(&self, field: &Field) -> Value {
        let mut schema = self.field(field);
        schema["title"] = json!(self.text(&field.label));
        let description = json!(self.description(field));
        if schema.get("pattern").is_some() {
            schema["patternErrorMessage"] = description.clone();
        }
        schema["description"] = description;
        schema
    }

    /// Returns label, help and what is to be written.
    fn description(&self, field: &Field) -> String {
        let mark = if field.is_required { format!(" ({})", self.required) } else { String::new() };
        let mut lines = vec![format!("{}{mark}", self.text(&field.label))];
        let hint = hint(&field.field_type, self.language).replace("{today}", self.sample_day());
        lines.extend(
            [self.text(&field.help).to_owned(), hint].into_iter().filter(|l| !l.is_empty()),
        );
        if let FieldType::Choice(choices) = &field.field_type {
            let shown = |choice: &Choice| format!("{} = {}", choice.id, self.text(&choice.label));
            lines.extend(choices.iter().map(shown));
        }
        lines.join("\n\n")
    }

    fn sample_day(&self) -> &'static str {
        match self.config.calendar {
            Calendar::Buddhist => "2569-06-25",
            Calendar::Gregorian => "2026-06-25",
        }
    }

    fn text<'l>(&self, label: &'l Label) -> &'l str {
        let own = self.config.languages.first().map_or("", |language| language.code.as_str());
        label.in_language(self.language.tag(), own)
    }

    /// Returns the schema of a value. Empty values count as none, whatever the type.
    fn field(&self, field: &Field) -> Value {
        if field.is_list {
            return list_schema(field, self.single(field));
        }
        self.single(field).or_nothing()
    }

    /// Returns the schema of a value, or of an entry of a list.
    fn single(&self, field: &Field) -> Form {
        let calendar = Some(self.config.calendar);
        match &field.field_type {
            FieldType::Text | FieldType::Unit => Form::text(&counted(field)).or_digits(),
            FieldType::Lines => Form::text("[\\s\\S]*").or_digits(),
            FieldType::Integer => self.number(field, "integer", number(Some(0))),
            FieldType::Money => self.number(field, "number", number(field.field_type.decimals())),
            FieldType::Decimal => self.number(field, "number", number(None)),
            FieldType::Percent => self.number(field, "number", format!("{}\\s*%?", number(None))),
            FieldType::Date => Form::text(&date(DateForm::Day, calendar)),
            FieldType::DateTime => Form::text(&date(DateForm::Moment, calendar)),
            FieldType::Boolean => Form::of_type("boolean"),
            FieldType::Choice(choices) => {
                Form::words(choices.iter().map(|choice| choice.id.as_str()))
            }
            FieldType::Person => {
                Form::words(self.config.policy.people.iter().map(|person| person.id.as_str()))
            }
            FieldType::Item | FieldType::File | FieldType::Picture => Form::text(FILLED_LINE),
            FieldType::Url => Form::text("[Hh][Tt][Tt][Pp][Ss]?://\\S+"),
            FieldType::Phone => Form::text(FILLED_LINE).or_digits(),
            FieldType::Email => Form::text("[^\\s@]+@[^\\s@]*[.][^\\s@]*"),
            FieldType::Group(fields) => Form::map(self.map(fields)),
        }
    }

    fn number(&self, field: &Field, kind: &'static str, pattern: String) -> Form {
        let mut form = Form::text(&pattern);
        form.types.insert(0, kind);
        let is_rounded = matches!(field.field_type, FieldType::Decimal | FieldType::Percent);
        let room = if is_rounded { ROUNDING } else { 0.0 };
        let bound = |bound: Option<Bound>, by: f64| {
            let bound: f64 = bound?.to_string().parse().ok()?;
            let is_whole = bound.fract() == 0.0 && by == 0.0;
            Some(if is_whole { json!(bound as i64) } else { json!(bound + by) })
        };
        for (key, value) in
            [("minimum", bound(field.min, -room)), ("maximum", bound(field.max, room))]
        {
            form.rest.extend(value.map(|value| (key.to_owned(), value)));
        }
        form
    }
}

/// Returns the schema of a list. An empty one counts as none.
fn list_schema(field: &Field, entry: Form) -> Value {
    let mut schema = json!({
        "type": ["array", "null", "string", "object"],
        "items": entry.value(),
        "pattern": padded_or_empty(""),
        "maxProperties": 0,
    });
    if matches!(field.field_type, FieldType::Group(_)) {
        // The entries may be the rows of a file.
        let file = json!({
            "file": { "type": "string" },
            "sheet": { "type": "string" },
            "head": { "type": "integer", "minimum": 1 },
            "columns": { "type": "object", "additionalProperties": { "type": "string" } },
            "ignore": { "type": "array", "items": { "type": "string" } },
        });
        schema["properties"] = file;
        schema["additionalProperties"] = json!(false);
        schema["maxProperties"] = json!(5);
    }
    let bounds = [("minItems", field.min), ("maxItems", field.max)];
    let count = |bound: Bound| bound.to_string().parse::<u64>().ok();
    for (key, bound) in bounds {
        let Some(bound) = bound.and_then(count) else { continue };
        match key {
            "minItems" if bound > 1 => {
                schema["if"] = json!({ "type": "array", "minItems": 1 });
                schema["then"] = json!({ "minItems": bound });
            }
            "maxItems" => schema[key] = json!(bound),
            _ => {}
        }
    }
    schema
}

/// Returns the pattern of a text with as many letters as the field may have.
fn counted(field: &Field) -> String {
    let count = |bound: Option<Bound>| bound.and_then(|b| b.to_string().parse::<i64>().ok());
    let (min, max) = (count(field.min).unwrap_or(0), count(field.max));
    match max {
        Some(max) if max <= COUNTED => format!("[^\\n\\r]{{{},{max}}}", min.min(max)),
        _ if min > 0 && min <= COUNTED => format!("[^\\n\\r]{{{min},}}"),
        _ => LINE.to_owned(),
    }
}

/// Returns what a field needs of others in the same map.
fn needs_of(field: &Field) -> Vec<Value> {
    let others = field.requires.iter().chain(&field.alt);
    others
        .map(|other| {
            json!({
                "if": is_given(&field.id),
                "then": { "required": [other] },
            })
        })
        .collect()
}

/// Returns a schema that accepts maps in which a key has a value.
pub(super) fn is_given(key: &str) -> Value {
    json!({ "required": [key], "properties": { key: { "not": { "enum": NOTHING() } } } })
}

/// Returns a schema that accepts maps in which all required fields have values. Returns `None` if none is
/// required.
pub(super) fn required_values(fields: &[Field]) -> Option<Value> {
    let mut properties = Map::new();
    for field in fields {
        let mut schemas = Vec::new();
        if field.is_required {
            schemas.push(json!({ "not": { "enum": NOTHING() } }));
        }
        if let Some(inner) = required_values(field.inner()) {
            schemas.push(if field.is_list { json!({ "items": inner }) } else { not_empty(inner) });
        }
        if !schemas.is_empty() {
            properties.insert(field.id.clone(), json!({ "allOf": schemas }));
        }
    }
    let required: Vec<&str> =
        fields.iter().filter(|field| field.is_required).map(|field| field.id.as_str()).collect();
    let is_empty = properties.is_empty() && required.is_empty();
    (!is_empty).then(|| json!({ "required": required, "properties": properties }))
}

/// Returns a schema that accepts also a map without keys, which counts as no value.
fn not_empty(schema: Value) -> Value {
    json!({ "if": { "minProperties": 1 }, "then": schema })
}

/// The form of one value.
struct Form {
    types: Vec<&'static str>,
    /// The pattern of texts, without its ends.
    pattern: Option<String>,
    /// The only values, if there are few.
    words: Vec<Value>,
    /// Further keywords.
    rest: Map<String, Value>,
}

impl Form {
    fn of_type(name: &'static str) -> Self {
        Self { types: vec![name], pattern: None, words: Vec::new(), rest: Map::new() }
    }

    fn text(pattern: &str) -> Self {
        Self { pattern: Some(pattern.to_owned()), ..Self::of_type("string") }
    }

    fn map(schema: Value) -> Self {
        let Value::Object(rest) = schema else { return Self::of_type("object") };
        Self { rest, ..Self::of_type("object") }
    }

    fn words<'w>(words: impl Iterator<Item = &'w str> + Clone) -> Self {
        let values = words.clone().flat_map(written_values).collect();
        Self { words: values, ..Self::text(&one_of(words)) }
    }

    /// Allows digits without quotation marks.
    fn or_digits(mut self) -> Self {
        self.types.push("integer");
        self.rest.insert("minimum".to_owned(), json!(0));
        self
    }

    /// Returns the schema of a value that must be there.
    fn value(self) -> Value {
        let pattern = self.pattern.as_deref().map(padded);
        self.schema(pattern)
    }

    /// Returns the schema of a value that may also be empty.
    fn or_nothing(mut self) -> Value {
        let pattern = padded_or_empty(self.pattern.as_deref().unwrap_or(""));
        for (name, keyword) in [("null", ""), ("array", "maxItems"), ("object", "maxProperties")] {
            if !self.types.contains(&name) {
                self.types.push(name);
                if !keyword.is_empty() {
                    self.rest.insert(keyword.to_owned(), json!(0));
                }
            }
        }
        if !self.types.contains(&"string") {
            self.types.push("string");
        }
        self.schema(Some(pattern))
    }

    fn schema(self, pattern: Option<String>) -> Value {
        let mut schema = self.rest;
        schema.insert("type".to_owned(), json!(self.types));
        schema.extend(pattern.map(|pattern| ("pattern".to_owned(), json!(pattern))));
        if self.words.is_empty() {
            return Value::Object(schema);
        }
        // The words alone, for lists of suggestions; a word may have spaces around it.
        json!({ "anyOf": [{ "enum": self.words }, schema] })
    }
}

/// Returns the values that YAML may read for a word: a text, or what it takes for a number.
pub(super) fn written_values(word: &str) -> Vec<Value> {
    let read = serde_json::from_str::<Value>(word).ok().filter(|v| v.is_number() || v.is_boolean());
    std::iter::once(json!(word)).chain(read).collect()
}
