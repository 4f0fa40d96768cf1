//! A condition that compiles stays within the budget whatever the token and the request hold.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::Reason;
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_policy_compiler::compile;
use remit_policy_compiler::signing_key::{Algorithm, KeyPair};
use remit_policy_compiler::source::Sources;
use serde_json::{Map, json};

const NOW: i64 = 1_800_000_000;

fn claims() -> Map<String, serde_json::Value> {
    let claims = json!({
        "iss": "https://sts.corp.example", "aud": "https://api.corp.example", "sub": "alice",
        "client_id": "spiffe://corp.example/support/a", "jti": "j-1", "iat": NOW,
        "exp": NOW + 300, "task": "t",
    });
    claims.as_object().unwrap().clone()
}

fn policy(effect: &str, condition: &str) -> String {
    let allow = if effect == "deny" {
        "    allow: [orders.read]\n"
    } else {
        ""
    };
    format!(
        r#"remit: v1
policy: bounds
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {{file: jwks.json}}
    may_assert: ["spiffe://corp.example/**"]
    names: {{task: task}}
    claims:
      names: optional(list(string))
      groups: optional(list(list(int)))
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {{http: "GET /v1/orders/{{order_id}}", class: read}}
tasks:
  t:
    issuers: [corp]
    agents: ["spiffe://corp.example/**"]
{allow}    {effect}:
      - id: rule
        operations: [orders.read]
        when: |-
          {condition}
"#
    )
}

struct World {
    engine: Engine,
    key: KeyPair,
}

impl World {
    fn new(effect: &str, condition: &str) -> Result<Self, String> {
        let key = KeyPair::generate(Algorithm::EdDsa, Some("k1")).unwrap();
        let jwks = format!(r#"{{"keys": [{}]}}"#, key.public_jwk());
        let files = [(PathBuf::from("p.yaml"), policy(effect, condition))];
        let assets = BTreeMap::from([(PathBuf::from("jwks.json"), jwks.into_bytes())]);
        let sources = Sources::in_memory(files, assets);
        let compiled = compile(&sources).map_err(|rejected| {
            let messages = rejected.diagnostics.iter().map(|one| {
                let colour = remit_policy_compiler::diagnostic::Colour::None;
                remit_policy_compiler::diagnostic::human(one, &sources, colour)
            });
            messages.collect::<Vec<_>>().join("\n")
        })?;
        let engine = Engine::new(plan::decode(&compiled.bytes).unwrap()).unwrap();
        Ok(Self { engine, key })
    }

    fn reason(&self, path: &str, more: serde_json::Value) -> Reason {
        let mut claims = claims();
        claims.extend(more.as_object().unwrap().clone());
        let token = self.key.sign(claims, "at+jwt").unwrap();
        let authorization = format!("Bearer {token}");
        let fields: [Field<'_>; 7] = [
            (b":method", b"GET"),
            (b":path", path.as_bytes()),
            (b":authority", b"api.corp.example"),
            (b":scheme", b"https"),
            (b"accept", b"text/plain"),
            (b"x-a", b"b"),
            (b"authorization", authorization.as_bytes()),
        ];
        let head = RequestHead::new(&fields);
        match self
            .engine
            .decide(&head, UnixTime::from_seconds(NOW + 1), &NoHostCrypto)
            .settled()
        {
            Ok(allow) => match allow.confirm(None, &NoHostCrypto) {
                Ok(permit) => permit.record().reason(),
                Err(refusal) => refusal.record().reason(),
            },
            Err(refusal) => refusal.record().reason(),
        }
    }
}

fn denied(condition: &str, path: &str, more: serde_json::Value) -> Reason {
    let world = World::new("deny", condition);
    assert!(world.is_ok(), "{:?}", world.err());
    world.unwrap().reason(path, more)
}

#[test]
fn a_long_path_among_many_names() {
    let path = format!("/v1/orders/{}", "a".repeat(8000));
    let names = vec!["n"; 1500];
    let condition = "request.url_path in token.?names.orValue([])";
    assert_eq!(
        denied(condition, &path, json!({"names": names})),
        Reason::Allowed
    );
}

#[test]
fn a_long_path_as_the_start_of_many_names() {
    let path = format!("/v1/orders/{}", "a".repeat(8000));
    let names = vec!["n"; 1500];
    for name in ["startsWith", "endsWith"] {
        let condition =
            format!("token.?names.orValue([]).exists(name, name.{name}(request.url_path))");
        let reason = denied(&condition, &path, json!({"names": names}));
        assert_eq!(reason, Reason::Allowed, "{name}");
    }
}

#[test]
fn one_list_may_hold_all_values_of_a_token() {
    let groups: Vec<Vec<i64>> = vec![(0..1500).collect()];
    let condition = "token.?groups.orValue([]).exists(g, g.exists(a, g.exists(b, a + b == -1)))";
    let reason = World::new("deny", condition)
        .map(|world| world.reason("/v1/orders/a", json!({"groups": groups})));
    // It is refused when it is compiled, or done.
    assert_ne!(reason.ok(), Some(Reason::RuleError));
}

#[test]
fn claimed_values_alone_allow_nothing_in_a_comprehension_either() {
    let condition = "['a'].exists(x, request.headers.?x.orValue('') == x || path.order_id == x)";
    assert!(World::new("allow", condition).is_err());
}

#[test]
fn choices_within_choices() {
    let mut condition = "path.order_id == 'a'".to_owned();
    for _ in 0..30 {
        condition = format!("({condition}) ? path.order_id == 'b' : path.order_id == 'c'");
    }
    let begin = Instant::now();
    let _ = World::new("allow", &condition);
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
}
