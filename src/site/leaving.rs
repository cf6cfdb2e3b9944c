//! Determines which items own the files that are removed from an output. An output may become empty
//! only if all removed files belong to expired or withdrawn items, and no items were lost.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::content::{Item, Role};
use crate::gate::{is_approved, is_over};
use crate::site::url::{is_further_list_page, output_of};
use crate::text::nfc;

/// Owners of the files in an output, according to the current items.
///
/// The manifest of the output names the item of each file, so that an item is known even if its URL,
/// aliases or files were edited. If its Markdown file was renamed or deleted, the current items at
/// the path decide.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Owners {
    /// Items by the name that the manifest has for them. Translations go with their originals.
    items: BTreeMap<String, Ownership>,
    /// Owners of paths: pages of items, aliases and files.
    paths: BTreeMap<String, Ownership>,
    /// Owners of everything under the URL of an item.
    folders: BTreeMap<String, Ownership>,
    /// The folders of languages other than the default.
    languages: Vec<String>,
}

/// A file that is removed from an output, as its manifest describes it.
#[derive(Debug, Clone, Copy)]
pub struct LeavingFile<'a> {
    /// Its path.
    pub path: &'a str,
    /// The name of its item. `None` if it belongs to none, or if the manifest does not name items.
    pub item: Option<&'a str>,
    /// Whether the manifest names the items of files. Those of earlier versions do not.
    pub names_items: bool,
    /// Whether its window has ended.
    pub has_ended: bool,
}

/// The state of the items that own a path. Usually there is one. Drafts and future items may name
/// the same path.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Ownership {
    /// One of them has expired or was withdrawn.
    is_over: bool,
    /// One of them is approved and in its window.
    is_published: bool,
    /// All of them are in the future. The manifest may know an earlier owner of the path.
    is_to_come: bool,
}

impl Ownership {
    fn may_leave(self, has_ended: bool) -> bool {
        !self.is_published && (self.is_over || (self.is_to_come && has_ended))
    }
}

impl Owners {
    /// Returns the owners at an instant. The items may be in any order and may include invalid
    /// ones. `name_of` returns the name that a manifest has for the item of a Markdown file.
    pub fn at<'c>(
        items: impl Iterator<Item = &'c Item> + Clone,
        config: &Config,
        now: jiff::Timestamp,
        name_of: impl Fn(&str) -> String,
    ) -> Self {
        let by_path: BTreeMap<&str, &Item> =
            items.clone().map(|item| (item.path.as_ref(), item)).collect();
        let mut owners = Self::default();
        for item in items {
            let original = item.original_path();
            let original = original.and_then(|path| by_path.get(path.as_str()).copied());
            let is_over = is_over(item, now) || original.is_some_and(|item| is_over(item, now));
            let is_open = !is_over && item.window.from <= now;
            let is_published = is_open && is_approved(item, &config.policy, now);
            let is_to_come = item.window.from > now;
            let ownership = Ownership { is_over, is_published, is_to_come };
            owners.add(item, ownership);
            if item.original_path().is_none() {
                owners.items.insert(name_of(&item.path), ownership);
            }
        }
        let languages = config.languages().skip(1);
        owners.languages.extend(languages.map(|(language, _)| config.home_url(language)));
        owners
    }

    fn add(&mut self, item: &Item, ownership: Ownership) {
        let mut pages = vec![output_of(&item.url)];
        pages.extend(item.details.aliases.iter().map(|alias| output_of(alias)));
        // The files of a translation are those of its original.
        if item.original_path().is_none() {
            pages.extend(item.files.iter().map(|file| format!("{}{}", item.url, nfc(&file.name))));
        }
        let claim = |known: &mut BTreeMap<String, Ownership>, path| {
            let known = known.entry(path).or_insert(ownership);
            known.is_over |= ownership.is_over;
            known.is_to_come &= ownership.is_to_come;
            known.is_published |= ownership.is_published;
        };
        pages.into_iter().for_each(|path| claim(&mut self.paths, path));
        if item.role == Role::Item {
            claim(&mut self.folders, item.url.to_string());
        }
    }

    /// Returns whether a file may be removed from an output that becomes empty.
    ///
    /// The end of its window according to the manifest is used only if no current item owns the
    /// file, or if all owners are in the future.
    pub fn may_leave(&self, file: LeavingFile) -> bool {
        if file.names_items && file.item.is_none() {
            // Lists, feeds and the like merely follow from the items and from the settings.
            return true;
        }
        let LeavingFile { path, has_ended, .. } = file;
        let item = file.item.and_then(|name| self.items.get(name).copied());
        let in_language = || self.languages.iter().find_map(|home| path.strip_prefix(&**home));
        // A deleted translation is removed together with its original.
        let owner = item.or_else(|| self.owner(path)).or_else(|| self.owner(in_language()?));
        owner.map(|owner| owner.may_leave(has_ended)).unwrap_or_else(|| {
            // Every item has an HTML page.
            let is_page = path.ends_with(".html") || path.ends_with(".htm");
            has_ended || !is_page || (file.item.is_none() && is_further_list_page(path))
        })
    }

    /// Returns the state of the items that own a path. Returns `None` if no current item owns it.
    fn owner(&self, path: &str) -> Option<Ownership> {
        let around = || {
            let mut ends = path.match_indices('/').rev().map(|(at, _)| &path[..=at]);
            ends.find_map(|folder| self.folders.get(folder))
        };
        self.paths.get(path).or_else(around).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ownership(is_over: bool) -> Ownership {
        Ownership { is_over, is_published: !is_over, is_to_come: false }
    }

    fn owners(items: &[(bool, bool)]) -> Owners {
        let mut owners = Owners { languages: vec!["en/".to_owned()], ..Owners::default() };
        for (n, (is_over, is_known)) in items.iter().enumerate() {
            if *is_known {
                for path in files(n) {
                    owners.paths.insert(path, ownership(*is_over));
                }
                owners.folders.insert(format!("news/{n}/"), ownership(*is_over));
            }
        }
        owners
    }

    /// A file of an unnamed item.
    fn leaving(path: &str, has_ended: bool) -> LeavingFile<'_> {
        LeavingFile { path, item: None, names_items: false, has_ended }
    }

    /// A file of an item that the manifest names.
    fn named<'a>(path: &'a str, item: &'a str) -> LeavingFile<'a> {
        LeavingFile { path, item: Some(item), names_items: true, has_ended: false }
    }

    /// For a path with several owners: an expired one releases it, a published one keeps it. The
    /// end in the manifest counts if all owners are in the future.
    #[test]
    fn of_several_items_the_published_one_keeps_a_path() {
        let of =
            |is_over, is_published, is_to_come| Ownership { is_over, is_published, is_to_come };
        for has_ended in [false, true] {
            assert!(of(true, false, false).may_leave(has_ended));
            assert!(!of(true, true, false).may_leave(has_ended));
            assert!(!of(false, false, false).may_leave(has_ended));
            assert_eq!(of(false, false, true).may_leave(has_ended), has_ended);
        }
    }

    /// Returns the page, an alias and a file of an item.
    fn files(n: usize) -> [String; 3] {
        [format!("news/{n}/index.html"), format!("old/{n}.html"), format!("news/{n}/r.html")]
    }

    /// Files that follow from the items and belong to none.
    const FOLLOWING: [&str; 7] = [
        "news/index.html",
        "news/page/2/index.html",
        "feed.xml",
        "news/feed.xml",
        "search/text/ab.json",
        "sitemap-1.xml",
        "assets/site.css",
    ];

    proptest! {
        /// An output may become empty exactly if every removed item has ended, whatever its
        /// manifest said about their ends.
        #[test]
        fn an_output_runs_empty_by_ending_alone(
            items in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 0..6)
        ) {
            let known: Vec<(bool, bool)> = items.iter().map(|item| (item.0, item.1)).collect();
            let owners = owners(&known);
            let may_all_leave = items.iter().enumerate().all(|(n, (_, _, has_ended))| {
                files(n).iter().all(|path| owners.may_leave(leaving(path, *has_ended)))
            });
            let follows = FOLLOWING.iter().all(|path| {
                let file = LeavingFile { names_items: true, ..leaving(path, false) };
                owners.may_leave(file)
            });
            let fine = |(is_over, is_known, has_ended): &(bool, bool, bool)| {
                if *is_known { *is_over } else { *has_ended }
            };
            prop_assert_eq!(may_all_leave, items.iter().all(fine));
            prop_assert!(follows);
        }
    }

    #[test]
    fn what_is_below_an_item_is_its_own() {
        let owners = owners(&[(true, true), (false, true)]);
        // A file or a translation that was deleted together with its item.
        for path in ["news/0/former.html", "en/news/0/index.html", "en/news/0/r.html"] {
            assert!(owners.may_leave(leaving(path, false)), "{path}");
        }
        for path in ["news/1/former.html", "en/news/1/index.html", "news/2/index.html"] {
            assert!(!owners.may_leave(leaving(path, false)), "{path}");
        }
        assert!(!owners.may_leave(leaving("news/1/index.html", true)), "its end was moved");
        assert!(owners.may_leave(leaving("news/2/index.html", true)), "it would be over by now");
    }

    /// An item that the manifest names is known whatever became of its URL, aliases and files.
    #[test]
    fn a_named_item_decides_before_its_path() {
        let mut owners = owners(&[(true, true), (false, true)]);
        owners.items.insert("over".to_owned(), ownership(true));
        owners.items.insert("lost".to_owned(), ownership(false));
        for path in ["old/gone.html", "news/former/index.html", "news/1/index.html"] {
            assert!(owners.may_leave(named(path, "over")), "{path}");
            assert!(!owners.may_leave(named(path, "lost")), "{path}");
        }
        // Its Markdown file was renamed.
        assert!(owners.may_leave(named("news/0/index.html", "unknown")));
        assert!(!owners.may_leave(named("news/1/index.html", "unknown")));
        assert!(!owners.may_leave(named("old/gone.html", "unknown")));
    }
}
