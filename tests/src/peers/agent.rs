//! The A2A agent and client of the official Python SDK: `peers/travel_agent.py` and
//! `peers/a2a_client.py`.

use std::net::SocketAddr;
use std::sync::Mutex;

use serde::Serialize;
use serde_json::{Value, json};

use super::visitor::Visitor;
use super::{Visit, list, python};
use crate::lines::Process;

/// An agent: JSON-RPC at `/a2a`, REST below `/a2a/v1`, its card at the well-known path.
pub struct TravelAgent {
    process: Mutex<Process>,
    address: SocketAddr,
}

impl TravelAgent {
    /// Starts one. Its card says where it listens.
    #[must_use]
    pub fn start() -> Self {
        let mut process = Process::start("travel_agent.py", &mut python("travel_agent.py"));
        let address = process.listens();
        let agent = Self {
            process: Mutex::new(process),
            address,
        };
        agent.publish(&format!("http://{address}"));
        agent
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says in its card that it is elsewhere, at a URL without a path: clients go there.
    pub fn publish(&self, at: &str) {
        let answer = self.ask(&json!({"op": "published", "at": at}));
        assert_eq!(answer["url"], at);
    }

    /// The texts of the messages that have reached it so far.
    #[must_use]
    pub fn called(&self) -> Vec<Value> {
        list(self.ask(&json!({"op": "called"})), "called")
    }

    fn ask(&self, request: &Value) -> Value {
        let mut process = self.process.lock().expect("no test panicked while asking");
        process.ask(request)
    }
}

/// A client.
pub struct A2aClient {
    visitor: Visitor,
}

/// How a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Binding {
    /// JSON-RPC.
    #[serde(rename = "JSONRPC")]
    JsonRpc,
    /// HTTP and JSON.
    #[serde(rename = "HTTP+JSON")]
    Rest,
}

/// What a client does once it has the card.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Errand {
    /// Sends a message.
    Send {
        /// Its text.
        text: String,
        /// Its metadata, an object.
        metadata: Value,
    },
    /// Gets a task: the one that is named, else the last that a message left.
    GetTask {
        /// Its id.
        task: Option<String>,
    },
    /// Cancels a task, likewise.
    CancelTask {
        /// Its id.
        task: Option<String>,
    },
    /// Lists tasks.
    ListTasks,
}

impl A2aClient {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        Self {
            visitor: Visitor::start("a2a_client.py", &mut python("a2a_client.py")),
        }
    }

    /// Reads the card at a URL, runs the errands where it says, and waits for whole answers.
    #[must_use]
    pub fn visit(&self, url: &str, token: Option<&str>, by: Binding, errands: &[Errand]) -> Visit {
        let request = json!({"url": url, "mode": by, "streaming": false, "steps": errands});
        self.visitor.visit(request, token)
    }

    /// Likewise, but has messages answered by streams.
    #[must_use]
    pub fn follow(&self, url: &str, token: Option<&str>, by: Binding, errands: &[Errand]) -> Visit {
        let request = json!({"url": url, "mode": by, "streaming": true, "steps": errands});
        self.visitor.visit(request, token)
    }
}

impl Errand {
    /// Sends a message without metadata.
    #[must_use]
    pub fn send(text: &str) -> Self {
        Self::Send {
            text: text.to_owned(),
            metadata: json!({}),
        }
    }
}
