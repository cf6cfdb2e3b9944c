//! Builds transparency portals: publishes what a named person has approved, within its publication
//! window, and withholds the rest.
//!
//! # Stages
//!
//! A module imports only from modules declared before it; `tests/layers.rs` checks this. So their order is
//! that of the steps below, except that a stage follows the stages that it calls.
//!
//! 1. [`source`] lists and reads the files of a portal; [`files`] reads foreign files next to items.
//! 2. [`config`] turns `site.toml` into a [`Config`](config::Config).
//! 3. [`content`] turns every Markdown file into an [`Item`](content::Item). The body is dropped and read again later.
//! 4. [`gate`] decides from an item, the policy and an instant whether the item may be seen. Only it creates [`Admitted`](gate::Admitted).
//! 5. [`site`] orders the admitted items and resolves links between them.
//! 6. [`markdown`], [`search`] and [`render`] make pages; [`output`] stages those that changed.
//! 7. [`build`] runs these steps. A build without errors becomes a [`Release`](build::Release), which
//!    [`publish`] swaps in.
//! 8. [`report`] words what happened. [`commands`] work on single items, [`serve`] shows a preview, and
//!    [`cli`] reads arguments and the clock.

// Foundations: texts, diagnostics and formats, without access to the disk.
pub mod text;
pub mod diagnostics;
pub mod files;
pub mod privacy;
pub mod ssh;
// In.
pub mod source;
pub mod config;
pub mod content;
// Decide.
pub mod gate;
pub mod site;
// Make.
pub mod markdown;
pub mod output;
pub mod search;
pub mod render;
pub mod build;
pub mod publish;
// Report to people.
pub mod report;
pub mod commands;
pub mod serve;
pub mod cli;
