//! Turns `site.toml`, and the files it names, into a [`Config`].

mod allowed_signers;
mod contact;
mod home;
mod ids;
mod kinds;
mod lists;
mod model;
mod people;
mod policy;
mod read;
mod table;
mod toml_mistakes;

pub(crate) use allowed_signers::add_signers;
pub use home::{BlockKind, Figure, HomeBlock};
pub(crate) use ids::is_language_tag;
pub(crate) use kinds::COVERAGE;
pub use kinds::{Bound, Choice, Field, FieldRole, FieldType, Kind, KindId, Kinds, Label};
pub use lists::{Column, Facet, ListSettings, PER_PAGE, Sort, View};
pub(crate) use model::{
    BaseUrl, Channel, Contact, MAX_PROTECTED, OwnPage, Proofreading, SETTINGS, SecurityAddress,
    is_email,
};
pub use model::{Config, LanguageId};
pub use policy::NoticePage;
pub(crate) use policy::{
    Category, CategoryId, Entitlement, Person, PersonId, Policy, PublicKey, Requires, Strength,
};
pub use read::read_settings;
pub(crate) use read::{declared_language, read_trust};
pub(crate) use table::{At, SettingsFile};
pub(crate) use toml_mistakes::toml_diagnostics;
