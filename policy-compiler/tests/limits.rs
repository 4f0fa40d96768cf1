//! What limits, history, fleets and approvals come to in a plan.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use remit_engine::plan::{
    Alone, Beyond, Counts, Demand, Fleet, KeyKind, Limit, LimitId, Mode, Node, Per, Plan, Slot,
    Uses, Window, WindowKind, history_key,
};
use remit_policy_compiler::diagnostic::{self, Colour};
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{Compiled, compile};

const POLICY: &str = r#"remit: v1
policy: limits
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
    single_use: true
    names: {task_id: mission.id, session: sid, tenant: org, approvals: mission.approvals}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
      refund: {http: "POST /v1/orders/{order_id}/refunds", class: write, cost: 7, body: {amount: double}}
      export: {http: "GET /v1/exports", class: read, cost: 25}
  desk:
    mcp: {host: mcp.corp.example, path: /mcp}
    audience: https://mcp.corp.example
    tools:
      pay: {class: write, cost: 3, arguments: {to: string}}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/*"]
    allow: [orders.read, orders.refund]
"#;

fn compiled(rest: &str) -> Compiled {
    let files = [(PathBuf::from("p.yaml"), format!("{POLICY}{rest}"))];
    let sources = Sources::in_memory(files, BTreeMap::new());
    compile(&sources).unwrap_or_else(|rejected| {
        let all = rejected.diagnostics.iter();
        let messages = all.map(|one| diagnostic::human(one, &sources, Colour::None));
        panic!("{}", messages.collect::<Vec<_>>().join("\n"))
    })
}

fn with_limits(limits: &[&str], rest: &str) -> Plan {
    let lines: Vec<String> = limits
        .iter()
        .map(|limit| format!("      - {{{limit}}}\n"))
        .collect();
    compiled(&format!("    limits:\n{}{rest}", lines.concat())).plan
}

/// The operations that count, by name, with how much each does.
fn counting(plan: &Plan, limit: &Limit) -> Vec<String> {
    let each = limit.operations.iter().map(|(id, weight)| {
        let name = &plan.operations.get(id.index()).unwrap().name;
        format!("{name} {weight}")
    });
    each.collect()
}

fn only(plan: &Plan) -> &Limit {
    let [limit] = plan.history.limits.as_slice() else {
        panic!("one limit: {:?}", plan.history.limits)
    };
    limit
}

const FLEET: &str = "fleet: {cluster: ratelimit, domain: remit, timeout: 50ms}\n";
const APPROVALS: &str = "approvals: {jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: a1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}, max_lifetime: 5m}\n";

#[test]
fn what_a_limit_counts_and_of_which_calls() {
    let sliding = |seconds| {
        Some(Window {
            seconds,
            kind: WindowKind::Sliding,
        })
    };
    let fixed = Some(Window {
        seconds: 3600,
        kind: WindowKind::Fixed,
    });
    let task = Per::TaskId;
    type Row = (
        &'static str,
        &'static [&'static str],
        Per,
        Option<Window>,
        u32,
        &'static str,
    );
    let cases: &[Row] = &[
        (
            "at_most: 200",
            &["read 1", "refund 1"],
            task,
            None,
            200,
            "calls",
        ),
        (
            "at_most: 5, operations: {class: write}, window: 10m",
            &["refund 1", "pay 1"],
            task,
            sliding(600),
            5,
            "calls",
        ),
        (
            "at_most: 5, operations: [orders.export], window: {fixed: 1h}",
            &["export 1"],
            task,
            fixed,
            5,
            "calls",
        ),
        (
            "at_most: 5, cost: true, per: tenant",
            &["read 1", "refund 7"],
            Per::Tenant,
            None,
            5,
            "cost",
        ),
        (
            "at_most: 5, cost: true, operations: [\"orders.*\", desk.pay], per: agent",
            &["read 1", "refund 7", "export 25", "pay 3"],
            Per::Agent,
            None,
            5,
            "cost",
        ),
        (
            "at_most: 5, denials: true, window: 1m, per: session",
            &[],
            Per::Session,
            sliding(60),
            5,
            "denials",
        ),
        ("idle: 5m", &[], task, None, 300, "idle"),
        (
            "at_most: 256, distinct: [resource, path.order_id]",
            &["read 1", "refund 1"],
            task,
            None,
            256,
            "distinct",
        ),
    ];
    for (written, operations, per, window, at_most, kind) in cases {
        let plan = with_limits(&[&format!("id: one, {written}")], "");
        let limit = only(&plan);
        assert_eq!(counting(&plan, limit), *operations, "{written}");
        assert_eq!(
            (limit.per, limit.window, limit.at_most),
            (*per, *window, *at_most),
            "{written}"
        );
        assert_eq!(limit.id, "one");
        let per = match per {
            Per::TaskId => "task_id",
            Per::Session => "session",
            Per::Agent => "agent",
            Per::Tenant => "tenant",
            Per::AgentAndPrincipal | Per::Principal => panic!("of guards"),
        };
        assert_eq!(
            limit.key,
            history_key(&["limit", per, kind, "one"]),
            "{written}"
        );
        let counts = match limit.counts {
            Counts::Calls => ["calls", "cost"].contains(kind),
            Counts::Distinct(_) => *kind == "distinct",
            Counts::Denials => *kind == "denials",
            Counts::Idle => *kind == "idle",
        };
        assert!(counts, "{written}: {:?}", limit.counts);
        assert_eq!(
            (limit.mode, limit.beyond, limit.fleet, limit.since),
            (Mode::Enforce, Beyond::Refuse, None, None)
        );
    }
}

/// What one limit says of calls and of the time between them are two.
#[test]
fn a_limit_with_an_idle_end_is_two() {
    let plan = with_limits(
        &["id: calls, at_most: 200, idle: 5m", "id: other, at_most: 1"],
        "",
    );
    let said: Vec<(&str, u32)> = plan
        .history
        .limits
        .iter()
        .map(|limit| (limit.id.as_str(), limit.at_most))
        .collect();
    assert_eq!(said, [("calls", 200), ("calls", 300), ("other", 1)]);
    assert_eq!(
        plan.tasks.first().unwrap().limits,
        [LimitId(0), LimitId(1), LimitId(2)]
    );
}

#[test]
fn targets_are_what_their_expressions_read() {
    let plan = with_limits(
        &["id: few, distinct: [resource, path.order_id, tenant], at_most: 3"],
        "",
    );
    let Counts::Distinct(programs) = &only(&plan).counts else {
        panic!("{:?}", only(&plan).counts)
    };
    let read: Vec<&Slot> = programs
        .iter()
        .map(|id| {
            let program = plan.programs.get(id.index()).unwrap();
            let [Node::Read(slot) | Node::ReadOptional(slot)] = program.nodes.as_slice() else {
                panic!("{:?}", program.nodes)
            };
            plan.slots.get(slot.index()).unwrap()
        })
        .collect();
    let [Slot::Resource, Slot::Capture(_), Slot::Tenant] = read.as_slice() else {
        panic!("{read:?}")
    };
}

/// A condition's index must not come between a limit and its programs.
#[test]
fn targets_stand_beside_conditions_and_their_index() {
    let rules: Vec<String> = (0..9)
        .map(|each| {
            format!("      - {{id: deny-{each}, operations: [orders.read], when: path.order_id == \"{each}\"}}\n")
        })
        .collect();
    let rest = format!(
        "    deny:\n{}    limits:\n      - {{id: few, distinct: [path.order_id], at_most: 3}}\n",
        rules.concat()
    );
    let compiled = compiled(&rest);
    let Counts::Distinct(programs) = &only(&compiled.plan).counts else {
        panic!("distinct")
    };
    let [program] = programs.as_slice() else {
        panic!("one")
    };
    let place = compiled
        .map
        .node(*program, remit_engine::plan::NodeId(0))
        .unwrap();
    let text = format!("{POLICY}{rest}");
    assert_eq!(text.get(place.start..place.end), Some("path.order_id"));
    assert!(text.get(..place.start).unwrap().ends_with("distinct: ["));
    let mut rules = compiled.plan.tasks.iter().flat_map(|task| &task.rules);
    let index = rules.find_map(|(_, rules)| rules.indexed.as_ref()).unwrap();
    assert_eq!(
        compiled.map.node(index.key, remit_engine::plan::NodeId(0)),
        None
    );
}

#[test]
fn what_comes_beyond_and_in_a_fleet() {
    let plan = with_limits(
        &[
            "id: a, at_most: 2, beyond: approval",
            "id: b, at_most: 3, fleet: refuse",
            "id: c, at_most: 4, fleet: 2",
        ],
        &format!("{FLEET}{APPROVALS}"),
    );
    let said: Vec<_> = plan
        .history
        .limits
        .iter()
        .map(|limit| (limit.beyond, limit.fleet))
        .collect();
    assert_eq!(
        said,
        [
            (Beyond::Approval, None),
            (Beyond::Refuse, Some(Alone::Refuse)),
            (Beyond::Refuse, Some(Alone::AtMost(2))),
        ]
    );
    let expected = Fleet {
        cluster: "ratelimit".into(),
        domain: "remit".into(),
        timeout: 50,
    };
    assert_eq!(plan.fleet, Some(expected));
}

#[test]
fn who_approves() {
    let rest = format!(
        "    require: [{{id: approved, operations: [orders.refund], approval: single-use}}]\n{APPROVALS}"
    );
    let plan = compiled(&rest).plan;
    let approvals = plan.approvals.as_ref().unwrap();
    assert_eq!(
        (approvals.header.as_str(), approvals.max_lifetime),
        ("x-remit-approval", 300)
    );
    let kinds: Vec<KeyKind> = approvals.keys.iter().map(|key| key.kind).collect();
    assert_eq!(kinds, [KeyKind::Ed25519]);
    let demands: Vec<_> = plan
        .rules
        .iter()
        .filter_map(|rule| rule.demand.clone())
        .collect();
    assert_eq!(demands, [Demand::Approval]);
    let issuer = plan.issuers.first().unwrap();
    assert_eq!(issuer.uses, Uses::One);
    let path = ["mission", "approvals"].map(str::to_owned).to_vec();
    assert_eq!(issuer.names.approvals, Some(path));
}

/// An issuer whose tokens carry approvals is a way to give one.
#[test]
fn approvals_in_tokens_are_enough() {
    let rest = "    require: [{id: approved, operations: [orders.refund], approval: single-use}]\n";
    assert_eq!(compiled(rest).plan.approvals, None);
}

#[test]
fn limits_are_observed_and_lifted_by_their_ids() {
    let exception = "observe: [quiet]\nbreak_glass: [{id: incident, agents: [\"spiffe://corp.example/sre\"], allow: [orders.export], overrides: [both, quiet], until: \"2026-12-01T00:00:00Z\", reason: fire}]\n";
    let plan = with_limits(
        &[
            "id: loud, at_most: 1",
            "id: quiet, at_most: 2",
            "id: both, at_most: 3, idle: 5m",
        ],
        exception,
    );
    let modes: Vec<Mode> = plan.history.limits.iter().map(|limit| limit.mode).collect();
    assert_eq!(
        modes,
        [Mode::Enforce, Mode::Observe, Mode::Enforce, Mode::Enforce]
    );
    let exception = plan.break_glass.first().unwrap();
    assert_eq!(exception.lifted, [LimitId(1), LimitId(2), LimitId(3)]);
    assert_eq!(exception.overrides, []);
}

#[test]
fn how_much_is_kept() {
    let nothing = compiled("history: {room: 2000}\n").plan;
    assert_eq!(nothing.history, remit_engine::plan::History::default());
    assert_eq!(nothing.history_bytes(), 0);
    let one = &["id: calls, at_most: 200"];
    let kept = |plan: &Plan| (plan.history.capacity, plan.history.keep);
    assert_eq!(kept(&with_limits(one, "")), (16384, 24 * 3600));
    let rest = "history: {room: 2000, keep: 30d}\n";
    assert_eq!(kept(&with_limits(one, rest)), (2000, 30 * 24 * 3600));
}

/// A limit that was raised goes on from the same count.
#[test]
fn a_key_does_not_depend_on_the_number() {
    let key = |written: &str| only(&with_limits(&[written], "")).key;
    assert_eq!(
        key("id: a, at_most: 1"),
        key("id: a, at_most: 2, window: 1m")
    );
    assert_ne!(key("id: a, at_most: 1"), key("id: b, at_most: 1"));
    assert_ne!(
        key("id: a, at_most: 1"),
        key("id: a, at_most: 1, per: agent")
    );
}
