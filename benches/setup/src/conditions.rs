//! Our evaluator alone: conditions over values that lie ready, as a policy's conditions find the
//! claims of a token. Nothing is remembered from one decision to the next.

use remit_bench_cases::condition::Condition;
use remit_bench_cases::rules::Rules;
use remit_engine::plan::Datum;
use remit_policy_compiler::cel::expression::{Expression, Variables};
use remit_policy_compiler::cel::{Profile, Ty};
use serde_json::Value;

use crate::cel::cel_rule;

/// Conditions, of which any one allows.
#[derive(Debug)]
pub struct Conditions {
    /// The name and type of each variable; a name with dots is looked for in the input.
    variables: Vec<(String, Ty)>,
    expressions: Vec<Expression>,
}

impl Conditions {
    /// Compiles conditions over these variables.
    #[must_use]
    pub fn compile(variables: Vec<(&str, Ty)>, conditions: impl Iterator<Item = String>) -> Self {
        let named = variables
            .into_iter()
            .map(|(name, ty)| (name.to_owned(), ty));
        let environment = Variables {
            profile: Profile::Standard,
            container: String::new(),
            types: named.collect(),
            functions: Vec::new(),
        };
        let expressions = conditions
            .map(|text| Expression::compile(&text, &environment).expect("a condition"))
            .collect();
        Self {
            variables: environment.types,
            expressions,
        }
    }

    /// The rules, one condition each.
    #[must_use]
    pub fn rules(rules: Rules) -> Self {
        let variables = vec![
            ("operation", Ty::String),
            ("claims.task", Ty::String),
            ("claims.ticket.id", Ty::String),
            ("claims.scopes", Ty::list(Ty::String)),
            ("request.method", Ty::String),
            ("request.path", Ty::String),
        ];
        Self::compile(variables, rules.clauses().map(|clauses| cel_rule(&clauses)))
    }

    /// The values that the variables have in an input.
    #[must_use]
    pub fn bind(&self, input: &Value) -> Vec<Option<Datum>> {
        let bound = |(name, ty): &(String, Ty)| {
            let found = name.split('.').fold(input, |value, name| &value[name]);
            datum(found, ty)
        };
        self.variables.iter().map(bound).collect()
    }

    /// Whether any of them holds.
    #[must_use]
    pub fn any_holds(&self, values: &[Option<Datum>]) -> bool {
        self.expressions
            .iter()
            .any(|expression| expression.holds(values) == Ok(true))
    }

    /// Each of them over an input, for another build of the engine.
    pub fn carried(&self, input: &Value) -> impl Iterator<Item = Condition> {
        let bound = self.bind(input);
        self.expressions.iter().map(move |expression| {
            let parts = expression.carried();
            Condition {
                program: parts.program,
                slots: parts.slots.to_vec(),
                programs: parts.programs.to_vec(),
                zones: parts.zones.to_vec(),
                automata: parts.automata.to_vec(),
                bound: bound.clone(),
            }
        })
    }
}

/// What is read of JSON, as claims are: what has no place in the type is left out.
fn datum(value: &Value, ty: &Ty) -> Option<Datum> {
    match ty {
        Ty::List(element) => {
            let elements = value.as_array()?.iter();
            Some(Datum::List(
                elements
                    .map(|value| datum(value, element))
                    .collect::<Option<_>>()?,
            ))
        }
        Ty::Object(fields) => {
            let entries = fields.iter().filter_map(|field| {
                let value = scalar(value.get(&field.name)?)?;
                Some((Datum::String(field.name.clone()), value))
            });
            Datum::map(entries.collect())
        }
        _ => scalar(value),
    }
}

fn scalar(value: &Value) -> Option<Datum> {
    match value {
        Value::Bool(value) => Some(Datum::Bool(*value)),
        Value::String(value) => Some(Datum::String(value.clone())),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
