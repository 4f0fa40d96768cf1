//! An authorization server that others wrote, behind Envoy's cluster: its tokens pass, and go no
//! further than the gateway.

use std::fs;
use std::sync::LazyLock;

use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::issuer::{ALGORITHMS, Issuer};
use remit_tests::policy::Compiled;

use crate::world::{ask, started};

/// An issuer, and a gateway of two workers that fetches its keys.
pub(crate) struct World {
    pub(crate) issuer: Issuer,
    pub(crate) gateway: Gateway,
}

/// One for those who can live with each other. It lives until the test binary ends.
pub(crate) static SHARED: LazyLock<World> = LazyLock::new(World::start);

impl World {
    pub(crate) fn start() -> Self {
        let issuer = Issuer::start();
        let gateway = started(&Setup::new(&policy_of(&issuer, "").plan));
        Self { issuer, gateway }
    }
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

/// A request that the policy allows, without a credential.
pub(crate) fn list() -> Request {
    Request::new("GET", "/v1/orders", "api.corp.example")
}

/// Whether neither log holds a secret: a token's or proof's signature is what makes it one.
pub(crate) fn is_in_no_log(gateway: &Gateway, secret: &str) {
    let (_, signature) = secret.rsplit_once('.').expect("three parts");
    let access_log = fs::read_to_string(gateway.log().path()).expect("there is an access log");
    assert!(!access_log.contains(signature));
    assert!(!gateway.log_of_envoy().contains(signature));
}

#[test]
fn its_tokens_pass_and_stay_at_the_gateway() {
    let World { issuer, gateway } = &*SHARED;
    let bearer = |token: &str| list().field("authorization", format!("Bearer {token}"));
    for alg in ALGORITHMS {
        let token = issuer.bearer(alg);
        let asked = ask(gateway, bearer(&token));
        assert_eq!(asked.decision(), (200, "allowed"), "{alg}");
        assert_eq!(asked.record["issuer"], "corp", "{alg}");
        assert_eq!(asked.record["agent"], Issuer::agent(alg), "{alg}");
        let arrival = asked.arrival(gateway);
        assert_eq!(arrival.values("x-remit-agent"), [Issuer::agent(alg)]);
        assert!(arrival.values("authorization").is_empty(), "{alg}");

        let (signed, _) = token.rsplit_once('.').expect("three parts");
        let other = issuer.bearer(alg);
        let (_, signature) = other.rsplit_once('.').expect("three parts");
        let asked = ask(gateway, bearer(&format!("{signed}.{signature}")));
        assert_eq!(asked.decision(), (401, "bad_signature"), "{alg}");
        is_in_no_log(gateway, &token);
        is_in_no_log(gateway, &other);
    }
}
