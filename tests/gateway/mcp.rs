//! MCP servers and clients that others wrote.

mod decided;
mod plain;
mod refused;
mod sessions;
mod suite;
mod world;

use std::net::SocketAddr;
use std::sync::LazyLock;

use remit_tests::peers::{Era, McpClient, Sdk, Step};
use serde_json::json;

/// The host that policies give the help desk.
pub(crate) const HOST: &str = "mcp.corp.example";

static PYTHON: LazyLock<McpClient> = LazyLock::new(|| McpClient::start(Sdk::Python));
static TYPESCRIPT: LazyLock<McpClient> = LazyLock::new(|| McpClient::start(Sdk::TypeScript));
static TYPESCRIPT_1: LazyLock<McpClient> = LazyLock::new(|| McpClient::start(Sdk::TypeScript1));

/// Every client in every era that it has, with the revision that it then speaks to a server that has
/// all.
pub(crate) fn clients() -> [(&'static McpClient, Era, &'static str); 5] {
    [
        (&PYTHON, Era::Legacy, "2025-11-25"),
        (&PYTHON, Era::Auto, "2026-07-28"),
        (&TYPESCRIPT, Era::Legacy, "2025-11-25"),
        (&TYPESCRIPT, Era::Auto, "2026-07-28"),
        (&TYPESCRIPT_1, Era::Legacy, "2025-11-25"),
    ]
}

/// The URL of an endpoint, by the host that the policy knows.
pub(crate) fn url(at: SocketAddr) -> String {
    format!("http://{HOST}:{}/mcp", at.port())
}

/// Everything that the help desk has, once.
pub(crate) fn everything_there_is() -> Vec<Step> {
    vec![
        Step::ListTools,
        Step::ListPrompts,
        Step::ListResources,
        Step::ListTemplates,
        Step::call("search_tickets", json!({"query": "printer"})),
        Step::call("close_ticket", json!({"ticket_id": "T-1"})),
        Step::call("refund", json!({"order_id": "A-17", "amount": 20.5})),
        Step::call("ns/export.v2", json!({"region": "emea"})),
        Step::follow("watch_tickets", json!({"count": 3})),
        Step::prompt("summary", json!({"topic": "printers"})),
        Step::prompt("escalation", json!({})),
        Step::read("desk://rules"),
        Step::read("ticket://tickets/7"),
    ]
}
