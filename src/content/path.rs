//! Paths of Markdown files: their folder, stem and language tag.

use crate::config::is_language_tag;

/// Returns the folder of a path, with `/` at the end. Empty if the path has no folder.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// Joins a relative path to a folder. Returns `None` if the result lies outside the root (or outside
/// `content/` if the folder lies in it), or if a part contains `\` or NUL.
pub(crate) fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let floor = usize::from(folder.starts_with("content/"));
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.len() > floor => {
                parts.pop();
            }
            ".." => return None,
            name if name.contains(['\\', '\0']) => return None,
            name => parts.push(name),
        }
    }
    let mut joined = parts.join("/");
    if (path.is_empty() || path.ends_with('/') || path.ends_with("..")) && !joined.is_empty() {
        joined.push('/');
    }
    Some(joined)
}

/// Returns whether the other files in the folder of a Markdown file belong to it. They belong to
/// `index.md`, `_index.md` and their translations.
pub(crate) fn owns_folder(path: &str) -> bool {
    stem_of(path).is_some_and(|(stem, _)| matches!(stem, "index" | "_index"))
}

/// Splits the name of a Markdown file into stem and language tag: `content/a/flood.en.md` becomes
/// (`flood`, `en`). Returns `None` if the name does not end with `.md`.
pub(crate) fn stem_of(path: &str) -> Option<(&str, Option<&str>)> {
    let name = path[folder_of(path).len()..].strip_suffix(".md")?;
    match name.rsplit_once('.') {
        Some((stem, tag)) if is_language_tag(tag) && !stem.is_empty() => Some((stem, Some(tag))),
        _ => Some((name, None)),
    }
}
