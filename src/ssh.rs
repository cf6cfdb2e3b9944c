//! Signatures by SSH keys, as `ssh-keygen -Y sign -n prakat` makes them.

use ssh_key::{HashAlg, PublicKey, SshSig};

/// The namespace of signatures: one made for something else does not count here.
pub const NAMESPACE: &str = "prakat";

/// What a signature file says of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// The holder of this key signed it: `ssh-ed25519 AAAA…`, without a comment.
    By(String),
    /// It is not a signature over this statement for prakat: damaged, copied from elsewhere, made
    /// for something else.
    Not,
    /// It was made with an RSA key, which is not accepted.
    Rsa,
}

/// Verifies a signature made by `ssh-keygen -Y sign -n prakat` (OpenSSH, PROTOCOL.sshsig). Whose key
/// it is, is for the gate to say.
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

/// The fingerprint of the key that made a signature, as `ssh-keygen -l` prints it.
pub fn signed_with(signature: &str) -> Option<String> {
    let signature = SshSig::from_pem(signature.trim().as_bytes()).ok()?;
    Some(PublicKey::from(signature.public_key().clone()).fingerprint(HashAlg::Sha256).to_string())
}

/// The fingerprint of a public key.
pub fn fingerprint(key: &str) -> Option<String> {
    Some(PublicKey::from_openssh(key).ok()?.fingerprint(HashAlg::Sha256).to_string())
}

/// A public key as it stands in `.pub` files, in one form: `ssh-ed25519 AAAA…`, without its comment.
/// `None` if it is none, or of a kind that is not accepted.
pub fn normal_key(text: &str) -> Option<String> {
    let mut key = PublicKey::from_openssh(text.trim()).ok()?;
    key.set_comment("");
    let accepted = matches!(key.algorithm().as_str(), "ssh-ed25519" | "ecdsa-sha2-nistp256");
    accepted.then(|| key.to_openssh().ok().map(|text| text.trim().to_owned()))?
}
