//! `remit dev`: a policy at work while it is being written.
//!
//! Envoy runs with the filter in front of an upstream; each decision is printed as it falls, and a
//! change of the policy takes effect without losing a request. A policy with errors changes
//! nothing: the one before stays in force. Everything that is started or written here is gone
//! when the command ends, however it ends short of being killed.

mod decision;
mod echo;
mod policy;
mod session;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use remit_policy_compiler::envoy::Endpoint;

use super::Exit;

/// Arguments of `remit dev`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit dev examples/support-desk
  remit dev policy/ --upstream http://127.0.0.1:9000 --listen 127.0.0.1:8000")]
pub(crate) struct Arguments {
    /// A policy file, or a folder of them (`*.test.yaml` is left out).
    path: PathBuf,
    /// Where allowed requests go; without it, to a server that answers with what it was sent.
    #[arg(long, value_name = "URL")]
    upstream: Option<Endpoint>,
    /// Where agents connect.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The Envoy to start; else `$ENVOY`, the one on `PATH`, or the one in `.venv`.
    #[arg(long, value_name = "FILE")]
    envoy: Option<PathBuf>,
    /// The filter module; else `$REMIT_MODULE` (of a policy that reads bodies `$REMIT_FULL_MODULE`), or
    /// the one that `make module` builds.
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
}

/// Runs until it is interrupted.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(session::run(arguments))
}
