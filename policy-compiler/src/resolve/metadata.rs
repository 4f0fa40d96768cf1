//! Protected-resource metadata (RFC 9728): where it is, and what is served of it.

use remit_engine::plan::{Binding, OperationId, Plan, Resource, ResourceId, ServedDocument};
use serde::Serialize;

use super::{Resolver, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{self, Document, Metadata, Url};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Section 2, members in its order but for what is left out.
#[derive(Serialize)]
struct Body<'a> {
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    authorization_servers: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<&'a str>,
    bearer_methods_supported: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_policy_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_tos_uri: Option<&'a str>,
    dpop_signing_alg_values_supported: Vec<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    dpop_bound_access_tokens_required: bool,
    #[serde(skip_serializing_if = "is_false")]
    tls_client_certificate_bound_access_tokens: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_false(value: &bool) -> bool {
    !*value
}

impl Resolver {
    /// Puts together what is served of the metadata of resources that ask for it.
    pub(super) fn served_metadata(&mut self, document: &Document, diagnostics: &mut Diagnostics) {
        let mut served: Vec<(ResourceId, ServedDocument)> = Vec::new();
        // The resources of the document are the first of the plan, in its order.
        for (position, resource) in document.resources.iter().enumerate() {
            let id = ResourceId(index(position));
            let (Some(metadata), Some(host)) = (&resource.metadata, &resource.host) else {
                continue;
            };
            let Some(path) = path(resource, metadata, &host.value, diagnostics) else {
                continue;
            };
            let first = served.iter().find(|(other, one)| {
                let other = self.plan.resources.get(other.index());
                one.path == path && other.is_some_and(|other| other.host == host.value)
            });
            if let Some((other, _)) = first {
                let mut also = document.resources.get(other.index()).into_iter();
                let also = also.find_map(|one| one.metadata.as_ref());
                diagnostics.push(twice(metadata, also));
                continue;
            }
            if let Some(body) = body(&self.plan, id, metadata) {
                served.push((id, ServedDocument { path, body }));
            }
        }
        for (id, document) in served {
            if let Some(resource) = self.plan.resources.get_mut(id.index()) {
                resource.served_metadata = Some(document);
            }
        }
    }
}

fn twice(metadata: &Metadata, first: Option<&Metadata>) -> Diagnostic {
    let message = "two resources would have their metadata at one place";
    let diagnostic = Diagnostic::new(Code::DuplicateName, metadata.span, message)
        .label("again here")
        .help("resources with one host and one audience are one to clients: say it once");
    match first {
        Some(first) => diagnostic.also(first.span, "first here"),
        None => diagnostic,
    }
}

/// The path at the resource's own host at which clients look for it.
fn path(
    resource: &document::Resource,
    metadata: &Metadata,
    host: &str,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let audience = resource.audience.as_ref()?;
    let url = Url::parse(&audience.value).filter(|url| url.text().starts_with("https://"));
    let (problem, help) = match &url {
        None => (
            "the audience is not an `https` URL, and clients find metadata by that".to_owned(),
            "make the audience the URL of the resource, or take `metadata` out",
        ),
        Some(url) if url.path().contains('?') => (
            "the audience has a query, and no request for its metadata would fit".to_owned(),
            "take the query out of the audience, or take `metadata` out",
        ),
        Some(url) if url.authority() != host && url.host() != host => (
            format!("clients look for it at `{}`", url.origin()),
            "an audience at this `host` could be served here; else take `metadata` out",
        ),
        Some(url) => {
            let path = url.path();
            let path = if path == "/" { "" } else { path };
            return Some(format!("{WELL_KNOWN}{path}"));
        }
    };
    let message = "the metadata of this resource cannot be served here";
    diagnostics.push(
        Diagnostic::new(Code::MetadataElsewhere, metadata.span, message)
            .label(problem)
            .also(audience.span, "the audience stands here")
            .help(help),
    );
    None
}

fn body(plan: &Plan, id: ResourceId, metadata: &Metadata) -> Option<String> {
    let resource: &Resource = plan.resources.get(id.index())?;
    let audience = plan.audiences.get(resource.audience?.index())?;
    let own = |operation: &OperationId| {
        let operation = plan.operations.get(operation.index());
        operation.is_some_and(|one| one.resource == Some(id))
    };
    let mut scopes: Vec<&str> = metadata.scopes.iter().map(String::as_str).collect();
    let operations = plan.operations.iter();
    for operation in operations.filter(|one| one.resource == Some(id)) {
        for scope in &operation.scopes {
            if !scopes.contains(&scope.as_str()) {
                scopes.push(scope);
            }
        }
    }
    let tasks = plan.tasks.iter();
    let tasks = tasks.filter(|task| task.rules.iter().any(|(operation, _)| own(operation)));
    let bindings: Vec<Binding> = tasks
        .flat_map(|task| &task.issuers)
        .filter_map(|issuer| plan.issuers.get(issuer.index()))
        .map(|issuer| issuer.binding)
        .collect();
    let all = |wanted: Binding| !bindings.is_empty() && bindings.iter().all(|one| *one == wanted);
    let body = Body {
        resource: audience,
        resource_name: metadata.name.as_deref(),
        authorization_servers: &metadata.authorization_servers,
        scopes_supported: scopes,
        bearer_methods_supported: ["header"],
        resource_documentation: metadata.documentation.as_deref(),
        resource_policy_uri: metadata.policy.as_deref(),
        resource_tos_uri: metadata.terms.as_deref(),
        dpop_signing_alg_values_supported: document::algorithm_names().collect(),
        dpop_bound_access_tokens_required: all(Binding::Dpop),
        tls_client_certificate_bound_access_tokens: all(Binding::Mtls),
    };
    serde_json::to_string(&body).ok()
}

/// Where a resource's metadata is (section 3.1): the well-known path goes between host and path.
/// Only an https URL without a fragment is a resource identifier (section 1.2).
pub(super) fn address(audience: &str) -> Option<String> {
    let rest = audience.strip_prefix("https://")?;
    if rest.contains('#') {
        return None;
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    if host.is_empty() {
        return None;
    }
    let path = if path == "/" { "" } else { path };
    Some(format!("https://{host}{WELL_KNOWN}{path}"))
}

#[cfg(test)]
mod tests;
