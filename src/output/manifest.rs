//! The manifest: every file of an output with its size and digest, and the end of its window if it has
//! one.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

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
}

/// `manifest.json`, or one of its parts.
#[derive(Debug, Deserialize)]
pub(super) struct Manifest {
    /// The program that made the folder: [`GENERATOR`].
    pub generator: String,
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
    let lines = |files: &[Written]| files.iter().map(|f| manifest_line(f, zone)).collect();
    if files.len() <= PER_PART {
        return vec![(MANIFEST.to_owned(), manifest_text("files", lines(files)))];
    }
    let mut all = Vec::new();
    let mut parts = Vec::new();
    for (n, part) in files.chunks(PER_PART).enumerate() {
        let name = format!("manifest-{}.json", n + 1);
        parts.push(json(&name));
        all.push((name, manifest_text("files", lines(part))));
    }
    all.push((MANIFEST.to_owned(), manifest_text("parts", parts)));
    all
}

fn manifest_line(file: &Written, zone: &TimeZone) -> String {
    json(&ManifestFile {
        path: file.path.clone(),
        size: file.size,
        sha256: hex(&file.digest),
        until: file.until.map(|until| rfc3339(until, zone)),
    })
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Writes one line per file, so that a line-based diff shows which files differ.
fn manifest_text(name: &str, lines: Vec<String>) -> Vec<u8> {
    let list = lines.join(",\n");
    format!("{{\"generator\":\"{GENERATOR}\",\"format\":1,\"{name}\":[\n{list}\n]}}\n").into_bytes()
}
