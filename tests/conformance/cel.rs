//! The CEL specification's own cases, and cases about what goes wrong in authorization.
//!
//! Each is parsed, checked (unless it says not to), lowered and evaluated by the code that
//! compiles policies and decides requests. What is left out stands in `left_out.txt`, a case and
//! its reason a line.

mod carried;
mod types;
mod values;

use remit_policy_compiler::cel::expression::{Expression, Variables};
use remit_policy_compiler::cel::{Issue, Profile};
use remit_tests::vectors::{CEL_CONFORMANCE, CEL_PROBES, Suite, Tally};
use serde_json::Value as Json;

/// Cases that are left out: `id: why`.
const LEFT_OUT: &str = include_str!("cel/left_out.txt");

pub(crate) fn conformance() -> Vec<Tally> {
    let mut tally = Tally::new(CEL_CONFORMANCE.name);
    let mut left_out = 0;
    let mut unlisted = 0;
    let mut carried = carried::Carried::new();
    for case in cases(CEL_CONFORMANCE) {
        let id = text(&case, "id");
        let listed = LEFT_OUT
            .lines()
            .any(|line| line.split(": ").next() == Some(id));
        if listed || case["needs_proto"] == true {
            left_out += 1;
            unlisted += usize::from(!listed);
            continue;
        }
        let verdict = judge(&case);
        if verdict.is_ok() {
            carried.add(&case);
        }
        tally.check(id, verdict);
    }
    carried.write();
    tally.note(format!(
        "{left_out} left out, listed with reasons in tests/conformance/cel/left_out.txt \
         ({unlisted} of them not listed: they need protobuf messages too)"
    ));
    vec![tally]
}

pub(crate) fn probes() -> Vec<Tally> {
    let mut tally = Tally::new(CEL_PROBES.name);
    for case in cases(CEL_PROBES) {
        let id = text(&case, "id");
        match (judge(&case), text(&case, "strength")) {
            (Err(why), "informational") => {
                let why = format!("{id}: {} ({why})", text(&case, "why"));
                tally.note(format!("differs where implementations may: {why}"));
                tally.pass();
            }
            (verdict, _) => tally.check(id, verdict),
        }
    }
    vec![tally]
}

fn cases(suite: Suite) -> Vec<Json> {
    let files = suite.files().expect("the vectors are there");
    let read = |file: &String| suite.cases(file).expect("the vectors are there");
    files.iter().flat_map(read).collect()
}

fn text<'c>(case: &'c Json, member: &str) -> &'c str {
    case[member].as_str().unwrap_or_default()
}

/// What the README of the suites says about judging.
fn judge(case: &Json) -> Result<(), String> {
    let is_checked = case["disable_check"] != true;
    let expect = &case["expect"];
    let (variables, bound) = environment(case, is_checked);
    let compiled = Expression::compile(text(case, "expr"), &variables);
    match expect["kind"].as_str() {
        Some("value") => value(&run(compiled, &bound)?, &expect["value"]),
        Some("typed_value") => {
            let compiled = compiled.map_err(|issues| refused(&issues))?;
            deduced(&compiled, expect)?;
            value(&run(Ok(compiled), &bound)?, &expect["value"])
        }
        Some("type_only") => deduced(&compiled.map_err(|issues| refused(&issues))?, expect),
        Some("error") => match compiled {
            // An expression that is not to be checked must at least parse.
            Err(issues) if is_checked || issues.is_empty() => Ok(()),
            Err(issues) => Err(refused(&issues)),
            Ok(compiled) => match compiled.evaluate(&bound) {
                Ok(value) => Err(format!("came to {value:?}, an error is expected")),
                Err(_) => Ok(()),
            },
        },
        other => Err(format!("an expectation of an unknown kind: {other:?}")),
    }
}

fn run(
    compiled: Result<Expression, Vec<Issue>>,
    bound: &[Option<remit_engine::plan::Datum>],
) -> Result<remit_engine::plan::Datum, String> {
    let compiled = compiled.map_err(|issues| refused(&issues))?;
    compiled
        .evaluate(bound)
        .map_err(|error| format!("failed: {error}"))
}

fn refused(issues: &[Issue]) -> String {
    let texts: Vec<String> = issues
        .iter()
        .map(|issue| {
            format!(
                "{} [{}]",
                issue.message,
                issue.label.as_deref().unwrap_or("")
            )
        })
        .collect();
    format!("did not compile: {}", texts.join("; "))
}

fn value(actual: &remit_engine::plan::Datum, expected: &Json) -> Result<(), String> {
    let expected = values::read(expected)?;
    if values::same(actual, &expected) {
        Ok(())
    } else {
        Err(format!("came to {actual:?}, expected {expected:?}"))
    }
}

fn deduced(compiled: &Expression, expect: &Json) -> Result<(), String> {
    let expected = types::read(&expect["deduced_type"]);
    if *compiled.ty() == expected {
        Ok(())
    } else {
        Err(format!(
            "is of type {:?}, expected {expected:?}",
            compiled.ty()
        ))
    }
}

/// Variables with their types and values. One that is bound and not declared is of type `dyn`.
fn environment(
    case: &Json,
    is_checked: bool,
) -> (Variables, Vec<Option<remit_engine::plan::Datum>>) {
    let mut variables = Variables {
        profile: if is_checked {
            Profile::Standard
        } else {
            Profile::Unchecked
        },
        container: text(case, "container").to_owned(),
        types: Vec::new(),
        functions: Vec::new(),
    };
    for declared in case["type_env"].as_array().into_iter().flatten() {
        let name = text(declared, "name").to_owned();
        if declared["ident"].is_object() {
            variables
                .types
                .push((name, types::read(&declared["ident"])));
        } else {
            variables.functions.push(types::function(&name, declared));
        }
    }
    let bindings = case["bindings"].as_object();
    for name in bindings.into_iter().flat_map(|bindings| bindings.keys()) {
        if variables.types.iter().all(|(known, _)| known != name) {
            let any = remit_policy_compiler::cel::Ty::Dyn;
            variables.types.push((name.clone(), any));
        }
    }
    let bound = variables.types.iter().map(|(name, _)| {
        let value = bindings?.get(name)?;
        values::read(value).ok()
    });
    let bound = bound.collect();
    (variables, bound)
}
