//! `prakat approve`: a person approves exactly the present bytes of items. Writes approver, date and seal
//! into the front matter, and a signature if there is a key. No other byte changes.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;

use crate::commands::atomic_write::{FileEdit, overwrite};
use crate::commands::front_matter_edit;
use crate::commands::front_matter_edit::TooIntricate;
use crate::config::{Config, PublicKey};
use crate::content;
use crate::content::{Document, Item, ItemLoader, seal_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Failure, Severity, nearest, no_such_item};
use crate::gate::{Judgement, Original, Reason, Rule, judge, reasons_against};
use crate::markdown::report_typos;
use crate::privacy::{Checker, Context};
use crate::report::Reporter;
use crate::source::MAX_LINE;
use crate::ssh::{NAMESPACE, Signed, fingerprint, signed_with, verify};
use crate::text::may_stand;

/// How many similar ids are suggested for an unknown one.
const MAX_NEAREST: usize = 5;

/// Who approves, when, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ApproveOptions<'a> {
    /// The approver's id.
    pub person: &'a str,
    /// The day of the approval, as it is written in the file.
    pub on: &'a str,
    /// The private key to sign with.
    pub key: Option<&'a Path>,
    /// What changed since the last approval, for the public.
    pub note: Option<&'a str>,
    /// Whether an item that was approved before needs no such note.
    pub without_note: bool,
    /// The instant of this run.
    pub now: Timestamp,
}

/// An item that will be approved.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The item as it will be.
    pub item: Item,
    /// What the approval signs.
    pub statement: String,
    /// Whether the item stays withheld until it gets a signature that is made elsewhere.
    pub needs_signature: bool,
    edits: Vec<FileEdit>,
}

/// Why nothing was approved.
#[derive(Debug)]
pub(crate) enum ApproveRefusal {
    /// Wrong use, or a failure outside the portal.
    Failure(Failure),
    /// A file has errors.
    Mistakes(Diagnostics),
    /// The gate would withhold the item.
    Gate {
        /// The item.
        path: String,
        /// Why the gate would withhold it.
        reasons: Vec<Reason>,
    },
    /// The gate would not accept the signature.
    Key(WrongKey),
}

/// A signature that the gate would not accept.
#[derive(Debug)]
pub(crate) struct WrongKey {
    /// The item.
    pub path: String,
    /// Why the gate would not accept it.
    pub reasons: Vec<Reason>,
    /// The fingerprint of the key that made it.
    pub used: String,
    /// The fingerprints of the approver's keys that are valid at the instant of the approval.
    pub valid: Vec<String>,
}

impl From<Failure> for ApproveRefusal {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Approves the items of a portal.
#[derive(Debug)]
pub(crate) struct Approver<'a> {
    /// Reads the items.
    pub loader: ItemLoader<'a>,
    /// Finds private numbers in notes.
    pub checker: &'a Checker,
}

/// An item as it is now, with its statement and the gate's judgement.
#[derive(Debug)]
pub(crate) struct JudgedItem {
    /// The item.
    pub item: Item,
    /// What an approval of the item signs.
    pub statement: String,
    /// The gate's judgement.
    pub judgement: Judgement,
}

impl Approver<'_> {
    /// Returns the statement of an item as it is now: what `ssh-keygen -Y sign -n prakat` signs.
    pub(crate) fn statement(&self, path: &str) -> Result<String, ApproveRefusal> {
        let mut diagnostics = Diagnostics::default();
        let document = self.read(path, &mut diagnostics)?;
        let item = self.loader.statement(&document, &mut diagnostics);
        item.map(|(_, statement)| statement).ok_or(ApproveRefusal::Mistakes(diagnostics))
    }

    /// Judges an item as it is now at an instant.
    pub(crate) fn judged(&self, path: &str, at: Timestamp) -> Result<JudgedItem, ApproveRefusal> {
        let mut diagnostics = Diagnostics::default();
        let document = self.read(path, &mut diagnostics)?;
        let item = self.loader.item(&document, &mut diagnostics);
        let stated = self.loader.statement(&document, &mut diagnostics);
        let (Some(item), Some((_, statement))) = (item, stated) else {
            return Err(ApproveRefusal::Mistakes(diagnostics));
        };
        let policy = &self.loader.config.policy;
        let judgement = match item.original_path() {
            None => judge(&item, Original::Itself, policy, at),
            Some(path) => match self.loader.load(&path, &mut diagnostics) {
                Some(original) => judge(&item, Original::Item(&original), policy, at),
                None => judge(&item, Original::Unreadable, policy, at),
            },
        };
        Ok(JudgedItem { item, statement, judgement })
    }

    fn read<'p>(
        &self,
        path: &'p str,
        diagnostics: &mut Diagnostics,
    ) -> Result<Document<'p>, ApproveRefusal> {
        let documents = self.loader.inventory.documents.iter().map(|listed| &*listed.path);
        // Of what no build reads, such as a hidden file, nothing can be approved.
        if documents.clone().all(|listed| listed != path) {
            return Err(no_such_item(path, path, documents).into());
        }
        Document::read(self.loader.portal, path, diagnostics)
            .ok_or_else(|| ApproveRefusal::Mistakes(std::mem::take(diagnostics)))
    }

    /// Refuses a note that no build would publish, because it contains a private number.
    fn check_note(&self, path: &str, options: &ApproveOptions) -> Result<(), Failure> {
        let note = options.note.unwrap_or_default();
        let context = |_| Context { near: note.to_owned(), ..Context::default() };
        let found = self.checker.find_seen(note, context);
        if found.iter().all(|number| number.severity != Severity::Error) {
            return Ok(());
        }
        Err(refused(path, "@refusal/note-private"))
    }

    /// Prepares the approval of one item. Writes nothing.
    pub(crate) fn draft(
        &self,
        path: &str,
        options: &ApproveOptions,
    ) -> Result<Draft, ApproveRefusal> {
        let mut diagnostics = Diagnostics::default();
        self.check_person(options.person)?;
        check_words(path, options)?;
        self.check_note(path, options)?;
        let before = self.read(path, &mut diagnostics)?;
        let Some(item) = self.loader.item(&before, &mut diagnostics) else {
            return Err(ApproveRefusal::Mistakes(diagnostics));
        };
        check_fields(&diagnostics)?;
        let text = self.with_approval(&before, &item, options)?;
        let after = Document::of_edited(path, text, &mut diagnostics);
        let stated =
            after.as_ref().and_then(|after| self.loader.statement(after, &mut diagnostics));
        let (Some(after), Some((item, statement))) = (&after, stated) else {
            return Err(ApproveRefusal::Mistakes(diagnostics));
        };
        check_direction(path, after.text())?;
        // Before ssh-keygen asks for the passphrase of the key.
        self.check_gate(&item, options)?;
        let sealed = edited(path, after.text(), "seal", |text, yaml| {
            front_matter_edit::set_key(text, yaml, "seal", &seal_of(&statement))
        })?;
        let old = self.loader.portal.read_bytes(path).map_err(|unreadable| {
            diagnostics.push(unreadable);
            ApproveRefusal::Mistakes(std::mem::take(&mut diagnostics))
        })?;
        let file = self.loader.portal.locate(path);
        let mut edits = vec![FileEdit::of_text(file.clone(), old, &sealed)];
        let signature = options.key.map(|key| sign(&statement, key)).transpose()?;
        let sealed = Document::of_edited(path, sealed, &mut diagnostics);
        let item = sealed.and_then(|sealed| self.loader.item(&sealed, &mut diagnostics));
        let Some(mut item) = item else {
            return Err(ApproveRefusal::Mistakes(diagnostics));
        };
        if let Some(text) = &signature {
            item.approval.signature = self.loader.signature(&statement, text, &item.approval);
        }
        let needs_signature = self.check_proof(&item, signature.as_deref(), options)?;
        let path = signature_path(&file);
        edits.extend(signature.map(|text| FileEdit { path, before: None, after: text.into() }));
        Ok(Draft { item, statement, needs_signature, edits })
    }

    /// Checks that the gate would accept the item as it will be, with seal and signature. Returns whether
    /// the item still needs a signature that is made elsewhere.
    fn check_proof(
        &self,
        item: &Item,
        signature: Option<&str>,
        options: &ApproveOptions,
    ) -> Result<bool, ApproveRefusal> {
        let policy = &self.loader.config.policy;
        let reasons = reasons_against(&item.approval, item.category, policy, options.now);
        let (of_signature, others): (Vec<Reason>, Vec<Reason>) =
            reasons.into_iter().partition(|reason: &Reason| reason.rule() == Rule::Signature);
        if !others.is_empty() {
            let path = item.path.to_string();
            return Err(ApproveRefusal::Gate { path, reasons: others });
        }
        let Some(signature) = signature else { return Ok(!of_signature.is_empty()) };
        if of_signature.is_empty() {
            return Ok(false);
        }
        let on = item.approval.on.map(|on| on.at);
        let is_valid = |key: &&PublicKey| {
            let covers = key.term.is_none_or(|term| on.is_some_and(|on| term.covers(on)));
            covers && !key.is_revoked
        };
        let keys = policy.person(options.person).map_or(&[][..], |id| {
            policy.people.get(usize::from(id)).map_or(&[][..], |person| &person.keys)
        });
        let valid =
            keys.iter().filter(is_valid).filter_map(|key| fingerprint(&key.public)).collect();
        let used = signed_with(signature).unwrap_or_default();
        let path = item.path.to_string();
        Err(ApproveRefusal::Key(WrongKey { path, reasons: of_signature, used, valid }))
    }

    /// Checks that the settings know the approver.
    fn check_person(&self, id: &str) -> Result<(), Failure> {
        let policy = &self.loader.config.policy;
        if policy.person(id).is_some() {
            return Ok(());
        }
        let ids = policy.people.iter().map(|person| person.id.as_str());
        let near = nearest(id, ids, MAX_NEAREST).join(", ");
        Err(Failure::new(Code::ApproveNobody).arg("value", id).arg("near", near))
    }

    /// Returns the text with approver, date, note and former approval. The seal is added later.
    fn with_approval(
        &self,
        before: &Document,
        item: &Item,
        options: &ApproveOptions,
    ) -> Result<String, ApproveRefusal> {
        let path = item.path.as_ref();
        let former = FormerApprovalLines::read(before.yaml());
        let mut text = before.text().to_owned();
        if let Some(former) = former.filter(FormerApprovalLines::is_approval) {
            if options.note.is_none() && !options.without_note {
                return Err(Failure::new(Code::ApproveNote).arg("path", path).into());
            }
            let entry = former.entry();
            text = edited(path, &text, "approvals", |text, yaml| {
                front_matter_edit::add_entry(text, yaml, "approvals", &entry)
            })?;
        }
        if let Some(note) = options.note {
            let entry = format!("{{ on: {}, note: {} }}", options.on, quoted(note));
            text = edited(path, &text, "changes", |text, yaml| {
                front_matter_edit::add_entry(text, yaml, "changes", &entry)
            })?;
        }
        for (key, value) in [("approver", options.person), ("approved_on", options.on)] {
            text = edited(path, &text, key, |text, yaml| {
                front_matter_edit::set_key(text, yaml, key, value)
            })?;
        }
        Ok(text)
    }

    /// Checks by the rules of the gate whether this person may approve this item on this day.
    fn check_gate(&self, item: &Item, options: &ApproveOptions) -> Result<(), ApproveRefusal> {
        let judgement = judge(item, Original::Itself, &self.loader.config.policy, options.now);
        let of_time = |reason: &Reason| {
            matches!(reason.rule(), Rule::NotWithdrawn | Rule::NotExpired | Rule::Started)
        };
        let of_proof = |reason: &Reason| matches!(reason.rule(), Rule::Seal | Rule::Signature);
        let reasons = judgement.reasons.into_iter();
        let reasons: Vec<Reason> = reasons.filter(|r| !of_time(r) && !of_proof(r)).collect();
        if reasons.is_empty() {
            Ok(())
        } else {
            Err(ApproveRefusal::Gate { path: item.path.to_string(), reasons })
        }
    }
}

/// Writes the drafts, all or none.
pub(crate) fn approve(drafts: Vec<Draft>) -> Result<(), Failure> {
    let edits: Vec<FileEdit> = drafts.into_iter().flat_map(|draft| draft.edits).collect();
    overwrite(&edits).map_err(|(path, error)| Failure::io_in_portal(&path, &error))
}

/// The most bytes of a note as it is written: it must fit on a line with its date.
const MAX_NOTE: usize = MAX_LINE - 200;

/// Checks the words of the command line that are written into the file.
fn check_words(path: &str, options: &ApproveOptions) -> Result<(), Failure> {
    let of_a_date = |c: char| {
        c.is_ascii_digit() || matches!(c, '๐'..='๙' | '-' | ':' | '.' | '+' | 'T' | 't' | 'Z' | 'z')
    };
    // Between day and time there may be a space.
    let is_date = options
        .on
        .splitn(2, ' ')
        .all(|part| part.starts_with(|c: char| c.is_numeric()) && part.chars().all(of_a_date));
    let note = options.note.unwrap_or_default();
    // All other ends of lines are written as escapes.
    let is_bad = |c: char| !may_stand(c) || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
    let reason = if !is_date {
        "@refusal/day"
    } else if note.contains(is_bad) {
        "@refusal/note-character"
    } else if quoted(note).len() > MAX_NOTE {
        "@refusal/note-length"
    } else {
        return Ok(());
    };
    Err(refused(path, reason))
}

fn refused(path: &str, reason: &str) -> Failure {
    Failure::new(Code::ApproveRefused).arg("path", path).arg("reason", reason)
}

/// Refuses an item whose required fields are not filled in. They may be missing only as long as it names no
/// approver.
fn check_fields(diagnostics: &Diagnostics) -> Result<(), ApproveRefusal> {
    let mut missing = Diagnostics::default();
    for warning in diagnostics.iter().filter(|diagnostic| diagnostic.code == Code::MissingKey) {
        missing.push(Diagnostic { severity: Severity::Error, ..warning.clone() });
    }
    if missing.has_errors() { Err(ApproveRefusal::Mistakes(missing)) } else { Ok(()) }
}

/// Refuses a text with invisible characters that turn its direction: the approver would not see what
/// is approved, and no build publishes it.
fn check_direction(path: &str, text: &str) -> Result<(), ApproveRefusal> {
    let (mut typos, mut diagnostics) = (Diagnostics::default(), Diagnostics::default());
    report_typos(text, path, Severity::Error, || true, &mut typos);
    let turns = |typo: &&Diagnostic| typo.code == Code::BidiControl;
    typos.iter().filter(turns).for_each(|typo| diagnostics.push(typo.clone()));
    if diagnostics.has_errors() { Err(ApproveRefusal::Mistakes(diagnostics)) } else { Ok(()) }
}

/// Edits the front matter. Fails with `ApproveIntricate` if the YAML is too complex to edit safely.
fn edited(
    path: &str,
    text: &str,
    key: &'static str,
    change: impl Fn(&str, std::ops::Range<usize>) -> Result<String, TooIntricate>,
) -> Result<String, ApproveRefusal> {
    let mut diagnostics = Diagnostics::default();
    let parts = content::split_front_matter(path, text, &mut diagnostics);
    let parts = parts.ok_or(ApproveRefusal::Mistakes(diagnostics))?;
    change(text, parts.yaml).map_err(|TooIntricate| {
        Failure::new(Code::ApproveIntricate).arg("path", path).arg("key", key).into()
    })
}

/// Returns a text as a YAML value on one line. A JSON string is also a YAML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns a former value as an entry of `approvals` holds it: in quotation marks if YAML could read
/// it otherwise between braces.
fn in_entry(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ':');
    let is_safe = value.starts_with(char::is_alphanumeric)
        && value.chars().all(is_plain)
        && !value.ends_with(':');
    if is_safe { value.to_owned() } else { quoted(value) }
}

/// The approval that a file has so far.
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

    /// Whether it is an approval. The approver alone is not: whoever prepared the item may have entered it.
    fn is_approval(&self) -> bool {
        let is_present =
            |value: &Option<String>| value.as_deref().is_some_and(|v| !v.trim().is_empty());
        is_present(&self.approver) && (is_present(&self.approved_on) || is_present(&self.seal))
    }

    fn entry(&self) -> String {
        let parts = [("by", &self.approver), ("on", &self.approved_on), ("seal", &self.seal)];
        let present = parts.into_iter().filter_map(|(key, value)| {
            let value = value.as_deref()?.trim();
            (!value.is_empty()).then(|| format!("{key}: {}", in_entry(value)))
        });
        format!("{{ {} }}", present.collect::<Vec<_>>().join(", "))
    }
}

/// Returns the file of an item's signature.
fn signature_path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".sig");
    path.into()
}

/// Signs with `ssh-keygen`, so that agents, passphrases and hardware keys work. The gate decides whether
/// the key is accepted.
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

/// Returns a day as front matter writes it.
pub(crate) fn written_day(at: Timestamp, config: &Config) -> String {
    let date = at.to_zoned(config.zone.clone()).date();
    let year = crate::text::shown_year(date.year(), config.calendar, "th");
    format!("{year:04}-{:02}-{:02}", date.month(), date.day())
}

/// Describes what will be approved.
pub(crate) fn describe_drafts(
    reporter: &Reporter,
    config: &Config,
    person: &str,
    drafts: &[Draft],
) -> String {
    let mut out = String::new();
    for Draft { item, statement, needs_signature, .. } in drafts {
        let path = item.path.to_string();
        let mut line = |indent: &str, key: &str, args: Vec<(&'static str, String)>| {
            out.push_str(&format!("{indent}{}\n", reporter.text(&format!("approve/{key}"), args)));
        };
        line("", "item", vec![("person", person.to_owned()), ("path", path.clone())]);
        line("  ", "title", vec![("title", item.title.to_string())]);
        let from = ("from", reporter.moment(config, item.window.from_written));
        match item.window.until_written {
            Some(until) => {
                line("  ", "window", vec![from, ("until", reporter.moment(config, until))]);
            }
            None => line("  ", "window-open", vec![from]),
        }
        if !item.files.is_empty() {
            let names: Vec<&str> = item.files.iter().map(|file| file.name.as_ref()).collect();
            line("  ", "files", vec![("files", names.join(", "))]);
        }
        line("  ", "seal", vec![("seal", seal_of(statement))]);
        if *needs_signature {
            line("  ", "sign", vec![("path", path)]);
        }
    }
    out
}

/// Describes how many items were approved, and how many still need a signature.
pub(crate) fn describe_counts(reporter: &Reporter, approved: usize, unsigned: usize) -> String {
    let counts = [("approve/done", approved), ("approve/prepared", unsigned)];
    let lines = counts.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| {
        format!("{}\n", reporter.text(key, vec![("count", count.to_string())]))
    });
    lines.collect()
}
