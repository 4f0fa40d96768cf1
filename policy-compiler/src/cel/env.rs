//! The variables of conditions: one table of names, types, phase, trust, origin and meaning.
//!
//! Captures, query parameters, headers and claims are named by the policy; the table holds what
//! every condition has, and the groups under which the others stand.

use remit_engine::plan::{Presence, Slot, Type};

/// Who vouches for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// The issuer's signature, or the policy itself.
    Verified,
    /// The gateway saw it: this is what goes upstream.
    Observed,
    /// Only the client says so.
    Claimed,
}

/// When a value comes to exist in the life of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// With the request's head: every rule can read it.
    Headers,
    /// With the request's body.
    Body,
    /// With the response.
    Response,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The token.
    Token,
    /// The request.
    Request,
    /// The policy.
    Policy,
    /// The gateway.
    Gateway,
    /// The upstream.
    Upstream,
}

/// A variable that every condition has.
#[derive(Debug)]
pub struct Variable {
    /// Its name, with its group.
    pub name: &'static str,
    /// Its type.
    pub ty: fn() -> Type,
    /// Whether it is always there.
    pub presence: Presence,
    /// When it comes to exist.
    pub phase: Phase,
    /// Who vouches for it.
    pub trust: Trust,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is.
    pub meaning: &'static str,
    /// Where the engine finds it.
    pub slot: Slot,
}

/// A group of variables that the policy names.
#[derive(Debug)]
pub struct Group {
    /// Its name.
    pub name: &'static str,
    /// When its members come to exist.
    pub phase: Phase,
    /// Who vouches for its members.
    pub trust: Trust,
    /// Where they come from.
    pub origin: Origin,
    /// What its members are.
    pub meaning: &'static str,
}

macro_rules! ty {
    ($ty:ident) => {
        Type::$ty
    };
    (($ty:ident $element:ident)) => {
        Type::$ty(Box::new(Type::$element))
    };
}

macro_rules! variables {
    ($($name:literal $ty:tt $presence:ident $phase:ident $trust:ident $origin:ident $slot:ident $meaning:literal;)*) => {
        /// Every variable whose name and type do not depend on the policy.
        pub static VARIABLES: &[Variable] = &[$(Variable {
            name: $name,
            ty: || ty!($ty),
            presence: Presence::$presence,
            phase: Phase::$phase,
            trust: Trust::$trust,
            origin: Origin::$origin,
            meaning: $meaning,
            slot: Slot::$slot,
        },)*];
    };
}

variables! {
    "request.method"   String    Mandatory Headers Observed Request RequestMethod  "HTTP method";
    "request.path"     String    Mandatory Headers Observed Request RequestPath    "path with query, as sent";
    "request.url_path" String    Mandatory Headers Observed Request RequestUrlPath "path without query, as sent";
    "request.query"    String    Mandatory Headers Observed Request RequestQuery   "query without `?`, as sent; empty if there is none";
    "request.host"     String    Mandatory Headers Observed Request RequestHost    "host with port";
    "request.scheme"   String    Mandatory Headers Observed Request RequestScheme  "`http` or `https`";
    "request.time"     Timestamp Mandatory Headers Observed Gateway Now            "when the request came";
    "now"              Timestamp Mandatory Headers Observed Gateway Now            "the same";
    "params.name"      String    Mandatory Body    Observed Request CalledName     "what a tool or prompt is called in messages";
    "params.uri"       String    Mandatory Body    Observed Request CalledUri      "the URI of an MCP resource";
    "token.iss"        String    Mandatory Headers Verified Token   TokenIssuer    "the issuer's `iss`";
    "token.sub"        String    Optional  Headers Verified Token   TokenSubject   "the token's `sub`";
    "token.jti"        String    Optional  Headers Verified Token   TokenId        "the token's `jti`";
    "token.iat"        Int       Optional  Headers Verified Token   TokenIssuedAt  "when it was issued, in seconds since 1970";
    "token.exp"        Int       Mandatory Headers Verified Token   TokenExpires   "when it expires, in seconds since 1970";
    "agent"            String    Mandatory Headers Verified Token   Agent          "the workload that acts";
    "principal"        String    Optional  Headers Verified Token   Principal      "on whose behalf it acts";
    "task"             String    Mandatory Headers Verified Token   Task           "the kind of job";
    "task_id"          String    Optional  Headers Verified Token   TaskId         "this run of the job";
    "session"          String    Optional  Headers Verified Token   Session        "the conversation";
    "instance"         String    Optional  Headers Verified Token   Instance       "the running copy of the agent";
    "tenant"           String    Optional  Headers Verified Token   Tenant         "the tenant";
    "delegation"       (List String) Mandatory Headers Verified Token Delegation "the agents that handed the task on, the last of them first";
    "txn.txn"          String    Optional  Headers Verified Token   TransactionId  "the transaction, where a transaction token is there";
    "txn.sub"          String    Optional  Headers Verified Token   TransactionSubject "the transaction token's `sub`";
    "txn.req_wl"       String    Optional  Headers Verified Token   TransactionWorkload "the workload that asked for the transaction token";
    "resource"         String    Mandatory Headers Verified Policy  Resource       "the resource's name in the policy";
    "operation"        String    Mandatory Headers Verified Policy  Operation      "the operation's name in the policy";
    "issuer"           String    Mandatory Headers Verified Policy  Issuer         "the issuer's name in the policy";
}

/// Groups whose members the policy or the request names.
pub static GROUPS: &[Group] = &[
    Group {
        name: "request",
        phase: Phase::Headers,
        trust: Trust::Observed,
        origin: Origin::Request,
        meaning: "the request",
    },
    Group {
        name: "request.headers",
        phase: Phase::Headers,
        trust: Trust::Claimed,
        origin: Origin::Request,
        meaning: "a header, by its name",
    },
    Group {
        name: "path",
        phase: Phase::Headers,
        trust: Trust::Observed,
        origin: Origin::Request,
        meaning: "a capture of the operation's path",
    },
    Group {
        name: "query",
        phase: Phase::Headers,
        trust: Trust::Observed,
        origin: Origin::Request,
        meaning: "a declared query parameter",
    },
    Group {
        name: "token",
        phase: Phase::Headers,
        trust: Trust::Verified,
        origin: Origin::Token,
        meaning: "a claim that the issuers declare",
    },
    Group {
        name: "txn",
        phase: Phase::Headers,
        trust: Trust::Verified,
        origin: Origin::Token,
        meaning: "a claim of the transaction token that its issuers declare",
    },
    Group {
        name: "body",
        phase: Phase::Body,
        trust: Trust::Observed,
        origin: Origin::Request,
        meaning: "a declared member of the request's body",
    },
    Group {
        name: "params",
        phase: Phase::Body,
        trust: Trust::Observed,
        origin: Origin::Request,
        meaning: "what a message asks for",
    },
    Group {
        name: "params.arguments",
        phase: Phase::Body,
        trust: Trust::Observed,
        origin: Origin::Request,
        meaning: "a declared argument of a call",
    },
    Group {
        name: "history",
        phase: Phase::Headers,
        trust: Trust::Observed,
        origin: Origin::Gateway,
        meaning: "what was done before",
    },
    Group {
        name: "response",
        phase: Phase::Response,
        trust: Trust::Observed,
        origin: Origin::Upstream,
        meaning: "the response",
    },
];

/// Variables of the language that this version does not have.
pub(super) const LATER: &[&str] = &["source", "connection", "grant"];

/// Who vouches for what a slot holds.
pub(super) fn trust(slot: &Slot) -> Trust {
    let group = |name| {
        GROUPS
            .iter()
            .find(|group| group.name == name)
            .map(|group| group.trust)
    };
    let found = match slot {
        Slot::RequestHeader(_) => group("request.headers"),
        Slot::Capture(_) => group("path"),
        Slot::Query(_) => group("query"),
        Slot::Body(_) => group("body"),
        Slot::Argument(_) => group("params.arguments"),
        Slot::Claim(_) => group("token"),
        Slot::TransactionClaim(_) => group("txn"),
        Slot::HistoryCalls(_)
        | Slot::HistoryFirst(_)
        | Slot::HistoryLast(_)
        | Slot::HistoryDenials(_)
        | Slot::HistoryTarget(_) => group("history"),
        other => VARIABLES
            .iter()
            .find(|one| one.slot == *other)
            .map(|one| one.trust),
    };
    // What nobody vouches for is only claimed.
    found.unwrap_or(Trust::Claimed)
}
