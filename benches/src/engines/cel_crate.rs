//! The `cel` crate. Values lie ready as its own and are lent to it by a resolver, and there is one
//! environment for all: adding variables to a context would copy them on every request.

use std::sync::Arc;

use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use remit_bench_cases::rules::{Request, Rules};
use remit_bench_setup::cel::cel_rule;
use remit_tests::workloads::Verdict;
use serde_json::json;

use super::cel_conditions;
use crate::{Asked, Contender, verdict};

/// Conditions, of which any one allows.
pub struct Conditions {
    env: Arc<Env>,
    programs: Vec<Program>,
}

/// Variables by name.
#[derive(Debug)]
pub struct Variables(Vec<(String, Box<dyn Val>)>);

impl Variables {
    /// The members of a JSON object.
    fn new(members: serde_json::Value) -> Self {
        let serde_json::Value::Object(members) = members else {
            panic!("variables are an object");
        };
        let value = |json| {
            let value: Value = cel::to_value(json).expect("JSON is a value");
            value.try_into().expect("JSON is a value")
        };
        Self(
            members
                .into_iter()
                .map(|(name, json)| (name, value(json)))
                .collect(),
        )
    }
}

impl VariableResolver for Variables {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(CowVal::Borrowed(value.as_ref()))
    }
}

impl Conditions {
    fn compile(conditions: impl Iterator<Item = String>) -> Self {
        let env = Arc::new(Env::stdlib());
        let programs = conditions
            .map(|text| env.compile(&text).expect("a condition"))
            .collect();
        Self { env, programs }
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

    fn any_holds(&self, variables: &Variables) -> Verdict {
        let mut context = Context::with_env(Arc::clone(&self.env));
        context.set_variable_resolver(variables);
        verdict(|| {
            self.programs
                .iter()
                .any(|program| matches!(program.execute(&context), Ok(Value::Bool(true))))
        })
    }
}

impl Contender<Request> for Conditions {
    type Input = Variables;

    fn prepare(&self, request: &Request) -> Variables {
        Variables::new(request.document())
    }

    fn decide(&mut self, variables: &Variables) -> Verdict {
        self.any_holds(variables)
    }
}

impl Contender<Asked<'_>> for Conditions {
    type Input = Variables;

    fn prepare(&self, asked: &Asked<'_>) -> Variables {
        let mut variables = asked.workload.claims(asked.case);
        variables["action"] = json!(asked.case.action);
        variables["action_ancestors"] = json!(asked.case.action_ancestors);
        Variables::new(variables)
    }

    fn decide(&mut self, variables: &Variables) -> Verdict {
        self.any_holds(variables)
    }
}
