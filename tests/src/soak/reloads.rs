//! Many reloads in a row under load: no request is lost, and memory is in the end where it was after
//! the first few. Envoy itself grows a little with each, so that the same is done with a filter that
//! does nothing.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::started;
use super::turns::Turns;
use crate::client::{h1, h2};
use crate::gateway::{Gateway, Setup};
use crate::places;
use crate::recipe::Recipe;
use crate::runtime::{PATIENCE, Stop};

/// After so many the memory is taken that the rest is compared with.
const FIRST: u32 = 10;
/// For what is freed late.
const SETTLE: Duration = Duration::from_millis(500);
/// How much more than the no-op filter we may grow.
const BOUND: i64 = 4 * 1024 * 1024;

const UPDATED: &str = "extension_config_discovery.http_filter.remit.update_success";

/// Reloads of both filters.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Reloads {
    /// How many of each.
    pub count: u32,
    /// With the filter as it is shipped.
    pub remit: Reloaded,
    /// With a filter that does nothing.
    pub noop: Reloaded,
    /// How much more the filter may grow than the one that does nothing.
    pub bound_bytes: i64,
}

/// Reloads of one filter.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Reloaded {
    /// How long they took.
    pub seconds: f64,
    /// Requests meanwhile.
    pub requests: u64,
    /// Those of them that were not answered with 200.
    pub lost: u64,
    /// After the first few reloads.
    pub after_first_bytes: u64,
    /// After the last.
    pub at_end_bytes: u64,
}

impl Reloaded {
    /// From the first few reloads to the last.
    #[must_use]
    pub fn growth_bytes(&self) -> i64 {
        self.at_end_bytes.cast_signed() - self.after_first_bytes.cast_signed()
    }
}

pub(super) fn beside_a_noop(count: u32, turns: &Turns) -> Option<Reloads> {
    if count <= FIRST {
        return None;
    }
    let shipped = Setup::new(&turns.first().plan).dynamic().counting();
    let remit = reloaded(&started(&shipped), count, turns);
    // The gate would refuse what no filter has decided: here it only counts.
    let noop = shipped
        .module(&places::noop_module())
        .edit("action: ALLOW\n", "action: LOG\n");
    let noop = reloaded(&started(&noop), count, turns);
    Some(Reloads {
        count,
        remit,
        noop,
        bound_bytes: BOUND,
    })
}

fn reloaded(gateway: &Gateway, count: u32, turns: &Turns) -> Reloaded {
    let stop = AtomicBool::new(false);
    let [requests, lost] = [AtomicU64::new(0), AtomicU64::new(0)];
    let token = token();
    let (after_first, at_end, seconds) = scope(|threads| {
        let (stop, requests, lost, token) = (&stop, &requests, &lost, token.as_str());
        let _stopped = Stop(stop);
        let count_up = |status: u16| {
            requests.fetch_add(1, Ordering::Relaxed);
            if status != 200 {
                lost.fetch_add(1, Ordering::Relaxed);
            }
        };
        for _ in 0..2 {
            threads.spawn(move || {
                let request = h1::Request::new("GET", "/v1/orders", "api.corp.example");
                let bytes = request.field("authorization", token).bytes();
                let mut connection = h1::Connection::open(gateway.agents());
                while !stop.load(Ordering::Relaxed) {
                    connection.send(&bytes);
                    let status = connection.receive(false).status;
                    count_up(status);
                    if status == 0 {
                        connection = h1::Connection::open(gateway.agents());
                    }
                }
            });
            threads.spawn(move || {
                let request = h2::Request::new("GET", "/v1/orders", "api.corp.example");
                let request = request.field("authorization", token);
                let mut session = h2::Session::new(gateway.agents());
                while !stop.load(Ordering::Relaxed) {
                    count_up(session.send(&request).status);
                }
            });
        }
        let began = Instant::now();
        let mut turns = turns.following();
        let mut reload = |times: u32| {
            for (_, turn) in turns.by_ref().take(times as usize) {
                reload(gateway, &turn.text());
            }
            sleep(SETTLE);
            gateway.resident_bytes()
        };
        let after_first = reload(FIRST);
        let at_end = reload(count - FIRST);
        (after_first, at_end, began.elapsed().as_secs_f64())
    });
    Reloaded {
        seconds,
        requests: requests.into_inner(),
        lost: lost.into_inner(),
        after_first_bytes: after_first,
        at_end_bytes: at_end,
    }
}

fn reload(gateway: &Gateway, text: &str) {
    let before = gateway.stat(UPDATED);
    gateway.discover(text);
    let end = Instant::now() + PATIENCE;
    while gateway.stat(UPDATED) == before {
        assert!(Instant::now() < end, "Envoy does not take the plan");
        sleep(Duration::from_millis(5));
    }
}

fn token() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = since.map(|since| since.as_secs()).unwrap_or_default();
    format!("Bearer {}", Recipe::corp(now.cast_signed()).token())
}
