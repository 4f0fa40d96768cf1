//! What a plan says: bodies, and operations that are called by messages (MCP, A2A).

use serde::{Deserialize, Serialize};

use super::model::{NameId, Parameter};
use crate::a2a::methods::PATHS;

/// A path at which a resource takes the messages of a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Which protocol.
    pub protocol: Protocol,
    /// The path at the resource's host, segment by segment, decoded.
    pub path: Vec<String>,
    /// The path before those of the HTTP binding (A2A 1.0 section 11), where that is served too.
    pub rest: Option<Vec<String>>,
    /// Longest message, in bytes.
    pub body_bytes: u32,
    /// What lists say of an operation whose rules depend on what it is called with.
    pub conditional: Conditional,
    /// Which error codes refused messages are answered with.
    pub errors: ErrorCodes,
    /// Origins (RFC 6454) from which browsers may call; a request that names another is refused.
    pub origins: Vec<String>,
}

/// A protocol of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Protocol {
    /// Model Context Protocol, Streamable HTTP, revisions 2025-03-26 to 2026-07-28.
    Mcp,
    /// Agent2Agent protocol, JSON-RPC binding, 0.3 and 1.0.
    A2a,
}

impl Endpoint {
    /// Calls `each` with every HTTP method and path that requests for it may have; `None` stands
    /// for any segment. GET opens a stream and DELETE ends a session where the revision has them
    /// (MCP 2025-03-26 to 2025-11-25).
    pub fn for_each_way(&self, each: &mut dyn FnMut(&'static str, &[Option<&str>])) {
        fn path<'p>(base: &'p [String], after: &[Option<&'p str>]) -> Vec<Option<&'p str>> {
            let base = base.iter().map(|segment| Some(segment.as_str()));
            base.chain(after.iter().copied()).collect()
        }
        let methods: &[&'static str] = match self.protocol {
            Protocol::Mcp => &["POST", "GET", "DELETE"],
            Protocol::A2a => &["POST"],
        };
        for method in methods {
            each(method, &path(&self.path, &[]));
        }
        if let Some(base) = &self.rest {
            for (method, after) in PATHS {
                each(method, &path(base, after));
            }
        }
    }
}

/// What a list says of an operation that is allowed with some arguments and not with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conditional {
    /// It is listed like any other.
    List,
    /// It is listed, with a mark in its `_meta`.
    Mark,
    /// It is not listed.
    Hide,
}

/// The JSON-RPC error codes of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorCodes {
    /// This code, outside the range that JSON-RPC 2.0 section 5.1 reserves.
    Own(i32),
    /// Those of COAZ-MCP (OpenID AuthZEN, draft 1): -32001 for denials, -32602 for arguments that
    /// cannot be read, -32603 where it cannot be decided.
    Coaz,
}

/// What a request's body is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BodyShape {
    /// Not read; rules cannot.
    #[default]
    Unread,
    /// A JSON object: the body itself, or the arguments of a call.
    Json(Members),
}

/// The members of a JSON object that rules may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Those that are declared.
    pub declared: Vec<Parameter>,
    /// Whether there may be others, which rules cannot read.
    pub others: Others,
    /// Longest body, in bytes; of calls the endpoint has one.
    pub body_bytes: u32,
    /// Declared ones whose values records may carry.
    pub logged: Vec<NameId>,
    /// Where the amount of money stands that it moves. `None`: a token that bounds it
    /// (`max_amount`) does not permit the operation.
    pub amount: Option<AmountIn>,
    /// The declared one that says who gets something: an e-mail address or a host, or a list of
    /// them. `None`: the same for `recipient_domain`.
    pub recipient: Option<NameId>,
}

/// Where an amount of money stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountIn {
    /// The declared member with the number, in the currency's main unit: an int, uint or double, or
    /// decimal text.
    pub value: NameId,
    /// Which currency it is in.
    pub currency: Currency,
}

/// The currency of an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Currency {
    /// Always this.
    Fixed(String),
    /// What a declared member says.
    Member(NameId),
}

/// What becomes of a body with members that are not declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Others {
    /// It is refused.
    Refuse,
    /// They go on with it.
    Pass,
}

/// How an operation is called where its requests are messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What it is.
    pub kind: CallKind,
    /// What it is called on the wire.
    pub target: Target,
    /// SHA-256 over the canonical form (RFC 8785) of the definition that was reviewed. One with
    /// another is refused, once it was seen in a list.
    pub pin: Option<[u8; 32]>,
    /// Arguments that stand in a header as well: the header's name in lower case, after
    /// `mcp-param-` (MCP 2026-07-28, `x-mcp-header`).
    pub mirrored: Vec<(String, NameId)>,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CallKind {
    /// An MCP tool.
    Tool,
    /// An MCP prompt.
    Prompt,
    /// An MCP resource.
    Resource,
    /// A method of the protocol itself, by the name that its newest revision has for it.
    Method,
    /// An A2A skill.
    Skill,
}

/// A name on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// Exactly this.
    Name(String),
    /// A URI by its parts (RFC 6570, levels 1 and 2).
    Uri(Vec<UriPart>),
}

/// A part of a URI template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum UriPart {
    /// Exactly this.
    Literal(String),
    /// `{name}`: one or more unreserved characters (RFC 3986 section 2.3), read as `path.<name>`.
    Capture(NameId),
    /// `{+name}`: the rest, segments of such characters between slashes; only at the end.
    Rest(NameId),
}
