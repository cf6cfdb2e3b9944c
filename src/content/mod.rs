//! Turns Markdown files into [`Item`]s: front matter, files, seal and signature, without the body.

mod details;
mod copies;
mod document;
mod fields;
mod front_matter;
mod front_matter_source;
mod item;
mod kind_data;
mod kinds;
mod lines;
mod loader;
mod path;
mod proof;
mod seal;
mod slug;
mod unread;
mod yaml;
mod yaml_slips;

pub use document::Document;
pub(crate) use front_matter::Parts;
pub use front_matter::{FrontMatter, KEYS, read, report_cut_texts, split_front_matter};
pub use front_matter_source::FrontMatterSource;
pub use item::{Approval, Details, Item, ItemFile, Seal, Window};
pub(crate) use item::{BODY, FRONT_MATTER, ItemPart, Role, Signature};
pub(crate) use kind_data::{Activity, Colleague, ContactDetails, KindData, Obligation};
pub use loader::ItemLoader;
pub(crate) use loader::Version;
pub(crate) use path::{folder_of, join, owns_folder, stem_of};
pub use seal::seal_of;
pub(crate) use unread::addresses_of_unread;
pub use yaml::yaml_keys;
pub(crate) use yaml::{YamlStep, parse_yaml, place_of_key};
