//! The kinds that prakat brings, as TOML in the form of `site.toml`.

/// The declarations, by id, in the order in which they are listed.
pub(super) const BUILT_IN: &[(&str, &str)] = &[];
