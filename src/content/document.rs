//! A Markdown file, split into front matter and body.

use std::ops::Range;

use crate::content::front_matter::{Parts, split_front_matter};
use crate::content::front_matter_source::FrontMatterSource;
use crate::content::seal::{NotSealable, digest_of_markdown};
use crate::content::yaml::yaml_keys;
use crate::diagnostics::Diagnostics;
use crate::source::{Fingerprint, Portal, Sha256Digest, Text};

/// The text of a Markdown file, split into front matter and body.
///
/// Text and fingerprint cannot be set separately, so a document never carries the fingerprint of
/// another text.
#[derive(Debug)]
pub struct Document<'a> {
    path: &'a str,
    text: String,
    parts: Parts,
    fingerprint: Fingerprint,
}

impl<'a> Document<'a> {
    /// Reads a Markdown file of a portal. Returns `None` if it cannot be read or has no front matter;
    /// the reason is reported.
    pub fn read(portal: &Portal, path: &'a str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = portal.read_text(path, diagnostics)?;
        Self::new(path, text, diagnostics)
    }

    /// Splits a text that was read from `path`. Returns `None` if it has no front matter; the reason
    /// is reported.
    pub fn new(path: &'a str, text: Text, diagnostics: &mut Diagnostics) -> Option<Self> {
        let parts = split_front_matter(path, &text.text, diagnostics)?;
        Some(Self { path, text: text.text, parts, fingerprint: text.fingerprint })
    }

    /// Reads a text that is to be written to `path` as it will be read from there. Returns `None` if it
    /// will be refused; the reason is reported.
    pub fn of_edited(path: &'a str, text: String, diagnostics: &mut Diagnostics) -> Option<Self> {
        let text = Text::decode(path, text.into_bytes(), diagnostics)?;
        Self::new(path, text, diagnostics)
    }

    /// Returns the path from the portal's root.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the ranges of front matter and body.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Returns the YAML between the two `---` lines.
    pub fn yaml(&self) -> &str {
        &self.text[self.parts.yaml.clone()]
    }

    /// Returns the Markdown after the front matter.
    pub fn body(&self) -> &str {
        &self.text[self.parts.body.clone()]
    }

    /// Returns whether the front matter has a seal or cannot be read, or there is a signature next to the
    /// file. Either covers every letter of the file and the files of its folder.
    pub(crate) fn is_sealed(&self, portal: &Portal) -> bool {
        let has_seal = |keys: Vec<String>| keys.iter().any(|key| key == "seal");
        portal.has(&format!("{}.sig", self.path)) || yaml_keys(self.yaml()).map_or(true, has_seal)
    }

    /// Returns the text before the body, both `---` lines included.
    pub(crate) fn before_body(&self) -> &str {
        &self.text[..self.parts.body.start]
    }

    /// Returns the fingerprint of the file's bytes.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Returns the front matter as input for [`read`](crate::content::read).
    pub fn front_matter(&self) -> FrontMatterSource<'_> {
        FrontMatterSource::new(self.path, &self.text, self.parts.yaml.clone())
    }

    /// Returns the digest of the text as a seal covers it.
    pub(crate) fn digest(&self) -> Result<Sha256Digest, NotSealable> {
        digest_of_markdown(&self.text, self.parts.yaml.clone())
    }

    /// Returns the range of the line that begins at a byte.
    pub(super) fn line_at(&self, at: usize) -> Range<usize> {
        at..at + self.text[at..].lines().next().map_or(0, str::len)
    }
}
