//! What the passing of time changes of an item.

use jiff::Timestamp;

use crate::content::Item;
use crate::gate::reason::Verdict;

/// A change of what readers see that the passing of time makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// When it happens.
    pub at: Timestamp,
    /// What happens.
    pub event: Event,
}

/// What happens to an item at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// It has this verdict from then on.
    Verdict(Verdict),
    /// Its deadline passes: it is closed from then on.
    Deadline,
    /// A correction becomes public.
    Correction,
}

/// Whether the deadline of an item has passed. Items without a deadline have no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The deadline is still to come.
    Open,
    /// The deadline has passed.
    Closed,
}

impl State {
    /// Both states.
    pub const ALL: [Self; 2] = [Self::Open, Self::Closed];

    /// Returns the state of an item at an instant.
    pub(super) fn at(item: &Item, instant: Timestamp) -> Option<Self> {
        let deadline = item.details.deadline?.at;
        Some(if instant < deadline { Self::Open } else { Self::Closed })
    }

    /// Returns the word for templates, addresses and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}
