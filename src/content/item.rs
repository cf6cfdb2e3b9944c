//! An item without its body: everything that lists, the gate and other pages need.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;

use crate::config::{CategoryId, FieldType, KindId, Kinds, LanguageId, PersonId};
use crate::content::field_value::{FieldMap, FieldValue, FieldValues};
use crate::content::kinds::Coverage;
use crate::content::path::{folder_of, stem_of};
use crate::diagnostics::Code;
use crate::source::{Fingerprint, Sha256Digest};
use crate::text::{Moment, nfc};

/// The period in which an item may be seen: from the first instant (included) to the second
/// (excluded).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first instant at which it may be seen.
    pub from: Timestamp,
    /// The first instant at which it may no longer be seen. `None` means no end.
    pub until: Option<Timestamp>,
    /// `publish_from` as written.
    pub from_written: Moment,
    /// `publish_until` as written.
    pub until_written: Option<Moment>,
}

/// A date of the front matter, as written and as an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenInstant {
    /// The date as written.
    pub written: Moment,
    /// The instant that it means.
    pub at: Timestamp,
}

/// The people that an item names, and when it was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signatories {
    /// Who approved it.
    pub approver: Option<PersonId>,
    /// When it was approved.
    pub on: Option<WrittenInstant>,
    /// Who prepared it.
    pub prepared_by: Option<PersonId>,
    /// Who proofread it.
    pub reviewed_by: Option<PersonId>,
}

/// Who approved an item, and what proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approval {
    /// Who approved it.
    pub approver: Option<PersonId>,
    /// When it was approved.
    pub on: Option<WrittenInstant>,
    /// Who prepared it.
    pub prepared_by: Option<PersonId>,
    /// Who proofread it.
    pub reviewed_by: Option<PersonId>,
    /// The result of checking its seal.
    pub seal: Seal,
    /// The result of checking its signature.
    pub signature: Signature,
}

impl Approval {
    /// Adds the results for seal and signature to the people that an item names.
    pub(super) fn new(signatories: Signatories, seal: Seal, signature: Signature) -> Self {
        let Signatories { approver, on, prepared_by, reviewed_by } = signatories;
        Self { approver, on, prepared_by, reviewed_by, seal, signature }
    }

    /// Returns whether it covers every letter of the item: a seal or a signature, right or wrong.
    pub(crate) fn covers_text(&self) -> bool {
        self.seal != Seal::Absent || self.signature != Signature::Absent
    }

    /// Returns the people without the proofs.
    pub(super) fn signatories(&self) -> Signatories {
        let Self { approver, on, prepared_by, reviewed_by, .. } = *self;
        Signatories { approver, on, prepared_by, reviewed_by }
    }
}

/// The result of checking a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// The item has no seal.
    Absent,
    /// The item is what was sealed.
    Matches,
    /// The item differs from what was sealed, or the seal belongs to something else.
    Differs,
    /// The item differs from what was sealed only because a program rewrote the bytes of a text.
    Rewritten,
}

/// The result of checking a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// The item has no signature.
    Absent,
    /// The item is what this person signed with this key.
    By(PersonId, u16),
    /// The item is what was signed, but the settings do not contain the key.
    Stranger,
    /// The item is not what was signed, or the file is not a signature for prakat.
    Broken,
    /// The signature was made with an RSA key, which is not accepted.
    Rsa,
}

/// The role of an item on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An item of a category, or a page outside all categories. It has a page of its own.
    Item,
    /// The text of a category's page, or of the home page.
    Index,
}

/// A file in the folder of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFile {
    /// Its name.
    pub name: Box<str>,
    /// Its size in bytes when it was listed.
    pub size: u64,
    /// Its digest if a seal or a signature was checked. Only these bytes may be published then.
    pub digest: Option<Box<Sha256Digest>>,
}

/// An attachment named in front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The number of the file among the item's files.
    pub file: usize,
    /// Its title.
    pub title: Box<str>,
}

/// The name of the front matter in a waiver.
pub(crate) const FRONT_MATTER: &str = "front matter";
/// The name of the text in a waiver.
pub(crate) const BODY: &str = "body";

/// A part of an item in which a diagnostic is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemPart {
    /// The front matter and the URL.
    FrontMatter,
    /// The text.
    Body,
    /// The file with this number among the item's files, and its name.
    File(usize),
}

/// A person's decision to accept a diagnostic, which is then not reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The code of the diagnostic.
    pub rule: Code,
    /// The part of the item.
    pub part: ItemPart,
    /// The person responsible.
    pub by: PersonId,
    /// The reason for accepting it.
    pub reason: Box<str>,
}

/// A public correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// When the item was corrected.
    pub on: WrittenInstant,
    /// What was corrected.
    pub note: Box<str>,
}

/// The public corrections of an item, newest first. A correction is public from its date on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections(Vec<Correction>);

impl Corrections {
    /// Puts corrections in order.
    pub(super) fn new(mut corrections: Vec<Correction>) -> Self {
        corrections.sort_by_key(|correction| std::cmp::Reverse(correction.on.at));
        Self(corrections)
    }

    /// Returns the corrections that are public at an instant.
    pub(crate) fn public_at(&self, now: Timestamp) -> &[Correction] {
        &self.0[self.0.partition_point(|correction| correction.on.at > now)..]
    }

    /// Returns the instants after `now` at which further ones become public.
    pub(crate) fn later_than(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(|correction| correction.on.at).take_while(move |at| *at > now)
    }

    /// Returns all corrections, for checks. Readers must not see those that are not public yet.
    pub(crate) fn all(&self) -> &[Correction] {
        &self.0
    }
}

/// Data that only the item's own page shows.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the keys of the front matter, read")]
pub struct Details {
    pub unit: Box<str>,
    pub document_number: Box<str>,
    pub kind: Box<str>,
    pub fiscal_year: Option<i16>,
    pub issued_on: Option<Moment>,
    pub valid_until: Option<Moment>,
    pub changes: Corrections,
    pub attachments: Vec<Attachment>,
    pub aliases: Vec<Box<str>>,
    pub meets: Vec<Box<str>>,
    pub replaces: Option<Box<str>>,
    pub waivers: Vec<Waiver>,
    pub withdrawn_by: Box<str>,
    pub withdrawn_why: Box<str>,
    pub declared: Option<KindId>,
    pub fields: FieldValues,
    pub deadline: Option<WrittenInstant>,
    pub coverage: Option<Box<Coverage>>,
    pub extra: serde_json::Map<String, serde_json::Value>,
}

impl Details {
    /// Returns a shared value. Most items of a large portal have no details, and share one empty
    /// value.
    pub fn shared(self) -> Arc<Self> {
        static NONE: LazyLock<Arc<Details>> = LazyLock::new(Arc::default);
        if self == **NONE { Arc::clone(&NONE) } else { Arc::new(self) }
    }
}

/// An item without its body.
#[derive(Debug, Clone)]
pub struct Item {
    /// Path of the Markdown file from the portal's root.
    pub path: Box<str>,
    /// The fingerprint of the file as surveyed.
    pub fingerprint: Fingerprint,
    /// The line on which the body begins, from 1.
    pub body_line: u32,
    /// Its role on the site.
    pub role: Role,
    /// Its language.
    pub language: LanguageId,
    /// Its category. `None` for the home page and for pages outside categories.
    pub category: Option<CategoryId>,
    /// Its URL from the site's root, in NFC and not encoded, without a leading `/` and with a
    /// trailing one. It is empty for the home page.
    pub url: Box<str>,
    /// Title.
    pub title: Box<str>,
    /// Summary, or empty.
    pub summary: Box<str>,
    /// Tags.
    pub tags: Box<[Box<str>]>,
    /// When it may be seen.
    pub window: Window,
    /// Its position in lists. Smaller weights come first.
    pub weight: Option<i64>,
    /// Whether its title is shown on every page.
    pub is_urgent: bool,
    /// Who approved it, and what proves it.
    pub approval: Approval,
    /// The first instant at which it is withdrawn.
    pub withdrawn: Option<Timestamp>,
    /// The digest of its text if a seal or a signature was checked. Only this text may be rendered
    /// then.
    pub proven: Option<Box<Sha256Digest>>,
    /// Files in its own folder.
    pub files: Box<[ItemFile]>,
    /// The rest. Shared, because most items have no details.
    pub details: Arc<Details>,
}

impl Item {
    /// Returns the numbers of the files that its front matter names.
    pub fn named_files(&self) -> impl Iterator<Item = usize> {
        let mut files = Vec::new();
        self.details.fields.each(&mut |value| {
            if let FieldValue::File(number) = value {
                files.push(*number as usize);
            }
        });
        self.details.attachments.iter().map(|named| named.file).chain(files)
    }

    /// Returns the Markdown files of other items that its front matter names.
    pub(crate) fn named_items(&self) -> Vec<&str> {
        let mut items: Vec<&str> = self.details.replaces.as_deref().into_iter().collect();
        self.details.fields.each(&mut |value| {
            if let FieldValue::Item(path) = value {
                items.push(path);
            }
        });
        items
    }

    /// Returns the numbers of the files that its fields show as pictures.
    pub fn pictures(&self, kinds: &Kinds) -> Vec<usize> {
        let mut pictures = Vec::new();
        let Some(typed) = self.typed(kinds) else { return pictures };
        typed.each(&mut |field, value| {
            if let (FieldType::Picture, FieldValue::File(number)) = (&field.field_type, value) {
                pictures.push(*number as usize);
            }
        });
        pictures
    }

    /// Returns the typed values of its kind. Returns `None` if the kind is not declared.
    pub fn typed<'a>(&'a self, kinds: &'a Kinds) -> Option<FieldMap<'a>> {
        let kind = kinds.kind(self.details.declared?);
        Some(FieldMap { fields: &kind.fields, values: &self.details.fields })
    }

    /// Returns the typed values of its kind, if that is the one of this id.
    pub fn typed_as<'a>(&'a self, id: &str, kinds: &'a Kinds) -> Option<FieldMap<'a>> {
        let kind = kinds.kind(self.details.declared?);
        self.typed(kinds).filter(|_| kind.id == id)
    }

    /// Returns the folder that contains the Markdown file, with a trailing `/`.
    pub fn folder(&self) -> &str {
        folder_of(&self.path)
    }

    /// Returns the number of the file with a name.
    pub fn file_number(&self, name: &str) -> Option<usize> {
        let wanted = nfc(name);
        self.files.iter().position(|f| nfc(&f.name) == wanted)
    }

    /// Returns the name of a part in a waiver.
    pub fn part_name(&self, part: ItemPart) -> &str {
        match part {
            ItemPart::FrontMatter => FRONT_MATTER,
            ItemPart::Body => BODY,
            ItemPart::File(number) => &self.files[number].name,
        }
    }

    /// Returns the path of the original of a translation.
    pub fn original_path(&self) -> Option<String> {
        if self.language == LanguageId::OWN {
            return None;
        }
        let (stem, _) = stem_of(&self.path)?;
        Some(format!("{}{stem}.md", self.folder()))
    }
}
