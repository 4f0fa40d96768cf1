//! From a recipe to a token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::plan::{Algorithm, Issuer, IssuerId, KeyKind, Plan, Profile};

use serde_json::{Map, Value, json};

use super::proof::Proof;
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
    /// A key that was made cannot prove anything.
    #[error("no key to prove possession with could be made")]
    Proof,
    /// It names no key, where no other can stand in for the issuer's.
    #[error("the token names no `key` to sign it with")]
    NoKey,
    /// There is no issuer whose token it could be.
    #[error("the token has no issuer: name one, or give the claim `iss`")]
    NoIssuer,
    /// There is nobody whose approval counts.
    #[error("the policy has no `approvals`: nobody approves anything")]
    NoApprovals,
    /// There is nothing to approve.
    #[error("there is no call to approve: the request comes to no rule")]
    NoCall,
    /// The step whose approval is shown again has shown none.
    #[error("the approval that is to be shown again was not shown")]
    NotShown,
}

impl Recipe {
    /// The issuer whose key signs: the one that is named, else the one that `iss` says, else the
    /// only one there is. A token in the name of nobody whom the policy knows is signed by any,
    /// one whose key is quickly made: the engine does not come to its signature.
    #[must_use]
    pub fn signer(&self, plan: &Plan) -> Option<IssuerId> {
        let id = |position: usize| u32::try_from(position).ok().map(IssuerId);
        if self.issuer.is_some() {
            return self.issuer;
        }
        let known = || plan.issuers.iter();
        match self.claims.get("iss") {
            Some(iss) => {
                let named = known()
                    .position(|one| one.profile != Profile::TxnToken && iss == one.issuer.as_str());
                let is_quick = |one: &Algorithm| one.key_kind() != KeyKind::Rsa;
                let quick = || known().position(|one| one.algorithms.iter().any(is_quick));
                let any = || (!plan.issuers.is_empty()).then_some(0);
                named.or_else(quick).or_else(any).and_then(id)
            }
            None => {
                let subject = self.claims.get("sub").and_then(Value::as_str);
                let of_domain = known().position(|one| {
                    one.profile == Profile::JwtSvid
                        && subject.and_then(trust_domain) == one.trust_domain.as_deref()
                });
                let authenticates = |one: &&Issuer| one.profile != Profile::TxnToken;
                let only = || {
                    let several = known().filter(authenticates).count() > 1;
                    let first = known().position(|one| authenticates(&one));
                    first.filter(|_| !several)
                };
                of_domain.or_else(only).and_then(id)
            }
        }
    }

    /// The issuer of a transaction token: the one that is named, else the only one there is.
    #[must_use]
    pub fn transaction_signer(&self, plan: &Plan) -> Option<IssuerId> {
        let ids = (0..).map(IssuerId).zip(&plan.issuers);
        let mut ids = ids.filter(|(_, one)| one.profile == Profile::TxnToken);
        let first = ids.next().map(|(id, _)| id);
        let only = first.filter(|_| ids.next().is_none());
        self.issuer.or(only)
    }
}

/// The trust domain of a SPIFFE ID.
fn trust_domain(subject: &str) -> Option<&str> {
    subject.strip_prefix("spiffe://")?.split('/').next()
}

/// What binds a token to its sender: a key, a certificate, or both.
pub(super) fn confirmation(recipe: &Recipe, proof: Option<&Proof>) -> Option<Value> {
    let mut cnf = Map::new();
    if let Some(Value::Object(members)) = proof.map(Proof::confirmation) {
        cnf.extend(members);
    }
    if let Some(certificate) = recipe.certificate {
        let thumbprint = URL_SAFE_NO_PAD.encode(certificate);
        cnf.insert("x5t#S256".to_owned(), json!(thumbprint));
    }
    (!cnf.is_empty()).then_some(Value::Object(cnf))
}

/// The claims of a token: those that every token has, under those that the recipe says. `bound` is
/// what binds it to its sender.
pub(super) fn claims(
    recipe: &Recipe,
    attempt: &Attempt,
    issuer: Option<&Issuer>,
    plan: &Plan,
    id: &str,
    bound: Option<Value>,
) -> Map<String, Value> {
    let longest = issuer.map_or(LIFETIME, |issuer| i64::from(issuer.max_lifetime));
    let lifetime = recipe.lifetime.unwrap_or(LIFETIME.min(longest));
    let issued = attempt.now.seconds() - recipe.issued_ago.unwrap_or(0);
    let mut claims = Map::new();
    let has_name =
        |issuer: &&Issuer| issuer.profile != Profile::JwtSvid && !issuer.issuer.is_empty();
    let named = issuer.filter(has_name);
    claims.extend(named.map(|issuer| ("iss".to_owned(), json!(issuer.issuer))));
    let transaction = issuer.filter(|issuer| issuer.profile == Profile::TxnToken);
    let aud = match transaction {
        Some(issuer) => issuer.trust_domain.as_ref().map(|domain| json!(domain)),
        None => audience(plan, &attempt.request.host),
    };
    claims.extend(aud.map(|aud| ("aud".to_owned(), aud)));
    claims.insert("iat".to_owned(), json!(issued));
    claims.insert("exp".to_owned(), json!(issued + lifetime));
    let own_name = if transaction.is_some() { "txn" } else { "jti" };
    claims.insert(own_name.to_owned(), json!(id));
    let seen = recipe.authenticated_ago;
    let seen = seen.map(|ago| json!(attempt.now.seconds() - ago));
    claims.extend(seen.map(|seen| ("auth_time".to_owned(), seen)));
    claims.extend(bound.map(|cnf| ("cnf".to_owned(), cnf)));
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

#[cfg(test)]
mod tests;
