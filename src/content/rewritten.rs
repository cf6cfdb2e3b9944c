//! Explains a seal or a signature that is void only because a program rewrote the bytes of a text.
//!
//! The statement stays what it is: these bytes are not those that were approved.

use crate::config::Config;
use crate::content::byte_change::ByteChange;
use crate::content::document::Document;
use crate::content::item::{ItemFile, Seal, Signature};
use crate::content::path::folder_of;
use crate::content::proof::{Proof, ProofInput, signature_of, statement_of};
use crate::content::seal::{digest_of_markdown, seal_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::source::{MAX_TEXT, Portal, Sha256Digest};
use crate::ssh::verify;
use crate::text::{nfc, shell_word};
use sha2::{Digest, Sha256};

/// How many texts of an item are examined.
const MOST: usize = 50;

/// A text with the digests of what it may have been.
struct FormerText {
    /// Its place among the digests of the files.
    number: usize,
    formers: Vec<(ByteChange, Sha256Digest)>,
}

/// Looks for the change that made an approval void.
pub(super) struct RewriteSearch<'a> {
    pub portal: &'a Portal,
    pub config: &'a Config,
    pub input: &'a ProofInput<'a>,
    pub proof: &'a Proof,
    pub files: &'a [ItemFile],
}

impl RewriteSearch<'_> {
    /// Warns about texts of an item whose approval would be valid if only their line ends, their byte
    /// order mark or their last line end had not changed. Returns whether there are any.
    pub(super) fn report(&self, diagnostics: &mut Diagnostics) -> bool {
        let proof = self.proof;
        let is_void = proof.seal == Seal::Differs
            || (proof.seal == Seal::Absent && proof.signature == Signature::Broken);
        let Some(markdown) = proof.markdown.as_deref().filter(|_| is_void) else { return false };
        let digests = self.digests();
        let is_markdown = self.is_valid(&self.former_markdown(), &digests);
        if is_markdown {
            let path = self.input.document.path();
            diagnostics.push(rewritten(path, ByteChange::LastLineEnd));
        }
        let former_texts = self.former_texts();
        let files = self.rewritten_files(markdown, &digests, &former_texts);
        for (number, change) in &files {
            let path = format!("{}{}", self.folder(), self.files[*number].name);
            diagnostics.push(rewritten(&path, *change));
        }
        is_markdown || !files.is_empty()
    }

    fn folder(&self) -> &str {
        folder_of(self.input.document.path())
    }

    /// Returns the files that have to be what they were for the approval to be valid: one, or all whose
    /// line ends changed in the same way.
    fn rewritten_files(
        &self,
        markdown: &Sha256Digest,
        digests: &[(String, Sha256Digest)],
        former_texts: &[FormerText],
    ) -> Vec<(usize, ByteChange)> {
        let is_valid = |changed: &[(usize, Sha256Digest)]| {
            let mut digests = digests.to_vec();
            for (number, digest) in changed {
                digests[*number].1 = *digest;
            }
            self.is_valid(&Some(*markdown), &digests)
        };
        for wanted in [ByteChange::ToCrlf, ByteChange::ToLf] {
            let of_text = |text: &FormerText| {
                let former = text.formers.iter().find(|(change, _)| *change == wanted);
                former.map(|(_, digest)| (text.number, *digest))
            };
            let all: Vec<_> = former_texts.iter().filter_map(of_text).collect();
            if is_valid(&all) {
                return all.into_iter().map(|(number, _)| (number, wanted)).collect();
            }
        }
        let single = former_texts.iter().find_map(|FormerText { number, formers }| {
            let former = formers.iter().find(|(_, digest)| is_valid(&[(*number, *digest)]))?;
            Some((*number, former.0))
        });
        single.into_iter().collect()
    }

    /// Returns names and digests of the files. All were read before.
    fn digests(&self) -> Vec<(String, Sha256Digest)> {
        let digest = |file: &ItemFile| file.digest.as_deref().copied().unwrap_or_default();
        self.files.iter().map(|file| (nfc(&file.name), digest(file))).collect()
    }

    fn former_texts(&self) -> Vec<FormerText> {
        let texts = self.files.iter().enumerate().filter(|(_, file)| file.size <= MAX_TEXT);
        let former_texts = texts.filter_map(|(number, file)| {
            let bytes = self.portal.read_bytes(&format!("{}{}", self.folder(), file.name)).ok()?;
            let formers = ByteChange::former_versions(&bytes).into_iter();
            let formers: Vec<_> =
                formers.map(|(change, bytes)| (change, Sha256::digest(bytes).into())).collect();
            (!formers.is_empty()).then_some(FormerText { number, formers })
        });
        former_texts.take(MOST).collect()
    }

    /// Returns the digest of the Markdown file with the last line end, or without it. Other changes of
    /// its bytes do not matter.
    fn former_markdown(&self) -> Option<Sha256Digest> {
        let document: &Document = self.input.document;
        let text = document.text();
        let without = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
        let former = without.map_or_else(|| format!("{text}\n"), str::to_owned);
        let yaml = document.parts().yaml.clone();
        (yaml.end <= former.len()).then(|| digest_of_markdown(&former, yaml).ok()).flatten()
    }

    fn is_valid(
        &self,
        markdown: &Option<Sha256Digest>,
        digests: &[(String, Sha256Digest)],
    ) -> bool {
        let Some(markdown) = markdown else { return false };
        let ProofInput { document, window, signatories, seal, .. } = *self.input;
        let statement =
            statement_of(self.config, document.path(), window, markdown, digests.to_vec());
        if !seal.is_empty() {
            return seal_of(&statement) == seal;
        }
        let signed =
            self.proof.signature_text.as_deref().map(|signature| verify(&statement, signature));
        matches!(signature_of(self.config, signed, signatories), Signature::By(..))
    }
}

fn rewritten(path: &str, change: ByteChange) -> Diagnostic {
    let help = match change {
        ByteChange::ToCrlf => "help-crlf",
        ByteChange::ToLf => "help-lf",
        ByteChange::Mark | ByteChange::LastLineEnd | ByteChange::Several => "help",
    };
    let found = Diagnostic::warning(Code::Rewritten, Place::file(path));
    let found = found.arg("what", format!("@rewritten/{}", change.word()));
    found.arg("path", shell_word(path)).help(help)
}
