//! The declared kinds of a portal.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::config::kinds::built_in::BUILT_IN;
use crate::config::kinds::model::{Kind, KindId};
use crate::config::kinds::read::{GUIDE, built_in_kind, read_kind};
use crate::config::table::{SettingsFile, SettingsTable};
use crate::diagnostics::Code;

/// The declared kinds: those of prakat, and those of the portal. A portal uses few of those of prakat, so
/// each is read only when it is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinds {
    declared: Vec<Declaration>,
    /// Whether declarations of the portal have errors, so that kinds and fields may be missing.
    is_incomplete: bool,
}

/// A kind that may not be read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Declaration {
    id: String,
    kind: OnceLock<Kind>,
}

impl Declaration {
    fn kind(&self) -> &Kind {
        let read = || built_in_kind(&self.id).expect("a test reads every kind of prakat");
        self.kind.get_or_init(read)
    }
}

impl From<Kind> for Declaration {
    fn from(kind: Kind) -> Self {
        Self { id: kind.id.clone(), kind: kind.into() }
    }
}

impl Kinds {
    /// Returns the kinds that prakat brings.
    pub(crate) fn built_in() -> Self {
        let ids = BUILT_IN.iter().map(|(id, _)| (*id).to_owned());
        let declared = ids.map(|id| Declaration { id, kind: OnceLock::new() }).collect();
        Self { declared, is_incomplete: false }
    }

    /// Returns the kind of an id.
    pub fn named(&self, id: &str) -> Option<(KindId, &Kind)> {
        let place = self.declared.iter().position(|declared| declared.id == id)?;
        Some((KindId::at(place)?, self.declared[place].kind()))
    }

    /// Returns a kind by its position.
    pub fn kind(&self, id: KindId) -> &Kind {
        self.declared[usize::from(id)].kind()
    }

    /// Returns the ids of all kinds, those of prakat first.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.declared.iter().map(|declared| declared.id.as_str())
    }

    /// Returns all kinds with their ids, those of prakat first.
    pub fn all(&self) -> impl Iterator<Item = (KindId, &Kind)> + Clone {
        self.declared.iter().enumerate().filter_map(|(n, kind)| Some((KindId::at(n)?, kind.kind())))
    }

    /// Returns whether declarations of the portal have errors. Then a name may be missing only because of them.
    pub(in crate::config) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Returns the kind of an id, to be changed.
    pub(super) fn named_mut(&mut self, id: &str) -> Option<&mut Kind> {
        let declared = self.declared.iter_mut().find(|declared| declared.id == id)?;
        declared.kind();
        declared.kind.get_mut()
    }
}

/// Reads the kinds of a portal, after those that prakat brings. A kind of the portal takes the place of one
/// with the same id. `own` is the site's own language.
pub(in crate::config) fn read_kinds(
    file: &mut SettingsFile,
    top: &mut SettingsTable,
    own: &str,
) -> Kinds {
    let mut kinds = Kinds::built_in().declared;
    let errors_before = file.diagnostics.iter().count();
    let guide = std::mem::replace(&mut file.guide, GUIDE);
    let mut seen = HashSet::new();
    for table in top.tables(file, "kinds") {
        let whole = table.span.clone();
        let Some((id, kind)) = read_kind(file, table, own) else { continue };
        if !seen.insert(kind.id.clone()) {
            file.error(Code::KindTwice, id, &[("value", kind.id)]);
            continue;
        }
        match kinds.iter().position(|other| other.id == kind.id) {
            Some(place) => kinds[place] = kind.into(),
            None if KindId::at(kinds.len()).is_some() => kinds.push(kind.into()),
            None => {
                file.too_many("kinds", kinds.len(), whole);
                break;
            }
        }
    }
    file.guide = guide;
    let is_incomplete = file.diagnostics.iter().count() > errors_before;
    Kinds { declared: kinds, is_incomplete }
}
