//! Authorities: one that is not the resource's host never gets to its operations.

use remit_tests::client::h1;
use remit_tests::upstream::CASE;
use remit_tests::vectors::Tally;
use serde_json::Value;

use super::{World, named};

pub(super) fn judge(world: &World, case: &Value, tally: &mut Tally) {
    let id = case["id"].as_str().expect("a case has an id");
    let authority = case["authority"].as_str().expect("a case has an authority");
    let expect = case["expect"].as_str().expect("a case expects something");
    let name = named(id);
    let request = h1::Request::new("GET", "/public", authority)
        .field(CASE, &name)
        .field("authorization", format!("Bearer {}", world.token))
        .field("connection", "close");
    let outcome = world.outcome(&name, request.send(world.gateway.agents()).status);
    let arrived = outcome
        .arrival
        .as_ref()
        .map(|arrival| arrival.authority.clone().unwrap_or_default());
    let answered = format!(
        "{} {}",
        outcome.status,
        outcome.reason.as_deref().unwrap_or("by Envoy")
    );
    let verdict = match (expect, arrived.as_deref()) {
        ("reject", Some(arrived)) => Err(format!("arrived at {arrived}")),
        (_, None) if !matches!(outcome.status, 400 | 403 | 404) => {
            Err(format!("answered {answered}"))
        }
        ("policy", arrived) => {
            tally.note(format!(
                "{id} `{authority}`: {answered}, arrived: {arrived:?} (left to us)"
            ));
            // Whatever is decided, it is the resource's host or it does not arrive.
            match arrived {
                None | Some("api.example.com") => Ok(()),
                Some(other) => Err(format!("arrived at {other}")),
            }
        }
        ("reject", None) => Ok(()),
        (host, Some(arrived)) if host != arrived => Err(format!("arrived at {arrived}")),
        (_, Some(_)) => Ok(()),
        // Of the hosts that may be used the policy has one.
        (host, None) if host != super::HOST => Ok(()),
        (_, None) => {
            tally.note(format!(
                "{id} `{authority}`: {answered}, stricter than asked"
            ));
            Ok(())
        }
    };
    tally.check(id, verdict);
}
