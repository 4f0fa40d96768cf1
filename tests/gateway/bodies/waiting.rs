//! Requests that wait for their issuer's keys while their bodies come: they are decided by both.

use std::thread::{scope, sleep};
use std::time::Duration;

use remit_tests::client::h1::{Connection, Request};
use remit_tests::client::h2;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::origin::Origin;
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::{CASE, Script};

use super::messages::{Caller, MCP, SHOWN, TOOLS, method};
use super::{LARGE, REFUNDS, SMALL, speaking_http2};
use crate::fetching::{keys, path};
use crate::protocols::refused;
use crate::world::{case, now, request, started};

/// How long the keys take; bodies that are cut are cut before and after that.
const SLOW: Duration = Duration::from_millis(700);

/// A gateway that knows the old key and fetches the new one slowly.
fn gateway(origin: &Origin) -> Gateway {
    origin.put(&path("corp"), keys(&["corp-ed"]));
    let fetched = format!(
        "jwks: {{url: \"{}\", cluster: keys, refresh: 24h}}",
        origin.url(&path("corp"))
    );
    let policy = Compiled::policy_with("bodies", "jwks: {file: corp.jwks.json}", &fetched);
    let setup = Setup::reading(&policy.plan);
    let gateway = started(&speaking_http2(setup, "orders"));
    let known = Caller::ours().request(&case("known"), MCP, &method("ping"));
    assert_eq!(known.send(gateway.agents()).status, 200);
    origin.put(
        &path("corp"),
        keys(&["corp-ed", "corp-ed-next"]).after(SLOW),
    );
    gateway
}

/// A good token of the new key.
fn recipe() -> Recipe {
    let recipe = Recipe::corp(now()).claim("jti", case("token"));
    recipe
        .signed_by("corp-ed-next", "EdDSA")
        .header("kid", "corp-ed-next")
}

fn post(case: &str) -> Request {
    request("POST", REFUNDS, case)
        .field("authorization", format!("Bearer {}", recipe().token()))
        .field("content-type", "application/json")
}

fn framed(case: &str, method: &str, target: &str) -> h2::Request {
    h2::Request::new(method, target, "api.corp.example")
        .field(CASE, case)
        .field("authorization", format!("Bearer {}", recipe().token()))
        .field("content-type", "application/json")
        .data(SMALL)
        .trailer("x-sum", "1")
        .trailer("x-remit-agent", "forged")
}

#[test]
fn bodies_that_come_while_a_request_waits_are_decided_on() {
    let origin = Origin::start();
    let gateway = gateway(&origin);
    scope(|threads| {
        for (body, status) in [(SMALL, 200), (LARGE, 403)] {
            let gateway = &gateway;
            // All of it at once.
            threads.spawn(move || {
                let name = case("whole");
                let post = post(&name).field("content-length", body.len().to_string());
                assert_eq!(post.body(body).send(gateway.agents()).status, status);
                is_right(gateway, &name, body, status);
            });
            // In three pieces: at once, while it waits, and when it has waited.
            threads.spawn(move || {
                let name = case("pieces");
                let post = post(&name).field("content-length", body.len().to_string());
                let mut connection = Connection::open(gateway.agents());
                connection.send(&post.bytes());
                for (at, piece) in body.chunks(body.len().div_ceil(3)).enumerate() {
                    sleep(SLOW * at as u32 * 3 / 4);
                    assert_eq!(gateway.arrivals_of(&name), 0);
                    connection.send(piece);
                }
                assert_eq!(connection.receive(false).status, status);
                is_right(gateway, &name, body, status);
            });
        }
        // Trailers that come while it waits, of what is decided by its body and of what is not.
        for (method, target) in [("POST", REFUNDS), ("GET", "/v1/orders")] {
            let gateway = &gateway;
            threads.spawn(move || {
                let name = case("trailers");
                assert_eq!(
                    framed(&name, method, target).send(gateway.agents()).status,
                    200
                );
                let arrival = gateway.upstream("orders").only_arrival_of(&name);
                assert_eq!(arrival.body, SMALL);
                let trailers = arrival.trailers.expect("they are handed on");
                let names: Vec<&str> = trailers.keys().map(|name| name.as_str()).collect();
                assert_eq!(names, ["x-sum"], "{method}");
            });
        }
    });
}

fn is_right(gateway: &Gateway, name: &str, body: &[u8], status: u16) {
    if status == 200 {
        assert_eq!(gateway.upstream("orders").only_arrival_of(name).body, body);
    } else {
        refused(gateway, name, "not_allowed");
    }
}

/// What is looked at in answers is looked at for those who have waited as well.
#[test]
fn answers_to_those_who_have_waited_are_looked_at() {
    let origin = Origin::start();
    let gateway = gateway(&origin);
    let caller = Caller::of(&recipe());
    let (list, stream) = (case("list"), case("stream"));
    let upstream = gateway.upstream("ledger");
    upstream.answer_with(&list, Script::json(200, TOOLS));
    upstream.answer_with(&stream, Script::events(&format!("data: {TOOLS}\n\n"), 50));
    scope(|threads| {
        threads.spawn(|| {
            let response = caller
                .request(&list, MCP, &method("tools/list"))
                .send(gateway.agents());
            assert_eq!((response.status, response.text().as_str()), (200, SHOWN));
        });
        threads.spawn(|| {
            let response = caller.bodiless(&stream, "GET").send(gateway.agents());
            assert_eq!(response.text(), format!("data: {SHOWN}\n\n"));
        });
    });
    assert_eq!(origin.asked(&path("corp")).len(), 2);
}
