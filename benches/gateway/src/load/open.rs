//! Open loop: requests are due at fixed times, whether or not earlier ones have been answered, as
//! independent clients send them. A request that is sent late has waited since it was due.

use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::task::{JoinSet, yield_now};

use super::connection::Connection;
use super::{Outcome, Requests};

/// A load in open loop.
#[derive(Debug, Clone, Copy)]
pub struct Open {
    /// Requests a second.
    pub rate: u32,
    /// How long.
    pub time: Duration,
    /// Most requests in flight; more wait for a connection, and their waiting counts.
    pub connections: usize,
}

impl Open {
    /// Puts the load on a listener.
    ///
    /// # Errors
    /// Of the first connection that breaks.
    pub async fn run(self, to: SocketAddr, requests: &Requests) -> anyhow::Result<Outcome> {
        ensure!(self.rate > 0, "a rate is above zero");
        let outcome = Rc::new(RefCell::new(Outcome::new()));
        let mut idle = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            idle.push(Connection::open(to).await?);
        }
        let idle = Rc::new(RefCell::new(idle));
        let mut tasks = JoinSet::new();
        let between = Duration::from_secs(1) / self.rate;
        let began = Instant::now();
        let mut due = began;
        while due.duration_since(began) < self.time {
            // The runtime's timers are a millisecond apart, which is longer than what is measured.
            while Instant::now() < due {
                collect(&mut tasks)?;
                yield_now().await;
            }
            let mut connection = loop {
                let free = idle.borrow_mut().pop();
                match free {
                    Some(connection) => break connection,
                    None => {
                        collect(&mut tasks)?;
                        yield_now().await;
                    }
                }
            };
            let (outcome, idle, requests) = (outcome.clone(), idle.clone(), requests.clone());
            let scheduled = due;
            tasks.spawn_local(async move {
                let got = connection.exchange(requests.next()).await?;
                let mut outcome = outcome.borrow_mut();
                outcome.note(scheduled.elapsed(), got, &requests);
                idle.borrow_mut().push(connection);
                anyhow::Ok(())
            });
            due += between;
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        let mut outcome = outcome.borrow().clone();
        outcome.elapsed = began.elapsed();
        Ok(outcome)
    }
}

/// Errors of what has ended; without it, one broken connection after the other would go unseen.
fn collect(tasks: &mut JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    while let Some(ended) = tasks.try_join_next() {
        ended??;
    }
    Ok(())
}
