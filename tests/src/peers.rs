//! Servers, agents and clients of MCP and A2A that others wrote: the scripts in `peers/`, each as a
//! process that ends with what holds it, and with the test binary.
//!
//! Clients are led to the loopback interface by the names of `corp.example`, so that a URL says the
//! host that a policy says.

mod agent;
mod client;
mod front;
mod helpdesk;
mod outcome;
mod server;
mod suite;
mod visitor;

use std::process::Command;

use serde_json::Value;

use crate::places;

pub use agent::{A2aClient, Binding, Errand, TravelAgent};
pub use client::{Era, McpClient, Sdk, Step};
pub use front::Front;
pub use helpdesk::Helpdesk;
pub use outcome::{Outcome, Refusal, Told, Visit};
pub use server::Server;
pub use suite::{Requirements, Results};

/// A script in `peers/` that Python runs.
fn python(script: &str) -> Command {
    let mut python = Command::new(places::python());
    python.arg(places::workspace().join("tests/peers").join(script));
    python
}

/// A script in `peers/` that Node runs, where its imports are installed.
fn node(script: &str) -> Command {
    let mut node = Command::new(places::newer_node());
    // A script's imports are looked for beside the name that it is started by.
    node.arg("--preserve-symlinks-main");
    node.arg(places::peers().join(script));
    node
}

/// The members of a list that a server was asked for.
fn list(mut answer: Value, name: &str) -> Vec<Value> {
    match answer[name].take() {
        Value::Array(members) => members,
        _ => panic!("no list `{name}` in {answer}"),
    }
}
