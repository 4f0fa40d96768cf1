//! A proof of possession is good for one request: that it is looked at with the head and decided on
//! with the body makes neither two of it nor none.

use remit_tests::client::h1::Request;
use remit_tests::gateway::Setup;
use remit_tests::issuer::{Holder, Issuer};
use remit_tests::policy::Compiled;

use super::{LARGE, SMALL, chunks};
use crate::world::{ask, started};

const ADD: &str = "https://api.corp.example/v1/orders";

#[test]
fn a_proof_is_used_up_by_one_body() {
    let issuer = Issuer::start();
    let taking = "add: {http: POST /v1/orders, class: write, scope: orders:read, body: {amount: double, note: optional(string)}}";
    let name = format!("issuer: {}", issuer.url());
    let keys = format!("\"{}/jwks\", cluster: idp", issuer.url());
    let changes = [
        ("issuer: http://127.0.0.1:1", name.as_str()),
        (r#""http://127.0.0.1:1/jwks", cluster: idp"#, &keys),
        (
            "add: {http: POST /v1/orders, class: write, scope: orders:read}",
            taking,
        ),
    ];
    let policy = Compiled::policy_changed("issuer", &changes, &[]);
    let gateway = started(&Setup::reading(&policy.plan).workers(1));
    let token = issuer.bound("ES256", Holder::Ec);
    // Proofs count from the second after the gateway began to remember them.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let send = |proof: &str, body: &[u8]| {
        let body = [&chunks(body, 6), b"0\r\n\r\n".as_slice()].concat();
        let request = Request::new("POST", "/v1/orders", "api.corp.example")
            .field("authorization", format!("DPoP {token}"))
            .field("dpop", proof)
            .field("content-type", "application/json")
            .field("transfer-encoding", "chunked");
        let asked = ask(&gateway, request.body(&body));
        let (status, reason) = asked.decision();
        (status, reason.to_owned())
    };
    let proof = || issuer.proof(Holder::Ec, "POST", ADD, &token);
    let replayed = (401, "proof_replayed".to_owned());
    let first = proof();
    assert_eq!(send(&first, SMALL), (200, "allowed".to_owned()));
    assert_eq!(send(&first, SMALL), replayed);
    // What is refused for its body has used its proof up as well.
    let second = proof();
    assert_eq!(send(&second, b"{"), (400, "body_malformed".to_owned()));
    assert_eq!(send(&second, LARGE), replayed);
    assert_eq!(send(&proof(), LARGE), (200, "allowed".to_owned()));
}
