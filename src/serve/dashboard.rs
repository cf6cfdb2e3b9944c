//! The dashboard of the preview: a paged list of all items with verdict, reasons and diagnostics. The
//! query of its URL says what is shown, and in which order.

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

/// How many items a page of the dashboard shows.
const PER_PAGE: usize = 100;
/// How many errors, and how many warnings, are shown for one item.
const MAX_SHOWN: usize = 100;
/// Columns: the name in URLs, the key of the heading's text, and whether items can be sorted by it.
const COLUMNS: [(&str, &str, bool); 4] = [
    ("item", "item", true),
    ("verdict", "verdict", true),
    ("", "reasons", false),
    ("next", "next", true),
];

/// Everything that the dashboard shows.
#[derive(Debug)]
pub(super) struct DashboardContext<'a> {
    /// The portal, for the lines of files that have errors.
    pub portal: &'a Portal,
    /// The portal as it is now.
    pub preview: &'a Preview,
    /// Whether withheld items have pages in this preview.
    pub shows_withheld: bool,
    /// The id of the portal's state.
    pub build: &'a str,
}

impl DashboardContext<'_> {
    fn config(&self) -> &Config {
        &self.preview.project().config
    }

    /// The path of the home page: `/`, or the path of the base URL.
    fn home(&self) -> &str {
        self.config().base_url.path()
    }
}

/// Which items are shown, and in which order.
#[derive(Debug, Default, Serialize)]
struct Filter {
    /// Words that an item must all contain.
    text: String,
    /// Shows only items with this verdict. Empty for all.
    verdict: String,
    /// Shows only items with diagnostics.
    wrong: bool,
    /// The column to sort by. Empty to sort by path.
    sort: String,
    descending: bool,
    /// The page, from 1.
    page: usize,
}

impl Filter {
    /// Parses the query of a URL. Unknown keys are ignored.
    fn read(query: &str) -> Self {
        let mut filter = Self { page: 1, ..Self::default() };
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "text" => filter.text = value.into_owned(),
                "verdict" => filter.verdict = value.into_owned(),
                "wrong" => filter.wrong = true,
                "sort" if COLUMNS.iter().any(|(name, _, sorts)| *sorts && *name == value) => {
                    filter.sort = value.into_owned();
                }
                "order" => filter.descending = value == "descending",
                "page" => filter.page = value.parse().unwrap_or(1).max(1),
                _ => {}
            }
        }
        filter
    }

    /// Formats the query for the same items with another order and page.
    fn query(&self, sort: &str, descending: bool, page: usize) -> String {
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
    /// The query that sorts by it. `None` if items cannot be sorted by it.
    query: Option<String>,
    /// `ascending` or `descending` if items are sorted by it.
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

/// The diagnostics of one item.
#[derive(Default)]
struct FindingGroup<'a> {
    errors: Vec<&'a Diagnostic>,
    warnings: Vec<&'a Diagnostic>,
}

impl<'a> FindingGroup<'a> {
    fn add(&mut self, diagnostic: &'a Diagnostic) {
        match diagnostic.severity {
            Severity::Error => self.errors.push(diagnostic),
            Severity::Warning => self.warnings.push(diagnostic),
        }
    }

    fn all(&self) -> impl Iterator<Item = &&'a Diagnostic> {
        self.errors.iter().chain(&self.warnings)
    }
}

/// The diagnostics of one item as text: how many, and the first of them.
#[derive(Serialize)]
struct FindingSummary {
    errors: Vec<String>,
    warnings: Vec<String>,
    error_count: usize,
    warning_count: usize,
}

/// Renders a page of the dashboard.
pub(super) fn dashboard(reporter: &Reporter, context: &DashboardContext, query: &str) -> Vec<u8> {
    let (config, at) = (context.config(), context.preview.at());
    let mut filter = Filter::read(query);
    let words: BTreeMap<&str, &str> = reporter.catalog.words("desk").collect();
    let statuses = context.preview.records();
    let diagnostics = context.preview.findings();
    let (elsewhere, by_item) = group_by_item(&diagnostics, &statuses);
    let dashboard = Dashboard { reporter, context, by_item };
    let filtered = dashboard.filtered(&statuses, &filter);
    let pages = filtered.len().div_ceil(PER_PAGE).max(1);
    filter.page = filter.page.min(pages);
    let shown = filtered.iter().skip((filter.page - 1) * PER_PAGE).take(PER_PAGE);
    let mut lines = SourceLines::of(&diagnostics);
    let rows: Vec<ItemRow> = shown.map(|status| dashboard.row(status, &mut lines)).collect();
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let mut values = Context::new();
    values.insert("heads", &heads(&words, &filter));
    let to_page = |page: usize| filter.query(&filter.sort, filter.descending, page);
    values.insert("previous", &(filter.page > 1).then(|| to_page(filter.page - 1)));
    values.insert("next", &(filter.page < pages).then(|| to_page(filter.page + 1)));
    values.insert("pages", &pages);
    values.insert("w", &words);
    values.insert("lang", reporter.catalog.language.tag());
    values.insert("site", &config.languages[0].title);
    values.insert("home", context.home());
    values.insert("build", context.build);
    values.insert("at", &reporter.date(config, at));
    values.insert("instant", &rfc3339(at, &config.zone));
    values.insert("errors", &errors);
    values.insert("warnings", &(diagnostics.len() - errors));
    values.insert("elsewhere", &dashboard.summary(&elsewhere, &mut lines));
    values.insert("counts", &counts(reporter, &statuses));
    values.insert("all", &statuses.len());
    values.insert("matching", &filtered.len());
    values.insert("unchecked", &context.preview.unchecked());
    values.insert("rows", &rows);
    let is_withheld =
        |status: &ItemStatus| ![Verdict::Published, Verdict::Invalid].contains(&status.verdict());
    let hides_some = !context.shows_withheld && statuses.iter().any(is_withheld);
    values.insert("hides_some", &hides_some);
    values.insert("choice", &filter);
    // A template that is part of the program does not fail; a test renders it.
    Tera::one_off(TEMPLATE, &values, true).unwrap_or_default().into_bytes()
}

fn counts(reporter: &Reporter, statuses: &[ItemStatus]) -> Vec<VerdictCount> {
    let mut numbers: BTreeMap<Verdict, usize> = BTreeMap::new();
    for status in statuses {
        *numbers.entry(status.verdict()).or_default() += 1;
    }
    let count = |(verdict, number): (Verdict, usize)| VerdictCount {
        verdict: verdict.as_str(),
        word: reporter.verdict(verdict),
        number,
    };
    numbers.into_iter().map(count).collect()
}

fn heads(words: &BTreeMap<&str, &str>, filter: &Filter) -> Vec<ColumnHead> {
    let head = |(name, word, sorts): (&'static str, &str, bool)| {
        let is_sorted = sorts && filter.sort == name;
        let sorted = if filter.descending { "descending" } else { "ascending" };
        let reverses = is_sorted && !filter.descending;
        ColumnHead {
            name,
            word: words.get(word).copied().unwrap_or("").to_owned(),
            query: sorts.then(|| filter.query(name, reverses, 1)),
            sorted: is_sorted.then_some(sorted),
        }
    };
    COLUMNS.into_iter().map(head).collect()
}

/// Groups diagnostics by item: those in its file and in the files of its folder. Returns those that
/// belong to no item first.
fn group_by_item<'a>(
    diagnostics: &'a [Diagnostic],
    statuses: &'a [ItemStatus],
) -> (FindingGroup<'a>, BTreeMap<&'a str, FindingGroup<'a>>) {
    let paths: BTreeSet<&str> = statuses.iter().map(|status| status.path.as_str()).collect();
    let mut owners: Vec<&str> = paths.iter().copied().filter(|path| owns_folder(path)).collect();
    // Of several languages in a folder, the original comes last and stays: its name has no code.
    owners.sort_by_key(|path| Reverse(path.len()));
    let owners: BTreeMap<&str, &str> =
        owners.into_iter().map(|path| (folder_of(path), path)).collect();
    let (mut elsewhere, mut by_item) =
        (FindingGroup::default(), BTreeMap::<&str, FindingGroup>::new());
    for diagnostic in diagnostics {
        let file = diagnostic.place.file.as_str();
        let item = paths.get(file).or_else(|| owners.get(folder_of(file)));
        let group = match item {
            Some(item) => by_item.entry(item).or_default(),
            None => &mut elsewhere,
        };
        group.add(diagnostic);
    }
    (elsewhere, by_item)
}

/// Filters items and formats their rows.
struct Dashboard<'a> {
    reporter: &'a Reporter<'a>,
    context: &'a DashboardContext<'a>,
    by_item: BTreeMap<&'a str, FindingGroup<'a>>,
}

impl<'a> Dashboard<'a> {
    /// Returns the items that a filter selects, in its order.
    fn filtered<'r>(&self, statuses: &'r [ItemStatus], filter: &Filter) -> Vec<&'r ItemStatus> {
        let words = filter.text.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let fits = |status: &&ItemStatus| {
            (filter.verdict.is_empty() || status.verdict().as_str() == filter.verdict)
                && (!filter.wrong || self.by_item.contains_key(status.path.as_str()))
                && self.has(status, &words)
        };
        let mut selected: Vec<&ItemStatus> = statuses.iter().filter(fits).collect();
        let title = |status: &&ItemStatus| {
            let title = self.context.preview.title(&status.path);
            title.map_or(status.path.as_str(), |(title, _)| title).to_owned()
        };
        match &*filter.sort {
            "item" => {
                let mut titled: Vec<(String, &ItemStatus)> =
                    selected.iter().map(|status| (title(status), *status)).collect();
                sort_by_title(&mut titled, self.reporter.catalog.language.tag(), |(title, _)| {
                    title
                });
                selected = titled.into_iter().map(|(_, status)| status).collect();
            }
            "verdict" => selected.sort_by_key(|status| status.verdict()),
            "next" => selected.sort_by_key(|status| status.next_change()),
            _ => {}
        }
        if filter.descending {
            selected.reverse();
        }
        if filter.sort == "next" {
            // Items without a date come last in both orders.
            selected.sort_by_key(|status| status.next_change().is_none());
        }
        selected
    }

    /// Checks whether the row of an item contains all words.
    fn has(&self, status: &ItemStatus, words: &[&str]) -> bool {
        let title = self.context.preview.title(&status.path).map_or("", |(title, _)| title);
        let verdict = self.reporter.verdict(status.verdict());
        let mut text = format!("{title}\n{}\n{verdict}", status.path).to_lowercase();
        let has_all = |text: &str| words.iter().all(|word| text.contains(word));
        if has_all(&text) {
            return true;
        }
        let reasons = self.reporter.reasons(self.context.config(), status).join("\n");
        text.push_str(&reasons.to_lowercase());
        for diagnostic in
            self.by_item.get(status.path.as_str()).iter().flat_map(|group| group.all())
        {
            text.push_str(&self.reporter.diagnostic(diagnostic, None).to_lowercase());
        }
        has_all(&text)
    }

    fn row(&self, status: &ItemStatus, lines: &mut SourceLines) -> ItemRow<'a> {
        let (reporter, config) = (self.reporter, self.context.config());
        let verdict = status.verdict();
        let has_page = self.context.shows_withheld || verdict == Verdict::Published;
        let url = status.url.as_deref().filter(|_| has_page);
        let (title, lang) = match self.context.preview.title(&status.path) {
            Some((title, language)) => (
                reporter.catalog.discreet(title),
                Some(config.languages[usize::from(language)].code.as_str()),
            ),
            None => (String::new(), None),
        };
        let none = FindingGroup::default();
        ItemRow {
            title,
            lang: lang.filter(|lang| *lang != reporter.catalog.language.tag()),
            file: reporter.catalog.discreet(&status.path),
            url: url.map(|url| format!("{}{}", self.context.home(), encode(url))),
            verdict: verdict.as_str(),
            word: reporter.verdict(verdict),
            reasons: reporter.reasons(config, status),
            next: status
                .next_change()
                .map_or(String::new(), |change| reporter.change(config, change)),
            found: self.summary(self.by_item.get(status.path.as_str()).unwrap_or(&none), lines),
        }
    }

    fn summary(&self, group: &FindingGroup, lines: &mut SourceLines) -> FindingSummary {
        let mut format = |diagnostics: &[&Diagnostic]| -> Vec<String> {
            let first = diagnostics.iter().take(MAX_SHOWN);
            first.map(|d| lines.show(self.context.portal, self.reporter, d)).collect()
        };
        FindingSummary {
            errors: format(&group.errors),
            warnings: format(&group.warnings),
            error_count: group.errors.len(),
            warning_count: group.warnings.len(),
        }
    }
}
