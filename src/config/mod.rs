//! Turns `site.toml`, and the files it names, into a [`Config`].

mod allowed_signers;
mod model;
mod read;
mod table;

pub(crate) use allowed_signers::add_signers;
pub(crate) use model::{
    BaseUrl, Category, CategoryId, Channel, Contact, Entitlement, LanguageId, MAX_PROTECTED,
    OwnPage, Person, PersonId, Policy, PublicKey, Requires, SETTINGS, SecurityAddress, Sort,
    Strength, is_email, is_language_tag,
};
pub use model::{Config, NoticePage};
pub use read::read_settings;
pub(crate) use read::read_trust;
pub(crate) use table::{
    At, SettingsFile, closest, date_code, date_diagnostic, nearest, unknown_id,
};
