//! A policy whose files have owners compiles to the same plan as one whose files have none.

use std::collections::BTreeMap;
use std::path::PathBuf;

use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;

const SECURITY: &str = r#"issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: Rb6NpxNlFEAHyhRcnaPQ0L85M0_XDCksVZL5eIgr0ww}]}}
    may_assert: ["spiffe://corp.example/**"]
public:
  - http: GET /healthz
"#;
const DESK: &str = r#"resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
tasks:
  desk.triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow: [orders.read]
"#;
const OWNERS: &str = "owners: {security: [issuers, public], desk: [resources.orders, tasks.desk.triage], desk-eu: [tasks]}\n";

/// The bytes of the plan, or the codes of what is wrong.
fn outcome(files: &[(&str, String)]) -> Result<Vec<u8>, Vec<&'static str>> {
    let files = files
        .iter()
        .map(|(name, text)| (PathBuf::from("policy").join(name), text.clone()));
    match compile(&Sources::in_memory(files, BTreeMap::new())) {
        Ok(compiled) => Ok(compiled.bytes),
        Err(rejected) => Err(rejected
            .diagnostics
            .iter()
            .map(|one| one.code.text())
            .collect()),
    }
}

fn policy(owners: &str, security: &str, desk: (&str, &str)) -> Result<Vec<u8>, Vec<&'static str>> {
    let first = format!("remit: v1\npolicy: p\n{owners}{security}{SECURITY}");
    let second = format!("remit: v1\n{}{DESK}", desk.1);
    outcome(&[("base.yaml", first), (desk.0, second)])
}

#[test]
fn owners_are_no_part_of_the_plan() {
    let plain = policy("", "", ("other.yaml", "")).unwrap();
    let named = policy("", "owner: security\n", ("other.yaml", "owner: desk\n"));
    assert_eq!(named, Ok(plain.clone()));
    let owned = policy(OWNERS, "owner: security\n", ("desk.yaml", "owner: desk\n"));
    assert_eq!(owned, Ok(plain));
}

#[test]
fn a_file_has_the_owner_that_it_is_called_after() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("desk.yaml", "owner: desk\n", &[]),
        ("desk-orders.yaml", "owner: desk\n", &[]),
        ("desk_orders.v2.yaml", "owner: desk\n", &[]),
        ("desks.yaml", "owner: desk\n", &["not-owner"]),
        ("other.yaml", "owner: desk\n", &["not-owner"]),
        // Another owner's by its name, whatever stands in it.
        ("desk-eu.yaml", "owner: desk\n", &["not-owner"]),
        ("desk.yaml", "owner: security\n", &["not-owner"]),
        // A task it may define, a resource it may not.
        ("desk-eu.yaml", "owner: desk-eu\n", &["not-owner"]),
        ("desk.yaml", "", &["missing-key"]),
    ];
    for (name, owner, expected) in cases {
        let found = policy(OWNERS, "owner: security\n", (name, owner));
        let codes = found.err().unwrap_or_default();
        assert_eq!(codes, *expected, "{name}: {owner}");
    }
}
