//! Our decisions beside the same by hand and by other engines, in one run: one rule, many rules,
//! and the authorization workloads.
//!
//! An engine is measured only after it has decided as it should: everything in a workload as the
//! reference does, and of the rules the request that the last one allows and one that none does.

use std::hint::black_box;
use std::time::Duration;

use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use remit_bench_cases::by_hand::ManyRules;
use remit_bench_cases::rules::{Difference, Request, Rules};
use remit_bench_setup::conditions::Conditions;
use remit_benches::cpu_time::{CpuTime, criterion};
use remit_benches::engines::{by_hand, cedar, cel_crate, interpreter, ours, rego};
use remit_benches::report::{
    BY_HAND, BY_HAND_AS_DATA, CEDAR, CEL, CEL_INTERPRETER, CONSTANT_APART, EVALUATOR, ONE_RULE,
    OVER_OPERATIONS, PREFIX_APART, REGORUS, REGORUS_MACHINE, WHOLE_DECISION,
};
use remit_benches::{Asked, Contender};
use remit_tests::workloads::{APPLICATIONS, SIZES, Verdict, Workload};

type Group<'c> = BenchmarkGroup<'c, CpuTime>;

/// Rules, each engine on its own.
struct OnRules<'g, 'c> {
    group: &'g mut Group<'c>,
    rules: Rules,
}

impl OnRules<'_, '_> {
    fn measure(&mut self, engine: &str, mut contender: impl Contender<Request>) {
        let denied = contender.prepare(&self.rules.denied());
        assert_eq!(contender.decide(&denied), Verdict::Deny, "{engine}");
        let allowed = contender.prepare(&self.rules.allowed());
        assert_eq!(contender.decide(&allowed), Verdict::Allow, "{engine}");
        let id = BenchmarkId::new(engine, self.rules.count);
        self.group.bench_function(id, |bencher| {
            bencher.iter(|| contender.decide(black_box(&allowed)));
        });
    }

    fn measure_others(&mut self) {
        let rules = self.rules;
        self.measure(CEL, cel_crate::Conditions::rules(rules));
        self.measure(CEL_INTERPRETER, interpreter::Conditions::rules(rules));
        self.measure(CEDAR, cedar::Policies::rules(rules));
        self.measure(REGORUS, rego::Interpreted::rules(rules));
        match rego::Machine::new(rego::Interpreted::rules(rules)) {
            Some(machine) => self.measure(REGORUS_MACHINE, machine),
            None => eprintln!("{REGORUS_MACHINE} does not take {} rules", rules.count),
        }
    }
}

fn group<'c>(criterion: &'c mut Criterion<CpuTime>, name: &str) -> Group<'c> {
    let mut group = criterion.benchmark_group(name);
    group
        .sample_size(30)
        .nresamples(10_000)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    group
}

fn one_rule(criterion: &mut Criterion<CpuTime>) {
    let mut group = group(criterion, ONE_RULE);
    let mut on = OnRules {
        group: &mut group,
        rules: Rules::ONE,
    };
    on.measure(EVALUATOR, Conditions::rules(Rules::ONE));
    on.measure(WHOLE_DECISION, ours::WholeDecision::rules(Rules::ONE));
    on.measure(BY_HAND, by_hand::OneRule);
    on.measure(BY_HAND_AS_DATA, ManyRules::in_order(Rules::ONE));
    on.measure_others();
    group.finish();
}

fn many_rules(criterion: &mut Criterion<CpuTime>) {
    const SETS: [(&str, Difference, &[usize]); 3] = [
        (
            OVER_OPERATIONS,
            Difference::Operation,
            &[1, 10, 100, 1_000, 10_000],
        ),
        (CONSTANT_APART, Difference::Constant, &[1, 10, 100, 1_000]),
        (PREFIX_APART, Difference::Prefix, &[1, 100, 1_000]),
    ];
    for (name, difference, counts) in SETS {
        let mut group = group(criterion, name);
        for &count in counts {
            let rules = Rules { difference, count };
            let mut on = OnRules {
                group: &mut group,
                rules,
            };
            on.measure(WHOLE_DECISION, ours::WholeDecision::rules(rules));
            // What no index can tell apart is all that the evaluator is needed for.
            if difference == Difference::Prefix {
                on.measure(EVALUATOR, Conditions::rules(rules));
            }
            on.measure(BY_HAND, ManyRules::new(rules));
            on.measure_others();
        }
        group.finish();
    }
}

/// A workload, each engine on its own.
struct OnWorkload<'g, 'c, 'w> {
    group: &'g mut Group<'c>,
    size: usize,
    asked: &'w [Asked<'w>],
}

impl<'w> OnWorkload<'_, '_, 'w> {
    fn measure(&mut self, engine: &str, mut contender: impl Contender<Asked<'w>>) {
        let inputs: Vec<_> = self
            .asked
            .iter()
            .map(|one| contender.prepare(one))
            .collect();
        for (asked, input) in self.asked.iter().zip(&inputs) {
            let case = asked.case;
            assert_eq!(
                contender.decide(input),
                case.verdict,
                "{engine}: {}",
                case.id
            );
        }
        let id = BenchmarkId::new(engine, self.size);
        self.group.bench_function(id, |bencher| {
            bencher.iter(|| {
                for input in &inputs {
                    black_box(contender.decide(black_box(input)));
                }
            });
        });
    }
}

fn workloads(criterion: &mut Criterion<CpuTime>) {
    for application in APPLICATIONS {
        let mut group = group(criterion, application);
        for size in SIZES {
            let Some(workload) = Workload::read(application, size) else {
                eprintln!("{application} is left out: there are no vectors");
                return;
            };
            let asked: Vec<Asked<'_>> = workload
                .cases
                .iter()
                .map(|case| Asked {
                    workload: &workload,
                    case,
                })
                .collect();
            group.throughput(Throughput::Elements(asked.len() as u64));
            let mut on = OnWorkload {
                group: &mut group,
                size,
                asked: &asked,
            };
            on.measure(EVALUATOR, ours::application(&workload));
            on.measure(WHOLE_DECISION, ours::WholeDecision::application(&workload));
            on.measure(BY_HAND, by_hand::Application);
            on.measure(CEL, cel_crate::Conditions::application(application));
            on.measure(
                CEL_INTERPRETER,
                interpreter::Conditions::application(application),
            );
            on.measure(CEDAR, cedar::Policies::application(&workload));
            on.measure(REGORUS, rego::Interpreted::application(&workload));
            match rego::Machine::new(rego::Interpreted::application(&workload)) {
                Some(machine) => on.measure(REGORUS_MACHINE, machine),
                None => eprintln!("{REGORUS_MACHINE} does not take {application}"),
            }
        }
        group.finish();
    }
}

criterion_group!(
    name = benches;
    config = criterion();
    targets = one_rule, many_rules, workloads
);
criterion_main!(benches);
