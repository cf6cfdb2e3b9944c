//! The publication form: one A4 page for the paper file, on which those who prepared, proofread,
//! approved and published an item sign.
//!
//! Health offices must show such a form for each item of the integrity assessment (MOIT 1), and
//! municipalities keep one by their own publishing rules.

use serde::Serialize;
use tera::{Context, Tera};

use crate::commands::approve::{ApproveRefusal, Approver};
use crate::config::{Config, Person, PersonId};
use crate::content::{Item, Seal, Signature, seal_of};
use crate::gate::{Judgement, Verdict, reasons_against};
use crate::markdown::size_text;
use crate::report::Reporter;
use crate::site::encode;
use crate::text::Moment;
use jiff::Timestamp;

/// The page; its words come from the catalog.
const TEMPLATE: &str = include_str!("form.html");
/// More files than these would push the signatures from the page.
const MAX_FILES: usize = 5;
/// Letters of a text, and of a file's name, that are shown, for the same reason.
const MAX_LETTERS: (usize, usize) = (180, 60);

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

/// An item's form, as an HTML document. Mistakes in its text or files are found elsewhere; such an
/// item is invalid.
pub(crate) fn publication_form(
    desk: &Approver,
    path: &str,
    (at, is_invalid): (Timestamp, bool),
    style: &Reporter,
) -> Result<String, ApproveRefusal> {
    let (card, statement, judgement) = desk.judged(path, at)?;
    let config = desk.surveyor.config;
    let reasons = reasons_against(&card.approval, card.category, &config.policy, at);
    let is_approved = reasons.is_empty();
    let form =
        FormContext { card: &card, config, style, judgement: &judgement, is_invalid, is_approved };
    let mut context = form.context(&statement);
    context.insert("at", &style.date(config, at));
    // A template that is part of the program does not fail; a test renders it.
    Ok(Tera::one_off(TEMPLATE, &context, true).unwrap_or_default())
}

struct FormContext<'a> {
    card: &'a Item,
    config: &'a Config,
    style: &'a Reporter<'a>,
    judgement: &'a Judgement,
    is_invalid: bool,
    /// Whether an approval stands for it that counts.
    is_approved: bool,
}

impl FormContext<'_> {
    fn word(&self, key: &str) -> String {
        self.style.catalog.find("form", key, &[]).unwrap_or_default()
    }

    fn context(&self, statement: &str) -> Context {
        let Self { card, config, style, .. } = self;
        let details = &card.details;
        let mut context = Context::new();
        let words: std::collections::BTreeMap<&str, &str> = style.catalog.words("form").collect();
        context.insert("w", &words);
        context.insert("lang", style.catalog.language.tag());
        context.insert("office", &config.languages[usize::from(card.language)].title);
        // Before anything is cut or encoded: half a number is not known as one.
        let hide = |text: &str| style.catalog.discreet(&text.replace(['\r', '\n'], " "));
        context.insert("title", &cut(&hide(&card.title), MAX_LETTERS.0));
        context.insert("summary", &cut(&hide(&card.summary), MAX_LETTERS.0));
        let category = card.category.map(|id| config.category_title(id, card.language));
        context.insert("category", category.unwrap_or(&self.word("outside")));
        context.insert("number", &hide(&details.document_number));
        context.insert("unit", &hide(&details.unit));
        context.insert("address", &format!("{}{}", config.base_url.full, encode(&hide(&card.url))));
        context.insert("from", &self.moment(card.window.from_written));
        context.insert("until", &card.window.until_written.map(|until| self.moment(until)));
        let shown = card.files.iter().take(MAX_FILES);
        let files = shown.map(|file| FormFile {
            name: cut(&hide(&file.name), MAX_LETTERS.1),
            size: size_text(file.size),
        });
        context.insert("files", &files.collect::<Vec<_>>());
        context.insert("more_files", &card.files.len().saturating_sub(MAX_FILES));
        context.insert("verdict", &style.verdict(self.verdict()));
        let mut reasons: Vec<String> = Vec::new();
        reasons.extend(self.is_invalid.then(|| style.catalog.text("reason/invalid", &[])));
        let told = self.judgement.reasons.iter();
        reasons.extend(told.map(|reason| style.sentences(config, &[*reason])));
        context.insert("reasons", &reasons);
        context.insert("proof", &self.word(self.proof()));
        context.insert("digest", &seal_of(statement));
        context.insert("duties", &self.duties());
        context.insert("path", &hide(&card.path));
        context
    }

    fn verdict(&self) -> Verdict {
        if self.is_invalid { Verdict::Invalid } else { self.judgement.verdict }
    }

    /// What binds the approval to what is published.
    fn proof(&self) -> &'static str {
        let approval = self.card.approval;
        match (approval.seal, approval.signature) {
            _ if !self.is_approved => "by_nobody",
            (_, Signature::By(..)) => "by_signature",
            (Seal::Matches, _) => "by_seal",
            _ => "by_name",
        }
    }

    fn moment(&self, moment: Moment) -> String {
        let language = self.style.catalog.language.tag();
        moment.shown(&self.config.zone, self.config.calendar, language).text
    }

    /// Who prepared, proofread, approved and published, as far as the item says.
    fn duties(&self) -> Vec<Duty> {
        let approval = self.card.approval;
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
        let published = is_published.then_some(self.card.window.from_written);
        vec![
            duty("prepared", approval.prepared_by, None),
            duty("reviewed", approval.reviewed_by, None),
            duty("approved", approver, approved_on.map(|on| on.written)),
            duty("published", None, published),
        ]
    }
}

/// A person's position, and the unit where it is said.
fn position(person: &Person) -> String {
    format!("{} {}", person.position, person.unit).trim().to_owned()
}

/// A text that does not fill the page.
fn cut(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
