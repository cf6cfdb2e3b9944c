//! The theme: templates, words of the interface and assets, taken file by file from the portal's
//! own theme and from the one inside the program.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use tera::{Context, Kwargs, State, Tera, Value};

use crate::config::{At, Config, SETTINGS, SettingsFile};
use crate::content::nfc;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place};
use crate::source::{Listed, Portal};
use crate::text::Digits;

/// The theme inside the program.
static BUILT_IN: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The file that names a theme and the version of the contract that it needs.
const MANIFEST: &str = "theme.toml";

/// The version of the template contract that this program keeps (`docs/themes.md`).
pub(super) const CONTRACT: u32 = 1;

/// Names of templates that have changed, each with the name that takes its place.
const RENAMED_TEMPLATES: [(&str, &str); 4] = [
    ("shell.html", "base.html"),
    ("reach.html", "contact.html"),
    ("spot.html", "location.html"),
    ("contents.html", "toc.html"),
];

/// The script of the search page: of no use in a site without search.
const SEARCH_SCRIPT: &str = "assets/search.js";

/// Where the bytes of an asset are.
#[derive(Debug, Clone)]
pub enum AssetSource {
    /// Inside the program.
    BuiltIn(&'static [u8]),
    /// In a file of the portal.
    File(Listed),
}

/// A file that is copied to the output as it is.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Path in the output.
    pub output: String,
    /// Where its bytes are.
    pub source: AssetSource,
}

/// A loaded theme.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    paths: BTreeMap<String, String>,
    /// Whether a template asks for `page.linked_data`: to make it for every page costs time.
    pub asks_for_linked_data: bool,
    /// Whether names and numbers are kept on one line in its pages.
    pub keeps_names_whole: bool,
    /// The words of the interface, by the number of the language.
    pub words: Vec<Value>,
    /// Its assets, sorted by output path.
    pub assets: Vec<Asset>,
    /// Its files in the portal, for the digest in reports.
    pub files: Vec<Listed>,
}

impl Theme {
    /// Loads the theme that site.toml names. What is wrong is told; `None` if it cannot be used.
    pub fn load(portal: &Portal, config: &Config, diagnostics: &mut Diagnostics) -> Option<Self> {
        let folder = format!("themes/{}", config.theme);
        let mut own = Diagnostics::default();
        let files = portal.list(&folder, &mut own);
        if files.is_empty() && config.theme != "default" {
            let place = Place::file(SETTINGS);
            own.push(Diagnostic::error(Code::NoTheme, place).arg("folder", folder.clone()));
        }
        let sources = Sources { portal, folder: &folder, files: &files };
        sources.report_renamed_templates(&mut own);
        let keeps_names_whole = sources.read_manifest(&mut own);
        let Templates { tera, paths, asks_for_linked_data } =
            sources.templates(config.digits, &mut own);
        let words = sources.words(config, &mut own);
        let mut assets = sources.assets(&mut own);
        assets.retain(|asset| config.has_search || asset.output != SEARCH_SCRIPT);
        let failed = own.has_errors();
        diagnostics.append(own);
        if failed {
            return None;
        }
        let tera = tera?;
        Some(Self { tera, paths, asks_for_linked_data, keeps_names_whole, words, assets, files })
    }

    /// The path of a template, for messages.
    pub fn path(&self, template: &str) -> &str {
        self.paths.get(template).map_or("", String::as_str)
    }

    /// Whether there is a template.
    pub fn has(&self, template: &str) -> bool {
        self.paths.contains_key(template)
    }

    /// Renders a template behind what stands in `out`. A mistake in it is told.
    pub fn render(
        &self,
        template: &str,
        context: &Context,
        out: &mut Vec<u8>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let Err(error) = self.tera.render_to(template, context, out) else { return true };
        let file = self.paths.get(template).map_or(template, String::as_str);
        diagnostics.push(template_error(&error, file, &self.paths));
        false
    }
}

/// Names of the files of the built-in theme that a theme may have itself: `templates/item.html`.
pub(crate) fn built_in_names() -> Vec<&'static str> {
    let is_of_contract = |name: &&str| {
        ["templates/", "i18n/", "static/", MANIFEST].iter().any(|f| name.starts_with(f))
    };
    let mut names: Vec<&str> = built_in_files().into_iter().filter(is_of_contract).collect();
    names.sort_unstable();
    names
}

/// Returns the present name of a template that had another one. A path before the name is ignored.
pub(crate) fn renamed_template(old: &str) -> Option<&'static str> {
    let name = old.rsplit('/').next().unwrap_or(old);
    RENAMED_TEMPLATES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// The bytes of a file of the built-in theme.
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

/// What templates come to.
struct Templates {
    tera: Option<Tera>,
    paths: BTreeMap<String, String>,
    asks_for_linked_data: bool,
}

/// The two layers of a theme.
struct Sources<'a> {
    portal: &'a Portal,
    folder: &'a str,
    files: &'a [Listed],
}

impl Sources<'_> {
    /// A text file of the theme: the portal's, else the built-in one. With the path to show.
    fn text(&self, name: &str, sink: &mut Diagnostics) -> Option<(String, String)> {
        let path = format!("{}/{name}", self.folder);
        if self.files.iter().any(|f| f.path == path) {
            return self.portal.read_text(&path, sink).map(|text| (path, text.text));
        }
        let text = BUILT_IN.get_file(name)?.contents_utf8()?;
        Some((format!("themes/default/{name}"), text.to_owned()))
    }

    /// `theme.toml`: a name for people, and the version of the contract that the theme needs. The
    /// answer: whether names and numbers are kept on one line in its pages.
    fn read_manifest(&self, sink: &mut Diagnostics) -> bool {
        let Some((path, text)) = self.text(MANIFEST, sink) else { return true };
        let mut file = SettingsFile { path: &path, text: &text, sink, guide: "docs/themes.md" };
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

    /// Reports templates of the portal's theme under former names, where nothing has the new name:
    /// the built-in template would silently take their place.
    fn report_renamed_templates(&self, diagnostics: &mut Diagnostics) {
        let path_of = |name: &str| format!("{}/templates/{name}", self.folder);
        let has = |path: &str| self.files.iter().any(|file| file.path == path);
        for (old, new) in RENAMED_TEMPLATES {
            let path = path_of(old);
            if has(&path) && !has(&path_of(new)) {
                let diagnostic = Diagnostic::error(Code::RenamedTemplate, Place::file(&path));
                diagnostics.push(diagnostic.arg("old", old).arg("new", new));
            }
        }
    }

    /// Names of all files below a folder of the theme, of both layers.
    fn names(&self, below: &str) -> Vec<String> {
        let prefix = format!("{}/", self.folder);
        let own = self.files.iter().filter_map(|f| f.path.strip_prefix(&prefix));
        let mut names: Vec<String> = own.map(str::to_owned).collect();
        names.extend(built_in_files().into_iter().map(str::to_owned));
        names.retain(|name| name.starts_with(below));
        names.sort();
        names.dedup();
        names
    }

    fn templates(&self, digits: Digits, sink: &mut Diagnostics) -> Templates {
        let mut sources = Vec::new();
        let mut paths = BTreeMap::new();
        for name in self.names("templates/") {
            let Some((path, text)) = self.text(&name, sink) else { continue };
            let name = name["templates/".len()..].to_owned();
            paths.insert(name.clone(), path);
            sources.push((name, text));
        }
        let asks_for_linked_data = sources.iter().any(|(_, text)| text.contains("linked_data"));
        let mut tera = Tera::default();
        tera.register_filter("digits", move |value: Value, _: Kwargs, state: &State| {
            if digits == Digits::Arabic {
                return value;
            }
            let language = state.get::<String>("lang").ok().flatten().unwrap_or_default();
            Value::from(digits.shown(value.to_string(), &language))
        });
        let added = tera.add_raw_templates(sources);
        if let Err(error) = &added {
            sink.push(template_error(error, self.folder, &paths));
        }
        Templates { tera: added.is_ok().then_some(tera), paths, asks_for_linked_data }
    }

    /// The interface's words in each of the site's languages. A language without a file, and a
    /// word that a language lacks, are mistakes: nothing is shown half in another language.
    fn words(&self, config: &Config, sink: &mut Diagnostics) -> Vec<Value> {
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
                words.extend(self.own_words(&path, sink));
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
                sink.push(if there { diagnostic } else { diagnostic.help("help-file") });
            }
            all.push(Value::from_serializable(&words));
        }
        all
    }

    fn own_words(&self, path: &str, sink: &mut Diagnostics) -> BTreeMap<String, String> {
        let Some(text) = self.portal.read_text(path, sink) else { return BTreeMap::new() };
        toml::from_str(&text.text).unwrap_or_else(|error| {
            let place = Place::of_range(path, &text.text, error.span().unwrap_or(0..0));
            let cause = error.message().to_owned();
            sink.push(Diagnostic::error(Code::TomlSyntax, place).arg("cause", cause));
            BTreeMap::new()
        })
    }

    fn assets(&self, sink: &mut Diagnostics) -> Vec<Asset> {
        let mut assets = Vec::new();
        for name in self.names("static/") {
            let path = format!("{}/{name}", self.folder);
            let output = nfc(&name["static/".len()..]);
            let own = self.files.iter().find(|f| f.path == path);
            let source = match (own, BUILT_IN.get_file(&name)) {
                (Some(own), _) => AssetSource::File(own.clone()),
                (None, Some(file)) => AssetSource::BuiltIn(file.contents()),
                (None, None) => continue,
            };
            if is_asset(&output) {
                assets.push(Asset { output, source });
            } else {
                let place = Place::file(&path);
                sink.push(Diagnostic::error(Code::DocumentInStatic, place).help("help-theme"));
            }
        }
        report_twins(assets.iter(), sink);
        assets
    }
}

/// Lists `static/` of the portal.
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
    report_twins(assets.iter().map(|(_, asset)| asset), diagnostics);
    assets
}

/// Two files of one folder whose names differ in their code points only: one would take the place
/// of the other.
fn report_twins<'a>(assets: impl Iterator<Item = &'a Asset>, diagnostics: &mut Diagnostics) {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for asset in assets {
        let AssetSource::File(own) = &asset.source else { continue };
        if let Some(other) = known.insert(&asset.output, &own.path) {
            let place = Place::file(&own.path);
            diagnostics.push(Diagnostic::error(Code::SameName, place).arg("other", other));
        }
    }
}

/// What may stand in `static/`: styles, scripts, fonts, icons and pictures. Documents may not:
/// they are attachments of an approved item.
fn is_asset(path: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "css",
        "js",
        "mjs",
        "map",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "svg",
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "avif",
        "ico",
        "webmanifest",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}

/// Files that hosts and verifiers look for at fixed names.
fn is_host_file(path: &str) -> bool {
    matches!(path, "CNAME" | ".nojekyll" | "_headers" | "_redirects" | ".htaccess")
        || path.starts_with(".well-known/")
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

/// The place that a report of the template engine names in a line `--> item.html:2:23`.
fn place_in_report(report: &str, file: &str, paths: &BTreeMap<String, String>) -> Place {
    let place = report.lines().find_map(|line| {
        let (rest, column) = line.trim().strip_prefix("--> ")?.rsplit_once(':')?;
        let (name, line) = rest.rsplit_once(':')?;
        let file = paths.get(name)?.clone();
        Some(Place { file, line: line.parse().ok()?, column: column.parse().ok()?, width: 1 })
    });
    place.unwrap_or_else(|| Place::file(file))
}
