//! What else a decision and a policy cost: a token at first sight, a refusal, and a policy of many
//! rules from its text to an engine that is ready, beside what the `cel` crate needs to parse the
//! same conditions.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::Arc;

use cel::Env;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use remit_bench_cases::rules::{Difference, Rules};
use remit_bench_setup::cel::cel_rule;
use remit_bench_setup::keys::Keys;
use remit_bench_setup::{head, policy};
use remit_benches::cpu_time::{CpuTime, criterion};
use remit_benches::engines::ours::{self, WholeDecision};
use remit_benches::report::{COMPILE, DECISION, LOAD, PARSE, POLICY};
use remit_engine::decision::Reason;
use remit_engine::plan;

fn decisions(criterion: &mut Criterion<CpuTime>) {
    let mut group = criterion.benchmark_group(DECISION);
    let decision = WholeDecision::rules(Rules::ONE);
    let request = Rules::ONE.allowed();

    let known = head::with_token(&request, "known");
    assert_eq!(decision.reason(&known), Reason::Allowed);
    group.bench_function("a token seen before", |bencher| {
        bencher.iter(|| decision.reason(black_box(&known)));
    });

    let forged = head::with_token(&request, "forged").forged();
    assert_eq!(decision.reason(&forged), Reason::TokenMalformed);
    group.bench_function("a refused token seen before", |bencher| {
        bencher.iter(|| decision.reason(black_box(&forged)));
    });

    let number = Cell::new(0_u64);
    let fresh = || {
        number.set(number.get() + 1);
        head::with_token(&request, &number.get().to_string())
    };
    assert_eq!(decision.reason(&fresh()), Reason::Allowed);
    group.bench_function("a token at first sight, EdDSA", |bencher| {
        bencher.iter_batched(fresh, |head| decision.reason(&head), BatchSize::SmallInput);
    });
    group.finish();
}

fn policies(criterion: &mut Criterion<CpuTime>) {
    const RULES: Rules = Rules {
        difference: Difference::Operation,
        count: 10_000,
    };
    let mut group = criterion.benchmark_group(POLICY);
    group.sample_size(10);
    let bytes = policy::plan_bytes(RULES);
    group.bench_function(COMPILE, |bencher| {
        bencher.iter_batched(
            || policy::policy(RULES, Keys::Ed25519),
            |text| policy::compile_policy(text, Keys::Ed25519),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("read the plan", |bencher| {
        bencher.iter(|| plan::decode(black_box(&bytes)));
    });
    group.bench_function(LOAD, |bencher| {
        bencher.iter(|| ours::engine(black_box(&bytes)));
    });
    // Without the first clause, the operation, which ours has beside the condition.
    let conditions: Vec<String> = RULES
        .clauses()
        .map(|rule| cel_rule(rule.get(1..).unwrap_or_default()))
        .collect();
    let env = Arc::new(Env::stdlib());
    group.bench_function(PARSE, |bencher| {
        bencher.iter(|| -> Vec<_> {
            conditions
                .iter()
                .map(|text| env.compile(black_box(text)))
                .collect()
        });
    });
    group.finish();
}

criterion_group!(
    name = benches;
    config = criterion();
    targets = decisions, policies
);
criterion_main!(benches);
