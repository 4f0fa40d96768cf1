//! The decision function, and the types that only it can make.
//!
//! INVARIANT: [`Allow`] and [`Permit`] have private fields and are built in this file alone, an
//! allow only for a public operation or from a [`VerifiedToken`] that stands now, is for this
//! resource, and has a task whose rules, or an exception that, let the operation through. Every
//! `Err` on the way is a refusal; no error turns into a verdict.

use std::rc::Rc;

use super::answer::Answer;
use super::body::Body;
use super::case::Case;
use super::counted::count_refusal;
use super::drafts::{self, Written};
use super::hint::Hint;
use super::reason::{Outcome, Reason};
use super::record::Record;
use super::reply::Reply;
use super::stop::Stop;
use super::uses::Uses;
use super::watch::Watch;
use crate::approval::Action;
use crate::cel::Trace;
use crate::engine::Engine;
use crate::fleet::{Entries, Quota, Said};
use crate::history::{Draft, Look};
use crate::host::{Host, Ledger, MarkId, Marked};
use crate::limits;
use crate::plan::{Counts, Forwarding, LimitId, SourceId};
use crate::request::{CREDENTIAL_HEADERS, IDENTITY_HEADERS, RequestHead};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// What comes of a request.
#[derive(Debug)]
pub enum Decision<'e> {
    /// It may go on, once its route is confirmed.
    Allow(Allow<'e>),
    /// It may not.
    Refuse(Refusal<'e>),
    /// It cannot be told before a document is there, which the host may fetch and ask again.
    Wait(Wait<'e>),
    /// It cannot be told before the body is there.
    Read(Reading<'e>),
}

impl<'e> Decision<'e> {
    /// What it is where nothing can be waited for.
    ///
    /// # Errors
    /// The refusal.
    #[expect(
        clippy::result_large_err,
        reason = "either is moved once per request, not passed up"
    )]
    pub fn settled(self) -> Result<Allow<'e>, Refusal<'e>> {
        match self {
            Self::Allow(allow) => Ok(allow),
            Self::Refuse(refusal) => Err(refusal),
            Self::Wait(wait) => Err(wait.give_up()),
            Self::Read(reading) => Err(reading.refuse()),
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

/// A request that cannot be decided before its body is there.
#[derive(Debug)]
#[must_use = "a request whose body is not read is refused"]
pub struct Reading<'e> {
    refusal: Refusal<'e>,
    progress: Progress,
}

/// How far a request was decided before its body came.
#[derive(Debug, Clone)]
pub struct Progress {
    pub(super) most: u32,
    pub(super) again: Again,
}

/// What a request that is decided anew carries over from before.
#[derive(Debug, Clone, Default)]
pub struct Again {
    /// The proof of possession that was checked and marked.
    pub(super) proven: Option<Box<[u8]>>,
    /// What the service for the fleet said.
    pub(super) said: Said,
    /// Which limits it was asked of.
    pub(super) asked: Vec<LimitId>,
}

/// A request may go on if the gateway is sending it where the policy says.
#[derive(Debug)]
#[must_use = "an allow is nothing until its route is confirmed"]
pub struct Allow<'e> {
    record: Record<'e>,
    cluster: Option<&'e str>,
    metadata: Option<&'e str>,
    forwarding: Forwarding,
    approval_header: Option<&'e str>,
    /// What is to be marked once nothing else is in the way.
    marks: Vec<(Ledger, MarkId)>,
    uses: Uses,
    /// When the exception ends that it rests on.
    exception_ends: Option<UnixTime>,
    watch: Watch,
    reply: Option<Reply>,
    /// How much room the plan has for histories.
    room: u32,
    /// Histories that become others.
    drafts: Vec<Draft>,
    /// Histories that must not have become others.
    looked: Vec<Look>,
    quotas: Vec<Quota>,
    again: Again,
    engine: &'e Engine,
}

/// A request goes on.
#[derive(Debug)]
#[must_use = "a permit has to be recorded"]
pub struct Permit<'e> {
    record: Record<'e>,
    /// Whether the request completes its task id.
    completes: bool,
    exception_ends: Option<UnixTime>,
    watch: Watch,
    room: u32,
    drafts: Vec<Draft>,
}

/// What a request was let through by, for whoever keeps its stream open.
#[derive(Debug, Clone)]
pub struct Grounds {
    pub(crate) token: Rc<VerifiedToken>,
    /// The transaction token beside it.
    pub(crate) transaction: Option<Rc<VerifiedToken>>,
    /// Whether the request itself completed its task id, which is then no reason to end it.
    pub(crate) completes: bool,
    /// When the exception ends that it rests on.
    pub(crate) exception_ends: Option<UnixTime>,
}

/// A request does not go on.
#[derive(Debug)]
#[must_use = "a refusal has to be answered"]
pub struct Refusal<'e> {
    record: Record<'e>,
    metadata: Option<&'e str>,
    hint: Hint<'e>,
    /// What the filter answers with itself.
    document: Option<&'e str>,
    /// How the message is answered, where it was one.
    reply: Option<Reply>,
    /// What to decide it anew with, where another worker has changed its history meanwhile.
    again: Option<Again>,
    /// By which plan it counts; `None` where the token is expired or taken back, or its caller has
    /// not shown that it is theirs: that is nothing that the task has done.
    engine: Option<&'e Engine>,
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

    /// Headers that the upstream is not to see: the credential, where the policy keeps it here.
    #[must_use]
    pub fn withheld_headers(&self) -> &'static [&'static str] {
        match self.forwarding {
            Forwarding::Strip => &CREDENTIAL_HEADERS,
            Forwarding::Keep => &[],
        }
    }

    /// The field that brings approvals, which the upstream is not to see either, however it is
    /// spelt: for [`RequestHead::to_strip`].
    #[must_use]
    pub fn approval_header(&self) -> Option<&'e str> {
        self.approval_header
    }

    /// Whether the upstream's answer has to be read.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.watch.answers.is_some()
    }

    /// The cluster that the gateway must be sending the request to, if the policy names one.
    #[must_use]
    pub fn cluster(&self) -> Option<&'e str> {
        self.cluster
    }

    /// What the service that counts for the fleet has to have room for, before the allow is
    /// confirmed: with what it says the request is decided [anew](Self::again).
    #[must_use]
    pub fn quotas(&self) -> &[Quota] {
        &self.quotas
    }

    /// What the service is told of a quota: its limit, and whose calls that counts together. `None`
    /// where it cannot be told.
    #[must_use]
    pub fn entries(&self, quota: &Quota) -> Option<Entries<'_>> {
        quota.entries(self.engine.plan(), self.record.token.as_deref()?)
    }

    /// What to decide the request anew with.
    #[must_use]
    pub fn again(&self, said: Said) -> Again {
        let asked = self.quotas.iter().map(Quota::limit).collect();
        Again {
            asked,
            ..self.again.clone().with(said)
        }
    }

    /// Turns the allow into a permit if the gateway's choice of cluster is the policy's, writes what
    /// was counted and remembered and sets the marks that come with it. To be called after the last
    /// change to the request's headers, which may change the route.
    ///
    /// # Errors
    /// A refusal: [`Reason::WrongCluster`], [`Reason::HistoryFull`], [`Reason::StateUnavailable`], or
    /// that somebody else was quicker. Where it says so ([`Refusal::again`]), the request is to be
    /// decided anew.
    #[expect(
        clippy::result_large_err,
        reason = "either is moved once per request, not passed up"
    )]
    pub fn confirm(
        self,
        actual: Option<&[u8]>,
        host: &dyn Host,
    ) -> Result<Permit<'e>, Refusal<'e>> {
        if self
            .cluster
            .is_some_and(|cluster| actual != Some(cluster.as_bytes()))
        {
            return Err(self.refuse(Reason::WrongCluster));
        }
        if !self.quotas.is_empty() {
            return Err(self.refuse(Reason::FleetUnavailable));
        }
        let (room, now) = (self.room, self.record.time);
        match drafts::write(&self.drafts, &self.looked, room, now, host) {
            Ok(Written::All) => {}
            Ok(Written::None) => {
                let again = Some(self.again.clone());
                let refusal = self.refuse(Reason::StateUnavailable);
                return Err(Refusal { again, ..refusal });
            }
            Err(reason) => return Err(self.refuse(reason)),
        }
        if let Err((reason, hint)) = self.take_uses(host) {
            drafts::take_back(&self.drafts, self.room, self.record.time, host);
            let refusal = self.refuse(reason);
            return Err(Refusal { hint, ..refusal });
        }
        if let Err(reason) = self.set_marks(host) {
            drafts::take_back(&self.drafts, self.room, self.record.time, host);
            return Err(self.refuse(reason));
        }
        let is_end = |(ledger, _): &(Ledger, MarkId)| *ledger == Ledger::Ended;
        Ok(Permit {
            completes: self.marks.iter().any(is_end),
            exception_ends: self.exception_ends,
            record: self.record,
            watch: self.watch,
            room: self.room,
            drafts: self.drafts,
        })
    }

    /// Takes the allow back because the gateway failed before it could take effect.
    pub fn withdraw(self) -> Refusal<'e> {
        self.refuse(Reason::HostFailure)
    }

    /// Before the marks: whoever loses here has used nothing, and ended nothing.
    fn take_uses(&self, host: &dyn Host) -> Result<(), (Reason, Hint<'e>)> {
        let now = self.record.time;
        let now = now.ok_or((Reason::HostFailure, Hint::None))?;
        self.uses.take(now, host)
    }

    fn set_marks(&self, host: &dyn Host) -> Result<(), Reason> {
        let now = self.record.time.ok_or(Reason::HostFailure)?;
        let until = now.plus_seconds(limits::MARK_SECONDS);
        for (ledger, id) in &self.marks {
            match (ledger, host.mark(*ledger, id, until, now)) {
                (_, Err(_)) => return Err(Reason::StateUnavailable),
                // Another request completes the task id at the same time, and was first.
                (Ledger::Ended, Ok(Marked::Before)) => return Err(Reason::TaskEnded),
                (_, Ok(Marked::New | Marked::Before)) => {}
            }
        }
        Ok(())
    }

    fn refuse(self, reason: Reason) -> Refusal<'e> {
        let mut record = self.record;
        record.reason = reason;
        record.rule = None;
        record.break_glass = None;
        Refusal {
            record,
            metadata: self.metadata,
            hint: Hint::None,
            document: None,
            reply: self.reply,
            again: None,
            engine: Some(self.engine),
        }
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

impl<'e> Reading<'e> {
    /// The refusal where the body cannot be read.
    pub fn refuse(self) -> Refusal<'e> {
        self.refusal
    }

    /// What the decision goes on with once the body is there.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Again {
    /// The same, and what the service for the fleet said.
    #[must_use]
    pub fn with(self, said: Said) -> Self {
        Self { said, ..self }
    }
}

impl Progress {
    /// How long the body may be, in bytes.
    #[must_use]
    pub fn most(&self) -> usize {
        self.most as usize
    }

    /// The same for deciding anew.
    #[must_use]
    pub fn with(self, again: Again) -> Self {
        Self { again, ..self }
    }
}

impl<'e> Permit<'e> {
    /// Gives back what was counted, because not a byte of the request goes to the upstream. What is
    /// remembered and marked stays.
    pub fn give_back(&self, host: &dyn Host) {
        drafts::give_back(&self.drafts, self.room, self.record.time, host);
    }

    /// The record, which is also the mark that lets the request past the gate.
    #[must_use]
    pub fn record(&self) -> &Record<'e> {
        &self.record
    }

    /// What is to be looked for in the upstream's answer.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// What the request was allowed by; `None` for a public operation.
    #[must_use]
    pub fn grounds(&self) -> Option<Grounds> {
        Some(Grounds {
            token: self.record.token.clone()?,
            transaction: self.record.transaction.clone(),
            completes: self.completes,
            exception_ends: self.exception_ends,
        })
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

    /// The body did not come.
    pub fn body_late() -> Refusal<'static> {
        Refusal::without_plan(Reason::BodyLate)
    }

    /// The upstream's answer cannot be handed on.
    pub fn answer_refused() -> Refusal<'static> {
        Refusal::without_plan(Reason::AnswerRefused)
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
            hint: Hint::None,
            document: None,
            reply: None,
            again: None,
            engine: None,
        }
    }

    /// What to decide the request anew with, where that is what is to be done: another worker has
    /// changed its history meanwhile, and nothing was changed.
    pub fn again(&mut self) -> Option<Again> {
        self.again.take()
    }

    /// Counts the refusal where a limit or a condition of the plan asks how many there were. To be
    /// called once, of the refusal that the caller is told.
    pub fn count(&self, host: &dyn Host) {
        if let (Some(engine), Some(token), Some(now)) =
            (self.engine, &self.record.token, self.record.time)
        {
            let why = (self.record.reason, is_of_refusals(engine, &self.record));
            count_refusal(engine, token, why, now, host);
        }
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record<'e> {
        &self.record
    }

    /// The call that an approval would have to name, where one is asked for.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        match self.hint {
            Hint::Approval(action) => Some(action),
            _ => None,
        }
    }

    /// What the caller is told.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let reason = self.record.reason;
        match (reason.outcome(), self.document) {
            (Outcome::Answer, Some(document)) => Answer::document(document),
            _ => Answer::new(reason, self.metadata, self.hint, self.reply.as_ref()),
        }
    }
}

fn exception_ends(engine: &Engine, record: &Record<'_>) -> Option<UnixTime> {
    let id = record.break_glass?;
    let mut exceptions = engine.plan().break_glass.iter();
    let exception = exceptions.find(|exception| exception.id == id)?;
    Some(UnixTime::from_seconds(exception.until))
}

/// Whether a limit that counts refusals is what refuses.
fn is_of_refusals(engine: &Engine, record: &Record<'_>) -> bool {
    let limits = &engine.plan().history.limits;
    record.reason == Reason::LimitReached
        && limits
            .iter()
            .any(|limit| limit.counts == Counts::Denials && Some(limit.id.as_str()) == record.rule)
}

/// Decides one request.
pub(crate) fn decide<'e>(
    engine: &'e Engine,
    head: &RequestHead<'_>,
    again: &Again,
    now: UnixTime,
    host: &dyn Host,
    trace: &mut impl Trace,
) -> Decision<'e> {
    let mut case = Case::new(engine, now, again.clone());
    let verdict = case.run(head, host, trace);
    conclude(case, head, verdict, host)
}

/// Decides one request by its head and its body, where the head alone was not enough.
pub(crate) fn decide_whole<'e>(
    engine: &'e Engine,
    head: &RequestHead<'_>,
    body: &Body<'_>,
    now: UnixTime,
    host: &dyn Host,
    trace: &mut impl Trace,
) -> Decision<'e> {
    let mut case = Case::new(engine, now, body.progress.again.clone());
    let verdict = case.run_whole(head, body, host, trace);
    conclude(case, head, verdict, host)
}

/// What comes of a verdict. The only place where an allow is made.
fn conclude<'e>(
    case: Case<'e>,
    head: &RequestHead<'_>,
    verdict: Result<Reason, Stop>,
    host: &dyn Host,
) -> Decision<'e> {
    // Nothing is written that the rules did not let through.
    let drafts = match verdict {
        Ok(reason) if reason.outcome() == Outcome::Allow => case.drafts(host),
        _ => Ok(Default::default()),
    };
    let mut case = case;
    let (verdict, (drafts, looked)) = match drafts {
        Ok(drafts) => (verdict, drafts),
        Err(reason) => {
            (case.record.rule, case.record.break_glass) = (None, None);
            (Err(reason.into()), Default::default())
        }
    };
    let Case {
        engine,
        mut record,
        metadata,
        hint,
        document,
        marks,
        uses,
        watch,
        reply,
        quotas,
        again,
        is_caller_known,
        ..
    } = case;
    let proven = head.proof().ok().flatten().map(Into::into);
    let again = Again { proven, ..again };
    let stop = match verdict {
        Ok(reason) if reason.outcome() == Outcome::Allow => {
            record.reason = reason;
            return Decision::Allow(Allow {
                cluster: record
                    .resource
                    .and_then(|resource| resource.cluster.as_deref()),
                approval_header: engine.plan().approval_header(),
                forwarding: record
                    .issuer
                    .map_or(Forwarding::Keep, |issuer| issuer.forwarding),
                exception_ends: exception_ends(engine, &record),
                record,
                metadata,
                marks,
                uses,
                watch,
                reply,
                room: engine.plan().history.capacity,
                drafts,
                looked,
                quotas,
                again,
                engine,
            });
        }
        // The filter's own answers, which let nothing through.
        Ok(reason) => Stop::Refuse(reason),
        Err(stop) => stop,
    };
    let refusal = |mut record: Record<'e>, reason| {
        record.reason = reason;
        Refusal {
            record,
            metadata,
            hint,
            document,
            reply,
            again: None,
            engine: Some(engine).filter(|_| is_caller_known),
        }
    };
    match stop {
        Stop::Refuse(reason) => Decision::Refuse(refusal(record, reason)),
        Stop::Wait {
            source,
            given_up,
            settled,
        } => Decision::Wait(Wait {
            refusal: refusal(record, given_up),
            source,
            settled,
        }),
        Stop::Read { most } => Decision::Read(Reading {
            refusal: refusal(record, Reason::HostFailure),
            progress: Progress { most, again },
        }),
    }
}

#[cfg(test)]
mod tests;
