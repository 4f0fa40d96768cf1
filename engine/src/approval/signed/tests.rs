use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::*;
use crate::approval::Call;
use crate::crypto::{HostVerdict, NoHostCrypto};
use crate::plan::{Approvals, Key, Plan};
use crate::tests::{key, orders};

const NOW: i64 = 1_000_000;

fn plan() -> Plan {
    let named = |seed, kid: &str| Key {
        kid: Some(kid.into()),
        ..key(seed)
    };
    Plan {
        approvals: Some(Approvals {
            header: "x-remit-approval".into(),
            keys: vec![named(3, "a"), named(4, "b")],
            max_lifetime: 900,
        }),
        ..orders()
    }
}

fn action(operation: &str) -> Action {
    let call = Call {
        operation,
        ..Call::default()
    };
    call.action()
}

fn asked() -> Asked<'static> {
    Asked {
        action: action("orders.refund"),
        audience: "https://api.corp.example",
        agent: "agent/one",
        task_id: Some("t-1"),
        principal: None,
        tenant: None,
        now: UnixTime::from_seconds(NOW),
        max_lifetime: 900,
    }
}

fn header() -> Value {
    json!({"typ": "remit-approval+jwt", "alg": "EdDSA", "kid": "a"})
}

fn claims() -> Value {
    json!({
        "jti": "j", "iat": NOW - 10, "exp": NOW + 100, "aud": "https://api.corp.example",
        "sub": "agent/one", "task_id": "t-1", "action": action("orders.refund").to_text(),
    })
}

/// `null` takes a member away.
fn with(mut object: Value, member: &str, value: Value) -> Value {
    match value {
        Value::Null => object.as_object_mut().unwrap().remove(member),
        value => object.as_object_mut().unwrap().insert(member.into(), value),
    };
    object
}

fn sign(seed: u8, header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = SigningKey::from_bytes(&[seed; 32]).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn checked(plan: &Plan, approval: &str, asked: &Asked<'_>) -> Result<Signed, Reason> {
    let verifier = Verifier::new(plan).unwrap();
    check(approval.as_bytes(), asked, &verifier, &NoHostCrypto)
}

fn said(claims: &Value) -> Result<Signed, Reason> {
    checked(&plan(), &sign(3, &header(), claims), &asked())
}

#[test]
fn an_approval_of_the_call_holds() {
    let signed = said(&claims()).unwrap();
    assert_eq!(signed.name, "j");
    assert_eq!(signed.issued_at, UnixTime::from_seconds(NOW - 10));
    assert_eq!(signed.until, UnixTime::from_seconds(NOW + 106));
    for (member, value) in [
        (
            "aud",
            json!(["https://other.example", "https://api.corp.example"]),
        ),
        ("exp", json!(NOW + 890)),
        ("exp", json!(NOW - 4)),
        ("iat", json!(NOW + 5)),
        ("nbf", json!(NOW + 5)),
        ("jti", json!("j".repeat(limits::APPROVAL_ID_BYTES))),
        ("reason", json!("asked by telephone")),
    ] {
        let claims = with(claims(), member, value.clone());
        assert!(said(&claims).is_ok(), "{member}: {value}");
    }
}

#[test]
fn every_claim_counts() {
    for (member, value) in [
        ("jti", Value::Null),
        ("jti", json!("")),
        ("jti", json!("a b")),
        ("jti", json!(7)),
        ("jti", json!("j".repeat(limits::APPROVAL_ID_BYTES + 1))),
        ("iat", Value::Null),
        ("iat", json!("now")),
        ("iat", json!(NOW + 6)),
        ("exp", Value::Null),
        ("exp", json!(NOW - 5)),
        ("exp", json!(NOW + 891)),
        ("nbf", json!(NOW + 6)),
        ("nbf", json!("now")),
        ("aud", Value::Null),
        ("aud", json!("https://api.corp.example/")),
        ("aud", json!([])),
        ("aud", json!({"https://api.corp.example": 1})),
        ("sub", Value::Null),
        ("sub", json!("agent/two")),
        ("task_id", Value::Null),
        ("task_id", json!("t-2")),
        ("tenant", json!("acme")),
        ("action", Value::Null),
        ("action", json!(action("orders.read").to_text())),
        ("action", json!([action("orders.refund").to_text()])),
        (
            "cnf",
            json!({"jkt": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}),
        ),
    ] {
        let claims = with(claims(), member, value.clone());
        let refused = Err(Reason::ApprovalRefused);
        assert_eq!(said(&claims), refused, "{member}: {value}");
    }
}

/// What the token does not name an approval cannot name either, and the other way round.
#[test]
fn whoever_is_asked_about_counts() {
    let approval = sign(3, &header(), &claims());
    for other in [
        Asked {
            action: action("orders.read"),
            ..asked()
        },
        Asked {
            audience: "https://other.example",
            ..asked()
        },
        Asked {
            agent: "agent/two",
            ..asked()
        },
        Asked {
            task_id: None,
            ..asked()
        },
        Asked {
            task_id: Some("t-2"),
            ..asked()
        },
        Asked {
            principal: None,
            tenant: Some("acme"),
            ..asked()
        },
        Asked {
            now: UnixTime::from_seconds(NOW + 105),
            ..asked()
        },
        Asked {
            now: UnixTime::from_seconds(NOW - 16),
            ..asked()
        },
        Asked {
            max_lifetime: 109,
            ..asked()
        },
    ] {
        let refused = Err(Reason::ApprovalRefused);
        assert_eq!(checked(&plan(), &approval, &other), refused, "{other:?}");
    }
    let of_tenant = sign(3, &header(), &with(claims(), "tenant", json!("acme")));
    let asked = Asked {
        principal: None,
        tenant: Some("acme"),
        ..asked()
    };
    assert!(checked(&plan(), &of_tenant, &asked).is_ok());
}

#[test]
fn the_header_says_what_it_is_and_whose() {
    let refused = |seed, header: &Value| {
        let approval = sign(seed, header, &claims());
        checked(&plan(), &approval, &asked()).is_err()
    };
    for (member, value) in [
        ("typ", Value::Null),
        ("typ", json!("JWT")),
        ("typ", json!("at+jwt")),
        ("alg", json!("none")),
        ("alg", json!("ES256")),
        ("kid", json!("b")),
        ("kid", json!("c")),
        ("kid", Value::Null),
        ("crit", json!(["b64"])),
        ("jwk", json!({})),
        ("jku", json!("https://attacker.example")),
    ] {
        let header = with(header(), member, value.clone());
        assert!(refused(3, &header), "{member}: {value}");
    }
    assert!(!refused(
        3,
        &with(header(), "typ", json!("application/Remit-Approval+JWT"))
    ));
    assert!(!refused(3, &with(header(), "alg", json!("Ed25519"))));
    assert!(!refused(4, &with(header(), "kid", json!("b"))));
    assert!(refused(5, &header()), "a stranger's signature");
    // One key and nothing to choose: neither needs to name it.
    let mut one = plan();
    let keys = &mut one.approvals.as_mut().unwrap().keys;
    keys.truncate(1);
    let unnamed = sign(3, &with(header(), "kid", Value::Null), &claims());
    assert!(checked(&one, &unnamed, &asked()).is_ok());
    one.approvals.as_mut().unwrap().keys[0].kid = None;
    let named = sign(3, &header(), &claims());
    assert!(checked(&one, &named, &asked()).is_ok());
    let nobody = Plan {
        approvals: None,
        ..plan()
    };
    assert!(checked(&nobody, &named, &asked()).is_err());
}

#[test]
fn no_character_can_be_changed_and_the_length_is_bounded() {
    let approval = sign(3, &header(), &claims());
    for at in 0..approval.len() {
        let mut changed = approval.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let refused = Err(Reason::ApprovalRefused);
        assert_eq!(checked(&plan(), &changed, &asked()), refused, "{at}");
    }
    let padded = |bytes: usize| {
        let claims = with(claims(), "pad", json!("p".repeat(bytes)));
        sign(3, &header(), &claims)
    };
    let most = (0..limits::APPROVAL_BYTES)
        .map(padded)
        .take_while(|text| text.len() <= limits::APPROVAL_BYTES)
        .last();
    let most = most.unwrap();
    assert!(checked(&plan(), &most, &asked()).is_ok());
    let more = padded(limits::APPROVAL_BYTES * 3 / 4);
    assert!(checked(&plan(), &more, &asked()).is_err());
}

#[test]
fn ids_are_of_a_key() {
    let id = |seed, kid: &str, jti: &str| {
        let header = with(header(), "kid", json!(kid));
        let claims = with(claims(), "jti", json!(jti));
        let signed = checked(&plan(), &sign(seed, &header, &claims), &asked());
        signed.unwrap().id
    };
    assert_eq!(id(3, "a", "j"), id(3, "a", "j"));
    assert_ne!(id(3, "a", "j"), id(3, "a", "k"));
    assert_ne!(id(3, "a", "j"), id(4, "b", "j"));
}

/// A host that fails at signatures says nothing about the approval.
#[test]
fn a_signature_that_cannot_be_checked_is_the_hosts_failure() {
    struct Counting(std::cell::Cell<u32>);
    impl HostCrypto for Counting {
        fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
            self.0.set(self.0.get() + 1);
            HostVerdict::Failed
        }
    }
    let host = Counting(std::cell::Cell::new(0));
    let verifier = Verifier::new(&plan()).unwrap();
    let check = |claims: &Value| {
        let approval = sign(3, &header(), claims);
        check(approval.as_bytes(), &asked(), &verifier, &host)
    };
    let _ = check(&with(claims(), "sub", json!("agent/two")));
    assert_eq!(
        host.0.get(),
        0,
        "what is not for this call costs no signature"
    );
    assert_eq!(check(&claims()), Err(Reason::HostFailure));
    assert_eq!(host.0.get(), 1);
}
