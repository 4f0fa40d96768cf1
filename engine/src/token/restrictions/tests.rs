use super::{Confirmation, Restrictions, actors};
use crate::decision::Reason;
use crate::json;
use crate::plan::{Source, SourceId, SourceKind, WhenStale};
use crate::tests::triage;
use crate::token::claims::Claims;

const LIST: &str = "https://sts.corp.example/status/1";

fn read(payload: &str) -> Result<Option<Box<Restrictions>>, Reason> {
    let mut plan = triage();
    plan.sources = vec![Source {
        kind: SourceKind::StatusList,
        url: LIST.into(),
        cluster: "sts".into(),
        refresh: 60,
        stale_after: None,
        when_stale: WhenStale::Deny,
    }];
    plan.issuers[0].status_lists = vec![SourceId(0)];
    let claims = Claims::new(json::parse_object(payload.as_bytes()).unwrap());
    Restrictions::read(&plan, &plan.issuers[0], &claims, &[], b"a.b")
}

fn chain(payload: &str) -> Result<Vec<String>, Reason> {
    let claims = Claims::new(json::parse_object(payload.as_bytes()).unwrap());
    actors(&claims).map(|actors| actors.into_iter().map(str::to_owned).collect())
}

#[test]
fn most_tokens_have_none() {
    for payload in [
        r#"{"sub":"a"}"#,
        r#"{"status":"open"}"#,
        r#"{"mission":{"id":"m"}}"#,
    ] {
        assert_eq!(read(payload), Ok(None), "{payload}");
    }
}

#[test]
fn confirmations_are_digests_of_known_kinds() {
    let digest = "A".repeat(43);
    let both = format!(r#"{{"cnf":{{"jkt":"{digest}","x5t#S256":"{digest}"}}}}"#);
    let wanted = Confirmation {
        dpop: Some([0; 32]),
        certificate: Some([0; 32]),
    };
    assert_eq!(read(&both).unwrap().unwrap().confirmation, wanted);
    for (cnf, reason) in [
        (r#"{"jwk":{}}"#, Reason::ClaimNotEnforceable),
        (r#"{}"#, Reason::ClaimNotEnforceable),
        (r#"{"jkt":"AAAA"}"#, Reason::ClaimMalformed),
        (r#"{"jkt":7}"#, Reason::ClaimMalformed),
        (r#""jkt""#, Reason::ClaimMalformed),
        (r#"null"#, Reason::ClaimMalformed),
    ] {
        assert_eq!(read(&format!(r#"{{"cnf":{cnf}}}"#)), Err(reason), "{cnf}");
    }
    let padded = format!(r#"{{"cnf":{{"jkt":"{digest}="}}}}"#);
    assert_eq!(read(&padded), Err(Reason::ClaimMalformed));
    let with_another = format!(r#"{{"cnf":{{"jkt":"{digest}","kid":"k"}}}}"#);
    assert_eq!(read(&with_another), Err(Reason::ClaimNotEnforceable));
}

#[test]
fn a_status_list_is_one_that_the_policy_names() {
    let status = |uri: &str| format!(r#"{{"status":{{"status_list":{{"idx":3,"uri":"{uri}"}}}}}}"#);
    let read_status = |uri: &str| read(&status(uri)).map(|one| one.unwrap().status);
    assert_eq!(read_status(LIST), Ok(Some((SourceId(0), 3))));
    for other in [
        "https://sts.corp.example/status/2",
        "https://evil.example/1",
    ] {
        assert_eq!(
            read_status(other),
            Err(Reason::ClaimNotEnforceable),
            "{other}"
        );
    }
    let unknown = r#"{"status":{"other_list":{}}}"#;
    assert_eq!(read(unknown), Err(Reason::ClaimNotEnforceable));
}

#[test]
fn a_chain_of_actors_is_read_from_the_outside() {
    assert_eq!(chain("{}"), Ok(vec![]));
    let two = r#"{"act":{"sub":"b","act":{"sub":"a"},"scope":"x"}}"#;
    assert_eq!(chain(two), Ok(vec!["b".into(), "a".into()]));
    for (payload, reason) in [
        (r#"{"act":"b"}"#, Reason::ClaimMalformed),
        (r#"{"act":null}"#, Reason::ClaimMalformed),
        (r#"{"act":{}}"#, Reason::ClaimMissing),
        (r#"{"act":{"sub":1}}"#, Reason::ClaimMalformed),
        (
            r#"{"act":{"sub":"b","act":{"sub":"b"}}}"#,
            Reason::ClaimMalformed,
        ),
        (
            r#"{"act":{"sub":"b","act":{"sub":"a","act":{"sub":"b"}}}}"#,
            Reason::ClaimMalformed,
        ),
        (r#"{"act":{"sub":"b","act":[]}}"#, Reason::ClaimMalformed),
    ] {
        assert_eq!(chain(payload), Err(reason), "{payload}");
    }
}

#[test]
fn a_chain_has_an_end() {
    let of = |length: usize| {
        let inside = (0..length).map(|number| format!(r#""act":{{"sub":"{number}","#));
        let inside: String = inside.collect();
        let payload = format!(r#"{{{inside}"x":1{}}}"#, "}".repeat(length));
        chain(&payload).map(|actors| actors.len())
    };
    assert_eq!(of(8), Ok(8));
    assert_eq!(of(9), Err(Reason::ClaimMalformed));
}

#[test]
fn scopes_are_whole_words() {
    let read = read(r#"{"scope":"orders:read orders:refund"}"#)
        .unwrap()
        .unwrap();
    assert!(read.has_scope("orders:read") && read.has_scope("orders:refund"));
    for other in ["orders", "orders:rea", "read", "orders:read orders:refund"] {
        assert!(!read.has_scope(other), "{other}");
    }
    for scope in [r#"["a"]"#, r#""a\nb""#, r#""\u00e9""#] {
        let payload = format!(r#"{{"scope":{scope}}}"#);
        assert_eq!(self::read(&payload), Err(Reason::ClaimMalformed), "{scope}");
    }
    let long = format!(r#"{{"scope":"{}"}}"#, "a".repeat(4097));
    assert_eq!(self::read(&long), Err(Reason::ClaimMalformed));
}

#[test]
fn a_mission_that_ends_is_read() {
    let mission = r#"{"mission":{"id":"m","issuer":"https://sts.corp.example","expires_at":"2026-11-26T00:00:00Z"}}"#;
    let ends = read(mission).unwrap().unwrap().mission_ends.unwrap();
    assert_eq!(ends.seconds(), 1_795_651_200);
    let malformed = r#"{"mission":{"id":"m","issuer":"https://a.example","expires_at":"soon"}}"#;
    assert_eq!(read(malformed), Err(Reason::ClaimMalformed));
}
