use std::collections::{BTreeMap, BTreeSet};

use remit_engine::decision::{Outcome, Reason};

use super::*;
use crate::example::{Expected, Identity, Record, Request};

fn identity(agent: &str) -> Identity {
    Identity(BTreeMap::from([(String::from("agent"), agent.to_owned())]))
}

fn told(agent: &str) -> Told {
    Told {
        identity: identity(agent),
        stripped: BTreeSet::new(),
    }
}

fn expected() -> Expected {
    Expected {
        status: 200,
        decision: Outcome::Allow,
        reason: Reason::Allowed,
        rule: Some(String::from("reads")),
        observed: vec![],
        challenge: None,
        upstream: Some(told("desk-1")),
    }
}

fn seen() -> Seen {
    Seen {
        status: 200,
        challenges: vec![],
        record: Some(Record {
            decision: String::from("allow"),
            reason: String::from("allowed"),
            rule: Some(String::from("reads")),
            observed: vec![],
            agent: None,
            task: None,
        }),
        upstream: Some((String::from("GET h/"), told("desk-1"))),
    }
}

fn differences(expected: Expected, seen: &Seen) -> Vec<String> {
    let request = Request {
        name: String::from("one"),
        method: String::from("GET"),
        host: String::from("h"),
        target: String::from("/"),
        headers: vec![],
        token: None,
        expected,
    };
    let prepared = Prepared {
        request: &request,
        case: String::new(),
        target: request.target.clone(),
        headers: vec![],
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
    let record = seen().record.expect("a record");
    let with = |record: Record| Seen {
        record: Some(record),
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
            with(Record {
                decision: String::from("deny"),
                ..record.clone()
            }),
            "decision: expected `allow`, got `deny`",
        ),
        (
            with(Record {
                reason: String::from("public"),
                ..record.clone()
            }),
            "reason: expected `allowed`, got `public`",
        ),
        (
            with(Record {
                rule: None,
                ..record.clone()
            }),
            "rule: expected `reads`, got none",
        ),
        (
            with(Record {
                observed: vec![String::from("many")],
                ..record
            }),
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
