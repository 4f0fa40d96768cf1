//! The rules in CEL as any engine reads it.

use remit_bench_cases::rules::{Clause, Fact};

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
