use p256::ecdsa::signature::Verifier as _;
use remit_engine::time::UnixTime;

use super::*;
use crate::testing::Credential;

/// The hash of `abc` is that of FIPS 180-4, appendix B.1.
#[test]
fn a_proof_says_what_is_sent_and_by_whom() {
    let proof = Proof::generate().unwrap();
    let policy = "remit: v1\npolicy: p\nresources:\n  orders:\n    host: api.example\n    \
                  audience: https://api.example\n    origin: https://api.example:8443\n    \
                  operations:\n      read: {http: \"GET /a\", class: read}\n";
    let files = [("p.yaml".into(), policy.to_owned())];
    let sources = crate::source::Sources::in_memory(files, std::collections::BTreeMap::new());
    let plan = crate::compile(&sources).unwrap().plan;
    let attempt = Attempt {
        now: UnixTime::from_seconds(1_767_268_800),
        credential: Credential::None,
        transaction: None,
        approval: None,
        request: Request::from_line("GET https://api.example/a?b=c").unwrap(),
        cluster: None,
        answer: None,
        times: 1,
        before: Vec::new(),
    };
    let shown = proof.shown(&attempt, &plan, "abc", "id-1");
    let parts: Vec<&str> = shown.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        panic!("{shown}")
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let json = |part: &str| serde_json::from_slice::<Value>(&decoded(part)).unwrap();
    assert_eq!(
        json(claims),
        json!({
            "jti": "id-1",
            "htm": "GET",
            "htu": "https://api.example:8443/a",
            "iat": 1_767_268_800,
            "ath": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
        })
    );
    let header = json(header);
    assert_eq!(header["typ"], "dpop+jwt");
    assert!(header["jwk"].get("d").is_none());
    let verifying = proof.key.verifying_key();
    let signed = shown.rsplit_once('.').unwrap().0;
    let signature = Signature::from_slice(&decoded(signature)).unwrap();
    verifying.verify(signed.as_bytes(), &signature).unwrap();
    // The library calls a key without a name by its thumbprint.
    let mut jwk = header["jwk"].clone();
    jwk["d"] = json!(URL_SAFE_NO_PAD.encode(proof.key.to_bytes()));
    let pair = KeyPair::from_jwk(&jwk.to_string()).unwrap();
    assert_eq!(proof.confirmation(), json!({"jkt": pair.thumbprint()}));
}
