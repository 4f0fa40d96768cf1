//! Rules of four clauses, as many as wanted, and the request that only the last of them allows.
//!
//! Each engine writes them in its own language. Clauses stand in the order that is best for an
//! engine that looks at one rule after the other: a rule that does not apply fails at its first.

use serde_json::{Value, json};

/// How the rules of a policy differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Each is about an operation of its own.
    Operation,
    /// All are about one operation, each for another value of one claim.
    Constant,
    /// All are about one operation, each for another beginning of the path.
    Prefix,
}

/// A policy.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// How they differ.
    pub difference: Difference,
    /// How many there are.
    pub count: usize,
}

/// What a clause looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// The operation that the request is for, found beforehand.
    Operation,
    /// The claim `task`.
    Task,
    /// The claim `ticket.id`.
    Ticket,
    /// The HTTP method.
    Method,
    /// The path.
    Path,
}

/// One clause of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// The fact has this value.
    Equal(Fact, String),
    /// The fact begins with this.
    StartsWith(Fact, String),
    /// The claim `scopes` holds this.
    HasScope(&'static str),
}

/// The task of every request.
pub const TASK: &str = "triage";
/// The method of every request.
pub const METHOD: &str = "GET";
/// The scope that every rule demands.
pub const SCOPE: &str = "orders:read";

/// A request, taken apart.
#[derive(Debug, Clone)]
pub struct Request {
    /// The operation's name.
    pub operation: String,
    /// The path.
    pub path: String,
    /// The claim `ticket.id`.
    pub ticket: String,
    /// The claim `scopes`.
    pub scopes: Vec<&'static str>,
}

impl Rules {
    /// The one rule that everything is compared by.
    pub const ONE: Self = Self {
        difference: Difference::Operation,
        count: 1,
    };

    /// The clauses of each rule.
    pub fn clauses(self) -> impl Iterator<Item = Vec<Clause>> {
        (0..self.count).map(move |number| self.rule(number))
    }

    fn rule(self, number: usize) -> Vec<Clause> {
        let task = Clause::Equal(Fact::Task, TASK.into());
        let method = Clause::Equal(Fact::Method, METHOD.into());
        let path = Clause::StartsWith(Fact::Path, self.prefix(number));
        let scope = Clause::HasScope(SCOPE);
        match self.difference {
            // One operation needs no telling apart.
            Difference::Operation if self.count == 1 => vec![task, method, path, scope],
            Difference::Operation => {
                let operation = Clause::Equal(Fact::Operation, operation(number));
                vec![operation, task, method, path, scope]
            }
            Difference::Constant => {
                let ticket = Clause::Equal(Fact::Ticket, ticket(number));
                vec![ticket, method, path, scope]
            }
            Difference::Prefix => vec![path, task, method, scope],
        }
    }

    fn prefix(self, number: usize) -> String {
        match self.difference {
            Difference::Operation => format!("/v1/orders{number}/"),
            Difference::Constant => "/v1/orders0/".into(),
            Difference::Prefix => format!("/v1/orders0/c{number}-"),
        }
    }

    /// Operations that the rules are about.
    #[must_use]
    pub fn operations(self) -> usize {
        match self.difference {
            Difference::Operation => self.count,
            Difference::Constant | Difference::Prefix => 1,
        }
    }

    /// The request that the last rule allows and no other.
    #[must_use]
    pub fn allowed(self) -> Request {
        let last = self.count - 1;
        Request {
            operation: operation(self.operations() - 1),
            path: format!("{}4711", self.prefix(last)),
            ticket: ticket(last),
            scopes: vec!["tickets:read", "tickets:write", SCOPE],
        }
    }

    /// The same, but for the last clause of the last rule.
    #[must_use]
    pub fn denied(self) -> Request {
        Request {
            scopes: vec!["tickets:read", "tickets:write", "orders:write"],
            ..self.allowed()
        }
    }
}

/// The name of an operation.
#[must_use]
pub fn operation(number: usize) -> String {
    format!("op{number}")
}

fn ticket(number: usize) -> String {
    format!("T-{number}")
}

impl Request {
    /// The claims of its token, beside the registered ones.
    #[must_use]
    pub fn claims(&self) -> Value {
        json!({
            "task": TASK,
            "ticket": {"id": self.ticket, "severity": 2},
            "scopes": self.scopes,
        })
    }

    /// What engines that read JSON are told: `claims`, `request` and `operation`.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "claims": self.claims(),
            "request": {"method": METHOD, "path": self.path},
            "operation": self.operation,
        })
    }
}
