//! Turns a Markdown file into an [`Item`].
//!
//! The text of a file is dropped as soon as its item is made. The renderer reads the body again and
//! compares fingerprints.

use crate::config::{CategoryId, Config};
use crate::content::copies::report_copy;
use crate::content::cut_texts::report_cut_texts;
use crate::content::document::Document;
use crate::content::fields::{FieldReader, Fields};
use crate::content::front_matter::{self, Reading};
use crate::content::item::{Approval, Item, ItemFile, Role, Seal, Signature};
use crate::content::path::{folder_of, owns_folder};
use crate::content::proof::{self, ProofInput, signature_of, statement_of};
use crate::content::rewritten::RewriteSearch;
use crate::content::seal::{NotSealable, seal_of};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::source::{Inventory, Portal, Sha256Digest};
use crate::ssh::verify;

/// Reads the items of a portal.
#[derive(Debug)]
pub struct ItemLoader<'a> {
    /// The portal.
    pub portal: &'a Portal,
    /// Its settings.
    pub config: &'a Config,
    /// Its files.
    pub inventory: &'a Inventory,
}

impl ItemLoader<'_> {
    /// Reads the item of a Markdown file. Returns `None` if its front matter contains an error; all
    /// errors are reported.
    pub fn load(&self, path: &str, diagnostics: &mut Diagnostics) -> Option<Item> {
        let document = Document::read(self.portal, path, diagnostics)?;
        self.item(&document, diagnostics)
    }

    /// Reads the item of a document. Returns `None` if its front matter contains an error; all errors
    /// are reported.
    pub fn item(&self, document: &Document, diagnostics: &mut Diagnostics) -> Option<Item> {
        let source = document.front_matter();
        let mut of_item = Diagnostics::default();
        let Reading { front_matter, broken, accepted } = front_matter::read(&source, &mut of_item);
        report_cut_texts(&source, &mut of_item);
        let reader = FieldReader {
            config: self.config,
            inventory: self.inventory,
            source: &source,
            broken: &broken,
        };
        let files = self.files_of(document.path());
        let fields = reader.read(front_matter, &files, &mut of_item);
        // Nothing is proven of what is refused anyway: looking for it could take long.
        let fields = fields.filter(|_| accepted && !of_item.has_errors());
        let item = fields.and_then(|fields| self.assemble(document, fields, files, &mut of_item));
        if let Some(item) = &item {
            report_copy(item, self.inventory, |path| self.title_of(path), &mut of_item);
        }
        let is_valid = accepted && !of_item.has_errors();
        diagnostics.append(of_item);
        item.filter(|_| is_valid)
    }

    fn assemble(
        &self,
        document: &Document,
        fields: Fields,
        mut files: Box<[ItemFile]>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Item> {
        let newlines = document.before_body().matches('\n').count();
        let body_line = u32::try_from(newlines).ok()? + 1;
        let signature = format!("{}.sig", document.path());
        let input = ProofInput {
            document,
            window: &fields.window,
            signatories: &fields.signatories,
            seal: &fields.seal,
            signature_path: self.has_file(&signature).then_some(signature.as_str()),
        };
        let (portal, config) = (self.portal, self.config);
        let mut proof = proof::check(portal, config, input, &mut files, diagnostics);
        let search = RewriteSearch { portal, config, input: &input, proof: &proof, files: &files };
        if search.report(diagnostics) && proof.seal == Seal::Differs {
            proof.seal = Seal::Rewritten;
        }
        Some(Item {
            path: document.path().into(),
            fingerprint: document.fingerprint(),
            body_line,
            role: fields.role,
            language: fields.language,
            category: fields.category,
            url: fields.url.into(),
            title: fields.title.into(),
            summary: fields.summary.into(),
            tags: fields.tags.into(),
            window: fields.window,
            weight: fields.weight,
            is_urgent: fields.is_urgent,
            approval: Approval::new(fields.signatories, proof.seal, proof.signature),
            withdrawn: fields.withdrawn,
            proven: proof.markdown,
            files,
            details: fields.details.shared(),
        })
    }

    /// Returns the title of another item, even if that has errors.
    fn title_of(&self, path: &str) -> Option<String> {
        let mut ignored = Diagnostics::default();
        let document = Document::read(self.portal, path, &mut ignored)?;
        front_matter::read(&document.front_matter(), &mut ignored).front_matter.title
    }

    fn has_file(&self, path: &str) -> bool {
        self.inventory.files.binary_search_by(|file| file.path.as_str().cmp(path)).is_ok()
    }

    /// Returns the item of a document, and the statement that an approval of it covers. Returns
    /// `None` if the front matter contains an error or the text cannot be sealed; the reason is
    /// reported.
    ///
    /// ```
    /// use prakat::content::seal_of;
    /// # use std::path::Path;
    /// # use prakat::config::read_settings;
    /// # use prakat::content::{Document, ItemLoader};
    /// # use prakat::diagnostics::Diagnostics;
    /// # use prakat::source::Portal;
    ///
    /// # let mut diagnostics = Diagnostics::default();
    /// # let portal = Portal::at(Path::new(env!("CARGO_MANIFEST_DIR")));
    /// # let settings = portal.read_text("site.toml", &mut diagnostics).unwrap();
    /// # let config = read_settings(&settings.text, &mut diagnostics).unwrap();
    /// # let inventory = portal.inventory(&mut diagnostics);
    /// # let loader = ItemLoader { portal: &portal, config: &config, inventory: &inventory };
    /// let document = Document::read(&portal, "content/contact.md", &mut diagnostics).unwrap();
    /// let (_, statement) = loader.statement(&document, &mut diagnostics).unwrap();
    ///
    /// assert!(statement.starts_with("prakat-approval-1\n"));
    /// assert_eq!(seal_of(&statement).len(), 64);
    /// ```
    pub fn statement(
        &self,
        document: &Document,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Item, String)> {
        let mut item = self.item(document, diagnostics)?;
        let Item { window, files, .. } = &mut item;
        match proof::state(self.portal, self.config, document, window, files, diagnostics) {
            Ok(statement) => Some((item, statement)),
            Err(NotSealable { at, help }) => {
                let line = document.line_at(at);
                let place = Place::of_range(document.path(), document.text(), line);
                diagnostics.push(Diagnostic::error(Code::NotSealable, place).help(help));
                None
            }
        }
    }

    /// Returns the seal that a document contains. Returns `None` if it contains none.
    pub fn written_seal(&self, document: &Document) -> Option<String> {
        let mut ignored = Diagnostics::default();
        let reading = front_matter::read(&document.front_matter(), &mut ignored);
        let seal = reading.front_matter.seal?;
        Some(seal.trim().to_owned()).filter(|seal| !seal.is_empty())
    }

    /// Returns the seal that a document would have with these files (by path), and its approval as the
    /// gate would see it. Returns `None` if the document cannot be sealed.
    pub fn version(
        &self,
        document: &Document,
        files: &[(String, Sha256Digest)],
        signature: Option<&str>,
    ) -> Option<Version> {
        let mut ignored = Diagnostics::default();
        let source = document.front_matter();
        let Reading { front_matter, broken, accepted } = front_matter::read(&source, &mut ignored);
        if !accepted {
            return None;
        }
        let markdown = document.digest().ok()?;
        let reader = FieldReader {
            config: self.config,
            inventory: self.inventory,
            source: &source,
            broken: &broken,
        };
        let window = reader.window(&front_matter, &mut ignored)?;
        let name =
            |(path, digest): &(String, _)| (path[folder_of(path).len()..].to_owned(), *digest);
        let names = files.iter().map(name).collect();
        let statement = statement_of(self.config, document.path(), &window, &markdown, names);
        let seal = seal_of(&statement);
        let signatories = reader.signatories(&front_matter, &mut ignored)?;
        let matches = front_matter.seal.as_deref().map(str::trim) == Some(seal.as_str());
        let signature = signature.map_or(Signature::Absent, |signature| {
            signature_of(self.config, Some(verify(&statement, signature)), &signatories)
        });
        let seal_result = if matches { Seal::Matches } else { Seal::Differs };
        let approval = Approval::new(signatories, seal_result, signature);
        let category = reader.category(&front_matter, Role::Item, &mut ignored)?;
        Some(Version { seal, approval, category })
    }

    /// Returns the result of checking a signature over a statement, for an approval.
    pub fn signature(&self, statement: &str, signature: &str, approval: &Approval) -> Signature {
        let signed = Some(verify(statement, signature));
        signature_of(self.config, signed, &approval.signatories())
    }

    /// Lists the files in an item's own folder. Only `index.md`, `_index.md` and their translations
    /// have one.
    pub fn files_of(&self, path: &str) -> Box<[ItemFile]> {
        if !owns_folder(path) {
            return Box::default();
        }
        let folder = folder_of(path);
        let files = &self.inventory.files;
        let first = files.partition_point(|f| f.path.as_str() < folder);
        files[first..]
            .iter()
            .take_while(|f| f.path.starts_with(folder))
            .filter(|f| !f.path[folder.len()..].contains('/') && !f.path.ends_with(".sig"))
            .map(|f| ItemFile { name: f.path[folder.len()..].into(), size: f.size, digest: None })
            .collect()
    }
}

/// A version of an item: as it was, or as it would be.
#[derive(Debug)]
pub struct Version {
    /// Its seal.
    pub seal: String,
    /// Its approval.
    pub approval: Approval,
    /// Its category.
    pub category: Option<CategoryId>,
}
