//! What came of a visit to a server.

use serde::Deserialize;
use serde_json::Value;

/// A visit, from connecting to its last step.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Visit {
    /// The revision of MCP that client and server agreed on; none where they did not connect.
    pub version: Option<String>,
    outcomes: Vec<Outcome>,
}

/// What came of connecting, or of a step.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Outcome {
    /// The statuses of what the client's SDK sent for it: one for each POST of MCP, and for each
    /// request of A2A.
    pub statuses: Vec<u16>,
    /// What the SDK gave to whoever called it.
    pub told: Told,
}

/// What an SDK gives to whoever calls it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Told {
    /// Names or URIs, of all pages of a list.
    Names(Vec<String>),
    /// A text.
    Text(String),
    /// A tool's result.
    Result {
        /// Its text.
        text: String,
        /// Whether the server says that it is an error.
        failed: bool,
        /// How often progress was heard of.
        progress: usize,
    },
    /// An agent's answer to a message.
    Sent {
        /// Its text.
        text: String,
        /// The task that it left.
        task: Option<String>,
    },
    /// An error.
    Error(Refusal),
}

/// An error, as an SDK raises it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Refusal {
    /// The code of a JSON-RPC error, where the SDK read one; for A2A the name of the error's class.
    pub code: Value,
    /// What it says.
    pub message: String,
    /// What else it says.
    pub data: Value,
}

impl Visit {
    /// What came of connecting.
    #[must_use]
    pub fn connecting(&self) -> &Outcome {
        &self.outcomes[0]
    }

    /// What came of the steps, in their order. They were taken.
    #[must_use]
    pub fn steps(&self) -> &[Outcome] {
        let connecting = self.connecting();
        assert!(!matches!(connecting.told, Told::Error(_)), "{connecting:?}");
        &self.outcomes[1..]
    }

    /// What came of the only step.
    #[must_use]
    pub fn only(&self) -> &Outcome {
        match self.steps() {
            [only] => only,
            steps => panic!("not one step: {steps:?}"),
        }
    }
}

impl Outcome {
    /// The last status.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.statuses.last().copied()
    }

    /// The names of a list.
    #[must_use]
    pub fn names(&self) -> &[String] {
        match &self.told {
            Told::Names(names) => names,
            _ => panic!("no names: {self:?}"),
        }
    }

    /// The text of anything but a list.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.told {
            Told::Text(text) | Told::Result { text, .. } | Told::Sent { text, .. } => text,
            Told::Names(_) | Told::Error(_) => panic!("no text: {self:?}"),
        }
    }

    /// The error.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        match &self.told {
            Told::Error(refusal) => refusal,
            _ => panic!("no error: {self:?}"),
        }
    }
}
