//! Exit codes.

/// Success.
pub(super) const DONE: u8 = 0;
/// Content, settings or theme have errors. Nothing was written.
pub(super) const ERRORS: u8 = 1;
/// Wrong use, or a failure outside the portal.
pub(super) const FAILED: u8 = 2;
/// The output was written, but some items were left out or still need a signature.
pub(super) const FINDINGS: u8 = 3;
