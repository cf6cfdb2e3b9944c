//! `prakat report form`: the publication form of an item. It is one A4 page for the paper file, signed by
//! those who prepared, proofread, approved and published the item.
//!
//! Health offices must show such a form for each item of the integrity assessment (MOIT 1), and
//! municipalities keep one by their own publishing rules.

use jiff::Timestamp;
use serde::Serialize;
use tera::{Context, Tera};

use crate::commands::approve::{ApproveRefusal, Approver, JudgedItem};
use crate::config::{Config, Person, PersonId};
use crate::content::{Item, Seal, Signature, seal_of};
use crate::gate::{Judgement, Verdict, reasons_against};
use crate::markdown::size_text;
use crate::report::Reporter;
use crate::site::encode;
use crate::text::Moment;

/// The HTML of the form. Its words come from the catalog.
const TEMPLATE: &str = include_str!("form.html");
/// How many files are listed. More would push the signatures off the page.
const MAX_FILES: usize = 5;
/// How many characters of a text are shown, for the same reason.
const MAX_TEXT: usize = 180;
/// How many characters of a file name are shown, for the same reason.
const MAX_NAME: usize = 60;

#[derive(Serialize)]
struct Duty {
    duty: String,
    name: String,
    position: String,
    date: String,
}

#[derive(Serialize)]
struct FormFile {
    name: String,
    size: String,
}

/// Returns the form of an item as an HTML document. The caller says whether a build found errors in the
/// item.
pub(crate) fn publication_form(
    approver: &Approver,
    path: &str,
    at: Timestamp,
    is_invalid: bool,
    reporter: &Reporter,
) -> Result<String, ApproveRefusal> {
    let JudgedItem { item, statement, judgement } = approver.judged(path, at)?;
    let config = approver.loader.config;
    let reasons = reasons_against(&item.approval, item.category, &config.policy, at);
    let form = FormContext {
        item: &item,
        config,
        reporter,
        judgement: &judgement,
        is_invalid,
        is_approved: reasons.is_empty(),
    };
    let mut context = form.context(&statement);
    context.insert("at", &reporter.date(config, at));
    // The template is part of the program and does not fail. A test renders it.
    Ok(Tera::one_off(TEMPLATE, &context, true).unwrap_or_default())
}

struct FormContext<'a> {
    item: &'a Item,
    config: &'a Config,
    reporter: &'a Reporter<'a>,
    judgement: &'a Judgement,
    is_invalid: bool,
    /// Whether it has an approval that the gate accepts.
    is_approved: bool,
}

impl FormContext<'_> {
    fn word(&self, key: &str) -> String {
        self.reporter.catalog.find("form", key, &[]).unwrap_or_default()
    }

    fn context(&self, statement: &str) -> Context {
        let Self { item, config, reporter, .. } = self;
        let details = &item.details;
        let mut context = Context::new();
        let words: std::collections::BTreeMap<&str, &str> =
            reporter.catalog.words("form").collect();
        context.insert("w", &words);
        context.insert("lang", reporter.catalog.language.tag());
        context.insert("office", &config.languages[usize::from(item.language)].title);
        // Before texts are cut or encoded: half a private number would not be recognized.
        let hide = |text: &str| reporter.catalog.discreet(&text.replace(['\r', '\n'], " "));
        context.insert("title", &cut(&hide(&item.title), MAX_TEXT));
        context.insert("summary", &cut(&hide(&item.summary), MAX_TEXT));
        let category = item.category.map(|id| config.category_title(id, item.language));
        context.insert("category", category.unwrap_or(&self.word("outside")));
        context.insert("number", &hide(&details.document_number));
        context.insert("unit", &hide(&details.unit));
        context.insert("address", &format!("{}{}", config.base_url.full, encode(&hide(&item.url))));
        context.insert("from", &self.moment(item.window.from_written));
        context.insert("until", &item.window.until_written.map(|until| self.moment(until)));
        let shown = item.files.iter().take(MAX_FILES);
        let files = shown.map(|file| FormFile {
            name: cut(&hide(&file.name), MAX_NAME),
            size: size_text(file.size),
        });
        context.insert("files", &files.collect::<Vec<_>>());
        context.insert("more_files", &item.files.len().saturating_sub(MAX_FILES));
        context.insert("verdict", &reporter.verdict(self.verdict()));
        let mut reasons: Vec<String> = Vec::new();
        reasons.extend(self.is_invalid.then(|| reporter.catalog.text("reason/invalid", &[])));
        let withheld = self.judgement.reasons.iter();
        reasons.extend(withheld.map(|reason| reporter.sentences(config, &[*reason])));
        context.insert("reasons", &reasons);
        context.insert("proof", &self.word(self.proof()));
        context.insert("digest", &seal_of(statement));
        context.insert("duties", &self.duties());
        context.insert("path", &hide(&item.path));
        context
    }

    fn verdict(&self) -> Verdict {
        if self.is_invalid { Verdict::Invalid } else { self.judgement.verdict }
    }

    /// Returns the key of the words that say what binds the approval to the text.
    fn proof(&self) -> &'static str {
        let approval = self.item.approval;
        match (approval.seal, approval.signature) {
            _ if !self.is_approved => "by_nobody",
            (_, Signature::By(..)) => "by_signature",
            (Seal::Matches, _) => "by_seal",
            _ => "by_name",
        }
    }

    fn moment(&self, moment: Moment) -> String {
        self.reporter.moment(self.config, moment)
    }

    /// Returns who prepared, proofread, approved and published the item, as far as it says.
    fn duties(&self) -> Vec<Duty> {
        let approval = self.item.approval;
        let duty = |key: &str, id: Option<PersonId>, date: Option<Moment>| {
            let person = id.and_then(|id| self.config.policy.people.get(usize::from(id)));
            Duty {
                duty: self.word(key),
                name: person.map_or(String::new(), |person| person.name.clone()),
                position: person.map_or(String::new(), position),
                date: date.map_or(String::new(), |date| self.moment(date)),
            }
        };
        let approver = approval.approver.filter(|_| self.is_approved);
        let approved_on = approval.on.filter(|_| self.is_approved);
        let is_published = self.verdict() == Verdict::Published;
        let published = is_published.then_some(self.item.window.from_written);
        vec![
            duty("prepared", approval.prepared_by, None),
            duty("reviewed", approval.reviewed_by, None),
            duty("approved", approver, approved_on.map(|on| on.written)),
            duty("published", None, published),
        ]
    }
}

/// Returns a person's position, followed by the unit if there is one.
fn position(person: &Person) -> String {
    format!("{} {}", person.position, person.unit).trim().to_owned()
}

/// Shortens a text to a number of characters.
fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
