//! Two evaluators, one language: expressions that are made at random come to the same in ours and
//! in the `cel` crate, which knows nothing of ours.
//!
//! `PROPTEST_CASES` says how many, `PROPTEST_RNG_SEED` which.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unreachable,
    reason = "a test fails loudly"
)]

mod choices;
mod differences;
mod generate;
mod literals;
mod macros;
mod reference;
mod tree;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use remit_engine::cel::EvalError;
use remit_engine::plan::Datum;
use remit_policy_compiler::cel::expression::{Expression, Variables};
use remit_policy_compiler::cel::{Profile, Ty};

use choices::Choices;
use differences::DIFFERENCES;
use generate::{Scope, expression, some_type};
use tree::Tree;

/// Expressions where nothing else is said.
const CASES: u32 = 2000;
/// Choices for one expression and the values of its variables.
const CHOICES: usize = 400;
/// Stack for what is nested, and for the other evaluator's parser.
const STACK: usize = 256 * 1024 * 1024;

/// The variables of all expressions.
fn variables() -> Scope {
    let named = [
        ("i", Ty::Int),
        ("s", Ty::String),
        ("b", Ty::Bool),
        ("u", Ty::Uint),
        ("d", Ty::Double),
        ("x", Ty::Bytes),
        ("t", Ty::Timestamp),
        ("p", Ty::Duration),
        ("j", Ty::Int),
        ("r", Ty::String),
        ("any", Ty::Dyn),
        ("li", Ty::list(Ty::Int)),
        ("ls", Ty::list(Ty::String)),
        ("ld", Ty::list(Ty::Double)),
        ("ll", Ty::list(Ty::list(Ty::Int))),
        ("m", Ty::map(Ty::String, Ty::Int)),
        ("ms", Ty::map(Ty::String, Ty::String)),
        ("mi", Ty::map(Ty::Int, Ty::String)),
        ("ml", Ty::map(Ty::String, Ty::list(Ty::String))),
    ];
    named
        .into_iter()
        .map(|(name, ty)| (name.to_owned(), ty))
        .collect()
}

/// What came of one expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The same value in both.
    Value,
    /// An error in both.
    Error,
    /// Ours ran out of its budget, which the other has none of.
    Budget,
    /// Ours refuses it for its size, or for operands of which nothing says the type (`[]`).
    Refused,
    /// They differ where it is known that they do.
    Known,
}

/// An expression with values for its variables.
fn case(numbers: &[u16]) -> (Tree, Vec<Datum>) {
    let scope = variables();
    let mut choices = Choices::new(numbers, 60);
    let values = scope
        .iter()
        .map(|(_, ty)| literals::value(ty, &mut choices));
    let values: Vec<Datum> = values.collect();
    let ty = some_type(&mut choices, 2);
    let tree = expression(&ty, &scope, 0, &mut choices);
    (tree, values)
}

/// Why ours has no value.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    /// It does not compile.
    Issues(String),
    /// It cannot be evaluated.
    Evaluation(EvalError),
}

/// Ours: what the expression comes to.
fn ours(text: &str, values: &[Datum]) -> Result<Datum, Failure> {
    let variables = Variables {
        profile: Profile::Standard,
        container: String::new(),
        types: variables(),
        functions: Vec::new(),
    };
    let compiled = Expression::compile(text, &variables).map_err(|issues| {
        let messages: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
        Failure::Issues(messages.join("; "))
    })?;
    let values: Vec<Option<Datum>> = values.iter().cloned().map(Some).collect();
    compiled.evaluate(&values).map_err(Failure::Evaluation)
}

fn compare(tree: &Tree, values: &[Datum]) -> Result<Outcome, String> {
    let scope = variables();
    let named: Vec<(&str, Datum)> = scope
        .iter()
        .zip(values)
        .map(|((name, _), value)| (name.as_str(), value.clone()))
        .collect();
    let ours = ours(&tree.text, values);
    let theirs = reference::evaluate(&tree.text, &named);
    match (&ours, &theirs) {
        (Ok(a), Ok(b)) if reference::same(a, b) => return Ok(Outcome::Value),
        (Err(_), Err(_)) => return Ok(Outcome::Error),
        (Err(Failure::Evaluation(EvalError::Budget)), Ok(_)) => return Ok(Outcome::Budget),
        (Err(Failure::Issues(why)), Ok(_))
            if why.contains("the condition has ") || tree.any(&untyped) =>
        {
            return Ok(Outcome::Refused);
        }
        _ => {}
    }
    if DIFFERENCES.iter().any(|one| one.explains(tree, &theirs)) {
        return Ok(Outcome::Known);
    }
    let used = named
        .iter()
        .filter(|(name, _)| tree.any(&|node| node.text == *name));
    let used: Vec<String> = used
        .map(|(name, value)| format!("{name} = {value:?}"))
        .collect();
    Err(format!(
        "{}\n   ours: {ours:?}\n  other: {theirs:?}\n  where {}",
        tree.text,
        used.join(", ")
    ))
}

/// A literal of which nothing says the type of what it could hold.
fn untyped(tree: &Tree) -> bool {
    let empty = ["[]", "{}", "optional.none()"];
    empty.iter().any(|empty| tree.text.contains(empty))
}

#[test]
fn expressions_come_to_the_same_in_both() {
    on_a_large_stack(|| {
        let mut config = Config {
            failure_persistence: None,
            ..Config::default()
        };
        if std::env::var_os("PROPTEST_CASES").is_none() {
            config.cases = CASES;
        }
        if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
            config.rng_seed = RngSeed::Fixed(3);
        }
        let tally: RefCell<BTreeMap<Outcome, u32>> = RefCell::default();
        let numbers = proptest::collection::vec(any::<u16>(), 40..CHOICES);
        let mut runner = TestRunner::new(config);
        let verdict = runner.run(&numbers, |numbers| {
            let (tree, values) = case(&numbers);
            let outcome = compare(&tree, &values).map_err(TestCaseError::fail)?;
            *tally.borrow_mut().entry(outcome).or_default() += 1;
            Ok(())
        });
        match verdict {
            Ok(()) => {}
            Err(TestError::Fail(difference, _)) => panic!("they differ:\n{difference}"),
            Err(TestError::Abort(why)) => panic!("{why}"),
        }
        let tally = tally.into_inner();
        println!("agreement with cel 0.15: {tally:?}");
        let count = |outcome| tally.get(&outcome).copied().unwrap_or(0);
        let total: u32 = tally.values().sum();
        // What is generated must be worth comparing.
        assert!(count(Outcome::Value) * 5 > total * 2, "many have a value");
        let aside = count(Outcome::Known) + count(Outcome::Refused) + count(Outcome::Budget);
        assert!(aside * 12 < total, "few are set aside");
    });
}

#[test]
fn known_differences_are_still_there() {
    for difference in DIFFERENCES {
        let text = difference.expression;
        let ours = ours(text, &[]);
        let theirs = reference::evaluate(text, &[]);
        let agree = match (&ours, &theirs) {
            (Ok(a), Ok(b)) => reference::same(a, b),
            (Err(_), Err(_)) => true,
            _ => false,
        };
        assert!(
            !agree,
            "{text}: both come to {ours:?} now, as the specification has it: {}",
            difference.specification
        );
    }
}

/// Runs it where nesting does not end the process.
fn on_a_large_stack(run: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    if let Err(panic) = thread.expect("a thread starts").join() {
        std::panic::resume_unwind(panic);
    }
}
