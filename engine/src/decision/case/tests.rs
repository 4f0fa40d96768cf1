//! What tokens are held against beside rules: who shows them, what they narrow, what was before.

use crate::crypto::NoHostCrypto;
use crate::decision::Reason;
use crate::host::Host;
use crate::plan::*;
use crate::request::RequestHead;
use crate::tests::{Local, engine, mint, sign, triage};
use crate::time::UnixTime;

const NOW: i64 = 1100;
const TRIAGE: &str = r#","task":"triage""#;

/// A request for reading an order, and the answer.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    more: Vec<(&'a str, &'a str)>,
}

impl<'a> Asked<'a> {
    fn reading() -> Self {
        Self {
            method: "GET",
            path: "/v1/orders/42",
            more: Vec::new(),
        }
    }

    fn with(mut self, name: &'a str, value: &'a str) -> Self {
        self.more.push((name, value));
        self
    }

    /// Reason, record and challenge.
    fn of(&self, engine: &crate::Engine, token: &str, host: &dyn Host) -> (Reason, String, String) {
        self.at(engine, token, host, NOW)
    }

    fn at(
        &self,
        engine: &crate::Engine,
        token: &str,
        host: &dyn Host,
        now: i64,
    ) -> (Reason, String, String) {
        let shown = if token.contains(' ') {
            token.to_owned()
        } else {
            format!("Bearer {token}")
        };
        let mut fields: Vec<(&[u8], &[u8])> = vec![
            (b":method", self.method.as_bytes()),
            (b":path", self.path.as_bytes()),
            (b":authority", b"api.corp.example"),
        ];
        if !token.is_empty() {
            fields.push((b"authorization", shown.as_bytes()));
        }
        let more = self.more.iter();
        fields.extend(more.map(|(name, value)| (name.as_bytes(), value.as_bytes())));
        let head = RequestHead::new(&fields);
        let decided = engine
            .decide(&head, UnixTime::from_seconds(now), host)
            .settled();
        let confirmed = match decided {
            Ok(allow) => allow.confirm(Some(b"orders"), host),
            Err(refusal) => Err(refusal),
        };
        match confirmed {
            Ok(permit) => (
                permit.record().reason(),
                permit.record().to_json(),
                String::new(),
            ),
            Err(refusal) => {
                let answer = refusal.answer();
                let challenge = answer
                    .headers
                    .into_iter()
                    .find_map(|(name, value)| (name == "www-authenticate").then_some(value));
                (
                    refusal.record().reason(),
                    refusal.record().to_json(),
                    challenge.unwrap_or_default(),
                )
            }
        }
    }
}

fn with(change: impl FnOnce(&mut Plan)) -> crate::Engine {
    let mut plan = triage();
    change(&mut plan);
    engine(&plan)
}

fn reason(engine: &crate::Engine, token: &str) -> Reason {
    Asked::reading().of(engine, token, &NoHostCrypto).0
}

fn demand(plan: &mut Plan, demand: Demand) {
    plan.rules.push(Rule {
        id: "must".into(),
        effect: Effect::Require,
        mode: Mode::Enforce,
        condition: None,
        demand: Some(demand),
    });
    plan.tasks[0].rules[0].1.always.push(RuleId(1));
}

#[test]
fn a_token_without_issue_time_ends_before_any_should() {
    let svid = |exp: i64| {
        let payload = format!(
            r#"{{"sub":"spiffe://corp.example/a","aud":"https://api.corp.example","exp":{exp},"task":"triage"}}"#
        );
        sign(r#"{"alg":"EdDSA","kid":"k1"}"#, &payload)
    };
    let engine = with(|plan| {
        let issuer = &mut plan.issuers[0];
        issuer.profile = Profile::JwtSvid;
        issuer.trust_domain = Some("corp.example".into());
        let agents = Pattern {
            scheme: "spiffe://".into(),
            segments: vec![Segment::Literal("corp.example".into()), Segment::Rest],
        };
        issuer.may_assert = vec![agents.clone()];
        plan.tasks[0].agents = vec![agents];
    });
    assert_eq!(reason(&engine, &svid(1200)), Reason::Allowed);
    assert_eq!(reason(&engine, &svid(NOW + 905)), Reason::Allowed);
    assert_eq!(reason(&engine, &svid(NOW + 906)), Reason::LifetimeExceeded);
    // That is for now: the same token is good when it has less before it.
    let later = Asked::reading().at(&engine, &svid(NOW + 906), &NoHostCrypto, NOW + 1);
    assert_eq!(later.0, Reason::Allowed);
}

#[test]
fn a_task_is_handed_on_as_far_as_the_policy_says() {
    let chain = |agents: &[&str]| {
        let opened = agents
            .iter()
            .map(|agent| format!(r#","act":{{"sub":"agent/{agent}""#));
        let opened: String = opened.collect();
        mint(&format!("{TRIAGE}{opened}{}", "}".repeat(agents.len())))
    };
    let to = Pattern {
        scheme: String::new(),
        segments: vec![
            Segment::Literal("agent".into()),
            Segment::Literal("worker".into()),
        ],
    };
    let nobody = with(|plan| plan.tasks[0].agents[0].segments[1] = Segment::Literal("boss".into()));
    assert_eq!(reason(&nobody, &chain(&["boss"])), Reason::Allowed);
    assert_eq!(reason(&nobody, &chain(&["worker"])), Reason::AgentNotInTask);
    assert_eq!(
        reason(&nobody, &chain(&["worker", "boss"])),
        Reason::DelegationRefused
    );
    let once = with(|plan| {
        plan.tasks[0].agents[0].segments[1] = Segment::Literal("boss".into());
        plan.tasks[0].delegation = Some(Delegation {
            depth: 1,
            to: vec![to],
        });
    });
    let asked = Asked::reading().of(&once, &chain(&["worker", "boss"]), &NoHostCrypto);
    assert_eq!(asked.0, Reason::Allowed);
    assert!(asked.1.contains(r#""agent":"agent/worker""#), "{}", asked.1);
    assert!(
        asked.1.contains(r#""delegation":["agent/boss"]"#),
        "{}",
        asked.1
    );
    for (agents, reason_) in [
        (&["boss"][..], Reason::Allowed),
        (&["worker"], Reason::AgentNotInTask),
        (&["other", "boss"], Reason::DelegationRefused),
        (&["worker", "worker"], Reason::ClaimMalformed),
        (&["worker", "other", "boss"], Reason::DelegationRefused),
        (&["worker", "stranger"], Reason::AgentNotInTask),
        (&["boss", "worker"], Reason::AgentNotInTask),
    ] {
        assert_eq!(reason(&once, &chain(agents)), reason_, "{agents:?}");
    }
}

/// What an issuer may not assert it may not assert as a delegator either.
#[test]
fn every_actor_is_one_that_the_issuer_may_name() {
    let engine = with(|plan| {
        let to = plan.tasks[0].agents.clone();
        plan.tasks[0].delegation = Some(Delegation { depth: 3, to });
    });
    let token = mint(&format!(
        r#"{TRIAGE},"act":{{"sub":"agent/one","act":{{"sub":"other/two"}}}}"#
    ));
    assert_eq!(reason(&engine, &token), Reason::IssuerMayNotAssert);
}

#[test]
fn scopes_narrow_and_the_smallest_that_would_do_is_told() {
    let engine = with(|plan| plan.operations[0].scopes = vec!["orders:read".into(), "x".into()]);
    let scoped = |scope: &str| mint(&format!(r#"{TRIAGE},"scope":"{scope}""#));
    assert_eq!(reason(&engine, &scoped("x orders:read y")), Reason::Allowed);
    for token in [
        mint(TRIAGE),
        scoped("orders:read"),
        scoped("orders:readx x"),
        scoped(""),
    ] {
        let (reason, _, challenge) = Asked::reading().of(&engine, &token, &NoHostCrypto);
        assert_eq!(reason, Reason::ScopeMissing);
        assert!(
            challenge.contains(r#"error="insufficient_scope""#)
                && challenge.contains(r#"scope="orders:read x""#),
            "{challenge}"
        );
    }
}

#[test]
fn authority_in_the_token_narrows() {
    let engine = with(|_| {});
    let details = |actions: &str, constraints: &str| {
        mint(&format!(
            r#"{TRIAGE},"authorization_details":[{{"type":"mission_resource_access","resource":"https://api.corp.example","actions":[{actions}],"constraints":{{{constraints}}}}}]"#
        ))
    };
    assert_eq!(reason(&engine, &details(r#""read""#, "")), Reason::Allowed);
    assert_eq!(
        reason(&engine, &details(r#""orders.*""#, "")),
        Reason::Allowed
    );
    for (token, denial) in [
        (details(r#""refund""#, ""), "insufficient_authority"),
        (
            details(r#""read""#, r#""color":"red""#),
            "constraint_unrecognized",
        ),
        (
            details(r#""read""#, r#""tenant":"t""#),
            "insufficient_authority",
        ),
    ] {
        let (reason, _, challenge) = Asked::reading().of(&engine, &token, &NoHostCrypto);
        assert_eq!(reason, Reason::AuthorityMissing, "{denial}");
        assert!(
            challenge.contains(&format!(r#"mission_denial="{denial}""#)),
            "{challenge}"
        );
    }
    let malformed = mint(&format!(r#"{TRIAGE},"authorization_details":{{}}"#));
    assert_eq!(reason(&engine, &malformed), Reason::ClaimMalformed);
    let nothing = mint(&format!(r#"{TRIAGE},"authorization_details":[]"#));
    assert_eq!(reason(&engine, &nothing), Reason::AuthorityMissing);
}

#[test]
fn a_bound_token_is_shown_with_its_certificate() {
    let digest = [7; 32];
    let bound = |digest: [u8; 32]| {
        use base64::Engine as _;
        let digest = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest);
        mint(&format!(r#"{TRIAGE},"cnf":{{"x5t#S256":"{digest}"}}"#))
    };
    let host = |certificate| Local {
        certificate,
        ..Local::default()
    };
    let engine = with(|_| {});
    let ask = |token: &str, host: &dyn Host| Asked::reading().of(&engine, token, host).0;
    assert_eq!(ask(&bound(digest), &host(Some(digest))), Reason::Allowed);
    assert_eq!(
        ask(&bound(digest), &host(Some([8; 32]))),
        Reason::WrongCertificate
    );
    assert_eq!(ask(&bound(digest), &host(None)), Reason::WrongCertificate);
    assert_eq!(ask(&bound(digest), &NoHostCrypto), Reason::HostFailure);
    let asks = with(|plan| plan.issuers[0].binding = Binding::Mtls);
    let asked = |token: &str| Asked::reading().of(&asks, token, &host(Some(digest))).0;
    assert_eq!(asked(&mint(TRIAGE)), Reason::BindingNeeded);
    assert_eq!(asked(&bound(digest)), Reason::Allowed);
    let rule = with(|plan| demand(plan, Demand::Possession(Binding::Any)));
    let asked = |token: &str| Asked::reading().of(&rule, token, &host(Some(digest)));
    assert_eq!(asked(&bound(digest)).0, Reason::Allowed);
    let (reason, record, _) = asked(&mint(TRIAGE));
    assert_eq!(reason, Reason::BindingNeeded);
    assert!(record.contains(r#""rule":"must""#), "{record}");
}

/// A key of proofs, and a token that is bound to it.
struct Prover {
    key: ed25519_dalek::SigningKey,
    token: String,
}

impl Prover {
    fn new() -> Self {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
        use sha2::Digest as _;
        let key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
        let x = BASE64.encode(key.verifying_key().as_bytes());
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let thumbprint = BASE64.encode(sha2::Sha256::digest(canonical));
        let token = mint(&format!(r#"{TRIAGE},"cnf":{{"jkt":"{thumbprint}"}}"#));
        Self { key, token }
    }

    fn proof(&self, id: &str, method: &str, uri: &str, at: i64) -> String {
        use base64::Engine as _;
        use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
        use ed25519_dalek::Signer as _;
        use sha2::Digest as _;
        let x = BASE64.encode(self.key.verifying_key().as_bytes());
        let header = format!(
            r#"{{"typ":"dpop+jwt","alg":"EdDSA","jwk":{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}}}"#
        );
        let ath = BASE64.encode(sha2::Sha256::digest(&self.token));
        let payload =
            format!(r#"{{"jti":"{id}","htm":"{method}","htu":"{uri}","iat":{at},"ath":"{ath}"}}"#);
        let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(payload));
        let signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
    }
}

const URI: &str = "https://api.corp.example/v1/orders/42";

#[test]
fn a_token_bound_to_a_key_needs_a_proof_each_time() {
    let (engine, prover, host) = (with(|_| {}), Prover::new(), Local::default());
    let shown = format!("DPoP {}", prover.token);
    let ask = |proof: &str| {
        Asked::reading()
            .with("dpop", proof)
            .of(&engine, &shown, &host)
    };
    let good = prover.proof("1", "GET", URI, NOW);
    assert_eq!(ask(&good).0, Reason::Allowed);
    assert_eq!(ask(&good).0, Reason::ProofReplayed);
    assert_eq!(ask(&prover.proof("2", "GET", URI, NOW)).0, Reason::Allowed);
    for proof in [
        prover.proof("3", "POST", URI, NOW),
        prover.proof("3", "GET", "https://api.corp.example/v1/orders/43", NOW),
        prover.proof("3", "GET", "https://evil.example/v1/orders/42", NOW),
        prover.proof("3", "GET", URI, NOW - 100),
        prover.proof("3", "GET", URI, NOW + 100),
        "a.b.c".into(),
        String::new(),
    ] {
        let (reason, _, challenge) = ask(&proof);
        assert_eq!(reason, Reason::ProofRefused);
        assert!(
            challenge.starts_with("DPoP ") && challenge.contains(r#"error="invalid_dpop_proof""#),
            "{challenge}"
        );
    }
    assert_eq!(
        Asked::reading().of(&engine, &shown, &host).0,
        Reason::ProofMissing
    );
    let proof = prover.proof("4", "GET", URI, NOW);
    let as_bearer = Asked::reading()
        .with("dpop", &proof)
        .of(&engine, &prover.token, &host);
    assert_eq!(as_bearer.0, Reason::ProofMissing);
    let twice = Asked::reading().with("dpop", &proof).with("dpop", &proof);
    assert_eq!(twice.of(&engine, &shown, &host).0, Reason::ProofRefused);
    let unbound = format!("DPoP {}", mint(TRIAGE));
    let asked = Asked::reading()
        .with("dpop", &proof)
        .of(&engine, &unbound, &host);
    assert_eq!(asked.0, Reason::BindingNeeded);
}

#[test]
fn proofs_that_cannot_be_told_from_old_ones_are_refused() {
    let (engine, prover) = (with(|_| {}), Prover::new());
    let shown = format!("DPoP {}", prover.token);
    let proof = prover.proof("1", "GET", URI, NOW);
    let ask = |host: &dyn Host| {
        Asked::reading()
            .with("dpop", &proof)
            .of(&engine, &shown, host)
            .0
    };
    let young = Local {
        since: NOW + 1,
        ..Local::default()
    };
    assert_eq!(ask(&young), Reason::ProofRefused);
    let full = Local {
        is_full: true,
        ..Local::default()
    };
    assert_eq!(ask(&full), Reason::StateUnavailable);
    assert_eq!(ask(&NoHostCrypto), Reason::StateUnavailable);
}

fn run(id: &str) -> String {
    mint(&format!(r#"{TRIAGE},"mission":"{id}""#))
}

fn with_runs(change: impl FnOnce(&mut Plan)) -> crate::Engine {
    with(|plan| {
        plan.issuers[0].names.task_id = Some(vec!["mission".into()]);
        change(plan);
    })
}

#[test]
fn an_operation_that_ends_a_task_ends_it() {
    let engine = with_runs(|plan| plan.tasks[0].ends_with = vec![OperationId(0)]);
    let host = Local::default();
    let ask = |token: &str| Asked::reading().of(&engine, token, &host).0;
    assert_eq!(ask(&run("m1")), Reason::Allowed);
    assert_eq!(ask(&run("m1")), Reason::TaskEnded);
    assert_eq!(ask(&run("m2")), Reason::Allowed, "another run");
    assert_eq!(ask(&mint(TRIAGE)), Reason::TaskIdMissing);
    let full = Local {
        is_full: true,
        ..Local::default()
    };
    let asked = Asked::reading().of(&engine, &run("m3"), &full);
    assert_eq!(asked.0, Reason::StateUnavailable);
    assert_eq!(ask(&run("m3")), Reason::Allowed, "it did not run before");
}

#[test]
fn a_first_use_asks_for_a_fresh_token() {
    let engine = with_runs(|plan| demand(plan, Demand::FirstUse { token_age: 60 }));
    let host = Local::default();
    // The token was issued at 1000.
    let ask = |token: &str, now: i64| Asked::reading().at(&engine, token, &host, now);
    let (reason, record, challenge) = ask(&run("m1"), 1061);
    assert_eq!(reason, Reason::FreshTokenNeeded);
    assert!(record.contains(r#""rule":"must""#), "{record}");
    assert!(
        challenge.contains(r#"error="invalid_token""#)
            && challenge.contains(r#"max_token_age="60""#),
        "{challenge}"
    );
    assert_eq!(ask(&run("m1"), 1060).0, Reason::Allowed);
    assert_eq!(ask(&run("m1"), 1500).0, Reason::Allowed, "used before");
    assert_eq!(ask(&run("m2"), 1500).0, Reason::FreshTokenNeeded);
    assert_eq!(ask(&mint(TRIAGE), 1010).0, Reason::TaskIdMissing);
    let nowhere = Asked::reading().at(&engine, &run("m1"), &NoHostCrypto, 1010);
    assert_eq!(nowhere.0, Reason::StateUnavailable);
    // Where it only reports, it marks nothing that could fail.
    let watched = with_runs(|plan| {
        demand(plan, Demand::FirstUse { token_age: 60 });
        plan.rules[1].mode = Mode::Observe;
    });
    let full = Local {
        is_full: true,
        ..Local::default()
    };
    assert_eq!(
        Asked::reading().at(&watched, &run("m1"), &full, 1010).0,
        Reason::Allowed
    );
}

#[test]
fn a_rule_may_ask_how_the_user_was_authenticated() {
    let engine = with(|plan| {
        let acr = vec!["phr".into(), "mfa".into()];
        demand(
            plan,
            Demand::Authentication {
                max_age: Some(300),
                acr,
            },
        );
    });
    let said = |more: &str| mint(&format!("{TRIAGE}{more}"));
    let good = said(r#","auth_time":900,"acr":"mfa""#);
    assert_eq!(reason(&engine, &good), Reason::Allowed);
    // As old as it may be.
    let old = said(r#","auth_time":800,"acr":"phr""#);
    assert_eq!(reason(&engine, &old), Reason::Allowed);
    for more in [
        "",
        r#","auth_time":900"#,
        r#","acr":"mfa""#,
        r#","auth_time":799,"acr":"mfa""#,
        r#","auth_time":900,"acr":"pwd""#,
    ] {
        let (reason, _, challenge) = Asked::reading().of(&engine, &said(more), &NoHostCrypto);
        assert_eq!(reason, Reason::AuthenticationNeeded, "{more}");
        assert!(
            challenge.contains(r#"error="insufficient_user_authentication""#)
                && challenge.contains(r#"max_age="300", acr_values="phr mfa""#),
            "{challenge}"
        );
    }
}

fn with_exception(change: impl FnOnce(&mut Plan)) -> crate::Engine {
    with(|plan| {
        plan.break_glass = vec![BreakGlass {
            id: "inc-4711".into(),
            issuers: vec![IssuerId(0)],
            agents: plan.tasks[0].agents.clone(),
            operations: vec![OperationId(1)],
            overrides: vec![],
            lifted: vec![],
            until: 1200,
            reason: "database".into(),
        }];
        change(plan);
    })
}

#[test]
fn an_exception_allows_for_a_while_and_says_so() {
    let engine = with_exception(|_| {});
    let export = Asked {
        path: "/v1/orders/export",
        ..Asked::reading()
    };
    for token in [mint(TRIAGE), mint(""), mint(r#","task":"unknown""#)] {
        let (reason, record, _) = export.of(&engine, &token, &NoHostCrypto);
        assert_eq!(reason, Reason::BreakGlass);
        let begins = r#"{"decision":"allow","reason":"break_glass","break_glass":"inc-4711","#;
        assert!(record.starts_with(begins), "{record}");
        let last = export.at(&engine, &token, &NoHostCrypto, 1199);
        assert_eq!(last.0, Reason::BreakGlass);
        let over = export.at(&engine, &token, &NoHostCrypto, 1200);
        assert_ne!(over.0, Reason::BreakGlass);
    }
    // What the task itself allows is no use of it, and what it does not name stays closed.
    assert_eq!(reason(&engine, &mint(TRIAGE)), Reason::Allowed);
    assert_eq!(reason(&engine, &mint("")), Reason::TaskMissing);
    let chain = mint(r#","act":{"sub":"agent/one","act":{"sub":"agent/two"}}"#);
    assert_eq!(
        export.of(&engine, &chain, &NoHostCrypto).0,
        Reason::TaskMissing
    );
}

/// A token that belongs to no run of a task that ends has been refused by nothing that the policy names.
#[test]
fn what_would_have_let_it_through_is_not_recorded_of_a_refusal() {
    let engine = with_exception(|plan| plan.tasks[0].ends_with = vec![OperationId(0)]);
    for path in ["/v1/orders/7", "/v1/orders/export"] {
        let asked = Asked {
            path,
            ..Asked::reading()
        };
        let (reason, record, _) = asked.of(&engine, &mint(TRIAGE), &Local::default());
        assert_eq!(reason, Reason::TaskIdMissing, "{path}");
        assert!(
            !record.contains("\"rule\"") && !record.contains("\"break_glass\""),
            "{record}"
        );
    }
}

#[test]
fn an_exception_overrides_only_what_it_names() {
    let denied = |overrides: Vec<RuleId>| {
        with_exception(|plan| {
            plan.rules.push(Rule {
                id: "no".into(),
                effect: Effect::Deny,
                mode: Mode::Enforce,
                condition: None,
                demand: None,
            });
            plan.tasks[0].rules[0].1.always.push(RuleId(1));
            plan.break_glass[0].operations = vec![OperationId(0)];
            plan.break_glass[0].overrides = overrides;
        })
    };
    assert_eq!(reason(&denied(vec![]), &mint(TRIAGE)), Reason::DeniedByRule);
    assert_eq!(
        reason(&denied(vec![RuleId(1)]), &mint(TRIAGE)),
        Reason::BreakGlass
    );
}

/// An exception opens operations; what a task holds back it holds back from those without a task too.
#[test]
fn denies_hold_for_whoever_has_no_task_here() {
    let engine = with_exception(|plan| {
        plan.rules.push(Rule {
            id: "no".into(),
            effect: Effect::Deny,
            mode: Mode::Enforce,
            condition: None,
            demand: None,
        });
        plan.tasks[0].rules[0].1.always.push(RuleId(1));
        // Others may have the task.
        plan.tasks[0].agents[0].segments[1] = Segment::Literal("two".into());
        let mut free = plan.tasks[0].clone();
        free.name = "free".into();
        free.rules = vec![];
        plan.tasks.push(free);
        plan.break_glass[0].operations = vec![OperationId(0)];
    });
    for token in [mint(TRIAGE), mint(""), mint(r#","task":"unknown""#)] {
        let (reason, record, _) = Asked::reading().of(&engine, &token, &NoHostCrypto);
        assert_eq!(reason, Reason::DeniedByRule);
        assert!(record.contains(r#""rule":"no""#), "{record}");
    }
    // The task that is named has no such rule.
    assert_eq!(
        reason(&engine, &mint(r#","task":"free""#)),
        Reason::BreakGlass
    );
}

const TTS: &str = r#"{"alg":"EdDSA","kid":"k1","typ":"txntoken+jwt"}"#;

fn transaction(more: &str) -> String {
    let payload = format!(
        r#"{{"aud":"corp.example","iat":1000,"exp":1600,"txn":"t-1","sub":"mara","req_wl":"agent/gateway","scope":"orders:read"{more}}}"#
    );
    sign(TTS, &payload)
}

fn with_transactions(change: impl FnOnce(&mut Plan)) -> crate::Engine {
    with(|plan| {
        let mut tts = plan.issuers[0].clone();
        tts.name = "tts".into();
        tts.issuer = "https://tts.corp.example".into();
        tts.profile = Profile::TxnToken;
        tts.trust_domain = Some("corp.example".into());
        plan.issuers.push(tts);
        change(plan);
    })
}

#[test]
fn a_transaction_token_stands_beside_a_credential() {
    let engine = with_transactions(|_| {});
    let (txn, token) = (transaction(""), mint(TRIAGE));
    let asked = Asked::reading().with("txn-token", &txn);
    let (reason, record, _) = asked.of(&engine, &token, &NoHostCrypto);
    assert_eq!(reason, Reason::Allowed);
    assert!(record.contains(r#""txn":"t-1","txn_token":""#), "{record}");
    // It is no credential, and a credential is no transaction token.
    assert_eq!(self::reason(&engine, &txn), Reason::TokenTypeRefused);
    for (value, why) in [
        (mint(TRIAGE), "token_type_refused"),
        (transaction(r#","nbf":5000"#), "token_not_yet_valid"),
        (
            transaction(r#","iss":"https://sts.corp.example""#),
            "unknown_issuer",
        ),
        (txn.replace('.', ".A"), "token_malformed"),
        (String::from("x"), "token_malformed"),
    ] {
        let asked = Asked::reading().with("txn-token", &value);
        let (reason, record, _) = asked.of(&engine, &token, &NoHostCrypto);
        assert_eq!(reason, Reason::TxnTokenRefused, "{why}");
        assert!(
            record.contains(&format!(r#""txn_refused":"{why}""#)),
            "{record}"
        );
    }
    let twice = Asked::reading()
        .with("txn-token", &txn)
        .with("txn-token", &txn);
    assert_eq!(
        twice.of(&engine, &token, &NoHostCrypto).0,
        Reason::TxnTokenRefused
    );
    let nobody = with(|_| {});
    let asked = Asked::reading().with("txn-token", &txn);
    assert_eq!(
        asked.of(&nobody, &token, &NoHostCrypto).0,
        Reason::TxnTokenRefused
    );
}

/// Without `may_assert` it names whom it will, and with it nobody else.
#[test]
fn whom_a_transaction_token_names_is_bounded_where_the_policy_says_so() {
    let token = mint(TRIAGE);
    let ours = || with(|_| {}).plan().issuers[0].may_assert.clone();
    for (may_assert, workload, reason) in [
        (vec![], "gateway.corp.example", Reason::Allowed),
        (vec![], "spiffe://corp.example/gate/1", Reason::Allowed),
        (ours(), "agent/gateway", Reason::Allowed),
        (ours(), "gateway.corp.example", Reason::TxnTokenRefused),
    ] {
        let engine = with_transactions(|plan| plan.issuers[1].may_assert = may_assert);
        let txn = sign(
            TTS,
            &format!(
                r#"{{"aud":"corp.example","iat":1000,"exp":1600,"txn":"t-1","sub":"mara","req_wl":"{workload}","scope":"orders:read"}}"#
            ),
        );
        let asked = Asked::reading().with("txn-token", &txn);
        assert_eq!(
            asked.of(&engine, &token, &NoHostCrypto).0,
            reason,
            "{workload}"
        );
    }
}

#[test]
fn a_transaction_token_can_only_narrow() {
    let engine = with_transactions(|plan| plan.operations[0].scopes = vec!["orders:read".into()]);
    let token = mint(&format!(r#"{TRIAGE},"scope":"orders:read""#));
    let (wide, narrow) = (transaction(""), transaction("").clone());
    let other = sign(
        TTS,
        r#"{"aud":"corp.example","iat":1000,"exp":1600,"txn":"t-1","sub":"mara","req_wl":"agent/gateway","scope":"orders:list"}"#,
    );
    let ask = |token: &str, txn: &str| {
        let asked = Asked::reading().with("txn-token", txn);
        asked.of(&engine, token, &NoHostCrypto).0
    };
    assert_eq!(ask(&token, &wide), Reason::Allowed);
    assert_eq!(ask(&token, &other), Reason::ScopeMissing);
    assert_eq!(
        ask(&mint(TRIAGE), &narrow),
        Reason::ScopeMissing,
        "it gives no scope"
    );
}

#[test]
fn what_a_transaction_token_permits_narrows_too() {
    let engine = with_transactions(|_| {});
    let details = |action: &str| {
        transaction(&format!(
            r#","authorization_details":[{{"type":"mission_resource_access","resource":"https://api.corp.example","actions":["{action}"]}}]"#
        ))
    };
    let ask = |txn: &str| {
        let asked = Asked::reading().with("txn-token", txn);
        asked.of(&engine, &mint(TRIAGE), &NoHostCrypto).0
    };
    assert_eq!(ask(&details("read")), Reason::Allowed);
    assert_eq!(ask(&details("refund")), Reason::AuthorityMissing);
    let digest = "A".repeat(43);
    let bound = transaction(&format!(r#","cnf":{{"jkt":"{digest}"}}"#));
    assert_eq!(ask(&bound), Reason::TxnTokenRefused, "nobody proves it");
}

/// Two requests complete a run at the same time: one of them does.
#[test]
fn a_run_is_completed_once() {
    let engine = with_runs(|plan| plan.tasks[0].ends_with = vec![OperationId(0)]);
    let host = Local::default();
    let authorization = format!("Bearer {}", run("m1"));
    let fields: [(&[u8], &[u8]); 4] = [
        (b":method", b"GET"),
        (b":path", b"/v1/orders/42"),
        (b":authority", b"api.corp.example"),
        (b"authorization", authorization.as_bytes()),
    ];
    let head = RequestHead::new(&fields);
    let now = UnixTime::from_seconds(NOW);
    let [one, other] = [(), ()].map(|()| engine.decide(&head, now, &host).settled().unwrap());
    let permit = one.confirm(Some(b"orders"), &host).unwrap();
    // Its own stream goes on to its end; one that began before does not.
    let grounds = permit.grounds().unwrap();
    assert_eq!(engine.still_stands(&grounds, now, &host), Ok(()));
    let before = crate::decision::Grounds {
        completes: false,
        ..grounds
    };
    assert_eq!(
        engine.still_stands(&before, now, &host),
        Err(Reason::TaskEnded)
    );
    let refusal = other.confirm(Some(b"orders"), &host).unwrap_err();
    assert_eq!(refusal.record().reason(), Reason::TaskEnded);
}

#[test]
fn a_stream_does_not_outlive_its_exception_or_transaction() {
    let engine = with_exception(|plan| {
        let mut tts = plan.issuers[0].clone();
        tts.name = "tts".into();
        tts.profile = Profile::TxnToken;
        tts.trust_domain = Some("corp.example".into());
        plan.issuers.push(tts);
    });
    let host = Local::default();
    let grounds = |path: &[u8], txn: &str| {
        let authorization = format!("Bearer {}", mint(TRIAGE));
        let fields: [(&[u8], &[u8]); 5] = [
            (b":method", b"GET"),
            (b":path", path),
            (b":authority", b"api.corp.example"),
            (b"authorization", authorization.as_bytes()),
            (b"txn-token", txn.as_bytes()),
        ];
        let head = RequestHead::new(&fields);
        let decided = engine.decide(&head, UnixTime::from_seconds(NOW), &host);
        let allow = decided.settled().unwrap();
        let permit = allow.confirm(Some(b"orders"), &host).unwrap();
        permit.grounds().unwrap()
    };
    let txn = |exp: i64| {
        let payload = format!(
            r#"{{"aud":"corp.example","iat":1000,"exp":{exp},"txn":"t-1","sub":"mara","req_wl":"agent/gateway","scope":"x"}}"#
        );
        sign(TTS, &payload)
    };
    let stands = |grounds: &crate::decision::Grounds, at: i64| {
        engine.still_stands(grounds, UnixTime::from_seconds(at), &host)
    };
    let exception = grounds(b"/v1/orders/export", &txn(1600));
    assert_eq!(stands(&exception, 1199), Ok(()));
    assert_eq!(stands(&exception, 1200), Err(Reason::NotAllowed));
    let beside = grounds(b"/v1/orders/42", &txn(1150));
    assert_eq!(stands(&beside, 1154), Ok(()));
    assert_eq!(stands(&beside, 1155), Err(Reason::TokenExpired));
}

/// A flood of tokens takes its time from tokens that are not known, not from proofs of known ones.
#[test]
fn a_flood_of_tokens_leaves_time_for_proofs() {
    let (engine, prover, host) = (with(|_| {}), Prover::new(), Local::default());
    let shown = format!("DPoP {}", prover.token);
    let ask = |proof: &str| {
        Asked::reading()
            .with("dpop", proof)
            .of(&engine, &shown, &host)
            .0
    };
    assert_eq!(ask(&prover.proof("1", "GET", URI, NOW)), Reason::Allowed);
    struct Slow<'l>(&'l Local);
    impl crate::crypto::HostCrypto for Slow<'_> {
        fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> crate::crypto::HostVerdict {
            self.0.pass(1_000_000);
            crate::crypto::HostVerdict::Invalid
        }
    }
    impl Host for Slow<'_> {
        fn micros(&self) -> Result<Option<u64>, crate::host::Unavailable> {
            self.0.micros()
        }
    }
    for number in 0..3 {
        let forged = mint(&format!(r#"{TRIAGE},"jti":"{number}""#));
        Asked::reading().of(&engine, &forged, &Slow(&host));
    }
    let fresh = mint(&format!(r#"{TRIAGE},"jti":"fresh""#));
    assert_eq!(
        Asked::reading().of(&engine, &fresh, &host).0,
        Reason::SignaturesExhausted
    );
    assert_eq!(ask(&prover.proof("2", "GET", URI, NOW)), Reason::Allowed);
}

#[test]
fn the_filter_serves_metadata() {
    let path = "/.well-known/oauth-protected-resource";
    let engine = with(|plan| {
        plan.resources[0].served_metadata = Some(ServedDocument {
            path: path.into(),
            body: r#"{"resource":"https://api.corp.example"}"#.into(),
        });
    });
    let ask = |method, path| {
        let asked = Asked {
            method,
            path,
            more: vec![],
        };
        asked.of(&engine, "", &NoHostCrypto)
    };
    let (reason, record, _) = ask("GET", path);
    assert_eq!(reason, Reason::Metadata);
    assert!(record.starts_with(r#"{"decision":"answer","#), "{record}");
    for (method, path) in [
        ("POST", path),
        ("GET", "/.well-known/oauth-protected-resource/x"),
        ("GET", "/.well-known/oauth-protected-resource?x=1"),
    ] {
        assert_eq!(ask(method, path).0, Reason::NoCredential, "{method} {path}");
    }
}

#[test]
fn a_protocol_changes_only_where_the_operation_says_so() {
    let engine = with(|plan| plan.operations[0].upgrade = Some("websocket".into()));
    let token = mint(TRIAGE);
    let ask = |asked: Asked<'_>| asked.of(&engine, &token, &NoHostCrypto).0;
    assert_eq!(
        ask(Asked::reading().with("upgrade", "WebSocket")),
        Reason::Allowed
    );
    assert_eq!(ask(Asked::reading()), Reason::UpgradeRefused);
    assert_eq!(
        ask(Asked::reading().with("upgrade", "h2c")),
        Reason::UpgradeRefused
    );
    let both = Asked::reading()
        .with("upgrade", "websocket")
        .with("upgrade", "h2c");
    assert_eq!(ask(both), Reason::UpgradeRefused);
    let elsewhere = Asked {
        path: "/v1/orders/export",
        ..Asked::reading().with("upgrade", "websocket")
    };
    assert_eq!(ask(elsewhere), Reason::UpgradeRefused);
}

#[test]
fn a_flood_of_signatures_leaves_time_for_known_tokens() {
    struct Slow(Local, std::cell::Cell<bool>);
    impl crate::crypto::HostCrypto for Slow {
        fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> crate::crypto::HostVerdict {
            self.0.pass(10_000);
            if self.1.get() {
                crate::crypto::HostVerdict::Unsupported
            } else {
                crate::crypto::HostVerdict::Invalid
            }
        }
    }
    impl Host for Slow {
        fn micros(&self) -> Result<Option<u64>, crate::host::Unavailable> {
            self.0.micros()
        }
    }
    let (engine, host) = (
        with(|_| {}),
        Slow(Local::default(), std::cell::Cell::new(true)),
    );
    let ask = |token: &str| Asked::reading().of(&engine, token, &host).0;
    let known = mint(TRIAGE);
    assert_eq!(ask(&known), Reason::Allowed);
    let fresh = |number: usize| mint(&format!(r#"{TRIAGE},"jti":"{number}""#));
    host.1.set(false);
    let asked = (0..1000).map(|number| ask(&fresh(number)));
    let exhausted = asked.filter(|reason| *reason == Reason::SignaturesExhausted);
    assert!(exhausted.count() > 900);
    assert_eq!(ask(&known), Reason::Allowed);
    let (reason, ..) = Asked::reading().of(&engine, &fresh(5000), &host);
    assert_eq!(reason, Reason::SignaturesExhausted);
    host.1.set(true);
    let later = Asked::reading().at(&engine, &fresh(5000), &host, NOW + 1);
    assert_eq!(later.0, Reason::Allowed, "it is not remembered");
}
