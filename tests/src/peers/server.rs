//! MCP servers of which nothing is asked beside what clients ask.

use std::net::SocketAddr;
use std::process::Command;

use super::{node, python};
use crate::lines::Process;

/// The server.
pub struct Server {
    _process: Process,
    address: SocketAddr,
}

impl Server {
    /// Starts npm's `server-everything`, by `peers/everything.mjs`. It speaks revisions up to
    /// 2025-11-25, in sessions.
    #[must_use]
    pub fn everything() -> Self {
        Self::start("everything.mjs", &mut node("everything.mjs"))
    }

    /// Starts what MCP's conformance suite is meant for, `peers/specimen.py`: a server of the
    /// official Python SDK that has most of what the suite calls. It speaks all revisions.
    #[must_use]
    pub fn specimen() -> Self {
        Self::start("specimen.py", &mut python("specimen.py"))
    }

    fn start(name: &'static str, command: &mut Command) -> Self {
        let mut process = Process::start(name, command);
        let address = process.listens();
        Self {
            _process: process,
            address,
        }
    }

    /// Where it listens; its endpoint is `/mcp`.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
