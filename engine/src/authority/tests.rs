use serde_json::{Value, json};

use super::{Authority, Call, Denial, Grant, Money, Told};
use crate::decision::Reason;
use crate::json;
use crate::limits;
use crate::plan::Datum;
use crate::time::UnixTime;

const NOW: i64 = 1_795_374_200; // 2026-11-22T19:03:20Z
const RESOURCE: &str = "https://api.corp.example";

fn parse(claim: &Value) -> Result<Authority, Reason> {
    let text = claim.to_string();
    let types = ["orders_api".to_owned()];
    Authority::parse(&json::parse(text.as_bytes()).unwrap(), &types)
}

/// A refund of an order.
fn call() -> Call<'static> {
    Call {
        audience: RESOURCE,
        url: "https://api.corp.example/v1/orders/7/refund",
        action: "refund",
        qualified: "orders.refund",
        tool: "refund",
        tenant: Some("emea"),
        classification: Some("internal"),
        now: UnixTime::from_seconds(NOW),
        delegation_depth: 0,
        amount: Told::Nowhere,
        recipient: Told::Nowhere,
    }
}

fn permits(claim: &Value, call: &Call<'_>) -> Result<(), Denial> {
    let grant = parse(claim).unwrap().permits(call)?;
    assert_eq!(grant, Grant::Whole);
    Ok(())
}

fn mission() -> Value {
    json!({"type": "mission_resource_access", "resource": RESOURCE, "actions": ["refund"]})
}

/// An entry that permits the call, but for one member.
fn with(member: &str, value: Value) -> Value {
    let mut entry = mission();
    entry[member] = value;
    entry
}

fn one(entry: Value) -> Result<(), Denial> {
    permits(&json!([entry]), &call())
}

fn constrained(constraints: Value) -> Result<(), Denial> {
    one(with("constraints", constraints))
}

const NOT: Result<(), Denial> = Err(Denial::InsufficientAuthority);
const UNKNOWN: Result<(), Denial> = Err(Denial::ConstraintUnrecognized);

#[test]
fn one_entry_is_enough_and_none_is_not() {
    let other = with("actions", json!(["read"]));
    assert_eq!(permits(&json!([]), &call()), NOT);
    assert_eq!(permits(&json!([mission()]), &call()), Ok(()));
    assert_eq!(permits(&json!([other]), &call()), NOT);
    assert_eq!(permits(&json!([other, mission()]), &call()), Ok(()));
    let unknown = with("constraints", json!({"x": 1}));
    assert_eq!(permits(&json!([unknown, other]), &call()), UNKNOWN);
    assert_eq!(permits(&json!([other, unknown]), &call()), UNKNOWN);
    assert_eq!(permits(&json!([unknown, mission()]), &call()), Ok(()));
}

#[test]
fn two_entries_do_not_add_up_to_one() {
    let elsewhere = with("resource", json!("https://other.example"));
    let other = with("actions", json!(["read"]));
    assert_eq!(permits(&json!([elsewhere, other]), &call()), NOT);
}

#[test]
fn a_malformed_claim_refuses_the_token() {
    for claim in [
        json!(null),
        json!("mission_resource_access"),
        mission(),
        json!([mission(), 1]),
        json!([[]]),
        json!([{}]),
        json!([{"type": 1}]),
        json!([{"type": null}]),
        json!([{"type": "mission_resource_access"}]),
        json!([{"type": "mission_resource_access", "resource": RESOURCE}]),
        json!([{"type": "mission_resource_access", "actions": ["refund"]}]),
        json!([{"type": "orders_api", "actions": "refund"}]),
        json!([{"type": "orders_api", "actions": [1]}]),
        json!([{"type": "orders_api", "locations": RESOURCE}]),
        json!([{"type": "orders_api", "locations": [null]}]),
    ] {
        assert_eq!(parse(&claim), Err(Reason::ClaimMalformed), "{claim}");
    }
    for (member, value) in [
        ("resource", json!([RESOURCE])),
        ("resource", json!(null)),
        ("resource_match", json!(true)),
        ("actions", json!("refund")),
        ("actions", json!({"refund": true})),
        ("actions", json!(["refund", 1])),
        ("constraints", json!([])),
        ("constraints", json!(null)),
        ("constraints", json!({"tenant": 1})),
        ("constraints", json!({"tenant": ["emea"]})),
        ("constraints", json!({"time_window": "always"})),
        ("constraints", json!({"time_window": {}})),
        ("constraints", json!({"time_window": {"not_before": NOW}})),
        (
            "constraints",
            json!({"time_window": {"not_after": "tomorrow"}}),
        ),
        ("constraints", json!({"data_classification": "internal"})),
        ("constraints", json!({"data_classification": [1]})),
        ("constraints", json!({"allowed_tools": "refund"})),
        ("constraints", json!({"allowed_tools": [["refund"]]})),
        ("constraints", json!({"max_amount": "500.00"})),
        ("constraints", json!({"max_amount": {"amount": "500.00"}})),
        (
            "constraints",
            json!({"max_amount": {"amount": 500, "currency": "EUR"}}),
        ),
        ("constraints", json!({"recipient_domain": ["example.com"]})),
        ("constraints", json!({"requires_action_approval": "no"})),
        ("constraints", json!({"requires_action_approval": null})),
        ("delegation", json!(1)),
        ("delegation", json!({})),
        ("delegation", json!({"max_depth": "1"})),
        ("delegation", json!({"max_depth": -1})),
        ("delegation", json!({"max_depth": 1.5})),
        (
            "delegation",
            json!({"max_depth": 1, "allowed_delegates": "ai_agent"}),
        ),
        (
            "delegation",
            json!({"max_depth": 1, "allowed_delegates": ["ai_agent"]}),
        ),
        (
            "delegation",
            json!({"max_depth": 1, "allowed_delegates": [{"sub_profile": 1}]}),
        ),
    ] {
        let claim = json!([mission(), with(member, value)]);
        assert_eq!(parse(&claim), Err(Reason::ClaimMalformed), "{claim}");
    }
}

#[test]
fn entries_and_their_lists_are_bounded() {
    let entries = |count: usize| json!(vec![mission(); count]);
    assert!(parse(&entries(limits::AUTHORITY_ENTRIES)).is_ok());
    let refused = parse(&entries(limits::AUTHORITY_ENTRIES + 1));
    assert_eq!(refused, Err(Reason::ClaimMalformed));
    let lists = |count: usize| {
        let names = json!(vec!["x"; count]);
        let delegates = json!(vec![json!({"sub": "x"}); count]);
        [
            with("actions", names.clone()),
            with("constraints", json!({"allowed_tools": names})),
            with("constraints", json!({"data_classification": names})),
            with(
                "delegation",
                json!({"max_depth": 1, "allowed_delegates": delegates}),
            ),
            json!({"type": "orders_api", "locations": names}),
            json!({"type": "orders_api", "actions": names}),
        ]
    };
    for entry in lists(limits::AUTHORITY_MEMBERS) {
        assert!(parse(&json!([entry])).is_ok(), "{entry}");
    }
    for entry in lists(limits::AUTHORITY_MEMBERS + 1) {
        assert_eq!(
            parse(&json!([entry])),
            Err(Reason::ClaimMalformed),
            "{entry}"
        );
    }
    let resource = |length: usize| {
        let path = "a".repeat(length - RESOURCE.len() - 1);
        parse(&json!([with(
            "resource",
            json!(format!("{RESOURCE}/{path}"))
        )]))
    };
    assert!(resource(limits::URI_BYTES).is_ok());
    assert_eq!(resource(limits::URI_BYTES + 1), Err(Reason::ClaimMalformed));
}

#[test]
fn a_resource_is_the_audience_or_the_url() {
    for resource in [
        RESOURCE,
        "https://API.corp.example:443/",
        "https://api.corp.example/v1/orders/7/refund",
        "https://api.corp.example/v1/%6Frders/7/./refund",
    ] {
        assert_eq!(one(with("resource", json!(resource))), Ok(()), "{resource}");
    }
    for resource in [
        "https://api.corp.example/v1",
        "https://api.corp.example/v1/orders/7",
        "https://api.corp.example/v1/orders/7/refund/",
        "https://api.corp.example/v1/orders/7/Refund",
        "https://api.corp.example/v1/orders%2F7/refund",
        "http://api.corp.example",
        "https://corp.example",
        "https://api.corp.example:8443",
        "api.corp.example",
        "/v1/orders/7/refund",
        "*",
        "",
    ] {
        assert_eq!(one(with("resource", json!(resource))), NOT, "{resource}");
    }
    // Audiences that are no URLs, and none at all.
    let named = |resource: &str, audience| {
        let call = Call { audience, ..call() };
        permits(&json!([with("resource", json!(resource))]), &call)
    };
    assert_eq!(named("urn:corp:orders", "urn:corp:orders"), Ok(()));
    assert_eq!(named("urn:corp:orders", "urn:corp:other"), NOT);
    assert_eq!(named("orders", "orders"), NOT);
}

#[test]
fn a_prefix_reaches_whole_segments() {
    let below = |resource: &str| {
        let mut entry = with("resource", json!(resource));
        entry["resource_match"] = json!("prefix");
        one(entry)
    };
    for resource in [
        RESOURCE,
        "https://api.corp.example/",
        "https://api.corp.example/v1",
        "https://api.corp.example/v1/orders/",
        "https://api.corp.example/v1/orders/7",
        "https://api.corp.example/v1/orders/7/refund",
        "https://API.CORP.example:443/x/../v1",
    ] {
        assert_eq!(below(resource), Ok(()), "{resource}");
    }
    for resource in [
        "https://api.corp.example/v",
        "https://api.corp.example/v1/order",
        "https://api.corp.example/v1/orders/70",
        "https://api.corp.example/v1/orders/7/refund/x",
        "https://api.corp.example/V1",
        "https://api.corp.example/v1%2Forders",
        "https://api.corp.exampl",
        "https://api.corp.example.evil",
    ] {
        assert_eq!(below(resource), NOT, "{resource}");
    }
    // What has a query has nothing below it, and the draft forbids it: even where it is equal.
    let audience = "https://api.corp.example/v1?a";
    let mut entry = with("resource", json!(audience));
    entry["resource_match"] = json!("prefix");
    assert_eq!(
        permits(&json!([entry]), &Call { audience, ..call() }),
        UNKNOWN
    );
}

#[test]
fn an_encoded_slash_is_no_border() {
    let url = "https://api.corp.example/v1%2Forders";
    let mut entry = with("resource", json!("https://api.corp.example/v1"));
    entry["resource_match"] = json!("prefix");
    let call = Call {
        url,
        audience: "urn:x",
        ..call()
    };
    assert_eq!(permits(&json!([entry]), &call), NOT);
}

#[test]
fn a_match_that_is_not_known_gives_nothing() {
    assert_eq!(one(with("resource_match", json!("exact"))), Ok(()));
    for way in ["glob", "Prefix", "suffix", ""] {
        assert_eq!(one(with("resource_match", json!(way))), UNKNOWN, "{way}");
    }
}

#[test]
fn actions_are_names_or_families() {
    for action in ["refund", "orders.refund", "orders.*"] {
        assert_eq!(
            one(with("actions", json!(["x", action]))),
            Ok(()),
            "{action}"
        );
    }
    for action in [
        "*",
        ".*",
        "",
        "orders",
        "orders.",
        "order.*",
        "orders.refund.*",
        "refund.*",
        "Refund",
        "orders*",
        "orders.**",
        "*.refund",
        "orders.re*",
        "rders.refund",
        "*.*",
        " refund",
    ] {
        assert_eq!(one(with("actions", json!([action]))), NOT, "{action}");
    }
    assert_eq!(one(with("actions", json!([]))), NOT);
    let deep = Call {
        qualified: "invoices.q3.export",
        action: "export",
        ..call()
    };
    for (family, expected) in [
        ("invoices.*", Ok(())),
        ("invoices.q3.*", Ok(())),
        ("invoices.q.*", NOT),
        ("invoice.*", NOT),
        ("invoices.q3.export.*", NOT),
    ] {
        let claim = json!([with("actions", json!([family]))]);
        assert_eq!(permits(&claim, &deep), expected, "{family}");
    }
    let bare = Call {
        qualified: "orders.",
        ..deep
    };
    assert_eq!(
        permits(&json!([with("actions", json!(["orders.*"]))]), &bare),
        NOT
    );
}

#[test]
fn tenant_label_and_tool_are_enforced() {
    for (constraints, expected) in [
        (json!({}), Ok(())),
        (json!({"tenant": "emea"}), Ok(())),
        (json!({"tenant": "apac"}), NOT),
        (json!({"tenant": ""}), NOT),
        (
            json!({"data_classification": ["public", "internal"]}),
            Ok(()),
        ),
        (json!({"data_classification": ["public"]}), NOT),
        (json!({"data_classification": ["Internal"]}), NOT),
        (json!({"data_classification": []}), NOT),
        (json!({"allowed_tools": ["read", "refund"]}), Ok(())),
        (json!({"allowed_tools": ["read"]}), NOT),
        (json!({"allowed_tools": []}), NOT),
        (
            json!({"tenant": "emea", "allowed_tools": ["refund"]}),
            Ok(()),
        ),
        (json!({"tenant": "emea", "allowed_tools": ["read"]}), NOT),
        (json!({"tenant": "apac", "allowed_tools": ["refund"]}), NOT),
    ] {
        assert_eq!(constrained(constraints.clone()), expected, "{constraints}");
    }
    let nothing_known = Call {
        tenant: None,
        classification: None,
        ..call()
    };
    for constraints in [
        json!({"tenant": "emea"}),
        json!({"data_classification": ["internal"]}),
    ] {
        let claim = json!([with("constraints", constraints)]);
        assert_eq!(permits(&claim, &nothing_known), NOT, "{claim}");
    }
}

/// The names of tools are their server's, not the policy's.
#[test]
fn a_tool_has_its_own_name() {
    let call = Call {
        tool: "ns/refund.v2",
        ..call()
    };
    let of = |tools: Value| {
        let constraints = json!({"allowed_tools": tools});
        permits(&json!([with("constraints", constraints)]), &call)
    };
    assert_eq!(of(json!(["ns/refund.v2"])), Ok(()));
    assert_eq!(of(json!(["refund"])), NOT);
    assert_eq!(of(json!(["orders.refund"])), NOT);
}

/// An entry that bounds the amount, and a call that moves one.
fn moving(most: &str, amount: Told<Money<'_>>) -> Result<Grant, Denial> {
    let limit = json!({"max_amount": {"amount": most, "currency": "EUR"}});
    let claim = json!([with("constraints", limit)]);
    parse(&claim).unwrap().permits(&Call { amount, ..call() })
}

#[test]
fn an_amount_is_held_against_its_limit() {
    let value = Datum::Double(99.5);
    let euros = |currency| {
        Told::Here(Money {
            value: &value,
            currency,
        })
    };
    assert_eq!(moving("99.50", euros("EUR")), Ok(Grant::Whole));
    assert_eq!(
        moving("99.49", euros("EUR")),
        Err(Denial::InsufficientAuthority)
    );
    assert_eq!(
        moving("99.50", euros("USD")),
        Err(Denial::InsufficientAuthority)
    );
    assert_eq!(
        moving("99.50", Told::Missing),
        Err(Denial::InsufficientAuthority)
    );
    assert_eq!(
        moving("99.50", Told::Nowhere),
        Err(Denial::ConstraintUnrecognized)
    );
    assert_eq!(moving("99.50", Told::Later), Ok(Grant::ByContent));
}

#[test]
fn a_recipient_is_held_against_its_domain() {
    let to = Datum::String("bo@example.com".to_owned());
    let sent = |domain: &str, recipient| {
        let claim = json!([with("constraints", json!({"recipient_domain": domain}))]);
        let call = Call {
            recipient,
            ..call()
        };
        parse(&claim).unwrap().permits(&call)
    };
    assert_eq!(sent("example.com", Told::Here(&to)), Ok(Grant::Whole));
    for (domain, recipient, denial) in [
        (
            "example.org",
            Told::Here(&to),
            Denial::InsufficientAuthority,
        ),
        ("example.com", Told::Missing, Denial::InsufficientAuthority),
        ("example.com", Told::Nowhere, Denial::ConstraintUnrecognized),
    ] {
        assert_eq!(sent(domain, recipient), Err(denial), "{recipient:?}");
    }
    assert_eq!(sent("example.com", Told::Later), Ok(Grant::ByContent));
}

/// What is still to come saves nothing that does not hold already, and of several entries the one
/// counts that permits most.
#[test]
fn what_is_still_to_come_refuses_nothing_by_itself() {
    let bounded = |more: Value| {
        let mut constraints = json!({"max_amount": {"amount": "1", "currency": "EUR"}});
        let all = constraints.as_object_mut().unwrap();
        all.extend(more.as_object().unwrap().clone());
        with("constraints", constraints)
    };
    let later = |claim: Value| {
        let call = Call {
            amount: Told::Later,
            ..call()
        };
        parse(&claim).unwrap().permits(&call)
    };
    let no = Err(Denial::InsufficientAuthority);
    assert_eq!(later(json!([bounded(json!({}))])), Ok(Grant::ByContent));
    assert_eq!(later(json!([bounded(json!({"tenant": "apac"}))])), no);
    assert_eq!(
        later(json!([bounded(json!({"x": 1}))])),
        Err(Denial::ConstraintUnrecognized)
    );
    for claim in [
        json!([mission(), bounded(json!({}))]),
        json!([bounded(json!({})), mission()]),
    ] {
        assert_eq!(later(claim), Ok(Grant::Whole));
    }
    let unknown = with("constraints", json!({"x": 1}));
    assert_eq!(
        later(json!([unknown, bounded(json!({}))])),
        Ok(Grant::ByContent)
    );
}

#[test]
fn a_window_has_both_its_ends_in_it() {
    let at = |window: &Value, millis: u64| {
        let now = UnixTime::from_nanos((NOW as u64 * 1000 + millis) * 1_000_000);
        let claim = json!([with("constraints", json!({"time_window": window}))]);
        permits(&claim, &Call { now, ..call() })
    };
    let after = json!({"not_before": "2026-11-22T19:03:20.250Z"});
    assert_eq!((at(&after, 249), at(&after, 250)), (NOT, Ok(())));
    let before = json!({"not_after": "2026-11-22T20:03:20.250+01:00"});
    assert_eq!((at(&before, 250), at(&before, 251)), (Ok(()), NOT));
    let between =
        json!({"not_before": "2026-11-22T19:03:20Z", "not_after": "2026-11-22T19:03:21Z"});
    assert_eq!((at(&between, 0), at(&between, 1000)), (Ok(()), Ok(())));
    assert_eq!(at(&between, 1001), NOT);
    let never = json!({"not_before": "2026-11-22T19:03:21Z", "not_after": "2026-11-22T19:03:20Z"});
    assert_eq!((at(&never, 0), at(&never, 1000)), (NOT, NOT));
    let more = json!({"not_before": "2026-11-22T19:03:20Z", "days": ["mon"]});
    assert_eq!(at(&more, 0), UNKNOWN);
}

#[test]
fn what_cannot_be_enforced_gives_nothing() {
    for constraints in [
        json!({"max_amount": {"amount": "500.00", "currency": "USD"}}),
        json!({"resource_issued_after": "2026-07-01T00:00:00Z"}),
        json!({"resource_issued_before": "2026-07-01T00:00:00Z"}),
        json!({"recipient_domain": "example.com"}),
        json!({"requires_action_approval": true}),
        json!({"vendors": ["acme"]}),
        json!({"Tenant": "emea"}),
        json!({"": null}),
        json!({"tenant": "emea", "x": 1}),
        json!({"x": 1, "tenant": "emea"}),
        // Not understood comes first, also where what is understood does not hold.
        json!({"tenant": "apac", "x": 1}),
        json!({"max_amount": {"amount": "1", "currency": "EUR", "per": "day"}}),
    ] {
        assert_eq!(constrained(constraints.clone()), UNKNOWN, "{constraints}");
    }
    assert_eq!(
        constrained(json!({"requires_action_approval": false})),
        Ok(())
    );
    for member in [
        "locations",
        "datatypes",
        "identifier",
        "privileges",
        "max_uses",
        "Actions",
    ] {
        assert_eq!(one(with(member, json!(["x"]))), UNKNOWN, "{member}");
    }
    // Where an entry does not cover the call, what it says beside does not matter.
    let mut elsewhere = with("actions", json!(["read"]));
    elsewhere["constraints"] = json!({"x": 1});
    assert_eq!(one(elsewhere), NOT);
}

#[test]
fn authority_is_delegated_as_deep_as_it_says() {
    let at = |delegation: Option<Value>, delegation_depth| {
        let entry = match delegation {
            Some(delegation) => with("delegation", delegation),
            None => mission(),
        };
        let call = Call {
            delegation_depth,
            ..call()
        };
        permits(&json!([entry]), &call)
    };
    let two = || Some(json!({"max_depth": 2, "allowed_delegates": [{"sub_profile": "ai_agent"}]}));
    assert_eq!([0, 1, 2].map(|depth| at(two(), depth)), [Ok(()); 3]);
    assert_eq!([3, u32::MAX].map(|depth| at(two(), depth)), [NOT; 2]);
    // Without a word of it, and where nobody may: only the agent itself.
    for delegation in [
        None,
        Some(json!({"max_depth": 0})),
        Some(json!({"max_depth": 2, "allowed_delegates": []})),
        Some(json!({"max_depth": 2, "review": "weekly"})),
    ] {
        assert_eq!(at(delegation.clone(), 0), Ok(()), "{delegation:?}");
        assert_eq!(at(delegation.clone(), 1), NOT, "{delegation:?}");
    }
    assert_eq!(at(Some(json!({"max_depth": i64::MAX})), u32::MAX), Ok(()));
}

#[test]
fn declared_types_have_locations_and_actions() {
    let entry = |more: Value| {
        let mut entry = json!({"type": "orders_api", "actions": ["refund"]});
        entry
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        entry
    };
    for (more, expected) in [
        (json!({}), Ok(())),
        (
            json!({"locations": ["https://x.example", RESOURCE]}),
            Ok(()),
        ),
        (
            json!({"locations": ["https://api.corp.example/v1/orders/7/refund"]}),
            Ok(()),
        ),
        (json!({"locations": ["https://x.example"]}), NOT),
        (json!({"locations": ["https://api.corp.example/v1"]}), NOT),
        (json!({"locations": ["api.corp.example"]}), NOT),
        (json!({"locations": []}), NOT),
        (json!({"actions": ["read"]}), NOT),
        (json!({"actions": []}), NOT),
        (json!({"actions": ["orders.*"]}), Ok(())),
        (json!({"datatypes": ["orders"]}), UNKNOWN),
        (json!({"identifier": "7"}), UNKNOWN),
        (json!({"privileges": ["admin"]}), UNKNOWN),
        (json!({"resource": RESOURCE}), UNKNOWN),
        (json!({"constraints": {}}), UNKNOWN),
        (json!({"instructedAmount": {"amount": "1"}}), UNKNOWN),
    ] {
        assert_eq!(one(entry(more.clone())), expected, "{more}");
    }
    assert_eq!(one(json!({"type": "orders_api"})), NOT);
    let delegated = Call {
        delegation_depth: 3,
        ..call()
    };
    assert_eq!(permits(&json!([entry(json!({}))]), &delegated), Ok(()));
}

#[test]
fn other_types_give_nothing() {
    for kind in [
        "account_information",
        "Mission_resource_access",
        "orders",
        "ORDERS_API",
        "",
    ] {
        let mut entry = mission();
        entry["type"] = json!(kind);
        assert_eq!(one(entry), NOT, "{kind}");
    }
    // And what they say has types of its own.
    assert_eq!(
        one(json!({"type": "x", "actions": 1, "constraints": []})),
        NOT
    );
    let claim = json!([{"type": "x", "actions": 1}, mission()]);
    assert_eq!(permits(&claim, &call()), Ok(()));
}

#[test]
fn memory_is_what_the_texts_take_and_more() {
    let long = "x".repeat(1000);
    let small = parse(&json!([mission()])).unwrap().bytes();
    for entry in [
        with("resource", json!(format!("{RESOURCE}/{long}"))),
        with("actions", json!([long])),
        with("constraints", json!({"tenant": long})),
        with("constraints", json!({"allowed_tools": [long]})),
        with("constraints", json!({"recipient_domain": long})),
        with(
            "constraints",
            json!({"max_amount": {"amount": "1", "currency": long}}),
        ),
        json!({"type": "orders_api", "locations": [format!("https://{long}")], "actions": ["refund"]}),
    ] {
        let large = parse(&json!([entry])).unwrap().bytes();
        assert!(
            large >= small + 900 && large < small + 4000,
            "{small} {large}"
        );
    }
}
