//! What the figures have to be, and what they are.

use remit_bench_figures::{Bound, Budget};

use super::Row;
use crate::bodies::{FULL, http_2k, mcp_2k};
use crate::tokens::Algorithm;
use crate::variants::{
    CALM, DECISION, FLOODED_PS256, GATED, NATIVE_CEL, NATIVE_CEL_100, RECORDED, constant_apart,
    first_sight, first_sight_native, in_rotation, over_operations,
};

/// All budgets.
#[must_use]
pub fn budgets(rows: &[Row]) -> Vec<Budget> {
    let row = |name: &str| rows.iter().find(|row| row.name == name);
    let added = |name: &str| row(name).and_then(|row| row.added_ns);
    let whole = |name: &str| row(name).and_then(|row| row.worker_ns.median());
    #[expect(clippy::cast_precision_loss, reason = "no request takes that long")]
    let p99 = |name: &str| {
        row(name)
            .and_then(|row| row.paced_ns.p99)
            .map(|nanos| nanos as f64)
    };
    let at_most =
        |what: &str, most, found, beside| Budget::ratio(what, Bound::AtMost(most), found, beside);
    let beside_native =
        |what: &str, most, name| at_most(what, most, added(name), added(NATIVE_CEL));
    let mut budgets = vec![
        beside_native(
            "added by decision, metrics and record, beside jwt_authn + RBAC with CEL",
            0.7,
            RECORDED,
        ),
        beside_native(
            "added by the decision alone, beside the same",
            0.6,
            DECISION,
        ),
        beside_native(
            "added by decision, metrics, record and the native gate behind, beside the same",
            0.8,
            GATED,
        ),
        at_most(
            "added with 100 rules, beside RBAC with 100 CEL policies",
            0.1,
            added(&over_operations(100)),
            added(NATIVE_CEL_100),
        ),
        at_most(
            "added with 10,000 rules over operations, beside 10",
            1.15,
            added(&over_operations(10_000)),
            added(&over_operations(10)),
        ),
        at_most(
            "added with 1,000 rules a constant apart, beside 10",
            1.15,
            added(&constant_apart(1_000)),
            added(&constant_apart(10)),
        ),
        at_most(
            "CPU of a request with 1,000 tokens in rotation, beside one token",
            1.1,
            whole(&in_rotation(1_000)),
            whole(&in_rotation(1)),
        ),
        at_most(
            "added with 1,000 tokens in rotation, beside one token",
            1.1,
            added(&in_rotation(1_000)),
            added(&in_rotation(1)),
        ),
    ];
    for algorithm in Algorithm::ALL {
        let most = match algorithm {
            Algorithm::EdDsa => 1.4,
            Algorithm::Es256 | Algorithm::Rs256 => 0.9,
        };
        budgets.push(at_most(
            &format!(
                "added at first sight of an {} token, beside jwt_authn without cache",
                algorithm.name()
            ),
            most,
            added(&first_sight(algorithm)),
            added(&first_sight_native(algorithm)),
        ));
    }
    budgets.push(at_most(
        "p99 of a good token under a flood of forged PS256 tokens, beside none",
        3.0,
        p99(FLOODED_PS256),
        p99(CALM),
    ));
    for (what, name) in [("JSON body", http_2k()), ("tool call", mcp_2k())] {
        budgets.push(at_most(
            &format!("added to a request with a {what} of 2 KiB, beside one without, full module"),
            2.0,
            added(&name),
            added(FULL),
        ));
    }
    budgets
}
