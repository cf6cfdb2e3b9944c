//! Kinds of items, declared as data: the fields under `extra`, with their types and labels.

mod built_in;
mod model;
mod read;

pub use model::{Bound, Choice, Field, FieldRole, FieldType, Kind, KindId, Kinds, Label};
pub(super) use read::read_kinds;
