//! A decision in the making: the steps of a request's life, in order.

use std::rc::Rc;

use super::counted::Call;
use super::decide::Again;
use super::hint::Hint;
use super::opening::{Opened, Opening, Subject, What};
use super::reason::Reason;
use super::record::Record;
use super::reply::Reply;
use super::stop::Stop;
use super::uses::{OneUse, Used, Uses};
use super::watch::Watch;
use super::{rules, tasks};
use crate::approval::Action;
use crate::cel::{RequestInputs, Trace};
use crate::content::{Content, Members};
use crate::engine::Engine;
use crate::fleet::Quota;
use crate::history::{Book, Draft, Look, Past};
use crate::host::{Host, Ledger, MarkId};
use crate::plan::{BodyShape, Endpoint, Profile};
use crate::request::{RequestHead, content_type, query};
use crate::standing::held::NoStanding;
use crate::time::UnixTime;
use crate::token::{UnverifiedToken, VerifiedToken, check_form};

/// What is known so far.
pub(super) struct Case<'e> {
    pub(super) engine: &'e Engine,
    pub(super) now: UnixTime,
    pub(super) record: Record<'e>,
    pub(super) metadata: Option<&'e str>,
    pub(super) hint: Hint<'e>,
    pub(super) document: Option<&'e str>,
    pub(super) marks: Vec<(Ledger, MarkId)>,
    /// What is used up if it goes on.
    pub(super) uses: Uses,
    /// The call in hand, once its approval was found.
    pub(super) approved: Option<Action>,
    /// Whether an exception has lifted a limit that leaves the call in hand no room.
    pub(super) is_lifted: bool,
    pub(super) watch: Watch,
    pub(super) reply: Option<Reply>,
    /// `None` where the plan does not ask what was done before.
    pub(super) book: Option<Rc<Book>>,
    /// What is carried over from deciding it before.
    pub(super) again: Again,
    /// What the service for the fleet has to be asked.
    pub(super) quotas: Vec<Quota>,
    /// Whether the caller is the one that the token speaks of, as far as can be asked.
    pub(super) is_caller_known: bool,
}

impl<'e> Case<'e> {
    pub(super) fn new(engine: &'e Engine, now: UnixTime, again: Again) -> Self {
        Self {
            engine,
            now,
            record: Record::new(&engine.plan().policy, engine.version(), Some(now)),
            metadata: None,
            hint: Hint::None,
            document: None,
            marks: Vec::new(),
            uses: Uses::default(),
            approved: None,
            is_lifted: false,
            watch: Watch::default(),
            reply: None,
            book: engine.keeps_history().then(Rc::default),
            again,
            quotas: Vec::new(),
            is_caller_known: false,
        }
    }

    /// Decides by the head alone, as far as it goes: the reason why the request may go on or is
    /// answered here, or why not, or that its body is needed.
    pub(super) fn run(
        &mut self,
        head: &RequestHead<'_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let proven = self.again.proven.clone();
        let opened = match self.open(head, proven.as_deref(), host)? {
            Opening::Done(reason) => return Ok(reason),
            Opening::Judge(opened) => opened,
        };
        match opened.what {
            What::Operation(subject) => {
                let content = match subject.operation.body {
                    BodyShape::Unread => Some(Ok(Content::NONE)),
                    BodyShape::Json(_) => None,
                };
                self.judge(&opened, head, subject, content, host, trace)
            }
            What::Endpoint(place) => {
                self.knock(&opened, head, place.endpoint)?;
                Err(Stop::Read {
                    most: place.endpoint.body_bytes,
                })
            }
        }
    }

    /// What can be told of a message before it is there.
    pub(super) fn knock(
        &self,
        opened: &Opened<'e, '_>,
        head: &RequestHead<'_>,
        endpoint: &Endpoint,
    ) -> Result<(), Reason> {
        let plan = self.engine.plan();
        let origin = head.header("origin").map_err(|_| Reason::OriginRefused)?;
        let is_ours = |origin: &str| endpoint.origins.iter().any(|one| one == origin);
        if origin.is_some_and(|origin| !is_ours(origin)) {
            return Err(Reason::OriginRefused);
        }
        let is_message = opened.target.segments.iter().eq(&endpoint.path);
        if is_message && !opened.parameters.is_empty() {
            return Err(Reason::UndeclaredQuery);
        }
        if plan.break_glass.is_empty() {
            tasks::select(plan, &opened.token)?;
        }
        if opened.method == "POST" {
            content_type::check(head)?;
        }
        Ok(())
    }

    /// What the rules say of one operation. Without its content only what can be told by the head:
    /// whether it is worth reading.
    pub(super) fn judge(
        &mut self,
        opened: &Opened<'e, '_>,
        head: &RequestHead<'_>,
        subject: Subject<'e>,
        content: Option<Result<Content<'_>, Reason>>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let plan = self.engine.plan();
        let Subject { id, operation, .. } = subject;
        self.is_lifted = false;
        let token = &*opened.token;
        let exception = tasks::exception(plan, token, id, self.now);
        let task = match tasks::select(plan, token) {
            Ok(task) => Some(task),
            // Without a task only an exception can let it through.
            Err(reason) if exception.is_none() => return Err(reason.into()),
            Err(_) => None,
        };
        if let Some(task) = task {
            self.may_still(task, exception, token, host, trace)?;
        }
        let set = task.and_then(|task| rules::of(task, id));
        // What is wrong with the query or body of an operation is nobody's affair who may never
        // call it.
        let is_open = exception.is_some() || set.is_some_and(|rules| rules::may_allow(plan, rules));
        let told = |reason| if is_open { reason } else { Reason::NotAllowed };
        let query = query::read(
            plan,
            &operation.query,
            opened.target.query,
            &opened.parameters,
        )
        .map_err(told)?;
        let transaction = opened.transaction.as_deref();
        let members = match &content {
            Some(Ok(content)) => content.members,
            Some(Err(_)) | None => Members::Unknown,
        };
        self.narrowed(subject, token, transaction, opened.target.path, members)?;
        let content = match content {
            Some(content) => content.map_err(told)?,
            None if is_open => {
                content_type::check(head)?;
                return Err(Stop::of_body(operation));
            }
            None => return Err(Reason::NotAllowed.into()),
        };
        let book = self.book.clone();
        let inputs = RequestInputs {
            plan,
            head,
            method: opened.method,
            host: opened.host,
            target: &opened.target,
            query: &query,
            operation,
            content,
            token,
            transaction,
            now: self.now,
            past: book.as_deref().map(|book| Past {
                book,
                plan,
                token,
                host,
                now: self.now,
            }),
        };
        self.targets(id, &inputs);
        if trace.listens()
            && let Ok(action) = self.action(&inputs)
        {
            trace.call(action);
        }
        let call = Call {
            task,
            operation: id,
            exception,
        };
        let Some(task) = task else {
            let exception = exception.ok_or(Reason::HostFailure)?;
            let reason = self.outside_tasks(id, exception, &inputs, host, trace)?;
            self.count(&call, &inputs, trace)?;
            return Ok(reason);
        };
        let reason = self.apply_rules(set, exception, &inputs, host, trace)?;
        self.lasts(task, id, token, host).inspect_err(|_| {
            // What would have let it through has not refused it.
            self.record.rule = None;
            self.record.break_glass = None;
        })?;
        self.count(&call, &inputs, trace)?;
        if self.is_lifted {
            return self.by_exception(exception, reason);
        }
        Ok(reason)
    }

    /// The histories that become others if the request goes on, and those that must not have.
    pub(super) fn drafts(&self, host: &dyn Host) -> Result<(Vec<Draft>, Vec<Look>), Reason> {
        let (Some(token), Some(book)) = (&self.record.token, &self.book) else {
            return Ok(Default::default());
        };
        let past = Past {
            book,
            plan: self.engine.plan(),
            token,
            host,
            now: self.now,
        };
        let drafts = past.drafts()?;
        Ok((drafts, past.looked()))
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
    pub(super) fn token(
        &mut self,
        bytes: &[u8],
        host: &dyn Host,
    ) -> Result<Rc<VerifiedToken>, Stop> {
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
    pub(super) fn stands(&self, token: &VerifiedToken) -> Result<(), Stop> {
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

    /// Whether a token that is for one use was not used before; it is if the request goes on.
    ///
    /// # Errors
    /// [`Reason::TokenReplayed`], [`Reason::StateUnavailable`].
    pub(super) fn is_unused(
        &mut self,
        token: &VerifiedToken,
        host: &dyn Host,
    ) -> Result<(), Reason> {
        let Some(id) = token.restrictions().and_then(|one| one.one_use) else {
            return Ok(());
        };
        // What was used before marks were kept cannot be told from what was not.
        let since = host.marked_since().map_err(|_| Reason::StateUnavailable)?;
        let is_known = token.issued_at().is_some_and(|at| at >= since);
        let marked = host.is_marked(Ledger::Tokens, &id, self.now);
        if marked.map_err(|_| Reason::StateUnavailable)? || !is_known {
            return Err(Reason::TokenReplayed);
        }
        self.uses.add(OneUse {
            of: Used::Token,
            id,
            // Its last moment counts too.
            until: token.is_over_at().plus_seconds(1),
        });
        Ok(())
    }

    /// The transaction token beside the credential, if there is one.
    pub(super) fn transaction(
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
                Err(stop @ (Stop::Wait { .. } | Stop::Read { .. })) => return Err(stop),
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

#[cfg(test)]
mod tests;
