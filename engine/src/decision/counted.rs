//! What a call counts towards, and what it is remembered as.

use super::case::Case;
use super::hint::Hint;
use super::reason::{Outcome, Reason};
use super::stop::Stop;
use super::tasks;
use crate::cel::{Budget, Code, EvalError, RequestInputs, Silent, Trace, Value, evaluate};
use crate::engine::Engine;
use crate::fleet::{Over, Quota, Said};
use crate::history::{Book, Full, Past};
use crate::host::{Change, Host, MarkId, Stored};
use crate::limits;
use crate::mark;
use crate::plan::{
    Alone, Beyond, BreakGlass, Counts, Limit, LimitId, MemoryId, Mode, OperationId, Per, ProgramId,
    Slot, Task,
};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// A call that is about to be let through.
pub(super) struct Call<'e> {
    pub(super) task: Option<&'e Task>,
    pub(super) operation: OperationId,
    pub(super) exception: Option<&'e BreakGlass>,
}

impl<'e> Case<'e> {
    /// [`Self::may_go_on`], where a limit asks.
    pub(super) fn may_still(
        &mut self,
        task: &'e Task,
        exception: Option<&'e BreakGlass>,
        token: &VerifiedToken,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<(), Stop> {
        if task.limits.is_empty() {
            return Ok(());
        }
        let book = self.book.clone().ok_or(Reason::HostFailure)?;
        let past = Past {
            book: &book,
            plan: self.engine.plan(),
            token,
            host,
            now: self.now,
        };
        self.may_go_on(task, exception, &past, trace)
    }

    /// Whether the task may go on at all: it was not idle for too long, nor refused too often.
    fn may_go_on(
        &mut self,
        task: &'e Task,
        exception: Option<&'e BreakGlass>,
        past: &Past<'_>,
        trace: &mut impl Trace,
    ) -> Result<(), Stop> {
        for (id, limit) in self.limits(&task.limits) {
            let full = match limit.counts {
                Counts::Idle => {
                    let since = past.last(limit.per)?.unwrap_or(i64::MAX);
                    let idle = self.now.millis().saturating_sub(since).max(0);
                    let is_in_time = idle <= i64::from(limit.at_most) * 1000;
                    trace.limit(id, idle.unsigned_abs() / 1000, is_in_time);
                    if is_in_time {
                        continue;
                    }
                    self.reached(limit, Reason::TaskIdle, None, exception)?;
                    continue;
                }
                Counts::Denials => past.room(limit, limit.at_most, 1, [0; 2])?,
                Counts::Calls | Counts::Distinct(_) => continue,
            };
            trace.limit(id, counted(&full), full.is_ok());
            if let Err(full) = full {
                self.reached(limit, Reason::LimitReached, full.wait, exception)?;
            }
        }
        Ok(())
    }

    /// Remembers a call that the rules let through and counts it, if there is room for it.
    pub(super) fn count(
        &mut self,
        call: &Call<'e>,
        inputs: &RequestInputs<'_>,
        trace: &mut impl Trace,
    ) -> Result<(), Stop> {
        if self.book.is_none() {
            return Ok(());
        }
        let past = inputs.past.as_ref().ok_or(Reason::HostFailure)?;
        // What would have let it through has not refused it.
        let rule = self.record.rule.take();
        let exception = self.record.break_glass.take();
        let history = &self.engine.plan().history;
        let touches = &history.touches;
        let found = touches.binary_search_by_key(&call.operation, |(id, _)| *id);
        let touched = found.ok().and_then(|position| touches.get(position));
        for memory in touched.map(|(_, memories)| memories).into_iter().flatten() {
            let target = match past.book.target(*memory) {
                None => [0; 2],
                Some(target) => target.map_err(|_| Reason::RuleError)?,
            };
            past.remember(*memory, target)?;
        }
        let guarding = &history.guarding;
        let limits = call.task.map_or(guarding, |task| &task.limits);
        for (id, limit) in self.limits(limits) {
            let weight = match limit.counts {
                Counts::Denials => continue,
                Counts::Idle => {
                    past.goes_on(limit.per)?;
                    continue;
                }
                Counts::Calls | Counts::Distinct(_) => weight(limit, call.operation),
            };
            let is_on = match limit.since {
                Some(term) => past.calls(term)?.is_some(),
                None => true,
            };
            if let Some(weight) = weight.filter(|_| is_on) {
                self.take((id, limit), weight, call, inputs, trace)?;
            }
        }
        self.record.rule = rule;
        self.record.break_glass = exception;
        Ok(())
    }

    fn take(
        &mut self,
        (id, limit): (LimitId, &'e Limit),
        weight: u32,
        call: &Call<'e>,
        inputs: &RequestInputs<'_>,
        trace: &mut impl Trace,
    ) -> Result<(), Stop> {
        let past = inputs.past.as_ref().ok_or(Reason::HostFailure)?;
        let target = match &limit.counts {
            Counts::Distinct(by) => match self.target(by, inputs) {
                Ok(target) => target,
                Err(_) => return self.reached(limit, Reason::RuleError, None, call.exception),
            },
            _ => [0; 2],
        };
        let at_most = match (limit.fleet, &self.again.said) {
            (None, _) => Ok(limit.at_most),
            (Some(_), Said::Nothing) => {
                Quota::add(&mut self.quotas, id, weight);
                return Ok(());
            }
            // It was not asked of this one, which counts only since then.
            (Some(Alone::Refuse), _) if !self.again.asked.contains(&id) => {
                return self.reached(limit, Reason::FleetUnavailable, None, call.exception);
            }
            (Some(Alone::AtMost(here)), _) if !self.again.asked.contains(&id) => Ok(here),
            (Some(_), Said::Granted) => Ok(u32::MAX),
            (Some(_), Said::Over(over)) => match over.iter().find(|over| over.limit == id) {
                Some(&Over { wait, .. }) => Err(wait),
                None => Ok(u32::MAX),
            },
            (Some(Alone::Refuse), Said::Away) => {
                return self.reached(limit, Reason::FleetUnavailable, None, call.exception);
            }
            (Some(Alone::AtMost(here)), Said::Away) => Ok(here),
        };
        let wait = match at_most {
            Ok(at_most) => {
                let room = past.room(limit, at_most, weight, target)?;
                trace.limit(id, counted(&room), room.is_ok());
                match room {
                    Ok(_) => return Ok(past.take(limit, weight, target)?),
                    Err(full) => full.wait,
                }
            }
            Err(wait) => {
                trace.limit(id, limit.at_most.into(), false);
                wait
            }
        };
        match limit.beyond {
            Beyond::Refuse => self.reached(limit, Reason::LimitReached, wait, call.exception),
            // What was approved takes none of the room.
            Beyond::Approval => match self.approved(limit.mode, inputs, past.host) {
                Ok(()) => Ok(()),
                Err(reason) => self.reached(limit, reason, None, call.exception),
            },
        }
    }

    /// What the rules of an operation ask of targets, worked out before they do.
    pub(super) fn targets(&self, operation: OperationId, inputs: &RequestInputs<'_>) {
        let Some(past) = &inputs.past else {
            return;
        };
        past.book.clear_targets();
        for (id, memory) in (0..)
            .map(MemoryId)
            .zip(&self.engine.plan().history.memories)
        {
            if let Some(targets) = &memory.targets
                && targets.operations.binary_search(&operation).is_ok()
            {
                past.book.set_target(id, self.target(&targets.by, inputs));
            }
        }
    }

    /// What a call is about, as a hash of values.
    fn target(&self, by: &[ProgramId], inputs: &RequestInputs<'_>) -> Result<[i64; 2], EvalError> {
        let code = Code::new(self.engine.plan(), self.engine.automata());
        let budget = Budget::new();
        let mut parts = vec![String::from("target")];
        for program in by {
            let value = evaluate(code, *program, inputs, &budget, &mut Silent)?;
            parts.push(written(&value)?);
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let id = u128::from_le_bytes(mark::id(&parts));
        // Both halves, bit by bit.
        Ok([id as i64, (id >> 64) as i64])
    }

    /// A limit holds a call back, unless it only reports or an exception lifts it.
    fn reached(
        &mut self,
        limit: &'e Limit,
        reason: Reason,
        wait: Option<i64>,
        exception: Option<&'e BreakGlass>,
    ) -> Result<(), Stop> {
        let plan = self.engine.plan();
        let is_lifted = exception.is_some_and(|exception| {
            let limits = exception.lifted.iter();
            let mut lifted = limits.filter_map(|id| plan.history.limits.get(id.index()));
            lifted.any(|one| std::ptr::eq(one, limit))
        });
        if is_lifted {
            self.is_lifted = true;
            self.hint = Hint::None;
            return Ok(());
        }
        if limit.mode == Mode::Observe {
            self.hint = Hint::None;
            self.record.observed.push(&limit.id);
            return Ok(());
        }
        self.record.rule = Some(&limit.id);
        self.record.break_glass = None;
        if reason == Reason::LimitReached {
            let seconds = wait.map(|millis| millis.max(0).div_euclid(1000) + 1);
            let seconds = seconds.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
            self.hint = Hint::Limit {
                id: &limit.id,
                seconds,
            };
        }
        Err(reason.into())
    }

    fn limits(&self, ids: &'e [LimitId]) -> impl Iterator<Item = (LimitId, &'e Limit)> + use<'e> {
        let all = &self.engine.plan().history.limits;
        let limits = ids.iter();
        limits.filter_map(|id| Some((*id, all.get(id.index())?)))
    }
}

/// Counts a refusal towards the limits of its task that count refusals. Not those that stand for
/// the gateway's own failures, nor that of such a limit itself, which would never end. Where a limit
/// leaves no room, what counts towards those of the task is put right.
pub(super) fn count_refusal(
    engine: &Engine,
    token: &VerifiedToken,
    (reason, is_of_refusals): (Reason, bool),
    now: UnixTime,
    host: &dyn Host,
) {
    let plan = engine.plan();
    if !engine.keeps_history() || reason.status() >= 500 {
        return;
    }
    let Ok(task) = tasks::select(plan, token) else {
        return;
    };
    let limits = || {
        let limits = task.limits.iter();
        limits.filter_map(|id| plan.history.limits.get(id.index()))
    };
    let of_refusals = || limits().filter(|limit| limit.counts == Counts::Denials);
    let read: Vec<Per> = asked(engine);
    let is_full = reason == Reason::LimitReached;
    let is_asked = is_full || of_refusals().next().is_some() || !read.is_empty();
    if !is_refused(reason) || !is_asked {
        return;
    }
    let mut done: Vec<MarkId> = Vec::new();
    for _ in 0..limits::HISTORY_TRIES {
        let book = Book::default();
        let past = Past {
            book: &book,
            plan,
            token,
            host,
            now,
        };
        let mut counted = || -> Result<bool, Reason> {
            // What cannot be counted is refused all the same, and does not keep the rest from it.
            for limit in limits().filter(|limit| is_full && limit.counts != Counts::Idle) {
                let _ = past.put_right(limit);
            }
            for limit in of_refusals().filter(|_| !is_of_refusals) {
                if let Ok(Ok(_)) = past.room(limit, limit.at_most, 1, [0; 2]) {
                    let _ = past.take(limit, 1, [0; 2]);
                }
            }
            for per in read.iter().filter(|_| !is_of_refusals) {
                let _ = past.refused(*per);
            }
            let mut is_done = true;
            for draft in past.drafts()? {
                if done.contains(&draft.id) {
                    continue;
                }
                let change = Change {
                    id: &draft.id,
                    before: draft.before.as_deref(),
                    after: &draft.after,
                    owner: draft.owner,
                    until: draft.until,
                };
                if host.keep(plan.history.capacity, &change, now) == Ok(Stored::Changed) {
                    is_done = false;
                } else {
                    done.push(draft.id);
                }
            }
            Ok(is_done)
        };
        if counted().unwrap_or(true) {
            return;
        }
    }
}

/// Whether a refusal says no, and not with what to come back, nor that the gateway has failed.
fn is_refused(reason: Reason) -> bool {
    match reason.outcome() {
        Outcome::Deny => reason.status() < 500,
        _ => reason.status() == 403 && reason != Reason::ApprovalRequired,
    }
}

/// Whose refusals conditions ask for.
fn asked(engine: &Engine) -> Vec<Per> {
    let mut all = Vec::new();
    for slot in &engine.plan().slots {
        if let Slot::HistoryDenials(per) = slot
            && !all.contains(per)
        {
            all.push(*per);
        }
    }
    all
}

fn weight(limit: &Limit, operation: OperationId) -> Option<u32> {
    let found = limit
        .operations
        .binary_search_by_key(&operation, |(id, _)| *id);
    let (_, weight) = limit.operations.get(found.ok()?)?;
    Some(*weight)
}

fn counted(room: &Result<u64, Full>) -> u64 {
    match room {
        Ok(counted) => *counted,
        Err(full) => full.counted,
    }
}

/// A value as part of a target. What no limit counts by is an error.
fn written(value: &Value<'_>) -> Result<String, EvalError> {
    Ok(match value {
        Value::String(text) => ["s", text].concat(),
        Value::Int(number) => ["i", &number.to_string()].concat(),
        Value::Uint(number) => ["u", &number.to_string()].concat(),
        Value::Bool(true) => String::from("t"),
        Value::Bool(false) => String::from("f"),
        Value::Optional(None) => String::from("n"),
        Value::Optional(Some(value)) => written(value)?,
        _ => return Err(EvalError::Type),
    })
}

#[cfg(test)]
mod tests;
