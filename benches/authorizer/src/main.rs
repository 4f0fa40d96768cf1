//! Answers Envoy's questions on a free port of the loopback interface until its standard input
//! ends. The one line that it prints is its address.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use remit_bench_authorizer::{Authorizer, Expected, Verifier, serve};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// An external authorizer for Envoy that checks what the filter checks.
#[derive(Debug, Parser)]
struct Arguments {
    /// The keys that sign tokens: a JWK Set.
    #[arg(long)]
    jwks: PathBuf,
    /// Who issues tokens: `iss`.
    #[arg(long)]
    issuer: String,
    /// Whom tokens are for: `aud`.
    #[arg(long)]
    audience: String,
}

/// One thread: what it costs is then one core's time, as a worker's is.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let Arguments {
        jwks,
        issuer,
        audience,
    } = Arguments::parse();
    let keys = fs::read(&jwks).with_context(|| format!("`{}`", jwks.display()))?;
    let verifier = Verifier::new(&keys, Expected { issuer, audience })
        .with_context(|| format!("`{}`", jwks.display()))?;
    let authorizer = Authorizer::new(verifier)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    serve(authorizer, listener, end_of_input()).await?;
    Ok(())
}

/// Whoever started this holds the other end of its input, and lets go of it by ending in any way.
async fn end_of_input() {
    let mut input = tokio::io::stdin();
    let mut ignored = [0; 64];
    while matches!(input.read(&mut ignored).await, Ok(1..)) {}
}
