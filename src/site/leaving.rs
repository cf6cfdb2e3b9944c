//! Determines which items own the files that are removed from an output. An output may become empty
//! only if all removed files belong to expired or withdrawn items, and no items were lost.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::content::{Item, Role};
use crate::gate::{is_approved, is_over};
use crate::site::url::{is_further_list_page, output_of};
use crate::text::nfc;

/// Owners of the files in an output, according to the current items. A file may also be known from
/// the manifest only, because its owner was renamed or deleted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Owners {
    /// Owners of paths: pages of items, aliases and files.
    paths: BTreeMap<String, Ownership>,
    /// Owners of everything under the URL of an item.
    folders: BTreeMap<String, Ownership>,
    /// Pages named in the settings, which belong to no item.
    own: Vec<String>,
    /// The folders of languages other than the default.
    languages: Vec<String>,
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
    /// ones.
    pub fn at<'c>(
        cards: impl Iterator<Item = &'c Item> + Clone,
        config: &Config,
        now: jiff::Timestamp,
    ) -> Self {
        let by_path: BTreeMap<&str, &Item> =
            cards.clone().map(|card| (card.path.as_ref(), card)).collect();
        let mut owners = Self::default();
        for card in cards {
            let original = card.original_path();
            let original = original.and_then(|path| by_path.get(path.as_str()).copied());
            let is_over = is_over(card, now) || original.is_some_and(|card| is_over(card, now));
            let is_open = !is_over && card.window.from <= now;
            let is_published = is_open && is_approved(card, &config.policy, now);
            let is_to_come = card.window.from > now;
            owners.add(card, Ownership { is_over, is_published, is_to_come });
        }
        for (language, _) in (0..).zip(&config.languages) {
            let home = config.home_url(language);
            let mut lists = vec![config.search_url(language), config.site_map_url(language)];
            lists.extend(
                (0..).zip(&config.policy.categories).map(|(c, _)| config.category_url(language, c)),
            );
            owners.own.extend(lists.iter().chain([&home]).map(|url| output_of(url)));
            owners.languages.extend((language > 0).then_some(home));
        }
        owners.own.push("404.html".to_owned());
        owners
    }

    fn add(&mut self, card: &Item, ownership: Ownership) {
        let mut pages = vec![output_of(&card.url)];
        pages.extend(card.details.aliases.iter().map(|alias| output_of(alias)));
        // The files of a translation are those of its original.
        if card.original_path().is_none() {
            pages.extend(card.files.iter().map(|file| format!("{}{}", card.url, nfc(&file.name))));
        }
        let claim = |known: &mut BTreeMap<String, Ownership>, path| {
            let known = known.entry(path).or_insert(ownership);
            known.is_over |= ownership.is_over;
            known.is_to_come &= ownership.is_to_come;
            known.is_published |= ownership.is_published;
        };
        pages.into_iter().for_each(|path| claim(&mut self.paths, path));
        if card.role == Role::Item {
            claim(&mut self.folders, card.url.to_string());
        }
    }

    /// Returns whether a file may be removed from an output that becomes empty. `has_ended` is
    /// whether the file has ended according to the manifest. It is used only if no current item
    /// owns the file, or if all owners are in the future.
    pub fn may_leave(&self, path: &str, has_ended: bool) -> bool {
        let in_language = || self.languages.iter().find_map(|home| path.strip_prefix(&**home));
        // A deleted translation is removed together with its original.
        let owner = self.owner(path).or_else(|| self.owner(in_language()?));
        owner.map(|owner| owner.may_leave(has_ended)).unwrap_or_else(|| {
            // Every item has an HTML page. Lists, feeds and the like merely follow from the items.
            let is_page = path.ends_with(".html") || path.ends_with(".htm");
            let follows = is_further_list_page(path) || self.own.iter().any(|own| own == path);
            has_ended || !is_page || follows
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
        let mut owners = Owners {
            own: vec!["index.html".to_owned(), "news/index.html".to_owned()],
            languages: vec!["en/".to_owned()],
            ..Owners::default()
        };
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
                files(n).iter().all(|path| owners.may_leave(path, *has_ended))
            });
            let follows = FOLLOWING.iter().all(|path| owners.may_leave(path, false));
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
            assert!(owners.may_leave(path, false), "{path}");
        }
        for path in ["news/1/former.html", "en/news/1/index.html", "news/2/index.html"] {
            assert!(!owners.may_leave(path, false), "{path}");
        }
        assert!(!owners.may_leave("news/1/index.html", true), "its end was moved");
        assert!(owners.may_leave("news/2/index.html", true), "it would be over by now");
    }
}
