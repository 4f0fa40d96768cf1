//! Our evaluator alone: conditions over values that lie ready, as a policy's conditions find the
//! claims of a token. Nothing is remembered from one decision to the next.

use std::sync::Arc;

use remit_bench_cases::rules::Request;
use remit_bench_setup::conditions::Conditions;
use remit_engine::plan::{Datum, Field, Presence, Type};
use remit_policy_compiler::cel::Ty;
use remit_tests::workloads::{Verdict, Workload};
use serde_json::json;

use crate::engines::cel_conditions;
use crate::{Asked, Contender, verdict};

/// An application's conditions.
#[must_use]
pub fn application(workload: &Workload) -> Conditions {
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
    Conditions::compile(variables, cel_conditions(workload.application).into_iter())
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

impl Contender<Request> for Conditions {
    type Input = Vec<Option<Datum>>;

    fn prepare(&self, request: &Request) -> Self::Input {
        self.bind(&request.document())
    }

    fn decide(&mut self, values: &Self::Input) -> Verdict {
        verdict(|| self.any_holds(values))
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
        verdict(|| self.any_holds(values))
    }
}
