//! Resources and their operations.

use std::collections::{BTreeSet, HashMap};

use remit_engine::plan::{
    Access, AudienceId, Class, Operation, OperationId, Parameter, QueryShape, Resource, ResourceId,
    TemplateSegment,
};

use super::labels::{LabelSet, Vocabulary};
use super::{Resolver, endpoints, index, metadata};
use crate::diagnostic::{Code, Diagnostics};
use crate::document::{self, Document, Query, Template, TemplatePart};
use crate::source::Span;

/// The label that tokens are held against (`data_classification` in `authorization_details`).
const CLASSIFICATION: &str = "classification";

/// What the plan does not keep of an operation.
pub(crate) struct OperationFacts<'d> {
    pub(crate) id: OperationId,
    /// `resource.operation`, or a public operation's name.
    pub(crate) full_name: String,
    /// Where its template stands; `None` where it could not be read, and of what is called by
    /// messages: that has its endpoint's.
    pub(super) span: Option<Span>,
    pub(crate) labels: LabelSet<'d>,
    /// Cost units of one call.
    pub(super) cost: u32,
}

impl Resolver {
    pub(super) fn operations<'d>(
        &mut self,
        document: &'d Document,
        vocabulary: &Vocabulary<'d>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<OperationFacts<'d>> {
        let mut audiences: HashMap<String, AudienceId> = HashMap::new();
        let mut facts = Vec::new();
        for resource in &document.resources {
            let id = self.resource(resource, &mut audiences);
            let shared = vocabulary
                .check(&resource.labels, diagnostics)
                .unwrap_or_default();
            for operation in &resource.operations {
                let mut labels = vocabulary
                    .check(&operation.labels, diagnostics)
                    .unwrap_or_default();
                // An operation's own value of a label stands for the resource's.
                let own: BTreeSet<&str> = labels.iter().map(|(name, _)| *name).collect();
                labels.extend(shared.iter().filter(|(name, _)| !own.contains(name)));
                let planned = match (&resource.endpoint, &operation.call) {
                    (Some(endpoint), Some(call)) => self.called(endpoint, operation, call),
                    (None, Some(_)) => continue,
                    (_, None) => self.requested(operation, diagnostics),
                };
                self.plan.operations.push(Operation {
                    resource: Some(id),
                    classification: classification(&labels),
                    ..planned
                });
                facts.push(OperationFacts {
                    id: OperationId(index(self.plan.operations.len() - 1)),
                    full_name: format!("{}.{}", resource.name.value, operation.name.value),
                    span: operation.http.as_ref().map(|http| http.span),
                    labels,
                    cost: operation.cost,
                });
            }
            self.card(resource, id, &shared, &mut facts);
        }
        self.public(document, &mut facts, diagnostics);
        facts
    }

    /// An operation of an HTTP resource, but for what its resource and labels say.
    fn requested(
        &mut self,
        operation: &document::Operation,
        diagnostics: &mut Diagnostics,
    ) -> Operation {
        let http = operation.http.as_ref();
        let empty = Template::new();
        let template = self.template(http.map_or(&empty, |http| &http.template));
        let query = self.query(&operation.query, diagnostics);
        Operation {
            resource: None,
            name: operation.name.value.clone(),
            class: operation.class.unwrap_or(Class::Delegate),
            access: Access::Task,
            method: http.map(|http| http.method.clone()).unwrap_or_default(),
            template,
            query,
            scopes: operation.scopes.clone(),
            classification: Vec::new(),
            upgrade: operation.upgrade.map(str::to_owned),
            body: self.body(operation.body.as_ref()),
            call: None,
        }
    }

    fn resource(
        &mut self,
        resource: &document::Resource,
        audiences: &mut HashMap<String, AudienceId>,
    ) -> ResourceId {
        let audience = resource.audience.as_ref().map(|audience| {
            *audiences.entry(audience.value.clone()).or_insert_with(|| {
                let id = AudienceId(index(self.plan.audiences.len()));
                self.plan.audiences.push(audience.value.clone());
                id
            })
        });
        let id = ResourceId(index(self.plan.resources.len()));
        self.plan.resources.push(Resource {
            name: resource.name.value.clone(),
            host: resource
                .host
                .as_ref()
                .map(|host| host.value.clone())
                .unwrap_or_default(),
            audience,
            cluster: resource
                .cluster
                .as_ref()
                .map(|cluster| cluster.value.clone()),
            origin: match (&resource.origin, &resource.host) {
                (Some(origin), _) => origin.value.text().to_owned(),
                (None, Some(host)) => format!("https://{}", host.value),
                (None, None) => String::new(),
            },
            metadata: resource
                .audience
                .as_ref()
                .and_then(|audience| metadata::address(&audience.value)),
            served_metadata: None,
            endpoint: resource.endpoint.as_ref().map(endpoints::planned),
        });
        id
    }

    pub(super) fn template(&mut self, template: &Template) -> Vec<TemplateSegment> {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal(literal) => TemplateSegment::Literal(literal.clone()),
            TemplatePart::Capture(name) => TemplateSegment::Capture(self.name(name)),
        };
        template.iter().map(part).collect()
    }

    pub(super) fn query(&mut self, query: &Query, diagnostics: &mut Diagnostics) -> QueryShape {
        let Query::Declared(parameters) = query else {
            return QueryShape::Any;
        };
        for parameter in parameters {
            // The engine refuses such requests before rules are asked (RFC 6750 section 2.3).
            if parameter.name.value == "access_token" {
                diagnostics.push(
                    parameter
                        .name
                        .diagnostic(Code::BadName, "a token in the query is always refused")
                        .help("take `access_token` out: tokens come in the Authorization header"),
                );
            }
        }
        let parameters = parameters.iter().map(|parameter| Parameter {
            name: self.name(&parameter.name.value),
            ty: parameter.ty.clone(),
            presence: parameter.presence,
        });
        QueryShape::Declared(parameters.collect())
    }
}

/// What tokens are held against.
pub(super) fn classification(labels: &LabelSet<'_>) -> Vec<String> {
    let classified = labels.iter().filter(|(name, _)| *name == CLASSIFICATION);
    classified.map(|(_, value)| (*value).to_owned()).collect()
}
