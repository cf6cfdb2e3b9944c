//! Reads `extra` of `kind: coverage`.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use crate::content::kinds::data::{Coverage, Obligation};
use crate::content::kinds::report::{ExtraReport, below, entry};
use crate::content::yaml::YamlStep;
use crate::diagnostics::{Code, Diagnostic};
use crate::text::ends_line;

/// The keys of an obligation.
const KNOWN: [&str; 4] = ["id", "title", "unit", "group"];

/// Reads obligations.
pub(in crate::content) struct CoverageReader<'a>(pub ExtraReport<'a>);

impl CoverageReader<'_> {
    /// Reads `extra`. Returns `None` if it has no obligations. Errors are reported.
    pub(in crate::content) fn read(mut self, extra: &Map<String, Value>) -> Option<Coverage> {
        let (mut obligations, mut ids) = (Vec::new(), HashSet::new());
        let mut places: HashMap<Box<str>, usize> = HashMap::from([("".into(), 0)]);
        let list = [YamlStep::Key("extra"), YamlStep::Key("obligations")];
        for (n, written) in self.entries(extra, &list).into_iter().enumerate() {
            let steps = entry(&list, n);
            self.0.unknown(&steps, written.keys(), &KNOWN, &|_| None);
            let id = self.needed(written, &steps, "id");
            if !id.is_empty() && !ids.insert(id.clone()) {
                self.0.wrong(&below(&steps, "id"), "help-twice");
            }
            let title = self.needed(written, &steps, "title");
            let [unit, group] = ["unit", "group"].map(|key| self.text(written, &steps, key));
            let place = *places.entry(group.clone()).or_insert(n + 1);
            obligations.push((place, Obligation { id, title, unit, group }));
        }
        self.0.diagnostics.amend(Code::Extra, name_value);
        obligations.sort_by_key(|(place, _)| *place);
        let obligations: Vec<_> = obligations.into_iter().map(|(_, o)| o).collect();
        (!obligations.is_empty()).then_some(Coverage { obligations })
    }

    /// Returns the maps of a list.
    fn entries<'m>(
        &mut self,
        extra: &'m Map<String, Value>,
        list: &[YamlStep; 2],
    ) -> Vec<&'m Map<String, Value>> {
        let written = match extra.get("obligations") {
            None | Some(Value::Null) => return Vec::new(),
            Some(value) => value.as_array(),
        };
        let entries = written.and_then(|list| list.iter().map(Value::as_object).collect());
        entries.unwrap_or_else(|| {
            self.0.wrong(list, "help-list");
            Vec::new()
        })
    }

    /// Returns a text of one line. Reports a missing one, and returns an empty text.
    fn needed(
        &mut self,
        of: &Map<String, Value>,
        steps: &[YamlStep],
        key: &'static str,
    ) -> Box<str> {
        let is_white = |text: &str| text.trim().is_empty();
        let is_blank = |value: &Value| value.is_null() || value.as_str().is_some_and(is_white);
        if of.get(key).is_none_or(is_blank) {
            let missing = self.0.missing(steps, key).help("help-kind");
            self.0.diagnostics.push(missing);
            return "".into();
        }
        self.text(of, steps, key)
    }

    /// Returns a text of one line. It is empty if the key is missing.
    fn text(&mut self, of: &Map<String, Value>, steps: &[YamlStep], key: &'static str) -> Box<str> {
        match of.get(key) {
            None | Some(Value::Null) => "".into(),
            Some(Value::String(text)) if !text.trim().contains(ends_line) => text.trim().into(),
            Some(_) => {
                self.0.wrong(&below(steps, key), "help-text");
                "".into()
            }
        }
    }
}

/// Adds to an error the name of the value, and what it must be.
fn name_value(error: &mut Diagnostic) {
    let key = error.value("key").unwrap_or_default();
    let name = key.rsplit('.').next().unwrap_or_default().to_owned();
    let needs = match error.help {
        "help-twice" => "@needs/unique",
        "help-list" => "@needs/list",
        _ => "@needs/text",
    };
    error.args.extend([("label", name), ("needs", needs.to_owned())]);
}
