//! The kinds that prakat brings, as TOML in the form of `site.toml`.

/// The declarations, by id, in the order in which they are listed.
pub(super) const BUILT_IN: &[(&str, &str)] = &[
    ("person", include_str!("built_in/person.toml")),
    ("plan", include_str!("built_in/plan.toml")),
    ("division", include_str!("built_in/division.toml")),
    ("map", include_str!("built_in/map.toml")),
    ("procurement-plan", include_str!("built_in/procurement-plan.toml")),
    ("terms-of-reference", include_str!("built_in/terms-of-reference.toml")),
    ("reference-price", include_str!("built_in/reference-price.toml")),
    ("tender", include_str!("built_in/tender.toml")),
    ("winner", include_str!("built_in/winner.toml")),
    ("contract", include_str!("built_in/contract.toml")),
    ("amendment", include_str!("built_in/amendment.toml")),
    ("cancellation", include_str!("built_in/cancellation.toml")),
    ("monthly-summary", include_str!("built_in/monthly-summary.toml")),
    ("quarterly-summary", include_str!("built_in/quarterly-summary.toml")),
    ("council-meeting", include_str!("built_in/council-meeting.toml")),
    ("service", include_str!("built_in/service.toml")),
    ("complaint-channel", include_str!("built_in/complaint-channel.toml")),
    ("budget", include_str!("built_in/budget.toml")),
    ("statistics", include_str!("built_in/statistics.toml")),
    ("job-notice", include_str!("built_in/job-notice.toml")),
    ("journal", include_str!("built_in/journal.toml")),
];
