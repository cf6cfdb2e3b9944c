//! Copies files to the output: those of items that something refers to, and those of the theme and
//! of `static/`.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::build::examine::{ItemFacts, changed, used_files};
use crate::content::{folder_of, owns_folder};
use crate::diagnostics::{Code, Diagnostic, Failure, Place, REFERRER};
use crate::gate::Admitted;
use crate::output::{Stage, Taken, Written};
use crate::render::{Asset, AssetSource};
use crate::site::{ItemId, Site};
use crate::source::{Listed, Portal, Sha256Digest, unreadable};
use crate::text::nfc;

/// Where output files go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sink<'a> {
    /// Nowhere. Errors are reported, copied files are not read.
    Discard,
    /// Nowhere, but the digest of every file is computed.
    Hash,
    /// To a stage, which keeps files that differ from the output.
    Stage(&'a Stage),
}

impl<'a> Sink<'a> {
    /// The stage, if there is one.
    pub(super) fn stage(self) -> Option<&'a Stage> {
        match self {
            Self::Stage(stage) => Some(stage),
            Self::Discard | Self::Hash => None,
        }
    }

    /// Writes a file that is in memory.
    pub(super) fn put(
        self,
        path: String,
        bytes: &[u8],
        owner: FileOwner,
    ) -> Result<Written, Failure> {
        if let Some(stage) = self.stage() {
            stage.put(&path, bytes)?;
        }
        let digest = Sha256::digest(bytes).into();
        let FileOwner { until, item } = owner;
        Ok(Written { path, size: bytes.len() as u64, digest, until, item })
    }

    /// Copies a file of the portal. Errors of the source are diagnostics, errors of the output are
    /// failures.
    pub(super) fn copy(
        self,
        portal: &Portal,
        output: &str,
        copy: &FileCopy,
    ) -> Result<Result<Written, Diagnostic>, Failure> {
        let digest = match self {
            Self::Stage(stage) => match portal.open(&copy.source) {
                Ok(file) => match stage.copy(output, file, copy.size)? {
                    Taken::Whole(digest) => Ok(digest),
                    Taken::Changed => Err(changed(&copy.source)),
                    Taken::Unreadable(error) => Err(unreadable(&copy.source, &error)),
                },
                Err(unreadable) => Err(unreadable),
            },
            Self::Hash => portal.digest(&copy.source),
            Self::Discard => Ok(copy.digest.unwrap_or_default()),
        };
        Ok(digest.and_then(|digest| {
            if copy.digest.is_some_and(|expected| expected != digest) {
                return Err(changed(&copy.source));
            }
            let FileOwner { until, item } = copy.owner.clone();
            Ok(Written { path: output.to_owned(), size: copy.size, digest, until, item })
        }))
    }

    /// Writes or copies a file of the theme or of `static/`.
    pub(super) fn asset(
        self,
        portal: &Portal,
        asset: &Asset,
    ) -> Result<Result<Written, Diagnostic>, Failure> {
        match &asset.source {
            AssetSource::BuiltIn(bytes) => {
                self.put(asset.output.clone(), bytes, FileOwner::default()).map(Ok)
            }
            AssetSource::File(Listed { path, size, .. }) => {
                let copy = FileCopy { source: path.clone(), size: *size, ..FileCopy::default() };
                self.copy(portal, &asset.output, &copy)
            }
        }
    }
}

/// What the manifest says about the owner of a file. The default is a file of no item.
#[derive(Debug, Default, Clone)]
pub(super) struct FileOwner {
    /// The end of the item's window.
    pub until: Option<Timestamp>,
    /// The path of the item's Markdown file, or of the original of a translation.
    pub item: Option<Box<str>>,
}

impl FileOwner {
    /// Returns what the manifest says about files of an item.
    pub(super) fn of(item: &Admitted) -> Self {
        let path = item.original_path().map_or_else(|| item.path.clone(), Into::into);
        Self { until: item.until(), item: Some(path) }
    }
}

/// A file to be copied to the output.
#[derive(Debug, Default)]
pub(super) struct FileCopy {
    /// Its path in the portal.
    source: String,
    size: u64,
    /// The digest that its bytes must have. `None` unless a seal or a signature covers the file, or
    /// it was inspected.
    digest: Option<Sha256Digest>,
    /// Its owner. It expires when the last of the items that refer to it does.
    owner: FileOwner,
    /// The paths of the Markdown files that refer to it.
    referrers: Vec<Box<str>>,
}

impl FileCopy {
    /// Returns an error in the file once for each item that refers to it: with `--keep-going` these
    /// items are left out, and no others that share the folder.
    pub(super) fn for_referrers(&self, error: &Diagnostic) -> Vec<Diagnostic> {
        self.referrers.iter().map(|path| error.clone().arg(REFERRER, path.as_ref())).collect()
    }
}

/// The later of two instants. `None` is never and later than any.
fn later(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    a.zip(b).map(|(a, b)| a.max(b))
}

/// The files of admitted items that something refers to, by output path.
pub(super) fn attachments(
    site: &Site,
    facts: &BTreeMap<ItemId, ItemFacts>,
) -> BTreeMap<String, FileCopy> {
    let mut copies: BTreeMap<String, FileCopy> = BTreeMap::new();
    let none = ItemFacts::default();
    for (id, item) in site.items() {
        if item.files.is_empty() {
            continue;
        }
        let facts = facts.get(&id).unwrap_or(&none);
        for number in used_files(item, &facts.body) {
            let file = &item.files[number];
            let source = format!("{}{}", item.folder(), file.name);
            let output = format!("{}{}", site.files_url(item), nfc(&file.name));
            let digest = file.digest.as_deref().copied().or(facts.inspection.digest_of(number));
            let copy = copies.entry(output).or_insert_with(|| FileCopy {
                source,
                size: file.size,
                digest,
                owner: FileOwner::of(item),
                referrers: Vec::new(),
            });
            copy.owner.until = later(copy.owner.until, item.until());
            copy.digest = copy.digest.or(digest);
            if copy.referrers.last() != Some(&item.path) {
                copy.referrers.push(item.path.clone());
            }
        }
    }
    copies
}

/// Warns about files that nothing refers to, in folders of published items or of no item.
pub(crate) fn unused_files(
    site: &Site,
    files: &[Listed],
    facts: &BTreeMap<ItemId, ItemFacts>,
) -> Vec<Diagnostic> {
    let mut used: HashSet<String> = HashSet::new();
    let none = ItemFacts::default();
    for (id, item) in site.items() {
        let numbers = used_files(item, &facts.get(&id).unwrap_or(&none).body);
        used.extend(numbers.map(|n| format!("{}{}", item.folder(), item.files[n].name)));
    }
    let owners = site.withheld.iter().filter(|stub| owns_folder(&stub.path));
    let withheld: HashSet<&str> = owners.map(|stub| folder_of(&stub.path)).collect();
    let is_unused = |listed: &&Listed| {
        let is_used = used.contains(&listed.path) || listed.path.ends_with(".sig");
        !is_used && !withheld.contains(folder_of(&listed.path))
    };
    let unused = files.iter().filter(is_unused);
    unused.map(|file| unused_file(&file.path)).collect()
}

/// Returns the warning about a file that no item uses. A text file is perhaps an item with a wrong name.
fn unused_file(path: &str) -> Diagnostic {
    let warning = Diagnostic::warning(Code::UnusedFile, Place::file(path));
    match path.strip_suffix(".txt") {
        Some(stem) => {
            let name = stem.rsplit('/').next().unwrap_or(stem);
            warning.arg("suggestion", format!("{name}.md")).help("help-text-file")
        }
        None => warning,
    }
}
