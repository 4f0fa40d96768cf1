//! Who the upstream is told is calling: the filter's word, never the client's.

use remit_tests::client::h1::Request;
use remit_tests::client::h2;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::CASE;

use crate::world::{GATEWAY, allowed, case, now, request, setup, started};

const AGENT: &str = "spiffe://corp.example/support/bot-7";
const FORGED: &str = "spiffe://corp.example/forged";

/// Names that a server may read as `x-remit-agent`.
const SPELLINGS: &[&str] = &[
    "x-remit-agent",
    "X-Remit-Agent",
    "X-REMIT-AGENT",
    "x-ReMiT-aGeNt",
    "x.remit.agent",
    "x-remit.agent",
];

#[test]
fn copies_in_any_letter_case_are_taken_off() {
    for spelling in SPELLINGS {
        let name = case("spelling");
        let response = allowed(&name)
            .field(spelling, FORGED)
            .send(GATEWAY.agents());
        assert_eq!(response.status, 200);
        let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
        assert_eq!(arrival.values("x-remit-agent"), [AGENT], "{spelling}");
        let dotted = arrival
            .headers
            .keys()
            .find(|name| name.as_str().contains('.'));
        assert_eq!(dotted, None, "{spelling}");
    }
}

#[test]
fn repeated_copies_are_taken_off() {
    let name = case("repeated");
    let request = SPELLINGS
        .iter()
        .fold(allowed(&name), |request, one| request.field(one, FORGED));
    assert_eq!(request.send(GATEWAY.agents()).status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
    assert_eq!(arrival.values("x-remit-agent"), [AGENT]);
}

/// CGI, WSGI and others read `_` as `-` (RFC 3875 section 4.1.18). Envoy as configured refuses such
/// names; without that setting the filter takes them off.
#[test]
fn underscore_copies_never_arrive() {
    let underscored = [
        "x_remit_agent",
        "X-Remit_Agent",
        "x_remit-agent",
        "x_original_url",
    ];
    for spelling in underscored {
        let name = case("underscore");
        let response = allowed(&name)
            .field(spelling, FORGED)
            .send(GATEWAY.agents());
        assert_eq!(
            (response.status, GATEWAY.arrivals_of(&name)),
            (400, 0),
            "{spelling}"
        );
    }
    const REJECT: &str = "headers_with_underscores_action: REJECT_REQUEST";
    let lenient = started(&setup().edit(REJECT, "headers_with_underscores_action: ALLOW"));
    for spelling in underscored {
        let name = case("underscore");
        let response = allowed(&name)
            .field(spelling, FORGED)
            .send(lenient.agents());
        assert_eq!(response.status, 200);
        let arrival = lenient.upstream("orders").only_arrival_of(&name);
        let arrived: Vec<&str> = arrival
            .headers
            .keys()
            .map(|key| key.as_str())
            .filter(|key| key.contains('_'))
            .collect();
        assert!(arrived.is_empty(), "{spelling} arrived: {arrived:?}");
        assert_eq!(arrival.values("x-remit-agent"), [AGENT], "{spelling}");
    }
}

#[test]
fn a_public_operation_says_nothing_of_the_caller() {
    let name = case("public");
    let response = request("GET", "/healthz", &name)
        .field("x-remit-agent", FORGED)
        .field("x-remit-task", "triage")
        .send(GATEWAY.agents());
    assert_eq!(response.status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
    assert!(arrival.values_below("x-remit-").is_empty(), "{arrival:?}");
}

/// What the token does not say the client cannot add.
#[test]
fn an_absent_identity_stays_absent() {
    let name = case("absent");
    let token = Recipe::corp(now()).without("tenant").without("sid").token();
    let response = request("GET", "/v1/orders", &name)
        .field("authorization", format!("Bearer {token}"))
        .field("x-remit-tenant", "emea")
        .field("x-remit-session", "stolen")
        .send(GATEWAY.agents());
    assert_eq!(response.status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
    assert!(arrival.values("x-remit-tenant").is_empty());
    assert!(arrival.values("x-remit-session").is_empty());
    assert_eq!(arrival.values("x-remit-task"), ["triage"]);
}

/// `Connection` names fields that a hop takes off (RFC 9110 section 7.6.1): ours are set by us and
/// must not be among them.
#[test]
fn connection_cannot_take_our_headers_off() {
    for token in [
        "close, x-remit-agent",
        "x-remit-agent",
        "x-remit-tenant, x-remit-agent",
    ] {
        let name = case("connection");
        let response = allowed(&name)
            .field("connection", token)
            .send(GATEWAY.agents());
        assert_eq!(response.status, 200, "{token}");
        let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
        assert_eq!(arrival.values("x-remit-agent"), [AGENT], "{token}");
    }
}

#[test]
fn override_headers_are_taken_off() {
    let overrides = [
        ("x-http-method", "DELETE"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("x-method-override", "DELETE"),
        ("X-Original-URL", "/v1/orders/export"),
        ("x-original-uri", "/v1/orders/export"),
        ("X-Rewrite-URL", "/v1/orders/export"),
        ("X-Forwarded-Host", "ledger.corp.example"),
        ("x-forwarded-uri", "/v1/orders/export"),
        ("X-Original-Host", "ledger.corp.example"),
        ("x-host", "ledger.corp.example"),
        ("forwarded", "host=ledger.corp.example"),
        ("x-envoy-original-path", "/v1/orders/export"),
        ("x.original.url", "/v1/orders/export"),
    ];
    let name = case("override");
    let request = overrides
        .iter()
        .fold(allowed(&name), |one, (name, value)| one.field(name, value));
    assert_eq!(request.send(GATEWAY.agents()).status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
    assert_eq!(
        (arrival.method.as_str(), arrival.target.as_str()),
        ("GET", "/v1/orders")
    );
    for (name, _) in overrides {
        assert!(
            arrival.values(&name.to_lowercase()).is_empty(),
            "{name} arrived"
        );
    }
}

#[test]
fn other_headers_arrive_as_they_were() {
    let name = case("others");
    let response = h2::Request::new("GET", "/v1/orders", "api.corp.example")
        .field(CASE, &name)
        .field("authorization", crate::world::good())
        .field("x-remitter", "kept")
        .field("x-trace", "a")
        .field("x-trace", "b")
        .field("accept", "text/plain")
        .send(GATEWAY.agents());
    assert_eq!(response.status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
    assert_eq!(arrival.values("x-remitter"), ["kept"]);
    assert_eq!(arrival.values("x-trace").join(","), "a,b");
    assert_eq!(arrival.values("accept"), ["text/plain"]);
}

/// Two hosts in one request: the engine decides on the one that Envoy forwards, or not at all.
#[test]
fn a_second_host_never_changes_the_route() {
    for (first, second) in [
        ("ledger.corp.example", "api.corp.example"),
        ("api.corp.example", "ledger.corp.example"),
    ] {
        let name = case("hosts");
        let response = Request::new("GET", "/v1/orders", first)
            .field("host", second)
            .field(CASE, &name)
            .field("authorization", crate::world::good())
            .send(GATEWAY.agents());
        assert_eq!(
            (response.status, GATEWAY.arrivals_of(&name)),
            (400, 0),
            "{first}, {second}"
        );
    }
    let name = case("absolute");
    let response = Request::new(
        "GET",
        "http://api.corp.example/v1/orders",
        "ledger.corp.example",
    )
    .field(CASE, &name)
    .field("authorization", crate::world::good())
    .send(GATEWAY.agents());
    // Envoy replaces Host by the target's authority (RFC 9112 section 3.2.2).
    assert_eq!(response.status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&name);
    assert_eq!(arrival.authority.as_deref(), Some("api.corp.example"));
    assert_eq!(arrival.target, "/v1/orders");
}
