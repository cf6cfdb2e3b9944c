//! Types of files that may be published in an item's folder, by their names and by their first and
//! last bytes. Types that a server would run or a browser would execute are not included.

mod content;
mod magic;
mod name;
mod obeyed;
mod prose;
mod sample;

pub(crate) use content::Content;
pub use name::{BadName, by_name};
pub(crate) use name::{Kind, ending};
pub(crate) use sample::Sample;
