//! What the figures have to be, and what they are.

use remit_bench_setup::budget::{Bound, Budget, ratio};

use super::{
    BY_HAND, BY_HAND_AS_DATA, CEDAR, COMPILE, CONSTANT_APART, EVALUATOR, LOAD, ONE_RULE,
    OVER_OPERATIONS, PARSE, POLICY, REGORUS, REGORUS_MACHINE, Rows, WHOLE_DECISION,
};

/// All budgets, by what was measured.
#[must_use]
pub fn budgets(rows: &Rows) -> Vec<Budget> {
    let ours = |group: &str, size| {
        rows.median(group, size, EVALUATOR)
            .or_else(|| rows.median(group, size, WHOLE_DECISION))
    };
    let whole = |group: &str, size| rows.median(group, Some(size), WHOLE_DECISION);
    let policy = |name| rows.median(POLICY, None, name);
    let mut budgets = vec![
        Budget::new(
            "one rule of four clauses, beside the same by hand",
            Bound::AtMost(4.0),
            ratio(
                ours(ONE_RULE, Some(1)),
                rows.median(ONE_RULE, Some(1), BY_HAND),
            ),
        ),
        Budget::new(
            "the same, beside the rule as data by hand",
            Bound::AtMost(4.0),
            ratio(
                ours(ONE_RULE, Some(1)),
                rows.median(ONE_RULE, Some(1), BY_HAND_AS_DATA),
            ),
        ),
        Budget::new(
            "the same, in nanoseconds",
            Bound::AtMost(100.0),
            ours(ONE_RULE, Some(1)),
        ),
        Budget::new(
            "10,000 rules over operations, beside 10",
            Bound::AtMost(1.15),
            ratio(whole(OVER_OPERATIONS, 10_000), whole(OVER_OPERATIONS, 10)),
        ),
        Budget::new(
            "1,000 rules on one operation that differ in a constant, beside 10",
            Bound::AtMost(1.15),
            ratio(whole(CONSTANT_APART, 1_000), whole(CONSTANT_APART, 10)),
        ),
        Budget::new(
            "compiling 10,000 rules, in seconds",
            Bound::AtMost(1.0),
            policy(COMPILE).map(|nanoseconds| nanoseconds / 1e9),
        ),
        Budget::new(
            "loading the plan of 10,000 rules, beside parsing them with cel",
            Bound::AtMost(0.05),
            ratio(policy(LOAD), policy(PARSE)),
        ),
    ];
    for application in remit_tests::workloads::APPLICATIONS {
        for size in remit_tests::workloads::SIZES {
            let size = u64::try_from(size).ok();
            for engine in [CEDAR, REGORUS, REGORUS_MACHINE] {
                budgets.push(Budget::new(
                    &format!(
                        "{engine} on {application} with {} entities, beside ours",
                        size.unwrap_or_default()
                    ),
                    Bound::AtLeast(10.0),
                    ratio(
                        rows.median(application, size, engine),
                        ours(application, size),
                    ),
                ));
            }
        }
    }
    budgets
}
