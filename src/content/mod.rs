//! Turns Markdown files into [`Item`]s: front matter, files, seal and signature, without the body.

mod front_matter;
mod item;
mod kinds;
mod loader;
mod seal;
mod yaml;

pub(crate) use front_matter::Parts;
pub use front_matter::{FrontMatter, KEYS, Source, read, split_front_matter, tell_cut_texts};
pub use item::{Approval, BesideFile, Card, Details, Seal};
pub(crate) use item::{
    BODY, FRONT_MATTER, Part, Role, Signature, compare_paths, folded, folder_of, join, nfc,
    owns_folder, stem_of,
};
pub(crate) use kinds::{Activity, Obligation, Reach, Special};
pub(crate) use loader::Edition;
pub use loader::Surveyor;
pub(crate) use seal::digest_of_markdown;
pub use seal::seal_of;
pub use yaml::yaml_keys;
pub(crate) use yaml::{Step, parse_yaml, place_of_key};
