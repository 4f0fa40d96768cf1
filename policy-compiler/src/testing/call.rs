//! A call as it is sent: the message, and the headers that its protocol wants with it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::mcp::methods;
use remit_engine::plan::{CallKind, Plan, Protocol, Resource, Target};
use serde_json::{Map, Value, json};

use super::Request;

/// What is called, and with what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// The method of the message.
    pub(super) method: String,
    /// Its parameters.
    pub(super) params: Map<String, Value>,
}

/// A revision of MCP.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Revision {
    Of20250326,
    Of20250618,
    Of20251125,
    #[default]
    Of20260728,
}

impl Revision {
    /// Each, as tests and messages write it.
    pub(super) const NAMES: &[(&str, Self)] = &[
        ("2025-03-26", Self::Of20250326),
        ("2025-06-18", Self::Of20250618),
        ("2025-11-25", Self::Of20251125),
        ("2026-07-28", Self::Of20260728),
    ];

    fn name(self) -> &'static str {
        let mut names = Self::NAMES.iter();
        let found = names.find(|(_, revision)| *revision == self);
        found.map_or("", |(name, _)| name)
    }
}

impl Call {
    /// Calls, gets or reads one thing.
    pub(super) fn of(kind: CallKind, name: &str, arguments: Option<Map<String, Value>>) -> Self {
        let (method, named) = match kind {
            CallKind::Tool | CallKind::Skill => ("tools/call", "name"),
            CallKind::Prompt => ("prompts/get", "name"),
            CallKind::Resource => ("resources/read", "uri"),
            CallKind::Method => (name, ""),
        };
        let mut params = Map::new();
        if !named.is_empty() {
            params.insert(named.to_owned(), json!(name));
        }
        let arguments = arguments.map(|arguments| ("arguments".to_owned(), arguments.into()));
        params.extend(arguments);
        Self {
            method: method.to_owned(),
            params,
        }
    }

    /// Puts it into a request for an endpoint of a resource.
    pub(super) fn send(
        mut self,
        request: &mut Request,
        plan: &Plan,
        resource: Option<&Resource>,
        revision: Revision,
    ) {
        let endpoint = resource.and_then(|resource| resource.endpoint.as_ref());
        let protocol = endpoint.map_or(Protocol::Mcp, |endpoint| endpoint.protocol);
        request.add_header("content-type", "application/json");
        request.add_header("accept", "application/json, text/event-stream");
        if protocol == Protocol::Mcp {
            self.as_mcp(request, plan, resource, revision);
        }
        let mut message = Map::new();
        let mut say = |name: &str, value| message.insert(name.to_owned(), value);
        say("jsonrpc", json!("2.0"));
        if protocol == Protocol::A2a || !methods::is_notification(&self.method) {
            say("id", json!(1));
        }
        say("method", self.method.into());
        if !self.params.is_empty() {
            say("params", self.params.into());
        }
        request.body = Some(Value::from(message).to_string());
    }

    /// What a revision of MCP has beside the message (2026-07-28: transports, "Request metadata
    /// headers" and SEP-2243).
    fn as_mcp(
        &mut self,
        request: &mut Request,
        plan: &Plan,
        resource: Option<&Resource>,
        revision: Revision,
    ) {
        if revision == Revision::Of20250326 {
            return;
        }
        request.add_header("mcp-protocol-version", revision.name());
        if revision != Revision::Of20260728 {
            return;
        }
        request.add_header("mcp-method", &self.method);
        let named = methods::named_by(&self.method);
        let name = named.and_then(|member| self.params.get(member)?.as_str());
        if let Some(name) = name {
            request.add_header("mcp-name", &header_value(name));
            for (header, value) in self.mirrored(plan, resource, name) {
                request.add_header(&header, &value);
            }
        }
        if !methods::is_notification(&self.method) {
            let meta = self.params.entry("_meta").or_insert_with(|| json!({}));
            let said = [
                ("protocolVersion", json!(revision.name())),
                ("clientInfo", json!({"name": "remit-test", "version": "1"})),
                ("clientCapabilities", json!({})),
            ];
            for (name, value) in said {
                let name = format!("io.modelcontextprotocol/{name}");
                if let Some(meta) = meta.as_object_mut() {
                    meta.entry(name).or_insert(value);
                }
            }
        }
    }

    /// The headers that repeat arguments of a tool, as the policy declares them.
    fn mirrored(
        &self,
        plan: &Plan,
        resource: Option<&Resource>,
        name: &str,
    ) -> Vec<(String, String)> {
        let arguments = self.params.get("arguments").and_then(Value::as_object);
        let is_called = |target: &Target| matches!(target, Target::Name(known) if known == name);
        let mut operations = plan.operations.iter();
        let call = operations.find_map(|operation| {
            let owner = operation
                .resource
                .and_then(|id| plan.resources.get(id.index()));
            let here = owner.map(|one| &one.name) == resource.map(|one| &one.name);
            let call = operation.call.as_ref().filter(|_| here)?;
            (call.kind == CallKind::Tool && is_called(&call.target)).then_some(call)
        });
        let mirrored = call
            .map(|call| call.mirrored.as_slice())
            .unwrap_or_default();
        let mirrored = mirrored.iter().filter_map(|(header, argument)| {
            let argument = plan.names.get(argument.index())?;
            let value = match arguments?.get(argument)? {
                Value::String(text) => header_value(text),
                Value::Null => return None,
                other => other.to_string(),
            };
            Some((format!("mcp-param-{header}"), value))
        });
        mirrored.collect()
    }
}

/// The URL at which a resource takes messages.
pub(super) fn url(resource: &Resource) -> Option<(String, String)> {
    let endpoint = resource.endpoint.as_ref()?;
    let mut target = String::new();
    for segment in &endpoint.path {
        target.push('/');
        for byte in segment.bytes() {
            match byte {
                b'-' | b'.' | b'_' | b'~' => target.push(char::from(byte)),
                byte if byte.is_ascii_alphanumeric() => target.push(char::from(byte)),
                byte => target.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    if target.is_empty() {
        target.push('/');
    }
    Some((resource.host.clone(), target))
}

/// A text as a header's value: as it is, or encoded where a header could not hold it.
fn header_value(text: &str) -> String {
    let holds = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let is_trimmed = text.trim_matches(' ') == text;
    if holds && is_trimmed && !text.starts_with("=?") {
        return text.to_owned();
    }
    format!("=?base64?{}?=", STANDARD.encode(text))
}

#[cfg(test)]
mod tests;
