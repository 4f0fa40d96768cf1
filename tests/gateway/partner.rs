//! A partner that tries to say what only we may: our agents, audience, task and issuer, with a key
//! that has the name of ours.

use std::sync::LazyLock;

use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::Mint;
use remit_tests::policy::Compiled;
use remit_tests::recipe::{API, CORP, CORP_AGENT, LEDGER, PARTNER, PARTNER_AGENT, Recipe};
use serde_json::{Value, json};

use crate::mesh::bearer;
use crate::world::{ask, now, started};

static GATEWAY: LazyLock<Gateway> = LazyLock::new(|| {
    let mint = Mint::shared();
    let files = [
        (
            "federated.jwks.json",
            mint.jwks(&["partner-ec", "partner-rsa"]).to_string(),
        ),
        ("mesh.bundle.json", mint.bundle(&["mesh-ec"]).to_string()),
        ("tts.jwks.json", mint.jwks(&["tts-ec"]).to_string()),
    ];
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    started(&Setup::new(
        &Compiled::policy_with_keys("federation", &files).plan,
    ))
});

/// A good token of the partner's, in the form of ours. Its key has the `kid` of one of ours.
fn partners() -> Recipe {
    let claims = json!({
        "iss": PARTNER, "aud": API, "sub": "buyer-desk", "client_id": PARTNER_AGENT, "jti": "p-1",
        "iat": now() - 10, "exp": now() + 120, "task": "exchange",
    });
    Recipe::new(
        "partner-ec",
        "ES256",
        &json!({"kid": "corp-ec", "typ": "at+jwt"}),
        &claims,
    )
}

fn list(recipe: &Recipe) -> Request {
    bearer("GET", "/v1/orders", &recipe.raw())
}

/// Keys of one name count each for its own issuer.
#[test]
fn it_speaks_for_its_own_agents() {
    let ours = Recipe::corp(now())
        .signed_by("corp-ec", "ES256")
        .header("kid", "corp-ec");
    for (recipe, issuer, agent) in [
        (partners(), "partner", PARTNER_AGENT),
        (ours.claim("task", "exchange"), "corp", CORP_AGENT),
    ] {
        let asked = ask(&GATEWAY, list(&recipe));
        assert_eq!(asked.decision(), (200, "allowed"), "{issuer}");
        assert_eq!(asked.record["issuer"], issuer);
        assert_eq!(asked.record["agent"], agent);
    }
}

#[test]
fn it_does_not_speak_for_ours() {
    let acting = |act: Value| partners().claim("act", act);
    let them = |under: Value| json!({"sub": PARTNER_AGENT, "act": under});
    let others =
        |under: Value| json!({"sub": "https://agents.partner.example/buyer/2", "act": under});
    let ours = json!({"sub": CORP_AGENT});
    for (what, recipe) in [
        (
            "our agent as client",
            partners().claim("client_id", CORP_AGENT),
        ),
        (
            "our agent as principal",
            partners().claim("sub", CORP_AGENT),
        ),
        (
            "our agent as both",
            partners()
                .claim("sub", CORP_AGENT)
                .claim("client_id", CORP_AGENT),
        ),
        ("our agent acting", acting(ours.clone())),
        ("our agent behind theirs", acting(them(ours.clone()))),
        ("our agent two behind theirs", acting(others(them(ours)))),
        (
            "our agent in their name space",
            partners().claim("client_id", "spiffe://corp.example.partner.example/x"),
        ),
        (
            "their name space, longer",
            partners().claim(
                "client_id",
                "https://agents.partner.example.evil.example/buyer/1",
            ),
        ),
    ] {
        let asked = ask(&GATEWAY, list(&recipe));
        assert_eq!(asked.decision(), (401, "issuer_may_not_assert"), "{what}");
        assert_eq!(asked.record.get("agent"), None, "{what}");
    }
}

#[test]
fn it_does_not_pass_for_our_issuer() {
    let as_ours = || Recipe::corp(now());
    let svid = Recipe::svid(now(), "mesh-ec", CORP_AGENT);
    for (what, recipe, reason) in [
        // The key of that name is theirs with them, and ours with us.
        ("our issuer", partners().claim("iss", CORP), "bad_signature"),
        (
            "a token of ours",
            as_ours()
                .signed_by("partner-ec", "ES256")
                .header("kid", "corp-ec"),
            "bad_signature",
        ),
        (
            "our issuer, another algorithm",
            as_ours()
                .signed_by("partner-rsa", "RS256")
                .header("kid", "partner-rsa"),
            "algorithm_refused",
        ),
        (
            "our issuer, their key's name",
            as_ours()
                .signed_by("partner-ec", "ES256")
                .header("kid", "partner-ec"),
            "unknown_key",
        ),
        (
            "our issuer, no key's name",
            as_ours()
                .signed_by("partner-ec", "ES256")
                .without_header("kid"),
            "bad_signature",
        ),
        (
            "our workload",
            svid.clone().signed_by("partner-ec", "ES256"),
            "bad_signature",
        ),
        (
            "our workload, their key's name",
            svid.header("kid", "corp-ec")
                .signed_by("partner-ec", "ES256"),
            "unknown_key",
        ),
        (
            "nearly our issuer",
            partners().claim("iss", "https://sts.corp.example/"),
            "unknown_issuer",
        ),
        (
            "both issuers",
            partners().claim("iss", json!([PARTNER, CORP])),
            "claim_malformed",
        ),
        (
            "our key's name",
            partners().header("kid", "corp-ed"),
            "unknown_key",
        ),
    ] {
        let asked = ask(&GATEWAY, list(&recipe));
        assert_eq!(asked.decision(), (401, reason), "{what}");
        assert_eq!(asked.record.get("agent"), None, "{what}");
    }
}

/// `iss` twice: the first and the last are not read differently, but not at all.
#[test]
fn it_does_not_name_two_issuers() {
    let recipe = partners();
    let claims = recipe.claims_text();
    for text in [
        claims.replacen('{', &format!(r#"{{"iss":"{CORP}","#), 1),
        claims.replace('}', &format!(r#","iss":"{CORP}"}}"#)),
    ] {
        let token = recipe.parts(&recipe.header_text(), &text);
        let asked = ask(&GATEWAY, bearer("GET", "/v1/orders", &token));
        assert_eq!(asked.decision(), (401, "token_malformed"));
    }
}

#[test]
fn it_gets_into_no_task_of_ours() {
    let asked = ask(&GATEWAY, list(&partners().claim("task", "triage")));
    assert_eq!(asked.decision(), (403, "issuer_not_in_task"));
    let other = partners().claim("client_id", "https://agents.partner.example/admin/1");
    let asked = ask(&GATEWAY, list(&other));
    assert_eq!(asked.decision(), (403, "agent_not_in_task"));
    // What its own task does not have.
    let asked = ask(&GATEWAY, bearer("GET", "/v1/export", &partners().raw()));
    assert_eq!(asked.decision(), (403, "not_allowed"));
}

/// That a token is for a resource of ours lets nobody in.
#[test]
fn it_gets_to_no_resource_of_ours_by_naming_its_audience() {
    let balance = |recipe: &Recipe| {
        let request = Request::new("GET", "/balance", "ledger.corp.example");
        request.field("authorization", format!("Bearer {}", recipe.raw()))
    };
    let ours = Recipe::corp(now()).claim("aud", LEDGER);
    assert_eq!(ask(&GATEWAY, balance(&ours)).decision(), (200, "allowed"));
    for (what, audience, task, decision) in [
        ("its own", json!(API), "exchange", (401, "wrong_audience")),
        ("ours", json!(LEDGER), "exchange", (403, "not_allowed")),
        (
            "both",
            json!([API, LEDGER]),
            "exchange",
            (403, "not_allowed"),
        ),
        (
            "ours, our task",
            json!(LEDGER),
            "triage",
            (403, "issuer_not_in_task"),
        ),
    ] {
        let recipe = partners().claim("aud", audience).claim("task", task);
        assert_eq!(
            ask(&GATEWAY, balance(&recipe)).decision(),
            decision,
            "{what}"
        );
    }
}

/// A transaction token of its own narrows nothing and widens nothing: it stops the request.
#[test]
fn its_transaction_tokens_are_none() {
    let good = Recipe::corp(now()).token();
    let txn = |recipe: Recipe| bearer("GET", "/v1/orders", &good).field("txn-token", recipe.raw());
    let ours = Recipe::transaction(now());
    assert_eq!(
        ask(&GATEWAY, txn(ours.clone())).decision(),
        (200, "allowed")
    );
    for (recipe, reason) in [
        (
            ours.clone().signed_by("partner-ec", "ES256"),
            "bad_signature",
        ),
        (
            ours.clone()
                .header("kid", "corp-ec")
                .signed_by("partner-ec", "ES256"),
            "unknown_key",
        ),
        (
            ours.claim("iss", PARTNER)
                .header("kid", "corp-ec")
                .signed_by("partner-ec", "ES256"),
            "unknown_issuer",
        ),
    ] {
        let asked = ask(&GATEWAY, txn(recipe));
        assert_eq!(asked.decision(), (401, "txn_token_refused"));
        assert_eq!(asked.record["txn_refused"], reason);
    }
}
