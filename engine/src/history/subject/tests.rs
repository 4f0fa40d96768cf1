use std::collections::BTreeSet;

use super::{ids, owner};
use crate::crypto::NoHostCrypto;
use crate::decision::Reason;
use crate::plan::{Delegation, Pattern, Per, Plan, Segment};
use crate::tests::{engine, mint, triage};
use crate::token::{UnverifiedToken, VerifiedToken};

const ALL: [Per; 6] = [
    Per::TaskId,
    Per::Session,
    Per::Agent,
    Per::Tenant,
    Per::AgentAndPrincipal,
    Per::Principal,
];

fn plan() -> Plan {
    let mut plan = triage();
    let names = &mut plan.issuers[0].names;
    names.task_id = Some(vec!["run".into()]);
    names.session = Some(vec!["session".into()]);
    names.tenant = Some(vec!["tenant".into()]);
    plan.tasks[0].delegation = Some(Delegation {
        depth: 8,
        to: vec![Pattern {
            scheme: String::new(),
            segments: vec![Segment::Rest],
        }],
    });
    plan
}

fn verified(plan: &Plan, more: &str) -> VerifiedToken {
    let token = mint(more);
    let token = UnverifiedToken::parse(token.as_bytes()).unwrap();
    let engine = engine(plan);
    let verified = engine.verifier().verify(plan, &token, &NoHostCrypto);
    verified.map_err(|refused| refused.reason()).unwrap()
}

#[test]
fn subjects_of_all_kinds_are_apart() {
    let plan = plan();
    let mut seen = BTreeSet::new();
    let mut all = 0;
    for more in [
        r#","run":"a","session":"a","tenant":"a""#,
        r#","run":"b","session":"b","tenant":"b""#,
        r#","run":"a","session":"a","tenant":"b","act":{"sub":"agent/two"}"#,
    ] {
        let token = verified(&plan, more);
        for per in ALL {
            let ids = ids(per, &plan, &token).unwrap();
            // An agent that is the principal has what it has done of its own.
            let own = per == Per::AgentAndPrincipal && more.contains("act");
            assert_eq!(ids.len(), 1 + usize::from(own), "{per:?}");
            all += ids.len();
            seen.extend(ids);
        }
    }
    // One agent in two tenants is one to guards, and so it is as the principal of another; and so
    // are two agents in one tenant.
    assert_eq!(seen.len(), all - 5);
}

#[test]
fn whoever_handed_the_task_on_is_asked_too() {
    let plan = plan();
    let chain = r#","act":{"sub":"agent/0","act":{"sub":"agent/1","act":{"sub":"agent/2"}}}"#;
    let token = verified(&plan, chain);
    let found = ids(Per::AgentAndPrincipal, &plan, &token).unwrap();
    let (own, found) = found.split_last().unwrap();
    assert_eq!(found.len(), 3);
    for (number, id) in found.iter().enumerate() {
        let alone = verified(&plan, &format!(r#","act":{{"sub":"agent/{number}"}}"#));
        let alone = ids(Per::AgentAndPrincipal, &plan, &alone).unwrap();
        assert_eq!(alone, [*id, *own]);
    }
    // What the principal did of its own, as an agent that works for nobody.
    let nobody = verified(&plan, "");
    assert_eq!(ids(Per::AgentAndPrincipal, &plan, &nobody).unwrap(), [*own]);
    // One that handed it to itself is one.
    let own = verified(&plan, r#","act":{"sub":"agent/one"}"#);
    assert_eq!(ids(Per::AgentAndPrincipal, &plan, &own).unwrap().len(), 1);
}

#[test]
fn who_has_no_task_id_has_no_history_of_one() {
    let plan = plan();
    let token = verified(&plan, "");
    for per in [Per::TaskId, Per::Session] {
        assert_eq!(ids(per, &plan, &token), Err(Reason::TaskIdMissing));
    }
    assert!(ids(Per::Tenant, &plan, &token).is_ok());
}

#[test]
fn room_counts_for_issuer_and_tenant() {
    let plan = plan();
    let of = |more: &str| owner(&plan, &verified(&plan, more));
    assert_eq!(of(r#","tenant":"a""#), of(r#","tenant":"a","run":"x""#));
    let (one, other) = (of(r#","tenant":"a""#), of(r#","tenant":"b""#));
    assert_eq!(one.issuer, other.issuer);
    assert_ne!(one.tenant, other.tenant);
}
