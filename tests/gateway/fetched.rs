//! Documents that are fetched: once for the process, through a cluster of the gateway.

use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan::{self, Plan, Source, SourceId, SourceKind, WhenStale};
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::mint::Mint;
use remit_tests::recipe::{CORP_AGENT, Recipe};
use remit_tests::upstream::ANSWER;

use crate::world::{POLICY, allowed, case, good, now, request, started};

const PATH: &str = "/keys/corp.json";

/// The policy of the table, with our issuer's keys fetched through the cluster `ledger`.
fn fetching(refresh: u32) -> Plan {
    let loaded = plan::decode(&POLICY.plan).expect("what was just compiled");
    let mut plan = loaded.plan().clone();
    plan.sources.push(Source {
        kind: SourceKind::Jwks,
        url: format!("https://sts.corp.example{PATH}"),
        cluster: String::from("ledger"),
        refresh,
        stale_after: None,
        when_stale: WhenStale::Deny,
    });
    let corp = plan.issuers.iter_mut().find(|issuer| issuer.name == "corp");
    corp.expect("an issuer `corp`").key_source = Some(SourceId(0));
    plan
}

fn bytes(plan: &Plan) -> Vec<u8> {
    plan::encode(plan).expect("a plan that loads").0
}

fn gateway(setup: &Setup, status: u16) -> Gateway {
    let gateway = started(setup);
    publish(&gateway, status, &["corp-ed", "corp-ed-next", "corp-ec"]);
    gateway
}

fn results(gateway: &Gateway, result: &str) -> u64 {
    let name = format!("remit_fetch.source.corp-jwks.result.{result}");
    gateway.stat(&format!("wasmcustom.{name}"))
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < end, "{what}");
        sleep(Duration::from_millis(20));
    }
}

fn passes(worker: &mut Pinned<'_>) {
    let name = case("fetched");
    assert_eq!(worker.send(&allowed(&name)).status, 200);
}

#[test]
fn keys_are_fetched_once_for_all_workers_and_a_change_of_the_policy() {
    let mut plan = fetching(300);
    let gateway = gateway(&Setup::new(&bytes(&plan)).dynamic(), 200);
    let fetches = || gateway.upstream("ledger").requests_for(PATH);
    // The first attempt may have come before there was anything to fetch.
    until("nothing is fetched", || results(&gateway, "ok") == 1);
    let attempts = fetches();
    let [mut one, mut other] = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    passes(&mut one);
    passes(&mut other);
    plan.policy = String::from("renamed");
    gateway.discover(&STANDARD.encode(bytes(&plan)));
    let updated = "extension_config_discovery.http_filter.remit.config_reload";
    until("no reload", || {
        gateway
            .stats_with(updated)
            .iter()
            .map(|one| one.1)
            .sum::<u64>()
            == 2
    });
    sleep(Duration::from_millis(500));
    passes(&mut one);
    passes(&mut other);
    assert_eq!((results(&gateway, "ok"), fetches()), (1, attempts));
    let arrivals = gateway.upstream("ledger").arrivals();
    let arrival = arrivals.iter().find(|arrival| arrival.target == PATH);
    let arrival = arrival.expect("it was fetched");
    assert_eq!(arrival.method, "GET");
    assert_eq!(arrival.authority.as_deref(), Some("sts.corp.example"));
    assert_eq!(arrival.values("user-agent"), ["remit"]);
    let gauge = "wasmcustom.remit_fetch_timestamp_seconds.source.corp-jwks";
    let age = now() - i64::try_from(gateway.stat(gauge)).expect("a time");
    assert!((0..60).contains(&age), "fetched {age} s ago");
}

/// The same with no other keys than those that are fetched.
fn keyless() -> Plan {
    let mut plan = fetching(300);
    let corp = plan.issuers.iter_mut().find(|issuer| issuer.name == "corp");
    corp.expect("an issuer `corp`").keys.clear();
    plan
}

fn publish(gateway: &Gateway, status: u16, keys: &[&str]) {
    let keys = Mint::shared().jwks(keys).to_string();
    let server = gateway.upstream("ledger");
    server.publish(PATH, status, keys.as_bytes());
}

#[test]
fn requests_wait_for_keys_and_go_on_as_they_came() {
    let gateway = started(&Setup::new(&bytes(&keyless())));
    let agents = gateway.agents();
    let [get, post] = ["get", "post"].map(case);
    let looks = allowed(&get);
    let writes = request("POST", "/v1/orders/new-1/notes", &post)
        .field("authorization", good())
        .field("x-remit-agent", "forged")
        .field("content-length", "4")
        .body(b"note");
    let waiting = [looks, writes].map(|request| std::thread::spawn(move || request.send(agents)));
    sleep(Duration::from_millis(300));
    for (name, waiting) in [(&get, &waiting[0]), (&post, &waiting[1])] {
        assert_eq!(gateway.arrivals_of(name), 0, "{name} did not wait");
        assert!(!waiting.is_finished(), "{name} did not wait");
    }
    publish(&gateway, 200, &["corp-ed"]);
    for response in waiting.map(|waiting| waiting.join().expect("a response")) {
        assert_eq!(response.status, 200);
    }
    let arrival = gateway.upstream("orders").only_arrival_of(&post);
    assert_eq!(arrival.body, b"note");
    assert_eq!(arrival.values("x-remit-agent"), [CORP_AGENT]);
    let record = gateway.entry_of(&get).record().expect("a record");
    assert_eq!(record["reason"], "allowed");
}

#[test]
fn keys_that_do_not_come_are_not_waited_for_for_long() {
    let gateway = gateway(&Setup::new(&bytes(&keyless())), 500);
    for _ in 0..3 {
        let name = case("in-vain");
        let started = Instant::now();
        assert_eq!(allowed(&name).send(gateway.agents()).status, 503);
        let took = started.elapsed();
        assert!(took < Duration::from_secs(4), "it took {took:?}");
        assert_eq!(gateway.arrivals_of(&name), 0);
        let record = gateway.entry_of(&name).record().expect("a record");
        assert_eq!(record["reason"], "keys_unavailable");
    }
}

#[test]
fn a_key_that_nobody_knows_is_looked_for_once_a_minute() {
    let gateway = started(&Setup::new(&bytes(&keyless())));
    publish(&gateway, 200, &["corp-ed"]);
    let fetches = || gateway.upstream("ledger").requests_for(PATH);
    until("nothing is fetched", || results(&gateway, "ok") == 1);
    let before = fetches();
    publish(&gateway, 200, &["corp-ed", "corp-ed-next"]);
    let ask = |key: &'static str| {
        let name = case("rotated");
        let recipe = Recipe::corp(now())
            .signed_by(key, "EdDSA")
            .header("kid", key);
        let request = request("GET", "/v1/orders", &name);
        let request = request.field("authorization", format!("Bearer {}", recipe.token()));
        request.send(gateway.agents()).status
    };
    assert_eq!(ask("corp-ed-next"), 200);
    assert_eq!(fetches(), before + 1);
    let started = Instant::now();
    for _ in 0..20 {
        assert_eq!(ask("stranger-ed"), 401);
    }
    assert!(started.elapsed() < Duration::from_secs(2), "they waited");
    assert_eq!(fetches(), before + 1);
}

#[test]
fn keys_are_fetched_again_and_again_by_one_worker_at_a_time() {
    let gateway = gateway(&Setup::new(&bytes(&fetching(1))), 200);
    until("nothing is fetched", || results(&gateway, "ok") == 1);
    let (before, started) = (
        gateway.upstream("ledger").requests_for(PATH),
        Instant::now(),
    );
    sleep(Duration::from_secs(5));
    let fetches = gateway.upstream("ledger").requests_for(PATH) - before;
    let seconds = started.elapsed().as_secs() as usize;
    assert!(
        (3..=seconds + 1).contains(&fetches),
        "{fetches} in {seconds} s"
    );
}

#[test]
fn a_server_that_fails_is_asked_less_and_less_and_what_was_there_holds() {
    let gateway = gateway(&Setup::new(&bytes(&fetching(1))), 500);
    until("it did not fail", || results(&gateway, "failed") >= 2);
    let [mut one, mut other] = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    passes(&mut one);
    passes(&mut other);
    sleep(Duration::from_secs(5));
    // After 1, 2 and 4 seconds and a quarter more, for all workers together.
    let failures = results(&gateway, "failed");
    assert!((2..=5).contains(&failures), "{failures} failures");
    assert_eq!(results(&gateway, "ok"), 0);
    assert!(
        gateway
            .log_of_envoy()
            .contains("`corp-jwks` was not fetched: the answer was ")
    );
}

/// The old plan is gone for new requests; its streams are still looked after.
#[test]
fn a_stream_of_an_old_plan_ends_with_its_token() {
    let gateway = started(&Setup::new(&POLICY.plan).dynamic());
    let name = case("old");
    let started = Instant::now();
    let token = Recipe::corp(now()).claim("exp", now() - 1).token();
    let stream = request("GET", "/v1/orders", &name)
        .field("authorization", format!("Bearer {token}"))
        .field(ANSWER, "events:150");
    let agents = gateway.agents();
    let stream = std::thread::spawn(move || stream.send(agents));
    until("it does not arrive", || gateway.arrivals_of(&name) == 1);
    let mut plan = fetching(300);
    plan.policy = String::from("renamed");
    gateway.discover(&STANDARD.encode(bytes(&plan)));
    until("no reload", || {
        let probe = case("new");
        assert_eq!(allowed(&probe).send(agents).status, 200);
        gateway.entry_of(&probe).record().expect("a record")["policy"] == "renamed"
    });
    assert!(!stream.is_finished(), "it ended before the reload");
    let response = stream.join().expect("a response");
    let took = started.elapsed();
    assert_eq!(response.status, 200);
    assert!(took < Duration::from_secs(8), "it took {took:?}");
    assert_eq!(gateway.entry_of(&name).0["details"], "remit:token_expired");
}
