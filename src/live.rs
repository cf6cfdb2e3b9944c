//! What the preview adds to a site: the script that keeps pages up to date, what is wrong, the band
//! over a withheld item, and the desk. Nothing of it is in any build.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use tera::{Context, Tera};

use crate::address::encode;
use crate::calendar::rfc3339;
use crate::config::Config;
use crate::gate::{Judgement, Verdict};
use crate::html::escape;
use crate::pipeline::Record;
use crate::report::Style;

/// The folder of the preview's own files.
pub const FOLDER: &str = "_prakat/";

/// The preview's own files.
const FILES: [(&str, &str); 4] = [
    ("live.js", include_str!("live/live.js")),
    ("live.css", include_str!("live/live.css")),
    ("desk.js", include_str!("live/desk.js")),
    ("desk.css", include_str!("live/desk.css")),
];
const DESK: &str = include_str!("live/desk.html");

/// Errors that a browser shows; the terminal shows all.
const MAX_SHOWN: usize = 10;

/// One of the preview's own files.
pub fn file(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// What a browser is told: which edition of the portal there is, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// The edition; pages of another are loaded again.
    pub build: String,
    /// The edition of the style sheets; they are swapped without loading the page.
    pub css: String,
    /// How many errors there are, as a sentence.
    pub title: String,
    /// The first errors, as the terminal tells them.
    pub errors: Vec<String>,
}

impl State {
    /// Sets what is wrong.
    pub fn tell(&mut self, errors: &[String], style: &Style) {
        let count = vec![("count", errors.len().to_string())];
        self.title = style.catalog.text("serve/errors", &count);
        self.errors = errors.iter().take(MAX_SHOWN).cloned().collect();
    }

    /// As it goes to browsers.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// A page with the script that keeps it up to date, and with a band if there is one.
    pub fn dress(&self, page: &[u8], band: Option<&str>) -> Vec<u8> {
        let robots = if band.is_some() { "<meta name=\"robots\" content=\"noindex\">" } else { "" };
        let tag = format!(
            "{robots}<link rel=\"stylesheet\" href=\"/{FOLDER}live.css\"><script src=\"/{FOLDER}live.js\" \
             data-build=\"{}\" data-css=\"{}\" defer></script>",
            self.build, self.css
        );
        let mut out = Vec::with_capacity(page.len() + tag.len() + 400);
        let head = memchr::memmem::find(page, b"</head>").unwrap_or(0);
        out.extend_from_slice(&page[..head]);
        out.extend_from_slice(tag.as_bytes());
        let rest = &page[head..];
        let body = memchr::memmem::find(rest, b"<body")
            .and_then(|at| memchr::memchr(b'>', &rest[at..]).map(|end| at + end + 1));
        let body = body.filter(|_| band.is_some()).unwrap_or(0);
        out.extend_from_slice(&rest[..body]);
        out.extend_from_slice(band.unwrap_or("").as_bytes());
        out.extend_from_slice(&rest[body..]);
        out
    }
}

/// The band over an item that is withheld: why, and when that changes.
pub fn band(style: &Style, config: &Config, judgement: &Judgement) -> Option<String> {
    if judgement.verdict == Verdict::Published {
        return None;
    }
    let mut text = format!(
        "{}: {}",
        style.verdict(judgement.verdict),
        style.sentences(config, &judgement.reasons)
    );
    if let Some(at) = judgement.next_change {
        let args = vec![("date", style.date(config, at))];
        text.push_str(&format!(" – {}", style.catalog.text("report/changes-on", &args)));
    }
    let stamp = style.catalog.text("serve/stamp", &[]);
    let mut band = String::from("<p class=\"prakat-band\" role=\"note\" data-stamp=\"");
    escape(&stamp, &mut band);
    band.push_str("\">");
    escape(&text, &mut band);
    band.push_str("</p>");
    Some(band)
}

/// A page that stands where one could not be made: its script shows what is wrong.
pub fn empty_page(title: &str) -> Vec<u8> {
    let mut page = String::from("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>");
    escape(title, &mut page);
    page.push_str("</title></head>\n<body><h1>");
    escape(title, &mut page);
    page.push_str("</h1></body></html>\n");
    page.into_bytes()
}

#[derive(Serialize)]
struct Row {
    file: String,
    url: Option<String>,
    verdict: &'static str,
    word: String,
    reasons: Vec<String>,
    next: String,
    next_instant: String,
}

#[derive(Serialize)]
struct Count {
    verdict: &'static str,
    word: String,
    number: usize,
}

/// What the desk is about.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The settings.
    pub config: &'a Config,
    /// The instant of judgement.
    pub at: Timestamp,
    /// Every item.
    pub records: &'a [Record],
    /// Whether withheld items have pages here.
    pub shows_withheld: bool,
    /// Everything that is wrong, as the terminal tells it.
    pub findings: &'a [String],
    /// Where the site begins: `/`, or the path of its base URL.
    pub home: &'a str,
}

/// The desk: every item with its verdict and its reasons.
pub fn desk(style: &Style, subject: &Subject) -> Vec<u8> {
    let config = subject.config;
    let words: BTreeMap<&str, &str> = style.catalog.words("desk").collect();
    let mut numbers: BTreeMap<Verdict, usize> = BTreeMap::new();
    for record in subject.records {
        *numbers.entry(record.verdict()).or_default() += 1;
    }
    let count = |(verdict, number): (Verdict, usize)| Count {
        verdict: verdict.as_str(),
        word: style.verdict(verdict),
        number,
    };
    let counts: Vec<Count> = numbers.into_iter().map(count).collect();
    let rows: Vec<Row> = subject.records.iter().map(|record| row(style, subject, record)).collect();
    let mut context = Context::new();
    context.insert("w", &words);
    context.insert("lang", style.catalog.language.tag());
    context.insert("site", &config.languages[0].title);
    context.insert("home", subject.home);
    context.insert("at", &style.date(config, subject.at));
    context.insert("instant", &rfc3339(subject.at, &config.zone));
    context.insert("findings", subject.findings);
    context.insert("counts", &counts);
    context.insert("rows", &rows);
    // A template that is part of the program does not fail; a test renders it.
    Tera::one_off(DESK, &context, true).unwrap_or_default().into_bytes()
}

fn row(style: &Style, subject: &Subject, record: &Record) -> Row {
    let (config, verdict) = (subject.config, record.verdict());
    let has_page = subject.shows_withheld || verdict == Verdict::Published;
    let next = record.judgement.as_ref().and_then(|judgement| judgement.next_change);
    Row {
        file: style.catalog.discreet(&record.path),
        url: record.url.as_deref().filter(|_| has_page).map(encode),
        verdict: verdict.as_str(),
        word: style.verdict(verdict),
        reasons: style.reasons(config, record),
        next: next.map_or(String::new(), |at| style.date(config, at)),
        next_instant: next.map_or(String::new(), |at| at.to_string()),
    }
}
