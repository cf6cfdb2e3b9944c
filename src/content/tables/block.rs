//! Reads what a ```` ```table ```` block says.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::content::front_matter::{dangerous, explain_syntax};
use crate::content::front_matter_source::FrontMatterSource;
use crate::content::tables::model::ColumnType;
use crate::content::tables::spec::{ChartKind, ColumnSpec, PlacedName, TableSpec, Total};
use crate::content::yaml::{YamlStep, parse_yaml, place_of_key, repeated_key, yaml_keys};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity, closest};
use crate::text::{ends_line, formula_sign, nfc, single_spaced};

/// The keys of a block.
pub(crate) const BLOCK_KEYS: [&str; 11] = [
    "file", "sheet", "head", "caption", "columns", "total", "chart", "rows", "row_head", "unit",
    "notes",
];
/// The keys of a column.
const COLUMN_KEYS: [&str; 5] = ["name", "label", "type", "total", "unit"];
/// The maximum number of bytes of a block.
const MAX_BLOCK: usize = 64 * 1024;
/// The most rows that a page may show at first.
const MAX_SHOWN: u64 = 1_000;

/// A block in a body.
#[derive(Debug, Clone)]
pub(crate) struct TableBlock<'a> {
    /// The path of the Markdown file.
    pub path: &'a str,
    /// The text of the body.
    pub body: &'a str,
    /// The line of the file on which the body begins, from 1.
    pub body_line: u32,
    /// The range of the whole block in the body.
    pub range: Range<usize>,
    /// The range of what stands between its fences.
    pub yaml: Range<usize>,
    /// The severity of mistakes.
    pub severity: Severity,
}

/// Reads a block. Returns `None` after a mistake; all of them are reported.
pub(crate) fn read_spec(block: &TableBlock, diagnostics: &mut Diagnostics) -> Option<TableSpec> {
    let mut found = Diagnostics::default();
    let source = FrontMatterSource::new(block.path, block.body, block.yaml.clone());
    let spec = BlockReader { block, source: &source, found: &mut found }.read();
    let is_right = !found.has_errors();
    found.amend_all(|diagnostic| {
        diagnostic.severity = block.severity;
        diagnostic.place.line += block.body_line - 1;
    });
    diagnostics.append(found);
    spec.filter(|_| is_right)
}

struct BlockReader<'b> {
    block: &'b TableBlock<'b>,
    source: &'b FrontMatterSource<'b>,
    found: &'b mut Diagnostics,
}

impl BlockReader<'_> {
    fn read(&mut self) -> Option<TableSpec> {
        let map = self.parsed()?;
        for key in map.keys().filter(|key| !BLOCK_KEYS.contains(&key.as_str())) {
            self.unknown(&[YamlStep::Key(key)], key, &BLOCK_KEYS);
        }
        let file = self.placed(&map, "file", "help-file");
        let caption = self.text(&map, "caption", "help-text");
        for (key, is_there, help) in [
            ("file", file.is_some(), "help-no-file"),
            ("caption", caption.is_some(), "help-no-caption"),
        ] {
            if !is_there && given(&map, key).is_none() {
                let error = Diagnostic::error(Code::TableBlock, self.block_place()).help(help);
                self.found.push(error.arg("key", key));
            }
        }
        let shown = self.number(&map, "rows", 1..=MAX_SHOWN, "help-rows");
        Some(TableSpec {
            sheet: self.placed(&map, "sheet", "help-text"),
            head: self.number(&map, "head", 1..=u64::from(u32::MAX), "help-head"),
            columns: self.columns(&map),
            total: self.choice(&map, "total", &Total::ALL),
            chart: self.choice(&map, "chart", &ChartKind::ALL),
            rows: shown,
            row_head: self.placed(&map, "row_head", "help-text"),
            unit: self.text(&map, "unit", "help-text"),
            notes: self.notes(&map),
            range: self.block.range.clone(),
            file: file?,
            caption: caption?,
        })
    }

    /// Returns the values of the block. Reports what is no YAML, and keys that are written twice.
    fn parsed(&mut self) -> Option<Map<String, Value>> {
        let yaml = self.source.yaml();
        let problem = if yaml.len() > MAX_BLOCK {
            Some(Diagnostic::error(Code::TableSyntax, self.block_place()).help("help-long"))
        } else if yaml.trim().is_empty() {
            Some(Diagnostic::error(Code::TableSyntax, self.block_place()).help("help-empty"))
        } else {
            dangerous(self.source)
        };
        if let Some(problem) = problem {
            self.found.push(problem);
            return None;
        }
        let parsed = parse_yaml::<Map<String, Value>>(yaml);
        let keys = match (&parsed, &yaml_keys(yaml)) {
            (Ok(_), Ok(keys)) => keys.clone(),
            (Err(error), _) | (_, Err(error)) => {
                let mut error = explain_syntax(self.source, error);
                if error.code == Code::YamlSyntax {
                    error = Diagnostic { code: Code::TableSyntax, help: "help", ..error };
                }
                self.found.push(error);
                return None;
            }
        };
        for (index, key) in keys.iter().enumerate().filter(|(n, key)| keys[..*n].contains(key)) {
            let at = place_of_key(yaml, index).unwrap_or(0);
            self.twice(key, at);
        }
        if let Some((key, at)) = repeated_key(yaml, "columns") {
            self.twice(&key, at);
        }
        parsed.ok()
    }

    fn twice(&mut self, key: &str, at: usize) {
        let place = self.source.place_of_key(self.block.yaml.start + at, key);
        let error = Diagnostic::error(Code::TableBlock, place).arg("key", key);
        self.found.push(error.help("help-twice"));
    }

    /// Returns the place of the line that begins the block.
    fn block_place(&self) -> Place {
        let TableBlock { path, body, range, .. } = self.block;
        Place::of_range(path, body, range.clone())
    }

    fn unknown(&mut self, steps: &[YamlStep], key: &str, known: &[&str]) {
        let place = self.source.place_of_inner_key(steps, key);
        let error = Diagnostic::error(Code::TableBlock, place).arg("key", key);
        self.found.push(match closest(key, known.iter().copied()) {
            Some(near) => error.arg("suggestion", near).help("help-suggestion"),
            None => error.arg("known", known.join(", ")).help("help-unknown"),
        });
    }

    fn wrong(&mut self, steps: &[YamlStep], help: &'static str) {
        let key = steps.iter().rev().find_map(|step| match step {
            YamlStep::Key(key) => Some(*key),
            YamlStep::Index(_) => None,
        });
        let error = Diagnostic::error(Code::TableBlock, self.source.place(steps));
        self.found.push(error.arg("key", key.unwrap_or_default()).help(help));
    }

    /// Returns a text of one line. Digits need no quotation marks.
    fn line(&mut self, value: &Value, steps: &[YamlStep], help: &'static str) -> Option<Box<str>> {
        let text = match value {
            Value::String(text) => nfc(text.trim()),
            Value::Number(_) | Value::Bool(_) => {
                self.source.written_value(steps).unwrap_or_default().to_owned()
            }
            _ => String::new(),
        };
        if text.is_empty() || text.contains(ends_line) {
            self.wrong(steps, help);
            return None;
        }
        Some(text.into())
    }

    fn text(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        help: &'static str,
    ) -> Option<Box<str>> {
        self.line(given(map, key)?, &[YamlStep::Key(key)], help)
    }

    /// Returns a text with its place.
    fn placed(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        help: &'static str,
    ) -> Option<PlacedName> {
        let steps = [YamlStep::Key(key)];
        let name = self.line(given(map, key)?, &steps, help)?;
        Some(PlacedName { name, place: self.place_in_file(&steps) })
    }

    /// Returns the place of a value in the Markdown file.
    fn place_in_file(&self, steps: &[YamlStep]) -> Place {
        let place = self.source.place(steps);
        Place { line: place.line + self.block.body_line - 1, ..place }
    }

    fn number(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        allowed: std::ops::RangeInclusive<u64>,
        help: &'static str,
    ) -> Option<u32> {
        let number = given(map, key)?.as_u64().filter(|number| allowed.contains(number));
        if number.is_none() {
            self.wrong(&[YamlStep::Key(key)], help);
        }
        number.and_then(|number| u32::try_from(number).ok())
    }

    fn choice<T: Copy>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        self.chosen(given(map, key)?, &[YamlStep::Key(key)], key, choices)
    }

    fn chosen<T: Copy>(
        &mut self,
        value: &Value,
        steps: &[YamlStep],
        key: &str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let written = value.as_str().map(str::trim).unwrap_or_default();
        let found = choices.iter().find(|(word, _)| *word == written);
        if found.is_none() {
            let known: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            let error = Diagnostic::error(Code::TableBlock, self.source.place(steps));
            let error = error.arg("key", key).arg("known", known.join(", "));
            self.found.push(error.help("help-choice"));
        }
        found.map(|(_, choice)| *choice)
    }

    fn notes(&mut self, map: &Map<String, Value>) -> Vec<Box<str>> {
        match given(map, "notes") {
            None => Vec::new(),
            Some(Value::Array(notes)) => {
                let note = |(n, note)| {
                    let steps = [YamlStep::Key("notes"), YamlStep::Index(n)];
                    self.line(note, &steps, "help-notes")
                };
                notes.iter().enumerate().filter_map(note).collect()
            }
            Some(note) => {
                self.line(note, &[YamlStep::Key("notes")], "help-notes").into_iter().collect()
            }
        }
    }

    /// Reports a label that a spreadsheet would run as a formula: it is the head of a column in the downloads.
    fn label(&mut self, label: &str, steps: &[YamlStep]) {
        if let Some(sign) = formula_sign(label) {
            let error = Diagnostic::error(Code::TableBlock, self.source.place(steps));
            let error = error.arg("key", "label").arg("sign", sign.to_string());
            self.found.push(error.help("help-formula"));
        }
    }

    fn columns(&mut self, map: &Map<String, Value>) -> Vec<ColumnSpec> {
        let Some(value) = given(map, "columns") else { return Vec::new() };
        let Value::Array(columns) = value else {
            self.wrong(&[YamlStep::Key("columns")], "help-columns");
            return Vec::new();
        };
        let mut read: Vec<ColumnSpec> = Vec::new();
        for (n, column) in columns.iter().enumerate() {
            let steps = [YamlStep::Key("columns"), YamlStep::Index(n)];
            let Some(column) = self.column(column, &steps) else { continue };
            let is_twice = read.iter().any(|other| other.name.name == column.name.name);
            if is_twice {
                self.wrong(&steps, "help-column-twice");
            } else {
                read.push(column);
            }
        }
        read
    }

    /// Reads a column: a map, or only its name.
    fn column(&mut self, value: &Value, steps: &[YamlStep]) -> Option<ColumnSpec> {
        let Value::Object(map) = value else {
            let name = self.line(value, steps, "help-columns")?;
            let name =
                PlacedName { name: single_spaced(&name).into(), place: self.place_in_file(steps) };
            return Some(ColumnSpec {
                name,
                label: None,
                column_type: None,
                has_total: None,
                unit: None,
            });
        };
        let below =
            |key| -> Vec<YamlStep> { steps.iter().copied().chain([YamlStep::Key(key)]).collect() };
        for key in map.keys().filter(|key| !COLUMN_KEYS.contains(&key.as_str())) {
            self.unknown(&below(key), key, &COLUMN_KEYS);
        }
        let Some(name) = given(map, "name") else {
            self.wrong(steps, "help-column-name");
            return None;
        };
        let name = self.line(name, &below("name"), "help-text")?;
        let text = |reader: &mut Self, key| reader.line(given(map, key)?, &below(key), "help-text");
        let has_total = given(map, "total").and_then(|value| {
            if !value.is_boolean() {
                self.wrong(&below("total"), "help-column-total");
            }
            value.as_bool()
        });
        let column_type = given(map, "type")
            .and_then(|value| self.chosen(value, &below("type"), "type", &ColumnType::ALL));
        Some(ColumnSpec {
            name: PlacedName {
                name: single_spaced(&name).into(),
                place: self.place_in_file(&below("name")),
            },
            label: text(self, "label").inspect(|label| self.label(label, &below("label"))),
            column_type,
            has_total,
            unit: text(self, "unit"),
        })
    }
}

/// Returns the value of a key. An empty one is not given.
fn given<'m>(map: &'m Map<String, Value>, key: &str) -> Option<&'m Value> {
    map.get(key).filter(|value| match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        _ => true,
    })
}
