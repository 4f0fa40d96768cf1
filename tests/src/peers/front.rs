//! An Envoy without the filter, in front of one server: `peers/front.yaml`.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::envoy::{AccessLog, Envoy};
use crate::places;

/// The Envoy.
pub struct Front {
    _envoy: Envoy,
    address: SocketAddr,
    _folder: TempDir,
}

impl Front {
    /// Starts one that changes nothing.
    #[must_use]
    pub fn of(server: SocketAddr) -> Self {
        Self::start(server, "", "")
    }

    /// Starts one that knows how to get into a gateway, for a client that does not: it sends the
    /// token, and what was sent to itself it sends to the host.
    #[must_use]
    pub fn entering(gateway: SocketAddr, host: &str, token: &str) -> Self {
        let host = format!(", host_rewrite_literal: {host}");
        let field = format!("{{key: authorization, value: \"Bearer {token}\"}}");
        let headers = format!("request_headers_to_add: [{{header: {field}}}]");
        Self::start(gateway, &host, &headers)
    }

    fn start(server: SocketAddr, host: &str, headers: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let template = places::workspace().join("tests/peers/front.yaml");
        let template = fs::read_to_string(template).expect("the template is there");
        let bootstrap = template
            .replace("${port}", &server.port().to_string())
            .replace("${host}", host)
            .replace("${headers}", headers);
        let file = folder.path().join("front.yaml");
        fs::write(&file, bootstrap).expect("the folder can be written");
        let log = AccessLog::at(PathBuf::from("/dev/null"));
        let envoy = Envoy::start(&file, folder.path(), &log, 1)
            .unwrap_or_else(|error| panic!("Envoy does not start:\n{}", error.log));
        Self {
            address: envoy.listener("agents"),
            _envoy: envoy,
            _folder: folder,
        }
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
