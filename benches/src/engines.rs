//! The engines, each with the rules and the authorization workloads in its own language.

pub mod by_hand;
pub mod cedar;
pub mod cel_crate;
pub mod interpreter;
pub mod ours;
pub mod rego;

use crate::rules::{Clause, Fact};

/// A clause in CEL, over `claims`, `request` and `operation`.
#[must_use]
pub fn cel_clause(clause: &Clause) -> String {
    match clause {
        Clause::Equal(fact, value) => format!("{} == '{value}'", cel_name(*fact)),
        Clause::StartsWith(fact, value) => format!("{}.startsWith('{value}')", cel_name(*fact)),
        Clause::HasScope(scope) => format!("'{scope}' in claims.scopes"),
    }
}

fn cel_name(fact: Fact) -> &'static str {
    match fact {
        Fact::Operation => "operation",
        Fact::Task => "claims.task",
        Fact::Ticket => "claims.ticket.id",
        Fact::Method => "request.method",
        Fact::Path => "request.path",
    }
}

/// A rule in CEL, as the two crates that evaluate it read it.
#[must_use]
pub fn cel_rule(clauses: &[Clause]) -> String {
    let clauses: Vec<String> = clauses.iter().map(cel_clause).collect();
    clauses.join(" && ")
}

/// The conditions of an application in CEL, of which any one allows, as the vectors have them.
#[must_use]
pub fn cel_conditions(application: &str) -> Vec<String> {
    let file = format!("policies/{application}/equivalent.cel.json");
    let policy = remit_tests::vectors::AUTHZ_WORKLOADS.read(&file);
    let mut policy = policy.expect("the vectors are there");
    serde_json::from_value(policy["allow_if_any"].take()).expect("a list of conditions")
}
