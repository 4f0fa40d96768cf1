use super::SourceError;
use crate::Engine;
use crate::crypto::NoHostCrypto;
use crate::decision::{Decision, Grounds, Reason};
use crate::plan::*;
use crate::request::RequestHead;
use crate::tests::{Local, engine, mint, sign, triage};
use crate::time::UnixTime;

const LIST: &str = "https://sts.corp.example/status/1";
const NOW: i64 = 1100;

fn source(kind: SourceKind, url: &str) -> Source {
    Source {
        kind,
        url: url.into(),
        cluster: "sts".into(),
        refresh: 300,
        stale_after: Some(100),
        when_stale: WhenStale::Deny,
    }
}

/// [`triage`] with its keys, a status list and a deny feed to be fetched, in this order.
fn plan(change: impl FnOnce(&mut Plan)) -> Engine {
    let mut plan = triage();
    plan.sources = vec![
        source(SourceKind::Jwks, "https://sts.corp.example/jwks.json"),
        source(SourceKind::StatusList, LIST),
        source(SourceKind::DenyFeed, "https://sts.corp.example/deny.json"),
    ];
    plan.issuers[0].status_lists = vec![SourceId(1)];
    change(&mut plan);
    engine(&plan)
}

fn take(engine: &Engine, id: u32, document: &str, at: i64) -> Result<i64, SourceError> {
    let at = UnixTime::from_seconds(at);
    let taken = engine.take_in(SourceId(id), document.as_bytes(), at, &NoHostCrypto)?;
    Ok(taken.refresh_at.seconds() - at.seconds())
}

/// What becomes of a request with a token, and for which source it waits.
fn decide(engine: &Engine, token: &str, now: i64) -> (Reason, Option<SourceId>) {
    let authorization = format!("Bearer {token}");
    let fields = [
        (&b":method"[..], &b"GET"[..]),
        (b":path", b"/v1/orders/42"),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ];
    let head = RequestHead::new(&fields);
    match engine.decide(&head, UnixTime::from_seconds(now), &NoHostCrypto) {
        Decision::Allow(_) => (Reason::Allowed, None),
        Decision::Refuse(refusal) => (refusal.record().reason(), None),
        Decision::Read(_) => panic!("no operation of this plan reads a body"),
        Decision::Wait(wait) => {
            let source = wait.source();
            (wait.give_up().record().reason(), Some(source))
        }
    }
}

fn jwks(kid: &str, seed: u8) -> String {
    use base64::Engine as _;
    let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]).verifying_key();
    let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(key.as_bytes());
    format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","x":"{x}"}}]}}"#)
}

/// A signed list of one byte, one bit a token: B9, whose first bit is set and second is not.
fn list(more: &str) -> String {
    let payload = format!(
        r#"{{"sub":"{LIST}","iat":1000,"status_list":{{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}{more}}}"#
    );
    sign(
        r#"{"alg":"EdDSA","kid":"k1","typ":"statuslist+jwt"}"#,
        &payload,
    )
}

fn with_status(index: u32) -> String {
    let status =
        format!(r#","task":"triage","status":{{"status_list":{{"idx":{index},"uri":"{LIST}"}}}}"#);
    mint(&status)
}

#[test]
fn keys_are_awaited_and_then_count() {
    let engine = plan(|plan| {
        plan.issuers[0].keys.clear();
        plan.issuers[0].key_source = Some(SourceId(0));
    });
    let token = mint(r#","task":"triage""#);
    let wait = (Reason::KeysUnavailable, Some(SourceId(0)));
    assert_eq!(decide(&engine, &token, NOW), wait);
    assert_eq!(take(&engine, 0, &jwks("k1", 7), NOW), Ok(300));
    assert_eq!(decide(&engine, &token, NOW).0, Reason::Allowed);
    // A set without the key refuses the same token, which is in the cache.
    assert_eq!(take(&engine, 0, &jwks("k2", 8), NOW), Ok(300));
    let wait = (Reason::KeysUnavailable, Some(SourceId(0)));
    assert_eq!(decide(&engine, &token, NOW), wait);
    assert_eq!(take(&engine, 0, r#"{"keys":[]}"#, NOW), Ok(300));
    assert_eq!(decide(&engine, &token, NOW), wait);
    // The name alone does not bring it back, and what was refused is not refused for ever.
    assert!(take(&engine, 0, &jwks("k1", 8), NOW).is_ok());
    assert_eq!(decide(&engine, &token, NOW).0, Reason::BadSignature);
    assert!(take(&engine, 0, &jwks("k1", 7), NOW).is_ok());
    assert_eq!(decide(&engine, &token, NOW).0, Reason::Allowed);
}

#[test]
fn a_wait_that_is_settled_says_that_the_key_is_unknown() {
    let engine = plan(|plan| plan.issuers[0].key_source = Some(SourceId(0)));
    assert!(take(&engine, 0, &jwks("k2", 8), NOW).is_ok());
    let (token, now) = (mint(r#","task":"triage""#), UnixTime::from_seconds(NOW));
    let authorization = format!("Bearer {token}");
    let fields = [
        (&b":method"[..], &b"GET"[..]),
        (b":path", b"/v1/orders/42"),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ];
    let Decision::Wait(wait) = engine.decide(&RequestHead::new(&fields), now, &NoHostCrypto) else {
        panic!("it waits");
    };
    assert_eq!(wait.settle().record().reason(), Reason::UnknownKey);
}

#[test]
fn what_is_no_key_set_changes_nothing() {
    let engine = plan(|plan| plan.issuers[0].key_source = Some(SourceId(0)));
    let token = mint(r#","task":"triage""#);
    for document in ["", "<html>", "{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#] {
        assert_eq!(
            take(&engine, 0, document, NOW),
            Err(SourceError::Malformed),
            "{document}"
        );
        assert_eq!(decide(&engine, &token, NOW).0, Reason::Allowed);
    }
    let long = format!("{}{}", jwks("k1", 8), " ".repeat(crate::limits::JWKS_BYTES));
    assert_eq!(take(&engine, 0, &long, NOW), Err(SourceError::TooLong));
    assert_eq!(take(&engine, 9, "{}", NOW), Err(SourceError::Unknown));
    assert_eq!(decide(&engine, &token, NOW).0, Reason::Allowed);
}

#[test]
fn a_status_list_says_what_stands() {
    let engine = plan(|_| {});
    let wait = (Reason::StandingUnknown, Some(SourceId(1)));
    assert_eq!(decide(&engine, &with_status(1), NOW), wait);
    assert!(take(&engine, 1, &list(""), NOW).is_ok());
    assert_eq!(decide(&engine, &with_status(1), NOW).0, Reason::Allowed);
    assert_eq!(
        decide(&engine, &with_status(0), NOW).0,
        Reason::TokenRevoked
    );
    assert_eq!(
        decide(&engine, &with_status(99), NOW).0,
        Reason::TokenRevoked,
        "out of range"
    );
    // Cached or not, it counts no longer than the policy says.
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 99).0,
        Reason::Allowed
    );
    let stale = (Reason::StandingUnknown, None);
    assert_eq!(decide(&engine, &with_status(1), NOW + 100), stale);
    assert_eq!(
        decide(&engine, &mint(r#","task":"triage""#), NOW + 100).0,
        Reason::Allowed
    );
}

#[test]
fn a_status_list_is_its_issuers() {
    let engine = plan(|_| {});
    let foreign = list("").replace('.', "A.");
    let header = r#"{"alg":"EdDSA","kid":"k1","typ":"JWT"}"#;
    let payload = format!(
        r#"{{"sub":"{LIST}","iat":1000,"status_list":{{"bits":1,"lst":"eNrbuRgAAhcBXQ"}}}}"#
    );
    let mut forged = list("").into_bytes();
    let last = forged.len() - 3;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    for (document, error) in [
        (foreign, SourceError::Malformed),
        (
            String::from_utf8(forged).unwrap(),
            SourceError::BadSignature,
        ),
        (sign(header, &payload), SourceError::Malformed),
        (list(r#","exp":1050"#), SourceError::OutOfDate),
        (String::from("eyJ"), SourceError::Malformed),
    ] {
        assert_eq!(take(&engine, 1, &document, NOW), Err(error), "{document}");
    }
    assert_eq!(
        decide(&engine, &with_status(1), NOW).0,
        Reason::StandingUnknown
    );
}

/// Whoever floods the gateway with forged tokens must not make a list grow stale.
#[test]
fn a_list_is_taken_in_while_signatures_are_exhausted() {
    let (engine, host) = (plan(|_| {}), Local::default());
    let now = UnixTime::from_seconds(NOW);
    let spend = || {
        let work = engine.verifier().work();
        let forged = || -> Result<(), ()> {
            host.pass(1_000_000);
            Err(())
        };
        work.measured(now, &host, forged)
    };
    assert_eq!(spend(), Ok(Err(())));
    assert_eq!(spend(), Err(Reason::SignaturesExhausted));
    let taken = engine.take_in(SourceId(1), list("").as_bytes(), now, &host);
    assert!(taken.is_ok(), "{taken:?}");
}

#[test]
fn a_list_is_fetched_again_before_it_runs_out() {
    let engine = plan(|_| {});
    assert_eq!(take(&engine, 1, &list(r#","ttl":50"#), NOW), Ok(40));
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 49).0,
        Reason::Allowed
    );
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 50).0,
        Reason::StandingUnknown
    );
}

#[test]
fn a_policy_may_let_staleness_pass_but_not_what_is_known() {
    let engine = plan(|plan| plan.sources[1].when_stale = WhenStale::Ignore);
    assert_eq!(decide(&engine, &with_status(0), NOW).0, Reason::Allowed);
    assert!(take(&engine, 1, &list(""), NOW).is_ok());
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 400).0,
        Reason::Allowed
    );
    assert_eq!(
        decide(&engine, &with_status(0), NOW + 400).0,
        Reason::TokenRevoked
    );
}

fn feed(issued_at: i64, entries: &str) -> String {
    format!(r#"{{"version":1,"issued_at":{issued_at},"deny":[{entries}]}}"#)
}

const NO_AGENT: &str = r#"{"agent":"agent/one","until":9000}"#;

#[test]
fn a_deny_feed_counts_at_once() {
    let engine = plan(|plan| plan.deny_feed = Some(SourceId(2)));
    let token = mint(r#","task":"triage","jti":"t1""#);
    let wait = (Reason::StandingUnknown, Some(SourceId(2)));
    assert_eq!(decide(&engine, &token, NOW), wait);
    assert!(take(&engine, 2, &feed(NOW, ""), NOW).is_ok());
    assert_eq!(decide(&engine, &token, NOW).0, Reason::Allowed);
    assert!(take(&engine, 2, &feed(NOW + 1, NO_AGENT), NOW + 1).is_ok());
    assert_eq!(decide(&engine, &token, NOW + 1).0, Reason::TokenRevoked);
    // An older one does not take its place, nor does one from the future or of another form.
    let older = take(&engine, 2, &feed(NOW, ""), NOW + 2);
    assert_eq!(older, Err(SourceError::OutOfDate));
    let from_the_future = take(&engine, 2, &feed(NOW + 500, ""), NOW + 2);
    assert_eq!(from_the_future, Err(SourceError::OutOfDate));
    assert_eq!(take(&engine, 2, "{}", NOW + 2), Err(SourceError::Malformed));
    assert_eq!(decide(&engine, &token, NOW + 2).0, Reason::TokenRevoked);
    // How old it is is measured by when it was made.
    assert!(take(&engine, 2, &feed(NOW + 3, ""), NOW + 90).is_ok());
    assert_eq!(decide(&engine, &token, NOW + 102).0, Reason::Allowed);
    assert_eq!(
        decide(&engine, &token, NOW + 103).0,
        Reason::StandingUnknown
    );
}

#[test]
fn a_feed_names_delegators_too() {
    let engine = plan(|plan| {
        plan.deny_feed = Some(SourceId(2));
        plan.tasks[0].delegation = Some(Delegation {
            depth: 1,
            to: plan.tasks[0].agents.clone(),
        });
    });
    let chain = r#","task":"triage","act":{"sub":"agent/two","act":{"sub":"agent/three"}}"#;
    let token = mint(chain);
    assert!(take(&engine, 2, &feed(NOW, ""), NOW).is_ok());
    // `sub` is a plain name of its issuer's.
    assert_eq!(decide(&engine, &token, NOW).0, Reason::Allowed);
    let three = NO_AGENT.replace("one", "three");
    assert!(take(&engine, 2, &feed(NOW, &three), NOW).is_ok());
    assert_eq!(decide(&engine, &token, NOW).0, Reason::TokenRevoked);
}

/// What a request with a token is let through by.
fn grounds(engine: &Engine, token: &str) -> Grounds {
    let authorization = format!("Bearer {token}");
    let fields = [
        (&b":method"[..], &b"GET"[..]),
        (b":path", b"/v1/orders/42"),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ];
    let head = RequestHead::new(&fields);
    let decided = engine.decide(&head, UnixTime::from_seconds(NOW), &NoHostCrypto);
    let allow = decided.settled().unwrap();
    let permit = allow.confirm(Some(b"orders"), &NoHostCrypto).unwrap();
    permit.grounds().unwrap()
}

/// Lists are signed so that anyone may serve them, also yesterday's.
#[test]
fn an_older_list_does_not_take_the_place_of_a_newer() {
    let engine = plan(|_| {});
    let made_at = |iat: i64, lst: &str| {
        let payload =
            format!(r#"{{"sub":"{LIST}","iat":{iat},"status_list":{{"bits":1,"lst":"{lst}"}}}}"#);
        sign(
            r#"{"alg":"EdDSA","kid":"k1","typ":"statuslist+jwt"}"#,
            &payload,
        )
    };
    assert!(take(&engine, 1, &made_at(1050, "eNrbuRgAAhcBXQ"), NOW).is_ok());
    let older = take(&engine, 1, &made_at(1049, "eNpjYAAAAAIAAQ"), NOW);
    assert_eq!(older, Err(SourceError::OutOfDate));
    assert_eq!(
        decide(&engine, &with_status(0), NOW).0,
        Reason::TokenRevoked
    );
    assert!(take(&engine, 1, &made_at(1050, "eNrbuRgAAhcBXQ"), NOW).is_ok());
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_young() {
    let engine = plan(|_| {});
    assert!(take(&engine, 1, &list(""), NOW + 400).is_ok());
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 400).0,
        Reason::Allowed
    );
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 340).0,
        Reason::Allowed
    );
    assert_eq!(
        decide(&engine, &with_status(1), NOW + 339).0,
        Reason::StandingUnknown
    );
}

#[test]
fn one_key_that_is_listed_twice_is_one_key() {
    let engine = plan(|plan| plan.issuers[0].key_source = Some(SourceId(0)));
    let set = jwks("k1", 7);
    let key = set
        .strip_prefix(r#"{"keys":["#)
        .unwrap()
        .strip_suffix("]}")
        .unwrap();
    let twice = format!(r#"{{"keys":[{key},{key}]}}"#);
    assert!(take(&engine, 0, &twice, NOW).is_ok());
    assert_eq!(
        decide(&engine, &mint(r#","task":"triage""#), NOW).0,
        Reason::Allowed
    );
}

#[test]
fn an_open_stream_does_not_outlive_its_token() {
    let engine = plan(|plan| plan.deny_feed = Some(SourceId(2)));
    assert!(take(&engine, 2, &feed(NOW, ""), NOW).is_ok());
    let grounds = grounds(&engine, &mint(r#","task":"triage""#));
    let stands = |at| engine.still_stands(&grounds, UnixTime::from_seconds(at), &NoHostCrypto);
    assert_eq!(stands(NOW), Ok(()));
    assert_eq!(stands(NOW + 100), Err(Reason::StandingUnknown));
    assert_eq!(stands(1605), Err(Reason::TokenExpired));
    assert!(take(&engine, 2, &feed(NOW, NO_AGENT), NOW).is_ok());
    assert_eq!(stands(NOW), Err(Reason::TokenRevoked));
}
