//! Tokens for one use, on the way through a decision.

#![expect(
    clippy::result_large_err,
    reason = "either is moved once per request, not passed up"
)]

use crate::crypto::NoHostCrypto;
use crate::decision::{Allow, Reason, Refusal};
use crate::host::{Host, Ledger};
use crate::plan::*;
use crate::request::{Field, RequestHead};
use crate::tests::{Local, engine, mint, sign, triage};
use crate::time::UnixTime;

const NOW: i64 = 1100;

fn plan() -> Plan {
    let mut plan = triage();
    plan.issuers[0].uses = Uses::One;
    plan
}

fn token(more: &str) -> String {
    mint(&format!(r#","task":"triage"{more}"#))
}

fn decide<'e>(
    engine: &'e crate::Engine,
    (path, token): (&str, &str),
    beside: Option<&str>,
    now: i64,
    host: &dyn Host,
) -> Result<Allow<'e>, Refusal<'e>> {
    let shown = format!("Bearer {token}");
    let mut fields: Vec<Field<'_>> = vec![
        (b":method", b"GET"),
        (b":path", path.as_bytes()),
        (b":authority", b"api.corp.example"),
        (b"authorization", shown.as_bytes()),
    ];
    fields.extend(beside.map(|token| (&b"txn-token"[..], token.as_bytes())));
    let now = UnixTime::from_seconds(now);
    engine
        .decide(&RequestHead::new(&fields), now, host)
        .settled()
}

fn go(engine: &crate::Engine, token: &str, now: i64, host: &dyn Host) -> Reason {
    let allow = decide(engine, ("/v1/orders/42", token), None, now, host);
    match allow.and_then(|allow| allow.confirm(Some(b"orders"), host)) {
        Ok(permit) => permit.record().reason(),
        Err(refusal) => refusal.record().reason(),
    }
}

#[test]
fn a_token_for_one_use_lets_one_request_through() {
    let (engine, host) = (engine(&plan()), Local::default());
    for more in [r#","jti":"a""#, ""] {
        let token = token(more);
        assert_eq!(go(&engine, &token, NOW, &host), Reason::Allowed);
        for now in [NOW, 1600, 1604] {
            assert_eq!(go(&engine, &token, now, &host), Reason::TokenReplayed);
        }
        assert_eq!(go(&engine, &token, 1605, &host), Reason::TokenExpired);
    }
    // Any number, where the issuer's tokens are for any number.
    let many = crate::tests::engine(&triage());
    for _ in 0..3 {
        assert_eq!(
            go(&many, &token(r#","jti":"a""#), NOW, &host),
            Reason::Allowed
        );
    }
}

#[test]
fn the_id_is_the_token_and_else_what_is_signed() {
    let (engine, host) = (engine(&plan()), Local::default());
    let first = token(r#","jti":"a""#);
    let again = token(r#","jti":"a","note":1"#);
    assert_eq!(go(&engine, &first, NOW, &host), Reason::Allowed);
    assert_eq!(go(&engine, &again, NOW, &host), Reason::TokenReplayed);
    assert_eq!(
        go(&engine, &token(r#","jti":"b""#), NOW, &host),
        Reason::Allowed
    );
    // Without one, other claims are another token.
    assert_eq!(go(&engine, &token(""), NOW, &host), Reason::Allowed);
    assert_eq!(
        go(&engine, &token(r#","note":1"#), NOW, &host),
        Reason::Allowed
    );
    let marks = host.marks.borrow();
    assert!(marks.keys().all(|(ledger, _)| *ledger == Ledger::Tokens));
    assert_eq!(marks.len(), 4);
}

#[test]
fn a_refused_request_uses_nothing() {
    let (engine, host) = (engine(&plan()), Local::default());
    let token = token("");
    let refused = decide(&engine, ("/v1/orders/export", &token), None, NOW, &host);
    assert_eq!(refused.unwrap_err().record().reason(), Reason::NotAllowed);
    let allow = decide(&engine, ("/v1/orders/42", &token), None, NOW, &host);
    let refused = allow.unwrap().confirm(Some(b"elsewhere"), &host);
    assert_eq!(refused.unwrap_err().record().reason(), Reason::WrongCluster);
    assert!(host.marks.borrow().is_empty());
    assert_eq!(go(&engine, &token, NOW, &host), Reason::Allowed);
}

#[test]
fn of_two_requests_with_one_token_one_goes_on() {
    let (engine, host) = (engine(&plan()), Local::default());
    let token = token("");
    let decide = || decide(&engine, ("/v1/orders/42", &token), None, NOW, &host).unwrap();
    let (first, second) = (decide(), decide());
    assert!(second.confirm(Some(b"orders"), &host).is_ok());
    let refusal = first.confirm(Some(b"orders"), &host).unwrap_err();
    assert_eq!(refusal.record().reason(), Reason::TokenReplayed);
    assert_eq!(refusal.answer().status, 401);
}

#[test]
fn what_was_issued_before_marks_were_kept_may_have_been_used() {
    let engine = engine(&plan());
    let since = |since| Local {
        since,
        ..Local::default()
    };
    assert_eq!(go(&engine, &token(""), NOW, &since(1000)), Reason::Allowed);
    assert_eq!(
        go(&engine, &token(""), NOW, &since(1001)),
        Reason::TokenReplayed
    );
    assert_eq!(
        go(&engine, &token(""), NOW, &NoHostCrypto),
        Reason::StateUnavailable
    );
    let full = Local {
        is_full: true,
        ..Local::default()
    };
    assert_eq!(
        go(&engine, &token(""), NOW, &full),
        Reason::StateUnavailable
    );
}

#[test]
fn a_token_that_does_not_say_when_it_was_issued_may_be_an_old_one() {
    let mut plan = plan();
    let issuer = &mut plan.issuers[0];
    issuer.profile = Profile::JwtSvid;
    issuer.trust_domain = Some("corp.example".into());
    let agents = Pattern {
        scheme: "spiffe://".into(),
        segments: vec![Segment::Literal("corp.example".into()), Segment::Rest],
    };
    issuer.may_assert = vec![agents.clone()];
    plan.tasks[0].agents = vec![agents];
    let engine = engine(&plan);
    let svid = |more: &str| {
        let payload = format!(
            r#"{{"sub":"spiffe://corp.example/a","aud":"https://api.corp.example","exp":1200,"task":"triage"{more}}}"#
        );
        sign(r#"{"alg":"EdDSA","kid":"k1"}"#, &payload)
    };
    let host = Local::default();
    assert_eq!(go(&engine, &svid(""), NOW, &host), Reason::TokenReplayed);
    assert_eq!(
        go(&engine, &svid(r#","iat":1000"#), NOW, &host),
        Reason::Allowed
    );
}

#[test]
fn a_transaction_token_beside_it_is_used_too() {
    let mut plan = triage();
    let mut issuer = plan.issuers[0].clone();
    issuer.name = "tts".into();
    issuer.issuer = String::new();
    issuer.profile = Profile::TxnToken;
    issuer.trust_domain = Some("corp.example".into());
    issuer.uses = Uses::One;
    plan.issuers.push(issuer);
    let (engine, host) = (engine(&plan), Local::default());
    let beside = |txn: &str, note: u32| {
        let payload = format!(
            r#"{{"aud":"corp.example","iat":1000,"exp":1600,"txn":"{txn}","sub":"u","scope":"s","req_wl":"agent/one","note":{note}}}"#
        );
        sign(
            r#"{"alg":"EdDSA","kid":"k1","typ":"txntoken+jwt"}"#,
            &payload,
        )
    };
    let go = |beside: &str| {
        let place = ("/v1/orders/42", &*token(""));
        let allow = decide(&engine, place, Some(beside), NOW, &host);
        match allow.and_then(|allow| allow.confirm(Some(b"orders"), &host)) {
            Ok(permit) => (permit.record().reason(), permit.record().to_json()),
            Err(refusal) => (refusal.record().reason(), refusal.record().to_json()),
        }
    };
    assert_eq!(go(&beside("t", 1)).0, Reason::Allowed);
    let (reason, record) = go(&beside("t", 2));
    assert_eq!(reason, Reason::TokenReplayed);
    assert!(
        record.contains(r#""txn_refused":"token_replayed""#),
        "{record}"
    );
    assert_eq!(go(&beside("other", 1)).0, Reason::Allowed);
}
