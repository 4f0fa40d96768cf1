//! ECDSA and RSA PKCS #1 v1.5 by the gateway's own crypto, where it has it.
//!
//! Envoy offers `verify_signature` as a foreign function: 8 (ES256) to 42 (RS256) times faster
//! than the same in wasm, and for ES384 and ES512 the only one there is. Its argument and result are protobuf messages of a few fields, written
//! and read here by hand. Whether it is there is found out by the first token that needs it, once
//! for the life of the virtual machine. **Only a missing function is a reason to do without**:
//! any other answer that is neither a clear yes nor a clear no is a failure of the gateway, which
//! refuses the request and is not held against the token.

mod der;
mod protobuf;

use std::cell::Cell;

use remit_engine::crypto::{Hash, HostCrypto, HostVerdict};
use remit_engine::plan::Algorithm;

use crate::gateway::{CallFailed, Gateway};

/// The foreign function.
const FUNCTION: &str = "verify_signature";

/// What is known of the gateway's crypto.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Availability {
    /// Nothing yet.
    #[default]
    Untried,
    /// It answers.
    Present,
    /// It is not there.
    Missing,
}

/// The gateway's crypto, as the engine asks for it.
#[derive(Debug)]
pub struct Offload<'g, G> {
    gateway: &'g G,
    availability: &'g Cell<Availability>,
}

impl<'g, G: Gateway> Offload<'g, G> {
    /// Through this gateway; `availability` outlives the request.
    pub fn new(gateway: &'g G, availability: &'g Cell<Availability>) -> Self {
        Self {
            gateway,
            availability,
        }
    }

    fn ask(&self, hash: Hash, spki: &[u8], signed: &[u8], signature: &[u8]) -> HostVerdict {
        let arguments = protobuf::write_arguments(name(hash), spki, signature, signed);
        match self.gateway.call_foreign(FUNCTION, &arguments) {
            Ok(answer) => {
                self.availability.set(Availability::Present);
                match protobuf::read_result(&answer) {
                    Some(true) => HostVerdict::Valid,
                    Some(false) => HostVerdict::Invalid,
                    None => HostVerdict::Failed,
                }
            }
            Err(CallFailed {
                status: CallFailed::NOT_FOUND | CallFailed::UNIMPLEMENTED,
                ..
            }) if self.availability.get() == Availability::Untried => {
                self.availability.set(Availability::Missing);
                HostVerdict::Unsupported
            }
            Err(_) => HostVerdict::Failed,
        }
    }
}

impl<G: Gateway> HostCrypto for Offload<'_, G> {
    fn verify(
        &self,
        algorithm: Algorithm,
        spki: &[u8],
        signed: &[u8],
        signature: &[u8],
    ) -> HostVerdict {
        if self.availability.get() == Availability::Missing {
            return HostVerdict::Unsupported;
        }
        let hash = algorithm.hash();
        let scalar_bytes = match algorithm {
            // BoringSSL wants no hash name for Ed25519, and the function insists on one. Of RSA it
            // knows the padding of PKCS #1 v1.5 alone.
            Algorithm::EdDsa | Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => {
                return HostVerdict::Unsupported;
            }
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => {
                return self.ask(hash, spki, signed, signature);
            }
            Algorithm::Es256 => 32,
            Algorithm::Es384 => 48,
            Algorithm::Es512 => 66,
        };
        match der::from_jose(signature, scalar_bytes) {
            Some(signature) => self.ask(hash, spki, signed, &signature),
            None => HostVerdict::Invalid,
        }
    }
}

/// What the function calls a hash.
fn name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha256 => "sha256",
        Hash::Sha384 => "sha384",
        Hash::Sha512 => "sha512",
    }
}

#[cfg(test)]
mod tests;
