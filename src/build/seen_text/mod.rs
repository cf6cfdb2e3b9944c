//! Extracts the text that readers see of an item, in lines that are searched for private numbers:
//! its rendered body, and the values of its front matter. Escapes and markup are resolved, and
//! white space is collapsed as in a browser.

mod cells;
mod reader;
mod scan;
mod tags;
mod values;

pub(super) use reader::{TITLE_OF_LINK, of_body};
pub(super) use values::{of_address, of_values};
