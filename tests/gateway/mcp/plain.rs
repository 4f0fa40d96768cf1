//! What the servers and clients do without the filter: directly, and through an Envoy that decides
//! nothing. What fails here is no fault of a policy.

use remit_tests::peers::{Front, Helpdesk, Server, Step, Told, Visit};
use serde_json::json;

use super::{clients, everything_there_is, url};

/// The same steps give the same, directly and through Envoy, to every client.
#[test]
fn an_envoy_changes_nothing_for_any_client() {
    let desk = Helpdesk::start();
    let front = Front::of(desk.address());
    for (client, era, version) in clients() {
        let visit = |at| client.visit(&url(at), None, era, &everything_there_is());
        let (direct, through) = (visit(desk.address()), visit(front.address()));
        assert_eq!(through, direct);
        assert_eq!(through.version.as_deref(), Some(version));
        has_seen_everything(&through);
    }
}

/// That a visit went as it goes where nothing is in the way.
pub(super) fn has_seen_everything(visit: &Visit) {
    let [lists @ .., _, _, _, _, _, _, _, _, _] = visit.steps() else {
        panic!("{visit:?}");
    };
    let expected: [&[&str]; 4] = [
        &Helpdesk::TOOLS,
        &Helpdesk::PROMPTS,
        &Helpdesk::RESOURCES,
        &Helpdesk::TEMPLATES,
    ];
    for (list, expected) in lists.iter().zip(expected) {
        assert_eq!(list.names(), expected);
    }
    let texts: Vec<_> = visit
        .steps()
        .iter()
        .skip(4)
        .map(|step| step.text())
        .collect();
    assert_eq!(
        texts,
        [
            "2 tickets for printer",
            "T-1 is closed",
            "20.5 for A-17 is paid back",
            "tickets of emea",
            "3 tickets",
            "Sum up what there is on printers.",
            "Should this go to a person?",
            "Be kind.",
            "ticket 7: it does not print",
        ]
    );
    let followed = &visit.steps()[8].told;
    assert!(
        matches!(
            followed,
            Told::Result {
                progress: 3,
                failed: false,
                ..
            }
        ),
        "{followed:?}"
    );
}

/// npm's server has sessions only: clients that ask for more fall back.
#[test]
fn every_client_gets_on_with_a_server_of_the_sessions() {
    let server = Server::everything();
    let front = Front::of(server.address());
    let steps = [
        Step::ListTools,
        Step::ListPrompts,
        Step::ListResources,
        Step::ListTemplates,
        Step::call("get-sum", json!({"a": 2, "b": 3})),
        Step::Ping,
    ];
    for (client, era, _) in clients() {
        let visit = |at| client.visit(&url(at), None, era, &steps);
        let (direct, through) = (visit(server.address()), visit(front.address()));
        assert_eq!(through, direct);
        assert_eq!(through.version.as_deref(), Some("2025-11-25"));
        let [tools, prompts, resources, templates, sum, _] = through.steps() else {
            panic!("{through:?}");
        };
        assert!(
            tools.names().iter().any(|name| name == "get-sum"),
            "{tools:?}"
        );
        assert!(!prompts.names().is_empty());
        assert!(!resources.names().is_empty());
        assert!(!templates.names().is_empty());
        assert_eq!(sum.text(), "The sum of 2 and 3 is 5.");
    }
}

/// What a server says to whoever asks for what it does not have reaches the caller, who can tell it
/// from a refusal of the gateway's.
#[test]
fn a_server_refuses_by_itself() {
    let desk = Helpdesk::start();
    for (client, era, _) in clients() {
        let steps = [
            Step::call("nothing", json!({})),
            Step::read("desk://nothing"),
        ];
        let visit = client.visit(&url(desk.address()), None, era, &steps);
        let [call, read] = visit.steps() else {
            panic!("{visit:?}");
        };
        let told = &call.told;
        assert!(
            matches!(told, Told::Result { failed: true, .. }),
            "{told:?}"
        );
        assert_eq!(read.refusal().code, -32602, "{read:?}");
    }
    assert_eq!(desk.called(), Vec::<serde_json::Value>::new());
}
