//! Values of a portal that a word is completed with.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap_complete::CompletionCandidate;

use crate::build::read_config;
use crate::cli::paths;
use crate::cli::requested::Requested;
use crate::config::{Config, Kinds, Person, SETTINGS};
use crate::diagnostics::Diagnostics;
use crate::render::built_in_names;
use crate::report::Catalog;
use crate::source::Portal;

/// How many names of one folder are offered.
const MAX_NAMES: usize = 1000;
/// Titles are shown if there are not more items than this: every file is opened for it.
const MAX_TITLES: usize = 50;
/// How much of a file is read for its title. In bytes.
const MAX_HEAD: u64 = 4096;

/// The values of one portal. Nothing is read before a value is asked for.
pub(super) struct PortalValues {
    portal: Portal,
    root: PathBuf,
    catalog: Catalog,
}

impl PortalValues {
    /// Creates the values of the portal that a command line names.
    pub(super) fn new(requested: &Requested, catalog: Catalog) -> Self {
        let root = requested.root().to_owned();
        Self { portal: Portal::at(&root), root, catalog }
    }

    /// Returns the settings. Returns `None` if they have errors.
    fn config(&self) -> Option<Config> {
        let mut diagnostics = Diagnostics::default();
        let config = read_config(&self.portal, &mut diagnostics)?;
        (!diagnostics.has_errors()).then_some(config)
    }

    /// Returns the ids of people who may approve, with their names.
    pub(super) fn people(&self) -> Vec<CompletionCandidate> {
        let config = self.config();
        let people = config.iter().flat_map(|config| &config.policy.people);
        let approvers = people.filter(|Person { approves, .. }| {
            approves.everything || !approves.categories.is_empty()
        });
        let named = approvers.map(|person| {
            let parts = [person.name.as_str(), person.position.as_str()];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            self.candidate(&person.id, &parts.join(", "))
        });
        named.collect()
    }

    /// Returns the kinds of items: those of the portal, or those that prakat brings if there is no portal.
    pub(super) fn kinds(&self) -> Vec<CompletionCandidate> {
        let (kinds, own) = if self.portal.has(SETTINGS) {
            let Some(config) = self.config() else { return Vec::new() };
            let own = config.languages.first().map(|language| language.code.clone());
            (config.kinds, own.unwrap_or_default())
        } else {
            (Kinds::built_in(), String::new())
        };
        let language = self.catalog.language.tag();
        let all = kinds.all();
        all.map(|(_, kind)| self.candidate(&kind.id, kind.title.in_language(language, &own)))
            .collect()
    }

    /// Returns the kinds that `prakat new` takes.
    pub(super) fn kinds_of_new_items(&self) -> Vec<CompletionCandidate> {
        let mut kinds = self.kinds();
        if !kinds.is_empty() {
            kinds.push(self.candidate("coverage", &self.catalog.text("help/coverage", &[])));
        }
        kinds
    }

    /// Returns the names of the schemas that `prakat export schema` prints.
    pub(super) fn schemas(&self) -> Vec<CompletionCandidate> {
        let files = ["site", "item"].into_iter().map(CompletionCandidate::from);
        files.chain(self.kinds_of_new_items()).collect()
    }

    /// Returns places for a new item: the categories, and the folders in the one that is typed.
    pub(super) fn places(&self, typed: &OsStr) -> Vec<CompletionCandidate> {
        let Some(typed) = typed.to_str() else { return Vec::new() };
        if let Some((folder, begun)) = typed.rsplit_once('/') {
            let names = self.portal.names_in(&format!("content/{folder}"));
            let folders = names.into_iter().filter(|name| name.ends_with('/'));
            let folders = first_names(folders.collect(), begun);
            return folders.iter().map(|name| format!("{folder}/{name}").into()).collect();
        }
        let config = self.config();
        let categories = config.iter().flat_map(|config| &config.policy.categories);
        let wanted = categories.filter(|category| category.id.starts_with(typed));
        wanted
            .map(|category| self.candidate(&format!("{}/", category.id), &category.title))
            .collect()
    }

    /// Returns the Markdown files of items, and the folders that lead to them, in the folder that is typed.
    pub(super) fn items(&self, typed: &OsStr) -> Vec<CompletionCandidate> {
        let Some(typed) = typed.to_str() else { return Vec::new() };
        let (folder, begun) = match typed.rfind('/') {
            Some(slash) => typed.split_at(slash + 1),
            None => ("", typed),
        };
        let inside = match paths::folder_of_items(&self.root, Path::new(folder)) {
            Some(Ok(inside)) => inside,
            Some(Err(missing)) => {
                let next = missing.components().next().and_then(|part| part.as_os_str().to_str());
                let next = next.filter(|next| next.starts_with(begun));
                return next.map(|next| format!("{folder}{next}/").into()).into_iter().collect();
            }
            None => return Vec::new(),
        };
        let Some(inside) = inside.to_str() else { return Vec::new() };
        let mut names = self.portal.names_in(inside);
        names.retain(|name| name.ends_with('/') || name.ends_with(".md"));
        let names = first_names(names, begun);
        let has_titles = names.len() <= MAX_TITLES;
        let candidates = names.iter().map(|name| {
            let title = has_titles.then(|| self.title(&format!("{inside}/{name}"))).flatten();
            let title = title.unwrap_or_default();
            self.candidate(&format!("{folder}{name}"), &title)
        });
        candidates.collect()
    }

    /// Returns the names of the files of the built-in theme.
    pub(super) fn theme_files() -> Vec<CompletionCandidate> {
        built_in_names().into_iter().map(CompletionCandidate::from).collect()
    }

    /// Returns the title of an item, if it stands on one line at the beginning of its file.
    fn title(&self, path: &str) -> Option<String> {
        let file = path.ends_with(".md").then(|| self.portal.read_whole(path, MAX_HEAD).ok())??;
        let text = String::from_utf8_lossy(&file);
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        lines.next().filter(|line| line.trim_end() == "---")?;
        let front = lines.take_while(|line| line.trim_end() != "---");
        let title = front.filter_map(|line| line.strip_prefix("title:")).next()?.trim();
        let is_block = title.starts_with(['>', '|', '&', '!']);
        let plain = title.trim_matches(['"', '\'']);
        (!is_block && !plain.is_empty()).then(|| plain.to_owned())
    }

    /// Returns a value with a text beside it, which must not control the terminal.
    fn candidate(&self, value: &str, help: &str) -> CompletionCandidate {
        let help = Some(self.catalog.discreet(help)).filter(|help| !help.is_empty());
        CompletionCandidate::new(value).help(help.map(Into::into))
    }
}

/// Returns values with the texts beside them.
pub(super) fn described(values: &[(String, String)]) -> Vec<CompletionCandidate> {
    let candidates = values.iter().map(|(value, help)| {
        CompletionCandidate::new(value.as_str()).help(Some(help.clone().into()))
    });
    candidates.collect()
}

/// Returns the sorted names that begin with what is typed. Of too many the last is kept, so that a shell
/// adds no more letters than all of them have in common.
fn first_names(mut names: Vec<String>, begun: &str) -> Vec<String> {
    names.retain(|name| name.starts_with(begun));
    names.sort_unstable();
    if names.len() > MAX_NAMES {
        let last = names.pop();
        names.truncate(MAX_NAMES - 1);
        names.extend(last);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAMES, first_names};

    #[test]
    fn of_many_names_the_first_and_the_last_are_offered() {
        let names: Vec<String> = (0..5000).map(|n| format!("a{n:04}")).collect();
        let offered = first_names(names.clone(), "a");
        assert_eq!(offered.len(), MAX_NAMES);
        assert_eq!((offered[0].as_str(), offered[MAX_NAMES - 1].as_str()), ("a0000", "a4999"));
        assert_eq!(first_names(names, "a499").len(), 10);
    }
}
