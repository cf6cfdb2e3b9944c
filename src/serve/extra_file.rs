//! Files outside the portal that the preview watches.

#![expect(clippy::disallowed_methods, reason = "links on the way to a file are resolved")]

use std::path::{Path, PathBuf};

/// A file outside the portal that is watched.
#[derive(Debug)]
pub(super) struct ExtraFile {
    /// Its absolute path.
    pub path: PathBuf,
    /// Its path as given, which is reported.
    pub given: PathBuf,
}

impl ExtraFile {
    /// Takes a path as given, whether it exists or not.
    pub(super) fn new(given: &Path) -> Self {
        Self { path: absolute(given), given: given.to_owned() }
    }
}

/// Makes a path absolute, whether it exists or not. Of a link, the path of the link itself.
fn absolute(given: &Path) -> PathBuf {
    let here = Path::new(".");
    let folders = given.ancestors().skip(1);
    let named = |folder: &Path| (!folder.as_os_str().is_empty()).then(|| folder.to_owned());
    for folder in folders {
        let Ok(real) = named(folder).as_deref().unwrap_or(here).canonicalize() else { continue };
        return given
            .strip_prefix(folder)
            .map_or_else(|_| given.to_owned(), |rest| real.join(rest));
    }
    given.to_owned()
}
