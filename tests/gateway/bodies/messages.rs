//! What the tests of answers share: messages for an MCP server and an A2A agent, of which the test
//! writes the answers.

use remit_tests::client::{Response, h1, h2};
use remit_tests::gateway::Gateway;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::{CASE, Script};
use serde_json::{Value, json};

use crate::world::{case, now};

/// Where the messages go.
pub(crate) const MCP: (&str, &str) = ("mcp.corp.example", "/mcp");
pub(super) const A2A: (&str, &str) = ("a2a.corp.example", "/a2a");

/// The protocol version of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Http1,
    Http2,
}

pub(super) const VERSIONS: [Version; 2] = [Version::Http1, Version::Http2];

/// Somebody who sends messages.
pub(crate) struct Caller {
    authorization: String,
}

impl Caller {
    /// A good agent of ours.
    pub(crate) fn ours() -> Self {
        Self::of(&Recipe::corp(now()))
    }

    /// Another one, with the same task id.
    pub(super) fn other_agent() -> Self {
        let agent = "spiffe://corp.example/support/bot-8";
        Self::of(&Recipe::corp(now()).claim("client_id", agent))
    }

    /// The same agent under another task id.
    pub(super) fn other_task_id() -> Self {
        Self::of(&Recipe::corp(now()).claim("mission", json!({"id": "run-10"})))
    }

    /// Whoever shows such a token.
    pub(super) fn of(recipe: &Recipe) -> Self {
        Self {
            authorization: format!("Bearer {}", recipe.token()),
        }
    }

    /// A request with a message over HTTP/1.1.
    pub(crate) fn request(
        &self,
        case: &str,
        (host, path): (&str, &str),
        message: &Value,
    ) -> h1::Request {
        let message = message.to_string();
        h1::Request::new("POST", path, host)
            .field(CASE, case)
            .field("authorization", &self.authorization)
            .field("content-type", "application/json")
            .field("accept", "application/json, text/event-stream")
            .field("accept-encoding", "gzip")
            .field("content-length", message.len().to_string())
            .body(message.as_bytes())
    }

    /// A request without a body.
    pub(super) fn bodiless(&self, case: &str, method: &str) -> h1::Request {
        h1::Request::new(method, MCP.1, MCP.0)
            .field(CASE, case)
            .field("authorization", &self.authorization)
            .field("accept", "text/event-stream")
    }

    /// Sends a message, which the upstream answers so.
    pub(super) fn told(
        &self,
        gateway: &Gateway,
        version: Version,
        message: &Value,
        script: Script,
    ) -> Told {
        let case = case("told");
        gateway.upstream("ledger").answer_with(&case, script);
        let response = match version {
            Version::Http1 => self.request(&case, MCP, message).send(gateway.agents()),
            Version::Http2 => {
                let request = h2::Request::new("POST", MCP.1, MCP.0)
                    .field(CASE, &case)
                    .field("authorization", &self.authorization)
                    .field("content-type", "application/json")
                    .field("accept", "application/json, text/event-stream")
                    .field("accept-encoding", "gzip");
                request
                    .data(message.to_string().as_bytes())
                    .send(gateway.agents())
            }
        };
        Told { case, response }
    }
}

/// What came of a message.
pub(super) struct Told {
    pub(super) case: String,
    pub(super) response: Response,
}

impl Told {
    /// That the upstream has answered, and that its answer was not handed on.
    pub(super) fn is_refused(&self, gateway: &Gateway) {
        assert_eq!(self.response.status, 502, "{}", self.response.text());
        assert!(!self.response.is_from_upstream());
        let entry = gateway.entry_of(&self.case);
        assert_eq!(entry.0["details"], "remit:answer_refused", "{entry:?}");
        assert_eq!(gateway.arrivals_of(&self.case), 1);
    }

    /// The names in the list that came.
    pub(super) fn names(&self) -> Vec<String> {
        assert_eq!(self.response.status, 200, "{}", self.response.text());
        names(&self.response.body)
    }
}

pub(super) fn names(body: &[u8]) -> Vec<String> {
    let answer: Value = serde_json::from_slice(body).expect("JSON");
    let tools = answer["result"]["tools"]
        .as_array()
        .expect("a list of tools");
    let name = |tool: &Value| tool["name"].as_str().unwrap_or_default().to_owned();
    tools.iter().map(name).collect()
}

pub(crate) fn method(method: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}})
}

pub(super) fn call(name: &str, arguments: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": name, "arguments": arguments}})
}

/// A list of tools: two that the caller may call, one with some arguments only, one that only others
/// may call, and one that nobody knows.
pub(crate) const TOOLS: &str = concat!(
    r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"purge"},"#,
    r#"{"name":"search","description":"é"},{"name":"close"},{"name":"pinned"},{"name":"?"}]}}"#
);

/// What is left of it.
pub(super) const SHOWN: &str = concat!(
    r#"{"jsonrpc":"2.0","id":1,"result":{"tools":["#,
    r#"{"name":"search","description":"é"},{"name":"close"},{"name":"pinned"}]}}"#
);
