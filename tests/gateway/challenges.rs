//! What a refused caller is told so that it can come back with what is wanted, and what is allowed
//! in an emergency.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan;
use remit_tests::client::{Response, h1};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::recipe::Recipe;
use remit_tests::runtime::until;
use serde_json::{Value, json};

use crate::world::{case, now, request, started};

const POLICY: &str = r#"remit: v1
policy: challenges
labels:
  impact: [high]
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {file: corp.jwks.json}
    may_assert: ["spiffe://corp.example/**"]
    names: {task: task, task_id: mission.id}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    cluster: orders
    metadata: {name: Orders, authorization_servers: ["https://sts.corp.example"]}
    operations:
      list: {http: GET /v1/orders, class: read, scope: [orders:read, orders:list]}
      refund: {http: POST /v1/refunds, class: write, labels: {impact: high}}
      approve: {http: PUT /v1/approval, class: write}
      export: {http: GET /v1/export, class: read}
      purge: {http: DELETE /v1/orders, class: write}
      wipe: {http: DELETE /v1/archive, class: write}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow: [orders.list, orders.refund, orders.approve, orders.export]
    deny:
      - {id: no-wiping, operations: [orders.wipe]}
    require:
      - {id: fresh, operations: {labels: {impact: high}}, first_use: {token_age: 60s}}
      - {id: recent, operations: [orders.approve], authentication: {max_age: 5m, acr: [phr, mfa]}}
      - {id: bound, operations: [orders.export], possession: dpop}
break_glass:
  - id: inc-4711
    agents: ["spiffe://corp.example/support/*"]
    allow: [orders.purge, orders.wipe]
    until: "2100-01-01T00:00:00Z"
    reason: orders database incident
"#;

/// Where the metadata of the one resource is.
const METADATA: &str = "/.well-known/oauth-protected-resource";

/// One gateway for what leaves nothing behind.
static GATEWAY: LazyLock<Gateway> =
    LazyLock::new(|| started(&Setup::new(&Compiled::written(POLICY, &[]).plan)));

fn recipe() -> Recipe {
    let recipe = Recipe::corp(now()).claim("jti", case("token"));
    recipe.claim("mission", json!({"id": case("run")}))
}

/// An answer, and the record of the decision.
fn send(gateway: &Gateway, method: &str, path: &str, recipe: &Recipe) -> (Response, Value) {
    let name = case("challenge");
    let bearer = format!("Bearer {}", recipe.token());
    let request = request(method, path, &name).field("authorization", bearer);
    let response = request.field("content-length", "0").send(gateway.agents());
    let record = gateway.entry_of(&name).record();
    (response, record.expect("a decision has a record"))
}

fn is_allowed(method: &str, path: &str, recipe: &Recipe) {
    let (response, record) = send(&GATEWAY, method, path, recipe);
    assert_eq!(
        (response.status, &record["reason"]),
        (200, &json!("allowed"))
    );
}

/// A refusal: its status, its reason, the rule, and its challenge without the description.
fn is_refused(
    (method, path, recipe): (&str, &str, &Recipe),
    (status, reason, rule): (u16, &str, Option<&str>),
    challenge: &str,
) {
    let (response, record) = send(&GATEWAY, method, path, recipe);
    assert_eq!(
        (response.status, &record["reason"]),
        (status, &json!(reason))
    );
    assert_eq!(record["rule"].as_str(), rule);
    let told = response.value("www-authenticate").expect("a challenge");
    let (before, rest) = told
        .split_once("error_description=\"")
        .expect("a description");
    let (_, after) = rest.split_once("\", ").expect("its end");
    let metadata = format!("resource_metadata=\"https://api.corp.example{METADATA}\"");
    assert_eq!(
        format!("{before}{after}"),
        format!("Bearer {challenge}, {metadata}")
    );
}

/// All scopes of the operation, which is the least that would do (RFC 6750 section 3.1).
#[test]
fn scopes() {
    let both = "orders:list other orders:read";
    is_allowed("GET", "/v1/orders", &recipe().claim("scope", both));
    for scope in [
        "",
        "orders:read",
        "orders:list",
        "orders:reader orders:list",
    ] {
        let recipe = recipe().claim("scope", scope);
        is_refused(
            ("GET", "/v1/orders", &recipe),
            (403, "scope_missing", None),
            r#"error="insufficient_scope", scope="orders:read orders:list""#,
        );
    }
    is_refused(
        ("GET", "/v1/orders", &recipe()),
        (403, "scope_missing", None),
        r#"error="insufficient_scope", scope="orders:read orders:list""#,
    );
}

/// What a run has not done before it begins with a token that was issued just now.
#[test]
fn first_use() {
    let run = json!({"id": case("run")});
    let old = |run: &Value| {
        let recipe = recipe().claim("mission", run.clone());
        recipe.claim("iat", now() - 120)
    };
    let refused = |recipe: &Recipe| {
        is_refused(
            ("POST", "/v1/refunds", recipe),
            (401, "fresh_token_needed", Some("fresh")),
            r#"error="invalid_token", max_token_age="60""#,
        );
    };
    refused(&old(&run));
    // A refusal is no use.
    refused(&old(&run));
    is_allowed(
        "POST",
        "/v1/refunds",
        &recipe().claim("mission", run.clone()),
    );
    // From now on the run may, on whatever worker, and another one may not.
    for _ in 0..8 {
        is_allowed("POST", "/v1/refunds", &old(&run));
    }
    refused(&old(&json!({"id": case("run")})));
}

/// RFC 9470 section 3.
#[test]
fn authentication() {
    let put = |recipe: &Recipe| {
        is_refused(
            ("PUT", "/v1/approval", recipe),
            (401, "authentication_needed", Some("recent")),
            r#"error="insufficient_user_authentication", max_age="300", acr_values="phr mfa""#,
        );
    };
    let at = |seconds: i64| recipe().claim("auth_time", now() - seconds);
    put(&recipe());
    put(&at(10));
    put(&at(10).claim("acr", "pwd"));
    put(&at(400).claim("acr", "phr"));
    put(&recipe().claim("acr", "phr"));
    is_allowed("PUT", "/v1/approval", &at(10).claim("acr", "phr"));
    is_allowed("PUT", "/v1/approval", &at(200).claim("acr", "mfa"));
}

#[test]
fn possession() {
    is_refused(
        ("GET", "/v1/export", &recipe()),
        (401, "binding_needed", Some("bound")),
        r#"error="invalid_token""#,
    );
    // One that is bound and comes without proof is told how to prove it (RFC 9449 section 7.1).
    let thumbprint = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    let bound = recipe().claim("cnf", json!({"jkt": thumbprint}));
    let (response, record) = send(&GATEWAY, "GET", "/v1/export", &bound);
    assert_eq!(
        (response.status, &record["reason"]),
        (401, &json!("proof_missing"))
    );
    let told = response.value("www-authenticate").expect("a challenge");
    assert!(told.starts_with("DPoP "), "{told}");
    assert!(told.contains("algs=\""), "{told}");
}

/// RFC 9728: whoever is refused finds out where to go, without a token.
#[test]
fn metadata() {
    let refused = request("GET", "/v1/orders", &case("bare")).send(GATEWAY.agents());
    let told = refused.value("www-authenticate").expect("a challenge");
    let (_, url) = told.split_once("resource_metadata=\"").expect("a URL");
    let url = url.strip_suffix('"').expect("it comes last");
    let path = url
        .strip_prefix("https://api.corp.example")
        .expect("the resource's host");
    assert_eq!(path, METADATA);
    let name = case("metadata");
    let response = request("GET", path, &name).send(GATEWAY.agents());
    assert_eq!(response.status, 200);
    assert_eq!(response.value("content-type"), Some("application/json"));
    let document: Value = serde_json::from_slice(&response.body).expect("JSON");
    assert_eq!(document["resource"], "https://api.corp.example");
    assert_eq!(document["resource_name"], "Orders");
    assert_eq!(
        document["authorization_servers"],
        json!(["https://sts.corp.example"])
    );
    let mut scopes = document["scopes_supported"]
        .as_array()
        .expect("a list")
        .clone();
    scopes.sort_by_key(Value::to_string);
    assert_eq!(scopes, [json!("orders:list"), json!("orders:read")]);
    // The filter answers: nothing of it reaches the upstream, and no other host or method has it.
    assert_eq!(GATEWAY.arrivals_of(&name), 0);
    for (method, path, host) in [
        ("POST", METADATA, "api.corp.example"),
        ("GET", METADATA, "ledger.corp.example"),
        (
            "GET",
            "/.well-known/oauth-protected-resource/x",
            "api.corp.example",
        ),
    ] {
        let request = h1::Request::new(method, path, host).field("content-length", "0");
        assert_eq!(
            request.send(GATEWAY.agents()).status,
            401,
            "{method} {host}{path}"
        );
    }
}

/// The same policy, whose exception ends then.
fn until_then(end: i64) -> Vec<u8> {
    let loaded = plan::decode(&Compiled::written(POLICY, &[]).plan).expect("what was compiled");
    let mut changed = loaded.plan().clone();
    changed
        .break_glass
        .iter_mut()
        .for_each(|one| one.until = end);
    plan::encode(&changed).expect("a plan").0
}

fn active(gateway: &Gateway) -> u64 {
    gateway.stat("wasmcustom.remit_break_glass_active")
}

/// What an exception allows is recorded as such, a deny holds, and with its end it is over.
#[test]
fn break_glass() {
    let gateway = started(&Setup::new(&until_then(now() + 3600)).dynamic());
    until("it is shown", || active(&gateway) == 1);
    let (response, record) = send(&gateway, "DELETE", "/v1/orders", &recipe());
    assert_eq!(response.status, 200);
    assert_eq!(record["reason"], "break_glass");
    assert_eq!(record["break_glass"], "inc-4711");
    assert_eq!(gateway.counted("allow", "break_glass"), 1);
    let (response, record) = send(&gateway, "DELETE", "/v1/archive", &recipe());
    assert_eq!(
        (response.status, &record["reason"]),
        (403, &json!("denied_by_rule"))
    );
    assert!(record["break_glass"].is_null(), "{record}");
    let other = recipe().claim("client_id", "spiffe://corp.example/sre/1");
    assert_eq!(send(&gateway, "DELETE", "/v1/orders", &other).0.status, 403);

    let end = now() + 5;
    gateway.discover(&STANDARD.encode(until_then(end)));
    until("it is over", || {
        let (response, record) = send(&gateway, "DELETE", "/v1/orders", &recipe());
        match response.status {
            200 => assert_eq!(record["reason"], "break_glass"),
            status => assert_eq!((status, &record["reason"]), (403, &json!("not_allowed"))),
        }
        response.status == 403
    });
    assert!(now() >= end, "it ends too early");
    until("it is shown no more", || active(&gateway) == 0);
    // A new policy that has one shows it again.
    gateway.discover(&STANDARD.encode(until_then(end + 3600)));
    until("it is shown again", || active(&gateway) == 1);
}
