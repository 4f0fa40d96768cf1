//! What requests ask for: each line leads to another finding, or to the same one in another way.

mod refused;
mod served;

use remit_engine::decision::Reason;

use super::{Finding, Stage};
use crate::recipe::{API, LEDGER};

/// A request without its credential.
#[derive(Debug, Clone, Copy)]
pub struct Errand {
    /// Its name in the table.
    pub name: &'static str,
    /// The method.
    pub method: &'static str,
    /// The authority.
    pub host: &'static str,
    /// Path and query.
    pub target: &'static str,
    /// Further header fields.
    pub fields: &'static [(&'static str, &'static str)],
    /// What the policy calls it.
    pub operation: Option<Operation>,
    /// What it leads to with a good token of the task `triage`.
    pub finding: Finding,
    /// On which wires it can be sent.
    pub wire: Wire,
}

/// An operation of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The resource's name; `None` for a public operation on any host.
    pub resource: Option<&'static str>,
    /// Its own name.
    pub name: &'static str,
    /// Its class.
    pub class: &'static str,
}

/// On which wires an errand can be sent so that it reaches the filter as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// HTTP/1.1 and HTTP/2.
    Both,
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2 alone: Envoy refuses it in HTTP/1.1.
    Http2,
    /// None: Envoy changes or refuses it. For the engine only.
    Native,
}

const API_HOST: &str = "api.corp.example";

impl Errand {
    /// The cluster to which the gateway of the tests sends it.
    #[must_use]
    pub fn cluster(&self) -> &'static str {
        match self.host {
            API_HOST | "misrouted.corp.example" => "orders",
            "ledger.corp.example" => "ledger",
            _ => "upstream",
        }
    }

    /// What a token must be for, before it is told whether there is such an operation.
    #[must_use]
    pub fn audience(&self) -> Option<&'static str> {
        match self.host {
            _ if self.finding.stage <= Stage::Public => None,
            API_HOST | "misrouted.corp.example" => Some(API),
            "ledger.corp.example" => Some(LEDGER),
            _ => None,
        }
    }

    /// Where the resource's metadata is, which refusals point to once the host is known.
    #[must_use]
    pub fn metadata(&self) -> Option<&'static str> {
        match self.host {
            _ if self.finding.stage == Stage::Request => None,
            API_HOST | "misrouted.corp.example" => {
                Some("https://api.corp.example/.well-known/oauth-protected-resource")
            }
            "ledger.corp.example" => {
                Some("https://ledger.corp.example/.well-known/oauth-protected-resource/v2")
            }
            _ => None,
        }
    }

    /// The finding for a task. The partner's can do one thing.
    #[must_use]
    pub fn finding_for(&self, task: &str) -> Finding {
        if task == "triage" || self.finding.stage < Stage::Query {
            return self.finding;
        }
        match self.operation {
            Some(Operation { name: "list", .. }) => {
                Finding::by(Stage::Passed, Reason::Allowed, "orders.list")
            }
            _ => Finding::new(Stage::Rules, Reason::NotAllowed),
        }
    }
}

const fn get(name: &'static str, target: &'static str, finding: Finding) -> Errand {
    Errand {
        name,
        method: "GET",
        host: API_HOST,
        target,
        fields: &[],
        operation: None,
        finding,
        wire: Wire::Both,
    }
}

const fn order(name: &'static str, class: &'static str) -> Option<Operation> {
    Some(Operation {
        resource: Some("orders"),
        name,
        class,
    })
}

const PUBLIC: Finding = Finding::new(Stage::Public, Reason::Public);

/// All errands.
#[must_use]
pub fn errands() -> Vec<Errand> {
    [
        served::passing(),
        served::at_the_rules(),
        refused::unknown(),
        refused::misshapen(),
        refused::at_the_query(),
    ]
    .concat()
}
