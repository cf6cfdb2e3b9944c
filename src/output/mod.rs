//! The output folder as it is, and the stage next to it for files that differ.

mod folder;
mod manifest;
mod stage;

pub(crate) use folder::{Folder, Identity};
pub(crate) use manifest::{ManifestFile, is_manifest};
pub use manifest::{Written, manifest};
pub use stage::Stage;
pub(crate) use stage::{
    CurrentOutput, Entry, FORMER, STAGED, SYNCED, Scratch, TWIN, Taken, list_tree,
};
