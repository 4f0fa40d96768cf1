//! Streams that are open when what let them through no longer stands: they end within the bound,
//! and those whose token stands go on.

use std::thread::scope;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_tests::client::tail::Tail;
use remit_tests::client::{h1, h2};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::Mint;
use remit_tests::origin::{Origin, Page};
use remit_tests::recipe::CORP;
use remit_tests::runtime::until;
use remit_tests::upstream::CASE;
use serde_json::json;

use crate::standing::{Elsewhere, FEED, KEYS, document, feed, named, policy, publish, recipe};
use crate::world::{case, now, request, started};

/// A fetch a second, a look a second, and the rest for a machine that is busy.
const BOUND: Duration = Duration::from_secs(5);
const HOST: &str = "events.corp.example";

fn start(origin: &Origin, elsewhere: &Elsewhere) -> Gateway {
    origin.put("/events", Page::events());
    origin.put("/socket", Page::socket());
    let setup = Setup::new(&policy(elsewhere).plan);
    started(&setup.cluster("events", origin.address()))
}

/// With a deny feed that names nobody.
fn with_feed(origin: &Origin, more: &str) -> Gateway {
    let gateway = start(
        origin,
        &Elsewhere {
            feed: Some(document(origin, FEED, more)),
            ..Elsewhere::default()
        },
    );
    let token = recipe().token();
    until("the feed comes", || {
        origin.put(FEED, feed(&json!([])));
        named(&token, &case("feed")).send(gateway.agents()).status == 200
    });
    gateway
}

fn watch(gateway: &Gateway, token: &str) -> Tail {
    let request = h1::Request::new("GET", "/events", HOST);
    let request = request.field("authorization", format!("Bearer {token}"));
    let tail = Tail::of(&request, gateway.agents());
    tail.wait_for("data: tick");
    tail
}

fn talk(gateway: &Gateway, token: &str) -> Tail {
    let request = h1::Request::new("GET", "/socket", HOST)
        .field("authorization", format!("Bearer {token}"))
        .field("connection", "Upgrade")
        .field("upgrade", "websocket")
        .field("sec-websocket-version", "13")
        .field("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
    let tail = Tail::of(&request, gateway.agents());
    tail.wait_for("tick");
    assert!(tail.received().starts_with("HTTP/1.1 101 "));
    tail
}

/// Opens a stream of each kind with a token, does something, and says how long after that the
/// first and the last of them ended. One with another token must go on.
fn end(gateway: &Gateway, token: &str, other: &str, then: impl FnOnce()) -> [Duration; 2] {
    scope(|threads| {
        let other = watch(gateway, other);
        let (events, socket) = (watch(gateway, token), talk(gateway, token));
        let request = h2::Request::new("GET", "/events", HOST);
        let request = request.field("authorization", format!("Bearer {token}"));
        let http2 = threads.spawn(move || {
            let response = request.send(gateway.agents());
            (response, Instant::now())
        });
        let arrived = "http.agents.downstream_rq_active";
        until("all are open", || gateway.stat(arrived) >= 4);
        assert!(events.is_open() && socket.is_open());
        then();
        let began = Instant::now();
        let ends = [events.ended(), socket.ended()];
        let (response, end) = http2.join().expect("it ends");
        assert_eq!(response.status, 200);
        assert!(
            response.text().contains("data: tick"),
            "{}",
            response.text()
        );
        let before = other.received().len();
        until("the other stream goes on", || {
            other.received().len() > before
        });
        assert!(other.is_open());
        let after = |end: Instant| end.saturating_duration_since(began);
        let mut ends = [ends[0], ends[1], end].map(after);
        ends.sort();
        [ends[0], ends[2]]
    })
}

fn closed(gateway: &Gateway, reason: &str) -> u64 {
    gateway.stat(&format!("wasmcustom.remit_streams_closed.reason.{reason}"))
}

#[test]
fn a_revoked_token() {
    let origin = Origin::start();
    let gateway = with_feed(&origin, "");
    let token = recipe().claim("jti", "leaked").token();
    let [_, last] = end(&gateway, &token, &recipe().token(), || {
        let entry = json!([{"iss": CORP, "jti": "leaked", "until": now() + 600}]);
        publish(&gateway, &origin, &entry);
    });
    assert!(last < BOUND, "{last:?}");
    assert_eq!(closed(&gateway, "token_revoked"), 3);
}

#[test]
fn a_token_that_runs_out() {
    let origin = Origin::start();
    let gateway = start(&origin, &Elsewhere::default());
    let expires = now() + 8;
    let token = recipe().claim("exp", expires).token();
    let [first, last] = end(&gateway, &token, &recipe().token(), || {
        until("it is nearly over", || now() >= expires - 2);
    });
    assert!(Duration::from_millis(5) < first, "{first:?}");
    assert!(last < Duration::from_secs(2) + BOUND, "{last:?}");
    assert_eq!(closed(&gateway, "token_expired"), 3);
}

#[test]
fn a_key_that_is_taken_back() {
    let origin = Origin::start();
    let jwks = |keys: &[&str]| Page::of(Mint::shared().jwks(keys).to_string());
    origin.put(KEYS, jwks(&["corp-ed", "corp-ed-next"]));
    let gateway = start(
        &origin,
        &Elsewhere {
            keys: Some(document(&origin, KEYS, "")),
            ..Elsewhere::default()
        },
    );
    let other = recipe()
        .header("kid", "corp-ed-next")
        .signed_by("corp-ed-next", "EdDSA");
    let [_, last] = end(&gateway, &recipe().token(), &other.token(), || {
        origin.put(KEYS, jwks(&["corp-ed-next"]));
    });
    assert!(last < BOUND, "{last:?}");
    assert_eq!(closed(&gateway, "unknown_key"), 3);
}

#[test]
fn a_run_that_is_over() {
    let origin = Origin::start();
    let gateway = start(&origin, &Elsewhere::default());
    let token = recipe().token();
    let [_, last] = end(&gateway, &token, &recipe().token(), || {
        let close = request("POST", "/v1/close", &case("close"));
        let close = close.field("authorization", format!("Bearer {token}"));
        let closed = close.field("content-length", "0").send(gateway.agents());
        assert_eq!(closed.status, 200);
    });
    assert!(last < BOUND, "{last:?}");
    assert_eq!(closed(&gateway, "task_ended"), 3);
}

/// Where nobody can tell any more whether a token stands, its streams end too.
#[test]
fn a_feed_that_is_stale() {
    let origin = Origin::start();
    let gateway = with_feed(&origin, ", stale_after: 8s");
    let events = watch(&gateway, &recipe().token());
    origin.put(FEED, Page::status(500));
    let began = Instant::now();
    let lasted = events.ended().saturating_duration_since(began);
    assert!(Duration::from_secs(1) < lasted, "{lasted:?}");
    assert!(lasted < Duration::from_secs(8) + BOUND, "{lasted:?}");
    assert_eq!(closed(&gateway, "standing_unknown"), 1);
}

/// A policy that is replaced goes on looking after the streams that it let through.
#[test]
fn a_stream_that_began_under_an_old_policy() {
    let origin = Origin::start();
    origin.put("/events", Page::events());
    let plan = |lifetime: &str| {
        let elsewhere = Elsewhere {
            issuer: vec![format!("max_lifetime: {lifetime}")],
            feed: Some(document(&origin, FEED, "")),
            ..Elsewhere::default()
        };
        policy(&elsewhere).plan
    };
    let setup = Setup::new(&plan("15m")).cluster("events", origin.address());
    let gateway = started(&setup.dynamic());
    let version = || {
        origin.put(FEED, feed(&json!([])));
        let name = case("version");
        let response = named(&recipe().token(), &name).send(gateway.agents());
        let record = gateway.entry_of(&name).record();
        (
            response.status,
            record.map(|record| record["version"].clone()),
        )
    };
    until("the feed comes", || version().0 == 200);
    let events = watch(&gateway, &recipe().claim("jti", "leaked").token());
    let other = watch(&gateway, &recipe().token());
    let (_, before) = version();
    gateway.discover(&STANDARD.encode(plan("20m")));
    until("the new policy is in force", || version().1 != before);
    assert!(events.is_open());
    let entry = json!([{"iss": CORP, "jti": "leaked", "until": now() + 600}]);
    publish(&gateway, &origin, &entry);
    let began = Instant::now();
    let lasted = events.ended().saturating_duration_since(began);
    assert!(lasted < BOUND, "{lasted:?}");
    assert_eq!(closed(&gateway, "token_revoked"), 1);
    assert!(other.is_open());
}

/// Where an operation names a protocol, a request for it has to change to that, and no other may.
#[test]
fn who_may_change_the_protocol() {
    let origin = Origin::start();
    let gateway = start(&origin, &Elsewhere::default());
    let bearer = format!("Bearer {}", recipe().token());
    let ask = |path: &str, protocol: Option<&str>, bearer: &str| {
        let name = case("upgrade");
        let request = h1::Request::new("GET", path, HOST).field(CASE, &name);
        let request = request.field("authorization", bearer);
        let request = match protocol {
            Some(protocol) => request
                .field("connection", "Upgrade")
                .field("upgrade", protocol),
            None => request,
        };
        let status = request.send(gateway.agents()).status;
        let record = gateway.entry_of(&name).record();
        let record = record.expect("a decision has a record");
        (status, record["reason"].as_str().map(str::to_owned))
    };
    let refused = (403, Some(String::from("upgrade_refused")));
    assert_eq!(ask("/socket", None, &bearer), refused);
    assert_eq!(ask("/events", Some("websocket"), &bearer), refused);
    let (status, reason) = ask("/socket", Some("websocket"), "Bearer a.b.c");
    assert_eq!((status, reason.as_deref()), (401, Some("token_malformed")));
    assert!(origin.asked("/socket").is_empty() && origin.asked("/events").is_empty());
}
