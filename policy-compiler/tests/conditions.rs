//! Conditions mean what CEL says they mean.
//!
//! Each is compiled, put into a plan and decided by the engine for one request and token, and
//! evaluated by the `cel` crate, which knows nothing of either. Both must come to the expectation,
//! and to the same.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use cel::parser::Parser;
use cel::{Context, Value};
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

/// What a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    True,
    False,
    Fails,
}
use Outcome::{Fails, False, True};

/// What the independent evaluator can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Second {
    /// The same.
    Agrees,
    /// Nothing: it has no variable that is an optional.
    NotAsked,
    /// Nothing: it rounds an int to a double before it compares the two.
    Rounds,
}
use Second::{Agrees, NotAsked, Rounds};

const CASES: &[(&str, Outcome, Second)] = &[
    // Variables.
    ("request.method == 'GET'", True, Agrees),
    (
        "request.path == '/v1/orders/A-1?limit=5&fields=a&fields=b'",
        True,
        Agrees,
    ),
    ("request.url_path == '/v1/orders/A-1'", True, Agrees),
    ("request.query == 'limit=5&fields=a&fields=b'", True, Agrees),
    ("request.host == 'api.corp.example'", True, Agrees),
    ("request.scheme == 'https'", True, Agrees),
    (
        "path.order_id == 'A-1' && path['order_id'] == 'A-1'",
        True,
        Agrees,
    ),
    ("query.limit == 5", True, Agrees),
    ("size(query.?fields.orValue([])) == 2", True, Agrees),
    ("query.?after.hasValue()", False, Agrees),
    (
        "token.iss == 'https://sts.corp.example' && token.?sub.orValue('') == 'alice'",
        True,
        Agrees,
    ),
    ("token.exp - token.?iat.orValue(0) == 300", True, Agrees),
    ("token.?jti.hasValue()", True, Agrees),
    (
        "token.ticket.id == 'T-1' && token['ticket']['id'] == 'T-1'",
        True,
        Agrees,
    ),
    ("token['https://corp.example/tier'] == 'gold'", True, Agrees),
    ("token.`x-tier` == 'gold'", True, Agrees),
    ("agent == 'spiffe://corp.example/support/a'", True, NotAsked),
    (
        "principal.orValue('') == 'alice' && principal.hasValue()",
        True,
        NotAsked,
    ),
    (
        "task_id.orValue('none') == 'none' && !session.hasValue()",
        True,
        NotAsked,
    ),
    ("tenant.value() == 'x'", Fails, NotAsked),
    ("task.startsWith('t') && issuer == 'corp'", True, NotAsked),
    (
        "resource + '.' + operation == 'orders.read'",
        True,
        NotAsked,
    ),
    (
        "request.headers.?accept.orValue('') == 'text/plain'",
        True,
        Agrees,
    ),
    ("request.headers[?'x-a'].orValue('') == 'b'", True, Agrees),
    (
        "has(request.headers.accept) && 'x-a' in request.headers",
        True,
        Agrees,
    ),
    ("'x-b' in request.headers", False, Agrees),
    // Optionals.
    ("has(token.note)", False, Agrees),
    ("has(token.ticket.id)", True, Agrees),
    ("token.?note.hasValue()", False, Agrees),
    ("token.?note.orValue('none') == 'none'", True, Agrees),
    ("token.?note.value() == 'x'", Fails, Agrees),
    ("token.?ticket.id.orValue('') == 'T-1'", True, Agrees),
    ("token.ticket.?id.value() == 'T-1'", True, Agrees),
    (
        "path.order_id in token.?refundable.orValue([])",
        True,
        Agrees,
    ),
    (
        "(token.amount > 1.0 ? token.?note : token.?note).hasValue()",
        False,
        Agrees,
    ),
    // Equality and order: numbers on one line.
    ("token.amount == 12.5", True, Agrees),
    ("token.count == 7.0", True, Agrees),
    ("token.count != 7.5", True, Agrees),
    ("token.count < 7.5 && token.amount > 12", True, Agrees),
    ("token.big == 9007199254740993", True, Agrees),
    ("token.big < 9007199254740993.0", False, Agrees),
    ("token.big > 9007199254740992.0", True, Rounds),
    (
        "token.ticket.id < 'T-2' && token.ticket.id >= 'T-1'",
        True,
        Agrees,
    ),
    ("false < token.flag", True, Agrees),
    (
        "token.?refundable.orValue([]) == ['A-1', 'A-2']",
        True,
        Agrees,
    ),
    ("token.?refundable.orValue([]) != []", True, Agrees),
    // Logic: whichever side decides wins over an error on the other.
    (
        "token.?note.value() == 'x' && token.count == 0",
        False,
        Agrees,
    ),
    (
        "token.count == 0 && token.?note.value() == 'x'",
        False,
        Agrees,
    ),
    (
        "token.?note.value() == 'x' || token.count == 7",
        True,
        Agrees,
    ),
    (
        "token.?note.value() == 'x' && token.count == 7",
        Fails,
        Agrees,
    ),
    ("!(token.?note.value() == 'x')", Fails, Agrees),
    (
        "token.count == 7 ? token.flag : token.?note.value() == 'x'",
        True,
        Agrees,
    ),
    (
        "token.?note.value() == 'x' ? true : token.flag",
        Fails,
        Agrees,
    ),
    ("!token.flag || !!token.flag", True, Agrees),
    (
        "token.flag && token.count == 7 && token.amount > 1.0 || token.count == 0",
        True,
        Agrees,
    ),
    // Arithmetic.
    ("token.count + 3 * 2 - 1 == 12", True, Agrees),
    ("-token.count == -7 && -(-token.count) == 7", True, Agrees),
    (
        "token.count / 2 == 3 && token.count % 4 == 3 && -token.count / 2 == -3",
        True,
        Agrees,
    ),
    ("-token.count % 4 == -3", True, Agrees),
    (
        "token.amount * 2.0 == 25.0 && token.amount / 0.0 > 1.0",
        True,
        Agrees,
    ),
    ("9223372036854775807 - token.count + 8 > 0", Fails, Agrees),
    ("token.count / token.zero == 1", Fails, Agrees),
    ("token.count % token.zero == 1", Fails, Agrees),
    ("token.ticket.id + '!' == 'T-1!'", True, Agrees),
    // Strings.
    (
        "token.ticket.id.startsWith('T-') && token.ticket.id.endsWith('1')",
        True,
        Agrees,
    ),
    ("token.ticket.id.contains('-')", True, Agrees),
    ("token.ticket.id.startsWith('')", True, Agrees),
    (
        "size(token.name) == 4 && token.name.size() == 4",
        True,
        Agrees,
    ),
    ("token.name == 'Zoë🙂'", True, Agrees),
    (r#"token.name == "Zo\u00eb\U0001F642""#, True, Agrees),
    (r"r'\d' == '\\d' && token.flag", True, Agrees),
    // Lists.
    ("token.ticket.id in ['T-0', 'T-1']", True, Agrees),
    ("token.count in [1.0, 7.0]", True, Agrees),
    ("token.count in []", False, Agrees),
    (
        "token.ticket.id in [path.order_id, 'T-1', token.iss]",
        True,
        Agrees,
    ),
    (
        "path.order_id in [token.ticket.id, token.iss, request.host]",
        False,
        Agrees,
    ),
    ("token.?refundable.orValue([])[1] == 'A-2'", True, Agrees),
    ("token.?refundable.orValue([])[2] == 'A-2'", Fails, Agrees),
    (
        "token.?refundable.orValue([])[token.zero] == 'A-1'",
        True,
        Agrees,
    ),
    (
        "['a', 'b'][1] == 'b' && size([1, 2, 3]) == 3 && token.flag",
        True,
        Agrees,
    ),
    ("token.count in [token.zero, 7]", True, Agrees),
    // Constants are computed as the evaluator would.
    (
        "1 + 1 == 2 && 7.5 > 7 && 'a' + 'b' == 'ab' && size('é') == 1 && token.flag",
        True,
        Agrees,
    ),
    (
        "(2 < 1 || 'ab'.startsWith('a')) && 3 in [1, 2, 3] && !(1 == 1.5) && token.flag",
        True,
        Agrees,
    ),
    (
        "(9223372036854775807 < 9223372036854775808.0) == token.flag",
        False,
        Agrees,
    ),
];

fn claims() -> Map<String, serde_json::Value> {
    let claims = json!({
        "iss": "https://sts.corp.example",
        "aud": "https://api.corp.example",
        "sub": "alice",
        "client_id": "spiffe://corp.example/support/a",
        "jti": "j-1",
        "iat": NOW,
        "exp": NOW + 300,
        "task": "triage",
        "ticket": {"id": "T-1", "severity": 2},
        "amount": 12.5,
        "count": 7,
        "zero": 0,
        "big": 9_007_199_254_740_993_i64,
        "flag": true,
        "name": "Zoë🙂",
        "refundable": ["A-1", "A-2"],
        "https://corp.example/tier": "gold",
        "x-tier": "gold",
    });
    claims.as_object().unwrap().clone()
}

fn policy(conditions: &[&str]) -> String {
    let rules = conditions.iter().enumerate().map(|(at, condition)| {
        let block = condition.replace('\n', "\n          ");
        format!(
            "  t{at}:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/**\"]\n    \
             allow: [orders.read]\n    deny:\n      - id: rule-{at}\n        \
             operations: [orders.read]\n        when: |-\n          {block}\n"
        )
    });
    format!(
        r#"remit: v1
policy: conditions
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {{file: jwks.json}}
    may_assert: ["spiffe://corp.example/**"]
    names: {{task: task_name, task_id: run, session: sid, tenant: tenant}}
    claims:
      ticket: {{id: string, severity: int}}
      amount: double
      count: int
      zero: int
      big: int
      flag: bool
      name: string
      refundable: optional(list(string))
      note: optional(string)
      "https://corp.example/tier": string
      x-tier: string
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read:
        http: GET /v1/orders/{{order_id}}
        class: read
        query: {{limit: int, fields: optional(list(string)), after: optional(string)}}
tasks:
{}"#,
        rules.collect::<String>()
    )
}

struct World {
    engine: Engine,
    key: KeyPair,
}

impl World {
    fn new(conditions: &[&str]) -> Self {
        let key = KeyPair::generate(Algorithm::EdDsa, Some("k1")).unwrap();
        let jwks = format!(r#"{{"keys": [{}]}}"#, key.public_jwk());
        let files = [(PathBuf::from("p.yaml"), policy(conditions))];
        let assets = BTreeMap::from([(PathBuf::from("jwks.json"), jwks.into_bytes())]);
        let sources = Sources::in_memory(files, assets);
        let compiled = compile(&sources).unwrap_or_else(|rejected| {
            let messages = rejected.diagnostics.iter().map(|one| {
                let colour = remit_policy_compiler::diagnostic::Colour::None;
                remit_policy_compiler::diagnostic::human(one, &sources, colour)
            });
            panic!("{}", messages.collect::<Vec<_>>().join("\n"))
        });
        let engine = Engine::new(plan::decode(&compiled.bytes).unwrap()).unwrap();
        Self { engine, key }
    }

    fn reason(&self, task: &str) -> Reason {
        let mut claims = claims();
        claims.insert("task_name".to_owned(), json!(task));
        let token = self.key.sign(claims, "at+jwt").unwrap();
        let authorization = format!("Bearer {token}");
        let fields: [Field<'_>; 7] = [
            (b":method", b"GET"),
            (b":path", b"/v1/orders/A-1?limit=5&fields=a&fields=b"),
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

/// What the `cel` crate makes of a condition.
fn evaluated(condition: &str) -> Outcome {
    let parser = Parser::new()
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true);
    let expression = parser.parse(condition).unwrap();
    let mut context = Context::default();
    let request = json!({
        "method": "GET",
        "path": "/v1/orders/A-1?limit=5&fields=a&fields=b",
        "url_path": "/v1/orders/A-1",
        "query": "limit=5&fields=a&fields=b",
        "host": "api.corp.example",
        "scheme": "https",
        "headers": {"accept": "text/plain", "x-a": "b"},
    });
    context.add_variable("request", signed(&request)).unwrap();
    context
        .add_variable("token", signed(&serde_json::Value::Object(claims())))
        .unwrap();
    context
        .add_variable("path", signed(&json!({"order_id": "A-1"})))
        .unwrap();
    context
        .add_variable("query", signed(&json!({"limit": 5, "fields": ["a", "b"]})))
        .unwrap();
    match context.resolve(&expression) {
        Ok(Value::Bool(true)) => True,
        Ok(Value::Bool(false)) => False,
        Ok(other) => panic!("{condition} is {other:?}"),
        Err(_) => Fails,
    }
}

/// JSON as CEL values; whole numbers are ints, as the engine reads them.
fn signed(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => (*value).into(),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(int) => int.into(),
            None => number.as_f64().unwrap().into(),
        },
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => items.iter().map(signed).collect::<Vec<_>>().into(),
        serde_json::Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), signed(value)));
            members.collect::<std::collections::HashMap<_, _>>().into()
        }
    }
}

#[test]
fn conditions_mean_what_cel_says() {
    let conditions: Vec<&str> = CASES.iter().map(|(condition, ..)| *condition).collect();
    let world = World::new(&conditions);
    let mut wrong = Vec::new();
    for (at, (condition, expected, second)) in CASES.iter().enumerate() {
        let outcome = match world.reason(&format!("t{at}")) {
            Reason::DeniedByRule => True,
            Reason::Allowed => False,
            Reason::RuleError => Fails,
            other => panic!("{condition}: {other}"),
        };
        if outcome != *expected {
            wrong.push(format!("{condition}: the engine says {outcome:?}"));
        }
        if *second == Agrees && evaluated(condition) != *expected {
            wrong.push(format!("{condition}: cel says {:?}", evaluated(condition)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
