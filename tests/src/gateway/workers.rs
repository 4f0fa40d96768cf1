//! Connections that a certain worker of the gateway serves.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Gateway;
use crate::client::Response;
use crate::client::h1::{Connection, Request};
use crate::runtime::PATIENCE;

/// A connection to one worker, for many requests; opened anew where it was closed.
///
/// The kernel chooses the worker of a connection, so it is opened until that worker has it. Nothing
/// else may connect meanwhile.
pub struct Pinned<'g> {
    gateway: &'g Gateway,
    worker: usize,
    connection: Connection,
}

impl<'g> Pinned<'g> {
    /// Connects to a worker; they are counted from 0.
    #[must_use]
    pub fn to(gateway: &'g Gateway, worker: usize) -> Self {
        Self {
            gateway,
            worker,
            connection: open(gateway, worker),
        }
    }

    /// Sends a request and waits for the whole response.
    pub fn send(&mut self, request: &Request) -> Response {
        self.connection.send(&request.bytes());
        let response = self.connection.receive(false);
        if response.status == 0 || response.value("connection") == Some("close") {
            self.connection = open(self.gateway, self.worker);
        }
        response
    }
}

fn open(gateway: &Gateway, worker: usize) -> Connection {
    let accepted = |which: &str| -> u64 {
        let stats = gateway.stats_with(".downstream_cx_total");
        let of_workers = stats.iter().filter(|(name, _)| name.contains(which));
        of_workers.map(|(_, count)| count).sum()
    };
    let this = format!(".worker_{worker}.");
    let patience = Instant::now() + PATIENCE;
    while Instant::now() < patience {
        let (all_before, before) = (accepted(".worker_"), accepted(&this));
        let connection = Connection::open(gateway.agents());
        while accepted(".worker_") == all_before && Instant::now() < patience {
            sleep(Duration::from_millis(2));
        }
        if accepted(&this) > before {
            return connection;
        }
    }
    panic!("worker {worker} gets no connection within {PATIENCE:?}");
}
