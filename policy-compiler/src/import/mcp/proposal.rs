//! From a definition to an operation of a policy.

use std::collections::BTreeSet;

use remit_engine::plan::{Class, Others, Presence};
use serde_json::Value;

use super::super::canonical::pin;
use super::super::class_word;
use super::super::name::is_name;
use super::super::notice::{Notices, Pointer};
use super::super::page::{Item, Part};
use super::super::schema::{Member, Reader, Shape, Ty};
use super::{Called, Definition, Kind, uri};

/// An operation that is proposed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    pub(super) kind: Kind,
    /// Its name in the policy.
    pub(super) key: String,
    /// What it is called on the wire.
    pub(super) wire: String,
    pub(super) class: Class,
    /// What it is called with; resources are called with nothing.
    pub(super) arguments: Option<Shape>,
    /// The hash of its definition. That of a resource has sizes and times in it.
    pub(super) pin: Option<String>,
    /// Headers that repeat an argument: the header's name after `Mcp-Param-`, the argument.
    headers: Vec<(String, String)>,
    comments: Vec<String>,
    /// Where its definition stands.
    pub(super) place: Pointer,
}

impl Proposal {
    /// Proposes one; `None`, with the reason told, where a policy cannot have it.
    pub(super) fn new(definition: &Definition, notices: &mut Notices) -> Option<Self> {
        let Definition {
            kind,
            called,
            entry,
            place,
        } = definition;
        let before = notices.count();
        let identifier = place.member(kind.identifier());
        if matches!(kind, Kind::Resource | Kind::Template) {
            if *kind == Kind::Resource && called.contains(['{', '}']) {
                let text = "a URI with braces would be read as a template: left out";
                notices.push(&identifier, text);
                return None;
            }
            if let Err(problem) = uri::check(called) {
                notices.push(&identifier, format!("{problem}: left out"));
                return None;
            }
        }
        let pin = match kind {
            Kind::Tool | Kind::Prompt => pin(entry),
            Kind::Resource | Kind::Template => None,
        };
        if pin.is_none() && matches!(kind, Kind::Tool | Kind::Prompt) {
            notices.push(
                place,
                "it is deeper or larger than what the gateway reads, so it is not pinned",
            );
        }
        let (arguments, headers) = match kind {
            Kind::Tool => tool_arguments(entry, place, notices),
            Kind::Prompt => (Some(prompt_arguments(entry, place, notices)), Vec::new()),
            Kind::Resource | Kind::Template => (None, Vec::new()),
        };
        // URIs are no names; what servers call resources mostly is.
        let title = entry.get("name").and_then(Value::as_str);
        Some(Self {
            kind: *kind,
            key: title.unwrap_or(called).to_owned(),
            wire: called.clone(),
            class: class(*kind, entry),
            arguments,
            pin,
            headers,
            comments: [comments(entry), notices.comments_since(before)].concat(),
            place: place.clone(),
        })
    }

    /// Kind and name on the wire.
    pub(super) fn called(&self) -> Called {
        (self.kind.section(), self.wire.clone())
    }

    /// Whether its name can be the one in the policy.
    pub(super) fn has_policy_name(&self) -> bool {
        is_name(&self.key)
    }

    /// As a page has it.
    pub(super) fn item(&self) -> Item {
        let mut members = Vec::new();
        let mut add = |key: &str, value: Part| members.push(Item::new(key, value));
        match self.kind {
            Kind::Tool | Kind::Prompt if self.key == self.wire => {}
            Kind::Tool | Kind::Prompt => add("name", Part::text(&self.wire)),
            Kind::Resource | Kind::Template => add("uri", Part::text(&self.wire)),
        }
        add("class", Part::word(class_word(self.class)));
        if let Some(arguments) = &self.arguments {
            add("arguments", arguments.part());
        }
        if !self.headers.is_empty() {
            let headers = self.headers.iter();
            let headers = headers.map(|(header, argument)| (header.clone(), Part::text(argument)));
            add("headers", Part::Braces(headers.collect()));
        }
        if let Some(pin) = &self.pin {
            add("pin", Part::text(pin));
        }
        add("reviewed", Part::word("false"));
        Item {
            comments: self.comments.clone(),
            key: self.key.clone(),
            value: Part::Block(members),
        }
    }
}

/// Reading is what a tool says it does, everything else may change something.
fn class(kind: Kind, entry: &Value) -> Class {
    match kind {
        Kind::Prompt | Kind::Resource | Kind::Template => Class::Read,
        Kind::Tool if hint(entry, "readOnlyHint") == Some(true) => Class::Read,
        Kind::Tool => Class::Write,
    }
}

/// A hint of a tool's annotations (MCP 2025-03-26 and later).
fn hint(entry: &Value, name: &str) -> Option<bool> {
    entry.get("annotations")?.get(name)?.as_bool()
}

const HINTS: &[&str] = &[
    "readOnlyHint",
    "destructiveHint",
    "idempotentHint",
    "openWorldHint",
];

/// The server's own words, for whoever looks at it.
fn comments(entry: &Value) -> Vec<String> {
    let mut comments = Vec::new();
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let words: Vec<&str> = ["title", "description"]
        .iter()
        .filter_map(|name| text(name))
        .collect();
    if !words.is_empty() {
        comments.push(format!("\"{}\"", words.join(": ")));
    }
    let hints: Vec<String> = HINTS
        .iter()
        .filter_map(|name| Some(format!("{name} {}", hint(entry, name)?)))
        .collect();
    if !hints.is_empty() {
        comments.push(format!("says of itself: {}", hints.join(", ")));
    }
    if hint(entry, "openWorldHint") == Some(true) {
        comments.push("reaches beyond the server: what goes in can leave".to_owned());
    }
    comments
}

type Headers = Vec<(String, String)>;

fn tool_arguments(
    entry: &Value,
    place: &Pointer,
    notices: &mut Notices,
) -> (Option<Shape>, Headers) {
    let at = place.member("inputSchema");
    let Some(schema) = entry.get("inputSchema") else {
        notices.push(place, "it has no `inputSchema`: any arguments are proposed");
        return (Some(Shape::Any), Vec::new());
    };
    let shape = Reader::new(schema, notices).shape(schema, &at);
    let headers = headers(schema, &shape, &at, notices);
    (Some(shape), headers)
}

/// Arguments that the caller has to repeat in a header (`x-mcp-header`, MCP 2026-07-28).
fn headers(schema: &Value, shape: &Shape, at: &Pointer, notices: &mut Notices) -> Headers {
    let mut headers = Headers::new();
    let mut seen = BTreeSet::new();
    let Some(Value::Object(properties)) = schema.get("properties") else {
        return headers;
    };
    for (name, property) in properties {
        let Some(header) = property.get("x-mcp-header") else {
            continue;
        };
        let at = at.members(&["properties", name, "x-mcp-header"]);
        let declared = match shape {
            Shape::Members { members, .. } => members.iter().find(|member| member.name == *name),
            Shape::Any => None,
        };
        let header = header.as_str().filter(|header| is_token(header));
        let scalar = declared.is_some_and(|member| {
            matches!(member.ty, Ty::String | Ty::Int | Ty::Double | Ty::Bool)
        });
        let lower = header.map(str::to_ascii_lowercase);
        match lower {
            Some(header) if scalar && seen.insert(header.clone()) => {
                headers.push((header, name.clone()));
            }
            _ => notices.push(
                &at,
                "it is no name of a header, stands twice, or its argument is no scalar: left out",
            ),
        }
    }
    headers
}

/// A name of a header (RFC 9110 section 5.6.2).
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// Arguments of prompts are strings.
fn prompt_arguments(entry: &Value, place: &Pointer, notices: &mut Notices) -> Shape {
    let mut members: Vec<Member> = Vec::new();
    let mut others = Others::Refuse;
    let arguments = entry.get("arguments").and_then(Value::as_array);
    for (index, argument) in arguments.into_iter().flatten().enumerate() {
        let name = argument.get("name").and_then(Value::as_str);
        let name = name.filter(|name| super::super::schema::can_be_declared(name));
        let Some(name) = name else {
            let at = place.member("arguments").element(index);
            notices.push(&at, "a policy cannot have an argument of this name; others may stand beside those declared");
            others = Others::Pass;
            continue;
        };
        let required = argument.get("required") == Some(&Value::Bool(true));
        if members.iter().all(|member| member.name != name) {
            members.push(Member {
                name: name.to_owned(),
                ty: Ty::String,
                presence: if required {
                    Presence::Mandatory
                } else {
                    Presence::Optional
                },
            });
        }
    }
    if members.is_empty() && others == Others::Pass {
        return Shape::Any;
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Shape::Members { members, others }
}
