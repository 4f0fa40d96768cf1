//! Reading what is called by messages: tools, prompts, resources and methods of an MCP server,
//! methods and skills of an A2A agent.

mod distinct;
mod method;
mod pin;

pub(super) use method::reserved as reserved_methods;
use remit_engine::limits::CALLED_BYTES;
use remit_engine::plan::{CallKind, Type};

use super::a2a::CARD;
use super::body::{self, Body};
use super::bounded::is_text;
use super::fields::{Fields, entries, text};
use super::resources::Read;
use super::uri::{self, Template};
use super::{Operation, Query, limits, operations, scalars};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Node};

pub(super) const TOOL: &[&str] = &[
    "name",
    "class",
    "labels",
    "scope",
    "cost",
    "arguments",
    "log",
    "amount",
    "recipient",
    "pin",
    "headers",
    "reviewed",
];
pub(super) const PROMPT: &[&str] = &[
    "name",
    "class",
    "labels",
    "scope",
    "cost",
    "arguments",
    "log",
    "pin",
    "reviewed",
];
pub(super) const RESOURCE: &[&str] =
    &["uri", "class", "labels", "scope", "cost", "pin", "reviewed"];
pub(super) const METHOD: &[&str] = &["class", "labels", "scope", "cost", "reviewed"];
pub(super) const SKILL: &[&str] = &["skill", "class", "labels", "scope", "cost", "reviewed"];

/// How an operation is called.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) kind: CallKind,
    pub(crate) target: Called,
    /// Where that stands.
    pub(crate) span: Span,
    pub(crate) pin: Option<[u8; 32]>,
    /// Headers that repeat an argument, each with its name.
    pub(crate) mirrored: Vec<(String, Spanned<String>)>,
}

/// What is called.
#[derive(Debug)]
pub(crate) enum Called {
    Name(String),
    Uri(Template),
}

/// A part of a resource that says what can be called there.
pub(super) struct Section {
    key: &'static str,
    what: &'static str,
    keys: &'static [&'static str],
    of: Of,
}

/// What stands in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Tools,
    Prompts,
    Resources,
    McpMethods,
    A2aMethods,
    Skills,
}

impl Of {
    fn kind(self) -> CallKind {
        match self {
            Self::Tools => CallKind::Tool,
            Self::Prompts => CallKind::Prompt,
            Self::Resources => CallKind::Resource,
            Self::McpMethods | Self::A2aMethods => CallKind::Method,
            Self::Skills => CallKind::Skill,
        }
    }
}

const fn section(
    key: &'static str,
    what: &'static str,
    keys: &'static [&'static str],
    of: Of,
) -> Section {
    Section {
        key,
        what,
        keys,
        of,
    }
}

/// Those of an MCP server.
pub(super) const MCP: &[Section] = &[
    section("tools", "a tool", TOOL, Of::Tools),
    section("prompts", "a prompt", PROMPT, Of::Prompts),
    section("resources", "an MCP resource", RESOURCE, Of::Resources),
    section("methods", "a method", METHOD, Of::McpMethods),
];
/// Those of an A2A agent.
pub(super) const A2A: &[Section] = &[
    section("methods", "a method", METHOD, Of::A2aMethods),
    section("skills", "a skill", SKILL, Of::Skills),
];

/// Reads all of them.
pub(super) fn read(
    fields: &Fields<'_>,
    sections: &[Section],
    diagnostics: &mut Diagnostics,
) -> Read {
    let mut read = Read::default();
    for section in sections {
        for entry in entries(fields.get(section.key), diagnostics) {
            match operation(entry, section, diagnostics) {
                Some(operation) => read.operations.push(operation),
                None => read.lost = true,
            }
        }
    }
    distinct::check(&read.operations, diagnostics);
    read
}

fn operation(entry: &Entry, section: &Section, diagnostics: &mut Diagnostics) -> Option<Operation> {
    let of = section.of;
    let key = &entry.key;
    match of {
        Of::McpMethods => method::check_mcp(key, diagnostics).then_some(())?,
        Of::A2aMethods => method::check_a2a(key, diagnostics).then_some(())?,
        Of::Skills if key.value == CARD => {
            let message = format!("`{CARD}` is the agent's card, an operation of its own");
            let help = "call the skill something else, and say by `skill` what messages call it";
            diagnostics.push(key.diagnostic(Code::DuplicateName, message).help(help));
        }
        Of::Tools | Of::Prompts | Of::Resources | Of::Skills => {
            scalars::check_name(key, diagnostics);
        }
    }
    let fields = Fields::open(
        &entry.value,
        section.what,
        key.span,
        section.keys,
        &[],
        diagnostics,
    )?;
    let (target, span) = called(&fields, key, of, diagnostics)?;
    let class = fields
        .require("class", diagnostics)
        .and_then(|node| scalars::class(node, diagnostics));
    let body = arguments(&fields, of, diagnostics);
    let mirrored = mirrored(&fields, &body, diagnostics);
    let pin = match fields.get("pin") {
        // A pin that cannot be read must not become none.
        Some(node) => Some(pin::read(node, diagnostics)?),
        None => None,
    };
    Some(Operation {
        name: key.clone(),
        http: None,
        class,
        labels: operations::labels(fields.get("labels"), diagnostics),
        query: Query::Declared(Vec::new()),
        body: Some(body),
        call: Some(Call {
            kind: of.kind(),
            target,
            span,
            pin,
            mirrored,
        }),
        scopes: operations::scopes(fields.get("scope"), diagnostics),
        cost: limits::cost(fields.get("cost"), diagnostics),
        upgrade: None,
        unreviewed: operations::unreviewed(&fields, diagnostics),
    })
}

/// What it is called on the wire, and where that stands.
fn called(
    fields: &Fields<'_>,
    key: &Spanned<String>,
    of: Of,
    diagnostics: &mut Diagnostics,
) -> Option<(Called, Span)> {
    let named = match of {
        Of::Tools | Of::Prompts => fields.get("name"),
        Of::Skills => fields.get("skill"),
        Of::McpMethods | Of::A2aMethods => None,
        Of::Resources => {
            let uri = uri::read(fields.require("uri", diagnostics)?, diagnostics)?;
            return Some((Called::Uri(uri.value), uri.span));
        }
    };
    let name = match named {
        Some(node) => wire_name(node, diagnostics)?,
        None => key.clone(),
    };
    Some((Called::Name(name.value), name.span))
}

/// A name as messages carry it.
fn wire_name(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    let name = text(node, diagnostics)?;
    let length = name.value.len();
    if (1..=CALLED_BYTES).contains(&length) && !name.value.chars().any(char::is_control) {
        return Some(name);
    }
    diagnostics.push(
        name.diagnostic(Code::BadValue, "nothing can be called so")
            .label(format!(
                "1 to {CALLED_BYTES} bytes on one line are expected"
            )),
    );
    None
}

/// What it is called with; anything where that is not said.
fn arguments(fields: &Fields<'_>, of: Of, diagnostics: &mut Diagnostics) -> Body {
    let Some(node) = fields.get("arguments") else {
        let mut body = Body::any();
        body.said(fields, "arguments", diagnostics);
        return body;
    };
    let mut body = body::members(node, diagnostics);
    if of == Of::Prompts {
        for argument in body.declared.iter().filter(|one| !is_text(&one.ty)) {
            diagnostics.push(
                argument
                    .name
                    .diagnostic(
                        Code::BadType,
                        format!("`{}` of a prompt can only be a string", argument.name.value),
                    )
                    .help("the protocol has no other arguments of prompts: `string`, `optional(string)`"),
            );
        }
    }
    body.said(fields, "arguments", diagnostics);
    body
}

/// `headers`: what `Mcp-Param-<key>` repeats. Only what has one spelling can be compared.
fn mirrored(
    fields: &Fields<'_>,
    body: &Body,
    diagnostics: &mut Diagnostics,
) -> Vec<(String, Spanned<String>)> {
    let mut mirrored: Vec<(String, Spanned<String>)> = Vec::new();
    for Entry { key, value } in entries(fields.get("headers"), diagnostics) {
        let name = key.value.to_ascii_lowercase();
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            diagnostics.push(
                key.diagnostic(
                    Code::BadName,
                    format!("`{}` is not the name of a header", key.value),
                )
                .help("it is what stands behind `Mcp-Param-`"),
            );
            continue;
        }
        let Some(argument) = text(value, diagnostics) else {
            continue;
        };
        if mirrored.iter().any(|(other, _)| *other == name) {
            diagnostics.push(
                key.diagnostic(
                    Code::DuplicateName,
                    format!("two headers are called `{name}`"),
                )
                .help("the names of headers do not differ in capitals"),
            );
            continue;
        }
        if !body::is_declared(&argument, body, "arguments", diagnostics) {
            continue;
        }
        let ty = body.member(&argument.value).map(|one| &one.ty);
        if ty.is_some_and(|ty| !is_scalar(ty)) {
            diagnostics.push(
                argument
                    .diagnostic(
                        Code::BadType,
                        format!("`{}` cannot stand in a header", argument.value),
                    )
                    .help("string, int, uint, double and bool can"),
            );
            continue;
        }
        mirrored.push((name, argument));
    }
    mirrored
}

fn is_scalar(ty: &Type) -> bool {
    is_text(ty) || matches!(ty, Type::Bool | Type::Int | Type::Uint | Type::Double)
}
