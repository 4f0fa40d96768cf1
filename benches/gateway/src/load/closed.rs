//! Closed loop: each connection sends its next request when it has the answer to the last. The
//! gateway is never idle, so its processor time for a request is what a request costs.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::connection::Connection;
use super::{Outcome, Requests};

/// A load in closed loop.
#[derive(Debug, Clone, Copy)]
pub struct Closed {
    /// Requests in flight at a time.
    pub connections: usize,
    /// When it ends.
    pub until: Until,
}

/// When a load ends.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// After a time.
    Elapsed(Duration),
    /// After that many requests.
    Sent(usize),
}

impl Closed {
    /// Puts the load on a listener.
    ///
    /// # Errors
    /// Of the first connection that breaks.
    pub async fn run(self, to: SocketAddr, requests: &Requests) -> anyhow::Result<Outcome> {
        let outcome = Rc::new(RefCell::new(Outcome::new()));
        let sent = Rc::new(Cell::new(0));
        let mut connections = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            connections.push(Connection::open(to).await?);
        }
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for mut connection in connections {
            let (outcome, sent, requests) = (outcome.clone(), sent.clone(), requests.clone());
            tasks.spawn_local(async move {
                while self.until.goes_on(began, &sent) {
                    let start = Instant::now();
                    let got = connection.exchange(requests.next()).await?;
                    let mut outcome = outcome.borrow_mut();
                    outcome.note(start.elapsed(), got, &requests);
                }
                anyhow::Ok(())
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        let mut outcome = outcome.borrow().clone();
        outcome.elapsed = began.elapsed();
        Ok(outcome)
    }
}

impl Until {
    fn goes_on(self, began: Instant, sent: &Cell<usize>) -> bool {
        match self {
            Self::Elapsed(time) => began.elapsed() < time,
            Self::Sent(most) => {
                let next = sent.get();
                sent.set(next + 1);
                next < most
            }
        }
    }
}
