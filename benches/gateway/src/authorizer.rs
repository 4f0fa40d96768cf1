//! The service that Envoy asks over gRPC: a process of its own, which ends with this one.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::bootstrap::loopback;
use crate::tokens::{AUDIENCE, ISSUER, jwks};

const CLUSTER: &str = "authorizer";

/// A running authorizer.
#[derive(Debug)]
pub struct Authorizer {
    process: Child,
    port: u16,
    _keys: NamedTempFile,
}

impl Authorizer {
    /// Starts it.
    ///
    /// # Errors
    /// It does not start, or does not say where it listens.
    pub fn start(program: &Path) -> anyhow::Result<Self> {
        let keys = NamedTempFile::new()?;
        std::fs::write(keys.path(), jwks().to_string())?;
        let mut process = Command::new(program)
            .arg("--jwks")
            .arg(keys.path())
            .args(["--issuer", ISSUER, "--audience", AUDIENCE])
            // It ends when this does.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("`{}` starts", program.display()))?;
        let said = process.stdout.take().context("its output is piped")?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line)?;
        let port = line.trim().rsplit(':').next().unwrap_or_default();
        let port = port.parse().with_context(|| format!("it said `{line}`"))?;
        Ok(Self {
            process,
            port,
            _keys: keys,
        })
    }

    /// The filter that asks it.
    #[must_use]
    pub fn filter(&self) -> Value {
        json!({
            "name": "envoy.filters.http.ext_authz",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
                "transport_api_version": "V3",
                "failure_mode_allow": false,
                "status_on_error": {"code": "ServiceUnavailable"},
                "allowed_headers": {"patterns": [{"exact": "authorization"}]},
                "grpc_service": {"envoy_grpc": {"cluster_name": CLUSTER}, "timeout": "2s"},
            },
        })
    }

    /// The cluster that it is.
    #[must_use]
    pub fn cluster(&self) -> Value {
        json!({
            "name": CLUSTER,
            "type": "STATIC",
            "connect_timeout": "2s",
            "typed_extension_protocol_options": {
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                    "explicit_http_config": {"http2_protocol_options": {}},
                },
            },
            "load_assignment": {
                "cluster_name": CLUSTER,
                "endpoints": [{"lb_endpoints": [{"endpoint": {"address": loopback(self.port)}}]}],
            },
        })
    }

    /// Time on the processor so far, of all its threads.
    ///
    /// # Errors
    /// It has ended.
    pub fn spent(&self) -> anyhow::Result<Duration> {
        let mut spent = Duration::ZERO;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let line = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let nanos = line.split_whitespace().next().context("a figure")?;
            spent += Duration::from_nanos(nanos.parse()?);
        }
        Ok(spent)
    }
}

impl Drop for Authorizer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
