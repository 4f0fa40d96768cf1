//! Resources and operations, public ones among them.

use std::collections::{BTreeSet, HashMap};

use remit_engine::plan::{
    Access, AudienceId, BodyShape, Class, Operation, OperationId, Parameter, QueryShape, Resource,
    ResourceId, TemplateSegment,
};

use super::labels::{LabelSet, Vocabulary};
use super::{Resolver, index, metadata};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{self, Document, Query, Template, TemplatePart};
use crate::source::Span;

/// The label that tokens are held against (`data_classification` in `authorization_details`).
const CLASSIFICATION: &str = "classification";

/// What the plan does not keep of an operation.
pub(crate) struct OperationFacts<'d> {
    pub(super) id: OperationId,
    /// `resource.operation`, or a public operation's name.
    pub(super) full_name: String,
    /// Where its template stands; `None` where it could not be read.
    pub(super) span: Option<Span>,
    pub(super) labels: LabelSet<'d>,
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
                let classified = labels.iter().filter(|(name, _)| *name == CLASSIFICATION);
                let classification = classified.map(|(_, value)| (*value).to_owned()).collect();
                let http = operation.http.as_ref();
                facts.push(OperationFacts {
                    id: OperationId(index(self.plan.operations.len())),
                    full_name: format!("{}.{}", resource.name.value, operation.name.value),
                    span: http.map(|http| http.span),
                    labels,
                });
                let empty = Template::new();
                let template = http.map_or(&empty, |http| &http.template);
                let template = self.template(template);
                let query = self.query(&operation.query, diagnostics);
                self.plan.operations.push(Operation {
                    resource: Some(id),
                    name: operation.name.value.clone(),
                    class: operation.class.unwrap_or(Class::Delegate),
                    access: Access::Task,
                    method: http.map(|http| http.method.clone()).unwrap_or_default(),
                    template,
                    query,
                    scopes: operation.scopes.clone(),
                    classification,
                    upgrade: operation.upgrade.map(str::to_owned),
                    body: BodyShape::Unread,
                    call: None,
                });
            }
        }
        self.public(document, &mut facts, diagnostics);
        facts
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
            endpoint: None,
        });
        id
    }

    fn template(&mut self, template: &Template) -> Vec<TemplateSegment> {
        let part = |part: &TemplatePart| match part {
            TemplatePart::Literal(literal) => TemplateSegment::Literal(literal.clone()),
            TemplatePart::Capture(name) => TemplateSegment::Capture(self.name(name)),
        };
        template.iter().map(part).collect()
    }

    fn query(&mut self, query: &Query, diagnostics: &mut Diagnostics) -> QueryShape {
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

    fn public(
        &mut self,
        document: &Document,
        facts: &mut Vec<OperationFacts<'_>>,
        diagnostics: &mut Diagnostics,
    ) {
        let mut names: HashMap<String, Span> = HashMap::new();
        for public in &document.public {
            let http = &public.http;
            let name = match &public.name {
                Some(name) => name.value.clone(),
                None => written(&http.method, &http.template),
            };
            if let (None, Some(first)) = (&public.name, names.get(&name))
                && public.host.is_some()
            {
                diagnostics.push(
                    Diagnostic::new(
                        Code::DuplicateName,
                        http.span,
                        format!("two public operations would be called `{name}`"),
                    )
                    .also(*first, "the other one")
                    .help("give each a `name`"),
                );
            }
            names.insert(name.clone(), http.span);
            let resource = public
                .host
                .as_ref()
                .map(|host| self.public_resource(&host.value));
            let id = OperationId(index(self.plan.operations.len()));
            let template = self.template(&http.template);
            let query = self.query(&public.query, diagnostics);
            facts.push(OperationFacts {
                id,
                full_name: name.clone(),
                span: Some(http.span),
                labels: LabelSet::new(),
            });
            self.plan.operations.push(Operation {
                resource,
                name,
                class: Class::Read,
                access: Access::Public,
                method: http.method.clone(),
                template,
                query,
                scopes: Vec::new(),
                classification: Vec::new(),
                upgrade: None,
                body: BodyShape::Unread,
                call: None,
            });
        }
    }

    /// The resource on a host, or one made for its public operations alone.
    fn public_resource(&mut self, host: &str) -> ResourceId {
        let found = self
            .plan
            .resources
            .iter()
            .position(|resource| resource.host == host);
        let position = found.unwrap_or_else(|| {
            self.plan.resources.push(Resource {
                name: host.to_owned(),
                host: host.to_owned(),
                audience: None,
                cluster: None,
                origin: format!("https://{host}"),
                metadata: None,
                served_metadata: None,
                endpoint: None,
            });
            self.plan.resources.len() - 1
        });
        ResourceId(index(position))
    }
}

/// A template as it is written.
fn written(method: &str, template: &Template) -> String {
    let mut text = format!("{method} ");
    for part in template {
        text.push('/');
        match part {
            TemplatePart::Literal(literal) => text.push_str(literal),
            TemplatePart::Capture(name) => {
                text.push('{');
                text.push_str(name);
                text.push('}');
            }
        }
    }
    if template.is_empty() {
        text.push('/');
    }
    text
}
