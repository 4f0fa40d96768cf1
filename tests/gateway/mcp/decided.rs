//! Clients of others in front of the filter, a server of others behind it: what a task may do it is
//! shown and can do, and nothing else.

use remit_tests::gateway::Setup;
use remit_tests::peers::{Helpdesk, Sdk, Server, Step, Told};
use remit_tests::policy::Compiled;
use serde_json::{Value, json};

use super::world::{SHARED, World, token};
use super::{clients, everything_there_is, plain, url};
use crate::world::started;

/// What an SDK gives for the code of a refusal. The Python SDK alone reads the error that comes with
/// the status: the code of refusals, where a policy names no other.
fn code(sdk: Sdk) -> Value {
    match sdk {
        Sdk::Python => json!(-31_999),
        Sdk::TypeScript => json!(null),
        Sdk::TypeScript1 => json!(403),
    }
}

/// Whoever may do everything notices nothing.
#[test]
fn what_is_allowed_is_as_it_is_without_the_filter() {
    let World { desk, gateway } = &*SHARED;
    for (client, era, version) in clients() {
        let steps = everything_there_is();
        let direct = client.visit(&url(desk.address()), None, era, &steps);
        let decided = client.visit(&url(gateway.agents()), Some(&token("running")), era, &steps);
        assert_eq!(decided, direct);
        assert_eq!(decided.version.as_deref(), Some(version));
        plain::has_seen_everything(&decided);
    }
}

/// Lists hold what may be called. What depends on arguments stays in them.
#[test]
fn lists_show_what_may_be_called() {
    for (client, era, _) in clients() {
        let steps = [
            Step::ListTools,
            Step::ListPrompts,
            Step::ListResources,
            Step::ListTemplates,
        ];
        let at = url(SHARED.gateway.agents());
        let visit = client.visit(&at, Some(&token("triage")), era, &steps);
        let [tools, prompts, resources, templates] = visit.steps() else {
            panic!("{visit:?}");
        };
        let shown = ["search_tickets", "close_ticket", "refund", "watch_tickets"];
        assert_eq!(tools.names(), shown);
        assert_eq!(prompts.names(), ["summary"]);
        assert_eq!(resources.names(), ["desk://rules"]);
        assert_eq!(templates.names(), Helpdesk::TEMPLATES);
    }
}

/// Calls are decided by name and arguments. What is refused does not reach the server, and looks
/// like what is not there.
#[test]
fn calls_are_decided_by_what_they_call() {
    let World { desk, gateway } = &World::of(Helpdesk::start());
    let token = super::world::recipe("triage")
        .claim("ticket", json!({"id": "7"}))
        .token();
    let refund = |amount: f64| Step::call("refund", json!({"order_id": "A-17", "amount": amount}));
    let allowed = [
        Step::call("search_tickets", json!({"query": "printer"})),
        refund(100.0),
        Step::follow("watch_tickets", json!({"count": 2})),
        Step::prompt("summary", json!({"topic": "printers"})),
        Step::read("desk://rules"),
        Step::read("ticket://tickets/7"),
    ];
    let refused = [
        refund(100.5),
        Step::call("ns/export.v2", json!({"region": "emea"})),
        Step::call("export", json!({"region": "emea"})),
        Step::call("nothing", json!({})),
        Step::prompt("escalation", json!({})),
        Step::prompt("nothing", json!({})),
        Step::read("desk://salaries"),
        Step::read("ticket://tickets/8"),
        Step::read("desk://nothing"),
    ];
    for (client, era, _) in clients() {
        let before = desk.called().len();
        let visit = client.visit(&url(gateway.agents()), Some(&token), era, &allowed);
        let failed = visit
            .steps()
            .iter()
            .find(|step| matches!(step.told, Told::Error(_)));
        assert_eq!(failed, None);
        assert_eq!(desk.called().len(), before + 3);

        let visit = client.visit(&url(gateway.agents()), Some(&token), era, &refused);
        for outcome in visit.steps() {
            assert_eq!(outcome.status(), Some(403), "{outcome:?}");
            assert_eq!(outcome.refusal().code, code(client.sdk()), "{outcome:?}");
        }
        assert_eq!(desk.called().len(), before + 3, "{:?}", desk.called());
    }
}

/// A list of many tools, of which few may be called.
#[test]
fn a_long_list_is_cut_down_to_what_may_be_called() {
    let World { gateway, .. } = &World::of(Helpdesk::with_reports(300));
    for (client, era, _) in clients() {
        let visit = client.visit(
            &url(gateway.agents()),
            Some(&token("triage")),
            era,
            &[Step::ListTools],
        );
        let shown = ["search_tickets", "close_ticket", "refund", "watch_tickets"];
        assert_eq!(visit.only().names(), shown);
    }
}

/// Whoever may call nothing there is not even connected.
#[test]
fn who_may_call_nothing_is_not_connected() {
    let at = url(SHARED.gateway.agents());
    for (client, era, _) in clients() {
        for (token, status) in [(None, 401), (Some(token("elsewhere")), 403)] {
            let visit = client.visit(&at, token.as_deref(), era, &[]);
            let connecting = visit.connecting();
            assert_eq!(connecting.status(), Some(status), "{connecting:?}");
            let _ = connecting.refusal();
        }
    }
}

/// npm's server as well, which only has sessions.
#[test]
fn a_server_of_the_sessions_is_decided_for_likewise() {
    let server = Server::everything();
    let named = "search_tickets: {name: get-sum, class: read, arguments: {a: double, b: double}}";
    let changes = [(
        "search_tickets: {class: read, arguments: {query: string}}",
        named,
    )];
    let plan = Compiled::policy_changed("helpdesk", &changes, &[]).plan;
    let setup = Setup::reading(&plan);
    let gateway = started(&setup.cluster("helpdesk", server.address()));
    let steps = [
        Step::ListTools,
        Step::call("get-sum", json!({"a": 2, "b": 3})),
        Step::call("echo", json!({"message": "hello"})),
    ];
    for (client, era, _) in clients() {
        let visit = client.visit(&url(gateway.agents()), Some(&token("triage")), era, &steps);
        let [tools, sum, echo] = visit.steps() else {
            panic!("{visit:?}");
        };
        assert_eq!(tools.names(), ["get-sum"]);
        assert_eq!(sum.text(), "The sum of 2 and 3 is 5.");
        assert_eq!(echo.status(), Some(403));
        let _ = echo.refusal();
    }
}
