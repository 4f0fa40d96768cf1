//! A plan as bytes.
//!
//! ```text
//! magic    8  "remitpln"
//! version  2  big endian, FORMAT_VERSION
//! length   4  big endian, of the body
//! body        the Plan, in postcard's encoding
//! digest  32  SHA-256 of all that stands before it
//! ```
//! The same plan always gives the same bytes. Reading refuses whatever it does not know: another
//! magic or version, a wrong length, a wrong digest, bytes left over, an index out of range. The
//! digest guards against truncation and mixed-up files, not against an attacker: who can write
//! the gateway's configuration needs no forged plan. In text (a protobuf `Struct` or
//! `StringValue`) a plan travels as standard base64.

mod base64;
mod reader;

use sha2::{Digest as _, Sha256};

use super::model::{Capability, Plan};
use super::validate::{InvalidPlan, validate};
use crate::json::{self, Json};
use crate::limits;

const MAGIC: &[u8; 8] = b"remitpln";
/// Version of the plan format. A plan of any other version is refused.
pub const FORMAT_VERSION: u16 = 4;
const HEADER_BYTES: usize = 14;
const DIGEST_BYTES: usize = 32;

/// SHA-256 of a plan: the policy version in every decision.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; DIGEST_BYTES]);

impl Digest {
    /// The first eight bytes in lower-case hexadecimal, as records show it.
    #[must_use]
    pub fn short(&self) -> String {
        crate::text::hex(self.0.iter().copied().take(8))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::text::hex(self.0))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// A plan whose bytes were whole and whose every index is in range.
#[derive(Debug, Clone)]
pub struct LoadedPlan {
    plan: Plan,
    digest: Digest,
}

impl LoadedPlan {
    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan, for a module with these capabilities.
    ///
    /// # Errors
    /// [`PlanError::NotServed`]: it needs others.
    pub fn served_by(self, capabilities: &[Capability]) -> Result<Self, PlanError> {
        let is_served = |needed| capabilities.contains(needed);
        match self.plan.requires.iter().find(|needed| !is_served(needed)) {
            None => Ok(self),
            Some(_) => Err(PlanError::NotServed),
        }
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// Why bytes are not a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Neither a plan nor text that holds one.
    #[error(
        "this is not a plan: it does not begin with `remitpln`, and is not base64 or {{\"plan\": \"<base64>\"}} of something that does"
    )]
    NotAPlan,
    /// Larger than any plan may be.
    #[error("the plan has {actual} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Bytes given.
        actual: usize,
        /// [`limits::PLAN_BYTES`].
        limit: usize,
    },
    /// Made by another version of the compiler.
    #[error(
        "the plan has format {found}, this module reads format {}: compile it again with the `remit` of the same release",
        FORMAT_VERSION
    )]
    OtherVersion {
        /// The version that the plan says.
        found: u16,
    },
    /// Cut off, or with something behind it.
    #[error(
        "the plan says that it has {expected} bytes and has {actual}: it was cut off or joined with something"
    )]
    WrongLength {
        /// Bytes it should have.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// Changed on the way.
    #[error("the plan's digest does not fit its content: it was changed after it was compiled")]
    WrongDigest,
    /// The body is not what this version writes.
    #[error("the plan's body cannot be read")]
    Unreadable,
    /// It needs what the module does not do.
    #[error(
        "the plan reads bodies, and this module reads headers alone: load `remit_full.wasm` instead"
    )]
    NotServed,
    /// The body contradicts itself.
    #[error("the plan contradicts itself: {0}")]
    Invalid(#[from] InvalidPlan),
}

/// Writes a plan and says its digest. Fails only on a plan that could not be loaded either.
///
/// # Errors
/// [`PlanError::Invalid`] or [`PlanError::TooLarge`].
pub fn encode(plan: &Plan) -> Result<(Vec<u8>, Digest), PlanError> {
    validate(plan)?;
    let body = postcard::to_allocvec(plan).map_err(|_| PlanError::Unreadable)?;
    let too_large = || PlanError::TooLarge {
        actual: body.len(),
        limit: limits::PLAN_BYTES,
    };
    let length = u32::try_from(body.len()).map_err(|_| too_large())?;
    if body.len() > limits::PLAN_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(HEADER_BYTES + body.len() + DIGEST_BYTES);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_be_bytes());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&body);
    let digest = Digest(Sha256::digest(&bytes).into());
    bytes.extend_from_slice(&digest.0);
    Ok((bytes, digest))
}

/// Reads a plan: its bytes, their base64, or the JSON `{"plan": "<base64>"}` that a protobuf
/// Struct becomes.
///
/// # Errors
/// Whatever [`PlanError`] lists; nothing is guessed or skipped.
pub fn decode(configuration: &[u8]) -> Result<LoadedPlan, PlanError> {
    decode_owned(configuration.to_vec())
}

/// The same, and lets go of the configuration as soon as it has been read. Memory that a module
/// has once taken it keeps: what is held while a plan is loaded is held for ever.
///
/// # Errors
/// As [`decode`].
pub fn decode_owned(mut configuration: Vec<u8>) -> Result<LoadedPlan, PlanError> {
    if configuration.starts_with(MAGIC) {
        return decode_bytes(&configuration);
    }
    // A Struct's JSON and base64 both grow the plan by a third, and a little.
    if configuration.len() > limits::PLAN_BYTES / 2 * 3 {
        return Err(PlanError::TooLarge {
            actual: configuration.len(),
            limit: limits::PLAN_BYTES,
        });
    }
    let text = std::str::from_utf8(&configuration).map_err(|_| PlanError::NotAPlan)?;
    if text.trim_start().starts_with('{') {
        configuration = carried(text).ok_or(PlanError::NotAPlan)?.into_bytes();
    } else {
        let before = text.len() - text.trim_start().len();
        configuration.truncate(text.trim_end().len());
        configuration.drain(..before.min(configuration.len()));
    }
    base64::decode_in_place(&mut configuration)?;
    decode_bytes(&configuration)
}

/// What `{"plan": "<base64>"}` holds.
fn carried(text: &str) -> Option<String> {
    let carrier = json::parse_object(text.as_bytes()).ok()?;
    let mut members = carrier.members();
    match (members.next(), members.next()) {
        (Some(("plan", Json::String(plan))), None) => Some(plan.as_ref().to_owned()),
        _ => None,
    }
}

fn decode_bytes(bytes: &[u8]) -> Result<LoadedPlan, PlanError> {
    if bytes.len() > HEADER_BYTES + limits::PLAN_BYTES + DIGEST_BYTES {
        return Err(PlanError::TooLarge {
            actual: bytes.len(),
            limit: limits::PLAN_BYTES,
        });
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or(PlanError::NotAPlan)?;
    let cut_off = PlanError::WrongLength {
        expected: HEADER_BYTES,
        actual: bytes.len(),
    };
    let (version, rest) = rest
        .split_first_chunk::<2>()
        .ok_or_else(|| cut_off.clone())?;
    let version = u16::from_be_bytes(*version);
    if version != FORMAT_VERSION {
        return Err(PlanError::OtherVersion { found: version });
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(cut_off)?;
    let length = u32::from_be_bytes(*length) as usize;
    let expected = HEADER_BYTES
        .saturating_add(length)
        .saturating_add(DIGEST_BYTES);
    let (body, digest) = rest
        .split_at_checked(length)
        .and_then(|(body, digest)| Some((body, <[u8; DIGEST_BYTES]>::try_from(digest).ok()?)))
        .ok_or(PlanError::WrongLength {
            expected,
            actual: bytes.len(),
        })?;
    let signed = bytes
        .get(..HEADER_BYTES + length)
        .ok_or(PlanError::Unreadable)?;
    if Sha256::digest(signed).as_slice() != digest {
        return Err(PlanError::WrongDigest);
    }
    let plan: Plan = reader::read(body).map_err(|_| PlanError::Unreadable)?;
    validate(&plan)?;
    Ok(LoadedPlan {
        plan,
        digest: Digest(digest),
    })
}

#[cfg(test)]
mod tests;
