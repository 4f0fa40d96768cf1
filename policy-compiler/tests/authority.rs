//! What the parts of a policy that say whose tokens count, and for how long, come to in the plan.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::path::Path;

use remit_engine::plan::{
    Binding, BreakGlass, Delegation, Demand, Forwarding, Issuer, IssuerId, Mode, Operation,
    OperationId, Plan, Profile, Rule, RuleId, Source, SourceId, SourceKind, WhenStale,
};
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::testing::parse_time;
use remit_policy_compiler::{Compiled, compile};
use serde_json::{Value, json};

fn compiled() -> Compiled {
    let now = parse_time("2026-11-26T00:00:00Z").unwrap();
    let path = Path::new("tests/policies/authority");
    compile(&Sources::load(path).unwrap().as_of(now)).unwrap()
}

fn plan() -> Plan {
    compiled().plan
}

fn issuer(plan: &Plan, name: &str) -> Issuer {
    let mut issuers = plan.issuers.iter();
    issuers.find(|issuer| issuer.name == name).unwrap().clone()
}

fn operation(plan: &Plan, name: &str) -> Operation {
    let mut operations = plan.operations.iter();
    operations.find(|one| one.name == name).unwrap().clone()
}

fn rule(plan: &Plan, id: &str) -> (RuleId, Rule) {
    let mut rules = (0..).map(RuleId).zip(&plan.rules);
    let (id, rule) = rules.find(|(_, rule)| rule.id == id).unwrap();
    (id, rule.clone())
}

#[test]
fn it_has_no_warnings() {
    assert_eq!(compiled().warnings, []);
}

/// The keys of two issuers are one document, fetched once.
#[test]
fn documents_are_fetched_once() {
    let plan = plan();
    let source = |kind, path: &str, refresh, stale_after| Source {
        kind,
        url: format!("https://sts.corp.example/{path}"),
        cluster: "sts".to_owned(),
        refresh,
        stale_after,
        when_stale: WhenStale::Deny,
    };
    assert_eq!(
        plan.sources,
        [
            source(SourceKind::Jwks, "jwks.json", 120, None),
            source(SourceKind::StatusList, "lists/1", 60, Some(600)),
            source(SourceKind::StatusList, "lists/2", 30, Some(3600)),
            source(SourceKind::DenyFeed, "revoked.json", 5, Some(30)),
        ]
    );
    assert_eq!(plan.deny_feed, Some(SourceId(3)));
}

#[test]
fn each_profile_has_what_it_needs() {
    let plan = plan();
    let corp = issuer(&plan, "corp");
    assert_eq!(corp.profile, Profile::AccessToken);
    assert_eq!((corp.keys.len(), corp.key_source), (0, Some(SourceId(0))));
    assert_eq!(corp.status_lists, [SourceId(1), SourceId(2)]);
    assert_eq!(corp.binding, Binding::Dpop);
    assert_eq!(corp.forwarding, Forwarding::Keep);
    assert_eq!(corp.detail_types, ["order_access"]);
    let path = ["https://corp.example/mission", "id"].map(str::to_owned);
    assert_eq!(corp.names.task_id.unwrap(), path);

    let mesh = issuer(&plan, "mesh");
    assert_eq!(mesh.profile, Profile::JwtSvid);
    assert_eq!(mesh.trust_domain.as_deref(), Some("mesh.example"));
    let kids: Vec<_> = mesh.keys.iter().map(|key| key.kid.clone()).collect();
    assert_eq!(kids, [Some("s1".to_owned())], "only keys for JWT-SVIDs");
    assert_eq!(
        (mesh.issuer.as_str(), mesh.key_source),
        ("spiffe://mesh.example", None)
    );
    assert_eq!(mesh.forwarding, Forwarding::Keep);
    assert_eq!(mesh.may_assert.len(), 1);
    assert!(mesh.may_assert[0].matches("spiffe://mesh.example/any/thing"));
    assert!(!mesh.may_assert[0].matches("spiffe://corp.example/any"));

    let tts = issuer(&plan, "tts");
    assert_eq!(tts.profile, Profile::TxnToken);
    assert_eq!(tts.trust_domain.as_deref(), Some("corp.example"));
    assert_eq!(tts.key_source, corp.key_source);
    assert_eq!(tts.forwarding, Forwarding::Keep);
}

#[test]
fn a_token_is_taken_off_unless_said_otherwise() {
    let page = std::fs::read_to_string("tests/policies/authority/policy.yaml").unwrap();
    let silent = page.replace("    forward: true\n", "");
    assert_ne!(page, silent);
    let files = [(Path::new("p.yaml").to_owned(), silent)];
    let sources = Sources::in_memory(files, std::collections::BTreeMap::new());
    let plan = compile(&sources).unwrap().plan;
    assert_eq!(issuer(&plan, "corp").forwarding, Forwarding::Strip);
}

#[test]
fn operations_say_what_tokens_need() {
    let plan = plan();
    assert_eq!(operation(&plan, "read").scopes, ["orders:read"]);
    assert_eq!(operation(&plan, "read").classification, ["internal"]);
    let export = operation(&plan, "export");
    assert_eq!(export.scopes, ["orders:read", "orders:export"]);
    assert_eq!(export.classification, ["pii", "secret"]);
    assert_eq!(export.upgrade, None);
    let watch = operation(&plan, "watch");
    assert_eq!(watch.upgrade.as_deref(), Some("websocket"));
}

#[test]
fn metadata_is_served_where_clients_look_for_it() {
    let plan = plan();
    let orders = &plan.resources[0];
    assert_eq!(orders.origin, "https://api.corp.example:8443");
    let served = orders.served_metadata.as_ref().unwrap();
    assert_eq!(served.path, "/.well-known/oauth-protected-resource/orders");
    let body: Value = serde_json::from_str(&served.body).unwrap();
    let algorithms = body["dpop_signing_alg_values_supported"].clone();
    assert!(algorithms.as_array().unwrap().contains(&json!("ES256")));
    assert_eq!(
        body,
        json!({
            "resource": "https://api.corp.example/orders",
            "resource_name": "Orders",
            "authorization_servers": ["https://sts.corp.example"],
            "scopes_supported": ["offline", "orders:read", "orders:export"],
            "bearer_methods_supported": ["header"],
            "resource_documentation": "https://docs.corp.example/orders",
            "resource_policy_uri": "https://docs.corp.example/privacy",
            "resource_tos_uri": "https://docs.corp.example/terms",
            "dpop_signing_alg_values_supported": algorithms,
        })
    );
}

/// Only where every issuer of every task on the resource asks for it.
#[test]
fn metadata_says_when_tokens_must_be_bound() {
    let page = std::fs::read_to_string("tests/policies/authority/policy.yaml").unwrap();
    for (binding, dpop, mtls) in [
        ("dpop", json!(true), Value::Null),
        ("mtls", Value::Null, json!(true)),
        ("any", Value::Null, Value::Null),
    ] {
        let text = page
            .replace("binding: dpop", &format!("binding: {binding}"))
            .replace("binding: mtls", &format!("binding: {binding}"));
        let files = [(Path::new("p.yaml").to_owned(), text)];
        let sources = Sources::in_memory(files, std::collections::BTreeMap::new());
        let plan = compile(&sources).unwrap().plan;
        let served = plan.resources[0].served_metadata.clone().unwrap();
        let body: Value = serde_json::from_str(&served.body).unwrap();
        assert_eq!(body["dpop_bound_access_tokens_required"], dpop);
        assert_eq!(body["tls_client_certificate_bound_access_tokens"], mtls);
    }
}

#[test]
fn tasks_end_and_are_handed_on() {
    let plan = plan();
    let triage = &plan.tasks[0];
    let Some(Delegation { depth: 2, to }) = &triage.delegation else {
        panic!("{:?}", triage.delegation)
    };
    assert!(to[0].matches("spiffe://corp.example/support/worker/a"));
    assert_eq!(triage.ends_with, [OperationId(3)]);
    assert_eq!(plan.tasks[1].delegation, None);
    assert_eq!(plan.tasks[1].ends_with, []);
}

#[test]
fn demands_stand_in_the_place_of_conditions() {
    let plan = plan();
    let demand = |id| {
        let (_, rule) = rule(&plan, id);
        assert_eq!(rule.condition, None, "{id}");
        (rule.demand.unwrap(), rule.mode)
    };
    assert_eq!(
        demand("bound"),
        (Demand::Possession(Binding::Any), Mode::Observe)
    );
    assert_eq!(
        demand("fresh"),
        (Demand::FirstUse { token_age: 60 }, Mode::Observe)
    );
    let present = Demand::Authentication {
        max_age: Some(300),
        acr: vec!["phr".to_owned(), "pwd".to_owned()],
    };
    assert_eq!(demand("present"), (present, Mode::Enforce));
    let (_, small) = rule(&plan, "small");
    assert!(small.condition.is_some() && small.demand.is_none());
}

#[test]
fn exceptions_are_for_those_who_can_be_told() {
    let plan = plan();
    let [first, second] = plan.break_glass.as_slice() else {
        panic!("two exceptions are expected")
    };
    // Transaction tokens say nothing about who asks.
    assert_eq!(first.issuers, [IssuerId(0), IssuerId(1)]);
    assert_eq!(first.operations, [0, 1, 2, 3].map(OperationId));
    let mut overrides = vec![rule(&plan, "no-strangers").0, rule(&plan, "fresh").0];
    overrides.sort_unstable();
    assert_eq!(first.overrides, overrides);
    assert_eq!(
        second,
        &BreakGlass {
            id: "inc-4712".to_owned(),
            issuers: vec![IssuerId(1)],
            agents: second.agents.clone(),
            operations: vec![OperationId(0)],
            overrides: Vec::new(),
            lifted: Vec::new(),
            until: parse_time("2026-11-30T11:00:00Z").unwrap().seconds(),
            reason: "the same, elsewhere".to_owned(),
        }
    );
}
