//! The desk of the preview: every item with its verdict, its reasons and what is wrong with it, a page
//! at a time. What is shown, and in which order, stands in the query of its address.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tera::{Context, Tera};
use url::form_urlencoded;

use crate::build::ItemStatus;
use crate::config::Config;
use crate::content::{folder_of, owns_folder};
use crate::diagnostics::{Diagnostic, Severity};
use crate::gate::Verdict;
use crate::report::{Reporter, SourceLines};
use crate::serve::preview::Preview;
use crate::site::{encode, sort_by_title};
use crate::source::Portal;
use crate::text::rfc3339;

const TEMPLATE: &str = include_str!("assets/desk.html");

/// Items on a page of the desk.
const PER_PAGE: usize = 100;
/// Findings of one kind that are shown at one place.
const MAX_SHOWN: usize = 100;
/// The columns by which items can be sorted, as addresses name them, and the words of their heads.
const COLUMNS: [(&str, &str, bool); 4] = [
    ("item", "item", true),
    ("verdict", "verdict", true),
    ("", "reasons", false),
    ("next", "next", true),
];

/// What the desk is about.
#[derive(Debug)]
pub(super) struct DashboardContext<'a> {
    /// The portal's files, for lines in which something is wrong.
    pub portal: &'a Portal,
    /// The settings.
    pub config: &'a Config,
    /// The portal as it is now.
    pub scene: &'a Preview<'a>,
    /// Whether withheld items have pages here.
    pub shows_withheld: bool,
    /// Where the site begins: `/`, or the path of its base URL.
    pub home: &'a str,
    /// The edition of the portal.
    pub build: &'a str,
}

/// What is asked for.
#[derive(Debug, Default, Serialize)]
struct Filter {
    /// Words that are all looked for.
    text: String,
    /// Only items with this verdict, if it is not empty.
    verdict: String,
    /// Only items with which something is wrong.
    wrong: bool,
    /// A column; empty for the order of paths.
    sort: String,
    descending: bool,
    /// From 1.
    page: usize,
}

impl Filter {
    /// Reads the query of an address. What it does not know is passed over.
    fn read(query: &str) -> Self {
        let mut choice = Self { page: 1, ..Self::default() };
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "text" => choice.text = value.into_owned(),
                "verdict" => choice.verdict = value.into_owned(),
                "wrong" => choice.wrong = true,
                "sort" if COLUMNS.iter().any(|(name, _, sorts)| *sorts && *name == value) => {
                    choice.sort = value.into_owned();
                }
                "order" => choice.descending = value == "descending",
                "page" => choice.page = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        choice
    }

    /// The query of an address that asks for the same, sorted and on a page as given.
    fn query(&self, (sort, descending): (&str, bool), page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let order = if descending { "descending" } else { "ascending" };
        let pairs = [("text", &*self.text), ("verdict", &self.verdict), ("sort", sort)];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        query.extend_pairs(self.wrong.then_some(("wrong", "on")));
        query.extend_pairs((!sort.is_empty()).then_some(("order", order)));
        query.extend_pairs((page > 1).then(|| ("page", page.to_string())));
        query.finish()
    }
}

#[derive(Serialize)]
struct ColumnHead {
    name: &'static str,
    word: String,
    /// The query that sorts by it, if it can be sorted by.
    query: Option<String>,
    /// `ascending` or `descending`, if it is sorted by it.
    sorted: Option<&'static str>,
}

#[derive(Serialize)]
struct ItemRow<'a> {
    title: String,
    lang: Option<&'a str>,
    file: String,
    url: Option<String>,
    verdict: &'static str,
    word: String,
    reasons: Vec<String>,
    next: String,
    found: FindingSummary,
}

#[derive(Serialize)]
struct VerdictCount {
    verdict: &'static str,
    word: String,
    number: usize,
}

/// What is wrong in one place, errors first.
#[derive(Default)]
struct FindingGroup<'a> {
    errors: Vec<&'a Diagnostic>,
    warnings: Vec<&'a Diagnostic>,
}

impl<'a> FindingGroup<'a> {
    fn add(&mut self, found: &'a Diagnostic) {
        match found.severity {
            Severity::Error => self.errors.push(found),
            Severity::Warning => self.warnings.push(found),
        }
    }

    fn all(&self) -> impl Iterator<Item = &&'a Diagnostic> {
        self.errors.iter().chain(&self.warnings)
    }
}

/// The same, as people read it: how many, and the first of them.
#[derive(Serialize)]
struct FindingSummary {
    errors: Vec<String>,
    warnings: Vec<String>,
    error_count: usize,
    warning_count: usize,
}

/// A page of the desk.
pub(super) fn desk(style: &Reporter, subject: &DashboardContext, query: &str) -> Vec<u8> {
    let (config, at) = (subject.config, subject.scene.at());
    let mut choice = Filter::read(query);
    let words: BTreeMap<&str, &str> = style.catalog.words("desk").collect();
    let records = subject.scene.records();
    let findings = subject.scene.findings();
    let (elsewhere, by_item) = sorted_to_items(&findings, &records);
    let desk = Dashboard { style, subject, by_item };
    let chosen = desk.chosen(&records, &choice);
    let pages = chosen.len().div_ceil(PER_PAGE).max(1);
    choice.page = choice.page.min(pages);
    let shown = chosen.iter().skip((choice.page - 1) * PER_PAGE).take(PER_PAGE);
    let mut lines = SourceLines::of(&findings);
    let rows: Vec<ItemRow> = shown.map(|record| desk.row(record, &mut lines)).collect();
    let errors = findings.iter().filter(|found| found.severity == Severity::Error).count();
    let mut context = Context::new();
    context.insert("heads", &heads(&words, &choice));
    let to_page = |page: usize| choice.query((&choice.sort, choice.descending), page);
    context.insert("previous", &(choice.page > 1).then(|| to_page(choice.page - 1)));
    context.insert("next", &(choice.page < pages).then(|| to_page(choice.page + 1)));
    context.insert("pages", &pages);
    context.insert("w", &words);
    context.insert("lang", style.catalog.language.tag());
    context.insert("site", &config.languages[0].title);
    context.insert("home", subject.home);
    context.insert("build", subject.build);
    context.insert("at", &style.date(config, at));
    context.insert("instant", &rfc3339(at, &config.zone));
    context.insert("errors", &errors);
    context.insert("warnings", &(findings.len() - errors));
    context.insert("elsewhere", &desk.told(&elsewhere, &mut lines));
    context.insert("counts", &counts(style, &records));
    context.insert("all", &records.len());
    context.insert("matching", &chosen.len());
    context.insert("unchecked", &subject.scene.unchecked());
    context.insert("rows", &rows);
    context.insert("choice", &choice);
    // A template that is part of the program does not fail; a test renders it.
    Tera::one_off(TEMPLATE, &context, true).unwrap_or_default().into_bytes()
}

fn counts(style: &Reporter, records: &[ItemStatus]) -> Vec<VerdictCount> {
    let mut numbers: BTreeMap<Verdict, usize> = BTreeMap::new();
    for record in records {
        *numbers.entry(record.verdict()).or_default() += 1;
    }
    let count = |(verdict, number): (Verdict, usize)| VerdictCount {
        verdict: verdict.as_str(),
        word: style.verdict(verdict),
        number,
    };
    numbers.into_iter().map(count).collect()
}

fn heads(words: &BTreeMap<&str, &str>, choice: &Filter) -> Vec<ColumnHead> {
    let head = |(name, word, sorts): (&'static str, &str, bool)| {
        let is_sorted = sorts && choice.sort == name;
        let sorted = if choice.descending { "descending" } else { "ascending" };
        let turned = is_sorted && !choice.descending;
        ColumnHead {
            name,
            word: words.get(word).copied().unwrap_or("").to_owned(),
            query: sorts.then(|| choice.query((name, turned), 1)),
            sorted: is_sorted.then_some(sorted),
        }
    };
    COLUMNS.into_iter().map(head).collect()
}

/// Findings by item: those in its file, and in the files of its own folder. First, what is left.
fn sorted_to_items<'a>(
    findings: &'a [Diagnostic],
    records: &'a [ItemStatus],
) -> (FindingGroup<'a>, BTreeMap<&'a str, FindingGroup<'a>>) {
    let paths: BTreeSet<&str> = records.iter().map(|record| record.path.as_str()).collect();
    let mut owners: Vec<&str> = paths.iter().copied().filter(|path| owns_folder(path)).collect();
    // Of several languages in a folder the original, without a code in its name, stays.
    owners.sort_by_key(|path| Reverse(path.len()));
    let owners: BTreeMap<&str, &str> =
        owners.into_iter().map(|path| (folder_of(path), path)).collect();
    let (mut elsewhere, mut by_item) =
        (FindingGroup::default(), BTreeMap::<&str, FindingGroup>::new());
    for found in findings {
        let file = found.place.file.as_str();
        let item = paths.get(file).or_else(|| owners.get(folder_of(file)));
        let group = match item {
            Some(item) => by_item.entry(item).or_default(),
            None => &mut elsewhere,
        };
        group.add(found);
    }
    (elsewhere, by_item)
}

/// What is known beside the records.
struct Dashboard<'a> {
    style: &'a Reporter<'a>,
    subject: &'a DashboardContext<'a>,
    by_item: BTreeMap<&'a str, FindingGroup<'a>>,
}

impl<'a> Dashboard<'a> {
    /// The items that are asked for, in order.
    fn chosen<'r>(&self, records: &'r [ItemStatus], choice: &Filter) -> Vec<&'r ItemStatus> {
        let words = choice.text.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let fits = |record: &&ItemStatus| {
            (choice.verdict.is_empty() || record.verdict().as_str() == choice.verdict)
                && (!choice.wrong || self.by_item.contains_key(record.path.as_str()))
                && self.has(record, &words)
        };
        let mut chosen: Vec<&ItemStatus> = records.iter().filter(fits).collect();
        let title = |record: &&ItemStatus| {
            let title = self.subject.scene.title(&record.path);
            title.map_or(record.path.as_str(), |(title, _)| title).to_owned()
        };
        match &*choice.sort {
            "item" => {
                let mut titled: Vec<(String, &ItemStatus)> =
                    chosen.iter().map(|record| (title(record), *record)).collect();
                sort_by_title(&mut titled, self.style.catalog.language.tag(), |(title, _)| title);
                chosen = titled.into_iter().map(|(_, record)| record).collect();
            }
            "verdict" => chosen.sort_by_key(|record| record.verdict()),
            "next" => chosen.sort_by_key(|record| record.next_change()),
            _ => {}
        }
        if choice.descending {
            chosen.reverse();
        }
        if choice.sort == "next" {
            // What has no date comes last, whichever way.
            chosen.sort_by_key(|record| record.next_change().is_none());
        }
        chosen
    }

    /// Whether all words stand in what the desk says of an item.
    fn has(&self, record: &ItemStatus, words: &[&str]) -> bool {
        let title = self.subject.scene.title(&record.path).map_or("", |(title, _)| title);
        let verdict = self.style.verdict(record.verdict());
        let mut text = format!("{title}\n{}\n{verdict}", record.path).to_lowercase();
        let has_all = |text: &str| words.iter().all(|word| text.contains(word));
        if has_all(&text) {
            return true;
        }
        let reasons = self.style.reasons(self.subject.config, record).join("\n");
        text.push_str(&reasons.to_lowercase());
        for found in self.by_item.get(record.path.as_str()).iter().flat_map(|group| group.all()) {
            text.push_str(&self.style.diagnostic(found, None).to_lowercase());
        }
        has_all(&text)
    }

    fn row(&self, record: &ItemStatus, lines: &mut SourceLines) -> ItemRow<'a> {
        let (style, config) = (self.style, self.subject.config);
        let verdict = record.verdict();
        let has_page = self.subject.shows_withheld || verdict == Verdict::Published;
        let url = record.url.as_deref().filter(|_| has_page);
        let (title, lang) = match self.subject.scene.title(&record.path) {
            Some((title, language)) => (
                style.catalog.discreet(title),
                Some(config.languages[usize::from(language)].code.as_str()),
            ),
            None => (String::new(), None),
        };
        let none = FindingGroup::default();
        ItemRow {
            title,
            lang: lang.filter(|lang| *lang != style.catalog.language.tag()),
            file: style.catalog.discreet(&record.path),
            url: url.map(|url| format!("{}{}", self.subject.home, encode(url))),
            verdict: verdict.as_str(),
            word: style.verdict(verdict),
            reasons: style.reasons(config, record),
            next: record.next_change().map_or(String::new(), |at| style.date(config, at)),
            found: self.told(self.by_item.get(record.path.as_str()).unwrap_or(&none), lines),
        }
    }

    fn told(&self, group: &FindingGroup, lines: &mut SourceLines) -> FindingSummary {
        let mut tell = |found: &[&Diagnostic]| -> Vec<String> {
            let first = found.iter().take(MAX_SHOWN);
            first.map(|found| lines.show(self.subject.portal, self.style, found)).collect()
        };
        FindingSummary {
            errors: tell(&group.errors),
            warnings: tell(&group.warnings),
            error_count: group.errors.len(),
            warning_count: group.warnings.len(),
        }
    }
}
