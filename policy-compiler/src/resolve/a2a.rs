//! What an A2A agent has beside its messages: methods in the REST binding, and its card.

use remit_engine::plan::{
    Access, BodyShape, Class, Operation, OperationId, QueryShape, ResourceId, TemplateSegment,
};

use super::labels::LabelSet;
use super::operations::classification;
use super::{OperationFacts, Resolver, index};
use crate::document::{self, A2A_CARD, A2A_METHODS, Called, Card, Resource, template};
use crate::source::Span;

/// Where an agent's card is, section 8.2 of A2A 1.0.
const CARD_PATH: [&str; 2] = [".well-known", "agent-card.json"];

fn literal(segment: &str) -> TemplateSegment {
    TemplateSegment::Literal(segment.to_owned())
}

impl Resolver {
    /// The other forms that an operation has, each with its place.
    pub(super) fn forms(
        &mut self,
        resource: &Resource,
        operation: &document::Operation,
        planned: &Operation,
    ) -> Vec<(Operation, Option<Span>)> {
        let of_rest = || {
            let base = resource.endpoint.as_ref()?.rest.as_ref()?;
            let Called::Name(name) = &operation.call.as_ref()?.target else {
                return None;
            };
            let method = A2A_METHODS.iter().find(|one| one.name == name)?;
            let (method, template) = template::parse(method.rest?).ok()?;
            Some((base, method, template))
        };
        let Some((base, method, template)) = of_rest() else {
            return Vec::new();
        };
        let mut path: Vec<TemplateSegment> = base.value.iter().map(|one| literal(one)).collect();
        path.extend(self.template(&template));
        let body = match method.as_str() {
            "POST" => planned.body.clone(),
            _ => BodyShape::Unread,
        };
        let form = Operation {
            method,
            template: path,
            query: QueryShape::Any,
            body,
            call: None,
            ..planned.clone()
        };
        vec![(form, Some(base.span))]
    }

    /// The agent's card. Agents on one host have one.
    pub(super) fn card<'d>(
        &mut self,
        resource: &'d Resource,
        id: ResourceId,
        labels: &LabelSet<'d>,
        facts: &mut Vec<OperationFacts<'d>>,
    ) {
        let Some((endpoint, Card(access))) = resource
            .endpoint
            .as_ref()
            .and_then(|endpoint| Some((endpoint, endpoint.card?)))
        else {
            return;
        };
        let template: Vec<TemplateSegment> = CARD_PATH.map(literal).to_vec();
        let resources = &self.plan.resources;
        let host = |id: ResourceId| resources.get(id.index()).map(|one| &one.host);
        let is_there = |one: &Operation| {
            let own = one.resource.is_some_and(|other| host(other) == host(id));
            own && one.access == Access::Public && one.name == A2A_CARD && one.template == template
        };
        if access == Access::Public && self.plan.operations.iter().any(is_there) {
            return;
        }
        let labels = match access {
            Access::Public => LabelSet::new(),
            Access::Task => labels.clone(),
        };
        let classification = classification(&labels);
        facts.push(OperationFacts {
            id: OperationId(index(self.plan.operations.len())),
            full_name: format!("{}.{A2A_CARD}", resource.name.value),
            span: Some(endpoint.span),
            labels,
        });
        self.plan.operations.push(Operation {
            resource: Some(id),
            name: A2A_CARD.to_owned(),
            class: Class::Read,
            access,
            method: "GET".to_owned(),
            template,
            query: QueryShape::Declared(Vec::new()),
            scopes: Vec::new(),
            classification,
            upgrade: None,
            body: BodyShape::Unread,
            call: None,
        });
    }
}
