//! A new policy does not cost the keys that were fetched under the old one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_tests::client::h1::Session;
use remit_tests::gateway::Setup;
use remit_tests::origin::Origin;
use remit_tests::runtime::{Stop, until};

use crate::fetching::{keys, named, outcome, path, policy, token, with};
use crate::world::{case, started};

#[test]
fn the_keys_outlive_the_plan() {
    let origin = Origin::start();
    origin.put(&path("a"), keys(&["corp-ed"]));
    let plan = |name: &str| policy(&origin, name, &["a"], "24h").plan;
    let gateway = started(&Setup::new(&plan("before")).dynamic());
    let good = token("a", "corp-ed");
    until("the keys come", || outcome(&gateway, &good).0 == 200);
    // From here on there is nothing to be fetched.
    origin.close();
    let stop = AtomicBool::new(false);
    scope(|threads| {
        let _stopped = Stop(&stop);
        let clients: Vec<_> = (0..2)
            .map(|_| {
                threads.spawn(|| {
                    let mut session = Session::new(gateway.agents());
                    let mut sent = 0;
                    while !stop.load(Ordering::Relaxed) {
                        assert_eq!(session.send(&with(&good)).status, 200);
                        assert_eq!(session.send(&with(&token("a", "corp-ed"))).status, 200);
                        sent += 2;
                    }
                    sent
                })
            })
            .collect();
        for name in ["second", "third", "fourth"] {
            gateway.discover(&STANDARD.encode(plan(name)));
            until("the plan comes into force", || {
                let case = case("reload");
                assert_eq!(named(&good, &case).send(gateway.agents()).status, 200);
                let record = gateway.entry_of(&case).record();
                record.expect("a decision has a record")["policy"] == name
            });
        }
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            let sent: u32 = client.join().expect("no request is lost");
            assert!(sent > 20, "only {sent} requests meanwhile");
        }
    });
    assert_eq!(origin.asked(&path("a")).len(), 1);
}
