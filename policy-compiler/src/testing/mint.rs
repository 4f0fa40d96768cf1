//! From a recipe to a token.

use remit_engine::plan::{Algorithm, Issuer, IssuerId, KeyKind, Plan, Profile};

use serde_json::{Map, Value, json};

use super::{Attempt, Recipe};
use crate::signing_key::SigningError;
use crate::source::AssetError;

/// `exp - iat` where nothing is said, in seconds.
const LIFETIME: i64 = 300;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// The private key cannot be read.
    #[error("the key `{file}` cannot be had: {source}")]
    Key {
        /// The file that should hold it.
        file: String,
        /// Why.
        source: AssetError,
    },
    /// It cannot be used.
    #[error(transparent)]
    Sign(#[from] SigningError),
    /// A key that was made is not one that a plan takes.
    #[error("no key of an algorithm of the issuer could be made")]
    StandIn,
    /// There is no issuer whose token it could be.
    #[error("the token has no issuer: name one, or give the claim `iss`")]
    NoIssuer,
}

impl Recipe {
    /// The issuer whose key signs: the one that is named, else the one that `iss` says, else the
    /// only one there is. A token in the name of nobody whom the policy knows is signed by any,
    /// one whose key is quickly made: the engine does not come to its signature.
    pub(super) fn signer(&self, plan: &Plan) -> Option<IssuerId> {
        let id = |position: usize| u32::try_from(position).ok().map(IssuerId);
        if self.issuer.is_some() {
            return self.issuer;
        }
        match self.claims.get("iss") {
            Some(iss) => {
                let known = || plan.issuers.iter();
                let named = known().position(|one| iss == one.issuer.as_str());
                let is_quick = |one: &Algorithm| one.key_kind() != KeyKind::Rsa;
                let quick = || known().position(|one| one.algorithms.iter().any(is_quick));
                let any = || (!plan.issuers.is_empty()).then_some(0);
                named.or_else(quick).or_else(any).and_then(id)
            }
            None if plan.issuers.len() == 1 => id(0),
            None => None,
        }
    }
}

/// The claims of a token: those that every token has, under those that the recipe says.
pub(super) fn claims(
    recipe: &Recipe,
    attempt: &Attempt,
    issuer: Option<&Issuer>,
    plan: &Plan,
    id: &str,
) -> Map<String, Value> {
    let longest = issuer.map_or(LIFETIME, |issuer| i64::from(issuer.max_lifetime));
    let lifetime = recipe.lifetime.unwrap_or(LIFETIME.min(longest));
    let issued = attempt.now.seconds() - recipe.issued_ago.unwrap_or(0);
    let mut claims = Map::new();
    if let Some(issuer) = issuer {
        claims.insert("iss".to_owned(), json!(issuer.issuer));
    }
    claims.extend(audience(plan, &attempt.request.host).map(|aud| ("aud".to_owned(), aud)));
    claims.insert("iat".to_owned(), json!(issued));
    claims.insert("exp".to_owned(), json!(issued + lifetime));
    claims.insert("jti".to_owned(), json!(id));
    claims.extend(recipe.claims.clone());
    claims.retain(|_, value| !value.is_null());
    claims
}

/// `typ` of its header: what the profile asks for (RFC 9068 section 2.1).
pub(super) fn typ<'r>(recipe: &'r Recipe, issuer: Option<&Issuer>) -> &'r str {
    match (&recipe.typ, issuer.map(|issuer| issuer.profile)) {
        (Some(typ), _) => typ,
        (None, Some(Profile::AccessToken)) => "at+jwt",
        (None, Some(Profile::TxnToken)) => "txntoken+jwt",
        (None, Some(Profile::Plain | Profile::JwtSvid) | None) => "JWT",
    }
}

/// The audiences of what stands behind a host.
fn audience(plan: &Plan, host: &str) -> Option<Value> {
    let behind = plan.resources.iter().filter(|one| one.host == host);
    let mut audiences: Vec<&str> = behind
        .filter_map(|resource| plan.audiences.get(resource.audience?.index()))
        .map(String::as_str)
        .collect();
    audiences.sort_unstable();
    audiences.dedup();
    match audiences.as_slice() {
        [] => plan.audiences.first().map(|first| json!(first)),
        [one] => Some(json!(one)),
        several => Some(json!(several)),
    }
}
