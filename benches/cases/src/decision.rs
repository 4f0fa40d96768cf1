//! The whole decision on a request: it is taken apart, the operation and the token are found, the
//! token's standing is checked, the rules run and the decision record is filled in.

use remit_engine::Engine;
use remit_engine::decision::Reason;
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use serde::{Deserialize, Serialize};

use crate::case::Unfit;
use crate::keeping::Keeping;
use crate::rules::METHOD;

/// When everything is decided: seconds since 1970. The tokens are good then.
pub const NOW: i64 = 1_800_000_000;

/// A request, as far as cases differ in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Head {
    /// The host.
    pub host: String,
    /// The path.
    pub path: String,
    /// The value of `authorization`, if it has one.
    pub authorization: Option<String>,
}

impl Head {
    /// Hands over the header fields, in the order in which a gateway has them.
    pub fn with_fields<R>(&self, take: impl FnOnce(&[Field<'_>]) -> R) -> R {
        let credential = self.authorization.as_deref().unwrap_or_default();
        let fields: [Field<'_>; 6] = [
            (b":authority", self.host.as_bytes()),
            (b":method", METHOD.as_bytes()),
            (b":path", self.path.as_bytes()),
            (b":scheme", b"https"),
            (b"accept", b"application/json"),
            (b"authorization", credential.as_bytes()),
        ];
        match (&self.authorization, fields.split_last()) {
            (None, Some((_, others))) => take(others),
            _ => take(&fields),
        }
    }

    /// The same with the signature of another's token.
    #[must_use]
    pub fn signed_like(&self, other: &Self) -> Self {
        let parts = |head: &Self| {
            let value = head.authorization.clone().unwrap_or_default();
            let (signed, signature) = value.rsplit_once('.').unwrap_or_default();
            (signed.to_owned(), signature.to_owned())
        };
        Self {
            authorization: Some(format!("{}.{}", parts(self).0, parts(other).1)),
            ..self.clone()
        }
    }

    /// The same with a token that is none.
    #[must_use]
    pub fn forged(mut self) -> Self {
        self.authorization = self.authorization.map(|value| value.replace(".ey", ".eY"));
        self
    }
}

/// The engine for a plan.
///
/// # Errors
/// [`Unfit`], if the plan is none.
pub fn engine(bytes: &[u8]) -> Result<Engine, Unfit> {
    Ok(Engine::new(plan::decode(bytes)?)?)
}

/// Why the decision on a request falls as it does.
#[must_use]
pub fn reason(engine: &Engine, head: &Head, host: &Keeping) -> Reason {
    head.with_fields(|fields| {
        let request = RequestHead::new(fields);
        match engine
            .decide(&request, UnixTime::from_seconds(NOW), host)
            .settled()
        {
            Ok(allow) => match allow.confirm(None, host) {
                Ok(permit) => permit.record().reason(),
                Err(refusal) => refusal.record().reason(),
            },
            Err(refusal) => refusal.record().reason(),
        }
    })
}
