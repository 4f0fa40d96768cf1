//! The decision on one request, with what is remembered from one to the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cedar_policy::Decision;
use jsonwebtoken::get_current_timestamp;

use crate::policy::{Agent, Policy, PolicyError};
use crate::token::{TokenError, Verifier};

/// Tokens that are remembered at most; then it begins anew. More than any comparison uses.
const TOKENS: usize = 65_536;

/// Decides.
pub struct Authorizer {
    verifier: Verifier,
    policy: Policy,
    /// By the whole token, signature included. There is one thread: the lock is always free.
    verified: Mutex<HashMap<String, Arc<Verified>>>,
}

/// A token that has been verified.
#[derive(Debug)]
struct Verified {
    agent: Agent,
    subject: String,
    expires: u64,
}

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, with the query if there is one.
    pub path: &'r str,
    /// The field `authorization`; several are one, joined by commas, and no token.
    pub authorization: Option<&'r str>,
}

/// Why a request does not go on.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// No bearer token.
    #[error("there is no bearer token")]
    NoToken,
    /// A token that is none of the issuer's.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// A token that was good once.
    #[error("the token has expired")]
    Expired,
    /// Nothing allows it.
    #[error("the task does not include this")]
    NotAllowed,
    /// The rule cannot be asked.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl Authorizer {
    /// With an empty memory.
    ///
    /// # Errors
    /// [`PolicyError`] if the rule is none.
    pub fn new(verifier: Verifier) -> Result<Self, PolicyError> {
        Ok(Self {
            verifier,
            policy: Policy::new()?,
            verified: Mutex::default(),
        })
    }

    /// Decides, and says who asks if it is allowed.
    ///
    /// # Errors
    /// [`Refusal`] in every other case.
    pub fn decide(&self, asked: Asked<'_>) -> Result<String, Refusal> {
        self.decide_at(asked, get_current_timestamp())
    }

    /// The same at a time, in seconds since 1970. What is verified now is verified by the clock.
    pub(crate) fn decide_at(&self, asked: Asked<'_>, now: u64) -> Result<String, Refusal> {
        let token = asked.authorization.and_then(bearer);
        let verified = self.verified(token.ok_or(Refusal::NoToken)?)?;
        if verified.expires <= now {
            return Err(Refusal::Expired);
        }
        // What stands behind the question mark is no part of what is asked for.
        let path = asked
            .path
            .split_once('?')
            .map_or(asked.path, |(path, _)| path);
        match self.policy.decide(&verified.agent, asked.method, path)? {
            Decision::Allow => Ok(verified.subject.clone()),
            Decision::Deny => Err(Refusal::NotAllowed),
        }
    }

    fn verified(&self, token: &str) -> Result<Arc<Verified>, Refusal> {
        // A panic while it was held left the map whole.
        let mut known = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(verified) = known.get(token) {
            return Ok(Arc::clone(verified));
        }
        let claims = self.verifier.verify(token)?;
        let verified = Arc::new(Verified {
            subject: claims.sub.clone(),
            expires: claims.exp,
            agent: self.policy.agent(claims)?,
        });
        if known.len() >= TOKENS {
            known.clear();
        }
        known.insert(token.to_owned(), Arc::clone(&verified));
        Ok(verified)
    }
}

/// The token in the field's value.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

#[cfg(test)]
mod tests;
