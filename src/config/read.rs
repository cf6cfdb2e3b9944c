//! Reads `site.toml`, and the trust file, into a [`Config`].

use std::collections::HashSet;

use jiff::tz::TimeZone;
use toml::de::DeTable;

use crate::config::contact::{read_contact, read_security};
use crate::config::home::BlockReader;
use crate::config::ids::{is_language_tag, is_plain_id, is_taken};
use crate::config::kinds::{Kinds, read_kind_texts, read_kinds};
use crate::config::lists::{LIST_KEYS, read_list};
use crate::config::model::{
    BaseUrl, Config, Contact, Language, LanguageId, MAX_PROTECTED, Proofreading, SETTINGS,
};
use crate::config::people::{read_people, report_unknown_category};
use crate::config::policy::{
    Category, CategoryId, NoticePage, Policy, Requires, Strength, WindowDays,
};
use crate::config::table::{At, SettingsFile, SettingsTable};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, unknown_id};
use crate::privacy::COUNTRIES;
use crate::source::MAX_PART;
use crate::text::{Calendar, Digits, Moment, width};

/// The document that describes the keys.
const GUIDE: &str = "docs/site-toml.md";

/// Reads `site.toml`. Reports every error, and returns `None` if there was one.
///
/// ```
/// use prakat::config::read_settings;
/// use prakat::diagnostics::Diagnostics;
///
/// let text = r#"
///     [site]
///     title = "Example"
///     base_url = "https://www.example.go.th/"
///     language = "th"
///     timezone = "Asia/Bangkok"
///     calendar = "buddhist"
/// "#;
/// let mut diagnostics = Diagnostics::default();
/// let config = read_settings(text, &mut diagnostics).expect("no errors");
/// assert_eq!(config.id, "www.example.go.th");
///
/// let wrong = text.replace("Asia/Bangkok", "Asia/Nowhere");
/// assert!(read_settings(&wrong, &mut diagnostics).is_none());
/// assert!(diagnostics.has_errors());
/// ```
pub fn read_settings(text: &str, diagnostics: &mut Diagnostics) -> Option<Config> {
    let mut of_file = Diagnostics::default();
    let config = read_config(&mut SettingsFile {
        path: SETTINGS,
        text,
        diagnostics: &mut of_file,
        guide: GUIDE,
    });
    let failed = of_file.has_errors();
    diagnostics.append(of_file);
    config.filter(|_| !failed)
}

/// Returns the site's own language, also of settings with errors, as far as they can be parsed.
pub(crate) fn declared_language(text: &str) -> Option<String> {
    let (table, _) = DeTable::parse_recoverable(text);
    let site = table.get_ref().get("site")?.get_ref().as_table()?;
    Some(site.get("language")?.get_ref().as_str()?.to_owned())
}

/// Reads a trust file, which is kept outside the portal. Its people, its policy and the strengths of its
/// categories replace those of `site.toml`. Reports every error.
pub(crate) fn read_trust(
    path: &str,
    text: &str,
    config: &mut Config,
    diagnostics: &mut Diagnostics,
) {
    let file = &mut SettingsFile { path, text, diagnostics, guide: GUIDE };
    let Some(mut top) = file.parse() else { return };
    if let Some(mut site) = top.table(file, "site") {
        if let Some(id) = site.required(file, "id") {
            config.id = id.value;
        }
        site.finish(file, &["id"]);
    }
    let Rules { approval, separate_duties, privacy, allowed_signers } = read_policy(file, &mut top);
    let policy = &mut config.policy;
    for category in &mut policy.categories {
        category.approval = category.approval.max(approval);
    }
    if let Some(mut strengths) = top.table(file, "categories") {
        for category in &mut policy.categories {
            let asked = strengths.choice(file, &category.id, &Strength::WORDS);
            category.approval = category.approval.max(asked.map_or(approval, |at| at.value));
        }
        let known: Vec<&str> = policy.categories.iter().map(|c| c.id.as_str()).collect();
        strengths.finish(file, &known);
    }
    let people = read_people(file, &mut top, &policy.categories, config.calendar, &config.zone);
    top.finish(file, &["site", "policy", "categories", "people"]);
    config.policy.approval = approval;
    config.policy.separate_duties = separate_duties;
    config.policy.privacy = privacy;
    config.policy.people = people;
    config.allowed_signers = allowed_signers;
}

const TOP_KEYS: &[&str] = &[
    "site",
    "policy",
    "search",
    "markdown",
    "static",
    "attachments",
    "categories",
    "kinds",
    "home",
    "people",
    "languages",
    "contact",
    "security",
    "text",
    "check",
];
const SITE_KEYS: &[&str] = &[
    "title",
    "tagline",
    "base_url",
    "id",
    "language",
    "timezone",
    "calendar",
    "fiscal_year_start",
    "digits",
    "theme",
];
const CATEGORY_KEYS: &[&str] =
    &["id", "title", "approval", "notice_page", "requires", "min_days", "max_days"];
fn read_config(file: &mut SettingsFile) -> Option<Config> {
    let mut top = file.parse()?;
    let site = top.table(file, "site");
    if site.is_none() {
        file.error(Code::SettingMissing, 0..0, &[("key", "[site]".to_owned())]);
    }
    let site = site.and_then(|table| read_site(file, table));
    let calendar = site.as_ref().map_or(Calendar::Buddhist, |s| s.calendar);
    let zone = site.as_ref().map_or(TimeZone::UTC, |s| s.zone.clone());
    let Rules { approval, separate_duties, privacy, allowed_signers } = read_policy(file, &mut top);
    let own = site.as_ref().map_or("th", |s| s.language.as_str());
    let mut kinds = read_kinds(file, &mut top, own);
    let categories = read_categories(file, &mut top, approval, &kinds);
    let home = BlockReader { categories: &categories, kinds: &kinds, own };
    let home = home.read(file, &mut top);
    let people = read_people(file, &mut top, &categories, calendar, &zone);
    let (has_search, has_list) = read_search(file, &mut top);
    let allows_html = read_markdown(file, &mut top);
    let proofreading = read_check(file, &mut top);
    let static_allow = read_static(file, &mut top);
    let attachments_allow = read_attachments(file, &mut top);
    let base_url = site.as_ref().map(|site| &site.base_url);
    let contact = read_contact(file, &mut top, base_url);
    let security = read_security(file, &mut top, calendar, &zone, base_url);
    let protected = read_text(file, &mut top);
    let languages = read_languages(file, &mut top, site.as_ref(), &categories, &mut kinds);
    top.finish(file, TOP_KEYS);
    let site = site?;
    Some(Config {
        id: site.id,
        base_url: site.base_url,
        zone,
        calendar,
        fiscal_year_start: site.fiscal_year_start,
        digits: site.digits,
        protected,
        theme: site.theme,
        kinds,
        home,
        policy: Policy { approval, separate_duties, privacy, categories, people },
        languages,
        allowed_signers,
        contact,
        security,
        static_allow,
        attachments_allow,
        has_search,
        has_list,
        allows_html,
        proofreading,
    })
}

/// The values of the table `[site]`.
struct SiteTable {
    title: String,
    tagline: String,
    base_url: BaseUrl,
    id: String,
    language: String,
    zone: TimeZone,
    calendar: Calendar,
    fiscal_year_start: Option<(i8, i8)>,
    digits: Digits,
    theme: String,
}

fn read_site(file: &mut SettingsFile, mut table: SettingsTable) -> Option<SiteTable> {
    let title = table.required(file, "title");
    let tagline = table.string(file, "tagline").map_or(String::new(), |at| at.value);
    let base_url = table.required(file, "base_url").and_then(|at| read_base_url(file, at));
    let id = table.string(file, "id").map(|at| at.value);
    let language = table.required(file, "language").and_then(|at| read_language_tag(file, at));
    let zone = table.required(file, "timezone").and_then(|at| read_zone(file, at));
    let calendar = table
        .choice(
            file,
            "calendar",
            &[("buddhist", Calendar::Buddhist), ("gregorian", Calendar::Gregorian)],
        )
        .map_or(Calendar::Gregorian, |at| at.value);
    let fiscal_year_start = table.string(file, "fiscal_year_start");
    let fiscal_year_start = fiscal_year_start.and_then(|at| read_month_day(file, at));
    let digits = table.choice(file, "digits", &Digits::WORDS);
    let theme = table.string(file, "theme").and_then(|at| read_theme_name(file, at));
    table.finish(file, SITE_KEYS);
    let base_url = base_url?;
    Some(SiteTable {
        title: title?.value,
        tagline,
        id: id.unwrap_or_else(|| base_url.host().to_owned()),
        base_url,
        language: language?,
        zone: zone?,
        calendar,
        fiscal_year_start,
        digits: digits.map_or(Digits::Arabic, |at| at.value),
        theme: theme.unwrap_or_else(|| "default".to_owned()),
    })
}

fn read_base_url(file: &mut SettingsFile, at: At<String>) -> Option<BaseUrl> {
    let url = BaseUrl::parse(&at.value);
    if url.is_none() {
        file.error(Code::BaseUrl, at.span, &[("value", at.value)]);
    }
    url
}

fn read_language_tag(file: &mut SettingsFile, at: At<String>) -> Option<String> {
    if is_language_tag(&at.value) {
        return Some(at.value);
    }
    file.error(Code::LanguageTag, at.span, &[("value", at.value)]);
    None
}

fn read_zone(file: &mut SettingsFile, at: At<String>) -> Option<TimeZone> {
    let zone = jiff::tz::db().get(&at.value).ok();
    if zone.is_none() {
        file.error(Code::TimeZone, at.span, &[("value", at.value)]);
    }
    zone
}

/// Reads a month and a day: `MM-DD`, also 02-29. Warns about a date that would be the first of a month if
/// it were read as `DD-MM`, such as `01-10` for 1 October.
fn read_month_day(file: &mut SettingsFile, at: At<String>) -> Option<(i8, i8)> {
    let leap = format!("2024-{}", at.value);
    if let Ok(Moment::Day(date)) = Moment::parse(&leap, Calendar::Gregorian) {
        let (month, day) = (date.month(), date.day());
        if month == 1 && (2..=12).contains(&day) {
            let warning = Diagnostic::warning(Code::FiscalYearStart, file.place(at.span));
            let warning = warning.arg("value", at.value);
            file.diagnostics.push(warning.arg("suggestion", format!("{day:02}-{month:02}")));
        }
        return Some((month, day));
    }
    file.error(Code::MonthDay, at.span, &[("value", at.value)]);
    None
}

fn read_theme_name(file: &mut SettingsFile, at: At<String>) -> Option<String> {
    if is_plain_id(&at.value) {
        return Some(at.value);
    }
    file.error(Code::ThemeName, at.span, &[("value", at.value)]);
    None
}

/// The values of the table `[policy]`.
struct Rules {
    approval: Strength,
    separate_duties: bool,
    privacy: Vec<String>,
    allowed_signers: Option<(String, Place)>,
}

impl Default for Rules {
    fn default() -> Self {
        let privacy = vec![DEFAULT_PRIVACY.to_owned()];
        Self { approval: Strength::Named, separate_duties: false, privacy, allowed_signers: None }
    }
}

/// The country whose private numbers are searched for by default.
const DEFAULT_PRIVACY: &str = "th";

fn read_policy(file: &mut SettingsFile, top: &mut SettingsTable) -> Rules {
    let mut policy = Rules::default();
    let Some(mut table) = top.table(file, "policy") else { return policy };
    if let Some(at) = table.choice(file, "approval", &Strength::WORDS) {
        policy.approval = at.value;
    }
    policy.separate_duties = table.boolean(file, "separate_duties").is_some_and(|at| at.value);
    if table.has("privacy") {
        policy.privacy = read_privacy(file, &mut table);
    }
    let signers = table.string(file, "allowed_signers");
    policy.allowed_signers = signers.map(|at| (at.value, file.place(at.span)));
    table.finish(file, &["approval", "separate_duties", "privacy", "allowed_signers"]);
    policy
}

/// Reads the countries whose private numbers are searched for.
fn read_privacy(file: &mut SettingsFile, table: &mut SettingsTable) -> Vec<String> {
    let mut countries = Vec::new();
    for country in table.strings(file, "privacy") {
        if COUNTRIES.iter().any(|(name, _)| *name == country.value) {
            countries.push(country.value);
            continue;
        }
        let known = || COUNTRIES.iter().map(|(name, _)| *name);
        let place = file.place(country.span);
        let word = country.value.to_lowercase();
        let meant = known().find(|name| *name == word);
        let code = Code::SettingsUnknownCountry;
        file.diagnostics.push(unknown_id(code, place, &country.value, known, meant));
    }
    countries
}

fn read_categories(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    least: Strength,
    kinds: &Kinds,
) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    let mut seen: HashSet<String> = HashSet::new();
    for mut table in top.tables(file, "categories") {
        let id = table.required(file, "id");
        let title = table.required(file, "title");
        let approval = read_category_approval(file, &mut table, least);
        let list = read_list(file, &mut table, kinds);
        let requires = read_requires(file, &mut table);
        let days = WindowDays {
            min: read_days(file, &mut table, "min_days"),
            max: read_days(file, &mut table, "max_days"),
        };
        let notice_page = table.choice(file, "notice_page", &NoticePage::WORDS);
        let notice_page = notice_page.map_or(NoticePage::None, |at| at.value);
        table.finish(file, &[CATEGORY_KEYS, LIST_KEYS].concat());
        let (Some(id), Some(title)) = (id, title) else { continue };
        if !is_plain_id(&id.value) {
            let is_reserved = is_taken(&id.value);
            let error = Diagnostic::error(Code::CategoryId, file.place(id.span));
            let error = error.arg("value", id.value);
            file.diagnostics.push(if is_reserved { error.help("help-reserved") } else { error });
        } else if id.value.len() > MAX_PART {
            let diagnostic = Diagnostic::error(Code::CategoryId, file.place(id.span));
            let diagnostic = diagnostic.arg("value", id.value).arg("limit", MAX_PART.to_string());
            file.diagnostics.push(diagnostic.help("help-long"));
        } else if !seen.insert(id.value.clone()) {
            file.error(Code::CategoryTwice, id.span, &[("value", id.value)]);
        } else if CategoryId::at(categories.len()).is_none() {
            file.too_many("categories", categories.len(), id.span);
            break;
        } else {
            let (id, title) = (id.value, title.value);
            categories.push(Category { id, title, approval, notice_page, list, requires, days });
        }
    }
    categories
}

fn read_category_approval(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    least: Strength,
) -> Strength {
    let Some(at) = table.choice(file, "approval", &Strength::WORDS) else { return least };
    if at.value < least {
        file.error(
            Code::WeakerApproval,
            at.span,
            &[("value", at.value.as_str().to_owned()), ("least", least.as_str().to_owned())],
        );
    }
    at.value.max(least)
}

/// Reads whom the items of a category must name: `requires = ["prepared_by", "reviewed_by"]`.
fn read_requires(file: &mut SettingsFile, table: &mut SettingsTable) -> Requires {
    let mut requires = Requires::default();
    for word in table.strings(file, "requires") {
        match word.value.as_str() {
            "prepared_by" => requires.prepared_by = true,
            "reviewed_by" => requires.reviewed_by = true,
            _ => {
                let choices = "prepared_by, reviewed_by".to_owned();
                let key = "requires".to_owned();
                let args = [("key", key), ("value", word.value), ("choices", choices)];
                file.error(Code::SettingChoice, word.span, &args);
            }
        }
    }
    requires
}

fn read_days(file: &mut SettingsFile, table: &mut SettingsTable, key: &'static str) -> Option<i64> {
    if !table.has(key) {
        return None;
    }
    let days = table.number(file, key)?;
    if days.value < 1 {
        let args = [("key", key.to_owned()), ("wanted", "@kind/number".to_owned())];
        file.error(Code::SettingType, days.span, &args);
        return None;
    }
    Some(days.value)
}

/// Returns whether the site has a search and a list of all items. By default it has both.
fn read_search(file: &mut SettingsFile, top: &mut SettingsTable) -> (bool, bool) {
    let Some(mut table) = top.table(file, "search") else { return (true, true) };
    let enabled = table.boolean(file, "enabled").is_none_or(|at| at.value);
    let left_out = table.boolean(file, "list").filter(|at| !at.value);
    if let Some(At { span, .. }) = left_out.clone().filter(|_| enabled) {
        // Without scripts, the list is the only way to find items.
        let args = [("key", "search.list"), ("value", "false"), ("choices", "true")];
        let args = args.map(|(name, value)| (name, value.to_owned()));
        file.error(Code::SettingChoice, span, &args);
    }
    table.finish(file, &["enabled", "list"]);
    (enabled, left_out.is_none())
}

/// Returns whether raw HTML is sanitised and kept. Otherwise it is an error.
fn read_markdown(file: &mut SettingsFile, top: &mut SettingsTable) -> bool {
    let Some(mut table) = top.table(file, "markdown") else { return false };
    let allows = table.choice(file, "raw_html", &[("deny", false), ("allow", true)]);
    table.finish(file, &["raw_html"]);
    allows.is_some_and(|at| at.value)
}

/// Reads what `prakat check` compares in texts.
fn read_check(file: &mut SettingsFile, top: &mut SettingsTable) -> Proofreading {
    let mut checks = Proofreading::default();
    let Some(mut table) = top.table(file, "check") else { return checks };
    let switches = [
        ("weekdays", &mut checks.weekdays),
        ("amounts", &mut checks.amounts),
        ("totals", &mut checks.totals),
        ("laws", &mut checks.laws),
    ];
    for (key, is_on) in switches {
        *is_on = table.boolean(file, key).is_none_or(|at| at.value);
    }
    table.finish(file, &["weekdays", "amounts", "totals", "laws"]);
    checks
}

fn read_static(file: &mut SettingsFile, top: &mut SettingsTable) -> Vec<String> {
    let Some(mut table) = top.table(file, "static") else { return Vec::new() };
    let allow = table.strings(file, "allow");
    table.finish(file, &["allow"]);
    allow.into_iter().map(|at| at.value.trim_start_matches('/').to_owned()).collect()
}

/// Reads additional extensions allowed for files of items: `["epub"]`.
fn read_attachments(file: &mut SettingsFile, top: &mut SettingsTable) -> Vec<String> {
    let Some(mut table) = top.table(file, "attachments") else { return Vec::new() };
    let mut kinds = Vec::new();
    for At { value, span } in table.strings(file, "allow") {
        let kind = value.trim_start_matches('.').to_lowercase();
        let is_part = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if kind.split('.').all(is_part) {
            kinds.push(kind);
        } else {
            file.error(Code::AttachmentKind, span, &[("value", value)]);
        }
    }
    table.finish(file, &["allow"]);
    kinds
}

/// Reads names and words that must not be broken across lines.
fn read_text(file: &mut SettingsFile, top: &mut SettingsTable) -> Vec<String> {
    let Some(mut table) = top.table(file, "text") else { return Vec::new() };
    let mut protected = Vec::new();
    for at in table.strings(file, "protected") {
        let name = at.value.trim();
        if (2..=MAX_PROTECTED).contains(&width(name)) {
            protected.push(name.to_owned());
            continue;
        }
        let args = [("value", at.value), ("most", MAX_PROTECTED.to_string())];
        file.error(Code::Protected, at.span, &args);
    }
    table.finish(file, &["protected"]);
    protected
}

fn read_languages(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    site: Option<&SiteTable>,
    categories: &[Category],
    kinds: &mut Kinds,
) -> Vec<Language> {
    let own_titles: Vec<String> = categories.iter().map(|c| c.title.clone()).collect();
    let main = site.map(|site| Language {
        code: site.language.clone(),
        title: site.title.clone(),
        tagline: site.tagline.clone(),
        categories: own_titles.clone(),
        contact: Contact::default(),
    });
    let mut languages: Vec<Language> = main.into_iter().collect();
    let Some(table) = top.table(file, "languages") else { return languages };
    for (code, mut table) in table.named_tables(file) {
        let title = table.required(file, "title");
        let tagline = table.string(file, "tagline").map_or(String::new(), |at| at.value);
        let titles = table.table(file, "categories");
        let titles = read_category_titles(file, titles, &own_titles, categories);
        let contact = read_contact(file, &mut table, site.map(|site| &site.base_url));
        if let Some(texts) = table.table(file, "kinds") {
            read_kind_texts(file, texts, kinds, &code.value);
        }
        table.finish(file, &["title", "tagline", "categories", "contact", "kinds"]);
        let is_main = site.is_some_and(|site| site.language == code.value);
        if !is_language_tag(&code.value) || is_main {
            file.error(Code::LanguageTag, code.span, &[("value", code.value)]);
        } else if categories.iter().any(|category| category.id == code.value) {
            file.error(Code::LanguageIsCategory, code.span, &[("value", code.value)]);
        } else if LanguageId::at(languages.len()).is_none() {
            let own = usize::from(site.is_some());
            file.too_many("languages", languages.len() - own, code.span);
            break;
        } else if let Some(title) = title {
            let (code, title) = (code.value, title.value);
            languages.push(Language { code, title, tagline, categories: titles, contact });
        }
    }
    languages
}

/// Reads the titles of categories in another language. A missing title is that of the site's own
/// language.
fn read_category_titles(
    file: &mut SettingsFile,
    table: Option<SettingsTable>,
    own_titles: &[String],
    categories: &[Category],
) -> Vec<String> {
    let mut titles = own_titles.to_vec();
    for (id, title) in table.map_or(Vec::new(), |table| table.named_strings(file)) {
        match categories.iter().position(|c| c.id == id.value) {
            Some(n) => titles[n] = title.value,
            None => report_unknown_category(file, id, categories),
        }
    }
    titles
}
