//! Verifies SSH signatures, as made by `ssh-keygen -Y sign -n prakat`.

use ssh_key::{HashAlg, PublicKey, SshSig};

/// The namespace of signatures. A signature made for another namespace is not accepted.
pub const NAMESPACE: &str = "prakat";

/// The result of verifying a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// Signed by the holder of this key, in the form `ssh-ed25519 AAAA…` without a comment.
    By(String),
    /// Not a signature over this statement for prakat: damaged, copied from another file, or made
    /// for another purpose.
    Not,
    /// Made with an RSA key, which is not accepted.
    Rsa,
}

/// Verifies a signature made by `ssh-keygen -Y sign -n prakat` (OpenSSH, PROTOCOL.sshsig). Whether
/// the key belongs to an approver is decided by the gate.
pub fn verify(statement: &str, signature: &str) -> Signed {
    let Ok(signature) = SshSig::from_pem(signature.trim().as_bytes()) else { return Signed::Not };
    if signature.algorithm().is_rsa() {
        return Signed::Rsa;
    }
    let key = PublicKey::from(signature.public_key().clone());
    let strong = matches!(signature.hash_alg(), HashAlg::Sha256 | HashAlg::Sha512);
    if !strong || key.verify(NAMESPACE, statement.as_bytes(), &signature).is_err() {
        return Signed::Not;
    }
    key.to_openssh().map_or(Signed::Not, Signed::By)
}

/// Returns the fingerprint of the key that made a signature, as `ssh-keygen -l` prints it.
pub fn signed_with(signature: &str) -> Option<String> {
    let signature = SshSig::from_pem(signature.trim().as_bytes()).ok()?;
    Some(PublicKey::from(signature.public_key().clone()).fingerprint(HashAlg::Sha256).to_string())
}

/// Returns the fingerprint of a public key.
pub fn fingerprint(key: &str) -> Option<String> {
    Some(PublicKey::from_openssh(key).ok()?.fingerprint(HashAlg::Sha256).to_string())
}

/// Normalizes a public key from a `.pub` file to `ssh-ed25519 AAAA…`, without its comment. Returns
/// `None` if it is not a public key, or of a type that is not accepted.
pub fn normal_key(text: &str) -> Option<String> {
    let mut key = PublicKey::from_openssh(text.trim()).ok()?;
    key.set_comment("");
    let accepted = matches!(key.algorithm().as_str(), "ssh-ed25519" | "ecdsa-sha2-nistp256");
    accepted.then(|| key.to_openssh().ok().map(|text| text.trim().to_owned()))?
}
