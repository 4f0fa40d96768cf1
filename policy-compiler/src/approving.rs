//! What an approval of a single call says, for trying policies out: `remit approve` signs it, and so
//! do tests of policies.

use remit_engine::approval::{Action, TYP};
use remit_engine::plan::Plan;
use serde_json::{Map, Value, json};

use crate::signing_key::{KeyPair, SigningError};

/// An approval before it is signed.
#[derive(Debug, Clone)]
pub struct Approving {
    /// The call.
    pub action: Action,
    /// `aud`: the resource's audience, perhaps among others.
    pub audience: Vec<String>,
    /// `sub`: the agent that makes the call.
    pub agent: String,
    /// `task_id`, where the agent's token has one.
    pub task_id: Option<String>,
    /// `tenant`, where the agent's token has one.
    pub tenant: Option<String>,
    /// `principal`, where the agent acts on somebody's behalf.
    pub principal: Option<String>,
    /// `jti`.
    pub id: String,
    /// `iat`, in seconds since 1970.
    pub issued_at: i64,
    /// `exp - iat`, in seconds.
    pub lifetime: i64,
}

/// The audience of the resource that a record names.
#[must_use]
pub fn audience(plan: &Plan, record: &Value) -> Option<String> {
    let named = record.get("resource").and_then(Value::as_str)?;
    let mut resources = plan.resources.iter();
    let resource = resources.find(|resource| resource.name == named)?;
    plan.audiences.get(resource.audience?.index()).cloned()
}

impl Approving {
    /// Its claims.
    #[must_use]
    pub fn claims(&self) -> Map<String, Value> {
        let audience = match self.audience.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        let claims = [
            ("jti", Some(json!(self.id))),
            ("iat", Some(json!(self.issued_at))),
            (
                "exp",
                Some(json!(self.issued_at.saturating_add(self.lifetime))),
            ),
            ("aud", Some(audience)),
            ("sub", Some(json!(self.agent))),
            ("task_id", self.task_id.as_ref().map(|id| json!(id))),
            (
                "principal",
                self.principal.as_ref().map(|principal| json!(principal)),
            ),
            ("tenant", self.tenant.as_ref().map(|tenant| json!(tenant))),
            ("action", Some(json!(self.action.to_text()))),
        ];
        let said = claims.into_iter();
        said.filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }

    /// The approval, signed.
    ///
    /// # Errors
    /// [`SigningError::Kind`] for a key that is none of Ed25519, [`SigningError::Sign`].
    pub fn sign(&self, key: &KeyPair) -> Result<String, SigningError> {
        key.is_ed25519()?;
        key.sign(self.claims(), TYP)
    }
}
