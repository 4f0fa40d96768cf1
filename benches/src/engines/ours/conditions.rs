//! Our evaluator alone: conditions over values that lie ready, as a policy's conditions find the
//! claims of a token. Nothing is remembered from one decision to the next.

use std::sync::Arc;

use remit_engine::plan::{Datum, Field, Presence, Type};
use remit_policy_compiler::cel::expression::{Expression, Variables};
use remit_policy_compiler::cel::{Profile, Ty};
use remit_tests::workloads::{Verdict, Workload};
use serde_json::{Value, json};

use crate::engines::{cel_conditions, cel_rule};
use crate::rules::{Request, Rules};
use crate::{Asked, Contender, verdict};

/// Conditions, of which any one allows.
#[derive(Debug)]
pub struct Conditions {
    /// The name and type of each variable; a name with dots is looked for in the input.
    variables: Vec<(String, Ty)>,
    expressions: Vec<Expression>,
}

impl Conditions {
    fn compile(variables: Vec<(&str, Ty)>, conditions: impl Iterator<Item = String>) -> Self {
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

    /// An application's conditions.
    #[must_use]
    pub fn application(workload: &Workload) -> Self {
        let mut variables = vec![
            ("action", Ty::String),
            ("action_ancestors", Ty::list(Ty::String)),
            ("principal.uid", Ty::String),
            ("principal.ancestors", Ty::list(Ty::String)),
            ("resource.uid", Ty::String),
            ("resource.ancestors", Ty::list(Ty::String)),
        ];
        variables.extend(match workload.application {
            "gdrive" => vec![
                (
                    "principal.attrs.documentsAndFoldersWithViewAccess",
                    Ty::String,
                ),
                ("principal.attrs.ownedDocuments", Ty::list(Ty::String)),
                ("principal.attrs.ownedFolders", Ty::list(Ty::String)),
                ("resource.attrs", object(&[("isPublic", Type::Bool)])),
            ],
            "github" => vec![
                ("resource.attrs.readers", Ty::String),
                ("resource.attrs.triagers", Ty::String),
                ("resource.attrs.writers", Ty::String),
                ("resource.attrs.maintainers", Ty::String),
                ("resource.attrs.admins", Ty::String),
                ("owner.attrs.readers", Ty::String),
                ("owner.attrs.writers", Ty::String),
                ("owner.attrs.admins", Ty::String),
            ],
            "tinytodo" => vec![
                ("resource.attrs", object(&[("owner", Type::String)])),
                ("resource.attrs.readers", Ty::String),
                ("resource.attrs.editors", Ty::String),
            ],
            other => panic!("no variables for `{other}`"),
        });
        Self::compile(variables, cel_conditions(workload.application).into_iter())
    }

    fn bind(&self, input: &Value) -> Vec<Option<Datum>> {
        let bound = |(name, ty): &(String, Ty)| {
            let found = name.split('.').fold(input, |value, name| &value[name]);
            datum(found, ty)
        };
        self.variables.iter().map(bound).collect()
    }

    fn any_holds(&self, values: &[Option<Datum>]) -> Verdict {
        verdict(|| {
            self.expressions
                .iter()
                .any(|expression| expression.holds(values) == Ok(true))
        })
    }
}

/// An object whose fields may be left out.
fn object(fields: &[(&str, Type)]) -> Ty {
    let fields = fields.iter().map(|(name, ty)| Field {
        name: (*name).to_owned(),
        ty: ty.clone(),
        presence: Presence::Optional,
    });
    Ty::Object(Arc::from_iter(fields))
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

impl Contender<Request> for Conditions {
    type Input = Vec<Option<Datum>>;

    fn prepare(&self, request: &Request) -> Self::Input {
        self.bind(&request.document())
    }

    fn decide(&mut self, values: &Self::Input) -> Verdict {
        self.any_holds(values)
    }
}

impl Contender<Asked<'_>> for Conditions {
    type Input = Vec<Option<Datum>>;

    fn prepare(&self, asked: &Asked<'_>) -> Self::Input {
        let mut input = asked.workload.claims(asked.case);
        input["action"] = json!(asked.case.action);
        input["action_ancestors"] = json!(asked.case.action_ancestors);
        self.bind(&input)
    }

    fn decide(&mut self, values: &Self::Input) -> Verdict {
        self.any_holds(values)
    }
}
