//! Finds and fixes typos in Thai text that look right on the screen, but are wrong for search and
//! screen readers: split vowels, invisible characters, marks in the wrong order.
//!
//! The whole source of a file is checked, front matter included. Most typos have only one fix. A typo
//! has none where Markdown or YAML would read what is left differently, or where it is part of a name.

mod find;
mod fix;
mod mojibake;
mod private_use;
mod protected;
mod report;
mod surroundings;
mod suspects;

pub use find::typos;
pub(crate) use fix::fix_document;
pub use fix::fix_typos;
pub(crate) use protected::protected_parts;
pub(crate) use report::report_typos;
