//! `prakat` builds government transparency portals: it publishes what a named person has approved
//! and whose publication window is open, and refuses the rest.
//!
//! The modules stand here in the order in which data flow, and a module may import only from those
//! above it. A test holds them to it.
//!
//! ```text
//!  disk ─ source ─▶ Inventory ─┬▶ config ─▶ Config, Policy ──────────────┐
//!                              └▶ front_matter ─▶ card ─▶ Card ─▶ gate ◀─┤ instant
//!                                                                 │      │
//!                         (reasons) Withheld ◀────────────────────┤      │
//!                                                              Admitted  │
//!                                                                 └▶ site ▶ Site
//!                     links, markdown ─▶ Body ─┐                         │
//!                             theme ─▶ Theme ──┴────────▶ render, feed ◀─┘
//!                                                             │ pages
//!                                       tree ─▶ Stage ◀───────┘  (only what differs)
//!             pipeline: all of it ─▶ Build ─▶ Release ─▶ publish ─ disk
//!                                      └─▶ report ─▶ cli
//! ```
//!
//! 1. [`source`] lists and reads files; [`site_toml`] and [`front_matter`] turn text into values.
//! 2. [`survey`]: every Markdown file becomes a small [`card::Card`], without its body.
//! 3. [`gate`] judges: a pure function of card, policy and instant. Only it makes [`gate::Admitted`].
//! 4. [`site`] puts the admitted in order; [`markdown`] and [`render`] make pages of them.
//! 5. [`tree`] compares every page with the output and stages those that differ.
//! 6. [`pipeline`] is the whole; a build without errors, and only that, becomes a
//!    [`pipeline::Release`], which [`publish`] puts in the place of the output in one step.
//! 7. For a preview, [`http`] answers browsers and [`watch`] tells what writers change.

// Ground floor: words for what is wrong, and for time.
pub mod character;
pub mod media_type;
pub mod code;
pub mod diagnostic;
pub mod digits;
pub mod privacy;
pub mod message;
pub mod calendar;
// The way in.
pub mod source;
pub mod signature;
pub mod settings_file;
pub mod config;
pub mod signers;
pub mod site_toml;
pub mod yaml;
pub mod front_matter;
pub mod kind;
pub mod card;
pub mod seal;
pub mod survey;
// The gate.
pub mod gate;
// The rooms.
pub mod address;
pub mod leaving;
pub mod site;
pub mod links;
// Texts.
pub mod fold;
pub mod pack;
pub mod anchor;
pub mod html;
pub mod plain;
pub mod sanitize;
pub mod emphasis;
pub mod label;
pub mod numbering;
pub mod scan;
pub mod findings;
pub mod proofread;
pub mod piece;
pub mod markup;
pub mod workbook;
pub mod letters;
pub mod pdf;
pub mod picture_metadata;
pub mod extract;
pub mod seen_text;
pub mod inspect;
pub mod active;
pub mod file_kind;
pub mod file_check;
pub mod picture;
pub mod attachment;
pub mod href;
pub mod table;
pub mod lists;
pub mod footnotes;
pub mod markdown;
pub mod manifest;
pub mod folder;
pub mod tree;
pub mod theme;
mod kind_view;
mod view;
pub mod linked;
pub mod shell;
pub mod nobreak;
pub mod render;
pub mod feed;
pub mod progress;
pub mod shard;
pub mod postings;
pub mod search;
pub mod press;
pub mod pipeline;
// The way out.
pub mod preview;
pub mod publish;
// The preview: what browsers ask, and what writers change.
pub mod request;
pub mod reply;
pub mod http;
pub mod watch;
pub mod report;
pub mod excerpt;
// Side doors.
pub mod edit;
pub mod overwrite;
pub mod mend;
pub mod eject;
pub mod approve;
pub mod history;
pub mod form;
pub mod live;
pub mod desk;
pub mod serve;
mod args;
pub mod cli;
