//! The rule, in Cedar: a task may read orders.

use std::collections::HashSet;

use cedar_policy::{
    Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use crate::token::Claims;

const POLICY: &str = r#"
permit (principal is Agent, action == Action::"GET", resource == Api::"orders")
when {
  principal.task == "triage" &&
  context.path like "/v1/orders/*" &&
  principal.scopes.contains("orders:read")
};
"#;

/// The rule, read once.
pub(crate) struct Policy {
    engine: cedar_policy::Authorizer,
    rules: PolicySet,
    agent: EntityTypeName,
    action: EntityTypeName,
    orders: EntityUid,
}

/// An agent as the rule sees it, made once for each token.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    uid: EntityUid,
    entities: Entities,
}

/// What cannot be put into Cedar's words. It denies. Boxed, because Cedar's errors are large.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The rule, or a name in it.
    #[error("the policy cannot be read: {0}")]
    Rule(#[from] Box<cedar_policy::ParseErrors>),
    /// An agent's attributes.
    #[error("the agent cannot be described: {0}")]
    Agent(#[from] Box<cedar_policy::EntityAttrEvaluationError>),
    /// An agent among the entities.
    #[error("the agent cannot be an entity: {0}")]
    Entities(#[from] Box<cedar_policy::entities_errors::EntitiesError>),
    /// A request's context.
    #[error("the request cannot be described: {0}")]
    Context(#[from] Box<cedar_policy::ContextCreationError>),
    /// A request.
    #[error("the request cannot be asked about: {0}")]
    Request(#[from] Box<cedar_policy::RequestValidationError>),
}

impl Policy {
    pub(crate) fn new() -> Result<Self, PolicyError> {
        Ok(Self {
            engine: cedar_policy::Authorizer::new(),
            rules: POLICY.parse().map_err(Box::new)?,
            agent: "Agent".parse().map_err(Box::new)?,
            action: "Action".parse().map_err(Box::new)?,
            orders: r#"Api::"orders""#.parse().map_err(Box::new)?,
        })
    }

    pub(crate) fn agent(&self, claims: Claims) -> Result<Agent, PolicyError> {
        let text = RestrictedExpression::new_string;
        let scopes = claims.scopes.into_iter().map(text);
        let attributes = [
            ("task".to_owned(), text(claims.task)),
            ("scopes".to_owned(), RestrictedExpression::new_set(scopes)),
        ];
        let id = EntityId::new(claims.sub);
        let uid = EntityUid::from_type_name_and_id(self.agent.clone(), id);
        let entity =
            Entity::new(uid.clone(), attributes.into(), HashSet::new()).map_err(Box::new)?;
        Ok(Agent {
            uid,
            entities: Entities::from_entities([entity], None).map_err(Box::new)?,
        })
    }

    pub(crate) fn decide(
        &self,
        agent: &Agent,
        method: &str,
        path: &str,
    ) -> Result<Decision, PolicyError> {
        let action = EntityUid::from_type_name_and_id(self.action.clone(), EntityId::new(method));
        let path = RestrictedExpression::new_string(path.to_owned());
        let context = Context::from_pairs([("path".to_owned(), path)]).map_err(Box::new)?;
        let request = Request::new(
            agent.uid.clone(),
            action,
            self.orders.clone(),
            context,
            None,
        )
        .map_err(Box::new)?;
        let response = self
            .engine
            .is_authorized(&request, &self.rules, &agent.entities);
        Ok(response.decision())
    }
}
