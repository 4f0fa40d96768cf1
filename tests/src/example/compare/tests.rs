use std::collections::{BTreeMap, BTreeSet};

use remit_engine::decision::{Outcome, Reason};
use remit_policy_compiler::source::{Sources, Span};
use remit_policy_compiler::testing::{self, Attempt, Case, Expected, Listed, Request, Trial};
use serde_json::{Map, json};

use super::*;
use crate::example::Identity;

fn identity(agent: &str) -> Identity {
    Identity(BTreeMap::from([(String::from("agent"), agent.to_owned())]))
}

fn told(agent: &str) -> Told {
    Told {
        identity: identity(agent),
        stripped: BTreeSet::new(),
        credential: Credential::Withheld,
    }
}

fn expected() -> Expected {
    Expected {
        decision: Outcome::Allow,
        reason: Reason::Allowed,
        rule: Some(String::from("reads")),
        observed: vec![],
        challenge: None,
        stripped: None,
        identity: None,
        record: Map::new(),
        listed: None,
        marked: None,
    }
}

/// The record of what is expected, with other members.
fn record(others: &[(&str, Value)]) -> Record {
    let mut record = json!({"decision": "allow", "reason": "allowed", "rule": "reads"});
    for (name, value) in others {
        record[*name] = value.clone();
    }
    Record(record)
}

fn seen() -> Seen {
    Seen {
        listed: None,
        status: 200,
        challenges: vec![],
        record: Some(record(&[])),
        upstream: Some((String::from("GET h/"), told("desk-1"))),
    }
}

fn differences(expected: Expected, seen: &Seen) -> Vec<String> {
    let policy = "remit: v1\npolicy: none\npublic: [{http: GET /}]\n";
    let sources = Sources::in_memory([("p.yaml".into(), policy.to_owned())], BTreeMap::new());
    let compiled = remit_policy_compiler::compile(&sources).expect("a policy");
    let (file, _) = sources.files().next().expect("one file");
    let case = Case {
        name: String::from("one"),
        span: Span {
            file,
            start: 0,
            end: 0,
        },
        attempt: Attempt {
            now: Attempt::usual_time(),
            credential: testing::Credential::None,
            transaction: None,
            approval: None,
            request: Request::from_line("GET http://h/").expect("a request"),
            cluster: None,
            answer: None,
            times: 1,
            before: Vec::new(),
        },
        expected,
    };
    let trial = Trial::new(&compiled).expect("a plan");
    let prepared = Prepared {
        mark: String::new(),
        sent: trial
            .sent(&case.attempt, &sources, &[])
            .expect("no token to make"),
        told: Some(told("desk-1")),
        case: &case,
    };
    compare(&prepared, seen)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn what_is_as_expected_does_not_differ() {
    assert_eq!(differences(expected(), &seen()), Vec::<String>::new());
}

#[test]
fn every_part_is_compared() {
    let with = |name: &str, value: Value| Seen {
        record: Some(record(&[(name, value)])),
        ..seen()
    };
    let cases = [
        (
            Seen {
                status: 403,
                ..seen()
            },
            "status: expected 200, got 403",
        ),
        (
            with("decision", json!("deny")),
            "decision: expected `allow`, got `deny`",
        ),
        (
            with("reason", json!("public")),
            "reason: expected `allowed`, got `public`",
        ),
        (
            with("rule", Value::Null),
            "rule: expected `reads`, got none",
        ),
        (
            with("observed", json!(["many"])),
            "observed: expected none, got `many`",
        ),
        (
            Seen {
                challenges: vec![String::from("Bearer")],
                ..seen()
            },
            "www-authenticate: expected none, got `Bearer`",
        ),
        (
            Seen {
                upstream: None,
                ..seen()
            },
            "upstream: expected `GET h/`, agent `desk-1`, stripped of none, got not reached",
        ),
        (
            Seen {
                upstream: Some((String::from("GET h/x"), told("desk-1"))),
                ..seen()
            },
            "upstream: expected `GET h/`, agent `desk-1`, stripped of none, \
             got `GET h/x`, agent `desk-1`, stripped of none",
        ),
        (
            Seen {
                upstream: Some((String::from("GET h/"), told("boss"))),
                ..seen()
            },
            "upstream: expected `GET h/`, agent `desk-1`, stripped of none, \
             got `GET h/`, agent `boss`, stripped of none",
        ),
    ];
    for (seen, difference) in cases {
        assert_eq!(differences(expected(), &seen), [difference]);
    }
}

#[test]
fn members_of_the_record_are_compared_where_they_are_named() {
    let wanted = json!({"delegation": ["a"], "txn": null});
    let expected = Expected {
        record: wanted.as_object().expect("members").clone(),
        ..expected()
    };
    let seen_with = |others: &[(&str, Value)]| Seen {
        record: Some(record(others)),
        ..seen()
    };
    let good = [("delegation", json!(["a"]))];
    assert_eq!(differences(expected.clone(), &seen_with(&good)), [""; 0]);
    let other = [("delegation", json!(["b"])), ("txn", json!("T"))];
    assert_eq!(
        differences(expected, &seen_with(&other)),
        [
            "record: expected `delegation` [\"a\"], got `delegation` [\"b\"]",
            "record: expected `txn` null, got `txn` \"T\"",
        ]
    );
}

#[test]
fn a_credential_that_is_passed_on_shows() {
    let mut seen = seen();
    if let Some((_, told)) = &mut seen.upstream {
        told.credential = Credential::Passed;
    }
    let [difference] = differences(expected(), &seen).try_into().expect("one");
    assert!(
        difference.ends_with("stripped of none, with the credential"),
        "{difference}"
    );
}

#[test]
fn a_request_without_a_decision_differs() {
    let differences = differences(
        expected(),
        &Seen {
            record: None,
            ..seen()
        },
    );
    assert_eq!(
        differences,
        [
            "decision: expected `allow`, got no decision",
            "reason: expected `allowed`, got no decision",
            "rule: expected `reads`, got none",
        ]
    );
}

#[test]
fn a_challenge_has_what_it_must_and_nothing_that_it_must_not() {
    let challenge = Challenge {
        contains: vec![String::from("Bearer"), String::from("realm")],
        lacks: vec![String::from("error=")],
    };
    let expected = Expected {
        challenge: Some(challenge),
        ..expected()
    };
    let said = |challenges: &[&str]| {
        let challenges = challenges.iter().map(|one| (*one).to_owned()).collect();
        differences(
            expected.clone(),
            &Seen {
                challenges,
                ..seen()
            },
        )
    };
    assert_eq!(said(&["Bearer realm"]), Vec::<String>::new());
    assert_eq!(
        said(&["Bearer error=x"]),
        [
            "www-authenticate: expected one with `realm`, got `Bearer error=x`",
            "www-authenticate: expected one without `error=`, got `Bearer error=x`",
        ]
    );
    assert_eq!(
        said(&[]),
        ["www-authenticate: expected one with `Bearer`, `realm`, got none"]
    );
    assert_eq!(said(&["Bearer realm", "Basic"]).len(), 1);
}

#[test]
fn copies_of_identity_headers_show() {
    let copies = [
        ("x-remit-agent", "desk-1"),
        ("X_Remit-Agent", "boss"),
        ("accept", "*/*"),
    ];
    let identity = Identity::from_headers(copies.into_iter());
    assert_eq!(identity.to_string(), "agent `desk-1, boss`");
}

#[test]
fn what_a_list_has_differs() {
    let listed = |names: &[&str], marked: &[&str]| {
        let owned = |all: &[&str]| all.iter().map(|&one| one.to_owned()).collect();
        Some(Listed {
            names: owned(names),
            marked: owned(marked),
        })
    };
    let wanted = || Expected {
        listed: Some(vec![String::from("search"), String::from("close")]),
        marked: Some(vec![String::from("close")]),
        ..expected()
    };
    let of = |listed| differences(wanted(), &Seen { listed, ..seen() });
    assert_eq!(
        of(listed(&["search", "close"], &["close"])),
        Vec::<String>::new()
    );
    assert_eq!(
        of(listed(&["search"], &[])),
        [
            "listed: expected `search`, `close`, got `search`",
            "marked: expected `close`, got none"
        ]
    );
    assert_eq!(of(None).len(), 2);
}
