use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;
use crate::Engine;
use crate::crypto::{HostCrypto, HostVerdict};
use crate::decision::{Decision, Reason};
use crate::host::{Change, Host, Kept, MarkId, Stored, Unavailable};
use crate::plan::*;
use crate::request::RequestHead;
use crate::tests::{engine, mint, triage};
use crate::time::UnixTime;

const NOW: i64 = 1100;
const TOKEN: &str = r#","task":"triage","run":"run-1","sid":"s-1","tenant":"emea""#;

/// A host that keeps histories.
#[derive(Default)]
struct Keeping(RefCell<BTreeMap<MarkId, Vec<u8>>>);

impl HostCrypto for Keeping {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

impl Host for Keeping {
    fn history(&self, _: u32, id: &MarkId, _: UnixTime) -> Result<Kept, Unavailable> {
        Ok(Kept {
            bytes: self.0.borrow().get(id).cloned(),
            since: UnixTime::from_seconds(0),
        })
    }

    fn keep(&self, _: u32, change: &Change<'_>, _: UnixTime) -> Result<Stored, Unavailable> {
        let mut kept = self.0.borrow_mut();
        if kept.get(change.id).map(Vec::as_slice) != change.before {
            return Ok(Stored::Changed);
        }
        kept.insert(*change.id, change.after.to_vec());
        Ok(Stored::Done)
    }
}

fn limit(id: &str, alone: Alone) -> Limit {
    Limit {
        id: id.into(),
        key: [id.as_bytes()[0]; 8],
        mode: Mode::Enforce,
        per: Per::TaskId,
        counts: Counts::Calls,
        operations: vec![(OperationId(0), 2)],
        at_most: 3,
        window: None,
        since: None,
        beyond: Beyond::Refuse,
        fleet: Some(alone),
    }
}

/// Reading an order, with these limits.
fn plan_with(limits: Vec<Limit>) -> Plan {
    let mut plan = triage();
    plan.issuers[0].names = ClaimNames {
        task: vec!["task".into()],
        task_id: Some(vec!["run".into()]),
        session: Some(vec!["sid".into()]),
        tenant: Some(vec!["tenant".into()]),
        ..ClaimNames::default()
    };
    plan.fleet = Some(Fleet {
        cluster: "ratelimit".into(),
        domain: "remit".into(),
        timeout: 100,
    });
    plan.history = History {
        capacity: 1024,
        keep: 3600,
        ..History::default()
    };
    plan.tasks[0].limits = (0..limits.len() as u32).map(LimitId).collect();
    plan.history.limits = limits;
    plan
}

/// What comes of a request: a reason and which rule the record names, and what was asked for.
fn decided(
    engine: &Engine,
    token: &str,
    said: Said,
    host: &dyn Host,
) -> (Reason, String, Vec<Quota>) {
    let shown = format!("Bearer {}", mint(token));
    let fields: Vec<(&[u8], &[u8])> = vec![
        (b":method", b"GET"),
        (b":path", b"/v1/orders/42"),
        (b":authority", b"api.corp.example"),
        (b"authorization", shown.as_bytes()),
    ];
    let now = UnixTime::from_seconds(NOW);
    let head = RequestHead::new(&fields);
    let first = engine.decide(&head, now, host);
    let decision = match (first, said) {
        (first, Said::Nothing) => first,
        (Decision::Allow(allow), said) => engine.decide_again(&head, &allow.again(said), now, host),
        (first, _) => first,
    };
    let named = |record: &crate::decision::Record<'_>| {
        let mut line = String::new();
        record.write_json(&mut line);
        let json: serde_json::Value = serde_json::from_str(&line).unwrap();
        let observed = json["observed"].as_array().map_or(0, Vec::len);
        let rule = json["rule"].as_str().unwrap_or_default().to_owned();
        format!("{rule}{}", " observed".repeat(observed))
    };
    match decision {
        Decision::Allow(allow) => {
            let quotas = allow.quotas().to_vec();
            match allow.confirm(Some(b"orders"), host) {
                Ok(permit) => (permit.record().reason(), named(permit.record()), quotas),
                Err(refusal) => (refusal.record().reason(), named(refusal.record()), quotas),
            }
        }
        Decision::Refuse(refusal) => (refusal.record().reason(), named(refusal.record()), vec![]),
        other => panic!("{other:?}"),
    }
}

fn over(limits: &[u32]) -> Said {
    let over = limits.iter().map(|&limit| Over {
        limit: LimitId(limit),
        wait: None,
    });
    Said::Over(over.collect())
}

#[test]
fn what_the_service_was_not_asked_for_is_not_let_through() {
    let engine = engine(&plan_with(vec![limit("a", Alone::AtMost(9))]));
    let host = Keeping::default();
    let (reason, _, quotas) = decided(&engine, TOKEN, Said::Nothing, &host);
    assert_eq!(reason, Reason::FleetUnavailable);
    assert_eq!(quotas, [Quota::new(LimitId(0), 2)]);
    assert!(host.0.borrow().is_empty(), "nothing is counted");
    let (reason, _, quotas) = decided(&engine, TOKEN, Said::Granted, &host);
    assert_eq!((reason, quotas), (Reason::Allowed, vec![]));
}

/// A limit that only reports does not speak for others, whichever comes first.
#[test]
fn each_limit_that_leaves_no_room_counts() {
    let mut watching = limit("a", Alone::Refuse);
    watching.mode = Mode::Observe;
    let engine = engine(&plan_with(vec![watching, limit("b", Alone::Refuse)]));
    let told = |said| {
        let (reason, rule, _) = decided(&engine, TOKEN, said, &Keeping::default());
        (reason, rule)
    };
    assert_eq!(told(over(&[0])), (Reason::Allowed, "read observed".into()));
    assert_eq!(told(over(&[1])), (Reason::LimitReached, "b".into()));
    let both = (Reason::LimitReached, "b observed".into());
    assert_eq!(told(over(&[0, 1])), both);
    let away = (Reason::FleetUnavailable, "b observed".into());
    assert_eq!(told(Said::Away), away);
}

#[test]
fn beyond_a_shared_limit_an_approval_lets_through_too() {
    let mut asking = limit("a", Alone::Refuse);
    asking.beyond = Beyond::Approval;
    let engine = engine(&plan_with(vec![asking]));
    let (reason, rule, _) = decided(&engine, TOKEN, over(&[0]), &Keeping::default());
    assert_eq!((reason, rule), (Reason::ApprovalRequired, "a".into()));
}

#[test]
fn what_was_granted_here_is_counted_for_when_the_service_is_away() {
    let engine = engine(&plan_with(vec![limit("a", Alone::AtMost(5))]));
    let host = Keeping::default();
    let told = |said| decided(&engine, TOKEN, said, &host).0;
    // Two units each.
    assert_eq!(told(Said::Granted), Reason::Allowed);
    assert_eq!(told(Said::Away), Reason::Allowed);
    assert_eq!(told(Said::Away), Reason::LimitReached);
    assert_eq!(told(Said::Granted), Reason::Allowed);
}

#[test]
fn one_limit_is_asked_for_once() {
    let mut quotas = Vec::new();
    for (limit, weight) in [(0, 1), (1, 5), (0, 2), (1, u32::MAX)] {
        Quota::add(&mut quotas, LimitId(limit), weight);
    }
    let merged = [(0, 3), (1, u32::MAX)].map(|(limit, weight)| Quota::new(LimitId(limit), weight));
    assert_eq!(quotas, merged);
}

#[test]
fn whose_calls_are_counted_is_told_by_the_same_keys_every_time() {
    let whose = |per, token: &str| {
        let mut limit = limit("calls", Alone::Refuse);
        limit.per = per;
        let engine = engine(&plan_with(vec![limit]));
        let shown = format!("Bearer {}", mint(token));
        let fields: Vec<(&[u8], &[u8])> = vec![
            (b":method", b"GET"),
            (b":path", b"/v1/orders/42"),
            (b":authority", b"api.corp.example"),
            (b"authorization", shown.as_bytes()),
        ];
        let now = UnixTime::from_seconds(NOW);
        match engine.decide(&RequestHead::new(&fields), now, &Keeping::default()) {
            Decision::Allow(allow) => {
                let entries = allow.entries(&allow.quotas()[0]);
                entries.map(|entries| {
                    let each = entries.iter().map(|(key, value)| format!("{key}={value}"));
                    each.collect::<Vec<_>>().join(" ")
                })
            }
            other => panic!("{other:?}"),
        }
    };
    const ISSUER: &str = "remit_issuer=https://sts.corp.example";
    let of = |kind: &str, whose: &str| Some(format!("remit_limit=calls remit_per={kind} {whose}"));
    let emea = format!("{ISSUER} remit_tenant=emea");
    let cases = [
        (Per::TaskId, "task_id", " remit_task_id=run-1"),
        (Per::Session, "session", " remit_session=s-1"),
        (Per::Agent, "agent", " remit_agent=agent/one"),
        (Per::Tenant, "tenant", ""),
    ];
    for (per, kind, last) in cases {
        assert_eq!(whose(per, TOKEN), of(kind, &format!("{emea}{last}")));
    }
    let nobody = r#","task":"triage""#;
    let no_tenant = format!("{ISSUER} remit_tenant=-");
    assert_eq!(whose(Per::Tenant, nobody), of("tenant", &no_tenant));
    assert_eq!(whose(Per::TaskId, nobody), None);
    assert_eq!(whose(Per::Session, nobody), None);
    assert_eq!(
        whose(Per::AgentAndPrincipal, TOKEN),
        of(
            "agent_and_principal",
            "remit_agent=agent/one remit_principal=-"
        )
    );
    assert_eq!(
        whose(Per::Principal, TOKEN),
        of("principal", "remit_agent=agent/one")
    );
}

/// Where a limit has nobody to ask, or the gateway cannot be told whom, no plan is loaded.
#[test]
fn a_plan_says_who_counts_and_where() {
    let loads = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan_with(vec![limit("a", Alone::Refuse)]);
        change(&mut plan);
        encode(&plan).is_ok_and(|(bytes, _)| decode(&bytes).is_ok())
    };
    let named = |size| {
        move |plan: &mut Plan| {
            plan.fleet.as_mut().unwrap().cluster = "c".repeat(size);
        }
    };
    assert!(loads(&|_| {}));
    assert!(loads(&named(crate::limits::FLEET_CLUSTER_BYTES)));
    assert!(!loads(&named(crate::limits::FLEET_CLUSTER_BYTES + 1)));
    assert!(!loads(&|plan| plan.fleet = None));
}
