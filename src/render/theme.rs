//! The theme: templates, texts of the interface and assets. Each file is taken from the theme of the
//! portal, or from the built-in theme if the portal has none.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use tera::{Context, Kwargs, State, Tera, Value};
use toml::Spanned;

use crate::config::{At, Config, SETTINGS, SettingsFile, toml_diagnostics};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::render::asset_kinds::{is_asset, is_host_file};
use crate::render::catalog::{Catalog, asks_for_items, register_names};
use crate::render::exported_words::is_exported;
use crate::render::former_names::{self, former_values};
use crate::render::template_uses::TemplateNames;
use crate::source::{Listed, Portal};
use crate::text::{Digits, formula_sign, nfc};

/// The built-in theme.
static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The file with the name of a theme and the version of the contract that it needs.
const MANIFEST: &str = "theme.toml";

/// The version of the template contract that this program supports (`docs/themes.md`).
pub(super) const CONTRACT: u32 = 1;

/// The script of the search page. A site without search does not need it.
const SEARCH_SCRIPT: &str = "assets/search.js";

/// The source of an asset.
#[derive(Debug, Clone)]
pub enum AssetSource {
    /// A file of the built-in theme.
    BuiltIn(&'static [u8]),
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
}

/// A loaded theme.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    paths: BTreeMap<String, String>,
    /// Whether a template uses `page.linked_data`, which takes time to make for every page.
    pub asks_for_linked_data: bool,
    /// Whether a template calls a function that knows the items.
    pub asks_for_items: bool,
    /// Whether pages keep names and numbers on one line.
    pub keeps_names_whole: bool,
    /// The texts of the interface, by the number of the language.
    pub words: Vec<Value>,
    /// The assets, sorted by output path.
    pub assets: Vec<Asset>,
    /// The files in the portal, for the digest in reports.
    pub files: Vec<Listed>,
    /// What the templates of the portal name.
    names: TemplateNames,
}

impl Theme {
    /// Loads the theme that site.toml names. Reports mistakes, and returns `None` if it cannot be used.
    pub fn load(portal: &Portal, config: &Config, diagnostics: &mut Diagnostics) -> Option<Self> {
        let folder = format!("themes/{}", config.theme);
        let mut theme_diagnostics = Diagnostics::default();
        let files = portal.list(&folder, &mut theme_diagnostics);
        if files.is_empty() && config.theme != "default" {
            let place = Place::file(SETTINGS);
            theme_diagnostics
                .push(Diagnostic::error(Code::NoTheme, place).arg("folder", folder.clone()));
        }
        let sources = Sources { portal, folder: &folder, files: &files };
        sources.report_renamed_templates(&mut theme_diagnostics);
        let keeps_names_whole = sources.read_manifest(&mut theme_diagnostics);
        let Templates { tera, paths, asks_for_linked_data, asks_for_items, names } =
            sources.templates(config.digits, &mut theme_diagnostics);
        names.report_unused(config, &mut theme_diagnostics);
        let words = sources.words(config, &mut theme_diagnostics);
        let mut assets = sources.assets(&mut theme_diagnostics);
        assets.retain(|asset| config.has_search || asset.output != SEARCH_SCRIPT);
        let failed = theme_diagnostics.has_errors();
        diagnostics.append(theme_diagnostics);
        if failed {
            return None;
        }
        let tera = tera?;
        Some(Self {
            tera,
            paths,
            asks_for_linked_data,
            asks_for_items,
            keeps_names_whole,
            words,
            assets,
            files,
            names,
        })
    }

    /// Returns the path of a template, for messages.
    pub fn path(&self, template: &str) -> &str {
        self.paths.get(template).map_or("", String::as_str)
    }

    /// Returns whether the theme has a template.
    pub fn has(&self, template: &str) -> bool {
        self.paths.contains_key(template)
    }

    /// Warns about files that the portal's templates name and that are not among these outputs.
    pub fn report_missing_assets(&self, outputs: &[&str], diagnostics: &mut Diagnostics) {
        // The built-in theme names what it has.
        if self.files.is_empty() {
            return;
        }
        // A site without search has no script for it.
        let built_in = built_in_names().into_iter().filter_map(|name| name.strip_prefix("static/"));
        let outputs: Vec<&str> = outputs.iter().copied().chain(built_in).collect();
        self.names.report_missing_assets(&outputs, diagnostics);
    }

    /// Warns about templates of the portal for kinds that are not declared and that no item has.
    pub fn report_unused_kinds(&self, kinds: &BTreeSet<&str>, diagnostics: &mut Diagnostics) {
        self.names.report_unused_kinds(kinds, diagnostics);
    }

    /// Returns the template engine with functions that know the items of a catalog.
    pub(super) fn engine_with(&self, catalog: Catalog) -> Tera {
        let mut engine = self.tera.clone();
        catalog.register(&mut engine);
        engine
    }

    /// Renders a template, with another engine than the theme's if there is one, and appends the result to
    /// `out`. Returns `false` after reporting a mistake in the template.
    pub fn render(
        &self,
        engine: Option<&Tera>,
        template: &str,
        context: &Context,
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let engine = engine.unwrap_or(&self.tera);
        let Err(error) = engine.render_to(template, context, out) else { return true };
        let file = self.paths.get(template).map_or(template, String::as_str);
        diagnostics.push(template_error(&error, file, &self.paths));
        false
    }
}

/// Returns the names of those files of the built-in theme that a theme may replace, such as
/// `templates/item.html`.
pub(crate) fn built_in_names() -> Vec<&'static str> {
    let is_of_contract = |name: &&str| {
        ["templates/", "i18n/", "static/", MANIFEST].iter().any(|f| name.starts_with(f))
    };
    let mut names: Vec<&str> = built_in_files().into_iter().filter(is_of_contract).collect();
    names.sort_unstable();
    names
}

/// Returns the present name of a template for a former name. Ignores a path before the name.
pub(crate) fn renamed_template(old: &str) -> Option<&'static str> {
    let name = old.rsplit('/').next().unwrap_or(old);
    former_names::TEMPLATES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// Returns the bytes of a file of the built-in theme.
pub(crate) fn built_in(name: &str) -> Option<&'static [u8]> {
    BUILT_IN.get_file(name).map(include_dir::File::contents)
}

fn built_in_files() -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut folders = vec![&BUILT_IN];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        names.extend(folder.files().filter_map(|file| file.path().to_str()));
    }
    names
}

/// The templates of a theme, parsed.
struct Templates {
    tera: Option<Tera>,
    paths: BTreeMap<String, String>,
    asks_for_linked_data: bool,
    asks_for_items: bool,
    names: TemplateNames,
}

/// The files of a theme: those of the portal, over those of the built-in theme.
struct Sources<'a> {
    portal: &'a Portal,
    folder: &'a str,
    files: &'a [Listed],
}

impl Sources<'_> {
    /// Reads a text file of the theme, from the portal or the built-in theme. Returns its path for messages,
    /// and its text.
    fn text(&self, name: &str, diagnostics: &mut Diagnostics) -> Option<(String, String)> {
        let path = format!("{}/{name}", self.folder);
        if self.files.iter().any(|f| f.path == path) {
            return self.portal.read_text(&path, diagnostics).map(|text| (path, text.text));
        }
        let text = BUILT_IN.get_file(name)?.contents_utf8()?;
        Some((format!("themes/default/{name}"), text.to_owned()))
    }

    /// Checks `theme.toml`. Returns whether pages keep names and numbers on one line.
    fn read_manifest(&self, diagnostics: &mut Diagnostics) -> bool {
        let Some((path, text)) = self.text(MANIFEST, diagnostics) else { return true };
        let mut file =
            SettingsFile { path: &path, text: &text, diagnostics, guide: "docs/themes.md" };
        let Some(mut table) = file.parse() else { return true };
        table.required(&mut file, "name");
        let keeps_names_whole = table.boolean(&mut file, "no_break").is_none_or(|at| at.value);
        let contract = table.needed_number(&mut file, "contract");
        table.finish(&mut file, &["name", "contract", "no_break"]);
        if let Some(At { value, span }) = contract
            && !(1..=i64::from(CONTRACT)).contains(&value)
        {
            let args = [("wanted", value.to_string()), ("known", CONTRACT.to_string())];
            file.error(Code::ThemeContract, span, &args);
        }
        keeps_names_whole
    }

    /// Reports templates of the portal that have a former name, unless there is one with the present name.
    /// The built-in template would silently replace them.
    fn report_renamed_templates(&self, diagnostics: &mut Diagnostics) {
        let path_of = |name: &str| format!("{}/templates/{name}", self.folder);
        let has = |path: &str| self.files.iter().any(|file| file.path == path);
        for (old, new) in former_names::TEMPLATES {
            let path = path_of(old);
            if has(&path) && !has(&path_of(new)) {
                let diagnostic = Diagnostic::error(Code::RenamedTemplate, Place::file(&path));
                diagnostics.push(diagnostic.arg("old", old).arg("new", new));
            }
        }
    }

    /// Returns the names of all files below a folder of the theme.
    fn names(&self, below: &str) -> Vec<String> {
        let prefix = format!("{}/", self.folder);
        let names = self.files.iter().filter_map(|f| f.path.strip_prefix(&prefix));
        let mut names: Vec<String> = names.map(str::to_owned).collect();
        names.extend(built_in_files().into_iter().map(str::to_owned));
        names.retain(|name| name.starts_with(below));
        names.sort();
        names.dedup();
        names
    }

    fn templates(&self, digits: Digits, diagnostics: &mut Diagnostics) -> Templates {
        let mut sources = Vec::new();
        let mut paths = BTreeMap::new();
        for name in self.names("templates/") {
            let Some((path, text)) = self.text(&name, diagnostics) else { continue };
            let name = name["templates/".len()..].to_owned();
            report_former_values(&name, &path, &text, diagnostics);
            paths.insert(name.clone(), path);
            sources.push((name, text));
        }
        let asks_for_linked_data = sources.iter().any(|(_, text)| text.contains("linked_data"));
        let asks_for_items = sources.iter().any(|(_, text)| asks_for_items(text));
        let names = TemplateNames::of(self.files, &sources, &paths);
        let mut tera = Tera::default();
        tera.register_filter("digits", move |value: Value, _: Kwargs, state: &State| {
            if digits == Digits::Arabic {
                return value;
            }
            let language = state.get::<String>("lang").ok().flatten().unwrap_or_default();
            Value::from(digits.shown(value.to_string(), &language))
        });
        register_names(&mut tera);
        let added = tera.add_raw_templates(sources);
        if let Err(error) = &added {
            diagnostics.push(template_error(error, self.folder, &paths));
        }
        let tera = added.is_ok().then_some(tera);
        Templates { tera, paths, asks_for_linked_data, asks_for_items, names }
    }

    /// Returns the texts of the interface in each language of the site. Reports a language without a file,
    /// and a missing text: no page is shown half in another language.
    fn words(&self, config: &Config, diagnostics: &mut Diagnostics) -> Vec<Value> {
        let built_in = |language: &str| {
            let file = BUILT_IN.get_file(format!("i18n/{language}.toml"))?;
            toml::from_str::<BTreeMap<String, String>>(file.contents_utf8()?).ok()
        };
        let needed: Vec<String> = built_in("en").unwrap_or_default().into_keys().collect();
        let mut all = Vec::new();
        for language in &config.languages {
            let mut words = built_in(&language.code).unwrap_or_default();
            let name = format!("i18n/{}.toml", language.code);
            let path = format!("{}/{name}", self.folder);
            if self.files.iter().any(|f| f.path == path) {
                words.extend(self.portal_words(&path, diagnostics));
            }
            let missing: Vec<&str> =
                needed.iter().filter(|key| !words.contains_key(*key)).map(String::as_str).collect();
            if !missing.is_empty() {
                let there = self.files.iter().any(|f| f.path == path);
                let shown = missing.iter().take(5).copied().collect::<Vec<_>>().join(", ");
                let more = if missing.len() > 5 { ", …" } else { "" };
                let diagnostic = Diagnostic::error(Code::MissingWords, Place::file(&path))
                    .arg("keys", format!("{shown}{more}"))
                    .arg("count", missing.len().to_string())
                    .arg("path", path.as_str());
                diagnostics.push(if there { diagnostic } else { diagnostic.help("help-file") });
            }
            all.push(Value::from_serializable(&words));
        }
        all
    }

    fn portal_words(&self, path: &str, diagnostics: &mut Diagnostics) -> BTreeMap<String, String> {
        let Some(text) = self.portal.read_text(path, diagnostics) else { return BTreeMap::new() };
        let words: BTreeMap<String, Spanned<String>> =
            toml::from_str(&text.text).unwrap_or_else(|error| {
                for diagnostic in toml_diagnostics(path, &text.text, std::iter::once(&error)) {
                    diagnostics.push(diagnostic);
                }
                BTreeMap::new()
            });
        for (_, word) in words.iter().filter(|(key, _)| is_exported(key)) {
            if let Some(sign) = formula_sign(word.get_ref()) {
                let place = Place::of_range(path, &text.text, word.span());
                diagnostics
                    .push(Diagnostic::error(Code::Formula, place).arg("sign", sign.to_string()));
            }
        }
        words.into_iter().map(|(key, word)| (key, word.into_inner())).collect()
    }

    fn assets(&self, diagnostics: &mut Diagnostics) -> Vec<Asset> {
        let mut assets = Vec::new();
        for name in self.names("static/") {
            let path = format!("{}/{name}", self.folder);
            let output = nfc(&name["static/".len()..]);
            let listed = self.files.iter().find(|f| f.path == path);
            let source = match (listed, BUILT_IN.get_file(&name)) {
                (Some(listed), _) => AssetSource::File(listed.clone()),
                (None, Some(file)) => AssetSource::BuiltIn(file.contents()),
                (None, None) => continue,
            };
            if is_asset(&output) {
                assets.push(Asset { output, source });
            } else {
                let place = Place::file(&path);
                diagnostics
                    .push(Diagnostic::error(Code::DocumentInStatic, place).help("help-theme"));
            }
        }
        report_same_names(assets.iter(), diagnostics);
        assets
    }
}

/// Lists `static/` of the portal. Reports files that are not allowed there.
pub(crate) fn static_files(
    portal: &Portal,
    config: &Config,
    diagnostics: &mut Diagnostics,
) -> Vec<(Listed, Asset)> {
    let mut assets = Vec::new();
    let mut files = portal.list("static", diagnostics);
    files.extend(portal.list("static/.well-known", diagnostics));
    for name in [".nojekyll", ".htaccess"] {
        files.extend(portal.list(&format!("static/{name}"), diagnostics));
    }
    for listed in files {
        let output = nfc(&listed.path["static/".len()..]);
        if is_asset(&output) || is_host_file(&output) || config.static_allow.contains(&output) {
            let source = AssetSource::File(listed.clone());
            assets.push((listed, Asset { output, source }));
        } else {
            let place = Place::file(&listed.path);
            diagnostics.push(Diagnostic::error(Code::DocumentInStatic, place));
        }
    }
    report_same_names(assets.iter().map(|(_, asset)| asset), diagnostics);
    assets
}

/// Reports files whose names are equal after normalisation: one would replace the other.
fn report_same_names<'a>(assets: impl Iterator<Item = &'a Asset>, diagnostics: &mut Diagnostics) {
    let mut by_output: BTreeMap<&str, &str> = BTreeMap::new();
    for asset in assets {
        let AssetSource::File(listed) = &asset.source else { continue };
        if let Some(other) = by_output.insert(&asset.output, &listed.path) {
            let place = Place::file(&listed.path);
            diagnostics.push(Diagnostic::error(Code::SameName, place).arg("other", other));
        }
    }
}

/// Reports values that a template uses by a former name. A test such as `{% if item.spot %}` would
/// silently be false.
fn report_former_values(name: &str, path: &str, text: &str, diagnostics: &mut Diagnostics) {
    for value in former_values(name, text) {
        let place = Place::of_range(path, text, value.range);
        let diagnostic = Diagnostic::error(Code::RenamedValue, place);
        diagnostics.push(diagnostic.arg("old", value.old).arg("new", value.new));
    }
}

fn template_error(error: &tera::Error, file: &str, paths: &BTreeMap<String, String>) -> Diagnostic {
    use tera::ErrorKind;
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let path = paths.get(report.filename()).cloned().unwrap_or_else(|| file.to_owned());
            let span = report.span();
            let number = |n: usize| u32::try_from(n).unwrap_or(0);
            let width =
                if span.start_line == span.end_line { span.end_col - span.start_col } else { 1 };
            let place = Place {
                file: path,
                line: number(span.start_line),
                column: number(span.start_col + 1),
                width: number(width),
            };
            Diagnostic::error(Code::Template, place).arg("cause", report.message())
        }
        _ => {
            let text = error.to_string();
            let cause = text.lines().next().unwrap_or("").trim_start_matches("error: ").to_owned();
            Diagnostic::error(Code::Template, place_in_report(&text, file, paths))
                .arg("cause", cause)
        }
    }
}

/// Returns the place in a report of the template engine, which has a line such as `--> item.html:2:23`.
fn place_in_report(report: &str, file: &str, paths: &BTreeMap<String, String>) -> Place {
    let place = report.lines().find_map(|line| {
        let (rest, column) = line.trim().strip_prefix("--> ")?.rsplit_once(':')?;
        let (name, line) = rest.rsplit_once(':')?;
        let file = paths.get(name)?.clone();
        Some(Place { file, line: line.parse().ok()?, column: column.parse().ok()?, width: 1 })
    });
    place.unwrap_or_else(|| Place::file(file))
}
