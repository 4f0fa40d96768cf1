//! Approvals from outside: what `remit approve` prints is what a compiled policy takes, and the page
//! about them says how an action is worked out.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use remit_engine::Engine;
use remit_engine::approval::{Action, Call};
use remit_engine::decision::{Body, Decision, Reason};
use remit_engine::host::Host;
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_policy_compiler::testing::{TrialHost, read_body};

const POLICY: &str = r#"remit: v1
policy: desk
approvals: {jwks: {file: approvers/jwks.json}, header: x-grant}
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {file: keys/jwks.json}
    may_assert: ["spiffe://corp.example/**"]
    names: {task_id: task_id}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
      refund:
        http: "POST /v1/orders/{order_id}/refunds"
        class: write
        query: {notify: list(string)}
        body: {amount: double, reason: string}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow: [orders.read, orders.refund]
    require:
      - {id: refund-approved, operations: [orders.refund], approval: single-use}
"#;

const URL: &str = "/v1/orders/A-1/refunds?notify=buyer&notify=desk";
const BODY: &str = r#"{"reason": "late", "amount": 20.0}"#;
const AGENT: &str = "spiffe://corp.example/support/a";

fn remit(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_remit"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs, expects success, and gives the last line.
fn line(folder: &Path, arguments: &[&str]) -> String {
    let output = remit(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().last().unwrap_or_default().to_owned()
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), POLICY).unwrap();
    fs::write(folder.path().join("refund.json"), BODY).unwrap();
    for dir in ["keys", "approvers"] {
        let arguments = [
            "token", "keygen", "--dir", dir, "--alg", "EdDSA", "--kid", "k1",
        ];
        line(folder.path(), &arguments);
    }
    folder
}

fn decide(
    engine: &Engine,
    token: &str,
    approval: Option<&str>,
    body: &str,
    host: &dyn Host,
) -> (Reason, Option<Action>) {
    let authorization = format!("Bearer {token}");
    let mut fields: Vec<Field<'_>> = vec![
        (b":method", b"POST"),
        (b":path", URL.as_bytes()),
        (b":authority", b"api.corp.example"),
        (b":scheme", b"https"),
        (b"content-type", b"application/json"),
        (b"authorization", authorization.as_bytes()),
    ];
    fields.extend(approval.map(|approval| (&b"x-grant"[..], approval.as_bytes())));
    let head = RequestHead::new(&fields);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = UnixTime::from_seconds(i64::try_from(now.as_secs()).unwrap());
    let mut decision = engine.decide(&head, now, host);
    if let Decision::Read(reading) = &decision {
        let progress = reading.progress();
        let content = read_body(Some(body), progress.most());
        let body = Body {
            content: content.as_ref().map_err(|why| *why),
            progress: &progress,
        };
        decision = engine.decide_whole(&head, &body, now, host);
    }
    match decision.settled() {
        Err(refusal) => (refusal.record().reason(), refusal.action()),
        Ok(allow) => match allow.confirm(None, host) {
            Ok(permit) => (permit.record().reason(), None),
            Err(refusal) => (refusal.record().reason(), refusal.action()),
        },
    }
}

#[test]
fn printed_approvals_are_taken_once() {
    let folder = desk();
    let folder = folder.path();
    line(folder, &["compile", "policy.yaml", "-o", "plan.bin"]);
    let bytes = fs::read(folder.join("plan.bin")).unwrap();
    let engine = Engine::new(plan::decode(&bytes).unwrap()).unwrap();
    let token = line(
        folder,
        &[
            "token",
            "mint",
            "--key",
            "keys/k1.private.jwk.json",
            "--issuer",
            "https://sts.corp.example",
            "--audience",
            "https://api.corp.example",
            "--sub",
            "mara",
            "--client-id",
            AGENT,
            "--task",
            "triage",
            "--task-id",
            "t-1",
        ],
    );
    let host = TrialHost::default();
    let (reason, action) = decide(&engine, &token, None, BODY, &host);
    assert_eq!(reason, Reason::ApprovalRequired);
    let action = action.unwrap().to_text();

    let approve = |more: &[&str]| {
        let mut arguments = vec!["approve", "--key", "approvers/k1.private.jwk.json"];
        arguments.extend(more);
        line(folder, &arguments)
    };
    let whose = [
        "--audience",
        "https://api.corp.example",
        "--agent",
        AGENT,
        "--task-id",
        "t-1",
        "--principal",
        "mara",
    ];
    let by_action = approve(&[&["--action", &action], &whose[..]].concat());
    let parts = [
        "--operation",
        "orders.refund",
        "--path",
        "order_id=A-1",
        "--query",
        "notify=buyer",
        "--query",
        "notify=desk",
        "--content",
        "@refund.json",
    ];
    let by_parts = approve(&[&parts[..], &whose].concat());
    let request = format!("POST https://api.corp.example{URL}");
    let claims =
        format!(r#"{{"sub":"mara","client_id":"{AGENT}","task":"triage","task_id":"t-1"}}"#);
    let by_policy = approve(&[
        "--policy",
        "policy.yaml",
        "--request",
        &request,
        "--body",
        "@refund.json",
        "--claims",
        &claims,
    ]);
    for approval in [by_action, by_parts, by_policy] {
        let shown = |body| decide(&engine, &token, Some(&approval), body, &host).0;
        let other = shown(r#"{"reason": "late", "amount": 21}"#);
        assert_eq!(other, Reason::ApprovalRefused);
        assert_eq!(shown(BODY), Reason::Allowed);
        assert_eq!(shown(BODY), Reason::ApprovalUsed);
    }
    let other_run = approve(&[
        "--action",
        &action,
        "--audience",
        "https://api.corp.example",
        "--agent",
        AGENT,
    ]);
    let (reason, _) = decide(&engine, &token, Some(&other_run), BODY, &host);
    assert_eq!(reason, Reason::ApprovalRefused);
}

#[test]
fn what_cannot_be_approved_is_told() {
    let folder = desk();
    let folder = folder.path();
    line(
        folder,
        &[
            "token", "keygen", "--dir", "keys", "--alg", "ES256", "--kid", "k2",
        ],
    );
    let whose = ["--audience", "https://api.corp.example", "--agent", AGENT];
    let key = ["approve", "--key", "approvers/k1.private.jwk.json"];
    let request = ["--request", "GET https://api.corp.example/v1/orders/A-1"];
    for (arguments, said) in [
        ([&key[..], &whose].concat(), "say what is approved"),
        (
            [&key[..], &whose, &["--action", "sha-256:AA"]].concat(),
            "43 characters",
        ),
        (
            [&key[..], &whose, &["--operation", "a.b", "--content", "{]"]].concat(),
            "the content",
        ),
        (
            [&key[..], &whose, &["--operation", "a.b"], &request].concat(),
            "--policy",
        ),
        (
            [&key[..], &["--policy", "policy.yaml"], &request].concat(),
            "no approval is wanted",
        ),
        (
            [
                &["approve", "--key", "keys/k2.private.jwk.json"],
                &whose[..],
                &["--operation", "a.b"],
            ]
            .concat(),
            "is not supported",
        ),
    ] {
        let output = remit(folder, &arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{errors}");
        assert!(output.stdout.is_empty());
    }
}

/// The page's example, worked out.
#[test]
fn the_page_tells_the_action() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/approvals.md");
    let page = fs::read_to_string(page).unwrap();
    let content = read_body(Some(BODY), 100).unwrap();
    let call = Call {
        operation: "orders.refund",
        path: vec![("order_id", "A-1")],
        query: vec![("notify", "buyer"), ("notify", "desk")],
        url_path: None,
        content: Some(remit_engine::json::canonical::digest(&content)),
    };
    assert!(
        page.contains(&format!("\n{}\n", call.canonical())),
        "{}",
        call.canonical()
    );
    assert!(page.contains(&format!("`{}`", call.action().to_text())));
}
