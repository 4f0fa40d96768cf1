//! A decision in the making: the steps of a request's life, in order.

use std::rc::Rc;

use super::hint::Hint;
use super::reason::Reason;
use super::record::Record;
use super::stop::Stop;
use super::{possession, rules, tasks};
use crate::cel::{RequestInputs, Trace};
use crate::content::Content;
use crate::engine::Engine;
use crate::host::{Host, Ledger, MarkId};
use crate::plan::{Access, AudienceId, Operation, Profile, Resource, ResourceId};
use crate::request::{RequestHead, path, query};
use crate::standing::held::NoStanding;
use crate::time::UnixTime;
use crate::token::{UnverifiedToken, VerifiedToken, check_form, shown};

/// What is known so far.
pub(super) struct Case<'e> {
    pub(super) engine: &'e Engine,
    pub(super) now: UnixTime,
    pub(super) record: Record<'e>,
    pub(super) metadata: Option<&'e str>,
    pub(super) hint: Hint<'e>,
    pub(super) document: Option<&'e str>,
    pub(super) marks: Vec<(Ledger, MarkId)>,
}

impl<'e> Case<'e> {
    pub(super) fn new(engine: &'e Engine, now: UnixTime) -> Self {
        Self {
            engine,
            now,
            record: Record::new(&engine.plan().policy, engine.version(), Some(now)),
            metadata: None,
            hint: Hint::None,
            document: None,
            marks: Vec::new(),
        }
    }

    /// The reason why the request may go on or is answered here, or why not.
    pub(super) fn run(
        &mut self,
        head: &RequestHead<'_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
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
        let resource = resource_at(operation.and_then(|operation| operation.resource));
        self.metadata = resource
            .or_else(|| resource_at(found.resource))
            .and_then(|resource| resource.metadata.as_deref());
        check_upgrade(head, operation)?;
        self.record.operation = operation;
        self.record.resource = resource;
        if let Some(document) = self.served(addressed.name, method, target.whole) {
            self.document = Some(document);
            return Ok(Reason::Metadata);
        }

        if let Some(operation) = operation.filter(|one| one.access == Access::Public) {
            query::read(plan, &operation.query, target.query, &parameters)?;
            return Ok(Reason::Public);
        }
        let (scheme, bytes) = shown(head.credential()?)?;
        let token = self.token(bytes, host)?;
        self.stands(&token)?;
        let txn = self.transaction(head, host)?;
        // Only now is it told that there is no such operation, and only to a caller with a token.
        let (Some(id), Some(operation), Some(resource)) = (found.operation, operation, resource)
        else {
            let serves = |audience: &AudienceId| token.is_for(*audience).is_ok();
            let is_elsewhere = found.host_is_known && !found.audiences.iter().any(serves);
            return Err(Stop::Refuse(if is_elsewhere {
                Reason::WrongAudience
            } else {
                Reason::UnknownOperation
            }));
        };
        token.is_for(resource.audience.ok_or(Reason::HostFailure)?)?;
        let shown = possession::Shown {
            scheme,
            token: bytes,
            method,
            origin: &resource.origin,
            path: target.path,
        };
        possession::check(self, head, &token, &shown, host)?;

        let exception = tasks::exception(plan, &token, id, self.now);
        let task = match tasks::select(plan, &token) {
            Ok(task) => task,
            Err(reason) => {
                let exception = exception.ok_or(reason)?;
                let query = query::read(plan, &operation.query, target.query, &parameters)?;
                self.narrowed(operation, resource, &token, txn.as_deref(), target.path)?;
                let inputs = RequestInputs {
                    plan,
                    head,
                    method,
                    host: addressed.name,
                    target: &target,
                    query: &query,
                    operation,
                    content: Content::NONE,
                    token: &token,
                    transaction: txn.as_deref(),
                    now: self.now,
                };
                return self.outside_tasks(id, exception, &inputs, host, trace);
            }
        };
        let set = rules::of(task, id);
        // What is wrong with the query of an operation is nobody's affair who may never call it.
        let is_open = exception.is_some() || set.is_some_and(|rules| rules::may_allow(plan, rules));
        let query = query::read(plan, &operation.query, target.query, &parameters)
            .map_err(|reason| if is_open { reason } else { Reason::NotAllowed })?;
        self.narrowed(operation, resource, &token, txn.as_deref(), target.path)?;
        let inputs = RequestInputs {
            plan,
            head,
            method,
            host: addressed.name,
            target: &target,
            query: &query,
            operation,
            content: Content::NONE,
            token: &token,
            transaction: txn.as_deref(),
            now: self.now,
        };
        let reason = self.apply_rules(set, exception, &inputs, host, trace)?;
        self.lasts(task, id, &token, host).inspect_err(|_| {
            // What would have let it through has not refused it.
            self.record.rule = None;
            self.record.break_glass = None;
        })?;
        Ok(reason)
    }

    /// The metadata of a resource at this host, if that is what is asked for.
    fn served(&self, name: &str, method: &str, whole: &str) -> Option<&'e str> {
        if method != "GET" || !whole.starts_with(WELL_KNOWN) {
            return None;
        }
        let mut resources = self.engine.plan().resources.iter();
        resources.find_map(|resource: &Resource| {
            let served = resource.served_metadata.as_ref()?;
            let is_it = resource.host == name && served.path == whole;
            is_it.then_some(served.body.as_str())
        })
    }

    /// The verified token of some bytes, from the cache or by verifying it.
    fn verified(&self, bytes: &[u8], host: &dyn Host) -> Result<Rc<VerifiedToken>, Stop> {
        let plan = self.engine.plan();
        let known = self.engine.tokens().known(bytes);
        if let Some(known) = known {
            let token = known?;
            if !token.key_is_withdrawn() {
                return Ok(token);
            }
        }
        let verifier = self.engine.verifier();
        let verify = || {
            check_form(bytes)?;
            let token = UnverifiedToken::parse(bytes)?;
            verifier.verify(plan, &token, host).map(Rc::new)
        };
        let fresh = verifier.work().measured(self.now, host, verify)?;
        match &fresh {
            Ok(token) => self.engine.tokens().remember(bytes, Ok(token)),
            Err(refused) => self.engine.tokens().remember(bytes, Err(refused.reason())),
        }
        fresh.map_err(|refused| Stop::of(refused, plan))
    }

    /// The token that the caller authenticates with.
    fn token(&mut self, bytes: &[u8], host: &dyn Host) -> Result<Rc<VerifiedToken>, Stop> {
        let token = self.verified(bytes, host)?;
        let issuer = self.engine.plan().issuers.get(token.issuer().index());
        let issuer = issuer.ok_or(Reason::HostFailure)?;
        // What a transaction token says is no answer to the question who calls
        // (draft-ietf-oauth-transaction-tokens-10 section 7.2).
        if issuer.profile == Profile::TxnToken {
            return Err(Reason::TokenTypeRefused.into());
        }
        self.record.issuer = Some(issuer);
        self.record.token = Some(Rc::clone(&token));
        Ok(token)
    }

    /// Whether a token's time has come and it was not taken back.
    fn stands(&self, token: &VerifiedToken) -> Result<(), Stop> {
        token.stands_at(self.now)?;
        let standing = self.engine.standing();
        standing
            .check(self.engine.plan(), token, self.now)
            .map_err(|why| match why {
                NoStanding::NotThere(source) => Stop::Wait {
                    source,
                    given_up: why.reason(),
                    settled: why.reason(),
                },
                NoStanding::Revoked | NoStanding::Stale => Stop::Refuse(why.reason()),
            })
    }

    /// The transaction token beside the credential, if there is one.
    fn transaction(
        &mut self,
        head: &RequestHead<'_>,
        host: &dyn Host,
    ) -> Result<Option<Rc<VerifiedToken>>, Stop> {
        let refused = match head.transaction_token() {
            Ok(None) => return Ok(None),
            Ok(Some(bytes)) => match self.transaction_of(bytes, host) {
                Ok(token) => {
                    self.record.transaction = Some(Rc::clone(&token));
                    return Ok(Some(token));
                }
                // Nothing is wrong with it that is known now.
                Err(stop @ Stop::Wait { .. }) => return Err(stop),
                Err(Stop::Refuse(reason)) if reason.status() == 503 => return Err(reason.into()),
                Err(Stop::Refuse(reason)) => reason,
            },
            Err(reason) => reason,
        };
        self.record.transaction_refused = Some(refused);
        Err(Reason::TxnTokenRefused.into())
    }

    fn transaction_of(&self, bytes: &[u8], host: &dyn Host) -> Result<Rc<VerifiedToken>, Stop> {
        let token = self.verified(bytes.trim_ascii(), host)?;
        let issuer = self.engine.plan().issuers.get(token.issuer().index());
        if issuer.is_none_or(|issuer| issuer.profile != Profile::TxnToken) {
            return Err(Reason::TokenTypeRefused.into());
        }
        self.stands(&token)?;
        Ok(token)
    }
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

#[cfg(test)]
mod tests;
