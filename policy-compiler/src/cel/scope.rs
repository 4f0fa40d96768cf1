//! What the expressions of one rule or limit can read: names looked up in every operation and issuer
//! that it covers, because it must mean the same in all of them.

use std::collections::{BTreeSet, HashMap};

use remit_engine::plan::{
    BodyShape, CallKind, ClaimId, IssuerId, NameId, Operation, OperationId, Parameter, Per, Plan,
    Presence, Profile, QueryShape, Slot, Target, TemplateSegment, Type, UriPart,
};

use crate::resolve::{DeclaredClaim, Past};

/// What the expressions of one rule or limit can read.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan,
    /// By issuer: claims by path.
    pub(super) claims: &'a [HashMap<Vec<String>, DeclaredClaim>],
    /// Whose tokens it is about.
    pub(super) issuers: &'a [IssuerId],
    /// The operations that it covers.
    pub(super) operations: &'a [OperationId],
    pub(super) reader: Reader,
    /// Whose history it reads.
    pub(super) per: Per,
    /// What can be asked of calls before.
    pub(super) past: &'a Past<'a>,
}

/// What an expression belongs to, for messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A rule, as its condition.
    Rule,
    /// A limit, as what it tells calls apart by.
    Limit,
    /// A rule, as what calls before must have been about.
    Same,
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

/// What an operation gets beside its head.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A message, of which rules can read something or not.
    Message(CallKind, Readable),
    /// A body, of which rules can read something or not.
    Body(Readable),
}

/// Whether anything is declared that rules can read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    Some,
    Nothing,
}

/// The captures of the URI by which an MCP resource is read.
fn of_uri(operation: &Operation) -> impl Iterator<Item = NameId> {
    let parts = match operation.call.as_ref().map(|call| &call.target) {
        Some(Target::Uri(parts)) => parts.as_slice(),
        Some(Target::Name(_)) | None => &[],
    };
    parts.iter().filter_map(|part| match part {
        UriPart::Capture(name) | UriPart::Rest(name) => Some(*name),
        UriPart::Literal(_) => None,
    })
}

/// What rules can read of an operation's body, or of the arguments that it is called with.
fn members(operation: &Operation) -> &[Parameter] {
    match &operation.body {
        BodyShape::Json(body) => &body.declared,
        BodyShape::Unread => &[],
    }
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

    fn name(&self, id: NameId) -> &'a str {
        self.plan
            .names
            .get(id.index())
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// A capture of the path, or of an MCP resource's URI.
    pub(super) fn capture(&self, wanted: &str) -> Lookup {
        let mut lookup = Gathered::default();
        for id in self.operations {
            let Some(operation) = self.plan.operations.get(id.index()) else {
                continue;
            };
            let of_path = operation
                .template
                .iter()
                .filter_map(|segment| match segment {
                    TemplateSegment::Capture(name) => Some(*name),
                    TemplateSegment::Literal(_) => None,
                });
            let captures = of_path.chain(of_uri(operation));
            let owner = || self.operation_name(*id);
            lookup.add(
                owner,
                captures.map(|name| {
                    (
                        self.name(name),
                        Slot::Capture(name),
                        Type::String,
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
        for id in self.operations {
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
                        one.ty.clone(),
                        one.presence,
                    )
                }),
                wanted,
            );
        }
        lookup.finish()
    }

    /// A member of the body.
    pub(super) fn member(&self, wanted: &str) -> Lookup {
        self.of_content(wanted, Slot::Body)
    }

    /// An argument of a call.
    pub(super) fn argument(&self, wanted: &str) -> Lookup {
        self.of_content(wanted, Slot::Argument)
    }

    fn of_content(&self, wanted: &str, slot: fn(NameId) -> Slot) -> Lookup {
        let mut lookup = Gathered::default();
        for (id, operation) in self.operations() {
            let owner = || self.operation_name(id);
            let declared = members(operation).iter().map(|one| {
                let name = self.name(one.name);
                (name, slot(one.name), one.ty.clone(), one.presence)
            });
            lookup.add(owner, declared, wanted);
        }
        lookup.finish()
    }

    /// Of each operation of the rule, what it gets.
    pub(super) fn contents(&self) -> impl Iterator<Item = (String, Content)> {
        self.operations().map(|(id, operation)| {
            let readable = match members(operation) {
                [] => Readable::Nothing,
                [..] => Readable::Some,
            };
            let content = match &operation.call {
                Some(call) => Content::Message(call.kind, readable),
                None => Content::Body(readable),
            };
            (self.operation_name(id), content)
        })
    }

    /// The operations that are not called in one of these ways.
    pub(super) fn not_called(&self, so: fn(CallKind) -> bool) -> Vec<String> {
        let others = self.operations().filter(|(_, operation)| {
            let call = operation.call.as_ref();
            !call.is_some_and(|call| so(call.kind))
        });
        others.map(|(id, _)| self.operation_name(id)).collect()
    }

    /// The largest body in which the rule's operations have a member, and its type.
    pub(super) fn largest(&self, wanted: NameId) -> Option<(&'a Type, u32)> {
        let found = self.operations().filter_map(|(_, operation)| {
            let BodyShape::Json(body) = &operation.body else {
                return None;
            };
            let member = body.declared.iter().find(|one| one.name == wanted)?;
            Some((&member.ty, body.body_bytes))
        });
        found.max_by_key(|(_, bytes)| *bytes)
    }

    fn operations(&self) -> impl Iterator<Item = (OperationId, &'a Operation)> {
        let plan = self.plan;
        let ids = self.operations.iter();
        ids.filter_map(|id| Some((*id, plan.operations.get(id.index())?)))
    }

    /// The issuers whose tokens a rule is about.
    pub(super) fn of_task(&self) -> Vec<IssuerId> {
        self.issuers.to_vec()
    }

    /// The issuers of transaction tokens, which stand beside the token of any task.
    pub(super) fn of_transactions(&self) -> Vec<IssuerId> {
        let ids = (0..).map(IssuerId).zip(&self.plan.issuers);
        ids.filter(|(_, issuer)| issuer.profile == Profile::TxnToken)
            .map(|(id, _)| id)
            .collect()
    }

    /// A claim of the token: every issuer must declare it.
    pub(super) fn claim(&self, issuers: &[IssuerId], wanted: &[String]) -> Lookup {
        self.gathered(issuers, wanted, Slot::Claim).finish()
    }

    /// A claim of the transaction token. There may be no such token, or one of an issuer that does
    /// not declare it, so it is optional, and one issuer that declares it is enough.
    pub(super) fn transaction_claim(&self, issuers: &[IssuerId], wanted: &[String]) -> Lookup {
        let mut gathered = self.gathered(issuers, wanted, Slot::TransactionClaim);
        if let Some((_, presence)) = &mut gathered.found {
            *presence = Presence::Optional;
            gathered.lacking.clear();
        }
        gathered.finish()
    }

    fn gathered(
        &self,
        issuers: &[IssuerId],
        wanted: &[String],
        slot: fn(ClaimId) -> Slot,
    ) -> Gathered {
        let mut lookup = Gathered::default();
        let before = wanted.len().saturating_sub(1);
        for id in issuers {
            let Some(claims) = self.claims.get(id.index()) else {
                continue;
            };
            let issuer = self.plan.issuers.get(id.index());
            let owner = || issuer.map(|issuer| issuer.name.clone()).unwrap_or_default();
            match claims.get(wanted) {
                Some(claim) => {
                    lookup.found(owner, slot(claim.id), claim.ty.clone(), claim.presence);
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
        lookup
    }

    /// Whether claims of some issuers stand under a path.
    pub(super) fn has_claims_under(&self, issuers: &[IssuerId], path: &[String]) -> bool {
        let issuers = issuers.iter().filter_map(|id| self.claims.get(id.index()));
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
                ty: ty.clone(),
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
