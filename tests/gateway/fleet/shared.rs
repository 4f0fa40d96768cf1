//! Limits that two gateways share, each in a process of its own, with a rate limit service between
//! them.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use remit_engine::plan::{
    self, Alone, Beyond, Counts, Fleet, History, Limit, LimitId, Mode, OperationId, Per,
};
use remit_tests::client::{Response, h1};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;
use remit_tests::ratelimit::{self, Pace, RateLimit};
use remit_tests::recipe::Recipe;
use remit_tests::runtime::until;
use serde_json::json;

use crate::bodies::{self, REFUNDS, SMALL};
use crate::world::{POLICY, case, now, request, started};

const DOMAIN: &str = "remit";
/// What the service allows each task id.
const BUDGET: u64 = 40;
/// What each gateway allows while the service is away, where the plan has it count at all.
const ALONE: u32 = 2;
/// How long an answer may take, in milliseconds: so long that a busy machine is no service that is
/// away, and so short that one which is away can be waited for.
const PATIENT: u32 = 5000;
const HASTY: u32 = 300;
/// Counters of what the service said.
const SAID: [&str; 3] = ["granted", "over", "away"];

/// A policy in which operations of the task `triage` are limited for the fleet: within each entry the
/// limit's id, and what counts by it and how much.
fn limited(
    policy: &Compiled,
    limits: &[(&str, &[(&str, u32)])],
    alone: Alone,
    timeout: u32,
) -> Vec<u8> {
    let loaded = plan::decode(&policy.plan).expect("what was just compiled");
    let mut plan = loaded.plan().clone();
    let named = |name: &str| {
        let mut operations = (0..).map(OperationId).zip(&plan.operations);
        let found = operations.find(|(_, operation)| operation.name == name);
        found.unwrap_or_else(|| panic!("no operation `{name}`")).0
    };
    let limits = (1..).zip(limits).map(|(key, (id, counted))| {
        let counted = counted.iter().map(|(name, weight)| (named(name), *weight));
        let mut operations: Vec<_> = counted.collect();
        operations.sort_unstable();
        Limit {
            id: (*id).to_owned(),
            key: [key; 8],
            mode: Mode::Enforce,
            per: Per::TaskId,
            counts: Counts::Calls,
            operations,
            at_most: 1_000_000,
            window: None,
            since: None,
            beyond: Beyond::Refuse,
            fleet: Some(alone),
        }
    });
    plan.history = History {
        capacity: 1024,
        keep: 3600,
        limits: limits.collect(),
        ..History::default()
    };
    plan.fleet = Some(Fleet {
        cluster: String::from("ratelimit"),
        domain: String::from(DOMAIN),
        timeout,
    });
    let triage = plan.tasks.iter_mut().find(|task| task.name == "triage");
    let limits = 0..plan.history.limits.len();
    triage.expect("a task `triage`").limits = limits.map(|id| LimitId(id as u32)).collect();
    plan::encode(&plan).expect("a plan that loads").0
}

/// The service with the limit `fleet-calls`.
fn service() -> Option<RateLimit> {
    RateLimit::start(&[ratelimit::Limit {
        domain: String::from(DOMAIN),
        max_value: BUDGET,
        seconds: 3600,
        conditions: vec![String::from(
            "descriptors[0]['remit_limit'] == 'fleet-calls' && descriptors[0]['remit_per'] == 'task_id'",
        )],
        variables: ["remit_issuer", "remit_tenant", "remit_task_id"]
            .map(|key| format!("descriptors[0]['{key}']"))
            .to_vec(),
    }])
}

/// What a task id did before the process began is not known, where that lost what it knew: its tokens
/// have to be younger.
fn let_time_pass() {
    sleep(Duration::from_millis(1100));
}

/// Two gateways and the service.
struct World {
    service: RateLimit,
    gateways: [Gateway; 2],
}

/// What became of a request, and what its record says.
#[derive(Debug)]
struct Outcome {
    response: Response,
    reason: String,
    rule: String,
}

impl World {
    fn start(alone: Alone, timeout: u32) -> Option<Self> {
        let service = service()?;
        let limits: &[(&str, &[(&str, u32)])] =
            &[("fleet-calls", &[("list", 1)]), ("reads", &[("read", 1)])];
        let bytes = limited(&POLICY, limits, alone, timeout);
        let at = service.address();
        let gateways = [(); 2].map(|()| start(&bytes, at));
        let_time_pass();
        Some(Self { service, gateways })
    }

    fn ask(&self, gateway: usize, task_id: &str) -> Outcome {
        self.send(gateway, task_id, "/v1/orders")
    }

    fn send(&self, gateway: usize, task_id: &str, target: &str) -> Outcome {
        let name = case("fleet");
        let gateway = &self.gateways[gateway];
        let response = request("GET", target, &name)
            .field("authorization", bearer(task_id))
            .send(gateway.agents());
        let record = gateway.entry_of(&name).record().expect("a record");
        let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        Outcome {
            response,
            reason: text("reason"),
            rule: text("rule"),
        }
    }

    /// How often each answer of the service came, at both gateways together.
    fn said(&self) -> [u64; 3] {
        SAID.map(|result| {
            let name = format!("wasmcustom.remit_fleet.result.{result}");
            self.gateways
                .iter()
                .map(|gateway| gateway.stat(&name))
                .sum()
        })
    }

    fn used(&self, task_id: &str) -> u64 {
        let counters = self.service.counters(DOMAIN);
        let values =
            |counter: &ratelimit::Counter| counter.variables.values().any(|value| value == task_id);
        counters
            .iter()
            .find(|one| values(one))
            .map_or(0, |one| one.used)
    }

    /// Envoy connects again in its own time.
    fn answers_again(&self, gateway: usize) {
        let task_id = case("again");
        until("the service answers", || {
            self.ask(gateway, &task_id).reason == "allowed"
        });
    }
}

fn start(plan: &[u8], service: SocketAddr) -> Gateway {
    started(&Setup::new(plan).workers(2).cluster("ratelimit", service))
}

fn bearer(task_id: &str) -> String {
    let token = Recipe::corp(now())
        .claim("mission", json!({"id": task_id}))
        .claim("iat", now());
    format!("Bearer {}", token.token())
}

impl Outcome {
    fn told(&self) -> (u16, &str, &str) {
        (self.response.status, &self.reason, &self.rule)
    }
}

#[test]
fn two_gateways_let_through_what_the_service_allows_and_no_more() {
    const CONNECTIONS: usize = 64;
    let Some(world) = World::start(Alone::Refuse, PATIENT) else {
        return;
    };
    let task_id = case("shared");
    let token = bearer(&task_id);
    let statuses: Vec<u16> = scope(|threads| {
        let (world, token) = (&world, &token);
        let asked: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                threads.spawn(move || {
                    let gateway = &world.gateways[number % 2];
                    let mut session = h1::Session::new(gateway.agents());
                    [(); 2].map(|()| {
                        let name = case("shared");
                        let request = request("GET", "/v1/orders", &name);
                        session.send(&request.field("authorization", token)).status
                    })
                })
            })
            .collect();
        asked
            .into_iter()
            .flat_map(|one| one.join().expect("it asks"))
            .collect()
    });
    let with = |status: u16| statuses.iter().filter(|one| **one == status).count() as u64;
    let all = 2 * CONNECTIONS as u64;
    assert_eq!(
        (with(200), with(429)),
        (BUDGET, all - BUDGET),
        "{statuses:?}"
    );
    assert_eq!(world.used(&task_id), BUDGET);
    assert_eq!(world.said(), [BUDGET, all - BUDGET, 0]);
    let arrived: usize = world.gateways.iter().map(Gateway::arrivals).sum();
    assert_eq!(arrived as u64, BUDGET);

    // Both say which limit, and when there is room again: the service says when.
    for gateway in [0, 1] {
        let over = world.ask(gateway, &task_id);
        assert_eq!(over.told(), (429, "limit_reached", "fleet-calls"));
        let after = over.response.values("retry-after");
        let [after] = after[..] else {
            panic!("{after:?}");
        };
        let after: u32 = after.parse().expect("a number");
        assert!((3500..=3601).contains(&after), "{after}");
        let body = String::from_utf8_lossy(&over.response.body);
        assert!(body.contains("fleet-calls"), "{body}");
        // Another task id has a budget of its own.
        assert_eq!(world.ask(gateway, &case("other")).told().0, 200);
    }
}

#[test]
fn a_limit_that_the_service_does_not_know_is_none() {
    let Some(world) = World::start(Alone::Refuse, PATIENT) else {
        return;
    };
    let task_id = case("reads");
    assert_eq!(world.send(0, &task_id, "/v1/orders/A-17").told().0, 200);
    assert_eq!(world.said(), [1, 0, 0]);
    assert_eq!(world.used(&task_id), 0);
}

#[test]
fn without_the_service_nobody_passes_where_the_policy_says_so() {
    let Some(world) = World::start(Alone::Refuse, HASTY) else {
        return;
    };
    let task_id = case("refuse");
    let refused = (503, "fleet_unavailable", "fleet-calls");
    assert_eq!(world.ask(0, &task_id).told().0, 200);
    world.service.stop();
    for gateway in [0, 1] {
        assert_eq!(world.ask(gateway, &task_id).told(), refused);
    }
    assert_eq!(world.said(), [1, 0, 2]);
    world.service.start_again();
    for gateway in [0, 1] {
        world.answers_again(gateway);
    }
    // It counts on from where it was.
    let mut passed = 1;
    while world.ask(passed % 2, &task_id).told().0 == 200 {
        passed += 1;
    }
    assert_eq!(passed as u64, BUDGET);

    // One that takes questions and answers none is away after the timeout.
    world.service.set_pace(Pace::Frozen);
    for gateway in [0, 1] {
        let before = Instant::now();
        assert_eq!(world.ask(gateway, &case("frozen")).told(), refused);
        let took = before.elapsed().as_millis();
        assert!((HASTY.into()..3000).contains(&took), "{took} ms");
    }
    world.service.set_pace(Pace::Running);
    world.answers_again(0);
}

#[test]
fn without_the_service_each_gateway_counts_what_the_policy_says() {
    let Some(world) = World::start(Alone::AtMost(ALONE), PATIENT) else {
        return;
    };
    world.service.stop();
    let over = (429, "limit_reached", "fleet-calls");
    let task_id = case("alone");
    for gateway in [0, 1] {
        for _ in 0..ALONE {
            assert_eq!(world.ask(gateway, &task_id).told().0, 200);
        }
        assert_eq!(world.ask(gateway, &task_id).told(), over);
    }
    assert_eq!(world.said(), [0, 0, 2 * (u64::from(ALONE) + 1)]);
    world.service.start_again();
    for gateway in [0, 1] {
        world.answers_again(gateway);
        assert_eq!(world.ask(gateway, &task_id).told().0, 200);
    }
    assert_eq!(world.used(&task_id), 2, "what it counts is what it granted");
}

/// The question of a client that is gone is answered to nobody, and holds nothing up.
#[test]
fn clients_that_go_away_while_the_service_is_asked_leave_nothing() {
    let Some(world) = World::start(Alone::Refuse, HASTY) else {
        return;
    };
    world.service.set_pace(Pace::Frozen);
    let token = bearer(&case("gone"));
    let left: Vec<TcpStream> = (0..50)
        .map(|_| {
            let request = request("GET", "/v1/orders", &case("gone"));
            let bytes = request.field("authorization", &token).bytes();
            let mut client = TcpStream::connect(world.gateways[0].agents()).expect("it listens");
            client.write_all(&bytes).expect("it takes the request");
            client
        })
        .collect();
    sleep(Duration::from_millis(u64::from(HASTY) / 3));
    drop(left);
    world.service.set_pace(Pace::Running);
    world.answers_again(0);
    assert_eq!(world.gateways[0].arrivals(), 1, "none of them arrived");
    let log = world.gateways[0].log_of_envoy();
    assert!(!log.contains("panicked"), "{log}");
}

/// A body that decides stays where it is while the service is asked, and so does one that nobody reads.
#[test]
fn bodies_wait_with_their_requests() {
    let Some(service) = service() else { return };
    let half = u32::try_from(BUDGET / 2).expect("a small number");
    let limits: &[(&str, &[(&str, u32)])] =
        &[("fleet-calls", &[("refund", half), ("upload", half)])];
    let plan = limited(&bodies::POLICY, limits, Alone::Refuse, PATIENT);
    let gateway = started(&Setup::reading(&plan).cluster("ratelimit", service.address()));
    let_time_pass();
    let large = vec![b'x'; 40_000];
    let sent: [(&str, &str, &str, &[u8]); 2] = [
        ("POST", REFUNDS, "application/json", SMALL),
        ("PUT", "/v1/uploads", "application/octet-stream", &large),
    ];
    for (method, target, ty, body) in sent {
        let task_id = case("bodies");
        let statuses = [(); 3].map(|()| {
            let name = case("bodies");
            let request = request(method, target, &name)
                .field("authorization", bearer(&task_id))
                .field("content-type", ty)
                .field("content-length", body.len().to_string())
                .body(body);
            let status = request.send(gateway.agents()).status;
            if status == 200 {
                let arrival = gateway.upstream("orders").only_arrival_of(&name);
                assert_eq!(arrival.body, body, "{target}");
            } else {
                assert_eq!(gateway.arrivals_of(&name), 0, "{target}");
            }
            status
        });
        assert_eq!(statuses, [200, 200, 429], "{target}");
    }
}
