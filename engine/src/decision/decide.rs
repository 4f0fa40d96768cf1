//! The decision function, and the types that only it can make.
//!
//! INVARIANT: [`Allow`] and [`Permit`] have private fields and are built in this file alone, an
//! allow only for a public operation or from a [`VerifiedToken`] that stands now, is for this
//! resource, and has a task whose rules let the operation through. Every `Err` on the way is a
//! refusal; no error turns into a verdict.

use std::rc::Rc;

use super::answer::Answer;
use super::reason::Reason;
use super::record::Record;
use super::rules::{self, Candidates};
use crate::cel::{Budget, Code, RequestInputs, Trace, holds};
use crate::engine::Engine;
use crate::host::Host;
use crate::plan::{
    Access, AudienceId, Effect, Mode, Plan, ResourceId, Rule, RuleId, RuleSet, SourceId, Task,
};
use crate::request::{IDENTITY_HEADERS, RequestHead, path, query};
use crate::time::UnixTime;
use crate::token::{UnverifiedToken, VerifiedToken, bearer, check_form};

/// What comes of a request.
#[derive(Debug)]
pub enum Decision<'e> {
    /// It may go on, once its route is confirmed.
    Allow(Allow<'e>),
    /// It may not.
    Refuse(Refusal<'e>),
    /// It cannot be told before a document is there, which the host may fetch and ask again.
    Wait(Wait<'e>),
}

impl<'e> Decision<'e> {
    /// What it is where nothing can be waited for.
    ///
    /// # Errors
    /// The refusal.
    #[cfg_attr(
        target_pointer_width = "64",
        expect(
            clippy::result_large_err,
            reason = "either is moved once per request, not passed up"
        )
    )]
    pub fn settled(self) -> Result<Allow<'e>, Refusal<'e>> {
        match self {
            Self::Allow(allow) => Ok(allow),
            Self::Refuse(refusal) => Err(refusal),
            Self::Wait(wait) => Err(wait.give_up()),
        }
    }
}

/// A request that cannot be decided before a document is there.
#[derive(Debug)]
#[must_use = "a request that waits is refused in the end"]
pub struct Wait<'e> {
    refusal: Refusal<'e>,
    source: SourceId,
    settled: Reason,
}

/// A request may go on if the gateway is sending it where the policy says.
#[derive(Debug)]
#[must_use = "an allow is nothing until its route is confirmed"]
pub struct Allow<'e> {
    record: Record<'e>,
    cluster: Option<&'e str>,
    metadata: Option<&'e str>,
}

/// A request goes on.
#[derive(Debug)]
#[must_use = "a permit has to be recorded"]
pub struct Permit<'e> {
    record: Record<'e>,
}

/// A request does not go on.
#[derive(Debug)]
#[must_use = "a refusal has to be answered"]
pub struct Refusal<'e> {
    record: Record<'e>,
    metadata: Option<&'e str>,
}

impl<'e> Allow<'e> {
    /// Identity headers for the upstream; those of [`IDENTITY_HEADERS`] that have a value.
    pub fn upstream_headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = self.record.token.as_deref().map(|token| {
            let identities = token.identity().named().map(|(_, value)| value);
            let [agent, principal, task, task_id, session, instance, tenant] = identities;
            let issuer = self.record.issuer.map(|issuer| issuer.name.as_str());
            [
                agent, principal, task, task_id, session, instance, tenant, issuer,
            ]
        });
        let named = IDENTITY_HEADERS.into_iter().zip(values.unwrap_or_default());
        named.filter_map(|(name, value)| Some((name, value?)))
    }

    /// The cluster that the gateway must be sending the request to, if the policy names one.
    #[must_use]
    pub fn cluster(&self) -> Option<&'e str> {
        self.cluster
    }

    /// Turns the allow into a permit if the gateway's choice of cluster is the policy's. To be
    /// called after the last change to the request's headers, which may change the route.
    ///
    /// # Errors
    /// A refusal with [`Reason::WrongCluster`].
    #[cfg_attr(
        target_pointer_width = "64",
        expect(
            clippy::result_large_err,
            reason = "either is moved once per request, not passed up"
        )
    )]
    pub fn confirm(
        self,
        actual: Option<&[u8]>,
        host: &dyn Host,
    ) -> Result<Permit<'e>, Refusal<'e>> {
        let _ = host;
        let Self {
            mut record,
            cluster,
            metadata,
        } = self;
        if cluster.is_some_and(|cluster| actual != Some(cluster.as_bytes())) {
            record.reason = Reason::WrongCluster;
            record.rule = None;
            return Err(Refusal { record, metadata });
        }
        Ok(Permit { record })
    }

    /// Takes the allow back because the gateway failed before it could take effect.
    pub fn withdraw(self) -> Refusal<'e> {
        let Self {
            mut record,
            cluster: _,
            metadata,
        } = self;
        record.reason = Reason::HostFailure;
        record.rule = None;
        Refusal { record, metadata }
    }
}

impl<'e> Wait<'e> {
    /// The document.
    #[must_use]
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The refusal where the document did not come in time.
    pub fn give_up(self) -> Refusal<'e> {
        self.refusal
    }

    /// The refusal where the document was fetched not long ago and says nothing else: a token that
    /// names a key which is not among those that its issuer has just published.
    pub fn settle(self) -> Refusal<'e> {
        let mut refusal = self.refusal;
        refusal.record.reason = self.settled;
        refusal
    }
}

impl<'e> Permit<'e> {
    /// The record, which is also the mark that lets the request past the gate.
    #[must_use]
    pub fn record(&self) -> &Record<'e> {
        &self.record
    }

    /// The token that it rests on; none for a public operation.
    #[must_use]
    pub fn token(&self) -> Option<Rc<VerifiedToken>> {
        self.record.token.clone()
    }
}

impl<'e> Refusal<'e> {
    /// The gateway did not give what a decision needs.
    pub fn host_failure() -> Refusal<'static> {
        Refusal::without_plan(Reason::HostFailure)
    }

    /// There is no plan to decide by.
    pub fn not_configured() -> Refusal<'static> {
        Refusal::without_plan(Reason::NotConfigured)
    }

    /// What let a stream through no longer stands.
    pub fn ended(reason: Reason) -> Refusal<'static> {
        Refusal::without_plan(reason)
    }

    fn without_plan(reason: Reason) -> Refusal<'static> {
        let mut record = Record::new("", "", None);
        record.reason = reason;
        Refusal {
            record,
            metadata: None,
        }
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record<'e> {
        &self.record
    }

    /// What the caller is told.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer::new(self.record.reason, self.metadata)
    }
}

/// Decides one request.
pub(crate) fn decide<'e>(
    engine: &'e Engine,
    head: &RequestHead<'_>,
    now: UnixTime,
    host: &dyn Host,
    trace: &mut impl Trace,
) -> Decision<'e> {
    let record = Record::new(&engine.plan().policy, engine.version(), Some(now));
    let mut case = Case {
        engine,
        record,
        metadata: None,
    };
    match case.run(head, now, host, trace) {
        Ok(reason) => {
            case.record.reason = reason;
            let cluster = case
                .record
                .resource
                .and_then(|resource| resource.cluster.as_deref());
            Decision::Allow(Allow {
                record: case.record,
                cluster,
                metadata: case.metadata,
            })
        }
        Err(reason) => {
            case.record.reason = reason;
            Decision::Refuse(Refusal {
                record: case.record,
                metadata: case.metadata,
            })
        }
    }
}

/// A decision in the making.
struct Case<'e> {
    engine: &'e Engine,
    record: Record<'e>,
    metadata: Option<&'e str>,
}

impl<'e> Case<'e> {
    /// The reason why the request may go on, or why not.
    fn run(
        &mut self,
        head: &RequestHead<'_>,
        now: UnixTime,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Reason> {
        let plan = self.engine.plan();
        let method = head.method()?;
        if method == "CONNECT" {
            return Err(Reason::ConnectRefused);
        }
        if head.changes_protocol() {
            return Err(Reason::UpgradeRefused);
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
        self.record.operation = operation;
        self.record.resource = resource;

        if let Some(operation) = operation.filter(|one| one.access == Access::Public) {
            query::read(plan, &operation.query, target.query, &parameters)?;
            return Ok(Reason::Public);
        }
        let token = self.token(head, host)?;
        token.stands_at(now)?;
        // Only now is it told that there is no such operation, and only to a caller with a token.
        let (Some(id), Some(operation), Some(resource)) = (found.operation, operation, resource)
        else {
            let serves = |audience: &AudienceId| token.is_for(*audience).is_ok();
            let is_elsewhere = found.host_is_known && !found.audiences.iter().any(serves);
            return Err(if is_elsewhere {
                Reason::WrongAudience
            } else {
                Reason::UnknownOperation
            });
        };
        token.is_for(resource.audience.ok_or(Reason::HostFailure)?)?;
        let task = select_task(plan, &token)?;
        let rules = rules::of(task, id);
        // What is wrong with the query of an operation is nobody's affair who may never call it.
        let is_open = rules.is_some_and(|rules| rules::may_allow(plan, rules));
        let query = query::read(plan, &operation.query, target.query, &parameters)
            .map_err(|reason| if is_open { reason } else { Reason::NotAllowed })?;
        let inputs = RequestInputs {
            plan,
            head,
            method,
            host: addressed.name,
            target: &target,
            query: &query,
            operation,
            token: &token,
            now,
        };
        self.apply_rules(rules.ok_or(Reason::NotAllowed)?, &inputs, trace)
    }

    /// The verified token of the request, from the cache or by verifying it.
    fn token(
        &mut self,
        head: &RequestHead<'_>,
        host: &dyn Host,
    ) -> Result<Rc<VerifiedToken>, Reason> {
        let plan = self.engine.plan();
        let bytes = bearer(head.credential()?)?;
        let known = self.engine.tokens().known(bytes);
        let token = match known {
            Some(known) => known?,
            None => {
                check_form(bytes)?;
                let fresh = UnverifiedToken::parse(bytes)
                    .and_then(|token| self.engine.verifier().verify(plan, &token, host))
                    .map(Rc::new);
                self.engine.tokens().remember(bytes, &fresh);
                fresh?
            }
        };
        self.record.issuer = plan.issuers.get(token.issuer().index());
        self.record.token = Some(Rc::clone(&token));
        Ok(token)
    }

    /// `deny` beats `require` beats `allow`; what nothing allows is denied. A deny or require that
    /// errs denies. An allow that errs allows nothing, and is the reason if nothing else allows.
    fn apply_rules(
        &mut self,
        rules: &'e RuleSet,
        inputs: &RequestInputs<'_>,
        trace: &mut impl Trace,
    ) -> Result<Reason, Reason> {
        let plan = self.engine.plan();
        let budget = Budget::new();
        let code = Code::new(plan, self.engine.automata());
        let candidates = Candidates::new(plan, code, rules, inputs, &budget, trace);
        let mut evaluate = |id: RuleId, rule: &Rule| {
            let verdict = match rule.condition {
                None => Ok(true),
                Some(program) => holds(code, program, inputs, &budget, trace),
            };
            trace.rule(id, rule.effect, &verdict);
            verdict
        };
        for (id, rule) in candidates.with(Effect::Deny) {
            let verdict = match evaluate(id, rule) {
                Ok(false) => continue,
                Ok(true) => Reason::DeniedByRule,
                Err(_) => Reason::RuleError,
            };
            self.stop(rule, verdict)?;
        }
        for (id, rule) in candidates.with(Effect::Require) {
            let verdict = match evaluate(id, rule) {
                Ok(true) => continue,
                Ok(false) => Reason::RequirementNotMet,
                Err(_) => Reason::RuleError,
            };
            self.stop(rule, verdict)?;
        }
        let mut erred = None;
        for (id, rule) in candidates.with(Effect::Allow) {
            match evaluate(id, rule) {
                Ok(true) => {
                    self.record.rule = Some(&rule.id);
                    return Ok(Reason::Allowed);
                }
                Ok(false) => {}
                Err(_) => erred = erred.or(Some(rule)),
            }
        }
        match erred {
            Some(rule) => {
                self.record.rule = Some(&rule.id);
                Err(Reason::RuleError)
            }
            None => Err(Reason::NotAllowed),
        }
    }

    /// A rule stops the request, unless it only reports.
    fn stop(&mut self, rule: &'e Rule, reason: Reason) -> Result<(), Reason> {
        match rule.mode {
            Mode::Observe => {
                self.record.observed.push(&rule.id);
                Ok(())
            }
            Mode::Enforce => {
                self.record.rule = Some(&rule.id);
                Err(reason)
            }
        }
    }
}

/// The task that the token names, if issuer and agent may have it.
fn select_task<'e>(plan: &'e Plan, token: &VerifiedToken) -> Result<&'e Task, Reason> {
    let position = token.task(|token| find_task(plan, token))?;
    plan.tasks.get(position).ok_or(Reason::HostFailure)
}

fn find_task(plan: &Plan, token: &VerifiedToken) -> Result<usize, Reason> {
    let identity = token.identity();
    let name = identity.task.as_deref().ok_or(Reason::TaskMissing)?;
    let (position, task) = (0..)
        .zip(&plan.tasks)
        .find(|(_, task)| task.name == name)
        .ok_or(Reason::UnknownTask)?;
    if !task.issuers.contains(&token.issuer()) {
        return Err(Reason::IssuerNotInTask);
    }
    if !task
        .agents
        .iter()
        .any(|pattern| pattern.matches(&identity.agent))
    {
        return Err(Reason::AgentNotInTask);
    }
    Ok(position)
}

#[cfg(test)]
mod tests;
