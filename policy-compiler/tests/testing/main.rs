//! `remit test` and `remit explain` from outside: what passes, what fails and how that is told.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod bound;
mod calls;
mod explain;
mod mistakes;
mod page;
mod sequences;
mod tokens;
mod told;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const POLICY: &str = r#"remit: v1
policy: desk
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
    claims: {vip: optional(bool), api_key: optional(string)}
  other:
    issuer: https://other.example
    profile: plain
    algorithms: [ES256]
    jwks: {inline: {keys: [{kty: EC, crv: P-256, kid: k1, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM}]}}
    may_assert: ["spiffe://other.example/**"]
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    cluster: orders
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
      refund: {http: "POST /v1/orders/{order_id}/refunds", class: write}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow:
      - orders.read
      - id: refund-vip
        operations: [orders.refund]
        when: token.?vip.orValue(false) || token.?api_key.orValue("").startsWith("sk-")
    deny:
      - {id: not-zero, operations: [orders.read], when: path.order_id == "0"}
  look:
    issuers: [other]
    agents: ["spiffe://other.example/*"]
    allow: [orders.read]
observe: [not-zero]
"#;

/// What stands before the requests of a file of tests.
const TOKENS: &str = r#"tokens:
  agent:
    issuer: corp
    claims: {sub: mara, client_id: spiffe://corp.example/support/a, task: triage}
requests:
"#;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("policy.yaml", POLICY);
        desk
    }

    /// With these requests for its tests.
    fn with(requests: &str) -> Self {
        let desk = Self::new();
        desk.write("policy.test.yaml", &format!("{TOKENS}{requests}"));
        desk
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn remit(&self, arguments: &[&str]) -> Output {
        remit(self.0.path(), arguments)
    }

    /// Runs and expects an exit code.
    fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.remit(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}\n{out}\n{err}"
        );
        if code == 2 { err } else { out }
    }
}

fn remit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_remit"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const READ: &str = "    send: GET https://api.corp.example/v1/orders/7\n";
const PASSES: &str = "  - name: read\n    token: {like: agent}\n    send: GET https://api.corp.example/v1/orders/7\n    \
                      expect: {decision: allow, reason: allowed, rule: orders.read}\n";
const FAILS: &str = "  - name: it's, 100% a refund\n    token: {like: agent}\n    \
                     send: POST https://api.corp.example/v1/orders/7/refunds\n    \
                     expect: {decision: allow, reason: allowed, rule: refund-vip}\n";
