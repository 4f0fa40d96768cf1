//! An operation that completes a run of a task: its tokens are refused from then on, by all workers.

use remit_tests::gateway::{Pinned, Setup};
use remit_tests::recipe::Recipe;
use serde_json::json;

use crate::standing::{Elsewhere, allowed, outcome_of, policy, recipe, refused};
use crate::world::{case, request, started};

fn run(recipe: Recipe, id: &str) -> String {
    recipe.claim("mission", json!({"id": id})).token()
}

#[test]
fn a_run_is_over_for_all_workers_at_once() {
    let gateway = started(&Setup::new(&policy(&Elsewhere::default()).plan).workers(4));
    let mut every: Vec<_> = (0..4).map(|worker| Pinned::to(&gateway, worker)).collect();
    let (mine, again) = (run(recipe(), "run-1"), run(recipe(), "run-1"));
    let other = run(recipe(), "run-2");
    let elsewhere = run(recipe().claim("tenant", "apac"), "run-1");
    let all = [&mine, &again, &other, &elsewhere];
    for worker in &mut every {
        for token in all {
            assert_eq!(outcome_of(worker, &gateway, token), allowed());
        }
    }
    // Who may not close it does not end it.
    let stranger = recipe().claim("client_id", "spiffe://corp.example/sre/1");
    let close = |token: &str| {
        let close = request("POST", "/v1/close", &case("close"));
        close
            .field("authorization", format!("Bearer {token}"))
            .field("content-length", "0")
    };
    let [first, ..] = every.as_mut_slice() else {
        panic!("four workers");
    };
    assert_eq!(first.send(&close(&run(stranger, "run-1"))).status, 403);
    assert_eq!(outcome_of(first, &gateway, &mine), allowed());

    assert_eq!(first.send(&close(&mine)).status, 200);
    for worker in &mut every {
        for token in [&mine, &again] {
            let ended = refused(401, "task_ended");
            assert_eq!(outcome_of(worker, &gateway, token), ended);
        }
        for token in [&other, &elsewhere] {
            assert_eq!(outcome_of(worker, &gateway, token), allowed());
        }
    }
}
