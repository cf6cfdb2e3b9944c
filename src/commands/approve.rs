//! `prakat approve`: a person stands for exactly what the files are now. The front matter says so,
//! with a seal and, with a key, a signature; no other byte changes.

use crate::content;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;

use crate::commands::front_matter_edit;
use crate::commands::front_matter_edit::TooIntricate;
use crate::config::{Config, PublicKey};
use crate::content::Item;
use crate::diagnostics::{Code, Diagnostics, Failure};

use crate::commands::atomic_write::{FileEdit, overwrite};
use crate::config::nearest;
use crate::content::{Document, ItemLoader, seal_of};
use crate::gate::{Judgement, Original, Reason, Rule, judge, reasons_against};
use crate::report::Reporter;
use crate::ssh::{NAMESPACE, Signed, fingerprint, signed_with, verify};

/// How many ids are named to somebody who gave one that nobody has.
const MAX_NEAREST: usize = 5;

/// Who approves, when, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ApproveOptions<'a> {
    /// The approver's id.
    pub person: &'a str,
    /// The day of the approval, as it is written into the file.
    pub on: &'a str,
    /// The private key to sign with.
    pub key: Option<&'a Path>,
    /// What changed since the last approval, for the public.
    pub note: Option<&'a str>,
    /// Whether an item that was approved before may go without such a note.
    pub without_note: bool,
    /// The instant of this run.
    pub now: Timestamp,
}

/// An item that will be approved.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The item, as it will be.
    pub card: Item,
    /// What the approval stands for.
    pub statement: String,
    /// Whether the item is withheld until it gets a signature made elsewhere.
    pub needs_signature: bool,
    changes: Vec<FileEdit>,
}

/// Why nothing was approved.
#[derive(Debug)]
pub(crate) enum ApproveRefusal {
    /// Wrong use, or the world is wrong.
    Failure(Failure),
    /// A file has mistakes.
    Mistakes(Diagnostics),
    /// The gate would not let it through, for these reasons.
    Gate(String, Vec<Reason>),
    /// The gate would not let the signature count.
    Key(WrongKey),
}

/// A signature that would not count.
#[derive(Debug)]
pub(crate) struct WrongKey {
    /// The item.
    pub path: String,
    /// Why it would not count.
    pub reasons: Vec<Reason>,
    /// The fingerprint of the key that made it.
    pub used: String,
    /// The fingerprints of the approver's keys that count at the instant of the approval.
    pub own: Vec<String>,
}

impl From<Failure> for ApproveRefusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// A portal in which items are approved.
#[derive(Debug)]
pub(crate) struct Approver<'a> {
    /// Reads its items.
    pub surveyor: ItemLoader<'a>,
}

impl Approver<'_> {
    /// The statement of an item as it is now: what `ssh-keygen -Y sign -n prakat` signs.
    pub(crate) fn statement(&self, path: &str) -> Result<String, ApproveRefusal> {
        let mut found = Diagnostics::default();
        let document = self.read(path, &mut found)?;
        let item = self.surveyor.statement(&document, &mut found);
        item.map(|(_, statement)| statement).ok_or(ApproveRefusal::Mistakes(found))
    }

    /// An item as it is now, its statement, and what the gate says of it at an instant.
    pub(crate) fn judged(
        &self,
        path: &str,
        at: Timestamp,
    ) -> Result<(Item, String, Judgement), ApproveRefusal> {
        let mut found = Diagnostics::default();
        let document = self.read(path, &mut found)?;
        let card = self.surveyor.item(&document, &mut found);
        let item = self.surveyor.statement(&document, &mut found);
        let (Some(card), Some((_, statement))) = (card, item) else {
            return Err(ApproveRefusal::Mistakes(found));
        };
        let policy = &self.surveyor.config.policy;
        let judgement = match card.original_path() {
            None => judge(&card, Original::Itself, policy, at),
            Some(path) => match self.surveyor.load(&path, &mut found) {
                Some(original) => judge(&card, Original::Item(&original), policy, at),
                None => judge(&card, Original::Unreadable, policy, at),
            },
        };
        Ok((card, statement, judgement))
    }

    fn read<'p>(
        &self,
        path: &'p str,
        found: &mut Diagnostics,
    ) -> Result<Document<'p>, ApproveRefusal> {
        Document::read(self.surveyor.portal, path, found)
            .ok_or_else(|| ApproveRefusal::Mistakes(std::mem::take(found)))
    }

    /// What will be written for one item.
    pub(crate) fn draft(
        &self,
        path: &str,
        order: &ApproveOptions,
    ) -> Result<Draft, ApproveRefusal> {
        let mut found = Diagnostics::default();
        self.ask_for_person(order.person)?;
        let before = self.read(path, &mut found)?;
        let Some(card) = self.surveyor.item(&before, &mut found) else {
            return Err(ApproveRefusal::Mistakes(found));
        };
        let text = self.with_approval(&before, &card, order)?;
        let after = Document::of_edited(path, text, &mut found);
        let stated = after.as_ref().and_then(|after| self.surveyor.statement(after, &mut found));
        let (Some(after), Some((card, statement))) = (&after, stated) else {
            return Err(ApproveRefusal::Mistakes(found));
        };
        // Before the key is asked for its passphrase.
        self.ask_the_gate(&card, order)?;
        let sealed = edited(path, after.text(), "seal", |text, yaml| {
            front_matter_edit::set_key(text, yaml, "seal", &seal_of(&statement))
        })?;
        let old = self.surveyor.portal.read_bytes(path).map_err(|unreadable| {
            found.push(unreadable);
            ApproveRefusal::Mistakes(std::mem::take(&mut found))
        })?;
        let file = self.surveyor.portal.locate(path);
        let mut changes = vec![FileEdit::of_text(file.clone(), old, &sealed)];
        let signature = order.key.map(|key| sign(&statement, key)).transpose()?;
        let sealed = Document::of_edited(path, sealed, &mut found);
        let card = sealed.and_then(|sealed| self.surveyor.item(&sealed, &mut found));
        let Some(mut card) = card else {
            return Err(ApproveRefusal::Mistakes(found));
        };
        if let Some(text) = &signature {
            card.approval.signature = self.surveyor.signature(&statement, text, &card.approval);
        }
        let needs_signature = self.ask_for_proof(&card, signature.as_deref(), order)?;
        let path = signature_path(&file);
        changes.extend(signature.map(|text| FileEdit { path, before: None, after: text.into() }));
        Ok(Draft { card, statement, needs_signature, changes })
    }

    /// The gate judges the item as it will be, seal and signature included. What it says of a
    /// signature that is made elsewhere only shows that one is still needed.
    fn ask_for_proof(
        &self,
        card: &Item,
        signature: Option<&str>,
        order: &ApproveOptions,
    ) -> Result<bool, ApproveRefusal> {
        let policy = &self.surveyor.config.policy;
        let reasons = reasons_against(&card.approval, card.category, policy, order.now);
        let (of_signature, others): (Vec<Reason>, Vec<Reason>) =
            reasons.into_iter().partition(|reason: &Reason| reason.rule() == Rule::Signature);
        if !others.is_empty() {
            return Err(ApproveRefusal::Gate(card.path.to_string(), others));
        }
        let Some(signature) = signature else { return Ok(!of_signature.is_empty()) };
        if of_signature.is_empty() {
            return Ok(false);
        }
        let on = card.approval.on.map(|on| on.at);
        let counts = |key: &&PublicKey| {
            let covers = key.term.is_none_or(|term| on.is_some_and(|on| term.covers(on)));
            covers && !key.is_revoked
        };
        let keys = policy.person(order.person).map_or(&[][..], |id| {
            policy.people.get(usize::from(id)).map_or(&[][..], |person| &person.keys)
        });
        let own = keys.iter().filter(counts).filter_map(|key| fingerprint(&key.public)).collect();
        let used = signed_with(signature).unwrap_or_default();
        let path = card.path.to_string();
        Err(ApproveRefusal::Key(WrongKey { path, reasons: of_signature, used, own }))
    }

    /// Whether the settings know who approves.
    fn ask_for_person(&self, id: &str) -> Result<(), Failure> {
        let policy = &self.surveyor.config.policy;
        if policy.person(id).is_some() {
            return Ok(());
        }
        let known = policy.people.iter().map(|person| person.id.as_str());
        let near = nearest(id, known, MAX_NEAREST).join(", ");
        Err(Failure::new(Code::ApproveNobody).arg("value", id).arg("near", near))
    }

    /// The text with approver, date, note and former approval, not sealed yet.
    fn with_approval(
        &self,
        before: &Document,
        card: &Item,
        order: &ApproveOptions,
    ) -> Result<String, ApproveRefusal> {
        let path = card.path.as_ref();
        let former = FormerApprovalLines::read(before.yaml());
        let mut text = before.text().to_owned();
        if let Some(former) = former.filter(FormerApprovalLines::is_approval) {
            if order.note.is_none() && !order.without_note {
                return Err(Failure::new(Code::ApproveNote).arg("path", path).into());
            }
            let entry = former.entry();
            text = edited(path, &text, "approvals", |text, yaml| {
                front_matter_edit::add_entry(text, yaml, "approvals", &entry)
            })?;
        }
        if let Some(note) = order.note {
            let entry = format!("{{ on: {}, note: {} }}", order.on, quoted(note));
            text = edited(path, &text, "changes", |text, yaml| {
                front_matter_edit::add_entry(text, yaml, "changes", &entry)
            })?;
        }
        for (key, value) in [("approver", order.person), ("approved_on", order.on)] {
            text = edited(path, &text, key, |text, yaml| {
                front_matter_edit::set_key(text, yaml, key, value)
            })?;
        }
        Ok(text)
    }

    /// The gate's own rules say whether this person may approve this item on this day.
    fn ask_the_gate(&self, card: &Item, order: &ApproveOptions) -> Result<(), ApproveRefusal> {
        let judgement = judge(card, Original::Itself, &self.surveyor.config.policy, order.now);
        let of_time = |reason: &Reason| {
            matches!(reason.rule(), Rule::NotWithdrawn | Rule::NotOver | Rule::Begun)
        };
        let of_proof = |reason: &Reason| matches!(reason.rule(), Rule::Seal | Rule::Signature);
        let reasons = judgement.reasons.into_iter();
        let reasons: Vec<Reason> = reasons.filter(|r| !of_time(r) && !of_proof(r)).collect();
        if reasons.is_empty() {
            Ok(())
        } else {
            Err(ApproveRefusal::Gate(card.path.to_string(), reasons))
        }
    }
}

/// Writes drafts, all or none.
pub(crate) fn approve(drafts: Vec<Draft>) -> Result<(), Failure> {
    let changes: Vec<FileEdit> = drafts.into_iter().flat_map(|draft| draft.changes).collect();
    overwrite(&changes).map_err(|(path, error)| Failure::io(&path, &error))
}

/// Changes the front matter of a text; what is written too intricately for that is told.
fn edited(
    path: &str,
    text: &str,
    key: &'static str,
    change: impl Fn(&str, std::ops::Range<usize>) -> Result<String, TooIntricate>,
) -> Result<String, Failure> {
    let failure = || Failure::new(Code::ApproveIntricate).arg("path", path).arg("key", key);
    let mut ignored = Diagnostics::default();
    let parts = content::split_front_matter(path, text, &mut ignored).ok_or_else(failure)?;
    change(text, parts.yaml).map_err(|TooIntricate| failure())
}

/// A text as a YAML value on one line; JSON's quotation is YAML's, too.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The approval that stands in a file.
#[derive(Debug, Default, serde::Deserialize)]
struct FormerApprovalLines {
    approver: Option<String>,
    approved_on: Option<String>,
    seal: Option<String>,
}

impl FormerApprovalLines {
    fn read(yaml: &str) -> Option<Self> {
        crate::content::parse_yaml(yaml).ok()
    }

    /// A name alone may have been put there by whoever prepared the item.
    fn is_approval(&self) -> bool {
        let is_there =
            |value: &Option<String>| value.as_deref().is_some_and(|v| !v.trim().is_empty());
        is_there(&self.approver) && (is_there(&self.approved_on) || is_there(&self.seal))
    }

    fn entry(&self) -> String {
        let parts = [("by", &self.approver), ("on", &self.approved_on), ("seal", &self.seal)];
        let there = parts.into_iter().filter_map(|(key, value)| {
            let value = value.as_deref()?.trim();
            (!value.is_empty()).then(|| format!("{key}: {value}"))
        });
        format!("{{ {} }}", there.collect::<Vec<_>>().join(", "))
    }
}

/// The file that holds an item's signature.
fn signature_path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".sig");
    path.into()
}

/// Signs with the real `ssh-keygen`, so that agents, passphrases and keys in hardware work.
/// Whether the key counts is for the gate to say.
fn sign(statement: &str, key: &Path) -> Result<String, Failure> {
    let fail = |cause: String| Failure::new(Code::Signing).arg("cause", cause);
    let mut child = Command::new("ssh-keygen")
        .args(["-q", "-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| fail(format!("ssh-keygen: {error}")))?;
    if let Some(mut input) = child.stdin.take() {
        use std::io::Write;
        let _ = input.write_all(statement.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| fail(error.to_string()))?;
    if !output.status.success() {
        return Err(fail(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    match verify(statement, &text) {
        Signed::By(_) | Signed::Rsa => Ok(text),
        Signed::Not => Err(fail("@signing/kind".to_owned())),
    }
}

/// A day as it is written into front matter.
pub(crate) fn written_day(at: Timestamp, config: &Config) -> String {
    let date = at.to_zoned(config.zone.clone()).date();
    let year = crate::text::shown_year(date.year(), config.calendar, "th");
    format!("{year:04}-{:02}-{:02}", date.month(), date.day())
}

/// What will be approved, for the one who approves.
pub(crate) fn describe_drafts(
    style: &Reporter,
    config: &Config,
    person: &str,
    drafts: &[Draft],
) -> String {
    let mut out = String::new();
    for Draft { card, statement, needs_signature, .. } in drafts {
        let path = card.path.to_string();
        let mut tell = |indent: &str, key: &str, args: Vec<(&'static str, String)>| {
            out.push_str(&format!("{indent}{}\n", style.text(&format!("approve/{key}"), args)));
        };
        tell("", "item", vec![("person", person.to_owned()), ("path", path.clone())]);
        tell("  ", "title", vec![("title", card.title.to_string())]);
        let from = ("from", style.date(config, card.window.from));
        match card.window.until {
            Some(until) => {
                tell("  ", "window", vec![from, ("until", style.date(config, until))]);
            }
            None => tell("  ", "window-open", vec![from]),
        }
        if !card.files.is_empty() {
            let names: Vec<&str> = card.files.iter().map(|file| file.name.as_ref()).collect();
            tell("  ", "files", vec![("files", names.join(", "))]);
        }
        tell("  ", "seal", vec![("seal", seal_of(statement))]);
        if *needs_signature {
            tell("  ", "sign", vec![("path", path)]);
        }
    }
    out
}

/// How many items were approved.
pub(crate) fn describe_counts(style: &Reporter, approved: usize, prepared: usize) -> String {
    let counts = [("approve/done", approved), ("approve/prepared", prepared)];
    let lines = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| format!("{}\n", style.text(key, vec![("count", count.to_string())])));
    lines.collect()
}
