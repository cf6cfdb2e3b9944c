//! Compares an item with its seal and its signature.

use jiff::Timestamp;
use rayon::prelude::*;

use crate::config::{Config, Person, PersonId, PublicKey};
use crate::content::document::Document;
use crate::content::item::{ItemFile, Seal, Signatories, Signature, Window};
use crate::content::path::folder_of;
use crate::content::seal::{NotSealable, StatementInput, seal_of, statement};
use crate::diagnostics::Diagnostics;
use crate::source::{Portal, Sha256Digest};
use crate::ssh::{Signed, verify};
use crate::text::nfc;

/// What seal and signature say about an item.
#[derive(Debug)]
pub(super) struct Proof {
    /// The result for the seal.
    pub seal: Seal,
    /// The result for the signature.
    pub signature: Signature,
    /// The text of the signature file.
    pub signature_text: Option<String>,
    /// The digest of the text, if a seal or a signature was checked.
    pub markdown: Option<Box<Sha256Digest>>,
}

/// What an approval covers, apart from the item's files.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProofInput<'a> {
    /// The Markdown file.
    pub document: &'a Document<'a>,
    /// The publication window that the document declares.
    pub window: &'a Window,
    /// The people that the document names.
    pub signatories: &'a Signatories,
    /// The seal as written, or empty.
    pub seal: &'a str,
    /// The path of the signature file, if there is one.
    pub signature_path: Option<&'a str>,
}

/// Compares an item with its seal and its signature, if it has any. Stores the digests of the files,
/// because exactly these bytes are published.
pub(super) fn check(
    portal: &Portal,
    config: &Config,
    input: ProofInput,
    files: &mut [ItemFile],
    diagnostics: &mut Diagnostics,
) -> Proof {
    let mut proof = Proof {
        seal: Seal::Absent,
        signature: Signature::Absent,
        signature_text: None,
        markdown: None,
    };
    if input.seal.is_empty() && input.signature_path.is_none() {
        return proof;
    }
    let digests = digest_files(portal, input.document.path(), files, diagnostics);
    let markdown = input.document.digest().ok();
    let statement = markdown.map(|markdown| {
        statement_of(config, input.document.path(), input.window, &markdown, digests)
    });
    proof.markdown = markdown.map(Box::new);
    if !input.seal.is_empty() {
        let matches = statement.as_deref().map(seal_of).as_deref() == Some(input.seal);
        proof.seal = if matches { Seal::Matches } else { Seal::Differs };
    }
    if let Some(path) = input.signature_path {
        let bytes = portal.read_bytes(path).map_err(|unreadable| diagnostics.push(unreadable));
        let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let signed = statement.zip(text.as_ref()).map(|(statement, text)| verify(&statement, text));
        proof.signature = signature_of(config, signed, input.signatories);
        proof.signature_text = text;
    }
    proof
}

/// Returns the statement that an approval of a document and its files covers. Stores the digests
/// of the files.
pub(super) fn state(
    portal: &Portal,
    config: &Config,
    document: &Document,
    window: &Window,
    files: &mut [ItemFile],
    diagnostics: &mut Diagnostics,
) -> Result<String, NotSealable> {
    let digests = digest_files(portal, document.path(), files, diagnostics);
    Ok(statement_of(config, document.path(), window, &document.digest()?, digests))
}

/// Returns the normalised names and the digests of an item's files. Reports files that cannot be read.
fn digest_files(
    portal: &Portal,
    path: &str,
    files: &mut [ItemFile],
    diagnostics: &mut Diagnostics,
) -> Vec<(String, Sha256Digest)> {
    let folder = folder_of(path);
    let results: Vec<_> = files
        .par_iter()
        .map(|file| (nfc(&file.name), portal.digest(&format!("{folder}{}", file.name))))
        .collect();
    let mut digests = Vec::with_capacity(results.len());
    for (file, (name, digest)) in files.iter_mut().zip(results) {
        match digest {
            Ok(digest) => {
                file.digest = Some(Box::new(digest));
                digests.push((name, digest));
            }
            Err(unreadable) => diagnostics.push(unreadable),
        }
    }
    digests
}

/// Returns the statement for a document with these files.
pub(super) fn statement_of(
    config: &Config,
    path: &str,
    window: &Window,
    markdown: &Sha256Digest,
    mut files: Vec<(String, Sha256Digest)>,
) -> String {
    // Two names may be equal after normalisation. The seal covers both files.
    files.sort();
    let files: Vec<(&str, Sha256Digest)> =
        files.iter().map(|(name, digest)| (name.as_str(), *digest)).collect();
    let path = path.strip_prefix("content/").unwrap_or(path);
    let site = config.id.as_str();
    statement(&StatementInput { site, path, window, markdown, files: &files })
}

/// Returns whose key a signature was made with. If two people share a key, it counts as the
/// approver's.
pub(super) fn signature_of(
    config: &Config,
    signed: Option<Signed>,
    signatories: &Signatories,
) -> Signature {
    let key = match signed {
        Some(Signed::By(key)) => key,
        Some(Signed::Rsa) => return Signature::Rsa,
        Some(Signed::Not) | None => return Signature::Broken,
    };
    let people = config.policy.people();
    let entries = people.flat_map(|(id, person): (PersonId, &Person)| {
        (0..).zip(&person.keys).map(move |(number, key)| (id, number, key))
    });
    // A key may be listed more than once. If any entry is revoked, the key is revoked. Otherwise the
    // approver's entry whose term covers the approval counts.
    let on: Option<Timestamp> = signatories.on.map(|on| on.at);
    let priority = |(id, _, key): &(PersonId, u16, &PublicKey)| {
        let covers = key.term.is_none_or(|term| on.is_some_and(|on| term.covers(on)));
        (!key.is_revoked, Some(*id) != signatories.approver, !covers)
    };
    let entry = entries.filter(|(_, _, entry)| entry.public == key).min_by_key(priority);
    entry.map_or(Signature::Stranger, |(id, number, _)| Signature::By(id, number))
}
