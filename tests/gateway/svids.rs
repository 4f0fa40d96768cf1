//! SVIDs of two trust domains (JWT-SVID, SPIFFE Trust Domain and Bundle), signed by a library that
//! Remit does not use.

use std::thread::sleep;
use std::time::{Duration, Instant};

use remit_tests::gateway::Setup;
use remit_tests::recipe::{CORP, Recipe};
use remit_tests::runtime::PATIENCE;
use serde_json::json;

use crate::mesh::{Endpoint, MESH, bearer, policy};
use crate::world::{ask, now, started};

const OURS: &str = "spiffe://corp.example/support/bot-7";
const THEIRS: &str = "spiffe://edge.example/support/bot-9";

fn ours() -> Recipe {
    Recipe::svid(now(), "mesh-ec", OURS)
}

fn theirs() -> Recipe {
    Recipe::svid(now(), "edge-ec", THEIRS)
}

#[test]
fn each_domain_speaks_for_its_own_workloads() {
    let rsa = Recipe::svid(now(), "mesh-rsa", OURS).signed_by("mesh-rsa", "RS256");
    for (what, recipe, issuer, agent) in [
        ("a bundle in a file", ours(), "mesh", OURS),
        ("a bundle behind a URL", theirs(), "edge", THEIRS),
        ("RS256", rsa, "mesh", OURS),
        ("`JWT`", ours().header("typ", "JWT"), "mesh", OURS),
        ("`JOSE`", ours().header("typ", "JOSE"), "mesh", OURS),
        (
            "one audience",
            ours().claim("aud", "https://api.corp.example"),
            "mesh",
            OURS,
        ),
        (
            "an issuer",
            ours().claim("iss", "https://spire.corp.example"),
            "mesh",
            OURS,
        ),
        (
            "the other domain as issuer",
            ours().claim("iss", "spiffe://edge.example"),
            "mesh",
            OURS,
        ),
    ] {
        let token = recipe.raw();
        let asked = ask(&MESH, bearer("GET", "/v1/orders", &token));
        assert_eq!(asked.decision(), (200, "allowed"), "{what}");
        assert_eq!(asked.record["issuer"], issuer, "{what}");
        assert_eq!(asked.record["agent"], agent, "{what}");
        // Unlike an access token it goes on.
        let arrival = asked.arrival(&MESH);
        assert_eq!(arrival.values("authorization"), [format!("Bearer {token}")]);
    }
}

#[test]
fn anything_else_is_refused() {
    let signed_by = |recipe: Recipe, key| recipe.signed_by(key, "ES256");
    let far = now() + 3600;
    let ed = ours().header("kid", "svid-3").signed_by("mesh-ed", "EdDSA");
    let access_token = |key| {
        let recipe = Recipe::corp(now()).signed_by(key, "ES256");
        recipe.header("kid", "svid-1")
    };
    for (what, recipe, reason) in [
        // Both domains have a key of that name.
        (
            "our workload, their key",
            signed_by(ours(), "edge-ec"),
            "bad_signature",
        ),
        (
            "their workload, our key",
            signed_by(theirs(), "mesh-ec"),
            "bad_signature",
        ),
        (
            "nobody's workload",
            ours().claim("sub", "spiffe://other.example/support/bot"),
            "unknown_issuer",
        ),
        ("EdDSA", ed, "algorithm_refused"),
        (
            "a key for something else",
            signed_by(ours().header("kid", "corp-ec"), "corp-ec"),
            "unknown_key",
        ),
        (
            "a header member",
            ours().header("x", 1),
            "token_header_refused",
        ),
        ("`cty`", ours().header("cty", "JWT"), "token_header_refused"),
        (
            "`at+jwt`",
            ours().header("typ", "at+jwt"),
            "token_type_refused",
        ),
        ("no `sub`", ours().without("sub"), "claim_missing"),
        ("no `exp`", ours().without("exp"), "claim_missing"),
        ("no `aud`", ours().without("aud"), "claim_missing"),
        (
            "an empty `aud`",
            ours().claim("aud", json!([])),
            "wrong_audience",
        ),
        (
            "another `aud`",
            ours().claim("aud", "https://edge.example"),
            "wrong_audience",
        ),
        (
            "past `exp`",
            ours().claim("exp", now() - 60),
            "token_expired",
        ),
        ("far `exp`", ours().claim("exp", far), "lifetime_exceeded"),
        (
            "a domain alone",
            ours().claim("sub", "spiffe://corp.example"),
            "issuer_may_not_assert",
        ),
        (
            "capitals",
            ours().claim("sub", "spiffe://CORP.example/support/bot-7"),
            "unknown_issuer",
        ),
        (
            "an empty segment",
            ours().claim("sub", "spiffe://corp.example/support//bot"),
            "unknown_issuer",
        ),
        (
            "no SPIFFE ID",
            ours().claim("sub", "https://corp.example/support/bot-7"),
            "unknown_issuer",
        ),
        (
            "somebody who acts",
            ours().claim("act", json!({"sub": OURS})),
            "claim_not_enforceable",
        ),
        // Whose access tokens look otherwise.
        (
            "an issuer of access tokens",
            ours().claim("iss", CORP),
            "token_type_refused",
        ),
        (
            "an access token, a workload's key",
            access_token("mesh-ec"),
            "unknown_key",
        ),
    ] {
        let asked = ask(&MESH, bearer("GET", "/v1/orders", &recipe.raw()));
        assert_eq!(asked.decision(), (401, reason), "{what}");
    }
}

/// What another domain's key signs for one domain is not remembered for the other either.
#[test]
fn a_domain_is_not_taken_for_the_other_in_the_cache() {
    let (good, other) = (theirs().raw(), ours().signed_by("edge-ec", "ES256").raw());
    for _ in 0..4 {
        let request = |token: &str| bearer("GET", "/v1/orders", token);
        assert_eq!(ask(&MESH, request(&good)).response.status, 200);
        assert_eq!(ask(&MESH, request(&other)).response.status, 401);
    }
}

/// A domain takes new keys, then none at all: without keys no SVID of it is valid (section 4.2.1).
#[test]
fn a_bundle_is_followed_and_an_empty_one_revokes() {
    let endpoint = Endpoint::start(&["edge-ec"]);
    let gateway = started(&Setup::new(&policy(&endpoint).plan));
    let decision = |token: &str| {
        let asked = ask(&gateway, bearer("GET", "/v1/orders", token));
        let (status, reason) = asked.decision();
        (status, reason.to_owned())
    };
    let ends_with = |token: &str, status, reason: &str| {
        let patience = Instant::now() + PATIENCE;
        while decision(token).0 == 200 && Instant::now() < patience {
            sleep(Duration::from_millis(20));
        }
        assert_eq!(decision(token), (status, reason.to_owned()));
    };
    let first = theirs().raw();
    let next = Recipe::svid(now(), "edge-ec-next", THEIRS).raw();
    assert_eq!(decision(&first), (200, "allowed".to_owned()));
    endpoint.publish(&["edge-ec-next", "edge-ec"]);
    assert_eq!(decision(&next), (200, "allowed".to_owned()));
    assert_eq!(decision(&first), (200, "allowed".to_owned()));
    endpoint.publish(&["edge-ec-next"]);
    ends_with(&first, 401, "unknown_key");
    assert_eq!(decision(&next), (200, "allowed".to_owned()));
    endpoint.publish(&[]);
    ends_with(&next, 401, "unknown_key");
    // The other domain's bundle is its own.
    assert_eq!(decision(&ours().raw()), (200, "allowed".to_owned()));
}
