//! Where messages are taken: nothing else can be asked for there.

use remit_engine::plan::{Access, Endpoint, Operation, Plan, TemplateSegment};

use super::OperationFacts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{self, Document, Resource};

/// An endpoint as the plan has it.
pub(super) fn planned(endpoint: &document::Endpoint) -> Endpoint {
    Endpoint {
        protocol: endpoint.protocol,
        path: endpoint.path.value.clone(),
        rest: endpoint.rest.as_ref().map(|rest| rest.value.clone()),
        body_bytes: endpoint.body_bytes,
        conditional: endpoint.conditional,
        errors: endpoint.errors,
        origins: endpoint.origins.clone(),
    }
}

/// Complains about endpoints that share their place with another, or with an operation.
pub(super) fn check(
    document: &Document,
    plan: &Plan,
    facts: &[OperationFacts<'_>],
    diagnostics: &mut Diagnostics,
) {
    let mut seen: Vec<(&Resource, &str, &document::Endpoint)> = Vec::new();
    for resource in &document.resources {
        let (Some(host), Some(endpoint)) = (&resource.host, &resource.endpoint) else {
            continue;
        };
        let first = seen
            .iter()
            .find(|(_, other, one)| *other == host.value && meet(one, endpoint));
        match first {
            Some((other, _, first)) => diagnostics.push(
                Diagnostic::new(
                    Code::TemplateTwice,
                    endpoint.span,
                    format!(
                        "`{}` and `{}` take messages at the same place",
                        other.name.value, resource.name.value
                    ),
                )
                .label("again here")
                .also(first.span, "first here")
                .help("make one resource of them, or give one another path"),
            ),
            None => seen.push((resource, &host.value, endpoint)),
        }
        for fact in facts {
            let Some(operation) = plan.operations.get(fact.id.index()) else {
                continue;
            };
            if let Some(problem) = collision(resource, endpoint, plan, operation, fact) {
                diagnostics.push(problem);
            }
        }
    }
}

/// Whether some request would be for both.
fn meet(one: &document::Endpoint, other: &document::Endpoint) -> bool {
    let mut meet = false;
    let (one, other) = (planned(one), planned(other));
    one.for_each_way(&mut |method, path| {
        other.for_each_way(&mut |other_method, other_path| {
            let mut pairs = path.iter().zip(other_path);
            let fits = pairs.all(|(a, b)| a == b || a.is_none() || b.is_none());
            meet |= method == other_method && path.len() == other_path.len() && fits;
        });
    });
    meet
}

fn is_capture(segment: &TemplateSegment) -> bool {
    matches!(segment, TemplateSegment::Capture(_))
}

/// An operation by method and path that stands where messages are taken.
fn collision(
    resource: &Resource,
    endpoint: &document::Endpoint,
    plan: &Plan,
    operation: &Operation,
    fact: &OperationFacts<'_>,
) -> Option<Diagnostic> {
    let span = fact.span.filter(|_| operation.call.is_none())?;
    let host = operation
        .resource
        .and_then(|id| Some(&plan.resources.get(id.index())?.host));
    let at_host =
        host.is_none_or(|host| resource.host.as_ref().is_some_and(|own| own.value == *host));
    let (mut stands_in_a_way, mut takes_it) = (false, false);
    planned(endpoint).for_each_way(&mut |method, path| {
        let fits = |(segment, path): (&TemplateSegment, &Option<&str>)| match (segment, path) {
            (TemplateSegment::Literal(literal), Some(path)) => literal == path,
            (TemplateSegment::Capture(_), _) | (_, None) => true,
        };
        let same_length = operation.template.len() == path.len();
        let mut pairs = operation.template.iter().zip(path);
        if operation.method == method && same_length && pairs.clone().all(fits) {
            stands_in_a_way = true;
            // A walk takes the first literal that it can.
            takes_it |= !matches!(
                pairs.find(|(segment, path)| is_capture(segment) != path.is_none()),
                Some((TemplateSegment::Capture(_), _))
            );
        }
    });
    if !at_host || !stands_in_a_way {
        return None;
    }
    let name = &resource.name.value;
    // A literal beats a capture, but nothing without a token may come near.
    let (code, message, help) = match (operation.access, takes_it) {
        (Access::Public, _) => (
            Code::PublicOverlap,
            format!("this public operation would open where `{name}` takes messages"),
            "make the public template narrower, or give it another host",
        ),
        (Access::Task, true) => (
            Code::TemplateTwice,
            format!("`{}` stands where `{name}` takes messages", fact.full_name),
            "what is called there stands in the resource of the endpoint",
        ),
        (Access::Task, false) => return None,
    };
    Some(
        Diagnostic::new(code, span, message)
            .also(endpoint.span, "messages are taken here")
            .help(help),
    )
}
