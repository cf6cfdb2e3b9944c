//! A portal with its settings and theme loaded: everything that a build needs before it reads items.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::config;
use crate::config::{Channel, Config, Contact, SETTINGS};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::privacy::Checker;
use crate::render::{Asset, AssetSource, Theme, static_files};
use crate::source::{ConflictFinder, Listed, Portal, Sha256Digest};

/// A portal with its settings, theme and static files.
#[derive(Debug)]
pub struct Project {
    /// The portal.
    pub portal: Portal,
    /// Its settings.
    pub config: Arc<Config>,
    /// Digest of the texts that [`Project::config`] was read from.
    pub(crate) settings: Sha256Digest,
    /// Digest of `site.toml`, the portal's theme, `static/`, the trust file and the signers. Whoever
    /// may edit these can publish.
    pub trust: Sha256Digest,
    /// The theme. `None` if it has errors.
    pub theme: Option<Theme>,
    /// Finds private numbers.
    pub checker: Checker,
    /// Files of the theme and of `static/`, sorted by output path.
    pub assets: Vec<Asset>,
    /// Diagnostics of settings, theme and static files.
    pub diagnostics: Diagnostics,
}

/// A trust file. It is kept outside the portal and overrides people and policy of `site.toml`.
#[derive(Debug)]
pub struct TrustFile {
    /// Its folder.
    pub folder: Portal,
    /// Its path, as given on the command line.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Project {
    /// Loads settings, theme and static files.
    ///
    /// With a trust file, people and policy are taken from it. Fails if the settings have errors;
    /// errors of the theme are reported in [`Project::diagnostics`].
    pub fn load(portal: &Portal, trust_file: Option<&TrustFile>) -> Result<Self, Diagnostics> {
        let mut diagnostics = Diagnostics::default();
        let Some(text) = read_settings(portal, &mut diagnostics) else { return Err(diagnostics) };
        let Some(mut config) = config::read_settings(&text, &mut diagnostics) else {
            return Err(diagnostics);
        };
        if let Some(TrustFile { path, text, .. }) = trust_file {
            config::read_trust(path, text, &mut config, &mut diagnostics);
        }
        let signers = read_signers(portal, trust_file, &mut config, &mut diagnostics);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let theme = Theme::load(portal, &config, &mut diagnostics);
        let statics = static_files(portal, &config, &mut diagnostics);
        let theme_files = theme.as_ref().map_or(&[][..], |theme| &theme.files);
        let settings = Listed { path: SETTINGS.to_owned(), size: 0, stamp: None };
        let mut trusted: Vec<Listed> = vec![settings];
        let static_files = statics.iter().map(|(listed, _)| listed);
        trusted.extend(theme_files.iter().chain(static_files).cloned());
        let mut trust = portal.digest_of(&trusted).unwrap_or_else(|unreadable| {
            diagnostics.push(unreadable);
            Sha256Digest::default()
        });
        let mut settings = digest_with(&Sha256Digest::default(), &text);
        for text in trust_file.map(|file| &file.text).into_iter().chain(&signers) {
            trust = digest_with(&trust, text);
            settings = digest_with(&settings, text);
        }
        let mut assets: BTreeMap<String, Asset> = BTreeMap::new();
        let theme_assets = theme.as_ref().map_or(&[][..], |theme| &theme.assets).iter().cloned();
        for asset in theme_assets.chain(statics.into_iter().map(|(_, asset)| asset)) {
            assets.insert(asset.output.clone(), asset);
        }
        let assets: Vec<Asset> = assets.into_values().collect();
        let outputs: Vec<&str> = assets.iter().map(|asset| asset.output.as_str()).collect();
        if let Some(theme) = &theme {
            theme.report_missing_assets(&outputs, &mut diagnostics);
        }
        report_conflicts(portal, &assets, &mut diagnostics);
        let countries = config.policy.privacy.iter().map(String::as_str);
        let checker = Checker::new(countries, &contacts(&config));
        let (portal, config) = (portal.clone(), Arc::new(config));
        Ok(Self { portal, config, settings, trust, theme, checker, assets, diagnostics })
    }

    /// Checks whether the theme or `static/` had a file at this path, or inside it.
    pub fn has_file(&self, path: &str) -> bool {
        let is_at_path = |file: &str| {
            let rest = file.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let Some(theme) = &self.theme else { return true };
        let is_asset =
            |asset: &Asset| matches!(&asset.source, AssetSource::File(f) if is_at_path(&f.path));
        theme.files.iter().any(|listed| is_at_path(&listed.path))
            || self.assets.iter().any(is_asset)
    }

    /// Checks whether a file of the portal is copied to every output unchanged.
    pub fn has_asset(&self, path: &str) -> bool {
        let is_asset =
            |asset: &Asset| matches!(&asset.source, AssetSource::File(file) if file.path == path);
        self.assets.iter().any(is_asset)
    }

    /// The source and the output path of every asset.
    pub(crate) fn asset_paths(&self) -> Vec<(String, String)> {
        let paths = self.assets.iter().map(|asset| {
            let source = match &asset.source {
                AssetSource::BuiltIn(_) => format!("themes/default/static/{}", asset.output),
                AssetSource::File(file) => file.path.clone(),
            };
            (source, asset.output.clone())
        });
        paths.collect()
    }
}

/// Returns the path of the `allowed_signers` file, relative to the folder of the file that names it.
///
/// Reads settings and trust file as far as possible and ignores their errors. Returns `None` if
/// neither names such a file.
pub fn signers_file(portal: &Portal, trust_file: Option<&TrustFile>) -> Option<String> {
    let mut ignored = Diagnostics::default();
    let mut config = config::read_settings(&read_settings(portal, &mut ignored)?, &mut ignored)?;
    if let Some(TrustFile { path, text, .. }) = trust_file {
        config::read_trust(path, text, &mut config, &mut ignored);
    }
    config.allowed_signers.map(|(path, _)| path)
}

/// Reads `site.toml` alone. Returns `None` if it cannot be used, and reports why.
pub fn read_config(portal: &Portal, diagnostics: &mut Diagnostics) -> Option<Config> {
    let text = read_settings(portal, diagnostics)?;
    config::read_settings(&text, diagnostics)
}

fn read_settings(portal: &Portal, diagnostics: &mut Diagnostics) -> Option<String> {
    if !portal.has(SETTINGS) {
        diagnostics.push(no_settings(portal));
        return None;
    }
    portal.read_text(SETTINGS, diagnostics).map(|text| text.text)
}

/// Returns the error of a portal without `site.toml`.
fn no_settings(portal: &Portal) -> Diagnostic {
    let root = portal.locate("").display().to_string();
    let error = Diagnostic::error(Code::NoSettings, Place::file(SETTINGS));
    match portal.parent_if_file() {
        Some(parent) => {
            let file = root.trim_end_matches('/');
            error.arg("folder", file).arg("parent", parent).help("help-file")
        }
        None => error.arg("folder", root),
    }
}

/// Reports style sheets, scripts and other texts of the theme and of `static/` with an unresolved Git
/// conflict. They are copied to every output.
fn report_conflicts(portal: &Portal, assets: &[Asset], diagnostics: &mut Diagnostics) {
    for asset in assets {
        let AssetSource::File(Listed { path, .. }) = &asset.source else { continue };
        if is_picture_or_font(path) {
            continue;
        }
        let mut finder = ConflictFinder::of(path);
        match portal.read_pieces(path, |piece| finder.take(piece)) {
            Ok(_) => finder.finish(path).into_iter().for_each(|found| diagnostics.push(found)),
            Err(unreadable) => diagnostics.push(unreadable),
        }
    }
}

fn is_picture_or_font(path: &str) -> bool {
    const ENDINGS: [&str; 11] =
        ["woff", "woff2", "ttf", "otf", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico"];
    let ending = path.rsplit('.').next().unwrap_or_default();
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// All contact details in the settings. Numbers in them are public.
fn contacts(config: &Config) -> String {
    let tables = std::iter::once(&config.contact);
    let tables = tables.chain(config.languages.iter().map(|language| &language.contact));
    let mut texts = String::new();
    for Contact { address, phone, email, hours, complaints } in tables {
        let complaints = match complaints {
            Some(Channel::Phone(text) | Channel::Email(text)) => text,
            Some(Channel::Page(_) | Channel::Web(_)) | None => "",
        };
        for text in [address, phone, email, hours, complaints] {
            texts += text;
            texts.push('\n');
        }
    }
    texts
}

/// Adds the keys of the `allowed_signers` file to the people of the policy. Returns its text, or
/// `None` if no file is named or it cannot be read.
fn read_signers(
    portal: &Portal,
    trust_file: Option<&TrustFile>,
    config: &mut Config,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let (path, named_at) = config.allowed_signers.clone()?;
    let folder = trust_file.map_or(portal, |trust_file| &trust_file.folder);
    if !folder.has(&path) {
        let missing = Diagnostic::error(Code::SignersMissing, named_at);
        let place = folder.locate(&path).display().to_string();
        diagnostics.push(missing.arg("value", path).arg("path", place));
        return None;
    }
    let text = folder.read_text(&path, diagnostics)?.text;
    config::add_signers(&mut config.policy, &config.zone, &path, &text, diagnostics);
    Some(text)
}

/// The digest of a digest and one more text.
fn digest_with(digest: &Sha256Digest, text: &str) -> Sha256Digest {
    let mut hasher = Sha256::new();
    hasher.update(digest);
    hasher.update(Sha256::digest(text.as_bytes()));
    hasher.finalize().into()
}
