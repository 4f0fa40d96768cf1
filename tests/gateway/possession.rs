//! Tokens that an authorization server has bound to a key (RFC 9449): with a proof they pass, once a
//! proof, and without they do not.

use std::thread::{scope, sleep};
use std::time::Duration;

use remit_tests::client::h1::Request;
use remit_tests::gateway::Pinned;
use remit_tests::issuer::{ALGORITHMS, Prover};

use crate::issuer::{SHARED, World, is_in_no_log, list};
use crate::world::{Asked, ask};

const LIST: &str = "https://api.corp.example/v1/orders";

fn as_dpop(token: &str, proof: &str) -> Request {
    let request = list().field("authorization", format!("DPoP {token}"));
    request.field("dpop", proof)
}

/// What was shown before a gateway began to remember it refuses, to the second that proofs tell.
fn until_proofs_count() {
    sleep(Duration::from_millis(1100));
}

/// RFC 9449 section 7.1.
fn is_asked_for_a_proof(asked: &Asked) {
    let challenge = asked.challenge();
    let error = r#"DPoP error="invalid_dpop_proof""#;
    assert!(challenge.starts_with(error), "{challenge}");
    let (_, algorithms) = challenge.split_once("algs=\"").expect(challenge);
    assert!(algorithms.contains("ES256"), "{challenge}");
}

#[test]
fn a_bound_token_passes_with_a_proof() {
    let World { issuer, gateway } = &*SHARED;
    until_proofs_count();
    for alg in ALGORITHMS {
        let token = issuer.bound(alg);
        for url in [
            LIST,
            // The same in other words (RFC 9449 section 4.3).
            "HTTPS://API.corp.example:443/v1/%6Frders",
            "https://api.corp.example/v1/orders?page=2#top",
        ] {
            let proof = issuer.proof(Prover::Client, "GET", url, &token);
            let asked = ask(gateway, as_dpop(&token, &proof));
            assert_eq!(asked.decision(), (200, "allowed"), "{alg}, {url}");
            let arrival = asked.arrival(gateway);
            assert!(arrival.values("authorization").is_empty(), "{alg}");
            assert!(arrival.values("dpop").is_empty(), "{alg}");
            is_in_no_log(gateway, &proof);
        }
        is_in_no_log(gateway, &token);
    }
}

#[test]
fn a_bound_token_does_not_pass_without_a_proof() {
    let World { issuer, gateway } = &*SHARED;
    for alg in ALGORITHMS {
        let token = issuer.bound(alg);
        let proof = issuer.proof(Prover::Client, "GET", LIST, &token);
        let bare = list().field("authorization", format!("DPoP {token}"));
        let bearer = list().field("authorization", format!("Bearer {token}"));
        let as_bearer = bearer.clone().field("dpop", proof);
        for (what, request) in [
            ("no proof", bare),
            ("as anybody's", bearer),
            ("as anybody's, with a proof", as_bearer),
        ] {
            let asked = ask(gateway, request);
            assert_eq!(asked.decision(), (401, "proof_missing"), "{alg}, {what}");
            is_asked_for_a_proof(&asked);
        }
    }
}

#[test]
fn a_proof_is_of_one_token_and_request() {
    use Prover::{Client, Stranger};
    let World { issuer, gateway } = &*SHARED;
    until_proofs_count();
    for alg in ALGORITHMS {
        let token = issuer.bound(alg);
        let proof = |by, method, url: &str| issuer.proof(by, method, url, &token);
        let below = format!("{LIST}/A-1");
        let plain = LIST.replace("https", "http");
        let other = issuer.proof(Client, "GET", LIST, &issuer.bound(alg));
        let good = proof(Client, "GET", LIST);
        let twice = as_dpop(&token, &good).field("dpop", proof(Client, "GET", LIST));
        let listed = format!("{good},{}", proof(Client, "GET", LIST));
        for (what, request) in [
            ("method", as_dpop(&token, &proof(Client, "POST", LIST))),
            ("path", as_dpop(&token, &proof(Client, "GET", &below))),
            (
                "host",
                as_dpop(
                    &token,
                    &proof(Client, "GET", "https://other.example/v1/orders"),
                ),
            ),
            ("scheme", as_dpop(&token, &proof(Client, "GET", &plain))),
            ("key", as_dpop(&token, &proof(Stranger, "GET", LIST))),
            ("token", as_dpop(&token, &other)),
            ("two", twice),
            ("a list", as_dpop(&token, &listed)),
            ("no JWT", as_dpop(&token, "proof")),
            ("the token itself", as_dpop(&token, &token)),
        ] {
            let asked = ask(gateway, request);
            assert_eq!(asked.decision(), (401, "proof_refused"), "{alg}, {what}");
            is_asked_for_a_proof(&asked);
        }
        // None of these has used it up.
        let asked = ask(gateway, as_dpop(&token, &good));
        assert_eq!(asked.decision(), (200, "allowed"), "{alg}");
    }
}

/// A proof says nothing of a token that is bound to no key.
#[test]
fn a_token_of_anybody_is_none_with_a_proof() {
    let World { issuer, gateway } = &*SHARED;
    let token = issuer.bearer("ES256");
    let proof = issuer.proof(Prover::Client, "GET", LIST, &token);
    let asked = ask(gateway, as_dpop(&token, &proof));
    assert_eq!(asked.decision(), (401, "binding_needed"));
    let error = r#"Bearer error="invalid_token""#;
    assert!(asked.challenge().starts_with(error));
}

/// What one worker has seen all know.
#[test]
fn a_proof_counts_once_on_all_workers() {
    let World { issuer, gateway } = World::start();
    let token = issuer.bound("ES256");
    until_proofs_count();
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    for first in [0, 1, 0, 1] {
        let proof = issuer.proof(Prover::Client, "GET", LIST, &token);
        let request = as_dpop(&token, &proof);
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
    let World { issuer, gateway } = World::start();
    let token = issuer.bound("ES256");
    until_proofs_count();
    for round in 0..10 {
        let proof = issuer.proof(Prover::Client, "GET", LIST, &token);
        let request = as_dpop(&token, &proof);
        let send = || request.send(gateway.agents()).status;
        let passed = scope(|threads| {
            let clients: Vec<_> = (0..16).map(|_| threads.spawn(send)).collect();
            let statuses = clients.into_iter().map(|client| client.join());
            let statuses = statuses.map(|status| status.expect("a client does not panic"));
            statuses.filter(|status| *status == 200).count()
        });
        assert_eq!(passed, 1, "round {round}");
    }
    assert_eq!(gateway.counted("challenge", "proof_replayed"), 150);
}
