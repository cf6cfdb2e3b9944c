//! Finds private numbers in what an item would publish: its text, its front matter, its files and
//! their names. A valid waiver covers one kind of number in one part.

use crate::content;
use crate::files;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::build::columns::ColumnNumbers;
use crate::build::seen_text;
use crate::build::text_layout::{TextLayout, near_in};
use crate::content::{FrontMatterSource, Item, ItemPart, Parts, Seal, Signature, YamlStep};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, Severity};
use crate::files::{FileFormat, FragmentPlace, MAX_FILE, Metadata, Unreadable};
use crate::privacy::{Checker, Context, PrivateNumber};
use crate::source::{Portal, Sha256Digest};
use crate::text::{Digit, DigitRun, LooseReading, every_digit, is_picture, runs};

/// Keys of front matter that no page shows.
const UNPUBLISHED: [&str; 4] = ["seal", "approvals", "withdrawn", "waive"];

/// Used in place of a key for a number found in the source.
const WRITTEN: &str = "-";

/// The maximum number of visible numbers that are compared with those in the source.
const MAX_COMPARED: usize = 200;

/// An item to inspect.
#[derive(Clone, Copy)]
pub(super) struct InspectedItem<'a> {
    /// The portal that contains its files.
    pub portal: &'a Portal,
    /// Finds private numbers.
    pub checker: &'a Checker,
    /// The item.
    pub item: &'a Item,
    /// The text of its Markdown file.
    pub text: &'a str,
    /// The ranges of front matter and body in the text.
    pub parts: &'a Parts,
    /// The rendered body.
    pub html: &'a str,
    /// The numbers of its files that would be published.
    pub files: &'a [usize],
    /// Returns whether a word has the form of an address of the portal.
    pub is_own_address: &'a (dyn Fn(&str) -> bool + Sync),
    /// The severity of an error. In items that are never published it is a warning.
    pub severity: Severity,
}

/// The result of an inspection, apart from diagnostics.
#[derive(Debug, Default, Clone)]
pub(crate) struct Inspection {
    /// The indices of the waivers that covered something.
    pub waived: Vec<usize>,
    /// The digests of the inspected files, by number of the file. Only these bytes may be
    /// published.
    pub digests: Vec<(usize, Sha256Digest)>,
}

/// Inspects an item.
pub(super) fn inspect(subject: &InspectedItem, sink: &mut Diagnostics) -> Inspection {
    let mut findings = PrivacyFindings { subject, counts: BTreeMap::new() };
    findings.look_through_text();
    findings.look_at_address();
    let files: BTreeSet<usize> = subject.files.iter().copied().collect();
    let files: Vec<usize> = files.into_iter().collect();
    let read: Vec<Result<FileFindings, Diagnostic>> =
        files.par_iter().map(|number| FileFindings::of(subject, *number)).collect();
    let mut inspection = Inspection::default();
    for (number, file) in files.into_iter().zip(read) {
        let FileFindings { counts, digest } = match file {
            Ok(findings) => findings,
            Err(unreadable) => {
                sink.push(Diagnostic { severity: subject.severity, ..unreadable });
                continue;
            }
        };
        inspection.digests.extend(digest.map(|digest| (number, digest)));
        findings.counts.extend(counts);
    }
    inspection.waived = findings.close(sink);
    inspection
}

/// Diagnostics of one kind in one part: the first one, and how many there are.
type FindingCounts = BTreeMap<(Code, ItemPart, Severity), Diagnostic>;

/// The private numbers found in an item.
struct PrivacyFindings<'a> {
    subject: &'a InspectedItem<'a>,
    counts: FindingCounts,
}

impl PrivacyFindings<'_> {
    /// Adds the diagnostic of a private number. Its place is computed only if needed, because that
    /// takes time.
    fn number(
        &mut self,
        part: ItemPart,
        found: &PrivateNumber,
        place: impl FnOnce() -> Place,
        help: &'static str,
    ) {
        let key = (found.code, part, severity(self.subject, found));
        count(key, || number(self.subject, found, place()).help(help), &mut self.counts);
    }

    /// Inspects front matter and body, both the source and the text that readers see.
    fn look_through_text(&mut self) {
        let InspectedItem { checker, item, text, parts, .. } = *self.subject;
        let layout = OnceCell::new();
        let written = checker.find(text, "", |range| {
            layout.get_or_init(|| TextLayout::new(text)).context(checker, range, &item.title)
        });
        let unpublished = OnceCell::new();
        let is_hidden = |at: usize| {
            let hidden: &Vec<Range<usize>> =
                unpublished.get_or_init(|| unpublished_keys(&text[parts.yaml.clone()]));
            let in_yaml = at.saturating_sub(parts.yaml.start);
            at < parts.body.start && hidden.iter().any(|range| range.contains(&in_yaml))
        };
        let part_of =
            |at: usize| if at < parts.body.start { ItemPart::FrontMatter } else { ItemPart::Body };
        let mut all: Vec<(ItemPart, PrivateNumber, &str)> = Vec::new();
        let mut known: BTreeMap<(ItemPart, Code, String), usize> = BTreeMap::new();
        for found in written.into_iter().filter(|found| !is_hidden(found.range.start)) {
            let part = part_of(found.range.start);
            known.entry((part, found.code, found.number.clone())).or_insert(all.len());
            all.push((part, found, WRITTEN));
        }
        let plain = OnceCell::new();
        for (n, (part, found, key)) in seen(self.subject).into_iter().enumerate() {
            let same = (part, found.code, found.number.clone());
            if let Some((_, known, _)) = known.get(&same).map(|known| &mut all[*known]) {
                known.severity = known.severity.min(found.severity);
                continue;
            }
            let plain = plain.get_or_init(|| plain_numbers(text, &is_hidden));
            let mut plain = plain.iter().filter(|run| part_of(run.digits[0].range.start) == part);
            let is_written = n < MAX_COMPARED && plain.any(|run| has_number(run, &found.number));
            // A number that is written out in the source has been judged there.
            if !is_written || part == ItemPart::Body && found.severity == Severity::Error {
                known.insert(same, all.len());
                all.push((part, found, key));
            }
        }
        for (part, found, key) in all {
            let subject = self.subject;
            let place = || match key {
                WRITTEN => Place::of_range(&item.path, text, found.range.clone()),
                key => place_of_seen(subject, part, &found, key),
            };
            self.number(part, &found, place, "help");
        }
    }

    /// Inspects the address, which consists of names of files and folders.
    fn look_at_address(&mut self) {
        let InspectedItem { checker, item, .. } = *self.subject;
        let address = seen_text::of_address(&item.url);
        let near = |_| Context { near: address.clone(), ..Context::default() };
        for found in checker.find_seen(&address, near) {
            let same = (found.code, ItemPart::FrontMatter, self.subject.severity);
            if !self.counts.contains_key(&same) {
                let place = || Place::file(&item.path);
                self.number(ItemPart::FrontMatter, &found, place, "help-name");
            }
        }
    }

    /// Reports what no waiver covers. Returns the indices of the waivers that covered something.
    fn close(self, sink: &mut Diagnostics) -> Vec<usize> {
        let waivers = &self.subject.item.details.waivers;
        // The first valid waiver for each kind of number in each part.
        let mut valid: BTreeMap<(Code, ItemPart), usize> = BTreeMap::new();
        for (n, waiver) in waivers.iter().enumerate().filter(|(n, _)| self.void(*n).is_none()) {
            valid.entry((waiver.rule, waiver.part)).or_insert(n);
        }
        let mut used = BTreeSet::new();
        for ((code, part, _), found) in &self.counts {
            match valid.get(&(*code, *part)).copied() {
                Some(waiver) => {
                    used.insert(waiver);
                }
                None => sink.push(found.clone()),
            }
        }
        let list = OnceCell::new();
        let mut placed = 0..MAX_PLACED;
        for n in (0..waivers.len()).filter(|n| !used.contains(n)) {
            let (code, help) = match self.void(n) {
                Some(help) => (Code::WaiverVoid, help),
                None => (Code::WaiverUnused, "help"),
            };
            // A draft has no seal yet.
            if help == "help-seal" && self.subject.severity != Severity::Error {
                continue;
            }
            let place = match placed.next() {
                Some(_) => self.place_of_waiver(&[YamlStep::Index(n), YamlStep::Key("rule")]),
                None => list.get_or_init(|| self.place_of_waiver(&[])).clone(),
            };
            let warning = Diagnostic::warning(code, place).help(help);
            sink.push(warning.arg("rule", waivers[n].rule.as_str()));
        }
        used.into_iter().collect()
    }

    /// Returns the help text that explains why a waiver is invalid. Returns `None` if it is valid.
    fn void(&self, n: usize) -> Option<&'static str> {
        let InspectedItem { item, .. } = self.subject;
        let approval = &item.approval;
        let is_signed =
            matches!(approval.signature, Signature::By(id, _) if Some(id) == approval.approver);
        if Some(item.details.waivers[n].by) != approval.approver {
            Some("help-by")
        } else if approval.seal == Seal::Matches || is_signed {
            None
        } else {
            Some("help-seal")
        }
    }

    /// Returns the place of the list of waivers, or of what the steps lead to in it.
    fn place_of_waiver(&self, steps: &[YamlStep]) -> Place {
        let InspectedItem { item, text, parts, .. } = *self.subject;
        let (path, yaml) = (item.path.as_ref(), parts.yaml.clone());
        let source = FrontMatterSource::new(path, text, yaml);
        let steps: Vec<YamlStep> =
            [YamlStep::Key("waive")].into_iter().chain(steps.iter().copied()).collect();
        source.place(&steps)
    }
}

/// How many waivers of an item are reported at their own places. Each place takes a parse of the front
/// matter; the others are reported at their list, so that the work does not grow with its square.
const MAX_PLACED: usize = 50;

/// Returns the severity of a private number in this item.
fn severity(subject: &InspectedItem, found: &PrivateNumber) -> Severity {
    match found.severity {
        Severity::Error => subject.severity,
        Severity::Warning => Severity::Warning,
    }
}

/// Creates the diagnostic of a private number.
fn number(subject: &InspectedItem, found: &PrivateNumber, place: Place) -> Diagnostic {
    let severity = severity(subject, found);
    let diagnostic = Diagnostic { severity, ..Diagnostic::error(found.code, place) };
    diagnostic.arg("name", format!("@{}", found.name))
}

/// Adds a diagnostic, or counts it with the first of its kind.
fn count(
    key: (Code, ItemPart, Severity),
    found: impl FnOnce() -> Diagnostic,
    counts: &mut FindingCounts,
) {
    let known = counts.entry(key).or_insert_with(|| found().arg("count", "0"));
    for (_, value) in known.args.iter_mut().filter(|(name, _)| *name == "count") {
        *value = (value.parse().unwrap_or(0) + 1).to_string();
    }
}

/// Counts a number that waited, and was before those counted since. `is_first` tells that none of its
/// kind was counted before.
fn count_earlier(part: ItemPart, found: Diagnostic, is_first: bool, counts: &mut FindingCounts) {
    let key = (found.code, part, found.severity);
    count(key, || found.clone(), counts);
    if is_first && let Some(known) = counts.get_mut(&key) {
        let count = known.args.iter().find(|(name, _)| *name == "count").cloned();
        *known = found;
        known.args.extend(count);
    }
}

/// The private numbers found in a file of an item.
struct FileFindings {
    counts: FindingCounts,
    digest: Option<Sha256Digest>,
}

impl FileFindings {
    fn of(subject: &InspectedItem, number_of_file: usize) -> Result<Self, Diagnostic> {
        let InspectedItem { portal, checker, item, .. } = *subject;
        let name = item.files[number_of_file].name.as_ref();
        let path = format!("{}{name}", item.folder());
        let part = ItemPart::File(number_of_file);
        let mut counts = FindingCounts::new();
        let add = |found: Diagnostic, counts: &mut FindingCounts| {
            count((found.code, part, found.severity), || found, counts);
        };
        let named = item.details.attachments.iter().find(|named| named.file == number_of_file);
        let title = named.map_or("", |named| named.title.as_ref());
        let near = |_| {
            let near = format!("{name} {title}");
            Context { near, is_file_name: true, ..Context::default() }
        };
        for found in checker.find_seen(&seen_text::of_address(name), near) {
            add(number(subject, &found, Place::file(&path)).help("help-name"), &mut counts);
        }
        if checker.names_document(name) || checker.names_document(title) {
            add(Diagnostic::warning(Code::IdentityDocument, Place::file(&path)), &mut counts);
        }
        let is_recording = files::is_recording(name);
        let is_photograph = (is_photograph(name) || is_recording) && !checker.is_idle();
        let is_too_large = item.files[number_of_file].size > MAX_FILE;
        if is_photograph && !is_too_large {
            let bytes = portal.read_whole(&path, MAX_FILE)?;
            let metadata = files::carefully(|| files::picture_metadata(&bytes));
            for code in codes_of(metadata.unwrap_or_default()) {
                let help = match item.approval.covers_text() {
                    _ if is_recording => "help-film",
                    true => "help-sealed",
                    false => "help",
                };
                add(Diagnostic::warning(code, Place::file(&path)).help(help), &mut counts);
            }
            return Ok(Self { counts, digest: Some(Sha256::digest(&bytes).into()) });
        }
        let unread = |why: Unreadable| {
            let found = Diagnostic::warning(Code::Unchecked, Place::file(&path));
            found.arg("why", format!("@privacy/{}", word_for(why)))
        };
        if is_photograph {
            add(unread(Unreadable::TooLarge), &mut counts);
            return Ok(Self { counts, digest: None });
        }
        let Some(format) = FileFormat::of_name(name).filter(|_| !checker.is_idle()) else {
            return Ok(Self { counts, digest: None });
        };
        if format == FileFormat::Closed || is_too_large {
            let too_large = format != FileFormat::Closed;
            let why = if too_large { Unreadable::TooLarge } else { Unreadable::Format };
            add(unread(why), &mut counts);
            return Ok(Self { counts, digest: None });
        }
        let bytes = portal.read_whole(&path, MAX_FILE)?;
        let read = read_numbers(subject, number_of_file, (format, &bytes), &mut counts);
        if let Err(why) = read {
            add(unread(why), &mut counts);
        }
        Ok(Self { counts, digest: Some(Sha256::digest(&bytes).into()) })
    }
}

/// Counts the private numbers in the text of a file, and the pictures in it that say where they were
/// taken.
fn read_numbers(
    subject: &InspectedItem,
    number_of_file: usize,
    (format, bytes): (FileFormat, &[u8]),
    counts: &mut FindingCounts,
) -> Result<(), Unreadable> {
    let InspectedItem { checker, item, .. } = *subject;
    let path = format!("{}{}", item.folder(), item.files[number_of_file].name);
    let part = ItemPart::File(number_of_file);
    let add = |found: Diagnostic, counts: &mut FindingCounts| {
        count((found.code, part, found.severity), || found, counts);
    };
    let mut columns = ColumnNumbers::new();
    let read = files::extract_text(format, bytes, &mut |piece| {
        if let Some(metadata) = piece.metadata() {
            let (_, spot) = shown(&piece.spot);
            let is_on_page = matches!(piece.spot, FragmentPlace::PictureOnPage(..));
            let help = if is_on_page { "help-page" } else { "help-inside" };
            for code in codes_of(metadata) {
                let found = Diagnostic::warning(code, Place::file(&path)).help(help);
                add(found.arg("spot", spot.trim_start()), counts);
            }
            return;
        }
        let column = piece.column.as_ref();
        let (header, left) = column.map_or(("", ""), |c| (c.header.as_str(), c.left.as_str()));
        let context = |range: Range<usize>| Context {
            near: format!("{} {}", piece.head, near_in(piece.text, &range)),
            column: header.to_owned(),
            left: left.to_owned(),
            ..Context::default()
        };
        if let Some(column) = column {
            columns.count(checker, column, piece.text);
        }
        // The header of a column may be anywhere on a page.
        let far = if piece.is_whole { piece.text } else { "" };
        for found in checker.find(piece.text, far, context) {
            let (unit, spot) = shown(&piece.spot);
            let waits = column.zip(found.column_kind);
            let found = number(subject, &found, Place::file(&path)).help("help-file");
            let found = found.arg("unit", unit).arg("spot", spot);
            match waits {
                Some((column, kind)) => {
                    let is_first = !counts.contains_key(&(found.code, part, found.severity));
                    columns.defer(column, kind, (found, is_first));
                }
                None => add(found, counts),
            }
        }
    });
    for (found, is_first) in columns.remaining() {
        count_earlier(part, found, is_first, counts);
    }
    read
}

/// Returns whether a file is a picture that may have metadata, by its name. SVG drawings are texts.
pub(crate) fn is_photograph(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    let further = ["tif", "tiff", "heic", "heif", "hif", "jpe", "jfif", "apng", "jxl", "dng"];
    is_picture(name) && extension != "svg" || further.contains(&extension.as_str())
}

/// Returns the codes of the diagnostics about a picture's metadata.
fn codes_of(metadata: Metadata) -> impl Iterator<Item = Code> {
    let position = metadata.position.then_some(Code::PicturePosition);
    position.into_iter().chain(metadata.device.then_some(Code::PictureDevice))
}

/// Returns the message key for a place in a file, and its number.
fn shown(spot: &FragmentPlace) -> (&'static str, String) {
    match spot {
        FragmentPlace::Cell(cell) => ("@privacy/cell", format!(" {cell}")),
        FragmentPlace::Page(page) | FragmentPlace::PictureOnPage(page, _) => {
            ("@privacy/page", format!(" {page}"))
        }
        FragmentPlace::Line(line) => ("@privacy/line", format!(" {line}")),
        FragmentPlace::Properties => ("@privacy/properties", String::new()),
        FragmentPlace::Earlier => ("@privacy/earlier", String::new()),
        FragmentPlace::Inside(name) | FragmentPlace::Picture(name, _) => {
            ("@privacy/inside", format!(" {}", name.replace(char::is_control, "\u{FFFD}")))
        }
    }
}

/// Returns the word of the messages for a reason.
fn word_for(why: Unreadable) -> &'static str {
    match why {
        Unreadable::NoText => "no-text",
        Unreadable::NoLetters => "no-letters",
        Unreadable::TooLarge => "too-large",
        Unreadable::Locked => "locked",
        Unreadable::Broken => "broken",
        Unreadable::Format => "format",
    }
}

/// Returns the numbers in the body as shown, and in the values of the front matter, each with its
/// key.
fn seen<'a>(subject: &InspectedItem<'a>) -> Vec<(ItemPart, PrivateNumber<'a>, &'static str)> {
    let InspectedItem { checker, item, html, is_own_address, .. } = *subject;
    if checker.is_idle() {
        return Vec::new();
    }
    let mut all = Vec::new();
    if let Some(text) = seen_text::of_body(html) {
        let layout = OnceCell::new();
        let context = |range| {
            layout.get_or_init(|| TextLayout::new(&text)).context(checker, range, &item.title)
        };
        // A line may hold thousands of numbers: it is examined once.
        let (mut line, mut depends) = (0..0, false);
        for mut found in checker.find_seen(&text, context) {
            if !line.contains(&found.range.start) {
                line = line_around(&text, &found.range);
                depends = depends_on_links(&text, &line, is_own_address);
            }
            if depends {
                found.severity = Severity::Warning;
            }
            all.push((ItemPart::Body, found, ""));
        }
    }
    for (key, text) in seen_text::of_values(item) {
        let context = |range| Context { near: near_in(&text, &range), ..Context::default() };
        let found = checker.find_seen(&text, context).into_iter();
        all.extend(found.map(|found| (ItemPart::FrontMatter, found, key)));
    }
    all
}

/// Returns the line of a range, without its line break.
fn line_around(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    start..end
}

/// Returns whether what a line and the line above show can change when another item is published or withheld.
/// Addresses of the portal are shown or replaced by `…`, and titles of links appear and disappear.
/// The mere passing of time must not turn this into an error.
fn depends_on_links(
    text: &str,
    line: &Range<usize>,
    is_own_address: &(dyn Fn(&str) -> bool + Sync),
) -> bool {
    let above = text[..line.start.saturating_sub(1)].rfind('\n').map_or(0, |at| at + 1);
    let lines = &text[above..line.end];
    lines.contains(['…', seen_text::TITLE_OF_LINK]) || lines.split_whitespace().any(is_own_address)
}

/// Returns where a visible number is in the source: at its digits in sequence, with anything
/// between them, or else at its key or on the first line of the body.
fn place_of_seen(
    subject: &InspectedItem,
    part: ItemPart,
    found: &PrivateNumber,
    key: &'static str,
) -> Place {
    let InspectedItem { item, text, parts, .. } = *subject;
    let area = if part == ItemPart::Body { parts.body.clone() } else { parts.yaml.clone() };
    // The address and the title of a link are skipped, unless the number is in them.
    let written = &text[area.clone()];
    for reading in [
        LooseReading::Shown,
        LooseReading::Addresses,
        LooseReading::Literal,
        LooseReading::Rendered,
    ] {
        let digits = every_digit(written, reading);
        let shown: String = digits.iter().map(Digit::shown).collect();
        if let Some(first) = shown.find(&found.number) {
            let last = &digits[first + found.number.len() - 1];
            let range = area.start + digits[first].range.start..area.start + last.range.end;
            return Place::of_range(&item.path, text, range);
        }
    }
    if part == ItemPart::Body {
        let blank = text[area.clone()].len() - text[area.clone()].trim_start().len();
        let start = area.start + blank;
        return Place { column: 0, ..Place::of_range(&item.path, text, start..start) };
    }
    let (path, yaml) = (item.path.as_ref(), parts.yaml.clone());
    FrontMatterSource::new(path, text, yaml).place(&[YamlStep::Key(key)])
}

/// Returns the runs of digits in the published part of the source.
fn plain_numbers(text: &str, is_hidden: &dyn Fn(usize) -> bool) -> Vec<DigitRun> {
    let is_shown =
        |run: &DigitRun| run.digits.first().is_some_and(|first| !is_hidden(first.range.start));
    runs(text).filter(is_shown).collect()
}

/// Returns whether a number is in a run of digits, and not part of a longer one.
fn has_number(run: &DigitRun, number: &str) -> bool {
    run.starts().any(|start| {
        let end = start + number.len();
        let digits = run.digits.get(start..end);
        digits.is_some_and(|digits| digits.iter().map(Digit::shown).eq(number.chars()))
            && run.digits.get(end).is_none_or(Digit::begins_group)
    })
}

/// Returns the ranges of the keys of front matter that are not published.
fn unpublished_keys(yaml: &str) -> Vec<Range<usize>> {
    let keys = content::yaml_keys(yaml).unwrap_or_default();
    let place = |n: usize| content::place_of_key(yaml, n).unwrap_or(yaml.len());
    let chosen = keys.iter().enumerate().filter(|(_, key)| UNPUBLISHED.contains(&key.as_str()));
    chosen.map(|(n, _)| place(n)..place(n + 1)).collect()
}
