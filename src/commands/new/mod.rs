//! `prakat new`: begins an item, which is withheld until somebody approves it.

mod fields;
mod likely_kind;
mod yaml_text;

use std::borrow::Cow;
use std::io::ErrorKind;

use jiff::{Timestamp, ToSpan};

use crate::build::{Project, check_names, check_urls};
use crate::commands::approve::written_day;
use crate::commands::atomic_write::{create, first_obstacle};
use crate::commands::bilingual::Bilingual;
use crate::commands::fill::{Values, dates, fill};
use crate::commands::kinds::declared_kind;
use crate::commands::new::fields::{KindLines, has_files};
use crate::commands::new::likely_kind::likely_kind;
use crate::commands::new::yaml_text::yaml_text;
use crate::commands::title::is_title;
use crate::config::{COVERAGE, Category, CategoryId, Config, Kind, Person, Strength};
use crate::content::{Document, Item, ItemLoader, stem_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Severity, closest, par_map};
use crate::privacy::Context;
use crate::report::{ReportLanguage, Reporter};
use crate::source::{MAX_PART, is_clutter};
use crate::text::{compare_paths, is_invisible, nfc, shell_word};

const ITEM_TEXT: Bilingual =
    Bilingual { thai: include_str!("th/item.md"), english: include_str!("en/item.md") };
const BUNDLE_LINES: Bilingual =
    Bilingual { thai: include_str!("th/bundle.yaml"), english: include_str!("en/bundle.yaml") };
const COVERAGE_LINES: Bilingual =
    Bilingual { thai: include_str!("th/coverage.yaml"), english: include_str!("en/coverage.yaml") };
const OPEN_END: Bilingual = Bilingual {
    thai: "#publish_until: {next_month}          # วันสุดท้ายที่เผยแพร่ ไม่ต้องเขียนหากเผยแพร่โดยไม่มีกำหนด",
    english: "#publish_until: {next_month}          # last day on which it may be seen; without this line it has no end",
};

/// What the new item is.
#[derive(Debug)]
pub(crate) struct NewOptions<'a> {
    /// `CATEGORY/SLUG`, with folders between them if the writer wants.
    pub place: &'a str,
    /// Its kind.
    pub kind: Option<&'a str>,
    /// Its title.
    pub title: Option<&'a str>,
    /// Whether it gets a folder of its own.
    pub bundle: bool,
    /// The language of the comments in it.
    pub language: ReportLanguage,
    /// The instant from which it may be seen: the day is used.
    pub at: Timestamp,
}

/// An item that was begun.
#[derive(Debug)]
pub(crate) struct NewItem {
    /// The path of its file, from the portal's root.
    pub path: String,
    category: CategoryId,
    /// The instant at which it was begun.
    at: Timestamp,
    /// The kind that it probably has, if none was asked for.
    likely_kind: Option<String>,
}

/// Begins an item. Fails before anything is written if the item would have mistakes.
pub(crate) fn new(project: &Project, options: &NewOptions) -> Result<NewItem, Failure> {
    let config = &project.config;
    let place = ItemPlace::read(options.place, config)?;
    let kind = options.kind.map(|name| NewKind::named(name, config)).transpose()?;
    let has_folder = options.bundle || place.has_folder || kind.is_some_and(NewKind::has_files);
    let path = place.path(has_folder);
    for other in [&path, &place.path(!has_folder)] {
        if project.portal.has(other) {
            return Err(there(other));
        }
    }
    if let Some(obstacle) = first_obstacle(&project.portal, &path) {
        return Err(Failure::new(Code::InTheWay).arg("path", obstacle));
    }
    let title = title(options.title, &place.slug)?;
    check_privacy(project, &title, &place.slug)?;
    // What a kind requires is missing until somebody fills it in, so its lines are not checked.
    let new = NewText { place: &place, title: &title, has_folder, options, config };
    let others = check(project, &path, &place.slug, &new.text(None))?;
    let likely = likely_kind(config, place.category, &others).filter(|_| kind.is_none());
    let likely_kind = likely.map(|kind| kind.id.clone());
    let text = new.text(kind);
    let file = project.portal.locate(&path);
    create(&file, text.as_bytes()).map_err(|error| {
        if error.kind() == ErrorKind::AlreadyExists {
            return there(&path);
        }
        Failure::io_in_portal(&file, &error)
    })?;
    Ok(NewItem { path, category: place.category, at: options.at, likely_kind })
}

fn there(path: &str) -> Failure {
    Failure::new(Code::NewThere).arg("path", path)
}

/// Where an item will be.
struct ItemPlace<'a> {
    category: CategoryId,
    id: &'a str,
    /// Category and folders, as they are in the path.
    folder: String,
    slug: String,
    /// Whether the place was written as that of an `index.md`.
    has_folder: bool,
}

impl<'a> ItemPlace<'a> {
    /// Reads `CATEGORY/SLUG`. Also the path of the file, which shells complete.
    fn read(written: &str, config: &'a Config) -> Result<Self, Failure> {
        let is_category = |id: &str| config.policy.category(id).is_some();
        let parts: Vec<String> = written.trim_matches('/').split('/').map(normal_part).collect();
        let parts = match parts.as_slice() {
            [first, rest @ ..] if first == "content" && !is_category(first) => rest,
            all => all,
        };
        let (parts, has_folder) = match parts {
            [rest @ .., last] if last.eq_ignore_ascii_case("index.md") => (rest, true),
            all => (all, false),
        };
        let [first, between @ .., last] = parts else {
            return Err(no_place(written, config));
        };
        let category = find_category(first, config)?;
        let slug = without_extension(last).to_owned();
        let wrong = between.iter().find(|part| !is_folder_name(part));
        if let Some(part) = wrong.or(Some(&slug).filter(|slug| is_reserved(slug))) {
            return Err(wrong_slug(part));
        }
        if let Some((stem, Some(language))) = stem_of(&format!("{slug}.md")) {
            let failure = Failure::new(Code::NewTranslation).arg("slug", slug.as_str());
            return Err(failure.arg("stem", stem).arg("language", language));
        }
        let id = config.policy.categories[usize::from(category)].id.as_str();
        let folders: Vec<&str> =
            std::iter::once(id).chain(between.iter().map(String::as_str)).collect();
        Ok(Self { category, id, folder: folders.join("/"), slug, has_folder })
    }

    /// Returns the path of the Markdown file.
    fn path(&self, has_folder: bool) -> String {
        let Self { folder, slug, .. } = self;
        let end = if has_folder { "/index.md" } else { ".md" };
        format!("content/{folder}/{slug}{end}")
    }
}

/// Returns a part of a path as addresses have it.
fn normal_part(part: &str) -> String {
    nfc(part).split_whitespace().collect::<Vec<_>>().join("-")
}

/// Returns a name without the extension of a Markdown file, however that is spelled.
fn without_extension(name: &str) -> &str {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_markdown = ["md", "markdown"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    if is_markdown { stem } else { name }
}

/// Returns whether a folder below `content/` may have this name.
fn is_folder_name(name: &str) -> bool {
    let is_wrong = |c: char| c.is_control() || c == '\\' || is_invisible(c);
    !name.is_empty()
        && name.len() <= MAX_PART
        && !is_clutter(name.as_ref())
        && !name.contains(is_wrong)
}

/// Returns whether an item's file or folder cannot have this name, although it may be part of an address.
fn is_reserved(slug: &str) -> bool {
    let is_long = slug.len() + ".md".len() > MAX_PART;
    let is_index = ["", "index", "_index"].iter().any(|name| slug.eq_ignore_ascii_case(name));
    is_index || is_clutter(slug.as_ref()) || is_long || slug.contains(is_invisible)
}

fn no_place(written: &str, config: &Config) -> Failure {
    Failure::new(Code::NewPlace).arg("value", written).arg("known", category_ids(config))
}

fn category_ids(config: &Config) -> String {
    let ids: Vec<&str> = config.policy.categories.iter().map(|c| c.id.as_str()).collect();
    ids.join(", ")
}

/// Returns the category with an id. Suggests the most similar id, or that of the category with this title.
fn find_category(id: &str, config: &Config) -> Result<CategoryId, Failure> {
    let policy = &config.policy;
    if let Some(category) = policy.category(id) {
        return Ok(category);
    }
    let known = category_ids(config);
    let has_title = |category: &&Category| normal_part(&category.title) == id;
    let by_title = policy.categories.iter().find(has_title).map(|c| c.id.as_str());
    let lower = id.to_lowercase();
    let ids = policy.categories.iter().map(|category| category.id.as_str());
    let failure = Failure::new(Code::NewCategory).arg("value", id).arg("known", known);
    Err(match by_title.or_else(|| closest(&lower, ids)) {
        Some(near) => failure.arg("suggestion", near).help("help-suggestion"),
        None if policy.categories.is_empty() => failure.help("help-none"),
        None => failure,
    })
}

/// What kind of item is begun.
#[derive(Clone, Copy)]
enum NewKind<'a> {
    /// A declared one.
    Declared(&'a Kind),
    /// `coverage`.
    Coverage,
}

impl<'a> NewKind<'a> {
    /// Returns the kind with a name. Suggests the most similar one.
    fn named(name: &str, config: &'a Config) -> Result<Self, Failure> {
        match name {
            COVERAGE => Ok(Self::Coverage),
            name => match declared_kind(&config.kinds, name) {
                Ok(kind) => Ok(Self::Declared(kind)),
                Err(failure) if failure.help == "help-declare" => Err(failure.help("help")),
                Err(failure) => Err(failure),
            },
        }
    }

    /// Returns whether such an item usually has files. For a map this is its picture in the text.
    fn has_files(self) -> bool {
        matches!(self, Self::Declared(kind) if kind.id == "map" || has_files(kind))
    }

    /// Returns its lines of front matter.
    fn lines(self, language: ReportLanguage, config: &Config, values: &Values) -> String {
        match self {
            Self::Declared(kind) => KindLines { config, language, values }.of(kind),
            Self::Coverage => COVERAGE_LINES.in_language(language).to_owned(),
        }
    }
}

/// Returns the title as front matter has it: the one given, else one made from the slug.
fn title(given: Option<&str>, slug: &str) -> Result<String, Failure> {
    let title = match given {
        Some(given) => Cow::from(given.trim()),
        None => slug.replace(['-', '_'], " ").trim().to_owned().into(),
    };
    let title = if title.is_empty() && given.is_none() { slug.into() } else { title };
    if !is_title(&title) {
        return Err(Failure::new(Code::TitleFlag).arg("value", given.unwrap_or(slug)));
    }
    Ok(yaml_text(&title))
}

/// What the text of a new file is made of.
struct NewText<'a> {
    place: &'a ItemPlace<'a>,
    /// As front matter has it.
    title: &'a str,
    has_folder: bool,
    options: &'a NewOptions<'a>,
    config: &'a Config,
}

impl NewText<'_> {
    /// Returns the text of its file.
    fn text(&self, kind: Option<NewKind>) -> String {
        let Self { place, title, has_folder, options, config } = *self;
        let language = options.language;
        let mut values = dates(options.at, config);
        let until = publish_until(place.category, options, config);
        let attachments = if has_folder { BUNDLE_LINES.in_language(language) } else { "" };
        values.push(("person", sample_person(config)));
        let kind = kind.map_or(String::new(), |kind| kind.lines(language, config, &values));
        for (name, lines) in
            [("publish_until", until.as_str()), ("attachments", attachments), ("kind", &kind)]
        {
            values.push((name, fill(lines, &values)));
        }
        values.push(("title", title.to_owned()));
        values.push(("category", place.id.to_owned()));
        // Lines of placeholders with nothing in them.
        let mut text = ITEM_TEXT.in_language(language).to_owned();
        for name in ["attachments", "kind"] {
            text = text.replace(&format!("{{{name}}}\n"), &format!("{{{name}}}"));
        }
        fill(&text, &values)
    }
}

/// Returns the id of a person who could prepare items: somebody who approves none, else anybody.
fn sample_person(config: &Config) -> String {
    let people = || config.policy.people.iter();
    let approves_none = |p: &&Person| !p.approves.everything && p.approves.categories.is_empty();
    let person = people().find(approves_none).or(people().next());
    person.map_or("ID", |person| person.id.as_str()).to_owned()
}

/// Returns the line of `publish_until`: a comment, unless the category limits how long items may be seen.
fn publish_until(category: CategoryId, options: &NewOptions, config: &Config) -> String {
    let days = config.policy.categories[usize::from(category)].days.max;
    let last = days.and_then(|days| {
        let hours = i32::try_from(days.checked_sub(1)?.checked_mul(24)?).ok()?;
        options.at.checked_add(hours.hours()).ok()
    });
    match last {
        Some(last) => format!("publish_until: {}", written_day(last, config)),
        None => OPEN_END.in_language(options.language).to_owned(),
    }
}

/// Refuses private numbers in the title and in the address: no build would publish them.
fn check_privacy(project: &Project, title: &str, slug: &str) -> Result<(), Failure> {
    let find = |text: &str| {
        let context = |_| Context { near: text.to_owned(), ..Context::default() };
        project.checker.find_seen(text, context)
    };
    if !find(slug).is_empty() {
        return Err(wrong_slug(slug).help("help-private"));
    }
    if find(title).iter().any(|number| number.severity == Severity::Error) {
        return Err(Failure::new(Code::TitleFlag).arg("value", title).help("help-private"));
    }
    Ok(())
}

/// Checks a new item as a build will check it, with all other items. Returns those.
fn check(project: &Project, path: &str, slug: &str, text: &str) -> Result<Vec<Item>, Failure> {
    let (config, portal) = (&project.config, &project.portal);
    let mut ignored = Diagnostics::default();
    let inventory = portal.inventory(&mut ignored);
    let loader = ItemLoader { portal, config, inventory: &inventory };
    let mut found = Diagnostics::default();
    let document = Document::of_edited(path, text.to_owned(), &mut found);
    let Some(item) = document.and_then(|document| loader.item(&document, &mut found)) else {
        let first = found.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
        return Err(first.map_or_else(|| wrong_slug(slug), |diagnostic| refusal(diagnostic, slug)));
    };
    let items = par_map(&inventory.documents, &mut ignored, |listed, diagnostics| {
        loader.load(&listed.path, diagnostics)
    });
    let mut items: Vec<Item> = items.into_iter().flatten().chain([item]).collect();
    items.sort_by(|a, b| compare_paths(&a.path, &b.path));
    check_names(&items, &mut found);
    check_urls(project, &items, &mut found);
    let concerns = |diagnostic: &&Diagnostic| {
        let names = ["other", "item", "other_item"].map(|name| diagnostic.value(name));
        diagnostic.place.file == path || names.contains(&Some(path))
    };
    // Approved, an item with the name of a copy is an error.
    let is_in_the_way = |diagnostic: &&Diagnostic| {
        diagnostic.severity == Severity::Error || diagnostic.code == Code::CopyName
    };
    match found.iter().filter(is_in_the_way).find(concerns) {
        Some(copy) if copy.code == Code::CopyName => Err(wrong_slug(slug).help("help-copy")),
        Some(diagnostic) => Err(taken(diagnostic, path)),
        None => Ok(items.into_iter().filter(|item| &*item.path != path).collect()),
    }
}

/// Returns why an item cannot be begun, from what would be wrong with it.
fn refusal(diagnostic: &Diagnostic, slug: &str) -> Failure {
    match diagnostic.code {
        Code::BadSlug | Code::EmptySlug | Code::LongPart => wrong_slug(slug),
        code => Failure { code, args: diagnostic.args.clone(), help: diagnostic.help },
    }
}

fn wrong_slug(slug: &str) -> Failure {
    Failure::new(Code::NewSlug).arg("slug", slug)
}

/// Returns the failure for an address or a name that another file has.
fn taken(diagnostic: &Diagnostic, path: &str) -> Failure {
    let other = diagnostic.value("other").filter(|other| *other != path);
    let other = other.unwrap_or(&diagnostic.place.file);
    Failure::new(Code::NewTaken).arg("path", path).arg("other", other)
}

/// Describes what to do with a new item. `file` is its path from the current folder, and `root` the
/// portal's folder if it is not the current one.
pub(crate) fn describe_item(
    reporter: &Reporter,
    config: &Config,
    item: &NewItem,
    file: &str,
    root: Option<&str>,
) -> String {
    let policy = &config.policy;
    let is_in_office = |person: &Person| {
        person.terms.is_empty() || person.terms.iter().any(|term| term.covers(item.at))
    };
    let may_approve =
        |person: &&Person| person.approves.covers(Some(item.category)) && is_in_office(person);
    let may_approve = policy.people.iter().filter(may_approve);
    let ids: Vec<&str> = may_approve.map(|person| person.id.as_str()).collect();
    let person = if let [id] = ids.as_slice() { id } else { "PERSON" };
    let strength = policy.strength(Some(item.category));
    let key = if strength == Strength::Signed { " --key PATH" } else { "" };
    let root = root.map_or(String::new(), |root| format!(" --root {}", shell_word(root)));
    let file = shell_word(file);
    let mut lines = vec![
        reporter.text("new/withheld", Vec::new()),
        format!("  prakat serve --watch --preview --open{root}"),
        format!("  prakat approve {file} --as {person}{key}{root}"),
    ];
    match ids.len() {
        0 => lines.push(reporter.text("new/nobody", vec![("category", category_id(config, item))])),
        1 => {}
        _ => lines.push(reporter.text("new/people", vec![("known", ids.join(", "))])),
    }
    if let Some(kind) = &item.likely_kind {
        lines.push(reporter.text("new/kind", vec![("kind", kind.clone())]));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn category_id(config: &Config, item: &NewItem) -> String {
    config.policy.categories[usize::from(item.category)].id.clone()
}
