//! Private numbers in what an item would publish: its text, its front matter, its files and their
//! names. A waiver that counts answers for one kind in one part.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::card::{Card, Part, Seal, Signature};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::extract::{self, Format, MAX_FILE};
use crate::front_matter::{Parts, Source};
use crate::piece::{Spot, Unread};
use crate::privacy::{Checker, Context, Found};
use crate::source::{Portal, Sha256Digest};
use crate::yaml::{self, Step};

/// Keys of front matter that stand on no page.
const UNPUBLISHED: [&str; 4] = ["seal", "approvals", "withdrawn", "waive"];

/// How many characters before and after a number are near it.
const BEFORE: usize = 60;
const AFTER: usize = 40;

/// An item to be looked through.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// Where its files are.
    pub portal: &'a Portal,
    /// Knows private numbers.
    pub checker: &'a Checker,
    /// The item.
    pub card: &'a Card,
    /// Its Markdown file.
    pub text: &'a str,
    /// Where front matter and body stand in it.
    pub parts: &'a Parts,
    /// Numbers of its files that would be published.
    pub files: &'a [usize],
    /// How bad an error is. In items that nobody will see they are only warnings.
    pub severity: Severity,
}

/// What came of it, beside findings.
#[derive(Debug, Default, Clone)]
pub struct Inspection {
    /// Numbers of the waivers that answered for something.
    pub waived: Vec<usize>,
    /// The bytes that were looked into, by number of the file: only these may be published.
    pub digests: Vec<(usize, Sha256Digest)>,
}

/// Looks through an item.
pub fn inspect(subject: &Subject, sink: &mut Diagnostics) -> Inspection {
    let mut findings = Findings { subject, told: BTreeMap::new() };
    findings.look_through_text();
    findings.look_at_address();
    let files: BTreeSet<usize> = subject.files.iter().copied().collect();
    let files: Vec<usize> = files.into_iter().collect();
    let read: Vec<Result<FileFindings, Diagnostic>> =
        files.par_iter().map(|number| FileFindings::of(subject, *number)).collect();
    let mut inspection = Inspection::default();
    for (number, file) in files.into_iter().zip(read) {
        let FileFindings { told, digest } = match file {
            Ok(findings) => findings,
            Err(unreadable) => {
                sink.push(Diagnostic { severity: subject.severity, ..unreadable });
                continue;
            }
        };
        inspection.digests.extend(digest.map(|digest| (number, digest)));
        findings.told.extend(told);
    }
    inspection.waived = findings.close(sink);
    inspection
}

/// Findings of one kind in one part: the first, and how many.
type Told = BTreeMap<(Code, Part, Severity), Diagnostic>;

/// What is found in an item.
struct Findings<'a> {
    subject: &'a Subject<'a>,
    told: Told,
}

impl Findings<'_> {
    /// The finding of a private number. Its place is asked for only once, as that takes time.
    fn number(
        &mut self,
        part: Part,
        found: &Found,
        place: impl FnOnce() -> Place,
        help: &'static str,
    ) {
        let key = (found.code, part, severity(self.subject, found));
        count(key, || number(self.subject, found, place()).help(help), &mut self.told);
    }

    /// Front matter and body, in one go.
    fn look_through_text(&mut self) {
        let Subject { checker, card, text, parts, .. } = *self.subject;
        let layout = OnceCell::new();
        let found = checker.find(text, "", |range| {
            layout.get_or_init(|| Layout::new(text)).context(range, &card.title)
        });
        if found.is_empty() {
            return;
        }
        let unpublished = unpublished(&text[parts.yaml.clone()]);
        for found in found {
            let at = found.range.start;
            let part = if at < parts.body.start { Part::FrontMatter } else { Part::Body };
            let in_yaml = at.saturating_sub(parts.yaml.start);
            let is_hidden = unpublished.iter().any(|range| range.contains(&in_yaml));
            if part == Part::Body || !is_hidden {
                let place = || Place::of_range(&card.path, text, found.range.clone());
                self.number(part, &found, place, "help");
            }
        }
    }

    /// The address is made of names of files and folders.
    fn look_at_address(&mut self) {
        let Subject { checker, card, .. } = *self.subject;
        let near = |_| Context { near: card.url.to_string(), ..Context::default() };
        for found in checker.find(&card.url, "", near) {
            let same = (found.code, Part::FrontMatter, self.subject.severity);
            if !self.told.contains_key(&same) {
                let place = || Place::file(&card.path);
                self.number(Part::FrontMatter, &found, place, "help-name");
            }
        }
    }

    /// Tells what no waiver answers for; the numbers of the waivers that did.
    fn close(self, sink: &mut Diagnostics) -> Vec<usize> {
        let waivers = &self.subject.card.details.waivers;
        let void = |n: &usize| self.void(*n).is_some();
        let mut used = BTreeSet::new();
        for ((code, part, _), found) in &self.told {
            let answers = |n: &usize| waivers[*n].rule == *code && waivers[*n].part == *part;
            let mut answering = (0..waivers.len()).filter(|n| answers(n) && !void(n));
            match answering.next() {
                Some(waiver) => {
                    used.insert(waiver);
                }
                None => sink.push(found.clone()),
            }
        }
        for n in (0..waivers.len()).filter(|n| !used.contains(n)) {
            let (code, help) = match self.void(n) {
                Some(help) => (Code::WaiverVoid, help),
                None => (Code::WaiverUnused, "help"),
            };
            // A draft has no seal yet.
            if help == "help-seal" && self.subject.severity != Severity::Error {
                continue;
            }
            let warning = Diagnostic::warning(code, self.place_of_waiver(n)).help(help);
            sink.push(warning.arg("rule", waivers[n].rule.as_str()));
        }
        used.into_iter().collect()
    }

    /// Why a waiver does not count: the advice that says so.
    fn void(&self, n: usize) -> Option<&'static str> {
        let Subject { card, .. } = self.subject;
        let approval = &card.approval;
        let is_signed =
            matches!(approval.signature, Signature::By(id, _) if Some(id) == approval.approver);
        if Some(card.details.waivers[n].by) != approval.approver {
            Some("help-by")
        } else if approval.seal == Seal::Matches || is_signed {
            None
        } else {
            Some("help-seal")
        }
    }

    fn place_of_waiver(&self, n: usize) -> Place {
        let Subject { card, text, parts, .. } = *self.subject;
        let (path, yaml) = (card.path.as_ref(), parts.yaml.clone());
        let source = Source { path, text, yaml, looked_up: Cell::new(0) };
        source.place(&[Step::Key("waive"), Step::Index(n), Step::Key("rule")])
    }
}

/// How bad a private number is in this item.
fn severity(subject: &Subject, found: &Found) -> Severity {
    match found.severity {
        Severity::Error => subject.severity,
        Severity::Warning => Severity::Warning,
    }
}

/// The finding of a private number.
fn number(subject: &Subject, found: &Found, place: Place) -> Diagnostic {
    let severity = severity(subject, found);
    let diagnostic = Diagnostic { severity, ..Diagnostic::error(found.code, place) };
    diagnostic.arg("name", format!("@{}", found.name))
}

/// Adds a finding, or counts it with the first of its kind.
fn count(key: (Code, Part, Severity), found: impl FnOnce() -> Diagnostic, told: &mut Told) {
    let known = told.entry(key).or_insert_with(|| found().arg("count", "0"));
    for (_, value) in known.args.iter_mut().filter(|(name, _)| *name == "count") {
        *value = (value.parse().unwrap_or(0) + 1).to_string();
    }
}

/// What is found in a file beside an item.
struct FileFindings {
    told: Told,
    digest: Option<Sha256Digest>,
}

impl FileFindings {
    fn of(subject: &Subject, number_of_file: usize) -> Result<Self, Diagnostic> {
        let Subject { portal, checker, card, .. } = *subject;
        let name = card.files[number_of_file].name.as_ref();
        let path = format!("{}{name}", card.folder());
        let part = Part::File(number_of_file);
        let mut told = Told::new();
        let mut tell =
            |found: Diagnostic| count((found.code, part, found.severity), || found, &mut told);
        let named = card.details.attachments.iter().find(|named| named.file == number_of_file);
        let title = named.map_or("", |named| named.title.as_ref());
        let near = |_| Context { near: format!("{name} {title}"), ..Context::default() };
        for found in checker.find(name, "", near) {
            tell(number(subject, &found, Place::file(&path)).help("help-name"));
        }
        if checker.names_document(name) || checker.names_document(title) {
            tell(Diagnostic::warning(Code::IdentityDocument, Place::file(&path)));
        }
        let Some(format) = Format::of_name(name).filter(|_| !checker.is_idle()) else {
            return Ok(Self { told, digest: None });
        };
        let unread = |why: Unread| {
            let found = Diagnostic::warning(Code::Unchecked, Place::file(&path));
            found.arg("why", format!("@privacy/{}", word_for(why)))
        };
        if format == Format::Closed || card.files[number_of_file].size > MAX_FILE {
            let too_large = format != Format::Closed;
            tell(unread(if too_large { Unread::TooLarge } else { Unread::Format }));
            return Ok(Self { told, digest: None });
        }
        let bytes = portal.read_whole(&path, MAX_FILE)?;
        let read = extract::read(format, &bytes, &mut |piece| {
            let context = |range: Range<usize>| Context {
                near: format!("{} {}", piece.head, near_in(piece.text, &range)),
                heading: String::new(),
            };
            // Over a column of a page stands its head, wherever that is.
            let far = if piece.is_whole { piece.text } else { "" };
            for found in checker.find(piece.text, far, context) {
                let (unit, spot) = shown(&piece.spot);
                let found = number(subject, &found, Place::file(&path)).help("help-file");
                tell(found.arg("unit", unit).arg("spot", spot));
            }
        });
        if let Err(why) = read {
            tell(unread(why));
        }
        Ok(Self { told, digest: Some(Sha256::digest(&bytes).into()) })
    }
}

/// The unit of a place in a file, as a sentence of the messages, and its number.
fn shown(spot: &Spot) -> (&'static str, String) {
    match spot {
        Spot::Cell(cell) => ("@privacy/cell", format!(" {cell}")),
        Spot::Page(page) => ("@privacy/page", format!(" {page}")),
        Spot::Line(line) => ("@privacy/line", format!(" {line}")),
        Spot::Properties => ("@privacy/properties", String::new()),
        Spot::Earlier => ("@privacy/earlier", String::new()),
        Spot::Inside(name) => {
            ("@privacy/inside", format!(" {}", name.replace(char::is_control, "\u{FFFD}")))
        }
    }
}

/// The word for a reason in the messages.
fn word_for(why: Unread) -> &'static str {
    match why {
        Unread::NoText => "no-text",
        Unread::NoLetters => "no-letters",
        Unread::TooLarge => "too-large",
        Unread::Locked => "locked",
        Unread::Broken => "broken",
        Unread::Format => "format",
    }
}

/// Where the keys of front matter stand that are not published.
fn unpublished(yaml: &str) -> Vec<Range<usize>> {
    let keys = yaml::keys(yaml).unwrap_or_default();
    let place = |n: usize| yaml::place_of_key(yaml, n).unwrap_or(yaml.len());
    let chosen = keys.iter().enumerate().filter(|(_, key)| UNPUBLISHED.contains(&key.as_str()));
    chosen.map(|(n, _)| place(n)..place(n + 1)).collect()
}

/// What stands near a number: before and after it on its line, else at the end of the line before.
fn near_in(text: &str, range: &Range<usize>) -> String {
    // Lines may be as long as files: only what is near is looked at.
    let lines = last_of(&text[..range.start], 3 * BEFORE);
    let (above, before) = lines.rsplit_once('\n').unwrap_or(("", lines));
    let above = last_of(above.trim_end().rsplit('\n').next().unwrap_or(""), BEFORE);
    let after = text[range.end..].chars().take(AFTER).take_while(|c| *c != '\n');
    let after: String = after.collect();
    format!("{above} {} {after}", last_of(before, BEFORE))
}

/// The last characters of a text.
fn last_of(text: &str, count: usize) -> &str {
    let start = text.char_indices().rev().nth(count - 1).map_or(0, |(at, _)| at);
    &text[start..]
}

/// Lines of a Markdown text, with the table and the heading that each stands under.
struct Layout<'t> {
    text: &'t str,
    lines: Vec<Line>,
}

struct Line {
    start: usize,
    /// The line at the head of the table.
    table: Option<usize>,
    /// The heading's line.
    heading: Option<usize>,
}

impl<'t> Layout<'t> {
    fn new(text: &'t str) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let number = lines.len();
            let before = lines.last();
            let table = before.and_then(|before| before.table).unwrap_or(number);
            let table = line.contains('|').then_some(table);
            let above = before.and_then(|before| before.heading);
            let heading = if line.starts_with('#') { Some(number) } else { above };
            lines.push(Line { start, table, heading });
            start += line.len();
        }
        Self { text, lines }
    }

    fn line(&self, number: usize) -> &'t str {
        let end = self.lines.get(number + 1).map_or(self.text.len(), |line| line.start);
        &self.text[self.lines[number].start..end]
    }

    fn context(&self, range: Range<usize>, title: &str) -> Context {
        let number = self.lines.partition_point(|line| line.start <= range.start).max(1) - 1;
        let line = &self.lines[number];
        let mut near = near_in(self.text, &range);
        if let Some(table) = line.table {
            let column = self.text[line.start..range.start].matches('|').count();
            near.push_str(self.line(table).split('|').nth(column).unwrap_or(""));
        }
        let heading = line.heading.map_or(title, |heading| self.line(heading)).to_owned();
        Context { near, heading }
    }
}
