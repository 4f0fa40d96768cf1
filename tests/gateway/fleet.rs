//! Counters that several Envoys share: a rate limit service. Here the service itself, asked by Envoy's
//! own filter.

mod shared;

use std::thread;

use remit_tests::client::h1::Request;
use remit_tests::ratelimit::{Front, Limit, Pace, RateLimit};
use remit_tests::runtime::until;
use remit_tests::upstream::{CASE, Keeps, Upstream};

/// Three an hour for each agent, five for each tenant, before an upstream.
struct World {
    service: RateLimit,
    front: Front,
    upstream: Upstream,
}

impl World {
    fn start() -> Option<Self> {
        let service = RateLimit::start(&[
            Limit::each(Front::DOMAIN, "agent", 3, 3600),
            Limit::each(Front::DOMAIN, "tenant", 5, 3600),
        ])?;
        let upstream = Upstream::start("upstream", Keeps::Requests);
        Some(Self {
            front: Front::start(service.address(), upstream.address()),
            service,
            upstream,
        })
    }

    /// What becomes of a request of an agent that adds so much.
    fn ask(&self, agent: &str, hits: u64) -> u16 {
        let hits = hits.to_string();
        self.send(&[("x-agent", agent), ("x-hits", &hits), (CASE, agent)])
    }

    fn send(&self, fields: &[(&str, &str)]) -> u16 {
        let request = Request::new("GET", "/", "front");
        let fields = fields.iter();
        let request = fields.fold(request, |request, (name, value)| request.field(name, value));
        request.send(self.front.address()).status
    }

    fn used(&self, value: &str) -> u64 {
        self.service.used(Front::DOMAIN, value)
    }

    /// Envoy connects again in its own time.
    fn answers_again(&self) {
        until("the service answers", || self.ask("other", 0) == 200);
    }
}

#[test]
fn the_service_counts_what_an_envoy_asks_it() {
    let Some(world) = World::start() else { return };
    for agent in ["a", "b"] {
        let statuses = [(); 5].map(|()| world.ask(agent, 1));
        assert_eq!(statuses, [200, 200, 200, 429, 429], "{agent}");
        assert_eq!(world.used(agent), 3, "{agent}");
        assert_eq!(world.upstream.arrivals_of(agent).len(), 3, "{agent}");
    }
    assert_eq!(world.front.answered("ok"), 6);
    assert_eq!(world.front.answered("over_limit"), 4);
    assert_eq!(world.service.counters("other"), []);
}

#[test]
fn the_service_counts_as_much_as_a_descriptor_or_its_request_says() {
    let Some(world) = World::start() else { return };
    // What is added is taken whole or not at all, and may be nothing.
    assert_eq!([2, 2, 1].map(|hits| world.ask("a", hits)), [200, 429, 200]);
    assert_eq!([4, 0].map(|hits| world.ask("b", hits)), [429, 200]);
    assert_eq!([world.used("a"), world.used("b")], [3, 0]);

    let tenant = |hits| world.send(&[("x-tenant", "t"), ("x-all-hits", hits)]);
    assert_eq!(["3", "3", "2"].map(tenant), [200, 429, 200]);
    assert_eq!(world.used("t"), 5);

    // Each descriptor is counted by itself, also where another is over its limit.
    let both = [("x-agent", "c"), ("x-hits", "2"), ("x-tenant", "t")];
    assert_eq!(world.send(&both), 429);
    assert_eq!([world.used("c"), world.used("t")], [2, 5]);
}

#[test]
fn the_service_is_exact_for_many_at_once() {
    let Some(world) = World::start() else { return };
    for agent in ["a", "b", "c"] {
        let statuses: Vec<u16> = thread::scope(|scope| {
            let asked = [(); 16].map(|()| scope.spawn(|| world.ask(agent, 1)));
            asked.map(|one| one.join().expect("it asks")).to_vec()
        });
        let passed = statuses.iter().filter(|status| **status == 200);
        assert_eq!(passed.count(), 3, "{statuses:?}");
        assert_eq!(world.upstream.arrivals_of(agent).len(), 3);
    }
}

#[test]
fn the_service_may_go_and_come_back() {
    let Some(world) = World::start() else { return };
    assert_eq!(world.ask("a", 1), 200);
    world.service.stop();
    assert_eq!(world.ask("a", 1), 500);
    world.service.start_again();
    world.answers_again();
    assert_eq!(world.used("a"), 1, "it is kept in Redis");

    world.service.set_pace(Pace::Frozen);
    assert_eq!(world.ask("a", 1), 500);
    world.service.set_pace(Pace::Running);
    world.answers_again();
    assert_eq!(world.used("a"), 1, "Envoy gave it up before it was counted");

    world.service.stop_redis();
    assert_eq!([(); 3].map(|()| world.ask("b", 1)), [500; 3]);
    world.service.start_redis_again();
    world.answers_again();
    assert_eq!(world.used("b"), 0);
    assert_eq!([(); 4].map(|()| world.ask("b", 1)), [200, 200, 200, 429]);
    assert_eq!(world.used("b"), 3);
}
