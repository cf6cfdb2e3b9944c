//! Reads `extra`: typed values for declared kinds, and obligations for `kind: coverage`.

mod checks;
mod coverage;
mod data;
mod extra;
mod phone;
mod report;
mod requirement;
mod unknown;
mod values;

pub(super) use coverage::CoverageReader;
pub(crate) use data::{Coverage, Obligation};
pub(super) use extra::{ExtraReader, FiscalYear, FoundItem, KindContext, NoItem};
pub(super) use report::ExtraReport;
pub(super) use unknown::unknown_kind;
