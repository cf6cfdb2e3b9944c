//! Finds private numbers in texts, and hides them in reports.

mod checker;

pub(crate) use checker::{COUNTRIES, Found};
pub use checker::{Checker, Context, Masking};
