//! Reads `extra`: typed values for declared kinds, and obligations for `kind: coverage`.

mod coverage;
mod data;
mod extra;
mod phone;
mod places;
mod requirement;
mod together;
mod unknown;
mod values;

pub(super) use coverage::CoverageReader;
pub(crate) use data::{Coverage, Obligation};
pub(super) use extra::{ExtraReader, FoundItem, KindContext, NoItem};
pub(super) use places::ExtraReport;
pub(super) use unknown::{COVERAGE, unknown_kind};
