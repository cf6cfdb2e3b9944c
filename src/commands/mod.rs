//! Commands that write or describe single files: init, new, approve, fix, diff, form, eject, and `kinds`. Each returns what
//! it did and has a function that describes it in words.

mod approve;
mod atomic_write;
mod bilingual;
mod diff;
mod eject;
mod fill;
mod fix;
mod form;
mod front_matter_edit;
mod init;
mod kinds;
mod new;
mod title;

pub(crate) use approve::{
    ApproveOptions, ApproveRefusal, Approver, Draft, approve, describe_counts, describe_drafts,
    written_day,
};
pub(crate) use diff::{describe_diff, diff_since_approval};
pub(crate) use eject::eject;
pub(crate) use fix::{describe_fixes, fix};
pub(crate) use form::publication_form;
pub(crate) use init::{InitOptions, Template, describe_portal, init};
pub(crate) use kinds::{declared_kind, kind_json, kind_toml, kinds_json, list_kinds};
pub(crate) use new::{NewOptions, describe_item, new};
