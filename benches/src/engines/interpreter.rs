//! The `cel-interpreter` crate, the `cel` crate's forerunner. The context of each request, with its
//! variables in it, lies ready.

use cel_interpreter::{Context, Program, Value};
use remit_bench_cases::rules::{Request, Rules};
use remit_bench_setup::cel::cel_rule;
use remit_tests::workloads::Verdict;
use serde_json::json;

use super::cel_conditions;
use crate::{Asked, Contender, verdict};

/// Conditions, of which any one allows.
pub struct Conditions(Vec<Program>);

impl Conditions {
    fn compile(conditions: impl Iterator<Item = String>) -> Self {
        Self(
            conditions
                .map(|text| Program::compile(&text).expect("a condition"))
                .collect(),
        )
    }

    /// The rules, one condition each.
    #[must_use]
    pub fn rules(rules: Rules) -> Self {
        Self::compile(rules.clauses().map(|clauses| cel_rule(&clauses)))
    }

    /// An application's conditions.
    #[must_use]
    pub fn application(application: &str) -> Self {
        Self::compile(cel_conditions(application).into_iter())
    }

    fn any_holds(&self, context: &Context<'_>) -> Verdict {
        verdict(|| {
            self.0
                .iter()
                .any(|program| matches!(program.execute(context), Ok(Value::Bool(true))))
        })
    }
}

fn context(members: serde_json::Value) -> Context<'static> {
    let mut context = Context::default();
    let serde_json::Value::Object(members) = members else {
        panic!("variables are an object");
    };
    for (name, value) in members {
        context.add_variable(name, value).expect("JSON is a value");
    }
    context
}

impl Contender<Request> for Conditions {
    type Input = Context<'static>;

    fn prepare(&self, request: &Request) -> Self::Input {
        context(request.document())
    }

    fn decide(&mut self, context: &Self::Input) -> Verdict {
        self.any_holds(context)
    }
}

impl Contender<Asked<'_>> for Conditions {
    type Input = Context<'static>;

    fn prepare(&self, asked: &Asked<'_>) -> Self::Input {
        let mut variables = asked.workload.claims(asked.case);
        variables["action"] = json!(asked.case.action);
        variables["action_ancestors"] = json!(asked.case.action_ancestors);
        context(variables)
    }

    fn decide(&mut self, context: &Self::Input) -> Verdict {
        self.any_holds(context)
    }
}
