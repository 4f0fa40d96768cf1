//! An A2A agent and a client that others wrote.

mod decided;

use std::sync::LazyLock;

use remit_tests::peers::{A2aClient, Binding, Errand, Front, Outcome, TravelAgent, Visit};

/// The host that policies give the agent.
pub(crate) const HOST: &str = "a2a.corp.example";

pub(crate) static CLIENT: LazyLock<A2aClient> = LazyLock::new(A2aClient::start);

/// Where a gateway is, by the host that the policy knows.
pub(crate) fn url(at: std::net::SocketAddr) -> String {
    format!("http://{HOST}:{}", at.port())
}

/// Asks, books, and looks after the booking.
pub(crate) fn errands() -> Vec<Errand> {
    vec![
        Errand::send("LIS"),
        Errand::send("book LIS"),
        Errand::GetTask { task: None },
        Errand::CancelTask { task: None },
        Errand::ListTasks,
    ]
}

/// That a visit went as it goes where nothing is in the way.
pub(crate) fn has_travelled(visit: &Visit) {
    assert_eq!(visit.connecting().text(), "travel");
    let [asked, booked, got, cancelled, listed] = visit.steps() else {
        panic!("{visit:?}");
    };
    let said = [asked, booked, got].map(Outcome::text);
    let expected = ["flights for LIS", "done: book LIS", "TASK_STATE_COMPLETED"];
    assert_eq!(said, expected);
    assert_eq!(cancelled.refusal().code, "TaskNotCancelableError");
    assert!(!listed.names().is_empty());
}

/// Directly and through an Envoy that decides nothing.
#[test]
fn an_envoy_changes_nothing_for_the_client() {
    let agent = TravelAgent::start();
    let front = Front::of(agent.address());
    for at in [agent.address(), front.address()] {
        agent.publish(&url(at));
        for binding in [Binding::JsonRpc, Binding::Rest] {
            has_travelled(&CLIENT.visit(&url(at), None, binding, &errands()));
            has_travelled(&CLIENT.follow(&url(at), None, binding, &errands()));
        }
    }
    assert_eq!(agent.called().len(), 16);
    let nothing = Some(String::from("nothing"));
    let get = [Errand::GetTask { task: nothing }];
    let visit = CLIENT.visit(&url(front.address()), None, Binding::JsonRpc, &get);
    assert_eq!(visit.only().refusal().code, "TaskNotFoundError");
}
