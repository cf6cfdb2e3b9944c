//! The files of a theme: each is taken from the theme of the portal, or from the built-in theme.

use include_dir::{Dir, include_dir};

use crate::diagnostics::Diagnostics;
use crate::source::{Listed, Portal};

/// The built-in theme.
static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The files of a theme: those of the portal, over those of the built-in theme.
pub(super) struct Sources<'a> {
    pub(super) portal: &'a Portal,
    pub(super) folder: &'a str,
    pub(super) files: &'a [Listed],
}

impl Sources<'_> {
    /// Reads a text file of the theme, from the portal or the built-in theme. Returns its path for messages,
    /// and its text.
    pub(super) fn text(
        &self,
        name: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<(String, String)> {
        let path = format!("{}/{name}", self.folder);
        if self.files.iter().any(|f| f.path == path) {
            return self.portal.read_text(&path, diagnostics).map(|text| (path, text.text));
        }
        let text = BUILT_IN.get_file(name)?.contents_utf8()?;
        Some((format!("themes/default/{name}"), text.to_owned()))
    }

    /// Returns the names of all files below a folder of the theme.
    pub(super) fn names(&self, below: &str) -> Vec<String> {
        let prefix = format!("{}/", self.folder);
        let names = self.files.iter().filter_map(|f| f.path.strip_prefix(&prefix));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.extend(built_in_files().into_iter().map(str::to_owned));
        names.retain(|name| name.starts_with(below));
        names.sort();
        names.dedup();
        names
    }
}

/// Returns the bytes of a file of the built-in theme.
pub(crate) fn built_in(name: &str) -> Option<&'static [u8]> {
    BUILT_IN.get_file(name).map(include_dir::File::contents)
}

/// Returns the names of all files of the built-in theme.
pub(super) fn built_in_files() -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut folders = vec![&BUILT_IN];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        names.extend(folder.files().filter_map(|file| file.path().to_str()));
    }
    names
}
