//! The `cedar-policy` crate. Policies, entities and requests lie ready as its own.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request as CedarRequest,
};
use remit_bench_cases::rules::{Clause, Fact, Request, Rules};
use remit_tests::workloads::{Verdict, Workload};
use serde_json::{Value, json};

use crate::{Asked, Contender, verdict};

const GDRIVE: &str = r#"
permit (principal, action == Action::"read", resource)
when { resource in principal.documentsAndFoldersWithViewAccess };
permit (principal, action == Action::"read", resource)
when { resource has isPublic && resource.isPublic };
permit (principal, action in [Action::"read", Action::"write", Action::"share"], resource)
when { resource in principal.ownedDocuments || resource in principal.ownedFolders };
permit (principal, action == Action::"changeOwner", resource)
when { principal.ownedDocuments.contains(resource) };
permit (principal, action == Action::"createDocument", resource)
when { principal.ownedFolders.contains(resource) };
"#;

const GITHUB: &str = r#"
permit (principal, action == Action::"read", resource) when { principal in resource.readers };
permit (principal, action in Action::"triage", resource) when { principal in resource.triagers };
permit (principal, action in Action::"write", resource) when { principal in resource.writers };
permit (principal, action in Action::"maintain", resource) when { principal in resource.maintainers };
permit (principal, action in Action::"admin", resource) when { principal in resource.admins };
permit (principal, action == Action::"read", resource) when { principal in resource.owner.readers };
permit (principal, action in Action::"write", resource) when { principal in resource.owner.writers };
permit (principal, action in Action::"admin", resource) when { principal in resource.owner.admins };
"#;

const TINYTODO: &str = r#"
permit (principal, action in [Action::"CreateList", Action::"GetLists"], resource == Application::"TinyTodo");
permit (principal, action, resource) when { resource has owner && resource.owner == principal };
permit (principal, action == Action::"GetList", resource)
when { principal in resource.readers || principal in resource.editors };
permit (
  principal,
  action in [Action::"UpdateList", Action::"CreateTask", Action::"UpdateTask", Action::"DeleteTask"],
  resource
)
when { principal in resource.editors };
"#;

/// Policies and entities.
pub struct Policies {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
}

impl Policies {
    fn parse(policies: &str, entities: Entities) -> Self {
        Self {
            authorizer: Authorizer::new(),
            policies: policies.parse().expect("policies"),
            entities,
        }
    }

    /// The rules, one policy each; an operation is an action.
    #[must_use]
    pub fn rules(rules: Rules) -> Self {
        let policies: String = rules.clauses().map(|clauses| permit(&clauses)).collect();
        Self::parse(&policies, Entities::empty())
    }

    /// An application's policies on a hierarchy.
    #[must_use]
    pub fn application(workload: &Workload) -> Self {
        let policies = match workload.application {
            "gdrive" => GDRIVE,
            "github" => GITHUB,
            "tinytodo" => TINYTODO,
            other => panic!("no policies for `{other}`"),
        };
        Self::parse(policies, entities(workload))
    }

    fn ask(&self, request: &CedarRequest) -> Verdict {
        verdict(|| {
            let response = self
                .authorizer
                .is_authorized(request, &self.policies, &self.entities);
            response.decision() == Decision::Allow
        })
    }
}

fn permit(clauses: &[Clause]) -> String {
    let mut scope = String::from("action");
    let mut conditions = Vec::new();
    for clause in clauses {
        match clause {
            Clause::Equal(Fact::Operation, value) => {
                let _ = write!(scope, " == Action::\"{value}\"");
            }
            Clause::Equal(fact, value) => {
                conditions.push(format!("{} == \"{value}\"", name(*fact)))
            }
            Clause::StartsWith(fact, value) => {
                conditions.push(format!("{} like \"{value}*\"", name(*fact)));
            }
            Clause::HasScope(value) => {
                conditions.push(format!("context.claims.scopes.contains(\"{value}\")"));
            }
        }
    }
    let conditions = conditions.join(" && ");
    format!("permit (principal, {scope}, resource) when {{ {conditions} }};\n")
}

fn name(fact: Fact) -> &'static str {
    match fact {
        Fact::Operation => "context.operation",
        Fact::Task => "context.claims.task",
        Fact::Ticket => "context.claims.ticket.id",
        Fact::Method => "context.request.method",
        Fact::Path => "context.request.path",
    }
}

impl Contender<Request> for Policies {
    type Input = CedarRequest;

    fn prepare(&self, request: &Request) -> CedarRequest {
        let context = Context::from_json_value(request.document(), None).expect("a context");
        asks(
            "Agent::\"triage\"",
            &request.operation,
            "Api::\"orders\"",
            context,
        )
    }

    fn decide(&mut self, request: &CedarRequest) -> Verdict {
        self.ask(request)
    }
}

impl Contender<Asked<'_>> for Policies {
    type Input = CedarRequest;

    fn prepare(&self, asked: &Asked<'_>) -> CedarRequest {
        let case = asked.case;
        asks(
            &case.principal,
            &case.action,
            &case.resource,
            Context::empty(),
        )
    }

    fn decide(&mut self, request: &CedarRequest) -> Verdict {
        self.ask(request)
    }
}

fn asks(principal: &str, action: &str, resource: &str, context: Context) -> CedarRequest {
    let uid = |text: &str| -> EntityUid { text.parse().expect("a uid") };
    let action = uid(&format!("Action::\"{action}\""));
    CedarRequest::new(uid(principal), action, uid(resource), context, None).expect("a request")
}

/// The hierarchy, and the actions as far as they are part of others.
fn entities(workload: &Workload) -> Entities {
    let things = workload.entities.iter().map(|(uid, entity)| {
        json!({
            "uid": reference(uid),
            "parents": references(entity["ancestors"].as_array().expect("a list")),
            "attrs": attributes(&entity["attrs"]),
        })
    });
    let actions: BTreeSet<_> = workload
        .cases
        .iter()
        .map(|case| (&case.action, &case.action_ancestors))
        .collect();
    let actions = actions.into_iter().map(|(action, wider)| {
        let parents: Vec<Value> = wider.iter().map(|name| action_reference(name)).collect();
        json!({"uid": action_reference(action), "parents": parents, "attrs": {}})
    });
    let all = Value::Array(things.chain(actions).collect());
    Entities::from_json_value(all, None).expect("entities")
}

/// Strings that are uids are entities here.
fn attributes(value: &Value) -> Value {
    match value {
        Value::String(text) if text.parse::<EntityUid>().is_ok() => {
            json!({"__entity": reference(text)})
        }
        Value::Array(elements) => elements.iter().map(attributes).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), attributes(value)));
            Value::Object(members.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn references(uids: &[Value]) -> Vec<Value> {
    uids.iter()
        .map(|uid| reference(uid.as_str().expect("a uid")))
        .collect()
}

fn reference(uid: &str) -> Value {
    let uid: EntityUid = uid.parse().expect("a uid");
    json!({"type": uid.type_name().to_string(), "id": uid.id().unescaped()})
}

fn action_reference(name: &str) -> Value {
    json!({"type": "Action", "id": name})
}
