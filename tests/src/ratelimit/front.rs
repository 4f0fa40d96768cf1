//! An Envoy without the filter, which asks a rate limit service by itself: `ratelimit/front.yaml`.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::envoy::{AccessLog, Envoy};
use crate::places;

/// The Envoy.
pub struct Front {
    envoy: Envoy,
    address: SocketAddr,
    _folder: TempDir,
}

impl Front {
    /// The domain of its requests.
    pub const DOMAIN: &str = "front";

    /// Starts one that asks with a descriptor `agent` of the value of `x-agent`, which adds what
    /// `x-hits` says, and with a descriptor `tenant` of `x-tenant`, for which the request says it in
    /// `x-all-hits`. Without an answer within a second nobody passes.
    #[must_use]
    pub fn start(service: SocketAddr, upstream: SocketAddr) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let template = places::workspace().join("tests/ratelimit/front.yaml");
        let bootstrap = fs::read_to_string(template)
            .expect("the template is there")
            .replace("${domain}", Self::DOMAIN)
            .replace("${service}", &service.port().to_string())
            .replace("${upstream}", &upstream.port().to_string());
        let file = folder.path().join("front.yaml");
        fs::write(&file, bootstrap).expect("the folder can be written");
        let log = AccessLog::at(PathBuf::from("/dev/null"));
        let envoy = Envoy::start(&file, folder.path(), &log, 1)
            .unwrap_or_else(|error| panic!("Envoy does not start:\n{}", error.log));
        Self {
            address: envoy.listener("agents"),
            envoy,
            _folder: folder,
        }
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A counter of what the service answered: `ok`, `over_limit` or `error`.
    #[must_use]
    pub fn answered(&self, what: &str) -> u64 {
        self.envoy
            .stat(&format!("cluster.upstream.ratelimit.{what}"))
    }
}
