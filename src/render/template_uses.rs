//! What templates name: other templates, and files of the theme.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Place, closest};
use crate::render::asset_kinds::is_asset;
use crate::render::former_names::tags;
use crate::source::Listed;

/// A file of the output that a template names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct NamedFile {
    /// Its path from the root of the site.
    path: String,
    /// The range of the path in the template.
    range: Range<usize>,
}

/// Returns the templates that a template includes, extends or imports.
fn named_templates(text: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for tag in tags(text) {
        let code = text[tag].trim_matches(['-', ' ', '\n', '\t']);
        if ["include", "extends", "import"].iter().any(|word| code.starts_with(word)) {
            let parts = code.split(['"', '\'', '`']).skip(1).step_by(2);
            named.extend(parts.map(str::to_owned));
        }
    }
    named
}

/// Returns whether a template defines a component, which any template may use.
fn defines_component(text: &str) -> bool {
    tags(text).into_iter().any(|tag| {
        let code = text[tag].trim_start_matches(['-', ' ', '\n', '\t']);
        code.starts_with("component ")
    })
}

/// Returns the files below `root` whose whole path a template spells, such as
/// `{{ root }}assets/seal.svg`.
fn named_files(text: &str) -> Vec<NamedFile> {
    let mut named = Vec::new();
    for tag in tags(text) {
        if text[tag.clone()].trim_matches(['-', ' ']) != "root" {
            continue;
        }
        let start = text[tag.end..].find("}}").map_or(text.len(), |at| tag.end + at + 2);
        let is_end = |c: char| c.is_whitespace() || "\"'<>?#`(){}".contains(c);
        let end = text[start..].find(is_end).map_or(text.len(), |at| start + at);
        // The rest of the path comes from a value.
        if text[end..].starts_with(['{', '}']) {
            continue;
        }
        named.push(NamedFile { path: text[start..end].to_owned(), range: start..end });
    }
    named
}

/// The templates that prakat renders. The others are included.
const RENDERED: [&str; 14] = [
    "base.html",
    "head.html",
    "languages.html",
    "home.html",
    "category.html",
    "term.html",
    "terms.html",
    "item.html",
    "page.html",
    "notice.html",
    "search.html",
    "sitemap.html",
    "404.html",
    "alias.html",
];
/// The beginnings of names of templates for one kind.
const OF_KINDS: [&str; 3] = ["item-", "page-", "list-"];
/// The beginning of names of templates for one category.
const OF_CATEGORIES: &str = "category-";

/// What the templates of a portal's theme name.
#[derive(Debug, Default)]
pub(super) struct TemplateNames {
    /// Paths of templates that nothing reaches.
    unreached: Vec<String>,
    /// Paths of templates for one category, with its id.
    of_categories: Vec<(String, String)>,
    /// Paths of templates for one kind, with its name.
    of_kinds: Vec<(String, String)>,
    /// The files that templates spell, with their places.
    files: Vec<(String, Place)>,
}

impl TemplateNames {
    /// Collects what the templates of the portal name. `texts` are all templates with their texts, `paths`
    /// their paths, and `files` the files of the portal's theme.
    pub(super) fn of(
        files: &[Listed],
        texts: &[(String, String)],
        paths: &BTreeMap<String, String>,
    ) -> Self {
        let own = |name: &str| {
            let path = paths.get(name)?;
            files.iter().any(|file| file.path == *path).then(|| path.clone())
        };
        let mut names = Self::default();
        if files.is_empty() {
            return names;
        }
        let mut roots: Vec<&str> = RENDERED.to_vec();
        for (name, text) in texts {
            let stem = name.strip_suffix(".html").unwrap_or("");
            let kind = OF_KINDS.iter().find_map(|start| stem.strip_prefix(start));
            let category = stem.strip_prefix(OF_CATEGORIES);
            if kind.or(category).is_some() {
                roots.push(name);
            }
            let Some(path) = own(name) else { continue };
            names.of_kinds.extend(kind.map(|kind| (path.clone(), kind.to_owned())));
            names.of_categories.extend(category.map(|id| (path.clone(), id.to_owned())));
            let place = |file: &NamedFile| Place::of_range(&path, text, file.range.clone());
            let files = named_files(text).into_iter();
            names.files.extend(files.map(|file| (file.path.clone(), place(&file))));
        }
        names.unreached = unreached(texts, &roots).into_iter().filter_map(own).collect();
        names
    }

    /// Warns about templates that nothing reaches, or that are for a category that does not exist.
    pub(super) fn report_unused(&self, config: &Config, diagnostics: &mut Diagnostics) {
        let warning = |path: &str| Diagnostic::warning(Code::UnusedTemplate, Place::file(path));
        for path in &self.unreached {
            diagnostics.push(warning(path));
        }
        for (path, id) in &self.of_categories {
            if config.policy.category(id).is_none() {
                diagnostics.push(warning(path).arg("id", id.as_str()).help("help-category"));
            }
        }
    }

    /// Warns about templates for kinds other than these.
    pub(super) fn report_unused_kinds(
        &self,
        kinds: &BTreeSet<&str>,
        diagnostics: &mut Diagnostics,
    ) {
        for (path, kind) in &self.of_kinds {
            if !kinds.contains(kind.as_str()) {
                let warning = Diagnostic::warning(Code::UnusedTemplate, Place::file(path));
                diagnostics.push(warning.arg("id", kind.as_str()).help("help-kind"));
            }
        }
    }

    /// Warns about files below `assets/` and at the root that are not among these outputs. Others are pages,
    /// or files of items.
    pub(super) fn report_missing_assets(&self, outputs: &[&str], diagnostics: &mut Diagnostics) {
        for (path, place) in &self.files {
            let is_file = path.starts_with("assets/") || (!path.contains('/') && is_asset(path));
            if !is_file || outputs.contains(&path.as_str()) {
                continue;
            }
            let folder = place.file.split("/templates/").next().unwrap_or("");
            let warning = Diagnostic::warning(Code::MissingAsset, place.clone())
                .arg("path", path.as_str())
                .arg("folder", format!("{folder}/static/"));
            diagnostics.push(match closest(path, outputs.iter().copied()) {
                Some(near) => warning.arg("suggestion", near).help("help-suggestion"),
                None => warning,
            });
        }
    }
}

/// Returns the templates that are not reached from `roots` through includes.
fn unreached<'t>(texts: &'t [(String, String)], roots: &[&'t str]) -> Vec<&'t str> {
    let by_name: BTreeMap<&str, &str> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let components = by_name.iter().filter(|(_, text)| defines_component(text));
    let components = components.map(|(name, _)| *name);
    let mut open: Vec<String> =
        roots.iter().copied().chain(components).map(str::to_owned).collect();
    let mut reached: BTreeSet<String> = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(text) = by_name.get(name.as_str())
            && reached.insert(name)
        {
            open.extend(named_templates(text));
        }
    }
    by_name.into_keys().filter(|name| !reached.contains(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_reached_through_includes() {
        let texts = [
            ("base.html", "{% include \"top.html\" %}{# {% include 'old.html' %} #}"),
            ("top.html", "{%- include ['a.html', \"b.html\"] ignore missing -%}"),
            ("a.html", ""),
            ("b.html", "{% extends 'base.html' %}"),
            ("old.html", ""),
            ("parts.html", "{% component card(title) %}{{ title }}{% endcomponent card %}"),
        ];
        let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(unreached(&texts, &["base.html"]), ["old.html"]);
    }

    #[test]
    fn whole_paths_of_files_are_found() {
        let text = "<link href=\"{{ root }}assets/a.css\"><img src='{{root}}assets/{{ x }}.png'>\
            <a href=\"{{ root }}{{ e.url }}\">{{- root -}}assets/b.js?v=1</a>";
        let found: Vec<String> = named_files(text).into_iter().map(|file| file.path).collect();
        assert_eq!(found, ["assets/a.css", "assets/b.js"]);
    }
}
