//! Reads foreign files: detects their types, extracts their text, and finds active content.

mod active;
mod data_url;
mod extract;
mod fragment;
mod kind;
mod markup;
mod markup_lines;
mod pdf;
mod picture_metadata;
mod workbook;

pub(crate) use active::{Fault, Finding, MAX_MARKUP};
pub use active::{Markup, find_active};
pub use extract::{FileFormat, MAX_WORK, extract_text, is_extracting, read_within};
pub(crate) use extract::{MAX_FILE, carefully, is_recording};
pub use fragment::{Budget, Fragment, FragmentColumn, FragmentPlace, Unreadable};
pub use kind::{BadName, by_name};
pub(crate) use kind::{Content, Kind, Sample, ending};
pub use picture_metadata::{Metadata, picture_metadata, without_metadata};
