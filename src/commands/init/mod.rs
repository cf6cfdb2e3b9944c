//! `prakat init`: begins a portal with settings and examples, none of which is approved.

mod templates;

use std::path::PathBuf;

use jiff::Timestamp;

use crate::commands::atomic_write::{create_all, first_obstacle, plain};
use crate::commands::fill::{Values, dates, fill};
use crate::commands::init::templates::{
    BESIDE_SETTINGS, FIRST_EXAMPLE, SETTINGS_TEXT, categories, default_title, examples, head,
    people,
};
use crate::commands::title::is_title;
use crate::config;
use crate::config::{BaseUrl, SETTINGS};
use crate::diagnostics::{Code, Diagnostics, Failure};
use crate::report::{ReportLanguage, Reporter};
use crate::source::Portal;
use crate::text::shell_word;

pub(crate) use templates::Template;

/// The address of a portal that was given none.
const EXAMPLE_ADDRESS: &str = "https://portal.example.go.th/";

/// What the new portal is.
#[derive(Debug)]
pub(crate) struct InitOptions<'a> {
    /// The portal's folder, which need not exist.
    pub portal: &'a Portal,
    /// The kind of portal.
    pub template: Template,
    /// The language of its content and of the comments in its files.
    pub language: ReportLanguage,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its address.
    pub base_url: Option<&'a str>,
    /// The instant at which the command was given.
    pub now: Timestamp,
}

/// A portal that was begun.
#[derive(Debug)]
pub(crate) struct BegunPortal {
    /// The paths of the new files, from the portal's root.
    pub made: Vec<&'static str>,
    /// The files that were there before and were left as they are, with the lines that they lack.
    kept: Vec<(&'static str, Vec<String>)>,
    /// Whether the examples were left out because `content/` has files.
    has_own_content: bool,
    /// The id of a person who may approve news.
    approver: &'static str,
}

/// Begins a portal. Existing files are kept. Fails before anything is written if the folder is a portal
/// already, or if something is in the way.
pub(crate) fn init(options: &InitOptions) -> Result<BegunPortal, Failure> {
    let portal = options.portal;
    if portal.has(SETTINGS) {
        return Err(Failure::new(Code::PortalThere).arg("path", plain(&portal.locate(SETTINGS))));
    }
    let texts = Texts::of(options)?;
    let has_own_content = has_content(portal);
    let mut files: Vec<(&str, String)> = Vec::new();
    for (path, text) in BESIDE_SETTINGS {
        files.push((path, text.in_language(options.language).to_owned()));
    }
    if !has_own_content {
        for (path, text) in examples(options.template) {
            files.push((path, texts.fill(text.in_language(options.language))));
        }
    }
    // Last: without its settings, a folder where this was interrupted is no portal yet.
    files.push((SETTINGS, texts.settings.clone()));
    let paths = files.iter().map(|(path, _)| *path).chain([FIRST_EXAMPLE]);
    if let Some(obstacle) = paths.into_iter().find_map(|path| first_obstacle(portal, path)) {
        return Err(Failure::new(Code::InTheWay).arg("path", obstacle));
    }
    let (kept, new): (Vec<_>, Vec<_>) = files.into_iter().partition(|(path, _)| portal.has(path));
    let lacks = |(path, text): (_, String)| (path, missing_rules(portal, path, &text));
    let kept = kept.into_iter().map(lacks).collect();
    let mut made: Vec<&str> = new.iter().map(|(path, _)| *path).collect();
    made.sort_unstable();
    let files: Vec<(PathBuf, Vec<u8>)> =
        new.into_iter().map(|(path, text)| (portal.locate(path), text.into_bytes())).collect();
    create_all(&files).map_err(|(path, error)| Failure::io_in_portal(&path, &error))?;
    let approver = options.template.approver();
    Ok(BegunPortal { made, kept, has_own_content, approver })
}

/// Returns the rules that an existing `.gitignore` or `.gitattributes` does not have. Other files are read
/// by no program that needs more lines.
fn missing_rules(portal: &Portal, path: &str, text: &str) -> Vec<String> {
    if !path.starts_with(".git") || path.contains('/') {
        return Vec::new();
    }
    let present = portal.read_bytes(path).unwrap_or_default();
    let present = String::from_utf8_lossy(&present);
    let is_missing = |rule: &&str| !present.lines().any(|line| line.trim() == *rule);
    let rules = text.lines().filter(|line| !line.starts_with('#'));
    rules.filter(is_missing).map(str::to_owned).collect()
}

fn has_content(portal: &Portal) -> bool {
    let mut ignored = Diagnostics::default();
    !portal.list("content", &mut ignored).is_empty()
}

/// The texts of a portal, and the values that its examples need.
struct Texts {
    settings: String,
    values: Values,
    /// Whether the portal has a page that lists obligations.
    has_coverage: bool,
}

impl Texts {
    fn of(options: &InitOptions) -> Result<Self, Failure> {
        let (template, language) = (options.template, options.language);
        let settings = settings(options)?;
        let mut errors = Diagnostics::default();
        let config = config::read_settings(&settings, &mut errors);
        // An address or a title that only the reader of settings refuses.
        let config = config.ok_or_else(|| wrong_address(options.base_url.unwrap_or_default()))?;
        let mut values = dates(options.now, &config);
        values.push(("head", head(template).in_language(language).to_owned()));
        Ok(Self { settings, values, has_coverage: template != Template::Minimal })
    }

    /// Replaces the placeholders of an example.
    fn fill(&self, text: &str) -> String {
        let mut lines = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let obligation = line.strip_prefix("{meets:").and_then(|rest| rest.split_once('}'));
            let Some((obligation, rest)) = obligation else {
                lines.push_str(line);
                continue;
            };
            if self.has_coverage {
                lines.push_str(&format!("meets: [oit-2569/{obligation}]\n"));
            }
            lines.push_str(rest);
        }
        fill(&lines, &self.values)
    }
}

/// Returns the text of site.toml.
fn settings(options: &InitOptions) -> Result<String, Failure> {
    let (template, language) = (options.template, options.language);
    let title = options.title.unwrap_or(default_title(template).in_language(language));
    if !is_title(title) {
        return Err(Failure::new(Code::TitleFlag).arg("value", title));
    }
    let address = options.base_url.unwrap_or(EXAMPLE_ADDRESS);
    let base_url = BaseUrl::parse(address).ok_or_else(|| wrong_address(address))?;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let values = [
        ("title", quoted(title.trim())),
        ("base_url", quoted(&base_url.full)),
        ("id", quoted(base_url.host())),
        ("categories", categories(template).in_language(language).to_owned()),
        ("people", people(template).in_language(language).trim_end().to_owned()),
    ];
    Ok(fill(SETTINGS_TEXT.in_language(language), &values))
}

fn wrong_address(address: &str) -> Failure {
    Failure::new(Code::BaseUrlFlag).arg("value", address)
}

/// Describes a new portal and what to do next. `folder` is the portal's folder, if it is not the current
/// one.
pub(crate) fn describe_portal(
    reporter: &Reporter,
    portal: &BegunPortal,
    folder: Option<&str>,
) -> String {
    let mut lines = vec![String::new()];
    for (path, missing) in &portal.kept {
        let path = (*path).to_owned();
        if missing.is_empty() {
            lines.push(reporter.text("init/kept", vec![("path", path)]));
        } else {
            lines.push(reporter.text("init/kept-add", vec![("path", path)]));
        }
        lines.extend(missing.iter().map(|rule| format!("    {rule}")));
    }
    if portal.has_own_content {
        lines.push(reporter.text("init/no-examples", Vec::new()));
    }
    lines.push(reporter.text("init/sealed", Vec::new()));
    lines.push(reporter.text("init/next", Vec::new()));
    let folder = folder.map(|folder| format!("cd {}", shell_word(folder)));
    let item = if portal.has_own_content { "content/news/flood.md" } else { FIRST_EXAMPLE };
    let commands = [
        "prakat serve --watch --preview --open".to_owned(),
        "prakat new news/flood".to_owned(),
        format!("prakat approve {item} --as {}", portal.approver),
    ];
    lines.extend(folder.into_iter().chain(commands).map(|command| format!("  {command}")));
    lines.push(String::new());
    lines.join("\n")
}
