//! A rate limit service (`envoy.service.ratelimit.v3`) that others wrote, or nearly: the engine of
//! `limitador` with its counters in Redis, behind the protocol by the program in `ratelimit/`.
//!
//! Service and Redis can each be stopped and started again, at the same address: what asks them has
//! to live with that. They end with what holds them, and with the test binary.
//!
//! What it counts is exact, which limitador over Redis is not by itself: see `ratelimit/src/service.rs`.

mod front;
mod limit;
mod redis;

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Mutex, MutexGuard};

use serde::Serialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lines::Process;
use crate::places;
use redis::Redis;

pub use front::Front;
pub use limit::{Counter, Limit};

/// A running service.
pub struct RateLimit {
    /// `None` while it is stopped; likewise Redis.
    server: Mutex<Option<Process>>,
    redis: Mutex<Option<Redis>>,
    address: SocketAddr,
    folder: TempDir,
}

/// How a service behaves towards those who ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// It takes connections and requests, and answers none; what is given up meanwhile is not counted.
    Frozen,
    /// It answers.
    Running,
}

impl RateLimit {
    /// Starts one with limits, on a free port of the loopback interface, and a Redis of its own.
    /// `None` where there is no Redis: the test is then skipped, and says so, unless
    /// `REMIT_REQUIRE_VECTORS=1` says that this must not happen.
    #[must_use]
    pub fn start(limits: &[Limit]) -> Option<Self> {
        let program = redis::program()?;
        let folder = TempDir::new().expect("a temporary folder");
        let limits = serde_json::to_vec(limits).expect("limits are JSON");
        fs::write(folder.path().join("limits.json"), limits).expect("the folder can be written");
        let redis = Redis::start(&program, folder.path());
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (server, address) = serve(anywhere, &folder);
        Some(Self {
            server: Mutex::new(Some(server)),
            redis: Mutex::new(Some(redis)),
            address,
            folder,
        })
    }

    /// Where it listens: HTTP/2 in cleartext.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops the service: nobody listens there any more. What is counted stays in Redis.
    pub fn stop(&self) {
        drop(self.server().take().expect("it runs"));
    }

    /// Starts the service that was stopped. Redis has to be there.
    pub fn start_again(&self) {
        let mut server = self.server();
        assert!(server.is_none(), "it runs");
        let (started, address) = serve(self.address, &self.folder);
        assert_eq!(address, self.address);
        *server = Some(started);
    }

    /// Lets the service stand still, or go on.
    pub fn set_pace(&self, pace: Pace) {
        let answer = self.ask(&json!({"op": "pace", "pace": pace}));
        assert_eq!(answer, json!({}));
    }

    /// Stops Redis: the service answers with errors. What was counted is gone.
    pub fn stop_redis(&self) {
        drop(self.redis().take().expect("it runs"));
    }

    /// Starts the Redis that was stopped, with nothing in it.
    pub fn start_redis_again(&self) {
        let mut redis = self.redis();
        assert!(redis.is_none(), "it runs");
        let program = redis::program().expect("it was there");
        *redis = Some(Redis::start(&program, self.folder.path()));
    }

    /// What has been counted in a domain and has not ended, in the order of the variables' values.
    /// Service and Redis have to be there.
    #[must_use]
    pub fn counters(&self, domain: &str) -> Vec<Counter> {
        let mut answer = self.ask(&json!({"op": "counters", "domain": domain}));
        let counters = answer["counters"].take();
        let mut counters: Vec<Counter> = serde_json::from_value(counters)
            .unwrap_or_else(|error| panic!("{error}, answered {answer}"));
        counters.sort();
        counters
    }

    /// What has been counted for one value of the only variable of the domain's only limit.
    #[must_use]
    pub fn used(&self, domain: &str, value: &str) -> u64 {
        let counters = self.counters(domain);
        let of_value = |counter: &&Counter| counter.variables.values().eq([value]);
        counters.iter().find(of_value).map_or(0, |it| it.used)
    }

    fn ask(&self, order: &Value) -> Value {
        self.server().as_mut().expect("it runs").ask(order)
    }

    fn server(&self) -> MutexGuard<'_, Option<Process>> {
        self.server.lock().expect("no test panicked while asking")
    }

    fn redis(&self) -> MutexGuard<'_, Option<Redis>> {
        self.redis.lock().expect("no test panicked meanwhile")
    }
}

/// Starts the program and waits until it listens.
fn serve(at: SocketAddr, folder: &TempDir) -> (Process, SocketAddr) {
    let mut command = Command::new(places::ratelimit());
    command
        .arg(at.to_string())
        .arg(Redis::url(folder.path()))
        .arg(folder.path().join("limits.json"));
    let mut server = Process::start("remit-ratelimit", &mut command);
    let address = server.listens();
    (server, address)
}
