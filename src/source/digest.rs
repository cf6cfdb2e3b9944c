//! SHA-256 digests.

use std::io::Read;

use sha2::{Digest, Sha256};

/// SHA-256 of a file's bytes.
pub type Sha256Digest = [u8; 32];

/// Reads to the end and passes on each chunk. Returns the digest and the number of bytes.
pub fn pump(
    mut source: impl Read,
    mut each: impl FnMut(&[u8]) -> std::io::Result<()>,
) -> std::io::Result<(Sha256Digest, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        match source.read(&mut buffer)? {
            0 => return Ok((hasher.finalize().into(), size)),
            n => {
                hasher.update(&buffer[..n]);
                size += n as u64;
                each(&buffer[..n])?;
            }
        }
    }
}

/// Formats a digest in hexadecimal.
pub fn hex(digest: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pair = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    digest.iter().flat_map(pair).collect()
}
