use std::rc::Rc;

use remit_engine::plan::{Plan, WhenStale, encode};

use super::*;
use crate::gateway::Seen;
use crate::pairs;
use crate::plugin::Plugin;
use crate::scripted::{NOW, Scripted, Store, fetching_plan, jwks, plugin};
use crate::tick;

const JWKS: SourceId = SourceId(0);

/// A worker of the process that has this store.
struct Worker {
    gateway: Scripted,
    vm: Vm,
    plugin: Plugin,
}

impl Worker {
    fn of(store: &Rc<Store>) -> Self {
        Self::with(store, &fetching_plan())
    }

    fn with(store: &Rc<Store>, plan: &Plan) -> Self {
        let gateway = Scripted {
            configuration: encode(plan).expect("a plan").0,
            store: Rc::clone(store),
            ..Scripted::default()
        };
        let vm = Vm::new();
        let plugin = plugin(&gateway, &vm);
        Self {
            gateway,
            vm,
            plugin,
        }
    }

    fn tick(&self, millis: u64) {
        self.gateway.later.set(millis);
        tick::tick(&self.gateway, &self.vm, &self.plugin);
    }

    /// The answer to the call that it has sent last.
    fn answered(&self, status: &str, more: &[(&str, &str)], body: &[u8]) {
        let fields = [&[(":status", status)], more].concat();
        let head = pairs::write(&fields).expect("small sizes");
        self.gateway.called.replace((head, body.to_vec()));
        let call = CallId(u32::try_from(self.sent()).expect("few calls"));
        tick::answered(&self.gateway, &self.vm, &self.plugin, call, body.len());
    }

    fn sent(&self) -> usize {
        self.gateway.sent.borrow().len()
    }

    fn seen(&self) -> u64 {
        self.plugin.sources().seen(JWKS)
    }

    fn ask(&self) -> Advice {
        let now = self.gateway.now().expect("a clock");
        self.plugin.sources().ask(&self.gateway, JWKS, now)
    }

    fn catch_up(&self) {
        let engine = self.plugin.engine();
        let caught_up = self
            .plugin
            .sources()
            .catch_up(&self.gateway, &self.vm, engine);
        assert_eq!(caught_up, Ok(()));
    }

    fn metric(&self, result: &str) -> u64 {
        let name = format!("remit_fetch.source.corp-jwks.result.{result}");
        self.gateway.metric(&name)
    }
}

fn two() -> [Worker; 2] {
    let store = Rc::default();
    [Worker::of(&store), Worker::of(&store)]
}

#[test]
fn one_worker_fetches_and_the_other_has_it_at_its_next_look() {
    let [one, other] = two();
    one.tick(0);
    other.tick(0);
    assert_eq!((one.sent(), other.sent()), (1, 0));
    let (cluster, headers) = one.gateway.sent.borrow()[0].clone();
    assert_eq!(cluster, "sts");
    let headers: Vec<_> = headers
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    assert_eq!(
        headers,
        [
            (":method", "GET"),
            (":scheme", "https"),
            (":authority", "sts.corp.example"),
            (":path", "/jwks.json"),
            ("accept", "application/json"),
            ("user-agent", "remit"),
        ]
    );
    assert_eq!(other.seen(), 0);
    one.answered("200", &[], &jwks());
    assert_eq!((one.seen(), other.seen()), (1, 0));
    other.catch_up();
    assert_eq!(other.seen(), 1);
    assert_eq!((one.metric("ok"), one.metric("failed")), (1, 0));
    let fetched = "remit_fetch_timestamp_seconds.source.corp-jwks";
    assert_eq!(one.gateway.metric(fetched), NOW.unsigned_abs());
}

#[test]
fn where_nothing_is_new_a_look_is_one_call() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], &jwks());
    other.catch_up();
    other.gateway.calls.borrow_mut().clear();
    other.catch_up();
    assert_eq!(
        *other.gateway.calls.borrow(),
        ["shared remit/1/fetch/generation"]
    );
}

#[test]
fn a_plan_without_sources_looks_at_nothing() {
    let worker = Worker::with(&Rc::default(), &crate::scripted::plan());
    worker.catch_up();
    assert!(worker.gateway.calls.borrow().is_empty());
    assert_eq!(tick::period(&worker.plugin), 1000);
    let worker = Worker::of(&Rc::default());
    assert_eq!(tick::period(&worker.plugin), 100);
}

#[test]
fn it_is_fetched_again_when_it_is_due_by_whoever_comes_first() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], &jwks());
    one.tick(299_999);
    other.tick(299_999);
    assert_eq!((one.sent(), other.sent()), (1, 0));
    other.tick(300_000);
    one.tick(300_000);
    assert_eq!((one.sent(), other.sent()), (1, 1));
    other.answered("200", &[], &jwks());
    one.catch_up();
    assert_eq!((one.seen(), other.seen()), (2, 2));
}

#[test]
fn an_answer_may_say_that_it_holds_for_less_but_not_for_more() {
    for (max_age, due) in [("60", 60_000), ("1", 10_000), ("86400", 300_000)] {
        let [one, _] = two();
        one.tick(0);
        let cache_control = format!("max-age={max_age}");
        one.answered("200", &[("cache-control", &cache_control)], &jwks());
        one.tick(due - 1);
        assert_eq!(one.sent(), 1, "{max_age}");
        one.tick(due);
        assert_eq!(one.sent(), 2, "{max_age}");
    }
}

#[test]
fn a_failed_fetch_keeps_what_was_there_and_is_tried_again_later_and_later() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], &jwks());
    let mut now = 300_000;
    for (failures, pause) in [(1, 1000), (2, 2000), (3, 4000)] {
        one.tick(now);
        one.answered("503", &[], b"no healthy upstream");
        assert_eq!((one.seen(), one.metric("failed")), (1, failures));
        one.tick(now + pause - 1);
        assert_eq!(one.sent() as u64, failures + 1, "it did not wait");
        now += pause * 5 / 4;
    }
    other.catch_up();
    assert_eq!(other.seen(), 1);
    one.tick(now);
    one.answered("200", &[], &jwks());
    assert_eq!(one.seen(), 5);
    let lines = one.gateway.lines.borrow();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[0], "`corp-jwks` was not fetched: the answer was 503");
    assert_eq!(lines[3], "`corp-jwks` was fetched after 3 failures");
}

#[test]
fn a_cluster_that_is_not_there_is_a_failure_like_any_other() {
    let mut one = Worker::of(&Rc::default());
    one.gateway.no_cluster = Some(String::from("sts"));
    one.tick(0);
    assert_eq!(one.metric("failed"), 1);
    one.tick(999);
    assert_eq!(one.metric("failed"), 1);
    one.tick(1250);
    assert_eq!(one.metric("failed"), 2);
}

#[test]
fn what_the_engine_refuses_is_published_to_nobody() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], b"{\"keys\":");
    assert_eq!((one.metric("refused"), one.metric("failed")), (1, 0));
    other.catch_up();
    assert_eq!((one.seen(), other.seen()), (0, 0));
    one.tick(1250);
    one.answered("200", &[], &jwks());
    other.catch_up();
    assert_eq!(other.seen(), 2);
}

#[test]
fn a_worker_that_dies_while_it_fetches_is_not_waited_for_long() {
    let [dead, other] = two();
    dead.tick(0);
    other.tick(0);
    other.tick(6999);
    assert_eq!((dead.sent(), other.sent()), (1, 0));
    other.tick(7000);
    assert_eq!(other.sent(), 1);
    other.answered("200", &[], &jwks());
    assert_eq!(other.seen(), 2);
    // It was not dead after all: its answer is too late.
    dead.answered("200", &[], &jwks());
    dead.catch_up();
    assert_eq!(dead.seen(), 2);
    assert_eq!(dead.metric("ok"), 0);
}

/// The state changes between look and write: a request asks for a fetch just then.
#[test]
fn what_is_published_survives_who_writes_at_the_same_time() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], &jwks());
    one.tick(300_000);
    other.gateway.later.set(300_000);
    other.catch_up();
    let store = Rc::clone(&one.gateway.store);
    store.interleave(|store| {
        let keys = store.keys();
        let head = keys.iter().find(|key| key.contains("/head/"));
        let head = head.expect("a state");
        let (value, seen) = store.read(head).expect("a state");
        assert!(matches!(seen, Seen::Number(_)));
        store.write(head, &value, seen);
    });
    one.answered("200", &[], &jwks());
    other.catch_up();
    assert_eq!((one.seen(), other.seen()), (2, 2));
}

#[test]
fn the_same_source_in_another_plan_is_the_same_document() {
    let store = Rc::default();
    let old = Worker::of(&store);
    old.tick(0);
    old.answered("200", &[], &jwks());
    let mut plan = fetching_plan();
    plan.policy = "next".into();
    plan.sources[0].refresh = 60;
    let new = Worker::with(&store, &plan);
    new.tick(0);
    assert_eq!((new.seen(), new.sent()), (1, 0));
    plan.sources[0].url.push('2');
    let other = Worker::with(&store, &plan);
    other.tick(0);
    assert_eq!((other.seen(), other.sent()), (0, 1));
}

#[test]
fn who_lacks_a_document_waits_for_it_unless_it_will_not_come_in_time() {
    let [one, other] = two();
    assert_eq!(one.ask(), Advice::Wait);
    one.tick(0);
    assert_eq!((one.ask(), other.ask()), (Advice::Wait, Advice::Wait));
    for (now, advice) in [(0, Advice::Wait), (2000, Advice::GiveUp)] {
        one.tick(now);
        one.answered("503", &[], b"");
        assert_eq!(one.ask(), advice, "{now}");
    }
}

#[test]
fn a_new_document_is_asked_for_once_a_minute_by_all_workers_together() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], &jwks());
    other.tick(100);
    one.tick(100);
    assert_eq!(other.ask(), Advice::Wait);
    one.gateway.calls.borrow_mut().clear();
    assert_eq!(one.ask(), Advice::Wait, "it is asked for already");
    assert!(
        one.gateway
            .calls
            .borrow()
            .iter()
            .all(|call| !call.starts_with("share "))
    );
    // Whichever of them ticks first fetches it, also one that has not asked first.
    one.tick(200);
    other.tick(200);
    assert_eq!((one.sent(), other.sent()), (2, 0));
    assert_eq!(other.ask(), Advice::Wait, "it is being fetched");
    one.answered("200", &[], &jwks());
    other.tick(300);
    assert_eq!((one.ask(), other.ask()), (Advice::Settle, Advice::Settle));
    one.tick(60_099);
    assert_eq!((one.ask(), one.sent()), (Advice::Settle, 2));
    one.tick(60_200);
    assert_eq!(one.ask(), Advice::Wait);
    one.tick(60_300);
    assert_eq!(one.sent(), 3);
    // A fetch that failed is no word about the token.
    one.answered("503", &[], b"");
    one.gateway.later.set(60_400);
    assert_eq!(one.ask(), Advice::Wait, "the next attempt is near");
    for now in [61_700, 65_000] {
        one.tick(now);
        one.answered("503", &[], b"");
    }
    assert_eq!(one.ask(), Advice::GiveUp);
}

#[test]
fn what_is_signed_is_fetched_after_the_keys_that_sign_it() {
    let mut plan = fetching_plan();
    let mut list = plan.sources[0].clone();
    list.kind = SourceKind::StatusList;
    // First in the plan, so that order alone does not do it.
    plan.sources.insert(0, list);
    plan.issuers[0].key_source = Some(SourceId(1));
    plan.issuers[0].status_lists = vec![SourceId(0)];
    let worker = Worker::with(&Rc::default(), &plan);
    let accepted = |position: usize| {
        let sent = worker.gateway.sent.borrow();
        let (_, fields) = sent.get(position).expect("a request").clone();
        fields[4].1.clone()
    };
    worker.tick(0);
    worker.tick(100);
    assert_eq!((worker.sent(), accepted(0)), (1, "application/json".into()));
    worker.answered("200", &[], &jwks());
    worker.tick(200);
    let list = "application/statuslist+jwt";
    assert_eq!((worker.sent(), accepted(1)), (2, list.into()));
    // Another worker looks at the keys first, and at the list when it has them.
    let other = Worker::with(&worker.gateway.store, &plan);
    other.catch_up();
    let calls = other.gateway.calls.borrow();
    let looks = calls.iter().filter(|call| call.contains("/fetch/"));
    let looks: Vec<&str> = looks.filter_map(|look| look.split('/').nth(3)).collect();
    assert_eq!(looks, ["generation", "head", "document", "head"]);
}

#[test]
fn a_gateway_that_does_not_share_is_told_and_gives_nobody_advice() {
    let healthy = Worker::of(&Rc::default());
    let failing = Scripted {
        fails_at: Some(0),
        ..Scripted::default()
    };
    let (sources, engine) = (healthy.plugin.sources(), healthy.plugin.engine());
    assert!(sources.catch_up(&failing, &healthy.vm, engine).is_err());
    let failing = Scripted {
        fails_at: Some(0),
        ..Scripted::default()
    };
    let now = UnixTime::from_seconds(NOW);
    assert_eq!(sources.ask(&failing, JWKS, now), Advice::GiveUp);
}

#[test]
fn sources_are_named_by_issuer_and_kind_in_plain_letters() {
    let mut plan = fetching_plan();
    plan.issuers[0].name = "Corp.example/é".into();
    for (kind, name) in [
        (SourceKind::Jwks, "corp_example__-jwks"),
        (SourceKind::SpiffeBundle, "corp_example__-bundle"),
        (SourceKind::DenyFeed, "deny_feed"),
    ] {
        plan.sources[0].kind = kind;
        assert_eq!(name_of(&plan, JWKS), name);
    }
    plan.sources[0].kind = SourceKind::StatusList;
    plan.sources[0].when_stale = WhenStale::Ignore;
    plan.issuers[0].key_source = None;
    plan.issuers[0].status_lists = vec![JWKS];
    assert_eq!(name_of(&plan, JWKS), "corp_example__-status_list");
}

/// A list that is signed by a key which is not there any more is refused by whoever loads it anew.
#[test]
fn who_cannot_take_over_what_others_have_asks_for_a_new_one() {
    let [one, other] = two();
    one.tick(0);
    one.answered("200", &[], &jwks());
    let store = Rc::clone(&one.gateway.store);
    let keys = store.keys();
    let document = keys.iter().find(|key| key.contains("/document/"));
    let document = document.expect("a document");
    let (mut value, seen) = store.read(document).expect("a document");
    value.truncate(20);
    store.write(document, &value, seen);
    other.tick(100);
    assert_eq!(other.sent(), 0);
    other.tick(200);
    assert_eq!((one.sent(), other.sent()), (1, 1));
    other.answered("200", &[], &jwks());
    one.catch_up();
    assert_eq!((one.seen(), other.seen()), (2, 2));
}
