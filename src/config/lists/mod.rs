//! How the list of a category is shown.

mod model;
mod read;

pub use model::{Column, Facet, ListSettings, PER_PAGE, Sort, View};
pub(super) use read::{LIST_KEYS, read_list};
