//! Reads `extra`: typed values for declared kinds, and obligations for `kind: coverage`.

mod checks;
mod coverage;
mod data;
mod extra;
mod month_columns;
mod phone;
mod plan;
mod report;
mod requirement;
mod row_places;
mod rows;
mod unknown;
mod values;

pub(super) use coverage::CoverageReader;
pub(crate) use coverage::OBLIGATION_KEYS;
pub(crate) use data::{Coverage, Obligation};
pub(super) use extra::{ExtraReader, FiscalYear, FoundItem, KindContext, NoItem};
pub(crate) use plan::{PlanLevel, months_of_row, plan_total};
pub(super) use report::ExtraReport;
pub(super) use unknown::unknown_kind;
