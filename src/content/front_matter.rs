//! YAML between two `---` lines becomes typed values, or a list of every mistake in it.
//!
//! One reader decides what an item says: the typed one in [`read`]. Only when it refuses a file is
//! the file read again, key by key, to find *all* mistakes and their places; that second look can
//! refuse but never accept. Places come from the YAML parser itself: a probe that fails on purpose
//! at the value in question ([`yaml::place_of`]).

use std::cell::Cell;
use std::ops::Range;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::closest;
use crate::content::yaml;
use crate::content::yaml::{YamlError, YamlStep};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::text::{breaks_line_oddly, may_break_line_oddly, may_stand};

/// The most bytes between the two `---` lines.
pub(super) const MAX_FRONT_MATTER: usize = 64 * 1024;

/// What an item says of itself, as written. See `docs/front-matter.md`.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the keys are documented in docs/front-matter.md, one by one")]
pub struct FrontMatter {
    pub title: Option<String>,
    pub category: Option<String>,
    pub approver: Option<String>,
    pub publish_from: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub publish_until: Option<String>,
    pub approved_on: Option<String>,
    pub prepared_by: Option<String>,
    pub reviewed_by: Option<String>,
    pub seal: Option<String>,
    pub approvals: Option<Vec<FormerApproval>>,
    #[serde(default, deserialize_with = "present")]
    pub withdrawn: Option<Withdrawn>,
    pub changes: Option<Vec<ChangeEntry>>,
    pub attachments: Option<Vec<AttachmentEntry>>,
    pub waive: Option<Vec<WaiverEntry>>,
    pub summary: Option<String>,
    pub slug: Option<String>,
    pub aliases: Option<Vec<String>>,
    pub tags: Option<Vec<String>>,
    pub unit: Option<String>,
    pub fiscal_year: Option<String>,
    pub issued_on: Option<String>,
    pub document_number: Option<String>,
    pub valid_until: Option<String>,
    pub weight: Option<i64>,
    pub urgent: Option<bool>,
    pub kind: Option<String>,
    pub meets: Option<Vec<String>>,
    pub replaces: Option<String>,
    pub extra: Option<serde_json::Map<String, serde_json::Value>>,
}

/// A value that must not be empty if its key is there: `withdrawn:` alone would leave the item
/// published.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The keys of [`FrontMatter`].
pub const KEYS: &[&str] = &[
    "title",
    "category",
    "approver",
    "publish_from",
    "publish_until",
    "approved_on",
    "prepared_by",
    "reviewed_by",
    "seal",
    "approvals",
    "withdrawn",
    "changes",
    "attachments",
    "waive",
    "summary",
    "slug",
    "aliases",
    "tags",
    "unit",
    "fiscal_year",
    "issued_on",
    "document_number",
    "valid_until",
    "weight",
    "urgent",
    "kind",
    "meets",
    "replaces",
    "extra",
];

/// Keys of other generators that people bring along, and the piece of advice for each.
const FOREIGN_KEYS: &[(&str, &str)] = &[
    ("draft", "help-draft"),
    ("published", "help-draft"),
    ("expiryDate", "help-until"),
    ("expirydate", "help-until"),
    ("expires", "help-until"),
    ("unpublishdate", "help-until"),
    ("publishDate", "help-from"),
    ("publishdate", "help-from"),
    ("pubdate", "help-from"),
    ("date", "help-from"),
    ("lastmod", "help-changes"),
    ("updated", "help-changes"),
    ("categories", "help-category"),
    ("section", "help-category"),
    ("description", "help-summary"),
    ("excerpt", "help-summary"),
    ("author", "help-people"),
    ("url", "help-slug"),
    ("path", "help-slug"),
    ("permalink", "help-slug"),
    ("layout", "help-extra"),
    ("template", "help-extra"),
    ("params", "help-extra"),
];

/// `withdrawn: {on, by, reason}`.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    pub on: String,
    pub by: Option<String>,
    pub reason: Option<String>,
}

/// One public correction.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeEntry {
    pub on: String,
    pub note: String,
}

/// An approval that another took the place of.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormerApproval {
    pub by: String,
    pub on: Option<String>,
    pub seal: Option<String>,
}

/// One attachment.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentEntry {
    pub file: String,
    pub title: Option<String>,
}

/// Somebody answers for a finding.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverEntry {
    pub rule: String,
    #[serde(rename = "where")]
    pub part: String,
    pub reason: String,
    pub by: String,
}

/// Where the parts of a Markdown file stand in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The YAML.
    pub yaml: Range<usize>,
    /// The Markdown after it.
    pub body: Range<usize>,
}

/// Finds the front matter. It begins on the first line with `---` and ends at the next line that
/// says `---`; what follows is the body, further `---` included. Refused is what would be one line to
/// people and another to YAML: line breaks other than LF and CRLF, and a map in braces.
pub fn split_front_matter(path: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Parts> {
    let first = text.lines().next().unwrap_or("");
    if let Some(at) = first.find(breaks_line_oddly).filter(|at| first[..*at].trim_end() == "---") {
        diagnostics.push(line_break(path, text, at));
        return None;
    }
    if first.trim_end() != "---" {
        let help = if first.trim_end() == "+++" { "help-toml" } else { "help" };
        let place = Place { line: 1, column: 1, ..Place::file(path) };
        diagnostics.push(Diagnostic::error(Code::FrontMatterMissing, place).help(help));
        return None;
    }
    let start = text.find('\n').map_or(text.len(), |at| at + 1);
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            let parts = Parts { yaml: start..at, body: at + line.len()..text.len() };
            let parts = check_size(path, parts, diagnostics)?;
            return check_lines(path, text, &parts, diagnostics).then_some(parts);
        }
        at += line.len();
    }
    // To people it may be closed.
    let mut marks = text.match_indices("---").map(|(at, _)| text[..at].char_indices().next_back());
    if let Some((at, _)) = marks.find_map(|before| before.filter(|(_, c)| breaks_line_oddly(*c))) {
        diagnostics.push(line_break(path, text, at));
        return None;
    }
    let place = Place { line: 1, column: 1, width: 3, ..Place::file(path) };
    diagnostics.push(Diagnostic::error(Code::FrontMatterUnclosed, place));
    None
}

fn check_size(path: &str, parts: Parts, diagnostics: &mut Diagnostics) -> Option<Parts> {
    if parts.yaml.len() <= MAX_FRONT_MATTER {
        return Some(parts);
    }
    let place = Place { line: 1, column: 1, width: 3, ..Place::file(path) };
    diagnostics.push(Diagnostic::error(Code::FrontMatterTooLarge, place));
    None
}

/// How many lines with odd line breaks are told of in one file.
const MAX_ODD_LINES: usize = 20;

/// Tells of line breaks other than LF and CRLF, one a line, also in comments and in quoted texts; and
/// of front matter that is a map in braces. Whether it is neither.
fn check_lines(path: &str, text: &str, parts: &Parts, sink: &mut Diagnostics) -> bool {
    let (mut at, mut odd) = (0, 0);
    let front = &text[..parts.body.start];
    let front = if may_break_line_oddly(front) { front } else { "" };
    for line in front.split_inclusive('\n') {
        let ended = line.strip_suffix('\n').unwrap_or(line);
        let plain = if ended.len() < line.len() { ended.strip_suffix('\r') } else { None };
        if let Some(odd_at) = plain.unwrap_or(ended).find(breaks_line_oddly) {
            sink.push(line_break(path, text, at + odd_at));
            odd += 1;
            if odd == MAX_ODD_LINES {
                break;
            }
        }
        at += line.len();
    }
    let yaml = &text[parts.yaml.clone()];
    let first = first_content(yaml).filter(|at| yaml[*at..].starts_with('{'));
    if let Some(first) = first {
        let start = parts.yaml.start + first;
        let place = Place::of_range(path, text, start..start + 1);
        sink.push(Diagnostic::error(Code::FrontMatterBraces, place));
    }
    odd == 0 && first.is_none()
}

fn line_break(path: &str, text: &str, at: usize) -> Diagnostic {
    let character = text[at..].chars().next().unwrap_or('\r');
    let place = Place::of_range(path, text, at..at + character.len_utf8());
    let name = format!("U+{:04X}", u32::from(character));
    Diagnostic::error(Code::FrontMatterLineBreak, place).arg("character", name)
}

/// Where the first line stands that is not empty and no comment, white space before it left out.
fn first_content(yaml: &str) -> Option<usize> {
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        // YAML passes over byte order marks at the start of a line.
        let content = line.trim_start_matches([' ', '\t', '\r', '\n', '\u{FEFF}']);
        if !content.is_empty() && !content.starts_with('#') {
            return Some(start + line.len() - content.len());
        }
        start += line.len();
    }
    None
}

/// The first line that is not what it seems. Every key begins a line, and a line that begins with
/// anything but white space is a key's, or a comment, an entry of a list or a closing bracket: so
/// what people read as a key is one, and no key hides elsewhere. `keys` are those that YAML sees.
fn stray_line(yaml: &str, keys: &[String]) -> Option<Range<usize>> {
    let mut keys = keys.iter();
    let mut start = 0;
    for line in yaml.split_inclusive('\n') {
        let text = line.trim_end_matches(['\r', '\n']);
        let range = start..start + text.len();
        start += line.len();
        let is_entry = text == "-" || text.starts_with("- ") || text.starts_with("-\t");
        if text.is_empty() || is_entry || text.starts_with([' ', '\t', '#', ']', '}']) {
            continue;
        }
        let key = written_key(text);
        if key.is_none() || key != keys.next().map(String::as_str) {
            return Some(range);
        }
    }
    // A key is left whose line does not begin with it.
    let first = first_content(yaml)?;
    keys.next().map(|_| first..first + 1)
}

/// The first line that begins with `#` and is no comment, but goes on with a quoted text.
fn false_comment(yaml: &str) -> Option<Range<usize>> {
    let is_comment = |line: &&str| line.starts_with('#');
    if !yaml.contains(['"', '\'']) || !yaml.split('\n').any(|line| is_comment(&line)) {
        return None;
    }
    let values = yaml::values(yaml);
    // A comment means the same without its words.
    let means_same = |without: &dyn Fn(usize) -> bool| {
        let lines = yaml.split('\n').enumerate();
        let bare = |(n, line)| if is_comment(&line) && without(n) { "#" } else { line };
        yaml::values(&lines.map(bare).collect::<Vec<_>>().join("\n")) == values
    };
    if means_same(&|_| true) {
        return None;
    }
    let mut start = 0;
    for (n, line) in yaml.split('\n').enumerate() {
        let range = start..start + line.trim_end_matches('\r').len();
        start += line.len() + 1;
        let may_be_told = is_comment(&line) && n < MAX_LOOKUPS as usize;
        if may_be_told && !means_same(&|other| other == n) {
            return Some(range);
        }
    }
    Some(0..0)
}

/// The key with which a line begins, in quotation marks or not.
fn written_key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    let key = key.trim_end_matches([' ', '\t']);
    let inner = |mark| key.strip_prefix(mark)?.strip_suffix(mark);
    inner('"').or_else(|| inner('\'')).or(Some(key))
}

/// Front matter with the means to point into it.
#[derive(Debug)]
pub struct FrontMatterSource<'a> {
    /// The file's path.
    pub path: &'a str,
    /// The file's text.
    pub text: &'a str,
    /// Where the YAML stands.
    pub yaml: Range<usize>,
    /// How many places were looked up: each is another parse, and past a limit mistakes are told
    /// at the end of the front matter.
    pub looked_up: Cell<u32>,
}

/// How many places are looked up in one file.
const MAX_LOOKUPS: u32 = 100;

impl FrontMatterSource<'_> {
    fn yaml(&self) -> &str {
        &self.text[self.yaml.clone()]
    }

    fn look_up(&self, find: impl Fn(&str) -> Option<usize>) -> Option<usize> {
        self.looked_up.set(self.looked_up.get() + 1);
        if self.looked_up.get() > MAX_LOOKUPS { None } else { find(self.yaml()) }
    }

    /// The place of a value, found by the YAML parser itself.
    pub fn place(&self, steps: &[YamlStep]) -> Place {
        match self.look_up(|yaml| yaml::place_of(yaml, steps)) {
            Some(at) => self.place_of_value(self.yaml.start + at),
            None => self.end_place(),
        }
    }

    /// The place of the closing `---`: where something is missing.
    pub fn end_place(&self) -> Place {
        Place::of_range(self.path, self.text, self.yaml.end..self.yaml.end + 3)
    }

    /// A value from its first character to its end, or to the end of its line.
    fn place_of_value(&self, start: usize) -> Place {
        let line = self.text[start..self.yaml.end].lines().next().unwrap_or("");
        let before = &self.text[self.yaml.start..start];
        let before = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let width = value_width(line, before.contains(['{', '[']));
        Place::of_range(self.path, self.text, start..start + width)
    }

    fn place_of_nth_key(&self, index: usize, key: &str) -> Place {
        match self.look_up(|yaml| yaml::place_of_key(yaml, index)) {
            Some(at) => self.place_of_key(self.yaml.start + at, key),
            None => self.end_place(),
        }
    }

    fn place_of_key(&self, start: usize, key: &str) -> Place {
        Place::of_range(self.path, self.text, start..start + key.len())
    }
}

/// How many bytes of a line its value takes: to the closing quotation mark; in a list or map on
/// one line to the next comma or bracket; else to a comment.
fn value_width(line: &str, inside_brackets: bool) -> usize {
    let quoted = line.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(end) = quoted.and_then(|quote| line[1..].find(quote)) {
        return end + 2;
    }
    let value = match line.find([',', '}', ']']).filter(|_| inside_brackets) {
        Some(end) => &line[..end],
        None => line.split(" #").next().unwrap_or(line),
    };
    value.trim_end().len()
}

/// What could be read of front matter.
#[derive(Debug, Default)]
pub struct Reading {
    /// The values; of front matter with mistakes, those without.
    pub front_matter: FrontMatter,
    /// Keys whose mistakes are told already.
    pub broken: Vec<String>,
    /// Whether the typed reader accepted all of it.
    pub accepted: bool,
}

/// Reads front matter. Every mistake is told.
pub fn read(source: &FrontMatterSource, diagnostics: &mut Diagnostics) -> Reading {
    if source.yaml().trim().is_empty() {
        return Reading { accepted: true, ..Reading::default() };
    }
    if let Some(problem) = dangerous(source) {
        diagnostics.push(problem);
        let broken = KEYS.iter().map(ToString::to_string).collect();
        return Reading { broken, ..Reading::default() };
    }
    match yaml::parse_with_keys(source.yaml()) {
        Ok((front_matter, keys)) => {
            let yaml = source.yaml();
            let stray = stray_line(yaml, &keys).or_else(|| false_comment(yaml));
            let accepted = stray.is_none();
            if let Some(line) = stray {
                let start = source.yaml.start;
                let line = start + line.start..start + line.end;
                let place = Place::of_range(source.path, source.text, line);
                diagnostics.push(Diagnostic::error(Code::FrontMatterLine, place));
            }
            Reading { front_matter, broken: Vec::new(), accepted }
        }
        Err(error) => explain(source, &error, diagnostics),
    }
}

/// The deepest nesting of brackets in front matter: the YAML parser takes time that grows with its
/// square.
const MAX_NESTING: usize = 100;

/// What is refused before, or in spite of, parsing: nesting and aliases that would take for ever,
/// tags, and characters that escapes such as `\x01` bring in.
fn dangerous(source: &FrontMatterSource) -> Option<Diagnostic> {
    let yaml = source.yaml();
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in yaml.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > MAX_NESTING || yaml::is_bomb(yaml) {
        let place = Place::of_range(source.path, source.text, source.yaml.start..source.yaml.start);
        return Some(Diagnostic::error(Code::FrontMatterTooDeep, place));
    }
    if let Some(at) = yaml::first_tag(yaml) {
        let len = yaml[at..].find([' ', '\t', '\r', '\n', ',', ']', '}']).unwrap_or(1);
        let start = source.yaml.start + at;
        let place = Place::of_range(source.path, source.text, start..start + len);
        return Some(Diagnostic::error(Code::YamlTag, place));
    }
    let first_escape = yaml.find('\\')?;
    let bad = yaml::values(yaml)?.text.chars().find(|c| !may_stand(*c))?;
    let start = source.yaml.start + first_escape;
    let place = Place::of_range(source.path, source.text, start..start + 1);
    let diagnostic = Diagnostic::error(Code::ForbiddenCharacter, place);
    Some(diagnostic.arg("character", format!("U+{:04X}", u32::from(bad))))
}

/// Finds every mistake in front matter that the typed reader refused.
fn explain(source: &FrontMatterSource, refusal: &YamlError, sink: &mut Diagnostics) -> Reading {
    let mut found = Diagnostics::default();
    let mut reading = Reading::default();
    let keys = match yaml::yaml_keys(source.yaml()) {
        Ok(keys) => keys,
        Err(error) => {
            sink.push(explain_syntax(source, &error));
            reading.broken = KEYS.iter().map(ToString::to_string).collect();
            return reading;
        }
    };
    for (index, key) in keys.iter().enumerate() {
        let problem = if keys[..index].contains(key) {
            let place = source.place_of_nth_key(index, key);
            Some(Diagnostic::error(Code::DuplicateKey, place).arg("key", key))
        } else if KEYS.contains(&key.as_str()) {
            read_entry(source, index, key, &mut reading.front_matter)
        } else {
            Some(unknown_key(key, source.place_of_nth_key(index, key)))
        };
        if let Some(problem) = problem {
            reading.broken.push(key.clone());
            found.push(problem);
        }
    }
    if !found.has_errors() {
        found.push(explain_syntax(source, refusal));
    }
    sink.append(found);
    reading
}

fn unknown_key(key: &str, place: Place) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UnknownKey, place).arg("key", key);
    if let Some((_, help)) = FOREIGN_KEYS.iter().find(|(foreign, _)| *foreign == key) {
        return diagnostic.help(help);
    }
    match closest(key, KEYS.iter().copied()) {
        Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
        None => diagnostic,
    }
}

/// Reads one entry with its own type into its field, or says what is wrong with it.
fn read_entry(
    source: &FrontMatterSource,
    index: usize,
    key: &str,
    into: &mut FrontMatter,
) -> Option<Diagnostic> {
    let (result, help) = fill_field(source.yaml(), index, key, into);
    let error = result.err()?;
    let Some(at) = error.at else {
        return Some(wrong_type(source.place_of_nth_key(index, key), key).help(help));
    };
    let start = source.yaml.start + at;
    let cause = &error.message;
    let named = |before: &str| {
        let rest = cause.split_once(before)?.1;
        rest.split('`').next().map(str::to_owned)
    };
    if let Some(inner) = named("unknown field `") {
        let known: Vec<&str> = cause.split('`').skip(3).step_by(2).collect();
        let place = source.place_of_key(start, &inner);
        let diagnostic = Diagnostic::error(Code::UnknownKey, place).arg("key", inner.as_str());
        return Some(match closest(&inner, known.iter().copied()) {
            Some(near) => diagnostic.arg("suggestion", near).help("help-suggestion"),
            None => diagnostic.arg("known", known.join(", ")).help("help-inner"),
        });
    }
    let place = source.place_of_value(start);
    if let Some(inner) = named("missing field `") {
        let key = format!("{key}: {inner}");
        return Some(Diagnostic::error(Code::MissingKey, place).arg("key", key).help(help));
    }
    Some(wrong_type(place, key).help(help))
}

fn wrong_type(place: Place, key: &str) -> Diagnostic {
    Diagnostic::error(Code::ValueType, place).arg("key", key)
}

/// Reads one entry; the second value names the advice if it is of the wrong kind.
fn fill_field(
    yaml: &str,
    index: usize,
    key: &str,
    into: &mut FrontMatter,
) -> (Result<(), YamlError>, &'static str) {
    fn fill<T: DeserializeOwned>(
        (yaml, index): (&str, usize),
        field: &mut Option<T>,
    ) -> Result<(), YamlError> {
        *field = yaml::entry(yaml, index)?;
        Ok(())
    }
    let at = (yaml, index);
    match key {
        "publish_until" => {
            let read = yaml::entry(yaml, index);
            (read.map(|until| into.publish_until = Some(until)), "help-text")
        }
        "withdrawn" => {
            let read = yaml::entry(yaml, index);
            (read.map(|withdrawn| into.withdrawn = Some(withdrawn)), "help-withdrawn")
        }
        "changes" => (fill(at, &mut into.changes), "help-changes"),
        "attachments" => (fill(at, &mut into.attachments), "help-attachments"),
        "waive" => (fill(at, &mut into.waive), "help-waive"),
        "weight" => (fill(at, &mut into.weight), "help-number"),
        "urgent" => (fill(at, &mut into.urgent), "help-boolean"),
        "extra" => (fill(at, &mut into.extra), "help-map"),
        "aliases" => (fill(at, &mut into.aliases), "help-list"),
        "tags" => (fill(at, &mut into.tags), "help-list"),
        "meets" => (fill(at, &mut into.meets), "help-list"),
        _ => match text_field(key, into) {
            Some(field) => (fill(at, field), "help-text"),
            None => (Ok(()), "help"),
        },
    }
}

fn text_field<'f>(key: &str, of: &'f mut FrontMatter) -> Option<&'f mut Option<String>> {
    Some(match key {
        "title" => &mut of.title,
        "category" => &mut of.category,
        "approver" => &mut of.approver,
        "publish_from" => &mut of.publish_from,
        "publish_until" => &mut of.publish_until,
        "approved_on" => &mut of.approved_on,
        "prepared_by" => &mut of.prepared_by,
        "reviewed_by" => &mut of.reviewed_by,
        "seal" => &mut of.seal,
        "summary" => &mut of.summary,
        "slug" => &mut of.slug,
        "unit" => &mut of.unit,
        "fiscal_year" => &mut of.fiscal_year,
        "issued_on" => &mut of.issued_on,
        "document_number" => &mut of.document_number,
        "valid_until" => &mut of.valid_until,
        "kind" => &mut of.kind,
        "replaces" => &mut of.replaces,
        _ => return None,
    })
}

/// Puts the YAML parser's own complaints into words that help.
fn explain_syntax(source: &FrontMatterSource, error: &YamlError) -> Diagnostic {
    let cause = &error.message;
    let yaml = source.yaml();
    let at = error.at.map_or(0, |at| at.min(yaml.len()));
    let at = (0..=at).rev().find(|&i| yaml.is_char_boundary(i)).unwrap_or(0);
    let line_start = yaml[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = yaml[line_start..].lines().next().unwrap_or("");
    let tab = line.find('\t').filter(|n| line[..*n].trim().is_empty());
    if let Some(column) = tab.or_else(|| {
        cause.contains("found character that cannot start").then(|| line.find('\t')).flatten()
    }) {
        let start = source.yaml.start + line_start + column;
        let place = Place::of_range(source.path, source.text, start..start + 1);
        return Diagnostic::error(Code::YamlTab, place);
    }
    let start = source.yaml.start + at;
    let place = source.place_of_value(start);
    if cause.contains("mapping values are not allowed") {
        let help = if line.contains(['“', '”']) { "help-curly" } else { "help" };
        return Diagnostic::error(Code::YamlColon, place).help(help);
    }
    if cause.contains("quoted scalar") {
        let opened = error.opened.map(|at| source.yaml.start + at);
        let place = opened.map_or(place, |at| source.place_of_value(at));
        return Diagnostic::error(Code::YamlQuote, place);
    }
    let help = if line.contains('\u{A0}') {
        "help-no-break-space"
    } else if cause.contains("invalid type: string") {
        "help-space"
    } else if cause.contains("alias") || cause.contains("anchor") {
        "help-star"
    } else if cause.contains("expected key") {
        "help-quotes"
    } else {
        "help"
    };
    Diagnostic::error(Code::YamlSyntax, place).arg("cause", cause.as_str()).help(help)
}

/// Texts that YAML cuts at ` #` though the writer meant a number sign: `title: ประกาศ #2`.
pub fn report_cut_texts(source: &FrontMatterSource, diagnostics: &mut Diagnostics) {
    let yaml = source.yaml();
    if !yaml.contains(" #") {
        return;
    }
    let mut start = source.yaml.start;
    for line in yaml.split_inclusive('\n') {
        let cut = ["title", "summary"].into_iter().find_map(|key| {
            let value = line.strip_prefix(key)?.strip_prefix(':')?.trim_start();
            let at = line.find(" #")?;
            let sign = line[at + 2..].starts_with(char::is_alphanumeric);
            (sign && !value.starts_with(['"', '\'', '|', '>'])).then_some((key, at + 1))
        });
        if let Some((key, at)) = cut {
            let end = start + line.trim_end().len();
            let place = Place::of_range(source.path, source.text, start + at..end);
            let warning = Diagnostic::warning(Code::CutByComment, place);
            diagnostics.push(warning.arg("key", key));
        }
        start += line.len();
    }
}
