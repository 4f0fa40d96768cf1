//! The MCP server that shows everything: npm's `server-everything`, by `peers/everything.mjs`.

use std::net::SocketAddr;

use super::{listens, node};
use crate::lines::Process;

/// The server. It speaks revisions up to 2025-11-25, in sessions.
pub struct Everything {
    _process: Process,
    address: SocketAddr,
}

impl Everything {
    /// Starts one.
    #[must_use]
    pub fn start() -> Self {
        let mut process = Process::start("everything.mjs", &mut node("everything.mjs"));
        let address = listens(&mut process);
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
