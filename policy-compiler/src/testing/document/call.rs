//! Reading `body`, `raw_body` and `call` of a request.

use remit_engine::plan::{CallKind, Plan, Protocol, Resource};
use serde_json::{Map, Value as Json};

use super::{request, value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::document::fields::{Fields, text};
use crate::document::scalars::word;
use crate::source::Span;
use crate::testing::Request;
use crate::testing::call::{self, Call, Revision};
use crate::yaml::Node;

const CALL: &[&str] = &[
    "tool",
    "prompt",
    "resource",
    "method",
    "arguments",
    "params",
];
/// What is called, by which key.
const KINDS: [(&str, CallKind); 4] = [
    ("tool", CallKind::Tool),
    ("prompt", CallKind::Prompt),
    ("resource", CallKind::Resource),
    ("method", CallKind::Method),
];

/// A request with its body, and the method of the call in it.
pub(super) fn read(
    fields: &Fields<'_>,
    at: Span,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> Option<(Request, Option<String>)> {
    let bodies = ["body", "raw_body", "call"];
    let mut said = bodies
        .into_iter()
        .filter_map(|key| Some((key, fields.get(key)?)));
    let body = said.next();
    if let (Some((first, _)), Some((second, node))) = (body, said.next()) {
        let message = format!("`{first}` and `{second}` exclude each other");
        diagnostics.push(Diagnostic::new(Code::UnknownKey, node.span, message));
        return None;
    }
    let Some(("call", node)) = body else {
        for key in ["resource", "revision"] {
            if let Some(span) = fields.place(key) {
                let message = format!("`{key}` says nothing here");
                let help = "it belongs to a `call`";
                diagnostics.push(Diagnostic::new(Code::UnknownKey, span, message).help(help));
            }
        }
        let mut request = request::read(fields, at, diagnostics)?;
        match body {
            Some(("raw_body", node)) => request.body = Some(text(node, diagnostics)?.value),
            Some((_, node)) => {
                request.body = Some(value::json(node, diagnostics).to_string());
                request.add_header("content-type", "application/json");
            }
            None => {}
        }
        return Some((request, None));
    };
    let call = read_call(node, diagnostics);
    let revision = fields.get("revision").and_then(|node| {
        let what = "a revision of MCP";
        word(node, what, Revision::NAMES, &[], diagnostics)
    });
    let (mut request, resource) = endpoint(fields, at, plan, diagnostics)?;
    let is_a2a = resource
        .and_then(|resource| resource.endpoint.as_ref())
        .is_some_and(|endpoint| endpoint.protocol == Protocol::A2a);
    if is_a2a && let Some(span) = fields.place("revision") {
        let message = "`revision` is one of MCP, and this is an agent of A2A";
        diagnostics.push(Diagnostic::new(Code::UnknownKey, span, message));
    }
    let (key, call) = call?;
    if is_a2a && key != "method" {
        let message = format!("an agent of A2A has no {key}");
        diagnostics.push(
            Diagnostic::new(Code::BadValue, node.span, message)
                .help("write `{method: SendMessage, params: {…}}`"),
        );
    }
    let method = call.method.clone();
    call.send(&mut request, plan, resource, revision.unwrap_or_default());
    Some((request, Some(method)))
}

/// A call, and the key that says what is called.
fn read_call(node: &Node, diagnostics: &mut Diagnostics) -> Option<(&'static str, Call)> {
    let fields = Fields::open(node, "a call", node.span, CALL, &[], diagnostics)?;
    let mut called = KINDS
        .into_iter()
        .filter_map(|(key, kind)| Some((key, kind, fields.get(key)?)));
    let Some((key, kind, name)) = called.next() else {
        diagnostics.push(
            Diagnostic::new(Code::MissingKey, node.span, "a call says what is called")
                .help("write `tool`, `prompt`, `resource` or `method`"),
        );
        return None;
    };
    if let Some((other, _, node)) = called.next() {
        let message = format!("`{key}` and `{other}` exclude each other");
        diagnostics.push(Diagnostic::new(Code::UnknownKey, node.span, message));
        return None;
    }
    let takes = match kind {
        CallKind::Tool | CallKind::Prompt | CallKind::Skill => Some("arguments"),
        CallKind::Method => Some("params"),
        CallKind::Resource => None,
    };
    for member in ["arguments", "params"] {
        if let Some(span) = fields.place(member).filter(|_| takes != Some(member)) {
            let message = format!("a call of a `{key}` has no `{member}`");
            let help = match takes {
                Some(takes) => format!("write them under `{takes}`"),
                None => "its URI says all".to_owned(),
            };
            diagnostics.push(Diagnostic::new(Code::UnknownKey, span, message).help(help));
        }
    }
    let given = takes.and_then(|member| fields.get(member));
    let given: Option<Map<String, Json>> =
        given.map(|node| value::members(Some(node), diagnostics));
    let name = text(name, diagnostics)?.value;
    let call = match kind {
        CallKind::Method => Call {
            method: name,
            params: given.unwrap_or_default(),
        },
        kind => Call::of(kind, &name, given),
    };
    Some((key, call))
}

/// Where a call is sent: to the endpoint of a resource that is named, or where the request says.
fn endpoint<'p>(
    fields: &Fields<'_>,
    at: Span,
    plan: &'p Plan,
    diagnostics: &mut Diagnostics,
) -> Option<(Request, Option<&'p Resource>)> {
    let endpoints = || plan.resources.iter().filter(|one| one.endpoint.is_some());
    let Some(node) = fields.get("resource") else {
        let request = request::read(fields, at, diagnostics)?;
        let here = (request.host.clone(), request.target.clone());
        let resource = endpoints().find(|one| call::url(one).as_ref() == Some(&here));
        return Some((request, resource));
    };
    let name = text(node, diagnostics)?;
    for key in ["send", "request"] {
        if let Some(span) = fields.place(key) {
            let message = format!("`resource` and `{key}` exclude each other");
            diagnostics.push(Diagnostic::new(Code::UnknownKey, span, message));
        }
    }
    let Some(resource) = endpoints().find(|one| one.name == name.value) else {
        let names = || endpoints().map(|one| one.name.as_str());
        let message = format!("the policy has no MCP server or A2A agent `{}`", name.value);
        let help = match names().next() {
            Some(_) => format!("it has {}", listing(names())),
            None => "it has none".to_owned(),
        };
        diagnostics.push(
            name.diagnostic(Code::UnknownName, message)
                .help(help)
                .help_if(did_you_mean(&name.value, names())),
        );
        return None;
    };
    let (host, target) = call::url(resource)?;
    let request = Request {
        method: "POST".to_owned(),
        scheme: "https".to_owned(),
        host,
        target,
        headers: request::headers(fields.get("headers"), diagnostics),
        body: None,
    };
    Some((request, Some(resource)))
}
