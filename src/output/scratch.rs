//! A file for data that does not fit in memory.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use crate::diagnostics::Failure;

/// A file without a name, deleted by the system when it is closed.
#[derive(Debug)]
pub struct Scratch {
    pub(super) file: File,
    /// Its former path, for messages.
    pub(super) path: PathBuf,
    pub(super) length: u64,
}

impl Scratch {
    /// Appends bytes and returns the offset at which they begin.
    pub fn append(&mut self, bytes: &[u8]) -> Result<u64, Failure> {
        let offset = self.length;
        self.file.write_all_at(bytes, offset).map_err(|e| Failure::io(&self.path, &e))?;
        self.length += bytes.len() as u64;
        Ok(offset)
    }

    /// Reads `length` bytes from an offset.
    pub fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, Failure> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, offset).map_err(|e| Failure::io(&self.path, &e))?;
        Ok(bytes)
    }
}
