//! The machine's clock is set forward and back while a gateway runs: nothing is let through that
//! would not have been, and what lies ahead counts as now.

use remit_engine::plan::{Counts, Window, WindowKind};
use remit_tests::gateway::Gateway;

use super::crowd::{Told, in_turn};
use super::world::{Caller, Policy, started};

const HOUR: i64 = 3600;

/// A gateway, and how far its clock is ahead.
struct World {
    gateway: Gateway,
    ahead: i64,
}

impl World {
    fn step(&mut self, seconds: i64) {
        self.ahead += seconds;
        self.gateway.set_clock_ahead(self.ahead);
    }

    /// What becomes of so many requests with a token that is issued by that clock.
    fn ask(&self, task_id: &str, target: &str, times: usize) -> Vec<Told> {
        let mut caller = Caller::of(task_id, "emea");
        caller.at += self.ahead;
        in_turn(&self.gateway, &vec![caller.asks_for(target); times])
    }

    /// How many of four are let through; the others must be told of the limit.
    fn let_through(&self, task_id: &str, target: &str, limit: &str) -> usize {
        let told = self.ask(task_id, target, 4);
        let over = told.iter().filter(|one| !one.is_allowed());
        for one in over.clone() {
            assert_eq!(one.why, format!("limit_reached {limit}"));
        }
        4 - over.count()
    }
}

fn world(policy: &Policy) -> World {
    World {
        gateway: started(&policy.setup().with_clock()),
        ahead: 0,
    }
}

#[test]
fn windows_when_the_clock_is_set_forward_and_back() {
    let window = |kind| Some(Window { seconds: 600, kind });
    let policy = Policy::new()
        .limit("sliding", &["list"], 3, |limit| {
            limit.window = window(WindowKind::Sliding);
        })
        .limit("fixed", &["search"], 3, |limit| {
            limit.window = window(WindowKind::Fixed);
        });
    let mut world = world(&policy);
    for (target, limit) in [("/v1/orders", "sliding"), ("/v1/search", "fixed")] {
        let run = |name: &str| format!("{limit}-{name}");
        let asked = |world: &World, name: &str| world.let_through(&run(name), target, limit);
        assert_eq!(asked(&world, "a"), 3);
        // Forward, counted there, and back again.
        world.step(2 * HOUR);
        assert_eq!(asked(&world, "b"), 3);
        world.step(-HOUR);
        assert_eq!(asked(&world, "b"), 0);
        assert_eq!(asked(&world, "c"), 3);
        // The window of what was counted now ends as ever. What lies ahead counts from when that was
        // noticed: for a fixed window, or up to two of one that slides.
        world.step(700);
        let ahead = if limit == "fixed" { 3 } else { 0 };
        assert_eq!((asked(&world, "b"), asked(&world, "c")), (ahead, 3));
        world.step(HOUR);
        assert_eq!(asked(&world, "b"), 3);
    }
}

#[test]
fn idle_time_when_the_clock_is_set_forward_and_back() {
    let policy = Policy::new().limit("idle", &[], 300, |limit| limit.counts = Counts::Idle);
    let mut world = world(&policy);
    let why = |world: &World, run: &str| world.ask(run, "/v1/orders", 1).remove(0).why;
    let (allowed, idle) = ("allowed", "task_idle idle");
    assert_eq!(why(&world, "a"), allowed);
    world.step(290);
    assert_eq!(why(&world, "a"), allowed);
    world.step(310);
    assert_eq!(why(&world, "a"), idle);
    assert_eq!(why(&world, "b"), allowed);
    // Back: the last call lies ahead, so that it is not idle; from now on it may be.
    world.step(-200);
    assert_eq!(why(&world, "b"), allowed);
    world.step(310);
    assert_eq!(why(&world, "b"), idle);
    world.step(HOUR);
    assert_eq!(why(&world, "b"), idle);
    assert_eq!(why(&world, "c"), allowed);
}
