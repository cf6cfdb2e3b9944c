//! Kinds of items, declared as data: the fields under `extra`, with their types and labels.

mod bounds;
mod built_in;
mod fields;
mod id;
mod label;
mod model;
mod read;
mod references;
mod registry;
mod translations;
mod type_check;

#[cfg(test)]
pub(super) use fields::RESERVED;
pub(super) use label::read_label;
pub use model::{Bound, Choice, Field, FieldRole, FieldType, Kind, KindId, Label};
pub(crate) use read::COVERAGE;
pub use registry::Kinds;
pub(super) use registry::read_kinds;
pub(super) use translations::read_kind_texts;
