//! What rules ask of calls before, and guards over all tasks: which memories there are, what is
//! remembered in them, and what conditions come to.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails loudly"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use remit_engine::plan::{
    Counts, Effect, History, Memory, Mode, Node, NodeId, OperationId, Per, Plan, Program,
    ProgramId, RuleSet, Slot,
};
use remit_policy_compiler::diagnostic::{self, Colour};
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{Compiled, compile};

const BEFORE: &str = r#"remit: v1
policy: sequences
labels:
  zone: [inside, external]
  kind: [public, secret]
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks:
      inline:
        keys:
          - {kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}
    may_assert: ["spiffe://corp.example/**"]
    names: {task_id: task_id}
    claims: {amount: double, customer: string}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    labels: {zone: inside}
    operations:
      read: {http: "GET /v1/orders/{id}", class: read, labels: {kind: secret}}
      export: {http: "GET /v1/orders", class: read, labels: {kind: secret}}
      refund: {http: "POST /v1/orders/{id}/refunds", class: write}
  mail:
    host: mail.example
    audience: https://mail.example/api
    labels: {zone: external}
    operations:
      send: {http: "POST /send/{id}", class: write}
"#;

const READ: u32 = 0;
const EXPORT: u32 = 1;
const REFUND: u32 = 2;
const SEND: u32 = 3;

fn sources(rest: &str) -> Sources {
    let files = [(PathBuf::from("p.yaml"), format!("{BEFORE}{rest}"))];
    Sources::in_memory(files, BTreeMap::new())
}

fn compiled(rest: &str) -> Compiled {
    let sources = sources(rest);
    compile(&sources).unwrap_or_else(|rejected| {
        let all = rejected.diagnostics.iter();
        let messages = all.map(|one| diagnostic::human(one, &sources, Colour::None));
        panic!("{}", messages.collect::<Vec<_>>().join("\n"))
    })
}

/// One task with these rules, and what stands beside it.
fn task(rules: &str, beside: &str) -> String {
    format!(
        "tasks:\n  t:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    \
         allow: [\"orders.*\", mail.send]\n    {rules}\n{beside}\n"
    )
}

fn plan(rules: &str, beside: &str) -> Plan {
    compiled(&task(rules, beside)).plan
}

/// The condition of a rule, written out.
fn condition(plan: &Plan, id: &str) -> String {
    let rule = plan.rules.iter().find(|rule| rule.id == id).unwrap();
    written(plan, rule.condition.unwrap())
}

fn written(plan: &Plan, program: ProgramId) -> String {
    let program = &plan.programs[program.index()];
    let last = u32::try_from(program.nodes.len() - 1).unwrap();
    node(plan, program, NodeId(last))
}

fn node(plan: &Plan, program: &Program, id: NodeId) -> String {
    let of = |id: &NodeId| node(plan, program, *id);
    let slot = |id: &remit_engine::plan::SlotId| format!("{:?}", plan.slots[id.index()]);
    match &program.nodes[id.index()] {
        Node::Constant(datum) => format!("{datum:?}"),
        Node::Read(id) => slot(id),
        Node::ReadOptional(id) => format!("?{}", slot(id)),
        Node::Present(id) => format!("has {}", slot(id)),
        Node::Not(a) => format!("!({})", of(a)),
        Node::And(a, b) => format!("({} && {})", of(a), of(b)),
        Node::Or(a, b) => format!("({} || {})", of(a), of(b)),
        Node::Equal(a, b) => format!("{} == {}", of(a), of(b)),
        Node::Choose(c, a, b) => format!("({} ? {} : {})", of(c), of(a), of(b)),
        Node::Unary(function, a) => format!("{}({})", function.name(), of(a)),
        Node::Binary(function, a, b) => format!("{} {} {}", of(a), function.name(), of(b)),
        Node::Call(function, all) => {
            let all: Vec<String> = all.iter().map(of).collect();
            format!("{}({})", function.name(), all.join(", "))
        }
        Node::List(elements) => {
            let elements: Vec<String> = elements.iter().map(|(one, _)| of(one)).collect();
            format!("[{}]", elements.join(", "))
        }
        other => panic!("{other:?}"),
    }
}

/// By operation, in which memories a call of it is remembered.
fn touches(history: &History) -> Vec<(u32, Vec<u32>)> {
    let touches = history.touches.iter();
    touches
        .map(|(operation, memories)| (operation.0, memories.iter().map(|one| one.0).collect()))
        .collect()
}

#[test]
fn after_asks_for_a_call_before() {
    let plan = plan(
        "deny: [{id: d, operations: {labels: {zone: external}}, after: {labels: {kind: secret}}}]",
        "",
    );
    assert_eq!(condition(&plan, "d"), "HistoryCalls(TermId(0)) > Int(0)");
    let history = &plan.history;
    let [Memory { per, targets, .. }] = history.memories.as_slice() else {
        panic!("{history:?}");
    };
    assert_eq!((*per, targets.is_none()), (Per::TaskId, true));
    assert_eq!(touches(history), [(READ, vec![0]), (EXPORT, vec![0])]);
    assert!(history.capacity > 0 && history.keep > 0);
}

#[test]
fn what_is_asked_of_calls_before_holds_with_the_condition() {
    let cases = [
        (
            "after: [orders.read], within: 1m",
            "(has HistoryLast(TermId(0)) && Now - HistoryLast(TermId(0)) <= Duration(Duration(60000000000)))",
        ),
        (
            "not_after: [orders.read]",
            "!(HistoryCalls(TermId(0)) > Int(0))",
        ),
        (
            "not_after: [orders.read], within: 1s",
            "!((has HistoryLast(TermId(0)) && Now - HistoryLast(TermId(0)) <= Duration(Duration(1000000000))))",
        ),
        (
            "after: [orders.read], when: token.amount > 1.0",
            "(HistoryCalls(TermId(0)) > Int(0) && Claim(ClaimId(0)) > Double(1.0))",
        ),
        (
            "after: [orders.read], not_after: [orders.export], when: token.amount > 1.0",
            "((HistoryCalls(TermId(0)) > Int(0) && !(HistoryCalls(TermId(1)) > Int(0))) \
             && Claim(ClaimId(0)) > Double(1.0))",
        ),
        (
            "after: [orders.read], same: [path.id]",
            "HistoryTarget(MemoryId(0))",
        ),
        (
            "not_after: [orders.read, orders.refund], same: [path.id]",
            "!((HistoryTarget(MemoryId(0)) || HistoryTarget(MemoryId(1))))",
        ),
    ];
    for (asked, expected) in cases {
        for key in ["allow", "deny", "require"] {
            let rules = match key {
                "allow" => format!(
                    "deny: [{{id: no, operations: [orders.export], when: token.amount > 9.0}}]\n  u:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    allow: [{{id: d, operations: [mail.send], {asked}}}]"
                ),
                key => format!("{key}: [{{id: d, operations: [mail.send], {asked}}}]"),
            };
            let plan = plan(&rules, "");
            assert_eq!(condition(&plan, "d"), expected, "{key} {asked}");
        }
    }
}

#[test]
fn a_named_selection_has_a_memory_for_each_operation() {
    let plan = plan(
        "deny:\n      - {id: one, operations: [mail.send], after: [orders.read]}\n      \
         - {id: two, operations: [mail.send], after: [orders.refund, orders.read]}\n      \
         - {id: all, operations: [mail.send], after: [\"orders.*\"]}",
        "",
    );
    assert_eq!(plan.history.memories.len(), 3, "each once");
    let terms: Vec<usize> = plan
        .history
        .terms
        .iter()
        .map(|one| one.memories.len())
        .collect();
    assert_eq!(terms, [1, 2, 3]);
    let mut touched = touches(&plan.history);
    touched.retain(|(_, memories)| memories.len() != 1);
    assert_eq!(touched, [], "each operation is remembered as itself alone");
}

#[test]
fn keys_outlast_changes_of_the_policy() {
    let keys = |rules: &str, beside: &str| {
        let memories = plan(rules, beside).history.memories;
        memories.into_iter().map(|one| one.key).collect::<Vec<_>>()
    };
    let one = keys(
        "deny: [{id: d, operations: [mail.send], after: [orders.read]}]",
        "",
    );
    let two = keys(
        "deny: [{id: d, operations: [mail.send], after: [orders.export, orders.read]}]",
        "",
    );
    assert_eq!((one.len(), two.len()), (1, 2));
    assert!(two.contains(&one[0]));
    let of_guard = keys(
        "",
        "guards: [{id: g, deny: [mail.send], after: [orders.read]}]",
    );
    assert!(!two.contains(&of_guard[0]), "whose calls they are counts");
}

#[test]
fn a_guard_stands_in_every_task() {
    let beside = "  u:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    \
                  allow: [orders.read]\n\
                  guards:\n  \
                  - {id: g, deny: {labels: {zone: external}}, after: {labels: {kind: secret}}, within: 1h}\n  \
                  - {id: own, require: \"*\", when: token.amount < 9.0, per: principal}\n  \
                  - {id: seen, require: [orders.refund], after: [orders.read], per: principal}\n\
                  observe: [own]\n";
    let plan = plan("", beside);
    let standing = |(operation, set): &(OperationId, RuleSet)| {
        let ids = set
            .always
            .iter()
            .map(|id| plan.rules[id.index()].id.as_str());
        let ids = ids.filter(|id| !id.contains('.'));
        (operation.0, ids.collect::<Vec<_>>().join(" "))
    };
    let own = |operation| (operation, "own".to_owned());
    for task in &plan.tasks {
        let standing: Vec<(u32, String)> = task.rules.iter().map(standing).collect();
        let expected = [
            own(READ),
            own(EXPORT),
            (REFUND, "own seen".to_owned()),
            (SEND, "g own".to_owned()),
        ];
        assert_eq!(standing, expected, "{}", task.name);
    }
    let rule = |id: &str| plan.rules.iter().find(|rule| rule.id == id).unwrap();
    assert_eq!(
        (rule("g").effect, rule("g").mode),
        (Effect::Deny, Mode::Enforce)
    );
    assert_eq!(
        (rule("own").effect, rule("own").mode),
        (Effect::Require, Mode::Observe)
    );
    let per: Vec<Per> = plan.history.memories.iter().map(|one| one.per).collect();
    assert_eq!(per, [Per::AgentAndPrincipal, Per::Principal]);
}

#[test]
fn a_guard_can_be_a_limit_of_every_task() {
    let beside = "    limits: [{id: own, at_most: 3, since: [orders.read]}]\n  \
                  u:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    \
                  allow: [orders.read]\n\
                  guards:\n  \
                  - {id: ratchet, limit: \"*\", distinct: [tenant], since: {class: write}, at_most: 1}\n  \
                  - {id: person, limit: [mail.send], at_most: 9, window: 1h, per: principal}\n";
    let plan = plan("", beside);
    let of_tasks = plan.tasks.iter();
    let of_tasks: Vec<Vec<u32>> = of_tasks
        .map(|task| task.limits.iter().map(|one| one.0).collect())
        .collect();
    assert_eq!(of_tasks, [vec![0, 1, 2], vec![1, 2]]);
    let history = &plan.history;
    let limits = history.limits.iter();
    let limits: Vec<(&str, Per, Vec<u32>)> = limits
        .map(|one| {
            let operations = one.operations.iter().map(|(id, _)| id.0).collect();
            (one.id.as_str(), one.per, operations)
        })
        .collect();
    assert_eq!(
        limits,
        [
            ("own", Per::TaskId, vec![READ, EXPORT, REFUND, SEND]),
            (
                "ratchet",
                Per::AgentAndPrincipal,
                vec![READ, EXPORT, REFUND, SEND]
            ),
            ("person", Per::Principal, vec![SEND]),
        ]
    );
    let since = |at: usize| {
        let term = history.limits[at].since?;
        let memories = &history.terms[term.index()].memories;
        Some(history.memories[memories[0].index()].per)
    };
    assert_eq!(
        [since(0), since(1), since(2)],
        [Some(Per::TaskId), Some(Per::AgentAndPrincipal), None]
    );
    let counts = &history.limits[1].counts;
    let Counts::Distinct(by) = counts else {
        panic!("{counts:?}");
    };
    assert_eq!(written(&plan, by[0]), "?Tenant");
    assert_eq!(
        touches(history),
        [(READ, vec![0]), (REFUND, vec![1]), (SEND, vec![1])]
    );
}

#[test]
fn conditions_read_what_was_done_before() {
    let cases = [
        ("history.calls > 5", "HistoryCalls(TermId(0)) > Int(5)"),
        ("history.denials >= 3", "HistoryDenials(TaskId) >= Int(3)"),
        (
            "has(history.last) && now - history.last < duration('1m')",
            "(has HistoryLast(TermId(0)) && Now - HistoryLast(TermId(0)) < Duration(Duration(60000000000)))",
        ),
        ("history.?first.hasValue()", "has HistoryFirst(TermId(0))"),
        (
            "history.classes.write.calls == history.labels.zone.external.calls",
            "HistoryCalls(TermId(0)) == HistoryCalls(TermId(1))",
        ),
        (
            "history.operations.orders.read.calls > 0",
            "HistoryCalls(TermId(0)) > Int(0)",
        ),
        (
            "history.operations['orders']['export'].calls > 0",
            "HistoryCalls(TermId(0)) > Int(0)",
        ),
        (
            "'secret' in history.touched.kind",
            "String(\"secret\") in [\
             (HistoryCalls(TermId(0)) > Int(0) ? optional.of(String(\"public\")) : optional.none()), \
             (HistoryCalls(TermId(1)) > Int(0) ? optional.of(String(\"secret\")) : optional.none())]",
        ),
        (
            "history.touched.kind.size() > 1",
            "size([\
             (HistoryCalls(TermId(0)) > Int(0) ? optional.of(String(\"public\")) : optional.none()), \
             (HistoryCalls(TermId(1)) > Int(0) ? optional.of(String(\"secret\")) : optional.none())]) > Int(1)",
        ),
    ];
    for (when, expected) in cases {
        let rule = format!("deny: [{{id: d, operations: [mail.send], when: \"{when}\"}}]");
        assert_eq!(condition(&plan(&rule, ""), "d"), expected, "{when}");
        // An allow can rest on it.
        let beside = format!(
            "  u:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    \
             allow: [{{id: d, operations: [mail.send], when: \"{when}\"}}]"
        );
        assert_eq!(condition(&plan("", &beside), "d"), expected, "{when}");
    }
}

#[test]
fn a_guard_reads_the_history_that_it_is_of() {
    let guards = "guards:\n  \
                  - {id: a, deny: [mail.send], when: history.denials > 3 || history.classes.read.calls > 9}\n  \
                  - {id: b, deny: [mail.send], when: history.classes.read.calls > 9, per: principal}\n";
    let plan = plan("", guards);
    assert!(condition(&plan, "a").contains("HistoryDenials(AgentAndPrincipal)"));
    let per: Vec<Per> = plan.history.memories.iter().map(|one| one.per).collect();
    assert_eq!(per, [Per::AgentAndPrincipal, Per::Principal]);
}

#[test]
fn a_selector_and_history_of_the_same_are_one_memory() {
    let plan = plan(
        "deny: [{id: d, operations: [mail.send], after: {labels: {kind: secret}}, \
         when: history.labels.kind.secret.calls > 3 && 'secret' in history.touched.kind}]",
        "",
    );
    // The other one is that of the label's other value.
    assert_eq!(plan.history.memories.len(), 2);
}

#[test]
fn an_exception_can_override_a_guard() {
    let beside = "guards: [{id: g, deny: [mail.send], after: [orders.read]}]\n\
                  break_glass:\n  - id: inc\n    agents: [\"spiffe://corp.example/sre/*\"]\n    \
                  allow: [orders.refund]\n    overrides: [g]\n    until: \"2026-12-01T00:00:00Z\"\n    reason: r\n";
    let plan = plan("", beside);
    let overrides = &plan.break_glass[0].overrides;
    assert_eq!(plan.rules[overrides[0].index()].id, "g");
}

#[test]
fn what_calls_are_about_is_told_by_programs() {
    let guards = "guards:\n  - {id: a, deny: [orders.refund], after: [orders.read], \
                  same: [path.id, token.customer], per: principal}\n  \
                  - {id: b, require: [mail.send], after: {class: read, labels: {kind: secret}}, \
                  same: [ 'tenant' ]}\n";
    let plan = plan("", guards);
    let about: Vec<Vec<String>> = plan
        .history
        .memories
        .iter()
        .map(|memory| {
            let by = &memory.targets.as_ref().unwrap().by;
            by.iter().map(|one| written(&plan, *one)).collect()
        })
        .collect();
    assert_eq!(
        about,
        [
            vec![
                "Capture(NameId(0))".to_owned(),
                "Claim(ClaimId(1))".to_owned()
            ],
            vec!["?Tenant".to_owned()],
        ]
    );
    assert_eq!(
        touches(&plan.history),
        [(READ, vec![0, 1]), (EXPORT, vec![1])]
    );
    let targets = plan.slots.iter();
    let targets = targets.filter(|slot| matches!(slot, Slot::HistoryTarget(_)));
    assert_eq!(targets.count(), 2);
}

#[test]
fn clauses_have_places_of_their_own() {
    let rest = task(
        "deny: [{id: d, operations: [mail.send], after: [orders.read], when: token.amount > 1.0}]",
        "",
    );
    let sources = sources(&rest);
    let compiled = compile(&sources).unwrap();
    let rule = compiled
        .plan
        .rules
        .iter()
        .find(|rule| rule.id == "d")
        .unwrap();
    let program = rule.condition.unwrap();
    let nodes = &compiled.plan.programs[program.index()].nodes;
    let ids = (0..).map(NodeId).take(nodes.len());
    let mut texts: Vec<Option<&str>> = ids
        .map(|id| Some(sources.text(compiled.map.node(program, id)?)))
        .collect();
    assert_eq!(texts.pop(), Some(None), "what joins the two stands nowhere");
    texts.dedup();
    let expected = [
        "after: [orders.read]",
        "token.amount",
        "1.0",
        "token.amount > 1.0",
    ];
    assert_eq!(texts, expected.map(Some));
}
