//! The tables of `site.toml` that have no module of their own.

use crate::config::contact::{CONTACT, SECURITY};
use crate::config::home::BLOCK;
use crate::config::keys::{
    FILLED, LANGUAGE_TAG, PLAIN_ID, Shape, TEXTS, Table, key, needed, words_of,
};
use crate::config::kinds::KIND;
use crate::config::lists::LIST_KEYS;
use crate::config::people::PERSON;
use crate::config::policy::{NoticePage, Strength};
use crate::privacy::COUNTRIES;
use crate::text::{Calendar, Digits};

/// All of `site.toml`.
pub(crate) static SETTINGS_TABLE: Table = Table {
    name: "top",
    keys: &[&[
        needed("site", Shape::Table(&SITE)),
        key("policy", Shape::Table(&POLICY)),
        key("search", Shape::Table(&SEARCH)),
        key("markdown", Shape::Table(&MARKDOWN)),
        key("static", Shape::Table(&STATIC)),
        key("attachments", Shape::Table(&ATTACHMENTS)),
        key("categories", Shape::List(&Shape::Table(&CATEGORY))),
        key("kinds", Shape::List(&Shape::Table(&KIND))),
        key("home", Shape::List(&Shape::Table(&BLOCK))),
        key("people", Shape::Named(&Shape::Table(&PERSON))),
        key("languages", Shape::Named(&Shape::Table(&LANGUAGE))),
        key("contact", Shape::Table(&CONTACT)),
        key("security", Shape::Table(&SECURITY)),
        key("text", Shape::Table(&TEXT)),
        key("check", Shape::Table(&CHECK)),
    ]],
};
/// `[site]`.
pub(super) static SITE: Table = Table {
    name: "site",
    keys: &[&[
        needed("title", FILLED),
        key("tagline", Shape::Text),
        needed("base_url", Shape::Form("^https?://[^/]")),
        key("id", Shape::Text),
        needed("language", LANGUAGE_TAG),
        needed("timezone", FILLED),
        key("calendar", Shape::Words(|| words_of(&CALENDARS))),
        key("fiscal_year_start", Shape::Text),
        key("digits", Shape::Words(|| words_of(&Digits::WORDS))),
        key("theme", PLAIN_ID),
    ]],
};
/// `[policy]`.
pub(super) static POLICY: Table = Table {
    name: "policy",
    keys: &[&[
        key("approval", APPROVAL),
        key("separate_duties", Shape::Boolean),
        key("privacy", Shape::List(&Shape::Words(|| words_of(COUNTRIES)))),
        key("allowed_signers", Shape::Text),
    ]],
};
/// `[[categories]]`.
pub(super) static CATEGORY: Table = Table {
    name: "categories",
    keys: &[
        &[
            needed("id", PLAIN_ID),
            needed("title", FILLED),
            key("approval", APPROVAL),
            key("notice_page", Shape::Words(|| words_of(&NoticePage::WORDS))),
            key("requires", Shape::List(&Shape::Words(|| REQUIRES.to_vec()))),
            key("min_days", Shape::Count(1..=i64::MAX)),
            key("max_days", Shape::Count(1..=i64::MAX)),
        ],
        LIST_KEYS,
    ],
};
/// `[search]`.
pub(super) static SEARCH: Table = Table {
    name: "search",
    keys: &[&[key("enabled", Shape::Boolean), key("list", Shape::Boolean)]],
};
/// `[markdown]`.
pub(super) static MARKDOWN: Table =
    Table { name: "markdown", keys: &[&[key("raw_html", Shape::Words(|| words_of(&RAW_HTML)))]] };
/// `[check]`.
pub(super) static CHECK: Table = Table {
    name: "check",
    keys: &[&[
        key("weekdays", Shape::Boolean),
        key("amounts", Shape::Boolean),
        key("totals", Shape::Boolean),
        key("laws", Shape::Boolean),
    ]],
};
/// `[static]`.
pub(super) static STATIC: Table = Table { name: "static", keys: &[&[key("allow", TEXTS)]] };
/// `[attachments]`.
pub(super) static ATTACHMENTS: Table =
    Table { name: "attachments", keys: &[&[key("allow", TEXTS)]] };
/// `[text]`.
pub(super) static TEXT: Table = Table { name: "text", keys: &[&[key("protected", TEXTS)]] };
/// `[languages.en]`.
pub(super) static LANGUAGE: Table = Table {
    name: "languages",
    keys: &[&[
        needed("title", FILLED),
        key("tagline", Shape::Text),
        key("categories", Shape::Named(&Shape::Text)),
        key("contact", Shape::Table(&CONTACT)),
        key("kinds", Shape::Open),
    ]],
};
const APPROVAL: Shape = Shape::Words(|| words_of(&Strength::WORDS));
/// The calendars.
pub(super) const CALENDARS: [(&str, Calendar); 2] =
    [("buddhist", Calendar::Buddhist), ("gregorian", Calendar::Gregorian)];
/// What happens to raw HTML: whether it is kept.
pub(super) const RAW_HTML: [(&str, bool); 2] = [("deny", false), ("allow", true)];
/// Whom the items of a category may have to name.
pub(super) const REQUIRES: [&str; 2] = ["prepared_by", "reviewed_by"];
