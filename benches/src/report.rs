//! What criterion measured, as one table: medians, and each beside ours and the one by hand.

pub mod budgets;
mod measured;
mod table;

pub use measured::{Row, Rows};
pub use table::print;

/// Packages whose versions belong to the figures.
pub const PACKAGES: [&str; 6] = [
    "remit-engine",
    "cel",
    "cel-interpreter",
    "cedar-policy",
    "regorus",
    "criterion",
];

/// Our evaluator: the conditions alone, over inputs that lie ready.
pub const EVALUATOR: &str = "remit";
/// Our engine with everything that a request needs.
pub const WHOLE_DECISION: &str = "remit, whole decision";
/// The same in Rust.
pub const BY_HAND: &str = "by hand";
/// The same in Rust, with the rule as data rather than written out.
pub const BY_HAND_AS_DATA: &str = "by hand, the rule as data";
/// The `cel` crate.
pub const CEL: &str = "cel";
/// The `cel-interpreter` crate.
pub const CEL_INTERPRETER: &str = "cel-interpreter";
/// The `cedar-policy` crate.
pub const CEDAR: &str = "cedar-policy";
/// The `regorus` crate.
pub const REGORUS: &str = "regorus";
/// Its virtual machine.
pub const REGORUS_MACHINE: &str = "regorus, virtual machine";

/// The order of tables.
const ENGINES: [&str; 9] = [
    EVALUATOR,
    WHOLE_DECISION,
    BY_HAND,
    BY_HAND_AS_DATA,
    CEL,
    CEL_INTERPRETER,
    CEDAR,
    REGORUS,
    REGORUS_MACHINE,
];

/// What is measured: the name of the group, and what one row of it does.
pub const GROUPS: [(&str, &str); 9] = [
    (ONE_RULE, "one rule of four clauses, which allows"),
    (
        OVER_OPERATIONS,
        "as many rules, each on an operation of its own; the last allows",
    ),
    (
        CONSTANT_APART,
        "as many rules on one operation, each for another value of one claim; the last allows",
    ),
    (
        PREFIX_APART,
        "as many rules on one operation, each for another beginning of the path, which no index helps with; the last allows",
    ),
    (
        "gdrive",
        "a decision of the OOPSLA 2024 workload, as many entities of a type",
    ),
    ("github", "the same"),
    ("tinytodo", "the same"),
    (DECISION, "a whole decision of ours"),
    (POLICY, "a policy of 10,000 rules of four clauses"),
];

/// One rule.
pub const ONE_RULE: &str = "one rule";
/// Many rules over many operations.
pub const OVER_OPERATIONS: &str = "rules over operations";
/// Many rules on one operation that an index can tell apart.
pub const CONSTANT_APART: &str = "rules on one operation, a constant apart";
/// Many rules on one operation that it cannot.
pub const PREFIX_APART: &str = "rules on one operation, a prefix apart";
/// Whole decisions.
pub const DECISION: &str = "decision";
/// From a policy to an engine.
pub const POLICY: &str = "policy of 10,000 rules";
/// In [`POLICY`]: from its text to a plan.
pub const COMPILE: &str = "compile";
/// In [`POLICY`]: from a plan to an engine.
pub const LOAD: &str = "load the plan";
/// In [`POLICY`]: what the `cel` crate needs for its conditions.
pub const PARSE: &str = "parse with cel";
