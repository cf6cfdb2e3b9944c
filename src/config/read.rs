//! `site.toml`: settings as written become a [`Config`].

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;
use url::Url;

use crate::config::model::{
    BaseUrl, Category, CategoryId, Channel, Config, Contact, Entitlement, Language, MAX_PROTECTED,
    NoticePage, OwnPage, Person, Policy, PublicKey, Requires, SETTINGS, Security, SecurityAddress,
    Sort, Strength, Term, is_email, is_language_tag,
};
use crate::config::table::{At, SettingsFile, SettingsTable, date_diagnostic, unknown_id};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::privacy::COUNTRIES;
use crate::source::MAX_PART;
use crate::ssh::normal_key;
use crate::text::{Calendar, DateError, Digits, Moment, width};

/// Where its keys are described.
const GUIDE: &str = "docs/site-toml.md";

/// Reads site.toml. Every mistake is told; `None` if there was one.
pub fn read_settings(text: &str, diagnostics: &mut Diagnostics) -> Option<Config> {
    let mut own = Diagnostics::default();
    let config =
        read_config(&mut SettingsFile { path: SETTINGS, text, sink: &mut own, guide: GUIDE });
    let failed = own.has_errors();
    diagnostics.append(own);
    config.filter(|_| !failed)
}

/// Reads a trust file, kept outside the portal: its people, its policy and the strengths of its
/// categories take the place of those in site.toml. Every mistake is told.
pub(crate) fn read_trust(
    path: &str,
    text: &str,
    config: &mut Config,
    diagnostics: &mut Diagnostics,
) {
    let file = &mut SettingsFile { path, text, sink: diagnostics, guide: GUIDE };
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
    "people",
    "languages",
    "contact",
    "security",
    "text",
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
    &["id", "title", "approval", "notice_page", "sort", "requires", "min_days", "max_days"];
const PERSON_KEYS: &[&str] =
    &["name", "position", "unit", "prepares", "reviews", "approves", "terms", "keys"];
const SECURITY_KEYS: &[&str] = &["contact", "expires", "policy", "encryption"];
const CONTACT_KEYS: &[&str] = &["address", "phone", "email", "hours", "complaints"];

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
    let categories = read_categories(file, &mut top, approval);
    let people = read_people(file, &mut top, &categories, calendar, &zone);
    let (has_search, has_list) = read_search(file, &mut top);
    let allows_html = read_markdown(file, &mut top);
    let static_allow = read_static(file, &mut top);
    let attachments_allow = read_attachments(file, &mut top);
    let contact = read_contact(file, &mut top, site.as_ref());
    let security = read_security(file, &mut top, calendar, &zone, site.as_ref());
    let protected = read_text(file, &mut top);
    let languages = read_languages(file, &mut top, site.as_ref(), &categories);
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
    })
}

/// The table `[site]`, read.
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

/// A month and a day: `MM-DD`, also 02-29. Of what would be the first of a month if it were read the
/// other way round, and is not, is warned: `01-10` for 1 October.
fn read_month_day(file: &mut SettingsFile, at: At<String>) -> Option<(i8, i8)> {
    let leap = format!("2024-{}", at.value);
    if let Ok(Moment::Day(date)) = Moment::parse(&leap, Calendar::Gregorian) {
        let (month, day) = (date.month(), date.day());
        if month == 1 && (2..=12).contains(&day) {
            let warning = Diagnostic::warning(Code::FiscalYearStart, file.place(at.span));
            let warning = warning.arg("value", at.value);
            file.sink.push(warning.arg("suggestion", format!("{day:02}-{month:02}")));
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

/// Small letters, digits, `-` and `_`, not at the edges: safe in any URL and on any disk.
fn is_plain_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let edge = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.iter().all(|b| plain(*b)) && edge(bytes.first()) && edge(bytes.last())
}

/// The table `[policy]`, read.
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

/// The country whose private numbers are looked for, unless the settings say otherwise.
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

/// The countries whose private numbers are looked for; none, if the list is empty.
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
        file.sink.push(unknown_id(code, place, &country.value, known, meant));
    }
    countries
}

fn read_categories(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    least: Strength,
) -> Vec<Category> {
    let mut categories: Vec<Category> = Vec::new();
    for mut table in top.tables(file, "categories") {
        let id = table.required(file, "id");
        let title = table.required(file, "title");
        let approval = read_category_approval(file, &mut table, least);
        let sort = table
            .choice(
                file,
                "sort",
                &[("weight", Sort::Weight), ("date", Sort::Date), ("title", Sort::Title)],
            )
            .map_or(Sort::Weight, |at| at.value);
        let requires = read_requires(file, &mut table);
        let days =
            (read_days(file, &mut table, "min_days"), read_days(file, &mut table, "max_days"));
        let notice_page = table.choice(file, "notice_page", &NoticePage::WORDS);
        let notice_page = notice_page.map_or(NoticePage::None, |at| at.value);
        table.finish(file, CATEGORY_KEYS);
        let (Some(id), Some(title)) = (id, title) else { continue };
        if !is_plain_id(&id.value) {
            file.error(Code::CategoryId, id.span, &[("value", id.value)]);
        } else if id.value.len() > MAX_PART {
            let found = Diagnostic::error(Code::CategoryId, file.place(id.span));
            let found = found.arg("value", id.value).arg("limit", MAX_PART.to_string());
            file.sink.push(found.help("help-long"));
        } else if categories.iter().any(|c| c.id == id.value) {
            file.error(Code::CategoryTwice, id.span, &[("value", id.value)]);
        } else {
            let (id, title) = (id.value, title.value);
            categories.push(Category { id, title, approval, notice_page, sort, requires, days });
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

/// Whom the items of a category must name: `requires = ["prepared_by", "reviewed_by"]`.
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

/// Whether the site has a search, and a list of everything; it has both, unless told otherwise.
fn read_search(file: &mut SettingsFile, top: &mut SettingsTable) -> (bool, bool) {
    let Some(mut table) = top.table(file, "search") else { return (true, true) };
    let enabled = table.boolean(file, "enabled").is_none_or(|at| at.value);
    let left_out = table.boolean(file, "list").filter(|at| !at.value);
    if let Some(At { span, .. }) = left_out.clone().filter(|_| enabled) {
        // Who has no script has nothing but the list.
        let args = [("key", "search.list"), ("value", "false"), ("choices", "true")];
        let args = args.map(|(name, value)| (name, value.to_owned()));
        file.error(Code::SettingChoice, span, &args);
    }
    table.finish(file, &["enabled", "list"]);
    (enabled, left_out.is_none())
}

/// Whether raw HTML is cleaned and passes; else it is refused.
fn read_markdown(file: &mut SettingsFile, top: &mut SettingsTable) -> bool {
    let Some(mut table) = top.table(file, "markdown") else { return false };
    let allows = table.choice(file, "raw_html", &[("deny", false), ("allow", true)]);
    table.finish(file, &["raw_html"]);
    allows.is_some_and(|at| at.value)
}

fn read_static(file: &mut SettingsFile, top: &mut SettingsTable) -> Vec<String> {
    let Some(mut table) = top.table(file, "static") else { return Vec::new() };
    let allow = table.strings(file, "allow");
    table.finish(file, &["allow"]);
    allow.into_iter().map(|at| at.value.trim_start_matches('/').to_owned()).collect()
}

/// Endings of files that items may have beside those that prakat knows: `["epub"]`.
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

/// The table `contact` of the site, or of a language.
fn read_contact(
    file: &mut SettingsFile,
    of: &mut SettingsTable,
    site: Option<&SiteTable>,
) -> Contact {
    let Some(mut table) = of.table(file, "contact") else { return Contact::default() };
    let complaints = table.string(file, "complaints");
    let complaints = complaints.and_then(|at| read_channel(file, at, site));
    let mut text = |key| table.string(file, key).map_or(String::new(), |at| at.value);
    let contact = Contact {
        address: text("address"),
        phone: text("phone"),
        email: text("email"),
        hours: text("hours"),
        complaints,
    };
    table.finish(file, CONTACT_KEYS);
    contact
}

/// The path of an address of the portal itself, however that is spelled: what stands there is
/// judged, and may be withheld.
fn own_path(base: &BaseUrl, url: &Url) -> Option<String> {
    let decoded = |path| percent_decode_str(path).decode_utf8_lossy().nfc().collect::<String>();
    let path = decoded(url.path());
    let inside = path.strip_prefix(&decoded(base.path())).map(str::to_owned);
    inside.filter(|_| base.is_on_site(url))
}

/// Whether a web address names no user: such an address would show a password to everybody.
fn names_nobody(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// A page of the portal (`/services/complaints/`), a web address, an e-mail address or a telephone
/// number.
fn read_channel(
    file: &mut SettingsFile,
    at: At<String>,
    site: Option<&SiteTable>,
) -> Option<Channel> {
    let text = at.value.trim();
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    let url = Url::parse(text).ok().filter(is_web);
    let own = site.zip(url.as_ref()).and_then(|(site, url)| own_path(&site.base_url, url));
    let is_number = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        digits >= 3 && text.chars().all(|c| c.is_ascii_digit() || " +-().*#".contains(c))
    };
    let email = text.strip_prefix("mailto:").unwrap_or(text);
    let phone = text.strip_prefix("tel:").unwrap_or(text);
    if let Some(path) = own.or_else(|| text.strip_prefix('/').map(str::to_owned)) {
        let path: String = path.trim_end_matches('/').nfc().collect();
        let url = if path.is_empty() { path } else { format!("{path}/") };
        let (written, place) = (text.to_owned(), file.place(at.span));
        return Some(Channel::Page(OwnPage { url, written, place }));
    }
    let web = url.filter(|url| names_nobody(url) && !text.contains(char::is_whitespace));
    if let Some(url) = web {
        if url.scheme() == "http" {
            let warning = Diagnostic::warning(Code::ComplaintsHttp, file.place(at.span));
            file.sink.push(warning.arg("value", text));
        }
        return Some(Channel::Web(text.to_owned()));
    }
    if is_number(phone) {
        return Some(Channel::Phone(phone.to_owned()));
    }
    if is_email(email) {
        return Some(Channel::Email(email.to_owned()));
    }
    file.error(Code::Complaints, at.span, &[("value", at.value)]);
    None
}

fn read_security(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    calendar: Calendar,
    zone: &TimeZone,
    site: Option<&SiteTable>,
) -> Option<Security> {
    let mut table = top.table(file, "security")?;
    let span = table.span.clone();
    if !table.has("expires") {
        file.error(Code::SettingMissing, span, &[("key", "security.expires".to_owned())]);
    }
    let contact = table.required_strings(file, "contact").into_iter().filter_map(|at| {
        read_address(file, ("contact", at), &["mailto:", "https://", "tel:"], site)
    });
    let contact: Vec<SecurityAddress> = contact.collect();
    let expires = table.moment(file, "expires", calendar);
    let mut address = |key, schemes: &[&str]| {
        let at = table.string(file, key)?;
        read_address(file, (key, at), schemes, site)
    };
    let policy = address("policy", &["https://"]);
    let encryption = address("encryption", &["https://", "dns:", "openpgp4fpr:"]);
    table.finish(file, SECURITY_KEYS);
    let expires = expires?;
    let expires_at = file.place(expires.span.clone());
    let expires = instant(file, expires, |moment| moment.closes(zone))?;
    Some(Security { contact, expires, expires_at, policy, encryption })
}

/// An address (URI) that begins in one of some ways, on a line of its own.
fn read_address(
    file: &mut SettingsFile,
    (key, at): (&str, At<String>),
    schemes: &[&str],
    site: Option<&SiteTable>,
) -> Option<SecurityAddress> {
    let At { value, span } = at;
    let place = file.place(span);
    let begins = |scheme: &&str| value.strip_prefix(*scheme).is_some_and(|rest| !rest.is_empty());
    let is_one = !value.contains(|c: char| c.is_whitespace() || c.is_control());
    let is_known = is_one && schemes.iter().any(begins);
    let web = value.starts_with("https://").then(|| Url::parse(&value).ok());
    match web {
        Some(Some(url)) if is_known && names_nobody(&url) => {
            let own = site.and_then(|site| own_path(&site.base_url, &url));
            let own = own.map(|url| OwnPage { url, written: value, place });
            return Some(SecurityAddress { uri: url.into(), own });
        }
        None if is_known && value.is_ascii() => {
            return Some(SecurityAddress { uri: value, own: None });
        }
        _ => {}
    }
    // A web address in other letters was written out in those of ASCII; nothing else can be.
    let help = if is_known && web.is_none() { "help-ascii" } else { "help" };
    let wrong = Diagnostic::error(Code::SecurityAddress, place).arg("value", value);
    let wrong = wrong.arg("key", format!("security.{key}")).arg("schemes", schemes.join(", "));
    file.sink.push(wrong.help(help));
    None
}

/// Names and words that no line may part.
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
) -> Vec<Language> {
    let own_titles: Vec<String> = categories.iter().map(|c| c.title.clone()).collect();
    let own = site.map(|site| Language {
        code: site.language.clone(),
        title: site.title.clone(),
        tagline: site.tagline.clone(),
        categories: own_titles.clone(),
        contact: Contact::default(),
    });
    let mut languages: Vec<Language> = own.into_iter().collect();
    let Some(table) = top.table(file, "languages") else { return languages };
    for (code, mut table) in table.named_tables(file) {
        let title = table.required(file, "title");
        let tagline = table.string(file, "tagline").map_or(String::new(), |at| at.value);
        let titles = table.table(file, "categories");
        let titles = read_category_titles(file, titles, &own_titles, categories);
        let contact = read_contact(file, &mut table, site);
        table.finish(file, &["title", "tagline", "categories", "contact"]);
        let own = site.is_some_and(|site| site.language == code.value);
        if !is_language_tag(&code.value) || own {
            file.error(Code::LanguageTag, code.span, &[("value", code.value)]);
        } else if categories.iter().any(|category| category.id == code.value) {
            file.error(Code::LanguageIsCategory, code.span, &[("value", code.value)]);
        } else if let Some(title) = title {
            let (code, title) = (code.value, title.value);
            languages.push(Language { code, title, tagline, categories: titles, contact });
        }
    }
    languages
}

/// Titles of categories in another language; where none is given, the site's own stands.
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
            None => unknown_category(file, id, categories),
        }
    }
    titles
}

fn unknown_category(file: &mut SettingsFile, id: At<String>, categories: &[Category]) {
    let place = file.place(id.span);
    let ids = || categories.iter().map(|c| c.id.as_str());
    let by_title = categories.iter().find(|c| c.title == id.value).map(|c| c.id.as_str());
    file.sink.push(unknown_id(Code::SettingsUnknownCategory, place, &id.value, ids, by_title));
}

fn read_people(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    categories: &[Category],
    calendar: Calendar,
    zone: &TimeZone,
) -> Vec<Person> {
    let Some(table) = top.table(file, "people") else { return Vec::new() };
    let mut people = BTreeMap::new();
    for (id, mut table) in table.named_tables(file) {
        let name = table.required(file, "name");
        let position = table.string(file, "position").map_or(String::new(), |at| at.value);
        let unit = table.string(file, "unit").map_or(String::new(), |at| at.value);
        let [prepares, reviews] = ["prepares", "reviews"].map(|duty| {
            let is_limited = table.has(duty);
            let listed = table.strings(file, duty);
            let entitlement = read_entitlement(file, listed, categories);
            is_limited.then_some(entitlement)
        });
        let approves = table.strings(file, "approves");
        let approves = read_entitlement(file, approves, categories);
        let terms = table.tables(file, "terms");
        let terms = terms.into_iter().filter_map(|t| read_term(file, t, calendar, zone)).collect();
        let keys = table.strings_or_tables(file, "keys", "key");
        let keys = keys.into_iter().filter_map(|t| read_key(file, t, calendar, zone)).collect();
        table.finish(file, PERSON_KEYS);
        if let Some(name) = name {
            let (id, name) = (id.value, name.value);
            let identity = identity(&name);
            let person = Person {
                id,
                name,
                position,
                unit,
                identity,
                prepares,
                reviews,
                approves,
                terms,
                keys,
            };
            people.insert(person.id.clone(), person);
        }
    }
    people.into_values().collect()
}

/// A name without white space, in one spelling of its letters.
fn identity(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect()
}

/// A public key: a text, or a table that also says when it counts.
fn read_key(
    file: &mut SettingsFile,
    mut table: SettingsTable,
    calendar: Calendar,
    zone: &TimeZone,
) -> Option<PublicKey> {
    let text = table.required(file, "key");
    let is_revoked = table.boolean(file, "revoked").is_some_and(|at| at.value);
    let has_term = table.has("from") || table.has("until");
    let from = table.moment(file, "from", calendar);
    let until = table.moment(file, "until", calendar);
    table.finish(file, &["key", "from", "until", "revoked"]);
    let text = text?;
    let Some(public) = normal_key(&text.value) else {
        file.error(Code::PublicKey, text.span, &[]);
        return None;
    };
    if !has_term {
        return Some(PublicKey { public, term: None, is_revoked });
    }
    let from = match from {
        Some(from) => instant(file, from, |m| m.opens(zone))?,
        None => Timestamp::MIN,
    };
    let until = match until {
        Some(until) => Some(instant(file, until, |m| m.closes(zone))?),
        None => None,
    };
    Some(PublicKey { public, term: Some(Term { from, until }), is_revoked })
}

fn read_entitlement(
    file: &mut SettingsFile,
    listed: Vec<At<String>>,
    categories: &[Category],
) -> Entitlement {
    let mut entitlement = Entitlement { everything: false, categories: Vec::new() };
    for id in listed {
        if id.value == "*" {
            entitlement.everything = true;
        } else if let Some(n) = categories.iter().position(|c| c.id == id.value) {
            entitlement.categories.extend(CategoryId::try_from(n));
        } else {
            unknown_category(file, id, categories);
        }
    }
    entitlement
}

fn read_term(
    file: &mut SettingsFile,
    mut table: SettingsTable,
    calendar: Calendar,
    zone: &TimeZone,
) -> Option<Term> {
    let missing = !table.has("from");
    let from = table.moment(file, "from", calendar);
    let until = table.moment(file, "until", calendar);
    if missing {
        let key = "terms.from".to_owned();
        file.error(Code::SettingMissing, table.span.clone(), &[("key", key)]);
    }
    table.finish(file, &["from", "until"]);
    let from = instant(file, from?, |m| m.opens(zone))?;
    let until = match until {
        Some(at) => Some((at.span.clone(), instant(file, at, |m| m.closes(zone))?)),
        None => None,
    };
    if let Some((span, end)) = &until
        && *end <= from
    {
        file.error(Code::TermEmpty, span.clone(), &[]);
        return None;
    }
    Some(Term { from, until: until.map(|(_, end)| end) })
}

fn instant(
    file: &mut SettingsFile,
    at: At<Moment>,
    reading: impl Fn(Moment) -> Result<Timestamp, DateError>,
) -> Option<Timestamp> {
    match reading(at.value) {
        Ok(instant) => Some(instant),
        Err(error) => {
            let place = file.place(at.span.clone());
            let text = file.text[at.span].trim_matches('"').to_owned();
            file.sink.push(date_diagnostic(error, place, &text));
            None
        }
    }
}
