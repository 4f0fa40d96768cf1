//! Approvals that requests of tests show: made for exactly their call, or shown before.

use remit_engine::plan::{self, Plan};
use remit_engine::token::jwks;
use serde_json::Value;

use super::keys::StandIn;
use super::mint::MintError;
use super::trial::Decided;
use super::{Attempt, Credential};
use crate::approving::{self, Approving};
use crate::signing_key::{Algorithm, KeyPair};
use crate::source::Spanned;

/// `exp - iat` where nothing is said, in seconds.
const LIFETIME: i64 = 300;

/// The approval that a request shows.
#[derive(Debug, Clone)]
pub struct Approval {
    /// The file with the private key of who approves, relative to the one that names it. Without
    /// it, a throw-away key takes the place of the policy's.
    pub key: Option<Spanned<String>>,
    /// Which approval.
    pub which: Which,
}

/// Which approval a request shows.
#[derive(Debug, Clone)]
pub enum Which {
    /// The one that a step before it showed: that step's place among those before it.
    Again(usize),
    /// One that is made for it.
    Made {
        /// The call that it is for; without it, this one.
        of: Option<Box<Attempt>>,
        /// `exp - iat`, in seconds.
        lifetime: Option<i64>,
        /// How long before the request it was issued, in seconds.
        issued_ago: Option<i64>,
    },
}

impl Attempt {
    /// The same, put so that it comes to be judged without a private key and whatever was before:
    /// so its call can be told.
    pub(super) fn by_itself(&self, now: &Self) -> Self {
        let mut alone = Self {
            now: now.now,
            before: Vec::new(),
            approval: None,
            ..self.clone()
        };
        if let Credential::Minted(recipe) = &mut alone.credential {
            recipe.key = None;
        }
        if let Some(recipe) = &mut alone.transaction {
            recipe.key = None;
        }
        alone
    }
}

/// Signs an approval of what was asked for by itself. `attempt` is what shows it.
pub(super) fn signed(
    plan: &Plan,
    asked: &Decided,
    attempt: &Attempt,
    (lifetime, issued_ago): (Option<i64>, Option<i64>),
    id: String,
    key: &KeyPair,
) -> Result<String, MintError> {
    let approvals = plan.approvals.as_ref().ok_or(MintError::NoApprovals)?;
    let said = |name| asked.record.get(name).and_then(Value::as_str);
    let said = |name| said(name).map(str::to_owned);
    let usual = LIFETIME.min(i64::from(approvals.max_lifetime));
    let approving = Approving {
        action: asked.recording.action.ok_or(MintError::NoCall)?,
        audience: approving::audience(plan, &asked.record)
            .into_iter()
            .collect(),
        agent: said("agent").ok_or(MintError::NoCall)?,
        task_id: said("task_id"),
        principal: said("principal"),
        tenant: said("tenant"),
        id,
        issued_at: attempt.now.seconds() - issued_ago.unwrap_or(0),
        lifetime: lifetime.unwrap_or(usual),
    };
    Ok(approving.sign(key)?)
}

/// A throw-away key for who approves.
pub(super) fn approver() -> Result<StandIn, MintError> {
    let private = KeyPair::generate(Algorithm::EdDsa, Some("remit-test-approver"))?;
    let set = format!("{{\"keys\": [{}]}}", private.public_jwk());
    let keys: Vec<plan::Key> = jwks::parse(set.as_bytes()).unwrap_or_default().keys;
    let public = keys.into_iter().next().ok_or(MintError::StandIn)?;
    Ok(StandIn { private, public })
}
