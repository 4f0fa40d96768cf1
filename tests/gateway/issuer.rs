//! An authorization server that others wrote behind Envoy's cluster: its tokens, and its tokens that
//! are bound to a key.

use std::thread::{scope, sleep};
use std::time::Duration;

use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::issuer::{ALGORITHMS, Issuer, Prover};
use remit_tests::policy::Compiled;

use crate::world::{Asked, ask, started};

const LIST: &str = "https://api.corp.example/v1/orders";

struct World {
    issuer: Issuer,
    gateway: Gateway,
}

/// An issuer, and a gateway of two workers that fetches its keys.
fn world() -> World {
    let issuer = Issuer::start();
    let gateway = started(&Setup::new(&policy_of(&issuer, "").plan));
    World { issuer, gateway }
}

/// The policy with the issuer's address, and more about how its keys are fetched.
pub(crate) fn policy_of(issuer: &Issuer, fetched: &str) -> Compiled {
    let name = format!("issuer: {}", issuer.url());
    let keys = format!("\"{}/jwks\", cluster: idp{fetched}", issuer.url());
    let changes = [
        ("issuer: http://127.0.0.1:1", name.as_str()),
        (r#""http://127.0.0.1:1/jwks", cluster: idp"#, &keys),
    ];
    Compiled::policy_changed("issuer", &changes, &[])
}

fn list() -> Request {
    Request::new("GET", "/v1/orders", "api.corp.example")
}

fn as_dpop(token: &str, proof: &str) -> Request {
    let request = list().field("authorization", format!("DPoP {token}"));
    request.field("dpop", proof)
}

#[test]
fn its_tokens_pass_and_stay_at_the_gateway() {
    let World { issuer, gateway } = world();
    for alg in ALGORITHMS {
        let token = issuer.bearer(alg);
        let asked = ask(
            &gateway,
            list().field("authorization", format!("Bearer {token}")),
        );
        assert_eq!(asked.decision(), (200, "allowed"), "{alg}");
        assert_eq!(asked.record["issuer"], "corp", "{alg}");
        assert_eq!(asked.record["agent"], Issuer::agent(alg), "{alg}");
        let arrival = asked.arrival(&gateway);
        assert_eq!(arrival.values("x-remit-agent"), [Issuer::agent(alg)]);
        assert!(arrival.values("authorization").is_empty(), "{alg}");

        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let other = issuer.bearer(alg);
        let (_, others) = other.rsplit_once('.').expect("three parts");
        assert_ne!(signature, others, "{alg}");
        let changed = format!("Bearer {signed}.{others}");
        let asked = ask(&gateway, list().field("authorization", changed));
        assert_eq!(asked.decision(), (401, "bad_signature"), "{alg}");
    }
}

/// What was shown before a gateway began to remember it refuses, to the second that proofs tell.
fn until_proofs_count() {
    sleep(Duration::from_millis(1100));
}

#[test]
fn a_bound_token_passes_with_a_proof_alone() {
    let World { issuer, gateway } = world();
    until_proofs_count();
    for alg in ALGORITHMS {
        let token = issuer.bound(alg);
        let proof = |by, method, url| issuer.proof(by, method, url, &token);
        let good = || proof(Prover::Client, "GET", LIST);

        let asked = ask(&gateway, as_dpop(&token, &good()));
        assert_eq!(asked.decision(), (200, "allowed"), "{alg}");
        let arrival = asked.arrival(&gateway);
        assert!(arrival.values("authorization").is_empty(), "{alg}");
        assert!(arrival.values("dpop").is_empty(), "{alg}");

        let bare = list().field("authorization", format!("DPoP {token}"));
        let bearer = list().field("authorization", format!("Bearer {token}"));
        let as_bearer = bearer.clone().field("dpop", good());
        for (what, request) in [
            ("no proof", bare),
            ("as anybody's", bearer),
            ("as anybody's, with a proof", as_bearer),
        ] {
            let asked = ask(&gateway, request);
            assert_eq!(asked.decision(), (401, "proof_missing"), "{alg}, {what}");
            is_asked_for_a_proof(&asked);
        }

        let other = issuer.bound(alg);
        let of_other = issuer.proof(Prover::Client, "GET", LIST, &other);
        let twice = as_dpop(&token, &good()).field("dpop", good());
        let proof_for = |by, method, url| as_dpop(&token, &proof(by, method, url));
        let elsewhere = "https://other.corp.example/v1/orders";
        for (what, request) in [
            ("method", proof_for(Prover::Client, "POST", LIST)),
            (
                "path",
                proof_for(Prover::Client, "GET", &format!("{LIST}/A-1")),
            ),
            ("host", proof_for(Prover::Client, "GET", elsewhere)),
            (
                "scheme",
                proof_for(Prover::Client, "GET", &LIST.replace("https", "http")),
            ),
            ("key", proof_for(Prover::Stranger, "GET", LIST)),
            ("token", as_dpop(&token, &of_other)),
            ("two proofs", twice),
            ("no JWT", as_dpop(&token, "proof")),
        ] {
            let asked = ask(&gateway, request);
            assert_eq!(asked.decision(), (401, "proof_refused"), "{alg}, {what}");
            is_asked_for_a_proof(&asked);
        }
    }
}

/// RFC 9449 section 7.1.
fn is_asked_for_a_proof(asked: &Asked) {
    let challenge = asked.challenge();
    assert!(
        challenge.starts_with(r#"DPoP error="invalid_dpop_proof""#),
        "{challenge}"
    );
    assert!(challenge.contains("algs="), "{challenge}");
    assert!(challenge.contains("ES256"), "{challenge}");
}

/// A proof says nothing of a token that is bound to no key.
#[test]
fn a_token_of_anybody_is_none_with_a_proof() {
    let World { issuer, gateway } = world();
    let token = issuer.bearer("ES256");
    let proof = issuer.proof(Prover::Client, "GET", LIST, &token);
    let asked = ask(&gateway, as_dpop(&token, &proof));
    assert_eq!(asked.decision(), (401, "binding_needed"));
    assert!(
        asked
            .challenge()
            .starts_with(r#"Bearer error="invalid_token""#)
    );
}

/// What one worker has seen all know.
#[test]
fn a_proof_counts_once_on_all_workers() {
    let World { issuer, gateway } = world();
    let token = issuer.bound("ES256");
    let proof = || issuer.proof(Prover::Client, "GET", LIST, &token);
    until_proofs_count();
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    for first in [0, 1, 0, 1] {
        let request = as_dpop(&token, &proof());
        assert_eq!(workers[first].send(&request).status, 200, "{first}");
        for worker in &mut workers {
            assert_eq!(worker.send(&request).status, 401, "{first}");
        }
    }
    assert_eq!(gateway.counted("challenge", "proof_replayed"), 8);
}

/// However many show it at once, one is let through.
#[test]
fn a_proof_counts_once_over_many_connections() {
    let World { issuer, gateway } = world();
    let token = issuer.bound("ES256");
    until_proofs_count();
    for round in 0..10 {
        let request = as_dpop(&token, &issuer.proof(Prover::Client, "GET", LIST, &token));
        let to = gateway.agents();
        let passed = scope(|threads| {
            let sending: Vec<_> = (0..16)
                .map(|_| threads.spawn(|| request.send(to).status))
                .collect();
            let statuses = sending
                .into_iter()
                .map(|one| one.join().expect("a client does not panic"));
            statuses.filter(|status| *status == 200).count()
        });
        assert_eq!(passed, 1, "round {round}");
    }
    assert_eq!(gateway.counted("challenge", "proof_replayed"), 150);
}
