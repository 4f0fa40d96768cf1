//! What can be told of a request before rules are asked: which operation it is for, who calls, and
//! whether the token still stands and is for this resource.

use std::rc::Rc;

use super::case::Case;
use super::possession;
use super::reason::Reason;
use super::stop::Stop;
use crate::host::Host;
use crate::plan::{
    Access, AudienceId, Endpoint, Operation, OperationId, Plan, Resource, ResourceId,
};
use crate::request::path::Target;
use crate::request::query::{self, Parameters};
use crate::request::{RequestHead, path};
use crate::token::{Confirmation, VerifiedToken, shown};

/// How far a request came without rules.
pub(super) enum Opening<'e, 'r> {
    /// It is decided.
    Done(Reason),
    /// It is one for the rules.
    Judge(Opened<'e, 'r>),
}

/// A request for the rules.
pub(super) struct Opened<'e, 'r> {
    pub(super) method: &'r str,
    /// The host in normal form.
    pub(super) host: &'r str,
    pub(super) target: Target<'r>,
    pub(super) parameters: Parameters<'r>,
    pub(super) what: What<'e>,
    pub(super) token: Rc<VerifiedToken>,
    /// The transaction token beside it.
    pub(super) transaction: Option<Rc<VerifiedToken>>,
}

/// What it is for.
#[derive(Clone, Copy)]
pub(super) enum What<'e> {
    /// One operation.
    Operation(Subject<'e>),
    /// Whatever its messages call.
    Endpoint(Place<'e>),
}

/// An endpoint and where it belongs.
#[derive(Clone, Copy)]
pub(super) struct Place<'e> {
    pub(super) id: ResourceId,
    pub(super) resource: &'e Resource,
    pub(super) endpoint: &'e Endpoint,
}

/// An operation and where it belongs.
#[derive(Clone, Copy)]
pub(super) struct Subject<'e> {
    pub(super) id: OperationId,
    pub(super) operation: &'e Operation,
    pub(super) resource: &'e Resource,
}

impl<'e> Case<'e> {
    /// Everything up to the rules. A proof of possession that was checked and marked before is not
    /// looked at again.
    pub(super) fn open<'r>(
        &mut self,
        head: &RequestHead<'r>,
        proven: Option<&[u8]>,
        host: &dyn Host,
    ) -> Result<Opening<'e, 'r>, Stop> {
        let plan = self.engine.plan();
        let method = head.method()?;
        if method == "CONNECT" {
            return Err(Reason::ConnectRefused.into());
        }
        let addressed = self.engine.routes().host(head.authority()?)?;
        let target = path::parse(head.path()?).map_err(|_| Reason::PathAmbiguous)?;
        let parameters = query::parse(target.query.unwrap_or_default())?;

        let found = self
            .engine
            .routes()
            .find(&addressed, method, &target.segments);
        let operation = found
            .operation
            .and_then(|id| plan.operations.get(id.index()));
        let resource_at = |id: Option<ResourceId>| id.and_then(|id| plan.resources.get(id.index()));
        let own = operation.and_then(|operation| operation.resource);
        let resource = resource_at(own.or(found.endpoint));
        self.metadata = resource
            .or_else(|| resource_at(found.resource))
            .and_then(|resource| resource.metadata.as_deref());
        check_upgrade(head, operation)?;
        self.record.operation = operation;
        self.record.resource = resource;
        if let Some(document) = served(plan, addressed.name, method, target.whole) {
            self.document = Some(document);
            return Ok(Opening::Done(Reason::Metadata));
        }

        if let Some(operation) = operation.filter(|one| one.access == Access::Public) {
            query::read(plan, &operation.query, target.query, &parameters)?;
            return Ok(Opening::Done(Reason::Public));
        }
        let (scheme, bytes) = shown(head.credential()?)?;
        let token = self.token(bytes, host)?;
        self.stands(&token)?;
        // Of a token that is bound to its sender that is told by the proof of it.
        self.is_caller_known = possession::confirmation(&token) == Confirmation::default();
        let transaction = self.transaction(head, host)?;
        let what = match (found.operation, operation, resource, found.endpoint) {
            (None, _, Some(resource), Some(id)) => What::Endpoint(Place {
                id,
                resource,
                endpoint: resource.endpoint.as_ref().ok_or(Reason::HostFailure)?,
            }),
            (Some(id), Some(operation), Some(resource), _) => What::Operation(Subject {
                id,
                operation,
                resource,
            }),
            // Only now is it told that there is no such operation, and only to a caller with a
            // token.
            _ => {
                let serves = |audience: &AudienceId| token.is_for(*audience).is_ok();
                let is_elsewhere = found.host_is_known && !found.audiences.iter().any(serves);
                return Err(Stop::Refuse(if is_elsewhere {
                    Reason::WrongAudience
                } else {
                    Reason::UnknownOperation
                }));
            }
        };
        let resource = resource.ok_or(Reason::HostFailure)?;
        token.is_for(resource.audience.ok_or(Reason::HostFailure)?)?;
        let shown = possession::Shown {
            scheme,
            token: bytes,
            method,
            origin: &resource.origin,
            path: target.path,
            proven,
        };
        possession::check(self, head, &token, &shown, host)?;
        self.is_caller_known = true;
        self.is_unused(&token, host)?;
        if let Some(transaction) = &transaction {
            self.is_unused(transaction, host).inspect_err(|reason| {
                self.record.transaction_refused = Some(*reason);
            })?;
        }
        Ok(Opening::Judge(Opened {
            method,
            host: addressed.name,
            target,
            parameters,
            what,
            token,
            transaction,
        }))
    }
}

/// The metadata of a resource at this host, if that is what is asked for.
fn served<'e>(plan: &'e Plan, name: &str, method: &str, whole: &str) -> Option<&'e str> {
    if method != "GET" || !whole.starts_with(WELL_KNOWN) {
        return None;
    }
    let mut resources = plan.resources.iter();
    resources.find_map(|resource: &Resource| {
        let served = resource.served_metadata.as_ref()?;
        let is_it = resource.host == name && served.path == whole;
        is_it.then_some(served.body.as_str())
    })
}

/// Where well-known documents begin (RFC 8615 section 3).
const WELL_KNOWN: &str = "/.well-known/";

/// A protocol is changed only where the operation says so, and there it must be.
fn check_upgrade(head: &RequestHead<'_>, operation: Option<&Operation>) -> Result<(), Reason> {
    let wanted = operation.and_then(|operation| operation.upgrade.as_deref());
    match (head.changes_protocol(), wanted) {
        (false, None) => Ok(()),
        (true, Some(wanted)) if head.upgrades_to(wanted) => Ok(()),
        _ => Err(Reason::UpgradeRefused),
    }
}
