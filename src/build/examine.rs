//! Reads the file of an item a second time, renders its body and inspects what it would publish.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::build::inspect::Inspection;
use crate::build::inspected_item::InspectedItem;
use crate::build::progress::Progress;
use crate::build::{file_check, inspect};
use crate::content::{Document, Item, owns_folder, stem_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, REFERRER, Severity};
use crate::markdown;
use crate::markdown::{Body, BodyContext, BodyWords, Facts, Picture};
use crate::privacy::Checker;
use crate::render::{Asset, Theme};
use crate::site::{Resolver, Site, root_of};
use crate::source::{Listed, Portal, Sha256Digest};

/// How thorough a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Checks what publishing needs.
    Build,
    /// Also checks the bodies of items that will not be published. Their errors are warnings.
    Check,
}

/// Everything needed to write the site, apart from the site itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WriteContext<'a> {
    /// The portal, from which bodies and attachments are read.
    pub portal: &'a Portal,
    /// The theme. Without one only bodies are checked.
    pub theme: Option<&'a Theme>,
    /// Files of the theme and of `static/`.
    pub assets: &'a [Asset],
    /// Files under `content/` that are not Markdown.
    pub files: &'a [Listed],
    /// Finds private numbers. Without it nothing is inspected.
    pub checker: Option<&'a Checker>,
    /// How thorough the run is.
    pub scope: Scope,
    /// The instant of judgement.
    pub at: Timestamp,
    /// Counts pages.
    pub progress: &'a Progress,
}

/// A rendered body with the result of its item's inspection.
#[derive(Debug)]
pub(crate) struct Examined {
    /// The body.
    pub body: Body,
    /// The result of the inspection.
    pub inspection: Inspection,
}

impl Examined {
    /// Returns a copy of what is needed once the body has been written.
    pub(crate) fn facts(&self) -> ItemFacts {
        ItemFacts { body: self.body.facts.clone(), inspection: self.inspection.clone() }
    }

    /// Keeps what is needed once the body has been written.
    pub(crate) fn into_facts(self) -> ItemFacts {
        ItemFacts { body: self.body.facts, inspection: self.inspection }
    }
}

/// What other pages and files need to know of an item's body and inspection.
#[derive(Debug, Default)]
pub(crate) struct ItemFacts {
    /// Headings, links and files of the body.
    pub body: Facts,
    /// The result of the inspection.
    pub inspection: Inspection,
}

/// Reads an item's file again, renders its body and inspects the item. Errors get this severity.
///
/// Fails with diagnostics if the file is not what it was when the item was loaded.
pub(crate) fn examine(
    context: &WriteContext,
    site: &Site,
    item: &Item,
    severity: Severity,
) -> Result<(Examined, Diagnostics), Diagnostics> {
    let examiner = Examiner { context, site, item, severity };
    let mut diagnostics = Diagnostics::default();
    let Some(document) = examiner.read_again(&mut diagnostics) else {
        return Err(diagnostics);
    };
    let body = examiner.render(&document, &mut diagnostics);
    let inspection = match context.checker {
        Some(checker) => {
            let files: Vec<usize> = used_files(item, &body.facts).collect();
            let (files, digests) = examiner.judge_files(&files, &mut diagnostics);
            let resolver = Resolver { site, from: item };
            let inspected = InspectedItem {
                portal: context.portal,
                checker,
                item,
                text: document.text(),
                parts: document.parts(),
                html: &body.html,
                files: &files,
                is_own_address: &|word| resolver.is_own_address(word),
                severity,
            };
            let mut inspection = inspect::inspect(&inspected, &mut diagnostics);
            examiner.merge_digests(digests, &mut inspection, &mut diagnostics);
            inspection
        }
        None => Inspection::default(),
    };
    // Another item that owns the folder, such as the original, may not refer to the file.
    diagnostics.amend_all(|diagnostic| {
        if diagnostic.place.file != *item.path {
            diagnostic.args.push((REFERRER, item.path.to_string()));
        }
    });
    Ok((Examined { body, inspection }, diagnostics))
}

/// Examines one item.
struct Examiner<'a> {
    context: &'a WriteContext<'a>,
    site: &'a Site,
    item: &'a Item,
    severity: Severity,
}

impl Examiner<'_> {
    /// Reads the text of the item and splits it. Returns `None` and reports why if it is not what it
    /// was when the item was loaded.
    fn read_again(&self, diagnostics: &mut Diagnostics) -> Option<Document<'_>> {
        let item = self.item;
        let mut reported = Diagnostics::default();
        let text = self.context.portal.read_text(&item.path, &mut reported);
        let was_read = text.is_some();
        let same = text.filter(|text| text.fingerprint == item.fingerprint).and_then(|text| {
            let document = Document::new(&item.path, text, &mut Diagnostics::default())?;
            let is_proven =
                item.proven.as_ref().is_none_or(|proven| document.digest().ok() == Some(**proven));
            is_proven.then_some(document)
        });
        if same.is_none() {
            if was_read {
                reported.push(changed(&item.path));
            }
            reported.amend_all(|diagnostic| diagnostic.severity = self.severity);
            diagnostics.append(reported);
        }
        same
    }

    /// Renders the body.
    fn render(&self, document: &Document, diagnostics: &mut Diagnostics) -> Body {
        let (item, severity) = (self.item, self.severity);
        let is_sealed = || document.is_sealed(self.context.portal);
        markdown::report_typos(document.text(), &item.path, severity, is_sealed, diagnostics);
        let words = self.context.theme.map(|theme| &theme.words[usize::from(item.language)]);
        let body_context = BodyContext {
            portal: self.context.portal,
            resolver: Resolver { site: self.site, from: item },
            root: &root_of(&item.url),
            files_at: &self.site.files_url(item),
            words: words.map(body_words).unwrap_or_default(),
            severity,
        };
        let body = markdown::render(document.body(), &body_context, diagnostics);
        if self.context.scope == Scope::Check {
            markdown::proofread(document, item, self.site.config.proofreading, diagnostics);
        }
        report_withheld_urls(&body_context.resolver, document.before_body(), diagnostics);
        self.explain_missing_files(diagnostics);
        self.check_pictures(diagnostics);
        body
    }

    /// Compares the bytes of files that would be published with their names. They must be readable
    /// today, even if they are copied on a later day. Returns the numbers of the files that could be
    /// read, and the digests of those that were judged.
    fn judge_files(
        &self,
        files: &[usize],
        diagnostics: &mut Diagnostics,
    ) -> (Vec<usize>, Vec<(usize, Sha256Digest)>) {
        let allowed = &self.site.config.attachments_allow;
        let (portal, item, severity) = (self.context.portal, self.item, self.severity);
        let subject = file_check::FilesOfItem { portal, allowed, item, severity };
        let numbers: BTreeSet<usize> = files.iter().copied().collect();
        let numbers: Vec<usize> = numbers.into_iter().collect();
        let verdicts: Vec<file_check::FileVerdict> =
            numbers.par_iter().map(|number| file_check::judge(&subject, *number)).collect();
        let (mut readable, mut digests) = (Vec::new(), Vec::new());
        for (number, verdict) in numbers.into_iter().zip(verdicts) {
            if verdict.found.iter().all(|diagnostic| diagnostic.code != Code::Unreadable) {
                readable.push(number);
            }
            digests.extend(verdict.digest.map(|digest| (number, digest)));
            verdict.found.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
        }
        (readable, digests)
    }

    /// Adds the digests of judged files to an inspection. Reports files that were judged with other
    /// bytes than those that were inspected or sealed.
    fn merge_digests(
        &self,
        judged: Vec<(usize, Sha256Digest)>,
        inspection: &mut Inspection,
        diagnostics: &mut Diagnostics,
    ) {
        for (number, digest) in judged {
            let file = &self.item.files[number];
            let inspected = inspection.digest_of(number);
            let sealed = file.digest.as_deref().copied();
            if inspected.into_iter().chain(sealed).any(|other| other != digest) {
                let path = format!("{}{}", self.item.folder(), file.name);
                diagnostics.push(Diagnostic { severity: self.severity, ..changed(&path) });
            } else if inspected.is_none() {
                inspection.digests.push((number, digest));
            }
        }
    }

    /// Reports pictures of fields that are not of the format that their names say.
    fn check_pictures(&self, diagnostics: &mut Diagnostics) {
        for picture in self.item.pictures(&self.site.config.kinds) {
            let name = &self.item.files[picture].name;
            let path = format!("{}{name}", self.item.folder());
            if markdown::probe_image(self.context.portal, &path) == Some(Picture::Foreign) {
                let diagnostic = Diagnostic::error(Code::NotPicture, Place::file(&path));
                let diagnostic = diagnostic.arg("link", name.as_ref()).help("help-content");
                diagnostics.push(Diagnostic { severity: self.severity, ..diagnostic });
            }
        }
    }

    /// An item that is a single file has no files of its own. Adds to errors about missing files that
    /// the item needs a folder if the file exists in the same folder.
    fn explain_missing_files(&self, diagnostics: &mut Diagnostics) {
        let item = self.item;
        let single_file = stem_of(&item.path).filter(|_| !owns_folder(&item.path));
        let Some((stem, _)) = single_file else { return };
        let better = format!("{}{stem}/index.md", item.folder());
        diagnostics.amend(Code::MissingFile, |diagnostic| {
            let name = diagnostic.args.iter().find(|(key, _)| *key == "value");
            let path = name.map(|(_, name)| format!("{}{name}", item.folder()));
            if path.is_some_and(|path| self.context.files.iter().any(|file| file.path == path)) {
                diagnostic.args.push(("path", better.clone()));
                diagnostic.help = "help-flat";
            }
        });
    }
}

/// The error for a file of the portal that changed after it was judged.
pub(super) fn changed(path: &str) -> Diagnostic {
    Diagnostic::error(Code::Changed, Place::file(path))
}

/// Numbers of the item's files that its front matter or its body refers to.
pub(super) fn used_files<'f>(item: &'f Item, facts: &'f Facts) -> impl Iterator<Item = usize> + 'f {
    item.named_files().chain(facts.files.iter().copied())
}

impl Inspection {
    /// The digest of a file's bytes as they were inspected or judged. `None` if they were not.
    pub(crate) fn digest_of(&self, number: usize) -> Option<Sha256Digest> {
        self.digests.iter().find(|(other, _)| *other == number).map(|(_, digest)| *digest)
    }
}

/// Warns about URLs of withheld items in the values of the front matter that are published.
fn report_withheld_urls(resolver: &Resolver, front_matter: &str, diagnostics: &mut Diagnostics) {
    let Item { title, summary, tags, details, path, .. } = resolver.from;
    let notes = details.changes.all().iter().map(|change| &change.note);
    let files = details.attachments.iter().map(|attachment| &attachment.title);
    let single = [title, summary, &details.unit, &details.document_number, &details.kind];
    let mut texts: Vec<&str> =
        single.into_iter().chain(tags).chain(notes).chain(files).map(AsRef::as_ref).collect();
    for (name, value) in &details.extra {
        texts.push(name);
        texts_in(value, &mut texts);
    }
    let words: BTreeSet<&str> =
        texts.into_iter().flat_map(|text| resolver.withheld_in(text)).collect();
    for word in words {
        let is_whole =
            |at: &usize| !front_matter[..*at].ends_with(|c: char| c == '/' || c.is_alphanumeric());
        let mut found = front_matter.match_indices(word).map(|(at, _)| at);
        let at = found.clone().find(is_whole).or_else(|| found.next());
        let range = at.map_or(0..0, |at| at..at + word.len());
        let place = Place::of_range(path, front_matter, range);
        diagnostics.push(Diagnostic::warning(Code::WithheldAddress, place).arg("link", word));
    }
}

/// Adds the texts inside a value of `extra`.
fn texts_in<'v>(value: &'v serde_json::Value, texts: &mut Vec<&'v str>) {
    match value {
        // The path of a Markdown file alone is a link, which is resolved.
        serde_json::Value::String(text)
            if text.trim().ends_with(".md") && !text.contains([':', '?']) => {}
        serde_json::Value::String(text) => texts.push(text),
        serde_json::Value::Array(values) => values.iter().for_each(|value| texts_in(value, texts)),
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                texts.push(name);
                texts_in(value, texts);
            }
        }
        _ => {}
    }
}

/// The theme's words for parts of a body.
fn body_words(words: &tera::Value) -> BodyWords<'_> {
    let word = |key| words.get_from_path(key).and_then(tera::Value::as_str).unwrap_or("");
    BodyWords {
        task_done: word("task_done"),
        task_open: word("task_open"),
        table: word("table"),
        footnotes: word("footnotes"),
        footnote_back: word("footnote_back"),
    }
}
