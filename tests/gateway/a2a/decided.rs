//! A client of others in front of the filter, an agent of others behind it.

use remit_tests::gateway::{Gateway, Setup};
use remit_tests::peers::{Binding, Errand, Told, TravelAgent};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use serde_json::json;

use super::{CLIENT, HOST, errands, has_travelled, url};
use crate::world::{now, started};

struct World {
    agent: TravelAgent,
    gateway: Gateway,
}

impl World {
    /// A gateway with the policy `travel` in front of an agent whose card says so.
    fn start() -> Self {
        let agent = TravelAgent::start();
        let plan = Compiled::policy("travel").plan;
        let setup = Setup::reading(&plan);
        let gateway = started(&setup.cluster("travel", agent.address()));
        agent.publish(&url(gateway.agents()));
        Self { agent, gateway }
    }
}

fn recipe(task: &str) -> Recipe {
    let recipe = Recipe::corp(now()).claim("task", task);
    recipe.claim("aud", format!("https://{HOST}"))
}

/// Whoever may do everything notices nothing, in either binding. REST has no cancelling: its path
/// cannot be told from a task's.
#[test]
fn what_is_allowed_is_as_it_is_without_the_filter() {
    let World { agent, gateway } = &World::start();
    let token = recipe("travelling").token();
    let at = url(gateway.agents());
    has_travelled(&CLIENT.visit(&at, Some(&token), Binding::JsonRpc, &errands()));
    has_travelled(&CLIENT.follow(&at, Some(&token), Binding::JsonRpc, &errands()));
    assert_eq!(agent.called().len(), 4);

    let rest = [Errand::send("LIS"), Errand::send("book LIS")];
    let visit = CLIENT.visit(&at, Some(&token), Binding::Rest, &rest);
    let said: Vec<_> = visit.steps().iter().map(|step| step.text()).collect();
    assert_eq!(said, ["flights for LIS", "done: book LIS"]);
}

/// Methods and skills are decided; what is refused does not reach the agent.
#[test]
fn messages_are_decided_by_method_and_skill() {
    let World { agent, gateway } = &World::start();
    let booking = Errand::Send {
        text: String::from("book LIS"),
        metadata: json!({"skillId": "book-flight"}),
    };
    let at = url(gateway.agents());
    let errands = [Errand::send("LIS"), booking.clone(), Errand::ListTasks];
    let asking = CLIENT.visit(
        &at,
        Some(&recipe("asking").token()),
        Binding::JsonRpc,
        &errands,
    );
    let [sent, booked, listed] = asking.steps() else {
        panic!("{asking:?}");
    };
    assert_eq!(sent.text(), "flights for LIS");
    assert_eq!((booked.status(), listed.status()), (Some(403), Some(403)));
    assert!(matches!(
        (&booked.told, &listed.told),
        (Told::Error(_), Told::Error(_))
    ));
    assert_eq!(agent.called(), ["LIS"]);

    let travelling = recipe("travelling").token();
    let visit = CLIENT.visit(&at, Some(&travelling), Binding::JsonRpc, &[booking]);
    assert_eq!(visit.only().text(), "done: book LIS");
}

/// A task that one mission has started is not another's.
#[test]
fn tasks_are_for_the_mission_that_started_them() {
    let World { gateway, .. } = &World::start();
    let at = url(gateway.agents());
    let mine = recipe("travelling").token();
    let visit = CLIENT.visit(
        &at,
        Some(&mine),
        Binding::JsonRpc,
        &[Errand::send("book LIS")],
    );
    let Told::Sent {
        task: Some(task), ..
    } = &visit.only().told
    else {
        panic!("{visit:?}");
    };
    let get = [Errand::GetTask {
        task: Some(task.clone()),
    }];
    let visit = CLIENT.visit(&at, Some(&mine), Binding::JsonRpc, &get);
    assert_eq!(visit.only().text(), "TASK_STATE_COMPLETED");
    let other = recipe("travelling")
        .claim("mission", json!({"id": "run-10"}))
        .token();
    let visit = CLIENT.visit(&at, Some(&other), Binding::JsonRpc, &get);
    assert_eq!(visit.only().status(), Some(403), "{visit:?}");
    // What is another's and what is not there look alike.
    let nothing = Some(String::from("nothing"));
    let get = [Errand::GetTask { task: nothing }];
    let unknown = CLIENT.visit(&at, Some(&mine), Binding::JsonRpc, &get);
    assert_eq!(unknown.only().refusal().code, visit.only().refusal().code);
    assert_eq!(unknown.only().status(), Some(403), "{unknown:?}");
}
