//! What a `require` can ask of a token beyond a condition, because the answer to a refused caller
//! says how to come back.

use serde::{Deserialize, Serialize};

use super::model::{Key, Plan};

/// What binds a token to its sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Binding {
    /// Nothing has to; what the token itself asks for (`cnf`) is enforced all the same.
    #[default]
    BearerOk,
    /// A proof by the key of `cnf.jkt` (RFC 9449).
    Dpop,
    /// The client certificate of `cnf.x5t#S256` (RFC 8705 section 3).
    Mtls,
    /// Either.
    Any,
}

/// What a `require` asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Demand {
    /// That the token is bound to its sender.
    Possession(Binding),
    /// That a token is fresh where its task id uses the rule's operations for the first time.
    FirstUse {
        /// Most seconds since `iat`.
        token_age: u32,
    },
    /// How and when the principal was authenticated (RFC 9470).
    Authentication {
        /// Most seconds since `auth_time`.
        max_age: Option<u32>,
        /// Values of `acr` of which the token must have one, best first; empty: any.
        acr: Vec<String>,
    },
    /// That somebody has approved exactly this call, for one use.
    Approval,
}

/// Who approves single calls, beside issuers whose tokens carry approvals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approvals {
    /// The header field that brings one, in lower case.
    pub header: String,
    /// Public keys of those who approve, Ed25519 each.
    pub keys: Vec<Key>,
    /// Longest `exp - iat` of one, in seconds.
    pub max_lifetime: u32,
}

impl Plan {
    /// The header field that brings approvals, in lower case. No request takes it on.
    #[must_use]
    pub fn approval_header(&self) -> Option<&str> {
        let approvals = self.approvals.as_ref();
        approvals.map(|approvals| approvals.header.as_str())
    }
}
