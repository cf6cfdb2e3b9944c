//! Finds private numbers in texts, and hides them in reports.

mod candidate;
mod checker;
mod masking;
mod rules;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use checker::PrivateNumber;
pub use checker::{Checker, Context};
pub use masking::Masking;
pub(crate) use rules::COUNTRIES;
