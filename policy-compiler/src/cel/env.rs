//! The variables of conditions: one table of names, types, trust and meaning.
//!
//! Captures, query parameters, headers and claims are named by the policy; the table holds what
//! every condition has, and the groups under which the others stand.

use remit_engine::plan::{Presence, ScalarType, Slot, Type};

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

/// A variable that every condition has.
#[derive(Debug)]
pub struct Variable {
    /// Its name, with its group.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether it is always there.
    pub presence: Presence,
    /// Who vouches for it.
    pub trust: Trust,
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
    /// Who vouches for its members.
    pub trust: Trust,
    /// What its members are.
    pub meaning: &'static str,
}

pub(super) const STRING: Type = Type::Scalar(ScalarType::String);
const INT: Type = Type::Scalar(ScalarType::Int);

macro_rules! variables {
    ($($name:literal $ty:ident $presence:ident $trust:ident $slot:ident $meaning:literal;)*) => {
        /// Every variable that does not depend on the policy.
        pub static VARIABLES: &[Variable] = &[$(Variable {
            name: $name,
            ty: $ty,
            presence: Presence::$presence,
            trust: Trust::$trust,
            meaning: $meaning,
            slot: Slot::$slot,
        },)*];
    };
}

variables! {
    "request.method"   STRING Mandatory Observed RequestMethod  "HTTP method";
    "request.path"     STRING Mandatory Observed RequestPath    "path with query, as sent";
    "request.url_path" STRING Mandatory Observed RequestUrlPath "path without query, as sent";
    "request.query"    STRING Mandatory Observed RequestQuery   "query without `?`, as sent; empty if there is none";
    "request.host"     STRING Mandatory Observed RequestHost    "host with port";
    "request.scheme"   STRING Mandatory Observed RequestScheme  "`http` or `https`";
    "token.iss"        STRING Mandatory Verified TokenIssuer    "the issuer's `iss`";
    "token.sub"        STRING Optional  Verified TokenSubject   "the token's `sub`";
    "token.jti"        STRING Optional  Verified TokenId        "the token's `jti`";
    "token.iat"        INT    Optional  Verified TokenIssuedAt  "when it was issued, in seconds since 1970";
    "token.exp"        INT    Mandatory Verified TokenExpires   "when it expires, in seconds since 1970";
    "agent"            STRING Mandatory Verified Agent          "the workload that acts";
    "principal"        STRING Optional  Verified Principal      "on whose behalf it acts";
    "task"             STRING Mandatory Verified Task           "the kind of job";
    "task_id"          STRING Optional  Verified TaskId         "this run of the job";
    "session"          STRING Optional  Verified Session        "the conversation";
    "instance"         STRING Optional  Verified Instance       "the running copy of the agent";
    "tenant"           STRING Optional  Verified Tenant         "the tenant";
    "resource"         STRING Mandatory Verified Resource       "the resource's name in the policy";
    "operation"        STRING Mandatory Verified Operation      "the operation's name in the policy";
    "issuer"           STRING Mandatory Verified Issuer         "the issuer's name in the policy";
}

/// Groups whose members the policy or the request names.
pub static GROUPS: &[Group] = &[
    Group {
        name: "request",
        trust: Trust::Observed,
        meaning: "the request",
    },
    Group {
        name: "request.headers",
        trust: Trust::Claimed,
        meaning: "a header, by its name",
    },
    Group {
        name: "path",
        trust: Trust::Observed,
        meaning: "a capture of the operation's path",
    },
    Group {
        name: "query",
        trust: Trust::Observed,
        meaning: "a declared query parameter",
    },
    Group {
        name: "token",
        trust: Trust::Verified,
        meaning: "a claim that the issuers declare",
    },
];

/// Variables of the language that this version does not have.
pub(super) const LATER: &[&str] = &[
    "params",
    "body",
    "delegation",
    "history",
    "now",
    "source",
    "connection",
    "grant",
];

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
        Slot::Claim(_) => group("token"),
        other => VARIABLES
            .iter()
            .find(|one| one.slot == *other)
            .map(|one| one.trust),
    };
    // What nobody vouches for is only claimed.
    found.unwrap_or(Trust::Claimed)
}
