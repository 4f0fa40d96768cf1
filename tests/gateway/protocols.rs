//! Methods, upgrades and versions: none lets anything past the decision.

use remit_tests::client::h1::{Connection, Request};
use remit_tests::client::h2;
use remit_tests::gateway::Gateway;
use remit_tests::upstream::{CASE, MARK};

use crate::world::{GATEWAY, allowed, case, good, request, setup, started};

pub(crate) fn refused(gateway: &Gateway, case: &str, reason: &str) {
    let entry = gateway.entry_of(case);
    let record = entry
        .record()
        .unwrap_or_else(|| panic!("{case} has no record: {entry:?}"));
    assert_eq!(record["reason"], reason, "{case}");
    assert_eq!(gateway.arrivals_of(case), 0, "{case} reached an upstream");
}

#[test]
fn head_is_decided_as_head() {
    let (known, unknown) = (case("head"), case("head-unknown"));
    let head = |target: &str, case: &str| {
        request("HEAD", target, case)
            .field("authorization", good())
            .send(GATEWAY.agents())
    };
    let response = head("/v1/orders/A-17", &known);
    assert_eq!(
        (response.status, response.value(MARK)),
        (200, Some("orders"))
    );
    assert_eq!(
        GATEWAY.upstream("orders").only_arrival_of(&known).method,
        "HEAD"
    );
    // That GET is allowed says nothing of HEAD.
    assert_eq!(head("/v1/audit", &unknown).status, 403);
    refused(&GATEWAY, &unknown, "unknown_operation");
}

#[test]
fn connect_is_refused() {
    let (name, nameless) = (case("connect"), case("connect-h2"));
    let connect = Request::new("CONNECT", "api.corp.example:443", "api.corp.example:443")
        .field(CASE, &name)
        .field("authorization", good());
    assert_eq!(connect.send(GATEWAY.agents()).status, 403);
    refused(&GATEWAY, &name, "connect_refused");
    let connect = h2::Request::new("CONNECT", "", "api.corp.example:443")
        .field(CASE, &nameless)
        .field("authorization", good());
    assert_eq!(connect.send(GATEWAY.agents()).status, 403);
    refused(&GATEWAY, &nameless, "connect_refused");
}

fn upgrade(case: &str, protocol: &str) -> Request {
    allowed(case)
        .field("connection", "Upgrade")
        .field("upgrade", protocol)
}

/// As it is shipped Envoy refuses upgrades itself, before any filter.
#[test]
fn envoy_as_configured_refuses_an_upgrade() {
    for protocol in ["websocket", "TLS/1.0", "h2c, websocket"] {
        let name = case("upgrade");
        let response = upgrade(&name, protocol).send(GATEWAY.agents());
        assert_eq!(
            (response.status, GATEWAY.arrivals_of(&name)),
            (403, 0),
            "{protocol}"
        );
        assert_eq!(
            GATEWAY.entry_of(&name).0["details"],
            "upgrade_failed",
            "{protocol}"
        );
    }
}

/// To HTTP/2 in cleartext Envoy does not upgrade: it takes the wish off, which leaves a plain
/// request (RFC 9110 section 7.8), and that is decided like any other.
#[test]
fn an_upgrade_to_http2_is_a_plain_request() {
    let (fine, bad) = (case("h2c"), case("h2c-bad"));
    let settings = |request: Request| {
        request
            .field("connection", "Upgrade, HTTP2-Settings")
            .field("upgrade", "h2c")
            .field("http2-settings", "AAMAAABkAARAAAAAAAIAAAAA")
    };
    assert_eq!(settings(allowed(&fine)).send(GATEWAY.agents()).status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&fine);
    assert!(arrival.values("upgrade").is_empty(), "{arrival:?}");
    assert_eq!(arrival.version, http::Version::HTTP_11);
    assert_eq!(
        settings(request("GET", "/v1/orders", &bad))
            .send(GATEWAY.agents())
            .status,
        401
    );
    refused(&GATEWAY, &bad, "no_credential");
}

/// Where an operator lets Envoy upgrade for other routes, the filter refuses.
#[test]
fn the_filter_refuses_an_upgrade_that_envoy_would_make() {
    let upgrading = "upgrade_configs: [{upgrade_type: websocket}, {upgrade_type: CONNECT}]";
    let gateway = started(&setup().add_below("stat_prefix: agents", upgrading));
    let (name, tunnel) = (case("websocket"), case("tunnel"));
    assert_eq!(
        upgrade(&name, "websocket").send(gateway.agents()).status,
        403
    );
    refused(&gateway, &name, "upgrade_refused");
    let connect = Request::new("CONNECT", "api.corp.example:443", "api.corp.example:443")
        .field(CASE, &tunnel)
        .field("authorization", good());
    assert_eq!(connect.send(gateway.agents()).status, 403);
    refused(&gateway, &tunnel, "connect_refused");
    assert_eq!(allowed(&case("plain")).send(gateway.agents()).status, 200);
}

/// Only the version that says how it is framed is read.
#[test]
fn old_versions_are_refused() {
    let name = case("http10");
    let line = format!("GET /v1/orders HTTP/1.0\r\nHost: api.corp.example\r\n{CASE}: {name}\r\n");
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(format!("{line}Authorization: {}\r\n\r\n", good()).as_bytes());
    assert_eq!(connection.receive(false).status, 426);
    assert_eq!(GATEWAY.arrivals_of(&name), 0);
}
