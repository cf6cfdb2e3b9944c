//! The survey: every Markdown file is read once and becomes a small [`Item`].
//!
//! The text of a file is dropped as soon as its card is made; the renderer reads the body again
//! and compares fingerprints. Here values are checked one by one, each mistake at its own place.

use std::cell::Cell;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::config::{
    CategoryId, Config, LanguageId, Person, PersonId, PublicKey, date_diagnostic, unknown_id,
};
use crate::content::front_matter::{
    AttachmentEntry, ChangeEntry, FrontMatter, FrontMatterSource, Reading,
};
use crate::content::item::{
    Approval, Attachment, BODY, Details, FRONT_MATTER, Item, ItemFile, ItemPart, Role, Seal,
    Signature, Waiver, Window, folded, folder_of, join, nfc, owns_folder, stem_of,
};
use crate::content::kinds::{KindData, KindReader};
use crate::content::seal::{NotSealable, digest_of_markdown, seal_of, statement};
use crate::content::yaml::YamlStep;
use crate::content::{front_matter, seal};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::source::{Fingerprint, Inventory, MAX_PART, Portal, Sha256Digest, Text};
use crate::ssh::{Signed, verify};
use crate::text::{DateError, Moment, ends_line, parse_year};

/// The longest old address in bytes: with the output folder before it, a path must stay below
/// what systems take (4,096 on Linux, 1,024 on macOS).
const MAX_PATH: usize = 600;

/// A date this many years from `publish_from` is probably a slip of the pen.
const FAR_YEARS: i64 = 60;

/// What the survey needs beside the file itself.
#[derive(Debug)]
pub struct ItemLoader<'a> {
    /// The portal.
    pub portal: &'a Portal,
    /// Its settings.
    pub config: &'a Config,
    /// Its files.
    pub inventory: &'a Inventory,
}

impl ItemLoader<'_> {
    /// Makes the card of a Markdown file; `None` if its front matter has a mistake.
    pub fn survey(&self, path: &str, diagnostics: &mut Diagnostics) -> Option<Item> {
        let text = self.portal.read_text(path, diagnostics)?;
        self.read(path, &text, diagnostics)
    }

    /// Makes the card of a text that stands, or shall stand, at a path.
    pub fn read(&self, path: &str, text: &Text, diagnostics: &mut Diagnostics) -> Option<Item> {
        let parts = front_matter::split_front_matter(path, &text.text, diagnostics)?;
        let source =
            FrontMatterSource { path, text: &text.text, yaml: parts.yaml, looked_up: Cell::new(0) };
        let mut own = Diagnostics::default();
        let Reading { front_matter, broken, accepted } = front_matter::read(&source, &mut own);
        front_matter::report_cut_texts(&source, &mut own);
        let desk = FieldReader { surveyor: self, source: &source, broken: &broken };
        let seal = front_matter.seal.clone().unwrap_or_default();
        let mut card = desk.card(front_matter, text.fingerprint, parts.body.start, &mut own);
        // Nothing is proven of what is refused anyway, and looking for it could take long.
        if let Some(card) = card.as_mut().filter(|_| accepted && !own.has_errors()) {
            self.check_proof(card, seal.trim(), &source, &mut own);
        }
        let whole = accepted && !own.has_errors();
        diagnostics.append(own);
        card.filter(|_| whole)
    }

    /// The card of a text, and the statement that an approval of it stands for.
    pub fn statement(
        &self,
        path: &str,
        text: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Item, String)> {
        let mut card = self.read(path, text, diagnostics)?;
        let yaml = front_matter::split_front_matter(path, &text.text, diagnostics)?.yaml;
        let source = FrontMatterSource { path, text: &text.text, yaml, looked_up: Cell::new(0) };
        match self.statement_of(&mut card, &source, diagnostics) {
            Ok(statement) => Some((card, statement)),
            Err(NotSealable { at, help }) => {
                let end = at + text.text[at..].lines().next().map_or(0, str::len);
                let place = Place::of_range(path, &text.text, at..end);
                diagnostics.push(Diagnostic::error(Code::NotSealable, place).help(help));
                None
            }
        }
    }

    /// Compares an item and its files with its seal and its signature, if there are any.
    fn check_proof(
        &self,
        card: &mut Item,
        seal: &str,
        source: &FrontMatterSource,
        sink: &mut Diagnostics,
    ) {
        let signature = format!("{}.sig", card.path);
        let files = &self.inventory.files;
        let is_signed = files.binary_search_by(|f| f.path.as_str().cmp(&signature)).is_ok();
        if seal.is_empty() && !is_signed {
            return;
        }
        let statement = self.statement_of(card, source, sink).ok();
        if !seal.is_empty() {
            let found = statement.as_deref().map(seal_of);
            let matches = found.as_deref() == Some(seal);
            card.approval.seal = if matches { Seal::Matches } else { Seal::Differs };
        }
        if is_signed {
            let bytes = self.portal.read_bytes(&signature).map_err(|found| sink.push(found));
            let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let signed = statement.zip(text).map(|(statement, text)| verify(&statement, &text));
            card.approval.signature = self.signer(signed, &card.approval);
        }
    }

    /// What the item's approval stands for; the digests are kept, as these bytes are published.
    fn statement_of(
        &self,
        card: &mut Item,
        source: &FrontMatterSource,
        sink: &mut Diagnostics,
    ) -> Result<String, NotSealable> {
        let folder = card.folder().to_owned();
        let digests: Vec<_> = card
            .files
            .par_iter()
            .map(|file| (nfc(&file.name), self.portal.digest(&format!("{folder}{}", file.name))))
            .collect();
        let mut files = Vec::with_capacity(digests.len());
        for (file, (name, digest)) in card.files.iter_mut().zip(digests) {
            match digest {
                Ok(digest) => {
                    file.digest = Some(Box::new(digest));
                    files.push((name, digest));
                }
                Err(unreadable) => sink.push(unreadable),
            }
        }
        let markdown = digest_of_markdown(source.text, source.yaml.clone())?;
        card.proven = Some(Box::new(markdown));
        Ok(self.statement_with(&card.path, &card.window, &markdown, files))
    }

    fn statement_with(
        &self,
        path: &str,
        window: &Window,
        markdown: &Sha256Digest,
        mut files: Vec<(String, Sha256Digest)>,
    ) -> String {
        // Two names may be one after normalisation: both are under the seal.
        files.sort();
        let files: Vec<(&str, Sha256Digest)> =
            files.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
        let path = path.strip_prefix("content/").unwrap_or(path);
        let site = self.config.id.as_str();
        statement(&seal::StatementInput { site, path, window, markdown, files: &files })
    }

    /// The seal that stands in a text.
    pub fn written_seal(&self, path: &str, text: &Text) -> Option<String> {
        let mut ignored = Diagnostics::default();
        let yaml = front_matter::split_front_matter(path, &text.text, &mut ignored)?.yaml;
        let source = FrontMatterSource { path, text: &text.text, yaml, looked_up: Cell::new(0) };
        let seal = front_matter::read(&source, &mut ignored).front_matter.seal?;
        Some(seal.trim().to_owned()).filter(|seal| !seal.is_empty())
    }

    /// The seal that a text would have with these files (by path) beside it, and its approval as the
    /// gate would see it then; `None` if it cannot be sealed.
    pub fn edition(
        &self,
        path: &str,
        text: &Text,
        (files, signature): (&[(String, Sha256Digest)], Option<&str>),
    ) -> Option<Version> {
        let mut ignored = Diagnostics::default();
        let yaml = front_matter::split_front_matter(path, &text.text, &mut ignored)?.yaml;
        let source = FrontMatterSource {
            path,
            text: &text.text,
            yaml: yaml.clone(),
            looked_up: Cell::new(0),
        };
        let Reading { front_matter: fm, broken, accepted } =
            front_matter::read(&source, &mut ignored);
        if !accepted {
            return None;
        }
        let markdown = digest_of_markdown(&text.text, yaml).ok()?;
        let desk = FieldReader { surveyor: self, source: &source, broken: &broken };
        let window = desk.window(&fm, &mut ignored)?;
        let name =
            |(path, digest): &(String, _)| (path[folder_of(path).len()..].to_owned(), *digest);
        let names = files.iter().map(name).collect();
        let statement = self.statement_with(path, &window, &markdown, names);
        let seal = seal_of(&statement);
        let mut approval = desk.approval(&fm, &mut ignored)?;
        let is_its_own = fm.seal.as_deref().map(str::trim) == Some(seal.as_str());
        approval.seal = if is_its_own { Seal::Matches } else { Seal::Differs };
        if let Some(signature) = signature {
            approval.signature = self.signer(Some(verify(&statement, signature)), &approval);
        }
        let category = desk.category(&fm, Role::Item, &mut ignored)?;
        Some(Version { seal, approval, category })
    }

    /// What a signature over a statement says of the approval that it stands for.
    pub fn signature(&self, statement: &str, signature: &str, approval: &Approval) -> Signature {
        self.signer(Some(verify(statement, signature)), approval)
    }

    /// Whose key a signature was made with; the approver's first, as two may share one.
    fn signer(&self, signed: Option<Signed>, approval: &Approval) -> Signature {
        let key = match signed {
            Some(Signed::By(key)) => key,
            Some(Signed::Rsa) => return Signature::Rsa,
            Some(Signed::Not) | None => return Signature::Broken,
        };
        let people = (0..).zip(&self.config.policy.people);
        let entries = people.flat_map(|(id, person): (PersonId, &Person)| {
            (0..).zip(&person.keys).map(move |(number, key)| (id, number, key))
        });
        // A key may be listed more than once. Taken back anywhere, it is taken back; else that entry
        // of the approver's counts whose term covers the approval.
        let counts_least = |(id, _, key): &(PersonId, u16, &PublicKey)| {
            let on = approval.on.map(|(_, instant)| instant);
            let covers = key.term.is_none_or(|term| on.is_some_and(|on| term.covers(on)));
            (!key.is_revoked, Some(*id) != approval.approver, !covers)
        };
        let holder = entries.filter(|(_, _, known)| known.public == key).min_by_key(counts_least);
        holder.map_or(Signature::Stranger, |(id, number, _)| Signature::By(id, number))
    }

    /// The files in an item's own folder: only `index.md` and `_index.md` have one.
    pub fn files_beside(&self, path: &str) -> Box<[ItemFile]> {
        if !owns_folder(path) {
            return Box::default();
        }
        let folder = folder_of(path);
        let files = &self.inventory.files;
        let first = files.partition_point(|f| f.path.as_str() < folder);
        files[first..]
            .iter()
            .take_while(|f| f.path.starts_with(folder))
            .filter(|f| !f.path[folder.len()..].contains('/') && !f.path.ends_with(".sig"))
            .map(|f| ItemFile { name: f.path[folder.len()..].into(), size: f.size, digest: None })
            .collect()
    }
}

/// An item as it was, or would be.
#[derive(Debug)]
pub struct Version {
    /// Its seal.
    pub seal: String,
    /// Who stands for it, and how.
    pub approval: Approval,
    /// Its category.
    pub category: Option<CategoryId>,
}

/// One item on the desk: its front matter, checked value by value.
struct FieldReader<'a> {
    surveyor: &'a ItemLoader<'a>,
    source: &'a FrontMatterSource<'a>,
    broken: &'a [String],
}

impl FieldReader<'_> {
    fn config(&self) -> &Config {
        self.surveyor.config
    }

    fn card(
        &self,
        fm: FrontMatter,
        fingerprint: Fingerprint,
        body: usize,
        sink: &mut Diagnostics,
    ) -> Option<Item> {
        let path = self.source.path;
        let (stem, tag) = stem_of(path)?;
        let language = self.language(tag, sink);
        let role = if stem == "_index" { Role::Index } else { Role::Item };
        let category = self.category(&fm, role, sink);
        let url = self.url(&fm, stem, role, language.zip(category), sink);
        let files = self.surveyor.files_beside(path);
        let title = self.title(fm.title.as_deref(), sink);
        let window = self.window(&fm, sink);
        let approval = self.approval(&fm, sink);
        let withdrawn = self.withdrawn(&fm, sink);
        if let (Some(window), Some(Some(category))) = (window, category) {
            self.check_days(&window, category, sink);
        }
        self.report_far_years(window, withdrawn.flatten(), &fm, sink);
        let details = self.details(&fm, stem, &files, sink);
        Some(Item {
            path: path.into(),
            fingerprint,
            body_line: u32::try_from(self.source.text[..body].matches('\n').count()).ok()? + 1,
            role,
            language: language?,
            category: category?,
            url: url?.into(),
            title: title?.into(),
            summary: single_line(fm.summary.as_deref().unwrap_or("")).into(),
            tags: boxed(fm.tags.unwrap_or_default()).into(),
            window: window?,
            weight: fm.weight,
            is_urgent: fm.urgent.unwrap_or(false),
            approval: approval?,
            withdrawn: withdrawn?,
            proven: None,
            files,
            details: Details { extra: fm.extra.unwrap_or_default(), ..details? }.shared(),
        })
    }

    /// The language by the file name; a tag that is not declared is a mistake, not a slug.
    fn language(&self, tag: Option<&str>, sink: &mut Diagnostics) -> Option<LanguageId> {
        let Some(tag) = tag else { return Some(0) };
        match self.config().language(tag) {
            Some(0) => {
                let place = Place::file(self.source.path);
                sink.push(Diagnostic::error(Code::OwnLanguageTag, place).arg("language", tag));
                None
            }
            Some(language) => Some(language),
            None => {
                let place = Place::file(self.source.path);
                sink.push(Diagnostic::error(Code::UndeclaredLanguage, place).arg("language", tag));
                None
            }
        }
    }

    /// The outer `None` is a mistake, the inner one an item outside all categories.
    fn category(
        &self,
        fm: &FrontMatter,
        role: Role,
        sink: &mut Diagnostics,
    ) -> Option<Option<CategoryId>> {
        if self.source.path == "content/index.md" {
            let place = Place::file(self.source.path);
            sink.push(Diagnostic::error(Code::RootIndex, place));
            return None;
        }
        let Some(id) = fm.category.as_deref().filter(|id| !id.trim().is_empty()) else {
            let depth = self.source.path.matches('/').count();
            let bundle = self.source.path.ends_with("/index.md") || self.is_bundle_translation();
            let directly = depth == 1 || (role == Role::Item && depth == 2 && bundle);
            if !directly {
                self.missing("category", "help-category", sink);
            }
            return directly.then_some(None);
        };
        let policy = &self.config().policy;
        let found = policy.category(id);
        if found.is_none() {
            let place = self.source.place(&[YamlStep::Key("category")]);
            let known = || policy.categories.iter().map(|c| c.id.as_str());
            let by_title = policy.categories.iter().find(|c| c.title == id);
            let by_title = by_title.map(|c| c.id.as_str());
            sink.push(unknown_id(Code::UnknownCategory, place, id, known, by_title));
        }
        found.map(Some)
    }

    fn is_bundle_translation(&self) -> bool {
        stem_of(self.source.path).is_some_and(|(stem, tag)| stem == "index" && tag.is_some())
    }

    fn missing(&self, key: &'static str, help: &'static str, sink: &mut Diagnostics) {
        if !self.broken.iter().any(|told| told == key) {
            let place = self.source.end_place();
            sink.push(Diagnostic::error(Code::MissingKey, place).arg("key", key).help(help));
        }
    }

    fn title(&self, title: Option<&str>, sink: &mut Diagnostics) -> Option<String> {
        let title = single_line(title.unwrap_or(""));
        if title.is_empty() {
            self.missing("title", "help-title", sink);
            return None;
        }
        Some(title)
    }

    fn url(
        &self,
        fm: &FrontMatter,
        stem: &str,
        role: Role,
        place: Option<(LanguageId, Option<CategoryId>)>,
        sink: &mut Diagnostics,
    ) -> Option<String> {
        let slug = self.slug(fm, stem, role, sink)?;
        let (language, category) = place?;
        let config = self.config();
        let mut url = match category {
            Some(category) => config.category_url(language, category),
            None => config.home_url(language),
        };
        if role == Role::Item {
            url.push_str(&slug);
            url.push('/');
        }
        Some(url)
    }

    fn slug(
        &self,
        fm: &FrontMatter,
        stem: &str,
        role: Role,
        sink: &mut Diagnostics,
    ) -> Option<String> {
        if role == Role::Index {
            if fm.slug.is_some() {
                let place = self.source.place(&[YamlStep::Key("slug")]);
                sink.push(Diagnostic::error(Code::SlugOnIndex, place));
                return None;
            }
            return Some(String::new());
        }
        let folder = folder_of(self.source.path).trim_end_matches('/');
        let bundle = || folder.rsplit('/').next().unwrap_or("");
        let written = match fm.slug.as_deref() {
            Some(slug) => slug,
            None if stem == "index" => bundle(),
            None => stem,
        };
        let slug: String = nfc(written).split_whitespace().collect::<Vec<_>>().join("-");
        if let Some(reason) = slug_problem(&slug) {
            let place = if fm.slug.is_some() {
                self.source.place(&[YamlStep::Key("slug")])
            } else {
                Place::file(self.source.path)
            };
            let diagnostic = Diagnostic::error(reason, place).arg("slug", slug);
            sink.push(diagnostic.arg("limit", MAX_PART.to_string()));
            return None;
        }
        Some(slug)
    }

    /// Reads a date under a key; the outer `None` is a mistake.
    fn moment(
        &self,
        text: Option<&str>,
        steps: &[YamlStep],
        sink: &mut Diagnostics,
    ) -> Option<Option<Moment>> {
        let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Some(None) };
        match Moment::parse(text, self.config().calendar) {
            Ok(moment) => Some(Some(moment)),
            Err(error) => {
                sink.push(date_diagnostic(error, self.source.place(steps), text));
                None
            }
        }
    }

    /// Reads a date that decides something, as written and as an instant.
    fn instant(
        &self,
        text: Option<&str>,
        steps: &[YamlStep],
        reading: fn(Moment, &jiff::tz::TimeZone) -> Result<Timestamp, DateError>,
        sink: &mut Diagnostics,
    ) -> Option<Option<(Moment, Timestamp)>> {
        let Some(moment) = self.moment(text, steps, sink)? else { return Some(None) };
        match reading(moment, &self.config().zone) {
            Ok(instant) => Some(Some((moment, instant))),
            Err(error) => {
                let place = self.source.place(steps);
                sink.push(date_diagnostic(error, place, text.unwrap_or("")));
                None
            }
        }
    }

    /// A date that cannot be left empty.
    fn needed_instant(
        &self,
        text: &str,
        steps: &[YamlStep],
        reading: fn(Moment, &jiff::tz::TimeZone) -> Result<Timestamp, DateError>,
        sink: &mut Diagnostics,
    ) -> Option<(Moment, Timestamp)> {
        let found = self.instant(Some(text), steps, reading, sink)?;
        if found.is_none() {
            sink.push(date_diagnostic(DateError::Form, self.source.place(steps), text));
        }
        found
    }

    fn window(&self, fm: &FrontMatter, sink: &mut Diagnostics) -> Option<Window> {
        let (from_key, until_key) =
            ([YamlStep::Key("publish_from")], [YamlStep::Key("publish_until")]);
        let from = self.instant(fm.publish_from.as_deref(), &from_key, Moment::opens, sink);
        if from == Some(None) {
            self.missing("publish_from", "help-from", sink);
        }
        let until = match fm.publish_until.as_deref() {
            Some(text) => Some(self.needed_instant(text, &until_key, Moment::closes, sink)?),
            None => None,
        };
        let (from_written, from) = from??;
        if until.is_some_and(|(_, until)| until <= from) {
            let place = self.source.place(&until_key);
            sink.push(Diagnostic::error(Code::EmptyWindow, place));
            return None;
        }
        Some(Window {
            from,
            until: until.map(|(_, instant)| instant),
            from_written,
            until_written: until.map(|(written, _)| written),
        })
    }

    /// A category may ask how long its items stand, at the least and at the most.
    fn check_days(&self, window: &Window, category: CategoryId, sink: &mut Diagnostics) {
        let category = &self.config().policy.categories[usize::from(category)];
        // A clock change makes a day of 23 or 25 hours.
        let hours = window.until.map(|until| until.duration_since(window.from).as_hours());
        let short = |days: &i64| hours.is_some_and(|hours| hours + 1 < days * 24);
        let long = |days: &i64| hours.is_none_or(|hours| hours - 1 > days * 24);
        let (least, most) = category.days;
        let wrong =
            [(Code::WindowShort, least.filter(short)), (Code::WindowLong, most.filter(long))];
        for (code, days) in wrong {
            let Some(days) = days else { continue };
            let key = if hours.is_some() { "publish_until" } else { "publish_from" };
            let found = Diagnostic::error(code, self.source.place(&[YamlStep::Key(key)]));
            sink.push(found.arg("category", category.id.as_str()).arg("days", days.to_string()));
        }
    }

    /// A year typed wrongly is often still a year: 2659 for 2569.
    fn report_far_years(
        &self,
        window: Option<Window>,
        withdrawn: Option<Timestamp>,
        fm: &FrontMatter,
        sink: &mut Diagnostics,
    ) {
        let Some(window) = window else { return };
        let mut tell = |at: Option<Timestamp>, text: Option<&str>, steps: &[YamlStep]| {
            let Some(at) = at else { return };
            let years = at.duration_since(window.from).as_hours().abs() / (24 * 365);
            if years > FAR_YEARS {
                let warning = Diagnostic::warning(Code::FarYear, self.source.place(steps));
                let warning = warning.arg("value", text.unwrap_or(""));
                sink.push(warning.arg("years", years.to_string()));
            }
        };
        let until = fm.publish_until.as_deref();
        tell(window.until, until, &[YamlStep::Key("publish_until")]);
        let on = fm.withdrawn.as_ref().map(|withdrawn| withdrawn.on.as_str());
        tell(withdrawn, on, &[YamlStep::Key("withdrawn"), YamlStep::Key("on")]);
    }

    fn approval(&self, fm: &FrontMatter, sink: &mut Diagnostics) -> Option<Approval> {
        let approver = self.person(fm.approver.as_deref(), "approver", sink);
        let prepared_by = self.person(fm.prepared_by.as_deref(), "prepared_by", sink);
        let reviewed_by = self.person(fm.reviewed_by.as_deref(), "reviewed_by", sink);
        let key = [YamlStep::Key("approved_on")];
        let on = self.instant(fm.approved_on.as_deref(), &key, Moment::opens, sink);
        Some(Approval {
            approver: approver?,
            on: on?,
            prepared_by: prepared_by?,
            reviewed_by: reviewed_by?,
            seal: Seal::Absent,
            signature: Signature::Absent,
        })
    }

    /// The outer `None` is a mistake: an id that site.toml does not know.
    fn person(
        &self,
        id: Option<&str>,
        key: &'static str,
        sink: &mut Diagnostics,
    ) -> Option<Option<PersonId>> {
        let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else { return Some(None) };
        self.known_person(id, &[YamlStep::Key(key)], sink).map(Some)
    }

    fn known_person(
        &self,
        id: &str,
        steps: &[YamlStep],
        sink: &mut Diagnostics,
    ) -> Option<PersonId> {
        let policy = &self.config().policy;
        let found = policy.person(id);
        if found.is_none() {
            let known = || policy.people.iter().map(|p| p.id.as_str());
            let place = self.source.place(steps);
            let by_name = policy.people.iter().find(|p| p.name == id).map(|p| p.id.as_str());
            sink.push(unknown_id(Code::UnknownPerson, place, id, known, by_name));
        }
        found
    }

    fn withdrawn(&self, fm: &FrontMatter, sink: &mut Diagnostics) -> Option<Option<Timestamp>> {
        let Some(withdrawn) = &fm.withdrawn else { return Some(None) };
        let steps = [YamlStep::Key("withdrawn"), YamlStep::Key("on")];
        let on = self.needed_instant(&withdrawn.on, &steps, Moment::opens, sink);
        on.map(|(_, instant)| Some(instant))
    }

    fn details(
        &self,
        fm: &FrontMatter,
        stem: &str,
        files: &[ItemFile],
        sink: &mut Diagnostics,
    ) -> Option<Details> {
        let text = |value: &Option<String>| single_line(value.as_deref().unwrap_or("")).into();
        let issued_on = self.moment(fm.issued_on.as_deref(), &[YamlStep::Key("issued_on")], sink);
        let valid_until =
            self.moment(fm.valid_until.as_deref(), &[YamlStep::Key("valid_until")], sink);
        let fiscal_year = self.fiscal_year(fm.fiscal_year.as_deref(), sink);
        let changes = self.changes(fm.changes.as_deref().unwrap_or_default(), sink);
        let attachments =
            self.attachments(fm.attachments.as_deref().unwrap_or_default(), stem, files, sink);
        let aliases = self.aliases(fm.aliases.as_deref().unwrap_or_default(), sink);
        let waivers = self.waivers(fm.waive.as_deref().unwrap_or_default(), files, sink);
        Some(Details {
            unit: text(&fm.unit),
            document_number: text(&fm.document_number),
            kind: text(&fm.kind),
            fiscal_year: fiscal_year?,
            issued_on: issued_on?,
            valid_until: valid_until?,
            changes: changes?,
            attachments: attachments?,
            aliases: aliases?,
            meets: boxed(fm.meets.clone().unwrap_or_default()),
            replaces: self.replaces(fm.replaces.as_deref(), sink)?,
            waivers: waivers?,
            withdrawn_by: text(&fm.withdrawn.as_ref().and_then(|w| w.by.clone())),
            withdrawn_why: text(&fm.withdrawn.as_ref().and_then(|w| w.reason.clone())),
            special: self.special(fm, fiscal_year?, files, sink)?.map(Box::new),
            extra: serde_json::Map::new(),
        })
    }

    /// What an item of a kind that prakat knows has in `extra`.
    fn special(
        &self,
        fm: &FrontMatter,
        fiscal_year: Option<i16>,
        files: &[ItemFile],
        sink: &mut Diagnostics,
    ) -> Option<Option<KindData>> {
        let (Some(kind), Some(extra)) = (&fm.kind, &fm.extra) else { return Some(None) };
        let file = |name: &str| files.iter().position(|f| nfc(&f.name) == nfc(name));
        let item = |written: &str| {
            let found = self.other_item(written).map(Box::from);
            found.ok_or_else(|| self.path_of(written).filter(|path| self.has_no_item(path)))
        };
        let mut found = Diagnostics::default();
        let reader = KindReader {
            source: self.source,
            config: self.config(),
            fiscal_year,
            file: &file,
            item: &item,
            kind: kind.trim(),
            sink: &mut found,
        };
        let special = reader.read(extra);
        if let Some((stem, _)) =
            stem_of(self.source.path).filter(|_| !owns_folder(self.source.path))
        {
            let better = format!("{}{stem}/index.md", folder_of(self.source.path));
            found.amend(Code::MissingFile, |missing| {
                missing.args.push(("path", better.clone()));
                missing.help = "help-flat";
            });
        }
        sink.append(found);
        special
    }

    fn fiscal_year(&self, text: Option<&str>, sink: &mut Diagnostics) -> Option<Option<i16>> {
        let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Some(None) };
        match parse_year(text, self.config().calendar) {
            Ok(year) => Some(Some(year)),
            Err(error) => {
                let place = self.source.place(&[YamlStep::Key("fiscal_year")]);
                let form = error == DateError::Form;
                sink.push(if form {
                    Diagnostic::error(Code::FiscalYear, place).arg("value", text)
                } else {
                    date_diagnostic(error, place, text)
                });
                None
            }
        }
    }

    /// Public corrections, newest first.
    fn changes(
        &self,
        changes: &[ChangeEntry],
        sink: &mut Diagnostics,
    ) -> Option<Vec<(Moment, Timestamp, Box<str>)>> {
        let mut read = Vec::new();
        let mut whole = true;
        for (n, change) in changes.iter().enumerate() {
            let steps = [YamlStep::Key("changes"), YamlStep::Index(n), YamlStep::Key("on")];
            match self.needed_instant(&change.on, &steps, Moment::opens, sink) {
                Some((written, at)) => read.push((written, at, single_line(&change.note).into())),
                None => whole = false,
            }
        }
        read.sort_by_key(|change| std::cmp::Reverse(change.1));
        whole.then_some(read)
    }

    fn attachments(
        &self,
        named: &[AttachmentEntry],
        stem: &str,
        files: &[ItemFile],
        sink: &mut Diagnostics,
    ) -> Option<Vec<Attachment>> {
        if !named.is_empty() && !owns_folder(self.source.path) {
            let place = self.source.place(&[YamlStep::Key("attachments")]);
            let folder = folder_of(self.source.path);
            let better = format!("{folder}{stem}/index.md");
            sink.push(Diagnostic::error(Code::FlatAttachments, place).arg("path", better));
            return None;
        }
        let mut found = Vec::new();
        for (n, attachment) in named.iter().enumerate() {
            let wanted = nfc(&attachment.file);
            let Some(file) = files.iter().position(|f| nfc(&f.name) == wanted) else {
                let steps =
                    [YamlStep::Key("attachments"), YamlStep::Index(n), YamlStep::Key("file")];
                let place = self.source.place(&steps);
                let known = || files.iter().map(|f| f.name.as_ref());
                let same = files.iter().find(|f| folded(&f.name) == folded(&wanted));
                let same = same.map(|f| f.name.as_ref());
                sink.push(unknown_id(Code::MissingFile, place, &attachment.file, known, same));
                continue;
            };
            let title = attachment.title.as_deref().unwrap_or(&attachment.file);
            found.push(Attachment { file, title: single_line(title).into() });
        }
        (found.len() == named.len()).then_some(found)
    }

    /// The Markdown file of the item that this one takes the place of, written as in a link.
    fn replaces(&self, written: Option<&str>, sink: &mut Diagnostics) -> Option<Option<Box<str>>> {
        let Some(written) = written.map(str::trim).filter(|path| !path.is_empty()) else {
            return Some(None);
        };
        match self.other_item(written) {
            Some(path) => Some(Some(path.into())),
            None => {
                let place = self.source.place(&[YamlStep::Key("replaces")]);
                sink.push(Diagnostic::error(Code::Replaces, place).arg("value", written));
                None
            }
        }
    }

    /// The Markdown file of another item, written as in a link.
    fn other_item(&self, written: &str) -> Option<&str> {
        let path = self.path_of(written)?;
        let is_item = |path: &str| stem_of(path).is_some_and(|(stem, _)| stem != "_index");
        let found = self.document(&path);
        found.filter(|path| is_item(path) && *path != self.source.path)
    }

    /// The path from the portal's root of what is written as in a link.
    fn path_of(&self, written: &str) -> Option<String> {
        let base = if written.starts_with('/') { "content/" } else { folder_of(self.source.path) };
        join(base, &nfc(written.trim_start_matches('/')))
    }

    fn document(&self, path: &str) -> Option<&str> {
        self.surveyor.inventory.document(path, nfc)
    }

    /// Whether an item could stand at a path, and none does.
    fn has_no_item(&self, path: &str) -> bool {
        path.starts_with("content/") && path.ends_with(".md") && self.document(path).is_none()
    }

    /// Who answers for what; whether it counts is seen where it is needed.
    fn waivers(
        &self,
        waivers: &[front_matter::WaiverEntry],
        files: &[ItemFile],
        sink: &mut Diagnostics,
    ) -> Option<Vec<Waiver>> {
        let mut read = Vec::new();
        for (n, waiver) in waivers.iter().enumerate() {
            let steps = |key| [YamlStep::Key("waive"), YamlStep::Index(n), YamlStep::Key(key)];
            let rule = self.waived_rule(&waiver.rule, &steps("rule"), sink);
            let part = self.waived_part(&waiver.part, files, &steps("where"), sink);
            let by = self.known_person(waiver.by.trim(), &steps("by"), sink);
            let reason = single_line(&waiver.reason);
            if reason.is_empty() {
                let found =
                    Diagnostic::error(Code::MissingKey, self.source.place(&steps("reason")));
                sink.push(found.arg("key", "waive: reason").help("help-waive"));
                continue;
            }
            let (Some(rule), Some(part), Some(by)) = (rule, part, by) else { continue };
            read.push(Waiver { rule, part, by, reason: reason.into() });
        }
        (read.len() == waivers.len()).then_some(read)
    }

    fn waived_rule(&self, word: &str, steps: &[YamlStep], sink: &mut Diagnostics) -> Option<Code> {
        let found = Code::WAIVABLE.into_iter().find(|code| code.as_str() == word.trim());
        if found.is_none() {
            let known = || Code::WAIVABLE.into_iter().map(Code::as_str);
            let short = known().find(|code| code.rsplit('/').next() == Some(word.trim()));
            let place = self.source.place(steps);
            sink.push(unknown_id(Code::WaiverRule, place, word, known, short));
        }
        found
    }

    fn waived_part(
        &self,
        name: &str,
        files: &[ItemFile],
        steps: &[YamlStep],
        sink: &mut Diagnostics,
    ) -> Option<ItemPart> {
        let wanted = nfc(name.trim());
        let file = files.iter().position(|file| nfc(&file.name) == wanted).map(ItemPart::File);
        let found = match wanted.as_str() {
            FRONT_MATTER => Some(ItemPart::FrontMatter),
            BODY => Some(ItemPart::Body),
            _ => file,
        };
        if found.is_none() {
            let known =
                || [FRONT_MATTER, BODY].into_iter().chain(files.iter().map(|f| f.name.as_ref()));
            let place = self.source.place(steps);
            sink.push(unknown_id(Code::WaiverPlace, place, name, known, None));
        }
        found
    }

    fn aliases(&self, aliases: &[String], sink: &mut Diagnostics) -> Option<Vec<Box<str>>> {
        let mut found = Vec::new();
        for (n, alias) in aliases.iter().enumerate() {
            match normal_alias(alias) {
                Some(normal) => found.push(normal.into()),
                None => {
                    let place = self.source.place(&[YamlStep::Key("aliases"), YamlStep::Index(n)]);
                    sink.push(Diagnostic::error(Code::BadAlias, place).arg("value", alias));
                }
            }
        }
        (found.len() == aliases.len()).then_some(found)
    }
}

/// An old path, made to look like a card's URL: `/old/page/` and `/old/page` → `old/page/`;
/// `/old.html` → `old.html`.
fn normal_alias(alias: &str) -> Option<String> {
    let path = nfc(alias.strip_prefix('/').unwrap_or(alias));
    let path = path.strip_suffix('/').unwrap_or(&path);
    let bad = path.is_empty()
        || path.len() > MAX_PATH
        || path.split('/').any(|part| part_problem(part).is_some());
    let is_file = path.ends_with(".html") || path.ends_with(".htm");
    match (bad, is_file) {
        (true, _) => None,
        (false, true) => Some(path.to_owned()),
        (false, false) => Some(format!("{path}/")),
    }
}

/// What keeps a slug from being part of a URL and of a path on any disk.
fn slug_problem(slug: &str) -> Option<Code> {
    let letters = slug.chars().any(char::is_alphanumeric);
    if !letters { Some(Code::EmptySlug) } else { part_problem(slug) }
}

fn part_problem(part: &str) -> Option<Code> {
    const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];
    let stem = part.split('.').next().unwrap_or("").to_ascii_lowercase();
    let bad_character =
        |c: char| c.is_control() || c.is_whitespace() || "/\\:*?\"<>|%#&".contains(c);
    if part.len() > MAX_PART {
        Some(Code::LongPart)
    } else if part.is_empty()
        || part.starts_with('.')
        || part.ends_with('.')
        || part.contains(bad_character)
        || RESERVED.contains(&stem.as_str())
    {
        Some(Code::BadSlug)
    } else {
        None
    }
}

/// A text on one line, without white space at its ends.
fn single_line(text: &str) -> String {
    let parts = |c: char| c == '\t' || ends_line(c);
    if text.contains(parts) {
        text.split(parts).map(str::trim).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.trim().to_owned()
    }
}

fn boxed(texts: Vec<String>) -> Vec<Box<str>> {
    texts.into_iter().map(|text| single_line(&text).into()).collect()
}
