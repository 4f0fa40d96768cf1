//! What is called by messages, and what bodies hold.

use remit_engine::plan::{
    Access, AmountIn, BodyShape, Call, Capability, Class, Currency, Members, Operation, Parameter,
    QueryShape, Target, TemplateSegment, UriPart,
};

use super::Resolver;
use crate::document::{self, Body, Called, Endpoint, UriTemplatePart};

/// How messages come to an endpoint.
const METHOD: &str = "POST";

impl Resolver {
    /// An operation that is called by messages, but for what its resource and labels say.
    pub(super) fn called(
        &mut self,
        endpoint: &Endpoint,
        operation: &document::Operation,
        call: &document::Call,
    ) -> Operation {
        let literal = |segment: &String| TemplateSegment::Literal(segment.clone());
        let mut body = self.body(operation.body.as_ref());
        if let BodyShape::Json(members) = &mut body {
            members.body_bytes = endpoint.body_bytes;
        }
        Operation {
            resource: None,
            name: operation.name.value.clone(),
            class: operation.class.unwrap_or(Class::Delegate),
            access: Access::Task,
            method: METHOD.to_owned(),
            template: endpoint.path.value.iter().map(literal).collect(),
            query: QueryShape::Declared(Vec::new()),
            scopes: operation.scopes.clone(),
            classification: Vec::new(),
            upgrade: None,
            body,
            call: Some(self.call(call)),
        }
    }

    fn call(&mut self, call: &document::Call) -> Call {
        let target = match &call.target {
            Called::Name(name) => Target::Name(name.clone()),
            Called::Uri(template) => {
                let part = |part: &UriTemplatePart| match part {
                    UriTemplatePart::Literal(text) => UriPart::Literal(text.clone()),
                    UriTemplatePart::Capture(name) => UriPart::Capture(self.name(name)),
                    UriTemplatePart::Rest(name) => UriPart::Rest(self.name(name)),
                };
                Target::Uri(template.iter().map(part).collect())
            }
        };
        let mirrored = call.mirrored.iter();
        let mirrored =
            mirrored.map(|(header, argument)| (header.clone(), self.name(&argument.value)));
        Call {
            kind: call.kind,
            target,
            pin: call.pin,
            mirrored: mirrored.collect(),
        }
    }

    /// What is read of a body.
    pub(super) fn body(&mut self, body: Option<&Body>) -> BodyShape {
        let Some(body) = body else {
            return BodyShape::Unread;
        };
        let declared = body.declared.iter().map(|member| Parameter {
            name: self.name(&member.name.value),
            ty: member.ty.clone(),
            presence: member.presence,
        });
        let declared = declared.collect();
        let amount = body.amount.as_ref().map(|amount| AmountIn {
            value: self.name(&amount.value.value),
            currency: match &amount.currency {
                document::Currency::Fixed(currency) => Currency::Fixed(currency.clone()),
                document::Currency::Member(name) => Currency::Member(self.name(&name.value)),
            },
        });
        let recipient = body.recipient.as_ref();
        let recipient = recipient.map(|name| self.name(&name.value));
        let logged = body.logged.iter().map(|member| self.name(&member.value));
        BodyShape::Json(Members {
            declared,
            others: body.others,
            body_bytes: body.body_bytes,
            logged: logged.collect(),
            amount,
            recipient,
        })
    }

    /// Says so where the plan reads bodies.
    pub(super) fn needs_bodies(&mut self) {
        let reads = |operation: &Operation| operation.body != BodyShape::Unread;
        let takes_messages = self.plan.resources.iter().any(|one| one.endpoint.is_some());
        if takes_messages || self.plan.operations.iter().any(reads) {
            self.plan.requires.push(Capability::Bodies);
        }
    }
}
