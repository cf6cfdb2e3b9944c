//! The output folder as it is, and the stage next to it for files that differ.

mod current;
mod folder;
mod manifest;
mod scratch;
mod stage;

pub(crate) use current::{CurrentOutput, OutputFile, list_tree};
pub(crate) use folder::{Folder, Identity};
pub(crate) use manifest::{ManifestFile, is_manifest, item_key};
pub use manifest::{Written, manifest};
pub(crate) use scratch::Scratch;
pub use stage::Stage;
pub(crate) use stage::{FORMER, STAGED, SYNCED, TWIN, Taken};
