//! An example whose clients speak TLS: one with a folder `tls/`, which has the gateway's certificate
//! (`server.crt.pem`) and those of clients, each with its `.key.pem`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::gateway::Setup;
use crate::places;

/// What an Envoy's listener for agents begins with.
const FILTERS: &str = "- filters:
      - name: envoy.filters.network.http_connection_manager";

/// Clients, by the SHA-256 of their certificate in hexadecimal; of none, by nothing. They go on
/// over TLS.
pub(super) struct Clients {
    process: Child,
    ports: BTreeMap<String, u16>,
}

/// Has agents connect over TLS, with a client certificate or without.
pub(super) fn terminate(setup: Setup, folder: &Path) -> Setup {
    let file = |name: &str| serde_json::Value::from(folder.join(name).display().to_string());
    let trusted = "validation_context: {trusted_ca: {filename: ";
    let socket = format!(
        "- transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          \"@type\": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          require_client_certificate: false
          common_tls_context:
            tls_certificates:
            - {{certificate_chain: {{filename: {}}}, private_key: {{filename: {}}}}}
            {trusted}{}}}}}
      filters:
      - name: envoy.filters.network.http_connection_manager",
        file("server.crt.pem"),
        file("server.key.pem"),
        file("authority.pem"),
    );
    setup.edit(FILTERS, &socket)
}

impl Clients {
    /// Starts them. They end with this value, or with the test.
    pub(super) fn start(gateway: SocketAddr, folder: &Path) -> Self {
        let mut process = Command::new(places::python())
            .arg(places::workspace().join("tests/tls_front.py"))
            .arg(gateway.port().to_string())
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tls_front.py starts");
        let told = process.stdout.take().expect("its standard output is piped");
        let mut line = String::new();
        BufReader::new(told)
            .read_line(&mut line)
            .expect("tls_front.py tells its ports");
        let ports = serde_json::from_str(&line).unwrap_or_else(|_| panic!("ports, not `{line}`"));
        Self { process, ports }
    }

    /// Where the client with a certificate connects.
    pub(super) fn showing(&self, certificate: Option<[u8; 32]>) -> SocketAddr {
        let digits = certificate.iter().flatten();
        let digits: String = digits.map(|byte| format!("{byte:02x}")).collect();
        let port = self.ports.get(&digits);
        let port =
            port.unwrap_or_else(|| panic!("no certificate in `tls/` has the hash `{digits}`"));
        SocketAddr::from(([127, 0, 0, 1], *port))
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
