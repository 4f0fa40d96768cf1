#![expect(
    clippy::result_large_err,
    reason = "either is moved once per request, not passed up"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use crate::approval::Call;
use crate::crypto::NoHostCrypto;
use crate::decision::{Allow, Reason, Refusal};
use crate::host::{Change, Host, Kept, Ledger, MarkId, Marked, Stored, Unavailable};
use crate::limits;
use crate::plan::*;
use crate::request::{Field, RequestHead};
use crate::tests::{Local, engine, key, mint, triage};
use crate::time::UnixTime;

const NOW: i64 = 1100;
const HEADER: &str = "x-approval";
const TRIAGE: &str = r#","task":"triage""#;

/// The plan of other tests, in which reading an order takes an approval.
fn plan() -> Plan {
    let mut plan = triage();
    plan.approvals = Some(Approvals {
        header: HEADER.into(),
        keys: vec![key(3)],
        max_lifetime: 900,
    });
    plan.issuers[0].names.approvals = Some(vec!["grants".into()]);
    plan.issuers[0].names.task_id = Some(vec!["task_id".into()]);
    demand(&mut plan, "approved", Mode::Enforce);
    plan
}

fn demand(plan: &mut Plan, id: &str, mode: Mode) {
    let rule = u32::try_from(plan.rules.len()).unwrap();
    plan.rules.push(Rule {
        id: id.into(),
        effect: Effect::Require,
        mode,
        condition: None,
        demand: Some(Demand::Approval),
    });
    plan.tasks[0].rules[0].1.always.push(RuleId(rule));
}

fn action(order: &str) -> String {
    let call = Call {
        operation: "orders.read",
        path: vec![("order_id", order)],
        ..Call::default()
    };
    call.action().to_text()
}

fn claims(order: &str) -> Value {
    json!({
        "jti": "j", "iat": NOW - 10, "exp": NOW + 100, "aud": "https://api.corp.example",
        "sub": "agent/one", "action": action(order),
    })
}

fn approve(claims: &Value) -> String {
    let header = r#"{"typ":"remit-approval+jwt","alg":"EdDSA"}"#;
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(header), encode(&claims.to_string()));
    let signature = SigningKey::from_bytes(&[3; 32]).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn approved(order: &str) -> String {
    approve(&claims(order))
}

struct Asked<'a> {
    path: &'a str,
    token: String,
    approvals: Vec<String>,
    now: i64,
}

/// A request for order 42 with these approvals in the header.
fn asked(approvals: &[&str]) -> Asked<'static> {
    Asked {
        path: "/v1/orders/42",
        token: mint(TRIAGE),
        approvals: approvals.iter().map(|one| (*one).to_owned()).collect(),
        now: NOW,
    }
}

/// The same with these grants in the token.
fn carrying(grants: &Value) -> Asked<'static> {
    Asked {
        token: mint(&format!(r#"{TRIAGE},"grants":{grants}"#)),
        ..asked(&[])
    }
}

impl Asked<'_> {
    fn decide<'e>(
        &self,
        engine: &'e crate::Engine,
        host: &dyn Host,
    ) -> Result<Allow<'e>, Refusal<'e>> {
        let shown = format!("Bearer {}", self.token);
        let mut fields: Vec<Field<'_>> = vec![
            (b":method", b"GET"),
            (b":path", self.path.as_bytes()),
            (b":authority", b"api.corp.example"),
            (b"authorization", shown.as_bytes()),
        ];
        let approvals = self.approvals.iter();
        fields.extend(approvals.map(|one| (HEADER.as_bytes(), one.as_bytes())));
        let now = UnixTime::from_seconds(self.now);
        engine
            .decide(&RequestHead::new(&fields), now, host)
            .settled()
    }

    /// The reason and the record, once it went on or was refused.
    fn on(&self, engine: &crate::Engine, host: &dyn Host) -> (Reason, String) {
        let allow = self.decide(engine, host);
        let confirmed = allow.and_then(|allow| allow.confirm(Some(b"orders"), host));
        match confirmed {
            Ok(permit) => (permit.record().reason(), permit.record().to_json()),
            Err(refusal) => (refusal.record().reason(), refusal.record().to_json()),
        }
    }

    fn reason(&self, engine: &crate::Engine, host: &dyn Host) -> Reason {
        self.on(engine, host).0
    }
}

#[test]
fn a_call_takes_an_approval_of_its_own_once() {
    let (engine, host) = (engine(&plan()), Local::default());
    let refusal = asked(&[]).decide(&engine, &host).unwrap_err();
    assert_eq!(refusal.record().reason(), Reason::ApprovalRequired);
    let answer = refusal.answer();
    assert_eq!(answer.status, 403);
    let challenge = answer
        .headers
        .iter()
        .find(|(name, _)| *name == "www-authenticate");
    assert_eq!(
        challenge.unwrap().1,
        format!(
            r#"Bearer error="approval_required", error_description="{}", action="{}""#,
            Reason::ApprovalRequired.public_text(),
            action("42")
        )
    );
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["action"], action("42"));
    assert_eq!(problem["status"], 403);

    let approval = approved("42");
    let (reason, record) = asked(&[&approval]).on(&engine, &host);
    assert_eq!(reason, Reason::Allowed);
    assert!(record.contains(r#""approval":"j""#), "{record}");
    assert!(!record.contains(&approval), "{record}");
    let (reason, record) = asked(&[&approval]).on(&engine, &host);
    assert_eq!(reason, Reason::ApprovalUsed);
    assert!(record.contains(r#""approval":"j""#), "{record}");
    // Another of the same call is another.
    let mut other = claims("42");
    other["jti"] = json!("k");
    assert_eq!(
        asked(&[&approve(&other)]).reason(&engine, &host),
        Reason::Allowed
    );
}

#[test]
fn an_approval_of_another_call_is_refused() {
    let (engine, host) = (engine(&plan()), Local::default());
    for bad in [
        approved("43"),
        String::new(),
        "a.b.c".to_owned(),
        "x".repeat(limits::APPROVAL_BYTES + 1),
    ] {
        let refusal = asked(&[&bad]).decide(&engine, &host).unwrap_err();
        assert_eq!(refusal.record().reason(), Reason::ApprovalRefused, "{bad}");
        assert!(refusal.answer().body.contains(&action("42")));
    }
    let twice = asked(&[&approved("42"), &approved("42")]);
    assert_eq!(twice.reason(&engine, &host), Reason::ApprovalRefused);
    let elsewhere = Asked {
        path: "/v1/orders/a%20b",
        ..asked(&[&approved("a b")])
    };
    assert_eq!(elsewhere.reason(&engine, &host), Reason::Allowed, "decoded");
    let of_run = Asked {
        token: mint(&format!(r#"{TRIAGE},"task_id":"t-1""#)),
        ..asked(&[&approved("42")])
    };
    assert_eq!(of_run.reason(&engine, &host), Reason::ApprovalRefused);
    let mut named = claims("42");
    (named["task_id"], named["jti"]) = (json!("t-1"), json!("k"));
    let of_run = Asked {
        approvals: vec![approve(&named)],
        ..of_run
    };
    assert_eq!(of_run.reason(&engine, &host), Reason::Allowed);
}

#[test]
fn what_was_used_before_marks_were_kept_is_not_known() {
    let engine = engine(&plan());
    let since = |since| Local {
        since,
        ..Local::default()
    };
    let shown = asked(&[&approved("42")]);
    assert_eq!(shown.reason(&engine, &since(NOW - 10)), Reason::Allowed);
    assert_eq!(
        shown.reason(&engine, &since(NOW - 9)),
        Reason::ApprovalRefused
    );
    // A token counts by its own time.
    let grants = carrying(&json!([{"action": action("42"), "jti": "g"}]));
    assert_eq!(grants.reason(&engine, &since(1000)), Reason::Allowed);
    assert_eq!(
        grants.reason(&engine, &since(1001)),
        Reason::ApprovalRefused
    );
    // A host without marks.
    assert_eq!(
        shown.reason(&engine, &NoHostCrypto),
        Reason::StateUnavailable
    );
    let full = Local {
        is_full: true,
        ..Local::default()
    };
    assert_eq!(shown.reason(&engine, &full), Reason::StateUnavailable);
}

#[test]
fn a_token_carries_approvals() {
    let (engine, host) = (engine(&plan()), Local::default());
    let grant = |jti: &str| json!({"action": action("42"), "jti": jti});
    let other = json!([{"action": action("43"), "jti": "a"}]);
    assert_eq!(
        carrying(&other).reason(&engine, &host),
        Reason::ApprovalRequired
    );
    let two = carrying(&json!([grant("a"), grant("b")]));
    let (reason, record) = two.on(&engine, &host);
    assert_eq!(reason, Reason::Allowed);
    assert!(record.contains(r#""approval":"a""#), "{record}");
    assert!(two.on(&engine, &host).1.contains(r#""approval":"b""#));
    assert_eq!(two.reason(&engine, &host), Reason::ApprovalUsed);
    // Then what is shown beside the token counts.
    let beside = Asked {
        approvals: vec![approved("42")],
        ..two
    };
    assert_eq!(beside.reason(&engine, &host), Reason::Allowed);
    let ends = carrying(&json!([{"action": action("42"), "jti": "c", "exp": NOW - 4}]));
    assert_eq!(ends.reason(&engine, &host), Reason::Allowed);
    let over = carrying(&json!([{"action": action("42"), "jti": "d", "exp": NOW - 5}]));
    assert_eq!(over.reason(&engine, &host), Reason::ApprovalRefused);
    let broken = carrying(&json!([{"action": action("42")}]));
    assert_eq!(broken.reason(&engine, &host), Reason::ClaimMalformed);
}

/// Each end of a use that has to be remembered is after the last moment at which it would count.
#[test]
fn uses_are_remembered_as_long_as_the_approval_holds() {
    let engine = engine(&plan());
    for late in [0, 50, 100, 104] {
        let host = Local::default();
        let shown = asked(&[&approved("42")]);
        assert_eq!(shown.reason(&engine, &host), Reason::Allowed);
        let later = Asked {
            now: NOW + late,
            ..shown
        };
        assert_eq!(later.reason(&engine, &host), Reason::ApprovalUsed, "{late}");
        let fresh = Local::default();
        assert_eq!(later.reason(&engine, &fresh), Reason::Allowed, "{late}");
    }
}

/// Two workers decide before either goes on.
#[test]
fn of_two_requests_with_one_approval_one_goes_on() {
    let engine = engine(&plan());
    let grants = carrying(&json!([{"action": action("42"), "jti": "g"}]));
    for one in [asked(&[&approved("42")]), grants] {
        let host = Local::default();
        let first = one.decide(&engine, &host).unwrap();
        let second = one.decide(&engine, &host).unwrap();
        assert!(second.confirm(Some(b"orders"), &host).is_ok());
        let refusal = first.confirm(Some(b"orders"), &host).unwrap_err();
        assert_eq!(refusal.record().reason(), Reason::ApprovalUsed);
        assert!(refusal.answer().body.contains(&action("42")));
        let uses = host.marks.borrow();
        let used = uses
            .keys()
            .filter(|(ledger, _)| *ledger == Ledger::Approvals);
        assert_eq!(used.count(), 1);
    }
}

#[test]
fn what_does_not_go_on_uses_nothing() {
    let (engine, host) = (engine(&plan()), Local::default());
    let shown = asked(&[&approved("42")]);
    let allow = shown.decide(&engine, &host).unwrap();
    let refusal = allow.confirm(Some(b"elsewhere"), &host).unwrap_err();
    assert_eq!(refusal.record().reason(), Reason::WrongCluster);
    let _ = shown.decide(&engine, &host).unwrap().withdraw();
    assert!(host.marks.borrow().is_empty());
    assert_eq!(shown.reason(&engine, &host), Reason::Allowed);
}

#[test]
fn what_only_reports_uses_nothing_and_one_approval_is_enough_for_all() {
    let mut plan = plan();
    plan.rules[1].mode = Mode::Observe;
    let reports = engine(&plan);
    let host = Local::default();
    let shown = asked(&[&approved("42")]);
    for _ in 0..2 {
        let (reason, record) = shown.on(&reports, &host);
        assert_eq!(reason, Reason::Allowed);
        assert!(!record.contains("observed"), "{record}");
        assert!(!record.contains(r#""approval""#), "{record}");
    }
    assert!(host.marks.borrow().is_empty());
    let (reason, record) = asked(&[]).on(&reports, &host);
    assert_eq!(reason, Reason::Allowed);
    assert!(record.contains(r#""observed":["approved"]"#), "{record}");
    demand(&mut plan, "first", Mode::Enforce);
    demand(&mut plan, "second", Mode::Enforce);
    let both = engine(&plan);
    assert_eq!(shown.reason(&both, &host), Reason::Allowed);
    assert_eq!(host.marks.borrow().len(), 1);
    assert_eq!(shown.reason(&both, &host), Reason::ApprovalUsed);
}

/// A host that keeps histories too.
#[derive(Default)]
struct Keeping {
    local: Local,
    kept: std::cell::RefCell<std::collections::BTreeMap<MarkId, Vec<u8>>>,
}

impl crate::crypto::HostCrypto for Keeping {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> crate::crypto::HostVerdict {
        crate::crypto::HostVerdict::Unsupported
    }
}

impl Host for Keeping {
    fn is_marked(&self, ledger: Ledger, id: &MarkId, now: UnixTime) -> Result<bool, Unavailable> {
        self.local.is_marked(ledger, id, now)
    }

    fn mark(
        &self,
        ledger: Ledger,
        id: &MarkId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Marked, Unavailable> {
        self.local.mark(ledger, id, until, now)
    }

    fn marked_since(&self) -> Result<UnixTime, Unavailable> {
        self.local.marked_since()
    }

    fn history(&self, _: u32, id: &MarkId, _: UnixTime) -> Result<Kept, Unavailable> {
        Ok(Kept {
            bytes: self.kept.borrow().get(id).cloned(),
            since: UnixTime::from_seconds(0),
        })
    }

    fn keep(&self, _: u32, change: &Change<'_>, _: UnixTime) -> Result<Stored, Unavailable> {
        let mut kept = self.kept.borrow_mut();
        if kept.get(change.id).map(Vec::as_slice) != change.before {
            return Ok(Stored::Changed);
        }
        kept.insert(*change.id, change.after.to_vec());
        Ok(Stored::Done)
    }
}

/// A limit can be gone beyond, one approved call at a time.
#[test]
fn beyond_a_limit_each_call_takes_an_approval() {
    let mut plan = plan();
    plan.tasks[0].rules[0].1.always.pop();
    plan.history.capacity = 16;
    plan.history.keep = 60;
    plan.history.limits.push(Limit {
        id: "reads".into(),
        key: [1; 8],
        mode: Mode::Enforce,
        per: Per::Agent,
        counts: Counts::Calls,
        operations: vec![(OperationId(0), 1)],
        at_most: 1,
        window: None,
        since: None,
        beyond: Beyond::Approval,
        fleet: None,
    });
    plan.tasks[0].limits.push(LimitId(0));
    let (engine, host) = (engine(&plan), Keeping::default());
    assert_eq!(asked(&[]).reason(&engine, &host), Reason::Allowed);
    let refusal = asked(&[]).decide(&engine, &host).unwrap_err();
    assert_eq!(refusal.record().reason(), Reason::ApprovalRequired);
    assert_eq!(refusal.record().rule(), Some("reads"));
    assert_eq!(refusal.action().unwrap().to_text(), action("42"));
    let shown = asked(&[&approved("42")]);
    assert_eq!(shown.reason(&engine, &host), Reason::Allowed);
    assert_eq!(shown.reason(&engine, &host), Reason::ApprovalUsed);
    assert_eq!(asked(&[]).reason(&engine, &host), Reason::ApprovalRequired);
}

/// A flood of forgeries is read for as long as there is time for it, and no valid token is held up.
#[test]
fn forgeries_are_bounded() {
    struct Slow(Local);
    impl crate::crypto::HostCrypto for Slow {
        fn verify(
            &self,
            algorithm: Algorithm,
            spki: &[u8],
            signed: &[u8],
            signature: &[u8],
        ) -> crate::crypto::HostVerdict {
            self.0.pass(20_000);
            self.0.verify(algorithm, spki, signed, signature)
        }
    }
    impl Host for Slow {
        fn micros(&self) -> Result<Option<u64>, Unavailable> {
            self.0.micros()
        }
    }
    let (engine, host) = (engine(&plan()), Slow(Local::default()));
    let mut forged = approved("42").into_bytes();
    let at = forged.len() - 10;
    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
    let forged = asked(&[&String::from_utf8(forged).unwrap()]);
    let reasons: Vec<Reason> = (0..5).map(|_| forged.reason(&engine, &host)).collect();
    assert_eq!(reasons[..3], [Reason::ApprovalRefused; 3]);
    assert_eq!(reasons[3..], [Reason::SignaturesExhausted; 2]);
    let other = asked(&[]);
    assert_eq!(other.reason(&engine, &host), Reason::ApprovalRequired);
}

/// Rules that do not hold are told first: nobody makes the gateway check an approval that a deny
/// leaves nothing of.
#[test]
fn a_deny_is_told_before() {
    let mut plan = plan();
    plan.rules.push(Rule {
        id: "never".into(),
        effect: Effect::Deny,
        mode: Mode::Enforce,
        condition: None,
        demand: None,
    });
    plan.tasks[0].rules[0].1.always.push(RuleId(2));
    let reason = asked(&[&approved("42")]).reason(&engine(&plan), &Local::default());
    assert_eq!(reason, Reason::DeniedByRule);
}

/// The upstream never sees an approval, however its header is spelt.
#[test]
fn the_header_goes_no_further() {
    let engine = engine(&plan());
    let host = Local::default();
    let allow = asked(&[&approved("42")]).decide(&engine, &host).unwrap();
    let fields: Vec<Field<'_>> = [
        "x-approval",
        "X_Approval",
        "x.approval",
        "x-approvals",
        "accept",
    ]
    .map(|name| (name.as_bytes(), &b"a.b.c"[..]))
    .to_vec();
    let head = RequestHead::new(&fields);
    let names = ["x-approval", "X_Approval", "x.approval"].map(str::as_bytes);
    let stripped: Vec<&[u8]> = head.to_strip(allow.approval_header()).collect();
    assert_eq!(stripped, names);
    let stripped: Vec<&[u8]> = head
        .to_strip_from_trailers(engine.plan().approval_header())
        .collect();
    assert_eq!(stripped, names);
    assert_eq!(head.to_strip(None).count(), 0);
}
