//! Reads declarations of kinds: `[[kinds]]` of `site.toml`, and those that prakat brings.

use crate::config::kinds::built_in::BUILT_IN;
use crate::config::kinds::model::Kinds;
use crate::config::table::{SettingsFile, SettingsTable};

/// Reads the kinds of a portal, after those that prakat brings.
pub(in crate::config) fn read_kinds(file: &mut SettingsFile, top: &mut SettingsTable) -> Kinds {
    let _ = (file, top, BUILT_IN);
    Kinds::default()
}
