//! What may stand under the keys of front matter, for editors. The reader of front matter may be stricter.

/// What may stand under a key.
#[derive(Debug, Clone, Copy)]
pub(crate) enum KeyShape {
    /// A text. Numbers, and `true` and `false`, are read as texts.
    Text,
    /// A text that is not empty.
    Filled,
    /// The id of a category.
    Category,
    /// The id of a person.
    Person,
    /// The name of a part of the office.
    Unit,
    /// The id of a kind, or another word.
    Kind,
    /// The code of a diagnostic that can be waived.
    Rule,
    /// A date, or nothing.
    Date,
    /// A date.
    NeededDate,
    /// A fiscal year.
    Year,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A list of texts.
    Texts,
    /// A map that the kind of the item decides.
    Extra,
    /// A map.
    Map(&'static [MapKey]),
    /// A list of maps.
    Entries(&'static [MapKey]),
}

/// A key of a map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MapKey {
    /// Its name.
    pub name: &'static str,
    /// What may stand under it.
    pub shape: KeyShape,
    /// Whether it must be there.
    pub is_required: bool,
}

const fn key(name: &'static str, shape: KeyShape) -> MapKey {
    MapKey { name, shape, is_required: false }
}

const fn needed(name: &'static str, shape: KeyShape) -> MapKey {
    MapKey { name, shape, is_required: true }
}

/// The keys of `withdrawn`.
pub(super) const WITHDRAWN: &[MapKey] =
    &[needed("on", KeyShape::NeededDate), key("by", KeyShape::Text), key("reason", KeyShape::Text)];
/// The keys of an entry of `changes`.
pub(super) const CHANGE: &[MapKey] =
    &[needed("on", KeyShape::NeededDate), needed("note", KeyShape::Text)];
/// The keys of an entry of `approvals`.
pub(super) const FORMER_APPROVAL: &[MapKey] =
    &[needed("by", KeyShape::Text), key("on", KeyShape::Text), key("seal", KeyShape::Text)];
/// The keys of an entry of `attachments`.
pub(super) const ATTACHMENT: &[MapKey] =
    &[needed("file", KeyShape::Text), key("title", KeyShape::Text)];
/// The keys of an entry of `waive`.
pub(super) const WAIVER: &[MapKey] = &[
    needed("rule", KeyShape::Rule),
    needed("where", KeyShape::Text),
    needed("reason", KeyShape::Filled),
    needed("by", KeyShape::Person),
];

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::content::front_matter::{
        AttachmentEntry, ChangeEntry, FormerApproval, WaiverEntry, Withdrawn,
    };
    use crate::content::yaml::parse_yaml;

    /// The keys of a map, as the error about an unknown one lists them.
    fn keys_of<T: DeserializeOwned>() -> Vec<String> {
        let message = parse_yaml::<T>("\"?\": x").err().unwrap().message;
        message.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn every_key_of_a_map_is_declared() {
        for (read, declared) in [
            (keys_of::<Withdrawn>(), WITHDRAWN),
            (keys_of::<ChangeEntry>(), CHANGE),
            (keys_of::<FormerApproval>(), FORMER_APPROVAL),
            (keys_of::<AttachmentEntry>(), ATTACHMENT),
            (keys_of::<WaiverEntry>(), WAIVER),
        ] {
            let names: Vec<&str> = declared.iter().map(|key| key.name).collect();
            assert_eq!(read, names);
        }
    }
}
