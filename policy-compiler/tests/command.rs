//! The command from outside: exit codes, what goes where, and tokens that the engine accepts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::Reason;
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;

const POLICY: &str = r#"remit: v1
policy: desk
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA, ES256, ES384, PS512, RS256]
    jwks: {file: keys/jwks.json}
    may_assert: ["spiffe://corp.example/**"]
    names: {task_id: mission.id}
    claims: {ticket: {severity: int}, amount: optional(double)}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow:
      - id: urgent
        operations: [orders.read]
        when: token.ticket.severity <= 2 && token.?amount.orValue(0.0) < 50.5 && task_id.hasValue()
"#;

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

/// Runs and expects success.
fn done(folder: &Path, arguments: &[&str]) -> Output {
    let output = remit(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        text(&output.stderr)
    );
    output
}

fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.yaml"), POLICY).unwrap();
    done(
        folder.path(),
        &[
            "token", "keygen", "--dir", "keys", "--alg", "EdDSA", "--kid", "k1",
        ],
    );
    folder
}

#[test]
fn exit_codes_say_what_happened() {
    let desk = desk();
    let folder = desk.path();
    assert_eq!(
        text(&done(folder, &["check", "policy.yaml"]).stdout),
        "no errors, no warnings\n"
    );

    fs::write(
        folder.join("odd.yaml"),
        POLICY.replace("resources:\n", &another_issuer()),
    )
    .unwrap();
    assert_eq!(remit(folder, &["check", "odd.yaml"]).status.code(), Some(0));
    let denied = remit(folder, &["check", "odd.yaml", "--deny-warnings"]);
    assert_eq!(denied.status.code(), Some(1));
    assert!(text(&denied.stdout).contains("warning[unused-issuer]"));

    fs::write(
        folder.join("wrong.yaml"),
        POLICY.replace("class: read", "class: raed"),
    )
    .unwrap();
    let wrong = remit(folder, &["check", "wrong.yaml"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong.stdout).contains("error[unknown-value]"));
    let compiled = remit(folder, &["compile", "wrong.yaml"]);
    assert_eq!(
        (compiled.status.code(), compiled.stdout.len()),
        (Some(1), 0)
    );

    assert_eq!(
        remit(folder, &["check", "absent.yaml"]).status.code(),
        Some(2)
    );
    assert_eq!(remit(folder, &["chekc"]).status.code(), Some(2));
    fs::create_dir(folder.join("empty")).unwrap();
    let empty = remit(folder, &["check", "empty"]);
    assert_eq!(
        text(&empty.stderr),
        "error: `empty` holds no *.yaml or *.yml file\n"
    );
}

/// An issuer that no task accepts.
fn another_issuer() -> String {
    "  other:\n    issuer: https://other.example\n    algorithms: [EdDSA]\n    \
     jwks: {file: keys/jwks.json}\n    may_assert: [\"spiffe://other.example/**\"]\nresources:\n"
        .to_owned()
}

#[test]
fn diagnostics_for_programs_are_whole_documents() {
    let desk = desk();
    let folder = desk.path();
    fs::write(
        folder.join("wrong.yaml"),
        POLICY.replace("class: read", "class: raed"),
    )
    .unwrap();
    let output = remit(folder, &["check", "wrong.yaml", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document.pointer("/errors"), Some(&serde_json::json!(1)));
    assert_eq!(
        document.pointer("/diagnostics/0/code"),
        Some(&serde_json::json!("unknown-value"))
    );
    let output = remit(folder, &["check", "wrong.yaml", "--format", "github"]);
    assert!(text(&output.stdout).starts_with("::error file=wrong.yaml,line="));
}

#[test]
fn lints_count_where_they_are_asked_to() {
    let desk = desk();
    let folder = desk.path();
    let written = POLICY.replace("    names:", "    max_lifetime: 1h\n    names:");
    fs::write(folder.join("long.yaml"), written).unwrap();
    let codes: &[(&[&str], i32)] = &[
        (&["lint", "policy.yaml", "--deny", "warnings"], 0),
        (&["lint", "long.yaml"], 0),
        (&["lint", "long.yaml", "--deny", "warnings"], 1),
        (&["lint", "long.yaml", "--deny", "long-lifetime"], 1),
        (&["lint", "long.yaml", "--deny", "secret-in-file"], 0),
        (
            &[
                "lint",
                "long.yaml",
                "--deny",
                "warnings",
                "--allow",
                "long-lifetime",
            ],
            0,
        ),
        (&["lint", "long.yaml", "--deny", "long-lifetimes"], 2),
        (&["lint", "long.yaml", "--allow", "unknown-name"], 2),
        (&["lint", "absent.yaml"], 2),
        (&["lint"], 2),
    ];
    for (arguments, code) in codes {
        let output = remit(folder, arguments);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}");
    }
    let found = done(folder, &["lint", "long.yaml"]);
    assert!(text(&found.stdout).contains("warning[long-lifetime]"));
    assert!(text(&found.stdout).contains("`remit lint --explain long-lifetime`"));
    let found = remit(folder, &["lint", "long.yaml", "--deny", "long-lifetimes"]);
    assert!(text(&found.stderr).contains("did you mean `long-lifetime`?"));
}

#[test]
fn codes_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let page = done(folder.path(), &["lint", "--explain", "wildcard-writes"]);
    assert!(text(&page.stdout).starts_with("# `wildcard-writes`\n"));
    let page = done(folder.path(), &["lint", "--explain", "unknown-name"]);
    assert!(text(&page.stdout).contains("Nothing of this name is defined. This is an error"));
    let list = text(&done(folder.path(), &["lint", "--list"]).stdout);
    assert!(list.contains("secret-in-file           warning  Something in the file"));
}

#[test]
fn policies_are_formatted_in_place() {
    let desk = desk();
    let folder = desk.path();
    assert_eq!(remit(folder, &["fmt", "--check", "."]).stdout, b"");
    fs::write(
        folder.join("untidy.yaml"),
        "remit:  v1   # the language\nlabels: {a: [b]}\n",
    )
    .unwrap();
    fs::write(folder.join("wrong.yaml"), "a: [b\n").unwrap();
    let checked = remit(folder, &["fmt", "--check", "untidy.yaml"]);
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(
        text(&checked.stdout),
        "--- untidy.yaml\n+++ formatted\n@@ -1,2 +1,2 @@\n-remit:  v1   # the language\n\
         +remit: v1    # the language\n labels: {a: [b]}\n"
    );
    // What has errors is said and left; the others are formatted all the same.
    let formatted = remit(folder, &["fmt", "."]);
    assert_eq!(formatted.status.code(), Some(1));
    assert_eq!(text(&formatted.stdout), "untidy.yaml\n");
    assert!(text(&formatted.stderr).contains("error[yaml-syntax]"));
    assert_eq!(
        fs::read_to_string(folder.join("untidy.yaml")).unwrap(),
        "remit: v1    # the language\nlabels: {a: [b]}\n"
    );
    assert_eq!(
        fs::read_to_string(folder.join("policy.yaml")).unwrap(),
        POLICY
    );
    assert_eq!(remit(folder, &["fmt"]).status.code(), Some(2));
    assert_eq!(
        remit(folder, &["fmt", "absent.yaml"]).status.code(),
        Some(2)
    );
    assert_eq!(
        remit(folder, &["fmt", "-", "policy.yaml"]).status.code(),
        Some(2)
    );
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_remit"))
        .args(["fmt", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"a:   b\nc: {when:  d}\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "a: b\nc:\n  when: d\n");
}

#[test]
fn the_schema_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let printed = text(&done(folder.path(), &["schema"]).stdout);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policy.schema.json");
    assert_eq!(printed, fs::read_to_string(page).unwrap());
}

#[test]
fn the_same_policy_gives_the_same_bytes() {
    let desk = desk();
    let folder = desk.path();
    let first = done(folder, &["compile", "policy.yaml"]);
    assert!(
        text(&first.stderr)
            .contains("1 issuer, 1 resource, 1 operation (0 public), 1 task, 1 rule, 1 condition")
    );
    assert_eq!(
        done(folder, &["compile", "policy.yaml"]).stdout,
        first.stdout
    );
    done(folder, &["compile", "policy.yaml", "-o", "plan.bin"]);
    assert_eq!(fs::read(folder.join("plan.bin")).unwrap(), first.stdout);
    let encoded = done(folder, &["compile", "policy.yaml", "--base64"]).stdout;
    assert_eq!(
        STANDARD.decode(text(&encoded).trim_end()).unwrap(),
        first.stdout
    );

    // In a folder, whatever the order in which the system lists its files.
    let split = folder.join("split");
    fs::create_dir(&split).unwrap();
    let (issuers, rest) = POLICY.split_once("resources:\n").unwrap();
    let keys = issuers.replace("keys/jwks", "../keys/jwks");
    fs::write(
        split.join("2-tasks.yaml"),
        format!("remit: v1\nresources:\n{rest}"),
    )
    .unwrap();
    fs::write(split.join("1-issuers.yml"), keys).unwrap();
    fs::write(split.join("desk.test.yaml"), "not: [a policy").unwrap();
    assert_eq!(done(folder, &["compile", "split"]).stdout, first.stdout);
}

#[test]
fn keys_are_kept_apart_and_never_overwritten() {
    let desk = desk();
    let folder = desk.path();
    let generate = [
        "token", "keygen", "--dir", "keys", "--alg", "ES256", "--kid", "k2",
    ];
    let output = done(folder, &generate);
    assert!(text(&output.stderr).contains("DEVELOPMENT issuer"));
    let public = fs::read_to_string(folder.join("keys/jwks.json")).unwrap();
    let set: serde_json::Value = serde_json::from_str(&public).unwrap();
    assert_eq!(set.pointer("/keys/1/kid"), Some(&serde_json::json!("k2")));
    assert_eq!(set.pointer("/keys/0/d").or(set.pointer("/keys/1/d")), None);
    let again = remit(folder, &generate);
    assert_eq!(again.status.code(), Some(2));
    assert!(text(&again.stderr).contains("has a key `k2` already"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = fs::metadata(folder.join("keys/k2.private.jwk.json")).unwrap();
        assert_eq!(private.permissions().mode() & 0o777, 0o600);
    }
    let elsewhere = [
        "token", "keygen", "--dir", "keys", "--alg", "EdDSA", "--kid", "../k3",
    ];
    assert_eq!(remit(folder, &elsewhere).status.code(), Some(2));
    // A private key among the public ones is found when the policy is checked.
    fs::copy(
        folder.join("keys/k2.private.jwk.json"),
        folder.join("private.json"),
    )
    .unwrap();
    let jwk = fs::read_to_string(folder.join("private.json")).unwrap();
    fs::write(
        folder.join("keys/jwks.json"),
        format!("{{\"keys\": [{jwk}]}}"),
    )
    .unwrap();
    let checked = remit(folder, &["check", "policy.yaml"]);
    assert!(text(&checked.stdout).contains("error[private-key]"));
}

#[test]
fn minted_tokens_are_decided_by_compiled_policies() {
    let desk = desk();
    let folder = desk.path();
    for (algorithm, kid) in [
        ("ES256", "k2"),
        ("RS256", "k3"),
        ("ES384", "k4"),
        ("PS512", "k5"),
    ] {
        done(
            folder,
            &[
                "token", "keygen", "--dir", "keys", "--alg", algorithm, "--kid", kid,
            ],
        );
    }
    let plan = done(folder, &["compile", "policy.yaml"]).stdout;
    let engine = Engine::new(plan::decode(&plan).unwrap()).unwrap();
    let run = ["--claim", r#"mission={"id": "run-1"}"#, "--task", "triage"];
    let urgent = ["--claim", r#"ticket={"severity": 1}"#];
    let cases: &[(&str, &[&str], Reason)] = &[
        ("k1", &urgent, Reason::Allowed),
        ("k2", &urgent, Reason::Allowed),
        ("k3", &urgent, Reason::Allowed),
        ("k4", &urgent, Reason::Allowed),
        ("k5", &urgent, Reason::Allowed),
        (
            "k1",
            &["--claim", r#"ticket={"severity": 3}"#],
            Reason::NotAllowed,
        ),
        (
            "k1",
            &[
                "--claim",
                r#"ticket={"severity": 1}"#,
                "--claim",
                "amount=50.75",
            ],
            Reason::NotAllowed,
        ),
        ("k1", &[], Reason::ClaimMissing),
        (
            "k1",
            &[
                "--claim",
                r#"ticket={"severity": 1}"#,
                "--issued-ago",
                "20m",
            ],
            Reason::TokenExpired,
        ),
        (
            "k1",
            &["--claim", r#"ticket={"severity": 1}"#, "--not-before", "2m"],
            Reason::TokenNotYetValid,
        ),
        (
            "k1",
            &["--claim", r#"ticket={"severity": 1}"#, "--lifetime", "1h"],
            Reason::LifetimeExceeded,
        ),
        (
            "k1",
            &["--claim", r#"ticket={"severity": 1}"#, "--typ", "JWT"],
            Reason::TokenTypeRefused,
        ),
        (
            "k1",
            &[
                "--claim",
                r#"ticket={"severity": 1}"#,
                "--claim",
                "jti=null",
            ],
            Reason::ClaimMissing,
        ),
        (
            "k1",
            &["--claim", r#"ticket={"severity": 1}"#, "--task", "other"],
            Reason::UnknownTask,
        ),
    ];
    for (kid, extra, expected) in cases {
        let key = format!("keys/{kid}.private.jwk.json");
        let mut arguments = vec!["token", "mint", "--key", &key];
        arguments.extend(["--issuer", "https://sts.corp.example"]);
        arguments.extend(["--audience", "https://api.corp.example", "--sub", "alice"]);
        arguments.extend(["--client-id", "spiffe://corp.example/support/a"]);
        let own_task = extra.contains(&"--task");
        arguments.extend(run.iter().take(if own_task { 2 } else { 4 }));
        arguments.extend(*extra);
        let output = done(folder, &arguments);
        assert!(text(&output.stderr).contains("DEVELOPMENT issuer"));
        let token = text(&output.stdout);
        assert_eq!(
            reason(&engine, token.trim_end()),
            *expected,
            "{kid} {extra:?}"
        );
    }
}

fn reason(engine: &Engine, token: &str) -> Reason {
    let authorization = format!("Bearer {token}");
    let fields: [Field<'_>; 5] = [
        (b":method", b"GET"),
        (b":path", b"/v1/orders/A-1"),
        (b":authority", b"api.corp.example"),
        (b":scheme", b"https"),
        (b"authorization", authorization.as_bytes()),
    ];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = UnixTime::from_seconds(i64::try_from(now.as_secs()).unwrap());
    match engine
        .decide(&RequestHead::new(&fields), now, &NoHostCrypto)
        .settled()
    {
        Ok(allow) => match allow.confirm(None, &NoHostCrypto) {
            Ok(permit) => permit.record().reason(),
            Err(refusal) => panic!("{}", refusal.record().reason()),
        },
        Err(refusal) => refusal.record().reason(),
    }
}

/// What a plan remembers, how much room that takes, and what does not hold.
#[test]
fn what_history_takes_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let case = Path::new("tests/cases/task-without-limits/policy.yaml");
    fs::copy(case, folder.join("policy.yaml")).unwrap();
    let said = remit(folder, &["check", "policy.yaml"]);
    let text = text(&said.stdout);
    // A head of 9 bytes, and a sliding window: 10 and 19 words of 8.
    let history = "history: at most 171 bytes for one task id, agent or whatever it is of; \
                   room for 16384 at a time; at most 13504 KiB of memory";
    for line in [
        history,
        "counts end with the process: a gateway that starts anew counts from nothing",
        "each gateway counts for itself: two of them let through twice as much",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}: {text}");
    }
    let said = remit(folder, &["check", "policy.yaml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(json["history"]["history_bytes"], 171);
    assert_eq!(json["history"]["table_bytes"], 2048 * 32 * (171 + 40));
}
