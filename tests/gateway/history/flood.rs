//! New task ids without end: the table stays as large as it is, what it has is not dropped, and one
//! tenant or issuer cannot fill it for others.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::scope;
use std::time::{Duration, Instant};

use remit_tests::client::h1::Connection;
use remit_tests::gateway::Gateway;

use super::crowd::{Told, allowed, in_turn, tally};
use super::world::{Caller, Policy, started};

/// Clients that ask with new task ids.
const CLIENTS: usize = 8;
/// How often a task id may ask.
const BUDGET: u32 = 3;
/// How many task ids are asked for again in the end.
const AGAIN: usize = 100;
/// Histories that the table has room for on average in a bucket, and those that one tenant may have.
const MEAN: usize = 8;
const OF_A_TENANT: usize = 16;

/// How many task ids: some more than there is room for, or as many as one likes.
fn ids() -> usize {
    let ids = std::env::var("REMIT_HISTORY_IDS").ok();
    ids.map_or(10_000, |ids| ids.parse().expect("a number of task ids"))
}

/// What came of a flood.
#[derive(Default)]
struct Flood {
    /// Task ids that were let in, the first of them.
    first: Vec<String>,
    answers: BTreeMap<(u16, String), usize>,
    /// How long each took, a tenth of the flood each.
    times: [Vec<Duration>; 10],
    /// The gateway's memory after each tenth.
    resident: [u64; 10],
}

#[test]
fn a_million_task_ids_or_some_thousands_find_a_table_that_does_not_grow() {
    let ids = ids();
    // Enough for a table that is full long before the end.
    let room = if ids > 100_000 { 16384 } else { 1024 };
    let policy = Policy::new().room(room);
    let policy = policy.limit("calls", &["list"], BUDGET, |_| {});
    let gateway = started(&policy.setup());
    let began = Instant::now();
    let flood = flood(&gateway, "emea", ids);
    println!(
        "{ids} task ids with room for {room} in {:.0?}:\n{}",
        began.elapsed(),
        flood.told()
    );
    let buckets = room as usize / MEAN;

    // One tenant gets its share, and is told that there is no more.
    let full = (503, String::from("history_full"));
    let known = [(200, String::from("allowed")), full.clone()];
    assert!(
        flood.answers.keys().all(|one| known.contains(one)),
        "{:?}",
        flood.answers
    );
    let let_in = ids - flood.answers[&full];
    assert_eq!(let_in, buckets * OF_A_TENANT);

    // It does not keep another out, nor both together another issuer: one in each bucket, so that
    // none of them gets what another leaves of it.
    let share = buckets;
    for (tenant, issuer) in [
        ("apac", None),
        ("emea", Some("https://sts.partner.example")),
    ] {
        let new = (0..share).map(|number| {
            let mut caller = Caller::of(&format!("other-{number}"), tenant);
            if let Some(issuer) = issuer {
                issuer.clone_into(&mut caller.issuer);
            }
            caller.asks_for("/v1/orders")
        });
        let told = in_turn(&gateway, &new.collect::<Vec<_>>());
        assert_eq!(
            tally(&told),
            [((200, "allowed"), share)].into(),
            "{tenant} {issuer:?}"
        );
    }

    // What was let in first is still known, and counts right.
    assert_eq!(flood.first.len(), AGAIN);
    for task_id in &flood.first {
        let again = vec![Caller::of(task_id, "emea").asks_for("/v1/orders"); 3];
        let told = in_turn(&gateway, &again);
        assert_eq!(allowed(&told), 2, "{task_id}: {told:?}");
        assert_eq!(told[2].why, "limit_reached calls", "{task_id}");
    }
    flood.is_flat(ids);
}

/// Asks once for each of so many new task ids of a tenant.
fn flood(gateway: &Gateway, tenant: &str, ids: usize) -> Flood {
    let (next, flood) = (AtomicUsize::new(0), Mutex::new(Flood::default()));
    scope(|threads| {
        for _ in 0..CLIENTS {
            threads.spawn(|| {
                let mut connection = Connection::open(gateway.agents());
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= ids {
                        return;
                    }
                    let task_id = format!("flood-{number}");
                    let request = Caller::of(&task_id, tenant).asks_for("/v1/orders");
                    let sent = Instant::now();
                    connection.send(&request);
                    let told = Told::by(&connection.receive(false));
                    let took = sent.elapsed();
                    let mut flood = flood.lock().expect("nobody panics with it");
                    flood.add(task_id, &told, took, number * 10 / ids);
                    if (number + 1) * 10 / ids > number * 10 / ids {
                        flood.resident[number * 10 / ids] = gateway.resident_bytes();
                    }
                }
            });
        }
    });
    flood.into_inner().expect("nobody panics with it")
}

impl Flood {
    fn add(&mut self, task_id: String, told: &Told, took: Duration, tenth: usize) {
        if told.is_allowed() && self.first.len() < AGAIN {
            self.first.push(task_id);
        }
        *self
            .answers
            .entry((told.status, told.why.clone()))
            .or_default() += 1;
        self.times[tenth].push(took);
    }

    /// Of a tenth: how long the middle one and the slowest of a hundred took.
    fn quantiles(&self, tenth: usize) -> [Duration; 2] {
        let mut times = self.times[tenth].clone();
        times.sort_unstable();
        [times[times.len() / 2], times[times.len() * 99 / 100]]
    }

    fn told(&self) -> String {
        let line = |tenth: usize| {
            let [p50, p99] = self.quantiles(tenth);
            let mebibytes = self.resident[tenth] >> 20;
            format!(
                "  {}0 %: {mebibytes} MiB, p50 {p50:.2?}, p99 {p99:.2?}\n",
                tenth + 1
            )
        };
        (0..10).map(line).collect::<String>() + &format!("  {:?}", self.answers)
    }

    /// Verified tokens have a memory of their own, which fills within the first tens of thousands:
    /// a short flood shows only that requests do not get slower.
    fn is_flat(&self, ids: usize) {
        let [[early, _], [late, _]] = [2, 9].map(|tenth| self.quantiles(tenth));
        assert!(late < 3 * early, "p50 {early:.2?} became {late:.2?}");
        let grown = self.resident[9].saturating_sub(self.resident[4]);
        let bound = if ids < 200_000 { 64 } else { 4 } << 20;
        assert!(grown < bound, "{grown} bytes more than half way");
    }
}
