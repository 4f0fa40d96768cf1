//! Tokens of a good signature with a fault in the claims.

use remit_engine::decision::Reason;
use serde_json::json;

use super::{Credential, believed, fails};
use crate::cases::Stage;
use crate::recipe::{API, Recipe};

pub(super) fn bad_claims(now: i64) -> Vec<Credential> {
    use Reason::{
        AuthorityMissing, BindingNeeded, ClaimMalformed, ClaimMissing, ClaimNotEnforceable,
        LifetimeExceeded, ProofMissing, TokenExpired, TokenNotYetValid, UnknownIssuer,
    };
    let corp = || Recipe::corp(now);
    let set = |name: &'static str, value: serde_json::Value| corp().claim(name, value).raw();
    let drop = |name: &'static str| corp().without(name).raw();
    let many: Vec<String> = (0..33).map(|n| format!("https://a{n}.example")).collect();
    let ticket = |value: serde_json::Value| set("ticket", value);
    let passed = |name, token: &str, reason| believed(name, token, Stage::Credential, reason);
    vec![
        fails("no iss", &drop("iss"), UnknownIssuer),
        fails("no exp", &drop("exp"), ClaimMissing),
        fails("no iat", &drop("iat"), ClaimMissing),
        fails("no aud", &drop("aud"), ClaimMissing),
        fails("no sub", &drop("sub"), ClaimMissing),
        fails("no jti", &drop("jti"), ClaimMissing),
        fails("no client_id", &drop("client_id"), ClaimMissing),
        fails("no ticket", &drop("ticket"), ClaimMissing),
        fails("half a ticket", &ticket(json!({"id": "T-1"})), ClaimMissing),
        fails(
            "act without sub",
            &set("act", json!({"iss": "x"})),
            ClaimMissing,
        ),
        fails(
            "exp is text",
            &set("exp", json!((now + 300).to_string())),
            ClaimMalformed,
        ),
        fails("exp is null", &set("exp", json!(null)), ClaimMalformed),
        fails("exp is negative", &set("exp", json!(-1)), ClaimMalformed),
        fails(
            "exp is far beyond",
            &set("exp", json!(1e300)),
            ClaimMalformed,
        ),
        fails("nbf is text", &set("nbf", json!("now")), ClaimMalformed),
        fails("sub is a number", &set("sub", json!(42)), ClaimMalformed),
        fails(
            "aud holds a number",
            &set("aud", json!([API, 1])),
            ClaimMalformed,
        ),
        fails(
            "too many audiences",
            &set("aud", json!(many)),
            ClaimMalformed,
        ),
        fails(
            "severity is text",
            &ticket(json!({"id": "T-1", "severity": "2"})),
            ClaimMalformed,
        ),
        fails(
            "severity is a fraction",
            &ticket(json!({"id": "T-1", "severity": 2.5})),
            ClaimMalformed,
        ),
        fails(
            "refundable is no list",
            &set("refundable", json!("A-17")),
            ClaimMalformed,
        ),
        fails(
            "task is a list",
            &set("task", json!(["triage"])),
            ClaimMalformed,
        ),
        fails("task is empty", &set("task", json!("")), ClaimMalformed),
        fails(
            "task id breaks the line",
            &set("mission", json!({"id": "a\r\nx-remit-task: closing"})),
            ClaimMalformed,
        ),
        fails(
            "tenant too long",
            &set("tenant", json!("t".repeat(600))),
            ClaimMalformed,
        ),
        fails(
            "cnf of half a digest",
            &set("cnf", json!({"jkt": "x"})),
            ClaimMalformed,
        ),
        fails(
            "cnf of a key",
            &set("cnf", json!({"jwk": {}})),
            ClaimNotEnforceable,
        ),
        believed(
            "bound to a key and shown without a proof",
            &set("cnf", json!({"jkt": "A".repeat(43)})),
            Stage::Possession,
            ProofMissing,
        ),
        Credential {
            shown: vec![(
                "authorization",
                format!("DPoP {}", corp().token()).into_bytes(),
            )],
            ..believed(
                "shown as bound to a key and is not",
                "",
                Stage::Possession,
                BindingNeeded,
            )
        },
        fails(
            "authorization_details of another form",
            &set("authorization_details", json!({})),
            ClaimMalformed,
        ),
        believed(
            "authorization_details without an entry",
            &set("authorization_details", json!([])),
            Stage::Narrowing,
            AuthorityMissing,
        ),
        fails(
            "status list",
            &set(
                "status",
                json!({"status_list": {"idx": 0, "uri": "https://s.example"}}),
            ),
            ClaimNotEnforceable,
        ),
        fails(
            "lifetime",
            &corp().claim("exp", now + 591).token(),
            LifetimeExceeded,
        ),
        fails(
            "iss with a slash",
            &set("iss", json!("https://sts.corp.example/")),
            UnknownIssuer,
        ),
        fails(
            "iss in other letters",
            &set("iss", json!("https://STS.corp.example")),
            UnknownIssuer,
        ),
        passed(
            "expired",
            &corp()
                .claim("iat", now - 300)
                .claim("exp", now - 60)
                .token(),
            TokenExpired,
        ),
        passed(
            "expired, beyond the leeway",
            &corp().claim("exp", now - 6).token(),
            TokenExpired,
        ),
        passed(
            "nbf in the future",
            &corp().claim("nbf", now + 250).token(),
            TokenNotYetValid,
        ),
        passed(
            "issued in the future",
            &corp().claim("iat", now + 250).token(),
            TokenNotYetValid,
        ),
    ]
}
