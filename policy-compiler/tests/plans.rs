//! What policies come to: which rules stand on which operations, with which labels and hosts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use remit_engine::plan::{Access, Mode, OperationId, Plan, RuleSet};
use remit_policy_compiler::diagnostic::{self, Colour};
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{Compiled, compile};

const ISSUERS: &str = r#"remit: v1
policy: plans
labels:
  class: [internal, pii]
  zone: [inside, external]
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks:
      inline:
        keys:
          - {kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}
    may_assert: ["spiffe://corp.example/**"]
    claims: {amount: double}
"#;

fn compiled(rest: &str) -> Compiled {
    let files = [(PathBuf::from("p.yaml"), format!("{ISSUERS}{rest}"))];
    let sources = Sources::in_memory(files, BTreeMap::new());
    compile(&sources).unwrap_or_else(|rejected| {
        let all = rejected.diagnostics.iter();
        let messages = all.map(|one| diagnostic::human(one, &sources, Colour::None));
        panic!("{}", messages.collect::<Vec<_>>().join("\n"))
    })
}

/// The rules of the first task: `resource.operation: rule rule`.
fn rules(plan: &Plan) -> Vec<String> {
    let task = plan.tasks.first().unwrap();
    let line = |(operation, rules): &(OperationId, RuleSet)| {
        let rules = &rules.always;
        let operation = plan.operations.get(operation.index()).unwrap();
        let resource = plan
            .resources
            .get(operation.resource.unwrap().index())
            .unwrap();
        let ids = rules.iter().map(|rule: &remit_engine::plan::RuleId| {
            plan.rules.get(rule.index()).unwrap().id.clone()
        });
        let ids: Vec<String> = ids.collect();
        format!("{}.{}: {}", resource.name, operation.name, ids.join(" "))
    };
    task.rules.iter().map(line).collect()
}

const RESOURCES: &str = r#"
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    labels: {class: internal, zone: inside}
    operations:
      read: {http: "GET /v1/orders/{id}", class: read}
      export: {http: "GET /v1/orders/export", class: read, labels: {class: pii}}
      refund: {http: "POST /v1/orders/{id}/refunds", class: write}
  mail:
    host: mail.example
    audience: https://mail.example/api
    labels: {zone: external}
    operations:
      send: {http: "POST /send", class: write}
"#;

#[test]
fn rules_stand_where_they_select() {
    let cases: &[(&str, &[&str])] = &[
        ("allow: [orders.read]", &["orders.read: orders.read"]),
        (
            "allow: [\"orders.*\"]",
            &[
                "orders.read: orders.*",
                "orders.export: orders.*",
                "orders.refund: orders.*",
            ],
        ),
        (
            "allow: [{id: a, operations: [mail.send, orders.read, mail.send]}]",
            &["orders.read: a", "mail.send: a"],
        ),
        (
            "allow: [{id: a, operations: {class: read}}]",
            &["orders.read: a", "orders.export: a"],
        ),
        // The operation's own value stands for the resource's: the export is pii, not internal.
        (
            "allow: [{id: a, operations: {labels: {class: internal}}}]",
            &["orders.read: a", "orders.refund: a"],
        ),
        (
            "allow: [{id: a, operations: {labels: {class: pii}}}]",
            &["orders.export: a"],
        ),
        (
            "allow: [{id: a, operations: {labels: {class: [internal, pii]}}}]",
            &["orders.read: a", "orders.export: a", "orders.refund: a"],
        ),
        (
            "allow: [{id: a, operations: {labels: {zone: external}}}]\n    \
             deny: [{id: d, operations: {labels: {class: [pii, internal], zone: inside}, class: read}}]",
            &["orders.read: d", "orders.export: d", "mail.send: a"],
        ),
        (
            "allow: [{id: a, operations: {class: write, labels: {zone: external}}}]",
            &["mail.send: a"],
        ),
        (
            "allow: [orders.read, {operations: [orders.read], id: b, when: token.amount > 1.0}]\n    \
             deny: [{id: c, operations: {class: read}, when: token.amount > 2.0}]\n    \
             require: [{id: d, operations: [orders.read], when: token.amount < 3.0}]",
            &["orders.read: orders.read b c d", "orders.export: c"],
        ),
    ];
    for (task, expected) in cases {
        let rest = format!(
            "{RESOURCES}tasks:\n  t:\n    issuers: [corp]\n    \
             agents: [\"spiffe://corp.example/*\"]\n    {task}\n"
        );
        assert_eq!(rules(&compiled(&rest).plan), *expected, "{task}");
    }
}

#[test]
fn observed_rules_only_report() {
    let rest = format!(
        "{RESOURCES}tasks:\n  t:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    \
         allow: [orders.read]\n    deny: [{{id: quiet, operations: [orders.read]}}, \
         {{id: loud, operations: [orders.read]}}]\nobserve: [quiet]\n"
    );
    let plan = compiled(&rest).plan;
    let modes: Vec<(&str, Mode)> = plan
        .rules
        .iter()
        .map(|rule| (rule.id.as_str(), rule.mode))
        .collect();
    assert_eq!(
        modes,
        [
            ("orders.read", Mode::Enforce),
            ("quiet", Mode::Observe),
            ("loud", Mode::Enforce)
        ]
    );
}

#[test]
fn public_operations_stand_on_one_host_or_on_all() {
    let rest = format!(
        "public:\n  - http: GET /healthz\n  - {{http: GET /status, host: api.corp.example}}\n  \
         - {{http: GET /, host: www.corp.example, name: home, query: any}}\n{RESOURCES}"
    );
    let plan = compiled(&rest).plan;
    let public = plan
        .operations
        .iter()
        .filter(|operation| operation.access == Access::Public);
    let public: Vec<String> = public
        .map(|operation| match operation.resource {
            None => format!("{} anywhere", operation.name),
            Some(id) => {
                let resource = plan.resources.get(id.index()).unwrap();
                let audience = resource.audience.is_some();
                format!(
                    "{} on {}, audience: {audience}",
                    operation.name, resource.host
                )
            }
        })
        .collect();
    assert_eq!(
        public,
        [
            "GET /healthz anywhere",
            "GET /status on api.corp.example, audience: true",
            "home on www.corp.example, audience: false",
        ]
    );
}

#[test]
fn two_templates_may_cross_where_a_third_decides() {
    let rest = r#"
resources:
  r:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      a: {http: "GET /a/{x}/c", class: read}
      b: {http: "GET /a/b/{y}", class: read}
      both: {http: "GET /a/b/c", class: read}
  other-host:
    host: other.corp.example
    audience: https://api.corp.example
    operations:
      a: {http: "GET /a/{x}/c", class: read}
  same-host:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      another-method: {http: "PUT /a/{x}/c", class: write}
"#;
    let plan = compiled(rest).plan;
    assert_eq!(plan.operations.len(), 5);
    assert_eq!(
        plan.audiences.len(),
        1,
        "one audience, however many resources have it"
    );
}

#[test]
fn a_rule_without_operations_is_left_out_of_the_plan() {
    let rest = format!(
        "{RESOURCES}tasks:\n  t:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    \
         allow: [orders.read]\n    require: [{{id: idle, operations: {{class: execute}}, when: token.amount > 1.0}}]\n\
         observe: [idle]\n"
    );
    let compiled = compiled(&rest);
    assert_eq!(rules(&compiled.plan), ["orders.read: orders.read"]);
    let codes: Vec<&str> = compiled
        .warnings
        .iter()
        .map(|one| one.code.text())
        .collect();
    assert_eq!(codes, ["rule-without-operation"]);
}
