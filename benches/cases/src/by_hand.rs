//! The same decisions as a programmer would write them in Rust, over inputs that lie ready, each
//! taken out of its document beforehand. What everything else is held against.

use std::collections::HashMap;

use crate::rules::{Clause, Difference, Fact, METHOD, Request, Rules, SCOPE, TASK};

/// What rules read of a request.
#[derive(Debug)]
pub struct Inputs {
    operation: String,
    method: String,
    path: String,
    task: String,
    ticket: String,
    scopes: Vec<String>,
}

impl Inputs {
    /// What rules read of this one.
    #[must_use]
    pub fn new(request: &Request) -> Self {
        Self {
            operation: request.operation.clone(),
            method: METHOD.to_owned(),
            path: request.path.clone(),
            task: TASK.to_owned(),
            ticket: request.ticket.clone(),
            scopes: request
                .scopes
                .iter()
                .map(|&scope| scope.to_owned())
                .collect(),
        }
    }
}

/// Whether the one rule, written out, allows a request.
#[must_use]
pub fn one_rule(inputs: &Inputs) -> bool {
    inputs.task == "triage"
        && inputs.method == "GET"
        && inputs.path.starts_with("/v1/orders0/")
        && inputs.scopes.iter().any(|scope| scope == "orders:read")
}

/// Rules as data, found through a map where they differ in a value that is compared for equality.
#[derive(Debug)]
pub enum ManyRules {
    /// By the operation's name.
    ByOperation(HashMap<String, Rule>),
    /// By the ticket.
    ByTicket(HashMap<String, Rule>),
    /// One after the other.
    InOrder(Vec<Rule>),
}

/// The clauses that are left.
#[derive(Debug)]
pub struct Rule {
    method: &'static str,
    prefix: String,
    task: Option<&'static str>,
    scope: &'static str,
}

impl ManyRules {
    /// The rules.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        let keyed = |fact| {
            rules
                .clauses()
                .map(|clauses| (key(&clauses, fact), Rule::new(&clauses)))
                .collect()
        };
        match rules.difference {
            Difference::Operation => Self::ByOperation(keyed(Fact::Operation)),
            Difference::Constant => Self::ByTicket(keyed(Fact::Ticket)),
            Difference::Prefix => Self::in_order(rules),
        }
    }

    /// The rules, looked at one after the other.
    #[must_use]
    pub fn in_order(rules: Rules) -> Self {
        Self::InOrder(rules.clauses().map(|clauses| Rule::new(&clauses)).collect())
    }

    /// Whether any of them allows a request.
    #[must_use]
    pub fn allow(&self, inputs: &Inputs) -> bool {
        let found = match self {
            Self::ByOperation(rules) => rules.get(&inputs.operation),
            Self::ByTicket(rules) => rules.get(&inputs.ticket),
            Self::InOrder(rules) => return rules.iter().any(|rule| rule.applies(inputs)),
        };
        found.is_some_and(|rule| rule.applies(inputs))
    }
}

fn key(clauses: &[Clause], wanted: Fact) -> String {
    let value = clauses.iter().find_map(|clause| match clause {
        Clause::Equal(fact, value) if *fact == wanted => Some(value.clone()),
        Clause::Equal(..) | Clause::StartsWith(..) | Clause::HasScope(_) => None,
    });
    // One operation needs no telling apart.
    value.unwrap_or_else(|| String::from("op0"))
}

impl Rule {
    fn new(clauses: &[Clause]) -> Self {
        let prefix = clauses.iter().find_map(|clause| match clause {
            Clause::StartsWith(Fact::Path, prefix) => Some(prefix.clone()),
            Clause::Equal(..) | Clause::StartsWith(..) | Clause::HasScope(_) => None,
        });
        let task = clauses.contains(&Clause::Equal(Fact::Task, TASK.to_owned()));
        Self {
            method: METHOD,
            // Every rule looks at the path.
            prefix: prefix.unwrap_or_default(),
            task: task.then_some(TASK),
            scope: SCOPE,
        }
    }

    fn applies(&self, inputs: &Inputs) -> bool {
        inputs.path.starts_with(&self.prefix)
            && self.task.is_none_or(|task| inputs.task == task)
            && inputs.method == self.method
            && inputs.scopes.iter().any(|scope| scope == self.scope)
    }
}
