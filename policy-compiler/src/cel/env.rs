//! The variables of conditions: one table of names, types, trust and meaning.
//!
//! Captures, query parameters, headers and claims are named by the policy; the table holds what
//! every condition has, and the groups under which the others stand.

use remit_engine::plan::{
    OperationId, Plan, Presence, QueryShape, ScalarType, Slot, TemplateSegment, Type,
};

use std::collections::{BTreeSet, HashMap};

use crate::resolve::{DeclaredClaim, OpenRule};

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

const STRING: Type = Type::Scalar(ScalarType::String);
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

/// What the conditions of one rule can read.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan,
    /// By issuer: claims by path.
    pub(super) claims: &'a [HashMap<Vec<String>, DeclaredClaim>],
    pub(super) rule: &'a OpenRule<'a>,
}

/// What came of looking a name up in every operation or issuer that the rule covers.
pub(super) enum Lookup {
    /// The same in all of them.
    Found {
        slot: Slot,
        ty: Type,
        presence: Presence,
    },
    /// Some do not have it.
    Missing {
        lacking: Vec<String>,
        known: Vec<String>,
    },
    /// They have it with different types.
    Differs { types: Vec<(String, Type)> },
}

impl<'a> Scope<'a> {
    fn operation_name(&self, id: OperationId) -> String {
        let operation = self.plan.operations.get(id.index());
        let resource = operation.and_then(|one| self.plan.resources.get(one.resource?.index()));
        let name = |name: Option<&'a String>| name.map(String::as_str).unwrap_or_default();
        format!(
            "{}.{}",
            name(resource.map(|one| &one.name)),
            name(operation.map(|one| &one.name))
        )
    }

    fn name(&self, id: remit_engine::plan::NameId) -> &'a str {
        self.plan
            .names
            .get(id.index())
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// A capture of the path.
    pub(super) fn capture(&self, wanted: &str) -> Lookup {
        let mut lookup = Gathered::default();
        for id in &self.rule.operations {
            let Some(operation) = self.plan.operations.get(id.index()) else {
                continue;
            };
            let captures = operation
                .template
                .iter()
                .filter_map(|segment| match segment {
                    TemplateSegment::Capture(name) => Some(*name),
                    TemplateSegment::Literal(_) => None,
                });
            let owner = || self.operation_name(*id);
            lookup.add(
                owner,
                captures.map(|name| {
                    (
                        self.name(name),
                        Slot::Capture(name),
                        STRING,
                        Presence::Mandatory,
                    )
                }),
                wanted,
            );
        }
        lookup.finish()
    }

    /// A query parameter.
    pub(super) fn parameter(&self, wanted: &str) -> Lookup {
        let mut lookup = Gathered::default();
        for id in &self.rule.operations {
            let Some(operation) = self.plan.operations.get(id.index()) else {
                continue;
            };
            let declared = match &operation.query {
                QueryShape::Declared(parameters) => parameters.as_slice(),
                QueryShape::Any => &[],
            };
            let owner = || self.operation_name(*id);
            lookup.add(
                owner,
                declared.iter().map(|one| {
                    (
                        self.name(one.name),
                        Slot::Query(one.name),
                        one.ty,
                        one.presence,
                    )
                }),
                wanted,
            );
        }
        lookup.finish()
    }

    /// A claim.
    pub(super) fn claim(&self, wanted: &[String]) -> Lookup {
        let mut lookup = Gathered::default();
        let before = wanted.len().saturating_sub(1);
        for id in &self.rule.issuers {
            let Some(claims) = self.claims.get(id.index()) else {
                continue;
            };
            let issuer = self.plan.issuers.get(id.index());
            let owner = || issuer.map(|issuer| issuer.name.clone()).unwrap_or_default();
            match claims.get(wanted) {
                Some(claim) => {
                    lookup.found(owner, Slot::Claim(claim.id), claim.ty, claim.presence);
                }
                None => {
                    lookup.lacking.push(owner());
                    // What stands beside it, for whoever mistyped it.
                    let beside = claims
                        .keys()
                        .filter(|path| path.get(..before) == wanted.get(..before));
                    lookup
                        .known
                        .extend(beside.filter_map(|path| path.get(before).cloned()));
                }
            }
        }
        if let Some(last) = wanted.last() {
            lookup.known.remove(last);
        }
        lookup.finish()
    }

    /// Whether claims stand under a path.
    pub(super) fn has_claims_under(&self, path: &[String]) -> bool {
        let issuers = self
            .rule
            .issuers
            .iter()
            .filter_map(|id| self.claims.get(id.index()));
        let mut paths = issuers.flat_map(|claims| claims.keys());
        paths.any(|known| known.len() > path.len() && known.starts_with(path))
    }
}

/// Collects what the operations or issuers of a rule say about a name.
#[derive(Default)]
struct Gathered {
    found: Option<(Slot, Presence)>,
    types: Vec<(String, Type)>,
    lacking: Vec<String>,
    known: BTreeSet<String>,
}

impl Gathered {
    fn add<'n>(
        &mut self,
        owner: impl Fn() -> String,
        members: impl Iterator<Item = (&'n str, Slot, Type, Presence)>,
        wanted: &str,
    ) {
        let mut others = Vec::new();
        for (name, slot, ty, presence) in members {
            if name == wanted {
                self.found(owner, slot, ty, presence);
                return;
            }
            others.push(name.to_owned());
        }
        self.lacking.push(owner());
        self.known.extend(others);
    }

    fn found(&mut self, owner: impl Fn() -> String, slot: Slot, ty: Type, presence: Presence) {
        // Where one may leave it out, the condition must reckon with that.
        let presence = match (&self.found, presence) {
            (Some((_, Presence::Optional)), _) | (_, Presence::Optional) => Presence::Optional,
            (_, Presence::Mandatory) => Presence::Mandatory,
        };
        let slot = self.found.take().map_or(slot, |(first, _)| first);
        self.found = Some((slot, presence));
        if self.types.iter().all(|(_, known)| *known != ty) {
            self.types.push((owner(), ty));
        }
    }

    fn finish(self) -> Lookup {
        let Self {
            found,
            types,
            lacking,
            known,
        } = self;
        match (found, types.as_slice()) {
            (Some((slot, presence)), [(_, ty)]) if lacking.is_empty() => Lookup::Found {
                slot,
                ty: *ty,
                presence,
            },
            (Some(_), [_, _, ..]) if lacking.is_empty() => Lookup::Differs { types },
            _ => Lookup::Missing {
                lacking,
                known: known.into_iter().collect(),
            },
        }
    }
}
