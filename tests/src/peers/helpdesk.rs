//! The MCP server of the official Python SDK: `peers/helpdesk.py`.

use std::net::SocketAddr;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::{list, python};
use crate::lines::Process;

/// A help desk. It speaks all revisions, and answers to `mcp.corp.example`.
pub struct Helpdesk {
    process: Mutex<Process>,
    address: SocketAddr,
}

impl Helpdesk {
    /// Its tools.
    pub const TOOLS: [&str; 5] = [
        "search_tickets",
        "close_ticket",
        "refund",
        "ns/export.v2",
        "watch_tickets",
    ];
    /// Its prompts.
    pub const PROMPTS: [&str; 2] = ["summary", "escalation"];
    /// The URIs of its resources.
    pub const RESOURCES: [&str; 2] = ["desk://rules", "desk://salaries"];
    /// The URI templates of its resources.
    pub const TEMPLATES: [&str; 1] = ["ticket://tickets/{id}"];

    /// Starts one with its own tools.
    #[must_use]
    pub fn start() -> Self {
        Self::with_reports(0)
    }

    /// Starts one that also has so many tools named `report_0000` and up.
    #[must_use]
    pub fn with_reports(count: usize) -> Self {
        let mut command = python("helpdesk.py");
        let mut process = Process::start("helpdesk.py", command.arg(count.to_string()));
        let address = process.listens();
        Self {
            process: Mutex::new(process),
            address,
        }
    }

    /// Where it listens; its endpoint is `/mcp`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has reached its tools so far: names and arguments, as `[name, {…}]`.
    #[must_use]
    pub fn called(&self) -> Vec<Value> {
        let mut process = self.process.lock().expect("no test panicked while asking");
        list(process.ask(&json!({"op": "called"})), "called")
    }
}
