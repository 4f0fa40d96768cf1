//! Requests that share a history, and the approvals that they show.

use super::*;

const POLICY: &str = r#"remit: v1
policy: incident
approvals: {jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: a1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}, max_lifetime: 10m}
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
    names: {task_id: run, tenant: tenant}
  once:
    issuer: https://once.corp.example
    algorithms: [ES256]
    jwks: {inline: {keys: [{kty: EC, crv: P-256, kid: k1, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM}]}}
    may_assert: ["spiffe://corp.example/**"]
    single_use: true
    names: {task_id: run, tenant: tenant}
resources:
  fleet:
    host: fleet.corp.example
    audience: https://fleet.corp.example
    operations:
      look: {http: "GET /v1/services/{service}", class: read}
      restart: {http: "POST /v1/services/{service}/restarts", class: write, body: {why: string}}
      failover: {http: "POST /v1/regions/{region}/failover", class: execute, body: {to: string}}
tasks:
  incident:
    issuers: [corp, once]
    agents: ["spiffe://corp.example/*"]
    allow: [fleet.look, fleet.restart, fleet.failover]
    require:
      - {id: approved, operations: [fleet.failover], approval: single-use}
    limits:
      - {id: restarts, operations: [fleet.restart], at_most: 2, window: 10m, beyond: approval}
      - {id: retries, denials: true, at_most: 20}
      - {id: calls, at_most: 100, idle: 1h}
      - {id: seen, operations: [fleet.look], distinct: [path.service], at_most: 1}
guards:
  - {id: looked, require: [fleet.restart], after: [fleet.look]}
observe: [seen]
"#;

const AGENT: &str = "{issuer: corp, claims: {sub: mara, client_id: spiffe://corp.example/a, task: incident, run: r-1}}";
const LOOK: &str = "send: GET https://fleet.corp.example/v1/services/cart";
const RESTART: &str =
    "send: POST https://fleet.corp.example/v1/services/cart/restarts, body: {why: it hangs}";
const FAILOVER: &str =
    "send: POST https://fleet.corp.example/v1/regions/west/failover, body: {to: east}";
const LOOKED: &str = "expect: {decision: allow, reason: allowed, rule: fleet.look}";
const RESTARTED: &str = "expect: {decision: allow, reason: allowed, rule: fleet.restart}";
const MOVED: &str = "expect: {decision: allow, reason: allowed, rule: fleet.failover}";

/// What was refused, and by which rule.
fn no(decision: &str, reason: &str, rule: &str) -> String {
    format!("expect: {{decision: {decision}, reason: {reason}, rule: {rule}}}")
}

/// One sequence `s` with these steps, each in the one line that it is.
fn desk(steps: &[&[&str]]) -> Desk {
    let steps: Vec<String> = steps
        .iter()
        .map(|parts| format!("      - {{{}}}\n", parts.join(", ")))
        .collect();
    written(&steps.concat())
}

fn written(steps: &str) -> Desk {
    let desk = Desk::new();
    desk.write("policy.yaml", POLICY);
    desk.write(
        "policy.test.yaml",
        &format!(
            "tokens:\n  agent: {AGENT}\nsequences:\n  - name: s\n    token: {{like: agent}}\n    steps:\n{steps}"
        ),
    );
    desk
}

/// All pass, so many.
fn pass(desk: &Desk, many: usize) {
    let told = desk.ends(0, &["test"]);
    assert!(told.contains(&format!("{many} passed, 0 failed")), "{told}");
}

#[test]
fn a_step_is_decided_after_those_before_it() {
    let refused = no("deny", "requirement_not_met", "looked");
    let beyond = no("challenge", "approval_required", "restarts");
    let desk = desk(&[
        &[RESTART, &refused],
        &[LOOK, LOOKED],
        &["times: 2", RESTART, RESTARTED],
        &["name: beyond", RESTART, &beyond],
        // Eleven minutes after the first two.
        &["after: 11m", RESTART, RESTARTED],
    ]);
    pass(&desk, 5);
    let told = desk.ends(0, &["test"]);
    assert!(
        told.contains("  ok    s: step 3\n  ok    s: beyond\n"),
        "{told}"
    );
}

#[test]
fn sequences_know_nothing_of_each_other() {
    let desk = written(&format!("      - {{{LOOK}, {LOOKED}}}\n"));
    let mut text = fs::read_to_string(desk.path("policy.test.yaml")).unwrap();
    let refused = no("deny", "requirement_not_met", "looked");
    text += &format!(
        "  - name: t\n    token: {{like: agent}}\n    steps:\n      - {{{RESTART}, {refused}}}\n"
    );
    desk.write("policy.test.yaml", &text);
    pass(&desk, 2);
}

#[test]
fn each_time_the_same_must_come_of_a_step() {
    let desk = desk(&[&[LOOK, LOOKED], &["times: 3", RESTART, RESTARTED]]);
    let told = desk.ends(1, &["test"]);
    assert!(told.contains("got `approval_required`"), "{told}");
}

#[test]
fn a_run_is_over_when_nothing_happens() {
    let idle = no("challenge", "task_idle", "calls");
    let desk = desk(&[
        &[LOOK, LOOKED],
        &["after: 60m", LOOK, LOOKED],
        &["after: 3601s", LOOK, &idle],
    ]);
    pass(&desk, 3);
}

#[test]
fn a_token_that_lets_one_request_through_is_another_each_time() {
    let token = "token: {issuer: once, claims: {sub: mara, client_id: spiffe://corp.example/a, task: incident, run: r-1}}";
    let fixed = "token: {issuer: once, claims: {sub: mara, client_id: spiffe://corp.example/a, task: incident, run: r-1, jti: one}}";
    let replayed = "expect: {decision: challenge, reason: token_replayed}";
    let desk = desk(&[
        &["times: 2", token, LOOK, LOOKED],
        &[fixed, LOOK, LOOKED],
        &[fixed, LOOK, replayed],
    ]);
    pass(&desk, 3);
}

#[test]
fn an_approval_is_for_one_call_and_one_use() {
    let of = |reason| no("challenge", reason, "approved");
    let used = of("approval_used");
    let refused = of("approval_refused");
    let east = "send: POST https://fleet.corp.example/v1/regions/west/failover, body: {to: north}";
    let other = "token: {issuer: corp, claims: {sub: mara, client_id: spiffe://corp.example/b, task: incident, run: r-1}}";
    let tenant = "token: {issuer: corp, claims: {sub: mara, client_id: spiffe://corp.example/a, task: incident, run: r-2, tenant: emea}}";
    let desk = desk(&[
        &[FAILOVER, &of("approval_required")],
        &["name: moved", FAILOVER, "approval: true", MOVED],
        &[FAILOVER, "approval: {same_as: moved}", &used],
        &["name: again", "times: 2", FAILOVER, "approval: true", MOVED],
        // The last of the two that were shown.
        &[FAILOVER, "approval: {same_as: again}", &used],
        &["name: of moved", FAILOVER, "approval: {of: moved}", MOVED],
        &["name: north", east, "approval: {of: moved}", &refused],
        &[
            "name: shown to nobody",
            east,
            "approval: {same_as: north}",
            &refused,
        ],
        &[other, FAILOVER, "approval: {of: moved}", &refused],
        &[other, FAILOVER, "approval: true", MOVED],
        &[tenant, FAILOVER, "approval: true", MOVED],
        &[FAILOVER, "approval: {issued_seconds_ago: 310}", &refused],
        &[
            FAILOVER,
            "approval: {issued_seconds_ago: 310, lifetime_seconds: 600}",
            MOVED,
        ],
        &[FAILOVER, "approval: {lifetime_seconds: 601}", &refused],
    ]);
    pass(&desk, 14);
}

#[test]
fn an_approval_makes_room_beyond_a_limit() {
    let desk = desk(&[
        &[LOOK, LOOKED],
        &["times: 2", RESTART, RESTARTED],
        &["times: 3", RESTART, "approval: true", RESTARTED],
    ]);
    pass(&desk, 3);
}

/// The action does not turn on what was before: a call can be approved that is refused for another
/// reason.
#[test]
fn what_is_refused_all_the_same_can_be_approved() {
    let refused = no("deny", "requirement_not_met", "looked");
    pass(&desk(&[&[RESTART, "approval: true", &refused]]), 1);
}

#[test]
fn an_approval_can_be_signed_with_a_key_that_is_there() {
    let desk = desk(&[
        &[FAILOVER, "approval: {key: keys/a2.private.jwk.json}", MOVED],
        &[
            FAILOVER,
            "approval: {key: keys/a3.private.jwk.json}",
            &no("challenge", "approval_refused", "approved"),
        ],
    ]);
    for kid in ["a2", "a3"] {
        let keygen = [
            "token", "keygen", "--dir", "keys", "--alg", "EdDSA", "--kid", kid,
        ];
        desk.ends(0, &keygen);
        if kid == "a2" {
            fs::copy(desk.path("keys/jwks.json"), desk.path("approvers.json")).unwrap();
        }
    }
    let (before, rest) = POLICY.split_once("{inline").unwrap();
    let (_, after) = rest.split_once("]}}").unwrap();
    desk.write(
        "policy.yaml",
        &format!("{before}{{file: approvers.json}}{after}"),
    );
    pass(&desk, 2);
}

#[test]
fn a_request_by_itself_shows_an_approval_too() {
    let desk = desk(&[&[FAILOVER, "approval: true", MOVED]]);
    let text = fs::read_to_string(desk.path("policy.test.yaml")).unwrap();
    let request = format!(
        "requests:\n  - {{name: one, token: {{like: agent}}, {FAILOVER}, approval: true, {MOVED}}}\n"
    );
    desk.write("policy.test.yaml", &format!("{text}{request}"));
    pass(&desk, 2);
}

#[test]
fn an_explanation_tells_what_limits_have_counted() {
    let beyond = no("challenge", "approval_required", "restarts");
    let other = "send: GET https://fleet.corp.example/v1/services/login";
    let seen = "expect: {decision: allow, reason: allowed, rule: fleet.look, observed: [seen]}";
    let desk = desk(&[
        &[LOOK, LOOKED],
        &["times: 2", RESTART, RESTARTED],
        &["name: beyond", RESTART, &beyond],
        &["name: more", other, seen],
    ]);
    pass(&desk, 4);
    let explain = |case: &str| desk.ends(0, &["explain", "policy.yaml", "--case", case]);
    let told = explain("s: beyond");
    for part in [
        "the test `s: beyond`",
        "challenge: approval_required, 403, by the limit `restarts`",
        "require incident/looked: is met  policy.yaml:",
        "limit restarts: has no room  <- decided  policy.yaml:34\n    2 of 2 calls of the task id in the last 600 s\n",
        "limit calls: has room  policy.yaml:36\n    0 of 3600 seconds without a call of the task id\n",
        "limit retries: has room  policy.yaml:35\n    0 of 20 refusals of the task id\n",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let told = explain("s: more");
    let part = "limit seen (only reports): has no room  <- reported  policy.yaml:37\n    1 of 1 targets of the task id\n";
    assert!(told.contains(part), "{told}");

    let json = [
        "explain",
        "policy.yaml",
        "--format",
        "json",
        "--case",
        "s: beyond",
    ];
    let told: serde_json::Value = serde_json::from_str(&desk.ends(0, &json)).unwrap();
    let limits = told["limits"].as_array().unwrap();
    // It has a body, and each was looked at with the head too.
    let ids: Vec<_> = limits
        .iter()
        .filter_map(|one| one["limit"].as_str())
        .collect();
    assert_eq!(
        ids.iter().filter(|id| **id == "retries").count(),
        1,
        "{ids:?}"
    );
    let limit = limits
        .iter()
        .find(|one| one["limit"] == "restarts")
        .unwrap();
    let at = serde_json::json!({"file": "policy.yaml", "line": 34, "column": 14});
    assert_eq!(limit["at"], at);
    assert_eq!(
        (&limit["counted"], &limit["decided"]),
        (&2.into(), &true.into())
    );
}

/// Nothing is asked in tests; what is counted here does not hold for what a fleet may do.
#[test]
fn the_service_that_counts_for_a_fleet_has_room() {
    let desk = desk(&[
        &["times: 3", LOOK, LOOKED],
        &["times: 2", RESTART, RESTARTED],
    ]);
    let limit =
        "    limits:\n      - {id: shared, operations: [\"fleet.*\"], at_most: 1, fleet: refuse}\n";
    let policy = POLICY.replacen("    limits:\n", limit, 1);
    let policy = format!("{policy}fleet: {{cluster: ratelimit, domain: remit}}\n");
    desk.write("policy.yaml", &policy);
    pass(&desk, 2);
}

#[test]
fn mistakes_in_sequences_are_underlined() {
    let mistake = |parts: &[&str]| {
        let desk = desk(&[
            &["name: first", FAILOVER, "approval: true", MOVED],
            &[LOOK, LOOKED],
            parts,
        ]);
        desk.ends(2, &["test"])
    };
    for (parts, wanted) in [
        (&["times: 0", LOOK, LOOKED][..], "it can be from 1 to 1000"),
        (&["times: 1001", LOOK, LOOKED], "it can be from 1 to 1000"),
        (&["after: 31d", LOOK, LOOKED], "31d"),
        (&["after: soon", LOOK, LOOKED], "soon"),
        (
            &["name: first", LOOK, LOOKED],
            "the request `s: first` is defined twice",
        ),
        (&[LOOK, "approval: false", MOVED], "this is not an approval"),
        (
            &[LOOK, "approval: {of: frist}", MOVED],
            "did you mean `first`?",
        ),
        (
            &[LOOK, "approval: {same_as: last}", MOVED],
            "there is no step `last` before this one",
        ),
        (
            &[LOOK, "approval: {same_as: step 2}", MOVED],
            "this step shows no approval",
        ),
        (
            &[LOOK, "approval: {same_as: first, key: k}", MOVED],
            "leave `same_as` alone",
        ),
        (
            &[LOOK, "approval: {same: first}", MOVED],
            "did you mean `same_as`?",
        ),
        (
            &[LOOK, "approval: {lifetime_seconds: soon}", MOVED],
            "is no number",
        ),
        (&[LOOK], "a step needs the key `expect`"),
    ] {
        let told = mistake(parts);
        assert!(told.contains(wanted), "{wanted}\n{told}");
        assert!(told.contains("policy.test.yaml:"), "{told}");
    }
    let long = vec![&[LOOK, LOOKED][..]; 101];
    let told = desk(&long).ends(2, &["test"]);
    assert!(told.contains("at most 100 steps"), "{told}");
}

#[test]
fn what_belongs_to_steps_alone_is_no_key_of_a_request() {
    for key in ["times: 2", "after: 1m"] {
        let desk = Desk::with(&PASSES.replace("    send", &format!("    {key}\n    send")));
        let told = desk.ends(2, &["test", "policy.yaml"]);
        assert!(told.contains("is not a key of a request"), "{told}");
    }
    let desk = Desk::with(&PASSES.replace("    send", "    approval: true\n    send"));
    let told = desk.ends(2, &["test", "policy.yaml"]);
    assert!(
        told.contains("nobody approves anything under this policy"),
        "{told}"
    );
}

#[test]
fn what_comes_to_no_rule_cannot_be_approved() {
    let unknown = "send: DELETE https://fleet.corp.example/v1/services/cart";
    let refused = "expect: {decision: challenge, reason: unknown_operation}";
    let told = desk(&[&[unknown, "approval: true", refused]]).ends(2, &["test"]);
    assert!(told.contains("there is no call to approve"), "{told}");
}
