//! A decision in process: cached token, first sight, refusal, public; one rule and many; and what
//! a plan costs to read.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use remit_benches::{authorization, engine, now, plan_bytes};
use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::{Decision, Reason};
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};

fn reason(engine: &Engine, path: &str, authorization: &str) -> Reason {
    let fields: [Field<'_>; 6] = [
        (b":authority", b"api.corp.example"),
        (b":method", b"GET"),
        (b":path", path.as_bytes()),
        (b":scheme", b"https"),
        (b"accept", b"application/json"),
        (b"authorization", authorization.as_bytes()),
    ];
    match engine.decide(black_box(&RequestHead::new(&fields)), now(), &NoHostCrypto) {
        Decision::Allow(allow) => match allow.confirm(None) {
            Ok(permit) => permit.record().reason(),
            Err(refusal) => refusal.record().reason(),
        },
        Decision::Refuse(refusal) => refusal.record().reason(),
    }
}

fn decisions(c: &mut Criterion) {
    let mut group = c.benchmark_group("decide");
    for operations in [1, 100, 10_000] {
        let engine = engine(&plan_bytes(operations));
        let (path, token) = (format!("/v1/things{}/42", operations - 1), authorization(0));
        assert_eq!(reason(&engine, &path, &token), Reason::Allowed);
        group.bench_function(format!("cached token, {operations} rules"), |b| {
            b.iter(|| reason(&engine, &path, &token));
        });
    }
    let engine = engine(&plan_bytes(1));
    let forged = authorization(1).replace(".ey", ".eY");
    assert_ne!(reason(&engine, "/v1/things0/42", &forged), Reason::Allowed);
    group.bench_function("refused token, seen before", |b| {
        b.iter(|| reason(&engine, "/v1/things0/42", &forged));
    });
    let mut number = 0;
    group.bench_function("first sight of a token, EdDSA", |b| {
        b.iter_batched(
            || {
                number += 1;
                authorization(number)
            },
            |token| reason(&engine, "/v1/things0/42", &token),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn plans(c: &mut Criterion) {
    let mut group = c.benchmark_group("plan");
    group.sample_size(10);
    let bytes = plan_bytes(10_000);
    group.bench_function("read, 10,000 rules", |b| {
        b.iter(|| plan::decode(black_box(&bytes)))
    });
    group.bench_function("make ready, 10,000 rules", |b| b.iter(|| engine(&bytes)));
    group.bench_function("compile, 10,000 rules", |b| b.iter(|| plan_bytes(10_000)));
    group.finish();
}

criterion_group!(benches, decisions, plans);
criterion_main!(benches);
