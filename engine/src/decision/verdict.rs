//! The rules' verdict.

use super::case::Case;
use super::hint::Hint;
use super::lasting::Use;
use super::possession::{confirmation, satisfies};
use super::reason::Reason;
use super::rules::{self, Candidates};
use super::stop::Stop;
use crate::cel::{Budget, Code, EvalError, RequestInputs, Trace, holds};
use crate::host::{Host, Ledger};
use crate::plan::{BreakGlass, Demand, Effect, Mode, OperationId, Rule, RuleId, RuleSet};
use crate::time::UnixTime;

/// What conditions are held against.
struct Scale<'c, 'v> {
    code: Code<'v>,
    inputs: &'c RequestInputs<'v>,
    budget: &'c Budget,
}

impl Scale<'_, '_> {
    fn holds(
        &self,
        (id, rule): (RuleId, &Rule),
        trace: &mut impl Trace,
    ) -> Result<bool, EvalError> {
        let verdict = match rule.condition {
            None => Ok(true),
            Some(program) => holds(self.code, program, self.inputs, self.budget, trace),
        };
        trace.rule(id, rule.effect, &verdict);
        verdict
    }
}

impl<'e> Case<'e> {
    /// `deny` beats `require` beats `allow`; what nothing allows is denied. A deny or require that
    /// errs denies. An allow that errs allows nothing, and is the reason if nothing else allows.
    /// An exception allows what no rule does, and takes away the rules that it overrides.
    pub(super) fn apply_rules(
        &mut self,
        rules: Option<&'e RuleSet>,
        exception: Option<&'e BreakGlass>,
        inputs: &RequestInputs<'_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let Some(rules) = rules else {
            return self.by_exception(exception, Reason::NotAllowed);
        };
        let budget = Budget::new();
        let scale = Scale {
            code: Code::new(self.engine.plan(), self.engine.automata()),
            inputs,
            budget: &budget,
        };
        let plan = self.engine.plan();
        let candidates = Candidates::new(plan, scale.code, rules, inputs, &budget, trace);
        let used_exception = self.hold_back(&candidates, exception, &scale, host, trace)?;
        let mut erred = None;
        for (id, rule) in candidates.with(Effect::Allow) {
            match scale.holds((id, rule), trace) {
                Ok(true) => {
                    self.record.rule = Some(&rule.id);
                    if used_exception {
                        return self.by_exception(exception, Reason::NotAllowed);
                    }
                    return Ok(Reason::Allowed);
                }
                Ok(false) => {}
                Err(_) => erred = erred.or(Some(rule)),
            }
        }
        let reason = match erred {
            Some(rule) => {
                self.record.rule = Some(&rule.id);
                self.rule_error()
            }
            None => Reason::NotAllowed,
        };
        self.by_exception(exception, reason)
    }

    /// What an exception allows to an agent that has no task here: the denies and requires of the task
    /// that its token names hold all the same, and where it names none, those of every task.
    pub(super) fn outside_tasks(
        &mut self,
        operation: OperationId,
        exception: &'e BreakGlass,
        inputs: &RequestInputs<'_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let plan = self.engine.plan();
        let budget = Budget::new();
        let scale = Scale {
            code: Code::new(plan, self.engine.automata()),
            inputs,
            budget: &budget,
        };
        let named = inputs.token.identity().task.as_deref();
        let is_known = plan.tasks.iter().any(|task| Some(&*task.name) == named);
        for task in &plan.tasks {
            if is_known && Some(&*task.name) != named {
                continue;
            }
            if let Some(set) = rules::of(task, operation) {
                let candidates = Candidates::new(plan, scale.code, set, inputs, &budget, trace);
                self.hold_back(&candidates, Some(exception), &scale, host, trace)?;
            }
        }
        self.by_exception(Some(exception), Reason::NotAllowed)
    }

    /// Denies and requires. Says whether one of them was overridden.
    fn hold_back(
        &mut self,
        candidates: &Candidates<'e>,
        exception: Option<&'e BreakGlass>,
        scale: &Scale<'_, '_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<bool, Stop> {
        let is_overridden =
            |id: RuleId| exception.is_some_and(|one| one.overrides.binary_search(&id).is_ok());
        let mut used_exception = false;
        for (id, rule) in candidates.with(Effect::Deny) {
            let verdict = match scale.holds((id, rule), trace) {
                Ok(false) => continue,
                Ok(true) => Reason::DeniedByRule,
                Err(_) => self.rule_error(),
            };
            if is_overridden(id) {
                used_exception = true;
            } else {
                self.stop(rule, verdict)?;
            }
        }
        for (id, rule) in candidates.with(Effect::Require) {
            let verdict = match &rule.demand {
                Some(demand) => {
                    let met = self.meets(rule, demand, scale.inputs, host);
                    trace.rule(id, Effect::Require, &Ok(met.is_ok()));
                    match met {
                        Ok(()) => continue,
                        Err(reason) => reason,
                    }
                }
                None => match scale.holds((id, rule), trace) {
                    Ok(true) => continue,
                    Ok(false) => Reason::RequirementNotMet,
                    Err(_) => self.rule_error(),
                },
            };
            if is_overridden(id) {
                self.hint = Hint::None;
                used_exception = true;
            } else {
                self.stop(rule, verdict)?;
            }
        }
        Ok(used_exception)
    }

    /// What an exception allows is allowed by it; the record says so. Without one, the reason
    /// stands.
    pub(super) fn by_exception(
        &mut self,
        exception: Option<&'e BreakGlass>,
        reason: Reason,
    ) -> Result<Reason, Stop> {
        let exception = exception.ok_or(reason)?;
        self.record.break_glass = Some(&exception.id);
        Ok(Reason::BreakGlass)
    }

    /// Whether what a rule demands of the token is there.
    fn meets(
        &mut self,
        rule: &'e Rule,
        demand: &'e Demand,
        inputs: &RequestInputs<'_>,
        host: &dyn Host,
    ) -> Result<(), Reason> {
        let token = inputs.token;
        let is_within = |since: Option<UnixTime>, seconds: u32| {
            since.is_some_and(|since| self.now <= since.plus_seconds(seconds))
        };
        match demand {
            Demand::Possession(binding) => {
                if satisfies(confirmation(token), *binding) {
                    Ok(())
                } else {
                    Err(Reason::BindingNeeded)
                }
            }
            Demand::FirstUse { token_age } => {
                let is_fresh = is_within(token.issued_at(), *token_age);
                match self.has_used(rule, token, host)? {
                    Use::Before => Ok(()),
                    Use::First(id) if is_fresh => {
                        // A rule that only reports must not be what a request fails by.
                        if rule.mode == Mode::Enforce {
                            self.marks.push((Ledger::Used, id));
                        }
                        Ok(())
                    }
                    Use::First(_) => {
                        self.hint = Hint::TokenAge(*token_age);
                        Err(Reason::FreshTokenNeeded)
                    }
                }
            }
            Demand::Approval => self.approved(rule.mode, inputs, host),
            Demand::Authentication { max_age, acr } => {
                let said = token.restrictions();
                let since = said.and_then(|one| one.authenticated_at);
                let class = said.and_then(|one| one.authentication_class.as_deref());
                let is_recent = max_age.is_none_or(|seconds| is_within(since, seconds));
                let is_strong = acr.is_empty()
                    || class.is_some_and(|class| acr.iter().any(|wanted| wanted == class));
                if is_recent && is_strong {
                    return Ok(());
                }
                self.hint = Hint::Authentication {
                    max_age: *max_age,
                    acr,
                };
                Err(Reason::AuthenticationNeeded)
            }
        }
    }

    /// Why a condition could not be evaluated: where it asked for history, that may not be there.
    fn rule_error(&self) -> Reason {
        let lost = self.book.as_ref().and_then(|book| book.lost());
        lost.unwrap_or(Reason::RuleError)
    }

    /// A rule stops the request, unless it only reports.
    fn stop(&mut self, rule: &'e Rule, reason: Reason) -> Result<(), Stop> {
        match rule.mode {
            Mode::Observe => {
                self.hint = Hint::None;
                self.record.observed.push(&rule.id);
                Ok(())
            }
            Mode::Enforce => {
                self.record.rule = Some(&rule.id);
                Err(reason.into())
            }
        }
    }
}
