//! What the metadata of a picture reveals.

use std::ops::{BitOr, BitOrAssign};

/// What the metadata of a picture reveals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The position where it was taken.
    pub position: bool,
    /// A device, a person, a time, a program or another picture.
    pub device: bool,
}

impl Metadata {
    /// Nothing.
    pub(super) const NONE: Self = Self { position: false, device: false };
    /// A position.
    pub(super) const POSITION: Self = Self { position: true, device: false };
    /// A device or a person.
    pub(super) const DEVICE: Self = Self { position: false, device: true };
    /// Both.
    pub(super) const BOTH: Self = Self { position: true, device: true };
}

impl BitOr for Metadata {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self { position: self.position | other.position, device: self.device | other.device }
    }
}

impl BitOrAssign for Metadata {
    fn bitor_assign(&mut self, other: Self) {
        *self = *self | other;
    }
}
