//! Reads numbers and parts of files whose length is not known to be right.

/// Returns some bytes at an offset, or `None` if the file ends before.
pub(super) fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}
