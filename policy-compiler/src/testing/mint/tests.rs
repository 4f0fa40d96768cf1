use std::collections::BTreeMap;

use remit_engine::time::UnixTime;

use super::*;
use crate::source::Sources;
use crate::testing::{Credential, Request};

/// The policy with every profile but `plain`.
fn plan() -> Plan {
    let text = include_str!("../../../tests/policies/authority/policy.yaml");
    let sources = Sources::in_memory([("p.yaml".into(), text.to_owned())], BTreeMap::new());
    crate::compile(&sources).unwrap().plan
}

fn attempt() -> Attempt {
    Attempt {
        now: UnixTime::from_seconds(1_767_268_800),
        credential: Credential::None,
        transaction: None,
        approval: None,
        request: Request::from_line("GET https://api.corp.example/v1/orders/1").unwrap(),
        cluster: None,
        answer: None,
        times: 1,
        before: Vec::new(),
    }
}

fn recipe(claims: &Value) -> Recipe {
    Recipe {
        claims: claims.as_object().unwrap().clone(),
        ..Recipe::default()
    }
}

#[test]
fn whose_a_token_is() {
    let plan = plan();
    let (corp, mesh, tts) = (Some(IssuerId(0)), Some(IssuerId(1)), Some(IssuerId(2)));
    for (claims, expected) in [
        (json!({"iss": "https://sts.corp.example"}), corp),
        (json!({"sub": "spiffe://mesh.example/sync"}), mesh),
        (json!({"sub": "spiffe://other.example/sync"}), None),
        (json!({}), None),
    ] {
        assert_eq!(recipe(&claims).signer(&plan), expected, "{claims}");
    }
    assert_eq!(recipe(&json!({})).transaction_signer(&plan), tts);
    let mut alone = plan.clone();
    alone.issuers.remove(1);
    assert_eq!(recipe(&json!({})).signer(&alone), corp);
}

#[test]
fn each_profile_has_the_claims_that_it_needs() {
    let plan = plan();
    let made = |position: usize| {
        let recipe = recipe(&json!({}));
        let issuer = plan.issuers.get(position);
        let claims = claims(&recipe, &attempt(), issuer, &plan, "id-1", None);
        Value::Object(claims)
    };
    let times = |mut claims: Value| {
        claims["iat"] = json!(1_767_268_800);
        claims["exp"] = json!(1_767_269_100);
        claims
    };
    let audience = "https://api.corp.example/orders";
    let iss = "https://sts.corp.example";
    assert_eq!(
        made(0),
        times(json!({"iss": iss, "aud": audience, "jti": "id-1"}))
    );
    assert_eq!(made(1), times(json!({"aud": audience, "jti": "id-1"})));
    assert_eq!(
        made(2),
        times(json!({"iss": iss, "aud": "corp.example", "txn": "id-1"}))
    );
}

#[test]
fn a_token_is_bound_to_what_is_shown_with_it() {
    let proof = Proof::generate().unwrap();
    let mut recipe = recipe(&json!({}));
    assert_eq!(confirmation(&recipe, None), None);
    recipe.certificate = Some([0xff; 32]);
    let thumbprint = "__________________________________________8";
    assert_eq!(
        confirmation(&recipe, None),
        Some(json!({"x5t#S256": thumbprint}))
    );
    let jkt = proof.confirmation()["jkt"].clone();
    let bound = confirmation(&recipe, Some(&proof));
    assert_eq!(bound, Some(json!({"jkt": jkt, "x5t#S256": thumbprint})));
    let plan = plan();
    let bind = |recipe: &Recipe| {
        let made = claims(recipe, &attempt(), None, &plan, "id-1", bound.clone());
        made.get("cnf").cloned()
    };
    assert_eq!(bind(&recipe), bound);
    // What a test says of its claims stands over it.
    recipe.claims.insert("cnf".to_owned(), Value::Null);
    assert_eq!(bind(&recipe), None);
}
