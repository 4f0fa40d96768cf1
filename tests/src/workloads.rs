//! The authorization workloads of "Cedar: A New Language for Expressive, Fast, Safe, and Analyzable
//! Authorization" (OOPSLA 2024) as requests of agents.
//!
//! A policy of ours sees no entity store: what an issuer knows of principal, resource and the
//! resource's owner stands in the token, typed by the policy. An action is an operation.

pub mod token;

use std::collections::BTreeMap;

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::Reason;
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_policy_compiler::diagnostic::{Colour, human};
use remit_policy_compiler::source::Sources;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::policy;
use crate::vectors::AUTHZ_WORKLOADS;

pub use token::NOW;

/// The applications.
pub const APPLICATIONS: [&str; 3] = ["gdrive", "github", "tinytodo"];
/// How many entities of a type there are in each application's hierarchies.
pub const SIZES: [usize; 3] = [5, 20, 50];

/// The requests on one hierarchy of one application.
#[derive(Debug)]
pub struct Workload {
    /// The application.
    pub application: &'static str,
    /// Every entity by its uid, as `{"ancestors": […], "attrs": {…}}`.
    pub entities: BTreeMap<String, Value>,
    /// The requests.
    pub cases: Vec<Case>,
}

/// One request, and what the reference decides.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// The uid of who acts.
    pub principal: String,
    /// The action's name.
    pub action: String,
    /// Actions that it is part of.
    pub action_ancestors: Vec<String>,
    /// The uid of what is acted on.
    pub resource: String,
    /// What the reference decides.
    #[serde(rename = "decision")]
    pub verdict: Verdict,
}

/// What the reference decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A policy permits it.
    Allow,
    /// None does.
    Deny,
}

impl Workload {
    /// Reads one; `None` where there are no vectors.
    #[must_use]
    pub fn read(application: &'static str, size: usize) -> Option<Self> {
        let entities = AUTHZ_WORKLOADS.read(&format!("entities/{application}_{size}.json"))?;
        let cases = AUTHZ_WORKLOADS.read(&format!("cases/{application}_{size}.json"))?;
        Some(Self {
            application,
            entities: serde_json::from_value(entities).expect("entities by uid"),
            cases: serde_json::from_value(cases).expect("a list of cases"),
        })
    }

    /// What the token of a case says of principal, resource and owner.
    #[must_use]
    pub fn claims(&self, case: &Case) -> Value {
        let resource = self.entity(&case.resource);
        let mut claims = json!({"principal": self.entity(&case.principal), "resource": resource});
        // Where the owner is an entity that has attributes, rules read them.
        if let Some(owner) = resource["attrs"]["owner"].as_str() {
            claims["owner"] = self.entity(owner);
        }
        claims
    }

    fn entity(&self, uid: &str) -> Value {
        let known = self.entities.get(uid);
        let mut entity = known.unwrap_or_else(|| panic!("no entity `{uid}`")).clone();
        entity["uid"] = json!(uid);
        entity
    }

    /// The value of `Authorization` for a case.
    #[must_use]
    pub fn authorization(&self, case: &Case) -> String {
        let mut claims = self.claims(case);
        claims["task"] = json!("use");
        format!("Bearer {}", token::sign(&case.id, claims))
    }
}

/// An engine with the application's policy.
#[must_use]
pub fn engine(application: &str) -> Engine {
    let source = policy::source(&format!("workloads/{application}"));
    let file = ("policy.yaml".into(), source);
    let keys = ("workloads.jwks.json".into(), token::jwks().into_bytes());
    let sources = Sources::in_memory([file], BTreeMap::from([keys]));
    let compiled = remit_policy_compiler::compile(&sources).unwrap_or_else(|rejected| {
        let said = rejected.diagnostics.iter();
        let said: String = said.map(|one| human(one, &sources, Colour::None)).collect();
        panic!("the policy `{application}`:\n{said}")
    });
    let loaded = plan::decode(&compiled.bytes).expect("what was just compiled");
    Engine::new(loaded).expect("usable keys")
}

/// The reason of the decision on an action with this value of `Authorization`.
#[must_use]
pub fn reason(engine: &Engine, action: &str, authorization: &str) -> Reason {
    let path = format!("/{action}");
    let fields: [Field<'_>; 5] = [
        (b":authority", token::HOST.as_bytes()),
        (b":method", b"GET"),
        (b":path", path.as_bytes()),
        (b":scheme", b"https"),
        (b"authorization", authorization.as_bytes()),
    ];
    let head = RequestHead::new(&fields);
    match engine
        .decide(&head, UnixTime::from_seconds(NOW), &NoHostCrypto)
        .settled()
    {
        Ok(allow) => match allow.confirm(None, &NoHostCrypto) {
            Ok(permit) => permit.record().reason(),
            Err(refusal) => refusal.record().reason(),
        },
        Err(refusal) => refusal.record().reason(),
    }
}
