//! The JWT attack corpus, natively at the corpus's own time.

use remit_engine::decision::Reason;
use remit_engine::time::UnixTime;
use remit_engine::token::UnverifiedToken;
use remit_tests::plans;
use remit_tests::vectors::{JWT_ATTACKS, Tally};
use serde_json::Value;

use crate::judge;

/// Which reasons may refuse the tokens of a category: a refusal for another reason would mean
/// that the attack itself was not seen. `None` for a category that is not known here: any will do.
fn reasons(category: &str) -> Option<&'static [Reason]> {
    use Reason::*;
    Some(match category {
        "alg_none" => &[AlgorithmRefused, TokenMalformed],
        "alg_confusion" => &[AlgorithmRefused, UnknownKey, BadSignature],
        // The unencoded payload of one has a comma: a second credential, before anything is read.
        "crit" => &[TokenHeaderRefused, MultipleCredentials],
        "dup_keys" | "header_json" | "payload_json" => &[TokenMalformed],
        "embedded_key" => &[TokenHeaderRefused],
        "encoding" => &[
            TokenMalformed,
            CredentialMalformed,
            MultipleCredentials,
            BadSignature,
        ],
        "exp" => &[
            TokenMalformed,
            ClaimMalformed,
            ClaimMissing,
            TokenExpired,
            LifetimeExceeded,
        ],
        "kid" => &[UnknownKey, KeyUnclear, TokenMalformed],
        "claims" => &[
            ClaimMalformed,
            ClaimMissing,
            TokenNotYetValid,
            UnknownIssuer,
            WrongAudience,
            TokenMalformed,
            LifetimeExceeded,
            IssuerMayNotAssert,
            ClaimNotEnforceable,
        ],
        "size" => &[TokenTooLarge],
        "typ" => &[TokenTypeRefused, TokenHeaderRefused, TokenMalformed],
        _ => return None,
    })
}

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(JWT_ATTACKS.name);
    let jwks = JWT_ATTACKS
        .read("keys/jwks.json")
        .expect("the vectors are there");
    for file in JWT_ATTACKS.files().expect("the vectors are there") {
        for case in JWT_ATTACKS.cases(&file).expect("the vectors are there") {
            let id = case["id"].as_str().expect("a case has an id");
            let verify = &case["verify"];
            let text = |name: &str| verify[name].as_str().expect("issuer and audience are text");
            let keys = judge::keys(&jwks);
            let plan = plans::for_token_vectors(text("issuer"), text("audience"), "agent-1", keys);
            let now = UnixTime::from_seconds(verify["now"].as_i64().expect("a time"));
            let token = case["token"].as_str().expect("a token is text");
            let reason = if token.trim() == token {
                judge::reason(&judge::engine(&plan), plans::HOST, token, now)
            } else {
                // White space at the ends of a field belongs to HTTP, which takes it off (RFC 9110
                // section 5.5): only the reader of tokens itself can see it.
                UnverifiedToken::parse(token.as_bytes())
                    .err()
                    .unwrap_or(Reason::Allowed)
            };
            if case["expect"] == "policy" {
                tally.note(format!("{id}: {reason} (left to the verifier)"));
            }
            tally.check(id, verdict(&case, reason));
        }
    }
    vec![tally]
}

fn verdict(case: &Value, reason: Reason) -> Result<(), String> {
    let category = case["category"].as_str().unwrap_or_default();
    let refused_for_it = reason != Reason::Allowed
        && reasons(category).is_none_or(|reasons| reasons.contains(&reason));
    match (case["expect"].as_str(), reason) {
        (Some("accept" | "policy" | "either"), Reason::Allowed) => Ok(()),
        (Some("reject" | "policy" | "either"), _) if refused_for_it => Ok(()),
        (expect, _) => Err(format!("expected {expect:?}, decided {reason}")),
    }
}
