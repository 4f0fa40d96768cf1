//! Envoy with one of the two modules and nothing else that could differ.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_tests::envoy::{AccessLog, Envoy};
use tempfile::TempDir;

use crate::plans::{Plans, Policy};
use crate::{Module, Options};

/// Longest time that workers may take after Envoy is live to have their machines.
const PATIENCE: Duration = Duration::from_secs(30);
/// For so long memory has to stay where it is.
const QUIET: Duration = Duration::from_millis(300);

/// Envoys to be started.
pub(crate) struct Gateways<'m> {
    module: &'m Path,
    noop: &'m Path,
    plans: &'m Plans,
}

/// A running one.
pub(crate) struct Running {
    pub(crate) envoy: Envoy,
    workers: u32,
    _folder: TempDir,
}

impl<'m> Gateways<'m> {
    pub(crate) fn new(options: &'m Options, plans: &'m Plans) -> Self {
        let Options { module, noop, .. } = options;
        Self {
            module,
            noop,
            plans,
        }
    }

    /// Starts one and waits until it is live.
    pub(crate) fn start(&self, module: Module, policy: Policy, workers: u32) -> Running {
        let file = match module {
            Module::Remit => self.module,
            Module::Noop => self.noop,
        };
        let folder = TempDir::new().expect("a temporary folder");
        let bootstrap: PathBuf = folder.path().join("bootstrap.yaml");
        let plan = STANDARD.encode(self.plans.of(policy));
        fs::write(&bootstrap, configuration(file, &plan)).expect("the folder can be written");
        let envoy = match Envoy::start(
            &bootstrap,
            folder.path(),
            &AccessLog::at(folder.path().join("log")),
            workers,
        ) {
            Ok(envoy) => envoy,
            Err(error) => panic!(
                "Envoy does not start with {}:\n{}",
                file.display(),
                error.log
            ),
        };
        Running {
            envoy,
            workers,
            _folder: folder,
        }
    }
}

impl Running {
    /// The memory in use, when every worker has its machine and nothing moves any more.
    pub(crate) fn settled_bytes(&self) -> u64 {
        let patience = Instant::now() + PATIENCE;
        // One for each worker, one for the main thread, and the one that the others are copies of.
        let machines = u64::from(self.workers) + 2;
        while self.envoy.stat("wasm.envoy.wasm.runtime.v8.active") < machines {
            assert!(Instant::now() < patience, "a worker has no machine");
            sleep(Duration::from_millis(20));
        }
        let mut bytes = self.envoy.resident_bytes();
        loop {
            sleep(QUIET);
            let now = self.envoy.resident_bytes();
            // What the kernel counts late (a page or two a thread) is no movement.
            if now.abs_diff(bytes) < 64 * 1024 || Instant::now() > patience {
                return now;
            }
            bytes = now;
        }
    }
}

fn configuration(module: &Path, plan: &str) -> String {
    format!(
        r#"admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}}}
static_resources:
  listeners:
  - name: agents
    address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: agents
          route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, direct_response: {{status: 200}}}}]}}]}}
          http_filters:
          - name: filter
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                name: remit
                root_id: remit
                vm_config: {{vm_id: remit, runtime: envoy.wasm.runtime.v8, code: {{local: {{filename: "{module}"}}}}}}
                configuration: {{"@type": type.googleapis.com/google.protobuf.StringValue, value: "{plan}"}}
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
"#,
        module = module.display(),
    )
}
