//! The manifest: every file of an output with its size and digest, and the end of its window if it has
//! one.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::site::PER_PART;
use crate::source::{Sha256Digest, hex};
use crate::text::rfc3339;

/// An entry of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// The path from the root of the output.
    pub path: String,
    /// The size in bytes.
    pub size: u64,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// For pages and files of an item with an end: the first instant at which they may no longer be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// For pages and files of an item: the [`item_key`] of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// `manifest.json`, or one of its parts.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    /// The program that made the folder: [`GENERATOR`].
    pub generator: String,
    /// How many items have files here. `None` in a manifest of a version that did not name items.
    #[serde(default)]
    pub items: Option<u64>,
    /// The names of the parts, if there are any.
    #[serde(default)]
    pub parts: Vec<String>,
    /// The files, sorted by path.
    #[serde(default)]
    pub files: Vec<ManifestFile>,
}

/// A file of the new output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The path from the root of the output.
    pub path: String,
    /// The size in bytes.
    pub size: u64,
    /// SHA-256.
    pub digest: Sha256Digest,
    /// For pages and files of an item: the end of its window.
    pub until: Option<Timestamp>,
    /// For pages and files of an item: the path of its Markdown file. The manifest has a digest of
    /// it. The original's path for a translation, which is published only together with it.
    pub item: Option<Box<str>>,
}

/// Returns the name of an item in the manifest: an opaque one, which does not show where writers keep
/// the item. It stays the same if the URL, the aliases or the files of the item change.
pub(crate) fn item_key(path: &str) -> String {
    // Not the digest that reports with `--redact` show for a path: nobody can compare the two.
    hex(&Sha256::new().chain_update("prakat-item\n").chain_update(path).finalize())[..16].to_owned()
}

/// The value of [`Manifest::generator`] in a folder that prakat made.
pub(super) const GENERATOR: &str = "prakat";

/// The file name of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";

/// Returns whether a path is that of the manifest or of one of its parts.
pub(crate) fn is_manifest(path: &str) -> bool {
    let part = path.strip_prefix("manifest-").and_then(|rest| rest.strip_suffix(".json"));
    path == MANIFEST || part.is_some_and(|number| number.parse::<usize>().is_ok())
}

/// Returns the files of the manifest by name: one, or parts and an index. `files` are sorted by path.
pub fn manifest(files: &[Written], zone: &TimeZone) -> Vec<(String, Vec<u8>)> {
    let items: HashSet<&str> = files.iter().filter_map(|file| file.item.as_deref()).collect();
    let head = format!(",\"items\":{}", items.len());
    let lines = |files: &[Written]| files.iter().map(|f| manifest_line(f, zone)).collect();
    if files.len() <= PER_PART {
        return vec![(MANIFEST.to_owned(), manifest_text(&head, "files", lines(files)))];
    }
    let mut all = Vec::new();
    let mut parts = Vec::new();
    for (n, part) in files.chunks(PER_PART).enumerate() {
        let name = format!("manifest-{}.json", n + 1);
        parts.push(json(&name));
        all.push((name, manifest_text("", "files", lines(part))));
    }
    all.push((MANIFEST.to_owned(), manifest_text(&head, "parts", parts)));
    all
}

fn manifest_line(file: &Written, zone: &TimeZone) -> String {
    json(&ManifestFile {
        path: file.path.clone(),
        size: file.size,
        sha256: hex(&file.digest),
        until: file.until.map(|until| rfc3339(until, zone)),
        item: file.item.as_deref().map(item_key),
    })
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Writes one line per file, so that a line-based diff shows which files differ.
fn manifest_text(head: &str, name: &str, lines: Vec<String>) -> Vec<u8> {
    let list = lines.join(",\n");
    format!("{{\"generator\":\"{GENERATOR}\",\"format\":1{head},\"{name}\":[\n{list}\n]}}\n")
        .into_bytes()
}
