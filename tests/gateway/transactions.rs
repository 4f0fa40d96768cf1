//! Transaction tokens beside a credential (draft-ietf-oauth-transaction-tokens-10): they narrow, say
//! nothing about who asks, and go on as they came.

use remit_tests::client::h1::Request;
use remit_tests::recipe::Recipe;
use serde_json::json;

use crate::mesh::{MESH, bearer};
use crate::world::{Asked, ask, now};

const AGENT: &str = "spiffe://corp.example/support/bot-7";

/// A credential of each kind, both with the scope that refunds need.
fn credentials() -> [(&'static str, String); 2] {
    let access = Recipe::corp(now()).claim("scope", "orders:refund").token();
    let svid = Recipe::svid(now(), "mesh-ec", AGENT).raw();
    [("access token", access), ("SVID", svid)]
}

fn refund(credential: &str) -> Request {
    bearer("POST", "/v1/refunds", credential).field("content-length", "0")
}

fn beside(credential: &str, transaction: &str) -> Asked {
    ask(&MESH, refund(credential).field("txn-token", transaction))
}

#[test]
fn it_narrows_what_a_credential_may() {
    let amount = |amount| Recipe::transaction(now()).claim("tctx", json!({"amount": amount}));
    let scope = |scope: &str| Recipe::transaction(now()).claim("scope", scope);
    for (what, credential) in credentials() {
        let alone = ask(&MESH, refund(&credential));
        assert_eq!(alone.decision(), (200, "allowed"), "{what} alone");
        for (recipe, decision) in [
            (amount(50), (200, "allowed")),
            (amount(500), (403, "requirement_not_met")),
            (scope("orders:list"), (403, "scope_missing")),
            (scope("orders:refund"), (200, "allowed")),
        ] {
            let asked = beside(&credential, &recipe.raw());
            assert_eq!(
                asked.decision(),
                decision,
                "{what}: {}",
                recipe.claims_text()
            );
            assert_eq!(asked.record["txn"], "txn-97053963", "{what}");
            assert_eq!(asked.record["agent"], AGENT, "{what}");
        }
    }
}

#[test]
fn it_adds_nothing_to_what_a_credential_may() {
    let transaction = Recipe::transaction(now()).raw();
    let unscoped = Recipe::corp(now()).token();
    let asked = beside(&unscoped, &transaction);
    assert_eq!(asked.decision(), (403, "scope_missing"));
    let taskless = Recipe::corp(now())
        .without("task")
        .claim("scope", "orders:refund");
    let other = Recipe::transaction(now()).claim("task", "triage").raw();
    let asked = beside(&taskless.token(), &other);
    assert_eq!(asked.decision(), (403, "task_missing"));
}

#[test]
fn it_says_nothing_about_who_asks() {
    let transaction = Recipe::transaction(now());
    let alone = Request::new("GET", "/v1/orders", "api.corp.example");
    let asked = ask(&MESH, alone.field("txn-token", transaction.raw()));
    assert_eq!(asked.decision(), (401, "no_credential"));
    let for_us = transaction.claim("aud", json!(["corp.example", "https://api.corp.example"]));
    let asked = ask(&MESH, bearer("GET", "/v1/orders", &for_us.raw()));
    assert_eq!(asked.decision(), (401, "token_type_refused"));
    assert_eq!(asked.record.get("agent"), None);
}

#[test]
fn it_goes_on_as_it_came() {
    for (what, credential) in credentials() {
        let transaction = Recipe::transaction(now()).claim("jti", what).raw();
        let asked = beside(&credential, &transaction);
        assert_eq!(asked.decision(), (200, "allowed"), "{what}");
        let arrival = asked.arrival(&MESH);
        assert_eq!(
            arrival.values("txn-token"),
            [transaction.as_str()],
            "{what}"
        );
    }
}

#[test]
fn one_that_is_not_valid_stops_the_request() {
    let good = || Recipe::transaction(now());
    let token = good().raw();
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let other = good().claim("tctx", json!({"amount": 5})).raw();
    let (others, _) = other.rsplit_once('.').expect("three parts");
    let cases = [
        ("tampered", format!("{others}.{signature}"), "bad_signature"),
        ("cut", signed.to_owned(), "token_malformed"),
        (
            "another's key",
            good().signed_by("mesh-ec", "ES256").raw(),
            "bad_signature",
        ),
        (
            "expired",
            good()
                .claim("iat", now() - 200)
                .claim("exp", now() - 60)
                .raw(),
            "token_expired",
        ),
        (
            "another domain",
            good().claim("aud", "edge.example").raw(),
            "unknown_issuer",
        ),
        (
            "another issuer",
            good().claim("iss", "https://tts.edge.example").raw(),
            "unknown_issuer",
        ),
        (
            "no transaction",
            good().without("txn").raw(),
            "claim_missing",
        ),
        (
            "no workload",
            good().without("req_wl").raw(),
            "claim_missing",
        ),
        (
            "a credential",
            Recipe::corp(now()).token(),
            "token_type_refused",
        ),
        ("bytes", String::from("%%%"), "token_malformed"),
    ];
    for (what, credential) in credentials() {
        for (why, transaction, reason) in &cases {
            let asked = beside(&credential, transaction);
            assert_eq!(
                asked.decision(),
                (401, "txn_token_refused"),
                "{what}, {why}"
            );
            assert_eq!(asked.record["txn_refused"], *reason, "{what}, {why}");
        }
        let twice = refund(&credential).field("txn-token", &token);
        let asked = ask(&MESH, twice.field("txn-token", &token));
        assert_eq!(
            asked.decision(),
            (401, "txn_token_refused"),
            "{what}, twice"
        );
        assert_eq!(
            beside(&credential, &token).decision(),
            (200, "allowed"),
            "{what}"
        );
    }
}

/// Where the policy has the access token go on, it does so unchanged.
#[test]
fn an_access_token_goes_on_where_the_policy_says_so() {
    let recipe = Recipe::corp(now()).claim("scope", "orders:refund");
    let ours = recipe.token();
    let kept = recipe.claim("iss", "https://legacy.corp.example").token();
    for (token, issuer, arrives) in [(&ours, "corp", false), (&kept, "legacy", true)] {
        let transaction = Recipe::transaction(now()).raw();
        let asked = beside(token, &transaction);
        assert_eq!(asked.decision(), (200, "allowed"), "{issuer}");
        assert_eq!(asked.record["issuer"], issuer);
        let arrival = asked.arrival(&MESH);
        let credential = arrives.then(|| format!("Bearer {token}"));
        assert_eq!(arrival.values("authorization"), Vec::from_iter(credential));
        assert_eq!(arrival.values("txn-token"), [transaction]);
    }
}
