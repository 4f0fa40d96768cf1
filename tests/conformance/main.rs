//! The outside vectors, suite by suite: `make conformance`.
//!
//! Prints what was refused on purpose, skipped or failed, and one line for each suite. Words on
//! the command line choose suites by part of their name.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "vectors that cannot be read end the run"
)]

mod authz_workloads;
mod bodies_through_envoy;
mod cel;
mod dpop;
mod jose_rfc_examples;
mod jose_wycheproof;
mod json_parsing;
mod judge;
mod jwk_thumbprint;
mod jwt_attacks;
mod mcp_a2a;
mod mcp_answers;
mod path_confusion;
mod spiffe_id;
mod through_envoy;
mod token_status_list;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use remit_tests::vectors::{self, Suite, Tally};

type Run = fn() -> Vec<Tally>;

const SUITES: &[(Suite, &[Run])] = &[
    (
        vectors::JWT_ATTACKS,
        &[jwt_attacks::run, through_envoy::run],
    ),
    (vectors::JOSE_WYCHEPROOF, &[jose_wycheproof::run]),
    (vectors::TOKEN_STATUS_LIST, &[token_status_list::run]),
    (vectors::JOSE_RFC_EXAMPLES, &[jose_rfc_examples::run]),
    (vectors::JWK_THUMBPRINT, &[jwk_thumbprint::run]),
    (vectors::SPIFFE_ID, &[spiffe_id::run]),
    (vectors::DPOP, &[dpop::run]),
    (
        vectors::JSON_PARSING,
        &[json_parsing::run, bodies_through_envoy::documents],
    ),
    (
        vectors::MCP_A2A,
        &[mcp_a2a::run, bodies_through_envoy::messages],
    ),
    (vectors::CEL_CONFORMANCE, &[cel::conformance]),
    (vectors::CEL_PROBES, &[cel::probes]),
    (vectors::PATH_CONFUSION, &[path_confusion::run]),
    (vectors::MCP_A2A, &[mcp_answers::run]),
    (vectors::AUTHZ_WORKLOADS, &[authz_workloads::run]),
];

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| !a.starts_with('-'))
        .collect();
    let is_chosen =
        |suite: &Suite| chosen.is_empty() || chosen.iter().any(|word| suite.name.contains(word));
    let there = remit_tests::places::vectors().is_some();
    let mut clean = true;
    for (suite, runs) in SUITES.iter().filter(|(suite, _)| is_chosen(suite)) {
        let tallies = if there {
            runs.iter().flat_map(|run| run()).collect()
        } else {
            vec![suite.skipped()]
        };
        for tally in tallies {
            println!("{tally}");
            clean &= tally.is_clean();
        }
    }
    if clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Now, in seconds.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970");
    i64::try_from(since.as_secs()).expect("a clock before the end of time")
}
