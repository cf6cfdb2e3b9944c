//! Finds private numbers in texts, and hides them in reports.

mod candidate;
mod checker;
mod context;
mod masking;
mod other_kinds;
mod rules;
#[cfg(test)]
mod tests;
mod words;

pub use checker::Checker;
pub(crate) use checker::PrivateNumber;
pub use context::Context;
pub use masking::Masking;
pub(crate) use rules::COUNTRIES;
