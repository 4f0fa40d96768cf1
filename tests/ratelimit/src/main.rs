//! A rate limit service (`envoy.service.ratelimit.v3`) until its standard input ends: the engine of
//! `limitador`, with its counters in Redis.
//!
//! `remit-ratelimit <address> <redis> <limits>`: the address to listen on, Redis's URL, and a file
//! with limits as limitador's own server reads them, in JSON. The first line that it prints is
//! `{"url": ...}`; then it does what it is told (`orders.rs`).

mod orders;
mod service;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use envoy_types::pb::envoy::service::ratelimit::v3::rate_limit_service_server::RateLimitServiceServer;
use limitador::AsyncRateLimiter;
use limitador::limit::Limit;
use limitador::storage::redis::{AsyncRedisStorage, DEFAULT_RESPONSE_TIMEOUT_MS};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

use orders::Pace;
use service::Service;

/// Longest wait for Redis to take a connection or to answer: limitador's own.
const PATIENCE: Duration = Duration::from_millis(DEFAULT_RESPONSE_TIMEOUT_MS);

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, redis, limits] = arguments.as_slice() else {
        anyhow::bail!("usage: remit-ratelimit <address> <redis> <limits>");
    };
    let address: SocketAddr = address.parse().context("the address to listen on")?;
    anyhow::ensure!(address.ip().is_loopback(), "only for this machine");
    let limits = std::fs::read(limits).with_context(|| format!("`{limits}`"))?;
    let limits: Vec<Limit> = serde_json::from_slice(&limits).context("the limits")?;

    let limiter = Arc::new(AsyncRateLimiter::new_with_storage(Box::new(
        storage(redis).await.context("Redis")?,
    )));
    for limit in limits {
        limiter.add_limit(limit);
    }
    let listener = TcpListener::bind(address).await?;
    println!(
        "{}",
        json!({"url": format!("http://{}", listener.local_addr()?)})
    );
    let (paces, pace) = watch::channel(Pace::Running);
    let service = RateLimitServiceServer::new(Service::new(Arc::clone(&limiter), pace));
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = Server::builder().serve_with_incoming(service, incoming);
    // Connections that are open do not hold it up: who asked is gone with its input.
    tokio::select! {
        served = serving => Ok(served?),
        answered = orders::answer(&limiter, paces) => answered,
    }
}

/// Redis, which may go and come back: one attempt to connect for each request meanwhile.
async fn storage(url: &str) -> anyhow::Result<AsyncRedisStorage> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(PATIENCE)
        .set_response_timeout(PATIENCE)
        .set_number_of_retries(0);
    let client = redis::Client::open(url)?;
    let connection = ConnectionManager::new_with_config(client, config).await?;
    Ok(AsyncRedisStorage::new_with_conn_manager(connection).await?)
}
