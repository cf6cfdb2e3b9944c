//! Reads the keys of a category that say how its list is shown.

use crate::config::kinds::Kinds;
use crate::config::lists::model::{ListSettings, Sort};
use crate::config::table::{SettingsFile, SettingsTable};

/// The keys of a category that this module reads.
pub(in crate::config) const LIST_KEYS: &[&str] = &["sort"];

/// Reads how the list of a category is shown. Its columns and facets may be fields of the declared kinds.
pub(in crate::config) fn read_list(
    file: &mut SettingsFile,
    table: &mut SettingsTable,
    kinds: &Kinds,
) -> ListSettings {
    let _ = kinds;
    let words = [("weight", Sort::Weight), ("date", Sort::Date), ("title", Sort::Title)];
    let sort = table.choice(file, "sort", &words).map_or(Sort::Weight, |at| at.value);
    ListSettings { sort, ..ListSettings::default() }
}
