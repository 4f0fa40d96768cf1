//! The authorization workloads as policies of ours: every decision must be the reference's.
//!
//! Each policy is compiled by our compiler and each case decided by the engine with a signed token.
//! A refusal must be for want of a rule that allows, not for anything that is wrong with the token.

use remit_engine::decision::Reason;
use remit_tests::vectors::{AUTHZ_WORKLOADS, Tally};
use remit_tests::workloads::{self, APPLICATIONS, Case, SIZES, Verdict, Workload};

/// Small cases, each of another application.
const USE_CASES: &str = "use_cases";

/// Actions that are part of wider ones, as the policy's lists of operations have them.
const WIDER: &[(&str, &str, &[&str])] = &[
    ("github", "read", &["admin", "maintain", "triage", "write"]),
    ("github", "triage", &["admin", "maintain", "write"]),
    ("github", "write", &["admin", "maintain"]),
    ("github", "maintain", &["admin"]),
];

pub(crate) fn run() -> Vec<Tally> {
    let mut tallies: Vec<Tally> = APPLICATIONS.into_iter().map(application).collect();
    tallies.push(use_cases());
    tallies
}

fn application(name: &'static str) -> Tally {
    let mut tally = Tally::new(&format!("{}/{name}", AUTHZ_WORKLOADS.name));
    let engine = workloads::engine(name);
    for size in SIZES {
        let workload = Workload::read(name, size).expect("the vectors are there");
        for case in &workload.cases {
            let reason = workloads::reason(&engine, &case.action, &workload.authorization(case));
            tally.check(&case.id, judged(name, case, reason));
        }
    }
    tally
}

fn judged(application: &str, case: &Case, reason: Reason) -> Result<(), String> {
    let known = WIDER
        .iter()
        .find(|(app, action, _)| (*app, *action) == (application, case.action.as_str()));
    if case.action_ancestors != known.map_or(&[][..], |(_, _, wider)| *wider) {
        return Err(format!(
            "`{}` is part of {:?}, which the policy does not know",
            case.action, case.action_ancestors
        ));
    }
    match (case.verdict, reason) {
        (Verdict::Allow, Reason::Allowed) | (Verdict::Deny, Reason::NotAllowed) => Ok(()),
        (expected, found) => Err(format!("the reference says {expected:?}, found {found}")),
    }
}

/// They name policies and entities that did not come with them. To make both up from the answers
/// would prove nothing.
fn use_cases() -> Tally {
    let mut tally = Tally::new(&format!("{}/{USE_CASES}", AUTHZ_WORKLOADS.name));
    let cases = AUTHZ_WORKLOADS.cases(USE_CASES);
    tally.skip_all(
        cases.expect("the vectors are there").len(),
        "the vectors have neither their policies nor their entities",
    );
    tally
}
