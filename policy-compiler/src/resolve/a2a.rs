//! What an A2A agent has beside its messages: its card.

use remit_engine::plan::{
    Access, BodyShape, Class, Operation, OperationId, QueryShape, ResourceId, TemplateSegment,
};

use super::labels::LabelSet;
use super::operations::classification;
use super::{OperationFacts, Resolver, index};
use crate::document::{A2A_CARD, Card, Resource};

/// Where an agent's card is, section 8.2 of A2A 1.0.
const CARD_PATH: [&str; 2] = [".well-known", "agent-card.json"];

fn literal(segment: &str) -> TemplateSegment {
    TemplateSegment::Literal(segment.to_owned())
}

impl Resolver {
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
            cost: 1,
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
