//! Plans around bodies that a fuzzer makes: it would never find a digest.

use remit_engine::plan::FORMAT_VERSION;
use sha2::{Digest as _, Sha256};

const MAGIC: &[u8] = b"remitpln";
/// Magic, version, length.
const HEADER: usize = 14;
const DIGEST: usize = 32;

/// A plan with this body: magic, version, length and digest are right.
#[must_use]
pub fn sealed(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let mut plan = MAGIC.to_vec();
    plan.extend(FORMAT_VERSION.to_be_bytes());
    plan.extend(length.to_be_bytes());
    plan.extend(body);
    let digest = Sha256::digest(&plan);
    plan.extend(digest);
    plan
}

/// The body of a plan.
#[must_use]
pub fn body(plan: &[u8]) -> &[u8] {
    let end = plan.len().saturating_sub(DIGEST);
    plan.get(HEADER..end).unwrap_or_default()
}
