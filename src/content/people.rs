//! Looks up people that an item names.

use crate::config::{PersonId, Policy};
use crate::diagnostics::{Code, Diagnostics, Place, unknown_id};

/// Returns the person with an id. Reports an id that the settings do not know, with the id of the person who has
/// this name.
pub(super) fn known_person(
    policy: &Policy,
    id: &str,
    place: impl FnOnce() -> Place,
    diagnostics: &mut Diagnostics,
) -> Option<PersonId> {
    let person = policy.person(id);
    if person.is_none() {
        let known = || policy.people.iter().map(|person| person.id.as_str());
        let by_name = policy.people.iter().find(|person| person.name == id);
        let by_name = by_name.map(|person| person.id.as_str());
        diagnostics.push(unknown_id(Code::UnknownPerson, place(), id, known, by_name));
    }
    person
}
