//! Finds private numbers in texts, and hides them in reports.

mod checker;

pub(crate) use checker::{COUNTRIES, PrivateNumber};
pub use checker::{Checker, Context, Masking};
