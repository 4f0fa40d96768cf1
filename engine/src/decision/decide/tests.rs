use super::Refusal;
use crate::crypto::NoHostCrypto;
use crate::decision::Reason;
use crate::plan::*;
use crate::request::{Field, RequestHead};
use crate::tests::{always, engine, mint, sign, triage};
use crate::time::UnixTime;

const GOOD: &str = r#","task":"triage""#;

/// The fields of `GET` on a path, with a credential.
fn get<'r>(path: &'r [u8], authorization: &'r str) -> [Field<'r>; 4] {
    [
        (b":method", b"GET"),
        (b":path", path),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ]
}

/// Decides `GET /v1/orders/42` and says reason and rule.
fn decide(plan: &Plan, token: &str, now: i64) -> (Reason, Option<String>) {
    let engine = engine(plan);
    decide_with(&engine, token, now)
}

fn decide_with(engine: &crate::Engine, token: &str, now: i64) -> (Reason, Option<String>) {
    let authorization = format!("Bearer {token}");
    let fields = get(b"/v1/orders/42", &authorization);
    let head = RequestHead::new(&fields);
    let record = match engine
        .decide(&head, UnixTime::from_seconds(now), &NoHostCrypto)
        .settled()
    {
        Ok(allow) => {
            allow
                .confirm(Some(b"orders"), &NoHostCrypto)
                .unwrap()
                .record
        }
        Err(refusal) => refusal.record,
    };
    (record.reason(), record.rule().map(str::to_owned))
}

/// The plan of [`triage`] with these rules on reading, in this order.
fn with_rules(rules: &[(&str, Effect, Mode, Verdict)]) -> Plan {
    let mut plan = triage();
    let truth = |value| Node::Constant(Datum::Bool(value));
    // A condition that errs: it reads what is not there.
    plan.slots = vec![Slot::Principal];
    let errs = vec![Node::Read(SlotId(0)), Node::Equal(NodeId(0), NodeId(0))];
    plan.programs = [vec![truth(true)], vec![truth(false)], errs]
        .map(|nodes| Program { nodes, locals: 0 })
        .into();
    let rule = |&(id, effect, mode, verdict): &(&str, Effect, Mode, Verdict)| Rule {
        id: id.into(),
        effect,
        mode,
        condition: Some(ProgramId(verdict as u32)),
        demand: None,
    };
    plan.rules = rules.iter().map(rule).collect();
    let ids = (0..).zip(rules).map(|(id, _)| id);
    plan.tasks[0].rules = vec![(OperationId(0), always(ids))];
    plan
}

#[derive(Clone, Copy)]
enum Verdict {
    Holds = 0,
    Fails = 1,
    Errs = 2,
}

use Effect::{Allow, Deny, Require};
use Mode::{Enforce, Observe};
use Verdict::{Errs, Fails, Holds};

#[test]
fn deny_beats_require_beats_allow_and_errors_never_allow() {
    for (rules, reason, rule) in [
        (
            &[("a", Allow, Enforce, Holds)][..],
            Reason::Allowed,
            Some("a"),
        ),
        (&[], Reason::NotAllowed, None),
        (&[("a", Allow, Enforce, Fails)], Reason::NotAllowed, None),
        (&[("a", Allow, Enforce, Errs)], Reason::RuleError, Some("a")),
        (
            &[("a", Allow, Enforce, Errs), ("b", Allow, Enforce, Holds)],
            Reason::Allowed,
            Some("b"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("b", Allow, Enforce, Errs)],
            Reason::Allowed,
            Some("a"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("d", Deny, Enforce, Holds)],
            Reason::DeniedByRule,
            Some("d"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("d", Deny, Enforce, Fails)],
            Reason::Allowed,
            Some("a"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("d", Deny, Enforce, Errs)],
            Reason::RuleError,
            Some("d"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("q", Require, Enforce, Fails)],
            Reason::RequirementNotMet,
            Some("q"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("q", Require, Enforce, Errs)],
            Reason::RuleError,
            Some("q"),
        ),
        (
            &[("a", Allow, Enforce, Holds), ("q", Require, Enforce, Holds)],
            Reason::Allowed,
            Some("a"),
        ),
        (
            &[("q", Require, Enforce, Fails), ("d", Deny, Enforce, Holds)],
            Reason::DeniedByRule,
            Some("d"),
        ),
        (&[("q", Require, Enforce, Holds)], Reason::NotAllowed, None),
    ] {
        let outcome = decide(&with_rules(rules), &mint(GOOD), 1100);
        assert_eq!(outcome, (reason, rule.map(str::to_owned)));
    }
}

#[test]
fn observed_rules_report_and_do_not_stop() {
    let plan = with_rules(&[
        ("a", Allow, Enforce, Holds),
        ("d", Deny, Observe, Holds),
        ("e", Deny, Observe, Errs),
        ("f", Deny, Observe, Fails),
        ("q", Require, Observe, Fails),
    ]);
    let engine = engine(&plan);
    let authorization = format!("Bearer {}", mint(GOOD));
    let fields = get(b"/v1/orders/42", &authorization);
    let head = RequestHead::new(&fields);
    let Ok(allow) = engine
        .decide(&head, UnixTime::from_seconds(1100), &NoHostCrypto)
        .settled()
    else {
        panic!("observed rules must not stop");
    };
    assert_eq!(allow.record.observed(), ["d", "e", "q"]);
    assert_eq!(
        allow.upstream_headers().collect::<Vec<_>>(),
        [
            ("x-remit-agent", "agent/one"),
            ("x-remit-task", "triage"),
            ("x-remit-issuer", "corp")
        ]
    );
}

#[test]
fn a_cached_token_is_held_against_time_on_every_use() {
    let (engine, token) = (engine(&triage()), mint(GOOD));
    for (now, reason) in [
        (994, Reason::TokenNotYetValid),
        (995, Reason::Allowed),
        (1604, Reason::Allowed),
        (1605, Reason::TokenExpired),
        (1100, Reason::Allowed),
    ] {
        assert_eq!(decide_with(&engine, &token, now).0, reason, "{now}");
    }
}

#[test]
fn a_task_binds_issuer_and_agent() {
    let mut other_agent = triage();
    other_agent.tasks[0].agents = vec![];
    let mut other_issuer = triage();
    other_issuer.tasks[0].issuers = vec![];
    for (plan, token, reason) in [
        (&triage(), mint(""), Reason::TaskMissing),
        (&triage(), mint(r#","task":"unknown""#), Reason::UnknownTask),
        (
            &triage(),
            mint(r#","task":["triage"]"#),
            Reason::ClaimMalformed,
        ),
        (&other_agent, mint(GOOD), Reason::AgentNotInTask),
        (&other_issuer, mint(GOOD), Reason::IssuerNotInTask),
        (
            &triage(),
            mint(r#","task":"triage","cnf":{"jwk":{}}"#),
            Reason::ClaimNotEnforceable,
        ),
        (
            &triage(),
            mint(r#","task":"triage","act":{"sub":"agent/two"}"#),
            Reason::Allowed,
        ),
        (
            &triage(),
            mint(r#","task":"triage","act":{"sub":"other/two"}"#),
            Reason::IssuerMayNotAssert,
        ),
        (
            &triage(),
            mint(r#","task":"triage","act":{}"#),
            Reason::ClaimMissing,
        ),
        (
            &triage(),
            mint(r#","task":"triage","act":"agent/two""#),
            Reason::ClaimMalformed,
        ),
    ] {
        assert_eq!(decide(plan, &token, 1100).0, reason, "{token}");
    }
}

#[test]
fn a_principal_that_is_a_uri_must_be_the_issuers_to_name() {
    let token = |subject: &str| {
        let payload = format!(
            r#"{{"iss":"https://sts.corp.example","sub":"{subject}","aud":"https://api.corp.example","iat":1000,"exp":1600,"task":"triage","act":{{"sub":"agent/one"}}}}"#
        );
        sign(r#"{"alg":"EdDSA","kid":"k1"}"#, &payload)
    };
    assert_eq!(decide(&triage(), &token("alice"), 1100).0, Reason::Allowed);
    assert_eq!(decide(&triage(), &token("user:7"), 1100).0, Reason::Allowed);
    for name in [
        "https://elsewhere.example/a",
        "urn:corp:root",
        "did:web:corp.example",
        "MAILTO:ceo@corp.example",
        "x://y",
    ] {
        assert_eq!(
            decide(&triage(), &token(name), 1100).0,
            Reason::IssuerMayNotAssert,
            "{name}"
        );
    }
    for name in [
        "spiffe:corp.example/a",
        "spiffe://corp.example/a?b",
        "SPIFFE://corp.example/a",
    ] {
        assert_eq!(
            decide(&triage(), &token(name), 1100).0,
            Reason::ClaimMalformed,
            "{name}"
        );
    }
    let foreign = token("spiffe://elsewhere.example/alice");
    assert_eq!(
        decide(&triage(), &foreign, 1100).0,
        Reason::IssuerMayNotAssert
    );
    assert_eq!(
        decide(&triage(), &token("two words"), 1100).0,
        Reason::ClaimMalformed
    );
}

#[test]
fn what_there_is_shows_only_to_who_may_call_it() {
    let decide = |plan: &Plan, path: &[u8], token: &str| {
        let (engine, authorization) = (engine(plan), format!("Bearer {token}"));
        let fields = get(path, &authorization);
        match engine
            .decide(
                &RequestHead::new(&fields),
                UnixTime::from_seconds(1100),
                &NoHostCrypto,
            )
            .settled()
        {
            Ok(_) => (0, String::new()),
            Err(refusal) => {
                let answer = refusal.answer();
                (
                    answer.status,
                    answer.headers.into_iter().map(|(_, value)| value).collect(),
                )
            }
        }
    };
    // `export` exists and is outside the task; `nothing` does not exist.
    let (plan, token) = (triage(), mint(GOOD));
    let nothing = decide(&plan, b"/v1/nothing", &token);
    assert_eq!(nothing.0, 403);
    for path in [
        &b"/v1/orders/export"[..],
        b"/v1/orders/export?x=1",
        b"/v1/orders/export?limit=x",
    ] {
        assert_eq!(decide(&plan, path, &token), nothing, "{path:?}");
    }
    let mut elsewhere = triage();
    elsewhere.audiences = vec!["https://other.example".into()];
    assert_eq!(decide(&elsewhere, b"/v1/nothing", &token).0, 401);
    assert_eq!(
        decide(&elsewhere, b"/v1/orders/42", &token),
        decide(&elsewhere, b"/v1/nothing", &token)
    );
}

#[test]
fn a_public_operation_on_every_host_belongs_to_no_resource_there() {
    let mut plan = triage();
    let mut health =
        crate::tests::operation("health", "GET", vec![crate::tests::literal("healthz")]);
    (health.access, health.resource) = (Access::Public, None);
    plan.operations.push(health);
    let engine = engine(&plan);
    let fields: [Field<'_>; 3] = [
        (b":method", b"GET"),
        (b":path", b"/healthz"),
        (b":authority", b"api.corp.example"),
    ];
    let head = RequestHead::new(&fields);
    let Ok(allow) = engine
        .decide(&head, UnixTime::from_seconds(1100), &NoHostCrypto)
        .settled()
    else {
        panic!("it is public");
    };
    assert_eq!(allow.cluster(), None);
    assert_eq!(allow.upstream_headers().count(), 0);
    let record = allow.confirm(None, &NoHostCrypto).unwrap().record;
    assert_eq!(
        (record.reason(), record.operation().as_deref()),
        (Reason::Public, Some("health"))
    );
}

#[test]
fn nobody_acts_past_the_names() {
    let mut plan = triage();
    plan.issuers[0].names.agent = Some(vec!["sub".into()]);
    assert_eq!(decide(&plan, &mint(GOOD), 1100).0, Reason::Allowed);
    let acted = mint(r#","task":"triage","act":{"sub":"https://evil.example/agent"}"#);
    assert_eq!(decide(&plan, &acted, 1100).0, Reason::ClaimNotEnforceable);
}

/// Fails once and recovers.
struct Flaky(std::cell::Cell<bool>);

impl crate::host::Host for Flaky {}

impl crate::crypto::HostCrypto for Flaky {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> crate::crypto::HostVerdict {
        if self.0.replace(false) {
            crate::crypto::HostVerdict::Failed
        } else {
            crate::crypto::HostVerdict::Valid
        }
    }
}

#[test]
fn a_failure_of_the_hosts_crypto_is_not_held_against_the_token() {
    let engine = engine(&triage());
    let authorization = format!("Bearer {}", mint(GOOD));
    let fields = get(b"/v1/orders/42", &authorization);
    let (head, crypto) = (RequestHead::new(&fields), Flaky(std::cell::Cell::new(true)));
    let now = UnixTime::from_seconds(1100);
    let Err(refusal) = engine.decide(&head, now, &crypto).settled() else {
        panic!("it failed")
    };
    assert_eq!(refusal.record().reason(), Reason::HostFailure);
    assert!(engine.decide(&head, now, &crypto).settled().is_ok());
}

#[test]
fn an_allow_is_nothing_on_another_route() {
    let engine = engine(&triage());
    let authorization = format!("Bearer {}", mint(GOOD));
    let fields = get(b"/v1/orders/42", &authorization);
    for cluster in [None, Some(&b"other"[..]), Some(b""), Some(b"orders ")] {
        let head = RequestHead::new(&fields);
        let Ok(allow) = engine
            .decide(&head, UnixTime::from_seconds(1100), &NoHostCrypto)
            .settled()
        else {
            panic!("the decision itself allows");
        };
        let refusal = allow.confirm(cluster, &NoHostCrypto).unwrap_err();
        assert_eq!(refusal.record().reason(), Reason::WrongCluster);
        assert!(
            refusal
                .record()
                .to_json()
                .starts_with(r#"{"decision":"deny","reason":"wrong_cluster","#)
        );
    }
}

#[test]
fn without_a_plan_everything_is_refused() {
    for (refusal, reason) in [
        (Refusal::not_configured(), Reason::NotConfigured),
        (Refusal::host_failure(), Reason::HostFailure),
    ] {
        let answer = refusal.answer();
        assert_eq!((refusal.record().reason(), answer.status), (reason, 503));
        assert!(answer.headers.contains(&("retry-after", "1".to_owned())));
    }
}
