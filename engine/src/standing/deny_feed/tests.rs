use serde_json::{Value, json};

use super::{DenyFeed, DenyFeedError, Kind, Subject};
use crate::limits;
use crate::time::UnixTime;

const NOW: i64 = 1_795_374_200;
const ISSUER: &str = "https://login.corp.example";
const OTHER: &str = "https://login.partner.example";

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(seconds)
}

fn feed(deny: &Value) -> Result<DenyFeed, DenyFeedError> {
    let feed = json!({"version": 1, "issued_at": NOW, "deny": deny});
    DenyFeed::parse(feed.to_string().as_bytes())
}

/// A feed with one entry, to which an end is added.
fn one(entry: &Value) -> DenyFeed {
    let mut entry = entry.clone();
    entry["until"] = json!(NOW + 60);
    feed(&json!([entry])).unwrap()
}

/// A token that has everything.
fn token() -> Subject<'static> {
    Subject {
        issuer: ISSUER,
        jti: Some("t1"),
        session: Some("s1"),
        task_id: Some("run-1"),
        tenant: Some("emea"),
        agent: "spiffe://corp.example/desk",
        actors: &[
            "spiffe://corp.example/desk",
            "spiffe://corp.example/planner",
        ],
        subject: Some("user:7"),
    }
}

/// A token that has nothing beside an issuer and an agent.
fn bare() -> Subject<'static> {
    Subject {
        issuer: ISSUER,
        jti: None,
        session: None,
        task_id: None,
        tenant: None,
        agent: "a",
        actors: &[],
        subject: None,
    }
}

#[test]
fn each_kind_denies_what_it_names_and_nothing_else() {
    let names = [
        (Kind::TokenId, "t1"),
        (Kind::Session, "s1"),
        (Kind::TaskId, "run-1"),
        (Kind::Agent, "spiffe://corp.example/desk"),
        (Kind::Agent, "spiffe://corp.example/planner"),
        (Kind::Subject, "user:7"),
    ];
    for (kind, name) in names {
        let denied = one(&json!({"iss": ISSUER, kind.member(): name}));
        assert_eq!(denied.denies(&token(), at(NOW)), Some(kind), "{name}");
        assert_eq!(denied.denies(&bare(), at(NOW)), None, "{name}");
        let of_other = one(&json!({"iss": OTHER, kind.member(): name}));
        assert_eq!(of_other.denies(&token(), at(NOW)), None, "{name}");
        for near in [
            format!("{name}x"),
            name.to_uppercase(),
            name.replace('1', "2"),
        ] {
            let near_miss = one(&json!({"iss": ISSUER, kind.member(): near}));
            let expected = (near == name).then_some(kind);
            assert_eq!(near_miss.denies(&token(), at(NOW)), expected, "{near}");
        }
        // Under another kind the same name is another.
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            let other = one(&json!({"iss": ISSUER, other.member(): name}));
            assert_eq!(other.denies(&token(), at(NOW)), None, "{name}");
        }
    }
}

#[test]
fn an_agent_without_an_issuer_is_denied_everywhere() {
    let denied = one(&json!({"agent": "spiffe://corp.example/planner"}));
    let elsewhere = Subject {
        issuer: OTHER,
        ..token()
    };
    assert_eq!(denied.denies(&token(), at(NOW)), Some(Kind::Agent));
    assert_eq!(denied.denies(&elsewhere, at(NOW)), Some(Kind::Agent));
    let here = one(&json!({"iss": ISSUER, "agent": "spiffe://corp.example/planner"}));
    assert_eq!(here.denies(&token(), at(NOW)), Some(Kind::Agent));
    assert_eq!(here.denies(&elsewhere, at(NOW)), None);
}

#[test]
fn a_task_can_be_denied_for_one_tenant() {
    let every = one(&json!({"iss": ISSUER, "task_id": "run-1"}));
    let emea = one(&json!({"iss": ISSUER, "task_id": "run-1", "tenant": "emea"}));
    let of = |tenant| Subject { tenant, ..token() };
    for tenant in [None, Some("emea"), Some("apac")] {
        assert_eq!(every.denies(&of(tenant), at(NOW)), Some(Kind::TaskId));
        let expected = (tenant == Some("emea")).then_some(Kind::TaskId);
        assert_eq!(emea.denies(&of(tenant), at(NOW)), expected, "{tenant:?}");
    }
    let both = feed(&json!([
        {"iss": ISSUER, "task_id": "run-1", "tenant": "apac", "until": NOW + 9},
        {"iss": ISSUER, "task_id": "run-1", "tenant": "emea", "until": NOW + 60},
        {"iss": ISSUER, "task_id": "run-1", "until": NOW + 5},
    ]))
    .unwrap();
    for (tenant, end) in [("apac", 9), ("emea", 60), ("amer", 5)] {
        let token = of(Some(tenant));
        assert_eq!(both.denies(&token, at(NOW + end - 1)), Some(Kind::TaskId));
        assert_eq!(both.denies(&token, at(NOW + end)), None, "{tenant}");
    }
}

#[test]
fn an_entry_holds_until_its_end_and_of_two_the_longer() {
    let entry = |until| json!({"iss": ISSUER, "jti": "t1", "until": until});
    let denied = feed(&json!([entry(NOW + 10), entry(NOW + 60), entry(NOW + 30)])).unwrap();
    assert_eq!(denied.denies(&token(), at(NOW + 59)), Some(Kind::TokenId));
    assert_eq!(denied.denies(&token(), at(NOW + 60)), None);
    assert_eq!(
        denied.bytes(),
        feed(&json!([entry(NOW + 60)])).unwrap().bytes()
    );
}

#[test]
fn every_entry_of_a_long_feed_is_found() {
    let name = |number: usize| format!("t{number}");
    let entries: Vec<_> = (0..limits::DENY_FEED_ENTRIES)
        .map(|number| json!({"iss": ISSUER, "jti": name(number), "until": NOW + 1}))
        .collect();
    let long = feed(&json!(entries)).unwrap();
    let denied = |number| {
        let jti = name(number);
        let token = Subject {
            jti: Some(&jti),
            ..bare()
        };
        long.denies(&token, at(NOW))
    };
    for number in 0..limits::DENY_FEED_ENTRIES {
        assert_eq!(denied(number), Some(Kind::TokenId), "{number}");
    }
    assert_eq!(denied(limits::DENY_FEED_ENTRIES), None);
    let too_many = [entries, vec![json!({"agent": "a", "until": NOW})]].concat();
    assert_eq!(feed(&json!(too_many)), Err(DenyFeedError::TooMany));
}

#[test]
fn an_entry_that_is_not_understood_refuses_the_feed() {
    let good = json!({"iss": ISSUER, "jti": "t1", "until": NOW, "reason": "leaked"});
    assert!(feed(&json!([good])).is_ok());
    for bad in [
        json!({}),
        json!("t1"),
        json!([]),
        json!({"iss": ISSUER, "until": NOW}),
        json!({"iss": ISSUER, "jti": "t1"}),
        json!({"jti": "t1", "until": NOW}),
        json!({"sid": "s1", "until": NOW}),
        json!({"task_id": "run-1", "until": NOW}),
        json!({"sub": "user:7", "until": NOW}),
        json!({"iss": ISSUER, "jti": "t1", "sid": "s1", "until": NOW}),
        json!({"iss": ISSUER, "jti": "t1", "agent": "a", "until": NOW}),
        json!({"iss": ISSUER, "jti": "t1", "tenant": "emea", "until": NOW}),
        json!({"iss": ISSUER, "sub": "u", "tenant": "emea", "until": NOW}),
        json!({"agent": "a", "tenant": "emea", "until": NOW}),
        json!({"iss": ISSUER, "mission": "m", "until": NOW}),
        json!({"iss": ISSUER, "jti": "t1", "until": NOW, "severity": 1}),
        json!({"iss": ISSUER, "JTI": "t1", "until": NOW}),
        json!({"iss": ISSUER, "jti": 1, "until": NOW}),
        json!({"iss": ISSUER, "jti": "", "until": NOW}),
        json!({"iss": "", "jti": "t1", "until": NOW}),
        json!({"iss": [ISSUER], "jti": "t1", "until": NOW}),
        json!({"iss": null, "agent": "a", "until": NOW}),
        json!({"iss": ISSUER, "task_id": "run-1", "tenant": null, "until": NOW}),
        json!({"iss": ISSUER, "jti": "t1", "until": "2026-11-26T00:00:00Z"}),
        json!({"iss": ISSUER, "jti": "t1", "until": null}),
        json!({"iss": ISSUER, "jti": "t1", "until": -1}),
        json!({"iss": ISSUER, "jti": "t1", "until": 1e300}),
        json!({"iss": ISSUER, "jti": "t1", "until": NOW, "reason": 1}),
    ] {
        let refused = feed(&json!([good, bad]));
        assert_eq!(refused, Err(DenyFeedError::Entry { position: 1 }), "{bad}");
    }
}

#[test]
fn the_form_of_a_feed_is_strict() {
    for text in [
        "1".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"version":1,"issued_at":1}"#.to_owned(),
        r#"{"version":1,"deny":[]}"#.to_owned(),
        r#"{"issued_at":1,"deny":[]}"#.to_owned(),
        r#"{"version":2,"issued_at":1,"deny":[]}"#.to_owned(),
        r#"{"version":1.0,"issued_at":1,"deny":[]}"#.to_owned(),
        r#"{"version":"1","issued_at":1,"deny":[]}"#.to_owned(),
        r#"{"version":1,"issued_at":"1","deny":[]}"#.to_owned(),
        r#"{"version":1,"issued_at":-1,"deny":[]}"#.to_owned(),
        r#"{"version":1,"issued_at":1,"deny":{}}"#.to_owned(),
        r#"{"version":1,"issued_at":1,"deny":null}"#.to_owned(),
        r#"{"version":1,"issued_at":1,"deny":[],"next":"x"}"#.to_owned(),
    ] {
        let refused = DenyFeed::parse(text.as_bytes());
        assert_eq!(refused, Err(DenyFeedError::Form), "{text}");
    }
    for text in [
        "",
        r#"{"version":1,"issued_at":1,"deny":[]"#,
        r#"{"version":1,"issued_at":1,"deny":[]} {}"#,
        r#"{"version":1,"issued_at":1,"deny":[],"deny":[]}"#,
        r#"{"version":1,"issued_at":1,"deny":[{"agent":"a","agent":"b","until":1}]}"#,
    ] {
        let refused = DenyFeed::parse(text.as_bytes());
        assert_eq!(refused, Err(DenyFeedError::NotJson), "{text}");
    }
    let empty = DenyFeed::parse(br#"{"version":1,"issued_at":1795374200.5,"deny":[]}"#).unwrap();
    assert_eq!(empty.issued_at().millis(), NOW * 1000 + 500);
    assert_eq!(empty.denies(&token(), at(NOW)), None);
}

#[test]
fn length_and_number_of_values_are_bounded() {
    let head = r#"{"version":1,"issued_at":1,"deny":["#;
    let of_length = |bytes: usize| format!("{head}{}]}}", " ".repeat(bytes - head.len() - 2));
    assert!(DenyFeed::parse(of_length(limits::DENY_FEED_BYTES).as_bytes()).is_ok());
    let refused = DenyFeed::parse(of_length(limits::DENY_FEED_BYTES + 1).as_bytes());
    assert_eq!(refused, Err(DenyFeedError::TooLong));
    let wide = format!("{head}{}0]}}", "[],".repeat(100_000));
    assert_eq!(
        DenyFeed::parse(wide.as_bytes()),
        Err(DenyFeedError::NotJson)
    );
}

#[test]
fn the_documented_feed_is_read() {
    let document = include_str!("../../../../docs/standing.md");
    let text = document.split("```json\n").nth(1).unwrap();
    let text = text.split("```").next().unwrap();
    let feed = DenyFeed::parse(text.as_bytes()).unwrap();
    let listed = feed.lists.iter().map(|list| list.len());
    assert_eq!(
        listed.collect::<Vec<_>>(),
        [1, 1, 1, 1, 1],
        "one of each kind"
    );
    // And the table says each kind's member.
    for kind in Kind::ALL {
        assert!(
            document.contains(&format!("| `{}` |", kind.member())),
            "{kind:?}"
        );
    }
}
