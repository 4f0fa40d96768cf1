//! Operations that need no token.

use std::collections::HashMap;

use remit_engine::plan::{Access, BodyShape, Class, Operation, OperationId, Resource, ResourceId};

use super::labels::LabelSet;
use super::{OperationFacts, Resolver, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{Document, Template, TemplatePart};
use crate::source::Span;

impl Resolver {
    pub(super) fn public(
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
                cost: 1,
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
