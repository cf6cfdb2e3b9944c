//! The output folder as it is before a build.

#![expect(clippy::disallowed_methods, reason = "this is where an output's folder is found")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::diagnostics::{Code, Failure};
use crate::output::folder::Folder;
use crate::output::manifest::{GENERATOR, MANIFEST, Manifest, ManifestFile, is_manifest};

/// A file or link in an output folder. Equal inodes are names of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutputFile {
    /// The path from the root of the output.
    pub path: String,
    /// The number of the file in its file system.
    pub inode: u64,
    /// Whether it is a regular file.
    pub regular: bool,
}

/// The paths of an output folder and of the hidden folder next to it.
#[derive(Debug, Clone)]
pub struct OutputPaths {
    /// The output folder.
    pub output: PathBuf,
    /// The hidden folder next to it.
    pub hidden: PathBuf,
}

impl OutputPaths {
    /// Returns the paths of an output. Creates its parent folder if it does not exist.
    pub fn new(output: &Path) -> Result<Self, Failure> {
        let refuse = || Failure::new(Code::OutputName).arg("path", output.display().to_string());
        let name = output.file_name().and_then(|name| name.to_str()).ok_or_else(refuse)?;
        let parent = match output.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|e| Failure::io(&parent, &e))?;
        let parent = parent.canonicalize().map_err(|e| Failure::io(&parent, &e))?;
        Ok(Self { output: parent.join(name), hidden: parent.join(format!(".{name}.prakat")) })
    }

    /// Returns the name of the output in its parent.
    pub fn name(&self) -> &Path {
        Path::new(self.output.file_name().unwrap_or_default())
    }
}

/// The content of an output folder.
#[derive(Debug, Default)]
pub struct CurrentOutput {
    /// Whether the folder exists and is not empty.
    pub exists: bool,
    /// All files and links, sorted by path.
    pub files: Vec<OutputFile>,
    /// Files whose names are not UTF-8.
    pub unnamed: Vec<PathBuf>,
    /// The files that its manifest lists, by path.
    pub manifest: BTreeMap<String, ManifestFile>,
    /// The names of the manifest and of its parts.
    pub manifest_names: BTreeSet<String>,
    /// Whether the manifest says which files belong to items.
    pub names_items: bool,
    /// The open folder. It stays the same if its name leads to another one later.
    pub folder: Option<Folder>,
}

impl CurrentOutput {
    /// Reads an output folder. Fails if prakat did not make it.
    pub fn look(output: &Path) -> Result<Self, Failure> {
        match Folder::around(output.parent().unwrap_or(output)) {
            Ok(parent) => Self::look_in(&parent, output),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Failure::io(output, &error)),
        }
    }

    /// Reads an output folder in an open parent.
    pub(super) fn look_in(parent: &Folder, output: &Path) -> Result<Self, Failure> {
        let refuse = || Failure::new(Code::OutputForeign).arg("path", output.display().to_string());
        let folder = match own_folder(parent, output)? {
            (folder, true) => return Ok(Self { folder, ..Self::default() }),
            (None, _) => return Ok(Self::default()),
            (Some(folder), false) => folder,
        };
        let ManifestContent { files: manifest, names: manifest_names, names_items } =
            read_manifest(&folder).ok_or_else(refuse)?;
        let FileListing { files, unnamed } = list_tree(&folder, output)?;
        let folder = Some(folder);
        Ok(Self { exists: true, files, unnamed, manifest, manifest_names, names_items, folder })
    }

    /// Returns whether a path is that of a regular file.
    pub(super) fn has_regular(&self, path: &str) -> bool {
        let at = self.files.binary_search_by(|file| file.path.as_str().cmp(path));
        at.is_ok_and(|n| self.files[n].regular)
    }
}

/// Opens the output folder, if it exists, and returns whether it is empty. Fails if it is not empty and
/// prakat did not make it.
pub(super) fn own_folder(
    parent: &Folder,
    output: &Path,
) -> Result<(Option<Folder>, bool), Failure> {
    let refuse = |code| Err(Failure::new(code).arg("path", output.display().to_string()));
    let failed = |error| Failure::io(output, &error);
    let name = Path::new(output.file_name().unwrap_or_default());
    let folder = match parent.enter(name) {
        Ok(folder) => folder,
        Err(_) if parent.is_link(name) => return refuse(Code::OutputLink),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((None, true)),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return refuse(Code::OutputNotFolder);
        }
        Err(error) => return Err(failed(error)),
    };
    let names = folder.entries().map_err(failed)?;
    if names.is_empty() {
        return Ok((Some(folder), true));
    }
    if names.iter().any(|entry| entry.name == ".git") {
        return refuse(Code::OutputGit);
    }
    if !names.iter().any(|entry| entry.is_regular && entry.name == MANIFEST) {
        return refuse(Code::OutputForeign);
    }
    Ok((Some(folder), false))
}

/// What a manifest and its parts contain.
pub(super) struct ManifestContent {
    /// The files that are listed, by path.
    pub files: BTreeMap<String, ManifestFile>,
    /// The names of the manifest and of its parts.
    pub names: BTreeSet<String>,
    /// Whether it says which files belong to items.
    pub names_items: bool,
}

/// Reads the manifest of a folder with its parts. Returns `None` if prakat did not make the folder.
pub(super) fn read_manifest(folder: &Folder) -> Option<ManifestContent> {
    let read = |name: &str| -> Option<Manifest> {
        let manifest: Manifest = serde_json::from_slice(&folder.read(name).ok()?).ok()?;
        (manifest.generator == GENERATOR).then_some(manifest)
    };
    let whole = read(MANIFEST)?;
    let mut files = whole.files;
    for part in &whole.parts {
        if !is_manifest(part) {
            return None;
        }
        files.extend(read(part)?.files);
    }
    Some(ManifestContent {
        files: files.into_iter().map(|file| (file.path.clone(), file)).collect(),
        names: whole.parts.into_iter().chain([MANIFEST.to_owned()]).collect(),
        names_items: whole.items.is_some(),
    })
}

/// All files and links below a folder.
#[derive(Debug, Default)]
pub(crate) struct FileListing {
    /// Files and links, sorted by path.
    pub files: Vec<OutputFile>,
    /// Files whose names are not UTF-8. Prakat writes none.
    pub unnamed: Vec<PathBuf>,
}

/// Lists everything below a folder except folders. Does not follow links. `root` is the path of the folder
/// in messages.
pub(crate) fn list_tree(tree: &Folder, root: &Path) -> Result<FileListing, Failure> {
    let mut listing = FileListing::default();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = if folder.as_os_str().is_empty() {
            tree.entries()
        } else {
            tree.enter(&folder).and_then(|folder| folder.entries())
        };
        for entry in entries.map_err(|e| Failure::io(&root.join(&folder), &e))? {
            let path = folder.join(&entry.name);
            if entry.is_folder {
                folders.push(path);
            } else if let Some(name) = path.to_str() {
                let (inode, regular) = (entry.inode, entry.is_regular);
                listing.files.push(OutputFile { path: name.to_owned(), inode, regular });
            } else {
                listing.unnamed.push(path);
            }
        }
    }
    listing.files.sort();
    Ok(listing)
}
