//! What all workers of the process keep in mind together: here, which task ids are over.

use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan::{self, OperationId, Plan};
use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::recipe::Recipe;
use serde_json::json;

use crate::world::{POLICY, case, now, request, started};

/// The policy of the table, in which a note ends a task id.
fn ending() -> Plan {
    let loaded = plan::decode(&POLICY.plan).expect("what was just compiled");
    let mut plan = loaded.plan().clone();
    let mut operations = (0..).map(OperationId).zip(&plan.operations);
    let note = operations.find(|(_, operation)| operation.name == "annotate");
    let (note, _) = note.expect("an operation `annotate`");
    let triage = plan.tasks.iter_mut().find(|task| task.name == "triage");
    triage.expect("a task `triage`").ends_with = vec![note];
    plan
}

/// What is asked for a task id, and what its record says.
fn ask(gateway: &Gateway, worker: &mut Pinned<'_>, task_id: &str, ends: bool) -> (u16, String) {
    let name = case("marks");
    let token = Recipe::corp(now()).claim("mission", json!({"id": task_id}));
    let request: h1::Request = if ends {
        let note = request("POST", "/v1/orders/new-1/notes", &name);
        note.field("content-length", "0")
    } else {
        request("GET", "/v1/orders", &name)
    };
    let request = request.field("authorization", format!("Bearer {}", token.token()));
    let status = worker.send(&request).status;
    let record = gateway.entry_of(&name).record().expect("a record");
    let reason = record["reason"].as_str().unwrap_or_default();
    (status, reason.to_owned())
}

#[test]
fn a_task_id_that_one_worker_ends_is_over_on_all_and_after_a_change_of_the_policy() {
    let mut plan = ending();
    let bytes = |plan: &Plan| plan::encode(plan).expect("a plan that loads").0;
    let gateway = started(&Setup::new(&bytes(&plan)).dynamic());
    let [mut one, mut other] = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    let (allowed, over) = ((200, "allowed".into()), (401, "task_ended".into()));
    for worker in [&mut one, &mut other] {
        assert_eq!(ask(&gateway, worker, "run-1", false), allowed);
    }
    assert_eq!(ask(&gateway, &mut one, "run-1", true), allowed);
    for worker in [&mut other, &mut one] {
        assert_eq!(ask(&gateway, worker, "run-1", false), over);
        assert_eq!(ask(&gateway, worker, "run-2", false), allowed);
    }
    plan.policy = String::from("renamed");
    gateway.discover(&STANDARD.encode(bytes(&plan)));
    let end = Instant::now() + Duration::from_secs(10);
    let reloads = "extension_config_discovery.http_filter.remit.config_reload";
    while gateway
        .stats_with(reloads)
        .iter()
        .map(|one| one.1)
        .sum::<u64>()
        < 2
    {
        assert!(Instant::now() < end, "no reload");
        sleep(Duration::from_millis(20));
    }
    sleep(Duration::from_millis(300));
    for worker in [&mut one, &mut other] {
        assert_eq!(ask(&gateway, worker, "run-1", false), over);
        assert_eq!(ask(&gateway, worker, "run-2", false), allowed);
    }
}
