//! A body that comes while the plan changes is decided by the plan that its request began with.

use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_tests::client::h1::Connection;
use remit_tests::policy::Compiled;

use super::{LARGE, REFUNDS, SMALL, post, setup};
use crate::protocols::refused;
use crate::world::{case, started};

#[test]
fn a_plan_that_changes_while_bodies_come() {
    let gateway = started(&setup().dynamic());
    let begun = [(SMALL, 200), (LARGE, 403)].map(|(body, status)| {
        let name = case("begun");
        let head = post(&name, REFUNDS).field("content-length", body.len().to_string());
        let (first, last) = body.split_at(5);
        let mut connection = Connection::open(gateway.agents());
        connection.send(&head.body(first).bytes());
        assert!(connection.is_silent_for(Duration::from_millis(100)));
        (name, connection, last, status)
    });
    // From now on no refund is small enough.
    let stricter = Compiled::policy_with("bodies", "body.amount <= 50.0", "body.amount <= 0.0");
    gateway.discover(&STANDARD.encode(&stricter.plan));
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        let name = case("later");
        let post = post(&name, REFUNDS).field("content-length", SMALL.len().to_string());
        match post.body(SMALL).send(gateway.agents()).status {
            403 => break,
            status => assert_eq!(status, 200),
        }
        assert!(
            Instant::now() < patience,
            "the new plan does not come into force"
        );
        sleep(Duration::from_millis(10));
    }
    for (name, mut connection, last, status) in begun {
        connection.send(last);
        assert_eq!(connection.receive(false).status, status);
        if status == 200 {
            assert_eq!(
                gateway.upstream("orders").only_arrival_of(&name).body,
                SMALL
            );
        } else {
            refused(&gateway, &name, "not_allowed");
        }
    }
}
