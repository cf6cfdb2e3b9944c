//! Paths given on the command line.

#![expect(clippy::disallowed_methods, reason = "the current folder and links are resolved here")]

use std::path::{Component, Path, PathBuf};

use crate::diagnostics::{Code, Failure};

/// Folders of a portal that an output folder must not be in.
const SOURCE_FOLDERS: [&str; 5] = ["content", "themes", "static", "src", ".git"];

/// Returns the output folder: the one asked for, else `public` in the portal. Fails if it is the portal,
/// contains it, or is in one of its source folders.
pub(super) fn output(root: &Path, asked: Option<&Path>) -> Result<PathBuf, Failure> {
    let root = root.canonicalize().map_err(|error| Failure::io(root, &error))?;
    let Some(asked) = asked else { return Ok(root.join("public")) };
    let here = std::env::current_dir().map_err(|error| Failure::io(asked, &error))?;
    // The folder itself may be a link. It is not resolved here, so that the stage can refuse it.
    let output = match (asked.parent(), asked.file_name()) {
        (Some(parent), Some(name)) => resolved(&here.join(parent)).join(name),
        _ => resolved(&here.join(asked)),
    };
    let real = resolved(&output);
    let is_source = SOURCE_FOLDERS.iter().any(|folder| real.starts_with(root.join(folder)));
    if root.starts_with(&real) || is_source {
        let path = output.display().to_string();
        return Err(Failure::new(Code::OutputInPortal).arg("path", path));
    }
    Ok(output)
}

/// Returns the Markdown file of an item as a path from the portal's root. The file is looked for in the
/// current folder first, then in the root. Fails if it is a folder.
pub(super) fn item_path(root: &Path, file: &Path) -> Result<String, Failure> {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let here = std::env::current_dir().unwrap_or_default();
    let from_here = resolved(&here.join(file));
    let path = if from_here.exists() { from_here } else { resolved(&root.join(file)) };
    let from_root = path.strip_prefix(&root).unwrap_or(file);
    if path.is_dir() {
        return Err(folder_as_item(&path, from_root));
    }
    Ok(from_root.to_string_lossy().into_owned())
}

/// Returns the failure for a folder where the file of an item is wanted. Suggests the item that the
/// folder belongs to.
fn folder_as_item(folder: &Path, from_root: &Path) -> Failure {
    let failure = Failure::new(Code::NoSuchItem).arg("path", from_root.display().to_string());
    if folder.join("index.md").is_file() {
        let file = from_root.join("index.md").display().to_string();
        return failure.arg("suggestion", file).help("help-folder-of");
    }
    failure.help("help-folder")
}

/// Returns a path without `.`, `..` and links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    let mut missing = Vec::new();
    let mut existing = plain.clone();
    loop {
        if let Ok(real) = existing.canonicalize() {
            return missing.iter().rev().fold(real, |path, name| path.join(name));
        }
        match (existing.file_name().map(ToOwned::to_owned), existing.pop()) {
            (Some(name), true) => missing.push(name),
            _ => return plain,
        }
    }
}
