//! MCP clients of the official SDKs: `peers/mcp_client.py` and `peers/mcp_client.mjs`.

use serde::Serialize;
use serde_json::{Value, json};

use super::visitor::Visitor;
use super::{Visit, node, python};

/// A client.
pub struct McpClient {
    sdk: Sdk,
    visitor: Visitor,
}

/// Whose client it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sdk {
    /// PyPI `mcp`: all revisions.
    Python,
    /// npm `@modelcontextprotocol/client`: all revisions.
    TypeScript,
    /// npm `@modelcontextprotocol/sdk`: revisions up to 2025-11-25.
    TypeScript1,
}

/// Which revision a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Era {
    /// One that has sessions, by `initialize`.
    Legacy,
    /// The newest that both have.
    Auto,
}

/// What a client does once it is connected.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Lists tools by name.
    ListTools,
    /// Lists prompts by name.
    ListPrompts,
    /// Lists resources by URI.
    ListResources,
    /// Lists resource templates by URI template.
    ListTemplates,
    /// Calls a tool.
    CallTool {
        /// Its name.
        name: String,
        /// Its arguments.
        arguments: Value,
        /// Whether it is to tell of its progress, which makes the answer a stream.
        progress: bool,
    },
    /// Gets a prompt.
    GetPrompt {
        /// Its name.
        name: String,
        /// Its arguments.
        arguments: Value,
    },
    /// Reads a resource.
    ReadResource {
        /// Its URI.
        uri: String,
    },
    /// Pings the server, where the revision has that.
    Ping,
}

impl McpClient {
    /// Starts one.
    #[must_use]
    pub fn start(sdk: Sdk) -> Self {
        let visitor = match sdk {
            Sdk::Python => Visitor::start("mcp_client.py", &mut python("mcp_client.py")),
            Sdk::TypeScript => Visitor::start("mcp_client.mjs", node("mcp_client.mjs").arg("2")),
            Sdk::TypeScript1 => Visitor::start("mcp_client.mjs", node("mcp_client.mjs").arg("1")),
        };
        Self { sdk, visitor }
    }

    /// Whose client it is.
    #[must_use]
    pub fn sdk(&self) -> Sdk {
        self.sdk
    }

    /// Connects to a server at a URL, takes the steps and disconnects.
    #[must_use]
    pub fn visit(&self, url: &str, token: Option<&str>, era: Era, steps: &[Step]) -> Visit {
        let request = json!({"url": url, "mode": era, "steps": steps});
        self.visitor.visit(request, token)
    }
}

impl Step {
    /// Calls a tool.
    #[must_use]
    pub fn call(name: &str, arguments: Value) -> Self {
        Self::CallTool {
            name: name.to_owned(),
            arguments,
            progress: false,
        }
    }

    /// Calls a tool and listens to its progress.
    #[must_use]
    pub fn follow(name: &str, arguments: Value) -> Self {
        Self::CallTool {
            name: name.to_owned(),
            arguments,
            progress: true,
        }
    }

    /// Gets a prompt.
    #[must_use]
    pub fn prompt(name: &str, arguments: Value) -> Self {
        Self::GetPrompt {
            name: name.to_owned(),
            arguments,
        }
    }

    /// Reads a resource.
    #[must_use]
    pub fn read(uri: &str) -> Self {
        Self::ReadResource {
            uri: uri.to_owned(),
        }
    }
}
