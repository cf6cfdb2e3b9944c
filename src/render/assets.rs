//! Files that are copied to the output unchanged: those of the theme and of `static/`.
//!
//! The theme's folder `static/assets/` is published below a folder whose name is a digest of it. So the
//! address of a style sheet changes with its bytes, and browsers may keep it for as long as they like.
//! References between these files stay relative. All other files keep their names.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::render::asset_kinds::{is_asset, is_host_file};
use crate::render::theme_files::{Sources, built_in};
use crate::site::THEME;
use crate::source::{Listed, Portal, Sha256Digest, hex};
use crate::text::nfc;

/// The folder in the theme's `static/` that is published at an address with a digest.
pub(super) const ASSETS: &str = "assets/";

/// The script of the search page, below [`ASSETS`]. A site without search does not need it.
pub(super) const SEARCH_SCRIPT: &str = "search.js";

/// How many hexadecimal digits of the digest are in an address.
const DIGITS: usize = 16;

/// The source of an asset.
#[derive(Debug, Clone)]
pub enum AssetSource {
    /// A file of the built-in theme.
    BuiltIn {
        /// Its path in the theme.
        name: String,
        /// Its bytes.
        bytes: &'static [u8],
    },
    /// A file of the portal.
    File(Listed),
}

/// A file that is copied to the output unchanged.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The path in the output.
    pub output: String,
    /// The source of its bytes.
    pub source: AssetSource,
    /// The digest that its bytes must have. `None` if its address does not depend on it.
    pub digest: Option<Sha256Digest>,
}

impl Asset {
    /// Returns the file of the portal, if it is one.
    pub fn file(&self) -> Option<&Listed> {
        match &self.source {
            AssetSource::File(listed) => Some(listed),
            AssetSource::BuiltIn { .. } => None,
        }
    }
}

/// The files of a theme's `static/`.
#[derive(Debug)]
pub struct ThemeAssets {
    /// All files, sorted by output path.
    pub files: Vec<Asset>,
    /// The folder of those whose address changes with their bytes: `theme/`, a digest, `/`.
    pub folder: String,
}

impl ThemeAssets {
    /// Returns the names of files below `assets/`, which have addresses with a digest.
    pub(super) fn versioned_names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().filter_map(|asset| asset.output.strip_prefix(&self.folder))
    }

    /// Reports files of the portal's `static/` with the name of a theme's file in `assets/`. They do not
    /// replace it. `theme` is the name of the theme.
    pub fn report_shadowed(&self, statics: &[Asset], theme: &str, diagnostics: &mut Diagnostics) {
        for asset in statics {
            let Some(name) = asset.output.strip_prefix(ASSETS) else { continue };
            if !self.versioned_names().any(|versioned| versioned == name) {
                continue;
            }
            let place = Place::file(&format!("static/{}", asset.output));
            let error = Diagnostic::error(Code::AssetAddress, place).help("help-static");
            diagnostics.push(error.arg("path", asset.output.as_str()).arg("theme", theme));
        }
    }
}

impl Sources<'_> {
    /// Lists the files of the theme's `static/`. Reports files that are not allowed there. Returns `None`
    /// after reporting a file that cannot be read.
    pub(super) fn assets(
        &self,
        config: &Config,
        diagnostics: &mut Diagnostics,
    ) -> Option<ThemeAssets> {
        let mut assets = self.listed_assets(diagnostics);
        assets.retain(|asset| {
            config.has_search || asset.output.strip_prefix(ASSETS) != Some(SEARCH_SCRIPT)
        });
        let mut whole = Sha256::new();
        assets.sort_by(|a, b| a.output.cmp(&b.output));
        for asset in &mut assets {
            let Some(name) = asset.output.strip_prefix(ASSETS) else { continue };
            let digest = match &asset.source {
                AssetSource::BuiltIn { bytes, .. } => Sha256::digest(bytes).into(),
                AssetSource::File(listed) => match self.portal.digest(&listed.path) {
                    Ok(digest) => digest,
                    Err(unreadable) => {
                        diagnostics.push(unreadable);
                        return None;
                    }
                },
            };
            whole.update(name);
            whole.update([0]);
            whole.update(digest);
            asset.digest = Some(digest);
        }
        let folder = format!("{THEME}{}/", &hex(&whole.finalize())[..DIGITS]);
        for asset in &mut assets {
            if let Some(name) = asset.output.strip_prefix(ASSETS) {
                asset.output = format!("{folder}{name}");
            }
        }
        assets.sort_by(|a, b| a.output.cmp(&b.output));
        Some(ThemeAssets { files: assets, folder })
    }

    /// Lists the files of the theme's `static/` at the paths that they have there.
    fn listed_assets(&self, diagnostics: &mut Diagnostics) -> Vec<Asset> {
        let mut assets = Vec::new();
        for name in self.names("static/") {
            let path = format!("{}/{name}", self.folder);
            let output = nfc(&name["static/".len()..]);
            let listed = self.files.iter().find(|f| f.path == path);
            let source = match (listed, built_in(&name)) {
                (Some(listed), _) => AssetSource::File(listed.clone()),
                (None, Some(bytes)) => AssetSource::BuiltIn { name, bytes },
                (None, None) => continue,
            };
            if is_asset(&output) {
                assets.push(Asset { output, source, digest: None });
            } else {
                let place = Place::file(&path);
                diagnostics
                    .push(Diagnostic::error(Code::DocumentInStatic, place).help("help-theme"));
            }
        }
        report_same_names(&assets, diagnostics);
        assets
    }
}

/// Lists `static/` of the portal. Reports files that are not allowed there.
pub(crate) fn static_files(
    portal: &Portal,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<Asset> {
    let mut assets = Vec::new();
    let mut files = portal.list("static", diagnostics);
    files.extend(portal.list("static/.well-known", diagnostics));
    for name in [".nojekyll", ".htaccess"] {
        files.extend(portal.list(&format!("static/{name}"), diagnostics));
    }
    for listed in files {
        let output = nfc(&listed.path["static/".len()..]);
        if is_asset(&output) || is_host_file(&output) || config.static_allow.contains(&output) {
            assets.push(Asset { output, source: AssetSource::File(listed), digest: None });
        } else {
            let place = Place::file(&listed.path);
            diagnostics.push(Diagnostic::error(Code::DocumentInStatic, place));
        }
    }
    report_same_names(&assets, diagnostics);
    assets
}

/// Reports files whose names are equal after normalisation: one would replace the other.
fn report_same_names(assets: &[Asset], diagnostics: &mut Diagnostics) {
    let mut by_output: BTreeMap<&str, &str> = BTreeMap::new();
    for asset in assets {
        let Some(listed) = asset.file() else { continue };
        if let Some(other) = by_output.insert(&asset.output, &listed.path) {
            let place = Place::file(&listed.path);
            diagnostics.push(Diagnostic::error(Code::SameName, place).arg("other", other));
        }
    }
}
